//! What the demonstration stands on: both simulated systems, and Sluis with settings of its own.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use sha2::{Digest as _, Sha256};
use sluis_rules::journal::hex;
use sluis_simulators::kindkans::{self, Kindkans};
use sluis_simulators::zaaksysteem::{self, Zaaksysteem};

use super::{FEITEN, MOMENT, SETTINGS};
use crate::clock::SystemClock;
use crate::wiring::{self, Sluis};
use crate::{regels, settings};

/// Connections that get a token.
const CALLERS: [&str; 4] = ["kindkans", "samenwerkingsverband", "school", "jgz"];

/// Everything that runs during the demonstration.
pub(crate) struct Stage {
    pub(crate) sluis: Sluis,
    pub(crate) source: Kindkans,
    pub(crate) case_system: Zaaksysteem,
    tokens: Vec<(&'static str, String)>,
}

impl Stage {
    /// Starts everything, with the data in `data`.
    /// `scherm`: with a screen, for somebody who stays.
    pub(crate) async fn build(data: &Path, scherm: bool) -> anyhow::Result<Self> {
        let (source_token, source_secret, case_token) = (random()?, random()?, random()?);
        let source = kindkans::start(kindkans::Config {
            token: source_token.clone(),
            secret: source_secret.clone(),
            ..kindkans::Config::default()
        })
        .context("the simulated source cannot start")?;
        let case_system = zaaksysteem::start(zaaksysteem::Config {
            token: case_token.clone(),
            ..zaaksysteem::Config::default()
        })
        .context("the simulated case system cannot start")?;
        let mut filled = vec![
            ("SLUIS__SLUIS__DATA".to_owned(), data.display().to_string()),
            ("SLUIS__BESTEMMING__GEMEENTE__URL".to_owned(), case_system.url()),
            ("SLUIS__BESTEMMING__GEMEENTE__TOKEN".to_owned(), case_token),
            ("SLUIS__KINDKANS__URL".to_owned(), source.url()),
            ("SLUIS__KINDKANS__TOKEN".to_owned(), source_token),
            ("SLUIS__KINDKANS__WEBHOOK_GEHEIM".to_owned(), source_secret),
        ];
        if scherm {
            filled.push(("SLUIS__SCHERM__LUISTER".to_owned(), "127.0.0.1:0".to_owned()));
        }
        let mut tokens = Vec::new();
        for name in CALLERS {
            let token = random()?;
            let digest = hex(&<[u8; 32]>::from(Sha256::digest(token.as_bytes())));
            filled.push((
                format!("SLUIS__KOPPELING__{}__TOKEN_SHA256", name.to_uppercase()),
                digest,
            ));
            tokens.push((name, token));
        }
        let settings = settings::parse(Path::new("config/demo/sluis.toml"), SETTINGS.to_owned(), filled)?;
        let clock = SystemClock::starting_at(MOMENT.parse()?);
        let sluis = wiring::start(&settings, Arc::new(regels::load(None)?), Arc::new(clock)).await?;
        for text in FEITEN {
            sluis
                .gateway()
                .record_facts("demonstratie", serde_json::from_str(text)?)
                .await?;
        }
        source.set_webhook(&format!("http://{}/v1/aankondigingen/kindkans", sluis.addr()));
        Ok(Self {
            sluis,
            source,
            case_system,
            tokens,
        })
    }

    /// The token of a connection.
    pub(crate) fn token(&self, koppeling: &str) -> &str {
        self.tokens
            .iter()
            .find(|(name, _)| *name == koppeling)
            .map_or("", |(_, token)| token)
    }

    /// Ends everything in order.
    pub(crate) async fn end(self) {
        self.source.stop().await;
        self.sluis.stop().await;
        self.case_system.stop().await;
    }
}

/// 32 random bytes as hex. It begins with a letter, so that no reader of settings takes it for a number.
fn random() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(format!("t{}", hex(&bytes)))
}
