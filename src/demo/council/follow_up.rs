//! What is said, shown and asked between the asking and the closing of an action.

use chrono::NaiveDate;

use super::lives::{Slot, acts_for, slot};
use super::plan::{ACTIONS, Plan};
use super::sessions::owner;
use super::words::{ENDED, LATE, REPORTED};
use super::{By, Known, Steps, known};
use crate::demo::stage::{at, in_words, pick, record, shift};
use crate::domain::assurance::{VerificationMethod, VerificationResult};
use crate::domain::due::DueTerm;
use crate::domain::evidence::EvidenceKind;
use crate::domain::ids::ActionId;
use crate::domain::life::Authority;
use crate::domain::links::LinkKind;
use crate::domain::response::ExecutiveResponse;
use crate::records::actions::{
    self, ActionPatch, ExtensionDecision, NewChild, NewDue, NewEvidence, NewExtensionRequest,
    NewLink, NewProgress, NewVerification,
};
use crate::records::agenda_items::{self, AgendaItemPatch};
use crate::records::responses::{self, NewResponse};
use crate::records::{Failure, Precondition, Writing};

pub(super) fn plan(plan: &Plan, steps: &mut Steps) {
    for n in 0..ACTIONS {
        let mut following = Following {
            n,
            today: plan.today,
            asked_on: plan.sittings[plan.origin(n)].day,
            owner: acts_for(plan, n),
            steps: &mut *steps,
        };
        match slot(plan, n) {
            Slot::Started if n.is_multiple_of(2) && owner(plan, n) != ENDED => {
                following.report();
                following.split(owner(plan, n));
            }
            Slot::Started => following.report(),
            Slot::Late => following.extend(plan),
            Slot::Held => following.show(),
            Slot::Claimed => following.verify(),
            _ => {}
        }
        if n % 20 == 9 {
            following.link();
        }
        following.respond();
        following.publish();
    }
}

/// What follows one action.
struct Following<'a> {
    n: usize,
    today: NaiveDate,
    asked_on: NaiveDate,
    owner: By,
    steps: &'a mut Steps,
}

impl Following<'_> {
    /// Does something so many days after the meeting, unless that day is not over.
    fn after(
        &mut self,
        days: i64,
        by: By,
        script: impl FnOnce(&mut Writing<'_>, &mut Known, usize) -> Result<(), Failure> + 'static,
    ) {
        let (day, n) = (shift(self.asked_on, days), self.n);
        if day < self.today {
            self.steps
                .add(at(day, 15, 30), by, move |w, seen| script(w, seen, n));
        }
    }

    /// Every month a word on how it goes, by some.
    fn report(&mut self) {
        let (n, today) = (self.n, self.today);
        for (month, percent) in (1..).zip([20, 45, 70, 90]) {
            self.after(month * 30, self.owner, move |w, seen, _| {
                let new = NewProgress {
                    narrative: (*pick(&REPORTED, n + percent)).to_owned(),
                    forecast_on: n.is_multiple_of(2).then(|| shift(today, 60)),
                    percent_complete: i32::try_from(percent).ok(),
                    made_on: None,
                    for_post_id: None,
                };
                actions::update_progress(w, known(&seen.actions, &n)?, &new).map(drop)
            });
            if n.is_multiple_of(3) {
                break;
            }
        }
    }

    /// Asks for more time, which the next meeting grants or refuses, or has still to decide on.
    fn extend(&mut self, plan: &Plan) {
        let (n, asked_on) = (self.n, self.asked_on);
        self.after(27, self.owner, move |w, seen, n| {
            let until = shift(asked_on, 150);
            let new = NewExtensionRequest {
                due: NewDue {
                    term: DueTerm::Date(until),
                    wording: Some(format!("by {}", in_words(until))),
                    review_on: None,
                },
                reason: (*pick(&LATE, n)).to_owned(),
            };
            let id = known(&seen.actions, &n)?;
            let request = record(actions::request_extension(w, id, &new)?);
            seen.requests.insert(n, request.id);
            Ok(())
        });
        let Some(next) = plan
            .next_held(plan.origin(n))
            .filter(|_| !n.is_multiple_of(3))
        else {
            return;
        };
        let days = (plan.sittings[next].day - asked_on).num_days() + 2;
        if days <= 27 {
            return;
        }
        self.after(days, By::SecondClerk, move |w, seen, n| {
            let id = known(&seen.actions, &n)?;
            let request = known(&seen.requests, &n)?;
            let mut decision = ExtensionDecision {
                authority: Some(Authority::Decision(known(&seen.decisions, &next)?)),
                reason: None,
                effective_on: None,
            };
            if (n / 24).is_multiple_of(2) {
                decision.reason = Some("Members want it as it was asked for.".to_owned());
                actions::refuse_extension(w, id, request, &Precondition::Any, &decision).map(drop)
            } else {
                actions::grant_extension(w, id, request, &Precondition::Any, &decision).map(drop)
            }
        });
    }

    /// Shows the letter that explains why it waits.
    fn show(&mut self) {
        self.after(21, self.owner, |w, seen, n| {
            let new = NewEvidence {
                kind: EvidenceKind::Letter,
                title: "Letter of the contractor".to_owned(),
                url: Some(format!("https://thornmere.example/papers/{}", 7_000 + n)),
                dated_on: Some(shift(w.today(), -2)),
                file: None,
            };
            actions::add_evidence(w, known(&seen.actions, &n)?, &new).map(drop)
        });
    }

    /// Has an auditor look at what was claimed.
    fn verify(&mut self) {
        let satisfied = !self.n.is_multiple_of(2);
        let when = at(shift(self.today, -1), 16, 0);
        let n = self.n;
        self.steps.add(when, By::Auditor, move |w, seen| {
            let new = NewVerification {
                method: VerificationMethod::DocumentReview,
                result: if satisfied {
                    VerificationResult::Satisfied
                } else {
                    VerificationResult::NotSatisfied
                },
                note: if satisfied {
                    "The report was seen, and covers what was asked.".to_owned()
                } else {
                    "The report leaves out two of the wards that were asked about.".to_owned()
                },
                verified_on: w.today(),
                reopen: false,
            };
            actions::verify(w, known(&seen.actions, &n)?, &new).map(drop)
        });
    }

    /// Splits it into what can be checked by itself.
    fn split(&mut self, owner: usize) {
        let due_on = shift(self.today, 20);
        self.after(40, By::Clerk, move |w, seen, n| {
            let id = known(&seen.actions, &n)?;
            let owner_post_id = Some(known(&seen.posts, &owner)?);
            let child = |title: &str| NewChild {
                title: title.to_owned(),
                required: None,
                owner_post_id,
                supporting_post_ids: Vec::new(),
                due: Some(NewDue {
                    term: DueTerm::Date(due_on),
                    wording: Some(format!("by {}", in_words(due_on))),
                    review_on: None,
                }),
                priority: None,
                verification_required: false,
            };
            let children = [
                child("Figures for the last three years"),
                child("What members are asked to decide"),
            ];
            actions::split(w, id, &Precondition::Any, &children).map(drop)
        });
    }

    /// Says which earlier action it follows.
    fn link(&mut self) {
        self.after(3, By::Clerk, |w, seen, n| {
            let earlier: ActionId = known(&seen.actions, &(n - 3))?;
            let new = NewLink {
                to: earlier,
                kind: LinkKind::Follows,
                note: Some("Both came up in the same discussion.".to_owned()),
            };
            actions::create_link(w, known(&seen.actions, &n)?, &new).map(drop)
        });
    }

    /// Answers for the executive what it was recommended: in time, late, or not yet.
    fn respond(&mut self) {
        let days = match self.n % 4 {
            0 => 35,
            1 => 110,
            _ => return,
        };
        self.after(days, By::Clerk, |w, seen, n| {
            let Some(resolution) = seen.recommendations.get(&n).copied() else {
                return Ok(());
            };
            let response = *pick(
                &[
                    ExecutiveResponse::Accepted,
                    ExecutiveResponse::PartlyAccepted,
                    ExecutiveResponse::Rejected,
                ],
                n,
            );
            let new = NewResponse {
                response,
                responded_by: "Cabinet".to_owned(),
                responded_on: w.today(),
                reasons: Some("As far as the budget allows.".to_owned()),
            };
            responses::respond(w, resolution, &new).map(drop)
        });
    }

    /// Makes an item, and then its action, public once the contract it was about is signed.
    fn publish(&mut self) {
        self.after(120, By::Clerk, |w, seen, n| {
            let exempt = seen.exempt_items.get(&n).copied();
            let Some(item) = exempt.filter(|_| n.is_multiple_of(2)) else {
                return Ok(());
            };
            let public = AgendaItemPatch {
                exempt: Some(false),
                ..AgendaItemPatch::default()
            };
            agenda_items::patch(w, item, &Precondition::Any, &public)?;
            let public = ActionPatch {
                exempt: Some(false),
                ..ActionPatch::default()
            };
            let id = known(&seen.actions, &n)?;
            actions::patch(w, id, &Precondition::Any, &public).map(drop)
        });
    }
}
