//! Reads the pages that people read, for sites whose web service is switched off: the list of committees
//! (`mgListCommittees.aspx`), a committee (`mgCommitteeDetails.aspx`), its meetings (`ieListMeetings.aspx`), a meeting with its
//! agenda (`ieListDocuments.aspx`) and an item (`mgAi.aspx`).
//!
//! Councils put their own frame around these pages, so they are read by what the service itself puts there: the ids in its
//! links and anchors, and the classes of its elements. An issue (`ieIssueDetails.aspx`) and a decision
//! (`ieDecisionDetails.aspx`) have ids of their own, by which no item is known, and are not read.

mod agenda;
mod minuted;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use chrono::NaiveDateTime;

use super::page::Page;
use super::said::{off, printed, standing};
use super::{BadAnswer, Committee, Item, Meeting, NotUnderstood, Rows, Status, is_id};
use crate::domain::published::PublishedKind;
use agenda::items;
pub use minuted::{Minuted, item, minutes};

/// A page of the list of a committee's meetings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarPage {
    /// The meetings on it.
    pub meetings: Rows<Meeting>,
    /// What the page with the meetings before is asked for, if there is one.
    pub earlier: Option<Vec<(String, String)>>,
    /// The same of the page with the meetings after.
    pub later: Option<Vec<(String, String)>>,
}

/// The page of a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingPage {
    /// The meeting.
    pub meeting: Meeting,
    /// Its agenda.
    pub agenda: Rows<Item>,
    /// What was minuted, item by item in the order of the agenda.
    pub minuted: Vec<Minuted>,
    /// Whether the page says that there are minutes, on it or elsewhere.
    pub has_minutes: bool,
    /// Where the page links to the minutes as a document, as it is written there.
    pub document: Option<String>,
}

/// Reads the list of committees.
pub fn committees(document: &[u8]) -> Result<Rows<Committee>, BadAnswer> {
    let page = Page::read(document)?;
    let (mut category, mut rows) = (None, Vec::new());
    let (mut not_understood, mut seen) = (Vec::new(), HashMap::new());
    for at in page.elements(content(&page)) {
        if page.has_class(at, "mgSectionTitle") {
            category = Some(page.text(page.range(at))).filter(|text| !text.is_empty());
            continue;
        }
        let link = page
            .link(at)
            .filter(|link| link.page == "mgcommitteedetails.aspx");
        let Some(link) = link else { continue };
        let reference = link.param(&["id"]).unwrap_or_default().to_owned();
        let name = page.text(page.range(at));
        // A committee may be listed under more than one heading.
        if seen.get(&reference) == Some(&name) || name.is_empty() {
            continue;
        }
        let reason = if !is_id(&reference) {
            "its id is not a number"
        } else if seen.insert(reference.clone(), name.clone()).is_some() {
            "its id stands there twice"
        } else {
            rows.push(Committee {
                reference,
                name,
                category: category.clone(),
                ended: false,
            });
            continue;
        };
        not_understood.push(not(PublishedKind::Committee, Some(&reference), reason));
    }
    if rows.is_empty() && not_understood.is_empty() {
        return Err(BadAnswer::OtherPage(
            "link to a committee (mgCommitteeDetails.aspx)",
        ));
    }
    Ok(Rows {
        rows,
        not_understood,
    })
}

/// Reads the page of a committee, which has one also where it is listed no longer.
pub fn committee(document: &[u8], reference: &str) -> Result<Committee, BadAnswer> {
    let page = Page::read(document)?;
    if !names_committee(&page, reference) {
        return Err(BadAnswer::OtherPage("committee of that id"));
    }
    let name = title(&page).ok_or(BadAnswer::OtherPage(
        "name of the committee (mgSubTitleTxt)",
    ))?;
    Ok(Committee {
        reference: reference.to_owned(),
        name,
        category: None,
        ended: false,
    })
}

/// Reads a page of the list of a committee's meetings.
pub fn calendar(document: &[u8], committee: &str) -> Result<CalendarPage, BadAnswer> {
    let page = Page::read(document)?;
    if !names_committee(&page, committee) {
        return Err(BadAnswer::OtherPage(
            "list of the meetings of that committee",
        ));
    }
    let (mut earlier, mut later) = (None, None);
    let mut links = Vec::new();
    for at in page.elements(content(&page)) {
        let Some(link) = page.link(at) else { continue };
        let own = link
            .param(&["cid", "committeeid"])
            .is_none_or(|id| id == committee);
        match link.page.as_str() {
            "ielistdocuments.aspx" if own => {
                if let Some(id) = link.param(&["mid", "meetingid"]) {
                    links.push((at, id.to_owned()));
                }
            }
            "ielistmeetings.aspx" if own => {
                match link.param(&["act"]).map(str::to_ascii_lowercase).as_deref() {
                    Some("earlier" | "prev" | "previous") => earlier = Some(link.asked),
                    Some("later" | "next") => later = Some(link.asked),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    let (mut rows, mut not_understood) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for (place, (at, id)) in links.iter().enumerate() {
        if !seen.insert(id) {
            continue;
        }
        let next = links.get(place + 1).map(|(at, _)| *at);
        match listed(&page, *at, next, id) {
            Ok(meeting) => rows.push(meeting),
            Err(reason) => not_understood.push(not(PublishedKind::Meeting, Some(id), reason)),
        }
    }
    Ok(CalendarPage {
        meetings: Rows {
            rows,
            not_understood,
        },
        earlier,
        later,
    })
}

/// A meeting as the list has it: the time in the link, and behind it what there is of it, or that it is off.
fn listed(page: &Page, at: usize, next: Option<usize>, id: &str) -> Result<Meeting, &'static str> {
    if !is_id(id) {
        return Err("its id is not a number");
    }
    let link = page.range(at);
    let text = page.text(link.clone());
    let row = page.row(at).map_or(link.end, |row| page.range(row).end);
    let behind = page.text(link.end..next.map_or(row, |next| row.min(next)).max(link.end));
    let printed = printed(&text).ok_or("its date cannot be read")?;
    let time = printed.time.ok_or("its time cannot be read")?;
    let said = format!("{}, {behind}", printed.rest);
    let status = off(printed.before)
        .or_else(|| standing(&said))
        .ok_or(UNKNOWN)?;
    Ok(Meeting {
        reference: id.to_owned(),
        starts: NaiveDateTime::new(printed.day, time),
        status,
        location: None,
    })
}

const UNKNOWN: &str = "its status is not one that is known";

/// Reads the page of a meeting.
pub fn meeting(document: &[u8], reference: &str) -> Result<MeetingPage, BadAnswer> {
    let page = Page::read(document)?;
    let heading = title(&page).ok_or_else(|| {
        let own = ["mgMainTitleTxt", "mgContent"];
        if own
            .iter()
            .any(|class| page.of_class(page.whole(), class).next().is_some())
        {
            BadAnswer::NoMeeting
        } else {
            BadAnswer::OtherPage("heading with the meeting's time (mgSubTitleTxt)")
        }
    })?;
    let printed = printed(&heading).ok_or(BadAnswer::Meeting("its date cannot be read"))?;
    let time = printed
        .time
        .ok_or(BadAnswer::Meeting("its time cannot be read"))?;
    let mut status = off(printed.before)
        .or_else(|| standing(printed.rest))
        .ok_or(BadAnswer::Meeting(UNKNOWN))?;
    let (agenda, minuted) = items(&page);
    let main = page.of_class(page.whole(), "mgMainTitleTxt").next();
    let main = main.map(|at| page.text(page.range(at)).to_lowercase());
    let has_minutes = main.is_some_and(|main| main.contains("minutes"))
        || minuted.iter().any(|item| !item.minutes.is_empty());
    if has_minutes && status == Status::Scheduled {
        status = Status::Held;
    }
    Ok(MeetingPage {
        meeting: Meeting {
            reference: reference.to_owned(),
            starts: NaiveDateTime::new(printed.day, time),
            status,
            location: venue(&page),
        },
        agenda,
        minuted,
        has_minutes,
        document: document_of_minutes(&page),
    })
}

/// The link to the printed minutes.
fn document_of_minutes(page: &Page) -> Option<String> {
    page.elements(page.whole()).find_map(|at| {
        let address = page.attribute(at, "href").filter(|_| page.is(at, &["a"]))?;
        let said = page.text(page.range(at)).to_lowercase();
        let printed =
            said.starts_with("printed minutes") || said.starts_with("printed draft minutes");
        (printed && address.len() <= 1_000).then(|| address.to_owned())
    })
}

/// The part of the page that is about its subject, where that is marked.
fn content(page: &Page) -> Range<usize> {
    let marked = page.of_class(page.whole(), "mgContent").next();
    marked.map_or(page.whole(), |at| page.range(at))
}

/// What the page is about.
fn title(page: &Page) -> Option<String> {
    let at = page.of_class(page.whole(), "mgSubTitleTxt").next()?;
    Some(page.text(page.range(at))).filter(|text| !text.is_empty())
}

/// Whether a page links to that committee, as each page about it does.
fn names_committee(page: &Page, reference: &str) -> bool {
    page.elements(page.whole()).any(|at| {
        page.link(at).is_some_and(|link| {
            let id = match link.page.as_str() {
                "mgcommitteedetails.aspx" => link.param(&["id"]),
                "ielistmeetings.aspx" => link.param(&["cid", "committeeid"]),
                _ => None,
            };
            id == Some(reference)
        })
    })
}

/// Where the meeting takes place.
fn venue(page: &Page) -> Option<String> {
    let label = page.of_class(page.whole(), "mgLabel").find(|label| {
        let said = page.text(page.range(*label)).to_lowercase();
        matches!(
            said.trim_end_matches([':', ' ']),
            "venue" | "proposed venue"
        )
    })?;
    let from = page.range(label).end;
    // A link to directions follows it.
    let until = page
        .elements(from..page.whole().end)
        .find(|at| page.is(*at, &["a"]))
        .unwrap_or(page.whole().end);
    let venue = page.text(from..until.min(page.end_of_block(label)));
    let venue = venue.trim_end_matches(['.', ' ']);
    (!venue.is_empty()).then(|| venue.to_owned())
}

fn not(what: PublishedKind, reference: Option<&str>, reason: &str) -> NotUnderstood {
    NotUnderstood {
        what,
        reference: reference.map(|id| id.chars().take(40).collect()),
        reason: reason.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn agenda_of(content: &str) -> MeetingPage {
        let page = format!(
            "<h1 class=mgMainTitleTxt>Agenda</h1><h2 class=\"mgSubTitleTxt\">Executive - Wednesday, 6th April, 2011 10.00 am</h2>{content}</html>"
        );
        meeting(page.as_bytes(), "7").unwrap()
    }

    fn read(page: &MeetingPage) -> Vec<(&str, &str, &str, bool)> {
        page.agenda
            .rows
            .iter()
            .map(|item| {
                (
                    item.reference.as_str(),
                    item.number.as_str(),
                    item.title.as_str(),
                    item.restricted,
                )
            })
            .collect()
    }

    #[test]
    fn agendas_are_read_in_the_frames_that_councils_give_them() {
        // Without cells for the numbers.
        let page = agenda_of(
            "<p class=\"mgAiTitleTxt\"><a name=\"AI19271\"></a>1.</p><p class=\"mgAiTitleTxt\"><a href=\"mgConvert2PDF.aspx?ID=6\">Minutes \
             <span class=mgFileSize>PDF 99 KB</span></a></p><p class=\"mgAiTitleTxt\"><a name=\"AI19272\"></a>2.</p>\
             <p class=\"mgAiTitleTxt\">Fees pdf icon PDF 365 KB</p>",
        );
        assert_eq!(
            read(&page),
            [
                ("19271", "1", "Minutes", false),
                ("19272", "2", "Fees", false)
            ]
        );
        // With a column for notes, an id that only a link has, and a mark before the title.
        let page = agenda_of(
            "<table><tr><td>*</td><td class=\"x mgItemNumberCell\"><p class=mgAiTitleTxt>620.<td><p class=mgAiTitleTxt>Budget</p>\
             <ul class=mgActionList><li><a href='ieDecisionDetails.aspx?AIId=31'>View the decision</a></ul></td></tr>\
             <tr><td><td class=mgItemNumberCell id=AI32>621.</td><td><img alt='Restricted item' src=x><p class=mgAiTitleTxt>Land</table>",
        );
        assert_eq!(
            read(&page),
            [("31", "620", "Budget", false), ("32", "621", "Land", true)]
        );
        assert_eq!(page.meeting.starts.to_string(), "2011-04-06 10:00:00");
        assert!(!page.has_minutes);
    }

    #[test]
    fn a_meeting_that_is_off_is_so_wherever_its_page_says_it() {
        for (heading, status) in [
            (
                "Cabinet - Thursday 4 December 2025 7:30 pm, CANCELLED",
                Status::Cancelled,
            ),
            (
                "CANCELLED - Cabinet - Thursday 4 December 2025 7:30 pm",
                Status::Cancelled,
            ),
            (
                "POSTPONED - PLANNING Committee - Monday 7 December 2026 7:30 pm",
                Status::Postponed,
            ),
            (
                "Cabinet - Thursday 4 December 2025 7:30 pm - Postponed",
                Status::Postponed,
            ),
            (
                "Cabinet - Thursday 4 December 2025 7:30 pm",
                Status::Scheduled,
            ),
        ] {
            let page = format!("<h2 class=mgSubTitleTxt>{heading}</h2></html>");
            let page = meeting(page.as_bytes(), "7").unwrap();
            assert_eq!(page.meeting.status, status, "{heading}");
        }
        let odd =
            "<h2 class=mgSubTitleTxt>Cabinet - 4 December 2025 7:30 pm, UNDER REVIEW</h2></html>";
        assert_eq!(
            meeting(odd.as_bytes(), "7"),
            Err(BadAnswer::Meeting(UNKNOWN))
        );
    }

    #[test]
    fn minutes_are_put_together_under_their_headings() {
        let page = agenda_of(
            "<table><tr><td class=mgItemNumberCell><a name=AI1></a>8.</td><td><p class=mgAiTitleTxt>Fees &amp; rents</p>\
             <div class=mgWordPara><p>To consider.</p></div><p class=mgSubItemTitleTxt>Decision:</p>\
             <div class=mgWordPara><div class=WordSection1><p>Agreed.</p></div></div><p class=mgSubItemTitleTxt>Minutes:</p>\
             <div class=mgWordPara><p>Said.</p></div></td></tr><tr><td class=mgItemNumberCell><a name=AI2></a>9.</td>\
             <td><p class=mgAiTitleTxt>Rates</p><p class=mgSubItemTitleTxt>Minutes:</p><div class=mgWordPara><p>&nbsp;</p></div></td></tr></table>\
             <a href='documents/g1/Printed minutes.pdf?T=1'>Printed minutes <span class=mgFileSize>PDF 9 KB</span></a>",
        );
        assert_eq!(
            minutes(&page.minuted).unwrap(),
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Minutes</title></head>\n<body>\n\
             <h2>8. Fees &amp; rents</h2>\n<p>Decision:</p>\n<div><div><p>Agreed.</p></div></div>\n<p>Minutes:</p>\n\
             <div><p>Said.</p></div>\n</body>\n</html>\n"
        );
        assert!(page.has_minutes);
        assert_eq!(page.meeting.status, Status::Held);
        assert_eq!(
            page.document.as_deref(),
            Some("documents/g1/Printed minutes.pdf?T=1")
        );
        assert_eq!(minutes(&[Minuted::default()]), None);
    }

    proptest! {
        #[test]
        fn no_page_is_a_panic(source in "(<table>|</table>|<tr>|<td class=mgItemNumberCell>|</td>|<p class=mgAiTitleTxt>|</p>|<a name=AI7>|<a href='mgAi.aspx\\?ID=7'>|</a>|<p class=mgSubItemTitleTxt>Minutes:|<div class=mgWordPara>|</div>|<h2 class=mgSubTitleTxt>|3 May 2014 |10.00 am|8.|é|<ul class=mgBulletList>|<li>|<a href='ieListDocuments.aspx\\?CId=1&MId=2'>|<a href='mgCommitteeDetails.aspx\\?ID=1'>|<span class=mgLabel>Venue:|<){0,40}") {
            let page = format!("{source}</html>");
            let page = page.as_bytes();
            let _read = committees(page);
            let _read = committee(page, "1");
            let _read = calendar(page, "1");
            let _read = item(page);
            if let Ok(page) = meeting(page, "1") {
                let _read = minutes(&page.minuted);
            }
        }
    }
}
