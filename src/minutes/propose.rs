//! Putting the proposal together: which of what was found is a decision, which was told of twice, which is discussion.

use std::collections::VecDeque;
use std::ops::Range;

use super::again::{Decision, NEAR, letters, restated, said_twice, told_and_decided};
use super::clean::Clean;
use super::shown::{agreed_resolution, discussed_action, shown};
use super::{Proposal, blocks, decide, discussion, relate};
use crate::domain::resolution::ResolutionKind;

/// What is decided, and what was asked for or promised, in a text that was cleaned.
pub(super) fn propose(clean: &Clean<'_>) -> Proposal {
    let blocks = blocks::blocks(clean);
    let decided = decide::decide(clean, &blocks);
    let mut items: Vec<Decision> = decided
        .items
        .into_iter()
        .map(|item| Decision {
            content: relate::content(clean, &item.span, &item.judged.owners),
            letters: letters(clean, &item.span),
            restates: Vec::new(),
            restated: false,
            item,
        })
        .collect();
    said_twice(clean, &mut items);
    told_and_decided(&mut items);
    let formal = formal(&items, &blocks::sections(clean, &blocks));
    // Where decisions have a form of their own, what was disposed of before is told in the same words.
    items.retain(|one| {
        let rules = &one.item.judged.rules;
        let told = rules.contains(&"body_decided")
            || one.item.judged.kind != ResolutionKind::Noted
                && rules.contains(&"disposed_in_prose");
        !told || !formal.hold(one.item.span.start)
    });
    let mut talk = discussion::Talk::new(clean);
    for passage in &decided.talk {
        talk.passage(passage);
    }
    let (agreed, discussed) = apart(clean, &mut items, talk.found(), &formal);
    let mut resolutions: Vec<_> = items
        .into_iter()
        .filter(|decision| !decision.restated)
        .map(|decision| shown(clean, decision))
        .collect();
    resolutions.extend(
        agreed
            .into_iter()
            .map(|said| agreed_resolution(clean, said)),
    );
    resolutions.sort_by_key(|resolution| resolution.span[0]);
    Proposal {
        resolutions,
        discussion_actions: discussed
            .into_iter()
            .map(|said| discussed_action(clean, said))
            .collect(),
    }
}

/// Puts apart what was said in the discussion: what a decision says again, what the meeting decided by it, and what only the
/// discussion records. The last two are answered.
fn apart(
    clean: &Clean<'_>,
    items: &mut [Decision],
    said: Vec<discussion::Said>,
    formal: &Formal,
) -> (Vec<discussion::Said>, Vec<discussion::Said>) {
    let (mut agreed, mut discussed) = (Vec::new(), Vec::new());
    let mut recent: VecDeque<relate::Content> = VecDeque::new();
    for one in said {
        let content = relate::content(clean, &one.span, &one.owners);
        if let Some(place) = restated(items, &content, &one.span) {
            items[place].restates.push(one.span);
        } else if one.moved || one.by_all && !formal.hold(one.span.start) {
            // Where no decision has a form of its own, what the meeting agreed in the discussion is what it decided.
            agreed.push(one);
        } else if one.rules.contains(&discussion::NO_TASK) {
            // The meeting was of one mind, and nobody is to do anything.
        } else if !recent
            .iter()
            .any(|other| relate::overlap(&content, other) >= 90)
        {
            discussed.push(one);
            recent.push_back(content);
            if recent.len() > NEAR {
                recent.pop_front();
            }
        }
    }
    (agreed, discussed)
}

/// Where decisions have a form of their own, in the order of the text.
struct Formal(Vec<Range<usize>>);

impl Formal {
    fn hold(&self, at: usize) -> bool {
        let place = self.0.partition_point(|section| section.end <= at);
        self.0
            .get(place)
            .is_some_and(|section| section.contains(&at))
    }
}

/// The sections in which a decision has a form of its own.
fn formal(items: &[Decision], sections: &[Range<usize>]) -> Formal {
    let has_form = |one: &&Decision| {
        let rules = &one.item.judged.rules;
        !decide::INFORMAL.iter().any(|rule| rules.contains(rule))
            && one.item.label.as_deref() != Some("ACTION")
    };
    let mut found: Vec<Range<usize>> = Vec::new();
    for one in items.iter().filter(has_form) {
        let at = one.item.span.start;
        let place = sections.partition_point(|section| section.end <= at);
        let section = sections.get(place).cloned().unwrap_or(at..at);
        found.push(section);
    }
    found.sort_unstable_by_key(|section| section.start);
    found.dedup();
    Formal(found)
}
