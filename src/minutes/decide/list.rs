//! Lists of decisions: their nesting, and lists that have no heading.

use std::ops::Range;

use super::form::{form, is_past_decision, past, tasked};
use super::said::beyond_that;
use super::{Level, Mode, Walk};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors;
use crate::minutes::blocks::{Block, Counting, Marker, inline_items};
use crate::minutes::due::date_words;
use crate::minutes::judge::{ORDERS, judge};
use crate::minutes::wording::at;
use crate::minutes::words::{Word, sentences, trimmed, words};

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

    /// Whether a block says no more than which body did what is listed below it: `The Board:`.
    pub(super) fn names_body(&self, block: &Block) -> bool {
        let w = words(self.clean, &block.span);
        let body = |w: &[Word<'_>]| w.iter().any(|w| w.is(actors::BODIES) && w.low != "members");
        let from = beyond_that(&w);
        let alone = w.len() > 3
            && w.first().is_some_and(|w| w.raw == "The")
            && w.last().is_some_and(|last| last.after.is_empty());
        let ends = self.clean.text[block.span.clone()].ends_with([':', ';', '–', '-', '—'])
            || alone
            || w.len() - from.min(w.len()) <= 2;
        // "Members, by a majority –".
        let voted = actors::actor(&w, from).is_some_and(|end| {
            w[end - 1].after == ","
                && (at(&w, end, phrase!("by a majority"))
                    || at(&w, end, phrase!("unanimously"))
                    || at(&w, end, phrase!("on|after a vote")))
        });
        if ends && voted && w.len() <= 12 {
            return true;
        }
        // "The Transport, Roads and Harbours Committee –".
        let several = w.len() <= 12
            && w.first().is_some_and(|w| w.raw == "The")
            && w[1..]
                .iter()
                .all(|w| w.raw.is_empty() || w.is_capital() || w.is(word!("and|of|for")))
            && w.iter()
                .rev()
                .find(|w| !w.raw.is_empty())
                .is_some_and(|w| w.is(actors::BODIES));
        let named = several || actors::actor(&w, from).is_some_and(|end| end + 1 >= w.len());
        // "Having weighed up all that it had heard, the Panel".
        let last = w.len().saturating_sub(4)..w.len();
        let open = w
            .last()
            .is_some_and(|last| matches!(last.after, "" | ":" | ";"))
            && last.clone().any(|j| {
                let ends = actors::actor(&w, j) == Some(w.len());
                w[j].low == "the" && (ends || j + 2 == w.len() && w[j + 1].is(actors::BODIES))
            });
        ends && named && w.len() <= 12 && body(&w) || open && body(&w[last])
    }

    /// Whether a list stands right behind what was said.
    fn behind_talk(&self, blocks: &[Block], place: usize) -> bool {
        place.checked_sub(1).is_some_and(|before| {
            let before = &blocks[before];
            before.marker.is_none()
                && self.clean.text[before.span.clone()].ends_with('.')
                && words(self.clean, &before.span).len() > 8
        })
    }

    /// Whether what stands before a list says that it is what others propose or advise: `agree the recommendations below`.
    fn is_advice(&self, blocks: &[Block], place: usize) -> bool {
        let last = place
            .checked_sub(1)
            .map(|before| blocks[before].span.clone());
        let w = words(self.clean, &last.unwrap_or_default());
        let advises = word!(
            "recommend|recommends|recommended|recommendation|recommendations|agenda|aims|aim|advice|tips|follows|following|below|purpose|asked|should"
        );
        let begins = |block: &Block| {
            words(self.clean, &block.span)
                .iter()
                .any(|w| w.is(word!("apologies|declarations|declaration")))
        };
        w.iter().any(|w| w.is(advises)) || begins(&blocks[place])
    }

    /// Whether a list stands at the very end, right behind what was said: on the page of an item its decision does.
    fn closes(blocks: &[Block], place: usize) -> bool {
        let closed = |block: &Block| {
            let marker = block.marker.as_ref();
            marker.is_some_and(|marker| marker.closing == b'(' || marker.closing == b')')
        };
        blocks[place..].len() > 1 && blocks[place..].iter().all(closed)
    }

    /// Whether a list without a heading is one of decisions.
    pub(super) fn bare_list(&mut self, blocks: &[Block], place: usize) -> bool {
        let Some(first) = blocks[place].marker.as_ref() else {
            return false;
        };
        // The items of a list that was seen not to be one of decisions, or that quotes what a report recommends.
        let quoted = blocks[place.saturating_sub(2)..place].iter().any(|before| {
            let low = &self.clean.lower[before.span.clone()];
            low.ends_with([':', '-', '–', '—'])
                && (low.contains("recommended")
                    || low.contains(" means ")
                    || ["points", "comments", "questions", "discussion"]
                        .iter()
                        .any(|said| low.contains(said))
                        && ["made", "raised", "were", "following"]
                            .iter()
                            .any(|said| low.contains(said))
                        && !["recommend", "agreed", "resolved"]
                            .iter()
                            .any(|said| low.contains(said)))
                || low.ends_with("recommended")
                || low.trim_end_matches(':') == "options"
        });
        if quoted {
            self.refused = place + 24;
        }
        if quoted || self.motion || place < self.refused && first.ordinal != 1 {
            return false;
        }
        let (mut seen, mut formed, mut formless) = (0_usize, 0_usize, 0_usize);
        let body = place
            .checked_sub(1)
            .is_some_and(|before| self.names_body(&blocks[before]));
        // "The recommendation was put to the vote and carried." The list says what it was.
        let carried = place.checked_sub(1).is_some_and(|before| {
            let last = sentences(self.clean, &blocks[before].span).pop();
            let w = words(self.clean, &last.unwrap_or_default());
            w.len() <= 30
                && w.iter()
                    .any(|w| w.is(word!("recommendation|recommendations")))
                && w.last()
                    .is_some_and(|w| w.is(word!("carried|agreed|approved|accepted|adopted")))
        });
        let talk = self.behind_talk(blocks, place);
        let closing = talk && Self::closes(blocks, place);
        let ordered = talk && first.counting != Counting::Bullets && !self.is_advice(blocks, place);
        // As many as show what sort of list it is.
        for (known, block) in blocks.iter().enumerate().skip(place).take(80) {
            let Some(marker) = &block.marker else {
                // Plain lines between items belong to the item before them, if not too many.
                if words(self.clean, &block.span).len() > 25 {
                    break;
                }
                continue;
            };
            if !marker.like(first) {
                continue;
            }
            if marker.ordinal == 1 && seen > 0 {
                break;
            }
            let w = words(self.clean, &block.span);
            let past = body
                && w.first().is_some_and(|w| {
                    is_past_decision(w) || w.low.ends_with("ed") || w.is(word!("was|were"))
                });
            // What an item of the agenda is for.
            let agenda = !carried
                && at(
                    &w,
                    0,
                    phrase!(
                        "to consider|receive|discuss|hear|look|answer|review|declare|find|think|be|see"
                    ),
                );
            // "4. To Report on the state of the field".
            let agenda = agenda
                || !carried
                    && w.len() > 2
                    && w[0].raw == "To"
                    && w[1].is_capital()
                    && first.counting == Counting::Numbers;
            let adopted = carried && w.first().is_some_and(|w| w.is(word!("to|that")));
            let form = match () {
                () if past || adopted => 2,
                () if agenda => 0,
                () if closing && lays_down(&w) => 2,
                () if ordered && orders(&w) => 2,
                () => self.form(blocks, known),
            };
            if seen == 0 && form == 0 && first.ordinal <= 1 && first.counting != Counting::Bullets {
                let text = &self.clean.text[block.span.clone()];
                if !text.ends_with([':', '–', '-']) {
                    return false;
                }
            }
            seen += 1;
            formed += usize::from(form >= 2);
            let titled = w.iter().all(Word::is_capital);
            formless += usize::from(form == 0 || titled);
            if seen >= 24 {
                break;
            }
        }
        // Behind what was told a line that may be one of the agenda is a decision, if another surely is.
        let told = talk && formed > 0 && formless == 0 && first.counting != Counting::Bullets;
        let decisions = told || formed * 10 >= seen * 6;
        if !decisions {
            self.refused = place + seen;
        }
        decisions
    }
}

/// Whether a clause begins as an order does: `Note the content of the report`.
fn orders(w: &[Word<'_>]) -> bool {
    w.len() > 2 && w[0].is_capital() && w[0].is(ORDERS) && w[0].after.is_empty()
}

/// Whether a clause lays down what is from now on: `the meeting in November includes a report`, `two briefings are arranged`.
fn lays_down(w: &[Word<'_>]) -> bool {
    let verb = w.iter().take(14).position(|w| {
        w.is(word!(
            "include|includes|is|are|add|adds|continue|continues|be"
        ))
    });
    verb.is_some_and(|verb| verb > 1)
        && !w
            .iter()
            .take(14)
            .any(|w| w.is(word!("was|were|had|has|have|said|asked|would|could")))
}
