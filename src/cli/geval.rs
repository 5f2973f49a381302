//! One event with the facts of its case, decided without a store: what `explain`, `minimise` and `test` share.
//!
//! It walks the same way as the stations: strict scan, attributes, inventory, dossier, verdict, minimiser, and for
//! what leaves the last look and the self-check.

use std::sync::OnceLock;

use jiff::civil::Date;
use sluis_rules::event::{Event, EventError, Kanaal};
use sluis_rules::explain::{self, Hulp, Taal, Uitleg};
use sluis_rules::facts::{Dossier, Feit};
use sluis_rules::gates::{Aanvraag, decide};
use sluis_rules::ids::Partij;
use sluis_rules::mapping::{Outgoing, encode_canonical};
use sluis_rules::minimise::{minimise, pseudonymise};
use sluis_rules::pseudonym::{Epoch, MasterKey, PseudonymKey, Receiver};
use sluis_rules::rulebook::Rulebook;
use sluis_rules::scan::{self, Caps, Inventory, Refusal, Scratch};
use sluis_rules::verdict::Verdict;
use sluis_stations::Validators;
use zeroize::Zeroizing;

/// Why an event cannot be decided about at all. Never holds a value.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Weigering {
    /// The bytes are not what a message may be.
    #[error("{0}")]
    Bytes(#[from] Refusal),
    /// The attributes are not those of an event.
    #[error("{0}")]
    Event(#[from] EventError),
    /// The data do not fit their schema, at these places.
    #[error("the data do not fit their schema at {0}")]
    Schema(String),
    /// No receiver: not stated, and the facts know no other participant.
    #[error("the event has no receiver: state `ontvanger`, or record who takes part in the case")]
    GeenOntvanger,
    /// The system gives no randomness for the pseudonyms of a derde.
    #[error("there is no key for pseudonyms: the system gives no randomness")]
    GeenSleutel,
    /// The self-check stopped what was about to leave.
    #[error("the self-check stopped the message: {0}; this is a defect, report it with the rulebook hash")]
    Zelfcontrole(String),
}

impl Weigering {
    /// A stable name.
    pub(crate) fn slug(&self) -> &'static str {
        match self {
            Self::Bytes(r) => r.slug(),
            Self::Event(EventError::Unreadable { .. }) => "geen-cloudevent",
            Self::Event(EventError::Missing(_)) => "attribuut-ontbreekt",
            Self::Event(EventError::Invalid(_)) => "attribuut-ongeldig",
            Self::Event(EventError::Refused(_)) => "attribuut-geweigerd",
            Self::Schema(_) => "past-niet-in-schema",
            Self::GeenOntvanger => "geen-ontvanger",
            Self::GeenSleutel => "geen-schuilnaamsleutel",
            Self::Zelfcontrole(_) => "zelfcontrole",
        }
    }
}

/// One decision about one receiver.
pub(crate) struct Geval {
    pub event: Event,
    pub ontvanger: Partij,
    afzender_bewezen: bool,
    dossier: Dossier,
    inventory: Inventory,
    pub verdict: Verdict,
    /// What would leave; nothing when blocked.
    pub outgoing: Option<Outgoing>,
}

impl Geval {
    /// The question as the gates see it.
    fn vraag(&self) -> Aanvraag<'_> {
        vraag(&self.event, self.ontvanger, self.afzender_bewezen)
    }

    /// What is in the message, without values.
    pub(crate) const fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// What would have to change for the verdict to change.
    pub(crate) fn helps(&self, rules: &Rulebook) -> Vec<Hulp> {
        explain::help(rules, &self.dossier, &self.vraag(), &self.inventory, &self.verdict)
    }

    /// What would be decided if all of this were so.
    #[cfg(test)]
    pub(crate) fn would(&self, rules: &Rulebook, list: &[Hulp]) -> Verdict {
        let dag = self.verdict.dag;
        explain::would(rules, &self.dossier, &self.vraag(), &self.inventory, dag, list)
    }

    /// The explanation.
    pub(crate) fn uitleg(&self, rules: &Rulebook, taal: Taal) -> Uitleg {
        explain::explain(
            rules,
            &self.dossier,
            &self.vraag(),
            &self.inventory,
            &self.verdict,
            taal,
        )
    }
}

fn vraag(event: &Event, ontvanger: Partij, afzender_bewezen: bool) -> Aanvraag<'_> {
    Aanvraag {
        kanaal: event.claim.kanaal,
        casusoverleg: &event.claim.casusoverleg,
        casus: &event.claim.casus,
        fase: &event.claim.fase,
        doel: &event.claim.doel,
        grondslag: event.claim.grondslag.as_deref(),
        afzender: event.claim.afzender,
        ontvanger,
        bericht: event.bericht,
        afzender_bewezen,
    }
}

/// Decides about an event for every receiver it has.
pub(crate) fn decide_all(
    rules: &Rulebook,
    validators: &Validators,
    body: &[u8],
    feiten: &[Feit],
    dag: Date,
    afzender_bewezen: bool,
    scratch: &mut Scratch,
) -> Result<Vec<Geval>, Weigering> {
    let caps = Caps::default();
    scan::check(body, &caps, scratch)?;
    let (event, data) = Event::parse(body)?;
    let value = serde_json::from_slice(data).map_err(|_| Weigering::Schema("/".into()))?;
    let faults = validators.faults(rules, event.bericht, &value);
    if !faults.is_empty() {
        let places: Vec<String> = faults.into_iter().map(|f| format!("{} ({})", f.pad, f.soort)).collect();
        return Err(Weigering::Schema(places.join(", ")));
    }
    let inventory = scan::inventory(rules.tree(event.bericht), data, &caps, scratch)?;
    let versie = u64::try_from(feiten.len()).unwrap_or(u64::MAX);
    let dossier = Dossier::build(feiten, versie, &event.claim.casus, dag, rules.gegevens());
    let receivers: Vec<Partij> = match event.claim.ontvanger {
        Some(one) => vec![one],
        None => dossier
            .casus
            .iter()
            .flat_map(|c| &c.deelnemers)
            .copied()
            .filter(|p| *p != event.claim.afzender)
            .collect(),
    };
    if receivers.is_empty() {
        return Err(Weigering::GeenOntvanger);
    }
    receivers
        .into_iter()
        .map(|ontvanger| {
            let v = vraag(&event, ontvanger, afzender_bewezen);
            let verdict = decide(rules, &dossier, &v, &inventory, dag);
            let outgoing = leave(rules, &dossier, &v, &verdict, data, dag, scratch)?;
            Ok(Geval {
                event: event.clone(),
                ontvanger,
                afzender_bewezen,
                dossier: dossier.clone(),
                inventory: inventory.clone(),
                verdict,
                outgoing,
            })
        })
        .collect()
}

/// A key of this process alone: what a command shows is no pseudonym that anybody else ever gets.
fn passing_key(vraag: &Aanvraag<'_>) -> Option<PseudonymKey> {
    static MASTER: OnceLock<Option<MasterKey>> = OnceLock::new();
    let master = MASTER.get_or_init(|| {
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(secret.as_mut_slice()).ok()?;
        MasterKey::new(secret).ok()
    });
    let receiver = Receiver {
        partij: vraag.ontvanger,
        scope: format!("derde/{}", vraag.doel).parse().ok()?,
    };
    PseudonymKey::derive(master.as_ref()?, receiver, Epoch(1)).ok()
}

/// Minimises, looks once more at what is left, and encodes with the self-check.
fn leave(
    rules: &Rulebook,
    dossier: &Dossier,
    vraag: &Aanvraag<'_>,
    verdict: &Verdict,
    data: &[u8],
    dag: Date,
    scratch: &mut Scratch,
) -> Result<Option<Outgoing>, Weigering> {
    let Some(compiled) = verdict.plan.as_ref().filter(|_| !verdict.is_blocked()) else {
        return Ok(None);
    };
    let caps = Caps::default();
    let (plan, masks) = (&compiled.plan, &verdict.masks);
    let first = match vraag.kanaal {
        Kanaal::Derde => {
            let key = passing_key(vraag).ok_or(Weigering::GeenSleutel)?;
            pseudonymise(plan, masks, dag, &key, data, &caps, scratch)?.seal_with(<[u8]>::to_vec)
        }
        _ => minimise(plan, masks, dag, data, &caps, scratch)?.seal_with(<[u8]>::to_vec),
    };
    let left = scan::inventory(rules.tree(vraag.bericht), &first, &caps, scratch)?;
    let again = decide(rules, dossier, vraag, &left, dag);
    let minimised = minimise(&compiled.plan, &again.masks, dag, &first, &caps, scratch)?;
    encode_canonical(&minimised, &compiled.plan, &again.masks, dag)
        .map(Some)
        .map_err(|e| Weigering::Zelfcontrole(e.to_string()))
}
