//! Paths of a table, and what stands at a place of the wire.

use std::collections::BTreeMap;

use super::MappingError;
use super::flat::Step;

/// A step of a path in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment {
    Key(String),
    Each,
}

/// What stands at a place of the wire.
#[derive(Debug, Clone)]
pub(super) enum Wire {
    Object(BTreeMap<String, Wire>),
    Array(Box<Wire>),
    Row(usize),
    Constant(usize),
    /// Read elsewhere than in the message.
    Outside,
}

pub(super) fn split(path: &str) -> Result<impl Iterator<Item = &str>, MappingError> {
    match path.strip_prefix('/') {
        Some(rest) if !rest.is_empty() && !rest.split('/').any(str::is_empty) => Ok(rest.split('/')),
        _ => Err(MappingError::new(path, "a path begins with / and has no empty names")),
    }
}

pub(super) fn segments(path: &str) -> Result<Vec<Segment>, MappingError> {
    let segment = |s: &str| match s {
        "*" => Segment::Each,
        key => Segment::Key(key.replace("~1", "/").replace("~0", "~")),
    };
    Ok(split(path)?.map(segment).collect())
}

/// Puts something at a place of the wire where nothing stands yet.
pub(super) fn place(wire: &mut Wire, at: &[Segment], what: Wire, path: &str) -> Result<(), MappingError> {
    let clash = || MappingError::new(path, "another row stands at this place, or in the way: keep one");
    let Some((first, rest)) = at.split_first() else {
        return Err(clash());
    };
    let fresh = |what: Wire| -> Result<Wire, MappingError> {
        let mut below = match rest.first() {
            None => return Ok(what),
            Some(Segment::Key(_)) => Wire::Object(BTreeMap::new()),
            Some(Segment::Each) => Wire::Array(Box::new(Wire::Outside)),
        };
        fill(&mut below, rest, what, path)?;
        Ok(below)
    };
    match (wire, first) {
        (Wire::Object(map), Segment::Key(key)) => match map.get_mut(key) {
            Some(below) if !rest.is_empty() => place(below, rest, what, path),
            Some(_) => Err(clash()),
            None => {
                map.insert(key.clone(), fresh(what)?);
                Ok(())
            }
        },
        (Wire::Array(item), Segment::Each) if !rest.is_empty() => place(item, rest, what, path),
        _ => Err(clash()),
    }
}

/// As [`place`], into a part that was just made.
fn fill(below: &mut Wire, at: &[Segment], what: Wire, path: &str) -> Result<(), MappingError> {
    if let (Wire::Array(item), Some((Segment::Each, rest))) = (&mut *below, at.split_first()) {
        **item = match rest.first() {
            None => what,
            Some(Segment::Key(_)) => {
                let mut map = Wire::Object(BTreeMap::new());
                place(&mut map, rest, what, path)?;
                map
            }
            Some(Segment::Each) => {
                let mut inner = Wire::Array(Box::new(Wire::Outside));
                fill(&mut inner, rest, what, path)?;
                inner
            }
        };
        return Ok(());
    }
    place(below, at, what, path)
}

pub(super) fn show(segments: &[Segment]) -> String {
    segments.iter().fold(String::new(), |mut path, segment| {
        path.push('/');
        path.push_str(match segment {
            Segment::Key(key) => key,
            Segment::Each => "*",
        });
        path
    })
}

/// A path of a table with the numbers of its items filled in, in order.
pub(super) fn steps(segments: &[Segment], items: &[usize]) -> Vec<Step> {
    let mut items = items.iter();
    segments
        .iter()
        .map(|segment| match segment {
            Segment::Key(key) => Step::Key(key.clone()),
            Segment::Each => Step::Item(items.next().copied().unwrap_or_default()),
        })
        .collect()
}
