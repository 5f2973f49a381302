//! What a file of handovers must not say (5.7), and what a recorded decision is worth.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "support/region.rs"]
mod region;

use sluis_rules::event::Bericht;
use sluis_rules::facts::{CasusStand, Dossier, Feit};
use sluis_rules::gegeven::Gegevens;
use sluis_rules::ids::Taak;
use sluis_rules::rulebook::{Rulebook, Source};

use region::example;

const FILE: &str = "overdracht/vot-schoolondersteuning.toml";

/// What is said after one change; the change must hit.
fn said(old: &str, new: &str) -> Vec<String> {
    let mut sources = example();
    let file = sources.rules.iter_mut().find(|s| s.name == FILE).unwrap();
    assert!(file.text.contains(old), "the change must hit: {old}");
    file.text = file.text.replacen(old, new, 1);
    let findings = Rulebook::parse(&sources).err().unwrap_or_default();
    assert!(findings.iter().all(|f| f.file == FILE), "{findings:?}");
    findings.into_iter().map(|f| f.message).collect()
}

#[test]
fn a_handover_that_cannot_be_is_refused() {
    for (old, new, part) in [
        (
            "naar_overleg = \"schoolondersteuning\"",
            "naar_overleg = \"schoolondersteunnig\"",
            "bestaat niet",
        ),
        (
            "naar_overleg = \"schoolondersteuning\"",
            "naar_overleg = \"vot\"",
            "tweemaal hetzelfde overleg",
        ),
        (
            "id = \"vot-schoolondersteuning\"",
            "id = \"vot-school\"",
            "de naam van de overdracht",
        ),
        ("id = \"ovd-vot-so-wie\"", "id = \"vot-overdracht-wie\"", "bestaat al"),
        (
            "van = [\"kinderopvang\"]",
            "van = [\"leerplicht\"]",
            "het overleg dat overdraagt",
        ),
        (
            "naar = [\"school\"]",
            "naar = [\"leerplicht\"]",
            "zit niet aan tafel bij het overleg dat ontvangt",
        ),
        ("fasen = [\"evaluatie\"]", "fasen = [\"afsluiting\"]", "geen fase"),
        ("doelen = [\"a\"]", "doelen = [\"d\"]", "dient het doel"),
        ("\"persoon.roepnaam\"", "\"persoon.bsn\"", "voetnoot 45"),
        ("\"persoon.roepnaam\"", "\"persoon.religie\"", "5.1"),
        ("\"persoon.roepnaam\"", "\"persoon.roepnam\"", "woordenboek"),
        ("\n[[regel]]", "\nfasen = [\"evaluatie\"]\n\n[[regel]]", "fasen"),
    ] {
        let said = said(old, new);
        assert!(said.iter().any(|m| m.contains(part)), "{new}: {said:?}");
    }
}

#[test]
fn a_second_file_between_the_same_tables_is_refused() {
    let mut sources = example();
    let text = &sources.rules.iter().find(|s| s.name == FILE).unwrap().text;
    let text = text
        .replace("vot-so-", "vot-so-nog-")
        .replace("id = \"vot-school", "id = \"nog-school");
    sources.rules.push(Source {
        name: "overdracht/nog-schoolondersteuning.toml".to_owned(),
        text,
    });
    let findings = Rulebook::parse(&sources).unwrap_err();
    assert_eq!(findings.len(), 1, "{findings:?}");
}

#[test]
fn what_neither_table_gives_the_handover_gives_only_between_its_tables() {
    let rules = Rulebook::parse(&example()).unwrap();
    let plan =
        |tables, fase| rules.overdracht_plan(tables, fase, "a", Taak::Kinderopvang, Taak::School, Bericht::Hulpvraag);
    assert!(plan(("vot", "schoolondersteuning"), "evaluatie").is_some());
    assert!(plan(("schoolondersteuning", "vot"), "evaluatie").is_none());
    assert!(plan(("vot", "thuiszitterstafel"), "evaluatie").is_none());
    assert!(plan(("vot", "schoolondersteuning"), "plan").is_none());
    let table = rules.plan(
        "schoolondersteuning",
        "evaluatie",
        "a",
        Taak::Kinderopvang,
        Taak::School,
        Bericht::Hulpvraag,
    );
    assert!(
        table.is_none(),
        "the rules of a handover are no rules of its second table"
    );
}

fn stand(facts: &str, dag: &str) -> CasusStand {
    let facts: Vec<Feit> = serde_json::from_str(facts).unwrap();
    Dossier::build(&facts, 1, "c", dag.parse().unwrap(), &Gegevens::default())
        .casus
        .unwrap()
}

#[test]
fn a_decision_works_from_its_day_to_its_last_and_only_for_the_table_of_the_case() {
    const K: &str = "00000099000000006000/kinderopvang";
    let case = |table: &str, from: &str| {
        format!(r#"{{"soort":"casus","casus":"c","casusoverleg":"{table}","doelen":["a"],"vanaf":"{from}"}}"#)
    };
    let linked = format!(r#"{{"soort":"deelname","casus":"c","partij":"{K}","vanaf":"2026-01-01"}}"#);
    let decided = |door: &str, to: &str, op: &str, tot: &str| {
        format!(
            r#"{{"soort":"overdracht","casus":"c","van_overleg":"vot","naar_overleg":"schoolondersteuning",
            "ontvangers":["{to}"],"op":"{op}"{tot},"besluit_door":"{door}"}}"#
        )
    };
    let (one, two) = ("00000099000000001000/school", "00000099000000001100/school");
    let facts = format!(
        "[{},{linked},{},{},{}]",
        case("vot", "2026-01-01"),
        decided(K, one, "2026-02-01", ""),
        decided(K, two, "2026-03-01", r#","tot":"2026-03-31""#),
        case("loket-voorschool", "2026-03-20"),
    );
    let to = |dag: &str| -> Vec<String> {
        let stand = stand(&facts, dag);
        stand
            .overdrachten
            .iter()
            .flat_map(|o| &o.ontvangers)
            .map(ToString::to_string)
            .collect()
    };
    assert!(to("2026-01-31").is_empty());
    assert_eq!(to("2026-02-01"), [one]);
    assert_eq!(to("2026-03-01"), [two], "the later decision replaces the earlier");
    assert!(to("2026-03-20").is_empty(), "the case is at another table by now");
    let outsider = format!("[{},{}]", case("vot", "2026-01-01"), decided(K, one, "2026-02-01", ""));
    assert!(stand(&outsider, "2026-02-01").overdrachten.is_empty());
    let facts = facts.replace("2026-03-20", "2027-03-20");
    assert!(stand(&facts, "2026-04-01").overdrachten.is_empty(), "and it ends");
}
