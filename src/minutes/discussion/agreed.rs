//! What was agreed, or suggested: `It was agreed that a visit be fixed`, `Peter suggested asking the college`.

use super::asked::{giver, that_owner};
use super::deeds::{DEEDS, is_deed};
use super::named::is_mended;
use super::speakers::{Before, is_person, subject, subject_start};
use super::{BRINGING, FORMAL, Found, PAPERS, STATIVE, Strength, skip};
use crate::minutes::actors::{ACTORS, BODIES, actor, actors};
use crate::minutes::judge::{IRREGULAR, PAST};
use crate::minutes::wording::{any, at};
use crate::minutes::words::Word;

/// The rule of what was agreed without a task for anybody.
pub(in crate::minutes) const NO_TASK: &str = "agreed_no_task";

/// `It was agreed that a visit be fixed`, `The Clerk agreed to write`, `It was agreed to accept the quote`.
pub(super) fn agreed(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    // "The Chair agreed for the proper officer to reply".
    if w.get(j + 1).is_some_and(|w| w.low == "for")
        && let Some((owners, end)) = actors(w, j + 2)
        && w.get(end).is_some_and(|w| w.low == "to")
    {
        return Some((owners, Strength::Agreed, "agreed_to", 75));
    }
    // "It was agreed that the minutes be amended".
    let mended = at(
        w,
        j + 1,
        phrase!("that the minutes be amended|altered|corrected"),
    ) || at(
        w,
        j + 1,
        phrase!("that this|it would|should|will be corrected|amended"),
    );
    if mended {
        return None;
    }
    // "It was agreed that no action be taken", "The Council agreed not to fund it".
    // "It was agreed that the presentation would be taken at the next meeting" puts it off.
    let put_off = at(w, j + 1, phrase!("that"))
        && any(
            &w[j..],
            phrases!["be taken|heard|considered at the|a|its next|future meeting"],
        )
        && !any(&w[j..], phrases!["report|note|paper|letter"]);
    let nothing = put_off
        || at(w, j + 1, phrase!("not to"))
        || at(w, j + 1, phrase!("that no"))
        || at(w, j + 1, phrase!("to take no"));
    let task = if nothing {
        None
    } else {
        agreed_task(w, j, before)
    };
    task.or_else(|| {
        let adverb = usize::from(
            j > 2
                && w[j - 1].is(word!(
                    "therefore|then|also|further|subsequently|unanimously"
                )),
        );
        let it = j > 1 + adverb && w[j - 1 - adverb].low == "was" && w[j - 2 - adverb].low == "it";
        let what = (j + 1..w.len().min(j + 6)).find(|k| w[*k].is(word!("to|that")))?;
        let opinion = w[what].low == "that"
            && w[what..]
                .iter()
                .take(14)
                .any(|w| w.is(word!("would|could|were|was|had|needed|important")));
        // "It was agreed that the Council would not take it further".
        let dropped = nothing
            || any(
                &w[what..],
                phrases!["would|should|will not|serve|stand|sit|act"],
            );
        // "Trustees agreed that the Chair would serve for a year".
        let body = dropped
            && subject_start(w, j)
                .is_some_and(|start| w[start..j].last().is_some_and(|w| w.is(BODIES)));
        (body || it && (!opinion || dropped)).then_some((Vec::new(), Strength::Agreed, NO_TASK, 60))
    })
}

/// A task that was agreed: `agreed to write`, `agreed, after discussion, that a note be sent`.
fn agreed_task(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let next = w.get(j + 1)?;
    let mut from = j + 1;
    // "It was agreed a note would come to the next meeting".
    let without = j > 1
        && w[j - 1].low == "was"
        && w[j - 2].low == "it"
        && w[j].after.is_empty()
        && (next.is(word!("a|an|the"))
            || at(w, j + 2, phrase!("to be"))
            || at(w, j + 1, phrase!("we|they|he|she would|will|should"))
            || named_would(w, j + 1));
    if without {
        from = j;
    } else if !next.is(word!("to|that")) {
        // "agreed, after discussion, that"; "agreed after discussion that".
        let that = (j + 1..w.len().min(j + 6)).find(|k| w[*k].low == "that")?;
        if !at(w, j + 1, phrase!("after|following|with|by|unanimously|in")) && w[j].after.is_empty()
        {
            return None;
        }
        // "Cllr Hale agreed with Cllr Moss that the gate should be replaced" says what both think.
        if next.low == "with" && subject_start(w, j).is_some_and(|start| is_person(w, start..j)) {
            return None;
        }
        from = that;
    }
    if w[from].low == "to" {
        return agreed_to(w, j, from, before);
    }
    let clause = &w[from + 1..];
    let task = task_at(clause, without) || acts(clause) || we_act(clause);
    task.then(|| {
        let mut owners = that_owner(w, from + 1);
        // "The Manager agreed that this would be done".
        let person = subject_start(w, j).filter(|start| {
            owners.is_empty() && clause[0].is(word!("this|it|that")) && is_person(w, *start..j)
        });
        if person.is_some() {
            owners = subject(w, j, before);
        }
        (owners, Strength::Agreed, "agreed_that", 80)
    })
}

/// Whether some are named and would do something: `Freda Lusby, Martin Ogle & Tom Halley would study it`.
fn named_would(w: &[Word<'_>], from: usize) -> bool {
    let would = (from..w.len().min(from + 12)).find(|j| w[*j].is(word!("would|will|should")));
    would.is_some_and(|would| {
        would > from
            && w[from..would].iter().all(|w| {
                w.is_capital() || w.raw.is_empty() || w.is(word!("the|and|of|for")) || w.is(ACTORS)
            })
    })
}

/// Whether somebody, and no body, agreed to keep a thing: `Cllr Hale agreed to keep the spare key`.
fn keeps(w: &[Word<'_>], agreed: usize, keep: usize) -> bool {
    at(w, keep, phrase!("keep the|a|an"))
        && subject_start(w, agreed)
            .is_some_and(|start| is_person(w, start..agreed) && w[start].is_capital())
}

/// `The Clerk agreed to write`, `It was agreed to accept the quote`.
fn agreed_to(w: &[Word<'_>], j: usize, to: usize, before: &Before<'_>) -> Found {
    let verb = w.get(to + 1)?;
    if verb.is(STATIVE)
        && !verb.is(word!(
            "take|give|support|include|make|continue|start|run|have|help|apply"
        ))
        && !at(w, to + 1, phrase!("see that|whether|if"))
        || verb.is(FORMAL) && !(verb.low == "keep" && keeps(w, j, to + 1))
        || verb.is(word!("this|that|it|these|him|her|them"))
        || at(
            w,
            to + 1,
            phrase!("chair|take|be|act|stand the|as|minutes|notes|chair"),
        )
        || verb.low == "chair"
    {
        return None;
    }
    let passive = j > 0
        && (w[j - 1].is(word!("was|were|been"))
            || at(
                w,
                j.saturating_sub(2),
                phrase!("was|were also|further|then|therefore|subsequently|unanimously"),
            ));
    if passive || j == 0 {
        return Some((Vec::new(), Strength::Agreed, "agreed_to", 80));
    }
    let owners = subject(w, j, before);
    let Some(start) = subject_start(w, j) else {
        return Some((owners, Strength::Agreed, "agreed_to", 65));
    };
    let body = actor(w, start).is_some_and(|end| w[end - 1].is(BODIES));
    // "The Board agreed to consider this at its January meeting" puts it off.
    if body
        && w.get(to + 1)
            .is_some_and(|verb| verb.is(word!("consider|discuss")))
        && any(&w[to..], phrases!["meeting"])
    {
        return None;
    }
    let body = body && !w[start..j].iter().any(|w| w.low == "all");
    Some((
        if body { Vec::new() } else { owners },
        Strength::Agreed,
        "agreed_to",
        85,
    ))
}

/// Whether the verb of a task stands in what was agreed: `a note would come to the next meeting`, `the gate be mended`.
fn task_at(clause: &[Word<'_>], without: bool) -> bool {
    (0..clause.len().min(24)).any(|k| {
        let verb = clause.get(skip(clause, k + 1));
        let (before, behind) = (&clause[..k], clause.get(skip(clause, k + 2)));
        match clause[k].low {
            "be" => {
                k > 0
                    && !clause[k - 1].is(word!("would|should|could|will|might|may|to|can|always"))
                    && verb.is_some_and(doing)
            }
            "would" | "will" | "should" | "shall" => {
                verb.is_some_and(|verb| would_be_done(clause, k, verb))
            }
            // "that everyone was sent copies by the next meeting".
            "was" | "were" | "is" | "are" => {
                (1..8).contains(&k)
                    && verb.is_some_and(|v| v.is(BRINGING))
                    && !before.iter().any(|w| w.is(word!("which|that|who|as|had")))
            }
            "to" if without && clause.get(k + 1).is_some_and(|w| w.low == "be") => {
                behind.is_some_and(doing)
            }
            "to" => k > 0 && actor(clause, 0) == Some(k),
            _ => false,
        }
    })
}

/// Whether what would be done is a task: `a note would come to the next meeting`, `the Clerk would write`.
fn would_be_done(clause: &[Word<'_>], would: usize, verb: &Word<'_>) -> bool {
    let before = &clause[..would];
    if verb.low == "be" {
        // "that the lamp should be changed for a better one".
        if clause[would].is(word!("should|shall"))
            && !before.iter().any(|w| w.is(word!("how|whether|if|until")))
            && clause.get(skip(clause, would + 2)).is_some_and(|v| {
                doing(v) && !v.is(word!("held|made|allowed|given|supported|treated|used"))
            })
        {
            return true;
        }
        return !before.iter().any(|w| w.is(word!("how|whether|if|until")))
            && clause.get(skip(clause, would + 2)).is_some_and(|v| {
                is_mended(v) && v.low != "held"
                    || v.is(word!(
                        "tabled|reconsidered|revisited|taken|found|set|done|carried"
                    ))
            });
    }
    if verb.is(word!("come|go")) && before.iter().any(|w| w.is(PAPERS)) {
        return true;
    }
    let serves = verb.is(word!("serve|stand|sit|act|chair"))
        || at(clause, would + 1, phrase!("hold office"));
    !verb.is(STATIVE) && !serves && actor(clause, 0) == Some(would)
}

/// Whether somebody is to act without a word that says so: `that the Clerk write to the Minister`.
fn acts(clause: &[Word<'_>]) -> bool {
    actors(clause, 0).is_some_and(|(_, end)| {
        clause.get(end).is_some_and(|v| {
            !v.low.ends_with("ed")
                && !v.low.ends_with('s')
                && !v.is_capital()
                && !v.is(PAST)
                && !v.is(ACTORS)
                && !v.is(word!("of|in|on|to|be|would|should|will|could|did|had|can|may|might|not|for|and|at|was|were|must|shall|with|from"))
        })
    })
}

/// Whether those who agree act: `agreed that we ask SSEN`, `agreed that before asking for it we will pick out the questions`.
fn we_act(clause: &[Word<'_>]) -> bool {
    let ask = clause.first().is_some_and(|w| w.low == "we")
        && clause.get(skip(clause, 1)).is_some_and(|v| {
            !v.low.ends_with("ed")
                && !v.is(STATIVE)
                && !v.is(word!("would|could|should|had|can|may|might|were|are"))
        });
    let will = |two: &[Word<'_>]| two[0].low == "we" && two[1].is(word!("will|should|would|shall"));
    ask || clause.windows(2).take(16).any(will)
}

/// Whether a word is a deed that goes on: `asking`, `putting`.
pub(super) fn is_doing(word: &Word<'_>) -> bool {
    let Some(stem) = word.low.strip_suffix("ing") else {
        return false;
    };
    let doubled =
        stem.len() > 2 && stem.as_bytes()[stem.len() - 1] == stem.as_bytes()[stem.len() - 2];
    DEEDS.hold_text(stem)
        || DEEDS.hold_text(&format!("{stem}e"))
        || doubled && DEEDS.hold_text(&stem[..stem.len() - 1])
}

pub(super) fn doing(verb: &Word<'_>) -> bool {
    (verb.low.ends_with("ed")
        || verb.is(IRREGULAR)
        || verb.is(BRINGING)
        || verb.is(word!("fixed|set|held|put|sought|asked|kept")))
        && !verb.is(word!(
            "noted|approved|agreed|needed|required|supported|based|limited|pleased|concerned"
        ))
}

/// `suggested regular meetings of the five Chairs`, `suggested a talk by the Leader`.
fn suggests_event(w: &[Word<'_>], j: usize) -> bool {
    let event = word!(
        "talk|visit|session|briefing|presentation|survey|workshop|meeting|meetings|visits|training"
    );
    let begins = |next: &Word<'_>| next.is(word!("a|an|another|further|regular|more|site"));
    w[j].low == "suggested"
        && w.get(j + 1).is_some_and(begins)
        && w[j + 1..]
            .iter()
            .take(4)
            .take_while(|w| !w.is(word!("that|to|which|of")))
            .any(|w| w.is(event) || w.is(PAPERS))
}

/// `It was suggested that a leaflet be tried`.
pub(super) fn suggested(w: &[Word<'_>], j: usize) -> Found {
    // "It was suggested too that former Mayors be asked".
    if w.get(j + 1)
        .is_some_and(|w| w.is(word!("too|also|further")))
        && w.get(j + 2).is_some_and(|w| w.low == "that")
    {
        return suggested(w, j + 1);
    }
    // "It was proposed to put a standing item on the agenda".
    if j > 1
        && w[j - 1].low == "was"
        && w[j - 2].low == "it"
        && w.get(j + 1).is_some_and(|w| w.low == "to")
        && is_deed(w, j + 2)
    {
        return Some((Vec::new(), Strength::Suggested, "suggested", 60));
    }
    let that = w.get(j + 1).is_some_and(|w| w.low == "that");
    // "suggested it should be looked at by the Committee".
    let bare = !that
        && w.get(j + 1).is_some_and(|next| {
            next.is(word!("it|this|these|they"))
                || next.is(word!("the|a|an|his|her"))
                    && w[j + 1..].iter().take(9).any(|w| w.low == "be")
        });
    let which = j > 0 && w[j - 1].is(word!("which|who|that"));
    // "Peter suggested asking the college".
    let does = |w: &Word<'_>| is_doing(w) || w.is(word!("including|having|holding"));
    if !which && j > 0 && w.get(j + 1).is_some_and(does) && !w[j - 1].is(word!("not|was|were")) {
        return Some((Vec::new(), Strength::Suggested, "suggested", 60));
    }
    // "It was suggested by Councillor Beckles that the hours be shown".
    if w.get(j + 1).is_some_and(|w| w.low == "by")
        && let Some((_, end)) = actors(w, j + 2)
        && w.get(end).is_some_and(|w| w.low == "that")
    {
        return suggested(w, end - 1);
    }
    if !which && suggests_event(w, j) {
        return Some((giver(w, j), Strength::Suggested, "suggested", 50));
    }
    if !(that || bare) || which || w[j].low == "proposed" && any(w, phrases!["seconded"]) {
        return None;
    }
    let clause = &w[j + 2 - usize::from(bare)..];
    let task = clause
        .iter()
        .enumerate()
        .take(20)
        .any(|(k, word)| match word.low {
            "be" => {
                let modal = k > 0 && clause[k - 1].is(word!("would|might|may|will|can|to"));
                !modal && clause.get(skip(clause, k + 1)).is_some_and(doing)
            }
            "should" | "could" => {
                let passive = clause.get(k + 1).is_some_and(|v| v.low == "be")
                    && clause.get(skip(clause, k + 2)).is_some_and(doing);
                // "should be a standing item on the agenda".
                let item = at(clause, k + 1, phrase!("be a|an|the|on"))
                    && any(&clause[k..], phrases!["item", "agenda"]);
                passive
                    || item
                    || clause
                        .get(k + 1)
                        .is_some_and(|v| !v.is(STATIVE) || v.is(word!("include|cover")))
            }
            // "that the rules are altered", "that a note was put together".
            "is" | "are" | "was" | "were" => {
                k > 0
                    && clause.get(k + 1).is_some_and(doing)
                    && !clause[..k].iter().any(|w| w.is(word!("which|that|who|as")))
            }
            "would" => {
                k > 0
                    && clause[k - 1].is(word!("they|he|she|officers|we"))
                    && clause.get(k + 1).is_some_and(|v| !v.is(STATIVE))
            }
            _ => false,
        })
        || actors(clause, 0).is_some_and(|(_, end)| {
            clause.get(end).is_some_and(|v| {
                !v.low.ends_with("ed")
                && !v.low.ends_with('s')
                && !v.is_capital()
                && !v.is(word!(
                    "of|in|on|to|be|would|should|will|could|had|can|may|might|not|for|and|was|were"
                ))
            })
        });
    // "It was suggested that the parish councils be asked": who would ask is not said.
    let asked = clause
        .windows(2)
        .take(10)
        .any(|two| two[0].low == "be" && two[1].low == "asked");
    let owners = if asked {
        Vec::new()
    } else {
        that_owner(w, j + 2)
    };
    task.then_some((owners, Strength::Suggested, "suggested", 60))
}
