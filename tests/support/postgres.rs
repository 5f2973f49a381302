//! A real PostgreSQL server of a test's own: Debian's package, its own directory, reached by a socket in it. Stopped when
//! dropped.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server that runs.
pub(crate) struct Server {
    dir: tempfile::TempDir,
    child: Child,
}

/// Where Debian puts the programs of the newest version; `None`: not installed.
fn programs() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .map(|e| e.unwrap().path().join("bin"))
        .filter(|bin| bin.join("postgres").is_file())
        .collect();
    found.sort();
    found.pop()
}

/// The server refuses to run as root, and Debian brings an account for it.
fn command(program: &Path) -> Command {
    let root = std::fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0);
    if !root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"])
        .arg(program);
    command
}

impl Server {
    /// Starts one; `None` when PostgreSQL is not installed here. With `CI` set that is no excuse.
    pub(crate) fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(
                std::env::var_os("CI").is_none(),
                "PostgreSQL is not installed: scripts/test.sh does that"
            );
            return None;
        };
        let dir = tempfile::Builder::new().prefix("sluis-pg-").tempdir_in("/tmp").unwrap();
        let given = Command::new("chown").arg("postgres").arg(dir.path()).status();
        // Not root: then it is ours already.
        let _ = given;
        let data = dir.path().join("data");
        let made = command(&programs.join("initdb"))
            .args([
                "--username=sluis",
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C",
            ])
            .arg(&data)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut it = Self {
            child: Self::run(&programs, dir.path()),
            dir,
        };
        it.wait();
        Some(it)
    }

    fn run(programs: &Path, dir: &Path) -> Child {
        command(&programs.join("postgres"))
            .arg("-D")
            .arg(dir.join("data"))
            .arg("-k")
            .arg(dir)
            .args([
                "-c",
                "listen_addresses=",
                "-c",
                "shared_buffers=32MB",
                "-c",
                "max_connections=100",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Until it takes questions.
    fn wait(&mut self) {
        let begin = Instant::now();
        while !self.sql("SELECT 1") {
            assert!(begin.elapsed() < Duration::from_secs(60), "the server does not start");
            assert!(self.child.try_wait().unwrap().is_none(), "the server ended");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Runs statements with its own tool; whether it went well.
    pub(crate) fn sql(&self, text: &str) -> bool {
        let done = Command::new("psql")
            .args([
                "--no-psqlrc",
                "--quiet",
                "--set=ON_ERROR_STOP=1",
                "--username=sluis",
                "--dbname=postgres",
                "--host",
            ])
            .arg(self.dir.path())
            .args(["--command", text])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        done.is_ok_and(|s| s.success())
    }

    /// The address of a part of its own in the server, made when it is not there.
    pub(crate) fn address(&self, part: &str) -> String {
        assert!(self.sql(&format!("CREATE SCHEMA IF NOT EXISTS {part}")));
        format!(
            "host={} user=sluis dbname=postgres options='-c search_path={part}'",
            self.dir.path().display()
        )
    }

    /// SIGKILL to all of it, and started again on the same data.
    #[allow(dead_code, reason = "another test uses the rest")]
    pub(crate) fn crash(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        // The others of it end when they see that their parent is gone; until then the data are in use.
        let begin = Instant::now();
        loop {
            let pid = self.dir.path().join("data/postmaster.pid");
            std::thread::sleep(Duration::from_millis(200));
            let _ = std::fs::remove_file(pid);
            self.child = Self::run(&programs().unwrap(), self.dir.path());
            std::thread::sleep(Duration::from_millis(500));
            if self.child.try_wait().unwrap().is_none() {
                break;
            }
            assert!(
                begin.elapsed() < Duration::from_secs(60),
                "the server does not start again"
            );
        }
        self.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGQUIT ends it at once, with all its processes.
        let _ = Command::new("kill")
            .arg("-QUIT")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}
