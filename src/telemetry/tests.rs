use std::sync::{Arc, Mutex};

use serde_json::Value;
use tracing::{Subscriber, error, info, info_span, warn};
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt as _;

use super::*;
use crate::clock::ManualClock;
use crate::config::LogFormat;

/// Every character that must not reach a log line raw.
const HOSTILE: &str = "a\r\nb\u{1b}[31mc\u{0}\u{7f}\u{9b}31m\u{85}\u{2028}\u{2029}\u{061c}\u{200e}\u{200f}\
                       \u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\u{feff}\t\"\\ é";

fn subscriber(format: LogFormat) -> (impl Subscriber + Send + Sync, Arc<Mutex<String>>) {
    let lines = Arc::new(Mutex::new(String::new()));
    let sink = Arc::clone(&lines);
    let clock = ManualClock::at("2014-03-03T14:00:00.000001Z".parse().unwrap());
    let layer = LogLayer::new(format, clock, move |line: &str| {
        sink.lock().unwrap().push_str(line);
    });
    let filter = filter(&LogConfig::default()).unwrap();
    (Registry::default().with(filter).with(layer), lines)
}

/// What `log` makes come out, line by line.
fn logged(format: LogFormat, log: impl FnOnce()) -> Vec<String> {
    let (subscriber, lines) = subscriber(format);
    tracing::subscriber::with_default(subscriber, log);
    let lines = lines.lock().unwrap();
    lines.lines().map(str::to_owned).collect()
}

fn json(log: impl FnOnce()) -> Value {
    let lines = logged(LogFormat::Json, log);
    assert_eq!(lines.len(), 1, "{lines:?}");
    serde_json::from_str(&lines[0]).unwrap()
}

fn attack() {
    let span = info_span!("request", caller = HOSTILE, path = tracing::field::Empty);
    span.record("path", HOSTILE);
    let _entered = span.enter();
    warn!(
        target: "hostile",
        debug = ?HOSTILE,
        display = %HOSTILE,
        error = &std::io::Error::other(HOSTILE) as &dyn std::error::Error,
        "{HOSTILE}"
    );
}

#[test]
fn nothing_unsafe_reaches_a_line_in_either_format() {
    for format in [LogFormat::Json, LogFormat::Pretty] {
        let lines = logged(format, attack);
        assert_eq!(lines.len(), 1, "{lines:?}");
        let raw = lines[0].chars().find(|char| escape::is_unsafe(*char));
        assert_eq!(raw, None, "{}", lines[0].escape_debug());
        assert!(lines[0].contains('é'));
    }
}

#[test]
fn json_gives_back_what_was_logged() {
    let line = json(attack);
    for key in ["message", "display", "error", "caller", "path"] {
        assert_eq!(line[key], HOSTILE, "{key}");
    }
}

#[test]
fn a_json_line_is_flat_with_the_fields_of_event_and_spans() {
    let line = json(|| {
        let outer = info_span!(
            "request",
            request_id = "r1",
            trace_id = "t1",
            route = tracing::field::Empty
        );
        let _outer = outer.enter();
        let _inner = info_span!("query", request_id = "r2", rows = 3).entered();
        outer.record("route", "/v1/actions");
        outer.record("route", "/v1/actions/{id}");
        info!(
            status = 200_u16,
            seconds = 0.25,
            ok = true,
            odd = f64::NAN,
            level = "mine",
            r#type = "x",
            "done"
        );
    });
    assert_eq!(
        line,
        serde_json::json!({
            "timestamp": "2014-03-03T14:00:00.000001Z", "level": "INFO", "target": "matters_arising::telemetry::tests",
            "message": "done", "status": 200, "seconds": 0.25, "ok": true, "odd": "NaN", "field.level": "mine",
            "type": "x", "request_id": "r2", "rows": 3, "trace_id": "t1", "route": "/v1/actions/{id}",
        })
    );
}

#[test]
fn keys_come_once() {
    let lines = logged(LogFormat::Json, || {
        let _outer = info_span!("a", id = 1).entered();
        let _inner = info_span!("b", id = 2).entered();
        info!(id = 3, "x");
    });
    assert_eq!(lines[0].matches("\"id\":").count(), 1, "{}", lines[0]);
    assert!(lines[0].contains("\"id\":3"));
}

#[test]
fn an_errors_causes_are_logged() {
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] std::io::Error);

    let line = json(|| {
        let failure = Outer(std::io::Error::other("inner"));
        error!(error = &failure as &dyn std::error::Error, "failed");
    });
    assert_eq!(line["error"], "outer: inner");
}

#[test]
fn a_pretty_line_reads_well() {
    let lines = logged(LogFormat::Pretty, || {
        let _span = info_span!("request", request_id = "r1").entered();
        info!(target: "matters", status = 200, title = "two words", empty = "", "it \"works\"");
    });
    assert_eq!(
        lines,
        [
            "2014-03-03T14:00:00.000001Z INFO  matters: it \"works\" status=200 title=\"two words\" empty=\"\" request_id=r1"
        ]
    );
}

#[test]
fn the_filter_decides_and_a_bad_one_is_refused() {
    let lines = logged(LogFormat::Json, || {
        tracing::debug!("unheard");
        info!("heard");
    });
    assert_eq!(lines.len(), 1);
    let bad = LogConfig {
        filter: "info,=,x=nonsense".to_owned(),
        ..LogConfig::default()
    };
    assert!(matches!(filter(&bad), Err(TelemetryError::Filter(_))));
}
