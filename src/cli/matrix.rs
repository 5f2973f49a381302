//! `sluis matrix`: who receives what, as a table made from the rules; whether the table beside the rules is stale.

use std::path::{Path, PathBuf};

use sluis_rules::matrix::{Matrix, markdown};

use super::{Exit, Failure, Out, Outcome};
use crate::regels;

/// The rules of this repository, for who works in it.
const HERE: &str = "config/convenant";

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Directory with the rules; the example region in the program when left out
    dir: Option<PathBuf>,
    /// Say whether MATRIX.md in the directory still follows from the rules; exit code 1 when it does not
    #[arg(long, conflicts_with = "write")]
    check: bool,
    /// Write MATRIX.md in the directory
    #[arg(long)]
    write: bool,
}

pub(crate) fn run(args: &Args, out: &Out) -> Outcome {
    let on_disk = args.check || args.write;
    let dir = match &args.dir {
        Some(dir) => Some(dir.clone()),
        None if on_disk => {
            let here = PathBuf::from(HERE);
            if !here.join("convenant.toml").is_file() {
                return Err(Failure::usage(anyhow::anyhow!(
                    "give the directory with the rules: there is no {HERE} here"
                )));
            }
            Some(here)
        }
        None => None,
    };
    let sources = regels::sources(dir.as_deref()).map_err(Failure::configuration)?;
    let seal = regels::seal(&sources);
    let rules = regels::of(sources, dir.as_deref()).map_err(Failure::configuration)?;
    let matrix = Matrix::of(&rules);
    // The seal is the last line: half a file has none.
    let table = || format!("{}\n{seal}\n", markdown(&rules, &matrix));
    let Some(dir) = dir.filter(|_| on_disk) else {
        if out.is_json() {
            out.json(&serde_json::json!({ "regelboek": &**rules.hash(), "cellen": matrix.rows() }));
        } else {
            Out::raw(&table());
        }
        return Ok(Exit::Ok);
    };
    let path = dir.join(regels::TABLE);
    let text = table();
    if args.write {
        std::fs::write(&path, text).map_err(|e| failed(&path, "written", &e))?;
        out.line(format!("{} {}", path.display(), out.say("geschreven", "written")));
        out.json(&serde_json::json!({ "bestand": path, "geschreven": true }));
        return Ok(Exit::Ok);
    }
    let found = match std::fs::read_to_string(&path) {
        Ok(found) => Some(found),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => None,
        Err(e) => return Err(failed(&path, "read", &e)),
    };
    let fresh = found.is_some_and(|found| found == text);
    out.json(&serde_json::json!({ "bestand": path, "actueel": fresh }));
    if fresh {
        out.line(format!(
            "{} {}",
            path.display(),
            out.say("volgt uit de regels", "follows from the rules")
        ));
        return Ok(Exit::Ok);
    }
    out.line(format!(
        "{} {}: sluis matrix --write {}",
        path.display(),
        out.say(
            "volgt niet meer uit de regels; vernieuw het, en lees wat er verandert",
            "no longer follows from the rules; renew it, and read what changes"
        ),
        dir.display()
    ));
    Ok(Exit::Findings)
}

fn failed(path: &Path, what: &str, error: &std::io::Error) -> Failure {
    Failure::configuration(anyhow::anyhow!("{} cannot be {what}: {error}", path.display()))
}
