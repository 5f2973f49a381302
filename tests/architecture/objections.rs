//! The checkers object to a house that is wrong.

use std::collections::{BTreeMap, BTreeSet};

use super::checks::{Crate, WORDS_OUTSIDE_RULES, reach, too_long, words_in, wrong_directions, wrong_manifest};

fn house(changed: &str, extra: &str) -> Vec<Crate> {
    let plain: [(&str, &str, &[&str]); 7] = [
        (
            "sluis",
            "",
            &[
                "sluis-rules",
                "sluis-stations",
                "sluis-store",
                "sluis-bus",
                "sluis-simulators",
                "tokio",
            ],
        ),
        ("sluis-rules", "core/rules", &["serde"]),
        ("sluis-stations", "core/stations", &["sluis-rules", "tokio"]),
        (
            "sluis-store",
            "adapters/store",
            &["sluis-rules", "sluis-stations", "rusqlite"],
        ),
        ("sluis-bus", "adapters/bus", &["sluis-stations", "sluis-outward"]),
        ("sluis-outward", "adapters/outward", &["reqwest"]),
        ("sluis-simulators", "adapters/simulators", &["axum"]),
    ];
    let add = |name: &str| (name == changed && !extra.is_empty()).then(|| extra.to_owned());
    plain
        .into_iter()
        .map(|(name, folder, needs)| Crate {
            name: name.to_owned(),
            folder: folder.to_owned(),
            needs: needs.iter().map(|need| (*need).to_owned()).chain(add(name)).collect(),
        })
        .collect()
}

#[test]
fn accept_the_plain_house() {
    assert_eq!(wrong_directions(&house("", "")), Vec::<String>::new());
}

#[test]
fn object_to_every_wrong_direction() {
    for (from, to) in [
        ("sluis-rules", "sluis-stations"),
        ("sluis-rules", "tokio"),
        ("sluis-rules", "getrandom"),
        ("sluis-stations", "sluis-store"),
        ("sluis-stations", "sluis"),
        ("sluis-store", "sluis-bus"),
        ("sluis-store", "sluis-simulators"),
        ("sluis-bus", "sluis"),
        ("sluis-simulators", "sluis-rules"),
        ("sluis-simulators", "sluis-store"),
        ("sluis-simulators", "sluis-outward"),
        ("sluis-outward", "sluis-rules"),
        ("sluis-outward", "sluis-store"),
    ] {
        let wrong = wrong_directions(&house(from, to));
        assert_eq!(wrong.len(), 1, "{from} → {to}: {wrong:?}");
        assert!(wrong[0].contains(from) && wrong[0].contains(to), "{wrong:?}");
    }
}

#[test]
fn object_to_a_crate_outside_the_rooms() {
    for folder in ["tools", "adapters/store/inner", "core/extra"] {
        let stray = Crate {
            name: "stray".to_owned(),
            folder: folder.to_owned(),
            needs: BTreeSet::new(),
        };
        assert_eq!(
            wrong_directions(&[stray]),
            [format!("stray stands in no room: {folder}")]
        );
    }
}

#[test]
fn follow_dependencies_of_dependencies() {
    let edge = |from: &str, to: &str| (from.to_owned(), BTreeSet::from([to.to_owned()]));
    let edges = BTreeMap::from([
        edge("sluis-rules", "innocent"),
        edge("innocent", "tokio"),
        edge("tokio", "innocent"),
    ]);
    assert!(reach("sluis-rules", &edges).contains("tokio"));
    assert!(!reach("unrelated", &edges).contains("tokio"));
}

#[test]
fn hear_words_also_in_grouped_imports_and_not_in_comments() {
    let hear = |source: &str| words_in(source, WORDS_OUTSIDE_RULES).len();
    assert_eq!(hear("//! never std::fs\nfn f() {} // nor SystemTime\n"), 0);
    assert_eq!(
        hear("use std::collections::{BTreeMap, BTreeSet};\nuse std::{fmt, str::FromStr};"),
        0
    );
    assert_eq!(hear("let now = std::time::SystemTime::now();"), 1);
    assert_eq!(hear("use std::{collections::{BTreeMap}, fs};"), 1);
    assert_eq!(hear("use std::{\n    fmt,\n    net::TcpStream,\n};"), 1);
    assert_eq!(hear("static X: OnceLock<u8> = OnceLock::new();"), 1);
}

#[test]
fn object_to_a_manifest_of_its_own() {
    let wrong = |text: &str, is_root| wrong_manifest(&text.parse().unwrap(), is_root).len();
    assert_eq!(
        wrong(
            "[lints]\nworkspace = true\n[dependencies]\nserde.workspace = true",
            false
        ),
        0
    );
    assert_eq!(wrong("[dependencies]\nserde.workspace = true", false), 1);
    assert_eq!(
        wrong("[lints]\nworkspace = true\n[dev-dependencies]\nserde = \"1\"", false),
        1
    );
    assert_eq!(
        wrong(
            "[lints]\nworkspace = true\n[workspace.lints.rust]\nunsafe_code = \"deny\"",
            true
        ),
        1
    );
    assert_eq!(
        wrong(
            "[lints]\nworkspace = true\n[workspace.lints.rust]\nunsafe_code = \"forbid\"",
            true
        ),
        0
    );
}

#[test]
fn object_to_long_files_and_stale_arguments() {
    let files = BTreeMap::from([("a.rs".to_owned(), 501), ("b.rs".to_owned(), 500)]);
    let why = "one table, read as one; splitting it would hide the order";
    assert_eq!(too_long(&files, &[]).len(), 1);
    assert_eq!(too_long(&files, &[("a.rs", 600, why)]).len(), 0);
    assert_eq!(too_long(&files, &[("a.rs", 600, "big")]).len(), 1);
    assert_eq!(too_long(&files, &[("a.rs", 600, why), ("b.rs", 600, why)]).len(), 1);
    assert_eq!(too_long(&files, &[("a.rs", 600, why), ("gone.rs", 600, why)]).len(), 1);
}
