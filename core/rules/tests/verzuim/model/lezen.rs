//! Which registrations stand and which days they cover; what is refused.

use std::collections::BTreeSet;

use sluis_rules::verzuim::{Afwijzing, Dag, Kalender, Registratie, Soort};

use super::{Id, Regel1};

/// Which registrations stand, and what the others are refused for.
pub fn staan(regs: &[Registratie]) -> (Vec<&Registratie>, Vec<(usize, Afwijzing)>) {
    let mut stand: Vec<&Registratie> = Vec::new();
    let mut seen: Vec<Id> = Vec::new();
    let mut refused = Vec::new();
    for (at, reg) in regs.iter().enumerate() {
        if seen.contains(&reg.id) {
            refused.push((at, Afwijzing::Dubbel));
            continue;
        }
        seen.push(reg.id);
        if reg.vervangt.is_some() || reg.soort == Soort::Intrekking {
            match stand.iter().position(|r| Some(r.id) == reg.vervangt) {
                Some(old) => drop(stand.remove(old)),
                None => {
                    refused.push((at, Afwijzing::VervangtNiets));
                    continue;
                }
            }
        }
        if reg.soort != Soort::Intrekking {
            stand.push(reg);
        }
    }
    (stand, refused)
}

pub fn lees<'a>(reg: &'a Registratie, kalender: Option<&Kalender>, peildatum: Dag) -> Result<Regel1<'a>, Afwijzing> {
    let kalender = kalender.ok_or(Afwijzing::OnbekendeSchool)?;
    if reg.datum > peildatum {
        return Err(Afwijzing::NaPeildatum);
    }
    let single = matches!(
        reg.soort,
        Soort::Ongeoorloofd | Soort::Overleg | Soort::Jeugdarts | Soort::Verwijderd
    );
    let last = match (reg.tot, reg.soort) {
        (Some(tot), _) => {
            let days = (tot.date() - reg.datum.date()).get_days();
            if !(0..=400).contains(&days) || (single && days != 0) {
                return Err(Afwijzing::Periode);
            }
            tot.min(peildatum)
        }
        (None, Soort::Ziek) => peildatum,
        (None, _) => reg.datum,
    };
    if reg.kwartieren > 96 || (reg.soort == Soort::Ongeoorloofd && reg.kwartieren == 0) {
        return Err(Afwijzing::Uren);
    }
    let (first, end) = kalender.bereik();
    if reg.datum < first || last > end {
        return Err(Afwijzing::BuitenKalender);
    }
    let mut dagen = BTreeSet::new();
    if !matches!(reg.soort, Soort::Overleg | Soort::Jeugdarts | Soort::Verwijderd) {
        let mut day = reg.datum.date();
        while day <= last.date() {
            if kalender.is_schooldag(day.into()) {
                dagen.insert(day);
            }
            day = day.tomorrow().unwrap();
        }
        if dagen.is_empty() {
            return Err(Afwijzing::GeenSchooldag);
        }
    }
    Ok(Regel1 { reg, dagen })
}
