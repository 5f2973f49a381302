//! A place where one Sluis lives: its directory, its configuration, and the callers that it knows.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The parties of the example region that these tests speak for.
pub(crate) const SCHOOL: &str = "00000099000000001000/school";
pub(crate) const LEERPLICHT: &str = "00000099000000002000/leerplicht";
pub(crate) const JEUGD: &str = "00000099000000002000/jeugd";
pub(crate) const SWV: &str = "00000099000000003000/samenwerkingsverband";
pub(crate) const JGZ: &str = "00000099000000004000/jgz";

/// What the simulated case systems want to see.
pub(crate) const TARGET_TOKEN: &str = "zaaksysteem-proeftoken";

/// The token of a caller: long enough, and its own.
pub(crate) fn token(koppeling: &str) -> String {
    format!("proeftoken-van-{koppeling}-0123456789abcdef0123456789abcdef")
}

pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// A way out by push.
#[derive(Clone)]
pub(crate) struct Push {
    pub(crate) name: &'static str,
    pub(crate) parties: Vec<&'static str>,
    pub(crate) url: String,
    pub(crate) idempotent: bool,
    /// Seconds that an answer may take.
    pub(crate) patience: u64,
}

/// What a test decides about its Sluis. The rest is what an operator would have, with short pauses.
#[derive(Clone)]
pub(crate) struct Plan {
    pub(crate) push: Vec<Push>,
    pub(crate) mailboxes: Vec<&'static str>,
    /// How often a target is asked after an uncertain send before a person must look.
    pub(crate) asks: u32,
    /// How much is logged.
    pub(crate) log: &'static str,
    /// Tables of a test's own, such as a store or a bus that is not in the process.
    pub(crate) more: String,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            push: Vec::new(),
            mailboxes: Vec::new(),
            asks: 12,
            log: "trace",
            more: String::new(),
        }
    }
}

/// The directory of one Sluis. Kept when a test fails, so that it can be looked at.
pub(crate) struct Home {
    dir: Option<tempfile::TempDir>,
    path: PathBuf,
    /// Where it listens, the same after each restart.
    pub(crate) addr: SocketAddr,
}

impl Home {
    /// An empty directory and an address; nothing runs yet.
    pub(crate) fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("sluis-").tempdir().unwrap();
        let path = dir.path().to_owned();
        Self {
            dir: Some(dir),
            path,
            addr: free_address(),
        }
    }

    /// Writes the configuration.
    pub(crate) fn configure(&self, plan: &Plan) {
        std::fs::write(self.config(), settings(plan, self.addr)).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.path.join("sluis.toml")
    }

    /// Store and keys.
    pub(crate) fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.data().join("sluis.db")
    }

    /// Everything that the runs said.
    pub(crate) fn logs(&self) -> PathBuf {
        self.path.join("logs")
    }
}

#[allow(clippy::print_stdout, reason = "a failed test says where its traces are")]
impl Drop for Home {
    fn drop(&mut self) {
        if let Some(dir) = self.dir.take()
            && std::thread::panicking()
        {
            println!("kept for whoever looks for the cause: {}", dir.keep().display());
        }
    }
}

/// An address that is free, and that no outgoing connection of another test takes meanwhile: below the range the system
/// gives those from. Each process of tests begins at a place of its own.
pub(crate) fn free_address() -> SocketAddr {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    loop {
        let turn = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let place = std::process::id().wrapping_mul(61).wrapping_add(turn.wrapping_mul(7)) % 12_000;
        let port = u16::try_from(20_000 + place).unwrap();
        if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return listener.local_addr().unwrap();
        }
    }
}

fn settings(plan: &Plan, addr: SocketAddr) -> String {
    let mut out = format!(
        r#"
[sluis]
organisatie = "00000099000000003000"
data = "data"

[api]
luister = "{addr}"
verzoeken_per_seconde = 1000000

[bezorging]
eerste_pauze_ms = 50
langste_pauze_seconden = 1
pogingen = 100000
navragen = {asks}

[log]
formaat = "json"
niveau = "{log}"

{more}
"#,
        asks = plan.asks,
        log = plan.log,
        more = plan.more
    );
    for (name, parties, roles) in [
        ("school", vec![SCHOOL], "\"leveren\", \"postbus\""),
        ("verband", vec![SWV], "\"leveren\""),
        ("jgz", vec![JGZ], "\"leveren\", \"postbus\""),
        ("gemeente", vec![LEERPLICHT], "\"postbus\""),
        ("beheer", vec![], "\"beheer\""),
    ] {
        let _ = write!(
            out,
            "\n[koppeling.{name}]\nmode = \"enforce\"\npartijen = {parties:?}\nrollen = [{roles}]\ntoken_sha256 = \"{}\"\n",
            digest(&token(name))
        );
        if name == "beheer" {
            out.push_str("account = \"registratie\"\n");
        }
    }
    if !plan.mailboxes.is_empty() {
        let _ = write!(
            out,
            "\n[bestemming.postbussen]\nsoort = \"postbus\"\npartijen = {:?}\n",
            plan.mailboxes
        );
    }
    for push in &plan.push {
        let Push {
            name,
            parties,
            url,
            idempotent,
            patience,
        } = push;
        let _ = write!(
            out,
            "\n[bestemming.{name}]\nsoort = \"zaaksysteem\"\npartijen = {parties:?}\nurl = \"{url}\"\n\
             bereik = \"eigen-machine\"\ntoken = \"{TARGET_TOKEN}\"\nverbinden_seconden = 2\n\
             antwoord_seconden = {patience}\nper_seconde = 100000\nidempotent = {idempotent}\n"
        );
    }
    out
}
