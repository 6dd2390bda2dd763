//! What an owner says of an action under way: dated updates, never edited, only followed.

use chrono::NaiveDate;

use super::life::State;

/// A figure, and the day for which it was said (Europe/London).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<T> {
    /// The day for which it was said.
    pub on: NaiveDate,
    /// The figure.
    pub value: T,
}

impl<T> Said<T> {
    /// A figure with the day for which it was said; `None` where nothing was.
    #[must_use]
    pub fn of(on: Option<NaiveDate>, value: Option<T>) -> Option<Self> {
        Some(Self {
            on: on?,
            value: value?,
        })
    }

    /// The figure that counts once another was said after it: the one that was said for the later day, and for the same day the
    /// other.
    fn or_later(before: Option<Self>, after: Option<Self>) -> Option<Self> {
        match (before, after) {
            (Some(before), Some(after)) if after.on < before.on => Some(before),
            (before, after) => after.or(before),
        }
    }
}

/// What an action's updates say together. Days are Europe/London.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// The latest day for which something was said.
    pub last_update_on: Option<NaiveDate>,
    /// The day by which it was last said to be done.
    pub forecast_on: Option<Said<NaiveDate>>,
    /// How much of it was last said to be done, 0 to 100.
    pub percent_complete: Option<Said<i32>>,
}

impl Progress {
    /// The same after one more update. An update made for an earlier day than another does not make the last one older nor change
    /// what that one says, and what it does not speak of stays as the ones before it said.
    #[must_use]
    pub fn followed_by(
        self,
        made_on: NaiveDate,
        forecast_on: Option<NaiveDate>,
        percent_complete: Option<i32>,
    ) -> Self {
        let on = Some(made_on);
        Self {
            last_update_on: self.last_update_on.max(on),
            forecast_on: Said::or_later(self.forecast_on, Said::of(on, forecast_on)),
            percent_complete: Said::or_later(self.percent_complete, Said::of(on, percent_complete)),
        }
    }
}

/// Whether there is something to say of an action in this state: it was agreed, and it is outstanding.
#[must_use]
pub const fn takes_updates(state: State) -> bool {
    matches!(
        state,
        State::Open | State::InProgress | State::OnHold | State::CompletionClaimed
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: u16) -> NaiveDate {
        NaiveDate::from_ymd_opt(2014, 1, 1).unwrap() + chrono::Days::new(n.into())
    }

    proptest! {
        #[test]
        fn updates_together_say_the_latest_day_and_what_was_spoken_of_for_the_latest(
            said in prop::collection::vec((0u16..400, prop::option::of(0u16..400), prop::option::of(0..=100i32)), 0..12)
        ) {
            let together = said.iter().fold(Progress::default(), |progress, (on, forecast, percent)| {
                progress.followed_by(day(*on), forecast.map(day), *percent)
            });
            prop_assert_eq!(together.last_update_on, said.iter().map(|s| day(s.0)).max());
            // A stable sort: of those for one day the last said comes last.
            let mut said = said;
            said.sort_by_key(|update| update.0);
            let (forecast, percent) = (together.forecast_on, together.percent_complete);
            prop_assert_eq!(forecast.map(|said| said.value), said.iter().rev().find_map(|s| s.1).map(day));
            prop_assert_eq!(percent.map(|said| said.value), said.iter().rev().find_map(|s| s.2));
        }
    }

    #[test]
    fn what_is_outstanding_and_no_draft_takes_updates() {
        for state in State::ALL {
            let agreed = *state != State::Draft;
            assert_eq!(
                takes_updates(*state),
                agreed && state.outstanding(),
                "{state}"
            );
        }
    }
}
