//! Recording an action.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;
use std::rc::Rc;

use super::{
    OwnedAction, check_supporting, checked_owner,
    due::{self, NewDue},
    ids_as_json, owner_then, standing, structure, subject, with_owner,
};
use crate::clock::london_day;
use crate::db::DbError;
use crate::db::actions::{self, Action};
use crate::db::committees::Committee;
use crate::db::meetings::Meeting;
use crate::db::posts::HeldPost;
use crate::db::resolutions::Resolution;
use crate::domain::assurance::Priority;
use crate::domain::committee::CommitteeCode;
use crate::domain::due::CountedFrom;
use crate::domain::exemption::{Exemption, ExemptionSaid};
use crate::domain::ids::{ActionId, AgendaItemId, MeetingId, PostId, ResolutionId};
use crate::domain::life::{Need, State, lacking_to_open};
use crate::domain::reference::{MunicipalYear, Reference, Series};
use crate::domain::rules::Rules;
use crate::records::source::{Source, sent_again};
use crate::records::{
    Conflict, Effect, Failure, FieldError, Writing, agenda_items, calendar, exemption, meetings,
    resolutions,
};

/// What an action arises from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    /// A resolution.
    Resolution(ResolutionId),
    /// The discussion of an agenda item.
    Discussion(AgendaItemId),
    /// The discussion at a meeting, where it is not known of which item.
    Meeting(MeetingId),
}

/// An action to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewAction {
    pub(crate) origin: Origin,
    /// The action of which it is a part.
    pub(crate) parent_id: Option<ActionId>,
    pub(crate) title: String,
    pub(crate) required: Option<String>,
    pub(crate) owner_post_id: Option<PostId>,
    pub(crate) supporting_post_ids: Vec<PostId>,
    pub(crate) due: Option<NewDue>,
    /// As the parent is, or else the resolution or item, where nothing is said.
    pub(crate) exempt: Option<bool>,
    pub(crate) priority: Option<Priority>,
    pub(crate) verification_required: bool,
    /// The paragraphs of Schedule 12A, in any order; as those of the parent, or else the resolution or item, where nothing is
    /// said.
    pub(crate) exempt_paragraphs: Option<Vec<u8>>,
    /// Open at once, instead of a draft.
    pub(crate) open: bool,
    /// Open at once where it lacks nothing, and otherwise a draft.
    pub(crate) open_if_complete: bool,
    pub(crate) source: Option<Source>,
    /// The digest of the request, kept beside the natural key.
    pub(crate) digest: Vec<u8>,
}

/// What was looked up for one action and holds for the next of the same write.
#[derive(Default)]
pub(crate) struct LookedUp {
    arising: HashMap<Origin, Rc<Arising>>,
    owners: HashMap<PostId, HeldPost>,
}

impl LookedUp {
    fn arising(&mut self, w: &mut Writing<'_>, origin: Origin) -> Result<Rc<Arising>, Failure> {
        once(&mut self.arising, origin, || {
            arising(w, origin).map(Rc::new)
        })
    }
}

/// What is known of `key`, or else looked up.
fn once<K: Eq + Hash, V: Clone>(
    known: &mut HashMap<K, V>,
    key: K,
    look_up: impl FnOnce() -> Result<V, Failure>,
) -> Result<V, Failure> {
    match known.entry(key) {
        Entry::Occupied(known) => Ok(known.get().clone()),
        Entry::Vacant(place) => Ok(place.insert(look_up()?).clone()),
    }
}

/// Where an action arises.
struct Arising {
    /// Held, so that its calendar stays as it is.
    committee: Committee,
    meeting: Meeting,
    agenda_item_id: Option<AgendaItemId>,
    resolution: Option<Resolution>,
    exemption: Exemption,
}

impl Arising {
    /// Whether an action arose here.
    fn is_of(&self, action: &Action) -> bool {
        let resolution = self.resolution.as_ref().map(|resolution| resolution.id);
        (self.meeting.id, resolution, self.agenda_item_id)
            == (
                action.meeting_id,
                action.resolution_id,
                action.agenda_item_id,
            )
    }
}

/// Records an action under the next reference of its committee and municipal year, or finds it recorded already under its
/// natural key.
pub(crate) fn create(w: &mut Writing<'_>, new: &NewAction) -> Result<Effect<OwnedAction>, Failure> {
    create_among(w, new, &mut LookedUp::default())
}

/// Like [`create`], for one of many.
pub(crate) fn create_among(
    w: &mut Writing<'_>,
    new: &NewAction,
    looked_up: &mut LookedUp,
) -> Result<Effect<OwnedAction>, Failure> {
    if let Some(source) = &new.source
        && let Some(known) = actions::find_by_source(w.tx, &source.system, &source.reference)?
    {
        let visible = known.visible(&w.sight);
        sent_again(
            known.source_digest.as_ref(),
            &new.digest,
            known.id.0,
            visible,
        )?;
        return with_owner(w, known).map(Effect::Known);
    }
    // The committee is held before the parent, as by everybody who takes both.
    let arising = looked_up.arising(w, new.origin)?;
    let parent = match new.parent_id {
        Some(id) => Some(structure::parent_to_be(w, id)?),
        None => None,
    };
    // What makes the one exempt makes the other so too.
    if parent.as_ref().is_some_and(|parent| !arising.is_of(parent)) {
        return Err(Failure::invalid(FieldError::new(
            "/parent_id",
            "mismatch",
            "The parent arises from another resolution, or another agenda item.",
        )));
    }
    let made = record(w, new, parent.as_ref(), looked_up)?;
    if let Some(parent) = parent {
        structure::tell_parent(w, &parent, made.action.id)?;
    }
    Ok(Effect::Created(made))
}

/// Records an action that is not known yet, under a parent that takes it.
pub(super) fn record(
    w: &mut Writing<'_>,
    new: &NewAction,
    parent: Option<&Action>,
    looked_up: &mut LookedUp,
) -> Result<OwnedAction, Failure> {
    let arising = looked_up.arising(w, new.origin)?;
    let owner = match new.owner_post_id {
        Some(id) => Some(once(&mut looked_up.owners, id, || checked_owner(w, id))?),
        None => None,
    };
    check_supporting(w, &new.supporting_post_ids)?;
    let said = ExemptionSaid {
        exempt: new.exempt,
        paragraphs: new.exempt_paragraphs.clone(),
    };
    let exemption = match parent {
        Some(whole) => Exemption::of_part(&said, &whole.exemption())?,
        None => Exemption::of_new(&said, &arising.exemption)?,
    };
    let id = w.new_id();
    let (term, resolved) = match &new.due {
        Some(due) => {
            let from = CountedFrom::at(arising.meeting.starts_at.0);
            let resolved = due::resolve(w, &arising.committee, from, due.term, "/due")?;
            due::check_review(due.review_on, london_day(from.at), "/due/review_on")?;
            let row = due::row(w, id, 1, due, resolved, exemption.exempt);
            Some((row, resolved))
        }
        None => None,
    }
    .unzip();
    let mut action = Action {
        id,
        reference: String::new(),
        reference_key: String::new(),
        committee_id: arising.meeting.committee_id,
        meeting_id: arising.meeting.id,
        agenda_item_id: arising.agenda_item_id,
        resolution_id: arising.resolution.as_ref().map(|r| r.id),
        title: new.title.clone(),
        required: new.required.clone(),
        owner_post_id: new.owner_post_id,
        supporting_posts: ids_as_json(&new.supporting_post_ids),
        state: if new.open { State::Open } else { State::Draft },
        outcome: None,
        exempt: exemption.exempt,
        exempt_paragraphs: exemption::as_json(&exemption.paragraphs),
        due_number: term.as_ref().map_or(0, |t| t.number),
        due_kind: term.as_ref().map(|t| t.kind),
        due_wording: term.as_ref().and_then(|t| t.wording.clone()),
        due_on: term.as_ref().and_then(|t| t.due_on),
        due_meeting_id: term.as_ref().and_then(|t| t.meeting_id),
        review_on: term.as_ref().and_then(|t| t.review_on),
        original_due_on: term.as_ref().and_then(|t| t.due_on),
        claimed_by: None,
        claimed_at: None,
        closed_on: None,
        decision_id: None,
        successor_id: None,
        source_system: new.source.as_ref().map(|s| s.system.clone()),
        source_reference: new.source.as_ref().map(|s| s.reference.clone()),
        source_url: new.source.as_ref().and_then(|s| s.url.clone()),
        source_digest: new.source.as_ref().map(|_| new.digest.clone()),
        decided_on: london_day(arising.meeting.starts_at.0),
        priority: new.priority,
        verification_required: new.verification_required,
        verification: None,
        last_progress_on: None,
        forecast_on: None,
        percent_complete: None,
        due_period_count: term.as_ref().and_then(|t| t.period_count),
        due_period_unit: term.as_ref().and_then(|t| t.period_unit),
        due_frequency: term.as_ref().and_then(|t| t.frequency),
        due_occurrence: resolved.and_then(due::occurrence),
        missed_terms: 0,
        parent_id: parent.map(|parent| parent.id),
        public_since: exemption.public_since,
        version: 1,
        created_at: w.at(),
        updated_at: w.at(),
    };
    if new.open {
        ready_to_open(&action, w.rules)?;
    } else if new.open_if_complete && lacking_to_open(standing(&action, w.rules)).is_empty() {
        action.state = State::Open;
    }
    let reference = next_reference(w, &arising, exemption.exempt)?;
    action.reference = reference.to_string();
    action.reference_key = reference.sort_key();
    actions::insert(
        w.tx,
        &action,
        &new.supporting_post_ids,
        arising.resolution.as_ref(),
    )?;
    if let Some(term) = &term {
        actions::add_due_term(w.tx, term)?;
    }
    let details = owner_then(owner.as_ref());
    w.audit_created_saying("create_action", subject(id), &action, &details)?;
    Ok(OwnedAction { action, owner })
}

fn arising(w: &mut Writing<'_>, origin: Origin) -> Result<Arising, Failure> {
    let unknown = |pointer, what| Failure::invalid(FieldError::unknown(pointer, what));
    let (committee_id, meeting_id, agenda_item_id, resolution, exemption) = match origin {
        Origin::Resolution(id) => {
            // Held, so that it does not become exempt while its words are indexed with a public action.
            let resolution = resolutions::held_in_sight(w, id)?
                .ok_or_else(|| unknown("/resolution_id", "resolution"))?;
            let exemption = resolution.exemption();
            (
                resolution.committee_id,
                resolution.meeting_id,
                resolution.agenda_item_id,
                Some(resolution),
                exemption,
            )
        }
        Origin::Discussion(id) => {
            let item = agenda_items::held_in_sight(w, id)?
                .ok_or_else(|| unknown("/agenda_item_id", "agenda item"))?;
            (
                item.committee_id,
                item.meeting_id,
                Some(item.id),
                None,
                item.exemption(),
            )
        }
        Origin::Meeting(id) => {
            let meeting = meetings::in_sight(w, id)?.ok_or(Failure::NotFound)?;
            (meeting.committee_id, id, None, None, Exemption::default())
        }
    };
    let committee = calendar::hold(w, committee_id)?;
    let meeting = meetings::in_sight(w, meeting_id)?.ok_or(Failure::NotFound)?;
    Ok(Arising {
        committee,
        meeting,
        agenda_item_id,
        resolution,
        exemption,
    })
}

fn next_reference(
    w: &mut Writing<'_>,
    arising: &Arising,
    exempt: bool,
) -> Result<Reference, Failure> {
    let corrupt = |what: &str| Failure::Db(DbError::Internal(what.to_owned()));
    let committee: CommitteeCode = arising
        .committee
        .code
        .parse()
        .map_err(|_| corrupt("a committee's code that is none"))?;
    let year = MunicipalYear::of(london_day(arising.meeting.starts_at.0))
        .ok_or_else(|| corrupt("a meeting in no municipal year"))?;
    let series = Series::for_exempt(exempt);
    let number = actions::next_number(w.tx, arising.committee.id, year, series)?;
    if number > Reference::MAX_NUMBER {
        return Err(Conflict::ReferencesExhausted.into());
    }
    Ok(Reference {
        committee,
        year,
        series,
        number,
    })
}

/// Refuses to open what lacks something, naming the members of the body.
fn ready_to_open(action: &Action, rules: &Rules) -> Result<(), Failure> {
    let errors: Vec<_> = lacking_to_open(standing(action, rules))
        .into_iter()
        .map(|need| match need {
            Need::Owner => FieldError::new(
                "/owner_post_id",
                "required",
                "An open action needs an owning post.",
            ),
            Need::DueTerm => FieldError::new(
                "/due",
                "required",
                "An open action needs a due term, be it of kind none.",
            ),
            Need::ReviewDay => FieldError::new(
                "/due/review_on",
                "required",
                "A due term that resolves to no day needs a review day.",
            ),
            Need::Verification | Need::Evidence => {
                FieldError::new(format!("/{need}"), "required", "A claim needs it.")
            }
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Failure::Invalid(errors))
    }
}
