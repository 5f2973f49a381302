//! Handover (5.7): rule blocks of their own, from who takes part in one consultation to who sits at another. What the
//! second table needs is judged anew there; nothing of the rules of either table is taken over.
//!
//! A file `overdracht/<id>.toml` names both tables. Its blocks have the form of a table's blocks: the phases are those
//! of the first table, the purposes those of the second. They work only where a recorded decision names the receiver
//! (see the fact `overdracht`).

use std::collections::HashSet;

use serde::Deserialize;
use toml::Spanned;

use super::check::rule;
use super::source::{OverlegFile, RegelBlock};
use super::{CompiledPlan, Finding, PlanKey, Rulebook};
use crate::event::Bericht;
use crate::gegeven::Gegevens;
use crate::ids::Taak;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OverdrachtFile {
    pub id: Spanned<String>,
    pub naam: String,
    pub artikel: String,
    pub van_overleg: Spanned<String>,
    pub naar_overleg: Spanned<String>,
    #[serde(default)]
    pub regel: Vec<RegelBlock>,
}

/// A handover from one consultation to another.
#[derive(Debug, Clone)]
pub struct Overdracht {
    /// Stable id.
    pub id: String,
    /// Name.
    pub naam: String,
    /// What it rests on.
    pub artikel: String,
    /// The first table.
    pub van_overleg: String,
    /// The second.
    pub naar_overleg: String,
}

/// A handover as the compiler of tables reads it: the phases of the first table, the purposes of the second.
pub(super) struct Joined {
    pub overdracht: Overdracht,
    pub file: String,
    pub overleg: OverlegFile,
}

/// Joins each handover with its two tables, and says what it must not say.
pub(super) fn join(
    files: Vec<(String, OverdrachtFile)>,
    overleggen: &[(String, OverlegFile)],
    gegevens: &Gegevens,
    f: &mut Vec<Finding>,
) -> Vec<Joined> {
    let mut rules: HashSet<String> = overleggen
        .iter()
        .flat_map(|(_, o)| o.regel.iter().map(|r| r.id.get_ref().clone()))
        .collect();
    let mut pairs = HashSet::new();
    let mut out = Vec::new();
    for (file, o) in files {
        let find = |name: &Spanned<String>, f: &mut Vec<Finding>| {
            let found = overleggen.iter().find(|(_, t)| t.id.get_ref() == name.get_ref());
            if found.is_none() {
                let message = format!("het overleg `{}` bestaat niet", name.get_ref());
                f.push(Finding::new(
                    &file,
                    name.span(),
                    message,
                    "kies een overleg uit casusoverleg/",
                ));
            }
            found.map(|(_, t)| t)
        };
        let (Some(first), Some(second)) = (find(&o.van_overleg, f), find(&o.naar_overleg, f)) else {
            continue;
        };
        if file != format!("overdracht/{}.toml", o.id.get_ref()) {
            f.push(Finding::new(
                &file,
                o.id.span(),
                "de naam van de overdracht is niet die van het bestand",
                "geef beide dezelfde naam",
            ));
        }
        let pair = (o.van_overleg.get_ref().clone(), o.naar_overleg.get_ref().clone());
        if pair.0 == pair.1 || !pairs.insert(pair) {
            f.push(Finding::new(
                &file,
                o.naar_overleg.span(),
                "tussen deze twee overleggen is er al een overdracht, of het is tweemaal hetzelfde overleg",
                "zet alle regels tussen twee overleggen in één bestand",
            ));
        }
        let overleg = OverlegFile {
            id: o.id.clone(),
            naam: o.naam.clone(),
            versie: second.versie.clone(),
            artikel: o.artikel.clone(),
            convener: second.convener.clone(),
            doelen: second.doelen.clone(),
            fasen: first.fasen.clone(),
            uitkomst_naar: Vec::new(),
            toestemming_voorwaarde: false,
            na_sluiting: None,
            deelnemer: Vec::new(),
            aanvrager: Vec::new(),
            regel: o.regel,
        };
        for r in &overleg.regel {
            if !rules.insert(r.id.get_ref().clone()) {
                let message = format!("de regel `{}` bestaat al", r.id.get_ref());
                f.push(Finding::new(
                    &file,
                    r.id.span(),
                    message,
                    "geef elke regel een eigen naam",
                ));
            }
            ends(&file, r, first, second, f);
            rule(&file, r, &overleg, gegevens, f);
        }
        out.push(Joined {
            overdracht: Overdracht {
                id: o.id.into_inner(),
                naam: o.naam,
                artikel: o.artikel,
                van_overleg: o.van_overleg.into_inner(),
                naar_overleg: o.naar_overleg.into_inner(),
            },
            file,
            overleg,
        });
    }
    out
}

/// From who takes part in the first table, or asked it, to who sits at the second.
fn ends(file: &str, r: &RegelBlock, first: &OverlegFile, second: &OverlegFile, f: &mut Vec<Finding>) {
    let at = |o: &OverlegFile, t: Taak| o.deelnemer.iter().any(|d| *d.taak.get_ref() == t);
    let asks = |t: Taak| first.aanvrager.iter().any(|a| *a.taak.get_ref() == t);
    for van in r.van.iter().filter(|t| !at(first, *t.get_ref()) && !asks(*t.get_ref())) {
        let message = format!(
            "`{}` hoort niet bij het overleg dat overdraagt: deze regel werkt nooit",
            van.get_ref()
        );
        f.push(Finding::new(
            file,
            van.span(),
            message,
            "kies een deelnemer of aanvrager van van_overleg",
        ));
    }
    for naar in r.naar.iter().filter(|t| !at(second, *t.get_ref())) {
        let message = format!("`{}` zit niet aan tafel bij het overleg dat ontvangt", naar.get_ref());
        f.push(Finding::new(
            file,
            naar.span(),
            message,
            "kies een deelnemer van naar_overleg",
        ));
    }
}

impl Rulebook {
    /// The handovers.
    #[must_use]
    pub fn overdrachten(&self) -> &[Overdracht] {
        &self.overdrachten
    }

    /// The plan of a handover between two consultations, while no bill is on: the phase is that of the first, the purpose
    /// of the second.
    #[must_use]
    #[allow(
        clippy::too_many_arguments,
        reason = "the key of a plan, as for one table, with one table more"
    )]
    pub fn overdracht_plan(
        &self,
        tafels: (&str, &str),
        fase: &str,
        doel: &str,
        van: Taak,
        naar: Taak,
        bericht: Bericht,
    ) -> Option<&std::sync::Arc<CompiledPlan>> {
        let key = self.overdracht_key(tafels, (fase, doel))?;
        self.plans.get(&PlanKey {
            van,
            naar,
            bericht,
            ..key
        })
    }

    /// Where the plans of a handover stand; from whom to whom, and with which message, is still to be filled in.
    pub(crate) fn overdracht_key(
        &self,
        (van_overleg, naar_overleg): (&str, &str),
        (fase, doel): (&str, &str),
    ) -> Option<PlanKey> {
        let (_, first) = self.find_overleg(van_overleg)?;
        let (_, second) = self.find_overleg(naar_overleg)?;
        let place = self
            .overdrachten
            .iter()
            .position(|o| o.van_overleg == van_overleg && o.naar_overleg == naar_overleg)?;
        let at = |all: &[String], word: &str| u8::try_from(all.iter().position(|w| w == word)?).ok();
        Some(PlanKey {
            overleg: u8::try_from(self.overleggen.len().checked_add(place)?).ok()?,
            fase: at(&first.fasen, fase)?,
            doel: at(&second.doelen, doel)?,
            van: Taak::Derde,
            naar: Taak::Derde,
            bericht: Bericht::Hulpvraag,
        })
    }
}
