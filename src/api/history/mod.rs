//! The history of a record: its entries in the audit trail, cut to what their reader may see.

pub(crate) mod routes;

use std::collections::HashSet;
use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::extract::Query;
use super::read::{Limit, PageOf, paged};
use super::{Api, Problem};
use crate::auth::Caller;
use crate::db::actions::{self, Action};
use crate::db::agenda_items::{self, AgendaItem};
use crate::db::audit::{self, Span};
use crate::db::committees::{self, Committee};
use crate::db::delegations::{self, Delegation};
use crate::db::drafts::{self, Draft};
use crate::db::meetings::{self, Meeting};
use crate::db::minutes::{self, Minutes};
use crate::db::posts::{self, Post};
use crate::db::resolutions::{self, Resolution};
use crate::db::sight::{self, Mentioned, Parts, Sight};
use crate::db::{Conn, DbError, Reach, links};
use crate::domain::ids::{
    ActionId, AgendaItemId, CommitteeId, DelegationId, DraftId, LinkId, MeetingId, MinutesId,
    PostId, RecordId, ResolutionId,
};
use crate::hex::hex;
use crate::records::{Failure, mentioned_in_history};

/// A record whose history may be read.
pub(crate) trait Traced: Sized {
    /// What identifies it.
    type Id: Copy + Send + 'static;

    /// The record, in sight or not.
    fn find(conn: &mut Conn, id: Self::Id) -> Result<Option<Self>, DbError>;

    /// Whether the record is in sight.
    fn visible(&self, sight: &Sight) -> bool;

    /// Whether it would be in sight, were it exempt; of what is never exempt, whether it is in sight.
    fn visible_if_exempt(&self, sight: &Sight) -> bool {
        self.visible(sight)
    }

    /// Its id, whatever it is the id of.
    fn record(id: Self::Id) -> RecordId;

    /// The parts of it that were written to while it was exempt and that later entries name.
    fn parts_while_exempt(_: &mut Conn, _: Self::Id) -> Result<Vec<RecordId>, DbError> {
        Ok(Vec::new())
    }

    /// The entries of its history, the oldest first: those after `after`, at most `limit`.
    fn entries(
        conn: &mut Conn,
        id: Self::Id,
        after: Option<i64>,
        limit: i64,
    ) -> Result<Vec<audit::Entry>, DbError> {
        audit::history(conn, Self::record(id), after, limit)
    }
}

/// Declares how each kind of record is found, and who sees it.
macro_rules! traced {
    ($($rows:ident, $row:ty, $id:ty { $($sight:tt)+ })+) => {$(
        impl Traced for $row {
            type Id = $id;

            fn find(conn: &mut Conn, id: $id) -> Result<Option<Self>, DbError> {
                $rows::find(conn, id)
            }

            fn record(id: $id) -> RecordId {
                RecordId(id.0)
            }

            $($sight)+
        }
    )+};
}

traced! {
    committees, Committee, CommitteeId {
        fn visible(&self, sight: &Sight) -> bool {
            sight.sees_committee(self.id)
        }
    }
    meetings, Meeting, MeetingId {
        fn visible(&self, sight: &Sight) -> bool {
            sight.sees_committee(self.committee_id)
        }
    }
    delegations, Delegation, DelegationId {
        fn visible(&self, sight: &Sight) -> bool {
            sight.sees_committee(self.committee_id)
        }
    }
    agenda_items, AgendaItem, AgendaItemId {
        fn visible(&self, sight: &Sight) -> bool {
            sight.sees(self.committee_id, self.exempt)
        }
        fn visible_if_exempt(&self, sight: &Sight) -> bool {
            sight.sees(self.committee_id, true)
        }
    }
    resolutions, Resolution, ResolutionId {
        fn visible(&self, sight: &Sight) -> bool {
            sight.sees(self.committee_id, self.exempt)
        }
        fn visible_if_exempt(&self, sight: &Sight) -> bool {
            sight.sees(self.committee_id, true)
        }
    }
    actions, Action, ActionId {
        fn visible(&self, sight: &Sight) -> bool {
            Action::visible(self, sight)
        }
        fn visible_if_exempt(&self, sight: &Sight) -> bool {
            self.parts(sight) == Parts::All
        }
        fn parts_while_exempt(conn: &mut Conn, id: ActionId) -> Result<Vec<RecordId>, DbError> {
            actions::parts_while_exempt(conn, id)
        }
    }
    // Whoever reads minutes sees all that is exempt.
    minutes, Minutes, MinutesId {
        fn visible(&self, sight: &Sight) -> bool {
            sight.sees_committee(self.committee_id)
        }
    }
    drafts, Draft, DraftId {
        fn visible(&self, sight: &Sight) -> bool {
            sight.sees_committee(self.committee_id)
        }
    }
    posts, Post, PostId {
        // Posts and tenures are in everybody's sight, and so is their history for those who may trace.
        fn visible(&self, _: &Sight) -> bool {
            true
        }
        fn entries(
            conn: &mut Conn,
            id: PostId,
            after: Option<i64>,
            limit: i64,
        ) -> Result<Vec<audit::Entry>, DbError> {
            audit::post_history(conn, id, after, limit)
        }
    }
}

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
    /// three where the record was exempt at the time. The hash is that of the whole entry, which only a caller who sees it
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
    fn show(entry: &audit::Entry) -> Result<Self, DbError> {
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
    const fn place(&self) -> i64 {
        self.entry_no
    }

    /// Whether it was written while the record was exempt, or by the change that began or ended that.
    fn told_while_exempt(&self, spans: &[Span]) -> bool {
        let holds = |span: &Span| span.holds(self.entry_no, self.recorded_at);
        spans.iter().any(holds)
    }

    /// The records that it names and that may be out of sight.
    fn mentions(&self) -> impl Iterator<Item = Mentioned> {
        let changed = self.before.iter().chain(&self.after);
        let members = changed.chain(std::iter::once(&self.details)).flatten();
        members.flat_map(|(name, value)| {
            let named = |value| mentioned(&self.subject.kind, name, value);
            values(value).iter().filter_map(named)
        })
    }

    /// Whether it is about hidden records alone: it changed nothing that the record itself shows, and what it names as added
    /// to it, or changed beside it, is hidden.
    fn is_about(&self, hidden: &HashSet<Uuid>) -> bool {
        let changed = self.before.iter().chain(&self.after);
        let beside = ["evidence", "extension_request", "updated_at", "version"];
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

/// The record that a member, or a value in a list, of an entry about that kind of record names, if it may be out of sight.
fn mentioned(kind: &str, name: &str, value: &Value) -> Option<Mentioned> {
    mentioned_in_history(kind, name, id_in(value)?)
}

/// The values of a member: those of a list, or the one that it has.
fn values(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        value => std::slice::from_ref(value),
    }
}

/// What of these entries a caller sees. Left out whole is what is about nothing but records out of their sight; left out of
/// others, which then say so, is what was written while the record was exempt, and the ids of such records.
fn seen<T: Traced>(
    conn: &mut Conn,
    sight: &Sight,
    id: T::Id,
    record: &T,
    mut entries: Vec<HistoryEntry>,
) -> Result<Vec<HistoryEntry>, DbError> {
    if sight.sees_every_record() {
        return Ok(entries);
    }
    let mut hidden = HashSet::new();
    if !record.visible_if_exempt(sight) {
        let spans = audit::exempt_spans(conn, T::record(id))?;
        for entry in entries.iter_mut().filter(|e| e.told_while_exempt(&spans)) {
            (entry.before, entry.after, entry.details) = (None, None, Map::new());
            entry.redacted = true;
        }
        let parts = T::parts_while_exempt(conn, id)?;
        hidden.extend(parts.into_iter().map(|id| id.0));
    }
    let mentions = entries.iter().flat_map(HistoryEntry::mentions).collect();
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
    items: Vec<HistoryEntry>,
    /// Where the next page begins; null at the end.
    #[schema(required, max_length = 2000)]
    next_cursor: Option<String>,
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

impl Api {
    /// Reads a page of the history of a record in sight.
    async fn history<T: Traced>(
        &self,
        request: &HttpRequest,
        caller: Arc<Caller>,
        id: T::Id,
        query: &Query<HistoryQuery>,
    ) -> Result<HttpResponse, Problem> {
        let page = PageOf::of(request, &caller, query);
        let after: Option<i64> = self.after(&page)?;
        let fetch = page.fetch();
        let wanted = usize::try_from(fetch).unwrap_or(usize::MAX);
        let entries = self
            .read_whole(caller.clone(), Reach::Short, move |conn, sight| {
                let Some(record) = T::find(conn, id)?.filter(|record| record.visible(sight)) else {
                    return Ok(None);
                };
                let (mut entries, mut after) = (Vec::new(), after);
                // What is left out is made up for, so that a page is full whatever it leaves out.
                loop {
                    let rows = T::entries(conn, id, after, fetch)?;
                    after = rows.last().map(|row| row.entry_no);
                    let shown: Result<Vec<_>, _> = rows.iter().map(HistoryEntry::show).collect();
                    entries.extend(seen(conn, sight, id, &record, shown?)?);
                    if rows.len() < wanted || entries.len() >= wanted {
                        return Ok(Some(entries));
                    }
                }
            })
            .await?
            .ok_or(Failure::NotFound)?;
        self.page(
            &page,
            entries,
            HistoryEntry::place,
            |entry, _| entry,
            |items, next_cursor| HistoryPage { items, next_cursor },
        )
    }
}
