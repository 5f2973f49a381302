//! From a list of FHIR resources to a flat picture and back, by `mapping/vorm.toml`: only lists are named, no value changes
//! (a moment becomes its day, and given names one text). The mapping table reads the picture.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::config::ConfigError;
use crate::weg::Weggelaten;

const SHAPE: &str = include_str!("../mapping/vorm.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    enkel: Vec<String>,
    #[serde(default)]
    samen: Vec<String>,
    #[serde(default)]
    dag: Vec<String>,
    snede: Vec<CutIn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CutIn {
    lijst: String,
    naam: String,
    #[serde(default)]
    meer: bool,
    is: BTreeMap<String, Is>,
    #[serde(default)]
    vast: BTreeMap<String, String>,
    #[serde(default)]
    verplicht: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Is {
    One(String),
    OneOf(Vec<String>),
}

/// One named place of a list.
struct Cut {
    name: String,
    many: bool,
    is: Vec<(Vec<String>, Is)>,
    fixed: Vec<(Vec<String>, String)>,
    required: Vec<Vec<String>>,
}

enum Op {
    Cut(Vec<Cut>),
    First,
    Joined,
    Day,
}

/// The shape: what is done at which place, the outermost first.
pub(crate) struct Shape(Vec<(Vec<String>, Op)>);

/// Twice what there is one of: nobody knows which counts.
pub(crate) struct Twice;

fn split(path: &str) -> Vec<String> {
    path.split('/').skip(1).map(str::to_owned).collect()
}

impl Shape {
    pub(crate) fn read() -> Result<Self, ConfigError> {
        let file: File = toml::from_str(SHAPE).map_err(|_| ConfigError::Embedded("vorm.toml"))?;
        let mut cuts: BTreeMap<String, Vec<Cut>> = BTreeMap::new();
        for cut in file.snede {
            cuts.entry(cut.lijst).or_default().push(Cut {
                name: cut.naam,
                many: cut.meer,
                is: cut.is.into_iter().map(|(at, is)| (split(&at), is)).collect(),
                fixed: cut.vast.into_iter().map(|(at, value)| (split(&at), value)).collect(),
                required: cut.verplicht.iter().map(|at| split(at)).collect(),
            });
        }
        let mut all: Vec<(Vec<String>, Op)> = cuts.into_iter().map(|(at, cuts)| (split(&at), Op::Cut(cuts))).collect();
        all.extend(file.enkel.iter().map(|at| (split(at), Op::First)));
        all.extend(file.samen.iter().map(|at| (split(at), Op::Joined)));
        all.extend(file.dag.iter().map(|at| (split(at), Op::Day)));
        all.sort_by_key(|(at, _)| at.len());
        Ok(Self(all))
    }

    /// The picture of these resources. What belongs nowhere stays behind.
    pub(crate) fn picture(&self, resources: Vec<Value>, weg: &mut Weggelaten) -> Result<Value, Twice> {
        let mut all = Value::Array(resources);
        let mut twice = false;
        for (at, op) in &self.0 {
            visit(&mut all, at, &mut |value| match op {
                Op::Cut(cuts) => twice |= !cut(cuts, value, weg),
                Op::First => first(value, weg),
                Op::Joined => joined(value, weg),
                Op::Day => day(value, weg),
            });
        }
        prune(&mut all);
        if twice { Err(Twice) } else { Ok(all) }
    }

    /// The resources of a picture; `None` when it holds a place that no cut makes.
    pub(crate) fn resources(&self, picture: Value) -> Option<Vec<Value>> {
        let mut all = picture;
        let mut whole = true;
        for (at, op) in self.0.iter().rev() {
            visit(&mut all, at, &mut |value| match op {
                Op::Cut(cuts) => whole &= uncut(cuts, value),
                Op::First => {
                    let item = value.take();
                    *value = Value::Array(vec![item]);
                }
                Op::Joined => {
                    let words = value.as_str().unwrap_or_default().split(' ');
                    *value = words.map(|word| Value::String(word.to_owned())).collect();
                }
                Op::Day => {}
            });
        }
        match all {
            Value::Array(resources) if whole => Some(resources),
            _ => None,
        }
    }
}

/// Calls `f` with everything at a path; `*` is each item.
fn visit(value: &mut Value, at: &[String], f: &mut dyn FnMut(&mut Value)) {
    match (at.split_first(), value) {
        (None, value) => f(value),
        (Some((each, rest)), Value::Array(items)) if each == "*" => {
            items.iter_mut().for_each(|item| visit(item, rest, f));
        }
        (Some((key, rest)), Value::Object(map)) => {
            if let Some(below) = map.get_mut(key) {
                visit(below, rest, f);
            }
        }
        _ => {}
    }
}

/// A list becomes named places; `false` when one place is taken twice.
fn cut(cuts: &[Cut], value: &mut Value, weg: &mut Weggelaten) -> bool {
    let Value::Array(items) = value.take() else {
        weg.een("verkeerde-vorm");
        return true;
    };
    let mut out = Map::new();
    let mut once = true;
    for mut item in items {
        let Some(cut) = cuts.iter().find(|cut| cut.is_of(&item)) else {
            weg.een("geen-plaats");
            continue;
        };
        for (at, is) in &cut.is {
            if matches!(is, Is::One(_)) {
                remove(&mut item, at);
            }
        }
        for (at, fixed) in &cut.fixed {
            if get(&item, at).and_then(Value::as_str) == Some(fixed) {
                remove(&mut item, at);
            }
        }
        if cut.many {
            let list = out.entry(&cut.name).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(list) = list {
                list.push(item);
            }
        } else if out.insert(cut.name.clone(), item).is_some() {
            once = false;
        }
    }
    *value = Value::Object(out);
    once
}

impl Cut {
    fn is_of(&self, item: &Value) -> bool {
        self.is.iter().all(|(at, is)| {
            let there = get(item, at).and_then(Value::as_str);
            there.is_some_and(|there| match is {
                Is::One(one) => one == there,
                Is::OneOf(any) => any.iter().any(|one| one == there),
            })
        })
    }

    /// The item with what FHIR wants of it.
    fn whole(&self, mut item: Value) -> Value {
        if !item.is_object() {
            item = Value::Object(Map::new());
        }
        for (at, is) in &self.is {
            if let Is::One(one) = is {
                set(&mut item, at, Value::String(one.clone()));
            }
        }
        for (at, fixed) in &self.fixed {
            set(&mut item, at, Value::String(fixed.clone()));
        }
        for at in &self.required {
            if let (None, Some((last, before))) = (get(&item, at), at.split_last()) {
                let unknown = serde_json::json!({ "extension": [{
                    "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown" }] });
                let at: Vec<String> = before.iter().cloned().chain([format!("_{last}")]).collect();
                set(&mut item, &at, unknown);
            }
        }
        item
    }
}

/// Named places become a list again, in the order of the shape; `false` when there is a place that no cut makes.
fn uncut(cuts: &[Cut], value: &mut Value) -> bool {
    let Value::Object(mut named) = value.take() else {
        return false;
    };
    let mut out = Vec::new();
    for cut in cuts {
        match named.remove(&cut.name) {
            Some(Value::Array(items)) if cut.many => out.extend(items.into_iter().map(|item| cut.whole(item))),
            Some(item) => out.push(cut.whole(item)),
            None => {}
        }
    }
    *value = Value::Array(out);
    named.is_empty()
}

fn first(value: &mut Value, weg: &mut Weggelaten) {
    let Value::Array(items) = value.take() else {
        weg.een("verkeerde-vorm");
        return;
    };
    let mut items = items.into_iter();
    *value = items.next().unwrap_or_default();
    items.for_each(|_| weg.een("meer-dan-een"));
}

fn joined(value: &mut Value, weg: &mut Weggelaten) {
    let words: Option<Vec<&str>> = value.as_array().and_then(|all| all.iter().map(Value::as_str).collect());
    let text = words.map(|words| words.join(" ").split_whitespace().collect::<Vec<_>>().join(" "));
    if text.is_none() {
        weg.een("verkeerde-vorm");
    }
    *value = text.filter(|text| !text.is_empty()).map_or(Value::Null, Value::String);
}

/// The day of a moment, as it was written there; a month or a year alone is no day.
fn day(value: &mut Value, weg: &mut Weggelaten) {
    let text = value.as_str().unwrap_or_default();
    let date = text.get(..10).filter(|date| date.parse::<jiff::civil::Date>().is_ok());
    let ends = matches!(text.as_bytes().get(10), None | Some(b'T'));
    let date = date.filter(|_| ends).map(str::to_owned);
    if date.is_none() {
        weg.een("geen-dag");
    }
    *value = date.map_or(Value::Null, Value::String);
}

fn get<'v>(value: &'v Value, at: &[String]) -> Option<&'v Value> {
    at.iter().try_fold(value, |value, key| match value {
        Value::Object(map) => map.get(key),
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Takes away what stands at a path, and every part that held nothing else.
fn remove(value: &mut Value, at: &[String]) {
    let Some((key, rest)) = at.split_first() else { return };
    match value {
        Value::Object(map) if rest.is_empty() => {
            map.remove(key);
        }
        Value::Object(map) => {
            if let Some(below) = map.get_mut(key) {
                remove(below, rest);
                if is_empty(below) {
                    map.remove(key);
                }
            }
        }
        Value::Array(items) => {
            if let Some(below) = key.parse::<usize>().ok().and_then(|n| items.get_mut(n)) {
                remove(below, rest);
            }
            if items.iter().all(is_empty) {
                items.clear();
            }
        }
        _ => {}
    }
}

/// Puts a value at a path and makes the parts on the way; what is there stays.
fn set(value: &mut Value, at: &[String], what: Value) {
    let Some((key, rest)) = at.split_first() else {
        if value.is_null() {
            *value = what;
        }
        return;
    };
    if key == "0" {
        if value.is_null() {
            *value = Value::Array(Vec::new());
        }
        if let Value::Array(items) = value {
            if items.is_empty() {
                items.push(Value::Null);
            }
            if let Some(item) = items.first_mut() {
                set(item, rest, what);
            }
        }
        return;
    }
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    if let Value::Object(map) = value {
        set(map.entry(key.as_str()).or_insert(Value::Null), rest, what);
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// Leaves out what holds nothing.
fn prune(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(prune);
            map.retain(|_, below| !is_empty(below));
        }
        Value::Array(items) => {
            items.iter_mut().for_each(prune);
            items.retain(|below| !is_empty(below));
        }
        _ => {}
    }
}
