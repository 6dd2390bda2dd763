//! The lines of minutes, and which of them look like headings.

/// A line of a text, or a block of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it begins in the source.
    pub(super) at: usize,
    /// Its words, without marks of layout.
    pub(super) text: String,
    /// How deep it stands among headings, where its layout says that it is one.
    pub(super) level: Option<u8>,
    /// Whether it is an entry of a list.
    pub(super) listed: bool,
    /// Whether nothing stands right above or below it.
    alone: bool,
}

/// The longest heading of which nothing is known, in characters.
const MAX_UNKNOWN: usize = 120;

/// Words of which one in a line says that it is no heading of a section, or one within an item.
const WITHIN: [&str; 22] = [
    "resolved",
    "resolution",
    "resolutions",
    "agreed",
    "recommended",
    "recommendation",
    "recommendations",
    "decision",
    "decisions",
    "decided",
    "action",
    "actions",
    "noted",
    "ordered",
    "carried",
    "that",
    "discussion",
    "background",
    "voting",
    "present",
    "attendance",
    "summary",
];

impl Line {
    /// Whether it looks like the heading of a section: by its layout, by its number, or by its capitals.
    pub(super) fn heads_a_section(&self) -> bool {
        let text = self.text.as_str();
        if self.listed
            || text.chars().count() > MAX_UNKNOWN
            || text.ends_with(['.', ';', ',', ':'])
            || !text.chars().any(char::is_alphabetic)
        {
            return false;
        }
        let mut words = text
            .split(|c: char| !c.is_alphanumeric())
            .map(str::to_lowercase);
        if words.any(|word| WITHIN.contains(&word.as_str())) {
            return false;
        }
        if self.level.is_some() {
            return true;
        }
        let capitals = !text.chars().any(char::is_lowercase);
        let numbered = text
            .split_once(' ')
            .filter(|(number, _)| is_number(number))
            .and_then(|(_, rest)| rest.chars().find(|c| c.is_alphabetic()))
            .is_some_and(char::is_uppercase);
        (capitals && text.chars().filter(|c| c.is_alphabetic()).count() > 2)
            || (numbered && self.alone)
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
            let blank_below = printed.peek().is_none_or(|next| next.trim().is_empty());
            let alone = blank_above && blank_below;
            blank_above = false;
            return Some(line_of(trimmed, at, alone));
        }
    })
}

fn line_of(printed: &str, at: usize, alone: bool) -> Line {
    let marks = printed.bytes().take_while(|byte| *byte == b'#').count();
    let listed = ["- ", "* ", "+ ", "\u{2022}", "\u{b7}"]
        .iter()
        .any(|mark| printed.starts_with(mark));
    let text = printed
        .trim_matches(|c: char| "#*_|".contains(c) || c.is_whitespace())
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    Line {
        at,
        text,
        level: u8::try_from(marks).ok().filter(|marks| *marks > 0),
        listed,
        alone,
    }
}

/// Elements that stand within a line.
const INLINE: [&str; 18] = [
    "a", "abbr", "b", "big", "cite", "em", "font", "i", "ins", "mark", "o:p", "s", "small", "span",
    "strong", "sub", "sup", "u",
];

/// Elements whose content is no text.
const UNSEEN: [&str; 3] = ["script", "style", "title"];

fn of_page(source: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut block = Block::default();
    let mut at = 0;
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
            block.add(at, &rest[..end]);
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
        at += end;
        if INLINE.contains(&name.as_str()) {
            continue;
        }
        block.end(&mut lines);
        block.listed = name == "li" && !closing;
        let level = name.strip_prefix('h').and_then(|level| level.parse().ok());
        block.level = level.filter(|level| !closing && (1..=6).contains(level));
        if !closing && UNSEEN.contains(&name.as_str()) {
            at += unseen(source.get(at..).unwrap_or_default(), &name);
        }
    }
    block.end(&mut lines);
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

/// A block of a page, as far as it has been read.
#[derive(Default)]
struct Block {
    at: Option<usize>,
    text: String,
    level: Option<u8>,
    listed: bool,
}

impl Block {
    fn add(&mut self, at: usize, text: &str) {
        if self.at.is_none() && !text.trim().is_empty() {
            self.at = Some(at);
        }
        self.text.push_str(text);
    }

    fn end(&mut self, lines: &mut Vec<Line>) {
        let text = std::mem::take(&mut self.text);
        let Some(at) = self.at.take() else { return };
        lines.push(Line {
            at,
            text: unescaped(&text)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            level: self.level,
            listed: self.listed,
            alone: true,
        });
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
