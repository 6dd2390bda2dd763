//! Gathering what a site says of a committee, before anything of it is written.

use std::collections::HashSet;

use chrono::NaiveDate;
use indicatif::ProgressBar;

use super::args::{ModerngovArgs, Wanted};
use super::minutes::{self, PublishedMinutes};
use super::progress::begin;
use super::publication::{OwnMeeting, Publication, Shape};
use super::report::CommitteeReport;
use super::site::SiteError;
use crate::domain::published::PublishedKind;
use crate::moderngov::{Committee, Meeting, NotUnderstood, Rows, Status};
use crate::records::published::{Found, FoundMeeting, Note};

/// What is asked of the site about one committee.
pub(super) struct Asked<'a> {
    pub(super) args: &'a ModerngovArgs,
    pub(super) wanted: &'a Wanted,
    pub(super) committee: Committee,
    pub(super) days: (NaiveDate, NaiveDate),
}

/// A committee as it was found, with the minutes of its meetings.
pub(super) struct Gathered {
    pub(super) found: Found,
    pub(super) minutes: Vec<PublishedMinutes>,
}

/// Fetches a committee's calendar, the agenda of each of its meetings, and the minutes if they are asked for.
pub(super) async fn gather(
    publication: &mut Publication,
    asked: Asked<'_>,
    told: &mut CommitteeReport,
    bar: &ProgressBar,
) -> Result<Gathered, SiteError> {
    let (args, id, (from, until)) = (asked.args, &asked.wanted.reference, asked.days);
    let calendar = publication.calendar(id, asked.days).await?;
    let listed = listed(&calendar);
    told.not_taken.extend(calendar.not_understood);
    begin(bar, &asked.committee.name, calendar.rows.len());
    let mut gathered = Gathered {
        found: Found {
            system: args.system.clone(),
            base: args.base_url.to_string(),
            site_moved: args.site_moved,
            says_what_is_public: publication.shape == Shape::WebService,
            url: args.base_url.committee(id),
            committee: asked.committee,
            code: asked.wanted.code.clone(),
            days: from..=until,
            meetings: Vec::with_capacity(calendar.rows.len()),
            listed,
            gone: HashSet::new(),
        },
        minutes: Vec::new(),
    };
    for mut meeting in calendar.rows {
        let mut own = own_meeting(publication, id, &meeting, told).await?;
        let believed = match &mut own {
            Some(own) => agree(&mut meeting, &mut own.meeting, told),
            None => true,
        };
        if believed {
            gathered.add(publication, args, meeting, own, told).await?;
        }
        bar.inc(1);
    }
    Ok(gathered)
}

impl Gathered {
    async fn add(
        &mut self,
        publication: &mut Publication,
        args: &ModerngovArgs,
        meeting: Meeting,
        own: Option<OwnMeeting>,
        told: &mut CommitteeReport,
    ) -> Result<(), SiteError> {
        let id = &self.found.committee.reference;
        if args.minutes {
            let published = minutes::published(publication, id, &meeting, own.as_ref(), told);
            self.minutes.extend(published.await?);
        }
        let url = args.base_url.meeting(id, &meeting.reference);
        let meeting = found_meeting(meeting, url, own, told);
        self.found.meetings.push(meeting);
        Ok(())
    }

    /// Asks for meetings that are recorded and not listed, each for itself: one may have moved to a day that was not asked for, or
    /// be left out of the calendar. Only what the site says is gone is.
    pub(super) async fn look_for(
        &mut self,
        publication: &mut Publication,
        args: &ModerngovArgs,
        unlisted: Vec<String>,
        told: &mut CommitteeReport,
        bar: &ProgressBar,
    ) -> Result<(), SiteError> {
        bar.inc_length(unlisted.len() as u64);
        let listed = self.found.meetings.iter();
        let taken: HashSet<_> = listed.map(|listed| listed.meeting.starts).collect();
        for reference in unlisted {
            let committee = &self.found.committee.reference;
            match publication.meeting(committee, &reference).await {
                // It was made anew, and its old page left.
                Ok(own) if taken.contains(&own.meeting.starts) => {
                    self.found.gone.insert(reference);
                }
                Ok(own) => self.unlisted(publication, args, own, told).await?,
                Err(error) if error.is_down() => return Err(error),
                Err(error) if error.says_gone() => {
                    self.found.gone.insert(reference);
                }
                Err(error) => told.notes.push(Note {
                    what: PublishedKind::Meeting,
                    note: format!(
                        "The calendar does not list it, and whether it is gone is not known: {error}."
                    ),
                    reference,
                }),
            }
            bar.inc(1);
        }
        Ok(())
    }

    /// Adds a meeting that the calendar does not list and that is there all the same.
    async fn unlisted(
        &mut self,
        publication: &mut Publication,
        args: &ModerngovArgs,
        own: OwnMeeting,
        told: &mut CommitteeReport,
    ) -> Result<(), SiteError> {
        let meeting = own.meeting.clone();
        let reference = meeting.reference.clone();
        if self.found.days.contains(&meeting.starts.date()) {
            told.notes.push(Note {
                what: PublishedKind::Meeting,
                reference: reference.clone(),
                note: "The calendar does not list it, and its own page or document is there: it is not taken to be gone."
                    .to_owned(),
            });
        }
        self.found.listed.insert(reference);
        self.add(publication, args, meeting, Some(own), told).await
    }
}

/// The ids of all meetings of a calendar, understood or not.
fn listed(calendar: &Rows<Meeting>) -> HashSet<String> {
    let understood = calendar
        .rows
        .iter()
        .map(|meeting| meeting.reference.clone());
    let others = calendar.not_understood.iter();
    understood
        .chain(others.filter_map(|row| row.reference.clone()))
        .collect()
}

/// A meeting as its own document or page has it; nothing where that cannot be read, which is told.
async fn own_meeting(
    publication: &mut Publication,
    committee: &str,
    meeting: &Meeting,
    told: &mut CommitteeReport,
) -> Result<Option<OwnMeeting>, SiteError> {
    let id = &meeting.reference;
    match publication.meeting(committee, id).await {
        Ok(own) => Ok(Some(own)),
        Err(error) if error.is_down() => Err(error),
        Err(error) => {
            told.not_taken.push(NotUnderstood {
                what: PublishedKind::Meeting,
                reference: Some(id.clone()),
                reason: format!("Its agenda was not read: {error}."),
            });
            Ok(None)
        }
    }
}

/// Whether the calendar and the meeting itself say the same of where it stands. One that is off by either is off; one that has
/// another day by each is not believed, and told.
fn agree(listed: &mut Meeting, own: &mut Meeting, told: &mut CommitteeReport) -> bool {
    let reference = &listed.reference;
    let (list_day, own_day) = (listed.starts.date(), own.starts.date());
    if list_day != own_day {
        told.not_taken.push(NotUnderstood {
            what: PublishedKind::Meeting,
            reference: Some(reference.clone()),
            reason: format!(
                "It is on {list_day} by the calendar, and on {own_day} by its own page or document."
            ),
        });
        return false;
    }
    let off = |status| matches!(status, Status::Cancelled | Status::Postponed);
    if off(listed.status) != off(own.status) {
        let status = if off(own.status) {
            own.status
        } else {
            listed.status
        };
        (listed.status, own.status) = (status, status);
        told.notes.push(Note {
            what: PublishedKind::Meeting,
            reference: reference.clone(),
            note: "Only one of the calendar and its own page or document says that it is off: it is taken to be."
                .to_owned(),
        });
    }
    true
}

/// A meeting and its agenda as it has them itself, or as the calendar has it.
fn found_meeting(
    meeting: Meeting,
    url: String,
    own: Option<OwnMeeting>,
    told: &mut CommitteeReport,
) -> FoundMeeting {
    let Some(OwnMeeting {
        meeting, agenda, ..
    }) = own
    else {
        return FoundMeeting {
            meeting,
            url,
            agenda: None,
            listed: HashSet::new(),
        };
    };
    let understood = agenda.rows.iter().map(|item| item.reference.clone());
    let others = agenda.not_understood.iter();
    let listed = understood
        .chain(others.filter_map(|row| row.reference.clone()))
        .collect();
    told.not_taken.extend(agenda.not_understood);
    FoundMeeting {
        meeting,
        url,
        agenda: Some(agenda.rows),
        listed,
    }
}
