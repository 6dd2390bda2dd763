//! What a corrected source says again, says otherwise, and says anew.

use std::collections::{HashMap, VecDeque};

use crate::domain::search::words;

/// What was read at one place, as far as it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'t> {
    /// Whether it is a decision; otherwise it was said in the discussion. The two are never the same.
    pub decision: bool,
    /// The label, as printed.
    pub label: Option<&'t str>,
    /// The words.
    pub text: &'t str,
    /// Whether it stood in the revision right before. What stood only in an earlier one is known again word for word alone.
    pub latest: bool,
    /// Whether something was recorded of it, which goes on in whatever is taken for the same.
    pub recorded: bool,
}

/// Which place of an earlier revision says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// Word for word, under the same label.
    Unchanged(usize),
    /// In other words, or under another label.
    Changed(usize),
}

/// What was found for a place of now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The place of before that it says again.
    pub again: Option<Again>,
    /// Places of before that it perhaps says again, the likeliest first: for a person to choose from.
    pub like: Vec<Like>,
}

/// A place of before that is like one of now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Like {
    /// The place, among those of before.
    pub place: usize,
    /// How alike both are, in hundredths.
    pub likeness: u8,
}

impl Again {
    /// The place, among those of before.
    #[must_use]
    pub const fn place(self) -> usize {
        match self {
            Self::Unchanged(place) | Self::Changed(place) => place,
        }
    }
}

/// Whether two places say the same word for word, under the same label.
#[must_use]
pub fn same(one: &Place<'_>, other: &Place<'_>) -> bool {
    let label = |place: &Place<'_>| place.label.map(fold);
    one.decision == other.decision
        && fold(one.text) == fold(other.text)
        && label(one) == label(other)
}

/// How many places of before are looked at for one that says the same otherwise: a bound, so that the time grows with the
/// length of both alone.
const NEAR: usize = 20;

/// How many characters of a text are compared.
const COMPARED: usize = 400;

/// How alike two texts must be to be the same in other words, from 0 to 1.
const ALIKE: f64 = 0.6;

/// How alike they must be where they stand at the same place, under the same label.
const ALIKE_HERE: f64 = 0.45;

/// How alike they must be, under the same label, to be the same beyond doubt: what was recorded of the one goes on in the other.
const NEARLY_THE_SAME: f64 = 0.75;

/// The most places of before that are offered for one of now.
pub const MAX_LIKE: usize = 5;

/// For each place of now the place of before that it says again; no place of before is answered twice. Both in the order of
/// their texts, of before those of the latest revision first. What something was recorded of is taken only where that is certain,
/// and otherwise offered.
#[must_use]
pub fn compare(before: &[Place<'_>], now: &[Place<'_>]) -> Vec<Found> {
    let mut again = vec![None; now.len()];
    let mut taken = vec![false; before.len()];
    let folded = |place: &Place<'_>| (place.decision, fold(place.text));
    let old: Vec<_> = before.iter().map(folded).collect();
    let new: Vec<_> = now.iter().map(folded).collect();
    // First what is the same under the same label, then what only has another.
    for labelled in [true, false] {
        let label = |place: &Place<'_>| labelled.then(|| place.label.map(fold));
        let mut known: HashMap<_, VecDeque<usize>> = HashMap::new();
        for (at, place) in before.iter().enumerate().filter(|(at, _)| !taken[*at]) {
            known
                .entry((&old[at], label(place)))
                .or_default()
                .push_back(at);
        }
        for (at, place) in now.iter().enumerate() {
            if again[at].is_some() {
                continue;
            }
            let same = known.get_mut(&(&new[at], label(place)));
            if let Some(found) = same.and_then(VecDeque::pop_front) {
                taken[found] = true;
                again[at] = Some(if labelled {
                    Again::Unchanged(found)
                } else {
                    Again::Changed(found)
                });
            }
        }
    }
    let latest = before.iter().take_while(|place| place.latest).count();
    let free: Vec<usize> = (0..latest).filter(|at| !taken[*at]).collect();
    // Where the text of before would go on.
    let mut next = 0;
    let mut pairs = Vec::new();
    for at in 0..now.len() {
        if let Some(found) = again[at].map(Again::place) {
            if found < latest {
                next = found + 1;
            }
            continue;
        }
        let middle = free.partition_point(|old| *old < next);
        let near = middle.saturating_sub(NEAR / 2)..free.len().min(middle + NEAR / 2);
        for there in &free[near] {
            if before[*there].decision != now[at].decision {
                continue;
            }
            let likeness = alike(&old[*there].1, &new[at].1);
            let here =
                *there == next && now[at].label.is_some() && before[*there].label == now[at].label;
            if likeness >= if here { ALIKE_HERE } else { ALIKE } {
                pairs.push((likeness, at, *there));
            }
        }
        next += 1;
    }
    // Those that are most alike belong together, whichever comes first: a new decision that is like an old one does not take the
    // place of that one in its new words.
    pairs.sort_by(|one, other| {
        other
            .0
            .total_cmp(&one.0)
            .then(one.1.cmp(&other.1))
            .then(one.2.cmp(&other.2))
    });
    let mut like: Vec<Vec<Like>> = vec![Vec::new(); now.len()];
    let mut doubted = vec![false; before.len()];
    for (likeness, at, there) in pairs {
        if again[at].is_some() || taken[there] {
            continue;
        }
        let labelled = now[at].label.map(fold) == before[there].label.map(fold);
        let certain = labelled && likeness >= NEARLY_THE_SAME && !doubted[there];
        if like[at].is_empty() && (certain || !before[there].recorded) {
            taken[there] = true;
            again[at] = Some(Again::Changed(there));
        } else {
            doubted[there] = true;
            like[at].push(Like {
                place: there,
                likeness: hundredths(likeness),
            });
        }
    }
    let found = again.into_iter().zip(like).map(|(again, mut like)| {
        like.retain(|like| again.is_none() && !taken[like.place]);
        like.truncate(MAX_LIKE);
        Found { again, like }
    });
    found.collect()
}

/// A share, from 0 to 1, in hundredths.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value lies between 0 and 100"
)]
pub(crate) fn hundredths(share: f64) -> u8 {
    (share * 100.0).round().clamp(0.0, 100.0) as u8
}

/// The words of a text, without what layout and punctuation make of them.
fn fold(text: &str) -> String {
    words(text).collect::<Vec<_>>().join(" ")
}

fn alike(one: &str, other: &str) -> f64 {
    strsim::sorensen_dice(cut(one), cut(other))
}

fn cut(text: &str) -> &str {
    text.char_indices()
        .nth(COMPARED)
        .map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn places<'t>(said: &[(&'t str, &'t str)]) -> Vec<Place<'t>> {
        said.iter()
            .map(|(label, text)| Place {
                decision: !label.is_empty(),
                label: Some(*label).filter(|label| !label.is_empty()),
                text,
                latest: true,
                recorded: false,
            })
            .collect()
    }

    fn again(before: &[Place<'_>], now: &[Place<'_>]) -> Vec<Option<Again>> {
        let found = compare(before, now).into_iter();
        found.map(|found| found.again).collect()
    }

    #[test]
    fn what_something_was_recorded_of_is_taken_only_where_that_is_certain() {
        let mut before = places(&[(
            "(b)",
            "That the Head of Law report on the leases of garages to the next meeting",
        )]);
        let now = |label, text| {
            let now = compare(&before, &places(&[(label, text)])).remove(0);
            (now.again.map(Again::place), now.like.len())
        };
        let reworded = "That the Head of Law report on all leases of garages to the next meeting";
        let otherwise =
            "That the Head of Law report to Cabinet on allotments and the leases of land";
        assert_eq!(now("(b)", otherwise), (Some(0), 0));
        before[0].recorded = true;
        let now = |label, text| {
            let now = compare(&before, &places(&[(label, text)])).remove(0);
            (now.again.map(Again::place), now.like.len())
        };
        assert_eq!(now("(b)", reworded), (Some(0), 0));
        assert_eq!(now("(c)", before[0].text), (Some(0), 0));
        assert_eq!(now("(c)", reworded), (None, 1));
        assert_eq!(now("(b)", otherwise), (None, 1));
        assert_eq!(now("(b)", "That Mr Swift be co-opted"), (None, 0));
        // Of two that are both like it neither is taken, unless the likelier one is certain.
        let two = places(&[("(b)", reworded), ("(c)", before[0].text)]);
        assert_eq!(again(&before, &two), [None, Some(Again::Changed(0))]);
        let two = places(&[
            (
                "(b)",
                "That the Head of Law report on the leases of allotments to the next meeting",
            ),
            ("(c)", reworded),
        ]);
        let found = compare(&before, &two);
        assert_eq!((found[0].again, found[1].again), (None, None));
        assert_eq!((found[0].like.len(), found[1].like.len()), (1, 1));
        let two = places(&[("(b)", reworded), ("(c)", otherwise)]);
        let found = compare(&before, &two);
        assert_eq!(found[0].again, Some(Again::Changed(0)));
        assert_eq!(found[1], Found::default());
    }

    #[test]
    fn what_is_most_alike_belongs_together_whichever_comes_first() {
        let before = places(&[(
            "(a)",
            "That the Head of Law be requested to report on the leases of garages by 30 May",
        )]);
        let now = places(&[
            (
                "(a)",
                "That the Head of Law be requested to report on the leases of allotments by 30 May",
            ),
            (
                "(b)",
                "That the Head of Law be requested to report on all the leases of garages by 30 May",
            ),
        ]);
        assert_eq!(again(&before, &now), [None, Some(Again::Changed(0))]);
    }

    #[test]
    fn what_is_said_again_otherwise_or_anew_is_told_apart() {
        use Again::{Changed, Unchanged};
        let before = places(&[
            ("(a)", "That the report be noted"),
            (
                "(b)",
                "That the Head of Law report on the leases to the next meeting",
            ),
            ("(c)", "That the budget be approved"),
            ("(d)", "That the press be excluded"),
            ("", "The Chair asked for the figures"),
        ]);
        let now = places(&[
            ("(a)", "that the  report be NOTED."),
            (
                "(b)",
                "That the Head of Law report on all the leases to a future meeting",
            ),
            ("(c)", "That Mr Swift be co-opted"),
            ("(d)", "That the vacancy be advertised"),
            ("(e)", "That the press be excluded"),
            ("", "The Chair asked for the figures"),
            ("", "That the report be noted"),
        ]);
        assert_eq!(
            again(&before, &now),
            [
                Some(Unchanged(0)),
                Some(Changed(1)),
                // Another decision under the same label, at the same place.
                None,
                None,
                // The same words under another label.
                Some(Changed(3)),
                Some(Unchanged(4)),
                // Nothing in the discussion is a decision.
                None,
            ]
        );
    }

    #[test]
    fn what_stood_only_in_an_earlier_revision_is_known_word_for_word_alone() {
        let mut before = places(&[
            ("(a)", "That the report be noted"),
            ("(b)", "That it be sent"),
        ]);
        before[1].latest = false;
        let now = places(&[
            ("(b)", "That it be sent at once"),
            ("(b)", "That it be sent"),
        ]);
        assert_eq!(again(&before, &now), [None, Some(Again::Unchanged(1))]);
    }

    proptest! {
        #[test]
        fn a_text_is_unchanged_from_itself_and_no_place_is_taken_twice(
            one in prop::collection::vec("[a-d ]{0,12}", 0..30),
            other in prop::collection::vec("[a-d ]{0,12}", 0..30),
        ) {
            let labels: Vec<String> = (0..30).map(|n| format!("({n})")).collect();
            let said = |texts: &'_ [String]| -> Vec<(usize, String)> { texts.iter().cloned().enumerate().collect() };
            let (one, other) = (said(&one), said(&other));
            let one: Vec<_> = one.iter().map(|(n, text)| (labels[*n].as_str(), text.as_str())).collect();
            let other: Vec<_> = other.iter().map(|(n, text)| (labels[*n].as_str(), text.as_str())).collect();
            let (one, other) = (places(&one), places(&other));
            let same: Vec<_> = (0..one.len()).map(|n| Some(Again::Unchanged(n))).collect();
            prop_assert_eq!(again(&one, &one), same);
            let mut taken: Vec<_> = again(&one, &other).into_iter().flatten().map(Again::place).collect();
            let all = taken.len();
            taken.sort_unstable();
            taken.dedup();
            prop_assert_eq!(taken.len(), all);
        }
    }
}
