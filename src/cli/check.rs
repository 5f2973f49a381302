//! `sluis check`: everything that is wrong with the rules, with file, line and caret.

use std::path::PathBuf;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report, Severity};
use serde::Serialize;
use sluis_rules::rulebook::Rulebook;

use super::{Exit, Failure, Out, Outcome};
use crate::regels::{self, Findings, RulesError};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Directory with the rules; the example region in the program when left out
    dir: Option<PathBuf>,
}

#[derive(Serialize)]
struct Line<'a> {
    bestand: &'a str,
    regel: usize,
    kolom: usize,
    melding: &'a str,
    hulp: &'a str,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    match regels::load(args.dir.as_deref()) {
        Ok(rules) => {
            summary(&rules, out);
            Ok(Exit::Ok)
        }
        Err(RulesError::Findings(found)) => {
            show(&found, out);
            Ok(Exit::Findings)
        }
        Err(e) => Err(Failure::configuration(e)),
    }
}

fn summary(rules: &Rulebook, out: &Out) {
    out.line(format!(
        "{} {} ({}): {} {}, {} {}, {} {}",
        out.say("in orde: regelboek", "fine: rulebook"),
        rules.hash().get(..12).unwrap_or_default(),
        rules.convenant().naam,
        rules.overleggen().len(),
        out.say("casusoverleg(gen)", "consultation(s)"),
        rules.regels().len(),
        out.say("regels", "rules"),
        rules.partijen().len(),
        out.say("partijen", "parties"),
    ));
    out.json(&serde_json::json!({
        "regelboek": &**rules.hash(),
        "casusoverleggen": rules.overleggen().len(),
        "regels": rules.regels().len(),
        "partijen": rules.partijen().len(),
        "bevindingen": [],
    }));
}

/// Prints findings, for people with a caret under the place.
pub(crate) fn show(found: &Findings, out: &Out) {
    let text_of = |file: &str| {
        let all = found.sources.rules.iter().chain(&found.sources.schemas);
        all.into_iter().find(|s| s.name == file).map_or("", |s| s.text.as_str())
    };
    let lines: Vec<Line<'_>> = found
        .findings
        .iter()
        .map(|f| {
            let (regel, kolom) = f.line_column(text_of(&f.file));
            Line {
                bestand: &f.file,
                regel,
                kolom,
                melding: &f.message,
                hulp: &f.help,
            }
        })
        .collect();
    out.json(&serde_json::json!({ "bevindingen": lines }));
    if out.is_json() {
        return;
    }
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(110);
    for f in &found.findings {
        let name = found
            .dir
            .as_ref()
            .map_or_else(|| f.file.clone(), |d| d.join(&f.file).display().to_string());
        let label = LabeledSpan::new_with_span(None, f.span.clone());
        let diagnostic = MietteDiagnostic::new(&f.message)
            .with_help(&f.help)
            .with_severity(Severity::Error)
            .with_label(label);
        let report = Report::new(diagnostic).with_source_code(NamedSource::new(name, text_of(&f.file).to_owned()));
        let mut text = String::new();
        if handler.render_report(&mut text, report.as_ref()).is_ok() {
            out.line(text);
        }
    }
    out.line(format!(
        "{} {}",
        found.findings.len(),
        out.say("bevinding(en)", "finding(s)")
    ));
}
