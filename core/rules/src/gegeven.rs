//! The data dictionary: what a *gegeven* is called, where it stands on the list of article 5.1, and how it may be
//! generalised. Fields of the canonical schemas are attached to it by `x-gegeven`.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Most elements a dictionary may hold: a [`GegevenSet`] is four words wide.
pub const MAX_GEGEVENS: usize = 256;

/// The place of an element in the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GegevenId(pub u8);

/// A set of dictionary elements: a mask on what a *bijdrage* may give.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct GegevenSet([u64; 4]);

impl GegevenSet {
    /// Nothing.
    pub const EMPTY: Self = Self([0; 4]);
    /// Every element, whatever the dictionary.
    pub const ALL: Self = Self([u64::MAX; 4]);

    /// Adds one element.
    pub fn insert(&mut self, id: GegevenId) {
        if let Some(word) = self.0.get_mut(usize::from(id.0 >> 6)) {
            *word |= 1 << (id.0 & 63);
        }
    }

    /// Takes one element away.
    pub fn remove(&mut self, id: GegevenId) {
        if let Some(word) = self.0.get_mut(usize::from(id.0 >> 6)) {
            *word &= !(1 << (id.0 & 63));
        }
    }

    /// Whether the element is in the set.
    #[must_use]
    pub fn contains(&self, id: GegevenId) -> bool {
        self.0
            .get(usize::from(id.0 >> 6))
            .is_some_and(|word| word >> (id.0 & 63) & 1 == 1)
    }

    /// Elements in both.
    #[must_use]
    pub const fn and(self, o: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, o.0);
        Self([a & e, b & f, c & g, d & h])
    }

    /// Elements in either.
    #[must_use]
    pub const fn or(self, o: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, o.0);
        Self([a | e, b | f, c | g, d | h])
    }

    /// Elements of this set that are not in the other.
    #[must_use]
    pub const fn without(self, o: Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, o.0);
        Self([a & !e, b & !f, c & !g, d & !h])
    }

    /// Whether nothing is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }

    /// How many elements are in the set.
    #[must_use]
    pub const fn len(&self) -> u32 {
        let [a, b, c, d] = self.0;
        a.count_ones() + b.count_ones() + c.count_ones() + d.count_ones()
    }

    /// The elements in dictionary order.
    pub fn iter(&self) -> impl Iterator<Item = GegevenId> + use<> {
        let words = self.0;
        (0u8..4).zip(words).flat_map(|(n, mut word)| {
            std::iter::from_fn(move || {
                let bit = u8::try_from(word.trailing_zeros()).ok().filter(|bit| *bit < 64)?;
                word &= word - 1;
                Some(GegevenId(n * 64 + bit))
            })
        })
    }
}

impl FromIterator<GegevenId> for GegevenSet {
    fn from_iter<I: IntoIterator<Item = GegevenId>>(ids: I) -> Self {
        let mut set = Self::EMPTY;
        ids.into_iter().for_each(|id| set.insert(id));
        set
    }
}

impl fmt::Debug for GegevenSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|id| id.0)).finish()
    }
}

/// How an element may be made less precise (5.4; necessity, 3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wijze {
    /// A date becomes its year.
    Jaar,
    /// A date becomes the age in whole years on the day of the decision.
    Leeftijd,
    /// A postcode becomes its four digits.
    Pc4,
    /// *Buitenkant-informatie*: that there is something, not what (5.4).
    Dat,
    /// A name or number becomes a pseudonym: another one for each derde (14.3).
    Schuilnaam,
}

impl Wijze {
    /// The word used in configuration and schemas.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jaar => "jaar",
            Self::Leeftijd => "leeftijd",
            Self::Pc4 => "pc4",
            Self::Dat => "dat",
            Self::Schuilnaam => "schuilnaam",
        }
    }
}

/// What a plan does with an element. What no rule permits is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Actie {
    /// Left out.
    #[default]
    Drop,
    /// Replaced by its generalisation.
    Generalise(Wijze),
    /// Forwarded as it is.
    Permit,
}

/// The duty of secrecy under which a *bijdrage* was made (gate 9). Written lower case in the canonical message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Beroepsgeheim {
    /// No duty of secrecy.
    Geen,
    /// Jeugdwet 7.3.11.
    Jeugdwet,
    /// Medical secrecy, BW 7:457.
    Wgbo,
    /// Wet BIG 88.
    WetBig,
    /// Wmo 2015.
    Wmo,
    /// Probation.
    Reclassering,
    /// The code of a profession.
    Beroepscode,
}

impl Beroepsgeheim {
    /// Every duty, in the order of the schema.
    pub const ALL: [Self; 7] = [
        Self::Geen,
        Self::Jeugdwet,
        Self::Wgbo,
        Self::WetBig,
        Self::Wmo,
        Self::Reclassering,
        Self::Beroepscode,
    ];

    /// The word used in the canonical message.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Geen => "geen",
            Self::Jeugdwet => "jeugdwet",
            Self::Wgbo => "wgbo",
            Self::WetBig => "wet-big",
            Self::Wmo => "wmo",
            Self::Reclassering => "reclassering",
            Self::Beroepscode => "beroepscode",
        }
    }
}

impl std::str::FromStr for Beroepsgeheim {
    type Err = crate::ids::IdError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|b| b.as_str() == s)
            .ok_or(crate::ids::IdError {
                what: "beroepsgeheim",
                why: "it is not a duty of secrecy the canonical message knows",
            })
    }
}

/// One line of the dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Gegeven {
    /// Stable name, as `x-gegeven` and the rules use it.
    pub id: String,
    /// What it is, in Dutch.
    pub omschrijving: String,
    /// Letter of article 5.1 (`a` to `i`), or `-`: not on the list, so never inside the covenant.
    pub letter: char,
    /// A special category of personal data (AVG 9).
    pub bijzonder: bool,
    /// Identifies a person by itself or with little else.
    pub identificerend: bool,
    /// Free text or an attachment: passes only with a recorded *vrijgave*.
    pub vrij: bool,
    /// The generalisations the schemas offer for it.
    #[serde(default)]
    pub generalisaties: Vec<Wijze>,
    /// The elements, or prefixes such as `persoon.*`, that stay behind when a message has this one and does not say
    /// `false` of it: a secret address hides where the young person lives.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verbergt: Vec<String>,
    /// The article it rests on.
    pub artikel: String,
    /// Why nobody ever receives it, though article 5.1 lists it: a choice that somebody wrote down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub niemand: Option<String>,
}

/// The dictionary with its indexes.
#[derive(Debug, Clone, Default)]
pub struct Gegevens {
    all: Vec<Gegeven>,
    by_id: HashMap<String, GegevenId>,
    bijzonder: GegevenSet,
    vrij: GegevenSet,
    off_list: GegevenSet,
    hides: Vec<(GegevenId, GegevenSet)>,
    hidden: GegevenSet,
    identificerend: GegevenSet,
}

/// Why a dictionary cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GegevensError {
    /// More lines than a set can hold.
    #[error("the dictionary holds more than {MAX_GEGEVENS} elements: join elements that are always treated alike")]
    TooMany,
    /// Two lines with one name.
    #[error("the element `{0}` stands in the dictionary twice: keep one")]
    Twice(String),
    /// A letter that article 5.1 does not have.
    #[error(
        "the element `{0}` has a letter that article 5.1 does not have: use a to i, or - when it is not on the list"
    )]
    Letter(String),
    /// Health is a special category (1.5, 5.1.e).
    #[error("the element `{0}` has letter e, health, and must be marked as a special category")]
    Health(String),
    /// Free text and attachments can hold anything.
    #[error("the element `{0}` is free text or an attachment and must be marked vrij and bijzonder")]
    Free(String),
    /// What hides another names an element that is there.
    #[error(
        "the element `{0}` hides `{1}`, which the dictionary does not have: use an id, or a prefix such as `persoon.*`"
    )]
    Hides(String, String),
}

impl Gegevens {
    /// Builds the dictionary from its lines.
    ///
    /// # Errors
    /// When there are too many lines, a name stands twice, or a letter is unknown.
    pub fn new(all: Vec<Gegeven>) -> Result<Self, GegevensError> {
        if all.len() > MAX_GEGEVENS {
            return Err(GegevensError::TooMany);
        }
        let mut out = Self { all, ..Self::default() };
        for (n, g) in (0u8..=u8::MAX).zip(&out.all) {
            let id = GegevenId(n);
            if out.by_id.insert(g.id.clone(), id).is_some() {
                return Err(GegevensError::Twice(g.id.clone()));
            }
            match g.letter {
                'a'..='i' => {}
                '-' => out.off_list.insert(id),
                _ => return Err(GegevensError::Letter(g.id.clone())),
            }
            if g.letter == 'e' && !g.bijzonder {
                return Err(GegevensError::Health(g.id.clone()));
            }
            let free = g.id.starts_with("vrij.") || g.id.starts_with("bijlage.");
            if free != (free && g.vrij && g.bijzonder) {
                return Err(GegevensError::Free(g.id.clone()));
            }
            if g.bijzonder {
                out.bijzonder.insert(id);
            }
            if g.vrij {
                out.vrij.insert(id);
            }
            if g.identificerend {
                out.identificerend.insert(id);
            }
        }
        for (id, g) in (0u8..=u8::MAX).map(GegevenId).zip(&out.all) {
            let mut set = GegevenSet::EMPTY;
            for name in &g.verbergt {
                let found = out.matching(name);
                if found.is_empty() {
                    return Err(GegevensError::Hides(g.id.clone(), name.clone()));
                }
                set = set.or(found);
            }
            if !set.is_empty() {
                out.hides.push((id, set));
                out.hidden = out.hidden.or(set);
            }
        }
        Ok(out)
    }

    /// How many elements there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The element of that name.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<GegevenId> {
        self.by_id.get(id).copied()
    }

    /// The line of an element.
    #[must_use]
    pub fn get(&self, id: GegevenId) -> Option<&Gegeven> {
        self.all.get(usize::from(id.0))
    }

    /// The name of an element; empty for one the dictionary does not have.
    #[must_use]
    pub fn name(&self, id: GegevenId) -> &str {
        self.get(id).map_or("", |g| g.id.as_str())
    }

    /// All lines with their places.
    pub fn iter(&self) -> impl Iterator<Item = (GegevenId, &Gegeven)> {
        (0..=u8::MAX).map(GegevenId).zip(&self.all)
    }

    /// The elements a pattern names: an exact name, or a prefix ending in `.*`.
    #[must_use]
    pub fn matching(&self, pattern: &str) -> GegevenSet {
        match pattern.strip_suffix('*') {
            Some(prefix) if prefix.ends_with('.') => self
                .iter()
                .filter(|(_, g)| g.id.starts_with(prefix))
                .map(|(id, _)| id)
                .collect(),
            _ => self.find(pattern).into_iter().collect(),
        }
    }

    /// Elements of a special category.
    #[must_use]
    pub const fn bijzonder(&self) -> GegevenSet {
        self.bijzonder
    }

    /// Free text and attachments.
    #[must_use]
    pub const fn vrij(&self) -> GegevenSet {
        self.vrij
    }

    /// Whether an element, where a message has it and does not say `false` of it, hides others.
    #[must_use]
    pub fn hides(&self, id: GegevenId) -> bool {
        self.hides.iter().any(|(flag, _)| *flag == id)
    }

    /// What these elements hide together.
    #[must_use]
    pub fn hidden_by(&self, raised: GegevenSet) -> GegevenSet {
        self.hides
            .iter()
            .filter(|(flag, _)| raised.contains(*flag))
            .fold(GegevenSet::EMPTY, |all, (_, set)| all.or(*set))
    }

    /// Everything that some element hides: what a recorded *geheimhouding* hides.
    #[must_use]
    pub const fn hidden(&self) -> GegevenSet {
        self.hidden
    }

    /// Elements that tell who it is about, by themselves or with little else.
    #[must_use]
    pub const fn identificerend(&self) -> GegevenSet {
        self.identificerend
    }

    /// Elements that article 5.1 does not list.
    #[must_use]
    pub const fn off_list(&self) -> GegevenSet {
        self.off_list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_behave() {
        let a: GegevenSet = [GegevenId(0), GegevenId(63), GegevenId(64), GegevenId(255)]
            .into_iter()
            .collect();
        assert!(a.contains(GegevenId(255)) && !a.contains(GegevenId(254)));
        assert_eq!(a.len(), 4);
        assert_eq!(a.iter().map(|id| id.0).collect::<Vec<_>>(), [0, 63, 64, 255]);
        assert_eq!(GegevenSet::ALL.iter().count(), 256);
        assert!(a.without(GegevenSet::ALL).is_empty());
        assert_eq!(a.and(GegevenSet::ALL), a);
    }
}
