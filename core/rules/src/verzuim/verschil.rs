//! What a correction does to reports: the signals before and after, laid beside each other.
//!
//! The signals are a function of the registrations, so a correction is: detect again, and compare.

use super::signaal::Signaal;

/// What must happen with a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wijziging<'a> {
    /// Report what was not there before.
    Melden(&'a Signaal),
    /// Amend the report of the first into the second.
    Wijzigen(&'a Signaal, &'a Signaal),
    /// Withdraw the report.
    Intrekken(&'a Signaal),
}

/// The reports to make, amend and withdraw, in the order of the old signals and then of the new ones. What stays inside
/// the school before and after makes no change. Two signals are the same report when rule and school are the same and
/// they share a registration, or cover a common day: then a correction of all its registrations amends it as well.
#[must_use]
pub fn verschil<'a>(oud: &'a [Signaal], nieuw: &'a [Signaal]) -> Vec<Wijziging<'a>> {
    let mut free: Vec<Option<&Signaal>> = nieuw.iter().map(Some).collect();
    let mut partner: Vec<Option<&Signaal>> = vec![None; oud.len()];
    let same: [fn(&Signaal, &Signaal) -> bool; 3] = [|a, b| a == b, deelt_bewijs, deelt_dag];
    // The surest likeness first, over all, so that one that stayed as it was is not taken by a neighbour.
    for like in same {
        for (before, place) in oud.iter().zip(&mut partner).filter(|(_, place)| place.is_none()) {
            let after = free.iter_mut().find(|after| {
                after.is_some_and(|after| {
                    after.regel == before.regel && after.school == before.school && like(before, after)
                })
            });
            *place = after.and_then(Option::take);
        }
    }
    let mut out = Vec::new();
    for (before, after) in oud.iter().zip(partner) {
        match (before.is_melding(), after.filter(|a| a.is_melding())) {
            (true, None) => out.push(Wijziging::Intrekken(before)),
            (true, Some(after)) if after != before => out.push(Wijziging::Wijzigen(before, after)),
            (false, Some(after)) => out.push(Wijziging::Melden(after)),
            _ => {}
        }
    }
    out.extend(
        free.into_iter()
            .flatten()
            .filter(|s| s.is_melding())
            .map(Wijziging::Melden),
    );
    out
}

fn deelt_bewijs(a: &Signaal, b: &Signaal) -> bool {
    a.bewijs.iter().any(|id| b.bewijs.contains(id))
}

fn deelt_dag(a: &Signaal, b: &Signaal) -> bool {
    let last = |s: &Signaal| s.einde.unwrap_or(s.bereikt).max(s.bereikt);
    a.begin <= last(b) && b.begin <= last(a)
}
