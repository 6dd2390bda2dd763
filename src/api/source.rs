//! Where a record came from.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fields::Check;
use super::{Kind, Problem};
use crate::db::sources::RecordSource;
use crate::records::{self, FieldError};

/// Where a record came from. `system` and `reference` together are its natural key: a record sent again under the same key
/// is found, not made twice.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceInput {
    /// The system it came from.
    #[schema(min_length = 1, max_length = 100, example = "moderngov")]
    system: String,
    /// Its key in that system.
    #[schema(min_length = 1, max_length = 200, example = "mgIssue-12345")]
    reference: String,
    /// Where it can be read there.
    #[serde(default)]
    #[schema(format = Uri, max_length = 2000)]
    url: Option<String>,
}

impl SourceInput {
    pub(crate) fn check(&self, check: &mut Check) {
        check.line("/source/system", &self.system, 100);
        check.line("/source/reference", &self.reference, 200);
        check.url("/source/url", self.url.as_ref());
    }
}

impl From<SourceInput> for records::Source {
    fn from(source: SourceInput) -> Self {
        Self {
            system: source.system,
            reference: source.reference,
            url: source.url,
        }
    }
}

/// Where a record came from: a system, and the record's key there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Source {
    /// The system it came from.
    #[schema(max_length = 100, example = "moderngov")]
    system: String,
    /// Its key in that system.
    #[schema(max_length = 200, example = "mgIssue-12345")]
    reference: String,
    /// Where it can be read there.
    #[schema(required, format = Uri, max_length = 2000)]
    url: Option<String>,
}

impl Source {
    /// The source of a stored record.
    pub(crate) fn stored(
        system: Option<String>,
        reference: Option<String>,
        url: Option<String>,
    ) -> Option<Self> {
        Some(Self {
            system: system?,
            reference: reference?,
            url,
        })
    }
}

/// Where a record was brought in from: a published source that lists it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishedSource {
    /// What the source is called here.
    #[schema(max_length = 100, example = "moderngov")]
    system: String,
    /// The record's key there.
    #[schema(max_length = 200, example = "4711")]
    reference: String,
    /// Where people read of it there.
    #[schema(required, format = Uri, max_length = 2000)]
    url: Option<String>,
    /// When the source was last seen to list it. Null where that is not known, of what was brought in by an older program.
    #[schema(required)]
    last_seen_at: Option<DateTime<Utc>>,
    /// Since when the source has not listed it, where it does no longer; the record stays.
    #[schema(required)]
    missing_since: Option<DateTime<Utc>>,
}

impl PublishedSource {
    /// Takes out when it was last seen to list the record, and says whether there is one. That the record is listed as ever is
    /// no change of it, or each import would change every tag.
    pub(crate) const fn forget_when_seen(source: Option<&mut Self>) -> bool {
        match source {
            Some(source) => {
                source.last_seen_at = None;
                true
            }
            None => false,
        }
    }
}

impl From<RecordSource> for PublishedSource {
    fn from(row: RecordSource) -> Self {
        Self {
            system: row.system,
            reference: row.reference,
            url: row.url,
            last_seen_at: row.last_seen_at.map(|at| at.0),
            missing_since: row.missing_since.map(|at| at.0),
        }
    }
}

/// A natural key to look for: both parts, or none.
pub(crate) fn source_filter(
    system: Option<&String>,
    reference: Option<&String>,
) -> Result<Option<(String, String)>, Problem> {
    match (system, reference) {
        (Some(system), Some(reference)) => Ok(Some((system.clone(), reference.clone()))),
        (None, None) => Ok(None),
        (Some(_), None) => Err(missing("source_reference")),
        (None, Some(_)) => Err(missing("source_system")),
    }
}

fn missing(name: &str) -> Problem {
    let error = FieldError::new(name, "required", "Source system and reference go together.");
    Problem::with_errors(Kind::BadParameter, vec![error])
}
