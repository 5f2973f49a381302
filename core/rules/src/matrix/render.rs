//! The matrix as a document for people: Dutch first, one table for each pair that gives something.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::words::{Notes, cell};
use super::{Cel, Matrix, Plek, cells};
use crate::event::Bericht;
use crate::gegeven::{GegevenId, Gegevens};
use crate::ids::Taak;
use crate::rulebook::{Casusoverleg, Grondslag, Rulebook, ToestemmingNodig};

const HEAD: &str = "\
# Wie krijgt wat

<!-- Gemaakt uit de regels door `sluis matrix --write`. Wijzig de regels, niet dit bestand; een toets ziet het verschil. -->

Per casusoverleg, per afzender en ontvanger: welk gegeven gaat in welke fase door. Wat hier niet staat, gaat niet door.
Een vakje zegt het meeste dat kan, als de feiten van de casus kloppen: beide nemen deel, de casus is in die fase, de betrokkene is
geïnformeerd. Een noot zegt wanneer het alleen voor één soort bericht, één doel of één soort verzuim geldt.

| in een vakje | betekent |
|---|---|
| ja | het gegeven gaat door zoals het is |
| toestemming | het gegeven gaat door als er toestemming is vastgelegd die het dekt |
| leeftijd, jaar, pc4 | alleen de leeftijd, het jaar, het postcodegebied |
| dat | alleen dát het er is, niet wat |
| na vrijgave | vrije tekst of bijlage: pas als een professional het voor deze ontvanger heeft vrijgegeven |
| – | het gaat niet door |

Altijd: een bijdrage die onder beroepsgeheim is gedaan, vraagt toestemming van de betrokkene, ook waar hier `ja` staat (6, 11.3). Wat een
ander inbracht, gaat alleen met diens akkoord, en nooit verder dan die ander zelf had mogen geven (3.4).

*English: per consultation, from whom to whom, what goes in which phase; a dash is nothing. Generated from the rules: never edited.*
";

/// The whole document.
#[must_use]
pub fn markdown(rules: &Rulebook, matrix: &Matrix) -> String {
    let mut out = HEAD.to_owned();
    for o in rules.overleggen() {
        overleg(&mut out, rules, matrix, o);
    }
    nobody(&mut out, rules.gegevens(), matrix);
    out
}

pub(super) fn line(out: &mut String, text: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{text}");
}

pub(super) fn join<T: std::fmt::Display>(all: impl IntoIterator<Item = T>, with: &str) -> String {
    let all: Vec<String> = all.into_iter().map(|t| t.to_string()).collect();
    all.join(with)
}

fn or<'t>(text: &'t str, otherwise: &'t str) -> &'t str {
    if text.is_empty() { otherwise } else { text }
}

fn overleg(out: &mut String, rules: &Rulebook, matrix: &Matrix, o: &Casusoverleg) {
    line(out, format_args!("\n## {} (`{}`)\n", o.naam, o.id));
    line(
        out,
        format_args!("{}, versie {}. Roept bijeen: {}.\n", o.artikel, o.versie, o.convener),
    );
    let table = join(
        o.deelnemers.iter().map(|d| {
            let mut marks = Vec::new();
            if d.per_casus {
                marks.push("per casus");
            }
            if d.na_regierol {
                marks.push("doet pas mee na de regierol");
            }
            let marks = marks.join(", ");
            format!(
                "{}{}",
                d.taak,
                if marks.is_empty() {
                    String::new()
                } else {
                    format!(" ({marks})")
                }
            )
        }),
        ", ",
    );
    line(out, format_args!("- Aan tafel: {table}"));
    line(
        out,
        format_args!("- Vraagt aan: {}", or(&join(&o.aanvragers, ", "), "niemand vastgelegd")),
    );
    line(
        out,
        format_args!("- Krijgt de uitkomst: {}", or(&join(&o.uitkomst_naar, ", "), "niemand")),
    );
    let doel = |id: &String| {
        let known = rules.doelen().iter().find(|d| d.id == *id);
        known.map_or_else(
            || id.clone(),
            |d| format!("{id}: {} ({})", d.omschrijving.to_lowercase(), d.artikel),
        )
    };
    line(out, format_args!("- Doelen: {}", join(o.doelen.iter().map(doel), "; ")));
    line(out, format_args!("- Fasen: {}", join(&o.fasen, ", ")));
    line(
        out,
        if o.toestemming_voorwaarde {
            "- Voorwaarde: zonder toestemming van de ouders (of de jongere) voor de aanvraag gaat er niets; van de aanvraag gaat alleen wat die toestemming noemt"
        } else {
            "- Voorwaarde: geen toestemming vooraf voor de hele aanvraag"
        },
    );
    let mut nothing: BTreeMap<Taak, Vec<Taak>> = BTreeMap::new();
    for van in cells::senders(o) {
        for naar in cells::receivers(o) {
            if !pair(out, rules, matrix, o, van, naar) && (van != naar) {
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
            format_args!(
                "\nTussen deze partijen gaat bij dit overleg niets: {}.",
                join(pairs, "; ")
            ),
        );
    }
}

/// What is special about a receiver at this consultation.
fn receiver(o: &Casusoverleg, naar: Taak) -> &'static str {
    let expert = o.deelnemers.iter().any(|d| d.taak == naar && d.na_regierol);
    if cells::receives(o, naar).len() < Bericht::ALL.len() {
        " (alleen de uitkomst: verslag en status)"
    } else if expert {
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
fn pair(out: &mut String, rules: &Rulebook, matrix: &Matrix, o: &Casusoverleg, van: Taak, naar: Taak) -> bool {
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
    line(out, format_args!("\n### {van} → {naar}{}\n", receiver(o, naar)));
    let bases = cells::bases(rules, van, naar);
    line(
        out,
        format_args!("Grondslag: {}.", join(bases.iter().map(|g| basis(g)), "; ")),
    );
    if cells::secret(van) {
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
        format_args!("\n| 5.1 | gegevens | {} | artikel |", join(&o.fasen, " | ")),
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
fn names(gegevens: &Gegevens, ids: impl Iterator<Item = GegevenId>) -> String {
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

/// What no consultation gives anybody.
fn nobody(out: &mut String, gegevens: &Gegevens, matrix: &Matrix) {
    let given: BTreeSet<&str> = matrix.cellen.keys().map(|p| &*p.gegeven).collect();
    let left = |off: bool| {
        let these = gegevens
            .iter()
            .filter(|(_, g)| (g.letter == '-') == off && !given.contains(g.id.as_str()));
        names(gegevens, these.map(|(id, _)| id))
    };
    line(out, "\n## Wat niemand krijgt\n");
    line(
        out,
        format_args!(
            "Niet op de lijst van artikel 5.1, dus bij geen enkel casusoverleg: {}.\n",
            or(&left(true), "niets")
        ),
    );
    line(
        out,
        format_args!(
            "Wel op de lijst, maar geen regel geeft het aan iemand: {}.",
            or(&left(false), "niets")
        ),
    );
}
