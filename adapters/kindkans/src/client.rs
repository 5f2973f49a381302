//! The client: built once for each source, with every limit stated.

use reqwest::header::HeaderValue;
use reqwest::{Client, Url};
use sluis_outward::{Line, Wrong, address, bearer};

use crate::config::{Config, ConfigError};

/// The client and the address it calls.
pub(crate) fn build(config: &Config) -> Result<(Client, Url), ConfigError> {
    let name = || config.name.clone();
    let base = address(&config.base, config.reach).map_err(|why| ConfigError::Base { name: name(), why })?;
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
    Ok((client, base))
}

/// The header with the token, hidden from every `Debug`.
pub(crate) fn authorization(config: &Config) -> Result<HeaderValue, ConfigError> {
    bearer(&config.token).ok_or_else(|| ConfigError::Token(config.name.clone()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn config(base: &str, token: &str) -> Config {
        Config::new("kk", base, token, "s")
    }

    #[test]
    fn what_is_wrong_is_told_with_the_name_and_without_the_setting() {
        // Whether another test of this process installed one does not matter from here on.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let fine = config("https://bron.example/dienst", "t");
        assert!(build(&fine).is_ok());
        let error = build(&config("https://u:geheim@bron.example", "t")).unwrap_err();
        assert!(matches!(error, ConfigError::Base { .. }), "{error}");
        assert!(
            !error.to_string().contains("geheim") && !error.to_string().contains("example"),
            "{error}"
        );
        let broken = || Some(b"-----BEGIN CERTIFICATE-----\ngeheim".to_vec());
        let authorities = Config {
            authorities: broken(),
            ..fine.clone()
        };
        let empty = Config {
            authorities: Some(Vec::new()),
            ..fine.clone()
        };
        let identity = Config {
            identity: broken(),
            ..fine
        };
        for wrong in [authorities, empty, identity] {
            let error = build(&wrong).unwrap_err();
            assert!(matches!(error, ConfigError::Certificate { .. }) && !error.to_string().contains("geheim"));
        }
    }

    #[test]
    fn a_token_that_no_header_can_hold_is_refused_and_never_shown() {
        let wrong = config("https://bron.example", "geheim\n");
        assert!(!authorization(&wrong).unwrap_err().to_string().contains("geheim"));
        let fine = config("https://bron.example", "geheim");
        assert!(!format!("{:?} {fine:?}", authorization(&fine).unwrap()).contains("geheim"));
    }
}
