//! The output while it is being made. Pieces that lie side by side in the input are copied in one go.

pub(super) struct Out<'b, 'o> {
    buffer: &'o mut Vec<u8>,
    source: &'b [u8],
    /// The piece of the input that is still to be copied.
    from: usize,
    to: usize,
}

/// A point to which the output can go back.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    len: usize,
    from: usize,
    to: usize,
}

impl<'b, 'o> Out<'b, 'o> {
    pub(super) fn new(source: &'b [u8], buffer: &'o mut Vec<u8>) -> Self {
        buffer.clear();
        // At most: every generalisation is shorter than the rest of the message, so this is enough in practice.
        buffer.reserve(source.len());
        Self {
            buffer,
            source,
            from: 0,
            to: 0,
        }
    }

    /// Copies a piece of the input.
    #[inline(always)]
    pub(super) fn copy(&mut self, start: usize, end: usize) {
        if start != self.to {
            self.flush();
            self.from = start;
        }
        self.to = end;
    }

    /// Writes something that does not stand in the input.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        self.flush();
        self.buffer.extend_from_slice(bytes);
    }

    /// The buffer itself, for writing what does not stand in the input.
    pub(super) fn raw(&mut self) -> &mut Vec<u8> {
        self.flush();
        self.buffer
    }

    /// A comma behind a value: most often it stands there already.
    #[inline(always)]
    pub(super) fn comma(&mut self) {
        if self.from < self.to && self.source.get(self.to) == Some(&b',') {
            self.to = self.to.wrapping_add(1);
        } else {
            self.write(b",");
        }
    }

    #[inline(never)]
    fn flush(&mut self) {
        if let Some(piece) = self.source.get(self.from..self.to) {
            self.buffer.extend_from_slice(piece);
        }
        self.from = self.to;
    }

    #[inline]
    pub(super) fn mark(&self) -> Mark {
        Mark {
            len: self.buffer.len(),
            from: self.from,
            to: self.to,
        }
    }

    /// Forgets what was written since.
    #[inline]
    pub(super) fn back(&mut self, mark: Mark) {
        self.buffer.truncate(mark.len);
        self.from = mark.from;
        self.to = mark.to;
    }

    pub(super) fn finish(mut self) -> &'o [u8] {
        self.flush();
        self.buffer
    }
}
