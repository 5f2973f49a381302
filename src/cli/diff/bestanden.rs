//! Which files of the rules say something else. What the other parts compare is less than what the rules say: heads of
//! tables, other channels and bills are in no matrix.

use std::collections::BTreeMap;

use sluis_rules::rulebook::Source;

/// The files that say something else: another text that is not only other remarks or another layout.
pub(super) fn compare(old: &[Source], new: &[Source]) -> Vec<String> {
    let texts =
        |all: &[Source]| -> BTreeMap<String, String> { all.iter().map(|s| (s.name.clone(), s.text.clone())).collect() };
    let (old, new) = (texts(old), texts(new));
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter(|name| match (old.get(*name), new.get(*name)) {
            (Some(a), Some(b)) => a != b && says(a) != says(b),
            _ => true,
        })
        .cloned()
        .collect()
}

/// What a text says, without remarks and layout.
fn says(text: &str) -> Option<toml::Table> {
    toml::from_str(text).ok()
}
