//! A database of one's own: a file in a temporary folder, or a copy of a migrated template on Postgres.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, SqliteConnection};
use matters_arising::config::{Config, Secret};
use matters_arising::db::Db;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Held while a database is made from the template, which nobody else may be connected to.
static TEMPLATE: Mutex<()> = Mutex::new(());

pub(crate) enum Database {
    Sqlite { folder: PathBuf },
    Postgres { admin: String, name: String },
}

impl Database {
    pub(crate) async fn create() -> Self {
        tokio::task::spawn_blocking(Self::create_blocking)
            .await
            .unwrap()
    }

    fn create_blocking() -> Self {
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("suite_{}_{number}", std::process::id());
        match std::env::var("MATTERS_ARISING_TEST_DATABASE") {
            Ok(admin) if admin.starts_with("postgres") => {
                let _alone = TEMPLATE.lock().unwrap_or_else(PoisonError::into_inner);
                let template = template(&admin);
                run(
                    &admin,
                    &format!("CREATE DATABASE {name} TEMPLATE {template}"),
                );
                Self::Postgres { admin, name }
            }
            _ => {
                let folder = std::env::temp_dir().join(format!("matters-arising-{name}"));
                std::fs::create_dir_all(&folder).unwrap();
                Self::Sqlite { folder }
            }
        }
    }

    /// A database without a schema.
    pub(crate) async fn create_empty() -> Self {
        let database = Self::create().await;
        if let Self::Postgres { admin, name } = &database {
            let (admin, name) = (admin.clone(), name.clone());
            tokio::task::spawn_blocking(move || {
                run(&admin, &format!("DROP DATABASE {name}"));
                run(&admin, &format!("CREATE DATABASE {name}"));
            })
            .await
            .unwrap();
        }
        database
    }

    /// Takes the lock that writes wait for, until it is dropped. Reads do not wait for it.
    pub(crate) fn lock_out_writes(&self) -> Box<dyn Send> {
        match self {
            Self::Sqlite { folder } => Box::new(beside(folder, "BEGIN IMMEDIATE")),
            Self::Postgres { admin, name } => {
                let mut conn = PgConnection::establish(&database_url(admin, name)).unwrap();
                conn.batch_execute("BEGIN; LOCK TABLE posts IN EXCLUSIVE MODE")
                    .unwrap();
                Box::new(conn)
            }
        }
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite { folder } => format!("sqlite://{}/records.sqlite3", folder.display()),
            Self::Postgres { admin, name } => database_url(admin, name),
        }
    }

    /// SQLite: keeps everybody else from writing until what it answers with is dropped.
    pub(super) fn lock_writes(&self) -> Option<SqliteConnection> {
        let Self::Sqlite { folder } = self else {
            return None;
        };
        Some(beside(folder, "BEGIN IMMEDIATE"))
    }

    pub(super) fn run(&self, sql: &str) {
        match self {
            Self::Sqlite { folder } => drop(beside(folder, sql)),
            Self::Postgres { admin, name } => run(&database_url(admin, name), sql),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        match self {
            Self::Sqlite { folder } => drop(std::fs::remove_dir_all(folder)),
            // The whole cluster goes away after the suite; this only saves space.
            Self::Postgres { admin, name } => {
                if let Ok(mut conn) = PgConnection::establish(admin) {
                    drop(
                        conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")),
                    );
                }
            }
        }
    }
}

/// A connection of one's own to the service's file, on which `sql` was run.
fn beside(folder: &Path, sql: &str) -> SqliteConnection {
    let file = folder.join("records.sqlite3");
    let mut conn = SqliteConnection::establish(file.to_str().unwrap()).unwrap();
    conn.batch_execute(&format!("PRAGMA busy_timeout = 30000; {sql}"))
        .unwrap();
    conn
}

/// The administrator's URL with another database in it.
fn database_url(admin: &str, name: &str) -> String {
    let mut url: url::Url = admin.parse().unwrap();
    url.set_path(name);
    url.into()
}

/// The name of the template, which is migrated once.
fn template(admin: &str) -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = format!("suite_{}_template", std::process::id());
        run(admin, &format!("CREATE DATABASE {name}"));
        let mut config = Config::default();
        config.database.url = Secret::new(database_url(admin, &name));
        let settings = matters_arising::app::db_settings(&config).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(Db::migrate(&settings)).unwrap();
        name
    })
}

fn run(admin: &str, sql: &str) {
    let mut last = String::new();
    for _ in 0..50 {
        let done = PgConnection::establish(admin)
            .map_err(|error| error.to_string())
            .and_then(|mut conn| conn.batch_execute(sql).map_err(|error| error.to_string()));
        match done {
            Ok(()) => return,
            // Whoever was connected to the template a moment ago may not be quite gone.
            Err(error) => last = error,
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{sql}: {last}");
}
