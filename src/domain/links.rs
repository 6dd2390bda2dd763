//! Links between actions: what each says, which of the two came first, and that nobody is led in a circle.

use std::collections::HashMap;

use super::ids::ActionId;
use super::life::{Outcome, State};
use super::vocabulary::vocabulary;

vocabulary! {
    /// What an action has to do with another. The link leads from the one to the other: "from … to".
    LinkKind {
        /// Asks again for what an earlier action asked for.
        Repeats = "repeats",
        /// Changes what an earlier action asks for.
        Amends = "amends",
        /// Adds to what an earlier action asks for.
        Supplements = "supplements",
        /// Takes the place of an earlier action.
        Supersedes = "supersedes",
        /// Was made one with another action, which goes on.
        MergedInto = "merged_into",
        /// Was handed to another committee's action, which goes on.
        TransferredTo = "transferred_to",
        /// Comes after an earlier action.
        Follows = "follows",
    }
}

impl LinkKind {
    /// Whether the link leads from the action that came first to the one that goes on.
    #[must_use]
    pub const fn leads_on(self) -> bool {
        matches!(self, Self::MergedInto | Self::TransferredTo)
    }

    /// The two ends in order: the one that came first, and the one that goes on from it.
    #[must_use]
    pub fn in_order<T>(self, from: T, to: T) -> (T, T) {
        if self.leads_on() {
            (from, to)
        } else {
            (to, from)
        }
    }

    /// The link that closing with that outcome needs, between the closed action and the one that goes on.
    #[must_use]
    pub const fn needed_by(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::Superseded => Some(Self::Supersedes),
            Outcome::Merged => Some(Self::MergedInto),
            Outcome::Transferred => Some(Self::TransferredTo),
            _ => None,
        }
    }
}

/// Whether what another action is closed into goes on from it: it was agreed and is outstanding, or was done. A draft may never
/// be agreed, and what was void, lapsed or handed on in turn would take the other's work with it.
#[must_use]
pub const fn goes_on(state: State, outcome: Option<Outcome>) -> bool {
    match (state, outcome) {
        (State::Open | State::InProgress | State::OnHold | State::CompletionClaimed, _) => true,
        (State::Closed, Some(outcome)) => outcome.by_acceptance(),
        (State::Draft | State::Void | State::Closed, _) => false,
    }
}

/// The most actions that a search for a circle looks at.
pub const MAX_REACHED: usize = 10_000;

/// What a step of a search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// There is a way: the actions on it, from the first to the last.
    Way(Vec<ActionId>),
    /// There is none.
    NoWay,
    /// The next actions are to be looked at.
    GoOn,
    /// More actions can be reached than are looked at.
    TooMany,
}

/// A search for a way from one action to another, along links and from parents to children, each from what came first to
/// what goes on from it. It goes breadth first, so that each step needs one question to whoever knows the links.
#[derive(Debug, Clone)]
pub struct WaySearch {
    to: ActionId,
    /// Each action that was reached, and from which.
    reached: HashMap<ActionId, Option<ActionId>>,
    frontier: Vec<ActionId>,
}

impl WaySearch {
    /// A search from one action to another.
    #[must_use]
    pub fn new(from: ActionId, to: ActionId) -> Self {
        Self {
            to,
            reached: HashMap::from([(from, None)]),
            frontier: vec![from],
        }
    }

    /// The actions whose next ones are asked for.
    #[must_use]
    pub fn frontier(&self) -> &[ActionId] {
        &self.frontier
    }

    /// Goes on with all pairs of an action of [`Self::frontier`] and one that goes on from it.
    pub fn step(&mut self, onward: impl IntoIterator<Item = (ActionId, ActionId)>) -> Step {
        let mut next = Vec::new();
        for (before, after) in onward {
            if self.reached.contains_key(&after) {
                continue;
            }
            self.reached.insert(after, Some(before));
            if after == self.to {
                return Step::Way(self.way());
            }
            if self.reached.len() > MAX_REACHED {
                return Step::TooMany;
            }
            next.push(after);
        }
        self.frontier = next;
        if self.frontier.is_empty() {
            Step::NoWay
        } else {
            Step::GoOn
        }
    }

    fn way(&self) -> Vec<ActionId> {
        let mut way = vec![self.to];
        let mut at = self.to;
        while let Some(Some(before)) = self.reached.get(&at) {
            way.push(*before);
            at = *before;
        }
        way.reverse();
        way
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn id(n: u128) -> ActionId {
        ActionId(Uuid::from_u128(n))
    }

    /// The way from one to another over links that are held in memory.
    fn search(edges: &[(ActionId, ActionId)], from: ActionId, to: ActionId) -> Step {
        let mut search = WaySearch::new(from, to);
        loop {
            let onward: Vec<_> = edges
                .iter()
                .filter(|(before, _)| search.frontier().contains(before))
                .copied()
                .collect();
            match search.step(onward) {
                Step::GoOn => {}
                end => return end,
            }
        }
    }

    #[test]
    fn each_kind_knows_which_end_came_first() {
        let ordered: Vec<_> = LinkKind::ALL
            .iter()
            .map(|kind| kind.in_order("from", "to").0)
            .collect();
        assert_eq!(ordered, ["to", "to", "to", "to", "from", "from", "to"]);
    }

    #[test]
    fn every_outcome_that_needs_a_successor_needs_a_link_and_no_other_does() {
        for outcome in Outcome::ALL {
            assert_eq!(
                LinkKind::needed_by(*outcome).is_some(),
                outcome.needs_successor(),
                "{outcome}"
            );
        }
    }

    #[test]
    fn only_what_was_agreed_and_is_outstanding_or_done_goes_on() {
        let outstanding = |state: &&State| goes_on(**state, None);
        let states: Vec<_> = State::ALL.iter().filter(outstanding).collect();
        let expected = [
            &State::Open,
            &State::InProgress,
            &State::OnHold,
            &State::CompletionClaimed,
        ];
        assert_eq!(states, expected);
        let done = |outcome: &&Outcome| goes_on(State::Closed, Some(**outcome));
        let outcomes: Vec<_> = Outcome::ALL.iter().filter(done).collect();
        let expected = [&Outcome::Implemented, &Outcome::PartlyImplemented];
        assert_eq!(outcomes, expected);
    }

    #[test]
    fn the_way_is_told_from_the_first_to_the_last() {
        let edges = [(id(1), id(2)), (id(1), id(3)), (id(3), id(4))];
        let way = Step::Way(vec![id(1), id(3), id(4)]);
        assert_eq!(search(&edges, id(1), id(4)), way);
        assert_eq!(search(&edges, id(2), id(4)), Step::NoWay);
        assert_eq!(search(&edges, id(4), id(1)), Step::NoWay);
    }

    #[test]
    fn what_reaches_too_far_is_given_up() {
        let first = 1..=MAX_REACHED as u128 + 1;
        let mut search = WaySearch::new(id(0), id(u128::MAX));
        assert_eq!(search.step(first.map(|n| (id(0), id(n)))), Step::TooMany);
    }

    /// Whether nothing leads back to itself: what has no predecessor left can be taken away until nothing is left.
    fn without_circle(edges: &[(ActionId, ActionId)]) -> bool {
        let mut left = edges.to_vec();
        loop {
            let followed: HashSet<_> = left.iter().map(|(_, after)| *after).collect();
            let before = left.len();
            left.retain(|(first, _)| followed.contains(first));
            if left.len() == before {
                return left.is_empty();
            }
        }
    }

    proptest! {
        #[test]
        fn links_that_close_no_circle_never_make_one(
            asked in prop::collection::vec((0u128..12, 0u128..12, 0usize..7), 0..60)
        ) {
            let mut edges = Vec::new();
            for (from, to, kind) in asked {
                let (first, then) = LinkKind::ALL[kind].in_order(id(from), id(to));
                let refused = first == then || search(&edges, then, first) != Step::NoWay;
                let mut with = edges.clone();
                with.push((first, then));
                // Exactly what would close a circle is refused.
                prop_assert_eq!(refused, !without_circle(&with));
                if !refused {
                    edges = with;
                }
            }
            prop_assert!(without_circle(&edges));
        }
    }
}
