//! What a form brings: read whole, small, in time, and only with the token of the session it was made for.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};

use crate::kader::Weigering;
use crate::sessies::same;

/// Most bytes of a form.
const MOST: usize = 16 << 10;
/// Within which it must have come in.
const PATIENCE: Duration = Duration::from_secs(10);

/// The fields of a form, in order. Blank `Debug`: among them may be a password.
#[derive(Default)]
pub(crate) struct Velden(Vec<(String, String)>);

impl std::fmt::Debug for Velden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Velden(…)")
    }
}

impl Velden {
    /// Reads the body of a form. `csrf`: what its hidden field must say.
    pub(crate) async fn read(headers: &HeaderMap, body: Body, csrf: &str) -> Result<Self, Weigering> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let form = kind.is_some_and(|k| {
            let essence = k.split(';').next().unwrap_or_default().trim();
            essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
        if !form {
            return Err(Weigering::Ongeldig);
        }
        let read = tokio::time::timeout(PATIENCE, axum::body::to_bytes(body, MOST)).await;
        let Ok(Ok(bytes)) = read else {
            return Err(Weigering::Ongeldig);
        };
        let velden = Self::parse(&bytes);
        if same(velden.one("csrf"), csrf) {
            Ok(velden)
        } else {
            Err(Weigering::Csrf)
        }
    }

    /// The pairs of a form or of a query.
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// A field that is there once; empty otherwise.
    pub(crate) fn one(&self, name: &str) -> &str {
        let mut found = self.0.iter().filter(|(k, _)| k == name).map(|(_, v)| v.as_str());
        match (found.next(), found.next()) {
            (Some(one), None) => one,
            _ => "",
        }
    }

    /// Every value of a field.
    pub(crate) fn all<'v>(&'v self, name: &'v str) -> impl Iterator<Item = &'v str> {
        self.0.iter().filter(move |(k, _)| k == name).map(|(_, v)| v.as_str())
    }

    /// The names that are there.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(k, _)| k.as_str())
    }
}
