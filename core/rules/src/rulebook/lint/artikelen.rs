//! Citations of articles that the covenant does not have. Every verdict shows them, so a slip refuses the rulebook.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::super::{Finding, Source, spelling};
use super::Input;

/// The file with the numbers.
pub(in super::super) const FILE: &str = "artikelen.toml";

/// The numbers of the covenant's articles, footnotes and annexes (*bijlagen*), without a word of its text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artikelen {
    voetnoten: u16,
    bijlagen: u16,
    onderdelen: Vec<String>,
    punten: u16,
    wetten: Vec<String>,
    leden: BTreeMap<String, u16>,
    letters: BTreeMap<String, char>,
}

impl Artikelen {
    /// Reads the file with the numbers; `None` when it is not what it should be.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        toml::from_str(text).ok()
    }

    /// The first part of a citation that the covenant does not have; `None` when all of it is there.
    ///
    /// Parts stand between commas or semicolons, `5.1–5.4` means both ends, and what stands between brackets is a remark.
    #[must_use]
    pub fn unknown<'c>(&self, citation: &'c str) -> Option<&'c str> {
        let bare = citation.split_once(" (").map_or(citation, |(before, _)| before);
        let mut parts = bare.split([',', ';', '–']).map(str::trim);
        parts.find(|part| !self.knows(part))
    }

    fn knows(&self, part: &str) -> bool {
        let up_to = |text: &str, most: u16| text.parse::<u16>().is_ok_and(|n| n > 0 && n <= most);
        if let Some(n) = part.strip_prefix("voetnoot ") {
            return up_to(n, self.voetnoten);
        }
        if let Some(n) = part.strip_prefix("Bijlage ") {
            return up_to(n, self.bijlagen);
        }
        if let Some(n) = part.strip_prefix("punt ") {
            return up_to(n, self.punten);
        }
        if self.onderdelen.iter().any(|o| o == part) {
            return true;
        }
        let of_law = |w: &String| {
            part.strip_prefix(w.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        };
        if self.wetten.iter().any(of_law) {
            return true;
        }
        let mut steps = part.split('.');
        let Some(leden) = steps.next().and_then(|a| self.leden.get(a)) else {
            return false;
        };
        let letter = |at: &str, l: &str| {
            let mut one = l.chars();
            let (first, rest) = (one.next(), one.next());
            let last = self.letters.get(at);
            rest.is_none() && first.zip(last).is_some_and(|(l, last)| ('a'..=*last).contains(&l))
        };
        match (steps.next(), steps.next(), steps.next()) {
            (None, ..) => true,
            (Some(lid), None, _) if lid.bytes().all(|b| b.is_ascii_digit()) => up_to(lid, *leden),
            (Some(l), None, _) => part.rsplit_once('.').is_some_and(|(at, _)| letter(at, l)),
            (Some(lid), Some(l), None) => {
                up_to(lid, *leden) && part.rsplit_once('.').is_some_and(|(at, _)| letter(at, l))
            }
            _ => false,
        }
    }
}

pub(super) fn check(i: &Input<'_>, out: &mut Vec<Finding>) {
    let file = i.sources.rules.iter().find(|s| s.name == FILE);
    let Some(file) = file else {
        out.push(Finding::new(
            FILE,
            0..0,
            "dit bestand ontbreekt",
            "leg het in de map met de regels: daarin staan de nummers van het convenant",
        ));
        return;
    };
    let known = match toml::from_str::<Artikelen>(&file.text) {
        Ok(known) => known,
        Err(e) => {
            out.push(spelling::unreadable(file, &e));
            return;
        }
    };
    for source in i.sources.rules.iter().filter(|s| s.name != FILE) {
        if source.name == "convenant.toml" {
            // The one citation of a file that can be long: parties cite nothing.
            let artikel = &i.files.convenant.convenant.artikel;
            let line = format!("\"{artikel}\"");
            let at = source
                .text
                .find(&line)
                .map_or(0..0, |at| at..at.saturating_add(line.len()));
            cite(source, &known, artikel, at, out);
        } else if let Ok(table) = DeTable::parse(&source.text) {
            walk(source, &known, table.get_ref(), out);
        }
    }
}

/// Every `artikel` and `artikelen` of a file, whatever block it stands in. As deep as the reader of TOML goes.
fn walk(source: &Source, known: &Artikelen, table: &DeTable<'_>, out: &mut Vec<Finding>) {
    for (key, value) in table {
        let cites = matches!(key.get_ref().as_ref(), "artikel" | "artikelen");
        value_of(source, known, value, cites, out);
    }
}

fn value_of(source: &Source, known: &Artikelen, value: &Spanned<DeValue<'_>>, cites: bool, out: &mut Vec<Finding>) {
    match value.get_ref() {
        DeValue::String(text) if cites => cite(source, known, text, value.span(), out),
        DeValue::Array(items) => items.iter().for_each(|item| value_of(source, known, item, cites, out)),
        DeValue::Table(table) => walk(source, known, table, out),
        _ => {}
    }
}

fn cite(source: &Source, known: &Artikelen, text: &str, span: Range<usize>, out: &mut Vec<Finding>) {
    if let Some(part) = known.unknown(text) {
        out.push(Finding::new(
            &source.name,
            span,
            format!("`{part}` staat niet in het convenant"),
            "schrijf een artikel als 5.1.a, een bijlage als Bijlage 3, of een wet met haar artikel; de nummers staan in artikelen.toml",
        ));
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::Artikelen;

    #[test]
    fn a_citation_is_looked_up_part_by_part() {
        let known = Artikelen::parse(
            "voetnoten = 62\nbijlagen = 5\npunten = 6\nonderdelen = [\"Thuiszitterstafel\"]\nwetten = [\"LPW\", \"WVO\"]\n\
             [leden]\n4 = 6\n5 = 7\n6 = 0\n[letters]\n\"5.1\" = \"i\"\n6 = \"e\"\n",
        )
        .unwrap();
        for good in [
            "5.1.a",
            "5.1.i, 4",
            "6.b",
            "6",
            "5.1–5.4",
            "Bijlage 3, Thuiszitterstafel, punt 4",
            "voetnoot 45",
            "LPW 21a; WVO",
            "5.1 (niet op de lijst)",
        ] {
            assert_eq!(known.unknown(good), None, "{good}");
        }
        for bad in [
            "5.8",
            "5.0",
            "5.1.j",
            "5.1.aa",
            "5.2.a",
            "6.f",
            "6.1",
            "7",
            "Bijlage 6",
            "Bijlage",
            "voetnoot 63",
            "LPWA 3",
            "",
            "5.1.a.b",
            "artikel 5",
            "punt 7",
            "5.",
            "5.1.",
        ] {
            assert_eq!(known.unknown(bad), Some(bad), "{bad}");
        }
        assert_eq!(known.unknown("5.1.a, 5.9"), Some("5.9"));
    }
}
