//! What is stated about absence: the desk among the destinations, and the table `[verzuim]`.

use std::collections::BTreeMap;
use std::time::Duration;

use sluis_rules::ids::{Brin, Taak};
use sluis_rules::verzuim::{Dag, Melder, Regio, Wetsvoorstellen};
use sluis_stations::verzuim::School;

use super::check::Findings;
use super::parts;
use super::raw::{self, Bereik};
use super::{Loket, Verbinding, Verzuim, Weg};

/// The desk as a destination.
pub(super) fn loket(b: raw::Bestemming, naam: &str, f: &mut Findings<'_>) -> Option<Weg> {
    let at = |key| ["bestemming", naam, key];
    let unused = [
        ("token", b.token.is_some() || b.token_file.is_some()),
        ("idempotent", b.idempotent.is_some()),
    ];
    for (key, _) in unused.into_iter().filter(|(_, given)| *given) {
        f.add(
            &at(key),
            "a verzuimloket gives tokens itself, and promises nothing about repeats",
            "leave this key out",
        );
    }
    if b.partijen.iter().any(|partij| partij.taak != Taak::Duo) {
        f.add(
            &at("partijen"),
            "a verzuimloket is a desk of duo",
            "give <OIN>/duo only",
        );
    }
    let bereik = b.bereik.unwrap_or_default();
    let mut address = |key, text: &Option<String>| match text {
        Some(text) => parts::url(&at(key), text, bereik, f),
        None => {
            f.add(&at(key), "this key is required for a verzuimloket", "");
            None
        }
    };
    let (url, token_url) = (address("url", &b.url), address("token_url", &b.token_url));
    if b.client_id.as_ref().is_none_or(String::is_empty) {
        f.add(&at("client_id"), "this key is required for a verzuimloket", "");
    }
    let key = match b.sleutel {
        Some(path) => parts::file(&at("sleutel"), path, f),
        None => {
            f.add(
                &at("sleutel"),
                "this key is required for a verzuimloket",
                "give the path of a private key (PEM, PKCS#8; P-256 or RSA)",
            );
            None
        }
    };
    let authorities = b.autoriteiten.and_then(|p| parts::file(&at("autoriteiten"), p, f));
    let identity = b.identiteit.and_then(|p| parts::file(&at("identiteit"), p, f));
    if identity.is_none() && bereik != Bereik::EigenMachine {
        f.add(
            &at("identiteit"),
            "the desk knows us by our certificate (mTLS)",
            "give the path of certificate and key, PEM",
        );
    }
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
    let elke = b.ophalen_elke_seconden.unwrap_or(60);
    f.at_least(&at("ophalen_elke_seconden"), elke, 1);
    let per_second = f.number(&at("per_seconde"), b.per_seconde.unwrap_or(10));
    let failures = f.number(&at("storingen_tot_rust"), b.storingen_tot_rust.unwrap_or(5));
    let rest = b.rust_seconden.unwrap_or(30);
    let config = sluis_verzuimloket::Config {
        key_id: b.sleutel_id,
        scope: b.scope,
        reach: match bereik {
            Bereik::Publiek => sluis_verzuimloket::Reach::Public,
            Bereik::Prive => sluis_verzuimloket::Reach::Private,
            Bereik::EigenMachine => sluis_verzuimloket::Reach::Loopback,
        },
        authorities,
        identity,
        connect_timeout: Duration::from_secs(verbinden),
        timeout: Duration::from_secs(antwoord),
        per_second,
        burst: per_second,
        failures,
        rest: Duration::from_secs(rest),
        poll_every: Duration::from_secs(elke),
        ..sluis_verzuimloket::Config::new(naam, url?, token_url?, b.client_id?, key?)
    };
    Some(Weg::Verzuimloket(Box::new(Loket {
        config,
        koppeling: b.koppeling,
    })))
}

/// The table `[verzuim]`.
pub(super) fn verzuim(v: raw::Verzuim, koppelingen: &BTreeMap<String, Verbinding>, f: &mut Findings<'_>) -> Verzuim {
    if v.loket.taak != Taak::Duo {
        f.add(&["verzuim", "loket"], "reports of absence go to duo", "give <OIN>/duo");
    }
    let bewaren_dagen = v.bewaren_dagen.unwrap_or(sluis_stations::verzuim::BEWAREN_DAGEN);
    // Shorter than the longest window of a rule would lose a report; longer than the school itself may keep it, nobody needs.
    if !(100..=1827).contains(&bewaren_dagen) {
        f.add(
            &["verzuim", "bewaren_dagen"],
            "shorter than the rules look back, or longer than five years",
            "give 100 to 1827; 400 when left out",
        );
    }
    let mut scholen = BTreeMap::new();
    for (brin, school) in v.scholen {
        let at = |key| ["verzuim", "scholen", brin.as_str(), key];
        if !matches!(school.partij.taak, Taak::School | Taak::Mbo) {
            f.add(&at("partij"), "not a school", "give <OIN>/school or <OIN>/mbo");
        }
        let spoken = |k: &Verbinding| k.eigen.iter().chain(&k.mandaat).any(|p| *p == school.partij);
        if !koppelingen.values().any(spoken) {
            f.add(
                &at("partij"),
                "no connection speaks for this school, so nobody could send its registrations",
                "give it to a connection, in partijen or mandaat",
            );
        }
        let melder = school.melder.map(|naam| Melder {
            school: school.naam.clone().unwrap_or_default(),
            naam,
            telefoon: school.telefoon.unwrap_or_default(),
            email: school.email.unwrap_or_default(),
        });
        if melder.as_ref().is_some_and(|m| m.school.is_empty()) {
            f.add(&at("naam"), "a report names the branch", "give the name of the school");
        }
        match brin.parse::<Brin>() {
            Ok(brin) => {
                let partij = school.partij;
                scholen.insert(brin, School { partij, melder });
            }
            Err(_) => f.add(
                &["verzuim", "scholen", &brin],
                "not a BRIN with its branch",
                "write 99ZA00",
            ),
        }
    }
    Verzuim {
        kalender: v.kalender.map(|p| f.path(p)),
        regio: v.regio.map(|regio| match regio {
            raw::Regio::Noord => Regio::Noord,
            raw::Regio::Midden => Regio::Midden,
            raw::Regio::Zuid => Regio::Zuid,
        }),
        loket: v.loket,
        actie_gemeente: v.actie_gemeente,
        overig: v.overig_melden,
        bewaren_dagen,
        wetten: Wetsvoorstellen {
            terugdringen_verzuim: v.terugdringen_verzuim.map(Dag::from),
        },
        scholen,
    }
}
