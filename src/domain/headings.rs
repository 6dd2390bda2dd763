//! Under which item of a meeting's agenda something stands in its minutes: found by the headings in their text.
//!
//! A heading is taken for an item only where it says the item's title in the same words, or its number as that of an agenda item.
//! One that is merely like a title is offered to a person. One that is neither ends the item before it all the same, so that
//! nothing is counted to an item under whose heading it does not stand.

mod lines;

use std::collections::HashMap;

use super::naming::{KnownNames, NameMatch, fold};
use lines::Line;

/// How many bytes a heading may have beside an item's title: its number, and what stands in brackets behind it.
const BESIDE_TITLE: usize = 80;

/// For how many headings titles like them are looked for.
const MAX_COMPARED: usize = 200;

/// The most headings: a text that has more is no minutes.
const MAX_HEADINGS: usize = 5_000;

/// So many titles one right below the other are a list of the agenda, under which nothing stands.
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
        let (mut compared, mut level) = (0, None);
        // The items whose titles stand one right below the other.
        let mut run: Vec<K> = Vec::new();
        for line in lines::lines(source, html) {
            let exact = known.exactly(&line);
            let heads = line.heads_a_section();
            // A heading within a section does not end it.
            if exact.is_none() && (!heads || deeper(line.level, level)) {
                run.clear();
                continue;
            }
            level = line.level;
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
                let listed = if run.len() == LIST { LIST } else { 1 };
                for (_, heading) in found.iter_mut().rev().take(listed) {
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

const fn deeper(one: Option<u8>, other: Option<u8>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one > other)
}

/// The items of an agenda, to look headings up in.
struct Agenda<K> {
    /// By their titles, folded.
    titled: HashMap<String, Vec<K>>,
    /// By number; `None` where several have it.
    numbered: HashMap<String, Option<K>>,
    titles: KnownNames<K>,
    /// The longest line that may name one, in bytes.
    longest: usize,
}

impl<K: Clone + PartialEq> Agenda<K> {
    fn of(items: &[Item<K>]) -> Self {
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn agenda() -> Vec<Item<u8>> {
        let item = |key, number: &str, title: &str| Item {
            key,
            number: number.to_owned(),
            title: title.to_owned(),
        };
        vec![
            item(1, "1", "Apologies for absence"),
            item(2, "2", "Minutes"),
            item(3, "7(a)", "School Places & Transport"),
            item(4, "8", "Performance"),
            item(5, "9", "Update"),
            item(6, "10", "Update"),
        ]
    }

    /// The item under which the last word stands: its key, 0 for none, 99 for some that are offered.
    fn under(text: &str) -> u8 {
        of(text, false)
    }

    fn of(text: &str, html: bool) -> u8 {
        let headings = Headings::of(text, html, &agenda());
        match headings
            .above(text.rfind("That").unwrap())
            .map(|h| &h.found)
        {
            Some(NameMatch::Exact(key)) => *key,
            Some(NameMatch::Close(_)) => 99,
            Some(NameMatch::None) | None => 0,
        }
    }

    #[test]
    fn a_heading_with_the_title_of_an_item_is_that_item() {
        for heading in [
            "8. PERFORMANCE",
            "Performance",
            "45/13  Performance",
            "CFS.12 \u{2013} Performance (Pages 3 - 10)",
            "## 8. Performance",
            "**8. Performance**",
            "Agenda Item 8: Performance",
            "Agenda item 8",
            "Item 8.",
        ] {
            assert_eq!(
                under(&format!("{heading}\n\nRESOLVED:\n\n(a) That it be noted.")),
                4,
                "{heading}"
            );
        }
        assert_eq!(under("7(a) School places and transport\nThat it be so."), 3);
        assert_eq!(under("10. Update\n\nThat it be so."), 6);
    }

    #[test]
    fn what_is_merely_like_a_title_is_offered_and_nothing_is_guessed() {
        assert_eq!(under("8. PERFORMANCES\n\nThat it be so."), 99);
        assert_eq!(under("Update\n\nThat it be so."), 0);
        // The minutes have numbers of their own.
        assert_eq!(under("8. Something else\n\nThat it be so."), 0);
        assert_eq!(under("8.\n\nThat it be so."), 0);
        assert_eq!(under("The Performance was discussed.\n\nThat it be so."), 0);
        assert_eq!(under("- Performance\n\nThat it be so."), 0);
    }

    #[test]
    fn another_heading_ends_an_item_and_one_within_it_does_not() {
        let text =
            |heading: &str| format!("8. PERFORMANCE\n\nTalk.\n\n{heading}\n\nThat it be so.");
        for other in ["9. Another matter", "ANY OTHER BUSINESS", "46/13 Leases"] {
            assert_eq!(under(&text(other)), 0, "{other}");
        }
        for within in [
            "RESOLVED:",
            "RESOLVED UNANIMOUSLY",
            "DISCUSSION",
            "1. That the report be noted;",
            "8.1 The Director introduced the report.",
            "Officers' comments",
        ] {
            assert_eq!(under(&text(within)), 4, "{within}");
        }
        assert_eq!(
            under("## 8. Performance\n\n### 1. Report\n\nThat it be so."),
            4
        );
        assert_eq!(under("## 8. Performance\n\n## Leases\n\nThat it be so."), 0);
    }

    #[test]
    fn under_a_list_of_the_agenda_nothing_stands() {
        let list = "1. Apologies for absence\n2. Minutes\n8. Performance\n\nThat it be so.";
        assert_eq!(under(list), 0);
        assert_eq!(under("2. Minutes\n\n8. Performance\n\nThat it be so."), 4);
        assert_eq!(
            under(
                "Apologies for absence\nMinutes\nPerformance\n\n8. PERFORMANCE\n\nThat it be so."
            ),
            4
        );
    }

    #[test]
    fn a_text_of_headings_alone_has_none() {
        let text = format!(
            "8. PERFORMANCE\n\n{}That it be so.",
            "LEASES\n\n8. PERFORMANCE\n\n".repeat(3_000)
        );
        assert_eq!(
            Headings::of(&text, false, &agenda()).above(text.len()),
            None
        );
    }

    #[test]
    fn headings_of_a_page_are_its_blocks() {
        let page = |heading: &str| {
            format!("<html><body>{heading}<p>RESOLVED</p><p>That it be so.</p></body></html>")
        };
        for heading in [
            "<h2>8. Performance</h2>",
            "<p><b>7(a)&nbsp; School Places &amp; <i>Transport</i></b></p>",
            "<table><tr><td>8.</td><td>Performance</td></tr></table>",
            "<p>8.\r\n Performance</p><script>var x = '<p>Minutes</p>';</script><!-- <p>Minutes</p> -->",
        ] {
            assert!([3, 4].contains(&of(&page(heading), true)), "{heading}");
        }
        assert_eq!(of(&page("<h2>Performance</h2><h2>Leases</h2>"), true), 0);
        assert_eq!(of(&page("<h2>Performance</h2><h3>Leases</h3>"), true), 4);
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "(\\PC|[\n<>/&;#]|performance|8\\.){0,60}", html in any::<bool>(), place in 0..200_usize) {
            let headings = Headings::of(&text, html, &agenda());
            let _any = headings.above(place);
        }
    }
}
