//! `sluis verzuim statistiek`: counts per school without a small number among them, and no two tables that can be subtracted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/cli.rs"]
mod cli;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/client.rs"]
mod client;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/home.rs"]
mod home;
#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/process.rs"]
mod process;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use cli::{json, sluis};

/// Sixteen unauthorised hours in September for so many pupils of each branch.
fn registraties(dir: &Path, scholen: &[(&str, u32)]) -> PathBuf {
    let mut text = "leerling,brin,datum,tot,soort,uren,geboortedatum,sector\n".to_owned();
    let mut n = 1000;
    for (brin, leerlingen) in scholen {
        for _ in 0..*leerlingen {
            n += 1;
            writeln!(text, "K{n},{brin},2025-09-15,,ongeoorloofd,8,2012-05-01,vo").unwrap();
            writeln!(text, "K{n},{brin},2025-09-16,,ongeoorloofd,8,,").unwrap();
        }
    }
    let path = dir.join("registraties.csv");
    std::fs::write(&path, text).unwrap();
    path
}

fn statistiek(dir: &Path, file: &Path, more: &[&str]) -> Output {
    statistiek_op("2026-11-23", dir, file, more)
}

fn statistiek_op(dag: &str, dir: &Path, file: &Path, more: &[&str]) -> Output {
    let scholen = dir.join("scholen.csv");
    std::fs::write(
        &scholen,
        "brin,leerlingen\n99ZA00,400\n99ZB00,300\n99ZC00,300\n99ZD00,8\n",
    )
    .unwrap();
    let (file, scholen) = (file.to_str().unwrap(), scholen.to_str().unwrap());
    let args = [
        "verzuim",
        "statistiek",
        file,
        "--regio",
        "noord",
        "--dag",
        dag,
        "--soort",
        "relatief",
        "--schooljaar",
        "2025",
        "--scholen",
        scholen,
    ];
    sluis(&[&args, more].concat())
}

#[test]
fn small_counts_are_hidden_and_nobody_is_in_the_table() {
    let dir = tempfile::tempdir().unwrap();
    let file = registraties(
        dir.path(),
        &[("99ZA00", 40), ("99ZB00", 25), ("99ZC00", 4), ("99ZD00", 2)],
    );
    let out = statistiek(dir.path(), &file, &["--output", "json"]);
    assert_eq!(out.status.code(), Some(0));
    let table = json(&out.stdout);
    let row = |place: &str| {
        let rows = table["rijen"].as_array().unwrap();
        let found = rows.iter().find(|r| r["plaats"].as_str().unwrap().contains(place));
        found.map(|r| r["totaal"].clone())
    };
    assert_eq!(row("99ZC"), Some("onderdrukt".into()), "four pupils");
    assert_eq!(row("99ZD"), None, "a school of eight pupils has no row of its own");
    // All that is shown adds up, and what is hidden cannot be had by subtraction: the total of two hidden rows is no row.
    assert_eq!(row("99ZA"), Some(40.into()));
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(!text.contains("K10") && !text.contains("2012"));
}

#[test]
fn what_was_published_is_published_once() {
    let dir = tempfile::tempdir().unwrap();
    let archief = dir.path().join("archief");
    let naar = archief.to_str().unwrap();
    let file = registraties(dir.path(), &[("99ZA00", 40), ("99ZB00", 25), ("99ZC00", 12)]);
    let publish = |file: &Path, more: &[&str]| {
        let out = statistiek(dir.path(), file, &[&["--publiceer", naar], more].concat());
        (out.status.code().unwrap(), String::from_utf8(out.stderr).unwrap())
    };
    let tables = || std::fs::read_dir(&archief).unwrap().count() - 1;
    assert_eq!(publish(&file, &[]).0, 0);
    assert_eq!(
        (publish(&file, &[]).0, tables()),
        (0, 1),
        "the same table for the next receiver"
    );
    // The same year in months; and the same table with one pupil more.
    let (code, why) = publish(&file, &["--per", "maand"]);
    assert_eq!(code, 1);
    assert!(why.contains("not published"), "{why}");
    let more = registraties(dir.path(), &[("99ZA00", 41), ("99ZB00", 25), ("99ZC00", 12)]);
    assert_eq!((publish(&more, &[]).0, tables()), (1, 1));
    // A year that is over only by the day that was asked for is not over.
    let later = [
        "--dag",
        "2099-01-01",
        "--schooljaar",
        "2097",
        "--soort",
        "relatief",
        "--scholen",
        "-",
        "--publiceer",
        naar,
    ];
    let out = sluis(&[&["verzuim", "statistiek", file.to_str().unwrap()], &later[..]].concat());
    let why = String::from_utf8(out.stderr).unwrap();
    assert!(out.status.code() == Some(2) && why.contains("not over"), "{why}");
    // A year that is still going on changes its table.
    let now = statistiek_op("2026-03-01", dir.path(), &file, &["--publiceer", naar]);
    assert_eq!(now.status.code(), Some(2));
    assert!(String::from_utf8(now.stderr).unwrap().contains("not over"));
}

#[test]
fn a_file_with_a_wrong_line_makes_no_table() {
    let dir = tempfile::tempdir().unwrap();
    let file = registraties(dir.path(), &[("99ZA00", 40)]);
    let text = std::fs::read_to_string(&file).unwrap() + "K9999,99ZA00,2025-02-30,,ziek,,2012-05-01,vo\n";
    std::fs::write(&file, text).unwrap();
    let out = statistiek(dir.path(), &file, &["--output", "json"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(out.stdout.is_empty());
}

/// A table goes by its own channel: decided and recorded for each receiver, ready in the mailbox of who may have it, and
/// read by nobody else.
#[tokio::test]
async fn a_table_lies_ready_for_who_may_have_it() {
    let home = home::Home::new();
    home.configure(&home::Plan::default());
    let mut config = std::fs::read_to_string(home.config()).unwrap();
    for (name, party) in [("leerplicht", home::LEERPLICHT), ("jeugd", home::JEUGD)] {
        let sha256 = home::digest(&home::token(name));
        write!(
            config,
            "\n[koppeling.{name}]\nmode = \"enforce\"\npartijen = [\"{party}\"]\nrollen = [\"postbus\"]\ntoken_sha256 = \"{sha256}\"\n"
        )
        .unwrap();
    }
    std::fs::write(home.config(), config).unwrap();
    let file = registraties(home.path(), &[("99ZA00", 40), ("99ZB00", 25), ("99ZC00", 4)]);
    let archief = home.path().join("archief");
    let config = home.config();
    let given = |more: &[&str]| {
        let fixed = [
            "--publiceer",
            archief.to_str().unwrap(),
            "--config",
            config.to_str().unwrap(),
        ];
        let fixed = [
            &fixed[..],
            &["--output", "json", "--van", home::SWV, "--aan", home::LEERPLICHT],
            more,
        ]
        .concat();
        let out = statistiek(home.path(), &file, &fixed);
        let said = String::from_utf8(out.stdout).unwrap();
        let verdicts: Vec<serde_json::Value> = said.lines().skip(1).map(|l| json(l.as_bytes())).collect();
        (
            out.status.code().unwrap(),
            verdicts,
            String::from_utf8(out.stderr).unwrap(),
        )
    };
    assert_eq!(given(&[]).0, 78, "there is no store yet");
    let sluis = process::Sluis::start(&home).await;
    let busy = given(&[]);
    assert_eq!(busy.0, 75, "the store is another's: {}", busy.2);
    assert!(sluis.stop().await.success());
    let (code, verdicts, _) = given(&["--aan", home::JEUGD]);
    assert_eq!(code, 1, "{verdicts:?}");
    assert_eq!(
        (&verdicts[0]["uitkomst"], &verdicts[0]["aan"]),
        (&"doorgelaten".into(), &home::LEERPLICHT.into())
    );
    assert_eq!(
        verdicts[1]["redenen"],
        serde_json::json!(["telling-niet-voor-ontvanger"])
    );
    assert_eq!(given(&[]).0, 0, "again is the same");
    let sluis = process::Sluis::start(&home).await;
    let of = |name: &str| client::Client::new(&home, name);
    let lists = [
        of("leerplicht").pages("/v1/beheerberichten", "beheerberichten").await,
        of("jeugd").pages("/v1/beheerberichten", "beheerberichten").await,
    ];
    assert_eq!((lists[0].len(), lists[1].len()), (1, 0));
    let path = format!("/v1/beheerberichten/{}", lists[0][0]["id"].as_str().unwrap());
    assert_eq!(of("jeugd").insist("GET", &path, None).await.status, 404);
    let table = of("leerplicht").insist("GET", &path, None).await.json();
    let text = table.to_string();
    assert!(
        text.contains("verzuimstatistiek") && text.contains("99ZA") && text.contains("onderdrukt"),
        "{text}"
    );
    assert!(!text.contains("K10") && !text.contains("2012"), "{text}");
    assert_eq!(of("leerplicht").insist("DELETE", &path, None).await.status, 204);
    assert!(sluis.stop().await.success());
    let journal = sluis_store::JournalReader::open(&home.store()).unwrap();
    let records: Vec<serde_json::Value> = journal
        .from(1, 10_000)
        .unwrap()
        .iter()
        .map(|line| json(line))
        .filter(|r| r["inhoud"]["kanaal"] == "aggregaat")
        .collect();
    let steps: Vec<_> = records.iter().map(|r| r["stap"].as_str().unwrap()).collect();
    assert_eq!(
        steps,
        ["afgeleverd", "besluit", "opgehaald", "afgeleverd"],
        "laid ready, refused, fetched, confirmed"
    );
    assert!(
        records[..2]
            .iter()
            .all(|r| r["inhoud"]["regelboek"].is_string() && r["verwerking"].as_str().unwrap().ends_with("aggregaat"))
    );
}
