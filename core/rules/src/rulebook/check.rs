//! What a rulebook must not say. Every finding names its file and place.

use std::collections::HashSet;
use std::fmt::Display;
use std::hash::Hash;

use toml::Spanned;

use super::compile::MAX_LIFTED;
use super::limits::past_limit;
use super::load::Files;
use super::source::{ActieWord, OverlegFile, RegelBlock};
use super::spelling::suggest;
use super::{Finding, basis};
use crate::event::Bericht;
use crate::gegeven::{Gegeven, GegevenSet, Gegevens, Wijze};
use crate::ids::{Partij, Taak};

pub(super) fn once<'a, T: Eq + Hash + Display + 'a>(
    file: &str,
    what: &str,
    all: impl IntoIterator<Item = &'a Spanned<T>>,
    findings: &mut Vec<Finding>,
) {
    let mut seen = HashSet::new();
    for s in all {
        if !seen.insert(s.get_ref()) {
            let message = format!("{what} `{}` staat er twee keer", s.get_ref());
            findings.push(Finding::new(
                file,
                s.span(),
                message,
                "houd er één over, of geef een andere naam",
            ));
        }
    }
}

pub(super) fn check(files: &Files, gegevens: &Gegevens, f: &mut Vec<Finding>) {
    once("doelen.toml", "het doel", files.doelen.doel.iter().map(|d| &d.id), f);
    once(
        "grondslagen.toml",
        "de grondslag",
        files.grondslagen.grondslag.iter().map(|g| &g.id),
        f,
    );
    let mut parties = HashSet::new();
    for p in &files.convenant.partij {
        let partij = Partij {
            oin: *p.oin.get_ref(),
            taak: *p.taak.get_ref(),
        };
        if !parties.insert(partij) {
            f.push(Finding::new(
                "convenant.toml",
                p.oin.span(),
                "deze partij (OIN en taak) staat er twee keer",
                "houd er één over",
            ));
        }
        if matches!(partij.taak, Taak::Duo | Taak::Derde) {
            f.push(Finding::new(
                "convenant.toml",
                p.taak.span(),
                format!("`{}` kan geen partij zijn (1.8)", partij.taak),
                "haal dit blok weg",
            ));
        }
        let sector = p.sector.as_ref().map(|s| s.get_ref().as_str());
        let fine = match partij.taak {
            Taak::School => matches!(sector, Some("po" | "so" | "vo" | "vso")),
            _ => sector.is_none(),
        };
        if !fine {
            let span = p.sector.as_ref().map_or_else(|| p.taak.span(), Spanned::span);
            f.push(Finding::new(
                "convenant.toml",
                span,
                "de sector past niet bij de taak",
                "een school heeft sector po, so, vo of vso; een andere partij heeft er geen",
            ));
        }
        if p.brin.is_some() && p.brin().is_none() {
            f.push(Finding::new(
                "convenant.toml",
                p.oin.span(),
                "de BRIN of de vestiging is niet goed gevormd",
                "schrijf brin = \"99ZZ\" en vestiging = \"00\"",
            ));
        }
    }
    convenant(files, f);
    for g in &files.grondslagen.grondslag {
        basis::check(g, f);
        for l in g.letters.iter().flatten() {
            if !('a'..='i').contains(l.get_ref()) {
                f.push(Finding::new(
                    "grondslagen.toml",
                    l.span(),
                    "deze letter staat niet in artikel 5.1",
                    "gebruik a tot en met i",
                ));
            }
        }
    }
    once_over_files(files, f);
    for (file, overleg) in &files.overleggen {
        consultation(file, overleg, files, gegevens, f);
    }
}

/// The terms of the covenant and of accession must be possible (18, 19.1).
fn convenant(files: &Files, f: &mut Vec<Finding>) {
    let c = &files.convenant.convenant;
    if c.looptijd_jaren == 0 {
        f.push(Finding::new(
            "convenant.toml",
            0..0,
            "een looptijd van nul jaar kan niet (19.1)",
            "schrijf het aantal jaren van de eerste termijn",
        ));
    }
    if c.geldt_vanaf.is_some_and(|vanaf| vanaf < c.getekend_op) {
        f.push(Finding::new(
            "convenant.toml",
            0..0,
            "deze regels gelden vanaf een dag vóór het ondertekenen (17.2)",
            "verbeter geldt_vanaf of getekend_op",
        ));
    }
    for p in &files.convenant.partij {
        if p.bekendgemaakt_op.is_some() && p.bekendgemaakt_op < p.toegetreden_op.or(Some(jiff::civil::Date::MAX)) {
            f.push(Finding::new(
                "convenant.toml",
                p.oin.span(),
                "bekendgemaakt vóór het ondertekenen kan niet (18)",
                "verbeter toegetreden_op of bekendgemaakt_op",
            ));
        }
    }
}

fn ids<T>(all: &[T], id: impl Fn(&T) -> &Spanned<String>) -> Vec<&Spanned<String>> {
    all.iter().map(id).collect()
}

/// Names of consultations and rules are unique over all files.
fn once_over_files(files: &Files, f: &mut Vec<Finding>) {
    let mut tables = HashSet::new();
    let mut rules = HashSet::new();
    for (file, o) in &files.overleggen {
        if !tables.insert(o.id.get_ref()) {
            f.push(Finding::new(
                file,
                o.id.span(),
                "dit overleg staat al in een ander bestand",
                "geef het een eigen naam",
            ));
        }
        if file != &format!("casusoverleg/{}.toml", o.id.get_ref()) {
            f.push(Finding::new(
                file,
                o.id.span(),
                "de naam van het overleg is niet die van het bestand",
                "geef beide dezelfde naam",
            ));
        }
    }
    let tables = files
        .overleggen
        .iter()
        .map(|(file, o)| (file, ids(&o.regel, |r| &r.id)));
    own_names(tables, &mut rules, f);
    // Blocks of a handover were held to each other and to the tables where they were joined.
    let handovers = files.overdrachten.iter().flat_map(|h| ids(&h.overleg.regel, |r| &r.id));
    rules.extend(handovers.map(Spanned::get_ref));
    let flows = files.stromen.iter().map(|(file, s)| (file, ids(&s.regel, |r| &r.id)));
    let channels = files.kanalen.iter().map(|(file, k)| (file, ids(&k.regel, |r| &r.id)));
    own_names(flows.chain(channels), &mut rules, f);
}

fn own_names<'a>(
    files: impl Iterator<Item = (&'a String, Vec<&'a Spanned<String>>)>,
    rules: &mut HashSet<&'a String>,
    f: &mut Vec<Finding>,
) {
    for (file, ids) in files {
        for id in ids {
            if !rules.insert(id.get_ref()) {
                f.push(Finding::new(
                    file,
                    id.span(),
                    format!("de regel `{}` bestaat al", id.get_ref()),
                    "geef elke regel een eigen naam",
                ));
            }
        }
    }
}

fn consultation(file: &str, o: &OverlegFile, files: &Files, gegevens: &Gegevens, f: &mut Vec<Finding>) {
    once(file, "de fase", &o.fasen, f);
    once(file, "het doel", &o.doelen, f);
    once(file, "de deelnemer", o.deelnemer.iter().map(|d| &d.taak), f);
    for d in &o.doelen {
        if !files.doelen.doel.iter().any(|known| known.id.get_ref() == d.get_ref()) {
            f.push(Finding::new(
                file,
                d.span(),
                format!("het doel `{}` bestaat niet", d.get_ref()),
                suggest(
                    d.get_ref(),
                    files.doelen.doel.iter().map(|k| k.id.get_ref().as_str()),
                    "kies een doel uit doelen.toml (artikel 3.1)",
                ),
            ));
        }
    }
    if let Some(fase) = o
        .na_sluiting
        .as_ref()
        .filter(|f| !o.fasen.iter().any(|known| known.get_ref() == f.get_ref()))
    {
        f.push(Finding::new(
            file,
            fase.span(),
            format!("dit overleg heeft geen fase `{}`", fase.get_ref()),
            "kies een fase van dit overleg, of haal na_sluiting weg",
        ));
    }
    let at_table = |t: Taak| o.deelnemer.iter().any(|d| *d.taak.get_ref() == t);
    let asks = |t: Taak| o.aanvrager.iter().any(|a| *a.taak.get_ref() == t);
    let gets_outcome = |t: Taak| o.uitkomst_naar.iter().any(|u| *u.get_ref() == t);
    if !at_table(*o.convener.get_ref()) {
        f.push(Finding::new(
            file,
            o.convener.span(),
            "wie bijeenroept zit niet aan tafel",
            "neem de taak op als deelnemer",
        ));
    }
    for r in &o.regel {
        for van in &r.van {
            if !at_table(*van.get_ref()) && !asks(*van.get_ref()) {
                f.push(Finding::new(
                    file,
                    van.span(),
                    format!(
                        "`{}` is hier geen deelnemer en geen aanvrager: deze regel werkt nooit",
                        van.get_ref()
                    ),
                    "voeg de deelnemer toe of haal de taak uit de regel",
                ));
            }
        }
        for naar in &r.naar {
            if !at_table(*naar.get_ref()) && !gets_outcome(*naar.get_ref()) {
                f.push(Finding::new(
                    file,
                    naar.span(),
                    format!("`{}` ontvangt hier niets: deze regel werkt nooit", naar.get_ref()),
                    "voeg de deelnemer toe of haal de taak uit de regel",
                ));
            }
        }
        rule(file, r, o, gegevens, f);
    }
}

pub(super) fn rule(file: &str, r: &RegelBlock, o: &OverlegFile, gegevens: &Gegevens, f: &mut Vec<Finding>) {
    for fase in &r.fasen {
        if !o.fasen.iter().any(|known| known.get_ref() == fase.get_ref()) {
            f.push(Finding::new(
                file,
                fase.span(),
                format!("dit overleg heeft geen fase `{}`", fase.get_ref()),
                suggest(
                    fase.get_ref(),
                    o.fasen.iter().map(|k| k.get_ref().as_str()),
                    "kies een fase van dit overleg",
                ),
            ));
        }
    }
    for doel in &r.doelen {
        if !o.doelen.iter().any(|known| known.get_ref() == doel.get_ref()) {
            f.push(Finding::new(
                file,
                doel.span(),
                format!("dit overleg dient het doel `{}` niet (3.4)", doel.get_ref()),
                suggest(
                    doel.get_ref(),
                    o.doelen.iter().map(|k| k.get_ref().as_str()),
                    "kies een doel van dit overleg",
                ),
            ));
        }
    }
    if r.van.is_empty() || r.naar.is_empty() || r.fasen.is_empty() || r.doelen.is_empty() || r.gegevens.is_empty() {
        f.push(Finding::new(
            file,
            r.id.span(),
            format!(
                "de regel `{}` kan nooit werken: een van de lijsten is leeg",
                r.id.get_ref()
            ),
            "vul van, naar, fasen, doelen en gegevens",
        ));
    }
    let body = Body {
        file,
        id: &r.id,
        berichten: r.berichten.as_deref(),
        gegevens: &r.gegevens,
        actie: &r.actie,
        wijze: r.wijze.as_ref(),
        reasoned: !r.artikelen.is_empty() && !r.omdat.trim().is_empty(),
    };
    let tasks = pairs(&r.van, &r.naar);
    let wijze = r.wijze.as_ref().map(|w| *w.get_ref());
    let limit = |g: &Gegeven, van, naar| past_limit(g, van, naar, wijze);
    body.check(gegevens, &tasks, limit, f);
    if let Some(o) = &r.opheffen {
        opheffen(file, r, o, gegevens, f);
    }
}

/// Every pair of tasks of a rule.
pub(super) fn pairs(van: &[Spanned<Taak>], naar: &[Spanned<Taak>]) -> Vec<(Taak, Taak)> {
    van.iter()
        .flat_map(|van| naar.iter().map(|naar| (*van.get_ref(), *naar.get_ref())))
        .collect()
}

/// What a rule says in every channel.
pub(super) struct Body<'f> {
    pub file: &'f str,
    pub id: &'f Spanned<String>,
    pub berichten: Option<&'f [Bericht]>,
    pub gegevens: &'f [Spanned<String>],
    pub actie: &'f Spanned<ActieWord>,
    pub wijze: Option<&'f Spanned<Wijze>>,
    /// Whether it says why.
    pub reasoned: bool,
}

impl Body<'_> {
    /// Elements, action and reason; `limit` says why an element may not go between two tasks.
    pub(super) fn check(
        &self,
        gegevens: &Gegevens,
        tasks: &[(Taak, Taak)],
        limit: impl Fn(&Gegeven, Taak, Taak) -> Option<(&'static str, &'static str)>,
        f: &mut Vec<Finding>,
    ) {
        let (file, id) = (self.file, self.id);
        if self.berichten.is_some_and(<[Bericht]>::is_empty) {
            f.push(Finding::new(
                file,
                id.span(),
                format!(
                    "de regel `{}` noemt geen berichten en kan dus nooit werken",
                    id.get_ref()
                ),
                "noem de berichten, of laat berichten weg als de regel voor alle geldt",
            ));
        }
        if !self.reasoned {
            f.push(Finding::new(
                file,
                id.span(),
                format!("de regel `{}` zegt niet waarom", id.get_ref()),
                "noem de artikelen en schrijf `omdat`",
            ));
        }
        match (self.actie.get_ref(), self.wijze) {
            (ActieWord::Generaliseren, None) => f.push(Finding::new(
                file,
                self.actie.span(),
                "bij generaliseren hoort een wijze",
                "schrijf wijze = \"jaar\", \"leeftijd\", \"pc4\", \"dat\" of, voor een derde, \"schuilnaam\"",
            )),
            (ActieWord::Toestaan, Some(w)) => f.push(Finding::new(
                file,
                w.span(),
                "een wijze hoort alleen bij generaliseren",
                "haal wijze weg of schrijf actie = \"generaliseren\"",
            )),
            _ => {}
        }
        for name in self.gegevens {
            let set = gegevens.matching(name.get_ref());
            if set.is_empty() {
                f.push(Finding::new(
                    file,
                    name.span(),
                    format!("het gegeven `{}` staat niet in het woordenboek", name.get_ref()),
                    suggest(
                        name.get_ref(),
                        gegevens.iter().map(|(_, g)| g.id.as_str()),
                        "kies een gegeven uit gegevens.toml",
                    ),
                ));
            }
            for gegeven in set.iter().filter_map(|id| gegevens.get(id)) {
                let past = tasks
                    .iter()
                    .find_map(|(van, naar)| limit(gegeven, *van, *naar).map(|limit| (van, naar, limit)));
                if let Some((van, naar, (why, help))) = past {
                    let message = format!("`{}` van {van} naar {naar}: {why}", gegeven.id);
                    f.push(Finding::new(file, name.span(), message, help));
                }
                if let Some(w) = self.wijze
                    && !gegeven.generalisaties.contains(w.get_ref())
                {
                    let message = format!(
                        "`{}` kan niet worden gegeneraliseerd tot `{}`",
                        gegeven.id,
                        w.get_ref().as_str()
                    );
                    f.push(Finding::new(
                        file,
                        name.span(),
                        message,
                        "kies een generalisatie die het woordenboek noemt",
                    ));
                }
            }
        }
    }
}

/// A recorded necessity lifts only the strong default of 5.4: that there is support at home, not what.
fn opheffen(file: &str, r: &RegelBlock, o: &Spanned<bool>, gegevens: &Gegevens, f: &mut Vec<Finding>) {
    let set = r
        .gegevens
        .iter()
        .fold(GegevenSet::EMPTY, |all, name| all.or(gegevens.matching(name.get_ref())));
    let home = set.iter().all(|id| gegevens.get(id).is_some_and(|g| g.letter == 'f'));
    let dat = r.wijze.as_ref().is_some_and(|w| *w.get_ref() == Wijze::Dat);
    if !dat || !home {
        f.push(Finding::new(
            file,
            o.span(),
            "een vastgelegde noodzaak heft alleen dát-informatie over het gezin op (5.4, 5.1.f)",
            "zet opheffen alleen bij wijze = \"dat\" en gegevens met letter f; splits zo nodig de regel",
        ));
    }
    if set.len() > MAX_LIFTED {
        f.push(Finding::new(
            file,
            o.span(),
            format!("één regel kan voor ten hoogste {MAX_LIFTED} gegevens worden opgeheven"),
            "splits de regel",
        ));
    }
}
