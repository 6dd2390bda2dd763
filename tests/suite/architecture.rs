//! The rooms of the program and which way imports run, read from the sources themselves.

use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::App;

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// Every source, by its path below `src`, without its comments.
fn read_sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    assert!(paths.len() > 50);
    paths
        .into_iter()
        .map(|path| {
            let name = path
                .strip_prefix(&root)
                .unwrap()
                .to_string_lossy()
                .into_owned();
            let code = fs::read_to_string(&path)
                .unwrap()
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect::<Vec<_>>()
                .join("\n");
            (name, code)
        })
        .collect()
}

/// The sources that name something, outside of the places where it may be named.
fn strays(what: &str, allowed: impl Fn(&str) -> bool) -> Vec<String> {
    read_sources()
        .into_iter()
        .filter(|(name, code)| !allowed(name) && code.contains(what))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn the_domain_knows_nothing_of_databases_http_or_callers() {
    for what in [
        "diesel",
        "actix",
        "crate::db",
        "crate::api",
        "crate::auth",
        "crate::records",
        "crate::config",
        "utoipa::path",
    ] {
        assert_eq!(
            strays(what, |name| !name.starts_with("domain")),
            [] as [String; 0],
            "{what}"
        );
    }
}

#[test]
fn the_reader_of_minutes_is_pure() {
    for what in [
        "crate::db",
        "crate::api",
        "crate::records",
        "crate::auth",
        "crate::config",
        "diesel",
        "actix",
        "std::fs",
        "std::env",
        "reqwest",
        "tokio",
    ] {
        assert_eq!(
            strays(what, |name| !name.starts_with("minutes")
                || name.ends_with("tests.rs")),
            [] as [String; 0],
            "{what}"
        );
    }
}

#[test]
fn records_know_nothing_of_http() {
    for what in ["actix", "crate::api", "diesel::", "crate::config"] {
        assert_eq!(
            strays(what, |name| !name.starts_with("records")),
            [] as [String; 0],
            "{what}"
        );
    }
}

#[test]
fn storage_knows_nothing_of_http_callers_or_rules() {
    for what in [
        "actix",
        "crate::api",
        "crate::auth",
        "crate::records",
        "crate::config",
    ] {
        assert_eq!(
            strays(what, |name| !name.starts_with("db")),
            [] as [String; 0],
            "{what}"
        );
    }
}

#[test]
fn only_storage_names_diesel() {
    assert_eq!(
        strays("diesel", |name| name.starts_with("db/")),
        [] as [String; 0]
    );
}

#[test]
fn only_the_store_names_object_store() {
    assert_eq!(
        strays("object_store", |name| name == "store.rs"),
        [] as [String; 0]
    );
}

#[test]
fn the_store_knows_nothing_but_its_configuration() {
    for what in [
        "actix",
        "crate::api",
        "crate::auth",
        "crate::db",
        "crate::domain",
        "crate::records",
    ] {
        assert_eq!(
            strays(what, |name| name != "store.rs"),
            [] as [String; 0],
            "{what}"
        );
    }
}

#[test]
fn the_reader_of_published_documents_is_pure() {
    for what in [
        "actix",
        "diesel",
        "reqwest",
        "tokio",
        "crate::api",
        "crate::auth",
        "crate::clock",
        "crate::config",
        "crate::db",
        "crate::records",
    ] {
        assert_eq!(
            strays(what, |name| !name.starts_with("moderngov")),
            [] as [String; 0],
            "{what}"
        );
    }
    let allowed = |name: &str| name.starts_with("moderngov/");
    assert_eq!(strays("quick_xml", allowed), [] as [String; 0]);
    let allowed = |name: &str| name.starts_with("moderngov/") || name.starts_with("minutes/");
    assert_eq!(strays("html5gum", allowed), [] as [String; 0]);
}

#[test]
fn the_reader_of_trackers_is_pure() {
    for what in [
        "actix",
        "diesel",
        "reqwest",
        "tokio",
        "std::fs",
        "std::env",
        "crate::api",
        "crate::auth",
        "crate::clock",
        "crate::config",
        "crate::db",
        "crate::records",
    ] {
        assert_eq!(
            strays(what, |name| !name.starts_with("tracker/")),
            [] as [String; 0],
            "{what}"
        );
    }
    let allowed = |name: &str| name.starts_with("tracker/");
    for what in ["calamine", "csv::Reader", "zip::Zip"] {
        assert_eq!(strays(what, allowed), [] as [String; 0], "{what}");
    }
}

#[test]
fn only_the_http_surface_names_actix() {
    let allowed = |name: &str| name.starts_with("api/") || matches!(name, "app.rs" | "routes.rs");
    for what in ["actix_web", "actix_http", "actix_rt"] {
        assert_eq!(strays(what, allowed), [] as [String; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_is_served_as_it_is_committed() {
    let app = App::start().await;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi.json");
    let served = app.anonymous().get("/openapi.json").await.expect(200);
    assert_eq!(served.text, fs::read_to_string(path).unwrap());
    assert_eq!(served.header("content-type"), "application/json");
}
