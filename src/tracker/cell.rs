//! What stands in a cell.

use chrono::NaiveDate;

/// What stands in a cell that is not empty.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A text, without blanks around it, and otherwise verbatim.
    Text(String),
    /// A number, which may be a day's serial number.
    Number(f64),
    /// A day, shown as such by the spreadsheet.
    Day(NaiveDate),
    /// What a formula that failed shows.
    Error(String),
}

impl Cell {
    /// A text that is not blank.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self::Text(text.to_owned()))
    }

    /// What it shows: a day as it is written in this country, a number without a fraction where it has none.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Error(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.format("%d/%m/%Y").to_string(),
        }
    }
}
