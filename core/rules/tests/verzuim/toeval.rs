//! Generated pupils: the program and the slow model find the same, and two properties that need no model.

use sluis_rules::verzuim::{
    Dag, Kalenders, Leerling, Registratie, RegistratieId, Sector, Signaal, Soort, Vervolg, Wetsvoorstellen, Wijziging,
    detect, verschil,
};

use super::model::{Papier, model, sleutel};
use super::{dag, kalenders};

/// Numbers that look like chance and are the same in every run.
struct Toeval(u64);

impl Toeval {
    fn tot(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
    fn kans(&mut self, een_op: u64) -> bool {
        self.tot(een_op) == 0
    }
    fn een<T: Copy>(&mut self, uit: &[T]) -> T {
        uit[usize::try_from(self.tot(uit.len() as u64)).unwrap()]
    }
    fn dagen(&mut self, n: u64) -> i32 {
        i32::try_from(self.tot(n)).unwrap()
    }
}

struct Geval {
    leerling: Leerling,
    regs: Vec<Registratie>,
    peildatum: Dag,
    wetten: Wetsvoorstellen,
}

fn geval(toeval: &mut Toeval) -> Geval {
    let first = dag("2025-08-10");
    // Ages around the edges: five, sixteen, eighteen, twenty-three.
    let year = toeval.een(&[5, 9, 12, 15, 16, 17, 18, 18, 19, 22, 23]);
    let geboren = dag("2026-03-01").plus_jaren(-year).plus(toeval.dagen(600) - 300);
    let leerling = Leerling {
        geboren,
        sector: toeval.een(&[
            Sector::Po,
            Sector::Vo,
            Sector::Vo,
            Sector::Vso,
            Sector::Mbo,
            Sector::Mbo,
        ]),
        startkwalificatie: toeval.kans(6).then(|| first.plus(toeval.dagen(720))),
    };
    let start = first.plus(toeval.dagen(500));
    // Mostly a dense stretch, sometimes spread over the years.
    let width = toeval.een(&[10, 30, 60, 120, 400, 700]);
    let focus = toeval.een(&[
        &[Soort::Ongeoorloofd][..],
        &[Soort::Ziek, Soort::Ziek, Soort::Geoorloofd],
        &[Soort::Luxe, Soort::Ongeoorloofd],
        &Soort::ALL,
    ]);
    let suspicious = toeval.een(&[2, 8, 50]);
    let whole = toeval.een(&[1, 2, 4]);
    let mut regs: Vec<Registratie> = Vec::new();
    let mut running = start;
    for at in 0..toeval.tot(32) {
        let soort = if toeval.kans(6) {
            toeval.een(&Soort::ALL)
        } else {
            toeval.een(focus)
        };
        let datum = if whole == 1 {
            // Day after day, for the long stretches.
            running = running.plus(1 + i32::from(toeval.kans(30)));
            running
        } else {
            start.plus(toeval.dagen(width))
        };
        let long = soort.is_periode() || toeval.kans(40);
        let replaces = soort == Soort::Intrekking || toeval.kans(12);
        regs.push(Registratie {
            id: RegistratieId(if toeval.kans(60) { toeval.tot(at + 1) } else { at + 100 }),
            school: toeval
                .een(&["99ZZ00", "99ZZ00", "99ZZ00", "99ZY00", "99ZX99"])
                .parse()
                .unwrap(),
            datum,
            tot: (long && !toeval.kans(3)).then(|| datum.plus(toeval.een(&[-1, 0, 0, 1, 1, 2, 4, 6, 11, 30, 401]))),
            soort,
            kwartieren: if toeval.kans(80) {
                toeval.een(&[0, 97])
            } else {
                toeval.een(&[1, 4, 8, 16, 16, 20, 24, 32, 63, 64])
            },
            hele_dag: toeval.kans(whole),
            vermoeden: toeval.kans(suspicious),
            vervangt: (replaces && !toeval.kans(10)).then(|| RegistratieId(100 + toeval.tot(at + 1))),
        });
    }
    if width < 700 && toeval.kans(2) {
        // One school, and in order: the way most files are.
        regs.iter_mut().for_each(|reg| reg.school = "99ZZ00".parse().unwrap());
        regs.sort_by_key(|reg| reg.datum);
    }
    Geval {
        leerling,
        regs,
        peildatum: start
            .plus(toeval.dagen(700))
            .min(dag(if toeval.kans(50) { "2027-12-01" } else { "2027-07-31" })),
        wetten: Wetsvoorstellen {
            terugdringen_verzuim: toeval.kans(3).then(|| dag("2026-06-01")),
        },
    }
}

fn gevonden(kalenders: &Kalenders, geval: &Geval) -> Vec<Signaal> {
    detect(kalenders, geval.wetten, geval.peildatum, &geval.leerling, &geval.regs).signalen
}

fn tonen(signalen: &[Signaal]) -> String {
    // Generated pupils exist nowhere: their days may be shown.
    serde_json::to_string_pretty(signalen).unwrap()
}

#[test]
fn a_hundred_thousand_pupil_years_are_what_the_slow_model_finds() {
    let kalenders = kalenders();
    let papieren = Papier::van(&kalenders, &["99ZZ00", "99ZY00"]);
    let mut per_rule = std::collections::BTreeMap::new();
    let mut refused = std::collections::BTreeSet::new();
    for seed in 0..110_000_u64 {
        let case = geval(&mut Toeval(seed));
        let found = detect(&kalenders, case.wetten, case.peildatum, &case.leerling, &case.regs);
        let mut signalen = found.signalen;
        signalen.sort_by_key(sleutel);
        let mut afgewezen: Vec<_> = found.afgewezen.iter().map(|a| (a.plaats, a.reden)).collect();
        afgewezen.sort_by_key(|(at, _)| *at);
        let (expected, expected_refused) = model(
            &kalenders,
            &papieren,
            case.wetten,
            case.peildatum,
            &case.leerling,
            &case.regs,
        );
        assert_eq!(afgewezen, expected_refused, "refused, seed {seed}");
        assert!(
            signalen == expected,
            "seed {seed}: found {}\nthe model {}",
            tonen(&signalen),
            tonen(&expected)
        );
        for s in &signalen {
            *per_rule.entry((s.regel.id(), format!("{:?}", s.vervolg))).or_insert(0) += 1;
        }
        refused.extend(afgewezen.iter().map(|(_, why)| why.slug()));
    }
    // The generator must reach everything, or the equality says little.
    for regel in sluis_rules::verzuim::Regel::ALL {
        let many: i32 = per_rule
            .iter()
            .filter(|((id, _), _)| *id == regel.id())
            .map(|(_, n)| n)
            .sum();
        assert!(many >= 100, "{regel} was found {many} times: {per_rule:?}");
    }
    for vervolg in ["AlleenSchool", "JeugdartsEerst", "OverlegLeerplicht", "MagAlsOverig"] {
        assert!(per_rule.keys().any(|(_, v)| v == vervolg), "{vervolg}: {per_rule:?}");
    }
    assert_eq!(refused.len(), sluis_rules::verzuim::Afwijzing::ALL.len(), "{refused:?}");
}

#[test]
fn the_difference_with_itself_is_nothing_and_with_nothing_is_everything() {
    let kalenders = kalenders();
    for seed in 200_000..203_000_u64 {
        let case = geval(&mut Toeval(seed));
        let found = gevonden(&kalenders, &case);
        assert!(verschil(&found, &found).is_empty(), "seed {seed}");
        let reports = found.iter().filter(|s| s.is_melding()).count();
        let made = verschil(&[], &found);
        assert!(
            made.len() == reports && made.iter().all(|w| matches!(w, Wijziging::Melden(_))),
            "seed {seed}"
        );
        let gone = verschil(&found, &[]);
        assert!(
            gone.len() == reports && gone.iter().all(|w| matches!(w, Wijziging::Intrekken(_))),
            "seed {seed}"
        );
    }
}

#[test]
fn the_difference_turns_the_old_reports_into_the_new() {
    let kalenders = kalenders();
    let mut amended = 0;
    for seed in 300_000..306_000_u64 {
        let mut toeval = Toeval(seed);
        let case = geval(&mut toeval);
        let old = gevonden(&kalenders, &case);
        let mut corrected = case;
        if corrected.regs.is_empty() {
            continue;
        }
        let at = usize::try_from(toeval.tot(corrected.regs.len() as u64)).unwrap();
        let same = corrected.regs[at];
        corrected.regs.push(Registratie {
            id: RegistratieId(5000),
            vervangt: Some(same.id),
            soort: if toeval.kans(2) { Soort::Intrekking } else { same.soort },
            datum: same.datum.plus(toeval.dagen(3)),
            ..same
        });
        let new = gevonden(&kalenders, &corrected);
        let mut reports: Vec<Signaal> = old.iter().filter(|s| s.is_melding()).cloned().collect();
        for change in verschil(&old, &new) {
            match change {
                Wijziging::Melden(s) => reports.push(s.clone()),
                Wijziging::Intrekken(s) => drop(reports.remove(reports.iter().position(|r| r == s).unwrap())),
                Wijziging::Wijzigen(from, to) => {
                    amended += 1;
                    let place = reports.iter().position(|r| r == from).unwrap();
                    reports[place] = to.clone();
                }
            }
        }
        let mut expected: Vec<Signaal> = new.into_iter().filter(Signaal::is_melding).collect();
        reports.sort_by_key(sleutel);
        expected.sort_by_key(sleutel);
        assert!(reports == expected, "seed {seed}");
    }
    assert!(amended > 100, "{amended}");
}

#[test]
fn nothing_leaves_the_school_without_a_suspicion_or_a_duty() {
    let kalenders = kalenders();
    for seed in 400_000..410_000_u64 {
        let mut case = geval(&mut Toeval(seed));
        for reg in &mut case.regs {
            reg.vermoeden = false;
            if reg.soort == Soort::Ongeoorloofd || reg.soort == Soort::Luxe {
                reg.soort = Soort::Geoorloofd;
            }
        }
        for signaal in gevonden(&kalenders, &case) {
            let removal = signaal.vervolg == Vervolg::MeldenRmc;
            assert!(
                removal || signaal.naar().is_empty(),
                "seed {seed}: {}",
                tonen(&[signaal])
            );
        }
    }
}
