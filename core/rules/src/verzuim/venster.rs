//! Two ways of counting that the rules share: within so many school weeks, and on consecutive school days.

use super::dag::Dag;
use super::posten::Post;
use super::registratie::Soort;

/// What counts in a window: its day and school week, its weight, and the places in the entries it comes from.
#[derive(Clone, Copy)]
pub(crate) struct Telling {
    pub(crate) dag: Dag,
    pub(crate) week: u16,
    pub(crate) gewicht: u32,
    pub(crate) eerste: usize,
    pub(crate) laatste: usize,
}

/// Finds each time that the weights within `weken` consecutive school weeks reach `drempel`, days in order; the count
/// restarts the day after. `bij` gets the first and the last of what was counted, the whole last day included.
pub(crate) fn vensters(telling: &[Telling], drempel: u32, weken: u16, mut bij: impl FnMut(&Telling, &Telling)) {
    let (mut from, mut sum, mut at) = (0, 0_u32, 0);
    while let Some(one) = telling.get(at) {
        // The whole day, for the limit is reached on a day.
        let (mut last, mut end) = (one, at);
        while let Some(next) = telling.get(end).filter(|next| next.dag == one.dag) {
            sum = sum.saturating_add(next.gewicht);
            (last, end) = (next, end + 1);
        }
        while let Some(old) = telling
            .get(from)
            .filter(|old| one.week.saturating_sub(old.week) >= weken)
        {
            sum = sum.saturating_sub(old.gewicht);
            from += 1;
        }
        if sum >= drempel
            && let Some(first) = telling.get(from)
        {
            bij(first, last);
            (from, sum) = (end, 0);
        }
        at = end;
    }
}

/// A run of consecutive school days on each of which something holds.
#[derive(Clone, Copy)]
pub(crate) struct Reeks {
    /// The numbers of its first and last school day.
    pub(crate) nr: u32,
    pub(crate) nr_tot: u32,
    /// The places of the first and last entry in it.
    pub(crate) eerste: usize,
    pub(crate) laatste: usize,
}

/// Finds the runs that entries make with their school days between `van` and `tot`.
pub(crate) fn reeksen(
    posten: &[Post],
    (van, tot): (u32, u32),
    telt: impl Fn(&Post) -> bool,
    mut bij: impl FnMut(Reeks),
) {
    let mut run: Option<Reeks> = None;
    for (at, post) in posten.iter().enumerate().filter(|(_, post)| telt(post)) {
        let (nr, nr_tot) = (post.nr.max(van), post.nr_tot.min(tot));
        if nr > nr_tot {
            continue;
        }
        match &mut run {
            Some(run) if nr <= run.nr_tot + 1 => {
                run.nr_tot = run.nr_tot.max(nr_tot);
                run.laatste = at;
            }
            _ => {
                let new = Reeks {
                    nr,
                    nr_tot,
                    eerste: at,
                    laatste: at,
                };
                if let Some(done) = run.replace(new) {
                    bij(done);
                }
            }
        }
    }
    if let Some(done) = run {
        bij(done);
    }
}

/// The kinds that occur among entries, so that a rule without any of its own is skipped.
#[derive(Clone, Copy, Default)]
pub(crate) struct Soorten(u8);

impl Soorten {
    pub(crate) const fn met(self, soort: Soort) -> Self {
        Self(self.0 | 1 << soort as u8)
    }
    pub(crate) const fn heeft(self, soort: Soort) -> bool {
        self.0 & (1 << soort as u8) != 0
    }
}
