//! `/v1/minutes/readings`: what the reader of minutes proposes, of which nothing is kept.

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::document::{Document, unreadable};
use crate::api::drafts::printed::{DraftHeading, DraftOwner, PrintedDue, share, spans};
use crate::api::drafts::view::DraftDue;
use crate::api::extract::{Allowed, Query, ToRecord};
use crate::api::idempotency;
use crate::api::problem::Kind;
use crate::api::upload::FileContent;
use crate::api::{Api, CreateProblems, IdempotencyKeyHeader, Problem};
use crate::db::{Reach, meetings};
use crate::domain::draft::DraftOrigin;
use crate::domain::ids::MeetingId;
use crate::domain::resolution::ResolutionKind;
use crate::minutes::Strength;
use crate::records::FieldError;
use crate::records::minutes::{MAX_ITEMS, ReadItem, Surroundings};

/// For which meeting minutes are read.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReadingQuery {
    /// The meeting whose minutes they are: days that are printed without a year are of the time after it, and headings are looked
    /// for on its agenda.
    #[param(value_type = Uuid, required = false)]
    meeting_id: Option<MeetingId>,
}

/// What was read in minutes. Nothing of it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MinutesReading {
    /// The document's media type.
    #[schema(max_length = 100, example = "text/plain")]
    media_type: String,
    /// Its size in bytes.
    #[schema(minimum = 1, maximum = 1_073_741_824)]
    size_bytes: i64,
    /// SHA-256 over its bytes, in hexadecimal.
    #[schema(min_length = 64, max_length = 64)]
    source_sha256: String,
    /// The decided items, in the order of the text.
    #[schema(max_items = 2000)]
    resolutions: Vec<ResolutionRead>,
    /// What was asked for or promised in the discussion alone, in the order of the text.
    #[schema(max_items = 2000)]
    discussion_actions: Vec<DiscussionActionRead>,
}

/// A decided item as it was read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResolutionRead {
    /// The label, as printed; null where there is none.
    #[schema(required, max_length = 2000, example = "(b)")]
    label: Option<String>,
    /// What it does.
    kind: ResolutionKind,
    /// Its words, without their layout.
    #[schema(max_length = 2_097_152)]
    text: String,
    /// Where it stands in the text: from its first byte to the byte behind its last.
    #[schema(min_items = 2, max_items = 2)]
    span: Vec<i32>,
    /// Whether somebody is to do something that can be checked later.
    is_action: bool,
    /// Who is to act.
    #[schema(max_items = 20)]
    owners: Vec<DraftOwner>,
    /// The heading under which it stands, and the agenda items that it names; null where there is none, or
    /// no meeting with an agenda is named.
    #[schema(required)]
    heading: Option<DraftHeading>,
    /// By when, as printed.
    due: PrintedDue,
    /// The due term that these words set, where they leave no doubt.
    #[schema(required)]
    due_term: Option<DraftDue>,
    /// How sure the reader is, from 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    confidence: f64,
    /// The names of the rules that fired.
    #[schema(max_items = 50)]
    rules: Vec<&'static str>,
    /// Where the same was said before.
    #[schema(value_type = Vec<Vec<i32>>, max_items = 2000)]
    restates: Vec<Vec<i32>>,
}

/// What was asked for or promised in the discussion, as it was read.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DiscussionActionRead {
    /// The sentence, without its layout.
    #[schema(max_length = 2_097_152)]
    text: String,
    /// Where it stands in the text: from its first byte to the byte behind its last.
    #[schema(min_items = 2, max_items = 2)]
    span: Vec<i32>,
    /// How firmly it was said.
    strength: Strength,
    /// Who is to act.
    #[schema(max_items = 20)]
    owners: Vec<DraftOwner>,
    /// The heading under which it stands, and the agenda items that it names; null where there is none, or
    /// no meeting with an agenda is named.
    #[schema(required)]
    heading: Option<DraftHeading>,
    /// By when, as printed.
    due: PrintedDue,
    /// The due term that these words set, where they leave no doubt.
    #[schema(required)]
    due_term: Option<DraftDue>,
    /// How sure the reader is, from 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    confidence: f64,
    /// The names of the rules that fired.
    #[schema(max_items = 50)]
    rules: Vec<&'static str>,
}

impl ResolutionRead {
    fn show(item: ReadItem) -> Self {
        Self {
            due_term: DraftDue::read(&item),
            due: PrintedDue::of(item.due.kind, item.due.phrase),
            label: item.label,
            kind: item.kind.unwrap_or(ResolutionKind::Other),
            text: item.text,
            span: spans(&[item.span]).concat(),
            is_action: item.is_action,
            owners: item.owners.into_iter().map(DraftOwner::show).collect(),
            heading: item.heading.map(DraftHeading::show),
            confidence: share(item.confidence.into()),
            rules: item.rules,
            restates: spans(&item.restates),
        }
    }
}

impl DiscussionActionRead {
    fn show(item: ReadItem) -> Self {
        Self {
            due_term: DraftDue::read(&item),
            due: PrintedDue::of(item.due.kind, item.due.phrase),
            text: item.text,
            span: spans(&[item.span]).concat(),
            strength: item.strength.unwrap_or(Strength::Suggested),
            owners: item.owners.into_iter().map(DraftOwner::show).collect(),
            heading: item.heading.map(DraftHeading::show),
            confidence: share(item.confidence.into()),
            rules: item.rules,
        }
    }
}

/// Read minutes
///
/// By a clerk. The body is the document as it is; its `Content-Type` may name a charset. What the reader proposes is answered, and
/// nothing is kept or changed. Spans are of bytes, in UTF-8, of the text without a byte order mark. The same document is always
/// read alike, so that `Idempotency-Key` has nothing to do.
#[utoipa::path(
    post, path = "/v1/minutes/readings", operation_id = "create_minutes_reading", tag = "minutes",
    params(ReadingQuery, IdempotencyKeyHeader),
    request_body(description = "The minutes.", content((FileContent = "text/plain"), (FileContent = "text/markdown"), (FileContent = "text/html"),
        (FileContent = "application/pdf"))),
    responses((status = 200, description = "What was read.", body = MinutesReading), CreateProblems)
)]
pub(crate) async fn create_minutes_reading(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    query: Query<ReadingQuery>,
    api: Data<Api>,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    let announced = Document::announced(&request)?;
    idempotency::key_of(&request, &caller.0, &[])?;
    let (today, meeting) = (api.clock.today(), query.value.meeting_id);
    let looked_up = api.read_whole(caller.0, Reach::Short, move |conn, sight| {
        let Some(id) = meeting else {
            return Surroundings::look_up(conn, None, today).map(Some);
        };
        meetings::find(conn, id)?
            .filter(|meeting| sight.sees_committee(meeting.committee_id))
            .map(|meeting| Surroundings::look_up(conn, Some(&meeting), today))
            .transpose()
    });
    let around = looked_up.await?.ok_or_else(|| {
        let error = FieldError::unknown("meeting_id", "meeting");
        Problem::with_errors(Kind::BadParameter, vec![error])
    })?;
    let document = announced.receive(&api, body).await?;
    let items = document.read(&api, around).await?.items;
    if items.len() > MAX_ITEMS {
        let detail = format!("More than {MAX_ITEMS} decisions and requests were read.");
        return Err(unreadable("too_many", detail));
    }
    let (decided, said): (Vec<_>, Vec<_>) = items
        .into_iter()
        .partition(|item| item.origin == DraftOrigin::Decision);
    Ok(HttpResponse::Ok().json(MinutesReading {
        size_bytes: document.size(),
        source_sha256: document.sha256(),
        media_type: document.media_type,
        resolutions: decided.into_iter().map(ResolutionRead::show).collect(),
        discussion_actions: said.into_iter().map(DiscussionActionRead::show).collect(),
    }))
}
