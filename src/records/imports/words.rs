//! What a tracker says of how an action went on: kept as progress updates, word for word.

use chrono::NaiveDate;

use super::Import;
use super::cells::Row;
use super::report::shortened;
use crate::domain::ids::ActionId;
use crate::domain::imported::TrackerField;
use crate::records::actions::{NewProgress, update_progress};
use crate::records::{Failure, Writing};
use crate::tracker::status::{self, Status};

/// The most characters of one progress update. What is longer is told in several.
const MAX_NARRATIVE: usize = 4_000;

/// What is told of how an action went on, which a progress update can say. Anything else that a tracker says anew is for a
/// person to decide.
pub(super) const LATER: [TrackerField; 4] = [
    TrackerField::Status,
    TrackerField::RevisedDue,
    TrackerField::CompletedOn,
    TrackerField::Progress,
];

pub(super) fn status_of(row: &Row) -> Option<Status> {
    row.status.as_deref().map(status::of)
}

/// Whether a tracker says of an action more than that it is to be done.
pub(super) fn went_on(row: &Row) -> bool {
    let begun =
        status_of(row).is_some_and(|status| !matches!(status, Status::Open | Status::NotKnown));
    begun || !row.progress.is_empty() || row.revised_on.is_some() || row.completed_on.is_some()
}

/// What somebody should know of a row that comes in.
pub(super) fn notes(row: &Row) -> Vec<String> {
    let mut notes = Vec::new();
    let quoted = shortened(row.status.as_deref().unwrap_or_default(), 60);
    match status_of(row) {
        Some(Status::Done) => notes.push(
            "The tracker says that it is done. That is kept as a progress update: its owner claims completion, and the \
             committee accepts it."
                .to_owned(),
        ),
        Some(Status::OnHold) => notes.push(
            "The tracker says that it waits. That is kept as a progress update: put it on hold with a day for its review."
                .to_owned(),
        ),
        Some(Status::Dropped) => notes.push(
            "The tracker says that it is not to be done any more. That is kept as a progress update: close it by the \
             decision that says so."
                .to_owned(),
        ),
        Some(Status::NotKnown) => notes.push(format!(
            "The status \u{201c}{quoted}\u{201d} is none that is known."
        )),
        Some(Status::Open | Status::UnderWay) | None => {}
    }
    let done = matches!(status_of(row), Some(Status::Done));
    if row.completed_on.is_some() && !done {
        notes.push(
            "The tracker has a day of completion. That is kept as a progress update: its owner claims completion, and the \
             committee accepts it."
                .to_owned(),
        );
    }
    if let Some(day) = row.revised_on {
        notes.push(format!(
            "The tracker puts it off to {day}. That is kept as a forecast, and the deadline stays: only a decision puts one off."
        ));
    }
    notes
}

/// Tells in progress updates what the tracker says in some of its columns.
pub(super) fn report_progress(
    w: &mut Writing<'_>,
    import: &Import,
    row: &Row,
    action: ActionId,
    fields: &[TrackerField],
) -> Result<(), Failure> {
    let says = |field| fields.contains(&field);
    let mut forecast = row.revised_on.filter(|_| says(TrackerField::RevisedDue));
    let words = narrative(&import.options.system, row, fields);
    for narrative in pieces(&words, MAX_NARRATIVE) {
        let new = NewProgress {
            narrative: narrative.to_owned(),
            forecast_on: forecast.take(),
            percent_complete: None,
            made_on: None,
            for_post_id: None,
        };
        update_progress(w, action, &new)?;
    }
    Ok(())
}

/// What the tracker says, each on a line of its own with the name of its column, and which row of which tracker says it.
fn narrative(system: &str, row: &Row, fields: &[TrackerField]) -> String {
    let mut lines = vec![format!(
        "Taken over from row {} of \u{201c}{system}\u{201d}, in its own words.",
        row.number
    )];
    let says = |field| fields.contains(&field);
    let day = |day: Option<NaiveDate>| {
        day.map_or_else(
            || "(empty)".to_owned(),
            |day| day.format("%-d %B %Y").to_string(),
        )
    };
    let empty = |text: Option<&String>| text.map_or("(empty)", String::as_str).to_owned();
    let first = fields.len() == LATER.len();
    if says(TrackerField::Status) && !(first && row.status.is_none()) {
        lines.push(format!("Status: {}", empty(row.status.as_ref())));
    }
    if says(TrackerField::CompletedOn) && !(first && row.completed_on.is_none()) {
        lines.push(format!("Completed on: {}", day(row.completed_on)));
    }
    if says(TrackerField::RevisedDue) && !(first && row.revised_on.is_none()) {
        lines.push(format!("Revised deadline: {}", day(row.revised_on)));
    }
    if says(TrackerField::Progress) {
        let told = row
            .progress
            .iter()
            .map(|(heading, text)| format!("{heading}: {text}"));
        lines.extend(told);
        if row.progress.is_empty() && !first {
            lines.push("Progress: (empty)".to_owned());
        }
    }
    lines.join("\n")
}

/// A text in pieces of at most so many characters, cut after a blank where there is one, nothing left out but that.
fn pieces(text: &str, max: usize) -> Vec<&str> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((end, _)) = rest.char_indices().nth(max) {
        let (head, _) = rest.split_at(end);
        let blank = head
            .rfind(char::is_whitespace)
            .filter(|at| *at > 0)
            .unwrap_or(end);
        let (piece, after) = rest.split_at(blank);
        if !piece.trim().is_empty() {
            pieces.push(piece);
        }
        rest = after.trim_start();
    }
    if !rest.trim().is_empty() {
        pieces.push(rest);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_in_pieces_has_all_its_words(text in "[a-zé \n]{0,60}", max in 1_usize..20) {
            let pieces = pieces(&text, max);
            prop_assert!(pieces.iter().all(|piece| (1..=max).contains(&piece.chars().count())));
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&pieces.concat()), letters(&text));
        }
    }
}
