//! The matrix as a document for people: Dutch first, one table for each pair that gives something.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::table::{names, pairs};
use super::{BETROKKENE, DERDE, Matrix, OVERDRACHT, WETTELIJK, changes, in_words, plek};
use crate::gegeven::Gegevens;
use crate::rulebook::{Casusoverleg, Overdracht, Rulebook, Stroom};

const HEAD: &str = "\
# Wie krijgt wat

<!-- Gemaakt uit de regels door `sluis matrix --write`. Wijzig de regels, niet dit bestand; een toets ziet het verschil. -->

Per casusoverleg, per afzender en ontvanger: welk gegeven gaat in welke fase door. Daarna de overdrachten (5.7), de wettelijke meldingen, wat de
betrokkene hoort en wat naar een derde mag; die kennen geen fasen. Wat hier niet staat, gaat niet door.
Een vakje zegt het meeste dat kan, als de feiten van de casus kloppen: beide nemen deel, de casus is in die fase, de betrokkene is
geïnformeerd. Een noot zegt wanneer het alleen voor één soort bericht, één doel of één soort verzuim geldt.

| in een vakje | betekent |
|---|---|
| ja | het gegeven gaat door zoals het is |
| toestemming | het gegeven gaat door als er toestemming is vastgelegd die het dekt |
| leeftijd, jaar, pc4 | alleen de leeftijd, het jaar, het postcodegebied |
| dat | alleen dát het er is, niet wat |
| schuilnaam | een andere naam, voor deze derde en dit doel; naam en nummer zelf gaan niet |
| na vrijgave | vrije tekst of bijlage: pas als een professional het voor deze ontvanger heeft vrijgegeven |
| – | het gaat niet door |

Een voorwaarde die boven een tabel staat, geldt ook voor de vakjes met `ja`: dat woord zegt alleen dat het gegeven zelf geen toestemming vraagt.
Aan tafel en naar een derde vraagt een bijdrage die onder beroepsgeheim is gedaan toestemming van de betrokkene, ook waar hier `ja` staat (6, 11.3).
Wat een ander inbracht, gaat alleen met diens akkoord, en nooit verder dan die ander zelf had mogen geven (3.4).
";

const ENGLISH: &str = "
*English: by every channel, from whom to whom, what goes in which phase; a dash is nothing. Generated from the rules: never edited.*";

const TOLD: &str = "\
Alleen aan wie is vastgelegd als de jongere, ouder met gezag of voogd (1.4, 1.14), en die bij de casus hoort. De fase doet er niet toe.
Wat een ander inbracht gaat alleen met diens akkoord mee.";

const TOLD_NOTHING: &str = "Van dit overleg krijgt de betrokkene hierlangs niets; het recht op inzage blijft (13).";

const THIRD: &str = "\
Altijd met toestemming die deze derde noemt (14.1), alleen door wie het inbracht (14.2), en zonder dat te zien is om wie het gaat (14.3),
tenzij is vastgelegd dat deze derde dat moet weten (feit `individu`); het BSN nooit.";

/// The whole document.
#[must_use]
pub fn markdown(rules: &Rulebook, matrix: &Matrix) -> String {
    let mut out = HEAD.to_owned();
    hidden(&mut out, rules.gegevens());
    line(&mut out, ENGLISH);
    let tafels = plek::tafels(rules, None);
    for o in rules.overleggen() {
        overleg(&mut out, rules, o);
        pairs(&mut out, rules, matrix, &tafels, &o.id);
    }
    for o in rules.overdrachten() {
        let name = format!("{OVERDRACHT}{}", o.id);
        let condition = tafels.iter().any(|t| t.id == name && t.condition);
        overdracht(&mut out, o, condition);
        pairs(&mut out, rules, matrix, &tafels, &name);
    }
    for s in rules.stromen() {
        let name = format!("{WETTELIJK}{}", s.id);
        stroom(&mut out, rules, s);
        pairs(&mut out, rules, matrix, &tafels, &name);
    }
    for o in rules.overleggen() {
        let name = format!("{BETROKKENE}{}", o.id);
        line(
            &mut out,
            format_args!("\n## Aan de betrokkene: {} (`{name}`)\n", o.naam),
        );
        let kinds = kinds(matrix, &name);
        line(&mut out, if kinds.is_empty() { TOLD_NOTHING } else { TOLD });
        if !kinds.is_empty() {
            line(&mut out, format_args!("Als: {kinds}."));
        }
        pairs(&mut out, rules, matrix, &tafels, &name);
    }
    line(&mut out, format_args!("\n## Aan een derde (`{DERDE}`)\n\n{THIRD}"));
    pairs(&mut out, rules, matrix, &tafels, DERDE);
    bills(&mut out, rules, matrix);
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

fn overleg(out: &mut String, rules: &Rulebook, o: &Casusoverleg) {
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
            "- Zonder toestemming gaat een aanvraag door; achter blijft alleen wat zelf toestemming vraagt"
        },
    );
    if let Some(fase) = &o.na_sluiting {
        line(
            out,
            format_args!(
                "- Na de sluiting, als een arrangement is afgelopen: alleen in de fase {fase}, tussen de betrokkene en één ander (5.6)"
            ),
        );
    }
}

fn overdracht(out: &mut String, o: &Overdracht, condition: bool) {
    line(out, format_args!("\n## {} (`{OVERDRACHT}{}`)\n", o.naam, o.id));
    line(
        out,
        format_args!(
            "{}. Van `{}` naar `{}`: alleen op een vastgelegd besluit dat de ontvanger noemt, ook na de sluiting van de casus.\n\
             De fasen zijn die van het eerste overleg, de doelen die van het tweede. Toestemming moet de ontvanger bij naam noemen.",
            o.artikel, o.van_overleg, o.naar_overleg
        ),
    );
    if condition {
        line(
            out,
            "Zonder toestemming voor de aanvraag, vastgelegd op naam van de aanvrager van het eerste overleg, gaat er niets.",
        );
    }
}

/// The kinds of message that go at a place.
fn kinds(matrix: &Matrix, name: &str) -> String {
    let here = matrix.cellen.iter().filter(|(plek, _)| *plek.overleg == *name);
    let all: BTreeSet<&str> = here
        .flat_map(|(_, cel)| &cel.varianten)
        .flat_map(|v| v.bij.keys().map(|b| b.as_str()))
        .collect();
    join(all, " of ")
}

/// What the bills change, from the day on which each is law; what stands above holds without them.
fn bills(out: &mut String, rules: &Rulebook, matrix: &Matrix) {
    line(out, "\n## Wetsvoorstellen\n");
    for w in rules.wetsvoorstellen() {
        let stand = match (w.aan, w.van_kracht_op) {
            (true, Some(day)) => format!("aan: wet vanaf {day}"),
            _ => "uit".to_owned(),
        };
        line(
            out,
            format_args!("- `{}`: {} ({}). Staat {stand}.", w.id, w.naam, w.artikel),
        );
    }
    let mut before = matrix.clone();
    for day in rules.tijdvakken() {
        let now = Matrix::on(rules, Some(day));
        line(out, format_args!("\n**Vanaf {day} anders dan hierboven:**\n"));
        let all = changes(&before, &now);
        if all.is_empty() {
            line(out, "- niets");
        }
        for v in all {
            let (was, is) = (
                in_words(v.oud, rules, &v.plek.overleg),
                in_words(v.nieuw, rules, &v.plek.overleg),
            );
            let p = v.plek;
            let told = format_args!(
                "- `{}`, {} → {}, {}: `{}`: {was} wordt {is}",
                p.overleg, p.van, p.naar, p.fase, p.gegeven
            );
            line(out, told);
        }
        before = now;
    }
}

fn stroom(out: &mut String, rules: &Rulebook, s: &Stroom) {
    line(
        out,
        format_args!("\n## Wettelijk: {} (`{WETTELIJK}{}`)\n", s.naam, s.id),
    );
    let groups = s.vereist.iter().map(|group| {
        let any = group.iter().map(|id| format!("`{}`", rules.gegevens().name(id)));
        join(any, " of ")
    });
    line(
        out,
        format_args!(
            "{} (artikel {}). Een plicht: zonder toestemming en zonder casus. Gaat niet zonder: {}.",
            s.wet,
            s.artikel,
            join(groups, ", en ")
        ),
    );
    if s.ook_onder_geheim {
        line(
            out,
            "De wet spreekt tot wie moet zwijgen: ook wat de afzender onder geheim inbracht, gaat mee.",
        );
    }
}

/// What stays behind when an element that hides it says so.
fn hidden(out: &mut String, gegevens: &Gegevens) {
    let hidden = gegevens.hidden();
    if !hidden.is_empty() {
        line(
            out,
            format_args!(
                "Is het adres geheim, dan gaat dit naar niemand (3.4, 5.3): {}.",
                names(gegevens, hidden.iter())
            ),
        );
    }
}

/// What nobody gets, by any channel.
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
            "Niet op de lijst van artikel 5.1, en door geen wet gevraagd: {}.\n",
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
