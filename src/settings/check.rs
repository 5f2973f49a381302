//! From what is written to what may be used: every rule about the configuration, all findings at once.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sluis_api::limits::LimitSettings;
use sluis_api::{ApiSettings, Rol};
use sluis_rules::scan::Caps;
use sluis_stations::{Mode, Retry};

use super::finding::Finding;
use super::raw::{self, Raw};
use super::systems;
use super::{Api, Bestemming, Scherm, Settings, Verbinding, Weg};

/// What is wrong, gathered.
pub(super) struct Findings<'b> {
    base: &'b Path,
    found: Vec<Finding>,
}

impl Findings<'_> {
    pub(super) fn add(&mut self, key: &[&str], message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Finding::new(key, message, help));
    }

    /// Relative paths begin where the file stands.
    pub(super) fn path(&self, path: PathBuf) -> PathBuf {
        self.base.join(path)
    }

    pub(super) fn number(&mut self, key: &[&str], n: u32) -> NonZeroU32 {
        NonZeroU32::new(n).unwrap_or_else(|| {
            self.add(key, "nothing at all could pass", "give at least 1");
            NonZeroU32::MIN
        })
    }

    pub(super) fn at_least(&mut self, key: &[&str], n: u64, least: u64) {
        if n < least {
            self.add(key, "too little", format!("give at least {least}"));
        }
    }
}

pub(super) fn check(raw: Raw, base: &Path) -> Result<Settings, Vec<Finding>> {
    let f = &mut Findings {
        base,
        found: Vec::new(),
    };
    let mut stations = stations(&raw, f);
    let api = api(raw.api, f);
    let scherm = raw.scherm.map(|s| scherm(s, f));
    let asked: Vec<String> = raw
        .kindkans
        .iter()
        .map(|k| k.koppeling.clone())
        .chain(raw.jeugdhulp.iter().map(|j| j.koppeling.clone()))
        .chain(raw.bestemming.values().filter_map(|b| b.koppeling.clone()))
        .collect();
    let koppelingen = koppelingen(raw.koppeling, &asked, f);
    let bestemmingen = systems::bestemmingen(raw.bestemming, f);
    systems::backward(&bestemmingen, &koppelingen, f);
    times(&mut stations, &bestemmingen);
    let verzuim = raw.verzuim.map(|v| super::verzuim::verzuim(v, &koppelingen, f));
    let kindkans = raw
        .kindkans
        .and_then(|k| systems::kindkans(k, raw.sluis.organisatie, &koppelingen, f));
    let opslag = raw.opslag.and_then(|o| super::opslag::opslag(o, f));
    let bus = super::bus::bus(raw.bus, f);
    let jeugdhulp = raw
        .jeugdhulp
        .and_then(|j| super::jeugdhulp::jeugdhulp(j, raw.sluis.organisatie, &koppelingen, f));
    let settings = Settings {
        opslag,
        organisatie: raw.sluis.organisatie,
        data: f.path(raw.sluis.data),
        regels: raw.sluis.regels.map(|p| f.path(p)),
        regels_straks: raw.sluis.regels_straks.map(|p| f.path(p)),
        regels_nakijken: match raw.sluis.regels_nakijken_seconden {
            0 => None,
            seconds => Some(Duration::from_secs(seconds)),
        },
        feiten: raw.sluis.feiten.map(|p| f.path(p)),
        api,
        scherm,
        koppelingen,
        bestemmingen,
        kindkans,
        jeugdhulp,
        verzuim,
        bus,
        stations,
        formaat: raw.log.formaat,
        niveau: raw.log.niveau,
    };
    if f.found.is_empty() {
        Ok(settings)
    } else {
        Err(std::mem::take(&mut f.found))
    }
}

/// A send may take what the slowest case system is allowed to: its turn, its answer, and a moment to spare. A claim
/// holds four of those, and no longer: after a crash, whatever was being sent is left alone for that long.
fn times(stations: &mut sluis_stations::Settings, bestemmingen: &BTreeMap<String, Bestemming>) {
    let sends = bestemmingen.values().filter_map(|b| match &b.weg {
        Weg::Zaaksysteem(config) => Some(config.patience + config.timeout + Duration::from_secs(2)),
        Weg::Verzuimloket(loket) => {
            // A token may have to be fetched first.
            Some(loket.config.patience + loket.config.timeout * 2 + Duration::from_secs(2))
        }
        Weg::Fhir(config) => Some(config.patience + config.timeout + Duration::from_secs(2)),
        Weg::Postbus => None,
    });
    if let Some(longest) = sends.max() {
        stations.send_timeout = longest;
        stations.lease = longest * 4;
    }
}

/// Beyond the own machine only with TLS.
fn listens(table: &str, luister: SocketAddr, tls: bool, zonder_tls: bool, f: &mut Findings<'_>) {
    if !tls && !luister.ip().is_loopback() && !zonder_tls {
        f.add(
            &[table, "luister"],
            "without TLS only the own machine may be listened to",
            format!("give [{table}.tls], or state zonder_tls = true when something in front of Sluis does TLS"),
        );
    }
}

fn tls_files(raw: sluis_api::tls::TlsFiles, f: &Findings<'_>) -> sluis_api::tls::TlsFiles {
    let path = |p: PathBuf| f.base.join(p);
    sluis_api::tls::TlsFiles {
        certificaat: path(raw.certificaat),
        sleutel: path(raw.sleutel),
        client_ca: raw.client_ca.map(path),
        client_verplicht: raw.client_verplicht,
    }
}

fn scherm(raw: raw::Scherm, f: &mut Findings<'_>) -> Scherm {
    listens("scherm", raw.luister, raw.tls.is_some(), raw.zonder_tls, f);
    Scherm {
        luister: raw.luister,
        tls: raw.tls.map(|t| tls_files(t, f)),
    }
}

fn api(raw: raw::Api, f: &mut Findings<'_>) -> Api {
    listens("api", raw.luister, raw.tls.is_some(), raw.zonder_tls, f);
    f.at_least(&["api", "max_bericht_bytes"], raw.max_bericht_bytes as u64, 1024);
    f.at_least(&["api", "max_tegelijk"], raw.max_tegelijk as u64, 1);
    f.at_least(&["api", "max_verbindingen"], raw.max_verbindingen as u64, 1);
    let per_second = f.number(&["api", "verzoeken_per_seconde"], raw.verzoeken_per_seconde);
    let failures = &["api", "mislukte_aanmeldingen_per_minuut"];
    let failures_per_minute = f.number(failures, raw.mislukte_aanmeldingen_per_minuut);
    let burst = per_second.saturating_mul(NonZeroU32::MIN.saturating_add(1));
    let tls = raw.tls.map(|t| tls_files(t, f));
    Api {
        luister: raw.luister,
        tls,
        max_verbindingen: raw.max_verbindingen,
        settings: ApiSettings {
            // The attributes come on top of the message they surround.
            max_body: raw.max_bericht_bytes.saturating_add(8 * 1024),
            max_in_hand: raw.max_tegelijk,
            limits: LimitSettings {
                per_second,
                burst,
                failures_per_minute,
            },
            ..ApiSettings::default()
        },
    }
}

fn koppelingen(
    raw: BTreeMap<String, raw::Koppeling>,
    asked: &[String],
    f: &mut Findings<'_>,
) -> BTreeMap<String, Verbinding> {
    let mut proofs: BTreeMap<String, String> = BTreeMap::new();
    for (naam, k) in &raw {
        let at = |key| ["koppeling", naam.as_str(), key];
        name(&["koppeling", naam], naam, f);
        for (key, proof) in k
            .token_sha256
            .iter()
            .map(|t| ("token_sha256", t))
            .chain(k.cert_sha256.iter().map(|c| ("cert_sha256", c)))
        {
            if proof.len() != 64 || !proof.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
                f.add(
                    &at(key),
                    "not a SHA-256 digest",
                    "give 64 lower-case hex digits, as sha256sum prints them",
                );
            } else if let Some(other) = proofs.insert(proof.clone(), naam.clone()) {
                f.add(
                    &at(key),
                    format!("`{other}` has the same: whose message would it be?"),
                    "give each connection its own",
                );
            }
        }
        let proven = k.token_sha256.is_some() || !k.cert_sha256.is_empty();
        let fetched = asked.contains(naam);
        if !proven && !fetched {
            f.add(
                &["koppeling", naam],
                "it could never be recognised",
                "give token_sha256 or cert_sha256",
            );
        }
        if proven && k.rollen.is_empty() {
            f.add(
                &["koppeling", naam],
                "it could do nothing",
                "give rollen: leveren, postbus, beheer",
            );
        }
        if k.rollen.contains(&Rol::Leveren) && k.partijen.is_empty() && k.mandaat.is_empty() {
            f.add(&at("rollen"), "it may send, and for nobody", "give partijen or mandaat");
        }
        if let Some(account) = &k.account {
            name(&at("account"), account, f);
            if !k.rollen.contains(&Rol::Beheer) {
                f.add(
                    &at("account"),
                    "it records nothing",
                    "give it the rol beheer, or no account",
                );
            }
        }
        if k.rollen.contains(&Rol::Postbus) && k.partijen.is_empty() {
            f.add(
                &at("rollen"),
                "it may empty a mailbox, and has none",
                "give partijen; a mandate is for sending only",
            );
        }
    }
    let inward = raw.into_iter().map(|(naam, k)| {
        let mode = match k.mode {
            raw::Mode::Off => Mode::Off,
            raw::Mode::Shadow => Mode::Shadow,
            raw::Mode::Enforce => Mode::Enforce,
        };
        let (token_sha256, cert_sha256) = (k.token_sha256, k.cert_sha256);
        (
            naam,
            Verbinding {
                mode,
                eigen: k.partijen,
                mandaat: k.mandaat,
                rollen: k.rollen,
                token_sha256,
                cert_sha256,
                account: k.account,
            },
        )
    });
    inward.collect()
}

/// Names stand in records and on screens.
pub(super) fn name(key: &[&str], naam: &str, f: &mut Findings<'_>) {
    let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !(1..=40).contains(&naam.len()) || !naam.bytes().all(fine) {
        f.add(
            key,
            "not a name",
            "a name has lower-case letters, digits and `-`, at most 40",
        );
    }
}

fn stations(raw: &Raw, f: &mut Findings<'_>) -> sluis_stations::Settings {
    let b = &raw.bezorging;
    f.at_least(&["bezorging", "eerste_pauze_ms"], b.eerste_pauze_ms, 10);
    f.at_least(&["bezorging", "langste_pauze_seconden"], b.langste_pauze_seconden, 1);
    f.at_least(&["bezorging", "pogingen"], u64::from(b.pogingen), 1);
    f.at_least(&["quarantaine", "dagen"], u64::from(raw.quarantaine.dagen), 1);
    sluis_stations::Settings {
        caps: Caps {
            bytes: raw.api.max_bericht_bytes,
            depth: raw.api.max_diepte,
            nodes: raw.api.max_waarden,
        },
        quarantine_days: raw.quarantaine.dagen,
        retry: Retry {
            first: Duration::from_millis(b.eerste_pauze_ms),
            cap: Duration::from_secs(b.langste_pauze_seconden),
            max_attempts: b.pogingen,
            max_asks: b.navragen,
        },
        ..sluis_stations::Settings::default()
    }
}
