//! Asks the database how it would read each list, with bound values, and refuses scans and sorts of a whole table. A value
//! that is bound hides more from a planner than one that is written, so what is asked is the very query that is run.
//!
//! Lists of actions, which have more filters and sorts, are asked for in `actions::plans`.

use std::marker::PhantomData;

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Integer, Text};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;

use super::agenda_items::AgendaItemFilter;
use super::committees::CommitteeFilter;
use super::conn::MultiBackend;
use super::delegations::DelegationFilter;
use super::drafts::DraftFilter;
use super::extension_requests::ExtensionFilter;
use super::meetings::MeetingFilter;
use super::posts::{PostFilter, tenures};
use super::resolutions::{ResolutionFilter, ResponseFilter};
use super::scratch::Scratch;
use super::sight::{ExemptSight, Parts, Sight};
use super::{Conn, DbSettings, Target, postgres, sqlite};
use super::{
    agenda_items, audit, claims, committees, drafts, evidence, meetings, minutes, posts, progress,
    resolutions,
};
use super::{delegations, extension_requests, responses, verifications};
use crate::domain::draft::DraftState;
use crate::domain::extension::ExtensionState;
use crate::domain::meeting::MeetingStatus;
use crate::domain::resolution::ResolutionKind;

/// A query, asked for its plan instead of its rows.
struct Explained<Q, S>(Q, PhantomData<S>);

type SqlitePlan = (Integer, Integer, Integer, Text);

impl<Q, S> QueryId for Explained<Q, S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, S> Query for Explained<Q, S> {
    type SqlType = S;
}

impl<Q, S> RunQueryDsl<Conn> for Explained<Q, S> {}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Explained<Q, SqlitePlan> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        pass.unsafe_to_cache_prepared();
        pass.push_sql("EXPLAIN QUERY PLAN ");
        self.0.walk_ast(pass)
    }
}

impl<Q: QueryFragment<MultiBackend>> QueryFragment<MultiBackend> for Explained<Q, Text> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        pass.unsafe_to_cache_prepared();
        pass.push_sql("EXPLAIN ");
        self.0.walk_ast(pass)
    }
}

/// The plan of a query, a step per line.
pub(super) fn explain<Q: QueryFragment<MultiBackend>>(conn: &mut Conn, query: Q) -> String {
    let lines: Vec<String> = if conn.is_sqlite() {
        let query: Explained<_, SqlitePlan> = Explained(query, PhantomData);
        let rows: Vec<(i32, i32, i32, String)> = query.load(conn).unwrap();
        rows.into_iter().map(|row| row.3).collect()
    } else {
        let query: Explained<_, Text> = Explained(query, PhantomData);
        query.load(conn).unwrap()
    };
    lines.join("\n")
}

/// Whether a plan reads a table from its beginning to its end.
pub(super) fn scans(plan: &str, table: &str) -> bool {
    plan.lines().any(|line| {
        (line.contains(&format!("SCAN {table}")) && !line.contains("USING INDEX"))
            || line.contains(&format!("Seq Scan on {table}"))
    })
}

/// Whether a plan sorts what it has read.
pub(super) fn sorts(plan: &str) -> bool {
    plan.contains("TEMP B-TREE") || plan.contains("Sort")
}

/// Whether a plan reads a part of a table that an index finds, and not the whole of it.
pub(super) fn seeks(plan: &str, table: &str) -> bool {
    plan.contains(&format!("SEARCH {table}"))
        || plan.contains("Index Cond")
        || plan.contains("Recheck Cond")
}

/// Runs `check` on a database without rows.
pub(super) fn on_sqlite(check: impl FnOnce(&mut Conn)) {
    let scratch = Scratch::sqlite();
    let settings = DbSettings::for_test(scratch.target.clone());
    let Target::Sqlite(file) = &scratch.target else {
        unreachable!()
    };
    sqlite::migrate(file, &settings).unwrap();
    check(&mut sqlite::connect_reader(file, settings.statement_timeout).unwrap());
}

/// Runs `check` on a database without rows, where there is a cluster to have it on.
pub(super) fn on_postgres(check: impl FnOnce(&mut Conn)) {
    let Some(scratch) = Scratch::postgres() else {
        return;
    };
    let settings = DbSettings::for_test(scratch.target.clone());
    let Target::Postgres(url) = &scratch.target else {
        unreachable!()
    };
    postgres::migrate(url, &settings).unwrap();
    let mut conn = Conn::Postgres(PgConnection::establish(url).unwrap());
    // The table is empty, so the planner is asked for what it would do if scans and sorts were dear.
    conn.batch_execute(
        "SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off",
    )
    .unwrap();
    check(&mut conn);
}

/// What is asked of a list's plan beyond that it neither scans nor sorts a whole table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Want {
    /// Nothing narrows it: it is read in its order from an index, and goes on from a cursor where that points.
    Ordered,
    /// An index finds what the filter asks for, in the list's order, and goes on from a cursor where that points.
    Found,
    /// An index finds what belongs to one record, in the list's order, and goes on from a cursor where that points.
    OfOne,
    /// An index finds what the filter asks for, which is little enough to be sorted or passed over.
    Few,
    /// Sight narrows it: the rows are few enough to be sorted, or are passed over in order.
    InSight,
}

/// Indexes that hold nothing but what their filter asks for, so that reading one through reads nothing in vain.
const PARTIAL: [&str; 6] = [
    "resolutions_awaiting",
    "resolutions_answered",
    "committees_ended",
    "committees_standing",
    "posts_ended",
    "posts_standing",
];

struct Checks<'c> {
    conn: &'c mut Conn,
    bad: Vec<String>,
}

impl Checks<'_> {
    /// Asks for the first page of a list, and for one after a cursor.
    fn list<Q: QueryFragment<MultiBackend>>(
        &mut self,
        table: &str,
        name: &str,
        want: Want,
        page: impl Fn(bool) -> Q,
    ) {
        if !self.conn.is_sqlite() {
            let sort = if want == Want::Few { "on" } else { "off" };
            self.conn
                .batch_execute(&format!("SET enable_sort = {sort}"))
                .unwrap();
        }
        for after in [false, true] {
            let plan = explain(self.conn, page(after));
            let partial = PARTIAL.iter().any(|index| plan.contains(index));
            let unsought = !seeks(&plan, table) && !partial;
            let compares = |signs: &[char]| {
                plan.lines()
                    .filter(|line| line.contains("SEARCH") || line.contains("Index Cond"))
                    .any(|line| line.contains(signs))
            };
            // A place in the order is compared with `<` or `>`, what a filter asks for with `=`.
            let goes_on = compares(&['<', '>']);
            let wrong = scans(&plan, table)
                || (sorts(&plan) && unsought)
                || match want {
                    Want::Ordered => sorts(&plan) || (after && !goes_on),
                    Want::Found => sorts(&plan) || unsought || (after && !goes_on),
                    Want::OfOne => sorts(&plan) || !compares(&['=']) || (after && !goes_on),
                    Want::Few => unsought,
                    Want::InSight => false,
                };
            if wrong {
                let page = if after {
                    "after a cursor"
                } else {
                    "first page"
                };
                self.bad.push(format!("{table}, {name}, {page}:\n{plan}"));
            }
        }
    }
}

/// A place in a list, as a cursor carries it.
fn position<T: DeserializeOwned>(place: Value) -> T {
    serde_json::from_value(place).unwrap()
}

fn id() -> Uuid {
    Uuid::from_u128(7)
}

/// A caller who sees all, and one whose token names two committees.
fn sights() -> [(&'static str, Sight); 2] {
    [
        (
            "",
            Sight {
                committees: None,
                exempt: ExemptSight::All,
                subjects: true,
            },
        ),
        (
            ", in sight",
            Sight {
                committees: Some(vec![id().into(), Uuid::from_u128(8).into()]),
                exempt: ExemptSight::Posts(Vec::new()),
                subjects: true,
            },
        ),
    ]
}

fn seen(want: Want, sight: &Sight) -> Want {
    match want {
        Want::Ordered if sight.committees.is_some() => Want::InSight,
        want => want,
    }
}

fn check_committees(checks: &mut Checks<'_>) {
    let none = CommitteeFilter::default;
    let filters = [
        ("nothing", Want::Ordered, none()),
        (
            "code",
            Want::Few,
            CommitteeFilter {
                code: Some("CFS".into()),
                ..none()
            },
        ),
        (
            "ended",
            Want::Found,
            CommitteeFilter {
                ended: Some(true),
                ..none()
            },
        ),
        (
            "not ended",
            Want::Found,
            CommitteeFilter {
                ended: Some(false),
                ..none()
            },
        ),
    ];
    for (suffix, sight) in sights() {
        for (name, want, filter) in &filters {
            // Those that a token names are found by their ids, however many there are.
            let want = match want {
                Want::Found if sight.committees.is_some() => Want::InSight,
                want => seen(*want, &sight),
            };
            checks.list("committees", &format!("{name}{suffix}"), want, |after| {
                committees::page(&sight, filter, after.then_some("CFS"), 51)
            });
        }
    }
}

fn check_meetings(checks: &mut Checks<'_>) {
    let none = MeetingFilter::default;
    let instant = || Some("2014-03-03T14:00:00Z".parse().unwrap());
    let filters = [
        ("nothing", Want::Ordered, none()),
        (
            "committee",
            Want::Found,
            MeetingFilter {
                committee_id: Some(id().into()),
                ..none()
            },
        ),
        (
            "status",
            Want::Found,
            MeetingFilter {
                status: Some(MeetingStatus::Scheduled),
                ..none()
            },
        ),
        (
            "committee, status",
            Want::Found,
            MeetingFilter {
                committee_id: Some(id().into()),
                status: Some(MeetingStatus::Scheduled),
                ..none()
            },
        ),
        (
            "from",
            Want::Found,
            MeetingFilter {
                starts_from: instant(),
                ..none()
            },
        ),
        (
            "before",
            Want::Found,
            MeetingFilter {
                starts_before: instant(),
                ..none()
            },
        ),
        (
            "committee, from, before",
            Want::Found,
            MeetingFilter {
                committee_id: Some(id().into()),
                starts_from: instant(),
                starts_before: instant(),
                ..none()
            },
        ),
    ];
    let place = position(json!(["2014-03-03T14:00:00Z", id()]));
    for (suffix, sight) in sights() {
        for (name, want, filter) in &filters {
            for descending in [false, true] {
                let filter = MeetingFilter {
                    descending,
                    ..filter.clone()
                };
                let name = format!("{name}{suffix}, descending: {descending}");
                // The months that are asked for, of two committees, are sorted.
                let want = match want {
                    Want::Found if sight.committees.is_some() => Want::InSight,
                    want => seen(*want, &sight),
                };
                checks.list("meetings", &name, want, |after| {
                    meetings::page(&sight, &filter, after.then_some(&place), 51)
                });
            }
        }
    }
}

fn check_agenda_items(checks: &mut Checks<'_>) {
    let filter = |committee: bool, meeting: bool| AgendaItemFilter {
        committee_id: committee.then(|| id().into()),
        meeting_id: meeting.then(|| id().into()),
    };
    let filters = [
        ("nothing", Want::Ordered, filter(false, false)),
        ("committee", Want::Found, filter(true, false)),
        ("meeting", Want::Few, filter(false, true)),
        ("committee, meeting", Want::Few, filter(true, true)),
    ];
    let place = position(json!([id(), "0000000008", id()]));
    for (suffix, sight) in sights() {
        for (name, want, filter) in &filters {
            let want = seen(*want, &sight);
            checks.list("agenda_items", &format!("{name}{suffix}"), want, |after| {
                agenda_items::page(&sight, filter, after.then_some(&place), 51)
            });
        }
    }
}

fn check_resolutions(checks: &mut Checks<'_>) {
    let none = ResolutionFilter::default;
    let filters = [
        ("nothing", Want::Ordered, none()),
        (
            "committee",
            Want::Found,
            ResolutionFilter {
                committee_id: Some(id().into()),
                ..none()
            },
        ),
        (
            "meeting",
            Want::Found,
            ResolutionFilter {
                meeting_id: Some(id().into()),
                ..none()
            },
        ),
        (
            "agenda item",
            Want::Found,
            ResolutionFilter {
                agenda_item_id: Some(id().into()),
                ..none()
            },
        ),
        (
            "kind",
            Want::Found,
            ResolutionFilter {
                kind: Some(ResolutionKind::Request),
                ..none()
            },
        ),
        (
            "committee, kind",
            Want::Found,
            ResolutionFilter {
                committee_id: Some(id().into()),
                kind: Some(ResolutionKind::Request),
                ..none()
            },
        ),
        (
            "response outstanding",
            Want::Found,
            ResolutionFilter {
                response: Some(ResponseFilter::Outstanding),
                ..none()
            },
        ),
        (
            "response late",
            Want::Found,
            ResolutionFilter {
                response: Some(ResponseFilter::Late("2014-03-03".parse().unwrap())),
                ..none()
            },
        ),
        (
            "response given",
            Want::Found,
            ResolutionFilter {
                response: Some(ResponseFilter::Given),
                ..none()
            },
        ),
        (
            "source",
            Want::Few,
            ResolutionFilter {
                source: Some(("moderngov".into(), "1".into())),
                ..none()
            },
        ),
    ];
    for (suffix, sight) in sights() {
        for (name, want, filter) in &filters {
            // Of two committees what was not asked for is passed over, or the rows are sorted.
            let want = if filter.response.is_some() && sight.committees.is_some() {
                Want::InSight
            } else {
                seen(*want, &sight)
            };
            checks.list("resolutions", &format!("{name}{suffix}"), want, |after| {
                resolutions::page(&sight, filter, after.then(|| id().into()), 51)
            });
        }
    }
}

fn check_posts(checks: &mut Checks<'_>) {
    let none = PostFilter::default;
    let filters = [
        ("nothing", Want::Ordered, none()),
        (
            "directorate",
            Want::Found,
            PostFilter {
                directorate: Some("Law".into()),
                ..none()
            },
        ),
        (
            "title",
            Want::Few,
            PostFilter {
                title: Some("Head of Law".into()),
                ..none()
            },
        ),
        (
            "ended",
            Want::Found,
            PostFilter {
                ended: Some(true),
                ..none()
            },
        ),
        (
            "not ended",
            Want::Found,
            PostFilter {
                ended: Some(false),
                ..none()
            },
        ),
        (
            "vacant",
            Want::Ordered,
            PostFilter {
                vacant: Some((true, "2014-03-03".parse().unwrap())),
                ..none()
            },
        ),
        (
            "not vacant",
            Want::Ordered,
            PostFilter {
                vacant: Some((false, "2014-03-03".parse().unwrap())),
                ..none()
            },
        ),
        (
            "directorate, not ended",
            Want::Found,
            PostFilter {
                directorate: Some("Law".into()),
                ended: Some(false),
                ..none()
            },
        ),
    ];
    let place = position(json!(["Head of Law", id()]));
    for (name, want, filter) in &filters {
        checks.list("posts", name, *want, |after| {
            posts::page(filter, after.then_some(&place), 51)
        });
    }
}

fn check_tenures(checks: &mut Checks<'_>) {
    let place = position(json!(["2014-03-03", id()]));
    for (name, day) in [
        ("nothing", None),
        ("held on", Some("2014-03-03".parse().unwrap())),
    ] {
        checks.list("tenures", name, Want::OfOne, |after| {
            tenures::page(id().into(), day, after.then_some(&place), 51)
        });
    }
}

fn check_delegations(checks: &mut Checks<'_>) {
    let filter = |committee: bool, on: bool| DelegationFilter {
        committee_id: committee.then(|| id().into()),
        on: on.then(|| "2014-03-03".parse().unwrap()),
    };
    let filters = [
        ("nothing", Want::Ordered, filter(false, false)),
        ("committee", Want::Found, filter(true, false)),
        ("in force", Want::Ordered, filter(false, true)),
        ("committee, in force", Want::Found, filter(true, true)),
    ];
    let place = position(json!(["2014-03-03", id()]));
    for (suffix, sight) in sights() {
        for (name, want, filter) in &filters {
            let want = seen(*want, &sight);
            checks.list("delegations", &format!("{name}{suffix}"), want, |after| {
                delegations::page(&sight, filter, after.then_some(&place), 51)
            });
        }
    }
}

fn check_extension_requests(checks: &mut Checks<'_>) {
    checks.list(
        "extension_requests",
        "of one action",
        Want::OfOne,
        |after| {
            extension_requests::page_of_action(id().into(), Parts::Public, after.then_some(7), 51)
        },
    );
    let filter = |committee: bool, state: bool| ExtensionFilter {
        committee_id: committee.then(|| id().into()),
        state: state.then_some(ExtensionState::Pending),
    };
    let filters = [
        ("nothing", Want::Ordered, filter(false, false)),
        ("committee", Want::Found, filter(true, false)),
        ("state", Want::Found, filter(false, true)),
        ("committee, state", Want::Found, filter(true, true)),
    ];
    for (suffix, sight) in sights() {
        for (name, want, filter) in &filters {
            let want = seen(*want, &sight);
            let name = format!("{name}{suffix}");
            checks.list("extension_requests", &name, want, |after| {
                extension_requests::page(&sight, filter, after.then(|| id().into()), 51)
            });
        }
    }
}

fn check_what_was_found_and_responded(checks: &mut Checks<'_>) {
    checks.list("verifications", "of one action", Want::OfOne, |after| {
        verifications::page(id().into(), Parts::Public, after.then_some(7), 51)
    });
    checks.list("resolution_responses", "of one", Want::OfOne, |after| {
        responses::page(id().into(), after.then_some(7), 51)
    });
}

fn check_history(checks: &mut Checks<'_>) {
    checks.list("audit_entries", "nothing", Want::OfOne, |after| {
        audit::page(
            crate::domain::ids::RecordId(id()),
            if after { 7 } else { 0 },
            51,
        )
    });
}

fn check_what_belongs_to_an_action(checks: &mut Checks<'_>) {
    let action = || id().into();
    for descending in [false, true] {
        let name = format!("descending: {descending}");
        checks.list("progress_updates", &name, Want::OfOne, |after| {
            progress::page(action(), Parts::Public, descending, after.then_some(7), 51)
        });
    }
    for withdrawn in [None, Some(false), Some(true)] {
        let name = format!("withdrawn: {withdrawn:?}");
        checks.list("evidence", &name, Want::OfOne, |after| {
            evidence::page(action(), Parts::Public, withdrawn, after.then_some(7), 51)
        });
    }
    checks.list("completion_claims", "nothing", Want::OfOne, |after| {
        claims::page(action(), Parts::Public, after.then_some(7), 51)
    });
}

fn check_minutes(checks: &mut Checks<'_>) {
    checks.list("minutes", "of a meeting", Want::OfOne, |after| {
        minutes::page(id().into(), after.then_some(7), 51)
    });
    for state in [None, Some(DraftState::Proposed)] {
        let filter = DraftFilter {
            state,
            ..DraftFilter::default()
        };
        let name = format!("of minutes, state: {state:?}");
        checks.list("drafts", &name, Want::OfOne, |after| {
            drafts::page(id().into(), filter, after.then_some(7), 51)
        });
    }
}

fn check_post_history(checks: &mut Checks<'_>) {
    checks.list("audit_entries", "of a post", Want::Few, |after| {
        audit::page_of_post(id().into(), if after { 7 } else { 0 }, 51)
    });
}

fn check(conn: &mut Conn) {
    let mut checks = Checks {
        conn,
        bad: Vec::new(),
    };
    check_committees(&mut checks);
    check_meetings(&mut checks);
    check_agenda_items(&mut checks);
    check_resolutions(&mut checks);
    check_posts(&mut checks);
    check_tenures(&mut checks);
    check_delegations(&mut checks);
    check_extension_requests(&mut checks);
    check_what_was_found_and_responded(&mut checks);
    check_history(&mut checks);
    check_what_belongs_to_an_action(&mut checks);
    check_minutes(&mut checks);
    check_post_history(&mut checks);
    assert!(checks.bad.is_empty(), "{}", checks.bad.join("\n\n"));
}

#[test]
fn no_list_scans_or_sorts_its_table_on_sqlite() {
    on_sqlite(check);
}

#[test]
fn no_list_scans_or_sorts_its_table_on_postgres() {
    on_postgres(check);
}
