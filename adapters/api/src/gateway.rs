//! The doors of the real stations.

use sluis_rules::facts::Feit;
use sluis_rules::ids::Partij;
use sluis_rules::inzage::{Vraag, Weigering};
use sluis_rules::journal::Record;
use sluis_rules::recht::{Stap, Verzoek};
use sluis_stations::ports::{Depth, EffectId, PortError};
use sluis_stations::{
    AkkoordRefusal, AkkoordVraag, BeheerError, Beheerbericht, Gateway, Grootboekregel, IntakeRefusal, Klasse,
    MailboxRefusal, NieuwVerzoek, NoticeRefusal, REGELS_GEWEIGERD, REGELS_NOG_NIET, REGELS_TABEL_VEROUDERD,
    Registerpost, RulesAlarm, VerzoekError, Wie,
};

use crate::auth::Caller;
use crate::doors::{
    BlockedItem, BusStand, Counts, Doors, Fault, Fetched, Fut, Kind, PostItem, Receipt, Recorded, Refusal, RulesInUse,
    RulesToCome, RulesTrouble, Wachtend,
};

/// What the listener recognised, as the stations know it. A connection that they do not know is switched off.
fn known(gateway: &Gateway, caller: &Caller) -> Result<sluis_stations::Caller, Refusal> {
    gateway
        .caller(&caller.koppeling)
        .ok_or(Refusal::new(Kind::Unavailable, "koppeling-uit"))
}

/// In whose name the caller changes something. Nobody: refused, for what is recorded names its account.
pub(crate) fn acting(caller: &Caller) -> Result<&Wie, Refusal> {
    caller
        .wie
        .as_ref()
        .ok_or(Refusal::new(Kind::NotMandated, "account-nodig"))
}

impl From<IntakeRefusal> for Refusal {
    fn from(refusal: IntakeRefusal) -> Self {
        let kind = match refusal.klasse() {
            Klasse::Ongeldig => Kind::Invalid,
            Klasse::Verboden => Kind::NotMandated,
            Klasse::Conflict => Kind::Conflict,
            Klasse::TeGroot => Kind::TooLarge,
            Klasse::NietBeschikbaar => Kind::Unavailable,
        };
        // The name of an attribute is a place at the root of the event.
        let pad = refusal.path().map(|p| {
            if p.starts_with('/') || p.is_empty() {
                p.to_owned()
            } else {
                format!("/{p}")
            }
        });
        let fouten = refusal
            .faults()
            .iter()
            .map(|f| Fault {
                pad: f.pad.clone(),
                eis: f.soort.clone(),
            })
            .collect();
        Self {
            kind,
            slug: refusal.slug(),
            pad,
            fouten,
        }
    }
}

impl From<MailboxRefusal> for Refusal {
    fn from(refusal: MailboxRefusal) -> Self {
        let kind = match refusal {
            MailboxRefusal::NotYours => Kind::NotMandated,
            MailboxRefusal::Absent => Kind::Unknown,
            MailboxRefusal::NotNow => Kind::Unavailable,
        };
        Self::new(kind, refusal.slug())
    }
}

impl From<NoticeRefusal> for Refusal {
    fn from(refusal: NoticeRefusal) -> Self {
        let kind = match refusal {
            NoticeRefusal::NotYours => Kind::NotMandated,
            NoticeRefusal::Absent => Kind::Unknown,
            NoticeRefusal::NotNow => Kind::Unavailable,
        };
        Self::new(kind, refusal.slug())
    }
}

impl From<AkkoordRefusal> for Refusal {
    fn from(refusal: AkkoordRefusal) -> Self {
        match refusal {
            AkkoordRefusal::Bericht(refusal) => refusal.into(),
            AkkoordRefusal::Beheer(error) => error.into(),
        }
    }
}

impl From<BeheerError> for Refusal {
    fn from(error: BeheerError) -> Self {
        match error {
            BeheerError::Ongeldig { veld, .. } | BeheerError::Geweigerd { veld, .. } => {
                Self::new(Kind::Invalid, error.slug()).at(format!("/{veld}"))
            }
            BeheerError::Niet(_) => Self::new(Kind::NotMandated, error.slug()),
            BeheerError::NietNu => Self::new(Kind::Unavailable, error.slug()),
        }
    }
}

impl From<VerzoekError> for Refusal {
    fn from(error: VerzoekError) -> Self {
        match error {
            VerzoekError::Geweigerd(Weigering::Onleesbaar) => Self::new(Kind::Invalid, "verzoek-ongeldig"),
            // At which age who may ask, and which date of birth is on record, is not told apart.
            VerzoekError::Geweigerd(_) => Self::new(Kind::NotMandated, "vrager-niet-bevoegd"),
            VerzoekError::Beheer(error) => error.into(),
            VerzoekError::Stap(_) => Self::new(Kind::Conflict, "verzoek-stap"),
            VerzoekError::Onbekend => Self::new(Kind::Unknown, "onbekend"),
        }
    }
}

/// For calls that only read.
fn unread(_: PortError) -> Refusal {
    Refusal::new(Kind::Unavailable, "opslag-niet-beschikbaar")
}

impl From<sluis_stations::Receipt> for Receipt {
    fn from(receipt: sluis_stations::Receipt) -> Self {
        Self {
            id: receipt.event_key,
            repeat: receipt.repeat,
            berichten: receipt.effects.into_iter().map(|e| (e.0, None)).collect(),
            gaten: receipt.gaps,
            aantal_gaten: receipt.gap_count,
        }
    }
}

impl Doors for Gateway {
    fn accept_event<'a>(
        &'a self,
        caller: &'a Caller,
        body: &'a [u8],
        traceparent: Option<&'a str>,
    ) -> Fut<'a, Result<Receipt, Refusal>> {
        Box::pin(async move {
            let caller = known(self, caller)?;
            Ok(Self::accept_event(self, &caller, body, traceparent).await?.into())
        })
    }

    fn mailbox<'a>(
        &'a self,
        caller: &'a Caller,
        partij: Partij,
        na: Option<String>,
        limit: usize,
    ) -> Fut<'a, Result<Vec<PostItem>, Refusal>> {
        Box::pin(async move {
            let items = self
                .mailbox_list(&known(self, caller)?, partij, na.map(EffectId), limit)
                .await?;
            let item = |i: sluis_stations::MailboxSummary| PostItem {
                effect: i.effect.0,
                bericht: i.bericht,
                casus: i.casus,
                afzender: i.afzender,
                since_ms: i.since_ms,
            };
            Ok(items.into_iter().map(item).collect())
        })
    }

    fn fetch<'a>(
        &'a self,
        caller: &'a Caller,
        partij: Partij,
        effect: String,
    ) -> Fut<'a, Result<Option<Fetched>, Refusal>> {
        Box::pin(async move {
            match self
                .mailbox_fetch(&known(self, caller)?, partij, &EffectId(effect))
                .await
            {
                Ok(found) => Ok(Some(Fetched {
                    event: found.event,
                    content: found.out.into(),
                })),
                Err(MailboxRefusal::Absent) => Ok(None),
                Err(refusal) => Err(refusal.into()),
            }
        })
    }

    fn done<'a>(&'a self, caller: &'a Caller, partij: Partij, effect: String) -> Fut<'a, Result<bool, Refusal>> {
        Box::pin(async move {
            Ok(self
                .mailbox_done(&known(self, caller)?, partij, &EffectId(effect))
                .await?)
        })
    }

    fn notices<'a>(
        &'a self,
        caller: &'a Caller,
        partij: Partij,
        na: Option<String>,
        limit: usize,
    ) -> Fut<'a, Result<Vec<Beheerbericht>, Refusal>> {
        Box::pin(async move { Ok(Self::notices(self, &known(self, caller)?, partij, na, limit).await?) })
    }

    fn notice<'a>(
        &'a self,
        caller: &'a Caller,
        partij: Partij,
        id: String,
    ) -> Fut<'a, Result<Option<Beheerbericht>, Refusal>> {
        Box::pin(async move {
            match self.notice_fetch(&known(self, caller)?, partij, &id).await {
                Ok(found) => Ok(Some(found)),
                Err(NoticeRefusal::Absent) => Ok(None),
                Err(refusal) => Err(refusal.into()),
            }
        })
    }

    fn confirm<'a>(&'a self, caller: &'a Caller, partij: Partij, id: String) -> Fut<'a, Result<bool, Refusal>> {
        Box::pin(async move { Ok(self.notice_confirm(&known(self, caller)?, partij, &id).await?) })
    }

    fn ask_accord<'a>(&'a self, caller: &'a Caller, vraag: AkkoordVraag) -> Fut<'a, Result<String, Refusal>> {
        Box::pin(async move { Ok(Self::ask_accord(self, &known(self, caller)?, vraag).await?) })
    }

    fn answer_accord<'a>(
        &'a self,
        caller: &'a Caller,
        partij: Partij,
        id: String,
        akkoord: bool,
    ) -> Fut<'a, Result<bool, Refusal>> {
        Box::pin(async move { Ok(Self::answer_accord(self, &known(self, caller)?, partij, &id, akkoord).await?) })
    }

    fn unconfirmed<'a>(&'a self, na: Option<String>, limit: usize) -> Fut<'a, Result<Vec<Beheerbericht>, Refusal>> {
        Box::pin(async move { Self::unconfirmed(self, na, limit).await.map_err(unread) })
    }

    fn record_facts<'a>(&'a self, caller: &'a Caller, feiten: Vec<Feit>) -> Fut<'a, Result<Recorded, Refusal>> {
        Box::pin(async move {
            let kept = self.record_facts_by(acting(caller)?, feiten).await?;
            Ok(Recorded {
                versie: kept.versie,
                onderweg: kept.onderweg.into_iter().map(|e| e.0).collect(),
                onbekende_toestemming: kept.onbekende_toestemming,
            })
        })
    }

    fn history<'a>(&'a self, id: String) -> Fut<'a, Result<Vec<Record>, Refusal>> {
        Box::pin(async move { self.why(&id).await.map_err(unread) })
    }

    fn blocked<'a>(&'a self, na: Option<String>, limit: usize) -> Fut<'a, Result<Vec<BlockedItem>, Refusal>> {
        Box::pin(async move {
            let items = self.quarantine(na.map(EffectId), limit).await?;
            let item = |i: sluis_stations::ports::QuarantineItem| BlockedItem {
                effect: i.effect.0,
                bericht: i.event.bericht,
                casus: i.event.claim.casus,
                afzender: i.event.claim.afzender,
                ontvanger: i.event.claim.ontvanger,
                redenen: i.redenen,
                since_ms: i.since_ms,
                until_ms: i.until_ms,
            };
            Ok(items.into_iter().map(item).collect())
        })
    }

    fn rejudge<'a>(&'a self, caller: &'a Caller, effect: String) -> Fut<'a, Result<bool, Refusal>> {
        Box::pin(async move { Ok(self.rejudge_by(acting(caller)?, &EffectId(effect)).await?) })
    }

    fn consents(&self, casus: String) -> Fut<'_, Result<Vec<Registerpost>, Refusal>> {
        Box::pin(async move { Self::consents(self, &casus).await.map_err(unread) })
    }

    fn ending_soon(
        &self,
        na: Option<String>,
        limit: usize,
    ) -> Fut<'_, Result<(Vec<Registerpost>, Option<String>), Refusal>> {
        Box::pin(async move { Self::ending_soon(self, na.as_deref(), limit).await.map_err(unread) })
    }

    fn ledger(
        &self,
        casus: String,
        toestemming: Option<String>,
        na: Option<String>,
        limit: usize,
    ) -> Fut<'_, Result<Vec<Grootboekregel>, Refusal>> {
        Box::pin(async move {
            let na = na.map(EffectId);
            Self::ledger(self, &casus, toestemming.as_deref(), na.as_ref(), limit)
                .await
                .map_err(unread)
        })
    }

    fn make_request<'a>(
        &'a self,
        caller: &'a Caller,
        vraag: Vraag,
        verzoek: NieuwVerzoek,
    ) -> Fut<'a, Result<Verzoek, Refusal>> {
        Box::pin(async move { Ok(Self::make_request(self, acting(caller)?, &vraag, &verzoek).await?) })
    }

    fn requests(&self, id: Option<String>) -> Fut<'_, Result<Vec<Verzoek>, Refusal>> {
        Box::pin(async move {
            match id {
                Some(id) => self.request(&id).await.map_err(unread),
                None => Self::requests(self).await.map_err(unread),
            }
        })
    }

    fn request_step<'a>(&'a self, caller: &'a Caller, id: String, stap: Stap) -> Fut<'a, Result<Verzoek, Refusal>> {
        Box::pin(async move { Ok(Self::request_step(self, acting(caller)?, &id, stap).await?) })
    }

    fn knows(&self, koppeling: &str) -> bool {
        self.caller(koppeling).is_some()
    }

    fn counts(&self) -> Fut<'_, Result<Counts, Refusal>> {
        Box::pin(async move {
            let t = self.tellingen().await.map_err(unread)?;
            let (beheerberichten, beheerberichten_te_laat) = self.unconfirmed_counts().await.map_err(unread)?;
            Ok(Counts {
                beheerberichten,
                beheerberichten_te_laat,
                open: t.open,
                oudste_inhoud_seconden: t.oudste_inhoud_s,
                inhoud_te_oud: t.inhoud_te_oud,
                geblokkeerd: t.quarantaine,
                postbus: t.postbus,
                toestemmingen_binnenkort: t.toestemmingen_binnenkort,
            })
        })
    }

    fn bus(&self) -> Fut<'_, Option<BusStand>> {
        Box::pin(async move {
            let health = Self::bus(self).health().await;
            let waiting = |depth: Depth| Wachtend {
                aantal: depth.waiting,
                oudste_seconden: depth.oldest.map(|age| age.as_secs()),
            };
            Some(BusStand {
                soort: health.kind,
                verbonden: health.connected,
                geblokkeerd: health.blocked,
                oordelen: waiting(health.judge),
                bezorgen: waiting(health.deliver),
                opzij: health.dead,
            })
        })
    }

    fn rules(&self) -> Option<RulesInUse> {
        let rulebook = self.rulebook();
        let trouble = |alarm: RulesAlarm| RulesTrouble {
            reden: alarm.reden,
            wat_te_doen: match alarm.reden {
                REGELS_GEWEIGERD => {
                    "draai `sluis check` op de map met de regels en verbeter wat het aanwijst; tot dan gelden de vorige"
                }
                REGELS_NOG_NIET => {
                    "de regels in de map gelden pas later; zet ze bij regels_straks, en de geldende terug bij regels"
                }
                REGELS_TABEL_VEROUDERD => {
                    "MATRIX.md hoort niet bij deze regels; lees wat er verandert (`sluis diff`), en dan `sluis matrix --write`; tot dan gelden de vorige"
                }
                _ => "maak de map met de regels leesbaar voor Sluis; tot dan gelden de vorige",
            },
            sinds_ms: alarm.since_ms,
        };
        Some(RulesInUse {
            regelboek: rulebook.hash().to_string(),
            getekend_op: rulebook.convenant().getekend_op.to_string(),
            alarm: self.rules_alarm().map(trouble),
            ligt_klaar: self.rules_ready().map(|ready| RulesToCome {
                regelboek: ready.regelboek.to_string(),
                vanaf: ready.vanaf.to_string(),
            }),
        })
    }

    fn writable(&self) -> Fut<'_, Result<(), Refusal>> {
        Box::pin(async move { self.store().writable().await.map_err(unread) })
    }
}
