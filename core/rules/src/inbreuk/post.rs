//! One line of the breach register (21.7; AVG 33.5), with what the form of the Autoriteit Persoonsgegevens asks. Words
//! from closed lists, numbers, days and parties: what the data *were* is never in it, nor a word of one's own. What else
//! there is to say stands in the file of who keeps it, under the same id.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Vermoeden;
use crate::ids::Partij;
use crate::rulebook::Tekst;

/// So long after it was discovered it must have been reported (AVG 33.1).
pub const UREN: i64 = 72;

macro_rules! woorden {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $nl:literal, $en:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// In words, for the form.
            #[must_use]
            pub fn tekst(self) -> Tekst {
                let (nl, en) = match self { $(Self::$variant => ($nl, $en),)* };
                Tekst { nl: nl.to_owned(), en: en.to_owned() }
            }
        }
    };
}

woorden! {
    /// What happened.
    Aard {
        /// Sent or shown to the wrong receiver.
        VerkeerdeOntvanger = "gegevens zijn naar een verkeerde ontvanger gegaan", "data went to a wrong receiver";
        /// Given without a basis, or more than was needed.
        OnterechtVerstrekt = "gegevens zijn verstrekt zonder dat dat mocht", "data were given that should not have been";
        /// Somebody had access who should not.
        OnbevoegdeToegang = "iemand had toegang zonder bevoegdheid", "somebody had access without authority";
        /// An attack: hacking, malware, phishing.
        Aanval = "een aanval, zoals een hack, malware of phishing", "an attack, such as hacking, malware or phishing";
        /// A device or paper was lost or stolen.
        VerliesOfDiefstal = "een apparaat of papier is verloren of gestolen", "a device or paper was lost or stolen";
        /// Published by mistake.
        Gepubliceerd = "gegevens zijn per ongeluk openbaar gemaakt", "data were published by mistake";
        /// Changed without authority, or wrongly.
        Gewijzigd = "gegevens zijn onterecht gewijzigd", "data were changed wrongly";
        /// Destroyed, or not to be reached when needed.
        NietBeschikbaar = "gegevens zijn vernietigd of waren niet te bereiken", "data were destroyed or could not be reached";
    }
}

woorden! {
    /// What of the data was hurt (AVG 4.12).
    Aspect {
        /// Read by who may not.
        Vertrouwelijkheid = "vertrouwelijkheid", "confidentiality";
        /// Not right any more.
        Integriteit = "juistheid (integriteit)", "integrity";
        /// Not there.
        Beschikbaarheid = "beschikbaarheid", "availability";
    }
}

woorden! {
    /// Whose data.
    Groep {
        /// Pupils and students.
        Leerlingen = "leerlingen en studenten", "pupils and students";
        /// Young children before school.
        JongeKinderen = "kinderen van voor de basisschool", "children before primary school";
        /// Parents and guardians.
        Ouders = "ouders en voogden", "parents and guardians";
        /// Others of the family.
        Gezinsleden = "andere gezinsleden", "others of the family";
        /// Professionals.
        Professionals = "professionals", "professionals";
    }
}

woorden! {
    /// What may come of it for them.
    Gevolg {
        /// None is likely.
        Geen = "geen gevolgen te verwachten", "no consequences are likely";
        /// Loss of control over the data.
        VerliesVanControle = "verlies van controle over de eigen gegevens", "loss of control over the data";
        /// Stigma or exclusion.
        Stigma = "stigmatisering of uitsluiting", "stigma or exclusion";
        /// Damage to their reputation.
        Reputatie = "schade aan goede naam", "damage to their reputation";
        /// Danger: a secret address, say.
        Veiligheid = "gevaar voor de veiligheid, zoals bij een geheim adres", "danger to their safety, as with a secret address";
        /// Fraud with their identity.
        Identiteitsfraude = "identiteitsfraude", "identity fraud";
        /// Loss of care or support.
        Ondersteuning = "ondersteuning valt weg of komt te laat", "support falls away or comes late";
    }
}

woorden! {
    /// What was done about it.
    Maatregel {
        /// The receiver was asked to destroy it.
        VernietigingGevraagd = "de ontvanger is gevraagd de gegevens te vernietigen", "the receiver was asked to destroy the data";
        /// The receiver confirmed that it was destroyed.
        VernietigingBevestigd = "de ontvanger heeft bevestigd dat de gegevens vernietigd zijn", "the receiver confirmed that the data were destroyed";
        /// Access was closed.
        ToegangAfgesloten = "de toegang is afgesloten", "access was closed";
        /// Keys or passwords were replaced.
        SleutelsVervangen = "sleutels of wachtwoorden zijn vervangen", "keys or passwords were replaced";
        /// Restored from a copy.
        Hersteld = "de gegevens zijn hersteld", "the data were restored";
        /// A rule or setting was mended.
        RegelAangepast = "een regel of instelling is aangepast", "a rule or setting was mended";
        /// The data were encrypted, and the key was safe.
        WasVersleuteld = "de gegevens waren versleuteld en de sleutel was veilig", "the data were encrypted, and the key was safe";
        /// People were trained or reminded.
        Instructie = "medewerkers zijn opnieuw geïnstrueerd", "people were instructed anew";
    }
}

woorden! {
    /// Whether the people concerned are told (AVG 34).
    Ingelicht {
        /// Told.
        Ja = "ja, zij zijn ingelicht", "yes, they were told";
        /// They will be.
        Nog = "nog niet, dat gebeurt nog", "not yet, they will be";
        /// No high risk.
        NeeGeenHoogRisico = "nee: er is geen hoog risico (AVG 34.1)", "no: there is no high risk (GDPR 34.1)";
        /// Measures took the risk away, or made the data unreadable.
        NeeMaatregelen = "nee: maatregelen namen het risico weg (AVG 34.3.a en b)", "no: measures took the risk away (GDPR 34.3.a and b)";
        /// A public notice instead.
        NeeOpenbaar = "nee: in plaats daarvan een openbare mededeling (AVG 34.3.c)", "no: a public notice instead (GDPR 34.3.c)";
    }
}

woorden! {
    /// Whether it goes to the AP (AVG 33.1).
    Melding {
        /// Not decided yet.
        Beslissen = "daarover is nog niet beslist", "not decided yet";
        /// Reported.
        Gemeld = "gemeld bij de AP", "reported to the AP";
        /// A risk is unlikely.
        NietNodig = "niet nodig: een risico is onwaarschijnlijk", "not needed: a risk is unlikely";
        /// It is another party's to report (21.4).
        DoorAnder = "een andere partij meldt dit (21.4)", "another party reports it (21.4)";
    }
}

woorden! {
    /// Why a candidate of the system is no breach.
    Verwerping {
        /// It was right: accession, rule and basis were there.
        Terecht = "de verstrekking klopte", "what was given was right";
        /// It never arrived.
        NietAangekomen = "het bericht is niet aangekomen", "the message did not arrive";
        /// The rule was replaced by another that permits the same.
        RegelVervangen = "een andere regel staat hetzelfde toe", "another rule permits the same";
        /// It belongs to a breach that is on record.
        HoortBijAndere = "hoort bij een inbreuk die al is vastgelegd", "belongs to a breach that is on record";
    }
}

/// How many: between these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aantal {
    /// At least.
    pub minstens: u32,
    /// At most.
    pub hoogstens: u32,
}

/// What the system found and this is about: as `sluis inbreuken` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bron {
    /// The message.
    pub effect: String,
    /// Why it was found.
    pub vermoeden: Vermoeden,
}

/// A breach as it stands. A follow-up is the whole of it again, with what is known by then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inbreuk {
    /// Names it, in the register and towards the other parties.
    pub id: String,
    /// The candidates that it confirms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kandidaten: Vec<Bron>,
    /// Its case, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub casus: Option<String>,
    /// With whom it happened (21.1).
    pub bij: Partij,
    /// What happened.
    pub aard: Aard,
    /// What was hurt.
    pub aspecten: Vec<Aspect>,
    /// When it was discovered: the 72 hours begin.
    pub ontdekt: Timestamp,
    /// When it began, as far as is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begin: Option<Date>,
    /// When it ended; absent: it goes on, or nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub einde: Option<Date>,
    /// Whose data.
    pub groepen: Vec<Groep>,
    /// How many people.
    pub personen: Aantal,
    /// How many records.
    pub gegevensregels: Aantal,
    /// Elements of the dictionary, or prefixes such as `gezondheid.*`: the categories of data.
    pub gegevens: Vec<String>,
    /// What may come of it.
    pub gevolgen: Vec<Gevolg>,
    /// What was done about it.
    pub maatregelen: Vec<Maatregel>,
    /// Whether the people concerned are told.
    pub ingelicht: Ingelicht,
    /// Told on this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ingelicht_op: Option<Date>,
    /// Whether it goes to the AP.
    pub melding: Melding,
    /// Reported to the AP at this moment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gemeld: Option<Timestamp>,
    /// The account of who answers questions: the FG as a rule. The form asks name and telephone: those stand in the rules.
    pub contact: String,
    /// People in other countries of the EU are concerned.
    pub grensoverschrijdend: bool,
    /// The other parties that must be told (21.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partijen: Vec<Partij>,
    /// Nothing is left to do: closed on this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gesloten_op: Option<Date>,
}

/// What is wrong with a line: which field, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the field `{veld}` {wat}")]
pub struct PostFout {
    /// The field.
    pub veld: &'static str,
    /// What is wrong, and what to do.
    pub wat: &'static str,
}

impl Inbreuk {
    /// The end of the 72 hours.
    #[must_use]
    pub fn melden_voor(&self) -> Timestamp {
        self.ontdekt
            .checked_add(SignedDuration::from_hours(UREN))
            .unwrap_or(self.ontdekt)
    }

    /// Nobody decided about the AP, and the 72 hours are over; or it was reported after them.
    #[must_use]
    pub fn te_laat(&self, nu: Timestamp) -> bool {
        match (self.melding, self.gemeld) {
            (Melding::Beslissen, _) => nu > self.melden_voor(),
            (Melding::Gemeld, Some(at)) => at > self.melden_voor(),
            _ => false,
        }
    }

    /// Whether the line can be kept.
    ///
    /// # Errors
    /// The first field that contradicts another, lies in the future, or is empty.
    pub fn klopt(&self, nu: Timestamp, vandaag: Date) -> Result<(), PostFout> {
        let need = |fine: bool, veld, wat| if fine { Ok(()) } else { Err(PostFout { veld, wat }) };
        let filled = "is empty: choose at least one word";
        need(self.ontdekt <= nu, "ontdekt", "lies in the future")?;
        need(!self.aspecten.is_empty(), "aspecten", filled)?;
        need(!self.groepen.is_empty(), "groepen", filled)?;
        need(!self.gegevens.is_empty(), "gegevens", filled)?;
        need(!self.gevolgen.is_empty(), "gevolgen", filled)?;
        for (veld, n) in [("personen", self.personen), ("gegevensregels", self.gegevensregels)] {
            need(n.minstens <= n.hoogstens, veld, "has a least number above its most")?;
        }
        need(self.begin.is_none_or(|d| d <= vandaag), "begin", "lies in the future")?;
        need(
            self.einde
                .is_none_or(|d| d <= vandaag && self.begin.is_none_or(|b| b <= d)),
            "einde",
            "lies in the future, or before the beginning",
        )?;
        need(
            (self.ingelicht == Ingelicht::Ja) == self.ingelicht_op.is_some(),
            "ingelicht_op",
            "goes together with `ingelicht` = `ja`",
        )?;
        need(
            (self.melding == Melding::Gemeld) == self.gemeld.is_some() && self.gemeld.is_none_or(|at| at <= nu),
            "gemeld",
            "goes together with `melding` = `gemeld`, and lies in the past",
        )?;
        need(
            !self.partijen.contains(&self.bij),
            "partijen",
            "names the party with whom it happened: it knows",
        )?;
        let open = matches!(self.melding, Melding::Beslissen) || matches!(self.ingelicht, Ingelicht::Nog);
        need(
            self.gesloten_op.is_none() || !open,
            "gesloten_op",
            "cannot be: whether it goes to the AP, or the people are told, is still open",
        )
    }
}

/// A candidate that a person looked at and that is no breach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verworpen {
    /// Which candidate.
    pub kandidaat: Bron,
    /// Why not.
    pub reden: Verwerping,
    /// On which day.
    pub op: Date,
    /// Who, by account.
    pub door: String,
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
mod tests {
    use super::*;

    fn inbreuk() -> Inbreuk {
        serde_json::from_str(
            r#"{"id":"ib-1","bij":"00000099000000001000/school","aard":"verkeerde-ontvanger","aspecten":["vertrouwelijkheid"],
            "ontdekt":"2026-11-20T10:00:00Z","groepen":["leerlingen"],"personen":{"minstens":1,"hoogstens":3},
            "gegevensregels":{"minstens":1,"hoogstens":3},"gegevens":["gezondheid.*"],"gevolgen":["stigma"],"maatregelen":[],
            "ingelicht":"nog","melding":"beslissen","contact":"fg-1","grensoverschrijdend":false,
            "partijen":["00000099000000003000/samenwerkingsverband"]}"#,
        )
        .unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn seventy_two_hours_to_the_second() {
        let mut i = inbreuk();
        assert_eq!(i.melden_voor(), at("2026-11-23T10:00:00Z"));
        assert!(!i.te_laat(at("2026-11-23T10:00:00Z")) && i.te_laat(at("2026-11-23T10:00:01Z")));
        (i.melding, i.gemeld) = (Melding::Gemeld, Some(at("2026-11-23T10:00:00Z")));
        assert!(!i.te_laat(at("2026-12-01T00:00:00Z")));
        i.gemeld = Some(at("2026-11-23T10:00:01Z"));
        assert!(i.te_laat(at("2026-12-01T00:00:00Z")), "reported late stays late");
    }

    #[test]
    fn what_contradicts_itself_is_not_kept() {
        let (nu, day) = (at("2026-11-21T10:00:00Z"), jiff::civil::date(2026, 11, 21));
        let refused = |change: fn(&mut Inbreuk)| {
            let mut i = inbreuk();
            change(&mut i);
            i.klopt(nu, day).map_err(|f| f.veld)
        };
        assert_eq!(refused(|_| {}), Ok(()));
        assert_eq!(refused(|i| i.personen.hoogstens = 0), Err("personen"));
        assert_eq!(refused(|i| i.ingelicht = Ingelicht::Ja), Err("ingelicht_op"));
        assert_eq!(refused(|i| i.melding = Melding::Gemeld), Err("gemeld"));
        assert_eq!(refused(|i| i.gegevens.clear()), Err("gegevens"));
        assert_eq!(refused(|i| i.partijen.push(i.bij)), Err("partijen"));
        assert_eq!(
            refused(|i| i.gesloten_op = Some(jiff::civil::date(2026, 11, 20))),
            Err("gesloten_op")
        );
        assert_eq!(
            refused(|i| i.ontdekt = "2026-11-22T00:00:00Z".parse().unwrap()),
            Err("ontdekt")
        );
    }

    #[test]
    fn a_word_that_is_on_no_list_is_not_read() {
        let text = serde_json::to_string(&inbreuk()).unwrap();
        for (from, to) in [
            ("verkeerde-ontvanger", "Lotte kreeg het"),
            ("\"id\"", "\"omschrijving\":\"x\",\"id\""),
        ] {
            assert!(serde_json::from_str::<Inbreuk>(&text.replace(from, to)).is_err());
        }
    }
}
