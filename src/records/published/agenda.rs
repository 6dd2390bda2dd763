//! The agendas of its meetings.

mod numbers;

use std::collections::{HashMap, HashSet, VecDeque};

use uuid::Uuid;

use super::{FoundMeeting, Saying, TAKEN, TakenChange, Taking, check_text, record, refusal, said};
use crate::db::agenda_items::{self as item_rows, AgendaItem};
use crate::db::sources::{self, RecordSource};
use crate::domain::ids::{AgendaItemId, MeetingId, RecordId};
use crate::domain::published::{Change, PublishedKind};
use crate::moderngov as theirs;
use crate::records::agenda_items::{self, AgendaItemPatch, NewAgendaItem};
use crate::records::{Conflict, Failure, FieldError, Precondition};
use numbers::{Waiting, parked};

/// What is recorded on the agendas of some meetings, kept in step with what is written meanwhile.
struct Recorded {
    items: HashMap<AgendaItemId, AgendaItem>,
    by_number: HashMap<(MeetingId, String), AgendaItemId>,
    /// Those that are known by a key of the source, with what is known of them.
    linked: HashMap<Uuid, RecordSource>,
    /// The ids there of those that the source has made anew.
    anew: HashSet<String>,
    /// The numbers of those that had to give theirs up.
    given_up: HashMap<AgendaItemId, String>,
}

/// An item that is listed, and what is known of it.
struct Listed<'a> {
    /// Its place on the agenda.
    place: usize,
    now: theirs::Item,
    known: Option<&'a RecordSource>,
    /// What the source said of it the last time.
    before: Option<theirs::Item>,
}

impl Recorded {
    fn numbered(&self, meeting: MeetingId, number: &str) -> Option<&AgendaItem> {
        let id = self.by_number.get(&(meeting, number.to_owned()))?;
        self.items.get(id)
    }

    /// An item that is listed, as it is recorded.
    fn of(&self, item: &Listed<'_>) -> Option<&AgendaItem> {
        self.items.get(&AgendaItemId(item.known?.record_id.0))
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
    pub(super) fn agendas(
        &mut self,
        some: &[FoundMeeting],
        meetings: &HashMap<String, MeetingId>,
    ) -> Result<(), Failure> {
        let found = self.found;
        let read = some.iter().filter_map(|meeting| {
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
            linked: linked
                .into_iter()
                .map(|source| (source.record_id.0, source))
                .collect(),
            anew: HashSet::new(),
            given_up: HashMap::new(),
        };
        for item in rows {
            here.put(item);
        }

        let items = read.iter().flat_map(|(_, agenda, _)| agenda.iter());
        let references: Vec<_> = items.map(|item| item.reference.as_str()).collect();
        let mut known = self.known(PublishedKind::AgendaItem, &references)?;
        // Those that are listed here and recorded elsewhere.
        let elsewhere: Vec<_> = known
            .values()
            .map(|source| AgendaItemId(source.record_id.0))
            .filter(|id| !here.items.contains_key(id))
            .collect();
        for item in item_rows::find_all(self.tx(), &elsewhere)? {
            here.put(item);
        }
        for (meeting, agenda, id) in &read {
            self.made_anew(*id, meeting, agenda, &mut known, &mut here)?;
        }
        // An item that stands on several agendas is taken from the first.
        let mut first = HashMap::new();
        for meeting in &found.meetings {
            for item in meeting.agenda.iter().flatten() {
                let reference = &meeting.meeting.reference;
                first.entry(&item.reference).or_insert(reference);
            }
        }
        for (meeting, agenda, id) in read {
            let this = |item: &&theirs::Item| first[&item.reference] == &meeting.meeting.reference;
            self.agenda(id, meeting, agenda.iter().filter(this), &known, &mut here)?;
        }

        let listed: HashSet<_> = found.meetings.iter().flat_map(|m| &m.listed).collect();
        let linked = here.linked.values();
        let missing = linked.filter(|source| !listed.contains(&source.reference));
        for source in self.missing(PublishedKind::AgendaItem, missing)? {
            let note = "The source has it on the agenda no longer. It stays recorded.";
            self.note(PublishedKind::AgendaItem, &source.reference, note);
        }
        Ok(())
    }

    /// Finds the items that the source has made anew: under an id that is not known, with the number and the title of one that it
    /// lists no longer.
    fn made_anew(
        &mut self,
        id: MeetingId,
        meeting: &FoundMeeting,
        agenda: &[theirs::Item],
        known: &mut HashMap<String, RecordSource>,
        here: &mut Recorded,
    ) -> Result<(), Failure> {
        for item in agenda {
            if known.contains_key(&item.reference) {
                continue;
            }
            let Some(ours) = here.numbered(id, &item.number) else {
                continue;
            };
            let record = ours.id.0;
            let title = |row: &RecordSource| said::<theirs::Item>(row).map(|said| said.title);
            let Some(before) = here
                .linked
                .get(&record)
                .filter(|row| !meeting.listed.contains(&row.reference))
                .filter(|row| title(row).as_ref() == Some(&item.title))
            else {
                continue;
            };
            let row = self.known_anew(before, &item.reference)?;
            here.linked.insert(record, row.clone());
            here.anew.insert(item.reference.clone());
            known.insert(item.reference.clone(), row);
        }
        Ok(())
    }

    /// Takes over the items of one meeting. One whose number another has waits until that one has given it up.
    fn agenda<'a>(
        &mut self,
        id: MeetingId,
        meeting: &FoundMeeting,
        own: impl Iterator<Item = &'a theirs::Item>,
        known: &HashMap<String, RecordSource>,
        here: &mut Recorded,
    ) -> Result<(), Failure> {
        let own = own.enumerate();
        let mut next: VecDeque<_> = own
            .map(|(place, item)| self.listed(place, item, known.get(&item.reference)))
            .collect();
        let mut waiting = Waiting::default();
        loop {
            while let Some(item) = next.pop_front() {
                let number = here.of(&item).map(|ours| ours.number.clone());
                match self.item(id, meeting, &item, here) {
                    Ok(()) => next.extend(number.into_iter().flat_map(|n| waiting.for_number(&n))),
                    Err(Failure::Conflict(Conflict::Taken { .. })) => waiting.put(item),
                    Err(failure) => {
                        let reason = refusal(failure)?;
                        self.refuse_item(meeting, &item, false, reason, here)?;
                    }
                }
            }
            let given_up = self.given_up(id, meeting, &waiting, here)?;
            if given_up.is_empty() {
                break;
            }
            next.extend(given_up.iter().flat_map(|n| waiting.for_number(n)));
        }
        for item in waiting.rest() {
            self.refuse_item(meeting, &item, true, TAKEN.to_owned(), here)?;
        }
        Ok(())
    }

    fn listed<'a>(
        &self,
        place: usize,
        theirs: &theirs::Item,
        known: Option<&'a RecordSource>,
    ) -> Listed<'a> {
        let mut now = theirs.clone();
        let before = known.and_then(said::<theirs::Item>);
        if !self.found.says_what_is_public && before.as_ref().is_some_and(|b| b.restricted) {
            now.restricted = true;
        }
        Listed {
            place,
            now,
            known,
            before,
        }
    }

    fn item(
        &mut self,
        meeting_id: MeetingId,
        meeting: &FoundMeeting,
        item: &Listed<'_>,
        here: &mut Recorded,
    ) -> Result<(), Failure> {
        let now = &item.now;
        check_text("/number", "number", &now.number, 20)?;
        check_text("/title", "title", &now.title, 500)?;
        let mut changes = Vec::new();
        let (id, change) = match item.known {
            Some(_) => self.item_again(meeting_id, item, here, &mut changes)?,
            None => {
                let new = of_item(meeting, now);
                return self.new_item(meeting_id, new, here);
            }
        };
        let change = match change {
            Change::Unchanged if here.anew.contains(&now.reference) => Change::Linked,
            change => change,
        };
        self.remember(item.known, of_item(meeting, now), id, change, changes)?;
        Ok(())
    }

    /// Refuses what is said of an item. All the same it is kept from the public if it is to be, and has its new title where only
    /// its number has to wait.
    fn refuse_item(
        &mut self,
        meeting: &FoundMeeting,
        item: &Listed<'_>,
        titled: bool,
        reason: String,
        here: &mut Recorded,
    ) -> Result<(), Failure> {
        let now = &item.now;
        if let Some(ours) = here.of(item).cloned() {
            let mut says = item.before.clone().unwrap_or_else(|| theirs::Item {
                number: String::new(),
                title: String::new(),
                restricted: false,
                ..now.clone()
            });
            let mut patch = AgendaItemPatch::default();
            if now.restricted && !says.restricted {
                says.restricted = true;
                patch.exempt = (!ours.exempt).then_some(true);
            }
            if titled && now.title != says.title {
                says.title.clone_from(&now.title);
                patch.title = Some(now.title.clone());
            }
            if item.before.as_ref() != Some(&says) {
                let changes = self.change_item(&ours, &patch, here)?;
                let saying = of_item(meeting, &says);
                self.remember(item.known, saying, ours.id.0, changed(&patch), changes)?;
            }
        }
        self.refuse(PublishedKind::AgendaItem, &now.reference, reason);
        Ok(())
    }

    fn new_item(
        &mut self,
        meeting_id: MeetingId,
        saying: Saying<'_, theirs::Item>,
        here: &mut Recorded,
    ) -> Result<(), Failure> {
        let theirs = saying.says;
        if let Some(item) = here.numbered(meeting_id, &theirs.number).cloned() {
            if here.linked.contains_key(&item.id.0) {
                return Err(taken());
            }
            let patch = AgendaItemPatch {
                exempt: (theirs.restricted && !item.exempt).then_some(true),
                ..AgendaItemPatch::default()
            };
            let changes = self.change_item(&item, &patch, here)?;
            let row = self.remember(None, saying, item.id.0, Change::Linked, changes)?;
            here.linked.insert(item.id.0, row);
            return Ok(());
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
        here.put(created);
        let row = self.remember(None, saying, id, Change::Created, Vec::new())?;
        here.linked.insert(id, row);
        Ok(())
    }

    fn item_again(
        &mut self,
        meeting_id: MeetingId,
        item: &Listed<'_>,
        here: &mut Recorded,
        changes: &mut Vec<TakenChange>,
    ) -> Result<(Uuid, Change), Failure> {
        let (now, before) = (&item.now, item.before.as_ref());
        let ours = here.of(item).filter(|ours| ours.meeting_id == meeting_id);
        let Some(ours) = ours.cloned() else {
            let detail = "It is recorded on the agenda of another meeting.";
            return Err(Failure::invalid(FieldError::new(
                "/meeting_id",
                "other_meeting",
                detail,
            )));
        };
        // One that had to give its number up takes one again.
        let without = ours.number == parked(&now.reference);
        if before == Some(now) && !without {
            return Ok((ours.id.0, Change::Unchanged));
        }
        let otherwise =
            |of: fn(&theirs::Item) -> &str| before.is_none_or(|before| of(before) != of(now));
        let renumbered = without || otherwise(|item| &item.number);
        let patch = AgendaItemPatch {
            number: renumbered.then(|| now.number.clone()),
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
        *changes = self.change_item(&ours, &patch, here)?;
        if !now.restricted && ours.exempt && before.is_none_or(|before| before.restricted) {
            let note = "The source restricts it no longer. It stays exempt until somebody makes it public.";
            self.note(PublishedKind::AgendaItem, &now.reference, note);
        }
        Ok((ours.id.0, changed(&patch)))
    }

    fn change_item(
        &mut self,
        item: &AgendaItem,
        patch: &AgendaItemPatch,
        here: &mut Recorded,
    ) -> Result<Vec<TakenChange>, Failure> {
        if *patch == AgendaItemPatch::default() {
            return Ok(Vec::new());
        }
        let changed = agenda_items::patch(self.w, item.id, &Precondition::Any, patch)?;
        here.put(record(changed));
        let number = patch.number.clone().map(|number| {
            let before = here.given_up.get(&item.id).unwrap_or(&item.number);
            TakenChange::new("number", before.clone(), number)
        });
        let title = patch.title.clone();
        let title = title.map(|title| TakenChange::new("title", item.title.clone(), title));
        let exempt = patch.exempt;
        let exempt = exempt.map(|exempt| TakenChange::new("exempt", item.exempt, exempt));
        Ok(number.into_iter().chain(title).chain(exempt).collect())
    }
}

fn taken() -> Failure {
    let pointer = "/number";
    Conflict::Taken { pointer, by: None }.into()
}

fn changed(patch: &AgendaItemPatch) -> Change {
    if *patch == AgendaItemPatch::default() {
        Change::Unchanged
    } else {
        Change::Updated
    }
}

fn of_item<'s>(meeting: &'s FoundMeeting, says: &'s theirs::Item) -> Saying<'s, theirs::Item> {
    Saying {
        what: PublishedKind::AgendaItem,
        reference: &says.reference,
        url: format!("{}#AI{}", meeting.url, says.reference).into(),
        says,
        title: format!("{} {}", says.number, says.title),
    }
}
