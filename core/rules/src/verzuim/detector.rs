//! All rules over the registrations of one pupil.

use super::dag::Dag;
use super::kalender::{Kalender, Kalenders};
use super::posten::{Afgewezen, Afwijzing, Geldig, Post};
use super::regels::{self, Blik, Werk};
use super::registratie::{Leerling, Registratie};
use super::signaal::{Signaal, Wetsvoorstellen};
use super::venster::Soorten;
use crate::ids::Brin;

/// What the rules found about one pupil.
#[derive(Debug, Default)]
pub struct Uitkomst {
    /// The signals: per school in the order of its number, per rule in the order of days.
    pub signalen: Vec<Signaal>,
    /// The registrations that do not count, each with why.
    pub afgewezen: Vec<Afgewezen>,
}

impl Uitkomst {
    /// Makes room for the next pupil.
    pub fn leeg(&mut self) {
        self.signalen.clear();
        self.afgewezen.clear();
    }
}

/// Finds absence signals, one pupil after another, with memory that it uses again. It remembers nothing of a pupil: the
/// same registrations give the same signals, so a correction is undone or done by detecting again.
pub struct Detector<'k> {
    kalenders: &'k Kalenders,
    wetten: Wetsvoorstellen,
    peildatum: Dag,
    geldig: Geldig,
    posten: Vec<Post>,
    werk: Werk,
    laatste_school: Option<(Brin, &'k Kalender)>,
}

impl<'k> Detector<'k> {
    /// A detector that reckons as on `peildatum`, a civil day in Europe/Amsterdam.
    #[must_use]
    pub fn nieuw(kalenders: &'k Kalenders, wetten: Wetsvoorstellen, peildatum: Dag) -> Self {
        Self {
            kalenders,
            wetten,
            peildatum,
            geldig: Geldig::default(),
            posten: Vec::new(),
            werk: Werk::default(),
            laatste_school: None,
        }
    }

    #[inline]
    fn kalender(&mut self, school: Brin) -> Option<&'k Kalender> {
        if let Some((known, kalender)) = self.laatste_school
            && known == school
        {
            return Some(kalender);
        }
        let kalender = self.kalenders.school(school)?;
        self.laatste_school = Some((school, kalender));
        Some(kalender)
    }

    /// Applies all rules to the registrations of one pupil, in any order of days, corrections after what they correct.
    /// What is found is added to `uit`.
    pub fn leerling(&mut self, leerling: &Leerling, regs: &[Registratie], uit: &mut Uitkomst) {
        let afgewezen = &mut uit.afgewezen;
        self.geldig
            .bereken(regs, |plaats, reden| afgewezen.push(Afgewezen { plaats, reden }));
        self.posten.clear();
        let mut sorted = true;
        for (plaats, reg) in regs.iter().enumerate() {
            if self.geldig.geldt.get(plaats) != Some(&true) {
                continue;
            }
            let post = match self.kalender(reg.school) {
                None => Err(Afwijzing::OnbekendeSchool),
                Some(kalender) => Post::van(reg, kalender, self.peildatum),
            };
            match post {
                Ok(post) => {
                    sorted &= self
                        .posten
                        .last()
                        .is_none_or(|last| (last.school, last.dag) <= (post.school, post.dag));
                    self.posten.push(post);
                }
                Err(reden) => uit.afgewezen.push(Afgewezen { plaats, reden }),
            }
        }
        if !sorted {
            self.posten.sort_by_key(|post| (post.school, post.dag));
        }
        let plicht = leerling.plicht();
        let begin = uit.signalen.len();
        for posten in self.posten.chunk_by(|a, b| a.school == b.school) {
            let Some(school) = posten.first().map(|post| post.school) else {
                continue;
            };
            let Some(kalender) = self.kalenders.school(school) else {
                continue;
            };
            let soorten = posten
                .iter()
                .fold(Soorten::default(), |soorten, post| soorten.met(post.soort));
            let blik = Blik {
                school,
                kalender,
                leerling,
                plicht,
                wetten: self.wetten,
                posten,
                soorten,
            };
            regels::alle(&blik, &mut self.werk, &mut uit.signalen);
        }
        regels::thuiszitter::zoek(plicht, self.peildatum, self.wetten, begin, &mut uit.signalen);
    }
}

/// All rules over the registrations of one pupil, at once: the function that the detector is.
#[must_use]
pub fn detect(
    kalenders: &Kalenders,
    wetten: Wetsvoorstellen,
    peildatum: Dag,
    leerling: &Leerling,
    regs: &[Registratie],
) -> Uitkomst {
    let mut uit = Uitkomst::default();
    Detector::nieuw(kalenders, wetten, peildatum).leerling(leerling, regs, &mut uit);
    uit
}
