//! Where the rules come from: a directory of the operator's, else the example region inside the binary.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
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
    #[error("the rules have {} finding(s); run `sluis check{}` to see each with its place", .0.findings.len(), .0.told())]
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

impl Findings {
    /// The directory as an argument of a command; nothing for the rules in the program.
    fn told(&self) -> String {
        self.dir
            .as_ref()
            .map_or_else(String::new, |dir| format!(" {}", dir.display()))
    }
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
            read_dir(dir, &mut all)?;
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

/// Larger than any file of rules; the rules themselves say what is too large for them.
const LARGEST: u64 = 64 << 20;

/// The files of a directory of rules, one level deep. Names that begin with a dot are not ours: editors and deployments
/// keep their own things there. What is no file (a pipe, a device) is not opened.
fn files(root: &Path, dir: &Path, all: &mut Vec<(PathBuf, Metadata)>) -> Result<(), RulesError> {
    let failed = |e| RulesError::Read(dir.to_path_buf(), e);
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        // Through links: a deployment may swap a whole directory by one.
        let metadata = std::fs::metadata(&path).map_err(|e| RulesError::Read(path.clone(), e))?;
        if metadata.is_dir() {
            // One level: the tables. A deeper directory is nobody's.
            if dir == root {
                files(root, &path, all)?;
            }
        } else if path.extension().is_some_and(|e| e == "toml") {
            if !metadata.is_file() || metadata.len() > LARGEST {
                return Err(RulesError::Read(path, std::io::ErrorKind::InvalidInput.into()));
            }
            all.push((path, metadata));
        }
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(())
}

/// What a directory of rules looks like from outside. Other content has another mark, save what took the place of a file
/// in the same instant with the same length.
pub(crate) fn mark(dirs: &[PathBuf]) -> Result<Mark, RulesError> {
    let mut all = Vec::new();
    for dir in dirs {
        let mut found = Vec::new();
        files(dir, dir, &mut found)?;
        let one = |(path, m): (PathBuf, Metadata)| FileMark {
            path,
            length: m.len(),
            changed: [m.mtime(), m.mtime_nsec(), m.ctime(), m.ctime_nsec()],
            inode: m.ino(),
        };
        all.extend(found.into_iter().map(one));
    }
    Ok(Mark(all))
}

/// See [`mark`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark(Vec<FileMark>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct FileMark {
    path: PathBuf,
    length: u64,
    /// Of its content and of its entry: seconds and nanoseconds each.
    changed: [i64; 4],
    inode: u64,
}

fn read_dir(root: &Path, all: &mut Vec<Source>) -> Result<(), RulesError> {
    let mut found = Vec::new();
    files(root, root, &mut found)?;
    for (path, _) in found {
        let text = std::fs::read_to_string(&path).map_err(|e| RulesError::Read(path.clone(), e))?;
        all.extend(source(path.strip_prefix(root).unwrap_or(&path), Some(&text)));
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
    known.extend(sluis_verzuimloket::tables());
    known.extend(sluis_jeugdhulp::tables());
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
