//! The mapping tables: a report on its way out, and what comes back.

use sluis_rules::event::Bericht;
use sluis_rules::mapping::Mapping;
use sluis_rules::rulebook::{Source, TableSource};
use sluis_rules::tree::Tree;

use crate::config::ConfigError;

const MELDING: &str = include_str!("../mapping/melding.toml");
const WIJZIGING: &str = include_str!("../mapping/behandeling.toml");
const MELDING_WIRE: &str = include_str!("../../../schemas/systemen/verzuimloket/melding.v1.json");
const WIJZIGING_WIRE: &str = include_str!("../../../schemas/systemen/verzuimloket/wijziging.v1.json");

/// The tables of this system beside its wire schemas, for who checks whether they are in step. Neither has a place for
/// all that may be given at a table: the desk gets the list of its statute and no more. A test of this crate holds the
/// table to that list.
#[must_use]
pub fn tables() -> Vec<TableSource> {
    let source = |name: &str, text: &str| Source {
        name: name.to_owned(),
        text: text.to_owned(),
    };
    vec![
        TableSource {
            table: source("adapters/verzuimloket/mapping/melding.toml", MELDING),
            bericht: Bericht::Hulpvraag,
            wire: source("schemas/systemen/verzuimloket/melding.v1.json", MELDING_WIRE),
            outward: false,
        },
        TableSource {
            table: source("adapters/verzuimloket/mapping/behandeling.toml", WIJZIGING),
            bericht: Bericht::Status,
            wire: source("schemas/systemen/verzuimloket/wijziging.v1.json", WIJZIGING_WIRE),
            outward: false,
        },
    ]
}

fn parse(text: &str, which: &'static str, tree: &Tree) -> Result<Mapping, ConfigError> {
    Mapping::parse(text, tree).map_err(|source| ConfigError::Table { which, source })
}

/// The table of a report.
pub(crate) fn melding(tree: &Tree) -> Result<Mapping, ConfigError> {
    parse(MELDING, "melding", tree)
}

/// The table of a change.
pub(crate) fn wijziging(tree: &Tree) -> Result<Mapping, ConfigError> {
    parse(WIJZIGING, "behandeling", tree)
}
