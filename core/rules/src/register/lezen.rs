//! Which data may go from whom to whom, per activity, read from the compiled rules.

use std::collections::BTreeMap;

use super::Deel;
use crate::event::Kanaal;
use crate::gegeven::GegevenSet;
use crate::matrix::{Matrix, OVERDRACHT};
use crate::rulebook::{CompiledPlan, Grondslag, Rulebook};

/// Per activity (id of a consultation, word of a channel) what may go. A handover is judged at the table that receives
/// (5.7), so it belongs to that activity.
pub(super) fn delen(rules: &Rulebook) -> BTreeMap<String, Deel> {
    let mut out: BTreeMap<String, Deel> = BTreeMap::new();
    for (plek, cel) in &Matrix::of(rules).cellen {
        let overleg = plek.overleg.strip_prefix(OVERDRACHT).map_or(&*plek.overleg, |id| {
            let handover = rules.overdrachten().iter().find(|o| o.id == id);
            handover.map_or(id, |o| o.naar_overleg.as_str())
        });
        let deel = out.entry(overleg.to_owned()).or_default();
        deel.gaat(rules, plek.van, plek.naar, &plek.gegeven);
        deel.grondslagen
            .extend(cel.varianten.iter().flat_map(|v| v.grondslagen.iter().cloned()));
    }
    channels(rules, &mut out);
    out
}

/// The channels beside the consultations, with the bills that are on or will be.
fn channels(rules: &Rulebook, out: &mut BTreeMap<String, Deel>) {
    let k = &rules.kanalen;
    let later = k.later.iter().flat_map(|t| &t.kanalen);
    for (key, plan) in k.plans.iter().chain(later) {
        let stroom = rules.stromen().get(usize::from(key.soort)).map(|s| s.id.as_str());
        let bases: Vec<&Grondslag> = rules
            .basis_of
            .get(&(key.kanaal, key.van, key.naar))
            .into_iter()
            .flatten()
            .filter_map(|n| rules.grondslag(*n))
            .filter(|g| key.kanaal != Kanaal::Wettelijk || g.stroom.is_none() || g.stroom.as_deref() == stroom)
            .collect();
        let goes = carried(plan);
        if goes.is_empty() {
            continue;
        }
        let deel = out.entry(key.kanaal.as_str().to_owned()).or_default();
        for id in goes.iter() {
            deel.gaat(rules, key.van, key.naar, rules.gegevens().name(id));
        }
        deel.grondslagen.extend(bases.iter().map(|g| g.id.clone()));
        if key.kanaal == Kanaal::Derde {
            deel.doelen
                .extend(rules.doelen().get(usize::from(key.soort)).map(|d| d.id.clone()));
        }
    }
}

/// What a plan lets pass and its message can hold.
fn carried(plan: &CompiledPlan) -> GegevenSet {
    let all = plan.permitted.or(plan.generalised);
    let holds = plan.plan.tree().gegevens();
    all.and(holds)
}
