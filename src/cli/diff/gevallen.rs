//! Which cases come out otherwise: outcome, reasons, and what was done with each path.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;
use sluis_rules::explain::paths;
use sluis_rules::rulebook::Rulebook;
use sluis_rules::scan::Scratch;
use sluis_rules::verdict::Reden;
use sluis_stations::Validators;

use super::Beide;
use crate::cli::geval::decide_all;
use crate::cli::test::{Given, find, given};
use crate::cli::{Failure, Out};

/// How a case comes out.
#[derive(PartialEq, Eq, Default)]
struct Uitslag {
    uitkomst: String,
    redenen: BTreeSet<&'static str>,
    /// Contribution and path → what was done and by which rule or for which reason.
    paden: BTreeMap<(Option<u16>, String), String>,
}

#[derive(Serialize)]
struct Verschil {
    geval: String,
    titel: String,
    oud: String,
    nieuw: String,
    redenen_erbij: Vec<&'static str>,
    redenen_weg: Vec<&'static str>,
    paden: Vec<Paden>,
}

/// Paths that change in the same way.
#[derive(Serialize)]
struct Paden {
    oud: String,
    nieuw: String,
    paden: Vec<String>,
}

pub(super) fn compare(beide: &Beide, dir: &Path, out: &Out) -> Result<(serde_json::Value, bool), Failure> {
    let mut names = Vec::new();
    find(dir, &mut names).map_err(Failure::usage)?;
    names.sort();
    let compile = |rules: &Rulebook| Validators::compile(rules).map_err(Failure::configuration);
    let (old, new) = (compile(&beide.oud)?, compile(&beide.nieuw)?);
    let mut scratch = Scratch::default();
    let mut changed = Vec::new();
    for name in &names {
        let shown = name.strip_prefix(dir).unwrap_or(name).display().to_string();
        let given = given(dir, name)
            .with_context(|| shown.clone())
            .map_err(Failure::usage)?;
        if given.has_own_rules() {
            continue;
        }
        let before = decide(&beide.oud, &old, &given, &mut scratch);
        let after = decide(&beide.nieuw, &new, &given, &mut scratch);
        if before != after {
            changed.push(difference(shown, given.titel, &before, &after));
        }
    }
    out.line(format!(
        "{}: {} {} {}",
        out.say("gevallen", "cases"),
        changed.len(),
        out.say("anders, van", "otherwise, of"),
        names.len()
    ));
    for v in &changed {
        show(v, out);
    }
    let differs = !changed.is_empty();
    Ok((
        serde_json::json!({ "aantal": names.len(), "verschillen": changed }),
        differs,
    ))
}

fn decide(rules: &Rulebook, validators: &Validators, given: &Given, scratch: &mut Scratch) -> Uitslag {
    let decided = decide_all(
        rules,
        validators,
        &given.body,
        &given.feiten,
        given.dag,
        given.afzender_bewezen,
        scratch,
    );
    let mut out = Uitslag::default();
    match decided {
        Err(refused) => out.uitkomst = format!("geweigerd ({})", refused.slug()),
        Ok(cases) => {
            for case in &cases {
                out.uitkomst = case.verdict.uitkomst.as_str().to_owned();
                out.redenen.extend(case.verdict.redenen().map(Reden::slug));
                for group in paths(rules, &case.verdict, case.inventory()) {
                    let by = if group.regel.is_empty() {
                        &group.reden
                    } else {
                        &group.regel
                    };
                    let what = format!("{} ({by})", group.actie);
                    let all = group.paden.into_iter().map(|pad| ((group.bijdrage, pad), what.clone()));
                    out.paden.extend(all);
                }
            }
        }
    }
    out
}

fn difference(geval: String, titel: String, before: &Uitslag, after: &Uitslag) -> Verschil {
    let mut groups: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    let places: BTreeSet<_> = before.paden.keys().chain(after.paden.keys()).collect();
    for place in places {
        let (old, new) = (before.paden.get(place), after.paden.get(place));
        if old != new {
            let word = |side: Option<&'_ String>| side.map_or("–".to_owned(), Clone::clone);
            groups.entry((word(old), word(new))).or_default().insert(&place.1);
        }
    }
    Verschil {
        geval,
        titel,
        oud: before.uitkomst.clone(),
        nieuw: after.uitkomst.clone(),
        redenen_erbij: after.redenen.difference(&before.redenen).copied().collect(),
        redenen_weg: before.redenen.difference(&after.redenen).copied().collect(),
        paden: groups
            .into_iter()
            .map(|((oud, nieuw), paden)| Paden {
                oud,
                nieuw,
                paden: paden.into_iter().map(str::to_owned).collect(),
            })
            .collect(),
    }
}

fn show(v: &Verschil, out: &Out) {
    out.line(format!("  {} – {}", v.geval, v.titel));
    if v.oud != v.nieuw {
        out.line(format!("    {} → {}", v.oud, v.nieuw));
    }
    for (all, word) in [
        (&v.redenen_erbij, out.say("nu ook", "now also")),
        (&v.redenen_weg, out.say("niet meer", "no longer")),
    ] {
        if !all.is_empty() {
            out.line(format!("    {word}: {}", all.join(", ")));
        }
    }
    for group in &v.paden {
        out.line(format!("    {} → {}", group.oud, group.nieuw));
        for pad in &group.paden {
            out.line(format!("      {pad}"));
        }
    }
}
