//! Case life: every recorded fact that others must know of becomes a message to each of them.
//!
//! The facts are read once each, behind a cursor in the store that moves together with the messages it made. So a crash
//! tells again what was not told, never twice what was, and recording a fact waits for nobody.

use std::collections::BTreeMap;

use sluis_rules::facts::{Dossier, Feit, Intrekking, Sluitreden};
use sluis_rules::ids::{Partij, Taak};

use super::{Aanzegging, Mededeling, WatNogMag};
use crate::gateway::Gateway;
use crate::ports::{FactsRead, PortError, Untold};

/// So many facts are told of in one transaction.
const PAGE: usize = 100;

impl Gateway {
    /// Tells of the facts that nobody was told of yet; gives how many messages that made.
    ///
    /// # Errors
    /// When the store cannot answer: to be done again.
    pub async fn tell_of_facts(&self) -> Result<u64, PortError> {
        let mut told = 0;
        loop {
            let Untold { after, feiten } = self.inner.store.untold(PAGE).await?;
            let Some((last, _)) = feiten.last() else {
                return Ok(told);
            };
            let cursor = (after, *last);
            let mut new = Vec::new();
            for (nummer, feit) in &feiten {
                for (ontvanger, mededeling) in self.told_by(feit).await? {
                    let aanzegging = Aanzegging {
                        aanleiding: format!("feit:{nummer}"),
                        ontvanger,
                        mededeling,
                    };
                    match self.notice(&aanzegging) {
                        Ok(notice) => new.push(notice),
                        // A fact of before its words were checked: it works, and is told of by a person.
                        Err(error) => tracing::error!(nummer, %error, "a fact cannot be told of"),
                    }
                }
            }
            // Somebody else told: then there is nothing left here either, or it is seen on the next round.
            told += self.inner.store.tell(new, Some(cursor)).await?.unwrap_or(0);
        }
    }

    /// Whom a fact is told to, and how.
    async fn told_by(&self, feit: &Feit) -> Result<Vec<(Partij, Mededeling)>, PortError> {
        if let Feit::Intrekking(i) = feit {
            return self.told_of_withdrawal(i).await;
        }
        let Some(mededeling) = telling(feit) else {
            return Ok(Vec::new());
        };
        let rulebook = self.rulebook();
        let mut to: Vec<Partij> = match feit.casus() {
            Some(casus) => {
                let FactsRead { feiten, versie } = self.inner.store.facts(casus.to_owned()).await?;
                // Who joins tomorrow must know of what begins tomorrow.
                let day = self.inner.clock.today().max(feit.ingang());
                let stand = Dossier::build(&feiten, versie, casus, day, rulebook.gegevens());
                stand.casus.map(|c| c.deelnemers).unwrap_or_default()
            }
            // To be made known to the others (S:246): all who acceded, by the rules or by a fact.
            None => {
                let FactsRead { feiten, .. } = self.inner.store.facts(String::new()).await?;
                let by_fact = feiten.iter().filter_map(|f| match f {
                    Feit::Toetreding(t) => Some(t.partij),
                    _ => None,
                });
                let by_rules = rulebook
                    .partijen()
                    .into_iter()
                    .filter(|(_, p)| p.toegetreden_op.is_some());
                by_rules.map(|(p, _)| *p).chain(by_fact).collect()
            }
        };
        match feit {
            // Who leaves hears that it has left, and who gets a case handed over hears that it comes.
            Feit::Deelname(f) => to.push(f.partij),
            Feit::Overdracht(f) => to.extend(&f.ontvangers),
            // Who accedes knows it.
            Feit::Toetreding(f) => to.retain(|p| *p != f.partij),
            _ => {}
        }
        // The betrokkene is told by a person (12), and DUO has no part in a case.
        to.retain(|p| !matches!(p.taak, Taak::Betrokkene | Taak::Duo));
        to.sort();
        to.dedup();
        Ok(to.into_iter().map(|p| (p, mededeling.clone())).collect())
    }
}

impl Gateway {
    /// Everyone who got or may have got something on the consent, by the effects it knows them by. Its permission for
    /// those has lapsed (6.d, 11.5). Read from the ledger after the withdrawal was recorded: nothing that rests on it can
    /// depart any more, so nobody is missed.
    async fn told_of_withdrawal(&self, i: &Intrekking) -> Result<Vec<(Partij, Mededeling)>, PortError> {
        let mut to: BTreeMap<Partij, Vec<String>> = BTreeMap::new();
        for got in self.inner.store.received(i.casus.clone()).await? {
            if !got.toestemmingen.contains(&i.toestemming) {
                continue;
            }
            match got.ontvanger.parse() {
                Ok(partij) => to.entry(partij).or_default().push(got.effect.0),
                Err(_) => return Err(PortError::Corrupt("the ledger", "a receiver in it is no party")),
            }
        }
        let told = |(partij, effecten)| {
            let mededeling = Mededeling::Intrekking {
                casus: i.casus.clone(),
                op: i.op,
                effecten,
            };
            (partij, mededeling)
        };
        Ok(to.into_iter().map(told).collect())
    }
}

/// What a fact says to the others; `None`: nothing, or something that is told in another way.
fn telling(feit: &Feit) -> Option<Mededeling> {
    Some(match feit {
        Feit::Deelname(f) => Mededeling::Deelname {
            casus: f.casus.clone(),
            partij: f.partij,
            vanaf: f.vanaf,
            tot: f.tot,
        },
        Feit::Regierol(f) => Mededeling::Regierol {
            casus: f.casus.clone(),
            partij: f.partij,
            vanaf: f.vanaf,
        },
        Feit::Fase(f) => Mededeling::Fase {
            casus: f.casus.clone(),
            fase: f.fase.clone(),
            vanaf: f.vanaf,
            herbeoordeeld: f.herbeoordeeld,
        },
        Feit::Sluiting(f) => Mededeling::Sluiting {
            casus: f.casus.clone(),
            op: f.op,
            wat_nog_mag: match f.reden {
                Sluitreden::ArrangementBeeindigd => WatNogMag::EvaluatieMetBetrokkene,
                Sluitreden::JaarTerug | Sluitreden::Verhuisd | Sluitreden::Overleden => WatNogMag::OverdrachtEnBeheer,
            },
        },
        Feit::Overdracht(f) => Mededeling::Overdracht {
            casus: f.casus.clone(),
            van_overleg: f.van_overleg.clone(),
            naar_overleg: f.naar_overleg.clone(),
            op: f.op,
            tot: f.tot,
            besluit_door: f.besluit_door,
        },
        Feit::Toetreding(f) => Mededeling::Toetreding {
            partij: f.partij,
            casus: None,
            ondertekend_op: f.ondertekend_op,
            bekendgemaakt_op: f.bekendgemaakt_op,
        },
        // A case alone has no participants to tell; consent, withdrawal and accord are told by who deals with them.
        Feit::Casus(_)
        | Feit::Informering(_)
        | Feit::Toestemming(_)
        | Feit::Intrekking(_)
        | Feit::Akkoord(_)
        | Feit::Vrijgave(_)
        | Feit::Geheimhouding(_)
        | Feit::Noodzaak(_)
        | Feit::Betrokkene(_)
        | Feit::Individu(_)
        | Feit::Leeftijd(_)
        | Feit::OudersOneens(_)
        | Feit::Doorbreking(_) => return None,
    })
}

impl Gateway {
    /// Tells of facts until told to stop: at every tick.
    pub(crate) async fn keep_telling(self) {
        loop {
            if let Err(error) = self.tell_of_facts().await {
                self.port_failed(&error);
            }
            tokio::time::sleep(self.inner.settings.tick).await;
        }
    }
}
