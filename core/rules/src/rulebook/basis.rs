//! What a basis to disclose must not say (4).

use super::source::GrondslagBlock;
use super::{Finding, ToestemmingNodig};
use crate::event::Kanaal;
use crate::facts::ToestemmingKind;
use crate::ids::Taak;

/// A list that is written and empty reads as *never* and would work as *always*; secrecy by law is never lifted by a
/// basis without consent (4.1, 4.4).
pub(super) fn check(g: &GrondslagBlock, f: &mut Vec<Finding>) {
    if g.alleen_bij.as_ref().is_some_and(Vec::is_empty) {
        f.push(Finding::new(
            "grondslagen.toml",
            g.id.span(),
            "alleen_bij is leeg: dat leest als nooit",
            "noem de soorten verzuim, of laat alleen_bij weg als de grondslag altijd geldt",
        ));
    }
    // Half a block must never cover more than the whole: who writes letters last, is cut short before it is complete.
    if g.kanaal != Kanaal::Wettelijk && g.letters.as_ref().is_none_or(Vec::is_empty) {
        f.push(Finding::new(
            "grondslagen.toml",
            g.id.span(),
            format!(
                "de grondslag `{}` zegt niet welke letters van 5.1 zij dekt",
                g.id.get_ref()
            ),
            "schrijf letters = [\"a\", …] als laatste regel van het blok",
        ));
    }
    // For these two, consent is the basis itself, whoever receives (S:435, S:463, S:479).
    let bound = g
        .van
        .iter()
        .find(|t| matches!(t.get_ref(), Taak::Mbo | Taak::Kinderopvang));
    let within = matches!(g.kanaal, Kanaal::Casusoverleg | Kanaal::Derde);
    if let Some(taak) = bound.filter(|_| within && g.toestemming != ToestemmingNodig::Alles) {
        f.push(Finding::new(
            "grondslagen.toml",
            taak.span(),
            format!(
                "{} geeft alleen met toestemming, voor alle gegevens (4.3, 4.6)",
                taak.get_ref()
            ),
            "schrijf toestemming = \"alles\", of zet deze taak in een eigen blok",
        ));
    }
    let secret = g
        .van
        .iter()
        .find(|t| matches!(t.get_ref(), Taak::Jgz | Taak::Jeugdhulpaanbieder));
    let lifted = g.toestemming == ToestemmingNodig::Alles && g.soort == ToestemmingKind::DoorbrekingGeheim;
    let inside = matches!(g.kanaal, Kanaal::Casusoverleg | Kanaal::Derde);
    if let Some(taak) = secret.filter(|_| inside && !lifted) {
        f.push(Finding::new(
            "grondslagen.toml",
            taak.span(),
            format!(
                "wat van {} komt valt onder beroepsgeheim (4.1, 4.4): daarvoor is altijd toestemming nodig",
                taak.get_ref()
            ),
            "schrijf toestemming = \"alles\" en soort = \"doorbreking-geheim\"",
        ));
    }
}
