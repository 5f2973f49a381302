//! `sluis simulate`: a simulated system as a process of its own.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use sluis_simulators::{Behaviour, jeugdhulp, kindkans, verzuimloket, zaaksysteem};

use super::{Exit, Failure, Out, Outcome};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    system: System,
}

#[derive(clap::Subcommand)]
enum System {
    /// A Kindkans-like source: announces hulpvragen and serves them
    Kindkans(Kindkans),
    /// A municipal case system: receives, once for each idempotency key
    Zaaksysteem(Zaaksysteem),
    /// A desk for reports of absence, DUO-like: gives tokens, registers, and refuses what it has
    Verzuimloket(Verzuimloket),
    /// A youth care provider that speaks FHIR R4: announces bundles, serves them, and takes those of others
    Jeugdhulp(Jeugdhulp),
}

#[derive(clap::Args)]
struct Common {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Directory in which every byte that arrives is recorded, before the answer leaves
    #[arg(long, value_name = "DIR")]
    log: Option<PathBuf>,
    /// What goes wrong: JSON, see the documentation of sluis-simulators
    #[arg(long, value_name = "FILE")]
    gedrag: Option<PathBuf>,
    /// The bearer token that callers must show; a known one for tests when left out
    #[arg(long)]
    token: Option<String>,
}

#[derive(clap::Args)]
struct Kindkans {
    #[command(flatten)]
    common: Common,
    /// The secret of the announcements; a known one for tests when left out
    #[arg(long)]
    geheim: Option<String>,
    /// Where to announce: http://<sluis>/v1/aankondigingen/<koppeling>
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// Directory of hulpvragen to put in and announce at the start
    #[arg(long, value_name = "DIR")]
    hulpvragen: Option<PathBuf>,
}

#[derive(clap::Args)]
struct Verzuimloket {
    #[command(flatten)]
    common: Common,
    /// The client that may ask for a token
    #[arg(long, value_name = "ID", default_value = "sluis-proef")]
    client: String,
    /// Its public key (DER: openssl pkey -in KEY -pubout -outform DER); without it every signature is taken
    #[arg(long, value_name = "FILE")]
    sleutel: Option<PathBuf>,
}

#[derive(clap::Args)]
struct Jeugdhulp {
    #[command(flatten)]
    common: Common,
    /// The secret of the announcements; a known one for tests when left out
    #[arg(long)]
    geheim: Option<String>,
    /// Where to announce: http://<sluis>/v1/aankondigingen/<koppeling>
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// Directory of FHIR bundles to put in at the start
    #[arg(long, value_name = "DIR")]
    bundels: Option<PathBuf>,
}

#[derive(clap::Args)]
struct Zaaksysteem {
    #[command(flatten)]
    common: Common,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    super::runtime()?.block_on(play(args, out))
}

async fn play(args: &Args, out: &Out) -> Outcome {
    match &args.system {
        System::Kindkans(a) => {
            let plain = kindkans::Config::default();
            let running = kindkans::start(kindkans::Config {
                bind: a.common.listen,
                token: a.common.token.clone().unwrap_or(plain.token),
                secret: a.geheim.clone().unwrap_or(plain.secret),
                webhook: a.webhook.clone(),
                attempts: plain.attempts,
                hulpvragen: a.hulpvragen.clone(),
                directory: a.common.log.clone(),
                behaviour: behaviour(&a.common)?,
            });
            let running = running.context("the source cannot start").map_err(Failure::temporary)?;
            until_told(running.addr, out).await?;
            running.stop().await;
        }
        System::Jeugdhulp(a) => {
            let plain = jeugdhulp::Config::default();
            let running = jeugdhulp::start(jeugdhulp::Config {
                bind: a.common.listen,
                token: a.common.token.clone().unwrap_or(plain.token),
                secret: a.geheim.clone().unwrap_or(plain.secret),
                webhook: a.webhook.clone(),
                bundels: a.bundels.clone(),
                directory: a.common.log.clone(),
                behaviour: behaviour(&a.common)?,
            });
            let running = running.context("the system cannot start").map_err(Failure::temporary)?;
            until_told(running.addr, out).await?;
            running.stop().await;
        }
        System::Zaaksysteem(a) => {
            let plain = zaaksysteem::Config::default();
            let running = zaaksysteem::start(zaaksysteem::Config {
                bind: a.common.listen,
                token: a.common.token.clone().unwrap_or(plain.token),
                directory: a.common.log.clone(),
                behaviour: behaviour(&a.common)?,
            });
            let running = running
                .context("the case system cannot start")
                .map_err(Failure::temporary)?;
            until_told(running.addr, out).await?;
            running.stop().await;
        }
        System::Verzuimloket(a) => {
            let client_key = match &a.sleutel {
                None => None,
                Some(path) => {
                    let read = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()));
                    Some(read.map_err(Failure::usage)?)
                }
            };
            if a.common.token.is_some() {
                return Err(Failure::usage(anyhow::anyhow!(
                    "a verzuimloket gives its own tokens: leave --token out"
                )));
            }
            let running = verzuimloket::start(verzuimloket::Config {
                bind: a.common.listen,
                client: a.client.clone(),
                client_key,
                directory: a.common.log.clone(),
                behaviour: behaviour(&a.common)?,
                ..verzuimloket::Config::default()
            });
            let running = running.context("the desk cannot start").map_err(Failure::temporary)?;
            until_told(running.addr, out).await?;
            running.stop().await;
        }
    }
    Ok(Exit::Ok)
}

fn behaviour(common: &Common) -> Result<Behaviour, Failure> {
    let Some(path) = &common.gedrag else {
        return Ok(Behaviour::default());
    };
    let read = || -> anyhow::Result<Behaviour> {
        let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let behaviour: Behaviour =
            serde_json::from_slice(&text).with_context(|| format!("{} is no behaviour", path.display()))?;
        behaviour.check()?;
        Ok(behaviour)
    };
    read().map_err(Failure::usage)
}

async fn until_told(addr: SocketAddr, out: &Out) -> Result<(), Failure> {
    out.line(format!("{} http://{addr}", out.say("luistert op", "listens on")));
    out.json(&serde_json::json!({ "luistert": format!("http://{addr}") }));
    let mut term =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).map_err(Failure::temporary)?;
    tokio::select! {
        _ = term.recv() => Ok(()),
        told = tokio::signal::ctrl_c() => told.map_err(Failure::temporary),
    }
}
