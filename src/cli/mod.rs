//! The command line: one command a file. Exit codes: 0 ok, 1 findings or blocked, 2 usage, 75 temporary, 78 configuration.

mod brief;
mod bron;
mod check;
mod completions;
mod demo;
mod diff;
mod explain;
mod gebruiker;
mod geval;
mod heridentificeer;
mod inbreuken;
mod inzage;
mod man;
mod matrix;
mod minimise;
mod output;
mod register;
mod run;
mod simulate;
mod test;
mod toestemming;
mod twee;
mod verzoek;
mod verzuim;
mod why;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub(crate) use output::{Format, Out};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All well.
    Ok = 0,
    /// Findings, or something was blocked.
    Findings = 1,
    /// A mistake in how the command was given.
    Usage = 2,
    /// Try again later.
    Temporary = 75,
    /// The configuration or the rules cannot be used.
    Configuration = 78,
}

/// What a command came to: an exit code, or an error with its exit code.
pub(crate) type Outcome = Result<Exit, Failure>;

/// An error with the exit code that fits it.
#[derive(Debug)]
pub(crate) struct Failure {
    pub exit: Exit,
    pub error: anyhow::Error,
}

impl Failure {
    pub(crate) fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self {
            exit: Exit::Usage,
            error: error.into(),
        }
    }
    pub(crate) fn configuration(error: impl Into<anyhow::Error>) -> Self {
        Self {
            exit: Exit::Configuration,
            error: error.into(),
        }
    }
    pub(crate) fn temporary(error: impl Into<anyhow::Error>) -> Self {
        Self {
            exit: Exit::Temporary,
            error: error.into(),
        }
    }
}

/// A privacy gateway: forwards only what the covenant permits for the receiver and the purpose.
#[derive(Parser)]
#[command(name = "sluis", version, about, propagate_version = true, max_term_width = 110)]
pub(crate) struct Cli {
    /// How to print: for people, or as JSON for programs
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    output: Format,
    /// Language of explanations and findings
    #[arg(long, global = true, value_enum, default_value_t = output::Language::Nl)]
    taal: output::Language,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the gateway: intake, judge, deliver, mailbox, over HTTP
    Run(run::Args),
    /// Show all of it in one process: simulated systems, invented children, each verdict with its article
    Demo(demo::Args),
    /// Check the rules: every finding with file, line and what to do
    Check(check::Args),
    /// Run the cases: does each decide as a lawyer wrote down?
    Test(test::Args),
    /// Who receives what, by every channel: a table made from the rules
    Matrix(matrix::Args),
    /// What changes between two directories of rules: in the matrix, in the cases, in recorded decisions
    Diff(diff::Args),
    /// What would be decided about an event, and why, per gate and per path
    Explain(explain::Args),
    /// Minimise events, one a line, for pipes
    Minimise(minimise::Args),
    /// What became of a message and why, from the journal
    Why(why::Args),
    /// The letter that informs the betrokkene beforehand (12), for a case: HTML in Dutch or English
    Brief(brief::Args),
    /// Breaches (21): candidates that the journal shows, for the FG to judge; and the register of them
    Inbreuken(inbreuken::Args),
    /// What was given about a person, to whom, when and why: access (13), agreed by two persons
    Inzage(inzage::Args),
    /// Requests of the betrokkene (13): rectification, restriction, objection, erasure; with their term
    Verzoek(verzoek::Args),
    /// The consent register: record, withdraw, list, show
    Toestemming(toestemming::Args),
    /// The register of processing activities (AVG 30): from the rules, and from what really flowed
    Register(register::Args),
    /// Accounts of persons: add, list, roles, password, code, switch off
    Gebruiker(gebruiker::Args),
    /// Find which of some persons a third party's pseudonym is: two people, journalled, the question on standard input
    Heridentificeer(heridentificeer::Args),
    /// Run a simulated system as a process of its own, for trying out and for tests
    Simulate(simulate::Args),
    /// School absence: find the signals in a file of registrations
    Verzuim(verzuim::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
    /// Write the man pages
    Man(man::Args),
}

/// Which rules a command uses.
#[derive(clap::Args, Debug, Clone)]
pub(crate) struct RulesArg {
    /// Directory with the rules; the example region in the program when left out
    #[arg(long = "regels", value_name = "DIR")]
    pub regels: Option<PathBuf>,
}

/// What could not be started: later, or not before something is changed.
fn started(error: crate::wiring::StartError) -> Failure {
    if error.is_temporary() {
        Failure::temporary(error)
    } else {
        Failure::configuration(error)
    }
}

/// A runtime for the commands that run the gateway. Two workers: the store has a thread of its own, and the rest waits
/// for the network.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Failure::temporary)
}

pub(crate) fn main() -> ExitCode {
    // Every command handles messages of children, the small ones too.
    crate::wiring::hardening::harden();
    // clap prints help and usage errors itself, with exit code 0 and 2.
    let cli = Cli::parse();
    let out = Out::new(cli.output, cli.taal);
    let outcome = match cli.command {
        Command::Run(args) => run::run(&args, &out),
        Command::Demo(args) => demo::run(&args, &out),
        Command::Why(args) => why::run(&args, &out),
        Command::Brief(args) => brief::run(&args, &out),
        Command::Inbreuken(args) => inbreuken::run(&args, &out),
        Command::Inzage(args) => inzage::run(&args, &out),
        Command::Verzoek(args) => verzoek::run(&args, &out),
        Command::Toestemming(args) => toestemming::run(&args, &out),
        Command::Register(args) => register::run(&args, &out),
        Command::Gebruiker(args) => gebruiker::run(&args, &out),
        Command::Heridentificeer(args) => heridentificeer::run(&args, &out),
        Command::Simulate(args) => simulate::run(&args, &out),
        Command::Check(args) => check::run(&args, &out),
        Command::Test(args) => test::run(&args, &out),
        Command::Matrix(args) => matrix::run(&args, &out),
        Command::Diff(args) => diff::run(&args, &out),
        Command::Explain(args) => explain::run(&args, &out),
        Command::Minimise(args) => minimise::run(&args, &out),
        Command::Verzuim(args) => verzuim::run(&args, &out),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args, &out),
    };
    let exit = outcome.unwrap_or_else(|failure| {
        out.error(&failure.error);
        failure.exit
    });
    ExitCode::from(exit as u8)
}
