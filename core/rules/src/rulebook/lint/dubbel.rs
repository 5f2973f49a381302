//! Rules that others already say: whoever strikes one of them strikes nothing.

use super::super::Finding;
use super::blokken::Blok;
use super::{Input, Tafel};

pub(super) fn check(i: &Input<'_>, out: &mut Vec<Finding>) {
    for Tafel { file, blokken, .. } in &i.tafels {
        let mut kept: Vec<bool> = vec![true; blokken.len()];
        // From the end, so that of two rules that say the same the one that was added last is told.
        for (n, blok) in blokken.iter().enumerate().rev() {
            let others = |m: usize| m != n && kept.get(m).copied().unwrap_or_default();
            let mut by: Vec<&Blok<'_>> = Vec::new();
            if !covered(blok, blokken, &others, &mut by) {
                continue;
            }
            if let Some(keep) = kept.get_mut(n) {
                *keep = false;
            }
            let ids: Vec<&str> = by.iter().map(|b| b.id()).collect();
            let message = format!(
                "de regel `{}` voegt niets toe: {} {} hetzelfde",
                blok.id(),
                ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", "),
                if ids.len() == 1 { "zegt al" } else { "zeggen al" },
            );
            let mut finding = Finding::warning(
                file,
                blok.regel.id.span(),
                message,
                "haal deze regel weg, of maak de andere kleiner",
            );
            for b in by {
                finding = finding.and(file, b.regel.id.span(), "dit zegt het al");
            }
            out.push(finding);
        }
    }
}

/// Whether other rules with the same action fill every cell of this one.
fn covered<'b, 'a>(
    blok: &Blok<'a>,
    all: &'b [Blok<'a>],
    others: &dyn Fn(usize) -> bool,
    by: &mut Vec<&'b Blok<'a>>,
) -> bool {
    let mut anything = false;
    for (bericht, here) in blok.in_bericht.iter().enumerate() {
        for id in here.iter() {
            anything = true;
            let same: Vec<&Blok<'a>> = all
                .iter()
                .enumerate()
                .filter(|(m, o)| {
                    others(*m)
                        && o.wijze() == blok.wijze()
                        && o.regel.whenever(blok.regel)
                        && o.in_bericht.get(bericht).is_some_and(|set| set.contains(id))
                        && o.deel(blok).is_some()
                })
                .map(|(_, o)| o)
                .collect();
            if same.is_empty() || !fills(blok, &same) {
                return false;
            }
            for o in same {
                if !by.iter().any(|b| std::ptr::eq(*b, o)) {
                    by.push(o);
                }
            }
        }
    }
    anything
}

fn bits(set: u32) -> impl Iterator<Item = u32> {
    (0..32).map(|n| 1 << n).filter(move |bit| set & bit != 0)
}

/// Whether these rules together fill every (from, to, phase, purpose) of this one, for an element they all name.
fn fills(blok: &Blok<'_>, same: &[&Blok<'_>]) -> bool {
    bits(blok.van).all(|van| {
        bits(blok.naar).all(|naar| {
            bits(blok.fasen).all(|fase| {
                let doelen = same
                    .iter()
                    .filter(|o| o.van & van != 0 && o.naar & naar != 0 && o.fasen & fase != 0)
                    .fold(0, |set, o| set | o.doelen);
                blok.doelen & !doelen == 0
            })
        })
    })
}
