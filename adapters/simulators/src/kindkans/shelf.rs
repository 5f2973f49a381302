//! The hulpvragen the source holds, and what happened to each.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use axum::body::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

/// What happened to one hulpvraag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Announcements put on the wire, repeats and failures included.
    #[serde(rename = "aangekondigd")]
    pub announced: u64,
    /// Of those, answered 2xx.
    #[serde(rename = "bevestigd")]
    pub confirmed: u64,
    /// Times its content was asked and given.
    #[serde(rename = "opgehaald")]
    pub fetched: u64,
}

struct Item {
    bytes: Bytes,
    notice: Value,
    /// Announcements confirmed of the present version.
    confirmed: bool,
    version: u64,
    tally: Tally,
}

/// All hulpvragen. The cursor of polling is the order of putting in.
#[derive(Default)]
pub(super) struct Shelf {
    items: BTreeMap<String, Item>,
    order: BTreeMap<u64, String>,
    next: u64,
}

/// The id a hulpvraag carries.
pub(super) fn id_of(bytes: &[u8]) -> Option<String> {
    let value = serde_json::from_slice::<Value>(bytes).ok()?;
    Some(value.get("hulpvraagId")?.as_str()?.to_owned())
}

/// The hulpvragen of a directory, by file name.
pub(super) fn load(dir: &Path) -> io::Result<Vec<(String, Bytes)>> {
    let mut paths = std::fs::read_dir(dir)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|end| end == "json"));
    paths.sort();
    let read = |path: &Path| {
        let bytes = std::fs::read(path)?;
        let id = id_of(&bytes).ok_or_else(|| io::Error::other(format!("{}: {}", path.display(), super::NoId)))?;
        Ok((id, Bytes::from(bytes)))
    };
    paths.iter().map(|path| read(path)).collect()
}

impl Shelf {
    /// Takes a hulpvraag or a new version of it; answers what to announce.
    #[allow(clippy::disallowed_methods, reason = "a simulated system has its own clock")]
    pub(super) fn put(&mut self, id: &str, bytes: Bytes) -> Value {
        self.next += 1;
        let version = self.next;
        let notice = json!({ "id": id, "soort": "hulpvraag", "tijdstip": jiff::Timestamp::now().to_string() });
        let tally = self.items.get(id).map(|item| {
            self.order.remove(&item.version);
            item.tally
        });
        let item = Item {
            bytes,
            notice: notice.clone(),
            confirmed: false,
            version,
            tally: tally.unwrap_or_default(),
        };
        self.items.insert(id.to_owned(), item);
        self.order.insert(version, id.to_owned());
        notice
    }

    pub(super) fn page(&self, after: u64, most: usize) -> Value {
        let mut rest = self.order.range(after.saturating_add(1)..);
        let page: Vec<_> = rest.by_ref().take(most).collect();
        let cursor = page.last().map_or(after, |(at, _)| **at);
        let notices: Vec<_> = page
            .iter()
            .filter_map(|(_, id)| Some(&self.items.get(*id)?.notice))
            .collect();
        json!({ "hulpvragen": notices, "cursor": cursor.to_string(), "meer": rest.next().is_some() })
    }

    pub(super) fn fetch(&mut self, id: &str) -> Option<Bytes> {
        let item = self.items.get_mut(id)?;
        item.tally.fetched += 1;
        Some(item.bytes.clone())
    }

    /// The media type and bytes of attachment `n` (from 1, over all contributions in order). The
    /// content is made up on the spot; it names itself, so that a leak of it can be found.
    pub(super) fn attachment(&self, id: &str, n: usize) -> Option<(String, Bytes)> {
        let value = serde_json::from_slice::<Value>(&self.items.get(id)?.bytes).ok()?;
        let contributions = value.get("inbreng")?.as_array()?;
        let lists = contributions
            .iter()
            .filter_map(|one| one.pointer("/dossier/bijlagen")?.as_array());
        let found = lists.flatten().nth(n.checked_sub(1)?)?;
        let kind = found
            .get("mediaType")
            .and_then(Value::as_str)
            .unwrap_or("application/octet-stream");
        Some((
            kind.to_owned(),
            Bytes::from(format!("SYNTHETISCHE BIJLAGE {n} BIJ {id}\n").repeat(40)),
        ))
    }

    pub(super) fn announced(&mut self, id: &str) {
        if let Some(item) = self.items.get_mut(id) {
            item.tally.announced += 1;
        }
    }

    /// A receiver confirmed this notice; one of an older version does not settle the new one.
    pub(super) fn confirmed(&mut self, id: &str, notice: &Value) {
        if let Some(item) = self.items.get_mut(id) {
            item.tally.confirmed += 1;
            item.confirmed |= item.notice == *notice;
        }
    }

    pub(super) fn unconfirmed(&self) -> Vec<(String, Value)> {
        let items = self.order.values().filter_map(|id| Some((id, self.items.get(id)?)));
        items
            .filter(|(_, item)| !item.confirmed)
            .map(|(id, item)| (id.clone(), item.notice.clone()))
            .collect()
    }

    pub(super) fn tallies(&self) -> BTreeMap<String, Tally> {
        self.items.iter().map(|(id, item)| (id.clone(), item.tally)).collect()
    }
}
