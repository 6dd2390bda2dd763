//! Wiring: a configuration in, a running service out.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::http::{Method, header};
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use chrono::TimeDelta;
use tokio::task::JoinHandle;

use crate::api::{
    Api, Cursors, InFlight, Kind, Limiter, Limits, Problem, Readers, front, problem_page,
    problem_pages,
};
use crate::auth::{AuthSetupError, Authenticator};
use crate::clock::SharedClock;
use crate::config::{Config, Secret};
use crate::db::{BadDatabaseUrl, Db, DbError, DbSettings, idempotency};
use crate::domain::due::{BadHoliday, BankHolidays};
use crate::domain::rules::{CalledInRule, Rules};
use crate::ids::SharedIds;
use crate::routes;
use crate::store::{Bucket, Store, StoreError, StoreSettings};

/// How long an answer is kept under its Idempotency-Key, and how often old ones are forgotten.
const KEPT: TimeDelta = TimeDelta::hours(48);
const TIDY: Duration = Duration::from_mins(5);

/// How often the sealer looks for unsealed entries.
const SEAL: Duration = Duration::from_millis(100);

/// The document as it is committed, which is what is served.
const DOCUMENT: &str = include_str!("../openapi/openapi.json");

/// Why the service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database URL names no database of ours.
    #[error(transparent)]
    DatabaseUrl(#[from] BadDatabaseUrl),
    /// The database could not be opened.
    #[error("the database could not be opened: {0}")]
    Database(#[from] DbError),
    /// The council's rules could not be read.
    #[error(transparent)]
    Rules(#[from] RulesError),
    /// Authentication could not be set up.
    #[error("authentication could not be set up: {0}")]
    Auth(#[from] AuthSetupError),
    /// The store of evidence is not configured as it must be.
    #[error("{0}")]
    Store(String),
    /// The address could not be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The server could not be started.
    #[error("the server could not be started: {0}")]
    Server(#[from] io::Error),
}

/// How a configured database is reached.
pub fn db_settings(config: &Config) -> Result<DbSettings, BadDatabaseUrl> {
    let database = &config.database;
    Ok(DbSettings {
        target: database.url.expose().parse()?,
        pool_size: usize::try_from(database.pool_size).unwrap_or(usize::MAX),
        pool_wait: Duration::from_millis(database.pool_wait_ms),
        statement_timeout: Duration::from_millis(database.statement_timeout_ms),
        lock_timeout: Duration::from_millis(database.lock_timeout_ms),
        write_queue: database.write_queue,
        long_readers: database.long_readers,
    })
}

/// Why the council's rules cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// The table of bank holidays could not be read.
    #[error("rules.bank_holidays_file: {path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The table of bank holidays is malformed.
    #[error("rules.bank_holidays_file: {path}, {source}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line.
        source: BadHoliday,
    },
    /// The table of bank holidays has no day on it.
    #[error(
        "rules.bank_holidays_file: {path} names no day; leave it out for the bank holidays of England and Wales"
    )]
    NoDay {
        /// The file.
        path: PathBuf,
    },
}

/// The council's own rules, as configured.
pub fn rules(config: &Config) -> Result<Rules, RulesError> {
    let rules = &config.rules;
    Ok(Rules {
        due_soon_days: rules.due_soon_days,
        verify_priorities: rules.verify_priorities.clone(),
        called_in: CalledInRule {
            missed_terms: rules.called_in_after_missed_terms,
            revisions: rules.called_in_after_revisions,
        },
        response_months: rules.response_months,
        bank_holidays: bank_holidays(rules.bank_holidays_file.as_deref())?,
        rag: rules.rag.clone(),
    })
}

fn bank_holidays(file: Option<&Path>) -> Result<BankHolidays, RulesError> {
    let Some(path) = file else {
        return Ok(BankHolidays::england_and_wales());
    };
    let table = std::fs::read_to_string(path).map_err(|source| RulesError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let holidays = BankHolidays::parse(&table).map_err(|source| RulesError::Malformed {
        path: path.to_owned(),
        source,
    })?;
    if holidays.is_empty() {
        let path = path.to_owned();
        return Err(RulesError::NoDay { path });
    }
    Ok(holidays)
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}

/// Where files of evidence are kept: as configured, or else in a folder beside the SQLite database, or in the one that the
/// service runs in.
fn store_settings(config: &Config) -> StoreSettings {
    let evidence = &config.evidence;
    let Some(url) = &evidence.store else {
        let file = config.database.url.expose().strip_prefix("sqlite://");
        let beside = file.and_then(|file| Path::new(file).parent());
        return StoreSettings::Folder(beside.unwrap_or(Path::new("")).join("evidence"));
    };
    if url.scheme() == "file" {
        return StoreSettings::Folder(url.to_file_path().unwrap_or_default());
    }
    StoreSettings::Bucket(Box::new(Bucket {
        name: url.host_str().unwrap_or_default().to_owned(),
        prefix: url.path().trim_matches('/').to_owned(),
        endpoint: evidence.endpoint.as_ref().map(ToString::to_string),
        region: evidence.region.clone(),
        access_key_id: evidence.access_key_id.clone().unwrap_or_default(),
        secret_access_key: evidence
            .secret_access_key
            .clone()
            .unwrap_or_else(|| Secret::new("")),
        allow_http: evidence
            .endpoint
            .as_ref()
            .is_some_and(|url| url.scheme() == "http"),
    }))
}

/// The store of evidence and minutes, as configured.
pub fn store(config: &Config) -> Result<Store, StartError> {
    Ok(Store::open(&store_settings(config))?)
}

/// A running service.
pub struct Service {
    address: SocketAddr,
    db: Db,
    api: web::Data<Api>,
    handle: ServerHandle,
    server: JoinHandle<io::Result<()>>,
    chores: Vec<JoinHandle<()>>,
    drain_delay: Duration,
}

impl Service {
    /// Opens the database, loads the keys and starts to listen.
    pub async fn start(
        config: &Config,
        clock: SharedClock,
        ids: SharedIds,
    ) -> Result<Self, StartError> {
        let rules = rules(config)?;
        let db = Db::open(&db_settings(config)?).await?;
        let fresh: [u8; 32] = rand::random();
        let key = db
            .write(move |tx| crate::db::keys::obtain(tx, "cursors", &fresh))
            .await?;
        let auth = Authenticator::new(&config.auth, Arc::clone(&clock))?;
        auth.warm_up();
        let api = web::Data::new(Api {
            db: db.clone(),
            clock,
            ids,
            auth: Arc::new(auth),
            cursors: Cursors::new(key),
            in_flight: InFlight::default(),
            limiter: Limiter::new(
                config.rate_limit.requests,
                Duration::from_secs(config.rate_limit.per_seconds.into()),
            ),
            limits: Limits {
                body_bytes: config.server.body_limit_bytes,
                bulk_body_bytes: config.server.bulk_body_limit_bytes,
                body_time: Duration::from_secs(config.server.body_timeout_seconds),
                public_url: config.server.public_url.clone(),
                file_bytes: config.evidence.max_file_bytes,
                file_time: Duration::from_secs(config.evidence.upload_timeout_seconds),
                file_types: config.evidence.media_types.clone(),
            },
            rules: Arc::new(rules),
            store: store(config)?,
            readers: Readers::default(),
            draining: AtomicBool::new(false),
        });
        let listener =
            TcpListener::bind(config.server.bind).map_err(|source| StartError::Listen {
                address: config.server.bind,
                source,
            })?;
        let address = listener.local_addr()?;
        let server = server(config, listener, api.clone())?;
        let handle = server.handle();
        Ok(Self {
            address,
            chores: vec![
                tokio::spawn(tidy(api.clone())),
                tokio::spawn(seal(db.clone())),
            ],
            db,
            api,
            handle,
            server: tokio::spawn(server),
            drain_delay: Duration::from_secs(config.server.drain_delay_seconds),
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its database.
    #[must_use]
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// Runs until the process is told to stop (SIGTERM or SIGINT), then drains: says that it is not ready, waits until
    /// nobody sends it more, finishes what it has, and ends.
    pub async fn run(self) -> io::Result<()> {
        stop_signal().await;
        tracing::info!("stopping: no longer ready");
        self.api.draining.store(true, Ordering::SeqCst);
        tokio::time::sleep(self.drain_delay).await;
        self.stop().await
    }

    /// Stops listening, finishes what is under way, seals what was written, and ends.
    pub async fn stop(self) -> io::Result<()> {
        self.handle.stop(true).await;
        let ended = self
            .server
            .await
            .unwrap_or_else(|error| Err(io::Error::other(error)));
        for chore in self.chores {
            chore.abort();
        }
        loop {
            match self.db.seal().await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "the last audit entries are left for the next start to seal");
                    break;
                }
            }
        }
        tracing::info!("stopped");
        ended
    }
}

fn server(config: &Config, listener: TcpListener, api: web::Data<Api>) -> io::Result<Server> {
    let docs = config.server.docs;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(api.clone())
            .wrap(from_fn(front))
            .configure(routes::configure)
            .configure(|config| pages(config, docs))
            .default_service(web::to(|| async {
                Err::<HttpResponse, _>(Problem::plain(Kind::NotFound))
            }))
    })
    .workers(config.server.worker_count())
    .client_request_timeout(Duration::from_secs(5))
    .shutdown_timeout(config.server.shutdown_timeout_seconds)
    .disable_signals()
    .listen(listener)?;
    Ok(server.run())
}

/// The document, the pages that explain problems, and the documentation page.
fn pages(config: &mut web::ServiceConfig, docs: bool) {
    let get = [Method::GET, Method::HEAD];
    let page = |path: &str, handle: fn(actix_web::Route) -> actix_web::Route| {
        let resource = get.iter().fold(web::resource(path), |resource, method| {
            resource.route(handle(web::method(method.clone())))
        });
        routes::with_other_methods(resource, &get)
    };
    config
        .service(page("/openapi.json", |route| {
            route.to(|| async {
                HttpResponse::Ok()
                    .content_type("application/json")
                    .body(DOCUMENT)
            })
        }))
        .service(page("/problems", |route| route.to(problem_pages)))
        .service(page("/problems/{slug}", |route| route.to(problem_page)));
    if docs {
        config
            .service(web::redirect("/docs", "/docs/"))
            .service(page("/docs/{file:.*}", |route| route.to(documentation)));
    }
}

/// A file of the documentation page.
async fn documentation(file: web::Path<String>) -> Result<HttpResponse, Problem> {
    let settings = utoipa_swagger_ui::Config::from("/openapi.json");
    let found = utoipa_swagger_ui::serve(&file, Arc::new(settings))
        .map_err(|_| Problem::plain(Kind::Internal))?
        .ok_or_else(|| Problem::plain(Kind::NotFound))?;
    let mut response = HttpResponse::Ok();
    if found.gzpipped {
        response.insert_header(header::ContentEncoding::Gzip);
    }
    Ok(response
        .content_type(found.content_type)
        .body(found.bytes.into_owned()))
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut stream) => drop(stream.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// Forgets old idempotency records and idle callers, now and then.
async fn tidy(api: web::Data<Api>) {
    let mut tick = tokio::time::interval(TIDY);
    loop {
        tick.tick().await;
        api.limiter.forget_idle();
        let before = api.clock.now() - KEPT;
        loop {
            let forgotten = api
                .db
                .write(move |tx| idempotency::forget_before(tx, before))
                .await;
            match &forgotten {
                Ok(0) => {}
                Ok(records) => tracing::debug!(records, "old idempotency records forgotten"),
                Err(error) => tracing::warn!(%error, "old idempotency records are still there"),
            }
            if forgotten != Ok(idempotency::FORGET_BATCH) {
                break;
            }
        }
    }
}

/// Seals audit entries soon after they were written, where writers do not seal them themselves.
async fn seal(db: Db) {
    let mut tick = tokio::time::interval(SEAL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(error) = db.seal().await {
            tracing::warn!(%error, "audit entries wait to be sealed");
        }
    }
}
