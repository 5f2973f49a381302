//! JSON with its order and its spelling, read by `serde_json`: what the model works on.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

#[derive(Clone, PartialEq)]
pub enum Doc {
    /// A scalar as it is written.
    Scalar(String),
    Array(Vec<Doc>),
    Object(Vec<(String, Doc)>),
}

struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Members;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut out = Vec::new();
                while let Some(member) = map.next_entry()? {
                    out.push(member);
                }
                Ok(Members(out))
            }
        }
        d.deserialize_map(Reader)
    }
}

impl Doc {
    pub fn parse(text: &str) -> Doc {
        let text = text.trim_matches([' ', '\n', '\r', '\t']);
        match text.as_bytes()[0] {
            b'{' => {
                let members: Members = serde_json::from_str(text).unwrap();
                Doc::Object(members.0.into_iter().map(|(k, v)| (k, Doc::parse(v.get()))).collect())
            }
            b'[' => {
                let items: Vec<Box<RawValue>> = serde_json::from_str(text).unwrap();
                Doc::Array(items.into_iter().map(|v| Doc::parse(v.get())).collect())
            }
            _ => Doc::Scalar(text.to_owned()),
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Doc::Scalar(raw) if raw == "null")
    }

    /// The value of a scalar; null for the rest.
    pub fn value(&self) -> Value {
        match self {
            Doc::Scalar(raw) => serde_json::from_str(raw).unwrap(),
            _ => Value::Null,
        }
    }

    /// Without white space.
    pub fn text(&self) -> String {
        match self {
            Doc::Scalar(raw) => raw.clone(),
            Doc::Array(items) => format!("[{}]", items.iter().map(Doc::text).collect::<Vec<_>>().join(",")),
            Doc::Object(members) => {
                let member = |(k, v): &(String, Doc)| format!("{}:{}", Value::from(k.as_str()), v.text());
                format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
            }
        }
    }

    pub fn get(&self, key: &str) -> Option<&Doc> {
        match self {
            Doc::Object(members) => members.iter().find(|(k, _)| k == key).map(|(_, v)| v),
            _ => None,
        }
    }

    pub fn items(&self) -> &[Doc] {
        match self {
            Doc::Array(items) => items,
            _ => &[],
        }
    }

    /// Every scalar with its path, `*` for items.
    pub fn leaves(&self) -> Vec<(String, String)> {
        let mut out = Vec::new();
        self.collect("", &mut out);
        out
    }

    fn collect(&self, path: &str, out: &mut Vec<(String, String)>) {
        match self {
            Doc::Scalar(raw) => out.push((path.to_owned(), raw.clone())),
            Doc::Array(items) => items.iter().for_each(|i| i.collect(&format!("{path}/*"), out)),
            Doc::Object(members) => members.iter().for_each(|(k, v)| v.collect(&format!("{path}/{k}"), out)),
        }
    }
}
