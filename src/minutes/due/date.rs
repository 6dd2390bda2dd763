//! Deadlines that are a day, a month, a season or a year: `by 1 March`, `before Easter`, `in the autumn`.

use super::meeting::is_meeting;
use super::{DuePhraseKind, Match};
use crate::minutes::wording::{Choices, at};
use crate::minutes::words::Word;

pub(super) static MONTHS: &Choices = word!(
    "\
    january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|aug|sept|sep|oct|\
    nov|dec|apr"
);

pub(super) static SEASONS: &Choices = word!(
    "\
            spring|summer|autumn|winter|holidays|q1|q2|q3|q4|christmas|easter|half-term|recess|midsummer|michaelmas|whitsun"
);

pub(super) static WEEKDAYS: &Choices = word!(
    "\
    monday|tuesday|wednesday|thursday|friday|saturday|sunday"
);

pub(super) static BEFORE_A_DATE: &Choices = word!(
    "\
        for|by|before|on|until|in|during|from|than|around|till|early|late|mid|end|of|to|over|after|towards|following|with"
);

pub(super) fn day(word: &Word<'_>) -> bool {
    let digits = word.low.trim_end_matches(char::is_alphabetic);
    let ending = &word.low[digits.len()..];
    matches!(ending, "" | "st" | "nd" | "rd" | "th")
        && digits
            .parse::<u8>()
            .is_ok_and(|day| (1..=31).contains(&day))
}

pub(super) fn year(word: &Word<'_>) -> bool {
    word.low.len() == 4
        && (word.low.starts_with("20") || word.low.starts_with("19"))
        && word.low.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn numeric_date(word: &Word<'_>) -> bool {
    let mut parts = word.low.split(['/', '.']);
    let (Some(a), Some(b), Some(c), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    [a, b, c]
        .iter()
        .all(|part| !part.is_empty() && part.bytes().all(|x| x.is_ascii_digit()))
        && a.len() <= 2
        && b.len() <= 2
}

/// The place after a date that begins at a place.
pub(in crate::minutes) fn date_words(words: &[Word<'_>], from: usize) -> Option<usize> {
    let mut j = from;
    let get = |j: usize| words.get(j);
    while get(j).is_some_and(|w| {
        w.is(word!(
                        "the|early|late|mid|end|of|beginning|start|middle|later|this|next|about|deadline|closing|date"
        )) || w.is(WEEKDAYS)
    }) {
        if words[j].is(WEEKDAYS)
            && get(j + 1).is_some_and(day)
            && !get(j + 2).is_some_and(|w| w.is(MONTHS) || w.low == "of")
        {
            return Some(j + 2);
        }
        if words[j].is(WEEKDAYS) && !get(j + 1).is_some_and(day) {
            return Some(j + 1);
        }
        j += 1;
    }
    let w = get(j)?;
    // "2016/17".
    let two_years = w.low.len() == 7
        && w.low.starts_with("20")
        && w.low.as_bytes()[4] == b'/'
        && w.low.bytes().filter(u8::is_ascii_digit).count() == 6;
    if numeric_date(w) || two_years && j > 0 && words[j - 1].is(word!("during|by")) {
        return Some(j + 1);
    }
    if day(w) && w.after.is_empty() {
        let of = usize::from(get(j + 1).is_some_and(|w| w.low == "of"));
        if get(j + 1 + of).is_some_and(|w| w.is(MONTHS)) {
            let end = j + 2 + of;
            return Some(end + usize::from(get(end).is_some_and(year)));
        }
        return None;
    }
    let month = w.is(MONTHS) && w.is_capital()
        || w.low
            .strip_prefix("mid-")
            .is_some_and(|m| MONTHS.hold_text(m) || SEASONS.hold_text(m));
    if month {
        if get(j + 1).is_some_and(day) && w.after.is_empty() {
            let end = j + 2;
            return Some(end + usize::from(get(end).is_some_and(year)));
        }
        return Some(j + 1 + usize::from(get(j + 1).is_some_and(year) && w.after.is_empty()));
    }
    if w.is(SEASONS) {
        // "the Christmas Lights Reserve" is no time of the year.
        if w.is_capital()
            && w.after.is_empty()
            && get(j + 1).is_some_and(|next| {
                next.is_capital()
                    && !next.is(WEEKDAYS)
                    && !next.is(word!("eve|day|term|break|holiday|holidays|recess"))
            })
        {
            return None;
        }
        let term = usize::from(
            get(j + 1).is_some_and(|w| w.is(word!("term|break|holiday|holidays|recess"))),
        );
        return Some(j + 1 + term + usize::from(get(j + 1 + term).is_some_and(year)));
    }
    // "half term", "the second quarter of 2023".
    if at(words, j, phrase!("half term")) {
        return Some(j + 2);
    }
    if at(
        words,
        j,
        phrase!("first|second|third|fourth|last|final quarter of"),
    ) {
        let of = j + 3 + usize::from(get(j + 3).is_some_and(|w| w.low == "the"));
        return get(of)
            .is_some_and(|w| year(w) || w.is(word!("year|financial|calendar")))
            .then(|| {
                (of + 1 + usize::from(get(of + 1).is_some_and(|w| w.low == "year")))
                    .min(words.len())
            });
    }
    if w.low == "weekend" {
        return (j > from).then_some(j + 1);
    }
    if at(words, j, phrase!("new year")) {
        return Some(j + 2);
    }
    if at(
        words,
        j,
        phrase!("financial|municipal|calendar|academic|civic year"),
    ) {
        return (j > from).then_some(j + 2);
    }
    if w.is(word!("year|month|week|term|quarter"))
        && j > from + 1
        && words[j - 1].is(word!("the|this|of"))
        && (from..j).any(|k| words[k].is(word!("end|later|this")))
    {
        return Some(j + 1);
    }
    (year(w) && !w.after.starts_with('/')).then_some(j + 1)
}

/// Whether a day belongs to a clause that describes a thing: `the warning which had been issued in July`.
fn described(words: &[Word<'_>], i: usize) -> bool {
    // "the recommendations made by the Select Committee on 6 December".
    let made = word!(
        "made|agreed|adopted|considered|given|published|approved|issued|passed|submitted|raised"
    );
    let by = words[i].low == "on"
        && (i.saturating_sub(9)..i.saturating_sub(2)).any(|j| {
            words[j].is(made)
                && words[j + 1].low == "by"
                && !words[j.saturating_sub(1)].is(word!("be|being"))
        });
    if by {
        return true;
    }
    (i.saturating_sub(11)..i.saturating_sub(2)).any(|j| {
        words[j].is(word!("which|that"))
            && (words[j + 1].is(word!("had|was|were|would"))
                || words[j].low == "which"
                    && words[j + 1].is(word!("is|are"))
                    && words[j + 2].is(word!("meant|due|planned|expected|to")))
            && (words[j + 1].low != "would" || words[j + 2].low == "be")
            && j > 0
            && words[j - 1].after.is_empty()
            && !words[j - 1].is(word!(
                "said|agreed|asked|requested|suggested|confirmed|advised|undertook|promised|resolved|decided|to|and|proposed|reported|noted|explained"
            ))
    })
}

/// Whether a day stands in what is asked about, or on what something hangs: `why they could not be published before May`.
fn asked_of(words: &[Word<'_>], i: usize) -> bool {
    let clause = (i.saturating_sub(20)..i)
        .rev()
        .take_while(|j| !words[*j].ends_phrase());
    let mut clause = clause.map(|j| &words[j]);
    clause.any(|w| w.is(word!("why|if|unless")))
}

/// Whether something is put on a day: `arranged for the spring`, `added to the work plan for September`.
pub(super) fn arranged(words: &[Word<'_>], i: usize) -> bool {
    let verb = word!(
        "arranged|arrange|booked|book|scheduled|schedule|planned|added|add|fixed|set|put|invited|invite|again|programmed"
    );
    let of = word!(
        "figures|report|reports|minutes|accounts|budget|data|results|statistics|performance|outturn|forecast|returns|\
        statement|update"
    );
    !words[i - 1].is(of) && words[..i].iter().rev().take(10).any(|w| w.is(verb))
}

pub(super) fn date(words: &[Word<'_>], i: usize) -> Match {
    let word = &words[i];
    let kind = DuePhraseKind::Date;
    if at(words, i, phrase!("next year")) || at(words, i, phrase!("this|next weekend")) {
        return Some((kind, i..i + 2));
    }
    if word.is(word!("late|early|mid|later|next|this")) {
        let season = words
            .get(i + 1)
            .is_some_and(|w| w.is(SEASONS) || w.is(MONTHS) && !word.is(word!("next|this")));
        if season {
            return date_words(words, i + 1).map(|end| (kind, i..end));
        }
    }
    if !word.is(BEFORE_A_DATE) || !word.after.is_empty() {
        return None;
    }
    // "ahead of the winter", "prior to 3 May"; not "of 3 May".
    // "deferred to October".
    let put_off = i > 0
        && word.low == "to"
        && words[i - 1].is(word!(
            "deferred|adjourned|postponed|continued|over|off|back"
        ));
    let start = match word.low {
        _ if put_off => i,
        "of" | "to" => {
            let ahead = i.checked_sub(1)?;
            let apart = if word.low == "of" { "ahead" } else { "prior" };
            (words[ahead].low == apart).then_some(ahead)?
        }
        _ => i,
    };
    // "a visit be arranged for the spring"; not "the figures for June".
    if word.low == "for" && !(i > 0 && arranged(words, i)) {
        return None;
    }
    let held = i > 0
        && words[i - 1].is(word!(
            "held|dated|published|issued|circulated|signed|agreed|made|received|took|considered|taken|sent|introduced|occurred|happened|\
            accident|flooding|incident|storm|jubilee"
        ));
    if held && !(i > 1 && words[i - 2].low == "be") {
        return None;
    }
    // What happened at an earlier meeting is not due.
    if word.low == "on"
        && i > 0
        && is_meeting(&words[i - 1])
        && i > 1
        && (words[i - 2].is(word!("last|previous"))
            || words[i - 2].is(word!("its|our|their"))
                && words[..i]
                    .iter()
                    .any(|w| w.is(word!("was|were|had|considered|agreed|decided|resolved"))))
    {
        return None;
    }
    if word.is(word!("from|during"))
        && i > 0
        && !words[i - 1].low.ends_with("ed")
        && words[i - 1].low != "out"
        && !(word.low == "during" && arranged(words, i))
    {
        return None;
    }
    if described(words, i)
        || asked_of(words, i)
        || word.low == "towards" && !at(words, i + 1, phrase!("the end|middle|beginning of"))
        || word.low == "with"
            && !(at(words, i + 1, phrase!("the"))
                && words
                    .get(i + 2)
                    .is_some_and(|w| w.is(MONTHS) && w.is_capital()))
        || word.low == "after"
            && i > 0
            && words[i - 1].is(word!(
                "open|available|until|continue|running|meetings|visits"
            ))
    {
        return None;
    }
    let end = date_words(words, i + 1)?;
    if word.low == "on" && words[end - 1].is(SEASONS)
        || word.low == "over" && !words[i + 1..end].iter().any(|w| w.is(SEASONS))
    {
        return None;
    }
    let bare_year = end == i + 2 && year(&words[i + 1]);
    if bare_year && !word.is(word!("by|in|before|early|late|mid|end")) {
        return None;
    }
    // The period that a report covers: "in 2012 and 2013", "between".
    if words.get(end).is_some_and(|w| w.is(word!("to")))
        && words
            .get(end + 1)
            .is_some_and(|w| day(w) || year(w) || w.is(MONTHS))
    {
        return None;
    }
    Some((kind, start..end))
}
