//! `sluis why`: what became of a message, station by station, from the journal. Works beside a running Sluis. It
//! follows the whole chain first, and tells nothing by a journal that was changed.

mod told;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use sluis_rules::explain::{self, BIJ, HELPT, Taal};
use sluis_rules::journal::{ChainError, Padgroep, Record, Stap};
use sluis_rules::verdict::Uitkomst;
use sluis_store::JournalReader;

use self::told::Untold;
use super::{Exit, Failure, Out, Outcome};
use crate::settings;
use crate::wiring::STORE;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The id of a message (an effect), or the key of its event: both stand in the receipt
    id: String,
    /// The configuration of the Sluis that handled it
    #[arg(long, value_name = "FILE", conflicts_with = "data", required_unless_present = "data")]
    config: Option<PathBuf>,
    /// The data directory itself
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let data = match (&args.data, &args.config) {
        (Some(data), _) => data.clone(),
        (None, Some(config)) => {
            settings::load(config, settings::environment())
                .map_err(Failure::configuration)?
                .data
        }
        (None, None) => return Err(Failure::usage(anyhow::anyhow!("give --config or --data"))),
    };
    let path = data.join(STORE);
    if !path.is_file() {
        return Err(Failure::configuration(anyhow::anyhow!(
            "there is no store at {}",
            path.display()
        )));
    }
    let journal = JournalReader::open(&path).map_err(Failure::temporary)?;
    let records = match told::records(&journal, &args.id) {
        Ok(records) => records,
        Err(Untold::Unread(error)) => return Err(Failure::temporary(error)),
        Err(Untold::Broken(error)) => {
            out.json(&serde_json::json!({ "id": args.id, "stappen": [], "logboek": error.to_string() }));
            out.line(broken(&error, out));
            return Ok(Exit::Findings);
        }
    };
    if records.is_empty() {
        out.json(&serde_json::json!({ "id": args.id, "stappen": [] }));
        out.line(out.say("niets bekend onder dit nummer", "nothing is known by this id"));
        return Ok(Exit::Findings);
    }
    out.json(&serde_json::json!({ "id": args.id, "stappen": records }));
    out.line(text(&records, out).trim_end());
    Ok(if stopped(&records) { Exit::Findings } else { Exit::Ok })
}

/// Whether the last decision about some receiver was to let nothing pass.
fn stopped(records: &[Record]) -> bool {
    let decided = |r: &&Record| r.stap == Stap::Besluit && !r.inhoud.uitkomst.is_empty();
    let last: BTreeMap<&str, &str> = records
        .iter()
        .filter(decided)
        .map(|r| (r.effect.as_str(), r.inhoud.uitkomst.as_str()))
        .collect();
    last.values().any(|u| *u == Uitkomst::Geblokkeerd.as_str())
}

/// Where the chain breaks, and what that means.
fn broken(error: &ChainError, out: &Out) -> String {
    let (n, what) = match error {
        ChainError::Unreadable(n) => (n, out.say("is niet te lezen", "cannot be read")),
        ChainError::Gap(n) => (
            n,
            out.say("ontbreekt of staat niet op zijn plaats", "is missing or out of order"),
        ),
        ChainError::Broken(n) => (
            n,
            out.say("of de regel ervoor is veranderd", "or the record before it was changed"),
        ),
    };
    let (line, so) = (
        out.say(
            "het logboek is geschonden: regel",
            "the journal was tampered with: record",
        ),
        out.say(
            "niets ervan is te vertrouwen; bewaar een kopie van de opslag en zoek uit wie dit deed",
            "none of it can be believed; keep a copy of the store and find out who did this",
        ),
    );
    format!("{line} {n} {what}; {so}")
}

fn text(records: &[Record], out: &Out) -> String {
    let mut effects: Vec<&str> = Vec::new();
    for record in records {
        if !effects.contains(&record.effect.as_str()) {
            effects.push(&record.effect);
        }
    }
    let mut all = String::new();
    for effect in effects {
        all += &format!("{} {effect}\n", out.say("bericht", "message"));
        let last = records
            .iter()
            .rfind(|r| r.effect == effect && !r.inhoud.uitkomst.is_empty());
        if let Some(line) = last.and_then(|r| explain::sentence(&r.inhoud, out.taal(), str::to_owned)) {
            all += &format!("  {line}\n");
        }
        for record in records.iter().filter(|r| r.effect == effect) {
            all += &step(record, out);
        }
        all.push('\n');
    }
    all
}

fn step(record: &Record, out: &Out) -> String {
    let i = &record.inhoud;
    let what = match record.stap {
        Stap::Aanvaard => format!(
            "{} {} → {}; {} {}, {} {}, {} {}",
            i.bericht,
            i.afzender,
            or(&i.ontvanger, out.say("de deelnemers", "the participants")),
            out.say("casus", "case"),
            i.casus,
            out.say("fase", "phase"),
            i.fase,
            out.say("doel", "purpose"),
            i.doel
        ),
        Stap::Besluit | Stap::Schaduw => decision(record, out),
        Stap::Quarantaine => i.redenen.join(", "),
        Stap::Vertrek | Stap::Afgeleverd | Stap::Opgehaald | Stap::UitkomstOnbekend | Stap::Feit | Stap::Vernietigd => {
            i.toelichting.clone()
        }
    };
    let word = explain::step(record.stap, out.taal());
    let mut all = format!("  {} {word:<12} {what}\n", moment(record.tijd_ms));
    if matches!(record.stap, Stap::Besluit | Stap::Schaduw) {
        for slug in &i.redenen {
            all += &format!("      {}\n", reason(slug, "", out));
        }
        for bill in i.toelichting.split(BIJ).filter(|part| !part.starts_with(HELPT)) {
            if !bill.is_empty() && bill != "verdeeld" {
                all += &format!("      {bill}\n");
            }
        }
        let told = explain::helps(i, out.taal());
        if !told.is_empty() {
            all += &format!(
                "      {}: {}\n",
                out.say("wat zou helpen", "what would help"),
                told.join("; ")
            );
        }
        for group in &i.paden {
            all += &paths(group, out);
        }
    }
    all
}

fn decision(record: &Record, out: &Out) -> String {
    let i = &record.inhoud;
    if i.toelichting == "verdeeld" {
        return out
            .say(
                "verdeeld over de deelnemers aan de casus",
                "divided over the participants in the case",
            )
            .to_owned();
    }
    let hash = i.regelboek.get(..12).unwrap_or(&i.regelboek);
    let mut all = format!("{} ({} {hash}", i.uitkomst, out.say("regelboek", "rulebook"));
    if let Some(version) = i.feiten {
        all += &format!(", {} {version}", out.say("feiten tot en met", "facts up to"));
    }
    if !i.grondslag.is_empty() {
        all += &format!(", {} {}", out.say("grondslag", "basis"), i.grondslag);
    }
    all.push(')');
    all
}

fn reason(slug: &str, artikel: &str, out: &Out) -> String {
    let taal: Taal = out.taal();
    match explain::known(slug) {
        Some(known) => format!(
            "{slug} [{} {}] {}",
            out.say("artikel", "article"),
            known.artikel(),
            explain::reason(known, taal)
        ),
        None if artikel.is_empty() => slug.to_owned(),
        None => format!("{slug} [{artikel}]"),
    }
}

fn paths(group: &Padgroep, out: &Out) -> String {
    let word = match group.actie.as_str() {
        "doorgelaten" => out.say("doorgelaten", "passed"),
        "gegeneraliseerd" => out.say("minder precies", "less precise"),
        _ => out.say("weggelaten", "left out"),
    };
    let part = group.bijdrage.map_or(String::new(), |n| {
        format!(", {} {}", out.say("bijdrage", "contribution"), n + 1)
    });
    let because = match (group.regel.as_str(), group.reden.as_str()) {
        ("", reden) => reason(reden, &group.artikel, out),
        (regel, _) => format!(
            "{} {regel} [{} {}]",
            out.say("regel", "rule"),
            out.say("artikel", "article"),
            group.artikel
        ),
    };
    let mut all = format!("      {word}{part}: {because}\n");
    for pad in &group.paden {
        all += &format!("        {pad}\n");
    }
    all
}

fn or<'t>(text: &'t str, otherwise: &'t str) -> &'t str {
    if text.is_empty() { otherwise } else { text }
}

/// As people in the Netherlands read it.
fn moment(ms: u64) -> String {
    let at = i64::try_from(ms)
        .ok()
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
        .unwrap_or_default();
    at.in_tz("Europe/Amsterdam")
        .map_or_else(|_| at.to_string(), |z| z.strftime("%Y-%m-%d %H:%M:%S %Z").to_string())
}
