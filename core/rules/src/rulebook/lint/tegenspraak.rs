//! Two rules that say something different of the same cell: one lets an element pass whole, the other only made less
//! precise. The wider one would win in silence, so neither is believed.

use super::super::Finding;
use super::blokken::{taken, woorden};
use super::{Input, Tafel};

pub(super) fn check(i: &Input<'_>, out: &mut Vec<Finding>) {
    for Tafel {
        file,
        overleg: o,
        blokken,
    } in &i.tafels
    {
        for b in blokken.iter().filter(|b| !b.heel()) {
            for a in blokken.iter().filter(|a| a.heel() && !a.regel.never_with(b.regel)) {
                let Some(deel) = a.deel(b) else { continue };
                let Some(first) = deel.gegevens.iter().next() else {
                    continue;
                };
                let words = |all: Vec<&str>| all.join(", ");
                let names = |set| words(taken(set).map(crate::ids::Taak::as_str).collect());
                let message = format!(
                    "`{}` gaat hier minder precies, en volgens de regel `{}` heel: van {} naar {}, in {}, voor doel {}",
                    i.gegevens.name(first),
                    a.id(),
                    names(deel.van),
                    names(deel.naar),
                    words(woorden(deel.fasen, &o.fasen)),
                    words(woorden(deel.doelen, &o.doelen)),
                );
                let help = "beslis wat geldt: haal dit geval uit een van de twee regels, of splits een regel";
                out.push(Finding::new(file, b.plek(first, i.gegevens), message, help).and(
                    file,
                    a.plek(first, i.gegevens),
                    "hier gaat het heel",
                ));
            }
        }
    }
}
