//! The layers: the file, and the environment over it. Each knows its places, so that a finding can say where.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use figment::value::{Dict, Map, Value};
use figment::{Error, Metadata, Profile, Provider};
use toml::de::{DeTable, DeValue};

/// Variables of the environment that count: `SLUIS__SECTION__KEY`.
pub(super) const PREFIX: &str = "SLUIS__";

/// The text of a configuration file.
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) text: String,
    table: toml::Table,
}

/// A file that is no TOML: line, column and what the parser says without quoting the line.
pub(super) struct NotToml {
    pub(super) span: Option<Range<usize>>,
    pub(super) message: String,
}

impl File {
    pub(super) fn parse(path: &Path, text: String) -> Result<Self, (String, NotToml)> {
        match text.parse::<toml::Table>() {
            Ok(table) => Ok(Self {
                path: path.to_owned(),
                text,
                table,
            }),
            Err(e) => Err((
                text,
                NotToml {
                    span: e.span(),
                    message: e.message().to_owned(),
                },
            )),
        }
    }

    /// Where a key stands; the nearest table above it when it is not there.
    pub(super) fn place(&self, key: &[String]) -> Option<Range<usize>> {
        let table = DeTable::parse(&self.text).ok()?;
        let mut found = None;
        let mut here: &DeTable<'_> = table.get_ref();
        for part in key {
            let Some((name, value)) = here.iter().find(|(name, _)| name.get_ref().as_ref() == part.as_str()) else {
                break;
            };
            found = Some(name.span());
            let DeValue::Table(inner) = value.get_ref() else { break };
            here = inner;
        }
        found
    }
}

impl Provider for File {
    fn metadata(&self) -> Metadata {
        Metadata::named("file")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Profile::Default.collect(Value::serialize(&self.table)?.into_dict().unwrap_or_default()))
    }
}

/// The variables that count, by the key they set.
pub(super) struct Env {
    dict: Dict,
    names: BTreeMap<Vec<String>, String>,
}

impl Env {
    /// Takes the variables that begin with [`PREFIX`]; `_` twice goes one table deeper.
    pub(super) fn of(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let (mut dict, mut names) = (Dict::new(), BTreeMap::new());
        for (name, value) in variables {
            let Some(rest) = name.strip_prefix(PREFIX) else {
                continue;
            };
            let key: Vec<String> = rest.split("__").map(str::to_ascii_lowercase).collect();
            insert(&mut dict, &key, typed(&value));
            names.insert(key, name);
        }
        Self { dict, names }
    }

    /// The variable that sets a key, or a table in which the key is.
    pub(super) fn name(&self, key: &[String]) -> Option<&str> {
        (1..=key.len())
            .rev()
            .find_map(|n| self.names.get(key.get(..n)?))
            .map(String::as_str)
    }
}

impl Provider for Env {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Profile::Default.collect(self.dict.clone()))
    }
}

fn insert(dict: &mut Dict, key: &[String], value: Value) {
    match key {
        [] => {}
        [last] => {
            dict.insert(last.clone(), value);
        }
        [first, rest @ ..] => {
            let mut inner = dict.remove(first).and_then(Value::into_dict).unwrap_or_default();
            insert(&mut inner, rest, value);
            dict.insert(first.clone(), inner.into());
        }
    }
}

/// `true`, a number without leading zeros, or a TOML list; all else is text. An OIN begins with zeros and stays text.
fn typed(text: &str) -> Value {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let plain = digits && (text == "0" || !text.starts_with('0'));
    if let Some(number) = text.parse::<u64>().ok().filter(|_| plain) {
        return number.into();
    }
    match text {
        "true" => true.into(),
        "false" => false.into(),
        list if list.starts_with('[') => format!("x = {list}")
            .parse::<toml::Table>()
            .ok()
            .and_then(|t| Value::serialize(t.get("x")?).ok())
            .unwrap_or_else(|| text.into()),
        _ => text.into(),
    }
}
