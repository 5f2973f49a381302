//! *Relatief verzuim*, first limb (1.16; Leerplichtwet 21a): a pupil of compulsory age, absent without leave for at
//! least sixteen lesson or practice hours within any four consecutive school weeks.
//!
//! Begin is the first day that counts, the limit is reached on a day, and the count restarts the day after (DUO). The
//! school reports within five working days.

use super::{Blik, Post, Regel, Signaal, Soort, Telling, Vervolg, Werk, termijn};
use crate::verzuim::venster::vensters;

/// Sixteen hours, in quarters.
const ZESTIEN_UUR: u32 = 16 * 4;
const WEKEN: u16 = 4;

pub(super) fn zoek(blik: &Blik<'_>, werk: &mut Werk, uit: &mut Vec<Signaal>) {
    let telt = |p: &Post| p.soort == Soort::Ongeoorloofd && blik.plicht.bevat(p.dag);
    werk.telling.clear();
    let counted = blik.posten.iter().enumerate().filter(|(_, p)| telt(p));
    werk.telling.extend(counted.map(|(at, p)| Telling {
        dag: p.dag,
        week: p.week,
        gewicht: p.kwartieren.into(),
        eerste: at,
        laatste: at,
    }));
    vensters(&werk.telling, ZESTIEN_UUR, WEKEN, |first, last| {
        let bewijs = blik.bewijs(first.eerste, last.laatste, telt);
        let mut signaal = blik.signaal(Regel::RelatiefUren, first.dag, last.dag, Vervolg::MeldenDuo, bewijs);
        signaal.termijn = termijn(last.dag);
        uit.push(signaal);
    });
}
