//! Correcting an action.

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::due::{self, NewDue};
use super::extension::withdraw_overtaken;
use super::{
    OwnedAction, check_supporting, checked_owner, ids_as_json, owner_then, subject, to_change,
    with_owner,
};
use crate::db::actions::{self, Action, ActionChange};
use crate::db::committees::Committee;
use crate::db::resolutions;
use crate::domain::assurance::Priority;
use crate::domain::due::CountedFrom;
use crate::domain::exemption::ExemptionSaid;
use crate::domain::ids::{ActionId, PostId};
use crate::domain::life::State;
use crate::records::exemption;
use crate::records::writing::members;
use crate::records::{Conflict, Effect, Failure, FieldError, Precondition, Writing};

/// What changes in an action; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ActionPatch {
    pub(crate) title: Option<String>,
    pub(crate) required: Option<Option<String>>,
    pub(crate) owner_post_id: Option<Option<PostId>>,
    pub(crate) supporting_post_ids: Option<Vec<PostId>>,
    pub(crate) exempt: Option<bool>,
    pub(crate) priority: Option<Option<Priority>>,
    pub(crate) verification_required: Option<bool>,
    pub(crate) exempt_paragraphs: Option<Vec<u8>>,
    pub(crate) due: Option<Option<NewDue>>,
    pub(crate) review_on: Option<Option<NaiveDate>>,
}

impl ActionPatch {
    /// Whether it says something of the exemption alone, which is no part of what an action's end settles.
    fn of_exemption_only(&self) -> bool {
        let rest = Self {
            exempt: None,
            exempt_paragraphs: None,
            ..self.clone()
        };
        rest == Self::default() && *self != rest
    }
}

/// Changes an action that is neither closed nor void, or the exemption of any, which its parts share. A draft's due term may be changed too; later ones are revised.
pub(crate) fn patch(
    w: &mut Writing<'_>,
    id: ActionId,
    read: &Precondition,
    patch: &ActionPatch,
) -> Result<Effect<OwnedAction>, Failure> {
    // Only a due term depends on the calendar.
    let (committee, before) = match patch.due {
        Some(_) => {
            let (committee, before) = due::to_schedule(w, id)?;
            (Some(committee), before)
        }
        None => (None, to_change(w, id)?),
    };
    read.check(before.version)?;
    if !before.state.outstanding() && !patch.of_exemption_only() {
        return Err(Conflict::Frozen {
            state: before.state,
            instead: "A closed action can be reopened; a void one stays as it is.",
        }
        .into());
    }
    let (change, details) = change(w, committee.as_ref(), &before, patch)?;
    if let Some(posts) = &patch.supporting_post_ids
        && change.supporting_posts.is_some()
    {
        actions::set_supporting_posts(w.tx, id, posts)?;
    }
    if change == ActionChange::default() {
        return with_owner(w, before).map(Effect::Changed);
    }
    let after = save(w, "update_action", &before, &change, None, &details)?;
    let found_by = |a: &Action| (a.title.clone(), a.required.clone(), a.exempt);
    if found_by(&before) != found_by(&after) {
        let resolution = match after.resolution_id {
            Some(id) => resolutions::find_held(w.tx, id)?,
            None => None,
        };
        actions::index(w.tx, &after, resolution.as_ref())?;
    }
    if before.exemption() != after.exemption() {
        exemption::spread_to_parts(w, &after)?;
    }
    with_owner(w, after).map(Effect::Changed)
}

/// What a patch changes, and what the history keeps of it besides.
fn change(
    w: &mut Writing<'_>,
    committee: Option<&Committee>,
    before: &Action,
    patch: &ActionPatch,
) -> Result<(ActionChange, Map<String, Value>), Failure> {
    let mut details = Map::new();
    let mut change = match (&patch.due, committee) {
        (Some(due), Some(committee)) => {
            // What the change that ends or begins the exemption says belongs to the exempt time.
            let exempt = before.exempt || patch.exempt == Some(true);
            draft_due(w, committee, before, due.as_ref(), exempt)?
        }
        _ => ActionChange::default(),
    };
    change.title = patch.title.clone().filter(|title| *title != before.title);
    change.required = patch
        .required
        .clone()
        .filter(|required| *required != before.required);
    change.priority = patch
        .priority
        .filter(|priority| *priority != before.priority);
    change.verification_required = patch
        .verification_required
        .filter(|required| *required != before.verification_required);
    check_still_verified(w, before, &change)?;
    let said = ExemptionSaid {
        exempt: patch.exempt,
        paragraphs: patch.exempt_paragraphs.clone(),
    };
    let exemption = before.exemption().after(&said, w.today())?;
    if let Some(whole) = before.parent_id
        && exemption != before.exemption()
    {
        let whole = actions::find(w.tx, whole)?.filter(|whole| whole.visible(&w.sight));
        return Err(Conflict::ExemptAsWhole {
            whole: whole.map(|whole| whole.reference),
        }
        .into());
    }
    change.exempt = Some(exemption.exempt).filter(|exempt| *exempt != before.exempt);
    change.exempt_paragraphs = Some(exemption::as_json(&exemption.paragraphs))
        .filter(|paragraphs| *paragraphs != before.exempt_paragraphs);
    change.public_since =
        Some(exemption.public_since).filter(|since| *since != before.public_since);
    if let Some(review_on) = patch.review_on.filter(|day| *day != before.review_on) {
        if review_on.is_none() && before.due_on.is_none() && before.state != State::Draft {
            return Err(Failure::invalid(FieldError::new(
                "/review_on",
                "required",
                "An action without a due day needs a review day.",
            )));
        }
        due::check_review(review_on, before.decided_on, "/review_on")?;
        change.review_on = Some(review_on);
    }
    if let Some(owner) = patch
        .owner_post_id
        .filter(|owner| *owner != before.owner_post_id)
    {
        match owner {
            Some(post) => details = owner_then(Some(&checked_owner(w, post)?)),
            None if before.state == State::Draft => {}
            None => {
                return Err(Failure::invalid(FieldError::new(
                    "/owner_post_id",
                    "required",
                    "An action that is no draft needs an owning post.",
                )));
            }
        }
        change.owner_post_id = Some(owner);
    }
    if let Some(posts) = &patch.supporting_post_ids {
        check_supporting(w, posts)?;
        change.supporting_posts =
            Some(ids_as_json(posts)).filter(|json| *json != before.supporting_posts);
    }
    Ok((change, details))
}

/// While a claim stands its acceptance keeps demanding the verification that it demanded when it was made.
fn check_still_verified(
    w: &Writing<'_>,
    before: &Action,
    change: &ActionChange,
) -> Result<(), Failure> {
    let demanded = |action: &Action| {
        w.rules
            .demands_verification(action.verification_required, action.priority)
    };
    let mut after = before.clone();
    change.apply(&mut after);
    let waived = before.verification_required && !after.verification_required;
    let lapsed = demanded(before) && !demanded(&after);
    if before.state == State::CompletionClaimed && (waived || lapsed) {
        return Err(Conflict::Frozen {
            state: before.state,
            instead: "The verification that it demands is not waived while a claim stands; refuse the claim, or have it withdrawn.",
        }
        .into());
    }
    Ok(())
}

/// A draft has not been agreed, so its term is replaced and stays number 1. `exempt` says whether it is exempt meanwhile.
fn draft_due(
    w: &mut Writing<'_>,
    committee: &Committee,
    before: &Action,
    due: Option<&NewDue>,
    exempt: bool,
) -> Result<ActionChange, Failure> {
    if before.state != State::Draft {
        return Err(Conflict::Frozen {
            state: before.state,
            instead: "Once an action is open its due term is revised, at …/due-terms, with a reason.",
        }
        .into());
    }
    let term = match due {
        Some(due) => {
            let from = CountedFrom::at(due::decided_at(w.tx, before)?);
            let resolved = due::resolve(w, committee, from, due.term, "/due")?;
            due::check_review(due.review_on, before.decided_on, "/due/review_on")?;
            let row = due::row(w, before.id, 1, due, resolved, exempt);
            Some((row, resolved))
        }
        None => None,
    };
    let change = match &term {
        Some((term, resolved)) => due::change(term, *resolved),
        None => ActionChange {
            due_number: Some(0),
            due_kind: Some(None),
            due_wording: Some(None),
            due_on: Some(None),
            due_meeting_id: Some(None),
            review_on: Some(None),
            original_due_on: Some(None),
            due_period_count: Some(None),
            due_period_unit: Some(None),
            due_frequency: Some(None),
            due_occurrence: Some(None),
            ..ActionChange::default()
        },
    };
    let mut after = before.clone();
    change.apply(&mut after);
    if after == *before {
        return Ok(ActionChange::default());
    }
    actions::drop_draft_terms(w.tx, before.id)?;
    if let Some((term, _)) = &term {
        actions::add_due_term(w.tx, term)?;
    }
    Ok(change)
}

/// Writes a change under the version that was read, with its audit entry, and answers with the action as it is now.
pub(super) fn save(
    w: &mut Writing<'_>,
    operation: &'static str,
    before: &Action,
    change: &ActionChange,
    effective_on: Option<NaiveDate>,
    details: &Map<String, Value>,
) -> Result<Action, Failure> {
    save_beside(w, operation, before, change, effective_on, details, None)
}

/// What belongs to an action and changed along with it: the member of the entry that shows it, before and after.
pub(super) type Beside = (&'static str, Value, Value);

/// The same, where the entry also shows what changed beside the action.
pub(super) fn save_beside(
    w: &mut Writing<'_>,
    operation: &'static str,
    before: &Action,
    change: &ActionChange,
    effective_on: Option<NaiveDate>,
    details: &Map<String, Value>,
    beside: Option<Beside>,
) -> Result<Action, Failure> {
    let now = w.at();
    let after = actions::update(w.tx, before, change, now)?.ok_or(Failure::Stale)?;
    let effective_on = effective_on.unwrap_or_else(|| w.today());
    let subject = subject(before.id);
    match beside {
        None => w.audit_changed(operation, subject, effective_on, before, &after, details)?,
        Some((name, was, is)) => {
            let (mut old, mut new) = (members(before)?, members(&after)?);
            old.insert(name.to_owned(), was);
            new.insert(name.to_owned(), is);
            w.audit_changed(operation, subject, effective_on, &old, &new, details)?;
        }
    }
    withdraw_overtaken(w, before, &after)?;
    Ok(after)
}
