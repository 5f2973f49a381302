//! Pseudonyms (14.3): the name or number of a person becomes a pseudonym of this receiver, and so does the `kenmerk`.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::Fault;
use super::derive::{Derived, date};
use super::walk::Walk;
use crate::ids::{Bsn, Onderwijsnummer};
use crate::pseudonym::{Identity, Persoon, PseudonymKey, envelope};

/// What stands beside a name: with a number no pseudonym of the name is made, and without a birth date none can be.
#[derive(Deserialize)]
struct Beside<'b> {
    #[serde(borrow, default)]
    geboortedatum: Option<Cow<'b, str>>,
    #[serde(default)]
    bsn: Option<IgnoredAny>,
    #[serde(default)]
    onderwijsnummer: Option<IgnoredAny>,
}

/// Of a number as it stands, or of a name with what stands beside it. What is neither gives nothing: then it is left out.
fn of(key: &PseudonymKey, text: &str, object: &[u8]) -> Option<Derived> {
    let made = if text.bytes().any(|b| b.is_ascii_digit()) {
        match (text.parse::<Bsn>(), text.parse::<Onderwijsnummer>()) {
            (Ok(bsn), _) => key.pseudonym(Identity::Bsn(&bsn)),
            (_, Ok(nummer)) => key.pseudonym(Identity::Onderwijsnummer(&nummer)),
            _ => return None,
        }
    } else {
        // Only the object itself is read; what follows it is none of its business.
        let mut reader = serde_json::Deserializer::from_slice(object);
        let beside = Beside::deserialize(&mut reader).ok()?;
        if beside.bsn.is_some() || beside.onderwijsnummer.is_some() {
            return None;
        }
        let born = date(beside.geboortedatum?.as_bytes())?;
        key.pseudonym(Identity::Persoon(&Persoon::new(text, born).ok()?))
    };
    Some(Derived::Name(made))
}

impl<F: Fault> Walk<'_, '_, '_, '_, F> {
    /// The pseudonym of a text that has been read, in the object that begins at `open`. Nothing without a key.
    pub(super) fn pseudonym(&mut self, start: usize, end: usize, open: usize) -> Option<Derived> {
        let key = self.key?;
        let object = self.reader.bytes().get(open..).unwrap_or_default();
        let text = std::str::from_utf8(self.reader.text(start, end).as_bytes())
            .ok()?
            .to_owned();
        let made = of(key, &text, object);
        // It held somebody's number: not left behind.
        drop(zeroize::Zeroizing::new(text));
        made
    }

    /// Writes the `kenmerk` of this receiver instead of the sender's own; says whether it did.
    pub(super) fn kenmerk(&mut self, start: usize, end: usize) -> bool {
        let Some(key) = self.key else { return false };
        let made = envelope::kenmerk(key, self.reader.text(start, end));
        let out = self.out.raw();
        out.push(b'"');
        out.extend_from_slice(made.as_bytes());
        out.push(b'"');
        true
    }
}
