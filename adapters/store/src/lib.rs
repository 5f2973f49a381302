//! `sluis-store`: the truth, in one SQLite file or on a PostgreSQL server.
//!
//! [`SqliteStore`] implements [`sluis_stations::ports::Store`]. One thread owns the write connection and commits in
//! groups: whatever waits is run, each command in a savepoint of its own, in one transaction, and nobody is answered
//! before that transaction is durable (`synchronous=FULL`). Reads run beside it on a few connections of their own.
//!
//! The file holds sealed content, ids and times; no statement text or value leaves in an error. One process has the
//! store at a time. Rooms: `open` (the file and its settings), `migrate`, `writer` and `reader` (the two ways in),
//! `outbox`, `accept`, `step`, `facts`, `journal`, `parked` (mailbox and quarantine), `beheer`
//! (administrative messages) for what the port asks, `port`, and `verzuim` for the book
//! of absence.
//!
//! To change the schema: add `migrations/000N.sql` and name it in `migrate.rs`; never edit an older one. To add another
//! store: one type that implements the port, and one line in `tests/contract.rs` that runs the same suite over it.

mod accept;
mod beheer;
mod beside;
mod changes;
mod error;
mod facts;
mod journal;
mod ledger;
mod migrate;
mod open;
mod outbox;
mod parked;
mod persoon;
mod port;
mod reader;
mod register;
mod schema;
mod server;
mod sql;
mod step;
mod verzuim;
mod writer;

pub use beside::JournalReader;
pub use error::StoreError;
pub use open::{SqlStore, Sqlite, SqliteStore, StoreOptions};
pub use server::{AddressFault, PostgresAddress, PostgresServer, PostgresStore};
