//! What the reader of TOML has to say, in Dutch, with what was probably meant.

use toml::de::Error;

use super::{Finding, Source};
use crate::ids::Taak;

const FORM: &str = "zie config/convenant/README.md voor de vorm van dit bestand";

/// The nearest known word, when it is near.
pub(super) fn meant<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Names may be as long as a file; only words are compared.
    if word.len() > 64 {
        return None;
    }
    known
        .into_iter()
        .filter(|k| k.len() <= 64)
        .map(|k| (strsim::osa_distance(word, k), k))
        .min()
        .filter(|(distance, k)| *distance <= 3 && *distance < k.len().min(word.len()))
        .map(|(_, k)| k)
}

/// *bedoelde u …?*, or else what to do.
pub(super) fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>, otherwise: &str) -> String {
    meant(word, known).map_or_else(
        || otherwise.to_owned(),
        |k| format!("bedoelde u `{k}`? Anders: {otherwise}"),
    )
}

/// A file that is not what it should be. The sentence is Dutch; what the reader says besides stands in the detail.
pub(super) fn unreadable(source: &Source, e: &Error) -> Finding {
    let span = e.span().unwrap_or(0..0);
    let words: Vec<&str> = e.message().split('`').skip(1).step_by(2).collect();
    let (first, rest) = words.split_first().map_or(("", [].as_slice()), |(f, r)| (*f, r));
    let at = |message: String, help: String| {
        Finding::new(
            &source.name,
            span.clone(),
            format!("dit kan niet worden gelezen: {message}"),
            help,
        )
    };
    let one_of = || format!("mogelijk zijn: {}", rest.join(", "));
    let says = |start: &str| e.message().starts_with(start);
    if says("unknown field") {
        let help = suggest(first, rest.iter().copied(), &one_of());
        return at(format!("het woord `{first}` bestaat hier niet"), help);
    }
    if says("unknown variant") {
        let help = suggest(first, rest.iter().copied(), &one_of());
        return at(format!("`{first}` kan hier niet staan"), help);
    }
    if says("missing field") {
        return at(
            format!("het woord `{first}` ontbreekt"),
            format!("schrijf {first} = … in dit blok; {FORM}"),
        );
    }
    if says("not a valid taak") {
        let word = source.text.get(span.clone()).unwrap_or_default().trim_matches('"');
        let all = Taak::ALL.map(Taak::as_str);
        let help = suggest(word, all, &format!("mogelijk zijn: {}", all.join(", ")));
        return at("deze taak kent het convenant niet".to_owned(), help);
    }
    if says("not a valid oin") || says("not a valid OIN") {
        return at(
            "dit is geen OIN".to_owned(),
            "een OIN heeft twintig cijfers en begint met 0000".to_owned(),
        );
    }
    if says("not a day") || e.message().contains("enum Day") {
        return at(
            "dit is geen dag".to_owned(),
            "schrijf een dag als 2024-01-31".to_owned(),
        );
    }
    if says("invalid type") {
        return at("hier staat iets van een andere soort".to_owned(), FORM.to_owned()).with_detail(e.message());
    }
    if says("duplicate") {
        return at(
            "hetzelfde woord staat er twee keer".to_owned(),
            "houd er één over".to_owned(),
        )
        .with_detail(e.message());
    }
    at("de tekens volgen elkaar niet goed op".to_owned(), FORM.to_owned()).with_detail(e.message())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_word_is_offered() {
        assert_eq!(meant("intke", ["intake", "evaluatie"]), Some("intake"));
        assert_eq!(meant("nazorg", ["intake", "evaluatie"]), None);
        assert_eq!(meant("z", ["a", "b"]), None);
        assert_eq!(meant(&"x".repeat(100_000), ["a"]), None);
    }
}
