//! `sluis`: the program. Thin: it reads the command line, hands over, and turns the outcome into an exit code.

mod cli;
mod clock;
mod demo;
mod kalender;
mod papier;
mod regels;
mod settings;
mod wiring;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
