//! How the domain's types are stored: identifiers, instants and vocabularies on both databases.

use std::io::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{HasSqlType, Text, Timestamptz};
use diesel::sqlite::Sqlite;
use uuid::Uuid;

use super::conn::MultiBackend;
use crate::domain::assurance::{Priority, VerificationMethod, VerificationResult};
use crate::domain::claim::ClaimState;
use crate::domain::committee::CommitteeKind;
use crate::domain::draft::{DraftChange, DraftOrigin, DraftState};
use crate::domain::due::{DueKind, Frequency, OccurrenceOutcome, PeriodUnit};
use crate::domain::evidence::EvidenceKind;
use crate::domain::extension::ExtensionState;
use crate::domain::ids::{
    ActionId, AgendaItemId, CommitteeId, CompletionClaimId, DelegationId, DraftId, EvidenceId,
    ExtensionRequestId, LinkId, MeetingId, MinutesId, PostId, ProgressUpdateId, RecordId,
    ResolutionId, ResponseId, TenureId, VerificationId,
};
use crate::domain::life::{Outcome, State};
use crate::domain::links::LinkKind;
use crate::domain::meeting::MeetingStatus;
use crate::domain::published::PublishedKind;
use crate::domain::resolution::ResolutionKind;
use crate::domain::response::ExecutiveResponse;
use crate::minutes::{DuePhraseKind, Strength};

/// A UUID: `uuid` on Postgres, sixteen bytes on SQLite.
#[derive(
    Debug, Clone, Copy, Default, diesel::sql_types::SqlType, diesel::query_builder::QueryId,
)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct Uid;

/// An instant: `timestamptz` on Postgres, RFC 3339 text in UTC with six fraction digits on SQLite, which sorts as it runs.
#[derive(
    Debug, Clone, Copy, Default, diesel::sql_types::SqlType, diesel::query_builder::QueryId,
)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Moment;

impl HasSqlType<Uid> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<Uid>(lookup)
    }
}

impl HasSqlType<Moment> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<Moment>(lookup)
    }
}

/// An instant as it is stored, to the microsecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Moment)]
pub struct Instant(pub DateTime<Utc>);

impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.to_rfc3339_opts(SecondsFormat::AutoSi, true))
    }
}

impl ToSql<Moment, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Timestamptz, Pg>::to_sql(&self.0, out)
    }
}

impl ToSql<Moment, Sqlite> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.to_rfc3339_opts(SecondsFormat::Micros, true));
        Ok(IsNull::No)
    }
}

impl ToSql<Moment, MultiBackend> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Moment, self));
        Ok(IsNull::No)
    }
}

impl FromSql<Moment, Pg> for Instant {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        <DateTime<Utc> as FromSql<Timestamptz, Pg>>::from_sql(bytes).map(Self)
    }
}

impl FromSql<Moment, Sqlite> for Instant {
    fn from_sql(mut bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(
            DateTime::parse_from_rfc3339(bytes.read_text())?.to_utc(),
        ))
    }
}

impl FromSql<Moment, MultiBackend> for Instant {
    fn from_sql(bytes: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        bytes.from_sql::<Self, Moment>()
    }
}

macro_rules! store_ids {
    ($($id:ident as $proxy:ident),+ $(,)?) => {$(
        #[derive(AsExpression, FromSqlRow)]
        #[diesel(foreign_derive, sql_type = Uid)]
        #[expect(dead_code, reason = "stands for the domain's type, which cannot name diesel itself")]
        struct $proxy($id);

        impl ToSql<Uid, Pg> for $id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.0.as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl ToSql<Uid, Sqlite> for $id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.0.as_bytes().as_slice());
                Ok(IsNull::No)
            }
        }

        impl ToSql<Uid, MultiBackend> for $id {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value((Uid, self));
                Ok(IsNull::No)
            }
        }

        impl FromSql<Uid, Pg> for $id {
            fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(Self(Uuid::from_slice(bytes.as_bytes())?))
            }
        }

        impl FromSql<Uid, Sqlite> for $id {
            fn from_sql(mut bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(Self(Uuid::from_slice(bytes.read_blob())?))
            }
        }

        impl FromSql<Uid, MultiBackend> for $id {
            fn from_sql(bytes: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                bytes.from_sql::<Self, Uid>()
            }
        }
    )+};
}

store_ids! {
    CommitteeId as StoredCommitteeId,
    MeetingId as StoredMeetingId,
    AgendaItemId as StoredAgendaItemId,
    ResolutionId as StoredResolutionId,
    PostId as StoredPostId,
    TenureId as StoredTenureId,
    ActionId as StoredActionId,
    ProgressUpdateId as StoredProgressUpdateId,
    EvidenceId as StoredEvidenceId,
    CompletionClaimId as StoredCompletionClaimId,
    LinkId as StoredLinkId,
    VerificationId as StoredVerificationId,
    DelegationId as StoredDelegationId,
    ExtensionRequestId as StoredExtensionRequestId,
    ResponseId as StoredResponseId,
    MinutesId as StoredMinutesId,
    DraftId as StoredDraftId,
    RecordId as StoredRecordId,
}

macro_rules! store_words {
    ($($word:ident as $proxy:ident),+ $(,)?) => {$(
        #[derive(AsExpression, FromSqlRow)]
        #[diesel(foreign_derive, sql_type = Text)]
        #[expect(dead_code, reason = "stands for the domain's type, which cannot name diesel itself")]
        struct $proxy($word);

        impl ToSql<Text, Pg> for $word {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.as_str().as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl ToSql<Text, Sqlite> for $word {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.as_str());
                Ok(IsNull::No)
            }
        }

        impl ToSql<Text, MultiBackend> for $word {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value((Text, self));
                Ok(IsNull::No)
            }
        }

        impl FromSql<Text, Pg> for $word {
            fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(std::str::from_utf8(bytes.as_bytes())?.parse()?)
            }
        }

        impl FromSql<Text, Sqlite> for $word {
            fn from_sql(mut bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(bytes.read_text().parse()?)
            }
        }

        impl FromSql<Text, MultiBackend> for $word {
            fn from_sql(bytes: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                bytes.from_sql::<Self, Text>()
            }
        }
    )+};
}

store_words! {
    CommitteeKind as StoredCommitteeKind,
    MeetingStatus as StoredMeetingStatus,
    PublishedKind as StoredPublishedKind,
    ResolutionKind as StoredResolutionKind,
    DueKind as StoredDueKind,
    State as StoredState,
    Outcome as StoredOutcome,
    Priority as StoredPriority,
    VerificationResult as StoredVerificationResult,
    VerificationMethod as StoredVerificationMethod,
    ExtensionState as StoredExtensionState,
    ExecutiveResponse as StoredExecutiveResponse,
    PeriodUnit as StoredPeriodUnit,
    Frequency as StoredFrequency,
    OccurrenceOutcome as StoredOccurrenceOutcome,
    LinkKind as StoredLinkKind,
    EvidenceKind as StoredEvidenceKind,
    ClaimState as StoredClaimState,
    DraftOrigin as StoredDraftOrigin,
    DraftState as StoredDraftState,
    DraftChange as StoredDraftChange,
    Strength as StoredStrength,
    DuePhraseKind as StoredDuePhraseKind,
}

/// The same of what may be missing, which is null.
#[expect(clippy::ref_option, reason = "serde passes the member by reference")]
pub(super) fn as_some_json<S: serde::Serializer>(
    json: &Option<String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match json {
        Some(json) => as_json(json, serializer),
        None => serializer.serialize_none(),
    }
}

/// Shows what is stored as JSON text as the JSON that it is.
pub(super) fn as_json<S: serde::Serializer>(json: &str, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::Serialize as _;
    let value: serde_json::Value = serde_json::from_str(json).map_err(serde::ser::Error::custom)?;
    value.serialize(serializer)
}
