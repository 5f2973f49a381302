//! The effect ledger: who got what of a case, or may have got it, under which rules and on which consents.

use sluis_rules::journal::{Padgroep, Record, Stap};

use crate::gateway::Gateway;
use crate::ports::{EffectId, PortError, Received};

/// What one receiver got of a case, or may have got: a line of the effect ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grootboekregel {
    /// Which effect.
    pub effect: EffectId,
    /// Who.
    pub ontvanger: String,
    /// The consents it rested on.
    pub toestemmingen: Vec<String>,
    /// When it departed or was fetched first, milliseconds since the Unix epoch.
    pub tijd_ms: u64,
    /// Hash of the rulebook.
    pub regelboek: String,
    /// Which paths, and by which rules.
    pub paden: Vec<Padgroep>,
}

impl Gateway {
    /// The effect ledger of a case, in order of the journal: who got or may have got what, when, under which rules, on
    /// which consents. With a consent, only what rested on it. After the line of `na`, at most `limit` lines.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn ledger(
        &self,
        casus: &str,
        toestemming: Option<&str>,
        na: Option<&EffectId>,
        limit: usize,
    ) -> Result<Vec<Grootboekregel>, PortError> {
        let all = self.inner.store.received(casus.to_owned()).await?;
        // A cursor that is not of this case has nothing after it.
        let after = match na {
            None => 0,
            Some(na) => all
                .iter()
                .position(|got| got.effect == *na)
                .map_or(all.len(), |at| at + 1),
        };
        let rested = |got: &Received| toestemming.is_none_or(|id| got.toestemmingen.iter().any(|t| t == id));
        let mut out = Vec::new();
        for got in all.into_iter().skip(after).filter(rested).take(limit) {
            let Received {
                effect,
                ontvanger,
                toestemmingen,
                nummer,
                tijd_ms,
            } = got;
            let records = self.history_of(effect.as_str()).await?;
            let departed = records.iter().find(|r| r.nummer == nummer);
            let regelboek = departed.map(|r| r.inhoud.regelboek.clone()).unwrap_or_default();
            out.push(Grootboekregel {
                paden: passed(&records, nummer),
                effect,
                ontvanger,
                toestemmingen,
                tijd_ms,
                regelboek,
            });
        }
        Ok(out)
    }
}

/// The paths that left with the departure of this number: its own when it was narrower than the decision before it.
fn passed(records: &[Record], nummer: u64) -> Vec<Padgroep> {
    let until = || records.iter().rev().filter(|r| r.nummer <= nummer);
    let own = until()
        .find(|r| r.nummer == nummer)
        .filter(|r| !r.inhoud.paden.is_empty());
    let decided = || until().find(|r| r.stap == Stap::Besluit && !r.inhoud.paden.is_empty());
    let mut paden = own.or_else(decided).map(|r| r.inhoud.paden.clone()).unwrap_or_default();
    paden.retain(|group| group.actie != "weggelaten");
    paden
}
