//! The systems at the other side: those that receive, and the one that is asked.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sluis_kindkans::{CaseIds, Destination};
use sluis_rules::ids::{Brin, Oin, Partij};

use super::check::{Findings, name};
use super::parts;
use super::raw::{self, Bereik, Casusnummers, Soort};
use super::{Bestemming, Kindkans, Verbinding, Weg};

pub(super) fn bestemmingen(
    raw: BTreeMap<String, raw::Bestemming>,
    f: &mut Findings<'_>,
) -> BTreeMap<String, Bestemming> {
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
        only_of_a_desk(&b, naam, f);
        let rest = [
            ("storingen_tot_rust", b.storingen_tot_rust.is_some()),
            ("rust_seconden", b.rust_seconden.is_some()),
        ];
        for (key, _) in rest.into_iter().chain(given).filter(|(_, given)| *given) {
            f.add(
                &at(key),
                "a mailbox is emptied by its receiver: nothing is called",
                "leave this key out",
            );
        }
        return Some(Weg::Postbus);
    }
    if b.soort == Soort::Verzuimloket {
        return super::verzuim::loket(b, naam, f);
    }
    if b.soort != Soort::Fhir {
        for (key, given) in [
            ("storingen_tot_rust", b.storingen_tot_rust.is_some()),
            ("rust_seconden", b.rust_seconden.is_some()),
        ] {
            if given {
                f.add(
                    &at(key),
                    "only a verzuimloket or a system of FHIR has this",
                    "leave this key out",
                );
            }
        }
    }
    only_of_a_desk(&b, naam, f);
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
    if b.soort == Soort::Fhir {
        let failures = f.number(&at("storingen_tot_rust"), b.storingen_tot_rust.unwrap_or(5));
        return Some(Weg::Fhir(Box::new(sluis_jeugdhulp::Config {
            reach: super::jeugdhulp::reach(bereik),
            authorities,
            identity,
            connect_timeout: Duration::from_secs(verbinden),
            timeout: Duration::from_secs(antwoord),
            per_second,
            failures,
            rest: Duration::from_secs(b.rust_seconden.unwrap_or(30)),
            idempotent: b.idempotent.unwrap_or(false),
            ..sluis_jeugdhulp::Config::new(naam, url?, token?.expose())
        })));
    }
    Some(Weg::Zaaksysteem(Box::new(sluis_zaaksysteem::Config {
        // An unstated promise is no promise: then an uncertain send is asked after, never repeated.
        idempotent: b.idempotent.unwrap_or(false),
        reach: match bereik {
            Bereik::Publiek => sluis_zaaksysteem::Reach::Public,
            Bereik::Prive => sluis_zaaksysteem::Reach::Private,
            Bereik::EigenMachine => sluis_zaaksysteem::Reach::Loopback,
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

/// Keys that only a desk has.
fn only_of_a_desk(b: &raw::Bestemming, naam: &str, f: &mut Findings<'_>) {
    let given = [
        ("token_url", b.token_url.is_some()),
        ("client_id", b.client_id.is_some()),
        ("sleutel", b.sleutel.is_some()),
        ("sleutel_id", b.sleutel_id.is_some()),
        ("scope", b.scope.is_some()),
        ("koppeling", b.koppeling.is_some()),
        ("ophalen_elke_seconden", b.ophalen_elke_seconden.is_some()),
    ];
    for (key, _) in given.into_iter().filter(|(_, given)| *given) {
        f.add(
            &["bestemming", naam, key],
            "only a verzuimloket has this",
            "leave this key out",
        );
    }
}

/// Under which connections what desks tell comes in: they must speak for the desk.
pub(super) fn backward(
    bestemmingen: &BTreeMap<String, Bestemming>,
    koppelingen: &BTreeMap<String, Verbinding>,
    f: &mut Findings<'_>,
) {
    for (naam, bestemming) in bestemmingen {
        let Weg::Verzuimloket(loket) = &bestemming.weg else {
            continue;
        };
        let Some(koppeling) = &loket.koppeling else { continue };
        let at = ["bestemming", naam.as_str(), "koppeling"];
        match koppelingen.get(koppeling) {
            None => f.add(&at, "there is no connection of this name", ""),
            Some(v) if !bestemming.partijen.iter().all(|p| v.eigen.contains(p)) => f.add(
                &at,
                "this connection is not the desk, under which its messages come in",
                "give it the party of the desk in partijen",
            ),
            Some(_) => {}
        }
    }
}

pub(super) fn kindkans(
    k: raw::Kindkans,
    organisatie: Oin,
    koppelingen: &BTreeMap<String, Verbinding>,
    f: &mut Findings<'_>,
) -> Option<Kindkans> {
    match koppelingen.get(&k.koppeling) {
        None => {
            let names: Vec<&str> = koppelingen.keys().map(String::as_str).collect();
            let known = format!("known: {}", names.join(", "));
            f.add(&["kindkans", "koppeling"], "there is no connection of this name", known);
        }
        Some(v) if !v.eigen.iter().chain(&v.mandaat).any(|p| p.oin == organisatie) => f.add(
            &["kindkans", "koppeling"],
            "this connection speaks for no party of sluis.organisatie, under which the messages come in",
            "give it that party in partijen or mandaat",
        ),
        Some(_) => {}
    }
    let url = parts::url(&["kindkans", "url"], &k.url, k.bereik, f);
    let token = parts::secret(&["kindkans", "token"], k.token, k.token_file, f);
    let geheim_key = ["kindkans", "webhook_geheim"];
    let geheim = parts::secret(&geheim_key, k.webhook_geheim, k.webhook_geheim_file, f);
    if geheim.as_ref().is_some_and(|g| g.expose().len() < 16) {
        f.add(
            &geheim_key,
            "short enough to guess",
            "agree on one of at least 16 characters: openssl rand -hex 32",
        );
    }
    let authorities = k
        .autoriteiten
        .and_then(|p| parts::file(&["kindkans", "autoriteiten"], p, f));
    let identity = k
        .identiteit
        .and_then(|p| parts::file(&["kindkans", "identiteit"], p, f));
    let elke = k.ophalen_elke_seconden.unwrap_or(60);
    f.at_least(&["kindkans", "ophalen_elke_seconden"], elke, 1);
    let mut schools = BTreeMap::new();
    for (brin, partij) in k.scholen {
        match brin.parse::<Brin>() {
            Ok(brin) => {
                schools.insert(brin, partij);
            }
            Err(_) => f.add(
                &["kindkans", "scholen", &brin],
                "not a BRIN with its branch",
                "write 99ZA00",
            ),
        }
    }
    let casussen = !k.casussen.is_empty();
    let cases = match k.casusnummers {
        Casusnummers::Sleutel => CaseIds::Keyed,
        Casusnummers::Gedeeld => CaseIds::Shared,
        Casusnummers::Tabel => CaseIds::Table(k.casussen),
    };
    if casussen && k.casusnummers != Casusnummers::Tabel {
        f.add(
            &["kindkans", "casussen"],
            "there is a table that is not used",
            "state casusnummers = \"tabel\"",
        );
    }
    let bron = sluis_kindkans::Config {
        reach: match k.bereik {
            Bereik::Publiek => sluis_kindkans::Reach::Public,
            Bereik::Prive => sluis_kindkans::Reach::Private,
            Bereik::EigenMachine => sluis_kindkans::Reach::Loopback,
        },
        authorities,
        identity,
        poll_every: Duration::from_secs(elke),
        ..sluis_kindkans::Config::new(k.koppeling.clone(), url?, token?.expose(), geheim?.expose())
    };
    Some(Kindkans {
        koppeling: k.koppeling,
        bron: Box::new(bron),
        bestemming: Destination { schools, cases },
    })
}
