//! Linking actions, and closing one into another that goes on.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::{subject, to_change};
use crate::db::actions::{self, Action, ActionChange};
use crate::db::links::{self, ActionLink, SeenLink};
use crate::domain::ids::{ActionId, LinkId};
use crate::domain::life::Asked;
use crate::domain::links::{LinkKind, Step, WaySearch, goes_on};
use crate::records::{Conflict, Effect, Failure, FieldError, Writing};

/// The most references that a refusal names.
const NAMED: usize = 20;

/// A link to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewLink {
    pub(crate) to: ActionId,
    pub(crate) kind: LinkKind,
    pub(crate) note: Option<String>,
}

/// Links an action to another. Both are told of it in their histories.
pub(crate) fn create_link(
    w: &mut Writing<'_>,
    id: ActionId,
    new: &NewLink,
) -> Result<Effect<SeenLink>, Failure> {
    links::lock(w.tx)?;
    let from = in_sight(w, id)?.ok_or(Failure::NotFound)?;
    if new.to == id {
        return Err(Failure::invalid(FieldError::new(
            "/to_action_id",
            "itself",
            "An action is not linked to itself.",
        )));
    }
    let to = in_sight(w, new.to)?
        .ok_or_else(|| Failure::invalid(FieldError::unknown("/to_action_id", "action")))?;
    if let Some(known) = links::find_between(w.tx, from.id, to.id, new.kind)? {
        return Err(Conflict::Taken {
            pointer: "/to_action_id",
            by: Some(known.id.0),
        }
        .into());
    }
    let link = add(w, (&from, &to), new.kind, new.note.clone(), "/to_action_id")?;
    for action in [&from, &to] {
        tell(w, "create_action_link", action, &link)?;
    }
    Ok(Effect::Created(SeenLink::seen(link, id, to.reference)))
}

/// The action that goes on where another is closed into it, and the link that says so.
pub(super) struct GoingOn {
    successor_id: ActionId,
    link_id: LinkId,
}

impl GoingOn {
    /// Adds to what closing changes and to what the history is told of it.
    pub(super) fn note(&self, change: &mut ActionChange, details: &mut Map<String, Value>) {
        change.successor_id = Some(Some(self.successor_id));
        details.insert("successor_id".to_owned(), json!(self.successor_id));
        details.insert("link_id".to_owned(), json!(self.link_id));
    }
}

/// Keeps links from being made by others where a move makes one. It comes before the action is locked.
pub(super) fn lock_for(w: &mut Writing<'_>, asked: &Asked) -> Result<(), Failure> {
    match asked {
        Asked::CloseInto { .. } => Ok(links::lock(w.tx)?),
        _ => Ok(()),
    }
}

/// The successor that a closing needs: the one that it names, linked if it is not yet, or the only one there is a link to.
pub(super) fn going_on(
    w: &mut Writing<'_>,
    before: &Action,
    asked: &Asked,
) -> Result<Option<GoingOn>, Failure> {
    let Asked::CloseInto {
        outcome,
        successor_id,
        ..
    } = asked
    else {
        return Ok(None);
    };
    let Some(kind) = LinkKind::needed_by(*outcome) else {
        return Ok(None);
    };
    let successor = match successor_id {
        Some(id) => *id,
        None => only_one(w, before, kind)?,
    };
    let successor = successor_to(w, before, successor)?;
    let (from, to) = if kind.leads_on() {
        (before, &successor)
    } else {
        (&successor, before)
    };
    let link_id = match links::find_between(w.tx, from.id, to.id, kind)? {
        Some(known) => known.id,
        None => {
            let link = add(w, (from, to), kind, None, "/successor_id")?;
            tell(w, "close_action", &successor, &link)?;
            link.id
        }
    };
    Ok(Some(GoingOn {
        successor_id: successor.id,
        link_id,
    }))
}

/// The action that goes on from one that is closed into it, locked, so that it does not end by another's hand meanwhile.
fn successor_to(w: &mut Writing<'_>, before: &Action, id: ActionId) -> Result<Action, Failure> {
    const POINTER: &str = "/successor_id";
    let unknown = || Failure::invalid(FieldError::unknown(POINTER, "other action"));
    if id == before.id {
        return Err(unknown());
    }
    let successor = to_change(w, id).map_err(|failure| match failure {
        Failure::NotFound => unknown(),
        other => other,
    })?;
    if goes_on(successor.state, successor.outcome) {
        return Ok(successor);
    }
    Err(Conflict::DoesNotGoOn {
        pointer: POINTER,
        reference: successor.reference,
        state: successor.state,
        outcome: successor.outcome,
    }
    .into())
}

/// The only action in sight to which there is a link that says that it goes on.
fn only_one(w: &mut Writing<'_>, before: &Action, kind: LinkKind) -> Result<ActionId, Failure> {
    const LOOKED_AT: i64 = 100;
    let linked = links::going_on_from(w.tx, before.id, kind, LOOKED_AT)?;
    let mut seen: Vec<_> = actions::find_many(w.tx, &linked)?
        .into_iter()
        .filter(|action| action.visible(&w.sight))
        .collect();
    match (seen.pop(), seen.is_empty()) {
        (Some(action), true) => Ok(action.id),
        (_, none) => Err(Failure::invalid(FieldError::new(
            "/successor_id",
            "required",
            if none {
                "The action that goes on is needed: this one is linked to none."
            } else {
                "The action that goes on is needed: this one is linked to several."
            },
        ))),
    }
}

fn in_sight(w: &mut Writing<'_>, id: ActionId) -> Result<Option<Action>, Failure> {
    Ok(actions::find(w.tx, id)?.filter(|action| action.visible(&w.sight)))
}

/// Makes a link that is not there, if it is fit for its kind and closes no circle.
fn add(
    w: &mut Writing<'_>,
    (from, to): (&Action, &Action),
    kind: LinkKind,
    note: Option<String>,
    pointer: &'static str,
) -> Result<ActionLink, Failure> {
    if kind == LinkKind::TransferredTo && from.committee_id == to.committee_id {
        return Err(Failure::invalid(FieldError::new(
            pointer,
            "same_committee",
            "An action is transferred to another committee's action.",
        )));
    }
    let (earlier, later) = kind.in_order(from, to);
    if let Some(way) = way_back(w, later.id, earlier.id, pointer)? {
        let references = references(w, &way)?;
        return Err(Conflict::LinkCircle {
            pointer,
            references,
        }
        .into());
    }
    let link = ActionLink {
        id: w.new_id(),
        from_action_id: from.id,
        to_action_id: to.id,
        kind,
        note,
        made_by: w.caller.subject.clone(),
        created_at: w.at(),
        from_while_exempt: from.exempt,
        to_while_exempt: to.exempt,
    };
    links::insert(w.tx, &link)?;
    Ok(link)
}

/// The way that leads on from one action to another, if there is one.
fn way_back(
    w: &mut Writing<'_>,
    from: ActionId,
    to: ActionId,
    pointer: &'static str,
) -> Result<Option<Vec<ActionId>>, Failure> {
    let mut search = WaySearch::new(from, to);
    loop {
        let onward = links::onward(w.tx, search.frontier())?;
        match search.step(onward) {
            Step::GoOn => {}
            Step::NoWay => return Ok(None),
            Step::Way(way) => return Ok(Some(way)),
            Step::TooMany => {
                return Err(Failure::invalid(FieldError::new(
                    pointer,
                    "too_entangled",
                    "More actions follow from this one than can be looked at for a circle.",
                )));
            }
        }
    }
}

/// The references of those of these actions that are in sight, in their order.
fn references(w: &mut Writing<'_>, ids: &[ActionId]) -> Result<Vec<String>, Failure> {
    let found = actions::find_many(w.tx, &ids[..ids.len().min(NAMED)])?;
    let mut seen: HashMap<ActionId, String> = found
        .into_iter()
        .filter(|action| action.visible(&w.sight))
        .map(|action| (action.id, action.reference))
        .collect();
    Ok(ids.iter().filter_map(|id| seen.remove(id)).collect())
}

/// Tells an action of a link in its history. The record itself has not changed.
fn tell(
    w: &mut Writing<'_>,
    operation: &'static str,
    action: &Action,
    link: &ActionLink,
) -> Result<(), Failure> {
    let end = if action.id == link.from_action_id {
        ("to_action_id".to_owned(), json!(link.to_action_id))
    } else {
        ("from_action_id".to_owned(), json!(link.from_action_id))
    };
    let details = Map::from_iter([
        ("kind".to_owned(), json!(link.kind)),
        ("link_id".to_owned(), json!(link.id)),
        ("note".to_owned(), json!(link.note)),
        end,
    ]);
    let today = w.today();
    w.audit_noted(operation, subject(action.id), today, &details)
}
