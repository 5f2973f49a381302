//! The first page: what was decided by day, what waits, what is wrong, and which connections do what.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use sluis_stations::{Mode, REGELS_GEWEIGERD, REGELS_NOG_NIET, REGELS_TABEL_VEROUDERD};

use crate::beeld::Dag;
use crate::dashboard::Dashboard;
use crate::kader::{Antwoord, Kader, answered, onward, page};
use crate::tijd;

/// So many days are drawn.
const DAYS: i64 = 14;
/// The height of the drawing in which bars stand, in its own units.
const HEIGHT: u64 = 160;
/// The width of a day.
const WIDTH: u64 = 48;
/// Most reports of absence that are looked at for being late.
const REPORTS: usize = 500;

/// One bar of the drawing, cut in three; and the same numbers for the table.
pub(crate) struct Staaf {
    pub(crate) dag: Date,
    pub(crate) kort: String,
    pub(crate) x: u64,
    pub(crate) midden: u64,
    pub(crate) telt: Dag,
    pub(crate) totaal: u64,
    /// Where each part begins, and how high it is: forwarded, reduced, blocked.
    pub(crate) delen: [(u64, u64); 3],
}

/// Something that asks for somebody.
pub(crate) struct Alarm {
    pub(crate) ernstig: bool,
    pub(crate) wat: String,
    pub(crate) doe: &'static str,
}

/// A connection.
pub(crate) struct Koppeling {
    pub(crate) naam: String,
    pub(crate) stand: &'static str,
    pub(crate) uitleg: &'static str,
}

#[derive(Template)]
#[template(path = "overzicht.html")]
pub(crate) struct Pagina {
    pub(crate) k: Kader,
    pub(crate) staven: Vec<Staaf>,
    pub(crate) hoogste: u64,
    pub(crate) bijgewerkt: bool,
    pub(crate) geblokkeerd: u64,
    pub(crate) oudste: Option<(u64, String)>,
    pub(crate) onderweg: u64,
    pub(crate) postbus: u64,
    pub(crate) ziet: bool,
    pub(crate) alarmen: Vec<Alarm>,
    pub(crate) koppelingen: Vec<Koppeling>,
    pub(crate) regelboek: String,
    pub(crate) getekend_op: Date,
}

/// `GET /`.
pub(crate) async fn begin() -> Response {
    onward("/overzicht")
}

/// `GET /overzicht`.
pub(crate) async fn show(State(d): State<Arc<Dashboard>>, k: Kader) -> Response {
    let answer = make(&d, &k).await;
    answered(&k, answer)
}

async fn make(d: &Dashboard, k: &Kader) -> Antwoord {
    let gateway = &d.gateway;
    let t = gateway.tellingen().await?;
    let oldest = gateway.store().quarantine(None, 1).await?;
    let oudste = oldest.first().map(|i| i.since_ms);
    let (days, bijgewerkt) = d.beeld.days(gateway.vandaag(), DAYS);
    let (staven, hoogste) = bars(&days);
    let rules = gateway.rulebook();
    let pagina = Pagina {
        k: k.clone(),
        staven,
        hoogste,
        bijgewerkt,
        geblokkeerd: t.quarantaine,
        oudste: oudste.map(|at| (at, tijd::ago(at, gateway.nu_ms(), k.taal))),
        onderweg: t.open,
        postbus: t.postbus,
        ziet: k.menu().iter().any(|i| i.pad == "/geblokkeerd"),
        alarmen: alarms(d, k, &t).await?,
        koppelingen: gateway
            .koppelingen()
            .into_iter()
            .map(|(n, m)| connection(k, n, m))
            .collect(),
        regelboek: rules.hash().to_string(),
        getekend_op: rules.convenant().getekend_op,
    };
    Ok(page(StatusCode::OK, &pagina))
}

fn connection(k: &Kader, naam: String, mode: Mode) -> Koppeling {
    let (stand, uitleg) = match mode {
        Mode::Off => (k.t("uit", "off"), k.t("er wordt niets aangenomen", "nothing is taken")),
        Mode::Shadow => (
            k.t("schaduw", "shadow"),
            k.t("oordeelt en geeft niets door", "judges and forwards nothing"),
        ),
        Mode::Enforce => (
            k.t("aan", "enforce"),
            k.t("het convenant aan het werk", "the covenant at work"),
        ),
    };
    Koppeling { naam, stand, uitleg }
}

/// The bars, and what the highest stands for.
fn bars(days: &[(Date, Dag)]) -> (Vec<Staaf>, u64) {
    let sum = |d: &Dag| d.doorgelaten + d.geminimaliseerd + d.geblokkeerd;
    let highest = days.iter().map(|(_, d)| sum(d)).max().unwrap_or(0).max(1);
    let bars = (0..).zip(days).map(|(n, (dag, telt))| {
        let (mut y, x) = (HEIGHT, n * WIDTH);
        let delen = [telt.doorgelaten, telt.geminimaliseerd, telt.geblokkeerd].map(|count| {
            // What is there is seen, however little it is.
            let high = if count == 0 {
                0
            } else {
                (count * HEIGHT / highest).max(2)
            };
            y = y.saturating_sub(high);
            (y, high)
        });
        Staaf {
            dag: *dag,
            kort: format!("{}-{}", dag.day(), dag.month()),
            x: x + 6,
            midden: x + WIDTH / 2,
            telt: *telt,
            totaal: sum(telt),
            delen,
        }
    });
    (bars.collect(), highest)
}

async fn alarms(
    d: &Dashboard,
    k: &Kader,
    t: &sluis_stations::Tellingen,
) -> Result<Vec<Alarm>, crate::kader::Weigering> {
    let gateway = &d.gateway;
    let mut all = Vec::new();
    let mut add = |ernstig: bool, nl: String, en: String, doe: &'static str| {
        all.push(Alarm {
            ernstig,
            wat: if k.nl() { nl } else { en },
            doe,
        });
    };
    if !d.writable().await {
        add(
            true,
            "De opslag kan niet beschreven worden: er wordt niets aangenomen.".into(),
            "The store cannot be written: nothing is taken.".into(),
            k.t("Maak ruimte op de schijf vrij.", "Free space on the disk."),
        );
    }
    if t.inhoud_te_oud {
        add(
            true,
            "Er is inhoud ouder dan de bewaartermijn.".into(),
            "There is content older than its term.".into(),
            k.t(
                "Laat de ontvanger zijn postbus legen.",
                "Have the receiver empty its mailbox.",
            ),
        );
    }
    if let Some(alarm) = gateway.rules_alarm() {
        let doe = match alarm.reden {
            REGELS_GEWEIGERD => k.t(
                "Draai `sluis check` op de map met de regels en verbeter wat het aanwijst.",
                "Run `sluis check` on the directory of the rules and mend what it points at.",
            ),
            REGELS_NOG_NIET => k.t(
                "Zet ze bij regels_straks, en de geldende terug bij regels.",
                "Put them at regels_straks, and those in force back at regels.",
            ),
            REGELS_TABEL_VEROUDERD => k.t(
                "Lees wat er verandert (`sluis diff`), en dan `sluis matrix --write`.",
                "Read what changes (`sluis diff`), and then `sluis matrix --write`.",
            ),
            _ => k.t(
                "Maak de map met de regels leesbaar voor Sluis.",
                "Make the directory of the rules readable for Sluis.",
            ),
        };
        add(
            true,
            format!("Andere regels konden niet in gebruik worden genomen ({}).", alarm.reden),
            format!("Other rules could not be taken into use ({}).", alarm.reden),
            doe,
        );
    }
    let (_, late) = gateway.unconfirmed_counts().await?;
    if late > 0 {
        add(
            true,
            format!("{late} mededelingen (ook intrekkingen) zijn niet op tijd bevestigd."),
            format!("{late} notices (withdrawals among them) were not confirmed in time."),
            k.t(
                "De FG ziet bij wie; bel die partij.",
                "The FG sees by whom; call that party.",
            ),
        );
    }
    let ending = t.toestemmingen_binnenkort;
    if ending > 0 {
        add(
            false,
            format!("{ending} toestemmingen eindigen binnen dertig dagen."),
            format!("{ending} consents end within thirty days."),
            k.t("Vraag ze opnieuw aan.", "Ask for them anew."),
        );
    }
    if let Some(verzuim) = &d.verzuim {
        let rows = verzuim.wachtrij(None, None, REPORTS).await?;
        let late = rows.iter().filter(|row| row.te_laat).count();
        if late > 0 {
            add(
                true,
                format!("{late} verzuimmeldingen zijn over hun termijn."),
                format!("{late} reports of absence are past their term."),
                k.t("Kijk waar ze op wachten.", "Look what they wait for."),
            );
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_never_higher_than_the_drawing_and_what_is_there_is_seen() {
        let day = |doorgelaten, geminimaliseerd, geblokkeerd| {
            let dag = Dag {
                doorgelaten,
                geminimaliseerd,
                geblokkeerd,
            };
            (Date::default(), dag)
        };
        let (bars, highest) = bars(&[day(0, 0, 0), day(90_000, 9_999, 1), day(1, 0, 0)]);
        assert_eq!(highest, 100_000);
        for bar in &bars {
            assert!(bar.delen.iter().map(|(_, h)| h).sum::<u64>() <= HEIGHT + 4);
            let counts = [bar.telt.doorgelaten, bar.telt.geminimaliseerd, bar.telt.geblokkeerd];
            for (count, (_, high)) in counts.into_iter().zip(bar.delen) {
                assert_eq!(count > 0, high > 0);
            }
        }
    }
}
