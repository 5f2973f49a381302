//! A schema as the tests read it: from its text, without the tree that is tested.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

#[derive(Clone, Copy)]
pub struct Spec<'s> {
    root: &'s Value,
    here: &'s Value,
}

impl<'s> Spec<'s> {
    pub fn new(root: &'s Value) -> Self {
        Self { root, here: root }
    }

    fn at(self, here: &'s Value) -> Self {
        match here.get("$ref").and_then(Value::as_str) {
            Some(target) => self.at(self.root.pointer(target.strip_prefix('#').unwrap()).unwrap()),
            None => Self { here, ..self },
        }
    }

    pub fn kind(self) -> &'s str {
        self.here["type"].as_str().unwrap()
    }

    pub fn properties(self) -> &'s Map<String, Value> {
        self.here["properties"].as_object().unwrap()
    }

    pub fn property(self, name: &str) -> Option<Self> {
        Some(self.at(self.here.get("properties")?.get(name)?))
    }

    pub fn items(self) -> Self {
        self.at(&self.here["items"])
    }

    /// The element of a leaf; "geen" for structure; none for a part.
    pub fn gegeven(self) -> Option<&'s str> {
        self.here.get("x-gegeven").and_then(Value::as_str)
    }

    pub fn constant(self) -> Option<&'s str> {
        self.here.get("const").and_then(Value::as_str)
    }

    /// From which sibling, and how.
    pub fn derived(self) -> Option<(&'s str, &'s str)> {
        let d = self.here.get("x-afgeleid")?;
        Some((d["van"].as_str().unwrap(), d["wijze"].as_str().unwrap()))
    }

    /// The siblings that are made from this field: name, way, element.
    pub fn made_from(self, field: &str) -> Vec<(&'s str, &'s str, &'s str)> {
        let sibling = |(name, _): (&'s String, _)| {
            let spec = self.property(name).unwrap();
            let (van, wijze) = spec.derived()?;
            (van == field).then(|| (name.as_str(), wijze, spec.gegeven().unwrap()))
        };
        self.properties().iter().filter_map(sibling).collect()
    }

    /// The classified elements at and below; [`remember`] has put them there.
    pub fn elements(self) -> impl Iterator<Item = &'s str> + Clone {
        let known = self.here["elements"].as_array().unwrap();
        known.iter().map(|e| e.as_str().unwrap())
    }

    fn collect(self) -> BTreeSet<&'s str> {
        match self.kind() {
            "object" => self
                .properties()
                .keys()
                .flat_map(|n| self.property(n).unwrap().collect())
                .collect(),
            "array" => self.items().collect(),
            _ => self.gegeven().into_iter().filter(|g| *g != "geen").collect(),
        }
    }
}

/// Writes beside every schema which elements stand at and below it, so that the model need not look each time.
pub fn remember(root: &Value) -> Value {
    fn with(root: &Value, here: &Value) -> Value {
        let mut copy = here.clone();
        for (name, below) in here.as_object().unwrap() {
            let map = |v: &Value| {
                v.as_object()
                    .unwrap()
                    .iter()
                    .map(|(k, v)| (k.clone(), with(root, v)))
                    .collect()
            };
            match name.as_str() {
                "properties" | "$defs" => copy[name] = Value::Object(map(below)),
                "items" => copy[name] = with(root, below),
                _ => {}
            }
        }
        if here.get("type").is_some() {
            copy["elements"] = Spec { root, here }.collect().into_iter().collect();
        }
        copy
    }
    with(root, root)
}
