//! A caller over HTTP: patient, and honest about what it knows. Only an answer of 2xx is an acknowledgement.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use serde_json::Value;

use crate::home::{Home, token};

pub(crate) const CLOUDEVENT: &str = "application/cloudevents+json";

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    /// The effects of a receipt.
    pub(crate) fn effects(&self) -> Vec<String> {
        let all = self.json();
        let list = all["berichten"].as_array().cloned().unwrap_or_default();
        list.iter()
            .map(|line| line["effect"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// One connection (*koppeling*) that calls.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
    session: Option<String>,
}

impl Client {
    pub(crate) fn new(home: &Home, koppeling: &str) -> Self {
        // Plain HTTP only, but the client asks for a TLS setting all the same: one that trusts nobody.
        let nobody = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(nobody)
            .no_proxy()
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(2))
            .timeout(Duration::from_secs(60))
            .build()
            .unwrap();
        Self {
            http,
            base: format!("http://{}", home.addr),
            token: token(koppeling),
            session: None,
        }
    }

    /// In the name of a person, who has this session on the connection.
    pub(crate) fn acting(mut self, session: &str) -> Self {
        self.session = Some(session.to_owned());
        self
    }

    /// Another token: of nobody, say.
    pub(crate) fn with_token(mut self, token: &str) -> Self {
        token.clone_into(&mut self.token);
        self
    }

    /// One attempt; `None` when there was no whole answer.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<(&str, Vec<u8>)>) -> Option<Answer> {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token);
        if let Some(session) = &self.session {
            request = request.header("sluis-sessie", session);
        }
        if let Some((media, bytes)) = body {
            request = request.header("content-type", media).body(bytes);
        }
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        let content_type = answer.headers().get("content-type").map_or("", |v| v.to_str().unwrap());
        let content_type = content_type.to_owned();
        let bytes = answer.bytes().await.ok()?.to_vec();
        Some(Answer {
            status,
            content_type,
            bytes,
        })
    }

    /// The same until there is an answer that is not "later": Sluis may be dead for a while.
    pub(crate) async fn insist(&self, method: &str, path: &str, body: Option<(&str, &[u8])>) -> Answer {
        loop {
            let body = body.map(|(media, bytes)| (media, bytes.to_vec()));
            match self.call(method, path, body).await {
                Some(answer) if !matches!(answer.status, 408 | 429 | 503) => return answer,
                _ => tokio::time::sleep(Duration::from_millis(25)).await,
            }
        }
    }

    /// Hands over one event, once.
    pub(crate) async fn post(&self, event: &[u8]) -> Option<Answer> {
        self.call("POST", "/v1/berichten", Some((CLOUDEVENT, event.to_vec())))
            .await
    }

    /// Hands over one event until it is acknowledged or refused.
    pub(crate) async fn hand_over(&self, event: &[u8]) -> Answer {
        self.insist("POST", "/v1/berichten", Some((CLOUDEVENT, event))).await
    }

    /// Records facts, as the operator.
    pub(crate) async fn record(&self, facts: &Value) -> Answer {
        self.insist(
            "POST",
            "/v1/feiten",
            Some(("application/json", facts.to_string().as_bytes())),
        )
        .await
    }

    /// Every line of a list that comes in pages, named by its key.
    pub(crate) async fn pages(&self, path: &str, key: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut after = String::new();
        loop {
            let answer = self.insist("GET", &format!("{path}?limit=100{after}"), None).await;
            assert_eq!(answer.status, 200, "{path}");
            let page = answer.json();
            all.extend(page[key].as_array().cloned().unwrap_or_default());
            match page["volgende"].as_str() {
                Some(next) => after = format!("&na={next}"),
                None => return all,
            }
        }
    }

    /// How many are open, blocked and in mailboxes, as the operator sees it.
    pub(crate) async fn counts(&self) -> (u64, u64, u64) {
        let health = self.insist("GET", "/v1/gezondheid", None).await.json();
        let number = |key: &str| health["aantallen"][key].as_u64().unwrap_or(u64::MAX);
        (number("open"), number("geblokkeerd"), number("postbus"))
    }

    /// Waits until nothing is open any more.
    pub(crate) async fn drained(&self, at_most: Duration) -> Duration {
        let begin = std::time::Instant::now();
        loop {
            let (open, ..) = self.counts().await;
            if open == 0 {
                return begin.elapsed();
            }
            assert!(
                begin.elapsed() < at_most,
                "{open} messages are still open after {at_most:?}"
            );
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }
}
