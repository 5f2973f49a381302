//! A plan: what happens to each element of the dictionary, for one receiver and one purpose.

use std::sync::Arc;

use crate::gegeven::{Actie, GegevenId};
use crate::tree::Tree;

/// Per element what is done with it, bound to the schema of one kind of message. Cheap to keep: a few hundred bytes.
#[derive(Debug, Clone)]
pub struct Plan {
    tree: Arc<Tree>,
    actions: Box<[Actie]>,
}

impl Plan {
    /// Asks the action of every element once.
    pub fn new(tree: &Arc<Tree>, action: impl Fn(GegevenId) -> Actie) -> Self {
        Self {
            tree: Arc::clone(tree),
            actions: (0..=u8::MAX).map(|id| action(GegevenId(id))).collect(),
        }
    }

    /// What is done with an element.
    #[must_use]
    pub fn action(&self, id: GegevenId) -> Actie {
        self.actions.get(usize::from(id.0)).copied().unwrap_or_default()
    }

    /// The schema the plan is for.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }
}
