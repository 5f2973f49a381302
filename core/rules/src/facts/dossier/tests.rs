//! The stand of a case on a day: what counts, from when, and what replaces what.

use super::*;

fn facts(json: &str) -> Vec<Feit> {
    serde_json::from_str(json).unwrap()
}

const CASE: &str = r#"{"soort":"casus","casus":"c","casusoverleg":"t","doelen":["a"],"vanaf":"2026-01-01"}"#;

fn on(json: &str, dag: &str) -> CasusStand {
    Dossier::build(&facts(json), 1, "c", dag.parse().unwrap(), &Gegevens::default())
        .casus
        .unwrap()
}

#[test]
fn a_withdrawal_works_whatever_the_order() {
    let consent = r#"{"soort":"toestemming","id":"t1","casus":"c","kind":"grondslag",
        "verstrekker":"00000099000000001000/school","gegevens":[],"doelen":["a"],"schriftelijk_op":"2026-01-01"}"#;
    let withdrawn = r#"{"soort":"intrekking","toestemming":"t1","casus":"c","op":"2026-02-01"}"#;
    for list in [
        format!("[{CASE},{consent},{withdrawn}]"),
        format!("[{withdrawn},{CASE},{consent}]"),
    ] {
        let before = on(&list, "2026-01-31").toestemmingen.first().unwrap().stand;
        let after = on(&list, "2026-02-01").toestemmingen.first().unwrap().stand;
        assert_eq!(
            (before, after),
            (ToestemmingGeldig::Aanwezig, ToestemmingGeldig::Ingetrokken)
        );
    }
}

#[test]
fn a_second_phase_needs_a_reassessment() {
    let list = format!(
        r#"[{CASE},{{"soort":"fase","casus":"c","fase":"intake","vanaf":"2026-01-01"}},
            {{"soort":"fase","casus":"c","fase":"beoordeling","vanaf":"2026-02-01"}}]"#
    );
    assert!(on(&list, "2026-01-15").herbeoordeeld);
    assert!(!on(&list, "2026-02-15").herbeoordeeld);
    assert_eq!(on(&list, "2026-02-15").fase.unwrap(), "beoordeling");
}

#[test]
fn unknown_fields_of_a_fact_are_refused() {
    let wrong = r#"[{"soort":"casus","casus":"c","casusoverleg":"t","doelen":[],"vanaf":"2026-01-01","x":1}]"#;
    assert!(serde_json::from_str::<Vec<Feit>>(wrong).is_err());
}

#[test]
fn a_closure_recorded_before_its_case_still_closes_it() {
    let list = format!(
        r#"[{{"soort":"sluiting","casus":"c","op":"2026-01-05","reden":"verhuisd"}},
            {{"soort":"fase","casus":"c","fase":"intake","vanaf":"2026-01-01"}},{CASE}]"#
    );
    assert_eq!(on(&list, "2026-01-05").gesloten, Some(Sluitreden::Verhuisd));
    assert_eq!(on(&list, "2026-01-05").fase.unwrap(), "intake");
    assert_eq!(on(&list, "2026-01-04").gesloten, None);
}

#[test]
fn the_lead_goes_to_who_was_named_last_by_day() {
    let lead = |taak: &str, day: &str| {
        format!(r#"{{"soort":"regierol","casus":"c","partij":"00000099000000004000/{taak}","vanaf":"{day}"}}"#)
    };
    let list = format!("[{CASE},{},{}]", lead("jeugd", "2026-03-01"), lead("jgz", "2026-02-01"));
    let taak = |day: &str| on(&list, day).regierol.map(|p| p.taak);
    assert_eq!(taak("2026-01-31"), None);
    assert_eq!(taak("2026-02-01"), Some(crate::ids::Taak::Jgz));
    assert_eq!(taak("2026-03-01"), Some(crate::ids::Taak::Jeugd));
}

#[test]
fn what_was_recorded_late_does_not_undo_what_came_after() {
    let phases = format!(
        r#"[{CASE},{{"soort":"fase","casus":"c","fase":"beoordeling","vanaf":"2026-02-01"}},
            {{"soort":"fase","casus":"c","fase":"intake","vanaf":"2026-01-01"}}]"#
    );
    let stand = on(&phases, "2026-02-15");
    assert_eq!(
        (stand.fase.as_deref(), stand.herbeoordeeld),
        (Some("beoordeling"), false)
    );
    let purposes = r#"[{"soort":"casus","casus":"c","casusoverleg":"t","doelen":["c"],"vanaf":"2026-02-01"},
        {"soort":"casus","casus":"c","casusoverleg":"t","doelen":["a"],"vanaf":"2026-01-01"}]"#;
    let stand = on(purposes, "2026-02-15");
    assert_eq!((stand.doelen, stand.herbeoordeeld), (vec!["c".to_owned()], false));
}

#[test]
fn only_a_party_of_the_case_informs() {
    let list = |door: &str| {
        format!(
            r#"[{CASE},{{"soort":"deelname","casus":"c","partij":"00000099000000001000/school","vanaf":"2026-01-01"}},
            {{"soort":"informering","casus":"c","door":"{door}","op":"2026-01-01","wijze":"gesprek","bekend_bij_deelnemers":true}}]"#
        )
    };
    assert_eq!(
        on(&list("00000099000000001000/school"), "2026-01-02").geinformeerd,
        Geinformeerd::Ja
    );
    assert_eq!(
        on(&list("00000099000000009000/derde"), "2026-01-02").geinformeerd,
        Geinformeerd::Nee
    );
}

#[test]
fn taking_part_ends() {
    let list = format!(
        r#"[{CASE},{{"soort":"deelname","casus":"c","partij":"00000099000000001000/school","vanaf":"2026-01-01"}},
            {{"soort":"deelname","casus":"c","partij":"00000099000000001000/school","vanaf":"2026-01-01","tot":"2026-03-01"}}]"#
    );
    assert_eq!(on(&list, "2026-03-01").deelnemers.len(), 1);
    assert_eq!(on(&list, "2026-03-02").deelnemers.len(), 0);
}

#[test]
fn a_recorded_necessity_ends_with_its_phase_its_last_day_or_a_later_record() {
    let phase = |fase: &str, day: &str| format!(r#"{{"soort":"fase","casus":"c","fase":"{fase}","vanaf":"{day}"}}"#);
    let need = |day: &str, tot: &str| {
        format!(
            r#"{{"soort":"noodzaak","casus":"c","gegevens":[],"ontvanger":"00000099000000004000/jgz","doel":"a",
            "door":"00000099000000001000/school","reden":"afstemming","op":"{day}"{tot}}}"#
        )
    };
    let list = format!(
        "[{CASE},{},{},{}]",
        phase("intake", "2026-01-01"),
        need("2026-01-05", r#","tot":"2026-03-31""#),
        phase("beoordeling", "2026-02-01"),
    );
    let count = |list: &str, day: &str| on(list, day).noodzaken.len();
    assert_eq!([count(&list, "2026-01-04"), count(&list, "2026-01-05")], [0, 1]);
    assert_eq!(count(&list, "2026-02-01"), 0, "judged anew in the next phase");
    let list = format!("[{CASE},{}]", need("2026-01-05", r#","tot":"2026-03-31""#));
    assert_eq!([count(&list, "2026-03-31"), count(&list, "2026-04-01")], [1, 0]);
}

#[test]
fn a_consent_without_names_is_for_who_took_part_when_it_was_signed() {
    let (early, late, gone) = (
        "00000099000000002000/leerplicht",
        "00000099000000004000/jgz",
        "00000099000000002000/jeugd",
    );
    let part = |p: &str, from: &str, to: &str| {
        format!(r#"{{"soort":"deelname","casus":"c","partij":"{p}","vanaf":"{from}"{to}}}"#)
    };
    let consent = |to: &str| {
        format!(
            r#"{{"soort":"toestemming","id":"t1","casus":"c","kind":"grondslag","verstrekker":"00000099000000001000/school",
            "gegevens":[],"doelen":["a"],"ontvangers":[{to}],"schriftelijk_op":"2026-02-01"}}"#
        )
    };
    let list = |to: &str| {
        format!(
            "[{CASE},{},{},{},{}]",
            consent(to),
            part(early, "2026-02-01", ""),
            part(late, "2026-02-02", ""),
            part(gone, "2026-01-01", r#","tot":"2026-01-31""#),
        )
    };
    let covered = |json: &str| {
        let stand = on(json, "2026-03-01").toestemmingen.remove(0);
        (
            stand.ontvangers.iter().map(ToString::to_string).collect::<Vec<_>>(),
            stand.bij_naam,
        )
    };
    assert_eq!(covered(&list("")), (vec![early.to_owned()], false));
    assert_eq!(covered(&list(&format!("\"{late}\""))), (vec![late.to_owned()], true));
    let stand = on(&list(""), "2026-03-01");
    assert_eq!(stand.vertrokken.len(), 1);
}
