//! Whether an attachment is what it says it is. Nothing is unpacked, and nothing is fetched from elsewhere.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// Most characters of base64: what the canonical form has room for.
const MOST: usize = 524_288;

/// The first bytes of the kinds that may come in, and of what could pass for text.
const MARKS: &[(&[u8], &str)] = &[
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
];

/// Whether the one attachment of a document is there, and is of the kind it says. The reason, when not.
pub(crate) fn sound(document: &Value) -> Result<(), &'static str> {
    let one = document.get("content").and_then(Value::as_array).map(Vec::as_slice);
    let Some([content]) = one else {
        return Err("bijlage-niet-een");
    };
    let attachment = content.get("attachment").unwrap_or(&Value::Null);
    let text = |key| attachment.get(key).and_then(Value::as_str);
    // One that lies elsewhere is not fetched: its address is not ours to follow.
    let data = text("data").ok_or("bijlage-elders")?;
    if data.len() > MOST {
        return Err("bijlage-te-groot");
    }
    let bytes = STANDARD.decode(data).map_err(|_| "bijlage-onleesbaar")?;
    if kind(&bytes) == text("contentType") {
        Ok(())
    } else {
        Err("bijlage-ander-type")
    }
}

/// What the bytes are, whatever is said of them.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    if let Some((_, kind)) = MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Some(kind);
    }
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    let text = std::str::from_utf8(bytes).ok()?;
    (!text.is_empty() && text.chars().all(plain)).then_some("text/plain")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(kind: &str, bytes: &[u8]) -> Value {
        let data = STANDARD.encode(bytes);
        serde_json::json!({ "content": [{ "attachment": { "contentType": kind, "data": data } }] })
    }

    #[test]
    fn an_attachment_is_what_it_says_or_stays_behind() {
        assert_eq!(sound(&document("application/pdf", b"%PDF-1.7 ...")), Ok(()));
        assert_eq!(sound(&document("text/plain", "Tekst met é\n".as_bytes())), Ok(()));
        for (kind, bytes) in [
            ("application/pdf", b"PK\x03\x04....".as_slice()),
            ("text/plain", b"%PDF-1.7"),
            ("text/plain", b"\x1f\x8b\x08\x00bom"),
            ("image/png", b"GIF89a"),
            ("application/zip", b"PK\x03\x04"),
            ("text/plain", b""),
            ("text/html", b"<p>"),
        ] {
            assert_eq!(sound(&document(kind, bytes)), Err("bijlage-ander-type"), "{kind}");
        }
        let elsewhere = serde_json::json!({ "content": [{ "attachment": { "url": "https://elders.example/1" } }] });
        assert_eq!(sound(&elsewhere), Err("bijlage-elders"));
        assert_eq!(
            sound(&document("text/plain", &vec![b'a'; MOST])),
            Err("bijlage-te-groot")
        );
        let broken = serde_json::json!({ "content": [{ "attachment": { "contentType": "text/plain", "data": "!" } }] });
        assert_eq!(sound(&broken), Err("bijlage-onleesbaar"));
        assert_eq!(sound(&serde_json::json!({ "content": [] })), Err("bijlage-niet-een"));
    }
}
