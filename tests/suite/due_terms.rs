//! Due terms in full: periods, what recurs, and the calendar that drives them.

use serde_json::{Value, json};

use crate::harness::{Answer, App, Council, Person, with};

/// A committee that met on 3 March 2014 and meets again on 9 June and 8 September.
struct Year {
    council: Council,
    june: String,
    september: String,
}

impl Year {
    async fn begin(app: &App) -> Self {
        let council = Council::found(app).await;
        let june = meeting(&council, "2014-06-09T13:00:00Z").await;
        let september = meeting(&council, "2014-09-08T13:00:00Z").await;
        Self {
            council,
            june,
            september,
        }
    }

    async fn action(&self, due: Value) -> String {
        let body = with(self.council.undated(), json!({ "due": due }));
        self.council.action(body).await
    }

    async fn due(&self, action: &str) -> Value {
        let path = format!("/v1/actions/{action}");
        self.council.clerk.get(&path).await.expect(200).body["due"].clone()
    }

    async fn change(&self, meeting: &str, patch: Value) -> Answer {
        let path = format!("/v1/meetings/{meeting}");
        self.council
            .clerk
            .patch(&path, "*", patch)
            .await
            .expect(200)
    }

    /// The entries of a history in which the calendar resolved a term again.
    async fn resolved(&self, action: &str) -> Vec<Value> {
        let path = format!("/v1/actions/{action}/history");
        let entries = self.council.clerk.all(&path).await;
        let again = entries
            .into_iter()
            .filter(|e| e["operation"] == "resolve_due_term");
        again.collect()
    }
}

async fn meeting(council: &Council, starts_at: &str) -> String {
    let body = json!({ "committee_id": council.committee, "starts_at": starts_at });
    council.clerk.make("/v1/meetings", body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn periods_count_from_the_deciding_meeting_in_days_of_either_kind() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    for (count, unit, due_on) in [
        (6, "months", "2014-09-03"),
        (30, "days", "2014-04-02"),
        (6, "weeks", "2014-04-14"),
        (1, "years", "2015-03-03"),
        // Good Friday was 18 April, Easter Monday 21 April.
        (34, "working_days", "2014-04-22"),
    ] {
        let due = json!({ "kind": "period", "wording": "in time", "period": { "count": count, "unit": unit } });
        let action = year.action(due.clone()).await;
        let shown = year.due(&action).await;
        assert_eq!(shown["due_on"], due_on, "{count} {unit}");
        assert_eq!(shown["period"], due["period"]);
        assert_eq!(shown["wording"], "in time");
    }
    let wrong = |due: Value| with(year.council.undated(), json!({ "due": due }));
    for (due, pointer) in [
        (json!({ "kind": "period" }), "/due/period"),
        (
            json!({ "kind": "period", "period": { "count": 0, "unit": "days" } }),
            "/due/period/count",
        ),
        (
            json!({ "kind": "period", "period": { "count": 1001, "unit": "days" } }),
            "/due/period/count",
        ),
        (
            json!({ "kind": "period", "period": { "count": 1, "unit": "moons" } }),
            "/due/period/unit",
        ),
        (
            json!({ "kind": "date", "due_on": "2014-05-01", "period": { "count": 1, "unit": "days" } }),
            "/due/period",
        ),
        (json!({ "kind": "recurring" }), "/due/frequency"),
        (
            json!({ "kind": "recurring", "frequency": "hourly" }),
            "/due/frequency",
        ),
        (
            json!({ "kind": "vague", "review_on": "2014-05-01", "frequency": "weekly" }),
            "/due/frequency",
        ),
    ] {
        let answer = year
            .council
            .clerk
            .post("/v1/actions", wrong(due.clone()))
            .await;
        let answer = answer.problem(422, "validation");
        assert_eq!(answer.pointers(), [pointer], "{due}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_that_moves_takes_its_terms_along_and_the_history_says_why() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    let next = year.action(json!({ "kind": "next_meeting" })).await;
    let named = year
        .action(json!({ "kind": "meeting", "meeting_id": year.june }))
        .await;
    let later = year
        .action(json!({ "kind": "meeting", "meeting_id": year.september }))
        .await;
    let dated = year
        .action(json!({ "kind": "date", "due_on": "2014-06-09" }))
        .await;
    let untouched = year
        .council
        .clerk
        .get(&format!("/v1/actions/{later}"))
        .await
        .body;

    app.at("2014-04-01T09:00:00Z");
    year.change(&year.june, json!({ "starts_at": "2014-06-16T13:00:00Z" }))
        .await;
    for action in [&next, &named] {
        let due = year.due(action).await;
        assert_eq!(due["due_on"], "2014-06-16");
        assert_eq!(due["original_due_on"], "2014-06-09", "the original stays");
        assert_eq!(due["slippage_days"], 7);
        assert_eq!(due["revisions"], 0);
        let entries = year.resolved(action).await;
        assert_eq!(entries.len(), 1);
        let entry = &entries[0];
        assert_eq!(entry["before"]["due_on"], "2014-06-09");
        assert_eq!(entry["after"]["due_on"], "2014-06-16");
        assert_eq!(
            entry["details"],
            json!({ "cause": "meeting_moved", "meeting_id": year.june })
        );
        assert_eq!(entry["actor"]["subject"], "clerk");
        assert_eq!(entry["recorded_at"], "2014-04-01T09:00:00Z");
    }
    assert_eq!(year.due(&dated).await["due_on"], "2014-06-09");
    let after = year
        .council
        .clerk
        .get(&format!("/v1/actions/{later}"))
        .await
        .body;
    assert_eq!(
        (&after["version"], &after["due"]["due_on"]),
        (&untouched["version"], &untouched["due"]["due_on"])
    );

    // Backwards, over another meeting; and to another hour of the same day, which changes no day.
    year.change(
        &year.september,
        json!({ "starts_at": "2014-05-12T13:00:00Z" }),
    )
    .await;
    assert_eq!(year.due(&next).await["due_on"], "2014-05-12");
    assert_eq!(year.due(&next).await["meeting_id"], json!(year.september));
    assert_eq!(year.due(&named).await["due_on"], "2014-06-16");
    let version = |body: &Value| body["version"].as_i64().unwrap();
    let before = year
        .council
        .clerk
        .get(&format!("/v1/actions/{next}"))
        .await
        .body;
    year.change(
        &year.september,
        json!({ "starts_at": "2014-05-12T17:00:00Z" }),
    )
    .await;
    let after = year
        .council
        .clerk
        .get(&format!("/v1/actions/{next}"))
        .await
        .body;
    assert_eq!(version(&before), version(&after));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_lost_its_meeting_is_looked_at_on_that_day_until_there_is_another() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    let next = year.action(json!({ "kind": "next_meeting" })).await;
    let named = year
        .action(json!({ "kind": "meeting", "meeting_id": year.june }))
        .await;
    let late = meeting(&year.council, "2014-07-07T13:00:00Z").await;

    year.change(&year.june, json!({ "status": "cancelled" }))
        .await;
    assert_eq!(year.due(&next).await["due_on"], "2014-07-07");
    let lost = year.due(&named).await;
    assert_eq!(
        (&lost["due_on"], &lost["review_on"]),
        (&Value::Null, &json!("2014-06-09"))
    );
    assert_eq!(lost["original_due_on"], "2014-06-09");

    year.change(&year.june, json!({ "status": "scheduled" }))
        .await;
    assert_eq!(year.due(&next).await["due_on"], "2014-06-09");
    assert_eq!(year.due(&named).await["due_on"], "2014-06-09");

    let postponed = json!({ "status": "postponed", "postponed_to_id": late });
    year.change(&year.june, postponed).await;
    assert_eq!(year.due(&named).await["due_on"], "2014-07-07");
    assert_eq!(year.due(&named).await["meeting_id"], json!(late));
    // The one that it was postponed to is postponed in turn, moves, and at last all is as it was.
    let postponed = json!({ "status": "postponed", "postponed_to_id": year.september });
    year.change(&late, postponed).await;
    assert_eq!(year.due(&named).await["due_on"], "2014-09-08");
    year.change(
        &year.september,
        json!({ "starts_at": "2014-09-15T13:00:00Z" }),
    )
    .await;
    assert_eq!(year.due(&named).await["due_on"], "2014-09-15");
    year.change(
        &late,
        json!({ "status": "scheduled", "postponed_to_id": null }),
    )
    .await;
    assert_eq!(year.due(&named).await["due_on"], "2014-07-07");
    year.change(
        &year.june,
        json!({ "status": "scheduled", "postponed_to_id": null }),
    )
    .await;
    assert_eq!(year.due(&named).await["due_on"], "2014-06-09");
    let causes: Vec<_> = year
        .resolved(&named)
        .await
        .iter()
        .map(|e| e["details"]["cause"].clone())
        .collect();
    assert_eq!(
        causes,
        [
            "meeting_cancelled",
            "meeting_reinstated",
            "meeting_postponed",
            "meeting_postponed",
            "meeting_moved",
            "meeting_reinstated",
            "meeting_reinstated",
        ]
    );
    // Held: it stands as it stood.
    app.at("2014-06-09T18:00:00Z");
    year.change(&year.june, json!({ "status": "held" })).await;
    assert_eq!(year.resolved(&named).await.len(), 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_calendar_without_a_next_meeting_gets_one() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let body = with(
        council.undated(),
        json!({ "due": { "kind": "next_meeting" } }),
    );
    let refused = council
        .clerk
        .post("/v1/actions", body)
        .await
        .problem(422, "validation");
    assert_eq!(refused.pointers(), ["/due/review_on"]);
    let due = json!({ "due": { "kind": "next_meeting", "review_on": "2014-05-01" } });
    let action = council.action(with(council.undated(), due)).await;
    let undated = council
        .clerk
        .get("/v1/actions?undated=true")
        .await
        .expect(200);
    assert_eq!(undated.each("id"), [action.as_str()]);
    let to_review = |day: &str| format!("/v1/actions?review_by={day}");
    assert!(
        council
            .clerk
            .get(&to_review("2014-04-30"))
            .await
            .expect(200)
            .items()
            .is_empty()
    );
    assert_eq!(
        council
            .clerk
            .get(&to_review("2014-05-01"))
            .await
            .expect(200)
            .each("id"),
        [action.as_str()]
    );

    let added = meeting(&council, "2014-06-09T23:30:00Z").await;
    let due = council
        .clerk
        .get(&format!("/v1/actions/{action}"))
        .await
        .expect(200)
        .body["due"]
        .clone();
    // Half past eleven in the evening by UTC is the next day in London's summer.
    assert_eq!(due["due_on"], "2014-06-10");
    assert_eq!(
        due["original_due_on"], "2014-06-10",
        "the day it resolved to first"
    );
    assert_eq!(due["meeting_id"], json!(added));
    let earlier = meeting(&council, "2014-05-06T13:00:00Z").await;
    let due = council
        .clerk
        .get(&format!("/v1/actions/{action}"))
        .await
        .expect(200)
        .body["due"]
        .clone();
    assert_eq!(
        (&due["due_on"], &due["meeting_id"]),
        (&json!("2014-05-06"), &json!(earlier))
    );
    assert_eq!(due["original_due_on"], "2014-06-10");
    assert!(
        council
            .clerk
            .get("/v1/actions?undated=true")
            .await
            .expect(200)
            .items()
            .is_empty()
    );
    council
        .clerk
        .get("/v1/actions?sort=review_on")
        .await
        .problem(400, "bad-parameter");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abolished_committees_actions_go_on_in_its_successors_calendar_or_are_to_be_reviewed() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    let action = year.action(json!({ "kind": "next_meeting" })).await;
    for meeting in [&year.june, &year.september] {
        year.change(meeting, json!({ "status": "cancelled" })).await;
    }
    let clerk = &year.council.clerk;
    let end = async |body: Value| {
        let path = format!("/v1/committees/{}", year.council.committee);
        clerk.patch(&path, "*", body).await.expect(200);
    };
    end(json!({ "ended_on": "2014-05-31" })).await;
    let lost = year.due(&action).await;
    assert_eq!(
        (&lost["due_on"], &lost["review_on"]),
        (&Value::Null, &json!("2014-09-08"))
    );
    let outstanding = clerk
        .get("/v1/actions?outstanding=true&undated=true")
        .await
        .expect(200);
    assert_eq!(outstanding.each("id"), [action.as_str()]);

    let successor = clerk
        .make(
            "/v1/committees",
            json!({ "code": "CYP", "name": "Children and Young People" }),
        )
        .await;
    for day in ["2014-05-20", "2014-06-24", "2014-10-14"] {
        let body = json!({ "committee_id": successor, "starts_at": format!("{day}T13:00:00Z") });
        clerk.make("/v1/meetings", body).await;
    }
    end(json!({ "successor_id": successor })).await;
    let due = year.due(&action).await;
    assert_eq!(
        due["due_on"], "2014-06-24",
        "the successor's first meeting after the end"
    );
    let entries = year.resolved(&action).await;
    let last = entries.last().unwrap();
    assert_eq!(last["details"]["cause"], "committee_succeeded");
    let causes: Vec<_> = entries.iter().map(|e| &e["details"]["cause"]).collect();
    assert_eq!(causes[..2], ["meeting_cancelled", "meeting_cancelled"]);
    // The successor's calendar drives it from now on.
    let meetings = clerk
        .all(&format!("/v1/meetings?committee_id={successor}"))
        .await;
    year.change(
        meetings[1]["id"].as_str().unwrap(),
        json!({ "status": "cancelled" }),
    )
    .await;
    assert_eq!(year.due(&action).await["due_on"], "2014-10-14");
    // And a new action of the old committee follows it too.
    let another = year.action(json!({ "kind": "next_meeting" })).await;
    assert_eq!(year.due(&another).await["due_on"], "2014-10-14");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deciding_meeting_that_is_corrected_moves_what_counts_from_it() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    let months = json!({ "kind": "period", "period": { "count": 1, "unit": "months" } });
    let period = year.action(months).await;
    let quarterly = year
        .action(json!({ "kind": "recurring", "frequency": "quarterly" }))
        .await;
    let next = year.action(json!({ "kind": "next_meeting" })).await;
    year.change(
        &year.council.meeting,
        json!({ "starts_at": "2014-01-31T14:00:00Z" }),
    )
    .await;
    assert_eq!(year.due(&period).await["due_on"], "2014-02-28");
    assert_eq!(year.due(&quarterly).await["due_on"], "2014-04-30");
    assert_eq!(year.due(&next).await["due_on"], "2014-06-09");
    let shown = year
        .council
        .clerk
        .get(&format!("/v1/actions/{next}"))
        .await
        .expect(200);
    assert_eq!(
        shown.body["age_days"], 38,
        "its age counts from the decision"
    );
}

/// Settles the occurrence of that number.
async fn settle(who: &Person, action: &str, number: u32, how: &str) -> Answer {
    let body = if how == "meet" {
        json!({ "narrative": "Reported." })
    } else {
        json!({ "reason": "Nobody came." })
    };
    who.moves(action, &format!("occurrences/{number}/{how}"), body)
        .await
}

fn occurrence(item: &Value) -> (i64, &str, &str, i64) {
    let text = |name: &str| item[name].as_str().unwrap();
    (
        item["number"].as_i64().unwrap(),
        text("due_on"),
        text("status"),
        item["days_late"].as_i64().unwrap(),
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_occurrence_is_met_or_missed_on_its_own() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    year.council.appoint("ann").await;
    let (ann, clerk) = (app.officer("ann"), &year.council.clerk);
    let action = year
        .action(json!({ "kind": "recurring", "wording": "quarterly", "frequency": "quarterly" }))
        .await;
    let due = year.due(&action).await;
    assert_eq!(
        (&due["due_on"], &due["occurrence"]),
        (&json!("2014-06-03"), &json!(1))
    );

    settle(&ann, &action, 2, "meet")
        .await
        .problem(409, "state-conflict");
    settle(&app.officer("bob"), &action, 1, "meet")
        .await
        .problem(403, "forbidden");
    settle(&ann, &action, 1, "miss")
        .await
        .problem(403, "forbidden");
    ann.post(
        &format!("/v1/actions/{action}/occurrences/1/meet"),
        json!({ "narrative": "x" }),
    )
    .await
    .problem(428, "precondition-required");
    ann.moves(&action, "occurrences/0/meet", json!({ "narrative": "x" }))
        .await
        .problem(404, "not-found");
    let early = settle(&ann, &action, 1, "meet").await.expect(200).body;
    assert_eq!(early["state"], "in_progress");
    assert_eq!(early["due"]["due_on"], "2014-09-03");
    assert_eq!(
        early["due"]["original_due_on"], "2014-09-03",
        "each has an original day of its own"
    );
    assert_eq!(early["due"]["revisions"], 0);

    // The second is met five days late, the third given up, the fourth let go by.
    app.at("2014-09-08T09:00:00Z");
    let overdue = year.due(&action).await;
    assert_eq!(
        overdue["overdue"],
        json!({ "current": true, "original": true })
    );
    settle(&ann, &action, 2, "meet").await.expect(200);
    app.at("2014-12-05T09:00:00Z");
    let given_up = settle(clerk, &action, 3, "miss").await.expect(200).body;
    assert_eq!(
        given_up["called_in"],
        json!({ "rule": "missed_terms", "count": 2 })
    );
    app.at("2015-04-01T09:00:00Z");
    let list = clerk
        .all(&format!("/v1/actions/{action}/occurrences?limit=2"))
        .await;
    assert_eq!(
        list.iter().map(occurrence).collect::<Vec<_>>(),
        [
            (1, "2014-06-03", "met", 0),
            (2, "2014-09-03", "met", 5),
            (3, "2014-12-03", "missed", 2),
            (4, "2015-03-03", "missed", 29),
            (5, "2015-06-03", "due", 0),
        ]
    );
    assert_eq!(list[0]["settled_by"], "ann");
    let seen_by_reader = app
        .reader()
        .all(&format!("/v1/actions/{action}/occurrences"))
        .await;
    assert_eq!(seen_by_reader[0]["settled_by"], Value::Null);
    let history = clerk.all(&format!("/v1/actions/{action}/history")).await;
    let operations: Vec<_> = history
        .iter()
        .map(|e| e["operation"].as_str().unwrap())
        .collect();
    assert_eq!(
        operations,
        [
            "create_action",
            "meet_occurrence",
            "meet_occurrence",
            "miss_occurrence"
        ]
    );
    assert_eq!(
        history[3]["details"],
        json!({ "occurrence": 3, "due_on": "2014-12-03", "reason": "Nobody came." })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_to_each_meeting_follows_the_calendar_and_what_was_met_stays_met() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    let clerk = &year.council.clerk;
    let action = year
        .action(json!({ "kind": "recurring", "frequency": "each_meeting" }))
        .await;
    app.at("2014-06-09T15:00:00Z");
    settle(clerk, &action, 1, "meet").await.expect(200);
    assert_eq!(year.due(&action).await["due_on"], "2014-09-08");
    year.change(&year.june, json!({ "status": "cancelled" }))
        .await;
    year.change(
        &year.september,
        json!({ "starts_at": "2014-09-22T13:00:00Z" }),
    )
    .await;
    let due = year.due(&action).await;
    assert_eq!(
        (&due["due_on"], &due["occurrence"]),
        (&json!("2014-09-22"), &json!(2))
    );
    let between = meeting(&year.council, "2014-07-07T13:00:00Z").await;
    assert_eq!(year.due(&action).await["meeting_id"], json!(between));
    let list = clerk
        .all(&format!("/v1/actions/{action}/occurrences"))
        .await;
    assert_eq!(
        list.iter().map(occurrence).collect::<Vec<_>>(),
        [(1, "2014-06-09", "met", 0), (2, "2014-07-07", "due", 0)]
    );
    app.at("2014-10-01T15:00:00Z");
    settle(clerk, &action, 2, "meet").await.expect(200);
    settle(clerk, &action, 3, "meet").await.expect(200);
    let due = year.due(&action).await;
    assert_eq!(
        (&due["due_on"], &due["review_on"]),
        (&Value::Null, &json!("2014-10-01"))
    );
    settle(clerk, &action, 4, "meet")
        .await
        .problem(409, "state-conflict");
    meeting(&year.council, "2014-12-01T13:00:00Z").await;
    assert_eq!(year.due(&action).await["due_on"], "2014-12-01");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_occurrence_belongs_to_its_meeting_wherever_that_moves() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    let clerk = &year.council.clerk;
    let action = year
        .action(json!({ "kind": "recurring", "frequency": "each_meeting" }))
        .await;
    let in_force = async |meeting: &str, due_on: &str| {
        let due = year.due(&action).await;
        let expected = (&json!(due_on), &json!(meeting), &json!(2));
        assert_eq!(
            (&due["due_on"], &due["meeting_id"], &due["occurrence"]),
            expected
        );
        let list = clerk
            .all(&format!("/v1/actions/{action}/occurrences"))
            .await;
        assert_eq!(list.len(), 2, "{list:?}");
        assert_eq!(list[1]["meeting_id"], json!(meeting));
    };
    // What is for June is done in March.
    settle(clerk, &action, 1, "meet").await.expect(200);
    in_force(&year.september, "2014-09-08").await;
    for day in ["2014-06-16", "2014-12-01", "2014-06-09"] {
        let moved = json!({ "starts_at": format!("{day}T13:00:00Z") });
        year.change(&year.june, moved).await;
        in_force(&year.september, "2014-09-08").await;
    }
    // The next one comes before the day on which the settled one was.
    let moved = json!({ "starts_at": "2014-05-12T13:00:00Z" });
    year.change(&year.september, moved).await;
    in_force(&year.september, "2014-05-12").await;
    // And while the action is closed.
    let other = json!({ "agenda_item_id": year.council.item, "clause": "(c)", "kind": "approved", "text": "Agreed" });
    let decision = clerk.make("/v1/resolutions", other).await;
    let close = json!({ "outcome": "lapsed", "reason": "Overtaken.", "decision_id": decision });
    clerk.moves(&action, "close", close).await.expect(200);
    let moved = json!({ "starts_at": "2014-06-02T13:00:00Z" });
    year.change(&year.september, moved).await;
    let moved = json!({ "starts_at": "2014-06-30T13:00:00Z" });
    year.change(&year.june, moved).await;
    let again = json!({ "reason": "Not done." });
    clerk.moves(&action, "reopen", again).await.expect(200);
    in_force(&year.september, "2014-06-02").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settling_an_occurrence_records_those_that_went_by_as_missed() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    year.council.appoint("ann").await;
    let (ann, clerk) = (app.officer("ann"), &year.council.clerk);
    let action = year
        .action(json!({ "kind": "recurring", "frequency": "quarterly" }))
        .await;
    app.at("2014-12-02T09:00:00Z");
    let refused = settle(&ann, &action, 4, "meet").await;
    let refused = refused.problem(409, "state-conflict");
    assert!(refused.text.contains("number 1"), "{}", refused.text);
    settle(&ann, &action, 3, "miss")
        .await
        .problem(403, "forbidden");
    let met = settle(&ann, &action, 3, "meet").await.expect(200).body;
    assert_eq!(met["due"]["due_on"], "2015-03-03");
    assert_eq!(met["due"]["occurrence"], 4);
    assert_eq!(met["version"], 2);
    assert_eq!(
        met["called_in"],
        json!({ "rule": "missed_terms", "count": 2 })
    );
    settle(clerk, &action, 3, "meet")
        .await
        .problem(409, "state-conflict");
    let path = format!("/v1/actions/{action}/occurrences");
    let list = clerk.all(&path).await;
    assert_eq!(
        list.iter().map(occurrence).collect::<Vec<_>>(),
        [
            (1, "2014-06-03", "missed", 182),
            (2, "2014-09-03", "missed", 90),
            (3, "2014-12-03", "met", 0),
            (4, "2015-03-03", "due", 0),
        ]
    );
    assert_eq!(list[1]["settled_by"], "ann");
    assert_eq!(list[1]["settled_on"], "2014-12-02");
    let said = "Its day had passed when occurrence 3 was settled.";
    assert_eq!(list[1]["said"], said);
    let history = clerk.all(&format!("/v1/actions/{action}/history")).await;
    let told: Vec<_> = history[1..]
        .iter()
        .map(|e| {
            (
                e["operation"].as_str().unwrap(),
                &e["details"]["occurrence"],
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("miss_occurrence", &json!(1)),
            ("miss_occurrence", &json!(2)),
            ("meet_occurrence", &json!(3)),
        ]
    );
    assert_eq!(history[1]["details"]["reason"], said);

    // At meetings likewise, and not over one that lies ahead.
    let each = year
        .action(json!({ "kind": "recurring", "frequency": "each_meeting" }))
        .await;
    let december = meeting(&year.council, "2014-12-08T14:00:00Z").await;
    meeting(&year.council, "2015-03-09T14:00:00Z").await;
    settle(&ann, &each, 4, "meet")
        .await
        .problem(409, "state-conflict");
    let met = settle(&ann, &each, 2, "meet").await.expect(200).body;
    assert_eq!(met["due"]["meeting_id"], json!(december));
    let list = clerk.all(&format!("/v1/actions/{each}/occurrences")).await;
    assert_eq!(
        list.iter().map(occurrence).collect::<Vec<_>>(),
        [
            (1, "2014-06-09", "missed", 176),
            (2, "2014-09-08", "met", 85),
            (3, "2014-12-08", "due", 0),
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn occurrences_are_listed_to_the_last_page_by_page() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    let clerk = &year.council.clerk;
    let action = year
        .action(json!({ "kind": "recurring", "frequency": "weekly" }))
        .await;
    settle(clerk, &action, 1, "meet").await.expect(200);
    // 261 weeks after the decision; the next one lies ahead.
    app.at("2019-03-04T12:00:00Z");
    for limit in [200, 131, 50] {
        let path = format!("/v1/actions/{action}/occurrences?limit={limit}");
        let list = clerk.all(&path).await;
        let numbers: Vec<_> = list.iter().map(|o| o["number"].as_i64().unwrap()).collect();
        assert_eq!(numbers, (1..=262).collect::<Vec<_>>(), "{limit}");
        assert_eq!(list[260]["due_on"], "2019-03-04");
        assert_eq!(list[259]["status"], "missed");
        assert_eq!(list[260]["status"], "due");
        assert_eq!(list[261]["due_on"], "2019-03-11");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_review_day_is_not_before_the_meeting_that_asked() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    let clerk = &year.council.clerk;
    let vague = |day: &str| json!({ "kind": "vague", "review_on": day });
    let action = year.action(vague("2014-03-03")).await;
    let draft = json!({ "resolution_id": year.council.resolution, "title": "Draft" });
    let draft = format!("/v1/actions/{}", year.council.action(draft).await);
    let path = format!("/v1/actions/{action}");
    let early = vague("2014-03-02");
    let created = with(year.council.undated(), json!({ "due": early }));
    let revised = json!({ "due": early, "reason": "Agreed." });
    let held = json!({ "reason": "Waits", "review_on": "2014-03-02" });
    let patched = json!({ "review_on": "2014-03-02" });
    for (answer, pointer) in [
        (clerk.post("/v1/actions", created).await, "/due/review_on"),
        (
            clerk.patch(&draft, "*", json!({ "due": early })).await,
            "/due/review_on",
        ),
        (
            clerk
                .post(&format!("{path}/extension-requests"), revised)
                .await,
            "/due/review_on",
        ),
        (clerk.patch(&path, "*", patched).await, "/review_on"),
        (clerk.moves(&action, "hold", held).await, "/review_on"),
    ] {
        let refused = answer.problem(422, "validation");
        assert_eq!(refused.pointers(), [pointer]);
        assert_eq!(refused.body["errors"][0]["code"], "before_decision");
    }
    assert_eq!(clerk.get(&path).await.expect(200).body["version"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revised_term_counts_from_its_revision_and_all_terms_are_listed() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    let clerk = &year.council.clerk;
    let action = year
        .action(json!({ "kind": "next_meeting", "wording": "to the next meeting" }))
        .await;
    app.at("2014-06-10T09:00:00Z");
    let chair = year.council.delegate().await;
    let revise = |due: Value| {
        let body = json!({ "due": due, "reason": "Agreed.", "delegation_id": chair });
        let action = action.clone();
        async move { clerk.moves(&action, "due-terms", body).await }
    };
    let again = revise(json!({ "kind": "next_meeting" }))
        .await
        .expect(200)
        .body;
    assert_eq!(
        again["due"]["due_on"], "2014-09-08",
        "the next meeting after the revision"
    );
    assert_eq!(again["due"]["original_due_on"], "2014-06-09");
    // A meeting before the revision is no next one; one after it is.
    meeting(&year.council, "2014-06-09T17:00:00Z").await;
    assert_eq!(year.due(&action).await["due_on"], "2014-09-08");
    meeting(&year.council, "2014-07-07T13:00:00Z").await;
    assert_eq!(year.due(&action).await["due_on"], "2014-07-07");
    app.at("2014-07-08T09:00:00Z");
    let months = json!({ "kind": "period", "period": { "count": 2, "unit": "months" } });
    let third = revise(months).await.expect(200).body;
    assert_eq!(third["due"]["due_on"], "2014-09-08");
    assert_eq!(third["due"]["revisions"], 2);
    assert_eq!(third["called_in"]["count"], 2, "two terms had passed");
    let terms = clerk
        .all(&format!("/v1/actions/{action}/due-terms?limit=2"))
        .await;
    let seen: Vec<_> = terms
        .iter()
        .map(|t| {
            (
                t["number"].as_i64().unwrap(),
                t["due_on"].as_str().unwrap(),
                t["counts_from"].clone(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (1, "2014-06-09", Value::Null),
            (2, "2014-09-08", json!("2014-06-10T09:00:00Z")),
            (3, "2014-09-08", json!("2014-07-08T09:00:00Z")),
        ]
    );
    assert_eq!(terms[0]["wording"], "to the next meeting");
    assert_eq!(
        (&terms[1]["reason"], &terms[1]["set_by"]),
        (&json!("Agreed."), &json!("clerk"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_action_that_is_reopened_is_due_by_the_calendar_of_that_day() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    let clerk = &year.council.clerk;
    let action = year
        .action(json!({ "kind": "meeting", "meeting_id": year.june }))
        .await;
    let close = json!({ "outcome": "lapsed", "reason": "Overtaken.", "decision_id": year.council.decision });
    clerk.moves(&action, "close", close).await.expect(200);
    year.change(&year.june, json!({ "starts_at": "2014-06-16T13:00:00Z" }))
        .await;
    assert_eq!(
        year.due(&action).await["due_on"],
        "2014-06-09",
        "what is closed stands still"
    );
    let reopened = clerk
        .moves(&action, "reopen", json!({ "reason": "Not done." }))
        .await
        .expect(200);
    assert_eq!(reopened.body["due"]["due_on"], "2014-06-16");
    assert_eq!(reopened.body["due"]["original_due_on"], "2014-06-09");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drafts_term_follows_the_calendar_with_its_original_day() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    let body = with(
        year.council.undated(),
        json!({ "due": { "kind": "next_meeting" }, "state": "draft" }),
    );
    let action = year.council.action(body).await;
    year.change(&year.june, json!({ "starts_at": "2014-06-16T13:00:00Z" }))
        .await;
    let due = year.due(&action).await;
    assert_eq!(
        (&due["due_on"], &due["original_due_on"]),
        (&json!("2014-06-16"), &json!("2014-06-16"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn actions_recorded_while_meetings_move_are_due_by_the_calendar_as_it_is_in_the_end() {
    let app = App::start().await;
    let year = Year::begin(&app).await;
    let body = with(
        year.council.undated(),
        json!({ "due": { "kind": "next_meeting", "review_on": "2014-05-01" } }),
    );
    let recording = async {
        futures_util::future::join_all((0..60).map(|_| {
            let (clerk, body) = (year.council.clerk.clone(), body.clone());
            async move { clerk.post("/v1/actions", body).await.expect(201) }
        }))
        .await
    };
    let moving = async {
        for day in 10..30 {
            let starts_at = format!("2014-06-{day}T13:00:00Z");
            year.change(&year.june, json!({ "starts_at": starts_at }))
                .await;
        }
    };
    tokio::join!(recording, moving);
    let all = year.council.clerk.all("/v1/actions").await;
    assert_eq!(all.len(), 60);
    for action in &all {
        assert_eq!(action["due"]["due_on"], "2014-06-29", "{action}");
    }
}
