//! Gate 10: secrecy and consent (6, 11.3). Secrecy belongs to the source of the element, not to who holds it: what jgz
//! or a jeugdhulpaanbieder brought in is secret, whatever the message says of it.

use super::{Context, toestemming};
use crate::event::{Bericht, Kanaal};
use crate::facts::ToestemmingKind;
use crate::gegeven::{Beroepsgeheim, GegevenSet};
use crate::ids::{Partij, Taak};
use crate::scan::BijdrageInventory;
use crate::verdict::Reden;

pub(super) fn check(c: &mut Context<'_>) {
    if matches!(c.vraag.kanaal, Kanaal::Wettelijk) {
        by_statute(c);
        return;
    }
    conditions(c);
    for n in 0..c.inventory.bijdragen.len() {
        secrecy(c, n);
        release(c, n);
        declared(c, n);
    }
}

/// A duty asks no consent. It lifts a secrecy only where the statute speaks to who must keep it; and free text is
/// released here too: a statute asks facts, and a text can hold anything.
fn by_statute(c: &mut Context<'_>) {
    let lifted = c.stroom.is_some_and(|s| s.ook_onder_geheim);
    for n in 0..c.inventory.bijdragen.len() {
        // What is labelled as the receiver's own counts as the sender's: nothing proves that label.
        let (van, naar) = (c.vraag.afzender, c.vraag.ontvanger);
        let own_secret = |b: &BijdrageInventory| (b.inbrenger == van || b.inbrenger == naar) && is_secret(b);
        if !lifted && c.inventory.bijdragen.get(n).is_some_and(own_secret) {
            c.withhold(n, GegevenSet::ALL, Reden::GeheimNietDoorbroken);
        }
        release(c, n);
        declared(c, n);
    }
}

/// Whether a contribution is under secrecy: by what it says, or by who brought it in.
pub(crate) fn is_secret(b: &BijdrageInventory) -> bool {
    b.beroepsgeheim != Beroepsgeheim::Geen || matches!(b.inbrenger.taak, Taak::Jgz | Taak::Jeugdhulpaanbieder)
}

/// A consultation entered with the parents' consent refuses the whole request without it (S:859, S:905, S:978, S:1098).
/// The applicant asks it once for each request (S:1020), so what others send about that request rests on it too: their
/// own consent is none to handle it. Of the request itself only what the parents agreed to share goes (S:895, S:1115).
fn conditions(c: &mut Context<'_>) {
    // For a handover it is the applicant of the first table that has the parents' consent, if either table asks it.
    let Some(o) = c.thuis().filter(|_| c.voorwaarde()) else {
        return;
    };
    // By an applicant of this case: what parents signed at another school is not about this request.
    let asked =
        |p: &Partij| o.aanvragers.contains(&p.taak) && c.casus.is_some_and(|casus| casus.deelnemers.contains(p));
    let (open, why) = toestemming::covered_by(c, ToestemmingKind::Bijlage3Voorwaarde, asked, GegevenSet::ALL);
    if open.is_empty() {
        c.fail(match why {
            Reden::ToestemmingOntbreekt => Reden::VoorwaardeOntbreekt,
            other => other,
        });
        return;
    }
    if matches!(c.vraag.bericht, Bericht::Hulpvraag) && o.aanvragers.contains(&c.vraag.afzender.taak) {
        for n in 0..c.inventory.bijdragen.len() {
            c.withhold(n, GegevenSet::ALL.without(open), why);
        }
    }
}

fn secrecy(c: &mut Context<'_>, n: usize) {
    let Some(b) = c.inventory.bijdragen.get(n) else { return };
    if !is_secret(b) {
        return;
    }
    // The betrokkene keeps no professional secrecy: what says so under their name is the sender's.
    let inbrenger = match b.inbrenger.taak {
        Taak::Betrokkene => c.vraag.afzender,
        _ => b.inbrenger,
    };
    // A secret is not broken towards the party that keeps it. Nothing proves who brought something in, so this lifts
    // only the inbrenger's secrecy: the sender's own basis, consent and release were asked for all the same.
    if inbrenger == c.vraag.ontvanger {
        return;
    }
    let (open, why) = toestemming::covered(c, ToestemmingKind::DoorbrekingGeheim, &inbrenger, b.gegevens);
    let why = match why {
        Reden::ToestemmingOntbreekt => Reden::GeheimNietDoorbroken,
        other => other,
    };
    c.withhold(n, GegevenSet::ALL.without(open), why);
}

/// Free text and attachments pass only with a named professional's release for this receiver, and with consent where
/// the consultation asks it (S:886, S:1034, S:1102).
fn release(c: &mut Context<'_>, n: usize) {
    // Also of what is labelled as the receiver's own: nothing proves that label.
    let free = c.rules.gegevens().vrij();
    let released = c
        .casus
        .iter()
        .flat_map(|casus| &casus.vrijgaven)
        .chain(&c.dossier.vrijgaven)
        .filter(|(ontvanger, _)| *ontvanger == c.vraag.ontvanger)
        .fold(GegevenSet::EMPTY, |all, (_, set)| all.or(*set));
    c.withhold(n, free.without(released), Reden::NietVrijgegeven);
    if c.voorwaarde() {
        let (open, why) = toestemming::covered(c, ToestemmingKind::Bijlage3Voorwaarde, &c.vraag.afzender, free);
        c.withhold(n, free.without(open), why);
    }
}

/// Free text says what it is about and whose words it holds; without that, neither release nor consent can be judged.
fn declared(c: &mut Context<'_>, n: usize) {
    let Some(b) = c.inventory.bijdragen.get(n) else { return };
    let bare: GegevenSet = c
        .rules
        .free_texts(c.vraag.bericht)
        .iter()
        .filter(|t| b.nodes.contains(t.text) && !t.declared.iter().all(|node| b.nodes.contains(*node)))
        .map(|t| t.gegeven)
        .collect();
    if !bare.is_empty() {
        c.withhold(n, bare, Reden::ZonderCategorieEnBron);
    }
}
