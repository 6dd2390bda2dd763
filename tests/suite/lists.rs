//! Lists: pages, cursors, filters, sorts and search.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{App, Council, Person, with};

const SORTS: [&str; 8] = [
    "due_on",
    "-due_on",
    "original_due_on",
    "-original_due_on",
    "reference",
    "-reference",
    "updated_at",
    "-updated_at",
];

/// Nine actions: five with days, two of them the same, and four without, in no order.
async fn nine_actions(app: &App, council: &Council) -> Vec<String> {
    let days = [
        "2014-05-01",
        "",
        "2014-03-20",
        "",
        "2014-05-01",
        "2014-04-01",
        "",
        "2014-12-31",
        "",
    ];
    let mut ids = Vec::new();
    for day in days {
        app.clock.advance(TimeDelta::seconds(1));
        let body = if day.is_empty() {
            council.undated()
        } else {
            council.due_on(day)
        };
        ids.push(council.action(body).await);
    }
    ids
}

/// What an item is sorted by.
fn key(item: &Value, sort: &str) -> Option<String> {
    let value = match sort.trim_start_matches('-') {
        "due_on" => &item["due"]["due_on"],
        "original_due_on" => &item["due"]["original_due_on"],
        member => &item[member],
    };
    value.as_str().map(str::to_owned)
}

#[track_caller]
fn assert_sorted(items: &[Value], sort: &str) {
    let keys: Vec<Option<String>> = items.iter().map(|item| key(item, sort)).collect();
    let dated: Vec<&String> = keys.iter().flatten().collect();
    assert!(
        keys[..dated.len()].iter().all(Option::is_some),
        "{sort}: the undated come last: {keys:?}"
    );
    for pair in dated.windows(2) {
        assert!(
            if sort.starts_with('-') {
                pair[0] >= pair[1]
            } else {
                pair[0] <= pair[1]
            },
            "{sort}: {keys:?}"
        );
    }
}

fn ids(items: &[Value]) -> Vec<String> {
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_hold_every_action_exactly_once_in_every_sort_while_others_are_recorded() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let there = nine_actions(&app, &council).await;
    for sort in SORTS {
        for limit in [1, 2, 4, 200] {
            let path = format!("/v1/actions?sort={sort}&limit={limit}");
            let mut items = Vec::new();
            let mut next = Some(path.clone());
            while let Some(here) = next {
                let page = app.reader().get(&here).await.expect(200);
                assert!(page.items().len() <= limit);
                items.extend_from_slice(page.items());
                next = page.body["next_cursor"]
                    .as_str()
                    .map(|cursor| format!("{path}&cursor={cursor}"));
                if limit == 4 && next.is_some() {
                    app.clock.advance(TimeDelta::seconds(1));
                    council.action(council.due_on("2014-04-15")).await;
                    council.action(council.undated()).await;
                }
            }
            assert_sorted(&items, sort);
            let seen = ids(&items);
            let distinct: BTreeSet<&String> = seen.iter().collect();
            assert_eq!(distinct.len(), seen.len(), "{sort} {limit}: none twice");
            assert!(
                there.iter().all(|id| distinct.contains(id)),
                "{sort} {limit}: none lost"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_link_to_the_next_page_is_absolute_and_carries_the_filters() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let there = nine_actions(&app, &council).await;
    let reader = app.reader();
    let mut next = format!(
        "/v1/actions?sort=-due_on&limit=2&owner_post_id={}",
        council.post
    );
    let mut seen = Vec::new();
    loop {
        let page = reader.get(&next).await.expect(200);
        seen.extend(ids(page.items()));
        let link = page.header("link").to_owned();
        assert_eq!(link.is_empty(), page.body["next_cursor"].is_null());
        if link.is_empty() {
            break;
        }
        let url = link
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix(">; rel=\"next\""))
            .unwrap();
        assert!(url.starts_with(&app.base), "{url}");
        assert!(
            url.contains("sort=-due_on") && url.contains(&council.post) && url.contains("limit=2"),
            "{url}"
        );
        next = url.to_owned();
    }
    assert_eq!(seen.len(), there.len());
    assert_eq!(
        seen.into_iter().collect::<BTreeSet<_>>(),
        there.into_iter().collect()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_is_good_for_its_own_list_filters_and_caller_only() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    nine_actions(&app, &council).await;
    let reader = app.reader();
    let page = reader.get("/v1/actions?limit=2").await.expect(200);
    let cursor = page.body["next_cursor"].as_str().unwrap();
    reader
        .get(&format!("/v1/actions?limit=5&cursor={cursor}"))
        .await
        .expect(200);

    for path in [
        "/v1/actions?outstanding=true",
        "/v1/actions?sort=reference",
        "/v1/posts?limit=2",
        "/v1/committees?limit=2",
    ] {
        reader
            .get(&format!("{path}&cursor={cursor}"))
            .await
            .problem(400, "bad-cursor");
    }
    app.auditor()
        .get(&format!("/v1/actions?limit=2&cursor={cursor}"))
        .await
        .problem(400, "bad-cursor");
    for index in 0..cursor.len() {
        let mut altered = cursor.as_bytes().to_vec();
        // Some other letter of the same alphabet.
        altered[index] = if altered[index] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).unwrap();
        reader
            .get(&format!("/v1/actions?limit=2&cursor={altered}"))
            .await
            .problem(400, "bad-cursor");
    }
    for bad in ["", "x", "%00", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        reader
            .get(&format!("/v1/actions?cursor={bad}"))
            .await
            .expect(400);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_holds_one_to_two_hundred_items_fifty_where_nothing_is_said() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    for n in 0..51 {
        council
            .clerk
            .make("/v1/posts", json!({ "title": format!("Post {n}") }))
            .await;
    }
    let reader = app.reader();
    for bad in ["0", "201", "-1", "1.5", "x", "", "99999999999999999999"] {
        let refused = reader
            .get(&format!("/v1/posts?limit={bad}"))
            .await
            .problem(400, "bad-parameter");
        assert_eq!(refused.pointers(), ["limit"]);
    }
    assert_eq!(reader.get("/v1/posts").await.expect(200).items().len(), 50);
    assert_eq!(
        reader
            .get("/v1/posts?limit=200")
            .await
            .expect(200)
            .items()
            .len(),
        52
    );
    assert_eq!(reader.all("/v1/posts?limit=7").await.len(), 52);
}

/// A few actions that differ in everything that can be filtered by.
struct Various {
    app: App,
    council: Council,
    other: Council,
    due_at: String,
    by_day: String,
    at_meeting: String,
    late: String,
    extended: String,
    closed: String,
    draft: String,
    exempt: String,
    elsewhere: String,
}

impl Various {
    async fn record() -> Self {
        let app = App::start().await;
        let council = Council::found(&app).await;
        let other = Council::found_as(&app, "HEA", "Director of Public Health").await;
        let clerk = &council.clerk;
        clerk
            .patch(
                &format!("/v1/posts/{}", other.post),
                "*",
                json!({ "directorate": "Public Health" }),
            )
            .await
            .expect(200);
        let meeting =
            json!({ "committee_id": council.committee, "starts_at": "2014-06-09T13:00:00Z" });
        let due_at = clerk.make("/v1/meetings", meeting).await;
        let by_day = council
            .action(with(
                council.due_on("2014-07-01"),
                json!({ "title": "By a day" }),
            ))
            .await;
        let at_meeting = with(
            council.undated(),
            json!({ "due": { "kind": "next_meeting", "wording": "the next meeting" } }),
        );
        let at_meeting = council.action(at_meeting).await;
        let late = council.action(council.due_on("2014-03-09")).await;
        let extended = council.action(council.due_on("2014-03-08")).await;
        let revision = json!({
            "due": { "kind": "date", "due_on": "2014-08-01" }, "reason": "Extension granted", "decision_id": council.decision,
        });
        clerk
            .moves(&extended, "due-terms", revision)
            .await
            .expect(200);
        let closed = council.action(council.due_on("2014-03-07")).await;
        let lapsed =
            json!({ "outcome": "lapsed", "reason": "Overtaken", "decision_id": council.decision });
        clerk.moves(&closed, "close", lapsed).await.expect(200);
        let draft = json!({ "agenda_item_id": council.item, "title": "From the discussion" });
        let draft = council.action(draft).await;
        let exempt = council
            .action(with(council.undated(), json!({ "exempt": true })))
            .await;
        app.at("2014-03-10T13:00:00Z");
        let elsewhere = other.action(other.due_on("2014-07-02")).await;
        app.at("2014-03-10T14:00:00Z");
        Self {
            app,
            council,
            other,
            due_at,
            by_day,
            at_meeting,
            late,
            extended,
            closed,
            draft,
            exempt,
            elsewhere,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_filter_finds_what_it_says_and_nothing_else() {
    let v = Various::record().await;
    let auditor = v.app.auditor();
    let expect = async |query: String, expected: &[&String]| {
        for sort in ["", "&sort=-due_on", "&sort=reference", "&sort=-updated_at"] {
            let found: BTreeSet<String> =
                ids(&auditor.all(&format!("/v1/actions?{query}{sort}")).await)
                    .into_iter()
                    .collect();
            let expected: BTreeSet<String> = expected.iter().map(|&id| id.clone()).collect();
            assert_eq!(found, expected, "{query}{sort}");
        }
    };
    let (ours, post) = (&v.council.committee, &v.council.post);
    let outstanding = [
        &v.by_day,
        &v.at_meeting,
        &v.late,
        &v.extended,
        &v.draft,
        &v.exempt,
        &v.elsewhere,
    ];
    expect("outstanding=true".to_owned(), &outstanding).await;
    expect("outstanding=false".to_owned(), &[&v.closed]).await;
    expect("state=draft".to_owned(), &[&v.draft]).await;
    expect("state=closed".to_owned(), &[&v.closed]).await;
    expect("state=open&outstanding=false".to_owned(), &[]).await;
    expect(format!("owner_post_id={}", v.other.post), &[&v.elsewhere]).await;
    expect(
        format!("owner_post_id={post}&outstanding=true"),
        &[&v.by_day, &v.at_meeting, &v.late, &v.extended, &v.exempt],
    )
    .await;
    expect("directorate=Public%20Health".to_owned(), &[&v.elsewhere]).await;
    expect("directorate=Nowhere".to_owned(), &[]).await;
    expect(
        format!("committee_id={}", v.other.committee),
        &[&v.elsewhere],
    )
    .await;
    expect(format!("committee_id={ours}&state=draft"), &[&v.draft]).await;
    expect(format!("meeting_id={}", v.other.meeting), &[&v.elsewhere]).await;
    expect(
        format!("resolution_id={}", v.other.resolution),
        &[&v.elsewhere],
    )
    .await;
    expect(format!("due_meeting_id={}", v.due_at), &[&v.at_meeting]).await;
    expect(
        "due_after=2014-07-01".to_owned(),
        &[&v.extended, &v.elsewhere],
    )
    .await;
    expect(
        "due_after=2014-06-30&due_before=2014-07-02".to_owned(),
        &[&v.by_day],
    )
    .await;
    expect("due_before=2014-03-09".to_owned(), &[&v.closed]).await;
    expect("overdue=current".to_owned(), &[&v.late]).await;
    expect("overdue=original".to_owned(), &[&v.late, &v.extended]).await;
    expect("exempt=true".to_owned(), &[&v.exempt]).await;
    expect("exempt=false&state=draft".to_owned(), &[&v.draft]).await;
    expect("reference=HEA/13-14/001".to_owned(), &[&v.elsewhere]).await;
    expect("reference=HEA%2F13-14%2F002".to_owned(), &[]).await;
    expect(
        "updated_since=2014-03-10T13:00:00Z".to_owned(),
        &[&v.elsewhere],
    )
    .await;
    expect("updated_since=2014-03-10T13:00:00.000001Z".to_owned(), &[]).await;
    expect(
        "updated_since=2014-03-10T14:00:00%2B01:00".to_owned(),
        &[&v.elsewhere],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_with_a_value_that_it_cannot_have_is_named() {
    let app = App::start().await;
    for (query, name) in [
        ("outstanding=yes", "outstanding"),
        ("state=done", "state"),
        ("owner_post_id=7", "owner_post_id"),
        ("due_after=2014-02-30", "due_after"),
        ("overdue=both", "overdue"),
        ("reference=CFS", "reference"),
        ("updated_since=yesterday", "updated_since"),
        ("sort=title", "sort"),
        ("q=", "q"),
        ("q=%22%22", "q"),
        ("q=a%00b", "q"),
    ] {
        let refused = app
            .reader()
            .get(&format!("/v1/actions?{query}"))
            .await
            .problem(400, "bad-parameter");
        assert_eq!(refused.pointers(), [name], "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_without_items_is_an_empty_list() {
    let app = App::start().await;
    for list in [
        "committees",
        "meetings",
        "agenda-items",
        "resolutions",
        "posts",
        "actions",
    ] {
        let answer = app.reader().get(&format!("/v1/{list}")).await.expect(200);
        assert_eq!(answer.body, json!({ "items": [], "next_cursor": null }));
        assert_eq!(answer.header("link"), "");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn search_finds_words_phrases_beginnings_and_accents_alike_on_both_databases() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let text = json!({ "agenda_item_id": council.item, "kind": "request", "text": "that the Café Royal tenancy be reviewed" });
    let resolution = clerk.make("/v1/resolutions", text).await;
    let adoption = with(
        council.undated(),
        json!({
            "title": "Further information regarding adoption cases", "required": "Numbers of successes; O'Brien's team",
        }),
    );
    let adoption = council.action(adoption).await;
    let school = with(
        council.undated(),
        json!({ "title": "The cases of adoption by schools, naïve or not", "resolution_id": resolution }),
    );
    let school = council.action(school).await;
    let secret = with(
        council.undated(),
        json!({ "title": "Adoption of the confidential plan", "exempt": true }),
    );
    let secret = council.action(secret).await;
    let find = async |person: &Person, q: &str| -> BTreeSet<String> {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", q)
            .finish();
        ids(&person.all(&format!("/v1/actions?{query}&limit=1")).await)
            .into_iter()
            .collect()
    };
    let reader = app.reader();
    for (q, expected) in [
        ("adoption", vec![&adoption, &school]),
        ("ADOPT", vec![&adoption, &school]),
        ("adoption cases", vec![&adoption, &school]),
        ("\"adoption cases\"", vec![&adoption]),
        ("\"adoption cas", vec![&adoption]),
        ("cases \"by schools\"", vec![&school]),
        ("naive", vec![&school]),
        ("naïve", vec![&school]),
        ("cafe", vec![&school]),
        ("CAFÉ ROYAL", vec![&school]),
        ("tenancy", vec![&school]),
        ("successes", vec![&adoption]),
        ("obriens", vec![&adoption]),
        ("o’brien", vec![&adoption]),
        ("CFS/13-14/001", vec![&adoption]),
        ("cfs/13-14/002", vec![&school]),
        ("CFS/13-14", vec![&adoption, &school]),
        ("confidential", vec![]),
        ("doption", vec![]),
        ("adoption AND nothing", vec![]),
        ("adoption:* | tenancy'", vec![&school]),
        ("further NOT adoption", vec![]),
    ] {
        let expected: BTreeSet<String> = expected.into_iter().cloned().collect();
        assert_eq!(find(&reader, q).await, expected, "{q}");
    }
    assert_eq!(
        find(&app.auditor(), "confidential").await,
        BTreeSet::from([secret])
    );
    // What is corrected is found under its new words only.
    clerk
        .patch(
            &format!("/v1/actions/{adoption}"),
            "*",
            json!({ "title": "Fostering" }),
        )
        .await
        .expect(200);
    assert_eq!(find(&reader, "fostering").await, BTreeSet::from([adoption]));
    assert_eq!(find(&reader, "\"adoption cases\"").await, BTreeSet::new());
    clerk
        .patch(
            &format!("/v1/resolutions/{resolution}"),
            "*",
            json!({ "text": "that the Savoy tenancy be reviewed" }),
        )
        .await
        .expect(200);
    assert_eq!(find(&reader, "savoy").await, BTreeSet::from([school]));
    assert_eq!(find(&reader, "royal").await, BTreeSet::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exempt_resolution_is_not_found_by_its_words_through_a_public_action() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    let clerk = &council.clerk;
    let text = json!({ "agenda_item_id": council.item, "kind": "request", "text": "that the xylophone be sold" });
    let resolution = clerk.make("/v1/resolutions", text).await;
    let action = council
        .action(with(
            council.undated(),
            json!({ "resolution_id": resolution }),
        ))
        .await;
    let found = async || {
        ids(app
            .reader()
            .get("/v1/actions?q=xylophone")
            .await
            .expect(200)
            .items())
    };
    assert_eq!(found().await, std::slice::from_ref(&action));
    clerk
        .patch(
            &format!("/v1/resolutions/{resolution}"),
            "*",
            json!({ "exempt": true }),
        )
        .await
        .expect(200);
    assert_eq!(found().await, [] as [String; 0]);
    // The action became exempt with it; made public by itself, it is not found by what stays exempt.
    let action = format!("/v1/actions/{action}");
    app.reader().get(&action).await.problem(404, "not-found");
    let public = json!({ "exempt": false });
    clerk.patch(&action, "*", public).await.expect(200);
    app.reader().get(&action).await.expect(200);
    assert_eq!(found().await, [] as [String; 0]);
}
