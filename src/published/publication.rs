//! What a council publishes, in either of the two shapes in which its site does.

use std::collections::HashSet;

use chrono::NaiveDate;
use serde::Serialize;

use super::site::{MAX_PAGES, NoAnswer, Site, SiteError};
use crate::moderngov::pages::{self, CalendarPage, Minuted};
use crate::moderngov::{self, Committee, Item, Meeting, Rows};

/// The shape in which a site is read. Ids are the same in both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Its web service, in XML.
    WebService,
    /// Its pages, in HTML.
    Pages,
}

/// A site that is read in one of the shapes.
pub(super) struct Publication {
    pub(super) site: Site,
    pub(super) shape: Shape,
}

/// A meeting as its own document or page has it.
pub(super) struct OwnMeeting {
    pub(super) meeting: Meeting,
    pub(super) agenda: Rows<Item>,
    /// What was minuted, where the meeting was read on its page.
    minuted: Option<OnPage>,
}

/// What the page of a meeting has of its minutes.
#[derive(Clone)]
struct OnPage {
    minuted: Vec<Minuted>,
    has_minutes: bool,
    document: Option<String>,
}

/// The minutes of a meeting as they are published.
pub(super) enum Minutes {
    /// There are none.
    None,
    /// One page of HTML.
    Text {
        text: String,
        /// How many items were not asked for what was minuted.
        left_out: usize,
    },
    /// A document alone, at that address.
    Document(String),
}

/// The most items whose own pages are asked for what was minuted.
pub(super) const MAX_ITEM_PAGES: usize = 200;

impl Publication {
    /// The committees of the site.
    pub(super) async fn committees(&mut self) -> Result<Rows<Committee>, SiteError> {
        match self.shape {
            Shape::WebService => {
                let what = "mgWebService.asmx/GetCommittees";
                self.site.ask(what, &[], moderngov::committees).await
            }
            Shape::Pages => {
                let query = [("bcr", "1")];
                self.site
                    .ask("mgListCommittees.aspx", &query, pages::committees)
                    .await
            }
        }
    }

    /// A committee that the site does not list; it may have a page all the same.
    pub(super) async fn unlisted(&mut self, id: &str) -> Result<Option<Committee>, SiteError> {
        if self.shape == Shape::WebService {
            return Ok(None);
        }
        let read = |document: &[u8]| pages::committee(document, id);
        let query = [("ID", id)];
        match self.site.ask("mgCommitteeDetails.aspx", &query, read).await {
            Ok(committee) => Ok(Some(committee)),
            Err(error) if error.is_none() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The calendar of a committee from one day to another, both included.
    pub(super) async fn calendar(
        &mut self,
        committee: &str,
        (from, until): (NaiveDate, NaiveDate),
    ) -> Result<Rows<Meeting>, SiteError> {
        match self.shape {
            Shape::WebService => {
                let written = |day: NaiveDate| day.format("%d/%m/%Y").to_string();
                let (from, until) = (written(from), written(until));
                let query = [
                    ("lCommitteeId", committee),
                    ("sFromDate", &from),
                    ("sToDate", &until),
                ];
                let what = "mgWebService.asmx/GetMeetings";
                self.site.ask(what, &query, moderngov::meetings).await
            }
            Shape::Pages => self.turned(committee, (from, until)).await,
        }
    }

    /// Turns the pages of a list of meetings, from the one that is shown at first, backwards and forwards as far as it must.
    async fn turned(
        &mut self,
        committee: &str,
        (from, until): (NaiveDate, NaiveDate),
    ) -> Result<Rows<Meeting>, SiteError> {
        let mut all = Rows {
            rows: Vec::new(),
            not_understood: Vec::new(),
        };
        let mut listed = HashSet::new();
        let first = vec![
            ("CId".to_owned(), committee.to_owned()),
            ("Year".to_owned(), "0".to_owned()),
        ];
        let mut turned = 1;
        let page = self.list_of_meetings(committee, &first).await?;
        let (mut earlier, mut later) = (page.earlier.clone(), page.later.clone());
        let span = |page: &CalendarPage| {
            let days = page.meetings.rows.iter().map(|m| m.starts.date());
            days.clone().min().zip(days.max())
        };
        let (mut oldest, mut newest) = span(&page).unzip();
        take(page, &mut all, &mut listed);
        let mut asked = HashSet::from([first]);
        loop {
            let back = earlier
                .take()
                .filter(|_| oldest.is_none_or(|oldest| oldest >= from));
            let ahead = later
                .take()
                .filter(|_| newest.is_none_or(|newest| newest <= until));
            let backwards = back.is_some();
            // The other direction waits for its turn.
            let next = match (back, ahead) {
                (Some(back), ahead) => {
                    later = ahead;
                    back
                }
                (None, Some(ahead)) => ahead,
                (None, None) => break,
            };
            if !asked.insert(next.clone()) {
                continue;
            }
            turned += 1;
            if turned > MAX_PAGES {
                let address = self.site.address("ieListMeetings.aspx", &pairs(&next));
                let why = NoAnswer::Endless;
                return Err(SiteError { address, why });
            }
            let page = self.list_of_meetings(committee, &next).await?;
            let days = span(&page);
            if backwards {
                earlier.clone_from(&page.earlier);
                oldest = days.map(|(oldest, _)| oldest).or(oldest);
            } else {
                later.clone_from(&page.later);
                newest = days.map(|(_, newest)| newest).or(newest);
            }
            take(page, &mut all, &mut listed);
        }
        all.rows
            .retain(|meeting| (from..=until).contains(&meeting.starts.date()));
        all.rows
            .sort_by_key(|meeting| (meeting.starts, meeting.reference.clone()));
        Ok(all)
    }

    async fn list_of_meetings(
        &mut self,
        committee: &str,
        query: &[(String, String)],
    ) -> Result<CalendarPage, SiteError> {
        let read = |document: &[u8]| pages::calendar(document, committee);
        self.site
            .ask("ieListMeetings.aspx", &pairs(query), read)
            .await
    }

    /// A meeting as its own document or page has it, with its agenda.
    pub(super) async fn meeting(
        &mut self,
        committee: &str,
        id: &str,
    ) -> Result<OwnMeeting, SiteError> {
        match self.shape {
            Shape::WebService => {
                let read = |document: &[u8]| moderngov::meeting(document, id);
                let what = "mgWebService.asmx/GetMeeting";
                let (meeting, agenda) = self.site.ask(what, &[("lMeetingId", id)], read).await?;
                Ok(OwnMeeting {
                    meeting,
                    agenda,
                    minuted: None,
                })
            }
            Shape::Pages => self.meeting_page(committee, id).await,
        }
    }

    async fn meeting_page(&mut self, committee: &str, id: &str) -> Result<OwnMeeting, SiteError> {
        let read = |document: &[u8]| pages::meeting(document, id);
        let query = [("CId", committee), ("MId", id), ("Ver", "4")];
        let page = self.site.ask("ieListDocuments.aspx", &query, read).await?;
        Ok(OwnMeeting {
            meeting: page.meeting,
            agenda: page.agenda,
            minuted: Some(OnPage {
                minuted: page.minuted,
                has_minutes: page.has_minutes,
                document: page.document,
            }),
        })
    }

    /// The minutes of a meeting, put together of what its page says of each item, or, where it says nothing, of the items' own
    /// pages.
    pub(super) async fn minutes(
        &mut self,
        committee: &str,
        id: &str,
        own: Option<&OwnMeeting>,
    ) -> Result<Minutes, SiteError> {
        let on_page = match own.and_then(|own| own.minuted.clone()) {
            Some(page) => Some(page),
            None => self.meeting_page(committee, id).await?.minuted,
        };
        let Some(mut page) = on_page else {
            return Ok(Minutes::None);
        };
        let mut left_out = 0;
        if page.has_minutes && page.minuted.iter().all(Minuted::is_empty) {
            let mut asked = 0;
            for item in &mut page.minuted {
                let Some(id) = &item.reference else { continue };
                if asked == MAX_ITEM_PAGES {
                    left_out += 1;
                    continue;
                }
                asked += 1;
                let query = [("ID", id.as_str())];
                let read = self.site.ask("mgAi.aspx", &query, pages::item).await?;
                (item.decision, item.minutes) = (read.decision, read.minutes);
            }
        }
        Ok(match (pages::minutes(&page.minuted), page.document) {
            (Some(text), _) => Minutes::Text { text, left_out },
            (None, Some(document)) => Minutes::Document(self.site.linked(&document)),
            (None, None) => Minutes::None,
        })
    }
}

/// Takes over what a page lists and none before it did.
fn take(page: CalendarPage, all: &mut Rows<Meeting>, listed: &mut HashSet<String>) {
    for meeting in page.meetings.rows {
        if listed.insert(meeting.reference.clone()) {
            all.rows.push(meeting);
        }
    }
    let not_understood = page.meetings.not_understood.into_iter();
    all.not_understood.extend(
        not_understood.filter(|row| listed.insert(row.reference.clone().unwrap_or_default())),
    );
}

fn pairs(query: &[(String, String)]) -> Vec<(&str, &str)> {
    query
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}
