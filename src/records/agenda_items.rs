//! Recording agenda items.

use super::writing::Subject;
use super::{Conflict, Effect, Failure, FieldError, Precondition, Writing, exemption, meetings};
use crate::db::agenda_items::{self, AgendaItem};
use crate::domain::agenda::number_key;
use crate::domain::exemption::{Exemption, ExemptionSaid};
use crate::domain::ids::{AgendaItemId, MeetingId};

/// An agenda item to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewAgendaItem {
    pub(crate) meeting_id: MeetingId,
    pub(crate) number: String,
    pub(crate) title: String,
    pub(crate) exempt: bool,
    /// The paragraphs of Schedule 12A, in any order.
    pub(crate) exempt_paragraphs: Vec<u8>,
}

/// What changes in an agenda item; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct AgendaItemPatch {
    pub(crate) number: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) exempt: Option<bool>,
    pub(crate) exempt_paragraphs: Option<Vec<u8>>,
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
    let said = ExemptionSaid {
        exempt: Some(new.exempt),
        paragraphs: Some(new.exempt_paragraphs.clone()),
    };
    let exemption = Exemption::of_new(&said, &Exemption::default())?;
    let item = AgendaItem {
        id: w.new_id(),
        meeting_id: meeting.id,
        committee_id: meeting.committee_id,
        number: new.number.clone(),
        number_key: number_key(&new.number),
        title: new.title.clone(),
        exempt: exemption.exempt,
        exempt_paragraphs: exemption::as_json(&exemption.paragraphs),
        public_since: exemption.public_since,
        version: 1,
        created_at: w.at(),
        updated_at: w.at(),
    };
    own_number(w, &item)?;
    agenda_items::insert(w.tx, &item)?;
    w.audit_created("create_agenda_item", subject(item.id), &item)?;
    Ok(Effect::Created(item))
}

/// Changes an agenda item. What was recorded on one that becomes exempt becomes so too.
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
    let said = ExemptionSaid {
        exempt: patch.exempt,
        paragraphs: patch.exempt_paragraphs.clone(),
    };
    after.set_exemption(&before.exemption().after(&said, w.today())?);
    if after == before {
        return Ok(Effect::Changed(before));
    }
    own_number(w, &after)?;
    w.replace("update_agenda_item", subject(id), &before, &mut after)?;
    if after.exempt && !before.exempt {
        exemption::spread_from_item(w, &after)?;
    }
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

/// Like [`in_sight`], and nobody changes it until the transaction ends: it does not become exempt while something public is
/// recorded on it.
pub(crate) fn held_in_sight(
    w: &mut Writing<'_>,
    id: AgendaItemId,
) -> Result<Option<AgendaItem>, Failure> {
    Ok(agenda_items::find_held(w.tx, id)?.filter(|i| w.sight.sees(i.committee_id, i.exempt)))
}
