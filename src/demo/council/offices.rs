//! The committees, their calendar, the posts and who holds them.

use chrono::NaiveDate;

use super::plan::{Fate, Plan};
use super::words::{ACTING, BODIES, ENDED, OFFICES, RENAMED, SUCCESSOR, VACANT};
use super::{By, Known, Steps, known};
use crate::demo::stage::{at, record, shift};
use crate::domain::meeting::MeetingStatus;
use crate::records::committees::{self, NewCommittee};
use crate::records::meetings::{self, MeetingPatch, NewMeeting};
use crate::records::posts::{self, NewPost, NewTenure, PostPatch};
use crate::records::{Failure, FieldError, Precondition, Writing};

/// The day on which a post ended and its successor began.
pub(super) fn handover(plan: &Plan) -> NaiveDate {
    shift(plan.begins, 300)
}

pub(super) fn plan(plan: &Plan, steps: &mut Steps) {
    let founded = at(shift(plan.begins, -120), 9, 0);
    for (n, (code, name, kind, ..)) in BODIES.into_iter().enumerate() {
        steps.add(founded, By::Clerk, move |w, seen| {
            let bad = |_| Failure::invalid(FieldError::unknown("/code", "code"));
            let new = NewCommittee {
                code: code.parse().map_err(bad)?,
                name: name.to_owned(),
                kind,
            };
            let id = record(committees::create(w, &new)?).id;
            seen.committees.insert(n, id);
            Ok(())
        });
    }
    calendar(plan, steps);
    for post in 0..OFFICES.len() {
        let day = match post {
            SUCCESSOR => handover(plan),
            _ => shift(plan.begins, -120),
        };
        let begins = plan.begins;
        steps.add(at(day, 9, 30), By::Clerk, move |w, seen| {
            establish(w, seen, post, begins)
        });
    }
    changes(plan, steps);
}

fn calendar(plan: &Plan, steps: &mut Steps) {
    for (n, sitting) in plan.sittings.iter().copied().enumerate() {
        // The calendar of a year is set some months before it begins.
        let second_year = sitting.day >= shift(plan.begins, 365);
        let set_on = shift(plan.begins, if second_year { 265 } else { -100 });
        steps.add(at(set_on, 10, 0), By::Clerk, move |w, seen| {
            let new = NewMeeting {
                committee_id: known(&seen.committees, &sitting.body)?,
                starts_at: sitting.starts_at,
                title: None,
                location: Some(BODIES[sitting.body].6.to_owned()),
                status: MeetingStatus::Scheduled,
            };
            let id = record(meetings::create(w, &new)?).id;
            seen.meetings.insert(n, id);
            Ok(())
        });
        let changed = at(shift(plan.begins, -90), 10, 0);
        match sitting.fate {
            Fate::Stands => {}
            Fate::Cancelled => change(steps, changed, n, |_| {
                Ok(MeetingPatch {
                    status: Some(MeetingStatus::Cancelled),
                    ..MeetingPatch::default()
                })
            }),
            Fate::Postponed(to) => change(steps, changed, n, move |seen| {
                Ok(MeetingPatch {
                    status: Some(MeetingStatus::Postponed),
                    postponed_to_id: Some(Some(known(&seen.meetings, &to)?)),
                    ..MeetingPatch::default()
                })
            }),
        }
    }
    for n in plan.held.iter().copied() {
        let held = at(shift(plan.sittings[n].day, 1), 8, 30);
        change(steps, held, n, |_| {
            Ok(MeetingPatch {
                status: Some(MeetingStatus::Held),
                ..MeetingPatch::default()
            })
        });
        if let Some(next) = plan.next_held(n) {
            let day = plan.sittings[next].day;
            change(steps, at(shift(day, 1), 9, 30), n, move |_| {
                Ok(MeetingPatch {
                    minutes_confirmed_on: Some(day),
                    ..MeetingPatch::default()
                })
            });
        }
    }
}

fn change(
    steps: &mut Steps,
    at: chrono::DateTime<chrono::Utc>,
    sitting: usize,
    patch: impl FnOnce(&Known) -> Result<MeetingPatch, Failure> + 'static,
) {
    steps.add(at, By::Clerk, move |w, seen| {
        let id = known(&seen.meetings, &sitting)?;
        meetings::patch(w, id, &Precondition::Any, &patch(seen)?).map(drop)
    });
}

/// Records a post and those who have held it.
fn establish(
    w: &mut Writing<'_>,
    seen: &mut Known,
    post: usize,
    begins: NaiveDate,
) -> Result<(), Failure> {
    let (title, directorate, holder, subject) = OFFICES[post];
    let new = NewPost {
        title: title.to_owned(),
        directorate: Some(directorate.to_owned()),
    };
    let id = record(posts::create(w, &new)?).id;
    seen.posts.insert(post, id);
    let mut tenure = NewTenure {
        holder_name: holder.to_owned(),
        holder_subject: subject.map(str::to_owned),
        acting: false,
        starts_on: shift(begins, -400),
        ends_on: None,
    };
    match post {
        VACANT => tenure.ends_on = Some(shift(begins, 200)),
        ENDED => tenure.ends_on = Some(shift(begins, 299)),
        SUCCESSOR => tenure.starts_on = shift(begins, 300),
        ACTING => {
            tenure.ends_on = Some(shift(begins, 250));
            let acting = NewTenure {
                holder_name: "Bartholomew Inglethwaite".to_owned(),
                holder_subject: Some("b.inglethwaite".to_owned()),
                acting: true,
                starts_on: shift(begins, 251),
                ends_on: None,
            };
            posts::create_tenure(w, id, &acting)?;
        }
        _ => {}
    }
    posts::create_tenure(w, id, &tenure).map(drop)
}

fn changes(plan: &Plan, steps: &mut Steps) {
    let ended = handover(plan);
    steps.add(at(ended, 9, 45), By::Clerk, move |w, seen| {
        let patch = PostPatch {
            ended_on: Some(Some(shift(ended, -1))),
            successor_id: Some(Some(known(&seen.posts, &SUCCESSOR)?)),
            ..PostPatch::default()
        };
        let id = known(&seen.posts, &ENDED)?;
        posts::patch(w, id, &Precondition::Any, &patch).map(drop)
    });
    let renamed = shift(plan.begins, 340);
    steps.add(at(renamed, 11, 0), By::Clerk, |w, seen| {
        let patch = PostPatch {
            title: Some("Director of Environment and Climate".to_owned()),
            ..PostPatch::default()
        };
        let id = known(&seen.posts, &RENAMED)?;
        posts::patch(w, id, &Precondition::Any, &patch).map(drop)
    });
}
