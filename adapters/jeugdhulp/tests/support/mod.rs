//! What the tests share: the example rules, and keyed ids.
#![allow(dead_code, reason = "a module shared by several test programs")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may fail loudly")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use sluis_jeugdhulp::Translator;
use sluis_rules::event::Bericht;
use sluis_rules::rulebook::{self, Rulebook, Sources};
use sluis_rules::scan::Caps;
use sluis_stations::ports::{Opened, PortError, Sealer};

pub(crate) const PROVIDER: &str = "00000099000000005000/jeugdhulpaanbieder";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(dir: &str, prefix: &str) -> Vec<rulebook::Source> {
    let entries = std::fs::read_dir(root().join(dir)).unwrap();
    let mut all: Vec<rulebook::Source> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml" || end == "json"))
        .map(|path| rulebook::Source {
            name: format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap()),
            text: std::fs::read_to_string(&path).unwrap(),
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

static RULES: LazyLock<Rulebook> = LazyLock::new(|| {
    let mut rules = read("config/convenant", "");
    rules.extend(read("config/convenant/casusoverleg", "casusoverleg/"));
    rules.extend(read("config/convenant/wettelijk", "wettelijk/"));
    let schemas = read("schemas/canoniek", "");
    Rulebook::parse(&Sources { rules, schemas }).expect("the example region loads")
});

pub(crate) fn rules() -> &'static Rulebook {
    &RULES
}

/// The bundle of `fixtures/`.
pub(crate) fn fixture() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/01-dat-bericht.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Keyed ids as the real one makes them; seals nothing.
pub(crate) struct Ids;

impl Sealer for Ids {
    fn seal(&self, _: &str, _: &[u8]) -> Result<Vec<u8>, PortError> {
        Err(PortError::Unavailable("sealer", "not used here"))
    }

    fn open(&self, _: &str, _: &[u8]) -> Result<Opened, PortError> {
        Err(PortError::Unavailable("sealer", "not used here"))
    }

    fn keyed_id(&self, purpose: &str, parts: &[&[u8]]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"sleutel").unwrap();
        for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
            mac.update(&u64::try_from(part.len()).unwrap().to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect()
    }
}

pub(crate) fn translator() -> Translator {
    let tree = rules().tree(Bericht::Hulpvraag);
    let source = "urn:nld:oin:00000099000000005000:systeem:jeugdhulp";
    Translator::new(source, tree, Arc::new(Ids), PROVIDER.parse().unwrap(), Caps::default()).expect("it is configured")
}
