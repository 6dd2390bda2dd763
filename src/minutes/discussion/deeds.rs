//! Deeds: what somebody does that can be checked later.

use crate::minutes::wording::{Choices, Phrases, at};
use crate::minutes::words::Word;

/// Whether a deed that can be checked later stands at a place.
pub(in crate::minutes) fn is_deed(w: &[Word<'_>], verb: usize) -> bool {
    w.get(verb).is_some_and(|word| word.is(DEEDS))
        || PHRASED.at(w, verb).is_some()
        || has_done(w, verb)
}

/// `have the lines repainted by the end of November`.
fn has_done(w: &[Word<'_>], verb: usize) -> bool {
    at(w, verb, phrase!("have the|his|her|their|its"))
        && (verb + 3..w.len().min(verb + 10))
            .take_while(|k| !w[k - 1].ends_phrase())
            .any(|k| {
                w[k].low.ends_with("ed")
                    && (w[k].ends_phrase()
                        || w.get(k + 1)
                            .is_none_or(|n| n.is(word!("by|before|at|in|on|from|and|to|again"))))
            })
}

/// Deeds that can be checked later.
pub(in crate::minutes) static DEEDS: &Choices = word!(
    "\
    write|contact|circulate|send|arrange|provide|report|produce|prepare|ask|speak|discuss|follow|investigate|check|\
    email|e-mail|telephone|phone|raise|look|find|bring|share|draft|obtain|get|chase|meet|liaise|organise|review|update|invite|seek|\
    forward|research|pass|present|feed|consult|compile|explore|return|confirm|submit|ring|call|visit|distribute|let|\
    publish|add|attend|inform|put|try|supply|pick|do|prepare|issue|post|order|buy|fix|mend|install|collect|deliver|\
    approach|remind|notify|tell|talk|pursue|examine|amend|print|advertise|complete|convene|inspect|measure|survey|\
    clean|paint|repair|replace|cut|plant|trim|flag|escalate|relay|convey|clarify|verify|ascertain|identify|source|\
    negotiate|engage|brief|refresh|revise|rewrite|redraft|recirculate|resend|reply|respond|answer|mention|query|\
    chase|schedule|book|host|monitor|weed|water|lock|unlock|audit|calculate|analyse|assess|trace|track|enquire|\
    inquire|nominate|recruit|apply|register|translate|scan|upload|photograph|map|list|summarise|tidy"
);

/// Deeds of several words.
pub(super) static PHRASED: &Phrases = phrases![
    "come back|in",
    "come to the|a committee|council|board|panel|forum|cabinet|executive|meeting|next|group|governors",
    "go back|through",
    "take up|forward|back|away|over|this|that|it|photographs|minutes",
    "see whether|if|that|what|to",
    "take the|this|it|them|these|a to",
    "take the|this|a _ to",
    "take the|a _ _ to",
    "set up|out",
    "sit down",
    "draw up",
    "draw this|it|that to",
    "press for",
    "have it|them|that|a|this|these",
    "give a|an|the update|presentation|talk|reply|answer|figures|details",
    "give him|her|them|us|members|governors|councillors|officers|everyone|everybody",
    "give the _ a|an|some|more",
    "say when|which|what",
    "go into|over|round",
    "keep a|an record|log|note|list|eye",
    "be responsible for",
    "make enquiries|inquiries|contact|a|an|sure|arrangements",
    "keep _ informed|updated|posted|told|up",
    "keep the|a _ informed|updated|posted|told|up|log|list",
    "work with|on|up",
];
