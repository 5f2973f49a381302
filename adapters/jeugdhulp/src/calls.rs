//! Every call to a system goes through here: the circuit breaker and the limit come before its first byte.

use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, Response, Url};
use sluis_outward::{Breaker, Cut, Limit, bearer, below, read};

use crate::config::{Config, ConfigError};

/// The media type of FHIR in JSON.
pub(crate) const FHIR: &str = "application/fhir+json";

/// Why there is nothing. Words from a closed vocabulary; the error of the client is never shown, it holds the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// It may go well another time, after at least so long if that is known.
    Later { why: &'static str, after: Option<Duration> },
    /// It never will.
    Never { why: &'static str, status: u16 },
}

const fn later(why: &'static str) -> Failure {
    Failure::Later { why, after: None }
}

/// A system that can be called.
pub(crate) struct Calls {
    pub(crate) name: String,
    client: Client,
    base: Url,
    authorization: HeaderValue,
    limit: Limit,
    breaker: Breaker,
}

impl Calls {
    pub(crate) fn new(config: &Config) -> Result<Self, ConfigError> {
        let (client, base) = config.client()?;
        Ok(Self {
            name: config.name.clone(),
            client,
            base,
            authorization: bearer(&config.token).ok_or_else(|| ConfigError::Token(config.name.clone()))?,
            limit: Limit::new(config.per_second, config.per_second, config.patience),
            breaker: Breaker::new(config.failures, config.rest),
        })
    }

    pub(crate) fn url(&self, segments: &[&str]) -> Url {
        below(&self.base, segments)
    }

    /// Makes a call. The outer error: not a byte of it left.
    pub(crate) async fn call(
        &self,
        request: impl FnOnce(&Client) -> RequestBuilder,
    ) -> Result<Result<Response, reqwest::Error>, Failure> {
        let wait = |why| move |wait| Failure::Later { why, after: Some(wait) };
        self.breaker.may().map_err(wait("stroomonderbreker"))?;
        self.limit.turn().await.map_err(wait("limiet"))?;
        let request = request(&self.client)
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, FHIR);
        let answer = request.send().await;
        self.breaker
            .ended(answer.as_ref().is_ok_and(|a| a.status().as_u16() < 500));
        Ok(answer)
    }

    /// The body of what is asked for, of at most so many bytes.
    pub(crate) async fn get(&self, url: Url, most: usize) -> Result<Vec<u8>, Failure> {
        let answer = self.call(|client| client.get(url)).await?;
        let answer = answer.map_err(|error| later(of_error(&error)))?;
        of_status(answer.status().as_u16(), answer.headers())?;
        read(answer, most).await.map_err(|cut| match cut {
            Cut::TooLarge => Failure::Never {
                why: "te-groot",
                status: 413,
            },
            Cut::Packed => Failure::Never {
                why: "verpakt",
                status: 415,
            },
            Cut::Broken(error) => later(of_error(&error)),
        })
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
/// the bundle waits.
fn of_status(status: u16, headers: &HeaderMap) -> Result<(), Failure> {
    match status {
        200 => Ok(()),
        404 | 410 => Err(Failure::Never {
            why: "niet-bij-bron",
            status: 404,
        }),
        300..=399 => Err(later("omleiding")),
        401 | 403 => Err(later("bron-weigert-ons")),
        429 | 503 => Err(Failure::Later {
            why: "bron-bezet",
            after: retry_after(headers),
        }),
        _ => Err(later("bron-stuk")),
    }
}

/// The seconds of `Retry-After`.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse::<u32>().ok()?;
    Some(Duration::from_secs(u64::from(seconds)))
}
