//! Asking every list for its plan: what is wanted of it, and by whose sight.

use diesel::connection::SimpleConnection as _;
use diesel::query_builder::QueryFragment;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::{explain, scans, seeks, sorts};
use crate::db::Conn;
use crate::db::conn::MultiBackend;
use crate::db::sight::{ExemptSight, Sight};

/// What is asked of a list's plan beyond that it neither scans nor sorts a whole table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
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
pub(super) const PARTIAL: [&str; 6] = [
    "resolutions_awaiting",
    "resolutions_answered",
    "committees_ended",
    "committees_standing",
    "posts_ended",
    "posts_standing",
];

pub(super) struct Checks<'c> {
    pub(super) conn: &'c mut Conn,
    pub(super) bad: Vec<String>,
}

impl Checks<'_> {
    /// Asks for the first page of a list, and for one after a cursor.
    pub(super) fn list<Q: QueryFragment<MultiBackend>>(
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
pub(super) fn position<T: DeserializeOwned>(place: Value) -> T {
    serde_json::from_value(place).unwrap()
}

pub(super) fn id() -> Uuid {
    Uuid::from_u128(7)
}

/// A caller who sees all, and one whose token names two committees.
pub(super) fn sights() -> [(&'static str, Sight); 2] {
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

pub(super) fn seen(want: Want, sight: &Sight) -> Want {
    match want {
        Want::Ordered if sight.committees.is_some() => Want::InSight,
        want => want,
    }
}
