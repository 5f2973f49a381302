//! Case life: every recorded fact that others must know of becomes a message to each of them.
//!
//! The facts are read once each, behind a cursor in the store that moves together with the messages it made. So a crash
//! tells again what was not told, never twice what was, and recording a fact waits for nobody.

use std::collections::BTreeMap;

use jiff::Span;
use jiff::civil::Date;
use sluis_rules::event::Kanaal;
use sluis_rules::facts::{Dossier, Feit, Intrekking, Sluitreden};
use sluis_rules::ids::{Partij, Taak};

use super::{Aanzegging, Mededeling, WatNogMag};
use crate::gateway::Gateway;
use crate::ports::{FactsRead, NewNotice, PortError, Untold};

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
                if let Feit::Intrekking(i) = feit {
                    new.extend(self.told_of_withdrawal(i).await?);
                    continue;
                }
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

/// A withdrawal of so many days ago is still told of when somebody was missed.
const LOOKS_BACK_DAYS: i64 = 31;

impl Gateway {
    /// Everyone who got or may have got something on the consent, by the effects it knows them by. Its permission for
    /// those has lapsed (6.d, 11.5). Told when it is recorded, and again on its day when more departed until then: the
    /// same receiver with the same effects is told once.
    ///
    /// A derde sees its own name for the case and the day, as in what it received (14.3): two of them must not find each
    /// other by what they are told.
    async fn told_of_withdrawal(&self, i: &Intrekking) -> Result<Vec<NewNotice>, PortError> {
        // Per receiver and name of the case: what it got, and whether it sees days only.
        let mut to: BTreeMap<(Partij, String), (Vec<String>, bool)> = BTreeMap::new();
        for got in self.inner.store.received(i.casus.clone()).await? {
            if !got.toestemmingen.contains(&i.toestemming) {
                continue;
            }
            let Ok(partij) = got.ontvanger.parse::<Partij>() else {
                return Err(PortError::Corrupt("the ledger", "a receiver in it is no party"));
            };
            let records = self.history_of(got.effect.as_str()).await?;
            let of = records.iter().find(|r| r.nummer == got.nummer).map(|r| &r.inhoud);
            let derde = partij.taak == Taak::Derde || of.is_none_or(|o| o.kanaal == Kanaal::Derde.as_str());
            let casus = if derde {
                self.case_for(partij, of.map_or("", |o| o.doel.as_str()), &i.casus)
            } else {
                i.casus.clone()
            };
            to.entry((partij, casus))
                .or_insert((Vec::new(), derde))
                .0
                .push(got.effect.0);
        }
        let mut out = Vec::new();
        for ((ontvanger, casus), (mut effecten, derde)) in to {
            effecten.sort();
            let aanzegging = Aanzegging {
                aanleiding: format!("intrekking:{}:{}:{}", i.casus, i.toestemming, effecten.join(",")),
                ontvanger,
                mededeling: Mededeling::Intrekking {
                    casus,
                    op: i.op,
                    effecten,
                },
            };
            let now = self.now_ms();
            let at = if derde { crate::derde::day_ms(now) } else { now };
            match self.notice_at(&aanzegging, at) {
                Ok(notice) => out.push(notice),
                Err(error) => tracing::error!(%error, "a withdrawal cannot be told of: tell its receivers by hand"),
            }
        }
        Ok(out)
    }

    /// Tells again of withdrawals whose day has come: until then what rested on the consent could still depart.
    ///
    /// # Errors
    /// When the store cannot answer: to be done again.
    pub async fn tell_of_withdrawals(&self, today: Date) -> Result<u64, PortError> {
        let from = today.checked_sub(Span::new().days(LOOKS_BACK_DAYS)).unwrap_or(today);
        let mut told = 0;
        for casus in self.inner.store.consent_cases().await? {
            for feit in self.inner.store.facts(casus).await?.feiten {
                if let Feit::Intrekking(i) = feit
                    && (from..=today).contains(&i.op)
                {
                    let new = self.told_of_withdrawal(&i).await?;
                    told += self.inner.store.tell(new, None).await?.unwrap_or(0);
                }
            }
        }
        Ok(told)
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
        | Feit::Beperking(_)
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
