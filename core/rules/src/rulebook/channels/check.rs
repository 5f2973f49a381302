//! What the files beside the consultations must not say.

use std::collections::HashSet;

use toml::Spanned;

use super::super::Finding;
use super::super::ToestemmingNodig;
use super::super::check::{Body, once, pairs};
use super::super::compile::MAX_LIFTED;
use super::super::limits::{past_limit_of, statute};
use super::super::load::Files;
use super::super::source::{ActieWord, GrondslagBlock};
use super::MAX_BILLS;
use super::source::{KanaalFile, KanaalRegel, StroomFile};
use crate::event::Kanaal;
use crate::gegeven::{GegevenSet, Gegevens, Wijze};
use crate::ids::{Partij, Taak};

pub(in crate::rulebook) fn check(files: &Files, gegevens: &Gegevens, f: &mut Vec<Finding>) {
    bills(files, f);
    parties(files, f);
    for g in &files.grondslagen.grondslag {
        basis(g, files, f);
    }
    let mut seen = HashSet::new();
    for (file, s) in &files.stromen {
        if !seen.insert(s.id.get_ref()) || file != &format!("wettelijk/{}.toml", s.id.get_ref()) {
            f.push(Finding::new(
                file,
                s.id.span(),
                "de naam van de stroom is niet die van het bestand",
                "geef beide dezelfde naam",
            ));
        }
        flow(file, s, files, gegevens, f);
    }
    for (file, k) in &files.kanalen {
        channel(file, k, files, gegevens, f);
    }
}

const BILLS: &str = "wetsvoorstellen.toml";

fn bills(files: &Files, f: &mut Vec<Finding>) {
    let all = &files.wetsvoorstellen.wetsvoorstel;
    once(BILLS, "het wetsvoorstel", all.iter().map(|w| &w.id), f);
    if let Some(w) = all.get(MAX_BILLS) {
        f.push(Finding::new(
            BILLS,
            w.id.span(),
            "er staan te veel wetsvoorstellen in dit bestand",
            "haal weg wat wet is geworden of is ingetrokken",
        ));
    }
    for w in all {
        if let Some(aan) = w.aan.as_ref().filter(|aan| *aan.get_ref() && w.van_kracht_op.is_none()) {
            f.push(Finding::new(
                BILLS,
                aan.span(),
                format!("`{}` staat aan zonder dag", w.id.get_ref()),
                "schrijf van_kracht_op: de dag waarop het wet is",
            ));
        }
    }
    for (file, alleen_met, vervalt_met) in switches(files) {
        for name in [alleen_met, vervalt_met].into_iter().flatten() {
            if !all.iter().any(|w| w.id.get_ref() == name.get_ref()) {
                f.push(Finding::new(
                    file,
                    name.span(),
                    format!("het wetsvoorstel `{}` bestaat niet", name.get_ref()),
                    "kies een wetsvoorstel uit wetsvoorstellen.toml",
                ));
            }
        }
        if let (Some(a), Some(b)) = (alleen_met, vervalt_met)
            && a.get_ref() == b.get_ref()
        {
            f.push(Finding::new(
                file,
                b.span(),
                "met en zonder hetzelfde wetsvoorstel: dit werkt nooit",
                "laat alleen_met of vervalt_met weg",
            ));
        }
    }
}

type Name<'f> = Option<&'f Spanned<String>>;

/// Every place that names a bill.
fn switches(files: &Files) -> Vec<(&str, Name<'_>, Name<'_>)> {
    let mut out: Vec<(&str, Name<'_>, Name<'_>)> = Vec::new();
    for g in &files.grondslagen.grondslag {
        out.push(("grondslagen.toml", g.alleen_met.as_ref(), g.vervalt_met.as_ref()));
    }
    for (file, o) in &files.overleggen {
        out.extend(
            o.regel
                .iter()
                .map(|r| (file.as_str(), r.alleen_met.as_ref(), r.vervalt_met.as_ref())),
        );
    }
    for h in &files.overdrachten {
        let rules = h.overleg.regel.iter();
        out.extend(rules.map(|r| (h.file.as_str(), r.alleen_met.as_ref(), r.vervalt_met.as_ref())));
    }
    let flows = files.stromen.iter().map(|(file, s)| (file, &s.regel));
    for (file, rules) in flows.chain(files.kanalen.iter().map(|(file, k)| (file, &k.regel))) {
        out.extend(
            rules
                .iter()
                .map(|r| (file.as_str(), r.alleen_met.as_ref(), r.vervalt_met.as_ref())),
        );
    }
    out
}

fn parties(files: &Files, f: &mut Vec<Finding>) {
    const FILE: &str = "convenant.toml";
    let mut seen: HashSet<Partij> = files
        .convenant
        .partij
        .iter()
        .map(|p| Partij {
            oin: *p.oin.get_ref(),
            taak: *p.taak.get_ref(),
        })
        .collect();
    for p in &files.convenant.wettelijk_partij {
        let partij = Partij {
            oin: *p.oin.get_ref(),
            taak: *p.taak.get_ref(),
        };
        if !seen.insert(partij) {
            f.push(Finding::new(
                FILE,
                p.oin.span(),
                "deze organisatie staat er in deze taak al",
                "wie is toegetreden, is geen wettelijk_partij",
            ));
        }
        if matches!(partij.taak, Taak::Betrokkene | Taak::Derde) {
            f.push(Finding::new(
                FILE,
                p.taak.span(),
                format!("`{}` krijgt niets langs het wettelijke kanaal", partij.taak),
                "haal dit blok weg",
            ));
        }
    }
}

fn basis(g: &GrondslagBlock, files: &Files, f: &mut Vec<Finding>) {
    const FILE: &str = "grondslagen.toml";
    let mut find = |span, message: &str, help| f.push(Finding::new(FILE, span, message, help));
    match (g.kanaal, &g.stroom) {
        (Kanaal::Wettelijk, None) => find(
            g.id.span(),
            "een grondslag van het wettelijke kanaal noemt haar stroom niet",
            "schrijf stroom = de naam van een bestand in wettelijk/",
        ),
        (Kanaal::Wettelijk, Some(name)) => {
            match files.stromen.iter().find(|(_, s)| s.id.get_ref() == name.get_ref()) {
                None => find(
                    name.span(),
                    "deze stroom bestaat niet",
                    "kies een bestand uit wettelijk/",
                ),
                Some((_, s)) => {
                    let known =
                        |all: &[Spanned<Taak>], t: &Spanned<Taak>| all.iter().any(|k| k.get_ref() == t.get_ref());
                    let stray = g.van.iter().filter(|t| !known(&s.van, t));
                    for t in stray.chain(g.naar.iter().filter(|t| !known(&s.naar, t))) {
                        find(
                            t.span(),
                            "deze taak hoort niet bij de stroom",
                            "kies een taak van de stroom",
                        );
                    }
                }
            }
            if g.toestemming != ToestemmingNodig::Geen {
                find(
                    g.id.span(),
                    "een wettelijke plicht vraagt geen toestemming",
                    "schrijf toestemming = \"geen\"",
                );
            }
            if let Some(letter) = g.letters.iter().flatten().next() {
                find(
                    letter.span(),
                    "de lijst van artikel 5.1 geldt hier niet: de stroom heeft haar eigen lijst",
                    "haal letters weg",
                );
            }
        }
        (_, Some(name)) => find(
            name.span(),
            "een stroom hoort alleen bij het wettelijke kanaal",
            "haal stroom weg, of schrijf kanaal = \"wettelijk\"",
        ),
        (Kanaal::Derde, None) => {
            for t in g.naar.iter().filter(|t| *t.get_ref() != Taak::Derde) {
                find(
                    t.span(),
                    "langs dit kanaal gaat iets alleen naar een derde",
                    "schrijf naar = [\"derde\"]: ook een aanbieder die niet is toegetreden, is een derde",
                );
            }
        }
        (Kanaal::Betrokkene | Kanaal::Aggregaat | Kanaal::Beheer, None) => {
            find(g.id.span(), "dit kanaal vraagt geen grondslag", "haal dit blok weg")
        }
        (Kanaal::Casusoverleg, None) => {}
    }
}

fn flow(file: &str, s: &StroomFile, files: &Files, gegevens: &Gegevens, f: &mut Vec<Finding>) {
    if files.doelen.doel.iter().any(|d| d.id.get_ref() == s.id.get_ref()) {
        f.push(Finding::new(
            file,
            s.id.span(),
            "een stroom heeft niet de naam van een doel",
            "geef de stroom een eigen naam",
        ));
    }
    let vereist = s.vereist.get_ref();
    if vereist.is_empty() || vereist.iter().any(Vec::is_empty) {
        f.push(Finding::new(
            file,
            s.vereist.span(),
            "zonder `vereist` gaat ook een lege melding door",
            "noem per groep de gegevens waarvan er ten minste één nodig is",
        ));
    }
    // The duty is there for unauthorised absence only: without it there is nothing to report (LPW 21a; S:423).
    let reports = s.van.iter().any(|t| matches!(t.get_ref(), Taak::School | Taak::Mbo))
        && s.naar
            .iter()
            .any(|t| matches!(t.get_ref(), Taak::Duo | Taak::Leerplicht));
    let asked = |group: &Vec<Spanned<String>>| group.iter().all(|name| name.get_ref() == "verzuim.ongeoorloofd");
    if reports && !vereist.iter().any(|group| !group.is_empty() && asked(group)) {
        f.push(Finding::new(
            file,
            s.vereist.span(),
            "zonder ongeoorloofd verzuim is er geen plicht om te melden (4.3, LPW 21a)",
            "zet in `vereist` ook de groep [\"verzuim.ongeoorloofd\"]",
        ));
    }
    let others = s.van.iter().any(|t| *t.get_ref() != Taak::Jeugdhulpaanbieder);
    if let Some(flag) = s.ook_onder_geheim.as_ref().filter(|flag| *flag.get_ref() && others) {
        f.push(Finding::new(
            file,
            flag.span(),
            "alleen de wet over de jeugdhulpaanbieder doorbreekt een geheim (Jeugdwet 7.4.0, tweede lid)",
            "haal ook_onder_geheim weg",
        ));
    }
    for name in vereist.iter().flatten() {
        if gegevens.matching(name.get_ref()).is_empty() {
            f.push(Finding::new(
                file,
                name.span(),
                format!("het gegeven `{}` staat niet in het woordenboek", name.get_ref()),
                "kies een gegeven uit gegevens.toml",
            ));
        }
    }
    for (van, naar) in pairs(&s.van, &s.naar) {
        if statute(van, naar).is_none() {
            f.push(Finding::new(
                file,
                s.id.span(),
                format!("geen wet uit het convenant loopt van {van} naar {naar}"),
                "kies taken waartussen een wet verstrekken voorschrijft (artikel 4)",
            ));
        }
        let carried = files.grondslagen.grondslag.iter().any(|g| {
            g.stroom.as_ref().is_some_and(|name| name.get_ref() == s.id.get_ref())
                && pairs(&g.van, &g.naar).contains(&(van, naar))
        });
        if !carried {
            f.push(Finding::new(
                file,
                s.id.span(),
                format!("geen grondslag draagt deze stroom van {van} naar {naar}: zij werkt nooit"),
                "schrijf in grondslagen.toml een blok met kanaal = \"wettelijk\" en deze stroom",
            ));
        }
    }
    for r in &s.regel {
        let naar = r.naar.as_deref().unwrap_or_default();
        for t in &r.van {
            if !s.van.iter().any(|k| k.get_ref() == t.get_ref()) {
                f.push(never(file, t));
            }
        }
        for t in naar {
            if !s.naar.iter().any(|k| k.get_ref() == t.get_ref()) {
                f.push(never(file, t));
            }
        }
        words(file, r, Kanaal::Wettelijk, f);
        body(file, r).check(
            gegevens,
            &pairs(&r.van, naar),
            |g, van, naar| past_limit_of(Kanaal::Wettelijk, g, van, naar, wijze(r)),
            f,
        );
    }
}

fn never(file: &str, t: &Spanned<Taak>) -> Finding {
    Finding::new(
        file,
        t.span(),
        format!("`{}` hoort niet bij deze stroom: deze regel werkt nooit", t.get_ref()),
        "noem de taak bij de stroom, of haal haar uit de regel",
    )
}

fn channel(file: &str, k: &KanaalFile, files: &Files, gegevens: &Gegevens, f: &mut Vec<Finding>) {
    let kanaal = *k.kanaal.get_ref();
    if file != format!("{}.toml", kanaal.as_str()) {
        f.push(Finding::new(
            file,
            k.kanaal.span(),
            "het kanaal is niet dat van het bestand",
            "geef beide dezelfde naam",
        ));
        return;
    }
    let naar = if kanaal == Kanaal::Betrokkene {
        Taak::Betrokkene
    } else {
        Taak::Derde
    };
    for r in &k.regel {
        words(file, r, kanaal, f);
        for name in r.overleggen.iter().flatten() {
            let Some((_, o)) = files.overleggen.iter().find(|(_, o)| o.id.get_ref() == name.get_ref()) else {
                f.push(Finding::new(
                    file,
                    name.span(),
                    format!("het overleg `{}` bestaat niet", name.get_ref()),
                    "kies een bestand uit casusoverleg/",
                ));
                continue;
            };
            for t in &r.van {
                let deelnemer = o.deelnemer.iter().any(|d| d.taak.get_ref() == t.get_ref());
                if !deelnemer && !o.aanvrager.iter().any(|a| a.taak.get_ref() == t.get_ref()) {
                    f.push(Finding::new(
                        file,
                        t.span(),
                        format!(
                            "`{}` doet niet mee aan `{}`: deze regel werkt nooit",
                            t.get_ref(),
                            name.get_ref()
                        ),
                        "haal de taak of het overleg uit de regel",
                    ));
                }
            }
        }
        for name in r.doelen.iter().flatten() {
            if !files.doelen.doel.iter().any(|d| d.id.get_ref() == name.get_ref()) {
                f.push(Finding::new(
                    file,
                    name.span(),
                    format!("het doel `{}` bestaat niet", name.get_ref()),
                    "kies een doel uit doelen.toml (artikel 3.1)",
                ));
            }
        }
        let tasks: Vec<(Taak, Taak)> = r.van.iter().map(|van| (*van.get_ref(), naar)).collect();
        body(file, r).check(
            gegevens,
            &tasks,
            |g, van, naar| past_limit_of(kanaal, g, van, naar, wijze(r)),
            f,
        );
        if let Some(o) = &r.opheffen {
            opheffen(file, r, o, kanaal, gegevens, f);
        }
    }
}

/// That an individual is needed (14.3) lifts only what is said less precisely about who it is: never the BSN.
fn opheffen(file: &str, r: &KanaalRegel, o: &Spanned<bool>, kanaal: Kanaal, gegevens: &Gegevens, f: &mut Vec<Finding>) {
    let set = r
        .gegevens
        .iter()
        .fold(GegevenSet::EMPTY, |all, name| all.or(gegevens.matching(name.get_ref())));
    let who = set
        .iter()
        .all(|id| gegevens.get(id).is_some_and(|g| g.letter == 'a' && g.identificerend));
    if kanaal != Kanaal::Derde || wijze(r).is_none() || !who || set.len() > MAX_LIFTED {
        f.push(Finding::new(
            file,
            o.span(),
            "dat een individu nodig is, heft alleen voor een derde op wie het is, en nooit het BSN (14.3, 5.1.a)",
            "zet opheffen alleen bij generaliseren, in derde.toml, met gegevens met letter a; splits zo nodig de regel",
        ));
    }
}

/// How a rule makes less precise; a rule that says it badly is found elsewhere.
fn wijze(r: &KanaalRegel) -> Option<Wijze> {
    match r.actie.get_ref() {
        ActieWord::Toestaan => None,
        ActieWord::Generaliseren => r.wijze.as_ref().map(|w| *w.get_ref()),
    }
}

/// Each channel has its own words: who it goes to, at which consultations, for which purposes.
fn words(file: &str, r: &KanaalRegel, kanaal: Kanaal, f: &mut Vec<Finding>) {
    fn empty<T>(list: Option<&Vec<T>>) -> bool {
        list.is_none_or(Vec::is_empty)
    }
    let (wanted, fine) = match kanaal {
        Kanaal::Wettelijk => (
            "naar",
            !empty(r.naar.as_ref()) && r.overleggen.is_none() && r.doelen.is_none(),
        ),
        Kanaal::Betrokkene => (
            "overleggen",
            !empty(r.overleggen.as_ref()) && r.naar.is_none() && r.doelen.is_none(),
        ),
        _ => (
            "doelen",
            !empty(r.doelen.as_ref()) && r.naar.is_none() && r.overleggen.is_none(),
        ),
    };
    if !fine || r.van.is_empty() || r.gegevens.is_empty() {
        f.push(Finding::new(
            file,
            r.id.span(),
            format!(
                "de regel `{}` past niet bij het kanaal {}: die heeft van, gegevens en {wanted}, en geen andere lijst",
                r.id.get_ref(),
                kanaal.as_str()
            ),
            "vul die lijsten, en haal naar, overleggen of doelen weg die er niet bij horen",
        ));
    }
}

fn body<'f>(file: &'f str, r: &'f KanaalRegel) -> Body<'f> {
    Body {
        file,
        id: &r.id,
        berichten: r.berichten.as_deref(),
        gegevens: &r.gegevens,
        actie: &r.actie,
        wijze: r.wijze.as_ref(),
        reasoned: !r.artikelen.is_empty() && !r.omdat.trim().is_empty(),
    }
}
