//! What a refusal looks like: RFC 9457 `application/problem+json`.
//!
//! A problem is made of constants, a place in the schema and an id of its own. No text of a request, of a parser or of
//! the store can get into it: there is no constructor that takes one.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::doors::{Fault, Kind, Refusal};
pub use crate::reasons::{REASONS, Reason};

/// Where the page of a reason stands; the slug follows.
pub const BASE: &str = "https://sluis.example/redenen/";

/// A refusal on its way to the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    slug: &'static str,
    words: &'static Reason,
    pad: Option<String>,
    fouten: Vec<Fault>,
    retry_after: Option<u64>,
}

/// The members of RFC 9457, and ours.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Wire<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    detail_en: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pad: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fouten: &'a [Fault],
    instance: String,
}

impl Problem {
    /// The problem of a reason in [`REASONS`]; an unknown slug is a fault of ours and says so.
    #[must_use]
    pub fn new(slug: &'static str) -> Self {
        let words = Reason::find(slug).unwrap_or(Reason::fault());
        let status = StatusCode::from_u16(words.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self {
            status,
            slug: words.slug,
            words,
            pad: None,
            fouten: Vec::new(),
            retry_after: None,
        }
    }

    /// With the place in the schema.
    #[must_use]
    pub fn at(mut self, pad: impl Into<String>) -> Self {
        self.pad = Some(pad.into());
        self
    }

    /// With the time after which to try again; at least a second.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait.as_secs().saturating_add(1));
        self
    }

    /// Its status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The name of its reason.
    #[must_use]
    pub const fn slug(&self) -> &'static str {
        self.slug
    }
}

impl From<Refusal> for Problem {
    /// A station's refusal. Its class gives the status; a reason that has no words here gets those of its class and
    /// keeps its own page.
    fn from(refusal: Refusal) -> Self {
        let general = match refusal.kind {
            Kind::Invalid => "bericht-ongeldig",
            Kind::NotAuthenticated => "geen-toegang",
            Kind::NotMandated => "geen-mandaat",
            Kind::Unknown => "onbekend",
            Kind::Conflict => "andere-inhoud",
            Kind::TooLarge => "te-groot",
            Kind::MediaType => "verkeerd-mediatype",
            Kind::Unavailable => "opslag-niet-beschikbaar",
            Kind::Internal => "fout-bij-ons",
        };
        let class = Self::new(general);
        let words = Reason::find(refusal.slug)
            .filter(|r| r.status == class.words.status)
            .unwrap_or(class.words);
        let retry_after = (refusal.kind == Kind::Unavailable).then_some(5);
        Self {
            slug: refusal.slug,
            words,
            pad: refusal.pad,
            fouten: refusal.fouten,
            retry_after,
            ..class
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        // An id of our own: that of the caller could hold anything.
        let id = uuid::Uuid::now_v7();
        let wire = Wire {
            r#type: format!("{BASE}{}", self.slug),
            title: self.words.titel,
            status: self.status.as_u16(),
            detail: self.words.detail,
            detail_en: self.words.detail_en,
            pad: self.pad.as_deref(),
            fouten: &self.fouten,
            instance: id.urn().to_string(),
        };
        if self.status.is_server_error() {
            tracing::warn!(reden = self.slug, status = wire.status, instance = %id, "refused");
        } else {
            tracing::info!(reden = self.slug, status = wire.status, instance = %id, "refused");
        }
        // Strings and a number: serialising them cannot fail.
        let bytes = serde_json::to_vec(&wire).unwrap_or_default();
        let mut response = (self.status, bytes).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static("nl"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"sluis\""),
            );
        }
        response
    }
}
