//! Telling what becomes of each row, while that happens.

use super::cells::Row;
use super::known::Ready;
use super::report::shortened;
use super::write::{self, Outcome};
use super::{
    Import, Imported, TrackerImport, TrackerImportColumn, TrackerImportCounts, TrackerImportError,
    TrackerImportRow,
};
use crate::domain::imported::{RowOutcome, TrackerField};
use crate::records::{Conflict, Failure, FieldError};

/// The most errors that are told of one row.
const MAX_ROW_ERRORS: usize = 50;

/// What is told of the rows so far.
pub(super) struct Account<'i> {
    import: &'i Import,
    pub(super) report: TrackerImport,
    failures: Vec<(usize, Failure)>,
    pub(super) wrote: bool,
}

impl<'i> Account<'i> {
    pub(super) fn of(import: &'i Import) -> Self {
        let tracker = &import.tracker;
        let columns = tracker.columns.iter().map(|column| TrackerImportColumn {
            column: column.letters.clone(),
            heading: shortened(&column.heading, 200),
            field: column.field,
            guessed: column.guessed,
        });
        let others = tracker.other_sheets.iter().map(|name| shortened(name, 100));
        let report = TrackerImport {
            dry_run: import.dry_run,
            source_system: import.options.system.clone(),
            sheet: tracker.sheet.as_ref().map(|name| shortened(name, 100)),
            other_sheets: others.collect(),
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
    pub(super) fn refuse_row(&mut self, row: Row) {
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
        let errors = told.take(MAX_ROW_ERRORS).collect();
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
    pub(super) fn fail(&mut self, mut row: Row, failure: &Failure) {
        let told: Vec<(&'static str, String)> = match failure {
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
    pub(super) fn would(&mut self, import: &Import, ready: &Ready) {
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
                notes: match outcome {
                    RowOutcome::Created => ready.row.notes.clone(),
                    _ => Vec::new(),
                },
            },
        );
    }

    pub(super) fn tell(&mut self, row: &Row, outcome: Outcome) {
        self.push(TrackerImportRow {
            number: row.number,
            outcome: outcome.outcome,
            action_id: outcome.action_id,
            reference: outcome.reference,
            title: row.title.as_ref().map(|title| shortened(title, 300)),
            notes: outcome.notes,
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

    pub(super) fn done(self) -> Imported {
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
