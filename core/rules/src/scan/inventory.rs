//! What is in a canonical message, without its values.

use sha2::{Digest, Sha256};

use super::{Caps, Reader, Refusal, Scratch, Stop};
use crate::gegeven::{Beroepsgeheim, GegevenSet};
use crate::ids::Partij;
use crate::tree::{Body, NodeId, Object, Role, Tree};

/// Gaps that are named; the rest is counted.
pub const MAX_GAPS: usize = 64;

/// A field that is not in the schema. It was not read, and it never leaves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// In which *bijdrage*, counted from 0; none outside them.
    pub bijdrage: Option<usize>,
    /// Where, with the name of the field as `onbekend#` and 8 hexadecimals of its SHA-256, or `onbekend#cijfers` for a name
    /// with four or more digits.
    pub pointer: String,
}

/// A set of places in a [`Tree`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NodeSet(Vec<u64>);

impl NodeSet {
    fn of(tree: &Tree) -> Self {
        Self(vec![0; tree.len().div_ceil(64)])
    }

    fn insert(&mut self, node: NodeId) {
        if let Some(word) = self.0.get_mut(usize::from(node.0 >> 6)) {
            *word |= 1 << (node.0 & 63);
        }
    }

    /// Whether the place is in the set.
    #[must_use]
    pub fn contains(&self, node: NodeId) -> bool {
        self.0
            .get(usize::from(node.0 >> 6))
            .is_some_and(|word| word >> (node.0 & 63) & 1 == 1)
    }

    /// The places, in the order of the tree.
    pub fn iter(&self) -> impl Iterator<Item = NodeId> + '_ {
        (0..=u16::MAX)
            .map(NodeId)
            .take(self.0.len().saturating_mul(64))
            .filter(|node| self.contains(*node))
    }
}

/// What one *bijdrage* holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BijdrageInventory {
    /// Who contributed it: organisation and task.
    pub inbrenger: Partij,
    /// The duty of secrecy it was made under.
    pub beroepsgeheim: Beroepsgeheim,
    /// The classified elements that are present and not null.
    pub gegevens: GegevenSet,
    /// The leaves that are present and not null, structural ones included.
    pub nodes: NodeSet,
}

impl BijdrageInventory {
    /// What a contribution held, by the places of its leaves: for a decision that is made again from a record.
    #[must_use]
    pub fn of_places(tree: &Tree, inbrenger: Partij, beroepsgeheim: Beroepsgeheim, places: &[NodeId]) -> Self {
        let mut nodes = NodeSet::of(tree);
        for place in places {
            nodes.insert(*place);
        }
        Self {
            inbrenger,
            beroepsgeheim,
            gegevens: places.iter().filter_map(|place| tree.gegeven_of(*place)).collect(),
            nodes,
        }
    }
}

/// What a canonical message holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    /// Per contribution, in the order of the message.
    pub bijdragen: Vec<BijdrageInventory>,
    /// Fields that are not in the schema, at most [`MAX_GAPS`] of them.
    pub gaps: Vec<Gap>,
    /// How many fields are not in the schema.
    pub gap_count: u32,
    /// The elements that hide others and are raised: present in some contribution, and not `false` there. Beside what
    /// is there at all, this is the only thing the content of a contribution tells the gates.
    pub raised: GegevenSet,
}

/// Reads a canonical message strictly and says what is in it: per *bijdrage* who made it, under which secrecy, and
/// which elements it holds.
///
/// # Errors
/// The first thing wrong with the bytes, or a value the schema does not have at its place.
pub fn inventory(tree: &Tree, bytes: &[u8], caps: &Caps, scratch: &mut Scratch) -> Result<Inventory, Refusal> {
    let mut survey = Survey {
        tree,
        reader: Reader::new(bytes, caps, &mut scratch.keys)?,
        gegevens: GegevenSet::EMPTY,
        nodes: NodeSet::of(tree),
        inbrenger: None,
        beroepsgeheim: None,
        found: Inventory {
            bijdragen: Vec::new(),
            gaps: Vec::new(),
            gap_count: 0,
            raised: GegevenSet::EMPTY,
        },
        bijdrage: None,
    };
    let start = survey.reader.ws(0);
    match survey.value(Tree::ROOT, start, 0).and_then(|at| survey.reader.end(at)) {
        Some(()) => Ok(survey.found),
        None => Err(survey.reader.refusal(Some(tree))),
    }
}

/// Names with this many digits may be a number of a person.
const DIGITS: usize = 4;

/// The name under which a field that is in no schema is shown. A name with digits may be a number of a person, of which
/// there are so few that a hash can be tried back: it is shown without one.
pub(crate) fn unknown(path: &str, key: &[u8]) -> String {
    let digits = String::from_utf8_lossy(key).chars().filter(|c| c.is_numeric()).count();
    if digits >= DIGITS {
        return format!("{path}/onbekend#cijfers");
    }
    let hash = Sha256::digest(key);
    let hex: String = hash.iter().take(4).map(|b| format!("{b:02x}")).collect();
    format!("{path}/onbekend#{hex}")
}

struct Survey<'t, 'b, 's> {
    tree: &'t Tree,
    reader: Reader<'b, 's>,
    gegevens: GegevenSet,
    nodes: NodeSet,
    inbrenger: Option<Partij>,
    beroepsgeheim: Option<Beroepsgeheim>,
    found: Inventory,
    bijdrage: Option<usize>,
}

impl<'t> Survey<'t, '_, '_> {
    /// A value at its place: counted as present when it is a leaf.
    fn value(&mut self, id: NodeId, at: usize, depth: u16) -> Option<usize> {
        let tree: &'t Tree = self.tree;
        let Some(node) = tree.node(id) else {
            return self.reader.shape(id, at);
        };
        match &node.body {
            Body::Leaf(leaf) => {
                let after = self.reader.leaf(leaf.kind.kind(), id, at)?;
                self.nodes.insert(id);
                if let Some(gegeven) = leaf.gegeven {
                    self.gegevens.insert(gegeven);
                    if leaf.hides && self.reader.span(at, after) != b"false" {
                        self.found.raised.insert(gegeven);
                    }
                }
                Some(after)
            }
            Body::Array(item) => self.array(id, *item, at, depth, false),
            Body::Object(object) => self.object(id, object, at, depth),
        }
    }

    fn array(&mut self, id: NodeId, item: NodeId, open: usize, depth: u16, bijdragen: bool) -> Option<usize> {
        if self.reader.byte(open) != b'[' {
            return self.reader.shape(id, open);
        }
        self.reader.count(open)?;
        let depth = self.reader.deeper(depth, open)?;
        let mut at = self.reader.ws(open.wrapping_add(1));
        if self.reader.byte(at) == b']' {
            return Some(at.wrapping_add(1));
        }
        loop {
            at = if bijdragen {
                self.contribution(item, at, depth)?
            } else if self.reader.byte(at) == b'n' {
                self.reader.skip(at, depth)?
            } else {
                self.value(item, at, depth)?
            };
            match self.reader.more(b']', at)? {
                (true, next) => at = next,
                (false, after) => return Some(after),
            }
        }
    }

    fn contribution(&mut self, item: NodeId, at: usize, depth: u16) -> Option<usize> {
        self.bijdrage = Some(self.found.bijdragen.len());
        let after = self.value(item, at, depth)?;
        let (Some(inbrenger), Some(beroepsgeheim)) = (self.inbrenger.take(), self.beroepsgeheim.take()) else {
            return self.reader.fail(Stop::Missing(item), at);
        };
        self.found.bijdragen.push(BijdrageInventory {
            inbrenger,
            beroepsgeheim,
            gegevens: std::mem::take(&mut self.gegevens),
            nodes: std::mem::replace(&mut self.nodes, NodeSet::of(self.tree)),
        });
        self.bijdrage = None;
        Some(after)
    }

    fn object(&mut self, id: NodeId, object: &'t Object, open: usize, depth: u16) -> Option<usize> {
        if self.reader.byte(open) != b'{' {
            return self.reader.shape(id, open);
        }
        self.reader.count(open)?;
        let depth = self.reader.deeper(depth, open)?;
        let mut at = self.reader.ws(open.wrapping_add(1));
        let (mut seen, mut present) = (0u64, 0u64);
        let mut frame = self.reader.open();
        if self.reader.byte(at) == b'}' {
            self.reader.complete(object, present, at)?;
            return Some(at.wrapping_add(1));
        }
        loop {
            let member = self.reader.member(object, &mut seen, &mut frame, at)?;
            at = match member.field {
                None => {
                    self.gap(id, at.wrapping_add(1), member.key.quote);
                    self.reader.skip(member.key.value, depth)?
                }
                Some(_) if self.reader.byte(member.key.value) == b'n' => self.reader.skip(member.key.value, depth)?,
                Some(field) => {
                    present |= 1u64 << (field.index & 63);
                    let after = match (field.role, self.tree.node(field.node).map(|n| &n.body)) {
                        (Role::Bijdragen, Some(Body::Array(item))) => {
                            // What stood before the contributions belongs to none of them.
                            self.nodes = NodeSet::of(self.tree);
                            self.array(field.node, *item, member.key.value, depth, true)?
                        }
                        _ => self.value(field.node, member.key.value, depth)?,
                    };
                    self.role(field.role, field.node, member.key.value, after)?;
                    after
                }
            };
            match self.reader.more(b'}', at)? {
                (true, next) => at = next,
                (false, after) => {
                    self.reader.close(&frame, after)?;
                    self.reader.complete(object, present, after)?;
                    return Some(after);
                }
            }
        }
    }

    /// The fields of the envelope that are read for what they say.
    fn role(&mut self, role: Role, node: NodeId, start: usize, end: usize) -> Option<()> {
        let fits = match role {
            Role::Plain | Role::Kenmerk | Role::Bijdragen => true,
            Role::Bericht => self.reader.says(start, end, self.tree.kind()),
            Role::Versie => self.reader.says(start, end, self.tree.version()),
            Role::Inbrenger => {
                self.inbrenger = self.reader.text(start, end).parse().ok();
                self.inbrenger.is_some()
            }
            Role::Beroepsgeheim => {
                self.beroepsgeheim = self.reader.text(start, end).parse().ok();
                self.beroepsgeheim.is_some()
            }
        };
        if fits { Some(()) } else { self.reader.shape(node, start) }
    }

    fn gap(&mut self, id: NodeId, start: usize, quote: usize) {
        self.found.gap_count = self.found.gap_count.saturating_add(1);
        if self.found.gaps.len() < MAX_GAPS {
            let raw = self.reader.span(start, quote);
            let pointer = unknown(self.tree.path(id), self.reader.unescaped(raw));
            self.found.gaps.push(Gap {
                bijdrage: self.bijdrage,
                pointer,
            });
        }
    }
}
