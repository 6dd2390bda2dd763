//! The list of actions: what auditors ask.

use std::collections::HashMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Action;
use crate::api::as_of::AsOf;
use crate::api::extract::{Allowed, Query, ToRead};
use crate::api::problem::{Kind, Problem};
use crate::api::read::{Limit, PageOf, paged};
use crate::api::{Api, ListProblems};
use crate::clock::london_day;
use crate::db::Reach;
use crate::db::actions::{self as rows, ActionFilter, ActionSort, DueClock, Position, SortColumn};
use crate::db::posts::succession;
use crate::domain::assurance::Priority;
use crate::domain::ids::{ActionId, CommitteeId, MeetingId, PostId, ResolutionId};
use crate::domain::life::State;
use crate::domain::reference::Reference;
use crate::domain::rules::Rules;
use crate::domain::search::SearchTerms;
use crate::records::actions::OwnedAction;
use crate::records::{FieldError, names_hidden};

/// A page of actions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ActionPage {
    /// The actions of this page.
    #[schema(max_items = 200)]
    items: Vec<Action>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
}

/// Which due day an action is measured by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Overdue {
    /// The term in force.
    Current,
    /// The term first set.
    Original,
}

/// How actions are sorted; a minus sign means downwards. Undated actions come last either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
pub(crate) enum Sort {
    /// By due day, the earliest first.
    #[serde(rename = "due_on")]
    DueOn,
    /// By due day, the latest first.
    #[serde(rename = "-due_on")]
    DueOnDown,
    /// By original due day, the earliest first.
    #[serde(rename = "original_due_on")]
    OriginalDueOn,
    /// By original due day, the latest first.
    #[serde(rename = "-original_due_on")]
    OriginalDueOnDown,
    /// By review day, the earliest first; only together with `review_by`.
    #[serde(rename = "review_on")]
    ReviewOn,
    /// By reference.
    #[serde(rename = "reference")]
    Reference,
    /// By reference, downwards.
    #[serde(rename = "-reference")]
    ReferenceDown,
    /// By last change, the oldest first.
    #[serde(rename = "updated_at")]
    UpdatedAt,
    /// By last change, the latest first.
    #[serde(rename = "-updated_at")]
    UpdatedAtDown,
    /// By the day of the last progress update, those that never had one first; only together with `outstanding` or
    /// `no_update_since`.
    #[serde(rename = "last_update_on")]
    LastUpdateOn,
    /// By the day of the last progress update, the latest first and those that never had one last; likewise.
    #[serde(rename = "-last_update_on")]
    LastUpdateOnDown,
}

impl From<Sort> for ActionSort {
    fn from(sort: Sort) -> Self {
        let (column, descending) = match sort {
            Sort::DueOn => (SortColumn::DueOn, false),
            Sort::DueOnDown => (SortColumn::DueOn, true),
            Sort::OriginalDueOn => (SortColumn::OriginalDueOn, false),
            Sort::OriginalDueOnDown => (SortColumn::OriginalDueOn, true),
            Sort::ReviewOn => (SortColumn::ReviewOn, false),
            Sort::Reference => (SortColumn::Reference, false),
            Sort::ReferenceDown => (SortColumn::Reference, true),
            Sort::UpdatedAt => (SortColumn::UpdatedAt, false),
            Sort::UpdatedAtDown => (SortColumn::UpdatedAt, true),
            Sort::LastUpdateOn => (SortColumn::LastUpdateOn, false),
            Sort::LastUpdateOnDown => (SortColumn::LastUpdateOn, true),
        };
        Self { column, descending }
    }
}

/// What a list of actions is narrowed to; all that is given must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ActionQuery {
    /// Only outstanding actions (neither closed nor void), or only the others.
    #[param(nullable = false)]
    outstanding: Option<bool>,
    /// Only actions in this state.
    #[param(nullable = false, inline)]
    state: Option<State>,
    /// Only actions of this post: those given to it, and those of ended posts whose place it has taken.
    #[param(value_type = Uuid, required = false)]
    owner_post_id: Option<PostId>,
    /// Only actions whose post in charge belongs to this directorate.
    #[param(max_length = 200, nullable = false)]
    directorate: Option<String>,
    /// Only outstanding actions that nobody holds: without an owner, or the post in charge is held by nobody that day or has
    /// ended without a successor. With false, only outstanding actions that somebody holds. Acting holders count.
    #[param(nullable = false)]
    vacant: Option<bool>,
    /// Only actions that this committee asked for.
    #[param(value_type = Uuid, required = false)]
    committee_id: Option<CommitteeId>,
    /// Only actions that came from this meeting.
    #[param(value_type = Uuid, required = false)]
    meeting_id: Option<MeetingId>,
    /// Only actions that are due at this meeting.
    #[param(value_type = Uuid, required = false)]
    due_meeting_id: Option<MeetingId>,
    /// Only actions that arise from this resolution.
    #[param(value_type = Uuid, required = false)]
    resolution_id: Option<ResolutionId>,
    /// Only the children of this action.
    #[param(value_type = Uuid, required = false)]
    parent_id: Option<ActionId>,
    /// Only actions due after this day.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[param(nullable = false)]
    due_after: Option<NaiveDate>,
    /// Only actions due before this day.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[param(nullable = false)]
    due_before: Option<NaiveDate>,
    /// Only outstanding actions whose due day has passed: the day in force, or the original one.
    #[param(nullable = false, inline)]
    overdue: Option<Overdue>,
    /// Only outstanding actions that are to be looked at on this day or before.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[param(nullable = false)]
    review_by: Option<NaiveDate>,
    /// Only outstanding actions whose term resolves to no day, or only those whose term does.
    #[param(nullable = false)]
    undated: Option<bool>,
    /// Only outstanding actions of which nothing was said on this day or since: their last progress update is for an earlier
    /// day, or they never had one.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[param(nullable = false)]
    no_update_since: Option<NaiveDate>,
    /// Only exempt actions, or only the others.
    #[param(nullable = false)]
    exempt: Option<bool>,
    /// Only actions of this priority.
    #[param(nullable = false, inline)]
    priority: Option<Priority>,
    /// Only outstanding actions that are called in by the council's rules, because they have missed too many terms or theirs
    /// was revised too often, or only the others.
    #[param(nullable = false)]
    called_in: Option<bool>,
    /// The action with this reference.
    #[param(max_length = 40, nullable = false)]
    reference: Option<String>,
    /// Only actions changed at this instant or later.
    #[serde(default, deserialize_with = "crate::api::strict::optional")]
    #[param(nullable = false)]
    updated_since: Option<DateTime<Utc>>,
    /// Words to look for in reference, title, required text and resolution text, all of which must be found; words in double
    /// quotes must stand together. The beginning of a word finds it.
    #[param(min_length = 1, max_length = 500, nullable = false)]
    q: Option<String>,
    /// The list as it stood at this instant (RFC 3339), or at the end of this day in Europe/London; neither may be in the
    /// future. The actions, their owning posts and the holders are shown as they were recorded then, and lateness is
    /// measured on that day. The same question is answered alike ever after, as far as the caller may still see what was
    /// there: what is out of their sight today, or was then, is left out. Not together with `q`.
    #[param(value_type = String, required = false, max_length = 40, example = "2014-03-31")]
    as_of: Option<AsOf>,
    /// How actions are sorted: by due day, the earliest first, where nothing is said; by original due day with
    /// `overdue=original`, by review day with `review_by`, and by the day of the last update with `no_update_since`.
    #[param(nullable = false, inline)]
    sort: Option<Sort>,
    /// How many actions a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(ActionQuery);

impl ActionQuery {
    fn filter(
        &self,
        as_of: Option<DateTime<Utc>>,
        day: NaiveDate,
        rules: &Rules,
    ) -> Result<ActionFilter, Problem> {
        let refused = |name: &str, detail: String| {
            Problem::with_errors(
                Kind::BadParameter,
                vec![FieldError::new(name, "bad_value", detail)],
            )
        };
        let reference = self
            .reference
            .as_ref()
            .map(|text| {
                text.parse::<Reference>()
                    .map_err(|e| refused("reference", e.to_string()))
            })
            .transpose()?;
        let search = self
            .q
            .as_ref()
            .map(|text| SearchTerms::parse(text).map_err(|e| refused("q", e.to_string())))
            .transpose()?;
        if self.q.as_ref().is_some_and(|q| q.chars().count() > 500) {
            return Err(refused(
                "q",
                "must be at most 500 characters long".to_owned(),
            ));
        }
        if self.sort == Some(Sort::ReviewOn) && self.review_by.is_none() {
            return Err(refused(
                "sort",
                "can be review_on only together with review_by".to_owned(),
            ));
        }
        let by_update = matches!(self.sort, Some(Sort::LastUpdateOn | Sort::LastUpdateOnDown));
        if by_update && self.outstanding.is_none() && self.no_update_since.is_none() {
            return Err(refused(
                "sort",
                "can be last_update_on only together with outstanding or no_update_since"
                    .to_owned(),
            ));
        }
        if search.is_some() && as_of.is_some() {
            return Err(refused(
                "q",
                "finds words as they are today, and so cannot be used with as_of".to_owned(),
            ));
        }
        Ok(ActionFilter {
            outstanding: self.outstanding,
            state: self.state,
            owner_post_id: self.owner_post_id,
            directorate: self.directorate.clone(),
            vacant: self.vacant,
            day,
            committee_id: self.committee_id,
            meeting_id: self.meeting_id,
            due_meeting_id: self.due_meeting_id,
            resolution_id: self.resolution_id,
            parent_id: self.parent_id,
            due_after: self.due_after,
            due_before: self.due_before,
            overdue: self.overdue.map(|clock| match clock {
                Overdue::Current => (DueClock::Current, day),
                Overdue::Original => (DueClock::Original, day),
            }),
            review_by: self.review_by,
            undated: self.undated,
            no_update_since: self.no_update_since,
            exempt: self.exempt,
            priority: self.priority,
            called_in: self
                .called_in
                .map(|called_in| (called_in, rules.called_in, day)),
            reference_key: reference.map(|reference| reference.sort_key()),
            updated_since: self.updated_since,
            search,
            as_of,
        })
    }

    fn sort(&self) -> ActionSort {
        let default = match self.overdue {
            Some(Overdue::Original) => Sort::OriginalDueOn,
            _ if self.review_by.is_some() => Sort::ReviewOn,
            _ if self.no_update_since.is_some() => Sort::LastUpdateOn,
            _ => Sort::DueOn,
        };
        self.sort.unwrap_or(default).into()
    }
}

/// List actions
///
/// The auditor's question: what is outstanding, whose is it, and how late is it?
#[utoipa::path(
    get, path = "/v1/actions", operation_id = "list_actions", tag = "actions",
    params(ActionQuery),
    responses((status = 200, description = "A page of actions.", body = ActionPage), ListProblems)
)]
pub(crate) async fn list_actions(
    request: HttpRequest,
    caller: Allowed<ToRead>,
    query: Query<ActionQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let now = api.clock.now();
    let as_of = match query.value.as_of {
        Some(at) => Some(at.settled(&api).await?),
        None => None,
    };
    let day = london_day(as_of.unwrap_or(now));
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<Position> = api.after(&page)?;
    let mut filter = query.value.filter(as_of, day, &api.rules)?;
    let sort = query.value.sort();
    let fetch = page.fetch();
    let reach = if filter.search.is_some() || as_of.is_some() {
        Reach::Long
    } else {
        Reach::Short
    };
    let (rows, owners) = api
        .read_rows(caller.0.clone(), reach, move |conn, sight| {
            if names_hidden(conn, sight, &mut filter)? {
                return Ok((Vec::new(), HashMap::new()));
            }
            let rows = rows::list(conn, sight, &filter, sort, after.as_ref(), fetch)?;
            let mut owners: Vec<PostId> = rows.iter().filter_map(|row| row.owner_post_id).collect();
            owners.sort_unstable();
            owners.dedup();
            let owners = match as_of {
                None => succession::in_charge(conn, &owners, day)?,
                Some(at) => succession::in_charge_as_of(conn, &owners, day, at)?,
            };
            Ok((rows, owners))
        })
        .await?;
    let owned = |action: rows::Action| {
        let owner = action.owner_post_id.and_then(|post| owners.get(&post));
        OwnedAction {
            owner: owner.cloned(),
            action,
        }
    };
    api.page_on(
        day,
        &page,
        rows,
        |row| Position::of(row, sort),
        |action, showing| Action::show(owned(action), showing),
        |items, next_cursor| ActionPage { items, next_cursor },
    )
}
