//! Sentences that hold two decisions: `that the report be noted and that the Clerk write to the Minister`.

use std::ops::Range;

use super::form::is_past_decision;
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors::{self, is_actor};
use crate::minutes::clean::Clean;
use crate::minutes::judge::{Judged, judge};
use crate::minutes::wording::{Choices, any, at};
use crate::minutes::words::{Word, words};

/// How many words of a clause are looked at: a bound, so that the time grows with the length of the text alone.
const CLAUSE: usize = 120;

/// Rules of a decision's verb in the active.
const ACTIVE: [&str; 2] = ["approves", "decides"];

/// A decision's verb as it follows another: `note … and endorse …`.
static BARE: &Choices = word!(
    "\
    note|approve|agree|endorse|adopt|ask|request|instruct|recommend|delegate|authorise|receive|support|confirm|\
        refer|remit|remits|noted|approved|agreed|endorsed|adopted|asked|requested|instructed|recommended|delegated|authorised|\
    notes|approves|agrees|endorses|adopts|asks|requests|instructs|recommends|delegates|authorises"
);

/// Verbs of approval that may begin a clause, and bind what follows.
static AGREES: &Choices = word!("agreed|agree|agrees|resolved|approved|approve|approves");

/// Words with which a thing begins that is decided on: `and an update be brought back`.
static THINGS: &Choices = word!("a|an|the|it|officers|authority|be|any|all|further|members");

/// Where a sentence of two decisions is cut, the end of the first and the beginning of the second: `… be deferred, and that the
/// Strategy be rewritten`.
pub(super) fn two_decisions(
    clean: &Clean<'_>,
    span: &Range<usize>,
    listed: bool,
) -> Option<(usize, usize)> {
    let w = words(clean, span);
    let w = &w[..w.len().min(CLAUSE)];
    if let Some(cut) = (3..w.len().saturating_sub(2)).find(|j| !listed && goes_on(w, *j)) {
        return Some((
            w[cut - 1].to,
            w[cut + usize::from(w[cut].low == "and")].from,
        ));
    }
    let cut = (3..w.len().saturating_sub(2)).find(|j| match w[*j].low {
        "but" => another_acts(w, *j),
        "and" => may_part(w, *j, listed) && Joint::at(w, *j, listed).is_some_and(Joint::parts),
        _ => false,
    })?;
    Some((w[cut].from, w[cut + 1].from))
}

/// Whether another decision begins behind a semicolon: `to note the register; to ask the Head for advice; and to appoint Cllr Peel`.
fn goes_on(w: &[Word<'_>], at: usize) -> bool {
    let begins = at + usize::from(w[at].low == "and");
    w[at - 1].after.contains(';')
        && w[begins].is(word!("to|that"))
        && w[0].low == w[begins].low
        && judge(&w[..at], None).decisive
        && judge(&w[begins..], None).decisive
}

/// Whether somebody acts behind a `but`: `… be not taken forward but the Portfolio Holder look at ways to improve it`.
fn another_acts(w: &[Word<'_>], but: usize) -> bool {
    judge(&w[..but], None).decisive && {
        let right = judge(&w[but + 1..], None);
        right.rules.first() == Some(&"subject_acts") && !right.owners.is_empty()
    }
}

/// Whether what stands round an `and` may be two decisions: `note … and endorse …`, `…, and the Clerk write`.
fn may_part(w: &[Word<'_>], and: usize, listed: bool) -> bool {
    let next = &w[and + 1];
    // "acknowledged and endorsed the contents of the report".
    if next.is(BARE) && w[and - 1].after.is_empty() && is_past_decision(&w[and - 1]) {
        return false;
    }
    next.low == "that"
        || next.is(THINGS)
        || next.is(BARE)
        || next.is_capital() && actors::actor(w, and + 1).is_some()
        || next.low.ends_with('s') && w[..and].iter().any(|w| w.low == "be")
        || w[and - 1].after.contains([',', ';'])
        || next.low == "to"
            && (w[and + 2].is(BARE) || !listed && w[0].low == "to" || w[0].is(AGREES))
}

/// An `and` between two clauses, of which the first is a decision.
struct Joint<'w, 't> {
    w: &'w [Word<'t>],
    /// Where the `and` stands.
    and: usize,
    /// Whether it stands in an item of a list.
    listed: bool,
    left: Judged,
    right: Judged,
}

impl<'w, 't> Joint<'w, 't> {
    fn at(w: &'w [Word<'t>], and: usize, listed: bool) -> Option<Self> {
        let left = judge(&w[..and], None);
        // "be taken as read and be signed by the Chair" is one decision.
        if !left.decisive || at(w, and + 1, phrase!("be signed by")) {
            return None;
        }
        // "including that a summary be sent and that new members be told".
        let within = w[and + 1].low == "that"
            && any(
                &w[..and],
                phrases!["including that", "such that", "so that"],
            );
        // "… be excluded and that they be told to withdraw".
        if at(w, and + 1, phrase!("that they be _ to withdraw|leave")) {
            return None;
        }
        // "… be supported and that no additional comments be made" is one answer.
        let nothing = at(w, and + 1, phrase!("that no"))
            && any(
                &w[and..],
                phrases!["comment|comments|observations|recommendations be made"],
            );
        (!within && !nothing).then(|| Self {
            w,
            and,
            listed,
            left,
            right: judge(&w[and + 1..], None),
        })
    }

    /// Whether both clauses are decisions.
    fn parts(self) -> bool {
        self.in_capitals()
            || self.right.decisive
                && (self.says()
                    || self.both_say()
                    || self.requested()
                    || self.is_another()
                    || self.both_act()
                    || self.infinitives()
                    || self.acts()
                    || self.then_acts()
                    || self.two_act()
                    || self.another_to()
                    || self.that())
    }

    fn next(&self) -> &Word<'t> {
        &self.w[self.and + 1]
    }

    /// The words behind the `and`.
    fn behind(&self) -> &'w [Word<'t>] {
        &self.w[self.and + 1..]
    }

    /// The words before the `and`.
    fn before(&self) -> &'w [Word<'t>] {
        &self.w[..self.and]
    }

    /// Whether the first clause ends with one of some marks.
    fn closed(&self, marks: &[char]) -> bool {
        self.w[self.and - 1].after.contains(marks)
    }

    /// Whether a rule is the first by which the second clause was judged.
    fn right_is(&self, rule: &str) -> bool {
        self.right.rules.first() == Some(&rule)
    }

    /// `NOTED the report and AGREED that a workshop be arranged`.
    fn in_capitals(&self) -> bool {
        let verb = |w: &Word<'_>| w.is_upper() && w.is(actors::PROSE);
        verb(self.next()) && self.before().iter().any(verb)
    }

    /// `welcomes the plan and asks the Director to write`.
    fn says(&self) -> bool {
        self.left.kind != ResolutionKind::Request
            && self.next().is(word!(
                "asks|requests|recommends|instructs|notes|agrees|approves|ask|request|requested|asked|recommend"
            ))
    }

    /// `agrees to meet at the Hub, and asks the Secretary to book the room`.
    fn both_say(&self) -> bool {
        let says = |w: &Word<'_>| w.is(BARE) && w.low.ends_with('s');
        says(&self.w[0]) && says(self.next()) && self.closed(&[','])
    }

    /// `the report be noted, and the Director be requested to write`.
    fn requested(&self) -> bool {
        self.right.rules.contains(&"be_requested")
            && self.left.kind != self.right.kind
            && self.closed(&[',', ';'])
    }

    /// `that the presentation be noted and an update be brought back`.
    fn is_another(&self) -> bool {
        let passive = |rule: &&str| rule.starts_with("be_");
        // "a Panel be set up and a Scoping Report be submitted".
        let group = self.right_is("be_done")
            && self.left.rules.first() == Some(&"be_done")
            && self.next().is(word!("a|an"))
            && any(
                self.before(),
                phrases!["be set up", "be established|formed|convened"],
            );
        (group || self.left.kind != self.right.kind)
            && (self.next().is(THINGS) || self.right_is("be_done") && self.plural())
            && self.right.rules.first().is_some_and(passive)
            && self.before().iter().any(|w| w.low == "be")
            && self.behind().iter().any(|w| w.low == "be")
    }

    /// Whether the second clause has a plural noun as its subject: `… and answers to the questions above be sent`.
    fn plural(&self) -> bool {
        let joins = |w: &&Word<'_>| !w.ends_phrase() && w.low != "and";
        self.next().low.ends_with('s')
            && self
                .behind()
                .iter()
                .take_while(joins)
                .any(|w| w.low == "be")
    }

    /// `note the actions taken and endorse the register`.
    fn both_act(&self) -> bool {
        let first = self.left.rules.first();
        self.left.kind != self.right.kind
            && first.is_some_and(|rule| ACTIVE.contains(rule))
            && (self.next().is(BARE) || self.next().low == "to" && self.w[self.and + 2].is(BARE))
    }

    /// `Agreed to keep the museums open and to report back`, `to hold an open meeting and to put posters in the shops`.
    fn infinitives(&self) -> bool {
        if self.next().low != "to" {
            return false;
        }
        let agreed = self.w[0].is(AGREES)
            && self.right.is_action
            && (self.w[1].low == "to" || self.left.kind == ResolutionKind::Approved);
        let tasks = !self.listed
            && self.w[0].low == "to"
            && self.left.kind == ResolutionKind::Request
            && self.right.kind == ResolutionKind::Request
            && self.left.owners.is_empty();
        agreed || tasks
    }

    /// `The report be received, and the Portfolio Holder reply in writing`.
    fn acts(&self) -> bool {
        let named = self.right_is("task") && !self.right.owners.is_empty();
        (named || self.right_is("subject_acts"))
            && (self.left.kind != ResolutionKind::Request || named && self.left.owners.is_empty())
            && self.closed(&[','])
            && !(self.next().low == "that" && self.noted_that())
    }

    /// `the plan be approved and the Clerk send it to the County`.
    fn then_acts(&self) -> bool {
        let passive = |rule: &&str| rule.starts_with("be_");
        (self.next().low == "the" || self.next().is_capital() && self.next().is(actors::ACTORS))
            && self.right_is("subject_acts")
            && !self.right.owners.is_empty()
            && self.left.kind != ResolutionKind::Request
            && !self.w.last().is_some_and(|last| last.low.ends_with("ed"))
            && self.left.rules.first().is_some_and(passive)
    }

    /// `the Clerk write to BT and Cllr Orr contact the school`: two tasks of two people.
    fn two_act(&self) -> bool {
        let acts = |judged: &Judged| {
            judged.rules.first() == Some(&"subject_acts") && !judged.owners.is_empty()
        };
        let named = self.next().low == "the" || self.next().is(actors::TITLES);
        named
            && acts(&self.left)
            && acts(&self.right)
            && !self.closed(&[','])
            && is_actor(self.behind())
    }

    /// `TC to have it cut back, and Committee to look at it again`.
    fn another_to(&self) -> bool {
        let to = |end: usize| self.w.get(end).is_some_and(|w| w.raw == "to");
        self.closed(&[','])
            && self.left.is_action
            && actors::actor(self.w, self.and + 1).is_some_and(to)
    }

    /// `… be deferred, and that the Strategy be rewritten`. Two tasks in one item are two, if each has its verb.
    fn that(&self) -> bool {
        if self.next().low != "that" || self.noted_that() {
            return false;
        }
        let passive =
            |two: &[Word<'_>]| two[1].low == "be" && !two[0].is(word!("could|would|can|may|might"));
        let be = self.w[self.and + 1..].windows(2).any(passive)
            || self.right_is("subject_acts")
            || self.right_is("task") && !self.right.owners.is_empty();
        let apart = !self.left.owners.is_empty() && !self.right.owners.is_empty();
        let tasks = self.left.is_action
            && self.right.is_action
            && (apart || self.before().iter().any(|w| w.low == "be"));
        be && (!self.listed || self.left.kind != self.right.kind || tasks)
    }

    /// `to note that the item had been delayed, and that the Head would report`: all of it is noted.
    fn noted_that(&self) -> bool {
        self.left.kind == ResolutionKind::Noted
            && any(self.before(), phrases!["note|notes|noted|noting that"])
    }
}
