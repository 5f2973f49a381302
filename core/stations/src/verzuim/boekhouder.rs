//! Who writes the book: seals what is said of a pupil, and knows which party a school is.

use std::sync::Arc;

use sluis_rules::ids::{Brin, Partij};
use sluis_rules::inzage::Kenmerk;
use sluis_rules::verzuim::{Dag, Verzuimdossier};

use super::{Instelling, School};
use crate::inzage;
use crate::ports::{Clock, DossierRij, Entry, PortError, Sealer, Verzuimboek};

/// So many pupils are destroyed at once, so that others get their turn.
const VERGEET: usize = 200;

/// Writes and reads the book. Cheap to clone.
#[derive(Clone)]
pub struct Boekhouder {
    boek: Arc<dyn Verzuimboek>,
    sealer: Arc<dyn Sealer>,
    clock: Arc<dyn Clock>,
    instelling: Arc<Instelling>,
}

impl std::fmt::Debug for Boekhouder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Boekhouder(…)")
    }
}

impl Boekhouder {
    /// Puts it together.
    #[must_use]
    pub fn new(
        boek: Arc<dyn Verzuimboek>,
        sealer: Arc<dyn Sealer>,
        clock: Arc<dyn Clock>,
        instelling: Arc<Instelling>,
    ) -> Self {
        Self {
            boek,
            sealer,
            clock,
            instelling,
        }
    }

    pub(super) fn boek(&self) -> &dyn Verzuimboek {
        self.boek.as_ref()
    }

    pub(super) fn sealer(&self) -> &dyn Sealer {
        self.sealer.as_ref()
    }

    pub(super) fn instelling(&self) -> &Instelling {
        &self.instelling
    }

    pub(super) fn vandaag(&self) -> Dag {
        Dag::from(self.clock.today())
    }

    pub(super) fn nu_ms(&self) -> u64 {
        u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0)
    }

    pub(super) fn school(&self, brin: Brin) -> Option<&School> {
        self.instelling.scholen.get(&brin)
    }

    /// The key of a pupil: the number of the school's own system counts within its organisation only.
    pub(super) fn sleutel(&self, partij: Partij, leerling: &[u8]) -> String {
        let oin = partij.oin.to_string();
        self.sealer.keyed_id("verzuimleerling", &[oin.as_bytes(), leerling])
    }

    /// By which keys the pupil is found for access: those that messages are found by.
    pub(super) fn personen(&self, dossier: &Verzuimdossier) -> Vec<String> {
        let found: Vec<Kenmerk> = dossier.kenmerk().into_iter().collect();
        inzage::keys(self.sealer(), &found)
    }

    /// Destroys pupils of whom nothing was written for the term of keeping; gives how many.
    pub(super) async fn vergeet(&self, entry: Entry) -> Result<u64, PortError> {
        let day_ms = 24 * 60 * 60 * 1000;
        let now = self.nu_ms();
        let before = now.saturating_sub(u64::from(self.instelling.bewaren_dagen) * day_ms);
        self.boek.vergeet(before, VERGEET, entry).await
    }

    pub(super) fn open(&self, rij: &DossierRij) -> Result<Verzuimdossier, PortError> {
        let opened = self.sealer.open(&context(&rij.sleutel), &rij.sealed)?;
        Verzuimdossier::lees(opened.bytes())
            .map_err(|_| PortError::Corrupt("the book of absence", "a pupil's registrations cannot be read"))
    }

    pub(super) fn seal(&self, sleutel: &str, dossier: &Verzuimdossier) -> Result<Vec<u8>, PortError> {
        self.sealer.seal(&context(sleutel), &dossier.bytes())
    }
}

fn context(sleutel: &str) -> String {
    format!("verzuimdossier {sleutel}")
}
