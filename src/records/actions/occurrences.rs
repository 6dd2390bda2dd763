//! Settling the occurrences of a recurring term: each is met or missed on its own.

use chrono::NaiveDate;
use serde_json::{Map, json};

use super::due::{decided_at, occurrence, to_schedule};
use super::{OwnedAction, check_held_on, mover, patch::save, subject, with_owner};
use crate::db::actions::terms::{self, Occurrence};
use crate::db::actions::{Action, ActionChange};
use crate::db::sight::Parts;
use crate::db::types::Instant;
use crate::db::{Conn, DbError};
use crate::domain::due::{Calendar, Coming, Frequency, OccurrenceOutcome, Resolved, ToCome};
use crate::domain::ids::{ActionId, MeetingId};
use crate::domain::life::{Mover, OWNER_OR_CLERK, State};
use crate::records::calendar;
use crate::records::{Conflict, Effect, Failure, Follows, Precondition, Writing};

/// How the occurrence in force is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settling {
    pub(crate) outcome: OccurrenceOutcome,
    /// What was done, or why it was not.
    pub(crate) said: String,
    pub(crate) effective_on: Option<NaiveDate>,
}

/// Settles an occurrence; then the next is in force. Those before it that nobody settled before their day had passed are
/// recorded as missed. One that was missed, or met after its day, counts as a missed term.
pub(crate) fn settle(
    w: &mut Writing<'_>,
    id: ActionId,
    number: i32,
    read: &Precondition,
    settling: &Settling,
) -> Result<Effect<OwnedAction>, Failure> {
    let (_, before) = to_schedule(w, id)?;
    read.check(before.version)?;
    let mover = mover(w, &before)?;
    may_settle(mover, settling.outcome)?;
    let UpTo {
        passed,
        occurrence: settled,
        next,
    } = up_to(w, &before, number)?;
    let due_on = settled.due_on;
    let settled_on = w.effective(settling.effective_on, Follows::Decision(before.decided_on))?;
    check_held_on(w, &before, mover, "/effective_on", settled_on)?;
    for occurrence in &passed {
        let_go_by(w, &before, occurrence, number)?;
    }
    let row = row(w, &before, &settled, settling, settled_on)?;
    terms::settle(w.tx, &row)?;
    let missed = settling.outcome == OccurrenceOutcome::Missed || settled_on > due_on;
    let missed = passed.len() + usize::from(missed);
    let met = settling.outcome == OccurrenceOutcome::Met;
    let change = ActionChange {
        state: (met && before.state == State::Open).then_some(State::InProgress),
        due_on: Some(next.due_on),
        due_meeting_id: Some(next.meeting_id),
        due_occurrence: Some(occurrence(next)),
        // Each occurrence of the original term has an original day of its own.
        original_due_on: (before.due_number == 1).then_some(next.due_on),
        // While the calendar has no next meeting it is looked at from now on.
        review_on: (next.due_on.is_none() && before.review_on.is_none())
            .then_some(Some(settled_on)),
        missed_terms: (missed > 0)
            .then(|| before.missed_terms + i32::try_from(missed).unwrap_or(i32::MAX)),
        ..ActionChange::default()
    };
    let details = Map::from_iter([
        ("occurrence".to_owned(), json!(number)),
        ("due_on".to_owned(), json!(due_on)),
        (
            if met { "narrative" } else { "reason" }.to_owned(),
            json!(settling.said),
        ),
    ]);
    let operation = if met {
        "meet_occurrence"
    } else {
        "miss_occurrence"
    };
    let after = save(w, operation, &before, &change, Some(settled_on), &details)?;
    with_owner(w, after).map(Effect::Changed)
}

/// The owner meets an occurrence, or a clerk for them; that it was missed is recorded by a clerk.
fn may_settle(mover: Mover<'_>, outcome: OccurrenceOutcome) -> Result<(), Failure> {
    let (may, who_may) = match outcome {
        OccurrenceOutcome::Met => (mover.owner || mover.clerk, OWNER_OR_CLERK),
        OccurrenceOutcome::Missed => (mover.clerk, "a clerk"),
    };
    if may {
        Ok(())
    } else {
        Err(Failure::Forbidden(format!(
            "An occurrence is settled so by {who_may}."
        )))
    }
}

/// An occurrence that is to be settled.
struct UpTo {
    /// Those before it that nobody settled, and whose days have passed.
    passed: Vec<Coming>,
    occurrence: Coming,
    /// What the term resolves to then.
    next: Resolved,
}

/// The occurrence of that number, which is the one in force of an action under way, or comes after none but such as are
/// missed already.
fn up_to(w: &mut Writing<'_>, action: &Action, number: i32) -> Result<UpTo, Failure> {
    let under_way = matches!(
        action.state,
        State::Open | State::InProgress | State::OnHold
    );
    if !under_way {
        return Err(Conflict::Frozen {
            state: action.state,
            instead: "Occurrences are settled while the action is open, in progress or on hold.",
        }
        .into());
    }
    let Some(frequency) = action.due_frequency else {
        return Err(Failure::NotFound);
    };
    let calendar = match frequency {
        Frequency::EachMeeting => calendar::load(w, action.committee_id)?,
        _ => Calendar::default(),
    };
    let mut to_come = to_come(w.tx, action, frequency, calendar)?;
    let (today, wanted) = (w.today(), u32::try_from(number).unwrap_or_default());
    let mut passed = Vec::new();
    while let Some(occurrence) = to_come.next() {
        if occurrence.number == wanted {
            return Ok(UpTo {
                passed,
                occurrence,
                next: to_come.in_force(),
            });
        }
        if occurrence.number > wanted || occurrence.due_on >= today {
            break;
        }
        passed.push(occurrence);
    }
    Err(Conflict::OccurrenceNotInForce {
        current: action.due_occurrence,
    }
    .into())
}

/// Records that an occurrence was missed, because a later one is settled and its own day has passed.
fn let_go_by(
    w: &mut Writing<'_>,
    action: &Action,
    occurrence: &Coming,
    later: i32,
) -> Result<(), Failure> {
    let today = w.today();
    let settling = Settling {
        outcome: OccurrenceOutcome::Missed,
        said: format!("Its day had passed when occurrence {later} was settled."),
        effective_on: None,
    };
    let row = row(w, action, occurrence, &settling, today)?;
    terms::settle(w.tx, &row)?;
    let details = Map::from_iter([
        ("occurrence".to_owned(), json!(row.number)),
        ("due_on".to_owned(), json!(row.due_on)),
        ("reason".to_owned(), json!(row.said)),
    ]);
    w.audit_noted("miss_occurrence", subject(action.id), today, &details)
}

/// The row of an occurrence that is settled.
fn row(
    w: &Writing<'_>,
    action: &Action,
    occurrence: &Coming,
    settling: &Settling,
    settled_on: NaiveDate,
) -> Result<Occurrence, DbError> {
    Ok(Occurrence {
        action_id: action.id,
        term_number: action.due_number,
        number: stored(occurrence.number)?,
        due_on: occurrence.due_on,
        meeting_id: occurrence.meeting_id,
        outcome: settling.outcome,
        settled_on,
        said: settling.said.clone(),
        settled_by: w.caller.subject.clone(),
        settled_at: w.at(),
        while_exempt: action.exempt,
    })
}

/// The number of an occurrence as it is stored.
fn stored(number: u32) -> Result<i32, DbError> {
    i32::try_from(number)
        .map_err(|_| DbError::Internal("an occurrence beyond all numbers".to_owned()))
}

/// An occurrence as it is seen: settled, or to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenOccurrence {
    pub(crate) term_number: i32,
    pub(crate) number: i32,
    pub(crate) due_on: NaiveDate,
    pub(crate) meeting_id: Option<MeetingId>,
    pub(crate) outcome: Option<OccurrenceOutcome>,
    pub(crate) settled_on: Option<NaiveDate>,
    pub(crate) said: Option<String>,
    pub(crate) settled_by: Option<String>,
    pub(crate) settled_at: Option<Instant>,
}

impl From<Occurrence> for SeenOccurrence {
    fn from(row: Occurrence) -> Self {
        Self {
            term_number: row.term_number,
            number: row.number,
            due_on: row.due_on,
            meeting_id: row.meeting_id,
            outcome: Some(row.outcome),
            settled_on: Some(row.settled_on),
            said: Some(row.said),
            settled_by: Some(row.settled_by),
            settled_at: Some(row.settled_at),
        }
    }
}

/// The occurrences of an action after a place, at most `limit`: those that were settled, as far as they are among `parts`, and
/// while the action is outstanding those from the one in force up to the first that lies ahead of `today`.
pub(crate) fn occurrences(
    conn: &mut Conn,
    (action, parts): (&Action, Parts),
    today: NaiveDate,
    after: Option<(i32, i32)>,
    limit: i64,
) -> Result<Vec<SeenOccurrence>, DbError> {
    let after = after.unwrap_or((0, 0));
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut seen: Vec<SeenOccurrence> = terms::settled(conn, action.id, parts, after, limit)?
        .into_iter()
        .map(Into::into)
        .collect();
    let Some(frequency) = action.due_frequency.filter(|_| action.state.outstanding()) else {
        return Ok(seen);
    };
    let mut left = most.saturating_sub(seen.len());
    if left == 0 {
        return Ok(seen);
    }
    let calendar = match frequency {
        Frequency::EachMeeting => calendar::read(conn, action.committee_id)?,
        _ => Calendar::default(),
    };
    for coming in to_come(conn, action, frequency, calendar)? {
        let number = stored(coming.number)?;
        if (action.due_number, number) > after {
            seen.push(SeenOccurrence {
                term_number: action.due_number,
                number,
                due_on: coming.due_on,
                meeting_id: coming.meeting_id,
                outcome: None,
                settled_on: None,
                said: None,
                settled_by: None,
                settled_at: None,
            });
            left -= 1;
        }
        if left == 0 || coming.due_on > today {
            break;
        }
    }
    Ok(seen)
}

/// The occurrences of the term in force that are not settled, by the calendar of the action's committee.
fn to_come(
    conn: &mut Conn,
    action: &Action,
    frequency: Frequency,
    calendar: Calendar,
) -> Result<ToCome, DbError> {
    let in_force = terms::in_force(conn, &[action.id])?.pop();
    let at = match in_force.and_then(|term| term.counts_from) {
        Some(instant) => instant.0,
        None => decided_at(conn, action)?,
    };
    let settled = terms::settled_so_far(conn, &[action.id])?.remove(&action.id);
    Ok(ToCome::new(
        frequency,
        at,
        settled.unwrap_or_default(),
        calendar,
    ))
}
