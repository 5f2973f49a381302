//! The letter that informs beforehand, as a page that prints on A4: Dutch in short sentences (B1), and English.

use askama::Template;
use sluis_rules::brief::Brief;
use sluis_rules::explain::Taal;
use sluis_rules::rulebook::Tekst;

#[derive(Template)]
#[template(path = "brief.nl.html")]
struct Nl<'a> {
    b: &'a Brief,
    short: &'a str,
}

impl Nl<'_> {
    #[allow(clippy::unused_self, reason = "templates call methods")]
    fn nl(&self, all: &[Tekst]) -> String {
        listed(all.iter().map(|t| t.nl.as_str()), "en")
    }
}

#[derive(Template)]
#[template(path = "brief.en.html")]
struct En<'a> {
    b: &'a Brief,
    short: &'a str,
}

impl En<'_> {
    #[allow(clippy::unused_self, reason = "templates call methods")]
    fn en(&self, all: &[Tekst]) -> String {
        listed(all.iter().map(|t| t.en.as_str()), "and")
    }
}

/// The letter as HTML.
///
/// # Errors
/// None that can happen: writing to a text.
pub(crate) fn brief_html(brief: &Brief, taal: Taal) -> Result<String, askama::Error> {
    let short = brief.regelboek.get(..12).unwrap_or(&brief.regelboek);
    match taal {
        Taal::Nl => Nl { b: brief, short }.render(),
        Taal::En => En { b: brief, short }.render(),
    }
}

/// `a; b en c`: parts may hold commas themselves.
fn listed<'t>(parts: impl Iterator<Item = &'t str>, and: &str) -> String {
    let parts: Vec<&str> = parts.collect();
    match parts.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{}; {and} {last}", rest.join("; ")),
        None => String::new(),
    }
}
