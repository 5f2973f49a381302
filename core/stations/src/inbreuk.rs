//! The breach register (21): what is recorded of a breach, what became of a candidate, and the messages to the others.

use jiff::Timestamp;
use sluis_rules::inbreuk::post::{Bron, Inbreuk, Verwerping, Verworpen};

use crate::beheer::{BeheerError, ELEMENT, WORD, word};
use crate::beheerbericht::{Aanzegging, Mededeling};
use crate::gateway::Gateway;
use crate::ports::{NewPost, PortError, Post};
use crate::wie::Wie;

/// The register of breaches.
pub const INBREUK: &str = "inbreuk";
/// The register of candidates that were none.
pub const VERWORPEN: &str = "inbreuk-verworpen";

/// A line of the register as it was kept.
///
/// # Errors
/// When it is of no known form.
pub fn lees_inbreuk(post: &Post) -> Result<Inbreuk, PortError> {
    serde_json::from_str(&post.post).map_err(|_| PortError::Corrupt("the register", "a breach cannot be read"))
}

/// A candidate that was none, as it was kept.
///
/// # Errors
/// When it is of no known form.
pub fn lees_verworpen(post: &Post) -> Result<Verworpen, PortError> {
    serde_json::from_str(&post.post).map_err(|_| PortError::Corrupt("the register", "a line cannot be read"))
}

impl Gateway {
    /// Records a breach, or a follow-up to it: the whole line again. The parties that it names are told of it once, and
    /// again when what they must know changed. `false`: it was recorded like this already.
    ///
    /// # Errors
    /// When who acts is neither operator nor FG, a field contradicts another, or it could not be kept.
    pub async fn record_breach(&self, wie: &Wie, inbreuk: &Inbreuk) -> Result<bool, BeheerError> {
        wie.may_keep_register().map_err(BeheerError::Niet)?;
        let wrong = |veld, wat| BeheerError::Ongeldig { veld, wat };
        for (veld, text) in [("id", &inbreuk.id), ("contact", &inbreuk.contact)] {
            if !word(text) {
                return Err(wrong(veld, WORD));
            }
        }
        if inbreuk.casus.as_deref().is_some_and(|c| !word(c)) {
            return Err(wrong("casus", WORD));
        }
        let rulebook = self.rulebook();
        if inbreuk
            .gegevens
            .iter()
            .any(|g| rulebook.gegevens().matching(g).is_empty())
        {
            return Err(wrong("gegevens", ELEMENT));
        }
        // An id of ours is hex, and nothing else.
        let effect = |b: &Bron| (16..=64).contains(&b.effect.len()) && b.effect.bytes().all(|c| c.is_ascii_hexdigit());
        if !inbreuk.kandidaten.iter().all(effect) {
            return Err(wrong(
                "kandidaten",
                "names a message that cannot be: give the id that `sluis inbreuken` shows",
            ));
        }
        inbreuk
            .klopt(self.inner.clock.now(), self.inner.clock.today())
            .map_err(|f| wrong(f.veld, f.wat))?;
        let had = self.inner.store.post(INBREUK, inbreuk.id.clone()).await?;
        let last = had.last().map(lees_inbreuk).transpose()?;
        if last.as_ref() == Some(inbreuk) {
            return Ok(false);
        }
        if last.is_some_and(|last| last.gesloten_op.is_some()) {
            return Err(wrong(
                "id",
                "names a breach that was closed: record what is new as another one",
            ));
        }
        let versie = had.last().map_or(1, |post| post.versie + 1);
        let aard = serde_json::to_value(inbreuk.aard).ok();
        let aard = aard.and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        let day = inbreuk.ontdekt.to_zoned(jiff::tz::TimeZone::UTC).date();
        let mut notices = Vec::new();
        for ontvanger in &inbreuk.partijen {
            let mededeling = Mededeling::Inbreuk {
                inbreuk: inbreuk.id.clone(),
                casus: inbreuk.casus.clone(),
                aard: aard.clone(),
                ontdekt_op: day,
                gegevens: inbreuk.gegevens.clone(),
            };
            // What they were told is what makes it new: a follow-up that changes nothing for them is no message.
            let says = serde_json::to_string(&mededeling).map_err(|_| BeheerError::NietNu)?;
            let gemeld = inbreuk.gemeld.map_or(String::new(), |at| at.to_string());
            notices.push(self.notice(&Aanzegging {
                aanleiding: format!("inbreuk:{says}:{gemeld}"),
                ontvanger: *ontvanger,
                mededeling,
            })?);
        }
        let what = if versie == 1 { "vastgelegd" } else { "vervolg" };
        let told = format!("inbreuk {what} door {}", wie.told());
        self.keep_line(INBREUK, inbreuk.id.clone(), versie, inbreuk, told, notices)
            .await
    }

    /// Records that a candidate is no breach. `false`: that was recorded already.
    ///
    /// # Errors
    /// When who acts is neither operator nor FG, or it could not be kept.
    pub async fn reject_candidate(&self, wie: &Wie, kandidaat: Bron, reden: Verwerping) -> Result<bool, BeheerError> {
        wie.may_keep_register().map_err(BeheerError::Niet)?;
        if self.inner.store.history(kandidaat.effect.clone()).await?.is_empty() {
            let wat = "names a message that nobody knows: give the id that `sluis inbreuken` shows";
            return Err(BeheerError::Ongeldig { veld: "effect", wat });
        }
        let id = serde_json::to_string(&kandidaat).map_err(|_| BeheerError::NietNu)?;
        let id = self.inner.sealer.keyed_id(VERWORPEN, &[id.as_bytes()]);
        let line = Verworpen {
            kandidaat,
            reden,
            op: self.inner.clock.today(),
            door: wie.account().to_owned(),
        };
        let told = format!("kandidaat voor een inbreuk verworpen door {}", wie.told());
        self.keep_line(VERWORPEN, id, 1, &line, told, Vec::new()).await
    }

    async fn keep_line(
        &self,
        soort: &'static str,
        id: String,
        versie: u32,
        line: &impl serde::Serialize,
        told: String,
        notices: Vec<crate::ports::NewNotice>,
    ) -> Result<bool, BeheerError> {
        let new = NewPost {
            soort,
            entry: self.register_entry(&id, told),
            id,
            versie,
            sleutels: Vec::new(),
            post: serde_json::to_string(line).map_err(|_| BeheerError::NietNu)?,
            notices,
            feiten: Vec::new(),
            wissen: Vec::new(),
            gewist: None,
        };
        let kept = self.inner.store.boek(new).await.inspect_err(|e| self.port_failed(e))?;
        Ok(kept.is_some())
    }

    /// Says which breaches should have been reported.
    pub(crate) async fn watch_breaches(&self) {
        let now: Timestamp = self.inner.clock.now();
        match self.inner.store.posten(INBREUK).await {
            Ok(all) => {
                let late =
                    |post: &&Post| lees_inbreuk(post).map_or(true, |i| i.gesloten_op.is_none() && i.te_laat(now));
                let te_laat = all.iter().filter(late).count();
                if te_laat > 0 {
                    tracing::warn!(te_laat, "breaches are past the 72 hours: see `sluis inbreuken lijst`");
                }
            }
            Err(error) => self.port_failed(&error),
        }
    }
}
