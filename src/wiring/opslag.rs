//! Where the truth is: a file beside the keys, or a database server that several instances share.

use std::path::Path;
use std::sync::Arc;

use sluis_keys::KeyRing;
use sluis_stations::ports::{Store, Verzuimboek};
use sluis_store::{JournalReader, PostgresAddress, PostgresStore, SqliteStore, StoreError, StoreOptions};

use super::{KEYS, STORE, StartError, private_dir};
use crate::settings::Settings;

/// A store of either kind.
pub(crate) enum Opslag {
    File(Arc<SqliteStore>),
    Server(Arc<PostgresStore>),
}

impl Opslag {
    pub(crate) fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::File(store) => Arc::<SqliteStore>::clone(store),
            Self::Server(store) => Arc::<PostgresStore>::clone(store),
        }
    }

    pub(crate) fn verzuimboek(&self) -> Arc<dyn Verzuimboek> {
        match self {
            Self::File(store) => Arc::<SqliteStore>::clone(store),
            Self::Server(store) => Arc::<PostgresStore>::clone(store),
        }
    }
}

/// Opens keys and store. Keys are made only where the store is empty: a store without its keys is a mistake to stop at, and
/// a second instance needs the keys of the first.
pub(crate) async fn open(data: &Path, server: Option<&PostgresAddress>) -> Result<(KeyRing, Opslag), StartError> {
    let Some(address) = server else {
        let (keys, store) = file(data)?;
        return Ok((keys, Opslag::File(Arc::new(store))));
    };
    private_dir(data).map_err(|e| StartError::Data(data.to_owned(), e.kind()))?;
    let store = PostgresStore::connect(address.clone(), StoreOptions::default()).await?;
    let empty = store.journal(1, 1).await.is_ok_and(|records| records.is_empty());
    let keys = keys(data, empty)?;
    Ok((keys, Opslag::Server(Arc::new(store))))
}

/// Whether there is a store to look into: a server is asked, a file is looked for.
pub(crate) fn exists(settings: &Settings) -> bool {
    settings.opslag.is_some() || settings.data.join(STORE).is_file()
}

/// The journal and the facts, read beside whoever has the store.
pub(crate) fn reader(settings: &Settings) -> Result<JournalReader, StoreError> {
    match &settings.opslag {
        Some(address) => JournalReader::connect(address),
        None => JournalReader::open(&settings.data.join(STORE)),
    }
}

/// The same where it is a file.
fn file(data: &Path) -> Result<(KeyRing, SqliteStore), StartError> {
    private_dir(data).map_err(|e| StartError::Data(data.to_owned(), e.kind()))?;
    let store = data.join(STORE);
    let keys = keys(data, !store.exists())?;
    Ok((keys, SqliteStore::open(&store, StoreOptions::default())?))
}

fn keys(data: &Path, empty: bool) -> Result<KeyRing, StartError> {
    let path = data.join(KEYS);
    let keys = if empty {
        KeyRing::open_or_create(&path)?
    } else {
        KeyRing::open(&path)?
    };
    // A key file that only others may write has none until they make it: nothing goes to a derde then.
    match keys.ensure_pseudonyms() {
        Ok(false) => {}
        Ok(true) => tracing::info!("the first key for pseudonyms was made"),
        Err(error) => tracing::warn!(%error, "there is no key for pseudonyms, so nothing goes to a derde"),
    }
    Ok(keys)
}
