//! `sluis minimise`: events in, one a line; what may leave out, one a line, in the same order. For pipes.
//!
//! A blocked or refused event gives a line `{"geblokkeerd":[…]}` or `{"geweigerd":"…"}` in its place, so that input
//! and output stay in step and nothing is lost in silence.

use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;

use jiff::civil::Date;
use sluis_rules::scan::Scratch;
use sluis_rules::verdict::Reden;
use sluis_stations::Validators;

use super::explain::{read_facts, today};
use super::geval::decide_all;
use super::{Exit, Failure, Out, Outcome, RulesArg};
use crate::regels;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The facts of the cases: a JSON array
    #[arg(long, value_name = "FILE")]
    facts: PathBuf,
    /// The day of the transfer; today when left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    dag: Option<Date>,
    #[command(flatten)]
    rules: RulesArg,
}

/// The longest line that is read: the cap of a message with room for its attributes.
const MAX_LINE: u64 = (1 << 20) + 4096;

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let rules = regels::load(args.rules.regels.as_deref()).map_err(Failure::configuration)?;
    let validators = Validators::compile(&rules).map_err(Failure::configuration)?;
    let feiten = read_facts(&args.facts)?;
    let dag = today(args.dag);
    let mut scratch = Scratch::default();
    let (mut passed, mut blocked, mut refused) = (0_u64, 0_u64, 0_u64);
    let mut input = std::io::stdin().lock();
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = std::io::Read::take(&mut input, MAX_LINE)
            .read_until(b'\n', &mut line)
            .map_err(Failure::temporary)?;
        if read == 0 {
            break;
        }
        if line.len() as u64 == MAX_LINE && !line.ends_with(b"\n") {
            return Err(Failure::usage(anyhow::anyhow!(
                "a line is longer than {MAX_LINE} bytes: send one event a line"
            )));
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answers = match decide_all(&rules, &validators, &line, &feiten, dag, true, &mut scratch) {
            Err(e) => {
                refused += 1;
                vec![serde_json::json!({ "geweigerd": e.slug() }).to_string().into_bytes()]
            }
            Ok(cases) => cases
                .iter()
                .map(|case| match &case.outgoing {
                    Some(o) => {
                        passed += 1;
                        let mut bytes = format!(r#"{{"ontvanger":"{}","data":"#, case.ontvanger).into_bytes();
                        bytes.extend_from_slice(o.bytes());
                        bytes.push(b'}');
                        bytes
                    }
                    None => {
                        blocked += 1;
                        let slugs: Vec<&str> = case.verdict.redenen().map(Reden::slug).collect();
                        let ontvanger = case.ontvanger.to_string();
                        serde_json::json!({ "ontvanger": ontvanger, "geblokkeerd": slugs })
                            .to_string()
                            .into_bytes()
                    }
                })
                .collect(),
        };
        for answer in answers {
            let written = output.write_all(&answer).and_then(|()| output.write_all(b"\n"));
            if written.is_err() {
                return Ok(Exit::Ok);
            }
        }
    }
    let _ = output.flush();
    out.note(format!(
        "{passed} {}, {blocked} {}, {refused} {}",
        out.say("doorgelaten", "passed"),
        out.say("geblokkeerd", "blocked"),
        out.say("geweigerd", "refused")
    ));
    Ok(if blocked + refused > 0 {
        Exit::Findings
    } else {
        Exit::Ok
    })
}
