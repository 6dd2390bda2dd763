//! What every write has at hand, and the audit entry it leaves.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Conflict, Failure, FieldError, sight_of};
use crate::auth::{Caller, Role};
use crate::clock::london_day;
use crate::db::audit::{self, NewEntry};
use crate::db::sight::Sight;
use crate::db::types::Instant;
use crate::db::{DbError, Tx, Versioned};
use crate::domain::ids::RecordId;
use crate::domain::rules::Rules;
use crate::ids::Ids;

/// What a write works with: its transaction, who asks, when, and what they may see.
pub(crate) struct Writing<'a> {
    pub(crate) tx: &'a mut Tx,
    pub(crate) caller: &'a Caller,
    /// What the council has set for itself.
    pub(crate) rules: &'a Rules,
    pub(crate) sight: Sight,
    pub(crate) request_id: Uuid,
    pub(crate) now: DateTime<Utc>,
    ids: &'a dyn Ids,
}

/// The version a caller has read, from If-Match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Precondition {
    /// `*`: whichever version there is.
    Any,
    /// One of these versions; none of them will do where there are none.
    OneOf(Vec<i32>),
}

impl Precondition {
    /// Refuses a version that is not the one the caller has read.
    pub(crate) fn check(&self, version: i32) -> Result<(), Failure> {
        match self {
            Self::Any => Ok(()),
            Self::OneOf(read) if read.contains(&version) => Ok(()),
            Self::OneOf(_) => Err(Failure::Stale),
        }
    }
}

/// What something that is recorded with a day of its own comes after, and the day of that (Europe/London).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Follows {
    /// The meeting that asked for the action.
    Decision(NaiveDate),
    /// The claim of completion that it settles.
    Claim(NaiveDate),
    /// The closing of the action.
    Closing(NaiveDate),
    /// The request for an extension that it decides.
    Request(NaiveDate),
}

impl Follows {
    const fn day(self) -> NaiveDate {
        match self {
            Self::Decision(day) | Self::Claim(day) | Self::Closing(day) | Self::Request(day) => day,
        }
    }

    /// The later of the two: both have come before.
    pub(crate) fn and(self, other: Self) -> Self {
        if other.day() > self.day() {
            other
        } else {
            self
        }
    }

    /// The code and the sentence for a day before it.
    const fn refusal(self) -> (&'static str, &'static str) {
        match self {
            Self::Decision(_) => (
                "before_decision",
                "The day must not be before the meeting that asked.",
            ),
            Self::Claim(_) => (
                "before_claim",
                "The day must not be before that of the claim.",
            ),
            Self::Closing(_) => (
                "before_closing",
                "The day must not be before the action was closed.",
            ),
            Self::Request(_) => (
                "before_request",
                "The day must not be before the request was made.",
            ),
        }
    }
}

/// What a write did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect<T> {
    /// A record was made.
    Created(T),
    /// The record was there already, sent before under the same natural key; nothing was changed.
    Known(T),
    /// A record was changed.
    Changed(T),
}

/// What an audit entry is about.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Subject {
    pub(crate) id: Uuid,
    pub(crate) kind: &'static str,
}

impl<'a> Writing<'a> {
    /// Begins a write: looks up what the caller may see.
    pub(crate) fn begin(
        tx: &'a mut Tx,
        caller: &'a Caller,
        rules: &'a Rules,
        request_id: Uuid,
        now: DateTime<Utc>,
        ids: &'a dyn Ids,
    ) -> Result<Self, DbError> {
        let sight = sight_of(tx, caller, london_day(now))?;
        Ok(Self {
            tx,
            caller,
            rules,
            sight,
            request_id,
            now,
            ids,
        })
    }

    /// A new identifier.
    pub(crate) fn new_id<T: From<Uuid>>(&self) -> T {
        self.ids.next(self.now).into()
    }

    /// The instant of the write as it is stored.
    pub(crate) const fn at(&self) -> Instant {
        Instant(self.now)
    }

    /// The day of the write in Europe/London.
    pub(crate) fn today(&self) -> NaiveDate {
        london_day(self.now)
    }

    /// The day on which what is recorded took effect: the one given, not before what it follows and not after today, or today.
    pub(crate) fn effective(
        &self,
        day: Option<NaiveDate>,
        follows: Follows,
    ) -> Result<NaiveDate, Failure> {
        self.day_given("/effective_on", day, follows)
    }

    /// The same of a day that the body gives under another name.
    pub(crate) fn day_given(
        &self,
        pointer: &'static str,
        day: Option<NaiveDate>,
        follows: Follows,
    ) -> Result<NaiveDate, Failure> {
        let Some(day) = day else {
            return Ok(self.today());
        };
        let (code, detail) = if day > self.today() {
            ("in_future", "The day must not be in the future.")
        } else if day < follows.day() {
            follows.refusal()
        } else {
            return Ok(day);
        };
        Err(Failure::invalid(FieldError::new(pointer, code, detail)))
    }

    /// Appends the audit entry of a write that made a record.
    pub(crate) fn audit_created(
        &mut self,
        operation: &'static str,
        subject: Subject,
        after: &impl Serialize,
    ) -> Result<(), Failure> {
        self.audit_created_saying(operation, subject, after, &Map::new())
    }

    /// Like [`Self::audit_created`], with what was said or true at the time and is no member of the record.
    pub(crate) fn audit_created_saying(
        &mut self,
        operation: &'static str,
        subject: Subject,
        after: &impl Serialize,
        details: &Map<String, Value>,
    ) -> Result<(), Failure> {
        let after = snapshot(after)?;
        self.append(
            operation,
            subject,
            self.today(),
            &Value::Null,
            &after,
            details,
        )
    }

    /// Replaces a record under the version that was read, with its audit entry.
    pub(crate) fn replace<T: Versioned + Serialize>(
        &mut self,
        operation: &'static str,
        subject: Subject,
        before: &T,
        after: &mut T,
    ) -> Result<(), Failure> {
        self.replace_with(operation, subject, before, after, &Map::new())
    }

    /// Likewise, with what there is to say of it beside.
    pub(crate) fn replace_with<T: Versioned + Serialize>(
        &mut self,
        operation: &'static str,
        subject: Subject,
        before: &T,
        after: &mut T,
        details: &Map<String, Value>,
    ) -> Result<(), Failure> {
        self.store(after)?;
        self.audit_changed(operation, subject, self.today(), before, after, details)
    }

    /// Replaces a record under the version that was read, without an entry of its own: that of its action tells of it.
    pub(crate) fn store(&mut self, record: &mut impl Versioned) -> Result<(), Failure> {
        let now = self.at();
        if record.update(self.tx, now)? {
            Ok(())
        } else {
            Err(Failure::Stale)
        }
    }

    /// Appends the audit entry of a write that changed a record: the members that differ, before and after.
    pub(crate) fn audit_changed(
        &mut self,
        operation: &'static str,
        subject: Subject,
        effective_on: NaiveDate,
        before: &impl Serialize,
        after: &impl Serialize,
        details: &Map<String, Value>,
    ) -> Result<(), Failure> {
        let (before, after) = difference(before, after)?;
        self.append(operation, subject, effective_on, &before, &after, details)
    }

    /// Likewise for each of many records that one write changed, with the same details: each as it was and as it is.
    pub(crate) fn audit_all_changed<T: Serialize>(
        &mut self,
        operation: &'static str,
        changed: &[(Subject, T, T)],
        details: &Map<String, Value>,
    ) -> Result<(), Failure> {
        let differences = changed
            .iter()
            .map(|(subject, before, after)| {
                let (before, after) = difference(before, after)?;
                Ok((*subject, before, after))
            })
            .collect::<Result<Vec<_>, Failure>>()?;
        self.audit_all(operation, &differences, details)
    }

    /// Appends an entry for each of many records that one write changed, with the same details: the members that differ.
    pub(crate) fn audit_all(
        &mut self,
        operation: &'static str,
        changed: &[(Subject, Value, Value)],
        details: &Map<String, Value>,
    ) -> Result<(), Failure> {
        let effective_on = self.today();
        let entries = changed
            .iter()
            .map(|(subject, before, after)| {
                self.entry(operation, *subject, effective_on, before, after, details)
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(audit::append_all(self.tx, &entries)?)
    }

    /// Appends the audit entry of a write that left the record itself as it was, such as one that added to what belongs to it.
    pub(crate) fn audit_noted(
        &mut self,
        operation: &'static str,
        subject: Subject,
        effective_on: NaiveDate,
        details: &Map<String, Value>,
    ) -> Result<(), Failure> {
        let nothing = Value::Object(Map::new());
        self.append(
            operation,
            subject,
            effective_on,
            &nothing,
            &nothing,
            details,
        )
    }

    /// A refusal of which an audit entry is kept although nothing else of the write is.
    pub(crate) fn attempted(
        &self,
        conflict: Conflict,
        operation: &'static str,
        subject: Subject,
        details: &Map<String, Value>,
    ) -> Failure {
        let nothing = Value::Object(Map::new());
        match self.entry(
            operation,
            subject,
            self.today(),
            &nothing,
            &nothing,
            details,
        ) {
            Ok(entry) => Failure::Attempted(conflict, Box::new(entry)),
            Err(failure) => failure,
        }
    }

    fn append(
        &mut self,
        operation: &'static str,
        subject: Subject,
        effective_on: NaiveDate,
        before: &Value,
        after: &Value,
        details: &Map<String, Value>,
    ) -> Result<(), Failure> {
        let entry = self.entry(operation, subject, effective_on, before, after, details)?;
        Ok(audit::append(self.tx, &entry)?)
    }

    fn entry(
        &self,
        operation: &'static str,
        subject: Subject,
        effective_on: NaiveDate,
        before: &Value,
        after: &Value,
        details: &Map<String, Value>,
    ) -> Result<NewEntry, Failure> {
        let content = Content {
            actor: Actor {
                name: self.caller.name.as_deref(),
                roles: self.caller.roles.iter().map(Role::as_str).collect(),
                subject: &self.caller.subject,
            },
            after,
            before,
            details,
            effective_on,
            operation,
            recorded_at: self.at(),
            request_id: self.request_id,
            subject,
        }
        .to_canonical_json()?;
        Ok(NewEntry {
            subject_kind: subject.kind,
            subject_id: RecordId(subject.id),
            content,
        })
    }
}

/// What an audit entry says. The members of each object stand in the order of their names, so that it is written in
/// canonical form (RFC 8785) as it is: no member's name is other than ASCII, and no number other than an integer.
#[derive(Serialize)]
struct Content<'a> {
    actor: Actor<'a>,
    after: &'a Value,
    before: &'a Value,
    details: &'a Map<String, Value>,
    effective_on: NaiveDate,
    operation: &'static str,
    recorded_at: Instant,
    request_id: Uuid,
    subject: Subject,
}

#[derive(Serialize)]
struct Actor<'a> {
    name: Option<&'a str>,
    roles: Vec<&'static str>,
    subject: &'a str,
}

impl Content<'_> {
    fn to_canonical_json(&self) -> Result<String, DbError> {
        serde_json::to_string(self).map_err(|error| DbError::Internal(error.to_string()))
    }
}

/// The members of a record that differ, as they were and as they are.
fn difference(before: &impl Serialize, after: &impl Serialize) -> Result<(Value, Value), Failure> {
    let (mut before, mut after) = (snapshot(before)?, snapshot(after)?);
    if let (Value::Object(old), Value::Object(new)) = (&mut before, &mut after) {
        old.retain(|name, value| new.get(name) != Some(value));
        new.retain(|name, _| old.contains_key(name));
    }
    Ok((before, after))
}

fn snapshot(record: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(record).map_err(|error| Failure::Db(DbError::Internal(error.to_string())))
}

/// The members of a record, for the details of an entry.
pub(super) fn members(record: &impl Serialize) -> Result<Map<String, Value>, Failure> {
    match snapshot(record)? {
        Value::Object(members) => Ok(members),
        _ => Ok(Map::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_written_in_canonical_form() {
        let after = serde_json::json!({
            "title": "Tab\t, quote \", solidus / and \u{7f}\u{e9}\u{20ac}\u{1f600}\u{1}", "b": null, "a": [1, -2, true],
        });
        let content = Content {
            actor: Actor {
                name: Some("Ann"),
                roles: vec!["clerk", "auditor"],
                subject: "ann",
            },
            after: &after,
            before: &Value::Null,
            details: &Map::from_iter([("z".to_owned(), 1.into()), ("a".to_owned(), 2.into())]),
            effective_on: NaiveDate::MIN,
            operation: "create_action",
            recorded_at: Instant(DateTime::<Utc>::MIN_UTC),
            request_id: Uuid::nil(),
            subject: Subject {
                id: Uuid::nil(),
                kind: "action",
            },
        };
        assert_eq!(
            content.to_canonical_json().expect("JSON"),
            serde_json_canonicalizer::to_string(&content).expect("JSON")
        );
    }
}
