//! Meetings and items that are listed no longer: moved, left out, made anew under another id, gone, and back again.

use serde_json::Value;

use super::pages::{framed, import_pages, page_of};
use super::{
    CommitteeReport, NAME, Site, calendar_of_three, changes, due_on, everything, followed, import,
    import_one, not_taken, sitting,
};
use crate::harness::App;

fn notes(report: &CommitteeReport) -> Vec<(&str, &str)> {
    report
        .notes
        .iter()
        .map(|note| (note.reference.as_str(), note.note.as_str()))
        .collect()
}

async fn meeting(app: &App, reference: &str) -> Value {
    let all = app.clerk().all("/v1/meetings").await;
    let own = |meeting: &Value| meeting["source"]["reference"] == reference;
    all.into_iter().find(own).unwrap()
}

async fn operations(app: &App, path: &str) -> Vec<String> {
    let entries = app.clerk().all(&format!("{path}/history")).await;
    let name = |entry: &Value| entry["operation"].as_str().unwrap().to_owned();
    entries.iter().map(name).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_that_is_not_listed_is_gone_only_if_the_site_says_so() {
    let app = App::start().await;
    let site = Site::start();
    let (_council, action) = followed(&app, &site).await;
    let mut calendar = calendar_of_three();
    // It moves to a day that was not asked for, so that the calendar of those days has it no longer.
    calendar[1].day = "02/02/2015";
    site.calendar(135, &calendar);
    site.calendar(135, &[calendar[0].clone(), calendar[2].clone()]);
    let report = import_one(&app, &site).await;
    assert_eq!(changes(&report), [("meeting", "2", "moved")]);
    assert_eq!(notes(&report), []);
    let moved = meeting(&app, "2").await;
    assert_eq!(moved["starts_at"], "2015-02-02T10:30:00Z");
    assert_eq!(moved["source"]["missing_since"], Value::Null);
    assert_eq!(due_on(&app, &action).await, "2014-09-08");
    // It lies outside of the days now, and is not asked for.
    let report = import_one(&app, &site).await;
    assert_eq!((changes(&report), notes(&report)), (vec![], vec![]));

    // One that the calendar leaves out is not gone while it is there by itself, or while nobody knows.
    site.calendar(135, &calendar[..1]);
    let report = import_one(&app, &site).await;
    assert_eq!(changes(&report), []);
    assert!(notes(&report)[0].1.contains("not taken to be gone"));
    let sorry = "<html><body>Sorry</body></html>";
    for (status, body) in [(500, ""), (403, ""), (200, sorry)] {
        site.answer("GetMeeting?lMeetingId=3", status, "", body);
        let report = import_one(&app, &site).await;
        assert!(
            notes(&report)[0]
                .1
                .contains("whether it is gone is not known"),
            "{:?}",
            report.notes
        );
        let left = meeting(&app, "3").await;
        assert_eq!(left["source"]["missing_since"], Value::Null);
    }
    site.answer("GetMeeting?lMeetingId=3", 404, "", "");
    let report = import_one(&app, &site).await;
    assert_eq!(notes(&report).len(), 1);
    assert!(notes(&report)[0].1.contains("lists it no longer"));
    let gone = meeting(&app, "3").await;
    assert_eq!(gone["source"]["missing_since"], "2014-03-10T12:00:00Z");
    // It is told once, and asked for no more.
    let asked = site.asked.lock().unwrap().len();
    assert_eq!(notes(&import_one(&app, &site).await), []);
    assert_eq!(site.asked.lock().unwrap().len(), asked + 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_a_meeting_that_is_not_listed_says_whether_it_is_gone() {
    let app = App::start().await;
    let site = Site::start();
    let calendar = calendar_of_three();
    site.pages(&calendar, &[]);
    import_pages(&app, &site, &[]).await;
    site.pages(&calendar[..2], &[]);
    // A page of somebody else's says nothing, and one of the site without a meeting does.
    site.page(&page_of(3), 200, "", "<html><p>Back soon</p></html>");
    let report = import_pages(&app, &site, &[]).await;
    assert!(notes(&report)[0].1.contains("not known"));
    let none = framed("Meeting", "", "<p>There is no such meeting.</p>");
    site.page(&page_of(3), 200, "", none);
    let report = import_pages(&app, &site, &["--dry-run"]).await;
    assert!(notes(&report)[0].1.contains("lists it no longer"));
    let left = meeting(&app, "3").await;
    assert_eq!(left["source"]["missing_since"], Value::Null);
    let report = import_pages(&app, &site, &[]).await;
    assert!(notes(&report)[0].1.contains("lists it no longer"));
    let gone = meeting(&app, "3").await;
    assert_eq!(gone["source"]["missing_since"], "2014-03-10T12:00:00Z");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_site_makes_anew_under_other_ids_is_recorded_once() {
    let app = App::start().await;
    let site = Site::start();
    let (council, _action) = followed(&app, &site).await;
    let before = everything(&app).await.len();
    let path = format!("/v1/meetings/{}", council.meeting);
    let mut calendar = calendar_of_three();
    calendar[0].id = 9;
    calendar[0].items = vec![
        (909, "8", "Quarter 3 Performance", "True"),
        (910, "9", "Fees", "False"),
    ];
    site.calendar(135, &calendar);
    let item = format!("/v1/agenda-items/{}", council.item);
    for gone in [true, false] {
        let (status, page) = if gone { (404, "") } else { (500, "") };
        site.answer("GetMeeting?lMeetingId=1", status, "", page);
        let report = import_one(&app, &site).await;
        if !gone {
            assert_eq!((changes(&report), notes(&report)), (vec![], vec![]));
            continue;
        }
        assert_eq!(not_taken(&report), []);
        assert_eq!(
            changes(&report),
            [
                ("meeting", "9", "linked"),
                ("agenda_item", "909", "updated"),
                ("agenda_item", "910", "created"),
            ]
        );
        assert!(notes(&report)[0].1.contains("that was 1 there"));
    }
    assert_eq!(everything(&app).await.len(), before + 1);
    let shown = council.clerk.get(&path).await.expect(200);
    assert_eq!(shown.body["source"]["reference"], "9");
    let shown = council.clerk.get(&item).await.expect(200);
    assert_eq!(shown.body["source"]["reference"], "909");
    assert_eq!(shown.body["exempt"], true);
    // What a clerk called it stays.
    assert_eq!(shown.body["title"], "Performance");
    let told = operations(&app, &path).await;
    assert_eq!(told.iter().filter(|name| *name == "link_source").count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_listed_again_is_told_and_noted_even_where_it_is_not_understood() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, NAME)]);
    let items = [
        (11, "1", "Apologies", "False"),
        (12, "2", "Fees", "False"),
        (13, "3", "Rates", "False"),
    ];
    let agenda = |items: &[_]| site.calendar(135, &[sitting(1, "03/03/2014", "14:00", items)]);
    agenda(&items);
    import_one(&app, &site).await;
    agenda(&items[..1]);
    let report = import_one(&app, &site).await;
    assert_eq!(notes(&report).len(), 2);
    agenda(&[items[0], (12, "2", "", "False"), items[2]]);
    let report = import_one(&app, &site).await;
    assert_eq!(not_taken(&report), [("12", "it has no title")]);
    let again = "The source lists it again.";
    assert_eq!(notes(&report), [("12", again), ("13", again)]);
    for item in &app.clerk().all("/v1/agenda-items").await[1..] {
        assert_eq!(item["source"]["missing_since"], Value::Null);
        let path = format!("/v1/agenda-items/{}", item["id"].as_str().unwrap());
        let told = operations(&app, &path).await;
        assert_eq!(told[2..], ["lose_source", "find_source"]);
    }
    assert_eq!(notes(&import_one(&app, &site).await), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_of_two_ids_at_one_time_is_two_while_both_are_listed() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, NAME)]);
    let one = sitting(1, "03/03/2014", "14:00", &[]);
    let two = sitting(2, "03/03/2014", "14:00", &[]);
    site.calendar(135, std::slice::from_ref(&one));
    import_one(&app, &site).await;
    site.calendar(135, &[one, two.clone()]);
    let report = import_one(&app, &site).await;
    assert_eq!(changes(&report), [("meeting", "2", "created")]);
    // The one that is left out keeps its page; it is told, and no third is made.
    site.calendar(135, &[two]);
    let reports = import(&app, &site, &["--committee", "135"]).await;
    assert_eq!(changes(&reports[0]), []);
    assert!(notes(&reports[0])[0].1.contains("lists it no longer"));
    assert_eq!(app.clerk().all("/v1/meetings").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_meetings_of_one_time_that_the_calendar_leaves_out_both_stay() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, NAME)]);
    let both = [
        sitting(1, "03/03/2014", "14:00", &[]),
        sitting(2, "03/03/2014", "14:00", &[]),
    ];
    site.calendar(135, &both);
    import_one(&app, &site).await;
    site.calendar(135, &[]);
    let report = import_one(&app, &site).await;
    assert_eq!(notes(&report).len(), 2);
    for (_, note) in notes(&report) {
        assert!(note.contains("not taken to be gone"), "{note}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn agendas_that_are_taken_over_in_parts_are_the_same_as_in_one() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, NAME)]);
    let numbers: Vec<_> = (1..=150).map(|number| number.to_string()).collect();
    let agenda = |first: u32| -> Vec<_> {
        let items = (first..).zip(&numbers);
        items
            .map(|(id, number)| (id, number.as_str(), "Fees", "False"))
            .collect()
    };
    // The last stands on the first agenda too, from which it is taken.
    let mut last = agenda(3_000);
    last[149].0 = 1_000;
    let calendar = [
        sitting(1, "03/03/2014", "14:00", &agenda(1_000)),
        sitting(2, "10/03/2014", "14:00", &agenda(2_000)),
        sitting(3, "17/03/2014", "14:00", &last),
    ];
    site.calendar(135, &calendar);
    let rehearsed = import(&app, &site, &["--committee", "135=CFS", "--dry-run"]).await;
    assert_eq!(app.clerk().all("/v1/committees").await.len(), 0);
    let report = import_one(&app, &site).await;
    assert_eq!(changes(&report), changes(&rehearsed[0]));
    assert_eq!(changes(&report).len(), 1 + 3 + 449);
    assert_eq!((not_taken(&report), notes(&report)), (vec![], vec![]));
    let again = import_one(&app, &site).await;
    assert_eq!((changes(&again), notes(&again)), (vec![], vec![]));
    assert_eq!(app.clerk().all("/v1/agenda-items").await.len(), 449);
}
