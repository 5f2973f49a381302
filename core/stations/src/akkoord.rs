//! Accord as a conversation (3.4, 11.4): who would pass on or further use what another brought in, asks; that party
//! answers; a yes becomes a fact. Question and answer are administrative messages, tracked like all others.

use sluis_rules::facts::{Akkoord, Dossier, Feit};
use sluis_rules::ids::Partij;

use crate::beheer::{BeheerError, word};
use crate::beheerbericht::{Aanzegging, Mededeling, NoticeRefusal};
use crate::config::Caller;
use crate::gateway::Gateway;

/// What is asked of the party that brought something in.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AkkoordVraag {
    /// The case.
    pub casus: String,
    /// Names the question; the same question again is one.
    pub vraag: String,
    /// Who asks: who would pass it on, or use it further.
    pub doorgever: Partij,
    /// Who brought it in.
    pub inbrenger: Partij,
    /// To whom it would go; the asker itself when it is for its own further use.
    pub ontvanger: Partij,
    /// Elements of the dictionary, or prefixes such as `gezondheid.*`.
    pub gegevens: Vec<String>,
    /// For which purpose of the case.
    pub doel: String,
}

/// Why a question or an answer is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AkkoordRefusal {
    /// Of the message itself.
    #[error(transparent)]
    Bericht(#[from] NoticeRefusal),
    /// Of what it holds.
    #[error(transparent)]
    Beheer(#[from] BeheerError),
}

const OTHER: &str = "is the party that asks: nobody needs its own accord";
const LINKED: &str = "takes no part in this case: who asks and who brought it in both do";
const PURPOSE: &str = "is no purpose of this case: secrecy-bound data are used for no other (11.4)";

impl Gateway {
    /// Asks for an accord; gives the id of the message to who brought it in. Asking twice is once.
    ///
    /// # Errors
    /// When the caller is not the asker, a field cannot be used, or it could not be kept.
    pub async fn ask_accord(&self, caller: &Caller, v: AkkoordVraag) -> Result<String, AkkoordRefusal> {
        if !caller.koppeling.eigen.contains(&v.doorgever) {
            return Err(NoticeRefusal::NotYours.into());
        }
        let need = |fine: bool, veld: &'static str, wat: &'static str| {
            if fine {
                Ok(())
            } else {
                Err(BeheerError::Ongeldig { veld, wat })
            }
        };
        need(word(&v.casus), "casus", crate::beheer::WORD)?;
        need(v.inbrenger != v.doorgever, "inbrenger", OTHER)?;
        need(!v.gegevens.is_empty(), "gegevens", crate::beheer::ELEMENT)?;
        let casus = self.stand(&v.casus).await?;
        let takes_part = |p: &Partij| casus.as_ref().is_some_and(|c| c.deelnemers.contains(p));
        need(takes_part(&v.doorgever), "doorgever", LINKED)?;
        need(takes_part(&v.inbrenger), "inbrenger", LINKED)?;
        need(
            casus.as_ref().is_some_and(|c| c.doelen.contains(&v.doel)),
            "doel",
            PURPOSE,
        )?;
        let (to, doel, gegevens) = (v.ontvanger, v.doel.clone(), v.gegevens.join(","));
        let aanzegging = Aanzegging {
            // The same name for another case, receiver, purpose or other data is another question.
            aanleiding: format!("akkoord:{}:{}:{}:{to}:{doel}:{gegevens}", v.doorgever, v.casus, v.vraag),
            ontvanger: v.inbrenger,
            mededeling: Mededeling::AkkoordVraag {
                casus: v.casus,
                vraag: v.vraag,
                doorgever: v.doorgever,
                ontvanger: v.ontvanger,
                gegevens: v.gegevens,
                doel: v.doel,
            },
        };
        let ids = self.announce(vec![aanzegging]).await?;
        Ok(ids.into_iter().next().unwrap_or_default())
    }

    /// The answer of who brought it in, to the message `id`. A yes is recorded as a fact, and the asker is told either
    /// way; the question is confirmed with it. Only the first answer counts: a change of mind is a fact that ends the
    /// accord. `false`: there is no such question for this party, or it was answered before.
    ///
    /// # Errors
    /// When the caller is not that party, or it could not be kept: answer again, which works once.
    pub async fn answer_accord(
        &self,
        caller: &Caller,
        inbrenger: Partij,
        id: &str,
        akkoord: bool,
    ) -> Result<bool, AkkoordRefusal> {
        let asked = match self.notice_fetch(caller, inbrenger, id).await {
            Ok(asked) => asked.mededeling,
            Err(NoticeRefusal::Absent) => return Ok(false),
            Err(other) => return Err(other.into()),
        };
        let Mededeling::AkkoordVraag {
            casus,
            vraag,
            doorgever,
            ontvanger,
            gegevens,
            doel,
        } = asked
        else {
            return Ok(false);
        };
        // Told before it is recorded: if it ends here and another answer comes, the asker heard a yes that has no fact, and
        // nothing passes on it.
        let told = Aanzegging {
            aanleiding: format!("antwoord:{id}"),
            ontvanger: doorgever,
            mededeling: Mededeling::AkkoordAntwoord {
                casus: casus.clone(),
                vraag,
                inbrenger,
                akkoord,
            },
        };
        let ids = self.announce(vec![told]).await?;
        // What was told first stands: an answer before this one, of which the end was not reached, may have been another.
        if self.answered(doorgever, ids.first()).await? != Some(akkoord) {
            return Ok(false);
        }
        if akkoord {
            let fact = Akkoord {
                casus,
                inbrenger,
                doorgever,
                ontvanger,
                gegevens,
                doel: Some(doel),
                op: self.inner.clock.today(),
                tot: None,
            };
            let fact = Feit::Akkoord(fact);
            // Recorded when the end was not reached: it is there already.
            if !self.was_recorded(&fact).await.map_err(BeheerError::from)? {
                self.record_facts(&caller.naam, vec![fact]).await?;
            }
        }
        Ok(self.notice_confirm(caller, inbrenger, id).await?)
    }

    /// What the asker was told by that message.
    async fn answered(&self, doorgever: Partij, id: Option<&String>) -> Result<Option<bool>, AkkoordRefusal> {
        let Some(id) = id else { return Ok(None) };
        let found = self.inner.store.notice(doorgever, id.clone()).await;
        let told = found.map_err(NoticeRefusal::from)?;
        let told = told.and_then(|item| serde_json::from_str(&item.bericht).ok());
        Ok(match told {
            Some(Mededeling::AkkoordAntwoord { akkoord, .. }) => Some(akkoord),
            _ => None,
        })
    }

    /// The case as it stands today.
    async fn stand(&self, casus: &str) -> Result<Option<sluis_rules::facts::CasusStand>, BeheerError> {
        let read = self.inner.store.facts(casus.to_owned()).await?;
        let rulebook = self.rulebook();
        let today = self.inner.clock.today();
        Ok(Dossier::build(&read.feiten, read.versie, casus, today, rulebook.gegevens()).casus)
    }
}
