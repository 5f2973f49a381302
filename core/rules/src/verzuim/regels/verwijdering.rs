//! An mbo student is removed who has no *startkwalificatie* yet (4.3, S:439: "to 23 years"): a report to rmc, at once.

use super::{Blik, Regel, Signaal, Soort, Vervolg};
use crate::verzuim::registratie::Sector;

pub(super) fn zoek(blik: &Blik<'_>, uit: &mut Vec<Signaal>) {
    if blik.leerling.sector != Sector::Mbo {
        return;
    }
    let until = blik.leerling.rmc().tot;
    for post in blik
        .posten
        .iter()
        .filter(|p| p.soort == Soort::Verwijderd && p.dag <= until)
    {
        let regel = Regel::VerwijderingMbo;
        let mut signaal = blik.signaal(regel, post.dag, post.dag, Vervolg::MeldenRmc, vec![post.id]);
        signaal.termijn = Some(post.dag);
        uit.push(signaal);
    }
}
