//! Parents and children: an action that was split into parts ends only with them.

use super::life::{Move, State};

/// How many levels there are, from an action without a parent down to its children's children.
pub const MAX_LEVELS: usize = 3;

/// The least and the most children that an action is split into at once.
pub const SPLIT_INTO: std::ops::RangeInclusive<usize> = 2..=20;

/// Why an action takes no child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoChild {
    /// Its state does not allow it: children arise while it is open, in progress or on hold.
    State(State),
    /// It stands on the last level.
    LastLevel,
}

/// Whether an action in that state, with so many ancestors, takes a child.
pub const fn takes_child(state: State, ancestors: usize) -> Result<(), NoChild> {
    if !matches!(state, State::Open | State::InProgress | State::OnHold) {
        return Err(NoChild::State(state));
    }
    if ancestors + 2 > MAX_LEVELS {
        return Err(NoChild::LastLevel);
    }
    Ok(())
}

/// Whether a move says of the whole that it is done, so that no child may be outstanding.
#[must_use]
pub const fn ends_the_whole(asked: Move) -> bool {
    matches!(
        asked,
        Move::ClaimCompletion | Move::AcceptCompletion | Move::Close
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn children_arise_under_what_is_agreed_and_not_claimed() {
        let takes: Vec<_> = State::ALL
            .iter()
            .filter(|state| takes_child(**state, 0).is_ok())
            .collect();
        assert_eq!(takes, [&State::Open, &State::InProgress, &State::OnHold]);
    }

    #[test]
    fn there_are_three_levels() {
        assert_eq!(takes_child(State::Open, 0), Ok(()));
        assert_eq!(takes_child(State::Open, 1), Ok(()));
        assert_eq!(takes_child(State::Open, 2), Err(NoChild::LastLevel));
    }

    #[test]
    fn whatever_leads_to_an_end_or_claims_it_ends_the_whole() {
        let ending: Vec<_> = Move::ALL
            .iter()
            .filter(|asked| ends_the_whole(**asked))
            .collect();
        let expected = [
            &Move::ClaimCompletion,
            &Move::AcceptCompletion,
            &Move::Close,
        ];
        assert_eq!(ending, expected);
    }
}
