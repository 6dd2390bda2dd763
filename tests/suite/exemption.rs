//! Exempt from publication: under which paragraphs, since when no longer, and what goes along.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{Answer, App, Council, Folder, Person, with};

async fn paragraphs(person: &Person, path: &str) -> (Value, Value, Value) {
    let body = person.get(path).await.expect(200).body;
    let member = |name: &str| body[name].clone();
    (
        member("exempt"),
        member("exempt_paragraphs"),
        member("public_since"),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paragraphs_are_named_of_what_is_exempt_and_inherited() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let item = json!({ "meeting_id": council.meeting, "number": "9", "title": "Private" });
    for (wrong, pointer) in [
        (json!({ "exempt_paragraphs": [3] }), "/exempt_paragraphs"),
        (
            json!({ "exempt": true, "exempt_paragraphs": [0] }),
            "/exempt_paragraphs/0",
        ),
        (
            json!({ "exempt": true, "exempt_paragraphs": [3, 8] }),
            "/exempt_paragraphs/1",
        ),
        (
            json!({ "exempt": true, "exempt_paragraphs": [3, 3] }),
            "/exempt_paragraphs/1",
        ),
        (
            json!({ "exempt": true, "exempt_paragraphs": [300] }),
            "/exempt_paragraphs/0",
        ),
    ] {
        let refused = clerk
            .post("/v1/agenda-items", with(item.clone(), wrong))
            .await;
        assert_eq!(refused.problem(422, "validation").pointers(), [pointer]);
    }
    let exempt = json!({ "exempt": true, "exempt_paragraphs": [5, 1] });
    let item = clerk
        .post("/v1/agenda-items", with(item, exempt))
        .await
        .expect(201);
    assert_eq!(item.body["exempt_paragraphs"], json!([1, 5]));
    let item = item.id();
    let resolve = json!({ "agenda_item_id": item, "kind": "request", "text": "that it be paid" });
    let told = |exempt: bool, paragraphs: Value| (json!(exempt), paragraphs, Value::Null);
    let resolution = clerk.make("/v1/resolutions", resolve.clone()).await;
    let path = format!("/v1/resolutions/{resolution}");
    assert_eq!(paragraphs(clerk, &path).await, told(true, json!([1, 5])));
    let public = with(resolve.clone(), json!({ "exempt": false }));
    let public = clerk.make("/v1/resolutions", public).await;
    let path = format!("/v1/resolutions/{public}");
    assert_eq!(paragraphs(clerk, &path).await, told(false, json!([])));
    let own = with(resolve, json!({ "exempt_paragraphs": [7] }));
    let own = clerk.make("/v1/resolutions", own).await;
    let of = |resolution: &str| with(council.undated(), json!({ "resolution_id": resolution }));
    for (body, expected) in [
        (of(&resolution), told(true, json!([1, 5]))),
        (of(&own), told(true, json!([7]))),
        (of(&public), told(false, json!([]))),
        (
            with(of(&public), json!({ "exempt": true })),
            told(true, json!([])),
        ),
        (
            with(of(&own), json!({ "exempt_paragraphs": [2] })),
            told(true, json!([2])),
        ),
        (
            with(of(&own), json!({ "exempt": false })),
            told(false, json!([])),
        ),
    ] {
        let action = format!("/v1/actions/{}", council.action(body).await);
        assert_eq!(paragraphs(clerk, &action).await, expected);
    }
    let wrong = with(
        of(&own),
        json!({ "exempt": false, "exempt_paragraphs": [2] }),
    );
    let refused = clerk.post("/v1/actions", wrong).await;
    let refused = refused.problem(422, "validation");
    assert_eq!(refused.body["errors"][0]["code"], "not_exempt");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_becomes_public_keeps_its_reference_and_says_since_when() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let exempt = json!({ "exempt": true, "exempt_paragraphs": [3] });
    let item = with(
        json!({ "meeting_id": council.meeting, "number": "9", "title": "Private" }),
        exempt.clone(),
    );
    let item = clerk.make("/v1/agenda-items", item).await;
    let resolution =
        json!({ "agenda_item_id": item, "kind": "request", "text": "that it be paid" });
    let resolution = clerk.make("/v1/resolutions", resolution).await;
    let action = council.action(with(council.undated(), exempt)).await;
    let action = format!("/v1/actions/{action}");
    let reference = clerk.get(&action).await.body["reference"].clone();
    assert_eq!(reference, "CFS/13-14/E001");
    // 1 May in London already.
    app.at("2014-04-30T23:30:00Z");
    for path in [
        format!("/v1/agenda-items/{item}"),
        format!("/v1/resolutions/{resolution}"),
        action.clone(),
    ] {
        let change = async |body: Value| clerk.patch(&path, "*", body).await;
        let refused = change(json!({ "exempt": false, "exempt_paragraphs": [3] })).await;
        assert_eq!(
            refused.problem(422, "validation").pointers(),
            ["/exempt_paragraphs"]
        );
        change(json!({ "exempt": false })).await.expect(200);
        let public = (json!(false), json!([]), json!("2014-05-01"));
        assert_eq!(paragraphs(&app.reader(), &path).await, public, "{path}");
        app.at("2014-05-02T12:00:00Z");
        change(json!({ "exempt": false })).await.expect(200);
        assert_eq!(paragraphs(clerk, &path).await, public, "{path}");
        change(json!({ "exempt": true, "exempt_paragraphs": [6, 2] }))
            .await
            .expect(200);
        let exempt = (json!(true), json!([2, 6]), Value::Null);
        assert_eq!(paragraphs(clerk, &path).await, exempt, "{path}");
        app.reader().get(&path).await.problem(404, "not-found");
        app.at("2014-04-30T23:30:00Z");
    }
    app.at("2014-05-03T12:00:00Z");
    clerk
        .patch(&action, "*", json!({ "exempt": false }))
        .await
        .expect(200);
    let shown = app.reader().get(&action).await.expect(200);
    assert_eq!(shown.body["reference"], reference);
    assert_eq!(shown.body["public_since"], "2014-05-03");
    // The paragraphs stay in the history of those who saw them, and of nobody else.
    let history = format!("{action}/history");
    let whole = app.auditor().get(&history).await.expect(200);
    assert!(
        whole.text.contains("exempt_paragraphs\":[2,6]"),
        "{}",
        whole.text
    );
    let cut = app.officer("bob").get(&history).await.expect(200);
    assert!(!cut.text.contains("exempt_paragraphs"), "{}", cut.text);
}

/// An item with two resolutions, one of which was exempt by itself, and an action of each kind.
struct Recorded {
    item: String,
    resolutions: [String; 2],
    /// By the public resolution, by the exempt one although public, by discussion, exempt before, and closed.
    actions: [String; 5],
    /// On another item.
    unrelated: String,
}

async fn recorded(council: &Council) -> Recorded {
    let clerk = &council.clerk;
    let item = json!({ "meeting_id": council.meeting, "number": "9", "title": "Pay" });
    let item = clerk.make("/v1/agenda-items", item).await;
    let resolve = async |extra: Value| {
        let body =
            json!({ "agenda_item_id": item, "kind": "request", "text": "that the zither be sold" });
        clerk.make("/v1/resolutions", with(body, extra)).await
    };
    let public = resolve(json!({})).await;
    let exempt = resolve(json!({ "exempt": true, "text": "that the xylophone be sold" })).await;
    let of = |extra: Value| with(council.undated(), extra);
    let by_public = council.action(of(json!({ "resolution_id": public }))).await;
    let by_exempt = council
        .action(of(json!({ "resolution_id": exempt, "exempt": false })))
        .await;
    let mut discussed = of(json!({ "agenda_item_id": item }));
    discussed.as_object_mut().unwrap().remove("resolution_id");
    let discussed = council.action(discussed).await;
    let before = of(json!({ "resolution_id": public, "exempt_paragraphs": [1], "exempt": true }));
    let before = council.action(before).await;
    let closed = council.action(of(json!({ "resolution_id": public }))).await;
    let lapse = json!({ "outcome": "lapsed", "reason": "Spent", "decision_id": council.decision });
    clerk.moves(&closed, "close", lapse).await.expect(200);
    Recorded {
        item,
        resolutions: [public, exempt],
        actions: [by_public, by_exempt, discussed, before, closed],
        unrelated: council.action(council.undated()).await,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_recorded_on_an_item_becomes_exempt_with_it_and_not_public_with_it() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let r = recorded(&council).await;
    let reader = app.reader();
    let confirmed = json!({ "status": "held", "minutes_confirmed_on": "2014-03-09" });
    let meeting = format!("/v1/meetings/{}", council.meeting);
    clerk.patch(&meeting, "*", confirmed).await.expect(200);
    let search = async |person: &Person, word: &str| {
        let found = person
            .get(&format!("/v1/actions?q={word}"))
            .await
            .expect(200);
        found.items().len()
    };
    assert_eq!(search(&reader, "zither").await, 2);
    assert_eq!(search(clerk, "xylophone").await, 0);
    let versions = async || {
        let mut versions = Vec::new();
        for id in &r.actions {
            let body = clerk
                .get(&format!("/v1/actions/{id}"))
                .await
                .expect(200)
                .body;
            versions.push(body["version"].as_i64().unwrap());
        }
        versions
    };
    let before = versions().await;
    app.at("2014-03-11T12:00:00Z");
    let item = format!("/v1/agenda-items/{}", r.item);
    let exempt = json!({ "exempt": true, "exempt_paragraphs": [4, 3] });
    clerk.patch(&item, "*", exempt).await.expect(200);

    for id in &r.resolutions {
        let path = format!("/v1/resolutions/{id}");
        reader.get(&path).await.problem(404, "not-found");
    }
    for id in &r.actions {
        let path = format!("/v1/actions/{id}");
        reader.get(&path).await.problem(404, "not-found");
        let as_of = format!("{path}?as_of=2014-03-10");
        reader.get(&as_of).await.problem(404, "not-found");
    }
    assert_eq!(
        reader.get("/v1/actions").await.expect(200).each("id"),
        [&r.unrelated]
    );
    assert_eq!(search(&reader, "zither").await, 0);
    assert_eq!(search(clerk, "zither").await, 3);
    assert_eq!(search(clerk, "xylophone").await, 1);
    // Those that were exempt already stay as they were.
    let after = versions().await;
    let changed: Vec<_> = before.iter().zip(&after).map(|(b, a)| a - b).collect();
    assert_eq!(changed, [1, 1, 1, 0, 1]);
    let told = |paragraphs: Value| (json!(true), paragraphs, Value::Null);
    for (path, expected) in [
        (
            format!("/v1/resolutions/{}", r.resolutions[0]),
            told(json!([3, 4])),
        ),
        (
            format!("/v1/resolutions/{}", r.resolutions[1]),
            told(json!([])),
        ),
        (format!("/v1/actions/{}", r.actions[0]), told(json!([3, 4]))),
        (format!("/v1/actions/{}", r.actions[2]), told(json!([3, 4]))),
        (format!("/v1/actions/{}", r.actions[3]), told(json!([1]))),
    ] {
        assert_eq!(paragraphs(clerk, &path).await, expected, "{path}");
    }
    let history = format!("/v1/actions/{}/history", r.actions[0]);
    let history = app.auditor().get(&history).await.expect(200);
    let entry = history.items().last().unwrap();
    assert_eq!(entry["operation"], "update_agenda_item");
    assert_eq!(
        entry["subject"],
        json!({ "kind": "action", "id": r.actions[0] })
    );
    assert_eq!(entry["before"]["exempt"], false);
    assert_eq!(entry["after"]["exempt"], true);
    assert_eq!(entry["after"]["exempt_paragraphs"], json!([3, 4]));
    assert_eq!(entry["details"]["agenda_item_id"], r.item);
    // An earlier state is kept, and found by those who see it.
    let then = format!("/v1/actions/{}?as_of=2014-03-10", r.actions[0]);
    assert_eq!(clerk.get(&then).await.expect(200).body["exempt"], false);

    // Public again is said of each by itself.
    clerk
        .patch(&item, "*", json!({ "exempt": false }))
        .await
        .expect(200);
    reader.get(&item).await.expect(200);
    for id in &r.actions {
        let path = format!("/v1/actions/{id}");
        reader.get(&path).await.problem(404, "not-found");
    }
    let trail = app.audit_trail().await;
    assert!(
        matches!(trail, matters_arising::db::Verdict::Intact { .. }),
        "{trail:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_actions_of_a_resolution_become_exempt_with_it() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let r = recorded(&council).await;
    let resolution = format!("/v1/resolutions/{}", r.resolutions[0]);
    let exempt = json!({ "exempt": true, "exempt_paragraphs": [3] });
    clerk.patch(&resolution, "*", exempt).await.expect(200);
    let reader = app.reader();
    for (action, hidden) in r.actions.iter().zip([true, false, false, true, true]) {
        let answer = reader.get(&format!("/v1/actions/{action}")).await;
        assert_eq!(answer.status == 404, hidden, "{}", answer.text);
    }
    let found = clerk.get("/v1/actions?q=zither").await.expect(200);
    assert_eq!(found.items().len(), 3);
    let history = format!("/v1/actions/{}/history", r.actions[0]);
    let history = app.auditor().get(&history).await.expect(200);
    let entry = history.items().last().unwrap();
    assert_eq!(entry["operation"], "update_resolution");
    assert_eq!(entry["details"]["resolution_id"], r.resolutions[0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_public_is_recorded_on_an_item_that_becomes_exempt_meanwhile() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    for round in 0..3 {
        let item =
            json!({ "meeting_id": council.meeting, "number": format!("R{round}"), "title": "Pay" });
        let item = clerk.make("/v1/agenda-items", item).await;
        let text = json!({ "agenda_item_id": item, "kind": "request", "text": "that it be sold" });
        let resolution = clerk.make("/v1/resolutions", text.clone()).await;
        let writes = (0..12).map(|n| {
            let mut action = with(council.undated(), json!({ "resolution_id": resolution }));
            let (path, body) = match n % 3 {
                0 => ("/v1/resolutions", text.clone()),
                1 => ("/v1/actions", action),
                _ => {
                    action.as_object_mut().unwrap().remove("resolution_id");
                    (
                        "/v1/actions",
                        with(action, json!({ "agenda_item_id": item })),
                    )
                }
            };
            let clerk = clerk.clone();
            async move { clerk.post(path, body).await.expect(201).id() }
        });
        let exempt = async {
            let path = format!("/v1/agenda-items/{item}");
            let exempt = json!({ "exempt": true });
            clerk.patch(&path, "*", exempt).await.expect(200)
        };
        futures_util::future::join(join_all(writes), exempt).await;
        let listed = format!("/v1/resolutions?agenda_item_id={item}");
        for resolution in clerk.all(&listed).await {
            assert_eq!(resolution["exempt"], true);
        }
        let public = clerk.all("/v1/actions?exempt=false").await;
        assert_eq!(public, [] as [Value; 0], "round {round}");
    }
}

/// Everything that can be written of an action, which tells of a secret.
async fn write_parts(app: &App, council: &Council, action: &str, other: &str) {
    let (ann, clerk) = (app.officer("ann"), &council.clerk);
    let path = |part: &str| format!("/v1/actions/{action}/{part}");
    let progress = json!({ "narrative": "Secret progress", "percent_complete": 40 });
    ann.make(&path("progress-updates"), progress).await;
    let evidence = json!({ "kind": "letter", "title": "Secret letter" });
    ann.make(&path("evidence"), evidence).await;
    let file = ann
        .request(
            reqwest::Method::POST,
            &path("evidence-files?title=Secret%20note&file_name=secret.txt"),
        )
        .header("content-type", "text/plain")
        .body("Secret content");
    Answer::to(file).await.expect(201);
    let claim = json!({ "narrative": "Secret claim", "evidence": [{ "title": "Secret report" }] });
    ann.moves(action, "claim-completion", claim)
        .await
        .expect(200);
    let found = json!({
        "method": "other", "result": "satisfied", "note": "Secret finding", "verified_on": "2014-03-10",
    });
    app.auditor().make(&path("verifications"), found).await;
    let refusal = json!({ "reason": "Secret refusal" });
    clerk
        .moves(action, "refuse-completion", refusal)
        .await
        .expect(200);
    let due = json!({ "kind": "date", "due_on": "2014-08-01", "wording": "Secret wording" });
    let extension = json!({ "due": due, "reason": "Secret reason" });
    let asked = ann.make(&path("extension-requests"), extension).await;
    let refuse = path(&format!("extension-requests/{asked}/refuse"));
    let refused = json!({ "reason": "Secret answer" });
    clerk
        .post_with(&refuse, &[("if-match", "*")], refused)
        .await
        .expect(200);
    let weekly = json!({ "kind": "recurring", "frequency": "weekly", "wording": "every week" });
    let revision =
        json!({ "due": weekly, "reason": "Secret revision", "decision_id": council.decision });
    clerk.moves(action, "due-terms", revision).await.expect(200);
    let met = json!({ "narrative": "Secret occurrence" });
    clerk
        .moves(action, "occurrences/1/meet", met)
        .await
        .expect(200);
    for (from, to) in [(action, other), (other, action)] {
        let kind = if from == action { "amends" } else { "repeats" };
        let link = json!({ "kind": kind, "to_action_id": to, "note": "Secret note" });
        let path = format!("/v1/actions/{from}/links");
        // The second leads back, and so in a circle.
        let status = if from == action { 201 } else { 409 };
        clerk.post(&path, link).await.expect(status);
    }
}

/// The lists of what belongs to an action, and the member that names a part in its path.
const PARTS: [(&str, &str); 8] = [
    ("progress-updates", "id"),
    ("evidence", "id"),
    ("completion-claims", "id"),
    ("verifications", "id"),
    ("extension-requests", "id"),
    ("links", "id"),
    ("due-terms", ""),
    ("occurrences", ""),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_of_an_action_while_it_was_exempt_is_not_published_with_it() {
    let folder = Folder::create();
    let store = format!("file://{}", folder.path("kept"));
    let app = App::start_with(|config| {
        config.evidence.store = Some(store.parse().unwrap());
    })
    .await;
    let council = Council::found(&app).await;
    council.appoint("ann").await;
    let clerk = &council.clerk;
    let exempt = with(council.undated(), json!({ "exempt": true }));
    let action = council.action(exempt).await;
    let other = council.action(council.undated()).await;
    write_parts(&app, &council, &action, &other).await;
    let path = format!("/v1/actions/{action}");
    // Asked for while it is exempt, and granted when it no longer is.
    let asks = |reason: &str| json!({ "due": { "kind": "date", "due_on": "2014-08-01" }, "reason": reason });
    let pending = app
        .officer("ann")
        .make(&format!("{path}/extension-requests"), asks("Secret need"))
        .await;
    app.at("2014-03-11T12:00:00Z");
    let public = json!({ "exempt": false });
    clerk.patch(&path, "*", public).await.expect(200);
    app.at("2014-03-12T12:00:00Z");
    let grant = format!("{path}/extension-requests/{pending}/grant");
    let granted = json!({ "decision_id": council.decision });
    clerk
        .post_with(&grant, &[("if-match", "*")], granted)
        .await
        .expect(200);
    let evidence = clerk.get(&format!("{path}/evidence")).await.expect(200);
    let evidence = evidence.items()[0]["id"].as_str().unwrap().to_owned();
    let withdraw = format!("{path}/evidence/{evidence}/withdraw");
    let reason = json!({ "reason": "The wrong one" });
    clerk
        .post_with(&withdraw, &[("if-match", "*")], reason)
        .await
        .expect(200);

    let outsiders = [app.reader(), app.officer("bob")];
    let insiders = [app.clerk(), app.auditor(), app.officer("ann")];
    let mut reads: Vec<String> = vec![path.clone(), "/v1/extension-requests".to_owned()];
    reads.push(format!("/v1/actions/{other}/links"));
    for (list, id) in PARTS {
        let list = format!("{path}/{list}");
        let all = clerk.get(&list).await.expect(200);
        assert!(all.text.contains("Secret"), "{list}: {}", all.text);
        for person in &insiders {
            let seen = person.get(&list).await.expect(200);
            assert_eq!(seen.items().len(), all.items().len(), "{list}");
        }
        for part in all.items().iter().filter(|_| !id.is_empty()) {
            let one = format!("{list}/{}", part[id].as_str().unwrap());
            let mut ones = vec![one.clone()];
            if part["sha256"].is_string() {
                ones.push(format!("{one}/file"));
            }
            for one in ones {
                for person in &insiders {
                    person.get(&one).await.expect(200);
                }
                for person in &outsiders {
                    person.get(&one).await.problem(404, "not-found");
                }
            }
        }
        reads.push(list);
    }
    for read in reads.iter().chain([&format!("{path}/history")]) {
        for person in &outsiders {
            let seen = person.get(read).await;
            if seen.status == 403 {
                continue; // Readers do not trace.
            }
            let seen = seen.expect(200);
            // What the action itself says is published with it; this reason never was its own.
            assert!(!seen.text.contains("Secret"), "{read}: {}", seen.text);
            for hidden in [&pending, &evidence] {
                assert!(!seen.text.contains(hidden), "{read}: {}", seen.text);
            }
        }
    }
    // Whoever may not see a part cannot change it either.
    let bob = app.officer("bob");
    for (change, body) in [
        (withdraw, json!({ "reason": "Mine" })),
        (grant.replace("/grant", "/withdraw"), json!({})),
    ] {
        let refused = bob.post_with(&change, &[("if-match", "*")], body).await;
        refused.problem(404, "not-found");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_once_an_action_is_public_is_seen_by_all_page_by_page() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.appoint("ann").await;
    let clerk = &council.clerk;
    let exempt = with(council.undated(), json!({ "exempt": true }));
    let action = council.action(exempt).await;
    let other = council.action(council.undated()).await;
    let path = format!("/v1/actions/{action}");
    let report = async |narrative: String| {
        let body = json!({ "narrative": narrative });
        clerk.make(&format!("{path}/progress-updates"), body).await;
    };
    let show = async |title: &str| {
        let body = json!({ "kind": "letter", "title": title });
        clerk.make(&format!("{path}/evidence"), body).await
    };
    for n in 0..3 {
        report(format!("Secret {n}")).await;
    }
    let hidden = show("Secret letter").await;
    clerk
        .patch(&path, "*", json!({ "exempt": false }))
        .await
        .expect(200);
    for n in 0..3 {
        report(format!("Public {n}")).await;
    }
    let shown = show("Public letter").await;
    let link = json!({ "kind": "amends", "to_action_id": other, "note": "Public note" });
    clerk.make(&format!("{path}/links"), link).await;
    let claim = json!({ "narrative": "Public claim", "evidence_ids": [hidden, shown] });
    clerk
        .moves(&action, "claim-completion", claim)
        .await
        .expect(200);
    let reader = app.reader();
    let list = format!("{path}/progress-updates?limit=2");
    let first = reader.get(&list).await.expect(200);
    assert_eq!(first.each("narrative"), ["Public 0", "Public 1"]);
    let all = reader.all(&list).await;
    assert_eq!(all.len(), 3, "{all:?}");
    let down = format!("{path}/progress-updates?sort=-number");
    let down = reader.get(&down).await.expect(200);
    assert_eq!(down.each("narrative"), ["Public 2", "Public 1", "Public 0"]);
    let links = reader.get(&format!("{path}/links")).await.expect(200);
    assert_eq!(links.each("note"), ["Public note"]);
    // A claim names no evidence that its reader may not see.
    let claims = format!("{path}/completion-claims");
    let claim = reader.get(&claims).await.expect(200).items()[0].clone();
    assert_eq!(claim["evidence_ids"], json!([shown]));
    let one = format!("{claims}/{}", claim["id"].as_str().unwrap());
    let one = reader.get(&one).await.expect(200);
    assert_eq!(one.body["evidence_ids"], json!([shown]));
    let whole = app.officer("ann").get(&claims).await.expect(200);
    assert_eq!(whole.items()[0]["evidence_ids"], json!([hidden, shown]));
    let history = format!("{path}/history");
    let history = app.officer("bob").get(&history).await.expect(200);
    assert!(!history.text.contains(&hidden), "{}", history.text);
    // What becomes exempt again later takes with it only what is written from then on.
    let exempt = |exempt: bool| json!({ "exempt": exempt });
    clerk.patch(&path, "*", exempt(true)).await.expect(200);
    let refusal = json!({ "reason": "Secret refusal" });
    clerk
        .moves(&action, "refuse-completion", refusal)
        .await
        .expect(200);
    clerk.patch(&path, "*", exempt(false)).await.expect(200);
    assert_eq!(reader.all(&list).await.len(), 3);
    let claims = reader.get(&claims).await.expect(200);
    assert_eq!(claims.items(), [] as [Value; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_exemption_of_an_action_changes_in_every_state() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let closed = council.action(council.undated()).await;
    let lapse = json!({ "outcome": "lapsed", "reason": "Spent", "decision_id": council.decision });
    clerk.moves(&closed, "close", lapse).await.expect(200);
    let draft = with(council.undated(), json!({ "state": "draft" }));
    let void = council.action(draft).await;
    let reason = json!({ "reason": "Never agreed" });
    clerk.moves(&void, "void", reason).await.expect(200);
    for id in [&closed, &void] {
        let path = format!("/v1/actions/{id}");
        let state = clerk.get(&path).await.body["state"].clone();
        let exempt = json!({ "exempt": true, "exempt_paragraphs": [3] });
        for change in [exempt, json!({ "exempt_paragraphs": [4] })] {
            clerk.patch(&path, "*", change).await.expect(200);
        }
        app.reader().get(&path).await.problem(404, "not-found");
        let public = clerk.patch(&path, "*", json!({ "exempt": false })).await;
        let public = public.expect(200);
        assert_eq!(public.body["public_since"], "2014-03-10");
        assert_eq!(public.body["state"], state);
        app.reader().get(&path).await.expect(200);
        for more in [
            json!({ "exempt": true, "title": "Other" }),
            json!({ "title": "Other" }),
            json!({}),
        ] {
            let refused = clerk.patch(&path, "*", more).await;
            refused.problem(409, "state-conflict");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_to_what_is_hidden_are_in_nobodys_history_who_may_not_see_it() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.appoint("ann").await;
    let clerk = &council.clerk;
    let public = council.action(council.undated()).await;
    let exempt = with(council.undated(), json!({ "exempt": true }));
    let exempt = council.action(exempt).await;
    for kind in ["amends", "repeats", "supplements"] {
        let link = json!({ "kind": kind, "to_action_id": exempt, "note": "Secret note" });
        clerk
            .make(&format!("/v1/actions/{public}/links"), link)
            .await;
    }
    let path = format!("/v1/actions/{public}");
    let title = json!({ "title": "Report" });
    clerk.patch(&path, "*", title).await.expect(200);
    let operations = async |person: &Person| {
        let history = person.all(&format!("{path}/history?limit=1")).await;
        let operations = history.iter().map(|entry| entry["operation"].clone());
        json!(operations.collect::<Vec<_>>())
    };
    let link = "create_action_link";
    let whole = json!(["create_action", link, link, link, "update_action"]);
    let cut = json!(["create_action", "update_action"]);
    let bob = app.officer("bob");
    assert_eq!(operations(&app.officer("ann")).await, whole);
    assert_eq!(operations(&bob).await, cut);
    let first = format!("{path}/history?limit=2");
    let first = bob.get(&first).await.expect(200);
    assert_eq!(first.items().len(), 2);
    assert_eq!(first.body["next_cursor"], Value::Null);
    // Nor when the other is public: what was said of them then was not.
    let other = format!("/v1/actions/{exempt}");
    clerk
        .patch(&other, "*", json!({ "exempt": false }))
        .await
        .expect(200);
    assert_eq!(operations(&bob).await, cut);
    assert_eq!(operations(&app.officer("ann")).await, whole);
    for end in [&path, &other] {
        let links = bob.get(&format!("{end}/links")).await.expect(200);
        assert_eq!(links.items(), [] as [Value; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_is_not_told_again_to_whoever_lost_sight_of_it() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.appoint("ann").await;
    let clerk = &council.clerk;
    let exempt = with(council.undated(), json!({ "exempt": true }));
    let (first, second) = (
        council.action(exempt.clone()).await,
        council.action(exempt).await,
    );
    let report = async |person: &Person, action: &str| {
        let path = format!("/v1/actions/{action}/progress-updates");
        let body = json!({ "narrative": "Secret progress" });
        person
            .post_with(&path, &[("idempotency-key", "once")], body)
            .await
    };
    let ann = app.officer("ann");
    for (person, action) in [(&ann, &first), (&ann, &second), (clerk, &first)] {
        let made = report(person, action).await.expect(201);
        assert_eq!(report(person, action).await.expect(201).id(), made.id());
    }
    // Another's from now on.
    let post = json!({ "title": "Head of Law" });
    let post = clerk.make("/v1/posts", post).await;
    let path = format!("/v1/actions/{first}");
    clerk
        .patch(&path, "*", json!({ "owner_post_id": post }))
        .await
        .expect(200);
    report(&ann, &first).await.problem(404, "not-found");
    report(&ann, &second).await.expect(201);
    // No longer in office.
    let tenures = format!("/v1/posts/{}/tenures", council.post);
    let tenure = clerk.get(&tenures).await.items()[0]["id"].clone();
    let tenure = format!("{tenures}/{}", tenure.as_str().unwrap());
    app.at("2014-03-12T12:00:00Z");
    clerk
        .patch(&tenure, "*", json!({ "ends_on": "2014-03-11" }))
        .await
        .expect(200);
    report(&ann, &second).await.problem(404, "not-found");
    let public = json!({ "exempt": false });
    let path = format!("/v1/actions/{second}");
    clerk.patch(&path, "*", public).await.expect(200);
    report(&ann, &second).await.problem(404, "not-found");
    report(clerk, &first).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_public_resolution_shows_no_trace_of_an_exempt_one_that_superseded_it() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let advice = json!({
        "agenda_item_id": council.item, "kind": "recommendation", "text": "that it be sold",
    });
    let public = clerk.make("/v1/resolutions", advice.clone()).await;
    let path = format!("/v1/resolutions/{public}");
    let reader = app.reader();
    let list = "/v1/resolutions?response=outstanding";
    let before = (reader.get(&path).await, reader.get(list).await);
    app.at("2014-03-11T12:00:00Z");
    let corrected = with(advice, json!({ "supersedes_id": public, "exempt": true }));
    let exempt = clerk.make("/v1/resolutions", corrected.clone()).await;
    let after = (reader.get(&path).await, reader.get(list).await);
    assert_eq!(after.0.etag(), before.0.etag());
    assert_eq!(after.0.text, before.0.text);
    assert_eq!(after.1.text, before.1.text);
    let seen = clerk.get(&path).await.expect(200);
    assert_eq!(seen.body["superseded_by_id"], exempt);
    let again = clerk.post("/v1/resolutions", corrected).await;
    again.problem(409, "already-superseded");
    let change = json!({ "text": "that it be kept" });
    let refused = clerk.patch(&path, &before.0.etag(), change).await;
    refused.problem(409, "already-superseded");
    // Once that one is public this one says so.
    let newer = format!("/v1/resolutions/{exempt}");
    clerk
        .patch(&newer, "*", json!({ "exempt": false }))
        .await
        .expect(200);
    let told = reader.get(&path).await.expect(200);
    assert_eq!(told.body["superseded_by_id"], exempt);
    assert_ne!(told.etag(), before.0.etag());
}
