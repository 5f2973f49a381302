//! The client: built once for each desk, with every limit stated.

use reqwest::{Client, Url};
use sluis_outward::{Line, Wrong};

use crate::config::{Config, ConfigError};

/// The client, the address of the desk, and the address where tokens are given.
pub(crate) fn build(config: &Config) -> Result<(Client, Url, Url), ConfigError> {
    let name = || config.name.clone();
    let address = |text: &str, which| {
        sluis_outward::address(text, config.reach).map_err(|why| ConfigError::Base {
            name: name(),
            which,
            why,
        })
    };
    let base = address(&config.base, "the desk")?;
    let token = address(&config.token, "the tokens")?;
    let line = Line {
        reach: config.reach,
        authorities: config.authorities.as_deref(),
        identity: config.identity.as_deref(),
        connect_timeout: config.connect_timeout,
        timeout: config.timeout,
    };
    let client = line.client().map_err(|wrong| match wrong {
        Wrong::Tls => ConfigError::Tls(name()),
        Wrong::Certificate(what) => ConfigError::Certificate { name: name(), what },
    })?;
    Ok((client, base, token))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;
    use crate::Reach;

    #[test]
    fn certificates_that_cannot_be_read_are_refused_and_never_shown() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let fine = Config::new(
            "loket",
            "https://loket.example",
            "https://loket.example/token",
            "wij",
            Vec::new(),
        );
        let broken = || Some(b"-----BEGIN CERTIFICATE-----\ngeheim".to_vec());
        let authorities = Config {
            authorities: broken(),
            ..fine.clone()
        };
        let identity = Config {
            identity: broken(),
            ..fine
        };
        for wrong in [authorities, identity] {
            let error = build(&wrong).unwrap_err();
            assert!(matches!(error, ConfigError::Certificate { .. }) && !error.to_string().contains("geheim"));
        }
    }

    #[test]
    fn both_addresses_are_held_to_their_reach() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let fine = "https://loket.example/dienst";
        let with = |base: &str, token: &str| {
            build(&Config {
                reach: Reach::Public,
                ..Config::new("loket", base, token, "wij", Vec::new())
            })
        };
        assert!(with(fine, "https://token.example/token").is_ok());
        let here = Config::new(
            "loket",
            "http://127.0.0.1:9",
            "http://127.0.0.1:9/token",
            "wij",
            Vec::new(),
        );
        let here = Config {
            reach: Reach::Loopback,
            ..here
        };
        assert!(build(&here).is_ok());
        for (base, token, which) in [
            ("https://10.0.0.1", fine, "the desk"),
            (fine, "https://u:geheim@loket.example", "the tokens"),
            ("http://loket.example", fine, "the desk"),
            (fine, "https://[::ffff:127.0.0.1]", "the tokens"),
            ("https://2130706433", fine, "the desk"),
            (fine, "https://loket.example?a=1", "the tokens"),
            ("loket", fine, "the desk"),
        ] {
            let error = with(base, token).unwrap_err().to_string();
            assert!(
                error.contains(which) && !error.contains("geheim") && !error.contains("example"),
                "{error}"
            );
        }
    }
}
