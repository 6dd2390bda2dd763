//! References: the human key of an action, `CFS/13-14/007`.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike as _, NaiveDate};

use super::committee::CommitteeCode;

/// A municipal year, May to April, named by the calendar year in which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MunicipalYear(u16);

impl MunicipalYear {
    /// The municipal year in which a day (Europe/London) falls. None before May 1980 or after April 2080, because two digits
    /// tell no more years apart.
    #[must_use]
    pub fn of(day: NaiveDate) -> Option<Self> {
        let year = if day.month() >= 5 {
            day.year()
        } else {
            day.year() - 1
        };
        u16::try_from(year).ok().and_then(Self::starting_in)
    }

    /// The calendar year in which it begins.
    #[must_use]
    pub const fn starts_in(self) -> u16 {
        self.0
    }

    /// From the calendar year in which it begins, 1980 to 2079: what two digits can tell apart.
    #[must_use]
    pub fn starting_in(year: u16) -> Option<Self> {
        (1980..=2079).contains(&year).then_some(Self(year))
    }
}

impl fmt::Display for MunicipalYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.0 % 100, (self.0 + 1) % 100)
    }
}

/// Which row of numbers a reference counts in. Exempt actions count apart, so that no gap in the public row tells of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Series {
    /// Actions that the public may see.
    Public,
    /// Actions exempt from publication (Local Government Act 1972, Schedule 12A).
    Exempt,
}

impl Series {
    /// The series an action is numbered in when it is created.
    #[must_use]
    pub const fn for_exempt(exempt: bool) -> Self {
        if exempt { Self::Exempt } else { Self::Public }
    }

    /// The letter before the number: none, or `E`.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Public => "",
            Self::Exempt => "E",
        }
    }
}

/// The human key of an action: committee code, municipal year and a gapless number, e.g. `CFS/13-14/007`, or
/// `CFS/13-14/E003` for one that began exempt. It is never reused and never changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The committee that asked.
    pub committee: CommitteeCode,
    /// The municipal year of the meeting that asked.
    pub year: MunicipalYear,
    /// The row of numbers.
    pub series: Series,
    /// From 1; at most [`Reference::MAX_NUMBER`].
    pub number: u32,
}

/// A text that is no reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a reference like CFS/13-14/007")]
pub struct BadReference;

impl Reference {
    /// The highest number within one committee and municipal year.
    pub const MAX_NUMBER: u32 = 999_999;

    /// A text whose order byte by byte is the order of references: code, year, public before exempt, number.
    #[must_use]
    pub fn sort_key(&self) -> String {
        format!(
            "{}/{:04}/{}{:06}",
            self.committee,
            self.year.starts_in(),
            self.series.prefix(),
            self.number
        )
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}/{}{:03}",
            self.committee,
            self.year,
            self.series.prefix(),
            self.number
        )
    }
}

impl FromStr for Reference {
    type Err = BadReference;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('/');
        let (Some(code), Some(year), Some(number), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BadReference);
        };
        let (series, digits) = match number.strip_prefix('E') {
            Some(rest) => (Series::Exempt, rest),
            None => (Series::Public, number),
        };
        let reference = Self {
            committee: code.parse().map_err(|_| BadReference)?,
            year: parse_year(year)?,
            series,
            number: digits.parse().map_err(|_| BadReference)?,
        };
        // One spelling per reference: "7", "+07" and "0007" are not other names of "007".
        let canonical =
            (1..=Self::MAX_NUMBER).contains(&reference.number) && reference.to_string() == text;
        canonical.then_some(reference).ok_or(BadReference)
    }
}

fn parse_year(text: &str) -> Result<MunicipalYear, BadReference> {
    let (from, _) = text.split_once('-').ok_or(BadReference)?;
    let short: u16 = from.parse().map_err(|_| BadReference)?;
    let century = if short < 80 { 2000 } else { 1900 };
    MunicipalYear::starting_in(century + short).ok_or(BadReference)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_municipal_year_runs_may_to_april() {
        assert_eq!(
            MunicipalYear::of(day("2014-04-30")).unwrap().to_string(),
            "13-14"
        );
        assert_eq!(
            MunicipalYear::of(day("2014-05-01")).unwrap().to_string(),
            "14-15"
        );
        assert_eq!(
            MunicipalYear::of(day("1999-12-01")).unwrap().to_string(),
            "99-00"
        );
        assert_eq!(MunicipalYear::of(day("1980-04-30")), None);
        assert_eq!(
            MunicipalYear::of(day("1980-05-01")),
            MunicipalYear::starting_in(1980)
        );
        assert_eq!(
            MunicipalYear::of(day("2080-04-30")),
            MunicipalYear::starting_in(2079)
        );
        assert_eq!(MunicipalYear::of(day("2080-05-01")), None);
    }

    #[test]
    fn references_have_one_spelling() {
        let reference: Reference = "CFS/13-14/007".parse().unwrap();
        assert_eq!(reference.number, 7);
        assert_eq!(reference.year.starts_in(), 2013);
        assert_eq!(
            "CFS/13-14/E003".parse::<Reference>().unwrap().series,
            Series::Exempt
        );
        for bad in [
            "",
            "CFS",
            "CFS/13-14",
            "CFS/13-15/007",
            "CFS/13-14/7",
            "CFS/13-14/0007",
            "CFS/13-14/000",
            "CFS/13-14/+07",
            "cfs/13-14/007",
            "CFS/13-14/007/1",
            "CFS/13-14/1000000",
            "CFS/13-14/E3",
        ] {
            assert_eq!(bad.parse::<Reference>(), Err(BadReference), "{bad}");
        }
    }

    prop_compose! {
        fn references()(
            code in "[A-Z][A-Z0-9]{1,11}", year in 1980u16..=2079, exempt: bool, number in 1u32..=999_999,
        ) -> Reference {
            Reference {
                committee: code.parse().unwrap(),
                year: MunicipalYear::starting_in(year).unwrap(),
                series: Series::for_exempt(exempt),
                number,
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(reference in references()) {
            prop_assert_eq!(reference.to_string().parse::<Reference>().unwrap(), reference);
        }

        #[test]
        fn sort_keys_order_numbers_within_a_year(a in references(), number in 1u32..=999_999) {
            let b = Reference { number, ..a.clone() };
            prop_assert_eq!(a.sort_key().cmp(&b.sort_key()), a.number.cmp(&b.number));
        }

        #[test]
        fn reading_never_panics(text in "\\PC*") {
            let _ = text.parse::<Reference>();
        }
    }
}
