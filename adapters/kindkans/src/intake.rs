//! Where a translated hulpvraag goes: the first station, behind a trait so that a test can stand in for it.

use sluis_rules::event::Event;
use sluis_stations::ports::Fut;
use sluis_stations::{Gateway, IntakeRefusal, Klasse};

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

/// Takes messages in and keeps them durably.
pub trait Intake: Send + Sync {
    /// Answers only when the message is durable, or certainly not taken.
    fn take<'a>(&'a self, event: Event, data: &'a [u8]) -> Fut<'a, Result<Taken, NotTaken>>;
}

/// The gateway, called as one configured connection.
#[derive(Debug, Clone)]
pub struct GatewayIntake {
    /// The gateway.
    pub gateway: Gateway,
    /// The name of the connection that this source is.
    pub koppeling: String,
}

impl Intake for GatewayIntake {
    fn take<'a>(&'a self, event: Event, data: &'a [u8]) -> Fut<'a, Result<Taken, NotTaken>> {
        Box::pin(async move {
            let Some(caller) = self.gateway.caller(&self.koppeling) else {
                return Err(of(&IntakeRefusal::KoppelingUit));
            };
            match self.gateway.accept_canonical(&caller, event, data).await {
                Ok(receipt) => Ok(Taken { repeat: receipt.repeat }),
                Err(refusal) => Err(of(&refusal)),
            }
        })
    }
}

fn of(refusal: &IntakeRefusal) -> NotTaken {
    let klasse: Klasse = refusal.klasse();
    NotTaken {
        status: klasse.status(),
        reason: refusal.slug(),
    }
}
