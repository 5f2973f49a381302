//! The configuration as it is written: TOML and environment, before anything is checked. Unknown keys are refused.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;
use sluis_api::Rol;
use sluis_rules::ids::{Oin, Partij};

use super::secret::Secret;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    pub(super) sluis: Sluis,
    pub(super) opslag: Option<Opslag>,
    #[serde(default)]
    pub(super) api: Api,
    pub(super) scherm: Option<Scherm>,
    #[serde(default)]
    pub(super) koppeling: BTreeMap<String, Koppeling>,
    #[serde(default)]
    pub(super) bestemming: BTreeMap<String, Bestemming>,
    pub(super) kindkans: Option<Kindkans>,
    pub(super) jeugdhulp: Option<Jeugdhulp>,
    pub(super) verzuim: Option<Verzuim>,
    #[serde(default)]
    pub(super) bus: super::bus::RawBus,
    #[serde(default)]
    pub(super) bezorging: Bezorging,
    #[serde(default)]
    pub(super) quarantaine: Quarantaine,
    #[serde(default)]
    pub(super) log: Log,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sluis {
    pub(super) organisatie: Oin,
    pub(super) data: PathBuf,
    pub(super) regels: Option<PathBuf>,
    pub(super) regels_straks: Option<PathBuf>,
    #[serde(default = "ten")]
    pub(super) regels_nakijken_seconden: u64,
    pub(super) feiten: Option<PathBuf>,
}

const fn ten() -> u64 {
    10
}

/// Where the truth is kept, when not in a file beside the keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opslag {
    pub(super) postgresql: Secret,
    pub(super) wachtwoord: Option<Secret>,
    pub(super) wachtwoord_file: Option<PathBuf>,
    pub(super) autoriteiten: Option<PathBuf>,
    pub(super) identiteit: Option<PathBuf>,
    #[serde(default = "ten")]
    pub(super) antwoord_seconden: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Api {
    pub(super) luister: SocketAddr,
    pub(super) zonder_tls: bool,
    pub(super) tls: Option<sluis_api::tls::TlsFiles>,
    pub(super) max_bericht_bytes: usize,
    pub(super) max_diepte: u16,
    pub(super) max_waarden: u32,
    pub(super) max_tegelijk: usize,
    pub(super) max_verbindingen: usize,
    pub(super) verzoeken_per_seconde: u32,
    pub(super) mislukte_aanmeldingen_per_minuut: u32,
}

impl Default for Api {
    fn default() -> Self {
        Self {
            luister: SocketAddr::from(([127, 0, 0, 1], 8700)),
            zonder_tls: false,
            tls: None,
            max_bericht_bytes: 1 << 20,
            max_diepte: 64,
            max_waarden: 50_000,
            max_tegelijk: 256,
            max_verbindingen: 512,
            verzoeken_per_seconde: 200,
            mislukte_aanmeldingen_per_minuut: 30,
        }
    }
}

/// The screen.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scherm {
    pub(super) luister: SocketAddr,
    #[serde(default)]
    pub(super) zonder_tls: bool,
    pub(super) tls: Option<sluis_api::tls::TlsFiles>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(super) enum Mode {
    Off,
    Shadow,
    Enforce,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Koppeling {
    pub(super) mode: Mode,
    #[serde(default)]
    pub(super) partijen: Vec<Partij>,
    #[serde(default)]
    pub(super) mandaat: Vec<Partij>,
    #[serde(default)]
    pub(super) rollen: Vec<Rol>,
    pub(super) token_sha256: Option<String>,
    #[serde(default)]
    pub(super) cert_sha256: Vec<String>,
    pub(super) account: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Soort {
    Postbus,
    Zaaksysteem,
    Verzuimloket,
    Fhir,
}

/// How far a call may reach.
#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Bereik {
    #[default]
    Publiek,
    Prive,
    EigenMachine,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bestemming {
    pub(super) partijen: Vec<Partij>,
    pub(super) soort: Soort,
    pub(super) url: Option<String>,
    pub(super) bereik: Option<Bereik>,
    pub(super) token: Option<Secret>,
    pub(super) token_file: Option<PathBuf>,
    pub(super) autoriteiten: Option<PathBuf>,
    pub(super) identiteit: Option<PathBuf>,
    pub(super) verbinden_seconden: Option<u64>,
    pub(super) antwoord_seconden: Option<u64>,
    pub(super) per_seconde: Option<u32>,
    pub(super) idempotent: Option<bool>,
    pub(super) token_url: Option<String>,
    pub(super) client_id: Option<String>,
    pub(super) sleutel: Option<PathBuf>,
    pub(super) sleutel_id: Option<String>,
    pub(super) scope: Option<String>,
    pub(super) koppeling: Option<String>,
    pub(super) ophalen_elke_seconden: Option<u64>,
    pub(super) storingen_tot_rust: Option<u32>,
    pub(super) rust_seconden: Option<u64>,
}

/// Absence.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Verzuim {
    pub(super) kalender: Option<PathBuf>,
    pub(super) regio: Option<Regio>,
    pub(super) loket: Partij,
    #[serde(default = "yes")]
    pub(super) actie_gemeente: bool,
    #[serde(default)]
    pub(super) overig_melden: bool,
    pub(super) bewaren_dagen: Option<u16>,
    pub(super) terugdringen_verzuim: Option<jiff::civil::Date>,
    #[serde(default)]
    pub(super) scholen: BTreeMap<String, VerzuimSchool>,
}

const fn yes() -> bool {
    true
}

/// A region of the school holidays.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
pub(super) enum Regio {
    Noord,
    Midden,
    Zuid,
}

/// A school, and who reports there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VerzuimSchool {
    pub(super) partij: Partij,
    pub(super) naam: Option<String>,
    pub(super) melder: Option<String>,
    pub(super) telefoon: Option<String>,
    pub(super) email: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kindkans {
    pub(super) koppeling: String,
    pub(super) url: String,
    #[serde(default)]
    pub(super) bereik: Bereik,
    pub(super) token: Option<Secret>,
    pub(super) token_file: Option<PathBuf>,
    pub(super) webhook_geheim: Option<Secret>,
    pub(super) webhook_geheim_file: Option<PathBuf>,
    pub(super) autoriteiten: Option<PathBuf>,
    pub(super) identiteit: Option<PathBuf>,
    pub(super) ophalen_elke_seconden: Option<u64>,
    #[serde(default)]
    pub(super) casusnummers: Casusnummers,
    #[serde(default)]
    pub(super) casussen: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) scholen: BTreeMap<String, Partij>,
}

/// The system of a youth care provider that speaks FHIR.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Jeugdhulp {
    pub(super) koppeling: String,
    pub(super) partij: Partij,
    pub(super) url: String,
    #[serde(default)]
    pub(super) bereik: Bereik,
    pub(super) token: Option<Secret>,
    pub(super) token_file: Option<PathBuf>,
    pub(super) webhook_geheim: Option<Secret>,
    pub(super) webhook_geheim_file: Option<PathBuf>,
    pub(super) autoriteiten: Option<PathBuf>,
    pub(super) identiteit: Option<PathBuf>,
    pub(super) ophalen_elke_seconden: Option<u64>,
    pub(super) abonnement_url: Option<String>,
    pub(super) toestemmingen_account: Option<String>,
}

/// How the case numbers of the source become the pseudonyms of the facts.
#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum Casusnummers {
    #[default]
    Sleutel,
    Tabel,
    Gedeeld,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Bezorging {
    pub(super) eerste_pauze_ms: u64,
    pub(super) langste_pauze_seconden: u64,
    pub(super) pogingen: u32,
    pub(super) navragen: u32,
}

impl Default for Bezorging {
    fn default() -> Self {
        Self {
            eerste_pauze_ms: 1000,
            langste_pauze_seconden: 600,
            pogingen: 300,
            navragen: 12,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Quarantaine {
    pub(super) dagen: u32,
}

impl Default for Quarantaine {
    fn default() -> Self {
        Self { dagen: 30 }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Log {
    pub(super) formaat: Formaat,
    pub(super) niveau: Niveau,
}

/// How log lines are written.
#[derive(Deserialize, Debug, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Formaat {
    /// For people.
    #[default]
    Tekst,
    /// One JSON object a line.
    Json,
}

/// How much is logged; `RUST_LOG` wins.
#[derive(Deserialize, Debug, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Niveau {
    /// Only what went wrong.
    Error,
    /// What may go wrong.
    Warn,
    /// What happened.
    #[default]
    Info,
    /// For who looks for a fault.
    Debug,
    /// Everything our own rooms say.
    Trace,
}

impl Niveau {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}
