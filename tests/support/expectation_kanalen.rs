//! An expectation of the channels beside the consultations, per element, from another reading of the covenant than the
//! rules: tabs, `plaats van naar bericht gegevens uitkomst artikel bron waarom`. What no row names is expected to be `nee`.

use std::collections::BTreeMap;

use sluis_rules::event::Bericht;
use sluis_rules::matrix::{Cel, Matrix};
use sluis_rules::rulebook::Rulebook;

/// Place, giver, receiver, message, element.
type Cell = (String, String, String, String, String);

const COLUMNS: usize = 9;
const OUTCOMES: [&str; 6] = ["nee", "dat", "minder", "vrijgave", "toestemming", "ja"];

/// Per cell what is expected, or everything that is wrong with the table.
pub(crate) fn parse(text: &str, rules: &Rulebook) -> Result<BTreeMap<Cell, String>, Vec<String>> {
    let (mut out, mut faults) = (BTreeMap::new(), Vec::new());
    for (n, line) in (1..).zip(text.lines()).skip(1) {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [plaats, van, naar, bericht, gegevens, uitkomst, ..] = columns[..] else {
            faults.push(format!("line {n}: too few columns"));
            continue;
        };
        if columns.len() != COLUMNS || !OUTCOMES.contains(&uitkomst) {
            faults.push(format!("line {n}: {} columns, outcome {uitkomst}", columns.len()));
        }
        for gegeven in gegevens.split(',').map(str::trim) {
            if rules.gegevens().find(gegeven).is_none() {
                faults.push(format!("line {n}: `{gegeven}` is no element"));
            }
            let cell = [plaats, van, naar, bericht, gegeven].map(str::to_owned).into();
            if out.insert(cell, uitkomst.to_owned()).is_some() {
                faults.push(format!("line {n}: {plaats} {van} → {naar} {bericht} {gegeven} twice"));
            }
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(faults) }
}

/// Of one kind of message the most that may go, in the words of the table.
fn outcome(cel: &Cel, bericht: Bericht) -> Option<&'static str> {
    let of_kind = cel.varianten.iter().filter(|v| v.bij.contains_key(&bericht));
    let widest = of_kind.map(|v| &v.doorgang).max_by_key(|d| d.stand())?;
    Some(if widest.vrijgave {
        "vrijgave"
    } else {
        widest.stand().as_str()
    })
}

/// The cells in which the rules and the expectation differ.
pub(crate) fn differences(rules: &Rulebook, expected: &BTreeMap<Cell, String>) -> Vec<String> {
    let mut ours: BTreeMap<Cell, &str> = BTreeMap::new();
    for (plek, cel) in Matrix::of(rules)
        .cellen
        .iter()
        .filter(|(plek, _)| !plek.binnen_convenant())
    {
        for bericht in Bericht::ALL {
            if let Some(word) = outcome(cel, bericht) {
                let place = [
                    &plek.overleg,
                    plek.van.as_str(),
                    plek.naar.as_str(),
                    bericht.as_str(),
                    &plek.gegeven,
                ];
                ours.insert(place.map(str::to_owned).into(), word);
            }
        }
    }
    let places: std::collections::BTreeSet<&Cell> = ours.keys().chain(expected.keys()).collect();
    let differs = places.into_iter().filter_map(|cell| {
        let our = ours.get(cell).copied().unwrap_or("nee");
        let their = expected.get(cell).map_or("nee", String::as_str);
        let (plaats, van, naar, bericht, gegeven) = cell;
        (our != their).then(|| format!("{plaats} {van} → {naar} {bericht} {gegeven}: rules {our}, expected {their}"))
    });
    differs.collect()
}
