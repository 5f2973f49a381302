//! What leaves: by the minimiser's type only, its leaves within the plan and declared constants; and what an answer means.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use std::collections::BTreeSet;

use serde_json::Value;
use sluis_jeugdhulp::{Config, FhirTarget, Reach, tables};
use sluis_rules::event::Bericht;
use sluis_rules::gegeven::{Actie, GegevenSet};
use sluis_rules::minimise::{Plan, minimise};
use sluis_rules::scan::{Caps, Scratch};
use sluis_simulators::{Behaviour, Fault, FaultRule, Moment, jeugdhulp};
use sluis_stations::ports::{Asked, EffectId, Sent, Target};
use support::{fixture, rules, translator};

fn leaves(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.values().for_each(|below| leaves(below, into)),
        Value::Array(items) => items.iter().for_each(|below| leaves(below, into)),
        Value::String(text) => into.push(text.clone()),
        other => into.push(other.to_string()),
    }
}

fn target(url: &str, idempotent: bool) -> FhirTarget {
    let config = Config {
        reach: Reach::Loopback,
        idempotent,
        timeout: std::time::Duration::from_millis(600),
        ..Config::new("fhir", format!("{url}/fhir"), "jeugdhulp-proeftoken")
    };
    FhirTarget::new(&config, rules().tree(Bericht::Hulpvraag)).unwrap()
}

#[tokio::test]
async fn the_wire_holds_what_may_leave_and_declared_constants() {
    let system = jeugdhulp::start(jeugdhulp::Config::default()).unwrap();
    let target = target(&system.url(), true);
    let data = translator()
        .translate(fixture().to_string().as_bytes(), None)
        .unwrap()
        .data;
    let tree = rules().tree(Bericht::Hulpvraag);
    let day = jiff::civil::date(2026, 11, 23);
    let dictionary = rules().gegevens();
    let constants: BTreeSet<&str> = include_str!("../mapping/vorm.toml").split('"').collect();
    // Everything; and only who, what is asked, and that there is help.
    for (n, few) in [(1, false), (2, true)] {
        let open = |name: &str| !few || name.starts_with("persoon.naam") || name.starts_with("hulpvraag.");
        let plan = Plan::new(tree, |id| {
            let name = dictionary
                .iter()
                .find(|(g, _)| *g == id)
                .map_or("", |(_, g)| g.id.as_str());
            if open(name) { Actie::Permit } else { Actie::Drop }
        });
        let mut scratch = Scratch::default();
        let made = minimise(&plan, &[GegevenSet::ALL], day, &data, &Caps::default(), &mut scratch).unwrap();
        let mut may = Vec::new();
        made.seal_with(|bytes| leaves(&serde_json::from_slice(bytes).unwrap(), &mut may));
        let out = target.encode(&made, &plan, &[GegevenSet::ALL], day).unwrap();
        let effect = EffectId(format!("{n:064x}"));
        assert_eq!(target.send(&effect, "", &out).await, Sent::Delivered);
        assert_eq!(target.ask(&effect).await, Asked::Has);
        let taken = system.taken();
        let (_, bodies) = taken.iter().find(|(id, _)| id.ends_with(effect.as_str())).unwrap();
        let mut wire = Vec::new();
        leaves(&bodies[0], &mut wire);
        assert!(!wire.is_empty());
        // The words of FHIR for ours, and what every bundle has.
        let words = [
            "female",
            "active",
            "AMB",
            "Bundle",
            "collection",
            "Patient",
            "true",
            "unknown",
            "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
            "https://sluis.example/fhir/NamingSystem/partij",
            "https://sluis.example/fhir/NamingSystem/bezorging",
        ];
        for leaf in wire {
            let known = may.contains(&leaf) || constants.contains(leaf.as_str()) || words.contains(&leaf.as_str());
            assert!(
                known || leaf.starts_with("urn:uuid:") || leaf == effect.as_str(),
                "{leaf}"
            );
            assert!(!few || !leaf.contains("KanarieQ7zX"));
        }
    }
}

#[tokio::test]
async fn what_the_municipality_receives_by_statute_has_a_place() {
    let table = tables().remove(0).table.text;
    let receives = [
        "persoon/bsn",
        "persoon/voornamen",
        "persoon/achternaam",
        "persoon/geboortedatum",
        "adres/gemeente",
        "hulpvraag/vraag",
        "hulpvraag/urgentie",
        "hulpvraag/gewensteUitkomst",
        "hulpvraag/leefgebieden/*",
        "gemeente/*/soort",
        "gemeente/*/uitvoerder",
        "gemeente/*/begin",
        "gemeente/*/einde",
        "gemeente/*/stand",
        "gemeente/*/resultaat",
        "gezondheid/belemmeringen/*/soort",
        "gezondheid/belemmeringen/*/gevolgVoorSchool",
        "gezondheid/psychosociaal/*",
        "veiligheidsrisico/aanwezig",
        "veiligheidsrisico/veiligheidsplan",
        "gezin/gezagssituatie",
        "gezin/maatregel",
        "gezondheid/diagnoseBekend",
        "gezin/ondersteuningThuisAanwezig",
    ];
    for place in receives {
        assert!(table.contains(&format!("{place}\"")), "{place}");
    }
}

#[tokio::test]
async fn an_uncertain_send_is_asked_after_and_has_one_effect() {
    let system = jeugdhulp::start(jeugdhulp::Config::default()).unwrap();
    let target = target(&system.url(), false);
    let data = translator()
        .translate(fixture().to_string().as_bytes(), None)
        .unwrap()
        .data;
    let plan = Plan::new(rules().tree(Bericht::Hulpvraag), |_| Actie::Permit);
    let day = jiff::civil::date(2026, 11, 23);
    let mut scratch = Scratch::default();
    let made = minimise(&plan, &[GegevenSet::ALL], day, &data, &Caps::default(), &mut scratch).unwrap();
    let out = target.encode(&made, &plan, &[GegevenSet::ALL], day).unwrap();
    let effect = EffectId("a".repeat(64));
    assert_eq!(target.ask(&effect).await, Asked::HasNot);
    let close = Fault::Close { moment: Moment::After };
    system.set_behaviour(Behaviour::of(FaultRule::first(close, 1)));
    assert!(matches!(target.send(&effect, "", &out).await, Sent::Unknown { .. }));
    assert_eq!(target.ask(&effect).await, Asked::Has);
    assert_eq!(target.send(&effect, "", &out).await, Sent::Delivered);
    assert!(system.taken().values().all(|bodies| bodies.len() == 1));
    let redirect = Fault::Redirect {
        naar: "http://127.0.0.1:9/".to_owned(),
    };
    system.set_behaviour(Behaviour::of(FaultRule::always(redirect)));
    assert!(matches!(target.send(&effect, "", &out).await, Sent::Refused { .. }));
    assert_eq!(target.ask(&effect).await, Asked::Silent);
}
