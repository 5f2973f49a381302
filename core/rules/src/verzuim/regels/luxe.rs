//! *Luxe verzuim* (4.3, S:423): a holiday outside the school holidays. The school reports at once.
//!
//! Consecutive school days are one holiday. Days on which the school does not teach are no absence, so a registration
//! that lies wholly inside the school holidays is refused before it comes here.

use super::{Blik, Post, Regel, Signaal, Soort, Vervolg};
use crate::verzuim::venster::reeksen;

pub(super) fn zoek(blik: &Blik<'_>, uit: &mut Vec<Signaal>) {
    let telt = |p: &Post| p.soort == Soort::Luxe;
    reeksen(blik.posten, blik.nummers(blik.plicht), telt, |run| {
        let Some(begin) = blik.kalender.nummer(run.nr).map(|day| day.dag) else {
            return;
        };
        let in_it = |p: &Post| telt(p) && p.nr <= run.nr_tot && p.nr_tot >= run.nr;
        let bewijs = blik.bewijs(run.eerste, run.laatste, in_it);
        let mut signaal = blik.signaal(Regel::Luxe, begin, begin, Vervolg::MeldenDuo, bewijs);
        signaal.einde = blik.kalender.nummer(run.nr_tot).map(|day| day.dag);
        // At once: the day itself.
        signaal.termijn = Some(begin);
        uit.push(signaal);
    });
}
