//! Two years of three committees: on ten days what is outstanding is compared with `story/outstanding.txt`, which was worked
//! out by hand, and asked for again when all is over.

use std::collections::HashMap;

use chrono::TimeDelta;
use matters_arising::db::Verdict;
use serde_json::{Value, json};

use crate::harness::{Answer, App, Person};

const EXPECTED: &str = include_str!("story/outstanding.txt");

/// The days of the table, each with its instant and its lines.
fn expected() -> Vec<(&'static str, Vec<&'static str>)> {
    EXPECTED
        .split("\n== ")
        .skip(1)
        .map(|day| {
            let mut lines = day.lines();
            let heading = lines.next().unwrap();
            let instant = heading.split(' ').next().unwrap();
            (instant, lines.filter(|line| !line.is_empty()).collect())
        })
        .collect()
}

/// An action as a line of the table.
fn line(action: &Value) -> String {
    let text = |pointer: &str| action.pointer(pointer).and_then(Value::as_str);
    let number = |pointer: &str| action.pointer(pointer).unwrap().to_string();
    let holder = match (
        text("/owner/holder/name"),
        action.pointer("/owner/holder/acting"),
    ) {
        (None, _) => "nobody".to_owned(),
        (Some(name), Some(Value::Bool(true))) => format!("{name}, acting"),
        (Some(name), _) => name.to_owned(),
    };
    format!(
        "{} | {} | {} ({holder}) | {}, {} | {}, {} | {}",
        text("/reference").unwrap(),
        text("/state").unwrap(),
        text("/owner/title").unwrap(),
        text("/due/due_on").unwrap_or("-"),
        text("/due/original_due_on").unwrap_or("-"),
        number("/due/days_late/current"),
        number("/due/days_late/original"),
        number("/due/revisions"),
    )
}

/// Everybody and everything of the story, by a short name.
struct Story {
    app: App,
    clerk: Person,
    other_clerk: Person,
    auditor: Person,
    ids: HashMap<&'static str, String>,
    looks: Vec<(&'static str, Vec<Value>)>,
}

impl Story {
    async fn begin() -> Self {
        let app = App::start().await;
        app.at("2014-02-20T09:00:00Z");
        Self {
            clerk: app.clerk(),
            other_clerk: app.second_clerk(),
            auditor: app.auditor(),
            ids: HashMap::new(),
            looks: Vec::new(),
            app,
        }
    }

    fn id(&self, name: &str) -> &str {
        self.ids.get(name).unwrap_or_else(|| panic!("no {name}"))
    }

    fn officer(&self, subject: &str) -> Person {
        self.app.officer(subject)
    }

    async fn make(&mut self, name: &'static str, path: &str, body: Value) {
        // What was recorded at one instant would be listed in no certain order.
        self.app.clock.advance(TimeDelta::seconds(1));
        let id = self.clerk.make(path, body).await;
        self.ids.insert(name, id);
    }

    async fn committee(&mut self, code: &'static str, name: &str) {
        self.make(
            code,
            "/v1/committees",
            json!({ "code": code, "name": name }),
        )
        .await;
    }

    async fn meeting(&mut self, name: &'static str, committee: &str, day: &str) {
        let body =
            json!({ "committee_id": self.id(committee), "starts_at": format!("{day}T14:00:00Z") });
        self.make(name, "/v1/meetings", body).await;
    }

    async fn post(&mut self, name: &'static str, title: &str) {
        self.make(name, "/v1/posts", json!({ "title": title }))
            .await;
    }

    async fn holds(
        &self,
        post: &str,
        holder: &str,
        subject: &str,
        days: (&str, Option<&str>),
        acting: bool,
    ) {
        let body = json!({
            "holder_name": holder, "holder_subject": subject, "acting": acting,
            "starts_on": days.0, "ends_on": days.1,
        });
        let path = format!("/v1/posts/{}/tenures", self.id(post));
        self.clerk.make(&path, body).await;
    }

    /// Changes a record as it now stands.
    async fn change(&self, kind: &str, name: &str, body: Value) {
        let path = format!("/v1/{kind}/{}", self.id(name));
        self.clerk.patch(&path, "*", body).await.expect(200);
    }

    /// Records an open action that a resolution of a meeting asked for.
    async fn action(
        &mut self,
        name: &'static str,
        meeting: &str,
        title: &str,
        owner: &str,
        due: Value,
    ) {
        let text = format!("That {title} be reported");
        let body = json!({ "meeting_id": self.id(meeting), "kind": "request", "text": text });
        let resolution = self.clerk.make("/v1/resolutions", body).await;
        let body = json!({
            "resolution_id": resolution, "title": title, "owner_post_id": self.id(owner), "due": due, "state": "open",
        });
        self.make(name, "/v1/actions", body).await;
    }

    async fn moves(&self, who: &Person, action: &str, path: &str, body: Value) -> Answer {
        who.moves(self.id(action), path, body).await
    }

    async fn claim(&self, who: &str, action: &str) {
        let body = json!({ "narrative": "It is done.", "evidence": [{ "title": "Report" }] });
        self.moves(&self.officer(who), action, "claim-completion", body)
            .await
            .expect(200);
    }

    async fn accept(&self, action: &str, chair: &str) {
        let body = json!({ "delegation_id": self.id(chair) });
        self.moves(&self.other_clerk, action, "accept-completion", body)
            .await
            .expect(200);
    }

    async fn update(&self, who: &str, action: &str) {
        let path = format!("/v1/actions/{}/progress-updates", self.id(action));
        let body = json!({ "narrative": "It goes on.", "percent_complete": 40 });
        self.officer(who).post(&path, body).await.expect(201);
    }

    /// Asks for an extension, and answers with where it is.
    async fn ask_for_more_time(&self, who: &Person, action: &str, due: Value) -> String {
        let path = format!("/v1/actions/{}/extension-requests", self.id(action));
        let body = json!({ "due": due, "reason": "It takes longer." });
        let request = who.post(&path, body).await.expect(201);
        format!("{path}/{}", request.id())
    }

    async fn meet(&self, who: &str, action: &str, number: u32) {
        let path = format!("occurrences/{number}/meet");
        let body = json!({ "narrative": "Reported." });
        self.moves(&self.officer(who), action, &path, body)
            .await
            .expect(200);
    }

    /// What is outstanding at an instant, compared with the table.
    async fn look(&mut self) {
        let (instant, lines) = expected().remove(self.looks.len());
        self.app.at(instant);
        let found = self.auditor.all("/v1/actions?outstanding=true").await;
        assert_eq!(
            found.iter().map(line).collect::<Vec<_>>(),
            lines,
            "{instant}"
        );
        self.looks.push((instant, found));
    }

    /// The council as it is before the first meeting.
    async fn found(&mut self) {
        self.committee("CFS", "Children and Family Services Committee")
            .await;
        self.committee("HEA", "Health Committee").await;
        self.committee("COR", "Corporate Resources Committee").await;
        for (name, title) in [
            ("dcfs", "Director of Children and Family Services"),
            ("safeguarding", "Head of Safeguarding"),
            ("assistant", "Assistant Director, Safeguarding"),
            ("social-care", "Director of Children's Social Care"),
            ("health", "Director of Public Health"),
            ("commissioning", "Head of Commissioning"),
            ("resources", "Director of Resources"),
            ("law", "Head of Law"),
            ("audit", "Head of Audit"),
            ("property", "Head of Property"),
            ("assets", "Head of Assets"),
            ("democratic", "Head of Democratic Services"),
        ] {
            self.post(name, title).await;
        }
        for (post, holder, subject, days, acting) in [
            (
                "dcfs",
                "Ann Archer",
                "ann",
                ("2012-01-01", Some("2014-06-30")),
                false,
            ),
            (
                "dcfs",
                "Ben Bold",
                "ben",
                ("2014-07-01", Some("2014-08-31")),
                true,
            ),
            ("dcfs", "Cara Cole", "cara", ("2014-09-01", None), false),
            (
                "safeguarding",
                "Dan Dale",
                "dan",
                ("2013-01-01", None),
                false,
            ),
            ("assistant", "Dan Dale", "dan", ("2014-04-01", None), false),
            (
                "social-care",
                "Eve East",
                "eve",
                ("2014-11-01", None),
                false,
            ),
            ("health", "Fay Firth", "fay", ("2013-01-01", None), false),
            (
                "commissioning",
                "Gus Gale",
                "gus",
                ("2013-01-01", Some("2014-04-30")),
                false,
            ),
            ("resources", "Hal Hume", "hal", ("2013-01-01", None), false),
            ("law", "Ida Ince", "ida", ("2013-01-01", None), false),
            ("audit", "Jo Judd", "jo", ("2013-01-01", None), false),
            ("property", "Kit Kerr", "kit", ("2013-01-01", None), false),
            ("assets", "Lee Lock", "lee", ("2014-06-01", None), false),
            ("democratic", "Meg Moor", "meg", ("2013-01-01", None), false),
        ] {
            self.holds(post, holder, subject, days, acting).await;
        }
        for (name, committee, day) in [
            ("cfs-march", "CFS", "2014-03-03"),
            ("cfs-june", "CFS", "2014-06-09"),
            ("cfs-september", "CFS", "2014-09-08"),
            ("cfs-december", "CFS", "2014-12-01"),
            ("hea-march", "HEA", "2014-03-10"),
            ("hea-july", "HEA", "2014-07-07"),
            ("hea-october", "HEA", "2014-10-06"),
            ("cor-march", "COR", "2014-03-24"),
            ("cor-june", "COR", "2014-06-23"),
            ("cor-september", "COR", "2014-09-15"),
        ] {
            self.meeting(name, committee, day).await;
        }
        // The council has its chairs decide between meetings, as it did the year before.
        for (name, committee, meeting) in [
            ("cfs-chair", "CFS", "cfs-march"),
            ("hea-chair", "HEA", "hea-march"),
            ("cor-chair", "COR", "cor-march"),
        ] {
            let body = json!({ "meeting_id": self.id(meeting), "kind": "approved", "text": "That the Chair decide" });
            let resolution = self.clerk.make("/v1/resolutions", body).await;
            let body = json!({
                "committee_id": self.id(committee), "resolution_id": resolution, "wording": "To decide between meetings",
                "delegate": "The Chair", "starts_on": "2014-02-20",
            });
            self.make(name, "/v1/delegations", body).await;
        }
    }

    /// March 2014: the three committees ask.
    async fn the_committees_ask(&mut self) {
        self.app.at("2014-03-04T09:00:00Z");
        let date = |day: &str| json!({ "kind": "date", "due_on": day });
        self.action(
            "adoption",
            "cfs-march",
            "Adoption figures",
            "dcfs",
            json!({ "kind": "next_meeting" }),
        )
        .await;
        let months = json!({ "kind": "period", "period": { "count": 6, "unit": "months" } });
        self.action(
            "audit-of",
            "cfs-march",
            "Safeguarding audit",
            "safeguarding",
            months,
        )
        .await;
        self.action(
            "guide",
            "cfs-march",
            "Foster carers' guide",
            "dcfs",
            date("2014-05-30"),
        )
        .await;
        let quarterly = json!({ "kind": "recurring", "frequency": "quarterly" });
        self.action(
            "placements",
            "cfs-march",
            "Placements report",
            "assistant",
            quarterly,
        )
        .await;

        self.app.at("2014-03-11T09:00:00Z");
        let july = json!({ "kind": "meeting", "meeting_id": self.id("hea-july") });
        self.action("smoking", "hea-march", "Smoking strategy", "health", july)
            .await;
        self.action(
            "plan",
            "hea-march",
            "Commissioning plan",
            "commissioning",
            date("2014-04-30"),
        )
        .await;
        let vague =
            json!({ "kind": "vague", "wording": "in due course", "review_on": "2014-06-02" });
        self.action(
            "needs",
            "hea-march",
            "Joint needs assessment",
            "health",
            vague,
        )
        .await;

        self.app.at("2014-03-25T09:00:00Z");
        let june = json!({ "kind": "meeting", "meeting_id": self.id("cor-june") });
        self.action("leases", "cor-march", "Lease register", "property", june)
            .await;
        self.action(
            "disposals",
            "cor-march",
            "Asset disposals",
            "property",
            date("2014-05-15"),
        )
        .await;
        // Good Friday was 18 April, Easter Monday 21 April.
        let working_days =
            json!({ "kind": "period", "period": { "count": 20, "unit": "working_days" } });
        self.action(
            "statement",
            "cor-march",
            "Governance statement",
            "law",
            working_days,
        )
        .await;
        self.look().await;
    }
}

impl Story {
    /// From April to June 2014.
    async fn spring(&mut self) {
        self.app.at("2014-03-28T09:00:00Z");
        let successor = json!({ "ended_on": "2014-03-31", "successor_id": self.id("assistant") });
        self.change("posts", "safeguarding", successor).await;
        let begun = json!({ "narrative": "The figures are being gathered." });
        self.moves(&self.officer("ann"), "adoption", "start", begun)
            .await
            .expect(200);
        self.look().await;

        // Dan holds the successor's post, and so acts on what was asked of the post before.
        self.app.at("2014-04-10T09:00:00Z");
        self.update("dan", "audit-of").await;
        self.app.at("2014-04-22T09:00:00Z");
        self.claim("ida", "statement").await;
        self.app.at("2014-04-23T09:00:00Z");
        let reason = json!({ "reason": "The annex is missing." });
        self.moves(&self.clerk, "statement", "refuse-completion", reason)
            .await
            .expect(200);
        self.look().await;

        self.app.at("2014-04-28T09:00:00Z");
        let july = json!({ "kind": "date", "due_on": "2014-07-31" });
        let request = self
            .ask_for_more_time(&self.officer("gus"), "plan", july)
            .await;
        self.app.at("2014-04-29T09:00:00Z");
        let by_the_chair = json!({ "delegation_id": self.id("hea-chair") });
        let granted = format!("{request}/grant");
        self.clerk
            .post_with(&granted, &[("if-match", "*")], by_the_chair)
            .await
            .expect(200);
        self.app.at("2014-05-01T09:00:00Z");
        self.claim("ida", "statement").await;
        self.app.at("2014-05-02T09:00:00Z");
        self.accept("statement", "cor-chair").await;
        self.app.at("2014-05-12T09:00:00Z");
        self.split_the_guide().await;
        self.app.at("2014-05-20T09:00:00Z");
        let into = json!({ "outcome": "merged", "successor_id": self.id("leases") });
        self.moves(&self.clerk, "disposals", "close", into)
            .await
            .expect(200);
        self.look().await;

        self.app.at("2014-05-22T09:00:00Z");
        self.claim("ann", "guide-text").await;
        self.accept("guide-text", "cfs-chair").await;
        self.app.at("2014-05-27T09:00:00Z");
        self.change(
            "meetings",
            "cfs-june",
            json!({ "starts_at": "2014-06-16T14:00:00Z" }),
        )
        .await;
        let successor = json!({ "ended_on": "2014-05-31", "successor_id": self.id("assets") });
        self.change("posts", "property", successor).await;
        self.app.at("2014-06-02T09:00:00Z");
        self.update("dan", "placements").await;
        self.meet("dan", "placements", 1).await;
        self.look().await;
    }

    async fn split_the_guide(&mut self) {
        let child = |title: &str, owner: &str, day: &str| json!({ "title": title, "owner_post_id": owner, "due": { "kind": "date", "due_on": day } });
        let children = json!({ "children": [
            child("Text of the guide", self.id("dcfs"), "2014-05-20"),
            child("Print of the guide", self.id("democratic"), "2014-07-15"),
        ] });
        self.moves(&self.clerk, "guide", "split", children)
            .await
            .expect(201);
        let path = format!("/v1/actions?parent_id={}&sort=reference", self.id("guide"));
        let children = self.clerk.get(&path).await.expect(200);
        for (name, child) in ["guide-text", "guide-print"]
            .into_iter()
            .zip(children.each("id"))
        {
            self.ids.insert(name, child.to_owned());
        }
    }

    /// From June to September 2014.
    async fn summer(&mut self) {
        self.app.at("2014-06-15T09:00:00Z");
        self.change("posts", "law", json!({ "title": "Head of Legal Services" }))
            .await;
        self.app.at("2014-06-17T09:00:00Z");
        self.action(
            "needs-anew",
            "cfs-june",
            "Joint needs assessment",
            "dcfs",
            json!({ "kind": "next_meeting" }),
        )
        .await;
        let into = json!({ "outcome": "transferred", "successor_id": self.id("needs-anew") });
        self.moves(&self.clerk, "needs", "close", into)
            .await
            .expect(200);
        self.claim("ann", "adoption").await;
        let body = json!({ "meeting_id": self.id("cfs-june"), "kind": "approved", "text": "That the figures be accepted" });
        let decision = self.clerk.make("/v1/resolutions", body).await;
        let accepted = json!({ "decision_id": decision });
        self.moves(&self.other_clerk, "adoption", "accept-completion", accepted)
            .await
            .expect(200);
        self.app.at("2014-06-20T09:00:00Z");
        self.meeting("cor-end-of-june", "COR", "2014-06-30").await;
        let postponed =
            json!({ "status": "postponed", "postponed_to_id": self.id("cor-end-of-june") });
        self.change("meetings", "cor-june", postponed).await;
        self.look().await;

        self.app.at("2014-07-01T09:00:00Z");
        self.change("meetings", "hea-july", json!({ "status": "cancelled" }))
            .await;
        let begun = json!({ "narrative": "The register is begun." });
        self.moves(&self.officer("lee"), "leases", "start", begun)
            .await
            .expect(200);
        let claim = json!({ "narrative": "It is done.", "evidence": [{ "title": "Report" }] });
        let early = self
            .moves(&self.officer("ben"), "guide", "claim-completion", claim)
            .await;
        early.problem(409, "move-refused");
        self.app.at("2014-07-04T09:00:00Z");
        self.claim("meg", "guide-print").await;
        self.accept("guide-print", "cfs-chair").await;
        self.app.at("2014-07-07T09:00:00Z");
        self.claim("ben", "guide").await;
        self.accept("guide", "cfs-chair").await;
        self.look().await;

        // The post is vacant: a clerk asks for it, and another records the refusal.
        self.app.at("2014-07-15T09:00:00Z");
        let december = json!({ "kind": "date", "due_on": "2014-12-31" });
        let request = self.ask_for_more_time(&self.clerk, "plan", december).await;
        let refused = json!({ "reason": "It has had one extension." });
        let path = format!("{request}/refuse");
        self.other_clerk
            .post_with(&path, &[("if-match", "*")], refused)
            .await
            .expect(200);
        self.app.at("2014-08-20T09:00:00Z");
        self.meeting("hea-september", "HEA", "2014-09-22").await;
        let revised = json!({
            "due": { "kind": "meeting", "meeting_id": self.id("hea-september") }, "reason": "In place of July's meeting.",
            "delegation_id": self.id("hea-chair"),
        });
        self.moves(&self.clerk, "smoking", "due-terms", revised)
            .await
            .expect(200);
        self.app.at("2014-09-03T09:00:00Z");
        self.claim("dan", "audit-of").await;
        self.look().await;
    }

    /// From September 2014 to March 2015.
    async fn autumn_and_winter(&mut self) {
        self.app.at("2014-09-05T09:00:00Z");
        self.accept("audit-of", "cfs-chair").await;
        self.app.at("2014-09-10T09:00:00Z");
        self.meet("dan", "placements", 2).await;
        let december = json!({ "kind": "meeting", "meeting_id": self.id("cfs-december") });
        let request = self
            .ask_for_more_time(&self.officer("cara"), "needs-anew", december)
            .await;
        self.app.at("2014-09-15T09:00:00Z");
        let body = json!({ "meeting_id": self.id("cfs-september"), "kind": "approved", "text": "That more time be given" });
        let decision = json!({ "decision_id": self.clerk.make("/v1/resolutions", body).await });
        let path = format!("{request}/grant");
        self.clerk
            .post_with(&path, &[("if-match", "*")], decision)
            .await
            .expect(200);
        self.app.at("2014-10-06T09:00:00Z");
        self.claim("fay", "smoking").await;
        self.app.at("2014-10-07T09:00:00Z");
        let in_part =
            json!({ "outcome": "partly_implemented", "delegation_id": self.id("hea-chair") });
        self.moves(&self.other_clerk, "smoking", "accept-completion", in_part)
            .await
            .expect(200);
        self.app.at("2014-10-20T09:00:00Z");
        let reason = json!({ "reason": "The statement was never published." });
        self.moves(&self.auditor, "statement", "reopen", reason)
            .await
            .expect(200);
        self.look().await;

        self.app.at("2014-10-28T09:00:00Z");
        let successor = json!({ "ended_on": "2014-10-31", "successor_id": self.id("social-care") });
        self.change("posts", "assistant", successor).await;
        self.app.at("2014-11-10T09:00:00Z");
        self.change("committees", "COR", json!({ "ended_on": "2014-12-31" }))
            .await;
        self.app.at("2014-11-20T09:00:00Z");
        self.claim("lee", "leases").await;
        self.app.at("2014-11-25T09:00:00Z");
        let reason = json!({ "reason": "Half of it is missing." });
        self.moves(&self.clerk, "leases", "refuse-completion", reason)
            .await
            .expect(200);
        self.app.at("2014-12-02T09:00:00Z");
        self.meet("eve", "placements", 3).await;
        self.app.at("2015-01-15T09:00:00Z");
        let hold = json!({ "reason": "Until the post is filled.", "review_on": "2015-04-01" });
        self.moves(&self.clerk, "plan", "hold", hold)
            .await
            .expect(200);
        self.app.at("2015-02-01T09:00:00Z");
        self.meeting("cfs-march-15", "CFS", "2015-03-02").await;
        self.look().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_years_of_three_committees_are_outstanding_as_worked_out_by_hand() {
    let mut story = Story::begin().await;
    story.found().await;
    story.the_committees_ask().await;
    story.spring().await;
    story.summer().await;
    story.autumn_and_winter().await;

    assert_eq!(story.looks.len(), expected().len());
    for (instant, seen) in &story.looks {
        let path = format!("/v1/actions?outstanding=true&as_of={instant}");
        assert_eq!(&story.auditor.all(&path).await, seen, "as of {instant}");
    }
    assert!(matches!(
        story.app.audit_trail().await,
        Verdict::Intact { .. }
    ));
}
