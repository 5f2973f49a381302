//! *Relatief verzuim*, second limb (1.16, footnote 33): absent on seven consecutive school days.
//!
//! Any absence on a day counts, ill or not, with leave or without, a whole day or hours: the text says *verzuim op*.
//! One unbroken absence makes one signal, however long it lasts. Without a recorded suspicion it stays inside the
//! school; with one, and ill on any of the days, the jeugdarts looks first.

use super::{Blik, Post, Regel, Signaal, Soort, Vervolg};
use crate::verzuim::venster::reeksen;

const SCHOOLDAGEN: u32 = 7;

pub(super) fn zoek(blik: &Blik<'_>, uit: &mut Vec<Signaal>) {
    let nummers = blik.nummers(blik.plicht);
    reeksen(
        blik.posten,
        nummers,
        |p| p.soort.is_verzuim(),
        |run| {
            if run.nr_tot - run.nr + 1 < SCHOOLDAGEN {
                return;
            }
            let day = |nr| blik.kalender.nummer(nr).map(|day| day.dag);
            let (Some(begin), Some(bereikt)) = (day(run.nr), day(run.nr + SCHOOLDAGEN - 1)) else {
                return;
            };
            let in_it = |p: &Post| p.soort.is_verzuim() && p.nr <= run.nr_tot && p.nr_tot >= run.nr;
            let bewijs = blik.bewijs(run.eerste, run.laatste, in_it);
            let entries = blik.posten.get(run.eerste..=run.laatste).unwrap_or_default();
            let ziek = entries.iter().any(|p| in_it(p) && p.soort == Soort::Ziek);
            let vermoeden = entries.iter().any(|p| in_it(p) && p.vermoeden);
            let regel = Regel::RelatiefAaneengesloten;
            let mut signaal = blik.signaal(regel, begin, bereikt, Vervolg::AlleenSchool, bewijs);
            signaal.einde = day(run.nr_tot);
            blik.tweede_lid(&mut signaal, ziek, vermoeden);
            uit.push(signaal);
        },
    );
}
