//! A proposal in words.

use super::super::Taal;
use super::super::found::name;
use super::Hulp;
use crate::facts::ToestemmingKind;
use crate::gates::Aanvraag;
use crate::gegeven::GegevenSet;
use crate::rulebook::Rulebook;

impl Hulp {
    /// A stable word for it.
    #[must_use]
    pub const fn slug(&self) -> &'static str {
        match self {
            Self::Mandaat => "mandaat",
            Self::Toetreding(_) => "toetreding",
            Self::Casus => "casus",
            Self::Deelname(_) => "deelname",
            Self::Regierol(_) => "regierol",
            Self::Doel => "doel",
            Self::Herbeoordeling => "herbeoordeling",
            Self::Informering => "informering",
            Self::Toestemming { kind, .. } => match kind {
                ToestemmingKind::Grondslag => "toestemming-grondslag",
                ToestemmingKind::DoorbrekingGeheim => "toestemming-doorbreking-geheim",
                ToestemmingKind::Bijlage3Voorwaarde => "toestemming-bijlage-3-voorwaarde",
                ToestemmingKind::Derde => "toestemming-derde",
            },
            Self::Vrijgave(_) => "vrijgave",
            Self::Akkoord(_) => "akkoord",
            Self::Betrokkene => "betrokkene",
            Self::Leeftijd => "leeftijd",
            Self::NoemFase(_) => "noem-fase",
            Self::Fase => "fase",
            Self::NoemDoel(_) => "noem-doel",
            Self::NoemCasusoverleg(_) => "noem-casusoverleg",
            Self::NoemGeenGrondslag => "noem-geen-grondslag",
        }
    }

    /// The article it rests on.
    #[must_use]
    pub const fn artikel(&self) -> &'static str {
        match self {
            Self::Mandaat | Self::Toetreding(_) => "18",
            Self::Casus | Self::Doel | Self::NoemDoel(_) | Self::NoemCasusoverleg(_) => "3.4",
            Self::Deelname(_) => "3.4, 7.3",
            Self::Regierol(_) => "Bijlage 3, 3.4",
            Self::Herbeoordeling | Self::NoemFase(_) | Self::Fase => "3.4",
            Self::Informering => "12.1, 12.2",
            Self::Toestemming { kind, .. } => match kind {
                ToestemmingKind::Grondslag => "4, 6",
                ToestemmingKind::DoorbrekingGeheim => "6.b, 11.3",
                ToestemmingKind::Bijlage3Voorwaarde => "Bijlage 3, 6",
                ToestemmingKind::Derde => "14.1",
            },
            Self::Vrijgave(_) => "5.3, 6",
            Self::Akkoord(_) => "3.4",
            Self::Betrokkene => "1.4, 1.14",
            Self::Leeftijd => "6.b, voetnoot 53",
            Self::NoemGeenGrondslag => "4",
        }
    }

    /// What a [`Hulp::slug`] means, without names; `None` for a word that is none.
    #[must_use]
    pub fn short(slug: &str, taal: Taal) -> Option<&'static str> {
        let (nl, en) = match slug {
            "mandaat" => (
                "de afzender stuurt zelf, of geeft een mandaat",
                "the sender sends itself, or gives a mandate",
            ),
            "toetreding" => (
                "de partij treedt toe, en de anderen horen dat",
                "the party accedes, and the others are told",
            ),
            "casus" => ("leg de casus vast", "record the case"),
            "deelname" => ("koppel de partij aan de casus", "link the party to the case"),
            "regierol" => ("wijs de regierol toe", "give the lead in the case to a party"),
            "doel" => (
                "leg het doel vast voor deze casus",
                "write down the purpose for this case",
            ),
            "herbeoordeling" => ("beoordeel opnieuw wat nodig is", "judge anew what is needed"),
            "informering" => (
                "informeer de betrokkene, en laat de anderen weten wanneer en hoe",
                "inform the betrokkene, and let the others know when and how",
            ),
            "toestemming-grondslag" => ("toestemming als grondslag", "consent as the basis"),
            "toestemming-doorbreking-geheim" => (
                "toestemming die het beroepsgeheim opheft",
                "consent that lifts professional secrecy",
            ),
            "toestemming-bijlage-3-voorwaarde" => (
                "toestemming voor de aanvraag (Bijlage 3)",
                "consent for the request (Bijlage 3)",
            ),
            "toestemming-derde" => ("toestemming voor een derde", "consent for a third party"),
            "vrijgave" => (
                "een professional geeft het op naam vrij",
                "a professional releases it by name",
            ),
            "akkoord" => ("wie het inbracht, gaat akkoord", "the party that brought it in agrees"),
            "betrokkene" => (
                "leg vast wie de ontvanger is: de jongere, een ouder met gezag of een voogd",
                "record who the receiver is: the young person, a parent with authority or a guardian",
            ),
            "leeftijd" => (
                "leg de geboortedatum van de jongere vast",
                "record the date of birth of the young person",
            ),
            "noem-fase" => ("noem de fase waarin de casus is", "state the phase the case is in"),
            "fase" => (
                "leg vast dat de casus in deze fase is",
                "record that the case is in this phase",
            ),
            "noem-doel" => ("noem een doel van de casus", "state a purpose of the case"),
            "noem-casusoverleg" => ("noem het overleg van de casus", "state the consultation of the case"),
            "noem-geen-grondslag" => (
                "noem geen grondslag, of een die geldt",
                "state no basis, or one that applies",
            ),
            _ => return None,
        };
        Some(if matches!(taal, Taal::Nl) { nl } else { en })
    }

    /// In one sentence, as somebody says it who can make it true.
    #[must_use]
    pub fn tell(&self, rules: &Rulebook, vraag: &Aanvraag<'_>, taal: Taal) -> String {
        let naar = name(rules, &vraag.ontvanger);
        let which = |set: &GegevenSet| elements(rules, *set);
        let nl = matches!(taal, Taal::Nl);
        let say = |a: String, b: String| if nl { a } else { b };
        match self {
            Self::Mandaat => say(
                "de afzender stuurt zelf, of geeft deze verbinding een mandaat".into(),
                "the sender sends itself, or gives this connection a mandate".into(),
            ),
            Self::Toetreding(p) => {
                let p = name(rules, p);
                say(
                    format!("{p} treedt toe: tekent het formulier van Bijlage 1, en de anderen horen dat"),
                    format!("{p} accedes: signs the form of Bijlage 1, and the others are told"),
                )
            }
            Self::Casus => say(
                format!("leg de casus vast bij {}, met doel {}", vraag.casusoverleg, vraag.doel),
                format!("record the case at {}, with purpose {}", vraag.casusoverleg, vraag.doel),
            ),
            Self::Deelname(p) => {
                let p = name(rules, p);
                say(
                    format!("koppel {p} aan de casus, als die er rechtstreeks bij betrokken is"),
                    format!("link {p} to the case, if it is directly involved"),
                )
            }
            Self::Regierol(p) => {
                let p = name(rules, p);
                say(
                    format!("wijs de regierol toe, bijvoorbeeld aan {p}"),
                    format!("give the lead in the case to a party of it, for instance {p}"),
                )
            }
            Self::Doel => say(
                format!(
                    "leg doel {} vast voor deze casus, als dat vooraf is afgesproken",
                    vraag.doel
                ),
                format!(
                    "write down purpose {} for this case, if it was agreed beforehand",
                    vraag.doel
                ),
            ),
            Self::Herbeoordeling => say(
                "beoordeel opnieuw of de eerdere gegevens nodig zijn, en leg dat vast".into(),
                "judge anew whether the earlier data are needed, and record that".into(),
            ),
            Self::Informering => say(
                "informeer de betrokkene, en laat de deelnemers weten wanneer en hoe".into(),
                "inform the betrokkene, and let the participants know when and how".into(),
            ),
            Self::Toestemming {
                kind,
                verstrekker,
                gegevens,
            } => {
                let (van, what, doel) = (name(rules, verstrekker), which(gegevens), vraag.doel);
                let kind = kind_word(*kind, nl);
                say(
                    format!(
                        "schriftelijke toestemming ({kind}) voor {van} om dit aan {naar} te geven, voor doel {doel}: {what}"
                    ),
                    format!("consent in writing ({kind}) for {van} to give {naar} this, for purpose {doel}: {what}"),
                )
            }
            Self::Vrijgave(set) => say(
                format!("een professional geeft dit op naam vrij voor {naar}: {}", which(set)),
                format!("a professional releases this by name for {naar}: {}", which(set)),
            ),
            Self::Akkoord(p) => {
                let p = name(rules, p);
                say(
                    format!("{p} gaat akkoord met doorgeven aan {naar}"),
                    format!("{p} agrees to passing it on to {naar}"),
                )
            }
            Self::Betrokkene => say(
                "leg vast wie de ontvanger is, als dat zo is: de jongere, een ouder met gezag of een voogd".into(),
                "record who the receiver is, if so: the young person, a parent with authority or a guardian".into(),
            ),
            Self::Leeftijd => say(
                "leg de geboortedatum van de jongere vast; de toestemming helpt alleen als zij van wie erover gaat is"
                    .into(),
                "record the date of birth of the young person; the consent helps only if it is by whom it takes".into(),
            ),
            Self::NoemFase(fase) => say(
                format!("noem de fase waarin de casus is: {fase}"),
                format!("state the phase the case is in: {fase}"),
            ),
            Self::Fase => say(
                format!("leg vast dat de casus in de fase {} is, als dat zo is", vraag.fase),
                format!("record that the case is in phase {}, if it is", vraag.fase),
            ),
            Self::NoemDoel(doel) => say(
                format!("noem het doel waarvoor u werkelijk verstrekt, als dat een doel van de casus is, zoals {doel}"),
                format!("state the purpose for which you really share, if it is one of the case, such as {doel}"),
            ),
            Self::NoemCasusoverleg(overleg) => say(
                format!("noem het overleg waar de casus bij hoort: {overleg}"),
                format!("state the consultation the case belongs to: {overleg}"),
            ),
            Self::NoemGeenGrondslag => say(
                "noem geen grondslag, of een die hier geldt".into(),
                "state no basis, or one that applies here".into(),
            ),
        }
    }
}

const fn kind_word(kind: ToestemmingKind, nl: bool) -> &'static str {
    match (kind, nl) {
        (ToestemmingKind::Grondslag, true) => "als grondslag",
        (ToestemmingKind::Grondslag, false) => "as the basis",
        (ToestemmingKind::DoorbrekingGeheim, true) => "die het beroepsgeheim opheft",
        (ToestemmingKind::DoorbrekingGeheim, false) => "that lifts professional secrecy",
        (ToestemmingKind::Bijlage3Voorwaarde, true) => "voor de aanvraag, Bijlage 3",
        (ToestemmingKind::Bijlage3Voorwaarde, false) => "for the request, Bijlage 3",
        (ToestemmingKind::Derde, true) => "voor een derde",
        (ToestemmingKind::Derde, false) => "for a third party",
    }
}

/// Names of the dictionary, all of them: they go on a form.
fn elements(rules: &Rulebook, set: GegevenSet) -> String {
    let names: Vec<&str> = set.iter().map(|id| rules.gegevens().name(id)).collect();
    names.join(", ")
}
