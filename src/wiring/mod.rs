//! The one list of what is plugged in. Which store, which keys, which bus, which clock, which systems: here, and nowhere
//! else. Everything below this line of the house gets these as arguments.
//!
//! To plug in a system that receives: one arm in [`route`]. To plug in a system that sends: one line in [`start`].

mod bus;
pub(crate) mod facts;
pub(crate) mod hardening;
mod jeugdhulp;
mod kindkans;
pub(crate) mod logging;
pub(crate) mod opslag;
pub(crate) mod rules;
mod scherm;
pub(crate) mod verzuim;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sluis_accounts::AccountBook;
use sluis_api::{Api, Callers, Koppeling, Server, ServerSettings};
use sluis_bus::EmbeddedBus;
use sluis_jeugdhulp::FhirTarget;
use sluis_keys::KeysError;
use sluis_rules::event::Bericht;
use sluis_rules::ids::Partij;
use sluis_rules::rulebook::Rulebook;
use sluis_stations::ports::{Accounts, Clock, Sealer};
use sluis_stations::{Entropy, Gateway, Parts, Route, RunReport};
use sluis_store::StoreError;
use sluis_verzuimloket::{Loket, VerzuimloketTarget};
use sluis_zaaksysteem::ZaaksysteemTarget;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::settings::{Bestemming, Settings, Weg};

/// The store inside the data directory.
pub(crate) const STORE: &str = "sluis.db";
/// The accounts inside the data directory.
pub(crate) const ACCOUNTS: &str = "accounts.json";
/// The keys inside the data directory.
pub(crate) const KEYS: &str = "sluis.key";

/// Why Sluis does not start. In the operator's words; no value, no secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    /// The data directory cannot be made.
    #[error("the data directory {0} cannot be made or read: {1}; check the path and the rights")]
    Data(PathBuf, std::io::ErrorKind),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// TLS.
    #[error(transparent)]
    Tls(#[from] sluis_api::tls::TlsError),
    /// The list of connections.
    #[error(transparent)]
    Callers(#[from] sluis_api::auth::CallersError),
    /// A case system.
    #[error(transparent)]
    Zaaksysteem(#[from] sluis_zaaksysteem::ConfigError),
    /// The Kindkans-like source.
    #[error(transparent)]
    Kindkans(#[from] sluis_kindkans::ConfigError),
    /// A system that speaks FHIR.
    #[error(transparent)]
    Jeugdhulp(#[from] sluis_jeugdhulp::ConfigError),
    /// A desk for reports of absence.
    #[error(transparent)]
    Verzuimloket(#[from] sluis_verzuimloket::ConfigError),
    /// The school calendars.
    #[error("{0}")]
    Kalender(String),
    /// The schemas of the rules.
    #[error(transparent)]
    Schema(#[from] sluis_stations::SchemaUnusable),
    /// The facts to record at the start.
    #[error(transparent)]
    Facts(#[from] facts::FactsError),
    /// The broker.
    #[error(transparent)]
    Bus(#[from] sluis_bus::RabbitError),
    /// The address.
    #[error("{0} cannot be listened to: {1}; stop what uses it, or give another address in api.luister")]
    Listen(SocketAddr, std::io::ErrorKind),
}

impl StartError {
    /// Whether starting again later, with nothing changed, can succeed.
    pub(crate) const fn is_temporary(&self) -> bool {
        if let Self::Bus(error) = self {
            return error.is_temporary();
        }
        matches!(
            self,
            Self::Store(
                StoreError::InUse { .. }
                    | StoreError::Io { .. }
                    | StoreError::Database { .. }
                    | StoreError::Server { .. }
            ) | Self::Listen(..)
                | Self::Facts(facts::FactsError::NotNow)
        )
    }
}

/// A Sluis that runs.
#[derive(Debug)]
pub(crate) struct Sluis {
    gateway: Gateway,
    server: Server,
    scherm: Option<scherm::Scherm>,
    stop: watch::Sender<bool>,
    stations: JoinHandle<RunReport>,
    polling: Option<JoinHandle<()>>,
    absence: Vec<JoinHandle<()>>,
}

/// Starts everything: store, keys, bus, stations, the interface.
///
/// # Errors
/// See [`StartError`]; nothing keeps running then.
pub(crate) async fn start(
    settings: &Settings,
    rulebook: Arc<Rulebook>,
    clock: Arc<dyn Clock>,
) -> Result<Sluis, StartError> {
    let tls = settings
        .api
        .tls
        .as_ref()
        .map(sluis_api::tls::TlsFiles::load)
        .transpose()?;
    let callers = callers(settings)?;
    let (keys, store) = opslag::open(&settings.data, settings.opslag.as_ref()).await?;
    let sealer: Arc<dyn Sealer> = Arc::new(keys);
    let loketten = verzuim::loketten(settings, &clock)?;
    let (clock_of_accounts, clock_of_bundles) = (Arc::clone(&clock), Arc::clone(&clock));
    let gateway = Gateway::new(Parts {
        store: store.store(),
        bus: bus::bus(settings, &clock).await?,
        sealer: Arc::clone(&sealer),
        clock: Arc::clone(&clock),
        entropy: entropy(),
        routes: routes(&settings.bestemmingen, &loketten, &rulebook)?,
        rulebook: Arc::clone(&rulebook),
        koppelingen: koppelingen(settings),
        settings: settings.stations.clone(),
    })?;
    if let Some(path) = &settings.feiten {
        facts::record_once(&gateway, path).await?;
    }
    let absence = match &settings.verzuim {
        None => None,
        Some(v) => {
            let boekhouder = verzuim::boekhouder(v, store.verzuimboek(), Arc::clone(&sealer), clock)?;
            Some(verzuim::verzuim(&gateway, boekhouder))
        }
    };
    let terug = match &absence {
        None => Vec::new(),
        Some(absence) => verzuim::terug(settings, &loketten, absence, &rulebook, &entropy())?,
    };
    let accounts = AccountBook::new(settings.data.join(ACCOUNTS), Arc::clone(&sealer), clock_of_accounts);
    let accounts: Arc<dyn Accounts> = Arc::new(accounts);
    let mut api =
        Api::new(Arc::new(gateway.clone()), callers, settings.api.settings).with_accounts(Arc::clone(&accounts));
    if let Some(absence) = &absence {
        api = api.with_verzuim(Arc::<sluis_stations::verzuim::Verzuim>::clone(absence));
    }
    let ehr = match &settings.jeugdhulp {
        None => None,
        Some(j) => {
            let sealer = Arc::clone(&sealer);
            let source = jeugdhulp::plug_in(j, settings, &gateway, &rulebook, sealer, clock_of_bundles)?;
            Some((j.koppeling.clone(), source))
        }
    };
    let mut announced = None;
    let source = match &settings.kindkans {
        None => None,
        Some(k) => {
            let doors = kindkans::plug_in(k, settings, &gateway, &rulebook, sealer, entropy())?;
            let source = Arc::clone(&doors.announcements.source);
            announced = Some(doors.announcements);
            api = api.with_wire(doors.wire);
            Some(source)
        }
    };
    if announced.is_some() || ehr.is_some() {
        api = api.with_announcements(Arc::new(jeugdhulp::Everyone {
            kindkans: announced,
            jeugdhulp: ehr.clone(),
        }));
    }
    let listener = ServerSettings {
        tls,
        max_connections: settings.api.max_verbindingen,
        ..ServerSettings::new(settings.api.luister)
    };
    let server = Server::start(listener, Arc::new(api))
        .await
        .map_err(|e| StartError::Listen(settings.api.luister, e.kind()))?;
    let (stop, stopped) = watch::channel(false);
    let scherm = match &settings.scherm {
        None => None,
        Some(s) => Some(scherm::start(s, &gateway, accounts, absence.as_ref(), stopped.clone()).await?),
    };
    let mut told = stopped.clone();
    let stations = tokio::spawn(gateway.clone().run(async move {
        // Nobody left to say so is as good as said.
        let _ = told.wait_for(|stop| *stop).await;
    }));
    let mut tasks = Vec::new();
    if let Some(absence) = absence {
        let stopped = stopped.clone();
        tasks.push(tokio::spawn(async move { absence.run(stopped).await }));
    }
    for terug in terug {
        let stopped = stopped.clone();
        tasks.push(tokio::spawn(async move { terug.run(stopped).await }));
    }
    if let Some((_, source)) = ehr {
        let stopped = stopped.clone();
        tasks.push(tokio::spawn(async move { source.run(stopped).await }));
    }
    let polling = source.map(|source| tokio::spawn(async move { source.run(stopped).await }));
    Ok(Sluis {
        gateway,
        server,
        scherm,
        stop,
        stations,
        polling,
        absence: tasks,
    })
}

impl Sluis {
    /// Where the interface listens.
    pub(crate) const fn addr(&self) -> SocketAddr {
        self.server.addr()
    }

    /// Where the screen listens, when there is one.
    pub(crate) fn scherm(&self) -> Option<SocketAddr> {
        self.scherm.as_ref().map(scherm::Scherm::addr)
    }

    /// The stations.
    pub(crate) const fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// Takes nothing more, lets what is under way end, and closes the store. `true`: everything came to its end.
    pub(crate) async fn stop(self) -> bool {
        self.server.stop().await;
        self.stop.send_replace(true);
        if let Some(scherm) = self.scherm {
            scherm.stop().await;
        }
        if let Some(polling) = self.polling {
            // How it ended does not matter: it keeps nothing.
            let _ = polling.await;
        }
        for task in self.absence {
            let _ = task.await;
        }
        self.stations.await.is_ok_and(|report| report.drained)
    }
}

/// The stations without anything that runs: for a command that acts on the store by itself, with the accounts of persons.
pub(crate) async fn beside(
    data: &Path,
    server: Option<&sluis_store::PostgresAddress>,
    rulebook: Arc<Rulebook>,
    clock: Arc<dyn Clock>,
    settings: sluis_stations::Settings,
) -> Result<(Gateway, AccountBook), StartError> {
    let (keys, store) = opslag::open(data, server).await?;
    let sealer: Arc<dyn Sealer> = Arc::new(keys);
    let accounts = AccountBook::new(data.join(ACCOUNTS), Arc::clone(&sealer), Arc::clone(&clock));
    let gateway = Gateway::new(Parts {
        store: store.store(),
        bus: Arc::new(EmbeddedBus::new(NonZeroUsize::MIN)),
        sealer,
        clock,
        entropy: entropy(),
        routes: BTreeMap::new(),
        rulebook,
        koppelingen: BTreeMap::new(),
        settings,
    })?;
    Ok((gateway, accounts))
}

/// A directory that is its owner's alone when we make it; one that is there stays as the operator made it.
pub(crate) fn private_dir(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Those that call over HTTP. A connection without a proof does not call: it is asked.
fn callers(settings: &Settings) -> Result<Callers, StartError> {
    let calling = settings
        .koppelingen
        .iter()
        .filter(|(_, k)| k.token_sha256.is_some() || !k.cert_sha256.is_empty());
    let list: Vec<Koppeling> = calling
        .map(|(naam, k)| Koppeling {
            naam: naam.clone(),
            token_sha256: k.token_sha256.clone(),
            cert_sha256: k.cert_sha256.clone(),
            eigen: k.eigen.clone(),
            mandaat: k.mandaat.clone(),
            rollen: k.rollen.clone(),
            account: k.account.clone(),
        })
        .collect();
    Ok(Callers::new(&list)?)
}

fn koppelingen(settings: &Settings) -> BTreeMap<String, sluis_stations::Koppeling> {
    let inward = settings.koppelingen.iter().map(|(naam, k)| {
        let (eigen, mandaat) = (k.eigen.clone(), k.mandaat.clone());
        (
            naam.clone(),
            sluis_stations::Koppeling {
                mode: k.mode,
                eigen,
                mandaat,
            },
        )
    });
    inward.collect()
}

fn routes(
    bestemmingen: &BTreeMap<String, Bestemming>,
    loketten: &verzuim::Loketten,
    rulebook: &Rulebook,
) -> Result<BTreeMap<Partij, Route>, StartError> {
    let mut out = BTreeMap::new();
    for (naam, bestemming) in bestemmingen {
        let Some(route) = route(&bestemming.weg, loketten.get(naam), rulebook)? else {
            continue;
        };
        out.extend(bestemming.partijen.iter().map(|partij| (*partij, route.clone())));
    }
    Ok(out)
}

fn route(weg: &Weg, loket: Option<&Arc<Loket>>, rulebook: &Rulebook) -> Result<Option<Route>, StartError> {
    Ok(Some(match weg {
        Weg::Postbus => Route::Mailbox,
        Weg::Verzuimloket(_) => {
            let Some(loket) = loket else { return Ok(None) };
            let tree = rulebook.tree(Bericht::Hulpvraag);
            Route::Push(Arc::new(VerzuimloketTarget::new(Arc::clone(loket), tree)?))
        }
        Weg::Fhir(config) => Route::Push(Arc::new(FhirTarget::new(config, rulebook.tree(Bericht::Hulpvraag))?)),
        Weg::Zaaksysteem(config) => Route::Push(Arc::new(ZaaksysteemTarget::new(config, |bericht| {
            rulebook.tree(bericht)
        })?)),
    }))
}

/// For jitter and span ids. Without randomness of the system nothing else here would work either.
pub(crate) fn entropy() -> Entropy {
    Arc::new(|| getrandom::u64().unwrap_or_default())
}
