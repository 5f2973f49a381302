//! Broken, half-written and hostile files of rules and schemas: nothing panics, nothing loads that no rulebook may be, and
//! nothing takes long or much. The corpus of the fuzzer, and changes of the shipped files drawn from a seed.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "../../../fuzz/shared.rs"]
#[allow(dead_code, unreachable_pub, missing_docs, reason = "each user of it uses a part")]
mod shared;

use std::path::Path;
use std::time::{Duration, Instant};

use shared::{ended, input, load, shipped, small, with};
use sluis_rules::rulebook::Sources;
use sluis_rules::tree::Tree;

const TABLE: &str = "casusoverleg/loket-onderwijs.toml";

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn names(dir: &str) -> Vec<String> {
    let mut all: Vec<String> = std::fs::read_dir(root().join(dir))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.is_file())
        .map(|p| p.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    all.sort();
    all
}

/// Bounded: no input keeps it busy for long. Generous, for a slow machine without optimisation.
fn soon<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let begin = Instant::now();
    let out = work();
    assert!(
        begin.elapsed() < Duration::from_secs(30),
        "{what} took {:?}",
        begin.elapsed()
    );
    out
}

/// xorshift64*: the same changes at every run.
struct Seed(u64);

impl Seed {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % below.max(1)
    }
}

/// How thorough: every night a hundred times more.
fn rounds(n: usize) -> usize {
    let long = std::env::var("SLUIS_LONG").is_ok_and(|v| v == "1");
    if long { n * 100 } else { n }
}

fn texts(all: &Sources) -> Vec<(String, String)> {
    let both = all.rules.iter().chain(&all.schemas);
    both.map(|s| (s.name.clone(), s.text.clone())).collect()
}

#[test]
fn the_fuzzer_knows_every_shipped_file() {
    let ours: Vec<String> = texts(&shipped()).into_iter().map(|(name, _)| name).collect();
    let below = |dir: &str| {
        let all = names(&format!("config/convenant/{dir}")).into_iter();
        all.map(|n| format!("{dir}/{n}")).collect::<Vec<_>>()
    };
    let dirs = std::fs::read_dir(root().join("config/convenant"))
        .unwrap()
        .map(|e| e.unwrap());
    let dirs = dirs
        .filter(|e| e.path().is_dir())
        .map(|e| e.file_name().into_string().unwrap());
    let tables = dirs.flat_map(|d| below(&d));
    let rules = names("config/convenant").into_iter().filter(|n| n.ends_with(".toml"));
    for name in rules.chain(tables).chain(names("schemas/canoniek")) {
        assert!(ours.contains(&name), "add {name} to fuzz/shared.rs");
    }
    load(&shipped()).unwrap();
    load(&small()).unwrap();
}

#[test]
fn the_corpus_of_the_fuzzer_is_replayed() {
    // What is sound in it, and nothing else, loads.
    let loads = ["bom", "crlf", "goed", "jaar-9999", "zonder-regels"];
    for name in names("fuzz/corpus/rules") {
        let bytes = std::fs::read(root().join("fuzz/corpus/rules").join(&name)).unwrap();
        let loaded = soon(&name, || load(&input(&bytes)));
        assert_eq!(
            loaded.is_ok(),
            loads.contains(&name.as_str()),
            "{name}: {:#?}",
            loaded.err()
        );
    }
    for name in names("fuzz/corpus/schemas") {
        let text = std::fs::read_to_string(root().join("fuzz/corpus/schemas").join(&name)).unwrap();
        let loaded = soon(&name, || load(&with("status.v1.json", &text)));
        // A pattern is compiled at the door: one that cannot be is met by nothing.
        assert_eq!(loaded.is_ok(), ["klein", "regexbom"].contains(&name.as_str()), "{name}");
        let _ = soon(&name, || {
            Tree::compile(&text, &sluis_rules::gegeven::Gegevens::default())
        });
    }
}

/// A file of rules that was cut short never loads, wherever the cut falls: between two blocks least of all, where what is
/// left reads well. A schema is JSON, and ends where it ends.
#[test]
fn a_file_that_was_cut_short_never_loads() {
    load(&small()).unwrap();
    let mut seed = Seed(0x5EED_0001);
    for (name, text) in texts(&small()) {
        let ends: Vec<usize> = text.match_indices('\n').map(|(n, _)| n + 1).collect();
        let lines = (0..rounds(14)).map(|_| ends[seed.next(ends.len())]).collect::<Vec<_>>();
        let blocks = text.match_indices("\n[[").map(|(n, _)| n + 1).take(rounds(8));
        let anywhere = (0..rounds(6)).map(|_| seed.next(text.len())).collect::<Vec<_>>();
        for at in lines.into_iter().chain(blocks).chain(anywhere) {
            let Some(half) = text.get(..at) else { continue };
            if half.trim_end() == text.trim_end() {
                continue;
            }
            let place = format!("{name} cut at {at}");
            let findings = soon(&place, || load(&with(&name, half)));
            assert!(findings.is_err_and(|all| all.iter().any(|f| f.file == name)), "{place}");
        }
    }
}

/// A shorter text written over a longer one leaves the end of the longer behind it.
#[test]
fn what_stands_after_the_end_is_refused() {
    for (name, text) in texts(&small()).into_iter().filter(|(name, _)| name.ends_with(".toml")) {
        for rest in ["[[regel]]\nid = \"rest\"\n", "# einde\n", "# nog iets\n# einde\n"] {
            let findings = load(&with(&name, &format!("{text}{rest}"))).unwrap_err();
            assert!(
                findings.iter().all(|f| f.file == name && f.message.contains("# einde")),
                "{name}: {findings:#?}"
            );
        }
    }
}

#[test]
fn changed_bytes_and_blocks_never_load_something_unsound() {
    let mut seed = Seed(0x5EED_0002);
    for (name, text) in texts(&small()) {
        for _ in 0..rounds(12) {
            let mut bytes = text.clone().into_bytes();
            for _ in 0..=seed.next(3) {
                let at = seed.next(bytes.len());
                match seed.next(5) {
                    0 => bytes[at] ^= 1 << seed.next(8),
                    1 => bytes[at] = b"\"[]{}=.,\n\0"[seed.next(10)],
                    2 => drop(bytes.remove(at)),
                    3 => {
                        // A part twice, where it stands or elsewhere.
                        let part = bytes[at..(at + seed.next(400)).min(bytes.len())].to_vec();
                        let to = seed.next(bytes.len());
                        bytes.splice(to..to, part);
                    }
                    _ => {
                        let end = (at + seed.next(400)).min(bytes.len());
                        bytes.drain(at..end);
                    }
                }
                if bytes.is_empty() {
                    bytes.push(b'\n');
                }
            }
            let changed = String::from_utf8_lossy(&bytes);
            let text = if name.ends_with(".toml") {
                ended(&changed)
            } else {
                changed.into_owned()
            };
            let _ = soon(&name, || load(&with(&name, &text)));
        }
    }
}

/// What is built to be slow or large, and the most memory that may be held for it at once.
#[test]
fn what_is_built_to_be_large_is_refused_soon_and_cheaply() {
    let table = texts(&small()).into_iter().find(|(n, _)| n == TABLE).unwrap().1;
    let table = table.replace("\n# einde\n", "\n");
    let rule = |n: usize, van: &str, gegevens: &str| {
        format!(
            "\n[[regel]]\nid = \"z{n}\"\nvan = [{van}]\nnaar = [{van}]\nfasen = [\"intake\"]\ndoelen = [\"a\"]\n\
             gegevens = [{gegevens}]\nactie = \"toestaan\"\nartikelen = [\"5.1.a\"]\nomdat = \"x\"\n"
        )
    };
    let many = |word: &str, n: usize| vec![format!("\"{word}\""); n].join(", ");
    let head = table.split("[[regel]]").next().unwrap();
    let hostile: Vec<(&str, &str, String)> = vec![
        ("deep lists", TABLE, format!("{table}\nx = {}", "[".repeat(100_000))),
        (
            "deep tables",
            TABLE,
            format!("{table}\nx = {}", "{a = ".repeat(100_000)),
        ),
        ("dotted keys", TABLE, format!("a{} = 1\n{table}", ".a".repeat(100_000))),
        (
            "a header of dots",
            TABLE,
            format!("{table}\n[a{}]\n", ".a".repeat(100_000)),
        ),
        (
            "many tasks",
            TABLE,
            format!("{table}{}", rule(1, &many("school", 50_000), "\"persoon.naam\"")),
        ),
        (
            "many elements",
            TABLE,
            format!("{table}{}", rule(1, "\"school\"", &many("persoon.*", 50_000))),
        ),
        (
            "many rules",
            TABLE,
            (0..6000).fold(table.clone(), |t, n| t + &rule(n, "\"school\"", "\"persoon.naam\"")),
        ),
        (
            "many phases and rules",
            TABLE,
            format!(
                "{}{}",
                head.replacen("fasen = [", &format!("fasen = [{}, ", many("x", 50_000)), 1),
                rule(1, "\"school\"", "\"*\"")
            ),
        ),
        (
            "many findings",
            TABLE,
            (0..1900).fold(head.to_owned(), |t, n| t + &rule(n, "\"nergens\"", &many("x.y", 200))),
        ),
        (
            "a long text",
            "doelen.toml",
            format!("[[doel]]\nid = \"{}\"", "a".repeat(1 << 20)),
        ),
        ("a long comment", "doelen.toml", format!("#{}\n", "a".repeat(3 << 20))),
        ("quotes", "doelen.toml", "\"".repeat(500_000)),
        (
            "many purposes",
            "doelen.toml",
            (0..20_000)
                .map(|n| format!("[[doel]]\nid = \"d{n}\"\nomschrijving = \"x\"\nartikel = \"3.1\"\n"))
                .collect(),
        ),
        ("deep json", "status.v1.json", "{\"properties\":".repeat(100_000)),
        ("wide json", "status.v1.json", format!("[{}]", "1,".repeat(500_000))),
    ];
    for (what, name, text) in hostile {
        // The last line is there, so that it is the size that is refused.
        let text = if name.ends_with(".toml") { ended(&text) } else { text };
        let sources = with(name, &text);
        let mut loaded = None;
        let used = allocation_counter::measure(|| loaded = Some(soon(what, || load(&sources))));
        let findings = loaded.unwrap().err().unwrap_or_else(|| panic!("{what} loads"));
        assert!(findings.len() <= 200, "{what}: {} findings", findings.len());
        assert!(used.bytes_max < 512 << 20, "{what} held {} MiB", used.bytes_max >> 20);
    }
}
