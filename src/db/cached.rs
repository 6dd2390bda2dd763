//! Statements that are prepared once per connection although diesel would prepare them anew each time.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::connection::LoadConnection;
use diesel::expression::QueryMetadata;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};

/// A statement whose text is one of few: an insert of one row, an update of some columns, or SQL of our own. Diesel holds
/// these unfit for its cache, because in general their texts are many.
pub(super) struct Cached<Q>(pub(super) Q);

impl<Q> QueryId for Cached<Q> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Cached<Q> {
    type SqlType = Q::SqlType;
}

/// For what answers with rows. What does not is run by [`Cached::run`]: `execute` hands diesel a reference to the statement, and
/// by that it is prepared anew after all.
impl<Q, C> RunQueryDsl<C> for Cached<Q> {}

impl<Q> Cached<Q> {
    /// Runs a statement to its end.
    pub(super) fn run<C>(self, conn: &mut C) -> QueryResult<()>
    where
        C: LoadConnection,
        Self: Query + QueryFragment<C::Backend> + QueryId,
        C::Backend: QueryMetadata<<Self as Query>::SqlType>,
    {
        let mut rows = LoadConnection::load(conn, self)?;
        rows.try_for_each(|row| row.map(drop))
    }
}

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Cached<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

/// The insert of a whole row into the table of its type. Its text is always the same, so it is found by the type and not
/// even built again.
pub(super) struct RowInsert<Row, Q>(Q, PhantomData<fn() -> Row>);

impl<Row, Q> RowInsert<Row, Q> {
    /// `insert` must insert all columns but one that the database numbers, and leave none of them to its default.
    pub(super) const fn new(insert: Q) -> Self {
        Self(insert, PhantomData)
    }
}

impl<Row: 'static, Q> QueryId for RowInsert<Row, Q> {
    type QueryId = RowInsert<Row, ()>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<Row, Q: Query> Query for RowInsert<Row, Q> {
    type SqlType = Q::SqlType;
}

impl<Row, Q, C> RunQueryDsl<C> for RowInsert<Row, Q> {}

impl<DB: Backend, Row, Q: QueryFragment<DB>> QueryFragment<DB> for RowInsert<Row, Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}
