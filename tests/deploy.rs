//! What is shipped beside the program is true: the image is built from a tree that holds all it needs, with the
//! toolchain of this repository, and the service starts the program with words that it knows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

#[test]
fn the_build_of_the_image_gets_all_it_needs() {
    let context = tempfile::tempdir().unwrap();
    for line in read(".dockerignore").lines() {
        if let Some(kept) = line.strip_prefix('!') {
            copy(&root().join(kept), &context.path().join(kept));
        }
    }
    let out = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--locked",
            "--offline",
            "--no-deps",
            "--format-version",
            "1",
        ])
        .current_dir(context.path())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    // What the program embeds: a path from the manifest's directory, or from the file that names it.
    let mut embedded = 0;
    for dir in ["src", "core", "adapters"] {
        embeds(&context.path().join(dir), context.path(), &mut embedded);
    }
    assert!(embedded > 3, "the search for embedded files finds {embedded}");
}

fn embeds(dir: &Path, context: &Path, found: &mut usize) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            embeds(&path, context, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            for (at, _) in text.match_indices("$CARGO_MANIFEST_DIR/") {
                let rest = &text[at + "$CARGO_MANIFEST_DIR/".len()..];
                let named = rest.split('"').next().unwrap();
                let package = path.ancestors().find(|p| p.join("Cargo.toml").is_file()).unwrap();
                assert!(
                    package.join(named).exists(),
                    "{} embeds {named}, which .dockerignore keeps out",
                    path.strip_prefix(context).unwrap().display()
                );
                *found += 1;
            }
        }
    }
}

#[test]
fn the_image_is_built_by_the_toolchain_of_this_repository() {
    let toolchain = read("rust-toolchain.toml");
    let channel = toolchain
        .split("channel = \"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let minor = channel.rsplit_once('.').unwrap().0;
    assert!(
        read("docker/Dockerfile").contains(&format!("FROM rust:{minor}-")),
        "{channel}"
    );
}

#[test]
fn the_service_and_the_image_start_the_program_with_words_it_knows() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("sluis.toml");
    fs::write(
        &config,
        "[sluis]\norganisatie = \"00000099000000003000\"\ndata = \"data\"\n[api]\nluister = \"127.0.0.1:0\"\n",
    )
    .unwrap();
    let unit = read("docker/sluis.service");
    // systemd heeds `RestartPreventExitStatus` for the main process alone: a check before it would be tried for ever.
    assert!(unit.contains("RestartPreventExitStatus=78") && !unit.contains("\nExecStartPre="));
    let serve = unit.lines().find_map(|l| l.strip_prefix("ExecStart=")).unwrap();
    assert_eq!(serve, "/usr/bin/sluis run --config /etc/sluis/sluis.toml");
    assert!(read("docker/Dockerfile").contains(r#"CMD ["run", "--config", "/etc/sluis/sluis.toml"]"#));
    let out = Command::new(env!("CARGO_BIN_EXE_sluis"))
        .args(["run", "--config"])
        .arg(&config)
        .arg("--check")
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}

/// Where systemd is at hand, it judges the unit itself; its scale goes from 0 (closed) to 10.
#[test]
fn the_service_has_little_to_do_harm_with() {
    let unit = root().join("docker/sluis.service");
    let judged = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--threshold=15"])
        .arg(unit)
        .output();
    match judged {
        Ok(out) => assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stdout)),
        Err(e) => println!("not judged: systemd-analyze cannot be started ({e})"),
    }
}
