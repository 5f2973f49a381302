//! From rule blocks to plans, one for each (consultation, phase, purpose, from, to, message) that some rule touches.
//! Rules that wait for a bill, or lapsed with one, lay nothing; their number stays theirs.

use std::collections::HashMap;
use std::sync::Arc;

use super::channels::KanaalKey;
use super::channels::compile::{lay_channels, schakel};
use super::load::Files;
use super::source::{ActieWord, OverlegFile, RegelBlock};
use super::{Aan, Casusoverleg, CompiledPlan, Deelnemer, Finding, PlanKey, Regel, wider};
use crate::event::Bericht;
use crate::gegeven::{Actie, GegevenId, GegevenSet, Gegevens, Wijze};
use crate::minimise::Plan;
use crate::tree::Tree;

pub(super) struct Compiled {
    pub overleggen: Vec<Casusoverleg>,
    pub regels: Vec<Regel>,
    pub plans: HashMap<PlanKey, Arc<CompiledPlan>>,
    pub kanalen: HashMap<KanaalKey, Arc<CompiledPlan>>,
    /// The bills that rules of a plan depend on.
    pub geraakt: HashMap<PlanKey, Aan>,
    pub kanaal_geraakt: HashMap<KanaalKey, Aan>,
}

/// Most elements of one plan that a recorded necessity can lift: there is a plan for each choice of them.
pub(super) const MAX_LIFTED: u32 = 3;

/// Per element the action and the rule that gave it.
pub(super) type Draft = Vec<(Actie, Option<u16>)>;

/// Nothing permitted, of any element that the dictionary has.
pub(super) fn empty(gegevens: &Gegevens) -> Draft {
    vec![(Actie::Drop, None); gegevens.len()]
}

/// Compiles the rules as they hold while these bills are on.
pub(super) fn compile(
    files: &Files,
    gegevens: &Gegevens,
    trees: &[Arc<Tree>; 4],
    aan: Aan,
    f: &mut Vec<Finding>,
) -> Compiled {
    let mut out = Compiled {
        overleggen: Vec::new(),
        regels: Vec::new(),
        plans: HashMap::new(),
        kanalen: HashMap::new(),
        geraakt: HashMap::new(),
        kanaal_geraakt: HashMap::new(),
    };
    // Equal plans are kept once: most cells of the matrix look alike.
    let mut kept: HashMap<(Bericht, Draft), Arc<CompiledPlan>> = HashMap::new();
    // By the number of the rule: whether a recorded necessity lifts it (5.4).
    let mut lifts: Vec<bool> = Vec::new();
    let handovers = files.overdrachten.iter().map(|h| (&h.file, &h.overleg));
    let tables = files.overleggen.iter().map(|(file, o)| (file, o));
    for (overleg, (file, o)) in (0u8..).zip(tables.chain(handovers)) {
        let first = out.regels.len();
        out.regels.extend(o.regel.iter().map(|r| Regel {
            id: r.id.get_ref().clone(),
            artikelen: r.artikelen.clone(),
            omdat: r.omdat.clone(),
        }));
        lifts.extend(
            o.regel
                .iter()
                .map(|r| r.opheffen.as_ref().is_some_and(|s| *s.get_ref())),
        );
        let lifts = |rule: Option<u16>| rule.is_some_and(|n| lifts.get(usize::from(n)).copied().unwrap_or_default());
        // A phase at a time, so that only the drafts of one phase are in memory.
        for (fase, _) in (0u8..).zip(&o.fasen) {
            let mut drafts: HashMap<PlanKey, Draft> = HashMap::new();
            for (number, r) in (first..).zip(&o.regel) {
                let Ok(number) = u16::try_from(number) else { continue };
                let schakel = schakel(files, r.alleen_met.as_ref(), r.vervalt_met.as_ref());
                if schakel.raakt() != 0 {
                    for key in cells((overleg, fase), o, r) {
                        *out.geraakt.entry(key).or_default() |= schakel.raakt();
                    }
                }
                if schakel.geldt(aan) {
                    lay((overleg, fase), o, r, number, gegevens, &lifts, &mut drafts, file, f);
                }
            }
            for (key, draft) in drafts {
                let plan = keep(&mut kept, trees, key.bericht, draft, &lifts);
                if plan.opheffen.len() > MAX_LIFTED {
                    let finding = too_many(file, o);
                    if !f.contains(&finding) {
                        f.push(finding);
                    }
                }
                out.plans.insert(key, plan);
            }
        }
    }
    out.overleggen.extend(files.overleggen.iter().map(|(_, o)| table(o)));
    let drafts = lay_channels(files, gegevens, aan, &mut lifts, &mut out, f);
    let lifts = |rule: Option<u16>| rule.is_some_and(|n| lifts.get(usize::from(n)).copied().unwrap_or_default());
    for (key, draft) in drafts {
        let plan = keep(&mut kept, trees, key.bericht, draft, &lifts);
        out.kanalen.insert(key, plan);
    }
    out
}

fn keep(
    kept: &mut HashMap<(Bericht, Draft), Arc<CompiledPlan>>,
    trees: &[Arc<Tree>; 4],
    bericht: Bericht,
    draft: Draft,
    lifts: &impl Fn(Option<u16>) -> bool,
) -> Arc<CompiledPlan> {
    let [a, b, c, d] = trees;
    let tree = match bericht {
        Bericht::Hulpvraag => a,
        Bericht::Actie => b,
        Bericht::Verslag => c,
        Bericht::Status => d,
    };
    let plan = kept
        .entry((bericht, draft))
        .or_insert_with_key(|(_, draft)| Arc::new(plan(tree, draft, lifts)));
    Arc::clone(plan)
}

#[allow(
    clippy::too_many_arguments,
    reason = "one call, one loop of the compiler; a struct would only rename them"
)]
fn lay(
    (overleg, only): (u8, u8),
    o: &OverlegFile,
    r: &RegelBlock,
    number: u16,
    gegevens: &Gegevens,
    lifts: &impl Fn(Option<u16>) -> bool,
    drafts: &mut HashMap<PlanKey, Draft>,
    file: &str,
    f: &mut Vec<Finding>,
) {
    let actie = actie(*r.actie.get_ref(), r.wijze.as_ref());
    // The names are resolved once for the block, not once for every cell it touches.
    let elements = elements(&r.gegevens, gegevens);
    for key in cells((overleg, only), o, r) {
        let draft = drafts.entry(key).or_insert_with(|| empty(gegevens));
        put(draft, &elements, actie, number, lifts, gegevens, file, f);
    }
}

/// The cells of one phase that a block touches.
fn cells((overleg, only): (u8, u8), o: &OverlegFile, r: &RegelBlock) -> Vec<PlanKey> {
    let place =
        |all: &[toml::Spanned<String>], name: &str| (0u8..).zip(all).find(|(_, s)| s.get_ref() == name).map(|(n, _)| n);
    let berichten = r.berichten.as_deref().unwrap_or(&Bericht::ALL);
    let here = |fase: &u8| *fase == only;
    let mut out = Vec::new();
    for fase in r.fasen.iter().filter_map(|s| place(&o.fasen, s.get_ref())).filter(here) {
        for doel in r.doelen.iter().filter_map(|s| place(&o.doelen, s.get_ref())) {
            for van in r.van.iter().map(|t| *t.get_ref()) {
                for naar in r.naar.iter().map(|t| *t.get_ref()) {
                    out.extend(berichten.iter().copied().map(|bericht| PlanKey {
                        overleg,
                        fase,
                        doel,
                        van,
                        naar,
                        bericht,
                    }));
                }
            }
        }
    }
    out
}

/// An element with its place in the file.
pub(super) type Element = (GegevenId, std::ops::Range<usize>);

pub(super) fn elements(names: &[toml::Spanned<String>], gegevens: &Gegevens) -> Vec<Element> {
    let of = |name: &toml::Spanned<String>| {
        let span = name.span();
        let ids = gegevens.matching(name.get_ref()).iter();
        ids.map(|id| (id, span.clone())).collect::<Vec<_>>()
    };
    names.iter().flat_map(of).collect()
}

pub(super) fn actie(word: ActieWord, wijze: Option<&toml::Spanned<Wijze>>) -> Actie {
    match (word, wijze) {
        (ActieWord::Toestaan, _) => Actie::Permit,
        (ActieWord::Generaliseren, Some(w)) => Actie::Generalise(*w.get_ref()),
        (ActieWord::Generaliseren, None) => Actie::Drop,
    }
}

/// Lays one block over one draft: the wider action stays.
#[allow(
    clippy::too_many_arguments,
    reason = "one call for each block; a struct would only rename them"
)]
pub(super) fn put(
    draft: &mut Draft,
    elements: &[Element],
    actie: Actie,
    number: u16,
    lifts: &impl Fn(Option<u16>) -> bool,
    gegevens: &Gegevens,
    file: &str,
    f: &mut Vec<Finding>,
) {
    for (id, span) in elements {
        let Some(slot) = draft.get_mut(usize::from(id.0)) else {
            continue;
        };
        if let (Actie::Generalise(a), Actie::Generalise(b)) = (slot.0, actie)
            && a != b
        {
            let finding = two_ways(file, span.clone(), gegevens.name(*id));
            if !f.contains(&finding) {
                f.push(finding);
            }
        }
        // As wide, but a recorded necessity can lift it: that is wider.
        let liftable = slot.0 == actie && lifts(Some(number)) && !lifts(slot.1);
        if wider(slot.0, actie) != slot.0 || liftable {
            *slot = (actie, Some(number));
        }
    }
}

fn two_ways(file: &str, span: std::ops::Range<usize>, name: &str) -> Finding {
    Finding::new(
        file,
        span,
        format!("`{name}` krijgt hier twee verschillende generalisaties"),
        "houd per gegeven één generalisatie over voor deze ontvanger, fase en doel",
    )
}

fn too_many(file: &str, o: &OverlegFile) -> Finding {
    Finding::new(
        file,
        o.id.span(),
        format!("voor één ontvanger, fase en doel kunnen ten hoogste {MAX_LIFTED} gegevens worden opgeheven"),
        "haal opheffen weg waar het niet nodig is",
    )
}

fn plan(tree: &Arc<Tree>, draft: &Draft, lifts: &impl Fn(Option<u16>) -> bool) -> CompiledPlan {
    let mut base = one(tree, draft);
    let liftable = |(id, (actie, rule)): (GegevenId, &(Actie, Option<u16>))| {
        (matches!(actie, Actie::Generalise(_)) && lifts(*rule)).then_some(id)
    };
    let ids: Vec<GegevenId> = (0..=u8::MAX).map(GegevenId).zip(draft).filter_map(liftable).collect();
    base.opheffen = ids.iter().copied().collect();
    if base.opheffen.len() <= MAX_LIFTED {
        base.opgeheven = (1..1_u32 << ids.len())
            .map(|bits| {
                let chosen = (0u32..)
                    .zip(&ids)
                    .filter(|(n, _)| bits >> n & 1 == 1)
                    .map(|(_, id)| *id);
                let set: GegevenSet = chosen.collect();
                let mut wide = draft.clone();
                for (id, slot) in (0..=u8::MAX).map(GegevenId).zip(&mut wide) {
                    if set.contains(id) {
                        slot.0 = Actie::Permit;
                    }
                }
                (set, Arc::new(one(tree, &wide)))
            })
            .collect();
    }
    base
}

fn one(tree: &Arc<Tree>, draft: &Draft) -> CompiledPlan {
    let at = |id: GegevenId| draft.get(usize::from(id.0)).copied().unwrap_or_default();
    let ids = || (0..=u8::MAX).map(GegevenId);
    CompiledPlan {
        plan: Plan::new(tree, |id| at(id).0),
        permitted: ids().filter(|id| at(*id).0 != Actie::Drop).collect(),
        generalised: ids().filter(|id| matches!(at(*id).0, Actie::Generalise(_))).collect(),
        rule_of: draft.iter().map(|(_, rule)| *rule).collect(),
        opheffen: GegevenSet::EMPTY,
        opgeheven: Box::default(),
    }
}

fn table(o: &OverlegFile) -> Casusoverleg {
    let words = |all: &[toml::Spanned<String>]| all.iter().map(|s| s.get_ref().clone()).collect();
    Casusoverleg {
        id: o.id.get_ref().clone(),
        naam: o.naam.clone(),
        versie: o.versie.clone(),
        artikel: o.artikel.clone(),
        convener: *o.convener.get_ref(),
        doelen: words(&o.doelen),
        fasen: words(&o.fasen),
        uitkomst_naar: o.uitkomst_naar.iter().map(|t| *t.get_ref()).collect(),
        toestemming_voorwaarde: o.toestemming_voorwaarde,
        na_sluiting: o.na_sluiting.as_ref().map(|s| s.get_ref().clone()),
        deelnemers: o
            .deelnemer
            .iter()
            .map(|d| Deelnemer {
                taak: *d.taak.get_ref(),
                per_casus: d.per_casus,
                na_regierol: d.na_regierol,
                taakomschrijving: d.taakomschrijving.clone(),
                grondslag: d.grondslag.clone(),
                artikel: d.artikel.clone(),
            })
            .collect(),
        aanvragers: o.aanvrager.iter().map(|a| *a.taak.get_ref()).collect(),
    }
}
