//! Callers that send what they should not: each refusal in one form, with a page, and never a value of what came.

use std::path::Path;

use serde_json::Value;

use crate::canary::{Needles, SONG};
use crate::client::{Answer, CLOUDEVENT};
use crate::corpus;
use crate::home::{LEERPLICHT, SWV};
use crate::region::Region;

const JSON: &str = "application/json";

/// RFC 9457, with a type that has a page, and nothing of what was sent.
pub(crate) fn is_problem(answer: &Answer, status: u16) -> String {
    let shown = String::from_utf8_lossy(&answer.bytes);
    assert_eq!(answer.status, status, "{shown}");
    assert_eq!(answer.content_type, "application/problem+json", "{shown}");
    let problem = answer.json();
    assert_eq!(problem["status"], status, "{shown}");
    for member in ["type", "title", "detail", "detailEn", "instance"] {
        assert!(
            problem[member].as_str().is_some_and(|text| !text.is_empty()),
            "{member}: {shown}"
        );
    }
    let slug = problem["type"]
        .as_str()
        .and_then(|t| t.strip_prefix("https://sluis.example/redenen/"));
    let slug = slug.unwrap_or_else(|| panic!("{shown}"));
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/redenen/{slug}.md"));
    assert!(page.is_file(), "{slug} has no page");
    assert_eq!(Needles::of(SONG).found_in(&answer.bytes), None, "{shown}");
    slug.to_owned()
}

/// What is wrong with a letter: its bytes after something was done to them.
fn spoiled(from: &str, to: &str) -> Vec<u8> {
    let letter = corpus::request(1, "cas-0", "a", Some(LEERPLICHT), Vec::new());
    let text = String::from_utf8(letter.body).unwrap();
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1).into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_refusal_has_its_form_and_tells_nothing() {
    let region = Region::new();
    let sluis = region.start().await;
    region.cases(1).await;
    let school = region.client("school");
    let song = |n: usize| SONG.repeat(n / SONG.len() + 1);
    let whole = spoiled("{", "{");

    let too_large = format!("{{\"data\":\"{}\"}}", song(3 << 20)).into_bytes();
    let deep = format!("{{\"data\":{}\"{SONG}\"{}}}", "[".repeat(200), "]".repeat(200));
    let cases: Vec<(&str, u16, Vec<u8>)> = vec![
        ("te-groot", 413, too_large),
        ("geen-json", 400, format!("{{\"{SONG}\":").into_bytes()),
        ("geen-json", 400, Vec::new()),
        (
            "geen-utf8",
            400,
            [b"{\"data\":\"", SONG.as_bytes(), b"\xff\"}"].concat(),
        ),
        (
            "dubbele-sleutel",
            400,
            spoiled("\"taal\":", "\"t\\u0061al\":\"nl\",\"taal\":"),
        ),
        ("te-diep", 400, deep.into_bytes()),
        ("half-teken", 400, spoiled("\"Noor\"", "\"\\ud800\"")),
        ("meer-dan-een-waarde", 400, [whole.as_slice(), b"{}"].concat()),
        (
            "attribuut-ongeldig",
            400,
            spoiled("\"doel\":\"a\"", &format!("\"doel\":\"{SONG}\"")),
        ),
        (
            "attribuut-geweigerd",
            400,
            spoiled("\"doel\":\"a\"", &format!("\"doel\":\"a\",\"subject\":\"{SONG}\"")),
        ),
        ("attribuut-ontbreekt", 400, spoiled("\"doel\":\"a\",", "")),
        (
            "past-niet-in-schema",
            400,
            spoiled("\"urgentie\":\"hoog\"", &format!("\"urgentie\":\"{SONG}\"")),
        ),
        (
            "geen-mandaat",
            403,
            spoiled(
                "\"afzender\":\"00000099000000001000/school\"",
                &format!("\"afzender\":\"{SWV}\""),
            ),
        ),
    ];
    for (slug, status, body) in cases {
        let answer = school.post(&body).await.unwrap_or_else(|| panic!("{slug}: no answer"));
        assert_eq!(is_problem(&answer, status), slug);
    }

    let other_media = school
        .call("POST", "/v1/berichten", Some(("text/xml", whole.clone())))
        .await;
    assert_eq!(is_problem(&other_media.unwrap(), 415), "verkeerd-mediatype");
    for token in ["", "kort", &song(64)] {
        let nobody = region.client("school").with_token(token);
        for (method, path) in [
            ("POST", "/v1/berichten"),
            ("GET", "/v1/geblokkeerd"),
            ("GET", "/v1/gezondheid"),
        ] {
            let answer = nobody
                .call(method, path, Some((CLOUDEVENT, whole.clone())))
                .await
                .unwrap();
            assert_eq!(is_problem(&answer, 401), "geen-toegang");
        }
    }
    let facts = corpus::informing("cas-0").to_string().into_bytes();
    let answer = school.call("POST", "/v1/feiten", Some((JSON, facts))).await.unwrap();
    assert_eq!(is_problem(&answer, 403), "geen-mandaat");
    let operator = region.client("beheer");
    let wrong = format!("{{\"soort\":\"{SONG}\"}}").into_bytes();
    let answer = operator.call("POST", "/v1/feiten", Some((JSON, wrong))).await.unwrap();
    assert_eq!(is_problem(&answer, 400), "feit-ongeldig");
    for (method, path, status) in [
        ("GET", format!("/v1/{SONG}"), 404),
        ("GET", format!("/v1/berichten/{SONG}"), 404),
        ("GET", format!("/v1/geblokkeerd?{SONG}=1"), 400),
        ("DELETE", "/v1/berichten".to_owned(), 405),
    ] {
        is_problem(&operator.call(method, &path, None).await.unwrap(), status);
    }

    // The letter as it should be is taken once, again as the same, and refused under the same id with other content.
    assert_eq!(school.post(&whole).await.unwrap().status, 202);
    assert_eq!(school.post(&whole).await.unwrap().status, 200);
    let other = spoiled("\"urgentie\":\"hoog\"", "\"urgentie\":\"laag\"");
    assert_eq!(is_problem(&school.post(&other).await.unwrap(), 409), "andere-inhoud");

    // Of all this one letter came in, and nothing was said that should not be.
    assert!(region.settled().await.is_empty());
    assert_eq!(region.municipality.effects().len(), 1);
    assert!(sluis.stop().await.success());
    let needles = Needles::of(SONG);
    let found = [region.home.data(), region.home.logs()]
        .map(|dir| needles.found_below(&dir))
        .concat();
    assert!(found.is_empty(), "sings: {found:?}");
    let got: Vec<_> = region.municipality.received();
    assert!(got.iter().all(|r| needles.found_in(&r.wire()).is_none()));
    let last: Value = serde_json::from_slice(&got[0].body).unwrap();
    assert!(last.to_string().contains(&corpus::mark(1)));
}
