//! Suppression, and an attacker who must succeed without it and fail against it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod aanval;
mod ontvangers;
mod regels;
#[path = "../support/region.rs"]
mod region;
mod tafels;

use aanval::{Tabel, VEEL};
use proptest::prelude::*;
use sluis_rules::aggregaat::{Drempel, onderdruk};
use tafels::{Getal, Tafel, klein, willekeurig};

const D: i64 = 10;

/// Of a primary cell this much must stay possible.
fn ruimte(waarde: i64) -> (i64, i64) {
    ((waarde - (D - 1)).max(0), (D - 1).max(waarde + 1))
}

/// The cells that bound propagation pins down to one value, or to less than the promise.
fn gekraakt(tabel: &Tabel, tafel: &Tafel) -> (usize, usize) {
    let mut grenzen = tabel.begin();
    assert!(tabel.knijp(&mut grenzen), "the true table fits");
    let (mut exact, mut narrowed) = (0, 0);
    for (cel, &(low, high)) in grenzen.iter().enumerate() {
        let truth = tafel.waar[cel];
        assert!(
            low <= truth && truth <= high,
            "an attacker who reasons well does not exclude the truth"
        );
        if tabel.bekend[cel].is_none() && low == high {
            exact += 1;
        }
        let (needs_low, needs_high) = ruimte(truth);
        if tafel.primair[cel] && (low > needs_low || high < needs_high) {
            narrowed += 1;
        }
    }
    (exact, narrowed)
}

#[test]
fn bounds_break_primary_suppression_and_not_ours() {
    let mut getal = Getal(1);
    let (mut attacked, mut exact_before, mut narrowed_before) = (0, 0, 0);
    for _ in 0..3_000 {
        let tafel = willekeurig(&mut getal);
        let (aggregaat, _) = onderdruk(&tafel.telling()).unwrap();
        let ours = Tabel::van(&aggregaat);
        for (shown, truth) in ours.bekend.iter().zip(&tafel.waar) {
            assert!(shown.is_none_or(|shown| shown == *truth), "what is shown is true");
        }
        if tafel.primair.iter().any(|p| *p) {
            attacked += 1;
            let primary = ours.met(tafel.alleen_primair());
            let (exact, narrowed) = gekraakt(&primary, &tafel);
            exact_before += usize::from(exact > 0);
            narrowed_before += usize::from(narrowed > 0);
        }
        assert_eq!(gekraakt(&ours, &tafel), (0, 0));
    }
    assert!(attacked > 2_500, "{attacked} of 3000 tables have something to hide");
    assert!(
        exact_before * 2 > attacked,
        "{exact_before} of {attacked} recomputed exactly"
    );
    assert!(
        narrowed_before * 4 > attacked * 3,
        "{narrowed_before} of {attacked} narrowed"
    );
}

/// Bound propagation is not all an attacker can do: here whole tables are searched for that fit, one with each end of
/// what must stay possible.
#[test]
fn an_exact_search_finds_both_ends_of_the_promise() {
    let mut getal = Getal(2);
    let mut cells = 0;
    for _ in 0..1_000 {
        let tafel = klein(&mut getal);
        let (aggregaat, _) = onderdruk(&tafel.telling()).unwrap();
        let ours = Tabel::van(&aggregaat);
        for cel in (0..tafel.waar.len()).filter(|&cel| tafel.primair[cel]) {
            let (low, high) = ruimte(tafel.waar[cel]);
            for end in [low, high] {
                assert_eq!(ours.bestaat(cel, end, &tafel.waar), Some(true), "{end} in cell {cel}");
            }
            cells += 1;
        }
    }
    assert!(cells > 4_000, "{cells}");
}

/// No cell too many: show any one complementary cell, and the exact search proves a leak.
#[test]
fn every_complementary_cell_is_needed() {
    let mut getal = Getal(3);
    let (mut shown, mut proved, mut open) = (0, 0, 0);
    for _ in 0..400 {
        let tafel = klein(&mut getal);
        let (aggregaat, _) = onderdruk(&tafel.telling()).unwrap();
        let ours = Tabel::van(&aggregaat);
        for extra in 0..tafel.waar.len() {
            if ours.bekend[extra].is_some() || tafel.primair[extra] {
                continue;
            }
            shown += 1;
            let mut bekend = ours.bekend.clone();
            bekend[extra] = Some(tafel.waar[extra]);
            let leaky = ours.met(bekend);
            let mut undecided = false;
            let leak = (0..tafel.waar.len()).filter(|&cel| tafel.primair[cel]).any(|cel| {
                let (low, high) = ruimte(tafel.waar[cel]);
                [low, high].into_iter().any(|end| {
                    let found = leaky.bestaat(cel, end, &tafel.waar);
                    undecided |= found.is_none();
                    found == Some(false)
                })
            });
            proved += usize::from(leak);
            open += usize::from(!leak && undecided);
        }
    }
    assert!(shown > 300, "{shown}");
    assert_eq!(proved + open, shown, "{open} undecided");
    assert!(open * 50 <= shown, "{open} of {shown} undecided");
}

/// The size of a region: it must be quick, and the whole proof holds.
#[test]
fn a_region_is_done_at_once() {
    let mut getal = Getal(4);
    let tafel = tafels::regio(&mut getal, 30, 10);
    let begin = std::time::Instant::now();
    let (aggregaat, account) = onderdruk(&tafel.telling()).unwrap();
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
    assert_eq!(gekraakt(&Tabel::van(&aggregaat), &tafel), (0, 0));
    let hidden = account.redenen().len();
    assert!(hidden < tafel.waar.len(), "{hidden} of {} hidden", tafel.waar.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Any threshold, any table: safe, true, and the same twice.
    #[test]
    fn any_table_is_safe(seed in any::<u64>(), d in 3u32..25) {
        let tafel = klein(&mut Getal(seed));
        let telling = tafel.telling_met(Drempel::new(d).unwrap());
        let (a, why) = onderdruk(&telling).unwrap();
        prop_assert_eq!(&onderdruk(&telling).unwrap(), &(a.clone(), why));
        let ours = Tabel::van(&a);
        let mut grenzen = ours.begin();
        prop_assert!(ours.knijp(&mut grenzen));
        for (cel, &(low, high)) in grenzen.iter().enumerate() {
            let truth = tafel.waar[cel];
            match ours.bekend[cel] {
                Some(shown) => prop_assert!(shown == truth && truth >= i64::from(d)),
                None if truth < i64::from(d) => prop_assert!(low == 0 && high >= i64::from(d) - 1),
                None => prop_assert!(low < high && high <= VEEL * 100),
            }
        }
    }
}
