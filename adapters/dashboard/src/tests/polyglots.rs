//! Paths, party names and reasons that try to be more than text. What a page shows of them is text.

use std::sync::Arc;

use askama::Template;
use jiff::civil::Date;
use sluis_rules::explain::{HulpUitleg, PoortUitleg, Taal};
use sluis_stations::ports::{Account, AccountRol};

use crate::kader::{Bezoeker, Kader};
use crate::paginas::{bericht, fg, geblokkeerd, informering, overzicht, toestemmingen, verzuim};

const POLYGLOTS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "javascript:/*--></title></style></textarea></script></xmp><svg/onload='+/\"/+/onmouseover=1/+/[*/[]/+alert(1)//'>",
    "\" autofocus onfocus=alert(1) x=\"",
    "</td></tr></table><form action=https://elders.example>",
    "{{7*7}}{% include \"/etc/passwd\" %}",
    "&lt;b&gt;\u{202e}\u{0}\r\nSet-Cookie: a=b",
];

fn kader(evil: &str, taal: Taal) -> Kader {
    let all = AccountRol::ALL;
    Kader {
        taal,
        pad: format!("/geblokkeerd/{evil}"),
        zoek: format!("reden={evil}"),
        wie: Some(Arc::new(Bezoeker {
            account: Account::new(evil, all),
            csrf: "0123".into(),
            token: String::new(),
        })),
        stand: 7,
    }
}

/// Every page that shows something which was not written here.
fn pages(evil: &str, taal: Taal) -> Vec<(&'static str, String)> {
    let s = || evil.to_owned();
    let k = || kader(evil, taal);
    let leaked: &'static str = Box::leak(s().into_boxed_str());
    let day = Date::default();
    let groep = geblokkeerd::Groep {
        reden: s(),
        uitleg: s(),
        oorzaken: vec![s()],
        artikel: s(),
        paden: vec![s(), s(), s(), s()],
        koppeling: s(),
        aantal: 4,
        nieuw: 1,
        eerste: 0,
        laatste: 1,
        leeftijd: s(),
        adres: format!("/geblokkeerd?{evil}"),
    };
    let regel = geblokkeerd::Regel {
        effect: s(),
        bericht: leaked,
        casus: s(),
        van: s(),
        naar: s(),
        sinds: 0,
        tot: 0,
    };
    let lijst = geblokkeerd::Pagina {
        k: k(),
        groepen: vec![groep],
        regels: vec![regel],
        totaal: 200,
        vol: true,
        redenen: vec![(s(), true)],
        koppelingen: vec![(s(), false)],
        gefilterd: true,
    };
    let poort = PoortUitleg {
        nummer: 1,
        poort: leaked,
        uitkomst: "faalt",
        vereist: leaked,
        gevonden: s(),
        artikel: leaked,
        reden: None,
    };
    let hulp = HulpUitleg {
        soort: leaked,
        wat: s(),
        artikel: leaked,
    };
    let detail = bericht::Pagina {
        k: k(),
        effect: s(),
        kop: s(),
        zin: s(),
        geblokkeerd: true,
        tot: 0,
        casus: s(),
        koppeling: s(),
        regelboek: s(),
        trace: s(),
        redenen: vec![bericht::Reden {
            slug: s(),
            uitleg: s(),
            artikel: s(),
        }],
        groepen: vec![bericht::Groep {
            actie: leaked,
            bijdrage: s(),
            waarom: s(),
            artikel: s(),
            paden: vec![s()],
        }],
        nu: Some(bericht::Nu {
            zin: s(),
            gaat: false,
            poorten: vec![poort],
            helpt: vec![hulp],
            toestemming: true,
            informering: true,
        }),
        helpt: vec![leaked],
        stappen: vec![bericht::Gebeurtenis {
            moment: 0,
            wat: leaked,
            woorden: s(),
            effect: "ander".into(),
        }],
        gedaan: leaked,
    };
    let register = toestemmingen::Lijst {
        k: k(),
        casus: s(),
        regels: vec![toestemmingen::Regel {
            id: s(),
            casus: s(),
            soort: leaked,
            verstrekker: s(),
            ontvangers: vec![s()],
            doelen: vec![s()],
            gegevens: vec![s()],
            sinds: day,
            tot: Some(day),
            stand: leaked,
            geldt: false,
            eindigt: s(),
        }],
        volgende: s(),
    };
    let formulier = toestemmingen::Formulier {
        k: k(),
        effect: s(),
        casus: s(),
        kenmerk: s(),
        soort: leaked,
        verstrekker: s(),
        ontvanger: s(),
        doel: s(),
        gegevens: vec![s()],
        wie: vec![(leaked, leaked)],
        vandaag: day,
        fout: leaked,
    };
    let geinformeerd = informering::Formulier {
        k: k(),
        effect: s(),
        casus: s(),
        door: s(),
        wijzen: vec![leaked],
        vandaag: day,
        fout: leaked,
    };
    let meldingen = verzuim::Pagina {
        k: k(),
        ingericht: true,
        regels: vec![verzuim::Regel {
            kenmerk: s(),
            school: s(),
            regel: s(),
            stand: leaked,
            wacht_op: vec![s()],
            termijn: Some(day),
            te_laat: true,
            ingetrokken: true,
            sinds: 0,
            balie: s(),
        }],
        volgende: Some(s()),
    };
    let begin = overzicht::Pagina {
        k: k(),
        staven: Vec::new(),
        hoogste: 1,
        bijgewerkt: false,
        geblokkeerd: 1,
        oudste: Some((0, s())),
        onderweg: 0,
        postbus: 0,
        ziet: true,
        alarmen: vec![overzicht::Alarm {
            ernstig: true,
            wat: s(),
            doe: leaked,
        }],
        koppelingen: vec![overzicht::Koppeling {
            naam: s(),
            stand: leaked,
            uitleg: leaked,
        }],
        regelboek: s(),
        getekend_op: day,
    };
    let desk = fg::Pagina {
        k: k(),
        verwerkingen: Vec::new(),
        ontbreekt: vec![s()],
        open: vec![fg::Open {
            intrekking: true,
            soort: leaked,
            casus: s(),
            ontvanger: s(),
            sinds: 0,
            uiterlijk: 0,
            te_laat: true,
            gegeven: false,
        }],
        controle: fg::Controle::Heel(1, 1),
    };
    vec![
        ("geblokkeerd", lijst.render().unwrap()),
        ("bericht", detail.render().unwrap()),
        ("toestemmingen", register.render().unwrap()),
        ("toestemming", formulier.render().unwrap()),
        ("informering", geinformeerd.render().unwrap()),
        ("verzuim", meldingen.render().unwrap()),
        ("overzicht", begin.render().unwrap()),
        ("fg", desk.render().unwrap()),
    ]
}

/// The names of the elements and of their attributes, as a browser would find them: quotes end only at the same quote.
fn shape(html: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let mut tag = String::new();
        let mut quote = None;
        let mut end = rest.len();
        for (n, c) in rest.char_indices() {
            match (quote, c) {
                (None, '>') => {
                    end = n;
                    break;
                }
                (None, '"' | '\'') => quote = Some(c),
                (Some(q), c) if q == c => quote = None,
                (None, c) => tag.push(c),
                (Some(_), _) => {}
            }
        }
        rest = &rest[end..];
        out.push(tag);
    }
    out
}

#[test]
fn what_tries_to_be_more_than_text_is_text() {
    for taal in [Taal::Nl, Taal::En] {
        let tame = pages("gewoon", taal);
        for evil in POLYGLOTS {
            for ((name, tame), (_, wild)) in tame.iter().zip(pages(evil, taal)) {
                assert_eq!(shape(tame), shape(&wild), "{name}: {evil}");
                assert!(wild.len() > tame.len(), "{name} shows it");
                assert!(!evil.contains('<') || !wild.contains(evil), "{name}: {evil}");
            }
        }
    }
}

#[test]
fn no_page_brings_style_or_script_of_its_own() {
    for (name, html) in pages("gewoon", Taal::Nl) {
        for tag in shape(&html) {
            let inline = tag
                .split_whitespace()
                .any(|w| w.starts_with("on") || w.starts_with("style"));
            assert!(!inline, "{name}: {tag}");
            assert!(!tag.starts_with("style"), "{name}");
            assert!(!tag.starts_with("script") || tag.contains("src"), "{name}: {tag}");
        }
    }
}
