//! Recording agenda items.

use super::writing::Subject;
use super::{Conflict, Effect, Failure, FieldError, Precondition, Writing, meetings};
use crate::db::agenda_items::{self, AgendaItem};
use crate::domain::agenda::number_key;
use crate::domain::ids::{AgendaItemId, MeetingId};

/// An agenda item to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewAgendaItem {
    pub(crate) meeting_id: MeetingId,
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) exempt: bool,
}

/// What changes in an agenda item; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AgendaItemPatch {
    pub(crate) number: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) exempt: Option<bool>,
}

const fn subject(id: AgendaItemId) -> Subject {
    Subject {
        kind: "agenda_item",
        id: id.0,
    }
}

/// Records an agenda item; its number must be its own within the meeting.
pub(crate) fn create(
    w: &mut Writing<'_>,
    new: &NewAgendaItem,
) -> Result<Effect<AgendaItem>, Failure> {
    let meeting = meetings::in_sight(w, new.meeting_id)?
        .ok_or_else(|| Failure::invalid(FieldError::unknown("/meeting_id", "meeting")))?;
    let item = AgendaItem {
        id: w.new_id(),
        meeting_id: meeting.id,
        committee_id: meeting.committee_id,
        number: new.number.clone(),
        number_key: number_key(&new.number),
        title: new.title.clone(),
        exempt: new.exempt,
        version: 1,
        created_at: w.at(),
        updated_at: w.at(),
    };
    own_number(w, &item)?;
    agenda_items::insert(w.tx, &item)?;
    w.audit_created("create_agenda_item", subject(item.id), &item)?;
    Ok(Effect::Created(item))
}

/// Changes an agenda item.
pub(crate) fn patch(
    w: &mut Writing<'_>,
    id: AgendaItemId,
    read: &Precondition,
    patch: &AgendaItemPatch,
) -> Result<Effect<AgendaItem>, Failure> {
    agenda_items::lock(w.tx, id)?;
    let before = in_sight(w, id)?.ok_or(Failure::NotFound)?;
    read.check(before.version)?;
    let mut after = before.clone();
    if let Some(number) = &patch.number {
        after.number.clone_from(number);
        after.number_key = number_key(number);
    }
    if let Some(title) = &patch.title {
        after.title.clone_from(title);
    }
    if let Some(exempt) = patch.exempt {
        after.exempt = exempt;
    }
    if after == before {
        return Ok(Effect::Changed(before));
    }
    own_number(w, &after)?;
    w.replace("update_agenda_item", subject(id), &before, &mut after)?;
    Ok(Effect::Changed(after))
}

fn own_number(w: &mut Writing<'_>, item: &AgendaItem) -> Result<(), Failure> {
    match agenda_items::find_by_number(w.tx, item.meeting_id, &item.number)? {
        Some(other) if other.id != item.id => Err(Conflict::Taken {
            pointer: "/number",
            by: w
                .sight
                .sees(other.committee_id, other.exempt)
                .then_some(other.id.0),
        }
        .into()),
        _ => Ok(()),
    }
}

/// The agenda item of that id, if the caller may see it.
pub(crate) fn in_sight(
    w: &mut Writing<'_>,
    id: AgendaItemId,
) -> Result<Option<AgendaItem>, Failure> {
    Ok(agenda_items::find(w.tx, id)?.filter(|i| w.sight.sees(i.committee_id, i.exempt)))
}
