//! The client: built once for each target, with every limit stated.

use std::sync::Arc;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Identity, Url};

use crate::config::{Config, ConfigError};
use crate::network::{Guard, Reach};

/// The client, the address of the desk, and the address where tokens are given.
pub(crate) fn build(config: &Config) -> Result<(Client, Url, Url), ConfigError> {
    let base = address(config, &config.base, "the desk")?;
    let token = address(config, &config.token, "the tokens")?;
    let tls = || ConfigError::Tls(config.name.clone());
    let builder = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .user_agent("sluis")
        .connect_timeout(config.connect_timeout)
        .timeout(config.timeout)
        // One connection, one message: a second answer on a kept connection would be taken for that of the next.
        .pool_max_idle_per_host(0)
        .dns_resolver(Arc::new(Guard(config.reach)));
    let builder = if config.reach == Reach::Loopback && config.authorities.is_none() {
        // Plain HTTP on this machine only, but the client asks for a TLS setting all the same: one that trusts nobody.
        let nobody = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| tls())?
            .with_root_certificates(rustls::RootCertStore::empty())
            .with_no_client_auth();
        builder.tls_backend_preconfigured(nobody)
    } else {
        // Without a provider the client would panic.
        rustls::crypto::CryptoProvider::get_default().ok_or_else(tls)?;
        let mut builder = builder.https_only(true).tls_version_min(reqwest::tls::Version::TLS_1_2);
        let certificate = |what| ConfigError::Certificate {
            name: config.name.clone(),
            what,
        };
        if let Some(pem) = &config.authorities {
            let found = Certificate::from_pem_bundle(pem).map_err(|_| certificate("authorities"))?;
            if found.is_empty() {
                return Err(certificate("authorities"));
            }
            builder = builder.tls_certs_only(found);
        }
        if let Some(pem) = &config.identity {
            builder = builder.identity(Identity::from_pem(pem).map_err(|_| certificate("identity"))?);
        }
        builder
    };
    let client = builder.build().map_err(|_| tls())?;
    Ok((client, base, token))
}

/// A configured address, held to its reach.
fn address(config: &Config, text: &str, which: &'static str) -> Result<Url, ConfigError> {
    let wrong = |why| ConfigError::Base {
        name: config.name.clone(),
        which,
        why,
    };
    let url = Url::parse(text).map_err(|_| wrong("is not an address: write https://host[:port][/prefix]"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a user or password: leave them out"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a query or fragment: leave it out"));
    }
    let plain = config.reach == Reach::Loopback && url.scheme() == "http";
    if url.scheme() != "https" && !plain {
        return Err(wrong("is not https: plain http is for this machine only"));
    }
    // An address written as a number never passes the resolver, so it is looked at here.
    let host = url.host_str().unwrap_or_default();
    let number = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
    if host.is_empty() || number.is_some_and(|ip| !config.reach.allows(ip)) {
        return Err(wrong("lies outside the configured reach"));
    }
    Ok(url)
}

/// An address below the base, of segments that are encoded where they must be.
pub(crate) fn below(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn config(base: &str, token: &str, reach: Reach) -> Config {
        Config {
            reach,
            ..Config::new("loket", base, token, "wij", Vec::new())
        }
    }

    #[test]
    fn both_addresses_are_held_to_their_reach() {
        let fine = "https://loket.example/dienst";
        let with = |base: &str, token: &str, reach| {
            let config = config(base, token, reach);
            let base = address(&config, &config.base, "the desk");
            base.and_then(|_| address(&config, &config.token, "the tokens"))
        };
        assert!(with(fine, "https://token.example/token", Reach::Public).is_ok());
        assert!(with("http://127.0.0.1:9", "http://127.0.0.1:9/token", Reach::Loopback).is_ok());
        for wrong in [
            "http://loket.example",
            "https://10.0.0.1",
            "https://[::ffff:127.0.0.1]",
            "https://2130706433",
            "https://u:geheim@loket.example",
            "https://loket.example?a=1",
            "loket",
        ] {
            for (base, token) in [(wrong, fine), (fine, wrong)] {
                let error = with(base, token, Reach::Public).unwrap_err().to_string();
                assert!(!error.contains("geheim") && !error.contains("example"), "{error}");
            }
        }
    }

    #[test]
    fn certificates_that_cannot_be_read_are_refused_and_never_shown() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let config = config("https://loket.example", "https://loket.example/token", Reach::Public);
        assert!(build(&config).is_ok());
        let broken = || Some(b"-----BEGIN CERTIFICATE-----\ngeheim".to_vec());
        for wrong in [
            Config {
                authorities: broken(),
                ..config.clone()
            },
            Config {
                identity: broken(),
                ..config.clone()
            },
        ] {
            let error = build(&wrong).unwrap_err();
            assert!(matches!(error, ConfigError::Certificate { .. }) && !error.to_string().contains("geheim"));
        }
    }
}
