//! Working days: neither Saturday, Sunday nor a bank holiday.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate, Weekday};

/// The days on which nobody is expected to work, besides Saturdays and Sundays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BankHolidays(BTreeSet<NaiveDate>);

/// A line that is no bank holiday.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {text:?} does not begin with a day such as 2014-12-25")]
pub struct BadHoliday {
    /// The line, counted from 1.
    pub line: usize,
    /// What stands there, cut after 40 characters.
    pub text: String,
}

static ENGLAND_AND_WALES: LazyLock<BankHolidays> = LazyLock::new(|| {
    let table = include_str!("../../../data/bank-holidays-england-and-wales.txt");
    BankHolidays::parse(table).unwrap_or_default()
});

impl BankHolidays {
    /// Those of England and Wales, from 1980 to 2050.
    #[must_use]
    pub fn england_and_wales() -> Self {
        ENGLAND_AND_WALES.clone()
    }

    /// Reads a table: on each line a day (ISO 8601) and its name; empty lines and those that begin with `#` say nothing.
    pub fn parse(table: &str) -> Result<Self, BadHoliday> {
        let mut days = BTreeSet::new();
        for (index, line) in table.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let day = line.split_whitespace().next().unwrap_or_default();
            match day.parse::<NaiveDate>() {
                Ok(parsed) if day.len() == 10 => days.insert(parsed),
                _ => {
                    return Err(BadHoliday {
                        line: index + 1,
                        text: line.chars().take(40).collect(),
                    });
                }
            };
        }
        Ok(Self(days))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether work is expected on a day.
    #[must_use]
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.0.contains(&day)
    }

    /// The working day that is the `count`-th after a day, which itself does not count.
    #[must_use]
    pub fn working_day_after(&self, day: NaiveDate, count: u32) -> Option<NaiveDate> {
        let mut left = count;
        let mut day = day;
        while left > 0 {
            day = day.succ_opt()?;
            left -= u32::from(self.is_working_day(day));
        }
        Some(day)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_table_that_comes_with_the_program_is_whole() {
        let table = include_str!("../../../data/bank-holidays-england-and-wales.txt");
        let holidays = BankHolidays::parse(table).unwrap();
        assert_eq!(holidays, BankHolidays::england_and_wales());
        for year in 1980..=2050 {
            let days = holidays.0.iter().filter(|day| day.year() == year).count();
            assert!((8..=10).contains(&days), "{year}: {days}");
        }
        for day in &holidays.0 {
            assert!(
                !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
                "{day} has a substitute"
            );
        }
    }

    #[test]
    fn days_that_were_proclaimed_for_one_year_are_known() {
        let holidays = BankHolidays::england_and_wales();
        for text in [
            "1995-05-08",
            "1999-12-31",
            "2002-06-03",
            "2002-06-04",
            "2011-04-29",
            "2012-06-04",
            "2012-06-05",
            "2020-05-08",
            "2022-06-02",
            "2022-06-03",
            "2022-09-19",
            "2023-05-08",
            "2021-12-28",
            "2022-12-27",
        ] {
            assert!(!holidays.is_working_day(day(text)), "{text}");
        }
        for text in ["1995-05-01", "2012-05-28", "2020-05-04", "2022-05-30"] {
            assert!(holidays.is_working_day(day(text)), "{text} was moved");
        }
    }

    #[test]
    fn working_days_pass_over_easter_and_christmas() {
        let holidays = BankHolidays::england_and_wales();
        for (from, count, to) in [
            ("2014-03-24", 20, "2014-04-23"),
            ("2014-04-17", 1, "2014-04-22"),
            ("2014-12-24", 1, "2014-12-29"),
            ("2014-12-24", 5, "2015-01-05"),
            ("2014-03-07", 1, "2014-03-10"),
            ("2014-03-08", 0, "2014-03-08"),
        ] {
            let reached = holidays.working_day_after(day(from), count);
            assert_eq!(reached, Some(day(to)), "{count} after {from}");
        }
    }

    #[test]
    fn a_line_that_is_no_day_is_told_by_its_number() {
        assert_eq!(
            BankHolidays::parse("# none\n\n"),
            Ok(BankHolidays::default())
        );
        for line in ["Christmas", "2014-2-3 x", "2014-02-30 x", "25/12/2014"] {
            let error = BankHolidays::parse(&format!("2014-12-25 Christmas Day\n{line}\n"));
            assert_eq!(error.unwrap_err().line, 2, "{line}");
        }
    }

    proptest! {
        #[test]
        fn between_a_day_and_the_nth_working_day_lie_n_of_them(offset in 0u64..20_000, count in 1u32..200) {
            let holidays = BankHolidays::england_and_wales();
            let from = day("1985-01-01") + chrono::Days::new(offset);
            let to = holidays.working_day_after(from, count).unwrap();
            prop_assert!(holidays.is_working_day(to));
            let between = from.iter_days().skip(1).take_while(|d| *d <= to);
            let working = between.filter(|d| holidays.is_working_day(*d)).count();
            prop_assert_eq!(working, count as usize);
        }
    }
}
