//! Every shipped schema compiles, and every shipped example is read and minimised.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at the first surprise")]

use std::path::PathBuf;
use std::sync::Arc;

use sluis_rules::gegeven::{Actie, Gegeven, GegevenSet, Gegevens};
use sluis_rules::minimise::{Plan, minimise};
use sluis_rules::scan::{Caps, Scratch, inventory};
use sluis_rules::tree::Tree;

#[derive(serde::Deserialize)]
struct File {
    gegeven: Vec<Gegeven>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn gegevens() -> Gegevens {
    let text = std::fs::read_to_string(root().join("config/convenant/gegevens.toml")).unwrap();
    Gegevens::new(toml::from_str::<File>(&text).unwrap().gegeven).unwrap()
}

#[test]
fn shipped_schemas_compile_and_examples_pass_whole() {
    let gegevens = gegevens();
    let folder = root().join("schemas/canoniek");
    for kind in ["hulpvraag", "actie", "verslag", "status"] {
        let schema = std::fs::read_to_string(folder.join(format!("{kind}.v1.json"))).unwrap();
        let tree = Arc::new(Tree::compile(&schema, &gegevens).unwrap_or_else(|e| panic!("{kind}: {e}")));
        assert_eq!((tree.kind(), tree.version()), (kind, "1"));
        assert!(tree.leaves().count() > 50 && !tree.required().is_empty());
        let mut examples = 0;
        for entry in std::fs::read_dir(folder.join("voorbeelden")).unwrap() {
            let path = entry.unwrap().path();
            if !path.file_name().unwrap().to_str().unwrap().starts_with(kind) {
                continue;
            }
            examples += 1;
            let bytes = std::fs::read(&path).unwrap();
            let mut scratch = Scratch::default();
            let found = inventory(&tree, &bytes, &Caps::default(), &mut scratch).unwrap();
            assert_eq!(found.gap_count, 0, "{path:?}");
            let plan = Plan::new(&tree, |_| Actie::Permit);
            let masks = vec![GegevenSet::ALL; found.bijdragen.len()];
            let day = "2026-11-23".parse().unwrap();
            let all = minimise(&plan, &masks, day, &bytes, &Caps::default(), &mut scratch).unwrap();
            let got = all.seal_with(|b| serde_json::from_slice::<serde_json::Value>(b).unwrap());
            assert_eq!(
                got,
                serde_json::from_slice::<serde_json::Value>(&bytes).unwrap(),
                "{path:?}"
            );
        }
        assert!(examples > 0);
    }
}
