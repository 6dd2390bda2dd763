//! Judging: what kind of decision a clause is, whether somebody is to do something, and who.

use std::ops::Range;

use super::actors::{self, BODIES, actors};
use super::discussion::DEEDS;
use super::wording::{Choices, any, at, find};
use super::words::Word;
use crate::domain::resolution::ResolutionKind;

use ResolutionKind::{
    Appointment, Approved, Exclusion, Noted, Other, Recommendation, Referral, Request,
};

/// What a clause was judged to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) kind: ResolutionKind,
    pub(super) is_action: bool,
    pub(super) owners: Vec<Range<usize>>,
    /// The rules that fired.
    pub(super) rules: Vec<&'static str>,
    /// Whether its form is that of a decision: a verb was found where a decision has it.
    pub(super) decisive: bool,
}

impl Judged {
    fn new(kind: ResolutionKind, is_action: bool, rule: &'static str) -> Self {
        Self {
            kind,
            is_action,
            owners: Vec::new(),
            rules: vec![rule],
            decisive: true,
        }
    }

    fn of(kind: ResolutionKind, rule: &'static str) -> Self {
        Self::new(kind, matches!(kind, Request | Recommendation), rule)
    }

    fn by(mut self, owners: Vec<Range<usize>>, rule: &'static str) -> Self {
        if !owners.is_empty() {
            self.owners = owners;
            self.rules.push(rule);
        }
        self
    }
}

/// The kind that a verb makes of a decision, in any of its forms.
fn family(word: &str) -> Option<ResolutionKind> {
    Some(match word {
        "note" | "notes" | "noted" | "receive" | "receives" | "received" | "welcome"
        | "welcomes" | "welcomed" | "acknowledge" | "acknowledges" | "acknowledged"
        | "recognise" | "recognises" | "recognised" => Noted,
        "approve" | "approves" | "approved" | "agree" | "agrees" | "agreed" | "adopt"
        | "adopts" | "adopted" | "endorse" | "endorses" | "endorsed" | "confirm" | "confirms"
        | "confirmed" | "authorise" | "authorises" | "authorised" | "authorize" | "authorized"
        | "delegate" | "delegates" | "delegated" | "accept" | "accepts" | "accepted"
        | "support" | "supports" | "supported" | "ratify" | "ratifies" | "ratified" | "grant"
        | "grants" | "granted" | "sign" | "signed" | "permitted" | "permit" | "allowed"
        | "empowered" | "sanctioned" | "carried" | "re-affirm" | "reaffirm" | "reaffirms"
        | "homologate" | "homologated" | "affirmed" | "awarded" | "award" | "given" | "allow"
        | "allows" | "pay" | "pays" | "paid" | "minded" | "buy" | "purchase" | "donate"
        | "hear" => Approved,
        "request" | "requests" | "requested" | "ask" | "asks" | "asked" | "instruct"
        | "instructs" | "instructed" | "invite" | "invites" | "invited" | "require"
        | "requires" | "required" | "direct" | "directs" | "directed" | "urge" | "urges"
        | "urged" | "encourage" | "encouraged" | "encourages" | "tasked" | "task" => Request,
        "recommend" | "recommends" | "recommended" => Recommendation,
        "elect" | "elects" | "elected" | "appoint" | "appoints" | "appointed" | "re-elected"
        | "reelected" | "conferred" | "re-appointed" | "reappointed" | "nominate" | "nominates"
        | "nominated" | "co-opt" | "co-opted" | "coopted" => Appointment,
        "refer" | "refers" | "referred" | "remit" | "remits" | "remitted" | "defer" | "defers"
        | "deferred" | "adjourn" | "adjourned" | "continued" | "postponed" | "postpone" => Referral,
        "exclude" | "excludes" | "excluded" => Exclusion,
        "refuse" | "refuses" | "refused" | "remove" | "removes" | "removed" | "retain"
        | "retains" | "retained" | "suspend" | "suspends" | "suspended" | "thank" | "thanks"
        | "thanked" | "congratulate" | "congratulated" | "commended" | "delete" | "deleted"
        | "transfer" | "transferred" | "rejected" | "reject" | "dismissed" | "withdrawn"
        | "extended" | "waived" | "lost" | "kept" | "remain" | "remains" | "concluded"
        | "closed" | "expressed" | "amended" | "upheld" | "discharged" | "disapplied"
        | "lifted" | "modified" | "varied" | "revoked" | "satisfied" | "attach" | "impose"
        | "object" | "objects" | "decline" | "declines" | "declined" => Other,
        _ => return None,
    })
}

static ADVERBS: &Choices = word!(
    "\
    also|formally|unanimously|hereby|duly|again|further|therefore|now|not|otherwise|strongly|respectfully|either|\
    accordingly|initially|then|both|jointly|thereafter|first|still|always|immediately|urgently|only"
);

/// Verbs that look like participles or nouns where a subject's verb is looked for.
static NO_VERBS: &Choices = word!(
    "\
    of|in|at|on|for|from|with|by|under|and|or|as|who|which|that|whose|to|is|are|was|were|be|been|has|have|had|not|\
    regarding|concerning|including|where|when|if|than|but|present|only|into|via|per|about|within|during|following|\
    it|whether|set|made"
);

/// How many words of a clause are judged: a bound, so that the time grows with the length of the text alone.
const CLAUSE: usize = 250;

/// Judges a clause. `lead` is what the sentence that leads in to a list said of its items.
pub(super) fn judge(words: &[Word<'_>], lead: Option<&Judged>) -> Judged {
    let words = &words[..words.len().min(CLAUSE)];
    let from = opening(words);
    let w = &words[from..];
    if exclusion(w) {
        return if any(
            w,
            phrases![
                "not excluded",
                "be not excluded",
                "not exclude",
                "not be excluded"
            ],
        ) {
            Judged::of(Other, "not_excluded")
        } else {
            Judged::of(Exclusion, "exclusion")
        };
    }
    if any(
        w,
        phrases![
            "true|correct|accurate record",
            "true|correct|accurate and accurate|correct|true record",
        ],
    ) {
        return Judged::of(Approved, "true_record");
    }
    let mut judged = clause(w, lead);
    if let Some(lead) = lead {
        judged = led(judged, lead, w);
    }
    if judged.kind == Request && judged.is_action {
        if courtesy(w) {
            judged = Judged::new(Other, false, "courtesy");
        } else if judged.owners.is_empty()
            && let Some(owners) = agent(w)
        {
            judged = judged.by(owners, "agent");
        }
    }
    if judged.kind == Request && thanks(w) {
        judged = Judged::new(Other, false, "thanks");
    }
    if judged.kind == Request
        && any(w, phrases!["no further action", "no action"])
        && !any(w, phrases!["report", "write"])
    {
        judged = Judged::new(Other, false, "no_action");
    }
    if judged.kind == Approved && any(w, phrases!["not be", "be not"]) {
        judged = Judged::new(Other, false, "not_approved");
    }
    if judged.kind == Request && recorded(w) {
        judged = Judged::new(Other, false, "recorded");
    }
    if housekeeping(w) && matches!(judged.kind, Request | Other | Approved | Referral) {
        judged = Judged::new(Other, false, "list_housekeeping");
    }
    judged
}

/// Whether it thanks, congratulates or mourns.
fn thanks(w: &[Word<'_>]) -> bool {
    let words = word!("thanks|appreciation|gratitude|condolences|sympathy|congratulations|wishes");
    let done =
        word!("be|recorded|placed|extended|expressed|conveyed|given|accorded|minuted|sent|passed");
    (0..w.len().min(12)).any(|j| w[j].is(words) && w[j..].iter().take(14).any(|w| w.is(done)))
        && !w.iter().take(6).any(|w| w.is(word!("letter|write")))
}

/// Applies what the lead-in said.
fn led(judged: Judged, lead: &Judged, w: &[Word<'_>]) -> Judged {
    match lead.kind {
        Recommendation if lead.rules == ["heading"] => match judged.kind {
            Noted | Exclusion | Recommendation => judged,
            _ => Judged::new(Recommendation, practical(w), "heading").by(
                if lead.owners.is_empty() {
                    judged.owners
                } else {
                    lead.owners.clone()
                },
                "recommended_body",
            ),
        },
        Request | Recommendation => {
            let own = if judged.owners.is_empty() {
                lead.owners.clone()
            } else {
                judged.owners.clone()
            };
            let owners = if lead.kind == Recommendation {
                lead.owners.clone()
            } else {
                own
            };
            let practical = lead.kind == Request || practical(w);
            Judged::new(lead.kind, practical, "lead_in").by(owners, "lead_in_owner")
        }
        Noted if !judged.decisive || judged.kind == Request => Judged::of(Noted, "lead_in"),
        kind if !judged.decisive => Judged::of(kind, "lead_in"),
        _ => judged,
    }
}

/// A recommendation to approve a text is not a task.
fn practical(w: &[Word<'_>]) -> bool {
    let inner = clause(w, None);
    !inner.decisive
        || inner.rules == ["be_policy"]
        || !matches!(inner.kind, Noted | Approved | Appointment)
}

/// Where the clause begins: behind `That`, `and that`, and an aside between commas.
fn opening(words: &[Word<'_>]) -> usize {
    let mut from = 0;
    while words.get(from).is_some_and(|w| {
        w.is(word!(
            "that|and|also|t|h|further|secondly|firstly|finally|accordingly"
        ))
    }) {
        from += 1;
    }
    let from = from.min(words.len());
    // "That, subject to funding, the Director bring …".
    let aside = words.get(from).is_some_and(|w| {
        w.is(word!("subject|in|following|having|given|with|for|on|under|pending|as|at|once|when|where|if|should|by|before|after|from"))
    });
    if !aside {
        return from;
    }
    (from..words.len().min(from + 25))
        .find(|j| words[*j].after == ",")
        .map(|j| j + 1)
        .filter(|next| actors(&words[*next..], 0).is_some_and(|(_, end)| next + end < words.len()))
        .unwrap_or(from)
}

fn exclusion(w: &[Word<'_>]) -> bool {
    let verb = w
        .iter()
        .any(|w| w.is(word!("exclude|excluded|excluding|exclusion|leave|withdraw")));
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
        ],
    )) && !any(w, phrases!["minutes", "report back"])
}

fn courtesy(w: &[Word<'_>]) -> bool {
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
fn recorded(w: &[Word<'_>]) -> bool {
    any(
        w,
        phrases![
            "be recorded|minuted",
            "be so recorded|minuted",
            "be placed on record"
        ],
    ) && !any(w, phrases!["by the", "report"])
}

fn housekeeping(w: &[Word<'_>]) -> bool {
    let list = any(
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
    ) || any(w, phrases!["the list", "work programme"])
        && any(w, phrases!["removed", "remove", "deleted", "delete"]);
    let verb = w.iter().take(20).any(|w| {
        w.is(word!("remove|removed|retain|retained|transfer|transferred|delete|deleted|keep|kept|remain|closed|close|stay|off|discharge|discharged"))
    });
    list && verb
        || at(w, 0, phrase!("to discharge action|actions"))
        || at(w, 0, phrase!("discharge action|actions"))
}

/// Who is to do it where the verb is passive: `by the Director`, `via Cllr Hale`.
fn agent(w: &[Word<'_>]) -> Option<Vec<Range<usize>>> {
    for (place, word) in w.iter().enumerate() {
        if (word.low == "via"
            || (word.low == "by" && place > 0 && w[place - 1].low.ends_with(['d', 'n', 't', 'k'])))
            && let Some((owners, _)) = actors(w, place + 1)
        {
            let first = &w[place + 1];
            if super::due::date_words(w, place + 1).is_none() && !first.is(word!("an|a")) {
                return Some(owners);
            }
        }
    }
    // "be drawn to the attention of the Portfolio Holder by the Chairman".
    let by = w.iter().rposition(|w| w.low == "by")?;
    let (owners, end) = actors(w, by + 1)?;
    (end == w.len() && w[by + 1].low == "the" && w[by + 2..].iter().any(|w| w.is(actors::POSTS)))
        .then_some(owners)
}

fn skip_adverbs(w: &[Word<'_>], mut j: usize) -> usize {
    while w.get(j).is_some_and(|word| word.is(ADVERBS)) {
        j += 1;
    }
    j
}

fn unknown() -> Judged {
    Judged {
        kind: Other,
        is_action: false,
        owners: Vec::new(),
        rules: vec!["no_decision_verb"],
        decisive: false,
    }
}

fn clause(w: &[Word<'_>], lead: Option<&Judged>) -> Judged {
    let first = skip_adverbs(w, 0);
    let Some(word) = w.get(first) else {
        return unknown();
    };
    // "the Panel: was satisfied that he remained a fit person".
    if word.is(word!("was|were"))
        && let Some(judged) = passive_of(w, skip_adverbs(w, first + 1), Vec::new())
    {
        return judged;
    }
    if word.low == "to" {
        return active(w, skip_adverbs(w, first + 1), true, Vec::new());
    }
    // "RESOLVED for the Lengthsman to clear the culvert".
    if word.low == "for"
        && let Some((owners, end)) = actors(w, first + 1)
        && w.get(end).is_some_and(|w| w.low == "to")
    {
        return active(w, skip_adverbs(w, end + 1), true, owners);
    }
    if at(w, first, phrase!("it be|is|was noted")) {
        return Judged::of(Noted, "be_noted");
    }
    if at(w, first, phrase!("no action")) || at(w, first, phrase!("no further action")) {
        return Judged::new(Other, false, "no_action");
    }
    // "notes the report", "asks the Director to …", "Agreed that …".
    if !word.is_capital() || first == 0 {
        let verb_first = family(word.low).is_some() && !passive_soon(w, first);
        if verb_first && !word.is(word!("support|task")) {
            return active(w, first, false, Vec::new());
        }
    }
    if let Some((owners, end)) = actors(w, first) {
        let next = actors::beyond_consultation(w, end);
        let verb = skip_adverbs(w, next);
        if let Some(judged) = subject(w, first, owners, verb) {
            return judged;
        }
    }
    if let Some(judged) = passive(w) {
        return judged;
    }
    // "exclusions be a standing item", "the tariff be as shown".
    if let Some(be) = w.iter().position(|w| w.low == "be")
        && be > 0
        && w.get(be + 1)
            .is_some_and(|w| w.is(word!("a|an|the|as|on|in|at|no|of|from")))
    {
        return if any(
            &w[be..],
            phrases!["standing item", "on the agenda", "an item", "agenda item"],
        ) {
            Judged::of(Request, "be_done")
        } else if w[..be].iter().any(|w| w.low == "membership") {
            Judged::of(Appointment, "be_appointed")
        } else {
            Judged::of(Approved, "be_policy")
        };
    }
    // "a report would come", "the subject to be looked at again".
    if let Some(place) = w
        .iter()
        .position(|word| word.is(word!("would|will|should|shall|must")))
        && w.get(skip_adverbs(w, place + 1))
            .is_some_and(|v| !v.is(word!("be|have|not|need")))
    {
        return Judged::of(Request, "future");
    }
    if lead.is_some_and(|lead| matches!(lead.kind, Request | Recommendation)) {
        return Judged::of(Request, "bare_verb");
    }
    unknown()
}

fn passive_soon(w: &[Word<'_>], first: usize) -> bool {
    (first + 1..w.len().min(first + 8)).any(|j| w[j].low == "be")
}

/// A subject that acts, and its verb.
fn subject(w: &[Word<'_>], from: usize, owners: Vec<Range<usize>>, verb: usize) -> Option<Judged> {
    let word = w.get(verb)?;
    let body = w[from..verb].iter().any(|w| w.is(BODIES)) && owners.len() == 1;
    if word.is(word!("be|is|are|was|were")) {
        let participle = skip_adverbs(w, verb + 1);
        return passive_of(w, participle, owners);
    }
    if word.is(word!("would|will|should|shall|must|to")) {
        let next = skip_adverbs(w, verb + 1);
        if w.get(next)?.low == "be" {
            return passive_of(w, skip_adverbs(w, next + 1), owners);
        }
        let judged = active(w, next, true, owners);
        return Some(judged);
    }
    if word.is(word!("serve|act|sit|represent|continue"))
        && any(&w[verb..], phrases!["as", "representative", "on the"])
    {
        return Some(Judged::of(Appointment, "serves"));
    }
    if word.is(NO_VERBS)
        || word.is(PAST)
        || noun(word) && !third_person(word)
        || word.is_capital() && !(word.is_upper() && family(word.low).is_some())
        || !word.raw.starts_with(char::is_alphabetic)
        || word.low.ends_with("ing") && !word.is(word!("bring|ring|sing|string"))
    {
        return None;
    }
    if let Some(kind) = family(word.low) {
        if kind == Request {
            let judged = asked(w, verb)
                .unwrap_or_else(|| Judged::of(Request, "requests").by(owners, "subject"));
            return Some(judged);
        }
        if kind == Recommendation {
            return Some(active(w, verb, false, Vec::new()));
        }
        // "the Director provide" acts; "the Panel note" decides.
        let decides = body || kind == Noted || !word.low.ends_with('d');
        return decides.then(|| active(w, verb, false, owners));
    }
    // The base form after a subject: "Officers publish a timetable"; not "the Members below be appointed".
    let be = (verb + 1..w.len().min(verb + 10))
        .take_while(|j| !w[j - 1].ends_phrase() && !w[*j].is(word!("to|and|that|who|which")))
        .any(|j| w[j].low == "be");
    if word.low.ends_with("ed") || be {
        return None;
    }
    Some(Judged::of(Request, "subject_acts").by(owners, "subject"))
}

/// Money that is given.
static PAYMENTS: &Choices = word!(
    "\
    payment|payments|donation|donations|grant|grants|contribution|award|loan"
);

/// What may be given without a task for anybody.
static PERMISSIONS: &Choices = word!(
    "\
    permission|consent|approval|leave|dispensation|authority"
);

/// What a decision lays down by itself, without a task for anybody.
static POLICIES: &Choices = word!(
    "\
    established|constituted|reconstituted|charged|increased|reduced|frozen|applied|designated|named|allocated|funded|vired|earmarked|introduced|\
    permitted|exempted|capped|raised"
);

/// Verbs in the past that do not show it by their ending.
pub(super) static PAST: &Choices = word!(
    "\
    took|went|left|gave|came|made|said|told|spoke|wrote|thought|felt|found|met|held|began|brought|sent|saw|knew|kept|\
    led|rose|ran|sat|stood|won|lost|withdrew|understood|undertook|did|got|paid|sought|chose|drew|grew|fell"
);

/// Whether a word says what somebody does: `obtains`, `issues`.
fn third_person(word: &Word<'_>) -> bool {
    word.low
        .strip_suffix('s')
        .is_some_and(|stem| DEEDS.hold_text(stem))
}

/// Whether a word has an ending that nouns have, and no verb in the form that follows a subject.
fn noun(word: &Word<'_>) -> bool {
    let nouns = [
        "tion", "sion", "ment", "ance", "ence", "ity", "ness", "ship", "ology",
    ];
    let verbs = word!(
        "commission|question|mention|petition|position|implement|comment|document|supplement|enhance|advance|commence|\
        finance|evidence|influence"
    );
    let plural = word.low.ends_with('s')
        && !word.low.ends_with("ss")
        && word.low != "focus"
        && family(word.low).is_none();
    (nouns.iter().any(|ending| word.low.ends_with(ending)) || plural) && !word.is(verbs)
}

/// A verb in the active: `note`, `asks the Director to write`, `write to the Minister`.
fn active(w: &[Word<'_>], verb: usize, infinitive: bool, owners: Vec<Range<usize>>) -> Judged {
    let Some(word) = w.get(verb) else {
        return unknown();
    };
    match family(word.low) {
        Some(Approved) => {
            // "agree to write", "agree that the Clerk write".
            let next = verb + 1;
            // "accept the report", "accept and note the information".
            if word.low.starts_with("accept")
                && (at(
                    w,
                    next,
                    phrase!("the report|update|information|contents|position"),
                ) || at(w, next, phrase!("and note")))
            {
                return Judged::of(Noted, "decides");
            }
            let thing = at(
                w,
                next,
                phrase!("to the|a|an|this|these|those|their|its|all|any"),
            );
            if word.low.starts_with("agree")
                && w.get(next).is_some_and(|n| n.is(word!("to|that")))
                && !thing
            {
                let inner = clause(&w[next + usize::from(w[next].low == "that")..], None);
                if inner.rules == ["be_decided"] {
                    return Judged::of(Approved, "approves");
                }
                if inner.decisive {
                    return inner.by(owners, "subject");
                }
            }
            Judged::of(Approved, "approves")
        }
        // "to invite the Rangers to the meeting": who invites is not said.
        Some(Request) if infinitive && word.low == "invite" => {
            Judged::of(Request, "task").by(owners, "subject")
        }
        // "Clerk to ask the Mayor": who asks is who acts.
        Some(Request) if infinitive && !owners.is_empty() => {
            Judged::of(Request, "task").by(owners, "subject")
        }
        // "to ask the County Council for a survey": who asks is not said.
        Some(Request)
            if infinitive
                && word.low == "ask"
                && actors(w, verb + 1)
                    .is_some_and(|(_, end)| w.get(end).is_some_and(|w| w.low == "for")) =>
        {
            Judged::of(Request, "requests")
        }
        Some(Request) => asked(w, verb).unwrap_or_else(|| Judged::of(Request, "requests")),
        Some(Recommendation) => {
            let owners = recommended(w, verb + 1);
            let inner = find(&w[verb..], phrase!("that")).map(|that| verb + that + 1);
            let is_action = inner.is_none_or(|inner| practical(&w[inner..]));
            Judged::new(Recommendation, is_action, "recommends").by(owners, "recommended_body")
        }
        Some(Referral) => referral(w, verb),
        Some(kind) => Judged::of(kind, "decides"),
        None if infinitive && owners.is_empty() && at(w, verb, phrase!("continue with|as|to")) => {
            Judged::of(Approved, "approves")
        }
        None if word.low == "continue"
            && w.get(verb + 1)
                .is_some_and(|n| n.is(word!("consideration|the|this")))
            && any(&w[verb..], phrases!["meeting", "consideration"]) =>
        {
            Judged::new(Referral, false, "deferred")
        }
        // "to have it sprayed".
        None if infinitive
            && at(w, verb, phrase!("have it|them|this|that _"))
            && w[verb + 2].low.ends_with(['d', 't', 'n']) =>
        {
            Judged::of(Request, "task").by(owners, "subject")
        }
        None if infinitive
            && owners.is_empty()
            && word.is(word!("be|have|extend|proceed|vote|go|move")) =>
        {
            Judged::new(Other, false, "decides")
        }
        None if infinitive || !owners.is_empty() => {
            Judged::of(Request, "task").by(owners, "subject")
        }
        None => unknown(),
    }
}

/// The body that something is recommended to.
fn recommended(w: &[Word<'_>], from: usize) -> Vec<Range<usize>> {
    let from = from + usize::from(w.get(from).is_some_and(|w| w.low == "to"));
    actors(w, from)
        .map(|(owners, _)| owners)
        .unwrap_or_default()
}

/// Who is asked: `asks the Director to write`, `request that the Director write`.
fn asked(w: &[Word<'_>], verb: usize) -> Option<Judged> {
    let mut from = verb + 1;
    let that = w.get(from).is_some_and(|w| w.low == "that");
    from += usize::from(that);
    if at(w, from, phrase!("to be")) {
        return Some(Judged::of(Request, "requests"));
    }
    if let Some((owners, end)) = actors(w, from) {
        let next = actors::beyond_consultation(w, end);
        let next = skip_adverbs(w, next);
        let word = w.get(next);
        let acts = word.is_some_and(|word| {
            word.is(word!("to|for|would|will|should|if|whether"))
                || that && !word.is(NO_VERBS)
                || word.is(word!("be"))
        });
        if acts {
            let to_be = word.is_some_and(|word| word.low == "be");
            if to_be {
                return Some(
                    passive_of(w, next + 1, owners)
                        .unwrap_or_else(|| Judged::of(Request, "requests")),
                );
            }
            return Some(Judged::of(Request, "requests").by(owners, "asked"));
        }
    }
    None
}

fn referral(w: &[Word<'_>], verb: usize) -> Judged {
    let deferred = w[verb].low.starts_with("defer")
        || w[verb].is(word!("adjourn|adjourned|continued|postponed|postpone"));
    if deferred {
        return Judged::new(Referral, false, "deferred");
    }
    let to = (verb + 1..w.len()).find(|j| w[*j].is(word!("to")));
    let owners = to
        .and_then(|to| actors(w, to + 1))
        .map(|(owners, _)| owners)
        .unwrap_or_default();
    Judged::new(Referral, true, "referred").by(owners, "referred_to")
}

/// The first `be` and a participle, after a subject of any sort.
fn passive(w: &[Word<'_>]) -> Option<Judged> {
    for strong in [true, false] {
        for (place, word) in w.iter().enumerate() {
            let be = if strong {
                word.low == "be"
            } else {
                word.is(word!("is|are|was|were"))
            };
            // "the decision to be taken by the Member, …, be endorsed".
            let aside = place > 0
                && w[place - 1].low == "to"
                && (place + 1..w.len()).any(|k| w[k].low == "be" && w[k - 1].low != "to");
            if !be || strong && aside {
                continue;
            }
            let participle = skip_adverbs(w, place + 1);
            let Some(verb) = w.get(participle) else {
                continue;
            };
            if !(verb.low.ends_with("ed")
                || verb.low.ends_with("en")
                || family(verb.low).is_some()
                || verb.is(IRREGULAR))
            {
                continue;
            }
            if !strong && relative(w, place) {
                continue;
            }
            let before = clause_start(w, place);
            let owners = actors(w, before)
                .filter(|(_, end)| actors::beyond_consultation(w, *end) == place || *end == place)
                .map(|(owners, _)| owners)
                .unwrap_or_default();
            if let Some(judged) = passive_of(w, participle, owners) {
                return Some(judged);
            }
        }
    }
    None
}

/// Participles that do not show it by their ending.
pub(super) static IRREGULAR: &Choices = word!(
    "\
    brought|sent|put|made|done|held|found|sought|told|set|written|taken|given|built|laid|paid|shown|drawn|read|kept|\
    bought|cut"
);

fn relative(w: &[Word<'_>], place: usize) -> bool {
    w[..place]
        .iter()
        .rev()
        .take(6)
        .any(|w| w.is(word!("which|who|that|where|when|as|what|whether|if")))
}

fn clause_start(w: &[Word<'_>], place: usize) -> usize {
    (0..place)
        .rev()
        .find(|j| {
            w[*j].low == "that" && (*j == 0 || w[j - 1].is(word!("and|agree|agreed|request")))
                || w[*j].low == "and" && *j > 0 && w[j - 1].after == ","
        })
        .map_or(0, |j| j + 1)
}

/// Whether money is put somewhere, or a price is set: `£3,000 be put in the budget`, `the rent be set at £22`.
fn is_price(w: &[Word<'_>], participle: usize) -> bool {
    let sum = |w: &Word<'_>| {
        w.raw.starts_with(|c: char| c.is_ascii_digit()) && w.before.contains(['£', '€', '$'])
    };
    let put = word!(
        "\
        put|set|allocated|transferred|moved|released|spent|made|provided|added|drawn|met|taken|funded|used"
    );
    let figure = |w: &Word<'_>| w.raw.starts_with(|c: char| c.is_ascii_digit());
    let verb = &w[participle];
    w[..participle].iter().take(6).any(sum) && verb.is(put)
        || verb.is(word!("set|held|fixed|frozen"))
            && w.get(participle + 1).is_some_and(|w| w.low == "at")
            && w.get(participle + 2).is_some_and(figure)
}

fn passive_of(w: &[Word<'_>], participle: usize, owners: Vec<Range<usize>>) -> Option<Judged> {
    let mut participle = participle;
    // "received and adopted", "reviewed and approved": the second binds more.
    if w.get(participle)
        .is_some_and(|verb| family(verb.low).is_none_or(|kind| kind == Noted))
        && w.get(participle + 1).is_some_and(|and| and.low == "and")
        && w.get(participle + 2)
            .is_some_and(|verb| verb.low.ends_with("ed") && family(verb.low) == Some(Approved))
    {
        participle += 2;
    }
    let verb = w.get(participle)?;
    let first = w.first().map_or("", |w| w.low);
    let judged = match family(verb.low) {
        None if is_price(w, participle) => Judged::of(Approved, "be_policy"),
        Some(Request) => {
            // "a report be requested from the Director".
            if w.get(participle + 1).is_some_and(|w| w.low == "from") {
                let from = actors(w, participle + 2)
                    .map(|(owners, _)| owners)
                    .unwrap_or_default();
                return Some(Judged::of(Request, "be_requested").by(from, "asked"));
            }
            if verb.low.starts_with("requir") && matches!(first, "a" | "an" | "no") {
                return Some(Judged::of(Request, "be_requested"));
            }
            // Who is invited to attend is not who invites.
            let guest = verb.low == "invited"
                && at(w, participle + 1, phrase!("to attend|join|address|speak"))
                && !any(
                    &w[participle..],
                    phrases!["and to bring|provide|give|present|answer|submit"],
                );
            Judged::of(Request, "be_requested").by(if guest { Vec::new() } else { owners }, "asked")
        }
        Some(Recommendation) => {
            let that = find(&w[participle..], phrase!("that")).map(|that| participle + that + 1);
            let is_action = that.is_none_or(|that| practical(&w[that..]));
            let to = w
                .get(participle + 1)
                .filter(|w| w.low == "to")
                .and_then(|_| actors(w, participle + 2))
                .map(|(owners, _)| owners);
            // "the Cabinet be recommended to …" names the body; "it be recommended to Cabinet that …" does too.
            let owners = if owners.is_empty() {
                to.unwrap_or_default()
            } else {
                owners
            };
            Judged::new(Recommendation, is_action, "be_recommended").by(owners, "recommended_body")
        }
        Some(Referral) => referral(w, participle),
        Some(Other) if at(w, participle, phrase!("kept at")) => Judged::of(Approved, "be_policy"),
        Some(Approved) if at(w, participle, phrase!("carried out|forward|over|through")) => {
            Judged::of(Request, "be_done")
        }
        Some(Approved)
            if verb.low == "given"
                && w[..participle]
                    .iter()
                    .any(|w| w.is(PAYMENTS) || w.is(PERMISSIONS)) =>
        {
            Judged::of(Approved, "be_approved")
        }
        Some(Approved) if verb.low == "given" => {
            if at(
                w,
                participle,
                phrase!("given authority|delegated|permission|approval"),
            ) {
                Judged::of(Approved, "be_approved")
            } else {
                Judged::of(Request, "be_done")
            }
        }
        Some(Approved)
            if verb.low == "agreed" && w.get(participle + 1).is_some_and(|w| w.low == "that") =>
        {
            clause(&w[participle + 2..], None)
        }
        Some(kind) => Judged::of(
            kind,
            match kind {
                Noted => "be_noted",
                Approved => "be_approved",
                Appointment => "be_appointed",
                Exclusion => "exclusion",
                _ => "be_decided",
            },
        ),
        None if verb.low.ends_with("ed") || verb.low.ends_with("en") || verb.is(IRREGULAR) => {
            let by = verb.low == "tasked" || at(w, participle, phrase!("charged with|to"));
            if by {
                Judged::of(Request, "be_requested").by(owners, "asked")
            } else if verb.is(word!("forwarded|passed|submitted|remitted"))
                && !w[..participle]
                    .iter()
                    .any(|w| w.is(word!("report|review|update|paper|analysis")))
                && w.get(participle + 1).is_some_and(|w| w.low == "to")
                && w[participle + 1..]
                    .iter()
                    .take(5)
                    .any(|w| w.is(BODIES) && w.is_capital())
            {
                Judged::new(Referral, true, "referred")
            } else if verb.is(POLICIES)
                || verb.low == "made" && w[..participle].iter().take(4).any(|w| w.is(PAYMENTS))
            {
                Judged::of(Approved, "be_policy")
            } else {
                Judged::of(Request, "be_done")
            }
        }
        None => return None,
    };
    // "no repairs be carried out until a reply has come".
    if first == "no" && judged.rules == ["be_done"] {
        return Some(Judged::new(Other, false, "not_to_be_done"));
    }
    Some(judged)
}
