//! The tables of the document: one for each pair that gives something.

use std::collections::{BTreeMap, BTreeSet};

use super::plek::Tafel;
use super::render::{join, line};
use super::words::{Notes, cell};
use super::{Cel, Matrix, Plek};
use crate::event::{Bericht, Kanaal};
use crate::gegeven::{GegevenId, Gegevens};
use crate::ids::Taak;
use crate::rulebook::{Casusoverleg, Grondslag, Rulebook, ToestemmingNodig};

/// The tables of a consultation or a handover, and between whom nothing goes.
pub(super) fn pairs(out: &mut String, rules: &Rulebook, matrix: &Matrix, tafels: &[Tafel<'_>], id: &str) {
    let Some(t) = tafels.iter().find(|t| t.id == id) else {
        return;
    };
    let mut nothing: BTreeMap<Taak, Vec<Taak>> = BTreeMap::new();
    for van in t.senders.iter().copied() {
        for naar in t.receivers.keys().copied() {
            if !pair(out, rules, matrix, t, van, naar) && (van != naar) {
                nothing.entry(van).or_default().push(naar);
            }
        }
    }
    if !nothing.is_empty() {
        let pairs = nothing
            .iter()
            .map(|(van, naar)| format!("{van} → {}", join(naar, ", ")));
        line(
            out,
            format_args!("\nTussen deze partijen gaat hierbij niets: {}.", join(pairs, "; ")),
        );
    }
}

/// What is special about a receiver at this table.
fn receiver(rules: &Rulebook, t: &Tafel<'_>, naar: Taak) -> &'static str {
    let expert = |o: &Casusoverleg| o.deelnemers.iter().any(|d| d.taak == naar && d.na_regierol);
    let inside = t.kanaal == Kanaal::Casusoverleg;
    let kinds = t.receivers.get(&naar);
    if inside && kinds.is_none_or(|kinds| kinds.len() < Bericht::ALL.len()) {
        " (alleen de uitkomst: verslag en status)"
    } else if rules.overleggen().iter().any(|o| o.id == t.id && expert(o)) {
        " (pas als de regierol is toegewezen)"
    } else {
        ""
    }
}

fn basis(g: &Grondslag) -> String {
    let consent = match g.toestemming {
        ToestemmingNodig::Geen => "zonder toestemming",
        ToestemmingNodig::Bijzonder => "toestemming voor bijzondere gegevens",
        ToestemmingNodig::Alles => "toestemming voor alles",
    };
    let only = if g.alleen_bij.is_empty() {
        String::new()
    } else {
        format!("; alleen bij verzuim {}", join(&g.alleen_bij, ", "))
    };
    format!("`{}`: {} (artikel {}), {consent}{only}", g.id, g.wet, g.artikel)
}

/// The element in each phase.
type Cells<'m> = Vec<Option<&'m Cel>>;

/// One table; false when nothing goes between these two.
fn pair(out: &mut String, rules: &Rulebook, matrix: &Matrix, o: &Tafel<'_>, van: Taak, naar: Taak) -> bool {
    let of = |fase: &str, gegeven: &str| Plek {
        overleg: o.id.as_str().into(),
        van,
        naar,
        fase: fase.into(),
        gegeven: gegeven.into(),
    };
    let mut rows: Vec<(GegevenId, char, Cells<'_>)> = Vec::new();
    for (id, g) in rules.gegevens().iter() {
        let cells: Cells<'_> = o.fasen.iter().map(|f| matrix.cellen.get(&of(f, &g.id))).collect();
        if cells.iter().any(Option::is_some) {
            rows.push((id, g.letter, cells));
        }
    }
    if rows.is_empty() {
        return false;
    }
    line(out, format_args!("\n### {van} → {naar}{}\n", receiver(rules, o, naar)));
    if o.asks_basis() {
        let bases = o.bases(rules, None, van, naar);
        let told = join(bases.iter().map(|g| basis(g)), "; ");
        line(out, format_args!("Grondslag: {told}."));
    }
    if o.secret(van) {
        line(
            out,
            "Wat deze afzender inbrengt, staat onder beroepsgeheim: alles vraagt toestemming.",
        );
    }
    let mut notes = Notes::default();
    let mut body = String::new();
    for (letter, group, cells) in grouped(rows, &o.doelen, &mut notes) {
        let articles: BTreeSet<&str> = group
            .iter()
            .flat_map(|(_, cells)| cells.iter().flatten().flat_map(|c| c.artikelen()))
            .collect();
        let names = names(rules.gegevens(), group.iter().map(|(id, _)| *id));
        line(
            &mut body,
            format_args!(
                "| {letter} | {names} | {} | {} |",
                join(&cells, " | "),
                join(in_order(articles), ", ")
            ),
        );
    }
    line(
        out,
        format_args!("\n| 5.1 | gegevens | {} | artikel |", join(o.fasen, " | ")),
    );
    line(out, format_args!("|---|---|{}---|", "---|".repeat(o.fasen.len())));
    out.push_str(&body);
    notes.write(out);
    true
}

/// Articles by number: 3.4 before 14.1.
fn in_order(articles: BTreeSet<&str>) -> Vec<&str> {
    let mut all: Vec<&str> = articles.into_iter().collect();
    all.sort_by_key(|a| {
        let mut parts = a.split('.').map(|p| p.parse::<u32>().unwrap_or(u32::MAX));
        (parts.next().unwrap_or(u32::MAX), parts.next().unwrap_or(0), *a)
    });
    all
}

type Group<'m> = (char, Vec<(GegevenId, Cells<'m>)>, Vec<String>);

/// Elements of one letter that are treated alike, together; letters in the order of 5.1.
fn grouped<'m>(mut rows: Vec<(GegevenId, char, Cells<'m>)>, doelen: &[String], notes: &mut Notes) -> Vec<Group<'m>> {
    rows.sort_by_key(|(id, letter, _)| (*letter, *id));
    let mut out: Vec<Group<'m>> = Vec::new();
    for (id, letter, cells) in rows {
        let texts: Vec<String> = cells.iter().map(|c| cell(*c, doelen, notes)).collect();
        match out.iter_mut().find(|(l, _, t)| *l == letter && *t == texts) {
            Some((_, group, _)) => group.push((id, cells)),
            None => out.push((letter, vec![(id, cells)], texts)),
        }
    }
    out
}

/// Names of elements; all of one stem as `stem.*`.
pub(super) fn names(gegevens: &Gegevens, ids: impl Iterator<Item = GegevenId>) -> String {
    let here: BTreeSet<GegevenId> = ids.collect();
    let mut out: Vec<String> = Vec::new();
    for id in &here {
        let name = gegevens.name(*id);
        let whole = name.split_once('.').and_then(|(stem, _)| {
            let pattern = format!("{stem}.*");
            let all: BTreeSet<GegevenId> = gegevens.matching(&pattern).iter().collect();
            (all.len() > 1 && all.is_subset(&here)).then_some(pattern)
        });
        let shown = format!("`{}`", whole.as_deref().unwrap_or(name));
        if !out.contains(&shown) {
            out.push(shown);
        }
    }
    out.join(", ")
}
