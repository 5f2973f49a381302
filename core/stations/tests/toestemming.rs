//! The consent register at work: who consented, how old the young person is, withdrawal, and a secrecy that was broken.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use sluis_rules::facts::{Einde, Feit, ToestemmingGeldig};
use sluis_stations::ports::{Account, AccountRol};
use sluis_stations::{Mededeling, Wie};
use support::*;

/// A world whose facts came through the gateway, as they do.
async fn world() -> World {
    let mut plan = Plan::default();
    plan.facts.retain(|f| !matches!(f, Feit::Leeftijd(_)));
    plan.facts.push(deelname(SWV));
    plan.build()
}

fn leeftijd(geboren: &str) -> Feit {
    feit(&format!(
        r#"{{"soort":"leeftijd","casus":"cas-1","vanaf":"2026-09-01","geboren":"{geboren}"}}"#
    ))
}

async fn record(world: &World, feiten: Vec<Feit>) -> Result<(), &'static str> {
    let kept = world.gateway.record_facts("account-1", feiten).await;
    kept.map(drop).map_err(|e| e.slug())
}

/// Sends health data to the SWV; whether they arrived.
async fn health_arrives(world: &World, id: &str) -> bool {
    world.send(&hulpvraag_gezondheid(id)).await;
    world.gateway.settle().await.unwrap();
    world.swv.texts().last().is_some_and(|t| t.contains("urenPerWeek"))
}

#[tokio::test]
async fn the_date_of_birth_is_nowhere_but_sealed() {
    let world = world().await;
    record(&world, vec![leeftijd("2017-03-09"), toestemming(SWV)])
        .await
        .unwrap();
    {
        let state = world.store.state();
        for feit in &state.facts {
            let text = serde_json::to_string(feit).unwrap();
            assert!(!text.contains("2017-03-09"), "{text}");
            assert!(!format!("{feit:?}").contains("2017"), "{feit:?}");
        }
        for line in &state.lines {
            assert!(!String::from_utf8_lossy(line).contains("2017-03"));
        }
    }
    // And yet it is known: the consent of a parent of a child of nine holds.
    assert!(health_arrives(&world, "e-1").await);
    // Recorded again it is not kept again; another day is a correction.
    let before = world.store.state().facts.len();
    record(&world, vec![leeftijd("2017-03-09")]).await.unwrap();
    assert_eq!(world.store.state().facts.len(), before);
    record(&world, vec![leeftijd("2013-03-09")]).await.unwrap();
    assert!(
        !health_arrives(&world, "e-2").await,
        "at thirteen a parent alone is not enough"
    );
    for wrong in ["2099-01-01", "1850-01-01"] {
        assert_eq!(record(&world, vec![leeftijd(wrong)]).await, Err("feit-ongeldig"));
    }
    let sealed = feit(r#"{"soort":"leeftijd","casus":"cas-1","vanaf":"2026-09-01","verzegeld":"00"}"#);
    assert_eq!(
        record(&world, vec![sealed]).await,
        Err("feit-ongeldig"),
        "what is sealed is sealed here"
    );
}

#[tokio::test]
async fn an_age_that_cannot_be_opened_blocks_and_one_of_another_case_is_not_taken_for_it() {
    let world = world().await;
    record(&world, vec![leeftijd("2017-03-09"), toestemming(SWV)])
        .await
        .unwrap();
    for feit in &mut world.store.state().facts {
        if let Feit::Leeftijd(l) = feit {
            let hex = |text: &str| text.bytes().map(|b| format!("{b:02x}")).collect::<String>();
            l.verzegeld = Some(hex("[\"leeftijd\",\"cas-2\"]\0") + &hex("2017-03-09"));
        }
    }
    assert!(!health_arrives(&world, "e-1").await);
    let stand = world.gateway.consents("cas-1").await.unwrap()[0].stand;
    assert_eq!(stand, ToestemmingGeldig::LeeftijdOnbekend);
}

#[tokio::test]
async fn a_bad_consent_is_refused_with_its_own_reason_and_nothing_is_kept() {
    let world = world().await;
    record(&world, vec![leeftijd("2012-03-09")]).await.unwrap();
    let before = world.store.state().facts.len();
    let good = r#"{"soort":"toestemming","id":"t-1","casus":"cas-1","kind":"grondslag","verstrekker":"SCHOOL","gegevens":["gezondheid.*"],
        "doelen":["a"],"ontvangers":["SWV"],"schriftelijk_op":"2026-11-01","door":[{"wie":"ouder-met-gezag","op":"2026-11-01"},{"wie":"jongere","op":"2026-11-01"}]}"#
        .replace("SCHOOL", SCHOOL)
        .replace("SWV", SWV);
    let parent = r#"{"wie":"ouder-met-gezag","op":"2026-11-01"}"#;
    let young = r#"{"wie":"jongere","op":"2026-11-01"}"#;
    for (from, to, slug) in [
        (r#"["gezondheid.*"]"#, "[]", "toestemming-dekt-niets"),
        (r#""doelen":["a"]"#, r#""doelen":[]"#, "toestemming-dekt-niets"),
        (r#""doelen":["a"]"#, r#""doelen":["zz"]"#, "toestemming-dekt-niets"),
        (r#""gezondheid.*""#, r#""geheim.*""#, "feit-ongeldig"),
        ("2026-11-01", "2026-11-24", "toestemming-in-toekomst"),
        (
            r#""jongere","op":"2026-11-01""#,
            r#""jongere","op":"2026-11-02""#,
            "toestemming-in-toekomst",
        ),
        (SWV, "00000099000000007777/school", "toestemming-partij-onbekend"),
        (SCHOOL, "00000099000000007777/school", "toestemming-partij-onbekend"),
        (&format!(",{young}"), "", "toestemming-verkeerde-persoon"),
        (&format!("{parent},"), "", "toestemming-verkeerde-persoon"),
        (&format!("{parent},{young}"), "", "toestemming-zonder-ondertekenaar"),
        (r#""kind""#, r#""vastgelegd_door":"iemand","kind""#, "feit-ongeldig"),
    ] {
        assert!(good.contains(from), "{from}");
        let bad = feit(&good.replace(from, to));
        assert_eq!(record(&world, vec![sluiting(), bad]).await, Err(slug), "{from} → {to}");
    }
    assert_eq!(world.store.state().facts.len(), before, "all or nothing");
    record(&world, vec![feit(&good)]).await.unwrap();
    // The account that recorded it stands in the register; the same consent again is no other.
    record(&world, vec![feit(&good), feit(&good)]).await.unwrap();
    let register = world.gateway.consents("cas-1").await.unwrap();
    assert_eq!(register.len(), 1);
    assert_eq!(register[0].toestemming.vastgelegd_door.as_deref(), Some("account-1"));
    let other = feit(&good.replace(r#"["gezondheid.*"]"#, r#"["gezin.*"]"#));
    assert_eq!(
        record(&world, vec![other.clone()]).await,
        Err("toestemming-tegenstrijdig")
    );
    // In one list too, where neither is known yet.
    let (a, b) = (
        good.replace("t-1", "t-9"),
        good.replace("t-1", "t-9").replace("\"a\"", "\"b\""),
    );
    assert_eq!(
        record(&world, vec![feit(&a), feit(&b)]).await,
        Err("toestemming-tegenstrijdig")
    );
    // What came into the store in another way is a contradiction there: nothing passes on it, and it shows.
    world.store.state().record(other);
    assert!(!health_arrives(&world, "e-1").await);
    let stands: Vec<_> = world
        .gateway
        .consents("cas-1")
        .await
        .unwrap()
        .iter()
        .map(|r| r.stand)
        .collect();
    assert_eq!(stands, [ToestemmingGeldig::Tegenstrijdig; 2]);
}

#[tokio::test]
async fn a_birthday_makes_it_insufficient_to_the_day_and_is_seen_coming() {
    let world = world().await;
    // Twelve on 25 November; today is the 23rd.
    record(&world, vec![leeftijd("2014-11-25"), toestemming(SWV)])
        .await
        .unwrap();
    let seen = |r: &sluis_stations::Registerpost| (r.stand, r.eindigt);
    let register = world.gateway.consents("cas-1").await.unwrap();
    assert_eq!(
        seen(&register[0]),
        (ToestemmingGeldig::Aanwezig, Some((Einde::Ontgroeid, 2)))
    );
    assert!(health_arrives(&world, "e-1").await);
    world.clock.forward(24 * 3600);
    assert!(health_arrives(&world, "e-2").await);
    world.clock.forward(24 * 3600);
    assert!(!health_arrives(&world, "e-3").await);
    let register = world.gateway.consents("cas-1").await.unwrap();
    assert_eq!(seen(&register[0]), (ToestemmingGeldig::Ontgroeid, None));
    // Renewed by both.
    let both = toestemming_id("t-2", SWV);
    let text = serde_json::to_string(&both)
        .unwrap()
        .replace("2026-09-01", "2026-11-25");
    let text = text.replace(r#""door":["#, r#""door":[{"wie":"jongere","op":"2026-11-25"},"#);
    record(&world, vec![feit(&text)]).await.unwrap();
    assert!(health_arrives(&world, "e-4").await);
}

#[tokio::test]
async fn parents_who_disagree_stop_it_until_it_is_over() {
    let world = world().await;
    record(&world, vec![leeftijd("2017-03-09"), toestemming(SWV)])
        .await
        .unwrap();
    let oneens = |tot: &str| {
        feit(&format!(
            r#"{{"soort":"ouders-oneens","casus":"cas-1","vanaf":"2026-11-01"{tot}}}"#
        ))
    };
    record(&world, vec![oneens("")]).await.unwrap();
    assert!(!health_arrives(&world, "e-1").await);
    record(&world, vec![oneens(r#","tot":"2026-11-22""#)]).await.unwrap();
    assert!(health_arrives(&world, "e-2").await);
    assert_eq!(
        record(&world, vec![oneens(r#","tot":"2026-10-22""#)]).await,
        Err("feit-ongeldig")
    );
}

#[tokio::test]
async fn who_received_on_a_withdrawn_consent_is_told_by_the_id_it_knows_and_nothing_else() {
    let world = world().await;
    record(&world, vec![leeftijd("2017-03-09"), toestemming(SWV)])
        .await
        .unwrap();
    let with = world.send(&hulpvraag_gezondheid("e-1")).await.effects[0].clone();
    let without = world.send(&hulpvraag("e-2", SWV)).await.effects[0].clone();
    world.send(&hulpvraag("e-3", LEERPLICHT)).await;
    world.gateway.settle().await.unwrap();
    let ledger = world.gateway.ledger("cas-1", Some("t-1"), None, 100).await.unwrap();
    assert_eq!(ledger.iter().map(|l| &l.effect).collect::<Vec<_>>(), [&with]);
    assert_eq!(
        (ledger[0].ontvanger.as_str(), ledger[0].toestemmingen.as_slice()),
        (SWV, &["t-1".to_owned()][..])
    );
    assert_eq!(ledger[0].regelboek, rulebook().hash().to_string());
    let paths: Vec<&String> = ledger[0].paden.iter().flat_map(|g| &g.paden).collect();
    assert!(paths.iter().any(|p| p.contains("belastbaarheid")), "{paths:?}");
    assert!(ledger[0].paden.iter().all(|g| g.actie != "weggelaten"));
    assert_eq!(world.gateway.ledger("cas-1", None, None, 100).await.unwrap().len(), 3);
    let told = world.gateway.unconfirmed_counts().await.unwrap().0;
    record(&world, vec![intrekking()]).await.unwrap();
    world.gateway.settle().await.unwrap();
    let open = world.gateway.unconfirmed(None, 100).await.unwrap();
    let about: Vec<_> = open
        .iter()
        .filter_map(|b| match &b.mededeling {
            Mededeling::Intrekking { effecten, .. } => Some((b.ontvanger, effecten.clone())),
            _ => None,
        })
        .collect();
    assert_eq!(about, [(partij(SWV), vec![with.0.clone()])]);
    assert_eq!(open.len() as u64, told + 1);
    let text = serde_json::to_string(&open).unwrap();
    assert!(
        !text.contains("t-1") && !text.contains("gezondheid") && !text.contains(&without.0),
        "{text}"
    );
    // The journal of what was received names the consent it rested on, in the next version of the format.
    let state = world.store.state();
    let departed = state
        .records
        .iter()
        .find(|r| r.effect == with.0 && r.inhoud.toestemmingen == ["t-1"]);
    assert_eq!(departed.map(|r| r.versie), Some(2));
    assert!(
        state
            .records
            .iter()
            .filter(|r| r.effect == without.0)
            .all(|r| r.versie == 1)
    );
}

/// What the SWV was told of withdrawals: the effects of each message, oldest first.
async fn heard(world: &World) -> Vec<Vec<String>> {
    let open = world.gateway.unconfirmed(None, 100).await.unwrap();
    let mut heard: Vec<Vec<String>> = open
        .into_iter()
        .filter(|b| b.ontvanger == partij(SWV))
        .filter_map(|b| match b.mededeling {
            Mededeling::Intrekking { effecten, .. } => Some(effecten),
            _ => None,
        })
        .collect();
    heard.sort_by_key(Vec::len);
    heard
}

#[tokio::test]
async fn who_receives_between_a_withdrawal_and_its_day_is_told_on_that_day() {
    let world = world().await;
    record(&world, vec![leeftijd("2017-03-09"), toestemming(SWV)])
        .await
        .unwrap();
    let first = world.send(&hulpvraag_gezondheid("e-1")).await.effects[0].clone();
    world.gateway.settle().await.unwrap();
    let later = serde_json::to_string(&intrekking())
        .unwrap()
        .replace("2026-10-01", "2026-11-25");
    record(&world, vec![feit(&later)]).await.unwrap();
    world.gateway.settle().await.unwrap();
    assert_eq!(heard(&world).await, [vec![first.0.clone()]]);
    let second = world.send(&hulpvraag_gezondheid("e-2")).await.effects[0].clone();
    world.gateway.settle().await.unwrap();
    assert!(
        world.swv.texts().last().unwrap().contains("urenPerWeek"),
        "until its day it holds"
    );
    let today = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
    world.gateway.tell_of_withdrawals(today("2026-11-24")).await.unwrap();
    assert_eq!(heard(&world).await.len(), 1, "not before its day");
    world.clock.forward(48 * 3600);
    for _ in 0..2 {
        world.gateway.tell_of_withdrawals(today("2026-11-25")).await.unwrap();
    }
    let mut both = vec![first.0, second.0];
    both.sort();
    let told = heard(&world).await;
    assert_eq!((told.len(), &told[1]), (2, &both), "once, with all of it");
}

#[tokio::test]
async fn an_age_is_left_out_only_when_it_holds_today() {
    let world = world().await;
    let from = |day: &str, geboren: &str| {
        feit(&format!(
            r#"{{"soort":"leeftijd","casus":"cas-1","vanaf":"{day}","geboren":"{geboren}"}}"#
        ))
    };
    assert_eq!(
        record(&world, vec![from("2026-11-24", "2017-03-09")]).await,
        Err("feit-ongeldig")
    );
    record(&world, vec![from("2026-09-01", "2017-03-09")]).await.unwrap();
    // Corrected, and then corrected back: each holds.
    record(&world, vec![from("2026-09-01", "2012-03-09"), toestemming(SWV)])
        .await
        .unwrap_err();
    record(&world, vec![from("2026-09-01", "2012-03-09")]).await.unwrap();
    record(&world, vec![from("2026-09-02", "2017-03-09"), toestemming(SWV)])
        .await
        .unwrap();
    assert!(health_arrives(&world, "e-1").await);
    // What was said before is known, whatever came after it: a restart brings nothing back.
    for (day, geboren, known) in [("2026-09-01", "2012-03-09", true), ("2026-09-01", "2017-03-10", false)] {
        assert_eq!(world.gateway.was_recorded(&from(day, geboren)).await, Ok(known));
    }
}

#[tokio::test]
async fn a_decision_to_break_a_secrecy_takes_two_persons_for_special_data() {
    let world = world().await;
    let besluit = |gegevens: &str, more: &str| {
        feit(&format!(
            r#"{{"soort":"doorbreking","id":"db-1","casus":"cas-1","professional":"arts-1","verstrekker":"{JGZ}","gegevens":["{gegevens}"],
            "doel":"a","ontvanger":"{SWV}","redenen":["conflict-van-plichten","toestemming-geweigerd"],"op":"2026-11-20","tot":"2026-12-20"{more}}}"#
        ))
    };
    let op = Account::new("op-1", [AccountRol::Operator]);
    let fg = Account::new("fg-1", [AccountRol::Fg]);
    let alone = Wie::persoon(op.clone(), None, None);
    let both = Wie::persoon(op.clone(), Some(fg.clone()), None);
    let put = async |wie: &Wie, feit: Feit| {
        let kept = world.gateway.record_facts_by(wie, vec![feit]).await;
        kept.map(drop).map_err(|e| e.slug())
    };
    let health = || besluit("gezondheid.*", "");
    for who in [
        &alone,
        &Wie::machine("registratie", None),
        &Wie::persoon(op.clone(), Some(op.clone()), None),
    ] {
        assert_eq!(put(who, health()).await, Err("tweede-persoon-nodig"));
        // Named is not logged in.
        let named = besluit("gezondheid.*", r#","tweede":"fg-1""#);
        assert_eq!(put(who, named).await, Err("tweede-persoon-nodig"));
    }
    assert_eq!(put(&Wie::persoon(fg, None, None), health()).await, Err("rol-ontbreekt"));
    for (from, to) in [
        ("conflict-van-plichten\",", "toestemming-niet-te-vragen\","),
        (",\"toestemming-geweigerd\"", ""),
        ("2026-12-20", "2027-02-21"),
        ("2026-12-20", "2026-11-19"),
    ] {
        let text = serde_json::to_string(&health()).unwrap();
        assert!(text.contains(from), "{text}");
        assert_eq!(
            put(&both, feit(&text.replace(from, to))).await,
            Err("feit-ongeldig"),
            "{to}"
        );
    }
    put(&both, health()).await.unwrap();
    let state = world.store.state();
    let kept = state
        .facts
        .iter()
        .find_map(|f| if let Feit::Doorbreking(d) = f { Some(d) } else { None });
    assert_eq!(kept.unwrap().tweede.as_deref(), Some("fg-1"));
    let told = &state.records.last().unwrap().inhoud.toelichting;
    assert_eq!(told, "doorbreking door op-1 met fg-1");
}
