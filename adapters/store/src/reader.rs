//! Reads beside the writer, on blocking threads. In WAL mode a reader never waits for the writer, and sees every commit
//! that was answered before it began.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::OpenFlags;
use sluis_stations::ports::PortError;
use tokio::sync::Semaphore;

use crate::error::Fault;
use crate::open::common;
use crate::sql::Connection;
use crate::writer::Again;

/// A few read-only connections.
pub(crate) struct Readers {
    free: Mutex<Vec<Connection>>,
    again: Option<Again>,
    permits: Arc<Semaphore>,
}

const GONE: PortError = PortError::Unavailable("the store", "it is being closed");

impl Readers {
    /// On connections that exist, each made anew when it breaks.
    pub(crate) fn of(free: Vec<Connection>, again: Again) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(free.len())),
            free: Mutex::new(free),
            again: Some(again),
        }
    }

    pub(crate) fn open(path: &Path, count: usize, busy: Duration) -> Result<Self, rusqlite::Error> {
        let free: Result<Vec<_>, rusqlite::Error> = (0..count)
            .map(|_| {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = rusqlite::Connection::open_with_flags(path, flags)?;
                common(&connection, busy)?;
                connection.pragma_update(None, "query_only", true)?;
                // Following the journal at start reads every page once: keeping the last 2 MB of it serves nobody.
                connection.pragma_update(None, "cache_size", -512)?;
                Ok(Connection::Sqlite(connection))
            })
            .collect();
        Ok(Self {
            free: Mutex::new(free?),
            again: None,
            permits: Arc::new(Semaphore::new(count)),
        })
    }

    /// Runs a question; waits for a free connection.
    pub(crate) async fn run<T: Send + 'static>(
        this: &Arc<Self>,
        question: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, PortError> {
        // Taken before a thread is, so that waiting costs no thread; it travels with the work, so that a caller who
        // goes away frees nothing too early.
        let permit = Arc::clone(&this.permits).acquire_owned().await.map_err(|_| GONE)?;
        let this = Arc::clone(this);
        let work = tokio::task::spawn_blocking(move || {
            let mut connection = this.lock().pop();
            let answer = this
                .whole(&mut connection)
                .and_then(|()| connection.as_ref().map_or(Err(GONE.into()), question));
            this.lock().extend(connection);
            drop(permit);
            answer
        });
        match work.await {
            Ok(answer) => answer.map_err(|fault| fault.port),
            Err(_) => Err(GONE),
        }
    }

    /// A connection that broke is made anew.
    fn whole(&self, connection: &mut Option<Connection>) -> Result<(), Fault> {
        if let (Some(broken), Some(again)) = (connection.as_mut().filter(|c| c.is_gone()), &self.again) {
            *broken = again()?;
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
