//! What a record is shown by: the day, and the rules that the council has set itself.

use std::sync::Arc;

use chrono::NaiveDate;

use super::Api;
use crate::domain::rules::Rules;

/// The day for which, and the rules by which, what is derived from a record is worked out.
#[derive(Debug, Clone)]
pub(crate) struct Showing {
    /// Today in Europe/London, or the day of `as_of`.
    pub(crate) day: NaiveDate,
    /// The council's rules.
    pub(crate) rules: Arc<Rules>,
}

impl Api {
    /// Shows records as they stand, or stood, on a day.
    pub(crate) fn showing(&self, day: NaiveDate) -> Showing {
        Showing {
            day,
            rules: Arc::clone(&self.rules),
        }
    }
}
