//! A table of counts for a receiver: decided, recorded and laid ready like an administrative message, by the channel
//! `aggregaat`.

use sluis_rules::aggregaat::{Aggregaat, Gepubliceerd};
use sluis_rules::event::Kanaal;
use sluis_rules::facts::Dossier;
use sluis_rules::gates::decide_telling;
use sluis_rules::ids::Partij;
use sluis_rules::journal::{Inhoud, Padgroep, Stap};
use sluis_rules::register::activiteit;
use sluis_rules::rulebook::Rulebook;
use sluis_rules::verdict::{Reden, Verdict};

use crate::beheerbericht::{Mededeling, Tabel};
use crate::config::Entropy;
use crate::gateway::Gateway;
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
    /// receiver lies ready once; another over the same days goes to nobody, for two receivers may lay theirs side by side.
    ///
    /// `van`: who counted, and whether this Sluis speaks for it. Gives the verdict, and whether it lies ready only now.
    ///
    /// # Errors
    /// When the store cannot answer or keep it: then nothing lies ready.
    pub async fn give(
        &self,
        tabel: &Aggregaat,
        van: (Partij, bool),
        aan: Partij,
    ) -> Result<(Verdict, bool), PortError> {
        let unwritable = |_| PortError::Corrupt("the table", "it cannot be written");
        let facts = self.store.facts(String::new()).await?;
        let dag = self.clock.today();
        let dossier = Dossier::build(&facts.feiten, facts.versie, "", dag, self.rules.gegevens());
        let gepubliceerd = Gepubliceerd::van(tabel, &tabel.bytes().map_err(unwritable)?);
        let aftrekbaar = self.given().await?.iter().any(|before| before.botst_met(&gepubliceerd));
        let verdict = decide_telling(self.rules, &dossier, aftrekbaar, van, aan, dag);
        let (van, sha256) = (van.0, gepubliceerd.sha256().to_owned());
        let mededeling = Mededeling::Verzuimstatistiek {
            van,
            gepubliceerd,
            tabel: Tabel::of(tabel).map_err(unwritable)?,
        };
        let parties = (van.to_string(), aan.to_string());
        let parts = [&sha256, mededeling.soort(), &parties.0, &parties.1].map(str::as_bytes);
        let id = self.sealer.keyed_id("beheer", &parts);
        let inhoud = Inhoud {
            bericht: mededeling.soort().to_owned(),
            kanaal: mededeling.kanaal().as_str().to_owned(),
            afzender: parties.0,
            ontvanger: parties.1,
            ..decided(&verdict)
        };
        // Every decision is recorded, also one that repeats another.
        let decision = self.entry(Stap::Besluit, &id, inhoud.clone());
        self.store.note(decision).await?;
        if verdict.is_blocked() {
            return Ok((verdict, false));
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
        let new = self.store.tell(vec![notice], None).await?;
        Ok((verdict, new == Some(1)))
    }

    /// The tables that were given before, to whomever. One that cannot be read is trouble: it might clash.
    async fn given(&self) -> Result<Vec<Gepubliceerd>, PortError> {
        let all = self.store.told_of_kind("verzuimstatistiek".to_owned()).await?;
        all.iter()
            .map(|text| match serde_json::from_str(text) {
                Ok(Mededeling::Verzuimstatistiek { gepubliceerd, .. }) => Ok(gepubliceerd),
                _ => Err(PortError::Corrupt("the store", "a table that was given cannot be read")),
            })
            .collect()
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

/// What a decision about a table says in the journal.
fn decided(verdict: &Verdict) -> Inhoud {
    let first = verdict.redenen().next();
    let whole = Padgroep {
        bijdrage: None,
        actie: if first.is_some() { "weggelaten" } else { "doorgelaten" }.to_owned(),
        regel: "aggregaat".to_owned(),
        reden: first.map(|r| r.slug().to_owned()).unwrap_or_default(),
        artikel: first.map_or("3.4, 14.3", Reden::artikel).to_owned(),
        paden: vec!["/tabel".to_owned()],
    };
    Inhoud {
        uitkomst: verdict.uitkomst.as_str().to_owned(),
        regelboek: verdict.regelboek.to_string(),
        feiten: Some(verdict.feiten_versie),
        redenen: verdict.redenen().map(|r| r.slug().to_owned()).collect(),
        paden: vec![whole],
        ..Inhoud::default()
    }
}

impl Gateway {
    /// A table that lies ready is judged again when it is fetched: the covenant, or the part of its receiver in it, may have
    /// ended since. `false`: it may not go any more; that is recorded.
    pub(crate) async fn table_still_goes(&self, id: &str, told: &Mededeling, aan: Partij) -> Result<bool, PortError> {
        let Mededeling::Verzuimstatistiek { van, .. } = told else {
            return Ok(true);
        };
        let rules = self.rulebook();
        let facts = self.inner.store.facts(String::new()).await?;
        let dag = self.inner.clock.today();
        let dossier = Dossier::build(&facts.feiten, facts.versie, "", dag, rules.gegevens());
        let verdict = decide_telling(&rules, &dossier, false, (*van, true), aan, dag);
        if !verdict.is_blocked() {
            return Ok(true);
        }
        let entry = self.notice_entry(Stap::Besluit, id, aan, told, "");
        let inhoud = Inhoud {
            bericht: entry.inhoud.bericht,
            kanaal: entry.inhoud.kanaal,
            ontvanger: entry.inhoud.ontvanger,
            ..decided(&verdict)
        };
        self.inner.store.note(Entry { inhoud, ..entry }).await?;
        Ok(false)
    }
}
