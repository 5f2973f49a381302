//! Elements that may be given by article 5.1 and that no rule gives to anybody: a gap, or a choice. A choice is written
//! down in the dictionary: `niemand = "waarom niemand dit krijgt"`.

use super::super::Finding;
use super::Input;
use crate::gegeven::GegevenSet;

const FILE: &str = "gegevens.toml";

/// `given`: what some rule of some channel gives to somebody.
pub(super) fn check(i: &Input<'_>, given: GegevenSet, out: &mut Vec<Finding>) {
    let text = i
        .sources
        .rules
        .iter()
        .find(|s| s.name == FILE)
        .map_or("", |s| s.text.as_str());
    for (id, gegeven) in i.gegevens.iter() {
        let said = gegeven.niemand.as_deref().map(str::trim);
        let (message, help) = match (given.contains(id), said) {
            (false, None) if gegeven.letter != '-' => (
                format!(
                    "niemand krijgt ooit `{}`, al staat het op de lijst (5.1.{})",
                    gegeven.id, gegeven.letter
                ),
                "schrijf een regel, of zeg waarom niet: niemand = \"waarom niemand dit krijgt\"",
            ),
            (false, Some("")) => (
                format!("`{}` zegt niet waarom niemand het krijgt", gegeven.id),
                "schrijf een zin, of haal niemand weg",
            ),
            (true, Some(_)) => (
                format!("`{}` zegt dat niemand het krijgt, maar een regel geeft het", gegeven.id),
                "haal niemand weg, of haal het gegeven uit de regels",
            ),
            _ => continue,
        };
        out.push(Finding::warning(
            FILE,
            place(text, &gegeven.id, said.is_some()),
            message,
            help,
        ));
    }
}

/// The line of an element, or of its sentence. Only for showing: an element is found by its line `id = "…"`.
fn place(text: &str, id: &str, sentence: bool) -> std::ops::Range<usize> {
    let line = format!("\"{id}\"");
    let Some(at) = text.find(&line) else { return 0..0 };
    let name = at..at.saturating_add(line.len());
    if !sentence {
        return name;
    }
    let rest = text.get(at..).unwrap_or_default();
    let block = rest.find("[[gegeven]]").unwrap_or(rest.len());
    let found = rest.get(..block).and_then(|b| b.find("niemand"));
    found.map_or(name, |n| {
        at.saturating_add(n)..at.saturating_add(n).saturating_add("niemand".len())
    })
}
