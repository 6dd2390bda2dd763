//! Decisions that are said again: under `Decision:` and then under `Minutes:`, told of in passing, or twice on one page.

use std::ops::Range;

use super::clean::Clean;
use super::{decide, relate, words};

/// A decided item, and what is needed to see it said twice.
pub(super) struct Decision {
    pub(super) item: decide::Item,
    /// What it is about.
    pub(super) content: relate::Content,
    /// A number for its words, without what stands between them.
    pub(super) letters: u64,
    /// Where the same was said before.
    pub(super) restates: Vec<Range<usize>>,
    /// Whether the same is said later.
    pub(super) restated: bool,
}

/// Finds the decisions that are said again: under `Decision:` and then under `Minutes:`, or twice on one page.
pub(super) fn said_twice(clean: &Clean<'_>, items: &mut [Decision]) {
    let mut pages = None;
    for later in 0..items.len() {
        let (before, after) = items.split_at_mut(later);
        let Some(other) = after.first_mut() else {
            return;
        };
        let near = later.saturating_sub(NEAR);
        for one in before[near..].iter_mut().filter(|one| !one.restated) {
            let same = one.letters == other.letters;
            one.restated = if one.item.summary && !other.item.summary {
                same || relate::overlap(&one.content, &other.content) >= 55
            } else {
                same && !in_passing(&other.item)
                    && other.content.tells()
                    && one.item.summary == other.item.summary
                    && one.item.label == other.item.label
                    && pages
                        .get_or_insert_with(|| Pages::of(clean))
                        .same(&one.item.span, &other.item.span)
            };
            if one.restated {
                other.restates.push(one.item.span.clone());
            }
        }
    }
}

/// Finds the formal business that is told of in passing, and decided elsewhere.
pub(super) fn told_and_decided(items: &mut [Decision]) {
    let told = |one: &Decision| {
        let rules = &one.item.judged.rules;
        rules.contains(&"minutes_approved") || rules.contains(&"noted_in_prose")
    };
    for place in 0..items.len() {
        if !told(&items[place]) {
            continue;
        }
        let near = place.saturating_sub(NEAR)..items.len().min(place + NEAR);
        let decided = near
            .filter(|other| *other != place && !told(&items[*other]) && !items[*other].restated)
            .find(|other| {
                let other = &items[*other];
                other.item.judged.kind == items[place].item.judged.kind
                    && relate::overlap(&items[place].content, &other.content) >= 50
            });
        if let Some(decided) = decided {
            items[place].restated = true;
            let span = items[place].item.span.clone();
            items[decided].restates.push(span);
        }
    }
}

/// Whether it is formal business that is told of in passing, in the same words under each heading.
fn in_passing(item: &decide::Item) -> bool {
    let rules = &item.judged.rules;
    [
        "minutes_approved",
        "noted_in_prose",
        "disposed_in_prose",
        "word_alone",
    ]
    .iter()
    .any(|rule| rules.contains(rule))
}

/// How many items, and promises, back a thing may have been said before: bounded, so that the time grows with the text alone.
pub(super) const NEAR: usize = 40;

/// The action that says again what was asked for in the discussion: the one that shares most with it.
pub(super) fn restated(
    items: &[Decision],
    content: &relate::Content,
    at: &Range<usize>,
) -> Option<usize> {
    let after = items.partition_point(|one| one.item.span.start < at.start);
    let near = after.saturating_sub(NEAR / 4)..items.len().min(after + NEAR);
    near.filter(|place| items[*place].item.judged.is_action)
        .map(|place| (relate::overlap(content, &items[place].content), place))
        .filter(|(overlap, _)| *overlap >= 50)
        .max_by_key(|(overlap, place)| (*overlap, std::cmp::Reverse(*place)))
        .map(|(_, place)| place)
}

/// Where something is resolved, and where another meeting may begin, each in the order of the text.
struct Pages<'t> {
    lower: &'t str,
    resolved: Vec<usize>,
    /// The lines that begin with a day, and where its digits begin: `04/02/2016`.
    days: Vec<(usize, usize)>,
}

/// The length of a day in digits.
const DAY: usize = "04/02/2016".len();

impl<'t> Pages<'t> {
    fn of(clean: &Clean<'t>) -> Self {
        let mut at = 0;
        let lines = clean.lower.split('\n').filter_map(|line| {
            let from = at;
            at += line.len() + 1;
            let day = line.trim_start();
            is_day(day).then_some((from, from + line.len() - day.len()))
        });
        Self {
            lower: clean.lower,
            resolved: clean
                .lower
                .match_indices("resolved")
                .map(|(at, _)| at)
                .collect(),
            days: lines.collect(),
        }
    }

    /// Whether nothing between two places says that another meeting begins.
    fn same(&self, one: &Range<usize>, other: &Range<usize>) -> bool {
        let (from, to) = (one.end.min(other.start), other.start);
        let next = self.resolved.partition_point(|at| *at < from);
        let resolved = self
            .resolved
            .get(next)
            .is_some_and(|at| at + "resolved".len() <= to);
        let next = self.days.partition_point(|(line, _)| *line < from);
        let day = self.days.get(next).is_some_and(|(_, day)| day + DAY <= to);
        let rest = self.lower[from..to].split('\n').next();
        resolved && !day && !rest.is_some_and(|rest| is_day(rest.trim_start()))
    }
}

/// Whether a line begins with a day in digits.
fn is_day(line: &str) -> bool {
    line.starts_with(|c: char| c.is_ascii_digit())
        && line
            .get(..DAY)
            .is_some_and(|day| day.bytes().filter(|b| *b == b'/').count() == 2)
}

/// A number for the words of a decision, without its `that`.
pub(super) fn letters(clean: &Clean<'_>, span: &Range<usize>) -> u64 {
    let w = words::words(clean, span);
    let that = w.iter().take_while(|w| w.low == "that").count();
    w[that..]
        .iter()
        .filter(|w| !w.raw.is_empty())
        .fold(0, |sum, word| {
            (sum ^ u64::from(word.hash)).wrapping_mul(0x0000_0100_0000_01b3)
        })
}
