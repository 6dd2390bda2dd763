//! What was asked for and is followed by nothing: resolutions without an action, and requests in the discussion of which nobody
//! has decided.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::backend::Backend;
use diesel::dsl::{count_star, not, sql};
use diesel::expression::{AppearsOnTable, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType};

use super::conn::MultiBackend;
use super::drafts::Draft;
use super::resolutions::Resolution;
use super::schema::{drafts, meetings, resolutions};
use super::sight::{ActionInSight, ExemptSight, Sight, action_condition};
use super::types::{Instant, Uid};
use super::{Conn, DbError};
use crate::domain::ids::{CommitteeId, DraftId, MeetingId, PostId, ResolutionId};

/// A resolution that asks for something and stands. Written out as in the partial indexes, which a bound value would hide.
const ASKING: &str = "resolutions.superseded_by_id IS NULL \
                      AND resolutions.kind || '' IN ('request', 'recommendation', 'referral')";

/// A request in the discussion that waits for a person. Likewise.
const UNCONFIRMED: &str = "drafts.origin = 'discussion' AND drafts.state = 'proposed'";

/// What the report is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CoverageFilter {
    pub(crate) committee_id: Option<CommitteeId>,
    pub(crate) meeting_id: Option<MeetingId>,
    /// Of meetings that begin at or after.
    pub(crate) from: Option<DateTime<Utc>>,
    /// Of meetings that begin before.
    pub(crate) before: Option<DateTime<Utc>>,
}

/// The condition that an action in sight, other than a void one, arises from a resolution or from one that it corrects, or goes on
/// in what either decides.
#[derive(Debug)]
struct Covered<'a>(ActionInSight<'a>);

impl<DB> QueryFragment<DB> for Covered<'_>
where
    DB: Backend + HasSqlType<Uid>,
    CommitteeId: ToSql<Uid, DB>,
    PostId: ToSql<Uid, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql(
            "EXISTS (WITH RECURSIVE line (id, earlier_id) AS (\
             SELECT resolutions.id, resolutions.supersedes_id \
             UNION ALL SELECT earlier.id, earlier.supersedes_id FROM line \
             JOIN resolutions AS earlier ON earlier.id = line.earlier_id) \
             SELECT 1 FROM line JOIN actions AS arising ON arising.resolution_id = line.id \
             WHERE arising.state <> 'void' AND ",
        );
        self.0.walk_ast(out.reborrow())?;
        // What was asked for in the discussion, and decided in a corrected source, goes on as the action that it was.
        out.push_sql(
            " UNION ALL SELECT 1 FROM line JOIN drafts AS said ON said.resolution_id = line.id \
             AND said.state = 'confirmed' JOIN actions AS arising ON arising.id = said.action_id \
             WHERE arising.state <> 'void' AND ",
        );
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl QueryId for Covered<'_> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Expression for Covered<'_> {
    type SqlType = Bool;
}

impl<G> ValidGrouping<G> for Covered<'_> {
    type IsAggregate = is_aggregate::No;
}

// Both are asked of resolutions alone.
impl<T> AppearsOnTable<T> for Covered<'_> {}

impl<T> SelectableExpression<T> for Covered<'_> {}

/// A page of resolutions in sight that ask for something and from which no action in sight arises, in the order in which they were
/// recorded, after the one with the id `after`.
pub(crate) fn resolutions_without_action(
    conn: &mut Conn,
    sight: &Sight,
    filter: &CoverageFilter,
    after: Option<ResolutionId>,
    limit: i64,
) -> Result<Vec<Resolution>, DbError> {
    Ok(resolutions_page(sight, filter, after, limit).load(conn)?)
}

pub(super) fn resolutions_page<'a>(
    sight: &'a Sight,
    filter: &'a CoverageFilter,
    after: Option<ResolutionId>,
    limit: i64,
) -> IntoBoxed<'a, resolutions::table, MultiBackend> {
    let mut query = resolutions::table
        .into_boxed::<MultiBackend>()
        .filter(sql::<Bool>(ASKING))
        .filter(not(Covered(action_condition(sight).named("arising"))));
    if let Some(ids) = &sight.committees {
        query = query.filter(resolutions::committee_id.eq_any(ids));
    }
    if sight.exempt != ExemptSight::All {
        query = query.filter(resolutions::exempt.eq(false));
    }
    if let Some(committee) = filter.committee_id {
        query = query.filter(resolutions::committee_id.eq(committee));
    }
    if let Some(meeting) = filter.meeting_id {
        query = query.filter(resolutions::meeting_id.eq(meeting));
    }
    if let Some(from) = filter.from {
        let since = meetings::table.filter(meetings::starts_at.ge(Instant(from)));
        query = query.filter(resolutions::meeting_id.eq_any(since.select(meetings::id)));
    }
    if let Some(before) = filter.before {
        let until = meetings::table.filter(meetings::starts_at.lt(Instant(before)));
        query = query.filter(resolutions::meeting_id.eq_any(until.select(meetings::id)));
    }
    if let Some(id) = after {
        query = query.filter(resolutions::id.gt(id));
    }
    query.order(resolutions::id).limit(limit)
}

/// A page of requests in the discussion of which nobody has decided, after the one with the id `after`. For those who see all that
/// is exempt.
pub(crate) fn requests_unconfirmed(
    conn: &mut Conn,
    sight: &Sight,
    filter: &CoverageFilter,
    after: Option<DraftId>,
    limit: i64,
) -> Result<Vec<Draft>, DbError> {
    Ok(requests_page(sight, filter, after, limit).load(conn)?)
}

pub(super) fn requests_page<'a>(
    sight: &'a Sight,
    filter: &'a CoverageFilter,
    after: Option<DraftId>,
    limit: i64,
) -> IntoBoxed<'a, drafts::table, MultiBackend> {
    let mut query = drafts::table
        .into_boxed::<MultiBackend>()
        .filter(sql::<Bool>(UNCONFIRMED));
    if let Some(ids) = &sight.committees {
        query = query.filter(drafts::committee_id.eq_any(ids));
    }
    if let Some(committee) = filter.committee_id {
        query = query.filter(drafts::committee_id.eq(committee));
    }
    if let Some(meeting) = filter.meeting_id {
        query = query.filter(drafts::meeting_id.eq(meeting));
    }
    if let Some(from) = filter.from {
        let since = meetings::table.filter(meetings::starts_at.ge(Instant(from)));
        query = query.filter(drafts::meeting_id.eq_any(since.select(meetings::id)));
    }
    if let Some(before) = filter.before {
        let until = meetings::table.filter(meetings::starts_at.lt(Instant(before)));
        query = query.filter(drafts::meeting_id.eq_any(until.select(meetings::id)));
    }
    if let Some(id) = after {
        query = query.filter(drafts::id.gt(id));
    }
    query.order(drafts::id).limit(limit)
}

/// How many resolutions of each committee are without an action, and how many requests nobody decided on; of the latter none for
/// those who do not see all that is exempt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CoverageCounts {
    pub(crate) resolutions: HashMap<CommitteeId, i64>,
    pub(crate) requests: HashMap<CommitteeId, i64>,
}

/// Counts for committees in sight, in two queries.
pub(crate) fn counts(
    conn: &mut Conn,
    sight: &Sight,
    committees: &[CommitteeId],
) -> Result<CoverageCounts, DbError> {
    let sees_all = sight.exempt == ExemptSight::All;
    let public = if sees_all {
        "TRUE"
    } else {
        "resolutions.exempt = FALSE"
    };
    let resolutions: Vec<(CommitteeId, i64)> = resolutions::table
        .filter(resolutions::committee_id.eq_any(committees))
        .filter(sql::<Bool>(ASKING))
        .filter(sql::<Bool>(public))
        .filter(not(Covered(action_condition(sight).named("arising"))))
        .group_by(resolutions::committee_id)
        .select((resolutions::committee_id, count_star()))
        .load(conn)?;
    let requests: Vec<(CommitteeId, i64)> = if sees_all {
        drafts::table
            .filter(drafts::committee_id.eq_any(committees))
            .filter(sql::<Bool>(UNCONFIRMED))
            .group_by(drafts::committee_id)
            .select((drafts::committee_id, count_star()))
            .load(conn)?
    } else {
        Vec::new()
    };
    Ok(CoverageCounts {
        resolutions: resolutions.into_iter().collect(),
        requests: requests.into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::plans::{explain, on_postgres, on_sqlite, scans};
    use super::*;

    fn uses(plan: &str, index: &str) -> bool {
        plan.split_whitespace().any(|word| word == index)
    }

    fn check(conn: &mut Conn) {
        let sight = Sight {
            committees: None,
            exempt: ExemptSight::All,
            subjects: true,
        };
        let id = Uuid::from_u128(7);
        let of = |committee: bool| CoverageFilter {
            committee_id: committee.then(|| id.into()),
            ..CoverageFilter::default()
        };
        for (committee, resolutions, drafts) in [
            (false, "resolutions_asking", "drafts_unconfirmed"),
            (
                true,
                "resolutions_asking_of_committee",
                "drafts_unconfirmed_of_committee",
            ),
        ] {
            for after in [None, Some(id)] {
                let filter = of(committee);
                let plan = explain(
                    conn,
                    resolutions_page(&sight, &filter, after.map(Into::into), 51),
                );
                let found = uses(&plan, resolutions);
                assert!(found && !scans(&plan, "actions"), "{plan}");
                let plan = explain(
                    conn,
                    requests_page(&sight, &filter, after.map(Into::into), 51),
                );
                assert!(uses(&plan, drafts), "{plan}");
            }
        }
    }

    #[test]
    fn what_is_not_covered_is_read_from_indexes_of_its_own_on_sqlite() {
        on_sqlite(check);
    }

    #[test]
    fn what_is_not_covered_is_read_from_indexes_of_its_own_on_postgres() {
        on_postgres(check);
    }
}
