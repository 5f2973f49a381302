//! Telling what is found, for people and for programs.

use std::io::{BufWriter, StdoutLock, Write as _};

use serde::Serialize;
use sluis_rules::explain::Taal;
use sluis_rules::verzuim::{Afnemer, Geteld, RegelFout, Signaal, Vervolg, Vondst};

use super::super::Out;

/// How much is held before it is written.
const BLOK: usize = 64 * 1024;

/// Tells what is found as it is found: signals on stdout; wrong lines on stderr for people, on stdout for programs.
pub(super) struct Verteller<'a> {
    uit: BufWriter<StdoutLock<'static>>,
    out: &'a Out,
    bar: indicatif::ProgressBar,
    /// Nobody reads any more.
    dicht: bool,
}

#[derive(Serialize)]
struct SignaalRegel<'a> {
    signaal: &'a Signaal,
    artikel: &'a str,
    naar: Vec<&'a str>,
    leerling_regel: u64,
    regels: &'a [u64],
    onvolledig: bool,
}

#[derive(Serialize)]
struct FoutRegel<'a> {
    fout: &'a str,
    regel: u64,
    kolom: Option<&'a str>,
    uitleg: &'a str,
}

impl<'a> Verteller<'a> {
    pub(super) fn nieuw(out: &'a Out, bar: indicatif::ProgressBar) -> Self {
        Self {
            uit: BufWriter::with_capacity(BLOK, std::io::stdout().lock()),
            out,
            bar,
            dicht: false,
        }
    }

    /// Whether nobody reads what is told any more.
    pub(super) const fn is_dicht(&self) -> bool {
        self.dicht
    }

    fn json(&mut self, value: &impl Serialize) {
        let written = serde_json::to_writer(&mut self.uit, value).map_err(std::io::Error::from);
        self.dicht |= written.and_then(|()| self.uit.write_all(b"\n")).is_err();
    }

    fn regel(&mut self, text: std::fmt::Arguments<'_>) {
        self.dicht |= self.uit.write_fmt(text).is_err();
    }

    /// The last line, with what went through.
    pub(super) fn slot(&mut self, geteld: &Geteld) {
        if self.out.is_json() {
            self.json(&serde_json::json!({ "geteld": geteld }));
        }
        self.dicht |= self.uit.flush().is_err();
        let say = |nl, en| self.out.say(nl, en);
        self.out.note(format!(
            "{} {}, {} {}: {} {}, {} {}",
            geteld.registraties,
            say("registraties", "registrations"),
            geteld.leerlingen,
            say("leerlingen", "pupils"),
            geteld.signalen,
            say("signalen", "signals"),
            geteld.fouten,
            say("regels niet geteld", "lines not counted"),
        ));
    }
}

impl Afnemer for Verteller<'_> {
    fn signaal(&mut self, vondst: &Vondst<'_>) {
        let signaal = vondst.signaal;
        if self.out.is_json() {
            let naar = signaal.naar().iter().map(|taak| taak.as_str()).collect();
            return self.json(&SignaalRegel {
                signaal,
                artikel: signaal.regel.artikel(),
                naar,
                leerling_regel: vondst.leerling_regel,
                regels: vondst.regels,
                onvolledig: vondst.onvolledig,
            });
        }
        let out = self.out;
        let say = |nl, en| out.say(nl, en);
        self.regel(format_args!(
            "{} {}, {} {}: {} ({}) {} {}, {} {}",
            say("leerling op regel", "pupil on line"),
            vondst.leerling_regel,
            say("school", "school"),
            signaal.school,
            signaal.regel,
            signaal.regel.artikel(),
            say("vanaf", "from"),
            signaal.begin,
            say("bereikt", "reached"),
            signaal.bereikt,
        ));
        if let Some(einde) = signaal.einde {
            self.regel(format_args!(", {} {einde}", say("tot", "until")));
        }
        self.regel(format_args!("; {}", vervolg(signaal.vervolg, out.taal())));
        if let Some(termijn) = signaal.termijn {
            self.regel(format_args!(" {} {termijn}", say("uiterlijk", "by")));
        }
        self.regel(format_args!("; {}", say("regels", "lines")));
        for (at, line) in vondst.regels.iter().enumerate() {
            self.regel(format_args!("{}{line}", if at == 0 { " " } else { ", " }));
        }
        if !signaal.wetsvoorstellen.is_empty() {
            self.regel(format_args!("; {}: terugdringen-verzuim", say("wetsvoorstel", "bill")));
        }
        if vondst.onvolledig {
            let told = say("; een regel telde niet mee", "; a line was not counted");
            self.regel(format_args!("{told}"));
        }
        self.regel(format_args!("\n"));
    }

    fn fout(&mut self, fout: &RegelFout) {
        let kolom = fout.kolom.map(|kolom| kolom.naam());
        let uitleg = fout.fout.zin(self.out.taal());
        let regel = fout.regel;
        if self.out.is_json() {
            let fout = fout.fout.slug();
            return self.json(&FoutRegel {
                fout,
                regel,
                kolom,
                uitleg,
            });
        }
        let line = self.out.say("regel", "line");
        self.bar.suspend(|| match kolom {
            Some(kolom) => self.out.note(format!("{line} {regel}, {kolom}: {uitleg}")),
            None => self.out.note(format!("{line} {regel}: {uitleg}")),
        });
    }
}

fn vervolg(vervolg: Vervolg, taal: Taal) -> &'static str {
    let (nl, en) = match vervolg {
        Vervolg::MeldenDuo => ("melden aan DUO", "report to DUO"),
        Vervolg::MeldenRmc => ("melden aan rmc", "report to rmc"),
        Vervolg::AlleenSchool => ("alleen binnen de school", "inside the school only"),
        Vervolg::JeugdartsEerst => ("eerst kijkt de jeugdarts", "the jeugdarts looks first"),
        Vervolg::OverlegLeerplicht => ("eerst overleg met leerplicht", "leerplicht is consulted first"),
        Vervolg::MagAlsOverig => ("mag aan DUO als overig", "may go to DUO as overig"),
        Vervolg::MagNaarThuiszitterstafel => ("mag naar de thuiszitterstafel", "may enter the thuiszitterstafel"),
    };
    match taal {
        Taal::Nl => nl,
        Taal::En => en,
    }
}
