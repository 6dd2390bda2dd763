//! The layers: reading them, saying where a value came from, and showing the result.

use std::path::Path;

use figment::error::Kind;
use figment::providers::{Format as _, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider, Source};

use super::{Config, ConfigError, Sources, validate};

/// What the name of every environment variable of ours begins with. Sections are separated by two underscores:
/// `MATTERS_ARISING_DATABASE__URL`.
pub const ENV_PREFIX: &str = "MATTERS_ARISING_";

/// The environment variable that names the TOML file. It is the command line's, so it is no key here.
pub const CONFIG_FILE_VARIABLE: &str = "MATTERS_ARISING_CONFIG";

/// The environment variable by which the test suite is given a database. Whoever has it set may run the program all the same.
const TEST_DATABASE_VARIABLE: &str = "MATTERS_ARISING_TEST_DATABASE";

/// Keys whose value may stand in a file named by the same key with `_file` behind it.
const SECRET_KEYS: [&str; 3] = [
    "database.url",
    "auth.hs256_secret",
    "evidence.secret_access_key",
];

/// A secret file beyond this size is a mistake (a disk, a log), not a secret.
const SECRET_FILE_LIMIT_BYTES: u64 = 64 * 1024;

pub(super) fn load(sources: &Sources) -> Result<Config, ConfigError> {
    let mut figment = Figment::new();
    if let Some(path) = &sources.file {
        if !path.is_file() {
            return Err(ConfigError::one(format!(
                "the configuration file {} does not exist or is not a file",
                path.display()
            )));
        }
        figment = figment.merge(Toml::file_exact(path));
    }
    figment = figment
        .merge(environment(&sources.env))
        .merge(command_line(&sources.overrides));
    for key in SECRET_KEYS {
        if let Some(layer) = secret_from_file(&figment, key)? {
            figment = figment.merge(layer);
        }
    }
    let config: Config = figment
        .extract_lossy()
        .map_err(|error| explain(&figment, error))?;
    validate::values(&config, |key| origin(&figment, key))?;
    Ok(config)
}

/// A layer made of dotted keys and texts. Texts become numbers and booleans where the field wants one, so that a
/// secret made of digits stays as it was written.
struct Pairs {
    metadata: Metadata,
    entries: Vec<(String, String)>,
}

impl Provider for Pairs {
    fn metadata(&self) -> Metadata {
        self.metadata.clone()
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        let mut root = Dict::new();
        for (key, text) in &self.entries {
            insert(&mut root, key, text)?;
        }
        Ok(Profile::Default.collect(root))
    }
}

/// Puts `text` at the dotted `key`; a key that is both a section and a value is an error.
fn insert(root: &mut Dict, key: &str, text: &str) -> Result<(), String> {
    let clash = || format!("{key} is given both as a section and as a value");
    let Some((section, rest)) = key.split_once('.') else {
        if matches!(root.get(key), Some(Value::Dict(..))) {
            return Err(clash());
        }
        root.insert(key.to_owned(), Value::from(text));
        return Ok(());
    };
    match root
        .entry(section.to_owned())
        .or_insert_with(|| Value::from(Dict::new()))
    {
        Value::Dict(_, inner) => insert(inner, rest, text),
        _ => Err(clash()),
    }
}

fn environment(env: &[(String, String)]) -> Pairs {
    let entries = env
        .iter()
        .filter(|(name, value)| {
            !value.is_empty() && name != CONFIG_FILE_VARIABLE && name != TEST_DATABASE_VARIABLE
        })
        .filter_map(|(name, value)| Some((name.strip_prefix(ENV_PREFIX)?, value)))
        .filter(|(name, _)| !is_service_link(name))
        .map(|(name, value)| (name.to_ascii_lowercase().replace("__", "."), value.clone()))
        .collect();
    let metadata = Metadata::named("the environment")
        .interpolater(|_, keys| format!("{ENV_PREFIX}{}", keys.join("__").to_ascii_uppercase()));
    Pairs { metadata, entries }
}

/// Kubernetes describes a Service called `matters-arising` to every pod as `MATTERS_ARISING_SERVICE_HOST`,
/// `MATTERS_ARISING_PORT_8080_TCP_ADDR` and so on. Nobody set those by hand, so they are not unknown keys.
fn is_service_link(name: &str) -> bool {
    name == "PORT"
        || name.starts_with("PORT_")
        || name == "SERVICE_HOST"
        || name == "SERVICE_PORT"
        || name.starts_with("SERVICE_PORT_")
}

fn command_line(overrides: &[(String, String)]) -> Pairs {
    Pairs {
        metadata: Metadata::named("the command line"),
        entries: overrides.to_vec(),
    }
}

/// The layer that holds the secret `key`, where `key` with `_file` behind it names a file.
fn secret_from_file(figment: &Figment, key: &str) -> Result<Option<Pairs>, ConfigError> {
    let file_key = format!("{key}_file");
    let Ok(value) = figment.find_value(&file_key) else {
        return Ok(None);
    };
    if figment.contains(key) {
        return Err(ConfigError::one(format!(
            "{key}{} and {file_key}{} are both given; leave one out",
            origin(figment, key),
            origin(figment, &file_key)
        )));
    }
    let Some(path) = value.as_str() else {
        return Err(ConfigError::one(format!(
            "{file_key}{} must be the path of a file",
            origin(figment, &file_key)
        )));
    };
    let content = read_secret(Path::new(path)).map_err(|reason| {
        ConfigError::one(format!(
            "{file_key}{}: {path} {reason}",
            origin(figment, &file_key)
        ))
    })?;
    let metadata = Metadata::named("a secret file").source(Source::File(path.into()));
    Ok(Some(Pairs {
        metadata,
        entries: vec![(key.to_owned(), content)],
    }))
}

fn read_secret(path: &Path) -> Result<String, String> {
    let describe = |error: std::io::Error| format!("cannot be read: {error}");
    let size = std::fs::metadata(path).map_err(describe)?.len();
    if size > SECRET_FILE_LIMIT_BYTES {
        return Err(format!("is longer than {SECRET_FILE_LIMIT_BYTES} bytes"));
    }
    let mut content = std::fs::read_to_string(path).map_err(describe)?;
    if content.ends_with('\n') {
        content.pop();
        if content.ends_with('\r') {
            content.pop();
        }
    }
    if content.is_empty() {
        return Err("is empty".to_owned());
    }
    Ok(content)
}

/// ` (from the environment variable …)` and the like, or nothing for a default.
fn origin(figment: &Figment, key: &str) -> String {
    figment
        .find_metadata(key)
        .map_or_else(String::new, |metadata| describe(metadata, key))
}

fn describe(metadata: &Metadata, key: &str) -> String {
    match &metadata.source {
        Some(Source::File(path)) => format!(" (in {})", path.display()),
        _ if metadata.name == "the environment" => {
            let keys: Vec<&str> = key.split('.').collect();
            format!(
                " (from the environment variable {})",
                metadata.interpolate(&Profile::Default, &keys)
            )
        }
        _ => format!(" (from {})", metadata.name),
    }
}

/// Turns figment's error into a line that names the key and its source, and that never repeats a secret's value.
fn explain(figment: &Figment, error: figment::Error) -> ConfigError {
    let problems = error
        .into_iter()
        .map(|error| {
            let key = error.path.join(".");
            let place = error.metadata.as_ref().map_or_else(
                || origin(figment, &key),
                |metadata| describe(metadata, &key),
            );
            match &error.kind {
                Kind::UnknownField(_, known) => format!(
                    "{key}{place} is not a known key; the keys here are {}",
                    known.join(", ")
                ),
                _ if SECRET_KEYS.contains(&key.as_str()) => format!("{key}{place} must be a text"),
                kind if key.is_empty() => format!("{}{place}", without_excerpt(&kind.to_string())),
                kind => format!("{key}{place}: {kind}"),
            }
        })
        .collect();
    ConfigError { problems }
}

/// The TOML parser quotes the line it stumbled over, which may be the one with the secret.
fn without_excerpt(message: &str) -> String {
    message
        .lines()
        .filter(|line| !line.contains('|'))
        .map(str::trim)
        .collect::<Vec<_>>()
        .join(": ")
}

/// The configuration as TOML. JSON's strings, numbers, booleans and arrays are TOML's too, so only tables need work.
pub(super) fn to_toml(config: &Config) -> String {
    let mut out = String::new();
    if let Ok(serde_json::Value::Object(sections)) = serde_json::to_value(config) {
        for (name, section) in &sections {
            write_table(&mut out, name, section);
        }
    }
    out
}

fn write_table(out: &mut String, name: &str, table: &serde_json::Value) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.extend(["[", name, "]\n"]);
    write_entries(out, name, table, true);
}

/// Values first, because whatever follows a table's heading belongs to it.
fn write_entries(out: &mut String, name: &str, table: &serde_json::Value, unset_too: bool) {
    let Some(entries) = table.as_object() else {
        return;
    };
    let is_table = |value: &serde_json::Value| match value {
        serde_json::Value::Array(items) => items.iter().any(serde_json::Value::is_object),
        value => value.is_object(),
    };
    let (tables, values): (Vec<_>, Vec<_>) = entries.iter().partition(|(_, value)| is_table(value));
    for (key, value) in values {
        if !value.is_null() {
            out.extend([key, " = ", &value.to_string(), "\n"]);
        } else if unset_too {
            out.extend(["# ", key, " is not set\n"]);
        }
    }
    for (key, value) in tables {
        let name = format!("{name}.{key}");
        match value {
            serde_json::Value::Array(items) => {
                for item in items {
                    out.extend(["\n[[", &name, "]]\n"]);
                    write_entries(out, &name, item, false);
                }
            }
            value if unset_too => write_table(out, &name, value),
            value => {
                out.extend(["[", &name, "]\n"]);
                write_entries(out, &name, value, false);
            }
        }
    }
}
