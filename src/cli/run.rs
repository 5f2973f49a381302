//! `sluis run`: the gateway, until it is told to stop.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sluis_stations::ports::Clock as _;
use sluis_stations::{Mode, REGELS_GEWEIGERD};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing::level_filters::LevelFilter;

use super::{Exit, Failure, Out, Outcome, check};
use crate::clock::SystemClock;
use crate::regels::RulesError;
use crate::settings::{self, Settings};
use crate::wiring::rules::{Chosen, NoRules, Places, Watch};
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
    let clock = SystemClock::new();
    let places = Places::of(&settings);
    // Before they are read: what is written meanwhile is seen at the first look.
    let watch = Watch::new(places.clone(), clock.today());
    let chosen = match places.choose(clock.today()) {
        Ok(chosen) => chosen,
        Err(NoRules::Rules(RulesError::Findings(found))) => {
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
        out.json(&serde_json::json!({ "bevindingen": [], "regelboek": &**chosen.rulebook.hash() }));
        return Ok(Exit::Ok);
    }
    let level = settings.niveau.as_str().parse().unwrap_or(LevelFilter::INFO);
    logging::start(settings.formaat, level);
    super::runtime()?.block_on(serve(&settings, watch, chosen, clock, out))
}

async fn serve(settings: &Settings, mut watch: Watch, chosen: Chosen, clock: SystemClock, out: &Out) -> Outcome {
    // Before anything starts: a signal that comes early is then not lost.
    let mut signals = Signals::new().map_err(Failure::temporary)?;
    let hash = Arc::clone(chosen.rulebook.hash());
    let places = Places::of(settings);
    let sluis = match wiring::start(settings, Arc::new(chosen.rulebook), Arc::new(clock.clone())).await {
        Ok(sluis) => sluis,
        Err(e) if e.is_temporary() => return Err(Failure::temporary(e)),
        Err(e) => return Err(Failure::configuration(e)),
    };
    sluis.gateway().set_rules_ready(chosen.ready);
    ready(&sluis, settings, &hash, out);
    loop {
        let told = signals.next(places.look_every).await;
        if matches!(told, Told::Stop) {
            break;
        }
        let (gateway, today) = (sluis.gateway().clone(), clock.today());
        // Reading files and compiling rules keeps a worker busy: not one that messages wait for.
        let looked = tokio::task::spawn_blocking(move || {
            let other = match told {
                Told::Reload => watch.reload(&gateway, today),
                Told::Look | Told::Stop => watch.look(&gateway, today),
            };
            (watch, other)
        });
        let (next, other) = looked.await.unwrap_or_else(|_| {
            // A fault of ours in reading rules is no reason to stop forwarding by the good ones.
            sluis.gateway().raise_rules_alarm(REGELS_GEWEIGERD);
            tracing::error!(
                reden = REGELS_GEWEIGERD,
                "RULES NOT RELOADED: reading them failed; the last good ones stay in use"
            );
            (Watch::new(places.clone(), today), false)
        });
        watch = next;
        if other {
            let gateway = sluis.gateway().clone();
            tokio::spawn(async move {
                // What the rules before stopped, these may let pass: it does not wait for a person.
                match gateway.rejudge_for_rules().await {
                    Ok(back) => tracing::info!(berichten = back, "judged again under other rules"),
                    Err(e) => tracing::error!(uitleg = %e, "not all was judged again under other rules"),
                }
            });
        }
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
    if let (Some(addr), Some(s)) = (sluis.scherm(), &settings.scherm) {
        let scheme = if s.tls.is_some() { "https" } else { "http" };
        out.line(format!("{} {scheme}://{addr}", out.say("scherm op", "screen at")));
    }
    out.json(&serde_json::json!({
        "luistert": format!("{scheme}://{}", sluis.addr()),
        "scherm": sluis.scherm().map(|addr| addr.to_string()),
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

enum Told {
    Stop,
    Reload,
    Look,
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

    async fn next(&mut self, look_every: Option<Duration>) -> Told {
        let look = async {
            match look_every {
                Some(pause) => tokio::time::sleep(pause).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.term.recv() => Told::Stop,
            _ = self.int.recv() => Told::Stop,
            _ = self.hup.recv() => Told::Reload,
            () = look => Told::Look,
        }
    }
}
