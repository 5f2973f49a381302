//! A connection to PostgreSQL, asked from threads that may wait.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, NoTls, Row, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{Error, Val};

/// Where the server is and how it is reached. Blank `Debug`: it holds a password.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) config: Config,
    /// `None`: a socket of this machine.
    pub(crate) tls: Option<MakeRustlsConnect>,
    /// How long an answer may take before the connection is given up.
    pub(crate) patience: Duration,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Server(…)")
    }
}

/// Why the server did not do it: the state of the standard (SQLSTATE), never its words, which quote values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// No connection, or it broke.
    Away,
    /// No answer within the time.
    Slow,
    /// The server refused.
    Refused(SqlState),
}

impl From<tokio_postgres::Error> for Trouble {
    fn from(e: tokio_postgres::Error) -> Self {
        e.code().map_or(Self::Away, |code| Self::Refused(code.clone()))
    }
}

/// One connection. Its work is done by the runtime; whoever asks waits on a thread of its own.
pub(crate) struct Postgres {
    client: Client,
    runtime: Handle,
    patience: Duration,
    prepared: RefCell<HashMap<String, Statement>>,
    /// An answer did not come: what it left open is not known, so nothing more is asked.
    given_up: Cell<bool>,
}

/// Names the lock that writers of one store share; of our own choosing.
const WRITERS: i64 = 0x534C_5549;

/// An answer is kept: nothing less is durable.
const SETTINGS: [(&str, &str); 3] = [
    ("fsync", "on"),
    ("full_page_writes", "on"),
    ("synchronous_commit", "on"),
];

impl Postgres {
    /// Connects, and looks whether the server keeps what it answers. From a thread that may wait.
    pub(crate) fn connect(server: &Server, runtime: &Handle) -> Result<Self, Trouble> {
        let connecting = async {
            match &server.tls {
                None => {
                    let (client, connection) = server.config.connect(NoTls).await?;
                    runtime.spawn(async move { drop(connection.await) });
                    Ok::<_, Trouble>(client)
                }
                Some(tls) => {
                    let (client, connection) = server.config.connect(tls.clone()).await?;
                    runtime.spawn(async move { drop(connection.await) });
                    Ok(client)
                }
            }
        };
        let client = runtime.block_on(async {
            tokio::time::timeout(server.patience, connecting)
                .await
                .map_err(|_| Trouble::Slow)?
        })?;
        let it = Self {
            client,
            runtime: runtime.clone(),
            patience: server.patience,
            prepared: RefCell::default(),
            given_up: Cell::new(false),
        };
        // What a caller of long ago left cannot wait in the way for ever.
        it.wait(
            it.client
                .batch_execute("SET TIME ZONE 'UTC'; SET idle_in_transaction_session_timeout = '60s'"),
        )?;
        for (name, needed) in SETTINGS {
            let row = it.wait(it.client.query_one(&format!("SHOW {name}"), &[]))?;
            let kept: String = row.try_get(0).unwrap_or_default();
            // `remote_apply` and `remote_write` are stricter or about a standby; `off` and `local` are not durable enough to say so.
            if kept != needed && !(name == "synchronous_commit" && kept == "remote_apply") {
                tracing::error!(setting = name, "the server is set so that an answer can be lost");
                return Err(Trouble::Refused(SqlState::CONFIG_FILE_ERROR));
            }
        }
        Ok(it)
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, Trouble> {
        self.runtime.block_on(async {
            match tokio::time::timeout(self.patience, work).await {
                Ok(answer) => answer.map_err(Trouble::from),
                Err(_) => {
                    self.given_up.set(true);
                    Err(Trouble::Slow)
                }
            }
        })
    }

    fn statement(&self, sql: &str) -> Result<Statement, Error> {
        if let Some(known) = self.prepared.borrow().get(sql) {
            return Ok(known.clone());
        }
        let theirs = sql.replace('?', "$");
        let made = self.wait(self.client.prepare(&theirs)).map_err(Error::Postgres)?;
        self.prepared.borrow_mut().insert(sql.to_owned(), made.clone());
        Ok(made)
    }

    pub(super) fn execute(&self, sql: &str, with: &[Val<'_>]) -> Result<u64, Error> {
        let statement = self.statement(sql)?;
        let with: Vec<&(dyn ToSql + Sync)> = with.iter().map(|v| v as &(dyn ToSql + Sync)).collect();
        self.wait(self.client.execute(&statement, &with))
            .map_err(Error::Postgres)
    }

    pub(crate) fn query(&self, sql: &str, with: &[Val<'_>]) -> Result<Vec<Row>, Error> {
        let statement = self.statement(sql)?;
        let with: Vec<&(dyn ToSql + Sync)> = with.iter().map(|v| v as &(dyn ToSql + Sync)).collect();
        self.wait(self.client.query(&statement, &with)).map_err(Error::Postgres)
    }

    pub(crate) fn batch(&self, sql: &str) -> Result<(), Error> {
        self.wait(self.client.batch_execute(sql)).map_err(Error::Postgres)
    }

    pub(crate) fn begin(&self) -> Result<(), Error> {
        self.batch(&format!("BEGIN; SELECT pg_advisory_xact_lock({WRITERS})"))
    }

    /// Asks it nothing more; what was open is undone when it closes.
    pub(crate) fn give_up(&self) {
        self.given_up.set(true);
    }

    pub(super) fn is_gone(&self) -> bool {
        self.given_up.get() || self.client.is_closed()
    }
}
