//! What changes in the matrix: who receives more, who less.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sluis_rules::ids::Taak;
use sluis_rules::matrix::{Aard, Cel, Matrix, OVERDRACHT, Verschil, changes, in_words};
use sluis_rules::rulebook::Rulebook;

use super::Beide;
use crate::cli::Out;

/// Cells that change in the same way, between the same two.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Groep {
    overleg: String,
    van: Taak,
    naar: Taak,
    aard: Aard,
    fasen: Vec<String>,
    gegevens: Vec<String>,
    oud: String,
    nieuw: String,
    regels_oud: Vec<String>,
    regels_nieuw: Vec<String>,
    artikelen: Vec<String>,
}

pub(super) fn compare(beide: &Beide, out: &Out) -> (serde_json::Value, bool) {
    let (a, b) = (Matrix::of(&beide.oud), Matrix::of(&beide.nieuw));
    let all = changes(&a, &b);
    let count = |aard: Aard| all.iter().filter(|v| v.aard == aard).count();
    let groups = grouped(beide, &all);
    out.line(format!(
        "{}: {} {}, {} {}, {} {}, {} {}",
        out.say("matrix", "matrix"),
        count(Aard::Ruimer),
        out.say("ruimer", "wider"),
        count(Aard::Smaller),
        out.say("smaller", "narrower"),
        count(Aard::Anders),
        out.say("anders", "otherwise"),
        count(Aard::Onderbouwing),
        out.say("met een andere onderbouwing", "for another reason"),
    ));
    let mut pair = String::new();
    for g in &groups {
        let this = format!("  {}: {} → {}", g.overleg, g.van, g.naar);
        if this != pair {
            out.line(&this);
            pair = this;
        }
        out.line(format!(
            "    {:<9} {}: {}",
            word(g.aard, out),
            g.fasen.join(", "),
            g.gegevens.join(", ")
        ));
        let rules = |all: &[String]| all.join(", ");
        let by = match (
            g.regels_oud == g.regels_nieuw,
            g.regels_oud.is_empty(),
            g.regels_nieuw.is_empty(),
        ) {
            (true, ..) | (_, true, _) => rules(&g.regels_nieuw),
            (_, _, true) => rules(&g.regels_oud),
            _ => format!("{} → {}", rules(&g.regels_oud), rules(&g.regels_nieuw)),
        };
        out.line(format!(
            "              {} → {}  [{} {by}; {} {}]",
            g.oud,
            g.nieuw,
            out.say("regel", "rule"),
            out.say("artikel", "article"),
            g.artikelen.join(", ")
        ));
    }
    let value = serde_json::json!({
        "ruimer": count(Aard::Ruimer),
        "smaller": count(Aard::Smaller),
        "anders": count(Aard::Anders),
        "onderbouwing": count(Aard::Onderbouwing),
        "verschillen": groups,
    });
    (value, !all.is_empty())
}

const fn word(aard: Aard, out: &Out) -> &'static str {
    match aard {
        Aard::Ruimer => out.say("ruimer", "wider"),
        Aard::Smaller => out.say("smaller", "narrower"),
        Aard::Anders => out.say("anders", "other"),
        Aard::Onderbouwing => out.say("reden", "reason"),
    }
}

/// The phases of a consultation, or of the first of a handover.
fn phases<'r>(rules: &'r Rulebook, name: &str) -> Option<&'r [String]> {
    let table = match name.strip_prefix(OVERDRACHT) {
        None => name,
        Some(id) => &rules.overdrachten().iter().find(|o| o.id == id)?.van_overleg,
    };
    let found = rules.overleggen().iter().find(|o| o.id == table)?;
    Some(&found.fasen)
}

/// First per element the phases that change alike, then the elements whose phases are the same.
fn grouped(beide: &Beide, all: &[Verschil<'_>]) -> Vec<Groep> {
    let mut per_element: BTreeMap<(Groep, &str), BTreeSet<(usize, &str)>> = BTreeMap::new();
    for v in all {
        let regels = |cel: Option<&Cel>| -> Vec<String> {
            let all = cel.map(Cel::regels).unwrap_or_default();
            all.into_iter().map(str::to_owned).collect()
        };
        let mut artikelen: BTreeSet<&str> = v.nieuw.map(Cel::artikelen).unwrap_or_default();
        artikelen.extend(v.oud.map(Cel::artikelen).unwrap_or_default());
        let overleg = &*v.plek.overleg;
        let key = Groep {
            overleg: overleg.to_owned(),
            van: v.plek.van,
            naar: v.plek.naar,
            aard: v.aard,
            fasen: Vec::new(),
            gegevens: Vec::new(),
            oud: in_words(v.oud, &beide.oud, overleg),
            nieuw: in_words(v.nieuw, &beide.nieuw, overleg),
            regels_oud: regels(v.oud),
            regels_nieuw: regels(v.nieuw),
            artikelen: artikelen.into_iter().map(str::to_owned).collect(),
        };
        let order = [&beide.nieuw, &beide.oud]
            .iter()
            .find_map(|rules| phases(rules, overleg)?.iter().position(|f| **f == *v.plek.fase))
            .unwrap_or(usize::MAX);
        per_element
            .entry((key, &v.plek.gegeven))
            .or_default()
            .insert((order, &v.plek.fase));
    }
    let mut out: BTreeMap<Groep, Vec<String>> = BTreeMap::new();
    for ((mut key, gegeven), fasen) in per_element {
        key.fasen = fasen.into_iter().map(|(_, fase)| fase.to_owned()).collect();
        out.entry(key).or_default().push(gegeven.to_owned());
    }
    out.into_iter()
        .map(|(mut key, gegevens)| {
            key.gegevens = gegevens;
            key
        })
        .collect()
}
