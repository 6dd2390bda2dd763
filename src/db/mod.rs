//! Storage. The only room that names diesel.
//!
//! [`Db`] is the door: [`Db::read`] and [`Db::write`] take a closure, and everything behind them — connections, threads,
//! transactions, retries — is this room's business. Query functions stand in a module per resource, take the connection
//! that the closure was given, and answer with rows or a [`DbError`].

mod as_of;
mod cached;
#[cfg(test)]
mod columns;
mod conn;
mod error;
mod migrate;
#[cfg(test)]
mod plans;
mod postgres;
mod probe;
mod record;
mod schema;
#[cfg(test)]
mod scratch;
mod sqlite;

pub(crate) mod actions;
pub(crate) mod agenda_items;
pub(crate) mod audit;
pub(crate) mod claims;
pub(crate) mod committees;
pub(crate) mod coverage;
pub(crate) mod delegations;
pub(crate) mod drafts;
pub(crate) mod evidence;
pub(crate) mod exemption;
pub(crate) mod extension_requests;
pub(crate) mod idempotency;
pub(crate) mod imports;
pub(crate) mod keys;
pub(crate) mod links;
pub(crate) mod meetings;
pub(crate) mod minutes;
pub(crate) mod posts;
pub(crate) mod progress;
pub(crate) mod resolutions;
pub(crate) mod responses;
pub(crate) mod sight;
pub(crate) mod sources;
pub(crate) mod types;
pub(crate) mod verifications;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use audit::Verdict;
pub(crate) use conn::Conn;
pub use error::{CarriesDbError, DbError};
pub(crate) use record::Versioned;

/// How the database is reached and how patient the service is with it.
#[derive(Debug, Clone)]
pub struct DbSettings {
    /// Which database.
    pub target: Target,
    /// Postgres: the most connections.
    pub pool_size: usize,
    /// Postgres: how long a request waits for a connection.
    pub pool_wait: Duration,
    /// Postgres: how long one statement may take. SQLite: how long a connection waits for another process's lock, and a long
    /// read for its turn; no statement is ended.
    pub statement_timeout: Duration,
    /// Postgres: how long a statement waits for a lock.
    pub lock_timeout: Duration,
    /// SQLite: how many writes may wait for the writer.
    pub write_queue: usize,
    /// SQLite: how many long reads run side by side.
    pub long_readers: usize,
}

#[cfg(test)]
impl DbSettings {
    fn for_test(target: Target) -> Self {
        Self {
            target,
            pool_size: 2,
            pool_wait: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(5),
            lock_timeout: Duration::from_secs(5),
            write_queue: 16,
            long_readers: 1,
        }
    }
}

/// Which database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A file; it is made when it is not there.
    Sqlite(PathBuf),
    /// A connection URL of libpq.
    Postgres(String),
}

/// A database URL of no known scheme, or of an SQLite database that is no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the database URL must begin with sqlite:// and the path of a file, or with postgres:// or postgresql://"
)]
pub struct BadDatabaseUrl;

impl std::str::FromStr for Target {
    type Err = BadDatabaseUrl;

    fn from_str(url: &str) -> Result<Self, Self::Err> {
        match url.split_once("://") {
            // In memory, each connection would have a database of its own; SQLite reads what begins so as a URI.
            Some(("sqlite", path)) if path.starts_with(":memory:") || path.starts_with("file:") => {
                Err(BadDatabaseUrl)
            }
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite(path.into())),
            Some(("postgres" | "postgresql", rest)) if !rest.is_empty() => {
                Ok(Self::Postgres(url.to_owned()))
            }
            _ => Err(BadDatabaseUrl),
        }
    }
}

/// How far a read reaches, which decides where it runs on SQLite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// A few rows by index: on the calling thread's own connection, without a hop.
    Short,
    /// More than a page may be touched (search, lists as of an instant, a check of the trail): on a thread that may block.
    Long,
}

/// The database of the service. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Engine>, Arc<probe::Probe>);

enum Engine {
    Sqlite(sqlite::Engine),
    Postgres(postgres::Engine),
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match &*self.0 {
            Engine::Sqlite(_) => "Db(sqlite)",
            Engine::Postgres(_) => "Db(postgres)",
        })
    }
}

/// What a write's closure works on: the connection, inside its transaction, and the head of the audit chain.
pub(crate) struct Tx {
    conn: Conn,
    chain: Option<audit::Head>,
    /// SQLite: the words of actions that wait to be indexed.
    words: Vec<(crate::domain::ids::ActionId, String)>,
}

impl std::ops::Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl std::ops::DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl Db {
    /// Opens the database and brings its schema up to date.
    pub async fn open(settings: &DbSettings) -> Result<Self, DbError> {
        let settings = settings.clone();
        blocking(move || match &settings.target {
            Target::Sqlite(path) => sqlite::Engine::open(path, &settings).map(Engine::Sqlite),
            Target::Postgres(url) => postgres::Engine::open(url, &settings).map(Engine::Postgres),
        })
        .await
        .map(|engine| Self(Arc::new(engine), Arc::default()))
    }

    /// Brings the schema of a database up to date and says which migrations were run.
    pub async fn migrate(settings: &DbSettings) -> Result<Vec<String>, DbError> {
        let settings = settings.clone();
        blocking(move || match &settings.target {
            Target::Sqlite(path) => sqlite::migrate(path, &settings),
            Target::Postgres(url) => postgres::migrate(url, &settings),
        })
        .await
    }

    /// Runs a read. The closure sees one database and changes nothing; it must not keep the connection.
    pub(crate) async fn read<T, E>(
        &self,
        reach: Reach,
        query: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: CarriesDbError + Send + 'static,
    {
        match &*self.0 {
            Engine::Sqlite(engine) => engine.read(reach, query).await,
            Engine::Postgres(engine) => engine.read(query).await,
        }
    }

    /// Runs a write in a transaction of its own and answers when it is durable. An `Err` from the closure undoes all it
    /// did. The closure may run more than once: where another transaction got in the way, or, on SQLite, where a write that
    /// was to be committed with it failed and may have left something.
    pub(crate) async fn write<T, E>(
        &self,
        job: impl Fn(&mut Tx) -> Result<T, E> + Send + Sync + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: CarriesDbError + Send + 'static,
    {
        self.transact(job, false).await
    }

    /// Like [`Self::write`], for what is to be undone at its end by an `Err`: SQLite's writer need not find that out by running it
    /// twice.
    pub(crate) async fn rehearse<T, E>(
        &self,
        job: impl Fn(&mut Tx) -> Result<T, E> + Send + Sync + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: CarriesDbError + Send + 'static,
    {
        self.transact(job, true).await
    }

    async fn transact<T, E>(
        &self,
        job: impl Fn(&mut Tx) -> Result<T, E> + Send + Sync + 'static,
        rehearsal: bool,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: CarriesDbError + Send + 'static,
    {
        match &*self.0 {
            Engine::Sqlite(engine) => engine.write(job, rehearsal).await,
            Engine::Postgres(engine) => engine.write(job).await,
        }
    }

    /// Whether no committee was recorded yet.
    pub async fn is_empty(&self) -> Result<bool, DbError> {
        self.read(Reach::Short, committees::none).await
    }

    /// Whether the database answers and takes writes. A full queue of writes says no at once, and one that does not move
    /// within a second; however many ask, they take one place in it.
    pub async fn ready(&self) -> Result<(), DbError> {
        let engine = Arc::clone(&self.0);
        let question = || async move {
            match &*engine {
                Engine::Sqlite(engine) => engine.write(|_| Ok::<_, DbError>(()), false).await,
                Engine::Postgres(engine) => engine.read(postgres::ping).await,
            }
        };
        self.1.ask(question).await
    }

    /// Waits until every write that is under way has been committed or undone, so that nothing is added any more to what
    /// stood at an instant before.
    pub(crate) async fn settled(&self) -> Result<(), DbError> {
        match &*self.0 {
            Engine::Sqlite(engine) => engine.write(|_| Ok::<_, DbError>(()), false).await,
            Engine::Postgres(engine) => engine.settled().await,
        }
    }

    /// Checks that every sealed entry of the audit trail follows from the one before.
    pub async fn verify_audit_trail(&self) -> Result<Verdict, DbError> {
        self.read(Reach::Long, audit::verify).await
    }

    /// Seals audit entries that writers left unsealed, and says how many. On SQLite writers leave none.
    pub async fn seal(&self) -> Result<usize, DbError> {
        match &*self.0 {
            Engine::Sqlite(_) => Ok(0),
            Engine::Postgres(engine) => engine.seal().await,
        }
    }
}

/// Runs what may block on a thread that may, inside the caller's span.
async fn blocking<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
{
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(work))
        .await
        .unwrap_or_else(|_| Err(DbError::Panicked.into()))
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, mpsc};

    use super::scratch::Scratch;
    use super::*;

    /// A write is held up in its middle; whoever waits for it to settle goes on only after it has.
    async fn check_settled(scratch: Scratch) {
        let settings = DbSettings::for_test(scratch.target.clone());
        let db = Db::open(&settings).await.unwrap();
        let (begun, has_begun) = mpsc::channel();
        let (release, released) = mpsc::channel::<()>();
        let (begun, released) = (Mutex::new(begun), Mutex::new(released));
        let writer = db.clone();
        let write = tokio::spawn(async move {
            let job = move |_: &mut Tx| {
                begun.lock().unwrap().send(()).unwrap();
                released.lock().unwrap().recv().unwrap();
                Ok::<_, DbError>(())
            };
            writer.write(job).await
        });
        tokio::task::block_in_place(|| has_begun.recv()).unwrap();
        let reader = db.clone();
        let mut settled = tokio::spawn(async move { reader.settled().await });
        let early = tokio::time::timeout(Duration::from_millis(200), &mut settled).await;
        assert!(early.is_err(), "the write is still under way");
        release.send(()).unwrap();
        write.await.unwrap().unwrap();
        settled.await.unwrap().unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_under_way_is_waited_for_on_sqlite() {
        check_settled(Scratch::sqlite()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_under_way_is_waited_for_on_postgres() {
        if let Some(scratch) = Scratch::postgres() {
            check_settled(scratch).await;
        }
    }
}
