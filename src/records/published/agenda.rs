//! The agendas of its meetings.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{FoundMeeting, Saying, TAKEN, Taking, check_text, record, refusal, said};
use crate::db::agenda_items::{self as item_rows, AgendaItem};
use crate::db::sources::{self, RecordSource};
use crate::domain::ids::{AgendaItemId, MeetingId, RecordId};
use crate::domain::published::{Change, PublishedKind};
use crate::moderngov as theirs;
use crate::records::agenda_items::{self, AgendaItemPatch, NewAgendaItem};
use crate::records::{Conflict, Failure, FieldError, Precondition};

/// What is recorded on the agendas of some meetings, kept in step with what is written meanwhile.
struct Recorded {
    items: HashMap<AgendaItemId, AgendaItem>,
    by_number: HashMap<(MeetingId, String), AgendaItemId>,
    /// Those that are known by a key of the source.
    linked: HashSet<Uuid>,
}

impl Recorded {
    fn numbered(&self, meeting: MeetingId, number: &str) -> Option<&AgendaItem> {
        let id = self.by_number.get(&(meeting, number.to_owned()))?;
        self.items.get(id)
    }

    fn put(&mut self, item: AgendaItem) {
        if let Some(before) = self.items.get(&item.id) {
            self.by_number
                .remove(&(before.meeting_id, before.number.clone()));
        }
        self.by_number
            .insert((item.meeting_id, item.number.clone()), item.id);
        self.items.insert(item.id, item);
    }
}

impl Taking<'_, '_> {
    /// Takes over the agendas of meetings that are recorded.
    pub(super) fn agendas(&mut self, meetings: &HashMap<String, MeetingId>) -> Result<(), Failure> {
        let found = self.found;
        let read = found.meetings.iter().filter_map(|meeting| {
            let agenda = meeting.agenda.as_ref()?;
            Some((meeting, agenda, *meetings.get(&meeting.meeting.reference)?))
        });
        let read: Vec<_> = read.collect();
        let ids: Vec<_> = read.iter().map(|(_, _, id)| *id).collect();
        let rows = item_rows::of_meetings(self.tx(), &ids)?;
        let records: Vec<_> = rows.iter().map(|item| RecordId(item.id.0)).collect();
        let linked = sources::of_records(self.w.tx, &found.system, &records)?;
        let mut here = Recorded {
            items: HashMap::new(),
            by_number: HashMap::new(),
            linked: linked.iter().map(|source| source.record_id.0).collect(),
        };
        for item in rows {
            here.put(item);
        }

        let items = found
            .meetings
            .iter()
            .flat_map(|m| m.agenda.iter().flatten());
        let references: Vec<_> = items.map(|item| item.reference.as_str()).collect();
        let known = self.known(PublishedKind::AgendaItem, &references)?;
        let mut told = HashSet::new();
        for (meeting, agenda, id) in read {
            let own = agenda.iter().filter(|item| told.insert(&item.reference));
            self.agenda(id, meeting, own.collect(), &known, &mut here)?;
        }

        let listed: HashSet<_> = found.meetings.iter().flat_map(|m| &m.listed).collect();
        let missing = linked
            .iter()
            .filter(|source| !listed.contains(&source.reference));
        for source in self.missing(PublishedKind::AgendaItem, missing)? {
            let note = "The source has it on the agenda no longer. It stays recorded.";
            self.note(PublishedKind::AgendaItem, &source.reference, note);
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
        here: &mut Recorded,
    ) -> Result<(), Failure> {
        loop {
            let mut still = Vec::new();
            let before = waiting.len();
            for item in waiting {
                match self.item(id, meeting, item, known.get(&item.reference), here) {
                    Err(Failure::Conflict(Conflict::Taken { .. })) => still.push(item),
                    Err(failure) => {
                        let reason = refusal(failure)?;
                        self.refuse(PublishedKind::AgendaItem, &item.reference, reason);
                    }
                    Ok(()) => {}
                }
            }
            if still.len() == before
                && let Some((item, parked)) = exchanged(id, &still, known, here)
            {
                // It waits under a number that nobody has until the others have theirs.
                let patch = AgendaItemPatch {
                    number: Some(parked),
                    ..AgendaItemPatch::default()
                };
                self.change_item(&item, &patch, here)?;
            } else if still.len() == before || still.is_empty() {
                for item in still {
                    self.refuse(PublishedKind::AgendaItem, &item.reference, TAKEN);
                }
                return Ok(());
            }
            // Numbers that move on by one are given up in the other direction.
            waiting = still;
            waiting.reverse();
        }
    }

    fn item(
        &mut self,
        meeting_id: MeetingId,
        meeting: &FoundMeeting,
        theirs: &theirs::Item,
        known: Option<&RecordSource>,
        here: &mut Recorded,
    ) -> Result<(), Failure> {
        check_text("/number", "number", &theirs.number, 20)?;
        check_text("/title", "title", &theirs.title, 500)?;
        let mut theirs = theirs.clone();
        let before = known.and_then(said::<theirs::Item>);
        if !self.found.says_what_is_public && before.as_ref().is_some_and(|b| b.restricted) {
            theirs.restricted = true;
        }
        let theirs = &theirs;
        let (item, change) = match known {
            Some(source) => self.item_again(meeting_id, theirs, before.as_ref(), source, here)?,
            None => self.new_item(meeting_id, theirs, here)?,
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
        here: &mut Recorded,
    ) -> Result<(Uuid, Change), Failure> {
        if let Some(item) = here.numbered(meeting_id, &theirs.number).cloned() {
            if !here.linked.insert(item.id.0) {
                return Err(taken());
            }
            let patch = AgendaItemPatch {
                exempt: (theirs.restricted && !item.exempt).then_some(true),
                ..AgendaItemPatch::default()
            };
            self.change_item(&item, &patch, here)?;
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
        let id = created.id.0;
        here.linked.insert(id);
        here.put(created);
        Ok((id, Change::Created))
    }

    fn item_again(
        &mut self,
        meeting_id: MeetingId,
        now: &theirs::Item,
        before: Option<&theirs::Item>,
        source: &RecordSource,
        here: &mut Recorded,
    ) -> Result<(Uuid, Change), Failure> {
        let id = source.record_id.0;
        if before == Some(now) {
            return Ok((id, Change::Unchanged));
        }
        let ours = here.items.get(&AgendaItemId(id)).cloned();
        let Some(ours) = ours.filter(|ours| ours.meeting_id == meeting_id) else {
            let detail = "It is recorded on the agenda of another meeting.";
            return Err(Failure::invalid(FieldError::new(
                "/meeting_id",
                "other_meeting",
                detail,
            )));
        };
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
        let holder = here.numbered(meeting_id, &now.number);
        if patch.number.is_some() && holder.is_some_and(|holder| holder.id != ours.id) {
            return Err(taken());
        }
        self.change_item(&ours, &patch, here)?;
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

    fn change_item(
        &mut self,
        item: &AgendaItem,
        patch: &AgendaItemPatch,
        here: &mut Recorded,
    ) -> Result<(), Failure> {
        if *patch != AgendaItemPatch::default() {
            let changed = agenda_items::patch(self.w, item.id, &Precondition::Any, patch)?;
            here.put(record(changed));
        }
        Ok(())
    }
}

fn taken() -> Failure {
    let pointer = "/number";
    Conflict::Taken { pointer, by: None }.into()
}

/// One of several items that have exchanged their numbers, so that each waits for another, and a number in the meantime.
fn exchanged(
    meeting: MeetingId,
    waiting: &[&theirs::Item],
    known: &HashMap<String, RecordSource>,
    here: &Recorded,
) -> Option<(AgendaItem, String)> {
    // Who has the number that each is waiting for, where that one is waiting too.
    let by_record: HashMap<_, _> = waiting
        .iter()
        .filter_map(|item| {
            Some((
                known.get(&item.reference)?.record_id.0,
                item.reference.as_str(),
            ))
        })
        .collect();
    let mut holders = HashMap::new();
    for item in waiting {
        let holder = here.numbered(meeting, &item.number);
        if let Some((holder, other)) =
            holder.and_then(|holder| Some((holder, *by_record.get(&holder.id.0)?)))
        {
            holders.insert(item.reference.as_str(), (other, holder));
        }
    }
    // Whoever is gone past twice, going from each to who has its number, is on a ring.
    let mut gone = HashSet::new();
    for item in waiting {
        let mut at = item.reference.as_str();
        let mut way = HashSet::new();
        while gone.insert(at) {
            way.insert(at);
            let Some((next, holder)) = holders.get(at) else {
                break;
            };
            if way.contains(next) {
                let parked = format!("~{next:.19}");
                return Some(((*holder).clone(), parked));
            }
            at = next;
        }
    }
    None
}
