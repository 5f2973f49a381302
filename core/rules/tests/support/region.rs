//! The example region, read from the repository.

#![allow(dead_code, unreachable_pub, reason = "each test that uses it uses a part")]

use std::path::Path;

use sluis_rules::rulebook::{Source, Sources};

/// The files of one kind in a directory of the repository.
fn read(dir: &str, prefix: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(dir);
    let mut all: Vec<Source> = std::fs::read_dir(&root)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml" || e == "json"))
        .map(|p| Source {
            name: format!("{prefix}{}", p.file_name().unwrap().to_str().unwrap()),
            text: std::fs::read_to_string(&p).unwrap(),
        })
        .collect();
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

/// The example region as it is shipped.
pub fn example() -> Sources {
    let mut rules = read("config/convenant", "");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/convenant");
    let mut below: Vec<_> = std::fs::read_dir(root).unwrap().map(|e| e.unwrap()).collect();
    below.retain(|e| e.path().is_dir());
    below.sort_by_key(std::fs::DirEntry::file_name);
    for dir in below {
        let dir = dir.file_name().into_string().unwrap();
        rules.extend(read(&format!("config/convenant/{dir}"), &format!("{dir}/")));
    }
    Sources {
        rules,
        schemas: read("schemas/canoniek", ""),
    }
}

/// The text of one of the files.
pub fn text<'s>(sources: &'s mut Sources, name: &str) -> &'s mut String {
    let all = sources.rules.iter_mut().chain(&mut sources.schemas);
    &mut all.into_iter().find(|s| s.name == name).unwrap().text
}

/// One more block in a file of rules: before its last line.
pub fn append(text: &mut String, block: &str) {
    let before = text.trim_end().strip_suffix("# einde").unwrap().trim_end().to_owned();
    *text = format!("{before}\n{block}\n# einde\n");
}
