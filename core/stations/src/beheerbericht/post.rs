//! For who receives: list, fetch, confirm. For who administers: what is not confirmed.

use sluis_rules::ids::Partij;
use sluis_rules::journal::Stap;

use super::{Beheerbericht, Mededeling};
use crate::config::Caller;
use crate::gateway::Gateway;
use crate::ports::{NoticeItem, PortError};

/// Why an administrative message is not given or not confirmed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoticeRefusal {
    /// The connection is not this party: 403.
    #[error("this connection may not read the messages of that party: use the connection of the party itself")]
    NotYours,
    /// Nothing by that id for this receiver: 404.
    #[error("there is no administrative message by that id for this party")]
    Absent,
    /// Could not be recorded, so nothing was done: 503.
    #[error("nothing was done, because it could not be recorded: try again later")]
    NotNow,
}

impl NoticeRefusal {
    /// Stable id and name of its page.
    #[must_use]
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::NotYours => "postbus-van-ander",
            Self::Absent => "niet-in-postbus",
            Self::NotNow => "niet-vastgelegd",
        }
    }

    /// The status of RFC 9110.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::NotYours => 403,
            Self::Absent => 404,
            Self::NotNow => 503,
        }
    }
}

impl From<PortError> for NoticeRefusal {
    fn from(_: PortError) -> Self {
        Self::NotNow
    }
}

fn own(caller: &Caller, ontvanger: Partij) -> Result<(), NoticeRefusal> {
    if caller.koppeling.eigen.contains(&ontvanger) {
        Ok(())
    } else {
        Err(NoticeRefusal::NotYours)
    }
}

/// A line of a newer program that this one cannot read is trouble, not silence.
fn read(item: NoticeItem) -> Result<Beheerbericht, PortError> {
    let mededeling: Mededeling = serde_json::from_str(&item.bericht)
        .map_err(|_| PortError::Corrupt("the store", "an administrative message is of no known kind"))?;
    Ok(Beheerbericht {
        id: item.id,
        ontvanger: item.ontvanger,
        mededeling,
        sinds_ms: item.at_ms,
        uiterlijk_ms: item.due_ms,
        gegeven: item.fetched_ms.is_some(),
        bevestigd_ms: item.confirmed_ms,
    })
}

impl Gateway {
    /// What waits for a party and is not confirmed, oldest first, after the given id.
    ///
    /// # Errors
    /// When the caller is not that party, or the store cannot answer.
    pub async fn notices(
        &self,
        caller: &Caller,
        ontvanger: Partij,
        after: Option<String>,
        limit: usize,
    ) -> Result<Vec<Beheerbericht>, NoticeRefusal> {
        own(caller, ontvanger)?;
        let items = self.inner.store.notices(ontvanger, after, limit.clamp(1, 500)).await?;
        Ok(items.into_iter().map(read).collect::<Result<_, _>>()?)
    }

    /// Gives one message to its receiver, after a durable record. It stays until it is confirmed, and may be fetched
    /// again until then.
    ///
    /// # Errors
    /// When the caller is not that party, there is none, or it cannot be recorded.
    pub async fn notice_fetch(
        &self,
        caller: &Caller,
        ontvanger: Partij,
        id: &str,
    ) -> Result<Beheerbericht, NoticeRefusal> {
        own(caller, ontvanger)?;
        let found = self.inner.store.notice(ontvanger, id.to_owned()).await?;
        let told = read(found.ok_or(NoticeRefusal::Absent)?)?;
        if !self.table_still_goes(id, &told.mededeling, ontvanger).await? {
            return Err(NoticeRefusal::Absent);
        }
        let entry = self.notice_entry(Stap::Opgehaald, id, ontvanger, &told.mededeling, "beheerbericht");
        if self.inner.store.notice_fetch(ontvanger, id.to_owned(), entry).await? {
            Ok(Beheerbericht { gegeven: true, ..told })
        } else {
            Err(NoticeRefusal::Absent)
        }
    }

    /// The receiver has it and acted on it. Confirming twice is no error: `true` both times. `false`: there is none, or
    /// it was never fetched, and what was not read is not confirmed.
    ///
    /// # Errors
    /// When the caller is not that party, or the store cannot answer.
    pub async fn notice_confirm(&self, caller: &Caller, ontvanger: Partij, id: &str) -> Result<bool, NoticeRefusal> {
        own(caller, ontvanger)?;
        let Some(found) = self.inner.store.notice(ontvanger, id.to_owned()).await? else {
            return Ok(false);
        };
        let told = read(found)?;
        if told.bevestigd_ms.is_some() {
            return Ok(true);
        }
        let entry = self.notice_entry(
            Stap::Afgeleverd,
            id,
            ontvanger,
            &told.mededeling,
            "beheerbericht bevestigd",
        );
        Ok(self.inner.store.notice_confirm(ontvanger, id.to_owned(), entry).await?)
    }

    /// What no receiver confirmed yet, the earliest deadline first: for the operator.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn unconfirmed(&self, after: Option<String>, limit: usize) -> Result<Vec<Beheerbericht>, PortError> {
        let items = self.inner.store.unconfirmed(after, limit.clamp(1, 500)).await?;
        items.into_iter().map(read).collect()
    }

    /// How many are not confirmed, and how many of those are past their deadline.
    ///
    /// # Errors
    /// When the store cannot answer.
    pub async fn unconfirmed_counts(&self) -> Result<(u64, u64), PortError> {
        self.inner.store.unconfirmed_counts(self.now_ms()).await
    }

    /// Raises the alarm over what is past its deadline.
    pub(crate) async fn watch_unconfirmed(&self) {
        match self.unconfirmed_counts().await {
            Ok((_, 0)) => {}
            Ok((open, te_laat)) => tracing::warn!(
                open,
                te_laat,
                "administrative messages were not confirmed in time: call the parties they are for"
            ),
            Err(error) => self.port_failed(&error),
        }
    }
}
