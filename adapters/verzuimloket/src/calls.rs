//! Every call to the desk goes through here: the circuit breaker, the limit and the token come before its first byte.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, RequestBuilder, Response, Url};
use sluis_outward::{Breaker, Limit, below};
use sluis_stations::ports::Clock;

use crate::client;
use crate::config::{Config, ConfigError};
use crate::token::Tokens;

/// Why a call was not made at all: nothing left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotMade {
    pub(crate) why: &'static str,
    pub(crate) after: Option<Duration>,
}

/// A desk that can be called. The target and the poll share one, so that its limits hold for both together.
pub struct Loket {
    name: String,
    client: Client,
    base: Url,
    tokens: Tokens,
    limit: Limit,
    breaker: Breaker,
}

impl fmt::Debug for Loket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Loket({})", self.name)
    }
}

impl Loket {
    /// Puts the calls together; the clock dates the assertions.
    ///
    /// # Errors
    /// When the configuration cannot be used; see [`ConfigError`]. Nothing is called here.
    pub fn new(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        let (client, base, token) = client::build(config)?;
        Ok(Self {
            name: config.name.clone(),
            tokens: Tokens::new(config, client.clone(), token, clock)?,
            client,
            base: below(&base, &["verzuimmeldingen"]),
            limit: Limit::new(config.per_second, config.burst, config.patience),
            breaker: Breaker::new(config.failures, config.rest),
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn url(&self, segments: &[&str]) -> Url {
        below(&self.base, segments)
    }

    /// Makes a call. The outer error: not a byte of it left.
    pub(crate) async fn call(
        &self,
        request: impl FnOnce(&Client) -> RequestBuilder,
    ) -> Result<Result<Response, reqwest::Error>, NotMade> {
        self.breaker.may().map_err(|rest| NotMade {
            why: "stroomonderbreker",
            after: Some(rest),
        })?;
        self.limit.turn().await.map_err(|wait| NotMade {
            why: "limiet",
            after: Some(wait),
        })?;
        let header = match self.tokens.header().await {
            Ok(header) => header,
            Err(why) => {
                self.breaker.ended(false);
                return Err(NotMade { why, after: None });
            }
        };
        let answer = request(&self.client).header(AUTHORIZATION, header.clone()).send().await;
        self.look(&answer, &header).await;
        Ok(answer)
    }

    /// What an answer says about the desk itself.
    async fn look(&self, answer: &Result<Response, reqwest::Error>, header: &HeaderValue) {
        match answer {
            Ok(answer) => {
                let status = answer.status().as_u16();
                if status == 401 {
                    self.tokens.forget(header).await;
                }
                self.breaker.ended(status < 500);
            }
            Err(_) => self.breaker.ended(false),
        }
    }
}
