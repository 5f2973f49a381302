//! The same from a file, on the command line.

use serde_json::{Value, json};

use crate::process::Sluis;
use crate::town::{Town, is};

fn sluis(town: &Town, arguments: &[&str]) -> (Option<i32>, String, String) {
    let out = std::process::Command::new(env!("CARGO_BIN_EXE_sluis"))
        .args(arguments)
        .arg("--config")
        .arg(town.home.config())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (out.status.code(), text(&out.stdout), text(&out.stderr))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_imported_and_its_reports_wait_in_the_queue_until_sluis_runs() {
    let town = Town::new();
    let file = town.home.path().join("registraties.csv");
    // Not in pupil order, with a wrong line, a correction, and a pupil whose reason is not known.
    let text = "registratie;leerling;brin;datum;soort;uren;geboortedatum;sector;pgn;reden;vervangt\n\
        1;B-1;99ZA00;2026-11-02;ongeoorloofd;8;2012-05-01;vo;999900006;werk;\n\
        1;A-1;99ZA00;2026-11-02;ongeoorloofd;8;2012-05-01;vo;999990342;;\n\
        2;B-1;99ZA00;2026-11-03;ongeoorloofd;9;;;;;\n\
        2;A-1;99ZA00;2026-11-03;ongeoorloofd;8;;;;;\n\
        3;B-1;99ZA00;2026-11-03;ongeoorloofd;8;;;;;2\n\
        3;A-1;99ZA00;2026-13-03;ongeoorloofd;8;;;;;\n\
        3;C-1;99ZA00;2026-11-03;ongeoorloofd;8;;vo;;;\n";
    std::fs::write(&file, text).unwrap();
    let import = [
        "verzuim",
        "import",
        file.to_str().unwrap(),
        "--koppeling",
        "school",
        "--output",
        "json",
    ];
    let (code, told, _) = sluis(&town, &import);
    assert_eq!(code, Some(1), "{told}");
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let faults: Vec<(u64, &str)> = lines
        .iter()
        .filter_map(|line| Some((line["regel"].as_u64()?, line["fout"].as_str()?)))
        .collect();
    assert_eq!(faults, [(7, "vorm"), (8, "ontbreekt")]);
    let geteld = json!({ "bewaard": 5, "herhaald": 0, "fouten": 2, "leerlingen": 2 });
    assert_eq!(lines.last().unwrap()["geteld"], geteld);
    let (_, told, _) = sluis(&town, &import);
    assert_eq!(
        serde_json::from_str::<Value>(told.lines().last().unwrap()).unwrap()["geteld"]["herhaald"],
        5
    );
    assert!(!told.contains("A-1") && !told.contains("9999"), "{told}");

    let meldingen = ["verzuim", "meldingen", "--alle", "--output", "json"];
    assert_eq!(sluis(&town, &meldingen).1, "", "nobody looked yet");
    {
        let _sluis = Sluis::start(&town.home).await;
        town.until("one went, one waits", |q| {
            q.len() == 2 && q.iter().any(|row| is(row, "balie", "geregistreerd"))
        })
        .await;
        let (code, _, said) = sluis(&town, &import);
        assert_eq!(code, Some(75), "{said}");
        assert!(said.contains("/v1/verzuimregistraties"), "{said}");
    }
    assert_eq!(
        town.desk.meldingen().values().next().unwrap().inhoud["verzuim"]["omvang"]["uren"],
        16
    );
    let (code, told, _) = sluis(&town, &meldingen);
    let rows: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((code, rows.len()), (Some(1), 2), "{told}");
    let waits: Vec<&Value> = rows.iter().filter(|row| row["stand"] == "wacht").collect();
    assert_eq!(
        (waits[0]["wachtOp"].clone(), waits[0]["teLaat"].as_bool()),
        (json!(["reden"]), Some(true))
    );
    let (_, told, _) = sluis(&town, &["verzuim", "meldingen"]);
    assert!(
        told.contains("relatief-16-uur: wacht op reden; uiterlijk 2026-11-10 (te laat)"),
        "{told}"
    );
    let (code, _, said) = sluis(&town, &["verzuim", "import", "/dev/null", "--koppeling", "niemand"]);
    assert_eq!(code, Some(2), "{said}");
}
