//! The queue of reports of absence: which rule, which school, what each waits for, by when. No pupil, no number of one.

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use sluis_stations::ports::MeldingStand;

use super::bericht::is_effect;
use crate::dashboard::Dashboard;
use crate::formulier::Velden;
use crate::kader::{Antwoord, Kader, Weigering, answered, page};

/// So many on a page.
const LINES: usize = 50;

/// One report.
pub(crate) struct Regel {
    pub(crate) kenmerk: String,
    pub(crate) school: String,
    pub(crate) regel: String,
    pub(crate) stand: &'static str,
    pub(crate) wacht_op: Vec<String>,
    pub(crate) termijn: Option<Date>,
    pub(crate) te_laat: bool,
    pub(crate) ingetrokken: bool,
    pub(crate) sinds: u64,
    pub(crate) balie: String,
}

#[derive(Template)]
#[template(path = "verzuim.html")]
pub(crate) struct Pagina {
    pub(crate) k: Kader,
    pub(crate) ingericht: bool,
    pub(crate) regels: Vec<Regel>,
    pub(crate) volgende: Option<String>,
}

/// `GET /verzuim?na=`.
pub(crate) async fn list(State(d): State<Arc<Dashboard>>, k: Kader, RawQuery(raw): RawQuery) -> Response {
    let answer = make(&d, &k, raw.as_deref()).await;
    answered(&k, answer)
}

async fn make(d: &Dashboard, k: &Kader, raw: Option<&str>) -> Antwoord {
    let velden = Velden::parse(raw.unwrap_or_default().as_bytes());
    let na = match velden.one("na") {
        "" => None,
        id if is_effect(id) => Some(id.to_owned()),
        _ => return Err(Weigering::Ongeldig),
    };
    let mut rows = match &d.verzuim {
        Some(verzuim) => verzuim.wachtrij(None, na, LINES + 1).await?,
        None => Vec::new(),
    };
    let more = rows.len() > LINES;
    rows.truncate(LINES);
    let volgende = rows.last().filter(|_| more).map(|r| r.kenmerk.clone());
    let one = |r: sluis_stations::verzuim::MeldingRegel| Regel {
        stand: match r.stand {
            MeldingStand::Wacht => k.t("wacht", "waits"),
            MeldingStand::Opgesteld => k.t("opgesteld", "composed"),
            MeldingStand::Onderweg => k.t("overgedragen", "handed over"),
            MeldingStand::Vervallen => k.t("vervallen", "lapsed"),
        },
        kenmerk: r.kenmerk,
        school: r.school,
        regel: r.regel,
        wacht_op: r.wacht_op,
        termijn: r.termijn,
        te_laat: r.te_laat,
        ingetrokken: r.ingetrokken,
        sinds: r.sinds_ms,
        balie: r.balie.unwrap_or_default(),
    };
    let pagina = Pagina {
        k: k.clone(),
        ingericht: d.verzuim.is_some(),
        regels: rows.into_iter().map(one).collect(),
        volgende,
    };
    Ok(page(StatusCode::OK, &pagina))
}
