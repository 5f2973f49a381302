//! What is stated about the bus: the table `[bus]`.

use std::path::PathBuf;

use reqwest::Url;
use serde::Deserialize;
use sluis_bus::{Login, Tls};
use zeroize::Zeroizing;

use super::check::{Findings, name};
use super::parts;
use super::secret::Secret;
use super::{Bus, Rabbit};

/// The table as it is written.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawBus {
    pub(super) soort: BusSoort,
    pub(super) adres: Option<String>,
    pub(super) gebruiker: Option<String>,
    pub(super) wachtwoord: Option<Secret>,
    pub(super) wachtwoord_file: Option<PathBuf>,
    pub(super) autoriteiten: Option<PathBuf>,
    pub(super) identiteit: Option<PathBuf>,
    pub(super) voorvoegsel: Option<String>,
}

/// Which bus.
#[derive(Deserialize, Default, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(super) enum BusSoort {
    #[default]
    Ingebouwd,
    Rabbitmq,
}

pub(super) fn bus(b: RawBus, f: &mut Findings<'_>) -> Bus {
    if b.soort == BusSoort::Ingebouwd {
        let given = [
            ("adres", b.adres.is_some()),
            ("gebruiker", b.gebruiker.is_some()),
            ("wachtwoord", b.wachtwoord.is_some()),
            ("wachtwoord_file", b.wachtwoord_file.is_some()),
            ("autoriteiten", b.autoriteiten.is_some()),
            ("identiteit", b.identiteit.is_some()),
            ("voorvoegsel", b.voorvoegsel.is_some()),
        ];
        for (key, _) in given.into_iter().filter(|(_, given)| *given) {
            f.add(
                &["bus", key],
                "the embedded bus calls nobody",
                "give soort = \"rabbitmq\", or leave this key out",
            );
        }
        return Bus::Ingebouwd;
    }
    rabbit(b, f).map_or(Bus::Ingebouwd, |rabbit| Bus::Rabbit(Box::new(rabbit)))
}

/// `None` only after a finding: then nothing starts.
fn rabbit(b: RawBus, f: &mut Findings<'_>) -> Option<Rabbit> {
    let voorvoegsel = b.voorvoegsel.unwrap_or_else(|| "sluis".to_owned());
    name(&["bus", "voorvoegsel"], &voorvoegsel, f);
    let Some(adres) = b.adres else {
        f.add(
            &["bus", "adres"],
            "this key is required for rabbitmq",
            "give amqps://host/virtual-host",
        );
        return None;
    };
    let address = address(&adres, f);
    let encrypted = address.as_ref().is_none_or(|a| a.encrypted);
    let authorities = b.autoriteiten.and_then(|p| pem("autoriteiten", p, f));
    let identity = b.identiteit.and_then(|p| pem("identiteit", p, f));
    if encrypted && authorities.is_none() {
        f.add(
            &["bus", "autoriteiten"],
            "this key is required with TLS: who may speak for RabbitMQ?",
            "give the path of a file with the certificates (PEM) of its authorities",
        );
    }
    if !encrypted && (authorities.is_some() || identity.is_some()) {
        f.add(&["bus", "adres"], "certificates are for TLS", "begin it with amqps://");
    }
    let login = match b.gebruiker {
        Some(user) => {
            let password = parts::secret(&["bus", "wachtwoord"], b.wachtwoord, b.wachtwoord_file, f)?;
            Login::Password {
                user,
                password: Zeroizing::new(password.expose().to_owned()),
            }
        }
        None => {
            if identity.is_none() {
                f.add(
                    &["bus", "gebruiker"],
                    "nothing to log in with",
                    "give gebruiker and wachtwoord_file, or identiteit: a client certificate that is a user there",
                );
            }
            Login::Certificate
        }
    };
    let Address { host, port, vhost, .. } = address?;
    let tls = encrypted.then(|| Tls {
        authorities: authorities.unwrap_or_default(),
        identity: identity.map(|pem| Zeroizing::new(pem.into_bytes())),
    });
    Some(Rabbit {
        host,
        port,
        vhost,
        login,
        tls,
        voorvoegsel,
    })
}

struct Address {
    encrypted: bool,
    host: String,
    port: u16,
    vhost: String,
}

fn address(text: &str, f: &mut Findings<'_>) -> Option<Address> {
    let key = &["bus", "adres"];
    let url = Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "amqp" | "amqps"));
    let Some((url, host)) = url.and_then(|url| {
        let host = url.host_str()?.trim_matches(['[', ']']).to_owned();
        Some((url, host)).filter(|(_, host)| !host.is_empty())
    }) else {
        f.add(key, "not an address of RabbitMQ", "give amqps://host/virtual-host");
        return None;
    };
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        f.add(
            key,
            "more than an address",
            "leave out user, password and what follows `?`; gebruiker and wachtwoord have keys of their own",
        );
    }
    let encrypted = url.scheme() == "amqps";
    let own = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if !encrypted && !own {
        f.add(
            key,
            "without TLS the password would be read on the way",
            "use amqps, or a RabbitMQ on 127.0.0.1",
        );
    }
    let vhost = match url.path().strip_prefix('/').unwrap_or_default() {
        "" | "%2f" | "%2F" => "/",
        name if name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) =>
        {
            name
        }
        _ => {
            f.add(
                key,
                "a virtual host of that name is not used here",
                "letters, digits, `-`, `_` and `.`; leave it out for `/`",
            );
            return None;
        }
    };
    Some(Address {
        encrypted,
        port: url.port().unwrap_or(if encrypted { 5671 } else { 5672 }),
        vhost: vhost.to_owned(),
        host,
    })
}

/// Certificates and keys as text.
fn pem(key: &str, path: PathBuf, f: &mut Findings<'_>) -> Option<String> {
    let bytes = parts::file(&["bus", key], path, f)?;
    let text = String::from_utf8(bytes)
        .ok()
        .filter(|text| text.contains("-----BEGIN "));
    if text.is_none() {
        f.add(&["bus", key], "holds no certificate", "give a PEM file");
    }
    text
}
