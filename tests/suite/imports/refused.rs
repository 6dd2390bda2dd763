//! Rows and files that are refused, and who may bring in what.

use std::io::Write as _;

use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};

use super::*;
use crate::harness::with;

const HEADINGS: &str = "Ref,Committee,Meeting,Agenda item,Title,Action,Owner,Due,Revised date,Status,Comments,Date completed\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_bad_row_is_named_by_number_column_and_reason_and_keeps_all_others_out() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    let off = json!({ "committee_id": council.committee, "starts_at": "2014-02-03T14:00:00Z" });
    let off = clerk.post("/v1/meetings", off).await.expect(201);
    let path = format!("/v1/meetings/{}", off.id());
    clerk
        .patch(&path, &off.etag(), json!({ "status": "cancelled" }))
        .await
        .expect(200);
    for at in ["2014-01-13T10:00:00Z", "2014-01-13T14:00:00Z"] {
        let twice = json!({ "committee_id": council.committee, "starts_at": at });
        clerk.make("/v1/meetings", twice).await;
    }
    let long = clerk
        .post("/v1/posts", json!({ "title": "Head of Estates" }))
        .await
        .expect(201);
    let path = format!("/v1/posts/{}", long.id());
    clerk
        .patch(&path, &long.etag(), json!({ "ended_on": "2014-01-31" }))
        .await
        .expect(200);

    let rows = [
        (
            "1,CFS,03/03/2014,8,Good,Report,Head of Law,03/04/2014,,,,",
            &[][..],
        ),
        (
            "2,XYZ,03/03/2014,,,Report,Head of Law,,,,,",
            &[("B", "not_found")],
        ),
        (
            "3,,03/03/2014,,,Report,Head of Law,,,,,",
            &[("B", "required")],
        ),
        (
            "4,CFS,31/02/2014,,,Report,Head of Law,,,,,",
            &[("C", "no_such_day")],
        ),
        (
            "5,CFS,03/25/2014,,,Report,Head of Law,,,,,",
            &[("C", "no_such_day")],
        ),
        (
            "6,CFS,3 March,,,Report,Head of Law,,,,,",
            &[("C", "no_year")],
        ),
        (
            "7,CFS,soon,,,Report,Head of Law,,,,,",
            &[("C", "not_understood")],
        ),
        ("8,CFS,,,,Report,Head of Law,,,,,", &[("C", "required")]),
        (
            "9,CFS,04/03/2014,,,Report,Head of Law,,,,,",
            &[("C", "not_found")],
        ),
        (
            "10,CFS,03/02/2014,,,Report,Head of Law,,,,,",
            &[("C", "not_held")],
        ),
        (
            "11,CFS,13/01/2014,,,Report,Head of Law,,,,,",
            &[("C", "ambiguous")],
        ),
        (
            "12,CFS,09/06/2014,,,Report,Head of Law,,,,,",
            &[("C", "in_future")],
        ),
        (
            "13,CFS,03/03/2014,99,,Report,Head of Law,,,,,",
            &[("D", "not_found")],
        ),
        (
            "14,CFS,03/03/2014,,Fees,,Head of Law,,,,,",
            &[("F", "required")],
        ),
        ("15,CFS,03/03/2014,,,Report,,,,,,", &[("G", "required")]),
        (
            "16,CFS,03/03/2014,,,Report,Head of Laws,,,,,",
            &[("G", "not_found")],
        ),
        (
            "17,CFS,03/03/2014,,,Report,Head of Estates,,,,,",
            &[("G", "post_ended")],
        ),
        (
            "18,CFS,03/03/2014,,,Report,Head of Law,whenever you like,,,,",
            &[("H", "not_understood")],
        ),
        (
            "19,CFS,03/03/2014,,,Report,Head of Law,by 3 April,,,,",
            &[("H", "no_year")],
        ),
        (
            "20,CFS,03/03/2014,,,Report,Head of Law,,32/01/2014,,,",
            &[("I", "no_such_day")],
        ),
        (
            "21,CFS,03/03/2014,,,Report,Head of Law,,,,,11/03/2014",
            &[("L", "in_future")],
        ),
        (
            "22,CFS,03/03/2014,,,Re\u{202e}port,Head of Law,,,,,",
            &[("F", "control_character")],
        ),
        (
            "23,nobody,never,,,,nobody at all,never ever,no,,,no",
            &[
                ("B", "not_found"),
                ("C", "not_understood"),
                ("F", "required"),
                ("H", "not_understood"),
                ("I", "not_understood"),
                ("L", "not_understood"),
                ("G", "not_found"),
            ],
        ),
    ];
    let text: String = rows.iter().map(|(row, _)| format!("{row}\n")).collect();
    let text = format!("{HEADINGS}{text}");
    let expected: Vec<_> = rows
        .iter()
        .enumerate()
        .flat_map(|(n, (_, errors))| {
            errors
                .iter()
                .map(move |(column, code)| (n as u64 + 2, *column, *code))
        })
        .collect();

    let dry = rehearse(clerk, "", &text).await;
    let sorted = |mut errors: Vec<(u64, &str, &str)>| {
        errors.sort_unstable();
        errors
            .into_iter()
            .map(|(n, column, code)| format!("{n} {column} {code}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(sorted(errors(&dry)), sorted(expected.clone()));
    assert_eq!(outcomes(&dry)[0], (2, "created"));
    assert_eq!(dry.body["counts"]["refused"], 22);
    let like = &dry.body["rows"][15]["errors"][0];
    assert_eq!(like["heading"], "Owner");
    assert!(
        like["detail"]
            .as_str()
            .unwrap()
            .ends_with("Did you mean \u{201c}Head of Law\u{201d}?"),
        "{like}"
    );

    let refused = apply(clerk, "", &text).await.problem(422, "validation");
    assert_eq!(
        refused.body["errors"].as_array().unwrap().len(),
        expected.len()
    );
    assert_eq!(
        refused.body["detail"],
        "22 rows are refused, and so nothing was written."
    );
    let third = &refused.body["errors"][2];
    assert_eq!(third["pointer"], "/rows/5/meeting");
    let detail = third["detail"].as_str().unwrap();
    assert!(
        detail.starts_with("Row 5, column C, \u{201c}Meeting\u{201d}: \"31/02/2014\" is no day"),
        "{detail}"
    );
    assert_eq!(clerk.all("/v1/actions").await, [] as [Value; 0]);
    assert_eq!(clerk.all("/v1/resolutions").await.len(), 2);
    assert_eq!(clerk.all("/v1/posts").await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_errors_than_an_answer_holds_are_counted() {
    let app = App::start().await;
    let council = found(&app).await;
    let text = format!(
        "{HEADINGS}{}",
        "1,XYZ,03/03/2014,,,Report,Head of Law,,,,,\n".repeat(1_200)
    );
    let refused = apply(&council.clerk, "", &text)
        .await
        .problem(422, "validation");
    assert_eq!(refused.body["errors"].as_array().unwrap().len(), 1_000);
    assert_eq!(
        refused.body["detail"],
        "1200 rows are refused, and so nothing was written."
    );
    let dry = rehearse(&council.clerk, "", &text).await;
    assert_eq!(dry.body["counts"]["refused"], 1_200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_of_anything_makes_no_posts() {
    let app = App::start().await;
    let council = found(&app).await;
    let words = [
        "zebra", "quagga", "okapi", "ibex", "kudu", "yak", "gnu", "emu", "lynx", "vole", "newt",
    ];
    let rows: String = (0..121)
        .map(|n| {
            format!(
                "CFS,03/03/2014,Task {n},{} {}\n",
                words[n % 11].repeat(3),
                words[n / 11].repeat(5)
            )
        })
        .collect();
    let text = format!("Committee,Meeting,Action,Owner\n{rows}");
    let dry = rehearse(&council.clerk, "create_posts=true", &text).await;
    let told = errors(&dry);
    assert!(
        told.iter()
            .any(|(_, column, code)| (*column, *code) == ("D", "too_many_posts")),
        "{told:?}"
    );
    assert_eq!(dry.body["rows"][0]["outcome"], "created");
    assert_eq!(council.clerk.all("/v1/posts").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_script_refuses_is_told_by_its_row_too() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    let taken = with(
        council.undated(),
        json!({ "source": { "system": "tracker", "reference": "CFS 2" } }),
    );
    council.action(taken).await;
    let text = format!(
        "{HEADINGS}1,CFS,03/03/2014,,,One,Head of Law,,,,,\n2,CFS,03/03/2014,,,Two,Head of Law,,,,,\n"
    );
    let dry = rehearse(clerk, "", &text).await;
    assert_eq!(errors(&dry), [(3, "-", "natural-key-conflict")]);
    let refused = apply(clerk, "", &text).await;
    assert_eq!(
        codes(&refused.problem(422, "validation")),
        [("/rows/3", "natural-key-conflict")]
    );
    assert_eq!(clerk.all("/v1/actions").await.len(), 1);
    // Under another name the references are others.
    apply(clerk, "source_system=old%20tracker", &text)
        .await
        .expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_are_no_trackers_are_refused() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    let code = |answer: Answer| {
        let problem = answer.problem(422, "validation");
        codes(&problem)[0].1.to_owned()
    };
    for (media, file, expected) in [
        (CSV, workbook(), "wrong_media_type"),
        (XLSX, TRACKER.into(), "unreadable"),
        (XLSX, Vec::new(), "unreadable"),
        (XLSX, workbook()[..900].to_vec(), "unreadable"),
        (XLSX, bomb(), "unfolds_too_far"),
        (XLSX, corner(), "too_many_columns"),
        (CSV, b"Ref,Action\0".to_vec(), "unreadable"),
        (CSV, Vec::new(), "no_headings"),
        (CSV, b"a,b\n1,2\n".to_vec(), "no_headings"),
        (
            CSV,
            format!("{HEADINGS}{}", "1,CFS\n".repeat(5_001)).into_bytes(),
            "too_many_rows",
        ),
    ] {
        assert_eq!(code(send(clerk, "", media, file).await), expected);
    }
    assert_eq!(
        code(send(clerk, "sheet=One", CSV, TRACKER).await),
        "no_such_sheet"
    );
    for media in ["application/json", "text/plain", "application/vnd.ms-excel"] {
        let refused = send(clerk, "", media, TRACKER).await;
        refused.problem(415, "unsupported-media-type");
    }
    let large = send(clerk, "", CSV, vec![b' '; 8_388_609]).await;
    large.problem(413, "payload-too-large");
    for (query, pointer) in [
        ("dry_run=perhaps", "dry_run"),
        ("dryrun=false", "dryrun"),
        ("dry_run=true&dry_run=false", "dry_run"),
        ("committee=cfs", "committee"),
        ("owners=nobody", "owners"),
        ("owners=a%3D", "owners"),
        ("review_on=1/2/2014", "review_on"),
        ("source_system=", "source_system"),
        ("due_column=", "due_column"),
    ] {
        let refused = send(clerk, query, CSV, TRACKER)
            .await
            .problem(400, "bad-parameter");
        assert_eq!(refused.pointers(), [pointer], "{query}");
    }
    assert_eq!(clerk.all("/v1/actions").await, [] as [Value; 0]);
}

/// A small workbook with a part that unfolds to more than is looked at.
fn bomb() -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("xl/sharedStrings.xml", options).unwrap();
    let zeros = vec![b'0'; 1024 * 1024];
    for _ in 0..65 {
        archive.write_all(&zeros).unwrap();
    }
    let packed = archive.finish().unwrap().into_inner();
    assert!(packed.len() < 200_000);
    packed
}

/// A workbook with a cell in the last corner of its sheet.
fn corner() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, heading) in ["Committee", "Meeting", "Action", "Owner"]
        .iter()
        .enumerate()
    {
        sheet
            .write(0, u16::try_from(column).unwrap(), *heading)
            .unwrap();
    }
    sheet.write(1_048_575, 16_383, "x").unwrap();
    workbook.save_to_buffer().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_clerk_brings_in_trackers_and_only_of_committees_in_sight() {
    let app = App::start().await;
    let council = found(&app).await;
    Council::found_as(&app, "QXZ", "Director of Public Health").await;
    for person in [app.reader(), app.officer("ann"), app.auditor(), app.admin()] {
        send(&person, "", CSV, TRACKER)
            .await
            .problem(403, "forbidden");
    }
    send(&app.anonymous(), "", CSV, TRACKER)
        .await
        .problem(401, "unauthenticated");

    let limited = app.clerk().limited_to(&["CFS"]);
    let row = |committee: &str| {
        format!("Committee,Meeting,Action,Owner\n{committee},03/03/2014,Report,Head of Law\n")
    };
    for query in ["", "create_meetings=true&create_posts=true"] {
        let told = |answer: Answer, committee: &str| {
            assert_eq!(errors(&answer), [(2, "A", "not_found")]);
            answer.text.replace(committee, "ASKED")
        };
        let hidden = told(rehearse(&limited, query, &row("QXZ")).await, "QXZ");
        let missing = told(rehearse(&limited, query, &row("ZXQ")).await, "ZXQ");
        assert_eq!(hidden, missing);
        let hidden = told(
            rehearse(&limited, query, &row("QXZ Committee")).await,
            "QXZ",
        );
        let missing = told(
            rehearse(&limited, query, &row("ZXQ Committee")).await,
            "ZXQ",
        );
        assert_eq!(hidden, missing);
        for committee in ["QXZ", "ZXQ"] {
            let refused = apply(&limited, query, &row(committee)).await;
            assert_eq!(
                codes(&refused.problem(422, "validation")),
                [("/rows/2/committee", "not_found")]
            );
        }
    }
    apply(&limited, "", &row("CFS")).await.expect(201);
    apply(&council.clerk, "", &row("QXZ")).await.expect(201);
    // What another committee's rows are known by tells nothing.
    let again = rehearse(&limited, "", &row("QXZ")).await;
    assert_eq!(errors(&again), [(2, "A", "not_found")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_arises_from_an_exempt_item_is_exempt_and_so_is_all_where_that_is_asked_for() {
    let app = App::start().await;
    let council = found(&app).await;
    let clerk = &council.clerk;
    let item = json!({
        "meeting_id": council.meeting, "number": "9", "title": "Placements", "exempt": true, "exempt_paragraphs": [1],
    });
    clerk.make("/v1/agenda-items", item).await;
    let text = format!(
        "{HEADINGS}1,CFS,03/03/2014,9. Placements,,Settle it,Head of Law,,,In progress,With counsel,\n\
         2,CFS,03/03/2014,,,Publish it,Head of Law,,,,,\n"
    );
    let made = apply(clerk, "", &text).await.expect(201);
    assert_eq!(
        of_rows(&made, "reference"),
        ["CFS/13-14/E001", "CFS/13-14/001"]
    );
    let public = app.reader().all("/v1/actions").await;
    assert_eq!(public.len(), 1);
    assert_eq!(public[0]["title"], "Publish it");
    assert!(
        app.reader()
            .get("/v1/actions?q=settle")
            .await
            .expect(200)
            .items()
            .is_empty()
    );

    let text = format!("{HEADINGS}3,CFS,03/03/2014,,,Pay it,Head of Law,,,,,\n");
    let made = apply(clerk, "exempt=true", &text).await.expect(201);
    assert_eq!(of_rows(&made, "reference"), ["CFS/13-14/E002"]);
    assert_eq!(app.reader().all("/v1/actions").await.len(), 1);
    assert_eq!(app.reader().all("/v1/resolutions").await.len(), 3);
}
