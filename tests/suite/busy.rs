//! More is asked of the database than it can do now: whoever is too many is told so at once.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use matters_arising::app::db_settings;
use matters_arising::config::{Config, Secret};
use matters_arising::db::Db;
use serde_json::json;

use crate::harness::{App, Database};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_beyond_what_may_wait_are_refused_at_once_and_those_that_wait_are_made() {
    let app = App::start_with(|config| {
        // One write at work, and on SQLite one in the queue.
        config.database.write_queue = 1;
        config.database.pool_size = 2;
        config.database.long_readers = 1;
        config.database.pool_wait_ms = 300;
    })
    .await;
    let clerk = app.clerk();
    let lock = tokio::task::block_in_place(|| app.database.lock_out_writes());
    let mut writes: FuturesUnordered<_> = (0..8)
        .map(|n| {
            let clerk = clerk.clone();
            async move {
                let body = json!({ "title": format!("Post {n}") });
                clerk.post("/v1/posts", body).await
            }
        })
        .collect();
    // Two may wait, or one, where the writer is slow to take it from the queue or the sealer has the other connection.
    let mut refused = 0;
    while refused < 6 {
        // Sooner than the database itself gives up on a write that waits for the lock.
        let answer = tokio::time::timeout(Duration::from_secs(20), writes.next());
        let answer = answer.await.expect("nobody is refused").unwrap();
        let problem = answer.problem(503, "unavailable");
        assert_eq!(problem.header("retry-after"), "1");
        refused += 1;
    }
    drop(lock);
    let mut made = 0;
    while let Some(answer) = writes.next().await {
        match answer.status {
            201 => made += 1,
            _ => drop(answer.problem(503, "unavailable")),
        }
    }
    assert!(made >= 1);
    assert_eq!(clerk.all("/v1/posts").await.len(), made);
    clerk
        .post("/v1/posts", json!({ "title": "Head of Law" }))
        .await
        .expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_waits_keeps_nobody_from_reading() {
    let app = App::start().await;
    let clerk = app.clerk();
    let lock = tokio::task::block_in_place(|| app.database.lock_out_writes());
    let write = clerk.post("/v1/posts", json!({ "title": "Head of Law" }));
    let read = async {
        for _ in 0..20 {
            let seen = clerk.get("/v1/posts").await.expect(200);
            assert_eq!(seen.items().len(), 0);
        }
        drop(lock);
    };
    let (written, ()) = tokio::join!(write, read);
    written.expect(201);
    assert_eq!(clerk.all("/v1/posts").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_five_instances_that_start_on_an_empty_database_one_migrates_it() {
    let database = Database::create_empty().await;
    let mut config = Config::default();
    config.database.url = Secret::new(database.url());
    config.database.statement_timeout_ms = 30_000;
    let settings = db_settings(&config).unwrap();
    let starts = (0..5).map(|_| {
        let settings = settings.clone();
        tokio::spawn(async move { Db::migrate(&settings).await })
    });
    let done: Vec<Vec<String>> = join_all(starts)
        .await
        .into_iter()
        .map(|start| start.unwrap().unwrap())
        .collect();
    let run: Vec<&String> = done.iter().flatten().collect();
    let once: BTreeSet<&String> = run.iter().copied().collect();
    assert!(once.contains(&"0001".to_owned()), "{done:?}");
    assert_eq!(run.len(), once.len(), "{done:?}");
    assert_eq!(
        done.iter().filter(|versions| !versions.is_empty()).count(),
        1,
        "{done:?}"
    );
    let db = Db::open(&settings).await.unwrap();
    assert!(db.is_empty().await.unwrap());
}
