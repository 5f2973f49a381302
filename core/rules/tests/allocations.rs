//! Once the work space has grown, no message allocates: not when it is checked, not when it is minimised.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod support;

use std::sync::Arc;

use sluis_rules::gegeven::{Actie, GegevenSet, Wijze};
use sluis_rules::minimise::{Plan, minimise};
use sluis_rules::scan::{Caps, Scratch, check};
use sluis_rules::tree::Tree;
use sluis_rules::{gegeven, minimise, tree};

#[test]
fn the_steady_state_does_not_allocate() {
    let gegevens = support::gegevens();
    let tree = Arc::new(Tree::compile(support::SCHEMA, &gegevens).unwrap());
    let plan = Plan::new(&tree, |id| match gegevens.name(id) {
        "persoon.geboortedatum" => Actie::Generalise(Wijze::Leeftijd),
        "persoon.postcode" => Actie::Generalise(Wijze::Pc4),
        "gezin.hulp" => Actie::Generalise(Wijze::Dat),
        "gezondheid.diagnose" | "vrij.toelichting" => Actie::Drop,
        _ => Actie::Permit,
    });
    let many: Vec<String> = (0..60).map(|n| format!("\"onbekend-{n}\":{n}")).collect();
    let message = format!(
        r#"{{"bericht":"proef","versie":"1","kenmerk":"k","datum":"2026-09-14","bijdragen":[{{
            "inbrenger":"00000099000000001000/school","beroepsgeheim":"geen","inhoud":{{ "taal":"nl",
            "persoon":{{"naa\u006d":"V\u006fs","geboortedatum":"2014\u002d05-31","adres":{{"postcode":"3241 AB","land":"NL"}}}},
            "hulp":{{"soort":"x"}},"diagnoses":[{{"code":"x","\u0061":{{"b":[1,2,{{}}]}}}}],{}}}}}]}}"#,
        many.join(",")
    );
    let (caps, dag, masks) = (Caps::default(), "2026-11-23".parse().unwrap(), [GegevenSet::ALL]);
    let mut scratch = Scratch::default();
    let warm = minimise(&plan, &masks, dag, message.as_bytes(), &caps, &mut scratch).unwrap();
    assert_eq!((warm.generalised(), warm.gaps()), (3, 60));
    assert!(check(message.as_bytes(), &caps, &mut scratch).is_ok());
    let counted = allocation_counter::measure(|| {
        for _ in 0..100 {
            let made = minimise(&plan, &masks, dag, message.as_bytes(), &caps, &mut scratch);
            assert!(made.is_ok_and(|m| m.kept() == 1));
            assert!(check(message.as_bytes(), &caps, &mut scratch).is_ok());
        }
    });
    assert_eq!(counted.count_total, 0);
}
