//! What is decided in the sentences of a paragraph, without a heading of its own.

use std::ops::Range;

use super::form::{form, is_title, purpose, titled};
use super::heading::heading_lead;
use super::section::{Field, section};
use super::sentence::{prose_content, prose_start, prose_verb};
use super::two::two_decisions;
use super::{Mode, Walk, formal, moved};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors;
use crate::minutes::blocks::{Block, Counting};
use crate::minutes::clean::Clean;
use crate::minutes::discussion;
use crate::minutes::judge::{DISPOSED, Judged, PAST, judge};
use crate::minutes::wording::{any, at};
use crate::minutes::words::{Word, in_sentences, sentences, spanned, trimmed, words};

impl Walk<'_> {
    /// A passage of the discussion, and what was decided in it in passing.
    pub(super) fn talk(&mut self, span: Range<usize>) {
        let w = words(self.clean, &span);
        if self.clean.text[span.clone()].starts_with(['"', '“', '‘']) || moves(&w) {
            self.motion = !any(
                &w,
                phrases![
                    "motion|amendment was|were lost|carried|defeated|withdrawn|rejected",
                    "motion|amendment fell"
                ],
            );
        }
        if !formal::may_tell(&w) && !any(&w, phrases!["to action"]) {
            self.out.talk.push(span);
            return;
        }
        let mut from = span.start;
        let mut last: Option<Range<usize>> = None;
        let all = in_sentences(&w);
        for (place, sentence) in all.iter().enumerate() {
            let next = all.get(place + 1).map(|next| &w[next.clone()]);
            let w = &w[sentence.clone()];
            let sentence = spanned(w);
            // "The governing body AGREED that …", among what is said.
            if decides_in_capitals(w) {
                self.passage(from..sentence.start);
                from = sentence.end;
                let (mode, number) = (self.mode, self.number.take());
                let known = self.out.items.len();
                self.prose_sentence(None, &sentence);
                for item in &mut self.out.items[known..] {
                    item.judged.rules.push("body_decided");
                }
                (self.mode, self.number) = (mode, number);
                continue;
            }
            let before = last.replace(sentence.clone());
            if let Some(owners) = to_action(w) {
                self.actioned(&mut from, before, &sentence, &owners);
                continue;
            }
            let Some(mut judged) = formal::formal(w) else {
                continue;
            };
            // "… seconded that the hall be painted. The motion was lost."
            if moved::is_motion(w) && next.is_some_and(moved::falls) {
                continue;
            }
            // "Training dates. Noted.": a word alone is known by what stands before it.
            let alone = judged.rules == ["word_alone"];
            let short = |before: &Range<usize>| {
                before.start >= from && sentence.start - before.start <= SHORT && !self.asks(before)
            };
            let starts = before
                .filter(|before| alone && short(before))
                .map_or(sentence.start, |before| before.start);
            self.passage(from..starts);
            from = sentence.end;
            let sentence = starts..sentence.end;
            if self.summary && self.mode == Mode::Opened {
                // Below `Decision:` it is one.
                judged.rules = vec!["heading"];
            }
            let by_body = |rule: &&str| matches!(*rule, "body_decides" | "body_decided");
            let rule = judged.rules.iter().copied().find(by_body);
            // "The Committee notes the report and agrees the plan".
            let two = rule.and_then(|rule| {
                let said = actors::actor(w, 0)?;
                let (end, cut) = two_decisions(self.clean, &(w[said].from..sentence.end), false)?;
                let mut second = judge(&words(self.clean, &(cut..sentence.end)), None);
                second.rules.push(rule);
                Some((end, cut, second))
            });
            if let Some((end, cut, second)) = two {
                self.push(None, sentence.start..end, judged, 60);
                self.push(None, cut..sentence.end, second, 60);
            } else {
                self.push(None, sentence, judged, 60);
            }
        }
        self.passage(from..span.end);
    }

    /// Whether a sentence asks for something or promises it.
    fn asks(&self, span: &Range<usize>) -> bool {
        discussion::asks(self.clean, &words(self.clean, span))
    }

    pub(super) fn passage(&mut self, span: Range<usize>) {
        let span = trimmed(self.clean, &span);
        if !span.is_empty() {
            self.out.talk.push(span);
        }
    }

    /// `Clerk to action.`: whose the sentence, or the decision, before it is.
    pub(super) fn actioned(
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

    /// Takes back the lines of the agenda that stand before `Minutes:` and say what an item is for.
    pub(super) fn forget_purpose(&mut self) {
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

    /// `Resolved.` alone: its content is the agenda's line before it.
    pub(super) fn resolved_only(&mut self, before: &Range<usize>) {
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
    pub(super) fn alone(
        &mut self,
        blocks: &[Block],
        place: usize,
        block: &Block,
        w: &[Word<'_>],
    ) -> bool {
        let [word] = w else { return false };
        // "Noted", and below it what was noted.
        let heads = word.is_capital()
            && word.after.is_empty()
            && word.is(word!(
                "noted|received|approved|agreed|adopted|confirmed|endorsed"
            ))
            && blocks.get(place + 1).is_some_and(|next| {
                let first = words(self.clean, &next.span);
                next.marker.is_none()
                    && next.cells.len() < 2
                    && first.len() > 3
                    && !first[0].raw.contains(|c: char| c.is_ascii_digit())
                    && !is_title(&first)
            });
        if heads {
            self.heading = heading_lead(self.clean, w, &(block.span.end..block.span.end));
            self.stack.clear();
            self.summary = false;
            self.mode = Mode::Opened;
            return true;
        }
        let closed = self.clean.text[block.span.clone()].ends_with('.');
        let noted = word.is(word!("noted|received"));
        let agreed = word.is(word!(
            "resolved|agreed|approved|adopted|accepted|confirmed|carried"
        ));
        // Without a stop it heads what is below it.
        if !word.is_capital() || !matches!(word.after, "" | ".") || !(noted || agreed && closed) {
            return false;
        }
        // "Minutes of the meeting held on 22 March to be agreed", and below it "Minutes: Agreed."
        let field = |at: usize| section(self.clean, &blocks[at].span);
        let told = |at: usize| matches!(field(at), Some(Field::Minutes | Field::Decision));
        let title = (place > 1 && told(place - 1) && field(place - 2).is_none())
            .then(|| blocks[place - 2].span.clone());
        let before = title.clone().or_else(|| self.out.talk.last().cloned());
        let line = before.filter(|line| {
            let w = words(self.clean, line);
            let nothing = w.first().is_none_or(|w| w.is(word!("none|no|nothing")));
            agreed && w.len() <= LINE && !nothing
        });
        if let Some(line) = line {
            self.out.talk.pop_if(|said| *said == line);
            self.resolved_only(&line);
        } else {
            let mut judged = judge(w, None);
            judged.rules.push("word_alone");
            let before = self.out.talk.last().filter(|line| {
                noted
                    && !self.asks(line)
                    && block.span.start - line.start <= SHORT
                    && line.end <= block.span.start
            });
            let starts = before.map_or(block.span.start, |line| line.start);
            if starts < block.span.start {
                self.out.talk.pop();
            }
            self.push(None, starts..block.span.end, judged, 60);
        }
        self.stack.clear();
        self.mode = Mode::Talk;
        true
    }

    /// `It was AGREED to ask the depot for a date.`: the sentence is the decision.
    pub(super) fn prose(&mut self, block: &Block) {
        let label = block
            .marker
            .as_ref()
            .filter(|marker| matches!(marker.counting, Counting::Letters | Counting::Roman))
            .map(|marker| self.clean.text[marker.span.clone()].to_owned());
        for span in sentences(self.clean, &block.span) {
            self.sentence(label.clone(), span);
        }
        self.mode = Mode::Talk;
    }

    /// A sentence that decides by its own verb, or belongs to the discussion.
    pub(super) fn sentence(&mut self, label: Option<String>, span: Range<usize>) {
        if prose_verb(&words(self.clean, &span)).is_some() {
            self.prose_sentence(label, &span);
        } else {
            self.talk(span);
        }
    }

    fn prose_sentence(&mut self, label: Option<String>, span: &Range<usize>) {
        let w = words(self.clean, span);
        let Some(verb) = prose_verb(&w) else { return };
        let start = prose_start(&w, verb);
        let from = w[start].from;
        let content = prose_content(&w, start, verb);
        let mut judged = judge(&w[content..], None);
        let content = w.get(content).map_or(span.end, |w| w.from);
        judged.rules.push("agreed_in_prose");
        let capitals = w[verb + 1..]
            .windows(2)
            .find(|pair| pair[0].low == "and" && pair[1].is_upper() && pair[1].is(actors::PROSE));
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
        } else if let Some((end, cut)) = two_decisions(self.clean, &(content..span.end), false) {
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
            self.passage(span.start..from);
        }
    }

    /// A paragraph of the discussion, or one that is a decision by its form alone.
    pub(super) fn paragraph(&mut self, block: &Block, w: &[Word<'_>]) {
        let first = w.first().map_or("", |w| w.low);
        // "Consider, and if so decide, adopt the following resolution:", above the words of it.
        let quoted = w.first().is_some_and(|w| w.before.contains(['"', '“']))
            && self.out.talk.last().is_some_and(|before| {
                let w = words(self.clean, before);
                w.last().is_some_and(|last| last.after.contains(':'))
                    && w.iter().any(|w| w.is(word!("consider|adopt|move|moves")))
            });
        if quoted {
            self.talk(block.span.clone());
            self.motion = false;
            return;
        }
        // "Notice of Motion", "This Council notes", "That this Council:": the words of a motion.
        let headed = w.len() <= 6
            && w.iter().any(|w| w.is(word!("motion|motions")))
            && w.iter().all(|w| w.is_capital() || w.is(word!("of|on|the")))
            && w.last().is_some_and(|last| last.after.is_empty());
        let moved = at(w, 0, phrase!("this council|authority"))
            || at(w, 0, phrase!("that this council|authority"));
        if headed || moved {
            self.talk(block.span.clone());
            self.motion = true;
            return;
        }
        if first == "that" && form(w) >= 2 && !self.motion {
            self.said(block.span.clone(), true);
            self.mode = Mode::Said;
            return;
        }
        // "the draft Plan be endorsed."
        let lower = w
            .first()
            .is_some_and(|w| !w.is_capital() && w.is(word!("the|a|an")))
            && form(w) >= 2
            && w.last().is_some_and(|w| w.is(DISPOSED));
        if lower && !self.motion {
            self.said(block.span.clone(), true);
            self.mode = Mode::Said;
            return;
        }
        if let Some(judged) = noted_that(w)
            && sentences(self.clean, &block.span).len() == 1
        {
            self.push(None, block.span.clone(), judged, 60);
            return;
        }
        if first == "to"
            && purpose(w)
            && let Some(item) = outcome(self.clean, &block.span)
        {
            let mut judged = judge(&words(self.clean, &item), None);
            judged.rules.push("resolved_only");
            self.push(None, item, judged, 60);
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

/// The line of an agenda before a dash behind which stands what became of it: `To approve the notes – All in favour`.
fn outcome(clean: &Clean<'_>, span: &Range<usize>) -> Option<Range<usize>> {
    let low = clean.lower[span.clone()].trim_end_matches('.');
    let (line, outcome) = low.rsplit_once(" – ").or_else(|| low.rsplit_once(" - "))?;
    let carried = matches!(
        outcome,
        "all in favour"
            | "all agreed"
            | "agreed"
            | "resolved"
            | "carried"
            | "approved"
            | "unanimous"
            | "agreed unanimously"
            | "carried unanimously"
            | "unanimously agreed"
    );
    carried.then(|| trimmed(clean, &(span.start..span.start + line.len())))
}

/// `The Committee noted that Mrs Hale had joined it.`
fn noted_that(w: &[Word<'_>]) -> Option<Judged> {
    let end = actors::actor(w, 0)?;
    let body = w[end - 1].is(actors::BODIES)
        && !w[0].is(word!("members|all|councillors|trustees|governors"));
    (body && at(w, end, phrase!("noted that"))).then(|| Judged {
        kind: ResolutionKind::Noted,
        is_action: false,
        owners: Vec::new(),
        rules: vec!["disposed_in_prose"],
        decisive: true,
    })
}

/// Whether a sentence among what is said has a decision's verb in capitals: `The governing body AGREED that …`
fn decides_in_capitals(w: &[Word<'_>]) -> bool {
    let verb = |verb: usize| {
        verb > 0
            && w[verb].is_upper()
            && w[verb - 1].low != "had"
            && !w[verb].is(word!("resolved|recommended|asked"))
    };
    w.len() > 5
        && w.iter().any(|w| w.is_upper() && w.is(actors::PROSE))
        && prose_verb(w).is_some_and(verb)
        && !is_title(w)
}

/// Whether a motion is before the meeting, or what others ask of it.
fn moves(w: &[Word<'_>]) -> bool {
    let moving = word!("amendment|petition|deputation|motion|moved|move");
    let mut places = (0..w.len()).filter(|place| w[*place].is(moving));
    places.any(|place| match w[place].low {
        "amendment" => true,
        // "… the wording of the reply to the petition" brings none.
        "petition" | "deputation" => place <= 5,
        "motion" => {
            let before = &w[place.saturating_sub(2)..place];
            before.last().is_some_and(|w| w.is(word!("following|the")))
                || at(before, 0, phrase!("notice of"))
                || at(w, place + 1, phrase!("was"))
        }
        "moved" => at(w, place + 1, phrase!("the following")),
        "move" => at(
            w,
            place + 1,
            phrase!("this|the following|resolution|motion"),
        ),
        _ => false,
    })
}

/// Who is named by `Clerk to action`.
fn to_action(w: &[Word<'_>]) -> Option<Vec<Range<usize>>> {
    let end = w.len().checked_sub(2)?;
    let asked = at(w, end, phrase!("to action"));
    let (owners, named) = asked.then(|| actors::actors(w, 0)).flatten()?;
    (named == end).then_some(owners)
}

/// The longest line, in bytes, that goes with the word alone that tells what became of it.
const SHORT: usize = 55;

/// The longest line, in words, that is the whole content of a decision.
const LINE: usize = 60;
