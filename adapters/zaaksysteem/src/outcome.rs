//! What an answer means for a message: the one place where that is decided.

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use sluis_stations::ports::Sent;

/// What a status says about a message that was sent.
///
/// A refusal of the caller (401) or of the moment (408, 425, 429) says that the message was not taken. A 503 says the
/// same, but a system in trouble says it afterwards too: only one that keeps idempotency keys may be believed blindly.
pub(crate) fn of_answer(status: u16, headers: &HeaderMap, idempotent: bool) -> Sent {
    let retry = |why| Sent::Retry {
        after: retry_after(headers),
        why,
    };
    match status {
        200..=299 => Sent::Delivered,
        300..=399 => Sent::Refused { why: "omleiding" },
        401 => retry("401"),
        408 => retry("408"),
        425 => retry("425"),
        429 => retry("429"),
        400 => Sent::Refused { why: "400" },
        403 => Sent::Refused { why: "403" },
        404 => Sent::Refused { why: "404" },
        409 => Sent::Refused {
            why: "sleutel-hoort-bij-ander-bericht",
        },
        410 => Sent::Refused { why: "410" },
        413 => Sent::Refused { why: "413" },
        415 => Sent::Refused { why: "415" },
        422 => Sent::Refused { why: "422" },
        402..=499 => Sent::Refused { why: "4xx" },
        503 if idempotent => retry("503"),
        500 => Sent::Unknown { why: "500" },
        502 => Sent::Unknown { why: "502" },
        503 => Sent::Unknown { why: "503" },
        504 => Sent::Unknown { why: "504" },
        _ => Sent::Unknown {
            why: "antwoord-onbegrepen",
        },
    }
}

/// What a failure without an answer says. The error itself is never shown: it holds the address.
pub(crate) fn of_error(error: &reqwest::Error) -> Sent {
    if error.is_connect() {
        // No connection, so not one byte of the message left.
        Sent::Retry {
            after: None,
            why: "verbinding",
        }
    } else if error.is_builder() {
        Sent::Refused { why: "verzoek" }
    } else if error.is_timeout() {
        Sent::Unknown { why: "tijd-om" }
    } else {
        Sent::Unknown {
            why: "verbinding-verbroken",
        }
    }
}

/// What `Retry-After` asks (RFC 9110 §10.2.3): seconds, or a moment, which is compared with the answer's own `Date`.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(u64::from(seconds)));
    }
    let moment = |text: &str| jiff::fmt::rfc2822::parse(text).ok().map(|at| at.timestamp());
    let now = moment(headers.get(DATE)?.to_str().ok()?)?;
    Duration::try_from(moment(text)?.duration_since(now)).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
        list.iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn every_status_has_a_meaning() {
        for status in 0..=999 {
            let sent = of_answer(status, &HeaderMap::new(), true);
            match status {
                200..=299 => assert_eq!(sent, Sent::Delivered),
                401 | 408 | 425 | 429 | 503 => assert!(matches!(sent, Sent::Retry { .. })),
                300..=499 => assert!(matches!(sent, Sent::Refused { .. })),
                _ => assert!(matches!(sent, Sent::Unknown { .. })),
            }
        }
        assert_eq!(of_answer(503, &HeaderMap::new(), false), Sent::Unknown { why: "503" });
    }

    #[test]
    fn retry_after_is_seconds_or_a_moment() {
        let seconds = |n| Some(Duration::from_secs(n));
        assert_eq!(retry_after(&headers(&[("retry-after", "120")])), seconds(120));
        let date = ("date", "Mon, 23 Nov 2026 08:00:00 GMT");
        assert_eq!(
            retry_after(&headers(&[("retry-after", "Mon, 23 Nov 2026 08:01:30 GMT"), date])),
            seconds(90)
        );
        assert_eq!(
            retry_after(&headers(&[("retry-after", "Mon, 23 Nov 2026 07:00:00 GMT"), date])),
            None
        );
        for wrong in ["", "-1", "straks", "99999999999999999999"] {
            assert_eq!(retry_after(&headers(&[("retry-after", wrong)])), None, "{wrong}");
        }
    }
}
