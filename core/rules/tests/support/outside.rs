//! Parties and facts for the channels beside the consultations: everything agrees, so that only the rules decide.

use super::*;

/// Somebody the region does not know otherwise.
pub(crate) fn stranger(side: u8, taak: Taak) -> Partij {
    format!("0000009900000077{side}000/{taak}").parse().unwrap()
}

/// The example region in which each of those parties is one by statute, so that no gate but those of the flow stops it.
pub(crate) fn region_by_statute() -> &'static Rulebook {
    static RULES: OnceLock<Rulebook> = OnceLock::new();
    RULES.get_or_init(|| {
        let mut sources = region::example();
        let file = region::text(&mut sources, "convenant.toml");
        let tasks = Taak::ALL
            .into_iter()
            .filter(|t| !matches!(t, Taak::Betrokkene | Taak::Derde));
        for (side, taak) in tasks.flat_map(|t| [(1u8, t), (2, t)]) {
            let oin = stranger(side, taak).oin;
            let block =
                format!("\n[[wettelijk_partij]]\noin = \"{oin}\"\ntaak = \"{taak}\"\nnaam = \"P\"\nwet = \"proef\"\n");
            region::append(file, &block);
        }
        Rulebook::parse(&sources).unwrap_or_else(|f| panic!("{f:?}"))
    })
}

/// Everything agrees: who receives is known as such, consent covers all, free text is released.
pub(crate) fn facts_outside(overleg: Option<&Casusoverleg>, van: Partij, naar: Partij) -> Dossier {
    let rules = example();
    let stems: BTreeSet<String> = rules
        .gegevens()
        .iter()
        .map(|(_, g)| format!("{}.*", g.id.split('.').next().unwrap()))
        .collect();
    let mut facts = vec![
        serde_json::json!({"soort":"vrijgave","casus":"c","professional":"account-1","gegevens":stems,
        "ontvanger":naar,"op":"2026-01-01"}),
    ];
    if let Some(o) = overleg {
        facts.push(
            serde_json::json!({"soort":"casus","casus":"c","casusoverleg":o.id,"doelen":o.doelen,"vanaf":"2026-01-01"}),
        );
        facts.push(
            serde_json::json!({"soort":"fase","casus":"c","fase":o.fasen[0],"vanaf":"2026-01-01","herbeoordeeld":true}),
        );
        let asker = party(3, o.aanvragers[0]);
        for p in [van, asker] {
            facts.push(serde_json::json!({"soort":"toetreding","partij":p,"ondertekend_op":"2026-01-01","bekendgemaakt_op":"2026-01-01"}));
            facts.push(serde_json::json!({"soort":"deelname","casus":"c","partij":p,"vanaf":"2026-01-01"}));
        }
        facts.push(
            serde_json::json!({"soort":"informering","casus":"c","door":van,"op":"2026-01-01","wijze":"gesprek",
            "bekend_bij_deelnemers":true}),
        );
        facts.push(serde_json::json!({"soort":"regierol","casus":"c","partij":asker,"vanaf":"2026-01-01"}));
        if naar.taak == Taak::Betrokkene {
            facts.push(serde_json::json!({"soort":"betrokkene","casus":"c","partij":naar,"hoedanigheid":"ouder-met-gezag","vanaf":"2026-01-01"}));
            facts.push(serde_json::json!({"soort":"leeftijd","casus":"c","vanaf":"2026-01-01","geboren":"2018-05-01"}));
            facts.push(serde_json::json!({"soort":"deelname","casus":"c","partij":naar,"vanaf":"2026-01-01"}));
        }
        let kinds = ["derde", "grondslag", "doorbreking-geheim", "bijlage-3-voorwaarde"];
        for (n, (kind, who)) in kinds.into_iter().flat_map(|k| [(k, van), (k, asker)]).enumerate() {
            facts.push(serde_json::json!({"soort":"toestemming","id":format!("t{n}"),"casus":"c","kind":kind,
                "verstrekker":who,"gegevens":stems,"doelen":o.doelen,"ontvangers":[naar],"schriftelijk_op":"2026-01-01"}));
        }
    }
    let facts: Vec<Feit> = serde_json::from_value(facts.into()).unwrap();
    Dossier::build(&facts, 1, "c", DAY, rules.gegevens())
}
