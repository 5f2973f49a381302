//! Gate 7: there is a basis for this party to disclose to that one (4). A basis to process for one's own task is not
//! yet a basis to disclose; the covenant itself is never one. What the sender states is a claim.
//! While the betrokkene had the processing restricted, there is none.

use super::{Context, toestemming};
use crate::event::Kanaal;
use crate::facts::ToestemmingKind;
use crate::gegeven::GegevenSet;
use crate::ids::{Partij, Taak};
use crate::rulebook::{Grondslag, ToestemmingNodig};
use crate::verdict::Reden;

/// What a basis lets a discloser give of the elements that are there, and why the rest stays.
pub(super) struct Reach {
    pub index: u16,
    /// Elements that may pass.
    pub open: GegevenSet,
    /// Elements the basis does not cover.
    pub uncovered: GegevenSet,
    /// Elements that wait for consent.
    pub waiting: GegevenSet,
    /// Why they wait.
    pub why: Reden,
    /// Consent is the basis itself.
    pub consent_is_basis: bool,
}

/// Consent as the basis or condition (gate 7), not as the lifting of a secrecy (gate 10).
const fn is_basis(g: &Grondslag) -> bool {
    matches!(g.toestemming, ToestemmingNodig::Alles) && !matches!(g.soort, ToestemmingKind::DoorbrekingGeheim)
}

/// The basis that reaches furthest for a discloser, among those that apply on these facts.
pub(super) fn best(c: &Context<'_>, van: &Partij, present: GegevenSet, claimed: Option<&str>) -> Option<Reach> {
    let mut found: Option<(u32, Reach)> = None;
    for (index, g) in candidates(c, van.taak) {
        if !g.schakel.geldt(c.aan) {
            continue;
        }
        let verzuim = c.casus.and_then(|casus| casus.verzuim.as_deref());
        let applies = g.alleen_bij.is_empty() || verzuim.is_some_and(|v| g.alleen_bij.iter().any(|w| w == v));
        if !applies || claimed.is_some_and(|claim| claim != g.id) {
            continue;
        }
        // A basis to disclose says something about the number itself; a pseudonym of it needs no letter of its own.
        let dekt = g.dekt.or(c.hidden());
        let uncovered = present.without(dekt);
        let needs = match g.toestemming {
            ToestemmingNodig::Geen => GegevenSet::EMPTY,
            ToestemmingNodig::Bijzonder => c.rules.gegevens().bijzonder(),
            ToestemmingNodig::Alles => GegevenSet::ALL,
        };
        let needed = present.and(dekt).and(needs);
        let (consented, why) = if needed.is_empty() {
            (GegevenSet::EMPTY, Reden::ToestemmingOntbreekt)
        } else {
            toestemming::covered(c, g.soort, van, needed)
        };
        let why = match (g.soort, why) {
            (ToestemmingKind::DoorbrekingGeheim, Reden::ToestemmingOntbreekt) => Reden::GeheimNietDoorbroken,
            (_, why) => why,
        };
        let waiting = needed.without(consented);
        let open = present.without(uncovered).without(waiting);
        let count = open.len();
        if found.as_ref().is_none_or(|(most, _)| count > *most) {
            found = Some((
                count,
                Reach {
                    index,
                    open,
                    uncovered,
                    waiting,
                    why,
                    consent_is_basis: is_basis(g),
                },
            ));
        }
    }
    found.map(|(_, reach)| reach)
}

/// The bases between a discloser's task and the receiver's in this channel, and in this flow where it is a statute's.
/// Those that wait for a bill, or lapsed with one, are among them.
pub(super) fn candidates<'a>(c: &Context<'a>, van: Taak) -> impl Iterator<Item = (u16, &'a Grondslag)> + use<'a> {
    let (rules, doel) = (c.rules, c.vraag.doel);
    let naar = match c.vraag.kanaal {
        // Who has not acceded is a derde, whatever its task (1.8).
        Kanaal::Derde => Taak::Derde,
        _ => c.vraag.ontvanger.taak,
    };
    let indexes = rules.basis_of.get(&(c.vraag.kanaal, van, naar));
    indexes
        .into_iter()
        .flatten()
        .filter_map(move |index| rules.grondslag(*index).map(|g| (*index, g)))
        .filter(move |(_, g)| g.stroom.as_deref().is_none_or(|s| s == doel))
}

/// What the betrokkene had restricted, or objects to, has no basis for now (13.1.b; AVG 18 and 21). A statute asks what it
/// asks all the same (AVG 18.2, 21.1: an objection is against 6.1.e and f only), and who asked it may have it.
fn restricted(c: &mut Context<'_>) {
    let set = c.casus.map_or(GegevenSet::EMPTY, |casus| casus.beperkt);
    if set.is_empty() || !matches!(c.vraag.kanaal, Kanaal::Casusoverleg | Kanaal::Derde) {
        return;
    }
    if set == GegevenSet::ALL {
        c.fail(Reden::VerwerkingBeperkt);
        return;
    }
    for n in 0..c.inventory.bijdragen.len() {
        c.withhold(n, set, Reden::VerwerkingBeperkt);
    }
}

pub(super) fn check(c: &mut Context<'_>) {
    restricted(c);
    // Without a plan nothing passes anyway; whether there is a basis is still said of what was brought in.
    let planned = c.plan.is_some();
    let (afzender, ontvanger) = (c.vraag.afzender, c.vraag.ontvanger);
    let gather = |whose: &dyn Fn(&Partij) -> bool| {
        c.inventory
            .bijdragen
            .iter()
            .zip(&c.masks)
            .filter(|(b, _)| whose(&b.inbrenger))
            .fold(GegevenSet::EMPTY, |all, (b, mask)| {
                all.or(if planned { b.gegevens.and(*mask) } else { b.gegevens })
            })
    };
    let own = gather(&|p| *p == afzender || *p == ontvanger);
    let all = gather(&|_| true);
    let Some(reach) = best(c, &afzender, all, c.vraag.grondslag) else {
        let other = c.vraag.grondslag.is_some() && best(c, &afzender, all, None).is_some();
        c.fail(if other {
            Reden::AndereGrondslag
        } else {
            Reden::GeenGrondslag
        });
        return;
    };
    c.grondslag = Some(reach.index);
    if reach.consent_is_basis && reach.open.and(own).is_empty() && !own.is_empty() {
        // mbo and childcare: without consent nothing goes (S:435, S:479).
        c.fail(Reden::GrondslagToestemmingOntbreekt);
        // What is there and no longer enough is told as what it is: who renews it need not begin anew.
        if toestemming::is_there(reach.why) {
            c.fail(reach.why);
        }
        return;
    }
    let why = if reach.consent_is_basis && !toestemming::is_there(reach.why) {
        Reden::GrondslagToestemmingOntbreekt
    } else {
        reach.why
    };
    for n in 0..c.inventory.bijdragen.len() {
        let Some(b) = c.inventory.bijdragen.get(n) else {
            continue;
        };
        // What a third party brought in, with its recorded accord, rests on that party's basis (gate 11). Nothing proves
        // that the receiver brought something in, so that rests on the sender's, as does all that needs consent for
        // everything (mbo, childcare).
        let rests_on_sender = b.inbrenger == afzender || b.inbrenger == ontvanger || reach.consent_is_basis;
        if rests_on_sender {
            c.withhold(n, reach.uncovered, Reden::GrondslagDektNiet);
            c.withhold(n, reach.waiting, why);
        }
    }
}
