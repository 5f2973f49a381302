//! Looking at who changed: the rules over all registrations of a pupil, laid beside the reports that were made.

use sluis_rules::verzuim::{
    Dag, Handeling, Opdracht, Opgesteld, RedenIntrekking, Signaal, SignaalBewaard, Soort, Verzuimdossier, Wijziging,
    detect, stel_op, verschil,
};

use super::{Details, Verzuim, balie_context};
use crate::ports::{DossierRij, MeldingRij, MeldingStand, PortError};

/// Pupils in one round.
const RONDE: usize = 200;

/// A report with what is sealed beside it, opened.
struct Melding {
    rij: MeldingRij,
    details: Details,
    signaal: Option<Signaal>,
    geraakt: bool,
}

impl Melding {
    /// Whether the signal stands: only then is it laid beside what is found now.
    fn loopt(&self) -> bool {
        !self.rij.ingetrokken && self.rij.stand != MeldingStand::Vervallen
    }
}

impl Verzuim {
    /// Looks at the pupils that must be looked at; how many, and whether there are more.
    pub(super) async fn kijk(&self) -> Result<(u64, bool), PortError> {
        let today = self.boekhouder.vandaag();
        let day = dagnummer(today);
        let rows = self.boekhouder.boek().te_bekijken(day, RONDE).await?;
        let more = rows.len() >= RONDE;
        let mut looked = 0;
        for row in rows {
            looked += 1;
            self.kijk_naar(&row, today, day).await?;
        }
        Ok((looked, more))
    }

    async fn kijk_naar(&self, row: &DossierRij, today: Dag, day: i32) -> Result<(), PortError> {
        let boek = self.boekhouder.boek();
        let tomorrow = Some(day.saturating_add(1));
        let found = boek.meldingen_van(row.sleutel.clone()).await?;
        // What is composed may have been handed over by a process that died before it could say so. Until that is
        // settled nobody knows whether the next version is a new report or another version of one.
        if found.iter().any(|rij| rij.stand == MeldingStand::Opgesteld) {
            boek.bekeken(row.sleutel.clone(), row.versie, tomorrow, Vec::new())
                .await?;
            return Ok(());
        }
        let (dossier, meldingen) = match self.lees(row, found) {
            Ok(read) => read,
            Err(PortError::Corrupt(..)) => {
                tracing::error!("a pupil in the book of absence cannot be read: reports of it stand still");
                boek.bekeken(row.sleutel.clone(), row.versie, tomorrow, Vec::new())
                    .await?;
                return Ok(());
            }
            Err(other) => return Err(other),
        };
        let changed = self.vergelijk(row, &dossier, meldingen, today)?;
        // What waits may wait for the configuration (who reports, whether what may be reported is): that changes without
        // another registration, and the term runs on.
        let waits = changed.iter().any(|rij| rij.stand == MeldingStand::Wacht);
        let again = dossier.weer_op(today).map(dagnummer);
        let next = if waits {
            again.into_iter().chain(tomorrow).min()
        } else {
            again
        };
        // When the pupil was written meanwhile nothing was done, and the next round finds it again.
        boek.bekeken(row.sleutel.clone(), row.versie, next, changed).await?;
        Ok(())
    }

    fn lees(&self, row: &DossierRij, found: Vec<MeldingRij>) -> Result<(Verzuimdossier, Vec<Melding>), PortError> {
        let dossier = self.boekhouder.open(row)?;
        let mut meldingen = Vec::with_capacity(found.len());
        for rij in found {
            let details = self.open(&rij)?;
            meldingen.push(Melding {
                signaal: details.signaal.signaal(),
                details,
                rij,
                geraakt: false,
            });
        }
        Ok((dossier, meldingen))
    }

    /// The rows that change.
    fn vergelijk(
        &self,
        row: &DossierRij,
        dossier: &Verzuimdossier,
        mut meldingen: Vec<Melding>,
        today: Dag,
    ) -> Result<Vec<MeldingRij>, PortError> {
        let instelling = self.boekhouder.instelling();
        let Some(leerling) = dossier.leerling() else {
            return Ok(Vec::new());
        };
        let uitkomst = detect(
            &instelling.kalenders,
            instelling.wetten,
            today,
            leerling,
            dossier.registraties(),
        );
        let standing: Vec<(usize, Signaal)> = meldingen
            .iter()
            .enumerate()
            .filter(|(_, melding)| melding.loopt())
            .filter_map(|(at, melding)| Some((at, melding.signaal.clone()?)))
            .collect();
        let before: Vec<Signaal> = standing.iter().map(|(_, signaal)| signaal.clone()).collect();
        let place = |of: &Signaal| {
            let at = before.iter().position(|one| std::ptr::eq(one, of))?;
            standing.get(at).map(|(at, _)| *at)
        };
        for change in verschil(&before, &uitkomst.signalen) {
            match change {
                Wijziging::Melden(new) => {
                    let melding = self.nieuw(row, new, meldingen.len());
                    meldingen.push(melding);
                }
                Wijziging::Wijzigen(old, new) => {
                    if let Some(melding) = place(old).and_then(|at| meldingen.get_mut(at)) {
                        melding.signaal = Some(new.clone());
                        melding.geraakt = true;
                    }
                }
                Wijziging::Intrekken(old) => {
                    if let Some(melding) = place(old).and_then(|at| meldingen.get_mut(at)) {
                        melding.rij.ingetrokken = true;
                        melding.geraakt = true;
                    }
                }
            }
        }
        let mut out = Vec::new();
        for mut melding in meldingen {
            // What waited may be complete by now, also when its signal stayed as it was.
            if !melding.geraakt && melding.rij.stand != MeldingStand::Wacht {
                continue;
            }
            self.stel_op(&mut melding, dossier, today)?;
            let Melding {
                mut rij,
                mut details,
                signaal,
                ..
            } = melding;
            if let Some(signaal) = &signaal {
                details.signaal = SignaalBewaard::van(signaal);
                rij.termijn = signaal.termijn.map(Dag::date);
            }
            rij.koppeling.clone_from(&row.koppeling);
            rij.sealed = self.seal(&rij.kenmerk, &details)?;
            out.push(rij);
        }
        Ok(out)
    }

    fn nieuw(&self, row: &DossierRij, signaal: &Signaal, before: usize) -> Melding {
        let parts = [
            row.sleutel.clone(),
            signaal.regel.id().to_owned(),
            signaal.school.to_string(),
            signaal.begin.to_string(),
            // One that was withdrawn and comes back is another report.
            before.to_string(),
        ];
        let parts: Vec<&[u8]> = parts.iter().map(String::as_bytes).collect();
        let rij = MeldingRij {
            kenmerk: self.boekhouder.sealer().keyed_id("verzuimmelding", &parts),
            sleutel: row.sleutel.clone(),
            koppeling: row.koppeling.clone(),
            partij: row.partij,
            regel: signaal.regel.id().to_owned(),
            stand: MeldingStand::Wacht,
            wacht: Vec::new(),
            termijn: signaal.termijn.map(Dag::date),
            versie: 1,
            gemeld: 0,
            ingetrokken: false,
            sinds_ms: self.boekhouder.nu_ms(),
            sealed: Vec::new(),
            balie: None,
        };
        Melding {
            rij,
            details: Details {
                signaal: SignaalBewaard::van(signaal),
                uit: None,
                laatste: None,
            },
            signaal: Some(signaal.clone()),
            geraakt: true,
        }
    }

    /// Composes the next version of a report, or says what it waits for.
    fn stel_op(&self, melding: &mut Melding, dossier: &Verzuimdossier, today: Dag) -> Result<(), PortError> {
        let Melding {
            rij, details, signaal, ..
        } = melding;
        let Some(signaal) = signaal else { return Ok(()) };
        details.uit = None;
        rij.wacht.clear();
        if rij.ingetrokken && rij.gemeld == 0 {
            // Nothing left yet, so there is nothing to take back.
            rij.stand = MeldingStand::Vervallen;
            return Ok(());
        }
        let instelling = self.boekhouder.instelling();
        let number = match &rij.balie {
            None => None,
            Some(balie) => Some(
                self.boekhouder
                    .sealer()
                    .open(&balie_context(&rij.kenmerk), &balie.sealed)?,
            ),
        };
        let number = number
            .as_ref()
            .and_then(|opened| std::str::from_utf8(opened.bytes()).ok());
        let school = self.boekhouder.school(signaal.school);
        let opdracht = Opdracht {
            signaal,
            dossier,
            handeling: match (rij.ingetrokken, rij.gemeld) {
                (true, _) => Handeling::Intrekken,
                (false, 0) => Handeling::Registreren,
                (false, _) => Handeling::Wijzigen,
            },
            reden_intrekking: reden_intrekking(signaal, dossier),
            kenmerk: &rij.kenmerk,
            meldingsnummer: number,
            datum: today,
            partij: rij.partij,
            melder: school.and_then(|school| school.melder.as_ref()),
            actie_gemeente: instelling.actie_gemeente,
            overig: instelling.overig,
        };
        match stel_op(&opdracht) {
            Ok(Opgesteld {
                bericht,
                vraagt_toelichting,
            }) => {
                let same = Opdracht {
                    handeling: Handeling::Registreren,
                    meldingsnummer: None,
                    datum: signaal.begin,
                    ..opdracht
                };
                let content = stel_op(&same).map(|same| same.bericht).unwrap_or_default();
                let digest = self.boekhouder.sealer().keyed_id("verzuiminhoud", &[&content]);
                if !rij.ingetrokken && rij.gemeld > 0 && details.laatste.as_ref() == Some(&digest) {
                    // The correction changed nothing of what was reported.
                    rij.stand = MeldingStand::Onderweg;
                    return Ok(());
                }
                details.laatste = Some(digest);
                details.uit = String::from_utf8(bericht).ok();
                rij.versie = rij.gemeld.saturating_add(1);
                rij.stand = MeldingStand::Opgesteld;
                if vraagt_toelichting {
                    rij.wacht.push("toelichting".to_owned());
                }
            }
            Err(missing) => {
                rij.stand = MeldingStand::Wacht;
                rij.wacht = missing.iter().map(|what| what.slug().to_owned()).collect();
            }
        }
        Ok(())
    }
}

fn reden_intrekking(signaal: &Signaal, dossier: &Verzuimdossier) -> RedenIntrekking {
    let taken_back = dossier
        .registraties()
        .iter()
        .any(|reg| reg.soort == Soort::Intrekking && reg.vervangt.is_some_and(|id| signaal.bewijs.contains(&id)));
    if taken_back {
        RedenIntrekking::Ingetrokken
    } else {
        RedenIntrekking::Gecorrigeerd
    }
}

/// A day as the book has it.
fn dagnummer(dag: Dag) -> i32 {
    dag.nummer()
}
