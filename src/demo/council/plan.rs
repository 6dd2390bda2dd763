//! The calendar of the invented council, and which action arises where.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

use super::words::BODIES;
use crate::demo::stage::{at, may_day, shift};
use crate::domain::reference::MunicipalYear;

/// How many actions the council has.
pub(super) const ACTIONS: usize = 260;

/// What becomes of a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stands.
    Stands,
    /// Put off to the meeting planned under this index.
    Postponed(usize),
    /// It does not take place.
    Cancelled,
}

/// A meeting that the plan knows of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sitting {
    pub(super) body: usize,
    pub(super) day: NaiveDate,
    pub(super) starts_at: DateTime<Utc>,
    pub(super) fate: Fate,
}

/// Two municipal years of meetings: the one before today's and today's.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) today: NaiveDate,
    /// When the first municipal year begins.
    pub(super) begins: NaiveDate,
    pub(super) sittings: Vec<Sitting>,
    /// The sittings that were held, in the order of their days.
    pub(super) held: Vec<usize>,
}

impl Plan {
    pub(super) fn new(today: NaiveDate) -> Self {
        let year = MunicipalYear::of(today).map_or(today.year(), |year| year.starts_in().into());
        let (begins, ends) = (may_day(year - 1), may_day(year + 1));
        let mut sittings = Vec::new();
        for (body, (_, _, _, weeks, offset, hour, _)) in BODIES.iter().enumerate() {
            let to_monday = i64::from((7 - begins.weekday().num_days_from_monday()) % 7);
            let mut day = shift(begins, 7 + to_monday + offset % 4 + offset / 4 * 7);
            while day < ends {
                sittings.push(Sitting {
                    body,
                    day,
                    starts_at: at(day, *hour, 0),
                    fate: Fate::Stands,
                });
                day = shift(day, weeks * 7);
            }
        }
        put_off(&mut sittings);
        let mut held: Vec<usize> = (0..sittings.len())
            .filter(|n| sittings[*n].fate == Fate::Stands && sittings[*n].day <= shift(today, -2))
            .collect();
        held.sort_by_key(|n| (sittings[*n].starts_at, *n));
        Self {
            today,
            begins,
            sittings,
            held,
        }
    }

    /// The sitting at which action `n` was asked for.
    pub(super) fn origin(&self, n: usize) -> usize {
        self.held[n * self.held.len() / ACTIONS]
    }

    /// The next sitting of the same body that was held.
    pub(super) fn next_held(&self, sitting: usize) -> Option<usize> {
        self.after(sitting, &self.held)
    }

    fn after(&self, sitting: usize, among: &[usize]) -> Option<usize> {
        let this = &self.sittings[sitting];
        among
            .iter()
            .copied()
            .filter(|n| {
                let other = &self.sittings[*n];
                other.body == this.body && other.day > this.day
            })
            .min_by_key(|n| self.sittings[*n].day)
    }

    /// The first sitting of the same body that stands, at least `days` later.
    pub(super) fn standing_after(&self, sitting: usize, days: i64) -> Option<usize> {
        let this = &self.sittings[sitting];
        (0..self.sittings.len())
            .filter(|n| {
                let other = &self.sittings[*n];
                other.body == this.body
                    && other.fate == Fate::Stands
                    && other.day >= shift(this.day, days)
            })
            .min_by_key(|n| self.sittings[*n].day)
    }
}

/// One meeting of the third body is put off by a fortnight, and one of the sixth is cancelled.
fn put_off(sittings: &mut Vec<Sitting>) {
    let nth = |body: usize, n: usize, sittings: &[Sitting]| {
        (0..sittings.len())
            .filter(|s| sittings[*s].body == body)
            .nth(n)
    };
    if let Some(cancelled) = nth(5, 3, sittings) {
        sittings[cancelled].fate = Fate::Cancelled;
    }
    if let Some(postponed) = nth(2, 3, sittings) {
        let mut later = sittings[postponed];
        later.day = shift(later.day, 14);
        later.starts_at = at(later.day, BODIES[2].5, 0);
        sittings[postponed].fate = Fate::Postponed(sittings.len());
        sittings.push(later);
    }
}
