//! Gate 3: both take part in this consultation and are linked to this case (3.4, 7.3, 14.1). An applicant asks and
//! receives the outcome, but does not sit at the table (Bijlage 3). An expert takes part, as receiver and as sender, only
//! after the lead in the case was given to a party of the case (S:985, S:1042). For a handover (5.7) the sender takes part
//! in the first table, and the receiver sits at the second and is named in the recorded decision. The betrokkene
//! is not a participant: of them it is asked in what capacity they are the betrokkene of this case (1.4, 1.14), and
//! whether that is who exercises the rights at the age of the day (13.1).

use super::Context;
use crate::event::{Bericht, Kanaal};
use crate::facts::CasusStand;
use crate::ids::{Partij, Taak};
use crate::rulebook::Casusoverleg;
use crate::verdict::Reden;

fn at_table(o: &Casusoverleg, taak: Taak) -> bool {
    o.deelnemers.iter().any(|d| d.taak == taak)
}

fn expert(o: &Casusoverleg, taak: Taak) -> bool {
    o.deelnemers.iter().any(|d| d.taak == taak && d.na_regierol)
}

fn linked(c: &Context<'_>, partij: &Partij) -> bool {
    c.casus.is_some_and(|casus| casus.deelnemers.contains(partij))
}

/// The lead was given to somebody who takes part in the case at this table; one who left, has it no longer.
fn led(c: &Context<'_>, o: &Casusoverleg) -> bool {
    c.casus
        .and_then(|casus| casus.regierol)
        .is_some_and(|partij| at_table(o, partij.taak) && linked(c, &partij))
}

pub(super) fn check(c: &mut Context<'_>) {
    let (afzender, ontvanger) = (c.vraag.afzender, c.vraag.ontvanger);
    let Some(o) = c.overleg else {
        // An unknown consultation has no participants; gate 5 names the cause.
        c.fail(Reden::AfzenderGeenDeelnemer);
        c.fail(Reden::OntvangerGeenDeelnemer);
        return;
    };
    // Who hands over takes part in the table that the case is at; who receives sits at the other one.
    let thuis = c.thuis().unwrap_or(o);
    if !at_table(thuis, afzender.taak) && !thuis.aanvragers.contains(&afzender.taak) {
        c.fail(Reden::AfzenderGeenDeelnemer);
    }
    if !linked(c, &afzender) {
        c.fail(Reden::AfzenderNietBijCasus);
    }
    if matches!(c.vraag.kanaal, Kanaal::Betrokkene) {
        if ontvanger.taak == Taak::Betrokkene {
            as_betrokkene(c);
        } else {
            c.fail(Reden::OntvangerGeenBetrokkene);
        }
        return;
    }
    if !at_table(o, ontvanger.taak) {
        let outcome = c.overdracht.is_none() && matches!(c.vraag.bericht, Bericht::Verslag | Bericht::Status);
        match (o.uitkomst_naar.contains(&ontvanger.taak), outcome) {
            (true, true) => {}
            (true, false) => c.fail(Reden::AlleenUitkomst),
            (false, _) => c.fail(Reden::OntvangerGeenDeelnemer),
        }
    }
    match c.overdracht {
        None if !linked(c, &ontvanger) => c.fail(Reden::OntvangerNietBijCasus),
        // To the other table, so not to who takes part in the case as such: to whom the decision names.
        Some(besluit) if !besluit.ontvangers.contains(&ontvanger) => c.fail(Reden::OverdrachtNietAanOntvanger),
        _ => {}
    }
    // Of the lead at the other table nothing is known here.
    let receiver_waits = expert(o, ontvanger.taak) && (c.overdracht.is_some() || !led(c, o));
    let sender_waits = expert(thuis, afzender.taak) && !led(c, thuis);
    if receiver_waits || sender_waits {
        c.fail(Reden::RegierolNietToegewezen);
    }
}

/// The betrokkene receives in a recorded capacity, and who receives is who exercises the rights at that age (13.1, footnote
/// 53): under 12 who represents the young person, from 12 to 15 each of them, from 16 the young person alone.
fn as_betrokkene(c: &mut Context<'_>) {
    let ontvanger = c.vraag.ontvanger;
    let known = |casus: &CasusStand| casus.betrokkenen.iter().find(|(p, _)| *p == ontvanger).map(|(_, h)| *h);
    let hoedanigheid = c.casus.and_then(known);
    let zeggenschap = c.casus.and_then(|casus| casus.zeggenschap);
    if hoedanigheid.is_none() {
        c.fail(Reden::HoedanigheidNietVastgelegd);
    }
    match (zeggenschap, hoedanigheid) {
        (None, _) => c.fail(Reden::OntvangerLeeftijdOnbekend),
        (Some(z), Some(h)) if !z.heeft(h.rol()) => c.fail(Reden::OntvangerLeeftijd),
        _ => {}
    }
}
