//! `/v1/imports`: a tracker that was kept as a spreadsheet, brought in all at once.

use std::sync::Arc;

use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::extract::{Allowed, Query, RequestId, ToRecord, check_media, media_type, read_body};
use super::fields::Check;
use super::problem::Kind;
use super::write::{Answer, Writer};
use super::{Api, CreateProblems, IdempotencyKeyHeader, Problem};
use crate::domain::committee::CommitteeCode;
use crate::domain::imported::TrackerField;
use crate::records::imports::{DEFAULT_SYSTEM, Import, Options, TrackerImport, import, owners_of};
use crate::records::{Failure, FieldError};
use crate::tracker::{self, FileKind, Mapping, NotRead};

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What stands for a column where none is to be taken.
const NO_COLUMN: &str = "-";

/// A tracker, byte by byte.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary, max_length = 8_388_608)]
#[expect(dead_code, reason = "only ever documented")]
pub(crate) struct TrackerContent(Vec<u8>);

/// How a tracker is to be brought in. What a column says is guessed from its heading unless it is named here; `-` takes it from no
/// column.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// Whether nothing is kept: everything is done, told and undone. Only `false` brings the tracker in.
    #[param(nullable = false, default = true)]
    dry_run: Option<bool>,
    /// What the tracker is called here. References are of one tracker only, so a second one needs a name of its own.
    #[param(
        min_length = 1,
        max_length = 100,
        nullable = false,
        default = "tracker"
    )]
    source_system: Option<String>,
    /// The committee of rows that name none, by its code.
    #[param(min_length = 2, max_length = 12, nullable = false, example = "CFS")]
    committee: Option<String>,
    /// The workbook's sheet; the first with headings that are recognised where none is named.
    #[param(min_length = 1, max_length = 100, nullable = false)]
    sheet: Option<String>,
    /// Posts for owners that are printed otherwise: `printed=post`, the post by its id or title, several separated by `;`. An empty
    /// printed name stands for rows without an owner.
    #[param(
        min_length = 1,
        max_length = 4000,
        nullable = false,
        example = "Dir. CFS=Director of Children and Family Services"
    )]
    owners: Option<String>,
    /// Record meetings that are not recorded as held, on the day that the rows say.
    #[param(nullable = false, default = false)]
    create_meetings: Option<bool>,
    /// Record posts that are not recorded, by the name that is printed, where no post has a name like it.
    #[param(nullable = false, default = false)]
    create_posts: Option<bool>,
    /// Record everything as exempt from publication. Otherwise a row is exempt if its agenda item is.
    #[param(nullable = false, default = false)]
    exempt: Option<bool>,
    /// Leave out rows that say that they are done with, unless they were brought in before.
    #[param(nullable = false, default = false)]
    leave_out_completed: Option<bool>,
    /// When what has no due day is to be reviewed; today where nothing is said.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[param(nullable = false)]
    review_on: Option<NaiveDate>,
    /// The heading of the column with the row's own reference.
    #[param(min_length = 1, max_length = 200, nullable = false, example = "Ref")]
    reference_column: Option<String>,
    /// The heading of the column with the committee's code or name.
    #[param(min_length = 1, max_length = 200, nullable = false)]
    committee_column: Option<String>,
    /// The heading of the column with the day of the meeting that asked.
    #[param(
        min_length = 1,
        max_length = 200,
        nullable = false,
        example = "Date of meeting"
    )]
    meeting_column: Option<String>,
    /// The heading of the column with the number or title of the agenda item.
    #[param(min_length = 1, max_length = 200, nullable = false)]
    agenda_item_column: Option<String>,
    /// The heading of the column with what the row is about.
    #[param(min_length = 1, max_length = 200, nullable = false)]
    title_column: Option<String>,
    /// The heading of the column with what was resolved, word for word.
    #[param(min_length = 1, max_length = 200, nullable = false)]
    resolution_column: Option<String>,
    /// The heading of the column with what is to be done.
    #[param(min_length = 1, max_length = 200, nullable = false)]
    action_column: Option<String>,
    /// The heading of the column with the owner.
    #[param(
        min_length = 1,
        max_length = 200,
        nullable = false,
        example = "Lead officer"
    )]
    owner_column: Option<String>,
    /// The heading of the column with the deadline.
    #[param(min_length = 1, max_length = 200, nullable = false)]
    due_column: Option<String>,
    /// The heading of the column with the day to which the deadline was put off.
    #[param(min_length = 1, max_length = 200, nullable = false)]
    revised_due_column: Option<String>,
    /// The heading of the column with the status.
    #[param(min_length = 1, max_length = 200, nullable = false)]
    status_column: Option<String>,
    /// The heading of the column with what was said since.
    #[param(min_length = 1, max_length = 200, nullable = false)]
    progress_column: Option<String>,
    /// The heading of the column with the day on which it was done.
    #[param(min_length = 1, max_length = 200, nullable = false)]
    completed_on_column: Option<String>,
}

impl ImportQuery {
    fn columns(&self) -> [(TrackerField, Option<&String>); 13] {
        [
            (TrackerField::Reference, self.reference_column.as_ref()),
            (TrackerField::Committee, self.committee_column.as_ref()),
            (TrackerField::Meeting, self.meeting_column.as_ref()),
            (TrackerField::AgendaItem, self.agenda_item_column.as_ref()),
            (TrackerField::Title, self.title_column.as_ref()),
            (TrackerField::Resolution, self.resolution_column.as_ref()),
            (TrackerField::Action, self.action_column.as_ref()),
            (TrackerField::Owner, self.owner_column.as_ref()),
            (TrackerField::Due, self.due_column.as_ref()),
            (TrackerField::RevisedDue, self.revised_due_column.as_ref()),
            (TrackerField::Status, self.status_column.as_ref()),
            (TrackerField::Progress, self.progress_column.as_ref()),
            (TrackerField::CompletedOn, self.completed_on_column.as_ref()),
        ]
    }

    fn mapping(&self) -> Mapping {
        let mut mapping = Mapping::default();
        for (field, heading) in self.columns() {
            match heading.map(String::as_str) {
                Some(NO_COLUMN) => mapping.without.push(field),
                Some(heading) => mapping.named.push((field, heading.to_owned())),
                None => {}
            }
        }
        mapping
    }

    /// Checks the parameters by themselves.
    fn check(&self) -> Result<Options, Problem> {
        let mut check = Check::default();
        check.opt_line("source_system", self.source_system.as_ref(), 100);
        check.opt_line("sheet", self.sheet.as_ref(), 100);
        check.day("review_on", self.review_on);
        for (field, heading) in self.columns() {
            check.opt_line(&parameter(field), heading, 200);
        }
        if self
            .committee
            .as_ref()
            .is_some_and(|code| code.parse::<CommitteeCode>().is_err())
        {
            let detail = "must be 2 to 12 capital letters or digits, a letter first";
            check.add("committee", "bad_value", detail);
        }
        check.opt_line("owners", self.owners.as_ref(), 4_000);
        let owners = owners_of(self.owners.as_deref().unwrap_or_default());
        if owners.is_none() {
            check.add(
                "owners",
                "bad_value",
                "must be printed=post, several separated by ;",
            );
        }
        check.finish().map_err(|failure| match failure {
            Failure::Invalid(errors) => Problem::with_errors(Kind::BadParameter, errors),
            other => other.into(),
        })?;
        let system = self.source_system.as_deref().unwrap_or(DEFAULT_SYSTEM);
        Ok(Options {
            system: system.to_owned(),
            committee: self.committee.clone(),
            owners: owners.unwrap_or_default(),
            create_meetings: self.create_meetings.unwrap_or(false),
            create_posts: self.create_posts.unwrap_or(false),
            exempt: self.exempt.unwrap_or(false),
            leave_out_completed: self.leave_out_completed.unwrap_or(false),
            review_on: self.review_on,
        })
    }
}

fn parameter(field: TrackerField) -> String {
    format!("{field}_column")
}

/// A file that is no tracker, or has no such sheet or column.
fn not_read(error: &NotRead) -> Problem {
    let parameter = match error {
        NotRead::NoSuchHeading { field, .. } | NotRead::NamedTwice { field, .. } => {
            parameter(*field)
        }
        NotRead::NoSuchSheet(_) | NotRead::NoSheets => "sheet".to_owned(),
        _ => String::new(),
    };
    let error = FieldError::new(parameter, error.code(), error.to_string());
    Problem::with_errors(Kind::Invalid, vec![error])
}

/// Bring in a tracker
///
/// By a clerk. The body is a CSV file or an XLSX workbook of up to 5,000 rows. Each row makes a resolution and an action, all rows
/// or none, and a row that was brought in before makes nothing twice. Nothing is kept unless `dry_run` is `false`: the answer then
/// tells what would become of each row. Where a row is refused and nothing is dry, the answer is 422 and names up to 1,000 errors,
/// each by a pointer `/rows/{number of the row in the sheet}/{what its cell should say}`. No row comes in as completed, on hold or put
/// off: what it says of that is kept as a progress update.
#[utoipa::path(
    post, path = "/v1/imports", operation_id = "import_tracker", tag = "bulk",
    params(ImportQuery, IdempotencyKeyHeader),
    request_body(description = "The tracker.", content(
        (TrackerContent = "text/csv"),
        (TrackerContent = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    )),
    responses(
        (status = 201, description = "Brought in.", body = TrackerImport),
        (status = 200, description = "What would become of each row; or nothing was new.", body = TrackerImport),
        CreateProblems,
    )
)]
pub(crate) async fn import_tracker(
    request: HttpRequest,
    caller: Allowed<ToRecord>,
    request_id: RequestId,
    query: Query<ImportQuery>,
    api: Data<Api>,
    body: Payload,
) -> Result<HttpResponse, Problem> {
    check_media(&request, &[CSV, XLSX])?;
    let options = query.value.check()?;
    let (dry_run, mapping) = (query.value.dry_run.unwrap_or(true), query.value.mapping());
    let bytes = read_body(body, api.limits.bulk_body_bytes, api.limits.body_time).await?;
    let kind = match media_type(&request).as_deref() {
        Some(XLSX) => FileKind::Xlsx,
        _ => FileKind::Csv,
    };
    let asked = format!("{kind:?}\n{}\n", request.query_string());
    let whole = [asked.as_bytes(), &bytes].concat();
    let writer = Writer::of_post(&request, caller.0, request_id, &whole)?;
    let sheet = query.value.sheet;
    // A large file takes a while to be read, in which the worker's other requests go on.
    let reading = move || tracker::read(&bytes, kind, sheet.as_deref(), &mapping);
    let read = actix_web::web::block(reading).await;
    let tracker = read
        .map_err(|_| Problem::plain(Kind::Internal))?
        .map_err(|error| not_read(&error))?;
    let asked = Arc::new(Import {
        tracker,
        options,
        dry_run,
    });
    if dry_run {
        let job = move |w: &mut crate::records::Writing<'_>| Ok(import(w, &asked)?.report);
        return api.rehearse(writer, job).await;
    }
    let job = move |w: &mut crate::records::Writing<'_>| import(w, &asked)?.into_effect();
    api.write_as(writer, job, |report, _| report, Answer::of_many)
        .await
}
