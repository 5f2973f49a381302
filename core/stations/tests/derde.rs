//! Third parties (14.3): two of them get the same child, and lay everything they have side by side.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::collections::BTreeSet;

use sluis_stations::ports::EffectId;
use sluis_stations::{MailboxContent, MailboxSummary};
use support::store::Place;
use support::*;

const EEN: &str = "00000099000000009000/derde";
const TWEE: &str = "00000099000000009200/derde";
const BSN: &str = "999900006";

/// The school may ask both, for both purposes; each has a connection and a mailbox of its own.
fn world() -> World {
    let mut plan = Plan {
        mailboxes: vec![EEN, TWEE],
        ..Plan::default()
    };
    for (n, derde) in [EEN, TWEE].into_iter().enumerate() {
        plan.facts.push(feit(&format!(
            r#"{{"soort":"toestemming","id":"d-{n}","casus":"cas-1","kind":"derde","verstrekker":"{SCHOOL}",
            "gegevens":["hulpvraag.*","persoon.geboortedatum","persoon.naam","school.*"],"doelen":["b","e"],
            "ontvangers":["{derde}"],"schriftelijk_op":"2026-09-01"}}"#
        )));
    }
    plan.facts.push(feit(
        r#"{"soort":"casus","casus":"cas-1","casusoverleg":"thuiszitterstafel","doelen":["a","b","e"],"vanaf":"2026-09-01"}"#,
    ));
    plan.facts.push(feit(
        r#"{"soort":"fase","casus":"cas-1","fase":"intake","vanaf":"2026-09-02","herbeoordeeld":true}"#,
    ));
    plan.build()
}

fn vraag(id: &str, ontvanger: &str, doel: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{id}","source":"urn:nld:oin:00000099000000001000:systeem:kindkans",
        "type":"nl.onderwijs-jeugd.hulpvragen.hulpvraag.v1","time":"2026-11-23T09:12:34.567Z","kanaal":"derde",
        "casusoverleg":"thuiszitterstafel","casus":"cas-1","fase":"intake","doel":"{doel}","afzender":"{SCHOOL}",
        "ontvanger":"{ontvanger}","traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "data":{{"bericht":"hulpvraag","versie":"1","kenmerk":"ba714faf-16cf-56da-8276-66b0c808cdd4","datum":"2026-09-14",
        "bijdragen":[{{"inbrenger":"{SCHOOL}","beroepsgeheim":"geen","inhoud":{{
        "persoon":{{"voornamen":"Fenna","achternaam":"Nepland","geboortedatum":"2013-03-07","bsn":"{BSN}"}},
        "school":{{"onderwijssoort":"bo"}},"hulpvraag":{{"vraag":"onderwijs-zorgarrangement"}}}}}}]}}}}"#
    )
}

/// Sends it and fetches it as the derde.
async fn given(world: &World, id: &str, derde: &str, doel: &str) -> (MailboxSummary, MailboxContent) {
    let receipt = world.send(&vraag(id, derde, doel)).await;
    let effect: &EffectId = &receipt.effects[0];
    world.gateway.settle().await.unwrap();
    assert_eq!(world.place(effect), Place::Mailbox);
    let caller = world.gateway.caller(derde).unwrap();
    let list = world
        .gateway
        .mailbox_list(&caller, partij(derde), None, 100)
        .await
        .unwrap();
    let line = list.into_iter().find(|line| line.effect == *effect).unwrap();
    let content = world
        .gateway
        .mailbox_fetch(&caller, partij(derde), effect)
        .await
        .unwrap();
    (line, content)
}

/// Everything on the wire, as text.
fn wire((line, content): &(MailboxSummary, MailboxContent)) -> String {
    let event = serde_json::to_string(&content.event).unwrap();
    let line = serde_json::to_string(line).unwrap();
    format!(
        "{line}{event}{}",
        String::from_utf8(content.out.bytes().to_vec()).unwrap()
    )
}

/// Words long enough to name one child: ids, pseudonyms, numbers, moments.
fn words(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != ':' && c != '.')
        .filter(|w| w.len() >= 12 && w.bytes().any(|b| b.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn two_derden_with_one_child_have_nothing_in_common_that_names_it() {
    let world = world();
    // One event after the other under ids of their own, as a source sends them; and the same id would not help either.
    let een = wire(&given(&world, "e-1", EEN, "b").await);
    let twee = wire(&given(&world, "e-2", TWEE, "b").await);
    for text in [&een, &twee] {
        for secret in [
            BSN,
            "Fenna",
            "Nepland",
            "2013-03-07",
            "cas-1",
            "4bf92f35",
            "ba714faf",
            "09:12:34",
            "e-1",
            "e-2",
        ] {
            assert!(!text.contains(secret), "{secret} is on the wire");
        }
        assert!(text.contains("schuilnaam") && text.contains("\"2013\""));
    }
    // What they share is what every message of this school to any derde on this day has.
    let shared: Vec<String> = words(&een).intersection(&words(&twee)).cloned().collect();
    let harmless = |w: &String| {
        w.starts_with("urn:nld:oin:")
            || w.starts_with("00000099")
            || w.starts_with("2026-11-23T00:00:00")
            || w == ":1795392000000"
            || w.contains("hulpvraag")
    };
    assert!(shared.iter().all(harmless), "shared: {shared:?}");
}

/// What a derde is told of the administration, as text.
async fn told(world: &World, derde: &str) -> String {
    let caller = world.gateway.caller(derde).unwrap();
    let list = world.gateway.notices(&caller, partij(derde), None, 10).await.unwrap();
    assert_eq!(list.len(), 1, "{list:?}");
    let one = world
        .gateway
        .notice_fetch(&caller, partij(derde), &list[0].id)
        .await
        .unwrap();
    serde_json::to_string(&one).unwrap()
}

#[tokio::test]
async fn two_derden_who_hear_of_a_withdrawal_have_nothing_in_common_either() {
    let world = world();
    let (een, _) = given(&world, "e-1", EEN, "b").await;
    let (twee, _) = given(&world, "e-2", TWEE, "b").await;
    // Withdrawn in one act, and told of in one go.
    let both = ["d-0", "d-1"].map(|id| {
        feit(&format!(
            r#"{{"soort":"intrekking","toestemming":"{id}","casus":"cas-1","op":"2026-11-23"}}"#
        ))
    });
    world.gateway.record_facts("account-1", both.to_vec()).await.unwrap();
    world.gateway.settle().await.unwrap();
    let (to_een, to_twee) = (told(&world, EEN).await, told(&world, TWEE).await);
    for (text, line) in [(&to_een, &een), (&to_twee, &twee)] {
        assert!(!text.contains("cas-1"), "{text}");
        assert!(
            text.contains(&line.effect.0) && text.contains(&line.casus),
            "the names it knows: {text}"
        );
    }
    let shared: Vec<String> = words(&to_een).intersection(&words(&to_twee)).cloned().collect();
    let of_a_day = |w: &String| {
        w.trim_start_matches(':')
            .parse::<u64>()
            .is_ok_and(|ms| ms % (3600 * 1000) == 0)
    };
    assert!(shared.iter().all(of_a_day), "shared: {shared:?}");
}

#[tokio::test]
async fn the_same_derde_can_link_within_one_purpose_and_not_beyond() {
    let world = world();
    let name = |given: &(MailboxSummary, MailboxContent)| {
        let value: serde_json::Value = serde_json::from_slice(given.1.out.bytes()).unwrap();
        let name = &value["bijdragen"][0]["inhoud"]["persoon"]["schuilnaam"];
        (name.as_str().unwrap().to_owned(), given.1.event.claim.casus.clone())
    };
    let (a, b) = (
        given(&world, "e-1", EEN, "b").await,
        given(&world, "e-2", EEN, "b").await,
    );
    assert_eq!(name(&a), name(&b));
    assert_eq!(
        a.0.casus, a.1.event.claim.casus,
        "the list and the event name the case alike"
    );
    let other = given(&world, "e-3", EEN, "e").await;
    assert_ne!(name(&a).0, name(&other).0);
    assert_ne!(name(&a).1, name(&other).1);
    // A retry is the same in every byte.
    let caller = world.gateway.caller(EEN).unwrap();
    let again = world
        .gateway
        .mailbox_fetch(&caller, partij(EEN), &a.1.effect)
        .await
        .unwrap();
    assert_eq!(again.out.bytes(), a.1.out.bytes());
    assert_eq!(again.event, a.1.event);
}

#[tokio::test]
async fn without_a_key_nothing_goes_to_a_derde() {
    let plan = Plan {
        pseudonyms: false,
        ..Plan::default()
    };
    let world = plan.build();
    let receipt = world.send(&vraag("e-1", EEN, "b")).await;
    world.gateway.settle().await.unwrap();
    assert_eq!(world.redenen(&receipt.effects[0]), ["geen-schuilnaamsleutel"]);
    assert_eq!(world.store.state().messages[&receipt.effects[0]].minimised, b"");
}

#[tokio::test]
async fn what_is_at_rest_holds_the_pseudonym_and_not_the_number() {
    let world = world();
    let (_, content) = given(&world, "e-1", EEN, "b").await;
    let state = world.store.state();
    let minimised = String::from_utf8(state.messages[&content.effect].minimised.clone()).unwrap();
    assert!(!minimised.contains(BSN) && !minimised.contains("Nepland"));
    assert!(
        state
            .records
            .iter()
            .all(|r| !serde_json::to_string(r).unwrap().contains("schuilnaam\":\""))
    );
}

mod heridentificatie {
    use sluis_stations::ports::{Account, AccountRol, TweePersonen};
    use sluis_stations::{Heridentificatie, HeridentificatieRefusal};

    use super::*;

    fn twee() -> TweePersonen {
        let (op, fg) = (AccountRol::Operator, AccountRol::Fg);
        TweePersonen::new(Account::new("op-1", [op]), &[op], Account::new("fg-1", [fg]), &[op, fg]).unwrap()
    }

    fn vraag(schuilnaam: &str, derde: &str, doel: &str) -> Heridentificatie {
        Heridentificatie {
            derde: partij(derde),
            doel: doel.into(),
            schuilnaam: schuilnaam.into(),
            kandidaten: ["999990342", BSN, "999999990"]
                .iter()
                .map(|b| b.parse().unwrap())
                .collect(),
        }
    }

    async fn schuilnaam(world: &World) -> String {
        let (_, content) = given(world, "e-1", EEN, "b").await;
        let value: serde_json::Value = serde_json::from_slice(content.out.bytes()).unwrap();
        value["bijdragen"][0]["inhoud"]["persoon"]["schuilnaam"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    #[tokio::test]
    async fn the_source_finds_the_person_and_the_journal_who_asked() {
        let world = world();
        let name = schuilnaam(&world).await;
        let ask = async |v: Heridentificatie| world.gateway.reidentify(&twee(), &v).await.unwrap();
        assert_eq!(ask(vraag(&name, EEN, "b")).await, Some(1));
        assert_eq!(
            ask(vraag(&name, TWEE, "b")).await,
            None,
            "another derde has other names"
        );
        assert_eq!(ask(vraag(&name, EEN, "e")).await, None, "and so has another purpose");
        let state = world.store.state();
        let told: Vec<_> = state
            .records
            .iter()
            .filter(|r| r.effect == "heridentificatie")
            .collect();
        assert_eq!(told.len(), 3, "also what found nobody");
        assert_eq!(told[0].inhoud.toelichting, "heridentificatie door op-1 met fg-1");
        let all = serde_json::to_string(&told).unwrap();
        assert!(!all.contains(BSN) && !all.contains(&name));
    }

    #[tokio::test]
    async fn not_too_many_a_day_and_nothing_unrecorded() {
        let world = world();
        let name = schuilnaam(&world).await;
        for wrong in [
            Heridentificatie {
                kandidaten: Vec::new(),
                ..vraag(&name, EEN, "b")
            },
            vraag("Fenna", EEN, "b"),
            vraag(&name, EEN, "Fenna"),
        ] {
            let refused = world.gateway.reidentify(&twee(), &wrong).await.unwrap_err();
            assert!(matches!(refused, HeridentificatieRefusal::Ongeldig(_)) && !refused.to_string().contains("Fenna"));
        }
        *world.store.fault.lock().unwrap() = Some((1, support::store::Fault::Fail));
        assert!(
            world
                .gateway
                .reidentify(&twee(), &vraag(&name, EEN, "b"))
                .await
                .is_err(),
            "not recorded, not told"
        );
        for _ in 0..20 {
            world
                .gateway
                .reidentify(&twee(), &vraag(&name, EEN, "b"))
                .await
                .unwrap();
        }
        let refused = world.gateway.reidentify(&twee(), &vraag(&name, EEN, "b")).await;
        assert_eq!(refused.unwrap_err(), HeridentificatieRefusal::TeVaak);
        world.clock.forward(25 * 3600);
        assert!(world.gateway.reidentify(&twee(), &vraag(&name, EEN, "b")).await.is_ok());
    }
}
