//! Reading a value strictly and forgetting it.

use super::reader::Reader;

impl Reader<'_, '_> {
    /// The position after any value, read strictly and forgotten. `depth` counts the containers around it.
    #[inline]
    pub(crate) fn skip(&mut self, at: usize, depth: u16) -> Option<usize> {
        self.count(at)?;
        match self.byte(at) {
            b'"' => Some(self.string(at.wrapping_add(1))?.0.wrapping_add(1)),
            b'{' => self.skip_object(at, depth),
            b'[' => self.skip_array(at, depth),
            b't' => self.word(b"true", at),
            b'f' => self.word(b"false", at),
            b'n' => self.word(b"null", at),
            _ => self.number(at),
        }
    }

    #[inline(never)]
    fn skip_object(&mut self, open: usize, depth: u16) -> Option<usize> {
        let depth = self.deeper(depth, open)?;
        let mut at = self.ws(open.wrapping_add(1));
        if self.byte(at) == b'}' {
            return Some(at.wrapping_add(1));
        }
        let mut frame = self.open();
        loop {
            let key = self.key(at)?;
            self.unique(&mut frame, at, &key)?;
            at = self.skip(key.value, depth)?;
            match self.more(b'}', at)? {
                (true, next) => at = next,
                (false, after) => {
                    self.close(&frame, after)?;
                    return Some(after);
                }
            }
        }
    }

    #[inline(never)]
    fn skip_array(&mut self, open: usize, depth: u16) -> Option<usize> {
        let depth = self.deeper(depth, open)?;
        let mut at = self.ws(open.wrapping_add(1));
        if self.byte(at) == b']' {
            return Some(at.wrapping_add(1));
        }
        loop {
            at = self.skip(at, depth)?;
            match self.more(b']', at)? {
                (true, next) => at = next,
                (false, after) => return Some(after),
            }
        }
    }
}
