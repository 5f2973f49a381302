//! A statutory report from a school's system to DUO and to the municipality: no case, no consent, the statute's own list.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use sluis_rules::journal::Stap;
use support::store::Place;
use support::*;

/// A report of absence, without a word of a consultation in it. `ontvanger` empty: none is named.
fn melding(id: &str, doel: &str, ontvanger: &str) -> String {
    let to = if ontvanger.is_empty() {
        String::new()
    } else {
        format!(r#""ontvanger":"{ontvanger}","#)
    };
    format!(
        r#"{{"specversion":"1.0","id":"{id}","source":"urn:nld:oin:00000099000000001000:systeem:verzuim",
        "type":"nl.onderwijs-jeugd.hulpvragen.hulpvraag.v1","kanaal":"wettelijk","casus":"mel-7","doel":"{doel}",
        "afzender":"{SCHOOL}",{to}
        "data":{{"bericht":"hulpvraag","versie":"1","kenmerk":"ba714faf-16cf-56da-8276-66b0c808cdd4","datum":"2026-11-02","bijdragen":[{{
        "inbrenger":"{SCHOOL}","beroepsgeheim":"geen","inhoud":{{
        "persoon":{{"achternaam":"Testdijk","onderwijsnummer":"100000041"}},
        "hulpvraag":{{"vraag":"doorbraak"}},
        "verzuim":{{"soort":"relatief","ongeoorloofd":[{{"volgnummer":1,"begin":"2026-10-19","uren":18}}],"vermoedelijkeReden":"gezondheid","ziekmeldingen":{{"aantalIn12Weken":5}}}}}}}}]}}}}"#
    )
}

/// DUO knows by the number who it is; who gets the report straight from the school does not.
fn only_what_the_statute_asks(text: &str, named: bool) {
    assert!(text.contains("100000041") && text.contains("gezondheid"));
    assert_eq!(text.contains("Testdijk"), named);
    assert!(!text.contains("doorbraak") && !text.contains("ziekmeldingen"), "{text}");
}

#[tokio::test]
async fn a_report_reaches_the_mailbox_of_duo_and_the_system_of_the_municipality() {
    // Not one fact is recorded: a duty needs no case.
    let plan = Plan {
        facts: Vec::new(),
        ..Plan::default()
    };
    let world = plan.build();
    let to_duo = world.send(&melding("m-1", "verzuimmelding", DUO)).await.effects[0].clone();
    let to_leerplicht = world.send(&melding("m-2", "verzuimmelding", LEERPLICHT)).await.effects[0].clone();
    world.gateway.settle().await.unwrap();

    assert_eq!(world.place(&to_duo), Place::Mailbox);
    let duo = world.gateway.caller("duo").unwrap();
    let content = world.gateway.mailbox_fetch(&duo, partij(DUO), &to_duo).await.unwrap();
    only_what_the_statute_asks(std::str::from_utf8(content.out.bytes()).unwrap(), false);

    assert_eq!(world.place(&to_leerplicht), Place::Done);
    let texts = world.target.texts();
    assert_eq!(texts.len(), 1);
    only_what_the_statute_asks(&texts[0], true);

    let state = world.store.state();
    let besluit = state.records.iter().find(|r| r.stap == Stap::Besluit).unwrap();
    assert_eq!(besluit.inhoud.kanaal, "wettelijk");
    assert_eq!(besluit.inhoud.doel, "verzuimmelding");
    assert_eq!(besluit.inhoud.grondslag, "lpw-21a");
    assert!(besluit.inhoud.casusoverleg.is_empty() && besluit.inhoud.fase.is_empty());
    assert!(besluit.verwerking.ends_with("wettelijk"));
}

#[tokio::test]
async fn a_report_goes_to_nobody_who_is_not_named_and_by_no_statute_that_is_not_there() {
    let world = Plan::default().build();
    let nobody = melding("m-1", "verzuimmelding", "");
    let refused = world
        .gateway
        .accept_event(&world.kindkans(), nobody.as_bytes(), None)
        .await;
    assert_eq!(refused.map_err(|r| r.slug()).unwrap_err(), "attribuut-ontbreekt");

    let unknown = world.send(&melding("m-2", "zomaar-een-melding", DUO)).await.effects[0].clone();
    world.gateway.settle().await.unwrap();
    assert!(world.redenen(&unknown).contains(&"stroom-onbekend".to_owned()));
    // What the sender made up stands in no record.
    let state = world.store.state();
    let told = state.lines.iter().map(|l| String::from_utf8_lossy(l));
    assert!(told.into_iter().all(|line| !line.contains("zomaar-een-melding")));
}

#[tokio::test]
async fn the_register_of_duo_waits_for_a_bill_and_the_record_names_it() {
    let world = Plan::default().build();
    let body = melding("m-1", "verzuimregister-swv", SWV)
        .replace(&format!(r#""afzender":"{SCHOOL}""#), &format!(r#""afzender":"{DUO}""#))
        .replace("00000099000000001000:systeem", "00000099000000007000:systeem");
    let effect = world.send_as("duo", &body).await.effects[0].clone();
    world.gateway.settle().await.unwrap();
    assert!(world.redenen(&effect).contains(&"geen-regel".to_owned()));
    let state = world.store.state();
    let besluit = state.records.iter().find(|r| r.stap == Stap::Besluit).unwrap();
    assert!(
        besluit
            .inhoud
            .toelichting
            .contains("wetsvoorstel terugdringen-verzuim uit")
    );
}
