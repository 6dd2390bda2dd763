//! The program itself, as a process of its own: what a signal does to it can be seen nowhere else.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::database::Database;

/// How long anything may take that a test waits for.
const PATIENCE: Duration = Duration::from_secs(60);

/// The demonstration without a council, running.
pub(crate) struct Program {
    child: Child,
    // Held open, because a program whose output nobody takes may fail.
    _output: BufReader<ChildStdout>,
    ready: Value,
}

impl Program {
    /// Starts it on a database and waits until it says that it is ready.
    pub(crate) fn start(database: &Database, settings: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_matters-arising"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("MATTERS_ARISING_") {
                command.env_remove(name);
            }
        }
        command
            .args(["demo", "--empty", "--format", "json", "--port", "0"])
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        match database {
            Database::Sqlite { folder } => command.arg("--data").arg(folder),
            Database::Postgres { .. } => command.arg("--database-url").arg(database.url()),
        };
        let mut child = command.spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_default();
        let program = Self {
            child,
            _output: output,
            ready,
        };
        assert!(program.ready.is_object(), "it does not start: {line}");
        program
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        let base = self.ready["base_url"].as_str().unwrap();
        base.trim_start_matches("http://")
    }

    pub(crate) fn token(&self, role: &str) -> &str {
        self.ready["tokens"][role].as_str().unwrap()
    }

    /// Sends it SIGTERM.
    pub(crate) fn terminate(&self) {
        let kill = format!("kill -TERM {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &kill]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until it ends.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let child = &mut self.child;
        until("the program ends", || child.try_wait().unwrap())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Looks again and again until something is there.
#[track_caller]
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
