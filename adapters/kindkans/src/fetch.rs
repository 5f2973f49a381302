//! Calls to the source: one hulpvraag, or a page of announcements.

use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response, Url};
use serde::Deserialize;
use sluis_outward::{Limit, below};
use sluis_rules::scan::{Caps, Scratch, check};

use crate::announce::Announcement;
use crate::client;
use crate::config::{Config, ConfigError};
use crate::cursor;

/// Why there is nothing. Words from a closed vocabulary; the error of the client is never shown, it holds the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It may go well another time, after at least so long if the source said so.
    Later { why: &'static str, after: Option<Duration> },
    /// It never will.
    Never { why: &'static str, status: u16 },
}

const fn later(why: &'static str) -> Failure {
    Failure::Later { why, after: None }
}

/// A page of what the source has.
#[derive(Deserialize)]
pub(crate) struct Page {
    pub(crate) hulpvragen: Vec<Announcement>,
    pub(crate) cursor: String,
    pub(crate) meer: bool,
}

pub(crate) struct Calls {
    client: Client,
    hulpvragen: Url,
    authorization: HeaderValue,
    limit: Limit,
    max_bytes: usize,
    page: u32,
}

impl Calls {
    pub(crate) fn new(config: &Config) -> Result<Self, ConfigError> {
        let (client, base) = client::build(config)?;
        Ok(Self {
            client,
            hulpvragen: below(&base, &["api", "hulpvragen"]),
            authorization: client::authorization(config)?,
            limit: Limit::new(config.per_second, config.per_second, config.patience),
            max_bytes: config.max_bytes,
            page: config.page,
        })
    }

    /// The bytes of one hulpvraag. The id was checked to be a plain word.
    pub(crate) async fn hulpvraag(&self, id: &str) -> Result<Vec<u8>, Failure> {
        self.get(below(&self.hulpvragen, &[id])).await
    }

    /// What came after the cursor.
    pub(crate) async fn page(&self, after: Option<&str>) -> Result<Page, Failure> {
        let mut url = self.hulpvragen.clone();
        if let Some(cursor) = after {
            url.query_pairs_mut().append_pair("na", cursor);
        }
        url.query_pairs_mut().append_pair("aantal", &self.page.to_string());
        let body = self.get(url).await?;
        let caps = Caps {
            bytes: self.max_bytes,
            depth: 8,
            nodes: 50_000,
        };
        check(&body, &caps, &mut Scratch::default()).map_err(|_| later("antwoord-onleesbaar"))?;
        let page: Page = serde_json::from_slice(&body).map_err(|_| later("antwoord-onleesbaar"))?;
        if cursor::is_plain(&page.cursor) {
            Ok(page)
        } else {
            Err(later("antwoord-onleesbaar"))
        }
    }

    async fn get(&self, url: Url) -> Result<Vec<u8>, Failure> {
        if let Err(wait) = self.limit.turn().await {
            return Err(Failure::Later {
                why: "limiet",
                after: Some(wait),
            });
        }
        let request = self.client.get(url).header(AUTHORIZATION, self.authorization.clone());
        let sent = request.header(ACCEPT, "application/json").send().await;
        let answer = sent.map_err(|error| later(of_error(&error)))?;
        of_status(answer.status().as_u16(), answer.headers())?;
        self.read(answer).await
    }

    /// The body, counted while it streams in.
    async fn read(&self, mut answer: Response) -> Result<Vec<u8>, Failure> {
        let too_large = Failure::Never {
            why: "te-groot",
            status: 413,
        };
        let stated = answer.content_length().unwrap_or(0);
        if usize::try_from(stated).map_or(true, |stated| stated > self.max_bytes) {
            return Err(too_large);
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| later(of_error(&error)))? {
            if body.len() + piece.len() > self.max_bytes {
                return Err(too_large);
            }
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }
}

fn of_error(error: &reqwest::Error) -> &'static str {
    if error.is_connect() {
        "verbinding"
    } else if error.is_timeout() {
        "tijd-om"
    } else {
        "verbinding-verbroken"
    }
}

/// What an answer without the thing asked for means. Our own token or address being wrong is a fault to mend here:
/// the hulpvraag waits.
fn of_status(status: u16, headers: &HeaderMap) -> Result<(), Failure> {
    let seconds = || headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse::<u32>().ok();
    match status {
        200 => Ok(()),
        404 | 410 => Err(Failure::Never {
            why: "niet-bij-bron",
            status: 404,
        }),
        300..=399 => Err(later("omleiding")),
        401 | 403 => Err(later("bron-weigert-ons")),
        429 | 503 => {
            let after = seconds().map(|seconds| Duration::from_secs(u64::from(seconds)));
            Err(Failure::Later {
                why: "bron-bezet",
                after,
            })
        }
        _ => Err(later("bron-stuk")),
    }
}
