//! Exemption from publication: under which paragraphs of Schedule 12A, and since when what began exempt is public.

use chrono::NaiveDate;

/// The paragraphs of Part 1 of Schedule 12A to the Local Government Act 1972 that describe exempt information, by number.
pub const PARAGRAPHS: std::ops::RangeInclusive<u8> = 1..=7;

/// Whether a record is exempt, why, and since when it no longer is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exemption {
    /// Whether it is exempt from publication.
    pub exempt: bool,
    /// The paragraphs that exempt it, upwards, each once. Empty for what is public.
    pub paragraphs: Vec<u8>,
    /// The day since which what was exempt is public. `None` for what is exempt, and for what always was public.
    pub public_since: Option<NaiveDate>,
}

/// What is said about a record's exemption; `None` leaves it as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExemptionSaid {
    /// Whether it is exempt.
    pub exempt: Option<bool>,
    /// The paragraphs, in any order.
    pub paragraphs: Option<Vec<u8>>,
}

/// A part was said to be exempt in another way than the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OtherThanWhole {
    /// It was said to be exempt, or public, and the whole is not.
    #[error("A part is as exempt as the action of which it is a part.")]
    Exempt,
    /// Other paragraphs were named.
    #[error("A part is exempt under the paragraphs of the action of which it is a part.")]
    Paragraphs,
}

/// Paragraphs were named for what is public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Only what is exempt is so under paragraphs of Schedule 12A.")]
pub struct NotExempt;

impl Exemption {
    /// That of a new record: as it is said, and as that which it arises from where nothing is said.
    pub fn of_new(said: &ExemptionSaid, arises_from: &Self) -> Result<Self, NotExempt> {
        let exempt = said.exempt.unwrap_or(arises_from.exempt);
        let inherited = || arises_from.paragraphs.clone();
        Ok(Self {
            exempt,
            paragraphs: paragraphs(exempt, said.paragraphs.clone(), inherited)?,
            public_since: None,
        })
    }

    /// That of a new part of a whole, which is the whole's; whatever is said must agree with it.
    pub fn of_part(said: &ExemptionSaid, whole: &Self) -> Result<Self, OtherThanWhole> {
        if said.exempt.is_some_and(|exempt| exempt != whole.exempt) {
            return Err(OtherThanWhole::Exempt);
        }
        if let Some(mut named) = said.paragraphs.clone() {
            named.sort_unstable();
            named.dedup();
            if named != whole.paragraphs {
                return Err(OtherThanWhole::Paragraphs);
            }
        }
        Ok(Self {
            public_since: None,
            ..whole.clone()
        })
    }

    /// That of a record after a change on `today`.
    pub fn after(&self, said: &ExemptionSaid, today: NaiveDate) -> Result<Self, NotExempt> {
        let exempt = said.exempt.unwrap_or(self.exempt);
        let kept = || self.paragraphs.clone();
        Ok(Self {
            exempt,
            paragraphs: paragraphs(exempt, said.paragraphs.clone(), kept)?,
            public_since: match (self.exempt, exempt) {
                (true, false) => Some(today),
                (_, true) => None,
                (false, false) => self.public_since,
            },
        })
    }
}

fn paragraphs(
    exempt: bool,
    said: Option<Vec<u8>>,
    otherwise: impl FnOnce() -> Vec<u8>,
) -> Result<Vec<u8>, NotExempt> {
    if !exempt {
        return match said {
            Some(named) if !named.is_empty() => Err(NotExempt),
            _ => Ok(Vec::new()),
        };
    }
    let mut paragraphs = said.unwrap_or_else(otherwise);
    paragraphs.sort_unstable();
    paragraphs.dedup();
    Ok(paragraphs)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_said() -> impl Strategy<Value = ExemptionSaid> {
        let named = prop::collection::vec(PARAGRAPHS, 0..4);
        (any::<Option<bool>>(), prop::option::of(named))
            .prop_map(|(exempt, paragraphs)| ExemptionSaid { exempt, paragraphs })
    }

    fn day(n: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2014, 3, 1).unwrap() + chrono::TimeDelta::days(n)
    }

    proptest! {
        #[test]
        fn what_is_public_has_no_paragraphs_and_what_is_exempt_no_day_of_publication(
            first in any_said(), changes in prop::collection::vec(any_said(), 0..8),
        ) {
            let Ok(mut now) = Exemption::of_new(&first, &Exemption::default()) else {
                return Ok(());
            };
            prop_assert_eq!(now.public_since, None);
            let mut opened = None;
            for (n, said) in (1..).zip(&changes) {
                let Ok(next) = now.after(said, day(n)) else {
                    prop_assert!(!said.exempt.unwrap_or(now.exempt));
                    continue;
                };
                if now.exempt && !next.exempt {
                    opened = Some(day(n));
                }
                prop_assert_eq!(next.public_since, opened.filter(|_| !next.exempt));
                prop_assert!(next.exempt || next.paragraphs.is_empty());
                prop_assert!(next.paragraphs.is_sorted_by(|a, b| a < b));
                now = next;
            }
        }
    }

    #[test]
    fn a_part_is_as_exempt_as_the_whole() {
        let whole = Exemption {
            exempt: true,
            paragraphs: vec![1, 3],
            public_since: None,
        };
        let part = |exempt, paragraphs: Option<&[u8]>| {
            let said = ExemptionSaid {
                exempt,
                paragraphs: paragraphs.map(<[u8]>::to_vec),
            };
            Exemption::of_part(&said, &whole)
        };
        assert_eq!(part(None, None), Ok(whole.clone()));
        assert_eq!(part(Some(true), Some(&[3, 1])), Ok(whole.clone()));
        assert_eq!(part(Some(false), None), Err(OtherThanWhole::Exempt));
        assert_eq!(part(None, Some(&[3])), Err(OtherThanWhole::Paragraphs));
        let opened = Exemption {
            public_since: Some(day(0)),
            ..Exemption::default()
        };
        let part = Exemption::of_part(&ExemptionSaid::default(), &opened);
        assert_eq!(part, Ok(Exemption::default()));
    }

    #[test]
    fn a_new_record_is_exempt_as_what_it_arises_from_unless_it_says_otherwise() {
        let item = Exemption {
            exempt: true,
            paragraphs: vec![3],
            public_since: None,
        };
        let said = |exempt, paragraphs: Option<&[u8]>| ExemptionSaid {
            exempt,
            paragraphs: paragraphs.map(<[u8]>::to_vec),
        };
        let new = |said| Exemption::of_new(&said, &item).map(|new| (new.exempt, new.paragraphs));
        assert_eq!(new(said(None, None)), Ok((true, vec![3])));
        assert_eq!(new(said(Some(true), None)), Ok((true, vec![3])));
        assert_eq!(new(said(None, Some(&[5, 1]))), Ok((true, vec![1, 5])));
        assert_eq!(new(said(Some(false), None)), Ok((false, vec![])));
        assert_eq!(new(said(Some(false), Some(&[1]))), Err(NotExempt));
    }
}
