//! Who gets counts (channel `aggregaat`): the covenant works, both acceded, and the receiver keeps the region in sight.

use sluis_rules::facts::{Dossier, Feit};
use sluis_rules::gates::decide_telling;
use sluis_rules::ids::Taak;
use sluis_rules::rulebook::Rulebook;
use sluis_rules::verdict::{GateOutcome, Reden, Verdict};

use crate::regels::tabel;
use crate::region;

const SWV: &str = "00000099000000003000/samenwerkingsverband";
const LEERPLICHT: &str = "00000099000000002000/leerplicht";

fn decided(rules: &Rulebook, feiten: &[Feit], van: (&str, bool), aan: &str, dag: &str) -> Verdict {
    let dag = dag.parse().unwrap();
    let (table, _) = tabel(&[("99AA00", 300, [12, 10, 40])]);
    let dossier = Dossier::build(feiten, 0, "", dag, rules.gegevens());
    decide_telling(
        rules,
        &dossier,
        &table,
        (van.0.parse().unwrap(), van.1),
        aan.parse().unwrap(),
        dag,
    )
}

fn why(v: &Verdict) -> Vec<Reden> {
    v.redenen().collect()
}

#[test]
fn counts_go_to_who_keeps_the_region_in_sight() {
    let rules = Rulebook::parse(&region::example()).unwrap();
    let day = "2026-11-23";
    let ours = decided(&rules, &[], (SWV, true), LEERPLICHT, day);
    assert!(!ours.is_blocked(), "{:?}", why(&ours));
    assert!(ours.masks.is_empty() && ours.plan.is_none(), "there is nobody in it");
    let asked = |v: &Verdict| {
        v.gates
            .iter()
            .filter(|g| g.outcome != GateOutcome::NietVanToepassing)
            .count()
    };
    assert_eq!(
        (ours.gates.len(), asked(&ours)),
        (12, 4),
        "suppression stands for the other gates"
    );
    let back = decided(&rules, &[], (LEERPLICHT, true), SWV, day);
    assert!(!back.is_blocked(), "{:?}", why(&back));
    let mut refused = 0;
    for (aan, _) in rules.partijen() {
        if matches!(aan.taak, Taak::Samenwerkingsverband | Taak::Leerplicht) {
            continue;
        }
        let v = decided(&rules, &[], (SWV, true), &aan.to_string(), day);
        assert!(
            why(&v).contains(&Reden::TellingNietVoorOntvanger),
            "{aan}: {:?}",
            why(&v)
        );
        refused += 1;
    }
    assert!(refused > 5);
}

#[test]
fn the_covenant_its_parties_and_who_speaks_count_here_too() {
    let rules = Rulebook::parse(&region::example()).unwrap();
    let of = |van, aan: &str, dag: &str| why(&decided(&rules, &[], van, aan, dag));
    let day = "2026-11-23";
    assert_eq!(of((SWV, false), LEERPLICHT, day), [Reden::AfzenderNietBewezen]);
    assert_eq!(of((SWV, true), SWV, day), [Reden::OntvangerIsAfzender]);
    let unknown = "00000099000000009900/leerplicht";
    assert_eq!(of((SWV, true), unknown, day), [Reden::OntvangerGeenPartij]);
    assert_eq!(of((unknown, true), SWV, day), [Reden::AfzenderGeenPartij]);
    assert!(of((SWV, true), LEERPLICHT, "2000-01-01").contains(&Reden::ConvenantNogNiet));
    // Signed and not made known is not acceded yet (18; S:246); made known by a fact it is.
    let acceded = |known: &str| -> Vec<Feit> {
        let fact = format!(
            r#"{{"soort":"toetreding","partij":"{unknown}","ondertekend_op":"2026-01-01","bekendgemaakt_op":{known}}}"#
        );
        vec![serde_json::from_str(&fact).unwrap()]
    };
    let by_fact = |known| why(&decided(&rules, &acceded(known), (SWV, true), unknown, day));
    assert_eq!(by_fact("null"), [Reden::OntvangerNietBekendgemaakt]);
    assert_eq!(by_fact("\"2026-01-10\""), []);
}
