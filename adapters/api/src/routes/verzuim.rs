//! Absence: registrations in, one or many; and the queue of reports that came of them.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use sluis_rules::explain::Taal;
use sluis_rules::verzuim::{RegelFout, Vorm};
use sluis_stations::verzuim::{Innameverslag, MeldingRegel};

use super::Query;
use crate::api::{Api, Who};
use crate::auth::Rol;
use crate::body;
use crate::problem::Problem;
use crate::reply::json;

#[derive(Serialize)]
struct Antwoord<'a> {
    #[serde(flatten)]
    verslag: Innameverslag,
    regels: Vec<Regel<'a>>,
}

/// A line that was not kept. What stood there is not told.
#[derive(Serialize)]
struct Regel<'a> {
    regel: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    kolom: Option<&'a str>,
    fout: &'a str,
    uitleg: &'a str,
}

fn regel(fout: &RegelFout) -> Regel<'static> {
    Regel {
        regel: fout.regel,
        kolom: fout.kolom.map(|kolom| kolom.naam()),
        fout: fout.fout.slug(),
        uitleg: fout.fout.zin(Taal::Nl),
    }
}

/// One object, or lines of NDJSON or CSV.
enum Kind {
    One,
    Lines(Vorm),
}

fn kind(headers: &HeaderMap) -> Option<Kind> {
    let mut given = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (given.next(), given.next()) else {
        return None;
    };
    let mut parts = value.to_str().ok()?.split(';').map(str::trim);
    let essence = parts.next()?.to_ascii_lowercase();
    let kind = match essence.as_str() {
        "application/json" => Kind::One,
        "application/x-ndjson" => Kind::Lines(Vorm::Ndjson),
        "text/csv" => Kind::Lines(Vorm::Csv),
        _ => return None,
    };
    parts.all(|p| p.eq_ignore_ascii_case("charset=utf-8")).then_some(kind)
}

/// `POST /v1/verzuimregistraties`. Of lines the sound ones are kept and the others told; of one that is wrong nothing is.
pub(super) async fn register(
    State(api): State<Arc<Api>>,
    who: Who,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    who.must(Rol::Leveren)?;
    let Some(book) = &api.verzuim else {
        return Err(Problem::new("onbekend"));
    };
    let kind = kind(&headers).ok_or(Problem::new("verkeerd-mediatype"))?;
    let mut bytes = body::read(&headers, body, api.settings.max_body, api.settings.body_time).await?;
    let vorm = match kind {
        Kind::Lines(vorm) => vorm,
        Kind::One => {
            // An object may be written over several lines; between its values a line end means nothing.
            bytes
                .iter_mut()
                .filter(|b| matches!(b, b'\n' | b'\r'))
                .for_each(|b| *b = b' ');
            Vorm::Ndjson
        }
    };
    let taken = api.wait(book.register(&who.0, vorm, &bytes)).await?;
    let answer = Antwoord {
        verslag: taken.verslag,
        regels: taken.fouten.iter().map(regel).collect(),
    };
    let status = match kind {
        Kind::Lines(_) => StatusCode::OK,
        Kind::One => match (taken.fouten.first(), taken.verslag.bewaard) {
            (Some(fout), _) => {
                let problem = Problem::new("bericht-ongeldig");
                return Err(match fout.kolom {
                    Some(kolom) => problem.at(format!("/{}", kolom.naam())),
                    None => problem,
                });
            }
            (None, 0) => StatusCode::OK,
            (None, _) => StatusCode::CREATED,
        },
    };
    Ok(json(status, &answer))
}

#[derive(Serialize)]
struct Lijst<'a> {
    meldingen: &'a [MeldingRegel],
    #[serde(skip_serializing_if = "Option::is_none")]
    volgende: Option<&'a str>,
}

/// `GET /v1/verzuimmeldingen?na=&limit=&partij=`: the operator sees all, a school its own. What the desk said reaches a
/// school as a message, through the gates; in this list only the operator sees it.
pub(super) async fn queue(State(api): State<Arc<Api>>, who: Who, RawQuery(raw): RawQuery) -> Result<Response, Problem> {
    let Some(book) = &api.verzuim else {
        return Err(Problem::new("onbekend"));
    };
    let query = Query::parse(raw.as_deref())?;
    let asked = match &query.partij {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| Problem::new("zoekvraag-ongeldig"))?),
    };
    let partijen = if who.0.has(Rol::Beheer) {
        asked.map(|partij| vec![partij])
    } else {
        who.must(Rol::Leveren)?;
        // A mandate to send is no mandate to read.
        let own = who.0.eigen.iter().copied();
        Some(
            own.filter(|partij| asked.is_none_or(|asked| asked == *partij))
                .collect(),
        )
    };
    let lines = query.lines();
    let mut rows = api.wait(book.meldingen(partijen, query.na, lines + 1)).await?;
    let more = rows.len() > lines;
    rows.truncate(lines);
    if !who.0.has(Rol::Beheer) {
        for row in &mut rows {
            (row.balie, row.meldingsnummer) = (None, None);
        }
    }
    let volgende = rows.last().filter(|_| more).map(|last| last.kenmerk.clone());
    Ok(json(
        StatusCode::OK,
        &Lijst {
            meldingen: &rows,
            volgende: volgende.as_deref(),
        },
    ))
}
