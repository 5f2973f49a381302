//! The words of the register and of letters: categories, tasks, channels. Dutch first, then English.

use std::collections::BTreeSet;

use super::{BEHEER, Basis, Doeleinde, ONBEKEND, Termijn};
use crate::event::Kanaal;
use crate::ids::Taak;
use crate::rulebook::Tekst;

/// The channels beside the consultations: each is an activity of its own.
pub(super) const KANALEN: &[(Kanaal, &str, &str)] = &[
    (
        Kanaal::Wettelijk,
        "Wettelijke meldingen en verstrekkingen",
        "4.1, 4.3, 4.4",
    ),
    (
        Kanaal::Betrokkene,
        "Berichten aan de jongere en aan wie gezag heeft",
        "1.4, 13",
    ),
    (Kanaal::Derde, "Verstrekking aan derden", "14"),
    (Kanaal::Aggregaat, "Tellingen waarin niemand te herkennen is", "4.2"),
    (
        Kanaal::Beheer,
        "Beheer: toestemming, intrekking, toetreding, verzoeken, inbreuken",
        "6, 13, 18, 21",
    ),
];

/// What an activity without a purpose of 3.1 is for.
pub(super) fn eigen_doel(kanaal: Kanaal) -> Doeleinde {
    let (omschrijving, artikel) = match kanaal {
        Kanaal::Betrokkene => (
            "De jongere en wie gezag heeft krijgen verslag, uitslag en antwoord op hun verzoeken",
            "13; Bijlage 3",
        ),
        Kanaal::Aggregaat => ("Zicht op verzuim per school, zonder gegevens over een persoon", "4.2"),
        _ => (
            "Vastleggen en uitvoeren wat de wet en het convenant van de deelnemers vragen, en dat kunnen laten zien",
            "AVG 6.1.c; 6, 13, 15, 18, 21",
        ),
    };
    Doeleinde {
        id: kanaal.as_str().to_owned(),
        omschrijving: omschrijving.to_owned(),
        artikel: artikel.to_owned(),
    }
}

/// The basis of a channel that asks no row of `grondslagen.toml`: nothing is disclosed to another there (gate 7).
pub(super) fn eigen_grondslag(kanaal: Kanaal) -> Option<Basis> {
    let (wet, artikel) = match kanaal {
        Kanaal::Betrokkene => (
            "AVG 12 en 15: de betrokkene krijgt wat over hemzelf gaat",
            "4.5, 12, 13",
        ),
        Kanaal::Beheer => (
            "AVG 6.1.c: verplichtingen van AVG 7.1, 12 tot en met 22, 30 en 33",
            "6, 12, 13, 15, 18, 21",
        ),
        _ => return None,
    };
    Some(Basis {
        id: kanaal.as_str().to_owned(),
        wet: wet.to_owned(),
        artikel: artikel.to_owned(),
        toestemming: "geen",
    })
}

/// Whose data, by what the elements begin with.
pub(super) fn betrokkenen(gegevens: &BTreeSet<String>, id: &str) -> Vec<&'static str> {
    if id == Kanaal::Aggregaat.as_str() {
        return vec!["niemand: alleen aantallen"];
    }
    let mut out = vec!["jongeren over wie het gaat"];
    let parents = ["ouder.", "gezin."];
    if gegevens.iter().any(|g| parents.iter().any(|p| g.starts_with(p))) || [BEHEER, ONBEKEND].contains(&id) {
        out.push("ouders, verzorgers en gezinsleden");
    }
    let workers = ["verslag.", "contactpersoon.", "professional."];
    if gegevens.iter().any(|g| workers.iter().any(|p| g.starts_with(p))) || id == BEHEER {
        out.push("medewerkers van de deelnemers");
    }
    out
}

/// How long the gateway itself keeps content.
pub(super) fn bewaart_sluis(dagen: u32) -> Termijn {
    Termijn {
        wie: "sluis".to_owned(),
        tekst: Tekst {
            nl: format!(
                "Inhoud: tot de levering; wat niet geleverd mag worden hoogstens {dagen} dagen. Het logboek, zonder inhoud: blijvend, als bewijs."
            ),
            en: format!(
                "Content: until delivery; what may not be delivered at most {dagen} days. The journal, without content: permanently, as evidence."
            ),
        },
        artikel: "9.1, 15".to_owned(),
    }
}

/// A category of article 5.1, in plain words: Dutch and English.
#[must_use]
pub const fn letter(letter: char) -> (&'static str, &'static str) {
    match letter {
        'a' => (
            "naam, geboortedatum, adres en woonplaats",
            "name, date of birth, address and town",
        ),
        'b' => ("het burgerservicenummer (BSN)", "the citizen service number (BSN)"),
        'c' => ("de school", "the school"),
        'd' => (
            "hoe het gaat met leren en welke hulp daarbij nodig is",
            "how learning goes and which help it needs",
        ),
        'e' => ("gezondheid", "health"),
        'f' => ("het gezin", "the family"),
        'g' => ("verzuim", "absence from school"),
        'h' => (
            "hulp door de gemeente of de jeugdhulp",
            "help by the municipality or youth care",
        ),
        'i' => (
            "hulp door de school of het samenwerkingsverband",
            "help by the school or the alliance of schools",
        ),
        _ => (
            "gegevens die een wet voorschrijft, buiten de lijst van artikel 5.1",
            "data that a statute prescribes, outside the list of article 5.1",
        ),
    }
}

/// A task in plain words: Dutch and English.
#[must_use]
pub const fn taak(taak: Taak) -> (&'static str, &'static str) {
    match taak {
        Taak::Kinderopvang => ("de kinderopvang", "the childcare centre"),
        Taak::School => ("de school", "the school"),
        Taak::Mbo => ("het mbo", "the vocational college"),
        Taak::Samenwerkingsverband => ("het samenwerkingsverband van scholen", "the alliance of schools"),
        Taak::Leerplicht => (
            "de leerplichtambtenaar van de gemeente",
            "the school attendance officer of the municipality",
        ),
        Taak::Rmc => (
            "de gemeente (hulp bij schooluitval)",
            "the municipality (early school leaving)",
        ),
        Taak::Jeugd => (
            "de gemeente (toegang tot jeugdhulp)",
            "the municipality (access to youth care)",
        ),
        Taak::Wmo => ("de gemeente (Wmo)", "the municipality (Wmo)"),
        Taak::Jgz => (
            "de jeugdgezondheidszorg (jeugdarts en jeugdverpleegkundige)",
            "youth health care (youth doctor and youth nurse)",
        ),
        Taak::Jeugdhulpaanbieder => ("de jeugdhulp", "the youth care provider"),
        Taak::Betrokkene => ("u of uw kind", "you or your child"),
        Taak::Duo => (
            "DUO, van het ministerie van Onderwijs",
            "DUO, of the ministry of Education",
        ),
        Taak::Derde => (
            "iemand anders, buiten het overleg",
            "somebody else, outside the consultation",
        ),
    }
}
