//! The body of an answer, counted while it streams in.

use reqwest::Response;
use reqwest::header::CONTENT_ENCODING;

/// Why there is no body.
#[derive(Debug)]
pub enum Cut {
    /// More than was allowed; what was read is gone.
    TooLarge,
    /// Packed, though nobody asked for that: nothing is unpacked here.
    Packed,
    /// The connection broke, or took too long.
    Broken(reqwest::Error),
}

/// Reads a body of at most so many bytes.
///
/// # Errors
/// See [`Cut`].
pub async fn read(mut answer: Response, most: usize) -> Result<Vec<u8>, Cut> {
    let packed = answer.headers().get(CONTENT_ENCODING);
    if packed.is_some_and(|how| !how.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Cut::Packed);
    }
    let stated = answer.content_length().unwrap_or(0);
    if usize::try_from(stated).map_or(true, |stated| stated > most) {
        return Err(Cut::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(Cut::Broken)? {
        if body.len() + piece.len() > most {
            return Err(Cut::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}
