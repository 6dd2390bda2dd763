//! What somebody took on: `The Engineer undertook to write`, `Mr Hartnoll was happy to take it forward`.

use super::deeds::is_deed;
use super::speakers::{Before, spoken, subject};
use super::{Found, Strength};
use crate::minutes::actors::ACTORS;
use crate::minutes::wording::{any, at};
use crate::minutes::words::Word;

/// `Mr Hartnoll was happy to take it forward.`
pub(super) fn ready(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let was = j
        .checked_sub(1)
        .filter(|was| w[*was].is(word!("was|were")))?;
    let to = w.get(j + 1).is_some_and(|w| w.low == "to");
    let owners = subject(w, was, before);
    let told = w
        .get(j + 2)
        .is_some_and(|w| w.is(word!("see|hear|note|learn|report|inform|confirm")));
    // "Members noted that he was willing to do so".
    let noted = any(&w[..j], phrases!["noted that"]);
    (to && is_deed(w, j + 2) && !told && !noted && !owners.is_empty()).then_some((
        owners,
        Strength::Undertaken,
        "was_ready",
        70,
    ))
}

/// `The Head of Housing gave an undertaking to have the map redrawn.`
pub(super) fn gave(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let undertaking = at(
        w,
        j + 1,
        phrase!("an|a|his|her|the undertaking|commitment|promise to|that"),
    ) || at(
        w,
        j + 1,
        phrase!("an|a|his|her _ undertaking|commitment|promise to|that"),
    );
    let owners = match subject(w, j, before) {
        owners if owners.is_empty() && j > 0 && w[j - 1].is(word!("he|she|they")) => spoken(before),
        owners => owners,
    };
    (undertaking && !owners.is_empty()).then_some((owners, Strength::Undertaken, "undertook", 85))
}

/// `The Director took an action to check it.`
pub(super) fn took(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let action = at(w, j + 1, phrase!("actions to"))
        || at(w, j + 1, phrase!("an|the|that|this action|task|point"))
        || at(w, j + 1, phrase!("it|this|that away|on|forward"));
    let owners = subject(w, j, before);
    (action && !owners.is_empty()).then_some((owners, Strength::Undertaken, "took_action", 80))
}

/// `The Engineer undertook to write`, `Mr Lowe offered to come back with costs`.
pub(super) fn undertaken(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let next = w.get(j + 1)?;
    let to = next.low == "to" || w[j].low == "promised" && next.low == "that";
    // "tickets offered to councillors": to whom, not what.
    let whom = w.get(j + 2).is_none_or(|w| {
        w.is(ACTORS) || w.is_capital() || w.is(word!("the|a|all|any|him|her|them|us"))
    });
    // "offered to join the group".
    let joins = w
        .get(j + 2)
        .is_some_and(|w| w.is(word!("join|serve|stand|sit|act|be|chair|represent")));
    // "offered to forward the list, which he did at the end of the meeting".
    let done = any(&w[j..], phrases!["which he|she|they did"]);
    if !to
        || done
        || joins
        || whom && next.low == "to"
        || j > 0 && w[j - 1].is(word!("was|were|being|been|be|are|is"))
    {
        return None;
    }
    let owners = subject(w, j, before);
    let sure = if owners.is_empty() { 65 } else { 90 };
    Some((owners, Strength::Undertaken, "undertook", sure))
}
