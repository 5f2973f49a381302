//! `sluis check`: everything that is wrong with the rules, with file, line and caret. What refuses the rulebook is an
//! error; what somebody should look at is a warning, and ends with exit code 1 only under `--strict`: a warning says that
//! something is superfluous, never that something leaves that must not.

use std::path::PathBuf;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report, Severity};
use serde::Serialize;
use sluis_rules::rulebook::{Finding, Place, Rulebook, Severity as FindingSeverity, line_column};

use super::{Exit, Failure, Out, Outcome};
use crate::regels::{self, Findings, RulesError};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Directory with the rules; the example region in the program when left out
    dir: Option<PathBuf>,
    /// Warnings count as findings too: exit code 1
    #[arg(long)]
    strict: bool,
}

#[derive(Serialize)]
struct Line<'a> {
    ernst: &'static str,
    bestand: &'a str,
    regel: usize,
    kolom: usize,
    melding: &'a str,
    hulp: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    detail: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ook: Vec<Also<'a>>,
}

/// Another place that a finding is about.
#[derive(Serialize)]
struct Also<'a> {
    bestand: &'a str,
    regel: usize,
    kolom: usize,
    melding: &'a str,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    match regels::check(args.dir.as_deref()) {
        Ok((rules, warnings)) => {
            let lines = lines(&warnings);
            if !out.is_json() {
                print(&warnings, out);
            }
            summary(&rules, &lines, out);
            Ok(if args.strict && !lines.is_empty() {
                Exit::Findings
            } else {
                Exit::Ok
            })
        }
        Err(RulesError::Findings(found)) => {
            show(&found, out);
            Ok(Exit::Findings)
        }
        Err(e) => Err(Failure::configuration(e)),
    }
}

fn summary(rules: &Rulebook, warnings: &[Line<'_>], out: &Out) {
    out.line(format!(
        "{} {} ({}): {} {}, {} {}, {} {}{}",
        out.say("in orde: regelboek", "fine: rulebook"),
        rules.hash().get(..12).unwrap_or_default(),
        rules.convenant().naam,
        rules.overleggen().len(),
        out.say("casusoverleg(gen)", "consultation(s)"),
        rules.regels().len(),
        out.say("regels", "rules"),
        rules.partijen().len(),
        out.say("partijen", "parties"),
        match warnings.len() {
            0 => String::new(),
            n => format!(", {n} {}", out.say("waarschuwing(en)", "warning(s)")),
        },
    ));
    out.json(&serde_json::json!({
        "regelboek": &**rules.hash(),
        "casusoverleggen": rules.overleggen().len(),
        "regels": rules.regels().len(),
        "partijen": rules.partijen().len(),
        "bevindingen": warnings,
    }));
}

fn text_of<'f>(found: &'f Findings, file: &str) -> &'f str {
    let tables = found.tables.iter().flat_map(|t| [&t.table, &t.wire]);
    let mut all = found.sources.rules.iter().chain(&found.sources.schemas).chain(tables);
    all.find(|s| s.name == file).map_or("", |s| s.text.as_str())
}

fn lines(found: &Findings) -> Vec<Line<'_>> {
    let line = |f| {
        let Finding {
            file,
            message,
            help,
            detail,
            ..
        }: &Finding = f;
        let (regel, kolom) = f.line_column(text_of(found, file));
        Line {
            ernst: match f.severity {
                FindingSeverity::Error => "fout",
                FindingSeverity::Warning => "waarschuwing",
            },
            bestand: file,
            regel,
            kolom,
            melding: message,
            hulp: help,
            detail,
            ook: f.also.iter().map(|p| also(found, p)).collect(),
        }
    };
    found.findings.iter().map(line).collect()
}

fn also<'f>(found: &'f Findings, place: &'f Place) -> Also<'f> {
    let (regel, kolom) = line_column(text_of(found, &place.file), place.span.start);
    Also {
        bestand: &place.file,
        regel,
        kolom,
        melding: &place.what,
    }
}

/// Prints what refuses the rules, for people with a caret under the place.
pub(crate) fn show(found: &Findings, out: &Out) {
    out.json(&serde_json::json!({ "bevindingen": lines(found) }));
    if out.is_json() {
        return;
    }
    print(found, out);
    out.line(format!(
        "{} {}",
        found.findings.len(),
        out.say("bevinding(en)", "finding(s)")
    ));
}

fn print(found: &Findings, out: &Out) {
    let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(110);
    let name = |file: &str| {
        let own = found.sources.rules.iter().any(|s| s.name == file);
        match &found.dir {
            Some(dir) if own => dir.join(file).display().to_string(),
            _ => file.to_owned(),
        }
    };
    for f in &found.findings {
        let mut help = f.help.clone();
        if !f.detail.is_empty() {
            help = format!(
                "{help}\n{}: {}",
                out.say("de lezer zegt", "the reader says"),
                f.detail.trim()
            );
        }
        let (same, other): (Vec<_>, Vec<_>) = f.also.iter().partition(|p| p.file == f.file);
        for p in other {
            let (line, column) = line_column(text_of(found, &p.file), p.span.start);
            help = format!("{help}\n{}:{line}:{column}: {}", name(&p.file), p.what);
        }
        let here = LabeledSpan::new_with_span(None, f.span.clone());
        let there = same
            .iter()
            .map(|p| LabeledSpan::new_with_span(Some(p.what.clone()), p.span.clone()));
        let diagnostic = MietteDiagnostic::new(&f.message)
            .with_help(help)
            .with_severity(match f.severity {
                FindingSeverity::Error => Severity::Error,
                FindingSeverity::Warning => Severity::Warning,
            })
            .with_labels(std::iter::once(here).chain(there));
        let source = NamedSource::new(name(&f.file), text_of(found, &f.file).to_owned());
        let report = Report::new(diagnostic).with_source_code(source);
        let mut text = String::new();
        if handler.render_report(&mut text, report.as_ref()).is_ok() {
            out.line(text);
        }
    }
}
