//! The agendas of its meetings.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{FoundMeeting, Saying, Taking, check_text, record, refusal, said};
use crate::db::agenda_items::{self as item_rows, AgendaItem};
use crate::db::sources::RecordSource;
use crate::domain::ids::MeetingId;
use crate::domain::published::{Change, PublishedKind};
use crate::moderngov as theirs;
use crate::records::agenda_items::{self, AgendaItemPatch, NewAgendaItem};
use crate::records::{Conflict, Failure, FieldError, Precondition};

impl Taking<'_, '_> {
    /// Takes over the agendas of meetings that are recorded.
    pub(super) fn agendas(&mut self, meetings: &HashMap<String, MeetingId>) -> Result<(), Failure> {
        let found = self.found;
        let items = found
            .meetings
            .iter()
            .flat_map(|m| m.agenda.iter().flatten());
        let references: Vec<_> = items.map(|item| item.reference.as_str()).collect();
        let known = self.known(PublishedKind::AgendaItem, &references)?;
        let mut told = HashSet::new();
        for meeting in &found.meetings {
            let (Some(agenda), Some(id)) =
                (&meeting.agenda, meetings.get(&meeting.meeting.reference))
            else {
                continue;
            };
            let own = agenda.iter().filter(|item| told.insert(&item.reference));
            self.agenda(*id, meeting, own.collect(), &known)?;
        }
        Ok(())
    }

    /// Takes over the items of one meeting. One whose number another has waits until that one has given it up.
    fn agenda(
        &mut self,
        id: MeetingId,
        meeting: &FoundMeeting,
        mut waiting: Vec<&theirs::Item>,
        known: &HashMap<String, RecordSource>,
    ) -> Result<(), Failure> {
        loop {
            let mut still = Vec::new();
            let before = waiting.len();
            for item in waiting {
                match self.item(id, meeting, item, known.get(&item.reference)) {
                    Err(Failure::Conflict(Conflict::Taken { .. })) => still.push(item),
                    Err(failure) => {
                        let reason = refusal(failure)?;
                        self.refuse(PublishedKind::AgendaItem, &item.reference, reason);
                    }
                    Ok(()) => {}
                }
            }
            if still.len() == before
                && let Some((item, parked)) = self.exchanged(id, &still, known)?
            {
                // It waits under a number that nobody has until the others have theirs.
                let patch = AgendaItemPatch {
                    number: Some(parked),
                    ..AgendaItemPatch::default()
                };
                self.change_item(&item, &patch)?;
            } else if still.len() == before || still.is_empty() {
                for item in still {
                    let reason = "Another item of the meeting has its number.";
                    self.refuse(PublishedKind::AgendaItem, &item.reference, reason);
                }
                return Ok(());
            }
            waiting = still;
        }
    }

    /// One of several items that have exchanged their numbers, so that each waits for another, and a number in the meantime.
    fn exchanged(
        &mut self,
        meeting: MeetingId,
        waiting: &[&theirs::Item],
        known: &HashMap<String, RecordSource>,
    ) -> Result<Option<(AgendaItem, String)>, Failure> {
        // Who has the number that each is waiting for, where that one is waiting too.
        let mut holders = HashMap::new();
        for item in waiting {
            let Some(holder) = item_rows::find_by_number(self.tx(), meeting, &item.number)? else {
                continue;
            };
            let has_it = |other: &&&theirs::Item| {
                let source = known.get(&other.reference);
                source.is_some_and(|source| source.record_id.0 == holder.id.0)
            };
            if let Some(other) = waiting.iter().find(has_it) {
                holders.insert(&item.reference, (&other.reference, holder));
            }
        }
        for item in waiting {
            let mut at = &item.reference;
            for _ in waiting {
                let Some((next, holder)) = holders.get(at) else {
                    break;
                };
                if *next == &item.reference {
                    let parked = format!("~{:.19}", item.reference);
                    return Ok(Some((holder.clone(), parked)));
                }
                at = next;
            }
        }
        Ok(None)
    }

    fn item(
        &mut self,
        meeting_id: MeetingId,
        meeting: &FoundMeeting,
        theirs: &theirs::Item,
        known: Option<&RecordSource>,
    ) -> Result<(), Failure> {
        check_text("/number", "number", &theirs.number, 20)?;
        check_text("/title", "title", &theirs.title, 500)?;
        let (item, change) = match known {
            Some(source) => self.item_again(meeting_id, theirs, source)?,
            None => self.new_item(meeting_id, theirs)?,
        };
        let saying = Saying {
            what: PublishedKind::AgendaItem,
            reference: &theirs.reference,
            url: &format!("{}#AI{}", meeting.url, theirs.reference),
            says: theirs,
            title: format!("{} {}", theirs.number, theirs.title),
        };
        self.remember(known, saying, item, change, None)
    }

    fn new_item(
        &mut self,
        meeting_id: MeetingId,
        theirs: &theirs::Item,
    ) -> Result<(Uuid, Change), Failure> {
        if let Some(item) = item_rows::find_by_number(self.tx(), meeting_id, &theirs.number)? {
            if self.linked(item.id.0)?.is_some() {
                return Err(Conflict::Taken {
                    pointer: "/number",
                    by: None,
                }
                .into());
            }
            let patch = AgendaItemPatch {
                exempt: (theirs.restricted && !item.exempt).then_some(true),
                ..AgendaItemPatch::default()
            };
            self.change_item(&item, &patch)?;
            return Ok((item.id.0, Change::Linked));
        }
        let new = NewAgendaItem {
            meeting_id,
            number: theirs.number.clone(),
            title: theirs.title.clone(),
            exempt: theirs.restricted,
            exempt_paragraphs: Vec::new(),
        };
        let created = record(agenda_items::create(self.w, &new)?);
        Ok((created.id.0, Change::Created))
    }

    fn item_again(
        &mut self,
        meeting_id: MeetingId,
        now: &theirs::Item,
        source: &RecordSource,
    ) -> Result<(Uuid, Change), Failure> {
        let id = source.record_id.0;
        let before = said::<theirs::Item>(source);
        if before.as_ref() == Some(now) {
            return Ok((id, Change::Unchanged));
        }
        let ours = item_rows::find(self.tx(), id.into())?.ok_or(Failure::NotFound)?;
        if ours.meeting_id != meeting_id {
            let detail = "It is recorded on the agenda of another meeting.";
            return Err(Failure::invalid(FieldError::new(
                "/meeting_id",
                "other_meeting",
                detail,
            )));
        }
        let before = before.as_ref();
        let otherwise =
            |of: fn(&theirs::Item) -> &str| before.is_none_or(|before| of(before) != of(now));
        let patch = AgendaItemPatch {
            number: otherwise(|item| &item.number).then(|| now.number.clone()),
            title: otherwise(|item| &item.title).then(|| now.title.clone()),
            exempt: (now.restricted
                && !ours.exempt
                && before.is_none_or(|before| !before.restricted))
            .then_some(true),
            exempt_paragraphs: None,
        };
        self.change_item(&ours, &patch)?;
        if !now.restricted && ours.exempt && before.is_none_or(|before| before.restricted) {
            let note = "The source restricts it no longer. It stays exempt until somebody makes it public.";
            self.note(PublishedKind::AgendaItem, &now.reference, note);
        }
        let change = if patch == AgendaItemPatch::default() {
            Change::Unchanged
        } else {
            Change::Updated
        };
        Ok((id, change))
    }

    fn change_item(&mut self, item: &AgendaItem, patch: &AgendaItemPatch) -> Result<(), Failure> {
        if *patch == AgendaItemPatch::default() {
            return Ok(());
        }
        agenda_items::patch(self.w, item.id, &Precondition::Any, patch).map(drop)
    }
}
