//! What a record of the journal tells, in words: for the command line and for a screen alike.

use super::{BIJ, HELPT, Hulp, Taal, reason};
use crate::journal::{Inhoud, Stap};
use crate::verdict::{Reden, Uitkomst};

/// One plain sentence about what a record says was decided; none when it decides nothing. Paths, parties and words of the
/// rules only. `name`: how a party is called, which a record has as `<OIN>/<taak>`.
#[must_use]
pub fn sentence(i: &Inhoud, taal: Taal, name: impl Fn(&str) -> String) -> Option<String> {
    let why = i.redenen.first().and_then(|slug| known(slug));
    let (what, van, naar) = (&i.bericht, name(&i.afzender), name(&i.ontvanger));
    let nl = matches!(taal, Taal::Nl);
    let word = Uitkomst::ALL.into_iter().find(|u| u.as_str() == i.uitkomst)?;
    Some(match (word, nl) {
        (Uitkomst::Doorgelaten, true) => format!("Alles in dit bericht ({what}) van {van} mag naar {naar}."),
        (Uitkomst::Doorgelaten, false) => format!("All of this message ({what}) of {van} may go to {naar}."),
        (Uitkomst::Geminimaliseerd, true) => format!(
            "Van dit bericht ({what}) van {van} gaat alleen naar {naar} wat die nodig heeft en mag hebben (artikel 3.4, 5.3)."
        ),
        (Uitkomst::Geminimaliseerd, false) => format!(
            "Of this message ({what}) of {van}, only what {naar} needs and may have passes (articles 3.4, 5.3)."
        ),
        (Uitkomst::Geblokkeerd, nl) => {
            let because = why.map_or_else(String::new, |r| format!(": {}", reason(r, taal)));
            if nl {
                format!("Dit bericht ({what}) van {van} gaat niet naar {naar}{because}.")
            } else {
                format!("This message ({what}) of {van} does not go to {naar}{because}.")
            }
        }
    })
}

/// What would help, as a record of a decision that blocks says it; empty when it names nothing.
#[must_use]
pub fn helps(i: &Inhoud, taal: Taal) -> Vec<&'static str> {
    let words = i.toelichting.split(BIJ).find_map(|part| part.strip_prefix(HELPT));
    let words = words.into_iter().flat_map(|w| w.split(", "));
    words.filter_map(|w| Hulp::short(w, taal)).collect()
}

/// The reason behind a slug; none for one that a station gives, which has a page and no article.
#[must_use]
pub fn known(slug: &str) -> Option<Reden> {
    Reden::ALL.iter().copied().find(|r| r.slug() == slug)
}

/// What kind of step it was, in a word.
#[must_use]
pub const fn step(stap: Stap, taal: Taal) -> &'static str {
    let (nl, en) = match stap {
        Stap::Aanvaard => ("aanvaard", "accepted"),
        Stap::Besluit => ("besluit", "decided"),
        Stap::Schaduw => ("schaduw", "shadow"),
        Stap::Vertrek => ("vertrek", "left"),
        Stap::Afgeleverd => ("afgeleverd", "delivered"),
        Stap::Opgehaald => ("opgehaald", "fetched"),
        Stap::Quarantaine => ("quarantaine", "quarantine"),
        Stap::UitkomstOnbekend => ("onbekend", "unknown"),
        Stap::Feit => ("feit", "fact"),
        Stap::Vernietigd => ("vernietigd", "destroyed"),
    };
    if matches!(taal, Taal::Nl) { nl } else { en }
}
