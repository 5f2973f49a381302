//! `sluis run` as the process that an operator starts: the real program, killed and started again.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::home::Home;

/// How long a start may take in a build without optimisation on a busy machine.
const READY: Duration = Duration::from_secs(60);

/// The program under test: that of this build, or another, such as the one that is shipped.
fn program() -> OsString {
    std::env::var_os("SLUIS_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_sluis").into())
}

/// Whether the shipped program is under test.
pub(crate) fn shipped() -> bool {
    std::env::var_os("SLUIS_BIN").is_some()
}

/// A Sluis that runs. Killed when dropped.
pub(crate) struct Sluis {
    child: Child,
}

impl Sluis {
    /// Starts it, and does not wait until it is ready.
    pub(crate) fn spawn(home: &Home) -> Self {
        Self::spawn_by(home, Command::new(program()))
    }

    /// The same under another program, which ends in becoming `sluis`; its path is the first argument it gets.
    pub(crate) fn spawn_under(home: &Home, under: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(under);
        command.args(arguments).arg(program());
        Self::spawn_by(home, command)
    }

    /// Starts it and waits for the first line it prints: the line, and how long that took.
    pub(crate) fn first_line(home: &Home) -> (Self, String, Duration) {
        let mut command = Command::new(program());
        let begin = Instant::now();
        let mut sluis = Self::spawn_to(home, &mut command, Stdio::piped());
        let mut line = String::new();
        let printed = sluis.child.stdout.take().unwrap();
        BufReader::new(printed).read_line(&mut line).unwrap();
        (sluis, line, begin.elapsed())
    }

    fn spawn_by(home: &Home, mut command: Command) -> Self {
        Self::spawn_to(home, &mut command, log(home, "stdout").into())
    }

    fn spawn_to(home: &Home, command: &mut Command, printed: Stdio) -> Self {
        let child = command
            .arg("run")
            .arg("--config")
            .arg(home.config())
            .current_dir(home.path())
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(printed)
            .stderr(log(home, "stderr"))
            .spawn()
            .unwrap();
        Self { child }
    }

    /// Starts it and waits until it takes messages.
    pub(crate) async fn start(home: &Home) -> Self {
        let mut sluis = Self::spawn(home);
        sluis.ready(home).await;
        sluis
    }

    /// Waits until it answers.
    pub(crate) async fn ready(&mut self, home: &Home) {
        let begin = Instant::now();
        while begin.elapsed() < READY {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("sluis ended with {status} before it was ready: {}", last_words(home));
            }
            if answers(home).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("sluis was not ready after {READY:?}: {}", last_words(home));
    }

    /// Waits until it ends by itself.
    pub(crate) async fn ended(mut self, at_most: Duration) -> ExitStatus {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begin.elapsed() < at_most, "sluis did not end after {at_most:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: nothing is asked, nothing is said, nothing is put in order.
    pub(crate) fn kill(&mut self) -> ExitStatus {
        // Already gone is an end as well; what it was shows in the status.
        let _ = self.child.kill();
        self.child.wait().unwrap()
    }

    /// SIGTERM, as a service manager does; waits for the orderly end.
    pub(crate) async fn stop(self) -> ExitStatus {
        let done = Command::new("kill")
            .arg("-TERM")
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(done.success());
        self.ended(READY).await
    }
}

impl Drop for Sluis {
    fn drop(&mut self) {
        self.kill();
    }
}

async fn answers(home: &Home) -> bool {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let ask = async {
        let mut stream = tokio::net::TcpStream::connect(home.addr).await.ok()?;
        let request = format!(
            "GET /readyz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            home.addr
        );
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        Some(answer.starts_with(b"HTTP/1.1 200"))
    };
    matches!(tokio::time::timeout(Duration::from_secs(5), ask).await, Ok(Some(true)))
}

fn log(home: &Home, name: &str) -> File {
    std::fs::create_dir_all(home.logs()).unwrap();
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(home.logs().join(name))
        .unwrap()
}

/// The end of what it said, for whoever reads why a test failed.
fn last_words(home: &Home) -> String {
    let said = std::fs::read(home.logs().join("stderr")).unwrap_or_default();
    let from = said.len().saturating_sub(2000);
    String::from_utf8_lossy(&said[from..]).into_owned()
}
