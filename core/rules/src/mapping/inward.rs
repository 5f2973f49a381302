//! From the words of a system to the canonical form.

use serde_json::Value;

use super::codes::fits;
use super::flat::{Build, Step};
use super::path::{Segment, Wire, show, steps};
use super::table::Table;
use super::{Herkomst, MappingError};
use crate::scan::{Gap, MAX_GAPS, unknown};

/// Deeper than any wire form; the value is already in memory, so the stack is what this protects.
const MAX_DEPTH: usize = 64;

pub(super) fn to_canonical(
    table: &Table,
    wire: &Value,
    herkomst: &Herkomst<'_>,
) -> Result<(Vec<u8>, Vec<Gap>), MappingError> {
    let mut inward = Inward {
        table,
        build: Build::default(),
        gaps: Vec::new(),
    };
    inward.value(&table.wire, wire, "", &mut Vec::new(), 0)?;
    let mut build = inward.build;
    contributions(table, &mut build);
    for (_, constant) in &table.to_canonical {
        everywhere(&mut build, &constant.at, &constant.value);
    }
    complete(table, &mut build, herkomst);
    let mut bytes = Vec::new();
    build.write(&mut bytes);
    Ok((bytes, inward.gaps))
}

struct Inward<'t> {
    table: &'t Table,
    build: Build,
    gaps: Vec<Gap>,
}

impl Inward<'_> {
    fn value(
        &mut self,
        here: &Wire,
        value: &Value,
        path: &str,
        items: &mut Vec<usize>,
        depth: usize,
    ) -> Result<(), MappingError> {
        let wrong = |what: &str| Err(MappingError::new(path, what));
        if depth > MAX_DEPTH {
            return wrong("nested deeper than any form the table knows");
        }
        match (here, value) {
            (Wire::Outside, _) | (_, Value::Null) => Ok(()),
            (Wire::Object(known), Value::Object(map)) => {
                for (key, value) in map {
                    match known.get(key) {
                        Some(below) => {
                            self.value(below, value, &format!("{path}/{key}"), items, depth.saturating_add(1))?
                        }
                        None => self.gap(path, key, items),
                    }
                }
                Ok(())
            }
            (Wire::Array(item), Value::Array(values)) => {
                for (n, value) in values.iter().enumerate() {
                    items.push(n);
                    self.value(item, value, &format!("{path}/*"), items, depth.saturating_add(1))?;
                    items.pop();
                }
                Ok(())
            }
            (Wire::Constant(index), value) => match self.table.to_wire.get(*index) {
                Some(constant) if constant.value == *value => Ok(()),
                _ => wrong("the table says that this is always the same value, and here it is another"),
            },
            (Wire::Row(index), value) => self.row(*index, value, path, items),
            _ => wrong("another kind of value than the table expects"),
        }
    }

    fn row(&mut self, index: usize, value: &Value, path: &str, items: &[usize]) -> Result<(), MappingError> {
        let wrong = |what: &str| Err(MappingError::new(path, what));
        let Some(row) = self.table.rows.get(index) else {
            return wrong("the table has no such row");
        };
        let value = match &row.codes {
            None => value,
            Some(codes) => match codes.to_canonical(value) {
                Some(value) => value,
                None => return wrong("the table has no code for this value: add it to `codes`"),
            },
        };
        if !fits(value, row.kind) {
            return wrong("another kind of value than the canonical field, or a number too large to be exact");
        }
        let mut all = Vec::with_capacity(items.len().saturating_add(1));
        // A table for one contribution does not count it on the wire.
        if self.table.single && row.canonical.get(1) == Some(&Segment::Each) {
            all.push(0);
        }
        all.extend_from_slice(items);
        if self.build.put(&steps(&row.canonical, &all), &value.to_string()) {
            Ok(())
        } else {
            wrong("two values for one canonical field")
        }
    }

    fn gap(&mut self, path: &str, key: &str, items: &[usize]) {
        if self.gaps.len() < MAX_GAPS {
            let bijdrage = match (self.table.single, items.first()) {
                (true, _) => Some(0),
                (false, Some(n)) if self.is_bijdrage(path) => Some(*n),
                _ => None,
            };
            self.gaps.push(Gap {
                bijdrage,
                pointer: unknown(path, key.as_bytes()),
            });
        }
    }

    /// Whether the outermost list of this path is the one paired with the contributions.
    fn is_bijdrage(&self, path: &str) -> bool {
        let outer = path.split("/*").next().unwrap_or_default();
        self.table.rows.iter().any(|row| {
            row.canonical.get(1) == Some(&Segment::Each)
                && show(&row.wire).split_once("/*").is_some_and(|(list, _)| list == outer)
        })
    }
}

/// Puts a constant at every place its path has by now; one inside a list that is absent is not put.
pub(super) fn everywhere(build: &mut Build, at: &[Segment], value: &Value) {
    let mut places: Vec<Vec<Step>> = vec![Vec::new()];
    for segment in at {
        places = places
            .into_iter()
            .flat_map(|place| {
                let next: Vec<Step> = match segment {
                    Segment::Key(key) => vec![Step::Key(key.clone())],
                    Segment::Each => (0..build.items(&place)).map(Step::Item).collect(),
                };
                next.into_iter().map(move |step| {
                    let mut longer = place.clone();
                    longer.push(step);
                    longer
                })
            })
            .collect();
    }
    let raw = value.to_string();
    for place in places {
        if build.get(&place).is_none_or(|b| matches!(b, Build::Empty)) {
            build.put(&place, &raw);
        }
    }
}

/// Every contribution has content, if only none; a table for one contribution makes one.
fn contributions(table: &Table, build: &mut Build) {
    let list = Step::Key("bijdragen".to_owned());
    let found = build.items(std::slice::from_ref(&list));
    if found == 0 && !table.single {
        build.put(&[list], "[]");
        return;
    }
    for n in 0..found.max(1) {
        let inhoud = [list.clone(), Step::Item(n), Step::Key("inhoud".to_owned())];
        if build.get(&inhoud).is_none() {
            build.put(&inhoud, "{}");
        }
    }
}

/// The envelope, where no row filled it.
fn complete(table: &Table, build: &mut Build, herkomst: &Herkomst<'_>) {
    let key = |name: &str| Segment::Key(name.to_owned());
    let text = |text: &str| Value::String(text.to_owned());
    everywhere(build, &[key("bericht")], &text(&table.kind));
    everywhere(build, &[key("versie")], &text(&table.version));
    everywhere(build, &[key("kenmerk")], &text(herkomst.kenmerk));
    everywhere(build, &[key("datum")], &text(&herkomst.datum.to_string()));
    let each = [key("bijdragen"), Segment::Each];
    let of = |name: &str| [each.as_slice(), &[key(name)]].concat();
    everywhere(build, &of("inbrenger"), &text(&herkomst.inbrenger.to_string()));
    everywhere(build, &of("beroepsgeheim"), &text(herkomst.beroepsgeheim.as_str()));
}
