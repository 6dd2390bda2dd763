//! SQLite: reads on the worker's own connection, and one writer that commits many jobs at once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager as _};
use diesel::prelude::*;
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::cached::Cached;
use super::{
    CarriesDbError, Conn, DbError, DbSettings, Reach, Tx, actions, audit, blocking, migrate,
};

/// The most jobs committed together, and for how long a group takes in more. What it has taken is run to its end.
const BATCH_JOBS: usize = 512;
const BATCH_TIME: Duration = Duration::from_millis(10);

#[diesel::declare_sql_function]
extern "SQL" {
    /// How many rows were changed since the connection was opened.
    fn total_changes() -> diesel::sql_types::BigInt;
}

static ENGINES: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// This thread's read connections, by engine: in a running service there is one, in a test there are many.
    static READERS: RefCell<HashMap<u64, Conn>> = RefCell::new(HashMap::new());
}

pub(super) struct Engine {
    number: u64,
    path: PathBuf,
    lock_wait: Duration,
    writer: mpsc::Sender<Box<dyn Job>>,
    long_readers: Arc<LongReaders>,
}

struct LongReaders {
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Conn>>,
}

/// A queued write.
trait Job: Send {
    /// Runs it, perhaps again. `Err` means that what it did is not to be kept, with the database's failure if that is why.
    fn run(&mut self, tx: &mut Tx) -> Result<(), Option<DbError>>;

    /// Whether its last run panicked: then it is not run again.
    fn panicked(&self) -> bool;

    /// Whether it is likely to be undone: then it runs in a savepoint from the first.
    fn is_rehearsal(&self) -> bool;

    /// Gives the caller its answer, now that the commit has succeeded or failed.
    fn settle(self: Box<Self>, committed: Result<(), DbError>);
}

struct Work<F, T, E> {
    work: F,
    span: tracing::Span,
    rehearsal: bool,
    result: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Work<F, T, E>
where
    F: Fn(&mut Tx) -> Result<T, E> + Send,
    T: Send,
    E: CarriesDbError + Send,
{
    fn run(&mut self, tx: &mut Tx) -> Result<(), Option<DbError>> {
        let result = catch_unwind(AssertUnwindSafe(|| self.span.in_scope(|| (self.work)(tx))))
            .unwrap_or_else(|_| Err(DbError::Panicked.into()));
        let outcome = result
            .as_ref()
            .map(|_| ())
            .map_err(|error| error.db_error().cloned());
        self.result = Some(result);
        outcome
    }

    fn panicked(&self) -> bool {
        let failure = self
            .result
            .as_ref()
            .and_then(|result| result.as_ref().err());
        failure.and_then(E::db_error) == Some(&DbError::Panicked)
    }

    fn is_rehearsal(&self) -> bool {
        self.rehearsal
    }

    fn settle(self: Box<Self>, committed: Result<(), DbError>) {
        let answer = match (committed, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(DbError::Busy.into()),
            (Err(error), _) => Err(error.into()),
        };
        // A caller that has gone away needs no answer; what it asked for is done all the same.
        let _ = self.answer.send(answer);
    }
}

fn connect(path: &Path, lock_wait: Duration, pragmas: &str) -> Result<Conn, DbError> {
    let name = path
        .to_str()
        .ok_or_else(|| DbError::Unavailable("the database path is not UTF-8".to_owned()))?;
    let mut conn = SqliteConnection::establish(name)
        .map_err(|error| DbError::Unavailable(format!("{name}: {error}")))?;
    conn.batch_execute(&format!(
        "PRAGMA busy_timeout = {}; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; {pragmas}",
        lock_wait.as_millis()
    ))?;
    Ok(Conn::Sqlite(conn))
}

/// How long to leave another process alone that is changing the journal of a new file.
const JOURNAL_POLL: Duration = Duration::from_millis(10);

fn connect_writer(path: &Path, settings: &DbSettings) -> Result<Conn, DbError> {
    let mut conn = connect(
        path,
        settings.statement_timeout,
        "PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4000;",
    )?;
    // Whoever changes the journal holds a lock for reading and asks for one for writing: SQLite does not wait there, lest
    // two of them wait for each other, and says at once that the file is locked.
    let mut waited = Duration::ZERO;
    while let Err(error) = say(&mut conn, "PRAGMA journal_mode = WAL") {
        if error != DbError::Busy || waited >= settings.statement_timeout {
            return Err(error);
        }
        thread::sleep(JOURNAL_POLL);
        waited += JOURNAL_POLL;
    }
    Ok(conn)
}

/// Brings a file's schema up to date, with the write lock taken before looking, so that a second process waits its turn.
pub(super) fn migrate(path: &Path, settings: &DbSettings) -> Result<Vec<String>, DbError> {
    let mut conn = connect_writer(path, settings)?;
    let Conn::Sqlite(sqlite) = &mut conn else {
        return Err(DbError::Internal("not an SQLite connection".to_owned()));
    };
    AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE")?;
    let done = migrate::run_pending(&mut conn)?;
    if let Conn::Sqlite(sqlite) = &mut conn {
        AnsiTransactionManager::commit_transaction(sqlite)?;
    }
    Ok(done)
}

impl Engine {
    pub(super) fn open(path: &Path, settings: &DbSettings) -> Result<Self, DbError> {
        migrate(path, settings)?;
        // Opened anew, because the planner reads its statistics when a connection opens.
        let conn = connect_writer(path, settings)?;
        let (writer, jobs) = mpsc::channel(settings.write_queue);
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                run_writer(
                    Tx {
                        conn,
                        chain: None,
                        words: Vec::new(),
                    },
                    jobs,
                );
            })
            .map_err(|error| DbError::Unavailable(error.to_string()))?;
        Ok(Self {
            number: ENGINES.fetch_add(1, Ordering::Relaxed),
            path: path.to_owned(),
            lock_wait: settings.statement_timeout,
            writer,
            long_readers: Arc::new(LongReaders {
                permits: Arc::new(Semaphore::new(settings.long_readers)),
                idle: Mutex::new(Vec::new()),
            }),
        })
    }

    pub(super) async fn read<T, E>(
        &self,
        reach: Reach,
        query: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: CarriesDbError + Send + 'static,
    {
        match reach {
            Reach::Short => self.read_here(query),
            Reach::Long => self.read_elsewhere(query).await,
        }
    }

    fn read_here<T, E: CarriesDbError>(
        &self,
        query: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        READERS.with_borrow_mut(|readers| {
            // Taken out, so that one whose query panics is not used again.
            let mut conn = match readers.remove(&self.number) {
                Some(known) => known,
                None => connect_reader(&self.path, self.lock_wait)?,
            };
            let (result, usable) = snapshot(&mut conn, query);
            if usable {
                readers.insert(self.number, conn);
            }
            result
        })
    }

    async fn read_elsewhere<T, E>(
        &self,
        query: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: CarriesDbError + Send + 'static,
    {
        let readers = Arc::clone(&self.long_readers);
        let turn =
            tokio::time::timeout(self.lock_wait, Arc::clone(&readers.permits).acquire_owned())
                .await
                .map_err(|_| DbError::Busy)?
                .map_err(|_| DbError::Busy)?;
        let (path, lock_wait) = (self.path.clone(), self.lock_wait);
        blocking(move || {
            // Kept until the query has ended, also where whoever asked has gone away.
            let _turn = turn;
            let idle = readers
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop();
            let mut conn = match idle {
                Some(conn) => conn,
                None => connect_reader(&path, lock_wait)?,
            };
            let (result, usable) = snapshot(&mut conn, query);
            if usable {
                readers
                    .idle
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(conn);
            }
            result
        })
        .await
    }

    pub(super) async fn write<T, E>(
        &self,
        work: impl Fn(&mut Tx) -> Result<T, E> + Send + 'static,
        rehearsal: bool,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: CarriesDbError + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job = Work {
            work,
            span: tracing::Span::current(),
            rehearsal,
            result: None,
            answer,
        };
        self.writer
            .try_send(Box::new(job))
            .map_err(|_| DbError::Busy)?;
        answered
            .await
            .unwrap_or_else(|_| Err(DbError::Unavailable("the writer stopped".to_owned()).into()))
    }
}

pub(super) fn connect_reader(path: &Path, lock_wait: Duration) -> Result<Conn, DbError> {
    connect(
        path,
        lock_wait,
        "PRAGMA query_only = ON; PRAGMA cache_size = -8192;",
    )
}

/// Runs a query on one state of the database, however many statements it has: an action and its owner, rows and their
/// owners. Says also whether the connection can be used again.
fn snapshot<T, E: CarriesDbError>(
    conn: &mut Conn,
    query: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> (Result<T, E>, bool) {
    if let Err(error) = say(conn, "BEGIN") {
        return (Err(error.into()), false);
    }
    let result = query(conn);
    // Nothing was written, so there is nothing to roll back.
    let ended = say(conn, "COMMIT").is_ok();
    let broken = matches!(
        result.as_ref().err().and_then(E::db_error),
        Some(DbError::Unavailable(_))
    );
    (result, ended && !broken)
}

fn say(conn: &mut Conn, word: &str) -> Result<(), DbError> {
    match conn {
        Conn::Sqlite(conn) => Ok(Cached(diesel::sql_query(word)).run(conn)?),
        Conn::Postgres(_) => Err(DbError::Internal("not an SQLite connection".to_owned())),
    }
}

/// The writer: takes what is queued, runs it, and commits it together, so that one wait for the disk serves all. It ends
/// when the engine is dropped and the queue is empty.
fn run_writer(mut tx: Tx, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
    while let Some(first) = jobs.blocking_recv() {
        let mut batch = vec![first];
        let committed = run_batch(&mut tx, &mut batch, &mut jobs);
        if let Err(error) = &committed {
            tracing::error!(%error, jobs = batch.len(), "a group of writes was not committed");
        }
        for job in batch {
            job.settle(committed.clone());
        }
    }
}

/// Runs the jobs of `batch` and those that are queued meanwhile in one transaction. An `Err` means that nothing was kept.
///
/// A savepoint for each would copy every page that it touches, and hardly any job is undone. So they first run without: a
/// job that is refused before it has changed anything leaves nothing to undo, and where one has, all of them are undone
/// and run again, each in its savepoint.
fn run_batch(
    tx: &mut Tx,
    batch: &mut Vec<Box<dyn Job>>,
    jobs: &mut mpsc::Receiver<Box<dyn Job>>,
) -> Result<(), DbError> {
    let clean = transaction(tx, |tx| {
        let started = Instant::now();
        let mut running = 0;
        while let Some(job) = batch.get_mut(running) {
            if job.is_rehearsal() {
                run_in_savepoint(tx, job.as_mut())?;
            } else if !run_bare(tx, job.as_mut())? {
                return Ok(false);
            }
            running += 1;
            if running < BATCH_JOBS && started.elapsed() < BATCH_TIME {
                batch.extend(jobs.try_recv().ok());
            }
        }
        Ok(true)
    })?;
    if clean {
        return Ok(());
    }
    transaction(tx, |tx| {
        for job in batch.iter_mut().filter(|job| !job.panicked()) {
            run_in_savepoint(tx, job.as_mut())?;
        }
        Ok(true)
    })
    .map(|_| ())
}

/// Runs work in a transaction, and commits it if the work says that it is to be kept.
fn transaction(
    tx: &mut Tx,
    work: impl FnOnce(&mut Tx) -> Result<bool, DbError>,
) -> Result<bool, DbError> {
    let attempt = |tx: &mut Tx| {
        tx.batch_execute("BEGIN IMMEDIATE")?;
        tx.chain = Some(audit::head(tx)?);
        tx.words.clear();
        if !work(tx)? {
            return Ok(false);
        }
        actions::flush(tx)?;
        tx.batch_execute("COMMIT")?;
        Ok(true)
    };
    let kept = attempt(tx);
    if !matches!(kept, Ok(true)) {
        // Does nothing where the database has rolled back by itself.
        let _ = tx.batch_execute("ROLLBACK");
    }
    kept
}

/// Runs a job and says whether the transaction may go on: it may not where the job has failed and left something behind.
fn run_bare(tx: &mut Tx, job: &mut dyn Job) -> Result<bool, DbError> {
    let before = changes(tx)?;
    match job.run(tx) {
        Ok(()) => Ok(true),
        // After a failure of the database even the transaction may be gone.
        Err(Some(_)) => Ok(false),
        Err(None) => Ok(changes(tx)? == before),
    }
}

/// How many rows this connection has changed since it was opened.
fn changes(tx: &mut Tx) -> Result<i64, DbError> {
    let Conn::Sqlite(conn) = &mut tx.conn else {
        return Err(DbError::Internal("not an SQLite connection".to_owned()));
    };
    Ok(diesel::select(total_changes()).get_result(conn)?)
}

fn run_in_savepoint(tx: &mut Tx, job: &mut dyn Job) -> Result<(), DbError> {
    tx.batch_execute("SAVEPOINT job")?;
    let (chain, words) = (tx.chain.clone(), tx.words.len());
    match job.run(tx) {
        Ok(()) => tx.batch_execute("RELEASE job")?,
        Err(failure) => {
            // A full disk makes SQLite roll back the whole transaction, savepoint and all: then its word is what counts.
            tx.batch_execute("ROLLBACK TO job; RELEASE job")
                .map_err(|error| failure.unwrap_or_else(|| error.into()))?;
            tx.chain = chain;
            tx.words.truncate(words);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
