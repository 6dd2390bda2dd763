//! Progress updates: what an owner says of an action under way, by itself or with a move.

use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use super::moves::decided;
use super::patch::save;
use super::{mover, not_held_then, posts_held_of, posts_held_on, to_change};
use crate::db::actions::{Action, ActionChange};
use crate::db::progress::{self, ProgressUpdate};
use crate::domain::ids::{ActionId, PostId};
use crate::domain::life::{Asked, Mover, OWNER_OR_CLERK, State};
use crate::domain::progress::{Progress, Said, takes_updates};
use crate::records::{Conflict, Effect, Failure, FieldError, Follows, Writing};

/// A progress update to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewProgress {
    pub(crate) narrative: String,
    pub(crate) forecast_on: Option<NaiveDate>,
    /// 0 to 100.
    pub(crate) percent_complete: Option<i32>,
    /// Today where nothing is said.
    pub(crate) made_on: Option<NaiveDate>,
    /// The post it is made for; the owning one where nothing is said, or else the supporting one that the caller holds.
    pub(crate) for_post_id: Option<PostId>,
}

/// Records a progress update. The first one of an open action starts it, under the rules of that move.
pub(crate) fn update_progress(
    w: &mut Writing<'_>,
    id: ActionId,
    new: &NewProgress,
) -> Result<Effect<ProgressUpdate>, Failure> {
    let before = to_change(w, id)?;
    let made_on = w.day_given(
        "/made_on",
        new.made_on,
        Follows::Decision(before.decided_on),
    )?;
    let mover = mover(w, &before)?;
    let mut change = ActionChange::default();
    if before.state == State::Open {
        let start = Asked::Start {
            narrative: new.narrative.clone(),
        };
        change.state = Some(decided(w, &before, None, mover, &start)?.to);
    } else if !takes_updates(before.state) {
        return Err(Conflict::Frozen {
            state: before.state,
            instead: "A draft can be opened and a closed action reopened; a void one stays as it is.",
        }
        .into());
    } else if !(mover.owner || mover.clerk) {
        return Err(Failure::Forbidden(format!(
            "Progress is reported by {OWNER_OR_CLERK}."
        )));
    }
    let post = speaking_for(w, &before, mover, new.for_post_id, ("/made_on", made_on))?;
    let update = append(w, &before, post, made_on, new, &mut change)?;
    let details = details(&update);
    save(
        w,
        "create_progress_update",
        &before,
        &change,
        Some(made_on),
        &details,
    )?;
    Ok(Effect::Created(update))
}

/// Records what was said with a move as the update that it is.
pub(super) fn said_with_a_move(
    w: &mut Writing<'_>,
    before: &Action,
    mover: Mover<'_>,
    narrative: &str,
    made_on: NaiveDate,
    change: &mut ActionChange,
) -> Result<(), Failure> {
    let post = speaking_for(w, before, mover, None, ("/effective_on", made_on))?;
    let new = NewProgress {
        narrative: narrative.to_owned(),
        forecast_on: None,
        percent_complete: None,
        made_on: None,
        for_post_id: None,
    };
    append(w, before, post, made_on, &new, change).map(drop)
}

/// Appends an update and says what it changes in the action.
fn append(
    w: &mut Writing<'_>,
    before: &Action,
    post: PostId,
    made_on: NaiveDate,
    new: &NewProgress,
    change: &mut ActionChange,
) -> Result<ProgressUpdate, Failure> {
    let update = ProgressUpdate {
        id: w.new_id(),
        action_id: before.id,
        number: progress::next_number(w.tx, before.id)?,
        narrative: new.narrative.clone(),
        forecast_on: new.forecast_on,
        percent_complete: new.percent_complete,
        made_on,
        post_id: post,
        made_by: Some(w.caller.subject.clone()),
        made_by_name: w.caller.name.clone(),
        created_at: w.at(),
        while_exempt: before.exempt,
    };
    let now = known(w, before)?.followed_by(made_on, new.forecast_on, new.percent_complete);
    progress::insert(w.tx, &update)?;
    change.last_progress_on = Some(now.last_update_on);
    change.forecast_on = Some(now.forecast_on.map(|said| said.value));
    change.percent_complete = Some(now.percent_complete.map(|said| said.value));
    Ok(update)
}

/// What the updates so far say together.
fn known(w: &mut Writing<'_>, action: &Action) -> Result<Progress, Failure> {
    let (forecast_said, percent_said) = progress::last_said(w.tx, action.id)?;
    Ok(Progress {
        last_update_on: action.last_progress_on,
        forecast_on: Said::of(forecast_said, action.forecast_on),
        percent_complete: Said::of(percent_said, action.percent_complete),
    })
}

/// The post that an update is made for. An officer speaks for a post that they hold today and held on the day for which they
/// speak, a clerk for any of the action's.
fn speaking_for(
    w: &mut Writing<'_>,
    action: &Action,
    mover: Mover<'_>,
    asked: Option<PostId>,
    (pointer, day): (&'static str, NaiveDate),
) -> Result<PostId, Failure> {
    let not_of_the_action = || {
        Failure::invalid(FieldError::new(
            "/for_post_id",
            "not_found",
            "There is no such post among the owning and supporting posts of the action.",
        ))
    };
    if let Some(post) = asked
        && action.owner_post_id != Some(post)
        && !action.supporting_posts().contains(&post)
    {
        return Err(not_of_the_action());
    }
    if mover.clerk {
        return asked.or(action.owner_post_id).ok_or_else(not_of_the_action);
    }
    let mut held = posts_held_of(w, action)?;
    if let Some(post) = asked {
        held.retain(|held| *held == post);
        if held.is_empty() {
            return Err(Failure::Forbidden(
                "An officer reports progress for a post that they hold today.".to_owned(),
            ));
        }
    }
    let then = posts_held_on(w, action, day)?;
    held.into_iter()
        .find(|post| then.contains(post))
        .ok_or_else(|| not_held_then(pointer))
}

/// What was said, for the history.
fn details(update: &ProgressUpdate) -> Map<String, Value> {
    Map::from_iter([
        ("progress_update_id".to_owned(), json!(update.id)),
        ("narrative".to_owned(), json!(update.narrative)),
        ("forecast_on".to_owned(), json!(update.forecast_on)),
        (
            "percent_complete".to_owned(),
            json!(update.percent_complete),
        ),
        ("for_post_id".to_owned(), json!(update.post_id)),
    ])
}
