//! Deciding: which blocks are decided items, which are actions by their marker, and which are discussion.

mod form;
mod formal;
mod heading;
mod list;
mod marks;
mod table;

use std::ops::Range;

pub(super) use form::tidied;
use form::{
    acts, form, is_past_decision, is_title, is_vote, leads_only, purpose, titled, two_decisions,
};
use heading::{Field, Heading, heading, prose_content, prose_start, prose_verb, section};

use table::{Columns, named};

use super::actors;
use super::blocks::{Block, Counting, Marker, inline_items};
use super::clean::Clean;
use super::judge::{Judged, PAST, judge};
use super::wording::{any, at};
use super::words::{Word, sentences, trimmed, words};
use crate::domain::resolution::ResolutionKind;

/// A decided item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) label: Option<String>,
    pub(super) span: Range<usize>,
    pub(super) judged: Judged,
    /// Stands under `Decision:`, and may be said again under `Minutes:`.
    pub(super) summary: bool,
    /// How surely it is a decision, in hundredths.
    pub(super) sure: u8,
    /// Where its deadline stands, if elsewhere than in it.
    pub(super) due: Option<Range<usize>>,
}

/// What was made of a text.
#[derive(Debug, Default)]
pub(super) struct Decided {
    pub(super) items: Vec<Item>,
    /// What was said outside the decisions.
    pub(super) talk: Vec<Range<usize>>,
}

/// Walks through the blocks.
pub(super) fn decide(clean: &Clean<'_>, blocks: &[Block]) -> Decided {
    let mut walk = Walk {
        clean,
        out: Decided::default(),
        mode: Mode::Talk,
        summary: false,
        stack: Vec::new(),
        number: None,
        motion: false,
        heading: None,
        refused: 0,
        table: None,
        by_body: false,
        by_agreement: false,
        begun: 0,
    };
    for (place, block) in blocks.iter().enumerate() {
        walk.block(blocks, place, block);
    }
    walk.out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Talk,
    /// Behind a decision's heading, before its first item.
    Opened,
    /// Among the items of a list.
    List,
    /// Behind a decision that was one sentence, or a paragraph.
    Said,
    /// Among reasons and other fields.
    Aside,
    /// Behind `Action points`.
    Actions,
    /// Behind the name of the body that decided what stands below it, in lines without markers.
    Below,
}

/// A list that is open, at one depth.
#[derive(Debug, Clone)]
struct Level {
    marker: Marker,
    label: String,
    /// What the item said of those below it.
    lead: Option<Judged>,
    /// Those below it are no items.
    swallows: bool,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each tells of another thing that is open"
)]
struct Walk<'t> {
    clean: &'t Clean<'t>,
    out: Decided,
    mode: Mode,
    /// Under `Decision:`.
    summary: bool,
    stack: Vec<Level>,
    /// The number of the paragraph in which the decision began.
    number: Option<Marker>,
    /// A motion was quoted: what it asks was not decided by that.
    motion: bool,
    /// What the decision's heading says of its items.
    heading: Option<Judged>,
    /// The block up to which a list was seen not to be one of decisions.
    refused: usize,
    /// The columns of the table of actions that is open.
    table: Option<Columns>,
    /// The list that is open stands below the name of the body that decided it.
    by_body: bool,
    /// `It was agreed` heads what is open.
    by_agreement: bool,
    /// Where the decision that is open begins.
    begun: usize,
}

impl Walk<'_> {
    fn block(&mut self, blocks: &[Block], place: usize, block: &Block) {
        if self.row(block) {
            return;
        }
        if block.aside {
            let owners = named(self.clean, &block.span);
            if !self.owned(place.checked_sub(1).map(|place| &blocks[place]), &owners) {
                self.trailing(blocks, place, block.span.start..block.span.start, &owners);
            }
            return;
        }
        if let Some(section) = section(self.clean, &block.span) {
            self.stack.clear();
            self.number = None;
            self.heading = None;
            match section {
                Field::Decision => (self.summary, self.mode) = (true, Mode::Opened),
                Field::Minutes => {
                    (self.summary, self.mode) = (false, Mode::Talk);
                    self.forget_purpose();
                }
                Field::Actions => self.mode = Mode::Actions,
                Field::Aside => self.mode = Mode::Aside,
            }
            return;
        }
        let w = words(self.clean, &block.span);
        if self.actions(blocks, place, block, &w) || self.alone(block, &w) {
            return;
        }
        let listed = block.marker.as_ref().is_some_and(|marker| {
            matches!(
                marker.counting,
                Counting::Letters | Counting::Roman | Counting::Bullets
            )
        });
        if self.mode == Mode::Actions && self.point(block, &w)
            || self.below(blocks, place, block, &w)
        {
            return;
        }
        if block
            .marker
            .as_ref()
            .is_some_and(|marker| marker.ordinal == 1)
        {
            let before = place.checked_sub(1).map(|before| &blocks[before]);
            self.by_body = before.is_some_and(|before| self.names_body(before));
        }
        let led = self.by_body
            && matches!(self.mode, Mode::List | Mode::Opened)
            && block.marker.is_some();
        if let Some(heading) =
            heading(self.clean, &block.span, &w, listed, blocks.get(place + 1)).filter(|_| !led)
        {
            self.by_agreement = heading.agreed;
            self.begun = block.span.start;
            self.stack.clear();
            self.number.clone_from(&block.marker);
            self.motion = false;
            self.decision(blocks, place, block, &heading);
            return;
        }
        if block.marker.is_some() && is_title(&w) {
            self.mode = Mode::Talk;
            self.stack.clear();
            self.motion = false;
            return;
        }
        match (self.mode, &block.marker) {
            (Mode::Aside, _) => {}
            (Mode::Opened | Mode::List, Some(marker)) if self.goes_on(marker, &w) => {
                self.item(blocks, place, block, marker.clone());
            }
            (Mode::Said, Some(marker))
                if marker.ordinal == 1 && self.number.is_none() && form(&w) >= 2 =>
            {
                self.mode = Mode::List;
                self.item(blocks, place, block, marker.clone());
            }
            (_, Some(marker)) => {
                self.mode = Mode::Talk;
                self.stack.clear();
                if self.bare_list(blocks, place) {
                    self.mode = Mode::List;
                    self.item(blocks, place, block, marker.clone());
                } else {
                    self.talk(block.span.clone());
                }
            }
            (Mode::Opened, None) => self.opened(block, &w),
            (Mode::List | Mode::Said, None) => self.after(block, &w),
            (Mode::Talk | Mode::Actions | Mode::Below, None) => {
                self.mode = Mode::Talk;
                self.paragraph(block, &w);
            }
        }
    }

    /// A passage of the discussion, and what was decided in it in passing.
    fn talk(&mut self, span: Range<usize>) {
        let w = words(self.clean, &span);
        if any(
            &w,
            phrases![
                "following motion",
                "the motion",
                "motion was",
                "notice of motion",
                "amendment",
                "petition",
                "deputation",
                "moved the following",
            ],
        ) {
            self.motion = true;
        }
        if self.clean.text[span.clone()].starts_with(['"', '“', '‘']) {
            self.motion = true;
        }
        let actioned = any(&w, phrases!["to action"]);
        if !actioned && !w.iter().any(|w| w.is(formal::VERBS)) {
            self.out.talk.push(span);
            return;
        }
        let mut from = span.start;
        let mut last: Option<Range<usize>> = None;
        for sentence in sentences(self.clean, &span) {
            let w = words(self.clean, &sentence);
            let before = last.replace(sentence.clone());
            if let Some(owners) = to_action(&w) {
                self.actioned(&mut from, before, &sentence, &owners);
                continue;
            }
            let Some(judged) = formal::formal(&w) else {
                continue;
            };
            self.passage(from..sentence.start);
            from = sentence.end;
            self.push(None, sentence, judged, 60);
        }
        self.passage(from..span.end);
    }

    fn passage(&mut self, span: Range<usize>) {
        let span = trimmed(self.clean, &span);
        if !span.is_empty() {
            self.out.talk.push(span);
        }
    }

    /// `Clerk to action.`: whose the sentence, or the decision, before it is.
    fn actioned(
        &mut self,
        from: &mut usize,
        before: Option<Range<usize>>,
        at: &Range<usize>,
        owners: &[Range<usize>],
    ) {
        if let Some(before) = before {
            self.passage(*from..before.start);
            self.marked(before, owners);
        } else if let Some(item) = self.out.items.last_mut()
            && item.span.end + 3 > at.start
        {
            item.judged.owners = owners.to_vec();
            item.judged.rules.push("marker_owner");
        }
        *from = at.end;
    }

    /// The name at the right of a decision owns all tasks of it; whether a decision stands there.
    fn owned(&mut self, before: Option<&Block>, owners: &[Range<usize>]) -> bool {
        let Some(before) = before else { return false };
        let begun = self.begun;
        let decided = self.out.items.last().is_some_and(|item| {
            item.span.start >= begun
                && item.span.start >= before.span.start
                && item.span.end <= before.span.end
        });
        if decided {
            for item in self
                .out
                .items
                .iter_mut()
                .rev()
                .take_while(|item| item.span.start >= begun)
            {
                if item.judged.is_action && item.judged.owners.is_empty() {
                    item.judged.owners = owners.to_vec();
                    item.judged.rules.push("marker_owner");
                }
            }
        }
        decided
    }

    /// A line below `Action points`: `Head to circulate the figures`. Whether it is one.
    fn point(&mut self, block: &Block, w: &[Word<'_>]) -> bool {
        let mut judged = judge(w, None);
        let task = judged.is_action && !judged.owners.is_empty() && w.iter().any(|w| w.raw == "to");
        if task {
            judged.rules.push("action_line");
            self.push(Some("ACTION".to_owned()), block.span.clone(), judged, 90);
        }
        task
    }

    /// A line below the name of a body that says what it did: `that Cabinet:`, `approved the policy`. Whether it is one.
    fn below(&mut self, blocks: &[Block], place: usize, block: &Block, w: &[Word<'_>]) -> bool {
        if block.marker.is_some() {
            return false;
        }
        let past = |w: &[Word<'_>]| {
            w.first()
                .is_some_and(|w| is_past_decision(w) && !w.is_capital())
        };
        let decides = past(w);
        let opens = !decides
            && blocks.get(place + 1).is_some_and(|next| {
                let lower = self.clean.text[next.span.clone()].starts_with(char::is_lowercase);
                lower && next.marker.is_none() && past(&words(self.clean, &next.span))
            })
            && self.names_body(block);
        if opens {
            self.mode = Mode::Below;
        } else if self.mode == Mode::Below && decides {
            self.whole(None, block.span.clone(), None, 85);
        } else {
            return false;
        }
        true
    }

    /// Takes back the lines of the agenda that stand before `Minutes:` and say what an item is for.
    fn forget_purpose(&mut self) {
        for _ in 0..3 {
            let purpose = self.out.talk.last().is_some_and(|line| {
                let w = words(self.clean, line);
                let tells = w.iter().any(|w| {
                    w.low.ends_with("ed") || w.is(PAST) || w.is(word!("was|were|had|would"))
                });
                w.len() <= 30 && !tells && (w[0].low == "to" || w.iter().any(|w| w.low == "to"))
            });
            if !purpose {
                return;
            }
            self.out.talk.pop();
        }
    }

    fn push(&mut self, label: Option<String>, span: Range<usize>, mut judged: Judged, sure: u8) {
        let span = tidied(self.clean, &span);
        if self.by_agreement && matches!(self.mode, Mode::Opened | Mode::List | Mode::Said) {
            judged.rules.push("agreed_in_prose");
        }
        if !span.is_empty() {
            self.out.items.push(Item {
                label,
                span,
                judged,
                summary: self.summary,
                sure,
                due: None,
            });
        }
    }

    /// What stands behind a heading in its own block.
    fn decision(&mut self, blocks: &[Block], place: usize, block: &Block, heading: &Heading) {
        let before = trimmed(self.clean, &(block.span.start..heading.from));
        let rest = trimmed(self.clean, &(heading.to..block.span.end));
        if heading.prose {
            self.prose(block);
            return;
        }
        if rest.is_empty()
            && !before.is_empty()
            && self.clean.text[heading.from..heading.to].ends_with('.')
        {
            self.resolved_only(&before);
            return;
        }
        if !before.is_empty() {
            self.talk(before);
        }
        self.mode = Mode::Opened;
        self.heading.clone_from(&heading.lead);
        if !rest.is_empty() {
            self.behind(blocks, place, rest);
        }
    }

    /// `Resolved.` alone: its content is the agenda's line before it.
    fn resolved_only(&mut self, before: &Range<usize>) {
        let from = before.start + titled(&self.clean.text[before.clone()]);
        let first = sentences(self.clean, &(from..before.end))
            .into_iter()
            .next();
        if let Some(span) = first {
            let mut judged = judge(&words(self.clean, &span), None);
            judged.rules.push("resolved_only");
            if !judged.decisive {
                judged.kind = ResolutionKind::Approved;
                judged.decisive = true;
            }
            if judged.kind == ResolutionKind::Request {
                judged = Judged {
                    kind: ResolutionKind::Approved,
                    is_action: false,
                    owners: Vec::new(),
                    rules: judged.rules,
                    decisive: true,
                };
            }
            self.push(None, span, judged, 60);
        }
        self.mode = Mode::Talk;
    }

    /// `Noted.`, or `Resolved.`, as the whole of a paragraph: its content is that word, or the line before it.
    fn alone(&mut self, block: &Block, w: &[Word<'_>]) -> bool {
        let [word] = w else { return false };
        let closed = self.clean.text[block.span.clone()].ends_with('.');
        let noted = word.is(word!("noted|received"));
        let agreed = word.is(word!(
            "resolved|agreed|approved|adopted|accepted|confirmed|carried"
        ));
        // Without a stop it heads what is below it.
        if !word.is_capital() || !matches!(word.after, "" | ".") || !(noted || agreed && closed) {
            return false;
        }
        let before = self.out.talk.last().cloned();
        let line = before.filter(|line| agreed && words(self.clean, line).len() <= LINE);
        if let Some(line) = line {
            self.out.talk.pop();
            self.resolved_only(&line);
        } else {
            let mut judged = judge(w, None);
            judged.rules.push("word_alone");
            self.push(None, block.span.clone(), judged, 60);
        }
        self.stack.clear();
        self.mode = Mode::Talk;
        true
    }

    /// `It was AGREED to ask the depot for a date.`: the sentence is the decision.
    fn prose(&mut self, block: &Block) {
        for span in sentences(self.clean, &block.span) {
            let w = words(self.clean, &span);
            let Some(verb) = prose_verb(&w) else {
                self.talk(span);
                continue;
            };
            let start = prose_start(&w, verb);
            let from = w[start].from;
            let content = prose_content(&w, start, verb);
            let mut judged = judge(&w[content..], None);
            let content = w.get(content).map_or(span.end, |w| w.from);
            judged.rules.push("agreed_in_prose");
            let label = block
                .marker
                .as_ref()
                .filter(|marker| matches!(marker.counting, Counting::Letters | Counting::Roman))
                .map(|marker| self.clean.text[marker.span.clone()].to_owned());
            let capitals = w[verb + 1..].windows(2).find(|pair| {
                pair[0].low == "and" && pair[1].is_upper() && pair[1].is(actors::PROSE)
            });
            if let Some([and, second]) = capitals {
                let both = judged.rules.clone();
                let first = words(self.clean, &(from..and.from));
                let content = prose_content(
                    &first,
                    start.min(first.len()),
                    prose_verb(&first).unwrap_or(0),
                );
                let mut one = judge(&first[content.min(first.len())..], None);
                one.rules = both;
                self.push(
                    label.clone(),
                    from..trimmed(self.clean, &(from..and.from)).end,
                    one,
                    80,
                );
                let rest = words(self.clean, &(second.from..span.end));
                let mut other = judge(&rest[prose_content(&rest, 0, 0)..], None);
                other.rules.push("agreed_in_prose");
                self.push(label, second.from..span.end, other, 80);
            } else if let Some((end, cut)) = two_decisions(self.clean, &(content..span.end), false)
            {
                for part in [content..end, cut..span.end] {
                    let mut judged = judge(&words(self.clean, &part), None);
                    judged.rules.push("agreed_in_prose");
                    let begins = if part.start == content { from } else { cut };
                    self.push(label.clone(), begins..part.end, judged, 80);
                }
            } else {
                self.push(label, from..span.end, judged, 80);
            }
            if from > span.start + 1 {
                self.talk(span.start..from);
            }
        }
        self.mode = Mode::Talk;
    }

    /// The words behind a heading, up to the end of their block.
    fn behind(&mut self, blocks: &[Block], place: usize, rest: Range<usize>) {
        let markers = inline_items(self.clean, &rest);
        let begins = markers
            .first()
            .filter(|first| leads_only(&self.clean.lower[rest.start..first.span.start]));
        if markers.len() >= 2 || begins.is_some() {
            let lead_span = trimmed(self.clean, &(rest.start..markers[0].span.start));
            let lead = (!lead_span.is_empty())
                .then(|| judge(&words(self.clean, &lead_span), None))
                .filter(|lead| {
                    matches!(
                        lead.kind,
                        ResolutionKind::Request | ResolutionKind::Recommendation
                    )
                });
            for (n, marker) in markers.iter().enumerate() {
                let end = markers.get(n + 1).map_or(rest.end, |next| next.span.start);
                let span = trimmed(self.clean, &(marker.span.end..end));
                self.stack.clear();
                let label = self.clean.text[marker.span.clone()].to_owned();
                self.stack.push(Level {
                    marker: marker.clone(),
                    label: label.clone(),
                    lead: None,
                    swallows: false,
                });
                self.sentences_of_item(Some(label), span, lead.as_ref());
            }
            self.mode = Mode::List;
            return;
        }
        let leads_in = self.clean.text[rest.clone()].ends_with([':', '–', '-', '—'])
            || self.clean.lower[rest.clone()].ends_with(" that")
            || matches!(&self.clean.lower[rest.clone()], "that" | "to");
        let listed = blocks
            .get(place + 1)
            .is_some_and(|next| next.marker.is_some());
        if leads_in && !(listed && self.topics(blocks, place, &rest)) {
            let lead = judge(&words(self.clean, &rest), None);
            let lead = self.named_lead(&rest).unwrap_or(lead);
            let lead = (lead.decisive
                && matches!(
                    lead.kind,
                    ResolutionKind::Request | ResolutionKind::Recommendation
                )
                || lead.kind == ResolutionKind::Noted)
                .then_some(lead);
            self.stack.push(Level {
                marker: no_marker(),
                label: String::new(),
                lead,
                swallows: false,
            });
            self.mode = Mode::Opened;
            return;
        }
        self.said(rest, true);
        self.mode = Mode::Said;
        if leads_in {
            self.stack.push(Level {
                marker: no_marker(),
                label: String::new(),
                lead: None,
                swallows: true,
            });
            self.mode = Mode::List;
        }
    }

    /// A lead-in that is a name: `That officers:`, `THAT the Cabinet:` below `RECOMMENDED`.
    fn named_lead(&self, lead: &Range<usize>) -> Option<Judged> {
        let w = words(self.clean, lead);
        let from = usize::from(w.first()?.low == "that");
        let (owners, end) = actors::actors(&w, from)?;
        let recommended = self
            .heading
            .as_ref()
            .is_some_and(|heading| heading.kind == ResolutionKind::Recommendation);
        let body = w[from..end].iter().any(|w| w.is(actors::BODIES));
        (end == w.len() && (recommended || !body)).then(|| Judged {
            kind: if recommended {
                ResolutionKind::Recommendation
            } else {
                ResolutionKind::Request
            },
            is_action: true,
            owners,
            rules: vec!["lead_in"],
            decisive: true,
        })
    }

    /// A decision in sentences: the first, and those after it that have a decision's form.
    fn said(&mut self, span: Range<usize>, first_for_sure: bool) {
        let mut for_sure = first_for_sure;
        let mut ended = false;
        for sentence in sentences(self.clean, &span) {
            let w = words(self.clean, &sentence);
            if !for_sure && at(&w, 0, phrase!("it was agreed|resolved that|to")) {
                let mut judged = judge(&w[3..], None);
                judged.rules.push("agreed_in_prose");
                self.push(None, sentence, judged, 80);
                continue;
            }
            let promised = w.iter().take(12).any(|w| w.is(word!("would|will")));
            if ended || !for_sure && (promised || is_vote(&w) || !(form(&w) >= 2 || acts(&w))) {
                ended = true;
                self.talk(sentence);
                continue;
            }
            self.whole(None, sentence, None, if for_sure { 95 } else { 80 });
            for_sure = false;
        }
    }

    /// A sentence or an item that may hold two decisions.
    fn whole(
        &mut self,
        label: Option<String>,
        span: Range<usize>,
        lead: Option<&Judged>,
        sure: u8,
    ) {
        let heading = self.heading.clone();
        let lead = lead.or(heading.as_ref());
        let mut from = span.start;
        if let Some((end, cut)) = two_decisions(self.clean, &span, label.is_some()) {
            let judged = judge(&words(self.clean, &(from..end)), lead);
            self.push(label.clone(), from..end, judged, sure);
            from = cut;
        }
        let judged = judge(&words(self.clean, &(from..span.end)), lead);
        self.push(label, from..span.end, judged, sure);
    }

    /// An item's own sentence; what follows in the same item explains it.
    fn sentences_of_item(
        &mut self,
        label: Option<String>,
        span: Range<usize>,
        lead: Option<&Judged>,
    ) {
        let all = sentences(self.clean, &span);
        let end = all.first().map_or(span.end, |first| first.end);
        // A sentence that was cut too early, by an abbreviation, is not an item's.
        self.whole(label, span.start..end, lead, 95);
        for rest in all.into_iter().skip(1) {
            let w = words(self.clean, &rest);
            if acts(&w) && form(&w) >= 2 {
                self.whole(None, rest, None, 70);
            } else {
                self.talk(rest);
            }
        }
    }

    /// A paragraph right behind a heading.
    fn opened(&mut self, block: &Block, w: &[Word<'_>]) {
        let lead = self.stack.last().and_then(|level| level.lead.clone());
        let states = w.first().is_some_and(|w| w.is(word!("to|that")));
        if self.summary && self.number.is_none() && self.stack.is_empty() && !states && form(w) < 2
        {
            self.paragraph(block, w);
            if self.mode == Mode::Talk {
                self.mode = Mode::Opened;
            }
            return;
        }
        if let Some(lead) = lead {
            self.whole(None, block.span.clone(), Some(&lead), 85);
            return;
        }
        self.stack.clear();
        let blocks: [Block; 0] = [];
        self.mode = Mode::Opened;
        self.behind(&blocks, 0, block.span.clone());
    }

    /// A paragraph behind a decision's items.
    fn after(&mut self, block: &Block, w: &[Word<'_>]) {
        if let Some(level) = self.stack.last() {
            if level.swallows {
                if w.len() <= 25 {
                    return;
                }
            } else if let Some(lead) = level.lead.clone() {
                let label = level.label.clone();
                self.whole(
                    (!label.is_empty()).then_some(label),
                    block.span.clone(),
                    Some(&lead),
                    80,
                );
                return;
            }
        }
        let agenda =
            w.first().is_some_and(|w| w.low == "to") && purpose(w) && self.mode == Mode::Said;
        if form(w) >= 2 && !agenda && w.first().is_some_and(|w| w.is(word!("that|and|to"))) {
            self.said(block.span.clone(), true);
            return;
        }
        self.mode = Mode::Talk;
        self.stack.clear();
        self.paragraph(block, w);
    }

    /// A paragraph of the discussion, or one that is a decision by its form alone.
    fn paragraph(&mut self, block: &Block, w: &[Word<'_>]) {
        let first = w.first().map_or("", |w| w.low);
        if first == "that" && form(w) >= 2 && !self.motion {
            self.said(block.span.clone(), true);
            self.mode = Mode::Said;
            return;
        }
        if first == "to" && purpose(w) {
            // The line of the agenda; what happened may follow it.
            for sentence in sentences(self.clean, &block.span).into_iter().skip(1) {
                self.talk(sentence);
            }
            return;
        }
        self.talk(block.span.clone());
    }
}

/// Who is named by `Clerk to action`.
fn to_action(w: &[Word<'_>]) -> Option<Vec<Range<usize>>> {
    let (owners, end) = actors::actors(w, 0)?;
    (at(w, end, phrase!("to action")) && w.len() == end + 2).then_some(owners)
}

/// The longest line, in words, that is the whole content of a decision.
const LINE: usize = 60;

fn no_marker() -> Marker {
    Marker {
        span: 0..0,
        counting: Counting::Bullets,
        closing: b'#',
        ordinal: 0,
    }
}
