//! Which draft of an earlier revision a draft follows: what had become of that one goes on in it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::carried::corrects;
use super::draft_subject;
use super::drafts::in_sight;
use super::earlier::{action_before, stay_exempt};
use crate::db::drafts::{self as rows, Draft};
use crate::db::minutes;
use crate::domain::draft::{DraftChange, DraftOrigin};
use crate::domain::ids::DraftId;
use crate::minutes::compare::{Place, same};
use crate::records::{Conflict, Failure, FieldError, Writing};

/// A draft of an earlier revision that another perhaps follows: for a person to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MayFollow {
    pub(crate) draft_id: DraftId,
    pub(crate) title: String,
    /// How alike both are, in hundredths.
    pub(crate) likeness: u8,
}

/// Makes a draft follow another, or none. What it corrects goes with it. What was exempt stays so in a draft that follows it
/// or did, unless a person says otherwise of the draft: `public` is what they say in the same breath.
pub(super) fn follow(
    w: &mut Writing<'_>,
    draft: &mut Draft,
    follows: Option<DraftId>,
    public: bool,
) -> Result<(), Failure> {
    if draft.follows_id == follows {
        return Ok(());
    }
    if let Some(earlier) = draft.follows_id {
        rows::lock(w.tx, earlier)?;
        let earlier = rows::find(w.tx, earlier)?.ok_or(Failure::NotFound)?;
        if draft.exempt.is_none() {
            as_exempt(w, draft, &earlier)?;
        }
        if draft.supersedes_id == corrects(&earlier) {
            draft.supersedes_id = None;
        }
        tell(w, draft, &earlier, None)?;
        draft.follows_id = None;
        draft.change = DraftChange::Added;
    }
    let Some(follows) = follows else {
        return Ok(());
    };
    let earlier = to_follow(w, draft, follows)?;
    draft.follows_id = Some(earlier.id);
    draft.change = if same(&place(&earlier), &place(draft)) {
        DraftChange::Unchanged
    } else {
        DraftChange::Changed
    };
    draft.supersedes_id = corrects(&earlier).or(draft.supersedes_id);
    if !public {
        as_exempt(w, draft, &earlier)?;
    }
    tell(w, draft, &earlier, Some(draft.id))
}

/// What a draft says, as it is compared.
fn place(draft: &Draft) -> Place<'_> {
    Place {
        decision: draft.origin == DraftOrigin::Decision,
        label: draft.printed_label.as_deref(),
        text: &draft.text,
        latest: true,
        recorded: true,
    }
}

/// Makes a draft exempt where the one that it follows is, or what that became.
fn as_exempt(w: &mut Writing<'_>, draft: &mut Draft, earlier: &Draft) -> Result<(), Failure> {
    let mut linked = Draft {
        exempt: earlier.exempt.filter(|exempt| *exempt),
        exempt_paragraphs: earlier.exempt_paragraphs.clone(),
        // Which of several actions goes on is asked at confirmation.
        is_action: false,
        ..draft.clone()
    };
    let action = action_before(w, &linked)?;
    stay_exempt(w, &mut linked, action.as_ref())?;
    if linked.exempt == Some(true) && draft.exempt != Some(true) {
        draft.exempt = linked.exempt;
        draft.exempt_paragraphs = linked.exempt_paragraphs;
    }
    Ok(())
}

/// The earlier draft, locked, if a draft may follow it.
fn to_follow(w: &mut Writing<'_>, draft: &Draft, earlier: DraftId) -> Result<Draft, Failure> {
    const MEMBER: &str = "/follows_id";
    rows::lock(w.tx, earlier)?;
    let found = in_sight(w, earlier)?.filter(|found| found.meeting_id == draft.meeting_id);
    let unknown = || Failure::invalid(FieldError::unknown(MEMBER, "earlier draft of this meeting"));
    let found = found.ok_or_else(unknown)?;
    let revision = |w: &mut Writing<'_>, draft: &Draft| {
        let found = minutes::find(w.tx, draft.minutes_id)?;
        Ok::<_, Failure>(found.map(|minutes| minutes.revision))
    };
    if revision(w, &found)? >= revision(w, draft)? {
        return Err(unknown());
    }
    if draft.origin == DraftOrigin::Discussion && found.origin == DraftOrigin::Decision {
        let why = "What was said in the discussion follows what was said there.";
        let error = FieldError::new(MEMBER, "not_of_this_origin", why);
        return Err(Failure::invalid(error));
    }
    match found.followed_by_id {
        Some(by) => Err(Conflict::Taken {
            pointer: MEMBER,
            by: Some(by.0),
        }
        .into()),
        None => Ok(found),
    }
}

/// Tells the earlier draft by which one it is followed.
fn tell(
    w: &mut Writing<'_>,
    draft: &Draft,
    earlier: &Draft,
    by: Option<DraftId>,
) -> Result<(), Failure> {
    let mut after = earlier.clone();
    after.followed_by_id = by;
    let because = Map::from_iter([("draft_id".to_owned(), json!(draft.id))]);
    let subject = draft_subject(earlier.id);
    w.replace_with("update_draft", subject, earlier, &mut after, &because)
}
