//! Whether a line heads a section, may head one, or stands within one.

use super::Parts;
use super::lines::Line;

/// What a line is among headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It heads a section.
    Heads,
    /// A short line of its own of which nothing says that it heads a section, and nothing that it does not.
    MayHead,
    /// It is a part of a section.
    Within,
}

/// The longest heading of which only its form is known, in characters, and of which not even that is.
const MAX_KNOWN: usize = 120;
const MAX_UNKNOWN: usize = 80;

/// The longest title that its layout says to be one, in characters.
const MAX_LAID_OUT: usize = 300;

/// A line that is longer is broken because it is full, and goes on in the next.
const FULL_LINE: usize = 60;

/// The most words of a plain line that ends with a full stop and is no sentence.
const FEW: usize = 4;

/// The most words of a numbered line that ends with a full stop and is a title, and is perhaps one.
const SOME: usize = 6;
const MANY: usize = 12;

/// Words of which a heading within an item consists, beside those of `BESIDE`.
const WITHIN: [&str; 23] = [
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
    "discussion",
    "background",
    "voting",
    "present",
    "attendance",
    "summary",
    "comments",
    "reasons",
];

/// Words that stand beside those.
const BESIDE: [&str; 24] = [
    "the",
    "a",
    "of",
    "for",
    "and",
    "to",
    "by",
    "it",
    "was",
    "is",
    "were",
    "in",
    "that",
    "reason",
    "unanimously",
    "officer",
    "officers",
    "points",
    "committee",
    "following",
    "accordingly",
    "therefore",
    "maker",
    "taken",
];

/// What publishing systems print above the words of the minutes, and what says that there is nothing.
const FURNITURE: [&str; 17] = [
    "minutes:",
    "decision maker:",
    "decision:",
    "additional documents:",
    "supporting documents:",
    "documents:",
    "attachments:",
    "agenda item",
    "agenda items",
    "items",
    "no. item",
    "return to agenda",
    "issue - meetings",
    "alternative options considered:",
    "other options considered:",
    "other options considered and rejected:",
    "none.",
];

/// Words with which no title of an item begins, where one of those behind follows.
const DECIDED: [&str; 8] = [
    "resolved",
    "agreed",
    "recommended",
    "decided",
    "noted",
    "ordered",
    "carried",
    "action",
];
const ON: [&str; 5] = ["that", "to", "by", "unanimously", "as"];

/// Words with which sentences begin.
const OPENS: [&str; 22] = [
    "the",
    "a",
    "an",
    "it",
    "he",
    "she",
    "they",
    "there",
    "this",
    "these",
    "members",
    "member",
    "councillor",
    "councillors",
    "cllr",
    "cllrs",
    "mr",
    "mrs",
    "ms",
    "dr",
    "in",
    "following",
];

/// Verbs that titles do without.
const FINITE: [&str; 24] = [
    "was", "were", "is", "are", "be", "been", "had", "has", "have", "will", "would", "should",
    "could", "must", "did", "does", "made", "said", "gave", "took", "left", "put", "who", "that",
];

/// Words that titles with a full stop behind them do without.
const IN_CLAUSES: [&str; 4] = ["the", "a", "an", "to"];

/// The lines of a text, weighed one after the other, because the entries of a list are known by those before.
#[derive(Debug, Default)]
pub(super) struct Weigher {
    /// The number that the next entry has of the list whose lines stand one right below the other, and whether the entries are clauses
    /// with "That".
    list: Option<(u32, Option<bool>)>,
}

impl Weigher {
    pub(super) fn weigh(&mut self, line: &Line) -> Standing {
        let said = Said::of(&line.text);
        let listed = self.goes_on(line, &said);
        weigh(line, &said, listed)
    }

    /// Whether a line is the next entry of a list.
    fn goes_on(&mut self, line: &Line, said: &Said<'_>) -> bool {
        let clause = said.first() == Some("that");
        let expected = self.list.take();
        let listed = match (expected, said.number) {
            (Some((next, form)), Some(number)) => {
                next == number && !line.blank_above && form.is_none_or(|form| form == clause)
            }
            _ => false,
        };
        self.list = match said.number {
            Some(number) if listed => Some((number + 1, Some(clause))),
            None if said.end == Some(':') || said.within() => Some((1, None)),
            _ => None,
        };
        listed
    }
}

/// A line, taken apart.
struct Said<'l> {
    parts: Parts<'l>,
    /// The first number in the line's own.
    number: Option<u32>,
    /// What the title ends with that does not belong to it.
    end: Option<char>,
    /// The words of the title, as printed.
    words: Vec<&'l str>,
    /// The same in small letters.
    low: Vec<String>,
}

impl<'l> Said<'l> {
    fn of(text: &'l str) -> Self {
        let title = text.trim_end_matches(['-', '\u{2013}', ' ']);
        let end = title.chars().last().filter(|c| ".:;,".contains(*c));
        let parts = Parts::of(title.trim_end_matches(['.', ':', ';', ',']));
        let words: Vec<&str> = parts
            .rest
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        Self {
            number: parts.number.and_then(leading),
            end,
            low: words.iter().map(|word| word.to_lowercase()).collect(),
            words,
            parts,
        }
    }

    fn first(&self) -> Option<&str> {
        self.low.first().map(String::as_str)
    }

    const fn numbered(&self) -> bool {
        self.parts.number.is_some()
    }

    /// Whether its number is that of a paragraph: `8.1`, or one in brackets.
    fn paragraph(&self) -> bool {
        self.parts.number.is_some_and(|number| {
            let inner = number.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            number.starts_with('(')
                || (inner.contains('.') && inner.starts_with(|c: char| c.is_ascii_digit()))
        })
    }

    /// Whether nothing but words of decisions and the like stands there.
    fn within(&self) -> bool {
        let is = |list: &[&str], word: &String| list.contains(&word.as_str());
        (!self.numbered() || self.paragraph())
            && self.low.iter().any(|word| is(&WITHIN, word))
            && self
                .low
                .iter()
                .all(|word| is(&WITHIN, word) || is(&BESIDE, word))
    }

    /// Whether it begins as decisions and lines of actions do: `RESOLVED to note`, `Action: Head of Law`.
    fn decides(&self) -> bool {
        let Some(first) = self.first() else {
            return false;
        };
        let behind = self.words.first().and_then(|word| {
            let at = self.parts.rest.find(word)?;
            self.parts.rest.get(at + word.len()..)
        });
        let colon = behind.is_some_and(|behind| behind.trim_start().starts_with(':'));
        (colon && !self.numbered() && WITHIN.contains(&first))
            || (DECIDED.contains(&first)
                && (self.low.get(1)).is_some_and(|word| ON.contains(&word.as_str())))
    }

    fn page_number(&self) -> bool {
        let number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
        match self.low.as_slice() {
            [page, one] => page == "page" && number(one),
            [page, one, of, all] => page == "page" && number(one) && of == "of" && number(all),
            _ => false,
        }
    }

    /// Whether it has a verb that titles do without. In a whole sentence a participle is one too.
    fn has_verb(&self) -> bool {
        let finite = |word: &String| FINITE.contains(&word.as_str());
        let stopped = self.end == Some('.') || (self.end.is_some() && self.opens());
        let decided = |word: &&str| DECIDED.contains(&word.to_lowercase().as_str());
        self.low.iter().skip(1).any(finite)
            || (stopped && (self.words.iter().skip(1)).any(|word| past(word) || decided(word)))
    }

    /// Whether it begins as sentences do.
    fn opens(&self) -> bool {
        self.first().is_some_and(|word| OPENS.contains(&word))
    }
}

/// Whether a word may be a verb of the past.
fn past(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ed") && word.chars().all(char::is_lowercase)
}

/// The first number in one like `8.1`, `45/13` or `CFS.12`.
pub(super) fn leading(number: &str) -> Option<u32> {
    let digits = number.trim_start_matches(|c: char| !c.is_ascii_digit());
    let end = digits.find(|c: char| !c.is_ascii_digit());
    digits[..end.unwrap_or(digits.len())].parse().ok()
}

fn weigh(line: &Line, said: &Said<'_>, next_in_list: bool) -> Standing {
    use Standing::{Heads, MayHead, Within};
    let text = line.text.as_str();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if letters == 0
        || line.is_furniture()
        || matches!(said.end, Some(';' | ','))
        || said.page_number()
    {
        return Within;
    }
    let Some(first) = said.first() else {
        return Heads;
    };
    if first == "that" || said.within() || said.decides() {
        return Within;
    }
    let length = text.chars().count();
    if line.level.is_some() && length <= MAX_LAID_OUT {
        return Heads;
    }
    let capital = said.parts.rest.chars().find(|c| c.is_alphanumeric());
    if length > MAX_KNOWN || !capital.is_some_and(|c| c.is_uppercase() || c.is_numeric()) {
        return Within;
    }
    let sentence = said.has_verb();
    if line.listed && !line.bold {
        return Within;
    }
    if line.bold {
        return match (sentence && said.end.is_some(), line.listed) {
            (true, _) => Within,
            (false, true) => MayHead,
            (false, false) => Heads,
        };
    }
    let whole_title = letters > 2 && !text.chars().any(char::is_lowercase);
    if whole_title || (line.row && said.numbered()) || said.parts.of_agenda || part(said) {
        return Heads;
    }
    if said.numbered() {
        return numbered(line, said, next_in_list);
    }
    let stands_out = line.alone || (line.blank_above && !line.runs_on(FULL_LINE));
    let short = match said.end {
        Some('.') => said.words.len() <= FEW,
        Some(_) if said.opens() => said.words.len() <= FEW,
        _ => length <= MAX_UNKNOWN,
    };
    if stands_out && short && !sentence && text.starts_with(char::is_alphanumeric) {
        MayHead
    } else {
        Within
    }
}

impl Line {
    /// Whether the publishing system prints it, or it says that there is nothing.
    pub(super) fn is_furniture(&self) -> bool {
        self.level.is_none() && FURNITURE.contains(&self.text.to_lowercase().as_str())
    }
}

/// What a line is that begins with a number and a capital letter: a title, a paragraph, or an entry of a list.
fn numbered(line: &Line, said: &Said<'_>, next_in_list: bool) -> Standing {
    use Standing::{Heads, MayHead, Within};
    let (stopped, words) = (said.end == Some('.'), said.words.len());
    let opens = said.opens() && words > FEW;
    if next_in_list
        || line.runs_on(FULL_LINE)
        || (stopped && (said.paragraph() || words > MANY))
        || (said.end.is_some() && said.has_verb() && (said.opens() || said.paragraph()))
    {
        return Within;
    }
    let full = line.text.chars().count() > FULL_LINE;
    if opens && (stopped || full) {
        return Within;
    }
    let clause = |word: &String| IN_CLAUSES.contains(&word.as_str());
    let titled = if stopped {
        words <= SOME
            && !said.has_verb()
            && !said.low.iter().any(clause)
            && !said.words.first().is_some_and(|word| word.ends_with("ed"))
    } else {
        !(full && said.words.iter().any(|word| past(word)))
    };
    if line.alone && titled { Heads } else { MayHead }
}

/// Whether it is one of the parts into which an agenda falls: `Part II`, `Part B: Exempt items`.
fn part(said: &Said<'_>) -> bool {
    let [first, which, ..] = said.words.as_slice() else {
        return false;
    };
    let one = which.chars().all(|c| "IVX0123456789".contains(c))
        || (which.len() == 1 && which.chars().all(char::is_uppercase));
    matches!(*first, "Part" | "Section") && one && !said.has_verb()
}
