//! The desk of the FG: the register of processing activities as the rules have it, what parties were told and did not
//! confirm, and whether the journal is whole.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use sluis_rules::journal::ChainError;
use sluis_rules::register::{Opdracht, Register, Stromen, Verwerking};
use sluis_stations::Beheerbericht;

use crate::dashboard::Dashboard;
use crate::formulier::Velden;
use crate::kader::{Antwoord, Kader, answered, onward, page};

/// So many notices are shown.
const LINES: usize = 200;

/// What is known of the journal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Controle {
    /// Nobody asked since the start.
    #[default]
    Nooit,
    /// It is being followed.
    Bezig,
    /// Whole, up to this record, at this moment.
    Heel(u64, u64),
    /// It breaks at this record.
    Gebroken(u64, u64),
    /// It could not be read to its end.
    Mislukt(u64),
}

/// A notice that its receiver did not confirm.
pub(crate) struct Open {
    pub(crate) intrekking: bool,
    pub(crate) soort: &'static str,
    pub(crate) casus: String,
    pub(crate) ontvanger: String,
    pub(crate) sinds: u64,
    pub(crate) uiterlijk: u64,
    pub(crate) te_laat: bool,
    pub(crate) gegeven: bool,
}

#[derive(Template)]
#[template(path = "fg.html")]
pub(crate) struct Pagina {
    pub(crate) k: Kader,
    pub(crate) verwerkingen: Vec<Verwerking>,
    pub(crate) ontbreekt: Vec<String>,
    pub(crate) open: Vec<Open>,
    pub(crate) controle: Controle,
}

/// `GET /fg`.
pub(crate) async fn show(State(d): State<Arc<Dashboard>>, k: Kader) -> Response {
    let answer = make(&d, &k).await;
    answered(&k, answer)
}

async fn make(d: &Dashboard, k: &Kader) -> Antwoord {
    let rules = d.gateway.rulebook();
    let stations = d.gateway.settings();
    let opdracht = Opdracht {
        voorvoegsel: &stations.verwerking,
        organisatie: None,
        quarantaine_dagen: stations.quarantine_days,
    };
    let register = Register::of(&rules, &opdracht, &Stromen::tel(&rules).klaar());
    let now = d.gateway.nu_ms();
    let mut open: Vec<Open> = d
        .gateway
        .unconfirmed(None, LINES)
        .await?
        .into_iter()
        .map(|b| told(d, now, b))
        .collect();
    open.sort_by_key(|o| (!o.intrekking, o.uiterlijk));
    let pagina = Pagina {
        k: k.clone(),
        verwerkingen: register.verwerkingen,
        ontbreekt: register.ontbreekt,
        open,
        controle: d.controle(|c| *c),
    };
    Ok(page(StatusCode::OK, &pagina))
}

fn told(d: &Dashboard, now: u64, b: Beheerbericht) -> Open {
    let soort = b.mededeling.soort();
    Open {
        intrekking: soort.starts_with("intrekking"),
        soort,
        casus: b.mededeling.casus().unwrap_or_default().to_owned(),
        ontvanger: d.gateway.partijnaam(&b.ontvanger),
        sinds: b.sinds_ms,
        uiterlijk: b.uiterlijk_ms,
        te_laat: b.uiterlijk_ms < now,
        gegeven: b.gegeven,
    }
}

/// `POST /fg/logboek`: follows the whole journal, beside everything else; one at a time.
pub(crate) async fn verify(State(d): State<Arc<Dashboard>>, k: Kader, headers: HeaderMap, body: Body) -> Response {
    let act = async {
        Velden::read(&headers, body, k.csrf()).await?;
        let begins = d.controle(|c| std::mem::replace(c, Controle::Bezig) != Controle::Bezig);
        if begins {
            let d = Arc::clone(&d);
            tokio::spawn(async move {
                let found = d.gateway.verify_journal().await;
                let now = d.gateway.nu_ms();
                let result = match found {
                    Ok(Ok(last)) => Controle::Heel(last, now),
                    Ok(Err(ChainError::Unreadable(n) | ChainError::Gap(n) | ChainError::Broken(n))) => {
                        tracing::error!(record = n, "the journal was changed: keep a copy of the store");
                        Controle::Gebroken(n, now)
                    }
                    Err(_) => Controle::Mislukt(now),
                };
                d.controle(|c| *c = result);
            });
        }
        Ok(onward("/fg"))
    };
    answered(&k, act.await)
}
