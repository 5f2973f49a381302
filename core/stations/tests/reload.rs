//! Other rules while a message is on its way: it is judged again, and the stricter of the two wins.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod support;

use std::sync::Arc;

use sluis_rules::journal::Stap;
use sluis_rules::rulebook::Rulebook;
use sluis_stations::ports::{EffectId, Station};
use sluis_stations::{Outcome, REGELS_GEWEIGERD, ReloadError, RulesReady};
use support::*;

const TABLE: &str = "casusoverleg/thuiszitterstafel.toml";

/// The rules of the repository with other words in one block of the table.
fn other(block: &str, old: &str, new: &str) -> Arc<Rulebook> {
    let mut all = sources_of_repository();
    let text = &mut all.rules.iter_mut().find(|s| s.name == TABLE).unwrap().text;
    let at = text.find(&format!("id = \"{block}\"")).unwrap();
    let (before, after) = text.split_at(at);
    assert!(after.contains(old));
    *text = format!("{before}{}", after.replacen(old, new, 1));
    Arc::new(Rulebook::parse(&all).unwrap_or_else(|f| panic!("{f:#?}")))
}

/// No date of birth for leerplicht, only the age.
fn stricter() -> Arc<Rulebook> {
    let whole = "actie = \"toestaan\"";
    let age = "actie = \"generaliseren\"\nwijze = \"leeftijd\"";
    other("tzt-intake-geboortedatum-leerplicht", whole, age)
}

fn request() -> String {
    let persoon = r#""achternaam":"Testdijk","geboortedatum":"2012-03-14""#;
    hulpvraag_with("e-1", LEERPLICHT, persoon, "")
}

/// Judged under the rules in use, sent under others.
async fn crossing(first: Arc<Rulebook>, second: Arc<Rulebook>) -> (World, EffectId) {
    let world = Plan::default().build();
    world.gateway.reload(first).unwrap();
    let effect = world.send(&request()).await.effects[0].clone();
    assert_eq!(judged(&world, &effect).await, Outcome::Forwarded);
    world.gateway.reload(second).unwrap();
    world.gateway.settle().await.unwrap();
    (world, effect)
}

/// The rulebooks of the decision and of the departure.
fn hashes(world: &World) -> Vec<String> {
    let state = world.store.state();
    let ours = state
        .records
        .iter()
        .filter(|r| matches!(r.stap, Stap::Besluit | Stap::Vertrek));
    ours.map(|r| r.inhoud.regelboek.clone()).collect()
}

async fn judged(world: &World, effect: &EffectId) -> Outcome {
    let ready = world.gateway.store().ready(Station::Judge, u64::MAX, 10).await.unwrap();
    assert_eq!(ready, std::slice::from_ref(effect));
    world.gateway.judge(effect).await.unwrap()
}

#[tokio::test]
async fn judged_under_one_and_sent_under_another_the_stricter_wins() {
    let (wide, narrow) = (rulebook(), stricter());
    let (world, _) = crossing(Arc::clone(&wide), Arc::clone(&wide)).await;
    assert!(world.target.texts()[0].contains("geboortedatum"));
    for (first, second) in [(&wide, &narrow), (&narrow, &wide), (&narrow, &narrow)] {
        let (world, _) = crossing(Arc::clone(first), Arc::clone(second)).await;
        let text = &world.target.texts()[0];
        assert!(!text.contains("geboortedatum") && text.contains("leeftijd"), "{text}");
        assert_eq!(hashes(&world), [first.hash().to_string(), second.hash().to_string()]);
    }
}

#[tokio::test]
async fn what_the_new_rules_forbid_stays_though_it_was_judged() {
    let nothing = other("tzt-naam-leerplicht", "van = [\"school\", ", "van = [");
    let (world, effect) = crossing(rulebook(), Arc::clone(&nothing)).await;
    assert_eq!(
        world.target.texts(),
        Vec::<String>::new(),
        "it had been judged, and does not leave"
    );
    assert_eq!(world.redenen(&effect), ["niets-bruikbaars-over"]);
    assert_eq!(
        hashes(&world),
        [rulebook().hash().to_string(), nothing.hash().to_string()]
    );
}

#[tokio::test]
async fn rules_for_a_later_day_are_not_taken_before_it() {
    let world = Plan::default().build();
    let today = world.gateway.rulebook();
    let mut all = sources_of_repository();
    let covenant = all.rules.iter_mut().find(|s| s.name == "convenant.toml").unwrap();
    covenant.text = covenant
        .text
        .replacen("[convenant]", "[convenant]\ngeldt_vanaf = 2026-12-01", 1);
    let later = Arc::new(Rulebook::parse(&all).unwrap());
    let day = later.convenant().geldt_vanaf.unwrap();
    assert_eq!(world.gateway.reload(Arc::clone(&later)), Err(ReloadError::NotYet(day)));
    assert_eq!(world.gateway.rulebook().hash(), today.hash());
    world.clock.forward(60 * 86_400);
    assert_eq!(world.gateway.reload(Arc::clone(&later)), Ok(()));
    assert_eq!(world.gateway.rulebook().hash(), later.hash());
}

#[tokio::test]
async fn an_alarm_stays_until_rules_are_taken() {
    let world = Plan::default().build();
    assert_eq!(world.gateway.rules_alarm(), None);
    world.gateway.raise_rules_alarm(REGELS_GEWEIGERD);
    let since = world.gateway.rules_alarm().unwrap().since_ms;
    world.clock.forward(60);
    world.gateway.raise_rules_alarm(REGELS_GEWEIGERD);
    assert_eq!(
        world.gateway.rules_alarm().unwrap().since_ms,
        since,
        "since the first time"
    );
    world.gateway.set_rules_ready(Some(RulesReady {
        regelboek: Arc::clone(stricter().hash()),
        vanaf: "2027-01-01".parse().unwrap(),
    }));
    world.gateway.reload(rulebook()).unwrap();
    assert_eq!(world.gateway.rules_alarm(), None, "the same rules, mended, end it too");
    assert!(world.gateway.rules_ready().is_some(), "what waits goes on waiting");
}
