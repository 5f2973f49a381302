//! `sluis toestemming`: the consent register by hand. Recording and withdrawing are judged as the interface judges them, in
//! the name of an operator who proves it on standard input; they need the store for themselves, so where Sluis runs they go
//! by `/v1/toestemmingen` and `/v1/feiten`. Listing and showing work beside a running Sluis, as `brief` and `why` do.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;
use serde::Deserialize;
use sluis_rules::facts::{Einde, Feit, Intrekking, Toestemming};
use sluis_stations::ports::Clock as _;
use sluis_stations::{BeheerError, FactReceipt, Registerpost, Wie};

use super::twee::{Bewezen, asked, een};
use super::{Exit, Failure, Out, Outcome, runtime, started};
use crate::clock::SystemClock;
use crate::settings::{self, Settings};
use crate::wiring::opslag;
use crate::wiring::{self, KEYS};

/// No consent is larger.
const MOST: u64 = 64 * 1024;

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    wat: Wat,
    /// The configuration of the Sluis that it is about
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Wat {
    /// Record a consent: JSON on standard input with `wie` (account, wachtwoord, code) and `toestemming`. The same again is one
    Vastleggen,
    /// Withdraw a consent: JSON on standard input with `wie` and `intrekking` (toestemming, casus, op)
    Intrekken,
    /// The consents of a case, and what each is worth today
    Lijst {
        /// The case
        casus: String,
    },
    /// One consent: what it covers, who signed, who recorded it
    Toon {
        /// The case
        casus: String,
        /// The consent
        toestemming: String,
    },
}

/// What stands on standard input: one of the two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gevraagd {
    wie: Bewezen,
    toestemming: Option<Toestemming>,
    intrekking: Option<Intrekking>,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let config = args
        .config
        .as_deref()
        .ok_or_else(|| Failure::usage(anyhow::anyhow!("give --config")))?;
    let settings = settings::load(config, settings::environment()).map_err(Failure::configuration)?;
    match &args.wat {
        Wat::Vastleggen => record(&settings, true, out),
        Wat::Intrekken => record(&settings, false, out),
        Wat::Lijst { casus } => {
            let all = register(&settings, casus)?;
            let lines: Vec<_> = all.iter().map(shown).collect();
            out.json(&serde_json::json!({ "toestemmingen": lines }));
            for post in &all {
                line(post, out);
            }
            Ok(Exit::Ok)
        }
        Wat::Toon { casus, toestemming } => {
            let all = register(&settings, casus)?;
            let Some(post) = all.iter().find(|p| p.toestemming.id == *toestemming) else {
                out.json(&serde_json::json!({ "toestemming": null }));
                out.line(out.say("die toestemming is er niet", "there is no such consent"));
                return Ok(Exit::Findings);
            };
            out.json(&shown(post));
            line(post, out);
            whole(post, out);
            Ok(Exit::Ok)
        }
    }
}

fn record(settings: &Settings, given: bool, out: &Out) -> Outcome {
    let text = asked(None, MOST)?;
    // The error of the parser would quote what it read.
    let wrong = || {
        Failure::usage(anyhow::anyhow!(
            "standard input is not what is asked: JSON with wie (account, wachtwoord, code) and {}",
            if given { "toestemming" } else { "intrekking" }
        ))
    };
    let Gevraagd {
        wie,
        toestemming,
        intrekking,
    } = serde_json::from_slice(&text).map_err(|_| wrong())?;
    let feit = match (given, toestemming, intrekking) {
        (true, Some(t), None) => Feit::Toestemming(t),
        (false, None, Some(i)) => Feit::Intrekking(i),
        _ => return Err(wrong()),
    };
    let rules = crate::regels::load(settings.regels.as_deref()).map_err(Failure::configuration)?;
    let kept = runtime()?.block_on(async {
        let clock = Arc::new(SystemClock::new());
        let (gateway, accounts) = wiring::beside(
            &settings.data,
            settings.opslag.as_ref(),
            Arc::new(rules),
            clock,
            settings.stations.clone(),
        )
        .await
        .map_err(started)?;
        let account = een(&accounts, wie).await?;
        Ok(gateway
            .record_facts_by(&Wie::persoon(account, None, None), vec![feit])
            .await)
    })?;
    match kept {
        Ok(receipt) => Ok(done(&receipt, out)),
        Err(error @ BeheerError::NietNu) => Err(Failure::temporary(error)),
        Err(error @ BeheerError::Niet(_)) => Err(Failure::usage(error)),
        Err(error) => {
            out.json(&serde_json::json!({ "reden": error.slug() }));
            out.line(format!("{}: {error}", error.slug()));
            Ok(Exit::Findings)
        }
    }
}

fn done(receipt: &FactReceipt, out: &Out) -> Exit {
    let under_way: Vec<&str> = receipt.onderweg.iter().map(|e| e.as_str()).collect();
    out.json(&serde_json::json!({
        "versie": receipt.versie,
        "onderweg": under_way,
        "onbekende_toestemming": receipt.onbekende_toestemming,
    }));
    out.line(out.say(
        "vastgelegd; wat erop wacht, wordt opnieuw beoordeeld zodra Sluis draait",
        "recorded; what waits for it is judged again once Sluis runs",
    ));
    for effect in under_way {
        out.line(format!("{} {effect}", out.say("was al onderweg:", "was under way:")));
    }
    if receipt.onbekende_toestemming.is_empty() {
        return Exit::Ok;
    }
    out.line(out.say(
        "let op: deze zaak kent die toestemming niet",
        "mind: this case knows no such consent",
    ));
    Exit::Findings
}

/// The register of a case, read beside who has the store.
fn register(settings: &Settings, casus: &str) -> Result<Vec<Registerpost>, Failure> {
    let keys = sluis_keys::KeyRing::open(&settings.data.join(KEYS)).map_err(Failure::configuration)?;
    let journal = opslag::reader(settings).map_err(Failure::configuration)?;
    let facts = journal.facts(Some(casus)).map_err(Failure::temporary)?;
    let feiten = facts.into_iter().map(|(_, feit)| feit).collect();
    sluis_stations::toestemmingen(&keys, feiten, casus, SystemClock::new().today()).map_err(Failure::temporary)
}

/// As `GET /v1/toestemmingen` has it.
fn shown(post: &Registerpost) -> serde_json::Value {
    serde_json::json!({
        "toestemming": post.toestemming,
        "stand": post.woord(),
        "eindigt": post.eindigt.map(|(how, _)| how),
        "dagen": post.dagen(),
    })
}

fn line(post: &Registerpost, out: &Out) {
    let t = &post.toestemming;
    let ends = match (post.eindigt, post.dagen()) {
        (Some((Einde::Ontgroeid, _)), _) => out
            .say(", binnen 30 dagen te vernieuwen", ", to be renewed within 30 days")
            .to_owned(),
        (_, Some(days)) => format!(", {} {days} {}", out.say("nog", "ends in"), out.say("dagen", "days")),
        _ => String::new(),
    };
    out.line(format!("{:<24} {:<20} {}{ends}", t.id, post.woord(), t.verstrekker));
}

fn whole(post: &Registerpost, out: &Out) {
    let t = &post.toestemming;
    let parties: Vec<String> = t.ontvangers.iter().map(ToString::to_string).collect();
    let signed: Vec<String> = t.door.iter().map(|o| o.op.to_string()).collect();
    for (name, value) in [
        (out.say("gegevens", "data"), t.gegevens.join(", ")),
        (out.say("doelen", "purposes"), t.doelen.join(", ")),
        (out.say("ontvangers", "receivers"), parties.join(", ")),
        (
            out.say("schriftelijk op", "in writing on"),
            t.schriftelijk_op.to_string(),
        ),
        (out.say("getekend op", "signed on"), signed.join(", ")),
        (
            out.say("geldig tot en met", "valid until"),
            t.geldig_tot.map(|d| d.to_string()).unwrap_or_default(),
        ),
        (
            out.say("vastgelegd door", "recorded by"),
            t.vastgelegd_door.clone().unwrap_or_default(),
        ),
    ] {
        out.line(format!("  {name}: {value}"));
    }
}
