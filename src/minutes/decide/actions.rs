//! What becomes of actions that are marked: `ACTION: Clerk to write` is a task, and so is what stands before `Action: Clerk`.

use std::ops::Range;

use super::form::{acts, past};
use super::formal::formal;
use super::markers::{Marked, action_mark, named_before, names};
use super::{INFORMAL, Item, Mode, Walk};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors;
use crate::minutes::blocks::{Block, marker};
use crate::minutes::clean::Clean;
use crate::minutes::discussion::{self, DEEDS, is_deed};
use crate::minutes::judge::{Judged, judge};
use crate::minutes::wording::any;
use crate::minutes::words::{Word, sentences, trimmed, words};

impl Walk<'_> {
    /// Action lines and trailing action markers in a block; whether there are any.
    pub(super) fn actions(
        &mut self,
        blocks: &[Block],
        place: usize,
        block: &Block,
        w: &[Word<'_>],
    ) -> bool {
        let marks: Vec<usize> = (0..w.len()).filter(|j| action_mark(w, *j)).collect();
        if marks.is_empty() {
            return false;
        }
        let mut from = block.span.start;
        for (n, mark) in marks.iter().enumerate() {
            if let Some((name, owners)) = named_before(w, *mark) {
                let before = trimmed(self.clean, &(from..w[name].from.max(from)));
                self.trailing(blocks, place, before, &owners);
                from = w[*mark].to + w[*mark].after.len();
                continue;
            }
            let next = marks
                .get(n + 1)
                .map_or(block.span.end, |next| w[*next].from);
            let marked = Marked {
                first: n == 0,
                of: marks.len(),
                ..Marked::of(self.clean, w, *mark, from..next)
            };
            from = self.action(blocks, place, block, &marked);
        }
        let rest = trimmed(self.clean, &(from..block.span.end));
        if !rest.is_empty() && from < block.span.end {
            self.talk(rest);
        }
        true
    }

    /// What one marker says of the words before it or behind it; where the words begin that it says nothing of.
    fn action(&mut self, blocks: &[Block], place: usize, block: &Block, mark: &Marked) -> usize {
        // "The Clerk undertook to find out. ACTION".
        if mark.bare
            && let Some(task) = sentences(self.clean, &mark.before).pop()
        {
            let w = words(self.clean, &task);
            // "Petition 5 requires a reply from the Cabinet Member".
            let requires = w.iter().take(8).any(|w| w.is(word!("require|requires")));
            let from = w.iter().position(|w| requires && w.low == "from");
            let owners = match (requires, from) {
                (false, _) => actors::actors(&w, 0),
                (true, from) => from.and_then(|from| actors::actors(&w, from + 1)),
            };
            let owners = owners.map(|(owners, _)| owners).unwrap_or_default();
            if task.start > mark.before.start {
                self.talk(mark.before.start..task.start);
            }
            self.marked(task, &owners);
            return mark.next;
        }
        let first = sentences(self.clean, &mark.behind).into_iter().next();
        let named = words(self.clean, first.as_ref().unwrap_or(&mark.behind));
        if let Some((owners, end)) = names(&named) {
            return self.names_alone(blocks, place, block, mark, &owners, end);
        }
        if !mark.before.is_empty() {
            self.talk(mark.before.clone());
        }
        let nothing = named
            .first()
            .is_none_or(|w| w.is(word!("none|noted|n/a|no|nil|to-note")) && named.len() <= 3);
        if !nothing && !mark.behind.is_empty() {
            self.action_lines(&mark.behind);
        }
        mark.next
    }

    /// Names, and nothing else, behind a marker: `[Action: Marcus] To change the template`, `… to be mended. Action: Clerk`.
    fn names_alone(
        &mut self,
        blocks: &[Block],
        place: usize,
        block: &Block,
        mark: &Marked,
        owners: &[Range<usize>],
        end: usize,
    ) -> usize {
        if mark.before.is_empty() && mark.first {
            let rest = trimmed(self.clean, &(end..mark.next));
            if !mark.closed && !rest.is_empty() {
                // The names stand alone on the marker's line, and the task below them.
                self.marked(rest, owners);
                return mark.next;
            }
            let task = trimmed(self.clean, &(mark.next..block.span.end));
            if mark.of == 1 && mark.closed && !task.is_empty() {
                self.marked(task, owners);
                return block.span.end;
            }
        }
        self.trailing(blocks, place, mark.before.clone(), owners);
        if mark.closed { mark.next } else { end }
    }

    /// The tasks behind a marker: `ACTION: Clerk to write. Chair to ring the contractor.`
    fn action_lines(&mut self, behind: &Range<usize>) {
        let mut told = false;
        for (n, sentence) in sentences(self.clean, behind).into_iter().enumerate() {
            let w = words(self.clean, &sentence);
            // "5. Premises: The boiler had been mended": the next item begins.
            told = told
                || n > 0
                    && (past(&w)
                        || w.iter().take(4).any(|w| w.after.contains(':'))
                        || marker(self.clean, &sentence, None).is_some());
            if told {
                self.talk(sentence);
                continue;
            }
            let numbered = usize::from(w.len() > 1 && w[0].low.bytes().all(|b| b.is_ascii_digit()));
            // "Actions: 1. The Forum noted the report."
            if let Some(mut judged) = formal(&w[numbered..]).filter(|judged| !judged.is_action) {
                judged.rules.push("action_line");
                self.push(None, sentence, judged, 70);
                continue;
            }
            let mut judged = judge(&w, None);
            // "Neil – Report to be put on the website".
            if judged.owners.is_empty()
                && let Some((owners, end)) = actors::actors(&w, 0)
                && w.get(end).is_some_and(|dash| dash.raw.is_empty())
            {
                judged.owners = owners;
            }
            if !judged.is_action {
                if judged.kind == ResolutionKind::Noted && judged.decisive {
                    continue;
                }
                judged.kind = ResolutionKind::Request;
                judged.is_action = true;
            }
            judged.rules.push("action_line");
            self.push(Some("ACTION".to_owned()), sentence, judged, 95);
        }
    }

    /// A line below `Action points`: `Head to circulate the figures`. Whether it is one.
    pub(super) fn point(&mut self, block: &Block, w: &[Word<'_>]) -> bool {
        let task = |w: &[Word<'_>]| {
            let judged = judge(w, None);
            let task =
                judged.is_action && !judged.owners.is_empty() && w.iter().any(|w| w.raw == "to");
            task.then_some(judged)
        };
        // "Order a bin – Clerk", "Clerk: order a bin".
        if let Some((span, owners)) = named_task(self.clean, &block.span, w) {
            self.marked(span, &owners);
            return true;
        }
        // "2. Investigate whether a visit can be held. (Owner: Scrutiny Manager)".
        let bare =
            block.marker.is_some() && w.first().is_some_and(Word::is_capital) && is_deed(w, 0);
        if bare {
            let owner = w
                .iter()
                .position(|w| w.low == "owner" && w.before.ends_with('('));
            let owners = owner.and_then(|owner| actors::actors(w, owner + 1));
            let end = owner.map_or(block.span.end, |owner| w[owner].from - 1);
            let owners = owners.map(|(owners, _)| owners).unwrap_or_default();
            self.marked(block.span.start..end, &owners);
            return true;
        }
        if task(w).is_none() {
            return false;
        }
        for sentence in sentences(self.clean, &block.span) {
            if let Some(mut judged) = task(&words(self.clean, &sentence)) {
                judged.rules.push("action_line");
                self.push(Some("ACTION".to_owned()), sentence, judged, 90);
            } else {
                self.talk(sentence);
            }
        }
        self.mode = Mode::Actions;
        true
    }

    /// A task that a marker names the owners of.
    pub(super) fn marked(&mut self, span: Range<usize>, owners: &[Range<usize>]) {
        let judged = Judged {
            kind: ResolutionKind::Request,
            is_action: true,
            owners: owners.to_vec(),
            rules: vec!["action_marker", "marker_owner"],
            decisive: true,
        };
        self.push(Some("ACTION".to_owned()), span, judged, 90);
    }

    /// Whether the line before the marker was taken as a decision: then the marker says whose it is.
    fn named_again(&mut self, blocks: &[Block], place: usize, owners: &[Range<usize>]) -> bool {
        let Some(earlier) = place.checked_sub(1).and_then(|place| blocks.get(place)) else {
            return false;
        };
        let Some(item) = self.out.items.last_mut() else {
            return false;
        };
        if !(earlier.span.contains(&item.span.start) && item.judged.is_action) {
            return false;
        }
        item.judged.owners = owners.to_vec();
        item.judged.rules.push("marker_owner");
        self.own_all(owners);
        true
    }

    /// The tasks before a trailing marker.
    pub(super) fn trailing(
        &mut self,
        blocks: &[Block],
        place: usize,
        before: Range<usize>,
        owners: &[Range<usize>],
    ) {
        if before.is_empty() && self.named_again(blocks, place, owners) {
            return;
        }
        let before = if before.is_empty() {
            let Some(earlier) = place.checked_sub(1).and_then(|place| blocks.get(place)) else {
                return;
            };
            // What was made of it before it was known to hold a task.
            let within = |span: &Range<usize>| {
                span.start >= earlier.span.start && span.end <= earlier.span.end
            };
            while self.out.talk.pop_if(|said| within(said)).is_some() {}
            let told = |item: &mut Item| {
                within(&item.span)
                    && (item.span.len() + 12 < earlier.span.len() || item.judged.is_action)
                    && INFORMAL.iter().any(|rule| item.judged.rules.contains(rule))
            };
            while self.out.items.pop_if(told).is_some() {}
            // What was decided there is what is to be done, and is not said twice.
            if let Some(item) = self.out.items.last_mut().filter(|item| within(&item.span)) {
                item.label.get_or_insert_with(|| "ACTION".to_owned());
                item.judged.owners = owners.to_vec();
                item.judged.is_action = true;
                item.judged.kind = ResolutionKind::Request;
                item.judged.rules.push("marker_owner");
                return;
            }
            earlier.span.clone()
        } else {
            before
        };
        let mut all = sentences(self.clean, &before);
        let Some(mut last) = all.pop() else { return };
        // "No objections received. Support. Action: Clerk".
        if words(self.clean, &last).len() <= 2
            && let Some(sentence) = all.pop()
        {
            last.start = sentence.start;
        }
        // "SP to speak to the owner. A second bin is possible. (Act SP)".
        let tells = |span: &Range<usize>| {
            let w = words(self.clean, span);
            acts(&w) || discussion::asks(self.clean, &w)
        };
        if !tells(&last)
            && let Some(sentence) = all.pop_if(|sentence| tells(sentence))
        {
            self.talk(last);
            last = sentence;
        }
        let mut tasks = vec![last_clause(self.clean, &last)];
        while let Some(sentence) = all.last() {
            let w = words(self.clean, sentence);
            let behind_title = w.iter().position(|w| w.raw == "to").unwrap_or(usize::MAX);
            if !(acts(&w) && !past(&w) && (behind_title < 4 || any(&w, phrases!["to be"]))) {
                break;
            }
            tasks.push(last_task(self.clean, sentence));
            all.pop();
        }
        for sentence in all {
            self.sentence(None, sentence);
        }
        for span in tasks.into_iter().rev() {
            self.marked(span, owners);
        }
    }
}

/// A task in a list of them, with whose it is before a colon or behind a dash: `Clerk: order a bin`, `Order a bin – Clerk`.
fn named_task(
    clean: &Clean<'_>,
    span: &Range<usize>,
    w: &[Word<'_>],
) -> Option<(Range<usize>, Vec<Range<usize>>)> {
    let deed = |place: usize| w.get(place).is_some_and(|verb| verb.is(DEEDS));
    let colon = w.iter().take(5).position(|w| w.after == ":");
    if let Some(colon) = colon
        && deed(colon + 1)
        && let Some((owners, end)) = actors::actors(w, 0)
        && end == colon + 1
    {
        return Some((w[end].from..span.end, owners));
    }
    let dash = w
        .iter()
        .rposition(|w| w.raw.is_empty() && w.before.starts_with(['–', '-', '—']))
        .filter(|dash| *dash > 1 && dash + 5 >= w.len())?;
    let (owners, end) = actors::actors(w, dash + 1)?;
    let task = trimmed(clean, &(span.start..w[dash - 1].to));
    (deed(0) && end == w.len()).then_some((task, owners))
}

/// The longest title, in bytes, that a task keeps: `Footpaths – Clerk to report the stile`.
const TITLE: usize = 40;

/// The last task of a sentence: what follows its last semicolon, if somebody acts there.
fn last_clause(clean: &Clean<'_>, span: &Range<usize>) -> Range<usize> {
    let text = &clean.text[span.clone()];
    for between in ["; ", " – ", " - "] {
        let Some(cut) = text.rfind(between) else {
            continue;
        };
        // A title is no more than the beginning of its task.
        if between != "; " && cut < TITLE {
            continue;
        }
        let part = trimmed(clean, &(span.start + cut + between.len()..span.end));
        if acts(&words(clean, &part)) {
            return part;
        }
    }
    last_task(clean, span)
}

/// A sentence without the title that a paragraph begins with: the task begins with the last actor before `to`.
fn last_task(clean: &Clean<'_>, span: &Range<usize>) -> Range<usize> {
    let start = span.start;
    let text = &clean.text[span.clone()];
    let skip = marker(clean, span, None).map_or(0, |marker| marker.span.end - start);
    let skip = skip + text[skip..].len() - text[skip..].trim_start().len();
    let w = words(clean, &(start + skip..span.end));
    let to = w.iter().position(|w| w.is(word!("to|will|would")));
    if let Some(to) = to {
        // An actor that ends right before the verb, behind a title.
        let named = |j: usize| actors::actor(&w, j) == Some(to);
        let begin = (0..to).rev().take(6).find(|j| {
            w[*j].is(word!(
                "clerk|chair|chairman|councillors|members|officers|vice"
            )) && w[*j].is_capital()
                && named(*j)
        });
        // "Cllr Dunnett and Chairman to find a speaker".
        let begin = begin.map(|begin| {
            (begin.saturating_sub(5)..begin)
                .find(|j| w[*j].is(actors::TITLES) && named(*j))
                .unwrap_or(begin)
        });
        let begin = begin.map(|begin| {
            let vice = begin > 0
                && w[begin - 1].is(word!("vice|deputy|assistant"))
                && w[begin - 1].is_capital();
            begin - usize::from(vice)
        });
        if let Some(begin) = begin.filter(|begin| w[*begin].from - w[0].from > TITLE) {
            return w[begin].from..span.end;
        }
    }
    start + skip..span.end
}
