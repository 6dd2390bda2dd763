//! Reading minutes: from the text of minutes as councils publish them to a proposal of resolutions, owners and due terms that
//! a clerk confirms. Pure and deterministic; the time it takes grows with the length of the text.
//!
//! The stages: [`clean`] evens out the layout, [`blocks`] finds paragraphs and list items, [`decide`] tells decisions from
//! discussion, [`judge`] says what kind a decision is and who is to act, [`due`] finds deadlines, [`discussion`] finds what
//! was asked for or promised outside the decisions, [`relate`] finds what is said twice.

#[macro_use]
mod wording;

mod actors;
mod blocks;
pub mod check;
mod clean;
pub mod compare;
mod decide;
pub mod decided;
mod discussion;
pub mod due;
mod html;
mod judge;
mod relate;
pub mod term;
mod words;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::ops::Range;

use serde::Serialize;

use crate::domain::resolution::ResolutionKind;
use clean::{Clean, Cleaned};
pub use discussion::Strength;
pub use due::DuePhraseKind;

/// What the reader proposes to make of minutes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposal {
    /// The decided items, in the order of the text.
    pub resolutions: Vec<ProposedResolution>,
    /// What was asked for or promised in the discussion alone.
    pub discussion_actions: Vec<DiscussionAction>,
}

/// A deadline as printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DuePhrase {
    /// How it is set.
    pub kind: DuePhraseKind,
    /// Its words; also of a vague or conditional one, whose kind is `none`.
    pub phrase: Option<String>,
}

/// A decided item.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProposedResolution {
    /// The marker as printed, `(b)`; `ACTION` for an action line; null where there is none.
    pub label: Option<String>,
    /// What it does.
    pub kind: ResolutionKind,
    /// The words as printed, without their layout.
    pub text: String,
    /// Where it stands in the source: from its first byte to the byte behind its last.
    pub span: [usize; 2],
    /// Whether somebody is to do something that can be checked later.
    pub is_action: bool,
    /// Who is to act, as printed.
    pub owners: Vec<String>,
    /// By when.
    pub due: DuePhrase,
    /// How sure the reader is, from 0 to 1.
    pub confidence: f32,
    /// The names of the rules that fired.
    pub rules: Vec<&'static str>,
    /// Where the same was said before: in the discussion, or under another heading.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub restates: Vec<[usize; 2]>,
}

/// Something that was asked for or promised in the discussion, and no resolution records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DiscussionAction {
    /// The sentence as printed, without its layout.
    pub text: String,
    /// Where it stands in the source: from its first byte to the byte behind its last.
    pub span: [usize; 2],
    /// Who is to act, as printed.
    pub owners: Vec<String>,
    /// How firmly it was said.
    pub strength: Strength,
    /// By when.
    pub due: DuePhrase,
    /// How sure the reader is, from 0 to 1.
    pub confidence: f32,
    /// The names of the rules that fired.
    pub rules: Vec<&'static str>,
}

/// Reads plain text, or Markdown.
#[must_use]
pub fn read(source: &str) -> Proposal {
    propose(&Cleaned::of_text(source).words())
}

/// Reads HTML. Spans are of the HTML.
#[must_use]
pub fn read_html(source: &str) -> Proposal {
    propose(&Cleaned::of_html(source).words())
}

/// Whether a source is HTML, by the tag that it begins with.
#[must_use]
pub fn is_html(source: &str) -> bool {
    html::is_html(source)
}

fn propose(clean: &Clean<'_>) -> Proposal {
    let blocks = blocks::blocks(clean);
    let decided = decide::decide(clean, &blocks);
    let mut items: Vec<Decision<'_>> = decided
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

/// A decided item, and what is needed to see it said twice.
struct Decision<'t> {
    item: decide::Item,
    /// What it is about.
    content: relate::Content<'t>,
    /// A number for its words, without what stands between them.
    letters: u64,
    /// Where the same was said before.
    restates: Vec<Range<usize>>,
    /// Whether the same is said later.
    restated: bool,
}

/// Finds the decisions that are said again: under `Decision:` and then under `Minutes:`, or twice on one page.
fn said_twice(clean: &Clean<'_>, items: &mut [Decision<'_>]) {
    for later in 0..items.len() {
        let (before, after) = items.split_at_mut(later);
        let Some(other) = after.first_mut() else {
            return;
        };
        let near = later.saturating_sub(NEAR);
        for one in before[near..].iter_mut().filter(|one| !one.restated) {
            let same = one.letters == other.letters;
            one.restated = if one.item.summary && !other.item.summary {
                same || relate::overlap(&one.content, &other.content) >= 55
            } else {
                same && !in_passing(&other.item)
                    && other.content.tells()
                    && one.item.summary == other.item.summary
                    && one.item.label == other.item.label
                    && same_page(clean, &one.item.span, &other.item.span)
            };
            if one.restated {
                other.restates.push(one.item.span.clone());
            }
        }
    }
}

/// Finds the formal business that is told of in passing, and decided elsewhere.
fn told_and_decided(items: &mut [Decision<'_>]) {
    let told = |one: &Decision<'_>| {
        let rules = &one.item.judged.rules;
        rules.contains(&"minutes_approved") || rules.contains(&"noted_in_prose")
    };
    for place in 0..items.len() {
        if !told(&items[place]) {
            continue;
        }
        let near = place.saturating_sub(NEAR)..items.len().min(place + NEAR);
        let decided = near
            .filter(|other| *other != place && !told(&items[*other]))
            .find(|other| {
                let other = &items[*other];
                other.item.judged.kind == items[place].item.judged.kind
                    && relate::overlap(&items[place].content, &other.content) >= 50
            });
        if let Some(decided) = decided {
            items[place].restated = true;
            let span = items[place].item.span.clone();
            items[decided].restates.push(span);
        }
    }
}

/// Puts apart what was said in the discussion: what a decision says again, what the meeting decided by it, and what only the
/// discussion records. The last two are answered.
fn apart(
    clean: &Clean<'_>,
    items: &mut [Decision<'_>],
    said: Vec<discussion::Said>,
    formal: &Formal,
) -> (Vec<discussion::Said>, Vec<discussion::Said>) {
    let (mut agreed, mut discussed) = (Vec::new(), Vec::new());
    let mut recent: VecDeque<relate::Content<'_>> = VecDeque::new();
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

/// Whether it is formal business that is told of in passing, in the same words under each heading.
fn in_passing(item: &decide::Item) -> bool {
    let rules = &item.judged.rules;
    [
        "minutes_approved",
        "noted_in_prose",
        "disposed_in_prose",
        "word_alone",
    ]
    .iter()
    .any(|rule| rules.contains(rule))
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
fn formal(items: &[Decision<'_>], sections: &[Range<usize>]) -> Formal {
    let has_form = |one: &&Decision<'_>| {
        let rules = &one.item.judged.rules;
        !INFORMAL.iter().any(|rule| rules.contains(rule))
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

/// Rules of what is no decision in a form of its own.
const INFORMAL: [&str; 8] = [
    "disposed_in_prose",
    "body_decided",
    "word_alone",
    "agreed_in_prose",
    "minutes_approved",
    "noted_in_prose",
    "resolved_only",
    "table_row",
];

/// How many words open a sentence.
const OPENING: usize = 10;

/// How many items, and promises, back a thing may have been said before: bounded, so that the time grows with the text alone.
const NEAR: usize = 40;

/// The action that says again what was asked for in the discussion: the one that shares most with it.
fn restated(
    items: &[Decision<'_>],
    content: &relate::Content<'_>,
    at: &Range<usize>,
) -> Option<usize> {
    let after = items.partition_point(|one| one.item.span.start < at.start);
    let near = after.saturating_sub(NEAR / 4)..items.len().min(after + NEAR);
    near.filter(|place| items[*place].item.judged.is_action)
        .map(|place| (relate::overlap(content, &items[place].content), place))
        .filter(|(overlap, _)| *overlap >= 50)
        .max_by_key(|(overlap, place)| (*overlap, std::cmp::Reverse(*place)))
        .map(|(_, place)| place)
}

/// How much may stand before `it was agreed` and belong to it, in bytes.
const LEADING: usize = 60;

/// What was agreed without what was told before it: `He had not seen it, and it was agreed that he be sent a copy`.
fn from_agreement(clean: &Clean<'_>, mut said: discussion::Said) -> discussion::Said {
    let w = words::words(clean, &(said.span.start..said.verb));
    let it = w
        .windows(2)
        .rposition(|two| two[0].low == "it" && two[1].is(word!("was|were")))
        .filter(|it| *it > 0 && w.len() - it <= 4);
    if let Some(it) = it
        && w[it].from > said.span.start + LEADING
        && (w[it - 1].low == "and" || w[it - 1].ends_phrase())
    {
        said.span.start = w[it].from;
    }
    said
}

fn agreed_resolution(clean: &Clean<'_>, said: discussion::Said) -> ProposedResolution {
    let w = words::words(clean, &(said.verb..said.span.end));
    let judged = judge::judge(w.get(1..).unwrap_or_default(), None);
    let no_task = said.rules.contains(&discussion::NO_TASK);
    let (kind, is_action) = if no_task && judged.kind == ResolutionKind::Request {
        (ResolutionKind::Other, false)
    } else if judged.decisive {
        (judged.kind, judged.is_action)
    } else if said.rules.contains(&discussion::NO_TASK) {
        (ResolutionKind::Approved, false)
    } else {
        (ResolutionKind::Request, true)
    };
    let said = from_agreement(clean, said);
    let action = discussed_action(clean, said);
    ProposedResolution {
        label: None,
        kind,
        text: action.text,
        span: action.span,
        is_action,
        owners: if action.owners.is_empty() {
            printed(clean, &judged.owners)
        } else {
            action.owners
        },
        due: action.due,
        confidence: action.confidence,
        rules: action.rules,
        restates: Vec::new(),
    }
}

/// Whether nothing between two places says that another meeting begins.
fn same_page(clean: &Clean<'_>, one: &Range<usize>, other: &Range<usize>) -> bool {
    let between = &clean.lower[one.end.min(other.start)..other.start];
    !between.lines().any(|line| {
        line.trim_start().starts_with(|c: char| c.is_ascii_digit())
            && line
                .trim_start()
                .get(..10)
                .is_some_and(|day| day.bytes().filter(|b| *b == b'/').count() == 2)
    }) && between.contains("resolved")
}

/// A number for the words of a decision, without its `that`.
fn letters(clean: &Clean<'_>, span: &Range<usize>) -> u64 {
    let w = words::words(clean, span);
    let that = w.iter().take_while(|w| w.low == "that").count();
    w[that..]
        .iter()
        .filter(|w| !w.raw.is_empty())
        .fold(0, |sum, word| {
            (sum ^ u64::from(word.hash)).wrapping_mul(0x0000_0100_0000_01b3)
        })
}

fn shown(clean: &Clean<'_>, decision: Decision<'_>) -> ProposedResolution {
    let decide::Item {
        label,
        span,
        judged,
        sure,
        due,
        ..
    } = decision.item;
    // The day from which a price holds, or to which somebody is appointed, is no deadline.
    let awaits = judged.is_action
        || matches!(
            judged.kind,
            ResolutionKind::Referral | ResolutionKind::Other
        );
    let due = match due {
        Some(cell) => due::in_cell(&words::words(clean, &cell)),
        None if awaits => due::find(&words::words(clean, &span)),
        None => due::Found::none(),
    };
    let sure = if judged.decisive { sure } else { sure / 2 };
    ProposedResolution {
        label,
        kind: judged.kind,
        text: plain(clean, &span),
        span: in_source(clean, &span),
        is_action: judged.is_action,
        owners: printed(clean, &judged.owners),
        due: phrase(clean, &due),
        confidence: f32::from(sure) / 100.0,
        rules: judged.rules,
        restates: decision
            .restates
            .iter()
            .map(|span| in_source(clean, span))
            .collect(),
    }
}

fn discussed_action(clean: &Clean<'_>, said: discussion::Said) -> DiscussionAction {
    let due = match due::find(&words::words(clean, &(said.verb..said.span.end))) {
        due::Found { span: None, .. } => {
            // A deadline before the verb opens the sentence.
            let opening = words::words(clean, &(said.span.start..said.verb.max(said.span.start)));
            due::find(&opening[..opening.len().min(OPENING)])
        }
        found => found,
    };
    DiscussionAction {
        text: plain(clean, &said.span),
        span: in_source(clean, &said.span),
        owners: printed(clean, &said.owners),
        strength: said.strength,
        due: phrase(clean, &due),
        confidence: f32::from(said.sure) / 100.0,
        rules: said.rules,
    }
}

fn printed(clean: &Clean<'_>, owners: &[Range<usize>]) -> Vec<String> {
    owners.iter().map(|owner| plain(clean, owner)).collect()
}

fn phrase(clean: &Clean<'_>, due: &due::Found) -> DuePhrase {
    DuePhrase {
        kind: due.kind,
        phrase: due.span.as_ref().map(|span| plain(clean, span)),
    }
}

fn in_source(clean: &Clean<'_>, span: &Range<usize>) -> [usize; 2] {
    let span = clean.in_source(span);
    [span.start, span.end]
}

/// A span in one line.
fn plain(clean: &Clean<'_>, span: &Range<usize>) -> String {
    let mut line = String::with_capacity(span.len());
    for piece in clean.text[span.clone()].split('\n') {
        if !(line.is_empty() || piece.is_empty()) {
            line.push(' ');
        }
        line.push_str(piece);
    }
    line
}
