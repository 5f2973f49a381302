//! Where a translated bundle goes: the register of consents and the first station, behind a trait so that a test can
//! stand in for them.

use std::fmt;
use std::sync::Arc;

use sluis_rules::event::Event;
use sluis_rules::facts::{Feit, Intrekking, ToestemmingGeldig};
use sluis_stations::ports::{Clock, Fut};
use sluis_stations::{BeheerError, Gateway, IntakeRefusal};

use crate::toestemming::Lezing;

/// It is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// It was here before.
    pub repeat: bool,
}

/// It was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotTaken {
    /// 503 when it may be tried again; anything else is for good.
    pub status: u16,
    /// The slug of the reason.
    pub reason: &'static str,
}

/// Takes consents and messages in and keeps them durably.
pub trait Intake: Send + Sync {
    /// Records what consents say of a case. Answers the reasons of those that the register refused; an error when
    /// nothing can be recorded now.
    fn record<'a>(&'a self, casus: &'a str, lezingen: Vec<Lezing>) -> Fut<'a, Result<Vec<&'static str>, NotTaken>>;

    /// Answers only when the message is durable, or certainly not taken.
    fn take<'a>(&'a self, event: Event, data: &'a [u8]) -> Fut<'a, Result<Taken, NotTaken>>;
}

/// The gateway, called as one configured connection.
#[derive(Clone)]
pub struct GatewayIntake {
    /// The gateway.
    pub gateway: Gateway,
    /// The name of the connection that this source is.
    pub koppeling: String,
    /// The account under which its consents are recorded; none: they are not.
    pub account: Option<String>,
    /// Dates a withdrawal.
    pub clock: Arc<dyn Clock>,
}

impl fmt::Debug for GatewayIntake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GatewayIntake({})", self.koppeling)
    }
}

const NOT_NOW: NotTaken = NotTaken {
    status: 503,
    reason: "opslag-niet-beschikbaar",
};

impl Intake for GatewayIntake {
    fn record<'a>(&'a self, casus: &'a str, lezingen: Vec<Lezing>) -> Fut<'a, Result<Vec<&'static str>, NotTaken>> {
        Box::pin(async move {
            let Some(account) = &self.account else {
                return Ok(Vec::new());
            };
            let mut refused = Vec::new();
            for lezing in lezingen {
                let known = self.gateway.consents(casus).await.map_err(|_| NOT_NOW)?;
                let now = lezing.geldt.as_ref().map(|t| t.id.as_str());
                let over = known.iter().filter(|post| {
                    let id = &post.toestemming.id;
                    lezing.is_van(id) && now != Some(id) && post.stand != ToestemmingGeldig::Ingetrokken
                });
                // First what closes, by itself: nothing that opens may take it along when it is refused.
                let closes = over.map(|post| {
                    Feit::Intrekking(Intrekking {
                        toestemming: post.toestemming.id.clone(),
                        casus: casus.to_owned(),
                        op: self.clock.today(),
                    })
                });
                let closes: Vec<Feit> = closes.collect();
                let opens = lezing
                    .geldt
                    .filter(|t| known.iter().all(|post| post.toestemming.id != t.id));
                for feiten in [closes, opens.map(Feit::Toestemming).into_iter().collect()] {
                    if feiten.is_empty() {
                        continue;
                    }
                    match self.gateway.record_facts(account, feiten).await {
                        Ok(_) => {}
                        Err(BeheerError::NietNu) => return Err(NOT_NOW),
                        Err(error) => refused.push(error.slug()),
                    }
                }
            }
            Ok(refused)
        })
    }

    fn take<'a>(&'a self, event: Event, data: &'a [u8]) -> Fut<'a, Result<Taken, NotTaken>> {
        Box::pin(async move {
            let not_taken = |refusal: &IntakeRefusal| NotTaken {
                status: refusal.klasse().status(),
                reason: refusal.slug(),
            };
            let Some(caller) = self.gateway.caller(&self.koppeling) else {
                return Err(not_taken(&IntakeRefusal::KoppelingUit));
            };
            let kept = self.gateway.accept_canonical(&caller, event, data).await;
            kept.map(|receipt| Taken { repeat: receipt.repeat })
                .map_err(|refusal| not_taken(&refusal))
        })
    }
}
