//! What the cells of a row say, before anything is looked up.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::report::shortened;
use super::{MAX_REFERENCE, Options};
use crate::domain::due::DueTerm;
use crate::domain::imported::TrackerField;
use crate::domain::text::{TextError, check_line, check_prose};
use crate::hex::hex;
use crate::tracker::days::NotADay;
use crate::tracker::due::{Deadline, Says};
use crate::tracker::{Cell, Tracker, TrackerRow};

/// The longest title that is made of a row's words.
const MAX_MADE_TITLE: usize = 120;

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CellError {
    pub(super) field: Option<TrackerField>,
    pub(super) code: &'static str,
    pub(super) detail: String,
}

/// A row as far as it can be read, and what is wrong with it.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub(super) number: u32,
    pub(super) errors: Vec<CellError>,
    pub(super) notes: Vec<String>,
    pub(super) reference: Option<String>,
    pub(super) committee: Option<String>,
    pub(super) meeting_on: Option<NaiveDate>,
    pub(super) item: Option<String>,
    pub(super) title: Option<String>,
    /// What was resolved, word for word.
    pub(super) resolved: String,
    /// What is to be done, where the tracker has that beside.
    pub(super) required: Option<String>,
    pub(super) owner: String,
    pub(super) due: Option<Deadline>,
    pub(super) revised_on: Option<NaiveDate>,
    pub(super) completed_on: Option<NaiveDate>,
    pub(super) status: Option<String>,
    /// Each with its column's heading.
    pub(super) progress: Vec<(String, String)>,
}

impl Row {
    pub(super) fn refuse(
        &mut self,
        field: impl Into<Option<TrackerField>>,
        code: &'static str,
        detail: impl Into<String>,
    ) {
        self.errors.push(CellError {
            field: field.into(),
            code,
            detail: detail.into(),
        });
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Reads a row.
    pub(super) fn read(
        tracker: &Tracker,
        row: &TrackerRow,
        options: &Options,
        today: NaiveDate,
    ) -> Self {
        let mut reading = Reading {
            tracker,
            cells: row,
            row: Self {
                number: row.number,
                ..Self::default()
            },
        };
        reading.place(options, today);
        reading.words();
        reading.days(today);
        reading.row
    }

    /// What the row says, in the form in which it is remembered: the same from any format of file.
    pub(super) fn said(&self, code: &str) -> BTreeMap<TrackerField, String> {
        use TrackerField::{
            Action, AgendaItem, Committee, CompletedOn, Due, Meeting, Owner, Progress, Reference,
            Resolution, RevisedDue, Status, Title,
        };
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let progress: Vec<_> = self.progress.iter().map(|(_, text)| text.clone()).collect();
        BTreeMap::from([
            (Reference, text(&self.reference)),
            (Committee, code.to_owned()),
            (Meeting, day(self.meeting_on)),
            (AgendaItem, text(&self.item)),
            (Title, text(&self.title)),
            (Resolution, self.resolved.clone()),
            (Action, text(&self.required)),
            (Owner, self.owner.clone()),
            (Due, self.due.as_ref().map(due_said).unwrap_or_default()),
            (RevisedDue, day(self.revised_on)),
            (Status, text(&self.status)),
            (Progress, progress.join("\n")),
            (CompletedOn, day(self.completed_on)),
        ])
    }

    /// What makes the row the one it is: a digest of its committee, meeting and words. Of rows that are alike in all of them,
    /// `nth` tells which.
    pub(super) fn identity(&self, code: &str, nth: usize) -> String {
        let mut digest = Sha256::new();
        let day = self
            .meeting_on
            .map(|day| day.to_string())
            .unwrap_or_default();
        let required = self.required.as_deref().unwrap_or_default();
        for part in [code, &day, &self.resolved, required, &nth.to_string()] {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part.as_bytes());
        }
        hex(&digest.finalize())
    }
}

fn due_said(due: &Deadline) -> String {
    match (&due.wording, due.says) {
        (Some(wording), _) => wording.clone(),
        (None, Says::Term(DueTerm::Date(day)) | Says::MeetingOn(day)) => day.to_string(),
        (None, Says::Term(_)) => String::new(),
    }
}

/// Reads the cells of one row.
struct Reading<'t> {
    tracker: &'t Tracker,
    cells: &'t TrackerRow,
    row: Row,
}

impl Reading<'_> {
    /// The text of a cell; none where it is empty, or its formula failed, which is told.
    fn text(&mut self, field: TrackerField) -> Option<String> {
        match self.tracker.cell(self.cells, field)? {
            Cell::Error(shown) => {
                let failed = NotADay::Formula(shown.clone());
                self.row.refuse(field, failed.code(), sentence(&failed));
                None
            }
            cell => Some(cell.shown()),
        }
    }

    fn line(&mut self, field: TrackerField, max: usize) -> Option<String> {
        let text = self.text(field)?;
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.checked(field, check_line(&line, max)).then_some(line)
    }

    fn prose(&mut self, field: TrackerField, max: usize) -> Option<String> {
        let text = self.text(field)?;
        self.checked(field, check_prose(&text, max)).then_some(text)
    }

    fn checked(&mut self, field: TrackerField, checked: Result<(), TextError>) -> bool {
        if let Err(error) = checked {
            self.row.refuse(field, error.code(), format!("It {error}."));
            return false;
        }
        true
    }

    fn day(&mut self, field: TrackerField) -> Option<NaiveDate> {
        let cell = self.tracker.cell(self.cells, field)?;
        match self.tracker.day(cell) {
            Ok(day) => Some(day),
            Err(error) => {
                self.row.refuse(field, error.code(), sentence(&error));
                None
            }
        }
    }

    /// Where and when it was asked for.
    fn place(&mut self, options: &Options, today: NaiveDate) {
        self.row.reference = self.line(TrackerField::Reference, MAX_REFERENCE);
        self.row.committee = self
            .line(TrackerField::Committee, 200)
            .or_else(|| options.committee.clone());
        if self.row.committee.is_none() && !self.is_refused(TrackerField::Committee) {
            let detail = "The committee is needed: in a column, or for all rows.";
            self.row.refuse(TrackerField::Committee, "required", detail);
        }
        self.row.meeting_on = self.day(TrackerField::Meeting);
        match self.row.meeting_on {
            Some(day) if day > today => {
                let detail =
                    format!("{day} is in the future: no meeting has asked for anything then.");
                self.row.refuse(TrackerField::Meeting, "in_future", detail);
            }
            None if !self.is_refused(TrackerField::Meeting) => {
                let detail = "The day of the meeting that asked is needed.";
                self.row.refuse(TrackerField::Meeting, "required", detail);
            }
            _ => {}
        }
        self.row.item = self.line(TrackerField::AgendaItem, 500);
    }

    /// What is to be done, and by whom.
    fn words(&mut self) {
        let resolved = self.prose(TrackerField::Resolution, 20_000);
        let asked = if resolved.is_some() {
            self.prose(TrackerField::Action, 4_000)
        } else {
            self.prose(TrackerField::Action, 20_000)
        };
        let asks = [TrackerField::Resolution, TrackerField::Action];
        match (resolved, asked) {
            (Some(resolved), asked) => {
                self.row.required = asked.filter(|asked| *asked != resolved);
                self.row.resolved = resolved;
            }
            (None, Some(asked)) => self.row.resolved = asked,
            (None, None) if !asks.iter().any(|field| self.is_refused(*field)) => {
                let there = asks
                    .into_iter()
                    .find(|field| self.tracker.column(*field).is_some());
                let detail = "What was resolved, or is to be done, is needed.";
                self.row.refuse(there, "required", detail);
            }
            (None, None) => {}
        }
        self.row.title = self.line(TrackerField::Title, 300).or_else(|| {
            let words = self.row.required.as_ref().unwrap_or(&self.row.resolved);
            made_title(words)
        });
        self.row.owner = self.line(TrackerField::Owner, 500).unwrap_or_default();
        self.row.status = self.prose(TrackerField::Status, 4_000);
        let said: Vec<_> = self
            .tracker
            .cells(self.cells, TrackerField::Progress)
            .collect();
        for (heading, cell) in said {
            match cell {
                Cell::Error(shown) => {
                    let failed = NotADay::Formula(shown.clone());
                    let field = TrackerField::Progress;
                    self.row.refuse(field, failed.code(), sentence(&failed));
                }
                cell => {
                    let text = cell.shown();
                    let whole = check_prose(&text, usize::MAX);
                    if self.checked(TrackerField::Progress, whole) {
                        let heading = shortened(heading, 200);
                        self.row.progress.push((heading, text));
                    }
                }
            }
        }
    }

    /// When it is due, and when it was done.
    fn days(&mut self, today: NaiveDate) {
        let field = TrackerField::Due;
        match self
            .tracker
            .cell(self.cells, field)
            .map(|cell| self.tracker.due(cell))
        {
            None => {
                self.row.due = Some(Deadline {
                    says: Says::Term(DueTerm::None),
                    wording: None,
                });
            }
            Some(Ok(due)) => {
                let wording = due.wording.as_ref();
                if wording
                    .is_none_or(|wording| self.checked(field, check_line(&one_line(wording), 500)))
                {
                    self.row.due = Some(Deadline {
                        wording: wording.map(|wording| one_line(wording)),
                        ..due
                    });
                }
            }
            Some(Err(error)) => self.row.refuse(field, error.code(), sentence(&error)),
        }
        self.row.revised_on = self.day(TrackerField::RevisedDue);
        self.row.completed_on = self.day(TrackerField::CompletedOn);
        if let Some(day) = self.row.completed_on.filter(|day| *day > today) {
            let detail = format!("{day} is in the future: nothing is completed then.");
            self.row
                .refuse(TrackerField::CompletedOn, "in_future", detail);
        }
        if let (
            Some(Deadline {
                says: Says::Term(DueTerm::Date(due)),
                ..
            }),
            Some(asked),
        ) = (&self.row.due, self.row.meeting_on)
            && *due < asked
        {
            let note = format!("It is due on {due}, before the meeting that asked.");
            self.row.note(note);
        }
    }

    fn is_refused(&self, field: TrackerField) -> bool {
        self.row
            .errors
            .iter()
            .any(|error| error.field == Some(field))
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An error's words as a sentence.
fn sentence(error: &NotADay) -> String {
    let words = error.to_string();
    let mut chars = words.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), chars.as_str())
}

/// A title of a row's own words: their first line, cut after a word.
fn made_title(words: &str) -> Option<String> {
    let line = one_line(words.lines().find(|line| !line.trim().is_empty())?);
    let Some((end, _)) = line.char_indices().nth(MAX_MADE_TITLE) else {
        return Some(line);
    };
    let cut = line.get(..end)?;
    let whole = cut.rfind(' ').and_then(|end| cut.get(..end)).unwrap_or(cut);
    Some(format!("{whole}\u{2026}"))
}
