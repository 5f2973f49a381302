//! The system of a youth care provider.

use std::collections::BTreeMap;
use std::time::Duration;

use sluis_jeugdhulp::{Config, Reach, SourceConfig};
use sluis_rules::ids::{Oin, Taak};

use super::check::{Findings, name};
use super::raw::{self, Bereik};
use super::{Jeugdhulp, Verbinding, parts};

pub(super) const fn reach(bereik: Bereik) -> Reach {
    match bereik {
        Bereik::Publiek => Reach::Public,
        Bereik::Prive => Reach::Private,
        Bereik::EigenMachine => Reach::Loopback,
    }
}

pub(super) fn jeugdhulp(
    j: raw::Jeugdhulp,
    organisatie: Oin,
    koppelingen: &BTreeMap<String, Verbinding>,
    f: &mut Findings<'_>,
) -> Option<Jeugdhulp> {
    let speaks = |v: &Verbinding, oin: bool| {
        let mut all = v.eigen.iter().chain(&v.mandaat);
        all.any(|p| if oin { p.oin == organisatie } else { *p == j.partij })
    };
    match koppelingen.get(&j.koppeling) {
        None => f.add(&["jeugdhulp", "koppeling"], "there is no connection of this name", ""),
        Some(v) if !speaks(v, false) => f.add(
            &["jeugdhulp", "koppeling"],
            "this connection does not speak for the provider",
            "give it that party in partijen or mandaat",
        ),
        Some(v) if !speaks(v, true) => f.add(
            &["jeugdhulp", "koppeling"],
            "this connection speaks for no party of sluis.organisatie, under which the messages come in",
            "give it that party in partijen or mandaat",
        ),
        Some(_) => {}
    }
    if j.partij.taak != Taak::Jeugdhulpaanbieder {
        f.add(
            &["jeugdhulp", "partij"],
            "not a jeugdhulpaanbieder",
            "write <OIN>/jeugdhulpaanbieder",
        );
    }
    let url = parts::url(&["jeugdhulp", "url"], &j.url, j.bereik, f);
    let token = parts::secret(&["jeugdhulp", "token"], j.token, j.token_file, f);
    let geheim_key = ["jeugdhulp", "webhook_geheim"];
    let geheim = parts::secret(&geheim_key, j.webhook_geheim, j.webhook_geheim_file, f);
    if geheim.as_ref().is_some_and(|g| g.expose().len() < 16) {
        f.add(
            &geheim_key,
            "short enough to guess",
            "agree on one of at least 16 characters: openssl rand -hex 32",
        );
    }
    let authorities = j
        .autoriteiten
        .and_then(|p| parts::file(&["jeugdhulp", "autoriteiten"], p, f));
    let identity = j
        .identiteit
        .and_then(|p| parts::file(&["jeugdhulp", "identiteit"], p, f));
    let elke = j.ophalen_elke_seconden.unwrap_or(60);
    f.at_least(&["jeugdhulp", "ophalen_elke_seconden"], elke, 1);
    let hook = j
        .abonnement_url
        .and_then(|text| parts::url(&["jeugdhulp", "abonnement_url"], &text, j.bereik, f));
    if let Some(account) = &j.toestemmingen_account {
        name(&["jeugdhulp", "toestemmingen_account"], account, f);
    }
    let call = Config {
        reach: reach(j.bereik),
        authorities,
        identity,
        ..Config::new(j.koppeling.clone(), url?, token?.expose())
    };
    let bron = SourceConfig {
        poll_every: Duration::from_secs(elke),
        hook,
        ..SourceConfig::new(call, geheim?.expose())
    };
    Some(Jeugdhulp {
        koppeling: j.koppeling,
        partij: j.partij,
        bron: Box::new(bron),
        account: j.toestemmingen_account,
    })
}
