use std::collections::BTreeSet;

use super::stage::caller;
use super::*;
use crate::auth::Role;
use crate::db::Verdict;
use crate::db::actions::{self, Action, ActionFilter, ActionSort, SortColumn};
use crate::db::{Db, DbSettings, Reach, Target};
use crate::domain::due::DueKind;
use crate::domain::life::{Outcome, State};
use crate::records::sight_of;
use chrono::{DateTime, TimeDelta, Utc};
use std::path::PathBuf;
use std::time::Duration;

/// A folder that goes away with whoever holds it.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.0);
    }
}

/// An empty database, and the folder that holds it.
async fn fresh() -> (Db, Folder) {
    let name = format!("matters-demo-{:x}", rand::random::<u64>());
    let folder = Folder(std::env::temp_dir().join(name));
    std::fs::create_dir(&folder.0).unwrap();
    let db = Db::open(&DbSettings {
        target: Target::Sqlite(folder.0.join("records.sqlite3")),
        pool_size: 2,
        pool_wait: Duration::from_secs(5),
        statement_timeout: Duration::from_secs(30),
        lock_timeout: Duration::from_secs(5),
        write_queue: 64,
        long_readers: 1,
    })
    .await
    .unwrap();
    (db, folder)
}

async fn all(db: &Db, now: DateTime<Utc>) -> Vec<Action> {
    db.read(Reach::Long, move |conn| {
        let sight = sight_of(
            conn,
            &caller("auditor", "A", Role::Auditor),
            now.date_naive(),
        )?;
        let sort = ActionSort {
            column: SortColumn::Reference,
            descending: false,
        };
        actions::list(
            conn,
            &sight,
            &ActionFilter::default(),
            sort,
            None,
            1_000_000,
        )
    })
    .await
    .unwrap()
}

async fn intact(db: &Db) -> bool {
    let verdict = db.verify_audit_trail().await.unwrap();
    matches!(verdict, Verdict::Intact { entries } if entries > 0)
}

#[tokio::test]
async fn the_council_has_everything_and_is_the_same_every_time() {
    for now in [
        "2026-07-14T10:00:00Z",
        "2026-05-01T08:00:00Z",
        "2024-02-29T22:00:00Z",
    ] {
        let now: DateTime<Utc> = now.parse().unwrap();
        let today = now.date_naive();
        let (db, _folder) = fresh().await;
        council::seed(&db, now).await.unwrap();
        let found = all(&db, now).await;
        assert!(found.len() >= 220);
        let states: BTreeSet<_> = found.iter().map(|a| a.state).collect();
        assert_eq!(states, State::ALL.iter().copied().collect(), "{now}");
        let outcomes: BTreeSet<_> = found.iter().filter_map(|a| a.outcome).collect();
        assert_eq!(outcomes, Outcome::ALL.iter().copied().collect(), "{now}");
        let kinds: BTreeSet<_> = found.iter().filter_map(|a| a.due_kind).collect();
        assert_eq!(kinds, DueKind::ALL.iter().copied().collect(), "{now}");
        let outstanding = || found.iter().filter(|a| a.state.outstanding());
        let late = |day: Option<chrono::NaiveDate>| day.is_some_and(|day| day < today);
        assert!(outstanding().any(|a| late(a.due_on)));
        assert!(outstanding().any(|a| late(a.original_due_on) && !late(a.due_on)));
        assert!(found.iter().any(|a| a.exempt));
        assert!(found.iter().any(|a| a.public_since.is_some()), "{now}");
        assert!(found.iter().any(|a| a.last_progress_on.is_some()));
        assert!(found.iter().any(|a| a.verification.is_some()));
        assert!(found.iter().any(|a| a.parent_id.is_some()), "{now}");
        assert!(found.iter().any(|a| a.resolution_id.is_none()));
        assert!(found.iter().all(|a| a.updated_at.0 <= now));
        assert!(intact(&db).await);

        let (again, _other) = fresh().await;
        council::seed(&again, now + TimeDelta::minutes(30))
            .await
            .unwrap();
        assert!(all(&again, now).await == found);
    }
}

#[tokio::test]
async fn the_bulk_has_as_many_actions_as_asked_for() {
    let now: DateTime<Utc> = "2026-07-14T10:00:00Z".parse().unwrap();
    let (db, _folder) = fresh().await;
    bulk::seed(&db, 1_200, now).await.unwrap();
    let found = all(&db, now).await;
    assert_eq!(found.len(), 1_200);
    let share = |state| found.iter().filter(|a| a.state == state).count() * 100 / found.len();
    assert!(
        (40..=50).contains(&share(State::Closed)),
        "{}",
        share(State::Closed)
    );
    assert!((25..=35).contains(&share(State::Open)));
    assert!((10..=20).contains(&share(State::InProgress)));
    assert!(found.iter().any(|a| a.due_on.is_none()));
    assert!(intact(&db).await);
}
