//! The examples of the API document: one for each body that is sent or answered, all of one invented council.
//!
//! They stand in `openapi/examples.json` by the names of their schemas. The suite sends every request there is among them and
//! holds what is answered against the others, so that they are what the service takes and says.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::problem::{Kind, Problem};
use crate::records::FieldError;

const EXAMPLES: &str = include_str!("../../openapi/examples.json");

/// The request of every problem that is an example.
const REQUEST: Uuid = Uuid::from_u128(0x0192_f0c1_2d3e_7abc_8def_0123_4567_89ab);

/// The record that is there already.
const EXISTING: Uuid = Uuid::from_u128(0x0144_8000_0000_7000_8000_0000_0000_0008);

/// Gives the document's schemas their examples. A page is an example of what it has on it.
pub(crate) fn add_to(document: &mut Value) {
    let examples: Map<String, Value> = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let schemas = &mut document["components"]["schemas"];
    let Some(schemas) = schemas.as_object_mut() else {
        return;
    };
    for (name, schema) in schemas.iter_mut() {
        if let Some(example) = examples.get(name) {
            schema["example"] = example.clone();
        } else if let Some(item) = on_page(schema).and_then(|item| examples.get(item)) {
            schema["example"] = json!({ "items": [item], "next_cursor": null });
        }
    }
    if let Some(problem) = schemas.get_mut("Problem") {
        problem["examples"] = Kind::ALL.iter().map(|kind| example_of(*kind)).collect();
    }
}

/// The name of the schema of what stands on a page; `None` of a schema that is no page.
fn on_page(schema: &Value) -> Option<&str> {
    let members = schema["properties"].as_object()?;
    members.get("next_cursor")?;
    let item = members.get("items")?["items"]["$ref"].as_str()?;
    item.rsplit('/').next()
}

/// A problem of that kind, as it is answered.
fn example_of(kind: Kind) -> Value {
    let error = |pointer, code, detail| {
        Problem::with_errors(kind, vec![FieldError::new(pointer, code, detail)])
    };
    let problem = match kind {
        Kind::BadParameter => error("limit", "bad_value", "must be from 1 to 200"),
        Kind::Invalid => error("/title", "blank", "must not be blank"),
        Kind::MoveRefused => Problem {
            allowed_moves: Some(vec!["start", "hold", "claim_completion", "close"]),
            ..Problem::plain(kind)
        },
        Kind::Taken | Kind::NaturalKeyConflict => Problem {
            existing: Some(EXISTING),
            ..Problem::plain(kind)
        },
        kind => Problem::plain(kind),
    };
    serde_json::to_value(problem.body(REQUEST)).unwrap_or_default()
}
