//! The audit trail: every write appends an entry in its own transaction, and entries are sealed into a hash chain.
//!
//! On SQLite there is one writer, so an entry is sealed as it is written. On Postgres writers only append, and [`seal`]
//! follows in batches, so that no writer waits for the head of the chain.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::helper_types::IntoBoxed;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Binary, Bool};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::cached::RowInsert;
use super::conn::{MultiBackend, native};
use super::schema::audit_entries;
use super::types::Uid;
use super::{Conn, DbError, Tx};
use crate::domain::ids::{PostId, RecordId};

/// The most entries sealed in one transaction.
const SEAL_BATCH: i64 = 2_000;

/// The most entries inserted by one statement: three bound values each, of which PostgreSQL takes 65,535.
const INSERT_BATCH: usize = 2_000;

/// The last sealed entry: what the next one is chained to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Head {
    sequence: i64,
    hash: Vec<u8>,
}

impl Head {
    /// The head of an empty trail: sequence 0 and a hash of zeros.
    fn origin() -> Self {
        Self {
            sequence: 0,
            hash: vec![0; 32],
        }
    }

    /// The head after an entry with this content: SHA-256 over the previous hash, the sequence (eight bytes, big-endian)
    /// and the content.
    fn next(&self, content: &str) -> Self {
        let sequence = self.sequence + 1;
        let hash = Sha256::new()
            .chain_update(&self.hash)
            .chain_update(sequence.to_be_bytes())
            .chain_update(content)
            .finalize()
            .to_vec();
        Self { sequence, hash }
    }
}

/// An entry to be appended: whose history it belongs to, and what it says in canonical JSON (RFC 8785).
#[derive(Debug)]
pub(crate) struct NewEntry {
    /// `action`, `committee`, …
    pub(crate) subject_kind: &'static str,
    /// Which record.
    pub(crate) subject_id: RecordId,
    /// Canonical JSON.
    pub(crate) content: String,
}

/// An entry as it stands in the trail.
#[derive(Debug, Queryable)]
pub(crate) struct Entry {
    /// Its place in the subject's history; grows, with gaps.
    pub(crate) entry_no: i64,
    /// Its place in the sealed trail, gapless from 1; `None` until it is sealed.
    pub(crate) sequence: Option<i64>,
    /// Canonical JSON.
    pub(crate) content: String,
    /// The hash of the entry before it.
    pub(crate) previous_hash: Option<Vec<u8>>,
    /// Its own.
    pub(crate) hash: Option<Vec<u8>>,
}

/// Appends an entry, sealed where the transaction holds the head of the chain.
pub(crate) fn append(tx: &mut Tx, entry: &NewEntry) -> Result<(), DbError> {
    let sealed = tx
        .chain
        .as_ref()
        .map(|head| (head.hash.clone(), head.next(&entry.content)));
    let (previous, head) = sealed.map_or((None, None), |(p, h)| (Some(p), Some(h)));
    let insert = diesel::insert_into(audit_entries::table).values((
        audit_entries::subject_kind.eq(entry.subject_kind),
        audit_entries::subject_id.eq(entry.subject_id),
        audit_entries::content.eq(&entry.content),
        audit_entries::sequence.eq(head.as_ref().map(|h| h.sequence)),
        audit_entries::previous_hash.eq(previous),
        audit_entries::hash.eq(head.as_ref().map(|h| h.hash.clone())),
    ));
    let insert = RowInsert::<NewEntry, _>::new(insert);
    native!(&mut tx.conn, c => insert.execute(c))?;
    if head.is_some() {
        tx.chain = head;
    }
    Ok(())
}

/// Appends entries in their order, as [`append`] does each.
pub(crate) fn append_all(tx: &mut Tx, entries: &[NewEntry]) -> Result<(), DbError> {
    // A chain is made entry by entry, and on SQLite a prepared insert costs no more than a row of many.
    if tx.chain.is_some() {
        return entries.iter().try_for_each(|entry| append(tx, entry));
    }
    for batch in entries.chunks(INSERT_BATCH) {
        let rows: Vec<_> = batch
            .iter()
            .map(|entry| {
                (
                    audit_entries::subject_kind.eq(entry.subject_kind),
                    audit_entries::subject_id.eq(entry.subject_id),
                    audit_entries::content.eq(&entry.content),
                )
            })
            .collect();
        let insert = diesel::insert_into(audit_entries::table).values(rows);
        match &mut tx.conn {
            Conn::Postgres(conn) => insert.execute(conn)?,
            Conn::Sqlite(_) => {
                return Err(DbError::Internal("SQLite seals as it writes".to_owned()));
            }
        };
    }
    Ok(())
}

/// The last sealed entry.
pub(super) fn head(conn: &mut Conn) -> Result<Head, DbError> {
    let last = audit_entries::table
        .filter(audit_entries::sequence.is_not_null())
        .order(audit_entries::sequence.desc())
        .select((
            audit_entries::sequence.assume_not_null(),
            audit_entries::hash.assume_not_null(),
        ))
        .first::<(i64, Vec<u8>)>(conn)
        .optional()?;
    Ok(last.map_or_else(Head::origin, |(sequence, hash)| Head { sequence, hash }))
}

/// Seals a batch of unsealed entries in the order of their `entry_no`, among those that are committed by now, and says how
/// many. One with a lower number may be committed, and so sealed, later. The caller holds the sealer's lock.
pub(super) fn seal(tx: &mut Tx) -> Result<usize, DbError> {
    let pending: Vec<(i64, String)> = audit_entries::table
        .filter(audit_entries::sequence.is_null())
        .order(audit_entries::entry_no)
        .limit(SEAL_BATCH)
        .select((audit_entries::entry_no, audit_entries::content))
        .load(&mut tx.conn)?;
    if pending.is_empty() {
        return Ok(0);
    }
    let mut head = head(tx)?;
    let (mut entries, mut sequences, mut previous, mut hashes) = (vec![], vec![], vec![], vec![]);
    for (entry_no, content) in &pending {
        let next = head.next(content);
        entries.push(*entry_no);
        sequences.push(next.sequence);
        previous.push(std::mem::replace(&mut head, next).hash);
        hashes.push(head.hash.clone());
    }
    let Conn::Postgres(conn) = &mut tx.conn else {
        return Err(DbError::Internal("SQLite seals as it writes".to_owned()));
    };
    Ok(diesel::sql_query(
        "UPDATE audit_entries AS e SET sequence = s.sequence, previous_hash = s.previous_hash, hash = s.hash \
         FROM unnest($1, $2, $3, $4) AS s (entry_no, sequence, previous_hash, hash) WHERE e.entry_no = s.entry_no",
    )
    .bind::<Array<BigInt>, _>(entries)
    .bind::<Array<BigInt>, _>(sequences)
    .bind::<Array<Binary>, _>(previous)
    .bind::<Array<Binary>, _>(hashes)
    .execute(conn)?)
}

/// The history of one record, oldest first: entries after `after`, at most `limit`.
pub(crate) fn history(
    conn: &mut Conn,
    subject: RecordId,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<Entry>, DbError> {
    Ok(page(subject, after.unwrap_or(0), limit).load(conn)?)
}

/// The history of a post and of its tenures, oldest first: entries after `after`, at most `limit`.
pub(crate) fn post_history(
    conn: &mut Conn,
    post: PostId,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<Entry>, DbError> {
    Ok(page_of_post(post, after.unwrap_or(0), limit).load(conn)?)
}

/// A tenure belongs to its post for good, so that the entries about it are found by way of the tenures there are.
pub(super) fn page_of_post<'a>(
    post: PostId,
    after: i64,
    limit: i64,
) -> IntoBoxed<'a, AllOf, MultiBackend> {
    let about = sql::<Bool>("audit_entries.subject_id IN (SELECT id FROM tenures WHERE post_id = ")
        .bind::<Uid, _>(post)
        .sql(" UNION ALL SELECT id FROM posts WHERE id = ")
        .bind::<Uid, _>(post)
        .sql(")");
    audit_entries::table
        .select(ENTRY)
        .into_boxed()
        .filter(about)
        .filter(audit_entries::entry_no.gt(after))
        .order(audit_entries::entry_no)
        .limit(limit)
}

/// From which entry to which a record was exempt, both inclusive; `None` where it still is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    from: (i64, DateTime<Utc>),
    to: Option<(i64, DateTime<Utc>)>,
}

impl Span {
    /// Whether an entry was written while it lasted. By its number, because a clock may go back; or by its instant, because
    /// an attempt that is kept has its entry only after its transaction.
    pub(crate) fn holds(&self, entry_no: i64, at: DateTime<Utc>) -> bool {
        let to = self.to.unwrap_or((i64::MAX, DateTime::<Utc>::MAX_UTC));
        (self.from.0..=to.0).contains(&entry_no) || (self.from.1..=to.1).contains(&at)
    }
}

/// When a record was exempt, from the entries that say so. Whoever changes it has locked it, so that its entries are numbered
/// in the order of the changes.
pub(crate) fn exempt_spans(conn: &mut Conn, subject: RecordId) -> Result<Vec<Span>, DbError> {
    let mut spans: Vec<Span> = Vec::new();
    for (entry_no, turn) in exempt_turns(conn, subject)? {
        let place = (entry_no, turn.recorded_at);
        match turn.exempt() {
            Some(true) => spans.push(Span {
                from: place,
                to: None,
            }),
            Some(false) => {
                if let Some(span) = spans.last_mut().filter(|span| span.to.is_none()) {
                    span.to = Some(place);
                }
            }
            None => {}
        }
    }
    Ok(spans)
}

/// The last entry of a record by which it was said to be exempt, or public: by that operation, where one is named.
pub(crate) fn last_said_exempt(
    conn: &mut Conn,
    subject: RecordId,
    exempt: bool,
    operation: Option<&str>,
) -> Result<Option<i64>, DbError> {
    let turns = exempt_turns(conn, subject)?;
    let said = turns.iter().rev().find(|(_, turn)| {
        turn.exempt() == Some(exempt) && operation.is_none_or(|named| named == turn.operation)
    });
    Ok(said.map(|(entry_no, _)| *entry_no))
}

/// An entry that says something of exemption.
#[derive(Deserialize)]
struct ExemptTurn {
    recorded_at: DateTime<Utc>,
    operation: String,
    after: Option<SaidOfExemption>,
}

#[derive(Deserialize)]
struct SaidOfExemption {
    exempt: Option<bool>,
}

impl ExemptTurn {
    /// What the record became by it.
    fn exempt(&self) -> Option<bool> {
        self.after.as_ref().and_then(|after| after.exempt)
    }
}

/// The entries of a record that say something of exemption, with their numbers, in the order of the changes.
fn exempt_turns(conn: &mut Conn, subject: RecordId) -> Result<Vec<(i64, ExemptTurn)>, DbError> {
    let turns: Vec<(i64, String)> = audit_entries::table
        .filter(audit_entries::subject_id.eq(subject))
        .filter(audit_entries::content.like("%\"exempt\":%"))
        .order(audit_entries::entry_no)
        .select((audit_entries::entry_no, audit_entries::content))
        .load(conn)?;
    let parsed = turns.into_iter().map(|(entry_no, content)| {
        let turn = serde_json::from_str(&content);
        turn.map(|turn| (entry_no, turn))
            .map_err(|error| DbError::Internal(error.to_string()))
    });
    parsed.collect()
}

/// The columns of an entry as it is shown.
const ENTRY: EntryColumns = (
    audit_entries::entry_no,
    audit_entries::sequence,
    audit_entries::content,
    audit_entries::previous_hash,
    audit_entries::hash,
);

type EntryColumns = (
    audit_entries::entry_no,
    audit_entries::sequence,
    audit_entries::content,
    audit_entries::previous_hash,
    audit_entries::hash,
);

type AllOf = diesel::dsl::Select<audit_entries::table, EntryColumns>;

#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn page(subject: RecordId, after: i64, limit: i64) -> _ {
    audit_entries::table
        .filter(audit_entries::subject_id.eq(subject))
        .filter(audit_entries::entry_no.gt(after))
        .order(audit_entries::entry_no)
        .limit(limit)
        .select((
            audit_entries::entry_no,
            audit_entries::sequence,
            audit_entries::content,
            audit_entries::previous_hash,
            audit_entries::hash,
        ))
}

/// Checks the sealed trail from its first entry on.
pub(super) fn verify(conn: &mut Conn) -> Result<Verdict, DbError> {
    let mut head = Head::origin();
    loop {
        let entries: Vec<(i64, String, Vec<u8>, Vec<u8>)> = audit_entries::table
            .filter(audit_entries::sequence.gt(head.sequence))
            .order(audit_entries::sequence)
            .limit(SEAL_BATCH)
            .select((
                audit_entries::sequence.assume_not_null(),
                audit_entries::content,
                audit_entries::previous_hash.assume_not_null(),
                audit_entries::hash.assume_not_null(),
            ))
            .load(conn)?;
        if entries.is_empty() {
            return Ok(Verdict::Intact {
                entries: head.sequence,
            });
        }
        for (sequence, content, previous, hash) in entries {
            let expected = head.next(&content);
            if previous != head.hash || (Head { sequence, hash }) != expected {
                return Ok(Verdict::Broken {
                    at: expected.sequence,
                });
            }
            head = expected;
        }
    }
}

/// What a check of the audit trail found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every sealed entry follows from the one before.
    Intact {
        /// How many there are.
        entries: i64,
    },
    /// The entry at this sequence is missing, altered or out of place.
    Broken {
        /// The first bad sequence.
        at: i64,
    },
}
