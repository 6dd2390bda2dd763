//! Where new identifiers come from: UUIDs of version 7 (RFC 9562), so that records made together lie together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

/// Makes identifiers.
pub trait Ids: Send + Sync + 'static {
    /// A new identifier for something recorded at `now`.
    fn next(&self, now: DateTime<Utc>) -> Uuid;
}

/// A maker of identifiers that can be handed around.
pub type SharedIds = Arc<dyn Ids>;

fn v7(now: DateTime<Utc>, random: &[u8; 10]) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    Builder::from_unix_timestamp_millis(millis, random).into_uuid()
}

/// Identifiers nobody can guess.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        v7(now, &rand::random())
    }
}

/// The same identifiers every time, for invented councils and for tests.
#[derive(Debug)]
pub struct SeededIds {
    seed: u64,
    count: AtomicU64,
}

impl SeededIds {
    /// Starts the row of identifiers that belongs to `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self {
            seed,
            count: AtomicU64::new(0),
        }
    }
}

impl Ids for SeededIds {
    fn next(&self, now: DateTime<Utc>) -> Uuid {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let digest = Sha256::new()
            .chain_update(self.seed.to_be_bytes())
            .chain_update(count.to_be_bytes())
            .finalize();
        let mut random = [0; 10];
        random.copy_from_slice(&digest[..10]);
        v7(now, &random)
    }
}
