//! Under which item of a meeting's agenda something stands in its minutes: found by the headings in their text.
//!
//! A heading is taken for an item only where it says the item's title in the same words, or its number as that of an agenda item.
//! One that is merely like a title is offered to a person. One that is neither ends the item before it all the same, so that
//! nothing is counted to an item under whose heading it does not stand. Below a line that may be a heading, and of which that is not
//! certain, the item before it is merely offered.

mod lines;
mod standing;

use std::collections::HashMap;

use super::naming::{Candidate, KnownNames, NameMatch, fold};
use lines::Line;
use standing::{Standing, Weigher, leading};

/// How many bytes a heading may have beside an item's title: its number, and what stands in brackets behind it.
const BESIDE_TITLE: usize = 80;

/// For how many headings titles like them are looked for.
const MAX_COMPARED: usize = 200;

/// The most headings: a text that has more is no minutes.
const MAX_HEADINGS: usize = 5_000;

/// So many titles one right below the other are a list of the agenda, under which nothing stands, but perhaps under the last.
const LIST: usize = 3;

/// An item of an agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<K> {
    /// Which it is.
    pub key: K,
    /// Its number, as printed on the agenda.
    pub number: String,
    /// Its title.
    pub title: String,
}

/// A heading in minutes, and the items of the agenda that it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading<K> {
    /// The line, without its layout.
    pub printed: String,
    /// What it was found to name.
    pub found: NameMatch<K>,
}

/// The headings of minutes, in the order of their text.
#[derive(Debug, Clone, PartialEq)]
pub struct Headings<K>(Vec<(usize, Heading<K>)>);

impl<K: Clone + PartialEq> Headings<K> {
    /// Finds the headings of a text, or of a page of HTML. Without an agenda there are none.
    #[must_use]
    pub fn of(source: &str, html: bool, agenda: &[Item<K>]) -> Self {
        if agenda.is_empty() {
            return Self(Vec::new());
        }
        let known = Agenda::of(agenda);
        let mut found: Vec<(usize, Heading<K>)> = Vec::new();
        let mut compared = 0;
        let (mut weigher, mut above) = (Weigher::default(), Above::default());
        // The items whose titles stand one right below the other.
        let mut run: Vec<K> = Vec::new();
        let lines: Vec<Line> = lines::lines(source, html).collect();
        // What stands there again and again is printed by the publishing system, whatever title is the same.
        let furniture = |line: &&Line| line.is_furniture() && known.exactly(line).is_some();
        let printed = lines.iter().filter(furniture).count() > 1;
        for line in lines {
            let titled = known.exactly(&line);
            let doubted = titled.is_some() && line.is_furniture();
            let exact = titled.filter(|_| !doubted);
            let standing = if doubted && !printed {
                Standing::MayHead
            } else {
                above.standing(&line, weigher.weigh(&line))
            };
            if exact.is_none() && standing != Standing::Heads {
                run.clear();
                if standing == Standing::MayHead
                    && let Some((_, heading)) = found.last()
                    && let Some(doubted) = known.doubted(heading)
                {
                    found.push((line.end, doubted));
                }
                continue;
            }
            above = Above::of(&line);
            // The list of the agenda has each once.
            if exact.as_ref().is_none_or(|key| run.contains(key)) {
                run.clear();
            }
            run.extend(exact.clone());
            let means = match exact {
                Some(key) => NameMatch::Exact(key),
                None if compared < MAX_COMPARED => {
                    compared += 1;
                    known.like(&line)
                }
                None => NameMatch::None,
            };
            let heading = Heading {
                printed: line.text.clone(),
                found: means,
            };
            if found.len() >= MAX_HEADINGS {
                return Self(Vec::new());
            }
            found.push((line.at, heading));
            if run.len() >= LIST {
                // The last of them may head what stands below it, and is offered until another follows.
                let listed = if run.len() == LIST { LIST } else { 2 };
                let mut listed = found.iter_mut().rev().take(listed);
                if let Some((_, last)) = listed.next() {
                    *last = known.doubted(last).unwrap_or_else(|| last.clone());
                }
                for (_, heading) in listed {
                    heading.found = NameMatch::None;
                }
            }
        }
        Self(found)
    }

    /// The heading under which a place stands.
    #[must_use]
    pub fn above(&self, place: usize) -> Option<&Heading<K>> {
        let behind = self.0.partition_point(|(at, _)| *at <= place);
        self.0[..behind].last().map(|(_, heading)| heading)
    }
}

/// The heading above a line, as far as the line is compared with it.
#[derive(Default)]
struct Above {
    level: Option<u8>,
    number: Option<u32>,
}

impl Above {
    fn of(line: &Line) -> Self {
        Self {
            level: line.level,
            number: Parts::of(&line.text).number.and_then(leading),
        }
    }

    /// What a line is below this heading. One that is less of a heading than this does not end the section, unless its number goes on from
    /// that of the section.
    fn standing(&self, line: &Line, standing: Standing) -> Standing {
        let less = match (line.level, self.level) {
            (Some(one), Some(other)) => one > other,
            (None, Some(_)) => line.bold,
            (_, None) => false,
        };
        if standing != Standing::Heads || !less {
            return standing;
        }
        let number = Parts::of(&line.text).number.and_then(leading);
        match (number, self.number) {
            (Some(one), Some(other)) if one > other => Standing::MayHead,
            _ if line.level.is_none() => Standing::MayHead,
            _ => Standing::Within,
        }
    }
}

/// The items of an agenda, to look headings up in.
struct Agenda<'a, K> {
    items: &'a [Item<K>],
    /// By their titles, folded.
    titled: HashMap<String, Vec<K>>,
    /// By number; `None` where several have it.
    numbered: HashMap<String, Option<K>>,
    titles: KnownNames<K>,
    /// The longest line that may name one, in bytes.
    longest: usize,
}

impl<'a, K: Clone + PartialEq> Agenda<'a, K> {
    fn of(items: &'a [Item<K>]) -> Self {
        let (mut titled, mut numbered) = (HashMap::new(), HashMap::new());
        for item in items {
            titled
                .entry(fold(&item.title))
                .or_insert_with(Vec::new)
                .push(item.key.clone());
            numbered
                .entry(plain(&item.number))
                .and_modify(|other| *other = None)
                .or_insert_with(|| Some(item.key.clone()));
        }
        let longest = items.iter().map(|item| item.title.len()).max();
        let names = items
            .iter()
            .map(|item| (item.key.clone(), item.title.clone()));
        Self {
            items,
            titled,
            numbered,
            titles: KnownNames::new(names),
            longest: longest.unwrap_or(0) * 2 + BESIDE_TITLE,
        }
    }

    fn of_number(&self, number: &str) -> Option<&K> {
        self.numbered.get(&plain(number))?.as_ref()
    }

    /// The item that a line names beyond doubt.
    fn exactly(&self, line: &Line) -> Option<K> {
        if line.listed || line.text.len() > self.longest {
            return None;
        }
        let heading = Parts::of(&line.text);
        let numbered = heading.number.and_then(|number| self.of_number(number));
        if heading.rest.is_empty() {
            return numbered.filter(|_| heading.of_agenda).cloned();
        }
        heading.titles(&line.text).find_map(|title| {
            let folded = fold(title);
            match self.titled.get(&folded)?.as_slice() {
                [only] if !folded.is_empty() => Some(only.clone()),
                // Of several items with one title the number says which.
                several => numbered.filter(|key| several.contains(key)).cloned(),
            }
        })
    }

    /// A heading whose item ends somewhere above: it is offered, where it was certain.
    fn doubted(&self, heading: &Heading<K>) -> Option<Heading<K>> {
        let NameMatch::Exact(key) = &heading.found else {
            return None;
        };
        let item = self.items.iter().find(|item| item.key == *key)?;
        Some(Heading {
            printed: heading.printed.clone(),
            found: NameMatch::Close(vec![Candidate {
                key: key.clone(),
                name: item.title.clone(),
                likeness: 1.0,
            }]),
        })
    }

    /// The items that a heading may mean.
    fn like(&self, line: &Line) -> NameMatch<K> {
        match self.titles.find(Parts::of(&line.text).rest) {
            NameMatch::Close(close) => NameMatch::Close(close),
            // What is the same would have been found, had the line named it.
            NameMatch::Exact(_) | NameMatch::None => NameMatch::None,
        }
    }
}

/// A number without what stands around it.
fn plain(number: &str) -> String {
    number
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase()
}

/// A heading taken apart.
struct Parts<'l> {
    /// Whether the number is said to be that of an agenda item.
    of_agenda: bool,
    number: Option<&'l str>,
    rest: &'l str,
}

impl<'l> Parts<'l> {
    fn of(line: &'l str) -> Self {
        let (of_agenda, numbered) = ["agenda item", "item"]
            .iter()
            .find_map(|word| {
                let head = line.get(..word.len())?;
                let rest = line.get(word.len()..)?;
                let rest = rest.strip_prefix("s").unwrap_or(rest).strip_prefix(' ')?;
                head.eq_ignore_ascii_case(word).then_some((true, rest))
            })
            .unwrap_or((false, line));
        let numbered = numbered.trim_start();
        let (first, behind) = numbered.split_once(' ').unwrap_or((numbered, ""));
        if !lines::is_number(first) {
            return Self {
                of_agenda: false,
                number: None,
                rest: line,
            };
        }
        Self {
            of_agenda,
            number: Some(first),
            rest: behind.trim_start_matches(|c: char| !c.is_alphanumeric()),
        }
    }

    /// What of the heading may be a title: all of it, what follows the number, that without what stands in brackets behind it.
    fn titles(&self, line: &'l str) -> impl Iterator<Item = &'l str> {
        let bracket = self
            .rest
            .ends_with(')')
            .then(|| self.rest.rfind('('))
            .flatten();
        let whole = (self.rest.len() < line.len()).then_some(line);
        let bare = bracket.map(|at| &self.rest[..at]);
        whole.into_iter().chain([self.rest]).chain(bare)
    }
}

#[cfg(test)]
mod tests;
