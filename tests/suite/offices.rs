//! Posts are renamed, succeeded and vacant, and nothing that was recorded is lost or rewritten.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{App, Council, Person, with};

/// Records a post held since the new year, and answers with its id.
async fn held_post(clerk: &Person, title: &str, subject: &str) -> String {
    let post = json!({ "title": title, "directorate": title });
    let post = clerk.make("/v1/posts", post).await;
    appoint(clerk, &post, json!({ "holder_subject": subject })).await;
    post
}

async fn appoint(clerk: &Person, post: &str, tenure: Value) -> String {
    let begun = json!({ "holder_name": tenure["holder_subject"], "starts_on": "2014-01-01" });
    let tenures = format!("/v1/posts/{post}/tenures");
    clerk.make(&tenures, with(begun, tenure)).await
}

async fn end(clerk: &Person, post: &str, last: &str, successor: Option<&str>) {
    let ended = json!({ "ended_on": last, "successor_id": successor });
    let path = format!("/v1/posts/{post}");
    clerk.patch(&path, "*", ended).await.expect(200);
}

/// The post in charge of an action and who holds it, as a person sees it.
async fn charge(person: &Person, path: &str) -> (String, Value) {
    let owner = person.get(path).await.expect(200).body["owner"].clone();
    let post = owner["post_id"].as_str().unwrap().to_owned();
    (post, owner["holder"]["name"].clone())
}

async fn listed(person: &Person, filter: &str) -> Vec<String> {
    let items = person.all(&format!("/v1/actions?{filter}")).await;
    let ids = items.iter().map(|item| item["id"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_successor_takes_over_at_midnight_in_london_and_the_holder_of_the_ended_post_goes() {
    // Both clock changes: on 30 March the day ends at 23:00 UTC, on 26 October at midnight UTC again.
    for (last, before, after) in [
        ("2014-03-29", "2014-03-29T23:59:59Z", "2014-03-30T00:00:00Z"),
        ("2014-03-30", "2014-03-30T22:59:59Z", "2014-03-30T23:00:00Z"),
        ("2014-10-25", "2014-10-25T22:59:59Z", "2014-10-25T23:00:00Z"),
        ("2014-10-26", "2014-10-26T23:59:59Z", "2014-10-27T00:00:00Z"),
    ] {
        let app = App::start().await;
        let council = Council::found(&app).await;
        let clerk = &council.clerk;
        council.appoint("ann").await;
        let next = held_post(clerk, "Director of People", "bob").await;
        let exempt = with(council.undated(), json!({ "exempt": true }));
        let exempt = council.action(exempt).await;
        let open = council.action(council.undated()).await;
        let recorded = clerk.get(&format!("/v1/actions/{open}")).await.expect(200);
        // It is ended ahead of time.
        end(clerk, &council.post, last, Some(&next)).await;
        let (ann, bob) = (app.officer("ann"), app.officer("bob"));
        let (path, secret) = (
            format!("/v1/actions/{open}"),
            format!("/v1/actions/{exempt}"),
        );

        app.at(before);
        let ours = (council.post.clone(), json!("Ann Example"));
        assert_eq!(charge(clerk, &path).await, ours, "{before}");
        ann.get(&secret).await.expect(200);
        bob.get(&secret).await.problem(404, "not-found");
        let start = json!({ "narrative": "Begun" });
        bob.moves(&open, "start", start.clone())
            .await
            .problem(403, "forbidden");
        let list = format!("owner_post_id={next}");
        assert_eq!(listed(clerk, &list).await, [] as [String; 0]);
        let directorate = "directorate=Director%20of%20People";
        assert_eq!(listed(clerk, directorate).await, [] as [String; 0]);

        app.at(after);
        let theirs = (next.clone(), json!("bob"));
        assert_eq!(charge(clerk, &path).await, theirs, "{after}");
        ann.get(&secret).await.problem(404, "not-found");
        bob.get(&secret).await.expect(200);
        assert_eq!(
            listed(&bob, "exempt=true").await,
            std::slice::from_ref(&exempt)
        );
        assert_eq!(listed(&ann, "exempt=true").await, [] as [String; 0]);
        ann.moves(&open, "start", start.clone())
            .await
            .problem(403, "forbidden");
        let started = bob.moves(&open, "start", start).await.expect(200);
        // What was recorded stays, and so does the list by what was recorded.
        assert_eq!(started.body["owner_post_id"], council.post);
        assert_eq!(started.body["owner"]["post_id"], next);
        assert_eq!(started.body["owner"]["directorate"], "Director of People");
        assert_eq!(recorded.body["owner_post_id"], council.post);
        let mut both = [exempt.clone(), open.clone()];
        both.sort();
        for filter in [
            list.as_str(),
            directorate,
            &format!("owner_post_id={}", council.post),
        ] {
            let mut found = listed(clerk, filter).await;
            found.sort();
            assert_eq!(found, both, "{filter}");
        }
        let old = "directorate=Children%20and%20Family%20Services";
        assert_eq!(listed(clerk, old).await, [] as [String; 0]);
        let page = clerk.get("/v1/actions?limit=1").await.expect(200);
        assert_eq!(page.items()[0]["owner"]["post_id"], next);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chain_of_successors_is_followed_as_far_as_it_reaches_on_each_day() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    council.appoint("ann").await;
    let second = held_post(clerk, "Second", "bob").await;
    let third = held_post(clerk, "Third", "cat").await;
    let action = council.action(council.undated()).await;
    end(clerk, &council.post, "2014-03-31", Some(&second)).await;
    end(clerk, &second, "2014-06-30", Some(&third)).await;
    let path = format!("/v1/actions/{action}");
    for (now, post, holder) in [
        ("2014-03-31T12:00:00Z", &council.post, "ann"),
        ("2014-04-01T12:00:00Z", &second, "bob"),
        ("2014-06-30T12:00:00Z", &second, "bob"),
        ("2014-07-01T12:00:00Z", &third, "cat"),
    ] {
        app.at(now);
        assert_eq!(charge(clerk, &path).await.0, *post, "{now}");
        let listed_too = clerk.get("/v1/actions").await.expect(200);
        assert_eq!(listed_too.items()[0]["owner"]["post_id"], *post, "{now}");
        let claimed = app
            .officer(holder)
            .moves(
                &action,
                "claim-completion",
                json!({ "narrative": "Done", "no_evidence_reason": "None" }),
            )
            .await
            .expect(200);
        assert_eq!(claimed.body["claimed_by"], holder);
        let withdrawn = json!({ "reason": "Not yet" });
        for person in ["ann", "bob", "cat"].iter().filter(|who| **who != holder) {
            app.officer(person)
                .moves(&action, "withdraw-claim", withdrawn.clone())
                .await
                .problem(403, "forbidden");
        }
        app.officer(holder)
            .moves(&action, "withdraw-claim", withdrawn)
            .await
            .expect(200);
        for (filter, found) in [
            (&council.post, true),
            (&second, post != &council.post),
            (&third, post == &third),
        ] {
            let found_there = listed(clerk, &format!("owner_post_id={filter}")).await;
            assert_eq!(found_there.len(), usize::from(found), "{now} {filter}");
        }
    }
    // As it was then, with the posts of then, however often it is asked.
    for (day, post) in [
        ("2014-03-31", &council.post),
        ("2014-04-01", &second),
        ("2014-06-30", &second),
    ] {
        assert_eq!(charge(clerk, &format!("{path}?as_of={day}")).await.0, *post);
        let then = clerk
            .get(&format!("/v1/actions?as_of={day}"))
            .await
            .expect(200);
        assert_eq!(then.items()[0]["owner"]["post_id"], *post, "{day}");
        for filter in [&council.post, &second, &third] {
            let asked = format!("owner_post_id={filter}&as_of={day}");
            let found = listed(clerk, &asked).await.len();
            let reached = filter == &council.post || (filter == &second && post == &second);
            assert_eq!(found, usize::from(reached), "{asked}");
        }
        let by = clerk
            .get(&format!("/v1/actions?directorate=Second&as_of={day}"))
            .await
            .expect(200);
        assert_eq!(by.items().len(), usize::from(post == &second), "{day}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_circle_of_successors_is_refused() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let second = held_post(clerk, "Second", "bob").await;
    let third = held_post(clerk, "Third", "cat").await;
    end(clerk, &council.post, "2014-03-01", Some(&second)).await;
    end(clerk, &second, "2014-03-01", Some(&third)).await;
    let code = async |post: &str, next: &str| {
        let ended = json!({ "ended_on": "2014-03-01", "successor_id": next });
        let path = format!("/v1/posts/{post}");
        let refused = clerk
            .patch(&path, "*", ended)
            .await
            .problem(422, "validation");
        assert_eq!(refused.pointers(), ["/successor_id"]);
        refused.body["errors"][0]["code"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(code(&third, &council.post).await, "circular");
    assert_eq!(code(&third, &second).await, "circular");
    assert_eq!(code(&third, &third).await, "not_found");
    let nobody = "0144abdd-2200-7000-8000-000000000000";
    assert_eq!(code(&third, nobody).await, "not_found");
    let path = format!("/v1/posts/{third}");
    let kept = clerk.get(&path).await.expect(200);
    assert_eq!(kept.body["version"], 1);
    assert_eq!(kept.body["ended_on"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_writes_at_once_close_no_circle() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    for round in 0..6 {
        let mut posts = Vec::new();
        for n in 0..3 {
            posts.push(held_post(clerk, &format!("Post {round}.{n}"), "x").await);
        }
        let writes = (0..3).map(|n| {
            let (clerk, path) = (clerk.clone(), format!("/v1/posts/{}", posts[n]));
            let next = posts[(n + 1) % 3].clone();
            let ended = json!({ "ended_on": "2014-03-01", "successor_id": next });
            async move { clerk.patch(&path, "*", ended).await.status }
        });
        let mut answers = join_all(writes).await;
        answers.sort_unstable();
        assert_eq!(answers, [200, 200, 422]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_holds_is_vacant() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let gone = clerk.make("/v1/posts", json!({ "title": "Gone" })).await;
    let tenure = json!({ "holder_subject": "ann", "ends_on": "2014-03-10" });
    appoint(clerk, &council.post, tenure).await;
    let of = async |post: &str| {
        let body = with(council.undated(), json!({ "owner_post_id": post }));
        council.action(body).await
    };
    let (ours, theirs) = (of(&council.post).await, of(&gone).await);
    let draft = json!({ "resolution_id": council.resolution, "title": "Draft" });
    let draft = council.action(draft).await;
    let done = of(&gone).await;
    let lapse = json!({ "outcome": "lapsed", "reason": "Spent", "decision_id": council.decision });
    clerk.moves(&done, "close", lapse).await.expect(200);
    let posts = async |filter: &str| {
        let posts = clerk.get(&format!("/v1/posts?{filter}")).await.expect(200);
        posts
            .each("id")
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let check = async |now: &str, vacant: &[&String], held: &[&String]| {
        app.at(now);
        for (value, expected) in [(true, vacant), (false, held)] {
            let mut expected: Vec<String> = expected.iter().map(|id| (*id).clone()).collect();
            expected.sort();
            let mut found = listed(clerk, &format!("vacant={value}")).await;
            found.sort();
            assert_eq!(found, expected, "vacant={value} at {now}");
        }
    };
    check("2014-03-10T23:59:59Z", &[&theirs, &draft], &[&ours]).await;
    assert_eq!(posts("vacant=true").await, std::slice::from_ref(&gone));
    assert_eq!(
        posts("vacant=false").await,
        std::slice::from_ref(&council.post)
    );
    // Whose tenure ended yesterday holds it no longer.
    check("2014-03-11T00:00:00Z", &[&ours, &theirs, &draft], &[]).await;
    assert_eq!(posts("vacant=false").await, [] as [String; 0]);
    let acting = json!({ "holder_subject": "bob", "acting": true, "starts_on": "2014-03-12" });
    appoint(clerk, &council.post, acting).await;
    check("2014-03-12T00:00:00Z", &[&theirs, &draft], &[&ours]).await;
    // A post that ended without a successor is no office any more, and what it had is nobody's.
    end(clerk, &council.post, "2014-03-12", None).await;
    check("2014-03-13T00:00:00Z", &[&ours, &theirs, &draft], &[]).await;
    assert_eq!(posts("vacant=true").await, std::slice::from_ref(&gone));
    // Its successor takes that over, and what became of the other with it.
    let next = held_post(clerk, "Next", "cat").await;
    end(clerk, &council.post, "2014-03-12", Some(&next)).await;
    end(clerk, &gone, "2014-03-12", Some(&next)).await;
    check("2014-03-13T00:00:00Z", &[&draft], &[&ours, &theirs]).await;
    let page = clerk
        .get("/v1/posts?vacant=false&limit=1")
        .await
        .expect(200);
    assert_eq!(page.each("id"), [&next]);
    assert_eq!(page.body["next_cursor"], Value::Null);

    app.at("2014-03-20T00:00:00Z");
    for (day, vacant, held) in [
        ("2014-03-10", 2, 1),
        ("2014-03-11", 3, 0),
        ("2014-03-12", 2, 1),
    ] {
        for (value, expected) in [(true, vacant), (false, held)] {
            let found = listed(clerk, &format!("vacant={value}&as_of={day}")).await;
            assert_eq!(found.len(), expected, "vacant={value} as of {day}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renamed_post_keeps_its_old_title_in_its_history_and_in_that_of_its_actions() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    council.appoint("ann").await;
    let other = clerk
        .make("/v1/posts", json!({ "title": "Head of Law" }))
        .await;
    let action = council.action(council.undated()).await;
    app.at("2014-04-01T12:00:00Z");
    let path = format!("/v1/posts/{}", council.post);
    let renamed = json!({ "title": "Director of People" });
    clerk.patch(&path, "*", renamed).await.expect(200);
    let given = json!({ "owner_post_id": other });
    let action = format!("/v1/actions/{action}");
    clerk.patch(&action, "*", given).await.expect(200);
    let unrelated = json!({ "title": "Fostering" });
    clerk.patch(&action, "*", unrelated).await.expect(200);

    app.at("2014-05-01T12:00:00Z");
    app.audit_trail().await;
    let old = "Director of Children and Family Services";
    for (asked, title) in [
        ("?as_of=2014-03-31", old),
        ("?as_of=2014-04-01", "Director of People"),
        ("?as_of=2014-04-01T11:59:59Z", old),
        ("", "Director of People"),
    ] {
        let post = app
            .reader()
            .get(&format!("{path}{asked}"))
            .await
            .expect(200);
        assert_eq!(post.body["title"], title, "{asked}");
        assert!(!post.etag().is_empty());
    }
    app.reader()
        .get(&format!("{path}?as_of=2014-03-01"))
        .await
        .problem(404, "not-found");

    let history = app
        .auditor()
        .get(&format!("{path}/history"))
        .await
        .expect(200);
    let operations = ["create_post", "create_tenure", "update_post"];
    assert_eq!(history.each("operation"), operations);
    assert_eq!(history.items()[2]["before"]["title"], old);
    assert_eq!(history.items()[1]["subject"]["kind"], "tenure");
    let paged = app
        .officer("bob")
        .all(&format!("{path}/history?limit=1"))
        .await;
    assert_eq!(paged.as_slice(), history.items());
    app.reader()
        .get(&format!("{path}/history"))
        .await
        .problem(403, "forbidden");

    let history = app
        .auditor()
        .get(&format!("{action}/history"))
        .await
        .expect(200);
    let titles: Vec<_> = history
        .items()
        .iter()
        .map(|entry| entry["details"].get("owner_title").cloned())
        .collect();
    assert_eq!(titles, [Some(json!(old)), Some(json!("Head of Law")), None]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_holder_of_a_post_is_told_for_any_day() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let post = &council.post;
    appoint(
        clerk,
        post,
        json!({ "holder_subject": "ann", "ends_on": "2014-03-20" }),
    )
    .await;
    let acting = json!({ "holder_subject": "bob", "acting": true, "starts_on": "2014-03-25" });
    appoint(clerk, post, acting).await;
    let next = held_post(clerk, "Director of Law", "cat").await;
    app.at("2014-04-01T12:00:00Z");
    let renamed = json!({ "title": "Director of People" });
    clerk
        .patch(&format!("/v1/posts/{post}"), "*", renamed)
        .await
        .expect(200);
    end(clerk, post, "2014-04-30", Some(&next)).await;
    let old = "Director of Children and Family Services";
    let holder = |name: &str, acting: bool| Some((name.to_owned(), acting));
    for (on, title, held, successor) in [
        ("2014-02-01", old, holder("ann", false), None),
        ("2014-03-20", old, holder("ann", false), None),
        ("2014-03-21", old, None, None),
        ("2014-03-25", old, holder("bob", true), None),
        (
            "2014-04-01",
            "Director of People",
            holder("bob", true),
            None,
        ),
        (
            "2014-04-30",
            "Director of People",
            holder("bob", true),
            None,
        ),
        ("2014-05-01", "Director of People", None, Some("cat")),
        ("2013-12-31", old, None, None),
    ] {
        let path = format!("/v1/posts/{post}/holder?on={on}");
        let told = app.reader().get(&path).await.expect(200);
        assert_eq!(told.body["title"], title, "{on}");
        assert_eq!(told.body["on"], on);
        assert_eq!(told.body["exists"], successor.is_none(), "{on}");
        let named = told.body["holder"].as_object().map(|holder| {
            let name = holder["name"].as_str().unwrap().to_owned();
            (name, holder["acting"].as_bool().unwrap())
        });
        assert_eq!(named, held, "{on}");
        match successor {
            Some(name) => {
                assert_eq!(told.body["successor"]["post_id"], next);
                assert_eq!(told.body["successor"]["title"], "Director of Law");
                assert_eq!(told.body["successor"]["holder"]["name"], name);
            }
            None => assert_eq!(told.body["successor"], Value::Null, "{on}"),
        }
    }
    let today = app.reader().get(&format!("/v1/posts/{post}/holder")).await;
    assert_eq!(today.expect(200).body["on"], "2014-04-01");
    app.reader()
        .get("/v1/posts/0144abdd-2200-7000-8000-000000000000/holder")
        .await
        .problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_begins_to_hold_a_post_that_has_ended() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let begun = json!({ "holder_subject": "ann", "ends_on": "2014-01-31" });
    let earlier = appoint(clerk, &council.post, begun).await;
    let tenures = format!("/v1/posts/{}/tenures", council.post);
    let tenure = |starts: &str| json!({ "holder_name": "Bob", "starts_on": starts });
    let ahead = clerk.make(&tenures, tenure("2014-05-01")).await;
    end(clerk, &council.post, "2014-03-31", None).await;
    let refused = |answer: crate::harness::Answer| {
        let answer = answer.problem(422, "validation");
        assert_eq!(answer.pointers(), ["/starts_on"]);
        assert_eq!(answer.body["errors"][0]["code"], "post_ended");
    };
    refused(clerk.post(&tenures, tenure("2014-04-01")).await);
    let moved = json!({ "starts_on": "2014-04-01", "ends_on": null });
    let earlier = format!("{tenures}/{earlier}");
    refused(clerk.patch(&earlier, "*", moved).await);
    // What was recorded before the end came can be corrected, and the last day is a day on which it is held.
    let ahead = format!("{tenures}/{ahead}");
    let named = json!({ "holder_name": "Robert" });
    clerk.patch(&ahead, "*", named).await.expect(200);
    let last = json!({ "starts_on": "2014-03-31", "ends_on": "2014-03-31" });
    clerk.patch(&ahead, "*", last).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_people_hold_a_post_at_once_only_where_one_is_acting() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = json!({ "holder_subject": "ann", "ends_on": "2014-03-31" });
    appoint(clerk, &council.post, first).await;
    let tenures = format!("/v1/posts/{}/tenures", council.post);
    let tenure = |starts: &str, ends: Option<&str>, acting: bool| json!({ "holder_name": "Bob", "starts_on": starts, "ends_on": ends, "acting": acting });
    for (starts, ends) in [
        ("2014-03-31", None),
        ("2013-12-01", None),
        ("2013-12-01", Some("2014-01-01")),
        ("2014-02-01", Some("2014-02-01")),
    ] {
        let refused = clerk.post(&tenures, tenure(starts, ends, false)).await;
        let refused = refused.problem(422, "validation");
        assert_eq!(refused.pointers(), ["/starts_on"]);
        assert_eq!(refused.body["errors"][0]["code"], "overlapping");
        assert!(refused.text.contains("from 2014-01-01 to 2014-03-31"));
    }
    clerk.make(&tenures, tenure("2014-02-01", None, true)).await;
    clerk
        .make(&tenures, tenure("2013-12-01", Some("2013-12-31"), false))
        .await;
    let next = clerk
        .make(&tenures, tenure("2014-04-01", None, false))
        .await;
    let next = format!("{tenures}/{next}");
    let early = json!({ "starts_on": "2014-03-31" });
    let refused = clerk.patch(&next, "*", early.clone()).await;
    assert_eq!(
        refused.problem(422, "validation").pointers(),
        ["/starts_on"]
    );
    clerk
        .patch(&next, "*", json!({ "acting": true }))
        .await
        .expect(200);
    clerk.patch(&next, "*", early).await.expect(200);
    let substantive = clerk.patch(&next, "*", json!({ "acting": false })).await;
    substantive.problem(422, "validation");

    let both = (0..8).map(|_| {
        let (clerk, tenures) = (clerk.clone(), tenures.clone());
        let body = tenure("2015-01-01", None, false);
        async move { clerk.post(&tenures, body).await.status }
    });
    let made = join_all(both).await;
    assert_eq!(
        made.iter().filter(|status| **status == 201).count(),
        1,
        "{made:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_ends_while_actions_are_given_to_it_is_given_none_after() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    council.appoint("ann").await;
    let next = held_post(clerk, "Next", "bob").await;
    let given = (0..20).map(|_| {
        let (clerk, body) = (clerk.clone(), council.undated());
        async move { clerk.post("/v1/actions", body).await }
    });
    let (clerk_too, post) = (clerk.clone(), council.post.clone());
    let (answers, ()) = futures_util::future::join(join_all(given), async {
        end(&clerk_too, &post, "2014-03-09", Some(&next)).await;
    })
    .await;
    // Those that came first follow to the successor; the others were refused and left nothing.
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| a.status == 201);
    for answer in refused {
        assert_eq!(
            answer.problem(422, "validation").pointers(),
            ["/owner_post_id"]
        );
    }
    let found = listed(clerk, &format!("owner_post_id={next}")).await;
    assert_eq!(found.len(), made.len());
    assert_eq!(clerk.all("/v1/actions").await.len(), made.len());
    for action in clerk.all("/v1/actions").await {
        assert_eq!(action["owner"]["post_id"], next);
    }
    let late = clerk.post("/v1/actions", council.undated()).await;
    assert_eq!(
        late.problem(422, "validation").pointers(),
        ["/owner_post_id"]
    );
}
