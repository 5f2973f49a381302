//! Who is at home, day after day.

use std::collections::BTreeSet;

use jiff::civil::Date;
use sluis_rules::verzuim::{Dag, Regel, Signaal, Vervolg};

use super::leven::{Leven, jaren};

/// A thuiszitter, told day after day.
pub fn thuiszitter(leven: &Leven, peildatum: Date, found: &[Signaal]) -> Vec<Signaal> {
    let limbs = [
        Regel::RelatiefUren,
        Regel::RelatiefZiekmeldingen,
        Regel::RelatiefAaneengesloten,
    ];
    let mut relatief: Vec<&Signaal> = found.iter().filter(|s| limbs.contains(&s.regel)).collect();
    relatief.sort_by_key(|s| (s.bereikt, s.begin, s.regel, s.school));
    let Some(mut day) = relatief.iter().map(|s| s.bereikt.date()).min() else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut now: Option<(Signaal, Date)> = None;
    while day <= peildatum {
        for s in relatief.iter().filter(|s| s.bereikt.date() == day) {
            let last = s.einde.unwrap_or(s.bereikt).date();
            let real = s.vervolg != Vervolg::AlleenSchool;
            if let Some((open, until)) = &mut now {
                *until = last.max(*until);
                if real {
                    open.bewijs.extend(&s.bewijs);
                }
            } else if real {
                let mut open = (*s).clone();
                open.regel = Regel::Thuiszitter;
                open.vervolg = Vervolg::MagNaarThuiszitterstafel;
                (open.einde, open.termijn) = (None, None);
                now = Some((open, last));
            }
        }
        // A whole year after the last day in the criteria is over.
        if now.as_ref().is_some_and(|(_, until)| day >= jaren(*until, 1)) {
            let (mut open, until) = now.take().unwrap();
            open.einde = Some(Dag::from(jaren(until, 1).tomorrow().unwrap()));
            out.push(open);
        }
        day = day.tomorrow().unwrap();
    }
    out.extend(now.map(|(open, _)| open));
    for open in &mut out {
        let mut first = open.begin.date();
        while leven.plicht(first) && first <= peildatum {
            first = first.tomorrow().unwrap();
        }
        let left = (!leven.plicht(first)).then(|| Dag::from(first));
        open.einde = [open.einde, left]
            .into_iter()
            .flatten()
            .min()
            .filter(|d| d.date() <= peildatum);
        open.bewijs = open
            .bewijs
            .iter()
            .copied()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
    }
    out
}
