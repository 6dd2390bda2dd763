//! Workbooks of Excel 2007 and later. What a hostile one would unfold to is looked at first.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, Dimensions, Reader as _, Xlsx, open_workbook_from_rs};
use zip::ZipArchive;

use super::{Cell, Grid, GridRow, HEADING_ROWS, MAX_CELL_CHARS, MAX_COLUMNS, MAX_ROWS, MAX_TEXT};
use super::{MAX_UNFOLDED, NotRead};

/// The most parts of a workbook.
const MAX_PARTS: usize = 1_000;

/// The most merged regions of a sheet that are looked at.
const MAX_MERGED: usize = 20_000;

/// By how many days a workbook that counts from 1904 is short of one that counts from 1900.
const SINCE_1904: i32 = 1_462;

/// An open workbook.
pub(super) struct Workbook<'b>(Xlsx<Cursor<&'b [u8]>>);

impl<'b> Workbook<'b> {
    /// Opens a workbook that does not unfold to too much.
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, NotRead> {
        check_unfolded(bytes)?;
        let workbook = open_workbook_from_rs(Cursor::new(bytes));
        workbook.map(Self).map_err(|_| NotRead::NotAWorkbook)
    }

    /// The names of its sheets, in their order.
    pub(super) fn sheets(&self) -> Vec<String> {
        self.0.sheet_names()
    }

    /// The cells of a sheet. They are read one by one, because one cell in the last corner of a sheet would make a table of
    /// all its cells too large to be held.
    pub(super) fn sheet(&mut self, name: &str) -> Result<Grid, NotRead> {
        let broken = |_| NotRead::NotAWorkbook;
        let merged = self.0.merge_cells_by_sheet_name(name).map_err(broken)?;
        let since_1904 = self.0.has_1904_epoch();
        let mut cells = self.0.worksheet_cells_reader(name).map_err(broken)?;
        let (mut rows, mut text): (Vec<GridRow>, usize) = (Vec::new(), 0);
        while let Some(found) = cells.next_cell().map_err(broken)? {
            let (row, column) = found.get_position();
            let Some(cell) = cell(found.get_value(), &mut text)? else {
                continue;
            };
            let column = usize::try_from(column).unwrap_or(usize::MAX);
            if column >= MAX_COLUMNS {
                return Err(NotRead::TooManyColumns);
            }
            let number = row.saturating_add(1);
            match rows.last_mut() {
                Some(last) if last.number == number => last.cells.push((column, cell)),
                Some(last) if last.number > number => return Err(NotRead::NotAWorkbook),
                _ => rows.push(GridRow {
                    number,
                    cells: vec![(column, cell)],
                }),
            }
            if rows.len() > MAX_ROWS + HEADING_ROWS {
                return Err(NotRead::TooManyRows);
            }
        }
        for row in &mut rows {
            row.cells.sort_by_key(|cell| cell.0);
            row.cells.dedup_by_key(|cell| cell.0);
        }
        fill_down(&mut rows, &merged, &mut text)?;
        Ok(Grid {
            rows,
            serial_offset: if since_1904 { SINCE_1904 } else { 0 },
        })
    }
}

/// Unfolds every part, and keeps nothing: what a part says of its own length need not be true.
fn check_unfolded(bytes: &[u8]) -> Result<(), NotRead> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| NotRead::NotAWorkbook)?;
    if archive.len() > MAX_PARTS {
        return Err(NotRead::TooLarge);
    }
    let mut left = MAX_UNFOLDED;
    for place in 0..archive.len() {
        let part = archive.by_index(place).map_err(|_| NotRead::NotAWorkbook)?;
        if part.size() > left {
            return Err(NotRead::TooLarge);
        }
        let unfolded = std::io::copy(&mut part.take(left + 1), &mut std::io::sink())
            .map_err(|_| NotRead::NotAWorkbook)?;
        left = left.checked_sub(unfolded).ok_or(NotRead::TooLarge)?;
    }
    Ok(())
}

/// What a cell holds; `text` counts the bytes of all texts so far.
fn cell(value: &DataRef<'_>, text: &mut usize) -> Result<Option<Cell>, NotRead> {
    let mut read = |shown: &str| {
        *text = text.saturating_add(shown.len());
        if *text > MAX_TEXT {
            return Err(NotRead::TooLarge);
        }
        if shown.len() > MAX_CELL_CHARS && shown.chars().count() > MAX_CELL_CHARS {
            return Err(NotRead::NotAWorkbook);
        }
        Ok(Cell::of_text(shown))
    };
    Ok(match value {
        DataRef::Empty => None,
        DataRef::String(shown) | DataRef::DateTimeIso(shown) | DataRef::DurationIso(shown) => {
            read(shown)?
        }
        DataRef::SharedString(shown) => read(shown)?,
        #[expect(
            clippy::cast_precision_loss,
            reason = "a spreadsheet's numbers are floats"
        )]
        DataRef::Int(number) => Some(Cell::Number(*number as f64)),
        DataRef::Float(number) => Some(Cell::Number(*number)),
        DataRef::Bool(yes) => Some(Cell::Text(if *yes { "Yes" } else { "No" }.to_owned())),
        DataRef::DateTime(at) => Some(match at.as_datetime() {
            Some(day) if at.is_datetime() => Cell::Day(day.date()),
            _ => Cell::Number(at.as_f64()),
        }),
        DataRef::Error(error) => Some(Cell::Error(error.to_string())),
    })
}

/// Has what is merged over several rows stand in each of them, as it is shown. What is merged over columns stands in the first.
fn fill_down(rows: &mut [GridRow], merged: &[Dimensions], text: &mut usize) -> Result<(), NotRead> {
    for region in merged.iter().take(MAX_MERGED) {
        let column = usize::try_from(region.start.1).unwrap_or(usize::MAX);
        let (first, last) = (
            region.start.0.saturating_add(1),
            region.end.0.saturating_add(1),
        );
        let Ok(top) = rows.binary_search_by_key(&first, |row| row.number) else {
            continue;
        };
        let shown = rows.get(top).and_then(|row| {
            let at = row
                .cells
                .binary_search_by_key(&column, |cell| cell.0)
                .ok()?;
            row.cells.get(at).map(|cell| cell.1.clone())
        });
        let Some(shown) = shown else { continue };
        let below = rows.iter_mut().skip(top + 1);
        for row in below.take_while(|row| row.number <= last) {
            // Regions do not overlap, so what a cell stands in is counted once; those of a hostile workbook may.
            *text = text.saturating_add(1 + shown.shown().len());
            if *text > MAX_TEXT {
                return Err(NotRead::TooLarge);
            }
            if let Err(at) = row.cells.binary_search_by_key(&column, |cell| cell.0) {
                row.cells.insert(at, (column, shown.clone()));
            }
        }
    }
    Ok(())
}
