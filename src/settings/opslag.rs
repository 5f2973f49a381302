//! The database server that keeps the truth, for several instances.

use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};
use sluis_store::PostgresAddress;

use super::check::Findings;
use super::{parts, raw};

/// An address, with what it needs to be reached.
pub(super) fn opslag(o: raw::Opslag, f: &mut Findings<'_>) -> Option<PostgresAddress> {
    let key = ["opslag", "postgresql"];
    f.at_least(&["opslag", "antwoord_seconden"], o.antwoord_seconden, 1);
    let password = match (o.wachtwoord, o.wachtwoord_file) {
        (None, None) => None,
        (inline, path) => Some(parts::secret(&["opslag", "wachtwoord"], inline, path, f)?),
    };
    let authorities = o
        .autoriteiten
        .and_then(|p| parts::file(&["opslag", "autoriteiten"], p, f));
    let identity = o.identiteit.and_then(|p| parts::file(&["opslag", "identiteit"], p, f));
    let tls = match authorities {
        None => None,
        Some(pem) => Some(tls(&pem, identity.as_deref(), f)?),
    };
    let patience = Duration::from_secs(o.antwoord_seconden);
    match PostgresAddress::new(
        o.postgresql.expose(),
        password.as_ref().map(|p| p.expose()),
        tls,
        patience,
    ) {
        Ok(address) => Some(address),
        Err(fault) => {
            f.add(&key, fault.to_string(), "see docs/postgresql.md");
            None
        }
    }
}

fn tls(authorities: &[u8], identity: Option<&[u8]>, f: &mut Findings<'_>) -> Option<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let read: Option<Vec<_>> = CertificateDer::pem_slice_iter(authorities).map(Result::ok).collect();
    let (added, _) = roots.add_parsable_certificates(read.unwrap_or_default());
    if added == 0 {
        f.add(
            &["opslag", "autoriteiten"],
            "holds no certificate",
            "give PEM certificates of the authority",
        );
        return None;
    }
    let builder = ClientConfig::builder_with_provider(std::sync::Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots);
    let Some(pem) = identity else {
        return Some(builder.with_no_client_auth());
    };
    let chain: Option<Vec<_>> = CertificateDer::pem_slice_iter(pem).map(Result::ok).collect();
    let made = chain.zip(PrivateKeyDer::from_pem_slice(pem).ok());
    let config = made.and_then(|(chain, key)| builder.with_client_auth_cert(chain, key).ok());
    if config.is_none() {
        f.add(
            &["opslag", "identiteit"],
            "holds no certificate with its key",
            "give both in one PEM file",
        );
    }
    config
}
