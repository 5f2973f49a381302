//! A RabbitMQ of its own for one test: Debian's program, on loopback, with its own ports, node name, cookie and data
//! folder below a temporary directory. It needs no root, and ends with the test.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Debian's own wrapper wants to be root or the user `rabbitmq`; what it starts does not.
const PROGRAMS: &str = "/usr/lib/rabbitmq/bin";
/// How long a start may take on a busy machine.
const READY: Duration = Duration::from_secs(120);
/// Name and password of the one user.
pub(crate) const USER: &str = "proef";

/// A broker. Killed when dropped.
pub(crate) struct Broker {
    dir: tempfile::TempDir,
    /// Where it listens: AMQP, over TLS where the settings say so.
    pub(crate) port: u16,
    ports: [u16; 2],
    names: Child,
    server: Option<Child>,
}

impl Broker {
    /// Starts one, plain.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_, port| format!("listeners.tcp.default = 127.0.0.1:{port}\n")).await
    }

    /// Starts one with settings made from its directory and its port.
    pub(crate) async fn start_with(settings: impl FnOnce(&Path, u16) -> String) -> Self {
        assert!(
            Path::new(PROGRAMS).join("rabbitmq-server").exists(),
            "this test needs RabbitMQ: apt-get install rabbitmq-server (scripts/test.sh does so)"
        );
        let dir = tempfile::Builder::new().prefix("sluis-rabbit-").tempdir().unwrap();
        let [port, names, distribution] = free_ports();
        let write = |name: &str, text: String| std::fs::write(dir.path().join(name), text).unwrap();
        let base = format!("default_user = {USER}\ndefault_pass = {USER}\nloopback_users = none\n");
        write("rabbitmq.conf", base + &settings(dir.path(), port));
        // Erlang's own channel between nodes stays on this machine too.
        write(
            "advanced.config",
            "[{kernel,[{inet_dist_use_interface,{127,0,0,1}}]}].\n".into(),
        );
        write("plugins", "[].\n".into());
        let epmd = Command::new("epmd")
            .args(["-port", &names.to_string(), "-address", "127.0.0.1"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut broker = Self {
            dir,
            port,
            ports: [names, distribution],
            names: epmd,
            server: None,
        };
        broker.again().await;
        broker
    }

    /// Starts it again over the data that it left.
    pub(crate) async fn again(&mut self) {
        let said = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.dir.path().join("said"))
            .unwrap();
        let mut command = self.command("rabbitmq-server");
        command
            // The script then becomes the broker, so that a kill reaches it.
            .env("detached", "yes")
            .stdout(said.try_clone().unwrap())
            .stderr(said);
        self.server = Some(command.spawn().unwrap());
        let begin = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            let ended = self.server.as_mut().and_then(|server| server.try_wait().unwrap());
            assert!(ended.is_none() && begin.elapsed() < READY, "{}", self.said());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// SIGKILL: nothing is asked, nothing is put in order.
    pub(crate) fn kill(&mut self) {
        if let Some(mut server) = self.server.take() {
            let _ = server.kill();
            let _ = server.wait();
        }
    }

    /// Runs `rabbitmqctl`, and gives what it printed.
    pub(crate) fn ctl(&self, arguments: &[&str]) -> String {
        let done = self.command("rabbitmqctl").args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(
            done.status.success(),
            "{arguments:?}: {said}{}",
            String::from_utf8_lossy(&done.stderr)
        );
        said
    }

    /// Everything it keeps and logs.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    fn command(&self, program: &str) -> Command {
        let (dir, [names, distribution]) = (self.dir.path(), self.ports);
        let mut command = Command::new(Path::new(PROGRAMS).join(program));
        command
            .current_dir(dir)
            .stdin(Stdio::null())
            .env("HOME", dir)
            .env("ERL_EPMD_PORT", names.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
            .env("RABBITMQ_NODENAME", format!("sluis-{distribution}@localhost"))
            .env("RABBITMQ_DIST_PORT", distribution.to_string())
            .env("RABBITMQ_CONFIG_FILE", dir.join("rabbitmq.conf"))
            .env("RABBITMQ_ADVANCED_CONFIG_FILE", dir.join("advanced.config"))
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", dir.join("plugins"))
            .env("RABBITMQ_MNESIA_BASE", dir.join("data"))
            .env("RABBITMQ_LOG_BASE", dir.join("log"))
            .env("RABBITMQ_PID_FILE", dir.join("pid"));
        command
    }

    fn said(&self) -> String {
        let said = std::fs::read_to_string(self.dir.path().join("said")).unwrap_or_default();
        format!("RabbitMQ did not start:\n{said}")
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.kill();
        let _ = self.names.kill();
        let _ = self.names.wait();
    }
}

/// Ports that were free a moment ago.
fn free_ports() -> [u16; 3] {
    let held = [(); 3].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
    held.map(|listener| listener.local_addr().unwrap().port())
}
