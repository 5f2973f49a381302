//! Deciding over bytes: what judge does first and deliver and the mailbox do last. Pure work, without waiting.

use jiff::civil::Date;
use sluis_rules::event::Event;
use sluis_rules::explain;
use sluis_rules::facts::Dossier;
use sluis_rules::gates::{Aanvraag, decide};
use sluis_rules::gegeven::GegevenSet;
use sluis_rules::ids::Partij;
use sluis_rules::journal::Inhoud;
use sluis_rules::mapping::{Outgoing, SelfCheckError};
use sluis_rules::minimise::{Minimised, Plan, minimise, pseudonymise};
use sluis_rules::pseudonym::PseudonymKey;
use sluis_rules::rulebook::Rulebook;
use sluis_rules::scan::{Caps, Inventory, Refusal, Scratch, inventory};
use sluis_rules::verdict::Verdict;

use crate::ports::Opened;
use crate::redenen;

/// How often narrowing may narrow again before it counts as unsound.
const ROUNDS: usize = 4;

/// One message, the facts of a day, and the rules.
pub(crate) struct Look<'a> {
    pub(crate) rulebook: &'a Rulebook,
    pub(crate) event: &'a Event,
    pub(crate) ontvanger: Partij,
    /// The connection may speak for the sender, today.
    pub(crate) bewezen: bool,
    pub(crate) dossier: &'a Dossier,
    pub(crate) dag: Date,
    pub(crate) caps: &'a Caps,
}

/// What the first look found.
pub(crate) enum First<R> {
    /// Nothing passes.
    Blocked { redenen: Vec<String>, inhoud: Inhoud },
    /// What may leave, as `keep` kept it.
    Passed { kept: R, inhoud: Inhoud },
}

/// What the last look found.
pub(crate) enum Last {
    /// Nothing passes any more.
    Blocked { redenen: Vec<String>, inhoud: Inhoud },
    /// The bytes that leave; `narrowed` when less passes than at judge.
    Passed {
        out: Outgoing,
        inhoud: Inhoud,
        narrowed: bool,
    },
    /// Something is unsound in ourselves; the slug says what.
    Unsound(&'static str),
}

/// How a way out encodes: its own words, self-check included.
pub(crate) type Encode<'e> =
    &'e (dyn Fn(&Minimised<'_>, &Plan, &[GegevenSet], Date) -> Result<Outgoing, SelfCheckError> + Sync);

impl Look<'_> {
    fn aanvraag(&self) -> Aanvraag<'_> {
        let claim = &self.event.claim;
        Aanvraag {
            kanaal: claim.kanaal,
            casusoverleg: &claim.casusoverleg,
            casus: &claim.casus,
            fase: &claim.fase,
            doel: &claim.doel,
            grondslag: claim.grondslag.as_deref(),
            afzender: claim.afzender,
            ontvanger: self.ontvanger,
            bericht: self.event.bericht,
            afzender_bewezen: self.bewezen,
        }
    }

    fn verdict(&self, bytes: &[u8], scratch: &mut Scratch) -> Result<(Verdict, Inventory), Refusal> {
        let inventory = inventory(self.rulebook.tree(self.event.bericht), bytes, self.caps, scratch)?;
        let verdict = decide(self.rulebook, self.dossier, &self.aanvraag(), &inventory, self.dag);
        Ok((verdict, inventory))
    }

    fn inhoud(&self, verdict: &Verdict, inventory: &Inventory) -> Inhoud {
        explain::inhoud(self.rulebook, verdict, &self.aanvraag(), inventory)
    }

    fn blocked(&self, verdict: &Verdict, inventory: &Inventory) -> Option<(Vec<String>, Inhoud)> {
        // A verdict that passes has a plan; one without is treated as what it must be.
        if !verdict.is_blocked() && verdict.plan.is_some() {
            return None;
        }
        let mut redenen: Vec<String> = Vec::new();
        for reden in verdict.redenen() {
            if !redenen.iter().any(|r| r == reden.slug()) {
                redenen.push(reden.slug().to_owned());
            }
        }
        let helps = explain::helping(self.rulebook, self.dossier, &self.aanvraag(), inventory, verdict);
        let inhoud = self.inhoud(verdict, inventory);
        let toelichting = explain::together([&helps, &inhoud.toelichting]);
        Some((redenen, Inhoud { toelichting, ..inhoud }))
    }

    /// What would be decided, explained, with what would help: for who looks, not for a message that moves.
    pub(crate) fn explained(
        &self,
        bytes: &[u8],
        taal: explain::Taal,
        scratch: &mut Scratch,
    ) -> Result<(explain::Uitleg, Vec<explain::Hulp>), Refusal> {
        let (verdict, inventory) = self.verdict(bytes, scratch)?;
        let vraag = self.aanvraag();
        let (rules, dossier) = (self.rulebook, self.dossier);
        let uitleg = explain::explain(rules, dossier, &vraag, &inventory, &verdict, taal);
        Ok((uitleg, explain::help(rules, dossier, &vraag, &inventory, &verdict)))
    }

    /// Decides over what was accepted, and hands what may leave to `keep`. `key`: for a derde, whose pseudonyms are made
    /// here; the last look finds them made.
    pub(crate) fn first<R>(
        &self,
        bytes: &[u8],
        key: Option<&PseudonymKey>,
        scratch: &mut Scratch,
        keep: impl FnOnce(&[u8]) -> R,
    ) -> Result<First<R>, Refusal> {
        let (verdict, inventory) = self.verdict(bytes, scratch)?;
        if let Some((redenen, inhoud)) = self.blocked(&verdict, &inventory) {
            return Ok(First::Blocked { redenen, inhoud });
        }
        let inhoud = self.inhoud(&verdict, &inventory);
        let Some(plan) = &verdict.plan else {
            return Ok(First::Blocked {
                redenen: Vec::new(),
                inhoud,
            });
        };
        let (plan, masks) = (&plan.plan, &verdict.masks);
        let minimised = match key {
            Some(key) => pseudonymise(plan, masks, self.dag, key, bytes, self.caps, scratch)?,
            None => minimise(plan, masks, self.dag, bytes, self.caps, scratch)?,
        };
        Ok(First::Passed {
            kept: minimised.seal_with(keep),
            inhoud,
        })
    }

    /// Decides again over what was minimised, makes it narrower when less passes now, and encodes.
    ///
    /// A whole contribution may fall away; the masks then count other contributions. So it decides until nothing
    /// changes any more, and encodes only with masks that fit the very bytes.
    pub(crate) fn last(&self, minimised: &[u8], scratch: &mut Scratch, encode: Encode<'_>) -> Result<Last, Refusal> {
        let mut narrower: Option<Opened> = None;
        let mut said: Option<Inhoud> = None;
        for _ in 0..ROUNDS {
            let bytes = narrower.as_ref().map_or(minimised, Opened::bytes);
            let (verdict, inventory) = self.verdict(bytes, scratch)?;
            if let Some((redenen, inhoud)) = self.blocked(&verdict, &inventory) {
                return Ok(Last::Blocked { redenen, inhoud });
            }
            let mut inhoud = self.inhoud(&verdict, &inventory);
            let Some(plan) = &verdict.plan else {
                return Ok(Last::Blocked {
                    redenen: Vec::new(),
                    inhoud,
                });
            };
            let again = minimise(&plan.plan, &verdict.masks, self.dag, bytes, self.caps, scratch)?;
            if again.seal_with(|b| b == bytes) {
                let Ok(out) = encode(&again, &plan.plan, &verdict.masks, self.dag) else {
                    return Ok(Last::Unsound(redenen::ZELFCONTROLE));
                };
                let narrowed = said.is_some();
                // The paths stand in the record of the decision; here only when they differ from it.
                inhoud.paden.clear();
                return Ok(Last::Passed {
                    out,
                    inhoud: said.unwrap_or(inhoud),
                    narrowed,
                });
            }
            let copy = again.seal_with(|b| Opened::new(b.to_vec()));
            said.get_or_insert(inhoud);
            narrower = Some(copy);
        }
        Ok(Last::Unsound(redenen::NIET_STABIEL))
    }
}
