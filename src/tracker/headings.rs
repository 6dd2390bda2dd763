//! Which row has the headings, and what each column says by its heading.

use super::guess::guess;
use super::status::folded;
use super::{Cell, Column, Grid, GridRow, HEADING_ROWS, NotRead, letters};
use crate::domain::imported::TrackerField;

/// The longest heading of a row that has headings of its own below others.
const MAX_SUBHEADING: usize = 40;

/// What the columns say, as far as somebody said that; the rest is guessed from their headings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    /// What is taken from the column with a heading, whatever its case and punctuation.
    pub named: Vec<(TrackerField, String)>,
    /// What is taken from no column.
    pub without: Vec<TrackerField>,
}

/// The row with the headings.
pub(super) struct Found {
    /// Its number.
    pub(super) row: u32,
    pub(super) columns: Vec<Column>,
}

/// A row as headings: each with its column.
type Headings = Vec<(usize, String)>;

/// Finds the row with the headings: the first of those with the most that are recognised.
pub(super) fn find(grid: &Grid, mapping: &Mapping) -> Result<Found, NotRead> {
    let (place, headings) = best(grid, mapping).ok_or(NotRead::NoHeadings)?;
    let mut columns = assign(&headings, mapping)?;
    let below = grid.rows.get(place + 1..).unwrap_or_default();
    for row in below {
        for (column, _) in &row.cells {
            if let Err(at) = columns.binary_search_by_key(column, |known| known.place) {
                let nothing = Column {
                    letters: letters(*column),
                    heading: String::new(),
                    field: None,
                    guessed: false,
                    place: *column,
                };
                columns.insert(at, nothing);
            }
        }
    }
    let row = grid.rows.get(place).map_or(0, |row| row.number);
    Ok(Found { row, columns })
}

/// How many headings are recognised in the row that has the most.
pub(super) fn recognised(grid: &Grid, mapping: &Mapping) -> usize {
    best(grid, mapping).map_or(0, |(_, headings)| merit(&headings, mapping))
}

fn best(grid: &Grid, mapping: &Mapping) -> Option<(usize, Headings)> {
    let mut best: Option<(usize, usize, Headings)> = None;
    for (place, row) in grid.rows.iter().enumerate().take(HEADING_ROWS) {
        let own = own(row);
        let own_merit = merit(&own, mapping);
        let mut offered = vec![(own_merit, own)];
        let above = place.checked_sub(1).and_then(|above| grid.rows.get(above));
        if let Some(above) = above.filter(|above| above.number + 1 == row.number)
            && let Some(both) = below_groups(above, row)
        {
            offered.push((merit(&both, mapping), both));
        }
        for (merit, headings) in offered {
            if merit > best.as_ref().map_or(0, |best| best.0) {
                best = Some((merit, place, headings));
            }
        }
    }
    best.map(|(_, place, headings)| (place, headings))
}

fn own(row: &GridRow) -> Headings {
    row.cells
        .iter()
        .map(|(column, cell)| (*column, one_line(cell)))
        .collect()
}

/// The headings of two rows, of which the upper one has some for several columns of the lower one. `None` where the upper one
/// is a title, or the lower one holds more than headings.
fn below_groups(above: &GridRow, row: &GridRow) -> Option<Headings> {
    let is_heading = |cell: &Cell| match cell {
        Cell::Text(text) => {
            text.chars().count() <= MAX_SUBHEADING
                && !text.bytes().any(|byte| byte.is_ascii_digit())
        }
        _ => false,
    };
    let short = row.cells.iter().all(|(_, cell)| is_heading(cell));
    if above.cells.len() < 2 || !short {
        return None;
    }
    let group = |column: usize| {
        let at = above.cells.partition_point(|cell| cell.0 <= column);
        let cell = at.checked_sub(1).and_then(|at| above.cells.get(at));
        cell.map(|(column, cell)| (*column, one_line(cell)))
    };
    let mut headings: Headings = Vec::new();
    for (column, cell) in &row.cells {
        let heading = one_line(cell);
        let heading = match group(*column) {
            Some((_, above)) if above != heading && guess(&heading).is_empty() => {
                format!("{above} {heading}")
            }
            _ => heading,
        };
        headings.push((*column, heading));
    }
    for (column, cell) in &above.cells {
        if let Err(at) = headings.binary_search_by_key(column, |heading| heading.0) {
            headings.insert(at, (*column, one_line(cell)));
        }
    }
    Some(headings)
}

fn one_line(cell: &Cell) -> String {
    cell.shown()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// How many things the columns say; none where they do not say what is to be done, and something else.
fn merit(headings: &Headings, mapping: &Mapping) -> usize {
    let fields = fields(headings, mapping);
    let mut said: Vec<_> = fields
        .iter()
        .filter_map(|field| field.map(|field| field.0))
        .collect();
    let asks = [TrackerField::Resolution, TrackerField::Action];
    if !said.iter().any(|field| asks.contains(field)) {
        return 0;
    }
    said.sort_unstable();
    said.dedup();
    if said.len() < 2 { 0 } else { said.len() }
}

/// What each column says, and whether that is guessed. A heading that is named for two things, or is not there, is passed over.
fn fields(headings: &Headings, mapping: &Mapping) -> Vec<Option<(TrackerField, bool)>> {
    let mut fields: Vec<Option<(TrackerField, bool)>> = vec![None; headings.len()];
    for (field, heading) in &mapping.named {
        let place = headings.iter().position(|known| same(&known.1, heading));
        if let Some(free) = place.and_then(|place| fields.get_mut(place))
            && free.is_none()
        {
            *free = Some((*field, false));
        }
    }
    let is_said = |field: TrackerField| {
        mapping.without.contains(&field) || mapping.named.iter().any(|named| named.0 == field)
    };
    let mut guesses: Vec<(u8, usize, TrackerField)> = Vec::new();
    for (place, (_, heading)) in headings.iter().enumerate() {
        let likely = guess(heading)
            .into_iter()
            .filter(|(field, _)| !is_said(*field));
        guesses.extend(likely.map(|(field, strength)| (strength, place, field)));
    }
    guesses.sort_by_key(|(strength, place, _)| (std::cmp::Reverse(*strength), *place));
    for (_, place, field) in guesses {
        // What was said of an action may stand in several columns.
        let again = field != TrackerField::Progress
            && fields.iter().flatten().any(|taken| taken.0 == field);
        if let Some(free) = fields.get_mut(place)
            && free.is_none()
            && !again
        {
            *free = Some((field, true));
        }
    }
    fields
}

fn assign(headings: &Headings, mapping: &Mapping) -> Result<Vec<Column>, NotRead> {
    let mut taken: Vec<usize> = Vec::new();
    for (field, heading) in &mapping.named {
        let place = headings.iter().position(|known| same(&known.1, heading));
        let Some(place) = place else {
            return Err(NotRead::NoSuchHeading {
                field: *field,
                heading: heading.clone(),
                known: headings.iter().map(|known| known.1.clone()).collect(),
            });
        };
        if taken.contains(&place) {
            return Err(NotRead::NamedTwice {
                field: *field,
                heading: heading.clone(),
            });
        }
        taken.push(place);
    }
    let columns = headings.iter().zip(fields(headings, mapping));
    Ok(columns
        .map(|((column, heading), field)| Column {
            letters: letters(*column),
            heading: heading.clone(),
            field: field.map(|field| field.0),
            guessed: field.is_some_and(|field| field.1),
            place: *column,
        })
        .collect())
}

fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    let folds = folded(one);
    one == other || (!folds.is_empty() && folds == folded(other))
}
