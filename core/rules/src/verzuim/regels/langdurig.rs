//! Long absence from 18 and under 23 without *startkwalificatie* (4.3), reported to DUO for the RMC.
//!
//! The two texts differ and both are kept: the school acts say four consecutive weeks or more (S:423), the WEB says for
//! mbo more than four (S:439). Four weeks are four school weeks, from a weekday to the same weekday: the limit of the
//! school acts is reached on the last school day before that, the limit of the WEB on the first school day from there.
//! Only whole days without leave count, holidays outside the school holidays included; whether a day was missed
//! wholly is a field of the *verzuimmelding*.

use super::{Blik, Post, Regel, Signaal, Soort, Vervolg, termijn};
use crate::verzuim::registratie::Sector;
use crate::verzuim::venster::reeksen;

pub(super) fn zoek(blik: &Blik<'_>, uit: &mut Vec<Signaal>) {
    let rmc = blik.leerling.rmc();
    let regel = match blik.leerling.sector {
        Sector::Mbo => Regel::LangdurigMbo,
        Sector::Vo | Sector::Vso => Regel::LangdurigSchool,
        // Nobody of eighteen is in primary education.
        Sector::Po | Sector::So => return,
    };
    let nummers = blik.nummers(rmc);
    if nummers.0 > nummers.1 {
        return;
    }
    let telt = |p: &Post| p.soort == Soort::Luxe || (p.soort == Soort::Ongeoorloofd && p.hele_dag);
    reeksen(blik.posten, nummers, telt, |run| {
        let Some(begin) = blik.kalender.nummer(run.nr) else {
            return;
        };
        // Beyond the calendar nothing is decided.
        let Some(beyond) = blik.kalender.vier_weken_na(begin) else {
            return;
        };
        let limit = if regel == Regel::LangdurigMbo {
            beyond.nr
        } else {
            beyond.nr - 1
        };
        if run.nr_tot < limit {
            return;
        }
        let Some(bereikt) = blik.kalender.nummer(limit) else {
            return;
        };
        let in_it = |p: &Post| telt(p) && p.nr <= run.nr_tot && p.nr_tot >= run.nr;
        let bewijs = blik.bewijs(run.eerste, run.laatste, in_it);
        let mut signaal = blik.signaal(regel, begin.dag, bereikt.dag, Vervolg::MeldenDuo, bewijs);
        signaal.einde = blik.kalender.nummer(run.nr_tot).map(|day| day.dag);
        signaal.termijn = termijn(bereikt.dag);
        uit.push(signaal);
    });
}
