//! The history of an action: its entries in the audit trail.

use std::collections::HashSet;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::api::etag::hex;
use crate::api::extract::{Allowed, Id, Query, ToTrace};
use crate::api::read::{Limit, PageOf, paged};
use crate::api::{Api, IdPath, ListProblems, Problem};
use crate::db::actions::Action;
use crate::db::sight::{self, Mentioned, Parts, Sight};
use crate::db::types::Instant;
use crate::db::{Conn, DbError, Reach, actions, audit, links};
use crate::domain::ids::{ActionId, LinkId, RecordId};
use crate::records::{Failure, mentioned_in_history};

/// One write, as the audit trail holds it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryEntry {
    #[serde(skip)]
    entry_no: i64,
    /// Its place in the sealed trail of the whole service, gapless from 1; null for the moment before it is sealed.
    #[schema(required, minimum = 1, maximum = 9_007_199_254_740_991_i64)]
    sequence: Option<i64>,
    /// The operation, by its operation id.
    #[schema(max_length = 100, example = "claim_completion")]
    operation: String,
    /// What it was done to.
    subject: Subject,
    /// Who did it.
    actor: Actor,
    /// The request in which it was done.
    request_id: Uuid,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
    /// The day on which it took effect.
    effective_on: NaiveDate,
    /// The members that changed, as they were; null for a record that was made.
    #[schema(required, value_type = Option<Object>)]
    before: Option<Map<String, Value>>,
    /// The members that changed, as they are; of a record that was made, all of them.
    #[schema(required, value_type = Option<Object>)]
    after: Option<Map<String, Value>>,
    /// What was said with it: a reason, a narrative, evidence.
    #[schema(value_type = Object)]
    details: Map<String, Value>,
    /// Whether something out of the caller's sight was left out: ids of records in `before`, `after` or `details`, or all
    /// three where the action was exempt at the time. The hash is that of the whole entry, which only a caller who sees it
    /// all can check.
    redacted: bool,
    /// SHA-256 over the previous hash, the sequence and the entry's canonical content, in hexadecimal.
    #[schema(required, max_length = 64)]
    hash: Option<String>,
    /// The hash of the entry before it.
    #[schema(required, max_length = 64)]
    previous_hash: Option<String>,
}

/// Who did something.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Actor {
    /// The subject of their token.
    #[schema(max_length = 255)]
    subject: String,
    /// Their name, where the token gave one.
    #[schema(required, max_length = 255)]
    name: Option<String>,
    /// Their roles.
    #[schema(max_items = 5)]
    roles: Vec<String>,
}

/// The record that was made or changed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Subject {
    /// What kind of record.
    #[schema(max_length = 40, example = "action")]
    kind: String,
    /// Which one.
    id: Uuid,
}

/// The content of an entry, as it was sealed.
#[derive(Debug, Deserialize)]
struct Content {
    operation: String,
    subject: Subject,
    actor: Actor,
    request_id: Uuid,
    recorded_at: DateTime<Utc>,
    effective_on: NaiveDate,
    before: Option<Map<String, Value>>,
    after: Option<Map<String, Value>>,
    details: Map<String, Value>,
}

impl HistoryEntry {
    pub(in crate::api) fn show(entry: &audit::Entry) -> Result<Self, DbError> {
        let content: Content = serde_json::from_str(&entry.content)
            .map_err(|error| DbError::Internal(error.to_string()))?;
        Ok(Self {
            entry_no: entry.entry_no,
            sequence: entry.sequence,
            operation: content.operation,
            subject: content.subject,
            actor: content.actor,
            request_id: content.request_id,
            recorded_at: content.recorded_at,
            effective_on: content.effective_on,
            before: content.before,
            after: content.after,
            details: content.details,
            redacted: false,
            hash: entry.hash.as_deref().map(hex),
            previous_hash: entry.previous_hash.as_deref().map(hex),
        })
    }

    /// Its place in the history.
    pub(in crate::api) const fn place(&self) -> i64 {
        self.entry_no
    }

    /// Whether it was written while the action was exempt, or by the change that began or ended that.
    fn told_while_exempt(&self, periods: &[(Instant, Instant)]) -> bool {
        let says_so = |members: &Option<Map<String, Value>>| {
            let exempt = members.as_ref().and_then(|members| members.get("exempt"));
            exempt == Some(&Value::Bool(true))
        };
        says_so(&self.before)
            || says_so(&self.after)
            || periods
                .iter()
                .any(|(from, to)| (from.0..=to.0).contains(&self.recorded_at))
    }

    fn members(&self) -> impl Iterator<Item = (&String, &Value)> {
        let changed = self.before.iter().chain(&self.after);
        changed.chain(std::iter::once(&self.details)).flatten()
    }

    /// Whether it is about hidden records alone: it changed nothing that the action itself shows, and what it names as added
    /// to the action, or changed beside it, is hidden.
    fn is_about(&self, hidden: &HashSet<Uuid>) -> bool {
        let changed = self.before.iter().chain(&self.after);
        let beside = ["evidence", "updated_at", "version"];
        if changed
            .clone()
            .flat_map(Map::keys)
            .any(|name| !beside.contains(&name.as_str()))
        {
            return false;
        }
        let is_hidden = |value: &Value| id_in(value).is_some_and(|id| hidden.contains(&id));
        let of = [
            "from_action_id",
            "to_action_id",
            "link_id",
            "extension_request_id",
        ];
        let children = self.details.get("child_ids").and_then(Value::as_array);
        of.iter()
            .any(|name| self.details.get(*name).is_some_and(is_hidden))
            || children.is_some_and(|ids| !ids.is_empty() && ids.iter().all(is_hidden))
            || changed
                .filter_map(|members| members.get("evidence")?.get("id"))
                .any(is_hidden)
    }

    /// Takes out the ids of hidden records, and says so.
    fn leave_out(&mut self, hidden: &HashSet<Uuid>) {
        let is_hidden = |value: &Value| id_in(value).is_some_and(|id| hidden.contains(&id));
        // Its number says no more than its id.
        if self
            .details
            .get("extension_request_id")
            .is_some_and(is_hidden)
        {
            self.details.remove("number");
        }
        let mut left_out = false;
        let changed = self.before.iter_mut().chain(&mut self.after);
        for members in changed.chain(std::iter::once(&mut self.details)) {
            members.retain(|_, value| {
                if let Value::Array(values) = value {
                    let all = values.len();
                    values.retain(|value| !is_hidden(value));
                    left_out |= values.len() < all;
                    return true;
                }
                let kept = !is_hidden(value);
                left_out |= !kept;
                kept
            });
        }
        self.redacted |= left_out;
    }
}

/// The id that a value is, if it is one.
fn id_in(value: &Value) -> Option<Uuid> {
    Uuid::try_parse(value.as_str()?).ok()
}

/// The record that a member, or a value in a list, names, if it may be out of sight.
fn mentioned(name: &str, value: &Value) -> Option<Mentioned> {
    mentioned_in_history(name, id_in(value)?)
}

/// The values of a member: those of a list, or the one that it has.
fn values(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        value => std::slice::from_ref(value),
    }
}

/// What of these entries a caller sees. Left out whole is what is about nothing but records out of their sight; left out of
/// others, which then say so, is what was written while the action was exempt, and the ids of such records.
fn seen(
    conn: &mut Conn,
    sight: &Sight,
    action: &Action,
    mut entries: Vec<HistoryEntry>,
) -> Result<Vec<HistoryEntry>, DbError> {
    if sight.sees_every_record() {
        return Ok(entries);
    }
    let mut hidden = HashSet::new();
    if action.parts(sight) == Parts::Public {
        let periods = actions::exempt_periods(conn, action)?;
        for entry in entries.iter_mut().filter(|e| e.told_while_exempt(&periods)) {
            (entry.before, entry.after, entry.details) = (None, None, Map::new());
            entry.redacted = true;
        }
        let parts = actions::parts_while_exempt(conn, action.id)?;
        hidden.extend(parts.into_iter().map(|id| id.0));
    }
    let mentions = entries
        .iter()
        .flat_map(HistoryEntry::members)
        .flat_map(|(name, value)| {
            values(value)
                .iter()
                .filter_map(move |value| mentioned(name, value))
        })
        .collect();
    let linked: Vec<_> = entries
        .iter()
        .filter_map(|entry| entry.details.get("link_id").and_then(id_in).map(LinkId))
        .collect();
    hidden.extend(sight::hidden(conn, sight, &mentions)?);
    hidden.extend(links::hidden(conn, sight, &linked)?.iter().map(|id| id.0));
    entries.retain(|entry| !entry.is_about(&hidden));
    for entry in &mut entries {
        entry.leave_out(&hidden);
    }
    Ok(entries)
}

/// A page of history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HistoryPage {
    /// The entries of this page, the oldest first.
    #[schema(max_items = 200)]
    pub(in crate::api) items: Vec<HistoryEntry>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    pub(in crate::api) next_cursor: Option<String>,
}

/// Which page of the history.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// How many entries a page holds.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 200, default = 50)]
    limit: Option<Limit>,
    /// Where the page begins: `next_cursor` of the page before.
    #[param(max_length = 2000, nullable = false)]
    cursor: Option<String>,
}

paged!(HistoryQuery);

/// Read the history of an action
///
/// Every write to it, the oldest first: who, when, what was before and what is after. An entry that is about nothing but records
/// out of the caller's sight is not there.
#[utoipa::path(
    get, path = "/v1/actions/{id}/history", operation_id = "list_action_history", tag = "actions",
    params(IdPath, HistoryQuery),
    responses((status = 200, description = "A page of history.", body = HistoryPage), ListProblems)
)]
pub(crate) async fn list_action_history(
    request: HttpRequest,
    caller: Allowed<ToTrace>,
    id: Id<ActionId>,
    query: Query<HistoryQuery>,
    api: Data<Api>,
) -> Result<HttpResponse, Problem> {
    let page = PageOf::of(&request, &caller.0, &query);
    let after: Option<i64> = api.after(&page)?;
    let fetch = page.fetch();
    let wanted = usize::try_from(fetch).unwrap_or(usize::MAX);
    let entries = api
        .read_whole(caller.0.clone(), Reach::Short, move |conn, sight| {
            let Some(action) = actions::find(conn, id.0)?.filter(|a| a.visible(sight)) else {
                return Ok(None);
            };
            let (mut entries, mut after) = (Vec::new(), after);
            // What is left out is made up for, so that a page is full whatever it leaves out.
            loop {
                let rows = audit::history(conn, RecordId(id.0.0), after, fetch)?;
                after = rows.last().map(|row| row.entry_no);
                let shown: Result<Vec<_>, _> = rows.iter().map(HistoryEntry::show).collect();
                entries.extend(seen(conn, sight, &action, shown?)?);
                if rows.len() < wanted || entries.len() >= wanted {
                    return Ok(Some(entries));
                }
            }
        })
        .await?
        .ok_or(Failure::NotFound)?;
    api.page(
        &page,
        entries,
        HistoryEntry::place,
        |entry, _| entry,
        |items, next_cursor| HistoryPage { items, next_cursor },
    )
}
