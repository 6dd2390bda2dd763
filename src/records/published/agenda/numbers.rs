//! Items that wait for the number of another, and those that give one up.

use std::collections::{HashMap, HashSet};

use super::{FoundMeeting, Listed, Recorded, Taking};
use crate::db::agenda_items::AgendaItem;
use crate::domain::ids::MeetingId;
use crate::domain::published::PublishedKind;
use crate::records::Failure;
use crate::records::agenda_items::AgendaItemPatch;
use crate::records::published::refusal;

/// Items whose number another has, by that number.
#[derive(Default)]
pub(super) struct Waiting<'a>(HashMap<String, Vec<Listed<'a>>>);

impl<'a> Waiting<'a> {
    pub(super) fn put(&mut self, item: Listed<'a>) {
        self.0
            .entry(item.now.number.clone())
            .or_default()
            .push(item);
    }

    /// Those that wait for a number, which wait no longer.
    pub(super) fn for_number(&mut self, number: &str) -> Vec<Listed<'a>> {
        self.0.remove(number).unwrap_or_default()
    }

    /// All of them, in the order of the agenda.
    pub(super) fn rest(self) -> Vec<Listed<'a>> {
        let mut rest: Vec<_> = self.0.into_values().flatten().collect();
        rest.sort_by_key(|item| item.place);
        rest
    }

    fn in_order(&self) -> Vec<&Listed<'a>> {
        let mut all: Vec<_> = self.0.values().flatten().collect();
        all.sort_by_key(|item| item.place);
        all
    }
}

/// The number of an item that had to give its own up: nobody else has it.
pub(super) fn parked(reference: &str) -> String {
    format!("~{reference:.19}")
}

impl Taking<'_, '_> {
    /// Has numbers that others wait for given up, and answers with them: by one item of every ring that waits for itself, and by
    /// those that the meeting lists no longer.
    pub(super) fn given_up(
        &mut self,
        id: MeetingId,
        meeting: &FoundMeeting,
        waiting: &Waiting<'_>,
        here: &mut Recorded,
    ) -> Result<Vec<String>, Failure> {
        let waiting = waiting.in_order();
        let mut given_up = Vec::new();
        for (item, reference) in exchanged(id, &waiting, here) {
            if self.park(&item, &reference, here)? {
                given_up.push(item.number);
            }
        }
        let mut seen = HashSet::new();
        for wanted in waiting.iter().map(|item| &item.now.number) {
            let Some(holder) = here.numbered(id, wanted).cloned() else {
                continue;
            };
            let Some(source) = here.linked.get(&holder.id.0) else {
                continue;
            };
            let reference = source.reference.clone();
            if seen.insert(wanted)
                && !meeting.listed.contains(&reference)
                && self.park(&holder, &reference, here)?
            {
                let note = format!(
                    "The source lists it there no longer and gives its number, {wanted}, to another: it is kept as {}.",
                    parked(&reference)
                );
                self.note(PublishedKind::AgendaItem, &reference, note);
                given_up.push(holder.number);
            }
        }
        Ok(given_up)
    }

    /// Gives an item a number that nobody else has; `false` where that is refused.
    fn park(
        &mut self,
        item: &AgendaItem,
        reference: &str,
        here: &mut Recorded,
    ) -> Result<bool, Failure> {
        let number = parked(reference);
        if item.number == number {
            return Ok(false);
        }
        let patch = AgendaItemPatch {
            number: Some(number),
            ..AgendaItemPatch::default()
        };
        match self.change_item(item, &patch, here) {
            Ok(_) => {
                here.given_up.insert(item.id, item.number.clone());
                Ok(true)
            }
            Err(failure) => {
                refusal(failure)?;
                Ok(false)
            }
        }
    }
}

/// One item of each ring of those that have exchanged their numbers, so that each waits for another; with its id there.
fn exchanged(
    meeting: MeetingId,
    waiting: &[&Listed<'_>],
    here: &Recorded,
) -> Vec<(AgendaItem, String)> {
    // Who has the number that each is waiting for, where that one is waiting too.
    let by_record: HashMap<_, _> = waiting
        .iter()
        .filter_map(|item| Some((item.known?.record_id.0, item.now.reference.as_str())))
        .collect();
    let mut holders = HashMap::new();
    for item in waiting {
        let holder = here.numbered(meeting, &item.now.number);
        if let Some((holder, other)) =
            holder.and_then(|holder| Some((holder, *by_record.get(&holder.id.0)?)))
        {
            holders.insert(item.now.reference.as_str(), (other, holder));
        }
    }
    // Whoever is gone past twice, going from each to who has its number, is on a ring.
    let (mut gone, mut rings) = (HashSet::new(), Vec::new());
    for item in waiting {
        let mut at = item.now.reference.as_str();
        let mut way = HashSet::new();
        while gone.insert(at) {
            way.insert(at);
            let Some((next, holder)) = holders.get(at) else {
                break;
            };
            if way.contains(next) {
                rings.push(((*holder).clone(), (*next).to_owned()));
                break;
            }
            at = next;
        }
    }
    rings
}
