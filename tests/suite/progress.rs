//! Progress updates and claims of completion: what owners say of their actions.

use serde_json::{Value, json};

use crate::harness::{App, Council, Person, with};
use crate::moves::sealed_history;

const LAST_MONTH: &str = "2014-03-10T12:00:00Z";

/// A council whose post Ann holds, and a second post, held by Ben, that supports its action.
struct Cast {
    app: App,
    council: Council,
    ann: Person,
    ben: Person,
    supporting: String,
    action: String,
}

impl Cast {
    async fn gather() -> Self {
        let app = App::start().await;
        let council = Council::found(&app).await;
        council.appoint("ann").await;
        let clerk = &council.clerk;
        let supporting = clerk
            .make("/v1/posts", json!({ "title": "Head of Law" }))
            .await;
        let tenure = json!({ "holder_name": "Ben Example", "holder_subject": "ben", "starts_on": "2014-01-01" });
        clerk
            .make(&format!("/v1/posts/{supporting}/tenures"), tenure)
            .await;
        let body = with(
            council.undated(),
            json!({ "supporting_post_ids": [supporting] }),
        );
        let action = council.action(body).await;
        let (ann, ben) = (app.officer("ann"), app.officer("ben"));
        Self {
            app,
            council,
            ann,
            ben,
            supporting,
            action,
        }
    }

    fn updates(&self) -> String {
        format!("/v1/actions/{}/progress-updates", self.action)
    }

    async fn shown(&self) -> Value {
        let path = format!("/v1/actions/{}", self.action);
        self.council.clerk.get(&path).await.expect(200).body
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_update_starts_an_open_action_and_later_ones_follow_it() {
    let cast = Cast::gather().await;
    let none = json!({ "last_update_on": null, "forecast_on": null, "percent_complete": null });
    assert_eq!(cast.shown().await["progress"], none);

    let first = json!({
        "narrative": "Figures asked for", "forecast_on": "2014-05-01", "percent_complete": 20, "made_on": "2014-03-07",
    });
    let made = cast.ann.post(&cast.updates(), first).await.expect(201);
    assert_eq!(made.body["number"], 1);
    assert_eq!(made.body["made_on"], "2014-03-07");
    assert_eq!(made.body["post_id"], cast.council.post);
    assert_eq!(made.body["made_by"], "ann");
    let location = made.header("location").to_owned();
    assert_eq!(location, format!("{}/{}", cast.updates(), made.id()));
    let read = cast.ann.get(&location).await.expect(200);
    assert_eq!(
        (read.body.clone(), read.etag()),
        (made.body.clone(), made.etag())
    );
    let shown = cast.shown().await;
    assert_eq!(
        (&shown["state"], &shown["version"]),
        (&json!("in_progress"), &json!(2))
    );
    let progress = json!({ "last_update_on": "2014-03-07", "forecast_on": "2014-05-01", "percent_complete": 20 });
    assert_eq!(shown["progress"], progress);

    // What an update does not speak of stays; one made for an earlier day makes the last one no older, and changes no figure.
    let second = json!({ "narrative": "Two agencies answered", "percent_complete": 40 });
    cast.ben.post(&cast.updates(), second).await.expect(201);
    let third = json!({ "narrative": "What was said at the meeting", "made_on": "2014-03-03", "forecast_on": "2014-06-01" });
    cast.council
        .clerk
        .post(&cast.updates(), third)
        .await
        .expect(201);
    let progress = json!({ "last_update_on": "2014-03-10", "forecast_on": "2014-05-01", "percent_complete": 40 });
    let shown = cast.shown().await;
    assert_eq!(
        (&shown["progress"], &shown["version"]),
        (&progress, &json!(4))
    );

    let all = cast.ann.all(&format!("{}?limit=1", cast.updates())).await;
    let numbers: Vec<_> = all.iter().map(|update| update["number"].clone()).collect();
    assert_eq!(numbers, [1, 2, 3]);
    let posts: Vec<_> = all
        .iter()
        .map(|update| update["post_id"].as_str().unwrap())
        .collect();
    assert_eq!(
        posts,
        [&cast.council.post, &cast.supporting, &cast.council.post]
    );
    let down = cast
        .ann
        .all(&format!("{}?sort=-number&limit=2", cast.updates()))
        .await;
    assert!(down.iter().rev().eq(&all));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_figure_is_the_one_that_was_said_for_the_latest_day() {
    let cast = Cast::gather().await;
    for (made_on, said, forecast, percent) in [
        (
            "2014-03-08",
            json!({ "percent_complete": 60, "forecast_on": "2014-05-01" }),
            "2014-05-01",
            60,
        ),
        (
            "2014-03-10",
            json!({ "percent_complete": 70 }),
            "2014-05-01",
            70,
        ),
        // Recorded later and said for an earlier day: the percentage stays, the forecast was of an earlier day still.
        (
            "2014-03-09",
            json!({ "percent_complete": 10, "forecast_on": "2014-06-01" }),
            "2014-06-01",
            70,
        ),
        (
            "2014-03-08",
            json!({ "percent_complete": 20, "forecast_on": "2014-07-01" }),
            "2014-06-01",
            70,
        ),
        // Of two for one day the later recorded counts.
        (
            "2014-03-10",
            json!({ "percent_complete": 65 }),
            "2014-06-01",
            65,
        ),
        (
            "2014-03-09",
            json!({ "forecast_on": "2014-06-09" }),
            "2014-06-09",
            65,
        ),
    ] {
        let body = with(said, json!({ "narrative": "So far", "made_on": made_on }));
        cast.ann.post(&cast.updates(), body).await.expect(201);
        let progress = &cast.shown().await["progress"];
        assert_eq!(progress["forecast_on"], forecast, "{made_on}");
        assert_eq!(progress["percent_complete"], percent, "{made_on}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_with_a_move_is_an_update_too_and_all_of_it_is_in_the_history() {
    let cast = Cast::gather().await;
    let clerk = &cast.council.clerk;
    let moves = async |name: &str, body: Value| {
        clerk.moves(&cast.action, name, body).await.expect(200);
    };
    moves(
        "start",
        json!({ "narrative": "Begun", "effective_on": "2014-03-05" }),
    )
    .await;
    moves(
        "hold",
        json!({ "reason": "Waiting", "review_on": "2014-05-01" }),
    )
    .await;
    let waiting = json!({ "narrative": "Still waiting" });
    cast.ann.post(&cast.updates(), waiting).await.expect(201);
    assert_eq!(cast.shown().await["state"], "on_hold");
    moves("resume", json!({})).await;
    moves(
        "hold",
        json!({ "reason": "Again", "review_on": "2014-05-01" }),
    )
    .await;
    moves("resume", json!({ "narrative": "Going on" })).await;
    moves(
        "claim-completion",
        json!({ "narrative": "Done", "no_evidence_reason": "Nothing to show" }),
    )
    .await;
    let claimed = json!({ "narrative": "The report is on its way", "percent_complete": 100 });
    cast.ann.post(&cast.updates(), claimed).await.expect(201);
    assert_eq!(cast.shown().await["state"], "completion_claimed");

    let said: Vec<_> = cast.ann.all(&cast.updates()).await;
    let said: Vec<_> = said
        .iter()
        .map(|update| {
            (
                update["narrative"].as_str().unwrap(),
                update["made_on"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            ("Begun", "2014-03-05"),
            ("Still waiting", "2014-03-10"),
            ("Going on", "2014-03-10"),
            ("The report is on its way", "2014-03-10")
        ]
    );
    let history = sealed_history(&cast.app.auditor(), &cast.action).await;
    let operations: Vec<_> = history
        .iter()
        .map(|entry| entry["operation"].as_str().unwrap())
        .collect();
    assert_eq!(
        operations,
        [
            "create_action",
            "start_action",
            "hold_action",
            "create_progress_update",
            "resume_action",
            "hold_action",
            "resume_action",
            "claim_completion",
            "create_progress_update"
        ]
    );
    assert_eq!(history[1]["after"]["last_progress_on"], "2014-03-05");
    assert_eq!(
        history[3]["before"],
        json!({ "last_progress_on": "2014-03-05", "version": 3 })
    );
    assert_eq!(history[3]["after"]["last_progress_on"], "2014-03-10");
    assert_eq!(history[3]["details"]["narrative"], "Still waiting");
    assert_eq!(history[3]["actor"]["subject"], "ann");
    assert_eq!(history[8]["after"]["percent_complete"], 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_update_is_refused_and_changes_nothing() {
    let cast = Cast::gather().await;
    let clerk = &cast.council.clerk;
    let elsewhere = clerk
        .make("/v1/posts", json!({ "title": "Another post" }))
        .await;
    for (body, pointer) in [
        (json!({}), "/narrative"),
        (json!({ "narrative": " " }), "/narrative"),
        (json!({ "narrative": "x".repeat(4001) }), "/narrative"),
        (json!({ "narrative": "a\u{0}b" }), "/narrative"),
        (
            json!({ "narrative": "Late", "made_on": "2014-03-11" }),
            "/made_on",
        ),
        (
            json!({ "narrative": "Early", "made_on": "2014-03-02" }),
            "/made_on",
        ),
        (
            json!({ "narrative": "Much", "percent_complete": 101 }),
            "/percent_complete",
        ),
        (
            json!({ "narrative": "Little", "percent_complete": -1 }),
            "/percent_complete",
        ),
        (
            json!({ "narrative": "Half", "percent_complete": 0.5 }),
            "/percent_complete",
        ),
        (
            json!({ "narrative": "When", "forecast_on": "1014-03-02" }),
            "/forecast_on",
        ),
        (
            json!({ "narrative": "Whose", "for_post_id": elsewhere }),
            "/for_post_id",
        ),
        (json!({ "narrative": "Mine", "made_by": "me" }), "/made_by"),
    ] {
        let refused = clerk
            .post(&cast.updates(), body)
            .await
            .problem(422, "validation");
        assert_eq!(refused.pointers(), [pointer]);
    }
    let said = json!({ "narrative": "Said" });
    for person in [
        cast.app.officer("eve"),
        cast.app.auditor(),
        cast.app.reader(),
    ] {
        person
            .post(&cast.updates(), said.clone())
            .await
            .problem(403, "forbidden");
    }
    // An officer speaks for a post of theirs only.
    let for_another = json!({ "narrative": "Said", "for_post_id": cast.council.post });
    cast.ben
        .post(&cast.updates(), for_another)
        .await
        .problem(403, "forbidden");
    assert_eq!(cast.ann.all(&cast.updates()).await, [] as [Value; 0]);
    assert_eq!(cast.shown().await["version"], 1);

    let draft = cast
        .council
        .action(with(cast.council.undated(), json!({ "state": "draft" })))
        .await;
    let closed = cast.council.action(cast.council.undated()).await;
    let lapse =
        json!({ "outcome": "lapsed", "reason": "Spent", "decision_id": cast.council.decision });
    clerk.moves(&closed, "close", lapse).await.expect(200);
    for action in [draft, closed] {
        let updates = format!("/v1/actions/{action}/progress-updates");
        clerk
            .post(&updates, said.clone())
            .await
            .problem(409, "state-conflict");
        assert_eq!(clerk.all(&updates).await, [] as [Value; 0]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_sent_again_under_its_key_is_made_once_and_many_at_once_are_all_kept() {
    let cast = Cast::gather().await;
    let path = cast.updates();
    let keyed = async || {
        let body = json!({ "narrative": "Once" });
        cast.ann
            .post_with(&path, &[("idempotency-key", "k1")], body)
            .await
            .expect(201)
    };
    let (first, again) = (keyed().await, keyed().await);
    assert_eq!(first.text, again.text);
    let many = (0..20).map(|n| {
        let (ann, path) = (cast.ann.clone(), path.clone());
        tokio::spawn(async move {
            let body = json!({ "narrative": format!("Number {n}") });
            ann.post(&path, body).await.expect(201);
        })
    });
    for one in many.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    let numbers: Vec<_> = cast
        .ann
        .all(&path)
        .await
        .iter()
        .map(|u| u["number"].as_i64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=21).collect::<Vec<_>>());
    assert_eq!(cast.shown().await["version"], 22);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_not_spoken_of_since_a_day_can_be_asked_for_also_as_it_was() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let mut actions = Vec::new();
    for made_on in [
        None,
        Some("2014-03-04"),
        Some("2014-03-06"),
        Some("2014-03-08"),
    ] {
        let action = council.action(council.undated()).await;
        if let Some(made_on) = made_on {
            let body = json!({ "narrative": "Said", "made_on": made_on });
            let path = format!("/v1/actions/{action}/progress-updates");
            clerk.post(&path, body).await.expect(201);
        }
        actions.push(action);
    }
    let ids = async |query: &str| -> Vec<String> {
        let items = clerk.all(&format!("/v1/actions?limit=1&{query}")).await;
        items
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let up: Vec<String> = actions.clone();
    let down: Vec<String> = actions.iter().rev().cloned().collect();
    assert_eq!(ids("outstanding=true&sort=last_update_on").await, up);
    assert_eq!(ids("outstanding=true&sort=-last_update_on").await, down);
    assert_eq!(ids("outstanding=false&sort=last_update_on").await, [""; 0]);
    for sort in ["last_update_on", "-last_update_on"] {
        let refused = clerk.get(&format!("/v1/actions?sort={sort}")).await;
        assert!(refused.expect(400).text.contains("no_update_since"));
    }
    assert_eq!(ids("no_update_since=2014-03-06").await, up[..2]);
    assert_eq!(
        ids("no_update_since=2014-03-07&sort=-last_update_on").await,
        down[1..]
    );
    assert_eq!(ids("no_update_since=2014-03-04").await, up[..1]);

    app.at("2014-04-10T12:00:00Z");
    let body = json!({ "narrative": "At last" });
    let path = format!("/v1/actions/{}/progress-updates", actions[0]);
    clerk.post(&path, body).await.expect(201);
    let lapse = json!({ "outcome": "lapsed", "reason": "Spent", "decision_id": council.decision });
    clerk.moves(&actions[1], "close", lapse).await.expect(200);
    assert_eq!(ids("no_update_since=2014-04-01").await, up[2..]);
    let then = format!("as_of={LAST_MONTH}");
    assert_eq!(
        ids(&format!("no_update_since=2014-03-06&{then}")).await,
        up[..2]
    );
    assert_eq!(
        ids(&format!("outstanding=true&sort=-last_update_on&{then}")).await,
        down
    );
    let was = clerk
        .get(&format!("/v1/actions/{}?{then}", actions[0]))
        .await
        .expect(200);
    assert_eq!(was.body["progress"]["last_update_on"], Value::Null);
    clerk
        .get("/v1/actions?no_update_since=tomorrow")
        .await
        .problem(400, "bad-parameter");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_is_a_record_that_is_settled_once() {
    let cast = Cast::gather().await;
    let clerk = &cast.council.clerk;
    let second_clerk = cast.app.second_clerk();
    let path = format!("/v1/actions/{}/completion-claims", cast.action);
    let evidence = format!("/v1/actions/{}/evidence", cast.action);
    assert_eq!(
        clerk.get(&path).await.expect(200).body,
        json!({ "items": [], "next_cursor": null })
    );

    // Withdrawn.
    let link = json!({ "narrative": "Done", "evidence": [{ "title": "Minutes", "url": "https://example.org/m" }, { "title": "Report" }] });
    cast.ann
        .moves(&cast.action, "claim-completion", link)
        .await
        .expect(200);
    let claim = clerk.get(&path).await.expect(200).items()[0].clone();
    let shown = clerk.all(&evidence).await;
    assert_eq!(
        claim["evidence_ids"],
        json!([shown[0]["id"], shown[1]["id"]])
    );
    assert_eq!(
        (&shown[0]["kind"], &shown[1]["kind"]),
        (&json!("link"), &json!("report"))
    );
    assert_eq!(
        (&claim["state"], &claim["claimed_by"], &claim["version"]),
        (&json!("pending"), &json!("ann"), &json!(1))
    );
    for member in [
        "settled_by",
        "settled_at",
        "settled_on",
        "reason",
        "decision_id",
        "delegation_id",
        "outcome",
    ] {
        assert_eq!(claim[member], Value::Null, "{member}");
    }
    cast.ann
        .moves(
            &cast.action,
            "withdraw-claim",
            json!({ "reason": "Too soon" }),
        )
        .await
        .expect(200);

    // Refused.
    let known = json!({ "narrative": "Done now", "evidence_ids": [shown[1]["id"]], "effective_on": "2014-03-08" });
    cast.ann
        .moves(&cast.action, "claim-completion", known)
        .await
        .expect(200);
    let refusal = json!({ "reason": "The report is another one", "effective_on": "2014-03-09" });
    clerk
        .moves(&cast.action, "refuse-completion", refusal)
        .await
        .expect(200);

    // Accepted.
    let unseen = json!({ "narrative": "It is", "no_evidence_reason": "Told at a briefing" });
    clerk
        .moves(&cast.action, "claim-completion", unseen)
        .await
        .expect(200);
    let acceptance =
        json!({ "outcome": "partly_implemented", "decision_id": cast.council.decision });
    second_clerk
        .moves(&cast.action, "accept-completion", acceptance)
        .await
        .expect(200);

    let claims = cast.ann.all(&format!("{path}?limit=1")).await;
    let told: Vec<_> = claims
        .iter()
        .map(|claim| {
            let word = |member: &str| claim[member].as_str().unwrap_or("-").to_owned();
            [
                word("state"),
                word("settled_by"),
                word("reason"),
                word("outcome"),
                word("settled_on"),
            ]
            .join(" ")
        })
        .collect();
    assert_eq!(
        told,
        [
            "withdrawn ann Too soon - 2014-03-10",
            "refused clerk The report is another one - 2014-03-09",
            "accepted second-clerk - partly_implemented 2014-03-10"
        ]
    );
    assert_eq!(claims[2]["decision_id"], cast.council.decision);
    assert_eq!(claims[2]["no_evidence_reason"], "Told at a briefing");
    assert_eq!(claims[1]["evidence_ids"], json!([shown[1]["id"]]));
    let one = format!("{path}/{}", claims[0]["id"].as_str().unwrap());
    let read = cast.app.reader().get(&one).await.expect(200);
    assert_eq!(
        (&read.body["claimed_by"], &read.body["settled_by"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(read.body["version"], 2);
    let history = sealed_history(&cast.app.auditor(), &cast.action).await;
    assert_eq!(
        history[1]["details"]["evidence_ids"],
        claims[0]["evidence_ids"]
    );
    assert_eq!(history[1]["details"]["claim_id"], claims[0]["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_shows_something_of_its_action_that_stands_or_says_why_not() {
    let cast = Cast::gather().await;
    let clerk = &cast.council.clerk;
    let letter = json!({ "kind": "letter", "title": "From the agency" });
    let add = async |action: &str| {
        clerk
            .make(&format!("/v1/actions/{action}/evidence"), letter.clone())
            .await
    };
    let other = cast.council.action(cast.council.undated()).await;
    let (foreign, withdrawn, standing) = (
        add(&other).await,
        add(&cast.action).await,
        add(&cast.action).await,
    );
    let withdraw = format!("/v1/actions/{}/evidence/{withdrawn}/withdraw", cast.action);
    clerk
        .post_with(
            &withdraw,
            &[("if-match", "*")],
            json!({ "reason": "Wrong year" }),
        )
        .await
        .expect(200);
    for (shown, pointer) in [
        (json!({}), "/evidence"),
        (
            json!({ "evidence_ids": [standing], "no_evidence_reason": "None" }),
            "/evidence",
        ),
        (
            json!({ "evidence_ids": [standing, foreign] }),
            "/evidence_ids/1",
        ),
        (
            json!({ "evidence_ids": [withdrawn, standing] }),
            "/evidence_ids/0",
        ),
        (
            json!({ "evidence_ids": [standing, standing] }),
            "/evidence_ids/1",
        ),
    ] {
        let claim = with(json!({ "narrative": "Done" }), shown);
        let refused = cast
            .ann
            .moves(&cast.action, "claim-completion", claim)
            .await
            .problem(422, "validation");
        assert_eq!(refused.pointers(), [pointer]);
    }
    assert_eq!(
        clerk
            .all(&format!("/v1/actions/{}/completion-claims", cast.action))
            .await,
        [] as [Value; 0]
    );
    assert_eq!(
        clerk
            .all(&format!("/v1/actions/{}/evidence", cast.action))
            .await
            .len(),
        2
    );
    let claim = json!({ "narrative": "Done", "evidence_ids": [standing] });
    cast.ann
        .moves(&cast.action, "claim-completion", claim)
        .await
        .expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_belongs_to_an_action_is_seen_by_whoever_sees_the_action_and_without_subjects_by_readers()
 {
    let cast = Cast::gather().await;
    let clerk = &cast.council.clerk;
    let exempt = cast
        .council
        .action(with(cast.council.undated(), json!({ "exempt": true })))
        .await;
    let mut places = Vec::new();
    for action in [&cast.action, &exempt] {
        let base = format!("/v1/actions/{action}");
        let update = json!({ "narrative": "Said" });
        let update = cast
            .ann
            .make(&format!("{base}/progress-updates"), update)
            .await;
        let letter = json!({ "kind": "letter", "title": "From the agency" });
        let letter = cast.ann.make(&format!("{base}/evidence"), letter).await;
        let withdraw = format!("{base}/evidence/{letter}/withdraw");
        cast.ann
            .post_with(
                &withdraw,
                &[("if-match", "*")],
                json!({ "reason": "Wrong" }),
            )
            .await
            .expect(200);
        let claim = json!({ "narrative": "Done", "no_evidence_reason": "None" });
        cast.ann
            .moves(action, "claim-completion", claim)
            .await
            .expect(200);
        let claim = clerk.all(&format!("{base}/completion-claims")).await[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        places.push([
            format!("{base}/progress-updates"),
            format!("{base}/progress-updates/{update}"),
            format!("{base}/evidence"),
            format!("{base}/evidence/{letter}"),
            format!("{base}/completion-claims"),
            format!("{base}/completion-claims/{claim}"),
        ]);
    }
    for place in &places[0] {
        for person in [cast.app.officer("eve"), cast.app.auditor()] {
            assert!(
                person.get(place).await.expect(200).text.contains("\"ann\""),
                "{place}"
            );
        }
        let cut = cast.app.reader().get(place).await.expect(200);
        assert!(!cut.text.contains("\"ann\""), "{place}: {}", cut.text);
    }
    for place in &places[1] {
        for person in [
            cast.app.officer("eve"),
            cast.app.reader(),
            cast.app.auditor().limited_to(&["HEA"]),
        ] {
            person.get(place).await.problem(404, "not-found");
        }
        for person in [cast.app.auditor(), cast.ann.clone()] {
            person.get(place).await.expect(200);
        }
        // Under another action's id it is not found.
        let moved = place.replace(&exempt, &cast.action);
        if moved.split('/').count() > 5 {
            clerk.get(&moved).await.problem(404, "not-found");
        }
    }
}
