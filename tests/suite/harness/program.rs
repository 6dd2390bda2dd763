//! The program itself, as a process of its own: what a signal does to it can be seen nowhere else.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::database::Database;

/// How long anything may take that a test waits for.
const PATIENCE: Duration = Duration::from_mins(1);

/// A service in a process of its own, running.
pub(crate) struct Program {
    child: Child,
    output: BufReader<ChildStdout>,
    address: String,
    /// What a demonstration says when it is ready.
    ready: Value,
}

/// A command of the program, in an environment that configures nothing but this.
pub(crate) fn command(arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_matters-arising"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MATTERS_ARISING_") {
            command.env_remove(name);
        }
    }
    command
        .args(arguments)
        .envs(settings.iter().copied())
        .stdin(Stdio::null());
    command
}

impl Program {
    /// Starts the demonstration, without a council, on a database and waits until it says that it is ready.
    pub(crate) fn demo(database: &Database, settings: &[(&str, &str)]) -> Self {
        let arguments = ["demo", "--empty", "--format", "json", "--port", "0"];
        let mut command = command(&arguments, settings);
        match database {
            Database::Sqlite { folder } => command.arg("--data").arg(folder),
            Database::Postgres { .. } => command.arg("--database-url").arg(database.url()),
        };
        Self::begin(command, |line| {
            let address = line["base_url"].as_str()?;
            Some(address.trim_start_matches("http://").to_owned())
        })
    }

    /// Starts the service and waits until its log says where it listens.
    pub(crate) fn serve(settings: &[(&str, &str)]) -> Self {
        Self::begin(command(&["serve"], settings), |line| {
            Some(line["address"].as_str()?.to_owned())
        })
    }

    /// Starts a command and reads the lines that it writes until one of them says where it listens.
    fn begin(mut command: Command, address: impl Fn(&Value) -> Option<String>) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut program = Self {
            child,
            output,
            address: String::new(),
            ready: Value::Null,
        };
        while program.address.is_empty() {
            let mut line = String::new();
            let read = program.output.read_line(&mut line).unwrap();
            assert!(read > 0, "it does not start");
            program.ready = serde_json::from_str(&line).unwrap();
            program.address = address(&program.ready).unwrap_or_default();
        }
        program
    }

    /// Host and port.
    pub(crate) fn address(&self) -> &str {
        &self.address
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

/// A folder for what a test gives the program to read; it goes away with the test.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn create() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("matters-arising-files-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    /// A path in it.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// Writes a file in it and says where that is.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
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
