//! Databases of one's own for the tests of this room.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use tempfile::TempDir;

use super::Target;

/// An empty database, which goes away with this.
pub(super) struct Scratch {
    pub(super) target: Target,
    // Either is only kept for what it does when it is dropped.
    _folder: Option<TempDir>,
    _database: Option<Dropped>,
}

struct Dropped {
    admin: String,
    name: String,
}

impl Drop for Dropped {
    fn drop(&mut self) {
        if let Ok(mut admin) = PgConnection::establish(&self.admin) {
            let name = &self.name;
            drop(admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")));
        }
    }
}

impl Scratch {
    /// A file that is not there yet.
    pub(super) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            target: Target::Sqlite(folder.path().join("records.sqlite3")),
            _folder: Some(folder),
            _database: None,
        }
    }

    /// One on the private cluster that the test command has running; `None` without one.
    pub(super) fn postgres() -> Option<Self> {
        let admin = std::env::var("MATTERS_ARISING_TEST_DATABASE")
            .ok()
            .filter(|url| url.starts_with("postgres"))?;
        let name = format!("scratch_{:x}", rand::random::<u64>());
        PgConnection::establish(&admin)
            .unwrap()
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .unwrap();
        let mut url: url::Url = admin.parse().unwrap();
        url.set_path(&name);
        Some(Self {
            target: Target::Postgres(url.into()),
            _folder: None,
            _database: Some(Dropped { admin, name }),
        })
    }
}
