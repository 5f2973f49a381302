//! What is in hand at once: no more than there is room for, and no more of it for one caller than its share.
//!
//! A place is taken after it is known whose it is: who cannot say so takes none from those who can.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Places for a fixed number, each key no more than a quarter of them.
pub(crate) struct InHand<K> {
    most: usize,
    share: usize,
    taken: Mutex<Taken<K>>,
}

struct Taken<K> {
    all: usize,
    // Holds no key without a place, so it is never longer than there are places.
    each: BTreeMap<K, usize>,
}

impl<K: Ord + Copy> InHand<K> {
    /// So many places; a share is a quarter, at least one.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            share: (most / 4).max(1),
            taken: Mutex::new(Taken {
                all: 0,
                each: BTreeMap::new(),
            }),
        }
    }

    /// A place until it is dropped; none when all are taken, or all that one may have.
    pub(crate) fn place(&self, key: K) -> Option<Place<'_, K>> {
        let mut taken = self.lock();
        let own = taken.each.get(&key).copied().unwrap_or(0);
        if taken.all >= self.most || own >= self.share {
            return None;
        }
        taken.all += 1;
        taken.each.insert(key, own + 1);
        drop(taken);
        Some(Place { of: self, key })
    }

    fn lock(&self) -> MutexGuard<'_, Taken<K>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request in hand.
pub(crate) struct Place<'a, K: Ord + Copy> {
    of: &'a InHand<K>,
    key: K,
}

impl<K: Ord + Copy> Drop for Place<'_, K> {
    fn drop(&mut self) {
        let mut taken = self.of.lock();
        taken.all = taken.all.saturating_sub(1);
        let left = taken.each.get(&self.key).map_or(0, |own| own.saturating_sub(1));
        if left == 0 {
            taken.each.remove(&self.key);
        } else {
            taken.each.insert(self.key, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_a_quarter_and_gives_it_back() {
        let hand = InHand::new(8);
        let own: Vec<_> = (0..2).filter_map(|_| hand.place(1)).collect();
        assert!(own.len() == 2 && hand.place(1).is_none());
        let others: Vec<_> = (2..8).filter_map(|key| hand.place(key)).collect();
        assert!(others.len() == 6 && hand.place(8).is_none(), "all are taken");
        drop(own);
        assert!(hand.place(1).is_some() && hand.place(8).is_some());
        drop(others);
        let taken = hand.lock();
        assert!(taken.all == 0 && taken.each.is_empty(), "nobody is remembered");
    }
}
