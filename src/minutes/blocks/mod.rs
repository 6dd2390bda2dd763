//! Blocks: paragraphs and the items of lists, put together from lines.

mod aside;
mod furniture;
mod marker;

use std::ops::Range;

use memchr::memmem;

use aside::Beside;
use furniture::{is_page_number, without_furniture};
use marker::follows_an_item;
use marker::letter_alone;
pub(super) use marker::{Counting, Marker, ROMAN, inline_items, marker};

use super::clean::Clean;
use super::words::trimmed;

/// A paragraph or an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) marker: Option<Marker>,
    /// Without the marker.
    pub(super) span: Range<usize>,
    /// Blank lines stand before it.
    pub(super) apart: bool,
    /// The cells of a row of a table; fewer than two where it is none.
    pub(super) cells: Vec<Range<usize>>,
    /// It stands in a column of its own, at the right of the block before it, and says who is to act.
    pub(super) aside: bool,
}

/// The blocks of a text.
pub(super) fn blocks(clean: &Clean<'_>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let lines = lines(clean.text);
    let half = half_line(&lines);
    let mut apart = true;
    let mut torn = false;
    let mut beside = Beside::of(clean, &lines);
    for (place, line) in lines.iter().enumerate() {
        let span = trimmed(clean, line);
        if span.is_empty() {
            apart = true;
            continue;
        }
        let page = is_page_number(clean.lower[span.clone()].trim_end_matches([':', '.', ' ']));
        let span = without_furniture(clean, span);
        if span.is_empty() {
            torn = torn || page;
            continue;
        }
        // A page that ends in a sentence does not end its paragraph.
        if std::mem::take(&mut torn) && blocks.last().is_some_and(|last| !ended(clean, last)) {
            apart = false;
        }
        let cells = clean.cells(&span);
        if cells.len() > 1 {
            blocks.push(Block {
                marker: None,
                span,
                apart,
                cells,
                aside: false,
            });
            apart = false;
            continue;
        }
        let (span, whose) = beside.part(span);
        let before = blocks.last().and_then(|block| block.marker.as_ref());
        let marker = marker(clean, &span, before)
            .or_else(|| letter_alone(clean, &span, before, &lines[place + 1..]));
        match (marker, blocks.last_mut()) {
            (Some(marker), _) => {
                let line = trimmed(clean, &(marker.span.end..span.end));
                let line = beside.without_slashes(line);
                let text = without_furniture(clean, line.clone());
                // "• Appendix 1 Timetable PDF 87 KB", below "Supporting documents".
                if marker.counting == Counting::Bullets && text.end < line.end {
                    continue;
                }
                blocks.push(Block {
                    marker: Some(marker),
                    span: text,
                    apart,
                    cells,
                    aside: false,
                });
            }
            (None, Some(last)) if goes_on(clean, last, &span, apart, half) => {
                let from = if last.span.is_empty() {
                    span.start
                } else {
                    last.span.start
                };
                last.span = from..span.end;
            }
            (None, _) => blocks.push(Block {
                marker: None,
                span,
                apart,
                cells,
                aside: false,
            }),
        }
        let whose = whose.or_else(|| beside.take_alone(&mut blocks));
        if let Some(span) = whose {
            blocks.push(Block {
                marker: None,
                span,
                apart: false,
                cells: Vec::new(),
                aside: true,
            });
        }
        apart = false;
    }
    // A marker without a text is a number of a page or a paragraph.
    blocks.retain(|block| !block.span.is_empty());
    items_apart(clean, fields_apart(clean, blocks))
}

/// The blocks, those parted in which the fields of a page stand in one line: `Lease To note it. Decision: … Minutes: …`.
fn fields_apart(clean: &Clean<'_>, blocks: Vec<Block>) -> Vec<Block> {
    if memmem::find(clean.text.as_bytes(), b"Minutes:").is_none() {
        return blocks;
    }
    let mut apart = Vec::with_capacity(blocks.len());
    for mut block in blocks {
        let text = &clean.text[block.span.clone()];
        let decision = field(text, "Decision:");
        let from = decision.unwrap_or(0);
        let minutes = field(&text[from..], "Minutes:").map(|at| from + at);
        let fields = match (decision, minutes) {
            _ if block.cells.len() > 1 || block.aside => [None, None],
            (Some(decision), Some(minutes)) => [
                Some(decision..decision + "Decision:".len()),
                Some(minutes..minutes + "Minutes:".len()),
            ],
            // "Scheme PDF 49 KB Minutes: It was agreed that …"
            (None, Some(minutes)) if minutes > 0 => {
                [Some(minutes..minutes + "Minutes:".len()), None]
            }
            _ => [None, None],
        };
        let (start, mut at) = (block.span.start, block.span.start);
        for field in fields.into_iter().flatten() {
            for (to, name) in [(start + field.start, false), (start + field.end, true)] {
                let span = trimmed(clean, &(at..to));
                at = to;
                if !span.is_empty() {
                    apart.push(Block {
                        marker: block.marker.take(),
                        span,
                        apart: block.apart || name,
                        cells: Vec::new(),
                        aside: false,
                    });
                    block.apart = false;
                }
            }
        }
        if at > start {
            block.span = trimmed(clean, &(at..block.span.end));
        }
        apart.push(block);
    }
    apart.retain(|block| !block.span.is_empty());
    apart
}

/// Where the name of a field stands as a word of its own.
fn field(text: &str, name: &str) -> Option<usize> {
    let at = memmem::find(text.as_bytes(), name.as_bytes())?;
    let behind = text[at + name.len()..].starts_with(|c: char| c == ' ' || c.is_uppercase());
    (behind && (at == 0 || text[..at].ends_with([' ', '\n']))).then_some(at)
}

/// The blocks, those parted that hold a whole list: `(a) that the report be noted; (b) that the Clerk write`.
fn items_apart(clean: &Clean<'_>, blocks: Vec<Block>) -> Vec<Block> {
    let mut apart = Vec::with_capacity(blocks.len());
    for block in blocks {
        let first = block
            .marker
            .as_ref()
            .filter(|marker| marker.ordinal == 1 && block.cells.len() < 2);
        let items = first.map_or(Vec::new(), |first| {
            let mut items = inline_items(clean, &(first.span.start..block.span.end));
            let listed = |marker: &Marker| follows_an_item(clean, block.span.start, marker);
            let last = items
                .iter()
                .skip(1)
                .take_while(|marker| listed(marker))
                .count();
            items.truncate(last + 1);
            items
        });
        if items.len() < 2 {
            apart.push(block);
            continue;
        }
        let ends: Vec<usize> = items[1..]
            .iter()
            .map(|marker| marker.span.start)
            .chain([block.span.end])
            .collect();
        for (marker, end) in items.into_iter().zip(ends) {
            apart.push(Block {
                span: trimmed(clean, &(marker.span.end..end)),
                apart: block.apart && marker.ordinal == 1,
                marker: Some(marker),
                cells: Vec::new(),
                aside: block.aside,
            });
        }
    }
    apart.retain(|block| !block.span.is_empty());
    apart
}

/// The parts of a text, each from its heading to the next.
pub(super) fn sections(clean: &Clean<'_>, blocks: &[Block]) -> Vec<Range<usize>> {
    let mut starts: Vec<usize> = vec![0];
    // Below `Decision:` its minutes are of the same item.
    let mut decided = false;
    for (place, block) in blocks.iter().enumerate() {
        let next = blocks.get(place + 1);
        let field = |name: &str| next.is_some_and(|next| clean.lower[next.span.clone()] == *name);
        let titled = field("decision:") || field("minutes:") && !decided;
        if titled || heads(clean, block) {
            starts.push(block.span.start);
            decided = false;
        }
        decided = field("decision:") || decided && clean.lower[block.span.clone()] != *"minutes:";
    }
    let ends = starts.iter().skip(1).copied().chain([clean.text.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(from, to)| *from..to)
        .collect()
}

/// Whether a block is a heading: a short line, apart, that is no sentence.
fn heads(clean: &Clean<'_>, block: &Block) -> bool {
    let line = &clean.text[block.span.clone()];
    let numbered = block
        .marker
        .as_ref()
        .map(|marker| matches!(marker.counting, Counting::Numbers | Counting::Decimals));
    // "27/21/AC Allotment lettings and upkeep of the sites."
    let coded = line.split(' ').next().is_some_and(|code| {
        code.len() <= 14
            && code.contains('/')
            && code.starts_with(|c: char| c.is_ascii_digit())
            && code
                .split('/')
                .all(|part| !part.is_empty() && part.len() <= 4)
    });
    let coded = coded && line.len() <= 100 && !opens(clean, &block.span);
    coded
        || block.apart
            && block.cells.len() < 2
            && !block.aside
            && numbered.unwrap_or(true)
            && line.len() <= 100
            && line.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
            && !line.ends_with(['.', ':', ';', '?', '!', ',', '-', '–'])
            && !opens(clean, &block.span)
}

/// Whether a block ends as a sentence does.
fn ended(clean: &Clean<'_>, block: &Block) -> bool {
    clean.text[block.span.clone()].ends_with(['.', ':', ';', '?', '!'])
}

/// The lines of a text.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut from = 0;
    memchr::memchr_iter(b'\n', text.as_bytes())
        .chain([text.len()])
        .map(|to| std::mem::replace(&mut from, to + 1)..to)
        .collect()
}

/// The shortest line, in bytes, that may have been broken because it was full: half of the longest but two.
fn half_line(lines: &[Range<usize>]) -> usize {
    let mut longest = [0; 3];
    for line in lines {
        if line.len() > longest[0] {
            longest[0] = line.len();
            longest.sort_unstable();
        }
    }
    // Of fewer than three lines the longest.
    let third = if longest[0] == 0 {
        longest[2]
    } else {
        longest[0]
    };
    (third / 2).max(45).min(third * 6 / 10)
}

/// Whether a line goes on with a block.
fn goes_on(clean: &Clean<'_>, last: &Block, line: &Range<usize>, apart: bool, half: usize) -> bool {
    if last.span.is_empty() {
        return true;
    }
    if last.cells.len() > 1 || last.aside {
        return false;
    }
    let (before, text) = (&clean.text[last.span.clone()], &clean.text[line.clone()]);
    if before.ends_with(['.', ':', ';', '?', '!', '–', '-'])
        && !(before.ends_with('.') && ends_in_title(before))
    {
        // In a paragraph whose lines are broken, a sentence may end with a line.
        let last_line = before.rsplit('\n').next().unwrap_or(before);
        return !apart
            && before.ends_with('.')
            && before.contains('\n')
            && last_line.len() >= 40
            && !(opens(clean, line) || text.starts_with("That the "));
    }
    // "It was moved by Councillor Hale, seconded by Councillor Moss and", above what was resolved.
    let moved = || before.len() <= 200 && before.contains(" seconded ");
    if apart && (before.ends_with("; and") || before.ends_with(" and") && moved()) {
        return false;
    }
    let that = apart && text.starts_with("That ");
    let broken = !that && ends_open(before) || apart && before.ends_with(',');
    if broken && (!apart || before.len() >= 30 && !opens(clean, line)) {
        return true;
    }
    // Decisions below each other, without markers: "approved the policy", "delegated authority".
    if decides(before) && decides(text) {
        return false;
    }
    let lower = text.starts_with(char::is_lowercase);
    if apart {
        return lower && before.len() >= 30;
    }
    let last_line = before.rsplit('\n').next().unwrap_or(before);
    // "2. Minutes of the last meeting" is a title; a code with a slash begins one.
    let titled = last_line.len() == before.len() && (counted(last) || begins_with_code(before));
    let half = if titled { half * 8 / 5 } else { half };
    (lower || last_line.len() >= half) && !opens(clean, line)
}

/// Whether a block is counted with numbers: `2. Minutes`, `19.2 Minutes`.
fn counted(block: &Block) -> bool {
    block
        .marker
        .as_ref()
        .is_some_and(|marker| matches!(marker.counting, Counting::Numbers | Counting::Decimals))
}

/// Whether a line begins with a code that has a slash: `FC/21/04: Minutes`.
fn begins_with_code(line: &str) -> bool {
    line.split_once(": ")
        .is_some_and(|(code, _)| code.contains('/') && !code.contains(' '))
}

/// The longest verb of a decision, in bytes: `recommended`.
const LONGEST_VERB: usize = 11;

/// Whether a line begins with the verb of a decision.
fn decides(text: &str) -> bool {
    // No such verb is longer: a block without a space is not looked through for each of its lines.
    let first = text
        .bytes()
        .take(LONGEST_VERB + 1)
        .position(|byte| byte == b' ' || byte == b'\n')
        .map_or(text, |end| &text[..end]);
    if first.len() > LONGEST_VERB {
        return false;
    }
    word!("approved|agreed|delegated|noted|endorsed|adopted|authorised|requested|asked|instructed|recommended|received|notes|approves|agrees|delegates|endorses|adopts|authorises|requests|asks|instructs|recommends").hold_text(first)
}

/// Whether a line ends with a word that something must follow.
fn ends_open(text: &str) -> bool {
    let last = text.rsplit([' ', '\n']).next().unwrap_or(text);
    text.len() > last.len()
        && matches!(
            last,
            "the"
                | "a"
                | "an"
                | "of"
                | "to"
                | "and"
                | "for"
                | "in"
                | "on"
                | "at"
                | "by"
                | "with"
                | "from"
                | "be"
                | "or"
                | "its"
                | "their"
                | "was"
                | "were"
                | "Councillor"
                | "Cllr"
                | "A"
                | "The"
                | "Mr"
                | "Mrs"
                | "Ms"
                | "Dr"
        )
}

fn ends_in_title(text: &str) -> bool {
    ["Mr.", "Mrs.", "Ms.", "Dr.", "Cllr."]
        .iter()
        .any(|title| text.ends_with(title))
}

/// Whether a line opens a decision, an action or a field.
fn opens(clean: &Clean<'_>, line: &Range<usize>) -> bool {
    let low = &clean.lower[line.clone()];
    let first = clean.text[line.clone()]
        .split([' ', ':', '.', ',', '-', '–'])
        .next()
        .unwrap_or("");
    matches!(
        first,
        "RESOLVED"
            | "AGREED"
            | "RECOMMENDED"
            | "NOTED"
            | "DECISION"
            | "ACTION"
            | "ACTIONS"
            | "Resolved"
            | "THAT"
    ) || [
        "action:",
        "actions:",
        "action by",
        "minutes:",
        "decision:",
        "moved by",
        "proposed by",
        "reason",
    ]
    .iter()
    .any(|field| low.starts_with(field))
        // "Item 5: Lettings Policy".
        || low.strip_prefix("item ").is_some_and(|rest| {
            let number = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            number.len() < rest.len() && number.trim_start().starts_with([':', '.', '-', '–'])
        })
}
