//! The mapping tables, one for each kind of message.

use jiff::civil::Date;
use sluis_rules::event::Bericht;
use sluis_rules::gegeven::GegevenSet;
use sluis_rules::mapping::{Mapping, Outgoing, SelfCheckError};
use sluis_rules::minimise::{Minimised, Plan};
use sluis_rules::tree::Tree;

use crate::config::ConfigError;

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
        let read = |kind: Bericht, toml| {
            Mapping::parse(toml, tree(kind)).map_err(|source| ConfigError::Table {
                kind: kind.as_str(),
                source,
            })
        };
        Ok(Self {
            hulpvraag: read(Bericht::Hulpvraag, include_str!("../mapping/hulpvraag.toml"))?,
            actie: read(Bericht::Actie, include_str!("../mapping/actie.toml"))?,
            verslag: read(Bericht::Verslag, include_str!("../mapping/verslag.toml"))?,
            status: read(Bericht::Status, include_str!("../mapping/status.toml"))?,
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
