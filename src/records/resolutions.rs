//! Recording resolutions.

use super::source::{Source, sent_again};
use super::writing::Subject;
use super::{
    Conflict, Effect, Failure, FieldError, Precondition, Writing, agenda_items, exemption, meetings,
};
use crate::clock::london_day;
use crate::db::meetings::Meeting;
use crate::db::resolutions::{self, Resolution};
use crate::db::{actions, meetings as meeting_rows};
use crate::domain::exemption::{Exemption, ExemptionSaid};
use crate::domain::ids::{AgendaItemId, MeetingId, ResolutionId};
use crate::domain::resolution::ResolutionKind;
use crate::domain::response::needs_response;
use chrono::NaiveDate;
use serde_json::{Map, Value};

/// A resolution to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewResolution {
    pub(crate) agenda_item_id: Option<AgendaItemId>,
    pub(crate) meeting_id: Option<MeetingId>,
    pub(crate) clause: Option<String>,
    pub(crate) kind: ResolutionKind,
    pub(crate) text: String,
    /// As the agenda item is, where nothing is said.
    pub(crate) exempt: Option<bool>,
    /// The paragraphs of Schedule 12A, in any order; as those of the agenda item, where nothing is said.
    pub(crate) exempt_paragraphs: Option<Vec<u8>>,
    pub(crate) supersedes_id: Option<ResolutionId>,
    /// As its kind is, where nothing is said.
    pub(crate) response_needed: Option<bool>,
    /// The day on which the executive was given notice.
    pub(crate) notice_on: Option<NaiveDate>,
    pub(crate) source: Option<Source>,
    /// The digest of the request, kept beside the natural key.
    pub(crate) digest: Vec<u8>,
}

/// What changes in a resolution; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ResolutionPatch {
    pub(crate) clause: Option<Option<String>>,
    pub(crate) kind: Option<ResolutionKind>,
    pub(crate) text: Option<String>,
    pub(crate) exempt: Option<bool>,
    pub(crate) exempt_paragraphs: Option<Vec<u8>>,
    pub(crate) response_needed: Option<bool>,
    pub(crate) notice_on: Option<Option<NaiveDate>>,
}

impl ResolutionPatch {
    /// Whether it says something of the response only, which is no part of what the minutes say.
    const fn of_response_only(&self) -> bool {
        (self.response_needed.is_some() || self.notice_on.is_some())
            && self.clause.is_none()
            && self.kind.is_none()
            && self.text.is_none()
            && self.exempt.is_none()
            && self.exempt_paragraphs.is_none()
    }
}

pub(super) const fn subject(id: ResolutionId) -> Subject {
    Subject {
        kind: "resolution",
        id: id.0,
    }
}

/// Records a resolution, or finds it recorded already under its natural key.
pub(crate) fn create(
    w: &mut Writing<'_>,
    new: &NewResolution,
) -> Result<Effect<Resolution>, Failure> {
    if let Some(source) = &new.source
        && let Some(known) = resolutions::find_by_source(w.tx, &source.system, &source.reference)?
    {
        let visible = w.sight.sees(known.committee_id, known.exempt);
        sent_again(
            known.source_digest.as_ref(),
            &new.digest,
            known.id.0,
            visible,
        )?;
        return Ok(Effect::Known(known));
    }
    let (meeting, item) = place(w, new)?;
    meeting_rows::hold(w.tx, meeting.id)?;
    // As it is now that nobody moves it any more.
    let meeting = meetings::in_sight(w, meeting.id)?.ok_or(Failure::NotFound)?;
    let superseded = match new.supersedes_id {
        Some(id) => Some(to_supersede(w, id, meeting.id)?),
        None => None,
    };
    // What corrects an exempt resolution is exempt unless it is said not to be.
    let exempt = |r: &Resolution| r.exempt.then(|| r.exemption());
    let arises_from = item
        .filter(|item| item.exempt)
        .or_else(|| superseded.as_ref().and_then(exempt))
        .unwrap_or_default();
    let said = ExemptionSaid {
        exempt: new.exempt,
        paragraphs: new.exempt_paragraphs.clone(),
    };
    let exemption = Exemption::of_new(&said, &arises_from)?;
    let resolution = Resolution {
        id: w.new_id(),
        committee_id: meeting.committee_id,
        meeting_id: meeting.id,
        agenda_item_id: new.agenda_item_id,
        clause: new.clause.clone(),
        kind: new.kind,
        text: new.text.clone(),
        exempt: exemption.exempt,
        exempt_paragraphs: exemption::as_json(&exemption.paragraphs),
        public_since: exemption.public_since,
        supersedes_id: new.supersedes_id,
        superseded_by_id: None,
        source_system: new.source.as_ref().map(|s| s.system.clone()),
        source_reference: new.source.as_ref().map(|s| s.reference.clone()),
        source_url: new.source.as_ref().and_then(|s| s.url.clone()),
        source_digest: new.source.as_ref().map(|_| new.digest.clone()),
        response_needed: new
            .response_needed
            .unwrap_or_else(|| needs_response(new.kind)),
        notice_on: new.notice_on,
        response_anchor: check_notice(w, new.notice_on, &meeting)?,
        response_number: 0,
        version: 1,
        created_at: w.at(),
        updated_at: w.at(),
    };
    resolutions::insert(w.tx, &resolution)?;
    w.audit_created("create_resolution", subject(resolution.id), &resolution)?;
    if let Some(before) = superseded {
        let mut after = before.clone();
        after.superseded_by_id = Some(resolution.id);
        if resolution.exempt && !before.exempt {
            // Neither its version nor its ETag tells that there is something exempt, and what is public still needs its response.
            resolutions::note_superseded(w.tx, before.id, resolution.id)?;
            let (today, nothing) = (w.today(), Map::new());
            let subject = subject(before.id);
            w.audit_changed(
                "supersede_resolution",
                subject,
                today,
                &before,
                &after,
                &nothing,
            )?;
            return Ok(Effect::Created(resolution));
        }
        // Nobody is to respond to what was corrected, unless they have already.
        after.response_needed &= before.response_number > 0;
        save(w, "supersede_resolution", &before, after, &Map::new())?;
    }
    Ok(Effect::Created(resolution))
}

/// The meeting that resolved, and the exemption of the item it resolved on.
fn place(
    w: &mut Writing<'_>,
    new: &NewResolution,
) -> Result<(Meeting, Option<Exemption>), Failure> {
    let unknown = |pointer, what| Failure::invalid(FieldError::unknown(pointer, what));
    let item = match new.agenda_item_id {
        Some(id) => Some(
            agenda_items::held_in_sight(w, id)?
                .ok_or_else(|| unknown("/agenda_item_id", "agenda item"))?,
        ),
        None => None,
    };
    let meeting_id = match (&item, new.meeting_id) {
        (Some(item), Some(meeting)) if item.meeting_id != meeting => {
            return Err(Failure::invalid(FieldError::new(
                "/meeting_id",
                "mismatch",
                "The agenda item belongs to another meeting.",
            )));
        }
        (Some(item), _) => item.meeting_id,
        (None, Some(meeting)) => meeting,
        (None, None) => {
            return Err(Failure::invalid(FieldError::new(
                "/agenda_item_id",
                "required",
                "A resolution needs the agenda item, or at least the meeting, at which it was made.",
            )));
        }
    };
    let meeting =
        meetings::in_sight(w, meeting_id)?.ok_or_else(|| unknown("/meeting_id", "meeting"))?;
    Ok((meeting, item.map(|item| item.exemption())))
}

fn to_supersede(
    w: &mut Writing<'_>,
    id: ResolutionId,
    meeting: MeetingId,
) -> Result<Resolution, Failure> {
    resolutions::lock(w.tx, id)?;
    let before = in_sight(w, id)?
        .filter(|resolution| resolution.meeting_id == meeting)
        .ok_or_else(|| {
            Failure::invalid(FieldError::unknown(
                "/supersedes_id",
                "resolution of this meeting",
            ))
        })?;
    if before.superseded_by_id.is_some() {
        return Err(Conflict::AlreadySuperseded.into());
    }
    Ok(before)
}

/// Changes a resolution whose meeting's minutes are not confirmed yet. The actions of one that becomes exempt become so too.
pub(crate) fn patch(
    w: &mut Writing<'_>,
    id: ResolutionId,
    read: &Precondition,
    patch: &ResolutionPatch,
) -> Result<Effect<Resolution>, Failure> {
    resolutions::lock(w.tx, id)?;
    let before = in_sight(w, id)?.ok_or(Failure::NotFound)?;
    read.check(before.version)?;
    meeting_rows::hold(w.tx, before.meeting_id)?;
    let meeting = meeting_rows::find(w.tx, before.meeting_id)?.ok_or(Failure::NotFound)?;
    if meeting.minutes_confirmed_on.is_some() && !patch.of_response_only() {
        return Err(Conflict::MinutesConfirmed.into());
    }
    if before.superseded_by_id.is_some() {
        return Err(Conflict::AlreadySuperseded.into());
    }
    let mut after = before.clone();
    if let Some(clause) = &patch.clause {
        after.clause.clone_from(clause);
    }
    if let Some(kind) = patch.kind {
        after.kind = kind;
        if kind != before.kind && before.response_number == 0 {
            after.response_needed = needs_response(kind);
        }
    }
    if let Some(text) = &patch.text {
        after.text.clone_from(text);
    }
    let said = ExemptionSaid {
        exempt: patch.exempt,
        paragraphs: patch.exempt_paragraphs.clone(),
    };
    after.set_exemption(&before.exemption().after(&said, w.today())?);
    if let Some(needed) = patch.response_needed {
        after.response_needed = needed;
    }
    if let Some(notice_on) = patch.notice_on {
        after.notice_on = notice_on;
    }
    let notice_on = after.notice_on.filter(|_| patch.notice_on.is_some());
    check_notice(w, notice_on, &meeting)?;
    // Of the meeting as it is held here, whatever the row said when it was read.
    after.response_anchor = after.notice_on.unwrap_or_else(|| day_of(&meeting));
    if after == before {
        return Ok(Effect::Changed(before));
    }
    let after = save(w, "update_resolution", &before, after, &Map::new())?;
    if after.exempt && !before.exempt {
        exemption::spread_from_resolution(w, &after)?;
    }
    if (&before.text, before.exempt) != (&after.text, after.exempt) {
        actions::reindex_resolution(w.tx, &after)?;
    }
    Ok(Effect::Changed(after))
}

fn day_of(meeting: &Meeting) -> NaiveDate {
    london_day(meeting.starts_at.0)
}

/// The day from which the time for a response runs. Notice is given on the day of the meeting or after it, and not in the
/// future.
fn check_notice(
    w: &Writing<'_>,
    notice_on: Option<NaiveDate>,
    meeting: &Meeting,
) -> Result<NaiveDate, Failure> {
    let held_on = day_of(meeting);
    let Some(day) = notice_on else {
        return Ok(held_on);
    };
    let (code, detail) = if day < held_on {
        (
            "before_decision",
            "Notice is given on the day of the meeting or after it.",
        )
    } else if day > w.today() {
        ("in_future", "Notice must have been given already.")
    } else {
        return Ok(day);
    };
    Err(Failure::invalid(FieldError::new(
        "/notice_on",
        code,
        detail,
    )))
}

pub(super) fn save(
    w: &mut Writing<'_>,
    operation: &'static str,
    before: &Resolution,
    mut after: Resolution,
    details: &Map<String, Value>,
) -> Result<Resolution, Failure> {
    w.replace_with(operation, subject(after.id), before, &mut after, details)?;
    Ok(after)
}

/// The resolution of that id, if the caller may see it.
pub(crate) fn in_sight(
    w: &mut Writing<'_>,
    id: ResolutionId,
) -> Result<Option<Resolution>, Failure> {
    Ok(resolutions::find(w.tx, id)?.filter(|r| w.sight.sees(r.committee_id, r.exempt)))
}

/// Like [`in_sight`], and nobody changes it until the transaction ends.
pub(crate) fn held_in_sight(
    w: &mut Writing<'_>,
    id: ResolutionId,
) -> Result<Option<Resolution>, Failure> {
    Ok(resolutions::find_held(w.tx, id)?.filter(|r| w.sight.sees(r.committee_id, r.exempt)))
}
