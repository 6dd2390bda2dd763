//! Separated values: which characters they are in, what separates them, and their rows by number.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::{Cell, Grid, GridRow, HEADING_ROWS, MAX_CELL_CHARS, MAX_COLUMNS, MAX_ROWS};
use super::{Mapping, NotRead, headings};

/// What may separate values, the likeliest first.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// What every workbook begins with.
const ZIP: &[u8] = b"PK\x03\x04";

/// Reads separated values. The separator is the one by which most headings are recognised or, where that does not tell, by
/// which there are most columns.
pub(super) fn read(bytes: &[u8], mapping: &Mapping) -> Result<Grid, NotRead> {
    let text = decode(bytes)?;
    let (text, skipped, said) = said_separator(&text);
    let separator = match said {
        Some(separator) => separator,
        None => likeliest(text, mapping)?,
    };
    let mut grid = rows(text, separator, usize::MAX)?;
    for row in &mut grid.rows {
        row.number += skipped;
    }
    Ok(grid)
}

fn likeliest(text: &str, mapping: &Mapping) -> Result<u8, NotRead> {
    let mut best = (SEPARATORS[0], (0, 0));
    let mut refused = None;
    for separator in SEPARATORS {
        match rows(text, separator, HEADING_ROWS) {
            Ok(head) => {
                let widest = head.rows.iter().map(|row| row.cells.len()).max();
                let merit = (headings::recognised(&head, mapping), widest.unwrap_or(0));
                if merit > best.1 {
                    best = (separator, merit);
                }
            }
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    match refused {
        Some(error) if best.1.0 == 0 => Err(error),
        _ => Ok(best.0),
    }
}

/// The text, by its byte order mark, or as UTF-8, or else as Windows-1252, which any bytes are.
fn decode(bytes: &[u8]) -> Result<String, NotRead> {
    if bytes.starts_with(ZIP) {
        return Err(NotRead::WorkbookAsText);
    }
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => WINDOWS_1252,
    };
    let (text, _, malformed) = encoding.decode(bytes);
    // What is no text has bytes that no text has.
    if malformed || text.contains('\0') {
        return Err(NotRead::NotText);
    }
    Ok(text.into_owned())
}

/// The separator that a first line says that was written for spreadsheets alone, `sep=;`, and the text below it.
fn said_separator(text: &str) -> (&str, u32, Option<u8>) {
    let said = text.strip_prefix("sep=").and_then(|rest| {
        let separator = *rest.as_bytes().first()?;
        let below = rest.get(1..)?;
        let below = below.strip_prefix("\r\n").or(below.strip_prefix('\n'))?;
        SEPARATORS
            .contains(&separator)
            .then_some((below, 1, Some(separator)))
    });
    said.unwrap_or((text, 0, None))
}

/// The first rows that hold something, at most so many.
fn rows(text: &str, separator: u8, at_most: usize) -> Result<Grid, NotRead> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let (mut grid, mut number) = (Grid::default(), 0);
    while grid.rows.len() < at_most {
        let more = reader.read_record(&mut record);
        if !more.map_err(|_| NotRead::NotText)? {
            break;
        }
        // The reader passes over blank lines, which a spreadsheet counts.
        number += 1 + record
            .position()
            .map_or(0, |at| blank_lines(text, at.byte()));
        let mut cells = Vec::new();
        for (column, value) in record.iter().enumerate() {
            let Some(cell) = Cell::of_text(value) else {
                continue;
            };
            if column >= MAX_COLUMNS {
                return Err(NotRead::TooManyColumns);
            }
            if value.len() > MAX_CELL_CHARS && value.chars().count() > MAX_CELL_CHARS {
                return Err(NotRead::NotText);
            }
            cells.push((column, cell));
        }
        if !cells.is_empty() {
            grid.rows.push(GridRow { number, cells });
        }
        if grid.rows.len() > MAX_ROWS + HEADING_ROWS {
            return Err(NotRead::TooManyRows);
        }
    }
    Ok(grid)
}

/// The blank lines between the end of a record and the next one.
fn blank_lines(text: &str, end: u64) -> u32 {
    let bytes = text.as_bytes();
    let mut at = usize::try_from(end).unwrap_or(usize::MAX);
    // The second half of the line end of the record before.
    if at > 0 && bytes.get(at - 1) == Some(&b'\r') && bytes.get(at) == Some(&b'\n') {
        at += 1;
    }
    let mut lines = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => at += 2,
            b'\r' | b'\n' => at += 1,
            _ => break,
        }
        lines += 1;
    }
    lines
}
