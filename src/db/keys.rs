//! Keys that the service makes for itself and shares among its instances.

use diesel::prelude::*;

use super::schema::service_keys;
use super::{DbError, Tx};

/// The key of that name, made from `fresh` if there is none yet.
pub(crate) fn obtain(tx: &mut Tx, name: &str, fresh: &[u8]) -> Result<Vec<u8>, DbError> {
    let known = service_keys::table
        .find(name)
        .select(service_keys::secret)
        .first::<Vec<u8>>(&mut tx.conn)
        .optional()?;
    if let Some(secret) = known {
        return Ok(secret);
    }
    // Another instance that makes it at the same moment has this one look again.
    diesel::insert_into(service_keys::table)
        .values((service_keys::name.eq(name), service_keys::secret.eq(fresh)))
        .execute(&mut tx.conn)?;
    Ok(fresh.to_vec())
}
