use uuid::Uuid;

use super::*;
use crate::db::audit::NewEntry;
use crate::db::committees;
use crate::db::posts::{self, Post, PostFilter};
use crate::db::scratch::Scratch;
use crate::db::types::Instant as Stored;
use crate::db::{Db, Target, Verdict};
use crate::domain::ids::RecordId;

/// Why a job is undone.
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

/// Records a post with its entry in the trail.
fn record(tx: &mut Tx, number: u128) -> Result<(), DbError> {
    let at = Stored("2014-03-10T12:00:00Z".parse().unwrap());
    let id = Uuid::from_u128(number);
    let post = Post {
        id: id.into(),
        title: format!("Post {number}"),
        directorate: None,
        ended_on: None,
        successor_id: None,
        version: 1,
        created_at: at,
        updated_at: at,
    };
    posts::insert(tx, &post)?;
    let entry = NewEntry {
        subject_kind: "post",
        subject_id: RecordId(id),
        content: format!("{{\"number\":{number}}}"),
    };
    audit::append(tx, &entry)
}

/// Runs jobs 1 to 8 in one group, each of which is to record a post, and says what became of them. The posts of those that
/// succeed must be there, with an intact trail, and nothing of the others.
async fn in_one_group(
    job: impl Fn(&mut Tx, u128) -> Result<(), Undone> + Clone + Send + Sync + 'static,
) -> Vec<Result<(), Undone>> {
    let scratch = Scratch::sqlite();
    let db = Db::open(&DbSettings::for_test(scratch.target.clone()))
        .await
        .unwrap();
    // The writer is held up, so that what is queued meanwhile becomes one group.
    let (go, told) = std::sync::mpsc::channel::<()>();
    let told = Mutex::new(told);
    let first = db.write(move |_| {
        let _gone = told.lock().unwrap().recv();
        Ok::<_, DbError>(())
    });
    let jobs = (1..=8).map(|number| {
        let job = job.clone();
        db.write(move |tx| job(tx, number))
    });
    let release = async {
        // Polled last, when all the jobs are in the queue.
        drop(go);
    };
    let (_, results, ()) = tokio::join!(first, futures_util::future::join_all(jobs), release);

    db.write(|tx| record(tx, 9)).await.unwrap();
    let titles: Vec<String> = db
        .read(Reach::Short, |conn| {
            posts::list(conn, &PostFilter::default(), None, 100)
        })
        .await
        .unwrap()
        .into_iter()
        .map(|post| post.title)
        .collect();
    let expected: Vec<String> = (1..)
        .zip(&results)
        .filter(|(_, result)| result.is_ok())
        .map(|(number, _)| format!("Post {number}"))
        .chain(["Post 9".to_owned()])
        .collect();
    assert_eq!(titles, expected);
    let trail = db.verify_audit_trail().await.unwrap();
    let entries = i64::try_from(expected.len()).unwrap();
    assert_eq!(trail, Verdict::Intact { entries });
    results
}

#[tokio::test]
async fn jobs_that_are_refused_before_they_write_cost_the_others_nothing() {
    let runs = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&runs);
    let results = in_one_group(move |tx, number| {
        counted.fetch_add(1, Ordering::Relaxed);
        if number % 3 == 0 {
            return Err(Undone::Refused);
        }
        Ok(record(tx, number)?)
    })
    .await;
    assert_eq!(results.iter().filter(|r| r.is_err()).count(), 2);
    assert_eq!(
        runs.load(Ordering::Relaxed),
        8,
        "the group was not run again"
    );
}

#[tokio::test]
async fn jobs_that_are_refused_half_way_are_undone_and_harm_no_other() {
    let results = in_one_group(|tx, number| {
        record(tx, number)?;
        if number % 3 == 0 {
            return Err(Undone::Refused);
        }
        Ok(())
    })
    .await;
    assert_eq!(results[2], Err(Undone::Refused));
    assert_eq!(results.iter().filter(|r| r.is_err()).count(), 2);
}

#[tokio::test]
async fn jobs_that_fail_in_the_database_are_undone_and_harm_no_other() {
    let results = in_one_group(|tx, number| {
        record(tx, number)?;
        if number == 4 {
            return Err(DbError::Busy.into());
        }
        Ok(())
    })
    .await;
    assert_eq!(results[3], Err(Undone::Database(DbError::Busy)));
    assert_eq!(results.iter().filter(|r| r.is_err()).count(), 1);
}

#[tokio::test]
async fn jobs_that_panic_are_undone_and_harm_no_other() {
    let results = in_one_group(|tx, number| {
        record(tx, number)?;
        assert_ne!(number % 4, 1, "a defect");
        Ok(())
    })
    .await;
    assert_eq!(results[4], Err(Undone::Database(DbError::Panicked)));
    assert_eq!(results.iter().filter(|r| r.is_err()).count(), 2);
}

fn commit(path: &Path, sql: &str) {
    let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    conn.batch_execute(sql).unwrap();
}

#[tokio::test]
async fn a_read_sees_one_state_and_leaves_no_transaction_behind() {
    let folder =
        std::env::temp_dir().join(format!("matters-arising-snapshot-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("records.sqlite3");
    let settings = DbSettings::for_test(Target::Sqlite(path.clone()));
    let engine = Engine::open(&path, &settings).unwrap();
    for reach in [Reach::Short, Reach::Long] {
        commit(&path, "DELETE FROM committees");
        let path = path.clone();
        let seen = engine.read(reach, move |conn| {
            let before = committees::none(conn)?;
            commit(
                &path,
                "INSERT INTO committees (id, code, name, kind, version, created_at, updated_at) \
                 VALUES (zeroblob(16), 'CFS', 'Children', 'committee', 1, '2014-03-10T12:00:00.000000Z', \
                 '2014-03-10T12:00:00.000000Z')",
            );
            Ok::<_, DbError>((before, committees::none(conn)?))
        });
        assert_eq!(seen.await, Ok((true, true)), "{reach:?}");
        assert_eq!(
            engine.read(reach, committees::none).await,
            Ok(false),
            "{reach:?}"
        );
    }
    let panicked = AssertUnwindSafe(engine.read(Reach::Short, |_| -> Result<(), DbError> {
        panic!("as asked")
    }));
    assert!(
        futures_util::FutureExt::catch_unwind(panicked)
            .await
            .is_err()
    );
    assert_eq!(engine.read(Reach::Short, committees::none).await, Ok(false));
    drop(std::fs::remove_dir_all(&folder));
}

#[tokio::test]
async fn a_rehearsal_runs_once_and_leaves_nothing() {
    let scratch = Scratch::sqlite();
    let settings = DbSettings::for_test(scratch.target.clone());
    let db = Db::open(&settings).await.unwrap();
    let runs = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&runs);
    let rehearsed = db.rehearse(move |tx| {
        counted.fetch_add(1, Ordering::Relaxed);
        record(tx, 1)?;
        Err::<(), _>(Undone::Refused)
    });
    assert_eq!(rehearsed.await, Err(Undone::Refused));
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    db.write(|tx| record(tx, 2)).await.unwrap();
    let trail = db.verify_audit_trail().await.unwrap();
    assert_eq!(trail, Verdict::Intact { entries: 1 });
}

/// Two that open a new file at one time both want its journal changed, and SQLite tells the second at once that it is locked.
#[test]
fn a_new_file_is_opened_by_many_at_one_time() {
    for _ in 0..40 {
        let scratch = Scratch::sqlite();
        let settings = DbSettings::for_test(scratch.target.clone());
        let Target::Sqlite(path) = &scratch.target else {
            unreachable!("the scratch file is SQLite's")
        };
        let start = std::sync::Barrier::new(8);
        let opened: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        connect_writer(path, &settings).map(drop)
                    })
                })
                .collect();
            threads.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(opened, vec![Ok(()); 8]);
        // The file says that it has a journal of writes ahead.
        assert_eq!(std::fs::read(path).unwrap()[18..20], [2, 2]);
    }
}
