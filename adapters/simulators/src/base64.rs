//! Base64 (RFC 4648 §4, with padding): the log is lines of JSON, and what arrives is any byte.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn letter(six: u32) -> char {
    let at = usize::try_from(six & 0x3f).unwrap_or(0);
    ALPHABET.get(at).map_or('A', |byte| char::from(*byte))
}

/// Writes `bytes` as base64.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let at = |i: usize| u32::from(group.get(i).copied().unwrap_or(0));
        let word = (at(0) << 16) | (at(1) << 8) | at(2);
        out.push(letter(word >> 18));
        out.push(letter(word >> 12));
        out.push(if group.len() > 1 { letter(word >> 6) } else { '=' });
        out.push(if group.len() > 2 { letter(word) } else { '=' });
    }
    out
}

/// Reads base64 back; `None` for anything [`encode`] does not write.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut padded = false;
    for group in text.as_bytes().chunks(4) {
        if padded {
            return None;
        }
        let mut word = 0u32;
        let mut kept = 0usize;
        for byte in group {
            let value = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' => 62,
                b'/' => 63,
                b'=' if kept >= 2 => {
                    padded = true;
                    word <<= 6;
                    continue;
                }
                _ => return None,
            };
            if padded {
                return None;
            }
            kept += 1;
            word = (word << 6) | u32::from(value);
        }
        out.extend(word.to_be_bytes().iter().skip(1).take(kept.saturating_sub(1)));
    }
    Some(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]
mod tests {
    use super::{decode, encode};

    #[test]
    fn the_vectors_of_the_rfc() {
        let plain = "foobar";
        let coded = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        for (n, expected) in coded.iter().enumerate() {
            assert_eq!(encode(&plain.as_bytes()[..n]), *expected);
            assert_eq!(decode(expected).unwrap(), plain.as_bytes()[..n]);
        }
    }

    #[test]
    fn every_byte_comes_back_and_rubbish_does_not() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(decode(&encode(&all)).unwrap(), all);
        for bad in ["Zg=", "Zg==Zg==", "Z===", "Zg=a", "Zm9 ", "Zm9\u{e9}"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
