//! `informatie.toml`: what the betrokkene is told (12.4) and the register must say (15) that no rule says by itself: who
//! can be asked, how long each keeps, in plain words what a purpose or a statutory flow is. It permits nothing.
//!
//! The file may be absent. Then nothing is made up: who makes a letter or a register is told what is missing.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::{Convenant, Finding, Rulebook};
use crate::ids::{Oin, Taak};

/// Name of the file.
pub(super) const INFORMATIE: &str = "informatie.toml";

/// One text, for a parent: Dutch and English, short sentences (B1).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tekst {
    /// Dutch.
    pub nl: String,
    /// English.
    pub en: String,
}

/// Whom one can ask (12.3, 12.4.i). Of the organisation, never of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// The organisation.
    pub oin: String,
    /// Its name, and where in it.
    pub naam: String,
    /// Postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post: Option<String>,
    /// Telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telefoon: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Web site (12.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// How the data protection officer is reached (15; AVG 30.1.a).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fg: Option<String>,
}

/// How long who has a task keeps what it received (9.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bewaren {
    /// Which task.
    pub taak: Taak,
    /// How long, or by what it is reckoned.
    pub tekst: Tekst,
    /// The law, or the article.
    pub artikel: String,
}

/// A measure of security (10; AVG 30.1.g).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Maatregel {
    /// What is done.
    pub tekst: Tekst,
    /// Article.
    pub artikel: String,
}

/// Everything the file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Informatie {
    contact: Vec<(Oin, Contact)>,
    bewaren: Vec<Bewaren>,
    beveiliging: Vec<Maatregel>,
    doelen: Vec<(String, Tekst)>,
    stromen: Vec<(String, Tekst)>,
}

impl Informatie {
    /// Whom one asks at an organisation.
    #[must_use]
    pub fn contact(&self, oin: &Oin) -> Option<&Contact> {
        self.contact.iter().find(|(o, _)| o == oin).map(|(_, c)| c)
    }

    /// How long who has this task keeps.
    #[must_use]
    pub fn bewaren(&self, taak: Taak) -> Option<&Bewaren> {
        self.bewaren.iter().find(|b| b.taak == taak)
    }

    /// The measures of security.
    #[must_use]
    pub fn beveiliging(&self) -> &[Maatregel] {
        &self.beveiliging
    }

    /// A purpose in plain words.
    #[must_use]
    pub fn doel(&self, id: &str) -> Option<&Tekst> {
        self.doelen.iter().find(|(d, _)| d == id).map(|(_, t)| t)
    }

    /// A statutory flow in plain words: what must be given, to whom, and why one is not asked.
    #[must_use]
    pub fn stroom(&self, id: &str) -> Option<&Tekst> {
        self.stromen.iter().find(|(s, _)| s == id).map(|(_, t)| t)
    }
}

impl Rulebook {
    /// What the betrokkene and the supervisor are told beside the rules.
    #[must_use]
    pub const fn informatie(&self) -> &Informatie {
        &self.informatie
    }

    /// The covenant's name and the version of its text, in one line.
    #[must_use]
    pub fn titel(&self) -> String {
        let Convenant { naam, versie, .. } = &self.convenant;
        format!("{naam} ({versie})")
    }
}

/// The file as it is written.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct InformatieFile {
    contact: Vec<ContactBlock>,
    bewaren: Vec<BewarenBlock>,
    beveiliging: Vec<MaatregelBlock>,
    doel: Vec<WoordenBlock>,
    stroom: Vec<WoordenBlock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactBlock {
    oin: Spanned<Oin>,
    naam: String,
    post: Option<String>,
    telefoon: Option<String>,
    email: Option<String>,
    website: Option<String>,
    fg: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BewarenBlock {
    taak: Spanned<Taak>,
    nl: String,
    en: String,
    artikel: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MaatregelBlock {
    nl: Spanned<String>,
    en: String,
    artikel: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WoordenBlock {
    id: Spanned<String>,
    nl: String,
    en: String,
}

/// What the file may refer to.
pub(super) struct Known<'a> {
    pub oins: &'a dyn Fn(&Oin) -> bool,
    pub doelen: &'a dyn Fn(&str) -> bool,
    pub stromen: &'a dyn Fn(&str) -> bool,
}

/// Checks the file and makes what is looked up. Texts about what the rules do not have are only superfluous: `spare`.
pub(super) fn join(
    file: InformatieFile,
    known: &Known<'_>,
    f: &mut Vec<Finding>,
    spare: &mut Vec<Finding>,
) -> Informatie {
    let mut out = Informatie::default();
    let mut seen: Vec<String> = Vec::new();
    let mut check = |key: String, span: Range<usize>, known: bool, texts: &[&str]| {
        if !known {
            spare.push(Finding::warning(
                INFORMATIE,
                span.clone(),
                format!("`{key}` staat nergens anders in de regels"),
                "schrijf een kenmerk dat de regels hebben, of haal dit blok weg",
            ));
        }
        let mut say = |message: String, help: &str| f.push(Finding::new(INFORMATIE, span.clone(), message, help));
        if seen.contains(&key) {
            say(format!("`{key}` staat er twee keer"), "houd er één over");
        }
        if texts.iter().any(|t| t.trim().is_empty()) {
            say(
                "een tekst in dit blok is leeg".to_owned(),
                "een ouder leest dit: schrijf het, of haal het blok weg",
            );
        }
        seen.push(key);
    };
    for b in file.contact {
        let oin = *b.oin.get_ref();
        let ways = [&b.post, &b.telefoon, &b.email, &b.website];
        let reachable = if ways.iter().any(|w| w.is_some()) { "x" } else { "" };
        check(oin.to_string(), b.oin.span(), (known.oins)(&oin), &[&b.naam, reachable]);
        let contact = Contact {
            oin: oin.to_string(),
            naam: b.naam,
            post: b.post,
            telefoon: b.telefoon,
            email: b.email,
            website: b.website,
            fg: b.fg,
        };
        out.contact.push((oin, contact));
    }
    for b in file.bewaren {
        let taak = *b.taak.get_ref();
        check(taak.to_string(), b.taak.span(), true, &[&b.nl, &b.en, &b.artikel]);
        out.bewaren.push(Bewaren {
            taak,
            tekst: Tekst { nl: b.nl, en: b.en },
            artikel: b.artikel,
        });
    }
    for b in file.beveiliging {
        let span = b.nl.span();
        let nl = b.nl.into_inner();
        check(nl.clone(), span, true, &[&nl, &b.en, &b.artikel]);
        out.beveiliging.push(Maatregel {
            tekst: Tekst { nl, en: b.en },
            artikel: b.artikel,
        });
    }
    let kinds: [(
        &str,
        Vec<WoordenBlock>,
        &dyn Fn(&str) -> bool,
        &mut Vec<(String, Tekst)>,
    ); 2] = [
        ("doel", file.doel, known.doelen, &mut out.doelen),
        ("stroom", file.stroom, known.stromen, &mut out.stromen),
    ];
    for (kind, blocks, known, to) in kinds {
        for b in blocks {
            let span = b.id.span();
            let id = b.id.into_inner();
            check(format!("{kind} {id}"), span, known(&id), &[&b.nl, &b.en]);
            to.push((id, Tekst { nl: b.nl, en: b.en }));
        }
    }
    out
}
