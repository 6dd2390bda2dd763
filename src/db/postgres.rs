//! PostgreSQL: a pool with a bounded wait, transactions that run again when another got in the way, and the sealer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{
    self, Metrics, Object, Pool, PoolError, RecycleError, RecycleResult, Timeouts,
};
use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager as _};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::{CarriesDbError, Conn, DbError, DbSettings, Tx, audit, blocking, migrate};

/// How often a transaction is run before its failure is told.
const ATTEMPTS: u32 = 8;

/// Advisory locks of this program: "MA" and a number.
const MIGRATION_LOCK: i64 = 0x4d41_0001;
const SEALER_LOCK: i64 = 0x4d41_0002;

/// How long a process waits for another's migrations, and how often it looks.
const MIGRATION_WAIT: Duration = Duration::from_mins(5);
const MIGRATION_POLL: Duration = Duration::from_millis(100);

/// How long a read waits for the transactions that run beside it, and how often it looks.
const SETTLE_WAIT: Duration = Duration::from_secs(10);
const SETTLE_POLL: Duration = Duration::from_millis(2);

pub(super) struct Engine {
    pool: Pool<Manager>,
}

struct Manager {
    url: Arc<str>,
    session: Arc<str>,
}

/// A pooled connection; empty while its work runs on another thread.
struct Pooled(Option<Conn>);

impl managed::Manager for Manager {
    type Type = Pooled;
    type Error = DbError;

    async fn create(&self) -> Result<Pooled, DbError> {
        let (url, session) = (Arc::clone(&self.url), Arc::clone(&self.session));
        blocking(move || connect(&url, &session))
            .await
            .map(|conn| Pooled(Some(conn)))
    }

    async fn recycle(&self, pooled: &mut Pooled, _: &Metrics) -> RecycleResult<DbError> {
        // A connection whose work never came back, or that broke under it, is not used again.
        if pooled.0.is_some() {
            Ok(())
        } else {
            Err(RecycleError::message("broken"))
        }
    }
}

fn connect(url: &str, session: &str) -> Result<Conn, DbError> {
    let mut conn =
        PgConnection::establish(url).map_err(|error| DbError::Unavailable(error.to_string()))?;
    conn.batch_execute(session)?;
    let language: String =
        diesel::select(diesel::dsl::sql::<Text>("current_setting('lc_messages')"))
            .get_result(&mut conn)?;
    if !speaks_english(&language) {
        tracing::warn!(
            language,
            "the server speaks another language, so that some of its failures cannot be told apart; \
             let a superuser run ALTER ROLE … SET lc_messages = 'C' for the role of this service"
        );
    }
    Ok(Conn::Postgres(conn))
}

/// Whether messages in that locale are the ones that `error` knows.
fn speaks_english(locale: &str) -> bool {
    locale.is_empty()
        || ["C", "POSIX", "en"].iter().any(|language| {
            locale
                .strip_prefix(language)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '_', '@']))
        })
}

/// Has the server speak English, where it lets us: diesel passes on no error codes, so that failures without a kind of
/// their own are told by their message. It takes a superuser, or the right to set this parameter.
const SPEAK_ENGLISH: &str = "DO $$ BEGIN PERFORM set_config('lc_messages', 'C', false); \
     EXCEPTION WHEN insufficient_privilege THEN NULL; END $$";

fn session(settings: &DbSettings) -> String {
    format!(
        "SET statement_timeout = {}; SET lock_timeout = {}; \
         SET idle_in_transaction_session_timeout = {}; SET timezone = 'UTC'; \
         SET client_min_messages = warning; SET application_name = 'matters-arising'; \
         SET plan_cache_mode = auto; {SPEAK_ENGLISH}",
        settings.statement_timeout.as_millis(),
        settings.lock_timeout.as_millis(),
        settings.statement_timeout.as_millis() * 2,
    )
}

/// Brings the schema up to date. Among processes that start together one does it and the others wait; the lock is polled,
/// because waiting inside `pg_advisory_lock` deadlocks with `CREATE INDEX CONCURRENTLY`.
pub(super) fn migrate(url: &str, settings: &DbSettings) -> Result<Vec<String>, DbError> {
    let unbounded = DbSettings {
        statement_timeout: Duration::ZERO,
        lock_timeout: Duration::ZERO,
        ..settings.clone()
    };
    let mut conn = connect(url, &session(&unbounded))?;
    let mut waited = Duration::ZERO;
    while !try_lock(&mut conn, MIGRATION_LOCK)? {
        if waited >= MIGRATION_WAIT {
            return Err(DbError::Busy);
        }
        std::thread::sleep(MIGRATION_POLL);
        waited += MIGRATION_POLL;
    }
    // Closing the connection gives the lock back, whatever happens in between.
    migrate::run_pending(&mut conn)
}

fn try_lock(conn: &mut Conn, lock: i64) -> Result<bool, DbError> {
    Ok(diesel::select(
        diesel::dsl::sql::<Bool>("pg_try_advisory_lock(")
            .bind::<BigInt, _>(lock)
            .sql(")"),
    )
    .get_result(conn)?)
}

pub(super) fn ping(conn: &mut Conn) -> Result<(), DbError> {
    Ok(conn.batch_execute("SELECT 1")?)
}

impl Engine {
    pub(super) fn open(url: &str, settings: &DbSettings) -> Result<Self, DbError> {
        migrate(url, settings)?;
        let manager = Manager {
            url: url.into(),
            session: session(settings).into(),
        };
        let pool = Pool::builder(manager)
            .max_size(settings.pool_size)
            .timeouts(Timeouts {
                wait: Some(settings.pool_wait),
                create: Some(settings.pool_wait),
                recycle: None,
            })
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|error| DbError::Internal(error.to_string()))?;
        Ok(Self { pool })
    }

    async fn connection(&self) -> Result<Object<Manager>, DbError> {
        self.pool.get().await.map_err(|error| match error {
            PoolError::Timeout(_) => DbError::Busy,
            PoolError::Backend(error) => error,
            other => DbError::Unavailable(other.to_string()),
        })
    }

    /// Runs work on a pooled connection, on a thread that may block. A connection that broke is thrown away.
    async fn with_connection<T, E>(
        &self,
        work: impl FnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: CarriesDbError + Send + 'static,
    {
        let mut pooled = self.connection().await?;
        blocking(move || {
            let conn = pooled
                .0
                .take()
                .ok_or_else(|| DbError::Unavailable("the connection is gone".to_owned()))?;
            let mut tx = Tx {
                conn,
                chain: None,
                words: Vec::new(),
            };
            let result = catch_unwind(AssertUnwindSafe(|| work(&mut tx)))
                .unwrap_or_else(|_| Err(DbError::Panicked.into()));
            let broken = matches!(
                result.as_ref().err().and_then(E::db_error),
                Some(DbError::Unavailable(_) | DbError::Panicked)
            );
            if !broken {
                pooled.0 = Some(tx.conn);
            }
            result
        })
        .await
    }

    pub(super) async fn read<T, E>(
        &self,
        query: impl FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: CarriesDbError + Send + 'static,
    {
        self.with_connection(move |tx| query(&mut tx.conn)).await
    }

    pub(super) async fn write<T, E>(
        &self,
        job: impl Fn(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: CarriesDbError + Send + 'static,
    {
        self.with_connection(move |tx| {
            let mut attempt = 1;
            loop {
                let result = transaction(tx, &job);
                let raced = matches!(
                    result.as_ref().err().and_then(E::db_error),
                    Some(DbError::Raced)
                );
                if !raced || attempt == ATTEMPTS {
                    return result;
                }
                attempt += 1;
            }
        })
        .await
    }

    /// Waits until the service's transactions that run now, in this process or another, have ended; statements and
    /// transactions that stand idle are timed out, so they do.
    pub(super) async fn settled(&self) -> Result<(), DbError> {
        const RUNNING: &str = "FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user \
             AND application_name = current_setting('application_name') AND pid <> pg_backend_pid() \
             AND backend_type = 'client backend' AND state <> 'idle' AND xact_start <= CAST(";
        self.with_connection(|tx| {
            let asked: String = diesel::select(sql::<Text>("CAST(clock_timestamp() AS text)"))
                .get_result(&mut tx.conn)?;
            let mut waited = Duration::ZERO;
            loop {
                let running = sql::<Bool>(&format!("EXISTS (SELECT 1 {RUNNING}"))
                    .bind::<Text, _>(asked.clone())
                    .sql(" AS timestamptz))");
                if !diesel::select(running).get_result::<bool>(&mut tx.conn)? {
                    return Ok(());
                }
                if waited >= SETTLE_WAIT {
                    return Err(DbError::Busy);
                }
                std::thread::sleep(SETTLE_POLL);
                waited += SETTLE_POLL;
            }
        })
        .await
    }

    pub(super) async fn seal(&self) -> Result<usize, DbError> {
        self.with_connection(|tx| {
            transaction(tx, &|tx: &mut Tx| {
                let mine = diesel::select(
                    diesel::dsl::sql::<Bool>("pg_try_advisory_xact_lock(")
                        .bind::<BigInt, _>(SEALER_LOCK)
                        .sql(")"),
                )
                .get_result::<bool>(&mut tx.conn)
                .map_err(DbError::from)?;
                if mine { audit::seal(tx) } else { Ok(0) }
            })
        })
        .await
    }
}

/// One transaction at READ COMMITTED: rows that are moved are locked and guarded by their version, so a stronger isolation
/// would add refusals and no safety.
fn transaction<T, E: CarriesDbError>(
    tx: &mut Tx,
    job: &impl Fn(&mut Tx) -> Result<T, E>,
) -> Result<T, E> {
    let manage = |tx: &mut Tx, step: fn(&mut PgConnection) -> QueryResult<()>| match &mut tx.conn {
        Conn::Postgres(conn) => step(conn).map_err(DbError::from),
        Conn::Sqlite(_) => Err(DbError::Internal("not a Postgres connection".to_owned())),
    };
    manage(tx, |conn| {
        AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN ISOLATION LEVEL READ COMMITTED")
    })?;
    match job(tx) {
        Ok(value) => {
            manage(tx, AnsiTransactionManager::commit_transaction)?;
            Ok(value)
        }
        Err(error) => {
            // A connection that cannot roll back is noticed by its next user; the first failure is the one to tell.
            let _ = manage(tx, AnsiTransactionManager::rollback_transaction);
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Target;

    /// The private cluster's administrator, where the tests were given one.
    fn administrator() -> Option<String> {
        std::env::var("MATTERS_ARISING_TEST_DATABASE")
            .ok()
            .filter(|url| url.starts_with("postgres"))
    }

    fn language(conn: &mut Conn) -> String {
        let setting = diesel::dsl::sql::<Text>("current_setting('lc_messages')");
        diesel::select(setting).get_result(conn).unwrap()
    }

    #[test]
    fn the_server_speaks_english_to_whoever_may_ask_for_it() {
        let Some(url) = administrator() else { return };
        let mut english = DbSettings::for_test(Target::Postgres(url.clone()));
        english.pool_size = 1;
        let foreign = "SET lc_messages = 'C.utf8'; SELECT 1";
        let mut conn = connect(&url, &format!("{foreign}; {}", session(&english))).unwrap();
        assert_eq!(language(&mut conn), "C");
        // Whoever may not is served all the same.
        let plain = "CREATE ROLE plain_speaker; SET lc_messages = 'C.utf8'; SET ROLE plain_speaker";
        let mut conn = connect(&url, &format!("{plain}; {}", session(&english))).unwrap();
        assert_eq!(language(&mut conn), "C.utf8");
        conn.batch_execute("RESET ROLE; DROP ROLE plain_speaker")
            .unwrap();
    }

    #[test]
    fn english_is_told_from_other_languages() {
        for locale in ["", "C", "C.UTF-8", "POSIX", "en_GB.UTF-8", "en"] {
            assert!(speaks_english(locale), "{locale}");
        }
        for locale in ["de_DE.UTF-8", "cs_CZ", "English_not"] {
            assert!(!speaks_english(locale), "{locale}");
        }
    }
}
