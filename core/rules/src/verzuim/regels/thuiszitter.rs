//! *Thuiszitter* (1.18): of compulsory age or *kwalificatieplichtig*, with relative absence by either limb of 1.16. It may
//! enter the thuiszitterstafel. (Absolute absence is the municipality's own knowledge and not among registrations.)
//!
//! It ends after a full year of actual, unbroken participation (5.6); unbroken means outside the criteria of M@ZL, where
//! the counts alone decide and no suspicion is needed (footnote 48). It also ends when 1.18 no longer fits: at eighteen,
//! or with a *startkwalificatie*.

use super::{Regel, Signaal, Vervolg};
use crate::verzuim::dag::Dag;
use crate::verzuim::registratie::Tijdvak;
use crate::verzuim::signaal::Wetsvoorstellen;

/// Looks over the signals of all schools of one pupil, from `begin` in `uit`.
pub(in crate::verzuim) fn zoek(
    plicht: Tijdvak,
    peildatum: Dag,
    wetten: Wetsvoorstellen,
    begin: usize,
    uit: &mut Vec<Signaal>,
) {
    let found = uit.get(begin..).unwrap_or_default();
    if !found.iter().any(opent) {
        return;
    }
    let mut order: Vec<&Signaal> = found.iter().filter(|s| s.regel.is_relatief()).collect();
    order.sort_by_key(|s| (s.bereikt, s.begin, s.regel, s.school));
    let mut made: Vec<Signaal> = Vec::new();
    let mut now: Option<(Signaal, Dag)> = None;
    for one in order {
        let last = one.einde.unwrap_or(one.bereikt);
        if let Some((_, until)) = &now
            && one.bereikt > until.plus_jaren(1)
        {
            made.extend(now.take().map(|(signaal, until)| af(signaal, until, plicht, peildatum)));
        }
        match &mut now {
            Some((signaal, until)) => {
                *until = last.max(*until);
                if opent(one) {
                    signaal.bewijs.extend(&one.bewijs);
                }
            }
            None if opent(one) => {
                let signaal = Signaal {
                    regel: Regel::Thuiszitter,
                    vervolg: Vervolg::MagNaarThuiszitterstafel,
                    einde: None,
                    termijn: None,
                    wetsvoorstellen: wetten.van(Regel::Thuiszitter, one.bereikt),
                    ..one.clone()
                };
                now = Some((signaal, last));
            }
            None => {}
        }
    }
    made.extend(now.map(|(signaal, until)| af(signaal, until, plicht, peildatum)));
    uit.extend(made);
}

/// Whether relative absence in the sense of 1.16: the second limb needs the suspicion.
fn opent(signaal: &Signaal) -> bool {
    signaal.regel.is_relatief() && signaal.vervolg != Vervolg::AlleenSchool
}

/// The end, if it was reached by the day of reckoning: a year after the last day in the criteria, or out of 1.18.
fn af(mut signaal: Signaal, until: Dag, plicht: Tijdvak, peildatum: Dag) -> Signaal {
    let einde = until.plus_jaren(1).plus(1).min(plicht.tot.plus(1));
    signaal.einde = (einde <= peildatum).then_some(einde);
    signaal.bewijs.sort_unstable();
    signaal.bewijs.dedup();
    signaal
}
