//! Administrative messages (channel `beheer`): what happened to a case or an agreement, told to who must know it.
//!
//! One message has one receiver, a deadline and an end: it lies ready until its receiver confirms it, also after a case
//! was closed; what is not confirmed in time is an alarm. The text is a closed type: ids, words of the rules, parties and
//! days. It says nothing about a person, so no gate stands in its way; identity does (only the party itself reads it).
//!
//! To tell something: [`Gateway::announce`] with an [`Aanzegging`] for each receiver. To tell of a kind of fact: an arm
//! in `facts.rs`, which reads every fact once. A new kind of message: a variant of [`Mededeling`], a term in
//! [`Mededeling::termijn_dagen`], a line in `docs/beheerberichten.md`. Kinds are added, never changed.

mod facts;
mod mededeling;
mod post;

use serde::{Deserialize, Serialize};
use sluis_rules::ids::Partij;
use sluis_rules::journal::{Inhoud, Stap};

use crate::beheer::{BeheerError, word};
use crate::gateway::Gateway;
use crate::ports::{Entry, NewNotice};

pub use mededeling::{Mededeling, Tabel, WatNogMag};
pub use post::NoticeRefusal;

/// One administrative message, as its receiver gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beheerbericht {
    /// To confirm it by; the same message again has the same id.
    pub id: String,
    /// For whom.
    pub ontvanger: Partij,
    /// What is told.
    pub mededeling: Mededeling,
    /// Laid ready, milliseconds since the Unix epoch.
    pub sinds_ms: u64,
    /// To be confirmed by then, milliseconds.
    pub uiterlijk_ms: u64,
    /// Handed out before.
    pub gegeven: bool,
    /// Confirmed, milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bevestigd_ms: Option<u64>,
}

/// What must be told to whom. The same `aanleiding`, kind and receiver is one message, however often it is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aanzegging {
    /// Names the occasion: `feit:12`, `akkoord:<id>`. Kept only as a keyed digest.
    pub aanleiding: String,
    /// For whom.
    pub ontvanger: Partij,
    /// What.
    pub mededeling: Mededeling,
}

const TEXT: &str = "is not an id or a word of the rules: an administrative message holds nothing else";

impl Gateway {
    /// Lays messages ready for their receivers, all or none; gives their ids in order. What was announced before is left
    /// as it is.
    ///
    /// # Errors
    /// When one holds a text that is no id, word or element; or they could not be kept.
    pub async fn announce(&self, all: Vec<Aanzegging>) -> Result<Vec<String>, BeheerError> {
        let new = all.iter().map(|a| self.notice(a)).collect::<Result<Vec<_>, _>>()?;
        let ids = new.iter().map(|n| n.id.clone()).collect();
        self.inner
            .store
            .tell(new, None)
            .await
            .inspect_err(|e| self.port_failed(e))?;
        Ok(ids)
    }

    /// The message with its id, its deadline and its record.
    pub(crate) fn notice(&self, a: &Aanzegging) -> Result<NewNotice, BeheerError> {
        self.notice_at(a, self.now_ms())
    }

    /// As laid ready at that moment.
    fn notice_at(&self, a: &Aanzegging, at_ms: u64) -> Result<NewNotice, BeheerError> {
        let rulebook = self.rulebook();
        let fine =
            |(text, element): (&str, bool)| word(text) || (element && !rulebook.gegevens().matching(text).is_empty());
        let bad = BeheerError::Ongeldig {
            veld: "mededeling",
            wat: TEXT,
        };
        if !a.mededeling.texts().into_iter().all(fine) {
            return Err(bad);
        }
        let bericht = serde_json::to_string(&a.mededeling).map_err(|_| bad)?;
        let ontvanger = a.ontvanger.to_string();
        let parts = [
            a.aanleiding.as_bytes(),
            a.mededeling.soort().as_bytes(),
            ontvanger.as_bytes(),
        ];
        let id = self.inner.sealer.keyed_id("beheer", &parts);
        let term = u64::from(a.mededeling.termijn_dagen()) * 24 * 60 * 60 * 1000;
        let entry = self.notice_entry(
            Stap::Afgeleverd,
            &id,
            a.ontvanger,
            &a.mededeling,
            "beheerbericht ligt klaar",
        );
        Ok(NewNotice {
            id,
            ontvanger: a.ontvanger,
            bericht,
            at_ms,
            due_ms: at_ms.saturating_add(term),
            entry,
        })
    }

    /// The record of a step of an administrative message.
    fn notice_entry(&self, stap: Stap, id: &str, ontvanger: Partij, told: &Mededeling, note: &str) -> Entry {
        let entry = self.act(stap, id, told.casus(), note.to_owned());
        Entry {
            inhoud: Inhoud {
                bericht: told.soort().to_owned(),
                kanaal: told.kanaal().as_str().to_owned(),
                ontvanger: ontvanger.to_string(),
                ..entry.inhoud
            },
            ..entry
        }
    }
}
