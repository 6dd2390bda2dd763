//! What an import says that it did: for people, and as JSON.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::NaiveDate;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::publication::Shape;
use crate::domain::published::{Change, PublishedKind};
use crate::moderngov::{Committee, NotUnderstood};
use crate::records::published::{Note, Taken, TakenRecord};

/// What a site lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Committees {
    /// The address of the site.
    pub base_url: String,
    /// The shape in which it was read.
    pub read: Shape,
    /// Its committees.
    pub committees: Vec<Committee>,
    /// The rows that were not understood: each by its id there, with the reason.
    pub not_taken: Vec<NotUnderstood>,
}

impl Committees {
    /// The list for people, one committee a line: id, name.
    #[must_use]
    pub fn text(&self) -> String {
        let lines = self.committees.iter().map(|committee| {
            let over = if committee.ended { " (no more)" } else { "" };
            let name = printable(&committee.name);
            format!("{}\t{name}{over}\n", committee.reference)
        });
        lines.collect()
    }
}

/// What an import did, or would have done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What the source is called.
    pub system: String,
    /// The address of the site.
    pub base_url: String,
    /// The shape in which it was read.
    pub read: Shape,
    /// Whether nothing was kept.
    pub dry_run: bool,
    /// The first day of the calendar that was asked for.
    pub from: NaiveDate,
    /// The last.
    pub until: NaiveDate,
    /// The committees, in the order in which they were asked for.
    pub committees: Vec<CommitteeReport>,
    /// Why the import was broken off before its end; null where it was not.
    pub broken_off: Option<String>,
}

/// What became of one committee.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CommitteeReport {
    /// Its id there.
    pub reference: String,
    /// Its name there, where that is known.
    pub name: Option<String>,
    /// Its code here.
    pub code: Option<String>,
    /// Why nothing of it was taken over, or not all of its agendas; null where it was.
    pub failed: Option<String>,
    /// How many records became what, by kind.
    pub counts: BTreeMap<PublishedKind, BTreeMap<Change, usize>>,
    /// What became of each record that did not stay as it was.
    pub records: Vec<TakenRecord>,
    /// The rows that were not understood, or are refused: each by its id there, with the reason.
    pub not_taken: Vec<NotUnderstood>,
    /// What became of the minutes of each meeting that has some, where they were asked for.
    pub minutes: Vec<MinutesReport>,
    /// What somebody should know.
    pub notes: Vec<Note>,
    /// Whether the store failed to keep minutes.
    #[serde(skip)]
    pub(super) store_failed: bool,
}

/// What became of the minutes of a meeting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MinutesReport {
    /// The meeting's id there.
    pub reference: String,
    /// The meeting's id here, where it is recorded.
    pub meeting_id: Option<Uuid>,
    /// `created`, or `unchanged` where the meeting has these very minutes.
    pub change: Change,
    /// Their id here, where they are kept.
    pub id: Option<Uuid>,
    /// Their place among the revisions of the meeting's minutes.
    pub revision: Option<i32>,
    /// How many drafts wait for a clerk.
    pub proposed: Option<i64>,
}

impl CommitteeReport {
    /// Whether a meeting that was not recorded before is taken over.
    pub(super) fn takes_meeting(&self, reference: &str) -> bool {
        self.records
            .iter()
            .any(|row| row.what == PublishedKind::Meeting && row.reference == reference)
    }

    /// Tells what was taken over.
    pub(super) fn tell(&mut self, taken: Taken) {
        if !taken.code.is_empty() {
            self.code = Some(taken.code);
        }
        for record in &taken.records {
            let by_change = self.counts.entry(record.what).or_default();
            *by_change.entry(record.change).or_default() += 1;
        }
        let records = taken.records.into_iter();
        self.records
            .extend(records.filter(|record| record.change != Change::Unchanged));
        self.not_taken.extend(taken.refused);
        self.notes.extend(taken.notes);
    }
}

impl Report {
    /// Whether every committee was taken over, with the minutes that were to be kept.
    #[must_use]
    pub fn complete(&self) -> bool {
        let whole = |one: &CommitteeReport| one.failed.is_none() && !one.store_failed;
        self.broken_off.is_none() && self.committees.iter().all(whole)
    }

    /// The report for people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        if self.read == Shape::Pages {
            text.push_str("Read from the pages of the site, not from its web service.\n");
        }
        for committee in &self.committees {
            // Writing to a String does not fail.
            let _ = committee.write(&mut text);
        }
        if let Some(why) = &self.broken_off {
            let _ = writeln!(text, "Broken off: {}", printable(why));
        }
        if self.dry_run {
            text.push_str("Dry run: nothing was recorded.\n");
        }
        text
    }
}

impl CommitteeReport {
    fn write(&self, text: &mut String) -> std::fmt::Result {
        let name = printable(self.name.as_deref().unwrap_or("not known"));
        write!(text, "Committee {}, {name}", self.reference)?;
        match &self.code {
            Some(code) => writeln!(text, " ({code})")?,
            None => text.push('\n'),
        }
        if let Some(why) = &self.failed {
            let taken = self.code.as_ref().map_or("nothing", |_| "not all");
            writeln!(text, "  {taken} was taken over: {}", printable(why))?;
        }
        for (what, by_change) in &self.counts {
            let counts: Vec<_> = by_change
                .iter()
                .map(|(change, count)| format!("{count} {change}"))
                .collect();
            writeln!(text, "  {}: {}", plural(*what), counts.join(", "))?;
        }
        for record in &self.records {
            let (change, what) = (record.change.as_str(), singular(record.what));
            let title = printable(&record.title);
            writeln!(text, "  {change:<9} {what} {}: {title}", record.reference)?;
            for change in &record.changes {
                let (before, after) = (shown(&change.before), shown(&change.after));
                writeln!(
                    text,
                    "              {}: {before} is now {after}",
                    change.field
                )?;
            }
        }
        for row in &self.not_taken {
            let id = row.reference.as_deref().unwrap_or("without an id");
            let (what, why) = (singular(row.what), printable(&row.reason));
            writeln!(text, "  not taken {what} {}: {why}", printable(id))?;
        }
        for minutes in &self.minutes {
            let change = minutes.change.as_str();
            write!(
                text,
                "  {change:<9} minutes of meeting {}",
                minutes.reference
            )?;
            match (minutes.revision, minutes.proposed) {
                (Some(revision), Some(proposed)) if minutes.change == Change::Created => writeln!(
                    text,
                    ": revision {revision}, {proposed} drafts wait for a clerk"
                )?,
                _ => text.push('\n'),
            }
        }
        for note in &self.notes {
            let (what, note_text) = (singular(note.what), printable(&note.note));
            writeln!(text, "  note      {what} {}: {note_text}", note.reference)?;
        }
        Ok(())
    }
}

const fn singular(what: PublishedKind) -> &'static str {
    match what {
        PublishedKind::Committee => "committee",
        PublishedKind::Meeting => "meeting",
        PublishedKind::AgendaItem => "item",
    }
}

const fn plural(what: PublishedKind) -> &'static str {
    match what {
        PublishedKind::Committee => "committees",
        PublishedKind::Meeting => "meetings",
        PublishedKind::AgendaItem => "items",
    }
}

/// What is or was recorded: a text in quotes.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("\u{201c}{}\u{201d}", printable(text)),
        Value::Null => "nothing".to_owned(),
        other => other.to_string(),
    }
}

/// A text of theirs for a terminal, which obeys some characters instead of showing them.
pub(crate) fn printable(text: &str) -> String {
    let shown = |c: char| {
        let obeyed =
            c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if obeyed { '\u{fffd}' } else { c }
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_nothing_of_theirs() {
        let report = CommitteeReport {
            reference: "1".to_owned(),
            name: Some("Cabinet\u{1b}[2J\u{202e}".to_owned()),
            failed: Some("no\nway".to_owned()),
            ..CommitteeReport::default()
        };
        let mut text = String::new();
        report.write(&mut text).unwrap();
        assert_eq!(
            text,
            "Committee 1, Cabinet\u{fffd}[2J\u{fffd}\n  nothing was taken over: no\u{fffd}way\n"
        );
    }
}
