//! From the journal to one line for each message and receiver.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use sluis_rules::explain::{self, Taal};
use sluis_rules::journal::{Padgroep, Record, Stap};
use sluis_rules::verdict::Reden;

use super::FROM_SOURCE;
use super::play::Played;

/// What became of one message for one receiver.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Line {
    /// The name of the message.
    pub(crate) bericht: String,
    /// Its id, for `sluis why`.
    pub(crate) effect: String,
    /// From whom.
    pub(crate) afzender: String,
    /// For whom.
    pub(crate) ontvanger: String,
    /// `doorgelaten`, `geminimaliseerd` or `geblokkeerd`.
    pub(crate) uitkomst: String,
    /// Fields that passed as they are.
    pub(crate) doorgelaten: usize,
    /// Fields that were made less precise.
    pub(crate) gegeneraliseerd: usize,
    /// Fields that were left out.
    pub(crate) weggelaten: usize,
    /// Why something was stopped, left out or made less precise.
    pub(crate) redenen: Vec<Why>,
    /// The articles on which what passed rests.
    pub(crate) artikelen: Vec<String>,
    /// The command that explains it.
    pub(crate) uitleg: String,
}

/// One reason.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Why {
    /// Its name and that of its page.
    pub(crate) reden: String,
    /// The article.
    pub(crate) artikel: String,
    /// In one sentence.
    pub(crate) tekst: String,
    /// How many fields it was about; none when it is about the whole message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) velden: Option<usize>,
}

/// The whole in numbers.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Summary {
    /// Passed whole.
    pub(crate) doorgelaten: usize,
    /// Passed in part.
    pub(crate) geminimaliseerd: usize,
    /// Stopped.
    pub(crate) geblokkeerd: usize,
}

impl Summary {
    pub(crate) fn of(lines: &[Line]) -> Self {
        let count = |word: &str| lines.iter().filter(|l| l.uitkomst == word).count();
        Self {
            doorgelaten: count("doorgelaten"),
            geminimaliseerd: count("geminimaliseerd"),
            geblokkeerd: count("geblokkeerd"),
        }
    }
}

impl Played {
    /// One line for each message and receiver, in the order of their names. `command` makes the command that explains
    /// the effect of that name.
    pub(crate) fn lines(&self, taal: Taal, command: impl Fn(&str, &str) -> String) -> Vec<Line> {
        let mut last: BTreeMap<&str, &Record> = BTreeMap::new();
        for record in &self.journal {
            let decides = matches!(record.stap, Stap::Besluit | Stap::Schaduw | Stap::Quarantaine);
            if decides && !record.inhoud.ontvanger.is_empty() {
                let place = last.entry(&record.effect).or_insert(record);
                // Quarantine adds a reason of its own, or repeats those of the decision before it.
                if record.stap != Stap::Quarantaine || place.inhoud.redenen != record.inhoud.redenen {
                    *place = record;
                }
            }
        }
        let mut lines: Vec<Line> = last
            .into_values()
            .map(|record| self.line(record, taal, &command))
            .collect();
        lines.sort_by(|a, b| (&a.bericht, &a.ontvanger).cmp(&(&b.bericht, &b.ontvanger)));
        lines
    }

    fn line(&self, record: &Record, taal: Taal, command: &impl Fn(&str, &str) -> String) -> Line {
        let inhoud = &record.inhoud;
        let by_case = || {
            self.names_by_case
                .get(&inhoud.casus)
                .map(|n| format!("{FROM_SOURCE}{n}"))
        };
        let bericht = self
            .names
            .get(&record.effect)
            .cloned()
            .or_else(by_case)
            .unwrap_or_default();
        let fields = |actie: &str| {
            inhoud
                .paden
                .iter()
                .filter(|g| g.actie == actie)
                .map(|g| g.paden.len())
                .sum()
        };
        let blocked =
            record.stap == Stap::Quarantaine || inhoud.uitkomst == "geblokkeerd" || !inhoud.redenen.is_empty();
        let redenen = if blocked {
            inhoud.redenen.iter().map(|slug| why(slug, "", None, taal)).collect()
        } else {
            withheld(&inhoud.paden, taal)
        };
        let passed = inhoud.paden.iter().filter(|g| !g.regel.is_empty());
        let artikelen: BTreeSet<String> = passed
            .flat_map(|g| g.artikel.split(", "))
            .filter(|a| !a.is_empty())
            .map(str::to_owned)
            .collect();
        Line {
            uitleg: command(&bericht, &record.effect),
            bericht,
            effect: record.effect.clone(),
            afzender: inhoud.afzender.clone(),
            ontvanger: inhoud.ontvanger.clone(),
            uitkomst: if blocked {
                "geblokkeerd".to_owned()
            } else {
                inhoud.uitkomst.clone()
            },
            doorgelaten: fields("doorgelaten"),
            gegeneraliseerd: fields("gegeneraliseerd"),
            weggelaten: fields("weggelaten"),
            redenen,
            artikelen: artikelen.into_iter().collect(),
        }
    }
}

/// Reasons by how many fields they were about, most first.
fn withheld(groups: &[Padgroep], taal: Taal) -> Vec<Why> {
    let mut count: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for group in groups.iter().filter(|g| !g.reden.is_empty()) {
        count.entry(&group.reden).or_insert((0, &group.artikel)).0 += group.paden.len();
    }
    let mut out: Vec<Why> = count
        .into_iter()
        .map(|(slug, (n, artikel))| why(slug, artikel, Some(n), taal))
        .collect();
    out.sort_by_key(|w| std::cmp::Reverse(w.velden));
    out
}

fn why(slug: &str, artikel: &str, velden: Option<usize>, taal: Taal) -> Why {
    let known = Reden::ALL.iter().find(|r| r.slug() == slug);
    Why {
        reden: slug.to_owned(),
        artikel: known.map_or(artikel, |r| r.artikel()).to_owned(),
        tekst: known.map_or("", |r| explain::reason(*r, taal)).to_owned(),
        velden,
    }
}
