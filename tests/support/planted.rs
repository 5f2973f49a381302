//! The values of the messages of the demonstration: each is a canary of its own.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::canary::Needles;

/// Shorter ones stand in other words by chance.
const SHORTEST: usize = 6;

/// Every value of the contributions that says something of its own: what stands in schemas, rules, facts or in our own
/// words as well would be found there, and is left out.
pub(crate) fn values() -> BTreeSet<String> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut found = BTreeSet::new();
    for dir in ["config/demo/berichten", "adapters/kindkans/fixtures"] {
        for (_, bytes) in files(&root.join(dir)) {
            let message: Value = serde_json::from_slice(&bytes).unwrap();
            for part in ["/data/bijdragen", "/inbreng"]
                .iter()
                .filter_map(|place| message.pointer(place))
            {
                for one in part.as_array().unwrap() {
                    let content = one.get("inhoud").or_else(|| one.get("dossier")).unwrap();
                    leaves(content, &mut found);
                }
            }
        }
    }
    let mut known = String::new();
    for dir in [
        "schemas/canoniek",
        "config/convenant",
        "core/rules/src",
        "core/stations/src",
        "src",
    ] {
        for (name, bytes) in files(&root.join(dir)) {
            if !name.contains("voorbeelden") {
                known.push_str(&String::from_utf8(bytes).unwrap());
            }
        }
    }
    for name in ["config/demo/feiten.json", "config/demo/feiten-kindkans.json"] {
        known.push_str(&std::fs::read_to_string(root.join(name)).unwrap());
    }
    found.retain(|value| value.chars().count() >= SHORTEST && !known.contains(value.as_str()));
    // The day on which the demonstration plays stands in the decisions.
    found.remove("2026-11-23");
    found
}

fn leaves(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.values().for_each(|v| leaves(v, found)),
        Value::Array(items) => items.iter().for_each(|v| leaves(v, found)),
        Value::String(text) => {
            found.insert(text.clone());
        }
        Value::Number(number) => {
            found.insert(number.to_string());
        }
        Value::Bool(_) | Value::Null => {}
    }
}

/// Every spelling of a value; of one that JSON or Rust would write otherwise, those spellings as well.
pub(crate) fn needles(value: &str) -> Vec<Needles> {
    let escaped: String = value.chars().flat_map(char::escape_default).collect();
    let json = serde_json::to_string(value).unwrap();
    let ascii: String = json
        .chars()
        .map(|c| if c.is_ascii() { c.to_string() } else { utf16(c) })
        .collect();
    let all: BTreeSet<&str> = [value, &escaped, json.trim_matches('"'), ascii.trim_matches('"')].into();
    all.into_iter().map(Needles::of).collect()
}

fn utf16(c: char) -> String {
    c.encode_utf16(&mut [0; 2])
        .iter()
        .map(|unit| format!("\\u{unit:04x}"))
        .collect()
}

/// Every file below a directory, by name.
pub(crate) fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    let mut paths: Vec<PathBuf> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            out.extend(files(&path));
        } else {
            out.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    out
}
