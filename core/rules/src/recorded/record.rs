//! A recorded decision, read from the journal.

use std::collections::HashMap;

use jiff::civil::Date;
use serde::Deserialize as _;

use super::{Besluit, Vastgelegd};
use crate::event::{Bericht, Kanaal};
use crate::gegeven::{Beroepsgeheim, GegevenId, GegevenSet};
use crate::ids::{Partij, Taak};
use crate::journal::{Record, Stap};
use crate::rulebook::Rulebook;
use crate::scan::{BijdrageInventory, Inventory};
use crate::tree::NodeId;
use crate::verdict::{Reden, Uitkomst};

impl Besluit {
    /// The decision that a record of the journal tells; `None` when it tells of another step. `dag` is the day in the
    /// Netherlands of the record's time.
    ///
    /// The journal keeps paths, not who brought each contribution in nor under which secrecy: each is taken for the
    /// sender's own, unless a reason tells otherwise. Where that does not lead to what was decided, [`Vergelijker`] says
    /// so and draws no conclusion.
    #[must_use]
    pub fn of_record(record: &Record, dag: Date, rules: &Rulebook, places: &Places) -> Option<Self> {
        let i = &record.inhoud;
        if record.stap != Stap::Besluit || i.uitkomst.is_empty() {
            return None;
        }
        let bericht = Bericht::ALL.into_iter().find(|b| b.as_str() == i.bericht)?;
        let kanaal = Kanaal::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(
            &i.kanaal,
        ))
        .ok()?;
        let (afzender, ontvanger): (Partij, Partij) = (i.afzender.parse().ok()?, i.ontvanger.parse().ok()?);
        let geblokkeerd = i.uitkomst == Uitkomst::Geblokkeerd.as_str();
        let tree = rules.tree(bericht);
        let count = i.paden.iter().filter_map(|g| g.bijdrage).max().map_or(0, |n| n + 1);
        let mut held = vec![Held::by(afzender); usize::from(count)];
        let mut doorgelaten = GegevenSet::EMPTY;
        for group in &i.paden {
            let Some(slot) = group.bijdrage.and_then(|n| held.get_mut(usize::from(n))) else {
                continue;
            };
            slot.learn(&group.reden, afzender);
            for node in group.paden.iter().filter_map(|pad| places.find(bericht, pad)) {
                slot.nodes.push(node);
                if group.actie != "weggelaten"
                    && let Some(id) = tree.gegeven_of(node)
                {
                    doorgelaten.insert(id);
                }
            }
        }
        // What was kept back for a secret address tells that the message or the facts said so.
        let kept_back = i.paden.iter().any(|g| g.reden == Reden::AdresGeheim.slug());
        let raised = (0..=u8::MAX)
            .map(GegevenId)
            .filter(|id| kept_back && rules.gegevens().hides(*id))
            .collect();
        let inhoud_onbekend = held.is_empty();
        if inhoud_onbekend {
            held.push(Held {
                nodes: tree.leaves().collect(),
                ..Held::by(afzender)
            });
        }
        let bijdragen = held
            .into_iter()
            .map(|h| BijdrageInventory::of_places(tree, h.inbrenger, h.beroepsgeheim, &h.nodes))
            .collect();
        Some(Self {
            nummer: record.nummer,
            kanaal,
            casusoverleg: i.casusoverleg.clone(),
            casus: i.casus.clone(),
            fase: i.fase.clone(),
            doel: i.doel.clone(),
            grondslag: None,
            afzender,
            ontvanger,
            bericht,
            afzender_bewezen: !i.redenen.iter().any(|r| r == "afzender-niet-bewezen"),
            dag,
            feiten: i.feiten,
            inventory: Inventory {
                bijdragen,
                gaps: Vec::new(),
                gap_count: 0,
                raised,
            },
            vastgelegd: Some(Vastgelegd {
                regelboek: i.regelboek.clone(),
                geblokkeerd,
                redenen: i.redenen.clone(),
                doorgelaten,
                inhoud_onbekend,
            }),
        })
    }
}

/// What a record tells of one contribution.
#[derive(Clone)]
struct Held {
    inbrenger: Partij,
    beroepsgeheim: Beroepsgeheim,
    nodes: Vec<NodeId>,
}

impl Held {
    const fn by(inbrenger: Partij) -> Self {
        Self {
            inbrenger,
            beroepsgeheim: Beroepsgeheim::Geen,
            nodes: Vec::new(),
        }
    }

    /// A reason can tell that it was another's, who did not let it pass, or that it was secret.
    fn learn(&mut self, reden: &str, afzender: Partij) {
        let of_another = [Reden::AkkoordOntbreekt, Reden::InbrengerOnbekend];
        if of_another.iter().any(|r| r.slug() == reden) {
            // Nobody that facts know: it stays behind under other rules too, as it did.
            self.inbrenger = Partij {
                taak: Taak::Derde,
                ..afzender
            };
        } else if reden == Reden::GeheimNietDoorbroken.slug() {
            self.beroepsgeheim = Beroepsgeheim::Beroepscode;
        }
    }
}

/// Where each path of a canonical message is.
#[derive(Debug)]
pub struct Places([HashMap<String, NodeId>; 4]);

impl Places {
    /// The places of every kind of message.
    #[must_use]
    pub fn of(rules: &Rulebook) -> Self {
        Self(Bericht::ALL.map(|bericht| {
            let tree = rules.tree(bericht);
            tree.leaves().map(|node| (tree.path(node).to_owned(), node)).collect()
        }))
    }

    pub(crate) fn find(&self, bericht: Bericht, path: &str) -> Option<NodeId> {
        let of_kind = Bericht::ALL.iter().zip(&self.0).find(|(b, _)| **b == bericht)?.1;
        of_kind.get(path).copied()
    }
}
