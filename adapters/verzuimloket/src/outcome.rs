//! What an answer means for a report: the one place where that is decided.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use sluis_stations::ports::Sent;

/// The most of an answer that is read.
const MAX_ANSWER: usize = 1 << 20;

/// What a status says about a delivery. `word` is the last word of the problem's `type`.
///
/// The desk keeps the keys of deliveries and *refuses* a repeat. That refusal says that one with this key took effect:
/// asking then settles it. A 503 may come after the report was registered, so it is unknown like every other 5xx.
pub(crate) fn of_answer(status: u16, headers: &HeaderMap, word: &str) -> Sent {
    let retry = |why| Sent::Retry {
        after: retry_after(headers),
        why,
    };
    let refused = |why| Sent::Refused { why };
    match (status, word) {
        (200..=299, _) => Sent::Delivered,
        (300..=399, _) => refused("omleiding"),
        (401, _) => retry("401"),
        (408, _) => retry("408"),
        (425, _) => retry("425"),
        (429, _) => retry("429"),
        (409, "aanlevering-bekend") => Sent::Unknown {
            why: "aanlevering-bekend",
        },
        (409, "melding-bekend") => refused("melding-bekend"),
        (409, "melding-ingetrokken") => refused("melding-ingetrokken"),
        (409, _) => refused("409"),
        (400, "einddatum-ontbreekt") => refused("einddatum-ontbreekt"),
        (400, "gegevens-ontbreken") => refused("gegevens-ontbreken"),
        (400, _) => refused("400"),
        (403, _) => refused("403"),
        (404, "melding-onbekend") => refused("melding-onbekend"),
        (404, _) => refused("404"),
        (413, _) => refused("413"),
        (415, _) => refused("415"),
        (402..=499, _) => refused("4xx"),
        (500, _) => Sent::Unknown { why: "500" },
        (502, _) => Sent::Unknown { why: "502" },
        (503, _) => Sent::Unknown { why: "503" },
        (504, _) => Sent::Unknown { why: "504" },
        _ => Sent::Unknown {
            why: "antwoord-onbegrepen",
        },
    }
}

/// What a failure without an answer says. The error itself is never shown: it holds the address.
pub(crate) fn of_error(error: &reqwest::Error) -> Sent {
    if error.is_connect() {
        // No connection, so not one byte of the report left.
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

/// The seconds of `Retry-After`.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse::<u32>().ok()?;
    Some(Duration::from_secs(u64::from(seconds)))
}

/// The body of an answer, as far as the cap; none when it is longer or breaks off.
pub(crate) async fn read(mut answer: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(piece)) if body.len() + piece.len() <= MAX_ANSWER => body.extend_from_slice(&piece),
            Ok(None) => return Some(body),
            Ok(Some(_)) | Err(_) => return None,
        }
    }
}

/// The last word of the `type` of a problem document; empty when it is none. Compared with words of our own, never shown.
pub(crate) async fn problem_word(answer: Response) -> String {
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let essence = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/problem+json") {
        return String::new();
    }
    let body = read(answer).await.unwrap_or_default();
    let value: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let kind = value
        .get("type")
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default();
    kind.rsplit('/').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_meaning_and_only_the_certain_ones_are_certain() {
        for status in 0..=999 {
            let sent = of_answer(status, &HeaderMap::new(), "");
            match status {
                200..=299 => assert_eq!(sent, Sent::Delivered),
                401 | 408 | 425 | 429 => assert!(matches!(sent, Sent::Retry { .. })),
                300..=499 => assert!(matches!(sent, Sent::Refused { .. })),
                _ => assert!(matches!(sent, Sent::Unknown { .. }), "{status}"),
            }
        }
        let repeat = of_answer(409, &HeaderMap::new(), "aanlevering-bekend");
        assert!(
            matches!(repeat, Sent::Unknown { .. }),
            "it is asked after, not believed"
        );
    }
}
