//! Absence: registrations in, reports out, and back what became of them.
//!
//! 1. [`Boekhouder`] takes lines into the book, sealed, one row a pupil. A line that is wrong is told and the rest stays.
//! 2. [`Verzuim::ronde`] hands over what is composed, and then looks at the pupils that changed: the rules again over all
//!    their registrations, the signals laid beside the reports that were made, and what must be made, amended or withdrawn.
//! 3. A report is an event like any other: through intake, the gates of the statutory channel, and the minimiser.
//! 4. [`Verzuim::terug`] takes what the desk and the municipality did: an event to the school, and a line in the queue.
//!
//! Nothing is lost: each step is a transaction, and the next is found in the book. Nothing goes twice: the id of an
//! event is made of the report and its version, and a version is handed over before the pupil is looked at again.

mod boekhouder;
mod inname;
mod kijk;
mod overdracht;
mod terug;
mod wachtrij;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sluis_rules::ids::{Brin, Partij, Taak};
use sluis_rules::journal::Stap;
use sluis_rules::verzuim::{Kalenders, Melder, SignaalBewaard, Wetsvoorstellen};
use tokio::sync::{Notify, watch};

pub use boekhouder::Boekhouder;
pub use inname::{Inname, InnameFout, Innameverslag};
pub use terug::NietTerug;
pub use wachtrij::{MeldingRegel, te_laat};

use crate::gateway::Gateway;
use crate::ports::{MeldingRij, PortError};

/// How long nothing happens before the book is looked at anyway: a term or a day may have passed.
const RUST: Duration = Duration::from_secs(30);

/// A school: which party it is, and who reports there.
#[derive(Debug, Clone)]
pub struct School {
    /// The party.
    pub partij: Partij,
    /// Who reports; without it reports of this school wait.
    pub melder: Option<Melder>,
}

/// What an operator decides about absence.
pub struct Instelling {
    /// School weeks and holidays.
    pub kalenders: Kalenders,
    /// Bills that are in force.
    pub wetten: Wetsvoorstellen,
    /// The schools, by BRIN with branch.
    pub scholen: BTreeMap<Brin, School>,
    /// To whom reports go.
    pub loket: Partij,
    /// Whether the municipality is asked to act.
    pub actie_gemeente: bool,
    /// Whether what may be reported, and need not, is reported without a person's decision.
    pub overig: bool,
    /// So many days after the last registration a pupil leaves the book (9.1; AVG 5.1.e).
    pub bewaren_dagen: u16,
}

/// A school year with its holidays, and a month to put right what was registered in its last days. The rules look back no
/// further than a school year; the school keeps its own register for as long as its own law asks (9.2).
pub const BEWAREN_DAGEN: u16 = 400;

impl std::fmt::Debug for Instelling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Instelling({} scholen)", self.scholen.len())
    }
}

/// What is kept sealed beside a report.
#[derive(Serialize, Deserialize)]
struct Details {
    signaal: SignaalBewaard,
    /// The canonical message that is to be handed over; gone once it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uit: Option<String>,
    /// Keyed digest of the content that was handed over last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    laatste: Option<String>,
}

/// Absence as a whole: the book and the gateway.
pub struct Verzuim {
    gateway: Gateway,
    boekhouder: Boekhouder,
    wakker: Notify,
}

impl std::fmt::Debug for Verzuim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verzuim(…)")
    }
}

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ronde {
    /// Reports handed to intake.
    pub overgedragen: u64,
    /// Pupils looked at.
    pub bekeken: u64,
    /// There may be more to do at once.
    pub meer: bool,
}

impl Verzuim {
    /// Puts it together. The book must be of the same store as the gateway's.
    #[must_use]
    pub fn new(gateway: Gateway, boekhouder: Boekhouder) -> Self {
        Self {
            gateway,
            boekhouder,
            wakker: Notify::new(),
        }
    }

    /// Takes lines for the book.
    #[must_use]
    pub const fn boekhouder(&self) -> &Boekhouder {
        &self.boekhouder
    }

    /// The caller behind an authenticated connection; `None` when no connection has that name.
    #[must_use]
    pub fn caller(&self, koppeling: &str) -> Option<crate::config::Caller> {
        self.gateway.caller(koppeling)
    }

    /// Something was added to the book.
    pub fn wek(&self) {
        self.wakker.notify_one();
    }

    /// One round: hands over what is composed, then looks at who changed.
    ///
    /// # Errors
    /// When a port cannot do its work: what was not done is found again in the next round.
    pub async fn ronde(&self) -> Result<Ronde, PortError> {
        let overgedragen = self.draag_over().await?;
        let (bekeken, meer) = self.kijk().await?;
        // What was composed just now goes at once.
        let more = self.draag_over().await?;
        let note = "verzuimboek: bewaartermijn voorbij, leerlingen".to_owned();
        let vergeten = self
            .boekhouder
            .vergeet(self.gateway.act(Stap::Vernietigd, "", None, note))
            .await?;
        if vergeten > 0 {
            tracing::info!(vergeten, "pupils past the term of keeping left the book of absence");
        }
        Ok(Ronde {
            overgedragen: overgedragen + more,
            bekeken,
            meer,
        })
    }

    /// Rounds until `stop` says so or is dropped.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        loop {
            let round = tokio::select! {
                biased;
                _ = stop.wait_for(|stop| *stop) => return,
                round = self.ronde() => round,
            };
            match round {
                Ok(ronde) if ronde.meer => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "a round over the book of absence stopped early"),
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = self.wakker.notified() => {}
                () = tokio::time::sleep(RUST) => {}
            }
        }
    }

    /// Under which case the reports of a pupil travel: a pseudonym that says nothing, and keeps them in their order.
    fn casus(&self, sleutel: &str) -> String {
        let digest = self.boekhouder.sealer().keyed_id("verzuimcasus", &[sleutel.as_bytes()]);
        // Letters only: eight digits in a row could be a number of a person, and are refused in an attribute.
        let letters = digest.bytes().take(40).map(|b| {
            char::from(match b {
                b'0'..=b'9' => b - b'0' + b'g',
                other => other,
            })
        });
        format!("vzm-{}", letters.collect::<String>())
    }

    fn open(&self, rij: &MeldingRij) -> Result<Details, PortError> {
        let opened = self
            .boekhouder
            .sealer()
            .open(&details_context(&rij.kenmerk), &rij.sealed)?;
        serde_json::from_slice(opened.bytes())
            .map_err(|_| PortError::Corrupt("the book of absence", "a report cannot be read"))
    }

    fn seal(&self, kenmerk: &str, details: &Details) -> Result<Vec<u8>, PortError> {
        // Numbers, words and a text: writing them does not fail.
        let bytes = serde_json::to_vec(details).unwrap_or_default();
        self.boekhouder.sealer().seal(&details_context(kenmerk), &bytes)
    }
}

fn details_context(kenmerk: &str) -> String {
    format!("verzuimmelding {kenmerk}")
}

fn balie_context(kenmerk: &str) -> String {
    format!("verzuimmelding-nummer {kenmerk}")
}

/// The flow by which a school of this kind reports.
fn stroom(partij: Partij) -> &'static str {
    if partij.taak == Taak::Mbo {
        "verzuimmelding-mbo"
    } else {
        "verzuimmelding"
    }
}
