//! From what may leave to what leaves, and the proof that it may.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::Value;

use super::flat::{Build, Flat, Step, flatten};
use super::inward::everywhere;
use super::path::{Segment, Wire, show, steps};
use super::table::Table;
use super::{Outgoing, SelfCheckError};
use crate::gegeven::{Actie, GegevenSet};
use crate::minimise::{Minimised, Plan, minimise};
use crate::scan::{Caps, Scratch};
use crate::tree::{Body, NodeId, Tree};

/// What was let in and judged is bounded already; what leaves is never larger than a few times that.
const CAPS: Caps = Caps {
    bytes: 1 << 28,
    depth: 64,
    nodes: 4_000_000,
};

/// A leaf of the canonical form: which one, in which items, and its value as it is written.
struct Leaf<'b> {
    node: NodeId,
    items: Vec<usize>,
    raw: &'b str,
}

/// Proves that every leaf of what may leave is permitted by plan and mask, and that minimising it again changes
/// nothing.
pub(super) fn prove(minimised: &[u8], plan: &Plan, masks: &[GegevenSet], dag: Date) -> Result<(), SelfCheckError> {
    for leaf in leaves(minimised, plan.tree())? {
        permitted(&leaf, plan, masks)?;
    }
    let mut scratch = Scratch::default();
    let again = minimise(plan, masks, dag, minimised, &CAPS, &mut scratch)
        .map_err(|refusal| SelfCheckError::new("", refusal.to_string()))?;
    if again.seal_with(|bytes| bytes == minimised) {
        Ok(())
    } else {
        Err(SelfCheckError::new(
            "",
            "minimising again would leave out more than was left out",
        ))
    }
}

fn leaves<'b>(bytes: &'b [u8], tree: &Tree) -> Result<Vec<Leaf<'b>>, SelfCheckError> {
    let flat = flatten(bytes, &CAPS).map_err(|refusal| SelfCheckError::new("", refusal.to_string()))?;
    flat.into_iter()
        .filter_map(|flat| {
            let empty_list = flat.raw.starts_with('[') && flat.steps == [Step::Key("bijdragen".to_owned())];
            (!empty_list).then(|| canonical_leaf(&flat, tree))
        })
        .collect()
}

fn canonical_leaf<'b>(flat: &Flat<'b>, tree: &Tree) -> Result<Leaf<'b>, SelfCheckError> {
    let mut node = Tree::ROOT;
    let mut items = Vec::new();
    for step in &flat.steps {
        let next = match (tree.node(node).map(|n| &n.body), step) {
            (Some(Body::Object(object)), Step::Key(key)) => object.field(key.as_bytes()).map(|f| f.node),
            (Some(Body::Array(item)), Step::Item(n)) => {
                items.push(*n);
                Some(*item)
            }
            _ => None,
        };
        node =
            next.ok_or_else(|| SelfCheckError::new(tree.path(node), "it holds a field that the schema does not have"))?;
    }
    match tree.node(node).map(|n| &n.body) {
        Some(Body::Leaf(_)) if !flat.raw.starts_with(['{', '[', 'n']) => Ok(Leaf {
            node,
            items,
            raw: flat.raw,
        }),
        _ => Err(SelfCheckError::new(
            tree.path(node),
            "it is not a value, or an empty part",
        )),
    }
}

fn permitted(leaf: &Leaf<'_>, plan: &Plan, masks: &[GegevenSet]) -> Result<(), SelfCheckError> {
    let tree = plan.tree();
    let Some(Body::Leaf(place)) = tree.node(leaf.node).map(|n| &n.body) else {
        return Err(SelfCheckError::new(tree.path(leaf.node), "it is not a field"));
    };
    let Some(gegeven) = place.gegeven else {
        return Ok(());
    };
    let mask = leaf
        .items
        .first()
        .and_then(|n| masks.get(*n))
        .copied()
        .unwrap_or_default();
    let allowed = mask.contains(gegeven)
        && match plan.action(gegeven) {
            Actie::Permit => true,
            Actie::Generalise(wijze) => place.derived == Some(wijze),
            Actie::Drop => false,
        };
    if allowed {
        Ok(())
    } else {
        Err(SelfCheckError::new(
            tree.path(leaf.node),
            "neither the plan nor the mask permits it",
        ))
    }
}

/// Writes what may leave in the words of the table, reads that back, and compares.
pub(super) fn encode(table: &Table, minimised: &Minimised<'_>, plan: &Plan) -> Result<Outgoing, SelfCheckError> {
    let tree = plan.tree();
    if tree.kind() != table.kind || tree.version() != table.version {
        return Err(SelfCheckError::new(
            "",
            "the table is for another kind or version of message",
        ));
    }
    minimised.seal_with(|canonical| {
        let leaves = leaves(canonical, tree)?;
        let mut build = Build::default();
        let mut left_behind = 0usize;
        for leaf in &leaves {
            match table.by_node.get(&leaf.node).and_then(|index| table.rows.get(*index)) {
                None => {
                    let known = table.to_canonical.iter().any(|(node, _)| *node == leaf.node);
                    let about = tree.gegeven_of(leaf.node).is_some();
                    left_behind = left_behind.saturating_add(usize::from(about && !known));
                }
                Some(row) => {
                    let place = |what: &str| SelfCheckError::new(&row.path, what);
                    if show(&row.canonical) != tree.path(leaf.node) {
                        return Err(place("the table was read against another schema"));
                    }
                    let raw = match &row.codes {
                        None => leaf.raw.to_owned(),
                        Some(codes) => {
                            let wire = value(leaf.raw).and_then(|v| codes.to_wire(&v).map(Value::to_string));
                            wire.ok_or_else(|| place("the table has no code for this value: add it to `codes`"))?
                        }
                    };
                    let outer = usize::from(table.single && row.canonical.get(1) == Some(&Segment::Each));
                    if leaf.items.iter().take(outer).any(|n| *n != 0) {
                        return Err(place("the table has room for one contribution, and there are more"));
                    }
                    let items = leaf.items.get(outer..).unwrap_or_default();
                    if !build.put(&steps(&row.wire, items), &raw) {
                        return Err(place("two values would be written to one place"));
                    }
                }
            }
        }
        for constant in &table.to_wire {
            everywhere(&mut build, &constant.at, &constant.value);
        }
        let mut bytes = Vec::new();
        build.write(&mut bytes);
        decode(table, &bytes, &leaves)?;
        Ok(Outgoing { bytes, left_behind })
    })
}

/// Reads back what is about to leave: every leaf is a declared constant, or stands in what may leave.
fn decode(table: &Table, wire: &[u8], leaves: &[Leaf<'_>]) -> Result<(), SelfCheckError> {
    let may: BTreeMap<(NodeId, &[usize]), &str> =
        leaves.iter().map(|l| ((l.node, l.items.as_slice()), l.raw)).collect();
    let flat = flatten(wire, &CAPS).map_err(|refusal| SelfCheckError::new("", refusal.to_string()))?;
    for leaf in flat {
        let mut here = &table.wire;
        let mut items = Vec::new();
        for step in &leaf.steps {
            here = match (here, step) {
                (Wire::Object(map), Step::Key(key)) => map.get(key),
                (Wire::Array(item), Step::Item(n)) => {
                    items.push(*n);
                    Some(&**item)
                }
                _ => None,
            }
            .ok_or_else(|| SelfCheckError::new("", "a field is about to leave that the table does not have"))?;
        }
        match here {
            Wire::Constant(index) => {
                let constant = table.to_wire.get(*index);
                if constant.map(|c| &c.value) != value(leaf.raw).as_ref() {
                    let path = constant.map_or("", |c| &c.path);
                    return Err(SelfCheckError::new(
                        path,
                        "a constant is about to leave with another value",
                    ));
                }
            }
            Wire::Row(index) => {
                let row = table.rows.get(*index);
                let row = row.ok_or_else(|| SelfCheckError::new("", "the table has no such row"))?;
                if table.single && row.canonical.get(1) == Some(&Segment::Each) {
                    items.insert(0, 0);
                }
                let source = may.get(&(row.node, items.as_slice()));
                let same = source.is_some_and(|raw| match &row.codes {
                    None => *raw == leaf.raw,
                    Some(codes) => {
                        let back = value(leaf.raw).and_then(|v| codes.to_canonical(&v).cloned());
                        back.is_some() && back == value(raw)
                    }
                });
                if !same {
                    return Err(SelfCheckError::new(
                        &row.path,
                        "a value is about to leave that may not leave",
                    ));
                }
            }
            // A part without a field in it says nothing; its name is the table's own.
            Wire::Object(_) | Wire::Array(_) if leaf.raw.starts_with(['{', '[']) => {}
            _ => {
                return Err(SelfCheckError::new(
                    "",
                    "something is about to leave where the table has no field",
                ));
            }
        }
    }
    Ok(())
}

fn value(raw: &str) -> Option<Value> {
    serde_json::from_str(raw).ok()
}
