//! Exemption from publication: what is said of it, and what it carries along.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::actions::subject as action_subject;
use super::resolutions::subject as resolution_subject;
use super::{Failure, FieldError, Writing};
use crate::db::actions::{self, Action};
use crate::db::agenda_items::AgendaItem;
use crate::db::exemption as rows;
pub(crate) use crate::db::exemption::as_json;
use crate::db::resolutions::{self, Resolution};
use crate::db::types::Instant;
use crate::domain::exemption::{Exemption, NotExempt, OtherThanWhole};
use crate::domain::ids::ResolutionId;

/// Declares the exemption of rows that hold it in three columns.
macro_rules! may_be_exempt {
    ($($row:ty),+) => {$(
        impl $row {
            /// Whether it is exempt, under which paragraphs, and since when it no longer is.
            pub(crate) fn exemption(&self) -> Exemption {
                Exemption {
                    exempt: self.exempt,
                    paragraphs: paragraphs(&self.exempt_paragraphs),
                    public_since: self.public_since,
                }
            }

            /// Takes on another exemption.
            pub(crate) fn set_exemption(&mut self, exemption: &Exemption) {
                self.exempt = exemption.exempt;
                self.exempt_paragraphs = as_json(&exemption.paragraphs);
                self.public_since = exemption.public_since;
            }
        }
    )+};
}

may_be_exempt!(AgendaItem, Resolution, Action);

/// The paragraphs as they are stored. What cannot be read was never written by this program.
fn paragraphs(json: &str) -> Vec<u8> {
    serde_json::from_str(json).unwrap_or_default()
}

impl From<NotExempt> for Failure {
    fn from(error: NotExempt) -> Self {
        let detail = error.to_string();
        Self::invalid(FieldError::new("/exempt_paragraphs", "not_exempt", detail))
    }
}

impl From<OtherThanWhole> for Failure {
    fn from(error: OtherThanWhole) -> Self {
        let pointer = match error {
            OtherThanWhole::Exempt => "/exempt",
            OtherThanWhole::Paragraphs => "/exempt_paragraphs",
        };
        Self::invalid(FieldError::new(pointer, "mismatch", error.to_string()))
    }
}

/// After an agenda item became exempt: makes what was recorded on it and is public exempt too, each record with its audit
/// entry. Whoever holds the item or a resolution of it to record something on them is waited for.
pub(super) fn spread_from_item(w: &mut Writing<'_>, item: &AgendaItem) -> Result<(), Failure> {
    let exemption = item.exemption();
    let because = Map::from_iter([("agenda_item_id".to_owned(), json!(item.id))]);
    let resolutions = rows::resolutions_of_item(w.tx, item.id)?;
    let public: Vec<_> = resolutions.iter().filter(|r| !r.exempt).collect();
    let ids: Vec<_> = public.iter().map(|resolution| resolution.id).collect();
    let now = w.at();
    rows::set_of_resolutions(w.tx, &ids, &exemption, now)?;
    let changed = public.into_iter().map(|before| {
        let mut after = before.clone();
        after.set_exemption(&exemption);
        (after.version, after.updated_at) = next(before.version, before.updated_at, now);
        (resolution_subject(before.id), before.clone(), after)
    });
    let mut known: HashMap<_, _> = resolutions.iter().map(|r| (r.id, r.clone())).collect();
    let changed: Vec<_> = changed.collect();
    w.audit_all_changed("update_agenda_item", &changed, &because)?;
    known.extend(changed.into_iter().map(|(_, _, after)| (after.id, after)));
    let public = rows::public_actions_of_item(w.tx, item.meeting_id, item.id)?;
    let changed = spread(w, "update_agenda_item", public, &exemption, &because)?;
    // An exempt action is found by the words of an exempt resolution too.
    index(w, &changed, &known)
}

/// After a resolution became exempt: makes the public actions that arise from it exempt too. They are yet to be indexed.
pub(super) fn spread_from_resolution(
    w: &mut Writing<'_>,
    resolution: &Resolution,
) -> Result<(), Failure> {
    let because = Map::from_iter([("resolution_id".to_owned(), json!(resolution.id))]);
    let public = rows::public_actions_of_resolution(w.tx, resolution.id)?;
    let exemption = resolution.exemption();
    spread(w, "update_resolution", public, &exemption, &because).map(drop)
}

/// After an action's exemption changed: gives the same to its parts, and to theirs. Whoever records another part of one of
/// them is waited for.
pub(super) fn spread_to_parts(w: &mut Writing<'_>, whole: &Action) -> Result<(), Failure> {
    let because = Map::from_iter([("parent_id".to_owned(), json!(whole.id))]);
    let exemption = whole.exemption();
    let (mut level, mut others) = (vec![whole.id], Vec::new());
    while !level.is_empty() {
        let parts = rows::parts_of(w.tx, &level)?;
        level = parts.iter().map(|part| part.id).collect();
        others.extend(parts.into_iter().filter(|p| p.exemption() != exemption));
    }
    let changed = spread(w, "update_action", others, &exemption, &because)?;
    let mut resolutions = HashMap::new();
    for id in changed.iter().filter_map(|action| action.resolution_id) {
        if !resolutions.contains_key(&id) {
            resolutions.extend(resolutions::find_held(w.tx, id)?.map(|found| (id, found)));
        }
    }
    index(w, &changed, &resolutions)
}

fn index(
    w: &mut Writing<'_>,
    changed: &[Action],
    resolutions: &HashMap<ResolutionId, Resolution>,
) -> Result<(), Failure> {
    let found_by: Vec<_> = changed
        .iter()
        .map(|action| {
            let resolution = action.resolution_id.and_then(|id| resolutions.get(&id));
            (action, resolution)
        })
        .collect();
    Ok(actions::index_all(w.tx, &found_by)?)
}

/// Gives actions that are held an exemption, each with its audit entry, and answers with them as they are then.
fn spread(
    w: &mut Writing<'_>,
    operation: &'static str,
    before: Vec<Action>,
    exemption: &Exemption,
    because: &Map<String, Value>,
) -> Result<Vec<Action>, Failure> {
    let now = w.at();
    let ids: Vec<_> = before.iter().map(|action| action.id).collect();
    rows::set_of_actions(w.tx, &ids, exemption, now)?;
    let changed = before.into_iter().map(|before| {
        let mut after = before.clone();
        after.set_exemption(exemption);
        (after.version, after.updated_at) = next(before.version, before.updated_at, now);
        (action_subject(after.id), before, after)
    });
    let changed: Vec<_> = changed.collect();
    w.audit_all_changed(operation, &changed, because)?;
    Ok(changed.into_iter().map(|(_, _, after)| after).collect())
}

/// The version and time of the last change after one more. The time never goes back.
fn next(version: i32, updated_at: Instant, now: Instant) -> (i32, Instant) {
    (version + 1, now.max(updated_at))
}
