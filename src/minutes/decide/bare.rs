//! Lists of decisions that have no heading: known by who stands above them, by what was told before them, or by their form.

use super::Walk;
use super::form::is_past_decision;
use super::said::beyond_that;
use crate::minutes::actors;
use crate::minutes::blocks::{Block, Counting};
use crate::minutes::judge::ORDERS;
use crate::minutes::wording::at;
use crate::minutes::words::{Word, sentences, words};

impl Walk<'_> {
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

    /// Whether what stands before a list says that it quotes what others recommend, or what was said.
    fn is_quoted(&self, blocks: &[Block], place: usize) -> bool {
        blocks[place.saturating_sub(2)..place].iter().any(|before| {
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
        })
    }

    /// Whether a list stands below `Recommendations`, and what was resolved stands behind it.
    fn is_advised(&self, blocks: &[Block], place: usize) -> bool {
        let low = |block: &Block| &self.clean.lower[block.span.clone()];
        let heads = place.checked_sub(1).is_some_and(|before| {
            matches!(
                low(&blocks[before]).trim_end_matches(':'),
                "recommendation"
                    | "recommendations"
                    | "officer recommendation"
                    | "officer recommendations"
            )
        });
        heads
            && blocks[place..].iter().take(40).any(|block| {
                let low = low(block);
                low.starts_with("resolved")
                    || low.starts_with("decision")
                    || low.contains("rejected the recommendation")
            })
    }

    /// Whether a list says what was carried: `The recommendation was put to the vote and carried.`
    fn is_carried(&self, blocks: &[Block], place: usize) -> bool {
        place.checked_sub(1).is_some_and(|before| {
            let last = sentences(self.clean, &blocks[before].span).pop();
            let w = words(self.clean, &last.unwrap_or_default());
            w.len() <= 30
                && w.iter()
                    .any(|w| w.is(word!("recommendation|recommendations")))
                && w.last()
                    .is_some_and(|w| w.is(word!("carried|agreed|approved|accepted|adopted")))
        })
    }

    /// Whether a list without a heading is one of decisions.
    pub(super) fn bare_list(&mut self, blocks: &[Block], place: usize) -> bool {
        let Some(first) = blocks[place].marker.as_ref() else {
            return false;
        };
        let quoted = self.is_quoted(blocks, place) || self.is_advised(blocks, place);
        if quoted {
            self.refused = place + 24;
        }
        // The items of a list that was seen not to be one of decisions.
        if quoted || self.motion || place < self.refused && first.ordinal != 1 {
            return false;
        }
        let (mut seen, mut formed, mut formless) = (0_usize, 0_usize, 0_usize);
        let body = place
            .checked_sub(1)
            .is_some_and(|before| self.names_body(&blocks[before]));
        let carried = self.is_carried(blocks, place);
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
            // "(1) The Board noted the performance of the service".
            let past = past
                || marker.ordinal == 1
                    && first.counting != Counting::Bullets
                    && actors::actor(&w, 0).is_some_and(|end| {
                        w[end - 1].is(actors::BODIES)
                            && w[0].raw == "The"
                            && at(
                                &w,
                                end,
                                phrase!("noted|approved|agreed|endorsed the|its|how"),
                            )
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
