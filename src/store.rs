//! Where the files of evidence are kept: a folder, or a bucket that speaks S3. The only room that names `object_store`.
//!
//! An object is written once, under a key that nobody had before, and read as often as it is asked for. It is deleted only
//! where no record came to name it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt as _, RetryConfig};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncWriteExt as _;

use crate::hex::hex;

/// Bytes of a file that are held in memory before they are sent on: the smallest part that S3 takes.
const PART: usize = 5 * 1024 * 1024;

/// Parts of one file that are under way at a time.
const PARTS_UNDER_WAY: usize = 2;

/// How the files are reached.
#[derive(Debug, Clone)]
pub(crate) enum StoreSettings {
    /// In a folder, made when the first file comes.
    Folder(PathBuf),
    /// In a bucket.
    Bucket(Box<Bucket>),
}

/// A bucket that speaks S3.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    pub(crate) name: String,
    /// What every key begins with; may be empty.
    pub(crate) prefix: String,
    /// Where the service is, if it is not Amazon's.
    pub(crate) endpoint: Option<String>,
    pub(crate) region: String,
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: crate::config::Secret,
    /// Whether the endpoint is spoken to without TLS.
    pub(crate) allow_http: bool,
}

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// Its disk is full.
    #[error("the disk of the store of evidence is full")]
    Full,
    /// Anything else: it cannot be reached, refuses, or does not have what it was given.
    #[error("the store of evidence failed: {0}")]
    Failed(String),
}

impl StoreError {
    fn of(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut cause = Some(error);
        while let Some(inner) = cause {
            if let Some(io) = inner.downcast_ref::<io::Error>()
                && matches!(
                    io.kind(),
                    io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
                )
            {
                return Self::Full;
            }
            cause = inner.source();
        }
        Self::Failed(error.to_string())
    }
}

impl From<object_store::Error> for StoreError {
    fn from(error: object_store::Error) -> Self {
        Self::of(&error)
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        // What the store itself reported comes wrapped in an error of I/O.
        match error
            .get_ref()
            .and_then(|e| e.downcast_ref::<object_store::Error>())
        {
            Some(inner) => Self::of(inner),
            None => Self::of(&error),
        }
    }
}

/// The store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    /// What every key begins with.
    base: Path,
}

impl Store {
    /// Makes ready to use a store. It is not spoken to before it is needed.
    pub(crate) fn open(settings: &StoreSettings) -> Result<Self, StoreError> {
        match settings {
            StoreSettings::Folder(folder) => Ok(Self {
                // Answered writes are durable here as they are in the database.
                objects: Arc::new(LocalFileSystem::new().with_fsync(true)),
                base: Path::from_absolute_path(std::path::absolute(folder)?)
                    .map_err(|error| StoreError::of(&error))?,
            }),
            StoreSettings::Bucket(bucket) => Ok(Self {
                objects: Arc::new(s3(bucket)?),
                base: Path::parse(&bucket.prefix).map_err(|error| StoreError::of(&error))?,
            }),
        }
    }

    fn path(&self, key: &str) -> Path {
        let parts = key.split('/').map(object_store::path::PathPart::from);
        self.base.parts().chain(parts).collect()
    }

    /// Begins to receive a file under a key that no other file has.
    pub(crate) fn receive(&self, key: String) -> Receiving {
        let writer = BufWriter::with_capacity(Arc::clone(&self.objects), self.path(&key), PART)
            .with_max_concurrency(PARTS_UNDER_WAY);
        Receiving {
            store: self.clone(),
            key,
            writer: Some(writer),
            digest: Sha256::new(),
            size: 0,
        }
    }

    /// Reads a file that was received with that size and digest (in hexadecimal). A size that differs is a failure at once; a
    /// content that differs ends the stream with one.
    pub(crate) async fn read(
        &self,
        key: &str,
        size: u64,
        sha256: String,
    ) -> Result<impl Stream<Item = Result<Bytes, StoreError>> + 'static, StoreError> {
        let found = self.objects.get(&self.path(key)).await?;
        if found.meta.size != size {
            return Err(StoreError::Failed(format!(
                "{key} has {} bytes, and had {size} when it was received",
                found.meta.size
            )));
        }
        let checked = (found.into_stream(), Some(Sha256::new()), key.to_owned());
        Ok(futures_util::stream::unfold(
            checked,
            move |(mut chunks, digest, key)| {
                let sha256 = sha256.clone();
                async move {
                    let mut digest = digest?;
                    match chunks.next().await {
                        Some(Ok(chunk)) => {
                            digest.update(&chunk);
                            Some((Ok(chunk), (chunks, Some(digest), key)))
                        }
                        Some(Err(error)) => Some((Err(error.into()), (chunks, None, key))),
                        None if hex(&digest.finalize()) == sha256 => None,
                        None => {
                            let changed = format!("{key} is not what was received");
                            tracing::error!(key, "a file of evidence is not what was received");
                            Some((Err(StoreError::Failed(changed)), (chunks, None, key)))
                        }
                    }
                }
            },
        ))
    }

    /// Deletes an object that no record names.
    pub(crate) async fn remove(&self, key: &str) -> Result<(), StoreError> {
        match self.objects.delete(&self.path(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn s3(bucket: &Bucket) -> Result<impl ObjectStore, StoreError> {
    // A file may be read as slowly as its reader likes; what must not happen is that nothing comes.
    let options = ClientOptions::new()
        .with_timeout_disabled()
        .with_read_timeout(Duration::from_secs(20))
        .with_connect_timeout(Duration::from_secs(5))
        .with_allow_http(bucket.allow_http);
    let retry = RetryConfig {
        max_retries: 2,
        retry_timeout: Duration::from_secs(10),
        ..RetryConfig::default()
    };
    let mut builder = AmazonS3Builder::new()
        .with_client_options(options)
        .with_retry(retry)
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_access_key_id(&bucket.access_key_id)
        .with_secret_access_key(bucket.secret_access_key.expose())
        // Not every server that speaks S3 knows how to delete in bulk.
        .with_disable_bulk_delete(true);
    if let Some(endpoint) = &bucket.endpoint {
        builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
    }
    Ok(builder.build()?)
}

/// A file that is being received. Dropped before it is finished, it leaves nothing behind.
pub(crate) struct Receiving {
    store: Store,
    key: String,
    writer: Option<BufWriter>,
    digest: Sha256,
    size: u64,
}

/// A file that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Received {
    /// Where the store has it.
    pub(crate) key: String,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// SHA-256 over its content, in hexadecimal.
    pub(crate) sha256: String,
}

impl Receiving {
    /// Takes the next bytes, waiting where the store is behind.
    pub(crate) async fn write(&mut self, chunk: Bytes) -> Result<(), StoreError> {
        self.size += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        self.digest.update(&chunk);
        match &mut self.writer {
            Some(writer) => Ok(writer.put(chunk).await?),
            None => Ok(()),
        }
    }

    /// Waits until the store has all of it. Not to be given up halfway, because the store may then have it all the same.
    pub(crate) async fn finish(mut self) -> Result<Received, StoreError> {
        if let Some(mut writer) = self.writer.take()
            && let Err(error) = writer.shutdown().await
        {
            let failure = error.into();
            if let Err(error) = self.store.remove(&self.key).await {
                tracing::warn!(%error, key = self.key, "an object may be left that no record names");
            }
            return Err(failure);
        }
        Ok(Received {
            key: std::mem::take(&mut self.key),
            size: self.size,
            sha256: hex(&std::mem::take(&mut self.digest).finalize()),
        })
    }
}

impl Drop for Receiving {
    fn drop(&mut self) {
        let Some(mut writer) = self.writer.take() else {
            return;
        };
        let key = std::mem::take(&mut self.key);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = writer.abort().await {
                    tracing::warn!(%error, key, "parts of an object may be left that was given up");
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt as _;

    use super::*;

    fn files_below(folder: &std::path::Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found
    }

    fn in_folder(folder: &tempfile::TempDir) -> Store {
        Store::open(&StoreSettings::Folder(folder.path().join("of evidence"))).unwrap()
    }

    async fn received(store: &Store, content: &[u8]) -> Received {
        let mut receiving = store.receive("a/b".to_owned());
        for chunk in content.chunks(1_000_000) {
            receiving
                .write(Bytes::copy_from_slice(chunk))
                .await
                .unwrap();
        }
        receiving.finish().await.unwrap()
    }

    #[tokio::test]
    async fn what_is_received_is_read_back_however_large() {
        let folder = tempfile::tempdir().unwrap();
        let store = in_folder(&folder);
        for size in [0, 10, PART + 7] {
            let content: Vec<u8> = (0..=250).cycle().take(size).collect();
            let file = received(&store, &content).await;
            assert_eq!(file.size, size as u64);
            assert_eq!(file.sha256, hex(&Sha256::digest(&content)));
            let read = store.read(&file.key, file.size, file.sha256).await.unwrap();
            let chunks: Vec<Bytes> = read.try_collect().await.unwrap();
            assert!(chunks.concat() == content, "{size}");
        }
        assert_eq!(files_below(folder.path()).len(), 1);
        store.remove("a/b").await.unwrap();
        store.remove("a/b").await.unwrap();
        assert_eq!(files_below(folder.path()), [] as [PathBuf; 0]);
    }

    #[tokio::test]
    async fn what_was_changed_behind_the_services_back_is_not_passed_on_as_received() {
        let folder = tempfile::tempdir().unwrap();
        let store = in_folder(&folder);
        let file = received(&store, b"as received").await;
        let [path] = &files_below(folder.path())[..] else {
            panic!("one file")
        };
        std::fs::write(path, b"as  altered").unwrap();
        let read = store.read(&file.key, file.size, file.sha256.clone()).await;
        let read: Result<Vec<Bytes>, _> = read.unwrap().try_collect().await;
        assert!(read.is_err());
        std::fs::write(path, b"cut").unwrap();
        let read = store.read(&file.key, file.size, file.sha256.clone()).await;
        assert!(read.is_err());
        std::fs::remove_file(path).unwrap();
        let read = store.read(&file.key, file.size, file.sha256).await;
        assert!(read.is_err());
    }

    #[tokio::test]
    async fn what_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = in_folder(&folder);
        for size in [10, 2 * PART] {
            let mut receiving = store.receive("a/b".to_owned());
            receiving.write(Bytes::from(vec![7; size])).await.unwrap();
            drop(receiving);
        }
        let gone = async {
            while !files_below(folder.path()).is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), gone)
            .await
            .unwrap();
    }

    #[test]
    fn a_full_disk_is_told_apart_however_deep_it_lies() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let wrapped = object_store::Error::Generic {
            store: "LocalFileSystem",
            source: Box::new(full()),
        };
        assert!(matches!(StoreError::from(full()), StoreError::Full));
        assert!(matches!(
            StoreError::from(io::Error::other(wrapped)),
            StoreError::Full
        ));
        let other = StoreError::from(io::Error::other("refused"));
        assert!(matches!(other, StoreError::Failed(_)));
    }
}
