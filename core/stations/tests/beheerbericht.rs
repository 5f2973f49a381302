//! Administrative messages: who must know of a fact is told, once, and it stays open until they confirm it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use sluis_stations::{Aanzegging, Beheerbericht, Mededeling, NoticeRefusal, WatNogMag};
use support::store::Fault;
use support::*;

/// The messages of a party, kinds in order.
async fn told(world: &World, koppeling: &str, who: &str) -> Vec<Beheerbericht> {
    let caller = world.gateway.caller(koppeling).unwrap();
    world.gateway.notices(&caller, partij(who), None, 100).await.unwrap()
}

fn kinds(all: &[Beheerbericht]) -> Vec<&str> {
    all.iter().map(|b| b.mededeling.soort()).collect()
}

/// The case as it is, with JGZ, which has a connection of its own, at the table.
fn world() -> World {
    let mut plan = Plan::default();
    plan.facts.push(deelname(JGZ));
    plan.build()
}

async fn record(world: &World, json: &str) {
    world.gateway.record_facts("beheer", vec![feit(json)]).await.unwrap();
    world.gateway.tell_of_facts().await.unwrap();
}

#[tokio::test]
async fn each_turn_of_a_case_is_told_to_who_takes_part() {
    let world = world();
    let jeugd = format!(r#"{{"soort":"deelname","casus":"cas-1","partij":"{JEUGD}","vanaf":"2026-11-01"}}"#);
    record(&world, &jeugd).await;
    record(
        &world,
        &format!(r#"{{"soort":"regierol","casus":"cas-1","partij":"{JGZ}","vanaf":"2026-11-02"}}"#),
    )
    .await;
    record(
        &world,
        r#"{"soort":"fase","casus":"cas-1","fase":"analyse","vanaf":"2026-11-03","herbeoordeeld":true}"#,
    )
    .await;
    record(
        &world,
        r#"{"soort":"geheimhouding","casus":"cas-1","vanaf":"2026-11-03"}"#,
    )
    .await;
    record(
        &world,
        r#"{"soort":"sluiting","casus":"cas-1","op":"2026-11-04","reden":"overleden"}"#,
    )
    .await;
    let all = told(&world, "jgz", JGZ).await;
    assert_eq!(
        kinds(&all),
        ["deelname", "regierol", "fase", "sluiting"],
        "a secret address is nobody's news"
    );
    // Why it was closed says something about a child, and is not told; what may follow is.
    assert!(matches!(
        &all[3].mededeling,
        Mededeling::Sluiting {
            wat_nog_mag: WatNogMag::OverdrachtEnBeheer,
            ..
        }
    ));
    assert!(!serde_json::to_string(&all[3]).unwrap().contains("overleden"));
    let records = world.store.state().records.clone();
    assert!(records.iter().all(|r| !r.inhoud.toelichting.contains("overleden")));
    // Nobody is told twice, however often it is looked at.
    world.gateway.tell_of_facts().await.unwrap();
    assert_eq!(told(&world, "jgz", JGZ).await.len(), 4);
}

#[tokio::test]
async fn who_leaves_hears_that_it_left_and_nothing_after_it() {
    let world = world();
    record(
        &world,
        &format!(r#"{{"soort":"deelname","casus":"cas-1","partij":"{JGZ}","vanaf":"2026-09-01","tot":"2026-10-01"}}"#),
    )
    .await;
    record(
        &world,
        &format!(r#"{{"soort":"regierol","casus":"cas-1","partij":"{SCHOOL}","vanaf":"2026-11-02"}}"#),
    )
    .await;
    assert_eq!(kinds(&told(&world, "jgz", JGZ).await), ["deelname"]);
}

#[tokio::test]
async fn an_accession_is_made_known_to_the_others() {
    let world = world();
    let zorg = "00000099000000008000/jeugdhulpaanbieder";
    record(
        &world,
        &format!(r#"{{"soort":"toetreding","partij":"{zorg}","ondertekend_op":"2026-11-01"}}"#),
    )
    .await;
    assert_eq!(kinds(&told(&world, "jgz", JGZ).await), ["toetreding"]);
    assert!(
        world.store.state().notices.iter().all(|n| n.ontvanger != partij(zorg)),
        "who accedes knows it"
    );
}

#[tokio::test]
async fn it_is_read_only_by_its_party_and_stays_until_that_confirms() {
    let world = world();
    record(
        &world,
        &format!(r#"{{"soort":"regierol","casus":"cas-1","partij":"{JGZ}","vanaf":"2026-11-02"}}"#),
    )
    .await;
    let jgz = world.gateway.caller("jgz").unwrap();
    let kindkans = world.kindkans();
    let id = told(&world, "jgz", JGZ).await[0].id.clone();
    let stranger = world.gateway.notice_fetch(&kindkans, partij(JGZ), &id).await;
    assert_eq!(stranger.unwrap_err(), NoticeRefusal::NotYours);
    let swv = world.gateway.notice_fetch(&kindkans, partij(SWV), &id).await;
    assert_eq!(
        swv.unwrap_err(),
        NoticeRefusal::Absent,
        "another's is as absent as none"
    );
    assert!(
        !world.gateway.notice_confirm(&jgz, partij(JGZ), &id).await.unwrap(),
        "not read"
    );
    for _ in 0..2 {
        assert_eq!(world.gateway.notice_fetch(&jgz, partij(JGZ), &id).await.unwrap().id, id);
        assert_eq!(told(&world, "jgz", JGZ).await.len(), 1);
    }
    // The answer to a confirmation may be lost: confirming again is fine.
    for _ in 0..2 {
        assert!(world.gateway.notice_confirm(&jgz, partij(JGZ), &id).await.unwrap());
    }
    assert!(told(&world, "jgz", JGZ).await.is_empty());
    assert_eq!(
        world
            .gateway
            .unconfirmed(None, 9)
            .await
            .unwrap()
            .iter()
            .filter(|b| b.id == id)
            .count(),
        0
    );
}

#[tokio::test]
async fn a_deadline_that_passed_is_counted() {
    let world = world();
    let aanzegging = Aanzegging {
        aanleiding: "intrekking:t-1".into(),
        ontvanger: partij(JGZ),
        mededeling: Mededeling::Intrekking {
            casus: "cas-1".into(),
            op: "2026-11-01".parse().unwrap(),
            effecten: vec!["a1b2".into()],
        },
    };
    let first = world.gateway.announce(vec![aanzegging.clone()]).await.unwrap();
    assert_eq!(
        world.gateway.announce(vec![aanzegging]).await.unwrap(),
        first,
        "announced twice is told once"
    );
    assert_eq!(world.gateway.unconfirmed_counts().await.unwrap(), (1, 0));
    world.clock.forward(25 * 3600);
    assert_eq!(world.gateway.unconfirmed_counts().await.unwrap(), (1, 1));
}

#[tokio::test]
async fn words_of_ones_own_are_refused() {
    let world = world();
    for (verzoek, gegeven) in [
        ("999900006", "gezondheid.*"),
        ("v-1", "Moeder is ziek"),
        ("Jan", "gezondheid.*"),
    ] {
        let aanzegging = Aanzegging {
            aanleiding: "recht:v-1".into(),
            ontvanger: partij(JGZ),
            mededeling: Mededeling::Recht {
                casus: "cas-1".into(),
                verzoek: verzoek.into(),
                recht: "rectificatie".into(),
                stand: "gevraagd".into(),
                gegevens: vec![gegeven.into()],
                uiterlijk: "2026-12-01".parse().unwrap(),
            },
        };
        let refused = world.gateway.announce(vec![aanzegging]).await.unwrap_err();
        assert!(!refused.to_string().contains(verzoek) && !refused.to_string().contains("ziek"));
    }
    assert!(world.store.state().notices.is_empty());
}

#[tokio::test]
async fn a_crash_at_any_call_forgets_no_fact_and_tells_none_twice() {
    for at in 0..6 {
        for fault in [|| Fault::Fail, || Fault::CrashBefore, || Fault::CrashAfter] {
            let world = world();
            let facts = feiten(&format!(
                r#"[{{"soort":"regierol","casus":"cas-1","partij":"{JGZ}","vanaf":"2026-11-02"}},
                {{"soort":"fase","casus":"cas-1","fase":"analyse","vanaf":"2026-11-03"}}]"#
            ));
            world.gateway.record_facts("beheer", facts).await.unwrap();
            *world.store.fault.lock().unwrap() = Some((at, fault()));
            let cut = tokio::time::timeout(std::time::Duration::from_millis(30), world.gateway.tell_of_facts());
            let _ = cut.await;
            *world.store.fault.lock().unwrap() = None;
            world.gateway.tell_of_facts().await.unwrap();
            assert_eq!(
                kinds(&told(&world, "jgz", JGZ).await),
                ["regierol", "fase"],
                "at call {at}"
            );
        }
    }
}

mod akkoord {
    use sluis_rules::facts::Feit;
    use sluis_stations::{AkkoordRefusal, AkkoordVraag};

    use super::*;

    /// JGZ brought something in; the SWV would pass it on to leerplicht.
    fn vraag(ontvanger: &str, doel: &str) -> AkkoordVraag {
        AkkoordVraag {
            casus: "cas-1".into(),
            vraag: "v-1".into(),
            doorgever: partij(SWV),
            inbrenger: partij(JGZ),
            ontvanger: partij(ontvanger),
            gegevens: vec!["gezondheid.belastbaarheid".into()],
            doel: doel.into(),
        }
    }

    fn table() -> World {
        let mut plan = Plan::default();
        plan.facts.extend([deelname(JGZ), deelname(SWV)]);
        plan.build()
    }

    fn accords(world: &World) -> Vec<sluis_rules::facts::Akkoord> {
        let state = world.store.state();
        let accord = |f: &Feit| match f {
            Feit::Akkoord(a) => Some(a.clone()),
            _ => None,
        };
        state.facts.iter().filter_map(accord).collect()
    }

    #[tokio::test]
    async fn a_yes_becomes_a_fact_for_what_was_asked_and_the_asker_hears_it() {
        let world = table();
        let (swv, jgz) = (world.kindkans(), world.gateway.caller("jgz").unwrap());
        let id = world.gateway.ask_accord(&swv, vraag(LEERPLICHT, "a")).await.unwrap();
        assert_eq!(
            world.gateway.ask_accord(&swv, vraag(LEERPLICHT, "a")).await.unwrap(),
            id,
            "asked once"
        );
        assert_eq!(kinds(&told(&world, "jgz", JGZ).await), ["akkoord-vraag"]);
        assert!(world.gateway.answer_accord(&jgz, partij(JGZ), &id, true).await.unwrap());
        assert!(
            !world
                .gateway
                .answer_accord(&jgz, partij(JGZ), &id, false)
                .await
                .unwrap(),
            "answered before"
        );
        let all = accords(&world);
        assert_eq!(all.len(), 1);
        assert_eq!(
            (all[0].ontvanger, all[0].doel.as_deref()),
            (partij(LEERPLICHT), Some("a"))
        );
        assert_eq!(all[0].gegevens, ["gezondheid.belastbaarheid"]);
        let heard = told(&world, "kindkans", SWV).await;
        assert!(matches!(
            &heard[0].mededeling,
            Mededeling::AkkoordAntwoord { akkoord: true, .. }
        ));
        assert!(
            told(&world, "jgz", JGZ).await.is_empty(),
            "the question is confirmed with it"
        );
    }

    #[tokio::test]
    async fn the_same_name_for_other_data_is_another_question() {
        let world = table();
        let swv = world.kindkans();
        let first = world.gateway.ask_accord(&swv, vraag(LEERPLICHT, "a")).await.unwrap();
        let mut other = vraag(LEERPLICHT, "a");
        other.gegevens.push("gezondheid.belemmering".into());
        for another in [other, vraag(LEERPLICHT, "b"), vraag(JEUGD, "a")] {
            assert_ne!(world.gateway.ask_accord(&swv, another).await.unwrap(), first);
        }
        assert_eq!(told(&world, "jgz", JGZ).await.len(), 4);
    }

    #[tokio::test]
    async fn of_two_answers_the_first_stands_wherever_it_was_cut_off() {
        for at in 0..8 {
            for (first, second) in [(true, false), (false, true)] {
                let world = table();
                let (swv, jgz) = (world.kindkans(), world.gateway.caller("jgz").unwrap());
                let id = world.gateway.ask_accord(&swv, vraag(LEERPLICHT, "a")).await.unwrap();
                *world.store.fault.lock().unwrap() = Some((at, support::store::Fault::Fail));
                let _ = world.gateway.answer_accord(&jgz, partij(JGZ), &id, first).await;
                *world.store.fault.lock().unwrap() = None;
                let _ = world.gateway.answer_accord(&jgz, partij(JGZ), &id, second).await;
                let _ = world.gateway.answer_accord(&jgz, partij(JGZ), &id, first).await;
                let heard: Vec<bool> = told(&world, "kindkans", SWV)
                    .await
                    .iter()
                    .filter_map(|b| match b.mededeling {
                        Mededeling::AkkoordAntwoord { akkoord, .. } => Some(akkoord),
                        _ => None,
                    })
                    .collect();
                assert_eq!(heard.len(), 1, "{at}");
                assert_eq!(
                    accords(&world).len(),
                    usize::from(heard[0]),
                    "cut off at {at}: the fact is what was told"
                );
            }
        }
    }

    #[tokio::test]
    async fn a_no_is_no_fact_and_the_asker_hears_it_too() {
        let world = table();
        let (swv, jgz) = (world.kindkans(), world.gateway.caller("jgz").unwrap());
        // For its own further use: it is asked for that as well (3.4).
        let id = world.gateway.ask_accord(&swv, vraag(SWV, "b")).await.unwrap();
        assert!(
            world
                .gateway
                .answer_accord(&jgz, partij(JGZ), &id, false)
                .await
                .unwrap()
        );
        assert!(accords(&world).is_empty());
        let heard = told(&world, "kindkans", SWV).await;
        assert!(matches!(
            &heard[0].mededeling,
            Mededeling::AkkoordAntwoord { akkoord: false, .. }
        ));
    }

    #[tokio::test]
    async fn only_who_is_at_the_case_asks_and_only_who_is_asked_answers() {
        let world = table();
        let (swv, jgz) = (world.kindkans(), world.gateway.caller("jgz").unwrap());
        let asked = async |v: AkkoordVraag| world.gateway.ask_accord(&swv, v).await.unwrap_err();
        let mut other = vraag(LEERPLICHT, "a");
        other.doorgever = partij(SCHOOL);
        assert!(
            matches!(asked(other).await, AkkoordRefusal::Bericht(NoticeRefusal::NotYours)),
            "a mandate is not enough"
        );
        for (wrong, veld) in [
            (
                AkkoordVraag {
                    inbrenger: partij(JEUGD),
                    ..vraag(LEERPLICHT, "a")
                },
                "inbrenger",
            ),
            (
                AkkoordVraag {
                    inbrenger: partij(SWV),
                    ..vraag(LEERPLICHT, "a")
                },
                "inbrenger",
            ),
            (
                AkkoordVraag {
                    gegevens: Vec::new(),
                    ..vraag(LEERPLICHT, "a")
                },
                "gegevens",
            ),
            (
                AkkoordVraag {
                    casus: "999900006".into(),
                    ..vraag(LEERPLICHT, "a")
                },
                "casus",
            ),
            (vraag(LEERPLICHT, "f"), "doel"),
        ] {
            let error = asked(wrong).await.to_string();
            assert!(error.contains(veld) && !error.contains("9999"), "{error}");
        }
        let id = world.gateway.ask_accord(&swv, vraag(LEERPLICHT, "a")).await.unwrap();
        assert!(world.gateway.answer_accord(&swv, partij(JGZ), &id, true).await.is_err());
        assert!(!world.gateway.answer_accord(&swv, partij(SWV), &id, true).await.unwrap());
        assert!(
            !world
                .gateway
                .answer_accord(&jgz, partij(JGZ), "00", true)
                .await
                .unwrap()
        );
        assert!(accords(&world).is_empty());
    }
}
