//! The mapping tables, one for each kind of message.

use jiff::civil::Date;
use sluis_rules::event::Bericht;
use sluis_rules::gegeven::GegevenSet;
use sluis_rules::mapping::{Mapping, Outgoing, SelfCheckError};
use sluis_rules::minimise::{Minimised, Plan};
use sluis_rules::rulebook::{Source, TableSource};
use sluis_rules::tree::Tree;

use crate::config::ConfigError;

/// The table of each kind of message, as it comes with this crate.
const TEXTS: [(Bericht, &str); 4] = [
    (Bericht::Hulpvraag, include_str!("../mapping/hulpvraag.toml")),
    (Bericht::Actie, include_str!("../mapping/actie.toml")),
    (Bericht::Verslag, include_str!("../mapping/verslag.toml")),
    (Bericht::Status, include_str!("../mapping/status.toml")),
];
/// The wire schema.
const WIRE: &str = include_str!("../../../schemas/systemen/zaaksysteem/bericht.v1.json");

/// The tables of this system beside its wire schema, for who checks whether they are in step.
#[must_use]
pub fn tables() -> Vec<TableSource> {
    let source = |name: String, text: &str| Source {
        name,
        text: text.to_owned(),
    };
    let one = |(bericht, text): (Bericht, &str)| TableSource {
        table: source(format!("adapters/zaaksysteem/mapping/{}.toml", bericht.as_str()), text),
        bericht,
        wire: source("schemas/systemen/zaaksysteem/bericht.v1.json".to_owned(), WIRE),
        outward: true,
    };
    TEXTS.into_iter().map(one).collect()
}

/// The words of the case system for every kind of message.
#[derive(Debug, Clone)]
pub struct Tables {
    hulpvraag: Mapping,
    actie: Mapping,
    verslag: Mapping,
    status: Mapping,
}

impl Tables {
    /// Reads the tables that come with this crate against the canonical schemas.
    ///
    /// # Errors
    /// [`ConfigError::Table`] when a row names a place that a schema does not have.
    pub fn new<'a>(tree: impl Fn(Bericht) -> &'a Tree) -> Result<Self, ConfigError> {
        let read = |(kind, text): (Bericht, &str)| {
            Mapping::parse(text, tree(kind)).map_err(|source| ConfigError::Table {
                kind: kind.as_str(),
                source,
            })
        };
        let [hulpvraag, actie, verslag, status] = TEXTS;
        Ok(Self {
            hulpvraag: read(hulpvraag)?,
            actie: read(actie)?,
            verslag: read(verslag)?,
            status: read(status)?,
        })
    }

    /// The table of one kind.
    #[must_use]
    pub const fn of(&self, kind: Bericht) -> &Mapping {
        match kind {
            Bericht::Hulpvraag => &self.hulpvraag,
            Bericht::Actie => &self.actie,
            Bericht::Verslag => &self.verslag,
            Bericht::Status => &self.status,
        }
    }

    /// Encodes by the table of the kind the plan is for. A plan for a kind that is not known is given the table of a
    /// *hulpvraag*, which the self-check then refuses: nothing leaves.
    pub(crate) fn encode(
        &self,
        minimised: &Minimised<'_>,
        plan: &Plan,
        masks: &[GegevenSet],
        dag: Date,
    ) -> Result<Outgoing, SelfCheckError> {
        let kind = Bericht::ALL
            .into_iter()
            .find(|kind| kind.as_str() == plan.tree().kind());
        self.of(kind.unwrap_or(Bericht::Hulpvraag))
            .encode(minimised, plan, masks, dag)
    }
}
