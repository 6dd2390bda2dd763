//! Evidence: what shows that an action was done, with its files.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use matters_arising::config::Config;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::harness::{Answer, App, Council, Folder, Person, until, with};
use crate::moves::sealed_history;

pub(crate) const PDF: &str = "application/pdf";
pub(crate) const NAMED: &str = "title=Report%20to%20the%20committee&file_name=report.pdf";

/// A council whose post Ann holds, an action of it, and the folder where its files are kept.
struct Cast {
    // First, so that the service has ended before its folder goes.
    app: App,
    folder: Folder,
    council: Council,
    ann: Person,
    action: String,
}

impl Cast {
    async fn gather() -> Self {
        Self::gather_with(|_| {}).await
    }

    async fn gather_with(adjust: impl FnOnce(&mut Config)) -> Self {
        let folder = Folder::create();
        let store = format!("file://{}", folder.path("kept"));
        let app = App::start_with(|config| {
            config.evidence.store = Some(store.parse().unwrap());
            adjust(config);
        })
        .await;
        let council = Council::found(&app).await;
        council.appoint("ann").await;
        let action = council.action(council.undated()).await;
        let ann = app.officer("ann");
        Self {
            app,
            folder,
            council,
            ann,
            action,
        }
    }

    /// What lies in the store, finished or not.
    fn kept(&self) -> Vec<PathBuf> {
        files_below(Path::new(&self.folder.path("kept")))
    }

    fn evidence(&self) -> String {
        format!("/v1/actions/{}/evidence", self.action)
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}

pub(crate) async fn upload(
    person: &Person,
    action: &str,
    query: &str,
    headers: &[(&str, &str)],
    content: impl Into<reqwest::Body>,
) -> Answer {
    let path = format!("/v1/actions/{action}/evidence-files?{query}");
    let request = headers.iter().fold(
        person.request(Method::POST, &path),
        |request, (name, value)| request.header(*name, *value),
    );
    Answer::to(request.body(content)).await
}

/// The content of a file as it comes over the wire.
pub(crate) async fn content(person: &Person, evidence: &str) -> Vec<u8> {
    let request = person.request(Method::GET, &format!("{evidence}/file"));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.bytes().await.unwrap().to_vec()
}

pub(crate) fn sha256(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Bytes that are no text, in a row whose length fits no buffer.
pub(crate) fn some_bytes(size: usize) -> Vec<u8> {
    (0..=250).cycle().take(size).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_is_kept_as_it_came_and_saved_never_shown() {
    let cast = Cast::gather().await;
    let file = some_bytes(100_000);
    let query =
        "title=Report&file_name=Bericht%20%C3%BCber%20%22x%22.PDF&dated_on=2014-03-01&kind=report";
    let added = upload(
        &cast.ann,
        &cast.action,
        query,
        &[("content-type", "Application/PDF; x=y")],
        file.clone(),
    )
    .await
    .expect(201);
    assert_eq!(added.body["kind"], "report");
    assert_eq!(added.body["dated_on"], "2014-03-01");
    assert_eq!(added.body["added_by"], "ann");
    let described = json!({
        "file_name": "Bericht über \"x\".PDF", "media_type": PDF, "size_bytes": 100_000, "sha256": sha256(&file),
    });
    assert_eq!(added.body["file"], described);
    let location = added.header("location").to_owned();
    assert_eq!(location, format!("{}/{}", cast.evidence(), added.id()));
    let read = cast.app.reader().get(&location).await.expect(200);
    assert_eq!(read.body["file"], described);
    assert_eq!(read.body["added_by"], Value::Null);

    assert_eq!(content(&cast.app.reader(), &location).await, file);
    let path = format!("{location}/file");
    let request = cast
        .app
        .reader()
        .request(Method::GET, &path)
        .header("accept", PDF);
    let shown = Answer::to(request).await.expect(200);
    for (name, value) in [
        ("content-type", PDF),
        ("content-length", "100000"),
        (
            "content-disposition",
            "attachment; filename=\"Bericht _ber _x_.PDF\"; filename*=UTF-8''Bericht%20%C3%BCber%20%22x%22.PDF",
        ),
        ("x-content-type-options", "nosniff"),
        (
            "content-security-policy",
            "default-src 'none'; frame-ancestors 'none'",
        ),
        ("cache-control", "private, no-cache"),
        ("etag", &format!("\"{}\"", sha256(&file))),
    ] {
        assert_eq!(shown.header(name), value, "{name}");
    }
    assert!(shown.header("repr-digest").starts_with("sha-256=:"));
    let head = cast.app.reader().head(&path).await.expect(200);
    assert_eq!(head.text, "");
    for name in [
        "content-type",
        "content-length",
        "content-disposition",
        "etag",
        "repr-digest",
    ] {
        assert_eq!(head.header(name), shown.header(name), "{name}");
    }
    let known = cast
        .app
        .reader()
        .request(Method::GET, &path)
        .header("if-none-match", shown.etag());
    let known = Answer::to(known).await.expect(304);
    assert_eq!((known.text.as_str(), known.etag()), ("", shown.etag()));

    // The action itself was not changed, and its history tells of the file.
    let action = cast
        .ann
        .get(&format!("/v1/actions/{}", cast.action))
        .await
        .expect(200);
    assert_eq!(action.body["version"], 1);
    let history = sealed_history(&cast.app.auditor(), &cast.action).await;
    assert_eq!(history[1]["operation"], "upload_evidence");
    assert_eq!(history[1]["before"], Value::Null);
    assert_eq!(history[1]["after"]["evidence"]["sha256"], sha256(&file));
    assert_eq!(history[1]["after"]["evidence"].get("object_key"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_file_goes_to_the_store_and_back_in_pieces() {
    let cast = Cast::gather().await;
    let file = some_bytes(12 * 1024 * 1024 + 5);
    let added = upload(
        &cast.ann,
        &cast.action,
        NAMED,
        &[("content-type", PDF)],
        file.clone(),
    )
    .await
    .expect(201);
    assert_eq!(added.body["file"]["sha256"], sha256(&file));
    assert!(content(&cast.ann, added.header("location")).await == file);
    assert_eq!(cast.kept().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn evidence_without_a_file_is_a_title_and_perhaps_an_address() {
    let cast = Cast::gather().await;
    let letter = json!({ "kind": "letter", "title": "From the agency", "dated_on": "2014-02-03" });
    let added = cast.ann.post(&cast.evidence(), letter).await.expect(201);
    assert_eq!(
        (&added.body["number"], &added.body["file"]),
        (&json!(1), &Value::Null)
    );
    let path = added.header("location").to_owned();
    cast.ann
        .get(&format!("{path}/file"))
        .await
        .problem(404, "not-found");
    let link =
        json!({ "kind": "link", "title": "Minutes", "url": "https://council.example/m?id=7" });
    for person in [cast.council.clerk.clone(), cast.app.auditor()] {
        person
            .post(&cast.evidence(), link.clone())
            .await
            .expect(201);
    }
    for (body, pointer) in [
        (json!({ "title": "What" }), "/kind"),
        (json!({ "kind": "link", "title": "Where" }), "/url"),
        (json!({ "kind": "file", "title": "A file" }), "/kind"),
        (json!({ "kind": "photo", "title": "A photo" }), "/kind"),
        (
            json!({ "kind": "link", "title": "Script", "url": "javascript:alert(1)" }),
            "/url",
        ),
        (
            json!({ "kind": "link", "title": "Nul", "url": "https://a.example/\u{0}" }),
            "/url",
        ),
        (
            json!({ "kind": "link", "title": "Mine", "url": "https://ann:secret@council.example/m" }),
            "/url",
        ),
        (
            json!({ "kind": "link", "title": "Two words", "url": "https://council.example/my minutes" }),
            "/url",
        ),
        (
            json!({ "kind": "link", "title": "Marked", "url": "https://council.example/<b>\"m\"</b>" }),
            "/url",
        ),
        (json!({ "kind": "letter", "title": "\n" }), "/title"),
        (
            json!({ "kind": "letter", "title": "\u{200B}\u{FEFF}\u{2060}" }),
            "/title",
        ),
        (
            json!({ "kind": "letter", "title": "Tomorrow's", "dated_on": "2014-03-11" }),
            "/dated_on",
        ),
        (
            json!({ "kind": "letter", "title": "Mine", "sha256": "00" }),
            "/sha256",
        ),
    ] {
        let refused = cast
            .ann
            .post(&cast.evidence(), body)
            .await
            .problem(422, "validation");
        assert_eq!(refused.pointers(), [pointer]);
    }
    let unseen = json!({ "narrative": "\u{200B}\u{AD}" });
    let updates = format!("/v1/actions/{}/progress-updates", cast.action);
    let refused = cast.ann.post(&updates, unseen).await;
    assert_eq!(
        refused.problem(422, "validation").pointers(),
        ["/narrative"]
    );
    let today = json!({ "kind": "letter", "title": "Today's", "dated_on": "2014-03-10" });
    cast.ann.post(&cast.evidence(), today).await.expect(201);
    for person in [cast.app.officer("eve"), cast.app.reader()] {
        person
            .post(&cast.evidence(), link.clone())
            .await
            .problem(403, "forbidden");
    }
    assert_eq!(
        cast.ann
            .all(&format!("{}?limit=1", cast.evidence()))
            .await
            .len(),
        4
    );

    // In every state but draft and void.
    let clerk = &cast.council.clerk;
    let in_state = async |state: &str| {
        let draft =
            json!({ "state": if state == "draft" || state == "void" { "draft" } else { "open" } });
        let action = cast
            .council
            .action(with(cast.council.undated(), draft))
            .await;
        let moved = match state {
            "void" => Some(("void", json!({ "reason": "Never agreed" }))),
            "on_hold" => Some((
                "hold",
                json!({ "reason": "Waiting", "review_on": "2014-05-01" }),
            )),
            "closed" => Some((
                "close",
                json!({ "outcome": "lapsed", "reason": "Spent", "decision_id": cast.council.decision }),
            )),
            _ => None,
        };
        if let Some((name, body)) = moved {
            clerk.moves(&action, name, body).await.expect(200);
        }
        action
    };
    for (state, taken) in [
        ("draft", false),
        ("void", false),
        ("on_hold", true),
        ("closed", true),
    ] {
        let action = in_state(state).await;
        let added = clerk
            .post(&format!("/v1/actions/{action}/evidence"), link.clone())
            .await;
        let file = upload(clerk, &action, NAMED, &[("content-type", PDF)], "%PDF").await;
        for answer in [added, file] {
            if taken {
                answer.expect(201);
            } else {
                answer.problem(409, "state-conflict");
            }
        }
    }
    assert_eq!(cast.kept().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_upload_leaves_nothing_behind() {
    let cast = Cast::gather_with(|config| config.evidence.max_file_bytes = 65_536).await;
    let exempt = cast
        .council
        .action(with(cast.council.undated(), json!({ "exempt": true })))
        .await;
    let pdf = [("content-type", PDF)];
    let small = || some_bytes(10_000);
    for media in [
        "text/html",
        "image/svg+xml",
        "application/xml",
        "application/json",
        "application/javascript",
        "application/octet-stream",
        "*/*",
        "",
    ] {
        let refused = upload(
            &cast.ann,
            &cast.action,
            NAMED,
            &[("content-type", media)],
            small(),
        )
        .await;
        let refused = refused.problem(415, "unsupported-media-type");
        assert!(
            refused.body["detail"]
                .as_str()
                .unwrap()
                .contains("application/pdf, ")
        );
    }
    upload(&cast.ann, &cast.action, NAMED, &[], small())
        .await
        .problem(415, "unsupported-media-type");
    let squeezed = [("content-type", PDF), ("content-encoding", "gzip")];
    upload(&cast.ann, &cast.action, NAMED, &squeezed, small())
        .await
        .problem(415, "unsupported-media-type");

    for (query, name) in [
        ("file_name=a.pdf", "title"),
        ("title=A", "file_name"),
        ("title=A&file_name=a.html", "file_name"),
        ("title=A&file_name=..%2Fa.pdf", "file_name"),
        ("title=A&file_name=a.pdf&kind=link", "kind"),
        ("title=A&file_name=a.pdf&kind=photo", "kind"),
        ("title=A&file_name=a.pdf&dated_on=1014-01-01", "dated_on"),
        ("title=A&file_name=a.pdf&dated_on=2014-03-11", "dated_on"),
        ("title=A%0AB&file_name=a.pdf", "title"),
        ("title=A&title=B&file_name=a.pdf", "title"),
        ("title=A&file_name=a.pdf&sha256=0", "sha256"),
    ] {
        let refused = upload(&cast.ann, &cast.action, query, &pdf, small())
            .await
            .problem(400, "bad-parameter");
        assert_eq!(refused.pointers(), [name], "{query}");
    }
    let key = [("content-type", PDF), ("idempotency-key", "a b")];
    upload(&cast.ann, &cast.action, NAMED, &key, small())
        .await
        .problem(400, "bad-request");
    upload(&cast.ann, &cast.action, NAMED, &pdf, "")
        .await
        .problem(422, "validation");

    upload(&cast.ann, &cast.action, NAMED, &pdf, some_bytes(65_536))
        .await
        .expect(201);
    let too_large = upload(&cast.ann, &cast.action, NAMED, &pdf, some_bytes(65_537)).await;
    let too_large = too_large.problem(413, "payload-too-large");
    assert!(too_large.body["detail"].as_str().unwrap().contains("65536"));
    let chunked = raw_upload(&cast, "transfer-encoding: chunked\r\n");
    let piece = [b"8000\r\n".as_slice(), &some_bytes(0x8000), b"\r\n"].concat();
    let answer = rest(chunked, &[piece.repeat(3), b"0\r\n\r\n".to_vec()].concat());
    assert!(
        answer.starts_with("HTTP/1.1 413 ") && answer.contains("65536"),
        "{answer}"
    );

    upload(&cast.app.officer("eve"), &cast.action, NAMED, &pdf, small())
        .await
        .problem(403, "forbidden");
    upload(&cast.app.reader(), &cast.action, NAMED, &pdf, small())
        .await
        .problem(403, "forbidden");
    upload(&cast.app.officer("eve"), &exempt, NAMED, &pdf, small())
        .await
        .problem(404, "not-found");
    cast.app
        .anonymous()
        .post(&format!("{}-files", cast.evidence()), json!({}))
        .await
        .problem(401, "unauthenticated");

    assert_eq!(cast.ann.all(&cast.evidence()).await.len(), 1);
    until("what was refused is gone", || {
        (cast.kept().len() == 1).then_some(())
    });
}

/// Begins an upload by hand.
fn raw_upload(cast: &Cast, headers: &str) -> TcpStream {
    let token = cast
        .ann
        .request(Method::GET, "/")
        .build()
        .unwrap()
        .headers()["authorization"]
        .to_str()
        .unwrap()
        .to_owned();
    let address = cast.app.base.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    let head = format!(
        "POST {}-files?{NAMED} HTTP/1.1\r\nhost: test\r\nauthorization: {token}\r\ncontent-type: {PDF}\r\n{headers}\r\n",
        cast.evidence()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

/// Sends bytes and reads what comes back until the connection is closed.
fn rest(mut stream: TcpStream, body: &[u8]) -> String {
    let _sent = stream.write_all(body);
    let mut answer = Vec::new();
    let _end = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_breaks_off_leaves_nothing_behind() {
    let cast = Cast::gather().await;
    let mut stream = raw_upload(&cast, "content-length: 20000000\r\n");
    stream.write_all(&some_bytes(8_000_000)).unwrap();
    until("the store has a part of it", || {
        cast.kept().first().cloned()
    });
    drop(stream);
    until("nothing is left of it", || {
        cast.kept().is_empty().then_some(())
    });
    assert_eq!(cast.ann.all(&cast.evidence()).await, [] as [Value; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_stands_still_or_takes_for_ever_is_ended() {
    // One piece must follow another within a second; or all of them must have come within one.
    for (piece, whole) in [(1, 3600), (3600, 1)] {
        let cast = Cast::gather_with(|config| {
            config.server.body_timeout_seconds = piece;
            config.evidence.upload_timeout_seconds = whole;
        })
        .await;
        let stream = raw_upload(&cast, "content-length: 20000\r\n");
        let answer = tokio::task::spawn_blocking(move || rest(stream, &some_bytes(100)))
            .await
            .unwrap();
        assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
        assert!(cast.kept().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_sent_again_under_its_key_is_kept_once() {
    let cast = Cast::gather().await;
    let keyed = [("content-type", PDF), ("idempotency-key", "report-1")];
    let send = async |content: &str, query: &str| {
        upload(&cast.ann, &cast.action, query, &keyed, content.to_owned()).await
    };
    let first = send("%PDF one", NAMED).await.expect(201);
    let again = send("%PDF one", NAMED).await.expect(201);
    assert_eq!((&first.text, first.etag()), (&again.text, again.etag()));
    send("%PDF two", NAMED)
        .await
        .problem(422, "idempotency-key-reused");
    send("%PDF one", "title=Other&file_name=report.pdf")
        .await
        .problem(422, "idempotency-key-reused");
    assert_eq!(cast.ann.all(&cast.evidence()).await.len(), 1);
    assert_eq!(cast.kept().len(), 1);
    assert_eq!(
        content(&cast.ann, first.header("location")).await,
        b"%PDF one"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn withdrawn_evidence_stays_and_its_file_is_for_clerks_and_auditors() {
    let cast = Cast::gather().await;
    let pdf = [("content-type", PDF)];
    let added = upload(&cast.ann, &cast.action, NAMED, &pdf, "%PDF")
        .await
        .expect(201);
    let path = added.header("location").to_owned();
    let withdraw = format!("{path}/withdraw");
    let reason = || json!({ "reason": "It is the report of another year" });
    let guarded = |etag: &str| [("if-match", etag.to_owned())];
    let ask = async |person: &Person, etag: &str, body: Value| {
        let [(name, value)] = guarded(etag);
        person.post_with(&withdraw, &[(name, &value)], body).await
    };
    cast.ann
        .post(&withdraw, reason())
        .await
        .problem(428, "precondition-required");
    ask(&cast.ann, "\"7.00\"", reason())
        .await
        .problem(412, "stale");
    ask(&cast.ann, "*", json!({ "reason": " " }))
        .await
        .problem(422, "validation");
    for person in [
        cast.app.officer("eve"),
        cast.app.auditor(),
        cast.app.reader(),
    ] {
        ask(&person, "*", reason()).await.problem(403, "forbidden");
    }
    let withdrawn = ask(&cast.ann, &added.etag(), reason()).await.expect(200);
    let told = json!({
        "withdrawn_at": "2014-03-10T12:00:00Z", "withdrawn_by": "ann", "reason": "It is the report of another year",
    });
    assert_eq!(
        (&withdrawn.body["withdrawn"], &withdrawn.body["version"]),
        (&told, &json!(2))
    );
    ask(&cast.council.clerk, "*", reason())
        .await
        .problem(409, "already-withdrawn");
    let read = cast.app.reader().get(&path).await.expect(200);
    assert_eq!(
        read.body["withdrawn"],
        with(told, json!({ "withdrawn_by": null }))
    );

    for person in [cast.council.clerk.clone(), cast.app.auditor()] {
        assert_eq!(content(&person, &path).await, b"%PDF");
    }
    for person in [cast.ann.clone(), cast.app.reader()] {
        person
            .get(&format!("{path}/file"))
            .await
            .problem(403, "forbidden");
        assert_eq!(person.head(&format!("{path}/file")).await.status, 403);
    }
    let letter = json!({ "kind": "letter", "title": "From the agency" });
    let own = cast
        .app
        .auditor()
        .post(&cast.evidence(), letter)
        .await
        .expect(201);
    let ids = async |query: &str| -> Vec<String> {
        let items = cast.ann.all(&format!("{}{query}", cast.evidence())).await;
        items
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids("").await, [added.id(), own.id()]);
    assert_eq!(ids("?withdrawn=false").await, [own.id()]);
    assert_eq!(ids("?withdrawn=true").await, [added.id()]);
    // Whoever added it takes it back, too.
    let back = format!("{}/withdraw", own.header("location"));
    cast.app
        .auditor()
        .post_with(&back, &[("if-match", "*")], reason())
        .await
        .expect(200);

    let history = sealed_history(&cast.app.auditor(), &cast.action).await;
    let entry = &history[2];
    assert_eq!(entry["operation"], "withdraw_evidence");
    assert_eq!(entry["before"]["evidence"]["withdrawn_at"], Value::Null);
    assert_eq!(entry["after"]["evidence"]["withdrawn_by"], "ann");
    assert_eq!(entry["details"], reason());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_of_an_action_out_of_sight_is_not_there() {
    let cast = Cast::gather().await;
    let exempt = cast
        .council
        .action(with(cast.council.undated(), json!({ "exempt": true })))
        .await;
    let added = upload(
        &cast.ann,
        &exempt,
        NAMED,
        &[("content-type", PDF)],
        "%PDF secret",
    )
    .await
    .expect(201);
    let file = format!("{}/file", added.header("location"));
    let nobody = format!("/v1/actions/{exempt}/evidence/0144abdd-2200-7000-8000-000000000000/file");
    for person in [
        cast.app.reader(),
        cast.app.officer("eve"),
        cast.app.auditor().limited_to(&["HEA"]),
    ] {
        let there = person.get(&file).await.problem(404, "not-found");
        let missing = person.get(&nobody).await.problem(404, "not-found");
        assert_eq!(there.body["detail"], missing.body["detail"]);
        assert_eq!(person.head(&file).await.status, 404);
    }
    let elsewhere = file.replace(&exempt, &cast.action);
    cast.council
        .clerk
        .get(&elsewhere)
        .await
        .problem(404, "not-found");
    assert_eq!(
        content(&cast.app.auditor(), added.header("location")).await,
        b"%PDF secret"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_fails_is_said_and_harms_nothing_else() {
    let cast = Cast::gather().await;
    let pdf = [("content-type", PDF)];
    let added = upload(&cast.ann, &cast.action, NAMED, &pdf, "%PDF")
        .await
        .expect(201);
    let file = format!("{}/file", added.header("location"));
    std::fs::remove_dir_all(cast.folder.path("kept")).unwrap();
    let lost = cast.ann.get(&file).await.problem(503, "unavailable");
    assert_eq!(lost.header("retry-after"), "5");
    assert_eq!(cast.ann.head(&file).await.status, 503);
    // Where the folder should be, there is a file.
    std::fs::write(cast.folder.path("kept"), "in the way").unwrap();
    upload(&cast.ann, &cast.action, NAMED, &pdf, "%PDF")
        .await
        .problem(503, "unavailable");
    upload(&cast.ann, &cast.action, NAMED, &pdf, some_bytes(9_000_000))
        .await
        .problem(503, "unavailable");
    assert_eq!(cast.ann.all(&cast.evidence()).await.len(), 1);
    cast.app.anonymous().get("/readyz").await.expect(200);
}
