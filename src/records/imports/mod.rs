//! Bringing in a tracker that was kept as a spreadsheet: of each row a resolution and an action, all rows or none.
//!
//! The rows are read and all that they name is looked up before anything is written, so that everything that is wrong with any
//! of them can be told at once. Then they go through the scripts that the API uses. A dry run is the same, undone at its end
//! by whoever asked for it.
//!
//! What needs a person is never made up: no row comes in as completed, closed, on hold or put off. What the tracker says of
//! that is kept as a progress update, word for word, and told in the report.

mod cells;
mod known;
mod owners;
mod places;
mod report;
mod telling;
mod words;
mod write;

use chrono::NaiveDate;

use super::sight::Told;
use super::{Effect, Failure, Telling, Writing};
use crate::tracker::Tracker;
use cells::Row;
use known::match_known;
use places::{Placed, Places};
pub use report::{
    TrackerImport, TrackerImportChange, TrackerImportColumn, TrackerImportCounts,
    TrackerImportError, TrackerImportMeeting, TrackerImportRow,
};
use telling::Account;

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
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a choice of its own, as the parameters have them"
)]
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

/// Brings in a tracker. What is refused is told in what it answers with; the caller undoes the rest.
pub(crate) fn import(w: &mut Writing<'_>, import: &Import) -> Result<Imported, Failure> {
    let today = w.today();
    let tracker = &import.tracker;
    let read: Vec<_> = tracker
        .rows
        .iter()
        .map(|row| Row::read(tracker, row, &import.options, today))
        .collect();
    let mut named = Places::look_up(w, import, &read)?;
    let placed: Vec<(Row, Option<Placed>)> = read
        .into_iter()
        .map(|mut row| {
            let placed = named.place(&mut row);
            (row, placed)
        })
        .collect();
    let ready = match_known(w, import, placed)?;
    let mut account = Account::of(import);
    let refused = ready.iter().any(Result::is_err);
    if refused {
        for row in ready {
            match row {
                Ok(ready) => account.would(import, &ready),
                Err(row) => account.refuse_row(row),
            }
        }
        return Ok(account.done());
    }
    let ready: Vec<_> = ready
        .into_iter()
        .filter_map(Result::ok)
        .map(|ready| *ready)
        .collect();
    write::write(w, import, ready, &mut account)?;
    Ok(account.done())
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
