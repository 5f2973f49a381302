//! Journal records of the stations: ids, paths, reasons; never a value.

use sluis_rules::event::Event;
use sluis_rules::journal::{Inhoud, Stap};
use sluis_rules::register;

use crate::gateway::Gateway;
use crate::ports::{EffectId, Entry, Next, Step, Work};
use crate::trace;

/// What every record of a message says: the claim under which it travels.
pub(crate) fn of_event(event: &Event) -> Inhoud {
    Inhoud {
        bericht: event.bericht.as_str().to_owned(),
        kanaal: event.claim.kanaal.as_str().to_owned(),
        casusoverleg: event.claim.casusoverleg.clone(),
        casus: event.claim.casus.clone(),
        fase: event.claim.fase.clone(),
        doel: event.claim.doel.clone(),
        afzender: event.claim.afzender.to_string(),
        ontvanger: event.claim.ontvanger.map(|p| p.to_string()).unwrap_or_default(),
        ..Inhoud::default()
    }
}

/// The same with a word from the closed vocabulary.
pub(crate) fn noted(event: &Event, toelichting: impl Into<String>) -> Inhoud {
    Inhoud {
        toelichting: toelichting.into(),
        ..of_event(event)
    }
}

/// The same with reasons.
pub(crate) fn reasoned(event: &Event, redenen: &[String]) -> Inhoud {
    Inhoud {
        redenen: redenen.to_vec(),
        ..of_event(event)
    }
}

impl Gateway {
    /// A record of now, in the trace of its message.
    pub(crate) fn entry(&self, stap: Stap, effect: &EffectId, event: &Event, inhoud: Inhoud) -> Entry {
        let trace_id = event
            .traceparent
            .as_deref()
            .and_then(trace::split)
            .map_or("", |(trace, _)| trace);
        Entry {
            tijd_ms: self.now_ms(),
            stap,
            effect: effect.as_str().to_owned(),
            trace_id: trace_id.to_owned(),
            span_id: trace::span(&self.inner.entropy),
            verwerking: self.verwerking(event),
            inhoud,
        }
    }

    /// The processing activity: one for each consultation, and one for each other channel.
    fn verwerking(&self, event: &Event) -> String {
        let of = register::activiteit(event.claim.kanaal, &event.claim.casusoverleg);
        format!("{}{of}", self.inner.settings.verwerking)
    }

    /// The step that keeps a message aside, for a reason that is not a rule's.
    pub(crate) fn aside(&self, work: &Work, reden: &str) -> Step {
        self.aside_with(work, vec![reden.to_owned()], None, Vec::new())
    }

    /// The step that keeps a message aside, after the records of what was found.
    pub(crate) fn aside_with(
        &self,
        work: &Work,
        redenen: Vec<String>,
        facts: Option<(String, u64)>,
        mut journal: Vec<Entry>,
    ) -> Step {
        let (claim, event) = (&work.claim, &work.event);
        journal.push(self.entry(Stap::Quarantaine, &claim.effect, event, reasoned(event, &redenen)));
        let next = Next::Quarantine {
            redenen,
            until_ms: self.quarantine_until(work.at_ms),
        };
        Step {
            claim: claim.clone(),
            facts,
            next,
            journal,
        }
    }
}
