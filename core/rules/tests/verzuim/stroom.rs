//! Files: the same signals however they are written, each wrong line told and the rest kept, memory that does not grow.

use sluis_rules::verzuim::{Afnemer, Geteld, KopFout, RegelFout, Stroom, Vondst, Vorm, Wetsvoorstellen};

use super::{dag, kalenders};

#[derive(Default, PartialEq, Eq, Debug)]
struct Gehoord {
    signalen: Vec<String>,
    fouten: Vec<(u64, Option<&'static str>, &'static str)>,
}

impl Afnemer for Gehoord {
    fn signaal(&mut self, v: &Vondst<'_>) {
        let s = v.signaal;
        let text = format!(
            "{} {} {}..{} {:?}",
            v.leerling_regel, s.regel, s.begin, s.bereikt, v.regels
        );
        self.signalen.push(text + if v.onvolledig { " onvolledig" } else { "" });
    }
    fn fout(&mut self, fout: &RegelFout) {
        self.fouten
            .push((fout.regel, fout.kolom.map(|k| k.naam()), fout.fout.slug()));
    }
}

/// Feeds a text in blocks of a size.
fn lees_in(text: &[u8], vorm: Vorm, size: usize) -> Result<(Gehoord, Geteld), KopFout> {
    let kalenders = kalenders();
    let mut stroom = Stroom::nieuw(&kalenders, Wetsvoorstellen::default(), dag("2027-07-01"), vorm);
    let mut heard = Gehoord::default();
    let mut held: Vec<u8> = Vec::new();
    for block in text.chunks(size) {
        held.extend_from_slice(block);
        let taken = stroom.voer(&held, &mut heard)?;
        held.drain(..taken);
    }
    let geteld = stroom.einde(&held, &mut heard)?;
    Ok((heard, geteld))
}

fn lees(text: &str) -> (Gehoord, Geteld) {
    let vorm = Vorm::van(text.as_bytes());
    let whole = lees_in(text.as_bytes(), vorm, usize::MAX).unwrap();
    for size in [1, 7, 64, 5000] {
        assert_eq!(
            lees_in(text.as_bytes(), vorm, size).unwrap(),
            whole,
            "in blocks of {size}"
        );
    }
    whole
}

const KOP: &str = "leerling,brin,datum,tot,soort,uren,geboortedatum,sector";

/// Two pupils: the first reaches sixteen hours, the second is on holiday outside the holidays.
const GOED: &str = "\
leerling,brin,datum,tot,soort,uren,geboortedatum,sector
L1,99ZZ00,2026-09-14,,ongeoorloofd,8,2012-05-01,vo
L1,99ZZ00,2026-09-15,,ongeoorloofd,7.75,,
L1,99ZZ00,2026-09-16,,ongeoorloofd,0.25,,
L2,99ZZ,2026-09-17,2026-09-25,luxe,,2014-05-01,po
";

#[test]
fn a_file_gives_the_signals_with_their_lines() {
    let (heard, geteld) = lees(GOED);
    assert_eq!(
        heard.signalen,
        [
            "2 relatief-16-uur 2026-09-14..2026-09-16 [2, 3, 4]",
            "2 thuiszitter 2026-09-14..2026-09-16 [2, 3, 4]",
            "5 relatief-aaneengesloten 2026-09-17..2026-09-25 [5]",
            "5 luxe 2026-09-17..2026-09-17 [5]",
        ]
    );
    assert!(heard.fouten.is_empty());
    let expected = Geteld {
        registraties: 4,
        leerlingen: 2,
        signalen: 4,
        fouten: 0,
    };
    assert_eq!(geteld, expected);
}

#[test]
fn separators_quotes_line_ends_and_a_mark_at_the_start_change_nothing() {
    let expected = lees(GOED).0;
    let quoted: String = GOED
        .lines()
        .map(|line| format!("\"{}\"\r\n", line.replace(',', "\",\"")))
        .collect();
    assert_eq!(lees(&quoted).0, expected);
    let semicolons = format!("\u{feff}{}", GOED.replace(',', ";").replace("7.75", "\"7,75\""));
    assert_eq!(lees(&semicolons).0, expected);
    let dutch = GOED.replace("7.75", "\"7,75\"");
    assert_eq!(lees(dutch.trim_end()).0, expected);
}

#[test]
fn ndjson_says_the_same() {
    let mut text = "\n".to_owned();
    let mut lines = GOED.lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    for line in lines {
        let fields = names.iter().zip(line.split(','));
        let fields: Vec<String> = fields
            .map(|(name, value)| match (*name, value) {
                (_, "") => format!("\"{name}\": null"),
                ("uren", _) => format!("\"{name}\":{value}"),
                _ => format!("\"{name}\": \"{value}\""),
            })
            .collect();
        text += &format!("{{{}}}\n", fields.join(", "));
    }
    assert_eq!(Vorm::van(text.as_bytes()), Vorm::Ndjson);
    assert_eq!(lees(&text).0, lees(GOED).0);
}

#[test]
fn a_wrong_line_is_told_and_the_rest_is_kept() {
    let lines = [
        "L1,99ZZ00,2026-09-14,,ongeoorloofd,8,2012-05-01,vo",
        "L1,99ZZ00,2026-02-30,,ongeoorloofd,8,,",
        "L1,99ZZ00,2026-09-15,,spijbelen,8,,",
        "L1,99ZZ00,2026-09-15,,ongeoorloofd,8",
        "L1,99ZZ00,2026-09-15,,ongeoorloofd,8,,,,",
        "L1,99zz00,2026-09-15,,ongeoorloofd,8,,",
        "L1,99ZZ00,2026-09-15,,ongeoorloofd,acht,,",
        "L1,99ZZ00,2026-09-15,,ongeoorloofd,8,2012-05-02,",
        "L1,99ZZ00,2026-09-15,,\"ongeoorloofd,8,,",
        "L1,99ZZ00,2026-09-13,,ongeoorloofd,8,,",
        "L1,99XX00,2026-09-15,,ongeoorloofd,8,,",
        "L1,99ZZ00,2026-09-15,,ongeoorloofd,,,",
        "L1,99ZZ00,2026-09-15,,ongeoorloofd,8,,",
        "L0,99ZZ00,2026-09-15,,ongeoorloofd,8,2012-05-01,vo",
        ",99ZZ00,2026-09-15,,ongeoorloofd,8,,",
        "L2,99ZZ00,2026-09-15,,ongeoorloofd,16,,",
        "L2,99ZZ00,2026-09-15,,ongeoorloofd,16,2012-05-01,vo",
        "",
        "\u{1F600},99ZZ00,2026-09-15,,ongeoorloofd,8,,",
    ];
    let text = format!("{KOP}\n{}", lines.join("\n"));
    let (heard, geteld) = lees(&text);
    let mut fouten = heard.fouten.clone();
    fouten.sort_unstable();
    assert_eq!(
        fouten,
        [
            (3, Some("datum"), "vorm"),
            (4, Some("soort"), "vorm"),
            (5, None, "aantal-velden"),
            (6, None, "aantal-velden"),
            (7, Some("brin"), "vorm"),
            (8, Some("uren"), "vorm"),
            (9, Some("geboortedatum"), "andere-leerling"),
            (10, None, "aanhaling"),
            (11, None, "geen-schooldag"),
            (12, None, "onbekende-school"),
            (13, None, "uren"),
            (15, Some("leerling"), "volgorde"),
            (16, Some("leerling"), "ontbreekt"),
            (17, Some("geboortedatum"), "ontbreekt"),
            (20, Some("leerling"), "vorm"),
        ]
    );
    assert_eq!(
        heard.signalen[0],
        "2 relatief-16-uur 2026-09-14..2026-09-15 [2, 14] onvolledig"
    );
    assert_eq!(
        heard.signalen[2],
        "17 relatief-16-uur 2026-09-15..2026-09-15 [18] onvolledig"
    );
    assert_eq!((geteld.registraties, geteld.fouten, geteld.leerlingen), (18, 15, 2));
}

#[test]
fn a_pupil_whose_first_line_is_wrong_is_still_known() {
    let text =
        format!("{KOP}\nL1,99ZZ00,2026-09-33,,ongeoorloofd,8,2012-05-01,vo\nL1,99ZZ00,2026-09-15,,ongeoorloofd,16,,\n");
    let (heard, _) = lees(&text);
    assert_eq!(heard.fouten, [(2, Some("datum"), "vorm")]);
    assert_eq!(
        heard.signalen[0],
        "2 relatief-16-uur 2026-09-15..2026-09-15 [3] onvolledig"
    );
}

#[test]
fn a_quote_or_a_line_without_an_end_spoils_itself_alone() {
    let long = "x".repeat(300_000);
    let text = format!(
        "{}\"L3,{long}\nL4,99ZZ00,2026-09-15,,ongeoorloofd,16,2012-05-01,vo\n{long}",
        GOED
    );
    let whole = lees_in(text.as_bytes(), Vorm::Csv, usize::MAX).unwrap();
    let blocks = lees_in(text.as_bytes(), Vorm::Csv, 8192).unwrap();
    assert_eq!(whole, blocks);
    assert_eq!(whole.0.fouten, [(6, None, "te-lang"), (8, None, "te-lang")]);
    assert_eq!(
        whole.0.signalen[4],
        "7 relatief-16-uur 2026-09-15..2026-09-15 [7] onvolledig"
    );
}

#[test]
fn corrections_have_the_numbers_of_the_file() {
    let text = "\
registratie;leerling;brin;vestiging;datum;soort;uren;vervangt;geboortedatum;sector
11;L1;99ZZ;00;2026-09-14;ongeoorloofd;8;;2012-05-01;vo
12;L1;99ZZ;00;2026-09-15;ongeoorloofd;8;;;
13;L1;99ZZ;00;2026-09-16;intrekking;;12;;
14;L1;99ZZ;00;2026-09-16;ongeoorloofd;8;;;
14;L1;99ZZ;00;2026-09-17;ongeoorloofd;8;;;
15;L1;99ZZ;00;2026-09-17;intrekking;;99;;
16;L1;99ZZ;00;2026-09-17;intrekking;;;;
;L1;99ZZ;00;2026-09-17;ongeoorloofd;8;;;
";
    let (heard, _) = lees(text);
    let mut fouten = heard.fouten.clone();
    fouten.sort_unstable();
    assert_eq!(
        fouten,
        [
            (6, None, "dubbel"),
            (7, None, "vervangt-niets"),
            (8, Some("vervangt"), "ontbreekt"),
            (9, Some("registratie"), "ontbreekt"),
        ]
    );
    assert_eq!(
        heard.signalen[0],
        "2 relatief-16-uur 2026-09-14..2026-09-16 [2, 5] onvolledig"
    );
}

#[test]
fn json_that_is_more_than_a_registration_is_refused() {
    let good = r#""brin":"99ZZ00","datum":"2026-09-14","soort":"ziek","geboortedatum":"2012-05-01","sector":"vo""#;
    let lines = [
        format!(r#"{{"leerling":"L1",{good}}}"#),
        format!(r#"{{"leerling":"L1","leerling":"L1",{good}}}"#),
        format!(r#"{{"leerling":"L1","naam":"x",{good}}}"#),
        format!(r#"{{"leerling":"L1",{good}}} {{}}"#),
        format!(r#"{{"leerling":"L1",{good}"#),
        format!(r#"{{"leerling":"\u004c1",{good}}}"#),
        format!(r#"{{"leerling":{{"a":1}},{good}}}"#),
        format!(r#"[{{"leerling":"L1",{good}}}]"#),
        "nul".to_owned(),
    ];
    let (heard, geteld) = lees(&lines.join("\n"));
    let slugs: Vec<_> = heard.fouten.iter().map(|(line, _, slug)| (*line, *slug)).collect();
    let expected = [2, 3, 4, 5, 6, 7, 8, 9].map(|n| (n, if n == 6 || n == 7 { "vorm" } else { "json" }));
    assert_eq!(slugs, expected);
    assert_eq!((geteld.registraties, geteld.leerlingen), (9, 1));
}

#[test]
fn a_header_that_cannot_be_used_is_refused_without_showing_it() {
    for (text, says) in [
        ("leerling,brin,datum,soort,sector\n", "no column geboortedatum"),
        (
            "leerling,brin,datum,soort,sector,geboortedatum,bsn\n",
            "column 7 of the header is not known",
        ),
        (
            "leerling,brin,datum,soort,sector,geboortedatum,brin\n",
            "column 7 of the header is there twice",
        ),
        ("\u{fffe}l,e\n", "not known"),
        ("", "no column leerling"),
    ] {
        let error = lees_in(text.as_bytes(), Vorm::Csv, 3).unwrap_err().to_string();
        assert!(error.contains(says) && !error.contains("bsn"), "{error}");
    }
    let utf16: Vec<u8> = "leerling,brin\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        lees_in(&[b"\xFF\xFE", utf16.as_slice()].concat(), Vorm::Csv, 9),
        Err(KopFout::Codering)
    );
    assert_eq!(lees_in(&utf16, Vorm::Csv, 9), Err(KopFout::Codering));
    assert_eq!(lees_in(b"leerling,brin\xE9\n", Vorm::Csv, 9), Err(KopFout::Codering));
}

#[test]
fn what_a_line_says_is_in_no_message() {
    let canary = "KANARIE99";
    for field in 0..8 {
        let mut fields = ["L1", "99ZZ00", "2026-09-14", "", "ziek", "", "2012-05-01", "vo"];
        fields[field] = canary;
        let text = format!("{KOP}\n{}\n", fields.join(","));
        let kalenders = kalenders();
        let mut stroom = Stroom::nieuw(&kalenders, Wetsvoorstellen::default(), dag("2027-07-01"), Vorm::Csv);
        struct Alles(String);
        impl Afnemer for Alles {
            fn signaal(&mut self, v: &Vondst<'_>) {
                self.0 += &format!("{v:?}");
            }
            fn fout(&mut self, fout: &RegelFout) {
                self.0 += &format!("{fout:?} {}", fout.fout.zin(sluis_rules::explain::Taal::Nl));
            }
        }
        let mut heard = Alles(String::new());
        stroom.einde(text.as_bytes(), &mut heard).unwrap();
        assert!(!heard.0.contains(canary) && !heard.0.contains("2026-09"), "{}", heard.0);
    }
}
