//! The routes, in one table with who may use each, and the guard in front of them.

use std::sync::Arc;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use sluis_rules::explain::Taal;
use sluis_stations::ports::AccountRol;
use tokio::time::Instant;

use crate::dashboard::Dashboard;
use crate::formulier::Velden;
use crate::kader::{Bezoeker, Kader, Weigering, onward};
use crate::paginas::{
    aanmelden, bericht, fg, geblokkeerd, informering, middelen, overzicht, stroom, toestemmingen, verzuim,
};

use AccountRol::{Beheerder, Fg, Lezer, Operator};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toegang {
    /// Everybody: logging in, and the style of that page.
    Iedereen,
    /// Who has one of these roles now.
    Rollen(&'static [AccountRol]),
}

/// A route and who may use it.
#[derive(Clone, Copy)]
pub struct Route {
    /// `GET` or `POST`.
    pub methode: &'static str,
    /// Its path; one variable part at most.
    pub pad: &'static str,
    /// Who may use it.
    pub toegang: Toegang,
    make: fn() -> MethodRouter<Arc<Dashboard>>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {:?}", self.methode, self.pad, self.toegang)
    }
}

const fn route(
    methode: &'static str,
    pad: &'static str,
    toegang: Toegang,
    make: fn() -> MethodRouter<Arc<Dashboard>>,
) -> Route {
    Route {
        methode,
        pad,
        toegang,
        make,
    }
}

const ALLE: Toegang = Toegang::Rollen(&[Beheerder, Operator, Fg, Lezer]);
const ZIET: Toegang = Toegang::Rollen(&[Operator, Fg, Lezer]);
const HANDELT: Toegang = Toegang::Rollen(&[Operator]);
const ALLEEN_FG: Toegang = Toegang::Rollen(&[Fg]);

/// Every route. What is not here serves nobody.
pub const ROUTES: &[Route] = &[
    route("GET", "/", ALLE, || get(overzicht::begin)),
    route("GET", "/aanmelden", Toegang::Iedereen, || get(aanmelden::form)),
    route("POST", "/aanmelden", Toegang::Iedereen, || post(aanmelden::log_in)),
    route("POST", "/afmelden", ALLE, || post(aanmelden::log_out)),
    route("GET", "/middelen/{bestand}", Toegang::Iedereen, || get(middelen::serve)),
    route("GET", "/overzicht", ALLE, || get(overzicht::show)),
    route("GET", "/stroom", ALLE, || get(stroom::stream)),
    route("GET", "/geblokkeerd", ZIET, || get(geblokkeerd::list)),
    route("GET", "/berichten/{effect}", ZIET, || get(bericht::show)),
    route("POST", "/berichten/{effect}/opnieuw-beoordelen", HANDELT, || {
        post(bericht::rejudge)
    }),
    route("POST", "/berichten/{effect}/weigeren", HANDELT, || {
        post(bericht::refuse)
    }),
    route("GET", "/berichten/{effect}/toestemming", HANDELT, || {
        get(toestemmingen::form)
    }),
    route("POST", "/berichten/{effect}/toestemming", HANDELT, || {
        post(toestemmingen::record)
    }),
    route("GET", "/berichten/{effect}/informering", HANDELT, || {
        get(informering::form)
    }),
    route("POST", "/berichten/{effect}/informering", HANDELT, || {
        post(informering::record)
    }),
    route("GET", "/toestemmingen", ZIET, || get(toestemmingen::list)),
    route("GET", "/verzuim", ZIET, || get(verzuim::list)),
    route("GET", "/fg", ALLEEN_FG, || get(fg::show)),
    route("POST", "/fg/logboek", ALLEEN_FG, || post(fg::verify)),
];

/// The cookie of a session. The prefix binds it to this very host, by TLS.
pub(crate) const SESSIE: &str = "__Host-sluis";
/// The language that was chosen last.
const TAAL: &str = "taal";
/// The script says that nobody did this.
const SCRIPT: &str = "sluis-deel";
/// The longest query that is read.
const QUERY: usize = 2048;

pub(crate) fn router(dashboard: Arc<Dashboard>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        router = router.route(route.pad, (route.make)());
    }
    router
        .route_layer(middleware::from_fn_with_state(Arc::clone(&dashboard), guard))
        .fallback(nowhere)
        .method_not_allowed_fallback(nowhere)
        .layer(middleware::from_fn_with_state(Arc::clone(&dashboard), frame))
        .with_state(dashboard)
}

async fn nowhere(k: Kader) -> Response {
    Weigering::Onbekend.page(k)
}

/// A cookie that came along once.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter();
    let pairs = all.filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    let mut found = pairs
        .filter_map(|p| p.trim().split_once('='))
        .filter(|(k, _)| *k == name);
    match (found.next(), found.next()) {
        (Some((_, value)), None) => Some(value),
        _ => None,
    }
}

/// Sets a cookie that no script reads and no other site sends. `seconds`: 0 takes it away.
pub(crate) fn set_cookie(response: &mut Response, name: &str, value: &str, seconds: u64) {
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Strict");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// What every answer has: the language it was asked in, and headers that let a browser do nothing but show it.
async fn frame(State(d): State<Arc<Dashboard>>, mut request: Request, next: Next) -> Response {
    let raw = request.uri().query().unwrap_or_default().to_owned();
    let query = Velden::parse(raw.as_bytes());
    let chosen = match query.one(TAAL) {
        "nl" => Some(Taal::Nl),
        "en" => Some(Taal::En),
        _ => None,
    };
    let before = cookie(request.headers(), TAAL).map(|v| if v == "en" { Taal::En } else { Taal::Nl });
    let rest: Vec<&str> = raw
        .split('&')
        .filter(|p| !p.is_empty() && !p.starts_with("taal="))
        .collect();
    let kader = Kader {
        taal: chosen.or(before).unwrap_or_default(),
        pad: request.uri().path().to_owned(),
        zoek: rest.join("&"),
        wie: None,
        stand: d.beeld.nummer(),
    };
    let style = kader.pad.starts_with("/middelen/");
    request.extensions_mut().insert(kader.clone());
    let mut response = if raw.len() > QUERY {
        Weigering::Ongeldig.page(kader)
    } else {
        next.run(request).await
    };
    if let Some(taal) = chosen {
        let code = if matches!(taal, Taal::En) { "en" } else { "nl" };
        set_cookie(&mut response, TAAL, code, 365 * 24 * 60 * 60);
    }
    let headers = response.headers_mut();
    let fixed: [(HeaderName, &'static str); 8] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), browsing-topics=()",
        ),
        (header::VARY, "Cookie"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !(style && headers.contains_key(header::CACHE_CONTROL)) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if d.settings.tls {
        let hsts = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts);
    }
    response
}

/// Whether what changes something comes from a page of this very site. A browser says so; where it says nothing, the
/// token of the form decides.
fn own_site(request: &Request) -> bool {
    let headers = request.headers();
    let text = |name: &HeaderName| headers.get(name).map(|v| v.to_str().unwrap_or_default());
    // HTTP/2 has no Host: there it is part of what was asked.
    let host = request.uri().authority().map(Authority::as_str).or(text(&header::HOST));
    let site = text(&HeaderName::from_static("sec-fetch-site")).is_none_or(|s| s == "same-origin");
    let origin = match (text(&header::ORIGIN), host) {
        (None, _) => true,
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, of)| of == host),
        (Some(_), None) => false,
    };
    site && origin
}

/// First who it is, then a place among those in hand, then whether that account may do this now; only then the page.
async fn guard(State(d): State<Arc<Dashboard>>, mut request: Request, next: Next) -> Response {
    let mut kader = request.extensions().get::<Kader>().cloned().unwrap_or_default();
    let method = if request.method() == Method::HEAD {
        &Method::GET
    } else {
        request.method()
    };
    if method != Method::GET && !own_site(&request) {
        return Weigering::Csrf.page(kader);
    }
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let found = ROUTES
        .iter()
        .find(|r| Some(r.pad) == matched && r.methode == method.as_str());
    let Some(route) = found else {
        return Weigering::Onbekend.page(kader);
    };
    kader.wie = visitor(&d, request.headers(), route.pad != "/stroom");
    // Who is not logged in takes no place from who is.
    let places = if kader.wie.is_some() { &d.in_hand } else { &d.unknown };
    let Ok(_place) = places.try_acquire() else {
        return Weigering::NietNu.page(kader);
    };
    if let Toegang::Rollen(any) = route.toegang {
        match &kader.wie {
            None if route.methode == "GET" && route.pad != "/stroom" => return onward("/aanmelden"),
            None => return Weigering::Aanmelden.page(kader),
            Some(wie) if wie.account.require_role(any).is_err() => return Weigering::Rol.page(kader),
            Some(_) => {}
        }
    }
    request.extensions_mut().insert(kader.clone());
    match tokio::time::timeout(d.settings.patience, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Weigering::NietNu.page(kader),
    }
}

/// Who looks, with the roles of this moment.
fn visitor(d: &Dashboard, headers: &HeaderMap, by_person: bool) -> Option<Arc<Bezoeker>> {
    let token = cookie(headers, SESSIE)?;
    let (id, csrf) = d
        .sessies
        .find(token, by_person && !headers.contains_key(SCRIPT), Instant::now())?;
    let Some(account) = d.accounts.active(&id) else {
        d.sessies.end(token);
        return None;
    };
    Some(Arc::new(Bezoeker {
        account,
        csrf,
        token: token.to_owned(),
    }))
}

/// Answers that have no page.
pub(crate) fn bare(status: StatusCode) -> Response {
    status.into_response()
}
