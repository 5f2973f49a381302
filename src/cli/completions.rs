//! `sluis completions`: a completion script for a shell.

use clap::CommandFactory as _;

use super::{Cli, Exit, Out, Outcome};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Which shell
    shell: clap_complete::Shell,
}

pub(crate) fn run(args: &Args) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "sluis", &mut text);
    Out::raw(&String::from_utf8_lossy(&text));
    Ok(Exit::Ok)
}
