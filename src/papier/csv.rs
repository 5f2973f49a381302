//! CSV of RFC 4180: every field between quotes, lines that end in CR LF.

use csv_core::{QuoteStyle, Terminator, WriteResult, WriterBuilder};

/// Writes a part of a line into a buffer: whether there is more, and how much was written.
type Step<'s> = Box<dyn FnMut(&mut [u8]) -> (WriteResult, usize) + 's>;

/// Lines as CSV. A field that a spreadsheet would take for a formula gets a quote before it, so that opening the file
/// runs nothing.
pub(crate) fn csv(lines: &[Vec<String>]) -> String {
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .build();
    let mut out = Vec::new();
    let mut buffer = [0_u8; 1024];
    let mut flush = |out: &mut Vec<u8>, mut step: Step<'_>| {
        loop {
            let (result, n) = step(&mut buffer);
            out.extend(buffer.get(..n).unwrap_or_default());
            if result == WriteResult::InputEmpty {
                return;
            }
        }
    };
    for line in lines {
        for (n, field) in line.iter().enumerate() {
            if n > 0 {
                flush(&mut out, Box::new(|b| writer.delimiter(b)));
            }
            let field = safe(field);
            let mut at = 0;
            flush(
                &mut out,
                Box::new(|b| {
                    let (result, read, written) = writer.field(field.as_bytes().get(at..).unwrap_or_default(), b);
                    at += read;
                    (result, written)
                }),
            );
        }
        flush(&mut out, Box::new(|b| writer.terminator(b)));
    }
    // Only whole texts went in.
    String::from_utf8(out).unwrap_or_default()
}

fn safe(field: &str) -> String {
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{field}")
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_long_fields_and_formulas_come_out_right() {
        let long = "é".repeat(900);
        let lines = [
            vec!["a\"b".to_owned(), "=1+1".to_owned(), long.clone()],
            vec![String::new()],
        ];
        assert_eq!(csv(&lines), format!("\"a\"\"b\",\"'=1+1\",\"{long}\"\r\n\"\"\r\n"));
    }
}
