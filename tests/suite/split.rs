//! Actions that are parts of another: splitting, recording under a parent, and ending them together.

use futures_util::future::join;
use serde_json::{Value, json};

use crate::harness::{Answer, App, Council, with};

impl Council {
    fn part(&self, title: &str) -> Value {
        json!({
            "title": title, "owner_post_id": self.post, "due": { "kind": "date", "due_on": "2014-06-30" },
        })
    }

    async fn split(&self, action: &str, children: &[Value]) -> Answer {
        let body = json!({ "children": children });
        self.clerk.moves(action, "split", body).await
    }

    async fn claim(&self, action: &str) -> Answer {
        let done = json!({ "narrative": "Done", "no_evidence_reason": "None to show" });
        self.clerk.moves(action, "claim-completion", done).await
    }

    async fn finish(&self, app: &App, action: &str) -> Answer {
        self.claim(action).await.expect(200);
        let accepted = json!({ "decision_id": self.decision });
        app.second_clerk()
            .moves(action, "accept-completion", accepted)
            .await
    }

    fn lapse(&self) -> Value {
        json!({ "outcome": "lapsed", "reason": "Overtaken", "decision_id": self.decision })
    }
}

fn ids(answer: &Answer) -> Vec<String> {
    let children = answer.body["children"].as_array().unwrap().iter();
    children
        .map(|child| child["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_is_split_into_children_that_arise_from_where_it_arose() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let whole = clerk
        .post("/v1/actions", council.due_on("2014-09-30"))
        .await
        .expect(201);
    let parts = [
        with(council.part("Figures"), json!({ "priority": "high" })),
        json!({ "title": "Report", "owner_post_id": council.post }),
    ];
    let path = format!("/v1/actions/{}", whole.id());
    let split = clerk
        .post_with(
            &format!("{path}/split"),
            &[("if-match", &whole.etag())],
            json!({ "children": parts }),
        )
        .await
        .expect(201);
    let children = &split.body["children"];
    for (n, (title, state)) in [("Figures", "open"), ("Report", "draft")]
        .into_iter()
        .enumerate()
    {
        let child = &children[n];
        assert_eq!(child["title"], title);
        assert_eq!(child["state"], state);
        assert_eq!(child["parent_id"], whole.id());
        assert_eq!(child["reference"], format!("CFS/13-14/{:03}", n + 2));
        for member in ["committee_id", "meeting_id", "resolution_id", "exempt"] {
            assert_eq!(child[member], whole.body[member], "{member}");
        }
    }
    assert_eq!(children[0]["priority"], "high");
    assert_eq!(split.body["parent"]["state"], "open");
    assert_eq!(split.body["parent"]["version"], 2);
    let list = split.header("location").to_owned();
    let by_reference = clerk.get(&format!("{list}&sort=reference")).await;
    assert_eq!(by_reference.expect(200).each("id"), ids(&split));
    // The tag is good for the next change of the whole.
    let retitled = json!({ "title": "Adoption" });
    clerk
        .patch(&path, &split.etag(), retitled)
        .await
        .expect(200);

    let history = clerk.all(&format!("{path}/history")).await;
    assert_eq!(history[1]["operation"], "split_action");
    assert_eq!(history[1]["details"]["child_ids"], json!(ids(&split)));
    let child = format!("/v1/actions/{}/history", ids(&split)[0]);
    let history = clerk.all(&child).await;
    assert_eq!(history[0]["after"]["parent_id"], whole.id());

    // Split again by whoever read it before that: refused, and no reference is used.
    let stale = clerk
        .post_with(
            &format!("{path}/split"),
            &[("if-match", &whole.etag())],
            json!({ "children": parts }),
        )
        .await;
    stale.problem(412, "stale");
    let next = clerk.post("/v1/actions", council.undated()).await;
    assert_eq!(next.body["reference"], "CFS/13-14/004");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_is_as_exempt_as_the_whole_whatever_becomes_of_that() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let exempt = |paragraphs: Value| json!({ "exempt": true, "exempt_paragraphs": paragraphs });
    let whole = council
        .action(with(council.undated(), exempt(json!([3, 1]))))
        .await;
    let split = council
        .split(&whole, &[council.part("One"), council.part("Two")])
        .await
        .expect(201);
    assert_eq!(split.body["children"][0]["reference"], "CFS/13-14/E002");
    let [one, two] = &ids(&split)[..] else {
        panic!("two parts")
    };
    let under = |parent: &str, more: Value| {
        with(
            with(council.undated(), json!({ "parent_id": parent })),
            more,
        )
    };
    let below = council.action(under(one, json!({}))).await;
    let agreeing = council.action(under(one, exempt(json!([1, 3])))).await;
    for (wrong, pointer) in [
        (json!({ "exempt": false }), "/exempt"),
        (exempt(json!([3])), "/exempt_paragraphs"),
    ] {
        let refused = clerk.post("/v1/actions", under(one, wrong.clone())).await;
        assert_eq!(refused.problem(422, "validation").pointers(), [pointer]);
        let path = format!("/v1/actions/{one}");
        let refused = clerk.patch(&path, "*", wrong).await;
        let refused = refused.problem(409, "state-conflict");
        assert!(refused.text.contains("CFS/13-14/E001"), "{}", refused.text);
    }
    // The same again is no change.
    let path = format!("/v1/actions/{one}");
    let same = clerk.patch(&path, "*", exempt(json!([1, 3]))).await;
    assert_eq!(same.expect(200).body["version"], 1);
    clerk.moves(two, "close", council.lapse()).await.expect(200);

    let family = [&whole, one, two, &below, &agreeing];
    let told = async |expected: Value| {
        for id in family {
            let body = clerk
                .get(&format!("/v1/actions/{id}"))
                .await
                .expect(200)
                .body;
            let told = json!([
                body["exempt"],
                body["exempt_paragraphs"],
                body["public_since"]
            ]);
            assert_eq!(told, expected, "{}", body["title"]);
            let seen = app.reader().get(&format!("/v1/actions/{id}")).await;
            let status = if body["exempt"] == true { 404 } else { 200 };
            assert_eq!(seen.status, status, "{}", body["title"]);
        }
    };
    let change = async |body: Value| {
        let path = format!("/v1/actions/{whole}");
        clerk.patch(&path, "*", body).await.expect(200);
    };
    told(json!([true, [1, 3], null])).await;
    change(json!({ "exempt_paragraphs": [5] })).await;
    told(json!([true, [5], null])).await;
    change(json!({ "exempt": false })).await;
    told(json!([false, [], "2014-03-10"])).await;
    change(exempt(json!([2]))).await;
    told(json!([true, [2], null])).await;
    let history = format!("/v1/actions/{below}/history");
    let history = app.auditor().get(&history).await.expect(200);
    let entries = &history.items()[1..];
    assert_eq!(entries.len(), 3);
    for entry in entries {
        assert_eq!(entry["operation"], "update_action");
        assert_eq!(entry["details"]["parent_id"], whole);
    }
    // What becomes exempt with its resolution takes its parts along too.
    change(json!({ "exempt": false })).await;
    let resolution = format!("/v1/resolutions/{}", council.resolution);
    clerk
        .patch(&resolution, "*", exempt(json!([7])))
        .await
        .expect(200);
    told(json!([true, [7], null])).await;
    let found = clerk.get("/v1/actions?q=information").await.expect(200);
    assert_eq!(found.items().len(), family.len());
    let trail = app.audit_trail().await;
    assert!(
        matches!(trail, matters_arising::db::Verdict::Intact { .. }),
        "{trail:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_arises_where_the_whole_arose() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let another =
        json!({ "agenda_item_id": council.item, "kind": "request", "text": "that it be sold" });
    let another = clerk.make("/v1/resolutions", another).await;
    let mut discussed = with(council.undated(), json!({ "agenda_item_id": council.item }));
    discussed.as_object_mut().unwrap().remove("resolution_id");
    let resolved = council.action(council.undated()).await;
    let of_item = council.action(discussed.clone()).await;
    let under = |body: &Value, parent: &str| with(body.clone(), json!({ "parent_id": parent }));
    let other = with(council.undated(), json!({ "resolution_id": another }));
    for (body, parent) in [
        (&other, &resolved),
        (&discussed, &resolved),
        (&other, &of_item),
    ] {
        let refused = clerk.post("/v1/actions", under(body, parent)).await;
        let refused = refused.problem(422, "validation");
        assert_eq!(refused.pointers(), ["/parent_id"]);
        assert_eq!(refused.body["errors"][0]["code"], "mismatch");
    }
    council.action(under(&discussed, &of_item)).await;
    council.action(under(&council.undated(), &resolved)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_see_the_whole_only_are_told_of_no_part() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.appoint("ann").await;
    let clerk = &council.clerk;
    let tenure =
        json!({ "holder_name": "Bob", "holder_subject": "bob", "starts_on": "2014-01-01" });
    let post = clerk
        .make("/v1/posts", json!({ "title": "Head of Law" }))
        .await;
    clerk
        .make(&format!("/v1/posts/{post}/tenures"), tenure)
        .await;
    let supported = json!({ "exempt": true, "supporting_post_ids": [post] });
    let whole = council.action(with(council.undated(), supported)).await;
    let both = with(
        council.part("Two"),
        json!({ "supporting_post_ids": [post] }),
    );
    let split = council.split(&whole, &[council.part("One"), both]).await;
    let split = split.expect(201);
    let [hidden, seen] = &ids(&split)[..] else {
        panic!("two parts")
    };
    // Bob supports the whole and one part of it, and is told of no other.
    let later = with(council.undated(), json!({ "parent_id": whole }));
    council.action(later).await;
    let history = format!("/v1/actions/{whole}/history");
    let told = app.officer("bob").all(&history).await;
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(told[1]["operation"], "split_action");
    assert_eq!(told[1]["redacted"], true);
    assert_eq!(told[1]["details"]["child_ids"], json!([seen]));
    let all = app.officer("ann").all(&history).await;
    assert_eq!(all.len(), 3);
    assert_eq!(all[1]["details"]["child_ids"], json!(ids(&split)));
    // Pages are full all the same.
    let first = format!("{history}?limit=2");
    let first = app.officer("bob").get(&first).await.expect(200);
    assert_eq!(first.items().len(), 2);
    assert_eq!(first.body["next_cursor"], Value::Null);

    // What a move is refused for is named as far as it is in sight.
    clerk
        .moves(seen, "close", council.lapse())
        .await
        .expect(200);
    let done = json!({ "narrative": "Done", "no_evidence_reason": "None to show" });
    let refused = app
        .officer("bob")
        .moves(&whole, "claim-completion", done.clone())
        .await
        .problem(409, "move-refused");
    let shown = clerk.get(&format!("/v1/actions/{hidden}")).await.body;
    let reference = shown["reference"].as_str().unwrap();
    assert!(!refused.text.contains(reference), "{}", refused.text);
    assert!(refused.text.contains("some of its children"));
    let refused = app
        .officer("ann")
        .moves(&whole, "claim-completion", done)
        .await;
    assert!(refused.text.contains(reference), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_ends_only_with_its_parts() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let whole = council.action(council.undated()).await;
    let split = council
        .split(&whole, &[council.part("One"), json!({ "title": "Two" })])
        .await
        .expect(201);
    let [one, two] = ids(&split).try_into().unwrap();
    let other = council.action(council.undated()).await;
    let merged = json!({ "outcome": "merged", "successor_id": other });
    for (name, body) in [("close", council.lapse()), ("close", merged)] {
        let refused = clerk.moves(&whole, name, body).await;
        let refused = refused.problem(409, "move-refused");
        assert!(refused.text.contains("CFS/13-14/002, CFS/13-14/003"));
        assert!(refused.body["allowed_moves"].is_array());
    }
    let refused = council.claim(&whole).await.problem(409, "move-refused");
    assert!(refused.text.contains("CFS/13-14/002, CFS/13-14/003"));
    let links = format!("/v1/actions/{whole}/links");
    assert_eq!(clerk.all(&links).await, [] as [Value; 0]);
    // What does not end it goes on.
    let held = json!({ "reason": "Waiting", "review_on": "2014-05-01" });
    clerk.moves(&whole, "hold", held).await.expect(200);
    clerk.moves(&whole, "resume", json!({})).await.expect(200);

    let dropped = json!({ "reason": "Not agreed" });
    clerk.moves(&two, "void", dropped).await.expect(200);
    let refused = council.claim(&whole).await.problem(409, "move-refused");
    assert!(!refused.text.contains("CFS/13-14/003"));
    council.finish(&app, &one).await.expect(200);
    council.claim(&whole).await.expect(200);

    // A part that is taken up again while the claim stands keeps it from being accepted.
    let again = json!({ "reason": "Not done" });
    clerk.moves(&one, "reopen", again.clone()).await.expect(200);
    let accepted = json!({ "decision_id": council.decision });
    app.second_clerk()
        .moves(&whole, "accept-completion", accepted.clone())
        .await
        .problem(409, "move-refused");
    council.finish(&app, &one).await.expect(200);
    app.second_clerk()
        .moves(&whole, "accept-completion", accepted)
        .await
        .expect(200);

    let refused = clerk.moves(&one, "reopen", again.clone()).await;
    let refused = refused.problem(409, "move-refused");
    assert!(refused.text.contains("CFS/13-14/001"), "{}", refused.text);
    clerk
        .moves(&whole, "reopen", again.clone())
        .await
        .expect(200);
    clerk.moves(&one, "reopen", again).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn children_arise_under_what_is_under_way_down_to_three_levels() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let two = [council.part("One"), council.part("Two")];
    let under = |parent: &str| with(council.undated(), json!({ "parent_id": parent }));

    let draft = council
        .action(with(council.undated(), json!({ "state": "draft" })))
        .await;
    council
        .split(&draft, &two)
        .await
        .problem(409, "state-conflict");
    let refused = clerk.post("/v1/actions", under(&draft)).await;
    let refused = refused.problem(409, "state-conflict");
    assert_eq!(refused.pointers(), ["/parent_id"]);
    let claimed = council.action(council.undated()).await;
    council.claim(&claimed).await.expect(200);
    council
        .split(&claimed, &two)
        .await
        .problem(409, "state-conflict");

    let top = council.action(council.undated()).await;
    let middle = council.action(under(&top)).await;
    let told = clerk.all(&format!("/v1/actions/{top}/history")).await;
    assert_eq!(told[1]["operation"], "create_action");
    assert_eq!(told[1]["details"]["child_ids"], json!([middle]));
    let bottom = council.split(&middle, &two).await.expect(201);
    let bottom = &ids(&bottom)[0];
    let refused = council.split(bottom, &two).await;
    refused.problem(409, "state-conflict");
    let refused = clerk.post("/v1/actions", under(bottom)).await;
    assert_eq!(
        refused.problem(409, "state-conflict").pointers(),
        ["/parent_id"]
    );

    let theirs = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let strange = with(theirs.undated(), json!({ "parent_id": top }));
    let refused = clerk.post("/v1/actions", strange).await;
    assert_eq!(
        refused.problem(422, "validation").pointers(),
        ["/parent_id"]
    );
    let elsewhere = theirs.action(theirs.undated()).await;
    let limited = app.clerk().limited_to(&["CFS"]);
    let there = limited.post("/v1/actions", under(&elsewhere)).await;
    let nobody = under("0144abdd-2200-7000-8000-000000000000");
    let missing = limited.post("/v1/actions", nobody).await;
    assert_eq!(there.body["errors"], missing.body["errors"]);
    assert_eq!(there.problem(422, "validation").pointers(), ["/parent_id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_is_wrong_with_the_parts_is_told_and_nothing_is_kept() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let whole = council.action(council.undated()).await;
    let good = council.part("Good");
    for few in [vec![], vec![good.clone()], vec![good.clone(); 21]] {
        let refused = council.split(&whole, &few).await;
        assert_eq!(refused.problem(422, "validation").pointers(), ["/children"]);
    }
    let bad = [
        good.clone(),
        with(good.clone(), json!({ "title": " " })),
        with(good.clone(), json!({ "due": { "kind": "date" } })),
    ];
    let refused = council.split(&whole, &bad).await.problem(422, "validation");
    assert_eq!(
        refused.pointers(),
        ["/children/1/title", "/children/2/due/due_on"]
    );
    let nobody = "0144abdd-2200-7000-8000-000000000000";
    let unknown = [
        with(good.clone(), json!({ "owner_post_id": nobody })),
        good.clone(),
        with(good, json!({ "supporting_post_ids": [nobody] })),
    ];
    let refused = council.split(&whole, &unknown).await;
    assert_eq!(
        refused.problem(422, "validation").pointers(),
        [
            "/children/0/owner_post_id",
            "/children/2/supporting_post_ids/0"
        ]
    );
    let next = clerk.post("/v1/actions", council.undated()).await;
    assert_eq!(next.body["reference"], "CFS/13-14/002");
    let now = clerk.get(&format!("/v1/actions/{whole}")).await;
    assert_eq!(now.body["version"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_part_is_taken_up_or_recorded_while_its_whole_is_ended() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    for n in 0..8 {
        let whole = council.action(council.undated()).await;
        let child = council
            .action(with(council.undated(), json!({ "parent_id": whole })))
            .await;
        clerk
            .moves(&child, "close", council.lapse())
            .await
            .expect(200);
        let reopened = json!({ "reason": "Not done" });
        let (ended, other) = if n % 2 == 0 {
            join(
                clerk.moves(&whole, "close", council.lapse()),
                clerk.moves(&child, "reopen", reopened),
            )
            .await
        } else {
            let late = with(council.undated(), json!({ "parent_id": whole }));
            join(council.claim(&whole), clerk.post("/v1/actions", late)).await
        };
        let (ended, other) = (ended.status == 200, matches!(other.status, 200 | 201));
        assert!(ended != other, "the one or the other");
        let open = format!("/v1/actions?parent_id={whole}&outstanding=true");
        assert_eq!(clerk.all(&open).await.is_empty(), ended);
    }
}
