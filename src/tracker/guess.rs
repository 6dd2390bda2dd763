//! What a column may say, by the words of its heading.

use super::status::folded;
use crate::domain::imported::TrackerField;

/// Headings that say one thing by themselves, folded.
const WHOLE: [(TrackerField, &[&str]); 13] = [
    (
        TrackerField::RevisedDue,
        &[
            "revised",
            "extension",
            "extended to",
            "new deadline",
            "revised by",
            "moved to",
        ],
    ),
    (
        TrackerField::CompletedOn,
        &[
            "date completed",
            "completed on",
            "date complete",
            "completed date",
            "date of completion",
            "actual completion date",
            "actual completion",
            "date closed",
            "closed date",
            "closed on",
            "date done",
            "date discharged",
            "discharged",
            "actual date",
            "date actioned",
            "date implemented",
            "date achieved",
        ],
    ),
    (
        TrackerField::Due,
        &[
            "due",
            "by when",
            "when",
            "timescale",
            "timescales",
            "timeframe",
            "timetable",
            "required by",
            "date for completion",
            "date required",
            "report back",
            "report back date",
            "implementation date",
            "complete by",
        ],
    ),
    (
        TrackerField::Meeting,
        &[
            "meeting",
            "raised",
            "raised on",
            "date raised",
            "date agreed",
            "agreed on",
            "minuted",
            "date minuted",
            "date requested",
            "date of request",
            "source meeting",
        ],
    ),
    (
        TrackerField::Committee,
        &[
            "committee",
            "body",
            "panel",
            "board",
            "committee name",
            "name of committee",
            "committee board",
            "board committee",
            "committee panel",
            "forum",
        ],
    ),
    (
        TrackerField::Reference,
        &[
            "ref",
            "reference",
            "ref no",
            "reference no",
            "reference number",
            "unique ref",
            "unique id",
            "action id",
            "action ref",
            "tracker ref",
            "minute no",
            "minute ref",
            "minute number",
            "minute reference",
        ],
    ),
    (
        TrackerField::AgendaItem,
        &[
            "agenda item",
            "agenda item no",
            "agenda item number",
            "agenda no",
            "agenda number",
            "item no",
            "item number",
        ],
    ),
    (
        TrackerField::Owner,
        &[
            "owner",
            "lead",
            "officer",
            "responsible",
            "responsibility",
            "who",
            "by whom",
            "action by",
            "assigned to",
            "allocated to",
            "action holder",
            "action lead",
            "lead director",
            "accountable",
        ],
    ),
    (
        TrackerField::Status,
        &[
            "status",
            "rag",
            "rag status",
            "rag rating",
            "r a g",
            "state",
            "open closed",
            "live closed",
        ],
    ),
    (
        TrackerField::Progress,
        &[
            "response",
            "outcome",
            "action taken",
            "actions taken",
            "latest position",
            "current position",
            "position",
            "status update",
            "progress to date",
            "remarks",
        ],
    ),
    (
        TrackerField::Title,
        &[
            "item",
            "title",
            "subject",
            "topic",
            "issue",
            "matter",
            "report",
            "report title",
            "item title",
            "item subject",
            "agenda item title",
            "subject matter",
        ],
    ),
    (
        TrackerField::Resolution,
        &[
            "resolved",
            "minute extract",
            "minute text",
            "what was resolved",
            "what was agreed",
        ],
    ),
    (
        TrackerField::Action,
        &[
            "action",
            "actions",
            "action required",
            "actions required",
            "task",
            "tasks",
            "what",
            "action point",
            "action points",
            "request",
            "action requested",
            "follow up",
            "action agreed",
            "agreed action",
        ],
    ),
];

/// What a heading may say, each with how surely, the likeliest first.
pub(super) fn guess(heading: &str) -> Vec<(TrackerField, u8)> {
    use TrackerField::{
        Action, CompletedOn, Due, Meeting, Owner, Progress, Reference, Resolution, RevisedDue,
        Status,
    };
    let folded = folded(heading);
    let words: Vec<_> = folded.split(' ').collect();
    let any = |some: &[&str]| words.iter().any(|word| some.contains(word));
    let whole = |heading: &&(TrackerField, &[&str])| heading.1.contains(&folded.as_str());
    if let Some((field, _)) = WHOLE.iter().find(whole) {
        return vec![(*field, 3)];
    }
    let date = any(&["date", "dates", "on", "when"]);
    let number = any(&["ref", "reference", "no", "number", "id"]);
    let deadline = any(&[
        "due",
        "deadline",
        "deadlines",
        "target",
        "timescale",
        "timescales",
    ]);
    if any(&["revised", "extended", "amended", "rescheduled", "extension"]) && (date || deadline)
        || any(&["new", "updated"]) && deadline
    {
        return vec![(RevisedDue, 3)];
    }
    if any(&["status", "rag"]) && !any(&["update", "updates", "comments", "date"]) {
        return vec![(Status, 2)];
    }
    if deadline || any(&["expected", "planned", "proposed", "estimated"]) && date {
        return vec![(Due, 2)];
    }
    match folded.as_str() {
        "completion date" => return vec![(Due, 1), (CompletedOn, 1)],
        "completed" | "complete" | "completion" | "closed" => return vec![(CompletedOn, 1)],
        "date" => return vec![(Meeting, 1)],
        "no" | "number" | "id" | "minute" | "minutes" => return vec![(Reference, 1)],
        "description" | "details" | "detail" => return vec![(Action, 1)],
        _ => {}
    }
    if any(&["completed", "completion", "closed", "implemented"]) && date {
        return vec![(CompletedOn, 2)];
    }
    let of_meeting = any(&[
        "meeting",
        "committee",
        "raised",
        "decision",
        "resolution",
        "minute",
        "agreed",
    ]);
    if of_meeting && date {
        return vec![(Meeting, 2)];
    }
    if number {
        return vec![(Reference, 2)];
    }
    if any(&[
        "update", "updates", "progress", "comment", "comments", "notes", "note",
    ]) {
        return if date {
            Vec::new()
        } else {
            vec![(Progress, 2)]
        };
    }
    if any(&[
        "owner",
        "owners",
        "officer",
        "officers",
        "responsible",
        "lead",
    ]) {
        return vec![(Owner, 2)];
    }
    if date {
        return Vec::new();
    }
    let mut asked = Vec::new();
    let resolved = [
        "resolution",
        "resolutions",
        "recommendation",
        "recommendations",
        "decision",
        "decisions",
    ];
    if any(&resolved) {
        asked.push((Resolution, 2));
    }
    if any(&["action", "actions", "task", "request"]) {
        asked.push((Action, 2));
    }
    asked
}
