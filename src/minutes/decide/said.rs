//! What stands behind the heading of a decision: a sentence, a lead-in, a list in one paragraph.

use std::ops::Range;

use super::form::{acts, form, is_vote, leads_only, purpose};
use super::formal::formal;
use super::heading::Heading;
use super::lead::tasks;
use super::moved::falls;
use super::two::two_decisions;
use super::{Level, Mode, Walk};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::blocks::{Block, Marker, inline_items};
use crate::minutes::judge::{Judged, judge};
use crate::minutes::wording::at;
use crate::minutes::words::{Word, sentences, trimmed, words};

impl Walk<'_> {
    /// What stands behind a heading in its own block.
    pub(super) fn decision(
        &mut self,
        blocks: &[Block],
        place: usize,
        block: &Block,
        heading: &Heading,
    ) {
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
            let rest = self.mended(blocks, place, rest);
            let (known, begins) = (self.out.items.len(), rest.start);
            self.behind(blocks, place, rest);
            if let Some(first) = self.out.items.get_mut(known)
                && heading.told
                && first.label.is_none()
                && first.span.start == begins
            {
                // "Under Section 100(A) of the Act, the Committee resolved to …".
                let w = words(self.clean, &(block.span.start..heading.from));
                let verb = words(self.clean, &(heading.from..heading.to));
                let opens = w.len() <= 24
                    && !verb.iter().any(Word::is_upper)
                    && w.first().is_some_and(|w| {
                        w.is_capital() && w.is(word!("under|after|following|having|on|in|with|at"))
                    })
                    && !w.iter().any(|w| w.after.contains('.') && w.raw.len() > 3);
                first.span.start = if opens {
                    block.span.start
                } else {
                    heading.from
                };
            }
        }
    }

    /// A decision that a blank line tears goes on in the next block: `RESOLVED: That the Networks`, `Manager send a report.`
    fn mended(&mut self, blocks: &[Block], place: usize, rest: Range<usize>) -> Range<usize> {
        let Some(next) = blocks.get(place + 1) else {
            return rest;
        };
        let w = words(self.clean, &rest);
        let open = w
            .last()
            .is_some_and(|last| last.after.is_empty() && last.is_letters());
        let torn = open
            && (3..=24).contains(&w.len())
            && w[0].low == "that"
            && next.marker.is_none()
            && next.cells.len() < 2
            && self.clean.text[next.span.clone()].ends_with('.')
            && !judge(&w, None).decisive
            && judge(&words(self.clean, &(rest.start..next.span.end)), None).decisive
            && !words(self.clean, &next.span)
                .first()
                .is_some_and(|w| w.is(word!("that|to|the")));
        if torn {
            self.taken = next.span.end;
            return rest.start..next.span.end;
        }
        rest
    }

    /// The words behind a heading, up to the end of their block.
    pub(super) fn behind(&mut self, blocks: &[Block], place: usize, rest: Range<usize>) {
        if self.in_one_paragraph(&rest) {
            return;
        }
        let next = blocks.get(place + 1);
        let text = &self.clean.text[rest.clone()];
        let low = &self.clean.lower[rest.clone()];
        let marked = next
            .and_then(|next| next.marker.as_ref())
            .is_some_and(|marker| marker.ordinal == 1);
        let leads_in = text.ends_with([':', '–', '-', '—'])
            || marked && (self.is_named(&rest) || self.recommends_to(&rest))
            || low.ends_with(" that")
            || matches!(
                low.trim_end_matches([';', ':', ',', '-', ' ']),
                "that" | "to" | "t h a t"
            );
        let listed = next.is_some_and(|next| next.marker.is_some());
        if leads_in && !(listed && self.topics(blocks, place, &rest)) {
            self.lead_in(blocks, place, rest, marked);
            return;
        }
        self.said(rest, true);
        self.mode = Mode::Said;
        if leads_in {
            self.passes_by();
        }
    }

    /// A list in one paragraph: `RESOLVED that (a) the report be noted; (b) the Clerk write`. Whether it is one.
    fn in_one_paragraph(&mut self, rest: &Range<usize>) -> bool {
        let markers = inline_items(self.clean, rest);
        let begins = markers
            .first()
            .filter(|first| leads_only(&self.clean.lower[rest.start..first.span.start]));
        if markers.len() < 2 && begins.is_none() {
            return false;
        }
        let lead_span = trimmed(self.clean, &(rest.start..markers[0].span.start));
        let lead = (!lead_span.is_empty())
            .then(|| judge(&words(self.clean, &lead_span), None))
            .filter(|lead| tasks(lead) && lead_span.len() > "that to:".len());
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
        true
    }

    /// A decision in sentences: the first, and those after it that have a decision's form.
    pub(super) fn said(&mut self, span: Range<usize>, first_for_sure: bool) {
        let mut for_sure = first_for_sure;
        let mut ended = false;
        let all = sentences(self.clean, &span);
        // "RESOLVED that the hall be painted. It was proposed by Cllr Hale. The motion was lost."
        let lost = |sentence: &Range<usize>| falls(&words(self.clean, sentence));
        if all.iter().take(4).skip(1).any(lost) {
            self.talk(span);
            return;
        }
        for sentence in all {
            let w = words(self.clean, &sentence);
            if !for_sure && at(&w, 0, phrase!("it was agreed|resolved that|to")) {
                let mut judged = judge(&w[3..], None);
                judged.rules.push("agreed_in_prose");
                self.push(None, sentence, judged, 80);
                continue;
            }
            // "Decision: There were no announcements."
            let nothing = w
                .first()
                .is_some_and(|w| w.is(word!("there|none|nothing|no")))
                && !judge(&w, None).decisive;
            let promised = nothing || w.iter().take(12).any(|w| w.is(word!("would|will")));
            if ended
                || nothing
                || !for_sure && (promised || is_vote(&w) || !(form(&w) >= 2 || acts(&w)))
            {
                ended = true;
                self.talk(sentence);
                continue;
            }
            // "AGREED RECOMMENDATIONS" says no more than its heading.
            let bare = w.len() <= 2 && w.iter().all(Word::is_upper) && !judge(&w, None).decisive;
            if !bare {
                self.whole(None, sentence, None, if for_sure { 95 } else { 80 });
            }
            for_sure = false;
        }
    }

    /// A sentence or an item that may hold several decisions.
    pub(super) fn whole(
        &mut self,
        label: Option<String>,
        span: Range<usize>,
        lead: Option<&Judged>,
        sure: u8,
    ) {
        let heading = self.heading.clone();
        let lead = lead.or(heading.as_ref());
        let mut from = span.start;
        for _ in 0..DECISIONS {
            let cut = two_decisions(self.clean, &(from..span.end), label.is_some());
            let Some((end, cut)) = cut else { break };
            let judged = judge(&words(self.clean, &(from..end)), lead);
            self.push(label.clone(), from..end, judged, sure);
            from = cut;
        }
        let judged = judge(&words(self.clean, &(from..span.end)), lead);
        self.push(label, from..span.end, judged, sure);
    }

    /// An item's own sentence; what follows in the same item explains it.
    pub(super) fn sentences_of_item(
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
            // "… to the Committee on 18 February. The report will then be taken to Cabinet."
            let then = w
                .iter()
                .take(8)
                .position(|w| w.low == "will")
                .is_some_and(|will| {
                    let be =
                        will + 1 + usize::from(w.get(will + 1).is_some_and(|w| w.low == "then"));
                    w.get(be).is_some_and(|w| w.low == "be")
                        && w.get(be + 1).is_some_and(|w| {
                            w.is(word!(
                            "taken|brought|submitted|presented|reported|sent|referred|circulated"
                        ))
                        })
                });
            if then {
                let mut judged = judge(&w, None);
                if judged.kind != ResolutionKind::Request {
                    judged = Judged {
                        kind: ResolutionKind::Request,
                        is_action: true,
                        owners: Vec::new(),
                        rules: vec!["be_done"],
                        decisive: true,
                    };
                }
                self.push(None, rest, judged, 60);
            } else if in_addition(&w) || acts(&w) && form(&w) >= 2 {
                self.whole(None, rest, None, 70);
            } else {
                self.talk(rest);
            }
        }
    }

    /// A paragraph right behind a heading.
    pub(super) fn opened(&mut self, blocks: &[Block], place: usize, block: &Block, w: &[Word<'_>]) {
        let lead = self.stack.last().and_then(|level| level.lead.clone());
        let states = w.first().is_some_and(|w| w.is(word!("to|that")));
        let ordered = |markers: &[Marker]| {
            markers.len() > 1
                && self.clean.text[block.span.start..markers[0].span.start]
                    .trim()
                    .is_empty()
        };
        // Below the heading of a decision the line of the agenda may stand once more.
        let agenda = states
            && w[0].raw == "To"
            && purpose(w)
            && blocks.get(place + 1).is_some_and(|next| {
                next.marker.is_none() && formal(&words(self.clean, &next.span)).is_some()
            });
        if self.summary && self.stack.is_empty() && agenda {
            return;
        }
        let apologies = self.summary
            && w.iter().take(4).any(|w| w.is(word!("apologies|apology")))
            && w.iter().any(|w| w.is(word!("received|submitted|given")));
        if apologies {
            self.talk(block.span.clone());
            return;
        }
        // "Officers were requested to progress the following actions:", above them.
        let marked = blocks
            .get(place + 1)
            .is_some_and(|next| next.marker.is_some());
        let leads = self.summary
            && marked
            && w.last().is_some_and(|last| last.after.contains(':'))
            && judge(w, None).rules.first() == Some(&"be_requested");
        if leads {
            self.lead_in(blocks, place, block.span.clone(), false);
            return;
        }
        let plain = || !states && form(w) < 2 && !ordered(&inline_items(self.clean, &block.span));
        if self.summary && self.number.is_none() && self.stack.is_empty() && plain() {
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
        self.mode = Mode::Opened;
        self.behind(blocks, place, block.span.clone());
    }

    /// A paragraph behind a decision's items.
    pub(super) fn after(&mut self, block: &Block, w: &[Word<'_>]) {
        // "The Court:-", above what it did when the public had left.
        let swallows = self.stack.last().is_some_and(|level| level.swallows);
        if swallows && w.len() <= 4 && self.names_body(block) {
            self.stack.clear();
            self.mode = Mode::Opened;
            self.by_body = true;
            return;
        }
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
        // "RESOLVED", and below it "To approve the Strategy" and "To ask the Head to report".
        let as_before = self.out.items.last().is_some_and(|item| {
            item.span.start >= self.begun && self.clean.text[item.span.clone()].starts_with("To ")
        });
        let agenda = w.first().is_some_and(|w| w.low == "to")
            && purpose(w)
            && self.mode == Mode::Said
            && !as_before;
        if form(w) >= 2 && !agenda && w.first().is_some_and(|w| w.is(word!("that|and|to"))) {
            self.said(block.span.clone(), true);
            return;
        }
        self.mode = Mode::Talk;
        self.stack.clear();
        self.paragraph(block, w);
    }
}

/// How many times a sentence is cut into decisions at most.
const DECISIONS: usize = 6;

/// Whether a sentence says what is decided as well: `In addition, that the service manager attend`.
fn in_addition(w: &[Word<'_>]) -> bool {
    let opens = at(w, 0, phrase!("in addition"))
        || w.first()
            .is_some_and(|w| w.is(word!("further|furthermore|additionally|also")));
    let that = w.iter().take(4).position(|w| w.low == "that");
    opens && that.is_some_and(|that| form(&w[that..]) >= 2)
}

/// Where what follows `that` begins, also where that is printed `T H A T`.
pub(super) fn beyond_that(w: &[Word<'_>]) -> usize {
    if at(w, 0, phrase!("t h a t")) {
        4
    } else {
        usize::from(at(w, 0, phrase!("that")))
    }
}
