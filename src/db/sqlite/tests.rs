use std::sync::mpsc;

use super::*;
use crate::db::types::Instant as At;
use crate::db::{Target, committees};
use crate::domain::committee::CommitteeKind;
use crate::domain::ids::CommitteeId;

/// Why a job of these tests is undone.
#[derive(Debug, PartialEq)]
enum Undone {
    Refused,
    Database(DbError),
}

impl From<DbError> for Undone {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl CarriesDbError for Undone {
    fn db_error(&self) -> Option<&DbError> {
        match self {
            Self::Refused => None,
            Self::Database(error) => Some(error),
        }
    }
}

fn record(tx: &mut Tx, code: &str) -> Result<(), DbError> {
    let at = At(chrono::DateTime::UNIX_EPOCH);
    committees::insert(
        tx,
        &committees::Committee {
            id: CommitteeId(uuid::Uuid::from_bytes(
                *code.as_bytes().first_chunk().expect("sixteen bytes"),
            )),
            code: code.to_owned(),
            name: code.to_owned(),
            kind: CommitteeKind::Committee,
            ended_on: None,
            successor_id: None,
            version: 1,
            created_at: at,
            updated_at: at,
        },
    )
}

/// Runs `middle` between two jobs that record a committee each, in one group, and says what became of it and which
/// committees there are.
async fn between_others(
    middle: impl Fn(&mut Tx) -> Result<(), Undone> + Send + 'static,
) -> (Result<(), Undone>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("test.db");
    let engine =
        Engine::open(&path, &DbSettings::for_test(Target::Sqlite(path.clone()))).expect("open");
    // Holds the writer until the others are queued, so that all of them are one group.
    let (go, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let before = engine.write(move |tx| {
        let _ = wait.lock().expect("lock").recv();
        record(tx, "before..........")
    });
    let after = engine.write(|tx| record(tx, "after..........."));
    let release = async move {
        drop(go);
        Ok::<_, DbError>(())
    };
    let (before, middle, after, _) = tokio::join!(before, engine.write(middle), after, release);
    assert_eq!((before, after), (Ok(()), Ok(())));
    let codes = engine
        .read(Reach::Short, |conn| {
            let sight = crate::db::sight::Sight {
                committees: None,
                exempt: crate::db::sight::ExemptSight::All,
            };
            committees::list(
                conn,
                &sight,
                &committees::CommitteeFilter::default(),
                None,
                9,
            )
        })
        .await
        .expect("read");
    (middle, codes.into_iter().map(|c| c.code).collect())
}

#[tokio::test]
async fn a_job_that_is_refused_after_it_has_written_leaves_nothing_and_harms_no_other() {
    let (middle, codes) = between_others(|tx| {
        record(tx, "middle..........")?;
        Err(Undone::Refused)
    })
    .await;
    assert_eq!(middle, Err(Undone::Refused));
    assert_eq!(codes, ["after...........", "before.........."]);
}

#[tokio::test]
async fn a_job_that_fails_in_the_database_harms_no_other() {
    let (middle, codes) = between_others(|tx| {
        record(tx, "middle..........")?;
        Ok(record(tx, "middle..........")?)
    })
    .await;
    assert_eq!(middle, Err(Undone::Database(DbError::Raced)));
    assert_eq!(codes, ["after...........", "before.........."]);
}

#[tokio::test]
async fn a_job_that_panics_harms_no_other() {
    let (middle, codes) = between_others(|tx| {
        record(tx, "middle..........")?;
        panic!("as the test asks")
    })
    .await;
    assert_eq!(middle, Err(Undone::Database(DbError::Panicked)));
    assert_eq!(codes, ["after...........", "before.........."]);
}
