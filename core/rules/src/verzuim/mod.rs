//! School absence (*verzuim*): from registrations to signals, by the rules of 1.1, 1.16, 1.18 and 4.3 of the covenant.
//!
//! This room owns what a registration is ([`Registratie`]), the calendar of school weeks and days ([`Kalenders`]), Dutch
//! public holidays and the term of five working days, the rules, one a file, and what a correction does to reports
//! ([`verschil`]). What a school stored about one pupil is a [`Verzuimdossier`], and [`stel_op`] writes a report from it. [`Detector`] is a pure function of the registrations of one pupil: what was corrected is detected anew.
//!
//! A signal tells what the texts say follows. Whether anything is sent is not decided here.
//!
//! To add a rule, read the head of `regels/mod.rs`.

mod dag;
mod detector;
mod dossier;
mod feestdagen;
mod kalender;
mod melding;
mod posten;
mod reden;
mod regels;
mod registratie;
mod signaal;
mod stroom;
mod venster;
mod verschil;

pub use dag::{Dag, GeenDag};
pub use detector::{Detector, Uitkomst, detect};
pub use dossier::{DossierOnleesbaar, Toegevoegd, Verzuimdossier};
pub use feestdagen::{TERMIJN_WERKDAGEN, einde_termijn, vrij_voor_scholen, werkdag};
pub use kalender::{Kalender, KalenderFout, Kalenders, Regio};
pub use melding::{Handeling, Melder, Ontbreekt, Opdracht, Opgesteld, RedenIntrekking, SignaalBewaard, stel_op};
pub use posten::{Afgewezen, Afwijzing};
pub use reden::{Pgn, VermoedelijkeReden};
pub use registratie::{Leerling, Registratie, RegistratieId, Sector, Soort};
pub use signaal::{Regel, Signaal, Vervolg, Wetsvoorstel, Wetsvoorstellen};
pub use stroom::{
    Afnemer, Fout, Geteld, Ingelezen, InleesAfnemer, Inlezer, Kolom, KopFout, LeerlingOpgave, RegelFout, Stroom,
    Vondst, Vorm,
};
pub use verschil::{Wijziging, verschil};
