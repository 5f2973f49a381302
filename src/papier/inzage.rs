//! The answer to a request for access, in words for a parent: Dutch and English.

use askama::Template;
use sluis_rules::explain::Taal;
use sluis_rules::inzage::{Inzage, Plek};
use sluis_rules::rulebook::Tekst;

use super::moment;

#[derive(Template)]
#[template(path = "inzage.html")]
struct Html<'a> {
    i: &'a Inzage,
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

    fn list(&self, all: &[Tekst]) -> String {
        if all.is_empty() {
            return self.say("niets over een persoon", "nothing about a person").to_owned();
        }
        let all: Vec<&str> = all.iter().map(|t| self.t(t)).collect();
        all.join("; ")
    }

    const fn plek(&self, plek: &Plek) -> &'static str {
        match plek {
            Plek::Onderweg => self.say("het is onderweg", "it is on its way"),
            Plek::Postbus => self.say("het ligt klaar voor de ontvanger", "it lies ready for the receiver"),
            Plek::Aangehouden => self.say(
                "het mag niet door, en wordt na een vaste tijd vernietigd",
                "it may not pass, and is destroyed after a fixed time",
            ),
        }
    }

    #[allow(clippy::unused_self, reason = "templates call methods")]
    fn moment(&self, ms: &u64) -> String {
        moment(Some(*ms))
    }
}

/// The answer as HTML.
///
/// # Errors
/// None that can happen: writing to a text.
pub(crate) fn inzage_html(inzage: &Inzage, taal: Taal) -> Result<String, askama::Error> {
    let nl = matches!(taal, Taal::Nl);
    Html {
        i: inzage,
        taal: if nl { "nl" } else { "en" },
        nl,
    }
    .render()
}
