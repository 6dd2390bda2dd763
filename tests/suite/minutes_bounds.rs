//! Who may hand in and read minutes, and what is refused as a document.

use std::fmt::Write as _;

use reqwest::Method;
use serde_json::{Value, json};

use crate::evidence::sha256;
use crate::harness::{Answer, App, Council};
use crate::minutes_story::{MINUTES, decide, drafts, send};

/// A PDF of one page that has these lines on it.
fn pdf(lines: &[&str], trailer: &str) -> Vec<u8> {
    let mut content = "BT /F1 12 Tf 72 720 Td".to_owned();
    for line in lines {
        let line = line.replace('(', "\\(").replace(')', "\\)");
        write!(content, " ({line}) Tj 0 -16 Td").unwrap();
    }
    content.push_str(" ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let (mut file, mut places) = ("%PDF-1.4\n".to_owned(), Vec::new());
    for (number, object) in (1..).zip(&objects) {
        places.push(file.len());
        write!(file, "{number} 0 obj\n{object}\nendobj\n").unwrap();
    }
    let table = file.len();
    file.push_str("xref\n0 6\n0000000000 65535 f \n");
    for place in places {
        writeln!(file, "{place:010} 00000 n ").unwrap();
    }
    write!(
        file,
        "trailer\n<< /Size 6 /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n"
    )
    .unwrap();
    file.into_bytes()
}

const LINES: [&str; 4] = [
    "RESOLVED:",
    "(a) That the report be noted.",
    "(b) That the Director of Children and Family Services report",
    "to the next meeting.",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pdf_is_read_by_its_text() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let file = pdf(&LINES, "");
    let path = format!("/v1/meetings/{}/minutes", council.meeting);
    let kept = send(clerk, &path, "application/pdf", file.clone())
        .await
        .expect(201);
    assert_eq!(kept.body["source_sha256"], sha256(&file));
    let all = drafts(clerk, &kept.id()).await;
    let texts: Vec<_> = all
        .iter()
        .map(|draft| draft["text"].as_str().unwrap())
        .collect();
    assert_eq!(
        texts,
        [
            "That the report be noted.",
            "That the Director of Children and Family Services report to the next meeting."
        ]
    );
    assert_eq!(all[1]["owner_post_id"], council.post);
    // The spans point into the text that was read.
    let text = clerk
        .get(&format!("/v1/minutes/{}/text", kept.id()))
        .await
        .expect(200)
        .text;
    let at = |n: usize| usize::try_from(all[0]["printed"]["span"][n].as_u64().unwrap()).unwrap();
    assert_eq!(&text[at(0)..at(1)], texts[0]);
    let source = clerk.request(Method::GET, &format!("/v1/minutes/{}/source", kept.id()));
    let source = source.send().await.unwrap();
    assert_eq!(source.headers()["content-type"], "application/pdf");
    assert!(
        source.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .contains("minutes-1.pdf")
    );
    assert_eq!(source.bytes().await.unwrap(), file);

    let whole = file.len();
    for (body, code) in [
        (pdf(&LINES, "/Encrypt 9 0 R"), "pdf_encrypted"),
        (pdf(&[], ""), "pdf_without_text"),
        (file[..whole / 2].to_vec(), "pdf_broken"),
        (b"RESOLVED that this be no PDF.".to_vec(), "pdf_broken"),
    ] {
        for path in [path.as_str(), "/v1/minutes/readings"] {
            let refused = send(clerk, path, "application/pdf", body.clone()).await;
            let refused = refused.problem(422, "validation");
            assert_eq!(refused.body["errors"][0]["code"], code);
        }
    }
    assert_eq!(clerk.get(&path).await.expect(200).items().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn html_is_read_by_its_words_and_never_sent_as_a_page() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let page = "<html><body><p><b>RESOLVED:</b></p><ol type=\"a\"><li>That the report be noted &amp; filed.</li>\
        <li>That the Director of Children and Family Services report to the next meeting.</li></ol>\
        <script>alert(1)</script></body></html>";
    let path = format!("/v1/meetings/{}/minutes", council.meeting);
    let kept = send(clerk, &path, "text/html", page).await.expect(201);
    let all = drafts(clerk, &kept.id()).await;
    assert!(
        all.iter()
            .any(|draft| draft["owner_post_id"] == council.post),
        "{all:?}"
    );
    let source = clerk
        .get(&format!("/v1/minutes/{}/source", kept.id()))
        .await
        .expect(200);
    assert_eq!(
        (source.text.as_str(), source.header("content-type")),
        (page, "application/octet-stream")
    );
    let text = clerk
        .get(&format!("/v1/minutes/{}/text", kept.id()))
        .await
        .expect(200);
    assert_eq!(text.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(text.header("x-content-type-options"), "nosniff");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_text_is_refused() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let path = format!("/v1/meetings/{}/minutes", council.meeting);
    for path in [path.as_str(), "/v1/minutes/readings"] {
        let code = async |media: &str, body: Vec<u8>| -> String {
            let refused = send(clerk, path, media, body)
                .await
                .problem(422, "validation");
            refused.body["errors"][0]["code"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let west = b"RESOLVED that Caf\xe9 be noted.".to_vec();
        assert_eq!(code("text/plain", west.clone()).await, "not_utf8");
        assert_eq!(code("text/plain; charset=utf-8", west).await, "not_utf8");
        assert_eq!(
            code("text/plain", b"RESOLVED\0".to_vec()).await,
            "control_character"
        );
        assert_eq!(code("text/plain", Vec::new()).await, "empty");
        for media in [
            "application/json",
            "text/plain; charset=utf-16",
            "image/png",
        ] {
            send(clerk, path, media, "RESOLVED")
                .await
                .problem(415, "unsupported-media-type");
        }
        let packed = clerk.request(Method::POST, path);
        let packed = packed
            .header("content-type", "text/plain")
            .header("content-encoding", "gzip");
        Answer::to(packed.body("RESOLVED"))
            .await
            .problem(415, "unsupported-media-type");
        let large = "RESOLVED ".repeat(2 * 1024 * 1024 / 8);
        send(clerk, path, "text/plain", large)
            .await
            .problem(413, "payload-too-large");
        send(
            clerk,
            &format!("{path}?colour=red"),
            "text/plain",
            "RESOLVED",
        )
        .await
        .problem(400, "bad-parameter");
    }
    let nobody = "/v1/minutes/readings?meeting_id=0144abdd-2200-7000-8000-000000000000";
    let refused = send(clerk, nobody, "text/plain", "RESOLVED")
        .await
        .problem(400, "bad-parameter");
    assert_eq!(refused.pointers(), ["meeting_id"]);
    // Nothing of it was kept.
    assert!(clerk.get(&path).await.expect(200).items().is_empty());
    let west = b"\xef\xbb\xbfRESOLVED that the report be noted.".to_vec();
    let read = send(clerk, &path, "text/plain", west).await.expect(201);
    let text = clerk
        .get(&format!("/v1/minutes/{}/text", read.id()))
        .await
        .expect(200);
    assert_eq!(text.text, "RESOLVED that the report be noted.");
    let west = b"RESOLVED that Caf\xe9 \x93Rouge\x94 be noted.".to_vec();
    let read = send(clerk, &path, "text/plain; charset=\"Windows-1252\"", west)
        .await
        .expect(201);
    let all = drafts(clerk, &read.id()).await;
    assert_eq!(
        all[0]["text"],
        "that Caf\u{e9} \u{201c}Rouge\u{201d} be noted."
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_text_is_read_or_refused_in_time() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let path = format!("/v1/meetings/{}/minutes", council.meeting);
    let one = |n: usize| format!("RESOLVED that the Head of Law report on lease {n}.\n\n");
    let many: String = (0..2_500).map(one).collect();
    let refused = send(clerk, &path, "text/plain", many)
        .await
        .problem(422, "validation");
    assert_eq!(refused.body["errors"][0]["code"], "too_many");
    let long = format!(
        "RESOLVED that the Head of Law {}report.",
        "and the others ".repeat(7_000)
    );
    let code = send(clerk, &path, "text/plain", long).await;
    assert!(matches!(code.status, 201 | 422), "{}", code.text);
    for piece in [
        "RESOLVED that ",
        "(a) ",
        "(a) RESOLVED: ",
        "<",
        "&",
        "the Head of ",
        "\u{202e}\u{7}RESOLVED that it be noted. ",
    ] {
        let text = piece.repeat(100_000 / piece.len());
        let read = send(clerk, "/v1/minutes/readings", "text/plain", text.clone()).await;
        assert!(matches!(read.status, 200 | 422), "{}", read.text);
        let kept = send(clerk, &path, "text/plain", text).await;
        assert!(matches!(kept.status, 201 | 422), "{}", kept.text);
    }
    // Characters that reorder others are not kept in a draft.
    let text = "RESOLVED that the \u{202e}report\u{202c} be noted.";
    let kept = send(clerk, &path, "text/plain", text).await.expect(201);
    assert_eq!(
        drafts(clerk, &kept.id()).await[0]["text"],
        "that the report be noted."
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn minutes_are_of_meetings_that_took_place() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let meeting =
        |starts_at: &str| json!({ "committee_id": council.committee, "starts_at": starts_at });
    let ahead = clerk
        .make("/v1/meetings", meeting("2014-06-09T13:00:00Z"))
        .await;
    let called_off = clerk
        .make("/v1/meetings", meeting("2014-03-04T13:00:00Z"))
        .await;
    let status = json!({ "status": "cancelled" });
    clerk
        .patch(&format!("/v1/meetings/{called_off}"), "*", status)
        .await
        .expect(200);
    for meeting in [ahead, called_off] {
        let path = format!("/v1/meetings/{meeting}/minutes");
        send(clerk, &path, "text/plain", MINUTES)
            .await
            .problem(409, "state-conflict");
        assert!(clerk.get(&path).await.expect(200).items().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn minutes_are_for_clerks_and_auditors_and_what_is_exempt_stays_so() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let id = council.hand_in(MINUTES).await;
    let all = drafts(clerk, &id).await;
    let draft = format!("/v1/drafts/{}", all[2]["id"].as_str().unwrap());
    let minutes = format!("/v1/minutes/{id}");
    let of_meeting = format!("/v1/meetings/{}/minutes", council.meeting);
    let paths = [
        of_meeting.clone(),
        minutes.clone(),
        format!("{minutes}/source"),
        format!("{minutes}/text"),
        format!("{minutes}/drafts"),
        format!("{minutes}/changes"),
        format!("{minutes}/history"),
        draft.clone(),
        format!("{draft}/history"),
    ];
    let elsewhere = [
        app.clerk().limited_to(&["HEA"]),
        app.auditor().limited_to(&["HEA"]),
    ];
    for path in &paths {
        for person in [app.reader(), app.officer("ann"), app.admin()] {
            person.get(path).await.problem(403, "forbidden");
        }
        app.auditor().get(path).await.expect(200);
        for person in &elsewhere {
            person.get(path).await.problem(404, "not-found");
        }
    }
    send(&app.auditor(), &of_meeting, "text/plain", MINUTES)
        .await
        .problem(403, "forbidden");
    send(&elsewhere[0], &of_meeting, "text/plain", MINUTES)
        .await
        .problem(404, "not-found");
    let confirm = |person: crate::harness::Person| {
        let path = format!("{draft}/confirm");
        async move {
            person
                .post_with(&path, &[("if-match", "*")], json!({}))
                .await
        }
    };
    confirm(app.auditor()).await.problem(403, "forbidden");
    confirm(app.clerk().limited_to(&["HEA"]))
        .await
        .problem(404, "not-found");

    // What is marked exempt, or belongs to an exempt item, becomes so.
    let item = json!({
        "meeting_id": council.meeting, "number": "9", "title": "Settlement", "exempt": true, "exempt_paragraphs": [3],
    });
    let item = clerk.make("/v1/agenda-items", item).await;
    for edit in [
        json!({ "exempt": false, "exempt_paragraphs": [1] }),
        json!({ "agenda_item_id": council.post }),
        json!({ "exempt_paragraphs": [8] }),
        json!({ "title": "" }),
        json!({ "colour": "red" }),
        json!({ "owner_post_id": item }),
        json!({ "due": { "kind": "meeting", "meeting_id": item } }),
        json!({ "supersedes_id": item }),
        json!({ "text": "Other words" }),
    ] {
        clerk
            .patch(&draft, "*", edit)
            .await
            .problem(422, "validation");
    }
    let edit = json!({ "agenda_item_id": item, "due": { "kind": "date", "due_on": "2014-06-01", "wording": "by June" } });
    let edited = clerk.patch(&draft, "*", edit).await.expect(200);
    assert_eq!(
        (&edited.body["exempt"], &edited.body["due"]["due_on"]),
        (&Value::Null, &json!("2014-06-01"))
    );
    let confirmed = confirm(app.clerk()).await.expect(200);
    let resolution = format!(
        "/v1/resolutions/{}",
        confirmed.body["resolution_id"].as_str().unwrap()
    );
    let action = format!(
        "/v1/actions/{}",
        confirmed.body["action_id"].as_str().unwrap()
    );
    for path in [&resolution, &action] {
        let shown = clerk.get(path).await.expect(200).body;
        assert_eq!(
            (&shown["exempt"], &shown["exempt_paragraphs"]),
            (&json!(true), &json!([3]))
        );
        app.reader().get(path).await.problem(404, "not-found");
    }
    let said = format!("/v1/drafts/{}", all[0]["id"].as_str().unwrap());
    let edit = json!({ "agenda_item_id": council.item, "exempt": true, "exempt_paragraphs": [1] });
    clerk.patch(&said, "*", edit).await.expect(200);
    let confirmed = decide(clerk, &all[0], "confirm", json!({}))
        .await
        .expect(200);
    let action = format!(
        "/v1/actions/{}",
        confirmed.body["action_id"].as_str().unwrap()
    );
    let shown = clerk.get(&action).await.expect(200).body;
    assert_eq!(
        (&shown["exempt"], &shown["exempt_paragraphs"]),
        (&json!(true), &json!([1]))
    );
    app.reader().get(&action).await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_stands_for_one_document() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let path = format!("/v1/meetings/{}/minutes", council.meeting);
    let keyed = async |text: &'static str| {
        let request = council.clerk.request(Method::POST, &path);
        let request = request
            .header("content-type", "text/plain")
            .header("idempotency-key", "k");
        Answer::to(request.body(text)).await
    };
    let made = keyed(MINUTES).await.expect(201);
    let again = keyed(MINUTES).await.expect(201);
    assert_eq!(
        (again.text, again.headers.get("location")),
        (made.text, made.headers.get("location"))
    );
    keyed("RESOLVED that it be noted.")
        .await
        .problem(422, "idempotency-key-reused");
    let listed = council.clerk.get(&path).await.expect(200);
    assert_eq!(listed.items().len(), 1);
}
