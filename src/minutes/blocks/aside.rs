//! Who is named beside a line: in a column at its right, or behind a slash that stands for one.

use std::ops::Range;

use memchr::memchr;

use super::Block;
use crate::minutes::actors::OFFICERS;
use crate::minutes::clean::Clean;
use crate::minutes::words::trimmed;

/// The columns that stand beside the lines of a text.
pub(super) struct Beside<'c, 't> {
    clean: &'c Clean<'t>,
    /// The heading of a column of names has been seen.
    column: bool,
    /// Slashes stand for the edges of columns.
    slashed: bool,
}

impl<'c, 't> Beside<'c, 't> {
    pub(super) fn of(clean: &'c Clean<'t>, lines: &[Range<usize>]) -> Self {
        let named = lines
            .iter()
            .filter(|line| named_behind_slash(clean, line).is_some());
        // Two languages, or two streets, stand on both sides of slashes as well.
        let slashed = named.take(SLASHES).count() == SLASHES
            && lines.iter().any(|line| {
                let line = trimmed(clean, line);
                line.len() <= 40 && clean.lower[line].contains("action")
            });
        Self {
            clean,
            column: false,
            slashed,
        }
    }

    /// A line without those who are named beside it, and them; the heading of their column is noticed.
    pub(super) fn part(&mut self, line: Range<usize>) -> (Range<usize>, Option<Range<usize>>) {
        let clean = self.clean;
        self.column = self.column
            || matches!(
                &clean.lower[line.clone()],
                "action" | "actions" | "action by"
            );
        let whose = (self.column.then(|| named_aside(clean, &line)).flatten()).or_else(|| {
            self.slashed
                .then(|| named_behind_slash(clean, &line))
                .flatten()
        });
        let end = whose.as_ref().map_or(line.end, |who| who.start);
        (
            self.without_slashes(trimmed(clean, &(line.start..end))),
            whose,
        )
    }

    /// A line without the slashes at its ends that stand for the edges of columns.
    pub(super) fn without_slashes(&self, span: Range<usize>) -> Range<usize> {
        if !self.slashed {
            return span;
        }
        let text = &self.clean.text[span.clone()];
        let start = span.start + if text.starts_with("/ ") { 2 } else { 0 };
        let end = span.end - if text.ends_with(" /") { 2 } else { 0 };
        trimmed(self.clean, &(start..end.max(start)))
    }

    /// Takes the last block away where it is a name on a line of its own, which stands in the column as well.
    pub(super) fn take_alone(&self, blocks: &mut Vec<Block>) -> Option<Range<usize>> {
        let name = blocks.pop_if(|last| {
            self.column
                && last.marker.is_none()
                && (is_present(self.clean, &last.span) || is_initials(self.clean, &last.span))
        });
        name.map(|name| name.span)
    }
}

/// How many bytes at the beginning say who is present.
const ATTENDANCE: usize = 8_000;

/// Whether a line is the name of somebody who is present.
fn is_present(clean: &Clean<'_>, line: &Range<usize>) -> bool {
    let name = &clean.text[line.clone()];
    let spelt =
        |word: &str| word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
    let present = clean.text.floor_char_boundary(line.start.min(ATTENDANCE));
    !name.contains('\n')
        && (2..=3).contains(&name.split(' ').count())
        && name.split(' ').all(spelt)
        && clean.text[..present].contains(name)
}

/// Whether a line is no more than initials, or a post: `KD & EM`, `Clerk`.
fn is_initials(clean: &Clean<'_>, line: &Range<usize>) -> bool {
    let line = &clean.text[line.clone()];
    let initials = |name: &str| {
        (2..=3).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_uppercase())
            || name.starts_with(char::is_uppercase)
                && OFFICERS.hold_text(&name.to_ascii_lowercase())
    };
    line.len() <= 20
        && line
            .split([' ', '/', '&', ',', '+'])
            .filter(|name| !name.is_empty() && *name != "and")
            .all(initials)
}

/// The names at the right of a line, in the column of those who are to act.
fn named_aside(clean: &Clean<'_>, line: &Range<usize>) -> Option<Range<usize>> {
    let from = clean.last_column(line)?;
    let names = &clean.text[from..line.end];
    let belongs = |word: &str| {
        word.starts_with(char::is_uppercase) || matches!(word, "and" | "&" | "/" | "of" | "for")
    };
    (names.split(' ').all(belongs)
        && names.split(' ').count() <= 4
        && !names.ends_with(['.', ':', ';']))
    .then_some(from..line.end)
}

/// How many lines with a name behind a slash show that the slashes stand for the columns of a table.
const SLASHES: usize = 4;

/// The names behind the last slash of a line, where a table was printed in one column: `Send out the forms / Dot`.
fn named_behind_slash(clean: &Clean<'_>, line: &Range<usize>) -> Option<Range<usize>> {
    memchr(b'/', clean.text[line.clone()].as_bytes())?;
    let line = trimmed(clean, line);
    let (said, names) = clean.text[line.clone()].rsplit_once(" / ")?;
    let belongs = |word: &str| word.starts_with(char::is_uppercase) || matches!(word, "and" | "&");
    let whose = names.len() <= 40
        && names.split(' ').count() <= 6
        && names.split(' ').all(belongs)
        && !names.ends_with(['.', ':', ';']);
    (whose && said.len() > 12).then(|| line.end - names.len()..line.end)
}
