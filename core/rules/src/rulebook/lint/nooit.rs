//! Rules that can never apply, whatever the facts of a case.

use super::super::Finding;
use super::blokken::taken;
use super::{Input, Tafel};
use crate::event::Bericht;
use crate::ids::Taak;

/// What the consultation itself makes impossible.
pub(super) fn errors(i: &Input<'_>, out: &mut Vec<Finding>) {
    // A handover has no table of its own: its ends are looked at where it is joined.
    for Tafel {
        file,
        overleg: o,
        blokken,
    } in i.tafels.iter().filter(|t| !t.overleg.deelnemer.is_empty())
    {
        let at_table = |t: Taak| o.deelnemer.iter().any(|d| *d.taak.get_ref() == t);
        for blok in blokken {
            let kinds = blok.regel.berichten.as_deref().unwrap_or(&Bericht::ALL);
            if kinds.iter().any(|b| matches!(b, Bericht::Verslag | Bericht::Status)) {
                continue;
            }
            for naar in blok.regel.naar.iter().filter(|t| !at_table(*t.get_ref())) {
                out.push(Finding::new(
                    file,
                    naar.span(),
                    format!(
                        "`{}` zit niet aan tafel en ontvangt alleen de uitkomst: een hulpvraag of actie krijgt het nooit (poort 3)",
                        naar.get_ref()
                    ),
                    "noem verslag of status bij berichten, of haal de taak uit de regel",
                ));
            }
        }
    }
}

/// Several organisations of one region have this task, so one may give to another.
const fn several(taak: Taak) -> bool {
    matches!(
        taak,
        Taak::Kinderopvang | Taak::School | Taak::Mbo | Taak::Jeugdhulpaanbieder | Taak::Betrokkene
    )
}

/// Nobody else has this task, and a party gives nothing to itself.
pub(super) fn alone(i: &Input<'_>, taak: Taak) -> bool {
    let parties = i.files.convenant.partij.iter();
    !several(taak) && parties.filter(|p| *p.taak.get_ref() == taak).count() <= 1
}

/// What the parties and the schemas make impossible.
pub(super) fn warnings(i: &Input<'_>, out: &mut Vec<Finding>) {
    for Tafel { file, blokken, .. } in &i.tafels {
        for blok in blokken {
            for taak in taken(blok.van & blok.naar).filter(|t| alone(i, *t)) {
                let at = blok.regel.naar.iter().find(|t| *t.get_ref() == taak);
                out.push(Finding::warning(
                    file,
                    at.map_or_else(|| blok.regel.id.span(), toml::Spanned::span),
                    format!("van {taak} naar {taak}: er is maar één {taak}, en een partij geeft niets aan zichzelf"),
                    "haal de taak uit van of uit naar",
                ));
            }
            let held = blok
                .in_bericht
                .iter()
                .fold(crate::gegeven::GegevenSet::EMPTY, |set, b| set.or(*b));
            for id in blok.gegevens.without(held).iter() {
                let kinds: Vec<&str> = (0u8..)
                    .zip(Bericht::ALL)
                    .filter(|(n, _)| blok.berichten >> n & 1 == 1)
                    .map(|(_, b)| b.as_str())
                    .collect();
                let message = format!("`{}` staat in geen {}", i.gegevens.name(id), kinds.join(" of "));
                let help = "noem een bericht waarin het staat, of haal het gegeven uit de regel";
                out.push(Finding::warning(file, blok.plek(id, i.gegevens), message, help));
            }
        }
    }
}
