//! Clauses that are known by their words, not by their verb: who may stay, thanks, what stands in the minutes or on a list.

use super::Judged;
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors::actors;
use crate::minutes::due::says_which;
use crate::minutes::wording::{Choices, Seen, any, at};
use crate::minutes::words::Word;

use ResolutionKind::{Approved, Exclusion, Noted, Other, Referral, Request};

/// What a clause is that has a set form: `that the press and public be excluded`, `a true record`.
pub(super) fn set_form(w: &[Word<'_>], seen: Seen) -> Option<Judged> {
    // Who may stay is said by few clauses.
    let of_the_public = seen.hold(w, PUBLIC);
    if of_the_public && exclusion(w) {
        let not = phrases![
            "not excluded",
            "be not excluded",
            "not exclude",
            "not be excluded"
        ];
        return Some(if any(w, not) {
            Judged::of(Other, "not_excluded")
        } else {
            Judged::of(Exclusion, "exclusion")
        });
    }
    let again = phrases![
        "be readmitted|re-admitted",
        "readmit|re-admit the",
        "public be invited|asked|allowed back|in|to",
        "public|press return|returned to the meeting",
        "meeting resume|resumed|return|returned|continue|continued in public|open",
    ];
    let leave = phrases!["asked|invited|requested|required to leave|withdraw"];
    if of_the_public && any(w, leave) {
        return Some(Judged::of(Exclusion, "exclusion"));
    }
    if of_the_public && any(w, again) {
        return Some(Judged::new(Other, false, "readmission"));
    }
    let record = phrases![
        "true|correct|accurate|fair record",
        "be taken as read",
        "true|correct|accurate and accurate|correct|true record",
    ];
    seen.any(w, record)
        .then(|| Judged::of(Approved, "true_record"))
}

/// What the words of a clause make of what its verb made of it: `that the Clerk be thanked`, `that no action be taken`.
pub(super) fn said_in_words(mut judged: Judged, w: &[Word<'_>], seen: Seen) -> Judged {
    if judged.kind == Request && thanks(w, seen) {
        judged = Judged::new(Other, false, "thanks");
    }
    if judged.kind == Request
        && seen.any(w, phrases!["no further action", "no action"])
        && !any(w, phrases!["report", "write"])
    {
        judged = Judged::new(Other, false, "no_action");
    }
    if judged.kind == Request && judged.is_action && negated(w) {
        judged = Judged::new(Other, false, "not_to_be_done");
    }
    if judged.kind == Approved && seen.any(w, phrases!["not be", "be not"]) {
        judged = Judged::new(Other, false, "not_approved");
    }
    if judged.kind == Noted && (to_be_brought(w, seen) || receives(w)) {
        judged = Judged::of(Request, "be_done");
    }
    if judged.kind == Request && recorded(w, seen) {
        judged = Judged::new(Other, false, "recorded");
    }
    if matches!(judged.kind, Request | Other | Approved | Referral) && housekeeping(w, seen) {
        judged = Judged::new(Other, false, "list_housekeeping");
    }
    judged
}

/// Whether what would be a task is not to be done: `the Clerk should not reply`, `officers be instructed not to proceed`.
fn negated(w: &[Word<'_>]) -> bool {
    let not = phrases![
        "should|would|will|shall|do|does|need not",
        "not be asked|requested|instructed|invited|required",
        "be not",
        "asked|requested|instructed|advised|told|required not to",
        "no longer be",
        "would|will|should|to no longer",
        "make|makes|offer|raise|submit no comment|comments|objection|objections|response|representations",
    ];
    let place = (0..w.len().min(14)).find(|place| not.at(w, *place).is_some());
    // "ask why the bins would not be emptied", "a reply be sent which does not commit the Council".
    let within = word!("which|that|who|why|if|where|whether|because|as|so|what|how|when|those|any");
    place.is_some_and(|place| !w[..place].iter().any(|w| w.is(within)))
}

/// Whether somebody is to bring what is noted: `that the findings be received at the next meeting`.
fn to_be_brought(w: &[Word<'_>], seen: Seen) -> bool {
    seen.hold(w, word!("receive|received|consider|considered"))
        && (at_meeting(w)
            || any(
                w,
                phrases![
                    "receive|receives a|an|another|further further|update|additional|progress|report",
                    "be received at|in|by"
                ],
            ))
        && !any(w, phrases!["report be", "report of", "report on the"])
}

/// Whether something is to be received at a meeting: `received at the next meeting`, `considered by the March Panel`.
fn at_meeting(w: &[Word<'_>]) -> bool {
    (3..w.len()).any(|j| {
        says_which(&w[j]) && at(w, j - 3, phrase!("received|considered at|by the|a|its|our"))
    })
}

/// Whether a body is to be given a report: `the Board receive a report on parking before the end of the year`.
fn receives(w: &[Word<'_>]) -> bool {
    actors(w, 0).is_some_and(|(_, end)| at(w, end, phrase!("receive a|an|another|further")))
}

/// Words of which one stands in what says who may stay in the room.
static PUBLIC: &Choices = word!("public|press|session|camera|part|excluded|open");

/// Whether it says that the public leave: `that the press and public be excluded`.
fn exclusion(w: &[Word<'_>]) -> bool {
    // "to move into private session", "in the absence of the press and public".
    if any(
        w,
        phrases![
            "into private|closed|confidential session",
            "into part ii|2|b|two",
            "in private|closed|confidential session",
            "in the absence of the press|public",
            "in camera",
        ],
    ) && w.iter().take(24).any(|w| w.is(word!("move|moved|moves|go|goes|went|consider|considered|discussed|dealt|taken|met|sit|enter|entered|be|held")))
    {
        return true;
    }
    let verb = w.iter().any(|w| {
        w.is(word!(
            "exclude|excluded|excluding|exclusion|leave|withdraw|shut"
        ))
    });
    verb && (any(
        w,
        phrases![
            "public be excluded",
            "public and press",
            "press and public",
            "press and the public",
            "press and members",
            "public leave",
            "the public",
            "excluded from the meeting",
        ],
    )) && (any(
        w,
        phrases![
            "be excluded",
            "exclude the",
            "excluding the",
            "public leave",
            "exclude",
            "excluded",
            "to withdraw",
            "shut out",
        ],
    )) && !any(w, phrases!["minutes", "report back"])
}

/// Whether those are invited who need not come: `members were encouraged to attend`.
pub(super) fn courtesy(w: &[Word<'_>]) -> bool {
    let Some(place) = w
        .iter()
        .position(|w| w.is(word!("invited|encouraged|urged")))
    else {
        return false;
    };
    at(
        w,
        place + 1,
        phrase!("to attend|join|visit|contact|note|submit|view|read|take|participate"),
    ) && w[..place]
        .iter()
        .any(|w| w.is(word!("members|councillors|residents")))
}

/// Whether something is only to stand in the minutes.
fn recorded(w: &[Word<'_>], seen: Seen) -> bool {
    seen.any(
        w,
        phrases![
            "be recorded|minuted",
            "be so recorded|minuted",
            "be placed on record"
        ],
    ) && !any(w, phrases!["by the", "report"])
}

/// Whether it says what becomes of a line of a list: `that action 4 be removed from the tracker`.
fn housekeeping(w: &[Word<'_>], seen: Seen) -> bool {
    let list = seen.any(
        w,
        phrases![
            "tracker",
            "planner",
            "forward plan",
            "action log",
            "action list",
            "monitoring list",
            "business bulletin",
        ],
    ) || seen.any(w, phrases!["removed", "remove", "deleted", "delete"])
        && any(w, phrases!["the list", "work programme"]);
    let verb = w.iter().take(20).any(|w| {
        w.is(word!("remove|removed|retain|retained|transfer|transferred|delete|deleted|keep|kept|remain|closed|close|stay|off|discharge|discharged"))
    });
    list && verb
        || at(w, 0, phrase!("to discharge action|actions"))
        || at(w, 0, phrase!("discharge action|actions"))
}

/// Whether it thanks, congratulates or mourns.
fn thanks(w: &[Word<'_>], seen: Seen) -> bool {
    let words = word!("thanks|appreciation|gratitude|condolences|sympathy|congratulations|wishes");
    let done =
        word!("be|recorded|placed|extended|expressed|conveyed|given|accorded|minuted|sent|passed");
    seen.may_hold(words)
        && (0..w.len().min(12))
            .any(|j| w[j].is(words) && w[j..].iter().take(14).any(|w| w.is(done)))
        && !w.iter().take(6).any(|w| w.is(word!("letter|write")))
}
