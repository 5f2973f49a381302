//! The rules of absence, one a file, in the covenant's words (digest §8).
//!
//! To add a rule: one file here with `zoek`, one line in [`alle`], a name in [`Regel`](super::signaal::Regel), cases in
//! `tests/verzuim/`, and a paragraph in the slow model of the tests.

mod aaneengesloten;
mod langdurig;
mod luxe;
mod overig;
mod relatief_uren;
pub(super) mod thuiszitter;
mod verwijdering;
mod ziekmeldingen;

use super::dag::Dag;
use super::feestdagen::einde_termijn;
use super::kalender::Kalender;
use super::posten::Post;
use super::registratie::{Leerling, RegistratieId, Soort, Tijdvak};
use super::signaal::{Regel, Signaal, Vervolg, Wetsvoorstellen};
use super::venster::{Soorten, Telling};
use crate::ids::Brin;

/// What a rule looks at: the entries of one pupil at one school, in the order of their days.
pub(super) struct Blik<'a> {
    pub(super) school: Brin,
    pub(super) kalender: &'a Kalender,
    pub(super) leerling: &'a Leerling,
    pub(super) plicht: Tijdvak,
    pub(super) wetten: Wetsvoorstellen,
    pub(super) posten: &'a [Post],
    pub(super) soorten: Soorten,
}

impl Blik<'_> {
    /// The numbers of the school days within a stretch of days.
    fn nummers(&self, tijdvak: Tijdvak) -> (u32, u32) {
        let van = self.kalender.schooldagen_tot(tijdvak.van.plus(-1)) + 1;
        (van, self.kalender.schooldagen_tot(tijdvak.tot))
    }

    /// The numbers of the registrations among a stretch of entries.
    fn bewijs(&self, eerste: usize, laatste: usize, telt: impl Fn(&Post) -> bool) -> Vec<RegistratieId> {
        let entries = self.posten.get(eerste..=laatste).unwrap_or_default();
        entries.iter().filter(|p| telt(p)).map(|p| p.id).collect()
    }

    /// The first record of a kind on or after a day.
    fn vastgelegd(&self, soort: Soort, vanaf: Dag) -> Option<&Post> {
        if !self.soorten.heeft(soort) {
            return None;
        }
        self.posten.iter().find(|p| p.soort == soort && p.dag >= vanaf)
    }

    fn signaal(&self, regel: Regel, begin: Dag, bereikt: Dag, vervolg: Vervolg, bewijs: Vec<RegistratieId>) -> Signaal {
        Signaal {
            regel,
            school: self.school,
            begin,
            bereikt,
            einde: None,
            vervolg,
            termijn: None,
            bewijs,
            wetsvoorstellen: self.wetten.van(regel, bereikt),
        }
    }

    /// The second limb of 1.16: what follows, by what was recorded. Records that decided it join the evidence.
    fn tweede_lid(&self, signaal: &mut Signaal, ziek: bool, vermoeden: bool) {
        signaal.vervolg = if !vermoeden {
            Vervolg::AlleenSchool
        } else {
            let jeugdarts = self.vastgelegd(Soort::Jeugdarts, signaal.begin);
            if ziek && jeugdarts.is_none() {
                Vervolg::JeugdartsEerst
            } else {
                signaal.bewijs.extend(jeugdarts.filter(|_| ziek).map(|p| p.id));
                let overleg = self.vastgelegd(Soort::Overleg, signaal.begin);
                signaal.bewijs.extend(overleg.map(|p| p.id));
                if overleg.is_some() {
                    Vervolg::MagAlsOverig
                } else {
                    Vervolg::OverlegLeerplicht
                }
            }
        };
    }
}

/// Memory that the rules use again for each pupil.
#[derive(Default)]
pub(super) struct Werk {
    telling: Vec<Telling>,
}

/// All rules that look at one school. The order matters for *overig* alone, which leaves out what others found.
pub(super) fn alle(blik: &Blik<'_>, werk: &mut Werk, uit: &mut Vec<Signaal>) {
    let begin = uit.len();
    let heeft = |soort| blik.soorten.heeft(soort);
    if heeft(Soort::Ongeoorloofd) {
        relatief_uren::zoek(blik, werk, uit);
    }
    if heeft(Soort::Ziek) {
        ziekmeldingen::zoek(blik, werk, uit);
    }
    aaneengesloten::zoek(blik, uit);
    if heeft(Soort::Luxe) {
        luxe::zoek(blik, uit);
    }
    if heeft(Soort::Ongeoorloofd) || heeft(Soort::Luxe) {
        langdurig::zoek(blik, uit);
    }
    if heeft(Soort::Verwijderd) {
        verwijdering::zoek(blik, uit);
    }
    if heeft(Soort::Overleg) {
        overig::zoek(blik, begin, uit);
    }
}

/// The last day of the term of five working days.
fn termijn(bereikt: Dag) -> Option<Dag> {
    Some(einde_termijn(bereikt))
}
