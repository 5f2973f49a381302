//! What changes in the matrix: who receives more, who less.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
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

/// What differs on one day.
struct Gezien {
    /// Per kind of difference how many cells.
    aantal: [(Aard, usize); 4],
    groepen: Vec<Groep>,
}

/// The cells now; and once more from each later day on which a bill that one of the two switched on becomes law, if that
/// makes other cells differ.
pub(super) fn compare(beide: &Beide, out: &Out) -> (serde_json::Value, bool) {
    let mut last = look(beide, None);
    tell(&last, out);
    let mut value = shown(&last);
    let mut differs = !last.groepen.is_empty();
    let mut later = Vec::new();
    let days: BTreeSet<Date> = beide.oud.tijdvakken().chain(beide.nieuw.tijdvakken()).collect();
    for day in days {
        let this = look(beide, Some(day));
        if this.groepen != last.groepen {
            out.line(format!(
                "{} {day}, {}",
                out.say("vanaf", "from"),
                out.say("met de wetsvoorstellen van dan:", "with the bills of then:")
            ));
            tell(&this, out);
            later.push(serde_json::json!({ "vanaf": day.to_string(), "matrix": shown(&this) }));
            differs |= !this.groepen.is_empty();
            last = this;
        }
    }
    if let (false, Some(fields)) = (later.is_empty(), value.as_object_mut()) {
        fields.insert("later".to_owned(), later.into());
    }
    (value, differs)
}

fn look(beide: &Beide, dag: Option<Date>) -> Gezien {
    let (a, b) = (Matrix::on(&beide.oud, dag), Matrix::on(&beide.nieuw, dag));
    let all = changes(&a, &b);
    let count = |aard: Aard| (aard, all.iter().filter(|v| v.aard == aard).count());
    Gezien {
        aantal: [Aard::Ruimer, Aard::Smaller, Aard::Anders, Aard::Onderbouwing].map(count),
        groepen: grouped(beide, &all),
    }
}

fn shown(g: &Gezien) -> serde_json::Value {
    let mut value = serde_json::Map::new();
    for (aard, count) in g.aantal {
        value.insert(aard.as_str().to_owned(), count.into());
    }
    value.insert("verschillen".to_owned(), serde_json::json!(g.groepen));
    value.into()
}

fn tell(gezien: &Gezien, out: &Out) {
    let [ruimer, smaller, anders, onderbouwing] = gezien.aantal.map(|(_, count)| count);
    out.line(format!(
        "{}: {ruimer} {}, {smaller} {}, {anders} {}, {onderbouwing} {}",
        out.say("matrix", "matrix"),
        out.say("ruimer", "wider"),
        out.say("smaller", "narrower"),
        out.say("anders", "otherwise"),
        out.say("met een andere onderbouwing", "for another reason"),
    ));
    let mut pair = String::new();
    for g in &gezien.groepen {
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
