//! Where the rules come from: a directory of the operator's, else the example region inside the binary.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use sluis_rules::rulebook::{Finding, Rulebook, Severity, Source, Sources, TableSource, tables};

static SCHEMAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas/canoniek");
static EXAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/config/convenant");

/// Rules that could not be used: findings with the texts they point into, or a directory that cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RulesError {
    /// A file or directory cannot be read.
    #[error("cannot read the rules at {0}: {1}; give the directory that holds convenant.toml")]
    Read(PathBuf, std::io::Error),
    /// The rules say something they must not.
    #[error("the rules have {} finding(s); run `sluis check` to see each with its place", .0.findings.len())]
    Findings(Box<Findings>),
}

/// Findings with the files they are about.
#[derive(Debug)]
pub(crate) struct Findings {
    pub findings: Vec<Finding>,
    pub sources: Sources,
    /// The mapping tables of the systems that are plugged in.
    pub tables: Vec<TableSource>,
    /// The directory that was read, if it was not the one in the binary.
    pub dir: Option<PathBuf>,
}

/// The canonical schemas: part of the program, whatever rules are used.
pub(crate) fn schemas() -> Vec<Source> {
    let mut out: Vec<Source> = SCHEMAS
        .files()
        .filter_map(|f| source(f.path(), f.contents_utf8()))
        .collect();
    out.sort_by(|a, b| a.name.cmp(&b.name));
    out
}

fn source(path: &Path, text: Option<&str>) -> Option<Source> {
    let name = path.to_str()?.replace('\\', "/");
    let fine = name.rsplit('.').next().is_some_and(|e| e == "toml" || e == "json");
    fine.then(|| Source {
        name,
        text: text.unwrap_or_default().to_owned(),
    })
}

/// The rules of a directory, or of the example region.
pub(crate) fn sources(dir: Option<&Path>) -> Result<Sources, RulesError> {
    let rules = match dir {
        None => {
            let mut all: Vec<Source> = EXAMPLE
                .files()
                .filter_map(|f| source(f.path(), f.contents_utf8()))
                .collect();
            for sub in EXAMPLE.dirs() {
                all.extend(sub.files().filter_map(|f| source(f.path(), f.contents_utf8())));
            }
            all
        }
        Some(dir) => {
            let mut all = Vec::new();
            read_dir(dir, dir, &mut all)?;
            all
        }
    };
    let mut rules: Vec<Source> = rules.into_iter().filter(|s| s.name.ends_with(".toml")).collect();
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Sources {
        rules,
        schemas: schemas(),
    })
}

fn read_dir(root: &Path, dir: &Path, all: &mut Vec<Source>) -> Result<(), RulesError> {
    let failed = |e| RulesError::Read(dir.to_path_buf(), e);
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            // One level: the tables. A deeper directory is nobody's.
            if dir == root {
                read_dir(root, &path, all)?;
            }
        } else if path.extension().is_some_and(|e| e == "toml") {
            let text = std::fs::read_to_string(&path).map_err(|e| RulesError::Read(path.clone(), e))?;
            let name = path.strip_prefix(root).unwrap_or(&path);
            all.extend(source(name, Some(&text)));
        }
    }
    Ok(())
}

/// Loads a rulebook: from `dir`, else the example region.
pub(crate) fn load(dir: Option<&Path>) -> Result<Rulebook, RulesError> {
    of(sources(dir)?, dir)
}

/// Makes a rulebook of texts that were read from `dir`.
pub(crate) fn of(sources: Sources, dir: Option<&Path>) -> Result<Rulebook, RulesError> {
    Rulebook::parse(&sources).map_err(|findings| refused(findings, sources, Vec::new(), dir))
}

fn refused(findings: Vec<Finding>, sources: Sources, tables: Vec<TableSource>, dir: Option<&Path>) -> RulesError {
    RulesError::Findings(Box::new(Findings {
        findings,
        sources,
        tables,
        dir: dir.map(Path::to_path_buf),
    }))
}

/// Loads a rulebook and reads it a second time, with the tables of the systems beside it: the warnings come along.
pub(crate) fn check(dir: Option<&Path>) -> Result<(Rulebook, Findings), RulesError> {
    let sources = sources(dir)?;
    let (rulebook, mut findings) = match Rulebook::check(&sources) {
        Ok(loaded) => loaded,
        Err(findings) => return Err(refused(findings, sources, Vec::new(), dir)),
    };
    let mut known = sluis_kindkans::tables();
    known.extend(sluis_zaaksysteem::tables());
    findings.extend(tables(&rulebook, &known));
    if findings.iter().any(|f| f.severity == Severity::Error) {
        return Err(refused(findings, sources, known, dir));
    }
    let found = Findings {
        findings,
        sources,
        tables: known,
        dir: dir.map(Path::to_path_buf),
    };
    Ok((rulebook, found))
}
