//! The lines that open a section: `Decision:`, `Minutes:`, `Reasons for the decision`.

use std::ops::Range;

use crate::minutes::clean::Clean;

/// What stands below a line that opens a section.
pub(super) enum Field {
    Decision,
    Minutes,
    Actions,
    Aside,
}

/// A line that opens a section.
pub(super) fn section(clean: &Clean<'_>, span: &Range<usize>) -> Option<Field> {
    let low = clean.lower[span.clone()].trim_end_matches([':', ' ', '.', '-', '–']);
    if low.len() > 60 {
        // "REASON – (a) So as to keep to the Standard."
        let reason = low
            .strip_prefix("reasons")
            .or_else(|| low.strip_prefix("reason"))
            .is_some_and(|rest| {
                let rest = rest.trim_start();
                rest.starts_with([':', '–', '-', '(']) || rest.starts_with("for")
            });
        return reason.then_some(Field::Aside);
    }
    Some(match low {
        "decision"
        | "decisions"
        | "decision made"
        | "issue - decisions"
        | "decisions made"
        | "decision taken"
        | "decisions taken"
        | "the decision"
        | "minutes: the decision" => Field::Decision,
        "minutes" => Field::Minutes,
        "action point"
        | "action points"
        | "actions carried forward"
        | "actions"
        | "actions arising"
        | "actions agreed"
        | "agreed actions"
        | "summary of actions"
        | "list of actions" => Field::Actions,
        "action" if clean.text[span.clone()].ends_with(':') => Field::Actions,
        _ if low.starts_with("action by")
            || low.starts_with("reason for")
            || low.starts_with("reasons for")
            || low == "reasons"
            || low == "reason"
            || low.starts_with("alternative options")
            || low.starts_with("wards affected")
            || low.starts_with("other options")
            || low.starts_with("alternatives considered")
            || low.starts_with("options considered")
            || low.starts_with("accompanying documents") =>
        {
            Field::Aside
        }
        _ => return None,
    })
}
