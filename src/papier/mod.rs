//! Papers: what a privacy officer shows and a parent reads. HTML that prints well, without script and without anything
//! fetched from elsewhere; askama escapes every value. What they say is made in `core/rules`; here it only gets a form.

mod brief;
mod csv;
mod inbreuk;
mod inzage;
mod register;

pub(crate) use brief::brief_html;
pub(crate) use inbreuk::{antwoorden, inbreuk_csv, inbreuk_html};
pub(crate) use inzage::inzage_html;
pub(crate) use register::{register_csv, register_html};

/// A moment in the Netherlands, to the minute; a dash when there is none.
fn moment(ms: Option<u64>) -> String {
    ms.map_or_else(|| "–".to_owned(), crate::clock::minute_of)
}
