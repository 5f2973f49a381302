//! The pages, one a file: what is asked of the stations, the view model, and its template of the same name.

pub(crate) mod aanmelden;
pub(crate) mod bericht;
pub(crate) mod fg;
pub(crate) mod geblokkeerd;
pub(crate) mod informering;
pub(crate) mod middelen;
pub(crate) mod overzicht;
pub(crate) mod stroom;
pub(crate) mod toestemmingen;
pub(crate) mod verzuim;
