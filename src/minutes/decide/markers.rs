//! The markers of actions, `ACTION: Clerk`, `(Action – KT)`, and the names that go with them.

use std::ops::Range;

use crate::minutes::actors;
use crate::minutes::clean::Clean;
use crate::minutes::wording::Choices;
use crate::minutes::words::{Word, trimmed};

/// A marker, and the words round it.
pub(super) struct Marked {
    /// What stands before it, from where the marker before it was done with.
    pub(super) before: Range<usize>,
    /// What stands behind it, up to the next marker or to its closing bracket.
    pub(super) behind: Range<usize>,
    /// Where that ends, behind the bracket.
    pub(super) next: usize,
    /// A bracket closes it: `(Action – Clerk)`.
    pub(super) closed: bool,
    /// Nothing stands behind it.
    pub(super) bare: bool,
    /// It is the first of its block.
    pub(super) first: bool,
    /// How many its block has.
    pub(super) of: usize,
}

impl Marked {
    pub(super) fn of(clean: &Clean<'_>, w: &[Word<'_>], mark: usize, within: Range<usize>) -> Self {
        let (from, next) = (within.start, within.end);
        let word = &w[mark];
        let bracket = usize::from(word.before.ends_with(['(', '[']));
        let close = (bracket > 0)
            .then(|| clean.text[word.to..next].find([')', ']']))
            .flatten()
            .map(|close| word.to + close);
        let behind = beyond_mark(clean, word.to, close.unwrap_or(next));
        Self {
            before: trimmed(clean, &(from..from.max(word.from - bracket))),
            bare: behind.is_empty() && close.is_none() && mark + 1 == w.len() && mark > 0,
            behind,
            next: close.map_or(next, |close| close + 1),
            closed: close.is_some(),
            first: false,
            of: 1,
        }
    }
}

/// Whether a word marks an action: `ACTION: Clerk`, `(Action – KT)`.
pub(super) fn action_mark(w: &[Word<'_>], j: usize) -> bool {
    let word = &w[j];
    if !word.is(word!("act|action|actions")) {
        return false;
    }
    // "(Act SP)", "(action: LK)".
    let bracketed = word.before.ends_with(['(', '['])
        && (word.is(word!("act")) && word.after.is_empty()
            || word.is(word!("action|actions")) && matches!(word.after, "" | ":"))
        && w.get(j + 1).is_some_and(|n| {
            n.after.starts_with([')', ']'])
                && n.raw
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || matches!(b, b'&' | b'/'))
                || matches!(n.low, "clerk" | "chair" | "all")
        });
    if bracketed {
        return true;
    }
    if !matches!(word.raw, "Action" | "ACTION" | "Actions" | "ACTIONS") {
        return false;
    }
    if word.raw == "Action" && j == 0 && names_one(&w[1..]) {
        return true;
    }
    // "… is not yet up. Action AT to follow it up", "… before the order goes in. Action L Ashe".
    let behind =
        j > 3 && w[j - 1].after.ends_with('.') && word.raw == "Action" && word.after.is_empty();
    if behind
        && (names_one(&w[j + 1..])
            || actors::actor(w, j + 1).is_some_and(|end| {
                w.get(end).is_some_and(|to| to.raw == "to")
                    && w.get(end + 1)
                        .is_some_and(|verb| !verb.is_capital() && verb.is_letters())
            }))
    {
        return true;
    }
    let dash = word.after.starts_with(['–', '-'])
        || w.get(j + 1)
            .is_some_and(|n| n.raw.is_empty() && n.before.starts_with(['–', '-', '—']));
    // "… will write a letter. CR/JP Action."
    if word.raw == "Action" && word.after == "." && named_before(w, j).is_some() {
        return true;
    }
    // "Action. Clerk", "ACTION (1) – KT to send the slides".
    let stopped = word.after == "."
        && word.is_capital()
        && actors::actor(w, j + 1)
            .is_some_and(|end| end == w.len() || w[end - 1].ends_phrase() || end < j + 3);
    let counted = w.get(j + 1).is_some_and(|n| {
        n.before.ends_with('(')
            && n.after.contains(')')
            && n.raw.bytes().all(|b| b.is_ascii_digit())
    });
    // "The Clerk undertook to find out. ACTION".
    let behind_dash = j > 4 && w[j - 1].raw.is_empty();
    let closes = j > 3
        && j + 1 == w.len()
        && (behind_dash || w[j - 1].after.ends_with('.'))
        && word.after.is_empty();
    // "ACTION KT and Clerk".
    let heads = j == 0
        && (2..=5).contains(&w.len())
        && w[1..]
            .iter()
            .all(|w| w.is_initials() || w.raw == "ALL" || w.is(word!("and|clerk|chair")));
    // "… will pay for the hedge ACTION CLERK. Bids are awaited."
    let names = w
        .get(j + 1)
        .is_some_and(|next| shouted(next, j > 0 && w[j - 1].is_upper()))
        && w.get(j + 2)
            .is_none_or(|n| !n.is_upper() || n.raw.len() > 3);
    // "is there a plan to do anything else? – ACTION (give members the costs of each pool)".
    let told =
        j > 1 && w[j - 1].raw.is_empty() && w.get(j + 1).is_some_and(|n| n.before.ends_with('('));
    let upper = word.is_upper()
        && (closes
            || told
            || names
            || counted
            || heads
            || dash
            || w.get(j + 1).is_some_and(|n| n.raw.is_empty()));
    let colon = word.after.starts_with(':')
        || w.get(j + 1)
            .is_some_and(|n| n.raw.is_empty() && n.before.starts_with(':'));
    upper || colon || stopped || dash && (j == 0 || word.before.contains(['(', '[']))
}

/// What stands behind `Action` in a title, and names nobody: `Action Plan`, `Action Log`.
static TITLED: &Choices = word!(
    "\
    plan|plans|log|logs|tracker|list|point|points|group|team|sheet|report|review|update|fraud|zone|research|programme|board|\
    committee|day|taken|required|notes|minutes|summary|item|items|planning|needed|areas|forum|network|centre|form"
);

/// Whether the words behind `Action` are a name, and the whole of the line: `Action Clerk`, `Action John Hollis`.
fn names_one(w: &[Word<'_>]) -> bool {
    let name =
        |w: &Word<'_>| w.is_capital() && w.is_letters() && w.after.is_empty() && !w.is(TITLED);
    match w {
        [office] => office.is_capital() && (office.is(actors::OFFICERS) || office.low == "all"),
        [_, _] => w.iter().all(name),
        _ => false,
    }
}

/// Whether a word behind `ACTION` names people in capitals: `ALF/JUNE:`, `CLERK`. `AIR QUALITY ACTION PLAN:` names none.
fn shouted(word: &Word<'_>, titled: bool) -> bool {
    let longest = if word.after.starts_with(':') && !titled {
        8
    } else {
        3
    };
    let name = |one: &str| {
        (2..=longest).contains(&one.len()) && !matches!(one, "AND" | "BY" | "ON" | "TO" | "THE")
            || matches!(one, "CLERK" | "CHAIR" | "ALL")
    };
    word.is_upper() && !word.is(TITLED) && word.raw.split('/').all(name)
}

/// Who is named in a sentence of their own before `Action.`
pub(super) fn named_before(w: &[Word<'_>], mark: usize) -> Option<(usize, Vec<Range<usize>>)> {
    if w[mark].after != "." {
        return None;
    }
    let from = (mark.saturating_sub(4)..mark)
        .rev()
        .find(|j| *j > 0 && w[j - 1].after.ends_with('.'))?;
    let initials = |w: &Word<'_>| {
        w.raw
            .split('/')
            .all(|one| (2..=3).contains(&one.len()) && one.bytes().all(|b| b.is_ascii_uppercase()))
    };
    if from + 1 == mark && initials(&w[from]) {
        return Some((from, actors::parts(&w[from])));
    }
    let (owners, end) = actors::actors(w, from)?;
    (end == mark).then_some((from, owners))
}

/// What stands behind an action marker, and its number, up to a place.
fn beyond_mark(clean: &Clean<'_>, from: usize, to: usize) -> Range<usize> {
    let rest = &clean.text[from..to.max(from)];
    let number = rest
        .trim_start()
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(')'))
        .filter(|(number, _)| number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit()));
    let (from, rest) = number.map_or((from, rest), |(_, behind)| {
        (to.max(from) - behind.len(), behind)
    });
    // "AI-2: Leo to look at it": the number of the action.
    let code = rest
        .trim_start_matches([':', ' '])
        .split_once(": ")
        .filter(|(code, _)| {
            code.len() <= 8
                && code.bytes().any(|b| b.is_ascii_digit())
                && code.bytes().all(|b| {
                    b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.' | b'/')
                })
        });
    let (from, rest) = code.map_or((from, rest), |(_, behind)| {
        (to.max(from) - behind.len(), behind)
    });
    let start = from + rest.len()
        - rest
            .trim_start_matches([':', ' ', '-', '–', '\n', '*', '.'])
            .len();
    let behind = trimmed(clean, &(start..to.max(start)));
    let bracketed = clean.text[behind.clone()]
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'))
        .is_some_and(|inside| !inside.contains(['(', ')']));
    if bracketed {
        behind.start + 1..behind.end - 1
    } else {
        behind
    }
}

/// The names behind a marker where nothing but names stands there, and where they end.
pub(super) fn names(w: &[Word<'_>]) -> Option<(Vec<Range<usize>>, usize)> {
    let mut found = Vec::new();
    let mut j = 0;
    if w.first()?.is(word!("none|noted|n/a|nil")) {
        return None;
    }
    // "Action – Recommend Lettings policy be adopted".
    if w.len() > 2 && w[0].is(word!("recommend|write|ask|report|review|check|find|send|contact|arrange|circulate|consider|agree")) {
        return None;
    }
    let acts = actors::actor(w, 0).is_some_and(|end| w.get(end).is_some_and(|w| w.raw == "to"));
    if w[0].low == "all" && !acts && (w.len() == 1 || w[1].is_capital() && !w[1].is(actors::ACTORS))
    {
        let end = w
            .get(1)
            .map_or(w[0].to + w[0].after.len(), |next| next.from);
        return Some((vec![actors::span(w, &(0..1))], end));
    }
    while j < w.len() {
        if w[j].is(word!("and")) || w[j].raw.is_empty() {
            j += 1;
            continue;
        }
        let Some(end) = actors::actor(w, j) else {
            break;
        };
        found.extend(
            actors::apart(w, j..end)
                .iter()
                .flat_map(|run| actors::slashed(w, run)),
        );
        j = end;
        if w[j - 1].after.contains('.') {
            break;
        }
    }
    if found.is_empty() {
        return None;
    }
    // "Clerk to write" is a task; "Clerk Rest of the Cemetery was" goes on with another sentence.
    match w.get(j) {
        None => Some((found, w.last()?.to + w.last()?.after.len())),
        Some(next) if w[j - 1].after.contains('.') => Some((found, next.from)),
        Some(next) if !next.is(word!("to|will|would|shall|should")) => {
            // "Cllr Mottram", "Mrs A Hale": a name goes with its title.
            let initials = w.iter().skip(1).take_while(|w| w.raw.len() == 1).count();
            let end = if w[0].is(actors::TITLES) {
                2 + initials
            } else {
                1
            };
            let next = w.get(end)?;
            // "Action: Clerk ii. Football Club": the next point begins.
            let point = next.after.starts_with(['.', ')']) && next.raw.len() <= 4
                || next.raw.starts_with(|c: char| c.is_ascii_digit())
                    && next.raw.contains(['.', '/']);
            let first = actors::span(w, &(0..end));
            (next.is_capital() || point).then(|| (vec![first], next.from))
        }
        Some(_) => None,
    }
}
