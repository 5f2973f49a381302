//! `sluis run`: the gateway, until it is told to stop.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use sluis_rules::rulebook::Rulebook;
use sluis_stations::Mode;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::level_filters::LevelFilter;

use super::{Exit, Failure, Out, Outcome, check};
use crate::clock::SystemClock;
use crate::regels::{self, RulesError};
use crate::settings::{self, Settings};
use crate::wiring::{self, Sluis, logging};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration; config/sluis.toml is an annotated sample
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Only look whether configuration and rules can be used
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let settings = settings::load(&args.config, settings::environment()).map_err(Failure::configuration)?;
    let rulebook = match load(&settings) {
        Ok(rulebook) => rulebook,
        Err(RulesError::Findings(found)) => {
            check::show(&found, out);
            return Ok(Exit::Configuration);
        }
        Err(e) => return Err(Failure::configuration(e)),
    };
    if args.check {
        out.line(out.say(
            "de instellingen en de regels zijn in orde",
            "configuration and rules are fine",
        ));
        out.json(&serde_json::json!({ "bevindingen": [], "regelboek": &**rulebook.hash() }));
        return Ok(Exit::Ok);
    }
    let level = settings.niveau.as_str().parse().unwrap_or(LevelFilter::INFO);
    logging::start(settings.formaat, level);
    super::runtime()?.block_on(serve(&settings, rulebook, out))
}

fn load(settings: &Settings) -> Result<Rulebook, RulesError> {
    regels::load(settings.regels.as_deref())
}

async fn serve(settings: &Settings, rulebook: Rulebook, out: &Out) -> Outcome {
    // Before anything starts: a signal that comes early is then not lost.
    let mut signals = Signals::new().map_err(Failure::temporary)?;
    let hash = Arc::clone(rulebook.hash());
    let sluis = match wiring::start(settings, Arc::new(rulebook), Arc::new(SystemClock::new())).await {
        Ok(sluis) => sluis,
        Err(e) if e.is_temporary() => return Err(Failure::temporary(e)),
        Err(e) => return Err(Failure::configuration(e)),
    };
    ready(&sluis, settings, &hash, out);
    while matches!(signals.next().await, Told::Reload) {
        reload(&sluis, settings);
    }
    tracing::info!("stopping: nothing more is taken, what is under way ends");
    if sluis.stop().await {
        Ok(Exit::Ok)
    } else {
        // Nothing is lost: it is claimed again at the next start.
        let unfinished = out.say(
            "niet alles was klaar; het gaat verder bij de volgende start",
            "not everything had ended; it goes on at the next start",
        );
        out.note(unfinished);
        Ok(Exit::Ok)
    }
}

/// One line that says what runs. A connection that forwards nothing is said loudly: who expects messages must see it.
fn ready(sluis: &Sluis, settings: &Settings, hash: &str, out: &Out) {
    let scheme = if settings.api.tls.is_some() { "https" } else { "http" };
    let modes: Vec<String> = settings
        .koppelingen
        .iter()
        .map(|(naam, k)| format!("{naam}={}", mode(k.mode)))
        .collect();
    out.line(format!(
        "sluis {} {scheme}://{} · {} {} · {}",
        out.say("luistert op", "listens on"),
        sluis.addr(),
        out.say("regelboek", "rulebook"),
        hash.get(..12).unwrap_or(hash),
        modes.join(" "),
    ));
    out.json(&serde_json::json!({
        "luistert": format!("{scheme}://{}", sluis.addr()),
        "regelboek": hash,
        "koppelingen": settings.koppelingen.iter().map(|(n, k)| (n.clone(), mode(k.mode))).collect::<std::collections::BTreeMap<_, _>>(),
    }));
    tracing::info!(addr = %sluis.addr(), regelboek = hash, "ready");
    for (naam, _) in settings.koppelingen.iter().filter(|(_, k)| k.mode == Mode::Shadow) {
        tracing::warn!(
            koppeling = naam,
            "SHADOW: what this connection brings is judged and recorded, and NOT FORWARDED"
        );
        out.note(format!(
            "!! SCHADUW / SHADOW: {naam}: {}",
            out.say(
                "wordt beoordeeld en vastgelegd, NIET DOORGEGEVEN",
                "judged and recorded, NOT FORWARDED"
            )
        ));
    }
}

const fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Off => "off",
        Mode::Shadow => "shadow",
        Mode::Enforce => "enforce",
    }
}

/// Takes the rules as they are now; when they cannot be used, those in use stay.
fn reload(sluis: &Sluis, settings: &Settings) {
    let outcome = load(settings).context("the rules cannot be read").and_then(|rules| {
        let hash = Arc::clone(rules.hash());
        sluis
            .gateway()
            .reload(Arc::new(rules))
            .context("the rules cannot be taken into use")?;
        Ok(hash)
    });
    match outcome {
        Ok(hash) => tracing::info!(regelboek = &*hash, "rules reloaded"),
        Err(e) => tracing::error!(
            reden = format!("{e:#}"),
            "RULES NOT RELOADED: the last good ones stay in use"
        ),
    }
}

enum Told {
    Stop,
    Reload,
}

struct Signals {
    term: Signal,
    int: Signal,
    hup: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            int: signal(SignalKind::interrupt())?,
            hup: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Told {
        tokio::select! {
            _ = self.term.recv() => Told::Stop,
            _ = self.int.recv() => Told::Stop,
            _ = self.hup.recv() => Told::Reload,
        }
    }
}
