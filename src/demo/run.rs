//! Runs the demonstration: the service on an invented council, with a token for every role.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{SeedError, bulk, council};
use crate::app::{Service, StartError};
use crate::auth::mint::{MintError, SigningKey, TokenRequest};
use crate::auth::{Role, Roles};
use crate::cli::{DemoArgs, Format};
use crate::clock::{Clock as _, SystemClock};
use crate::config::{Config, ConfigError, LogFormat, Secret, Sources};
use crate::ids::RandomIds;
use crate::telemetry::{self, LogOutput, TelemetryError};

/// How long the tokens last.
const TOKEN_SECONDS: u32 = 7 * 24 * 3600;

/// Why the demonstration did not start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The environment configures what cannot be.
    #[error("the configuration is not usable:\n{0}")]
    Config(#[from] ConfigError),
    /// Logging could not be started.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    /// The service could not be started.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A token could not be made.
    #[error("no token was made: {0}")]
    Mint(#[from] MintError),
    /// The folder could not be made, or the output is gone.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The council could not be recorded.
    #[error("the council could not be recorded: {0}")]
    Council(#[from] SeedError),
}

/// Runs the demonstration until it is told to stop.
pub async fn run(args: &DemoArgs) -> Result<(), DemoError> {
    let key = SigningKey::generate()?;
    let (config, database) = configure(args, &key)?;
    telemetry::init(&config.log, LogOutput::Stderr)?;
    let service = Service::start(&config, Arc::new(SystemClock), Arc::new(RandomIds)).await?;
    populate(args, &service).await?;
    let tokens = tokens(&config, &key)?;
    let base_url = format!("http://{}", service.address());
    let text = match args.format {
        Format::Json => {
            let tokens: Map<String, Value> = tokens
                .iter()
                .map(|(role, token)| (role.to_string(), json!(token)))
                .collect();
            let ready = json!({
                "base_url": base_url,
                "docs_url": format!("{base_url}/docs/"),
                "database": database,
                "tokens": tokens,
            });
            format!("{ready}\n")
        }
        Format::Text => welcome(&base_url, &database, &tokens),
    };
    io::stdout().write_all(text.as_bytes())?;
    io::stdout().flush()?;
    Ok(service.run().await?)
}

/// The configuration of a demonstration: no delay when it stops, no rate worth a limit, and what the environment says.
fn configure(args: &DemoArgs, key: &SigningKey) -> Result<(Config, String), DemoError> {
    let (url, shown) = match &args.database_url {
        Some(url) => (url.clone(), "postgres".to_owned()),
        None => {
            let folder = args.data.clone().unwrap_or_else(fresh_folder);
            std::fs::create_dir_all(&folder)?;
            let file = folder.join("matters-arising.sqlite3");
            (
                format!("sqlite://{}", file.display()),
                file.display().to_string(),
            )
        }
    };
    let own = [
        ("MATTERS_ARISING_RATE_LIMIT__REQUESTS", "1000000000"),
        ("MATTERS_ARISING_SERVER__DRAIN_DELAY_SECONDS", "0"),
        ("MATTERS_ARISING_LOG__FILTER", "warn"),
    ];
    let given: Vec<(String, String)> = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        // Whose tokens and which database, a demonstration decides for itself.
        .filter(|(name, _)| {
            !name.starts_with("MATTERS_ARISING_AUTH__")
                && !name.starts_with("MATTERS_ARISING_DATABASE__URL")
        })
        .collect();
    let mut env: Vec<(String, String)> = own
        .iter()
        .filter(|(name, _)| !given.iter().any(|(known, _)| known == name))
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    env.extend(given);
    let mut config = Config::load(&Sources {
        file: None,
        env,
        overrides: vec![("database.url".to_owned(), url)],
    })?;
    config.server.bind = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    config.auth.issuer = Some("https://demo.invalid".to_owned());
    config.auth.audience = Some("matters-arising-demo".to_owned());
    config.auth.public_key_pem = key.public_key_pem().map(Secret::new);
    if args.format == Format::Text {
        config.log.format = LogFormat::Pretty;
    }
    Ok((config, shown))
}

fn fresh_folder() -> PathBuf {
    std::env::temp_dir().join(format!(
        "matters-arising-demo-{:08x}",
        rand::random::<u32>()
    ))
}

/// Records what was asked for, unless the database holds records already.
async fn populate(args: &DemoArgs, service: &Service) -> Result<(), DemoError> {
    if args.empty || !service.db().is_empty().await.map_err(SeedError::from)? {
        return Ok(());
    }
    let now = SystemClock.now();
    match args.actions {
        Some(actions) => bulk::seed(service.db(), actions, now).await?,
        None => council::seed(service.db(), now).await?,
    }
    Ok(())
}

/// A token for each role.
fn tokens(config: &Config, key: &SigningKey) -> Result<Vec<(Role, String)>, DemoError> {
    Role::ALL
        .iter()
        .map(|role| {
            let mut request = TokenRequest::for_service(
                &config.auth,
                format!("demo-{role}"),
                Roles::of(&[*role]),
            );
            request.name = Some(format!("Demo {role}"));
            request.lifetime_seconds = TOKEN_SECONDS;
            Ok((*role, key.mint(&request, &SystemClock)?))
        })
        .collect()
}

/// What to paste for each role.
fn welcome(base_url: &str, database: &str, tokens: &[(Role, String)]) -> String {
    let mut text = format!(
        "\nMatters Arising is ready.\n\n  address        {base_url}\n  documentation  {base_url}/docs/\n  \
         database       {database}\n\nOne request per role, ready to paste; the tokens last a week:\n"
    );
    for (role, token) in tokens {
        let (about, path) = match role {
            Role::Reader => ("what is overdue", "/v1/actions?overdue=current&limit=3"),
            Role::Officer => (
                "what is outstanding",
                "/v1/actions?outstanding=true&limit=3",
            ),
            Role::Clerk => ("the next meetings", "/v1/meetings?status=scheduled&limit=3"),
            Role::Auditor => (
                "what only the original term calls late",
                "/v1/actions?overdue=original&limit=3",
            ),
            Role::Admin => ("no right over records (403)", "/v1/committees"),
        };
        // Writing to a String does not fail.
        let _ = write!(
            text,
            "\n# {role}: {about}\ncurl -s '{base_url}{path}' -H 'Authorization: Bearer {token}'\n"
        );
    }
    text.push_str("\nStop with Ctrl-C.\n");
    text
}
