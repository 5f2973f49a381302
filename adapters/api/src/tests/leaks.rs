//! Nothing of a request comes back in a refusal.

use super::played::Played;
use super::support::{BEHEER_TOKEN, LEERPLICHT_TOKEN, Reply, SCHOOL_TOKEN, bearer, house, house_with, send};
use crate::api::ApiSettings;
use crate::doors::{Kind, Refusal};
use crate::problem::REASONS;

/// A test BSN inside the range for tests, a name, and a shape no text of ours has.
const PLANTED: &str = "Zeldzaam-999990342-Kanarievogel";

fn clean(reply: &Reply, about: &str) {
    assert!(reply.status >= 400, "{about}: {reply:?}");
    assert_eq!(
        reply.header("content-type"),
        Some("application/problem+json"),
        "{about}: {reply:?}"
    );
    let all = format!("{}\n{}", reply.head, reply.body).to_lowercase();
    for part in PLANTED.to_lowercase().split('-') {
        assert!(!all.contains(part), "{about}: {all}");
    }
}

#[tokio::test]
async fn no_refusal_shows_what_was_planted_in_path_header_or_body() {
    let house = house().await;
    let addr = house.server.addr();
    let planted = format!("\r\nX-Naam: {PLANTED}\r\ntraceparent: 00-{PLANTED}-01\r\nAccept-Language: {PLANTED}");
    let body = format!("{{\"{PLANTED}\":\"{PLANTED}\"}}");
    let paths = [
        ("POST", "/v1/hulpvragen"),
        ("POST", "/v1/berichten"),
        ("POST", "/v1/feiten"),
        ("GET", "/v1/postbus?naam=P"),
        ("GET", "/v1/postbus?partij=P"),
        ("GET", "/v1/postbus/P"),
        ("DELETE", "/v1/postbus/P"),
        ("GET", "/v1/berichten/P"),
        ("GET", "/v1/geblokkeerd?na=P&P=1"),
        ("POST", "/v1/geblokkeerd/P/opnieuw-beoordelen"),
        ("POST", "/v1/aankondigingen/P"),
        ("GET", "/v1/P"),
        ("PUT", "/v1/postbus/P"),
        ("GET", "/v1/postbus/%ff%fe"),
    ];
    *house.played.refuse.lock().unwrap() = Some(Refusal::new(Kind::Invalid, "past-niet-in-schema"));
    for (method, path) in paths {
        let path = path.replace('P', PLANTED);
        for token in [SCHOOL_TOKEN, LEERPLICHT_TOKEN, BEHEER_TOKEN, PLANTED, "P"] {
            for media in ["application/cloudevents+json", "application/json", PLANTED] {
                let line = format!("{method} {path}");
                let head = format!("{}{planted}\r\nContent-Type: {media}", bearer(&line, token));
                clean(
                    &send(addr, &head, body.as_bytes()).await,
                    &format!("{line} {token} {media}"),
                );
            }
        }
    }
}

#[tokio::test]
async fn nor_when_it_is_too_large_or_too_slow() {
    let settings = ApiSettings {
        max_body: 1024,
        body_time: std::time::Duration::from_millis(200),
        ..ApiSettings::default()
    };
    let house = house_with(Played::default(), settings, |_| {}).await;
    let large = PLANTED.repeat(100);
    let reply = send(
        house.server.addr(),
        &super::support::event_as(SCHOOL_TOKEN),
        large.as_bytes(),
    )
    .await;
    clean(&reply, "too large");
    reply.is_problem("te-groot");
}

#[test]
fn every_reason_is_whole_and_its_own() {
    for (at, reason) in REASONS.iter().enumerate() {
        assert!(
            REASONS.iter().skip(at + 1).all(|o| o.slug != reason.slug),
            "{} twice",
            reason.slug
        );
        assert!((400..600).contains(&reason.status) && reason.status != 422);
        assert!(
            reason
                .slug
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit())
        );
        assert!(reason.titel.len() > 5 && reason.detail.ends_with('.') && reason.detail_en.ends_with('.'));
    }
}

#[test]
fn every_refusal_of_the_stations_has_words_of_its_own() {
    use sluis_stations::{BeheerError, IntakeRefusal, MailboxRefusal};
    let mut slugs = IntakeRefusal::SLUGS.to_vec();
    slugs.extend([MailboxRefusal::NotYours, MailboxRefusal::Absent, MailboxRefusal::NotNow].map(|r| r.slug()));
    slugs.extend([BeheerError::Ongeldig { veld: "op", wat: "" }, BeheerError::NietNu].map(|r| r.slug()));
    for slug in slugs {
        assert!(
            REASONS.iter().any(|r| r.slug == slug),
            "{slug} has no words in reasons.rs"
        );
    }
    for (refusal, status, pad) in [
        (IntakeRefusal::GeenMandaat, 403, Some("/afzender")),
        (IntakeRefusal::AndereInhoud, 409, None),
        (IntakeRefusal::NietBewaard, 503, None),
        (IntakeRefusal::OntvangerIsAfzender, 400, Some("/ontvanger")),
    ] {
        let slug = refusal.slug();
        let refusal = Refusal::from(refusal);
        assert_eq!(refusal.pad.as_deref(), pad);
        let problem = crate::problem::Problem::from(refusal);
        assert_eq!((problem.status().as_u16(), problem.slug()), (status, slug));
    }
}
