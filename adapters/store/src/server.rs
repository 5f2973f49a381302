//! The store on a PostgreSQL server: for several instances of one Sluis, or when the machine is not where the data are kept.
//!
//! The same words as over the file ([`crate::sql`]). One group of commands writes at a time, whoever's it is: an advisory
//! lock is taken with the transaction, so the journal is one chain and what a step rests on does not change under it. Claims
//! end by their lease only, for another instance may be at work.

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::Duration;

use sluis_stations::ports::PortError;
use tokio::runtime::Handle;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::changes::Changes;
use crate::error::{Fault, StoreError};
use crate::journal::Head;
use crate::open::{SqlStore, StoreOptions};
use crate::reader::Readers;
use crate::schema;
use crate::sql::{Connection, Postgres, Server, Trouble};
use crate::writer::{Keeps, Writer, WriterOptions};

/// A database server, several processes.
#[derive(Debug)]
pub enum PostgresServer {}

/// The store on a PostgreSQL server.
pub type PostgresStore = SqlStore<PostgresServer>;

/// Where the server is. Blank `Debug`: it may hold a password.
#[derive(Clone)]
pub struct PostgresAddress {
    server: Server,
    name: String,
}

impl std::fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PostgresAddress").field(&self.name).finish()
    }
}

/// Why an address cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// Not an address of a PostgreSQL server.
    #[error("is not an address such as postgresql://account@host/database")]
    Unreadable,
    /// Names no server, or several: which of two has the truth is not for Sluis to guess.
    #[error("names no server or more than one: give one host")]
    NotOneHost,
    /// Another machine, without TLS.
    #[error("is on another machine and has no tls: give the certificate authority of the server")]
    Bare,
}

impl PostgresAddress {
    /// Reads an address. `tls`: how another machine is reached; a socket of this machine needs none.
    ///
    /// # Errors
    /// When it cannot be read, or would carry content over a network in the open.
    pub fn new(
        address: &str,
        password: Option<&str>,
        tls: Option<rustls::ClientConfig>,
        patience: Duration,
    ) -> Result<Self, AddressFault> {
        let mut config = Config::from_str(address).map_err(|_| AddressFault::Unreadable)?;
        let [host] = config.get_hosts() else {
            return Err(AddressFault::NotOneHost);
        };
        let (name, own) = match host {
            Host::Tcp(name) => {
                let own = name == "localhost" || name.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
                (name.clone(), own)
            }
            Host::Unix(_) => ("this machine".to_owned(), true),
        };
        if tls.is_none() && !own {
            return Err(AddressFault::Bare);
        }
        if let Some(password) = password {
            config.password(password);
        }
        config.application_name("sluis").connect_timeout(patience);
        config.ssl_mode(if tls.is_some() {
            SslMode::Require
        } else {
            SslMode::Disable
        });
        Ok(Self {
            server: Server {
                config,
                tls: tls.map(MakeRustlsConnect::new),
                patience,
            },
            name,
        })
    }

    /// A connection for who only reads.
    pub(crate) fn reach(&self, runtime: &Handle) -> Result<Connection, StoreError> {
        let connection = Postgres::connect(&self.server, runtime).map_err(self.failed("reached"))?;
        Ok(Connection::Postgres(connection))
    }

    fn failed(&self, what: &'static str) -> impl Fn(Trouble) -> StoreError {
        move |trouble| {
            let (sqlstate, then) = match &trouble {
                Trouble::Away => (
                    "-",
                    "see that it runs and can be reached, and that account and password are right",
                ),
                Trouble::Slow => ("-", "it gave no answer in time: look at its load and the network"),
                Trouble::Refused(state) => match state.code() {
                    "F0000" => (
                        "F0000",
                        "set fsync, full_page_writes and synchronous_commit to on: it may lose what it answered",
                    ),
                    "28P01" | "28000" => (state.code(), "the account or its password is not right"),
                    "3D000" => (state.code(), "there is no such database: make it first"),
                    "42501" => (state.code(), "the account may not make tables: let it own the database"),
                    other => (other, "look this code up in the documentation of PostgreSQL"),
                },
            };
            StoreError::Server {
                server: self.name.clone(),
                what,
                sqlstate: sqlstate.to_owned(),
                then,
            }
        }
    }
}

impl PostgresStore {
    /// Connects, brings the schema up to date under a lock, and looks whether the journal ends as it was written.
    /// From within a runtime, which then does the work of the connections.
    ///
    /// # Errors
    /// When the server cannot be reached, keeps too little, or holds something of a newer program or of somebody else.
    pub async fn connect(address: PostgresAddress, options: StoreOptions) -> Result<Self, StoreError> {
        let runtime = Handle::current();
        let opening = tokio::task::spawn_blocking(move || open(&address, &options, &runtime));
        opening.await.unwrap_or_else(|_| {
            Err(StoreError::Server {
                server: "-".to_owned(),
                what: "opened",
                sqlstate: "-".to_owned(),
                then: "the program is being stopped",
            })
        })
    }
}

fn open(address: &PostgresAddress, options: &StoreOptions, runtime: &Handle) -> Result<PostgresStore, StoreError> {
    let connect = || Postgres::connect(&address.server, runtime);
    let connection = connect().map_err(address.failed("reached"))?;
    schema::upgrade(&connection).map_err(|e| match e {
        schema::Fault::Newer { found, known } => StoreError::Newer {
            path: address.name.clone().into(),
            found,
            known,
        },
        schema::Fault::Foreign => StoreError::Foreign {
            path: address.name.clone().into(),
        },
        schema::Fault::Trouble(trouble) => address.failed("brought up to date")(trouble),
    })?;
    let connection = Connection::Postgres(connection);
    let head = Head::read(&connection).map_err(|fault| match fault.port {
        PortError::Corrupt(..) => StoreError::Journal {
            path: address.name.clone().into(),
        },
        _ => address.failed("read")(Trouble::Away),
    })?;
    let again = |runtime: &Handle| {
        let (server, runtime) = (address.server.clone(), runtime.clone());
        move || Ok::<_, Fault>(Connection::Postgres(Postgres::connect(&server, &runtime)?))
    };
    let readers = (0..options.readers.max(1))
        .map(|_| connect().map(Connection::Postgres))
        .collect::<Result<Vec<_>, _>>()
        .map_err(address.failed("reached"))?;
    let readers = Readers::of(readers, Box::new(again(runtime)));
    let changes = Arc::new(Changes::default());
    let options = WriterOptions {
        queue: options.queue.max(1),
        group: options.group.max(1),
        max_pages: None,
        busy: options.busy,
    };
    let keeps = Keeps {
        lock: None,
        again: Some(Box::new(again(runtime))),
    };
    let writer = Writer::start(options, connection, head, Arc::clone(&changes), keeps).map_err(|e| StoreError::Io {
        path: address.name.clone().into(),
        what: "given a thread",
        why: e.kind(),
    })?;
    Ok(SqlStore::of(writer, readers, changes))
}
