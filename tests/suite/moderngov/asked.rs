//! How a site is asked, and how what it answers is read and told.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::pages::{framed, import_pages, meeting_page, minutes_of, page_of};
use super::{
    CommitteeReport, NAME, Site, calendar_of_three, changes, import, import_one, not_taken, sitting,
};
use crate::harness::{App, command};

/// Runs the command, which is to succeed, and answers with what it says.
fn run(app: &App, site: &Site, more: &[&str]) -> String {
    let url = app.database.url();
    let settings = [("MATTERS_ARISING_DATABASE__URL", url.as_str())];
    let mut arguments = vec!["import", "moderngov"];
    arguments.extend(site.arguments(more));
    let output = tokio::task::block_in_place(|| command(&arguments, &settings).output().unwrap());
    let wrong = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{wrong}");
    String::from_utf8(output.stdout).unwrap()
}

fn failed(report: &CommitteeReport) -> &str {
    report.failed.as_deref().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changes_is_told_from_what_to_what() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, NAME)]);
    let old = [
        (1, "1", "Apologies", "False"),
        (2, "2", "Fees", "False"),
        (3, "3", "Rates", "False"),
    ];
    let mut calendar = [
        sitting(1, "03/03/2014", "14:00", &old),
        sitting(2, "09/06/2014", "10:30", &[]),
    ];
    site.calendar(135, &calendar);
    import_one(&app, &site).await;
    site.committees(&[(135, "Families Committee")]);
    calendar[0].items = vec![
        (1, "1", "Apologies", "False"),
        (3, "2", "Rates and rents", "True"),
        (2, "3", "Fees", "False"),
    ];
    (calendar[1].day, calendar[1].status) = ("16/06/2014", "Cancelled");
    site.calendar(135, &calendar);

    let line = ["--committee", "135", "--dry-run"];
    let text = run(&app, &site, &line);
    for told in [
        "name: \u{201c}Children & Family Services Committee\u{201d} is now \u{201c}Families Committee\u{201d}\n",
        "starts_at: \u{201c}2014-06-09 10:30\u{201d} is now \u{201c}2014-06-16 10:30\u{201d}\n",
        "status: \u{201c}scheduled\u{201d} is now \u{201c}cancelled\u{201d}\n",
        "title: \u{201c}Rates\u{201d} is now \u{201c}Rates and rents\u{201d}\n",
        "exempt: false is now true\n",
        "number: \u{201c}3\u{201d} is now \u{201c}2\u{201d}\n",
        "number: \u{201c}2\u{201d} is now \u{201c}3\u{201d}\n",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    let report = import_one(&app, &site).await;
    let all: Vec<_> = report
        .records
        .iter()
        .map(|record| {
            (
                record.reference.as_str(),
                serde_json::to_value(&record.changes).unwrap(),
            )
        })
        .collect();
    let change = |field: &str, before: Value, after: Value| json!({ "field": field, "before": before, "after": after });
    let expected = [
        (
            "135",
            json!([change(
                "name",
                json!("Children & Family Services Committee"),
                json!("Families Committee")
            )]),
        ),
        (
            "2",
            json!([
                change(
                    "starts_at",
                    json!("2014-06-09 10:30"),
                    json!("2014-06-16 10:30")
                ),
                change("status", json!("scheduled"), json!("cancelled")),
            ]),
        ),
        (
            "3",
            json!([
                change("number", json!("3"), json!("2")),
                change("title", json!("Rates"), json!("Rates and rents")),
                change("exempt", json!(false), json!(true)),
            ]),
        ),
        ("2", json!([change("number", json!("2"), json!("3"))])),
    ];
    for one in &expected {
        assert!(all.contains(one), "{one:?}: {all:#?}");
    }
    assert_eq!(all.len(), expected.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_site_that_does_not_answer_twice_in_a_row_is_asked_no_more() {
    let app = App::start().await;
    let site = Site::start();
    let all = [1, 2, 3, 4, 5];
    site.committees(&all.map(|id| (id, "Planning Panel")));
    for id in all {
        site.answer(&Site::calendar_path(id), 0, "", "");
    }
    site.calendar(2, &[]);
    let wanted = all.map(|id| format!("{id}=P{id}"));
    let wanted = wanted.iter().flat_map(|one| ["--committee", one]);
    let wanted: Vec<_> = wanted.collect();
    let reports = import(&app, &site, &wanted).await;
    for (report, part) in reports.iter().zip([
        "does not answer",
        "",
        "does not answer",
        "does not answer",
        "not asked for any more",
    ]) {
        assert!(failed(report).contains(part), "{report:?}");
        assert_eq!(failed(report).is_empty(), part.is_empty(), "{report:?}");
    }
    let asked = site.asked.lock().unwrap().clone();
    assert_eq!(asked.len(), 5, "{asked:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_committees_of_a_site_are_listed_for_programs_too() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, NAME), (136, "")]);
    let said = run(&app, &site, &["--format", "json"]);
    let listed: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        listed,
        json!({
            "base_url": format!("{}/", site.base), "read": "web_service",
            "committees": [{
                "reference": "135", "name": "Children & Family Services Committee", "category": "Scrutiny", "ended": false,
            }],
            "not_taken": [{ "what": "committee", "reference": "136", "reason": "it has no name" }],
        })
    );
    assert_eq!(said.matches('\n').count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_is_followed_on_the_site_alone() {
    let app = App::start().await;
    let (site, other) = (Site::start(), Site::start());
    let calendar = [sitting(1, "03/03/2014", "14:00", &[])];
    for one in [&site, &other] {
        one.committees(&[(135, NAME)]);
        one.calendar(135, &calendar);
    }
    let path = format!("mgWebService.asmx/{}", Site::calendar_path(135));
    let elsewhere = format!("location: {}/{path}\r\n", other.base);
    site.answer(&Site::calendar_path(135), 302, &elsewhere, "");
    let reports = import(&app, &site, &["--committee", "135=CFS"]).await;
    let leads = format!("it leads to another site, {}", other.base);
    assert!(failed(&reports[0]).contains(&leads), "{reports:?}");
    assert_eq!(other.asked.lock().unwrap().len(), 0);
    let moved = format!("{path}&moved=1");
    let here = format!("location: {}/{moved}\r\n", site.base);
    site.answer(&Site::calendar_path(135), 302, &here, "");
    let body = other.answers.lock().unwrap()[&format!("/{path}")]
        .body
        .clone();
    site.page(&moved, 200, "", body);
    let report = import_one(&app, &site).await;
    assert_eq!(changes(&report).len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_charset_that_an_answer_comes_with_is_heeded() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, "Caf\u{e9} Committee")]);
    site.calendar(135, &[]);
    let path = "/mgWebService.asmx/GetCommittees";
    let body = String::from_utf8(site.answers.lock().unwrap()[path].body.clone()).unwrap();
    let latin: Vec<u8> = body.chars().map(|c| u8::try_from(c).unwrap()).collect();
    let wide: Vec<u8> = body.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf8 = body.into_bytes();
    for (charset, body) in [
        ("ISO-8859-1", &latin),
        ("\"windows-1252\"", &latin),
        ("utf-16le", &wide),
        ("utf-8", &utf8),
        ("UTF8", &utf8),
    ] {
        let headers = format!("content-type: text/xml; charset={charset}\r\n");
        site.answer("GetCommittees", 200, &headers, body.clone());
        let reports = import(&app, &site, &["--committee", "135=CFS", "--dry-run"]).await;
        let name = reports[0].name.as_deref();
        assert_eq!(name, Some("Caf\u{e9} Committee"), "{charset}");
    }
    let list = |charset: &str, body: &[u8]| {
        let headers = format!("content-type: text/xml; charset={charset}\r\n");
        site.answer("GetCommittees", 200, &headers, body);
        let url = app.database.url();
        let settings = [("MATTERS_ARISING_DATABASE__URL", url.as_str())];
        let mut arguments = vec!["import", "moderngov"];
        arguments.extend(site.arguments(&[]));
        let output =
            tokio::task::block_in_place(|| command(&arguments, &settings).output().unwrap());
        assert_ne!(output.status.code(), Some(0));
        String::from_utf8(output.stderr).unwrap()
    };
    let wrong = list("klingon", &utf8);
    assert!(
        wrong.contains("charset that is not known: klingon"),
        "{wrong}"
    );
    let wrong = list("euc-jp", &latin);
    assert!(wrong.contains("not in EUC-JP"), "{wrong}");
    let wrong = list("utf-8", &latin);
    assert!(wrong.contains("not UTF-8"), "{wrong}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn minutes_of_more_items_than_are_asked_for_say_so() {
    let app = App::start().await;
    app.at("2014-04-10T12:00:00Z");
    let site = Site::start();
    let numbers: Vec<_> = (1..=203).map(|number| number.to_string()).collect();
    let items = (1..).zip(&numbers);
    let items: Vec<_> = items
        .map(|(id, number)| (id, number.as_str(), "Fees", "False"))
        .collect();
    let calendar = [sitting(1, "03/03/2014", "14:00", &items)];
    site.pages(&calendar, &[]);
    // The page says that there are minutes, and has none of them.
    let page = meeting_page(&calendar[0], &[]);
    let page = page.replace("mgMainTitleTxt\" >Agenda<", "mgMainTitleTxt\" >Minutes<");
    site.page(&page_of(1), 200, "", page);
    for (id, ..) in &items {
        let mut content = String::new();
        let _ = write!(
            content,
            "<p class=\"mgSubItemTitleTxt\">Minutes:</p><div class=\"mgWordPara\"><p>RESOLVED: That report {id} be noted.</p></div>"
        );
        let own = framed("Agenda item", "Fees", &content);
        site.page(&format!("mgAi.aspx?ID={id}"), 200, "", own);
    }
    let report = import_pages(&app, &site, &["--minutes"]).await;
    assert_eq!(not_taken(&report), []);
    let note = report.notes.iter().find(|note| note.reference == "1");
    let note = &note.unwrap().note;
    assert!(note.contains("its first 200 items. 3 more"), "{note}");
    let meetings = app.clerk().all("/v1/meetings").await;
    let id = meetings[0]["id"].as_str().unwrap();
    assert_eq!(minutes_of(&app, id).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_changes_nothing_changes_no_tag() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, NAME)]);
    site.calendar(135, &calendar_of_three());
    import_one(&app, &site).await;
    let clerk = app.clerk();
    let mut paths = Vec::new();
    for list in ["committees", "meetings", "agenda-items"] {
        let all = clerk.all(&format!("/v1/{list}")).await;
        paths.push(format!("/v1/{list}/{}", all[0]["id"].as_str().unwrap()));
    }
    let mut tags = Vec::new();
    for path in &paths {
        let shown = clerk.get(path).await.expect(200);
        tags.push(shown.header("etag").to_owned());
    }
    app.at("2014-03-11T12:00:00Z");
    import_one(&app, &site).await;
    for (path, tag) in paths.iter().zip(&tags) {
        let shown = clerk.get(path).await.expect(200);
        assert_eq!(shown.body["source"]["last_seen_at"], "2014-03-11T12:00:00Z");
        assert_eq!(shown.header("etag"), tag);
    }
    // What a change answers with has the tag that a read has.
    let path = &paths[2];
    let body = json!({ "title": "Homes" });
    let renamed = clerk.patch(path, &tags[2], body).await.expect(200);
    let shown = clerk.get(path).await.expect(200);
    assert_eq!(shown.header("etag"), renamed.header("etag"));
    assert_ne!(shown.header("etag"), tags[2]);
    // That it is listed no longer is a change.
    let gone = &calendar_of_three()[1..];
    site.calendar(135, gone);
    site.answer("GetMeeting?lMeetingId=1", 404, "", "");
    let tag = shown_tag(&clerk, &paths[1]).await;
    import_one(&app, &site).await;
    assert_ne!(shown_tag(&clerk, &paths[1]).await, tag);
}

async fn shown_tag(clerk: &crate::harness::Person, path: &str) -> String {
    let shown = clerk.get(path).await.expect(200);
    shown.header("etag").to_owned()
}
