//! `sluis inbreuken`: candidates for a breach (21) that the journal shows, for the FG to judge, and the register of what
//! was one. Looking works beside a running Sluis, writes nothing, tells nobody, and believes no journal that was changed.
//! Recording waits for a Sluis that has the store; who acts proves it on standard input.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Subcommand, ValueEnum};
use serde::Deserialize;
use sluis_rules::inbreuk::post::{Bron, Inbreuk, Verwerping};
use sluis_rules::inbreuk::{Kandidaat, kandidaten};
use sluis_rules::verstrekking::Verstrekkingen;
use sluis_stations::ports::Clock as _;
use sluis_stations::{BeheerError, Chain, Gateway, INBREUK, VERWORPEN, Wie, lees_inbreuk, lees_verworpen};
use sluis_store::JournalReader;

use super::twee::{Bewezen, asked, wie};
use super::{Exit, Failure, Out, Outcome};
use crate::clock::{SystemClock, day_of, minute_of};
use crate::settings::Settings;
use crate::wiring::opslag;
use crate::wiring::rules::in_force;
use crate::wiring::{self};
use crate::{papier, regels, settings};

/// So many records are read at once.
const PAGE: u32 = 1000;

/// Longer than any line of the register.
const LONGEST: u64 = 64 * 1024;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration of a Sluis: its rules, its journal and its register
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Without one: the candidates that nobody judged yet
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Record a breach, or a follow-up: the whole of it again. JSON with `eerste` (an operator or the FG: account,
    /// wachtwoord, code) and `inbreuk` (docs/rechten.md)
    Vastleggen {
        /// The file; standard input when left out
        #[arg(long, value_name = "FILE")]
        bestand: Option<PathBuf>,
    },
    /// A candidate is no breach. JSON with `eerste`, `kandidaat` (effect, vermoeden) and `reden`
    Verwerpen {
        /// The file; standard input when left out
        #[arg(long, value_name = "FILE")]
        bestand: Option<PathBuf>,
    },
    /// The register; exit 1 when something is past the 72 hours
    Lijst,
    /// One breach as the form of the AP asks it
    Formulier {
        /// The breach
        id: String,
        /// The form
        #[arg(long, value_enum, default_value_t = Vorm::Html)]
        vorm: Vorm,
    },
}

/// The form of a breach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Vorm {
    /// A page that prints.
    Html,
    /// For a spreadsheet: a question a line.
    Csv,
    /// For programs: every version.
    Json,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vastgelegd {
    eerste: Bewezen,
    inbreuk: Inbreuk,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verworpene {
    eerste: Bewezen,
    kandidaat: Bron,
    reden: Verwerping,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let Some(config) = &args.config else {
        return Err(Failure::usage(anyhow::anyhow!("give --config")));
    };
    let settings = settings::load(config, settings::environment()).map_err(Failure::configuration)?;
    match &args.what {
        None => candidates(&settings, out),
        Some(What::Lijst) => list(&settings, out),
        Some(What::Formulier { id, vorm }) => form(&settings, id, *vorm, out),
        Some(What::Vastleggen { bestand }) => {
            let text = asked(bestand.as_deref(), LONGEST)?;
            let read = serde_json::from_slice(&text);
            // The error of the parser would quote what it read.
            let Vastgelegd { eerste, inbreuk } = read.map_err(|_| unreadable("eerste and inbreuk"))?;
            act(&settings, eerste, out, async |gateway, wie| {
                gateway.record_breach(wie, &inbreuk).await
            })
        }
        Some(What::Verwerpen { bestand }) => {
            let text = asked(bestand.as_deref(), LONGEST)?;
            let read = serde_json::from_slice(&text);
            let Verworpene {
                eerste,
                kandidaat,
                reden,
            } = read.map_err(|_| unreadable("eerste, kandidaat (effect, vermoeden) and reden"))?;
            act(&settings, eerste, out, async |gateway, wie| {
                gateway.reject_candidate(wie, kandidaat, reden).await
            })
        }
    }
}

fn unreadable(wat: &'static str) -> Failure {
    Failure::usage(anyhow::anyhow!(
        "this cannot be read: JSON with {wat}, in the words of docs/rechten.md"
    ))
}

fn act(
    settings: &Settings,
    eerste: Bewezen,
    out: &Out,
    work: impl AsyncFnOnce(&Gateway, &Wie) -> Result<bool, BeheerError>,
) -> Outcome {
    let rules = Arc::new(in_force(settings, SystemClock::new().today()).map_err(Failure::configuration)?);
    let done = super::runtime()?.block_on(async {
        let (data, server) = (&settings.data, settings.opslag.as_ref());
        let stations = settings.stations.clone();
        let opened = wiring::beside(data, server, rules, Arc::new(SystemClock::new()), stations).await;
        let (gateway, accounts) = opened.map_err(|e| {
            if e.is_temporary() {
                Failure::temporary(e)
            } else {
                Failure::configuration(e)
            }
        })?;
        let wie = wie(&accounts, eerste, None).await?;
        Ok::<_, Failure>(work(&gateway, &wie).await)
    })?;
    match done {
        Ok(nieuw) => {
            out.json(&serde_json::json!({ "nieuw": nieuw }));
            out.line(if nieuw {
                out.say("vastgelegd", "recorded")
            } else {
                out.say("was al zo vastgelegd", "was recorded like this already")
            });
            Ok(Exit::Ok)
        }
        Err(error @ BeheerError::NietNu) => Err(Failure::temporary(error)),
        Err(error) => Err(Failure::usage(error)),
    }
}

fn reader(settings: &Settings) -> Result<JournalReader, Failure> {
    opslag::reader(settings).map_err(Failure::configuration)
}

fn list(settings: &Settings, out: &Out) -> Outcome {
    let now = SystemClock::new().now();
    let posten = reader(settings)?.posten(INBREUK, None).map_err(Failure::temporary)?;
    let all: Result<Vec<Inbreuk>, _> = posten.iter().map(lees_inbreuk).collect();
    let all = all.map_err(Failure::configuration)?;
    out.json(&serde_json::json!({ "inbreuken": all }));
    let mut late = false;
    for i in &all {
        let over = i.gesloten_op.is_none() && i.te_laat(now);
        late |= over;
        let words = i.aard.tekst();
        out.line(format!(
            "{}  {}  {} {}{}{}",
            i.id,
            out.say(&words.nl, &words.en),
            out.say("melden voor", "report before"),
            minute_of(u64::try_from(i.melden_voor().as_millisecond()).unwrap_or(0)),
            i.gesloten_op
                .map_or(String::new(), |d| format!("  {} {d}", out.say("gesloten", "closed"))),
            if over { out.say("  TE LAAT", "  LATE") } else { "" },
        ));
    }
    if all.is_empty() {
        out.line(out.say("geen inbreuken", "no breaches"));
    }
    Ok(if late { Exit::Findings } else { Exit::Ok })
}

fn form(settings: &Settings, id: &str, vorm: Vorm, out: &Out) -> Outcome {
    let rules = regels::load(settings.regels.as_deref()).map_err(Failure::configuration)?;
    let posten = reader(settings)?
        .posten(INBREUK, Some(id))
        .map_err(Failure::temporary)?;
    let all: Result<Vec<Inbreuk>, _> = posten.iter().map(lees_inbreuk).collect();
    let all = all.map_err(Failure::configuration)?;
    let Some(last) = all.last() else {
        return Err(Failure::usage(anyhow::anyhow!("there is no breach by that id")));
    };
    let answers = papier::antwoorden(&rules, last);
    match vorm {
        Vorm::Json => Out::raw(&(serde_json::to_string_pretty(&all).map_err(Failure::temporary)? + "\n")),
        _ if out.is_json() => out.json(&all),
        Vorm::Csv => Out::raw(&papier::inbreuk_csv(&answers, out.taal())),
        Vorm::Html => {
            Out::raw(&papier::inbreuk_html(id, &answers, out.taal()).map_err(Failure::temporary)?);
        }
    }
    Ok(Exit::Ok)
}

fn candidates(settings: &Settings, out: &Out) -> Outcome {
    let rules = regels::load(settings.regels.as_deref()).map_err(Failure::configuration)?;
    let journal = reader(settings)?;
    let mut given = Verstrekkingen::new(&rules);
    let mut chain = Chain::default();
    loop {
        let page = journal.from(chain.number() + 1, PAGE).map_err(Failure::temporary)?;
        if page.is_empty() {
            break;
        }
        for line in page {
            given.neem(&chain.follow(&line).map_err(Failure::configuration)?);
        }
    }
    if !journal.last_is_sound().map_err(Failure::temporary)? {
        return Err(Failure::configuration(anyhow::anyhow!(
            "the last record of the journal was changed: nothing of it can be believed"
        )));
    }
    let facts = journal.facts(None).map_err(Failure::temporary)?;
    let facts: Vec<_> = facts.into_iter().map(|(_, feit)| feit).collect();
    let mut found = kandidaten(&rules, &given.alle(), &facts, day_of);
    // What a person judged is no candidate any more: it is a breach on record, or none.
    let mut judged: Vec<Bron> = Vec::new();
    for post in journal.posten(VERWORPEN, None).map_err(Failure::temporary)? {
        judged.push(lees_verworpen(&post).map_err(Failure::configuration)?.kandidaat);
    }
    for post in journal.posten(INBREUK, None).map_err(Failure::temporary)? {
        judged.extend(lees_inbreuk(&post).map_err(Failure::configuration)?.kandidaten);
    }
    found.retain(|k| {
        !judged
            .iter()
            .any(|b| b.effect == k.effect && b.vermoeden == k.vermoeden)
    });
    out.json(&serde_json::json!({ "kandidaten": found }));
    for k in &found {
        out.line(line(k, out));
    }
    if found.is_empty() {
        out.line(out.say("geen kandidaten gevonden", "no candidates found"));
        return Ok(Exit::Ok);
    }
    Ok(Exit::Findings)
}

fn line(k: &Kandidaat, out: &Out) -> String {
    let special = if k.bijzonder {
        out.say(", ook bijzondere persoonsgegevens", ", special categories too")
    } else {
        ""
    };
    format!(
        "{}  {} → {}  {} {}  5.1 {}{special}\n  {} ({})",
        minute_of(k.tijd_ms),
        k.afzender,
        k.ontvanger,
        out.say("casus", "case"),
        k.casus,
        k.letters,
        out.say(&k.uitleg.nl, &k.uitleg.en),
        k.effect
    )
}
