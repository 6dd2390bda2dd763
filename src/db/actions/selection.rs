//! The columns of an action in the lists that are built anew for each question.

use std::sync::OnceLock;

use diesel::SelectableHelper as _;
use diesel::dsl::SqlTypeOf;
use diesel::expression::{AppearsOnTable, ValidGrouping, is_aggregate};
use diesel::pg::{Pg, PgQueryBuilder};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryBuilder as _, QueryFragment, QueryId};

use super::Action;
use crate::db::conn::MultiBackend;
use crate::db::schema::actions;

/// What `Action::as_select()` selects, as one piece of text. Diesel walks over some fifty columns three times for each
/// query that it builds at run time, which is a tenth of what a page costs.
#[derive(Debug, Clone, Copy, QueryId)]
pub(super) struct WholeAction;

static COLUMNS: OnceLock<String> = OnceLock::new();

/// The text, in the double quotes of standard SQL, which both databases read.
fn columns() -> QueryResult<&'static str> {
    if let Some(known) = COLUMNS.get() {
        return Ok(known);
    }
    let mut text = PgQueryBuilder::default();
    QueryFragment::<Pg>::to_sql(&Action::as_select(), &mut text, &Pg)?;
    Ok(COLUMNS.get_or_init(|| text.finish()))
}

impl Expression for WholeAction {
    type SqlType = SqlTypeOf<<Action as Selectable<MultiBackend>>::SelectExpression>;
}

impl AppearsOnTable<actions::table> for WholeAction {}

impl SelectableExpression<actions::table> for WholeAction {}

impl ValidGrouping<()> for WholeAction {
    type IsAggregate = is_aggregate::No;
}

impl QueryFragment<MultiBackend> for WholeAction {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        pass.push_sql(columns()?);
        Ok(())
    }
}
