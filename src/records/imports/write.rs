//! Writing rows that can be written.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::cells::Row;
use super::known::{Known, Ready};
use super::owners::Named;
use super::places::Asked;
use super::report::shortened;
use super::telling::Account;
use super::words::{LATER, notes, report_progress, status_of, went_on};
use super::{Import, TrackerImportChange, TrackerImportMeeting};
use crate::clock::{london_day, start_of_london_day};
use crate::db::DbError;
use crate::db::imports::{self as rows, ImportedRow};
use crate::domain::due::{Calendar, CountedFrom};
use crate::domain::ids::{ActionId, CommitteeId, MeetingId, PostId};
use crate::domain::imported::{RowOutcome, TrackerField};
use crate::domain::life::State;
use crate::domain::meeting::MeetingStatus;
use crate::domain::progress::takes_updates;
use crate::domain::resolution::ResolutionKind;
use crate::records::actions::{LookedUp, NewAction, NewDue, Origin, create_among};
use crate::records::meetings::{self, NewMeeting};
use crate::records::posts::{self, NewPost};
use crate::records::resolutions::{self, NewResolution};
use crate::records::{Effect, Failure, Source, Writing, calendar};
use crate::tracker::status::{self, Status};

/// What became of a row.
pub(super) struct Outcome {
    pub(super) outcome: RowOutcome,
    pub(super) action_id: Option<ActionId>,
    pub(super) reference: Option<String>,
    pub(super) changes: Vec<TrackerImportChange>,
    pub(super) notes: Vec<String>,
}

/// Whether a row that was not brought in before is left out.
pub(super) fn is_left_out(import: &Import, row: &Row) -> bool {
    let done = matches!(status_of(row), Some(Status::Done | Status::Dropped));
    import.options.leave_out_completed && (done || row.completed_on.is_some())
}

/// What a row says otherwise than when it was last taken over, in the columns that the file has. What went on is taken over
/// while the action takes updates.
pub(super) fn changes(
    import: &Import,
    known: &Known,
    said: &BTreeMap<TrackerField, String>,
) -> Vec<TrackerImportChange> {
    let tracker = &import.tracker;
    let none = String::new();
    let mut changes: Vec<_> = said
        .iter()
        .filter_map(|(field, after)| {
            let asked = *field == TrackerField::Committee || tracker.column(*field).is_some();
            // A title may be made of other columns.
            let asked = asked || *field == TrackerField::Title;
            let before = known.said.get(field).unwrap_or(&none);
            (asked && before != after).then(|| TrackerImportChange {
                field: *field,
                before: shortened(before, 500),
                after: shortened(after, 500),
                taken: LATER.contains(field) && goes_on(known.action.state),
            })
        })
        .collect();
    // A status that does not say that anybody has begun does not begin anything.
    let taken: Vec<_> = changes
        .iter()
        .filter(|change| change.taken)
        .map(|change| change.field)
        .collect();
    let status = said
        .get(&TrackerField::Status)
        .map_or(Status::NotKnown, |text| status::of(text));
    if known.action.state == State::Open
        && taken == [TrackerField::Status]
        && matches!(status, Status::Open | Status::NotKnown)
    {
        for change in &mut changes {
            change.taken = false;
        }
    }
    changes
}

fn goes_on(state: State) -> bool {
    state == State::Open || takes_updates(state)
}

/// Writes all rows. Where a script refuses one, the others are tried still, so that all that is refused can be told.
pub(super) fn write(
    w: &mut Writing<'_>,
    import: &Import,
    ready: Vec<Ready>,
    account: &mut Account<'_>,
) -> Result<(), Failure> {
    let mut made = Made::default();
    let new = |row: &&Ready| row.known.is_none() && !is_left_out(import, &row.row);
    for row in ready.iter().filter(new) {
        made.posts_of(w, row, account)?;
    }
    let asked: BTreeSet<_> = ready
        .iter()
        .filter(new)
        .filter_map(|row| match row.placed.asked {
            Asked::New(day) => Some((row.placed.committee, day, row.placed.code.clone())),
            Asked::At(_) => None,
        })
        .collect();
    let mut not_made: HashMap<(CommitteeId, NaiveDate), Failure> = HashMap::new();
    for (committee, day, code) in asked {
        match made.meeting(w, committee, day) {
            Ok(()) => account.report.meetings.push(TrackerImportMeeting {
                committee: code,
                held_on: day,
            }),
            Err(Failure::Db(error)) => return Err(error.into()),
            Err(failure) => {
                not_made.insert((committee, day), failure);
            }
        }
    }
    for row in ready {
        let written = match row.placed.asked {
            Asked::New(day) if row.known.is_none() && !is_left_out(import, &row.row) => {
                match not_made.get(&(row.placed.committee, day)) {
                    Some(failure) => Err(again(failure)),
                    None => write_row(w, import, &row, &mut made),
                }
            }
            _ => write_row(w, import, &row, &mut made),
        };
        match written {
            Ok(outcome) => {
                let taken = outcome.changes.iter().any(|change| change.taken);
                account.wrote |= taken || outcome.outcome == RowOutcome::Created;
                account.tell(&row.row, outcome);
            }
            Err(Failure::Db(error)) => return Err(error.into()),
            Err(failure) => account.fail(row.row, &failure),
        }
    }
    Ok(())
}

/// The same refusal for another row.
fn again(failure: &Failure) -> Failure {
    match failure {
        Failure::Invalid(errors) => Failure::Invalid(errors.clone()),
        _ => Failure::NotFound,
    }
}

/// What was recorded for the rows to rest on.
#[derive(Default)]
struct Made {
    /// As they are when all meetings are recorded.
    calendars: HashMap<CommitteeId, Calendar>,
    posts: HashMap<String, PostId>,
    meetings: HashMap<(CommitteeId, NaiveDate), MeetingId>,
    looked_up: LookedUp,
}

impl Made {
    fn posts_of(
        &mut self,
        w: &mut Writing<'_>,
        row: &Ready,
        account: &mut Account<'_>,
    ) -> Result<(), Failure> {
        for named in std::iter::once(&row.placed.owner).chain(&row.placed.supporting) {
            let Named::New(title) = named else { continue };
            let key = crate::domain::naming::fold(title);
            if self.posts.contains_key(&key) {
                continue;
            }
            let new = NewPost {
                title: title.clone(),
                directorate: None,
            };
            let post = record(posts::create(w, &new)?);
            self.posts.insert(key, post.id);
            account.report.posts.push(title.clone());
        }
        Ok(())
    }

    fn post(&self, named: &Named) -> Result<PostId, Failure> {
        match named {
            Named::Post(id) => Ok(*id),
            Named::New(title) => {
                let key = crate::domain::naming::fold(title);
                self.posts.get(&key).copied().ok_or(Failure::NotFound)
            }
        }
    }

    /// The due term of a row, with a day for its review where it has none of its own.
    fn due(
        &mut self,
        w: &mut Writing<'_>,
        import: &Import,
        row: &Ready,
        meeting: MeetingId,
    ) -> Result<NewDue, Failure> {
        let calendar = match self.calendars.entry(row.placed.committee) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(calendar::load(w, row.placed.committee)?),
        };
        let due = &row.placed.due;
        let asked = calendar.find(meeting).ok_or(Failure::NotFound)?;
        let from = CountedFrom::at(asked.starts_at);
        let question = due.term.question(from);
        let answer = question.and_then(|question| calendar.answer(question));
        let resolved = due.term.resolve(from, answer, &w.rules.bank_holidays);
        let undated = resolved.due_on.is_none();
        let day = import.options.review_on.unwrap_or_else(|| w.today());
        Ok(NewDue {
            review_on: undated.then(|| day.max(london_day(asked.starts_at))),
            ..due.clone()
        })
    }

    fn meeting(
        &mut self,
        w: &mut Writing<'_>,
        committee: CommitteeId,
        day: NaiveDate,
    ) -> Result<(), Failure> {
        let starts_at = start_of_london_day(day).ok_or(Failure::NotFound)?;
        let new = NewMeeting {
            committee_id: committee,
            starts_at,
            title: None,
            location: None,
            status: MeetingStatus::Held,
        };
        let meeting = record(meetings::create(w, &new)?);
        self.meetings.insert((committee, day), meeting.id);
        Ok(())
    }
}

fn record<T>(effect: Effect<T>) -> T {
    match effect {
        Effect::Created(record) | Effect::Known(record) | Effect::Changed(record) => record,
    }
}

fn write_row(
    w: &mut Writing<'_>,
    import: &Import,
    row: &Ready,
    made: &mut Made,
) -> Result<Outcome, Failure> {
    if let Some(known) = &row.known {
        return write_again(w, import, row, known);
    }
    if is_left_out(import, &row.row) {
        return Ok(Outcome {
            outcome: RowOutcome::LeftOut,
            action_id: None,
            reference: None,
            changes: Vec::new(),
            notes: Vec::new(),
        });
    }
    let said = serialised(&row.said)?;
    let digest = Sha256::digest(said.as_bytes()).to_vec();
    let system = &import.options.system;
    let source = Source {
        system: system.clone(),
        reference: row.reference.clone(),
        url: None,
    };
    let meeting_id = match row.placed.asked {
        Asked::At(id) => Some(id),
        Asked::New(day) => made.meetings.get(&(row.placed.committee, day)).copied(),
    };
    let meeting_id = meeting_id.ok_or(Failure::NotFound)?;
    let due = made.due(w, import, row, meeting_id)?;
    let review_on = due.review_on;
    let exempt = import.options.exempt.then_some(true);
    let resolution = NewResolution {
        agenda_item_id: row.placed.item,
        meeting_id: Some(meeting_id),
        clause: None,
        // What a tracker has was asked for; whether the executive is to respond to it, a tracker does not say.
        kind: ResolutionKind::Request,
        text: row.row.resolved.clone(),
        exempt,
        exempt_paragraphs: None,
        supersedes_id: None,
        response_needed: None,
        notice_on: None,
        source: Some(source.clone()),
        digest: digest.clone(),
    };
    let resolution = record(resolutions::create(w, &resolution)?);
    let supporting: Result<Vec<_>, _> = row
        .placed
        .supporting
        .iter()
        .map(|named| made.post(named))
        .collect();
    let action = NewAction {
        origin: Origin::Resolution(resolution.id),
        parent_id: None,
        title: row.row.title.clone().unwrap_or_default(),
        required: row.row.required.clone(),
        owner_post_id: Some(made.post(&row.placed.owner)?),
        supporting_post_ids: supporting?,
        due: Some(due),
        exempt,
        priority: None,
        verification_required: false,
        exempt_paragraphs: None,
        open: true,
        open_if_complete: false,
        source: Some(source),
        digest,
    };
    let action = record(create_among(w, &action, &mut made.looked_up)?).action;
    let remembered = ImportedRow {
        system: system.clone(),
        reference: row.reference.clone(),
        identity: row.identity.clone(),
        action_id: action.id,
        said,
    };
    rows::insert(w.tx, &remembered)?;
    if went_on(&row.row) {
        report_progress(w, import, &row.row, action.id, &LATER)?;
    }
    let mut noted = row.row.notes.clone();
    noted.extend(
        review_on.map(|day| format!("It has no due day yet, and is to be reviewed on {day}.")),
    );
    noted.extend(notes(&row.row));
    Ok(Outcome {
        outcome: RowOutcome::Created,
        // Of what is undone at the end, nothing is there to be found.
        action_id: (!import.dry_run).then_some(action.id),
        reference: (!import.dry_run).then_some(action.reference),
        changes: Vec::new(),
        notes: noted,
    })
}

/// A row that was brought in before: what went on since is told as a progress update, and remembered as said.
fn write_again(
    w: &mut Writing<'_>,
    import: &Import,
    row: &Ready,
    known: &Known,
) -> Result<Outcome, Failure> {
    let changes = changes(import, known, &row.said);
    let taken: Vec<_> = changes
        .iter()
        .filter(|change| change.taken)
        .map(|change| change.field)
        .collect();
    if !taken.is_empty() {
        report_progress(w, import, &row.row, known.action.id, &taken)?;
        let mut said = known.said.clone();
        for field in &taken {
            let now = row.said.get(field).cloned().unwrap_or_default();
            said.insert(*field, now);
        }
        let remembered = ImportedRow {
            said: serialised(&said)?,
            ..known.row.clone()
        };
        rows::update(w.tx, &remembered)?;
    }
    let frozen = changes
        .iter()
        .any(|change| !change.taken && LATER.contains(&change.field))
        && !goes_on(known.action.state);
    let note = frozen.then(|| {
        let state = known.action.state;
        format!("The action is in the state {state} here and takes no updates.")
    });
    Ok(Outcome {
        outcome: if changes.is_empty() {
            RowOutcome::Unchanged
        } else {
            RowOutcome::Changed
        },
        action_id: Some(known.action.id),
        reference: Some(known.action.reference.clone()),
        changes,
        notes: note.into_iter().collect(),
    })
}

fn serialised(said: &BTreeMap<TrackerField, String>) -> Result<String, Failure> {
    serde_json::to_string(said).map_err(|error| DbError::Internal(error.to_string()).into())
}
