//! A large invented council to measure by: as many actions as asked for, spread over many meetings and posts.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::SeedError;
use super::stage::{at, caller, in_words, pick, record, shift, write};
use crate::auth::Role;
use crate::clock::london_day;
use crate::db::{Db, Tx};
use crate::domain::committee::CommitteeKind;
use crate::domain::due::DueTerm;
use crate::domain::ids::{ActionId, MeetingId, PostId, ResolutionId};
use crate::domain::life::{Asked, Authority, Outcome};
use crate::domain::meeting::MeetingStatus;
use crate::domain::resolution::ResolutionKind;
use crate::ids::SeededIds;
use crate::records::actions::{self, Asking, NewAction, NewDue, Origin};
use crate::records::agenda_items::{self, NewAgendaItem};
use crate::records::committees::{self, NewCommittee};
use crate::records::meetings::{self, MeetingPatch, NewMeeting};
use crate::records::posts::{self, NewPost, NewTenure};
use crate::records::resolutions::{self, NewResolution};
use crate::records::{Failure, FieldError, Precondition, Writing};

const COMMITTEES: usize = 20;
const MEETINGS: i64 = 40;
const POSTS: usize = 100;
const BATCH: u32 = 500;

/// Days between the meetings of a committee, so that they fill four years.
const APART: i64 = 36;

const DIRECTORATES: [&str; 8] = [
    "Adults",
    "Children",
    "Environment",
    "Finance",
    "Governance",
    "Highways",
    "Housing",
    "Public Health",
];

const VERBS: [&str; 8] = [
    "report on",
    "review",
    "publish",
    "consult on",
    "cost",
    "evaluate",
    "commission",
    "summarise",
];

const SUBJECTS: [&str; 12] = [
    "the winter service plan",
    "foster carer recruitment",
    "the treasury strategy",
    "residents' parking",
    "the risk register",
    "school transport",
    "dental access",
    "the local plan",
    "library opening hours",
    "the leisure contract",
    "flood defences",
    "care home fees",
];

/// What the actions are made from.
#[derive(Debug, Default)]
struct Ground {
    posts: Vec<PostId>,
    /// Resolutions that ask, each with one of the same meeting that may decide what becomes of it, and their day.
    requests: Vec<(ResolutionId, ResolutionId, NaiveDate)>,
}

/// Records the council and its actions.
pub(crate) async fn seed(db: &Db, actions: u32, now: DateTime<Utc>) -> Result<(), SeedError> {
    let today = london_day(now);
    let mut ground = Ground {
        posts: db.write(move |tx| establish(tx, today)).await?,
        ..Ground::default()
    };
    for committee in 0..COMMITTEES {
        let requests = db.write(move |tx| convene(tx, today, committee)).await?;
        ground.requests.extend(requests);
    }
    // Meetings still to come ask for nothing yet.
    ground.requests.retain(|(.., day)| *day < shift(today, -1));
    let ground = Arc::new(ground);
    let mut from = 0;
    while from < actions {
        let to = actions.min(from + BATCH);
        let ground = Arc::clone(&ground);
        db.write(move |tx| {
            let ids = SeededIds::new(1_000 + u64::from(from));
            (from..to).try_for_each(|n| act(tx, &ids, &ground, today, n))
        })
        .await?;
        from = to;
    }
    while db.seal().await? > 0 {}
    Ok(())
}

fn establish(tx: &mut Tx, today: NaiveDate) -> Result<Vec<PostId>, SeedError> {
    let ids = SeededIds::new(1);
    let clerk = caller("bulk-clerk", "Bulk Clerk", Role::Clerk);
    let began = shift(today, -1_600);
    write(tx, &ids, &clerk, at(began, 9, 0), |w| {
        (0..POSTS)
            .map(|n| {
                let directorate = *pick(&DIRECTORATES, n);
                let new = NewPost {
                    title: format!("Head of {directorate} {}", n / DIRECTORATES.len() + 1),
                    directorate: Some(directorate.to_owned()),
                };
                let id = record(posts::create(w, &new)?).id;
                let tenure = NewTenure {
                    holder_name: format!("Officer {n}"),
                    holder_subject: Some(format!("officer-{n}")),
                    acting: false,
                    starts_on: began,
                    ends_on: None,
                };
                posts::create_tenure(w, id, &tenure)?;
                Ok(id)
            })
            .collect()
    })
}

/// A committee with its meetings, each with an item and its resolutions.
fn convene(
    tx: &mut Tx,
    today: NaiveDate,
    committee: usize,
) -> Result<Vec<(ResolutionId, ResolutionId, NaiveDate)>, SeedError> {
    let ids = SeededIds::new(10 + u64::try_from(committee).unwrap_or(0));
    let clerk = caller("bulk-clerk", "Bulk Clerk", Role::Clerk);
    let first = shift(
        today,
        60 - MEETINGS * APART + i64::try_from(committee).unwrap_or(0),
    );
    let (requests, met) = write(tx, &ids, &clerk, at(shift(first, -30), 9, 0), |w| {
        let bad = |_| Failure::invalid(FieldError::unknown("/code", "code"));
        let new = NewCommittee {
            code: format!("BULK{committee:02}").parse().map_err(bad)?,
            name: format!("{} Committee {committee}", pick(&DIRECTORATES, committee)),
            kind: CommitteeKind::ALL[committee % CommitteeKind::ALL.len()],
        };
        let committee_id = record(committees::create(w, &new)?).id;
        let (mut requests, mut met) = (Vec::new(), Vec::new());
        for n in 0..MEETINGS {
            let day = shift(first, n * APART);
            let new = NewMeeting {
                committee_id,
                starts_at: at(day, 14, 0),
                title: None,
                location: None,
                status: MeetingStatus::Scheduled,
            };
            let meeting = record(meetings::create(w, &new)?).id;
            if day < shift(today, -1) {
                met.push((meeting, day));
            }
            let clauses = item(w, meeting, usize::try_from(n).unwrap_or(0))?;
            let next = clauses.iter().cycle().skip(1);
            for (request, decision) in clauses.iter().zip(next) {
                requests.push((*request, *decision, day));
            }
        }
        Ok((requests, met))
    })?;
    // Each is recorded as held on the morning after.
    for (meeting, day) in met {
        let held = MeetingPatch {
            status: Some(MeetingStatus::Held),
            ..MeetingPatch::default()
        };
        write(tx, &ids, &clerk, at(shift(day, 1), 8, 0), |w| {
            meetings::patch(w, meeting, &Precondition::Any, &held)
        })?;
    }
    Ok(requests)
}

fn item(
    w: &mut Writing<'_>,
    meeting_id: MeetingId,
    n: usize,
) -> Result<Vec<ResolutionId>, Failure> {
    let new = NewAgendaItem {
        meeting_id,
        number: "1".to_owned(),
        title: format!("Report on {}", pick(&SUBJECTS, n)),
        exempt: n.is_multiple_of(20),
        exempt_paragraphs: if n.is_multiple_of(20) {
            vec![3]
        } else {
            Vec::new()
        },
    };
    let item = record(agenda_items::create(w, &new)?).id;
    ["(a)", "(b)", "(c)"]
        .into_iter()
        .enumerate()
        .map(|(k, clause)| {
            let new = NewResolution {
                agenda_item_id: Some(item),
                meeting_id: None,
                clause: Some(clause.to_owned()),
                kind: ResolutionKind::Request,
                text: format!(
                    "That the Head of {} be requested to {} {}.",
                    pick(&DIRECTORATES, n + k),
                    pick(&VERBS, n + k),
                    pick(&SUBJECTS, n)
                ),
                exempt: None,
                exempt_paragraphs: None,
                supersedes_id: None,
                response_needed: None,
                notice_on: None,
                source: None,
                digest: Vec::new(),
            };
            Ok(record(resolutions::create(w, &new)?).id)
        })
        .collect()
}

/// Where an action is to end up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Closed,
    Open,
    InProgress,
    Claimed,
    Held,
    Draft,
}

/// Of twenty actions nine are closed, six open, three in progress and two something else.
const fn end(n: u32) -> End {
    match n * 7 % 20 {
        0..=8 => End::Closed,
        9..=14 => End::Open,
        15..=17 => End::InProgress,
        18 => End::Claimed,
        _ if n.is_multiple_of(3) => End::Draft,
        _ => End::Held,
    }
}

fn act(
    tx: &mut Tx,
    ids: &SeededIds,
    ground: &Ground,
    today: NaiveDate,
    n: u32,
) -> Result<(), SeedError> {
    let clerk = caller("bulk-clerk", "Bulk Clerk", Role::Clerk);
    let at_index = |table: usize| (n as usize).wrapping_mul(7_919) % table.max(1);
    let Some((request, decision, day)) = ground
        .requests
        .get(at_index(ground.requests.len()))
        .copied()
    else {
        return Ok(());
    };
    let owner = ground.posts.get(at_index(ground.posts.len())).copied();
    let end = end(n);
    let asked_at = at(shift(day, 1), 9, 0);
    let id = write(tx, ids, &clerk, asked_at, |w| {
        create(w, n, request, owner, today, end != End::Draft)
    })?;
    let later = |days| at(shift(day, days).min(shift(today, -1)), 10, 0);
    if !matches!(end, End::Open | End::Draft) {
        let narrative = "Work has begun.".to_owned();
        step(
            tx,
            ids,
            "bulk-clerk",
            later(8),
            id,
            Asked::Start { narrative },
        )?;
    }
    match end {
        End::Held => {
            let asked = Asked::Hold {
                reason: "Awaiting guidance.".to_owned(),
                review_on: shift(today, 30),
            };
            step(tx, ids, "bulk-clerk", later(20), id, asked)?;
        }
        End::Closed | End::Claimed => {
            let asked = Asked::ClaimCompletion {
                narrative: "The report was circulated.".to_owned(),
                evidence: Vec::new(),
                evidence_ids: Vec::new(),
                no_evidence_reason: Some("Given at a briefing.".to_owned()),
            };
            step(tx, ids, "bulk-clerk", later(30), id, asked)?;
        }
        End::Open | End::InProgress | End::Draft => {}
    }
    if end == End::Closed {
        let asked = Asked::AcceptCompletion {
            outcome: if n.is_multiple_of(9) {
                Outcome::PartlyImplemented
            } else {
                Outcome::Implemented
            },
            authority: Authority::Decision(decision),
        };
        step(tx, ids, "second-clerk", later(36), id, asked)?;
    }
    Ok(())
}

fn create(
    w: &mut Writing<'_>,
    n: u32,
    request: ResolutionId,
    owner: Option<PostId>,
    today: NaiveDate,
    open: bool,
) -> Result<ActionId, Failure> {
    let undated = n % 12 == 5;
    // From two years ago to a year ahead.
    let on = shift(
        today,
        i64::from(n.wrapping_mul(2_654_435_761) % 1_096) - 730,
    );
    let new = NewAction {
        origin: Origin::Resolution(request),
        parent_id: None,
        title: format!(
            "{} {} ({n})",
            pick(&VERBS, n as usize),
            pick(&SUBJECTS, n as usize / VERBS.len())
        ),
        required: None,
        owner_post_id: owner,
        supporting_post_ids: Vec::new(),
        due: Some(NewDue {
            term: if undated {
                DueTerm::Vague
            } else {
                DueTerm::Date(on)
            },
            wording: Some(if undated {
                "in due course".to_owned()
            } else {
                format!("by {}", in_words(on))
            }),
            review_on: undated.then(|| shift(today, 60)),
        }),
        exempt: None,
        priority: None,
        verification_required: false,
        exempt_paragraphs: None,
        open,
        open_if_complete: false,
        source: None,
        digest: Vec::new(),
    };
    Ok(record(actions::create(w, &new)?).action.id)
}

fn step(
    tx: &mut Tx,
    ids: &SeededIds,
    clerk: &str,
    at: DateTime<Utc>,
    id: ActionId,
    asked: Asked,
) -> Result<(), SeedError> {
    write(tx, ids, &caller(clerk, clerk, Role::Clerk), at, |w| {
        let asking = Asking {
            asked,
            effective_on: None,
        };
        actions::make_move(w, id, &Precondition::Any, &asking).map(drop)
    })
}
