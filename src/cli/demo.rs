//! `sluis demo`: all of it in one process, with simulated systems and invented children.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use serde::Serialize;
use sluis_rules::verdict::Reden;
use tracing::level_filters::LevelFilter;

use super::{Exit, Failure, Out, Outcome};
use crate::demo::scherm::{ACCOUNT, Toegang};
use crate::demo::{self, Line, Played, Stage, Summary};
use crate::settings::Formaat;
use crate::wiring::logging;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Keep the store in this directory, new or empty, for `sluis why`
    #[arg(long, value_name = "DIR")]
    bewaar: Option<PathBuf>,
    /// Keep running afterwards, with a screen for a browser, until interrupted
    #[arg(long)]
    blijf: bool,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    logging::start(Formaat::Tekst, LevelFilter::ERROR);
    let runtime = super::runtime()?;
    runtime.block_on(show(args, out)).map_err(Failure::temporary)
}

async fn show(args: &Args, out: &Out) -> anyhow::Result<Exit> {
    let temporary = tempfile::tempdir().context("no temporary directory can be made")?;
    let data = match &args.bewaar {
        Some(dir) => empty(dir)?,
        None => temporary.path().to_path_buf(),
    };
    let stage = Stage::build(&data, args.blijf).await?;
    out.line(format!(
        "{}\n  {} {}\n  Sluis {}\n  {} {}, {}\n",
        out.say(
            "Sluis, een demonstratie. Verzonnen kinderen, alleen test-BSN's; het is 23 november 2026.",
            "Sluis, a demonstration. Invented children, test BSNs only; the day is 23 November 2026.",
        ),
        out.say("bron, Kindkans-achtig", "source, Kindkans-like"),
        stage.source.addr,
        stage.sluis.addr(),
        out.say("zaaksysteem van de gemeente", "case system of the municipality"),
        stage.case_system.addr,
        out.say("en drie postbussen", "and three mailboxes"),
    ));
    let played = demo::play(&stage).await?;
    let lines = played.lines(out.taal(), |naam, effect| command(args, naam, effect));
    for line in &lines {
        out.json(&Tagged {
            soort: "bericht",
            rest: line,
        });
        out.line(text(line, out));
    }
    sum(&played, &lines, out);
    if args.blijf {
        out.line(format!(
            "\n{} http://{}; {}",
            out.say("Sluis blijft luisteren op", "Sluis keeps listening on"),
            stage.sluis.addr(),
            out.say("Ctrl-C eindigt.", "Ctrl-C ends it."),
        ));
        stay(&stage, &data, out).await?;
    }
    stage.end().await;
    Ok(Exit::Ok)
}

/// Tells how to come in at the screen, and goes on telling the code, until interrupted.
async fn stay(stage: &Stage, data: &Path, out: &Out) -> anyhow::Result<()> {
    let toegang = Toegang::make(data)?;
    if let Some(addr) = stage.sluis.scherm() {
        out.line(format!(
            "{} http://{addr}  {} {ACCOUNT}  {} {}",
            out.say("scherm:", "screen:"),
            out.say("account", "account"),
            out.say("wachtwoord", "password"),
            &*toegang.wachtwoord,
        ));
    }
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    loop {
        let (code, left) = toegang.code(stage.sluis.gateway().nu_ms() / 1000)?;
        out.line(format!(
            "{} {code}",
            out.say("code van dit moment:", "code of this moment:")
        ));
        tokio::select! {
            done = &mut interrupted => return Ok(done?),
            () = tokio::time::sleep(Duration::from_secs(left)) => {}
        }
    }
}

/// A directory of its own: the demonstration mixes with nothing.
fn empty(dir: &Path) -> anyhow::Result<PathBuf> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let mut inside = std::fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    anyhow::ensure!(
        inside.next().is_none(),
        "{} is not empty: give a new directory",
        dir.display()
    );
    // The settings would look for it beside their own file.
    std::path::absolute(dir).with_context(|| format!("cannot find {}", dir.display()))
}

/// The command that explains a message, to be copied from the screen.
fn command(args: &Args, naam: &str, effect: &str) -> String {
    let sluis = std::env::args().next().unwrap_or_else(|| "sluis".to_owned());
    match (&args.bewaar, demo::shipped(naam)) {
        (Some(dir), _) => format!("{sluis} why {effect} --data {}", dir.display()),
        (None, Some((path, facts))) => {
            format!("{sluis} explain {} --facts {facts} --dag {}", path.display(), demo::DAG)
        }
        // Not in a clone: then the id must be kept to be asked after.
        (None, None) => format!("{sluis} demo --bewaar DIR; {sluis} why ID --data DIR"),
    }
}

#[derive(Serialize)]
struct Tagged<'a, T: Serialize> {
    soort: &'static str,
    #[serde(flatten)]
    rest: &'a T,
}

fn text(line: &Line, out: &Out) -> String {
    let (mark, word, colour) = match line.uitkomst.as_str() {
        "doorgelaten" => ("✓", out.say("doorgelaten", "forwarded"), "32"),
        "geminimaliseerd" => ("−", out.say("geminimaliseerd", "reduced"), "33"),
        _ => ("✗", out.say("geblokkeerd", "blocked"), "31"),
    };
    let paint = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let word = format!("{mark} {word:<16}");
    let word = if paint {
        format!("\x1b[{colour}m{word}\x1b[0m")
    } else {
        word
    };
    let task = |party: &str| party.split('/').nth(1).unwrap_or_default().to_owned();
    let because = match line.uitkomst.as_str() {
        "geblokkeerd" => {
            let all: Vec<String> = line
                .redenen
                .iter()
                .map(|w| match w.artikel.as_str() {
                    "" => w.reden.clone(),
                    artikel => format!("{} ({} {artikel})", w.reden, out.say("artikel", "article")),
                })
                .collect();
            all.join(", ")
        }
        "doorgelaten" => format!(
            "{} {} ({} {})",
            line.doorgelaten,
            out.say("velden", "fields"),
            out.say("artikel", "article"),
            line.artikelen.join(", ")
        ),
        _ => {
            // What became less precise is told before; here only what was left out, so that the numbers add up.
            let less = Reden::MinderPrecies;
            let all: Vec<String> = line
                .redenen
                .iter()
                .filter(|w| w.reden != less.slug())
                .map(|w| format!("{} {} ({})", w.velden.unwrap_or(0), w.reden, w.artikel))
                .collect();
            format!(
                "{} {} {}, {} {} ({}), {} {}: {}",
                line.doorgelaten,
                out.say("velden", "fields"),
                out.say("door", "passed"),
                line.gegeneraliseerd,
                out.say("minder precies", "less precise"),
                less.artikel(),
                line.weggelaten,
                out.say("weg", "left out"),
                all.join(", ")
            )
        }
    };
    format!(
        "{word} {}: {} → {}; {because}\n    {}",
        line.bericht,
        task(&line.afzender),
        task(&line.ontvanger),
        line.uitleg
    )
}

#[derive(Serialize)]
struct Sum<'a> {
    uitkomsten: Summary,
    berichten: usize,
    bytes: usize,
    ontvangen: &'a [crate::demo::Received],
}

fn sum(played: &Played, lines: &[Line], out: &Out) {
    let uitkomsten = Summary::of(lines);
    out.line(format!(
        "\n{} {}, {} {}, {} {}",
        uitkomsten.doorgelaten,
        out.say("geheel doorgelaten", "forwarded whole"),
        uitkomsten.geminimaliseerd,
        out.say("geminimaliseerd", "reduced"),
        uitkomsten.geblokkeerd,
        out.say("geblokkeerd", "blocked"),
    ));
    out.line(format!(
        "{} {} {}, {} bytes",
        out.say("gestuurd:", "sent:"),
        played.sent.0,
        out.say("berichten", "messages"),
        played.sent.1
    ));
    for r in &played.received {
        out.line(format!(
            "{} {} ({}): {} {}, {} bytes, {} {}",
            out.say("ontvangen door", "received by"),
            r.ontvanger,
            r.weg,
            r.berichten,
            if r.berichten == 1 {
                out.say("bericht", "message")
            } else {
                out.say("berichten", "messages")
            },
            r.bytes,
            r.waarden,
            out.say("waarden", "values"),
        ));
    }
    let sum = Sum {
        uitkomsten,
        berichten: played.sent.0,
        bytes: played.sent.1,
        ontvangen: &played.received,
    };
    out.json(&Tagged {
        soort: "samenvatting",
        rest: &sum,
    });
}
