//! What was found, as it is proposed: the words as printed, their place in the source, the deadline.

use std::ops::Range;

use super::again::Decision;
use super::clean::Clean;
use super::{
    DiscussionAction, DuePhrase, ProposedResolution, decide, discussion, due, judge, words,
};
use crate::domain::resolution::ResolutionKind;

/// How many words open a sentence.
const OPENING: usize = 10;

/// How much may stand before `it was agreed` and belong to it, in bytes.
const LEADING: usize = 60;

/// What was agreed without what was told before it: `He had not seen it, and it was agreed that he be sent a copy`.
fn from_agreement(clean: &Clean<'_>, mut said: discussion::Said) -> discussion::Said {
    let w = words::words(clean, &(said.span.start..said.verb));
    let it = w
        .windows(2)
        .rposition(|two| two[0].low == "it" && two[1].is(word!("was|were")))
        .filter(|it| *it > 0 && w.len() - it <= 4);
    if let Some(it) = it
        && w[it].from > said.span.start + LEADING
    {
        said.span.start = w[it].from;
    }
    said
}

/// What the meeting agreed in the discussion, as the decision that it is: `It was agreed that the Clerk would write`.
pub(super) fn agreed_resolution(clean: &Clean<'_>, said: discussion::Said) -> ProposedResolution {
    let w = words::words(clean, &(said.verb..said.span.end));
    let judged = judge::judge(w.get(1..).unwrap_or_default(), None);
    let no_task = said.rules.contains(&discussion::NO_TASK);
    let (kind, is_action) = if no_task && judged.kind == ResolutionKind::Request {
        (ResolutionKind::Other, false)
    } else if judged.decisive {
        (judged.kind, judged.is_action)
    } else if said.rules.contains(&discussion::NO_TASK) {
        (ResolutionKind::Approved, false)
    } else {
        (ResolutionKind::Request, true)
    };
    let said = from_agreement(clean, said);
    let action = discussed_action(clean, said);
    ProposedResolution {
        label: None,
        kind,
        text: action.text,
        span: action.span,
        is_action,
        owners: match action.owners {
            _ if !is_action => Vec::new(),
            owners if owners.is_empty() => printed(clean, &judged.owners),
            owners => owners,
        },
        due: action.due,
        confidence: action.confidence,
        rules: action.rules,
        restates: Vec::new(),
    }
}

/// A decision as it is proposed.
pub(super) fn shown(clean: &Clean<'_>, decision: Decision) -> ProposedResolution {
    let decide::Item {
        label,
        span,
        judged,
        sure,
        due,
        ..
    } = decision.item;
    // The day from which a price holds, or to which somebody is appointed, is no deadline.
    let awaits = judged.is_action
        || matches!(
            judged.kind,
            ResolutionKind::Referral | ResolutionKind::Other
        );
    let due = match due {
        Some(cell) => due::in_cell(&words::words(clean, &cell)),
        None if awaits => due::find(&words::words(clean, &span)),
        None => due::Found::none(),
    };
    let sure = if judged.decisive { sure } else { sure / 2 };
    ProposedResolution {
        label,
        kind: judged.kind,
        text: plain(clean, &span),
        span: in_source(clean, &span),
        is_action: judged.is_action,
        // Where nobody is to do anything, nobody is to act.
        owners: if judged.is_action {
            printed(clean, &judged.owners)
        } else {
            Vec::new()
        },
        due: phrase(clean, &due),
        confidence: f32::from(sure) / 100.0,
        rules: judged.rules,
        restates: decision
            .restates
            .iter()
            .map(|span| in_source(clean, span))
            .collect(),
    }
}

/// What was asked for or promised, as it is proposed.
pub(super) fn discussed_action(clean: &Clean<'_>, said: discussion::Said) -> DiscussionAction {
    let due = match due::find(&words::words(clean, &(said.verb..said.span.end))) {
        due::Found { span: None, .. } => {
            // A deadline before the verb opens the sentence.
            let opening = words::words(clean, &(said.span.start..said.verb.max(said.span.start)));
            due::find(&opening[..opening.len().min(OPENING)])
        }
        found => found,
    };
    DiscussionAction {
        text: plain(clean, &said.span),
        span: in_source(clean, &said.span),
        owners: printed(clean, &said.owners),
        strength: said.strength,
        due: phrase(clean, &due),
        confidence: f32::from(said.sure) / 100.0,
        rules: said.rules,
    }
}

/// The names of those who are to act, as printed.
fn printed(clean: &Clean<'_>, owners: &[Range<usize>]) -> Vec<String> {
    owners.iter().map(|owner| plain(clean, owner)).collect()
}

/// A deadline as printed.
fn phrase(clean: &Clean<'_>, due: &due::Found) -> DuePhrase {
    DuePhrase {
        kind: due.kind,
        phrase: due.span.as_ref().map(|span| plain(clean, span)),
    }
}

/// Where a span stands in the source.
fn in_source(clean: &Clean<'_>, span: &Range<usize>) -> [usize; 2] {
    let span = clean.in_source(span);
    [span.start, span.end]
}

/// A span in one line.
fn plain(clean: &Clean<'_>, span: &Range<usize>) -> String {
    let text = &clean.text[span.clone()];
    if memchr::memchr(b'\n', text.as_bytes()).is_none() {
        return text.to_owned();
    }
    let mut line = String::with_capacity(text.len());
    for piece in text.split('\n') {
        if !(line.is_empty() || piece.is_empty()) {
            line.push(' ');
        }
        line.push_str(piece);
    }
    line
}
