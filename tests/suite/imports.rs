//! Bringing in trackers that were kept as spreadsheets.

mod again;
mod command;
mod refused;

use reqwest::Method;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use serde_json::{Value, json};

use crate::harness::{Answer, App, Council, Person};

pub(crate) const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A tracker as a council keeps it: a title above the headings, days in every way, words for deadlines.
pub(crate) const TRACKER: &str = "\
Children's services: action tracker,,,,,,,,,,,,
,,,,,,,,,,,,
Ref / Minute no.,Committee,Date of meeting,Item/Title,Resolution/Action,\"Lead
officer\",Due date,Revised date,RAG status,Latest update,Cost,Date completed,
1,CFS,03/03/2014,Performance,That figures be provided,Director of Children and Family Services,03/04/2014,,Green,,12,,
2,cfs committee,3rd March 2014,Fostering,That a report be made,the Head of Law,to the next meeting,,In progress,\"Drafting,
with counsel\",,,
3,CFS,3/3/14,,That the policy be reviewed,Head of Law,within six months,31/12/2014,Not started,,,,
4,CFS,41701,Fees,That the fees be set,HEAD OF LAW,31/03/2014,,Completed,All done,,07/03/2014,
5,CFS,2014-03-03,,That it be kept under review,Head of Law,quarterly,,,,,,
6,CFS,03/03/2014,,=SUM(A1) be reported,Head of Law,in due course,,,,,,
";

/// Sends a tracker.
pub(crate) async fn send(
    person: &Person,
    query: &str,
    media: &str,
    file: impl Into<reqwest::Body>,
) -> Answer {
    let request = person
        .request(Method::POST, &format!("/v1/imports?{query}"))
        .header("content-type", media)
        .body(file);
    Answer::to(request).await
}

/// Rehearses one.
pub(crate) async fn rehearse(person: &Person, query: &str, file: &str) -> Answer {
    send(person, query, CSV, file.to_owned()).await.expect(200)
}

/// Brings one in.
pub(crate) async fn apply(person: &Person, query: &str, file: &str) -> Answer {
    send(
        person,
        &format!("dry_run=false&{query}"),
        CSV,
        file.to_owned(),
    )
    .await
}

/// The committee with its calendar, and the posts that the tracker names.
pub(crate) async fn found(app: &App) -> Council {
    let council = Council::found(app).await;
    let later = json!({ "committee_id": council.committee, "starts_at": "2014-06-09T13:00:00Z" });
    council.clerk.make("/v1/meetings", later).await;
    let post = json!({ "title": "Head of Law" });
    council.clerk.make("/v1/posts", post).await;
    council
}

/// One member of each row.
pub(crate) fn of_rows<'a>(answer: &'a Answer, member: &str) -> Vec<&'a Value> {
    let rows = answer.body["rows"].as_array().unwrap();
    rows.iter().map(|row| &row[member]).collect()
}

pub(crate) fn outcomes(answer: &Answer) -> Vec<(u64, &str)> {
    let rows = answer.body["rows"].as_array().unwrap().iter();
    rows.map(|row| {
        (
            row["number"].as_u64().unwrap(),
            row["outcome"].as_str().unwrap(),
        )
    })
    .collect()
}

/// The errors of each row, by number, column and code.
pub(crate) fn errors(answer: &Answer) -> Vec<(u64, &str, &str)> {
    let rows = answer.body["rows"].as_array().unwrap().iter();
    let each = rows.flat_map(|row| {
        let errors = row["errors"].as_array().unwrap().iter();
        errors.map(|error| {
            (
                row["number"].as_u64().unwrap(),
                error["column"].as_str().unwrap_or("-"),
                error["code"].as_str().unwrap(),
            )
        })
    });
    each.collect()
}

/// A problem's pointers and codes.
pub(crate) fn codes(answer: &Answer) -> Vec<(&str, &str)> {
    let errors = answer.body["errors"].as_array().unwrap().iter();
    errors
        .map(|e| (e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap()))
        .collect()
}

/// The actions that were brought in, in the order of their references.
pub(crate) async fn actions(person: &Person) -> Vec<Value> {
    let mut actions = person.all("/v1/actions").await;
    actions.sort_by_key(|action| action["reference"].as_str().unwrap().to_owned());
    actions
}

pub(crate) async fn updates(person: &Person, action: &Value) -> Vec<Value> {
    let id = action["id"].as_str().unwrap();
    person
        .all(&format!("/v1/actions/{id}/progress-updates"))
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tracker_is_rehearsed_and_brought_in() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;

    let dry = rehearse(clerk, "", TRACKER).await;
    assert_eq!(dry.body["dry_run"], true);
    assert_eq!(dry.body["heading_row"], 3);
    let fields: Vec<_> = dry.body["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| {
            (
                c["column"].as_str().unwrap(),
                c["heading"].as_str().unwrap(),
                c["field"].as_str(),
            )
        })
        .collect();
    let expected = [
        ("A", "Ref / Minute no.", Some("reference")),
        ("B", "Committee", Some("committee")),
        ("C", "Date of meeting", Some("meeting")),
        ("D", "Item/Title", Some("title")),
        ("E", "Resolution/Action", Some("resolution")),
        ("F", "Lead officer", Some("owner")),
        ("G", "Due date", Some("due")),
        ("H", "Revised date", Some("revised_due")),
        ("I", "RAG status", Some("status")),
        ("J", "Latest update", Some("progress")),
        ("K", "Cost", None),
        ("L", "Date completed", Some("completed_on")),
    ];
    assert_eq!(fields, expected);
    assert_eq!(
        dry.body["counts"],
        json!({ "rows": 6, "created": 6, "changed": 0, "unchanged": 0, "left_out": 0, "refused": 0 })
    );
    assert!(of_rows(&dry, "action_id").iter().all(|id| id.is_null()));
    // Nothing is there, and no reference is used.
    assert_eq!(clerk.all("/v1/actions").await, [] as [Value; 0]);
    assert_eq!(clerk.all("/v1/resolutions").await.len(), 2);

    let made = apply(clerk, "", TRACKER).await.expect(201);
    assert_eq!(
        outcomes(&made),
        [
            (4, "created"),
            (5, "created"),
            (6, "created"),
            (7, "created"),
            (8, "created"),
            (9, "created")
        ]
    );
    assert_eq!(made.body["rows"][0]["reference"], "CFS/13-14/001");
    let actions = actions(clerk).await;
    assert_eq!(actions.len(), 6);
    let [first, second, third, fourth, fifth, sixth] = actions.as_slice() else {
        panic!()
    };

    // A day, and an item of the agenda that has the row's title.
    assert_eq!(first["title"], "Performance");
    assert_eq!(first["state"], "open");
    assert_eq!(first["agenda_item_id"], council.item.as_str());
    assert_eq!(first["owner_post_id"], council.post.as_str());
    assert_eq!(first["due"]["due_on"], "2014-04-03");
    assert_eq!(first["due"]["wording"], Value::Null);
    assert_eq!(first["source"]["system"], "tracker");
    assert_eq!(first["source"]["reference"], "CFS 1");
    let path = format!(
        "/v1/resolutions/{}",
        first["resolution_id"].as_str().unwrap()
    );
    let resolution = clerk.get(&path).await.expect(200).body;
    assert_eq!(resolution["text"], "That figures be provided");
    assert_eq!(resolution["kind"], "request");
    assert_eq!(resolution["meeting_id"], council.meeting.as_str());
    assert_eq!(updates(clerk, first).await, [] as [Value; 0]);
    assert!(
        made.body["rows"][0]["notes"][0]
            .as_str()
            .unwrap()
            .contains("Green")
    );

    // The next meeting, which follows the calendar; and what is under way.
    assert_eq!(second["state"], "in_progress");
    assert_eq!(second["due"]["kind"], "next_meeting");
    assert_eq!(second["due"]["due_on"], "2014-06-09");
    assert_eq!(second["due"]["wording"], "to the next meeting");
    let said = updates(clerk, second).await;
    assert_eq!(
        said[0]["narrative"],
        "Taken over from row 5 of \u{201c}tracker\u{201d}, in its own words.\nStatus: In progress\nLatest update: Drafting,\nwith counsel"
    );
    let sooner = json!({ "committee_id": council.committee, "starts_at": "2014-05-12T13:00:00Z" });
    clerk.make("/v1/meetings", sooner).await;
    let path = format!("/v1/actions/{}", second["id"].as_str().unwrap());
    assert_eq!(clerk.get(&path).await.body["due"]["due_on"], "2014-05-12");

    // A deadline that the tracker put off stays, and lateness counts from it.
    assert_eq!(third["due"]["kind"], "period");
    assert_eq!(third["due"]["due_on"], "2014-09-03");
    assert_eq!(third["due"]["original_due_on"], "2014-09-03");
    assert_eq!(third["due"]["revisions"], 0);
    assert_eq!(third["progress"]["forecast_on"], "2014-12-31");
    assert_eq!(third["title"], "That the policy be reviewed");

    // What the tracker calls completed is not: nobody has claimed or accepted it.
    assert_eq!(fourth["state"], "in_progress");
    assert_eq!(fourth["closed_on"], Value::Null);
    let said = updates(clerk, fourth).await;
    let narrative = said[0]["narrative"].as_str().unwrap();
    for words in [
        "Status: Completed",
        "Completed on: 7 March 2014",
        "All done",
    ] {
        assert!(narrative.contains(words), "{narrative}");
    }

    assert_eq!(fifth["due"]["kind"], "recurring");
    assert_eq!(fifth["due"]["due_on"], "2014-06-03");
    // Data, whatever a spreadsheet would make of it; and no day, so that it is to be looked at today.
    assert_eq!(sixth["title"], "=SUM(A1) be reported");
    assert_eq!(sixth["due"]["kind"], "vague");
    assert_eq!(sixth["due"]["review_on"], "2014-03-10");
    assert_eq!(
        made.body["rows"][5]["notes"],
        json!(["It has no due day yet, and is to be reviewed on 2014-03-10."])
    );

    // Everything has its history, by the clerk who asked for it.
    let history = clerk
        .all(&format!(
            "/v1/actions/{}/history",
            second["id"].as_str().unwrap()
        ))
        .await;
    let operations: Vec<_> = history
        .iter()
        .map(|entry| entry["operation"].as_str().unwrap())
        .collect();
    assert!(
        operations.contains(&"create_action") && operations.contains(&"create_progress_update"),
        "{operations:?}"
    );
    app.audit_trail().await;
}

/// The same tracker as a workbook, with days as days, on the second sheet.
pub(crate) fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    workbook
        .add_worksheet()
        .set_name("Notes")
        .unwrap()
        .write(0, 0, "How to use this")
        .unwrap();
    let sheet = workbook.add_worksheet().set_name("Actions").unwrap();
    let day = Format::new().set_num_format("dd/mm/yyyy");
    sheet
        .merge_range(
            0,
            0,
            0,
            11,
            "Children's services: action tracker",
            &Format::new(),
        )
        .unwrap();
    let mut reader = csv_rows(TRACKER);
    for (row, cells) in reader.drain(..).enumerate().skip(2) {
        for (column, text) in cells
            .iter()
            .enumerate()
            .filter(|(_, text)| !text.is_empty())
        {
            let at = (u32::try_from(row).unwrap(), u16::try_from(column).unwrap());
            match text.as_str() {
                "03/03/2014" | "3rd March 2014" | "3/3/14" | "2014-03-03" => {
                    let date = ExcelDateTime::parse_from_str("2014-03-03").unwrap();
                    sheet
                        .write_datetime_with_format(at.0, at.1, &date, &day)
                        .unwrap();
                }
                "03/04/2014" | "31/03/2014" | "31/12/2014" | "07/03/2014" => {
                    let (d, rest) = text.split_once('/').unwrap();
                    let (m, y) = rest.split_once('/').unwrap();
                    let date = ExcelDateTime::parse_from_str(&format!("{y}-{m}-{d}")).unwrap();
                    sheet
                        .write_datetime_with_format(at.0, at.1, &date, &day)
                        .unwrap();
                }
                "41701" => {
                    sheet.write_number(at.0, at.1, 41_701.0).unwrap();
                }
                number if number.parse::<f64>().is_ok() => {
                    sheet
                        .write_number(at.0, at.1, number.parse::<f64>().unwrap())
                        .unwrap();
                }
                text => {
                    sheet.write_string(at.0, at.1, text).unwrap();
                }
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// The cells of separated values, as far as these tests write them.
fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut cells, mut cell, mut quoted) =
        (Vec::new(), Vec::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                cells.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut cells));
            }
            c => cell.push(c),
        }
    }
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workbook_says_what_separated_values_say() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    let text = rehearse(clerk, "", TRACKER).await;
    let sheet = send(clerk, "", XLSX, workbook()).await.expect(200);
    assert_eq!(sheet.body["sheet"], "Actions");
    assert_eq!(sheet.body["other_sheets"], json!(["Notes"]));
    assert_eq!(text.body["sheet"], Value::Null);
    for member in ["rows", "columns", "counts", "heading_row"] {
        assert_eq!(sheet.body[member], text.body[member], "{member}");
    }
    let named = send(clerk, "sheet=Actions", XLSX, workbook())
        .await
        .expect(200);
    assert_eq!(named.body, sheet.body);
    let other = send(clerk, "sheet=Notes", XLSX, workbook()).await;
    assert_eq!(
        codes(&other.problem(422, "validation")),
        [("", "no_headings")]
    );
    let unknown = send(clerk, "sheet=Tracker", XLSX, workbook()).await;
    assert_eq!(
        codes(&unknown.problem(422, "validation")),
        [("sheet", "no_such_sheet")]
    );

    // What was brought in as one is known as the other.
    send(clerk, "dry_run=false", XLSX, workbook())
        .await
        .expect(201);
    let again = apply(clerk, "", TRACKER).await.expect(200);
    assert_eq!(again.body["counts"]["unchanged"], 6);
    assert_eq!(clerk.all("/v1/actions").await.len(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn columns_and_owners_are_named_where_no_guess_would_do() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    let text = "No;Gremium;Sitting;What they want;Boss;By\n\
                7;CFS;03/03/2014;That it be done;Mr Smith;03/04/2014\n\
                8;;03/03/2014;That more be done;;03/04/2014\n";
    let none = send(clerk, "", CSV, text).await;
    assert_eq!(
        codes(&none.problem(422, "validation")),
        [("", "no_headings")]
    );
    let query = "committee_column=gremium&meeting_column=SITTING&action_column=What%20they%20want&owner_column=Boss&due_column=By\
                 &reference_column=-&committee=CFS&owners=Mr%20Smith%3DHead%20of%20Law;%3DDirector%20of%20Children%20and%20Family%20Services";
    let made = apply(clerk, query, text).await.expect(201);
    assert_eq!(outcomes(&made), [(2, "created"), (3, "created")]);
    let columns = made.body["columns"].as_array().unwrap();
    assert_eq!(columns[0]["field"], Value::Null);
    assert_eq!(
        (columns[3]["field"].as_str(), &columns[3]["guessed"]),
        (Some("action"), &json!(false))
    );
    let actions = actions(clerk).await;
    assert_eq!(actions[0]["owner"]["title"], "Head of Law");
    assert_eq!(actions[1]["owner_post_id"], council.post.as_str());
    // Without a reference of its own, a row is known by its words.
    let reference = actions[0]["source"]["reference"].as_str().unwrap();
    assert!(reference.starts_with("CFS sha256:"), "{reference}");
    let again = apply(clerk, query, text).await.expect(200);
    assert_eq!(again.body["counts"]["unchanged"], 2);

    let missing = send(clerk, "owner_column=Chief", CSV, TRACKER).await;
    assert_eq!(
        codes(&missing.problem(422, "validation")),
        [("owner_column", "no_such_heading")]
    );
    let twice = send(
        clerk,
        "owner_column=Committee&committee_column=Committee",
        CSV,
        TRACKER,
    )
    .await;
    assert_eq!(
        codes(&twice.problem(422, "validation")),
        [("owner_column", "named_twice")]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_example_comes_in_as_the_documentation_says() {
    let app = App::start().await;
    app.at("2025-04-01T12:00:00Z");
    let clerk = app.clerk();
    let body = json!({ "code": "HAC", "name": "Health and Adult Care Committee" });
    clerk.make("/v1/committees", body).await;
    let example = include_str!("../../examples/tracker.csv");
    let refused = rehearse(&clerk, "committee=HAC", example).await;
    assert_eq!(refused.body["counts"]["refused"], 6);
    let query = "committee=HAC&create_meetings=true&create_posts=true&owners=Hd%20of%20Property%3DHead%20of%20Property&review_on=2025-06-02";
    let made = apply(&clerk, query, example).await.expect(201);
    assert_eq!(made.body["counts"]["created"], 6);
    assert_eq!(made.body["posts"].as_array().unwrap().len(), 5);
    let actions = actions(&clerk).await;
    let due: Vec<_> = actions
        .iter()
        .map(|action| action["due"]["due_on"].as_str())
        .collect();
    let expected = [
        "2025-03-11",
        "2025-01-31",
        "2025-07-14",
        "2025-06-11",
        "2025-03-21",
    ]
    .map(Some);
    assert_eq!(due[..5], expected);
    assert_eq!(
        (due[5], actions[5]["due"]["review_on"].as_str()),
        (None, Some("2025-06-02"))
    );
    let again = apply(&clerk, query, example).await.expect(200);
    assert_eq!(again.body["counts"]["unchanged"], 6);
    assert!(
        of_rows(&again, "notes")
            .iter()
            .all(|notes| **notes == json!([]))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_posts_stand_in_one_cell() {
    let app = App::start().await;
    let council = found(&app).await;
    let text = "Committee,Meeting,Action,Owner\n\
                CFS,03/03/2014,Report,Head of Law / Director of Children and Family Services\n";
    apply(&council.clerk, "", text).await.expect(201);
    let action = &actions(&council.clerk).await[0];
    assert_eq!(action["owner"]["title"], "Head of Law");
    assert_eq!(action["supporting_post_ids"], json!([council.post]));
    assert_eq!(action["due"]["kind"], "none");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_missing_is_recorded_where_that_is_asked_for() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    let text = "Committee,Meeting,Action,Owner,Due\n\
                CFS,06/01/2014,Report,Estates Manager,next meeting\n\
                CFS,06/01/2014,Repair,the estates manager,meeting on 3 March 2014\n";
    let refused = apply(clerk, "", text).await.problem(422, "validation");
    assert_eq!(
        codes(&refused),
        [
            ("/rows/2/meeting", "not_found"),
            ("/rows/2/owner", "not_found"),
            ("/rows/3/meeting", "not_found"),
            ("/rows/3/owner", "not_found"),
        ]
    );
    let query = "create_meetings=true&create_posts=true";
    let dry = rehearse(clerk, query, text).await;
    assert_eq!(
        dry.body["meetings"],
        json!([{ "committee": "CFS", "held_on": "2014-01-06" }])
    );
    assert_eq!(dry.body["posts"], json!(["Estates Manager"]));
    assert_eq!(clerk.all("/v1/posts").await.len(), 2);
    let made = apply(clerk, query, text).await.expect(201);
    assert_eq!(made.body["posts"], json!(["Estates Manager"]));
    let meetings = clerk.all("/v1/meetings").await;
    assert_eq!(meetings.len(), 3);
    assert_eq!(meetings[0]["status"], "held");
    assert_eq!(meetings[0]["starts_at"], "2014-01-06T00:00:00Z");
    let actions = actions(clerk).await;
    assert_eq!(actions[0]["due"]["due_on"], "2014-03-03");
    assert_eq!(actions[0]["due"]["review_on"], Value::Null);
    assert_eq!(actions[0]["reference"], "CFS/13-14/001");
    assert_eq!(actions[1]["due"]["kind"], "meeting");
    assert_eq!(actions[1]["due"]["meeting_id"], council.meeting.as_str());
    assert_eq!(actions[0]["owner_post_id"], actions[1]["owner_post_id"]);
    assert_eq!(clerk.all("/v1/posts").await.len(), 3);
}
