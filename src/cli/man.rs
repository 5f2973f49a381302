//! `sluis man`: man pages, one for the program and one for each command.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::CommandFactory as _;

use super::{Cli, Exit, Failure, Out, Outcome};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Directory to write the pages to; the main page goes to stdout when left out
    dir: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let mut command = Cli::command();
    command.build();
    if let Some(dir) = &args.dir {
        std::fs::create_dir_all(dir)
            .and_then(|()| clap_mangen::generate_to(command, dir))
            .with_context(|| format!("cannot write man pages to {}", dir.display()))
            .map_err(Failure::usage)?;
        out.line(dir.display());
    } else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command)
            .render(&mut page)
            .map_err(Failure::usage)?;
        Out::raw(&String::from_utf8_lossy(&page));
    }
    Ok(Exit::Ok)
}
