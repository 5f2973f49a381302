//! How large a rulebook may be: far above what a covenant needs, far below what would keep Sluis busy. Looked at before
//! anything else, so that reading stays bounded in time and memory whatever the files hold.

use std::ops::Range;

use super::channels::source::{KanaalFile, StroomFile};
use super::source::{ConvenantFile, DoelenFile, GrondslagenFile, OverlegFile, RegelBlock};
use super::{Finding, Source, Sources};
use crate::event::Bericht;
use crate::gegeven::Gegevens;

/// Most bytes of `convenant.toml`: room for all parties.
const LARGEST_CONVENANT: usize = 32 << 20;
/// Most bytes of any other file.
const LARGEST_FILE: usize = 2 << 20;
/// Most bytes of everything but `convenant.toml`.
const LARGEST_TOGETHER: usize = 8 << 20;
/// Most files.
const MOST_FILES: usize = 100;
/// Most findings that are told at once.
const MOST_FINDINGS: usize = 200;
/// Most parties.
const MOST_PARTIES: usize = 150_000;
/// Most bases.
const MOST_BASES: usize = 1000;
/// Most purposes, of the covenant and of a consultation.
const MOST_PURPOSES: usize = 26;
/// Most phases of a consultation.
const MOST_PHASES: usize = 32;
/// Most tasks in a list: there are thirteen.
const MOST_TASKS: usize = 32;
/// Most rules of one consultation.
const MOST_RULES: usize = 2000;
/// Most elements that one rule names.
const MOST_NAMES: usize = 256;
/// Most (cell, element) pairs that all rules together fill; the five consultations fill some 55,000.
const MOST_CELLS: usize = 5_000_000;

const SPLIT: &str = "maak dit korter; zo groot is geen convenant";

/// Sizes of the texts, before they are read.
pub(super) fn texts(sources: &Sources, f: &mut Vec<Finding>) {
    let count = sources.rules.len().saturating_add(sources.schemas.len());
    if count > MOST_FILES {
        let first = sources.rules.first().map_or("convenant.toml", |s| s.name.as_str());
        f.push(Finding::new(
            first,
            0..0,
            format!("er staan {count} bestanden in de map, meer dan {MOST_FILES}"),
            "laat alleen staan wat bij de regels hoort",
        ));
    }
    let mut together = 0_usize;
    for s in sources.rules.iter().chain(&sources.schemas) {
        let most = if s.name == "convenant.toml" {
            LARGEST_CONVENANT
        } else {
            LARGEST_FILE
        };
        let before = together;
        if s.name != "convenant.toml" {
            together = together.saturating_add(s.text.len());
        }
        let message = if s.text.len() > most {
            format!("dit bestand is groter dan {} MiB", most >> 20)
        } else if before <= LARGEST_TOGETHER && together > LARGEST_TOGETHER {
            format!(
                "tot en met dit bestand staat er meer dan {} MiB",
                LARGEST_TOGETHER >> 20
            )
        } else {
            continue;
        };
        f.push(Finding::new(&s.name, 0..0, message, SPLIT));
    }
    for s in &sources.rules {
        ends(s, f);
    }
}

/// The last line of every file of the rules. Half a file of TOML is often a whole one: cut after a block, it says less
/// than its writer wrote, and nothing tells. It stands there once: text after it is what was left of something longer.
const END: &str = "# einde";

fn ends(source: &Source, f: &mut Vec<Finding>) {
    let mut marks = 0_usize;
    let mut after = 0..0;
    let mut at = 0_usize;
    for line in source.text.split_inclusive('\n') {
        let next = at.saturating_add(line.len());
        let words = line.trim();
        if words == END {
            marks = marks.saturating_add(1);
        } else if marks > 0 && !words.is_empty() && after.is_empty() {
            after = at..at.saturating_add(line.trim_end().len());
        }
        at = next;
    }
    let (span, message, help) = if marks == 0 {
        (
            source.text.trim_end().len()..source.text.len(),
            "dit bestand is niet compleet: de laatste regel is niet `# einde`",
            "er ontbreekt misschien een stuk: haal het bestand opnieuw op; weet u zeker dat het heel is, zet dan `# einde` op de laatste regel",
        )
    } else if !after.is_empty() {
        (
            after,
            "na de regel `# einde` staat nog iets",
            "zet het ervoor, of haal het weg als het van een oudere versie is",
        )
    } else if marks > 1 {
        (
            0..0,
            "de regel `# einde` staat er meer dan één keer",
            "controleer of er niet twee versies door elkaar staan, en houd er één over, als laatste regel",
        )
    } else {
        return;
    };
    f.push(Finding::new(&source.name, span, message, help));
}

/// What was read, before it is joined.
pub(super) struct Lists<'a> {
    pub convenant: &'a ConvenantFile,
    pub doelen: &'a DoelenFile,
    pub grondslagen: &'a GrondslagenFile,
    pub overleggen: &'a [(String, OverlegFile)],
    pub stromen: &'a [(String, StroomFile)],
    pub kanalen: &'a [(String, KanaalFile)],
    /// Blocks of rules that stand in other files than those of a table.
    pub regels: Vec<(&'a str, &'a [RegelBlock])>,
}

/// Lengths of the lists, before they are compared with each other.
pub(super) fn lists(read: &Lists<'_>, gegevens: &Gegevens, f: &mut Vec<Finding>) {
    let mut most = |file: &str, what: &str, is: usize, most: usize, at: Range<usize>| {
        if is > most {
            let message = format!("hier staan {is} {what}, meer dan {most}");
            f.push(Finding::new(file, at, message, SPLIT));
        }
    };
    most(
        "convenant.toml",
        "partijen",
        read.convenant.partij.len(),
        MOST_PARTIES,
        0..0,
    );
    most("doelen.toml", "doelen", read.doelen.doel.len(), MOST_PURPOSES, 0..0);
    let bases = &read.grondslagen.grondslag;
    most("grondslagen.toml", "grondslagen", bases.len(), MOST_BASES, 0..0);
    for g in bases.iter().take(MOST_BASES) {
        let longest = g
            .van
            .len()
            .max(g.naar.len())
            .max(g.letters.as_ref().map_or(0, Vec::len));
        most(
            "grondslagen.toml",
            "woorden in een lijst",
            longest,
            MOST_TASKS,
            g.id.span(),
        );
    }
    let mut blocks = read.regels.clone();
    for (file, o) in read.overleggen {
        most(file, "doelen", o.doelen.len(), MOST_PURPOSES, o.id.span());
        most(file, "fasen", o.fasen.len(), MOST_PHASES, o.id.span());
        let tasks = o.deelnemer.len().max(o.aanvrager.len()).max(o.uitkomst_naar.len());
        most(file, "deelnemers", tasks, MOST_TASKS, o.id.span());
        blocks.push((file, &o.regel));
    }
    let mut cells = 0_usize;
    for (file, regels) in blocks {
        most(file, "regels", regels.len(), MOST_RULES, 0..0);
        for r in regels.iter().take(MOST_RULES) {
            let berichten = r.berichten.as_ref().map_or(0, Vec::len);
            let lists = [
                ("taken", r.van.len().max(r.naar.len()), MOST_TASKS),
                ("fasen", r.fasen.len(), MOST_PHASES),
                ("doelen", r.doelen.len(), MOST_PURPOSES),
                ("gegevens", r.gegevens.len(), MOST_NAMES),
                ("berichten", berichten, MOST_TASKS),
            ];
            for (what, is, limit) in lists {
                most(file, &format!("{what} in een lijst"), is, limit, r.id.span());
            }
            cells = cells.saturating_add(size(r, gegevens));
        }
    }
    most(
        "convenant.toml",
        "wettelijke partijen",
        read.convenant.wettelijk_partij.len(),
        MOST_PARTIES,
        0..0,
    );
    let flows = read.stromen.iter().map(|(file, s)| (file, &s.regel));
    for (file, rules) in flows.chain(read.kanalen.iter().map(|(file, k)| (file, &k.regel))) {
        most(file, "regels", rules.len(), MOST_RULES, 0..0);
        for r in rules.iter().take(MOST_RULES) {
            let tasks = r.van.len().max(r.naar.as_ref().map_or(0, Vec::len));
            let words = r
                .overleggen
                .as_ref()
                .map_or(0, Vec::len)
                .max(r.doelen.as_ref().map_or(0, Vec::len));
            let berichten = r.berichten.as_ref().map_or(0, Vec::len);
            let longest = tasks.max(words).max(berichten);
            most(file, "woorden in een lijst", longest, MOST_TASKS, r.id.span());
            most(file, "gegevens in een lijst", r.gegevens.len(), MOST_NAMES, r.id.span());
            let of = |name: &toml::Spanned<String>| gegevens.matching(name.get_ref()).len() as usize;
            let elements: usize = r.gegevens.iter().take(MOST_NAMES).map(of).sum();
            let kinds = r.berichten.as_ref().map_or(Bericht::ALL.len(), Vec::len);
            let sizes = [elements, r.van.len(), tasks, words, kinds].into_iter();
            cells = cells.saturating_add(sizes.fold(1, |all: usize, n| all.saturating_mul(n.max(1))));
        }
    }
    for (file, s) in read.stromen {
        let groups = s.vereist.get_ref();
        let longest = groups.iter().map(Vec::len).max().unwrap_or(0).max(groups.len());
        let tasks = s.van.len().max(s.naar.len());
        most(
            file,
            "woorden in een lijst",
            longest.max(tasks),
            MOST_NAMES,
            s.id.span(),
        );
    }
    most(
        "convenant.toml",
        "cellen van alle regels samen",
        cells,
        MOST_CELLS,
        0..0,
    );
}

fn size(r: &RegelBlock, gegevens: &Gegevens) -> usize {
    let elements = if r.gegevens.len() > MOST_NAMES {
        MOST_CELLS
    } else {
        let of = |name: &toml::Spanned<String>| gegevens.matching(name.get_ref()).len() as usize;
        r.gegevens.iter().map(of).sum()
    };
    let berichten = r.berichten.as_ref().map_or(Bericht::ALL.len(), Vec::len);
    [r.van.len(), r.naar.len(), r.fasen.len(), r.doelen.len(), berichten]
        .into_iter()
        .fold(elements.max(1), |all, n| all.saturating_mul(n.max(1)))
}

/// No more findings than somebody reads.
pub(super) fn few(mut findings: Vec<Finding>) -> Vec<Finding> {
    let more = findings.len().saturating_sub(MOST_FINDINGS);
    if more > 0 {
        findings.truncate(MOST_FINDINGS);
        if let Some(last) = findings.last_mut() {
            last.help = format!("{}; en verbeter daarna nog {more} andere", last.help);
        }
    }
    findings
}
