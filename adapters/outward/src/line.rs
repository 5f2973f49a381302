//! The client: built once for each system, with every limit stated.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Identity, Url};

use crate::reach::{Guard, Reach};

/// How a system is called.
#[derive(Clone, Copy)]
pub struct Line<'c> {
    /// How far the connection may reach.
    pub reach: Reach,
    /// PEM certificates of the authorities its certificate may come from, instead of those of the system.
    pub authorities: Option<&'c [u8]>,
    /// PEM certificate chain and key with which we identify ourselves.
    pub identity: Option<&'c [u8]>,
    /// The most that making a connection may take.
    pub connect_timeout: Duration,
    /// The most that one call may take, connecting and reading included.
    pub timeout: Duration,
}

/// What is wrong with the settings of a line. Never holds one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// No TLS provider, or TLS that cannot be set up.
    Tls,
    /// A certificate or key that cannot be read: `authorities` or `identity`.
    Certificate(&'static str),
}

impl Line<'_> {
    /// The client: no proxy, no redirects, no retries of its own, one connection for one message.
    ///
    /// # Errors
    /// When TLS cannot be set up, or a certificate cannot be read.
    pub fn client(&self) -> Result<Client, Wrong> {
        let builder = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .user_agent("sluis")
            .connect_timeout(self.connect_timeout)
            .timeout(self.timeout)
            // One connection, one message: a second answer on a kept connection would be taken for that of the next.
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(Guard(self.reach)));
        let builder = if self.reach == Reach::Loopback && self.authorities.is_none() {
            // Plain HTTP on this machine only, but the client asks for a TLS setting all the same: one that trusts nobody.
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let nobody = rustls::ClientConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .map_err(|_| Wrong::Tls)?
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth();
            builder.tls_backend_preconfigured(nobody)
        } else {
            // Without a provider the client would panic.
            rustls::crypto::CryptoProvider::get_default().ok_or(Wrong::Tls)?;
            let mut builder = builder.https_only(true).tls_version_min(reqwest::tls::Version::TLS_1_2);
            if let Some(pem) = self.authorities {
                let wrong = Wrong::Certificate("authorities");
                let found = Certificate::from_pem_bundle(pem).map_err(|_| wrong)?;
                if found.is_empty() {
                    return Err(wrong);
                }
                builder = builder.tls_certs_only(found);
            }
            if let Some(pem) = self.identity {
                builder = builder.identity(Identity::from_pem(pem).map_err(|_| Wrong::Certificate("identity"))?);
            }
            builder
        };
        builder.build().map_err(|_| Wrong::Tls)
    }
}

/// A configured address, held to its reach.
///
/// # Errors
/// What is wrong with it and what to do, without the address.
pub fn address(text: &str, reach: Reach) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "is not an address: write https://host[:port][/prefix]")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user or password: leave them out");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("has a query or fragment: leave it out");
    }
    let plain = reach == Reach::Loopback && url.scheme() == "http";
    if url.scheme() != "https" && !plain {
        return Err("is not https: plain http is for this machine only");
    }
    // An address written as a number never passes the resolver, so it is looked at here.
    let host = url.host_str().unwrap_or_default();
    let number = host.trim_start_matches('[').trim_end_matches(']').parse().ok();
    if host.is_empty() || number.is_some_and(|ip| !reach.allows(ip)) {
        return Err("lies outside the configured reach");
    }
    Ok(url)
}

/// An address below the base, of segments that are encoded where they must be.
#[must_use]
pub fn below(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

/// The header with a token, hidden from every `Debug`; `None` when no header can hold it.
#[must_use]
pub fn bearer(token: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_held_to_its_reach() {
        for fine in [
            "https://zaken.example",
            "https://zaken.example:8443/dienst/",
            "https://93.184.215.14",
        ] {
            assert!(address(fine, Reach::Public).is_ok(), "{fine}");
        }
        assert!(address("https://10.0.0.1", Reach::Private).is_ok());
        assert!(address("http://127.0.0.1:9", Reach::Loopback).is_ok());
        for wrong in [
            "http://zaken.example",
            "https://10.0.0.1",
            "https://[::ffff:127.0.0.1]",
            "https://0x7f.1",
            "https://2130706433",
            "https://u:geheim@zaken.example",
            "https://zaken.example?a=1",
            "ftp://zaken.example",
            "zaken",
        ] {
            let why = address(wrong, Reach::Public).unwrap_err();
            assert!(!why.contains("geheim") && !why.contains("example"), "{why}");
        }
        assert!(address("http://10.0.0.1", Reach::Private).is_err());
    }

    #[test]
    fn paths_stay_below_the_base() {
        let base = Url::parse("https://zaken.example/dienst/").unwrap();
        assert_eq!(
            below(&base, &["zaken", "a/../b?c"]).as_str(),
            "https://zaken.example/dienst/zaken/a%2F..%2Fb%3Fc"
        );
        let bare = Url::parse("https://zaken.example").unwrap();
        assert_eq!(below(&bare, &["zaken"]).as_str(), "https://zaken.example/zaken");
    }

    #[test]
    fn a_token_that_no_header_can_hold_is_refused_and_never_shown() {
        assert!(bearer("geheim\n").is_none());
        assert!(!format!("{:?}", bearer("geheim").unwrap()).contains("geheim"));
    }

    #[test]
    fn tls_needs_a_provider_and_readable_certificates() {
        let line = Line {
            reach: Reach::Public,
            authorities: None,
            identity: None,
            connect_timeout: Duration::from_secs(1),
            timeout: Duration::from_secs(1),
        };
        // Whether another test of this process installed one does not matter from here on.
        let _ = rustls::crypto::ring::default_provider().install_default();
        assert!(line.client().is_ok());
        let broken: Option<&[u8]> = Some(b"-----BEGIN CERTIFICATE-----\ngeheim");
        let (authorities, empty) = (
            Line {
                authorities: broken,
                ..line
            },
            Line {
                authorities: Some(b""),
                ..line
            },
        );
        let identity = Line {
            identity: broken,
            ..line
        };
        for (wrong, what) in [
            (authorities, "authorities"),
            (empty, "authorities"),
            (identity, "identity"),
        ] {
            assert_eq!(wrong.client().unwrap_err(), Wrong::Certificate(what));
        }
        // This machine, with authorities of its own: TLS, and no plain HTTP.
        let own = Line {
            reach: Reach::Loopback,
            authorities: broken,
            ..line
        };
        assert_eq!(own.client().unwrap_err(), Wrong::Certificate("authorities"));
    }
}
