//! Candidates for a breach: each kind is found, and what is in order is left alone.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "support/region.rs"]
mod region;

use jiff::civil::{Date, date};
use sluis_rules::facts::{Feit, Toetreding};
use sluis_rules::gegeven::GegevenSet;
use sluis_rules::inbreuk::{Kandidaat, Vermoeden, kandidaten};
use sluis_rules::rulebook::Rulebook;
use sluis_rules::verstrekking::{Verstrekking, Zekerheid};

const PROEFPUNT: &str = "00000099000000005000/jeugdhulpaanbieder";
const DUO: &str = "00000099000000007000/duo";

fn gegeven(rules: &Rulebook, kanaal: &str, ontvanger: &str, regel: &str, zekerheid: Zekerheid) -> Verstrekking {
    let mut geheel = GegevenSet::EMPTY;
    geheel.insert(rules.gegevens().find("gezondheid.diagnose").unwrap());
    Verstrekking {
        effect: "e1".into(),
        nummer: 7,
        tijd_ms: 0,
        verwerking: "v".into(),
        bericht: "hulpvraag".into(),
        kanaal: kanaal.into(),
        casusoverleg: "thuiszitterstafel".into(),
        casus: "cas-1".into(),
        doel: "a".into(),
        afzender: "00000099000000001000/school".into(),
        ontvanger: ontvanger.into(),
        grondslag: String::new(),
        regelboek: String::new(),
        regels: vec![regel.into()],
        geheel,
        minder: GegevenSet::EMPTY,
        volledig: true,
        zekerheid,
    }
}

#[test]
fn each_kind_is_found_and_what_is_in_order_is_not() {
    let rules = Rulebook::parse(&region::example()).unwrap();
    let regel = rules.regels()[0].id.clone();
    let look =
        |v: Verstrekking, facts: &[Feit], dag: Date| -> Vec<Kandidaat> { kandidaten(&rules, &[v], facts, |_| dag) };
    let kinds = |all: &[Kandidaat]| all.iter().map(|k| k.vermoeden).collect::<Vec<_>>();
    let sure = |kanaal: &str, to: &str| gegeven(&rules, kanaal, to, &regel, Zekerheid::Zeker);
    let day = date(2026, 10, 1);
    // In order: acceded; by statute; the betrokkene and a derde accede to nothing.
    for (kanaal, to) in [
        ("casusoverleg", PROEFPUNT),
        ("wettelijk", DUO),
        ("betrokkene", "00000099000000001000/betrokkene"),
        ("derde", "00000099000000008000/derde"),
    ] {
        assert_eq!(kinds(&look(sure(kanaal, to), &[], day)), [], "{kanaal}");
    }
    // To the day that it was made known; a party nobody knows; DUO outside its statute; words that are no party.
    let no_party = [Vermoeden::OntvangerGeenPartij];
    assert_eq!(
        kinds(&look(sure("casusoverleg", PROEFPUNT), &[], date(2024, 3, 11))),
        no_party
    );
    assert_eq!(
        kinds(&look(sure("casusoverleg", PROEFPUNT), &[], date(2024, 3, 12))),
        []
    );
    assert_eq!(kinds(&look(sure("casusoverleg", DUO), &[], day)), no_party);
    assert_eq!(
        kinds(&look(sure("wettelijk", "00000099000000009999/duo"), &[], day)),
        no_party
    );
    assert_eq!(kinds(&look(sure("casusoverleg", "niemand"), &[], day)), no_party);
    // A fact that was recorded later says that it had not signed yet: what it got before is looked at.
    let corrected = Feit::Toetreding(Toetreding {
        partij: PROEFPUNT.parse().unwrap(),
        ondertekend_op: date(2026, 11, 1),
        bekendgemaakt_op: None,
    });
    assert_eq!(
        kinds(&look(sure("casusoverleg", PROEFPUNT), &[corrected], day)),
        no_party
    );
    // A rule that is gone, and an end that nobody knows; with what the form of the AP asks.
    let gone = gegeven(&rules, "casusoverleg", PROEFPUNT, "weg-regel", Zekerheid::Mogelijk);
    let found = look(gone, &[], day);
    assert_eq!(
        kinds(&found),
        [Vermoeden::RegelIngetrokken, Vermoeden::UitkomstOnbekend]
    );
    assert_eq!(
        (found[0].regels.as_slice(), found[0].letters.as_str()),
        (&["weg-regel".to_owned()][..], "e")
    );
    assert!(found[0].bijzonder && found.iter().all(|k| k.nummer == 7));
}
