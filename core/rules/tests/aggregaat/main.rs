//! Suppression, and an attacker who must succeed without it and fail against it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod aanval;
mod tafels;

use aanval::{Tabel, VEEL};
use proptest::prelude::*;
use sluis_rules::aggregaat::{
    Aggregaat, Cel, Drempel, LeerlingSleutel, Periode, Plaats, Reden, TellingFout, Verzuimsoort, Vestiging, Waarneming,
    onderdruk, tel, voor_de_ontvanger,
};
use sluis_rules::explain::Taal;
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

fn brin(text: &str) -> sluis_rules::ids::Brin {
    text.parse().unwrap()
}

const MAANDEN: [Periode; 3] = [
    Periode::Maand(2026, 9),
    Periode::Maand(2026, 10),
    Periode::Maand(2026, 11),
];

/// A table from counts of different pupils per branch and month.
fn tabel(branches: &[(&str, u32, [u64; 3])]) -> (Aggregaat, sluis_rules::aggregaat::Verantwoording) {
    let vestigingen: Vec<_> = branches
        .iter()
        .map(|&(b, leerlingen, _)| Vestiging {
            brin: brin(b),
            leerlingen,
        })
        .collect();
    let mut next = 0;
    let mut seen = Vec::new();
    for (b, _, counts) in branches {
        for (periode, n) in MAANDEN.into_iter().zip(counts) {
            for _ in 0..*n {
                next += 1;
                seen.push(Waarneming {
                    leerling: LeerlingSleutel(next),
                    vestiging: brin(b),
                    periode,
                });
            }
        }
    }
    let telling = tel(Verzuimsoort::Relatief, Drempel::STANDAARD, &vestigingen, &MAANDEN, seen).unwrap();
    onderdruk(&telling).unwrap()
}

#[test]
fn nothing_small_nothing_hidden() {
    let (a, why) = tabel(&[("99AA00", 300, [12, 10, 40]), ("99BB00", 300, [10, 11, 12])]);
    assert!(why.redenen().is_empty());
    let region = &a.rijen()[0];
    assert_eq!(region.plaats(), Plaats::Regio);
    assert_eq!(region.cellen(), [Cel::Aantal(22), Cel::Aantal(21), Cel::Aantal(52)]);
    assert_eq!(region.totaal(), Cel::Aantal(95));
}

#[test]
fn nine_is_hidden_ten_is_not_and_zero_is() {
    let (_, why) = tabel(&[
        ("99AA00", 300, [9, 10, 30]),
        ("99BB00", 300, [30, 0, 30]),
        ("99CC00", 300, [30, 30, 30]),
    ]);
    let of = |b: &str, n: usize| why.waarom(Plaats::School(brin(b).into()), Some(MAANDEN[n]));
    assert_eq!(of("99AA00", 0), Some(Reden::OnderDrempel));
    assert_ne!(of("99AA00", 1), Some(Reden::OnderDrempel));
    assert_eq!(of("99BB00", 1), Some(Reden::OnderDrempel));
    assert!(why.redenen().iter().any(|(_, _, r)| *r == Reden::Aanvullend));
}

/// One pupil, absent in every month: a total of twelve is still one pupil.
#[test]
fn a_threshold_counts_pupils() {
    let months: Vec<_> = (1..=12).map(|m| Periode::Maand(2026, m)).collect();
    let schools = ["99AA00", "99BB00", "99CC00"].map(|b| Vestiging {
        brin: brin(b),
        leerlingen: 300,
    });
    let mut seen = Vec::new();
    for (n, v) in schools.iter().enumerate() {
        for &periode in &months {
            for pupil in 0..if n == 0 { 1 } else { 30 } {
                seen.push(Waarneming {
                    leerling: LeerlingSleutel(n as u64 * 1_000 + pupil),
                    vestiging: v.brin,
                    periode,
                });
            }
        }
    }
    // Told twice is counted once.
    seen.extend(seen.clone());
    let telling = tel(Verzuimsoort::Relatief, Drempel::STANDAARD, &schools, &months, seen).unwrap();
    let (a, why) = onderdruk(&telling).unwrap();
    let row = a
        .rijen()
        .iter()
        .find(|r| r.plaats() == Plaats::School(brin("99AA00").into()))
        .unwrap();
    assert_eq!(row.totaal(), Cel::Onderdrukt);
    assert_eq!(why.waarom(row.plaats(), None), Some(Reden::OnderDrempel));
    let shown = a
        .rijen()
        .iter()
        .filter(|r| matches!(r.totaal(), Cel::Aantal(_)))
        .count();
    assert!(shown > 0, "there is something left to read");
}

#[test]
fn a_place_with_fewer_than_ten_pupils_is_a_person() {
    let (a, why) = tabel(&[
        ("99AA00", 300, [20, 20, 20]),
        ("99AA01", 9, [9, 9, 9]),
        ("99AA02", 300, [20, 20, 20]),
        ("99BB00", 300, [30, 30, 30]),
        ("99CC00", 9, [0, 1, 2]),
    ]);
    let json = serde_json::to_string(&a).unwrap();
    assert!(
        !json.contains("99AA01") && !json.contains("99CC"),
        "its BRIN is not named"
    );
    for plaats in [Plaats::KleineVestigingen(brin("99AA01").into()), Plaats::KleineScholen] {
        let row = a.rijen().iter().find(|r| r.plaats() == plaats).unwrap();
        assert!(row.cellen().iter().all(|c| *c == Cel::Onderdrukt) && row.totaal() == Cel::Onderdrukt);
        assert_eq!(why.waarom(plaats, Some(MAANDEN[0])), Some(Reden::KleinePlaats));
    }
    // Two of them together may be enough to be shown, still without a name.
    let (a, _) = tabel(&[
        ("99AA00", 300, [20, 20, 20]),
        ("99AA01", 9, [6, 6, 6]),
        ("99AA02", 9, [6, 6, 6]),
    ]);
    let row = a
        .rijen()
        .iter()
        .find(|r| matches!(r.plaats(), Plaats::KleineVestigingen(_)))
        .unwrap();
    assert_eq!(row.cellen(), [Cel::Aantal(12); 3]);
}

#[test]
fn everybody_tells_about_each() {
    let (a, why) = tabel(&[
        ("99AA00", 25, [25, 20, 20]),
        ("99BB00", 300, [30, 30, 30]),
        ("99CC00", 300, [30, 30, 30]),
    ]);
    let school = Plaats::School(brin("99AA00").into());
    assert_eq!(why.waarom(school, Some(MAANDEN[0])), Some(Reden::Iedereen));
    let row = a.rijen().iter().find(|r| r.plaats() == school).unwrap();
    assert_eq!(row.cellen()[0], Cel::Onderdrukt);
}

#[test]
fn what_does_not_make_a_table_is_refused() {
    let school = Vestiging {
        brin: brin("99AA00"),
        leerlingen: 300,
    };
    let count = |v: &[Vestiging], p: &[Periode], w: Option<Waarneming>| {
        tel(Verzuimsoort::Luxe, Drempel::STANDAARD, v, p, w).err()
    };
    let at = |vestiging: &str, periode| {
        Some(Waarneming {
            leerling: LeerlingSleutel(1),
            vestiging: brin(vestiging),
            periode,
        })
    };
    let sept = MAANDEN[0];
    let year = Periode::Schooljaar(2026);
    assert_eq!(count(&[], &[sept], None), Some(TellingFout::Leeg));
    assert_eq!(count(&[school], &[], None), Some(TellingFout::Leeg));
    assert_eq!(
        count(&[school, school], &[sept], None),
        Some(TellingFout::DubbeleVestiging(school.brin))
    );
    assert_eq!(count(&[school], &[sept, sept], None), Some(TellingFout::Periode(sept)));
    assert!(matches!(
        count(&[school], &[sept, year], None),
        Some(TellingFout::Periode(_))
    ));
    for wrong in [Periode::Maand(2026, 13), Periode::Week(2026, 0)] {
        assert_eq!(count(&[school], &[wrong], None), Some(TellingFout::Periode(wrong)));
    }
    assert_eq!(
        count(&[school], &[sept], at("99ZZ00", sept)),
        Some(TellingFout::OnbekendeVestiging(brin("99ZZ00")))
    );
    assert_eq!(
        count(&[school], &[sept], at("99AA00", year)),
        Some(TellingFout::OnbekendePeriode(year))
    );
    assert_eq!(Drempel::new(2), None);
    assert_eq!(Drempel::new(10), Some(Drempel::STANDAARD));
}

/// The written table holds labels, counts and one kind of mark; why is told to the source alone.
#[test]
fn a_receiver_learns_no_reason() {
    let (a, why) = tabel(&[
        ("99AA00", 300, [9, 10, 30]),
        ("99BB00", 300, [30, 20, 30]),
        ("99CC00", 300, [30, 30, 30]),
    ]);
    let json = serde_json::to_value(&a).unwrap();
    for row in json["rijen"].as_array().unwrap() {
        for cel in row["cellen"].as_array().unwrap().iter().chain([&row["totaal"]]) {
            assert!(cel.is_u64() || cel == "onderdrukt");
        }
        let keys: Vec<_> = row.as_object().unwrap().keys().cloned().collect();
        assert!(
            keys.iter()
                .all(|k| ["cellen", "deel_van", "plaats", "totaal"].contains(&k.as_str()))
        );
    }
    assert_eq!(json["perioden"][0], "2026-09");
    for taal in [Taal::Nl, Taal::En] {
        let lines = why.regels(taal);
        assert_eq!(lines.len(), why.redenen().len());
        assert!(lines.iter().all(|line| line.contains("AVG overweging 26")));
        assert!(voor_de_ontvanger(Drempel::STANDAARD, taal).contains("10"));
        let texts: std::collections::BTreeSet<_> = Reden::ALL
            .into_iter()
            .map(|r| r.uitleg(Drempel::STANDAARD, taal))
            .collect();
        assert_eq!(texts.len(), Reden::ALL.len());
    }
    assert!(why.regels(Taal::Nl).iter().any(|l| l.contains("aanvullend")));
    assert!(why.regels(Taal::En).iter().any(|l| l.contains("primary")));
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
