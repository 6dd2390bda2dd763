//! Reading minutes again: what of an earlier revision is said again keeps what became of it.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::carried::{changed, printed_owners, unchanged};
use super::draft_subject;
use super::following::MayFollow;
use super::fresh::{fresh, json};
use super::reading::ReadItem;
use crate::db::drafts::{self as rows, Draft, DraftFilter};
use crate::db::minutes::Minutes;
use crate::db::{actions, resolutions};
use crate::domain::draft::{DraftChange, DraftOrigin, DraftState};
use crate::domain::exemption::Exemption;
use crate::domain::ids::{ActionId, DraftId, MeetingId, MinutesId, ResolutionId};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::compare::{Again, Found, Like, MAX_LIKE, Place, compare};
use crate::minutes::decided::{Decided, Task, decided};
use crate::records::exemption::as_json;
use crate::records::{Failure, Writing};

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
            // What it follows may have been recorded.
            recorded: draft.follows_id.is_some()
                || draft.supersedes_id.is_some()
                || matches!(draft.state, DraftState::Confirmed | DraftState::Merged),
        });
        let now = read.iter().map(|item| Place {
            decision: item.origin == DraftOrigin::Decision,
            label: item.label.as_deref(),
            text: &item.text,
            latest: true,
            recorded: false,
        });
        let (before, now): (Vec<_>, Vec<_>) = (before.collect(), now.collect());
        let mut found = compare(&before, &now);
        let mut decided = self.decided(&read, &mut found);
        let mut made: Vec<Draft> = (1..)
            .zip(read.into_iter().zip(found))
            .map(|(number, (item, found))| {
                let fresh = fresh(w, minutes, number, item);
                let request = decided.remove(&fresh.number);
                match found.again.or(request.map(Again::Changed)) {
                    None => self.offered(fresh, &found.like),
                    Some(Again::Unchanged(at)) => {
                        let head = &self.heads[at];
                        self.still_offered(self.as_recorded(unchanged(fresh, head), head))
                    }
                    Some(Again::Changed(at)) => {
                        let head = &self.heads[at];
                        match self.decided_before(&fresh, head) {
                            Some(decided) => Draft {
                                change: DraftChange::Changed,
                                follows_id: Some(head.id),
                                ..unchanged(fresh, decided)
                            },
                            None => {
                                self.still_offered(self.as_recorded(changed(fresh, head), head))
                            }
                        }
                    }
                }
            })
            .collect();
        self.merge_again(&mut made);
        behind_closed_doors(&mut made);
        made
    }

    /// The requests in the discussion of before that are decided now, by the number of the draft that says so. Of which that is not
    /// certain, they are offered.
    fn decided(&self, read: &[ReadItem], found: &mut [Found]) -> HashMap<i32, usize> {
        let taken: HashSet<usize> = found
            .iter()
            .filter_map(|found| found.again.map(Again::place))
            .collect();
        let requests: Vec<usize> = (0..self.latest)
            .filter(|at| !taken.contains(at))
            .filter(|at| self.heads[*at].origin == DraftOrigin::Discussion)
            .collect();
        let anew = |at: &usize| {
            let item = &read[*at];
            found[*at].again.is_none() && item.is_action && item.origin == DraftOrigin::Decision
        };
        let decisions: Vec<usize> = (0..read.len()).filter(anew).collect();
        let asked: Vec<Task<'_>> = requests
            .iter()
            .map(|at| Task {
                text: &self.heads[*at].text,
                owners: printed_owners(&self.heads[*at]),
            })
            .collect();
        let made: Vec<Task<'_>> = decisions
            .iter()
            .map(|at| Task {
                text: &read[*at].text,
                owners: (read[*at].owners.iter().map(|owner| owner.printed.clone())).collect(),
            })
            .collect();
        let mut certain = HashMap::new();
        for Decided {
            request,
            decision,
            shared,
            certain: beyond_doubt,
        } in decided(&asked, &made)
        {
            let (place, at) = (requests[request], decisions[decision]);
            if beyond_doubt && found[at].like.is_empty() {
                certain.insert(i32::try_from(at + 1).unwrap_or(i32::MAX), place);
            } else if found[at].like.len() < MAX_LIKE {
                found[at].like.push(Like {
                    place,
                    likeness: shared,
                });
            }
        }
        certain
    }

    /// A draft with those of before that it perhaps says again. Where one of them is exempt, so is this.
    fn offered(&self, mut draft: Draft, like: &[Like]) -> Draft {
        let heads = like
            .iter()
            .map(|like| (&self.heads[like.place], like.likeness));
        let may_follow: Vec<MayFollow> = heads
            .clone()
            .map(|(head, likeness)| MayFollow {
                draft_id: head.id,
                title: head.title.clone(),
                likeness,
            })
            .collect();
        draft.may_follow = json(&may_follow);
        self.exempt_with(draft, heads.map(|(head, _)| head))
    }

    /// A draft with those that it still may follow, as exempt as they are now.
    fn still_offered(&self, draft: Draft) -> Draft {
        if draft.state != DraftState::Proposed || draft.exempt.is_some() {
            return draft;
        }
        let offered: Vec<MayFollow> = serde_json::from_str(&draft.may_follow).unwrap_or_default();
        let heads = self
            .heads
            .iter()
            .filter(|head| offered.iter().any(|one| one.draft_id == head.id));
        self.exempt_with(draft, heads)
    }

    /// A draft that is exempt where one of some others is, or what that became.
    fn exempt_with<'h>(&self, mut draft: Draft, heads: impl Iterator<Item = &'h Draft>) -> Draft {
        let mut said = heads.map(|head| {
            let as_head = Draft {
                exempt: head.exempt,
                exempt_paragraphs: head.exempt_paragraphs.clone(),
                supersedes_id: None,
                ..draft.clone()
            };
            self.as_recorded(as_head, head)
        });
        if let Some(exempt) = said.find(|said| said.exempt == Some(true)) {
            drop(said);
            draft.exempt = exempt.exempt;
            draft.exempt_paragraphs = exempt.exempt_paragraphs;
        }
        draft
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
        let resolution = draft
            .supersedes_id
            .or(head.resolution_id)
            .or(head.supersedes_id);
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
