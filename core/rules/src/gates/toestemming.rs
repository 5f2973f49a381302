//! Which consent covers what, for gates 7 and 10 (art. 6).

use super::Context;
use crate::facts::{ToestemmingGeldig, ToestemmingKind};
use crate::gegeven::GegevenSet;
use crate::ids::Partij;
use crate::verdict::Reden;

/// The elements that consents of this kind let `verstrekker` give to the receiver for the purpose, and why the rest is
/// not covered: withdrawn before expired before absent.
pub(super) fn covered(
    c: &Context<'_>,
    kind: ToestemmingKind,
    verstrekker: &Partij,
    needed: GegevenSet,
) -> (GegevenSet, Reden) {
    covered_by(c, kind, |p| p == verstrekker, needed)
}

/// As [`covered`], for consents that name any of the disclosers that `verstrekker` tells.
pub(super) fn covered_by(
    c: &Context<'_>,
    kind: ToestemmingKind,
    verstrekker: impl Fn(&Partij) -> bool,
    needed: GegevenSet,
) -> (GegevenSet, Reden) {
    let Some(casus) = c.casus else {
        return (GegevenSet::EMPTY, Reden::ToestemmingOntbreekt);
    };
    let ontvanger = &c.vraag.ontvanger;
    let mut open = GegevenSet::EMPTY;
    let mut why = Reden::ToestemmingOntbreekt;
    for t in &casus.toestemmingen {
        // Without names it is for who took part when it was signed, at that table: not for another one, and never for a
        // derde, who is always named (14.1).
        let elsewhere = c.overdracht.is_some() || kind == ToestemmingKind::Derde;
        let reaches = t.ontvangers.contains(ontvanger) && (t.bij_naam || !elsewhere);
        let applies =
            t.kind == kind && verstrekker(&t.verstrekker) && reaches && t.doelen.iter().any(|d| d == c.vraag.doel);
        if !applies {
            continue;
        }
        match t.stand {
            ToestemmingGeldig::Aanwezig => open = open.or(t.gegevens),
            ToestemmingGeldig::Ingetrokken if !t.gegevens.and(needed).is_empty() => why = Reden::ToestemmingIngetrokken,
            ToestemmingGeldig::Verlopen
                if !t.gegevens.and(needed).is_empty() && why != Reden::ToestemmingIngetrokken =>
            {
                why = Reden::ToestemmingVerlopen;
            }
            _ => {}
        }
    }
    (open, why)
}
