//! The envelope every canonical message has, and `x-vereist`: checked here, so that the scanner may rely on it.

use serde_json::{Map, Value};

use super::compile::Compiler;
use super::node::{Body, Object, Role};
use super::{NodeId, TreeError};
use crate::gegeven::{GegevenSet, Gegevens};

const ROOT: [(&str, Role); 5] = [
    ("bericht", Role::Bericht),
    ("versie", Role::Versie),
    ("kenmerk", Role::Kenmerk),
    ("datum", Role::Plain),
    ("bijdragen", Role::Bijdragen),
];
const BIJDRAGE: [(&str, Role); 3] = [
    ("inbrenger", Role::Inbrenger),
    ("beroepsgeheim", Role::Beroepsgeheim),
    ("inhoud", Role::Plain),
];

/// Gives the fields of the envelope their roles; all of them are needed.
pub(super) fn roles(compiler: &mut Compiler<'_>, root: NodeId) -> Result<(), TreeError> {
    let shape = "a message has exactly bericht, versie, kenmerk, datum (strings, \"geen\") and bijdragen (an array)";
    let found = assign(compiler, root, &ROOT, "bijdragen").ok_or_else(|| TreeError::new("", shape))?;
    let item = match compiler.get(found).map(|n| &n.body) {
        Some(Body::Array(item)) => *item,
        _ => return Err(TreeError::new("/properties/bijdragen", shape)),
    };
    let shape = "a bijdrage has exactly inbrenger, beroepsgeheim (strings, \"geen\") and inhoud (an object)";
    let at = "/properties/bijdragen/items";
    let inhoud = assign(compiler, item, &BIJDRAGE, "inhoud").ok_or_else(|| TreeError::new(at, shape))?;
    match compiler.get(inhoud).map(|n| &n.body) {
        Some(Body::Object(_)) => Ok(()),
        _ => Err(TreeError::new(at, shape)),
    }
}

/// Sets the roles of exactly these fields; all but `part` are structural strings. Gives the node of `part`.
fn assign(compiler: &mut Compiler<'_>, id: NodeId, roles: &[(&str, Role)], part: &str) -> Option<NodeId> {
    let Body::Object(object) = &compiler.get(id)?.body else {
        return None;
    };
    let mut found = None;
    for field in &object.fields {
        if &*field.name == part {
            found = Some(field.node);
        } else {
            match &compiler.get(field.node)?.body {
                Body::Leaf(leaf) if leaf.gegeven.is_none() && leaf.kind == super::node::LeafType::String => {}
                _ => return None,
            }
        }
    }
    let Body::Object(object) = &mut compiler.nodes.get_mut(usize::from(id.0))?.body else {
        return None;
    };
    set_roles(object, roles).then_some(found)?
}

fn set_roles(object: &mut Object, roles: &[(&str, Role)]) -> bool {
    object.needed = (1u64 << object.fields.len().min(63)).wrapping_sub(1);
    let named = object.fields.iter_mut().all(|field| {
        let role = roles.iter().find(|(name, _)| *name == &*field.name);
        role.is_some_and(|(_, role)| {
            field.role = *role;
            true
        })
    });
    named && object.fields.len() == roles.len()
}

/// The constant of a field of the root.
pub(super) fn constant(root: &Map<String, Value>, field: &str) -> Result<Box<str>, TreeError> {
    let value = root
        .get("properties")
        .and_then(|p| p.get(field)?.get("const")?.as_str());
    value.map(Into::into).ok_or_else(|| {
        TreeError::new(
            format!("/properties/{field}"),
            "the kind and the version of a message are constants: give it `const`",
        )
    })
}

/// The groups of `x-vereist`: elements this message has.
pub(super) fn required(
    root: &Map<String, Value>,
    gegevens: &Gegevens,
    all: GegevenSet,
) -> Result<Vec<GegevenSet>, TreeError> {
    let refuse = |what: &str| Err(TreeError::new("/x-vereist", what));
    let groups = match root.get("x-vereist") {
        Some(Value::Array(groups)) if !groups.is_empty() => groups,
        _ => return refuse("every message says which elements it cannot do without, as a list of groups"),
    };
    let mut out = Vec::with_capacity(groups.len());
    for group in groups {
        let names = group.as_array().map(Vec::as_slice).unwrap_or_default();
        if names.is_empty() {
            return refuse("a group lists at least one element");
        }
        let mut set = GegevenSet::EMPTY;
        for name in names {
            match name
                .as_str()
                .and_then(|n| gegevens.find(n))
                .filter(|id| all.contains(*id))
            {
                Some(id) => set.insert(id),
                None => return refuse("a group lists elements of the dictionary that stand in this message"),
            }
        }
        out.push(set);
    }
    Ok(out)
}
