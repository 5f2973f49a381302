//! The interface over real sockets, with stations that are played.

mod beheerberichten;
mod callers;
mod connections;
mod consents;
mod facts;
mod hoarding;
mod leaks;
mod mailbox;
mod management;
mod messages;
mod played;
mod sessions;
mod support;
mod tls;
mod verzoeken;
