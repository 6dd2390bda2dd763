//! Red, amber, green: how an action stands, by rules that each council sets for itself.

use serde::{Deserialize, Serialize};

use super::life::State;
use super::vocabulary::vocabulary;

vocabulary! {
    /// How an outstanding action stands.
    Rag {
        /// It needs somebody to step in.
        Red = "red",
        /// It needs watching.
        Amber = "amber",
        /// It goes as it should.
        Green = "green",
    }
}

/// A rule: what it is called, what it says, and when. Of a list of rules the first that holds is the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RagRule {
    /// Its name, which the answer gives as the reason.
    pub name: String,
    /// What it says.
    pub status: Rag,
    /// When it holds: every condition that is given must. Without any it always holds.
    #[serde(default)]
    pub when: RagConditions,
}

/// The conditions of a rule. Days are whole days in Europe/London.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RagConditions {
    /// At least so many days late against the term in force.
    pub days_late_from: Option<i64>,
    /// At least so many days late against the original term.
    pub original_days_late_from: Option<i64>,
    /// Not late, and due within so many days from today.
    pub due_within_days: Option<i64>,
    /// Undated, or not.
    pub undated: Option<bool>,
    /// At least so many days since the last progress update or, without one, since the decision.
    pub days_since_update_from: Option<i64>,
    /// Reported complete to less than so many per cent; without a report that is 0.
    pub percent_below: Option<i32>,
    /// Reported complete to so many per cent or more.
    pub percent_from: Option<i32>,
    /// Revised at least so many times.
    pub revisions_from: Option<i32>,
    /// Called in, or not.
    pub called_in: Option<bool>,
    /// In one of these states.
    pub states: Option<Vec<State>>,
}

/// What the conditions look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RagFacts {
    /// The action's state.
    pub state: State,
    /// Days late against the term in force; 0 when in time or undated.
    pub days_late: i64,
    /// Days late against the original term.
    pub original_days_late: i64,
    /// Days until the due day, negative when it has passed; `None` is undated.
    pub days_left: Option<i64>,
    /// Days since the last progress update or the decision.
    pub days_quiet: i64,
    /// The percentage last reported.
    pub percent: i32,
    /// How often the term was revised.
    pub revisions: i32,
    /// Whether it is called in.
    pub called_in: bool,
}

impl RagConditions {
    /// Whether every condition that is given holds.
    #[must_use]
    pub fn hold(&self, facts: &RagFacts) -> bool {
        let from = |least: Option<i64>, is: i64| least.is_none_or(|least| is >= least);
        from(self.days_late_from, facts.days_late)
            && from(self.original_days_late_from, facts.original_days_late)
            && self.due_within_days.is_none_or(|within| {
                facts
                    .days_left
                    .is_some_and(|left| (0..=within).contains(&left))
            })
            && self
                .undated
                .is_none_or(|undated| undated == facts.days_left.is_none())
            && from(self.days_since_update_from, facts.days_quiet)
            && self.percent_below.is_none_or(|below| facts.percent < below)
            && self.percent_from.is_none_or(|least| facts.percent >= least)
            && self
                .revisions_from
                .is_none_or(|least| facts.revisions >= least)
            && self
                .called_in
                .is_none_or(|called_in| called_in == facts.called_in)
            && self
                .states
                .as_ref()
                .is_none_or(|states| states.contains(&facts.state))
    }
}

/// Why a condition makes a rule that holds of no action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vain {
    /// The condition, by its key.
    pub key: &'static str,
    /// What it must be to be met.
    pub demand: &'static str,
}

impl RagConditions {
    /// The conditions for which no action can meet all; none where one could.
    #[must_use]
    pub fn vain(&self) -> Vec<Vain> {
        let mut vain = Vec::new();
        let mut forbid = |never: bool, key, demand| {
            if never {
                vain.push(Vain { key, demand });
            }
        };
        let late = self.days_late_from.is_some_and(|days| days > 0);
        forbid(
            self.percent_below.is_some_and(|below| below <= 0),
            "percent_below",
            "must be more than 0",
        );
        forbid(
            self.percent_below
                .zip(self.percent_from)
                .is_some_and(|(below, from)| 0 < below && below <= from),
            "percent_below",
            "must be more than percent_from",
        );
        forbid(
            late && self.undated == Some(true),
            "days_late_from",
            "must not stand beside undated = true: what is undated is never late",
        );
        forbid(
            self.due_within_days.is_some() && self.undated == Some(true),
            "due_within_days",
            "must not stand beside undated = true: what is undated is due on no day",
        );
        forbid(
            self.due_within_days.is_some() && late,
            "due_within_days",
            "must not stand beside days_late_from: what is late is no longer to come",
        );
        forbid(
            self.states
                .as_ref()
                .is_some_and(|states| !states.iter().any(|state| is_judged(*state))),
            "states",
            "must name a state of actions that are red, amber or green: none that is draft, closed or void is",
        );
        vain
    }

    /// Whether they hold of every action, so that no rule after this one is ever asked.
    #[must_use]
    pub fn always(&self) -> bool {
        let none = |least: Option<i64>| least.is_none_or(|least| least <= 0);
        none(self.days_late_from)
            && none(self.original_days_late_from)
            && self.due_within_days.is_none()
            && self.undated.is_none()
            && none(self.days_since_update_from)
            && self.percent_below.is_none_or(|below| below > 100)
            && self.percent_from.is_none_or(|least| least <= 0)
            && self.revisions_from.is_none_or(|least| least <= 0)
            && self.called_in.is_none()
            && self.states.as_ref().is_none_or(|states| {
                let judged = State::ALL.iter().filter(|state| is_judged(**state));
                judged.into_iter().all(|state| states.contains(state))
            })
    }
}

/// Whether actions in a state are red, amber or green at all: those that were agreed and are not at their end.
#[must_use]
pub const fn is_judged(state: State) -> bool {
    state.outstanding() && !matches!(state, State::Draft)
}

/// The first rule that holds.
#[must_use]
pub fn judge<'r>(rules: &'r [RagRule], facts: &RagFacts) -> Option<&'r RagRule> {
    rules.iter().find(|rule| rule.when.hold(facts))
}

/// The rules of a council that has set none: late or called in is red; slipped, nearly due or long silent is amber.
#[must_use]
pub fn standard() -> Vec<RagRule> {
    let rule = |name: &str, status, when| RagRule {
        name: name.to_owned(),
        status,
        when,
    };
    let when = RagConditions::default;
    vec![
        rule(
            "overdue",
            Rag::Red,
            RagConditions {
                days_late_from: Some(1),
                ..when()
            },
        ),
        rule(
            "called_in",
            Rag::Red,
            RagConditions {
                called_in: Some(true),
                ..when()
            },
        ),
        rule(
            "slipped",
            Rag::Amber,
            RagConditions {
                original_days_late_from: Some(1),
                ..when()
            },
        ),
        rule(
            "due_soon",
            Rag::Amber,
            RagConditions {
                due_within_days: Some(14),
                ..when()
            },
        ),
        rule(
            "no_recent_update",
            Rag::Amber,
            RagConditions {
                days_since_update_from: Some(90),
                ..when()
            },
        ),
        rule("on_track", Rag::Green, when()),
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CALM: RagFacts = RagFacts {
        state: State::InProgress,
        days_late: 0,
        original_days_late: 0,
        days_left: Some(60),
        days_quiet: 5,
        percent: 50,
        revisions: 0,
        called_in: false,
    };

    fn name(facts: RagFacts) -> String {
        judge(&standard(), &facts).unwrap().name.clone()
    }

    #[test]
    fn the_first_rule_that_holds_is_the_answer() {
        assert_eq!(name(CALM), "on_track");
        let late = RagFacts {
            days_late: 1,
            original_days_late: 40,
            days_left: Some(-1),
            ..CALM
        };
        assert_eq!(name(late), "overdue");
        let slipped = RagFacts {
            original_days_late: 1,
            ..CALM
        };
        assert_eq!(name(slipped), "slipped");
        let called_in = RagFacts {
            called_in: true,
            ..slipped
        };
        assert_eq!(name(called_in), "called_in");
        let soon = |left| RagFacts {
            days_left: Some(left),
            ..CALM
        };
        assert_eq!(
            [0, 14, 15].map(|left| name(soon(left))),
            ["due_soon", "due_soon", "on_track"]
        );
        let silent = RagFacts {
            days_left: None,
            days_quiet: 90,
            ..CALM
        };
        assert_eq!(name(silent), "no_recent_update");
        assert_eq!(judge(&[], &CALM), None);
    }

    #[test]
    fn every_condition_that_is_given_must_hold() {
        let when = RagConditions {
            undated: Some(false),
            percent_from: Some(50),
            percent_below: Some(51),
            revisions_from: Some(0),
            states: Some(vec![State::Open, State::InProgress]),
            ..RagConditions::default()
        };
        assert!(when.hold(&CALM));
        for other in [
            RagFacts {
                days_left: None,
                ..CALM
            },
            RagFacts {
                percent: 49,
                ..CALM
            },
            RagFacts {
                percent: 51,
                ..CALM
            },
            RagFacts {
                revisions: -1,
                ..CALM
            },
            RagFacts {
                state: State::OnHold,
                ..CALM
            },
        ] {
            assert!(!when.hold(&other), "{other:?}");
        }
    }

    proptest! {
        #[test]
        fn waiting_never_turns_an_action_better(late in 0i64..400, quiet in 0i64..400, wait in 0i64..400) {
            let facts = |more: i64| RagFacts {
                days_late: (late - 200 + more).max(0),
                original_days_late: (late - 200 + more).max(0),
                days_left: Some(200 - late - more),
                days_quiet: quiet + more,
                ..CALM
            };
            let status = |facts: RagFacts| judge(&standard(), &facts).unwrap().status;
            prop_assert!(status(facts(wait)) <= status(facts(0)));
        }
    }
}
