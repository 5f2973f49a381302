//! Logging in and out. A log-in always begins a session of its own: what the browser had before counts for nothing.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use sluis_stations::ports::{AccountRefusal, Bewijs};
use tokio::time::Instant;

use crate::dashboard::Dashboard;
use crate::formulier::Velden;
use crate::kader::{Kader, Weigering, answered, onward, page};
use crate::routes::{SESSIE, cookie, set_cookie};
use crate::sessies::{LASTS, before, random};

/// The cookie that binds the form to this browser while there is no session.
const VOOR: &str = "__Host-sluis-aanmelden";
/// How long the form may lie open.
const OPEN: u64 = 30 * 60;

#[derive(Template)]
#[template(path = "aanmelden.html")]
struct Pagina {
    k: Kader,
    csrf: String,
    /// Why it did not succeed.
    fout: Option<String>,
}

/// The form, with a fresh token.
fn form_page(k: Kader, status: StatusCode, fout: Option<String>) -> Response {
    let Some(value) = random() else {
        return Weigering::NietNu.page(k);
    };
    let csrf = before(&value);
    let mut response = page(status, &Pagina { k, csrf, fout });
    set_cookie(&mut response, VOOR, &value, OPEN);
    response
}

/// `GET /aanmelden`.
pub(crate) async fn form(k: Kader) -> Response {
    if k.wie.is_some() {
        return onward("/");
    }
    form_page(k, StatusCode::OK, None)
}

/// `POST /aanmelden`: account, password and the code of the moment.
pub(crate) async fn log_in(State(d): State<Arc<Dashboard>>, k: Kader, headers: HeaderMap, body: Body) -> Response {
    let Some(value) = cookie(&headers, VOOR) else {
        return Weigering::Csrf.page(k);
    };
    let velden = match Velden::read(&headers, body, &before(value)).await {
        Ok(velden) => velden,
        Err(refused) => return refused.page(k),
    };
    let Ok(_place) = d.logins.try_acquire() else {
        return Weigering::NietNu.page(k);
    };
    let bewijs = Bewijs {
        account: velden.one("account").to_owned(),
        wachtwoord: velden.one("wachtwoord").to_owned(),
        code: velden.one("code").split_whitespace().collect(),
    };
    let account = match d.accounts.verify(bewijs).await {
        Ok(account) => account,
        Err(AccountRefusal::Later(wait)) => {
            let seconds = wait.as_secs() + 1;
            let fout = if k.nl() {
                format!("Te vaak geprobeerd. Wacht {seconds} seconden en probeer het nog eens.")
            } else {
                format!("Tried too often. Wait {seconds} seconds and try again.")
            };
            return form_page(k, StatusCode::TOO_MANY_REQUESTS, Some(fout));
        }
        Err(AccountRefusal::NietNu) => return Weigering::NietNu.page(k),
        Err(_) => {
            let fout = k.t(
                "Account, wachtwoord of code klopt niet. Een code werkt één keer: wacht op de volgende.",
                "Account, password or code is not right. A code works once: wait for the next.",
            );
            return form_page(k, StatusCode::UNAUTHORIZED, Some(fout.to_owned()));
        }
    };
    if let Some(old) = cookie(&headers, SESSIE) {
        d.sessies.end(old);
    }
    let Some(token) = d.sessies.begin(account.id(), Instant::now()) else {
        return Weigering::NietNu.page(k);
    };
    tracing::info!(account = account.id(), "logged in at the screen");
    let mut response = onward("/");
    set_cookie(&mut response, SESSIE, &token, LASTS.as_secs());
    set_cookie(&mut response, VOOR, "", 0);
    response
}

/// `POST /afmelden`.
pub(crate) async fn log_out(State(d): State<Arc<Dashboard>>, k: Kader, headers: HeaderMap, body: Body) -> Response {
    let answer = Velden::read(&headers, body, k.csrf()).await.map(|_| {
        if let Some(wie) = &k.wie {
            d.sessies.end(&wie.token);
        }
        let mut response = onward("/aanmelden");
        set_cookie(&mut response, SESSIE, "", 0);
        response
    });
    answered(&k, answer)
}
