//! The event: CloudEvents 1.0 in the NL GOV profile, with the *doelbinding* as extension attributes.
//!
//! What a sender states here is a **claim**; the facts of the case decide. Attributes identify nobody: `subject` and
//! `dataref` are refused, because the profile's own example puts a BSN there.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::ids::{Oin, Partij};

/// The channel by which a message travels (digest §2); it selects the gates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kanaal {
    /// Between participants about one case.
    Casusoverleg,
    /// By a statutory duty.
    Wettelijk,
    /// To the young person or the parent with authority.
    Betrokkene,
    /// Outside the participants (14).
    Derde,
    /// Anonymous counts.
    Aggregaat,
    /// Consent, withdrawal, accession, accord: these outlive a closed case.
    Beheer,
}

impl Kanaal {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Casusoverleg => "casusoverleg",
            Self::Wettelijk => "wettelijk",
            Self::Betrokkene => "betrokkene",
            Self::Derde => "derde",
            Self::Aggregaat => "aggregaat",
            Self::Beheer => "beheer",
        }
    }
}

/// The kinds of canonical message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Bericht {
    /// A request for help.
    Hulpvraag,
    /// An agreed action.
    Actie,
    /// A report of a consultation.
    Verslag,
    /// The status of a request.
    Status,
}

impl Bericht {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Hulpvraag, Self::Actie, Self::Verslag, Self::Status];

    /// The word in schemas and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hulpvraag => "hulpvraag",
            Self::Actie => "actie",
            Self::Verslag => "verslag",
            Self::Status => "status",
        }
    }

    /// The `type` attribute of its event: reverse DNS, plural domain, one version.
    #[must_use]
    pub const fn event_type(self) -> &'static str {
        match self {
            Self::Hulpvraag => "nl.onderwijs-jeugd.hulpvragen.hulpvraag.v1",
            Self::Actie => "nl.onderwijs-jeugd.acties.actie.v1",
            Self::Verslag => "nl.onderwijs-jeugd.verslagen.verslag.v1",
            Self::Status => "nl.onderwijs-jeugd.statussen.status.v1",
        }
    }
}

/// Why an event is refused. The attribute is named, its value never shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Not an event at all, or an attribute of the wrong type, at this byte.
    #[error(
        "the body is not a CloudEvent in structured JSON (line {line}, column {column}): see the profile in the documentation"
    )]
    Unreadable {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// An attribute is missing.
    #[error("the attribute `{0}` is required")]
    Missing(&'static str),
    /// An attribute does not have the form it should have.
    #[error("the attribute `{0}` does not have the form of the NL GOV profile")]
    Invalid(&'static str),
    /// An attribute that may carry what identifies a person.
    #[error("the attribute `{0}` is not taken: it could identify a person; leave it out")]
    Refused(&'static str),
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default)]
    specversion: Option<&'a str>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    source: Option<String>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    datacontenttype: Option<String>,
    #[serde(default)]
    subject: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    dataref: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    kanaal: Option<String>,
    #[serde(default)]
    casusoverleg: Option<String>,
    #[serde(default)]
    casus: Option<String>,
    #[serde(default)]
    fase: Option<String>,
    #[serde(default)]
    doel: Option<String>,
    #[serde(default)]
    afzender: Option<String>,
    #[serde(default)]
    ontvanger: Option<String>,
    #[serde(default)]
    grondslag: Option<String>,
    #[serde(default)]
    traceparent: Option<String>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

/// The attributes of an accepted event. Nothing here identifies a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Unique for the source; source + id names the event for good.
    pub id: String,
    /// `urn:nld:oin:<OIN>:systeem:<name>`.
    pub source: String,
    /// Which canonical message.
    pub bericht: Bericht,
    /// When it happened, RFC 3339, if stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The doelbinding that the sender claims.
    pub claim: Claim,
    /// W3C trace context, if given and well formed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

/// What a sender states about purpose and parties: a claim, checked against the facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Channel.
    pub kanaal: Kanaal,
    /// Consultation; empty by statute, which belongs to none.
    pub casusoverleg: String,
    /// Pseudonymous id of the case. By statute no case is needed: the id then only keeps together, and in order, what the
    /// sender sends about one file.
    pub casus: String,
    /// Phase; empty by statute.
    pub fase: String,
    /// Purpose, a letter of 3.1; by statute the id of the flow.
    pub doel: String,
    /// On whose behalf the message is disclosed.
    pub afzender: Partij,
    /// To whom; `None`: every participant of the case but the sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ontvanger: Option<Partij>,
    /// Basis, if stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grondslag: Option<String>,
}

/// A word of the rules or an id: lower-case letters, digits, `-`, `_` and `.`, at most 64.
fn word(s: Option<String>, name: &'static str) -> Result<String, EventError> {
    let s = s.ok_or(EventError::Missing(name))?;
    let fine = (1..=64).contains(&s.len())
        && s.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.'));
    // Nine digits in a row could be a BSN: an id of a case is a pseudonym, never a number of a person.
    let digits = s.as_bytes().windows(8).any(|w| w.iter().all(u8::is_ascii_digit));
    if fine && !digits {
        Ok(s)
    } else {
        Err(EventError::Invalid(name))
    }
}

fn trace(s: &str) -> bool {
    let hex = |p: &str, n: usize| p.len() == n && p.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let parts: Vec<&str> = s.split('-').collect();
    matches!(parts.as_slice(), ["00", t, p, f]
        if hex(t, 32) && hex(p, 16) && hex(f, 2) && t.bytes().any(|b| b != b'0') && p.bytes().any(|b| b != b'0'))
}

impl Event {
    /// Reads the attributes of a structured event and gives the bytes of its `data` as they stand.
    ///
    /// The body must have passed the strict scan first (no duplicate keys, caps).
    ///
    /// # Errors
    /// Names the attribute that is missing or malformed; never a value.
    pub fn parse(body: &[u8]) -> Result<(Self, &[u8]), EventError> {
        let w: Wire<'_> = serde_json::from_slice(body).map_err(|e| EventError::Unreadable {
            line: e.line(),
            column: e.column(),
        })?;
        if w.specversion != Some("1.0") {
            return Err(EventError::Invalid("specversion"));
        }
        if w.subject.is_some() {
            return Err(EventError::Refused("subject"));
        }
        if w.dataref.is_some() {
            return Err(EventError::Refused("dataref"));
        }
        if w.datacontenttype
            .as_deref()
            .is_some_and(|t| t.split(';').next() != Some("application/json"))
        {
            return Err(EventError::Invalid("datacontenttype"));
        }
        let id = w.id.ok_or(EventError::Missing("id"))?;
        let id_fine = (1..=128).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':'));
        // A bare number of 8 to 10 digits could be a BSN or pupil number.
        if !id_fine || ((8..=10).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_digit())) {
            return Err(EventError::Invalid("id"));
        }
        let source = w.source.ok_or(EventError::Missing("source"))?;
        source_oin(&source).ok_or(EventError::Invalid("source"))?;
        let kind = w.kind.ok_or(EventError::Missing("type"))?;
        let bericht = Bericht::ALL
            .into_iter()
            .find(|b| b.event_type() == kind)
            .ok_or(EventError::Invalid("type"))?;
        // Written anew to the millisecond: what a sender hides behind the seconds or in an annotation does not travel.
        let time = match w.time.as_deref().map(str::parse::<jiff::Timestamp>) {
            None => None,
            Some(parsed) => {
                let ms = parsed.map_err(|_| EventError::Invalid("time"))?.as_millisecond();
                let time = jiff::Timestamp::from_millisecond(ms).map_err(|_| EventError::Invalid("time"))?;
                Some(time.to_string())
            }
        };
        let kanaal = match w.kanaal.as_deref() {
            None | Some("casusoverleg") => Kanaal::Casusoverleg,
            Some("wettelijk") => Kanaal::Wettelijk,
            Some("betrokkene") => Kanaal::Betrokkene,
            Some("derde") => Kanaal::Derde,
            Some("aggregaat") => Kanaal::Aggregaat,
            Some("beheer") => Kanaal::Beheer,
            Some(_) => return Err(EventError::Invalid("kanaal")),
        };
        let partij = |s: String, name: &'static str| s.parse::<Partij>().map_err(|_| EventError::Invalid(name));
        // Outside the consultations nobody receives for want of being named.
        if w.ontvanger.is_none() && kanaal != Kanaal::Casusoverleg {
            return Err(EventError::Missing("ontvanger"));
        }
        // A statute knows no consultation and no phase; what is stated of them is not kept.
        let at_table = |s: Option<String>, name: &'static str| match kanaal {
            Kanaal::Wettelijk => s
                .map_or(Ok(()), |s| word(Some(s), name).map(drop))
                .map(|()| String::new()),
            _ => word(s, name),
        };
        let claim = Claim {
            kanaal,
            casusoverleg: at_table(w.casusoverleg, "casusoverleg")?,
            casus: word(w.casus, "casus")?,
            fase: at_table(w.fase, "fase")?,
            doel: word(w.doel, "doel")?,
            afzender: partij(w.afzender.ok_or(EventError::Missing("afzender"))?, "afzender")?,
            ontvanger: w.ontvanger.map(|s| partij(s, "ontvanger")).transpose()?,
            grondslag: w.grondslag.map(|s| word(Some(s), "grondslag")).transpose()?,
        };
        if w.traceparent.as_deref().is_some_and(|t| !trace(t)) {
            return Err(EventError::Invalid("traceparent"));
        }
        let data = w.data.ok_or(EventError::Missing("data"))?.get().as_bytes();
        Ok((
            Self {
                id,
                source,
                bericht,
                time,
                claim,
                traceparent: w.traceparent,
            },
            data,
        ))
    }
}

/// The organisation in a `source` of the form `urn:nld:oin:<OIN>:systeem:<name>`.
#[must_use]
pub fn source_oin(source: &str) -> Option<Oin> {
    let (oin, name) = source.strip_prefix("urn:nld:oin:")?.split_once(":systeem:")?;
    let fine =
        (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || matches!(b, b'-' | b'.'));
    if fine { oin.parse().ok() } else { None }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn body(extra: &str) -> String {
        format!(
            r#"{{"specversion":"1.0","id":"e-1","source":"urn:nld:oin:00000099000000001000:systeem:kindkans",
            "type":"nl.onderwijs-jeugd.hulpvragen.hulpvraag.v1","casusoverleg":"thuiszitterstafel","casus":"cas-1",
            "fase":"intake","doel":"a","afzender":"00000099000000001000/school"{extra},"data":{{"a":1}}}}"#
        )
    }

    #[test]
    fn attributes_are_read_and_data_stays_as_it_is() {
        let text = body("");
        let (event, data) = Event::parse(text.as_bytes()).unwrap();
        assert_eq!(event.bericht, Bericht::Hulpvraag);
        assert_eq!(data, br#"{"a":1}"#);
    }

    #[test]
    fn a_statute_belongs_to_no_consultation_and_names_its_receiver() {
        let table = body(r#","kanaal":"wettelijk","ontvanger":"00000099000000007000/duo""#);
        let bare = table
            .replace(r#""casusoverleg":"thuiszitterstafel","#, "")
            .replace(r#""fase":"intake","#, "");
        for text in [table, bare] {
            let (event, _) = Event::parse(text.as_bytes()).unwrap();
            assert_eq!((event.claim.casusoverleg.as_str(), event.claim.fase.as_str()), ("", ""));
        }
        for kanaal in ["wettelijk", "betrokkene", "derde", "aggregaat", "beheer"] {
            let nobody = body(&format!(r#","kanaal":"{kanaal}""#));
            assert_eq!(
                Event::parse(nobody.as_bytes()).unwrap_err(),
                EventError::Missing("ontvanger")
            );
        }
        let without = body("").replace(r#""fase":"intake","#, "");
        assert_eq!(
            Event::parse(without.as_bytes()).unwrap_err(),
            EventError::Missing("fase")
        );
    }

    #[test]
    fn what_could_identify_a_person_is_refused() {
        let refused = |extra: &str| Event::parse(body(extra).as_bytes()).unwrap_err();
        assert_eq!(refused(r#","subject":"999900006""#), EventError::Refused("subject"));
        assert_eq!(
            refused(r#","dataref":"https://x/999900006""#),
            EventError::Refused("dataref")
        );
        assert_eq!(
            Event::parse(body("").replace("cas-1", "999900006").as_bytes()).unwrap_err(),
            EventError::Invalid("casus")
        );
        assert_eq!(
            Event::parse(body("").replace("e-1", "999900006").as_bytes()).unwrap_err(),
            EventError::Invalid("id")
        );
    }

    #[test]
    fn nothing_hides_in_the_time() {
        let extra = r#","time":"2026-11-23T09:00:00.999900006Z[Fatima/diabetes]""#;
        if let Ok((event, _)) = Event::parse(body(extra).as_bytes()) {
            assert_eq!(event.time.unwrap(), "2026-11-23T09:00:00.999Z");
        }
    }

    #[test]
    fn errors_never_show_a_value() {
        let e = Event::parse(br#"{"specversion":"1.0","id":{"geheim":"999900006"}}"#).unwrap_err();
        assert!(!e.to_string().contains("9999"));
    }
}
