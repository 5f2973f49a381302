//! `x-afgeleid`: a field that holds a generalisation of its sibling.

use serde_json::{Map, Value};

use super::TreeError;
use super::compile::{Compiler, Place};
use super::keys::NONE;
use super::node::{Body, Field, Leaf, LeafType};
use crate::gegeven::{GegevenId, Wijze};

/// The way of a derived leaf, when it is one.
pub(super) fn wijze(schema: &Map<String, Value>, place: &Place) -> Result<Option<Wijze>, TreeError> {
    let Some(derived) = schema.get("x-afgeleid") else {
        return Ok(None);
    };
    let way = match derived {
        Value::Object(map) if map.len() == 2 && map.get("van").is_some_and(Value::is_string) => map.get("wijze"),
        _ => None,
    };
    match way.and_then(|w| serde_json::from_value::<Wijze>(w.clone()).ok()) {
        Some(way) => Ok(Some(way)),
        None => place.refuse("`x-afgeleid` is {\"van\": <field>, \"wijze\": jaar, leeftijd, pc4, dat or schuilnaam}"),
    }
}

/// Links every source among the fields of one object to its generalisations.
pub(super) fn link(
    compiler: &Compiler<'_>,
    fields: &mut [Field],
    properties: &Map<String, Value>,
    place: &Place,
) -> Result<(), TreeError> {
    let derived: Vec<(usize, Leaf)> = fields
        .iter()
        .enumerate()
        .filter_map(|(n, field)| match compiler.get(field.node)?.body {
            Body::Leaf(leaf) if leaf.derived.is_some() => Some((n, leaf)),
            _ => None,
        })
        .collect();
    for (index, leaf) in derived {
        let (Some(wijze), Some(name)) = (leaf.derived, fields.get(index).map(|f| f.name.clone())) else {
            continue;
        };
        let at = Place {
            pointer: format!("{}/properties/{name}", place.pointer),
            ..place.clone()
        };
        // A leaf behind `$ref` would name a sibling of somewhere else.
        let Some(van) = properties
            .get(&*name)
            .and_then(|s| s.get("x-afgeleid")?.get("van")?.as_str())
        else {
            return at.refuse("`x-afgeleid` stands where the field stands, not behind `$ref`");
        };
        let Some(source) = fields.iter_mut().find(|f| &*f.name == van) else {
            return at.refuse(format!("`x-afgeleid` is made from `{van}`, which is not beside it"));
        };
        let Some(gegeven) = leaf.gegeven else {
            return at.refuse("a generalisation is still about somebody: it has the element of its source");
        };
        if let Err(what) = fits(compiler, source, leaf.kind, wijze, gegeven) {
            return at.refuse(what);
        }
        if source.links.get(wijze as usize) != Some(&NONE) {
            return at.refuse(format!(
                "`{van}` has two generalisations `{}`: keep one",
                wijze.as_str()
            ));
        }
        if let (Some(slot), Ok(index)) = (source.links.get_mut(wijze as usize), u8::try_from(index)) {
            *slot = index;
            source.source = Some(gegeven);
        }
    }
    Ok(())
}

/// Whether a source can be generalised in that way, into a leaf of that type, under that element.
fn fits(
    compiler: &Compiler<'_>,
    source: &Field,
    target: LeafType,
    wijze: Wijze,
    gegeven: GegevenId,
) -> Result<(), &'static str> {
    let (wants, type_error) = match wijze {
        Wijze::Jaar | Wijze::Pc4 => (LeafType::String, "`jaar` and `pc4` give a string"),
        Wijze::Leeftijd => (LeafType::Integer, "`leeftijd` gives an integer"),
        Wijze::Dat => (LeafType::Boolean, "`dat` gives a boolean"),
        Wijze::Schuilnaam => (LeafType::String, "`schuilnaam` gives a string"),
    };
    if target != wants {
        return Err(type_error);
    }
    let Some(node) = compiler.get(source.node) else {
        return Err("the source is not in the schema");
    };
    match &node.body {
        Body::Leaf(leaf) if leaf.derived.is_some() => {
            return Err("a generalisation is made from a source, not from another");
        }
        Body::Leaf(leaf) if wijze != Wijze::Dat && leaf.kind != LeafType::String => {
            return Err("only a text has a year, an age, a postcode or somebody in it");
        }
        Body::Object(_) | Body::Array(_) if wijze != Wijze::Dat => {
            return Err("of a whole part only `dat` can be told");
        }
        _ => {}
    }
    // One element decides over the source and all that is in it; otherwise `dat` would tell of what is forbidden.
    if node.set != [gegeven].into_iter().collect() {
        return Err("the source has another element than its generalisation, or more than one");
    }
    let declared = compiler
        .gegevens
        .get(gegeven)
        .is_some_and(|g| g.generalisaties.contains(&wijze));
    if declared {
        Ok(())
    } else {
        Err("the dictionary does not list this way under `generalisaties` of the element")
    }
}
