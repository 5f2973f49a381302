//! Messages and plans out of a tape of bytes: a shorter tape with smaller bytes gives a simpler message, so that
//! what proptest shrinks stays a message.

use std::collections::BTreeSet;

use serde_json::Value;

use super::doc::Doc;
use super::spec::Spec;
use crate::gegeven::{Actie, Gegevens, Wijze};

pub struct Tape<'t> {
    bytes: &'t [u8],
}

impl<'t> Tape<'t> {
    pub fn new(bytes: &'t [u8]) -> Self {
        Self { bytes }
    }

    pub fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                *first
            }
            None => 0,
        }
    }

    pub fn below(&mut self, n: usize) -> usize {
        usize::from(self.byte()) % n
    }

    /// True about `percent` times in a hundred; false at the end of the tape.
    pub fn chance(&mut self, percent: u16) -> bool {
        u16::from(self.byte()) * 100 / 256 >= 100 - percent
    }

    fn pick<'x>(&mut self, from: &[&'x str]) -> &'x str {
        from[self.below(from.len())]
    }
}

/// A message for a schema: mostly well-formed, with everything that may stand in one.
pub fn message(spec: Spec<'_>, tape: &mut Tape<'_>) -> Doc {
    let mut members = Vec::new();
    for name in spec.properties().keys() {
        let below = spec.property(name).unwrap();
        if tape.chance(1) {
            continue;
        }
        let value = match name.as_str() {
            "bijdragen" => {
                let count = tape.below(4);
                Doc::Array((0..count).map(|_| contribution(below.items(), tape)).collect())
            }
            _ => match below.constant() {
                Some(constant) => Doc::Scalar(spelled(constant, tape)),
                None => Doc::Scalar("\"2026-09-14\"".to_owned()),
            },
        };
        members.push((name.clone(), value));
    }
    extras(&mut members, tape);
    Doc::Object(members)
}

fn contribution(spec: Spec<'_>, tape: &mut Tape<'_>) -> Doc {
    let parties = ["00000099000000001000/school", "00000099000000002000/jgz"];
    let mut members = vec![
        ("inbrenger".to_owned(), Doc::Scalar(spelled(tape.pick(&parties), tape))),
        (
            "beroepsgeheim".to_owned(),
            Doc::Scalar(spelled(tape.pick(&["geen", "wgbo"]), tape)),
        ),
        ("inhoud".to_owned(), value(spec.property("inhoud").unwrap(), tape, 0)),
    ];
    if tape.chance(1) {
        members.remove(0);
    }
    extras(&mut members, tape);
    Doc::Object(members)
}

/// Sometimes another order, sometimes fields nobody knows.
fn extras(members: &mut Vec<(String, Doc)>, tape: &mut Tape<'_>) {
    if tape.chance(10) && !members.is_empty() {
        let by = tape.below(members.len());
        members.rotate_left(by);
    }
    while tape.chance(10) {
        let key = match tape.below(6) {
            0 => "onbekend".to_owned(),
            1 => "\u{e9}\u{1F600}\"\\\n".to_owned(),
            2 => "naam ".to_owned(),
            3 => String::new(),
            4 => "een-heel-lange-sleutel-die-niemand-kent".to_owned(),
            _ => format!("x{}", tape.byte()),
        };
        if members.iter().all(|(k, _)| *k != key) {
            let at = tape.below(members.len() + 1);
            members.insert(at, (key, anything(tape, 3)));
        }
    }
}

pub fn value(spec: Spec<'_>, tape: &mut Tape<'_>, depth: usize) -> Doc {
    if tape.chance(3) {
        return Doc::Scalar("null".to_owned());
    }
    if tape.chance(1) && depth > 0 {
        return anything(tape, 2);
    }
    match spec.kind() {
        "object" => {
            let mut members = Vec::new();
            for name in spec.properties().keys() {
                let below = spec.property(name).unwrap();
                // Both a source and its generalisation is refused more often than not: rarely.
                let wanted = if below.derived().is_some() { 12 } else { 55 };
                if tape.chance(wanted) {
                    members.push((name.clone(), value(below, tape, depth + 1)));
                }
            }
            extras(&mut members, tape);
            Doc::Object(members)
        }
        "array" => {
            let count = tape.below(4);
            Doc::Array((0..count).map(|_| value(spec.items(), tape, depth + 1)).collect())
        }
        "boolean" => Doc::Scalar(tape.pick(&["false", "true"]).to_owned()),
        "integer" => Doc::Scalar(
            tape.pick(&["0", "1", "-7", "42", "123456789012", "1234567890123"])
                .to_owned(),
        ),
        "number" => Doc::Scalar(
            tape.pick(&[
                "0",
                "6.5",
                "-0.10",
                "1000",
                "-2.50",
                "123456789.12",
                "6.123",
                "1e3",
                "1E-2",
            ])
            .to_owned(),
        ),
        _ => text(tape),
    }
}

fn text(tape: &mut Tape<'_>) -> Doc {
    let dates = [
        "2014-05-31",
        "2012-02-29",
        "2026-11-23",
        "2026-11-24",
        "1890-01-01",
        "2014-02-30",
        "31-05-2014",
    ];
    let postcodes = ["3241 AB", "3241AB", "0241 AB", "3241", "3241  AB"];
    let words = [
        "",
        "a",
        "Voorbeeld",
        "Zo\u{eb}",
        "\u{1F600}",
        "regel\nregel",
        "een \"woord\"",
        "\u{7f}\\/",
    ];
    let word = match tape.below(4) {
        0 => tape.pick(&words),
        1 => tape.pick(&postcodes),
        2 => tape.pick(&dates),
        _ => "Een zin die langer is dan zestien bytes, met een komma, {haken} en [meer]: \u{2026}",
    };
    Doc::Scalar(spelled(word, tape))
}

/// Any JSON at all.
pub fn anything(tape: &mut Tape<'_>, depth: usize) -> Doc {
    match tape.below(if depth == 0 { 6 } else { 8 }) {
        0 => Doc::Scalar("null".to_owned()),
        1 => Doc::Scalar("true".to_owned()),
        2 => Doc::Scalar("-1.5e+10".to_owned()),
        3..6 => text(tape),
        6 => Doc::Array((0..tape.below(4)).map(|_| anything(tape, depth - 1)).collect()),
        _ => {
            let mut members: Vec<(String, Doc)> = Vec::new();
            for _ in 0..tape.below(4) {
                let key = tape
                    .pick(&["naam", "x", "een lange sleutel van vele letters", "\u{e9}"])
                    .to_owned();
                if members.iter().all(|(k, _)| *k != key) {
                    members.push((key, anything(tape, depth - 1)));
                }
            }
            Doc::Object(members)
        }
    }
}

/// A JSON string; sometimes with escapes that need not be.
fn spelled(text: &str, tape: &mut Tape<'_>) -> String {
    let plain = Value::from(text).to_string();
    if !tape.chance(8) {
        return plain;
    }
    let mut out = String::from("\"");
    for unit in text.encode_utf16() {
        out.push_str(&format!("\\u{unit:04x}"));
    }
    out.push('"');
    out
}

/// The message as text: with or without white space, keys sometimes escaped.
pub fn write(doc: &Doc, tape: &mut Tape<'_>) -> String {
    let mut out = String::new();
    let airy = tape.chance(30);
    space(&mut out, airy, tape);
    put(doc, airy, tape, &mut out);
    space(&mut out, airy, tape);
    out
}

fn space(out: &mut String, airy: bool, tape: &mut Tape<'_>) {
    if airy {
        out.push_str(tape.pick(&["", " ", "\n  ", "\t", "\r\n", "                    "]));
    }
}

fn put(doc: &Doc, airy: bool, tape: &mut Tape<'_>, out: &mut String) {
    let (open, close, count) = match doc {
        Doc::Scalar(raw) => return out.push_str(raw),
        Doc::Array(items) => ('[', ']', items.len()),
        Doc::Object(members) => ('{', '}', members.len()),
    };
    out.push(open);
    space(out, airy, tape);
    for n in 0..count {
        if n > 0 {
            out.push(',');
            space(out, airy, tape);
        }
        let value = match doc {
            Doc::Object(members) => {
                out.push_str(&spelled(&members[n].0, tape));
                space(out, airy, tape);
                out.push(':');
                space(out, airy, tape);
                &members[n].1
            }
            _ => &doc.items()[n],
        };
        put(value, airy, tape, out);
        space(out, airy, tape);
    }
    out.push(close);
}

/// What is done with each element, and per contribution which it may give.
#[derive(Clone)]
pub struct Rules {
    pub actions: Vec<Actie>,
    pub masks: Vec<BTreeSet<usize>>,
}

impl Rules {
    pub fn generate(gegevens: &Gegevens, tape: &mut Tape<'_>) -> Self {
        let ways = [Wijze::Jaar, Wijze::Leeftijd, Wijze::Pc4, Wijze::Dat];
        let permits = [90, 50, 25][tape.below(3)];
        let action = |(_, gegeven): (_, &crate::gegeven::Gegeven)| {
            let listed = &gegeven.generalisaties;
            if tape.chance(permits) {
                Actie::Permit
            } else if !listed.is_empty() && tape.chance(75) {
                Actie::Generalise(listed[tape.below(listed.len())])
            } else if tape.chance(10) {
                Actie::Generalise(ways[tape.below(4)])
            } else {
                Actie::Drop
            }
        };
        let actions: Vec<Actie> = gegevens.iter().map(action).collect();
        let masks = (0..4)
            .map(|_| (0..actions.len()).filter(|_| !tape.chance(20)).collect())
            .collect();
        Self { actions, masks }
    }

    pub fn permission(&self, bijdrage: usize, element: usize) -> Actie {
        match self.masks.get(bijdrage) {
            Some(mask) if mask.contains(&element) => self.actions[element],
            _ => Actie::Drop,
        }
    }
}
