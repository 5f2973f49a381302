//! Rotation: the current key gives pseudonyms, the earlier ones still recognise theirs.

use std::fmt;

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::{Epoch, Identity, KeyError, MasterKey, Pseudonym, PseudonymKey, Receiver};

/// The current key of a receiver and scope, and the earlier ones that overlap with it.
pub struct PseudonymKeys {
    current: PseudonymKey,
    previous: Vec<PseudonymKey>,
}

impl PseudonymKeys {
    /// From keys made apart: each epoch may have a master key of its own, so that an old one can be destroyed.
    /// `previous` has the newest first.
    ///
    /// # Errors
    /// When the keys are not of one receiver and scope, or the epochs do not go down.
    pub fn new(current: PseudonymKey, previous: Vec<PseudonymKey>) -> Result<Self, KeyError> {
        let mut newer = current.epoch();
        for key in &previous {
            if key.receiver() != current.receiver() {
                return Err(KeyError::Mixed);
            }
            if key.epoch() >= newer {
                return Err(KeyError::Epochs);
            }
            newer = key.epoch();
        }
        Ok(Self { current, previous })
    }

    /// From one master key: `epoch` is current, and as many as `overlap` before it are still recognised.
    ///
    /// # Errors
    /// As [`PseudonymKey::derive`].
    pub fn derive(master: &MasterKey, receiver: &Receiver, epoch: Epoch, overlap: u8) -> Result<Self, KeyError> {
        let previous = (1..=u32::from(overlap))
            .map_while(|back| epoch.0.checked_sub(back))
            .map(|earlier| PseudonymKey::derive(master, receiver.clone(), Epoch(earlier)))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            current: PseudonymKey::derive(master, receiver.clone(), epoch)?,
            previous,
        })
    }

    /// The key that gives pseudonyms now.
    #[must_use]
    pub const fn current(&self) -> &PseudonymKey {
        &self.current
    }

    /// The pseudonym of today.
    #[must_use]
    pub fn pseudonym(&self, identity: Identity<'_>) -> Pseudonym {
        self.current.pseudonym(identity)
    }

    /// The pseudonym of an earlier epoch that still overlaps: so that the source can tell a receiver which old pseudonym
    /// a new one continues.
    #[must_use]
    pub fn earlier(&self, identity: Identity<'_>, epoch: Epoch) -> Option<Pseudonym> {
        self.previous
            .iter()
            .find(|key| key.epoch() == epoch)
            .map(|key| key.pseudonym(identity))
    }

    /// The epoch under which the pseudonym is this identity's; `None` when it is not, or no longer. Tries every key
    /// whatever the answer, so the time it takes does not tell which.
    #[must_use]
    pub fn matches(&self, identity: Identity<'_>, pseudonym: &Pseudonym) -> Option<Epoch> {
        let mut found = Choice::from(0);
        let mut epoch = 0;
        for key in std::iter::once(&self.current).chain(&self.previous) {
            let same = key.pseudonym(identity).0.ct_eq(&pseudonym.0);
            epoch.conditional_assign(&key.epoch().0, same);
            found |= same;
        }
        bool::from(found).then_some(Epoch(epoch))
    }
}

impl fmt::Debug for PseudonymKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymKeys(…)")
    }
}
