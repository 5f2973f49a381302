//! What is counted, what is hidden and why, and what a receiver is told.

use sluis_rules::aggregaat::{
    Aggregaat, Cel, Drempel, LeerlingSleutel, Periode, Plaats, Reden, TellingFout, Verantwoording, Verzuimsoort,
    Vestiging, Waarneming, onderdruk, tel, voor_de_ontvanger,
};
use sluis_rules::explain::Taal;
use sluis_rules::ids::Brin;

fn brin(text: &str) -> Brin {
    text.parse().unwrap()
}

const MAANDEN: [Periode; 3] = [
    Periode::Maand(2026, 9),
    Periode::Maand(2026, 10),
    Periode::Maand(2026, 11),
];

/// A table from counts of different pupils per branch and month.
pub(crate) fn tabel(branches: &[(&str, u32, [u64; 3])]) -> (Aggregaat, Verantwoording) {
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
    for wrong in [
        Periode::Maand(2026, 13),
        Periode::Maand(2026, 0),
        Periode::Week(2026, 0),
        Periode::Week(2025, 53),
        Periode::Schooljaar(u16::MAX),
    ] {
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

/// The same days cut in two ways, or one table corrected, can be subtracted from each other.
#[test]
fn tables_that_could_be_subtracted_clash() {
    let school = |leerlingen| Vestiging {
        brin: brin("99AA00"),
        leerlingen,
    };
    let table = |soort, d, perioden: &[Periode], seen: Option<Waarneming>| {
        let telling = tel(soort, Drempel::new(d).unwrap(), &[school(300)], perioden, seen).unwrap();
        onderdruk(&telling).unwrap().0
    };
    let relatief = |perioden: &[Periode]| table(Verzuimsoort::Relatief, 10, perioden, None);
    let sept = relatief(&[Periode::Maand(2026, 9)]);
    assert!(!sept.botst_met(&sept.clone()), "the same table again tells nothing new");
    assert!(!sept.botst_met(&relatief(&[Periode::Maand(2026, 10)])));
    assert!(
        !sept.botst_met(&relatief(&[Periode::Schooljaar(2025)])),
        "it ends on 31 July"
    );
    assert!(sept.botst_met(&relatief(&[Periode::Schooljaar(2026)])));
    assert!(
        sept.botst_met(&relatief(&[Periode::Week(2026, 40)])),
        "28 September to 4 October"
    );
    assert!(!sept.botst_met(&relatief(&[Periode::Week(2026, 41)])));
    assert!(sept.botst_met(&relatief(&[Periode::Maand(2026, 9), Periode::Maand(2026, 10)])));
    assert!(sept.botst_met(&table(Verzuimsoort::Relatief, 5, &[Periode::Maand(2026, 9)], None)));
    // Kinds that may hold the same absence bound each other; authorised and unauthorised absence do not.
    assert!(sept.botst_met(&table(Verzuimsoort::Luxe, 10, &[Periode::Maand(2026, 9)], None)));
    assert!(!sept.botst_met(&table(Verzuimsoort::Geoorloofd, 10, &[Periode::Maand(2026, 9)], None)));
}
