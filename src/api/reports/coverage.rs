//! `/v1/reports/coverage`: what was asked for and is followed by nothing.

use std::collections::HashMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::extract::{Allowed, Query, ToRead};
use crate::api::problem::Kind;
use crate::api::read::{Limit, PageOf, paged};
use crate::api::{Api, ListProblems, Problem, Showing};
use crate::clock::{end_of_london_day, london_day};
use crate::db::committees::{self, Committee, CommitteeFilter};
use crate::db::coverage::{self as rows, CoverageFilter};
use crate::db::meetings::{self, Meeting};
use crate::db::sight::ExemptSight;
use crate::db::{Conn, DbError, Reach};
use crate::domain::ids::{CommitteeId, DraftId, MeetingId, ResolutionId};
use crate::domain::resolution::ResolutionKind;
use crate::records::{FieldError, Telling, Told};

/// What is not covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CoverageGapKind {
    /// A resolution that requests, recommends or refers something, stands, and has no action; nor has one that it corrects.
    ResolutionWithoutAction,
    /// Something that was asked for in the discussion, and of which no clerk has decided what becomes.
    DiscussionRequestUnconfirmed,
}

/// Something that was asked for and is followed by nothing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoverageGap {
    /// What is not covered.
    kind: CoverageGapKind,
    /// The committee that asked.
    #[schema(value_type = Uuid)]
    committee_id: CommitteeId,
    /// The meeting at which it asked.
    #[schema(value_type = Uuid)]
    meeting_id: MeetingId,
    /// The day of the meeting (Europe/London).
    meeting_on: NaiveDate,
    /// The resolution; null for a request in the discussion.
    #[schema(required, value_type = Option<Uuid>)]
    resolution_id: Option<ResolutionId>,
    /// The draft in which the request waits; null for a resolution.
    #[schema(required, value_type = Option<Uuid>)]
    draft_id: Option<DraftId>,
    /// The label of the resolution, as printed.
    #[schema(required, max_length = 20, example = "(b)")]
    label: Option<String>,
    /// What the resolution does; null for a request in the discussion.
    #[schema(required)]
    resolution_kind: Option<ResolutionKind>,
    /// The words.
    #[schema(max_length = 20_000)]
    text: String,
    /// Days since the meeting, today (Europe/London).
    #[schema(minimum = -1_000_000, maximum = 1_000_000)]
    age_days: i64,
}

/// A page of the report.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CoverageGapPage {
    /// What is not covered.
    #[schema(max_items = 200)]
    items: Vec<CoverageGap>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// What the report is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CoverageQuery {
    /// Only what is not covered in this way.
    #[param(nullable = false, inline)]
    kind: Option<CoverageGapKind>,
    /// Only what this committee asked for.
    #[param(value_type = Uuid, required = false)]
    committee_id: Option<CommitteeId>,
    /// Only what was asked for at this meeting.
    #[param(value_type = Uuid, required = false)]
    meeting_id: Option<MeetingId>,
    /// Only what was asked for on this day (Europe/London) or later.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[param(nullable = false)]
    from: Option<NaiveDate>,
    /// Only what was asked for on this day (Europe/London) or before.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[param(nullable = false)]
    to: Option<NaiveDate>,
    /// How many rows a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(CoverageQuery);

impl CoverageQuery {
    fn filter(&self) -> Result<CoverageFilter, Problem> {
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            let error = FieldError::new("from", "out_of_range", "must not be after `to`");
            return Err(Problem::with_errors(Kind::BadParameter, vec![error]));
        }
        // The first day there is begins at the beginning of time.
        let begin = |day: NaiveDate| {
            let before = day.pred_opt().and_then(end_of_london_day);
            before.unwrap_or(DateTime::<Utc>::MIN_UTC)
        };
        Ok(CoverageFilter {
            committee_id: self.committee_id,
            meeting_id: self.meeting_id,
            from: self.from.map(begin),
            before: self.to.and_then(end_of_london_day),
        })
    }
}

/// Where a row stands in the report: resolutions come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum CoveragePlace {
    Resolution(ResolutionId),
    Request(DraftId),
}

/// A row of the report, and the day of its meeting.
struct Row {
    place: CoveragePlace,
    committee_id: CommitteeId,
    meeting_id: MeetingId,
    meeting_on: Option<NaiveDate>,
    label: Option<String>,
    resolution_kind: Option<ResolutionKind>,
    text: String,
}

// The meeting and the committee are those of a record in sight.
impl Telling for Row {
    fn tell(&mut self, _: &mut dyn FnMut(Told<'_>)) {}
}

impl Row {
    fn show(self, showing: &Showing) -> CoverageGap {
        let (kind, resolution_id, draft_id) = match self.place {
            CoveragePlace::Resolution(id) => {
                (CoverageGapKind::ResolutionWithoutAction, Some(id), None)
            }
            CoveragePlace::Request(id) => (
                CoverageGapKind::DiscussionRequestUnconfirmed,
                None,
                Some(id),
            ),
        };
        let meeting_on = self.meeting_on.unwrap_or(showing.day);
        CoverageGap {
            kind,
            committee_id: self.committee_id,
            meeting_id: self.meeting_id,
            meeting_on,
            resolution_id,
            draft_id,
            label: self.label,
            resolution_kind: self.resolution_kind,
            text: self.text,
            age_days: (showing.day - meeting_on).num_days(),
        }
    }
}

/// Tells rows the days of their meetings, in one query.
fn dated(conn: &mut Conn, rows: &mut [Row]) -> Result<(), DbError> {
    let ids: Vec<_> = rows.iter().map(|row| row.meeting_id).collect();
    let meetings: HashMap<MeetingId, Meeting> = meetings::find_many(conn, &ids)?
        .into_iter()
        .map(|meeting| (meeting.id, meeting))
        .collect();
    for row in rows {
        let meeting = meetings.get(&row.meeting_id);
        row.meeting_on = meeting.map(|meeting| london_day(meeting.starts_at.0));
    }
    Ok(())
}

/// Report what was asked for and is followed by nothing
///
/// First resolutions that request, recommend or refer something and have no action, in the order in which they were recorded; then,
/// for clerks and auditors, requests in the discussion of which no clerk has decided what becomes.
#[utoipa::path(
    get, path = "/v1/reports/coverage", operation_id = "report_coverage", tag = "reports",
    params(CoverageQuery),
    responses((status = 200, description = "A page of the report.", body = CoverageGapPage), ListProblems)
)]
pub(crate) async fn report_coverage(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    query: Query<CoverageQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<CoveragePlace> = api.after(&page)?;
    let (filter, kind) = (query.value.filter()?, query.value.kind);
    let fetch = page.fetch();
    let found = api
        .read_rows(caller.0.clone(), Reach::Long, move |conn, sight| {
            let mut found = Vec::new();
            let resolutions = kind != Some(CoverageGapKind::DiscussionRequestUnconfirmed);
            if resolutions && !matches!(after, Some(CoveragePlace::Request(_))) {
                let after = match after {
                    Some(CoveragePlace::Resolution(id)) => Some(id),
                    _ => None,
                };
                let rows = rows::resolutions_without_action(conn, sight, &filter, after, fetch)?;
                found.extend(rows.into_iter().map(|row| Row {
                    place: CoveragePlace::Resolution(row.id),
                    committee_id: row.committee_id,
                    meeting_id: row.meeting_id,
                    meeting_on: None,
                    label: row.clause,
                    resolution_kind: Some(row.kind),
                    text: row.text,
                }));
            }
            let room = fetch - i64::try_from(found.len()).unwrap_or(fetch);
            let requests = kind != Some(CoverageGapKind::ResolutionWithoutAction);
            if requests && room > 0 && sight.exempt == ExemptSight::All {
                let after = match after {
                    Some(CoveragePlace::Request(id)) => Some(id),
                    _ => None,
                };
                let rows = rows::requests_unconfirmed(conn, sight, &filter, after, room)?;
                found.extend(rows.into_iter().map(|row| Row {
                    place: CoveragePlace::Request(row.id),
                    committee_id: row.committee_id,
                    meeting_id: row.meeting_id,
                    meeting_on: None,
                    label: None,
                    resolution_kind: None,
                    text: row.text,
                }));
            }
            dated(conn, &mut found)?;
            Ok(found)
        })
        .await?;
    api.page(
        &page,
        found,
        |row| row.place,
        Row::show,
        |items, next_cursor| CoverageGapPage { items, next_cursor },
    )
}

/// How much of what a committee asked for is followed by nothing.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CommitteeCoverage {
    /// The committee.
    #[schema(value_type = Uuid)]
    committee_id: CommitteeId,
    /// Its code.
    #[schema(max_length = 12, example = "CFS")]
    code: String,
    /// Its name.
    #[schema(max_length = 200)]
    name: String,
    /// How many of its resolutions request, recommend or refer something and have no action.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    resolutions_without_action: i64,
    /// How many requests in its discussions no clerk has decided on; null for a caller who may not read minutes.
    #[schema(required, minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    discussion_requests_unconfirmed: Option<i64>,
}

/// A page of counts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CommitteeCoveragePage {
    /// The committees of this page.
    #[schema(max_items = 200)]
    items: Vec<CommitteeCoverage>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// Which page of the counts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CommitteeCoverageQuery {
    /// How many committees a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(CommitteeCoverageQuery);

/// A committee, and its counts; the second of them only for some.
struct Counted {
    committee: Committee,
    resolutions: i64,
    requests: Option<i64>,
}

impl Telling for Counted {
    fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>)) {
        self.committee.tell(visit);
    }
}

/// Count what was asked for and is followed by nothing, committee by committee
///
/// Every committee in sight, by code, with the number of rows of each kind that the report has for it.
#[utoipa::path(
    get, path = "/v1/reports/coverage-by-committee", operation_id = "report_coverage_by_committee", tag = "reports",
    params(CommitteeCoverageQuery),
    responses((status = 200, description = "A page of counts.", body = CommitteeCoveragePage), ListProblems)
)]
pub(crate) async fn report_coverage_by_committee(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    query: Query<CommitteeCoverageQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<String> = api.after(&page)?;
    let fetch = page.fetch();
    let found = api
        .read_rows(caller.0.clone(), Reach::Long, move |conn, sight| {
            let every = CommitteeFilter::default();
            let found = committees::list(conn, sight, &every, after.as_deref(), fetch)?;
            let ids: Vec<_> = found.iter().map(|committee| committee.id).collect();
            let counts = rows::counts(conn, sight, &ids)?;
            let of = |counts: &HashMap<_, _>, id| counts.get(&id).copied().unwrap_or(0);
            let sees_drafts = sight.exempt == ExemptSight::All;
            let counted = found.into_iter().map(|committee| Counted {
                resolutions: of(&counts.resolutions, committee.id),
                requests: sees_drafts.then(|| of(&counts.requests, committee.id)),
                committee,
            });
            Ok(counted.collect::<Vec<_>>())
        })
        .await?;
    api.page(
        &page,
        found,
        |row| row.committee.code.clone(),
        |row, _| CommitteeCoverage {
            committee_id: row.committee.id,
            code: row.committee.code,
            name: row.committee.name,
            resolutions_without_action: row.resolutions,
            discussion_requests_unconfirmed: row.requests,
        },
        |items, next_cursor| CommitteeCoveragePage { items, next_cursor },
    )
}
