//! The tables: every message that may leave has its words, and they read back as they were.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly"
)]

mod support;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sluis_rules::event::Bericht;
use sluis_rules::gegeven::{Actie, Beroepsgeheim, Wijze};
use sluis_rules::mapping::Herkomst;
use sluis_stations::ports::Target;
use sluis_zaaksysteem::Tables;
use support::{DAG, config, examples, message, minimised, outgoing, plan, root, rules, target, tree};

fn wire_schema() -> jsonschema::Validator {
    let text = std::fs::read_to_string(root().join("schemas/systemen/zaaksysteem/bericht.v1.json")).unwrap();
    jsonschema::options()
        .should_validate_formats(true)
        .build(&serde_json::from_str(&text).unwrap())
        .unwrap()
}

fn herkomst() -> Herkomst<'static> {
    Herkomst {
        inbrenger: "00000099000000001000/school".parse().unwrap(),
        beroepsgeheim: Beroepsgeheim::Geen,
        kenmerk: "elders",
        datum: DAG,
    }
}

/// Every place of the wire, read from its schema.
fn places(schema: &Value, at: &str, into: &mut BTreeSet<String>) {
    if let Some(Value::Object(properties)) = schema.get("properties") {
        properties
            .iter()
            .for_each(|(key, below)| places(below, &format!("{at}/{key}"), into));
    } else if let Some(items) = schema.get("items") {
        places(items, &format!("{at}/*"), into);
    } else {
        into.insert(at.to_owned());
    }
}

#[test]
fn what_leaves_fits_the_wire_schema_and_reads_back() {
    let schema = wire_schema();
    let target = target(&config("http://127.0.0.1:1"));
    let tables = Tables::new(tree).unwrap();
    for bericht in Bericht::ALL {
        for (name, bytes) in examples(bericht) {
            let out = outgoing(&target, bericht, &bytes);
            let wire: Value = serde_json::from_slice(out.bytes()).unwrap();
            let faults: Vec<String> = schema
                .iter_errors(&wire)
                .map(|e| e.instance_path().to_string())
                .collect();
            assert_eq!(faults, [""; 0], "{name}");
            assert_eq!(
                (&wire["zaaktype"], &wire["aanleverendSysteem"]),
                (&json!("onderwijs-jeugd"), &json!("sluis"))
            );

            // wire → canonical → wire: the same bytes' worth, nothing lost on the way.
            let (back, gaps) = tables.of(bericht).to_canonical(&wire, &herkomst()).unwrap();
            assert!(gaps.is_empty(), "{name}: {gaps:?}");
            let again = outgoing(&target, bericht, &back);
            assert_eq!(serde_json::from_slice::<Value>(again.bytes()).unwrap(), wire, "{name}");
        }
    }
}

#[test]
fn every_element_that_a_rule_can_let_pass_has_a_place() {
    let mut schema_places = BTreeSet::new();
    let text = std::fs::read_to_string(root().join("schemas/systemen/zaaksysteem/bericht.v1.json")).unwrap();
    places(&serde_json::from_str(&text).unwrap(), "", &mut schema_places);
    let mut used = BTreeSet::new();
    for bericht in Bericht::ALL {
        let file = root().join(format!("adapters/zaaksysteem/mapping/{}.toml", bericht.as_str()));
        let table = std::fs::read_to_string(file).unwrap();
        let quoted =
            |line: &str, key: &str| Some(line.split_once(&format!("{key} = \""))?.1.split('"').next()?.to_owned());
        let wires: BTreeSet<String> = table.lines().filter_map(|line| quoted(line, "wire")).collect();
        let canonical: BTreeSet<String> = table.lines().filter_map(|line| quoted(line, "canoniek")).collect();
        assert!(
            wires.is_subset(&schema_places),
            "{:?}",
            wires.difference(&schema_places).next()
        );
        used.extend(wires);
        let tree = rules().tree(bericht);
        for leaf in tree.leaves() {
            let listed = tree
                .gegeven_of(leaf)
                .and_then(|id| rules().gegevens().get(id))
                // A pseudonym may stand for a number that is not on the list (14.3).
                .map(|g| g.letter != '-' || tree.path(leaf).contains("/schuilnaam"));
            // Structure beside what is not on the list has nowhere to go, and nothing to accompany.
            if let Some(listed) = listed {
                assert_eq!(canonical.contains(tree.path(leaf)), listed, "{}", tree.path(leaf));
            }
        }
    }
    assert_eq!(used, schema_places, "the wire schema has no place that no table fills");
}

#[test]
fn what_was_made_less_precise_has_its_own_place() {
    let inhoud = json!({
        "persoon": { "geboortedatum": "2015-04-09", "adres": { "postcode": "3299 XA" } },
        "gezondheid": { "diagnoses": [{ "code": "P76" }], "medicatie": [{ "middel": "Proefmiddel" }] },
        "gezin": { "ondersteuningThuis": { "aanbieder": "Stichting Voorbeeldhulp" } }
    });
    let bytes = message(Bericht::Hulpvraag, &inhoud);
    let target = target(&config("http://127.0.0.1:1"));
    let part = |wijze: Option<Wijze>| {
        let plan = plan(Bericht::Hulpvraag, |id| {
            let allowed = |w: &Wijze| rules().gegevens().get(id).is_some_and(|g| g.generalisaties.contains(w));
            wijze.filter(allowed).map_or(Actie::Drop, Actie::Generalise)
        });
        let out = minimised(&plan, &bytes, |made, masks| target.encode(made, &plan, masks, DAG)).unwrap();
        let wire: Value = serde_json::from_slice(out.bytes()).unwrap();
        wire["onderdelen"][0].clone()
    };
    assert_eq!(part(Some(Wijze::Jaar))["betrokkene"], json!({ "geboorteJaar": "2015" }));
    assert_eq!(
        part(Some(Wijze::Leeftijd))["betrokkene"],
        json!({ "leeftijdJaren": 11 })
    );
    assert_eq!(
        part(Some(Wijze::Pc4))["betrokkene"],
        json!({ "verblijfplaats": { "postcodeVier": "3299" } })
    );
    let that = part(Some(Wijze::Dat));
    assert_eq!(that["gezinssituatie"], json!({ "heeftThuisondersteuning": true }));
    assert_eq!(that["geheimhouding"], json!("BIG"));
    assert_eq!(part(None), Value::Null);
}

#[test]
fn a_message_of_another_kind_than_the_plan_does_not_leave() {
    let target = target(&config("http://127.0.0.1:1"));
    let ours = plan(Bericht::Hulpvraag, |_| Actie::Permit);
    let other = plan(Bericht::Status, |_| Actie::Permit);
    let bytes = message(
        Bericht::Hulpvraag,
        &json!({ "persoon": { "achternaam": "Voorbeeldsma" } }),
    );
    let refused = minimised(&ours, &bytes, |made, masks| target.encode(made, &other, masks, DAG)).unwrap_err();
    assert!(!refused.to_string().contains("Voorbeeldsma"));
}
