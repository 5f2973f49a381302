//! What an answer means for a bundle: the one place where that is decided.

use reqwest::header::HeaderMap;
use sluis_stations::ports::Sent;

use crate::calls::retry_after;

/// What a status says about a bundle that was sent as a conditional create: 201 made, 200 was there already. 412 says
/// that there are several of this identifier: it is there, and somebody must look.
pub(crate) fn of_answer(status: u16, headers: &HeaderMap) -> Sent {
    let retry = |why| Sent::Retry {
        after: retry_after(headers),
        why,
    };
    let refused = |why| Sent::Refused { why };
    match status {
        200..=299 => Sent::Delivered,
        300..=399 => refused("omleiding"),
        401 => retry("401"),
        408 => retry("408"),
        425 => retry("425"),
        429 => retry("429"),
        412 => Sent::Unknown { why: "412" },
        400 => refused("400"),
        403 => refused("403"),
        404 => refused("404"),
        409 => refused("409"),
        413 => refused("413"),
        415 => refused("415"),
        422 => refused("422"),
        402..=499 => refused("4xx"),
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
        // No connection, so not one byte of the bundle left.
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
