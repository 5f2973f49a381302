//! What every page has around it: language, who looks, the menu; and what a refusal looks like.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use sluis_rules::explain::Taal;
use sluis_stations::Wie;
use sluis_stations::ports::{Account, AccountRol, PortError};

use crate::paginas::middelen;
use crate::routes::{ROUTES, Toegang};
use crate::tijd;

/// Who looks: an account of this moment, in a session. Blank `Debug`: who has the tokens is that account.
pub(crate) struct Bezoeker {
    pub(crate) account: Account,
    pub(crate) csrf: String,
    pub(crate) token: String,
}

impl fmt::Debug for Bezoeker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bezoeker(…)")
    }
}

/// What surrounds a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kader {
    pub(crate) taal: Taal,
    /// The path that was asked.
    pub(crate) pad: String,
    /// The query, without the language.
    pub(crate) zoek: String,
    pub(crate) wie: Option<Arc<Bezoeker>>,
    /// Number of the last record that the screen knows of: the script asks for the page again when it grows.
    pub(crate) stand: u64,
}

/// A line of the menu.
pub(crate) struct Ingang {
    pub(crate) pad: &'static str,
    pub(crate) naam: &'static str,
    pub(crate) hier: bool,
}

const MENU: [(&str, &str, &str); 5] = [
    ("/overzicht", "Overzicht", "Overview"),
    ("/geblokkeerd", "Geblokkeerd", "Blocked"),
    ("/toestemmingen", "Toestemming", "Consent"),
    ("/verzuim", "Verzuimmeldingen", "Absence reports"),
    ("/fg", "FG", "FG desk"),
];

impl Kader {
    /// One of two texts.
    pub(crate) fn t(&self, nl: &'static str, en: &'static str) -> &'static str {
        if self.nl() { nl } else { en }
    }

    pub(crate) const fn nl(&self) -> bool {
        matches!(self.taal, Taal::Nl)
    }

    /// The attribute `lang`.
    pub(crate) fn code(&self) -> &'static str {
        self.t("nl", "en")
    }

    /// This very page in the other language.
    pub(crate) fn andere_taal(&self) -> String {
        let amp = if self.zoek.is_empty() { "" } else { "&" };
        format!("{}?{}{amp}taal={}", self.pad, self.zoek, self.t("en", "nl"))
    }

    pub(crate) fn csrf(&self) -> &str {
        self.wie.as_ref().map_or("", |w| w.csrf.as_str())
    }

    pub(crate) fn account(&self) -> &str {
        self.wie.as_ref().map_or("", |w| w.account.id())
    }

    /// Whether who looks may act on messages and facts.
    pub(crate) fn handelt(&self) -> bool {
        self.wie.as_ref().is_some_and(|w| w.account.has(AccountRol::Operator))
    }

    /// In whose name something is done.
    pub(crate) fn acting(&self) -> Result<Wie, Weigering> {
        let wie = self.wie.as_ref().ok_or(Weigering::Aanmelden)?;
        Ok(Wie::persoon(wie.account.clone(), None, Some("scherm".to_owned())))
    }

    /// The pages that this account may see.
    pub(crate) fn menu(&self) -> Vec<Ingang> {
        let Some(wie) = &self.wie else { return Vec::new() };
        let open = |pad: &str| {
            let route = ROUTES.iter().find(|r| r.methode == "GET" && r.pad == pad);
            route.is_some_and(|r| matches!(r.toegang, Toegang::Rollen(any) if wie.account.require_role(any).is_ok()))
        };
        let lines = MENU.into_iter().filter(|(pad, ..)| open(pad));
        lines
            .map(|(pad, nl, en)| Ingang {
                pad,
                naam: self.t(nl, en),
                hier: self.pad.starts_with(pad),
            })
            .collect()
    }

    /// The outcome of a gate, in this language.
    pub(crate) fn uitkomst(&self, word: &'static str) -> &'static str {
        match (word, self.nl()) {
            ("voldaan", false) => "met",
            ("faalt", false) => "fails",
            ("onthoudt", false) => "withholds",
            ("niet van toepassing", false) => "does not apply",
            _ => word,
        }
    }

    pub(crate) fn moment(&self, ms: &u64) -> String {
        tijd::moment(*ms, self.taal)
    }

    pub(crate) fn dag(&self, dag: &Date) -> String {
        tijd::date(*dag, self.taal)
    }

    /// The address of a style or a script, with what tells this build from the next.
    #[allow(clippy::unused_self, reason = "templates call methods")]
    pub(crate) fn middel(&self, naam: &str) -> String {
        middelen::address(naam)
    }
}

impl<S: Sync> FromRequestParts<S> for Kader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}

/// A page, or what stands in its place when it cannot be made.
pub(crate) fn page<T: Template>(status: StatusCode, template: &T) -> Response {
    match template.render() {
        Ok(html) => {
            let mut response = (status, html).into_response();
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, html);
            response
        }
        // Writing to a text does not fail; what a template shows is never part of an error.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// On to another page, after something was done.
pub(crate) fn onward(to: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(to) = HeaderValue::from_str(to) {
        response.headers_mut().insert(header::LOCATION, to);
    }
    response
}

/// Why a page is not given. Never what was asked: only which of these it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weigering {
    /// Nobody is logged in.
    Aanmelden,
    /// The account does not have the role for it.
    Rol,
    /// The form was not made for this session, or not by this site.
    Csrf,
    /// There is no such page, or no such message.
    Onbekend,
    /// What came along cannot be read, or is too much.
    Ongeldig,
    /// It was so, and is not any more: somebody else was first.
    Voorbij,
    /// The store does not answer, or could not keep it.
    NietNu,
}

impl Weigering {
    const fn status(self) -> StatusCode {
        match self {
            Self::Aanmelden => StatusCode::UNAUTHORIZED,
            Self::Rol | Self::Csrf => StatusCode::FORBIDDEN,
            Self::Onbekend => StatusCode::NOT_FOUND,
            Self::Ongeldig => StatusCode::BAD_REQUEST,
            Self::Voorbij => StatusCode::CONFLICT,
            Self::NietNu => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    const fn said(self) -> [&'static str; 4] {
        match self {
            Self::Aanmelden => [
                "U bent niet aangemeld",
                "You are not logged in",
                "Meld u aan en probeer het nog eens.",
                "Log in and try again.",
            ],
            Self::Rol => [
                "Dit mag u niet",
                "You may not do this",
                "Uw account heeft hiervoor niet de rol. De beheerder kan die geven.",
                "Your account does not have the role for it. The beheerder can give it.",
            ],
            Self::Csrf => [
                "Dit formulier is verlopen",
                "This form has expired",
                "Er is niets gedaan. Ga terug, ververs de pagina en probeer het nog eens.",
                "Nothing was done. Go back, load the page again and try once more.",
            ],
            Self::Onbekend => [
                "Niet gevonden",
                "Not found",
                "Deze pagina of dit bericht is hier niet bekend.",
                "This page or this message is not known here.",
            ],
            Self::Ongeldig => [
                "Dit kan niet gelezen worden",
                "This cannot be read",
                "Er is niets gedaan. Controleer wat u invulde.",
                "Nothing was done. Check what you filled in.",
            ],
            Self::Voorbij => [
                "Dit bericht is niet meer geblokkeerd",
                "This message is not blocked any more",
                "Er is niets gedaan: iemand was u voor, of een nieuw feit veranderde het oordeel.",
                "Nothing was done: somebody else was first, or a new fact changed the verdict.",
            ],
            Self::NietNu => [
                "Dit lukt nu niet",
                "This does not work now",
                "Er is niets gedaan. Probeer het straks nog eens.",
                "Nothing was done. Try again later.",
            ],
        }
    }

    /// As a page.
    pub(crate) fn page(self, k: Kader) -> Response {
        // What was asked for does not come back, not even as the address of this page in the other language.
        let k = Kader {
            pad: "/".to_owned(),
            zoek: String::new(),
            ..k
        };
        let [titel, title, tekst, text] = self.said();
        let (kop, uitleg) = (k.t(titel, title), k.t(tekst, text));
        page(self.status(), &Fout { k, kop, uitleg })
    }
}

impl From<PortError> for Weigering {
    fn from(_: PortError) -> Self {
        Self::NietNu
    }
}

#[derive(Template)]
#[template(path = "fout.html")]
struct Fout {
    k: Kader,
    kop: &'static str,
    uitleg: &'static str,
}

/// What a page answers.
pub(crate) type Antwoord = Result<Response, Weigering>;

/// Either the page or the refusal, in the frame that was asked in.
pub(crate) fn answered(k: &Kader, answer: Antwoord) -> Response {
    answer.unwrap_or_else(|refused| refused.page(k.clone()))
}
