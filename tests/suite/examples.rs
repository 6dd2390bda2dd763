//! The examples of the API document are what the service takes and says: each request is sent, and each answer compared.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::Value;

use crate::harness::{Answer, App, Person};
use crate::walk::{call, document, operations};

/// The ids of the examples.
mod id {
    pub(super) const COMMITTEE: &str = "01448000-0000-7000-8000-000000000001";
    pub(super) const MEETING: &str = "01448000-0000-7000-8000-000000000002";
    pub(super) const ITEM: &str = "01448000-0000-7000-8000-000000000004";
    pub(super) const RESOLUTION: &str = "01448000-0000-7000-8000-000000000005";
    pub(super) const POST: &str = "01448000-0000-7000-8000-000000000006";
    pub(super) const TENURE: &str = "01448000-0000-7000-8000-000000000007";
    /// The action that is claimed to be done, and accepted.
    pub(super) const ACTION: &str = "01448000-0000-7000-8000-000000000008";
    /// Another, for the moves that the first does not make.
    pub(super) const OTHER: &str = "01448000-0000-7000-8000-000000000009";
    pub(super) const DECISION: &str = "01448000-0000-7000-8000-000000000010";
    pub(super) const DELEGATION: &str = "01448000-0000-7000-8000-000000000011";
    pub(super) const RESPONSE: &str = "01448000-0000-7000-8000-000000000013";
    pub(super) const EXTENSION: &str = "01448000-0000-7000-8000-000000000014";
    pub(super) const EVIDENCE: &str = "01448000-0000-7000-8000-000000000015";
    pub(super) const VERIFICATION: &str = "01448000-0000-7000-8000-000000000016";
    pub(super) const CLAIM: &str = "01448000-0000-7000-8000-000000000017";
    pub(super) const UPDATE: &str = "01448000-0000-7000-8000-000000000018";
    pub(super) const LINK: &str = "01448000-0000-7000-8000-000000000019";
    pub(super) const SECOND_CHILD: &str = "01448000-0000-7000-8000-000000000021";
    /// The actions that are recorded many at a time.
    pub(super) const ROWS: [&str; 2] = [
        "01448000-0000-7000-8000-000000000022",
        "01448000-0000-7000-8000-000000000023",
    ];
    pub(super) const MINUTES: &str = "01448000-0000-7000-8000-000000000024";
    /// What was read in them, in the order of the text.
    pub(super) const DRAFTS: [&str; 5] = [
        "01448000-0000-7000-8000-000000000030",
        "01448000-0000-7000-8000-000000000031",
        "01448000-0000-7000-8000-000000000032",
        "01448000-0000-7000-8000-000000000033",
        "01448000-0000-7000-8000-000000000034",
    ];
    /// What is asked for and not shown.
    pub(super) const PASSING: &str = "01448000-0000-7000-8000-000000000099";
}

/// What differs from one service to the next.
const PASSING: &[&str] = &[
    "request_id",
    "sequence",
    "hash",
    "previous_hash",
    "etag",
    "next_cursor",
];

/// The example of a schema of the document.
fn example<'d>(document: &'d Value, schema: &str) -> &'d Value {
    let example = &document["components"]["schemas"][schema]["example"];
    assert!(!example.is_null(), "{schema} has no example");
    example
}

/// The name of the schema of JSON content.
fn schema_of(content: &Value) -> Option<&str> {
    let (_, media) = content
        .as_object()?
        .iter()
        .find(|(media, _)| media.ends_with("json"))?;
    media["schema"]["$ref"].as_str()?.rsplit('/').next()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_sent_or_answered_has_an_example_that_is_as_documented() {
    let app = App::start().await;
    let document = document(&app).await;
    let mut schemas = BTreeSet::new();
    for operation in operations(&document) {
        let described =
            &document["paths"][operation.path][operation.method.as_str().to_lowercase()];
        let responses = described["responses"].as_object().unwrap();
        let good = responses
            .iter()
            .filter(|(status, _)| status.starts_with('2'));
        let contents = good.map(|(_, response)| &response["content"]);
        for content in contents.chain([&described["requestBody"]["content"]]) {
            schemas.extend(schema_of(content));
        }
    }
    assert!(schemas.len() > 70, "{schemas:?}");
    let holds = |name: &str, example: &Value| {
        let mut schema = document["components"]["schemas"][name].clone();
        schema["components"] = document["components"].clone();
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        let wrong: Vec<_> = validator
            .iter_errors(example)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{name}: {wrong:#?}\nin {example:#}");
    };
    for name in schemas {
        holds(name, example(&document, name));
    }
    let problems = &document["components"]["schemas"]["Problem"]["examples"];
    let problems = problems.as_array().unwrap();
    assert!(problems.len() > 30);
    for problem in problems {
        holds("Problem", problem);
    }
}

/// The examples as they are sent and compared, one after the other.
struct Story<'a> {
    app: &'a App,
    document: &'a Value,
    /// The ids that this service gave, by those of the examples.
    ids: BTreeMap<String, String>,
    sent: BTreeSet<String>,
    shown: BTreeSet<String>,
}

impl Story<'_> {
    /// A text with the ids of this service in place of those of the examples.
    fn ours(&self, text: &str) -> String {
        self.ids
            .iter()
            .fold(text.to_owned(), |text, (theirs, ours)| {
                text.replace(theirs, ours)
            })
    }

    /// Sends the example of a request, and takes over the ids of what was made.
    async fn send(
        &mut self,
        person: &Person,
        path: &str,
        schema: &str,
        made: &[(&str, &str)],
    ) -> Answer {
        let body = self.ours(&example(self.document, schema).to_string());
        let body: Value = serde_json::from_str(&body).unwrap();
        let method = if schema.ends_with("Update") {
            Method::PATCH
        } else {
            Method::POST
        };
        let path = self.ours(path);
        let headers = [("if-match", "*")];
        let answer = call(person, &method, &path, &headers, Some(&body)).await;
        assert!(
            (200..300).contains(&answer.status),
            "{schema}: {}",
            answer.text
        );
        for (pointer, theirs) in made {
            let ours = answer.body.pointer(pointer).unwrap().as_str().unwrap();
            self.ids.insert((*theirs).to_owned(), ours.to_owned());
        }
        self.sent.insert(schema.to_owned());
        answer
    }

    /// Compares an answer with the example of its schema.
    fn shows(&mut self, schema: &str, answer: &Answer) {
        let document = self.document;
        self.compare(schema, example(document, schema), &answer.body);
        self.shown.insert(schema.to_owned());
    }

    async fn read(&mut self, person: &Person, path: &str, schema: &str) {
        let answer = person.get(&self.ours(path)).await.expect(200);
        self.shows(schema, &answer);
    }

    fn compare(&mut self, place: &str, theirs: &Value, ours: &Value) {
        match (theirs, ours) {
            (Value::Object(expected), Value::Object(told)) => {
                let names = |members: &serde_json::Map<String, Value>| -> Vec<String> {
                    members.keys().cloned().collect()
                };
                assert_eq!(names(expected), names(told), "{place}");
                for (name, value) in expected {
                    if !PASSING.contains(&name.as_str()) {
                        self.compare(&format!("{place}/{name}"), value, &told[name]);
                    }
                }
            }
            (Value::Array(expected), Value::Array(told)) => {
                assert_eq!(expected.len(), told.len(), "{place}");
                for (n, (expected, told)) in expected.iter().zip(told).enumerate() {
                    self.compare(&format!("{place}/{n}"), expected, told);
                }
            }
            (Value::String(expected), Value::String(told)) if expected.starts_with("01448000-") => {
                let known = self.ids.entry(expected.clone());
                assert_eq!(known.or_insert_with(|| told.clone()), told, "{place}");
            }
            (expected, told) => assert_eq!(expected, told, "{place}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_of_a_request_is_taken_and_every_answer_is_as_in_its_example() {
    let app = App::start().await;
    let document = document(&app).await;
    let (clerk, auditor, owner) = (app.clerk(), app.auditor(), app.officer("ann"));
    let mut story = Story {
        app: &app,
        document: &document,
        ids: BTreeMap::new(),
        sent: BTreeSet::new(),
        shown: BTreeSet::new(),
    };
    let s = &mut story;

    // What the committee asked for, and of whom.
    for (path, request, id, shown) in [
        (
            "/v1/committees",
            "CommitteeCreate",
            id::COMMITTEE,
            "Committee",
        ),
        ("/v1/meetings", "MeetingCreate", id::MEETING, "Meeting"),
        (
            "/v1/agenda-items",
            "AgendaItemCreate",
            id::ITEM,
            "AgendaItem",
        ),
        ("/v1/resolutions", "ResolutionCreate", id::RESOLUTION, ""),
        ("/v1/resolutions", "ResolutionCreate", id::DECISION, ""),
        ("/v1/posts", "PostCreate", id::POST, ""),
        (
            "/v1/delegations",
            "DelegationCreate",
            id::DELEGATION,
            "Delegation",
        ),
    ] {
        let made = s.send(&clerk, path, request, &[("/id", id)]).await;
        if !shown.is_empty() {
            s.shows(shown, &made);
        }
    }
    let post = format!("/v1/posts/{}", id::POST);
    let tenures = format!("{post}/tenures");
    let made = s
        .send(&clerk, &tenures, "TenureCreate", &[("/id", id::TENURE)])
        .await;
    s.shows("Tenure", &made);
    s.read(&clerk, &tenures, "TenurePage").await;
    s.read(&clerk, &post, "Post").await;
    s.read(&clerk, &format!("{post}/holder"), "PostHolder")
        .await;
    s.read(&clerk, "/v1/posts", "PostPage").await;
    s.read(&clerk, "/v1/committees", "CommitteePage").await;
    s.read(&clerk, "/v1/meetings", "MeetingPage").await;
    s.read(&clerk, "/v1/agenda-items", "AgendaItemPage").await;
    s.read(&clerk, "/v1/delegations", "DelegationPage").await;

    // One action from its beginning to its end.
    let action = format!("/v1/actions/{}", id::ACTION);
    s.send(
        &clerk,
        "/v1/actions",
        "ActionCreate",
        &[("/id", id::ACTION)],
    )
    .await;
    app.at("2014-03-17T09:00:00Z");
    s.send(&owner, &format!("{action}/start"), "StartMove", &[])
        .await;
    app.at("2014-04-28T09:00:00Z");
    let updates = format!("{action}/progress-updates");
    let made = s
        .send(
            &owner,
            &updates,
            "ProgressUpdateCreate",
            &[("/id", id::UPDATE)],
        )
        .await;
    s.shows("ProgressUpdate", &made);
    let newest = format!("{updates}?sort=-number&limit=1");
    s.read(&clerk, &newest, "ProgressUpdatePage").await;
    app.at("2014-05-12T09:00:00Z");
    let requests = format!("{action}/extension-requests");
    let request = format!("{requests}/{}", id::EXTENSION);
    s.send(
        &owner,
        &requests,
        "ExtensionRequestCreate",
        &[("/id", id::EXTENSION)],
    )
    .await;
    app.at("2014-05-15T10:00:00Z");
    let granted = s
        .send(&clerk, &format!("{request}/grant"), "ExtensionGrant", &[])
        .await;
    s.shows("ExtensionRequest", &granted);
    s.read(&clerk, &requests, "ExtensionRequestPage").await;
    s.read(&clerk, &action, "Action").await;
    s.read(&clerk, "/v1/actions", "ActionPage").await;
    app.at("2014-06-20T09:00:00Z");
    let evidence = format!("{action}/evidence");
    let made = s
        .send(
            &owner,
            &evidence,
            "EvidenceCreate",
            &[("/id", id::EVIDENCE)],
        )
        .await;
    s.shows("Evidence", &made);
    s.read(&clerk, &evidence, "EvidencePage").await;
    s.send(
        &owner,
        &format!("{action}/claim-completion"),
        "ClaimMove",
        &[],
    )
    .await;
    app.at("2014-06-25T09:00:00Z");
    let verifications = format!("{action}/verifications");
    let made = [("/id", id::VERIFICATION)];
    let made = s
        .send(&auditor, &verifications, "VerificationCreate", &made)
        .await;
    s.shows("ActionVerification", &made);
    s.read(&clerk, &verifications, "ActionVerificationPage")
        .await;
    app.at("2014-06-27T09:00:00Z");
    s.send(
        &clerk,
        &format!("{action}/accept-completion"),
        "AcceptMove",
        &[],
    )
    .await;
    s.read(
        &clerk,
        &format!("{action}/completion-claims"),
        "CompletionClaimPage",
    )
    .await;
    let claim = format!("{action}/completion-claims/{}", id::CLAIM);
    s.read(&clerk, &claim, "CompletionClaim").await;
    s.send(
        &owner,
        &format!("{evidence}/{}/withdraw", id::EVIDENCE),
        "EvidenceWithdrawal",
        &[],
    )
    .await;

    // Another, for what did not become of the first.
    let other = format!("/v1/actions/{}", id::OTHER);
    let moved = |name: &str| format!("{other}/{name}");
    s.send(&clerk, "/v1/actions", "ActionCreate", &[("/id", id::OTHER)])
        .await;
    s.send(&clerk, &other, "ActionUpdate", &[]).await;
    let links = moved("links");
    let made = s
        .send(&clerk, &links, "ActionLinkCreate", &[("/id", id::LINK)])
        .await;
    s.shows("ActionLink", &made);
    s.read(&clerk, &links, "ActionLinkPage").await;
    s.send(&clerk, &moved("hold"), "HoldMove", &[]).await;
    s.send(&owner, &moved("resume"), "ResumeMove", &[]).await;
    for (who, decided, how) in [
        (&clerk, "refuse", "ExtensionRefusal"),
        (&owner, "withdraw", "ExtensionWithdrawal"),
    ] {
        let requests = moved("extension-requests");
        s.send(
            &owner,
            &requests,
            "ExtensionRequestCreate",
            &[("/id", id::PASSING)],
        )
        .await;
        let request = format!("{requests}/{}/{decided}", id::PASSING);
        s.send(who, &request, how, &[]).await;
    }
    for (who, settled, how) in [
        (&owner, "withdraw-claim", "WithdrawMove"),
        (&clerk, "refuse-completion", "RefuseMove"),
    ] {
        s.send(&owner, &moved("claim-completion"), "ClaimMove", &[])
            .await;
        s.send(who, &moved(settled), how, &[]).await;
    }
    s.send(&clerk, &moved("due-terms"), "DueTermRevision", &[])
        .await;
    s.read(&clerk, &moved("due-terms"), "DueTermPage").await;
    s.send(&owner, &moved("occurrences/1/meet"), "MeetOccurrence", &[])
        .await;
    s.send(&clerk, &moved("occurrences/2/miss"), "MissOccurrence", &[])
        .await;
    s.read(&clerk, &moved("occurrences"), "OccurrencePage")
        .await;
    s.send(&clerk, &moved("close"), "CloseMove", &[]).await;
    s.send(&clerk, &moved("reopen"), "ReopenMove", &[]).await;
    let made = [("/children/1/id", id::SECOND_CHILD)];
    let split = s.send(&clerk, &moved("split"), "ActionSplit", &made).await;
    s.shows("ActionParts", &split);
    let child = format!("/v1/actions/{}", id::SECOND_CHILD);
    s.send(&clerk, &format!("{child}/void"), "VoidMove", &[])
        .await;

    // Many at once.
    let made = [("/items/0/id", id::ROWS[0]), ("/items/1/id", id::ROWS[1])];
    let creations = "/v1/bulk/action-creations";
    let many = s
        .send(&clerk, creations, "BulkActionCreations", &made)
        .await;
    s.shows("BulkItems", &many);
    let open = format!("/v1/actions/{}/open", id::ROWS[0]);
    s.send(&clerk, &open, "OpenMove", &[]).await;
    s.send(&clerk, "/v1/bulk/action-moves", "BulkActionMoves", &[])
        .await;

    // A tracker that was kept as a spreadsheet, rehearsed.
    let rows = "Ref,Committee,Date of meeting,Action,Lead officer,Due date,Cost\n\
                12,CFS,03/03/2014,Report on placements,Director of Children and Family Services,30/06/2014,0\n\
                13,CFS,31/02/2014,Report on fees,Director of Children and Family Services,30/06/2014,0\n";
    let request = clerk.request(Method::POST, "/v1/imports");
    let request = request.header("content-type", "text/csv").body(rows);
    let rehearsed = Answer::to(request).await.expect(200);
    s.shows("TrackerImport", &rehearsed);

    // What the minutes of the meeting say, and what became of it.
    let document_of = Value::from(include_str!("../../examples/minutes.txt"));
    let of_meeting = s.ours(&format!("/v1/meetings/{}/minutes", id::MEETING));
    let reading = s.ours(&format!("/v1/minutes/readings?meeting_id={}", id::MEETING));
    let read = call(&clerk, &Method::POST, &reading, &[], Some(&document_of)).await;
    s.shows("MinutesReading", &read.expect(200));
    let kept = call(&clerk, &Method::POST, &of_meeting, &[], Some(&document_of)).await;
    s.shows("Minutes", &kept.expect(201));
    s.read(&clerk, &of_meeting, "MinutesPage").await;
    let minutes = s.ours(&format!("/v1/minutes/{}", id::MINUTES));
    let drafts = clerk.get(&format!("{minutes}/drafts")).await.expect(200);
    for (theirs, ours) in id::DRAFTS.iter().zip(drafts.each("id")) {
        s.ids.insert((*theirs).to_owned(), ours.to_owned());
    }
    let [said, _, decided, merged, rejected] = id::DRAFTS.map(|id| format!("/v1/drafts/{id}"));
    s.send(&clerk, &said, "DraftUpdate", &[]).await;
    let confirm = format!("{said}/confirm");
    s.send(&clerk, &confirm, "DraftConfirmation", &[]).await;
    s.send(&clerk, &format!("{merged}/merge"), "DraftMerge", &[])
        .await;
    let reject = format!("{rejected}/reject");
    s.send(&clerk, &reject, "DraftRejection", &[]).await;
    let bulk = "/v1/bulk/draft-moves";
    let many = s.send(&clerk, bulk, "BulkDraftMoves", &[]).await;
    s.shows("BulkDraftItems", &many);
    s.read(&clerk, &decided, "Draft").await;
    let asking = format!("{minutes}/drafts?origin=decision&is_action=true&limit=1");
    s.read(&clerk, &asking, "DraftPage").await;
    let changes = format!("{minutes}/changes?limit=1");
    s.read(&clerk, &changes, "MinutesChangePage").await;
    let report = "/v1/reports/coverage?limit=1";
    s.read(&clerk, report, "CoverageGapPage").await;
    let counts = "/v1/reports/coverage-by-committee";
    s.read(&clerk, counts, "CommitteeCoveragePage").await;

    // What the executive responded, and what was corrected since.
    let resolution = format!("/v1/resolutions/{}", id::RESOLUTION);
    s.send(&clerk, &resolution, "ResolutionUpdate", &[]).await;
    let responses = format!("{resolution}/responses");
    let made = s
        .send(
            &clerk,
            &responses,
            "ResponseCreate",
            &[("/id", id::RESPONSE)],
        )
        .await;
    s.shows("ResolutionResponse", &made);
    s.read(&clerk, &responses, "ResolutionResponsePage").await;
    s.read(&clerk, &resolution, "Resolution").await;
    let waiting = "/v1/resolutions?response=given";
    s.read(&clerk, waiting, "ResolutionPage").await;
    for (path, id, request) in [
        ("committees", id::COMMITTEE, "CommitteeUpdate"),
        ("agenda-items", id::ITEM, "AgendaItemUpdate"),
        ("meetings", id::MEETING, "MeetingUpdate"),
        ("posts", id::POST, "PostUpdate"),
        ("delegations", id::DELEGATION, "DelegationUpdate"),
    ] {
        s.send(&clerk, &format!("/v1/{path}/{id}"), request, &[])
            .await;
    }
    let tenure = format!("{tenures}/{}", id::TENURE);
    s.send(&clerk, &tenure, "TenureUpdate", &[]).await;
    s.app.audit_trail().await;
    let history = format!("/v1/delegations/{}/history?limit=1", id::DELEGATION);
    s.read(&auditor, &history, "HistoryPage").await;
    s.read(&app.anonymous(), "/livez", "Health").await;

    // Nothing was left out.
    for operation in operations(&document) {
        let described =
            &document["paths"][operation.path][operation.method.as_str().to_lowercase()];
        if let Some(schema) = schema_of(&described["requestBody"]["content"]) {
            assert!(story.sent.contains(schema), "{schema} is not sent");
        }
        for (status, response) in described["responses"].as_object().unwrap() {
            if let Some(schema) =
                schema_of(&response["content"]).filter(|_| status.starts_with('2'))
            {
                assert!(story.shown.contains(schema), "{schema} is not shown");
            }
        }
    }
}
