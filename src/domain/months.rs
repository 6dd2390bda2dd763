//! The names of the months.

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number of a month by its name in small letters, in full or cut to its first letters, of which there are three at least.
#[must_use]
pub fn month(word: &str) -> Option<u32> {
    let fits = |name: &str| word.len() >= 3 && name.starts_with(word);
    let (number, _) = (1..).zip(MONTHS).find(|(_, name)| fits(name))?;
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_known_by_its_first_letters() {
        for (word, number) in [("january", 1), ("may", 5), ("sept", 9), ("dec", 12)] {
            assert_eq!(month(word), Some(number), "{word}");
        }
        for word in ["", "ja", "mayor", "June", "juno"] {
            assert_eq!(month(word), None, "{word}");
        }
    }
}
