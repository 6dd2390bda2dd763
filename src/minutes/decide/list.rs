//! Lists of decisions: their nesting, and lists that have no heading.

use std::ops::Range;

use super::form::{form, past, tasked};
use super::said::beyond_that;
use super::{Level, Mode, Walk};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::blocks::{Block, Counting, Marker, inline_items};
use crate::minutes::due::date_words;
use crate::minutes::judge::judge;
use crate::minutes::words::{Word, trimmed, words};

impl Walk<'_> {
    /// Whether an item belongs to the decision that is open.
    pub(super) fn goes_on(&self, marker: &Marker, w: &[Word<'_>]) -> bool {
        if self.number.as_ref().is_some_and(|number| {
            number.like(marker)
                && marker.ordinal == number.ordinal + 1
                && marker.counting == Counting::Numbers
        }) && !self.stack.iter().any(|level| level.marker.like(marker))
            && form(w) < 2
        {
            return false;
        }
        if marker.counting == Counting::Decimals
            && self.mode == Mode::List
            && !self.stack.iter().any(|level| level.marker.like(marker))
        {
            return false;
        }
        // A paragraph's number, behind a list that has ended with a full stop.
        let before = self.stack.iter().find(|level| level.marker.like(marker));
        let known = before.is_some();
        // "2. Interests", "3. Admission of the Public", below `Decision:`.
        let bare_title = self.summary
            && matches!(marker.counting, Counting::Numbers | Counting::Decimals)
            && w.len() <= 5
            && w.first().is_some_and(Word::is_capital)
            && w.last().is_some_and(|last| last.after.is_empty())
            && !self.stack.iter().any(|level| level.lead.is_some())
            && form(w) == 0;
        if bare_title {
            return false;
        }
        // The number and the title of the next item of the agenda.
        let next = before.is_none_or(|level| level.marker.ordinal + 1 == marker.ordinal);
        let title = !next || w.len() <= 12 && w.last().is_some_and(|last| last.after.is_empty());
        if known
            && title
            && marker.counting == Counting::Numbers
            && self.finished()
            && form(w) < if next { 1 } else { 2 }
        {
            return false;
        }
        // "9. Work Programme" behind "(b) …": a list within an item begins with its first.
        if !known
            && !self.stack.is_empty()
            && marker.counting == Counting::Numbers
            && marker.ordinal > 1
            && form(w) < 2
        {
            return false;
        }
        let led = self
            .stack
            .last()
            .is_some_and(|level| level.lead.is_some() || level.swallows);
        if self.mode == Mode::List
            && !known
            && !led
            && !self.stack.is_empty()
            && form(w) < 2
            && self.finished()
        {
            return false;
        }
        if self.mode == Mode::List
            && marker.ordinal == 1
            && self
                .stack
                .first()
                .is_some_and(|level| level.marker.like(marker))
            && form(w) == 0
        {
            // A new list of the same sort begins, and not with a decision.
            return false;
        }
        // A list under "Decision:" need not be one of decisions.
        !(self.summary
            && self.mode == Mode::Opened
            && self.stack.is_empty()
            && form(w) == 0
            && past(w))
    }

    /// Whether the last item ended with a full stop.
    fn finished(&self) -> bool {
        self.out
            .items
            .last()
            .is_some_and(|item| self.clean.text[item.span.clone()].ends_with('.'))
    }

    pub(super) fn item(&mut self, blocks: &[Block], place: usize, block: &Block, marker: Marker) {
        let own = self.clean.text[marker.span.clone()].to_owned();
        if let Some(depth) = self
            .stack
            .iter()
            .position(|level| level.marker.like(&marker))
        {
            self.stack.truncate(depth);
        } else if self.stack.last().is_some_and(|level| {
            level.lead.is_none()
                && !level.swallows
                && !level.label.is_empty()
                && marker.counting == Counting::Bullets
        }) {
            // Bullets below an item that does not lead in to them are its details.
            return;
        }
        let names = self.stack.last().is_some_and(|level| {
            level.lead.is_none()
                && !level.swallows
                && !level.label.is_empty()
                && marker.ordinal == 1
        }) && !judge(&words(self.clean, &block.span), None).decisive;
        if names && let Some(level) = self.stack.last_mut() {
            // Below `… puts on record its thanks to`: those who are thanked.
            level.swallows = true;
        }
        let parent = self.stack.last();
        // "19 July 2022": the day of a meeting, and no more.
        let w = words(self.clean, &block.span);
        let a_day = w.len() <= 4 && date_words(&w, 0) == Some(w.len());
        if a_day || parent.is_some_and(|parent| parent.swallows) {
            return;
        }
        let lead = parent.and_then(|parent| parent.lead.clone());
        let label = parent.map_or(String::new(), |parent| parent.label.clone()) + &own;
        let text = &self.clean.text[block.span.clone()];
        let next = blocks.get(place + 1);
        let leads_in = text.ends_with([':', '–', '-', '—'])
            || text.ends_with(" to")
            || text.ends_with(" that")
            || self.clean.lower[block.span.clone()] == *"that";
        let nested =
            next.is_some_and(|next| next.marker.as_ref().is_none_or(|next| !next.like(&marker)));
        self.mode = Mode::List;
        let shown = if marker.counting == Counting::Bullets {
            None
        } else {
            Some(label.clone())
        };
        let mut level = Level {
            marker,
            label,
            lead: None,
            swallows: false,
        };
        if leads_in && nested {
            let judged = judge(&words(self.clean, &block.span), lead.as_ref());
            let tasks = matches!(
                judged.kind,
                ResolutionKind::Request | ResolutionKind::Recommendation
            ) || !judged.decisive;
            // "be approved; and in addition:" is a decision, and others follow it.
            let low = text.trim_end_matches([':', '-', '–', ' ']);
            if judged.decisive && !tasks && (low.ends_with("in addition") || low.ends_with("; and"))
            {
                let end = low.rfind(';').unwrap_or(low.len());
                self.push(shown, block.span.start..block.span.start + end, judged, 95);
                self.stack.push(level);
                return;
            }
            if tasks && !self.topics(blocks, place, &block.span) {
                level.lead = if judged.decisive { Some(judged) } else { lead };
                self.stack.push(level);
                return;
            }
            level.swallows = true;
        }
        let markers = inline_items(self.clean, &block.span);
        if markers.len() >= 2 {
            let lead_span = trimmed(self.clean, &(block.span.start..markers[0].span.start));
            let judged = judge(&words(self.clean, &lead_span), lead.as_ref());
            if judged.decisive
                && matches!(
                    judged.kind,
                    ResolutionKind::Request | ResolutionKind::Recommendation
                )
                && tasked(&self.clean.lower[lead_span])
            {
                for (n, marker) in markers.iter().enumerate() {
                    let end = markers
                        .get(n + 1)
                        .map_or(block.span.end, |next| next.span.start);
                    let span = trimmed(self.clean, &(marker.span.end..end));
                    let label =
                        shown.clone().unwrap_or_default() + &self.clean.text[marker.span.clone()];
                    self.whole(Some(label), span, Some(&judged), 95);
                }
                self.stack.push(level);
                return;
            }
        }
        self.sentences_of_item(shown, block.span.clone(), lead.as_ref());
        self.stack.push(level);
    }

    /// Whether the list below a lead-in names topics, people or bodies, and not tasks.
    pub(super) fn topics(&self, blocks: &[Block], place: usize, lead: &Range<usize>) -> bool {
        let low = self.clean.lower[lead.clone()].trim_end_matches([':', '-', '–', '—', ' ']);
        let Some(next) = blocks.get(place + 1) else {
            return !tasked(low);
        };
        let w = words(self.clean, &next.span);
        let own = judge(&w, None);
        // "that approval be given to:", above the things that are approved.
        let things = [
            "approval be given to",
            "approval is given to",
            "give approval to",
        ]
        .iter()
        .any(|ends| low.ends_with(ends));
        if (own.decisive || !things) && tasked(low) {
            return false;
        }
        !(w.first().is_some_and(|w| w.is(word!("that|to"))) || own.decisive && form(&w) >= 2)
            && words(self.clean, lead).len() > 2 + beyond_that(&words(self.clean, lead)).max(1)
    }
}
