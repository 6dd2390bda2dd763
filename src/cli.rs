//! The command line.

mod minutes;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde_json::json;

use crate::app::{RulesError, Service, StartError, db_settings, rules, store};
use crate::auth::mint::{MintError, SigningKey, TokenRequest};
use crate::auth::{Role, Roles};
use crate::clock::SystemClock;
use crate::config::{Config, ConfigError, Secret, Sources};
use crate::db::{BadDatabaseUrl, Db, DbError};
use crate::demo::{self, DemoError};
use crate::ids::RandomIds;
use crate::imports::{self, ActionsArgs, TrackerError};
use crate::published::{self, ImportError, Importer, ModerngovArgs};
use crate::telemetry::{self, LogOutput, TelemetryError};
use crate::{healthcheck, routes};

/// Makes sure that what a committee asked for gets done.
///
/// A REST service that keeps committees, their meetings and resolutions, and the actions that arise from them: whose each is,
/// when it is due, how it stands, and its whole history. Records live in an embedded SQLite file or in PostgreSQL.
///
/// To look at it, run `matters-arising demo`. To run it for real, configure authentication and run `matters-arising serve`.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_long_help = AFTER_HELP)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "CONFIGURATION\n  \
    Values come from, lowest first: defaults, a TOML file (--config), the environment\n  \
    (MATTERS_ARISING_SECTION__KEY), and --set section.key=value. An unknown key is an error.\n  \
    Secrets can be read from files: MATTERS_ARISING_DATABASE__URL_FILE=/run/secrets/url.\n\n\
    EXIT STATUS\n  \
    0 on success, 1 on failure, 2 when the command line is wrong.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service.
    ///
    /// Refuses to start without authentication configured, and says what to set. On SIGTERM or SIGINT it says that it is not
    /// ready, waits for the drain delay, finishes what it has, and exits with status 0.
    Serve(ConfigArgs),
    /// Run the service on an invented council, with tokens for every role.
    ///
    /// Needs no configuration. Records live in a SQLite file in a folder it names, the signing key in memory only.
    Demo(DemoArgs),
    /// Bring the database's schema up to date, and say what was done.
    Migrate(ConfigArgs),
    /// Mint a bearer token from a local signing key, for development and first set-up.
    Token(TokenArgs),
    /// Bring in what is kept elsewhere.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Print the API document (OpenAPI 3.1).
    Openapi,
    /// Read minutes as councils publish them, and propose resolutions, owners and deadlines.
    Minutes(minutes::MinutesArgs),
    /// Check the configuration, and print it where asked.
    CheckConfig(CheckArgs),
    /// Ask the running service whether it is ready: exit status 0 or 1. For container health checks.
    Healthcheck(ConfigArgs),
}

#[derive(Debug, Clone, Args)]
struct ConfigArgs {
    /// A TOML file.
    #[arg(long, value_name = "FILE", env = "MATTERS_ARISING_CONFIG")]
    config: Option<PathBuf>,
    /// Set one value, e.g. --set server.bind=0.0.0.0:8080. May be given again.
    #[arg(long = "set", value_name = "SECTION.KEY=VALUE", value_parser = key_value)]
    set: Vec<(String, String)>,
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// Bring in committees, their calendars and their agendas from a ModernGov site.
    ///
    /// Reads the site's web service, or its pages, one request at a time, and records what it says anew: a second run changes
    /// nothing. Due terms follow a meeting that was moved or cancelled. Restricted items become exempt. What cannot be understood
    /// is told by its id. Exit status 1 where a committee was not brought in.
    Moderngov(ImportModerngovArgs),
    /// Bring in a tracker that was kept as a spreadsheet: of each row a resolution and an action.
    ///
    /// Says what would become of each row and keeps nothing, unless --apply is given; then all rows are brought in, or none. What
    /// a column says is guessed from its heading, and told. A second run brings nothing in twice. Exit status 1 where a row is
    /// refused.
    Actions(ImportActionsArgs),
}

#[derive(Debug, Args)]
struct ImportModerngovArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    source: ModerngovArgs,
}

#[derive(Debug, Args)]
struct ImportActionsArgs {
    #[command(flatten)]
    config: ConfigArgs,
    #[command(flatten)]
    source: ActionsArgs,
}

#[derive(Debug, Args)]
struct CheckArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Print every value, secrets redacted.
    #[arg(long)]
    print_config: bool,
}

/// What `demo` is asked for.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// The folder for the database; a new one under the system's temporary folder where none is given.
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A PostgreSQL database to use instead, postgres://…
    #[arg(long, value_name = "URL", conflicts_with = "data")]
    pub database_url: Option<String>,
    /// The port on 127.0.0.1; 0 picks a free one.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// What to print when ready: text for people, or one JSON object on a line.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Leave the council out.
    #[arg(long)]
    pub empty: bool,
    /// Record so many generated actions instead of the council, for benchmarks.
    #[arg(long, value_name = "N", conflicts_with = "empty")]
    pub actions: Option<u32>,
}

/// How a command says what it has to say: `demo` that it is ready, `import` what it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For scripts.
    Json,
}

#[derive(Debug, Args)]
struct TokenArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The private key: a PEM file (Ed25519, EC P-256 or RSA).
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "hs256_secret_file"
    )]
    key: Option<PathBuf>,
    /// The shared secret instead: a file.
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    hs256_secret_file: Option<PathBuf>,
    /// Whom the token speaks for.
    #[arg(long)]
    subject: String,
    /// Their name.
    #[arg(long)]
    name: Option<String>,
    /// A role: reader, officer, clerk, auditor or admin. May be given again.
    #[arg(long = "role", required = true)]
    roles: Vec<Role>,
    /// Limit the token to the committee with this code. May be given again.
    #[arg(long = "committee", value_name = "CODE")]
    committees: Vec<String>,
    /// How long the token lasts.
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    lifetime_seconds: u32,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .ok_or_else(|| "must be SECTION.KEY=VALUE".to_owned())
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error("the configuration is not usable:\n{0}")]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    #[error(transparent)]
    Rules(#[from] RulesError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Demo(#[from] DemoError),
    #[error(transparent)]
    DatabaseUrl(#[from] BadDatabaseUrl),
    #[error("the database could not be migrated: {0}")]
    Database(#[from] DbError),
    #[error("no token was made: {0}")]
    Mint(#[from] MintError),
    #[error("no token was made: set auth.issuer and auth.audience, as the service has them")]
    NoIssuer,
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Minutes(#[from] minutes::MinutesError),
    #[error("not ready: {0}")]
    NotReady(String),
    #[error("nothing was brought in: {0}")]
    Import(#[from] ImportError),
    #[error("not every committee was brought in: see the report")]
    ImportIncomplete,
    #[error("nothing was brought in: {0}")]
    Tracker(#[from] TrackerError),
    #[error("rows are refused, and so nothing was brought in: see the report")]
    RowsRefused,
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Parses the command line, runs the command, and answers with the process's exit status.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(CommandError::from)
        .and_then(|runtime| runtime.block_on(run(cli.command)));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // There is nowhere left to say that standard error is gone.
            let _ = writeln!(io::stderr(), "matters-arising: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Serve(args) => serve(&load(args)?).await,
        Command::Demo(args) => Ok(demo::run(&args).await?),
        Command::Migrate(args) => migrate(&load(args)?).await,
        Command::Token(args) => token(args),
        Command::Import(ImportCommand::Moderngov(args)) => import_moderngov(args).await,
        Command::Import(ImportCommand::Actions(args)) => import_actions(args).await,
        Command::Openapi => say(&routes::document()),
        Command::Minutes(args) => say(&minutes::run(&args)?),
        Command::CheckConfig(args) => check_config(args),
        Command::Healthcheck(args) => healthcheck::ask(load(args)?.server.bind)
            .await
            .map_err(CommandError::NotReady),
    }
}

fn load(args: ConfigArgs) -> Result<Config, ConfigError> {
    Config::load(&Sources {
        file: args.config,
        env: std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        overrides: args.set,
    })
}

fn say(text: &str) -> Result<(), CommandError> {
    Ok(io::stdout().write_all(text.as_bytes())?)
}

async fn serve(config: &Config) -> Result<(), CommandError> {
    config.validate_for_serve()?;
    telemetry::init(&config.log, LogOutput::Stdout)?;
    let service = Service::start(config, Arc::new(SystemClock), Arc::new(RandomIds)).await?;
    tracing::info!(address = %service.address(), "serving");
    Ok(service.run().await?)
}

async fn migrate(config: &Config) -> Result<(), CommandError> {
    let done = Db::migrate(&db_settings(config)?).await?;
    if done.is_empty() {
        return say("The schema is up to date.\n");
    }
    say(&format!("Migrated: {}.\n", done.join(", ")))
}

async fn import_moderngov(args: ImportModerngovArgs) -> Result<(), CommandError> {
    let source = args.source;
    if source.committees.is_empty() {
        let listed = published::list(&source).await?;
        return match source.format {
            Format::Text => say(&listed.text()),
            Format::Json => say(&format!("{}\n", json!(listed))),
        };
    }
    let config = load(args.config)?;
    let (db, rules) = (Db::open(&db_settings(&config)?).await?, rules(&config)?);
    let store = source.minutes.then(|| store(&config)).transpose()?;
    let importer = Importer {
        db: &db,
        rules: &rules,
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        store: store.as_ref(),
    };
    let report = importer.moderngov(&source).await?;
    match source.format {
        Format::Text => say(&report.text())?,
        Format::Json => say(&format!("{}\n", json!(report)))?,
    }
    if report.complete() {
        Ok(())
    } else {
        Err(CommandError::ImportIncomplete)
    }
}

async fn import_actions(args: ImportActionsArgs) -> Result<(), CommandError> {
    let config = load(args.config)?;
    let tracker = imports::read(&args.source, config.server.bulk_body_limit_bytes)?;
    let (db, rules) = (Db::open(&db_settings(&config)?).await?, rules(&config)?);
    let importer = Importer {
        db: &db,
        rules: &rules,
        clock: Arc::new(SystemClock),
        ids: Arc::new(RandomIds),
        store: None,
    };
    let report = importer.actions(&args.source, tracker).await?;
    say(&imports::told(&report, args.source.format))?;
    if report.counts.refused == 0 {
        Ok(())
    } else {
        Err(CommandError::RowsRefused)
    }
}

fn token(args: TokenArgs) -> Result<(), CommandError> {
    let config = load(args.config)?;
    if config.auth.issuer.is_none() || config.auth.audience.is_none() {
        return Err(CommandError::NoIssuer);
    }
    let read = |path: PathBuf| {
        std::fs::read_to_string(&path).map_err(|source| CommandError::File { path, source })
    };
    let key = match (args.key, args.hs256_secret_file) {
        (Some(path), _) => SigningKey::from_pem(&read(path)?)?,
        (None, Some(path)) => {
            SigningKey::from_hs256_secret(&Secret::new(without_newline(&read(path)?)))?
        }
        (None, None) => return Ok(()),
    };
    let roles: Roles = args.roles.into_iter().collect();
    let mut request = TokenRequest::for_service(&config.auth, args.subject, roles);
    request.name = args.name;
    request.committees = (!args.committees.is_empty()).then_some(args.committees);
    request.lifetime_seconds = args.lifetime_seconds;
    say(&format!("{}\n", key.mint(&request, &SystemClock)?))
}

/// A secret as the configuration reads it from a file: without one newline at the end.
fn without_newline(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

fn check_config(args: CheckArgs) -> Result<(), CommandError> {
    let config = load(args.config)?;
    if args.print_config {
        say(&config.redacted())?;
    }
    telemetry::filter(&config.log)?;
    db_settings(&config)?;
    rules(&config)?;
    config.validate_for_serve()?;
    let _ = writeln!(io::stderr(), "The configuration is usable.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
