//! Values at the edge of what can be kept.

use crate::harness::{App, Council};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_year_that_no_database_keeps_is_refused_by_the_parameters_name() {
    let app = App::start().await;
    let council = Council::found(&app).await;
    council.action(council.due_on("2014-06-09")).await;
    let reader = app.reader();
    let tenures = format!("/v1/posts/{}/tenures", council.post);
    let days = [
        ("/v1/actions", "due_after"),
        ("/v1/actions", "due_before"),
        (tenures.as_str(), "on"),
    ];
    let instants = [
        ("/v1/actions", "updated_since"),
        ("/v1/meetings", "starts_from"),
        ("/v1/meetings", "starts_before"),
    ];
    let at_midnight = |day: &str| format!("{day}T00:00:00Z");
    for (list, name) in days.into_iter().chain(instants) {
        let value = |day: &str| {
            let instant = instants.contains(&(list, name));
            let value = if instant {
                at_midnight(day)
            } else {
                day.to_owned()
            };
            format!("{list}?{name}={}", value.replace('+', "%2B"))
        };
        for day in ["+10000-01-01", "+262142-12-31", "0000-12-31", "-0001-01-01"] {
            let refused = reader.get(&value(day)).await.problem(400, "bad-parameter");
            assert_eq!(refused.pointers(), [name], "{list} {day}");
        }
        for day in ["0001-01-01", "9999-12-31"] {
            reader.get(&value(day)).await.expect(200);
        }
    }
    // In UTC it is the year 10000.
    let late = "/v1/actions?updated_since=9999-12-31T23:30:00-01:00";
    reader.get(late).await.problem(400, "bad-parameter");
    // What only looks like a day is a word to be searched for.
    let found = reader.get("/v1/actions?q=%2B10000-01-01").await.expect(200);
    assert!(found.items().is_empty());
}
