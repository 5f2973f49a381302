//! A notice on the wire: a CloudEvent without content. Its id is the effect, its type the station; nothing else about a
//! message is there, so a broker learns how much moves and when, and nothing about whom.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sluis_stations::ports::{EffectId, Notice, Station};

/// A notice is a few hundred bytes; what is longer is not one.
const MOST: usize = 2048;
/// Media type of the structured form.
pub(super) const MEDIA: &str = "application/cloudevents+json";

/// The routing key of a station: its version stands in it, as in the type.
pub(super) const fn key(station: Station) -> &'static str {
    match station {
        Station::Judge => "oordelen.v1",
        Station::Deliver => "bezorgen.v1",
    }
}

const fn kind(station: Station) -> &'static str {
    match station {
        Station::Judge => "nl.sluis.gereed.oordelen.v1",
        Station::Deliver => "nl.sluis.gereed.bezorgen.v1",
    }
}

#[derive(Serialize, Deserialize)]
struct Wire<'a> {
    specversion: &'a str,
    id: &'a str,
    source: &'a str,
    #[serde(rename = "type")]
    kind: &'a str,
    time: &'a str,
}

/// Why a delivery is no notice of ours. A closed list of words: what stood in it is never said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foreign {
    /// Not a CloudEvent as we write them.
    Unreadable,
    /// Of another organisation.
    Source,
    /// Of a version or kind that this Sluis does not know, or for another station.
    Kind,
}

impl Foreign {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Unreadable => "onleesbaar",
            Self::Source => "vreemde-bron",
            Self::Kind => "onbekende-soort",
        }
    }
}

/// The bytes of a notice.
pub(super) fn write(notice: &Notice, source: &str, now: Timestamp) -> Vec<u8> {
    let wire = Wire {
        specversion: "1.0",
        id: notice.effect.as_str(),
        source,
        kind: kind(notice.station),
        time: &now.to_string(),
    };
    // Five strings always become JSON.
    serde_json::to_vec(&wire).unwrap_or_default()
}

/// The effect, and when the notice was written.
pub(super) fn read(bytes: &[u8], station: Station, source: &str) -> Result<(EffectId, Timestamp), Foreign> {
    if bytes.len() > MOST {
        return Err(Foreign::Unreadable);
    }
    let wire: Wire<'_> = serde_json::from_slice(bytes).map_err(|_| Foreign::Unreadable)?;
    if wire.specversion != "1.0" {
        return Err(Foreign::Unreadable);
    }
    if wire.source != source {
        return Err(Foreign::Source);
    }
    if wire.kind != kind(station) {
        return Err(Foreign::Kind);
    }
    let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    if !(1..=128).contains(&wire.id.len()) || !wire.id.bytes().all(hex) {
        return Err(Foreign::Unreadable);
    }
    let time = wire.time.parse().map_err(|_| Foreign::Unreadable)?;
    Ok((EffectId(wire.id.to_owned()), time))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    const SOURCE: &str = "urn:nld:oin:00000099000000003000:systeem:sluis";

    #[test]
    fn a_notice_holds_its_effect_and_its_station_and_nothing_else() {
        let now: Timestamp = "2026-11-23T08:00:00.5Z".parse().unwrap();
        for station in [Station::Judge, Station::Deliver] {
            let effect = EffectId("00ff".into());
            let bytes = write(
                &Notice {
                    station,
                    effect: effect.clone(),
                },
                SOURCE,
                now,
            );
            assert_eq!(read(&bytes, station, SOURCE), Ok((effect, now)));
            let seen: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            let keys: Vec<&str> = seen.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(keys, ["id", "source", "specversion", "time", "type"]);
        }
    }

    #[test]
    fn what_is_not_a_notice_of_ours_is_told_apart() {
        let fine = r#"{"specversion":"1.0","id":"00ff","source":"urn:nld:oin:00000099000000003000:systeem:sluis","type":"nl.sluis.gereed.oordelen.v1","time":"2026-11-23T08:00:00Z"}"#;
        let read = |text: &str| read(text.as_bytes(), Station::Judge, SOURCE).map(|_| ());
        assert_eq!(read(fine), Ok(()));
        // A later version may say more, as CloudEvents permit.
        assert_eq!(read(&fine.replace("\"id\"", "\"more\":{\"a\":1},\"id\"")), Ok(()));
        for (from, to, why) in [
            ("3000:", "4000:", Foreign::Source),
            (".v1", ".v2", Foreign::Kind),
            ("oordelen", "bezorgen", Foreign::Kind),
            ("\"1.0\"", "\"2.0\"", Foreign::Unreadable),
            ("00ff", "", Foreign::Unreadable),
            ("00ff", "Jan de Vries", Foreign::Unreadable),
            ("2026-11-23", "gisteren ", Foreign::Unreadable),
            ("\"id\"", "\"di\"", Foreign::Unreadable),
            ("{", "[", Foreign::Unreadable),
        ] {
            assert_eq!(read(&fine.replace(from, to)), Err(why), "{from} → {to}");
        }
        assert_eq!(read(&format!("{fine}{}", " ".repeat(MOST))), Err(Foreign::Unreadable));
        assert_eq!(read(""), Err(Foreign::Unreadable));
    }
}
