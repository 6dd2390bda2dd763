//! Reading minutes again: what of an earlier revision is said again keeps what became of it.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::reading::{ReadHeading, ReadItem, ReadOwner};
use super::{draft_subject, drafts};
use crate::db::drafts::{self as rows, Draft, DraftFilter};
use crate::db::minutes::Minutes;
use crate::db::{actions, resolutions};
use crate::domain::draft::{DraftChange, DraftOrigin, DraftState};
use crate::domain::exemption::Exemption;
use crate::domain::ids::{
    ActionId, AgendaItemId, DraftId, MeetingId, MinutesId, PostId, ResolutionId,
};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::compare::{Again, Place, compare};
use crate::records::exemption::as_json;
use crate::records::{Failure, Writing};

/// The longest label, title and description that records hold, in characters.
const MAX_LABEL: usize = 20;
const MAX_TITLE: usize = 300;
const MAX_REQUIRED: usize = 4_000;

/// What earlier revisions said and no later one has said again.
pub(super) struct Before {
    /// Those of the latest revision first, each revision in the order of its text.
    heads: Vec<Draft>,
    /// How many are of the latest.
    latest: usize,
    /// The drafts of the revision whose bytes are handed in again, by their numbers.
    restored: HashMap<i32, Draft>,
    /// The newest draft that says again what a merged one was merged into.
    newest: HashMap<DraftId, DraftId>,
    /// The exemption of what the drafts became or correct, as it is now.
    resolutions: HashMap<ResolutionId, Exemption>,
    actions: HashMap<ActionId, Exemption>,
}

impl Before {
    /// Loads what a meeting's minutes have said so far. Whoever does holds the meeting's lock.
    pub(super) fn load(
        w: &mut Writing<'_>,
        meeting: MeetingId,
        restored: Option<MinutesId>,
    ) -> Result<Self, Failure> {
        let restored = match restored {
            Some(id) => rows::list(w.tx, id, DraftFilter::default(), None, i64::MAX)?,
            None => Vec::new(),
        };
        let mut found = rows::not_followed(w.tx, meeting)?;
        found.sort_by_key(|(draft, revision)| (std::cmp::Reverse(*revision), draft.number));
        let last = found.first().map(|(_, revision)| *revision);
        let latest = found
            .iter()
            .take_while(|(_, revision)| Some(*revision) == last)
            .count();
        let heads: Vec<Draft> = found.into_iter().map(|(draft, _)| draft).collect();
        let became: Vec<_> = heads
            .iter()
            .flat_map(|draft| [draft.resolution_id, draft.supersedes_id])
            .flatten()
            .collect();
        let resolutions = resolutions::find_many(w.tx, &became)?;
        let became: Vec<_> = heads.iter().filter_map(|draft| draft.action_id).collect();
        let actions = actions::find_many(w.tx, &became)?;
        let merged = heads.iter().chain(&restored);
        let merged: Vec<_> = merged.filter_map(|draft| draft.merged_into_id).collect();
        Ok(Self {
            latest,
            newest: newest(w, &merged)?,
            resolutions: resolutions
                .into_iter()
                .map(|resolution| (resolution.id, resolution.exemption()))
                .collect(),
            actions: actions
                .into_iter()
                .map(|action| (action.id, action.exemption()))
                .collect(),
            heads,
            restored: restored
                .into_iter()
                .map(|draft| (draft.number, draft))
                .collect(),
        })
    }

    /// The drafts of a further revision, in the order of its text.
    pub(super) fn follow(
        &self,
        w: &Writing<'_>,
        minutes: &Minutes,
        read: Vec<ReadItem>,
    ) -> Vec<Draft> {
        let before = self.heads.iter().enumerate().map(|(at, draft)| Place {
            decision: draft.origin == DraftOrigin::Decision,
            label: draft.printed_label.as_deref(),
            text: &draft.text,
            latest: at < self.latest,
        });
        let now = read.iter().map(|item| Place {
            decision: item.origin == DraftOrigin::Decision,
            label: item.label.as_deref(),
            text: &item.text,
            latest: true,
        });
        let (before, now): (Vec<_>, Vec<_>) = (before.collect(), now.collect());
        let again = compare(&before, &now);
        let mut made: Vec<Draft> = (1..)
            .zip(read.into_iter().zip(again))
            .map(|(number, (item, again))| {
                let fresh = fresh(w, minutes, number, item);
                match again {
                    None => fresh,
                    Some(Again::Unchanged(at)) => {
                        let head = &self.heads[at];
                        self.as_recorded(unchanged(fresh, head), head)
                    }
                    Some(Again::Changed(at)) => {
                        let head = &self.heads[at];
                        match self.decided_before(&fresh, head) {
                            Some(decided) => Draft {
                                change: DraftChange::Changed,
                                follows_id: Some(head.id),
                                ..unchanged(fresh, decided)
                            },
                            None => self.as_recorded(changed(fresh, head), head),
                        }
                    }
                }
            })
            .collect();
        self.merge_again(&mut made);
        behind_closed_doors(&mut made);
        made
    }

    /// What these very words had become when their bytes were handed in before, unless something was decided since.
    fn decided_before(&self, fresh: &Draft, head: &Draft) -> Option<&Draft> {
        self.restored.get(&fresh.number).filter(|draft| {
            matches!(
                draft.state,
                DraftState::Confirmed | DraftState::Merged | DraftState::Rejected
            ) && (&draft.text, &draft.printed_label) == (&fresh.text, &fresh.printed_label)
                && head.state == DraftState::Proposed
                && head.supersedes_id == draft.resolution_id
        })
    }

    /// What waits for a person is as exempt as that which it became before, or corrects.
    fn as_recorded(&self, mut draft: Draft, head: &Draft) -> Draft {
        if draft.state != DraftState::Proposed {
            return draft;
        }
        let resolution = draft.supersedes_id.or(head.resolution_id);
        let resolution = resolution.and_then(|id| self.resolutions.get(&id));
        let action = head.action_id.and_then(|id| self.actions.get(&id));
        let mut recorded = [resolution, action].into_iter().flatten();
        if let Some(exempt) = recorded.clone().find(|exemption| exemption.exempt) {
            draft.exempt = Some(true);
            draft.exempt_paragraphs =
                Some(as_json(&exempt.paragraphs)).filter(|_| !exempt.paragraphs.is_empty());
        } else if recorded.any(|exemption| exemption.public_since.is_some()) {
            draft.exempt = Some(false);
            draft.exempt_paragraphs = None;
        }
        draft
    }

    /// What was merged into another draft is merged into that which follows it. Where nothing does, it waits again.
    fn merge_again(&self, made: &mut [Draft]) {
        let followers: HashMap<DraftId, DraftId> = made
            .iter()
            .filter(|draft| draft.state != DraftState::Rejected)
            .filter_map(|draft| Some((draft.follows_id?, draft.id)))
            .collect();
        for draft in made {
            let Some(into) = draft.merged_into_id else {
                continue;
            };
            let newest = self.newest.get(&into);
            draft.merged_into_id = newest.and_then(|newest| followers.get(newest)).copied();
            if draft.merged_into_id.is_none() {
                draft.state = DraftState::Proposed;
                draft.reason = None;
            }
        }
    }

    /// Tells the drafts of before that they are said again, and takes those that waited for a person from the table.
    pub(super) fn settle(
        self,
        w: &mut Writing<'_>,
        made: &[Draft],
        because: &Map<String, Value>,
    ) -> Result<(), Failure> {
        let followers: HashMap<DraftId, DraftId> = made
            .iter()
            .filter_map(|draft| Some((draft.follows_id?, draft.id)))
            .collect();
        let mut changed = Vec::new();
        for before in self.heads {
            let mut after = before.clone();
            after.followed_by_id = followers.get(&before.id).copied();
            if before.state == DraftState::Proposed {
                after.state = DraftState::Superseded;
            }
            if after != before {
                w.store(&mut after)?;
                changed.push((draft_subject(before.id), before, after));
            }
        }
        w.audit_all_changed("store_minutes", &changed, because)
    }
}

/// What was decided after the public had left, and before it came back, is exempt, unless a person says otherwise.
fn behind_closed_doors(made: &mut [Draft]) {
    let mut order: Vec<&mut Draft> = made.iter_mut().collect();
    order.sort_by_key(|draft| draft.span_from);
    let mut closed = false;
    for draft in order {
        let back = draft.rules.contains("readmission");
        if closed && !back && draft.state == DraftState::Proposed {
            draft.exempt = draft.exempt.or(Some(true));
        }
        closed = (closed || draft.kind == Some(ResolutionKind::Exclusion)) && !back;
    }
}

/// A draft of what was read, as if nobody had read it before.
fn fresh(w: &Writing<'_>, minutes: &Minutes, number: i32, item: ReadItem) -> Draft {
    let (title, required) = title(&item.text);
    let (owner, supporting) = owners(&item.owners);
    let due = item.due_term();
    let mut draft = Draft {
        id: w.new_id(),
        minutes_id: minutes.id,
        meeting_id: minutes.meeting_id,
        committee_id: minutes.committee_id,
        number,
        origin: item.origin,
        label: item
            .label
            .clone()
            .filter(|label| label.chars().count() <= MAX_LABEL),
        printed_label: item.label,
        text: item.text,
        strength: item.strength,
        owners: json(&item.owners),
        due_phrase_kind: item.due.kind,
        due_phrase: item.due.phrase,
        span_from: small(item.span[0]),
        span_to: small(item.span[1]),
        restates: json(&item.restates),
        confidence: item.confidence.into(),
        rules: json(&item.rules),
        kind: item.kind,
        is_action: item.is_action,
        agenda_item_id: item
            .heading
            .as_ref()
            .and_then(|heading| heading.agenda_item_id),
        title,
        required,
        owner_post_id: owner,
        supporting_posts: json(&supporting),
        due_kind: None,
        due_wording: None,
        due_on: None,
        due_meeting_id: None,
        review_on: None,
        due_period_count: None,
        due_period_unit: None,
        due_frequency: None,
        exempt: None,
        exempt_paragraphs: None,
        supersedes_id: None,
        state: DraftState::Proposed,
        reason: None,
        resolution_id: None,
        action_id: None,
        merged_into_id: None,
        change: DraftChange::Added,
        follows_id: None,
        followed_by_id: None,
        version: 1,
        created_at: w.at(),
        updated_at: w.at(),
        heading: item
            .heading
            .as_ref()
            .and_then(|heading| serde_json::to_string(heading).ok()),
    };
    drafts::set_due(&mut draft, due.as_ref());
    draft
}

/// The posts that own and support, where what is printed first names one beyond doubt.
fn owners(read: &[ReadOwner]) -> (Option<PostId>, Vec<PostId>) {
    let mut seen = HashSet::new();
    let owner = read.first().and_then(|owner| owner.post_id);
    seen.extend(owner);
    let supporting = read
        .iter()
        .skip(1)
        .filter_map(|owner| owner.post_id)
        .filter(|post| seen.insert(*post))
        .collect();
    (owner, supporting)
}

/// A line that says what something is about, and what is required in full where the line is shorter.
fn title(text: &str) -> (String, Option<String>) {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let whole = line
        .strip_prefix("That ")
        .or_else(|| line.strip_prefix("that "))
        .unwrap_or(&line)
        .trim_end_matches(['.', ';', ',']);
    let mut letters = whole.chars();
    let whole: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect();
    if whole.chars().count() <= MAX_TITLE {
        return (whole, None);
    }
    (cut(&whole, MAX_TITLE), Some(cut(&line, MAX_REQUIRED)))
}

/// The beginning of a text, up to the end of a word, at most so many characters.
fn cut(text: &str, max: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(max - 1) else {
        return text.to_owned();
    };
    if text[end..].chars().nth(1).is_none() {
        return text.to_owned();
    }
    let begun = &text[..end];
    let whole = begun.rfind(' ').map_or(begun, |space| &begun[..space]);
    format!("{whole}\u{2026}")
}

/// What was said before word for word: what a person has made of it stands.
fn unchanged(fresh: Draft, before: &Draft) -> Draft {
    let state = match before.state {
        DraftState::Superseded => DraftState::Proposed,
        state => state,
    };
    let agenda_item_id = match state {
        DraftState::Proposed => item_again(&fresh, before),
        _ => before.agenda_item_id,
    };
    Draft {
        label: before.label.clone(),
        kind: before.kind,
        is_action: before.is_action,
        agenda_item_id,
        title: before.title.clone(),
        required: before.required.clone(),
        owner_post_id: before.owner_post_id,
        supporting_posts: before.supporting_posts.clone(),
        due_kind: before.due_kind,
        due_wording: before.due_wording.clone(),
        due_on: before.due_on,
        due_meeting_id: before.due_meeting_id,
        review_on: before.review_on,
        due_period_count: before.due_period_count,
        due_period_unit: before.due_period_unit,
        due_frequency: before.due_frequency,
        exempt: before.exempt,
        exempt_paragraphs: before.exempt_paragraphs.clone(),
        supersedes_id: before.supersedes_id,
        state,
        reason: before.reason.clone(),
        resolution_id: before.resolution_id,
        action_id: before.action_id,
        merged_into_id: before.merged_into_id,
        change: DraftChange::Unchanged,
        follows_id: Some(before.id),
        ..fresh
    }
}

/// The agenda item: the one that a person has chosen, or else that of the heading as it is now.
fn item_again(fresh: &Draft, before: &Draft) -> Option<AgendaItemId> {
    let heading = before.heading.as_deref();
    let named = heading.and_then(|json| {
        serde_json::from_str::<ReadHeading>(json)
            .ok()?
            .agenda_item_id
    });
    if before.agenda_item_id == named {
        fresh.agenda_item_id.or(named)
    } else {
        before.agenda_item_id
    }
}

/// Whether the same names are printed.
fn same_owners(one: &Draft, other: &Draft) -> bool {
    let printed = |draft: &Draft| -> Vec<String> {
        let owners: Vec<ReadOwner> = serde_json::from_str(&draft.owners).unwrap_or_default();
        owners.into_iter().map(|owner| owner.printed).collect()
    };
    printed(one) == printed(other)
}

/// What was said before in other words waits for a person again. What was exempt stays so, and what it became as a resolution is
/// what it corrects. What a person wrote in the place of what was read stands: the line of the action, and what names and a deadline
/// mean that are printed as they were.
fn changed(mut fresh: Draft, before: &Draft) -> Draft {
    let (read, required) = title(&before.text);
    if before.title != read {
        fresh.title.clone_from(&before.title);
    }
    if before.required != required {
        fresh.required.clone_from(&before.required);
    }
    if same_owners(&fresh, before) {
        fresh.owner_post_id = before.owner_post_id;
        fresh.supporting_posts.clone_from(&before.supporting_posts);
    }
    let printed = |draft: &Draft| (draft.due_phrase_kind, draft.due_phrase.clone());
    if printed(&fresh) == printed(before) {
        drafts::set_due(&mut fresh, drafts::due_of(before).as_ref());
    }
    let corrects = match before.state {
        DraftState::Confirmed => before.resolution_id,
        DraftState::Merged => before.resolution_id.or(before.supersedes_id),
        _ => before.supersedes_id,
    };
    Draft {
        agenda_item_id: item_again(&fresh, before),
        exempt: before.exempt,
        exempt_paragraphs: before.exempt_paragraphs.clone(),
        supersedes_id: corrects,
        change: DraftChange::Changed,
        follows_id: Some(before.id),
        ..fresh
    }
}

/// For each of these drafts, that which says it again in the latest revision that does: itself, where none does. In one query for
/// each revision between.
fn newest(w: &mut Writing<'_>, drafts: &[DraftId]) -> Result<HashMap<DraftId, DraftId>, Failure> {
    let mut newest: HashMap<DraftId, DraftId> = drafts.iter().map(|id| (*id, *id)).collect();
    let mut asked: Vec<DraftId> = newest.keys().copied().collect();
    while !asked.is_empty() {
        let followers: HashMap<DraftId, DraftId> = rows::find_many(w.tx, &asked)?
            .into_iter()
            .filter_map(|draft| Some((draft.id, draft.followed_by_id?)))
            .collect();
        for last in newest.values_mut() {
            *last = followers.get(last).copied().unwrap_or(*last);
        }
        asked = followers.into_values().collect();
    }
    Ok(newest)
}

/// The same drafts, each after the one that it is merged into, because a row names only what is there.
pub(super) fn targets_first(drafts: Vec<Draft>) -> Vec<Draft> {
    let mut there: HashSet<DraftId> = HashSet::new();
    let (mut ordered, mut waiting) = (Vec::with_capacity(drafts.len()), drafts);
    loop {
        let before = waiting.len();
        let (ready, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|draft| {
            draft
                .merged_into_id
                .is_none_or(|into| there.contains(&into))
        });
        there.extend(ready.iter().map(|draft| draft.id));
        ordered.extend(ready);
        waiting = rest;
        if waiting.is_empty() || waiting.len() == before {
            ordered.append(&mut waiting);
            return ordered;
        }
    }
}

fn json<T: serde::Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).unwrap_or_else(|_| "[]".to_owned())
}

/// A place in a text, of which there are at most some millions.
fn small(place: usize) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_decision_in_a_line() {
        let of = |text: &str| title(text);
        assert_eq!(
            of("that the Head of Law report\nback."),
            ("The Head of Law report back".to_owned(), None)
        );
        let long = format!("That {}end", "word ".repeat(100));
        let (line, required) = of(&long);
        assert!(
            line.starts_with("Word word") && line.ends_with("word\u{2026}"),
            "{line}"
        );
        assert!(line.chars().count() <= MAX_TITLE);
        assert_eq!(required.as_deref(), Some(long.as_str()));
        let (line, required) = of(&"x".repeat(30_000));
        assert_eq!(line.chars().count(), MAX_TITLE);
        assert_eq!(required.unwrap().chars().count(), MAX_REQUIRED);
        assert_eq!(cut(&"\u{a3}".repeat(300), 300).chars().count(), 300);
    }
}
