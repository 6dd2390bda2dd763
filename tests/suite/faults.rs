//! What goes wrong costs the one request that it happens to: panics within, and callers who take their time.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use matters_arising::clock::{Clock, ManualClock};
use matters_arising::db::Verdict;
use reqwest::Method;
use serde_json::json;

use crate::harness::{App, Council, NOW, Person, instant, with};

/// A clock that panics when it is told to: a defect of the service, at a place of the test's choice.
struct Faulty {
    clock: Arc<ManualClock>,
    /// How often a worker has asked for the time, and at which question it gets a panic; 0 is never.
    asked: AtomicU32,
    fails_at: AtomicU32,
    /// How many of the next writes get a panic inside their transaction.
    failing_writes: AtomicU32,
}

impl Clock for Faulty {
    fn now(&self) -> DateTime<Utc> {
        // Writes run on a thread of the database's, everything else of a request on a worker's.
        let worker = std::thread::current()
            .name()
            .is_some_and(|name| name.starts_with("actix"));
        if worker {
            let asked = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            assert_ne!(asked, self.fails_at.load(Ordering::SeqCst), "a defect");
        } else {
            let take = |left: u32| left.checked_sub(1);
            let failing =
                self.failing_writes
                    .fetch_update(Ordering::SeqCst, Ordering::SeqCst, take);
            assert!(failing.is_err(), "a defect in a write");
        }
        self.clock.now()
    }
}

impl Faulty {
    /// Has the n-th question from now on panic.
    fn fail_at(&self, n: u32) {
        self.asked.store(0, Ordering::SeqCst);
        self.fails_at.store(n, Ordering::SeqCst);
    }
}

async fn faulty() -> (App, Arc<Faulty>) {
    let clock = Arc::new(ManualClock::at(instant(NOW)));
    let faulty = Arc::new(Faulty {
        clock: clock.clone(),
        asked: AtomicU32::new(0),
        fails_at: AtomicU32::new(0),
        failing_writes: AtomicU32::new(0),
    });
    let app = App::start_told_by(clock, faulty.clone(), |_| {}).await;
    (app, faulty)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_on_the_way_of_a_request_is_a_problem_and_the_service_lives() {
    let (app, clock) = faulty().await;
    let council = Council::found(&app).await;
    let action = council.action(council.undated()).await;
    for path in ["/v1/actions".to_owned(), format!("/v1/actions/{action}")] {
        council.clerk.get(&path).await.expect(200);
        clock.fail_at(0);
        council.clerk.get(&path).await.expect(200);
        let questions = clock.asked.load(Ordering::SeqCst);
        // Who is calling, and what day it is. The first question of all makes the request's id, without which there is
        // no problem to be told.
        assert!(questions >= 3, "{questions}");
        for n in 2..=questions {
            clock.fail_at(n);
            let answer = council.clerk.get(&path).await.problem(500, "internal");
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            clock.fail_at(0);
            council.clerk.get(&path).await.expect(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_in_a_write_undoes_that_write_and_harms_no_other() {
    let (app, clock) = faulty().await;
    let council = Council::found(&app).await;
    clock.failing_writes.store(7, Ordering::SeqCst);
    let writes = (0..40).map(|n| {
        let (clerk, body) = (
            council.clerk.clone(),
            with(council.undated(), json!({ "title": format!("Task {n}") })),
        );
        async move { clerk.post("/v1/actions", body).await }
    });
    let (made, failed): (Vec<_>, Vec<_>) = join_all(writes)
        .await
        .into_iter()
        .partition(|answer| answer.status == 201);
    assert_eq!((made.len(), failed.len()), (33, 7));
    let ids: BTreeSet<String> = failed
        .into_iter()
        .map(|answer| {
            let problem = answer.problem(500, "internal");
            problem.header("x-request-id").to_owned()
        })
        .collect();
    assert_eq!(ids.len(), 7, "each failure has its own request id");
    let references: BTreeSet<&str> = made
        .iter()
        .map(|answer| answer.body["reference"].as_str().unwrap())
        .collect();
    assert_eq!(references.len(), 33);
    assert_eq!(references.last(), Some(&"CFS/13-14/033"));
    assert_eq!(council.clerk.all("/v1/actions").await.len(), 33);

    // A failure of the service is not remembered under a key, nor does it keep the key.
    let key = [("idempotency-key", "key-1")];
    clock.failing_writes.store(1, Ordering::SeqCst);
    for status in [500, 201, 201] {
        council
            .clerk
            .post_with("/v1/actions", &key, council.undated())
            .await
            .expect(status);
    }
    assert_eq!(council.clerk.all("/v1/actions").await.len(), 34);
    app.anonymous().get("/readyz").await.expect(200);
    // Six records make a council, each with an entry.
    assert_eq!(app.audit_trail().await, Verdict::Intact { entries: 6 + 34 });
}

/// A connection on which a caller takes their time.
struct Dawdler {
    stream: TcpStream,
    since: Instant,
}

impl Dawdler {
    fn begin(base: &str, bytes: &[u8]) -> Self {
        let mut stream = TcpStream::connect(base.trim_start_matches("http://")).unwrap();
        stream.write_all(bytes).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_millis(50)))
            .unwrap();
        Self {
            stream,
            since: Instant::now(),
        }
    }

    /// Sends one byte after another until the service closes the connection; says what it was told, and after how long.
    fn dawdle(mut self, byte: u8) -> (String, Duration) {
        let mut told = Vec::new();
        let mut buffer = [0; 4096];
        while self.since.elapsed() < Duration::from_secs(30) {
            // Nobody may be listening any more, which the reading tells.
            let _sent = self.stream.write_all(&[byte]);
            match self.stream.read(&mut buffer) {
                Ok(0) => return (String::from_utf8(told).unwrap(), self.since.elapsed()),
                Ok(read) => told.extend_from_slice(&buffer[..read]),
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => return (String::from_utf8(told).unwrap(), self.since.elapsed()),
            }
        }
        panic!(
            "the connection is still open: {}",
            String::from_utf8_lossy(&told)
        );
    }
}

/// A caller's Authorization header.
fn authorization(person: &Person) -> String {
    let request = person.request(Method::GET, "/").build().unwrap();
    request.headers()["authorization"]
        .to_str()
        .unwrap()
        .to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_does_not_arrive_in_time_is_refused_while_others_are_served() {
    let app = App::start_with(|config| config.server.body_timeout_seconds = 1).await;
    let clerk = app.clerk();
    let head = format!(
        "POST /v1/posts HTTP/1.1\r\nhost: test\r\nauthorization: {}\r\ncontent-type: application/json\r\n",
        authorization(&clerk)
    );
    let sized = format!("{head}content-length: 100000\r\n\r\n{{\"title\":\"x\"");
    // The one worker has all of them at once.
    let waiting: Vec<Dawdler> = (0..5)
        .map(|_| Dawdler::begin(&app.base, sized.as_bytes()))
        .collect();
    clerk.get("/v1/posts").await.expect(200);
    let threads: Vec<_> = waiting
        .into_iter()
        .map(|dawdler| tokio::task::spawn_blocking(|| dawdler.dawdle(b' ')))
        .collect();
    for thread in threads {
        let (told, after) = thread.await.unwrap();
        assert!(told.starts_with("HTTP/1.1 408 "), "{told}");
        assert!(told.contains("application/problem+json"), "{told}");
        assert!(
            told.contains("\"type\":\"/problems/request-timeout\""),
            "{told}"
        );
        assert!(told.contains("\"request_id\":"), "{told}");
        // The bytes that go on coming buy no time. The upper bound is for a machine that is busy with other things.
        assert!(after >= Duration::from_millis(900), "{after:?}");
        assert!(after < Duration::from_secs(10), "{after:?}");
    }
    assert_eq!(clerk.all("/v1/posts").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_does_not_arrive_in_time_is_refused() {
    let app = App::start().await;
    let dawdler = Dawdler::begin(
        &app.base,
        b"GET /v1/posts HTTP/1.1\r\nhost: test\r\nx-slow: ",
    );
    let (told, after) = tokio::task::spawn_blocking(|| dawdler.dawdle(b'x'))
        .await
        .unwrap();
    assert!(told.starts_with("HTTP/1.1 408 "), "{told}");
    assert!(after < Duration::from_secs(10), "{after:?}");
    app.clerk().get("/v1/posts").await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_request_does_not_keep_its_connection_for_a_body_that_never_ends() {
    let app = App::start().await;
    let dawdler = Dawdler::begin(
        &app.base,
        b"POST /v1/posts HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n\
          content-length: 100000\r\n\r\n{",
    );
    let (told, after) = tokio::task::spawn_blocking(|| dawdler.dawdle(b' '))
        .await
        .unwrap();
    assert!(told.starts_with("HTTP/1.1 401 "), "{told}");
    assert!(after < Duration::from_secs(10), "{after:?}");
}
