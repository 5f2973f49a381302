//! A line of NDJSON into fields: one object, known keys, each once. Values keep their text, and are read as in CSV.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::fout::Fout;
use super::velden::Velden;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Object<'a> {
    #[serde(borrow)]
    registratie: Option<&'a RawValue>,
    #[serde(borrow)]
    leerling: Option<&'a RawValue>,
    #[serde(borrow)]
    brin: Option<&'a RawValue>,
    #[serde(borrow)]
    vestiging: Option<&'a RawValue>,
    #[serde(borrow)]
    datum: Option<&'a RawValue>,
    #[serde(borrow)]
    tot: Option<&'a RawValue>,
    #[serde(borrow)]
    soort: Option<&'a RawValue>,
    #[serde(borrow)]
    uren: Option<&'a RawValue>,
    #[serde(borrow)]
    hele_dag: Option<&'a RawValue>,
    #[serde(borrow)]
    vermoeden: Option<&'a RawValue>,
    #[serde(borrow)]
    vervangt: Option<&'a RawValue>,
    #[serde(borrow)]
    geboortedatum: Option<&'a RawValue>,
    #[serde(borrow)]
    sector: Option<&'a RawValue>,
    #[serde(borrow)]
    startkwalificatie: Option<&'a RawValue>,
    #[serde(borrow)]
    pgn: Option<&'a RawValue>,
    #[serde(borrow)]
    reden: Option<&'a RawValue>,
}

/// The text of a value: of a string what is between the quotes, of anything else the whole. No field needs an escape, so
/// one that has it is not as it should be, which its reader says.
fn tekst(value: Option<&RawValue>) -> &[u8] {
    match value.map_or(&b""[..], |value| value.get().as_bytes()) {
        [b'"', inner @ .., b'"'] => inner,
        b"null" => b"",
        other => other,
    }
}

/// The fields of a line.
pub(super) fn velden(regel: &[u8]) -> Result<Velden<'_>, Fout> {
    let object: Object<'_> = serde_json::from_slice(regel).map_err(|_| Fout::Json)?;
    Ok([
        tekst(object.registratie),
        tekst(object.leerling),
        tekst(object.brin),
        tekst(object.vestiging),
        tekst(object.datum),
        tekst(object.tot),
        tekst(object.soort),
        tekst(object.uren),
        tekst(object.hele_dag),
        tekst(object.vermoeden),
        tekst(object.vervangt),
        tekst(object.geboortedatum),
        tekst(object.sector),
        tekst(object.startkwalificatie),
        tekst(object.pgn),
        tekst(object.reden),
    ])
}
