//! What a file is written in, and who hears what is found in it.

use super::super::signaal::Signaal;
use super::fout::RegelFout;

/// How the lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vorm {
    /// A header and lines with a separator.
    Csv,
    /// One JSON object a line.
    Ndjson,
}

impl Vorm {
    /// What a file that begins so is written in.
    #[must_use]
    pub fn van(begin: &[u8]) -> Self {
        let begin = begin.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(begin);
        match begin.iter().find(|b| !b.is_ascii_whitespace()) {
            Some(b'{') => Self::Ndjson,
            _ => Self::Csv,
        }
    }
}

/// A signal with the lines that made it. The pupil is told by a line, not by a number.
#[derive(Debug)]
pub struct Vondst<'a> {
    /// The signal.
    pub signaal: &'a Signaal,
    /// The first line of the pupil.
    pub leerling_regel: u64,
    /// The lines of its evidence.
    pub regels: &'a [u64],
    /// Whether a line of this pupil was not counted, so that more or less may be true.
    pub onvolledig: bool,
}

/// Who hears what is found.
pub trait Afnemer {
    /// A signal.
    fn signaal(&mut self, vondst: &Vondst<'_>);
    /// A line that does not count.
    fn fout(&mut self, fout: &RegelFout);
}

/// What went through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Geteld {
    /// Lines with a registration, wrong ones included.
    pub registraties: u64,
    /// Pupils.
    pub leerlingen: u64,
    /// Signals.
    pub signalen: u64,
    /// Lines that do not count.
    pub fouten: u64,
}
