//! Deciding: which blocks are decided items, which are actions by their marker, and which are discussion.

mod actions;
mod bare;
mod body;
mod disposed;
mod form;
mod formal;
mod heading;
mod lead;
mod list;
mod markers;
mod moved;
mod prose;
mod said;
mod section;
mod sentence;
mod table;
mod two;

use std::ops::Range;

pub(super) use form::tidied;
use form::{form, is_past_decision, is_title};
use heading::heading;
use section::{Field, section};
use table::{Columns, named};

use super::actors;
use super::blocks::{Block, Counting, Marker};
use super::clean::Clean;
use super::judge::{Judged, judge};
use super::wording::at;
use super::words::{Word, trimmed, words};

/// Rules of what is no decision in a form of its own.
pub(super) const INFORMAL: [&str; 8] = [
    "disposed_in_prose",
    "body_decided",
    "word_alone",
    "agreed_in_prose",
    "minutes_approved",
    "noted_in_prose",
    "resolved_only",
    "table_row",
];

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
        taken: 0,
        forms: vec![None; blocks.len()],
    };
    for (place, block) in blocks.iter().enumerate() {
        walk.block(blocks, place, block);
    }
    walk.out
}

/// `That the minutes be accepted as an accurate record`, in a list of other matters.
fn minutes_alone(w: &[Word<'_>]) -> Option<Judged> {
    w.first().filter(|w| w.raw == "That")?;
    Some(judge(w, None)).filter(|judged| judged.rules == ["true_record"])
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
    /// Where what was read ends, if that is within a block that is still to come.
    taken: usize,
    /// What form the blocks of lists have that were asked for it.
    forms: Vec<Option<u8>>,
}

impl Walk<'_> {
    fn block(&mut self, blocks: &[Block], place: usize, block: &Block) {
        if block.span.start < self.taken || self.row(blocks, place, block) {
            return;
        }
        if block.aside {
            let owners = named(self.clean, &block.span);
            if !self.owned(place.checked_sub(1).map(|place| &blocks[place]), &owners) {
                self.trailing(blocks, place, block.span.start..block.span.start, &owners);
            }
            return;
        }
        if let Some(field) = section(self.clean, &block.span) {
            self.field(&field, block.span.start);
            return;
        }
        let w = words(self.clean, &block.span);
        let taken = self.actions(blocks, place, block, &w)
            || self.alone(blocks, place, block, &w)
            || self.mode == Mode::Actions && self.point(block, &w)
            || self.below(blocks, place, block, &w)
            || self.summed_up(blocks, place, block, &w)
            || self.headed(blocks, place, block, &w)
            || self.elected(blocks, place, block, &w)
            || self.titled(blocks, place, block, &w);
        if !taken {
            self.part(blocks, place, block, &w);
        }
        // What was quoted ends with its quotation mark.
        if self.motion && self.clean.text[block.span.clone()].ends_with(['”', '"', '’']) {
            self.motion = false;
        }
    }

    /// A line that opens a section: `Decision:`, `Minutes:`.
    fn field(&mut self, field: &Field, at: usize) {
        self.begun = at;
        self.stack.clear();
        self.number = None;
        self.heading = None;
        match field {
            Field::Decision => (self.summary, self.mode) = (true, Mode::Opened),
            Field::Minutes => {
                (self.summary, self.mode) = (false, Mode::Talk);
                self.forget_purpose();
            }
            Field::Actions => self.mode = Mode::Actions,
            Field::Aside => self.mode = Mode::Aside,
        }
    }

    /// `Noted the contents of the report`, below `Decision`: the verb belongs to the sentence. Whether it is one.
    fn summed_up(&mut self, blocks: &[Block], place: usize, block: &Block, w: &[Word<'_>]) -> bool {
        if block
            .marker
            .as_ref()
            .is_some_and(|marker| marker.ordinal == 1)
        {
            let before = place.checked_sub(1).map(|before| &blocks[before]);
            self.by_body = before.is_some_and(|before| self.names_body(before));
        }
        let said = self.summary
            && self.mode == Mode::Opened
            && self.stack.is_empty()
            && w.len() > 3
            && w[0].is_capital()
            && !w[0].is_upper()
            && is_past_decision(&w[0])
            && !w[0].is(word!("resolved|recommended"))
            && w[0].after.is_empty();
        if said {
            let label = block
                .marker
                .as_ref()
                .map(|marker| self.clean.text[marker.span.clone()].to_owned());
            self.whole(label, block.span.clone(), None, 90);
        }
        said
    }

    /// A block with the heading of a decision: `RESOLVED: that the report be noted`. Whether it is one.
    fn headed(&mut self, blocks: &[Block], place: usize, block: &Block, w: &[Word<'_>]) -> bool {
        let first = |marker: &Marker| marker.ordinal == 1 && self.mode == Mode::Talk;
        let led = self.by_body
            && block.marker.as_ref().is_some_and(|marker| {
                matches!(self.mode, Mode::List | Mode::Opened) || first(marker)
            });
        if led {
            return false;
        }
        let listed = block.marker.as_ref().is_some_and(|marker| {
            matches!(
                marker.counting,
                Counting::Letters | Counting::Roman | Counting::Bullets
            )
        });
        let next = blocks.get(place + 1);
        // What officers recommend is quoted: "Recommendation:", and below it "That the Committee resolves to:".
        let advised = w.first().is_some_and(|w| w.raw == "That")
            && place.checked_sub(1).is_some_and(|before| {
                let low = self.clean.lower[blocks[before].span.clone()].trim_end_matches(':');
                matches!(low, "recommendation" | "recommendations")
            });
        // "This Council notes the state of the roads, and resolves to:" are the words of a motion.
        let moved = at(w, 0, phrase!("this council|authority"))
            && !w.iter().any(|w| w.is_upper() && w.is(actors::PROSE));
        if advised || moved {
            return false;
        }
        let Some(heading) = heading(self.clean, &block.span, w, listed, next) else {
            return false;
        };
        let rest = self.item_before(blocks, place, block, heading.from);
        let block = rest.as_ref().unwrap_or(block);
        self.by_agreement = heading.agreed;
        self.begun = block.span.start;
        self.stack.clear();
        self.number.clone_from(&block.marker);
        self.motion = false;
        self.decision(blocks, place, block, &heading);
        true
    }

    /// Takes the last item of a list that stands before the next heading: `ii. Considered the spending; and RECOMMENDS TO THE BOARD:`.
    /// The block without it, if it does.
    fn item_before(
        &mut self,
        blocks: &[Block],
        place: usize,
        block: &Block,
        heading: usize,
    ) -> Option<Block> {
        let marker = block.marker.as_ref().filter(|_| self.mode == Mode::List)?;
        let span = trimmed(self.clean, &(block.span.start..heading));
        let before = words(self.clean, &span);
        let known = self.stack.iter().any(|level| level.marker.like(marker));
        if before.len() <= 3 || !known || !self.goes_on(marker, &before) {
            return None;
        }
        let item = Block {
            span,
            ..block.clone()
        };
        self.item(blocks, place, &item, marker.clone());
        Some(Block {
            span: heading..block.span.end,
            marker: None,
            ..block.clone()
        })
    }

    /// The number and the title of an item of the agenda: `4. MINUTES`. Whether it is one.
    fn titled(&mut self, blocks: &[Block], place: usize, block: &Block, w: &[Word<'_>]) -> bool {
        let minutes_follow = || {
            blocks
                .get(place + 1)
                .is_some_and(|next| matches!(section(self.clean, &next.span), Some(Field::Minutes)))
        };
        let Some(marker) = &block.marker else {
            // What an item is for, right above its minutes.
            let purpose = !self.summary
                && matches!(self.mode, Mode::List | Mode::Said)
                && w.first().is_some_and(|w| w.raw == "To")
                && minutes_follow();
            return purpose;
        };
        // The last item of a list under `Decision:`, or of one with letters, is no title.
        let next_item = || {
            (self.summary || matches!(marker.counting, Counting::Letters | Counting::Roman))
                && self.mode == Mode::List
                && self
                    .stack
                    .iter()
                    .any(|level| level.marker.like(marker) && level.marker.ordinal < marker.ordinal)
        };
        let title = is_title(w) || minutes_follow() && !next_item();
        if title {
            self.begun = block.span.start;
            self.mode = Mode::Talk;
            self.stack.clear();
            self.motion = false;
        }
        title
    }

    /// A block that goes on with what is open, or belongs to the discussion.
    fn part(&mut self, blocks: &[Block], place: usize, block: &Block, w: &[Word<'_>]) {
        match (self.mode, &block.marker) {
            (Mode::Aside, _) => {}
            (Mode::Opened | Mode::List, Some(marker)) if self.goes_on(marker, w) => {
                self.item(blocks, place, block, marker.clone());
            }
            (Mode::Said, Some(marker))
                if marker.ordinal == 1 && self.number.is_none() && form(w) >= 2 =>
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
                } else if let Some(judged) = minutes_alone(w) {
                    self.push(None, block.span.clone(), judged, 80);
                } else {
                    self.talk(block.span.clone());
                }
            }
            (Mode::Opened, None) => self.opened(blocks, place, block, w),
            (Mode::List | Mode::Said, None) => self.after(block, w),
            (Mode::Talk | Mode::Actions | Mode::Below, None) => {
                self.mode = Mode::Talk;
                self.paragraph(block, w);
            }
        }
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
            self.own_all(owners);
        }
        decided
    }

    /// Those whom a marker names own the tasks of the decision that is open, back to the marker before, where these name nobody.
    fn own_all(&mut self, owners: &[Range<usize>]) {
        let begun = self.begun;
        let marked = |item: &Item| item.judged.rules.contains(&"marker_owner");
        let last = self.out.items.len().saturating_sub(1);
        let open = self.out.items.iter_mut().enumerate().rev();
        for (_, item) in open.take_while(|(place, item)| {
            item.span.start >= begun && (*place == last || !marked(item))
        }) {
            if item.judged.is_action && item.judged.owners.is_empty() {
                item.judged.owners = owners.to_vec();
                item.judged.rules.push("marker_owner");
            }
        }
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

    /// How much a block has the form of a decision, found once: the blocks of a list are asked for it more than once.
    fn form(&mut self, blocks: &[Block], place: usize) -> u8 {
        let known = self.forms[place];
        known.unwrap_or_else(|| {
            let found = form(&words(self.clean, &blocks[place].span));
            self.forms[place] = Some(found);
            found
        })
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
}
