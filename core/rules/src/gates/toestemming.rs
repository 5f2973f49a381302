//! Which consent covers what, for gates 7 and 10 (art. 6).

use super::{Context, is_secret};
use crate::event::Kanaal;
use crate::facts::{DoorbrekingStand, ToestemmingGeldig, ToestemmingKind, ToestemmingStand};
use crate::gegeven::GegevenSet;
use crate::ids::{Partij, Taak};
use crate::rulebook::ToestemmingNodig;
use crate::scan::BijdrageInventory;
use crate::verdict::{Doorbroken, Reden};

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
    let mut open = GegevenSet::EMPTY;
    let mut why = Reden::ToestemmingOntbreekt;
    let mut worst = None;
    for t in &casus.toestemmingen {
        if t.kind != kind || !verstrekker(&t.verstrekker) || !reaches(c, t) {
            continue;
        }
        match (reason(t.stand), worst) {
            (None, _) => open = open.or(t.gegevens),
            (Some(reden), before) if !t.gegevens.and(needed).is_empty() && before.is_none_or(|b| b < t.stand) => {
                (why, worst) = (reden, Some(t.stand));
            }
            _ => {}
        }
    }
    if kind == ToestemmingKind::DoorbrekingGeheim {
        open = broken(c, &verstrekker).fold(open, |open, d| open.or(d.gegevens));
    }
    (open, why)
}

/// Why a consent does not hold; `None` when it does.
const fn reason(stand: ToestemmingGeldig) -> Option<Reden> {
    Some(match stand {
        ToestemmingGeldig::Aanwezig => return None,
        ToestemmingGeldig::Verlopen => Reden::ToestemmingVerlopen,
        ToestemmingGeldig::LeeftijdOnbekend => Reden::LeeftijdOnbekend,
        ToestemmingGeldig::Onvoldoende => Reden::ToestemmingVerkeerdePersoon,
        ToestemmingGeldig::Ontgroeid => Reden::ToestemmingOntgroeid,
        ToestemmingGeldig::Tegenstrijdig => Reden::ToestemmingTegenstrijdig,
        ToestemmingGeldig::MensBeslist => Reden::OudersOneens,
        ToestemmingGeldig::Ingetrokken => Reden::ToestemmingIngetrokken,
    })
}

/// Whether a consent could be about this message: its receiver and purpose.
fn reaches(c: &Context<'_>, t: &ToestemmingStand) -> bool {
    // Without names it is for who took part when it was signed, at that table: not for another one, and never for a
    // derde, who is always named (14.1).
    let elsewhere = c.overdracht.is_some() || t.kind == ToestemmingKind::Derde;
    // Who asked with the parents' consent gets the outcome on it, and need not name itself: it discloses nothing to itself.
    let asker = t.kind == ToestemmingKind::Bijlage3Voorwaarde && t.verstrekker == c.vraag.ontvanger && !elsewhere;
    (asker || t.ontvangers.contains(&c.vraag.ontvanger))
        && (t.bij_naam || !elsewhere)
        && t.doelen.iter().any(|d| d == c.vraag.doel)
}

/// The decisions to break a secrecy that are about this message (6.e). At this table only: another one decides anew.
fn broken<'a>(c: &Context<'a>, verstrekker: impl Fn(&Partij) -> bool) -> impl Iterator<Item = &'a DoorbrekingStand> {
    let here = c.overdracht.is_none() && matches!(c.vraag.kanaal, Kanaal::Casusoverleg);
    let (ontvanger, doel) = (c.vraag.ontvanger, c.vraag.doel);
    c.casus
        .filter(|_| here)
        .into_iter()
        .flat_map(|casus| &casus.doorbrekingen)
        .filter(move |d| verstrekker(&d.verstrekker) && d.ontvanger == ontvanger && d.doel == doel)
}

/// The consents that what passes rests on, by id, and what passes by decisions to break a secrecy. Rather one too many:
/// who is told that a consent was withdrawn looks at what it received; who is not told does not.
pub(super) fn rests(c: &Context<'_>) -> (Vec<String>, Doorbroken) {
    let mut doorbroken = Doorbroken::default();
    let Some(casus) = c.casus.filter(|_| asks(c.vraag.kanaal)) else {
        return (Vec::new(), doorbroken);
    };
    let (afzender, overal) = (c.vraag.afzender, c.voorwaarde());
    let passes = || {
        c.inventory
            .bijdragen
            .iter()
            .zip(&c.masks)
            .map(|(b, mask)| (b, b.gegevens.and(*mask)))
    };
    if passes().all(|(_, set)| set.is_empty()) {
        return (Vec::new(), doorbroken);
    }
    // The betrokkene keeps no secrecy: what stands under their name is the sender's.
    let of = |b: &BijdrageInventory| {
        if b.inbrenger.taak == Taak::Betrokkene {
            afzender
        } else {
            b.inbrenger
        }
    };
    let of_party = |p: Partij| {
        let own = passes().filter(|(b, _)| of(b) == p || p == afzender);
        own.fold(GegevenSet::EMPTY, |all, (_, set)| all.or(set))
    };
    let basis = c.grondslag.and_then(|g| c.rules.grondslag(g));
    let needs = |t: &ToestemmingStand| match t.kind {
        ToestemmingKind::Bijlage3Voorwaarde => overal,
        ToestemmingKind::Derde => matches!(c.vraag.kanaal, Kanaal::Derde) && t.verstrekker == afzender,
        ToestemmingKind::DoorbrekingGeheim => {
            let secret = passes().filter(|(b, _)| is_secret(b) && of(b) == t.verstrekker);
            let by_secret = secret.fold(GegevenSet::EMPTY, |all, (_, set)| all.or(set));
            let by_basis = basis.is_some_and(|b| b.soort == t.kind && !matches!(b.toestemming, ToestemmingNodig::Geen));
            let all = if by_basis { of_party(t.verstrekker) } else { by_secret };
            !t.gegevens.and(all).is_empty()
        }
        ToestemmingKind::Grondslag => {
            let asked = match basis.map(|b| b.toestemming) {
                Some(ToestemmingNodig::Alles) => GegevenSet::ALL,
                _ if t.verstrekker != afzender => GegevenSet::ALL,
                Some(ToestemmingNodig::Bijzonder) => c.rules.gegevens().bijzonder(),
                Some(ToestemmingNodig::Geen) | None => GegevenSet::EMPTY,
            };
            !t.gegevens.and(asked).and(of_party(t.verstrekker)).is_empty()
        }
    };
    let holds = |t: &&ToestemmingStand| t.stand == ToestemmingGeldig::Aanwezig && reaches(c, t) && needs(t);
    let mut ids: Vec<String> = casus.toestemmingen.iter().filter(holds).map(|t| t.id.clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    if broken(c, |_| true).next().is_some() {
        for (b, set) in passes() {
            let own = |p: &Partij| *p == of(b);
            let consented = casus
                .toestemmingen
                .iter()
                .filter(|t| t.kind == ToestemmingKind::DoorbrekingGeheim && own(&t.verstrekker))
                .filter(holds)
                .fold(GegevenSet::EMPTY, |all, t| all.or(t.gegevens));
            let mut by = GegevenSet::EMPTY;
            for d in broken(c, own) {
                let here = d.gegevens.and(set).without(consented);
                if is_secret(b) && !here.is_empty() {
                    by = by.or(here);
                    doorbroken.besluiten.push(d.id.clone());
                }
            }
            doorbroken.gegevens.push(by);
        }
        doorbroken.besluiten.sort_unstable();
        doorbroken.besluiten.dedup();
    }
    (ids, doorbroken)
}

/// The channels in which consent is asked at all.
const fn asks(kanaal: Kanaal) -> bool {
    matches!(kanaal, Kanaal::Casusoverleg | Kanaal::Derde)
}

/// Whether the reason says of a consent that is there why it is not enough for the person that the young person is now.
pub(super) const fn is_there(reden: Reden) -> bool {
    matches!(
        reden,
        Reden::ToestemmingOntgroeid
            | Reden::ToestemmingVerkeerdePersoon
            | Reden::LeeftijdOnbekend
            | Reden::OudersOneens
            | Reden::ToestemmingTegenstrijdig
    )
}
