//! A small schema of our own, the dictionary for it, and what the tests over it share.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise; each test uses a part of this, also from inside the crate"
)]

pub mod doc;
pub mod generate;
pub mod model;
pub mod properties;
pub mod spec;

use crate::gegeven::{Gegeven, Gegevens, Wijze};

/// Every kind of place a schema can have.
pub const SCHEMA: &str = include_str!("proef.json");

/// The dictionary of [`SCHEMA`].
pub fn gegevens() -> Gegevens {
    use Wijze::{Dat, Jaar, Leeftijd, Pc4};
    let rows: [(&str, &[Wijze]); 12] = [
        ("persoon.naam", &[]),
        ("persoon.klas", &[]),
        ("persoon.geboortedatum", &[Jaar, Leeftijd, Dat]),
        ("persoon.postcode", &[Pc4]),
        ("ouder.naam", &[]),
        ("ouder.gezag", &[Dat]),
        ("ouder.telefoon", &[]),
        ("gezin.hulp", &[Dat, Jaar]),
        ("gezondheid.diagnose", &[Dat]),
        ("vrij.toelichting", &[Dat]),
        ("school.niveau", &[]),
        ("school.cijfers", &[]),
    ];
    let row = |(id, ways): (&str, &[Wijze])| Gegeven {
        id: id.to_owned(),
        omschrijving: String::new(),
        letter: 'a',
        bijzonder: id.starts_with("vrij."),
        identificerend: false,
        vrij: id.starts_with("vrij."),
        generalisaties: ways.to_vec(),
        verbergt: Vec::new(),
        artikel: "5.1.a".to_owned(),
        niemand: None,
    };
    Gegevens::new(rows.into_iter().map(row).collect()).unwrap()
}
