//! What is wrong with a house, told from what it is made of. Nothing here reads a file.

use std::collections::{BTreeMap, BTreeSet};

/// The most lines a source file may have; below 300 is the aim.
pub(crate) const LONGEST: usize = 500;

/// What the pure rules may not use, directly: to run, to reach outside, to roll dice.
pub(crate) const NOT_IN_RULES: &[&str] = &[
    "axum",
    "fastrand",
    "getrandom",
    "governor",
    "hyper",
    "rand",
    "reqwest",
    "rusqlite",
    "rustls",
    "tokio",
    "tracing",
];

/// What no dependency of the rules may bring along, however deep.
pub(crate) const NEVER_UNDER_RULES: &[&str] = &["axum", "hyper", "reqwest", "ring", "rusqlite", "rustls", "tokio"];

/// Words that the source of the rules never says.
pub(crate) const WORDS_OUTSIDE_RULES: &[(&str, &str)] = &[
    ("std::env", "the environment is an argument"),
    ("std::fs", "files are read by the program, which hands over their text"),
    ("std::io", "no input or output"),
    ("std::net", "no network"),
    ("std::process", "no processes"),
    ("std::thread", "no threads"),
    ("thread::", "no threads"),
    ("thread_local!", "no global state"),
    ("static mut", "no global state"),
    ("LazyLock", "no global state"),
    ("OnceLock", "no global state"),
    ("Mutex<", "no shared state"),
    ("RwLock<", "no shared state"),
    ("SystemTime", "the time is an argument"),
    ("Instant::now", "the time is an argument"),
    ("Timestamp::now", "the time is an argument"),
    ("Zoned::now", "the time is an argument"),
    ("async fn", "async lives in the stations"),
    (".await", "async lives in the stations"),
];

/// Where a crate stands, which decides what it may lean on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    Program,
    Rules,
    Stations,
    Simulators,
    /// What adapters that call out share: not an adapter, and it knows nothing of ours.
    Outward,
    Adapter,
}

/// One crate of the workspace as cargo describes it.
#[derive(Clone, Debug)]
pub(crate) struct Crate {
    pub(crate) name: String,
    /// Its folder, relative to the root; empty for the program.
    pub(crate) folder: String,
    /// Every direct dependency, those of tests and build scripts too.
    pub(crate) needs: BTreeSet<String>,
}

pub(crate) fn room(folder: &str) -> Option<Room> {
    match folder {
        "" => Some(Room::Program),
        "core/rules" => Some(Room::Rules),
        "core/stations" => Some(Room::Stations),
        "adapters/simulators" => Some(Room::Simulators),
        "adapters/outward" => Some(Room::Outward),
        _ if folder.strip_prefix("adapters/").is_some_and(|rest| !rest.contains('/')) => Some(Room::Adapter),
        _ => None,
    }
}

/// Dependencies point inward: rules ← stations ← adapters ← program; adapters never see each other; simulators, and what adapters share to call out, see nothing of ours.
pub(crate) fn wrong_directions(crates: &[Crate]) -> Vec<String> {
    let rooms: BTreeMap<&str, Option<Room>> = crates.iter().map(|c| (c.name.as_str(), room(&c.folder))).collect();
    let mut wrong = Vec::new();
    for one in crates {
        let Some(here) = room(&one.folder) else {
            wrong.push(format!("{} stands in no room: {}", one.name, one.folder));
            continue;
        };
        for (name, there) in one
            .needs
            .iter()
            .filter_map(|need| Some((need, (*rooms.get(need.as_str())?)?)))
        {
            let allowed = match here {
                Room::Rules | Room::Simulators | Room::Outward => false,
                Room::Stations => there == Room::Rules,
                Room::Adapter => matches!(there, Room::Rules | Room::Stations | Room::Outward),
                Room::Program => there != Room::Program,
            };
            if !allowed {
                wrong.push(format!("{} ({here:?}) may not depend on {name} ({there:?})", one.name));
            }
        }
        if here == Room::Rules {
            for name in NOT_IN_RULES.iter().filter(|name| one.needs.contains(**name)) {
                wrong.push(format!("{} is pure and may not depend on {name}", one.name));
            }
        }
    }
    wrong
}

/// Everything that `start` brings along when it is built for use, by the edges `from → to`.
pub(crate) fn reach<'a>(start: &'a str, edges: &'a BTreeMap<String, BTreeSet<String>>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut next = vec![start];
    while let Some(one) = next.pop() {
        if seen.insert(one) {
            next.extend(edges.get(one).into_iter().flatten().map(String::as_str));
        }
    }
    seen
}

/// The code of a source file: comments gone, and `use std::{a, b::c};` spelled out, so that a grouped import hides nothing.
pub(crate) fn code_of(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    for line in source.lines() {
        code.push_str(line.split("//").next().unwrap_or_default().trim_end());
        code.push('\n');
    }
    let mut spelled = String::new();
    for group in code.split("std::{").skip(1) {
        let (mut depth, mut first) = (0_usize, true);
        for letter in group.chars() {
            match letter {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => first = true,
                _ if first && !letter.is_whitespace() => {
                    first = false;
                    spelled.push_str("\nstd::");
                    spelled.push(letter);
                }
                _ => spelled.push(letter),
            }
        }
    }
    code + &spelled
}

/// The words of `list` that `source` says in its code.
pub(crate) fn words_in<'a>(source: &str, list: &'a [(&'a str, &'a str)]) -> Vec<String> {
    let code = code_of(source);
    list.iter()
        .filter(|(word, _)| code.contains(word))
        .map(|(word, why)| format!("says {word}: {why}"))
        .collect()
}

/// A manifest takes lints and versions from the one list in the root.
pub(crate) fn wrong_manifest(manifest: &toml::Table, is_root: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    if manifest
        .get("lints")
        .and_then(|l| l.get("workspace"))
        .and_then(toml::Value::as_bool)
        != Some(true)
    {
        wrong.push("does not take the workspace's lints".to_owned());
    }
    for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
        for (name, need) in manifest
            .get(table)
            .and_then(toml::Value::as_table)
            .into_iter()
            .flatten()
        {
            if need.get("workspace").and_then(toml::Value::as_bool) != Some(true) {
                wrong.push(format!(
                    "states its own version of {name}; versions stand once, in the root"
                ));
            }
        }
    }
    let unsafety = manifest
        .get("workspace")
        .and_then(|w| w.get("lints")?.get("rust")?.get("unsafe_code")?.as_str());
    if is_root && unsafety != Some("forbid") {
        wrong.push("does not forbid unsafe code".to_owned());
    }
    wrong
}

/// Files over the limit, and arguments that no file needs any more.
pub(crate) fn too_long(files: &BTreeMap<String, usize>, argued: &[(&str, usize, &str)]) -> Vec<String> {
    let limit = |file: &str| {
        argued
            .iter()
            .find(|(name, ..)| *name == file)
            .map_or(LONGEST, |(_, most, _)| *most)
    };
    let mut wrong: Vec<String> = files
        .iter()
        .filter(|(file, lines)| **lines > limit(file))
        .map(|(file, lines)| format!("{file} has {lines} lines; split it by topic, or argue for it here"))
        .collect();
    for (file, _, why) in argued {
        if why.len() < 30 {
            wrong.push(format!("{file} is allowed without an argument"));
        }
        if files.get(*file).is_none_or(|lines| *lines <= LONGEST) {
            wrong.push(format!("{file} needs no exception any more"));
        }
    }
    wrong
}
