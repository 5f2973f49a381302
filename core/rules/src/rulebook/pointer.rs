//! Where in the text of a schema a JSON pointer points.

use std::ops::Range;

/// The place of what a JSON pointer (RFC 6901) names: the key and its value. As far as it can be followed; `0..0` for
/// the whole, and for a text that is no JSON.
pub(super) fn span(text: &str, pointer: &str) -> Range<usize> {
    let mut reader = Reader {
        bytes: text.as_bytes(),
        at: 0,
    };
    let mut found = 0..0;
    for name in pointer.split('/').skip(1) {
        match reader.enter(&name.replace("~1", "/").replace("~0", "~")) {
            Some(key) => found = key,
            None => break,
        }
    }
    found
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn blank(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at = self.at.saturating_add(1);
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        self.blank();
        (self.peek()? == byte).then(|| self.at = self.at.saturating_add(1))
    }

    /// Past a string; gives what stands between the quotes, as it is written.
    fn string(&mut self) -> Option<Range<usize>> {
        self.take(b'"')?;
        let start = self.at;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at = self.at.saturating_add(2),
                _ => self.at = self.at.saturating_add(1),
            }
        }
        let end = self.at;
        self.at = end.saturating_add(1);
        Some(start..end)
    }

    /// Past any value, without recursion: brackets are counted.
    fn skip(&mut self) -> Option<()> {
        self.blank();
        let mut depth = 0_usize;
        loop {
            self.blank();
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth = depth.saturating_add(1);
                    self.at = self.at.saturating_add(1);
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at = self.at.saturating_add(1);
                }
                b',' | b':' if depth == 0 => return Some(()),
                _ => self.at = self.at.saturating_add(1),
            }
            if depth == 0 {
                self.blank();
                if matches!(self.peek(), None | Some(b',' | b'}' | b']')) {
                    return Some(());
                }
            }
        }
    }

    /// Into the member of that name, to the start of its value; gives the place of the key.
    fn enter(&mut self, name: &str) -> Option<Range<usize>> {
        self.take(b'{')?;
        loop {
            self.blank();
            if self.peek()? == b'}' {
                return None;
            }
            let key = self.string()?;
            self.take(b':')?;
            if self.bytes.get(key.clone()) == Some(name.as_bytes()) {
                self.blank();
                return Some(key.start.saturating_sub(1)..key.end.saturating_add(1));
            }
            self.skip()?;
            self.blank();
            if self.peek()? == b',' {
                self.at = self.at.saturating_add(1);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "a test may stop at the first surprise")]
mod tests {
    use super::span;

    #[test]
    fn a_pointer_is_followed_past_everything_else() {
        let text = r#"{ "a": [1, {"b": "}\""}], "c" : { "d/e": {"x": true}, "f": -1.5e3 } }"#;
        assert_eq!(&text[span(text, "/c/f")], "\"f\"");
        assert_eq!(&text[span(text, "/c/d~1e/x")], "\"x\"");
        assert_eq!(&text[span(text, "/c/nergens")], "\"c\"");
        assert_eq!(span(text, ""), 0..0);
    }

    #[test]
    fn what_is_no_json_has_no_place_and_no_end_either() {
        for text in [
            "",
            "{",
            "[",
            "{\"a",
            "{\"a\":",
            "{\"a\\",
            "{]",
            "{\"b\":[[[[",
            "\u{feff}{}",
        ] {
            let _ = span(text, "/a/b");
        }
    }
}
