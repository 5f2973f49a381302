//! From a bundle to an event and a canonical message; and what is refused or left behind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use serde_json::{Value, json};
use sluis_jeugdhulp::{Refusal, Translated};
use sluis_rules::event::{Bericht, Kanaal};
use support::{PROVIDER, fixture, rules, translator};

fn translate(bundle: &Value) -> Result<Translated, Refusal> {
    translator().translate(bundle.to_string().as_bytes(), Some("b-0001"))
}

fn canonical(done: &Translated) -> Value {
    serde_json::from_slice(&done.data).unwrap()
}

/// The fixture with one more resource about the patient.
fn with(resource: Value) -> Value {
    let mut bundle = fixture();
    bundle["entry"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "resource": resource }));
    bundle
}

fn condition() -> Value {
    json!({ "resourceType": "Condition", "subject": { "reference": "Patient/p1" },
        "code": { "coding": [{ "system": "http://hl7.org/fhir/sid/icd-10", "code": "F99", "display": "verborgen" }] } })
}

#[test]
fn a_bundle_becomes_a_message_under_secrecy_that_fits_the_canonical_schema() {
    let done = translate(&fixture()).unwrap();
    let claim = &done.event.claim;
    assert_eq!(
        (claim.kanaal, claim.casus.as_str(), claim.fase.as_str()),
        (Kanaal::Casusoverleg, "cas-ehr-1", "plan")
    );
    let data = canonical(&done);
    let schema = sluis_stations::Schema::compile(rules().schema_text(Bericht::Hulpvraag)).unwrap();
    assert_eq!(schema.faults(&data), []);
    let part = &data["bijdragen"][0];
    assert_eq!(
        (part["inbrenger"].as_str(), part["beroepsgeheim"].as_str()),
        (Some(PROVIDER), Some("jeugdwet"))
    );
    let inhoud = &part["inhoud"];
    assert_eq!(inhoud["persoon"]["bsn"], "999990342");
    assert_eq!(
        inhoud["hulpvraag"],
        json!({ "vraag": "jeugdhulp-organiseren", "urgentie": "hoog" })
    );
    assert_eq!(
        inhoud["gezondheid"]["behandelingen"],
        json!([{ "soort": "psychologisch", "begin": "2026-09-08" }])
    );
    assert_eq!(
        inhoud["gezondheid"]["contacten"],
        json!([{ "soort": "op-locatie", "begin": "2026-10-01" }])
    );
    assert_eq!(inhoud["gezondheid"]["diagnoses"][0]["stelsel"], "ICD-10");
    assert_eq!(inhoud["interventies"]["gemeente"][0]["stand"], "loopt");
    assert!(
        done.weg.is_leeg() && done.gaps.is_empty(),
        "{} {:?}",
        done.weg,
        done.gaps
    );
    let [lezing] = done.toestemmingen.as_slice() else {
        panic!("one consent")
    };
    let t = lezing.geldt.as_ref().unwrap();
    assert_eq!((t.door.len(), t.ontvangers.len(), t.gegevens.len()), (2, 1, 4));
    assert!(lezing.is_van(&t.id));
    // No attribute says anything of the person, and the same bytes are the same event.
    let shown = serde_json::to_string(&done.event).unwrap();
    assert!(!shown.contains("Nepland") && !shown.contains("999990342") && !shown.contains("b-0001"));
    assert_eq!(done.event, translate(&fixture()).unwrap().event);
}

#[test]
fn what_hides_something_stays_behind_and_the_rest_goes_on() {
    let change = |change: &dyn Fn(&mut Value)| {
        let mut one = condition();
        change(&mut one);
        one
    };
    let reference = |to: &'static str| move |c: &mut Value| c["subject"] = json!({ "reference": to });
    for (reden, resource) in [
        ("andere-patient", change(&reference("Patient/p2"))),
        (
            "andere-patient",
            change(&reference("https://elders.example/fhir/Patient/p1")),
        ),
        (
            "andere-patient",
            change(&|c| c["evidence"] = json!([{ "detail": [{ "reference": "Patient/p2" }] }])),
        ),
        (
            "andere-patient",
            change(&|c| {
                c["asserter"] =
                    json!({ "identifier": { "system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": "999900006" } });
            }),
        ),
        (
            "niet-over-de-patient",
            change(&|c| c["subject"] = json!({ "reference": "Group/1" })),
        ),
        ("niet-over-de-patient", change(&|c| c["subject"] = Value::Null)),
        (
            "andere-betekenis",
            change(&|c| c["modifierExtension"] = json!([{ "url": "https://x.example", "valueBoolean": true }])),
        ),
        (
            "andere-betekenis",
            change(&|c| c["stage"] = json!([{ "modifierExtension": [] }])),
        ),
        (
            "andere-betekenis",
            change(&|c| c["implicitRules"] = json!("https://x.example")),
        ),
        (
            "vervallen",
            change(&|c| c["verificationStatus"] = json!({ "coding": [{ "code": "refuted" }] })),
        ),
        ("geen-plaats", json!({ "resourceType": "MedicationRequest" })),
        (
            "bijlage-ander-type",
            json!({ "resourceType": "DocumentReference", "status": "current", "subject": { "reference": "Patient/p1" },
            "content": [{ "attachment": { "contentType": "application/pdf", "data": "UEsDBA==" } }] }),
        ),
    ] {
        let done = translate(&with(resource)).unwrap_or_else(|e| panic!("{reden}: {e}"));
        assert_eq!(done.weg.van(reden), 1, "{reden}: {}", done.weg);
        assert_eq!(done.data, translate(&fixture()).unwrap().data, "{reden}");
    }
    // Parts of a resource: they stay behind, and the resource goes on.
    for (reden, key, value) in [
        (
            "extensie",
            "extension",
            json!([{ "url": "https://x.example", "valueString": "verborgen-in" }]),
        ),
        (
            "extensie",
            "_recordedDate",
            json!({ "extension": [{ "url": "https://x.example", "valueString": "verborgen-in" }] }),
        ),
        (
            "ingesloten-middel",
            "contained",
            json!([{ "resourceType": "Patient", "name": [{ "family": "verborgen-in" }] }]),
        ),
        (
            "verteltekst",
            "text",
            json!({ "status": "generated", "div": "<div>verborgen-in</div>" }),
        ),
    ] {
        let done = translate(&with(change(&|c| c[key] = value.clone()))).unwrap();
        assert_eq!(done.weg.van(reden), 1, "{reden}: {}", done.weg);
        let data = canonical(&done);
        assert_eq!(
            data["bijdragen"][0]["inhoud"]["gezondheid"]["diagnoses"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
        assert!(!data.to_string().contains("verborgen-in"));
    }
    // A value that the schema does not know takes only its own resource along.
    let plan = json!({ "resourceType": "CarePlan", "subject": { "reference": "Patient/p1" },
        "category": [{ "coding": [{ "system": "https://sluis.example/fhir/CodeSystem/behandeling", "code": "handoplegging" }] }] });
    let done = translate(&with(plan)).unwrap();
    assert_eq!(
        (done.weg.van("past-niet-in-schema"), &done.data),
        (1, &translate(&fixture()).unwrap().data)
    );
}

#[test]
fn what_is_no_bundle_about_one_patient_is_refused_without_a_value() {
    let two = with(json!({ "resourceType": "Patient", "id": "p2" }));
    let task = fixture()["entry"][1]["resource"].clone();
    let mut turned = fixture();
    turned["entry"][0]["resource"]["modifierExtension"] = json!([]);
    let mut nobody = fixture();
    nobody["entry"].as_array_mut().unwrap().remove(0);
    let mut untold = fixture();
    untold["entry"].as_array_mut().unwrap().remove(1);
    let mut case = fixture();
    case["entry"][1]["resource"]["groupIdentifier"]["value"] = json!("999990342");
    let mut other = fixture();
    other["id"] = json!("b-0002");
    for (slug, bundle) in [
        ("bundel-ongeldig", two),
        ("bundel-ongeldig", with(task)),
        ("bundel-ongeldig", turned),
        ("bundel-ongeldig", nobody),
        (
            "bundel-ongeldig",
            json!({ "resourceType": "Bundle", "type": "transaction", "id": "b-0001" }),
        ),
        ("bestemming-onvolledig", untold),
        ("casusnummer-onbekend", case),
        ("ander-bericht-dan-gevraagd", other),
    ] {
        let refused = translate(&bundle).unwrap_err();
        assert_eq!(refused.slug(), slug);
        assert!(!refused.to_string().contains("9999") && !refused.to_string().contains("Nepland"));
    }
    assert_eq!(
        translator().translate(b"\xff\xfe{", None).unwrap_err().slug(),
        "geen-utf8"
    );
    let many: Vec<Value> = (0..201).map(|_| json!({ "resource": condition() })).collect();
    let mut large = fixture();
    large["entry"].as_array_mut().unwrap().extend(many);
    assert_eq!(translate(&large).unwrap_err().slug(), "bundel-ongeldig");
}

#[test]
fn a_consent_that_is_not_wholly_understood_opens_nothing() {
    let read = |change: &dyn Fn(&mut Value)| {
        let mut bundle = fixture();
        change(
            bundle["entry"]
                .as_array_mut()
                .unwrap()
                .last_mut()
                .unwrap()
                .get_mut("resource")
                .unwrap(),
        );
        translate(&bundle).unwrap().toestemmingen
    };
    let plain = read(&|_| {});
    let narrowing: [&dyn Fn(&mut Value); 9] = [
        &|c| c["provision"]["provision"] = json!([{ "type": "deny" }]),
        &|c| c["provision"]["dataPeriod"] = json!({ "start": "2026-01-01" }),
        &|c| c["provision"]["securityLabel"] = json!([{ "code": "R" }]),
        &|c| c["provision"]["type"] = json!("deny"),
        &|c| c["provision"]["actor"] = json!([]),
        &|c| c["provision"]["purpose"][0]["system"] = json!("https://elders.example"),
        &|c| c["provision"]["code"][0]["coding"][0]["system"] = json!("https://elders.example"),
        &|c| c["verification"][0]["verified"] = json!(false),
        &|c| c["category"][0]["coding"][0]["code"] = json!("grondslag"),
    ];
    for (n, change) in narrowing.iter().enumerate() {
        let [lezing] = read(*change).try_into().unwrap_or_else(|_| panic!("{n}"));
        assert!(lezing.geldt.is_none(), "{n}");
        // What was understood before is closed.
        assert_eq!(lezing.stam, plain[0].stam);
    }
    for status in ["inactive", "rejected", "entered-in-error"] {
        let [lezing] = read(&|c| c["status"] = json!(status)).try_into().unwrap();
        assert!(lezing.geldt.is_none(), "{status}");
    }
    assert!(read(&|c| c["status"] = json!("draft")).is_empty());
    assert!(read(&|c| c["modifierExtension"] = json!([])).is_empty());
    assert!(read(&|c| c["patient"]["reference"] = json!("Patient/p2")).is_empty());
    // Another content is another consent, of the same source.
    let less = read(&|c| {
        c["provision"]["code"].as_array_mut().unwrap().pop();
    });
    let (less, plain) = (less[0].geldt.as_ref().unwrap(), &plain[0]);
    assert!(plain.is_van(&less.id) && less.id != plain.geldt.as_ref().unwrap().id);
}
