//! A table of counts for a receiver: decided, recorded and laid ready like an administrative message, by the channel
//! `aggregaat`.

use sluis_rules::aggregaat::{Aggregaat, Gepubliceerd};
use sluis_rules::event::Kanaal;
use sluis_rules::facts::Dossier;
use sluis_rules::gates::decide_telling;
use sluis_rules::ids::Partij;
use sluis_rules::journal::{Inhoud, Stap};
use sluis_rules::register::activiteit;
use sluis_rules::rulebook::Rulebook;
use sluis_rules::verdict::Verdict;

use crate::beheerbericht::{Mededeling, Tabel};
use crate::config::Entropy;
use crate::ports::{Clock, Entry, NewNotice, PortError, Sealer, Store};
use crate::trace;

/// What giving a table needs of the world.
pub struct Tellingpost<'a> {
    /// Where it lies ready.
    pub store: &'a dyn Store,
    /// For its id.
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

impl Tellingpost<'_> {
    /// Decides whether a receiver gets the table, records that, and if so lays it ready. The same table for the same
    /// receiver lies ready once.
    ///
    /// `van`: who counted, and whether this Sluis speaks for it.
    ///
    /// # Errors
    /// When the store cannot answer or keep it: then nothing lies ready.
    pub async fn give(&self, tabel: &Aggregaat, van: (Partij, bool), aan: Partij) -> Result<Verdict, PortError> {
        let unwritable = |_| PortError::Corrupt("the table", "it cannot be written");
        let facts = self.store.facts(String::new()).await?;
        let dag = self.clock.today();
        let dossier = Dossier::build(&facts.feiten, facts.versie, "", dag, self.rules.gegevens());
        let verdict = decide_telling(self.rules, &dossier, tabel, van, aan, dag);
        let bytes = tabel.bytes().map_err(unwritable)?;
        let van = van.0;
        let mededeling = Mededeling::Verzuimstatistiek {
            van,
            tabel: Tabel::of(tabel).map_err(unwritable)?,
        };
        let sha256 = Gepubliceerd::van(tabel, &bytes).sha256().to_owned();
        let ontvanger = aan.to_string();
        let parts = [sha256.as_bytes(), mededeling.soort().as_bytes(), ontvanger.as_bytes()];
        let id = self.sealer.keyed_id("beheer", &parts);
        let inhoud = Inhoud {
            bericht: mededeling.soort().to_owned(),
            kanaal: mededeling.kanaal().as_str().to_owned(),
            afzender: van.to_string(),
            ontvanger,
            uitkomst: verdict.uitkomst.as_str().to_owned(),
            regelboek: verdict.regelboek.to_string(),
            feiten: Some(verdict.feiten_versie),
            redenen: verdict.redenen().map(|r| r.slug().to_owned()).collect(),
            ..Inhoud::default()
        };
        if verdict.is_blocked() {
            self.store.note(self.entry(Stap::Besluit, &id, inhoud)).await?;
            return Ok(verdict);
        }
        let at_ms = self.now_ms();
        let term = u64::from(mededeling.termijn_dagen()) * 24 * 60 * 60 * 1000;
        let notice = NewNotice {
            entry: self.entry(Stap::Afgeleverd, &id, inhoud),
            id,
            ontvanger: aan,
            bericht: serde_json::to_string(&mededeling).map_err(unwritable)?,
            at_ms,
            due_ms: at_ms.saturating_add(term),
        };
        self.store.tell(vec![notice], None).await?;
        Ok(verdict)
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0)
    }

    fn entry(&self, stap: Stap, effect: &str, inhoud: Inhoud) -> Entry {
        let fresh = trace::fresh(self.entropy);
        let (trace_id, span_id) = trace::split(&fresh).unwrap_or_default();
        Entry {
            tijd_ms: self.now_ms(),
            stap,
            effect: effect.to_owned(),
            trace_id: trace_id.to_owned(),
            span_id: span_id.to_owned(),
            verwerking: format!("{}{}", self.verwerking, activiteit(Kanaal::Aggregaat, "")),
            inhoud,
        }
    }
}
