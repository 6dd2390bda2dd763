//! The agenda on the page of a meeting.

use std::collections::HashSet;
use std::ops::Range;

use super::super::page::Page;
use super::super::{Item, Rows, is_id};
use super::minuted::{Minuted, bodies};
use super::not;
use crate::domain::published::PublishedKind;

/// The items of the agenda, and what was minuted of each.
pub(super) fn items(page: &Page) -> (Rows<Item>, Vec<Minuted>) {
    let begins = beginnings(page);
    let (mut rows, mut not_understood) = (Vec::new(), Vec::new());
    let (mut minuted, mut seen) = (Vec::new(), HashSet::new());
    for (place, begin) in begins.iter().enumerate() {
        let next = begins.get(place + 1).map(|next| next.at);
        let end = page.end_of_table(begin.at);
        let region = begin.at..next.map_or(end, |next| end.min(next)).max(begin.at);
        let own = begin.number.end..region.end.max(begin.number.end);
        let heading = page
            .of_class(own.clone(), "mgAiTitleTxt")
            .next()
            .map(|at| page.range(at));
        let title = heading.clone().map(|heading| page.text(heading));
        let title = without_size(title.as_deref().unwrap_or_default()).to_owned();
        let number = page.text(begin.number.clone());
        let reference = begin
            .reference
            .clone()
            .or_else(|| linked_id(page, own.clone()));
        let mut read = Minuted {
            reference: reference.clone(),
            number: number.trim_end_matches('.').to_owned(),
            title,
            ..Minuted::default()
        };
        let first_body = bodies(page, own.clone(), &mut read);
        let reason = match &reference {
            None => Some("it has no id"),
            Some(id) if !is_id(id) => Some("its id is not a number"),
            Some(id) if !seen.insert(id.clone()) => Some("its id stands there twice"),
            Some(_) if matches!(read.number.as_str(), "" | "0") => Some("it has no number"),
            Some(_) if read.title.is_empty() => Some("it has no title"),
            Some(_) => None,
        };
        match (reason, reference) {
            (None, Some(reference)) => rows.push(Item {
                reference,
                number: read.number.clone(),
                restricted: restricted(page, begin.at..first_body.min(region.end), &read.title),
                title: read.title.clone(),
            }),
            (reason, reference) => not_understood.push(not(
                PublishedKind::AgendaItem,
                reference.as_deref(),
                reason.unwrap_or("it has no id"),
            )),
        }
        minuted.push(read);
    }
    let rows = Rows {
        rows,
        not_understood,
    };
    (rows, minuted)
}

/// Where an item begins.
struct Beginning {
    at: usize,
    reference: Option<String>,
    /// Where its number stands.
    number: Range<usize>,
}

/// Where the items begin: with the cell of a number, or with the anchor of an item where there are no such cells.
fn beginnings(page: &Page) -> Vec<Beginning> {
    let titles: Vec<_> = page.of_class(page.whole(), "mgAiTitleTxt").collect();
    let mut found: Vec<Beginning> = Vec::new();
    for at in page.elements(page.whole()) {
        let inside = found.last_mut().filter(|last| last.number.end > at);
        let anchor = ["name", "id"].into_iter().find_map(|attribute| {
            let id = page.attribute(at, attribute)?.strip_prefix("AI")?;
            is_id(id).then(|| id.to_owned())
        });
        let cell = page.has_class(at, "mgItemNumberCell");
        match (anchor, inside) {
            (Some(id), Some(last)) => {
                last.reference.get_or_insert(id);
            }
            (reference, None) if cell => found.push(Beginning {
                at,
                reference,
                number: page.range(at),
            }),
            (Some(id), None) => found.push(Beginning {
                at,
                reference: Some(id),
                number: {
                    // The title that it stands in, or the next.
                    let next = titles.partition_point(|title| *title < at);
                    let around = next.checked_sub(1).and_then(|before| titles.get(before));
                    let around = around.filter(|title| page.range(**title).contains(&at));
                    let title = around.or_else(|| titles.get(next)).copied();
                    title.map_or(at..at, |title| page.range(title))
                },
            }),
            (None, _) => {}
        }
    }
    found
}

/// The id of an item by a link to a page of its own.
fn linked_id(page: &Page, within: Range<usize>) -> Option<String> {
    page.elements(within).find_map(|at| {
        let link = page.link(at)?;
        let id = match link.page.as_str() {
            "mgai.aspx" => link.param(&["id"]),
            "iedecisiondetails.aspx" => link.param(&["aiid"]),
            _ => None,
        };
        id.filter(|id| is_id(id)).map(str::to_owned)
    })
}

/// Whether an item is marked as kept from the public. An appendix that is kept from it does not make its item so.
fn restricted(page: &Page, head: Range<usize>, title: &str) -> bool {
    let mut lists_until = head.start;
    for at in page.elements(head) {
        if page.has_class(at, "mgBulletList") {
            lists_until = lists_until.max(page.range(at).end);
        }
        if at < lists_until {
            continue;
        }
        let reasons = page
            .link(at)
            .is_some_and(|link| link.page == "mgreasonsrestricted.aspx");
        let said = |name| {
            page.attribute(at, name)
                .is_some_and(|value| value.to_ascii_lowercase().contains("restricted"))
        };
        if reasons || said("class") || (page.is(at, &["img"]) && said("alt")) {
            return true;
        }
    }
    let title = title.to_lowercase();
    ["(restricted)", "[restricted]", "- restricted"]
        .iter()
        .any(|mark| title.ends_with(mark))
}

/// A title without the size of its document: `Minutes pdf icon PDF 99 KB`.
pub(super) fn without_size(title: &str) -> &str {
    let words: Vec<_> = title.rsplitn(4, ' ').collect();
    let [unit, size, kind, rest] = words[..] else {
        return title;
    };
    let number = size.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if !matches!(unit, "KB" | "MB") || !number || !matches!(kind, "PDF" | "DOC" | "DOCX") {
        return title;
    }
    rest.strip_suffix("pdf icon").unwrap_or(rest).trim_end()
}
