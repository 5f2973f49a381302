//! The cases of `tests/verzuim/`, as a lawyer reads them: registrations in, signals out, and what a correction does.

use std::collections::BTreeSet;

use serde::Deserialize;
use sluis_rules::verzuim::{
    Dag, Leerling, Regel, Registratie, RegistratieId, Sector, Signaal, Soort, Uitkomst, Wetsvoorstellen, Wijziging,
    detect, verschil,
};

use super::kalenders;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Geval {
    titel: String,
    artikelen: Vec<String>,
    peildatum: String,
    #[serde(default = "zuid")]
    school: String,
    terugdringen_verzuim: Option<String>,
    leerling: Kind,
    #[serde(default)]
    registratie: Vec<Regels>,
    #[serde(default)]
    signaal: Vec<Verwacht>,
    #[serde(default)]
    geweigerd: Vec<Geweigerd>,
    /// What came in afterwards, and what it does to the reports.
    #[serde(default)]
    later: Vec<Regels>,
    #[serde(default)]
    wijziging: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    geboren: String,
    sector: Sector,
    startkwalificatie: Option<String>,
}

/// One registration; or, with `dagen`, one a day, numbered on from `nr`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Regels {
    nr: u64,
    datum: Option<String>,
    #[serde(default)]
    dagen: Vec<String>,
    tot: Option<String>,
    soort: Soort,
    #[serde(default)]
    uren: f64,
    #[serde(default)]
    hele_dag: bool,
    #[serde(default)]
    vermoeden: bool,
    vervangt: Option<u64>,
    school: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verwacht {
    regel: String,
    begin: String,
    bereikt: String,
    einde: Option<String>,
    vervolg: String,
    termijn: Option<String>,
    bewijs: Vec<u64>,
    #[serde(default)]
    naar: Vec<String>,
    #[serde(default)]
    wetsvoorstellen: Vec<String>,
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[serde(deny_unknown_fields)]
struct Geweigerd {
    nr: u64,
    reden: String,
}

fn zuid() -> String {
    "99ZZ00".to_owned()
}

fn dag(text: &str) -> Dag {
    text.parse().unwrap()
}

fn registraties(regels: &[Regels], school: &str) -> Vec<Registratie> {
    let mut out = Vec::new();
    for regel in regels {
        let days: Vec<&String> = regel.datum.iter().chain(&regel.dagen).collect();
        for (at, day) in days.into_iter().enumerate() {
            let quarters = regel.uren * 4.0;
            assert!(
                quarters.fract() == 0.0 && (0.0..1000.0).contains(&quarters),
                "uren in kwartieren"
            );
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "checked just above"
            )]
            let kwartieren = quarters as u16;
            out.push(Registratie {
                id: RegistratieId(regel.nr + at as u64),
                school: regel.school.as_deref().unwrap_or(school).parse().unwrap(),
                datum: dag(day),
                tot: regel.tot.as_deref().map(dag),
                soort: regel.soort,
                kwartieren,
                hele_dag: regel.hele_dag,
                vermoeden: regel.vermoeden,
                vervangt: regel.vervangt.map(RegistratieId),
            });
        }
    }
    out
}

/// A signal as a case writes it down.
fn opgeschreven(s: &Signaal) -> Vec<String> {
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let json = serde_json::to_value(s).unwrap();
    vec![
        format!("regel {}", s.regel.id()),
        format!("begin {}", s.begin),
        format!("bereikt {}", s.bereikt),
        format!("einde {}", s.einde.map_or_else(String::new, |d| d.to_string())),
        format!("vervolg {}", word(json["vervolg"].clone())),
        format!("termijn {}", s.termijn.map_or_else(String::new, |d| d.to_string())),
        format!("bewijs {:?}", s.bewijs.iter().map(|id| id.0).collect::<Vec<_>>()),
        format!("naar {:?}", s.naar().iter().map(|t| t.as_str()).collect::<Vec<_>>()),
        format!("wetsvoorstellen {}", json["wetsvoorstellen"]),
    ]
}

fn verwacht(v: &Verwacht) -> Vec<String> {
    let or = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        format!("regel {}", v.regel),
        format!("begin {}", v.begin),
        format!("bereikt {}", v.bereikt),
        format!("einde {}", or(&v.einde)),
        format!("vervolg {}", v.vervolg),
        format!("termijn {}", or(&v.termijn)),
        format!("bewijs {:?}", v.bewijs),
        format!("naar {:?}", v.naar),
        format!("wetsvoorstellen {}", serde_json::to_string(&v.wetsvoorstellen).unwrap()),
    ]
}

fn gebeurt(wijziging: &Wijziging<'_>) -> String {
    match wijziging {
        Wijziging::Melden(s) => format!("melden {}", s.regel),
        Wijziging::Wijzigen(s, _) => format!("wijzigen {}", s.regel),
        Wijziging::Intrekken(s) => format!("intrekken {}", s.regel),
    }
}

fn uitkomst(geval: &Geval, regs: &[Registratie]) -> Uitkomst {
    let leerling = Leerling {
        geboren: dag(&geval.leerling.geboren),
        sector: geval.leerling.sector,
        startkwalificatie: geval.leerling.startkwalificatie.as_deref().map(dag),
    };
    let wetten = Wetsvoorstellen {
        terugdringen_verzuim: geval.terugdringen_verzuim.as_deref().map(dag),
    };
    detect(&kalenders(), wetten, dag(&geval.peildatum), &leerling, regs)
}

#[test]
fn every_case_is_decided_as_it_was_written_down() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/verzuim");
    let mut paths: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    paths.sort();
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for path in &paths {
        let name = path.file_stem().unwrap().to_string_lossy();
        let geval: Geval =
            toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(!geval.titel.is_empty() && !geval.artikelen.is_empty(), "{name}");
        let mut regs = registraties(&geval.registratie, &geval.school);
        let before = uitkomst(&geval, &regs);
        let found: Vec<_> = before.signalen.iter().map(opgeschreven).collect();
        let expected: Vec<_> = geval.signaal.iter().map(verwacht).collect();
        if found != expected {
            wrong.push(format!(
                "{name}: {}\nfound    {found:#?}\nexpected {expected:#?}",
                geval.titel
            ));
        }
        let mut refused: Vec<_> = before
            .afgewezen
            .iter()
            .map(|a| Geweigerd {
                nr: regs[a.plaats].id.0,
                reden: a.reden.slug().to_owned(),
            })
            .collect();
        refused.sort();
        if refused != geval.geweigerd {
            wrong.push(format!("{name}: refused {refused:?}, expected {:?}", geval.geweigerd));
        }
        regs.extend(registraties(&geval.later, &geval.school));
        let after = uitkomst(&geval, &regs);
        let changes: Vec<String> = verschil(&before.signalen, &after.signalen)
            .iter()
            .map(gebeurt)
            .collect();
        if changes != geval.wijziging {
            wrong.push(format!("{name}: changes {changes:?}, expected {:?}", geval.wijziging));
        }
        seen.extend(before.signalen.iter().map(|s| s.regel.id()));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(paths.len() >= 20, "{} cases", paths.len());
    for regel in Regel::ALL {
        assert!(seen.contains(regel.id()), "no case shows {regel}");
    }
}
