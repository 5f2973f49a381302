//! What changes in the conditions of a whole table: no cell shows them, and without one of them much more may go.

use std::collections::BTreeSet;

use serde::Serialize;
use sluis_rules::matrix::voorwaarden;

use super::Beide;
use crate::cli::Out;

#[derive(Serialize)]
struct Verschil {
    tafel: String,
    /// `ruimer` when it is gone, `smaller` when it came.
    aard: &'static str,
    voorwaarde: String,
}

pub(super) fn compare(beide: &Beide, out: &Out) -> (serde_json::Value, bool) {
    let (old, new) = (voorwaarden(&beide.oud), voorwaarden(&beide.nieuw));
    let mut all = Vec::new();
    // A table that is new or gone shows in its cells; its conditions are then no change of their own.
    for (tafel, before, after) in old.iter().filter_map(|(t, before)| Some((t, before, new.get(t)?))) {
        let differ = |aard, these: &BTreeSet<String>, those: &BTreeSet<String>| {
            let found = these.difference(those).map(move |v| (aard, v.clone()));
            found.collect::<Vec<_>>()
        };
        let gone = differ("ruimer", before, after);
        for (aard, voorwaarde) in gone.into_iter().chain(differ("smaller", after, before)) {
            all.push(Verschil {
                tafel: tafel.clone(),
                aard,
                voorwaarde,
            });
        }
    }
    if !all.is_empty() {
        out.line(format!(
            "{}: {} {}, {} {}",
            out.say("voorwaarden", "conditions"),
            all.iter().filter(|v| v.aard == "ruimer").count(),
            out.say("vervallen (ruimer)", "gone (wider)"),
            all.iter().filter(|v| v.aard == "smaller").count(),
            out.say("erbij (smaller)", "added (narrower)"),
        ));
    }
    for v in &all {
        out.line(format!("  {}: {:<9} {}", v.tafel, v.aard, v.voorwaarde));
    }
    (serde_json::json!(all), !all.is_empty())
}
