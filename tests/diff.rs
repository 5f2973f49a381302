//! `sluis diff`: who changes one rule sees what it does, over the matrix, the cases and recorded decisions.
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

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Output;
use std::time::Instant;

use cli::{copy_rules, json, root, sluis};

const RULES: &str = "config/convenant";

/// One more rule: jgz hears in which school the pupil is enrolled.
const BLOCK: &str = r#"
[[regel]]
id = "tzt-beoordeling-schoolinschrijving-jgz"
van = ["school"]
naar = ["jgz"]
berichten = ["hulpvraag"]
fasen = ["beoordeling"]
doelen = ["a", "b"]
gegevens = ["school.brin", "school.vestiging"]
actie = "toestaan"
artikelen = ["5.1.c"]
omdat = "De jeugdarts zoekt de school van de leerling op."
"#;

/// The last line of every file of the rules.
const END: &str = "\n# einde\n";

/// A copy of the rules with that block.
fn changed() -> tempfile::TempDir {
    let home = copy_rules();
    let table = home.path().join("casusoverleg/thuiszitterstafel.toml");
    let text = fs::read_to_string(&table).unwrap();
    fs::write(&table, text.replace(END, &format!("{BLOCK}{END}"))).unwrap();
    home
}

fn text(out: &Output) -> String {
    assert!(out.stderr.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout.clone()).unwrap()
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn rules_that_are_the_same_change_nothing() {
    let out = sluis(&["diff", RULES, RULES, "--cases", "tests/cases"]);
    assert_eq!(out.status.code(), Some(0));
    let told = text(&out);
    assert!(
        told.contains("0 ruimer, 0 smaller") && told.contains("de regels zijn gelijk"),
        "{told}"
    );
    let home = copy_rules();
    let file = home.path().join("doelen.toml");
    let before = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("# alleen een opmerking\n{before}")).unwrap();
    let out = sluis(&["diff", RULES, path(home.path()), "--taal", "en"]);
    assert_eq!(out.status.code(), Some(0));
    assert!(text(&out).contains("the rules differ only in remarks or layout"));
}

#[test]
fn what_is_not_compared_is_not_called_the_same() {
    for (name, old, new) in [
        ("convenant.toml", "looptijd_jaren = 2", "looptijd_jaren = 3"),
        (
            "wetsvoorstellen.toml",
            "id = \"wams\"",
            "id = \"wams\"\naan = true\nvan_kracht_op = \"2027-01-01\"",
        ),
    ] {
        let home = copy_rules();
        let file = home.path().join(name);
        let text_of = fs::read_to_string(&file).unwrap();
        assert!(text_of.contains(old), "the change must hit: {old}");
        fs::write(&file, text_of.replacen(old, new, 1)).unwrap();
        let out = sluis(&["diff", RULES, path(home.path())]);
        assert_eq!(
            out.status.code(),
            Some(1),
            "{name}: {}",
            String::from_utf8_lossy(&out.stderr)
        );
        let told = text(&out);
        assert!(
            told.contains("niet in wat hier is vergeleken: kijk zelf in") && told.contains(name),
            "{told}"
        );
        let told = json(&sluis(&["diff", RULES, path(home.path()), "--output", "json"]).stdout);
        assert_eq!(
            (&told["bestanden"][0], &told["verandert"]),
            (&name.into(), &true.into())
        );
    }
}

/// A copy of the rules with one change, beside the rules: what is told.
fn told_of(name: &str, old: &str, new: &str) -> String {
    let home = copy_rules();
    let file = home.path().join(name);
    let before = fs::read_to_string(&file).unwrap();
    assert!(before.contains(old), "the change must hit: {old}");
    fs::write(&file, before.replacen(old, new, 1)).unwrap();
    text(&sluis(&["diff", RULES, path(home.path())]))
}

#[test]
fn a_rule_of_another_channel_shows_in_the_matrix() {
    let told = told_of(
        "betrokkene.toml",
        "\"status.hulpvraag\", \"status.tlv\"",
        "\"status.hulpvraag\"",
    );
    assert!(
        told.contains("betrokkene/loket-onderwijs: samenwerkingsverband → betrokkene")
            && told.contains("smaller   altijd: status.tlv"),
        "{told}"
    );
}

/// A condition of a whole table is in no cell, and without it much more may go.
#[test]
fn a_condition_that_is_gone_makes_wider() {
    for (name, old, new, told) in [
        (
            "casusoverleg/loket-onderwijs.toml",
            "toestemming_voorwaarde = true",
            "toestemming_voorwaarde = false",
            "zonder toestemming voor de aanvraag gaat er niets",
        ),
        (
            "casusoverleg/loket-onderwijs.toml",
            "per_casus = true",
            "per_casus = false",
            "alleen na aanmelding bij de casus",
        ),
    ] {
        let said = told_of(name, old, new);
        assert!(
            said.contains("voorwaarden: 1 vervallen (ruimer), 0 erbij (smaller)"),
            "{name}: {said}"
        );
        assert!(said.contains(told), "{name}: {said}");
    }
}

#[test]
fn a_bill_shows_from_the_day_on_which_it_is_law() {
    let bill = "id = \"terugdringen-verzuim\"";
    let told = told_of(
        "wetsvoorstellen.toml",
        bill,
        &format!("{bill}\naan = true\nvan_kracht_op = \"2027-08-01\""),
    );
    let (now, then) = told.split_once("vanaf 2027-08-01").unwrap();
    assert!(now.contains("0 ruimer, 0 smaller"), "{told}");
    assert!(
        then.contains("wettelijk/verzuimregister-swv: duo → samenwerkingsverband") && then.contains("vrs-verzuim"),
        "{told}"
    );
}

#[test]
fn one_more_rule_shows_in_the_matrix_with_its_article() {
    let home = changed();
    let out = sluis(&["diff", RULES, path(home.path())]);
    assert_eq!(out.status.code(), Some(1));
    let told = text(&out);
    for words in [
        "matrix: 2 ruimer, 0 smaller",
        "thuiszitterstafel: school → jgz",
        "beoordeling: school.brin, school.vestiging",
        "– → ja (alleen hulpvraag voor doel a, b)",
        "regel tzt-beoordeling-schoolinschrijving-jgz; artikel 5.1.c",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    let back = json(&sluis(&["diff", path(home.path()), RULES, "--output", "json"]).stdout);
    assert_eq!(
        (back["matrix"]["smaller"].as_u64(), back["verandert"].as_bool()),
        (Some(2), Some(true))
    );
    let group = &back["matrix"]["verschillen"][0];
    assert_eq!(group["aard"], "smaller");
    assert_eq!(group["regels_oud"][0], "tzt-beoordeling-schoolinschrijving-jgz");
}

#[test]
fn cases_that_come_out_otherwise_are_told_by_their_paths() {
    let home = copy_rules();
    let table = home.path().join("casusoverleg/thuiszitterstafel.toml");
    let rules = fs::read_to_string(&table).unwrap();
    let rule = "id = \"tzt-evaluatie-geboortejaar-van-school\"\nvan = [\"school\"]";
    assert!(rules.contains(rule));
    let other = rule.replace("[\"school\"]", "[\"jgz\"]");
    fs::write(&table, rules.replace(rule, &other)).unwrap();
    let out = sluis(&["diff", RULES, path(home.path()), "--cases", "tests/cases"]);
    assert_eq!(out.status.code(), Some(1));
    let told = text(&out);
    for words in [
        "generaliseren/alleen-het-geboortejaar-bij-de-evaluatie",
        "gegeneraliseerd (tzt-evaluatie-geboortejaar-van-school) → weggelaten (element-niet-nodig)",
        "/bijdragen/*/inhoud/persoon/geboortedatum",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    // No value of a message stands in it.
    let message = "tests/cases/generaliseren/alleen-het-geboortejaar-bij-de-evaluatie/in.json";
    let message = json(&fs::read(root().join(message)).unwrap());
    let born = &message["data"]["bijdragen"][0]["inhoud"]["persoon"]["geboortedatum"];
    assert!(!told.contains(born.as_str().unwrap()));
}

const FACTS: &str = "tests/cases/feiten/beoordeling.json";

fn decision(naar: &str, fase: &str) -> String {
    serde_json::json!({"kanaal":"casusoverleg","casusoverleg":"thuiszitterstafel","casus":"cas-7f3a","fase":fase,
        "doel":"a","van":"00000099000000001000/school","naar":naar,"bericht":"hulpvraag","dag":"2026-10-12","feiten":10,
        "bijdragen":[{"inbrenger":"00000099000000001000/school","beroepsgeheim":"geen",
            "gegevens":["persoon.naam","hulpvraag.vraag","school.brin","persoon.religie"]}]})
    .to_string()
}

#[test]
fn recorded_decisions_are_made_again_under_both() {
    let home = changed();
    let jgz = decision("00000099000000004000/jgz", "beoordeling");
    let leerplicht = decision("00000099000000002000/leerplicht", "beoordeling");
    let wrong_phase = decision("00000099000000004000/jgz", "intake");
    let file = home.path().join("besluiten.ndjson");
    fs::write(&file, format!("{leerplicht}\n\n{jgz}\n{jgz}\n{wrong_phase}")).unwrap();
    let args = [
        "diff",
        RULES,
        path(home.path()),
        "--decisions",
        path(&file),
        "--facts",
        FACTS,
    ];
    let out = sluis(&args);
    assert_eq!(out.status.code(), Some(1));
    let told = text(&out);
    for words in [
        "besluiten: 4 opnieuw genomen: 2 ruimer, 2 gelijk",
        "thuiszitterstafel: school → jgz, hulpvraag",
        "element-niet-nodig → tzt-beoordeling-schoolinschrijving-jgz",
        "het eerst bij 3",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    let same = sluis(&["diff", RULES, RULES, "--decisions", path(&file), "--facts", FACTS]);
    assert_eq!(same.status.code(), Some(0));
    // A line that is none is told by its number; what stands in it is not.
    fs::write(
        &file,
        format!("{jgz}\n{}\n", jgz.replace("hulpvraag.vraag", "geheim.jansen")),
    )
    .unwrap();
    let out = sluis(&args);
    assert_eq!(out.status.code(), Some(2));
    let told = String::from_utf8(out.stderr).unwrap();
    assert!(told.contains("line 2") && !told.contains("jansen"), "{told}");
    // Facts belong to decisions, and the other way round.
    assert_eq!(sluis(&["diff", RULES, RULES, "--facts", FACTS]).status.code(), Some(2));
}

#[test]
fn the_journal_of_a_sluis_is_made_again() {
    let home = tempfile::tempdir().unwrap();
    let data = home.path().join("data");
    assert!(sluis(&["demo", "--bewaar", path(&data)]).status.success());
    let same = sluis(&["diff", RULES, RULES, "--journal", path(&data), "--output", "json"]);
    assert_eq!(same.status.code(), Some(0));
    let told = json(&same.stdout);
    let decisions = &told["besluiten"];
    let count = |what: &str| decisions[what].as_u64().unwrap();
    assert!(count("aantal") > 10, "{told}");
    assert_eq!(count("gelijk") + count("niet-na-te-rekenen"), count("aantal"), "{told}");
    assert!(count("gelijk") > 10 && count("ander_regelboek") == 0, "{told}");
    // Without the rule by which the name went, it no longer goes.
    let rules = copy_rules();
    let table = rules.path().join("casusoverleg/thuiszitterstafel.toml");
    let text = fs::read_to_string(&table).unwrap();
    let rule = text.find("id = \"tzt-naam-leerplicht\"").unwrap();
    let phases = rule + text[rule..].find("naar = [\"leerplicht\"]").unwrap();
    let other = format!(
        "{}naar = [\"jgz\"]{}",
        &text[..phases],
        &text[phases + "naar = [\"leerplicht\"]".len()..]
    );
    fs::write(&table, other).unwrap();
    let out = sluis(&[
        "diff",
        RULES,
        path(rules.path()),
        "--journal",
        path(&data),
        "--output",
        "json",
    ]);
    assert_eq!(out.status.code(), Some(1), "{}", String::from_utf8_lossy(&out.stderr));
    let told = json(&out.stdout);
    let groups = told["besluiten"]["verschillen"].as_array().unwrap();
    let lost = |g: &&serde_json::Value| g["gevolg"] == "smaller" || g["gevolg"] == "nieuw-geblokkeerd";
    assert!(groups.iter().any(|g| lost(&g)));
    for group in groups.iter().filter(lost) {
        assert_eq!(group["naar"], "leerplicht");
        assert!(
            group["oud"]
                .as_array()
                .unwrap()
                .iter()
                .any(|r| r == "tzt-naam-leerplicht"),
            "{group}"
        );
    }
    let nowhere = sluis(&["diff", RULES, RULES, "--journal", path(home.path())]);
    assert_eq!(nowhere.status.code(), Some(78));
}

/// Prints how long a million decisions take: `cargo nextest run --cargo-profile release -E 'test(a_million)' --run-ignored all`.
#[test]
#[ignore = "a measurement"]
fn a_million_decisions() {
    let home = changed();
    let facts: Vec<serde_json::Value> = serde_json::from_slice(&fs::read(root().join(FACTS)).unwrap()).unwrap();
    let (mut all, mut lines) = (Vec::new(), String::new());
    for n in 0..20_000 {
        let casus = format!("cas-{n}");
        for fact in &facts {
            let mut fact = fact.clone();
            fact["casus"] = casus.as_str().into();
            all.push(fact);
        }
        let taken = [
            "jgz",
            "leerplicht",
            "samenwerkingsverband",
            "jeugd",
            "jeugdhulpaanbieder",
        ];
        for (m, naar) in (0..50).zip(taken.iter().cycle()) {
            let org = match *naar {
                "jgz" => 4,
                "samenwerkingsverband" => 3,
                "jeugdhulpaanbieder" => 5,
                _ => 2,
            };
            let line = decision(&format!("0000009900000000{org}000/{naar}"), "beoordeling");
            let day = format!("2026-10-{:02}", 5 + m % 20);
            let line = line.replace("cas-7f3a", &casus).replace("2026-10-12", &day);
            writeln!(
                lines,
                "{}",
                line.replace("\"feiten\":10", &format!("\"feiten\":{}", all.len()))
            )
            .unwrap();
        }
    }
    let (file, facts) = (home.path().join("besluiten.ndjson"), home.path().join("feiten.json"));
    fs::write(&file, lines).unwrap();
    fs::write(&facts, serde_json::to_vec(&all).unwrap()).unwrap();
    let begin = Instant::now();
    let out = sluis(&[
        "diff",
        RULES,
        path(home.path()),
        "--decisions",
        path(&file),
        "--facts",
        path(&facts),
    ]);
    let took = begin.elapsed();
    assert_eq!(out.status.code(), Some(1));
    let told = text(&out);
    assert!(
        told.contains("besluiten: 1000000 opnieuw genomen: 200000 ruimer, 800000 gelijk"),
        "{told}"
    );
    #[allow(clippy::print_stderr, reason = "a measurement prints what it measured")]
    {
        eprintln!("a million decisions made again twice: {took:?}");
    }
}
