//! Whatever happens: for any sequence of moves and changes of the calendar, what is shown follows from the history, nothing
//! illegal is accepted, and the original due term and the age stay.

use std::collections::HashMap;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, TimeDelta, Utc};
use matters_arising::clock::{Clock as _, london_day};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

use crate::harness::{Answer, App, Council, Person};

/// A due term to be set; meetings by their place in the list of those that there are.
#[derive(Debug, Clone)]
enum Due {
    Date(u64),
    Meeting(usize),
    NextMeeting,
    Months(u32),
    Quarterly,
    EachMeeting,
    Vague,
}

/// Something that somebody tries.
#[derive(Debug, Clone)]
enum Step {
    Record(Due, bool),
    Move(usize, usize, usize),
    Revise(usize, Due),
    Extend(usize, Due, bool),
    Update(usize, usize),
    Meet(usize, i64),
    MoveMeeting(usize, i64),
    SetStatus(usize, &'static str),
    Postpone(usize, usize),
    AddMeeting(i64),
    Pass(i64),
}

fn dues() -> impl Strategy<Value = Due> {
    prop_oneof![
        (0u64..200).prop_map(Due::Date),
        (0usize..6).prop_map(Due::Meeting),
        Just(Due::NextMeeting),
        (1u32..8).prop_map(Due::Months),
        Just(Due::Quarterly),
        Just(Due::EachMeeting),
        Just(Due::Vague),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let action = 0usize..3;
    let meeting = 0usize..6;
    let status = prop::sample::select(vec!["scheduled", "held", "cancelled"]);
    prop::collection::vec(
        prop_oneof![
            2 => (dues(), any::<bool>()).prop_map(|(due, open)| Step::Record(due, open)),
            10 => (action.clone(), 0usize..MOVES.len(), 0usize..6).prop_map(|(a, m, p)| Step::Move(a, m, p)),
            1 => (action.clone(), dues()).prop_map(|(a, due)| Step::Revise(a, due)),
            2 => (action.clone(), dues(), any::<bool>()).prop_map(|(a, due, granted)| Step::Extend(a, due, granted)),
            2 => (action.clone(), 0usize..6).prop_map(|(a, p)| Step::Update(a, p)),
            3 => (action, 0i64..3).prop_map(|(a, later)| Step::Meet(a, later)),
            3 => (meeting.clone(), -40i64..60).prop_map(|(m, days)| Step::MoveMeeting(m, days)),
            3 => (meeting.clone(), status).prop_map(|(m, status)| Step::SetStatus(m, status)),
            2 => (meeting.clone(), meeting).prop_map(|(m, to)| Step::Postpone(m, to)),
            1 => (1i64..120).prop_map(Step::AddMeeting),
            3 => (1i64..40).prop_map(Step::Pass),
        ],
        8..40,
    )
}

/// The moves with what each needs; which persons may make each, and where it leads, stands in [`legal`].
const MOVES: [&str; 11] = [
    "open",
    "void",
    "start",
    "hold",
    "resume",
    "claim-completion",
    "withdraw-claim",
    "refuse-completion",
    "accept-completion",
    "close",
    "reopen",
];

fn body(of: &str, decision: &str, delegation: &str) -> Value {
    match of {
        "start" => json!({ "narrative": "Begun." }),
        "hold" => json!({ "reason": "Waits.", "review_on": "2015-06-01" }),
        "claim-completion" => json!({ "narrative": "Done.", "no_evidence_reason": "None." }),
        "accept-completion" => json!({ "delegation_id": delegation }),
        "close" => json!({ "outcome": "lapsed", "reason": "Overtaken.", "decision_id": decision }),
        "open" | "resume" => json!({}),
        _ => json!({ "reason": "Because." }),
    }
}

/// Who asks, in the order of the steps' numbers.
const OWNER: usize = 0;
const CLERK: usize = 2;
const SECOND_CLERK: usize = 3;
const AUDITOR: usize = 4;
const SUBJECTS: [&str; 6] = [
    "ann",
    "stranger",
    "clerk",
    "second-clerk",
    "auditor",
    "reader",
];

/// The field's table, once more: where a move leads from a state for that person, or nowhere.
fn legal(state: &str, asked: &str, person: usize, claimant: Option<&str>) -> Option<&'static str> {
    let clerk = matches!(person, CLERK | SECOND_CLERK);
    let owner = person == OWNER;
    match (state, asked) {
        ("draft", "open") if clerk => Some("open"),
        ("draft", "void") if clerk => Some("void"),
        ("open", "start") | ("on_hold", "resume") | ("completion_claimed", "withdraw-claim")
            if owner || clerk =>
        {
            Some("in_progress")
        }
        ("open" | "in_progress", "claim-completion") if owner || clerk => {
            Some("completion_claimed")
        }
        ("open" | "in_progress", "hold") if clerk => Some("on_hold"),
        ("completion_claimed", "refuse-completion") if clerk => Some("in_progress"),
        ("completion_claimed", "accept-completion")
            if clerk && claimant != Some(SUBJECTS[person]) =>
        {
            Some("closed")
        }
        ("open" | "in_progress" | "on_hold", "close") if clerk => Some("closed"),
        ("closed", "reopen") if clerk || person == AUDITOR => Some("in_progress"),
        _ => None,
    }
}

/// What a case keeps of an action to compare with later.
struct Kept {
    id: String,
    first_term: Option<Value>,
    original: Option<Value>,
}

struct Case<'a> {
    app: &'a App,
    council: Council,
    delegation: String,
    people: Vec<Person>,
    meetings: Vec<String>,
    actions: Vec<Kept>,
}

fn starts_at(meeting: &Value) -> DateTime<Utc> {
    meeting["starts_at"].as_str().unwrap().parse().unwrap()
}

fn day(value: &Value) -> Option<NaiveDate> {
    value.as_str().map(|text| text.parse().unwrap())
}

impl<'a> Case<'a> {
    async fn begin(app: &'a App, number: usize) -> Self {
        app.at("2014-03-10T12:00:00Z");
        let council = Council::found_as(app, &format!("C{number}"), "Director").await;
        council.appoint("ann").await;
        let people = vec![
            app.officer("ann"),
            app.officer("stranger"),
            app.clerk(),
            app.second_clerk(),
            app.auditor(),
            app.reader(),
        ];
        let mut case = Self {
            meetings: vec![council.meeting.clone()],
            delegation: council.delegate().await,
            app,
            council,
            people,
            actions: Vec::new(),
        };
        for month in [4, 6, 9] {
            case.add_meeting(&format!("2014-0{month}-09T13:00:00Z"))
                .await;
        }
        for due in [Due::NextMeeting, Due::Meeting(1), Due::Date(20)] {
            case.record(&due, true).await;
        }
        case
    }

    async fn add_meeting(&mut self, starts_at: &str) {
        let body = json!({ "committee_id": self.council.committee, "starts_at": starts_at });
        self.meetings
            .push(self.council.clerk.make("/v1/meetings", body).await);
    }

    fn today(&self) -> NaiveDate {
        self.app.clock.today()
    }

    fn due(&self, due: &Due) -> Value {
        let mut term = match due {
            Due::Date(days) => json!({ "kind": "date", "due_on": self.today() + Days::new(*days) }),
            Due::Meeting(n) => {
                json!({ "kind": "meeting", "meeting_id": self.meetings[n % self.meetings.len()] })
            }
            Due::NextMeeting => json!({ "kind": "next_meeting" }),
            Due::Months(count) => {
                json!({ "kind": "period", "period": { "count": count, "unit": "months" } })
            }
            Due::Quarterly => json!({ "kind": "recurring", "frequency": "quarterly" }),
            Due::EachMeeting => json!({ "kind": "recurring", "frequency": "each_meeting" }),
            Due::Vague => json!({ "kind": "vague", "wording": "in due course" }),
        };
        term["review_on"] = json!("2015-01-05");
        term
    }

    async fn record(&mut self, due: &Due, open: bool) {
        let body = json!({
            "resolution_id": self.council.resolution, "title": "Figures", "owner_post_id": self.council.post,
            "due": self.due(due), "state": if open { "open" } else { "draft" },
        });
        let answer = self.council.clerk.post("/v1/actions", body).await;
        if answer.status == 201 {
            let kept = Kept {
                id: answer.id(),
                first_term: None,
                original: None,
            };
            if self.actions.len() < 3 {
                self.actions.push(kept);
            } else {
                self.actions[0] = kept;
            }
        }
    }

    async fn read(&self, action: usize) -> Value {
        let path = format!("/v1/actions/{}", self.actions[action].id);
        self.people[AUDITOR].get(&path).await.expect(200).body
    }

    async fn ask(&self, person: usize, action: usize, path: &str, body: Value) -> Answer {
        self.people[person]
            .moves(&self.actions[action].id, path, body)
            .await
    }

    async fn meeting(&self, number: usize, patch: Value) {
        let path = format!(
            "/v1/meetings/{}",
            self.meetings[number % self.meetings.len()]
        );
        self.council.clerk.patch(&path, "*", patch).await;
    }

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Record(due, open) => self.record(due, *open).await,
            Step::Move(action, asked, person) => {
                self.make_move(*action, MOVES[*asked], *person).await;
            }
            Step::Revise(action, due) => {
                let (due_now, chair) = (self.due(due), &self.delegation);
                let body = json!({ "due": due_now, "reason": "Agreed.", "delegation_id": chair });
                let answer = self.ask(CLERK, *action, "due-terms", body).await;
                if answer.status == 200 {
                    assert_eq!(answer.body["due"]["kind"], self.due(due)["kind"]);
                }
            }
            Step::Extend(action, due, granted) => self.extend(*action, due, *granted).await,
            Step::Update(action, person) => {
                let before = self.read(*action).await;
                let body = json!({ "narrative": "So far.", "percent_complete": 30 });
                let path = format!("/v1/actions/{}/progress-updates", self.actions[*action].id);
                let answer = self.people[*person].post(&path, body).await;
                let state = before["state"].as_str().unwrap();
                let able = matches!(*person, OWNER | CLERK | SECOND_CLERK);
                let due = matches!(
                    state,
                    "open" | "in_progress" | "on_hold" | "completion_claimed"
                );
                assert_eq!(
                    answer.status == 201,
                    able && due,
                    "{state}: {}",
                    answer.text
                );
            }
            Step::Meet(action, later) => {
                let current = self.read(*action).await["due"]["occurrence"].as_i64();
                let number = current.unwrap_or(1) + later;
                let path = format!("occurrences/{number}/meet");
                let answer = self
                    .ask(OWNER, *action, &path, json!({ "narrative": "Reported." }))
                    .await;
                if answer.status == 200 {
                    // Each occurrence has an original day of its own.
                    self.actions[*action].original = None;
                }
            }
            Step::MoveMeeting(meeting, days) => {
                let path = format!(
                    "/v1/meetings/{}",
                    self.meetings[meeting % self.meetings.len()]
                );
                let meeting_now = self.council.clerk.get(&path).await.expect(200).body;
                let starts_at: chrono::DateTime<chrono::Utc> =
                    meeting_now["starts_at"].as_str().unwrap().parse().unwrap();
                self.meeting(
                    *meeting,
                    json!({ "starts_at": starts_at + TimeDelta::days(*days) }),
                )
                .await;
            }
            Step::SetStatus(meeting, status) => {
                self.meeting(
                    *meeting,
                    json!({ "status": status, "postponed_to_id": null }),
                )
                .await;
            }
            Step::Postpone(meeting, to) => {
                let to = &self.meetings[to % self.meetings.len()];
                self.meeting(
                    *meeting,
                    json!({ "status": "postponed", "postponed_to_id": to }),
                )
                .await;
            }
            Step::AddMeeting(days) => {
                let starts_at = self.app.clock.now() + TimeDelta::days(*days);
                self.add_meeting(&starts_at.to_rfc3339()).await;
            }
            Step::Pass(days) => self.app.clock.advance(TimeDelta::days(*days)),
        }
    }

    async fn make_move(&mut self, action: usize, asked: &str, person: usize) {
        let before = self.read(action).await;
        let (state, claimant) = (
            before["state"].as_str().unwrap(),
            before["claimed_by"].as_str(),
        );
        let body = body(asked, &self.council.decision, &self.delegation);
        let answer = self.ask(person, action, asked, body).await;
        match legal(state, asked, person, claimant) {
            Some(_) if asked == "close" && !self.decides().await => {
                let refused = answer.problem(422, "validation");
                assert_eq!(refused.pointers(), ["/decision_id"]);
                assert_eq!(self.read(action).await, before);
            }
            Some(to) => assert_eq!(answer.expect(200).body["state"], to),
            None => {
                assert!(
                    matches!(answer.status, 403 | 409),
                    "{state} {asked} {person}: {}",
                    answer.text
                );
                let mut after = self.read(action).await;
                // An attempt to accept one's own claim leaves an entry in the history, and nothing else.
                after["version"] = before["version"].clone();
                assert_eq!(after, before);
            }
        }
    }

    /// Whether the meeting that decides has taken place by now, as the calendar has it.
    async fn decides(&self) -> bool {
        let path = format!("/v1/meetings/{}", self.council.meeting);
        let meeting = self.council.clerk.get(&path).await.expect(200).body;
        let stands = matches!(meeting["status"].as_str(), Some("scheduled" | "held"));
        stands && london_day(starts_at(&meeting)) <= self.today()
    }

    async fn extend(&mut self, action: usize, due: &Due, granted: bool) {
        let path = format!("/v1/actions/{}/extension-requests", self.actions[action].id);
        let body = json!({ "due": self.due(due), "reason": "More time." });
        let request = self.people[OWNER].post(&path, body).await;
        if request.status != 201 {
            return;
        }
        let before = self.read(action).await;
        let (decide, body) = if granted {
            ("grant", json!({ "delegation_id": self.delegation }))
        } else {
            ("refuse", json!({ "reason": "No." }))
        };
        let path = format!("{path}/{}/{decide}", request.id());
        let answer = self.people[CLERK]
            .post_with(&path, &[("if-match", "*")], body)
            .await;
        let revisions = self.read(action).await["due"]["revisions"]
            .as_i64()
            .unwrap();
        let more = i64::from(granted && answer.status == 200);
        assert_eq!(
            revisions,
            before["due"]["revisions"].as_i64().unwrap() + more
        );
    }

    /// Compares what is shown of an action with what its history and the calendar say.
    async fn check(&mut self, action: usize, calendar: &[Value]) {
        let shown = self.read(action).await;
        let path = format!("/v1/actions/{}", self.actions[action].id);
        let history = self.people[AUDITOR].all(&format!("{path}/history")).await;
        let mut folded = Map::new();
        for entry in &history {
            if let Some(after) = entry["after"].as_object() {
                folded.extend(after.clone());
            }
        }
        let folded = Value::Object(folded);
        Self::check_stored(&shown, &folded);
        self.check_derived(&shown, &folded);
        let terms = self.people[AUDITOR].all(&format!("{path}/due-terms")).await;
        if !matches!(shown["state"].as_str(), Some("closed" | "void")) {
            let deciding = calendar
                .iter()
                .find(|m| m["id"] == json!(self.council.meeting));
            let decided = starts_at(deciding.unwrap());
            let age = (self.today() - london_day(decided)).num_days().max(0);
            assert_eq!(shown["age_days"], json!(age), "{shown}");
            // A revised term counts from its revision.
            let counts_from = terms.last().unwrap()["counts_from"].as_str();
            let counts_from = counts_from.map_or(decided, |text| text.parse().unwrap());
            let occurrences = format!("{path}/occurrences");
            let occurrences = self.people[AUDITOR].all(&occurrences).await;
            let current = &terms.last().unwrap()["number"];
            let settled: Vec<_> = occurrences
                .iter()
                .filter(|o| o["settled"] == true && o["term_number"] == *current)
                .map(|o| &o["meeting_id"])
                .collect();
            check_resolved(&shown, calendar, counts_from, &settled);
        }

        let kept = &mut self.actions[action];
        if shown["state"] != "draft" {
            let first = terms.first().unwrap();
            assert_eq!(kept.first_term.get_or_insert_with(|| first.clone()), first);
        }
        let original = &shown["due"]["original_due_on"];
        // A draft is not agreed yet, so that its original day follows the calendar.
        let agreed = !matches!(shown["state"].as_str(), Some("draft" | "void"));
        if agreed && !original.is_null() {
            assert_eq!(
                kept.original.get_or_insert_with(|| original.clone()),
                original
            );
        }
    }

    fn check_stored(shown: &Value, folded: &Value) {
        for (member, pointer) in [
            ("state", "/state"),
            ("outcome", "/outcome"),
            ("owner_post_id", "/owner_post_id"),
            ("due_kind", "/due/kind"),
            ("due_on", "/due/due_on"),
            ("due_meeting_id", "/due/meeting_id"),
            ("review_on", "/due/review_on"),
            ("original_due_on", "/due/original_due_on"),
            ("claimed_by", "/claimed_by"),
            ("closed_on", "/closed_on"),
            ("last_progress_on", "/progress/last_update_on"),
            ("percent_complete", "/progress/percent_complete"),
            ("version", "/version"),
        ] {
            assert_eq!(
                Some(&folded[member]),
                shown.pointer(pointer),
                "{member} of {shown}"
            );
        }
    }

    fn check_derived(&self, shown: &Value, folded: &Value) {
        let today = self.today();
        let state = folded["state"].as_str().unwrap();
        let outstanding = !matches!(state, "closed" | "void");
        let until = match state {
            "closed" => day(&folded["closed_on"]),
            "void" => None,
            _ => Some(today),
        };
        let late = |member: &str| match (day(&folded[member]), until) {
            (Some(due), Some(until)) => (until - due).num_days().max(0),
            _ => 0,
        };
        let (current, original) = (late("due_on"), late("original_due_on"));
        let due = &shown["due"];
        assert_eq!(
            due["days_late"],
            json!({ "current": current, "original": original }),
            "{shown}"
        );
        let overdue = json!({ "current": outstanding && current > 0, "original": outstanding && original > 0 });
        assert_eq!(due["overdue"], overdue, "{shown}");
        assert_eq!(
            due["revisions"],
            json!(folded["due_number"].as_i64().unwrap() - 1)
        );
        let slippage = match (day(&folded["due_on"]), day(&folded["original_due_on"])) {
            (Some(due), Some(original)) => json!((due - original).num_days()),
            _ => Value::Null,
        };
        assert_eq!(due["slippage_days"], slippage, "{shown}");
        let until = day(&folded["closed_on"]).unwrap_or(today);
        let since = day(&folded["last_progress_on"]).map(|last| (until - last).num_days());
        assert_eq!(shown["days_since_update"], json!(since), "{shown}");
        let missed =
            folded["missed_terms"].as_i64().unwrap() + i64::from(outstanding && current > 0);
        let called_in = outstanding && (missed >= 2 || folded["due_number"].as_i64().unwrap() > 3);
        assert_eq!(!shown["called_in"].is_null(), called_in, "{shown}");
    }
}

/// The slow way to a due day: every meeting there is, looked through.
fn check_resolved(shown: &Value, calendar: &[Value], decided: DateTime<Utc>, settled: &[&Value]) {
    let by_id: HashMap<_, _> = calendar
        .iter()
        .map(|m| (m["id"].as_str().unwrap(), m))
        .collect();
    let stands = |m: &Value| matches!(m["status"].as_str(), Some("scheduled" | "held"));
    let london = |m: &Value| london_day(starts_at(m));
    let mut after: Vec<_> = calendar
        .iter()
        .filter(|m| stands(m) && starts_at(m) > decided)
        .collect();
    after.sort_by_key(|m| (starts_at(m), m["id"].as_str().unwrap()));
    let due = &shown["due"];
    let due_on = day(&due["due_on"]);
    let decision_day = london_day(decided);
    match due["kind"].as_str().unwrap() {
        "next_meeting" => {
            assert_eq!(due_on, after.first().map(|m| london(m)), "{shown}");
            assert_eq!(
                due["meeting_id"],
                json!(after.first().map(|m| m["id"].as_str())),
                "{shown}"
            );
        }
        "meeting" => {
            // What it resolved to stands and is on that day, or it has no day.
            let meeting = by_id[due["meeting_id"].as_str().unwrap()];
            assert_eq!(due_on, stands(meeting).then(|| london(meeting)), "{shown}");
            assert_ne!(meeting["status"], "postponed", "it follows: {shown}");
        }
        "period" => {
            let count = due["period"]["count"].as_u64().unwrap();
            let months = Months::new(u32::try_from(count).unwrap());
            assert_eq!(due_on, decision_day.checked_add_months(months), "{shown}");
        }
        "recurring" if due["frequency"] == "quarterly" => {
            let number = u32::try_from(due["occurrence"].as_i64().unwrap()).unwrap();
            assert_eq!(
                due_on,
                decision_day.checked_add_months(Months::new(3 * number)),
                "{shown}"
            );
        }
        "recurring" => {
            // Each meeting is reported to once, wherever it moves.
            let next = after.iter().find(|m| !settled.contains(&&m["id"]));
            assert_eq!(due_on, next.map(|m| london(m)), "{shown}");
            assert_eq!(due["meeting_id"], json!(next.map(|m| &m["id"])), "{shown}");
            let number = i64::try_from(settled.len()).unwrap() + 1;
            assert_eq!(due["occurrence"], json!(number), "{shown}");
        }
        "date" => assert!(due_on.is_some_and(|on| on.year() > 2013)),
        _ => assert_eq!(due_on, None),
    }
}

#[test]
fn whatever_happens_what_is_shown_follows_from_the_history() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let app = App::start().await;
        let number = std::sync::atomic::AtomicUsize::new(0);
        let config = Config {
            cases: 12,
            failure_persistence: None,
            max_shrink_iters: 60,
            ..Config::default()
        };
        let result = tokio::task::block_in_place(|| {
            TestRunner::new(config).run(&steps(), |steps| {
                let number = number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                tokio::runtime::Handle::current().block_on(live(&app, number, &steps));
                Ok(())
            })
        });
        if let Err(failure) = result {
            panic!("{failure}");
        }
    });
}

async fn live(app: &App, number: usize, steps: &[Step]) {
    let mut case = Case::begin(app, number).await;
    for step in steps {
        case.take(step).await;
        let path = format!("/v1/meetings?committee_id={}", case.council.committee);
        let calendar = case.people[AUDITOR].all(&path).await;
        for action in 0..case.actions.len() {
            case.check(action, &calendar).await;
        }
    }
}
