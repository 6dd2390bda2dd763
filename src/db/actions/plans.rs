//! Asks the database how it would read each list of actions, with bound values, and refuses scans and sorts of the table.

use chrono::NaiveDate;
use uuid::Uuid;

use super::list::{Part, as_it_was, page};
use super::*;
use crate::db::as_of::AsOf;
use crate::db::plans::{explain, on_postgres, on_sqlite, scans, seeks, sorts};
use crate::db::posts::succession::Owners;
use crate::db::sight::ExemptSight;
use crate::domain::rules::CalledInRule;

fn everything() -> Sight {
    Sight {
        committees: None,
        exempt: ExemptSight::All,
        subjects: true,
    }
}

fn plan(
    conn: &mut Conn,
    sight: &Sight,
    filters: (&ActionFilter, &Owners),
    sort: ActionSort,
    after: Option<&Position>,
) -> String {
    let by_day = matches!(sort.column, SortColumn::DueOn | SortColumn::OriginalDueOn);
    let part = if by_day && sort.descending {
        Part::Dated
    } else {
        Part::Whole
    };
    let query = page(conn.is_sqlite(), sight, filters, sort, part, after, 51);
    match filters.0.as_of {
        None => explain(conn, query.select(Action::as_select())),
        Some(_) => {
            let query = AsOf::new(conn, query.select(as_it_was()));
            explain(conn, query)
        }
    }
}

/// The posts that a filter asks for, as they were found for it.
fn owners_for(name: &str) -> Owners {
    let one = || vec![Uuid::from_u128(7).into()];
    let two = || vec![Uuid::from_u128(7).into(), Uuid::from_u128(8).into()];
    Owners {
        among: match name {
            "owner" | "owner, outstanding" | "owner, state" => Some(one()),
            "directorate" | "owner of a post that took another's place" => Some(two()),
            _ => None,
        },
        vacant: match name {
            "vacant" => Some((true, two())),
            "not vacant" => Some((false, two())),
            _ => None,
        },
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Calls in whatever is overdue.
const AFTER_ONE: CalledInRule = CalledInRule {
    missed_terms: 1,
    revisions: 0,
};

#[expect(clippy::too_many_lines, reason = "a table, a row per filter")]
/// Every filter by itself, and what is asked most together.
fn filters() -> Vec<(&'static str, ActionFilter)> {
    let none = ActionFilter::default;
    let id = Uuid::from_u128(7);
    vec![
        ("nothing", none()),
        (
            "outstanding",
            ActionFilter {
                outstanding: Some(true),
                ..none()
            },
        ),
        (
            "not outstanding",
            ActionFilter {
                outstanding: Some(false),
                ..none()
            },
        ),
        (
            "state",
            ActionFilter {
                state: Some(State::Open),
                ..none()
            },
        ),
        (
            "owner",
            ActionFilter {
                owner_post_id: Some(id.into()),
                ..none()
            },
        ),
        (
            "owner, outstanding",
            ActionFilter {
                owner_post_id: Some(id.into()),
                outstanding: Some(true),
                ..none()
            },
        ),
        (
            "to review",
            ActionFilter {
                review_by: Some(day("2014-06-01")),
                ..none()
            },
        ),
        (
            "undated",
            ActionFilter {
                undated: Some(true),
                ..none()
            },
        ),
        (
            "owner, state",
            ActionFilter {
                owner_post_id: Some(id.into()),
                state: Some(State::Open),
                ..none()
            },
        ),
        (
            "owner of a post that took another's place",
            ActionFilter {
                owner_post_id: Some(id.into()),
                ..none()
            },
        ),
        (
            "vacant",
            ActionFilter {
                vacant: Some(true),
                ..none()
            },
        ),
        (
            "not vacant",
            ActionFilter {
                vacant: Some(false),
                ..none()
            },
        ),
        (
            "directorate",
            ActionFilter {
                directorate: Some("Law".into()),
                ..none()
            },
        ),
        (
            "committee",
            ActionFilter {
                committee_id: Some(id.into()),
                ..none()
            },
        ),
        (
            "committee, outstanding",
            ActionFilter {
                committee_id: Some(id.into()),
                outstanding: Some(true),
                ..none()
            },
        ),
        (
            "meeting",
            ActionFilter {
                meeting_id: Some(id.into()),
                ..none()
            },
        ),
        (
            "due meeting",
            ActionFilter {
                due_meeting_id: Some(id.into()),
                ..none()
            },
        ),
        (
            "resolution",
            ActionFilter {
                resolution_id: Some(id.into()),
                ..none()
            },
        ),
        (
            "parent",
            ActionFilter {
                parent_id: Some(id.into()),
                ..none()
            },
        ),
        (
            "due after",
            ActionFilter {
                due_after: Some(day("2014-03-03")),
                ..none()
            },
        ),
        (
            "due before",
            ActionFilter {
                due_before: Some(day("2014-03-03")),
                ..none()
            },
        ),
        (
            "overdue",
            ActionFilter {
                overdue: Some((DueClock::Current, day("2014-03-03"))),
                ..none()
            },
        ),
        (
            "overdue by the original",
            ActionFilter {
                overdue: Some((DueClock::Original, day("2014-03-03"))),
                ..none()
            },
        ),
        (
            "no update since",
            ActionFilter {
                no_update_since: Some(day("2014-03-03")),
                ..none()
            },
        ),
        (
            "exempt",
            ActionFilter {
                exempt: Some(true),
                ..none()
            },
        ),
        (
            "priority",
            ActionFilter {
                priority: Some(Priority::High),
                ..none()
            },
        ),
        (
            "called in",
            ActionFilter {
                called_in: Some((true, CalledInRule::default(), day("2014-03-03"))),
                ..none()
            },
        ),
        (
            "called in after one missed term",
            ActionFilter {
                called_in: Some((true, AFTER_ONE, day("2014-03-03"))),
                ..none()
            },
        ),
        (
            "not called in",
            ActionFilter {
                called_in: Some((false, CalledInRule::default(), day("2014-03-03"))),
                ..none()
            },
        ),
        (
            "reference",
            ActionFilter {
                reference_key: Some("CFS/2013/000007".into()),
                ..none()
            },
        ),
        (
            "updated since",
            ActionFilter {
                updated_since: Some("2014-03-03T14:00:00Z".parse().unwrap()),
                ..none()
            },
        ),
    ]
}

fn orders() -> Vec<ActionSort> {
    [
        SortColumn::DueOn,
        SortColumn::OriginalDueOn,
        SortColumn::Reference,
        SortColumn::UpdatedAt,
        SortColumn::LastUpdateOn,
    ]
    .into_iter()
    .flat_map(|column| [false, true].map(|descending| ActionSort { column, descending }))
    .collect()
}

/// By the last update are sorted only lists of outstanding actions, or of those that are not.
fn orders_of(filter: &ActionFilter) -> impl Iterator<Item = ActionSort> + use<> {
    let by_update = filter.outstanding.is_some() || filter.no_update_since.is_some();
    orders()
        .into_iter()
        .filter(move |sort| by_update || sort.column != SortColumn::LastUpdateOn)
}

/// A sort is allowed where a filter has narrowed the rows first; the whole table is never read or sorted.
fn check(conn: &mut Conn) {
    let mut bad = Vec::new();
    for (name, filter) in filters() {
        for sort in orders_of(&filter) {
            let (sight, filters) = (&everything(), (&filter, &owners_for(name)));
            let first = plan(conn, sight, filters, sort, None);
            let position = Position::at_for_test(sort, day("2014-03-03"));
            for plan in [first, plan(conn, sight, filters, sort, Some(&position))] {
                // A partial index holds no more than what is asked for.
                let narrowed = seeks(&plan, "actions") || plan.contains("actions_exempt");
                let default = sort.column == SortColumn::DueOn;
                let sorts_default = default
                    && !sort.descending
                    && sorts(&plan)
                    && !matches!(
                        name,
                        "directorate"
                            | "owner of a post that took another's place"
                            | "vacant"
                            | "resolution"
                            | "parent"
                            | "reference"
                            | "updated since"
                            | "overdue by the original"
                            | "to review"
                            | "no update since"
                    );
                if scans(&plan, "actions") || (sorts(&plan) && !narrowed) || sorts_default {
                    bad.push(format!("{name}, {sort:?}:\n{plan}"));
                }
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n\n"));
}

/// As of an instant every list is read from two tables by their indexes and merged; a half is sorted only where a filter
/// has narrowed it.
fn check_as_of(conn: &mut Conn) {
    let mut bad = Vec::new();
    for (name, mut filter) in filters() {
        filter.as_of = Some("2014-03-31T17:00:00Z".parse().unwrap());
        for sort in orders_of(&filter) {
            let position = Position::at_for_test(sort, day("2014-03-03"));
            for after in [None, Some(&position)] {
                let filters = (&filter, &owners_for(name));
                let plan = plan(conn, &everything(), filters, sort, after);
                let fine = if conn.is_sqlite() {
                    let halves: Vec<_> = plan.split("\nRIGHT\n").collect();
                    let by_index = |half: &&str| {
                        let scans = half
                            .lines()
                            .any(|line| line == "SCAN actions" || line.starts_with("SCAN main."));
                        let sorted = half.contains("TEMP B-TREE");
                        let narrow = half.contains("SEARCH actions") || half.contains("s_exempt");
                        let as_asked = sort.column == SortColumn::DueOn && !sort.descending;
                        let by_others = matches!(
                            name,
                            "directorate"
                                | "owner of a post that took another's place"
                                | "vacant"
                                | "meeting"
                                | "resolution"
                                | "parent"
                                | "reference"
                                | "updated since"
                                | "to review"
                        );
                        !scans && (!sorted || (narrow && (!as_asked || by_others)))
                    };
                    plan.starts_with("MERGE (UNION ALL)\n")
                        && halves.len() == 2
                        && halves.iter().all(by_index)
                } else {
                    let by_one = matches!(name, "meeting" | "resolution" | "parent" | "reference");
                    // The dated part of what is undated is nothing, which PostgreSQL sees by itself.
                    let nothing = plan.contains("One-Time Filter: false");
                    nothing
                        || ((plan.contains("Merge Append") || by_one)
                            && !plan.contains("Seq Scan")
                            && !plan.contains("CTE Scan")
                            && !plan.contains("Sort  ("))
                };
                if !fine {
                    bad.push(format!("{name}, {sort:?}:\n{plan}"));
                }
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n\n"));
}

/// What is to be looked at is read in the order of its index, with `as_of` too.
fn check_reviews(conn: &mut Conn) {
    let sort = ActionSort {
        column: SortColumn::ReviewOn,
        descending: false,
    };
    for as_of in [None, Some("2014-03-31T17:00:00Z".parse().unwrap())] {
        let filter = ActionFilter {
            review_by: Some(day("2014-06-01")),
            as_of,
            ..ActionFilter::default()
        };
        let filters = (&filter, &Owners::default());
        let plan = plan(conn, &everything(), filters, sort, None);
        let sorted = plan.contains("TEMP B-TREE") || plan.contains("Sort  (");
        assert!(!sorted && !scans(&plan, "actions"), "{plan}");
        assert!(plan.contains("actions_to_review"), "{plan}");
    }
}

/// What is out of sight today is looked up row by row, by its id, and no set of all that is hidden is made.
fn check_sight_as_of(conn: &mut Conn) {
    let filter = ActionFilter {
        as_of: Some("2014-03-31T17:00:00Z".parse().unwrap()),
        ..ActionFilter::default()
    };
    let sort = ActionSort {
        column: SortColumn::DueOn,
        descending: false,
    };
    let ids: Vec<PostId> = vec![Uuid::from_u128(7).into(), Uuid::from_u128(8).into()];
    for posts in [Vec::new(), ids] {
        let sight = Sight {
            exempt: ExemptSight::Posts(posts),
            ..everything()
        };
        for after in [None, Some(Position::at_for_test(sort, day("2014-03-03")))] {
            let filters = (&filter, &Owners::default());
            let plan = plan(conn, &sight, filters, sort, after.as_ref());
            let by_id = if conn.is_sqlite() {
                let looked_up = plan.matches("CORRELATED SCALAR SUBQUERY").count();
                plan.starts_with("MERGE (UNION ALL)\n")
                    && looked_up == 2
                    && plan.matches("sqlite_autoindex_actions_1 (id=?)").count() == 2
                    && !plan.contains("TEMP B-TREE")
                    && !plan.lines().any(|line| line.starts_with("SCAN main."))
            } else {
                plan.contains("Merge Append")
                    && plan.contains("Index Cond: (id = ")
                    && !plan.contains("Sort  (")
                    && !plan.contains("Seq Scan")
            };
            assert!(by_id, "{plan}");
        }
    }
}

/// What has slipped is found by an index that holds nothing else, in the order of the list.
fn check_called_in(conn: &mut Conn) {
    let filter = ActionFilter {
        called_in: Some((true, CalledInRule::default(), day("2014-03-03"))),
        ..ActionFilter::default()
    };
    let sort = ActionSort {
        column: SortColumn::DueOn,
        descending: false,
    };
    let filters = (&filter, &Owners::default());
    let plan = plan(conn, &everything(), filters, sort, None);
    assert!(plan.contains("actions_slipped") && !sorts(&plan), "{plan}");
}

#[test]
fn what_is_called_in_is_found_by_an_index_on_both() {
    on_sqlite(check_called_in);
    on_postgres(check_called_in);
}

#[test]
fn no_list_scans_or_sorts_the_table_on_sqlite() {
    on_sqlite(|conn| {
        check_reviews(conn);
        check(conn);
        check_as_of(conn);
        check_sight_as_of(conn);
    });
}

#[test]
fn no_list_scans_or_sorts_the_table_on_postgres() {
    on_postgres(|conn| {
        check_reviews(conn);
        check(conn);
        check_as_of(conn);
        check_sight_as_of(conn);
    });
}
