//! *Wat zou helpen*, tried on every case: what is told works, nothing of it is superfluous, and nothing is offered that
//! the covenant forbids.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sluis_rules::explain::Hulp;
use sluis_rules::gegeven::GegevenSet;
use sluis_rules::ids::Taak;
use sluis_rules::verdict::{Reden, Verdict};

use super::*;
use crate::cli::geval::Geval;

/// Reasons that no fact can answer: the covenant forbids it, or it is not about facts.
const NO_ANSWER: &[Reden] = &[
    Reden::GeenRegel,
    Reden::GeenGrondslag,
    Reden::CasusGesloten,
    Reden::AfzenderGeenDeelnemer,
    Reden::OntvangerGeenDeelnemer,
    Reden::OntvangerIsAfzender,
    Reden::KanaalZonderRegels,
    Reden::AfzenderOnbekend,
    Reden::OntvangerOnbekend,
    Reden::StroomOnbekend,
    Reden::AlleenTellingen,
    Reden::TellingNietVoorOntvanger,
    Reden::GeenBeheerbericht,
    Reden::OntvangerGeenBetrokkene,
    Reden::OntvangerGeenDerde,
    Reden::ConvenantNogNiet,
    Reden::ConvenantGeeindigd,
    Reden::OverlegOnbekend,
];

/// How many elements pass.
fn open(case: &Geval, verdict: &Verdict) -> u32 {
    if verdict.is_blocked() {
        return 0;
    }
    let pairs = case.inventory().bijdragen.iter().zip(&verdict.masks);
    pairs.map(|(b, mask)| b.gegevens.and(*mask).len()).sum()
}

fn check(rules: &Rulebook, name: &str, case: &Geval, counted: &mut BTreeMap<&'static str, usize>) {
    let list = case.helps(rules);
    let before = open(case, &case.verdict);
    for hulp in &list {
        *counted.entry(hulp.slug()).or_default() += 1;
        lawful(rules, name, case, hulp);
    }
    if list.is_empty() {
        return;
    }
    if let Some(reden) = case.verdict.redenen().find(|r| NO_ANSWER.contains(r)) {
        // The sender may have stated the wrong phase, purpose or consultation: then no rule was found for that one.
        let restated = list
            .iter()
            .any(|h| matches!(h, Hulp::NoemFase(_) | Hulp::NoemDoel(_) | Hulp::NoemCasusoverleg(_)));
        assert!(restated, "{name}: help is offered against {}", reden.slug());
    }
    let reach = open(case, &case.would(rules, &list));
    assert!(reach > before, "{name}: what would help, does not: {list:?}");
    for left in 0..list.len() {
        let mut fewer = list.clone();
        fewer.remove(left);
        let with_fewer = open(case, &case.would(rules, &fewer));
        let goal = if case.verdict.is_blocked() { 1 } else { reach };
        assert!(with_fewer < goal, "{name}: {:?} is superfluous", list[left]);
    }
}

/// Never a party that could not take part, an element that no rule lets pass, or one off the list of 5.1.
fn lawful(rules: &Rulebook, name: &str, case: &Geval, hulp: &Hulp) {
    let covers = match hulp {
        Hulp::Toetreding(p) => {
            assert!(!matches!(p.taak, Taak::Derde | Taak::Betrokkene | Taak::Duo), "{name}");
            GegevenSet::EMPTY
        }
        Hulp::Deelname(p) => {
            let table = rules
                .overleggen()
                .iter()
                .find(|o| o.id == case.event.claim.casusoverleg);
            let sits = table.is_some_and(|o| {
                o.deelnemers.iter().any(|d| d.taak == p.taak)
                    || o.aanvragers.contains(&p.taak)
                    || o.uitkomst_naar.contains(&p.taak)
            });
            assert!(sits, "{name}: {p} has no place at the table");
            GegevenSet::EMPTY
        }
        Hulp::Toestemming { gegevens, .. } | Hulp::Vrijgave(gegevens) => *gegevens,
        _ => GegevenSet::EMPTY,
    };
    for id in covers.iter() {
        assert_ne!(rules.gegevens().get(id).unwrap().letter, '-', "{name}: off the list");
    }
}

#[test]
fn what_is_told_works_and_nothing_of_it_is_superfluous() {
    let rules = regels::load(None).unwrap();
    let validators = Validators::compile(&rules).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut dirs = Vec::new();
    find(&root, &mut dirs).unwrap();
    let mut counted = BTreeMap::new();
    let (mut blocked, mut helped) = (0, 0);
    let mut unanswered: BTreeSet<&str> = BTreeSet::new();
    for dir in &dirs {
        let file = given(&root, dir).unwrap();
        if file.has_own_rules() {
            continue;
        }
        let name = dir.strip_prefix(&root).unwrap().display().to_string();
        let scratch = &mut Scratch::default();
        let Ok(cases) = decide_all(
            &rules,
            &validators,
            &file.body,
            &file.feiten,
            file.dag,
            file.afzender_bewezen,
            scratch,
        ) else {
            continue;
        };
        for case in &cases {
            check(&rules, &name, case, &mut counted);
            if case.verdict.is_blocked() {
                blocked += 1;
                if case.helps(&rules).is_empty() {
                    unanswered.extend(case.verdict.redenen().map(Reden::slug));
                } else {
                    helped += 1;
                }
            }
        }
    }
    println!("{blocked} blocked, {helped} helped; {counted:?}; no answer: {unanswered:?}");
    assert!(helped * 3 > blocked, "{helped} of {blocked}");
    for word in [
        "toestemming-grondslag",
        "toestemming-doorbreking-geheim",
        "vrijgave",
        "akkoord",
        "informering",
    ] {
        assert!(counted.contains_key(word), "no case shows that {word} would help");
    }
}
