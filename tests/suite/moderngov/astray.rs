//! What a site gets wrong, or says of another than was asked for: nothing is believed that would harm what is recorded.

use matters_arising::published::Note;
use serde_json::Value;

use super::pages::{LIST, MINUTED, framed, import_pages, list_page, minutes_of, page_of};
use super::{
    CommitteeReport, Listed, NAME, Site, calendar_of_three, changes, everything, import,
    import_one, not_taken, sitting,
};
use crate::harness::App;

async fn numbers(app: &App) -> Vec<(String, String)> {
    let items = app.clerk().all("/v1/agenda-items").await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut all: Vec<_> = items
        .iter()
        .map(|item| (text(&item["title"]), text(&item["number"])))
        .collect();
    all.sort();
    all
}

fn pairs(all: &[(String, String)]) -> Vec<(&str, &str)> {
    all.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect()
}

fn on_one(site: &Site, items: &[Listed<'_>]) {
    site.calendar(135, &[sitting(1, "03/03/2014", "14:00", items)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_becomes_restricted_is_kept_from_the_public_whatever_else_of_it_is_refused() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, NAME)]);
    let old = [
        (1, "1", "Apologies", "False"),
        (2, "2", "Fees", "False"),
        (3, "3", "Rates", "False"),
        (4, "4", "Rents", "False"),
    ];
    site.calendar(
        135,
        &[
            sitting(1, "03/03/2014", "14:00", &old),
            sitting(2, "09/06/2014", "14:00", &[]),
        ],
    );
    import_one(&app, &site).await;
    let reader = app.reader();
    let public = reader.get("/v1/agenda-items").await.expect(200);
    assert_eq!(public.each("number"), ["1", "2", "3", "4"]);

    let new = [
        (1, "1", "Apologies", "False"),
        (2, "1", "Fees and charges", "True"),
        (3, "a number that is far too long", "Rates", "True"),
    ];
    site.calendar(
        135,
        &[
            sitting(1, "03/03/2014", "14:00", &new),
            sitting(2, "09/06/2014", "14:00", &[(4, "4", "Rents", "True")]),
        ],
    );
    let refused = [
        ("3", "Its number must be at most 20 characters long."),
        ("2", "Another item of the meeting has its number."),
        ("4", "It is recorded on the agenda of another meeting."),
    ];
    let report = import_one(&app, &site).await;
    assert_eq!(not_taken(&report), refused);
    let public = reader.get("/v1/agenda-items").await.expect(200);
    assert_eq!(public.each("number"), ["1"]);
    // The title does not wait for the number.
    let all = numbers(&app).await;
    assert_eq!(
        pairs(&all),
        [
            ("Apologies", "1"),
            ("Fees and charges", "2"),
            ("Rates", "3"),
            ("Rents", "4")
        ]
    );
    // What is refused is told each time.
    let report = import_one(&app, &site).await;
    assert_eq!(changes(&report), []);
    assert_eq!(not_taken(&report), refused);
    // What is the same as ever on the agenda of another meeting is told too.
    site.calendar(
        135,
        &[
            sitting(1, "03/03/2014", "14:00", &new[..1]),
            sitting(
                2,
                "09/06/2014",
                "14:00",
                &[(2, "2", "Fees and charges", "True")],
            ),
        ],
    );
    let report = import_one(&app, &site).await;
    assert_eq!(not_taken(&report), [("2", refused[2].1)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_that_is_listed_no_longer_gives_its_number_up_to_one_that_is() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, NAME)]);
    let old = [
        (301, "1", "Apologies", "False"),
        (302, "2", "Minutes", "False"),
        (303, "3", "Fees", "False"),
        (304, "4", "Rates", "False"),
    ];
    on_one(&site, &old);
    import_one(&app, &site).await;
    let new = [
        (301, "1", "Apologies", "False"),
        (303, "2", "Fees", "False"),
        (304, "3", "Rates and rents", "False"),
    ];
    on_one(&site, &new);
    let report = import_one(&app, &site).await;
    assert_eq!(not_taken(&report), []);
    assert!(
        report.notes[0]
            .note
            .contains("gives its number, 2, to another"),
        "{:?}",
        report.notes
    );
    let all = numbers(&app).await;
    assert_eq!(
        pairs(&all),
        [
            ("Apologies", "1"),
            ("Fees", "2"),
            ("Minutes", "~302"),
            ("Rates and rents", "3")
        ]
    );
    let report = import_one(&app, &site).await;
    assert_eq!((changes(&report), report.notes.len()), (vec![], 0));
    // It has its number again when it is listed again.
    on_one(&site, &old);
    let report = import_one(&app, &site).await;
    assert_eq!(not_taken(&report), []);
    let all = numbers(&app).await;
    assert_eq!(
        pairs(&all),
        [
            ("Apologies", "1"),
            ("Fees", "3"),
            ("Minutes", "2"),
            ("Rates", "4")
        ]
    );
    assert_eq!(changes(&import_one(&app, &site).await), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_rings_of_numbers_are_undone_at_once() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, NAME)]);
    let old = [
        (1, "1", "A", "False"),
        (2, "2", "B", "False"),
        (3, "3", "C", "False"),
        (4, "4", "D", "False"),
    ];
    on_one(&site, &old);
    import_one(&app, &site).await;
    on_one(
        &site,
        &[
            (1, "2", "A", "False"),
            (2, "1", "B", "False"),
            (3, "4", "C", "False"),
            (4, "3", "D", "False"),
        ],
    );
    assert_eq!(not_taken(&import_one(&app, &site).await), []);
    let all = numbers(&app).await;
    assert_eq!(
        pairs(&all),
        [("A", "2"), ("B", "1"), ("C", "4"), ("D", "3")]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_council_or_committee_has_is_put_on_no_meeting_of_this_one() {
    let app = App::start().await;
    let site = Site::start();
    let items = [(801, "1", "Apologies", "False")];
    let calendar = [sitting(11, "09/06/2014", "10:30", &items)];
    site.committees(&[(1, "Cabinet"), (3, "Health Board")]);
    site.calendar(1, &calendar);
    let first = import(&app, &site, &["--committee", "1=CAB"]).await;
    assert_eq!(first[0].failed, None);

    let other = Site::start();
    other.committees(&[(2, "Planning Panel")]);
    let more = [items[0], (802, "2", "Fees", "False")];
    let theirs = [sitting(11, "09/06/2014", "10:30", &more)];
    other.calendar(2, &theirs);
    let before = everything(&app).await;
    let report = import(&app, &other, &["--committee", "2=PLA"]).await;
    let failed = report[0].failed.as_deref().unwrap_or_default();
    assert!(failed.contains("--site-moved"), "{failed}");
    assert_eq!(everything(&app).await, before);

    site.calendar(3, &theirs);
    let report = import(&app, &site, &["--committee", "3=HEA"]).await;
    assert_eq!(
        not_taken(&report[0]),
        [("11", "It is recorded as a meeting of another committee.")]
    );
    assert_eq!(changes(&report[0]), [("committee", "3", "created")]);
    assert_eq!(app.clerk().all("/v1/agenda-items").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_that_was_held_ahead_of_its_time_is_held_when_it_has_come() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, NAME)]);
    let mut early = [sitting(2, "09/06/2014", "10:30", &[])];
    early[0].status = "Occurred";
    site.calendar(135, &early);
    let report = import_one(&app, &site).await;
    assert!(report.notes[0].note.contains("lies ahead"));
    assert_eq!(changes(&import_one(&app, &site).await), []);
    let meetings = app.clerk().all("/v1/meetings").await;
    assert_eq!(meetings[0]["status"], "scheduled");
    app.at("2014-06-10T12:00:00Z");
    let report = import_one(&app, &site).await;
    assert_eq!(changes(&report), [("meeting", "2", "updated")]);
    let meetings = app.clerk().all("/v1/meetings").await;
    assert_eq!(meetings[0]["status"], "held");
}

/// The beginning of a page, without its last third.
fn cut(page: &str) -> String {
    let end = page.floor_char_boundary(page.len() * 2 / 3);
    page[..end].to_owned()
}

fn body_of(site: &Site, path: &str) -> String {
    let answers = site.answers.lock().unwrap();
    String::from_utf8(answers[&format!("/{path}")].body.clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_breaks_off_is_not_taken_for_the_whole() {
    let app = App::start().await;
    let site = Site::start();
    let calendar = calendar_of_three();
    site.pages(&calendar, &[(801, MINUTED)]);
    import_pages(&app, &site, &["--minutes"]).await;
    let before = everything(&app).await;

    let page = body_of(&site, &page_of(1));
    site.page(&page_of(1), 200, "", cut(&page));
    let report = import_pages(&app, &site, &["--minutes"]).await;
    let told = not_taken(&report);
    assert!(
        told[0].0 == "1" && told[0].1.contains("breaks off"),
        "{told:?}"
    );
    assert_eq!(changes(&report), []);
    let lost = |note: &Note| note.note.contains("no longer");
    assert!(!report.notes.iter().any(lost), "{:?}", report.notes);
    assert!(
        report
            .minutes
            .iter()
            .all(|one| one.change.as_str() == "unchanged")
    );
    assert_eq!(everything(&app).await, before);

    site.page(&page_of(1), 200, "", page);
    site.page(LIST, 200, "", cut(&body_of(&site, LIST)));
    let reports = import(&app, &site, &["--committee", "135", "--pages"]).await;
    let failed = reports[0].failed.as_deref().unwrap_or_default();
    assert!(failed.contains("breaks off"), "{failed}");
    assert_eq!(everything(&app).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn minutes_that_are_shown_again_after_others_are_told() {
    let app = App::start().await;
    let site = Site::start();
    let calendar = calendar_of_three();
    let wrong = MINUTED.replace("adoption cases", "nothing at all");
    let mut last = CommitteeReport::default();
    for shown in [MINUTED, &wrong, MINUTED] {
        site.pages(&calendar, &[(801, shown)]);
        last = import_pages(&app, &site, &["--minutes"]).await;
    }
    assert_eq!(last.minutes, []);
    let of_one = last.notes.iter().find(|note| note.reference == "1");
    let note = &of_one.unwrap().note;
    assert!(
        note.contains("shows revision 1 of its minutes again"),
        "{note}"
    );
    assert!(note.contains("revision 2 is the latest"), "{note}");
    let meetings = app.clerk().all("/v1/meetings").await;
    let id = meetings[0]["id"].as_str().unwrap();
    assert_eq!(minutes_of(&app, id).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_another_meeting_or_of_another_day_is_not_believed() {
    let app = App::start().await;
    let site = Site::start();
    let calendar = calendar_of_three();
    site.pages(&calendar, &[]);
    import_pages(&app, &site, &[]).await;
    let before = everything(&app).await;
    let elsewhere = format!("location: /{}\r\n", page_of(2));
    site.page(&page_of(3), 302, &elsewhere, "");
    let report = import_pages(&app, &site, &[]).await;
    let told = not_taken(&report);
    assert!(
        told[0].0 == "3" && told[0].1.contains("it leads to"),
        "{told:?}"
    );
    assert_eq!(everything(&app).await, before);

    let mut moved = calendar.to_vec();
    moved[1].day = "16/06/2014";
    site.pages(&calendar, &[]);
    site.page(LIST, 200, "", list_page(&moved, &[]));
    let report = import_pages(&app, &site, &[]).await;
    let told = not_taken(&report);
    assert!(
        told[0].0 == "2" && told[0].1.contains("2014-06-16 by the calendar"),
        "{told:?}"
    );
    assert_eq!(report.notes, []);
    assert_eq!(everything(&app).await, before);

    // Off by one of the two is off.
    moved = calendar.to_vec();
    moved[1].status = "Postponed";
    site.page(LIST, 200, "", list_page(&moved, &[]));
    let report = import_pages(&app, &site, &[]).await;
    assert_eq!(changes(&report), [("meeting", "2", "cancelled")]);
    assert!(report.notes[0].note.contains("it is taken to be"));
    assert_eq!(changes(&import_pages(&app, &site, &[]).await), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_site_that_says_so_has_no_committee_of_an_id() {
    let app = App::start().await;
    let site = Site::start();
    site.pages(&calendar_of_three(), &[]);
    let none = "no committee of that id";
    let page = "mgCommitteeDetails.aspx?ID=77";
    for (status, body, part) in [
        (500, String::new(), "answers 500"),
        (403, String::new(), "answers 403"),
        (200, "<p>Sor".to_owned(), "breaks off"),
        (404, String::new(), none),
        (200, framed("Sorry", "", ""), none),
    ] {
        site.page(page, status, "", body);
        let reports = import(&app, &site, &["--committee", "77=OLD", "--pages"]).await;
        let failed = reports[0].failed.as_deref().unwrap_or_default();
        assert!(failed.contains(part), "{failed}: {part}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_promises_the_minutes_of_no_meeting_that_is_not_taken() {
    let app = App::start().await;
    app.at("2014-04-10T12:00:00Z");
    let site = Site::start();
    let calendar = [
        sitting(1, "03/03/2014", "14:00", &[(11, "1", "Fees", "False")]),
        sitting(4, "30/03/2014", "1.30 a.m.", &[(12, "1", "Rates", "False")]),
    ];
    site.pages(&calendar, &[(11, MINUTED), (12, MINUTED)]);
    for more in [&["--minutes", "--dry-run"][..], &["--minutes"]] {
        let report = import_pages(&app, &site, more).await;
        let minutes: Vec<_> = report
            .minutes
            .iter()
            .map(|one| one.reference.as_str())
            .collect();
        assert_eq!(minutes, ["1"]);
    }
}
