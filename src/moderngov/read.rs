//! Reads the three documents. Elements are looked for by name wherever they stand, because what is around them differs from
//! one version of the service to the next.

use std::collections::HashSet;

use chrono::NaiveDateTime;

use super::said::{a_day, a_status, a_time};
use super::text::plain;
use super::xml::{self, Element};
use super::{BadAnswer, Committee, Item, Meeting, NotUnderstood, Rows, Status, is_id};
use crate::domain::published::PublishedKind;

/// Reads the answer of `GetCommittees`.
pub fn committees(document: &[u8]) -> Result<Rows<Committee>, BadAnswer> {
    let root = xml::parse(document)?;
    if !root.has(&["committees", "getcommittees"]) {
        return Err(BadAnswer::Other("list of committees"));
    }
    let what = PublishedKind::Committee;
    Ok(rows(
        &root,
        what,
        "committee",
        "committeeid",
        |element, reference| {
            Ok(Committee {
                reference,
                name: text(element, &["committeetitle", "committeename"])
                    .ok_or("it has no name")?,
                category: text(element, &["committeecategory"]),
                ended: flag(element, &["committeedeleted"])?.unwrap_or(false)
                    || flag(element, &["committeeexpired"])?.unwrap_or(false),
            })
        },
    ))
}

/// Reads the answer of `GetMeetings`: the calendar of a committee.
pub fn meetings(document: &[u8]) -> Result<Rows<Meeting>, BadAnswer> {
    let root = xml::parse(document)?;
    if !root.has(&["getmeetings", "committeemeetings", "meetings"]) {
        return Err(BadAnswer::Other("list of meetings"));
    }
    let what = PublishedKind::Meeting;
    Ok(rows(&root, what, "meeting", "meetingid", a_meeting))
}

/// Reads the answer of `GetMeeting`: the meeting of that id by itself, and its agenda.
pub fn meeting(document: &[u8], reference: &str) -> Result<(Meeting, Rows<Item>), BadAnswer> {
    let root = xml::parse(document)?;
    let mut found = Vec::new();
    root.all("meeting", &mut found);
    let own = found
        .into_iter()
        .find(|element| text(element, &["meetingid"]).as_deref() == Some(reference))
        .ok_or(match root.name.as_str() {
            "meeting" | "getmeeting" | "meetings" => BadAnswer::NoMeeting,
            _ => BadAnswer::Other("meeting of that id"),
        })?;
    let meeting = a_meeting(own, reference.to_owned()).map_err(BadAnswer::Meeting)?;
    let what = PublishedKind::AgendaItem;
    let agenda = rows(own, what, "agendaitem", "agendaitemid", an_item);
    Ok((meeting, agenda))
}

type Read<T> = Result<T, &'static str>;

/// Reads every element of a name that lies in another, each by itself. One whose id came before is not read again.
fn rows<T>(
    within: &Element,
    what: PublishedKind,
    name: &str,
    id: &str,
    read: impl Fn(&Element, String) -> Read<T>,
) -> Rows<T> {
    let mut found = Vec::new();
    within.all(name, &mut found);
    // A wrapper may have the name of what it holds, without its id.
    found.retain(|element| {
        !element
            .children
            .iter()
            .any(|child| child.has(&[id]) && child.name != id)
    });
    let (mut all, mut not_understood) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for element in found {
        let reference = text(element, &[id]);
        let result = match &reference {
            None => Err("it has no id"),
            Some(id) if !is_id(id) => Err("its id is not a number"),
            Some(id) if !seen.insert(id.clone()) => Err("its id stands there twice"),
            Some(id) => read(element, id.clone()),
        };
        match result {
            Ok(row) => all.push(row),
            Err(reason) => not_understood.push(NotUnderstood {
                what,
                reference: reference.map(|id| id.chars().take(40).collect()),
                reason: reason.to_owned(),
            }),
        }
    }
    Rows {
        rows: all,
        not_understood,
    }
}

fn a_meeting(element: &Element, reference: String) -> Read<Meeting> {
    let day = text(element, &["meetingdate"]).ok_or("it has no date")?;
    let day = a_day(&day).ok_or("its date is not dd/mm/yyyy")?;
    let time = text(element, &["meetingtime"]).ok_or("it has no time")?;
    let time = a_time(&time).ok_or("its time cannot be read")?;
    let said = text(element, &["meetingstatus"]);
    let mut status = a_status(said.as_deref().unwrap_or_default())
        .ok_or("its status is not one that is known")?;
    let minuted = flag(element, &["minutepublished", "minutespublished"])?.unwrap_or(false);
    if minuted && status == Status::Scheduled {
        status = Status::Held;
    }
    Ok(Meeting {
        reference,
        starts: NaiveDateTime::new(day, time),
        status,
        location: text(element, &["meetinglocation"]),
    })
}

fn an_item(element: &Element, reference: String) -> Read<Item> {
    let number = text(element, &["agendaitemnumber", "agendanumber"])
        .filter(|number| number != "0")
        .ok_or("it has no number")?;
    let restricted = [
        "isrestricted",
        "agendaitemisrestricted",
        "agendaitemrestricted",
    ];
    Ok(Item {
        reference,
        number: number.trim_end_matches('.').to_owned(),
        title: text(element, &["agendaitemtitle"]).ok_or("it has no title")?,
        restricted: flag(element, &restricted)?.unwrap_or(false),
    })
}

/// The text of the first child of one of these names that has any.
fn text(element: &Element, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let text = plain(&element.child(&[name])?.text);
        (!text.is_empty()).then_some(text)
    })
}

/// A flag of a row. One that cannot be read may be the one that keeps something from the public, so it is not guessed.
fn flag(element: &Element, names: &[&str]) -> Read<Option<bool>> {
    let Some(said) = text(element, names) else {
        return Ok(None);
    };
    match said.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" => Ok(Some(true)),
        "false" | "0" | "no" => Ok(Some(false)),
        _ => Err("a flag of it is neither true nor false"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn starts(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn committees_are_read_whatever_stands_around_them() {
        let document = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Committees><CommitteesCount>3</CommitteesCount>\
            <committee><committeeid>135</committeeid><committeetitle>Children &amp;amp; Families</committeetitle>\
            <committeedeleted>False</committeedeleted><committeecategory>Scrutiny</committeecategory></committee>\
            <committee><committeeid>136</committeeid><committeetitle>  </committeetitle></committee>\
            <committee><committeeid>x</committeeid><committeetitle>Y</committeetitle></committee>\
            <committee><committeeid>135</committeeid><committeetitle>Again</committeetitle></committee>\
            <committee><committeeid>137</committeeid><committeetitle>Old</committeetitle><committeeexpired>True</committeeexpired></committee>\
            </Committees>";
        let read = committees(document.as_bytes()).unwrap();
        assert_eq!(
            read.rows,
            [
                Committee {
                    reference: "135".to_owned(),
                    name: "Children & Families".to_owned(),
                    category: Some("Scrutiny".to_owned()),
                    ended: false,
                },
                Committee {
                    reference: "137".to_owned(),
                    name: "Old".to_owned(),
                    category: None,
                    ended: true,
                },
            ]
        );
        let told: Vec<_> = read
            .not_understood
            .iter()
            .map(|row| (row.reference.as_deref().unwrap(), row.reason.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("136", "it has no name"),
                ("x", "its id is not a number"),
                ("135", "its id stands there twice"),
            ]
        );
    }

    #[test]
    fn a_calendar_is_read_row_by_row() {
        let row =
            |id: u32, rest: &str| format!("<meeting><meetingid>{id}</meetingid>{rest}</meeting>");
        let document = format!(
            "<getmeetings><committee><committeeid>1</committeeid><committeemeetings>{}{}{}{}{}</committeemeetings></committee></getmeetings>",
            row(
                1,
                "<meetingdate>03/03/2014</meetingdate><meetingtime>2.00 p.m.</meetingtime><meetingstatus>Confirmed</meetingstatus>"
            ),
            row(
                2,
                "<meetingdate>2014-03-03</meetingdate><meetingtime>10:00</meetingtime>"
            ),
            row(
                3,
                "<meetingdate>31/02/2014</meetingdate><meetingtime>10:00</meetingtime>"
            ),
            row(
                4,
                "<meetingdate>09/06/2014</meetingdate><meetingtime>to be confirmed</meetingtime>"
            ),
            row(
                5,
                "<meetingdate>9/6/2014</meetingdate><meetingtime>10:30</meetingtime><meetingstatus>Perhaps</meetingstatus>"
            ),
        );
        let read = meetings(document.as_bytes()).unwrap();
        assert_eq!(read.rows.len(), 1);
        assert_eq!(read.rows[0].starts, starts("2014-03-03T14:00:00"));
        let told: Vec<_> = read
            .not_understood
            .iter()
            .map(|row| row.reason.as_str())
            .collect();
        assert_eq!(
            told,
            [
                "its date is not dd/mm/yyyy",
                "its date is not dd/mm/yyyy",
                "its time cannot be read",
                "its status is not one that is known",
            ]
        );
    }

    #[test]
    fn an_agenda_is_read_although_its_minutes_are_no_xml() {
        let document = "<meeting><meetingid>7</meetingid><meetingdate>03/03/2014</meetingdate><meetingtime>14:00:00</meetingtime>\
            <meetinglocation>Council &lt;b&gt;Chamber&lt;/b&gt;</meetinglocation><minutepublished>True</minutepublished>\
            <agendaitems><agendaitem><agendaitemid>70</agendaitemid><agendaitemnumber>1.</agendaitemnumber>\
            <agendaitemtitle>Apologies</agendaitemtitle><minutesnonemptyhtmlbody><p>None<br></div>&nbsp;<agendaitem></minutesnonemptyhtmlbody></agendaitem>\
            <agendaitem><agendaitemid>71</agendaitemid><agendaitemnumber>2</agendaitemnumber><agendaitemtitle>Placements</agendaitemtitle>\
            <isrestricted>True</isrestricted><linkeddocuments><linkeddoc><isrestricted>False</isrestricted></linkeddoc></linkeddocuments></agendaitem>\
            <agendaitem><agendaitemid>72</agendaitemid><agendaitemnumber>3</agendaitemnumber><agendaitemtitle>Fees</agendaitemtitle>\
            <isrestricted>perhaps</isrestricted></agendaitem></agendaitems></meeting>";
        let (meeting, agenda) = meeting(document.as_bytes(), "7").unwrap();
        assert_eq!(meeting.status, Status::Held);
        assert_eq!(meeting.location.as_deref(), Some("Council Chamber"));
        let read: Vec<_> = agenda
            .rows
            .iter()
            .map(|item| (item.number.as_str(), item.title.as_str(), item.restricted))
            .collect();
        assert_eq!(read, [("1", "Apologies", false), ("2", "Placements", true)]);
        assert_eq!(agenda.not_understood[0].reference.as_deref(), Some("72"));
        assert_eq!(
            agenda.not_understood[0].reason,
            "a flag of it is neither true nor false"
        );
    }

    #[test]
    fn what_is_no_answer_of_the_service_is_refused() {
        let refused = |document: &str| meetings(document.as_bytes()).unwrap_err();
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><getmeetings>&b;</getmeetings>";
        assert_eq!(refused(bomb), BadAnswer::DocumentType);
        assert_eq!(
            refused("<html><body>Sorry</body></html>"),
            BadAnswer::Other("list of meetings")
        );
        assert_eq!(refused(&"<a>".repeat(40)), BadAnswer::TooMany);
        assert_eq!(
            meetings(&vec![b' '; super::super::MAX_DOCUMENT + 1]),
            Err(BadAnswer::TooLarge)
        );
        assert_eq!(
            meetings(b"<getmeetings>\xff</getmeetings>"),
            Err(BadAnswer::NotUtf8)
        );
        for malformed in [
            "",
            "<getmeetings>",
            "<getmeetings><meeting></getmeetings></meeting>",
            "<getmeetings/><getmeetings/>",
            "<getmeetings/>more",
            "not XML",
        ] {
            assert!(
                matches!(refused(malformed), BadAnswer::Malformed { .. }),
                "{malformed}"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_sent_is_a_panic(document in "(<meeting>|</meeting>|<meetingid>|</meetingid>|<getmeetings>|</getmeetings>|&|&amp;amp;|7|<|/|>|<!|x){0,40}") {
            let _read = meetings(document.as_bytes());
            let _read = meeting(document.as_bytes(), "7");
        }
    }
}
