//! *Overig* (4.3, footnote 41): worrying or presumably unauthorised absence below the limit, within four weeks. It may be
//! reported, and only after leerplicht was consulted, so without such a record there is no signal.
//!
//! A consultation covers the four school weeks up to its day: unauthorised absence, and absence of which the school
//! recorded a suspicion; of that, illness only after the jeugdarts has looked. What already made a report by 1.16 on or
//! before that day, and what an earlier consultation covered, is left out.

use std::collections::BTreeSet;

use super::{Blik, Post, Regel, RegistratieId, Signaal, Soort, Vervolg};

const WEKEN: u16 = 4;

pub(super) fn zoek(blik: &Blik<'_>, begin: usize, uit: &mut Vec<Signaal>) {
    let mut before = None;
    for overleg in blik.posten.iter().filter(|p| p.soort == Soort::Overleg) {
        // A second record of the same day covers nothing more.
        if before.replace(overleg.dag) == Some(overleg.dag) {
            continue;
        }
        let found = uit.get(begin..).unwrap_or_default().iter().filter(|s| {
            let covers = s.regel.is_relatief() && s.vervolg != Vervolg::AlleenSchool || s.regel == Regel::Overig;
            covers && s.bereikt <= overleg.dag
        });
        let taken: BTreeSet<RegistratieId> = found.flat_map(|s| s.bewijs.iter().copied()).collect();
        let telt = |p: &&Post| {
            let recent = p.dag <= overleg.dag && overleg.week.saturating_sub(p.week) < WEKEN;
            let by_kind = match p.soort {
                Soort::Ongeoorloofd => true,
                Soort::Geoorloofd => p.vermoeden,
                Soort::Ziek => {
                    let looked = blik.vastgelegd(Soort::Jeugdarts, p.dag);
                    p.vermoeden && looked.is_some_and(|looked| looked.dag <= overleg.dag)
                }
                _ => false,
            };
            recent && by_kind && blik.plicht.bevat(p.dag) && !taken.contains(&p.id)
        };
        let mut counted = blik.posten.iter().filter(telt).peekable();
        let Some(first) = counted.peek().map(|p| p.dag) else {
            continue;
        };
        let mut bewijs: Vec<RegistratieId> = counted.map(|p| p.id).collect();
        bewijs.push(overleg.id);
        uit.push(blik.signaal(Regel::Overig, first, overleg.dag, Vervolg::MagAlsOverig, bewijs));
    }
}
