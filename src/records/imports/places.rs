//! What the rows name: committees, meetings, items and posts, each looked up once for all rows.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};

use super::cells::Row;
use super::owners::{Named, did_you_mean};
use super::report::shortened;
use super::{Import, Options};
use crate::clock::{end_of_london_day, london_day, start_of_london_day};
use crate::db::agenda_items::{self, AgendaItem};
use crate::db::committees::{self, Committee, CommitteeFilter};
use crate::db::meetings::{self, Meeting};
use crate::db::posts::{self, Post, PostFilter};
use crate::domain::due::DueTerm;
use crate::domain::ids::{AgendaItemId, CommitteeId, MeetingId, PostId};
use crate::domain::imported::TrackerField;
use crate::domain::naming::{KnownNames, NameMatch, fold};
use crate::records::actions::NewDue;
use crate::records::{Failure, Writing, calendar};
use crate::tracker::due::Says;

/// More than there are of what is looked up whole: committees and posts, of which a council has hundreds.
const ALL: i64 = i64::MAX;

/// For how many printed names others like them are looked for.
pub(super) const MAX_COMPARED: usize = 100;

/// The meeting that asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// One that is recorded.
    At(MeetingId),
    /// One that is to be recorded as held.
    New(NaiveDate),
}

/// What a row names, once all of it was found.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) committee: CommitteeId,
    pub(super) code: String,
    pub(super) asked: Asked,
    pub(super) item: Option<AgendaItemId>,
    pub(super) owner: Named,
    pub(super) supporting: Vec<Named>,
    pub(super) due: NewDue,
}

/// What is known of what the rows name.
pub(super) struct Places<'i> {
    pub(super) options: &'i Options,
    committees: HashMap<String, Committee>,
    by_name: KnownNames<CommitteeId>,
    meetings: HashMap<(CommitteeId, NaiveDate), Vec<Meeting>>,
    items: HashMap<MeetingId, Vec<AgendaItem>>,
    pub(super) posts: KnownNames<PostId>,
    pub(super) standing: HashMap<PostId, Post>,
    pub(super) ended: HashMap<String, Post>,
    pub(super) owners: HashMap<String, String>,
    pub(super) found: HashMap<String, Result<Named, (&'static str, String)>>,
    pub(super) compared: usize,
}

impl<'i> Places<'i> {
    /// Looks up what the rows name, in a number of queries that does not grow with theirs.
    pub(super) fn look_up(
        w: &mut Writing<'_>,
        import: &'i Import,
        rows: &[Row],
    ) -> Result<Self, Failure> {
        let options = &import.options;
        let all = committees::list(w.tx, &w.sight, &CommitteeFilter::default(), None, ALL)?;
        let names = all
            .iter()
            .map(|committee| (committee.id, committee.name.clone()));
        let today = w.today();
        let (standing, ended): (Vec<_>, Vec<_>) =
            posts::list(w.tx, &PostFilter::default(), None, ALL)?
                .into_iter()
                .partition(|post| post.office().stands(today));
        let titles = standing.iter().map(|post| (post.id, post.title.clone()));
        let owners = options.owners.iter();
        let mut places = Self {
            options,
            by_name: KnownNames::new(names),
            posts: KnownNames::new(titles),
            committees: all.into_iter().map(|own| (own.code.clone(), own)).collect(),
            meetings: HashMap::new(),
            items: HashMap::new(),
            standing: standing.into_iter().map(|post| (post.id, post)).collect(),
            ended: ended
                .into_iter()
                .map(|post| (fold(&post.title), post))
                .collect(),
            owners: owners
                .map(|(printed, post)| (fold(printed), post.clone()))
                .collect(),
            found: HashMap::new(),
            compared: 0,
        };
        places.look_up_meetings(w, rows)?;
        Ok(places)
    }

    fn look_up_meetings(&mut self, w: &mut Writing<'_>, rows: &[Row]) -> Result<(), Failure> {
        let (mut ids, mut days, mut with_items) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for row in rows {
            let Some(committee) = row.committee.as_ref().and_then(|name| self.committee(name))
            else {
                continue;
            };
            let id = committee.id;
            ids.insert(id);
            days.extend(row.meeting_on);
            if let Some(Says::MeetingOn(day)) = row.due.as_ref().map(|due| due.says) {
                days.insert(day);
            }
            if row.item.is_some() || row.title.is_some() {
                with_items.extend(row.meeting_on.map(|day| (id, day)));
            }
        }
        let from = days.first().and_then(|day| start_of_london_day(*day));
        let until = days.last().and_then(|day| end_of_london_day(*day));
        if let (Some(from), Some(until)) = (from, until) {
            let committees: Vec<_> = ids.iter().copied().collect();
            for meeting in meetings::between(w.tx, &committees, from, until)? {
                let key = (meeting.committee_id, london_day(meeting.starts_at.0));
                self.meetings.entry(key).or_default().push(meeting);
            }
        }
        let of: Vec<_> = with_items
            .iter()
            .filter_map(|key| self.meetings.get(key))
            .flatten()
            .map(|meeting| meeting.id)
            .collect();
        for item in agenda_items::of_meetings(w.tx, &of)? {
            if w.sight.sees(item.committee_id, item.exempt) {
                self.items.entry(item.meeting_id).or_default().push(item);
            }
        }
        for id in ids {
            if self.options.create_meetings {
                // Whoever changes a calendar locks its committee first, before any action.
                committees::lock(w.tx, id)?;
            }
            calendar::hold(w, id)?;
        }
        Ok(())
    }

    /// The committee of that code or name, in sight.
    pub(super) fn committee(&self, printed: &str) -> Option<&Committee> {
        if let Some(committee) = self.committees.get(&printed.to_ascii_uppercase()) {
            return Some(committee);
        }
        let id = self.by_name.exactly(printed)?;
        self.committees.values().find(|own| own.id == id)
    }

    /// Finds all that a row names, and tells what is not found.
    pub(super) fn place(&mut self, row: &mut Row) -> Option<Placed> {
        let committee = self.committee_of(row);
        let asked = committee
            .as_ref()
            .and_then(|committee| self.meeting_of(row, committee));
        let at = asked.and_then(|asked| self.began(row, committee.as_ref()?, asked));
        let item = match asked {
            Some(Asked::At(meeting)) => self.item_of(row, meeting),
            Some(Asked::New(_)) => self.item_of_new(row),
            None => None,
        };
        let owners = self.owners_of(row);
        let due = committee
            .as_ref()
            .zip(at)
            .and_then(|(committee, at)| self.due_of(row, committee, at));
        let (committee, asked, due) = (committee?, asked?, due?);
        let mut owners = owners?.into_iter();
        Some(Placed {
            committee: committee.id,
            code: committee.code,
            asked,
            item,
            owner: owners.next()?,
            supporting: owners.collect(),
            due,
        })
    }

    /// What a printed name that is nobody's own may mean. Names are compared letter by letter while nobody else writes, so only
    /// for so many.
    pub(super) fn like<K: Clone>(
        &mut self,
        printed: &str,
        among: fn(&Self) -> &KnownNames<K>,
    ) -> NameMatch<K> {
        if self.compared >= MAX_COMPARED {
            return NameMatch::None;
        }
        self.compared += 1;
        among(self).find(printed)
    }

    fn committee_of(&mut self, row: &mut Row) -> Option<Committee> {
        let printed = row.committee.clone()?;
        if let Some(committee) = self.committee(&printed) {
            return Some(committee.clone());
        }
        let mut detail = format!(
            "There is no committee of the code or name \u{201c}{}\u{201d}.",
            shortened(&printed, 100)
        );
        if let NameMatch::Close(like) = self.like(&printed, |known| &known.by_name) {
            detail.push_str(&did_you_mean(like.into_iter().map(|one| one.name)));
        }
        row.refuse(TrackerField::Committee, "not_found", detail);
        None
    }

    fn meeting_of(&self, row: &mut Row, committee: &Committee) -> Option<Asked> {
        let day = row.meeting_on?;
        let known = self
            .meetings
            .get(&(committee.id, day))
            .map_or(&[][..], Vec::as_slice);
        let mut standing = known.iter().filter(|meeting| meeting.status.stands());
        match (standing.next(), standing.next()) {
            (Some(only), None) => return Some(Asked::At(only.id)),
            (Some(_), Some(_)) => {
                let detail = format!("{} met more than once on {day}.", committee.code);
                row.refuse(TrackerField::Meeting, "ambiguous", detail);
            }
            _ if !known.is_empty() => {
                let detail = format!(
                    "The meeting of {} on {day} was cancelled or postponed.",
                    committee.code
                );
                row.refuse(TrackerField::Meeting, "not_held", detail);
            }
            _ if self.options.create_meetings => return Some(Asked::New(day)),
            _ => {
                let detail = format!(
                    "No meeting of {} on {day} is recorded. Record it, or ask for meetings to be recorded as held.",
                    committee.code
                );
                row.refuse(TrackerField::Meeting, "not_found", detail);
            }
        }
        None
    }

    /// When the meeting began that asked. Of one that is to be recorded, only the day is known.
    fn began(&self, row: &Row, committee: &Committee, asked: Asked) -> Option<DateTime<Utc>> {
        match asked {
            Asked::New(day) => start_of_london_day(day),
            Asked::At(id) => {
                let known = self.meetings.get(&(committee.id, row.meeting_on?))?;
                let own = known.iter().find(|meeting| meeting.id == id);
                own.map(|meeting| meeting.starts_at.0)
            }
        }
    }

    /// The item of the agenda: the one that the row names by its number or title, or the only one that has the row's title.
    fn item_of(&self, row: &mut Row, meeting: MeetingId) -> Option<AgendaItemId> {
        let items = self.items.get(&meeting).map_or(&[][..], Vec::as_slice);
        let titled = |title: &str| {
            let title = fold(title);
            let mut own = items.iter().filter(|item| fold(&item.title) == title);
            match (own.next(), own.next()) {
                (Some(only), None) => Some(only.id),
                _ => None,
            }
        };
        let Some(printed) = row.item.clone() else {
            return row.title.as_deref().and_then(titled);
        };
        let number = |text: &str| text.trim().trim_end_matches(['.', ')', ':']).to_lowercase();
        let numbered = |text: &str| {
            let own = items
                .iter()
                .find(|item| number(&item.number) == number(text));
            own.map(|item| item.id)
        };
        let first = printed.split(' ').next().unwrap_or_default();
        let found = numbered(&printed)
            .or_else(|| titled(&printed))
            .or_else(|| numbered(first));
        if found.is_none() {
            let detail = format!(
                "The agenda of the meeting has no item of the number or title \u{201c}{}\u{201d}.",
                shortened(&printed, 100)
            );
            row.refuse(TrackerField::AgendaItem, "not_found", detail);
        }
        found
    }

    #[expect(
        clippy::unused_self,
        reason = "beside the one for a meeting that is recorded"
    )]
    fn item_of_new(&self, row: &mut Row) -> Option<AgendaItemId> {
        if row.item.is_some() {
            let detail = "The meeting is not recorded yet, and so has no agenda.";
            row.refuse(TrackerField::AgendaItem, "not_found", detail);
        }
        None
    }

    /// The due term. When it is to be reviewed if it has no day, is known once all meetings are recorded.
    fn due_of(&self, row: &mut Row, committee: &Committee, at: DateTime<Utc>) -> Option<NewDue> {
        let due = row.due.clone()?;
        let term = match due.says {
            Says::Term(term) => term,
            Says::MeetingOn(day) => self.due_at(row, committee, day, at),
        };
        Some(NewDue {
            term,
            wording: due.wording,
            review_on: None,
        })
    }

    /// A deadline at a meeting of the committee, or on its day where no such meeting is recorded.
    fn due_at(
        &self,
        row: &mut Row,
        committee: &Committee,
        day: NaiveDate,
        decided_at: DateTime<Utc>,
    ) -> DueTerm {
        let known = self
            .meetings
            .get(&(committee.id, day))
            .map_or(&[][..], Vec::as_slice);
        let mut standing = known
            .iter()
            .filter(|meeting| meeting.status.stands() && meeting.starts_at.0 >= decided_at);
        if let (Some(only), None) = (standing.next(), standing.next()) {
            return DueTerm::Meeting(only.id);
        }
        row.note(format!(
            "No meeting of {} on {day} is recorded, so it is due on that day and follows no meeting.",
            committee.code
        ));
        DueTerm::Date(day)
    }
}
