//! Experts of the school support team receive and give nothing before the lead in the case was given to a party of the case
//! (Bijlage 3, Team Schoolondersteuning; S:1042); the liaison team itself does not wait for it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "support/region.rs"]
mod region;

use sluis_rules::event::{Bericht, Kanaal};
use sluis_rules::facts::{Dossier, Feit};
use sluis_rules::gates::{Aanvraag, decide};
use sluis_rules::rulebook::Rulebook;
use sluis_rules::scan::{self, Caps, Scratch};
use sluis_rules::verdict::Reden;

const SCHOOL: &str = "00000099000000001000/school";
const SWV: &str = "00000099000000003000/samenwerkingsverband";
const JGZ: &str = "00000099000000004000/jgz";
const JEUGDHULP: &str = "00000099000000005000/jeugdhulpaanbieder";

fn rules() -> Rulebook {
    Rulebook::parse(&region::example()).expect("the example region")
}

/// Whether the lead is missing for a request from the school to `naar`, when `regierol` has the lead and `deelnemers`
/// take part.
fn waits(rules: &Rulebook, deelnemers: &[&str], regierol: Option<&str>, naar: &str) -> bool {
    waits_from(rules, deelnemers, regierol, SCHOOL, naar)
}

/// The same for another sender.
fn waits_from(rules: &Rulebook, deelnemers: &[&str], regierol: Option<&str>, van: &str, naar: &str) -> bool {
    let mut facts = vec![
        serde_json::json!({"soort":"casus","casus":"c","casusoverleg":"schoolondersteuning",
        "doelen":["a"],"vanaf":"2026-09-01"}),
    ];
    facts.extend(
        deelnemers
            .iter()
            .map(|p| serde_json::json!({"soort":"deelname","casus":"c","partij":p,"vanaf":"2026-09-01"})),
    );
    facts.extend(regierol.map(|p| serde_json::json!({"soort":"regierol","casus":"c","partij":p,"vanaf":"2026-10-01"})));
    let facts: Vec<Feit> = serde_json::from_value(facts.into()).unwrap();
    let dag = "2026-10-02".parse().unwrap();
    let dossier = Dossier::build(&facts, 1, "c", dag, rules.gegevens());
    let data = format!(
        r#"{{"bericht":"hulpvraag","versie":"1","kenmerk":"6624171b-6017-5200-8e7b-63978e6a1445","datum":"2026-10-02",
            "bijdragen":[{{"inbrenger":"{van}","beroepsgeheim":"geen","inhoud":{{}}}}]}}"#
    );
    let tree = rules.tree(Bericht::Hulpvraag);
    let inventory = scan::inventory(tree, data.as_bytes(), &Caps::default(), &mut Scratch::default()).unwrap();
    let vraag = Aanvraag {
        kanaal: Kanaal::Casusoverleg,
        casusoverleg: "schoolondersteuning",
        casus: "c",
        fase: "beoordeling",
        doel: "a",
        grondslag: None,
        afzender: van.parse().unwrap(),
        ontvanger: naar.parse().unwrap(),
        bericht: Bericht::Hulpvraag,
        afzender_bewezen: true,
    };
    let verdict = decide(rules, &dossier, &vraag, &inventory, dag);
    verdict.redenen().any(|r| r == Reden::RegierolNietToegewezen)
}

#[test]
fn an_expert_waits_until_somebody_of_the_case_has_the_lead() {
    let rules = rules();
    let all = [SCHOOL, SWV, JGZ, JEUGDHULP];
    assert!(waits(&rules, &all, None, JGZ));
    assert!(!waits(&rules, &all, Some(JGZ), JGZ));
    assert!(
        !waits(&rules, &all, Some(JEUGDHULP), JGZ),
        "another expert has the lead"
    );
    assert!(
        !waits(&rules, &all, Some(SWV), JGZ),
        "so may the SWV, whose advisers are experts too"
    );
    assert!(
        waits(&rules, &[SCHOOL, SWV, JGZ], Some(JEUGDHULP), JGZ),
        "named, but not of the case"
    );
}

#[test]
fn an_expert_gives_nothing_before_the_lead_either() {
    let rules = rules();
    let all = [SCHOOL, SWV, JGZ];
    assert!(waits_from(&rules, &all, None, JGZ, SCHOOL));
    assert!(!waits_from(&rules, &all, Some(JGZ), JGZ, SCHOOL));
}

#[test]
fn the_liaison_team_does_not_wait() {
    let rules = rules();
    assert!(!waits(&rules, &[SCHOOL, SWV], None, SWV));
}
