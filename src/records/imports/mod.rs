//! Bringing in a tracker that was kept as a spreadsheet: of each row a resolution and an action, all rows or none.
//!
//! The rows are read and all that they name is looked up before anything is written, so that everything that is wrong with any
//! of them can be told at once. Then they go through the scripts that the API uses. A dry run is the same, undone at its end
//! by whoever asked for it.
//!
//! What needs a person is never made up: no row comes in as completed, closed, on hold or put off. What the tracker says of
//! that is kept as a progress update, word for word, and told in the report.

mod cells;
mod places;
mod report;
mod write;

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;

use super::sight::Told;
use super::{Conflict, Effect, Failure, FieldError, Telling, Writing};
use crate::db::actions::{self, Action};
use crate::db::imports::{self as rows, ImportedRow};
use crate::domain::ids::ActionId;
use crate::domain::imported::{RowOutcome, TrackerField};
use crate::tracker::Tracker;
use cells::Row;
use places::{Placed, Places};
use report::shortened;
pub use report::{
    TrackerImport, TrackerImportChange, TrackerImportColumn, TrackerImportCounts,
    TrackerImportError, TrackerImportMeeting, TrackerImportRow,
};
use write::Outcome;

/// What a tracker is called where nothing else is said.
pub(crate) const DEFAULT_SYSTEM: &str = "tracker";

/// The longest reference of a row, in characters.
const MAX_REFERENCE: usize = 100;

/// The list of rows, as problems point to them: a row by its number in the sheet.
const ROWS: &str = "/rows";

/// A tracker to be brought in.
#[derive(Debug, Clone)]
pub(crate) struct Import {
    pub(crate) tracker: Tracker,
    pub(crate) options: Options,
    /// Whether whoever asks for it undoes it.
    pub(crate) dry_run: bool,
}

/// How it is to be brought in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// What the tracker is called here: references are of one tracker only.
    pub(crate) system: String,
    /// The committee of rows that name none, by its code.
    pub(crate) committee: Option<String>,
    /// The post for each printed name that is no post's own: its id, or its title.
    pub(crate) owners: Vec<(String, String)>,
    /// Whether meetings that are not recorded are recorded as held.
    pub(crate) create_meetings: bool,
    /// Whether posts that are not recorded are, under the names that are printed.
    pub(crate) create_posts: bool,
    /// Whether everything is exempt from publication.
    pub(crate) exempt: bool,
    /// Whether new rows that say that they are done with are left out.
    pub(crate) leave_out_completed: bool,
    /// When what has no due day is to be reviewed; today where nothing is said.
    pub(crate) review_on: Option<NaiveDate>,
}

/// What became of the rows.
#[derive(Debug)]
pub(crate) struct Imported {
    pub(crate) report: TrackerImport,
    /// The rows that are refused, by their number in the sheet.
    failures: Vec<(usize, Failure)>,
    wrote: bool,
}

impl Imported {
    /// The report, where it stands: of a dry run whatever is refused, and otherwise if nothing is.
    pub(crate) fn into_effect(self) -> Result<Effect<TrackerImport>, Failure> {
        if !self.failures.is_empty() && !self.report.dry_run {
            return Err(Failure::Rows {
                list: ROWS,
                failures: self.failures,
            });
        }
        Ok(if self.wrote {
            Effect::Created(self.report)
        } else {
            Effect::Known(self.report)
        })
    }
}

impl Telling for TrackerImport {
    /// It names only what its caller sees: committees were looked up in their sight, and a clerk sees all that is exempt.
    fn tell(&mut self, _visit: &mut dyn FnMut(Told<'_>)) {}
}

/// A row that was brought in before, as it is now.
struct Known {
    row: ImportedRow,
    said: BTreeMap<TrackerField, String>,
    action: Action,
}

/// A row that can be written.
struct Ready {
    row: Row,
    placed: Placed,
    said: BTreeMap<TrackerField, String>,
    /// Its natural key, of which the action has the same.
    reference: String,
    identity: String,
    known: Option<Known>,
}

/// Brings in a tracker. What is refused is told in what it answers with; the caller undoes the rest.
pub(crate) fn import(w: &mut Writing<'_>, import: &Import) -> Result<Imported, Failure> {
    let today = w.today();
    let tracker = &import.tracker;
    let read: Vec<_> = tracker
        .rows
        .iter()
        .map(|row| Row::read(tracker, row, &import.options, today))
        .collect();
    let mut places = Places::look_up(w, import, &read)?;
    let placed: Vec<(Row, Option<Placed>)> = read
        .into_iter()
        .map(|mut row| {
            let placed = places.place(w, &mut row);
            (row, placed)
        })
        .collect();
    drop(places);
    let ready = match_known(w, import, placed)?;
    let mut telling = Reporting::of(import);
    let refused = ready.iter().any(|row| row.is_err());
    if refused {
        for row in ready {
            match row {
                Ok(ready) => telling.would(import, &ready),
                Err(row) => telling.refuse_row(row),
            }
        }
        return Ok(telling.done());
    }
    let ready: Vec<_> = ready.into_iter().filter_map(Result::ok).collect();
    write::write(w, import, ready, &mut telling)?;
    Ok(telling.done())
}

/// Gives every row its natural key, and finds those that were brought in before. A row with a reference of its own that no
/// other row of the file has is known by that; otherwise by its committee, meeting and words.
fn match_known(
    w: &mut Writing<'_>,
    import: &Import,
    placed: Vec<(Row, Option<Placed>)>,
) -> Result<Vec<Result<Box<Ready>, Row>>, Failure> {
    let own = |row: &Row, placed: &Placed| {
        let reference = row.reference.as_ref()?;
        Some(format!("{} {reference}", placed.code))
    };
    let mut uses: HashMap<String, usize> = HashMap::new();
    let mut alike: HashMap<String, usize> = HashMap::new();
    for (row, placed) in &placed {
        if let Some(reference) = placed.as_ref().and_then(|placed| own(row, placed)) {
            *uses.entry(reference).or_default() += 1;
        }
    }
    let keyed: Vec<_> = placed
        .into_iter()
        .map(|(row, placed)| {
            let keys = placed.as_ref().map(|placed| {
                let nth = alike.entry(row.identity(&placed.code, 0)).or_default();
                let identity = row.identity(&placed.code, *nth);
                *nth += 1;
                let unique = own(&row, placed).filter(|own| uses.get(own) == Some(&1));
                (unique, identity)
            });
            (row, placed, keys)
        })
        .collect();
    let keys = || keyed.iter().filter_map(|(_, _, keys)| keys.as_ref());
    let references: Vec<_> = keys().filter_map(|keys| keys.0.as_deref()).collect();
    let identities: Vec<_> = keys().map(|keys| keys.1.as_str()).collect();
    let system = &import.options.system;
    let found = rows::find_known(w.tx, system, &references, &identities)?;
    let ids: Vec<ActionId> = found.iter().map(|row| row.action_id).collect();
    actions::lock_many(w.tx, &ids)?;
    let mut actions: HashMap<_, _> = actions::find_many(w.tx, &ids)?
        .into_iter()
        .filter(|action| action.visible(&w.sight))
        .map(|action| (action.id, action))
        .collect();
    let by_reference: HashMap<_, _> = found
        .iter()
        .map(|row| (row.reference.as_str(), row))
        .collect();
    let mut by_identity: HashMap<&str, Vec<&ImportedRow>> = HashMap::new();
    for row in &found {
        by_identity.entry(&row.identity).or_default().push(row);
    }
    // By their own references first, so that no row is known as another that has its words.
    let mut claimed: HashSet<&str> = HashSet::new();
    for reference in &references {
        claimed.extend(
            by_reference
                .get(reference)
                .map(|row| row.reference.as_str()),
        );
    }
    let mut ready = Vec::with_capacity(keyed.len());
    for (mut row, placed, keys) in keyed.clone() {
        let (Some(placed), Some((own, identity)), true) = (placed, keys, row.errors.is_empty())
        else {
            ready.push(Err(row));
            continue;
        };
        let by_own = own
            .as_deref()
            .and_then(|own| by_reference.get(own).copied());
        let known = by_own.or_else(|| {
            let alike = by_identity.get(identity.as_str())?;
            let free = alike
                .iter()
                .find(|row| !claimed.contains(row.reference.as_str()))?;
            claimed.insert(&free.reference);
            Some(free)
        });
        let known = known.and_then(|known| {
            Some(Known {
                said: serde_json::from_str(&known.said).unwrap_or_default(),
                action: actions.remove(&known.action_id)?,
                row: known.clone(),
            })
        });
        let said = row.said(&placed.code);
        let reference = own.unwrap_or_else(|| {
            let digest: String = identity.chars().take(32).collect();
            format!("{} sha256:{digest}", placed.code)
        });
        if let Some(known) = &known
            && is_another(&known.said, &said)
        {
            let detail = format!(
                "The reference \u{201c}{}\u{201d} is that of a row of another meeting, with other words, which is {}. Give the \
                 row another reference, or the tracker another name here.",
                shortened(row.reference.as_deref().unwrap_or_default(), 100),
                known.action.reference
            );
            row.refuse(TrackerField::Reference, "reference_reused", detail);
            ready.push(Err(row));
            continue;
        }
        ready.push(Ok(Box::new(Ready {
            row,
            placed,
            said,
            reference,
            identity,
            known,
        })));
    }
    Ok(ready)
}

/// Whether a row that has the reference of another is not that one: trackers begin to count anew.
fn is_another(
    before: &BTreeMap<TrackerField, String>,
    now: &BTreeMap<TrackerField, String>,
) -> bool {
    let differs = |field| before.get(field) != now.get(field);
    let words = [TrackerField::Resolution, TrackerField::Action];
    differs(&TrackerField::Meeting) && words.iter().any(differs)
}

/// What is told of the rows so far.
struct Reporting<'i> {
    import: &'i Import,
    report: TrackerImport,
    failures: Vec<(usize, Failure)>,
    wrote: bool,
}

impl<'i> Reporting<'i> {
    fn of(import: &'i Import) -> Self {
        let tracker = &import.tracker;
        let columns = tracker.columns.iter().map(|column| TrackerImportColumn {
            column: column.letters.clone(),
            heading: shortened(&column.heading, 200),
            field: column.field,
            guessed: column.guessed,
        });
        let report = TrackerImport {
            dry_run: import.dry_run,
            source_system: import.options.system.clone(),
            sheet: tracker.sheet.clone(),
            other_sheets: tracker.other_sheets.clone(),
            heading_row: tracker.heading_row,
            columns: columns.collect(),
            counts: TrackerImportCounts {
                rows: tracker.rows.len(),
                ..TrackerImportCounts::default()
            },
            meetings: Vec::new(),
            posts: Vec::new(),
            rows: Vec::new(),
        };
        Self {
            import,
            report,
            failures: Vec::new(),
            wrote: false,
        }
    }

    /// Tells of a row that it is refused.
    fn refuse_row(&mut self, row: Row) {
        let errors = row.errors.iter().map(|error| {
            let field = error.field.map_or("", TrackerField::as_str);
            let pointer = if field.is_empty() {
                String::new()
            } else {
                format!("/{field}")
            };
            let place = self
                .place(error.field)
                .map_or_else(String::new, |(column, heading)| {
                    format!(", column {column}, \u{201c}{heading}\u{201d}")
                });
            let detail = format!("Row {}{place}: {}", row.number, error.detail);
            FieldError::new(pointer, error.code, detail)
        });
        let failure = Failure::Invalid(errors.collect());
        self.failures.push((number(row.number), failure));
        let told = row.errors.iter().map(|error| {
            let place = self.place(error.field);
            TrackerImportError {
                field: error.field,
                column: place.as_ref().map(|place| place.0.clone()),
                heading: place.map(|place| place.1),
                code: error.code.to_owned(),
                detail: error.detail.clone(),
            }
        });
        let errors = told.collect();
        self.push(TrackerImportRow {
            number: row.number,
            outcome: RowOutcome::Refused,
            action_id: None,
            reference: None,
            title: row.title,
            notes: row.notes,
            changes: Vec::new(),
            errors,
        });
    }

    /// Tells of a row that a script refused.
    fn fail(&mut self, mut row: Row, failure: Failure) {
        let told: Vec<(&'static str, String)> = match &failure {
            Failure::Invalid(errors) => errors
                .iter()
                .map(|error| (error.code, error.detail.clone()))
                .collect(),
            Failure::Conflict(Conflict::NaturalKey { .. }) => vec![(
                "natural-key-conflict",
                "Another record has its natural key.".to_owned(),
            )],
            Failure::Conflict(Conflict::ReferencesExhausted) => vec![(
                "references-exhausted",
                "The last reference of its committee and municipal year has been given.".to_owned(),
            )],
            _ => vec![("refused", "The records do not allow it.".to_owned())],
        };
        for (code, detail) in told {
            row.refuse(None, code, detail);
        }
        self.refuse_row(row);
    }

    /// Tells what would become of a row if no other were refused.
    fn would(&mut self, import: &Import, ready: &Ready) {
        let outcome = match &ready.known {
            Some(known) if write::changes(import, known, &ready.said).is_empty() => {
                RowOutcome::Unchanged
            }
            Some(_) => RowOutcome::Changed,
            None if write::is_left_out(import, &ready.row) => RowOutcome::LeftOut,
            None => RowOutcome::Created,
        };
        let changes = ready
            .known
            .as_ref()
            .map(|known| write::changes(import, known, &ready.said));
        let action = ready.known.as_ref().map(|known| &known.action);
        self.tell(
            &ready.row,
            Outcome {
                outcome,
                action_id: action.map(|action| action.id),
                reference: action.map(|action| action.reference.clone()),
                changes: changes.unwrap_or_default(),
                notes: Vec::new(),
            },
        );
    }

    fn tell(&mut self, row: &Row, outcome: Outcome) {
        let mut notes = row.notes.clone();
        notes.extend(outcome.notes);
        self.push(TrackerImportRow {
            number: row.number,
            outcome: outcome.outcome,
            action_id: outcome.action_id,
            reference: outcome.reference,
            title: row.title.as_ref().map(|title| shortened(title, 300)),
            notes,
            changes: outcome.changes,
            errors: Vec::new(),
        });
    }

    fn push(&mut self, row: TrackerImportRow) {
        let counts = &mut self.report.counts;
        let count = match row.outcome {
            RowOutcome::Created => &mut counts.created,
            RowOutcome::Changed => &mut counts.changed,
            RowOutcome::Unchanged => &mut counts.unchanged,
            RowOutcome::LeftOut => &mut counts.left_out,
            RowOutcome::Refused => &mut counts.refused,
        };
        *count += 1;
        self.report.rows.push(row);
    }

    fn place(&self, field: Option<TrackerField>) -> Option<(String, String)> {
        let column = self.import.tracker.column(field?)?;
        Some((column.letters.clone(), shortened(&column.heading, 200)))
    }

    fn done(self) -> Imported {
        Imported {
            report: self.report,
            failures: self.failures,
            wrote: self.wrote,
        }
    }
}

fn number(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Reads `printed=post`, several separated by semicolons; `None` where that is none.
pub(crate) fn owners_of(text: &str) -> Option<Vec<(String, String)>> {
    let pair = |pair: &str| {
        let (printed, post) = pair.split_once('=')?;
        let (printed, post) = (printed.trim(), post.trim());
        (!post.is_empty()).then(|| (printed.to_owned(), post.to_owned()))
    };
    let pairs = text.split(';').filter(|pair| !pair.trim().is_empty());
    pairs.map(pair).collect()
}
