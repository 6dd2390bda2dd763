//! The rules that a council sets for itself.

use super::assurance::Priority;
use super::due::BankHolidays;
use super::rag::{self, RagRule};

/// What councils see differently, as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Days before its due day from which an action is due soon.
    pub due_soon_days: u32,
    /// Priorities whose actions are only accepted after a satisfied verification.
    pub verify_priorities: Vec<Priority>,
    /// When an action is called in.
    pub called_in: CalledInRule,
    /// Months that the executive has to respond to a recommendation.
    pub response_months: u32,
    /// The days on which nobody works, by which working days are counted.
    pub bank_holidays: BankHolidays,
    /// Red, amber, green; the first rule that holds is the answer.
    pub rag: Vec<RagRule>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            due_soon_days: 14,
            verify_priorities: Vec::new(),
            called_in: CalledInRule::default(),
            response_months: 2,
            bank_holidays: BankHolidays::england_and_wales(),
            rag: rag::standard(),
        }
    }
}

impl Rules {
    /// Whether an action's completion is accepted only after a satisfied verification.
    #[must_use]
    pub fn demands_verification(&self, flagged: bool, priority: Option<Priority>) -> bool {
        flagged || priority.is_some_and(|priority| self.verify_priorities.contains(&priority))
    }
}

/// After how much slippage an action is called in: flagged for the committee, whoever granted what. 0 is never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalledInRule {
    /// Missed terms: those whose day had passed when another took their place, and the one in force while it is overdue.
    pub missed_terms: u32,
    /// Revisions of the term.
    pub revisions: u32,
}

impl Default for CalledInRule {
    fn default() -> Self {
        Self {
            missed_terms: 2,
            revisions: 3,
        }
    }
}

/// Why an action is called in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalledIn {
    /// It has missed so many terms.
    MissedTerms(u32),
    /// Its term was revised so many times.
    Revisions(u32),
}

impl CalledInRule {
    /// Whether an outstanding action is called in, and why: missed terms first.
    #[must_use]
    pub const fn judge(self, missed_terms: u32, revisions: u32) -> Option<CalledIn> {
        if self.missed_terms > 0 && missed_terms >= self.missed_terms {
            Some(CalledIn::MissedTerms(missed_terms))
        } else if self.revisions > 0 && revisions >= self.revisions {
            Some(CalledIn::Revisions(revisions))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_priority_demands_verification_where_it_is_configured() {
        let none = Rules::default();
        assert!(none.demands_verification(true, None));
        assert!(!none.demands_verification(false, Some(Priority::High)));
        let high = Rules {
            verify_priorities: vec![Priority::High],
            ..none
        };
        assert!(high.demands_verification(false, Some(Priority::High)));
        assert!(!high.demands_verification(false, Some(Priority::Low)));
        assert!(!high.demands_verification(false, None));
    }

    #[test]
    fn an_action_is_called_in_from_the_configured_count_on() {
        let rule = CalledInRule::default();
        assert_eq!(rule.judge(1, 2), None);
        assert_eq!(rule.judge(2, 0), Some(CalledIn::MissedTerms(2)));
        assert_eq!(rule.judge(0, 3), Some(CalledIn::Revisions(3)));
        assert_eq!(rule.judge(5, 5), Some(CalledIn::MissedTerms(5)));
        let off = CalledInRule {
            missed_terms: 0,
            revisions: 0,
        };
        assert_eq!(off.judge(9, 9), None);
    }
}
