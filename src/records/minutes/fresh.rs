//! A draft of what was read at one place, before anybody has looked at it.

use std::collections::HashSet;

use super::drafts;
use super::reading::{ReadItem, ReadOwner};
use crate::db::drafts::Draft;
use crate::db::minutes::Minutes;
use crate::domain::draft::{DraftChange, DraftState};
use crate::domain::ids::PostId;
use crate::records::Writing;

/// The longest label, title and description that records hold, in characters.
const MAX_LABEL: usize = 20;
const MAX_TITLE: usize = 300;
const MAX_REQUIRED: usize = 4_000;

/// A draft of what was read, as if nobody had read it before.
pub(super) fn fresh(w: &Writing<'_>, minutes: &Minutes, number: i32, item: ReadItem) -> Draft {
    let (title, required) = title(&item.text);
    let (owner, supporting) = owners(&item.owners);
    let due = item.due_term();
    let mut draft = Draft {
        id: w.new_id(),
        minutes_id: minutes.id,
        meeting_id: minutes.meeting_id,
        committee_id: minutes.committee_id,
        number,
        origin: item.origin,
        label: item
            .label
            .clone()
            .filter(|label| label.chars().count() <= MAX_LABEL),
        printed_label: item.label,
        text: item.text,
        strength: item.strength,
        owners: json(&item.owners),
        due_phrase_kind: item.due.kind,
        due_phrase: item.due.phrase,
        span_from: small(item.span[0]),
        span_to: small(item.span[1]),
        restates: json(&item.restates),
        confidence: item.confidence.into(),
        rules: json(&item.rules),
        kind: item.kind,
        is_action: item.is_action,
        agenda_item_id: item
            .heading
            .as_ref()
            .and_then(|heading| heading.agenda_item_id),
        title,
        required,
        owner_post_id: owner,
        supporting_posts: json(&supporting),
        due_kind: None,
        due_wording: None,
        due_on: None,
        due_meeting_id: None,
        review_on: None,
        due_period_count: None,
        due_period_unit: None,
        due_frequency: None,
        exempt: None,
        exempt_paragraphs: None,
        supersedes_id: None,
        state: DraftState::Proposed,
        reason: None,
        resolution_id: None,
        action_id: None,
        merged_into_id: None,
        change: DraftChange::Added,
        follows_id: None,
        followed_by_id: None,
        version: 1,
        created_at: w.at(),
        updated_at: w.at(),
        heading: item
            .heading
            .as_ref()
            .and_then(|heading| serde_json::to_string(heading).ok()),
        may_follow: "[]".to_owned(),
    };
    drafts::set_due(&mut draft, due.as_ref());
    draft
}

/// The posts that own and support, where what is printed first names one beyond doubt.
fn owners(read: &[ReadOwner]) -> (Option<PostId>, Vec<PostId>) {
    let mut seen = HashSet::new();
    let owner = read.first().and_then(|owner| owner.post_id);
    seen.extend(owner);
    let supporting = read
        .iter()
        .skip(1)
        .filter_map(|owner| owner.post_id)
        .filter(|post| seen.insert(*post))
        .collect();
    (owner, supporting)
}

/// A line that says what something is about, and what is required in full where the line is shorter.
pub(super) fn title(text: &str) -> (String, Option<String>) {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let whole = line
        .strip_prefix("That ")
        .or_else(|| line.strip_prefix("that "))
        .unwrap_or(&line)
        .trim_end_matches(['.', ';', ',']);
    let mut letters = whole.chars();
    let whole: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect();
    if whole.chars().count() <= MAX_TITLE {
        return (whole, None);
    }
    (cut(&whole, MAX_TITLE), Some(cut(&line, MAX_REQUIRED)))
}

/// The beginning of a text, up to the end of a word, at most so many characters.
fn cut(text: &str, max: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(max - 1) else {
        return text.to_owned();
    };
    if text[end..].chars().nth(1).is_none() {
        return text.to_owned();
    }
    let begun = &text[..end];
    let whole = begun.rfind(' ').map_or(begun, |space| &begun[..space]);
    format!("{whole}\u{2026}")
}

pub(super) fn json<T: serde::Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).unwrap_or_else(|_| "[]".to_owned())
}

/// A place in a text, of which there are at most some millions.
fn small(place: usize) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_decision_in_a_line() {
        let of = |text: &str| title(text);
        assert_eq!(
            of("that the Head of Law report\nback."),
            ("The Head of Law report back".to_owned(), None)
        );
        let long = format!("That {}end", "word ".repeat(100));
        let (line, required) = of(&long);
        assert!(
            line.starts_with("Word word") && line.ends_with("word\u{2026}"),
            "{line}"
        );
        assert!(line.chars().count() <= MAX_TITLE);
        assert_eq!(required.as_deref(), Some(long.as_str()));
        let (line, required) = of(&"x".repeat(30_000));
        assert_eq!(line.chars().count(), MAX_TITLE);
        assert_eq!(required.unwrap().chars().count(), MAX_REQUIRED);
        assert_eq!(cut(&"\u{a3}".repeat(300), 300).chars().count(), 300);
    }
}
