//! `case.toml`, as a lawyer writes it, and what it gives: facts, an event, what is expected.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail};
use jiff::civil::Date;
use serde::Deserialize;
use sluis_rules::facts::Feit;
use sluis_rules::rulebook::Rulebook;
use sluis_rules::verdict::Uitkomst;

use crate::regels;

/// `case.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    /// What the case shows, in plain Dutch.
    titel: String,
    /// The articles it rests on, for the reader.
    artikelen: Vec<String>,
    /// The day of the transfer.
    dag: Date,
    /// Facts shared by cases: a file in `feiten/` beside the topics, without extension.
    #[serde(default)]
    basis: Option<String>,
    /// Kinds of fact of the base that this case goes without.
    #[serde(default)]
    zonder: Vec<String>,
    /// Facts of this case, after the base.
    #[serde(default)]
    feit: Vec<Feit>,
    /// Whether the caller proved that it may speak for the sender.
    #[serde(default = "yes")]
    afzender_bewezen: bool,
    /// What the rules would say otherwise for this case: a notice of termination, say.
    #[serde(default)]
    wijziging: Vec<Wijziging>,
    /// What is expected.
    verwacht: Verwacht,
}

/// One change in a file of the rules, for one case. What is sought must be there exactly once.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wijziging {
    bestand: String,
    zoek: String,
    zet: String,
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Verwacht {
    /// Outcome; absent when the event is refused.
    #[serde(default)]
    pub(super) uitkomst: Option<Uitkomst>,
    /// Every reason that stops the message, no more and no fewer.
    #[serde(default)]
    pub(super) redenen: Vec<String>,
    /// Rules that let something pass, each of these.
    #[serde(default)]
    pub(super) regels: Vec<String>,
    /// Reason → paths left out or made less precise for it; each reason that is named is complete.
    #[serde(default)]
    pub(super) weggelaten: BTreeMap<String, Vec<String>>,
    /// The bills that touch the verdict, each with `aan` or `uit`; when given, no more and no fewer.
    #[serde(default)]
    pub(super) wetsvoorstellen: Option<BTreeMap<String, String>>,
    /// The refusal, when the bytes or attributes are not taken at all.
    #[serde(default)]
    pub(super) geweigerd: Option<String>,
    /// What would help, as words of a fact or a claim: no more and no fewer. Empty: nothing helps.
    #[serde(default)]
    pub(super) helpt: Option<Vec<String>>,
}

/// What a case gives: the facts it is decided on, and the event.
pub(in crate::cli) struct Given {
    pub(in crate::cli) titel: String,
    pub(in crate::cli) dag: Date,
    pub(in crate::cli) feiten: Vec<Feit>,
    pub(in crate::cli) body: Vec<u8>,
    pub(in crate::cli) afzender_bewezen: bool,
    pub(super) wijziging: Vec<Wijziging>,
    pub(super) verwacht: Verwacht,
}

impl Given {
    /// Whether the case brings changes of its own to the rules: it says nothing about the rules as they are.
    pub(in crate::cli) fn has_own_rules(&self) -> bool {
        !self.wijziging.is_empty()
    }
}

/// The rules as this case wants them.
pub(super) fn own_rules(dir: Option<&Path>, changes: &[Wijziging]) -> anyhow::Result<Rulebook> {
    let mut sources = regels::sources(dir)?;
    for change in changes {
        let file = sources.rules.iter_mut().find(|s| s.name == change.bestand);
        let Some(file) = file else {
            bail!(
                "a wijziging names a file of the rules that is not there: {}",
                change.bestand
            );
        };
        if file.text.matches(change.zoek.as_str()).count() != 1 {
            bail!("what a wijziging seeks in {} is not there exactly once", change.bestand);
        }
        file.text = file.text.replace(&change.zoek, &change.zet);
    }
    Ok(regels::of(sources, dir)?)
}

/// Reads a case: its own facts after those it shares.
pub(in crate::cli) fn given(root: &Path, dir: &Path) -> anyhow::Result<Given> {
    let text = std::fs::read_to_string(dir.join("case.toml")).context("case.toml cannot be read")?;
    let file: CaseFile = toml::from_str(&text).context("case.toml is not a case")?;
    if file.artikelen.is_empty() {
        bail!("the case names no article");
    }
    let mut feiten: Vec<Feit> = Vec::new();
    if let Some(basis) = &file.basis {
        let path = root.join("feiten").join(format!("{basis}.json"));
        let text = std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let all: Vec<Feit> =
            serde_json::from_slice(&text).with_context(|| format!("{} holds no facts", path.display()))?;
        feiten.extend(all.into_iter().filter(|f| !file.zonder.iter().any(|z| z == f.soort())));
    }
    feiten.extend(file.feit);
    Ok(Given {
        titel: file.titel,
        dag: file.dag,
        feiten,
        body: std::fs::read(dir.join("in.json")).context("in.json cannot be read")?,
        afzender_bewezen: file.afzender_bewezen,
        wijziging: file.wijziging,
        verwacht: file.verwacht,
    })
}
