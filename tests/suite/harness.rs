//! A service of one's own for each test, and people who call it.

mod database;
mod document;
mod people;
mod program;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use matters_arising::app::Service;
use matters_arising::auth::mint::{SigningKey, TokenRequest};
use matters_arising::auth::{Role, Roles};
use matters_arising::clock::{ManualClock, SharedClock};
use matters_arising::config::{AuthConfig, Config, Secret};
use matters_arising::db::Verdict;
use matters_arising::ids::RandomIds;
use serde_json::{Value, json};

pub(crate) use database::Database;
pub(crate) use people::{Answer, Person};
pub(crate) use program::{Folder, Program, command, until};

/// When every test begins, unless it says otherwise: a week after the committee's meeting.
pub(crate) const NOW: &str = "2014-03-10T12:00:00Z";

/// What signs everybody's tokens.
pub(crate) struct Minter {
    key: SigningKey,
    auth: AuthConfig,
    clock: Arc<ManualClock>,
}

/// A running service with an empty database.
pub(crate) struct App {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) base: String,
    http: reqwest::Client,
    minter: Arc<Minter>,
    service: Option<Service>,
    // Last, so that they are dropped when the service no longer uses them.
    pub(crate) database: Database,
    files: Option<Folder>,
}

impl App {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// A service whose configuration differs from the suite's.
    pub(crate) async fn start_with(adjust: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(ManualClock::at(instant(NOW)));
        Self::start_told_by(clock.clone(), clock, adjust).await
    }

    /// A service that is told the time of `clock` by another, which may do so in its own way.
    pub(crate) async fn start_told_by(
        clock: Arc<ManualClock>,
        told_by: SharedClock,
        adjust: impl FnOnce(&mut Config),
    ) -> Self {
        let database = Database::create().await;
        let key = SigningKey::generate().unwrap();
        let mut config = Config::default();
        config.server.bind = "127.0.0.1:0".parse().unwrap();
        config.server.workers = Some(1);
        config.server.shutdown_timeout_seconds = 1;
        config.database.url = Secret::new(database.url());
        config.database.pool_size = 6;
        // The machine that runs the tests is shared; patience is not what is tested here.
        config.database.pool_wait_ms = 30_000;
        config.database.statement_timeout_ms = 30_000;
        config.database.lock_timeout_ms = 30_000;
        config.rate_limit.requests = 1_000_000;
        config.auth.issuer = Some("https://id.example".to_owned());
        config.auth.audience = Some("matters-arising".to_owned());
        config.auth.public_key_pem = key.public_key_pem().map(Secret::new);
        // SQLite has the evidence beside it; without it that would be in the folder that the suite runs in.
        let files = matches!(database, Database::Postgres { .. }).then(Folder::create);
        if let Some(files) = &files {
            let store = format!("file://{}", files.path("evidence"));
            config.evidence.store = Some(store.parse().unwrap());
        }
        adjust(&mut config);
        let service = Service::start(&config, told_by, Arc::new(RandomIds))
            .await
            .unwrap();
        let minter = Minter {
            key,
            auth: config.auth,
            clock: clock.clone(),
        };
        Self {
            base: format!("http://{}", service.address()),
            http: reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            minter: Arc::new(minter),
            service: Some(service),
            clock,
            database,
            files,
        }
    }

    pub(crate) fn at(&self, now: &str) {
        self.clock.set(instant(now));
    }

    /// Where the service keeps files, if that is not beside its database.
    pub(crate) fn store_url(&self) -> Option<String> {
        let files = self.files.as_ref()?;
        Some(format!("file://{}", files.path("evidence")))
    }

    /// What a check of the whole audit trail finds.
    pub(crate) async fn audit_trail(&self) -> Verdict {
        let db = self.service.as_ref().unwrap().db();
        while db.seal().await.unwrap() > 0 {}
        db.verify_audit_trail().await.unwrap()
    }

    /// Runs SQL behind the service's back, for what would take too long through its door.
    pub(crate) fn sql(&self, sql: &str) {
        self.database.run(sql);
    }

    /// SQLite: keeps the service from writing until what it answers with is dropped.
    pub(crate) fn lock_writes(&self) -> Option<diesel::SqliteConnection> {
        self.database.lock_writes()
    }

    fn person(&self, subject: &str, roles: &[Role]) -> Person {
        let mut token = TokenRequest::for_service(&self.minter.auth, subject, Roles::of(roles));
        token.lifetime_seconds = 10 * 366 * 86_400;
        Person::with_token(self.http.clone(), &self.base, self.minter.clone(), token)
    }

    pub(crate) fn anonymous(&self) -> Person {
        Person::anonymous(self.http.clone(), &self.base)
    }

    pub(crate) fn reader(&self) -> Person {
        self.person("reader", &[Role::Reader])
    }

    pub(crate) fn officer(&self, subject: &str) -> Person {
        self.person(subject, &[Role::Officer])
    }

    pub(crate) fn clerk(&self) -> Person {
        self.person("clerk", &[Role::Clerk])
    }

    pub(crate) fn second_clerk(&self) -> Person {
        self.person("second-clerk", &[Role::Clerk])
    }

    pub(crate) fn auditor(&self) -> Person {
        self.person("auditor", &[Role::Auditor])
    }

    /// Somebody who is both, as the roles of a token allow.
    pub(crate) fn officer_and_auditor(&self, subject: &str) -> Person {
        self.person(subject, &[Role::Officer, Role::Auditor])
    }

    pub(crate) fn admin(&self) -> Person {
        self.person("admin", &[Role::Admin])
    }
}

impl Drop for App {
    fn drop(&mut self) {
        // Idle connections would hold up the service's end.
        self.http = reqwest::Client::new();
        if let Some(service) = self.service.take() {
            tokio::task::block_in_place(|| {
                let _ended = tokio::runtime::Handle::current().block_on(service.stop());
            });
        }
    }
}

pub(crate) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A committee with one meeting and one item on its agenda, and the post that has things to do.
pub(crate) struct Council {
    pub(crate) clerk: Person,
    pub(crate) committee: String,
    pub(crate) meeting: String,
    pub(crate) item: String,
    /// Asks for actions.
    pub(crate) resolution: String,
    /// Decides what becomes of them, at the same meeting.
    pub(crate) decision: String,
    pub(crate) post: String,
}

impl Council {
    /// Children and Family Services, on 3 March 2014.
    pub(crate) async fn found(app: &App) -> Self {
        Self::found_as(app, "CFS", "Director of Children and Family Services").await
    }

    pub(crate) async fn found_as(app: &App, code: &str, post: &str) -> Self {
        let clerk = app.clerk();
        let committee = clerk
            .make(
                "/v1/committees",
                json!({ "code": code, "name": format!("{code} Committee") }),
            )
            .await;
        let meeting = clerk
            .make(
                "/v1/meetings",
                json!({ "committee_id": committee, "starts_at": "2014-03-03T14:00:00Z" }),
            )
            .await;
        let item = clerk
            .make(
                "/v1/agenda-items",
                json!({ "meeting_id": meeting, "number": "8", "title": "Performance" }),
            )
            .await;
        let resolution = clerk
            .make("/v1/resolutions", json!({
                "agenda_item_id": item, "clause": "(b)", "kind": "request", "text": "that further information be provided",
            }))
            .await;
        let decision = clerk
            .make("/v1/resolutions", json!({
                "meeting_id": meeting, "clause": "(c)", "kind": "approved", "text": "that the progress report be agreed",
            }))
            .await;
        let post = clerk
            .make(
                "/v1/posts",
                json!({ "title": post, "directorate": "Children and Family Services" }),
            )
            .await;
        Self {
            clerk,
            committee,
            meeting,
            item,
            resolution,
            decision,
            post,
        }
    }

    /// The body of an open action that is due on a day.
    pub(crate) fn due_on(&self, day: &str) -> Value {
        json!({
            "resolution_id": self.resolution, "title": "Adoption figures", "owner_post_id": self.post,
            "due": { "kind": "date", "due_on": day }, "state": "open",
        })
    }

    /// The body of an open action without a day.
    pub(crate) fn undated(&self) -> Value {
        json!({
            "resolution_id": self.resolution, "title": "Adoption figures", "owner_post_id": self.post,
            "due": { "kind": "none", "review_on": "2014-09-01" }, "state": "open",
        })
    }

    /// Records an action and answers with its id.
    pub(crate) async fn action(&self, body: Value) -> String {
        self.clerk.make("/v1/actions", body).await
    }

    /// Hands in minutes of the meeting, as plain text, and answers with their id.
    pub(crate) async fn hand_in(&self, text: &str) -> String {
        let path = format!("/v1/meetings/{}/minutes", self.meeting);
        let request = self.clerk.request(reqwest::Method::POST, &path);
        let request = request.header("content-type", "text/plain");
        let handed_in = Answer::to(request.body(text.to_owned())).await;
        handed_in.expect(201).id()
    }

    /// Records that the chair decides in the committee's place since the meeting, and answers with the delegation's id.
    pub(crate) async fn delegate(&self) -> String {
        let body = json!({
            "committee_id": self.committee, "resolution_id": self.decision, "wording": "To decide between meetings",
            "delegate": "The Chair", "starts_on": "2014-03-03",
        });
        self.clerk.make("/v1/delegations", body).await
    }

    /// Records that somebody acts in the post besides, since 8 March 2014.
    pub(crate) async fn appoint_too(&self, subject: &str) {
        self.clerk
            .make(
                &format!("/v1/posts/{}/tenures", self.post),
                json!({ "holder_name": subject, "holder_subject": subject, "acting": true, "starts_on": "2014-03-08" }),
            )
            .await;
    }

    /// Records that somebody holds the post since the new year.
    pub(crate) async fn appoint(&self, subject: &str) {
        self.clerk
            .make(
                &format!("/v1/posts/{}/tenures", self.post),
                json!({ "holder_name": "Ann Example", "holder_subject": subject, "starts_on": "2014-01-01" }),
            )
            .await;
    }
}

/// `body` with the members of `other` in their place.
pub(crate) fn with(mut body: Value, other: Value) -> Value {
    for (name, value) in other.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}
