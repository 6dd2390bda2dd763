//! Tables of actions: a row each, under headings such as `Action`, `Owner` and `By when`.

use std::ops::Range;

use super::Walk;
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors;
use crate::minutes::blocks::Block;
use crate::minutes::clean::Clean;
use crate::minutes::judge::Judged;
use crate::minutes::wording::Choices;
use crate::minutes::words::{Word, words};

/// Which column of a table of actions holds what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Columns {
    reference: Option<usize>,
    task: usize,
    owner: Option<usize>,
    due: Option<usize>,
    /// The column of tasks tells what was said, the task at its end: only that of the names has a heading.
    told: bool,
}

static TASKS: &Choices = word!("action|actions|task|tasks");
static OWNERS: &Choices = word!(
    "owner|owners|lead|leads|who|whom|responsible|responsibility|officer|assigned|for|person"
);
static TIMES: &Choices =
    word!("when|date|deadline|due|timescale|timescales|target|timeframe|completion");
static REFERENCES: &Choices = word!("ref|reference|no|number|item|id|minute");

impl Columns {
    /// What a row of headings says of the rows below it; nothing where they are not headings of actions.
    fn of(clean: &Clean<'_>, cells: &[Range<usize>]) -> Option<Self> {
        let headings: Vec<_> = cells.iter().map(|cell| words(clean, cell)).collect();
        let holds = |cell: &[Word<'_>], names: &Choices| {
            cell.len() <= 4 && cell.iter().any(|word| word.is(names))
        };
        let column = |names: &Choices, taken: &[usize]| {
            (0..headings.len()).find(|at| !taken.contains(at) && holds(&headings[*at], names))
        };
        let named = headings.len().checked_sub(1).filter(|last| {
            headings[..*last].iter().all(|cell| cell.is_empty())
                && (holds(&headings[*last], TASKS) || holds(&headings[*last], OWNERS))
        });
        if let Some(owner) = named.filter(|owner| *owner > 0) {
            return Some(Self {
                reference: None,
                task: 0,
                owner: Some(owner),
                due: None,
                told: true,
            });
        }
        let due = column(TIMES, &[]);
        let owner = column(OWNERS, due.as_slice());
        let mut taken: Vec<usize> = due.iter().chain(&owner).copied().collect();
        let task = column(TASKS, &taken)?;
        taken.push(task);
        // One column beside the task must say that it is one for somebody.
        (owner.is_some() || due.is_some()).then_some(Self {
            reference: column(REFERENCES, &taken),
            task,
            owner,
            due,
            told: false,
        })
    }
}

impl Walk<'_> {
    /// Reads a row of a table of actions; whether it is one.
    pub(super) fn row(&mut self, blocks: &[Block], place: usize, block: &Block) -> bool {
        if block.cells.len() < 2 {
            self.table = None;
            return false;
        }
        if let Some(columns) = Columns::of(self.clean, &block.cells) {
            self.table = Some(columns);
            return true;
        }
        let Some(columns) = self.table else {
            return false;
        };
        let cell = |place: Option<usize>| place.and_then(|place| block.cells.get(place));
        let said =
            |span: &&Range<usize>| self.clean.text[(*span).clone()].contains(char::is_alphanumeric);
        let Some(task) = cell(Some(columns.task)).filter(said).cloned() else {
            return true;
        };
        let label = cell(columns.reference)
            .filter(said)
            .map_or("ACTION", |span| &self.clean.text[span.clone()])
            .to_owned();
        let owners = cell(columns.owner)
            .filter(said)
            .map(|span| named(self.clean, span))
            .unwrap_or_default();
        if columns.told {
            if owners.is_empty() {
                self.talk(task);
            } else {
                self.trailing(blocks, place, task, &owners);
            }
            return true;
        }
        let due = cell(columns.due).filter(said).cloned();
        let judged = Judged {
            kind: ResolutionKind::Request,
            is_action: true,
            owners,
            rules: vec!["table_row"],
            decisive: true,
        };
        self.push(Some(label), task, judged, 90);
        if let (Some(item), Some(due)) = (self.out.items.last_mut(), due) {
            item.due = Some(due);
        }
        true
    }
}

/// The names in a cell, apart by commas, semicolons, slashes, lines or `and`.
pub(super) fn named(clean: &Clean<'_>, cell: &Range<usize>) -> Vec<Range<usize>> {
    let w = words(clean, cell);
    let between = |word: &Word<'_>| word.raw.is_empty();
    let ends = |word: &Word<'_>| word.after.contains([',', ';', '/', '.']);
    let mut found = Vec::new();
    let mut from = 0;
    for j in 0..w.len() {
        if between(&w[j]) || from == j && w[j].low == "and" {
            from = j + 1;
        } else if ends(&w[j]) || w.get(j + 1).is_none_or(between) {
            let run = from..j + 1;
            found.extend(
                actors::apart(&w, run)
                    .iter()
                    .map(|run| actors::span(&w, run)),
            );
            from = j + 1;
        }
    }
    found
}
