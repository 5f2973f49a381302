//! A plan: what happens to each element of the dictionary, for one receiver and one purpose.

use std::sync::Arc;

use crate::gegeven::{Actie, GegevenId, GegevenSet, MAX_GEGEVENS};
use crate::tree::Tree;

/// Per element what is done with it, bound to the schema of one kind of message. Cheap to keep: under a kilobyte.
#[derive(Debug, Clone)]
pub struct Plan {
    tree: Arc<Tree>,
    actions: Box<[Actie; MAX_GEGEVENS]>,
    permit: GegevenSet,
    generalise: GegevenSet,
}

impl Plan {
    /// Asks the action of every element once.
    pub fn new(tree: &Arc<Tree>, action: impl Fn(GegevenId) -> Actie) -> Self {
        let mut plan = Self {
            tree: Arc::clone(tree),
            actions: Box::new([Actie::Drop; MAX_GEGEVENS]),
            permit: GegevenSet::EMPTY,
            generalise: GegevenSet::EMPTY,
        };
        for (id, slot) in (0..=u8::MAX).map(GegevenId).zip(plan.actions.iter_mut()) {
            *slot = action(id);
            match slot {
                Actie::Permit => plan.permit.insert(id),
                Actie::Generalise(_) => plan.generalise.insert(id),
                Actie::Drop => {}
            }
        }
        plan
    }

    /// What is done with an element.
    #[must_use]
    #[inline]
    pub fn action(&self, id: GegevenId) -> Actie {
        self.actions.get(usize::from(id.0)).copied().unwrap_or_default()
    }

    /// The schema the plan is for.
    #[must_use]
    #[inline]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// What one contribution may give: the plan and its mask.
    #[inline]
    pub(crate) const fn through(&self, mask: GegevenSet) -> Reach {
        let (permit, generalise) = (self.permit.and(mask), self.generalise.and(mask));
        Reach {
            permit,
            generalise,
            any: permit.or(generalise),
        }
    }
}

/// What one contribution may give.
#[derive(Clone, Copy)]
pub(crate) struct Reach {
    pub(crate) permit: GegevenSet,
    pub(crate) generalise: GegevenSet,
    pub(crate) any: GegevenSet,
}

impl Reach {
    /// Nothing.
    pub(crate) const NONE: Self = Self {
        permit: GegevenSet::EMPTY,
        generalise: GegevenSet::EMPTY,
        any: GegevenSet::EMPTY,
    };

    /// What is done with an element of this contribution.
    #[inline]
    pub(crate) fn action(&self, plan: &Plan, id: GegevenId) -> Actie {
        if self.permit.contains(id) {
            Actie::Permit
        } else if self.generalise.contains(id) {
            plan.action(id)
        } else {
            Actie::Drop
        }
    }
}
