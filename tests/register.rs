//! `sluis register`: complete for whatever a real journal names, in each of its forms.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[allow(dead_code, reason = "another test uses the rest")]
#[path = "support/cli.rs"]
mod cli;

use std::fs;

use cli::{copy_rules, json, sluis};

#[test]
fn the_demo_s_journal_resolves_in_the_register() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    let dir = data.to_str().unwrap();
    let played = sluis(&["demo", "--bewaar", dir]);
    assert!(played.status.success(), "{}", String::from_utf8_lossy(&played.stderr));
    let config = home.path().join("sluis.toml");
    fs::write(
        &config,
        format!(
            "[sluis]\norganisatie = \"00000099000000003000\"\ndata = \"{dir}\"\n[api]\nluister = \"127.0.0.1:0\"\n"
        ),
    )
    .unwrap();
    let config = config.to_str().unwrap();
    let out = sluis(&["register", "--config", config, "--vorm", "json"]);
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let made = json(&out.stdout);
    assert_eq!(made["open_einden"], serde_json::json!([]));
    let all = made["verwerkingen"].as_array().unwrap();
    let table = all
        .iter()
        .find(|v| v["id"] == "urn:sluis:verwerking:thuiszitterstafel")
        .unwrap();
    let flowed = &table["gestroomd"];
    assert!(flowed["besluiten"].as_u64().unwrap() > 0 && flowed["geblokkeerd"].as_u64().unwrap() > 0);
    assert!(
        !flowed["ontvangers"].as_array().unwrap().is_empty(),
        "somebody received in the demo"
    );
    let lines: u64 = all.iter().map(|v| v["gestroomd"]["regels"].as_u64().unwrap()).sum();
    assert_eq!(
        lines,
        made["journaal_tot"].as_u64().unwrap(),
        "every record is counted somewhere"
    );
    // The page and the spreadsheet say the same, and the page fetches and runs nothing.
    let page = String::from_utf8(sluis(&["register", "--config", config]).stdout).unwrap();
    assert!(page.contains("Samenwerkingsverband Voorbeeldeiland") && page.contains("urn:sluis:verwerking:wettelijk"));
    for never in ["<script", "<link", "src=", "url(", "@import"] {
        assert!(!page.contains(never), "{never}");
    }
    let csv = String::from_utf8(sluis(&["register", "--config", config, "--vorm", "csv"]).stdout).unwrap();
    assert!(csv.starts_with("\"verwerking\",\"naam\",") && csv.contains("\"urn:sluis:verwerking:derde\""));
    // An organisation that nobody described: said, and a finding.
    let out = sluis(&["register", "--organisatie", "00000099000000009999", "--vorm", "json"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(!json(&out.stdout)["ontbreekt"].as_array().unwrap().is_empty());
}

#[test]
fn what_a_lawyer_writes_is_escaped() {
    let home = copy_rules();
    let path = home.path().join("informatie.toml");
    let text = fs::read_to_string(&path).unwrap();
    let evil = "Samenwerkingsverband <script>alert(1)</script> & \\\"co\\\"";
    fs::write(
        &path,
        text.replace("Samenwerkingsverband Voorbeeldeiland, aanspreekpunt casusoverleg", evil),
    )
    .unwrap();
    let dir = home.path().to_str().unwrap();
    let out = sluis(&["register", "--regels", dir, "--organisatie", "00000099000000003000"]);
    let page = String::from_utf8(out.stdout).unwrap();
    assert!(
        !page.contains("<script>") && page.contains("&#60;script&#62;"),
        "askama escapes"
    );
}
