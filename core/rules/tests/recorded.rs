//! Recorded decisions made again: what other rules come to, counted without a value.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "support/region.rs"]
mod region;

use std::sync::OnceLock;

use jiff::civil::{Date, date};
use sluis_rules::event::{Bericht, Kanaal};
use sluis_rules::explain;
use sluis_rules::facts::{Dossier, Feit};
use sluis_rules::gates::{Aanvraag, decide};
use sluis_rules::gegeven::{Beroepsgeheim, GegevenSet};
use sluis_rules::ids::Partij;
use sluis_rules::journal::{Record, Stap};
use sluis_rules::recorded::{Besluit, BesluitError, Gevolg, Places, Telling, Vergelijker};
use sluis_rules::rulebook::{Rulebook, Sources};
use sluis_rules::scan::{BijdrageInventory, Inventory};

const DAY: Date = date(2026, 10, 12);
const SCHOOL: &str = "00000099000000001000/school";
const JGZ: &str = "00000099000000004000/jgz";
const SWV: &str = "00000099000000003000/samenwerkingsverband";
const LEERPLICHT: &str = "00000099000000002000/leerplicht";

/// Without the handovers: a test here takes a party out of a consultation that a handover leads to.
fn sources() -> Sources {
    let mut all = region::example();
    all.rules.retain(|s| !s.name.starts_with("overdracht/"));
    all
}

fn example() -> &'static Rulebook {
    static RULES: OnceLock<Rulebook> = OnceLock::new();
    RULES.get_or_init(|| Rulebook::parse(&sources()).expect("the example region"))
}

fn changed(file: &str, change: impl Fn(&str) -> String) -> Rulebook {
    let mut sources = sources();
    let source = sources.rules.iter_mut().find(|s| s.name == file).unwrap();
    let text = change(&source.text);
    assert_ne!(text, source.text, "the change must hit");
    source.text = text;
    Rulebook::parse(&sources).unwrap_or_else(|f| panic!("{f:?}"))
}

const TABLE: &str = "casusoverleg/thuiszitterstafel.toml";

fn facts() -> Vec<Feit> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases/feiten/beoordeling.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn dossier(rules: &Rulebook) -> Dossier {
    Dossier::build(&facts(), 10, "cas-7f3a", DAY, rules.gegevens())
}

fn line(naar: &str, fase: &str, gegevens: &[&str]) -> String {
    serde_json::json!({"kanaal":"casusoverleg","casusoverleg":"thuiszitterstafel","casus":"cas-7f3a","fase":fase,
        "doel":"a","van":SCHOOL,"naar":naar,"bericht":"hulpvraag","dag":"2026-10-12","feiten":10,
        "bijdragen":[{"inbrenger":SCHOOL,"beroepsgeheim":"geen","gegevens":gegevens}]})
    .to_string()
}

/// What other rules come to for these lines.
fn told(nieuw: &Rulebook, lines: &[String]) -> (Telling, serde_json::Value) {
    let v = Vergelijker::new(example(), nieuw);
    let mut telling = Telling::default();
    for (n, line) in (1..).zip(lines) {
        let besluit = Besluit::read(line.as_bytes(), n, example()).unwrap();
        telling.tel(&v, &besluit, &dossier(example()), &dossier(nieuw));
    }
    let groups = serde_json::to_value(telling.groepen(&v)).unwrap();
    (telling, groups)
}

const REQUEST: [&str; 4] = ["persoon.naam", "persoon.postcode", "hulpvraag.vraag", "persoon.religie"];

#[test]
fn the_same_rules_come_to_the_same() {
    let lines = [line(JGZ, "beoordeling", &REQUEST), line(LEERPLICHT, "intake", &REQUEST)];
    let (telling, groups) = told(example(), &lines);
    assert_eq!((telling.totaal(), telling.aantal(Gevolg::Gelijk)), (2, 2));
    assert!(!telling.is_changed() && groups.as_array().unwrap().is_empty());
}

#[test]
fn a_new_rule_makes_it_wider_and_the_way_back_narrower() {
    let block = "\n[[regel]]\nid = \"tzt-proef\"\nvan = [\"school\"]\nnaar = [\"jgz\"]\nfasen = [\"beoordeling\"]\n\
        doelen = [\"a\"]\ngegevens = [\"school.brin\"]\nactie = \"toestaan\"\nartikelen = [\"5.1.c\"]\nomdat = \"Proef.\"\n";
    let wider = changed(TABLE, |text| {
        let mut more = text.to_owned();
        region::append(&mut more, block);
        more
    });
    let mut asked = REQUEST.to_vec();
    asked.push("school.brin");
    let lines = [
        line(JGZ, "beoordeling", &asked),
        line(JGZ, "beoordeling", &asked),
        line(LEERPLICHT, "beoordeling", &asked),
    ];
    let (telling, groups) = told(&wider, &lines);
    assert_eq!((telling.aantal(Gevolg::Ruimer), telling.aantal(Gevolg::Gelijk)), (2, 1));
    let group = &groups[0];
    assert_eq!(group["gevolg"], "ruimer");
    assert_eq!((group["aantal"].as_u64(), group["eerste"].as_u64()), (Some(2), Some(1)));
    assert_eq!(group["gegevens"], serde_json::json!(["school.brin"]));
    assert_eq!(group["oud"], serde_json::json!(["element-niet-nodig"]));
    assert_eq!(group["nieuw"], serde_json::json!(["tzt-proef"]));
    // And back.
    let v = Vergelijker::new(&wider, example());
    let besluit = Besluit::read(lines[0].as_bytes(), 1, &wider).unwrap();
    let mut back = Telling::default();
    back.tel(&v, &besluit, &dossier(&wider), &dossier(example()));
    assert_eq!(back.aantal(Gevolg::Smaller), 1);
}

#[test]
fn less_precise_is_narrower_and_a_renamed_rule_only_another_reason() {
    let id = "id = \"tzt-naam-jgz\"";
    let renamed = changed(TABLE, |text| text.replace(id, "id = \"tzt-anders\""));
    let (telling, groups) = told(&renamed, &[line(JGZ, "beoordeling", &REQUEST)]);
    assert_eq!(telling.aantal(Gevolg::Onderbouwing), 1, "{groups}");
    assert_eq!(groups[0]["oud"], serde_json::json!(["tzt-naam-jgz"]));
    assert_eq!(groups[0]["nieuw"], serde_json::json!(["tzt-anders"]));
    let whole = changed(TABLE, |text| {
        text.replace("actie = \"generaliseren\"\nwijze = \"pc4\"", "actie = \"toestaan\"")
    });
    let (telling, groups) = told(&whole, &[line(SWV, "beoordeling", &REQUEST)]);
    assert_eq!(telling.aantal(Gevolg::Ruimer), 1, "{groups}");
    assert_eq!(groups[0]["gegevens"], serde_json::json!(["persoon.postcode"]));
    let v = Vergelijker::new(&whole, example());
    let besluit = Besluit::read(line(SWV, "beoordeling", &REQUEST).as_bytes(), 1, &whole).unwrap();
    let mut back = Telling::default();
    back.tel(&v, &besluit, &dossier(&whole), &dossier(example()));
    assert_eq!(back.aantal(Gevolg::Smaller), 1);
}

#[test]
fn a_participant_that_leaves_blocks_and_one_that_comes_passes() {
    let without = changed(TABLE, |text| {
        text.replace("[[deelnemer]]\ntaak = \"leerplicht\"", "[[deelnemer]]\ntaak = \"rmc\"")
    });
    let lines = [line(LEERPLICHT, "beoordeling", &REQUEST)];
    let (telling, groups) = told(&without, &lines);
    assert_eq!(telling.aantal(Gevolg::NieuwGeblokkeerd), 1, "{groups}");
    assert!(
        groups[0]["nieuw"]
            .as_array()
            .unwrap()
            .iter()
            .any(|r| r == "alleen-uitkomst"),
        "{groups}"
    );
    let v = Vergelijker::new(&without, example());
    let besluit = Besluit::read(lines[0].as_bytes(), 1, &without).unwrap();
    let mut back = Telling::default();
    back.tel(&v, &besluit, &dossier(&without), &dossier(example()));
    assert_eq!(back.aantal(Gevolg::NieuwDoorgelaten), 1);
}

#[test]
fn a_dictionary_in_another_order_changes_nothing() {
    let moved = changed("gegevens.toml", |text| {
        let (head, rest) = text.split_once("[[gegeven]]").unwrap();
        let (first, rest) = rest.split_once("[[gegeven]]").unwrap();
        let mut moved = format!("{head}[[gegeven]]{rest}");
        region::append(&mut moved, &format!("[[gegeven]]{first}"));
        moved
    });
    assert!(!Vergelijker::new(example(), &moved).same_dictionary());
    let lines: Vec<String> = [JGZ, LEERPLICHT].map(|naar| line(naar, "beoordeling", &REQUEST)).into();
    let (telling, groups) = told(&moved, &lines);
    assert_eq!(telling.aantal(Gevolg::Gelijk), 2, "{groups}");
}

#[test]
fn what_hides_another_element_is_told_apart() {
    let without = changed(TABLE, |text| {
        text.replace("\"persoon.woonplaats\"", "\"persoon.roepnaam\"")
    });
    let asked = line(
        SWV,
        "beoordeling",
        &[
            "persoon.naam",
            "persoon.woonplaats",
            "persoon.adres_geheim",
            "hulpvraag.vraag",
        ],
    );
    // Secret: it stays behind under both. Said not to be: it went, and would not.
    let (telling, groups) = told(&without, std::slice::from_ref(&asked));
    assert_eq!(telling.aantal(Gevolg::Smaller), 0, "{groups}");
    let open = asked.replacen('{', "{\"verbergt\":[],", 1);
    let (telling, groups) = told(&without, &[open]);
    assert_eq!(telling.aantal(Gevolg::Smaller), 1, "{groups}");
    assert_eq!(groups[0]["gegevens"], serde_json::json!(["persoon.woonplaats"]));
}

#[test]
fn counting_in_parts_is_counting_all() {
    let renamed = changed(TABLE, |text| {
        text.replace("id = \"tzt-naam-jgz\"", "id = \"tzt-anders\"")
    });
    let lines: Vec<String> = (0..6)
        .map(|n| line(if n % 2 == 0 { JGZ } else { LEERPLICHT }, "beoordeling", &REQUEST))
        .collect();
    let v = Vergelijker::new(example(), &renamed);
    let (whole, groups) = told(&renamed, &lines);
    let mut parts = Telling::default();
    for (n, line) in (1..).zip(&lines).collect::<Vec<_>>().into_iter().rev() {
        let mut one = Telling::default();
        let besluit = Besluit::read(line.as_bytes(), n, example()).unwrap();
        one.tel(&v, &besluit, &dossier(example()), &dossier(&renamed));
        parts.add(one);
    }
    assert_eq!(parts.totaal(), whole.totaal());
    assert_eq!(serde_json::to_value(parts.groepen(&v)).unwrap(), groups);
}

#[test]
fn a_line_that_is_no_decision_is_told_by_its_place() {
    let good = line(JGZ, "beoordeling", &REQUEST);
    for bad in [
        good.replace("\"fase\"", "\"Jansen\""),
        good.replace("hulpvraag\",\"", "brief\",\""),
        good.replace(SCHOOL, "Jansen"),
        "{".to_owned(),
        "[]".to_owned(),
    ] {
        let error = Besluit::read(bad.as_bytes(), 7, example()).unwrap_err();
        assert!(matches!(error, BesluitError::Unreadable(_)));
        assert!(!error.to_string().contains("Jansen"));
    }
    let unknown = good.replace("persoon.religie", "persoon.jansen");
    let error = Besluit::read(unknown.as_bytes(), 7, example()).unwrap_err();
    assert_eq!(error, BesluitError::Element(1));
}

/// The record that the journal would hold of a request from the school to jgz.
fn record(places: &[&str], beroepsgeheim: Beroepsgeheim, inbrenger: &str) -> Record {
    let rules = example();
    let (afzender, ontvanger): (Partij, Partij) = (SCHOOL.parse().unwrap(), JGZ.parse().unwrap());
    let tree = rules.tree(Bericht::Hulpvraag);
    let of = |names: &[&str]| -> Vec<_> {
        tree.leaves()
            .filter(|n| {
                tree.gegeven_of(*n)
                    .is_some_and(|id| names.contains(&rules.gegevens().name(id)))
            })
            .collect()
    };
    let inventory = Inventory {
        bijdragen: vec![
            BijdrageInventory::of_places(tree, afzender, Beroepsgeheim::Geen, &of(places)),
            BijdrageInventory::of_places(
                tree,
                inbrenger.parse().unwrap(),
                beroepsgeheim,
                &of(&["hulpvraag.aanleiding"]),
            ),
        ],
        gaps: Vec::new(),
        gap_count: 0,
        raised: GegevenSet::EMPTY,
    };
    let vraag = Aanvraag {
        kanaal: Kanaal::Casusoverleg,
        casusoverleg: "thuiszitterstafel",
        casus: "cas-7f3a",
        fase: "beoordeling",
        doel: "a",
        grondslag: None,
        afzender,
        ontvanger,
        bericht: Bericht::Hulpvraag,
        afzender_bewezen: true,
    };
    let verdict = decide(rules, &dossier(rules), &vraag, &inventory, DAY);
    Record {
        versie: 1,
        nummer: 42,
        tijd_ms: 0,
        stap: Stap::Besluit,
        effect: "e".into(),
        trace_id: String::new(),
        span_id: String::new(),
        verwerking: String::new(),
        inhoud: explain::inhoud(rules, &verdict, &vraag, &inventory),
        vorige: String::new(),
    }
}

fn again(record: &Record) -> Telling {
    let places = Places::of(example());
    let v = Vergelijker::new(example(), example());
    let mut telling = Telling::default();
    if let Some(besluit) = Besluit::of_record(record, DAY, example(), &places) {
        assert_eq!((besluit.nummer, besluit.feiten), (42, Some(10)));
        telling.tel(&v, &besluit, &dossier(example()), &dossier(example()));
    }
    telling
}

#[test]
fn a_record_of_the_journal_is_made_again() {
    let plain = record(&REQUEST, Beroepsgeheim::Geen, SCHOOL);
    assert_eq!(plain.inhoud.uitkomst, "geminimaliseerd");
    assert_eq!(again(&plain).aantal(Gevolg::Gelijk), 1);
    // Another's, without accord, and a secret: the reasons tell.
    for other in [
        record(&REQUEST, Beroepsgeheim::Geen, LEERPLICHT),
        record(&REQUEST, Beroepsgeheim::Wgbo, SCHOOL),
    ] {
        assert_eq!(again(&other).aantal(Gevolg::Gelijk), 1, "{:?}", other.inhoud.paden);
    }
    let mut step = plain.clone();
    step.stap = Stap::Vertrek;
    assert_eq!(again(&step).totaal(), 0);
}

#[test]
fn a_record_that_does_not_lead_to_its_decision_proves_nothing() {
    let mut other = record(&REQUEST, Beroepsgeheim::Geen, SCHOOL);
    let passed = other
        .inhoud
        .paden
        .iter()
        .position(|g| g.actie == "doorgelaten")
        .unwrap();
    other.inhoud.paden[passed].actie = "weggelaten".into();
    let telling = again(&other);
    assert_eq!(telling.aantal(Gevolg::NietNaTeRekenen), 1);
    assert!(!telling.is_changed());
    // Under another rulebook it proves nothing either way, and that is counted.
    other.inhoud.regelboek = "0".repeat(64);
    let telling = again(&other);
    assert_eq!((telling.aantal(Gevolg::Gelijk), telling.ander_regelboek()), (1, 1));
    // Blocked, without its content: as if it held everything.
    let mut blocked = record(&[], Beroepsgeheim::Geen, SCHOOL);
    blocked.inhoud.paden.clear();
    blocked.inhoud.uitkomst = "geblokkeerd".into();
    blocked.inhoud.redenen = vec!["casus-gesloten".into()];
    assert_eq!(again(&blocked).aantal(Gevolg::NietNaTeRekenen), 1);
}
