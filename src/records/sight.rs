//! What a caller may see.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::actions::{OwnedAction, SeenOccurrence, SplitAction};
use super::minutes::{ChangedDraft, CountedMinutes};
use super::responses::AnsweredResolution;
use crate::auth::{Caller, Role};
use crate::db::actions::terms::SetTerm;
use crate::db::actions::{Action, ActionFilter};
use crate::db::agenda_items::AgendaItem;
use crate::db::claims::CompletionClaim;
use crate::db::committees::Committee;
use crate::db::delegations::Delegation;
use crate::db::drafts::Draft;
use crate::db::evidence::Evidence;
use crate::db::extension_requests::ExtensionRequest;
use crate::db::links::SeenLink;
use crate::db::meetings::Meeting;
use crate::db::posts::tenures::Tenure;
use crate::db::posts::{HeldPost, Post, succession};
use crate::db::progress::ProgressUpdate;
use crate::db::resolutions::{Resolution, ResolutionFilter};
use crate::db::responses::Response;
use crate::db::sight::{ExemptSight, Mentioned, Sight, committees_with_codes, hidden};
use crate::db::verifications::Verification;
use crate::db::{Conn, DbError};
use crate::domain::ids::{ActionId, AgendaItemId, CommitteeId, MeetingId, ResolutionId};

/// What a caller may see on a day: clerks and auditors exempt records too, officers the exempt actions of posts they answer
/// for that day (those they hold, and the ended ones whose place these took), and nobody anything of a committee that their
/// token does not name.
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
        ExemptSight::Posts(succession::answered_by_holder(
            conn,
            &caller.subject,
            today,
        )?)
    } else {
        ExemptSight::Posts(Vec::new())
    };
    Ok(Sight {
        committees,
        exempt,
        subjects: caller.sees_subjects(),
    })
}

/// Something in a record that its reader may not see, although they see the record.
#[derive(Debug)]
pub(crate) enum Told<'a> {
    /// The id of a committee.
    Committee(&'a mut Option<CommitteeId>),
    /// The id of a meeting.
    Meeting(&'a mut Option<MeetingId>),
    /// The id of an agenda item.
    AgendaItem(&'a mut Option<AgendaItemId>),
    /// The id of a resolution.
    Resolution(&'a mut Option<ResolutionId>),
    /// The id of an action.
    Action(&'a mut Option<ActionId>),
    /// The subject by which the identity provider knows somebody.
    Subject(&'a mut Option<String>),
}

impl Told<'_> {
    fn record(&self) -> Option<Mentioned> {
        match self {
            Self::Committee(id) => id.map(Mentioned::Committee),
            Self::Meeting(id) => id.map(Mentioned::Meeting),
            Self::AgendaItem(id) => id.map(Mentioned::AgendaItem),
            Self::Resolution(id) => id.map(Mentioned::Resolution),
            Self::Action(id) => id.map(Mentioned::Action),
            Self::Subject(_) => None,
        }
    }

    fn keep(self, seen: impl Fn(Uuid) -> bool, subjects: bool) {
        match self {
            Self::Committee(id) => *id = id.filter(|id| seen(id.0)),
            Self::Meeting(id) => *id = id.filter(|id| seen(id.0)),
            Self::AgendaItem(id) => *id = id.filter(|id| seen(id.0)),
            Self::Resolution(id) => *id = id.filter(|id| seen(id.0)),
            Self::Action(id) => *id = id.filter(|id| seen(id.0)),
            Self::Subject(subject) if !subjects => *subject = None,
            Self::Subject(_) => {}
        }
    }
}

/// What may tell of something that its reader may not see.
pub(crate) trait Telling {
    /// Shows everything of that kind to `visit`.
    fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>));
}

/// Takes out of records in sight what they tell of what is not: ids of records out of sight, and people's subjects where
/// the caller may not see them. It costs at most one query, whatever the number of records.
pub(crate) fn conceal(
    conn: &mut Conn,
    sight: &Sight,
    records: &mut impl Telling,
) -> Result<(), DbError> {
    if sight.sees_every_record() && sight.subjects {
        return Ok(());
    }
    let hidden = hidden_in(conn, sight, records)?;
    records.tell(&mut |told| told.keep(|id| !hidden.contains(&id), sight.subjects));
    Ok(())
}

/// Whether something is told of that is out of sight: a list narrowed to such a record is empty.
pub(crate) fn names_hidden(
    conn: &mut Conn,
    sight: &Sight,
    filter: &mut impl Telling,
) -> Result<bool, DbError> {
    Ok(!hidden_in(conn, sight, filter)?.is_empty())
}

fn hidden_in(
    conn: &mut Conn,
    sight: &Sight,
    records: &mut impl Telling,
) -> Result<HashSet<Uuid>, DbError> {
    if sight.sees_every_record() {
        return Ok(HashSet::new());
    }
    let mut mentioned = HashSet::new();
    records.tell(&mut |told| mentioned.extend(told.record()));
    hidden(conn, sight, &mentioned)
}

/// What a member of an entry about a record of that kind names, if it may be out of sight although the record is in sight.
pub(crate) fn mentioned_in_history(kind: &str, member: &str, id: Uuid) -> Option<Mentioned> {
    match member {
        "successor_id" if kind == "committee" => Some(Mentioned::Committee(id.into())),
        // Posts are in everybody's sight.
        "successor_id" if kind == "post" => None,
        "agenda_item_id" => Some(Mentioned::AgendaItem(id.into())),
        "resolution_id" | "decision_id" | "supersedes_id" | "superseded_by_id" => {
            Some(Mentioned::Resolution(id.into()))
        }
        "action_id" => Some(Mentioned::Action(id.into())),
        "committee_id" => Some(Mentioned::Committee(id.into())),
        "due_meeting_id" | "meeting_id" => Some(Mentioned::Meeting(id.into())),
        "successor_id" | "parent_id" | "child_ids" | "from_action_id" | "to_action_id" => {
            Some(Mentioned::Action(id.into()))
        }
        _ => None,
    }
}

/// Declares what rows tell of.
macro_rules! tells {
    ($($row:ty: $($kind:ident $member:ident),*;)+) => {$(
        impl Telling for $row {
            #[expect(clippy::allow_attributes, reason = "not every row tells of something")]
            #[allow(unused_variables, reason = "not every row tells of something")]
            fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>)) {
                $(visit(Told::$kind(&mut self.$member));)*
            }
        }
    )+};
}

tells! {
    Committee: Committee successor_id;
    // It was postponed to a meeting of the same committee.
    Meeting: ;
    AgendaItem: ;
    Resolution: AgendaItem agenda_item_id, Resolution supersedes_id, Resolution superseded_by_id;
    // Posts are in everybody's sight.
    Post: ;
    Tenure: Subject holder_subject;
    Action: AgendaItem agenda_item_id, Resolution resolution_id, Meeting due_meeting_id, Subject claimed_by,
        Resolution decision_id, Action successor_id, Action parent_id;
    SetTerm: Meeting meeting_id, Subject set_by;
    ProgressUpdate: Subject made_by;
    Evidence: Subject added_by, Subject withdrawn_by;
    CompletionClaim: Subject claimed_by, Subject settled_by, Resolution decision_id;
    SeenLink: Subject made_by;
    ActionFilter: Resolution resolution_id, Meeting due_meeting_id, Action parent_id;
    Verification: Subject verified_by;
    Delegation: Resolution resolution_id;
    ExtensionRequest: Meeting meeting_id, Subject requested_by, Subject decided_by, Resolution decision_id;
    Response: Subject recorded_by;
    ResolutionFilter: AgendaItem agenda_item_id;
    // Those who read minutes see all that is exempt.
    Draft: Meeting due_meeting_id, Action action_id;
    CountedMinutes: ;
}

impl Telling for SeenOccurrence {
    fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>)) {
        visit(Told::Meeting(&mut self.meeting_id));
        visit(Told::Subject(&mut self.settled_by));
    }
}

impl Telling for HeldPost {
    fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>)) {
        self.holder.tell(visit);
    }
}

impl Telling for OwnedAction {
    fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>)) {
        self.action.tell(visit);
        self.owner.tell(visit);
    }
}

impl Telling for ChangedDraft {
    fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>)) {
        self.before.tell(visit);
        self.after.tell(visit);
    }
}

impl Telling for SplitAction {
    fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>)) {
        self.parent.tell(visit);
        self.children.tell(visit);
    }
}

impl Telling for AnsweredResolution {
    fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>)) {
        self.resolution.tell(visit);
        self.given.tell(visit);
    }
}

impl<T: Telling> Telling for Option<T> {
    fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>)) {
        if let Some(record) = self {
            record.tell(visit);
        }
    }
}

impl<T: Telling> Telling for Vec<T> {
    fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>)) {
        for record in self {
            record.tell(visit);
        }
    }
}

impl<K, T: Telling> Telling for HashMap<K, T> {
    fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>)) {
        for record in self.values_mut() {
            record.tell(visit);
        }
    }
}

impl<A: Telling, B: Telling> Telling for (A, B) {
    fn tell(&mut self, visit: &mut dyn FnMut(Told<'_>)) {
        self.0.tell(visit);
        self.1.tell(visit);
    }
}
