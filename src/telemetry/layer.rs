//! Events and spans into log lines.
//!
//! A layer of our own, because the stock formatters write field values in part as they come: here each line has flat,
//! unique keys, and every text passes through one escape.

use std::cell::RefCell;
use std::fmt::{self, Write as _};

use chrono::SecondsFormat;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use crate::clock::Clock;
use crate::config::LogFormat;

use super::escape;

/// Lines of ordinary length are built in a buffer that each thread keeps; longer ones give theirs back.
const KEPT_BUFFER_BYTES: usize = 16 * 1024;

thread_local! {
    static BUFFER: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Turns events into lines and hands each to `write`, newline included.
///
/// A JSON line has `timestamp` (RFC 3339, UTC, microseconds), `level`, `target`, `message`, the fields of the event
/// and those of the spans around it; where two have the same name, the innermost wins.
pub struct LogLayer<C, W> {
    format: LogFormat,
    clock: C,
    write: W,
}

impl<C: Clock, W: Fn(&str)> LogLayer<C, W> {
    /// A layer that writes lines of `format`, dated by `clock`, to `write`.
    pub fn new(format: LogFormat, clock: C, write: W) -> Self {
        Self {
            format,
            clock,
            write,
        }
    }
}

impl<C, W> fmt::Debug for LogLayer<C, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogLayer")
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

impl<S, C, W> Layer<S> for LogLayer<C, W>
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
    C: Clock,
    W: Fn(&str) + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            values.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.add_outer(outer);
            }
        }
        // Taken out rather than borrowed: a field's `Debug` or the writer may itself log.
        let mut line = BUFFER.take();
        line.clear();
        self.render(&mut line, event, &fields);
        (self.write)(&line);
        if line.capacity() <= KEPT_BUFFER_BYTES {
            BUFFER.set(line);
        }
    }
}

impl<C: Clock, W> LogLayer<C, W> {
    fn render(&self, line: &mut String, event: &Event<'_>, fields: &Fields) {
        let timestamp = self
            .clock
            .now()
            .to_rfc3339_opts(SecondsFormat::Micros, true);
        let level = level_name(*event.metadata().level());
        let target = fields
            .target
            .as_deref()
            .unwrap_or(event.metadata().target());
        match self.format {
            LogFormat::Json => {
                line.extend(["{\"timestamp\":\"", &timestamp, "\",\"level\":\"", level]);
                line.push_str("\",\"target\":");
                escape::json_string(line, target);
                line.push_str(",\"message\":");
                escape::json_string(line, &fields.message);
                for (name, value) in &fields.others {
                    // Names are written in the code, but four of them are taken.
                    let clash = matches!(*name, "timestamp" | "level" | "target" | "message");
                    line.extend([",\"", if clash { "field." } else { "" }, name, "\":"]);
                    match value {
                        Value::Text(text) => escape::json_string(line, text),
                        Value::Bare(bare) => line.push_str(bare),
                    }
                }
                line.push('}');
            }
            LogFormat::Pretty => {
                line.extend([&timestamp, " ", level]);
                line.extend(std::iter::repeat_n(
                    ' ',
                    6_usize.saturating_sub(level.len()),
                ));
                escape::plain(line, target);
                line.push_str(": ");
                escape::plain(line, &fields.message);
                for (name, value) in &fields.others {
                    line.extend([" ", name, "="]);
                    match value {
                        Value::Text(text) => escape::value(line, text),
                        Value::Bare(bare) => line.push_str(bare),
                    }
                }
            }
        }
        line.push('\n');
    }
}

const fn level_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "ERROR",
        Level::WARN => "WARN",
        Level::INFO => "INFO",
        Level::DEBUG => "DEBUG",
        Level::TRACE => "TRACE",
    }
}

/// A field's value.
#[derive(Debug, Clone)]
enum Value {
    /// To be escaped.
    Text(String),
    /// A number or a boolean, the same in JSON and for people.
    Bare(String),
}

/// The fields of an event or a span, each name once.
#[derive(Debug, Default)]
struct Fields {
    message: String,
    /// The target that the `log` crate's records bring along.
    target: Option<String>,
    others: Vec<(&'static str, Value)>,
}

impl Fields {
    fn set(&mut self, field: &Field, value: Value) {
        let name = field.name();
        match (name, value) {
            ("message", Value::Text(text) | Value::Bare(text)) => self.message = text,
            ("log.target", Value::Text(text)) => self.target = Some(text),
            // Where in a dependency's source a `log` record comes from.
            (name, _) if name.starts_with("log.") => {}
            (name, value) => {
                let name = name.strip_prefix("r#").unwrap_or(name);
                match self.others.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, old)) => *old = value,
                    None => self.others.push((name, value)),
                }
            }
        }
    }

    /// Adds the fields of a span around, as far as their names are free.
    fn add_outer(&mut self, outer: &Self) {
        for (name, value) in &outer.others {
            if !self.others.iter().any(|(known, _)| known == name) {
                self.others.push((name, value.clone()));
            }
        }
    }

    fn set_bare(&mut self, field: &Field, value: impl fmt::Display) {
        self.set(field, Value::Bare(value.to_string()));
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        write!(text, "{value:?}").ok();
        self.set(field, Value::Text(text));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, Value::Text(value.to_owned()));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        let mut text = value.to_string();
        let mut source = value.source();
        while let Some(cause) = source {
            write!(text, ": {cause}").ok();
            source = cause.source();
        }
        self.set(field, Value::Text(text));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set_bare(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set_bare(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set_bare(field, value);
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        self.set_bare(field, value);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.set_bare(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.set_bare(field, value);
        } else {
            // JSON has no word for it.
            self.set(field, Value::Text(value.to_string()));
        }
    }
}
