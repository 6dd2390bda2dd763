//! What was asked for in the discussion, and is decided in a corrected source.

use std::cmp::Reverse;
use std::ops::Range;

use super::clean::{Clean, Cleaned};
use super::relate::{Content, content, overlap};
use crate::domain::naming::fold;

/// A task, as it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task<'t> {
    /// Its words.
    pub text: &'t str,
    /// Who is to act, as printed.
    pub owners: Vec<String>,
}

/// A decision that says what was asked for in the discussion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided {
    /// The place of the request, among the requests.
    pub request: usize,
    /// The place of the decision, among the decisions.
    pub decision: usize,
    /// How much of the shorter is in the other, in hundredths.
    pub shared: u8,
    /// Whether the same people are to act, and no other decision and no other request shares as much.
    pub certain: bool,
}

/// How many tasks of each kind are compared: a bound on their pairs.
const MAX_TASKS: usize = 200;

/// How many bytes of a task are compared.
const COMPARED: usize = 2_000;

/// How much both must share to be the same task, in hundredths: as in one source, where a decision says again what was said before it.
const SAME_TASK: usize = 50;

/// Which requests in the discussion are decided: those that share most with a decision first.
#[must_use]
pub fn decided(requests: &[Task<'_>], decisions: &[Task<'_>]) -> Vec<Decided> {
    let requests = requests.iter().take(MAX_TASKS).collect::<Vec<_>>();
    let decisions = decisions.iter().take(MAX_TASKS).collect::<Vec<_>>();
    let cleaned = |task: &&Task<'_>| Cleaned::of_text(begun(task.text));
    let asked: Vec<Cleaned> = requests.iter().map(cleaned).collect();
    let made: Vec<Cleaned> = decisions.iter().map(cleaned).collect();
    let asked: Vec<Clean<'_>> = asked.iter().map(Cleaned::words).collect();
    let made: Vec<Clean<'_>> = made.iter().map(Cleaned::words).collect();
    let asked: Vec<_> = asked.iter().zip(&requests).map(about).collect();
    let made: Vec<_> = made.iter().zip(&decisions).map(about).collect();
    let mut found = Vec::new();
    for (request, one) in asked.iter().enumerate() {
        for (decision, other) in made.iter().enumerate() {
            let shared = overlap(one, other);
            if shared >= SAME_TASK {
                found.push(Decided {
                    request,
                    decision,
                    shared: u8::try_from(shared).unwrap_or(100),
                    certain: same_people(requests[request], decisions[decision]),
                });
            }
        }
    }
    found.sort_by_key(|one| (Reverse(one.shared), one.request, one.decision));
    // How much the likeliest pair of each shares, and how many pairs do.
    let mut of_request = vec![(0, 0); asked.len()];
    let mut of_decision = vec![(0, 0); made.len()];
    for one in &found {
        for best in [&mut of_request[one.request], &mut of_decision[one.decision]] {
            *best = match best {
                (0, _) => (one.shared, 1),
                (shared, count) if *shared == one.shared => (*shared, *count + 1),
                _ => *best,
            };
        }
    }
    for one in &mut found {
        let alone = (one.shared, 1);
        one.certain &= of_request[one.request] == alone && of_decision[one.decision] == alone;
    }
    found
}

/// What a task is about, whoever is to act.
fn about((clean, task): (&Clean<'_>, &&Task<'_>)) -> Content {
    let named = task.owners.iter().filter_map(|owner| {
        let at = clean.text.find(owner.as_str())?;
        Some(at..at + owner.len())
    });
    let owners: Vec<Range<usize>> = named.collect();
    content(clean, &(0..clean.text.len()), &owners)
}

fn same_people(one: &Task<'_>, other: &Task<'_>) -> bool {
    let people = |task: &Task<'_>| {
        let mut people: Vec<String> = task.owners.iter().map(|owner| fold(owner)).collect();
        people.sort_unstable();
        people
    };
    !one.owners.is_empty() && people(one) == people(other)
}

fn begun(text: &str) -> &str {
    &text[..text.floor_char_boundary(COMPARED)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASKED: &str = "The Chair asked the Head of Law to circulate the figures on school places";

    fn task<'t>(text: &'t str, owner: &str) -> Task<'t> {
        Task {
            text,
            owners: vec![owner.to_owned()],
        }
    }

    fn told(requests: &[Task<'_>], decisions: &[Task<'_>]) -> Vec<(usize, usize, bool)> {
        let found = decided(requests, decisions).into_iter();
        found
            .map(|one| (one.request, one.decision, one.certain))
            .collect()
    }

    #[test]
    fn a_request_that_is_decided_is_known_by_its_words_and_its_people() {
        let law = "the Head of Law";
        let asked = [task(ASKED, law)];
        let figures = "That the Head of Law circulate figures on school places to all members";
        let decided = [
            task("That the Head of Law publish the register of leases", law),
            task(figures, "Head of Law"),
        ];
        assert_eq!(told(&asked, &decided), [(0, 1, true)]);
        let other = [task(figures, "the Director")];
        assert_eq!(told(&asked, &other), [(0, 0, false)]);
        // Of two that say the same neither is it beyond doubt.
        let both = [decided[1].clone(), decided[1].clone()];
        assert_eq!(told(&asked, &both), [(0, 0, false), (0, 1, false)]);
        // The names of those who act tell nothing of a task.
        assert_eq!(told(&asked, &decided[..1]), []);
        assert_eq!(told(&[], &[]), []);
    }
}
