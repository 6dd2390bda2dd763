//! The list as it stood: `as_of` (R18).

use chrono::TimeDelta;
use matters_arising::clock::Clock as _;
use serde_json::{Value, json};

use crate::harness::{App, Council, Person, with};

/// What a list answers at this moment, as text, so that nothing may differ.
async fn items(person: &Person, query: &str) -> Vec<String> {
    let all = person.all(&format!("/v1/actions?{query}")).await;
    all.iter().map(Value::to_string).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_is_answered_as_it_stood_also_after_all_it_shows_has_changed() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    council.appoint("ann").await;
    let tenures = format!("/v1/posts/{}/tenures", council.post);
    let tenure = clerk.get(&tenures).await.expect(200).items()[0]["id"].clone();
    let tenure = format!("{tenures}/{}", tenure.as_str().unwrap());
    let post = format!("/v1/posts/{}", council.post);

    let mut seen = Vec::new();
    let mut look = async |now: &str| {
        app.at(now);
        let action = items(clerk, "").await;
        seen.push((now.to_owned(), action));
    };
    look("2014-03-10T12:00:00Z").await;
    app.at("2014-03-11T09:00:00Z");
    let action = council.action(council.due_on("2014-03-31")).await;
    look("2014-03-11T09:00:00Z").await;
    app.at("2014-03-12T09:00:00Z");
    clerk
        .moves(&action, "start", json!({ "narrative": "Begun." }))
        .await
        .expect(200);
    look("2014-03-12T09:00:00.000001Z").await;
    look("2014-04-01T09:00:00Z").await;
    app.at("2014-04-01T09:30:00Z");
    let later = json!({
        "due": { "kind": "date", "due_on": "2014-05-30" }, "reason": "Granted.", "decision_id": council.decision,
    });
    clerk.moves(&action, "due-terms", later).await.expect(200);
    look("2014-04-01T10:00:00Z").await;
    app.at("2014-04-02T09:30:00Z");
    let etag = clerk.get(&post).await.expect(200).etag();
    let renamed = json!({ "title": "Director of Children's Services", "directorate": "People" });
    clerk.patch(&post, &etag, renamed).await.expect(200);
    look("2014-04-02T10:00:00Z").await;
    app.at("2014-04-03T09:30:00Z");
    let etag = clerk.get(&tenure).await.expect(200).etag();
    clerk
        .patch(&tenure, &etag, json!({ "ends_on": "2014-04-02" }))
        .await
        .expect(200);
    look("2014-04-03T10:00:00Z").await;
    app.at("2014-06-01T10:00:00Z");
    let claim = json!({ "narrative": "Done.", "no_evidence_reason": "None was asked for." });
    clerk
        .moves(&action, "claim-completion", claim)
        .await
        .expect(200);
    app.second_clerk()
        .moves(
            &action,
            "accept-completion",
            json!({ "decision_id": council.decision }),
        )
        .await
        .expect(200);
    look("2014-06-01T10:00:00Z").await;

    let shown = |at: usize, pointer: &str| -> Value {
        let item: Value = serde_json::from_str(&seen[at].1[0]).unwrap();
        item.pointer(pointer).unwrap().clone()
    };
    assert!(seen[0].1.is_empty());
    assert_eq!(shown(1, "/state"), "open");
    assert_eq!(shown(2, "/state"), "in_progress");
    assert_eq!(shown(3, "/due/overdue/current"), true);
    assert_eq!(shown(4, "/due/overdue/current"), false);
    assert_eq!(shown(4, "/due/overdue/original"), true);
    assert_eq!(shown(4, "/owner/holder/name"), "Ann Example");
    assert_eq!(shown(5, "/owner/title"), "Director of Children's Services");
    assert_eq!(shown(6, "/owner/holder"), Value::Null);
    assert_eq!(shown(7, "/state"), "closed");
    for later in [
        "2014-06-01T10:00:00Z",
        "2014-06-02T10:00:00Z",
        "2015-06-02T10:00:00Z",
    ] {
        app.at(later);
        for (at, was) in &seen {
            assert_eq!(&items(clerk, &format!("as_of={at}")).await, was, "{at}");
            let one = clerk.get(&format!("/v1/actions/{action}?as_of={at}")).await;
            match was.first() {
                Some(was) => assert_eq!(&one.expect(200).body.to_string(), was, "{at}"),
                None => drop(one.problem(404, "not-found")),
            }
        }
        for (then, expected) in [
            ("directorate=People&as_of=2014-04-01T10:00:00Z", 0),
            ("directorate=People&as_of=2014-04-02T10:00:00Z", 1),
            ("outstanding=true&as_of=2014-05-31", 1),
            ("outstanding=true&as_of=2014-05-31T23:00:00%2B01:00", 1),
            ("outstanding=true&as_of=2014-06-01T10:00:00Z", 0),
        ] {
            assert_eq!(items(clerk, then).await.len(), expected, "{then}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lateness_is_measured_on_the_london_day_around_both_clock_changes() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    for (day, before, after, next) in [
        (
            "2014-03-28",
            "2014-03-28T23:59:59.999999Z",
            "2014-03-29T00:00:00Z",
            "2014-03-29",
        ),
        (
            "2014-03-29",
            "2014-03-29T23:59:59.999999Z",
            "2014-03-30T00:00:00Z",
            "2014-03-30",
        ),
        (
            "2014-03-30",
            "2014-03-30T22:59:59.999999Z",
            "2014-03-30T23:00:00Z",
            "2014-03-31",
        ),
        (
            "2014-10-25",
            "2014-10-25T22:59:59.999999Z",
            "2014-10-25T23:00:00Z",
            "2014-10-26",
        ),
        (
            "2014-10-26",
            "2014-10-26T23:59:59.999999Z",
            "2014-10-27T00:00:00Z",
            "2014-10-27",
        ),
    ] {
        app.at("2014-03-10T12:00:00Z");
        let action = council.action(council.due_on(day)).await;
        // By now it is long overdue, and not even outstanding.
        app.at("2014-12-01T12:00:00Z");
        let first = json!({
            "due": { "kind": "date", "due_on": "2015-01-30" }, "reason": "Granted.", "decision_id": council.decision,
        });
        council
            .clerk
            .moves(&action, "due-terms", first)
            .await
            .expect(200);
        for (at, late) in [(before, false), (day, false), (after, true), (next, true)] {
            for clock in ["current", "original"] {
                let list = format!("/v1/actions?overdue={clock}&as_of={at}");
                let list = app.auditor().get(&list).await.expect(200);
                assert_eq!(list.each("id").contains(&&*action), late, "{clock} at {at}");
            }
            let one = format!("/v1/actions/{action}?as_of={at}");
            let one = app.auditor().get(&one).await.expect(200);
            assert_eq!(
                one.body["due"]["days_late"]["current"],
                i32::from(late),
                "{at}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_answered_as_of_an_instant_is_refused_by_name() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let action = council.action(council.due_on("2014-03-31")).await;
    for (at, code) in [
        ("2014-03-10T12:00:00.000001Z", "in_future"),
        ("2014-03-10", "in_future"),
        ("9999-12-31", "in_future"),
        ("yesterday", ""),
        ("2014-02-30", ""),
        ("2014-03-09T12:00:00", ""),
        ("", ""),
    ] {
        for path in ["/v1/actions".to_owned(), format!("/v1/actions/{action}")] {
            let refused = council.clerk.get(&format!("{path}?as_of={at}")).await;
            let refused = refused.problem(400, "bad-parameter");
            assert_eq!(refused.pointers(), ["as_of"], "{at}");
            if !code.is_empty() {
                assert_eq!(refused.body["errors"][0]["code"], code, "{at}");
            }
        }
    }
    let with_words = council
        .clerk
        .get("/v1/actions?q=adoption&as_of=2014-03-09")
        .await;
    assert_eq!(with_words.problem(400, "bad-parameter").pointers(), ["q"]);
    for at in ["2014-03-09", "0001-01-01", "2014-03-10T11:59:59.999999Z"] {
        let list = council.clerk.get(&format!("/v1/actions?as_of={at}")).await;
        assert_eq!(
            list.expect(200).body,
            json!({ "items": [], "next_cursor": null })
        );
        let one = format!("/v1/actions/{action}?as_of={at}");
        council.clerk.get(&one).await.problem(404, "not-found");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_is_good_for_its_own_instant_only_and_for_it_also_after_changes() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let mut actions = Vec::new();
    for day in 10..20 {
        actions.push(
            council
                .action(council.due_on(&format!("2014-04-{day}")))
                .await,
        );
    }
    let then = "2014-03-10T12:00:00Z";
    app.at("2014-03-11T12:00:00Z");
    let page = format!("/v1/actions?limit=4&as_of={then}");
    let first = clerk.get(&page).await.expect(200);
    let cursor = first.body["next_cursor"].as_str().unwrap().to_owned();
    assert!(
        first.header("link").contains("as_of=2014-03-10T12"),
        "{}",
        first.header("link")
    );
    // Everything moves to the other end of the list, over the place of the cursor.
    for (action, day) in actions.iter().zip((1..=10).rev()) {
        let due = json!({
            "due": { "kind": "date", "due_on": format!("2014-04-{day:02}") }, "reason": "Brought forward.",
            "decision_id": council.decision,
        });
        clerk.moves(action, "due-terms", due).await.expect(200);
    }
    app.at("2014-03-12T12:00:00Z");
    let mut listed: Vec<String> = first.each("id").iter().map(|&id| id.to_owned()).collect();
    let mut next = Some(cursor.clone());
    while let Some(cursor) = next {
        let page = clerk
            .get(&format!("{page}&cursor={cursor}"))
            .await
            .expect(200);
        listed.extend(page.each("id").iter().map(|&id| id.to_owned()));
        next = page.body["next_cursor"].as_str().map(str::to_owned);
    }
    assert_eq!(listed, actions);
    for other in ["", "&as_of=2014-03-11", "&as_of=2014-03-10T12:00:00.000Z"] {
        let other = format!("/v1/actions?limit=4{other}&cursor={cursor}");
        clerk.get(&other).await.problem(400, "bad-cursor");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_out_of_sight_today_or_was_then_is_in_no_list_of_the_past() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    council.appoint("ann").await;
    let other = clerk
        .make("/v1/posts", json!({ "title": "Head of Law" }))
        .await;
    let mut actions = Vec::new();
    for (title, first, second) in [
        ("always public", false, false),
        ("public at first", false, true),
        ("exempt at first", true, false),
        ("always exempt", true, true),
    ] {
        for (owner, whose) in [(&council.post, "Ann's"), (&other, "another's")] {
            let body = json!({ "title": format!("{title}, {whose}"), "exempt": first, "owner_post_id": owner });
            let action = council
                .action(with(council.due_on("2014-04-01"), body))
                .await;
            actions.push((action, second));
        }
    }
    // Without an owner nobody's post opens it.
    let draft = json!({ "resolution_id": council.resolution, "title": "public draft at first" });
    actions.push((council.action(draft).await, true));
    app.at("2014-03-11T12:00:00Z");
    for (action, exempt) in &actions {
        let path = format!("/v1/actions/{action}");
        let body = json!({ "title": "Changed", "exempt": exempt });
        clerk.patch(&path, "*", body).await.expect(200);
    }
    app.at("2014-03-12T12:00:00Z");
    let titles = async |person: &Person| {
        let list = person
            .get("/v1/actions?sort=reference&as_of=2014-03-10T12:00:00Z")
            .await;
        let list = list.expect(200);
        for (action, _) in &actions {
            let one = person
                .get(&format!("/v1/actions/{action}?as_of=2014-03-10T12:00:00Z"))
                .await;
            let listed = list.each("id").contains(&&**action);
            assert_eq!(one.status, if listed { 200 } else { 404 }, "{}", one.text);
        }
        let mut titles: Vec<String> = list.each("title").iter().map(|&t| t.to_owned()).collect();
        titles.sort();
        titles
    };
    assert_eq!(titles(&app.auditor()).await.len(), 9);
    let public = ["always public, Ann's", "always public, another's"];
    assert_eq!(titles(&app.reader()).await, public);
    assert_eq!(titles(&app.officer("nobody")).await, public);
    assert_eq!(
        titles(&app.officer("ann")).await,
        [
            "always exempt, Ann's",
            "always public, Ann's",
            "always public, another's",
            "exempt at first, Ann's",
            "public at first, Ann's",
        ]
    );
    assert!(titles(&app.auditor().limited_to(&["LAW"])).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_at_one_instant_and_a_clock_set_back_lose_and_double_nothing() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let action = council.action(council.due_on("2014-03-31")).await;
    let path = format!("/v1/actions/{action}");
    let title = async |title: &str, now: &str| {
        app.at(now);
        let body = json!({ "title": title });
        council.clerk.patch(&path, "*", body).await.expect(200)
    };
    title("second", "2014-03-10T12:00:00Z").await;
    title("third", "2014-03-10T12:00:00Z").await;
    title("fourth", "2014-03-11T12:00:00Z").await;
    let set_back = title("fifth", "2014-03-09T12:00:00Z").await;
    assert_eq!(set_back.body["updated_at"], "2014-03-11T12:00:00Z");
    title("sixth", "2014-03-12T12:00:00Z").await;
    app.at("2014-03-13T12:00:00Z");
    for (at, expected) in [
        ("2014-03-10T11:59:59.999999Z", None),
        ("2014-03-10T12:00:00Z", Some("third")),
        ("2014-03-11T11:59:59.999999Z", Some("third")),
        ("2014-03-11T12:00:00Z", Some("fifth")),
        ("2014-03-12T11:59:59.999999Z", Some("fifth")),
        ("2014-03-12T12:00:00Z", Some("sixth")),
    ] {
        for sort in ["due_on", "-due_on", "reference", "-updated_at"] {
            let list = council
                .clerk
                .get(&format!("/v1/actions?sort={sort}&as_of={at}"))
                .await;
            let list = list.expect(200);
            assert_eq!(list.each("title"), expected.as_slice(), "{sort} at {at}");
        }
    }
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.roll(from.len())]
    }

    fn day(&mut self) -> String {
        format!("2014-{:02}-{:02}", 3 + self.roll(4), 1 + self.roll(28))
    }
}

/// A council in which things happen.
struct Life {
    dice: Dice,
    council: Council,
    posts: Vec<String>,
    meetings: Vec<String>,
    actions: Vec<String>,
}

impl Life {
    fn due(&mut self) -> Value {
        match self.dice.roll(4) {
            0 => json!({ "kind": "future_meeting", "review_on": self.dice.day() }),
            1 => json!({ "kind": "meeting", "meeting_id": self.dice.pick(&self.meetings) }),
            _ => json!({ "kind": "date", "due_on": self.dice.day() }),
        }
    }

    /// One change of whatever kind; some are refused, which changes nothing.
    async fn step(&mut self, number: usize) {
        let clerk = self.council.clerk.clone();
        let kind = if self.actions.len() < 4 {
            0
        } else {
            self.dice.roll(14)
        };
        if kind < 3 {
            let body = json!({
                "title": format!("Action {number}"), "due": self.due(), "owner_post_id": self.dice.pick(&self.posts),
                "exempt": self.dice.roll(5) == 0,
            });
            let body = with(self.council.undated(), body);
            let recorded = clerk.post("/v1/actions", body).await;
            // A post that has ended is given nothing.
            if recorded.status == 201 {
                self.actions.push(recorded.id());
            }
            return;
        }
        let action = self.dice.pick(&self.actions).clone();
        let post = self.dice.pick(&self.posts).clone();
        match kind {
            3 => {
                let body = match self.dice.roll(3) {
                    0 => json!({ "title": format!("Changed {number}") }),
                    1 => json!({ "owner_post_id": post, "supporting_post_ids": [self.posts[0]] }),
                    _ => json!({ "exempt": self.dice.roll(2) == 0 }),
                };
                clerk
                    .patch(&format!("/v1/actions/{action}"), "*", body)
                    .await;
            }
            4 => {
                let (due, decision) = (self.due(), &self.council.decision);
                let body = json!({ "due": due, "reason": "Asked for.", "decision_id": decision });
                clerk.moves(&action, "due-terms", body).await;
            }
            5..=8 => {
                let moves = [
                    ("start", json!({ "narrative": "Begun." })),
                    (
                        "hold",
                        json!({ "reason": "Waits.", "review_on": self.dice.day() }),
                    ),
                    ("resume", json!({})),
                    (
                        "claim-completion",
                        json!({ "narrative": "Done.", "no_evidence_reason": "None." }),
                    ),
                    ("reopen", json!({ "reason": "Not done." })),
                    (
                        "close",
                        json!({ "outcome": "lapsed", "reason": "Overtaken.", "decision_id": self.council.decision }),
                    ),
                ];
                for _ in 0..3 {
                    let (name, body) = self.dice.pick(&moves).clone();
                    if clerk.moves(&action, name, body).await.status == 200 {
                        break;
                    }
                }
            }
            9 => {
                let title = format!("Post {number}");
                let body =
                    json!({ "title": title, "directorate": *self.dice.pick(&["People", "Place"]) });
                clerk
                    .patch(&format!("/v1/posts/{post}"), "*", body)
                    .await
                    .expect(200);
            }
            10 => {
                let body = json!({ "holder_name": format!("Holder {number}"), "starts_on": self.dice.day(), "acting": self.dice.roll(3) > 0 });
                clerk.post(&format!("/v1/posts/{post}/tenures"), body).await;
            }
            11 => {
                let next = self.dice.pick(&self.posts).clone();
                let ended = match self.dice.roll(3) {
                    0 => json!({ "ended_on": null, "successor_id": null }),
                    _ => json!({ "ended_on": self.dice.day(), "successor_id": next }),
                };
                clerk.patch(&format!("/v1/posts/{post}"), "*", ended).await;
            }
            _ => {
                let tenures = format!("/v1/posts/{post}/tenures");
                if let Some(last) = clerk.get(&tenures).await.expect(200).items().last() {
                    let path = format!("{tenures}/{}", last["id"].as_str().unwrap());
                    clerk
                        .patch(&path, "*", json!({ "ends_on": "2014-06-28" }))
                        .await;
                }
            }
        }
    }

    /// A list, with a filter and a sort.
    fn question(&mut self) -> String {
        let filter = match self.dice.roll(18) {
            0 => "outstanding=true".to_owned(),
            1 => "outstanding=false".to_owned(),
            2 => format!(
                "state={}",
                self.dice
                    .pick(&["open", "in_progress", "on_hold", "closed"])
            ),
            3 => format!("owner_post_id={}", self.dice.pick(&self.posts)),
            4 => format!("directorate={}", self.dice.pick(&["People", "Place"])),
            5 => format!("committee_id={}", self.council.committee),
            6 => format!("meeting_id={}&outstanding=true", self.council.meeting),
            7 => format!("due_meeting_id={}", self.dice.pick(&self.meetings)),
            8 => format!("resolution_id={}", self.council.resolution),
            9 => format!("due_after={}", self.dice.day()),
            10 => format!("due_before={}", self.dice.day()),
            11 => "overdue=current".to_owned(),
            12 => "overdue=original".to_owned(),
            13 => format!("exempt={}", self.dice.roll(2) == 0),
            15 => "vacant=true".to_owned(),
            16 => "vacant=false".to_owned(),
            14 => format!("reference=CFS/13-14/{:03}", 1 + self.dice.roll(5)),
            _ => format!("updated_since={}T00:00:00Z", self.dice.day()),
        };
        let sorts = [
            "due_on",
            "-due_on",
            "original_due_on",
            "-original_due_on",
            "reference",
            "-reference",
            "updated_at",
            "-updated_at",
        ];
        let sort = self.dice.pick(&sorts);
        match self.dice.roll(4) {
            0 => format!("sort={sort}&limit=3"),
            _ => format!("{filter}&sort={sort}&limit=3"),
        }
    }
}

/// What was answered to a question at an instant, without `as_of`.
struct Recorded {
    at: String,
    question: String,
    by_auditor: Vec<String>,
    by_reader: Vec<String>,
}

async fn a_life_is_recorded_and_asked_for_again(seed: u64) {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let mut life = Life {
        dice: Dice(seed),
        posts: vec![council.post.clone()],
        meetings: vec![council.meeting.clone()],
        actions: Vec::new(),
        council,
    };
    for number in 0..3 {
        let post = json!({ "title": format!("Head {number}"), "directorate": "People" });
        life.posts
            .push(life.council.clerk.make("/v1/posts", post).await);
        let meeting = json!({ "committee_id": life.council.committee, "starts_at": format!("2014-0{}-09T14:00:00Z", 4 + number) });
        life.meetings
            .push(life.council.clerk.make("/v1/meetings", meeting).await);
    }
    let (auditor, reader) = (app.auditor(), app.reader());
    let mut recorded = Vec::new();
    for number in 0..50 {
        life.step(number).await;
        // Now and then several things happen at one instant.
        if life.dice.roll(4) == 0 {
            continue;
        }
        let at = app
            .clock
            .now()
            .to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        for _ in 0..3 {
            let question = life.question();
            recorded.push(Recorded {
                at: at.clone(),
                by_auditor: items(&auditor, &question).await,
                by_reader: items(&reader, &question).await,
                question,
            });
        }
        let steps = [1, 1_000_000, 3_600_000_000, 86_400_000_000];
        app.clock
            .advance(TimeDelta::microseconds(*life.dice.pick(&steps)));
    }
    let in_sight = items(&reader, "").await;
    let in_sight: Vec<Value> = in_sight
        .iter()
        .map(|text| serde_json::from_str::<Value>(text).unwrap()["id"].clone())
        .collect();
    for days in 0..2_usize {
        app.clock
            .advance(TimeDelta::days(i64::try_from(days).unwrap()));
        for was in recorded.iter().step_by(1 + 6 * days) {
            let question = format!("{}&as_of={}", was.question, was.at);
            let story = format!("seed {seed}, {question}");
            assert_eq!(items(&auditor, &question).await, was.by_auditor, "{story}");
            let expected: Vec<_> = was
                .by_reader
                .iter()
                .filter(|text| {
                    in_sight.contains(&serde_json::from_str::<Value>(text).unwrap()["id"])
                })
                .cloned()
                .collect();
            assert_eq!(items(&reader, &question).await, expected, "reader, {story}");
        }
    }
    assert!(
        recorded
            .iter()
            .filter(|was| was.by_auditor.len() > 3)
            .count()
            > 10,
        "lists have several pages"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_a_list_asked_for_again_is_the_list_that_was() {
    for seed in [20_140_303, 88_172_645_463_325_252] {
        a_life_is_recorded_and_asked_for_again(seed).await;
    }
}
