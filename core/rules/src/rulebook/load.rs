//! From texts to a rulebook.

use std::collections::HashMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::channels::source::{KanaalFile, StroomFile, WetsvoorstellenFile};
use super::channels::{self, Kanalen, Tijdvak};
use super::informatie::{self, INFORMATIE, InformatieFile};
use super::overdracht::{self, Joined, OverdrachtFile};
use super::source::{ConvenantFile, DoelenFile, GegevensFile, GrondslagenFile, OverlegFile};
use super::{
    Convenant, Doel, Finding, FreeText, Grondslag, PartijInfo, Rulebook, Source, Sources, ToestemmingNodig, bounds,
    check, compile, lint, pointer, spelling, wider,
};
use crate::event::Bericht;
use crate::gegeven::{GegevenSet, Gegevens};
use crate::ids::Partij;
use crate::journal::hex;
use crate::tree::{NodeId, Tree};

/// Everything read, before it is joined.
pub(super) struct Files {
    pub convenant: ConvenantFile,
    pub doelen: DoelenFile,
    pub grondslagen: GrondslagenFile,
    pub overleggen: Vec<(String, OverlegFile)>,
    pub overdrachten: Vec<Joined>,
    /// `wettelijk/<stroom>.toml`.
    pub stromen: Vec<(String, StroomFile)>,
    /// `betrokkene.toml` and `derde.toml`.
    pub kanalen: Vec<(String, KanaalFile)>,
    pub wetsvoorstellen: WetsvoorstellenFile,
}

/// Files that must be there, and files of channels that may be.
const REQUIRED: [&str; 5] = [
    "convenant.toml",
    "doelen.toml",
    "gegevens.toml",
    "grondslagen.toml",
    lint::ARTIKELEN,
];
const CHANNELS: [&str; 2] = ["betrokkene.toml", "derde.toml"];
const BILLS: &str = "wetsvoorstellen.toml";
const DIRECTORIES: [&str; 3] = ["casusoverleg/", "overdracht/", "wettelijk/"];

fn read<T: DeserializeOwned>(source: &Source, findings: &mut Vec<Finding>) -> Option<T> {
    toml::from_str(&source.text)
        .map_err(|e| findings.push(spelling::unreadable(source, &e)))
        .ok()
}

/// The files of one kind, by name.
fn each<T: DeserializeOwned>(
    sources: &Sources,
    wanted: impl Fn(&str) -> bool,
    findings: &mut Vec<Finding>,
) -> Vec<(String, T)> {
    let mut found: Vec<&Source> = sources.rules.iter().filter(|s| wanted(&s.name)).collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    let mut out = Vec::new();
    for s in found {
        out.extend(read::<T>(s, findings).map(|file| (s.name.clone(), file)));
    }
    out
}

fn named<'s>(sources: &'s Sources, name: &str, findings: &mut Vec<Finding>) -> Option<&'s Source> {
    let found = sources.rules.iter().find(|s| s.name == name);
    if found.is_none() {
        findings.push(Finding::new(
            name,
            0..0,
            "dit bestand ontbreekt",
            "leg het in de map met de regels",
        ));
    }
    found
}

fn content_hash(sources: &Sources) -> Arc<str> {
    let mut all: Vec<&Source> = sources.rules.iter().chain(&sources.schemas).collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    let mut h = Sha256::new_with_prefix(b"sluis-regelboek-v1\0");
    for s in all {
        for part in [&s.name, &s.text] {
            h.update(part.len().to_le_bytes());
            h.update(part);
        }
    }
    hex(&h.finalize()).into()
}

/// What is asked besides the rulebook.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Rulebook,
    Warnings,
}

pub(super) fn load(sources: &Sources, wanted: Wanted) -> Result<(Rulebook, Vec<Finding>), Vec<Finding>> {
    whole(sources, wanted).map_err(bounds::few)
}

fn whole(sources: &Sources, wanted: Wanted) -> Result<(Rulebook, Vec<Finding>), Vec<Finding>> {
    let mut findings = Vec::new();
    let f = &mut findings;
    bounds::texts(sources, f);
    if !f.is_empty() {
        return Err(findings);
    }
    let convenant = named(sources, "convenant.toml", f).and_then(|s| read::<ConvenantFile>(s, f));
    let doelen = named(sources, "doelen.toml", f).and_then(|s| read::<DoelenFile>(s, f));
    let gegevens = named(sources, "gegevens.toml", f).and_then(|s| dictionary(s, f));
    let grondslagen = named(sources, "grondslagen.toml", f).and_then(|s| read::<GrondslagenFile>(s, f));
    let overleggen = each::<OverlegFile>(sources, |name| name.starts_with("casusoverleg/"), f);
    let stromen = each::<StroomFile>(sources, |name| name.starts_with("wettelijk/"), f);
    let kanalen = each::<KanaalFile>(sources, |name| CHANNELS.contains(&name), f);
    let mut wetsvoorstellen = WetsvoorstellenFile::default();
    for (_, file) in each::<WetsvoorstellenFile>(sources, |name| name == BILLS, f) {
        wetsvoorstellen = file;
    }
    let mut informatie = InformatieFile::default();
    for (_, file) in each::<InformatieFile>(sources, |name| name == INFORMATIE, f) {
        informatie = file;
    }
    let handovers = each::<OverdrachtFile>(sources, |name| name.starts_with("overdracht/"), f);
    for s in &sources.rules {
        let name = s.name.as_str();
        let known = REQUIRED.contains(&name) || CHANNELS.contains(&name) || [BILLS, INFORMATIE].contains(&name);
        if !known && !DIRECTORIES.iter().any(|dir| name.starts_with(dir)) {
            f.push(Finding::new(
                &s.name,
                0..0,
                "dit bestand hoort niet bij de regels",
                "haal het weg of hernoem het",
            ));
        }
    }
    let (Some(convenant), Some(doelen), Some(gegevens), Some(grondslagen)) = (convenant, doelen, gegevens, grondslagen)
    else {
        return Err(findings);
    };
    let trees = schemas(sources, &gegevens, f);
    let lists = bounds::Lists {
        convenant: &convenant,
        doelen: &doelen,
        grondslagen: &grondslagen,
        overleggen: &overleggen,
        stromen: &stromen,
        kanalen: &kanalen,
        regels: handovers
            .iter()
            .map(|(file, o)| (file.as_str(), o.regel.as_slice()))
            .collect(),
    };
    bounds::lists(&lists, &gegevens, f);
    if !f.is_empty() {
        return Err(findings);
    }
    let overdrachten = overdracht::join(handovers, &overleggen, &gegevens, f);
    let files = Files {
        overdrachten,
        convenant,
        doelen,
        grondslagen,
        overleggen,
        stromen,
        kanalen,
        wetsvoorstellen,
    };
    check::check(&files, &gegevens, f);
    channels::check::check(&files, &gegevens, f);
    let mut spare = Vec::new();
    let informatie = informed(informatie, &files, f, &mut spare);
    let Some((trees, schemas)) = trees else {
        return Err(findings);
    };
    let reading = lint::Input::new(sources, &files, &gegevens, &trees);
    lint::errors(&reading, f);
    if !findings.is_empty() {
        return Err(findings);
    }
    let compiled = compile::compile(&files, &gegevens, &trees, 0, &mut findings);
    let later = channels::compile::tijdvakken(&files)
        .into_iter()
        .map(|(vanaf, aan)| {
            let then = compile::compile(&files, &gegevens, &trees, aan, &mut findings);
            Tijdvak {
                vanaf,
                aan,
                plans: then.plans,
                kanalen: then.kanalen,
            }
        })
        .collect();
    if !findings.is_empty() {
        return Err(findings);
    }
    if wanted == Wanted::Warnings {
        let plans = compiled.plans.values().chain(compiled.kanalen.values());
        lint::warnings(&reading, plans, &mut findings);
        findings.append(&mut spare);
    }
    let kanalen = Kanalen {
        plans: compiled.kanalen,
        later,
        geraakt: compiled.geraakt,
        kanaal_geraakt: compiled.kanaal_geraakt,
        ..channels::compile::kanalen(&files, &gegevens)
    };
    let (grondslagen, basis_of) = bases(&files, &gegevens);
    let Files {
        convenant: ConvenantFile {
            convenant: c, partij, ..
        },
        doelen,
        overdrachten,
        ..
    } = files;
    let partijen = partij
        .into_iter()
        .map(|p| {
            let brin = p.brin();
            let info = PartijInfo {
                naam: p.naam,
                sector: p.sector.map(toml::Spanned::into_inner),
                brin,
                toegetreden_op: p.toegetreden_op,
                bekendgemaakt_op: p.bekendgemaakt_op,
            };
            (
                Partij {
                    oin: p.oin.into_inner(),
                    taak: p.taak.into_inner(),
                },
                info,
            )
        })
        .collect();
    let free_texts = trees.each_ref().map(|tree| free_texts(tree, &gegevens));
    let rulebook = Rulebook {
        free_texts,
        hash: content_hash(sources),
        convenant: Convenant {
            naam: c.naam,
            versie: c.versie,
            getekend_op: c.getekend_op,
            geldt_vanaf: c.geldt_vanaf,
            artikel: c.artikel,
            looptijd_jaren: c.looptijd_jaren,
            opzegging: c.opzegging,
            vervallen_op: c.vervallen_op,
        },
        gegevens,
        doelen: doelen
            .doel
            .into_iter()
            .map(|d| Doel {
                id: d.id.into_inner(),
                omschrijving: d.omschrijving,
                artikel: d.artikel,
            })
            .collect(),
        partijen,
        grondslagen,
        basis_of,
        overleggen: compiled.overleggen,
        overdrachten: overdrachten.into_iter().map(|o| o.overdracht).collect(),
        regels: compiled.regels,
        informatie,
        trees,
        schemas,
        plans: compiled.plans,
        kanalen,
    };
    Ok((rulebook, bounds::few(findings)))
}

/// What is told beside the rules, about what the rules have.
fn informed(
    file: InformatieFile,
    files: &Files,
    f: &mut Vec<Finding>,
    spare: &mut Vec<Finding>,
) -> informatie::Informatie {
    let oins: std::collections::HashSet<_> = files.convenant.partij.iter().map(|p| *p.oin.get_ref()).collect();
    let known = informatie::Known {
        oins: &|oin| oins.contains(oin),
        doelen: &|id| files.doelen.doel.iter().any(|d| d.id.get_ref() == id),
        stromen: &|id| files.stromen.iter().any(|(_, s)| s.id.get_ref() == id),
    };
    informatie::join(file, &known, f, spare)
}

fn dictionary(source: &Source, findings: &mut Vec<Finding>) -> Option<Gegevens> {
    let file: GegevensFile = read(source, findings)?;
    let spans: Vec<_> = file.gegeven.iter().map(toml::Spanned::span).collect();
    let lines: Vec<_> = file.gegeven.into_iter().map(toml::Spanned::into_inner).collect();
    let places: HashMap<String, std::ops::Range<usize>> = lines.iter().map(|g| g.id.clone()).zip(spans).collect();
    let dictionary = Gegevens::new(lines);
    if let Ok(gegevens) = &dictionary {
        wider::check(source, gegevens, &places, findings);
    }
    dictionary
        .map_err(|e| {
            use crate::gegeven::GegevensError::{Free, Health, Hides, Letter, TooMany, Twice};
            let (span, message, help) = match &e {
                TooMany => (
                    0..0,
                    "er staan te veel gegevens in het woordenboek".to_owned(),
                    "voeg gegevens samen die altijd gelijk worden behandeld",
                ),
                Twice(id) => (
                    places.get(id).cloned().unwrap_or(0..0),
                    format!("het gegeven `{id}` staat er twee keer"),
                    "houd er één over",
                ),
                Letter(id) => (
                    places.get(id).cloned().unwrap_or(0..0),
                    format!("de letter van `{id}` staat niet in artikel 5.1"),
                    "gebruik a tot en met i, of - als het niet op de lijst staat",
                ),
                Health(id) => (
                    places.get(id).cloned().unwrap_or(0..0),
                    format!("`{id}` gaat over gezondheid (5.1.e) en is dus bijzonder (1.5)"),
                    "schrijf bijzonder = true",
                ),
                Free(id) => (
                    places.get(id).cloned().unwrap_or(0..0),
                    format!("`{id}` is vrije tekst of een bijlage en kan alles bevatten"),
                    "schrijf vrij = true en bijzonder = true",
                ),
                Hides(id, name) => (
                    places.get(id).cloned().unwrap_or(0..0),
                    format!("`{id}` verbergt `{name}`, en dat staat niet in het woordenboek"),
                    "noem in `verbergt` gegevens uit dit bestand, of een begin met .*",
                ),
            };
            findings.push(Finding::new(&source.name, span, message, help));
        })
        .ok()
}

type Schemas = ([Arc<Tree>; 4], [String; 4]);

fn schemas(sources: &Sources, gegevens: &Gegevens, findings: &mut Vec<Finding>) -> Option<Schemas> {
    let mut trees = Vec::new();
    let mut texts = Vec::new();
    for bericht in Bericht::ALL {
        let name = format!("{}.v1.json", bericht.as_str());
        let Some(source) = sources.schemas.iter().find(|s| s.name == name) else {
            findings.push(Finding::new(
                &name,
                0..0,
                "dit schema ontbreekt",
                "leg het bij de canonieke schema's",
            ));
            continue;
        };
        match Tree::compile(&source.text, gegevens) {
            Ok(tree) if tree.kind() == bericht.as_str() => {
                trees.push(Arc::new(tree));
                texts.push(source.text.clone());
            }
            Ok(_) => findings.push(Finding::new(
                &name,
                0..0,
                "de vaste waarde van `bericht` past niet bij de naam van het bestand",
                "hernoem het bestand of verbeter het schema",
            )),
            Err(e) => {
                let before = findings.len();
                lint::unclassified(source, findings);
                if findings.len() == before {
                    let span = pointer::span(&source.text, &e.pointer);
                    let help = "gebruik alleen woorden die de schema's in schemas/canoniek ook gebruiken";
                    let message = "dit schema kan niet worden gebruikt";
                    findings.push(Finding::new(&name, span, message, help).with_detail(e.to_string()));
                }
            }
        }
    }
    Some((trees.try_into().ok()?, texts.try_into().ok()?))
}

/// Leaves of free elements beside which the schema has a `categorie` and a `bron`.
fn free_texts(tree: &Tree, gegevens: &Gegevens) -> Vec<FreeText> {
    let at: HashMap<&str, NodeId> = tree.leaves().map(|node| (tree.path(node), node)).collect();
    let mut out = Vec::new();
    for node in tree.leaves() {
        let Some((parent, name)) = tree.path(node).rsplit_once('/') else {
            continue;
        };
        let Some(gegeven) = tree.gegeven_of(node).filter(|id| gegevens.vrij().contains(*id)) else {
            continue;
        };
        let beside = |name: &str| at.get(format!("{parent}/{name}").as_str()).copied();
        if let (false, Some(categorie), Some(bron)) = (
            matches!(name, "categorie" | "bron"),
            beside("categorie"),
            beside("bron"),
        ) {
            out.push(FreeText {
                text: node,
                declared: vec![categorie, bron],
                gegeven,
            });
        }
    }
    out
}

type Bases = (
    Vec<Grondslag>,
    HashMap<(crate::event::Kanaal, crate::ids::Taak, crate::ids::Taak), Vec<u16>>,
);

fn bases(files: &Files, gegevens: &Gegevens) -> Bases {
    let mut all = Vec::new();
    let mut index: HashMap<_, Vec<u16>> = HashMap::new();
    for (n, g) in (0u16..).zip(&files.grondslagen.grondslag) {
        let dekt = match &g.letters {
            None => GegevenSet::ALL,
            Some(letters) => gegevens
                .iter()
                .filter(|(_, e)| letters.iter().any(|l| *l.get_ref() == e.letter))
                .map(|(id, _)| id)
                .collect(),
        };
        for van in &g.van {
            for naar in &g.naar {
                index
                    .entry((g.kanaal, *van.get_ref(), *naar.get_ref()))
                    .or_default()
                    .push(n);
            }
        }
        all.push(Grondslag {
            id: g.id.get_ref().clone(),
            wet: g.wet.clone(),
            artikel: g.artikel.clone(),
            toestemming: g.toestemming,
            soort: g.soort,
            dekt,
            alleen_bij: g.alleen_bij.clone().unwrap_or_default(),
            stroom: g.stroom.as_ref().map(|s| s.get_ref().clone()),
            schakel: channels::compile::schakel(files, g.alleen_met.as_ref(), g.vervalt_met.as_ref()),
        });
    }
    // The basis that needs least consent first: the decision takes the first that covers most.
    for places in index.values_mut() {
        places.sort_by_key(|n| {
            all.get(usize::from(*n)).map(|g| match g.toestemming {
                ToestemmingNodig::Geen => 0,
                ToestemmingNodig::Bijzonder => 1,
                ToestemmingNodig::Alles => 2,
            })
        });
    }
    (all, index)
}
