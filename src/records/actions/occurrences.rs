//! Settling the occurrences of a recurring term: each is met or missed on its own.

use chrono::NaiveDate;
use serde_json::{Map, json};

use super::due::{decided_at, occurrence, resolve_now, to_schedule};
use super::{OwnedAction, holds_a_post_of, patch::save, with_owner};
use crate::auth::Role;
use crate::clock::london_day;
use crate::db::actions::terms::{self, Occurrence};
use crate::db::actions::{Action, ActionChange};
use crate::db::sight::Parts;
use crate::db::types::Instant;
use crate::db::{Conn, DbError, meetings};
use crate::domain::due::{
    Calendar, Decision, DueKind, DueTerm, Frequency, OccurrenceOutcome, Resolved,
};
use crate::domain::ids::{ActionId, MeetingId};
use crate::domain::life::State;
use crate::domain::rules::Rules;
use crate::records::calendar;
use crate::records::{Conflict, Effect, Failure, Precondition, Writing};

/// The most occurrences that are shown of those that nobody settled: the weeks of some years.
const MOST_TO_COME: usize = 200;

/// How the occurrence in force is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settling {
    pub(crate) outcome: OccurrenceOutcome,
    /// What was done, or why it was not.
    pub(crate) said: String,
    pub(crate) effective_on: Option<NaiveDate>,
}

/// Settles an occurrence; then the next is in force. One that was missed, or met after its day, counts as a missed term.
pub(crate) fn settle(
    w: &mut Writing<'_>,
    id: ActionId,
    number: i32,
    read: &Precondition,
    settling: &Settling,
) -> Result<Effect<OwnedAction>, Failure> {
    let (_, before) = to_schedule(w, id)?;
    read.check(before.version)?;
    may_settle(w, &before, settling.outcome)?;
    let due_on = in_force(&before, number)?;
    let earliest = london_day(decided_at(w, &before)?);
    let settled_on = w.effective(settling.effective_on, Some(earliest))?;
    terms::settle(
        w.tx,
        &Occurrence {
            action_id: id,
            term_number: before.due_number,
            number,
            due_on,
            meeting_id: before.due_meeting_id,
            outcome: settling.outcome,
            settled_on,
            said: settling.said.clone(),
            settled_by: w.caller.subject.clone(),
            settled_at: w.at(),
            while_exempt: before.exempt,
        },
    )?;
    let settled = u32::try_from(number).unwrap_or_default();
    let next = resolve_now(w, &before, settled, Some(due_on))?;
    let missed = settling.outcome == OccurrenceOutcome::Missed || settled_on > due_on;
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
        missed_terms: missed.then_some(before.missed_terms + 1),
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
fn may_settle(
    w: &mut Writing<'_>,
    action: &Action,
    outcome: OccurrenceOutcome,
) -> Result<(), Failure> {
    let clerk = w.caller.has(Role::Clerk);
    let (may, who_may) = match outcome {
        OccurrenceOutcome::Met => (
            clerk || (w.caller.has(Role::Officer) && holds_a_post_of(w, action)?),
            "an officer who holds today the owning post or a supporting one, or a clerk for them",
        ),
        OccurrenceOutcome::Missed => (clerk, "a clerk"),
    };
    if may {
        Ok(())
    } else {
        Err(Failure::Forbidden(format!(
            "An occurrence is settled so by {who_may}."
        )))
    }
}

/// The due day of an occurrence, which must be the one in force of an action under way.
fn in_force(action: &Action, number: i32) -> Result<NaiveDate, Failure> {
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
    match (action.due_kind, action.due_occurrence, action.due_on) {
        (Some(DueKind::Recurring), Some(current), Some(due_on)) if current == number => Ok(due_on),
        (Some(DueKind::Recurring), current, _) => {
            Err(Conflict::OccurrenceNotInForce { current }.into())
        }
        _ => Err(Failure::NotFound),
    }
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

/// The occurrences of an action after a place, at most `limit`: of those parts those that were settled, and while it is outstanding those from
/// the one in force up to the first that lies ahead of `today`.
pub(crate) fn occurrences(
    conn: &mut Conn,
    rules: &Rules,
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
    if seen.len() < most {
        let coming = to_come(conn, rules, action, today)?;
        let later = coming
            .into_iter()
            .filter(|o| (o.term_number, o.number) > after);
        seen.extend(later.take(most - seen.len()));
    }
    Ok(seen)
}

/// The occurrences from the one in force up to the first that lies ahead.
fn to_come(
    conn: &mut Conn,
    rules: &Rules,
    action: &Action,
    today: NaiveDate,
) -> Result<Vec<SeenOccurrence>, DbError> {
    let (Some(frequency), Some(first), Some(due_on)) =
        (action.due_frequency, action.due_occurrence, action.due_on)
    else {
        return Ok(Vec::new());
    };
    let mut coming = Vec::new();
    if !action.state.outstanding() {
        return Ok(coming);
    }
    let in_force = terms::in_force(conn, &[action.id])?.pop();
    let counts_from = in_force.and_then(|term| term.counts_from);
    let decided = meetings::find(conn, action.meeting_id)?.map(|meeting| meeting.starts_at);
    let Some(Instant(at)) = counts_from.or(decided) else {
        return Ok(coming);
    };
    let calendar = match frequency {
        Frequency::EachMeeting => calendar::read(conn, action.committee_id)?,
        _ => Calendar::default(),
    };
    let term = DueTerm::Recurring(frequency);
    let mut resolved = Resolved {
        due_on: Some(due_on),
        meeting_id: action.due_meeting_id,
        occurrence: None,
    };
    for number in first.. {
        let Some(due_on) = resolved.due_on else { break };
        coming.push(SeenOccurrence {
            term_number: action.due_number,
            number,
            due_on,
            meeting_id: resolved.meeting_id,
            outcome: None,
            settled_on: None,
            said: None,
            settled_by: None,
            settled_at: None,
        });
        if due_on > today || coming.len() == MOST_TO_COME {
            break;
        }
        let decision = Decision {
            at,
            settled: u32::try_from(number).unwrap_or_default(),
            settled_to: Some(due_on),
        };
        let answer = term.question(decision).and_then(|q| calendar.answer(q));
        resolved = term.resolve(decision, answer, &rules.bank_holidays);
    }
    Ok(coming)
}
