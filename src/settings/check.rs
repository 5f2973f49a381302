//! From what is written to what may be used: every rule about the configuration, all findings at once.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sluis_api::limits::LimitSettings;
use sluis_api::{ApiSettings, Rol};
use sluis_rules::ids::Partij;
use sluis_rules::scan::Caps;
use sluis_stations::{Mode, Retry};

use super::finding::Finding;
use super::parts;
use super::raw::{self, Raw, Soort};
use super::{Api, Bestemming, Kindkans, Settings, Verbinding, Weg};

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

    fn number(&mut self, key: &[&str], n: u32) -> NonZeroU32 {
        NonZeroU32::new(n).unwrap_or_else(|| {
            self.add(key, "nothing at all could pass", "give at least 1");
            NonZeroU32::MIN
        })
    }

    fn at_least(&mut self, key: &[&str], n: u64, least: u64) {
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
    let stations = stations(&raw, f);
    let api = api(raw.api, f);
    let koppelingen = koppelingen(raw.koppeling, raw.kindkans.as_ref(), f);
    let bestemmingen = bestemmingen(raw.bestemming, f);
    let kindkans = raw.kindkans.and_then(|k| kindkans(k, &koppelingen, f));
    let settings = Settings {
        organisatie: raw.sluis.organisatie,
        data: f.path(raw.sluis.data),
        regels: raw.sluis.regels.map(|p| f.path(p)),
        feiten: raw.sluis.feiten.map(|p| f.path(p)),
        api,
        koppelingen,
        bestemmingen,
        kindkans,
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

fn api(raw: raw::Api, f: &mut Findings<'_>) -> Api {
    if raw.tls.is_none() && !raw.luister.ip().is_loopback() && !raw.zonder_tls {
        f.add(
            &["api", "luister"],
            "without TLS only the own machine may be listened to",
            "give [api.tls], or state zonder_tls = true when something in front of Sluis does TLS",
        );
    }
    f.at_least(&["api", "max_bericht_bytes"], raw.max_bericht_bytes as u64, 1024);
    f.at_least(&["api", "max_tegelijk"], raw.max_tegelijk as u64, 1);
    f.at_least(&["api", "max_verbindingen"], raw.max_verbindingen as u64, 1);
    let per_second = f.number(&["api", "verzoeken_per_seconde"], raw.verzoeken_per_seconde);
    let failures = &["api", "mislukte_aanmeldingen_per_minuut"];
    let failures_per_minute = f.number(failures, raw.mislukte_aanmeldingen_per_minuut);
    let burst = per_second.saturating_mul(NonZeroU32::MIN.saturating_add(1));
    let path = |p: PathBuf| f.base.join(p);
    let tls = raw.tls.map(|t| sluis_api::tls::TlsFiles {
        certificaat: path(t.certificaat),
        sleutel: path(t.sleutel),
        client_ca: t.client_ca.map(path),
        client_verplicht: t.client_verplicht,
    });
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
    source: Option<&raw::Kindkans>,
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
        let fetched = source.is_some_and(|s| s.koppeling == *naam);
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
            },
        )
    });
    inward.collect()
}

/// Names stand in records and on screens.
fn name(key: &[&str], naam: &str, f: &mut Findings<'_>) {
    let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !(1..=40).contains(&naam.len()) || !naam.bytes().all(fine) {
        f.add(
            key,
            "not a name",
            "a name has lower-case letters, digits and `-`, at most 40",
        );
    }
}

fn bestemmingen(raw: BTreeMap<String, raw::Bestemming>, f: &mut Findings<'_>) -> BTreeMap<String, Bestemming> {
    let mut taken: BTreeSet<Partij> = BTreeSet::new();
    let mut out = BTreeMap::new();
    for (naam, b) in raw {
        let at = |key| ["bestemming", naam.as_str(), key];
        name(&["bestemming", &naam], &naam, f);
        f.at_least(&at("partijen"), b.partijen.len() as u64, 1);
        for partij in &b.partijen {
            if !taken.insert(*partij) {
                f.add(
                    &at("partijen"),
                    format!("{partij} receives somewhere else too"),
                    "a party has one way in",
                );
            }
        }
        let partijen = b.partijen.clone();
        if let Some(weg) = weg(b, &naam, f) {
            out.insert(naam, Bestemming { partijen, weg });
        }
    }
    out
}

fn weg(b: raw::Bestemming, naam: &str, f: &mut Findings<'_>) -> Option<Weg> {
    let at = |key| ["bestemming", naam, key];
    if b.soort == Soort::Postbus {
        let given = [
            ("url", b.url.is_some()),
            ("bereik", b.bereik.is_some()),
            ("token", b.token.is_some()),
            ("token_file", b.token_file.is_some()),
            ("autoriteiten", b.autoriteiten.is_some()),
            ("identiteit", b.identiteit.is_some()),
            ("verbinden_seconden", b.verbinden_seconden.is_some()),
            ("antwoord_seconden", b.antwoord_seconden.is_some()),
            ("per_seconde", b.per_seconde.is_some()),
            ("idempotent", b.idempotent.is_some()),
        ];
        for (key, _) in given.into_iter().filter(|(_, given)| *given) {
            f.add(
                &at(key),
                "a mailbox is emptied by its receiver: nothing is called",
                "leave this key out",
            );
        }
        return Some(Weg::Postbus);
    }
    let bereik = b.bereik.unwrap_or_default();
    let url = match &b.url {
        Some(text) => parts::url(&at("url"), text, bereik, f),
        None => {
            f.add(&at("url"), "this key is required for a zaaksysteem", "");
            None
        }
    };
    let token = parts::secret(&at("token"), b.token, b.token_file, f);
    let authorities = b.autoriteiten.and_then(|p| parts::file(&at("autoriteiten"), p, f));
    let identity = b.identiteit.and_then(|p| parts::file(&at("identiteit"), p, f));
    let (verbinden, antwoord) = (b.verbinden_seconden.unwrap_or(3), b.antwoord_seconden.unwrap_or(10));
    f.at_least(&at("verbinden_seconden"), verbinden, 1);
    f.at_least(&at("antwoord_seconden"), antwoord, 1);
    if antwoord > 25 {
        f.add(
            &at("antwoord_seconden"),
            "longer than a send may take",
            "give at most 25",
        );
    }
    let per_second = f.number(&at("per_seconde"), b.per_seconde.unwrap_or(20));
    Some(Weg::Zaaksysteem(Box::new(sluis_zaaksysteem::Config {
        // An unstated promise is no promise: then an uncertain send is asked after, never repeated.
        idempotent: b.idempotent.unwrap_or(false),
        reach: match bereik {
            raw::Bereik::Publiek => sluis_zaaksysteem::Reach::Public,
            raw::Bereik::Prive => sluis_zaaksysteem::Reach::Private,
            raw::Bereik::EigenMachine => sluis_zaaksysteem::Reach::Loopback,
        },
        authorities,
        identity,
        connect_timeout: Duration::from_secs(verbinden),
        timeout: Duration::from_secs(antwoord),
        per_second,
        burst: per_second,
        ..sluis_zaaksysteem::Config::new(naam, url?, token?.expose())
    })))
}

fn kindkans(k: raw::Kindkans, koppelingen: &BTreeMap<String, Verbinding>, f: &mut Findings<'_>) -> Option<Kindkans> {
    if !koppelingen.contains_key(&k.koppeling) {
        let names: Vec<&str> = koppelingen.keys().map(String::as_str).collect();
        f.add(
            &["kindkans", "koppeling"],
            "there is no connection of this name",
            format!("known: {}", names.join(", ")),
        );
    }
    let url = parts::url(&["kindkans", "url"], &k.url, k.bereik, f);
    let token = parts::secret(&["kindkans", "token"], k.token, k.token_file, f);
    let geheim = parts::secret(
        &["kindkans", "webhook_geheim"],
        k.webhook_geheim,
        k.webhook_geheim_file,
        f,
    );
    let elke = k.ophalen_elke_seconden.unwrap_or(60);
    f.at_least(&["kindkans", "ophalen_elke_seconden"], elke, 1);
    Some(Kindkans {
        koppeling: k.koppeling,
        url: url?,
        token: token?,
        webhook_geheim: geheim?,
        ophalen_elke: Duration::from_secs(elke),
    })
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
