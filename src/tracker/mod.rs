//! Reading trackers that are kept as spreadsheets: bytes in, rows out. No I/O, no clock; the only room that names `csv`,
//! `calamine` and `zip`.
//!
//! A file is read to a [`Grid`], whatever its format; [`headings`] finds which of its rows has the headings, and what each
//! column says; [`days`], [`due`] and [`status`] read what stands in a cell.

mod cell;
mod csv;
pub mod days;
pub mod due;
mod guess;
mod headings;
pub mod status;
mod xlsx;

#[cfg(test)]
mod tests;

use crate::domain::imported::TrackerField;
pub use cell::Cell;
pub use headings::Mapping;

/// The most rows of a tracker below its headings.
pub const MAX_ROWS: usize = 5_000;

/// The most columns.
pub const MAX_COLUMNS: usize = 100;

/// The most characters of a cell: a spreadsheet holds no more.
pub const MAX_CELL_CHARS: usize = 32_767;

/// The most bytes to which the parts of a workbook unfold.
pub const MAX_UNFOLDED: u64 = 64 * 1024 * 1024;

/// The most bytes of text in a workbook's sheet, because its cells may all show one long text that is stored once.
const MAX_TEXT: usize = 64 * 1024 * 1024;

/// How far down the headings are looked for.
const HEADING_ROWS: usize = 30;

/// The formats of trackers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Values separated by commas, semicolons or tabs.
    Csv,
    /// A workbook of Excel 2007 or later.
    Xlsx,
}

/// Why a file is not read as a tracker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRead {
    /// It is no text.
    #[error("The file is no text with separated values.")]
    NotText,
    /// It is a workbook, and was sent as text.
    #[error("The file is a workbook, and was sent as CSV.")]
    WorkbookAsText,
    /// It is no workbook.
    #[error("The file is no workbook of Excel 2007 or later (.xlsx), or is damaged.")]
    NotAWorkbook,
    /// It unfolds to too much.
    #[error("The workbook unfolds to more than {} MiB, or has too many parts.", MAX_UNFOLDED / 1024 / 1024)]
    TooLarge,
    /// It has too many rows.
    #[error("The sheet has more than {MAX_ROWS} rows; split it.")]
    TooManyRows,
    /// It has too many columns.
    #[error("The sheet has more than {MAX_COLUMNS} columns.")]
    TooManyColumns,
    /// It holds no sheet of that name.
    #[error("The workbook has no sheet of that name; it has {}.", quoted(.0))]
    NoSuchSheet(Vec<String>),
    /// A sheet was named of a file that has none.
    #[error("A file of separated values has no sheets.")]
    NoSheets,
    /// No row is recognised as that of the headings.
    #[error(
        "No row is recognised as that of the headings: it has a column for what was resolved or is to be done, and one other. \
         Name the columns."
    )]
    NoHeadings,
    /// A column was named, and is not there.
    #[error("No column has the heading {}; there are {}.", quoted(std::slice::from_ref(.heading)), quoted(.known))]
    NoSuchHeading {
        /// For what it was named.
        field: TrackerField,
        /// By which heading.
        heading: String,
        /// The headings there are.
        known: Vec<String>,
    },
    /// One column was named for two things.
    #[error("The column {} is named for two things.", quoted(std::slice::from_ref(.heading)))]
    NamedTwice {
        /// For what it was named the second time.
        field: TrackerField,
        /// By which heading.
        heading: String,
    },
}

impl NotRead {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotText | Self::NotAWorkbook => "unreadable",
            Self::WorkbookAsText => "wrong_media_type",
            Self::TooLarge => "unfolds_too_far",
            Self::TooManyRows => "too_many_rows",
            Self::TooManyColumns => "too_many_columns",
            Self::NoSuchSheet(_) | Self::NoSheets => "no_such_sheet",
            Self::NoHeadings => "no_headings",
            Self::NoSuchHeading { .. } => "no_such_heading",
            Self::NamedTwice { .. } => "named_twice",
        }
    }
}

/// Names in quotation marks, not more than a sentence can hold.
fn quoted(names: &[String]) -> String {
    let shown: Vec<_> = names
        .iter()
        .take(20)
        .map(|name| {
            let short: String = name.chars().take(40).collect();
            format!("\u{201c}{short}\u{201d}")
        })
        .collect();
    if shown.is_empty() {
        "none".to_owned()
    } else {
        shown.join(", ")
    }
}

/// The cells of a sheet that hold something.
#[derive(Debug, Clone, Default, PartialEq)]
struct Grid {
    rows: Vec<GridRow>,
    /// By how many days the serial numbers of its dates are short of those that count from 1900.
    serial_offset: i32,
}

/// A row of a sheet that holds something.
#[derive(Debug, Clone, PartialEq)]
struct GridRow {
    /// Its number as a spreadsheet shows it, from 1.
    number: u32,
    /// Its cells, each with its column from 0, in order.
    cells: Vec<(usize, Cell)>,
}

/// A tracker: what its columns say, and its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Tracker {
    /// The sheet that was taken; `None` where the file has no sheets.
    pub sheet: Option<String>,
    /// The sheets that were not.
    pub other_sheets: Vec<String>,
    /// The number of the row with the headings.
    pub heading_row: u32,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Its rows that hold something, in order.
    pub rows: Vec<TrackerRow>,
    serial_offset: i32,
}

/// A column of a tracker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its letters, as a spreadsheet shows them.
    pub letters: String,
    /// Its heading.
    pub heading: String,
    /// What it says; `None` where nothing is taken from it.
    pub field: Option<TrackerField>,
    /// Whether that was guessed from its heading.
    pub guessed: bool,
    place: usize,
}

/// A row of a tracker.
#[derive(Debug, Clone, PartialEq)]
pub struct TrackerRow {
    /// Its number as a spreadsheet shows it, from 1.
    pub number: u32,
    cells: Vec<(usize, Cell)>,
}

impl TrackerRow {
    /// What the row has in a column.
    #[must_use]
    pub fn cell(&self, column: &Column) -> Option<&Cell> {
        let found = self
            .cells
            .binary_search_by_key(&column.place, |cell| cell.0);
        found
            .ok()
            .and_then(|at| self.cells.get(at))
            .map(|cell| &cell.1)
    }
}

impl Tracker {
    /// The first column that says that.
    #[must_use]
    pub fn column(&self, field: TrackerField) -> Option<&Column> {
        self.columns
            .iter()
            .find(|column| column.field == Some(field))
    }

    /// What a row says of that, in the first column that does.
    #[must_use]
    pub fn cell<'t>(&'t self, row: &'t TrackerRow, field: TrackerField) -> Option<&'t Cell> {
        row.cell(self.column(field)?)
    }

    /// What all columns say of that which do, each with its heading.
    pub fn cells<'t>(
        &'t self,
        row: &'t TrackerRow,
        field: TrackerField,
    ) -> impl Iterator<Item = (&'t str, &'t Cell)> {
        self.columns
            .iter()
            .filter(move |column| column.field == Some(field))
            .filter_map(|column| Some((column.heading.as_str(), row.cell(column)?)))
    }

    /// The day that a cell of this tracker says, in any of the ways of [`days`].
    pub fn day(&self, cell: &Cell) -> Result<chrono::NaiveDate, days::NotADay> {
        days::of_cell(cell, self.serial_offset)
    }

    /// The deadline that a cell of this tracker says.
    pub fn due(&self, cell: &Cell) -> Result<due::Deadline, days::NotADay> {
        due::of_cell(cell, self.serial_offset)
    }
}

/// Reads a tracker. `sheet` names one of a workbook's; without, the first with headings that are recognised is taken.
pub fn read(
    bytes: &[u8],
    kind: FileKind,
    sheet: Option<&str>,
    mapping: &Mapping,
) -> Result<Tracker, NotRead> {
    match kind {
        FileKind::Csv if sheet.is_some() => Err(NotRead::NoSheets),
        FileKind::Csv => {
            let grid = csv::read(bytes, mapping)?;
            let found = headings::find(&grid, mapping)?;
            tracker(grid, found, None, Vec::new())
        }
        FileKind::Xlsx => {
            let mut workbook = xlsx::Workbook::open(bytes)?;
            let names = workbook.sheets();
            let wanted = match sheet {
                Some(name) if names.iter().any(|known| known == name) => vec![name.to_owned()],
                Some(_) => return Err(NotRead::NoSuchSheet(names)),
                None => names.clone(),
            };
            let mut refused = None;
            for name in wanted {
                let read = workbook
                    .sheet(&name)
                    .and_then(|grid| headings::find(&grid, mapping).map(|found| (grid, found)));
                match read {
                    Ok((grid, found)) => {
                        let others = names.into_iter().filter(|other| *other != name).collect();
                        return tracker(grid, found, Some(name), others);
                    }
                    Err(error) => refused = refused.or(Some(error)),
                }
            }
            Err(refused.unwrap_or(NotRead::NoHeadings))
        }
    }
}

fn tracker(
    grid: Grid,
    found: headings::Found,
    sheet: Option<String>,
    other_sheets: Vec<String>,
) -> Result<Tracker, NotRead> {
    let rows: Vec<_> = grid
        .rows
        .into_iter()
        .filter(|row| row.number > found.row)
        .map(|row| TrackerRow {
            number: row.number,
            cells: row.cells,
        })
        .collect();
    if rows.len() > MAX_ROWS {
        return Err(NotRead::TooManyRows);
    }
    Ok(Tracker {
        sheet,
        other_sheets,
        heading_row: found.row,
        columns: found.columns,
        rows,
        serial_offset: grid.serial_offset,
    })
}

/// The letters of a column, from 0: A, B, … Z, AA.
fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}
