//! Back from a pseudonym to a person (14.3): at the source only, by two people, journalled first, and so many a day.
//!
//! Nobody's number is kept here, so who asks brings the persons it could be; the answer is which of them, or none.

use std::str::FromStr as _;

use sluis_rules::ids::{Bsn, Partij};
use sluis_rules::journal::{Inhoud, Stap};
use sluis_rules::pseudonym::{Identity, Pseudonym};

use crate::beheer::word;
use crate::gateway::Gateway;
use crate::ports::{Entry, PortError, TweePersonen};

/// All of them are found in the journal under this id.
const HERIDENTIFICATIE: &str = "heridentificatie";
/// So many a day: more is no exception any more, but a way around the pseudonym.
const PER_DAY: usize = 20;
/// So many persons at once: more is trying everybody.
const CANDIDATES: usize = 50;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// What is asked. Blank `Debug`: it names persons.
pub struct Heridentificatie {
    /// Who got the pseudonym.
    pub derde: Partij,
    /// For which purpose it got it.
    pub doel: String,
    /// The pseudonym, as the derde has it.
    pub schuilnaam: String,
    /// The persons it could be.
    pub kandidaten: Vec<Bsn>,
}

impl std::fmt::Debug for Heridentificatie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Heridentificatie(…)")
    }
}

/// Why nothing is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeridentificatieRefusal {
    /// A field cannot be used.
    #[error("the field `{0}` cannot be used: give a pseudonym, a purpose, and 1 to {CANDIDATES} persons it could be")]
    Ongeldig(&'static str),
    /// Too many today.
    #[error(
        "{PER_DAY} pseudonyms were led back to a person in the last day: wait, or ask the FG why so many are needed"
    )]
    TeVaak,
    /// No key, or it could not be recorded.
    #[error(transparent)]
    Poort(#[from] PortError),
}

impl Gateway {
    /// Which of the candidates the pseudonym is, by its place in the list; `None`: none of them, or the key of its epoch
    /// was destroyed. Recorded before it is looked at, whatever comes out.
    ///
    /// # Errors
    /// See [`HeridentificatieRefusal`]; nothing is told then.
    pub async fn reidentify(
        &self,
        personen: &TweePersonen,
        vraag: &Heridentificatie,
    ) -> Result<Option<usize>, HeridentificatieRefusal> {
        let bad = HeridentificatieRefusal::Ongeldig;
        let schuilnaam = Pseudonym::from_str(&vraag.schuilnaam).map_err(|_| bad("schuilnaam"))?;
        if !word(&vraag.doel) {
            return Err(bad("doel"));
        }
        if vraag.kandidaten.is_empty() || vraag.kandidaten.len() > CANDIDATES {
            return Err(bad("kandidaten"));
        }
        let since = self.now_ms().saturating_sub(DAY_MS);
        let before = self.history_of(HERIDENTIFICATIE).await?;
        if before.iter().filter(|r| r.tijd_ms > since).count() >= PER_DAY {
            return Err(HeridentificatieRefusal::TeVaak);
        }
        let keys = self.pseudonyms(vraag.derde, &vraag.doel)?;
        let who = format!(
            "heridentificatie door {} met {}",
            personen.eerste().id(),
            personen.tweede().id()
        );
        let entry = self.act(Stap::Feit, HERIDENTIFICATIE, None, who);
        let entry = Entry {
            inhoud: Inhoud {
                kanaal: "derde".to_owned(),
                doel: vraag.doel.clone(),
                ontvanger: vraag.derde.to_string(),
                ..entry.inhoud
            },
            ..entry
        };
        self.inner.store.note(entry).await?;
        let mut found = None;
        // Every candidate is tried: the time it takes does not tell which it was.
        for (n, bsn) in vraag.kandidaten.iter().enumerate() {
            if keys.matches(Identity::Bsn(bsn), &schuilnaam).is_some() {
                found = Some(n);
            }
        }
        Ok(found)
    }
}
