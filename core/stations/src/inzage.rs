//! Access (13.1.a): the index of persons at intake, and the answer to who asks. The answer leaves only after a second
//! person agreed, and after the record of that is durable.

use std::collections::BTreeSet;

use jiff::civil::Date;
use sluis_rules::facts::Feit;
use sluis_rules::inzage::{Inzage, Kenmerk, Rij, VerzuimRij, Vraag, Weigering, kenmerken};
use sluis_rules::journal::{Inhoud, Stap};
use sluis_rules::leeftijd::Rol;
use sluis_rules::register::BEHEER;
use sluis_rules::rulebook::Rulebook;

use crate::config::Entropy;
use crate::ports::{AboutItem, AboutVerzuim, Clock, Entry, PortError, Sealer, Store, TweePersonen};
use crate::toestemming::open_ages;
use crate::trace;

/// The purpose of the keys of the index. Frozen: another word loses everybody.
const PERSOON: &str = "persoon";

/// Why nothing was answered. Never holds what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InzageError {
    /// The question, or who asks.
    #[error(transparent)]
    Geweigerd(#[from] Weigering),
    /// The store could not answer, or not keep the record: nothing left.
    #[error(transparent)]
    Port(#[from] PortError),
}

/// What answering needs of the world.
pub struct Inzien<'a> {
    /// Where the messages are.
    pub store: &'a dyn Store,
    /// The keys of the index.
    pub sealer: &'a dyn Sealer,
    /// The time.
    pub clock: &'a dyn Clock,
    /// For the ids of the record.
    pub entropy: &'a Entropy,
    /// The rules of the moment.
    pub rules: &'a Rulebook,
    /// What stands before the id of a processing activity.
    pub verwerking: &'a str,
}

/// The keys of identifiers; each once.
pub(crate) fn keys(sealer: &dyn Sealer, all: &[Kenmerk]) -> Vec<String> {
    let key = |k: &Kenmerk| {
        let (kind, form) = k.parts();
        sealer.keyed_id(PERSOON, &[kind, form])
    };
    let mut keys: Vec<String> = all.iter().map(key).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// The keys of the persons in a canonical message.
pub(crate) fn index(sealer: &dyn Sealer, bericht: &serde_json::Value) -> Vec<String> {
    let (found, unread) = kenmerken(bericht);
    if unread > 0 {
        tracing::warn!(
            aantal = unread,
            "an identifier cannot be indexed: access will not find it"
        );
    }
    keys(sealer, &found)
}

impl Inzien<'_> {
    /// The answer to a question, for who asks in that capacity; two persons agreed.
    ///
    /// # Errors
    /// When the question cannot be read, who asks may not, or the store cannot answer or keep the record.
    pub async fn antwoord(&self, twee: &TweePersonen, vraag: &Vraag, rol: Rol) -> Result<Inzage, InzageError> {
        let dag = self.clock.today();
        vraag.bevoegd(rol, dag)?;
        let found = self.store.about(keys(self.sealer, &vraag.kenmerken()?)).await?;
        born_as_said(self.store, self.sealer, &found.items, vraag, dag).await?;
        let rijen = found.items.into_iter().map(rij).collect::<Result<Vec<_>, _>>()?;
        let verzuim: Vec<VerzuimRij> = found.verzuim.into_iter().map(absence).collect();
        let niet = (found.before, found.verzuim_before);
        let inzage = Inzage::of(self.rules, &rijen, &verzuim, dag, niet);
        // First the record, then the answer. The number of messages, and never about whom.
        let told = format!(
            "inzage door {} met {}: {} berichten, {} achtergehouden (UAVG 41)",
            twee.eerste().id(),
            twee.tweede().id(),
            rijen.len(),
            inzage.achtergehouden
        );
        self.store.record(self.entry(told)).await?;
        Ok(inzage)
    }

    fn entry(&self, toelichting: String) -> Entry {
        let fresh = trace::fresh(self.entropy);
        let (trace_id, span_id) = trace::split(&fresh).unwrap_or_default();
        Entry {
            tijd_ms: u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0),
            stap: Stap::Feit,
            effect: String::new(),
            trace_id: trace_id.to_owned(),
            span_id: span_id.to_owned(),
            verwerking: format!("{}{BEHEER}", self.verwerking),
            inhoud: Inhoud {
                toelichting,
                ..Inhoud::default()
            },
        }
    }
}

/// Who asks gives the date of birth, and the age rule rests on it: where one is on record, it is that one. A record that
/// cannot be opened answers nothing.
pub(crate) async fn born_as_said(
    store: &dyn Store,
    sealer: &dyn Sealer,
    items: &[AboutItem],
    vraag: &Vraag,
    dag: Date,
) -> Result<(), InzageError> {
    let cases: BTreeSet<&str> = items
        .iter()
        .filter(|item| !item.via_casus && !item.event.claim.casus.is_empty())
        .map(|item| item.event.claim.casus.as_str())
        .collect();
    for casus in cases {
        let mut feiten = store.facts(casus.to_owned()).await?.feiten;
        open_ages(sealer, &mut feiten)?;
        let ages = feiten.iter().filter_map(|f| match f {
            Feit::Leeftijd(l) if l.vanaf <= dag => Some(l),
            _ => None,
        });
        // The last of those that began last is the one that holds.
        if let Some(holds) = ages.max_by_key(|l| l.vanaf) {
            let said = holds.geboren.is_some_and(|geboren| vraag.geboren_op(geboren));
            said.then_some(()).ok_or(Weigering::AndereGeboortedatum)?;
        }
    }
    Ok(())
}

fn absence(v: AboutVerzuim) -> VerzuimRij {
    VerzuimRij {
        partij: v.partij,
        gewijzigd_ms: v.gewijzigd_ms,
        meldingen: v
            .meldingen
            .into_iter()
            .map(|(regel, stand)| (regel, stand.as_str()))
            .collect(),
    }
}

fn rij(item: AboutItem) -> Result<Rij, PortError> {
    let records = item.records.iter().map(|line| serde_json::from_slice(line));
    let records = records
        .collect::<Result<_, _>>()
        .map_err(|_| PortError::Corrupt("the journal", "a line is not a record of a known version"))?;
    Ok(Rij {
        bericht: item.event.bericht.as_str().to_owned(),
        afzender: item.event.claim.afzender,
        ontvanger: item.event.claim.ontvanger,
        sinds_ms: item.at_ms,
        plek: item.plek,
        via_casus: item.via_casus,
        ander: item.ander,
        records,
    })
}
