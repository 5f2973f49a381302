//! `sluis-stations`: the way of the data. Three stations, a durable step between each two, and the ports they need.
//!
//! *Intake* accepts and keeps; *judge* decides and minimises; *deliver* looks once more and hands over. What cannot go
//! on waits in quarantine, sealed, with its reason; a changed fact sends it back to judge, never around it.

pub mod ports;
