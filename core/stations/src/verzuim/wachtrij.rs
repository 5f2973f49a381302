//! The queue as people see it: which reports there are, what they wait for, and by when.

use jiff::civil::Date;
use serde::Serialize;
use sluis_rules::ids::Partij;

use super::{Verzuim, balie_context};
use crate::ports::{MeldingRij, MeldingStand, PortError};

/// One report, for who operates or for the school that it is of. No name, no number of a pupil: registrations are told
/// by the numbers that the school gave them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MeldingRegel {
    /// Our reference.
    pub kenmerk: String,
    /// On whose behalf.
    pub partij: String,
    /// The rule.
    pub regel: String,
    /// The school, with its branch.
    pub school: String,
    /// The registrations it rests on.
    pub registraties: Vec<u64>,
    /// Where it stands.
    pub stand: MeldingStand,
    /// What it waits for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wacht_op: Vec<String>,
    /// The last day on which it is in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termijn: Option<Date>,
    /// The term has passed and nothing was handed over.
    pub te_laat: bool,
    /// Which version was handed over; 0: none.
    pub gemeld: u32,
    /// It is withdrawn, or will be.
    pub ingetrokken: bool,
    /// Since when, milliseconds since the Unix epoch.
    pub sinds_ms: u64,
    /// What the desk says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balie: Option<String>,
    /// The number of the desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meldingsnummer: Option<String>,
}

impl std::fmt::Debug for MeldingRegel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MeldingRegel(…)")
    }
}

/// Whether the term of a report has passed while nothing was handed over.
#[must_use]
pub fn te_laat(rij: &MeldingRij, vandaag: Date) -> bool {
    let open = matches!(rij.stand, MeldingStand::Wacht | MeldingStand::Opgesteld);
    open && rij.gemeld == 0 && rij.termijn.is_some_and(|termijn| termijn < vandaag)
}

impl Verzuim {
    /// Reports of these parties, or of all, oldest first, after one (exclusive).
    ///
    /// # Errors
    /// When the book cannot be read.
    pub async fn wachtrij(
        &self,
        partijen: Option<Vec<Partij>>,
        na: Option<String>,
        limit: usize,
    ) -> Result<Vec<MeldingRegel>, PortError> {
        let rows = self.boekhouder.boek().meldingen(partijen, na, limit).await?;
        rows.iter().map(|rij| self.regel(rij)).collect()
    }

    fn regel(&self, rij: &MeldingRij) -> Result<MeldingRegel, PortError> {
        let signaal = self.open(rij)?.signaal.signaal();
        let meldingsnummer = match &rij.balie {
            None => None,
            Some(balie) => {
                let opened = self
                    .boekhouder
                    .sealer()
                    .open(&balie_context(&rij.kenmerk), &balie.sealed)?;
                Some(String::from_utf8_lossy(opened.bytes()).into_owned())
            }
        };
        Ok(MeldingRegel {
            kenmerk: rij.kenmerk.clone(),
            partij: rij.partij.to_string(),
            regel: rij.regel.clone(),
            school: signaal.as_ref().map(|s| s.school.to_string()).unwrap_or_default(),
            registraties: signaal
                .map(|s| s.bewijs.iter().map(|id| id.0).collect())
                .unwrap_or_default(),
            stand: rij.stand,
            wacht_op: rij.wacht.clone(),
            termijn: rij.termijn,
            te_laat: te_laat(rij, self.boekhouder.vandaag().date()),
            gemeld: rij.gemeld,
            ingetrokken: rij.ingetrokken,
            sinds_ms: rij.sinds_ms,
            balie: rij.balie.as_ref().map(|balie| balie.stand.clone()),
            meldingsnummer,
        })
    }
}
