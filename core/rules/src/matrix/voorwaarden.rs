//! What must be so before anything goes at all: conditions of a whole table, which no cell shows.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::WETTELIJK;
use crate::rulebook::Rulebook;

/// Per table, by the name it has in [`super::Plek`], the conditions on all of it; each in Dutch, as in the guide.
///
/// A condition that is gone makes wider, one that comes makes narrower.
#[must_use]
pub fn voorwaarden(rules: &Rulebook) -> BTreeMap<String, BTreeSet<String>> {
    let mut out = BTreeMap::new();
    for o in rules.overleggen() {
        let mut all = BTreeSet::new();
        if o.toestemming_voorwaarde {
            all.insert("zonder toestemming voor de aanvraag gaat er niets".to_owned());
        }
        for d in &o.deelnemers {
            if d.per_casus {
                all.insert(format!("{} alleen na aanmelding bij de casus", d.taak));
            }
            if d.na_regierol {
                all.insert(format!("{} pas als de regierol is toegewezen", d.taak));
            }
        }
        out.insert(o.id.clone(), all);
    }
    for s in rules.stromen() {
        let name = |group: &crate::gegeven::GegevenSet| {
            let names: Vec<&str> = group
                .iter()
                .filter_map(|id| Some(rules.gegevens().get(id)?.id.as_str()))
                .collect();
            format!("een melding zonder {} gaat niet", names.join(" of "))
        };
        let mut all: BTreeSet<String> = s.vereist.iter().map(name).collect();
        if !s.ook_onder_geheim {
            all.insert("wat onder geheim staat gaat niet".to_owned());
        }
        out.insert(format!("{WETTELIJK}{}", s.id), all);
    }
    out
}
