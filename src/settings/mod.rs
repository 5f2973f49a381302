//! The configuration: one TOML file, with `SLUIS__SECTION__KEY` of the environment over it.
//!
//! What is written is read into types of its own ([`raw`]), checked as a whole ([`check`]), and given on as the types
//! below, which cannot hold what was refused. Unknown keys are refused, with their place and what was meant.
//!
//! To add a key: a field in `raw.rs`, a line in `check.rs`, and a line in `config/sluis.toml`, which a test reads.

mod bus;
mod check;
mod finding;
mod jeugdhulp;
mod layers;
mod opslag;
mod parts;
mod raw;
mod secret;
mod systems;
mod verzuim;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use sluis_api::{ApiSettings, Rol};
use sluis_rules::ids::{Oin, Partij};
use sluis_rules::verzuim::Wetsvoorstellen;
use sluis_stations::Mode;

use finding::Finding;
pub(crate) use finding::SettingsError;
use layers::{Env, File};
pub(crate) use raw::{Formaat, Niveau};

/// Everything an operator decides.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Who runs this Sluis.
    pub(crate) organisatie: Oin,
    /// Where store and keys are.
    pub(crate) data: PathBuf,
    /// The database server that keeps the truth; `None`: a file in `data`.
    pub(crate) opslag: Option<sluis_store::PostgresAddress>,
    /// Where the rules are; `None`: the example region in the program.
    pub(crate) regels: Option<PathBuf>,
    /// Where the rules lie that begin on a later day.
    pub(crate) regels_straks: Option<PathBuf>,
    /// How often it is looked whether the rules changed; `None`: only when told.
    pub(crate) regels_nakijken: Option<Duration>,
    /// Facts to record at the start, once.
    pub(crate) feiten: Option<PathBuf>,
    /// The HTTP interface.
    pub(crate) api: Api,
    /// The screen for persons; `None`: there is none.
    pub(crate) scherm: Option<Scherm>,
    /// The connections by name.
    pub(crate) koppelingen: BTreeMap<String, Verbinding>,
    /// The ways to receivers by name.
    pub(crate) bestemmingen: BTreeMap<String, Bestemming>,
    /// The Kindkans-like source.
    pub(crate) kindkans: Option<Kindkans>,
    /// The system of a youth care provider.
    pub(crate) jeugdhulp: Option<Jeugdhulp>,
    /// Absence; `None`: no registrations are taken.
    pub(crate) verzuim: Option<Verzuim>,
    /// What carries notices between the stations.
    pub(crate) bus: Bus,
    /// Numbers of the stations.
    pub(crate) stations: sluis_stations::Settings,
    /// How log lines are written.
    pub(crate) formaat: Formaat,
    /// How much is logged.
    pub(crate) niveau: Niveau,
}

/// What carries notices between the stations.
#[derive(Debug)]
pub(crate) enum Bus {
    /// In this process.
    Ingebouwd,
    /// RabbitMQ.
    Rabbit(Box<Rabbit>),
}

/// Where RabbitMQ is.
#[derive(Debug)]
pub(crate) struct Rabbit {
    /// Host name or address.
    pub(crate) host: String,
    /// Port.
    pub(crate) port: u16,
    /// Virtual host.
    pub(crate) vhost: String,
    /// How to log in.
    pub(crate) login: sluis_bus::Login,
    /// TLS; `None`: plain, on the own machine.
    pub(crate) tls: Option<sluis_bus::Tls>,
    /// Before the name of everything there.
    pub(crate) voorvoegsel: String,
}

/// The HTTP interface.
#[derive(Debug)]
pub(crate) struct Api {
    /// Where it listens.
    pub(crate) luister: SocketAddr,
    /// Certificate, key and authorities.
    pub(crate) tls: Option<sluis_api::tls::TlsFiles>,
    /// Connections at once.
    pub(crate) max_verbindingen: usize,
    /// Caps and limits.
    pub(crate) settings: ApiSettings,
}

/// The screen: a listener of its own, so that it can be kept to another network than the interface.
#[derive(Debug)]
pub(crate) struct Scherm {
    /// Where it listens.
    pub(crate) luister: SocketAddr,
    /// Certificate and key.
    pub(crate) tls: Option<sluis_api::tls::TlsFiles>,
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Verbinding {
    /// Off, shadow or enforce.
    pub(crate) mode: Mode,
    /// The parties it is.
    pub(crate) eigen: Vec<Partij>,
    /// The parties it may also speak for.
    pub(crate) mandaat: Vec<Partij>,
    /// What it may do over HTTP.
    pub(crate) rollen: Vec<Rol>,
    /// How it is recognised over HTTP; neither: it does not call.
    pub(crate) token_sha256: Option<String>,
    /// Digests of its certificates.
    pub(crate) cert_sha256: Vec<String>,
    /// The machine account under which it records; none: only persons record by it.
    pub(crate) account: Option<String>,
}

/// A way to receivers.
#[derive(Debug)]
pub(crate) struct Bestemming {
    /// Which parties receive here.
    pub(crate) partijen: Vec<Partij>,
    /// How.
    pub(crate) weg: Weg,
}

/// How a receiver receives.
#[derive(Debug)]
pub(crate) enum Weg {
    /// It empties a mailbox.
    Postbus,
    /// Its case system is called.
    Zaaksysteem(Box<sluis_zaaksysteem::Config>),
    /// A desk for reports of absence.
    Verzuimloket(Box<Loket>),
    /// A system that takes FHIR.
    Fhir(Box<sluis_jeugdhulp::Config>),
}

/// A desk for reports of absence.
#[derive(Debug)]
pub(crate) struct Loket {
    /// Where and how it is called.
    pub(crate) config: sluis_verzuimloket::Config,
    /// Under which connection what comes back comes in; `None`: the desk is not asked.
    pub(crate) koppeling: Option<String>,
}

/// Absence.
#[derive(Debug)]
pub(crate) struct Verzuim {
    /// School calendars; `None`: the example in the program.
    pub(crate) kalender: Option<PathBuf>,
    /// The region of schools that no calendar names.
    pub(crate) regio: Option<sluis_rules::verzuim::Regio>,
    /// To whom reports go.
    pub(crate) loket: Partij,
    /// Whether the municipality is asked to act.
    pub(crate) actie_gemeente: bool,
    /// Whether what may be reported is reported.
    pub(crate) overig: bool,
    /// Days after the last registration that a pupil stays in the book.
    pub(crate) bewaren_dagen: u16,
    /// Bills that are in force.
    pub(crate) wetten: Wetsvoorstellen,
    /// The schools.
    pub(crate) scholen: BTreeMap<sluis_rules::ids::Brin, sluis_stations::verzuim::School>,
}

/// The Kindkans-like source.
#[derive(Debug)]
pub(crate) struct Kindkans {
    /// Under which connection its messages come in.
    pub(crate) koppeling: String,
    /// Where and how it is called.
    pub(crate) bron: Box<sluis_kindkans::Config>,
    /// Which party a school is, and how case numbers become pseudonyms.
    pub(crate) bestemming: sluis_kindkans::Destination,
}

/// The system of a youth care provider that speaks FHIR.
#[derive(Debug)]
pub(crate) struct Jeugdhulp {
    /// Under which connection its messages come in.
    pub(crate) koppeling: String,
    /// The provider.
    pub(crate) partij: Partij,
    /// Where and how it is called.
    pub(crate) bron: Box<sluis_jeugdhulp::SourceConfig>,
    /// Under which account its consents are recorded; `None`: they are not.
    pub(crate) account: Option<String>,
}

/// Reads the configuration.
///
/// # Errors
/// When the file cannot be read, or everything that is wrong, each with its place.
pub(crate) fn load(
    path: &Path,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Settings, SettingsError> {
    let text = std::fs::read_to_string(path).map_err(|e| SettingsError::Unreadable(path.to_owned(), e.kind()))?;
    parse(path, text, environment)
}

/// The environment as text; a variable that is no text is none of ours.
pub(crate) fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

/// The same for a text at hand; `path` names it and is where relative paths begin.
pub(crate) fn parse(
    path: &Path,
    text: String,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Settings, SettingsError> {
    let file = File::parse(path, text).map_err(|(text, e)| SettingsError::not_toml(path, &text, e))?;
    let env = Env::of(environment);
    let raw = Figment::from(&file).merge(&env).extract::<raw::Raw>();
    let raw = raw.map_err(|all| {
        let found = all.into_iter().map(|e| Finding::of(&e)).collect();
        SettingsError::findings(found, &file, &env)
    })?;
    let base = path.parent().unwrap_or_else(|| Path::new(""));
    check::check(raw, base).map_err(|found| SettingsError::findings(found, &file, &env))
}

#[cfg(test)]
mod tests;
