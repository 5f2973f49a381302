//! An expectation of the matrix by category, written from another reading of the covenant than the rules: a table with
//! tabs, `overleg van naar fasen categorie uitkomst artikel bron waarom`. Lists have commas, `*` is all phases, `#` opens
//! a comment, and what no row names is expected to be `nee`.

use std::collections::BTreeMap;
use std::path::Path;

use sluis_rules::matrix::{CategoriePlek, Matrix, OVERDRACHT, Stand, per_categorie};
use sluis_rules::rulebook::{Rulebook, Source, Sources};

/// Per cell what is expected, and the line that says so.
pub(crate) type Expected = BTreeMap<CategoriePlek, (Stand, usize)>;

const COLUMNS: [&str; 9] = [
    "overleg",
    "van",
    "naar",
    "fasen",
    "categorie",
    "uitkomst",
    "artikel",
    "bron",
    "waarom",
];

/// The rules of this repository.
pub(crate) fn rules(root: &Path) -> Rulebook {
    let mut sources = Sources::default();
    read(&root.join("config/convenant"), "", "toml", &mut sources.rules);
    read(&root.join("schemas/canoniek"), "", "json", &mut sources.schemas);
    Rulebook::parse(&sources).expect("rules without findings")
}

fn read(dir: &Path, prefix: &str, ending: &str, all: &mut Vec<Source>) {
    for entry in std::fs::read_dir(dir).expect("a directory with rules") {
        let path = entry.expect("an entry").path();
        let name = format!("{prefix}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            read(&path, &format!("{name}/"), ending, all);
        } else if path.extension().is_some_and(|e| e == ending) {
            let text = std::fs::read_to_string(&path).expect("a file with rules");
            all.push(Source { name, text });
        }
    }
}

/// Reads the table, or says everything that is wrong with it.
pub(crate) fn parse(text: &str, rules: &Rulebook) -> Result<Expected, Vec<String>> {
    let mut out = Expected::new();
    let mut faults = Vec::new();
    for (n, line) in (1..).zip(text.lines()) {
        let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
        if line.trim().is_empty() || line.starts_with('#') || columns == COLUMNS {
            continue;
        }
        if let Err(fault) = row(&columns, n, rules, &mut out) {
            faults.push(format!("line {n}: {fault}"));
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|w| !w.is_empty())
}

fn each<T: std::str::FromStr>(text: &str) -> Result<Vec<T>, String> {
    let all: Vec<T> = list(text)
        .map(|w| w.parse().map_err(|_| format!("`{w}` is not known")))
        .collect::<Result<_, _>>()?;
    if all.is_empty() {
        Err("a column is empty".into())
    } else {
        Ok(all)
    }
}

fn row(columns: &[&str], n: usize, rules: &Rulebook, out: &mut Expected) -> Result<(), String> {
    let [overleg, van, naar, fasen, categorie, uitkomst, _, _, _] = columns else {
        return Err(format!("{} columns instead of {}", columns.len(), COLUMNS.len()));
    };
    let stand = [Stand::Nee, Stand::Dat, Stand::Minder, Stand::Toestemming, Stand::Ja]
        .into_iter()
        .find(|s| s.as_str() == *uitkomst)
        .ok_or(format!("`{uitkomst}` is no outcome"))?;
    let (van, naar, categorie) = (each(van)?, each(naar)?, each(categorie)?);
    for overleg in list(overleg) {
        let known = rules
            .overleggen()
            .iter()
            .find(|o| o.id == overleg)
            .ok_or(format!("`{overleg}` is no consultation"))?;
        let fasen: Vec<&str> = match *fasen {
            "*" => known.fasen.iter().map(String::as_str).collect(),
            some => list(some).collect(),
        };
        for fase in fasen {
            if !known.fasen.iter().any(|f| f == fase) {
                return Err(format!("`{overleg}` has no phase `{fase}`"));
            }
            for (van, naar) in van.iter().flat_map(|v| naar.iter().map(move |n| (v, n))) {
                for categorie in &categorie {
                    let plek = CategoriePlek {
                        overleg: overleg.to_owned(),
                        van: *van,
                        naar: *naar,
                        fase: fase.to_owned(),
                        categorie: *categorie,
                    };
                    if let Some((_, other)) = out.get(&plek) {
                        return Err(format!(
                            "names {overleg} {van} → {naar} {fase} {categorie}, as line {other} does"
                        ));
                    }
                    out.insert(plek, (stand, n));
                }
            }
        }
    }
    Ok(())
}

/// The cells in which the rules and the expectation differ, those of one pair and category together.
pub(crate) fn differences(rules: &Rulebook, expected: &Expected) -> Vec<String> {
    let mut ours = per_categorie(&Matrix::of(rules));
    // Handovers have rules of their own, beside the consultations; of the other channels there are no categories.
    ours.retain(|plek, _| !plek.overleg.starts_with(OVERDRACHT));
    let mut groups: BTreeMap<(String, String, Stand, Stand, usize), Vec<&str>> = BTreeMap::new();
    let places: std::collections::BTreeSet<&CategoriePlek> = ours.keys().chain(expected.keys()).collect();
    for plek in places {
        let our = ours.get(plek).copied().unwrap_or_default();
        let (their, line) = expected.get(plek).copied().unwrap_or_default();
        if our != their {
            let pair = format!("{} {} → {}", plek.overleg, plek.van, plek.naar);
            groups
                .entry((pair, plek.categorie.to_string(), our, their, line))
                .or_default()
                .push(&plek.fase);
        }
    }
    groups
        .into_iter()
        .map(|((pair, categorie, our, their, line), mut fasen)| {
            fasen.sort_by_key(|fase| {
                let all = rules.overleggen().iter().flat_map(|o| &o.fasen);
                all.clone().position(|f| f == fase)
            });
            let by = if line == 0 {
                "no row".to_owned()
            } else {
                format!("line {line}")
            };
            format!(
                "{pair}  {}  {categorie}: rules {}, expected {} ({by})",
                fasen.join(","),
                our.as_str(),
                their.as_str()
            )
        })
        .collect()
}
