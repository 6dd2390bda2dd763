//! Holds every answer of every test against the API document, and every body that the service took.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::Validator;
use serde_json::{Value, json};

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../openapi/openapi.json")).unwrap());

static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// The operation of a request, if the document has one.
fn operation(method: &str, path: &str) -> Option<(String, &'static Value)> {
    let asked: Vec<_> = path.split('/').collect();
    let fits = |template: &str| {
        let parts: Vec<_> = template.split('/').collect();
        parts.len() == asked.len()
            && parts
                .iter()
                .zip(&asked)
                .all(|(part, given)| part.starts_with('{') || part == given)
    };
    let (template, item) = DOCUMENT["paths"]
        .as_object()?
        .iter()
        .find(|(template, _)| fits(template))?;
    let method = method.to_lowercase();
    let operation = item.get(&method)?;
    Some((format!("{method} {template}"), operation))
}

fn holds(name: String, schema: &Value, value: &Value) {
    let validator = Arc::clone(
        VALIDATORS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(name.clone())
            .or_insert_with(|| {
                let mut schema = schema.clone();
                schema["components"] = DOCUMENT["components"].clone();
                Arc::new(jsonschema::draft202012::new(&schema).unwrap())
            }),
    );
    let wrong: Vec<_> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{name}: {wrong:#?}\nin {value:#}");
}

fn json_of(content: &Value) -> Option<&Value> {
    let content = content.as_object()?;
    content.values().next().map(|media| &media["schema"])
}

/// Panics where an answer, or a body that was taken, is not as the document says.
pub(super) fn check(method: &str, path: &str, sent: Option<&[u8]>, status: u16, body: &Value) {
    let Some((name, operation)) = operation(method, path) else {
        return;
    };
    let answers = &operation["responses"];
    let Some(answer) = answers.get(status.to_string()) else {
        panic!("{name} is not documented to answer {status}: {body}");
    };
    if let Some(schema) = json_of(&answer["content"])
        && !body.is_null()
    {
        holds(format!("{name} {status}"), schema, body);
    }
    let taken = (200..300)
        .contains(&status)
        .then_some(sent)
        .flatten()
        .and_then(|sent| serde_json::from_slice(sent).ok());
    if let (Some(schema), Some(taken)) = (json_of(&operation["requestBody"]["content"]), taken) {
        holds(format!("{name} body"), schema, &taken);
    }
}

#[test]
fn what_the_document_does_not_allow_is_noticed() {
    let problem = |body: Value| {
        std::panic::catch_unwind(|| check("GET", "/v1/committees/7", None, 200, &body)).is_err()
    };
    assert!(problem(json!({ "code": "CFS" })));
    assert!(!problem(Value::Null));
}
