//! Relating: the same decision or task said twice.

use std::ops::Range;

use super::clean::Clean;
use super::wording::{Choices, hash};
use super::words::{Word, words};

static COMMON: &Choices = word!(
    "\
    the|a|an|of|to|and|or|in|on|at|for|from|with|by|that|this|these|those|it|its|be|is|are|was|were|been|being|as|\
    which|who|not|would|will|should|could|requested|request|asked|agreed|resolved|committee|council|members|report|\
    noted|approved|board|panel|forum|cabinet|further|more|also|after|discussion|their|them|they|he|she|his|her|had|has|have|what|how|regarding|about|into|\
    any|all|than|then|there|so|if|up|out|provide|provided|said|offered|undertook|back|come|bring|brought|take|taken|give|\
    given|next|meeting|meetings|future|before|by|date|week|weeks|month|months|year"
);

/// What a passage is about: the numbers of the stems of its telling words, each once, in order.
#[derive(Debug)]
pub(super) struct Content(Vec<u32>);

/// What a passage is about. The words of those who are to act tell nothing of it: they may be asked for many things.
pub(super) fn content(clean: &Clean<'_>, span: &Range<usize>, owners: &[Range<usize>]) -> Content {
    let names = |at: usize| owners.iter().any(|owner| owner.contains(&at));
    let words = words(clean, span);
    let mut stems: Vec<u32> = Vec::with_capacity(words.len());
    let telling = |word: &&Word<'_>| word.low.len() > 1 && !word.is(COMMON) && !names(word.from);
    stems.extend(
        words
            .iter()
            .filter(telling)
            .map(|word| match stem(word.low) {
                stem if stem.len() == word.low.len() => word.hash,
                stem => hash(stem.as_bytes()),
            }),
    );
    stems.sort_unstable();
    stems.dedup();
    Content(stems)
}

impl Content {
    /// Whether it says enough to be told from other passages: `That the report be noted` does not.
    pub(super) fn tells(&self) -> bool {
        self.0.len() > 1
    }
}

fn stem(low: &str) -> &str {
    let endings: &[&str] = match low.as_bytes().last() {
        Some(b's') => &["'s", "’s", "ies", "es", "s"],
        Some(b'g') => &["ing"],
        Some(b'd') => &["ed"],
        Some(b'y') => &["ly"],
        _ => &[],
    };
    for ending in endings {
        if let Some(stem) = low.strip_suffix(ending)
            && stem.len() >= 4
        {
            return stem;
        }
    }
    low
}

/// How much of the shorter of two passages is in the other, in hundredths.
pub(super) fn overlap(Content(one): &Content, Content(other): &Content) -> usize {
    let least = one.len().min(other.len());
    let (mut shared, mut here, mut there) = (0, 0, 0);
    while let (Some(left), Some(right)) = (one.get(here), other.get(there)) {
        let order = left.cmp(right);
        shared += usize::from(order.is_eq());
        here += usize::from(order.is_le());
        there += usize::from(order.is_ge());
    }
    // One word in common tells nothing.
    if shared < 2 { 0 } else { shared * 100 / least }
}
