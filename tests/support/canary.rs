//! Canaries: values that may never leave, and the search for them in whatever was written or sent.
//!
//! A canary is the same few letters everywhere, so that one search finds all of them, in the spellings that software
//! gives to bytes: raw, escaped, hexadecimal, base64 at each of its three offsets, and decimal bytes.

use std::fmt::Write as _;
use std::path::Path;

use memchr::memmem::Finder;

/// In every canary. Letters that no base64 of sealed bytes has by chance.
pub(crate) const SONG: &str = "KanarieQ7zX";

/// What is searched for, with the name of its spelling.
pub(crate) struct Needles(Vec<(&'static str, Finder<'static>)>);

impl Needles {
    /// All spellings of a text.
    pub(crate) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut all = vec![
            ("raw", bytes.to_vec()),
            ("hex", each(bytes, "", |b| format!("{b:02x}"))),
            ("hex in capitals", each(bytes, "", |b| format!("{b:02X}"))),
            ("escaped", each(bytes, "", |b| format!("\\u{b:04x}"))),
            ("decimal bytes", each(bytes, ", ", |b| b.to_string())),
            ("decimal bytes, tight", each(bytes, ",", |b| b.to_string())),
        ];
        for (name, offset) in [("base64", 0), ("base64, offset 1", 1), ("base64, offset 2", 2)] {
            all.push((name, base64_inside(bytes, offset)));
        }
        let finders = all
            .into_iter()
            .map(|(name, needle)| (name, Finder::new(&needle).into_owned()));
        Self(finders.collect())
    }

    /// The spelling in which it is there.
    pub(crate) fn found_in(&self, hay: &[u8]) -> Option<&'static str> {
        self.0
            .iter()
            .find(|(_, finder)| finder.find(hay).is_some())
            .map(|(name, _)| *name)
    }

    /// Every file below a directory in which it is there; a file that goes away meanwhile holds nothing.
    pub(crate) fn found_below(&self, dir: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let Ok(entries) = std::fs::read_dir(dir) else {
            return found;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(self.found_below(&path));
            } else if let Ok(bytes) = std::fs::read(&path)
                && let Some(spelling) = self.found_in(&bytes)
            {
                found.push(format!("{} ({spelling})", path.display()));
            }
        }
        found
    }
}

fn each(bytes: &[u8], between: &str, spell: impl Fn(u8) -> String) -> Vec<u8> {
    let spelled: Vec<String> = bytes.iter().map(|b| spell(*b)).collect();
    spelled.join(between).into_bytes()
}

/// The letters of base64 that stand for these bytes alone, when `offset` bytes come before them.
fn base64_inside(bytes: &[u8], offset: usize) -> Vec<u8> {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = bytes
        .iter()
        .flat_map(|b| (0..8).rev().map(move |i| (b >> i) & 1))
        .collect();
    // Bits of the letter that the bytes before take part in.
    let skip = (6 - (offset * 8) % 6) % 6;
    bits[skip..]
        .chunks_exact(6)
        .map(|six| LETTERS[usize::from(six.iter().fold(0, |n, bit| n << 1 | bit))])
        .collect()
}

/// The text in base64, for what is base64 on the wire already.
pub(crate) fn base64(text: &str) -> String {
    let mut padded = text.as_bytes().to_vec();
    while !padded.len().is_multiple_of(3) {
        padded.push(b' ');
    }
    let mut out = String::new();
    let _ = write!(out, "{}", String::from_utf8(base64_inside(&padded, 0)).unwrap());
    out
}

/// The search finds what it must find, in each spelling: without this, finding nothing would mean nothing.
pub(crate) fn prove_the_search() {
    let needles = Needles::of(SONG);
    let long = format!("voor {SONG} na");
    for before in ["", "a", "ab", "abc"] {
        let hidden = base64(&format!("{before}{long}"));
        assert!(needles.found_in(hidden.as_bytes()).is_some(), "base64 after {before:?}");
    }
    let spellings = [
        long.clone(),
        long.bytes().map(|b| format!("{b:02x}")).collect(),
        long.bytes().map(|b| format!("{b:02X}")).collect(),
        long.bytes().map(|b| format!("\\u{b:04x}")).collect(),
        format!("{:?}", long.as_bytes()),
    ];
    for spelling in spellings {
        assert!(needles.found_in(spelling.as_bytes()).is_some(), "{spelling}");
    }
    assert_eq!(needles.found_in(b"niets te zien"), None);
}
