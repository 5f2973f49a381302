//! A source that announces: verify, fetch, translate, hand on, and only then acknowledge.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sluis_outward::Signature;
use sluis_stations::Entropy;
use tokio::sync::watch;

use crate::announce::{Announcement, is_plain_id};
use crate::config::{Config, ConfigError};
use crate::fetch::{Calls, Failure};
use crate::intake::{Intake, NotTaken};
use crate::poll::PollState;
use crate::refusal::lies_in_document;
use crate::translate::Translator;

/// The longest pause between attempts.
const LONGEST: Duration = Duration::from_secs(10);

/// What to answer to an announcement. Never a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reply {
    /// 202: durable. 503: send it again. Everything else: for good.
    pub status: u16,
    /// The slug of the reason; empty with 202.
    pub reason: &'static str,
    /// With 503: how long to wait first.
    pub retry_after: Option<Duration>,
}

impl Reply {
    const fn new(status: u16, reason: &'static str) -> Self {
        Self {
            status,
            reason,
            retry_after: None,
        }
    }
}

/// How one hulpvraag came out.
pub(crate) enum Settled {
    Taken,
    /// The document itself cannot be taken, as it is.
    Refused(NotTaken),
    /// A change of configuration, of facts or at the source may cure it.
    Curable(NotTaken),
    Later {
        reason: &'static str,
        after: Option<Duration>,
    },
}

/// A source that announces.
pub struct Source {
    pub(crate) name: String,
    signature: Signature,
    pub(crate) calls: Calls,
    translator: Arc<Translator>,
    intake: Arc<dyn Intake>,
    entropy: Entropy,
    attempts: u32,
    pause: Duration,
    answer_within: Duration,
    pub(crate) poll_every: Duration,
    pub(crate) cursor_file: Option<PathBuf>,
    pub(crate) held: AtomicUsize,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.name)
    }
}

impl Source {
    /// Puts a source together; `entropy` is for jitter only.
    ///
    /// # Errors
    /// When the configuration cannot be used; see [`ConfigError`]. Nothing is called here.
    pub fn new(
        config: &Config,
        translator: Arc<Translator>,
        intake: Arc<dyn Intake>,
        entropy: Entropy,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            name: config.name.clone(),
            signature: Signature::new(&config.secret).ok_or_else(|| ConfigError::Secret(config.name.clone()))?,
            calls: Calls::new(config)?,
            translator,
            intake,
            entropy,
            attempts: config.attempts.max(1),
            pause: config.pause,
            answer_within: config.answer_within,
            poll_every: config.poll_every,
            cursor_file: config.cursor_file.clone(),
            held: AtomicUsize::new(0),
        })
    }

    /// How many hulpvragen wait for a change of configuration or facts; see [`PollState::held`].
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// Takes an announcement: the value of [`crate::SIGNATURE_HEADER`] and the body as it came, at most 4 KiB.
    pub async fn announced(&self, signature: Option<&[u8]>, body: &[u8]) -> Reply {
        // Not a byte of the body is read before it is known who sent it.
        if !signature.is_some_and(|signature| self.signature.is_of(signature, body)) {
            return Reply::new(401, "handtekening-klopt-niet");
        }
        let found = Announcement::read(body).filter(|found| found.is_hulpvraag() && is_plain_id(&found.id));
        let Some(found) = found else {
            return Reply::new(400, "aankondiging-onleesbaar");
        };
        // What is cut off here may still become durable: it is then a repeat when it comes again.
        match tokio::time::timeout(self.answer_within, self.settle(&found.id)).await {
            Ok(Settled::Taken) => Reply::new(202, ""),
            // What can be cured comes again by polling, so the sender need not repeat it.
            Ok(Settled::Refused(refused) | Settled::Curable(refused)) => Reply::new(refused.status, refused.reason),
            Ok(Settled::Later { reason, after }) => Reply {
                status: 503,
                reason,
                retry_after: after,
            },
            Err(_) => Reply::new(503, "tijd-om"),
        }
    }

    /// Polls now and then until `stop` says so or is dropped.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) {
        let mut state = match &self.cursor_file {
            Some(file) => PollState::load(file).await,
            None => PollState::default(),
        };
        self.held.store(state.held.len(), Ordering::Relaxed);
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = self.poll(&mut state) => {}
            }
            let pause = self.jittered(self.poll_every);
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Fetches, translates and hands on one hulpvraag.
    pub(crate) async fn settle(&self, id: &str) -> Settled {
        let settled = self.settle_quietly(id).await;
        match &settled {
            Settled::Taken => {}
            Settled::Refused(refused) => {
                let kenmerk = self.translator.kenmerk(id);
                tracing::warn!(
                    bron = self.name,
                    kenmerk,
                    reden = refused.reason,
                    "hulpvraag refused for good"
                );
            }
            Settled::Curable(refused) => {
                let kenmerk = self.translator.kenmerk(id);
                tracing::warn!(
                    bron = self.name,
                    kenmerk,
                    reden = refused.reason,
                    "hulpvraag refused until configuration, facts or the source change"
                );
            }
            Settled::Later { reason, .. } => {
                let kenmerk = self.translator.kenmerk(id);
                tracing::info!(bron = self.name, kenmerk, reden = *reason, "hulpvraag left for later");
            }
        }
        settled
    }

    async fn settle_quietly(&self, id: &str) -> Settled {
        let bytes = match self.fetch(id).await {
            Ok(bytes) => bytes,
            Err(Failure::Later { why, after }) => return Settled::Later { reason: why, after },
            Err(Failure::Never { why, status }) => return refused(NotTaken { status, reason: why }),
        };
        let translated = match self.translator.translate(&bytes, Some(id)) {
            Ok(translated) => translated,
            Err(refusal) => {
                return refused(NotTaken {
                    status: refusal.status(),
                    reason: refusal.slug(),
                });
            }
        };
        if !translated.gaps.is_empty() {
            tracing::info!(
                bron = self.name,
                gaten = translated.gaps.len(),
                "fields without a place were left behind"
            );
        }
        match self.intake.take(translated.event, &translated.data).await {
            Ok(_) => Settled::Taken,
            Err(not_taken) if not_taken.status == 503 => Settled::Later {
                reason: not_taken.reason,
                after: None,
            },
            Err(not_taken) => refused(not_taken),
        }
    }

    async fn fetch(&self, id: &str) -> Result<Vec<u8>, Failure> {
        let mut pause = self.pause;
        let mut attempt = 1;
        loop {
            let failure = match self.calls.hulpvraag(id).await {
                Err(failure @ Failure::Later { .. }) => failure,
                settled => return settled,
            };
            let asked = if let Failure::Later { after, .. } = failure {
                after
            } else {
                None
            };
            if attempt >= self.attempts || asked.is_some_and(|asked| asked > LONGEST) {
                return Err(failure);
            }
            attempt += 1;
            tokio::time::sleep(self.jittered(pause).max(asked.unwrap_or_default())).await;
            pause = pause.saturating_mul(2).min(LONGEST);
        }
    }

    /// Between half and the whole, so that many do not come at once.
    pub(crate) fn jittered(&self, pause: Duration) -> Duration {
        let half = pause / 2;
        let span = u64::try_from(half.as_micros()).unwrap_or(u64::MAX).saturating_add(1);
        half + Duration::from_micros((self.entropy)() % span)
    }
}

fn refused(refused: NotTaken) -> Settled {
    if lies_in_document(refused.reason) {
        Settled::Refused(refused)
    } else {
        Settled::Curable(refused)
    }
}
