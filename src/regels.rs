//! Where the rules come from: a directory of the operator's, else the example region inside the binary.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use sha2::{Digest as _, Sha256};
use sluis_rules::journal::hex;
use sluis_rules::rulebook::{Finding, Rulebook, Severity, Source, Sources, TableSource, tables};

/// The table of who receives what, made from the rules and beside them.
pub(crate) const TABLE: &str = "MATRIX.md";

static SCHEMAS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/schemas/canoniek");
static EXAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/config/convenant");

/// Rules that could not be used: findings with the texts they point into, or a directory that cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RulesError {
    /// A file or directory cannot be read.
    #[error("cannot read the rules at {0}: {1}; give the directory that holds convenant.toml")]
    Read(PathBuf, std::io::Error),
    /// The table beside the rules was made of others, or is not there: they were changed and not read over, or copied in part.
    #[error(
        "{} does not belong to these rules: read what changes (`sluis diff`), then `sluis matrix --write {}`; \
         nothing is taken into use before its table of who receives what is renewed", .0.join(TABLE).display(), .0.display()
    )]
    Unsealed(PathBuf),
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
        let table = dir.join(TABLE);
        if let Ok(metadata) = std::fs::metadata(&table) {
            found.push((table, metadata));
        }
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
        let name = path.strip_prefix(root).unwrap_or(&path);
        // A name that is no text is a rule that would be passed over in silence.
        let source = source(name, Some(&text))
            .ok_or_else(|| RulesError::Read(path.clone(), std::io::ErrorKind::InvalidFilename.into()))?;
        all.push(source);
    }
    Ok(())
}

/// Loads a rulebook: from `dir`, else the example region.
pub(crate) fn load(dir: Option<&Path>) -> Result<Rulebook, RulesError> {
    of(sources(dir)?, dir)
}

/// Loads a rulebook to act on. A directory must hold the table that was made from these very files: so what was copied in
/// part, torn in the middle of a line that still reads as a rule, or changed by somebody who did not look at what changes, opens nothing.
pub(crate) fn load_sealed(dir: Option<&Path>) -> Result<Rulebook, RulesError> {
    let sources = sources(dir)?;
    if let Some(dir) = dir {
        let path = dir.join(TABLE);
        if !is_sealed(&read_table(&path)?, &sources) {
            // What is wrong with the rules themselves comes first: it is nearer to what somebody did.
            return Err(of(sources, Some(dir)).map_or_else(|e| e, |_| RulesError::Unsealed(dir.to_path_buf())));
        }
    }
    of(sources, dir)
}

/// A table that is not there is empty. What is no file (a pipe) is not opened: it would hold us for ever.
fn read_table(path: &Path) -> Result<String, RulesError> {
    let failed = |e| RulesError::Read(path.to_path_buf(), e);
    match std::fs::metadata(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
        Err(e) => Err(failed(e)),
        Ok(m) if !m.is_file() || m.len() > LARGEST => Err(failed(std::io::ErrorKind::InvalidInput.into())),
        Ok(_) => std::fs::read_to_string(path).map_err(failed),
    }
}

/// Whether the table ends in the seal of these rules and of what stands above it. Line ends of another system do not count.
fn is_sealed(table: &str, sources: &Sources) -> bool {
    let table = table.replace("\r\n", "\n");
    let Some(end) = table.strip_suffix('\n').and_then(|t| t.rfind('\n')) else {
        return false;
    };
    let (above, last) = table.split_at(end + 1);
    last.strip_suffix('\n') == Some(&seal(sources, above))
}

/// The last line of the table: over the table above it, and over name and text of every file of rules. Not over the schemas
/// of this program, so that another version of the program takes the same rules.
pub(crate) fn seal(sources: &Sources, above: &str) -> String {
    let mut hash = Sha256::new_with_prefix(b"sluis-regels-v1\0");
    let rules = sources.rules.iter().flat_map(|s| [s.name.as_str(), s.text.as_str()]);
    for part in rules.chain([above]) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    format!("<!-- gemaakt uit: {} -->", hex(&hash.finalize()))
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
