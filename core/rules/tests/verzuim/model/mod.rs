//! The rules of absence once more, slowly: day after day over lists and sets, the way one would with a paper calendar.
//! It shares with the program the words (types), the calendar's answer to "does the school teach today?", and nothing
//! else.

mod leven;
mod lezen;
mod thuiszitter;

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;
pub use leven::Papier;
use leven::{Leven, vijf_werkdagen};
use lezen::{lees, staan};
use sluis_rules::ids::Brin;
use sluis_rules::verzuim::{
    Afwijzing, Dag, Kalenders, Leerling, Regel, Registratie, RegistratieId, Sector, Signaal, Soort, Vervolg,
    Wetsvoorstel, Wetsvoorstellen,
};
use thuiszitter::thuiszitter;

type Id = RegistratieId;

/// A registration with the school days it covers; a record with none.
struct Regel1<'a> {
    reg: &'a Registratie,
    dagen: BTreeSet<Date>,
}

impl Regel1<'_> {
    fn eerste(&self) -> Date {
        self.dagen.first().copied().unwrap_or(self.reg.datum.date())
    }
}

/// What the rules see of one school.
struct School<'a> {
    brin: Brin,
    papier: &'a Papier,
    regels: Vec<Regel1<'a>>,
    leven: &'a Leven,
}

impl<'a> School<'a> {
    fn week(&self, day: Date) -> usize {
        self.papier.week_van[&day]
    }

    fn signaal(&self, regel: Regel, begin: Date, bereikt: Date, vervolg: Vervolg, bewijs: Vec<Id>) -> Signaal {
        Signaal {
            regel,
            school: self.brin,
            begin: begin.into(),
            bereikt: bereikt.into(),
            einde: None,
            vervolg,
            termijn: None,
            bewijs,
            wetsvoorstellen: &[],
        }
    }

    fn records(&self, soort: Soort) -> Vec<(Date, Id)> {
        self.regels
            .iter()
            .filter(|r| r.reg.soort == soort)
            .map(|r| (r.reg.datum.date(), r.reg.id))
            .collect()
    }

    fn uren(&self) -> Vec<Signaal> {
        let mut out = Vec::new();
        let mut not_before = Date::MIN;
        let unauthorised = self.regels.iter().filter(|r| r.reg.soort == Soort::Ongeoorloofd);
        let unauthorised: Vec<(Date, &Registratie)> = unauthorised
            .map(|r| (r.reg.datum.date(), r.reg))
            .filter(|(d, _)| self.leven.plicht(*d))
            .collect();
        for day in &self.papier.dagen {
            // On a day without absence no limit is reached.
            if !unauthorised.iter().any(|(d, _)| d == day) {
                continue;
            }
            let counted: Vec<&(Date, &Registratie)> = unauthorised
                .iter()
                .filter(|(d, _)| *d >= not_before && d <= day && self.week(*day) - self.week(*d) <= 3)
                .collect();
            let quarters: u32 = counted.iter().map(|(_, reg)| u32::from(reg.kwartieren)).sum();
            if quarters >= 64 {
                let ids = counted.iter().map(|(_, reg)| reg.id).collect();
                let begin = counted[0].0;
                let mut s = self.signaal(Regel::RelatiefUren, begin, *day, Vervolg::MeldenDuo, ids);
                s.termijn = Some(vijf_werkdagen(*day).into());
                out.push(s);
                not_before = day.tomorrow().unwrap();
            }
        }
        out
    }

    /// Stretches of neighbouring school days out of a set.
    fn reeksen(&self, absent: &BTreeSet<Date>) -> Vec<Vec<Date>> {
        let mut out: Vec<Vec<Date>> = Vec::new();
        let mut going = false;
        for day in &self.papier.dagen {
            if absent.contains(day) {
                if !going {
                    out.push(Vec::new());
                }
                out.last_mut().unwrap().push(*day);
            }
            going = absent.contains(day);
        }
        out
    }

    fn dagen_van(&self, telt: impl Fn(&Registratie) -> bool, mag: impl Fn(Date) -> bool) -> BTreeSet<Date> {
        let counted = self.regels.iter().filter(|r| telt(r.reg));
        counted
            .flat_map(|r| r.dagen.iter().copied())
            .filter(|d| mag(*d))
            .collect()
    }

    fn in_reeks(&self, run: &[Date], telt: impl Fn(&Registratie) -> bool) -> Vec<&Regel1<'a>> {
        let counted = self.regels.iter().filter(|r| telt(r.reg));
        counted.filter(|r| run.iter().any(|d| r.dagen.contains(d))).collect()
    }

    fn tweede_lid(&self, signaal: &mut Signaal, from: &[&Regel1<'_>]) {
        let begin = signaal.begin.date();
        let ziek = from.iter().any(|r| r.reg.soort == Soort::Ziek);
        let first = |soort| self.records(soort).into_iter().find(|(day, _)| *day >= begin);
        let (jeugdarts, overleg) = (first(Soort::Jeugdarts), first(Soort::Overleg));
        if !from.iter().any(|r| r.reg.vermoeden) {
            signaal.vervolg = Vervolg::AlleenSchool;
            return;
        }
        if ziek {
            match jeugdarts {
                None => {
                    signaal.vervolg = Vervolg::JeugdartsEerst;
                    return;
                }
                Some((_, id)) => signaal.bewijs.push(id),
            }
        }
        signaal.vervolg = Vervolg::OverlegLeerplicht;
        if let Some((_, id)) = overleg {
            signaal.vervolg = Vervolg::MagAlsOverig;
            signaal.bewijs.push(id);
        }
    }

    fn ziekmeldingen(&self) -> Vec<Signaal> {
        // Illnesses: registrations that touch each other on school days are one.
        let mut illnesses: Vec<(BTreeSet<Date>, Vec<&Regel1<'_>>)> = Vec::new();
        for r in &self.regels {
            if r.reg.soort != Soort::Ziek || !self.leven.plicht(r.eerste()) {
                continue;
            }
            let place = |d: Date| self.papier.dagen.iter().position(|x| *x == d).unwrap();
            match illnesses.last_mut() {
                Some((days, of)) if place(r.eerste()) <= place(*days.last().unwrap()) + 1 => {
                    days.extend(&r.dagen);
                    of.push(r);
                }
                _ => illnesses.push((r.dagen.clone(), vec![r])),
            }
        }
        let mut out = Vec::new();
        let mut used = 0;
        for at in 0..illnesses.len() {
            let day = illnesses[at].1[0].eerste();
            let window: Vec<usize> = (used..=at)
                .filter(|i| self.week(day) - self.week(illnesses[*i].1[0].eerste()) < 12)
                .collect();
            if window.len() >= 4 {
                let from: Vec<&Regel1<'_>> = window
                    .iter()
                    .flat_map(|i| illnesses[*i].1.iter().copied())
                    .filter(|r| r.eerste() <= day)
                    .collect();
                let begin = illnesses[window[0]].1[0].eerste();
                let ids = from.iter().map(|r| r.reg.id).collect();
                let mut s = self.signaal(Regel::RelatiefZiekmeldingen, begin, day, Vervolg::AlleenSchool, ids);
                self.tweede_lid(&mut s, &from);
                out.push(s);
                used = at + 1;
            }
        }
        out
    }

    fn aaneengesloten(&self) -> Vec<Signaal> {
        let any = |r: &Registratie| {
            matches!(
                r.soort,
                Soort::Ongeoorloofd | Soort::Geoorloofd | Soort::Ziek | Soort::Luxe
            )
        };
        let absent = self.dagen_van(any, |d| self.leven.plicht(d));
        let mut out = Vec::new();
        for run in self.reeksen(&absent).iter().filter(|run| run.len() >= 7) {
            let from = self.in_reeks(run, any);
            let ids = from.iter().map(|r| r.reg.id).collect();
            let mut s = self.signaal(
                Regel::RelatiefAaneengesloten,
                run[0],
                run[6],
                Vervolg::AlleenSchool,
                ids,
            );
            s.einde = run.last().map(|d| (*d).into());
            self.tweede_lid(&mut s, &from);
            out.push(s);
        }
        out
    }

    fn luxe(&self) -> Vec<Signaal> {
        let luxe = |r: &Registratie| r.soort == Soort::Luxe;
        let absent = self.dagen_van(luxe, |d| self.leven.plicht(d));
        let mut out = Vec::new();
        for run in self.reeksen(&absent) {
            let ids = self.in_reeks(&run, luxe).iter().map(|r| r.reg.id).collect();
            let mut s = self.signaal(Regel::Luxe, run[0], run[0], Vervolg::MeldenDuo, ids);
            s.einde = run.last().map(|d| (*d).into());
            s.termijn = Some(run[0].into());
            out.push(s);
        }
        out
    }

    fn langdurig(&self) -> Vec<Signaal> {
        let regel = match self.leven.sector {
            Sector::Mbo => Regel::LangdurigMbo,
            Sector::Vo | Sector::Vso => Regel::LangdurigSchool,
            _ => return Vec::new(),
        };
        let telt = |r: &Registratie| r.soort == Soort::Luxe || (r.soort == Soort::Ongeoorloofd && r.hele_dag);
        let absent = self.dagen_van(telt, |d| self.leven.rmc(d));
        let mut out = Vec::new();
        for run in self.reeksen(&absent) {
            // The same weekday four school weeks on, or the first school day after it.
            let week = self.week(run[0]) + 4;
            let Some(monday) = self.papier.weken.get(week - 1) else {
                continue;
            };
            let same = monday
                .checked_add(i32::from(run[0].weekday().to_monday_zero_offset()).days())
                .unwrap();
            let Some(over) = self.papier.dagen.iter().position(|d| *d >= same) else {
                continue;
            };
            let limit = if regel == Regel::LangdurigMbo {
                self.papier.dagen[over]
            } else {
                self.papier.dagen[over - 1]
            };
            if !run.contains(&limit) {
                continue;
            }
            let ids = self.in_reeks(&run, telt).iter().map(|r| r.reg.id).collect();
            let mut s = self.signaal(regel, run[0], limit, Vervolg::MeldenDuo, ids);
            s.einde = run.last().map(|d| (*d).into());
            s.termijn = Some(vijf_werkdagen(limit).into());
            out.push(s);
        }
        out
    }

    fn verwijdering(&self) -> Vec<Signaal> {
        let records = self.records(Soort::Verwijderd).into_iter();
        records
            .filter(|(day, _)| self.leven.sector == Sector::Mbo && self.leven.under_23(*day))
            .map(|(day, id)| {
                let mut s = self.signaal(Regel::VerwijderingMbo, day, day, Vervolg::MeldenRmc, vec![id]);
                s.termijn = Some(day.into());
                s
            })
            .collect()
    }

    fn overig(&self, earlier: &[Signaal]) -> Vec<Signaal> {
        let mut out: Vec<Signaal> = Vec::new();
        let mut days: BTreeMap<Date, Id> = BTreeMap::new();
        for (day, id) in self.records(Soort::Overleg) {
            days.entry(day).or_insert(id);
        }
        for (day, id) in days {
            let reported = |id: Id| {
                let relatief = earlier.iter().filter(|s| {
                    matches!(
                        s.regel,
                        Regel::RelatiefUren | Regel::RelatiefZiekmeldingen | Regel::RelatiefAaneengesloten
                    ) && s.vervolg != Vervolg::AlleenSchool
                });
                relatief
                    .chain(&out)
                    .any(|s| s.bereikt.date() <= day && s.bewijs.contains(&id))
            };
            let looked = |from: Date| {
                self.records(Soort::Jeugdarts)
                    .iter()
                    .any(|(d, _)| *d >= from && *d <= day)
            };
            let from: Vec<&Regel1<'_>> = self
                .regels
                .iter()
                .filter(|r| match r.reg.soort {
                    Soort::Ongeoorloofd => true,
                    Soort::Geoorloofd => r.reg.vermoeden,
                    Soort::Ziek => r.reg.vermoeden && looked(r.eerste()),
                    _ => false,
                })
                .filter(|r| r.eerste() <= day && self.week(day) - self.week(r.eerste()) <= 3)
                .filter(|r| self.leven.plicht(r.eerste()) && !reported(r.reg.id))
                .collect();
            if let Some(first) = from.first() {
                let ids = from.iter().map(|r| r.reg.id).chain([id]).collect();
                out.push(self.signaal(Regel::Overig, first.eerste(), day, Vervolg::MagAlsOverig, ids));
            }
        }
        out
    }
}

/// All signals of one pupil, sorted; and the places that are refused, sorted.
pub fn model(
    kalenders: &Kalenders,
    papieren: &BTreeMap<Brin, Papier>,
    wetten: Wetsvoorstellen,
    peildatum: Dag,
    leerling: &Leerling,
    regs: &[Registratie],
) -> (Vec<Signaal>, Vec<(usize, Afwijzing)>) {
    let leven = Leven::van(leerling);
    let (stand, mut refused) = staan(regs);
    let mut schools: BTreeMap<Brin, Vec<Regel1<'_>>> = BTreeMap::new();
    for reg in stand {
        match lees(reg, kalenders.school(reg.school), peildatum) {
            Ok(regel) => schools.entry(reg.school).or_default().push(regel),
            Err(why) => refused.push((regs.iter().position(|r| std::ptr::eq(r, reg)).unwrap(), why)),
        }
    }
    let mut out = Vec::new();
    for (brin, mut regels) in schools {
        regels.sort_by_key(Regel1::eerste);
        let school = School {
            brin,
            papier: &papieren[&brin],
            regels,
            leven: &leven,
        };
        let mut found = [
            school.uren(),
            school.ziekmeldingen(),
            school.aaneengesloten(),
            school.luxe(),
            school.langdurig(),
            school.verwijdering(),
        ]
        .concat();
        let overig = school.overig(&found);
        found.extend(overig);
        out.extend(found);
    }
    let more = thuiszitter(&leven, peildatum.date(), &out);
    out.extend(more);
    for s in &mut out {
        let touched = !matches!(
            s.regel,
            Regel::Luxe | Regel::LangdurigSchool | Regel::LangdurigMbo | Regel::VerwijderingMbo | Regel::Overig
        );
        if touched && wetten.terugdringen_verzuim.is_some_and(|since| since <= s.bereikt) {
            s.wetsvoorstellen = &[Wetsvoorstel::TerugdringenVerzuim];
        }
    }
    out.sort_by_key(sleutel);
    refused.sort_by_key(|(at, _)| *at);
    (out, refused)
}

/// An order for signals in which both can be laid beside each other.
pub fn sleutel(s: &Signaal) -> (Regel, Brin, Dag, Dag, Vec<Id>) {
    (s.regel, s.school, s.begin, s.bereikt, s.bewijs.clone())
}
