//! Links between actions: what they say, what they refuse, and closing one action into another.

use futures_util::future::join;
use serde_json::{Value, json};

use crate::harness::{Answer, App, Council, Person, with};

async fn link(person: &Person, from: &str, kind: &str, to: &str) -> Answer {
    let body = json!({ "kind": kind, "to_action_id": to });
    person
        .post(&format!("/v1/actions/{from}/links"), body)
        .await
}

async fn reference(person: &Person, action: &str) -> Value {
    let path = format!("/v1/actions/{action}");
    person.get(&path).await.expect(200).body["reference"].clone()
}

async fn entries(person: &Person, action: &str) -> Vec<Value> {
    person.all(&format!("/v1/actions/{action}/history")).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_is_seen_from_both_its_ends() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = council.action(council.undated()).await;
    let again = council.action(council.undated()).await;
    let body = json!({ "kind": "repeats", "to_action_id": first, "note": "No report came" });
    let path = format!("/v1/actions/{again}/links");
    let made = clerk.post(&path, body).await.expect(201);
    let id = made.id();
    assert_eq!(made.header("location"), format!("{path}/{id}"));
    assert_eq!(made.body["direction"], "to");
    assert_eq!(made.body["kind"], "repeats");
    assert_eq!(made.body["action_id"], first);
    assert_eq!(made.body["reference"], reference(clerk, &first).await);
    assert_eq!(made.body["note"], "No report came");
    assert_eq!(made.body["made_by"], "clerk");

    let read = clerk.get(&format!("{path}/{id}")).await.expect(200);
    assert_eq!((&read.body, read.etag()), (&made.body, made.etag()));
    assert_eq!(clerk.all(&path).await, std::slice::from_ref(&made.body));
    let other_end = clerk.all(&format!("/v1/actions/{first}/links")).await;
    assert_eq!(other_end[0]["direction"], "from");
    assert_eq!(other_end[0]["action_id"], again);
    assert_eq!(other_end[0]["id"], id);
    let elsewhere = council.action(council.undated()).await;
    clerk
        .get(&format!("/v1/actions/{elsewhere}/links/{id}"))
        .await
        .problem(404, "not-found");
    let plain = app.reader().all(&path).await;
    assert_eq!(plain[0]["made_by"], Value::Null);

    // Both are told, and neither has changed.
    for (action, other) in [(&again, "to_action_id"), (&first, "from_action_id")] {
        let history = entries(clerk, action).await;
        assert_eq!(history.len(), 2);
        assert_eq!(history[1]["operation"], "create_action_link");
        assert_eq!(history[1]["details"]["kind"], "repeats");
        assert_eq!(history[1]["details"]["link_id"], id);
        assert_eq!(history[1]["details"]["note"], "No report came");
        assert!(history[1]["details"].get(other).is_some());
        let now = clerk.get(&format!("/v1/actions/{action}")).await;
        assert_eq!(now.body["version"], 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_come_page_by_page_whichever_way_they_lead() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let middle = council.action(council.undated()).await;
    let mut made = Vec::new();
    for n in 0..7 {
        app.at(&format!("2014-03-10T12:00:0{n}Z"));
        let other = council.action(council.undated()).await;
        let answer = if n % 2 == 0 {
            link(clerk, &middle, "follows", &other).await
        } else {
            link(clerk, &other, "follows", &middle).await
        };
        made.push(answer.expect(201).id());
    }
    let path = format!("/v1/actions/{middle}/links?limit=2");
    let seen: Vec<_> = clerk.all(&path).await;
    let seen: Vec<_> = seen.iter().map(|l| l["id"].as_str().unwrap()).collect();
    assert_eq!(seen, made);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_links_are_refused_and_leave_nothing() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let one = council.action(council.undated()).await;
    let two = council.action(council.undated()).await;
    let path = format!("/v1/actions/{one}/links");

    let itself = link(clerk, &one, "amends", &one).await;
    assert_eq!(
        itself.problem(422, "validation").pointers(),
        ["/to_action_id"]
    );
    let nobody = "0144abdd-2200-7000-8000-000000000000";
    let missing = link(clerk, &one, "amends", nobody).await;
    assert_eq!(
        missing.problem(422, "validation").pointers(),
        ["/to_action_id"]
    );
    let same = link(clerk, &one, "transferred_to", &two).await;
    let same = same.problem(422, "validation");
    assert_eq!(same.body["errors"][0]["code"], "same_committee");
    let blank = json!({ "kind": "amends", "to_action_id": two, "note": " " });
    let blank = clerk.post(&path, blank).await.problem(422, "validation");
    assert_eq!(blank.pointers(), ["/note"]);
    let unheard = link(clerk, &one, "resembles", &two).await;
    assert_eq!(unheard.problem(422, "validation").pointers(), ["/kind"]);
    for person in [app.reader(), app.officer("ann"), app.auditor()] {
        link(&person, &one, "amends", &two)
            .await
            .problem(403, "forbidden");
    }
    assert_eq!(clerk.all(&path).await, [] as [Value; 0]);
    assert_eq!(entries(clerk, &two).await.len(), 1);

    let made = link(clerk, &one, "amends", &two).await.expect(201).id();
    let twice = link(clerk, &one, "amends", &two)
        .await
        .problem(409, "taken");
    assert_eq!(twice.body["existing"], made);
    // Another thing may be said of the same two.
    link(clerk, &one, "supplements", &two).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_led_in_a_circle_by_links_of_whichever_kind_or_by_children() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let first = council.action(council.undated()).await;
    let second = council.action(council.undated()).await;
    let third = council.action(council.undated()).await;
    link(clerk, &second, "amends", &first).await.expect(201);
    link(clerk, &second, "merged_into", &third)
        .await
        .expect(201);
    // The third goes on from the first, by way of the second.
    for (from, kind, to) in [
        (&first, "follows", &third),
        (&first, "supersedes", &third),
        (&third, "merged_into", &first),
        (&third, "merged_into", &second),
        (&first, "repeats", &second),
    ] {
        let refused = link(clerk, from, kind, to)
            .await
            .problem(409, "link-circle");
        assert_eq!(refused.pointers(), ["/to_action_id"]);
    }
    let refused = link(clerk, &first, "follows", &third).await;
    let detail = refused.body["detail"].as_str().unwrap().to_owned();
    assert!(
        detail.contains("CFS/13-14/001, CFS/13-14/002, CFS/13-14/003"),
        "{detail}"
    );
    link(clerk, &third, "follows", &first).await.expect(201);

    let child = council
        .action(with(council.undated(), json!({ "parent_id": third })))
        .await;
    link(clerk, &first, "follows", &child)
        .await
        .problem(409, "link-circle");
    link(clerk, &child, "merged_into", &third)
        .await
        .problem(409, "link-circle");
    link(clerk, &child, "follows", &first).await.expect(201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_to_what_is_out_of_sight_is_not_there() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.appoint("ann").await;
    let clerk = &council.clerk;
    let public = council.action(council.undated()).await;
    let after = council.action(council.undated()).await;
    let secret = with(
        council.undated(),
        json!({ "exempt": true, "title": "Settlement" }),
    );
    let secret = council.action(secret).await;
    let path = format!("/v1/actions/{public}/links");
    let body = json!({ "kind": "follows", "to_action_id": secret, "note": "After the settlement" });
    let hidden = clerk.post(&path, body).await.expect(201).id();
    let other_way = link(clerk, &secret, "supplements", &public).await;
    other_way.problem(409, "link-circle");
    link(clerk, &after, "follows", &secret).await.expect(201);
    let shown = link(clerk, &after, "amends", &public).await.expect(201);

    for person in [app.clerk(), app.auditor(), app.officer("ann")] {
        assert_eq!(person.all(&path).await.len(), 2);
        person.get(&format!("{path}/{hidden}")).await.expect(200);
        person
            .get(&format!("/v1/actions/{secret}/links"))
            .await
            .expect(200);
    }
    for person in [app.reader(), app.officer("bob")] {
        let seen = person.all(&path).await;
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0]["id"], shown.id());
        let there = person.get(&format!("{path}/{hidden}")).await;
        there.problem(404, "not-found");
        person
            .get(&format!("/v1/actions/{secret}/links"))
            .await
            .problem(404, "not-found");
    }
    // Nor does the history say that there is one.
    let trace = entries(&app.officer("bob"), &public).await;
    assert_eq!(trace.len(), 2, "{trace:?}");
    assert_eq!(trace[1]["details"]["link_id"], shown.id());
    let whole = entries(&app.auditor(), &public).await;
    assert_eq!(whole.len(), 3);
    assert_eq!(whole[1]["details"]["note"], "After the settlement");

    // Another committee's clerk is not told of it by a refusal either.
    let theirs = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let elsewhere = theirs.action(theirs.undated()).await;
    let limited = app.clerk().limited_to(&["CFS"]);
    let there = link(&limited, &public, "follows", &elsewhere).await;
    let missing = link(
        &limited,
        &public,
        "follows",
        "0144abdd-2200-7000-8000-000000000000",
    )
    .await;
    assert_eq!(there.body["errors"], missing.body["errors"]);
    link(clerk, &elsewhere, "follows", &public)
        .await
        .expect(201);
    let last = council.action(council.undated()).await;
    link(clerk, &last, "follows", &elsewhere).await.expect(201);
    let refused = link(&limited, &public, "follows", &last).await;
    let refused = refused.problem(409, "link-circle");
    assert!(!refused.text.contains("HEA"), "{}", refused.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_into_another_makes_the_link_or_goes_by_the_one_there_is() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let theirs = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let clerk = &council.clerk;
    let elsewhere = theirs.action(theirs.undated()).await;
    for (outcome, kind, leads_from_closed) in [
        ("superseded", "supersedes", false),
        ("merged", "merged_into", true),
        ("transferred", "transferred_to", true),
    ] {
        let successor = if outcome == "transferred" {
            elsewhere.clone()
        } else {
            council.action(council.undated()).await
        };
        // Named, and not linked yet.
        let named = council.action(council.undated()).await;
        let body = json!({ "outcome": outcome, "successor_id": successor });
        clerk.moves(&named, "close", body).await.expect(200);
        let links = clerk.all(&format!("/v1/actions/{named}/links")).await;
        assert_eq!(links.len(), 1, "{outcome}");
        assert_eq!(links[0]["kind"], kind);
        assert_eq!(links[0]["action_id"], successor);
        let direction = if leads_from_closed { "to" } else { "from" };
        assert_eq!(links[0]["direction"], direction);
        let told = entries(clerk, &successor).await.pop().unwrap();
        assert_eq!(told["operation"], "close_action");
        assert_eq!(told["details"]["link_id"], links[0]["id"]);
        let closing = entries(clerk, &named).await.pop().unwrap();
        assert_eq!(closing["details"]["successor_id"], successor);
        assert_eq!(closing["details"]["link_id"], links[0]["id"]);

        // Linked, and not named.
        let linked = council.action(council.undated()).await;
        let bare = json!({ "outcome": outcome });
        let unlinked = clerk.moves(&linked, "close", bare.clone()).await;
        assert_eq!(
            unlinked.problem(422, "validation").pointers(),
            ["/successor_id"]
        );
        let (from, to) = if leads_from_closed {
            (&linked, &successor)
        } else {
            (&successor, &linked)
        };
        link(clerk, from, kind, to).await.expect(201);
        let before = entries(clerk, &successor).await.len();
        let closed = clerk
            .moves(&linked, "close", bare.clone())
            .await
            .expect(200);
        assert_eq!(closed.body["successor_id"], successor);
        assert_eq!(entries(clerk, &successor).await.len(), before);
    }
    // Two that could go on are one too many.
    let action = council.action(council.undated()).await;
    for _ in 0..2 {
        let successor = council.action(council.undated()).await;
        link(clerk, &action, "merged_into", &successor)
            .await
            .expect(201);
    }
    let several = clerk
        .moves(&action, "close", json!({ "outcome": "merged" }))
        .await;
    assert_eq!(
        several.problem(422, "validation").pointers(),
        ["/successor_id"]
    );
    let same = council.action(council.undated()).await;
    let transfer = json!({ "outcome": "transferred", "successor_id": same });
    let refused = clerk.moves(&action, "close", transfer).await;
    let refused = refused.problem(422, "validation");
    assert_eq!(refused.body["errors"][0]["code"], "same_committee");
}

/// A decision of the committee's other than the one that asked.
async fn decision(council: &Council) -> String {
    let body = json!({ "agenda_item_id": council.item, "clause": "(c)", "kind": "approved", "text": "So agreed" });
    council.clerk.make("/v1/resolutions", body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_closed_into_what_does_not_go_on() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.appoint("ann").await;
    let theirs = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let clerk = &council.clerk;
    let because = || json!({ "reason": "Because" });
    for (outcome, kind) in [
        ("superseded", "supersedes"),
        ("merged", "merged_into"),
        ("transferred", "transferred_to"),
    ] {
        let of = if outcome == "transferred" {
            &theirs
        } else {
            &council
        };
        let drafted = || with(of.undated(), json!({ "state": "draft" }));
        let lapse =
            json!({ "outcome": "lapsed", "reason": "Spent", "decision_id": decision(of).await });
        let (draft, void) = (of.action(drafted()).await, of.action(drafted()).await);
        clerk.moves(&void, "void", because()).await.expect(200);
        let lapsed = of.action(of.undated()).await;
        clerk.moves(&lapsed, "close", lapse).await.expect(200);
        let gone = of.action(of.undated()).await;
        let onward = of.action(of.undated()).await;
        let into = |successor: &str| json!({ "outcome": "merged", "successor_id": successor });
        clerk.moves(&gone, "close", into(&onward)).await.expect(200);
        for (successor, stands) in [
            (&draft, "draft"),
            (&void, "void"),
            (&lapsed, "lapsed"),
            (&gone, "merged"),
        ] {
            let action = council.action(council.undated()).await;
            let check = async |body: Value| {
                let refused = clerk.moves(&action, "close", body).await;
                let refused = refused.problem(409, "state-conflict");
                assert_eq!(refused.pointers(), ["/successor_id"]);
                assert_eq!(refused.body["errors"][0]["code"], "does_not_go_on");
                let detail = refused.body["detail"].as_str().unwrap();
                assert!(detail.ends_with(&format!("is {stands}.")), "{detail}");
                let unmoved = clerk.get(&format!("/v1/actions/{action}")).await;
                assert_eq!(unmoved.body["version"], 1);
            };
            check(json!({ "outcome": outcome, "successor_id": successor })).await;
            let links = format!("/v1/actions/{action}/links");
            assert_eq!(clerk.all(&links).await, [] as [Value; 0]);
            // Nor where a link says so already.
            if kind == "supersedes" {
                link(clerk, successor, kind, &action).await.expect(201);
            } else {
                link(clerk, &action, kind, successor).await.expect(201);
            }
            check(json!({ "outcome": outcome })).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_agreed_and_outstanding_or_done_takes_anothers_place() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.appoint("ann").await;
    let (ann, clerk) = (app.officer("ann"), &council.clerk);
    let successor = council.action(council.undated()).await;
    let takes_over = async |state: &str| {
        let now = clerk.get(&format!("/v1/actions/{successor}")).await;
        assert_eq!(now.expect(200).body["state"], state);
        let action = council.action(council.undated()).await;
        let into = json!({ "outcome": "merged", "successor_id": successor });
        clerk.moves(&action, "close", into).await.expect(200);
    };
    takes_over("open").await;
    let held = json!({ "reason": "Waits", "review_on": "2014-05-01" });
    clerk.moves(&successor, "hold", held).await.expect(200);
    takes_over("on_hold").await;
    clerk
        .moves(&successor, "resume", json!({}))
        .await
        .expect(200);
    takes_over("in_progress").await;
    let done = json!({ "narrative": "Done", "no_evidence_reason": "None" });
    ann.moves(&successor, "claim-completion", done)
        .await
        .expect(200);
    takes_over("completion_claimed").await;
    let accepted =
        json!({ "decision_id": decision(&council).await, "outcome": "partly_implemented" });
    clerk
        .moves(&successor, "accept-completion", accepted)
        .await
        .expect(200);
    takes_over("closed").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_does_not_end_while_another_is_closed_into_it() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let lapse =
        json!({ "outcome": "lapsed", "reason": "Spent", "decision_id": decision(&council).await });
    for _ in 0..8 {
        let (one, two) = (
            council.action(council.undated()).await,
            council.action(council.undated()).await,
        );
        let into = json!({ "outcome": "merged", "successor_id": two });
        let (merged, lapsed) = join(
            clerk.moves(&one, "close", into),
            clerk.moves(&two, "close", lapse.clone()),
        )
        .await;
        let lapsed = lapsed.expect(200);
        // Where the one was closed first, the other knew of it when it ended.
        if merged.status == 200 {
            let history = entries(clerk, &two).await;
            let told = history.iter().map(|entry| &entry["details"]["kind"]);
            let told: Vec<_> = told.filter(|kind| *kind == "merged_into").collect();
            assert_eq!(told.len(), 1, "{}", lapsed.text);
            assert!(history.last().unwrap()["details"]["kind"].is_null());
        } else {
            merged.problem(409, "state-conflict");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_close_into_one_another_at_once_one_stays() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    for _ in 0..8 {
        let one = council.action(council.undated()).await;
        let two = council.action(council.undated()).await;
        let merged = |into: &str| json!({ "outcome": "merged", "successor_id": into });
        let (a, b) = join(
            clerk.moves(&one, "close", merged(&two)),
            clerk.moves(&two, "close", merged(&one)),
        )
        .await;
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", a.text, b.text);

        let three = council.action(council.undated()).await;
        let four = council.action(council.undated()).await;
        let (a, b) = join(
            link(clerk, &three, "follows", &four),
            link(clerk, &four, "follows", &three),
        )
        .await;
        let mut statuses = [a.status, b.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{} {}", a.text, b.text);
    }
}
