//! The same council by the pages that people read, in the frame that its site puts around them.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{
    NAME, Site, Sitting, calendar_of_three, changes, due_on, everything, followed, id_of, import,
    not_taken, sitting,
};
use crate::evidence::sha256;
use crate::harness::{App, command};

/// What an item's row shows below its title: the item, and HTML.
pub(super) type Below<'a> = (u32, &'a str);

pub(super) const MINUTED: &str = "<p class=\"mgSubItemTitleTxt\">Minutes:</p>\n<div class=\"mgWordPara\"><div class=\"WordSection1\">\n\
    <p class=\"MsoNormal\">The Head of Law presented\nthe report.</p>\n<p class=\"MsoNormal\"><b>RESOLVED:</b></p>\n\
    <p class=\"MsoNormal\">(a) That the report be noted.</p>\n<p class=\"MsoNormal\">(b) That the Director of Children and Family \
    Services report on adoption cases to the next meeting.</p>\n<p class=\"MsoNormal\">&nbsp;</p>\n</div>\n</div>";

/// A page with what the site has on all of them.
pub(super) fn framed(title: &str, subtitle: &str, content: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} - Wintercombe Council</title>\n\
         <script>(function(w){{w['x']='<p class=\"mgSubTitleTxt\">';}})(window);</script></head>\n\
         <body class=\"light\"><nav><ul><li><a href=\"mgListCommittees.aspx?bcr=1\">Committees</a></li>\n\
         <li><a href=\"ieListMeetings.aspx?CId=686&info=1&MD=Constitution\">Constitution</a></li></ul></nav>\n\
         <div id=\"modgov\"><div class=\"mgHeader\"><h1  class=\"mgMainTitleTxt\" >{title}</h1></div>\n\
         <div class=\"mgSubTitle\" ><h2 class=\"mgSubTitleTxt\">{subtitle}</h2></div>\n\
         <a href=\"https://tv.example/\">Watch meetings here</b>\n\
         <div class=\"mgContent\" >{content}</div>\n<div class=\"mgFooter\" ><p>&nbsp;</p></div></div></body></html>"
    )
}

/// `3 March 2014`, or `3 Mar 2014`, of `03/03/2014`.
fn printed_day(day: &str, short: bool) -> String {
    let months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let parts: Vec<usize> = day.split('/').map(|part| part.parse().unwrap()).collect();
    let month = months[parts[1] - 1];
    let month = if short { &month[..3] } else { month };
    format!("{} {month} {}", parts[0], parts[2])
}

fn told(status: &str) -> &str {
    match status {
        "Cancelled" => "CANCELLED",
        "Postponed" => "POSTPONED",
        _ => "",
    }
}

/// The page of a meeting.
pub(super) fn meeting_page(sitting: &Sitting<'_>, below: &[Below<'_>]) -> String {
    let mut rows = String::new();
    for (id, number, title, flag) in &sitting.items {
        let title = title.replace("&amp;", "&");
        let mark = if *flag == "Restricted" {
            format!(" <a href=\"mgReasonsRestricted.aspx?OID={id}&amp;OT=I\">View reasons</a>")
        } else {
            String::new()
        };
        let below: String = below
            .iter()
            .filter(|(item, _)| item == id)
            .map(|(_, html)| *html)
            .collect();
        let document = if id % 2 == 0 {
            format!(
                "<a  class=\"mgAiTitleLnk\"   href=\"documents/s{id}/Report.pdf\">{title} <span  class=\"mgFileSize\" >\
                 <img src=\"mgimages/logo-pdf-1.gif\" alt=\"pdf icon\" /> PDF 161 KB</span> </a>"
            )
        } else {
            title
        };
        let _ = write!(
            rows,
            "<tr>\n<td  class=\"mgItemNumberCell\" ><p  class=\"mgAiTitleTxt\" ><a name=\"AI{id}\" aria-disabled=\"true\"></a>{number}</p></td>\n\
             <td >\n<p  class=\"mgAiTitleTxt\" >{document}</p>{mark}\n\
             <div class=\"mgWordPara\"><p>To consider what is attached.</p></div>\n\
             <p class=\"mgSubItemTitleTxt\">Additional documents:</p>\n<ul class=\"mgBulletList\"><li><a href=\"documents/s9/A.pdf\">Annex \
             <span class=\"mgHide\">, item {number}</span></a> <a href=\"mgReasonsRestricted.aspx?OID=1&OT=D\">View reasons</a></li></ul>\n\
             {below}\n</td>\n</tr>\n"
        );
    }
    let minuted = below.iter().any(|(_, html)| html.contains("Minutes:"));
    let title = if minuted {
        "Agenda, decisions and minutes"
    } else {
        "Agenda"
    };
    let told = match told(sitting.status) {
        "" => String::new(),
        told => format!(", {told}"),
    };
    let subtitle = format!(
        "<a href=\"mgCommitteeDetails.aspx?ID=135\">A Committee - Monday {} {}{told}</a>",
        printed_day(sitting.day, false),
        sitting.time
    );
    let content = format!(
        "<p><span  class=\"mgLabel\" >Venue: </span>Council Chamber,<br />Wintercombe Hall. \
         <a  href=\"mgLocationDetails.aspx?RID=1\"> View directions</a></p>\n\
         <p><span  class=\"mgLabel\" >Contact: </span>A. Clerk</p>\n\
         <table class=\"mgItemTable\"  id=\"mgItemTable\">\n<caption>Items</caption>\n\
         <tr><th class=\"mgHide\">No.</th><th class=\"mgHide\">Item</th></tr>\n{rows}</table>"
    );
    framed(title, &subtitle, &content)
}

/// A page of the list of meetings; the links lead to what they are asked for.
pub(super) fn list_page(sittings: &[Sitting<'_>], links: &[(&str, &str)]) -> String {
    let mut content = String::new();
    for (act, day) in links {
        let _ = write!(
            content,
            "<p><a class=\"mgTableNextLnk\" href=\"ieListMeetings.aspx?Act={act}&amp;CId=135&amp;D={day}\">{act} meetings</a></p>"
        );
    }
    content.push_str("<ul  class=\"mgNonBulletTableList\"  >");
    for sitting in sittings {
        let (id, day) = (sitting.id, printed_day(sitting.day, true));
        let behind = match told(sitting.status) {
            "" => " - Agenda, Decisions".to_owned(),
            told => format!(" - {told}"),
        };
        let _ = write!(
            content,
            "<li  class=\"mgTableEvenRow\" ><a  class=\"mgMeetingTableLnk\"    href=\"ieListDocuments.aspx?CId=135&amp;MId={id}&amp;Ver=4\"  \
             title=\"Link&#32;to\">{day}&nbsp;{}</a>{behind}</li>",
            sitting.time.replace(':', "&#58;")
        );
    }
    content.push_str(
        "</ul><p>See also <a href=\"mgCommitteeDetails.aspx?ID=135\">the committee</a>, \
         <a href=\"ieListDocuments.aspx?CId=12&MId=9\">3 Mar 2014 9.00 am</a></p>",
    );
    framed("Browse meetings", NAME, &content)
}

pub(super) const LIST: &str = "ieListMeetings.aspx?CId=135&Year=0";

pub(super) fn page_of(id: u32) -> String {
    format!("ieListDocuments.aspx?CId=135&MId={id}&Ver=4")
}

impl Site {
    /// The pages of committee 135.
    pub(super) fn pages(&self, sittings: &[Sitting<'_>], below: &[Below<'_>]) {
        let content = format!(
            "<h2 class=\"mgSectionTitle\">Executive</h2><ul class=\"mgBulletList\">\
             <li><a  href=\"mgCommitteeDetails.aspx?ID=12\"  title=\"Link\" >Cabinet</a></li></ul>\
             <h2 class=\"mgSectionTitle\">Scrutiny</h2><ul class=\"mgBulletList\">\
             <li><a  href=\"mgCommitteeDetails.aspx?ID=135\"  title=\"Link\" >{}</a></li></ul>",
            NAME.replace("&amp;amp;", "&amp;")
        );
        let list = framed("Committee structure", "", &content);
        self.page("mgListCommittees.aspx?bcr=1", 200, "", list);
        self.page(LIST, 200, "", list_page(sittings, &[]));
        for sitting in sittings {
            self.page(&page_of(sitting.id), 200, "", meeting_page(sitting, below));
        }
    }
}

pub(super) async fn import_pages(app: &App, site: &Site, more: &[&str]) -> super::CommitteeReport {
    let mut line = vec!["--committee", "135=CFS", "--pages"];
    line.extend(more);
    let mut reports = import(app, site, &line).await;
    let report = reports.remove(0);
    assert_eq!(report.failed, None);
    report
}

/// A calendar with every status, and an agenda with all that titles may have.
fn whole_calendar() -> Vec<Sitting<'static>> {
    let agenda = [
        (501, "1.", "Apologies", "False"),
        (
            502,
            "2.",
            "Children&amp;rsquo;s homes &amp;amp;&amp;nbsp;fees",
            "False",
        ),
        (503, "3.", "Placements", "False"),
    ];
    let mut off = sitting(4, "10/11/2014", "2.00 p.m.", &[]);
    off.status = "Cancelled";
    let mut late = sitting(5, "08/12/2014", "2.00 p.m.", &[]);
    late.status = "Postponed";
    vec![
        sitting(1, "03/03/2014", "2.00 p.m.", &agenda),
        sitting(2, "09/06/2014", "10:30 am", &[]),
        off,
        late,
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_committee_is_brought_in_by_its_pages_and_a_second_time_changes_nothing() {
    let app = App::start().await;
    let site = Site::start();
    let mut sittings = whole_calendar();
    sittings[0].items[2].3 = "Restricted";
    site.pages(&sittings, &[]);

    let report = import_pages(&app, &site, &[]).await;

    assert_eq!(
        report.name.as_deref(),
        Some("Children & Family Services Committee")
    );
    assert_eq!(not_taken(&report), []);
    assert_eq!(report.records.len(), 8);
    let clerk = app.clerk();
    let meetings = clerk.get("/v1/meetings").await.expect(200);
    assert_eq!(
        meetings.each("starts_at"),
        [
            "2014-03-03T14:00:00Z",
            "2014-06-09T09:30:00Z",
            "2014-11-10T14:00:00Z",
            "2014-12-08T14:00:00Z"
        ]
    );
    assert_eq!(
        meetings.each("status"),
        ["scheduled", "scheduled", "cancelled", "cancelled"]
    );
    assert_eq!(
        meetings.items()[0]["location"],
        "Council Chamber, Wintercombe Hall"
    );
    let items = clerk.get("/v1/agenda-items").await.expect(200);
    assert_eq!(items.each("number"), ["1", "2", "3"]);
    assert_eq!(
        items.each("title"),
        ["Apologies", "Children\u{2019}s homes & fees", "Placements"]
    );
    let public = app.reader().get("/v1/agenda-items").await.expect(200);
    assert_eq!(public.each("number"), ["1", "2"]);

    // Where it is from is shown with it.
    let source = json!({
        "system": "moderngov", "reference": "502",
        "url": format!("{}/ieListDocuments.aspx?CId=135&MId=1#AI502", site.base),
        "last_seen_at": "2014-03-10T12:00:00Z", "missing_since": null,
    });
    assert_eq!(items.items()[1]["source"], source);
    let path = format!("/v1/agenda-items/{}", id_of(&report, "agenda_item", "502"));
    let shown = clerk.get(&path).await.expect(200);
    assert_eq!(shown.body["source"], source);
    let tag = shown.header("etag").to_owned();

    let before = everything(&app).await;
    app.at("2014-03-11T12:00:00Z");
    let again = import_pages(&app, &site, &[]).await;
    assert_eq!(changes(&again), []);
    assert_eq!(everything(&app).await, before);
    let shown = clerk.get(&path).await.expect(200);
    assert_eq!(shown.body["source"]["last_seen_at"], "2014-03-11T12:00:00Z");
    assert_eq!(shown.body["version"], 1);
    // What was read before the source was seen again can be changed all the same.
    let renamed = clerk
        .patch(&path, &tag, json!({ "title": "Homes" }))
        .await
        .expect(200);
    assert_eq!(renamed.body["source"]["reference"], "502");
    // The committees, the calendar, and each meeting; nothing else.
    assert_eq!(site.asked.lock().unwrap().len(), 12);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_by_the_web_service_is_the_same_by_the_pages_and_the_other_way_round() {
    for pages_first in [false, true] {
        let app = App::start().await;
        let site = Site::start();
        let mut sittings = whole_calendar();
        // The service says of a meeting that it occurred before there are minutes; a page does not.
        sittings[0].status = "Occurred";
        if !pages_first {
            sittings[0].items[2].3 = "True";
        }
        site.committees(&[(12, "Cabinet"), (135, NAME)]);
        site.calendar(135, &sittings);
        site.pages(&sittings, &[(501, MINUTED)]);
        let shapes: [&[&str]; 2] = [
            &["--committee", "135=CFS"],
            &["--committee", "135=CFS", "--pages"],
        ];
        let first = usize::from(pages_first);
        import(&app, &site, shapes[first]).await;
        let before = everything(&app).await;
        for shape in [shapes[1 - first], shapes[first], shapes[1 - first]] {
            let report = import(&app, &site, shape).await;
            assert_eq!(report[0].failed, None);
            assert_eq!(changes(&report[0]), [], "{shape:?}");
            // What is marked in the one and not in the other is not told to be public.
            let told: Vec<_> = report[0].notes.iter().map(|note| &note.reference).collect();
            assert!(!told.contains(&&"503".to_owned()), "{told:?}");
            assert_eq!(everything(&app).await, before, "{shape:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn due_terms_follow_what_pages_say_is_moved_or_cancelled_and_a_dry_run_keeps_nothing() {
    let app = App::start().await;
    let site = Site::start();
    let (_council, action) = followed(&app, &site).await;
    let mut calendar = calendar_of_three();
    calendar[1].day = "16/06/2014";
    site.pages(&calendar, &[]);
    let before = everything(&app).await;
    let rehearsed = import_pages(&app, &site, &["--dry-run"]).await;
    assert_eq!(changes(&rehearsed), [("meeting", "2", "moved")]);
    assert_eq!(everything(&app).await, before);
    assert_eq!(due_on(&app, &action).await, "2014-06-09");
    let report = import_pages(&app, &site, &[]).await;
    assert_eq!(changes(&report), changes(&rehearsed));
    assert_eq!(due_on(&app, &action).await, "2014-06-16");

    calendar[1].status = "Cancelled";
    let mut more = calendar.to_vec();
    more.push(sitting(4, "07/07/2014", "7.30 pm", &[]));
    site.pages(&more, &[]);
    let report = import_pages(&app, &site, &[]).await;
    assert_eq!(
        changes(&report),
        [("meeting", "4", "created"), ("meeting", "2", "cancelled")]
    );
    assert_eq!(due_on(&app, &action).await, "2014-07-07");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_of_a_long_list_are_turned_as_far_as_they_must() {
    let app = App::start().await;
    let site = Site::start();
    let year = [
        sitting(1, "02/12/2013", "10:00", &[]),
        sitting(2, "03/03/2014", "10:00", &[]),
        sitting(3, "09/06/2014", "10:00", &[]),
        sitting(4, "08/09/2014", "10:00", &[]),
        sitting(5, "08/12/2014", "10:00", &[]),
        sitting(6, "02/02/2015", "10:00", &[]),
    ];
    site.pages(&year, &[]);
    let turned = |act: &str, day: &str| format!("ieListMeetings.aspx?Act={act}&CId=135&D={day}");
    let both = [("earlier", "a"), ("later", "b")];
    site.page(LIST, 200, "", list_page(&year[2..4], &both));
    let earlier = list_page(&year[..3], &[("earlier", "z"), ("later", "a2")]);
    site.page(&turned("earlier", "a"), 200, "", earlier);
    // The list leads back to itself.
    let later = list_page(&year[3..5], &[("later", "b"), ("earlier", "b2")]);
    site.page(&turned("later", "b"), 200, "", later);
    let report = import_pages(&app, &site, &[]).await;
    let meetings: Vec<_> = changes(&report)
        .iter()
        .filter(|(what, ..)| *what == "meeting")
        .map(|(_, reference, _)| (*reference).to_owned())
        .collect();
    assert_eq!(meetings, ["2", "3", "4", "5"]);
    assert_eq!(not_taken(&report), []);

    // A list without an end is given up.
    for page in 0..60 {
        let links = [("later", &*format!("x{}", page + 1))];
        let path = turned("later", &format!("x{page}"));
        site.page(&path, 200, "", list_page(&[], &links));
    }
    site.page(LIST, 200, "", list_page(&[], &[("later", "x0")]));
    let reports = import(&app, &site, &["--committee", "135", "--pages"]).await;
    let failed = reports[0].failed.as_deref().unwrap();
    assert!(failed.contains("more than 40 pages"), "{failed}");
    assert!(
        failed.contains("/ieListMeetings.aspx?Act=later"),
        "{failed}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_that_is_taken_off_the_agenda_is_told_noted_and_kept() {
    let app = App::start().await;
    let site = Site::start();
    let (council, action) = followed(&app, &site).await;
    let mut calendar = calendar_of_three();
    calendar[1].items = vec![
        (901, "1.", "Apologies", "False"),
        (902, "2.", "Fees", "False"),
    ];
    site.pages(&calendar, &[]);
    import_pages(&app, &site, &[]).await;
    let taken_off = |items: &[u32]| {
        let mut less = calendar.clone();
        for sitting in &mut less {
            sitting.items.retain(|item| !items.contains(&item.0));
        }
        site.pages(&less, &[]);
    };
    taken_off(&[801, 902]);
    app.at("2014-03-12T12:00:00Z");
    let report = import_pages(&app, &site, &[]).await;
    assert_eq!(changes(&report), []);
    let told: Vec<_> = report
        .notes
        .iter()
        .map(|note| note.reference.as_str())
        .collect();
    assert_eq!(told, ["801", "902"]);
    assert!(report.notes[0].note.contains("stays recorded"));
    let path = format!("/v1/agenda-items/{}", council.item);
    let shown = council.clerk.get(&path).await.expect(200);
    assert_eq!(
        shown.body["source"]["missing_since"],
        "2014-03-12T12:00:00Z"
    );
    assert_eq!(shown.body["source"]["last_seen_at"], "2014-03-10T12:00:00Z");
    app.clerk()
        .get(&format!("/v1/actions/{action}"))
        .await
        .expect(200);

    // It is told once, and stays so until it is there again.
    app.at("2014-03-13T12:00:00Z");
    assert_eq!(import_pages(&app, &site, &[]).await.notes, []);
    let shown = council.clerk.get(&path).await.expect(200);
    assert_eq!(
        shown.body["source"]["missing_since"],
        "2014-03-12T12:00:00Z"
    );
    taken_off(&[]);
    app.at("2014-03-14T12:00:00Z");
    import_pages(&app, &site, &[]).await;
    let shown = council.clerk.get(&path).await.expect(200);
    assert_eq!(shown.body["source"]["missing_since"], Value::Null);
    let history = council.clerk.get(&format!("{path}/history")).await;
    let history = history.expect(200);
    let history = history.each("operation");
    assert_eq!(
        history[history.len() - 3..],
        ["link_source", "lose_source", "find_source"]
    );
}

pub(super) async fn minutes_of(app: &App, meeting: &str) -> Vec<Value> {
    app.clerk()
        .all(&format!("/v1/meetings/{meeting}/minutes"))
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_minutes_of_held_meetings_become_drafts_once() {
    let app = App::start().await;
    let site = Site::start();
    let (council, _) = followed(&app, &site).await;
    let calendar = calendar_of_three();
    let below = [(801, MINUTED)];
    site.pages(&calendar, &below);
    let dry = import_pages(&app, &site, &["--minutes", "--dry-run"]).await;
    assert_eq!(dry.minutes.len(), 1);
    assert_eq!(dry.minutes[0].change.as_str(), "created");
    assert_eq!(minutes_of(&app, &council.meeting).await, [] as [Value; 0]);

    let report = import_pages(&app, &site, &["--minutes"]).await;

    assert_eq!(changes(&report), [("meeting", "1", "updated")]);
    assert_eq!(not_taken(&report), []);
    let minutes = minutes_of(&app, &council.meeting).await;
    assert_eq!(minutes.len(), 1);
    assert_eq!(minutes[0]["media_type"], "text/html");
    assert_eq!(minutes[0]["recorded_by"], "import moderngov");
    let id = minutes[0]["id"].as_str().unwrap();
    assert_eq!(report.minutes[0].id.unwrap().to_string(), id);
    let drafts = app.clerk().all(&format!("/v1/minutes/{id}/drafts")).await;
    let read: Vec<_> = drafts
        .iter()
        .map(|draft| {
            (
                draft["label"].as_str().unwrap_or_default(),
                draft["is_action"].as_bool().unwrap(),
            )
        })
        .collect();
    assert_eq!(read, [("(a)", false), ("(b)", true)], "{drafts:#?}");
    let kept = app
        .clerk()
        .get(&format!("/v1/minutes/{id}/source"))
        .await
        .expect(200);
    assert_eq!(minutes[0]["source_sha256"], sha256(kept.text.as_bytes()));
    assert!(kept.text.contains("<h2>8. Quarter 3 Performance</h2>"));

    // The same again, in another dress: nothing.
    let dressed = MINUTED
        .replace("MsoNormal", "MsoPlainText\" style=\"margin:0")
        .replace("presented\nthe", "presented the");
    site.pages(&calendar, &[(801, &dressed)]);
    let again = import_pages(&app, &site, &["--minutes"]).await;
    assert_eq!(changes(&again), []);
    assert_eq!(again.minutes[0].change.as_str(), "unchanged");
    assert_eq!(minutes_of(&app, &council.meeting).await, minutes);

    // From the web service, whose documents have no minutes that can be read, they are the page's too.
    site.calendar(135, &calendar);
    let line = ["--committee", "135", "--minutes"];
    let report = import(&app, &site, &line).await;
    assert_eq!(changes(&report[0]), []);
    assert_eq!(report[0].minutes, []);
    let mut held = calendar.clone();
    held[0].status = "Occurred";
    site.calendar(135, &held);
    let report = import(&app, &site, &line).await;
    assert_eq!(report[0].minutes[0].change.as_str(), "unchanged");

    // Corrected minutes are the next revision.
    let corrected = MINUTED.replace("adoption cases", "fostering cases");
    site.pages(&calendar, &[(801, &corrected)]);
    let report = import_pages(&app, &site, &["--minutes"]).await;
    assert_eq!(report.minutes[0].revision, Some(2));
    assert_eq!(minutes_of(&app, &council.meeting).await.len(), 2);
    assert!(matches!(
        app.audit_trail().await,
        matters_arising::db::Verdict::Intact { .. }
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn minutes_that_only_the_items_have_are_put_together_in_the_order_of_the_agenda() {
    let app = App::start().await;
    let site = Site::start();
    let items = [
        (12, "9", "Fees", "False"),
        (11, "10", "Rates &amp; rents", "False"),
    ];
    let calendar = [sitting(1, "03/03/2014", "2.00 pm", &items)];
    site.pages(&calendar, &[]);
    let page = meeting_page(&calendar[0], &[]).replace(">Agenda<", ">Agenda and minutes<");
    site.page(&page_of(1), 200, "", page);
    let item = |text: &str| {
        let body = format!(
            "<p class=\"mgSubItemTitleTxt\">Decision:</p><div class=\"mgWordPara\"><p>RESOLVED: That {text}.</p></div>"
        );
        framed("Agenda item", "Item", &body)
    };
    site.page("mgAi.aspx?ID=12", 200, "", item("the fees be approved"));
    site.page("mgAi.aspx?ID=11", 200, "", item("the rates be approved"));
    let report = import_pages(&app, &site, &["--minutes"]).await;
    assert_eq!(not_taken(&report), []);
    let id = report.minutes[0].id.unwrap();
    let kept = app
        .clerk()
        .get(&format!("/v1/minutes/{id}/text"))
        .await
        .expect(200);
    let at = |part: &str| kept.text.find(part).unwrap();
    assert!(at("<h2>9. Fees</h2>") < at("the fees be approved"));
    assert!(at("the fees be approved") < at("<h2>10. Rates &amp; rents</h2>"));
    assert!(at("<h2>10. Rates") < at("the rates be approved"));

    // Where there is only a document, that is told.
    let link = "<table><tr><td><a href=\"documents/g1/Printed minutes 3-Mar-2014.pdf?T=1\">Printed minutes</a></td></tr></table>";
    let nothing = framed("Agenda item", "Item", "");
    for id in [11, 12] {
        site.page(&format!("mgAi.aspx?ID={id}"), 200, "", nothing.clone());
    }
    let page = meeting_page(&calendar[0], &[])
        .replace(">Agenda<", ">Agenda and minutes<")
        .replace("<table", &format!("{link}<table"));
    site.page(&page_of(1), 200, "", page);
    let report = import_pages(&app, &site, &["--minutes"]).await;
    assert_eq!(report.minutes, []);
    let address = format!(
        "{}/documents/g1/Printed%20minutes%203-Mar-2014.pdf?T=1",
        site.base
    );
    assert!(
        report.notes[0].note.contains(&address),
        "{:?}",
        report.notes
    );

    // Where one of them cannot be read there are no minutes: a part would be taken for the whole.
    site.page("mgAi.aspx?ID=11", 500, "", "");
    let report = import_pages(&app, &site, &["--minutes"]).await;
    assert_eq!(report.minutes, []);
    let told = not_taken(&report);
    assert_eq!(told.len(), 1);
    assert!(told[0].1.contains("/mgAi.aspx?ID=11"), "{}", told[0].1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_pages_are_told_by_their_address_and_refuse_nothing_else() {
    let app = App::start().await;
    let site = Site::start();
    let agenda = [
        (11, "", "Apologies", "False"),
        (12, "2", "", "False"),
        (13, "3", "Placements", "False"),
        (13, "4", "Placements again", "False"),
        (
            15,
            "5",
            "<script>x()</script>Fees</td></tr></table>",
            "False",
        ),
        (16, "a number that is far too long", "Rates", "False"),
    ];
    let mut odd = sitting(7, "01/09/2014", "10:30", &[]);
    odd.status = "Cancelled";
    let sittings = [
        sitting(1, "03/03/2014", "14:00", &agenda),
        sitting(3, "09/06/2014", "to be confirmed", &[]),
        sitting(4, "30/03/2014", "1.30 a.m.", &[]),
        sitting(5, "07/07/2014", "10:30", &[]),
        sitting(6, "08/07/2014", "10:30", &[]),
        odd.clone(),
        sitting(8, "02/09/2014", "10:30", &[]),
        sitting(9, "03/09/2014", "10:30", &[]),
        sitting(10, "04/09/2014", "10:30", &[]),
        sitting(20, "05/09/2014", "10:30", &[]),
    ];
    site.pages(&sittings, &[]);
    let list = list_page(&sittings, &[]).replace("CANCELLED", "UNDER REVIEW");
    site.page(LIST, 200, "", list);
    site.page(&page_of(5), 500, "", "<html/>");
    site.page(&page_of(6), 200, "", framed("Log in", "", "Who are you?"));
    site.page(&page_of(8), 200, "", "<div>".repeat(250_000));
    site.page(&page_of(9), 200, "", " ".repeat(9 << 20));
    let elsewhere = "location: http://localhost:1/\r\n";
    site.page(&page_of(10), 302, elsewhere, "");
    site.page(
        &page_of(20),
        200,
        "",
        b"<h2 class=mgSubTitleTxt>\xff\xfe</h2>",
    );

    let report = import_pages(&app, &site, &[]).await;

    let told = not_taken(&report);
    let expected = [
        ("3", "its time cannot be read"),
        ("7", "its status is not one that is known"),
        ("11", "it has no number"),
        ("12", "it has no title"),
        ("13", "its id stands there twice"),
        ("5", "the site answers 500"),
        ("6", "no meeting of that id"),
        ("8", "too many elements"),
        ("9", "larger than 8 MiB"),
        ("10", "it leads to another site"),
        ("20", "not UTF-8"),
        ("4", "There is no such time on that day"),
        ("16", "Its number must be at most 20 characters long."),
    ];
    let short: Vec<_> = told.iter().map(|(id, _)| *id).collect();
    let wanted: Vec<_> = expected.iter().map(|(id, _)| *id).collect();
    assert_eq!(short, wanted, "{told:#?}");
    for ((_, reason), (id, part)) in told.iter().zip(expected) {
        assert!(reason.contains(part), "{reason}: {part}");
        if ["5", "6", "8", "9", "10", "20"].contains(&id) {
            let address = format!("{}/{}", site.base, page_of(id.parse().unwrap()));
            assert!(reason.contains(&address), "{reason}");
        }
    }
    let items = app.clerk().get("/v1/agenda-items").await.expect(200);
    assert_eq!(items.each("title"), ["Placements", "Fees"]);
    assert_eq!(changes(&import_pages(&app, &site, &[]).await), []);

    // A page that is none of a committee fails it, and says what was expected where.
    site.page(LIST, 200, "", framed("Log in", "", "Who are you?"));
    let reports = import(&app, &site, &["--committee", "135", "--pages"]).await;
    let failed = reports[0].failed.as_deref().unwrap();
    assert!(
        failed.contains("no list of the meetings of that committee"),
        "{failed}"
    );
    assert!(failed.contains(LIST), "{failed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_reads_pages_and_says_that_it_can_where_there_is_no_web_service() {
    let app = App::start().await;
    let site = Site::start();
    site.pages(&calendar_of_three(), &[(801, MINUTED)]);
    // One that is listed no longer has a page of its own.
    let old = "<a href=\"ieListMeetings.aspx?CommitteeId=77\">Browse meetings</a>";
    let old = framed("Committee details", "Old Panel", old);
    site.page("mgCommitteeDetails.aspx?ID=77", 200, "", old);
    let url = app.database.url();
    let store = app.store_url().unwrap_or_default();
    let mut settings = vec![("MATTERS_ARISING_DATABASE__URL", url.as_str())];
    if !store.is_empty() {
        settings.push(("MATTERS_ARISING_EVIDENCE__STORE", store.as_str()));
    }
    let run = |more: &[&str]| {
        let mut arguments = vec!["import", "moderngov"];
        arguments.extend(site.arguments(more));
        let output =
            tokio::task::block_in_place(|| command(&arguments, &settings).output().unwrap());
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let (status, _, wrong) = run(&["--committee", "135=CFS"]);
    assert_eq!(status, Some(1));
    assert!(
        wrong.contains("--pages reads the site's pages instead"),
        "{wrong}"
    );
    assert!(
        wrong.contains("/mgWebService.asmx/GetCommittees"),
        "{wrong}"
    );
    let (status, said, wrong) = run(&["--pages"]);
    assert_eq!(status, Some(0), "{wrong}");
    assert_eq!(
        said,
        "12\tCabinet\n135\tChildren & Family Services Committee\n"
    );
    let (status, said, wrong) = run(&["--committee", "135=CFS", "--pages", "--minutes"]);
    assert_eq!(status, Some(0), "{wrong}");
    assert!(
        said.starts_with("Read from the pages of the site, not from its web service.\n"),
        "{said}"
    );
    assert!(
        said.contains("minutes of meeting 1: revision 1, 2 drafts wait for a clerk\n"),
        "{said}"
    );
    let (status, said, wrong) = run(&["--committee", "77=OLD", "--pages", "--format", "json"]);
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(status, Some(1), "{wrong}");
    assert_eq!(report["read"], "pages");
    assert_eq!(report["committees"][0]["name"], "Old Panel");
    assert!(
        report["committees"][0]["failed"]
            .as_str()
            .unwrap()
            .contains("CId=77")
    );
}
