//! JSON as a list of leaves with their places, and back. Scalars stay as they were written.

use std::collections::BTreeMap;

use crate::scan::{Caps, Frame, Reader, Refusal, Scratch};

/// One step of a place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Key(String),
    Item(usize),
}

/// A scalar, or a container with nothing in it, where it stands.
pub(super) struct Flat<'b> {
    pub(super) steps: Vec<Step>,
    pub(super) raw: &'b str,
}

/// Reads strictly, by the same scanner that reads what comes in.
pub(super) fn flatten<'b>(bytes: &'b [u8], caps: &Caps) -> Result<Vec<Flat<'b>>, Refusal> {
    let mut scratch = Scratch::default();
    let mut walk = Flattener {
        reader: Reader::new(bytes, caps, &mut scratch.keys)?,
        steps: Vec::new(),
        found: Vec::new(),
    };
    let start = walk.reader.ws(0);
    match walk.value(start, 0).and_then(|at| walk.reader.end(at)) {
        Some(()) => Ok(walk.found),
        None => Err(walk.reader.refusal(None)),
    }
}

struct Flattener<'b, 's> {
    reader: Reader<'b, 's>,
    steps: Vec<Step>,
    found: Vec<Flat<'b>>,
}

impl Flattener<'_, '_> {
    fn value(&mut self, at: usize, depth: u16) -> Option<usize> {
        let inside = match self.reader.byte(at) {
            b'{' => b'}',
            b'[' => b']',
            _ => {
                let after = self.reader.skip(at, depth)?;
                return self.leaf(at, after);
            }
        };
        self.reader.count(at)?;
        let depth = self.reader.deeper(depth, at)?;
        let first = self.reader.ws(at.wrapping_add(1));
        if self.reader.byte(first) == inside {
            return self.leaf(at, first.wrapping_add(1));
        }
        if inside == b'}' {
            let mut frame = self.reader.open();
            let after = self.members(first, depth, &mut frame)?;
            self.reader.close(&frame, after)?;
            Some(after)
        } else {
            self.items(first, depth)
        }
    }

    fn leaf(&mut self, start: usize, end: usize) -> Option<usize> {
        self.found.push(Flat {
            steps: self.steps.clone(),
            raw: std::str::from_utf8(self.reader.span(start, end)).unwrap_or_default(),
        });
        Some(end)
    }

    fn members(&mut self, mut at: usize, depth: u16, frame: &mut Frame) -> Option<usize> {
        loop {
            let key = self.reader.key(at)?;
            self.reader.unique(frame, at, &key)?;
            let name = self.reader.text(at, key.quote.wrapping_add(1)).to_owned();
            self.steps.push(Step::Key(name));
            at = self.value(key.value, depth)?;
            self.steps.pop();
            match self.reader.more(b'}', at)? {
                (true, next) => at = next,
                (false, after) => return Some(after),
            }
        }
    }

    fn items(&mut self, mut at: usize, depth: u16) -> Option<usize> {
        for n in 0usize.. {
            self.steps.push(Step::Item(n));
            at = self.value(at, depth)?;
            self.steps.pop();
            match self.reader.more(b']', at)? {
                (true, next) => at = next,
                (false, after) => return Some(after),
            }
        }
        None
    }
}

/// JSON that is being built, leaf by leaf.
#[derive(Debug, Default)]
pub(super) enum Build {
    /// Nothing has been put here.
    #[default]
    Empty,
    Raw(String),
    Object(BTreeMap<String, Build>),
    Array(Vec<Build>),
}

impl Build {
    /// Puts a scalar at a place. False when another kind of value stands in the way.
    pub(super) fn put(&mut self, steps: &[Step], raw: &str) -> bool {
        let mut here = self;
        for step in steps {
            let next = match step {
                Step::Key(key) => here.object().map(|map| map.entry(key.clone()).or_default()),
                Step::Item(n) => here.array().and_then(|items| {
                    if items.len() <= *n {
                        items.resize_with(n.saturating_add(1), Self::default);
                    }
                    items.get_mut(*n)
                }),
            };
            match next {
                Some(next) => here = next,
                None => return false,
            }
        }
        let free = matches!(here, Self::Empty);
        *here = Self::Raw(raw.to_owned());
        free
    }

    fn object(&mut self) -> Option<&mut BTreeMap<String, Self>> {
        if let Self::Empty = self {
            *self = Self::Object(BTreeMap::new());
        }
        match self {
            Self::Object(map) => Some(map),
            _ => None,
        }
    }

    fn array(&mut self) -> Option<&mut Vec<Self>> {
        if let Self::Empty = self {
            *self = Self::Array(Vec::new());
        }
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// What stands at a place.
    pub(super) fn get(&self, steps: &[Step]) -> Option<&Self> {
        steps.iter().try_fold(self, |here, step| match (here, step) {
            (Self::Object(map), Step::Key(key)) => map.get(key),
            (Self::Array(items), Step::Item(n)) => items.get(*n),
            _ => None,
        })
    }

    /// How many items stand at a place.
    pub(super) fn items(&self, steps: &[Step]) -> usize {
        match self.get(steps) {
            Some(Self::Array(items)) => items.len(),
            _ => 0,
        }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Empty => out.extend_from_slice(b"null"),
            Self::Raw(raw) => out.extend_from_slice(raw.as_bytes()),
            Self::Object(map) => {
                for (n, (key, value)) in map.iter().enumerate() {
                    out.push(if n == 0 { b'{' } else { b',' });
                    // Keys come from tables and schemas; a key that needs escapes still becomes JSON.
                    out.extend_from_slice(serde_json::Value::from(key.as_str()).to_string().as_bytes());
                    out.push(b':');
                    value.write(out);
                }
                out.extend_from_slice(if map.is_empty() { b"{}" } else { b"}" });
            }
            Self::Array(items) => {
                let objects = items.iter().any(|i| matches!(i, Self::Object(_)));
                out.push(b'[');
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        out.push(b',');
                    }
                    match item {
                        // An item of which the other side has no field keeps its place, so that the rest does.
                        Self::Empty if objects => out.extend_from_slice(b"{}"),
                        item => item.write(out),
                    }
                }
                out.push(b']');
            }
        }
    }
}
