//! Bringing in what a council publishes: an invented council's web service on this machine, which says what each test needs. Its
//! pages are in [`pages`], what a site gets wrong in [`astray`], what it lists no longer in [`unlisted`], and how it is asked in
//! [`asked`].

mod asked;
mod astray;
mod pages;
mod unlisted;

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use clap::Parser as _;
use matters_arising::app::{db_settings, rules, store};
use matters_arising::config::{Config, Secret};
use matters_arising::db::Db;
use matters_arising::ids::RandomIds;
use matters_arising::published::{CommitteeReport, Importer, ModerngovArgs};
use serde_json::{Value, json};

use crate::harness::{App, Council, command};

/// What the service answers to a path with its query.
#[derive(Clone)]
struct Answer {
    status: u16,
    headers: String,
    body: Vec<u8>,
}

/// A site that answers what it is told to, and keeps what it was asked.
struct Site {
    base: String,
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

/// A meeting as a test describes it: id, `dd/mm/yyyy`, time, status, items.
#[derive(Clone)]
struct Sitting<'a> {
    id: u32,
    day: &'a str,
    time: &'a str,
    status: &'a str,
    items: Vec<Listed<'a>>,
}

/// An item: id, number, title as it is sent, flag.
type Listed<'a> = (u32, &'a str, &'a str, &'a str);

fn sitting<'a>(id: u32, day: &'a str, time: &'a str, items: &[Listed<'a>]) -> Sitting<'a> {
    Sitting {
        id,
        day,
        time,
        status: "Confirmed",
        items: items.to_vec(),
    }
}

impl Site {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let answers: Arc<Mutex<HashMap<String, Answer>>> = Arc::default();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (known, log) = (answers.clone(), asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
                    head.push(byte[0]);
                }
                let head = String::from_utf8(head).unwrap();
                let Some(path) = head.split(' ').nth(1) else {
                    continue;
                };
                log.lock().unwrap().push(head.clone());
                let answer = known.lock().unwrap().get(path).cloned();
                // A status of 0 is none: the site hangs up.
                if answer.as_ref().is_some_and(|answer| answer.status == 0) {
                    continue;
                }
                let answer = answer.unwrap_or(Answer {
                    status: 500,
                    headers: String::new(),
                    body: b"<html><body>Runtime Error</body></html>".to_vec(),
                });
                let head = format!(
                    "HTTP/1.1 {} X\r\ncontent-length: {}\r\nconnection: close\r\n{}\r\n",
                    answer.status,
                    answer.body.len(),
                    answer.headers
                );
                // Whoever has read enough hangs up.
                let _sent = stream
                    .write_all(head.as_bytes())
                    .and_then(|()| stream.write_all(&answer.body));
            }
        });
        Self {
            base,
            answers,
            asked,
        }
    }

    fn answer(&self, path: &str, status: u16, headers: &str, body: impl Into<Vec<u8>>) {
        self.page(&format!("mgWebService.asmx/{path}"), status, headers, body);
    }

    fn page(&self, path: &str, status: u16, headers: &str, body: impl Into<Vec<u8>>) {
        let answer = Answer {
            status,
            headers: headers.to_owned(),
            body: body.into(),
        };
        let path = format!("/{path}");
        self.answers.lock().unwrap().insert(path, answer);
    }

    fn committees(&self, committees: &[(u32, &str)]) {
        let each: String = committees
            .iter()
            .map(|(id, name)| {
                format!(
                    "<committee><committeeid>{id}</committeeid><committeetitle>{name}</committeetitle>\
                     <committeedeleted>False</committeedeleted><committeecategory>Scrutiny</committeecategory></committee>"
                )
            })
            .collect();
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<committees><committeescount>{}</committeescount>{each}</committees>",
            committees.len()
        );
        self.answer("GetCommittees", 200, "", body);
    }

    /// The path of a committee's calendar for the days that [`import`] asks for.
    fn calendar_path(committee: u32) -> String {
        format!(
            "GetMeetings?lCommitteeId={committee}&sFromDate=01%2F01%2F2014&sToDate=31%2F12%2F2014"
        )
    }

    /// A committee's calendar, and the document of each of its meetings.
    fn calendar(&self, committee: u32, sittings: &[Sitting<'_>]) {
        let mut rows = String::new();
        for Sitting {
            id,
            day,
            time,
            status,
            items,
        } in sittings
        {
            let own = format!(
                "<meetingid>{id}</meetingid><meetingdate>{day}</meetingdate><meetingtime>{time}</meetingtime>\
                 <meetingstatus>{status}</meetingstatus>"
            );
            rows.extend(["<meeting>", &own, "</meeting>"]);
            let items: String = items
                .iter()
                .map(|(id, number, title, restricted)| {
                    format!(
                        "<agendaitem><agendaitemid>{id}</agendaitemid><agendaitemnumber>{number}</agendaitemnumber>\
                         <agendaitemtitle>{title}</agendaitemtitle><isrestricted>{restricted}</isrestricted>\
                         <minutesnonemptyhtmlbody><p>None<br></minutesnonemptyhtmlbody></agendaitem>"
                    )
                })
                .collect();
            let body = format!(
                "<meeting>{own}<meetinglocation>Council Chamber,&lt;br /&gt;Wintercombe Hall</meetinglocation>\
                 <agendaitems>{items}</agendaitems></meeting>"
            );
            self.answer(&format!("GetMeeting?lMeetingId={id}"), 200, "", body);
        }
        let body = format!(
            "<getmeetings><committee><committeeid>{committee}</committeeid><committeemeetings>{rows}</committeemeetings>\
             </committee></getmeetings>"
        );
        self.answer(&Self::calendar_path(committee), 200, "", body);
    }

    /// The arguments by which the calendar of 2014 is asked for.
    fn arguments<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let mut arguments = vec!["--base-url", &self.base, "--pause-ms", "0"];
        arguments.extend(["--from", "2014-01-01", "--until", "2014-12-31"]);
        arguments.extend(more);
        arguments
    }
}

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    args: ModerngovArgs,
}

/// Imports into the service's database, by the service's clock.
async fn import(app: &App, site: &Site, more: &[&str]) -> Vec<CommitteeReport> {
    let mut line = vec!["import"];
    line.extend(site.arguments(more));
    let args = Line::try_parse_from(line).unwrap().args;
    let mut config = Config::default();
    config.database.url = Secret::new(app.database.url());
    config.database.pool_size = 2;
    let db = Db::open(&db_settings(&config).unwrap()).await.unwrap();
    let rules = rules(&config).unwrap();
    config.evidence.store = app.store_url().map(|url| url.parse().unwrap());
    let store = store(&config).unwrap();
    let importer = Importer {
        db: &db,
        rules: &rules,
        clock: app.clock.clone(),
        ids: Arc::new(RandomIds),
        store: Some(&store),
    };
    let report = importer.moderngov(&args).await.unwrap();
    assert_eq!(report.dry_run, more.contains(&"--dry-run"));
    report.committees
}

/// Imports committee 135 as CFS, and answers with what became of it.
async fn import_one(app: &App, site: &Site) -> CommitteeReport {
    let mut reports = import(app, site, &["--committee", "135=CFS"]).await;
    assert_eq!(reports.len(), 1);
    let report = reports.remove(0);
    assert_eq!(report.failed, None);
    report
}

/// What became of each record that did not stay as it was: what, its id there, what became of it.
fn changes(report: &CommitteeReport) -> Vec<(&str, &str, &str)> {
    let change = |record: &matters_arising::published::TakenRecord| {
        (record.what.as_str(), record.change.as_str())
    };
    report
        .records
        .iter()
        .map(|record| {
            (
                change(record).0,
                record.reference.as_str(),
                change(record).1,
            )
        })
        .collect()
}

fn not_taken(report: &CommitteeReport) -> Vec<(&str, &str)> {
    report
        .not_taken
        .iter()
        .map(|row| (row.reference.as_deref().unwrap_or(""), row.reason.as_str()))
        .collect()
}

fn id_of(report: &CommitteeReport, what: &str, reference: &str) -> String {
    let own = |record: &&matters_arising::published::TakenRecord| {
        record.what.as_str() == what && record.reference == reference
    };
    report.records.iter().find(own).unwrap().id.to_string()
}

/// Everything that a clerk sees of the calendar, but for when the source was last seen to list it.
async fn everything(app: &App) -> Vec<Value> {
    let clerk = app.clerk();
    let mut all = clerk.all("/v1/committees").await;
    all.extend(clerk.all("/v1/meetings").await);
    all.extend(clerk.all("/v1/agenda-items").await);
    all.extend(clerk.all("/v1/actions").await);
    for record in &mut all {
        if let Some(source) = record["source"].as_object_mut() {
            source.remove("last_seen_at");
        }
    }
    all
}

const NAME: &str = "Children &amp;amp; Family Services Committee";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_committee_is_brought_in_whole_and_a_second_time_changes_nothing() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(12, "Cabinet"), (135, NAME)]);
    let agenda = [
        (501, "1.", "Apologies", "False"),
        (
            502,
            "2.",
            "Children&amp;rsquo;s homes &amp;amp;&amp;nbsp;fees",
            "False",
        ),
        (503, "3.", "Placements", "True"),
    ];
    let mut off = sitting(4, "10/11/2014", "2.00 p.m.", &[]);
    off.status = "Cancelled";
    let mut late = sitting(5, "08/12/2014", "2.00 p.m.", &[]);
    late.status = "Postponed";
    let sittings = [
        sitting(1, "03/03/2014", "2.00 p.m.", &agenda),
        sitting(2, "09/06/2014", "10:30 am", &[]),
        off,
        late,
    ];
    site.calendar(135, &sittings);

    let report = import_one(&app, &site).await;

    assert_eq!(
        report.name.as_deref(),
        Some("Children & Family Services Committee")
    );
    assert_eq!(report.code.as_deref(), Some("CFS"));
    assert_eq!(not_taken(&report), []);
    assert_eq!(report.records.len(), 8);
    assert!(
        changes(&report)
            .iter()
            .all(|(_, _, change)| *change == "created")
    );
    assert_eq!(report.notes.len(), 1);
    assert_eq!(report.notes[0].reference, "5");
    assert!(report.notes[0].note.contains("postponed"));

    let clerk = app.clerk();
    let committee = clerk.get("/v1/committees?code=CFS").await.expect(200);
    assert_eq!(
        committee.items()[0]["name"],
        "Children & Family Services Committee"
    );
    assert_eq!(committee.items()[0]["kind"], "committee");
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
    // What is restricted there is exempt here.
    let public = app.reader().get("/v1/agenda-items").await.expect(200);
    assert_eq!(public.each("number"), ["1", "2"]);
    let path = format!("/v1/agenda-items/{}", id_of(&report, "agenda_item", "503"));
    app.reader().get(&path).await.problem(404, "not-found");

    // The history says who did it, and where the record is from.
    let path = format!("/v1/meetings/{}/history", id_of(&report, "meeting", "2"));
    let history = app.clerk().get(&path).await.expect(200);
    assert_eq!(history.each("operation"), ["create_meeting", "link_source"]);
    let entry = &history.items()[1];
    assert_eq!(entry["actor"]["subject"], "import moderngov");
    assert_eq!(
        entry["details"]["source"],
        json!({
            "system": "moderngov", "reference": "2",
            "url": format!("{}/ieListDocuments.aspx?CId=135&MId=2", site.base),
        })
    );

    let before = everything(&app).await;
    let entries = history.items().len();
    app.at("2014-03-11T12:00:00Z");
    let again = import_one(&app, &site).await;
    assert_eq!(changes(&again), []);
    let counted = serde_json::to_value(&again.counts).unwrap();
    assert_eq!(
        counted,
        json!({
            "committee": { "unchanged": 1 }, "meeting": { "unchanged": 4 }, "agenda_item": { "unchanged": 3 },
        })
    );
    assert_eq!(everything(&app).await, before);
    let history = app.clerk().get(&path).await.expect(200);
    assert_eq!(history.items().len(), entries);
    assert!(matches!(
        app.audit_trail().await,
        matters_arising::db::Verdict::Intact { .. }
    ));

    // One question for the committees, one for the calendar, one for each meeting; each says who asks.
    let asked = site.asked.lock().unwrap();
    assert_eq!(asked.len(), 12);
    assert!(
        asked
            .iter()
            .all(|head| head.contains("user-agent: matters-arising/"))
    );
}

/// Committee CFS as a clerk recorded it, its calendar linked to the source, and an action for the next meeting.
async fn followed(app: &App, site: &Site) -> (Council, String) {
    let council = Council::found(app).await;
    site.committees(&[(135, NAME)]);
    site.calendar(135, &calendar_of_three());
    let report = import_one(app, site).await;
    assert_eq!(
        changes(&report),
        [
            ("committee", "135", "linked"),
            ("meeting", "1", "linked"),
            ("meeting", "2", "created"),
            ("meeting", "3", "created"),
            ("agenda_item", "801", "linked"),
        ]
    );
    let mut body = council.undated();
    body["due"] = json!({ "kind": "next_meeting", "wording": "the next meeting" });
    let action = council.action(body).await;
    (council, action)
}

fn calendar_of_three() -> [Sitting<'static>; 3] {
    [
        sitting(
            1,
            "03/03/2014",
            "14:00",
            &[(801, "8", "Quarter 3 Performance", "False")],
        ),
        sitting(2, "09/06/2014", "10:30", &[]),
        sitting(3, "08/09/2014", "10:30", &[]),
    ]
}

async fn due_on(app: &App, action: &str) -> Value {
    let shown = app.clerk().get(&format!("/v1/actions/{action}")).await;
    shown.expect(200).body["due"]["due_on"].clone()
}

/// The causes for which an action was resolved again, oldest first.
async fn causes(app: &App, action: &str) -> Vec<String> {
    let entries = app
        .clerk()
        .all(&format!("/v1/actions/{action}/history"))
        .await;
    entries
        .iter()
        .filter_map(|entry| entry["details"]["cause"].as_str())
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn due_terms_follow_what_is_moved_cancelled_and_added_there() {
    let app = App::start().await;
    let site = Site::start();
    let (_council, action) = followed(&app, &site).await;
    assert_eq!(due_on(&app, &action).await, "2014-06-09");

    let mut calendar = calendar_of_three();
    calendar[1].day = "16/06/2014";
    site.calendar(135, &calendar);
    let report = import_one(&app, &site).await;
    assert_eq!(changes(&report), [("meeting", "2", "moved")]);
    assert_eq!(
        serde_json::to_value(&report.records[0].changes).unwrap(),
        json!([{ "field": "starts_at", "before": "2014-06-09 10:30", "after": "2014-06-16 10:30" }])
    );
    assert_eq!(due_on(&app, &action).await, "2014-06-16");

    // One is called off and another added: the term goes from the one to the other at once.
    calendar[1].status = "Cancelled";
    let mut more = calendar.to_vec();
    more.push(sitting(4, "07/07/2014", "10:30", &[]));
    site.calendar(135, &more);
    let report = import_one(&app, &site).await;
    assert_eq!(
        changes(&report),
        [("meeting", "4", "created"), ("meeting", "2", "cancelled")]
    );
    assert_eq!(due_on(&app, &action).await, "2014-07-07");
    assert_eq!(
        causes(&app, &action).await,
        ["meeting_moved", "meeting_cancelled"]
    );

    // It stands again, at another time.
    more[1].status = "Confirmed";
    more[1].time = "2.00 p.m.";
    site.calendar(135, &more);
    let report = import_one(&app, &site).await;
    assert_eq!(changes(&report), [("meeting", "2", "moved")]);
    assert_eq!(due_on(&app, &action).await, "2014-06-16");

    // What is listed no longer is told, and stays.
    more.remove(3);
    site.calendar(135, &more);
    site.answer("GetMeeting?lMeetingId=4", 404, "", "");
    let report = import_one(&app, &site).await;
    assert_eq!(changes(&report), []);
    assert_eq!(report.notes[0].reference, "4");
    assert!(report.notes[0].note.contains("no longer"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_clerk_says_stays_until_the_source_says_something_else() {
    let app = App::start().await;
    let site = Site::start();
    let (council, action) = followed(&app, &site).await;
    // By hand the item was called Performance, and the source has not changed its mind since it was linked.
    let clerk = &council.clerk;
    let shown = clerk
        .get(&format!("/v1/agenda-items/{}", council.item))
        .await;
    assert_eq!(shown.expect(200).body["title"], "Performance");
    let june = clerk
        .get("/v1/meetings?status=scheduled&limit=2")
        .await
        .expect(200);
    let june = june.items()[1]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/meetings/{june}");
    let body = json!({ "status": "cancelled", "location": "Members' Lounge" });
    clerk.patch(&path, "*", body).await.expect(200);
    assert_eq!(changes(&import_one(&app, &site).await), []);
    assert_eq!(due_on(&app, &action).await, "2014-09-08");

    // The source says another time: it stays cancelled, and where it is.
    let mut calendar = calendar_of_three();
    calendar[1].time = "11:00";
    calendar[0].items[0].2 = "Performance in Quarter 3";
    site.calendar(135, &calendar);
    let report = import_one(&app, &site).await;
    assert_eq!(
        changes(&report),
        [("meeting", "2", "moved"), ("agenda_item", "801", "updated")]
    );
    let shown = clerk.get(&path).await.expect(200);
    assert_eq!(shown.body["starts_at"], "2014-06-09T10:00:00Z");
    assert_eq!(shown.body["status"], "cancelled");
    assert_eq!(shown.body["location"], "Members' Lounge");
    let shown = clerk
        .get(&format!("/v1/agenda-items/{}", council.item))
        .await;
    assert_eq!(shown.expect(200).body["title"], "Performance in Quarter 3");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_becomes_restricted_becomes_exempt_and_nothing_is_made_public() {
    let app = App::start().await;
    let site = Site::start();
    let (council, action) = followed(&app, &site).await;
    let path = format!("/v1/actions/{action}");
    app.reader().get(&path).await.expect(200);

    let mut calendar = calendar_of_three();
    calendar[0].items[0].3 = "True";
    site.calendar(135, &calendar);
    let report = import_one(&app, &site).await;
    assert_eq!(changes(&report), [("agenda_item", "801", "updated")]);
    let item = format!("/v1/agenda-items/{}", council.item);
    for path in [&path, &item] {
        app.reader().get(path).await.problem(404, "not-found");
        app.clerk().get(path).await.expect(200);
    }
    assert_eq!(changes(&import_one(&app, &site).await), []);

    calendar[0].items[0].3 = "False";
    site.calendar(135, &calendar);
    let report = import_one(&app, &site).await;
    assert_eq!(changes(&report), []);
    assert_eq!(report.notes[0].reference, "801");
    assert!(report.notes[0].note.contains("stays exempt"));
    app.reader().get(&item).await.problem(404, "not-found");
    // It is told once.
    assert_eq!(import_one(&app, &site).await.notes, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_that_comes_in_between_gives_the_others_their_next_numbers() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, NAME)]);
    let old = [
        (1, "1", "Apologies", "False"),
        (2, "2", "Minutes", "False"),
        (3, "3", "Fees", "False"),
    ];
    site.calendar(135, &[sitting(1, "03/03/2014", "14:00", &old)]);
    import_one(&app, &site).await;
    let new = [
        (1, "1", "Apologies", "False"),
        (4, "2", "Declarations", "False"),
        (2, "3", "Minutes", "False"),
        (3, "4", "Fees", "False"),
    ];
    site.calendar(135, &[sitting(1, "03/03/2014", "14:00", &new)]);
    let report = import_one(&app, &site).await;
    assert_eq!(not_taken(&report), []);
    let items = app.clerk().get("/v1/agenda-items").await.expect(200);
    assert_eq!(
        items.each("title"),
        ["Apologies", "Declarations", "Minutes", "Fees"]
    );
    assert_eq!(items.each("number"), ["1", "2", "3", "4"]);

    // Three go round in a ring, and a new one is given the number of another that keeps it.
    let new = [
        (1, "2", "Apologies", "False"),
        (4, "3", "Declarations", "False"),
        (2, "1", "Minutes", "False"),
        (3, "4", "Fees", "False"),
        (5, "4", "Rates", "False"),
    ];
    site.calendar(135, &[sitting(1, "03/03/2014", "14:00", &new)]);
    let report = import_one(&app, &site).await;
    assert_eq!(
        not_taken(&report),
        [("5", "Another item of the meeting has its number.")]
    );
    let items = app.clerk().get("/v1/agenda-items").await.expect(200);
    assert_eq!(items.each("number"), ["1", "2", "3", "4"]);
    assert_eq!(
        items.each("title"),
        ["Minutes", "Apologies", "Declarations", "Fees"]
    );
    assert_eq!(changes(&import_one(&app, &site).await), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_understood_is_told_by_its_id_and_refuses_nothing_else() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, NAME)]);
    let agenda = [
        (11, "", "Apologies", "False"),
        (12, "2", "", "False"),
        (13, "3", "Placements", "perhaps"),
        (14, "4", "Fees", "False"),
        (15, "4", "Fees again", "False"),
        (16, "a number that is far too long", "Rates", "False"),
    ];
    let mut odd = sitting(7, "01/09/2014", "10:30", &[]);
    odd.status = "Under review";
    let sittings = [
        sitting(1, "03/03/2014", "14:00", &agenda),
        sitting(2, "9 June 2014", "10:30", &[]),
        sitting(3, "09/06/2014", "to be confirmed", &[]),
        sitting(4, "30/03/2014", "1.30 a.m.", &[]),
        sitting(5, "07/07/2014", "10:30", &[]),
        sitting(6, "08/07/2014", "10:30", &[]),
        odd,
        sitting(8, "02/09/2014", "10:30", &[]),
        sitting(9, "03/09/2014", "10:30", &[]),
        sitting(10, "04/09/2014", "10:30", &[]),
    ];
    site.calendar(135, &sittings);
    site.answer("GetMeeting?lMeetingId=5", 500, "", "<html/>");
    site.answer(
        "GetMeeting?lMeetingId=6",
        200,
        "",
        "<meeting><meetingid>6</meetingid>",
    );
    let bomb = "<!DOCTYPE m [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><meeting>&b;</meeting>";
    site.answer("GetMeeting?lMeetingId=8", 200, "", bomb);
    let large = format!("<meeting>{}</meeting>", " ".repeat(9 << 20));
    site.answer("GetMeeting?lMeetingId=9", 200, "", large);
    let elsewhere = "location: http://localhost:1/\r\n";
    site.answer("GetMeeting?lMeetingId=10", 302, elsewhere, "");

    let report = import_one(&app, &site).await;

    assert_eq!(
        changes(&report),
        [
            ("committee", "135", "created"),
            ("meeting", "1", "created"),
            ("meeting", "5", "created"),
            ("meeting", "6", "created"),
            ("meeting", "8", "created"),
            ("meeting", "9", "created"),
            ("meeting", "10", "created"),
            ("agenda_item", "14", "created"),
        ]
    );
    let told = not_taken(&report);
    let expected = [
        ("2", "its date is not dd/mm/yyyy"),
        ("3", "its time cannot be read"),
        ("7", "its status is not one that is known"),
        ("11", "it has no number"),
        ("12", "it has no title"),
        ("13", "a flag of it is neither true nor false"),
        (
            "5",
            "Its agenda was not read: the site answers 500 (http://127.0.0.1",
        ),
        ("6", "not well-formed"),
        ("8", "declares a document type"),
        ("9", "larger than 8 MiB"),
        ("10", "it leads to another site"),
        ("4", "There is no such time on that day"),
        ("16", "Its number must be at most 20 characters long."),
        ("15", "Another item of the meeting has its number."),
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for ((id, reason), (expected_id, part)) in told.iter().zip(expected) {
        assert_eq!(*id, expected_id, "{told:#?}");
        assert!(reason.contains(part), "{reason}: {part}");
    }
    // A meeting whose document cannot be read stays where it was the next time.
    let again = import_one(&app, &site).await;
    assert_eq!(changes(&again), []);
    // And nothing is lost for good: what can be read later is brought in later.
    site.calendar(135, &sittings[4..5]);
    let later = import_one(&app, &site).await;
    assert_eq!(changes(&later), [("meeting", "5", "updated")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_rules_refuse_is_told_and_tried_again() {
    let app = App::start().await;
    let site = Site::start();
    let (council, _action) = followed(&app, &site).await;
    // The meeting of 3 March asked for an action that was agreed: it took place.
    let mut calendar = calendar_of_three();
    calendar[0].status = "Cancelled";
    calendar[1].day = "16/06/2014";
    site.calendar(135, &calendar);
    for expected in [vec![("meeting", "2", "moved")], vec![]] {
        let report = import_one(&app, &site).await;
        assert_eq!(changes(&report), expected);
        let told = not_taken(&report);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0, "1");
        assert!(told[0].1.contains("took place"), "{}", told[0].1);
    }
    let path = format!("/v1/meetings/{}", council.meeting);
    let shown = council.clerk.get(&path).await.expect(200);
    assert_eq!(shown.body["status"], "scheduled");
    // One that has been held is held when the source says so, and not called off.
    calendar[0].status = "Occurred";
    site.calendar(135, &calendar);
    assert_eq!(
        changes(&import_one(&app, &site).await),
        [("meeting", "1", "updated")]
    );
    let shown = council.clerk.get(&path).await.expect(200);
    assert_eq!(shown.body["status"], "held");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_says_what_would_be_done_and_keeps_nothing() {
    let app = App::start().await;
    let site = Site::start();
    let (_council, action) = followed(&app, &site).await;
    let mut calendar = calendar_of_three();
    calendar[1].day = "16/06/2014";
    calendar[2].items.push((901, "1", "Apologies", "False"));
    site.calendar(135, &calendar);
    let before = everything(&app).await;
    let history = causes(&app, &action).await;

    let rehearsed = import(&app, &site, &["--committee", "135", "--dry-run"]).await;

    assert_eq!(
        changes(&rehearsed[0]),
        [("meeting", "2", "moved"), ("agenda_item", "901", "created")]
    );
    assert_eq!(everything(&app).await, before);
    assert_eq!(causes(&app, &action).await, history);
    let done = import_one(&app, &site).await;
    assert_eq!(changes(&done), changes(&rehearsed[0]));
    assert_eq!(done.counts, rehearsed[0].counts);
    assert_ne!(everything(&app).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_committee_that_fails_leaves_nothing_and_keeps_no_other_out() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[
        (1, "Cabinet"),
        (2, "Planning Panel"),
        (3, "Health Board"),
        (4, "Council"),
    ]);
    let calendar = [sitting(21, "09/06/2014", "10:30", &[])];
    site.calendar(
        1,
        &[
            sitting(11, "09/06/2014", "10:30", &[]),
            sitting(12, "10/06/2014", "10:30", &[]),
        ],
    );
    site.answer("GetMeeting?lMeetingId=12", 503, "retry-after: 60\r\n", "");
    site.calendar(2, &calendar);
    site.answer(
        &Site::calendar_path(3),
        200,
        "",
        "<html><body>Sorry</body></html>",
    );
    site.calendar(4, &[]);
    let wanted = [
        "--committee",
        "2=PLA",
        "--committee",
        "3=HEA",
        "--committee",
        "4",
        "--committee",
        "99=NIX",
        "--committee",
        "1=CAB",
        "--committee",
        "3=HEA",
    ];
    let reports = import(&app, &site, &wanted).await;
    let failed: Vec<_> = reports
        .iter()
        .map(|report| report.failed.clone().unwrap_or_default())
        .collect();
    for (failed, part) in failed.iter().zip([
        "",
        "not that of the web service",
        "--committee 4=CODE",
        "no committee of that id",
        "answers 503",
        "not asked for any more",
    ]) {
        assert!(failed.contains(part), "{failed}: {part}");
        assert_eq!(failed.is_empty(), part.is_empty(), "{failed}");
    }
    // A site that asks to be left alone is.
    let asked = site.asked.lock().unwrap().clone();
    assert!(
        asked.last().unwrap().contains("lMeetingId=12"),
        "{asked:#?}"
    );
    let clerk = app.clerk();
    let committees = clerk.get("/v1/committees").await.expect(200);
    assert_eq!(committees.each("code"), ["PLA"]);
    assert_eq!(committees.each("kind"), ["panel"]);
    assert_eq!(clerk.get("/v1/meetings").await.expect(200).items().len(), 1);

    // A code is for good, and is of one committee.
    let wanted = ["--committee", "2=PLN", "--committee", "1=PLA"];
    site.calendar(1, &[]);
    let reports = import(&app, &site, &wanted).await;
    assert!(
        reports[0]
            .failed
            .as_ref()
            .unwrap()
            .contains("a code never changes")
    );
    assert!(
        reports[1]
            .failed
            .as_ref()
            .unwrap()
            .contains("PLA is committee 2")
    );

    // Another site has other committees by the same ids.
    let other = Site::start();
    other.committees(&[(2, "Licensing Panel")]);
    other.calendar(2, &calendar);
    let reports = import(&app, &other, &["--committee", "2"]).await;
    assert!(reports[0].failed.as_ref().unwrap().contains("--site-moved"));
    let reports = import(
        &app,
        &other,
        &["--committee", "2=LIC", "--system", "licensing"],
    )
    .await;
    assert_eq!(reports[0].failed, None);
    let reports = import(&app, &other, &["--committee", "2", "--site-moved"]).await;
    assert_eq!(changes(&reports[0]), [("committee", "2", "updated")]);
    let reports = import(&app, &other, &["--committee", "2"]).await;
    assert_eq!(changes(&reports[0]), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_lists_imports_and_says_by_its_status_whether_all_came_in() {
    let app = App::start().await;
    let site = Site::start();
    site.committees(&[(135, NAME), (136, "Evil&#27;[2J Committee")]);
    site.calendar(135, &calendar_of_three());
    let url = app.database.url();
    let settings = [("MATTERS_ARISING_DATABASE__URL", url.as_str())];
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
    let (status, said, wrong) = run(&[]);
    assert_eq!(status, Some(0), "{wrong}");
    assert_eq!(
        said,
        "135\tChildren & Family Services Committee\n136\tEvil\u{fffd}[2J Committee\n"
    );
    let (status, said, wrong) = run(&["--committee", "135=CFS", "--dry-run"]);
    assert_eq!(status, Some(0), "{wrong}");
    assert!(said.contains("meetings: 3 created\n"), "{said}");
    assert!(said.ends_with("Dry run: nothing was recorded.\n"), "{said}");
    // No bar where there is no terminal.
    assert_eq!(wrong, "");
    let wanted = [
        "--committee",
        "135=CFS",
        "--committee",
        "7=NIX",
        "--format",
        "json",
    ];
    let (status, said, wrong) = run(&wanted);
    assert_eq!(status, Some(1), "{wrong}");
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["system"], "moderngov");
    assert_eq!(report["committees"][0]["counts"]["meeting"]["created"], 3);
    assert_eq!(report["committees"][0]["failed"], Value::Null);
    assert_eq!(report["committees"][0]["records"][1]["change"], "created");
    assert!(report["committees"][1]["failed"].is_string());
    assert!(wrong.contains("not every committee"), "{wrong}");
    let (status, said, wrong) = run(&["--committee", "135"]);
    assert_eq!(status, Some(0), "{wrong}");
    assert!(said.contains("meetings: 3 unchanged\n"), "{said}");
    let (status, _, wrong) = run(&["--committee", "CFS"]);
    assert_eq!(status, Some(2), "{wrong}");
}
