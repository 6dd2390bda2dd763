//! The lines of minutes, and which of them look like headings.

/// A line of a text, or a block of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each tells of the layout by itself"
)]
pub(super) struct Line {
    /// Where it begins and ends in the source.
    pub(super) at: usize,
    pub(super) end: usize,
    /// Its words, without marks of layout.
    pub(super) text: String,
    /// How deep it stands among headings, where its layout says that it is one.
    pub(super) level: Option<u8>,
    /// Whether it is an entry of a list.
    pub(super) listed: bool,
    /// Whether all of it is bold, or underlined.
    pub(super) bold: bool,
    /// Whether it is a row of a table whose first cell is a number.
    pub(super) row: bool,
    /// Whether nothing stands right above it.
    pub(super) blank_above: bool,
    /// Whether nothing stands right above or below it.
    pub(super) alone: bool,
    /// Whether the line right below begins with a small letter.
    small_below: bool,
}

impl Line {
    /// Whether it goes on in the next line: that begins small, or this one is broken because it is full.
    pub(super) fn runs_on(&self, full: usize) -> bool {
        self.small_below || (!self.alone && self.text.chars().count() > full)
    }
}

/// Whether a word is a number as items and minutes have them: `8.`, `7(a)`, `45/13`, `CFS.12`.
pub(super) fn is_number(word: &str) -> bool {
    word.len() <= 12
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "./()-:".contains(c))
}

/// The lines of a text, or the blocks of a page, that hold anything.
pub(super) fn lines(source: &str, html: bool) -> Box<dyn Iterator<Item = Line> + '_> {
    if html {
        Box::new(of_page(source).into_iter())
    } else {
        Box::new(of_text(source))
    }
}

fn of_text(source: &str) -> impl Iterator<Item = Line> + '_ {
    let mut printed = source.split_inclusive('\n').peekable();
    let (mut next_at, mut blank_above) = (0, true);
    std::iter::from_fn(move || {
        loop {
            let line = printed.next()?;
            let at = next_at;
            next_at += line.len();
            let trimmed = line.trim();
            if trimmed.is_empty() {
                blank_above = true;
                continue;
            }
            let below = printed.peek().map_or("", |next| next.trim());
            // A line of dashes makes a heading of the one above.
            let ruled = below.len() > 2
                && (below.bytes().all(|byte| byte == b'-')
                    || below.bytes().all(|byte| byte == b'='));
            let mut made = line_of(trimmed, at, next_at);
            made.bold |= ruled;
            made.blank_above = blank_above;
            made.alone = made.row || (blank_above && (below.is_empty() || ruled));
            made.small_below = below.starts_with(char::is_lowercase);
            blank_above = false;
            return Some(made);
        }
    })
}

fn line_of(printed: &str, at: usize, end: usize) -> Line {
    let marks = printed.bytes().take_while(|byte| *byte == b'#').count();
    let mark = ["- ", "* ", "+ ", "\u{2022}", "\u{b7}"]
        .iter()
        .find(|mark| printed.starts_with(**mark));
    let entry = printed[mark.map_or(0, |mark| mark.len())..].trim();
    let marked = entry.trim_end_matches(['.', ':']);
    let bold = ["**", "__"].iter().any(|mark| {
        marked.len() > 2 * mark.len()
            && marked.starts_with(mark)
            && marked.ends_with(mark)
            && marked.matches(mark).count() == 2
    });
    let row = printed.starts_with('|').then(|| {
        let mut cells = printed.split('|').map(bare).filter(|cell| !cell.is_empty());
        let number = cells.next().filter(|cell| is_number(cell))?;
        Some(format!("{number} {}", cells.next()?))
    });
    let row = row.flatten();
    Line {
        at,
        end,
        level: u8::try_from(marks).ok().filter(|marks| *marks > 0),
        listed: mark.is_some(),
        bold,
        row: row.is_some(),
        text: row.unwrap_or_else(|| bare(printed)),
        blank_above: true,
        alone: true,
        small_below: false,
    }
}

/// A text without marks of layout.
fn bare(printed: &str) -> String {
    printed
        .replace("**", "")
        .replace("__", "")
        .trim_matches(|c: char| "#*_|".contains(c) || c.is_whitespace())
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Elements that stand within a line.
const INLINE: [&str; 18] = [
    "a", "abbr", "b", "big", "cite", "em", "font", "i", "ins", "mark", "o:p", "s", "small", "span",
    "strong", "sub", "sup", "u",
];

/// Those of them that make headings of lines which are set in them as a whole.
const BOLD: [&str; 3] = ["b", "strong", "u"];

/// Elements whose content is no text.
const UNSEEN: [&str; 3] = ["script", "style", "title"];

fn of_page(source: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut block, mut row) = (Block::default(), Row::default());
    let (mut at, mut bold) = (0, 0_usize);
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        if let Some(comment) = rest.strip_prefix("<!--") {
            at += comment.find("-->").map_or(rest.len(), |end| end + 7);
            continue;
        }
        let tag = rest
            .strip_prefix('<')
            .filter(|tag| tag.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c)));
        let Some(tag) = tag else {
            let skip = usize::from(rest.starts_with('<'));
            let end = rest[skip..].find('<').map_or(rest.len(), |end| end + skip);
            block.add(at, &rest[..end], bold > 0);
            at += end;
            continue;
        };
        let end = tag.find('>').map_or(rest.len(), |end| end + 2);
        let closing = tag.starts_with('/');
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == ':')
            .collect::<String>()
            .to_ascii_lowercase();
        if BOLD.contains(&name.as_str()) {
            bold = if closing {
                bold.saturating_sub(1)
            } else {
                bold + 1
            };
        }
        if INLINE.contains(&name.as_str()) {
            at += end;
            continue;
        }
        lines.extend(block.end(at).and_then(|line| row.take(line)));
        at += end;
        if name == "tr" || name == "table" {
            row = Row::begun(name == "tr" && !closing);
        }
        block.listed = name == "li" && !closing;
        let level = name.strip_prefix('h').and_then(|level| level.parse().ok());
        block.level = level.filter(|level| !closing && (1..=6).contains(level));
        if !closing && UNSEEN.contains(&name.as_str()) {
            at += unseen(source.get(at..).unwrap_or_default(), &name);
        }
    }
    lines.extend(block.end(at));
    lines
}

/// How far the content of an element goes that is no text.
fn unseen(source: &str, name: &str) -> usize {
    let mut at = 0;
    while let Some(found) = source.get(at..).and_then(|rest| rest.find("</")) {
        at += found;
        let ends = source.get(at + 2..at + 2 + name.len());
        if ends.is_some_and(|ends| ends.eq_ignore_ascii_case(name)) {
            return at;
        }
        at += 2;
    }
    source.len()
}

/// A row of a table, as far as it has been read.
#[derive(Default)]
struct Row {
    /// Whether it has not ended.
    open: bool,
    /// Whether its first cell is yet to come.
    begins: bool,
    /// The first cell, where it is a number: it belongs to the next.
    number: Option<Line>,
}

impl Row {
    const fn begun(begins: bool) -> Self {
        Self {
            open: begins,
            begins,
            number: None,
        }
    }

    fn take(&mut self, line: Line) -> Option<Line> {
        let first = std::mem::take(&mut self.begins);
        if first && is_number(&line.text) {
            self.number = Some(line);
            return None;
        }
        if let Some(number) = self.number.take() {
            return Some(Line {
                at: number.at,
                text: format!("{} {}", number.text, line.text),
                row: true,
                ..line
            });
        }
        // Other cells stand beside the first.
        let stands = first || !self.open;
        Some(Line {
            blank_above: stands,
            alone: stands,
            ..line
        })
    }
}

/// A block of a page, as far as it has been read.
#[derive(Default)]
struct Block {
    at: Option<usize>,
    text: String,
    level: Option<u8>,
    listed: bool,
    /// Whether anything of it is not bold.
    plain: bool,
}

impl Block {
    fn add(&mut self, at: usize, text: &str, bold: bool) {
        let blank = text.trim().is_empty();
        if self.at.is_none() && !blank {
            self.at = Some(at);
        }
        // What ends a heading may stand behind what is bold.
        self.plain |= !bold
            && !unescaped(text)
                .trim_matches([' ', '\n', '\r', '\t', ':', '.', '\u{a0}'])
                .is_empty();
        self.text.push_str(text);
    }

    fn end(&mut self, end: usize) -> Option<Line> {
        let text = std::mem::take(&mut self.text);
        let plain = std::mem::take(&mut self.plain);
        let text = unescaped(&text)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        Some(Line {
            at: self.at.take()?,
            end,
            text,
            level: self.level,
            listed: self.listed,
            bold: !plain,
            row: false,
            blank_above: true,
            alone: true,
            small_below: false,
        })
    }
}

/// A text with the characters that headings have instead of their names.
fn unescaped(text: &str) -> String {
    let named = [
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&rsquo;", "\u{2019}"),
        ("&#8217;", "\u{2019}"),
        ("&ndash;", "\u{2013}"),
        ("&#8211;", "\u{2013}"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    if !text.contains('&') {
        return text.to_owned();
    }
    named
        .iter()
        .fold(text.to_owned(), |text, (name, c)| text.replace(name, c))
}
