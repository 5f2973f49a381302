//! Finding the field that a key names, without hashing strings: the first and last eight bytes and the length of a
//! key of at most sixteen bytes are the key, so two integer comparisons prove it.

/// A key as integers. Equal keys have equal bits; keys of at most 16 bytes with equal bits are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyBits {
    pub(crate) head: u64,
    pub(crate) tail: u64,
    pub(crate) len: u32,
}

impl KeyBits {
    /// Of the key itself, unescaped.
    #[inline]
    pub(crate) fn of(key: &[u8]) -> Self {
        let len = u32::try_from(key.len()).unwrap_or(u32::MAX);
        match (key.first_chunk::<8>(), key.last_chunk::<8>()) {
            (Some(head), Some(tail)) => Self {
                head: u64::from_le_bytes(*head),
                tail: u64::from_le_bytes(*tail),
                len,
            },
            _ => Self {
                head: key.iter().rev().fold(0, |word, b| word << 8 | u64::from(*b)),
                tail: 0,
                len,
            },
        }
    }

    /// A well-mixed number for tables and for finding duplicates.
    #[inline]
    pub(crate) const fn mix(self) -> u64 {
        let a = self.head.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let b = (self.tail ^ self.len as u64).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
        let x = a ^ b.rotate_left(32);
        x ^ x >> 29
    }
}

/// No field.
pub(crate) const NONE: u8 = u8::MAX;

/// From a key to the index of a field: a table that was made for exactly these names, so that a probe almost always
/// decides.
#[derive(Debug)]
pub(crate) struct KeyTable {
    seed: u64,
    shift: u32,
    slots: Box<[u8]>,
}

impl KeyTable {
    /// Of fewer than 255 names; tries seeds until no two names share a slot.
    pub(crate) fn new(names: &[KeyBits]) -> Self {
        let size = names.len().saturating_mul(2).next_power_of_two().max(4);
        let shift = u64::BITS.saturating_sub(size.trailing_zeros());
        let mut best = (usize::MAX, 1);
        for n in 0u64..4096 {
            let seed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            let mut taken = vec![false; size];
            let mut clashes = 0usize;
            for bits in names {
                match taken.get_mut(home(*bits, seed, shift)) {
                    Some(slot) if !*slot => *slot = true,
                    _ => clashes = clashes.saturating_add(1),
                }
            }
            if clashes < best.0 {
                best = (clashes, seed);
            }
            if clashes == 0 {
                break;
            }
        }
        let mut table = Self {
            seed: best.1,
            shift,
            slots: vec![NONE; size].into(),
        };
        for (index, bits) in (0..NONE).zip(names) {
            let mut at = home(*bits, table.seed, shift);
            while let Some(slot) = table.slots.get_mut(at) {
                if *slot == NONE {
                    *slot = index;
                    break;
                }
                at = at.wrapping_add(1) & size.wrapping_sub(1);
            }
        }
        table
    }

    /// The index for which `is` holds, among those the key may have.
    #[inline]
    pub(crate) fn find(&self, bits: KeyBits, mut is: impl FnMut(u8) -> bool) -> Option<u8> {
        let mut at = home(bits, self.seed, self.shift);
        loop {
            let index = *self.slots.get(at)?;
            if index == NONE {
                return None;
            }
            if is(index) {
                return Some(index);
            }
            at = at.wrapping_add(1) & self.slots.len().wrapping_sub(1);
        }
    }
}

#[inline]
const fn home(bits: KeyBits, seed: u64, shift: u32) -> usize {
    (bits.mix().wrapping_mul(seed) >> shift) as usize
}
