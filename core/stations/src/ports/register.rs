//! The registers in the store: lines that are only added to, each version whole, with what goes with it in one
//! transaction.

use sluis_rules::facts::Feit;

use super::{EffectId, Entry, Fut, NewNotice, PortError};

/// A new line, or the next version of one. Kept whole or not at all.
#[derive(Debug, Clone)]
pub struct NewPost {
    /// Which register.
    pub soort: &'static str,
    /// Names the line.
    pub id: String,
    /// From 1.
    pub versie: u32,
    /// About whom it is: keyed digests, never the person.
    pub sleutels: Vec<String>,
    /// The closed text: ids, words, numbers and days.
    pub post: String,
    /// The record of it.
    pub entry: Entry,
    /// Who is told.
    pub notices: Vec<NewNotice>,
    /// What it changes in cases, each with its record: as [`super::Store::record_facts`].
    pub feiten: Vec<(Feit, Entry)>,
    /// Whose content is destroyed, unless it ended already or a send was begun whose end is not known.
    pub wissen: Vec<EffectId>,
    /// The record of each of those.
    pub gewist: Option<Entry>,
}

/// One version of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Names the line.
    pub id: String,
    /// From 1.
    pub versie: u32,
    /// The closed text.
    pub post: String,
}

/// The part of the store with the registers.
pub trait RegisterStore: Send + Sync {
    /// The last version of each line, in the order they were first made.
    fn posten(&self, soort: &'static str) -> Fut<'_, Result<Vec<Post>, PortError>>;

    /// Every version of one, oldest first; empty when there is none.
    fn post(&self, soort: &'static str, id: String) -> Fut<'_, Result<Vec<Post>, PortError>>;

    /// The last version of each line about a person under one of these keys.
    fn posten_van(&self, soort: &'static str, sleutels: Vec<String>) -> Fut<'_, Result<Vec<Post>, PortError>>;

    /// The keys of the person a line is about.
    fn post_sleutels(&self, soort: &'static str, id: String) -> Fut<'_, Result<Vec<String>, PortError>>;

    /// Keeps a version. `None`: there is one of that number already, and nothing was done; otherwise of how many
    /// messages the content was destroyed.
    fn boek(&self, new: NewPost) -> Fut<'_, Result<Option<u32>, PortError>>;
}
