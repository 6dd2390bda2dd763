//! Relating: the same decision or task said twice.

use std::collections::HashSet;
use std::ops::Range;

use super::clean::Clean;
use super::words::{among, words};

const COMMON: &str = "\
    the|a|an|of|to|and|or|in|on|at|for|from|with|by|that|this|these|those|it|its|be|is|are|was|were|been|being|as|\
    which|who|not|would|will|should|could|requested|request|asked|agreed|resolved|committee|council|members|report|\
    further|more|also|after|discussion|their|them|they|he|she|his|her|had|has|have|what|how|regarding|about|into|\
    any|all|than|then|there|so|if|up|out|provide|provided|said";

/// The words of a passage that say what it is about, shortened to their stems.
pub(super) fn content<'t>(clean: &'t Clean, span: &Range<usize>) -> HashSet<&'t str> {
    words(clean, span)
        .iter()
        .map(|w| w.low)
        .filter(|low| low.len() > 1 && !among(low, COMMON))
        .map(stem)
        .collect()
}

fn stem(low: &str) -> &str {
    for ending in ["'s", "’s", "ing", "ies", "ed", "es", "s", "ly"] {
        if let Some(stem) = low.strip_suffix(ending)
            && stem.len() >= 4
        {
            return stem;
        }
    }
    low
}

/// How much of the shorter of two passages is in the other, in hundredths.
pub(super) fn overlap(one: &HashSet<&str>, other: &HashSet<&str>) -> usize {
    let least = one.len().min(other.len());
    if least < 2 {
        return 0;
    }
    let shared = one.intersection(other).count();
    // One word in common tells nothing.
    if shared < 2 { 0 } else { shared * 100 / least }
}
