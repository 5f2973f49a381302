//! The client: built once for each source, with every limit stated.

use std::sync::Arc;

use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Identity, Url};

use crate::config::{Config, ConfigError};
use crate::network::{Guard, Reach};

/// The client and the address it calls.
pub(crate) fn build(config: &Config) -> Result<(Client, Url), ConfigError> {
    let base = base(config)?;
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
    let builder = if config.reach == Reach::Loopback {
        // Plain HTTP only, but the client asks for a TLS setting all the same: one that trusts nobody.
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
    Ok((client, base))
}

/// The configured address, held to its reach.
fn base(config: &Config) -> Result<Url, ConfigError> {
    let wrong = |why| ConfigError::Base {
        name: config.name.clone(),
        why,
    };
    let url = Url::parse(&config.base).map_err(|_| wrong("is not an address: write https://host[:port][/prefix]"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a user or password: use the token"));
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

/// The header with the token, hidden from every `Debug`.
pub(crate) fn authorization(config: &Config) -> Result<HeaderValue, ConfigError> {
    let text = format!("Bearer {}", config.token);
    let mut value = HeaderValue::from_str(&text).map_err(|_| ConfigError::Token(config.name.clone()))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn with(base: &str, reach: Reach) -> Result<Url, ConfigError> {
        super::base(&Config {
            reach,
            ..Config::new("kk", base, "t", "s")
        })
    }

    #[test]
    fn an_address_is_held_to_its_reach() {
        for fine in [
            "https://bron.example",
            "https://bron.example:8443/dienst/",
            "https://93.184.215.14",
        ] {
            assert!(with(fine, Reach::Public).is_ok(), "{fine}");
        }
        assert!(with("https://10.0.0.1", Reach::Private).is_ok());
        assert!(with("http://127.0.0.1:9", Reach::Loopback).is_ok());
        for wrong in [
            "http://bron.example",
            "https://10.0.0.1",
            "https://[::ffff:127.0.0.1]",
            "https://0x7f.1",
            "https://2130706433",
            "https://u:geheim@bron.example",
            "https://bron.example?a=1",
            "ftp://bron.example",
            "bron",
        ] {
            let error = with(wrong, Reach::Public).unwrap_err().to_string();
            assert!(!error.contains("geheim") && !error.contains("example"), "{error}");
        }
        assert!(with("http://10.0.0.1", Reach::Private).is_err());
    }

    #[test]
    fn paths_stay_below_the_base() {
        let base = Url::parse("https://bron.example/dienst/").unwrap();
        assert_eq!(
            below(&base, &["api", "a/../b?c"]).as_str(),
            "https://bron.example/dienst/api/a%2F..%2Fb%3Fc"
        );
        let bare = Url::parse("https://bron.example").unwrap();
        assert_eq!(below(&bare, &["api"]).as_str(), "https://bron.example/api");
    }

    #[test]
    fn a_token_that_no_header_can_hold_is_refused_and_never_shown() {
        let config = Config::new("kk", "https://bron.example", "geheim\n", "s");
        assert!(!authorization(&config).unwrap_err().to_string().contains("geheim"));
        let config = Config::new("kk", "https://bron.example", "geheim", "s");
        assert!(!format!("{:?} {config:?}", authorization(&config).unwrap()).contains("geheim"));
    }

    #[test]
    fn tls_needs_a_provider_and_readable_certificates() {
        let config = Config::new("kk", "https://bron.example", "t", "s");
        // Whether another test of this process installed one does not matter from here on.
        let _ = rustls::crypto::ring::default_provider().install_default();
        assert!(build(&config).is_ok());
        let broken = || Some(b"-----BEGIN CERTIFICATE-----\ngeheim".to_vec());
        for wrong in [
            Config {
                authorities: broken(),
                ..config.clone()
            },
            Config {
                authorities: Some(Vec::new()),
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
