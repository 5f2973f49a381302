//! `sluis verzoek`: requests of the betrokkene for rectification, restriction, erasure, and objections (13.1.b–c). Who it is
//! about and who acts come by standard input or a file, never on the command line. It writes, so it waits for a Sluis that
//! has the store: the same goes by `/v1/verzoeken` then. Looking works beside it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use serde::Deserialize;
use serde_json::value::RawValue;
use sluis_rules::inzage::Vraag;
use sluis_rules::recht::{AfwijsReden, Stap, VerlengReden, Verzoek};
use sluis_stations::ports::Clock as _;
use sluis_stations::{BeheerError, NieuwVerzoek, VerzoekError, Wie};

use super::twee::{Bewezen, asked, wie};
use super::{Exit, Failure, Out, Outcome};
use crate::clock::SystemClock;
use crate::settings;
use crate::wiring::opslag;
use crate::wiring::rules::in_force;
use crate::wiring::{self};

/// Longer than any question.
const LONGEST: u64 = 8192;

#[derive(ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Record a request. Standard input: JSON with `eerste` (an operator: account, wachtwoord, code), `verzoek` (recht,
    /// vrager, ontvangen_op, gegevens) and `vraag` (geboortedatum, and bsn, onderwijsnummer or achternaam)
    Maak(Write),
    /// Every request with its term; exit 1 when one is late
    Lijst(Read),
    /// How a request came to stand as it does
    Toon(One),
    /// Take a step. Standard input: JSON with `eerste`, and `tweede` (another operator, or the FG) where two must agree
    Stap(Step),
}

#[derive(ClapArgs)]
struct Write {
    /// The configuration of the Sluis
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// What is asked, as JSON; standard input when left out
    #[arg(long, value_name = "FILE")]
    bestand: Option<PathBuf>,
}

#[derive(ClapArgs)]
struct Read {
    /// The configuration of the Sluis
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

#[derive(ClapArgs)]
struct One {
    /// The configuration of the Sluis
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The request
    id: String,
}

#[derive(ClapArgs)]
struct Step {
    #[command(flatten)]
    write: Write,
    /// The request
    id: String,
    /// What is done
    #[arg(value_enum)]
    stap: Word,
    /// Why: for verlengen `complex` or `aantal-verzoeken`; for afwijzen a word of docs/rechten.md
    #[arg(long)]
    reden: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Word {
    /// Two months more, within the first month (AVG 12.3)
    Verlengen,
    /// Grant it: two persons. Of an erasure the content that is still here is destroyed
    Toewijzen,
    /// Refuse it, with a reason: two persons
    Afwijzen,
    /// Lift a restriction that was granted: two persons
    Opheffen,
    /// The answer went to who asked
    Sluiten,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gemaakt<'t> {
    eerste: Bewezen,
    verzoek: NieuwVerzoek,
    #[serde(borrow)]
    vraag: &'t RawValue,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Personen {
    eerste: Bewezen,
    #[serde(default)]
    tweede: Option<Bewezen>,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    match &args.what {
        What::Maak(w) => make(w, out),
        What::Lijst(r) => list(&r.config, out),
        What::Toon(o) => show(o, out),
        What::Stap(s) => step(s, out),
    }
}

fn unreadable(wat: &'static str) -> Failure {
    // The error of the parser would quote what it read.
    Failure::usage(anyhow::anyhow!("this cannot be read: JSON with {wat}"))
}

/// Why a word of a step is none.
fn word<T: serde::de::DeserializeOwned>(text: Option<&str>) -> Result<T, Failure> {
    let text = text.unwrap_or_default();
    serde_json::from_value(text.into()).map_err(|_| {
        Failure::usage(anyhow::anyhow!(
            "--reden is needed here, and is a word of docs/rechten.md"
        ))
    })
}

fn stap(s: &Step) -> Result<Stap, Failure> {
    let reden = s.reden.as_deref();
    Ok(match s.stap {
        Word::Verlengen => Stap::Verlengen {
            reden: word::<VerlengReden>(reden)?,
        },
        Word::Toewijzen => Stap::Toewijzen,
        Word::Afwijzen => Stap::Afwijzen {
            reden: word::<AfwijsReden>(reden)?,
        },
        Word::Opheffen => Stap::Opheffen,
        Word::Sluiten => Stap::Sluiten,
    })
}

fn make(w: &Write, out: &Out) -> Outcome {
    let text = asked(w.bestand.as_deref(), LONGEST)?;
    let Gemaakt { eerste, verzoek, vraag } = serde_json::from_slice(&text).map_err(|_| {
        unreadable("eerste (account, wachtwoord, code), verzoek (recht, vrager, ontvangen_op, gegevens) and vraag")
    })?;
    let vraag = Vraag::lees(vraag.get()).map_err(Failure::usage)?;
    act(&w.config, eerste, None, out, async |gateway, wie| {
        gateway.make_request(wie, &vraag, &verzoek).await
    })
}

fn step(s: &Step, out: &Out) -> Outcome {
    let stap = stap(s)?;
    let text = asked(s.write.bestand.as_deref(), LONGEST)?;
    let Personen { eerste, tweede } =
        serde_json::from_slice(&text).map_err(|_| unreadable("eerste and, where two must agree, tweede"))?;
    act(&s.write.config, eerste, tweede, out, async |gateway, wie| {
        gateway.request_step(wie, &s.id, stap).await
    })
}

fn act(
    config: &Path,
    eerste: Bewezen,
    tweede: Option<Bewezen>,
    out: &Out,
    work: impl AsyncFnOnce(&sluis_stations::Gateway, &Wie) -> Result<Verzoek, VerzoekError>,
) -> Outcome {
    let settings = settings::load(config, settings::environment()).map_err(Failure::configuration)?;
    let rules = Arc::new(in_force(&settings, SystemClock::new().today()).map_err(Failure::configuration)?);
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
        let wie = wie(&accounts, eerste, tweede).await?;
        Ok::<_, Failure>(work(&gateway, &wie).await)
    })?;
    match done {
        Ok(verzoek) => {
            tell(&verzoek, out);
            Ok(Exit::Ok)
        }
        Err(VerzoekError::Beheer(error @ BeheerError::NietNu)) => Err(Failure::temporary(error)),
        Err(VerzoekError::Geweigerd(why)) => {
            out.json(&serde_json::json!({ "reden": why.slug() }));
            out.line(format!("{}: {why}", why.slug()));
            Ok(Exit::Findings)
        }
        Err(VerzoekError::Stap(why)) => {
            out.json(&serde_json::json!({ "reden": "verzoek-stap" }));
            out.line(format!("{why}"));
            Ok(Exit::Findings)
        }
        Err(other) => Err(Failure::usage(other)),
    }
}

fn read(config: &Path, id: Option<&str>) -> Result<Vec<Verzoek>, Failure> {
    let settings = settings::load(config, settings::environment()).map_err(Failure::configuration)?;
    let store = opslag::reader(&settings).map_err(Failure::configuration)?;
    let posten = store.posten("verzoek", id).map_err(Failure::temporary)?;
    let lees = |p: &sluis_stations::ports::Post| serde_json::from_str(&p.post);
    let all: Result<Vec<Verzoek>, _> = posten.iter().map(lees).collect();
    all.map_err(|_| Failure::configuration(anyhow::anyhow!("a request in the store cannot be read by this program")))
}

fn list(config: &Path, out: &Out) -> Outcome {
    let all = read(config, None)?;
    let dag = SystemClock::new().today();
    out.json(&serde_json::json!({ "verzoeken": all }));
    for v in &all {
        let late = if v.te_laat(dag) {
            out.say("  TE LAAT", "  LATE")
        } else {
            ""
        };
        out.line(format!("{}{late}", line(v)));
    }
    if all.is_empty() {
        out.line(out.say("geen verzoeken", "no requests"));
    }
    Ok(if all.iter().any(|v| v.te_laat(dag)) {
        Exit::Findings
    } else {
        Exit::Ok
    })
}

fn show(o: &One, out: &Out) -> Outcome {
    let all = read(&o.config, Some(&o.id))?;
    if all.is_empty() {
        return Err(Failure::usage(VerzoekError::Onbekend));
    }
    out.json(&serde_json::json!({ "versies": all }));
    for v in &all {
        out.line(format!("{}  {}  {}", v.op, line(v), v.door.join(" + ")));
    }
    Ok(Exit::Ok)
}

fn line(v: &Verzoek) -> String {
    let done = v.gesloten_op.map_or(String::new(), |day| format!("  gesloten {day}"));
    format!(
        "{}  {}  {}  uiterlijk {}  casussen: {}{done}",
        v.id,
        v.recht.as_str(),
        v.stand.as_str(),
        v.uiterlijk,
        v.casussen.join(", ")
    )
}

fn tell(v: &Verzoek, out: &Out) {
    out.json(v);
    out.line(line(v));
    if v.derden_met_de_hand > 0 {
        out.line(format!(
            "{}: {}",
            out.say("derden die u zelf moet inlichten", "derden whom you must tell yourself"),
            v.derden_met_de_hand
        ));
    }
    if v.gewist > 0 {
        out.line(format!(
            "{}: {}",
            out.say("berichten gewist", "messages erased"),
            v.gewist
        ));
    }
}
