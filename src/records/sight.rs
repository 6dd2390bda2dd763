//! What a caller may see.

use chrono::NaiveDate;

use crate::auth::{Caller, Role};
use crate::db::sight::{ExemptSight, Sight, committees_with_codes};
use crate::db::{Conn, DbError, posts};

/// What a caller may see on a day: clerks and auditors exempt records too, officers the exempt actions of posts they hold
/// that day, and nobody anything of a committee that their token does not name.
pub(crate) fn sight_of(
    conn: &mut Conn,
    caller: &Caller,
    today: NaiveDate,
) -> Result<Sight, DbError> {
    let committees = match &caller.committees {
        None => None,
        Some(codes) => Some(committees_with_codes(conn, codes.iter())?),
    };
    let exempt = if caller.sees_exempt() {
        ExemptSight::All
    } else if caller.has(Role::Officer) {
        ExemptSight::Posts(posts::tenures::posts_held_by(conn, &caller.subject, today)?)
    } else {
        ExemptSight::Posts(Vec::new())
    };
    Ok(Sight { committees, exempt })
}
