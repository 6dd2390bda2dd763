//! What was minuted, item by item, and the minutes that are put together of that.

use std::ops::Range;

use super::super::BadAnswer;
use super::super::page::{Page, escaped};
use super::agenda::without_size;
use super::title;

/// What was minuted of an item: HTML, with nothing in it but its structure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Minuted {
    /// The item's id there, where it has one.
    pub reference: Option<String>,
    /// Its number as it is printed.
    pub number: String,
    /// Its title.
    pub title: String,
    /// What stands under `Decision:`.
    pub decision: String,
    /// What stands under `Minutes:`.
    pub minutes: String,
}

impl Minuted {
    /// Whether nothing was minuted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.decision.is_empty() && self.minutes.is_empty()
    }
}

/// Reads what was minuted of an item on a page of its own.
pub fn item(document: &[u8]) -> Result<Minuted, BadAnswer> {
    let page = Page::read(document)?;
    let title = title(&page).ok_or(BadAnswer::OtherPage("title of the item (mgSubTitleTxt)"))?;
    let mut read = Minuted {
        title: without_size(&title).to_owned(),
        ..Minuted::default()
    };
    bodies(&page, page.whole(), &mut read);
    Ok(read)
}

/// The minutes of a meeting as one page of HTML: each item under its heading, in the order of the agenda. Nothing where nothing
/// was minuted. The same minutes give the same page, whatever changes around them.
#[must_use]
pub fn minutes(items: &[Minuted]) -> Option<String> {
    if items.iter().all(Minuted::is_empty) {
        return None;
    }
    let mut text = "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Minutes</title></head>\n<body>\n".to_owned();
    for item in items.iter().filter(|item| !item.is_empty()) {
        text.push_str("<h2>");
        if !item.number.is_empty() {
            escaped(&item.number, &mut text);
            text.push_str(". ");
        }
        escaped(&item.title, &mut text);
        text.push_str("</h2>\n");
        for (heading, body) in [("Decision:", &item.decision), ("Minutes:", &item.minutes)] {
            if !body.is_empty() {
                text.extend(["<p>", heading, "</p>\n", body, "\n"]);
            }
        }
    }
    text.push_str("</body>\n</html>\n");
    Some(text)
}

/// Reads what stands under the headings of an item, and says where the first of them begins.
pub(super) fn bodies(page: &Page, within: Range<usize>, into: &mut Minuted) -> usize {
    let headings: Vec<_> = page.of_class(within.clone(), "mgSubItemTitleTxt").collect();
    for (place, at) in headings.iter().enumerate() {
        let heading = page.range(*at);
        let said = page.text(heading.clone()).to_lowercase();
        let body = match said.trim_end_matches([':', ' ']) {
            "minutes" | "draft minutes" => &mut into.minutes,
            "decision" | "decisions" => &mut into.decision,
            _ => continue,
        };
        let end = headings.get(place + 1).map_or(within.end, |next| *next);
        let mut from = heading.end;
        for at in page.of_class(heading.end..end.max(heading.end), "mgWordPara") {
            let part = page.range(at);
            if at >= from {
                page.written(part.start..part.end.min(end), body);
                from = part.end;
            }
        }
        if page_is_blank(body) {
            body.clear();
        }
    }
    let description = page.of_class(within.clone(), "mgWordPara").next();
    let heading = headings.first().copied();
    description
        .into_iter()
        .chain(heading)
        .min()
        .unwrap_or(within.end)
}

/// Whether HTML that was written here says nothing.
fn page_is_blank(body: &str) -> bool {
    let mut in_tag = false;
    !body.chars().any(|c| {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c => return !in_tag && !c.is_whitespace(),
        }
        false
    })
}
