//! The counter where a caller gets its access token: OAuth 2 client credentials with `private_key_jwt` (RFC 7523).

use std::collections::{BTreeMap, BTreeSet};

use axum::http::HeaderMap;
use ring::signature::{self, UnparsedPublicKey};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::base64;
use crate::control;

/// An assertion that lives longer than this is refused.
const LONGEST_MS: u64 = 5 * 60 * 1000;
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Who may ask for a token, and the tokens that were given.
pub(super) struct Tokens {
    client: String,
    key: Option<Vec<u8>>,
    life_ms: u64,
    seen: BTreeSet<String>,
    given: BTreeMap<String, u64>,
    count: u64,
}

impl Tokens {
    pub(super) fn new(client: String, key: Option<Vec<u8>>, life_ms: u64) -> Self {
        Self {
            client,
            key,
            life_ms,
            seen: BTreeSet::new(),
            given: BTreeMap::new(),
            count: 0,
        }
    }

    /// A token with its life in milliseconds, or the error code of RFC 6749.
    pub(super) fn give(&mut self, form: &[u8], now_ms: u64) -> Result<(String, u64), &'static str> {
        let form = form_of(form);
        let field = |name: &str| form.get(name).map(String::as_str);
        if field("grant_type") != Some("client_credentials") {
            return Err("unsupported_grant_type");
        }
        if field("client_assertion_type") != Some(ASSERTION) {
            return Err("invalid_request");
        }
        let assertion = field("client_assertion").ok_or("invalid_request")?;
        let claims = self.claims(assertion).ok_or("invalid_client")?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let ours = text("iss") == Some(&self.client) && text("sub") == Some(&self.client);
        let for_us = text("aud").is_some_and(|aud| aud.ends_with("/token"));
        let exp = claims
            .get("exp")
            .and_then(Value::as_u64)
            .unwrap_or(0)
            .saturating_mul(1000);
        let in_time = now_ms < exp && exp <= now_ms.saturating_add(LONGEST_MS);
        let fresh = text("jti").is_some_and(|jti| jti.len() >= 16 && self.seen.insert(jti.to_owned()));
        if !(ours && for_us && in_time && fresh) {
            return Err("invalid_client");
        }
        self.count += 1;
        let digest = Sha256::digest(format!("{}-{now_ms}-{}", self.client, self.count).as_bytes());
        let token: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.given.insert(token.clone(), now_ms.saturating_add(self.life_ms));
        Ok((token, self.life_ms))
    }

    /// The claims of an assertion whose signature holds.
    fn claims(&self, assertion: &str) -> Option<Value> {
        let (signed, signature) = assertion.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Value = serde_json::from_slice(&url_decode(header)?).ok()?;
        let signature = url_decode(signature)?;
        if let Some(key) = &self.key {
            let algorithm: &dyn signature::VerificationAlgorithm = match header.get("alg")?.as_str()? {
                "ES256" => &signature::ECDSA_P256_SHA256_FIXED,
                "PS256" => &signature::RSA_PSS_2048_8192_SHA256,
                _ => return None,
            };
            let key = UnparsedPublicKey::new(algorithm, bare_key(key)?);
            key.verify(signed.as_bytes(), &signature).ok()?;
        }
        serde_json::from_slice(&url_decode(claims)?).ok()
    }

    /// Whether the caller shows a token that was given and has not ended.
    pub(super) fn knows(&self, headers: &HeaderMap, now_ms: u64) -> bool {
        control::bearer(headers).is_some_and(|token| self.given.get(token).is_some_and(|until| now_ms < *until))
    }

    /// All tokens end now.
    pub(super) fn end_all(&mut self) {
        self.given.clear();
    }

    /// How many tokens were given.
    pub(super) const fn given(&self) -> u64 {
        self.count
    }
}

/// `application/x-www-form-urlencoded`; a field that comes twice keeps its last value, as careless servers do.
fn form_of(body: &[u8]) -> BTreeMap<String, String> {
    let plain = |text: &str| {
        let mut out = Vec::new();
        let mut bytes = text.bytes();
        while let Some(byte) = bytes.next() {
            out.push(match byte {
                b'+' => b' ',
                b'%' => {
                    let two: Vec<u8> = bytes.by_ref().take(2).collect();
                    let hex = std::str::from_utf8(&two).ok();
                    hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(b'?')
                }
                other => other,
            });
        }
        String::from_utf8_lossy(&out).into_owned()
    };
    String::from_utf8_lossy(body)
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (plain(name), plain(value)))
        .collect()
}

fn url_decode(text: &str) -> Option<Vec<u8>> {
    let mut text = text.replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    base64::decode(&text)
}

/// The key inside a *SubjectPublicKeyInfo*: SEQUENCE { algorithm SEQUENCE, BIT STRING }.
fn bare_key(der: &[u8]) -> Option<&[u8]> {
    let (0x30, info, _) = element(der)? else { return None };
    let (0x30, _, rest) = element(info)? else { return None };
    match element(rest)? {
        (0x03, [0, key @ ..], _) => Some(key),
        _ => None,
    }
}

/// Tag, content and what comes after, of one DER element.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], mut rest) = der.split_first_chunk::<2>()?;
    let mut length = usize::from(first);
    if first & 0x80 != 0 {
        let (digits, after) = rest.split_at_checked(usize::from(first & 0x7f))?;
        length = digits.iter().fold(0_usize, |n, b| n << 8 | usize::from(*b));
        rest = after;
    }
    let (content, after) = rest.split_at_checked(length)?;
    Some((tag, content, after))
}
