//! Actors: the posts, people and bodies that a clause names.

use std::ops::Range;

use super::discussion::DEEDS;
use super::wording::{Choices, at};
use super::words::Word;

/// Nouns that act without a capital letter.
pub(super) static ACTORS: &Choices = word!(
    "\
    officers|officer|members|councillors|councillor|clerk|chairs|chair|chairman|chairperson|chairwoman|vice-chair|\
    vice-chairman|secretary|treasurer|committee|council|board|panel|forum|group|residents|applicant|licensee|landlord|staff|governors|trustees|\
    cabinet|team|department|director|directors|contractor|handyman|everyone|all|manager|executive|subcommittee|\
    sub-committee|partners|leader|mayor|solicitor|engineer|surveyor|warden|convener|convenor|scrutiny|\
    administration|headteacher|everybody|providers|practices|trusts|agencies|stakeholders|representatives|councils|committees|boards|schools|volunteers|parishioners|coordinator|co-ordinator|organisers|service|services|\
    authority|body|provost|auditor|auditors|accountant|architect|planners|caretaker|coun|cllr"
);

/// Bodies, which decide more often than they do.
pub(super) static BODIES: &Choices = word!(
    "\
    committee|council|board|panel|forum|group|cabinet|executive|sub-committee|subcommittee|meeting|members|\
    councillors|cllrs|trustees|governors|authority|body|all|court|senate|assembly|partnership|commission|directors"
);

static DETERMINERS: &Choices = word!(
    "\
        the|a|an|all|each|any|our|their|its|both|another|this"
);
static BEFORE_A_NOUN: &Choices = word!(
    "\
    two|three|four|five|interim|acting|governing|relevant|appropriate|new|responsible|lead|senior|deputy|\
    assistant|executive|named|ward|local|individual|other|independent|vice|task|working|planning|licensing|\
    housing|duty|case|project|legal|parking|conservation|environmental|community|parish|town|host|constituent|\
    billing|highway|highways|support|bus|policy|scrutiny|grounds|finance|transport|school|village|hall|events|\
    website|allotment|youth|sports|democratic|area|monitoring|advisory|steering|liaison|reference"
);
static JOINS: &Choices = word!(
    "\
    of|and|&|–|-|for|the|to|with|in"
);
/// Verbs of decisions that are printed in capitals, and are no part of a name.
pub(super) static PROSE: &Choices = word!(
    "\
    agreed|asked|noted|approved|received|remitted|appointed|authorised|instructed|endorsed|adopted|referred|deferred|\
    delegated|requested|accepted|confirmed|elected|welcomed|resolved|recommended|decided|declined|refused|rejected|homologated|\
    dismissed|ratified|supported"
);
/// The same of a body that speaks for itself: `Council RECOMMENDS`.
static DECIDES: &Choices = word!(
    "\
    agrees|asks|notes|approves|endorses|adopts|refers|defers|delegates|requests|accepts|confirms|resolves|recommends|\
    recommend|request|note|approve|agree"
);

/// What a person or a post is introduced by.
pub(super) static TITLES: &Choices = word!(
    "\
    cllr|cllrs|councillor|councillors|mr|mrs|ms|miss|dr|sir|lord|lady|professor|prof|rev|revd|dame|father|rabbi|imam|\
    canon|coun|pc|inspector|sgt|sergeant|superintendent|bailie|provost|baroness|major|captain"
);
/// Who is named by an office alone: `Clerk to write`.
pub(super) static OFFICERS: &Choices = word!("clerk|chair|chairman|secretary|treasurer");

/// What posts begin with.
pub(super) static POSTS: &Choices = word!(
    "\
    director|head|chief|chair|chairman|chairperson|vice-chair|vice-chairman|leader|clerk|manager|treasurer|mayor|\
    secretary|officers|members|deputy|assistant|corporate|executive|cabinet|group|strategic|portfolio"
);

/// How many words name an actor at most: a bound, so that the time grows with the length of the text alone.
const LONGEST: usize = 60;

/// Whether a word is a noun that acts by itself: `the clerk`; not `scrutiny`, which goes before one.
fn lower_actor(word: &Word<'_>) -> bool {
    word.is(ACTORS) && !word.is(word!("all|scrutiny"))
}

/// Where the noun or the name of an actor stands that begins at a place, behind its article: in `the acting head teacher`.
fn named(words: &[Word<'_>], from: usize) -> Option<usize> {
    let mut j = from;
    if words.get(j)?.is(DETERMINERS) && words[j].after.is_empty() {
        j += 1;
        j += usize::from(words.get(j)?.is(word!("of|the")));
    }
    while j < from + LONGEST
        && words
            .get(j)
            .is_some_and(|w| w.is(BEFORE_A_NOUN) && !w.is_capital() && w.after.is_empty())
        && j + 1 < words.len()
    {
        j += 1;
    }
    j += usize::from(described(words, from, j));
    let first = words.get(j)?;
    // "Provide an update to the Panel" begins with what is to be done.
    let deed = first.is_capital()
        && first.is(DEEDS)
        && words
            .get(j + 1)
            .is_some_and(|next| next.is(word!("a|an|the|that|whether|any|all|further")));
    // "Write to the bus company".
    let writes = first.is_capital() && first.is(word!("write|speak|talk|reply|respond"));
    let deed = deed || writes && words.get(j + 1).is_some_and(|next| next.low == "to");
    if deed {
        return None;
    }
    (proper(first) || lower_actor(first)).then_some(j)
}

/// Whether a word behind an article describes those whom the next one names: `the constitutional team`, `the board’s clerk`.
fn described(words: &[Word<'_>], from: usize, j: usize) -> bool {
    let team =
        word!("team|officer|officers|manager|managers|department|clerk|unit|surveyor|service");
    j == from + 1
        && words
            .get(j + 1)
            .is_some_and(|next| next.is(team) && !next.is_capital())
        && words.get(j).is_some_and(|word| {
            let whose = word.low.ends_with("'s") || word.low.ends_with("’s");
            (whose || word.is_letters())
                && !word.is_capital()
                && word.after.is_empty()
                && !lower_actor(word)
                && !word.low.ends_with("ed")
                && !word.is(word!(
                    "is|was|to|and|of|that|as|by|for|so|said|same|whole|first|other|report|paper"
                ))
        })
}

/// The actor that begins at a place, as the place after its last word; `None` where what stands there is no actor.
pub(super) fn actor(words: &[Word<'_>], from: usize) -> Option<usize> {
    let j = named(words, from)?;
    let words = &words[..words.len().min(j + LONGEST)];
    let get = |j: usize| words.get(j);
    let mut end = j;
    while let Some(word) = get(end) {
        // "Mr A Foskett".
        let initial =
            end > j && words[end - 1].is(TITLES) && word.raw.len() == 1 && word.is_capital();
        let taken = proper(word)
            || initial
            || word.raw.is_empty() && matches!(word.before, "&" | "–" | "-" | "—")
            || lower_actor(word)
            || (word.is(BEFORE_A_NOUN)
                && get(end + 1).is_some_and(|next| proper(next) || lower_actor(next)));
        if !taken {
            break;
        }
        end += 1;
        // "the Portfolio Holders concerned".
        if word.after.is_empty() && get(end).is_some_and(|next| next.low == "concerned") {
            end += 1;
            break;
        }
        if ends(word) {
            let portfolio = word.low == "director"
                && word.after == ","
                && get(end).is_some_and(|w| proper(w) && !w.is(TITLES) && !w.is(POSTS));
            if portfolio || series(words, j, end) {
                continue;
            }
            break;
        }
        // A connection, if something follows that it can connect.
        let mut k = end;
        while get(k).is_some_and(|w| {
            (w.is(JOINS) || w.raw.is_empty() && matches!(w.before, "&" | "–" | "-" | "—"))
                && w.after.is_empty()
        }) && k < end + 2
        {
            k += 1;
        }
        if k > end {
            let joined = get(k).is_some_and(|next| {
                // "Village Hall – Cllr Hale": a title goes before.
                let dash = words[end].raw.is_empty() && words[end].before != "&";
                let alone = next.is(OFFICERS) || next.is(word!("officers|members"));
                if dash && (next.is(TITLES) || alone || next.is_initials()) {
                    return false;
                }
                // "by the Director to the March meeting"; not the Clerk to the Council.
                let serves = words[end].low == "to"
                    && words[end - 1].is(word!(
                        "assistant|secretary|adviser|advisor|aide|clerk|deputy|solicitor|champion|representative|ambassador"
                    ));
                let place = words[end].is(word!("to|in|with")) && !serves;
                if place || (words[end].low == "for" && !proper(next)) {
                    return false;
                }
                proper(next)
                    || (words[end].low == "and"
                        && (lower_actor(next) || next.is(BEFORE_A_NOUN))
                        && named(words, end + 1).is_some())
            });
            if !joined {
                break;
            }
            end = k;
        }
    }
    (end > j).then_some(end)
}

/// Whether a comma belongs to the post: `the Cabinet Member for Planning, Highways and Transport`.
fn series(words: &[Word<'_>], from: usize, end: usize) -> bool {
    let post =
        words[end - 1].after == "," && words[from..end].iter().any(|w| w.is(word!("for|of")));
    let next = |k: usize| {
        words
            .get(k)
            .is_some_and(|w| proper(w) && !w.is(TITLES) && !w.is(POSTS))
    };
    post && next(end)
        && (end + 1..words.len().min(end + 6))
            .take_while(|k| next(*k - 1))
            .find(|k| words[*k].low == "and" || words[*k].raw.is_empty() && words[*k].before == "&")
            .is_some_and(|and| next(and + 1))
}

fn ends(word: &Word<'_>) -> bool {
    let after = word.after;
    // "Cllr, Nutt" is a slip.
    if after == "," && word.is(word!("cllr|cllrs")) {
        return false;
    }
    // "(Finance)" belongs to the post, and "J." to a name.
    if after.is_empty()
        || after == ":" && word.low == "director"
        || (after == "." && (word.raw.len() == 1 || word.is(TITLES)))
        || after.starts_with(['\'', '’'])
    {
        return false;
    }
    after.contains([',', ';', ':', '.', '?', '!', ')']) || after.ends_with(['-', '–'])
}

fn proper(word: &Word<'_>) -> bool {
    word.is_capital()
        && !(word.is_upper() && (word.is(PROSE) || word.is(DECIDES)))
        && !word.is(word!("january|february|april|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday"))
        && !word.raw.is_empty()
        && !word.is(word!(
            "that|it|this|these|there|to|we|i|they|he|she|a|an|in|on|at|if|as|for|finally|spring|summer|autumn|winter|by|from|with|following|after|before|once|when|subject|recommendation|old|new"
        ))
}

/// Whether what begins a clause is surely somebody: a post, a person, a body.
pub(super) fn is_actor(words: &[Word<'_>]) -> bool {
    let Some(end) = actor(words, 0) else {
        return false;
    };
    let run = &words[..end];
    run[0].low == "the" && run.len() > 1
        || run
            .iter()
            .any(|w| w.is(ACTORS) || w.is(TITLES) || w.is(POSTS) || w.is_initials())
}

/// Those whom one word names: `CR/JP`, `Chair/Clerk`.
pub(super) fn parts(word: &Word<'_>) -> Vec<Range<usize>> {
    let names = word.raw.split('/');
    let alone = |name: &str| name.starts_with(char::is_uppercase) || OFFICERS.hold_text(name);
    if !names.clone().all(alone) {
        return std::iter::once(word.from..word.to).collect();
    }
    let mut from = word.from;
    names
        .map(|name| {
            let span = from..from + name.len();
            from = span.end + 1;
            span
        })
        .collect()
}

/// Those whom a run of words names, the last of them with a slash: `Cllrs Baird/Lamont`.
pub(super) fn slashed(words: &[Word<'_>], run: &Range<usize>) -> Vec<Range<usize>> {
    let whole = span(words, run);
    let last = &words[run.end - 1];
    let names = parts(last);
    // "Martin Soames/Ruth Kersey": the slash stands between two names in full.
    let middle = (run.start + 1..run.end).find(|j| words[*j].raw.matches('/').count() == 1);
    if let Some(middle) = middle.filter(|middle| middle + 1 < run.end && run.len() <= 5)
        && words[run.clone()].iter().all(Word::is_capital)
        && let [left, right] = &parts(&words[middle])[..]
    {
        return vec![whole.start..left.end, right.start..whole.end];
    }
    if names.len() < 2 || !words[run.start].is(TITLES) {
        return vec![whole];
    }
    let mut found = names;
    found[0].start = whole.start;
    found
}

/// The several actors that a run of words names.
pub(super) fn apart(words: &[Word<'_>], run: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = run.start;
    for j in run.clone() {
        let and = words[j].low == "and";
        let joint = and || words[j].before == "&" && words[j].raw.is_empty();
        // "the Head of People & Chief Finance Officer" is one.
        let one = !and
            && words[from].low == "the"
            && words[from..j].iter().any(|w| w.low == "of")
            && words.get(j + 1).is_some_and(|w| w.low == "chief");
        // What follows a joint at once, "and And Smith", joins nothing.
        if one || !joint || j == from || j + 1 >= run.end {
            continue;
        }
        let next = &words[j + 1];
        let left = &words[from..j];
        let whole = left
            .iter()
            .any(|w| w.is(POSTS) || w.is(TITLES) || w.is(ACTORS))
            || left.len() <= 2;
        let determined = next.low == "the";
        let titled = next.is(TITLES) && !left[left.len() - 1].is(TITLES);
        // "and Corporate Services" names no post.
        let vice = next.is(word!("vice|deputy|lead"))
            && words.get(j + 2).is_some_and(|w| {
                w.is(word!(
                    "chair|chairman|chairperson|mayor|leader|convener|convenor|officer"
                ))
            });
        // "Councillors and residents".
        let groups = left.len() == 1
            && left[0].is(ACTORS)
            && left[0].low.ends_with('s')
            && next.is(ACTORS)
            && next.low.ends_with('s')
            && j + 2 == run.end;
        let office = vice || next.is(POSTS)
            && (!next.is(word!("corporate|executive|cabinet|group|strategic|portfolio|chief|deputy|assistant"))
                || words[j + 2..run.end].iter().take(4).any(|w| {
                    w.is(word!("director|officer|head|manager|executive|member|holder|leader|clerk|chair|secretary|solicitor"))
                }));
        let post = whole
            && (office || next.low == "officers" || next.low == "members")
            && !left[left.len() - 1].is(word!("overview|resources|scrutiny"))
            && finished(left);
        let person = |w: &[Word<'_>]| {
            w.len() <= 2
                && !w.is_empty()
                && w.iter()
                    .all(|w| w.is_capital() && !w.is(ACTORS) && !w.is(POSTS) && w.low != "overview")
        };
        let initials = words[j - 1].is_initials() && next.is_initials();
        let people = person(left)
            && person(&words[j + 1..run.end])
            && left[0].low != "the"
            && !words[run.end - 1].is(ACTORS);
        // "Councillor Rowell and P Ashby".
        let with_title = left[0].is(TITLES)
            && left.len() <= 3
            && left[1..].iter().all(|w| w.is_capital() && !w.is(POSTS))
            && j + 3 == run.end
            && person(&words[j + 1..run.end]);
        // "The Chairman and Katie Rudge".
        let with_post = left.last().is_some_and(|w| w.is(POSTS) || w.is(ACTORS))
            && !left.iter().any(|w| w.is(word!("of|for")))
            && (j + 3 == run.end && person(&words[j + 1..run.end])
                || j + 2 == run.end && next.is_initials());
        if determined || groups || titled || post || initials || people || with_title || with_post {
            found.push(from..j);
            from = j + 1;
        }
    }
    found.push(from..run.end);
    found
}

/// Whether a post is said in full: not "Director of Children", to which "and …" may belong.
fn finished(left: &[Word<'_>]) -> bool {
    left.last()
        .is_some_and(|last| last.is(POSTS) || last.is(ACTORS) || last.low == "executive")
        || left.iter().any(|w| w.low == "of" || w.low == "for")
}

/// The text of an actor, without punctuation at its end.
pub(super) fn span(words: &[Word<'_>], run: &Range<usize>) -> Range<usize> {
    let last = &words[run.end - 1];
    // "the Assistant Director (Highways)".
    let closed = last.after.starts_with(')')
        && words[run.clone()]
            .iter()
            .skip(1)
            .any(|w| w.before.ends_with('('));
    words[run.start].from..last.to + usize::from(closed)
}

/// The actors that begin at a place, together with the place after them.
pub(super) fn actors(words: &[Word<'_>], from: usize) -> Option<(Vec<Range<usize>>, usize)> {
    let end = actor(words, from)?;
    // "a Members' briefing" is a briefing.
    if words[end - 1].after.starts_with(['\'', '’'])
        || words[end - 1].low.ends_with("'s")
        || words[end - 1].low.ends_with("’s")
    {
        return None;
    }
    let mut all: Vec<_> = apart(words, from..end)
        .iter()
        .flat_map(|run| match run.len() {
            1 => parts(&words[run.start]),
            _ => slashed(words, run),
        })
        .collect();
    let mut stop = end;
    // "the Head of Finance, the Clerk and the Chair".
    while words[stop - 1].after == ","
        && words.get(stop).is_some_and(|w| {
            // "the committee, and Mrs Parminter was content" begins another clause.
            w.low == "the"
                || w.is(TITLES)
                || w.is_initials()
                || w.is_capital() && w.is(OFFICERS)
                || w.low == "and" && all.len() > 1
                || w.is_capital()
                    && (words[stop - 1].is(BODIES) || w.is(POSTS) && words[from].low == "the")
        })
    {
        let next = stop + usize::from(words[stop].low == "and");
        let Some(after) = actor(words, next) else {
            break;
        };
        // "In reply to Mr Smith, the Director agreed": only a list that ends with "and" goes on.
        let and = |w: &Word<'_>| w.low == "and" || w.raw.is_empty() && w.before == "&";
        let listed = words[next..after].iter().any(and)
            || words[after - 1].after == "," && words.get(after).is_some_and(|w| w.low == "and")
            || words[stop].low == "and"
            || words.get(after).is_some_and(|w| w.low == "and");
        if !listed {
            break;
        }
        all.extend(apart(words, next..after).iter().map(|run| span(words, run)));
        stop = after;
    }
    Some((all, stop))
}

/// Passes by a consultation between commas: `, in consultation with the Chair,`.
pub(super) fn beyond_consultation(words: &[Word<'_>], from: usize) -> usize {
    if !at(
        words,
        from,
        phrase!("in consultation|liaison|conjunction|partnership with"),
    ) && !at(
        words,
        from,
        phrase!("following|after consultation|discussion with"),
    ) && !at(words, from, phrase!("together|working|along with"))
        && !at(words, from, phrase!("on behalf of"))
        && !at(words, from, phrase!("subject to"))
    {
        return from;
    }
    let closed = (from..words.len().min(from + 25)).find(|j| {
        words[*j].after.contains(',')
            && words
                .get(j + 1)
                .is_none_or(|w| !w.is_capital() || w.low == "be")
    });
    // "in consultation with the Chair be authorised", without the second comma.
    let be = (from + 3..words.len().min(from + 16)).find(|j| words[*j].low == "be");
    match (closed, be) {
        (Some(closed), Some(be)) if be <= closed => be,
        (None, Some(be)) => be,
        (Some(closed), _) => closed + 1,
        (None, None) => from,
    }
}
