//! Style, script and icon, inside the program.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};
use sluis_rules::journal::hex;

use crate::kader::{Kader, Weigering};

const ALL: [(&str, &str, &str); 3] = [
    (
        "stijl.css",
        "text/css; charset=utf-8",
        include_str!("../../middelen/stijl.css"),
    ),
    (
        "scherm.js",
        "text/javascript; charset=utf-8",
        include_str!("../../middelen/scherm.js"),
    ),
    ("icoon.svg", "image/svg+xml", include_str!("../../middelen/icoon.svg")),
];

/// What tells one build from the next.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let all = ALL.iter().fold(Sha256::new(), |sum, (.., text)| sum.chain_update(text));
    hex(&all.finalize()).chars().take(12).collect()
});

/// Where a browser finds it: another address when it is another file.
pub(crate) fn address(name: &str) -> String {
    format!("/middelen/{name}?v={}", *VERSION)
}

/// `GET /middelen/{bestand}`.
pub(crate) async fn serve(k: Kader, Path(name): Path<String>) -> Response {
    let Some((_, kind, text)) = ALL.iter().find(|(n, ..)| *n == name) else {
        return Weigering::Onbekend.page(k);
    };
    let mut response = (StatusCode::OK, *text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
    headers.insert(header::CACHE_CONTROL, kept);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_small_and_nothing_comes_from_elsewhere() {
        for (name, _, text) in ALL {
            let outside = text.replace("http://www.w3.org/2000/svg", "").contains("://");
            assert!(!outside, "{name} asks somebody else");
            assert!(name != "scherm.js" || text.len() < 10 << 10);
        }
    }
}
