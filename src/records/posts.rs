//! Recording posts and their tenures.

use super::succession::check_succession;
use super::writing::Subject;
use super::{Effect, Failure, FieldError, Precondition, Writing};
use crate::db::posts::tenures::{self, Tenure};
use crate::db::posts::{self, Post};
use crate::domain::ids::{PostId, TenureId};
use chrono::NaiveDate;

/// A post to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewPost {
    pub(crate) title: String,
    pub(crate) directorate: Option<String>,
}

/// What changes in a post; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PostPatch {
    pub(crate) title: Option<String>,
    pub(crate) directorate: Option<Option<String>>,
    pub(crate) ended_on: Option<Option<NaiveDate>>,
    pub(crate) successor_id: Option<Option<PostId>>,
}

/// A tenure to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewTenure {
    pub(crate) holder_name: String,
    pub(crate) holder_subject: Option<String>,
    pub(crate) acting: bool,
    pub(crate) starts_on: NaiveDate,
    pub(crate) ends_on: Option<NaiveDate>,
}

/// What changes in a tenure; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TenurePatch {
    pub(crate) holder_name: Option<String>,
    pub(crate) holder_subject: Option<Option<String>>,
    pub(crate) acting: Option<bool>,
    pub(crate) starts_on: Option<NaiveDate>,
    pub(crate) ends_on: Option<Option<NaiveDate>>,
}

const fn post_subject(id: PostId) -> Subject {
    Subject {
        kind: "post",
        id: id.0,
    }
}

const fn tenure_subject(id: TenureId) -> Subject {
    Subject {
        kind: "tenure",
        id: id.0,
    }
}

/// Records a post.
pub(crate) fn create(w: &mut Writing<'_>, new: &NewPost) -> Result<Effect<Post>, Failure> {
    let post = Post {
        id: w.new_id(),
        title: new.title.clone(),
        directorate: new.directorate.clone(),
        ended_on: None,
        successor_id: None,
        version: 1,
        created_at: w.at(),
        updated_at: w.at(),
    };
    posts::insert(w.tx, &post)?;
    w.audit_created("create_post", post_subject(post.id), &post)?;
    Ok(Effect::Created(post))
}

/// Changes a post.
pub(crate) fn patch(
    w: &mut Writing<'_>,
    id: PostId,
    read: &Precondition,
    patch: &PostPatch,
) -> Result<Effect<Post>, Failure> {
    posts::lock(w.tx, id)?;
    let before = posts::find(w.tx, id)?.ok_or(Failure::NotFound)?;
    read.check(before.version)?;
    let mut after = before.clone();
    if let Some(title) = &patch.title {
        after.title.clone_from(title);
    }
    if let Some(directorate) = &patch.directorate {
        after.directorate.clone_from(directorate);
    }
    if let Some(ended_on) = patch.ended_on {
        after.ended_on = ended_on;
    }
    if let Some(successor) = patch.successor_id {
        after.successor_id = successor;
    }
    if let Some(successor) = after.successor_id {
        if after.successor_id != before.successor_id {
            let unknown = || Failure::invalid(FieldError::unknown("/successor_id", "other post"));
            if successor == id {
                return Err(unknown());
            }
            check_succession(id, successor, "post", |post| {
                posts::lock(w.tx, post)?;
                Ok(posts::find(w.tx, post)?.ok_or_else(unknown)?.successor_id)
            })?;
        }
        if after.ended_on.is_none() {
            return Err(Failure::invalid(FieldError::new(
                "/ended_on",
                "required",
                "A post that has a successor must have ended.",
            )));
        }
    }
    if after == before {
        return Ok(Effect::Changed(before));
    }
    w.replace("update_post", post_subject(id), &before, &mut after)?;
    Ok(Effect::Changed(after))
}

/// Records who holds a post.
pub(crate) fn create_tenure(
    w: &mut Writing<'_>,
    post_id: PostId,
    new: &NewTenure,
) -> Result<Effect<Tenure>, Failure> {
    posts::lock(w.tx, post_id)?;
    let post = posts::find(w.tx, post_id)?.ok_or(Failure::NotFound)?;
    let tenure = Tenure {
        id: w.new_id(),
        post_id,
        holder_name: new.holder_name.clone(),
        holder_subject: new.holder_subject.clone(),
        acting: new.acting,
        starts_on: new.starts_on,
        ends_on: new.ends_on,
        version: 1,
        created_at: w.at(),
        updated_at: w.at(),
    };
    check_begins(&post, &tenure)?;
    check_days(w, &tenure)?;
    tenures::insert(w.tx, &tenure)?;
    w.audit_created("create_tenure", tenure_subject(tenure.id), &tenure)?;
    Ok(Effect::Created(tenure))
}

/// Changes a tenure of a post.
pub(crate) fn patch_tenure(
    w: &mut Writing<'_>,
    post_id: PostId,
    id: TenureId,
    read: &Precondition,
    patch: &TenurePatch,
) -> Result<Effect<Tenure>, Failure> {
    // The post first, as whoever records another tenure of it does.
    posts::lock(w.tx, post_id)?;
    tenures::lock(w.tx, id)?;
    let before = tenures::find(w.tx, id)?
        .filter(|tenure| tenure.post_id == post_id)
        .ok_or(Failure::NotFound)?;
    read.check(before.version)?;
    let mut after = before.clone();
    if let Some(name) = &patch.holder_name {
        after.holder_name.clone_from(name);
    }
    if let Some(subject) = &patch.holder_subject {
        after.holder_subject.clone_from(subject);
    }
    if let Some(acting) = patch.acting {
        after.acting = acting;
    }
    if let Some(day) = patch.starts_on {
        after.starts_on = day;
    }
    if let Some(day) = patch.ends_on {
        after.ends_on = day;
    }
    if after == before {
        return Ok(Effect::Changed(before));
    }
    if after.starts_on != before.starts_on {
        let post = posts::find(w.tx, post_id)?.ok_or(Failure::NotFound)?;
        check_begins(&post, &after)?;
    }
    check_days(w, &after)?;
    w.replace("update_tenure", tenure_subject(id), &before, &mut after)?;
    Ok(Effect::Changed(after))
}

/// Refuses a tenure that would begin after its post has ended. One that runs on when the post ends, ends with it.
fn check_begins(post: &Post, tenure: &Tenure) -> Result<(), Failure> {
    if post.ended_on.is_some_and(|last| tenure.starts_on > last) {
        return Err(Failure::invalid(FieldError::new(
            "/starts_on",
            "post_ended",
            "The post has ended before this day.",
        )));
    }
    Ok(())
}

/// Refuses a tenure that ends before it starts, and a second one that is not acting at the same time as another: two people
/// may share a post's work, but one of them stands in. The caller holds the post.
fn check_days(w: &mut Writing<'_>, tenure: &Tenure) -> Result<(), Failure> {
    if tenure.ends_on.is_some_and(|day| day < tenure.starts_on) {
        return Err(Failure::invalid(FieldError::new(
            "/ends_on",
            "before_start",
            "A tenure must not end before it starts.",
        )));
    }
    if tenure.acting {
        return Ok(());
    }
    let Some(other) = tenures::substantive_overlapping(w.tx, tenure)? else {
        return Ok(());
    };
    let days = match other.ends_on {
        Some(last) => format!("from {} to {last}", other.starts_on),
        None => format!("since {}", other.starts_on),
    };
    Err(Failure::invalid(FieldError::new(
        "/starts_on",
        "overlapping",
        format!(
            "Another tenure covers days of this one: {days}. Of two at a time, one must be acting."
        ),
    )))
}
