//! *Relatief verzuim*, second limb (1.16, footnote 33): four sick reports within twelve school weeks.
//!
//! Illness on consecutive school days is one report, however many registrations it took. The count restarts the day
//! after, as with the hours: the text is silent, and so one registration makes at most one signal of this rule. Without
//! a recorded suspicion of unauthorised absence it stays inside the school; with one, the jeugdarts looks first.

use super::{Blik, Post, Regel, Signaal, Soort, Telling, Vervolg, Werk};
use crate::verzuim::venster::vensters;

const MELDINGEN: u32 = 4;
const WEKEN: u16 = 12;

pub(super) fn zoek(blik: &Blik<'_>, werk: &mut Werk, uit: &mut Vec<Signaal>) {
    let telt = |p: &Post| p.soort == Soort::Ziek && blik.plicht.bevat(p.dag);
    let telling = &mut werk.telling;
    telling.clear();
    let mut ill_until = 0;
    for (at, post) in blik.posten.iter().enumerate().filter(|(_, p)| telt(p)) {
        match telling.last_mut() {
            Some(same) if post.nr <= ill_until + 1 => same.laatste = at,
            _ => telling.push(Telling {
                dag: post.dag,
                week: post.week,
                gewicht: 1,
                eerste: at,
                laatste: at,
            }),
        }
        ill_until = ill_until.max(post.nr_tot);
    }
    vensters(telling, MELDINGEN, WEKEN, |first, last| {
        // What continued the last illness after the day of the fourth report came later.
        let in_it = |p: &Post| telt(p) && p.dag <= last.dag;
        let bewijs = blik.bewijs(first.eerste, last.laatste, in_it);
        let entries = blik.posten.get(first.eerste..=last.laatste).unwrap_or_default();
        let vermoeden = entries.iter().any(|p| in_it(p) && p.vermoeden);
        let regel = Regel::RelatiefZiekmeldingen;
        let mut signaal = blik.signaal(regel, first.dag, last.dag, Vervolg::AlleenSchool, bewijs);
        blik.tweede_lid(&mut signaal, true, vermoeden);
        uit.push(signaal);
    });
}
