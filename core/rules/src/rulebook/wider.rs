//! A dictionary that calls an element something wider than the program knows it to be.

use std::collections::HashMap;
use std::ops::Range;

use super::klasse::{ADDRESS, SECRET, klasse};
use super::{Finding, Source};
use crate::gegeven::{Gegeven, Gegevens};

pub(super) fn check(
    source: &Source,
    gegevens: &Gegevens,
    places: &HashMap<String, Range<usize>>,
    f: &mut Vec<Finding>,
) {
    for (_, g) in gegevens.iter() {
        let block = places.get(&g.id).cloned().unwrap_or(0..0);
        for (key, message, help) in element(g) {
            let span = word(&source.text, &block, key);
            f.push(Finding::new(&source.name, span, message, help));
        }
    }
    secret(source, gegevens, places, f);
}

/// What the line says that is wider than what the element is: the key, the message, the help.
fn element(g: &Gegeven) -> Vec<(&'static str, String, String)> {
    let mut out = Vec::new();
    let Some(is) = klasse(&g.id) else {
        return out;
    };
    if g.letter != is.letter && g.letter != '-' {
        let (message, help) = match is.letter {
            '-' => (
                format!(
                    "`{}` staat niet op de lijst van artikel 5.1; letter {} is ruimer dan het convenant",
                    g.id, g.letter
                ),
                "schrijf letter = \"-\"".to_owned(),
            ),
            letter => (
                format!(
                    "`{}` valt onder 5.1.{letter}; letter {} is ruimer dan het convenant",
                    g.id, g.letter
                ),
                format!("schrijf letter = \"{letter}\", of \"-\" als het binnen het convenant niet door mag"),
            ),
        };
        out.push(("letter", message, help));
    }
    for (key, says, must, what) in [
        (
            "bijzonder",
            g.bijzonder,
            is.bijzonder,
            "is een bijzonder persoonsgegeven of kan dat bevatten",
        ),
        (
            "identificerend",
            g.identificerend,
            is.identificerend,
            "wijst iemand aan",
        ),
        ("vrij", g.vrij, is.vrij, "is vrije tekst of een bijlage"),
    ] {
        if must && !says {
            let message = format!("`{}` {what}; {key} = false is ruimer dan het convenant", g.id);
            out.push((key, message, format!("schrijf {key} = true")));
        }
    }
    out
}

/// A secret address hides at the least where the young person can be found.
fn secret(source: &Source, gegevens: &Gegevens, places: &HashMap<String, Range<usize>>, f: &mut Vec<Finding>) {
    let Some(flag) = gegevens.find(SECRET) else {
        f.push(Finding::new(
            &source.name,
            0..0,
            format!(
                "`{SECRET}` staat niet in het woordenboek; dan blijft een geheim adres niet achter, en dat is ruimer"
            ),
            format!("zet het gegeven terug, met verbergt = {ADDRESS:?}"),
        ));
        return;
    };
    let hidden = gegevens.hidden_by(std::iter::once(flag).collect());
    let open: Vec<&str> = ADDRESS
        .iter()
        .filter(|id| gegevens.find(id).is_some_and(|id| !hidden.contains(id)))
        .copied()
        .collect();
    if !open.is_empty() {
        let block = places.get(SECRET).cloned().unwrap_or(0..0);
        f.push(Finding::new(
            &source.name,
            word(&source.text, &block, "verbergt"),
            format!(
                "`{SECRET}` verbergt `{}` niet: een geheim adres gaat dan toch mee, en dat is ruimer",
                open.join("`, `")
            ),
            format!("noem in verbergt ten minste {ADDRESS:?}"),
        ));
    }
}

/// The line of a key in a block of the dictionary; the block when it is not written on a line of its own.
fn word(text: &str, block: &Range<usize>, key: &str) -> Range<usize> {
    let mut at = block.start;
    for (n, line) in text.get(at..).unwrap_or_default().split_inclusive('\n').enumerate() {
        if n > 0 && line.trim_start().starts_with("[[") {
            break;
        }
        let written = line.trim_start();
        if written
            .strip_prefix(key)
            .is_some_and(|rest| rest.trim_start().starts_with('='))
        {
            let start = at + (line.len() - written.len());
            return start..start + written.trim_end().len();
        }
        at += line.len();
    }
    block.clone()
}
