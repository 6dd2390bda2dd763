//! What becomes of each action.

use chrono::{DateTime, NaiveDate, Utc};

use super::plan::{ACTIONS, Plan};
use super::sessions::owner;
use super::words::{DONE, HIGHWAYS, LATE, OFFICES, STARTED};
use super::{By, Steps, known};
use crate::demo::stage::{at, in_words, pick, shift};
use crate::domain::due::{DueTerm, Frequency, Period, PeriodUnit};
use crate::domain::ids::MeetingId;
use crate::domain::life::{Asked, Authority, EvidenceNote, Outcome};
use crate::records::Precondition;
use crate::records::actions::{self, Asking, NewDue, Revision};

/// The course an action takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    Draft,
    Void,
    Open,
    Overdue,
    Started,
    Late,
    Revised,
    Held,
    Claimed,
    Refused,
    Withdrawn,
    Reopened,
    Done,
    Partly,
    Into,
    For,
}

const COURSES: [Slot; 24] = [
    Slot::Done,
    Slot::Open,
    Slot::Late,
    Slot::Done,
    Slot::Revised,
    Slot::Draft,
    Slot::Into,
    Slot::Overdue,
    Slot::Partly,
    Slot::Held,
    Slot::Claimed,
    Slot::For,
    Slot::Done,
    Slot::Void,
    Slot::Started,
    Slot::Refused,
    Slot::Reopened,
    Slot::Open,
    Slot::Done,
    Slot::Withdrawn,
    Slot::Done,
    Slot::Revised,
    Slot::Done,
    Slot::Started,
];

/// The course of action `n`. What was asked for long ago is mostly done, and what was asked for last is not closed yet.
pub(super) fn slot(plan: &Plan, n: usize) -> Slot {
    let sitting = plan.origin(n);
    let age = (plan.today - plan.sittings[sitting].day).num_days();
    let slot = *pick(&COURSES, n);
    match slot {
        Slot::Done | Slot::Partly | Slot::For | Slot::Reopened
            if plan.next_held(sitting).is_none() =>
        {
            Slot::Open
        }
        Slot::Into if age < 30 || n + 1 >= ACTIONS || successor(plan, n).is_none() => Slot::Open,
        Slot::Open | Slot::Overdue | Slot::Started | Slot::Late | Slot::Withdrawn | Slot::Draft
            if age > 200 && !n.is_multiple_of(5) =>
        {
            Slot::Done
        }
        slot => slot,
    }
}

/// Whether action `n`, where it is closed into another, is handed to another body.
const fn transferred(n: usize) -> bool {
    (n / COURSES.len()) % 3 == 2
}

/// The action that another goes on in: the next one of the same body or, where it is transferred, of another.
fn successor(plan: &Plan, n: usize) -> Option<usize> {
    let body = |n| plan.sittings[plan.origin(n)].body;
    let day = |n| plan.sittings[plan.origin(n)].day;
    (n + 1..ACTIONS).find(|other| {
        (body(*other) == body(n)) != transferred(n)
            && (day(*other) - day(n)).num_days() < 100
            && day(*other) <= shift(plan.today, -20)
    })
}

/// The due term of action `n`, asked for on `day`.
pub(super) fn due_of(
    n: usize,
    slot: Slot,
    day: NaiveDate,
    today: NaiveDate,
    later: impl FnOnce() -> Option<MeetingId>,
) -> NewDue {
    let by = |on: NaiveDate| (DueTerm::Date(on), Some(format!("by {}", in_words(on))));
    let n = i64::try_from(n).unwrap_or(0);
    let (term, wording) = match slot {
        Slot::Overdue | Slot::Late | Slot::Revised => by(shift(day, 30 + n % 20)),
        Slot::Started => by(shift(today, 10 + n % 90)),
        _ => match n % 11 {
            0 | 8 => by(shift(day, 60 + n % 60)),
            1 => (DueTerm::None, None),
            2 | 7 => (DueTerm::NextMeeting, Some("to the next meeting".to_owned())),
            3 => later().map_or((DueTerm::Vague, Some("in due course".to_owned())), |id| {
                (
                    DueTerm::Meeting(id),
                    Some("to the meeting in the following quarter".to_owned()),
                )
            }),
            4 => (
                DueTerm::FutureMeeting,
                Some("to a future meeting".to_owned()),
            ),
            5 => (
                DueTerm::Event,
                Some("once the external audit has been finished".to_owned()),
            ),
            9 => (
                DueTerm::Period(Period {
                    count: 3,
                    unit: PeriodUnit::Months,
                }),
                Some("within three months".to_owned()),
            ),
            10 => (
                DueTerm::Recurring(Frequency::Quarterly),
                Some("quarterly".to_owned()),
            ),
            _ => (DueTerm::Vague, Some("as soon as practicable".to_owned())),
        },
    };
    let dated = matches!(term, DueTerm::Date(_));
    NewDue {
        term,
        wording,
        review_on: (!dated).then(|| shift(day, 90)),
    }
}

/// The moves of one action, one after the other.
struct Life<'a> {
    n: usize,
    today: NaiveDate,
    body: usize,
    asked_on: NaiveDate,
    owner: By,
    steps: &'a mut Steps,
}

impl Life<'_> {
    /// The instant so many days after the meeting, yesterday at the latest.
    fn after(&self, days: i64) -> DateTime<Utc> {
        self.on(shift(self.asked_on, days))
    }

    fn on(&self, day: NaiveDate) -> DateTime<Utc> {
        let day = day.clamp(shift(self.asked_on, 1), shift(self.today, -1));
        at(day, 14, u32::try_from(self.n % 60).unwrap_or(0))
    }

    fn go(&mut self, at: DateTime<Utc>, by: By, asked: Asked) {
        let n = self.n;
        self.steps.add(at, by, move |w, seen| {
            let asking = Asking {
                asked,
                effective_on: Some(w.today()),
            };
            actions::make_move(w, known(&seen.actions, &n)?, &Precondition::Any, &asking).map(drop)
        });
    }

    fn start(&mut self, days: i64) {
        let narrative = (*pick(&STARTED, self.n)).to_owned();
        self.go(self.after(days), self.owner, Asked::Start { narrative });
    }

    fn claim(&mut self, at: DateTime<Utc>) {
        let shown = !self.n.is_multiple_of(3);
        let asked = Asked::ClaimCompletion {
            narrative: (*pick(&DONE, self.n)).to_owned(),
            evidence: if shown {
                vec![EvidenceNote {
                    title: "Report as circulated".to_owned(),
                    url: Some(format!(
                        "https://thornmere.example/papers/{}",
                        4_000 + self.n
                    )),
                }]
            } else {
                Vec::new()
            },
            evidence_ids: Vec::new(),
            no_evidence_reason: (!shown)
                .then(|| "It was done by word of mouth at a briefing.".to_owned()),
        };
        self.go(at, self.owner, asked);
    }

    fn accept(&mut self, at: DateTime<Utc>, outcome: Outcome, sitting: usize) {
        let (n, body) = (self.n, self.body);
        self.steps.add(at, By::SecondClerk, move |w, seen| {
            let authority = if n % 8 == 3 {
                Authority::Delegation(known(&seen.delegations, &body)?)
            } else {
                Authority::Decision(known(&seen.decisions, &sitting)?)
            };
            let asking = Asking {
                asked: Asked::AcceptCompletion { outcome, authority },
                effective_on: Some(w.today()),
            };
            actions::make_move(w, known(&seen.actions, &n)?, &Precondition::Any, &asking).map(drop)
        });
    }

    fn revise(&mut self, at: DateTime<Utc>, to: NaiveDate) {
        let (n, body) = (self.n, self.body);
        self.steps.add(at, By::Clerk, move |w, seen| {
            let revision = Revision {
                due: NewDue {
                    term: DueTerm::Date(to),
                    wording: Some(format!("by {}", in_words(to))),
                    review_on: None,
                },
                reason: LATE[n % LATE.len()].to_owned(),
                authority: Authority::Delegation(known(&seen.delegations, &body)?),
                effective_on: None,
            };
            let id = known(&seen.actions, &n)?;
            actions::revise(w, id, &Precondition::Any, &revision).map(drop)
        });
    }
}

/// Who records what the owner of action `n` does: officers what is theirs, the clerk for the others, and now and then for them
/// too.
pub(super) fn acts_for(plan: &Plan, n: usize) -> By {
    let owner = owner(plan, n);
    if owner == HIGHWAYS || (OFFICES[owner].3.is_some() && !n.is_multiple_of(4)) {
        By::Office(owner)
    } else {
        By::Clerk
    }
}

pub(super) fn plan(plan: &Plan, steps: &mut Steps) {
    for n in 0..ACTIONS {
        let mut life = Life {
            n,
            today: plan.today,
            body: plan.sittings[plan.origin(n)].body,
            asked_on: plan.sittings[plan.origin(n)].day,
            owner: acts_for(plan, n),
            steps: &mut *steps,
        };
        live(plan, &mut life);
    }
}

fn live(plan: &Plan, life: &mut Life<'_>) {
    let n = life.n;
    let say = |words: &[&str]| (*pick(words, n)).to_owned();
    match slot(plan, n) {
        Slot::Draft | Slot::Open | Slot::Overdue => {}
        Slot::Void => {
            let reason = "The clause only repeats an earlier request.".to_owned();
            life.go(life.after(4), By::Clerk, Asked::Void { reason });
        }
        Slot::Started | Slot::Late => life.start(9),
        Slot::Revised => {
            life.start(6);
            life.revise(
                life.after(25),
                shift(life.today, 45 + i64::try_from(n % 40).unwrap_or(0)),
            );
        }
        Slot::Held => {
            life.start(5);
            let asked = Asked::Hold {
                reason: say(&LATE),
                review_on: shift(life.today, 30),
            };
            life.go(life.after(20), By::Clerk, asked);
        }
        Slot::Claimed => {
            life.start(7);
            let day = shift(life.today, -6).max(shift(life.asked_on, 7));
            life.claim(life.on(day));
        }
        Slot::Refused => {
            life.start(7);
            life.claim(life.after(18));
            let reason = "Members asked to see the figures before they close it.".to_owned();
            life.go(
                life.after(30),
                By::SecondClerk,
                Asked::RefuseCompletion { reason },
            );
        }
        Slot::Withdrawn => {
            life.start(7);
            life.claim(life.after(15));
            let reason = "Claimed too early: two wards have still to answer.".to_owned();
            life.go(life.after(17), life.owner, Asked::WithdrawClaim { reason });
        }
        Slot::Done => finish(plan, life, Outcome::Implemented),
        Slot::Partly => finish(plan, life, Outcome::PartlyImplemented),
        Slot::Reopened => {
            finish(plan, life, Outcome::Implemented);
            let reason = "The same fault has come back; see the audit follow-up.".to_owned();
            life.go(
                life.on(shift(life.today, -1)),
                By::Clerk,
                Asked::Reopen { reason },
            );
        }
        Slot::Into => close_into(plan, life),
        Slot::For => close_for(plan, life),
    }
}

fn finish(plan: &Plan, life: &mut Life<'_>, outcome: Outcome) {
    let Some(next) = plan.next_held(plan.origin(life.n)) else {
        return;
    };
    // Every third takes one meeting longer.
    let accepted_at = if life.n.is_multiple_of(3) {
        plan.next_held(next).unwrap_or(next)
    } else {
        next
    };
    let day = plan.sittings[accepted_at].day;
    life.start(4);
    life.claim(life.on(shift(day, -5)));
    life.accept(at(shift(day, 1), 11, 0), outcome, accepted_at);
}

fn close_into(plan: &Plan, life: &mut Life<'_>) {
    let Some(successor) = successor(plan, life.n) else {
        return;
    };
    let n = life.n;
    let (outcome, reason) = *pick(
        &[
            (Outcome::Superseded, "A later request takes its place."),
            (Outcome::Merged, "Both ask for the same report."),
            (Outcome::Transferred, "It goes on under the later item."),
        ],
        n / COURSES.len(),
    );
    let when = life.on(shift(plan.sittings[plan.origin(successor)].day, 8));
    life.steps.add(when, By::Clerk, move |w, seen| {
        let asking = Asking {
            asked: Asked::CloseInto {
                outcome,
                successor_id: Some(known(&seen.actions, &successor)?),
                reason: Some(reason.to_owned()),
            },
            effective_on: Some(w.today()),
        };
        actions::make_move(w, known(&seen.actions, &n)?, &Precondition::Any, &asking).map(drop)
    });
}

fn close_for(plan: &Plan, life: &mut Life<'_>) {
    let Some(next) = plan.next_held(plan.origin(life.n)) else {
        return;
    };
    let n = life.n;
    let (outcome, reason) = *pick(
        &[
            (
                Outcome::Lapsed,
                "The scheme to which it belonged has ended.",
            ),
            (
                Outcome::RiskAccepted,
                "The cost outweighs the risk, which is accepted.",
            ),
            (Outcome::Rejected, "The committee decided not to pursue it."),
        ],
        n / COURSES.len(),
    );
    let when = at(shift(plan.sittings[next].day, 1), 12, 0);
    life.steps.add(when, By::Clerk, move |w, seen| {
        let asking = Asking {
            asked: Asked::CloseFor {
                outcome,
                reason: reason.to_owned(),
                decision_id: known(&seen.decisions, &next)?,
            },
            effective_on: Some(w.today()),
        };
        actions::make_move(w, known(&seen.actions, &n)?, &Precondition::Any, &asking).map(drop)
    });
}
