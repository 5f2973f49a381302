//! A cell in words, and the notes that narrow it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::render::{join, line};
use super::{Cel, Doorgang, Precisie, Variant, plek};
use crate::event::Bericht;
use crate::rulebook::Rulebook;

/// One way in a few words.
fn word(d: &Doorgang) -> String {
    let mut all = match d.precisie {
        Precisie::Dat => "dat".to_owned(),
        Precisie::Minder(w) => w.as_str().to_owned(),
        Precisie::Heel if d.toestemming => "toestemming".to_owned(),
        Precisie::Heel => "ja".to_owned(),
    };
    if d.precisie != Precisie::Heel && d.toestemming {
        all += " met toestemming";
    }
    if d.vrijgave {
        all += ", na vrijgave";
    }
    all
}

/// A cell, with marks for what narrows it.
pub(super) fn cell(cel: Option<&Cel>, doelen: &[String], notes: &mut Notes) -> String {
    let Some(cel) = cel else { return "–".to_owned() };
    let told = cel.varianten.iter().map(|v| {
        let note = limits(cel, v, doelen);
        format!("{}{}", word(&v.doorgang), notes.mark(note))
    });
    join(told, " / ")
}

/// A cell with what narrows it, in one line: for who compares two.
#[must_use]
pub fn in_words(cel: Option<&Cel>, rules: &Rulebook, overleg: &str) -> String {
    let Some(cel) = cel else { return "–".to_owned() };
    let tafels = plek::tafels(rules, None);
    let doelen = tafels.iter().find(|t| t.id == overleg).map(|t| &*t.doelen);
    let told = cel.varianten.iter().map(|v| {
        let note = limits(cel, v, doelen.unwrap_or_default());
        let word = word(&v.doorgang);
        if note.is_empty() {
            word
        } else {
            format!("{word} ({note})")
        }
    });
    join(told, " / ")
}

/// What narrows a way: kinds of message, purposes, absence; empty when it holds for all.
fn limits(cel: &Cel, v: &Variant, doelen: &[String]) -> String {
    let mut all = Vec::new();
    // Kinds of message with the same purposes, together.
    let mut sets: Vec<(&BTreeSet<Arc<str>>, Vec<Bericht>)> = Vec::new();
    for (bericht, for_these) in &v.bij {
        match sets.iter_mut().find(|(set, _)| *set == for_these) {
            Some((_, berichten)) => berichten.push(*bericht),
            None => sets.push((for_these, vec![*bericht])),
        }
    }
    let everything = v.bij.len() == cel.berichten.len();
    let told: Vec<String> = sets
        .iter()
        .map(|(for_these, berichten)| {
            let mut parts = Vec::new();
            if sets.len() > 1 || !everything {
                parts.push(join(berichten.iter().map(|b| b.as_str()), ", "));
            }
            if for_these.len() < doelen.len() {
                parts.push(format!("doel {}", join(for_these.iter(), ", ")));
            }
            parts.join(" voor ")
        })
        .filter(|t| !t.is_empty())
        .collect();
    if !told.is_empty() {
        all.push(format!("alleen {}", told.join("; ")));
    }
    if !v.doorgang.alleen_bij.is_empty() {
        all.push(format!("alleen bij verzuim {}", join(&v.doorgang.alleen_bij, ", ")));
    }
    all.join("; ")
}

/// The notes under one table, numbered in the order in which they are first needed.
#[derive(Default)]
pub(super) struct Notes(Vec<String>);

impl Notes {
    fn mark(&mut self, note: String) -> String {
        if note.is_empty() {
            return note;
        }
        let at = self.0.iter().position(|n| *n == note).unwrap_or_else(|| {
            self.0.push(note);
            self.0.len() - 1
        });
        superscript(at + 1)
    }

    pub(super) fn write(&self, out: &mut String) {
        if self.0.is_empty() {
            return;
        }
        let all = (1..).zip(&self.0).map(|(n, note)| format!("{} {note}", superscript(n)));
        line(out, format_args!("\n{}.", join(all, " · ")));
    }
}

fn superscript(n: usize) -> String {
    n.to_string()
        .chars()
        .map(|c| match c {
            '1' => '¹',
            '2' => '²',
            '3' => '³',
            '4' => '⁴',
            '5' => '⁵',
            '6' => '⁶',
            '7' => '⁷',
            '8' => '⁸',
            '9' => '⁹',
            _ => '⁰',
        })
        .collect()
}
