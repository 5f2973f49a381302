//! One breach as the form of the Autoriteit Persoonsgegevens asks it, on paper and as lines: words, numbers and days.

use askama::Template;
use jiff::Timestamp;
use sluis_rules::explain::Taal;
use sluis_rules::inbreuk::post::{Aantal, Inbreuk};
use sluis_rules::rulebook::{Rulebook, Tekst};

use super::csv;
use crate::clock::minute_of;

/// A question of the form with its answer.
pub(crate) struct Antwoord {
    pub vraag: Tekst,
    pub antwoord: Tekst,
}

#[derive(Template)]
#[template(path = "inbreuk.html")]
struct Html<'a> {
    id: &'a str,
    alles: &'a [Antwoord],
    taal: &'static str,
    nl: bool,
}

impl Html<'_> {
    const fn say<'t>(&self, nl: &'t str, en: &'t str) -> &'t str {
        if self.nl { nl } else { en }
    }

    fn t<'t>(&self, text: &'t Tekst) -> &'t str {
        self.say(&text.nl, &text.en)
    }
}

fn both(nl: &str, en: &str) -> Tekst {
    Tekst {
        nl: nl.to_owned(),
        en: en.to_owned(),
    }
}

fn same(text: impl Into<String>) -> Tekst {
    let text = text.into();
    Tekst {
        nl: text.clone(),
        en: text,
    }
}

fn all(texts: impl Iterator<Item = Tekst>) -> Tekst {
    let (nl, en): (Vec<String>, Vec<String>) = texts.map(|t| (t.nl, t.en)).unzip();
    if nl.is_empty() {
        return both("geen", "none");
    }
    Tekst {
        nl: nl.join("; "),
        en: en.join("; "),
    }
}

fn moment(at: Timestamp) -> Tekst {
    same(minute_of(u64::try_from(at.as_millisecond()).unwrap_or(0)))
}

fn number(n: Aantal) -> Tekst {
    both(
        &format!("{} tot en met {}", n.minstens, n.hoogstens),
        &format!("{} to {}", n.minstens, n.hoogstens),
    )
}

/// Every question of the form with what is known. `gegevens`: in the categories of 5.1, and whether they are special.
pub(crate) fn antwoorden(rules: &Rulebook, i: &Inbreuk) -> Vec<Antwoord> {
    let unknown = || both("niet bekend", "not known");
    let yes = |yes: bool| if yes { both("ja", "yes") } else { both("nee", "no") };
    let dictionary = rules.gegevens();
    let mut letters: Vec<char> = Vec::new();
    let mut special = false;
    for id in i
        .gegevens
        .iter()
        .flat_map(|g| dictionary.matching(g).iter().collect::<Vec<_>>())
    {
        if let Some(g) = dictionary.get(id) {
            special |= g.bijzonder;
            if !letters.contains(&g.letter) {
                letters.push(g.letter);
            }
        }
    }
    letters.sort_unstable();
    let categories = all(letters.iter().map(|l| {
        let (nl, en) = sluis_rules::register::letter(*l);
        both(nl, en)
    }));
    let rows: Vec<((&str, &str), Tekst)> = vec![
        (("Nummer in het register", "Number in the register"), same(&i.id)),
        (
            ("Bij welke organisatie", "With which organisation"),
            same(i.bij.to_string()),
        ),
        (("Wat er gebeurde", "What happened"), i.aard.tekst()),
        (
            ("Wat geraakt is", "What was hurt"),
            all(i.aspecten.iter().map(|a| a.tekst())),
        ),
        (("Ontdekt op", "Discovered on"), moment(i.ontdekt)),
        (
            ("Melden bij de AP voor", "To be reported to the AP before"),
            moment(i.melden_voor()),
        ),
        (
            ("Begonnen op", "Began on"),
            i.begin.map_or_else(unknown, |d| same(d.to_string())),
        ),
        (
            ("Beëindigd op", "Ended on"),
            i.einde.map_or_else(
                || both("duurt voort of niet bekend", "goes on, or not known"),
                |d| same(d.to_string()),
            ),
        ),
        (
            ("Van wie de gegevens zijn", "Whose data"),
            all(i.groepen.iter().map(|g| g.tekst())),
        ),
        (("Hoeveel personen", "How many people"), number(i.personen)),
        (("Hoeveel gegevensregels", "How many records"), number(i.gegevensregels)),
        (("Soorten gegevens", "Categories of data"), categories),
        (("Onderdelen", "Elements"), same(i.gegevens.join(", "))),
        (("Bijzondere persoonsgegevens", "Special categories"), yes(special)),
        (
            ("Mogelijke gevolgen", "Likely consequences"),
            all(i.gevolgen.iter().map(|g| g.tekst())),
        ),
        (
            ("Genomen maatregelen", "Measures taken"),
            all(i.maatregelen.iter().map(|m| m.tekst())),
        ),
        (
            ("Zijn de betrokkenen ingelicht", "Were the people told"),
            i.ingelicht.tekst(),
        ),
        (
            ("Ingelicht op", "Told on"),
            i.ingelicht_op.map_or_else(|| same("–"), |d| same(d.to_string())),
        ),
        (("Melding bij de AP", "Report to the AP"), i.melding.tekst()),
        (("Gemeld op", "Reported on"), i.gemeld.map_or_else(|| same("–"), moment)),
        (("Contactpersoon (account)", "Contact (account)"), same(&i.contact)),
        (
            ("Ook in andere EU-landen", "In other EU countries too"),
            yes(i.grensoverschrijdend),
        ),
        (
            ("Andere partijen die zijn ingelicht", "Other parties that were told"),
            all(i.partijen.iter().map(|p| same(p.to_string()))),
        ),
        (
            ("Gevonden door het systeem", "Found by the system"),
            all(i.kandidaten.iter().map(|k| k.vermoeden.tekst())),
        ),
        (
            ("Afgesloten op", "Closed on"),
            i.gesloten_op
                .map_or_else(|| both("nog open", "still open"), |d| same(d.to_string())),
        ),
    ];
    rows.into_iter()
        .map(|((nl, en), antwoord)| Antwoord {
            vraag: both(nl, en),
            antwoord,
        })
        .collect()
}

/// The form as HTML.
///
/// # Errors
/// None that can happen: writing to a text.
pub(crate) fn inbreuk_html(id: &str, alles: &[Antwoord], taal: Taal) -> Result<String, askama::Error> {
    let nl = matches!(taal, Taal::Nl);
    Html {
        id,
        alles,
        taal: if nl { "nl" } else { "en" },
        nl,
    }
    .render()
}

/// The form as CSV: a question a line.
pub(crate) fn inbreuk_csv(alles: &[Antwoord], taal: Taal) -> String {
    let of = |t: &Tekst| {
        if matches!(taal, Taal::Nl) {
            t.nl.clone()
        } else {
            t.en.clone()
        }
    };
    let mut lines = vec![vec![of(&both("vraag", "question")), of(&both("antwoord", "answer"))]];
    lines.extend(alles.iter().map(|a| vec![of(&a.vraag), of(&a.antwoord)]));
    csv::csv(&lines)
}
