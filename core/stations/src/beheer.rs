//! For who administers: facts, judging anew, quarantine, and why. Nobody passes the judge: a changed fact makes it
//! decide again, and that is the only way on.

use sluis_rules::facts::{Doorbreking, Feit, Informering};
use sluis_rules::gegeven::Gegevens;
use sluis_rules::ids::Taak;
use sluis_rules::journal::{Inhoud, Record, Stap};
use sluis_rules::register::BEHEER;

use crate::gateway::Gateway;
use crate::outcome::Tellers;
use crate::ports::{AccountRefusal, EffectId, Entry, PortError, QuarantineItem};
use crate::trace;
use crate::wie::Wie;

/// Why an administrative act is not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BeheerError {
    /// A field of the fact cannot be used: 400.
    #[error("the field `{veld}` of the fact {wat}")]
    Ongeldig {
        /// The field.
        veld: &'static str,
        /// What is wrong with it, and what to do.
        wat: &'static str,
    },
    /// A consent that cannot be one, for a reason of its own: 400.
    #[error("the consent is refused: {reden}; look at the field `{veld}`")]
    Geweigerd {
        /// The reason, with its page.
        reden: &'static str,
        /// The field.
        veld: &'static str,
    },
    /// Who acts may not do this: 403.
    #[error(transparent)]
    Niet(AccountRefusal),
    /// Could not be kept, so was not done: 503.
    #[error("nothing was done, because it could not be kept: try again later")]
    NietNu,
}

impl BeheerError {
    /// Stable id and name of its page.
    #[must_use]
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::Ongeldig { .. } => "feit-ongeldig",
            Self::Geweigerd { reden, .. } => reden,
            Self::Niet(AccountRefusal::ZelfdePersoon) => "tweede-persoon-nodig",
            Self::Niet(_) => "rol-ontbreekt",
            Self::NietNu => "niet-bewaard",
        }
    }

    /// The status of RFC 9110.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Ongeldig { .. } => 400,
            Self::Geweigerd { .. } => 400,
            Self::Niet(_) => 403,
            Self::NietNu => 503,
        }
    }
}

impl From<PortError> for BeheerError {
    fn from(_: PortError) -> Self {
        Self::NietNu
    }
}

/// The facts are kept. Nothing that rests on the old ones can start to leave any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactReceipt {
    /// The number of the last fact.
    pub versie: u64,
    /// Sends that had begun before: they are known, and a withdrawal does not undo what happened before it.
    pub onderweg: Vec<EffectId>,
    /// Withdrawals among them that name a consent no fact of the case knows: by the id of the consent. They are kept and
    /// work when that consent comes after all; but if the id is wrong, the consent that was meant still holds.
    pub onbekende_toestemming: Vec<String>,
}

/// How much there is of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tellingen {
    /// Messages on their way.
    pub open: u64,
    /// Messages in quarantine.
    pub quarantaine: u64,
    /// Messages in mailboxes.
    pub postbus: u64,
    /// Consents that end within thirty days, as counted in the last hour.
    pub toestemmingen_binnenkort: u64,
    /// How old the oldest content is, in seconds; `None`: no content is here.
    pub oudste_inhoud_s: Option<u64>,
    /// It is older than anything may be (9.1): what cannot go is destroyed after its time, and a mailbox is emptied.
    pub inhoud_te_oud: bool,
    /// Counters since the start.
    pub tellers: Tellers,
}

impl Gateway {
    /// As [`Gateway::record_facts_by`], in the name of an account of the program itself.
    ///
    /// # Errors
    /// As there.
    pub async fn record_facts(&self, account: &str, feiten: Vec<Feit>) -> Result<FactReceipt, BeheerError> {
        self.record_facts_by(&Wie::machine(account, None), feiten).await
    }

    /// Records facts in the name of who acts; messages they may change are judged again.
    ///
    /// # Errors
    /// When a field cannot be used (nothing is kept then), or they could not be kept.
    pub async fn record_facts_by(&self, wie: &Wie, feiten: Vec<Feit>) -> Result<FactReceipt, BeheerError> {
        wie.may_record().map_err(BeheerError::Niet)?;
        if !word(wie.account()) {
            return Err(BeheerError::Ongeldig {
                veld: "account",
                wat: WORD,
            });
        }
        let rulebook = self.rulebook();
        for feit in &feiten {
            valid(feit, rulebook.gegevens())?;
        }
        let asked: Vec<Option<String>> = feiten.iter().map(|f| f.casus().map(str::to_owned)).collect();
        let feiten = self.prepare(wie, feiten).await?;
        if feiten.is_empty() {
            return self.nothing_new(asked).await;
        }
        let onbekende_toestemming = self.unknown_consents(&feiten).await?;
        let casussen: Vec<Option<String>> = feiten.iter().map(|f| f.casus().map(str::to_owned)).collect();
        let with_entries = feiten
            .into_iter()
            .map(|feit| {
                let stray = matches!(&feit, Feit::Intrekking(i) if onbekende_toestemming.contains(&i.toestemming));
                let note = if stray {
                    " (geen toestemming met dit kenmerk bekend)"
                } else {
                    ""
                };
                let told = format!("{} door {}{note}", feit.soort(), wie.told());
                let entry = self.act(Stap::Feit, "", feit.casus(), told);
                (feit, entry)
            })
            .collect();
        if !onbekende_toestemming.is_empty() {
            tracing::warn!(
                aantal = onbekende_toestemming.len(),
                "a withdrawal names a consent that is not known"
            );
        }
        let versie = self
            .inner
            .store
            .record_facts(with_entries)
            .await
            .inspect_err(|e| self.port_failed(e))?;
        let mut onderweg: Vec<EffectId> = casussen.iter().flat_map(|c| self.departing(c.as_deref())).collect();
        // Sends of another process, or of before a restart: the store knows that they were begun.
        for casus in casussen.iter().flatten().collect::<std::collections::BTreeSet<_>>() {
            match self.inner.store.in_doubt(casus.clone()).await {
                Ok(more) => onderweg.extend(more),
                // The facts are recorded: to say that nothing was done would have them recorded again.
                Err(error) => self.port_failed(&error),
            }
        }
        onderweg.sort();
        onderweg.dedup();
        Ok(FactReceipt {
            versie,
            onderweg,
            onbekende_toestemming,
        })
    }

    /// Everything was recorded before: the same receipt, and nothing is judged again.
    async fn nothing_new(&self, casussen: Vec<Option<String>>) -> Result<FactReceipt, BeheerError> {
        let mut versie = 0;
        for casus in casussen.into_iter().flatten() {
            let read = self
                .inner
                .store
                .facts(casus)
                .await
                .inspect_err(|e| self.port_failed(e))?;
            versie = versie.max(read.versie);
        }
        Ok(FactReceipt {
            versie,
            onderweg: Vec::new(),
            onbekende_toestemming: Vec::new(),
        })
    }

    /// The consents that a withdrawal among these names, and that neither a fact of the case nor one of these records.
    async fn unknown_consents(&self, feiten: &[Feit]) -> Result<Vec<String>, BeheerError> {
        let mut unknown = Vec::new();
        for feit in feiten {
            let Feit::Intrekking(i) = feit else { continue };
            let consents = |f: &Feit| matches!(f, Feit::Toestemming(t) if t.id == i.toestemming && t.casus == i.casus);
            let known = feiten.iter().any(consents)
                || self
                    .inner
                    .store
                    .facts(i.casus.clone())
                    .await
                    .inspect_err(|e| self.port_failed(e))?
                    .feiten
                    .iter()
                    .any(consents);
            if !known && !unknown.contains(&i.toestemming) {
                unknown.push(i.toestemming.clone());
            }
        }
        Ok(unknown)
    }

    /// Sends one quarantined message back to judge. `false`: it is not in quarantine.
    ///
    /// # Errors
    /// When it could not be kept.
    pub async fn rejudge(&self, account: &str, effect: &EffectId) -> Result<bool, BeheerError> {
        self.rejudge_by(&Wie::machine(account, None), effect).await
    }

    /// As [`Gateway::rejudge`], in the name of who acts.
    ///
    /// # Errors
    /// When who acts may not, or it could not be kept.
    pub async fn rejudge_by(&self, wie: &Wie, effect: &EffectId) -> Result<bool, BeheerError> {
        wie.may_record().map_err(BeheerError::Niet)?;
        if !word(wie.account()) {
            return Err(BeheerError::Ongeldig {
                veld: "account",
                wat: WORD,
            });
        }
        let entry = self.act(
            Stap::Feit,
            effect.as_str(),
            None,
            format!("herbeoordeling door {}", wie.told()),
        );
        Ok(self
            .inner
            .store
            .rejudge(effect.clone(), entry)
            .await
            .inspect_err(|e| self.port_failed(e))?)
    }

    /// What waits in quarantine, oldest first: reasons, no content.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn quarantine(&self, after: Option<EffectId>, limit: usize) -> Result<Vec<QuarantineItem>, BeheerError> {
        Ok(self.inner.store.quarantine(after, limit.clamp(1, 500)).await?)
    }

    /// Everything recorded about an effect, or about an event by its key, oldest first; empty when nothing is known.
    ///
    /// # Errors
    /// When the store cannot answer, or holds what is not a record.
    pub async fn why(&self, id: &str) -> Result<Vec<Record>, PortError> {
        let mut records = self.history_of(id).await?;
        let wholes: Vec<EffectId> = records
            .iter()
            .filter(|r| r.stap == Stap::Besluit && r.inhoud.toelichting == "verdeeld")
            .map(|r| EffectId(r.effect.clone()))
            .collect();
        for whole in wholes {
            records.extend(self.history_of(&self.divided_key(&whole)).await?);
        }
        Ok(records)
    }

    /// Destroys content that is past its time; gives how many messages lost theirs.
    ///
    /// # Errors
    /// When the store cannot do it: content then stays longer than it should, so an alarm belongs here.
    pub async fn expire(&self) -> Result<u64, PortError> {
        let entry = self.act(Stap::Vernietigd, "", None, "bewaartermijn voorbij".to_owned());
        self.inner.store.expire(self.now_ms(), entry).await
    }

    /// How much there is of what.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn tellingen(&self) -> Result<Tellingen, PortError> {
        let (open, quarantaine, postbus) = self.inner.store.counts().await?;
        let oldest = self.inner.store.oldest_content().await?;
        let oudste_inhoud_s = oldest.map(|at| self.now_ms().saturating_sub(at) / 1000);
        // A day of grace: content is destroyed by the hour, not by the second.
        let longest = (u64::from(self.inner.settings.quarantine_days) + 1) * 24 * 60 * 60;
        Ok(Tellingen {
            oudste_inhoud_s,
            inhoud_te_oud: oudste_inhoud_s.is_some_and(|age| age > longest),
            open,
            quarantaine,
            postbus,
            toestemmingen_binnenkort: self.inner.ending.load(std::sync::atomic::Ordering::Relaxed),
            tellers: self.tellers(),
        })
    }

    pub(crate) async fn history_of(&self, id: &str) -> Result<Vec<Record>, PortError> {
        let lines = self.inner.store.history(id.to_owned()).await?;
        let read = |line: &Vec<u8>| serde_json::from_slice(line);
        lines
            .iter()
            .map(read)
            .collect::<Result<_, _>>()
            .map_err(|_| PortError::Corrupt("the journal", "a line is not a record of a known version"))
    }

    /// A record of something that was done, not of a message.
    pub(crate) fn act(&self, stap: Stap, effect: &str, casus: Option<&str>, toelichting: String) -> Entry {
        let fresh = trace::fresh(&self.inner.entropy);
        let (trace_id, span_id) = trace::split(&fresh).unwrap_or_default();
        let casus = casus.unwrap_or_default().to_owned();
        Entry {
            tijd_ms: self.now_ms(),
            stap,
            effect: effect.to_owned(),
            trace_id: trace_id.to_owned(),
            span_id: span_id.to_owned(),
            verwerking: format!("{}{BEHEER}", self.inner.settings.verwerking),
            inhoud: Inhoud {
                casus,
                toelichting,
                ..Inhoud::default()
            },
        }
    }
}

pub(crate) const WORD: &str =
    "is not an id: use 1 to 64 lower-case letters, digits, `-`, `_` and `.`, never a number of a person";
pub(crate) const ELEMENT: &str =
    "names an element that the dictionary does not have: use its id, or a prefix such as `gezondheid.*`";
const NOBODY: &str = "names nobody: name each party that receives";
const MANNER: &str = "is not a manner: use gesprek, brief, e-mail, portaal, telefonisch or anders";
const BETROKKENE: &str = "is not a betrokkene: write `<OIN>/betrokkene`";
const FILLED: &str = "is filled in here: leave it out";
const GROUND: &str = "need a ground (conflict-van-plichten or goed-hulpverlenerschap) and why there is no consent (toestemming-geweigerd or toestemming-niet-te-vragen)";
const TERM: &str = "is a day from the decision on, and at most 92 days after it";
const PERIOD: &str = "ends before it begins";

/// As the event's attributes: an id or word of the rules, and no eight digits in a row, which could be a person's.
pub(crate) fn word(s: &str) -> bool {
    (1..=64).contains(&s.len())
        && s.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.'))
        && !s.as_bytes().windows(8).any(|w| w.iter().all(u8::is_ascii_digit))
}

fn valid(feit: &Feit, gegevens: &Gegevens) -> Result<(), BeheerError> {
    let need = |fine: bool, veld: &'static str, wat: &'static str| {
        if fine {
            Ok(())
        } else {
            Err(BeheerError::Ongeldig { veld, wat })
        }
    };
    let words = |all: &[String]| all.iter().all(|s| word(s));
    let known = |all: &[String]| !all.is_empty() && all.iter().all(|p| !gegevens.matching(p).is_empty());
    need(feit.casus().is_none_or(word), "casus", WORD)?;
    match feit {
        Feit::Casus(f) => {
            need(word(&f.casusoverleg), "casusoverleg", WORD)?;
            need(!f.doelen.is_empty() && words(&f.doelen), "doelen", WORD)?;
            need(f.verzuim.as_deref().is_none_or(word), "verzuim", WORD)
        }
        Feit::Betrokkene(f) => {
            need(f.partij.taak == Taak::Betrokkene, "partij", BETROKKENE)?;
            need(f.tot.is_none_or(|tot| tot >= f.vanaf), "tot", PERIOD)
        }
        Feit::Fase(f) => need(word(&f.fase), "fase", WORD),
        Feit::Deelname(f) => need(f.tot.is_none_or(|tot| tot >= f.vanaf), "tot", PERIOD),
        Feit::Geheimhouding(f) => need(f.tot.is_none_or(|tot| tot >= f.vanaf), "tot", PERIOD),
        Feit::Noodzaak(f) => {
            need(known(&f.gegevens), "gegevens", ELEMENT)?;
            need(word(&f.doel), "doel", WORD)?;
            need(f.tot.is_none_or(|tot| tot >= f.op), "tot", PERIOD)
        }
        Feit::Individu(f) => {
            need(known(&f.gegevens), "gegevens", ELEMENT)?;
            need(word(&f.doel), "doel", WORD)?;
            need(f.tot.is_none_or(|tot| tot >= f.op), "tot", PERIOD)
        }
        Feit::Beperking(f) => {
            need(word(&f.verzoek), "verzoek", WORD)?;
            need(f.gegevens.is_empty() || known(&f.gegevens), "gegevens", ELEMENT)?;
            need(f.tot.is_none_or(|tot| tot >= f.vanaf), "tot", PERIOD)
        }
        Feit::Overdracht(f) => {
            need(word(&f.van_overleg), "van_overleg", WORD)?;
            need(word(&f.naar_overleg), "naar_overleg", WORD)?;
            need(!f.ontvangers.is_empty(), "ontvangers", NOBODY)?;
            need(f.tot.is_none_or(|tot| tot >= f.op), "tot", PERIOD)
        }
        Feit::Informering(f) => need(Informering::WIJZEN.contains(&f.wijze.as_str()), "wijze", MANNER),
        Feit::Toestemming(f) => {
            need(word(&f.id), "id", WORD)?;
            need(f.gegevens.is_empty() || known(&f.gegevens), "gegevens", ELEMENT)?;
            need(words(&f.doelen), "doelen", WORD)?;
            need(f.vastgelegd_door.is_none(), "vastgelegd_door", FILLED)?;
            need(
                f.geldig_tot.is_none_or(|tot| tot >= f.schriftelijk_op),
                "geldig_tot",
                PERIOD,
            )
        }
        // Checked with what is known of the case, where it is sealed.
        Feit::Leeftijd(_) => Ok(()),
        Feit::OudersOneens(f) => need(f.tot.is_none_or(|tot| tot >= f.vanaf), "tot", PERIOD),
        Feit::Doorbreking(f) => {
            need(word(&f.id), "id", WORD)?;
            need(word(&f.professional), "professional", WORD)?;
            need(known(&f.gegevens), "gegevens", ELEMENT)?;
            need(word(&f.doel), "doel", WORD)?;
            need(f.onderbouwd(), "redenen", GROUND)?;
            let last = f.op.checked_add(jiff::Span::new().days(Doorbreking::LANGST_DAGEN));
            need(f.tot >= f.op && last.is_ok_and(|last| f.tot <= last), "tot", TERM)
        }
        Feit::Intrekking(f) => need(word(&f.toestemming), "toestemming", WORD),
        Feit::Akkoord(f) => {
            need(f.gegevens.is_empty() || known(&f.gegevens), "gegevens", ELEMENT)?;
            need(f.doel.as_deref().is_none_or(word), "doel", WORD)?;
            need(f.tot.is_none_or(|tot| tot >= f.op), "tot", PERIOD)
        }
        Feit::Regierol(_) | Feit::Sluiting(_) => Ok(()),
        Feit::Vrijgave(f) => {
            need(word(&f.professional), "professional", WORD)?;
            need(known(&f.gegevens), "gegevens", ELEMENT)
        }
        Feit::Toetreding(f) => need(
            f.bekendgemaakt_op.is_none_or(|day| day >= f.ondertekend_op),
            "bekendgemaakt_op",
            PERIOD,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_word_and_never_a_number_of_a_person() {
        assert!(word("cas-7f3a") && word("account-12"));
        for wrong in ["", "Cas", "999900006", "cas-999900006", "a b", "é"] {
            assert!(!word(wrong));
        }
    }
}
