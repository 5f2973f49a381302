//! Access tokens: OAuth 2 client credentials with `private_key_jwt` (RFC 6749 §4.4, RFC 7523; OAuth NL profile).
//!
//! The assertion is a JWT of three parts; ring signs it. The crate `jsonwebtoken` has two ways of signing, aws-lc and
//! RustCrypto, and neither may come into this house (`deny.toml`; RUSTSEC-2023-0071).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Url};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PSS_SHA256, RsaKeyPair};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;
use serde::Deserialize;
use sluis_stations::ports::Clock;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::config::{Config, ConfigError};
use crate::outcome::read;

const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion is good for, in seconds.
const LIFE: i64 = 60;
/// A token is renewed this long before it ends.
const MARGIN: Duration = Duration::from_secs(10);
/// A token that says no life gets this one.
const SHORT: u64 = 60;

enum Key {
    Ec(Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>),
}

/// Why there is no token: a word from a closed vocabulary.
pub(crate) type NoToken = &'static str;

/// Signs assertions and keeps the token of the moment.
pub(crate) struct Tokens {
    client: Client,
    url: Url,
    id: String,
    key: Key,
    key_id: Option<String>,
    scope: Option<String>,
    clock: Arc<dyn Clock>,
    random: SystemRandom,
    current: Mutex<Option<(HeaderValue, Instant)>>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(…)")
    }
}

#[derive(Deserialize)]
struct Given {
    access_token: String,
    token_type: String,
    expires_in: Option<u64>,
}

impl Tokens {
    pub(crate) fn new(config: &Config, client: Client, url: Url, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        let random = SystemRandom::new();
        Ok(Self {
            key: key(config, &random)?,
            client,
            url,
            id: config.client.clone(),
            key_id: config.key_id.clone(),
            scope: config.scope.clone(),
            clock,
            random,
            current: Mutex::new(None),
        })
    }

    /// The header with a token that lives: the one at hand, or a new one. One caller asks, the others wait for it.
    pub(crate) async fn header(&self) -> Result<HeaderValue, NoToken> {
        let mut current = self.current.lock().await;
        if let Some((header, until)) = current.as_ref()
            && Instant::now() < *until
        {
            return Ok(header.clone());
        }
        let (header, life) = self.ask().await?;
        let until = Instant::now() + life.saturating_sub(MARGIN.min(life / 2));
        *current = Some((header.clone(), until));
        Ok(header)
    }

    /// This token was refused: another is asked next time. One that was renewed meanwhile stays.
    pub(crate) async fn forget(&self, refused: &HeaderValue) {
        let mut current = self.current.lock().await;
        if current.as_ref().is_some_and(|(header, _)| header == refused) {
            *current = None;
        }
    }

    async fn ask(&self) -> Result<(HeaderValue, Duration), NoToken> {
        let assertion = self.assertion().ok_or("sleutel")?;
        let mut form = url_form(&[
            ("grant_type", "client_credentials"),
            ("client_id", &self.id),
            ("client_assertion_type", ASSERTION),
            ("client_assertion", &assertion),
        ]);
        if let Some(scope) = &self.scope {
            form.push('&');
            form.push_str(&url_form(&[("scope", scope)]));
        }
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .body(form);
        let answer = request.send().await.map_err(|_| "token-onbereikbaar")?;
        if answer.status().as_u16() != 200 {
            return Err("token-geweigerd");
        }
        let body = read(answer).await.ok_or("token-onleesbaar")?;
        let given: Given = serde_json::from_slice(&body).map_err(|_| "token-onleesbaar")?;
        if !given.token_type.eq_ignore_ascii_case("bearer") {
            return Err("token-onleesbaar");
        }
        let mut header =
            HeaderValue::from_str(&format!("Bearer {}", given.access_token)).map_err(|_| "token-onleesbaar")?;
        header.set_sensitive(true);
        Ok((header, Duration::from_secs(given.expires_in.unwrap_or(SHORT))))
    }

    fn assertion(&self) -> Option<String> {
        let mut jti = [0_u8; 16];
        self.random.fill(&mut jti).ok()?;
        let now = self.clock.now().as_second();
        let alg = match self.key {
            Key::Ec(_) => "ES256",
            Key::Rsa(_) => "PS256",
        };
        let mut header = serde_json::json!({ "alg": alg, "typ": "JWT" });
        if let (Some(id), Some(header)) = (&self.key_id, header.as_object_mut()) {
            header.insert("kid".to_owned(), id.as_str().into());
        }
        let claims = serde_json::json!({
            "iss": self.id, "sub": self.id, "aud": self.url.as_str(),
            "iat": now, "nbf": now, "exp": now.saturating_add(LIFE), "jti": URL_SAFE_NO_PAD.encode(jti),
        });
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = match &self.key {
            Key::Ec(pair) => pair.sign(&self.random, signed.as_bytes()).ok()?.as_ref().to_vec(),
            Key::Rsa(pair) => {
                let mut out = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PSS_SHA256, &self.random, signed.as_bytes(), &mut out)
                    .ok()?;
                out
            }
        };
        Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn key(config: &Config, random: &SystemRandom) -> Result<Key, ConfigError> {
    let wrong = |why| ConfigError::Key {
        name: config.name.clone(),
        why,
    };
    let der = PrivatePkcs8KeyDer::from_pem_slice(&config.key).map_err(|_| wrong("is no PEM of PKCS#8"))?;
    let der = der.secret_pkcs8_der();
    if let Ok(pair) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, random) {
        return Ok(Key::Ec(Box::new(pair)));
    }
    let rsa = RsaKeyPair::from_pkcs8(der).map_err(|_| wrong("is neither P-256 nor RSA of at least 2048 bits"))?;
    Ok(Key::Rsa(Box::new(rsa)))
}

/// `application/x-www-form-urlencoded`.
fn url_form(fields: &[(&str, &str)]) -> String {
    let mut url = Url::parse("form:").ok();
    if let Some(url) = &mut url {
        url.query_pairs_mut().extend_pairs(fields);
    }
    url.as_ref().and_then(Url::query).unwrap_or_default().to_owned()
}
