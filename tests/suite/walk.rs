//! Walks every operation of the API document that the service serves, as every role, and compares what is out of sight with
//! what does not exist: status, body and headers, byte for byte.
//!
//! There is no list of operations here. One that is new is walked too, or fails the walk until the tables below know it:
//!
//! - [`COLLECTIONS`]: what the id in `/v1/<collection>/{id}/…` names;
//! - [`PARTS`]: a record under another one (`/v1/actions/{id}/evidence/{evidence_id}`), and how one is made;
//! - [`NAMES`]: what an id in a query or a body names;
//! - [`body_of`]: a body that the operation takes.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, App, Council, Folder, Person, with};
use crate::sight::OPERATIONS;

/// No record has it.
const NOBODY: &str = "0144abdd-2200-7000-8000-000000000000";

/// A record that may be out of sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Committee,
    Meeting,
    AgendaItem,
    Resolution,
    Action,
    Delegation,
    Minutes,
    Draft,
    /// A piece of evidence, which is in sight where its action is.
    Evidence,
    /// Posts and tenures, which everybody sees.
    Open,
}

/// What the first id of a path names, by the collection before it.
const COLLECTIONS: &[(&str, Kind)] = &[
    ("committees", Kind::Committee),
    ("meetings", Kind::Meeting),
    ("agenda-items", Kind::AgendaItem),
    ("resolutions", Kind::Resolution),
    ("actions", Kind::Action),
    ("delegations", Kind::Delegation),
    ("minutes", Kind::Minutes),
    ("drafts", Kind::Draft),
    ("posts", Kind::Open),
];

/// A record under another one. It is made by a clerk, or whoever [`maker`] says, on the first hidden record of its kind and on
/// the first in sight.
struct Part {
    /// The list of such records.
    under: &'static str,
    /// The parameter that names one in longer paths.
    parameter: &'static str,
    /// Where it is posted to, and what.
    made_at: &'static str,
    body: fn(&World) -> Value,
}

const PARTS: &[Part] = &[
    Part {
        under: "/v1/posts/{id}/tenures",
        parameter: "tenure_id",
        made_at: "/v1/posts/{id}/tenures",
        body: |_| json!({ "holder_name": "Zoe", "acting": true, "starts_on": "2014-03-01" }),
    },
    Part {
        under: "/v1/actions/{id}/progress-updates",
        parameter: "update_id",
        made_at: "/v1/actions/{id}/progress-updates",
        body: |_| json!({ "narrative": "Begun" }),
    },
    Part {
        under: "/v1/actions/{id}/evidence",
        parameter: "evidence_id",
        made_at: "/v1/actions/{id}/evidence-files?title=A%20note&file_name=note.txt",
        body: |_| json!("Noted."),
    },
    Part {
        under: "/v1/actions/{id}/links",
        parameter: "link_id",
        made_at: "/v1/actions/{id}/links",
        body: |seen| json!({ "kind": "repeats", "to_action_id": seen.ids[&Kind::Action][1] }),
    },
    Part {
        under: "/v1/actions/{id}/completion-claims",
        parameter: "claim_id",
        made_at: "/v1/actions/{id}/claim-completion",
        body: |seen| body_of("claim_completion", seen),
    },
    Part {
        under: "/v1/actions/{id}/verifications",
        parameter: "verification_id",
        made_at: "/v1/actions/{id}/verifications",
        body: |seen| body_of("create_verification", seen),
    },
    Part {
        under: "/v1/actions/{id}/extension-requests",
        parameter: "extension_request_id",
        made_at: "/v1/actions/{id}/extension-requests",
        body: |seen| body_of("create_extension_request", seen),
    },
    Part {
        under: "/v1/resolutions/{id}/responses",
        parameter: "response_id",
        made_at: "/v1/resolutions/{id}/responses",
        body: |seen| body_of("create_response", seen),
    },
];

/// Who makes a part, where it is not the clerk of the walk: what is asked for is granted by somebody else.
fn maker(app: &App, parameter: &str) -> Person {
    match parameter {
        "verification_id" => app.auditor(),
        "extension_request_id" => app.second_clerk(),
        _ => app.clerk(),
    }
}

/// Parameters in paths that are no ids: every action may be asked for the one of that number.
const NUMBERS: &[(&str, &str)] = &[("number", "1")];

/// What an id names that stands in a query or a body, by the beginning of the path and the member's name.
const NAMES: &[(&str, &str, Kind)] = &[
    ("/v1/committees", "successor_id", Kind::Committee),
    ("/v1/posts", "successor_id", Kind::Open),
    ("/v1/actions", "successor_id", Kind::Action),
    ("", "committee_id", Kind::Committee),
    ("", "meeting_id", Kind::Meeting),
    ("", "due_meeting_id", Kind::Meeting),
    ("", "postponed_to_id", Kind::Meeting),
    ("", "agenda_item_id", Kind::AgendaItem),
    ("", "resolution_id", Kind::Resolution),
    ("", "decision_id", Kind::Resolution),
    ("", "supersedes_id", Kind::Resolution),
    ("", "delegation_id", Kind::Delegation),
    ("", "action_id", Kind::Action),
    ("", "draft_id", Kind::Draft),
    ("", "follows_id", Kind::Draft),
    ("", "to_action_id", Kind::Action),
    ("", "evidence_ids", Kind::Evidence),
    ("", "for_post_id", Kind::Open),
    ("", "parent_id", Kind::Action),
    ("", "owner_post_id", Kind::Open),
    ("", "supporting_post_ids", Kind::Open),
    ("", "post_id", Kind::Open),
];

/// A body that an operation takes, with ids of what is in sight. A string is sent as plain text.
fn body_of(operation: &str, seen: &World) -> Value {
    let one = |kind: Kind| seen.ids[&kind][0].clone();
    // The first asked for the actions.
    let decision = || seen.ids[&Kind::Resolution][1].clone();
    match operation {
        "create_committee" => json!({ "code": "NEW", "name": "New" }),
        "create_meeting" => {
            json!({ "committee_id": one(Kind::Committee), "starts_at": "2014-11-03T14:00:00Z" })
        }
        "create_agenda_item" => {
            json!({ "meeting_id": one(Kind::Meeting), "number": "77", "title": "New" })
        }
        "create_resolution" => {
            json!({ "agenda_item_id": one(Kind::AgendaItem), "kind": "noted", "text": "noted" })
        }
        "create_post" => json!({ "title": "New" }),
        "create_tenure" => {
            json!({ "holder_name": "New", "acting": true, "starts_on": "2014-03-01" })
        }
        "create_action" => json!({ "resolution_id": one(Kind::Resolution), "title": "New" }),
        "create_delegation" => json!({
            "committee_id": one(Kind::Committee), "resolution_id": one(Kind::Resolution), "wording": "To accept",
            "delegate": "The Chairman", "starts_on": "2014-03-01",
        }),
        "create_verification" => json!({
            "method": "other", "result": "satisfied", "note": "Seen", "verified_on": "2014-03-10",
        }),
        "create_response" => json!({
            "response": "accepted", "responded_by": "Cabinet", "responded_on": "2014-03-10",
        }),
        "update_meeting" => json!({ "status": "postponed" }),
        "update_committee" | "update_post" => json!({ "ended_on": "2014-12-31" }),
        "update_delegation"
        | "withdraw_extension_request"
        | "update_draft"
        | "confirm_draft"
        | "update_agenda_item"
        | "update_resolution"
        | "update_tenure"
        | "update_action"
        | "open_action"
        | "resume_action" => json!({}),
        "start_action" | "create_progress_update" | "meet_occurrence" => {
            json!({ "narrative": "Begun" })
        }
        "add_evidence" => json!({ "kind": "letter", "title": "From the agency" }),
        "upload_evidence" => json!("Noted."),
        "import_tracker" => json!(TRACKER),
        "create_action_link" => json!({ "kind": "follows", "to_action_id": NOBODY }),
        "split_action" => json!({ "children": [{ "title": "One" }, { "title": "Another" }] }),
        "bulk_create_actions" => {
            json!({ "actions": [{ "resolution_id": one(Kind::Resolution), "title": "New" }] })
        }
        "bulk_move_actions" => {
            let start = json!({ "narrative": "Begun" });
            json!({ "moves": [{ "action_id": NOBODY, "version": 1, "move": "start", "body": start }] })
        }
        "hold_action" => json!({ "reason": "Waiting", "review_on": "2014-05-01" }),
        "claim_completion" => json!({ "narrative": "Done", "no_evidence_reason": "None to show" }),
        "accept_completion" | "grant_extension_request" => {
            json!({ "decision_id": decision() })
        }
        "close_action" => json!({ "outcome": "merged", "successor_id": NOBODY, "reason": "One" }),
        "revise_due_term" => json!({
            "due": { "kind": "date", "due_on": "2014-06-01" }, "reason": "Granted", "decision_id": decision(),
        }),
        "create_extension_request" => {
            json!({ "due": { "kind": "date", "due_on": "2014-06-01" }, "reason": "Late" })
        }
        "create_minutes_reading" | "store_minutes" => json!("RESOLVED that the report be noted."),
        "merge_draft" => json!({ "action_id": NOBODY }),
        "bulk_move_drafts" => {
            json!({ "drafts": [{ "draft_id": one(Kind::Draft), "version": 1, "move": "confirm" }] })
        }
        "reject_draft"
        | "void_action"
        | "withdraw_claim"
        | "refuse_completion"
        | "reopen_action"
        | "withdraw_evidence"
        | "miss_occurrence"
        | "refuse_extension_request" => json!({ "reason": "Because" }),
        other => panic!("walk.rs: give {other} a body in body_of"),
    }
}

/// A tracker of one row.
const TRACKER: &str = "Committee,Meeting,Action,Owner\nCFS,03/03/2014,Report,Clerk\n";

/// The query that a write needs.
fn query_of(operation: &str) -> &'static str {
    match operation {
        "upload_evidence" => "?title=A%20note&file_name=note.txt",
        _ => "",
    }
}

/// What is set otherwise in a body before an id is put into it; null takes a member out.
fn along_with(operation: &str, member: &str) -> Value {
    match (operation, member) {
        ("merge_draft", "draft_id" | "resolution_id") => json!({ "action_id": null }),
        ("create_action", "agenda_item_id") => json!({ "resolution_id": null }),
        ("bulk_create_actions", "agenda_item_id") => json!({ "actions": [{ "title": "New" }] }),
        ("claim_completion", "evidence_ids") => json!({ "no_evidence_reason": null }),
        ("create_resolution", "meeting_id") => json!({ "agenda_item_id": null }),
        ("accept_completion" | "grant_extension_request" | "revise_due_term", "delegation_id") => {
            json!({ "decision_id": null })
        }
        ("close_action", "decision_id") => json!({ "outcome": "lapsed", "successor_id": null }),
        _ => json!({}),
    }
}

/// Query parameters that are no ids and could tell of what is hidden, and a value that finds nothing.
const TELLING: &[(&str, &str)] = &[
    ("code", "ZZZ"),
    ("q", "zyzzyva"),
    ("reference", "CFS/13-14/E099"),
    ("source_reference", "none"),
];

/// Records by kind: those that a person sees, or those that they do not.
#[derive(Debug, Clone, Default)]
struct World {
    ids: BTreeMap<Kind, Vec<String>>,
    /// The parts of the first record of their kind, by parameter.
    parts: BTreeMap<&'static str, String>,
    /// What says that something is there: references, words, natural keys, by query parameter.
    told: BTreeMap<&'static str, Vec<String>>,
}

impl World {
    fn add(&mut self, kind: Kind, id: &str) {
        self.ids.entry(kind).or_default().push(id.to_owned());
    }

    fn tell(&mut self, parameter: &'static str, value: &str) {
        self.told
            .entry(parameter)
            .or_default()
            .push(value.to_owned());
    }

    fn first(&self, kind: Kind) -> Option<&String> {
        self.ids.get(&kind).and_then(|ids| ids.first())
    }

    /// Everything that no answer may hold.
    fn secrets(&self) -> Vec<String> {
        let ids = self.ids.iter().filter(|(kind, _)| **kind != Kind::Open);
        let ids = ids.flat_map(|(_, ids)| ids.clone());
        let parts = self.parts.values().cloned();
        ids.chain(parts)
            .chain(self.told.values().flatten().cloned())
            .collect()
    }
}

/// Somebody, what they see and what they do not.
struct Walker {
    name: &'static str,
    /// Their role as [`OPERATIONS`] has it; `-` for somebody without a token.
    role: char,
    person: Person,
    seen: World,
    hidden: World,
}

/// A service that keeps files in a folder.
async fn start(folder: &Folder) -> App {
    let store = format!("file://{}", folder.path("kept"));
    App::start_with(|config| config.evidence.store = Some(store.parse().unwrap())).await
}

/// Two committees, and in the first some records that are exempt; and things in sight that mention what is not.
async fn council(app: &App) -> Vec<Walker> {
    let ours = Council::found(app).await;
    let theirs = Council::found_as(app, "QXZ", "Director of Public Health").await;
    let clerk = &ours.clerk;
    let post = clerk
        .make("/v1/posts", json!({ "title": "Head of Pay" }))
        .await;
    for (post, subject) in [(&ours.post, "eve"), (&post, "ann")] {
        let tenure =
            json!({ "holder_name": subject, "holder_subject": subject, "starts_on": "2014-01-01" });
        clerk
            .make(&format!("/v1/posts/{post}/tenures"), tenure)
            .await;
    }

    let mut exempt = World::default();
    let item = json!({
        "meeting_id": ours.meeting, "number": "9", "title": "Xylophone dismissals", "exempt": true, "exempt_paragraphs": [1],
    });
    let item = clerk.make("/v1/agenda-items", item).await;
    let text = json!({ "agenda_item_id": item, "kind": "request", "text": "that the xylophone player be paid" });
    let source = json!({ "source": { "system": "minutes", "reference": "hidden-resolution" } });
    let resolution = clerk.make("/v1/resolutions", with(text, source)).await;
    let secret = json!({
        "resolution_id": resolution, "title": "Xylophone settlement", "owner_post_id": post,
        "source": { "system": "minutes", "reference": "hidden-action" },
    });
    let action = with(ours.undated(), secret);
    let secret = clerk.post("/v1/actions", action).await.expect(201);
    exempt.tell("reference", secret.body["reference"].as_str().unwrap());
    exempt.tell("q", "xylophone");
    exempt.tell("source_reference", "hidden-resolution");
    exempt.tell("source_reference", "hidden-action");
    exempt.add(Kind::AgendaItem, &item);
    exempt.add(Kind::Resolution, &resolution);
    exempt.add(Kind::Action, &secret.id());

    let mut foreign = World::default();
    let cornet = json!({ "title": "Cornet lessons", "owner_post_id": post });
    let cornet = clerk
        .post("/v1/actions", with(theirs.undated(), cornet))
        .await
        .expect(201);
    let later = json!({ "committee_id": theirs.committee, "starts_at": "2014-06-09T13:00:00Z" });
    let later = clerk.make("/v1/meetings", later).await;
    foreign.tell("reference", cornet.body["reference"].as_str().unwrap());
    foreign.tell("q", "cornet");
    foreign.tell("code", "QXZ");
    foreign.add(Kind::Committee, &theirs.committee);
    foreign.add(Kind::Meeting, &later);
    foreign.add(Kind::Meeting, &theirs.meeting);
    foreign.add(Kind::AgendaItem, &theirs.item);
    foreign.add(Kind::Resolution, &theirs.resolution);
    foreign.add(Kind::Action, &cornet.id());

    // In sight: an action in each state, and some that mention what is hidden.
    let mut seen = World::default();
    seen.add(Kind::Committee, &ours.committee);
    seen.add(Kind::Meeting, &ours.meeting);
    seen.add(Kind::AgendaItem, &ours.item);
    seen.add(Kind::Resolution, &ours.resolution);
    seen.add(Kind::Resolution, &ours.decision);
    seen.add(Kind::Open, &ours.post);
    for moves in [
        // What belongs to an action is made on the first.
        &[][..],
        &[],
        &["start"],
        &["hold"],
        &["claim-completion"],
        &["claim-completion", "accept-completion"],
    ] {
        let action = ours.action(ours.undated()).await;
        for name in moves {
            let operation = match *name {
                "claim-completion" => "claim_completion".to_owned(),
                "accept-completion" => "accept_completion".to_owned(),
                name => format!("{name}_action"),
            };
            let mover = match *name {
                "start" | "claim-completion" => app.officer("eve"),
                _ => app.clerk(),
            };
            let body = body_of(&operation, &seen);
            mover.moves(&action, name, body).await.expect(200);
        }
        seen.add(Kind::Action, &action);
    }
    let draft = json!({ "resolution_id": ours.resolution, "title": "Draft" });
    seen.add(Kind::Action, &ours.action(draft).await);
    let public = json!({ "resolution_id": resolution, "exempt": false });
    seen.add(
        Kind::Action,
        &ours.action(with(ours.undated(), public)).await,
    );
    let due = json!({ "due": { "kind": "meeting", "meeting_id": later } });
    seen.add(Kind::Action, &ours.action(with(ours.undated(), due)).await);
    for (outcome, into) in [("merged", secret.id()), ("transferred", cornet.id())] {
        let action = ours.action(ours.undated()).await;
        let close = json!({ "outcome": outcome, "reason": "Goes on", "successor_id": into });
        clerk.moves(&action, "close", close).await.expect(200);
        seen.add(Kind::Action, &action);
    }

    // Delegations, two of which were given by what is hidden; and resolutions that wait for a response.
    for (committee, resolution) in [
        (&ours.committee, &ours.resolution),
        (&ours.committee, &resolution),
        (&ours.committee, &theirs.resolution),
        (&theirs.committee, &theirs.resolution),
    ] {
        let body = json!({
            "committee_id": committee, "resolution_id": resolution, "wording": "To accept",
            "delegate": "The Chairman", "starts_on": "2014-03-01",
        });
        let given = clerk.make("/v1/delegations", body).await;
        let world = if *committee == ours.committee {
            &mut seen
        } else {
            &mut foreign
        };
        world.add(Kind::Delegation, &given);
    }
    for id in [&ours.resolution, &resolution, &theirs.resolution] {
        let path = format!("/v1/resolutions/{id}");
        let needed = json!({ "response_needed": true });
        clerk.patch(&path, "*", needed).await.expect(200);
    }

    for (council, what, world) in [
        (&ours, "report", &mut seen),
        (&theirs, "cornet", &mut foreign),
    ] {
        let said = format!(
            "RESOLVED:\n(a) That the {what} be sent.\n(b) That the Head of Pay report to the next meeting.\n"
        );
        let minutes = council.hand_in(&said).await;
        let drafts = clerk.all(&format!("/v1/minutes/{minutes}/drafts")).await;
        for draft in &drafts {
            world.add(Kind::Draft, draft["id"].as_str().unwrap());
        }
        world.add(Kind::Minutes, &minutes);
    }

    let in_sight = seen.clone();
    for part in PARTS {
        for world in [&mut seen, &mut exempt, &mut foreign] {
            let Some(owner) = world.first(kind_of(part.under)).cloned() else {
                continue;
            };
            let path = part.made_at.replace("{id}", &owner);
            let body = (part.body)(&in_sight);
            let headers = [("if-match", "*")];
            if part.parameter == "extension_request_id" {
                // More time is asked for what is not claimed to be done.
                let because = json!({ "reason": "Not yet" });
                clerk
                    .moves(&owner, "withdraw-claim", because)
                    .await
                    .expect(200);
            }
            let maker = maker(app, part.parameter);
            let made = call(&maker, &Method::POST, &path, &headers, Some(&body)).await;
            let id = if made.status == 201 {
                made.id()
            } else {
                made.expect(200);
                let list = part.under.replace("{id}", &owner);
                let listed = clerk.all(&list).await;
                listed.last().unwrap()["id"].as_str().unwrap().to_owned()
            };
            if part.parameter == "evidence_id" {
                world.add(Kind::Evidence, &id);
            }
            world.parts.insert(part.parameter, id);
        }
    }

    let mut both = exempt.clone();
    for (kind, ids) in &foreign.ids {
        both.ids.entry(*kind).or_default().extend(ids.clone());
    }
    both.told.clear();
    let walker = |name, role, person, hidden: &World| Walker {
        name,
        role,
        person,
        seen: seen.clone(),
        hidden: hidden.clone(),
    };
    let limited = |person: Person| person.limited_to(&["CFS"]);
    vec![
        walker("reader", 'r', app.reader(), &exempt),
        walker("officer of no post", 'o', app.officer("bob"), &exempt),
        walker("officer of another post", 'o', app.officer("eve"), &exempt),
        walker("reader elsewhere", 'r', limited(app.reader()), &foreign),
        walker(
            "officer elsewhere",
            'o',
            limited(app.officer("eve")),
            &foreign,
        ),
        walker("clerk elsewhere", 'c', limited(app.clerk()), &foreign),
        walker("auditor elsewhere", 'a', limited(app.auditor()), &foreign),
        walker("admin", 'd', app.admin(), &both),
        walker("nobody", '-', app.anonymous(), &both),
    ]
}

fn kind_of(path: &str) -> Kind {
    let collection = path.split('/').nth(2).unwrap_or_default();
    COLLECTIONS
        .iter()
        .find(|(name, _)| *name == collection)
        .unwrap_or_else(|| panic!("walk.rs: say in COLLECTIONS what {{id}} of {path} names"))
        .1
}

fn named(path: &str, member: &str) -> Kind {
    NAMES
        .iter()
        .find(|(beginning, name, _)| path.starts_with(beginning) && *name == member)
        .unwrap_or_else(|| panic!("walk.rs: say in NAMES what {member} of {path} names"))
        .2
}

/// An operation of the document.
pub(crate) struct Operation<'d> {
    document: &'d Value,
    pub(crate) method: Method,
    pub(crate) path: &'d str,
    pub(crate) id: &'d str,
    described: &'d Value,
}

pub(crate) fn operations(document: &Value) -> Vec<Operation<'_>> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, described) in item.as_object().unwrap() {
            let Ok(method) = Method::from_bytes(method.to_uppercase().as_bytes()) else {
                continue;
            };
            let Some(id) = described["operationId"].as_str() else {
                continue;
            };
            found.push(Operation {
                document,
                method,
                path,
                id,
                described,
            });
        }
    }
    assert!(found.len() > 40, "the document has its operations");
    found
}

impl Operation<'_> {
    pub(crate) fn reads(&self) -> bool {
        self.method == Method::GET
    }

    pub(crate) fn allows(&self, role: char) -> bool {
        OPERATIONS
            .iter()
            .find(|(method, path, _)| *method == self.method.as_str() && *path == self.path)
            .is_some_and(|(_, _, roles)| roles.contains(role))
    }

    /// Its parameters of a kind (`query`, `path`), by name, with their schemas.
    pub(crate) fn parameters(&self, place: &str) -> Vec<(&str, &Value)> {
        let all = self.described["parameters"]
            .as_array()
            .into_iter()
            .flatten();
        all.filter(|parameter| parameter["in"] == place)
            .map(|parameter| (parameter["name"].as_str().unwrap(), &parameter["schema"]))
            .collect()
    }

    /// Its path, with the first id and those of the parts below it put in.
    fn path_to(&self, id: &str, parts: &dyn Fn(&'static str) -> String) -> String {
        let mut path = self.path.replace("{id}", id);
        for (name, _) in self.parameters("path") {
            if name == "id" {
                continue;
            }
            if let Some((_, number)) = NUMBERS.iter().find(|(n, _)| *n == name) {
                path = path.replace(&format!("{{{name}}}"), number);
                continue;
            }
            let part = PARTS
                .iter()
                .find(|part| part.parameter == name && self.path.starts_with(part.under));
            let part = part.unwrap_or_else(|| {
                panic!(
                    "walk.rs: say in PARTS what {{{name}}} of {} names",
                    self.path
                )
            });
            path = path.replace(&format!("{{{name}}}"), &parts(part.parameter));
        }
        path
    }

    /// The members of its body that are written in a format (`uuid`, `date`): the way to each, and its name.
    pub(crate) fn members_of(&self, format: &str) -> Vec<(Vec<Step>, String)> {
        let mut found = Vec::new();
        let content = self.described["requestBody"]["content"].as_object();
        for media in content.into_iter().flat_map(|content| content.values()) {
            self.search(format, &media["schema"], &mut Vec::new(), &mut found);
        }
        found
    }

    fn search(
        &self,
        format: &str,
        schema: &Value,
        way: &mut Vec<Step>,
        found: &mut Vec<(Vec<Step>, String)>,
    ) {
        assert!(way.len() < 12, "{}: a body without an end", self.id);
        if let Some(reference) = schema["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            self.search(format, self.document.pointer(pointer).unwrap(), way, found);
        }
        if schema["format"] == format {
            let member = way.iter().rev().find_map(|step| match step {
                Step::Member(name) => Some(name.clone()),
                _ => None,
            });
            found.push((way.clone(), member.unwrap()));
        }
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            way.push(Step::Member(name.clone()));
            self.search(format, member, way, found);
            way.pop();
        }
        if schema["items"].is_object() {
            way.push(Step::First);
            self.search(format, &schema["items"], way, found);
            way.pop();
        }
        for word in ["oneOf", "anyOf", "allOf"] {
            for variant in schema[word].as_array().into_iter().flatten() {
                let pointer = variant["$ref"].as_str().unwrap_or("#/none");
                let resolved = self.document.pointer(pointer.trim_start_matches('#'));
                let kind = &resolved.unwrap_or(variant)["properties"]["kind"];
                let kind = kind["enum"][0].as_str().or(kind["const"].as_str());
                if let (Some(kind), "oneOf") = (kind, word) {
                    way.push(Step::Kind(kind.to_owned()));
                    self.search(format, variant, way, found);
                    way.pop();
                } else {
                    self.search(format, variant, way, found);
                }
            }
        }
    }
}

/// A step on the way into a body.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    Member(String),
    /// The first element of a list.
    First,
    /// The variant of that kind.
    Kind(String),
}

/// Puts an id at the end of a way into a body.
pub(crate) fn put(body: &mut Value, way: &[Step], id: &str) {
    match way.split_first() {
        None => *body = json!(id),
        Some((Step::Member(name), rest)) => {
            if !body.is_object() {
                *body = json!({});
            }
            put(&mut body[name.as_str()], rest, id);
        }
        Some((Step::First, rest)) => {
            if body.as_array().is_none_or(Vec::is_empty) {
                *body = json!([null]);
            }
            put(&mut body[0], rest, id);
        }
        Some((Step::Kind(kind), rest)) => {
            *body = json!({ "kind": kind });
            put(body, rest, id);
        }
    }
}

/// Headers that differ from one request to the next.
/// Whether a connection is closed depends on how much of a body had arrived when the answer was made.
const PASSING: &[&str] = &[
    "date",
    "x-request-id",
    "traceresponse",
    "ratelimit",
    "connection",
];

/// An answer as far as two must be alike: the ids that were asked for, and what is new in each request, are left out.
fn told(answer: &Answer, asked: &[&str]) -> String {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !PASSING.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let mut whole = format!(
        "{}\n{}\n\n{}",
        answer.status,
        headers.join("\n"),
        answer.text
    );
    if let Some(request) = answer.body["request_id"].as_str() {
        whole = whole.replace(request, "REQUEST");
    }
    for id in asked {
        whole = whole.replace(id, "ASKED");
    }
    whole
}

pub(crate) async fn call(
    person: &Person,
    method: &Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Answer {
    let mut request = person.request(method.clone(), path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::to(match body {
        Some(Value::String(text)) => request
            .header("content-type", "text/plain")
            .body(text.clone()),
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

pub(crate) async fn document(app: &App) -> Value {
    app.anonymous().get("/openapi.json").await.expect(200).body
}

/// Every operation on one record, asked of a hidden one and of none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_hidden_answers_on_every_path_like_what_is_missing() {
    let folder = Folder::create();
    let app = start(&folder).await;
    let walkers = council(&app).await;
    let document = document(&app).await;
    let insider = app.auditor();
    for operation in operations(&document) {
        if !operation.path.contains('{') {
            continue;
        }
        let kind = kind_of(operation.path);
        // Called before anything else, so that what the tables lack is told at once.
        let missing = operation.path_to(NOBODY, &|_| NOBODY.to_owned());
        if kind == Kind::Open {
            continue;
        }
        for walker in &walkers {
            let body = (!operation.reads()).then(|| body_of(operation.id, &walker.seen));
            for id in walker.hidden.ids.get(&kind).into_iter().flatten() {
                let parts = |name| {
                    let part = walker.hidden.parts.get(name);
                    part.map_or_else(|| NOBODY.to_owned(), Clone::clone)
                };
                let hidden = operation.path_to(id, &parts);
                let asked: Vec<&str> = walker.hidden.parts.values().map(String::as_str).collect();
                let asked = [asked.as_slice(), &[id.as_str(), NOBODY]].concat();
                let record = if operation.reads() {
                    hidden.clone()
                } else {
                    let collection = operation.path.split('/').nth(2).unwrap();
                    format!("/v1/{collection}/{id}")
                };
                let etag = insider.get(&record).await.header("etag").to_owned();
                let needed = query_of(operation.id);
                let mut variants: Vec<(&str, Vec<(&str, &str)>)> = vec![(needed, vec![])];
                if operation.reads() {
                    variants.push(("", vec![("if-none-match", "*")]));
                    variants.push(("", vec![("if-none-match", &etag)]));
                    for (name, _) in operation.parameters("query") {
                        match name {
                            "as_of" => variants.push(("?as_of=2014-03-10T12:00:00Z", vec![])),
                            "on" => variants.push(("?on=2014-03-10", vec![])),
                            "limit" => variants.push(("?limit=1", vec![])),
                            "cursor" => variants.push(("?cursor=x", vec![])),
                            _ => {}
                        }
                    }
                } else {
                    variants.push((needed, vec![("if-match", "*")]));
                    variants.push((needed, vec![("if-match", &etag)]));
                    variants.push((needed, vec![("if-match", "\"9.0\"")]));
                    let keyed = vec![("if-match", "*"), ("idempotency-key", "walk")];
                    variants.push((needed, keyed));
                }
                for (query, headers) in &variants {
                    if headers.iter().any(|(_, value)| value.is_empty()) {
                        continue;
                    }
                    let story = format!(
                        "{}: {} {}{query} {headers:?}",
                        walker.name, operation.method, operation.path
                    );
                    let mut methods = vec![operation.method.clone()];
                    if operation.reads() {
                        methods.push(Method::HEAD);
                    }
                    for method in methods {
                        let there = format!("{hidden}{query}");
                        let nowhere = format!("{missing}{query}");
                        let person = &walker.person;
                        let one = call(person, &method, &there, headers, body.as_ref()).await;
                        let other = call(person, &method, &nowhere, headers, body.as_ref()).await;
                        assert_eq!(told(&one, &asked), told(&other, &asked), "{story}");
                        assert!(one.header("etag").is_empty(), "{story}");
                        let plain = if operation.reads() {
                            !query.contains("cursor")
                        } else {
                            headers.contains(&("if-match", "*"))
                        };
                        if plain && operation.allows(walker.role) {
                            assert_eq!(one.status, 404, "{story}: {}", one.text);
                        }
                        assert!(one.status >= 400, "{story}: {}", one.text);
                    }
                }
            }
        }
    }
}

/// Every list, narrowed to what is hidden and to what is missing; and no answer holds anything of what is hidden.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_list_and_no_record_in_sight_tells_of_what_is_hidden() {
    let folder = Folder::create();
    let app = start(&folder).await;
    let walkers = council(&app).await;
    let document = document(&app).await;
    for operation in operations(&document).iter().filter(|o| o.reads()) {
        for walker in walkers.iter().filter(|walker| walker.role != '-') {
            let person = &walker.person;
            let paths: Vec<String> = if operation.path.contains("{id}") {
                let seen = walker.seen.ids[&kind_of(operation.path)].iter();
                let part = |name| walker.seen.parts[name].clone();
                seen.map(|id| operation.path_to(id, &part)).collect()
            } else {
                vec![operation.path.to_owned()]
            };
            for path in paths {
                let quiet = |answer: &Answer, story: &str| {
                    for secret in walker.hidden.secrets() {
                        let asked = story.contains(&secret);
                        let text = answer.text.to_lowercase();
                        let telling = text.contains(&secret.to_lowercase()) && !asked;
                        assert!(
                            !telling,
                            "{}: {story}: {secret} in {}",
                            walker.name, answer.text
                        );
                    }
                };
                let whole = person.get(&path).await;
                quiet(&whole, &path);
                if !operation.path.starts_with("/v1/") || whole.status != 200 {
                    continue;
                }
                for (name, schema) in operation.parameters("query") {
                    for value in values(&document, schema) {
                        let path = format!("{path}?{name}={value}");
                        let answer = person.get(&path).await;
                        // Some go only together with another.
                        assert!(
                            matches!(answer.status, 200 | 400),
                            "{path}: {}",
                            answer.text
                        );
                        quiet(&answer, &path);
                    }
                    let ask = async |value: &str| {
                        let system = match name {
                            "source_reference" => "&source_system=minutes",
                            _ => "",
                        };
                        person.get(&format!("{path}?{name}={value}{system}")).await
                    };
                    if name == "as_of" {
                        quiet(&ask("2014-03-10T12:00:00Z").await.expect(200), &path);
                    }
                    let pairs: Vec<(String, &str)> = if schema["format"] == "uuid" {
                        let kind = named(operation.path, name);
                        let hidden = walker.hidden.ids.get(&kind).into_iter().flatten();
                        hidden
                            .filter(|_| kind != Kind::Open)
                            .map(|id| (id.clone(), NOBODY))
                            .collect()
                    } else if let Some((_, nothing)) = TELLING.iter().find(|(n, _)| *n == name) {
                        let hidden = walker.hidden.told.get(name).into_iter().flatten();
                        hidden.map(|value| (value.clone(), *nothing)).collect()
                    } else {
                        Vec::new()
                    };
                    for (hidden, missing) in pairs {
                        let (one, other) = (ask(&hidden).await, ask(missing).await);
                        let story = format!("{}: {path}?{name}={hidden}", walker.name);
                        assert_eq!(one.status, 200, "{story}: {}", one.text);
                        assert_eq!(told(&one, &[]), told(&other, &[]), "{story}");
                    }
                }
                if whole.body["items"].is_array() {
                    // Row by row there are as many pages as rows in sight, and none that is short or empty.
                    let rows = person.all(&path).await;
                    let mut next = format!("{path}?limit=1");
                    for (n, row) in rows.iter().enumerate() {
                        let page = person.get(&next).await.expect(200);
                        assert_eq!(page.items(), std::slice::from_ref(row), "{next}");
                        let cursor = page.body["next_cursor"].as_str();
                        assert_eq!(cursor.is_some(), n + 1 < rows.len(), "{next}");
                        next = format!("{path}?limit=1&cursor={}", cursor.unwrap_or_default());
                    }
                }
            }
        }
    }
}

/// The values of a parameter that has few.
fn values(document: &Value, schema: &Value) -> Vec<String> {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    if schema["type"] == "boolean" {
        return vec!["true".to_owned(), "false".to_owned()];
    }
    let words = schema["enum"].as_array().into_iter().flatten();
    words
        .filter_map(|word| word.as_str().map(str::to_owned))
        .collect()
}

/// Every write that may name another record, with a hidden one and with none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_names_what_is_hidden_is_refused_like_one_that_names_what_is_missing() {
    let folder = Folder::create();
    let app = start(&folder).await;
    let walkers = council(&app).await;
    let document = document(&app).await;
    let mut looked_at: BTreeMap<(String, String), bool> = BTreeMap::new();
    for operation in operations(&document).iter().filter(|o| !o.reads()) {
        for (way, member) in operation.members_of("uuid") {
            let kind = named(operation.path, &member);
            if kind == Kind::Open {
                continue;
            }
            for walker in walkers.iter().filter(|w| operation.allows(w.role)) {
                for id in walker.hidden.ids.get(&kind).into_iter().flatten() {
                    let targets = if operation.path.contains("{id}") {
                        walker.seen.ids[&kind_of(operation.path)].clone()
                    } else {
                        vec![NOBODY.to_owned()]
                    };
                    for target in targets {
                        let part = |name| walker.seen.parts[name].clone();
                        let path = operation.path_to(&target, &part);
                        let ask = async |id: &str| {
                            let base = body_of(operation.id, &walker.seen);
                            let mut body = with(base, along_with(operation.id, &member));
                            if let Some(members) = body.as_object_mut() {
                                members.retain(|_, value| !value.is_null());
                            }
                            put(&mut body, &way, id);
                            let headers = [("if-match", "*")];
                            let method = &operation.method;
                            call(&walker.person, method, &path, &headers, Some(&body)).await
                        };
                        let (one, other) = (ask(id).await, ask(NOBODY).await);
                        let story = format!("{}: {} {member}", walker.name, operation.id);
                        let asked = [id.as_str(), NOBODY];
                        assert_eq!(told(&one, &asked), told(&other, &asked), "{story}");
                        assert!(one.status >= 400, "{story}: {}", one.text);
                        let mut errors = one.body["errors"].as_array().into_iter().flatten();
                        let found = errors.any(|error| {
                            let pointer = error["pointer"].as_str().unwrap();
                            // A row of many is refused as a request by itself would be.
                            error["code"] == "not-found"
                                || (error["code"] == "not_found" && pointer.contains(&member))
                        });
                        let key = (operation.id.to_owned(), member.clone());
                        *looked_at.entry(key).or_default() |= found;
                    }
                }
            }
        }
    }
    let never: Vec<_> = looked_at.iter().filter(|(_, found)| !**found).collect();
    assert!(
        never.is_empty(),
        "walk.rs: no body got so far that the record was looked for: {never:?}. Give along_with what it takes."
    );
    assert!(looked_at.len() > 10, "{looked_at:?}");
}

/// What the tables cannot say: numbers without gaps, keys of others, and the one thing that tells, as the documents say.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn references_keys_and_cursors_tell_nothing_either() {
    let app = App::start().await;
    let ours = Council::found(&app).await;
    let theirs = Council::found_as(&app, "HEA", "Director of Public Health").await;
    let clerk = &ours.clerk;
    let mut numbers = Vec::new();
    for n in 0..6 {
        let exempt = json!({ "exempt": n % 2 == 1 });
        let made = clerk
            .post("/v1/actions", with(ours.undated(), exempt))
            .await
            .expect(201);
        numbers.push(made.body["reference"].as_str().unwrap().to_owned());
    }
    let public: Vec<_> = numbers.iter().step_by(2).collect();
    assert_eq!(public, ["CFS/13-14/001", "CFS/13-14/002", "CFS/13-14/003"]);

    // The same person with a token for less is not shown what was answered to the one for more.
    let body = with(theirs.undated(), json!({ "title": "Cornet lessons" }));
    let key = [("idempotency-key", "k1")];
    let made = clerk.post_with("/v1/actions", &key, body.clone()).await;
    let made = made.expect(201).id();
    let limited = app.clerk().limited_to(&["CFS"]);
    let again = limited.post_with("/v1/actions", &key, body).await;
    assert_eq!(
        again.problem(422, "validation").pointers(),
        ["/resolution_id"]
    );
    let replayed = clerk.get(&format!("/v1/actions/{made}")).await.expect(200);
    assert_eq!(replayed.body["version"], 1);

    // A natural key is one for the whole service: that it is taken is told, and nothing of what took it.
    let source = json!({ "source": { "system": "minutes", "reference": "1" } });
    let taken = clerk
        .make("/v1/actions", with(theirs.undated(), source.clone()))
        .await;
    let told = limited
        .post("/v1/actions", with(ours.undated(), source))
        .await
        .problem(409, "natural-key-conflict");
    assert!(!told.text.contains(&taken), "{}", told.text);
    assert_eq!(told.body.get("existing"), None);

    // A cursor of somebody else is refused like one that never was.
    let page = clerk.get("/v1/actions?limit=1").await.expect(200);
    let cursor = page.body["next_cursor"].as_str().unwrap();
    for cursor in [cursor, "AAAA"] {
        app.reader()
            .get(&format!("/v1/actions?limit=1&cursor={cursor}"))
            .await
            .problem(400, "bad-cursor");
    }
}
