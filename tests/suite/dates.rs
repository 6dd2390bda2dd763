//! Days and instants are read as they are documented, and in no other way: in every body and every query there is.

use serde_json::{Value, json};

use crate::harness::App;
use crate::sight::concrete;
use crate::walk::{Step, call, document, operations, put};

/// Texts that chrono would take for a day, and days that there are not.
const NO_DAYS: &[&str] = &[
    "2014-9-1",
    "2014- 9- 1",
    "+2014-09-01",
    " 2014-09-01",
    "2014-09-01 ",
    "0000-12-31",
    "2023-02-29",
    "+12014-09-01",
    "",
];

/// The same of instants.
const NO_INSTANTS: &[&str] = &[
    "2014-9-1T14:00:00Z",
    "2014- 9- 1T14:00:00Z",
    "+2014-09-01T14:00:00Z",
    " 2014-09-01T14:00:00Z",
    "2014-09-01T14:00Z",
    "2014-09-01 14:00:00Z",
    "2014-09-01T14:00:00",
    "2014-09-01",
    "2023-02-29T14:00:00Z",
    "9999-12-31T23:30:00-01:00",
];

const FORMATS: &[(&str, &str, &[&str])] = &[
    ("date", "invalid_date", NO_DAYS),
    ("date-time", "invalid_instant", NO_INSTANTS),
];

/// The JSON pointer to a member.
fn pointer(way: &[Step]) -> String {
    way.iter()
        .map(|step| match step {
            Step::Member(name) => format!("/{name}"),
            Step::First => "/0".to_owned(),
            Step::Kind(_) => String::new(),
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_or_instant_that_is_written_otherwise_is_refused_wherever_one_is_taken() {
    let app = App::start().await;
    let document = document(&app).await;
    let (mut members, mut parameters) = (0, 0);
    for operation in operations(&document) {
        let person = if operation.allows('c') {
            app.clerk()
        } else {
            app.auditor()
        };
        let path = concrete(operation.path);
        for (format, code, texts) in FORMATS {
            for (way, name) in operation.members_of(format) {
                members += 1;
                for text in *texts {
                    let mut body = json!({});
                    put(&mut body, &way, text);
                    let headers = [("if-match", "*")];
                    let refused =
                        call(&person, &operation.method, &path, &headers, Some(&body)).await;
                    let story = format!("{} {name} {text:?}", operation.id);
                    assert_eq!(refused.status, 422, "{story}: {}", refused.text);
                    let errors = refused.body["errors"].as_array().unwrap();
                    assert_eq!(errors.len(), 1, "{story}: {}", refused.text);
                    assert_eq!(errors[0]["pointer"], pointer(&way), "{story}");
                    assert_eq!(errors[0]["code"], *code, "{story}");
                }
            }
            for (name, schema) in operation.parameters("query") {
                if schema["format"] != *format {
                    continue;
                }
                parameters += 1;
                for text in *texts {
                    let text = text.replace('+', "%2B").replace(' ', "%20");
                    let path = format!("{path}?{name}={text}");
                    let body = (!operation.reads()).then(|| json!("Noted."));
                    let refused = call(&person, &operation.method, &path, &[], body.as_ref()).await;
                    let refused = refused.problem(400, "bad-parameter");
                    assert_eq!(refused.pointers(), [name], "{path}");
                    assert_eq!(refused.body["errors"][0]["code"], *code, "{path}");
                }
            }
        }
    }
    assert!(members > 30 && parameters > 10, "{members} {parameters}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_that_is_no_text_is_of_the_wrong_type() {
    let app = App::start().await;
    let body = json!({ "holder_name": "Ann", "starts_on": 20_140_901 });
    let tenures = concrete("/v1/posts/{id}/tenures");
    let refused = app.clerk().post(&tenures, body).await;
    let refused = refused.problem(422, "validation");
    assert_eq!(refused.pointers(), ["/starts_on"]);
    assert_eq!(refused.body["errors"][0]["code"], Value::from("wrong_type"));
}
