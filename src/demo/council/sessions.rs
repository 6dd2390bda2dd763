//! What each meeting discussed and resolved, and the actions that arose.

use chrono::NaiveDate;

use super::lives::{Slot, due_of, slot};
use super::offices::handover;
use super::plan::{ACTIONS, Plan, Sitting};
use super::words::{AGENDAS, BODIES, ENDED, OFFICES, SUCCESSOR};
use super::{By, Known, Steps, known};
use crate::demo::stage::{at, in_words, pick, record, shift};
use crate::domain::ids::{AgendaItemId, MeetingId, ResolutionId};
use crate::domain::resolution::ResolutionKind;
use crate::records::actions::{self, NewAction, Origin};
use crate::records::agenda_items::{self, NewAgendaItem};
use crate::records::delegations::{self, NewDelegation};
use crate::records::resolutions::{self, NewResolution};
use crate::records::{Failure, Writing};

/// One action in every so many is exempt, and one arose from the discussion only.
const EXEMPT: usize = 13;
const DISCUSSED: usize = 17;

/// The post that owns action `n` on the day it is recorded.
pub(super) fn owner(plan: &Plan, n: usize) -> usize {
    let sitting = &plan.sittings[plan.origin(n)];
    match *pick(AGENDAS[sitting.body].1, n / 2) {
        ENDED if shift(sitting.day, 1) >= handover(plan) => SUCCESSOR,
        post => post,
    }
}

/// What action `n` asks for: the item's title and the words of the request.
pub(super) fn topic(plan: &Plan, n: usize) -> (&'static str, &'static str) {
    let body = plan.sittings[plan.origin(n)].body;
    *pick(AGENDAS[body].0, n)
}

pub(super) fn plan(plan: &Plan, steps: &mut Steps) {
    for sitting in plan.held.iter().copied() {
        let Sitting { body, day, .. } = plan.sittings[sitting];
        let recorded = at(shift(day, 1), 9, 0);
        steps.add(recorded, By::Clerk, move |w, seen| {
            opening(w, seen, sitting)?;
            delegate(w, seen, sitting, body, day)
        });
        let mut number = 2;
        for n in (0..ACTIONS).filter(|n| plan.origin(*n) == sitting) {
            number += 1;
            let asked = asked(plan, n, number);
            steps.add(recorded, By::Clerk, move |w, seen| asked.record(w, seen));
        }
    }
}

fn item(
    w: &mut Writing<'_>,
    meeting_id: MeetingId,
    number: usize,
    title: &str,
    exempt: bool,
) -> Result<AgendaItemId, Failure> {
    let new = NewAgendaItem {
        meeting_id,
        number: number.to_string(),
        title: title.to_owned(),
        exempt,
        exempt_paragraphs: if exempt { vec![3] } else { Vec::new() },
    };
    Ok(record(agenda_items::create(w, &new)?).id)
}

fn resolve(
    w: &mut Writing<'_>,
    item: AgendaItemId,
    clause: &str,
    kind: ResolutionKind,
    text: String,
) -> Result<ResolutionId, Failure> {
    // What the executive is recommended, it answers.
    let response_needed = (kind == ResolutionKind::Recommendation).then_some(true);
    let new = NewResolution {
        agenda_item_id: Some(item),
        meeting_id: None,
        clause: Some(clause.to_owned()),
        kind,
        text,
        exempt: None,
        exempt_paragraphs: None,
        supersedes_id: None,
        response_needed,
        notice_on: None,
        source: None,
        digest: Vec::new(),
    };
    Ok(record(resolutions::create(w, &new)?).id)
}

/// The minutes of the last meeting, and the progress of what was asked for before.
fn opening(w: &mut Writing<'_>, seen: &mut Known, sitting: usize) -> Result<(), Failure> {
    let meeting = known(&seen.meetings, &sitting)?;
    let minutes = item(w, meeting, 1, "Minutes of the last meeting", false)?;
    let text = "That the minutes of the last meeting be confirmed as a correct record.".to_owned();
    resolve(w, minutes, "(a)", ResolutionKind::Approved, text)?;
    let progress = item(w, meeting, 2, "Progress on matters arising", false)?;
    let text =
        "That the progress report be agreed, and the actions marked there be closed as set out.";
    let id = resolve(
        w,
        progress,
        "(a)",
        ResolutionKind::Approved,
        text.to_owned(),
    )?;
    seen.decisions.insert(sitting, id);
    let text = "That officers be thanked for their work.".to_owned();
    resolve(w, progress, "(b)", ResolutionKind::Other, text)?;
    Ok(())
}

/// At the first sitting of a body, what its chair may decide between its meetings.
fn delegate(
    w: &mut Writing<'_>,
    seen: &mut Known,
    sitting: usize,
    body: usize,
    day: NaiveDate,
) -> Result<(), Failure> {
    if seen.delegations.contains_key(&body) {
        return Ok(());
    }
    let meeting = known(&seen.meetings, &sitting)?;
    let item = item(w, meeting, 90, "Decisions between meetings", false)?;
    let text = "That the chair be authorised to accept completed actions and to grant more time between meetings.";
    let given = resolve(w, item, "(a)", ResolutionKind::Approved, text.to_owned())?;
    let new = NewDelegation {
        committee_id: known(&seen.committees, &body)?,
        wording: "To accept completed actions and to grant more time between meetings".to_owned(),
        delegate: "The chair".to_owned(),
        resolution_id: given,
        starts_on: day,
        ends_on: None,
    };
    let id = record(delegations::create(w, &new)?).id;
    seen.delegations.insert(body, id);
    Ok(())
}

/// Action `n` as it is to be recorded, with the item it arises from.
struct Asked {
    n: usize,
    sitting: usize,
    body: usize,
    day: NaiveDate,
    today: NaiveDate,
    number: usize,
    owner: usize,
    supporter: Option<usize>,
    topic: (&'static str, &'static str),
    slot: Slot,
    later: Option<usize>,
}

fn asked(plan: &Plan, n: usize, number: usize) -> Asked {
    let sitting = plan.origin(n);
    let owner = owner(plan, n);
    Asked {
        n,
        sitting,
        body: plan.sittings[sitting].body,
        day: plan.sittings[sitting].day,
        today: plan.today,
        number,
        owner,
        supporter: (n.is_multiple_of(6) && owner != 9).then_some(9),
        topic: topic(plan, n),
        slot: slot(plan, n),
        later: plan.standing_after(sitting, 75),
    }
}

impl Asked {
    fn record(self, w: &mut Writing<'_>, seen: &mut Known) -> Result<(), Failure> {
        let meeting = known(&seen.meetings, &self.sitting)?;
        let exempt = self.n % EXEMPT == EXEMPT - 1;
        let (title, request) = self.topic;
        let item = item(w, meeting, self.number, title, exempt)?;
        let due = due_of(self.n, self.slot, self.day, self.today, || {
            let later = self.later?;
            seen.meetings.get(&later).copied()
        });
        let wording = due.wording.clone();
        let origin = if self.n % DISCUSSED == DISCUSSED - 1 {
            Origin::Discussion(item)
        } else {
            let (recommended, asked) = self.resolutions(w, item, exempt, wording.as_deref())?;
            if let Some(recommended) = recommended {
                seen.recommendations.insert(self.n, recommended);
            }
            Origin::Resolution(asked)
        };
        if exempt {
            seen.exempt_items.insert(self.n, item);
        }
        let draft = self.slot == Slot::Draft || self.slot == Slot::Void;
        // Some drafts wait for an owner or a due term.
        let undecided = self.slot == Slot::Draft && self.n.is_multiple_of(2);
        let mut supporting_post_ids = Vec::new();
        if let Some(post) = self.supporter {
            supporting_post_ids.push(known(&seen.posts, &post)?);
        }
        let new = NewAction {
            origin,
            parent_id: None,
            title: sentence(request),
            required: self
                .n
                .is_multiple_of(3)
                .then(|| format!("A written report to {} is expected.", BODIES[self.body].1)),
            owner_post_id: if undecided {
                None
            } else {
                Some(known(&seen.posts, &self.owner)?)
            },
            supporting_post_ids,
            due: (!undecided).then_some(due),
            exempt: None,
            priority: None,
            verification_required: false,
            exempt_paragraphs: None,
            open: !draft,
            open_if_complete: false,
            source: None,
            digest: Vec::new(),
        };
        let action = record(actions::create(w, &new)?).action;
        seen.actions.insert(self.n, action.id);
        Ok(())
    }

    /// The lettered list of the item; answers with the clause that recommends, if one does, and the one that asks.
    fn resolutions(
        &self,
        w: &mut Writing<'_>,
        item: AgendaItemId,
        exempt: bool,
        wording: Option<&str>,
    ) -> Result<(Option<ResolutionId>, ResolutionId), Failure> {
        use ResolutionKind::{Appointment, Approved, Exclusion, Noted, Recommendation, Referral};
        let (title, request) = self.topic;
        let title = title.to_owned();
        let (kind, text) = match self.n % 5 {
            _ if exempt => (
                Exclusion,
                "That, under section 100A(4) of the Local Government Act 1972, the public be excluded from the meeting for \
                 this item on the grounds that it involves the likely disclosure of exempt information as defined in \
                 paragraph 3 of Part 1 of Schedule 12A."
                    .to_owned(),
            ),
            0 => (Approved, format!("That the approach to {title} set out in the report be approved.")),
            1 => (Appointment, format!("That a member champion for {title} be appointed for the municipal year.")),
            2 => (Recommendation, format!("That Cabinet be recommended to make provision for {title} in the budget.")),
            3 => (Referral, format!("That the question of {title} be referred to Audit and Governance Panel.")),
            _ => (Noted, format!("That the report on {title} be noted.")),
        };
        let first = resolve(w, item, "(a)", kind, text)?;
        let by = wording.map_or_else(String::new, |words| format!(", {words}"));
        let text = format!(
            "That the {} be requested to {request}{by}.",
            OFFICES[self.owner].0
        );
        let id = resolve(w, item, "(b)", ResolutionKind::Request, text)?;
        if self.n.is_multiple_of(4) {
            let text = format!("That the update of {} be noted.", in_words(self.day));
            resolve(w, item, "(c)", Noted, text)?;
        }
        Ok(((kind == Recommendation).then_some(first), id))
    }
}

/// The words with a capital first.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
