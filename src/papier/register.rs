//! The register of processing activities as HTML and as CSV.

use std::collections::BTreeSet;

use askama::Template;
use jiff::civil::Date;
use sluis_rules::register::{Gestroomd, Ontvanger, Register, Verwerking};

use super::csv::csv;
use super::moment;

#[derive(Template)]
#[template(path = "register.html")]
struct Html<'a> {
    r: &'a Register,
    dag: Date,
}

impl Html<'_> {
    #[allow(clippy::unused_self, reason = "templates call methods")]
    fn moment(&self, ms: &Option<u64>) -> String {
        moment(*ms)
    }
}

/// As a page that prints.
///
/// # Errors
/// None that can happen: writing to a text.
pub(crate) fn register_html(register: &Register, dag: Date) -> Result<String, askama::Error> {
    Html { r: register, dag }.render()
}

const HEAD: [&str; 17] = [
    "verwerking",
    "naam",
    "artikel",
    "doeleinden",
    "betrokkenen",
    "categorieen",
    "verstrekkers",
    "ontvanger",
    "partijen",
    "categorieen_aan_ontvanger",
    "grondslagen",
    "bewaartermijnen",
    "doorgifte_buiten_eer",
    "beveiliging",
    "besluiten",
    "geblokkeerd",
    "werkelijk_ontvangen",
];

/// One line for each activity and receiver; an activity without receivers has one line too.
pub(crate) fn register_csv(register: &Register) -> String {
    let security = joined(register.beveiliging.iter().map(|m| m.tekst.nl.as_str()));
    let mut lines = vec![HEAD.map(str::to_owned).to_vec()];
    for v in &register.verwerkingen {
        if v.ontvangers.is_empty() {
            lines.push(line(v, None, &security));
        }
        lines.extend(v.ontvangers.iter().map(|o| line(v, Some(o), &security)));
    }
    for open in &register.open_einden {
        let mut line = vec![open.verwerking.clone(), "staat niet in de regels".to_owned()];
        line.resize(HEAD.len() - 3, String::new());
        line.extend([
            open.besluiten.to_string(),
            open.geblokkeerd.to_string(),
            flowed(open, None),
        ]);
        lines.push(line);
    }
    csv(&lines)
}

fn line(v: &Verwerking, o: Option<&Ontvanger>, security: &str) -> Vec<String> {
    let letters = |set: &BTreeSet<char>| joined(set.iter().map(char::to_string));
    let terms = v.bewaartermijnen.iter();
    let terms = terms.filter(|t| o.is_none_or(|o| t.wie == "sluis" || t.wie == o.taak.as_str()));
    vec![
        v.id.clone(),
        v.naam.clone(),
        v.artikel.clone(),
        joined(v.doeleinden.iter().map(|d| format!("{}: {}", d.id, d.omschrijving))),
        joined(&v.betrokkenen),
        joined(v.categorieen.iter().map(|c| {
            let special = if c.bijzonder { " (bijzonder)" } else { "" };
            format!("{}: {}{special}", c.letter, c.omschrijving)
        })),
        joined(v.verstrekkers.iter().map(|t| t.as_str())),
        o.map_or_else(String::new, |o| o.taak.to_string()),
        o.map_or_else(String::new, |o| joined(&o.partijen)),
        o.map_or_else(String::new, |o| letters(&o.letters)),
        joined(v.grondslagen.iter().map(|g| format!("{} ({})", g.wet, g.artikel))),
        joined(terms.map(|t| t.tekst.nl.as_str())),
        if v.doorgifte_buiten_eer { "ja" } else { "nee" }.to_owned(),
        security.to_owned(),
        v.gestroomd.besluiten.to_string(),
        v.gestroomd.geblokkeerd.to_string(),
        flowed(&v.gestroomd, o.map(|o| o.taak.as_str())),
    ]
}

/// What the parties of a task received, in one field.
fn flowed(g: &Gestroomd, taak: Option<&str>) -> String {
    let of = g.ontvangers.iter();
    let of = of.filter(|o| taak.is_none_or(|t| o.partij.ends_with(&format!("/{t}"))));
    joined(of.map(|o| {
        let letters: String = o.letters.iter().collect();
        format!("{}: {} ({letters})", o.naam.as_ref().unwrap_or(&o.partij), o.berichten)
    }))
}

fn joined<T: AsRef<str>>(parts: impl IntoIterator<Item = T>) -> String {
    let parts: Vec<String> = parts.into_iter().map(|p| p.as_ref().to_owned()).collect();
    parts.join("; ")
}
