//! The minutes that the pages of a site show: handed in like any others, and read into drafts.

use std::collections::HashMap;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::publication::{MAX_ITEM_PAGES, Minutes, OwnMeeting, Publication};
use super::report::{CommitteeReport, MinutesReport};
use super::site::SiteError;
use super::{Importer, ModerngovArgs, caller};
use crate::db::sources;
use crate::db::{Conn, DbError, Reach, meetings, minutes as rows};
use crate::domain::draft::DraftState;
use crate::domain::ids::MeetingId;
use crate::domain::published::{Change, PublishedKind};
use crate::hex::hex;
use crate::minutes;
use crate::moderngov::{Meeting, NotUnderstood, Status};
use crate::records::minutes::{CountedMinutes, NewMinutes, Surroundings, read_items, store};
use crate::records::published::{Note, refusal};
use crate::records::{Effect, Failure, Writing};
use crate::store::{Store, StoreError};

/// The largest minutes, in bytes, as for those that are handed in otherwise.
const MAX_TEXT: usize = 2 * 1024 * 1024;

/// The minutes of one meeting as they were found.
pub(super) struct PublishedMinutes {
    /// The meeting's id there.
    reference: String,
    /// HTML.
    text: String,
}

/// Fetches the minutes of a meeting that was held. What cannot be read is told.
pub(super) async fn published(
    publication: &mut Publication,
    committee: &str,
    listed: &Meeting,
    own: Option<&OwnMeeting>,
    told: &mut CommitteeReport,
) -> Result<Option<PublishedMinutes>, SiteError> {
    let status = own.map_or(listed.status, |own| own.meeting.status);
    if status != Status::Held {
        return Ok(None);
    }
    let id = &listed.reference;
    let reason = match publication.minutes(committee, id, own).await {
        Ok(Minutes::Text { text, left_out }) if text.len() <= MAX_TEXT => {
            if left_out > 0 {
                told.notes.push(Note {
                    what: PublishedKind::Meeting,
                    reference: id.clone(),
                    note: format!(
                        "Its minutes are those of its first {MAX_ITEM_PAGES} items. {left_out} more have pages of their own, which \
                         were not read: hand the whole minutes in."
                    ),
                });
            }
            return Ok(Some(PublishedMinutes {
                reference: id.clone(),
                text,
            }));
        }
        Ok(Minutes::None) => return Ok(None),
        Ok(Minutes::Document(address)) => {
            told.notes.push(Note {
                what: PublishedKind::Meeting,
                reference: id.clone(),
                note: format!(
                    "Its minutes are published as a document alone. Hand that in: {address}"
                ),
            });
            return Ok(None);
        }
        Ok(Minutes::Text { .. }) => "they are larger than 2 MiB".to_owned(),
        Err(error) if error.is_down() => return Err(error),
        Err(error) => error.to_string(),
    };
    told.not_taken.push(NotUnderstood {
        what: PublishedKind::Meeting,
        reference: Some(id.clone()),
        reason: format!("Its minutes were not read: {reason}."),
    });
    Ok(None)
}

/// Why minutes are not kept.
#[derive(Debug, thiserror::Error)]
enum NotKept {
    /// The rules refuse them, or they cannot be read.
    #[error("{0}")]
    Refused(String),
    /// The store failed.
    #[error("{0}.")]
    Store(StoreError),
}

/// Where the minutes of some meetings go: each meeting here by its id there, and what minutes it has.
struct Places {
    meetings: HashMap<String, MeetingId>,
    minutes: HashMap<(MeetingId, String), CountedMinutes>,
    /// The latest revision of each.
    latest: HashMap<MeetingId, i32>,
}

impl Importer<'_> {
    /// Keeps minutes that meetings do not have yet, each in a transaction of its own. A dry run says which.
    pub(super) async fn keep_minutes(
        &self,
        args: &ModerngovArgs,
        found: Vec<PublishedMinutes>,
        told: &mut CommitteeReport,
    ) -> Result<(), DbError> {
        let mut places = self.places(args.system.clone(), &found).await?;
        for PublishedMinutes { reference, text } in found {
            let sha256 = hex(&Sha256::digest(text.as_bytes()));
            let place = places.meetings.get(&reference).copied();
            let known = place.and_then(|id| places.minutes.remove(&(id, sha256.clone())));
            let latest = place.and_then(|id| places.latest.get(&id).copied());
            let (change, kept) = match (place, known) {
                (_, Some(known))
                    if latest.is_some_and(|latest| known.minutes.revision < latest) =>
                {
                    told.notes
                        .push(shown_again(&reference, known.minutes.revision, latest));
                    continue;
                }
                (_, Some(known)) => (Change::Unchanged, Some(known)),
                // The meeting was refused, which is told already.
                (None, None) if !args.dry_run || !told.takes_meeting(&reference) => continue,
                (_, None) if args.dry_run => (Change::Created, None),
                (None, None) => continue,
                (Some(meeting), None) => match self.keep(meeting, text, sha256).await? {
                    Ok(Effect::Known(kept)) => (Change::Unchanged, Some(kept)),
                    Ok(Effect::Created(kept) | Effect::Changed(kept)) => {
                        (Change::Created, Some(kept))
                    }
                    Err(why) => {
                        told.store_failed |= matches!(why, NotKept::Store(_));
                        told.not_taken.push(NotUnderstood {
                            what: PublishedKind::Meeting,
                            reference: Some(reference),
                            reason: format!("Its minutes are not kept: {why}"),
                        });
                        continue;
                    }
                },
            };
            let proposed = |kept: &CountedMinutes| kept.counts.get(&DraftState::Proposed).copied();
            told.minutes.push(MinutesReport {
                reference,
                meeting_id: place.map(|id| id.0),
                change,
                id: kept.as_ref().map(|kept| kept.minutes.id.0),
                revision: kept.as_ref().map(|kept| kept.minutes.revision),
                proposed: kept.as_ref().map(|kept| proposed(kept).unwrap_or(0)),
            });
        }
        Ok(())
    }

    /// Looks up the meetings of minutes, and what minutes these have.
    async fn places(&self, system: String, found: &[PublishedMinutes]) -> Result<Places, DbError> {
        let references: Vec<_> = found.iter().map(|one| one.reference.clone()).collect();
        let places = move |conn: &mut Conn| {
            let references: Vec<_> = references.iter().map(String::as_str).collect();
            let known = sources::find_all(conn, &system, PublishedKind::Meeting, &references)?;
            let meetings: HashMap<_, _> = known
                .into_iter()
                .map(|row| (row.reference, MeetingId(row.record_id.0)))
                .collect();
            let ids: Vec<_> = meetings.values().copied().collect();
            let rows = rows::of_meetings(conn, &ids)?;
            let mut latest = HashMap::new();
            for row in &rows {
                let known = latest.entry(row.meeting_id).or_insert(row.revision);
                *known = row.revision.max(*known);
            }
            let minutes = CountedMinutes::of_all(conn, rows)?;
            let key = |one: &CountedMinutes| (one.minutes.meeting_id, one.minutes.sha256.clone());
            Ok::<_, DbError>(Places {
                meetings,
                minutes: minutes.into_iter().map(|one| (key(&one), one)).collect(),
                latest,
            })
        };
        self.db.read(Reach::Short, places).await
    }

    /// Keeps minutes: first the bytes, then the record that names them. Bytes that no record came to name are taken out again.
    async fn keep(
        &self,
        meeting: MeetingId,
        text: String,
        sha256: String,
    ) -> Result<Result<Effect<CountedMinutes>, NotKept>, DbError> {
        let refused = |why: &str| Ok(Err(NotKept::Refused(why.to_owned())));
        let Some(files) = self.store else {
            return refused("there is no store to keep them in.");
        };
        let today = self.clock.today();
        let look_up = move |conn: &mut Conn| {
            let meeting = meetings::find(conn, meeting)?;
            Surroundings::look_up(conn, meeting.as_ref(), today)
        };
        let around = self.db.read(Reach::Short, look_up).await?;
        let decided_on = around.decided_on;
        let read = tokio::task::spawn_blocking(move || {
            let proposal = minutes::read_html(&text);
            let read = read_items(&proposal, &text, true, around);
            (text, read)
        });
        let Ok((text, read)) = read.await else {
            return refused("they cannot be read.");
        };
        let (now, ids, rules) = (self.clock.now(), self.ids.clone(), self.rules.clone());
        let request_id = self.ids.next(now);
        let key = format!("minutes/{}/{}", meeting, self.ids.next(now));
        let bytes = Bytes::from(text.clone());
        let new = NewMinutes {
            media_type: "text/html".to_owned(),
            size_bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            sha256,
            object_key: key.clone(),
            text,
            read,
            decided_on,
            // What a person has handed in since is not turned back by a site that says the same as ever.
            restore: false,
        };
        let mut receiving = files.receive(key.clone());
        let received = match receiving.write(bytes).await {
            Ok(()) => receiving.finish().await.map(|_| ()),
            Err(error) => Err(error),
        };
        if let Err(error) = received {
            return Ok(Err(NotKept::Store(error)));
        }
        let caller = caller();
        let written = self
            .db
            .write(move |tx| {
                let ids = ids.as_ref();
                let mut w = Writing::begin(tx, &caller, &rules, request_id, now, ids)?;
                store(&mut w, meeting, &new)
            })
            .await;
        match written {
            Ok(effect) => {
                if matches!(effect, Effect::Known(_)) {
                    remove(files, &key).await;
                }
                Ok(Ok(effect))
            }
            // What failed may have been recorded all the same, and is kept.
            Err(Failure::Db(error)) => Err(error),
            Err(failure) => {
                remove(files, &key).await;
                Ok(Err(NotKept::Refused(refusal(failure)?)))
            }
        }
    }
}

async fn remove(files: &Store, key: &str) {
    if let Err(error) = files.remove(key).await {
        tracing::warn!(%error, key, "an object may be left that no record names");
    }
}

/// What there is to say of minutes that the meeting had before others that it has since. Which are right is not guessed.
fn shown_again(reference: &str, revision: i32, latest: Option<i32>) -> Note {
    let latest = latest.unwrap_or(revision);
    Note {
        what: PublishedKind::Meeting,
        reference: reference.to_owned(),
        note: format!(
            "The site shows revision {revision} of its minutes again, and revision {latest} is the latest here. Hand the \
             minutes in again if they are right."
        ),
    }
}
