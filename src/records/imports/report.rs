//! What an import did with each row, as both doors tell it: the API's answer, and what the command prints as JSON.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::ids::ActionId;
use crate::domain::imported::{RowOutcome, TrackerField};

/// What became of the rows of a tracker, or would have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TrackerImport {
    /// Whether nothing was kept.
    pub dry_run: bool,
    /// What the tracker is called here.
    #[schema(max_length = 100, example = "tracker")]
    pub source_system: String,
    /// The sheet that was taken; null where the file has no sheets.
    #[schema(required, max_length = 101)]
    pub sheet: Option<String>,
    /// The sheets that were not.
    #[schema(max_items = 1000)]
    pub other_sheets: Vec<String>,
    /// The number of the row with the headings.
    #[schema(minimum = 1, maximum = 1_048_576)]
    pub heading_row: u32,
    /// What was taken from each column, in order.
    #[schema(max_items = 100)]
    pub columns: Vec<TrackerImportColumn>,
    /// How many rows became what.
    pub counts: TrackerImportCounts,
    /// The meetings that were recorded as held.
    #[schema(max_items = 5000)]
    pub meetings: Vec<TrackerImportMeeting>,
    /// The posts that were recorded, by title.
    #[schema(max_items = 5000)]
    pub posts: Vec<String>,
    /// The rows, in the order of the file.
    #[schema(max_items = 5000)]
    pub rows: Vec<TrackerImportRow>,
}

/// A column of a tracker, and what was taken from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TrackerImportColumn {
    /// Its letters.
    #[schema(max_length = 3, example = "F")]
    pub column: String,
    /// Its heading, in one line; empty where it has none.
    #[schema(max_length = 201, example = "Lead officer")]
    pub heading: String,
    /// What was taken from it; null where nothing was.
    #[schema(required)]
    pub field: Option<TrackerField>,
    /// Whether that was guessed from the heading.
    pub guessed: bool,
}

/// How many rows became what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct TrackerImportCounts {
    /// All rows.
    #[schema(minimum = 0, maximum = 5000)]
    pub rows: usize,
    /// Rows of which an action was recorded.
    #[schema(minimum = 0, maximum = 5000)]
    pub created: usize,
    /// Rows that say something else than when they were last brought in.
    #[schema(minimum = 0, maximum = 5000)]
    pub changed: usize,
    /// Rows that say the same.
    #[schema(minimum = 0, maximum = 5000)]
    pub unchanged: usize,
    /// Rows that were left out, as was asked for.
    #[schema(minimum = 0, maximum = 5000)]
    pub left_out: usize,
    /// Rows that are refused.
    #[schema(minimum = 0, maximum = 5000)]
    pub refused: usize,
}

/// A meeting that was recorded as held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct TrackerImportMeeting {
    /// The committee's code.
    #[schema(max_length = 12, example = "CFS")]
    pub committee: String,
    /// Its day (Europe/London); its time is not known.
    pub held_on: chrono::NaiveDate,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TrackerImportRow {
    /// Its number in the sheet, from 1.
    #[schema(minimum = 1, maximum = 1_048_576)]
    pub number: u32,
    /// What became of it.
    pub outcome: RowOutcome,
    /// The action; null where there is none yet.
    #[schema(required, value_type = Option<Uuid>)]
    pub action_id: Option<ActionId>,
    /// The action's reference.
    #[schema(required, max_length = 40, example = "CFS/13-14/007")]
    pub reference: Option<String>,
    /// What it is about; null where that cannot be read.
    #[schema(required, max_length = 301)]
    pub title: Option<String>,
    /// What somebody should know, each in a sentence.
    #[schema(max_items = 20)]
    pub notes: Vec<String>,
    /// What it says otherwise than when it was last brought in.
    #[schema(max_items = 20)]
    pub changes: Vec<TrackerImportChange>,
    /// Why it is refused.
    #[schema(max_items = 50)]
    pub errors: Vec<TrackerImportError>,
}

/// What a row says otherwise than when it was last brought in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TrackerImportChange {
    /// What it is about.
    pub field: TrackerField,
    /// What it said, shortened.
    #[schema(max_length = 501)]
    pub before: String,
    /// What it says, shortened.
    #[schema(max_length = 501)]
    pub after: String,
    /// Whether it was taken over, as a progress update. Anything else is for a person to decide.
    pub taken: bool,
}

/// What is wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TrackerImportError {
    /// What the cell should say; null where it is about the row as a whole.
    #[schema(required)]
    pub field: Option<TrackerField>,
    /// The letters of its column; null where there is no such column.
    #[schema(required, max_length = 3, example = "F")]
    pub column: Option<String>,
    /// The heading of its column.
    #[schema(required, max_length = 201, example = "Due date")]
    pub heading: Option<String>,
    /// A stable code for machines.
    #[schema(max_length = 100, example = "no_such_day")]
    pub code: String,
    /// A sentence for people.
    #[schema(
        max_length = 1000,
        example = "\"31/02/2014\" is no day of the calendar."
    )]
    pub detail: String,
}

/// The beginning of a text, at most so many characters and a mark that there is more.
pub(super) fn shortened(text: &str, max: usize) -> String {
    let mut short: String = text.chars().take(max).collect();
    if short.len() < text.len() {
        short.push('\u{2026}');
    }
    short
}
