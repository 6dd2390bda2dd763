//! Exemption from publication: what is said of it, and what it carries along.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::actions::subject as action_subject;
use super::resolutions::subject as resolution_subject;
use super::{Failure, FieldError, Writing};
use crate::db::actions::{self, Action};
use crate::db::agenda_items::AgendaItem;
use crate::db::exemption as rows;
use crate::db::resolutions::Resolution;
use crate::db::types::Instant;
use crate::domain::exemption::{Exemption, NotExempt};

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

/// The paragraphs as they are stored: a JSON array.
pub(crate) fn as_json(paragraphs: &[u8]) -> String {
    serde_json::to_string(paragraphs).unwrap_or_else(|_| "[]".to_owned())
}

impl From<NotExempt> for Failure {
    fn from(error: NotExempt) -> Self {
        let detail = error.to_string();
        Self::invalid(FieldError::new("/exempt_paragraphs", "not_exempt", detail))
    }
}

/// After an agenda item became exempt: makes what was recorded on it and is public exempt too, each record with its audit
/// entry. Whoever holds the item or a resolution of it to record something on them is waited for.
pub(super) fn spread_from_item(w: &mut Writing<'_>, item: &AgendaItem) -> Result<(), Failure> {
    let exemption = item.exemption();
    let because = Map::from_iter([("agenda_item_id".to_owned(), json!(item.id))]);
    let mut resolutions = rows::resolutions_of_item(w.tx, item.id)?;
    let (now, paragraphs) = (w.at(), &item.exempt_paragraphs);
    let public = resolutions
        .iter_mut()
        .filter(|resolution| !resolution.exempt);
    let public: Vec<_> = public.collect();
    let ids: Vec<_> = public.iter().map(|resolution| resolution.id).collect();
    rows::make_resolutions_exempt(w.tx, &ids, paragraphs, now)?;
    for after in public {
        let before = after.clone();
        after.set_exemption(&exemption);
        (after.version, after.updated_at) = next(before.version, before.updated_at, now);
        let subject = resolution_subject(after.id);
        w.audit_changed(
            "update_agenda_item",
            subject,
            w.today(),
            &before,
            &*after,
            &because,
        )?;
    }
    let resolutions: HashMap<_, _> = resolutions.iter().map(|r| (r.id, r)).collect();
    let public = rows::public_actions_of_item(w.tx, item.meeting_id, item.id)?;
    for action in spread(w, "update_agenda_item", &public, &exemption, &because)? {
        // An exempt action is found by the words of an exempt resolution too.
        if let Some(resolution) = action.resolution_id.and_then(|id| resolutions.get(&id)) {
            actions::index(w.tx, &action, Some(resolution))?;
        }
    }
    Ok(())
}

/// After a resolution became exempt: makes the public actions that arise from it exempt too.
pub(super) fn spread_from_resolution(
    w: &mut Writing<'_>,
    resolution: &Resolution,
) -> Result<(), Failure> {
    let because = Map::from_iter([("resolution_id".to_owned(), json!(resolution.id))]);
    let public = rows::public_actions_of_resolution(w.tx, resolution.id)?;
    let exemption = resolution.exemption();
    spread(w, "update_resolution", &public, &exemption, &because).map(drop)
}

fn spread(
    w: &mut Writing<'_>,
    operation: &'static str,
    public: &[Action],
    exemption: &Exemption,
    because: &Map<String, Value>,
) -> Result<Vec<Action>, Failure> {
    let now = w.at();
    let ids: Vec<_> = public.iter().map(|action| action.id).collect();
    rows::make_actions_exempt(w.tx, &ids, &as_json(&exemption.paragraphs), now)?;
    let mut changed = Vec::with_capacity(public.len());
    for before in public {
        let mut after = before.clone();
        after.set_exemption(exemption);
        (after.version, after.updated_at) = next(before.version, before.updated_at, now);
        let subject = action_subject(after.id);
        w.audit_changed(operation, subject, w.today(), before, &after, because)?;
        changed.push(after);
    }
    Ok(changed)
}

/// The version and time of the last change after one more. The time never goes back.
fn next(version: i32, updated_at: Instant, now: Instant) -> (i32, Instant) {
    (version + 1, now.max(updated_at))
}
