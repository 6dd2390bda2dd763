//! What `import actions` says that it did: for people, and as JSON.

use std::fmt::Write as _;

use serde_json::json;

use super::{ReportFormat, TrackerImport, TrackerImportRow};
use crate::domain::imported::RowOutcome;
use crate::published::printable;

/// The report, as it is printed.
#[must_use]
pub fn told(report: &TrackerImport, format: ReportFormat) -> String {
    match format {
        ReportFormat::Json => format!("{}\n", json!(report)),
        ReportFormat::Table => {
            let mut text = String::new();
            // Writing to a String does not fail.
            let _ = table(report, &mut text);
            text
        }
    }
}

fn table(report: &TrackerImport, text: &mut String) -> std::fmt::Result {
    if let Some(sheet) = &report.sheet {
        writeln!(text, "Sheet: {}", printable(sheet))?;
    }
    if !report.other_sheets.is_empty() {
        let others = report.other_sheets.iter().map(|name| printable(name));
        writeln!(
            text,
            "Sheets not taken: {}",
            others.collect::<Vec<_>>().join(", ")
        )?;
    }
    writeln!(
        text,
        "Columns, by the headings in row {}:",
        report.heading_row
    )?;
    for column in &report.columns {
        let field = column.field.map_or("not taken", |field| field.as_str());
        let guessed = if column.guessed { " (guessed)" } else { "" };
        let heading = printable(&column.heading);
        writeln!(
            text,
            "  {:<3} {heading:<40} {field}{guessed}",
            column.column
        )?;
    }
    let counts = report.counts;
    writeln!(
        text,
        "Rows: {} (created {}, changed {}, unchanged {}, left out {}, refused {})",
        counts.rows,
        counts.created,
        counts.changed,
        counts.unchanged,
        counts.left_out,
        counts.refused
    )?;
    for meeting in &report.meetings {
        writeln!(
            text,
            "  meeting recorded as held: {} {}",
            meeting.committee, meeting.held_on
        )?;
    }
    for post in &report.posts {
        writeln!(text, "  post recorded: {}", printable(post))?;
    }
    for row in &report.rows {
        told_row(row, text)?;
    }
    let end = match (report.dry_run, counts.refused) {
        (true, 0) => "Dry run: nothing was recorded. Bring it in with --apply.\n",
        (true, _) => {
            "Dry run: nothing was recorded, and nothing would be while a row is refused.\n"
        }
        (false, 0) => "",
        (false, _) => "Nothing was recorded.\n",
    };
    text.push_str(end);
    Ok(())
}

fn told_row(row: &TrackerImportRow, text: &mut String) -> std::fmt::Result {
    if row.outcome == RowOutcome::Unchanged && row.notes.is_empty() {
        return Ok(());
    }
    let title = row.title.as_deref().map(printable).unwrap_or_default();
    let reference = row.reference.as_deref().unwrap_or("-");
    writeln!(
        text,
        "  {:>6} {:<9} {reference:<16} {title}",
        row.number,
        row.outcome.as_str()
    )?;
    for change in &row.changes {
        let taken = if change.taken { "taken" } else { "not taken" };
        let (before, after) = (printable(&change.before), printable(&change.after));
        writeln!(
            text,
            "         {}: {before:?} is now {after:?} ({taken})",
            change.field
        )?;
    }
    for error in &row.errors {
        let column = error.column.as_deref().unwrap_or("-");
        let heading = error.heading.as_deref().map(printable).unwrap_or_default();
        let detail = printable(&error.detail);
        writeln!(
            text,
            "         column {column}, {heading} [{}]: {detail}",
            error.code
        )?;
    }
    for note in &row.notes {
        writeln!(text, "         note: {}", printable(note))?;
    }
    Ok(())
}
