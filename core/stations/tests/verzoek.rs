//! Requests of the betrokkene and breaches: who may ask, what they hold up, who is told, what is destroyed, by whom.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod support;

use serde_json::json;
use sluis_rules::inbreuk::Vermoeden;
use sluis_rules::inbreuk::post::{Bron, Inbreuk, Verwerping};
use sluis_rules::inzage::{Vraag, Weigering};
use sluis_rules::journal::Stap as Journaalstap;
use sluis_rules::recht::{AfwijsReden, Recht, Stap, StapFout, VerlengReden, VerzoekStand, Vrager};
use sluis_stations::ports::{Account, AccountRol, RegisterStore as _};
use sluis_stations::{BeheerError, Beheerbericht, INBREUK, Mededeling, NieuwVerzoek, VerzoekError, Wie};
use support::store::Place;
use support::*;

/// The young person of the world is eight.
fn vraag() -> Vraag {
    vraag_of("999900006", "2018-05-01")
}

fn vraag_of(bsn: &str, geboren: &str) -> Vraag {
    Vraag::lees(&json!({ "bsn": bsn, "geboortedatum": geboren }).to_string()).unwrap()
}

fn nieuw(recht: Recht) -> NieuwVerzoek {
    NieuwVerzoek {
        recht,
        vrager: Vrager::Vertegenwoordiger,
        ontvangen_op: jiff::civil::date(2026, 11, 20),
        gegevens: Vec::new(),
    }
}

fn operator() -> Wie {
    Wie::persoon(Account::new("op-1", [AccountRol::Operator]), None, None)
}

fn twee() -> Wie {
    let fg = Account::new("fg-1", [AccountRol::Fg]);
    Wie::persoon(Account::new("op-1", [AccountRol::Operator]), Some(fg), None)
}

const NO: Stap = Stap::Afwijzen {
    reden: AfwijsReden::DwingendeGronden,
};

/// A case with JGZ at the table and one message that JGZ and the SWV may have.
fn world() -> World {
    let mut plan = Plan::default();
    plan.facts.extend([deelname(JGZ), deelname(SWV)]);
    plan.build()
}

async fn told(world: &World) -> Vec<Beheerbericht> {
    let jgz = world.gateway.caller("jgz").unwrap();
    let all = world.gateway.notices(&jgz, partij(JGZ), None, 100).await.unwrap();
    all.into_iter().filter(|b| b.mededeling.soort() == "recht").collect()
}

fn stands(all: &[Beheerbericht]) -> Vec<String> {
    let stand = |b: &Beheerbericht| match &b.mededeling {
        Mededeling::Recht { stand, recht, .. } => format!("{recht} {stand}"),
        other => panic!("{other:?}"),
    };
    all.iter().map(stand).collect()
}

#[tokio::test]
async fn an_objection_stops_everything_until_two_persons_refuse_it() {
    let world = world();
    let first = world.send(&hulpvraag("e-1", SWV)).await.effects[0].clone();
    world.gateway.settle().await.unwrap();
    assert_eq!(world.place(&first), Place::Done, "it went before");
    let made = world
        .gateway
        .make_request(&operator(), &vraag(), &nieuw(Recht::Bezwaar))
        .await
        .unwrap();
    assert_eq!(
        (made.casussen.as_slice(), made.uiterlijk.to_string().as_str()),
        (&["cas-1".to_owned()][..], "2026-12-20")
    );
    // The same again is the same one.
    let again = world
        .gateway
        .make_request(&operator(), &vraag(), &nieuw(Recht::Bezwaar))
        .await
        .unwrap();
    assert_eq!(again, made);
    assert_eq!(stands(&told(&world).await), ["bezwaar gevraagd"]);
    let second = world.send(&hulpvraag("e-2", SWV)).await.effects[0].clone();
    world.gateway.settle().await.unwrap();
    assert_eq!(world.redenen(&second), ["verwerking-beperkt"]);
    // One person decides nothing, and neither does a machine.
    for alone in [operator(), Wie::machine("registratie", None)] {
        let refused = world.gateway.request_step(&alone, &made.id, NO).await;
        assert!(
            matches!(refused, Err(VerzoekError::Beheer(BeheerError::Niet(_)))),
            "{refused:?}"
        );
    }
    let decided = world.gateway.request_step(&twee(), &made.id, NO).await.unwrap();
    assert_eq!((decided.stand, decided.door.len()), (VerzoekStand::Afgewezen, 2));
    world.gateway.settle().await.unwrap();
    assert_eq!(world.place(&second), Place::Done, "judged again by itself");
    assert_eq!(stands(&told(&world).await), ["bezwaar gevraagd", "bezwaar afgewezen"]);
    let twice = world.gateway.request_step(&twee(), &made.id, Stap::Toewijzen).await;
    assert_eq!(twice, Err(VerzoekError::Stap(StapFout::NietNu)));
    let closed = world
        .gateway
        .request_step(&operator(), &made.id, Stap::Sluiten)
        .await
        .unwrap();
    assert!(closed.gesloten_op.is_some());
    assert_eq!(told(&world).await.len(), 2, "that the answer left is told to nobody");
    assert_eq!(world.gateway.request(&made.id).await.unwrap().len(), 3);
    // Nothing of the person stands in what is kept.
    let state = world.store.state();
    let kept: String = state
        .posten
        .iter()
        .map(|(_, p, keys)| format!("{}{}{keys:?}", p.id, p.post))
        .collect();
    assert!(!kept.contains("Testdijk") && !kept.contains("2018-05-01"));
}

#[tokio::test]
async fn a_restriction_that_was_granted_holds_until_it_is_lifted_and_in_a_new_case_too() {
    let world = world();
    world.send(&hulpvraag("e-1", SWV)).await;
    world.gateway.settle().await.unwrap();
    let made = world
        .gateway
        .make_request(&operator(), &vraag(), &nieuw(Recht::Beperking))
        .await
        .unwrap();
    world
        .gateway
        .request_step(&twee(), &made.id, Stap::Toewijzen)
        .await
        .unwrap();
    world
        .gateway
        .request_step(&operator(), &made.id, Stap::Sluiten)
        .await
        .unwrap();
    // Another case of the same person begins.
    let other: Vec<_> = serde_json::to_string(&facts())
        .map(|text| feiten(&text.replace("cas-1", "cas-2")))
        .unwrap();
    let leeftijd = |f: &sluis_rules::facts::Feit| f.soort() == "leeftijd";
    world
        .gateway
        .record_facts("beheer", other.into_iter().filter(|f| !leeftijd(f)).collect())
        .await
        .unwrap();
    let swv = deelname(SWV);
    let swv = feit(&serde_json::to_string(&swv).unwrap().replace("cas-1", "cas-2"));
    world.gateway.record_facts("beheer", vec![swv]).await.unwrap();
    let new = world
        .send(&hulpvraag("e-2", SWV).replace("cas-1", "cas-2"))
        .await
        .effects[0]
        .clone();
    world.gateway.settle().await.unwrap();
    assert_eq!(world.redenen(&new), ["verwerking-beperkt"]);
    assert_eq!(world.gateway.requests().await.unwrap()[0].casussen, ["cas-1", "cas-2"]);
    world
        .gateway
        .request_step(&twee(), &made.id, Stap::Opheffen)
        .await
        .unwrap();
    world.gateway.settle().await.unwrap();
    assert_eq!(world.place(&new), Place::Done);
}

#[tokio::test]
async fn an_erasure_destroys_what_is_still_here_after_two_persons_agreed() {
    let world = world();
    let lies = world.send(&hulpvraag("e-1", JGZ)).await.effects[0].clone();
    let other = world
        .send(
            &hulpvraag("e-2", SWV)
                .replace("999900006", "999990342")
                .replace("cas-1", "cas-9"),
        )
        .await
        .effects[0]
        .clone();
    world.gateway.settle().await.unwrap();
    assert!(matches!(world.place(&lies), Place::Mailbox | Place::Quarantine(..)));
    let made = world
        .gateway
        .make_request(&operator(), &vraag(), &nieuw(Recht::Wissing))
        .await
        .unwrap();
    assert!(
        !world.store.state().messages[&lies].accepted.is_empty(),
        "asking destroys nothing"
    );
    let done = world
        .gateway
        .request_step(&twee(), &made.id, Stap::Toewijzen)
        .await
        .unwrap();
    assert_eq!(done.gewist, 1);
    assert_eq!(world.place(&lies), Place::Done);
    let state = world.store.state();
    assert!(state.messages[&lies].accepted.is_empty() && state.messages[&lies].minimised.is_empty());
    assert!(!state.messages[&other].accepted.is_empty(), "another's stays");
    let last = state.records.iter().rfind(|r| r.effect == lies.0).unwrap();
    assert_eq!(
        (last.stap, last.inhoud.toelichting.as_str()),
        (Journaalstap::Vernietigd, format!("wissing om {}", made.id).as_str())
    );
}

#[tokio::test]
async fn who_may_not_ask_at_that_age_or_gives_another_date_of_birth_makes_no_request() {
    let world = world();
    world.send(&hulpvraag("e-1", SWV)).await;
    let of_young = NieuwVerzoek {
        vrager: Vrager::Jongere,
        ..nieuw(Recht::Bezwaar)
    };
    let refused = world.gateway.make_request(&operator(), &vraag(), &of_young).await;
    assert_eq!(refused, Err(VerzoekError::Geweigerd(Weigering::NietBevoegd)));
    let wrong = vraag_of("999900006", "2016-05-01");
    let refused = world
        .gateway
        .make_request(&operator(), &wrong, &nieuw(Recht::Bezwaar))
        .await;
    assert_eq!(refused, Err(VerzoekError::Geweigerd(Weigering::AndereGeboortedatum)));
    let ahead = NieuwVerzoek {
        ontvangen_op: jiff::civil::date(2026, 11, 24),
        ..nieuw(Recht::Bezwaar)
    };
    let refused = world.gateway.make_request(&operator(), &vraag(), &ahead).await;
    assert!(matches!(
        refused,
        Err(VerzoekError::Beheer(BeheerError::Ongeldig {
            veld: "ontvangen_op",
            ..
        }))
    ));
    assert!(world.store.state().posten.is_empty() && told(&world).await.is_empty());
}

#[tokio::test]
async fn the_term_is_longer_once_and_the_others_hear_it() {
    let world = world();
    world.send(&hulpvraag("e-1", SWV)).await;
    let made = world
        .gateway
        .make_request(&operator(), &vraag(), &nieuw(Recht::Rectificatie))
        .await
        .unwrap();
    let longer = Stap::Verlengen {
        reden: VerlengReden::Complex,
    };
    let v = world.gateway.request_step(&operator(), &made.id, longer).await.unwrap();
    assert_eq!(v.uiterlijk.to_string(), "2027-02-20");
    let all = told(&world).await;
    assert_eq!(all.len(), 2);
    assert!(matches!(&all[1].mededeling, Mededeling::Recht { uiterlijk, .. } if *uiterlijk == v.uiterlijk));
    let again = world.gateway.request_step(&operator(), &made.id, longer).await;
    assert_eq!(again, Err(VerzoekError::Stap(StapFout::TeLaat)));
}

fn inbreuk() -> Inbreuk {
    serde_json::from_value(json!({
        "id": "ib-1", "casus": "cas-1", "bij": SCHOOL, "aard": "verkeerde-ontvanger", "aspecten": ["vertrouwelijkheid"],
        "ontdekt": "2026-11-22T10:00:00Z", "groepen": ["leerlingen"], "personen": { "minstens": 1, "hoogstens": 1 },
        "gegevensregels": { "minstens": 1, "hoogstens": 4 }, "gegevens": ["gezondheid.*"], "gevolgen": ["stigma"],
        "maatregelen": ["vernietiging-gevraagd"], "ingelicht": "nog", "melding": "beslissen", "contact": "fg-1",
        "grensoverschrijdend": false, "partijen": [JGZ]
    }))
    .unwrap()
}

#[tokio::test]
async fn a_breach_is_told_to_the_others_followed_up_and_closed_and_never_by_a_machine() {
    let world = world();
    let fg = Wie::persoon(Account::new("fg-1", [AccountRol::Fg]), None, None);
    for wrong in [
        Wie::machine("m", None),
        Wie::persoon(Account::new("lz-1", [AccountRol::Lezer]), None, None),
    ] {
        assert!(matches!(
            world.gateway.record_breach(&wrong, &inbreuk()).await,
            Err(BeheerError::Niet(_))
        ));
    }
    let jgz = world.gateway.caller("jgz").unwrap();
    let told = async || {
        let all = world.gateway.notices(&jgz, partij(JGZ), None, 100).await.unwrap();
        all.into_iter().filter(|b| b.mededeling.soort() == "inbreuk").count()
    };
    assert!(world.gateway.record_breach(&fg, &inbreuk()).await.unwrap());
    assert!(
        !world.gateway.record_breach(&fg, &inbreuk()).await.unwrap(),
        "the same again is nothing new"
    );
    assert_eq!(told().await, 1);
    let mut next = inbreuk();
    next.maatregelen.clear();
    assert!(world.gateway.record_breach(&fg, &next).await.unwrap());
    assert_eq!(told().await, 1, "nothing that they must know changed");
    next.melding = serde_json::from_value("gemeld".into()).unwrap();
    next.gemeld = Some("2026-11-23T07:00:00Z".parse().unwrap());
    assert!(world.gateway.record_breach(&fg, &next).await.unwrap());
    assert_eq!(told().await, 2, "that it was reported is told (21.3)");
    next.gesloten_op = Some(jiff::civil::date(2026, 11, 23));
    let early = world.gateway.record_breach(&fg, &next).await;
    assert!(
        matches!(
            early,
            Err(BeheerError::Ongeldig {
                veld: "gesloten_op",
                ..
            })
        ),
        "the people are not told yet"
    );
    next.ingelicht = serde_json::from_value("nee-maatregelen".into()).unwrap();
    assert!(world.gateway.record_breach(&fg, &next).await.unwrap());
    next.gevolgen = vec![serde_json::from_value("geen".into()).unwrap()];
    assert!(
        world.gateway.record_breach(&fg, &next).await.is_err(),
        "closed is closed"
    );
    assert_eq!(world.store.post(INBREUK, "ib-1".into()).await.unwrap().len(), 4);
    let mut number = inbreuk();
    number.id = "999900006".into();
    assert!(matches!(
        world.gateway.record_breach(&fg, &number).await,
        Err(BeheerError::Ongeldig { veld: "id", .. })
    ));
}

#[tokio::test]
async fn a_candidate_is_rejected_once_and_only_when_there_is_such_a_message() {
    let world = world();
    let effect = world.send(&hulpvraag("e-1", SWV)).await.effects[0].clone();
    let fg = Wie::persoon(Account::new("fg-1", [AccountRol::Fg]), None, None);
    let bron = |effect: &str| Bron {
        effect: effect.to_owned(),
        vermoeden: Vermoeden::UitkomstOnbekend,
    };
    let reject = async |effect: &str| {
        world
            .gateway
            .reject_candidate(&fg, bron(effect), Verwerping::NietAangekomen)
            .await
    };
    assert!(reject(&effect.0).await.unwrap());
    assert!(!reject(&effect.0).await.unwrap());
    assert!(matches!(
        reject("00ff00ff00ff00ff").await,
        Err(BeheerError::Ongeldig { veld: "effect", .. })
    ));
}
