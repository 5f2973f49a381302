//! Parts that several tables have: an address to call, a secret, a file.

use std::path::PathBuf;

use reqwest::Url;

use super::check::Findings;
use super::raw::Bereik;
use super::secret::Secret;

/// An address that may be called: HTTPS, unless it is on the own machine and that was stated.
pub(super) fn url(key: &[&str], text: &str, bereik: Bereik, f: &mut Findings<'_>) -> Option<String> {
    let Some(url) = Url::parse(text).ok().filter(Url::has_host) else {
        f.add(key, "not an address", "give https://host/path");
        return None;
    };
    match url.scheme() {
        "https" => {}
        "http" if bereik == Bereik::EigenMachine => {}
        "http" => f.add(
            key,
            "plain HTTP would show a child's data on the way",
            "use https, or state bereik = \"eigen-machine\"",
        ),
        _ => f.add(key, "not an address of HTTP", "use https"),
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        f.add(
            key,
            "more than an address",
            "leave out user, query and fragment; the token has a key of its own",
        );
    }
    Some(text.to_owned())
}

/// The bytes of a file, certificates and such.
pub(super) fn file(key: &[&str], path: PathBuf, f: &mut Findings<'_>) -> Option<Vec<u8>> {
    match std::fs::read(f.path(path)) {
        Ok(bytes) => Some(bytes),
        Err(e) => {
            f.add(key, format!("cannot be read: {}", e.kind()), "check path and rights");
            None
        }
    }
}

/// A secret given in place or in a file, not both.
pub(super) fn secret(
    key: &[&str],
    inline: Option<Secret>,
    path: Option<PathBuf>,
    f: &mut Findings<'_>,
) -> Option<Secret> {
    let (last, tables) = key.split_last()?;
    let file_key = format!("{last}_file");
    let found = match (inline, path) {
        (Some(_), Some(_)) => {
            f.add(key, "given here and in a file", format!("keep {file_key} only"));
            return None;
        }
        (None, None) => {
            f.add(
                key,
                "this secret is required",
                format!("give {file_key}, the path of a file that holds it"),
            );
            return None;
        }
        (Some(secret), None) => secret,
        (None, Some(path)) => match std::fs::read_to_string(f.path(path)) {
            Ok(text) => Secret::new(text.trim_end_matches(['\r', '\n']).to_owned()),
            Err(e) => {
                let key: Vec<&str> = tables.iter().copied().chain([file_key.as_str()]).collect();
                f.add(&key, format!("cannot be read: {}", e.kind()), "check path and rights");
                return None;
            }
        },
    };
    // It travels in a header.
    let fine = !found.expose().is_empty() && found.expose().bytes().all(|b| b.is_ascii_graphic());
    if !fine {
        f.add(
            key,
            "empty, or with other than visible ASCII",
            "make a new one: openssl rand -hex 32",
        );
    }
    fine.then_some(found)
}
