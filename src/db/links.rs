//! Links between actions, and what leads on from what.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};

use super::actions::{Action, find as find_action, find_many};
use super::cached::{Cached, RowInsert};
use super::conn::{MultiBackend, native};
use super::schema::{action_links, actions};
use super::sight::{Parts, Sight, action_condition, as_json};
use super::types::{Instant, Uid};
use super::{Conn, DbError, Tx};
use crate::domain::ids::{ActionId, LinkId, RecordId};
use crate::domain::links::LinkKind;

/// A link as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = action_links, treat_none_as_default_value = false)]
#[diesel(check_for_backend(MultiBackend))]
pub(crate) struct ActionLink {
    pub(crate) id: LinkId,
    pub(crate) from_action_id: ActionId,
    pub(crate) to_action_id: ActionId,
    pub(crate) kind: LinkKind,
    pub(crate) note: Option<String>,
    pub(crate) made_by: String,
    pub(crate) created_at: Instant,
    /// Whether the action from which it leads was exempt when it was made.
    pub(crate) from_while_exempt: bool,
    /// Whether the action to which it leads was.
    pub(crate) to_while_exempt: bool,
}

/// A link as one of its two actions sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenLink {
    pub(crate) link: ActionLink,
    /// The action from which it is looked at.
    pub(crate) of: ActionId,
    /// The reference of the other.
    pub(crate) reference: String,
    /// The subject of whoever made it, where the caller may see it.
    pub(crate) made_by: Option<String>,
}

impl SeenLink {
    /// The link as the action `of` sees it.
    pub(crate) fn seen(link: ActionLink, of: ActionId, reference: String) -> Self {
        Self {
            made_by: Some(link.made_by.clone()),
            link,
            of,
            reference,
        }
    }
}

impl ActionLink {
    /// Whether the link between these actions is in sight: both are, as they are today and as they were when it was made.
    fn visible(&self, from: &Action, to: &Action, sight: &Sight) -> bool {
        [(from, self.from_while_exempt), (to, self.to_while_exempt)]
            .into_iter()
            .all(|(end, while_exempt)| {
                end.visible(sight) && (!while_exempt || end.parts(sight) == Parts::All)
            })
    }

    /// The end that is not `of`.
    pub(crate) fn other(&self, of: ActionId) -> ActionId {
        if self.from_action_id == of {
            self.to_action_id
        } else {
            self.from_action_id
        }
    }
}

/// The advisory lock of this program under which links are made: "MA" and a number.
const LINKS_LOCK: i64 = 0x4d41_0010;

/// Keeps others from making links until the transaction ends, so that two that are made at once close no circle. On SQLite
/// there is but one writer. It comes before any lock of an action, or two that close into one another would wait in a ring.
pub(crate) fn lock(tx: &mut Tx) -> Result<(), DbError> {
    if let Conn::Postgres(conn) = &mut tx.conn {
        Cached(diesel::sql_query("SELECT pg_advisory_xact_lock($1)").bind::<BigInt, _>(LINKS_LOCK))
            .run(conn)?;
    }
    Ok(())
}

/// Inserts a link.
pub(crate) fn insert(tx: &mut Tx, link: &ActionLink) -> Result<(), DbError> {
    let insert =
        RowInsert::<ActionLink, _>::new(diesel::insert_into(action_links::table).values(link));
    native!(&mut tx.conn, c => insert.execute(c))?;
    Ok(())
}

/// The link of that id as an action in sight sees it, if it is one of its links, and in sight.
pub(crate) fn find_seen(
    conn: &mut Conn,
    sight: &Sight,
    of: &Action,
    id: LinkId,
) -> Result<Option<SeenLink>, DbError> {
    let found: Option<ActionLink> = action_links::table
        .find(id)
        .select(ActionLink::as_select())
        .first(conn)
        .optional()?;
    let Some(link) = found.filter(|l| [l.from_action_id, l.to_action_id].contains(&of.id)) else {
        return Ok(None);
    };
    let Some(other) = find_action(conn, link.other(of.id))? else {
        return Ok(None);
    };
    let seen = if link.from_action_id == of.id {
        link.visible(of, &other, sight)
    } else {
        link.visible(&other, of, sight)
    };
    Ok(seen.then(|| SeenLink::seen(link, of.id, other.reference)))
}

/// Which of these links are out of sight.
pub(crate) fn hidden(
    conn: &mut Conn,
    sight: &Sight,
    ids: &[LinkId],
) -> Result<Vec<LinkId>, DbError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let links: Vec<ActionLink> = action_links::table
        .filter(action_links::id.eq_any(ids))
        .select(ActionLink::as_select())
        .load(conn)?;
    let ends: Vec<_> = links
        .iter()
        .flat_map(|link| [link.from_action_id, link.to_action_id])
        .collect();
    let ends: HashMap<_, _> = find_many(conn, &ends)?
        .into_iter()
        .map(|action| (action.id, action))
        .collect();
    let seen = |link: &ActionLink| {
        let (from, to) = (ends.get(&link.from_action_id), ends.get(&link.to_action_id));
        from.zip(to)
            .is_some_and(|(from, to)| link.visible(from, to, sight))
    };
    Ok(links
        .into_iter()
        .filter(|link| !seen(link))
        .map(|link| link.id)
        .collect())
}

/// The link of that kind that leads from the one to the other.
pub(crate) fn find_between(
    conn: &mut Conn,
    from: ActionId,
    to: ActionId,
    kind: LinkKind,
) -> Result<Option<ActionLink>, DbError> {
    Ok(action_links::table
        .filter(action_links::from_action_id.eq(from))
        .filter(action_links::to_action_id.eq(to))
        .filter(action_links::kind.eq(kind))
        .select(ActionLink::as_select())
        .first(conn)
        .optional()?)
}

/// The actions that go on from one by a link of that kind, at most `limit`.
pub(crate) fn going_on_from(
    conn: &mut Conn,
    from: ActionId,
    kind: LinkKind,
    limit: i64,
) -> Result<Vec<ActionId>, DbError> {
    let of_kind = action_links::table
        .filter(action_links::kind.eq(kind))
        .order(action_links::id)
        .limit(limit);
    Ok(if kind.leads_on() {
        of_kind
            .filter(action_links::from_action_id.eq(from))
            .select(action_links::to_action_id)
            .load(conn)?
    } else {
        of_kind
            .filter(action_links::to_action_id.eq(from))
            .select(action_links::from_action_id)
            .load(conn)?
    })
}

#[derive(QueryableByName)]
struct Onward {
    #[diesel(sql_type = Uid)]
    earlier: ActionId,
    #[diesel(sql_type = Uid)]
    later: ActionId,
}

/// What goes on from any of these actions: along links, and from parents to children. Each pair begins with one of them.
pub(crate) fn onward(
    conn: &mut Conn,
    from: &[ActionId],
) -> Result<Vec<(ActionId, ActionId)>, DbError> {
    let kinds = LinkKind::ALL.iter().filter(|kind| kind.leads_on());
    let kinds: Vec<_> = kinds.map(|kind| format!("'{kind}'")).collect();
    let leading_on = kinds.join(", ");
    let query = |ids: &str| {
        format!(
            "SELECT to_action_id AS earlier, from_action_id AS later FROM action_links \
             WHERE to_action_id {ids} AND kind NOT IN ({leading_on}) \
             UNION ALL SELECT from_action_id, to_action_id FROM action_links \
             WHERE from_action_id {ids} AND kind IN ({leading_on}) \
             UNION ALL SELECT parent_id, id FROM actions WHERE parent_id IS NOT NULL AND parent_id {ids}"
        )
    };
    let ids: Vec<_> = from.iter().map(|id| RecordId(id.0)).collect();
    let rows: Vec<Onward> = match conn {
        Conn::Postgres(conn) => {
            Cached(diesel::sql_query(query("= ANY($1)")).bind::<Array<Uid>, _>(ids)).load(conn)?
        }
        Conn::Sqlite(conn) => Cached(
            diesel::sql_query(query("IN (SELECT unhex(value) FROM json_each(?1))"))
                .bind::<Text, _>(as_json(&ids)),
        )
        .load(conn)?,
    };
    Ok(rows
        .into_iter()
        .map(|row| (row.earlier, row.later))
        .collect())
}

/// The links at one end of an action whose other end is in sight, in the order in which they were made.
macro_rules! half {
    ($this:ident ($this_exempt:ident) to $other:ident ($other_exempt:ident), $id:expr, $parts:expr, $sight:expr, $after:expr, $limit:expr) => {{
        let seen =
            action_condition($sight).or_exempt(concat!("action_links.", stringify!($other_exempt)));
        let mut query = action_links::table
            .inner_join(actions::table.on(actions::id.eq(action_links::$other)))
            .filter(action_links::$this.eq($id))
            .filter(seen)
            .select((ActionLink::as_select(), actions::reference))
            .order(action_links::id)
            .limit($limit)
            .into_boxed::<MultiBackend>();
        if $parts == Parts::Public {
            query = query.filter(action_links::$this_exempt.eq(false));
        }
        if let Some(id) = $after {
            query = query.filter(action_links::id.gt(id));
        }
        query
    }};
}

/// A page of the links of an action, whichever way they lead, in the order in which they were made. A link whose other
/// action is out of sight is not there.
pub(crate) fn list(
    conn: &mut Conn,
    sight: &Sight,
    of: ActionId,
    parts: Parts,
    after: Option<LinkId>,
    limit: i64,
) -> Result<Vec<SeenLink>, DbError> {
    // Two halves, each read in the order of its index: one query for both would read and sort them all.
    let mut rows: Vec<(ActionLink, String)> =
        half!(from_action_id (from_while_exempt) to to_action_id (to_while_exempt), of, parts, sight, after, limit).load(conn)?;
    let to: Vec<(ActionLink, String)> =
        half!(to_action_id (to_while_exempt) to from_action_id (from_while_exempt), of, parts, sight, after, limit).load(conn)?;
    rows.extend(to);
    rows.sort_by_key(|(link, _)| link.id);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows
        .into_iter()
        .map(|(link, reference)| SeenLink::seen(link, of, reference))
        .collect())
}

#[cfg(test)]
mod plans {
    use uuid::Uuid;

    use super::*;
    use crate::db::plans::{explain, on_postgres, on_sqlite, scans, sorts};
    use crate::db::sight::ExemptSight;

    fn check(conn: &mut Conn) {
        let of = ActionId(Uuid::from_u128(7));
        let sights = [
            (None, ExemptSight::All),
            (
                Some(vec![Uuid::from_u128(1).into(), Uuid::from_u128(2).into()]),
                ExemptSight::Posts(Vec::new()),
            ),
            (None, ExemptSight::Posts(vec![Uuid::from_u128(3).into()])),
        ];
        for (committees, exempt) in sights {
            let sight = Sight {
                committees,
                exempt,
                subjects: true,
            };
            for (after, parts) in [
                (None, Parts::All),
                (Some(LinkId(Uuid::from_u128(8))), Parts::Public),
            ] {
                let plans = [
                    explain(
                        conn,
                        half!(from_action_id (from_while_exempt) to to_action_id (to_while_exempt), of, parts, &sight, after, 51),
                    ),
                    explain(
                        conn,
                        half!(to_action_id (to_while_exempt) to from_action_id (from_while_exempt), of, parts, &sight, after, 51),
                    ),
                ];
                for plan in plans {
                    let bad = scans(&plan, "action_links")
                        || scans(&plan, "actions")
                        || sorts(&plan)
                        || !plan.contains("action_links_");
                    assert!(!bad, "{sight:?}, {after:?}:\n{plan}");
                }
            }
        }
    }

    #[test]
    fn no_list_of_links_scans_or_sorts_on_sqlite() {
        on_sqlite(check);
    }

    #[test]
    fn no_list_of_links_scans_or_sorts_on_postgres() {
        on_postgres(check);
    }
}
