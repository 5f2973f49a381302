//! The rules of absence once more, slowly: day after day over lists and sets, the way one would with a paper calendar.
//! It shares with the program the words (types), the calendar's answer to "does the school teach today?", and nothing
//! else.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::ToSpan as _;
use jiff::civil::Date;
use sluis_rules::ids::Brin;
use sluis_rules::verzuim::{
    Afwijzing, Dag, Kalender, Kalenders, Leerling, Regel, Registratie, RegistratieId, Sector, Signaal, Soort, Vervolg,
    Wetsvoorstel, Wetsvoorstellen, werkdag,
};

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

fn jaren(date: Date, n: i32) -> Date {
    date.checked_add(n.years()).unwrap()
}

fn vijf_werkdagen(from: Date) -> Date {
    let mut day = from;
    let mut seen = 0;
    while seen < 5 {
        day = day.tomorrow().unwrap();
        if werkdag(day.into()) {
            seen += 1;
        }
    }
    day
}

/// The days on which something changes in a pupil's life.
struct Leven {
    sector: Sector,
    leerplichtig: Date,
    /// The last day of the school year in which the pupil becomes sixteen.
    schooljaar_zestien: Date,
    achttien: Date,
    drieentwintig: Date,
    startkwalificatie: Option<Date>,
}

impl Leven {
    fn van(leerling: &Leerling) -> Self {
        let born = leerling.geboren.date();
        let mut last_year = jaren(born, 16).year();
        if born.month() >= 8 {
            last_year += 1;
        }
        Self {
            sector: leerling.sector,
            leerplichtig: jaren(born, 5).first_of_month().checked_add(1.month()).unwrap(),
            schooljaar_zestien: jiff::civil::date(last_year, 7, 31),
            achttien: jaren(born, 18),
            drieentwintig: jaren(born, 23),
            startkwalificatie: leerling.startkwalificatie.map(Dag::date),
        }
    }

    fn heeft_startkwalificatie(&self, day: Date) -> bool {
        self.startkwalificatie.is_some_and(|got| got <= day)
    }

    fn plicht(&self, day: Date) -> bool {
        let leerplichtig = day >= self.leerplichtig && day <= self.schooljaar_zestien;
        let kwalificatieplichtig = day > self.schooljaar_zestien && !self.heeft_startkwalificatie(day);
        (leerplichtig || kwalificatieplichtig) && day < self.achttien
    }

    fn under_23(&self, day: Date) -> bool {
        day < self.drieentwintig && !self.heeft_startkwalificatie(day)
    }

    fn rmc(&self, day: Date) -> bool {
        day >= self.achttien && self.under_23(day)
    }
}

/// A paper calendar: all school days in order, the Mondays of all school weeks, and of each day which week it is in, or
/// the last one that has begun.
pub struct Papier {
    dagen: Vec<Date>,
    weken: Vec<Date>,
    week_van: HashMap<Date, usize>,
}

impl Papier {
    fn nieuw(kalender: &Kalender) -> Self {
        let (first, end) = kalender.bereik();
        let all: Vec<Date> = (0..)
            .map(|n| first.plus(n))
            .take_while(|day| *day <= end)
            .map(Dag::date)
            .collect();
        let dagen: Vec<Date> = all
            .iter()
            .copied()
            .filter(|day| kalender.is_schooldag((*day).into()))
            .collect();
        let mut weken: Vec<Date> = dagen.iter().map(|d| monday(*d)).collect();
        weken.dedup();
        let week = |day: Date| weken.iter().rposition(|m| *m <= monday(day)).map_or(0, |at| at + 1);
        let week_van = all.iter().map(|day| (*day, week(*day))).collect();
        Self { dagen, weken, week_van }
    }

    /// The calendars of some schools.
    pub fn van(kalenders: &Kalenders, scholen: &[&str]) -> BTreeMap<Brin, Self> {
        let scholen = scholen.iter().map(|school| school.parse().unwrap());
        scholen
            .map(|school| (school, Self::nieuw(kalenders.school(school).unwrap())))
            .collect()
    }
}

/// What the rules see of one school.
struct School<'a> {
    brin: Brin,
    papier: &'a Papier,
    regels: Vec<Regel1<'a>>,
    leven: &'a Leven,
}

fn monday(day: Date) -> Date {
    day.checked_sub(i32::from(day.weekday().to_monday_zero_offset()).days())
        .unwrap()
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

/// A thuiszitter, told day after day.
fn thuiszitter(leven: &Leven, peildatum: Date, found: &[Signaal]) -> Vec<Signaal> {
    let limbs = [
        Regel::RelatiefUren,
        Regel::RelatiefZiekmeldingen,
        Regel::RelatiefAaneengesloten,
    ];
    let mut relatief: Vec<&Signaal> = found.iter().filter(|s| limbs.contains(&s.regel)).collect();
    relatief.sort_by_key(|s| (s.bereikt, s.begin, s.regel, s.school));
    let Some(mut day) = relatief.iter().map(|s| s.bereikt.date()).min() else {
        return Vec::new();
    };
    let mut out = Vec::new();
    let mut now: Option<(Signaal, Date)> = None;
    while day <= peildatum {
        for s in relatief.iter().filter(|s| s.bereikt.date() == day) {
            let last = s.einde.unwrap_or(s.bereikt).date();
            let real = s.vervolg != Vervolg::AlleenSchool;
            if let Some((open, until)) = &mut now {
                *until = last.max(*until);
                if real {
                    open.bewijs.extend(&s.bewijs);
                }
            } else if real {
                let mut open = (*s).clone();
                open.regel = Regel::Thuiszitter;
                open.vervolg = Vervolg::MagNaarThuiszitterstafel;
                (open.einde, open.termijn) = (None, None);
                now = Some((open, last));
            }
        }
        // A whole year after the last day in the criteria is over.
        if now.as_ref().is_some_and(|(_, until)| day >= jaren(*until, 1)) {
            let (mut open, until) = now.take().unwrap();
            open.einde = Some(Dag::from(jaren(until, 1).tomorrow().unwrap()));
            out.push(open);
        }
        day = day.tomorrow().unwrap();
    }
    out.extend(now.map(|(open, _)| open));
    for open in &mut out {
        let mut first = open.begin.date();
        while leven.plicht(first) && first <= peildatum {
            first = first.tomorrow().unwrap();
        }
        let left = (!leven.plicht(first)).then(|| Dag::from(first));
        open.einde = [open.einde, left]
            .into_iter()
            .flatten()
            .min()
            .filter(|d| d.date() <= peildatum);
        open.bewijs = open
            .bewijs
            .iter()
            .copied()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
    }
    out
}

/// Which registrations stand, and what the others are refused for.
fn staan(regs: &[Registratie]) -> (Vec<&Registratie>, Vec<(usize, Afwijzing)>) {
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

fn lees<'a>(reg: &'a Registratie, kalender: Option<&Kalender>, peildatum: Dag) -> Result<Regel1<'a>, Afwijzing> {
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
            if days < 0 || days > 400 || (single && days != 0) {
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
