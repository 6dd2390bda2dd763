//! Records as they are shown with where they were brought in from.

use super::{Effect, Telling, Told};
use crate::db::agenda_items::AgendaItem;
use crate::db::committees::Committee;
use crate::db::meetings::Meeting;
use crate::db::sources::{self, RecordSource};
use crate::db::{Conn, DbError};
use crate::domain::ids::RecordId;

/// What published sources have.
pub(crate) trait FromSource {
    /// Its id, whatever it is.
    fn record_id(&self) -> RecordId;
}

impl FromSource for Committee {
    fn record_id(&self) -> RecordId {
        RecordId(self.id.0)
    }
}

impl FromSource for Meeting {
    fn record_id(&self) -> RecordId {
        RecordId(self.id.0)
    }
}

impl FromSource for AgendaItem {
    fn record_id(&self) -> RecordId {
        RecordId(self.id.0)
    }
}

/// A record, and where it was brought in from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sourced<T> {
    pub(crate) record: T,
    pub(crate) source: Option<RecordSource>,
}

impl<T: FromSource> Sourced<T> {
    /// Looks up where records come from, in one query for all of them.
    pub(crate) fn of_all(conn: &mut Conn, records: Vec<T>) -> Result<Vec<Self>, DbError> {
        let ids: Vec<_> = records.iter().map(FromSource::record_id).collect();
        let mut found = sources::latest(conn, &ids)?;
        Ok(records
            .into_iter()
            .map(|record| Self {
                source: found.remove(&record.record_id().0),
                record,
            })
            .collect())
    }

    /// The same of one.
    pub(crate) fn of(conn: &mut Conn, record: T) -> Result<Self, DbError> {
        let id = record.record_id();
        let source = sources::latest(conn, &[id])?.remove(&id.0);
        Ok(Self { record, source })
    }

    /// The same of what a write made or changed.
    pub(crate) fn of_effect(conn: &mut Conn, effect: Effect<T>) -> Result<Effect<Self>, DbError> {
        Ok(match effect {
            // What was only just recorded here was brought in from nowhere.
            Effect::Created(record) => Effect::Created(Self {
                record,
                source: None,
            }),
            Effect::Known(record) => Effect::Known(Self::of(conn, record)?),
            Effect::Changed(record) => Effect::Changed(Self::of(conn, record)?),
        })
    }
}

impl<T: Telling> Telling for Sourced<T> {
    fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>)) {
        self.record.tell(visit);
    }
}
