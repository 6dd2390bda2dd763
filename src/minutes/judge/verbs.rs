//! The verbs of decisions, and the words that are taken for verbs and are none.

use crate::domain::resolution::ResolutionKind;
use crate::minutes::discussion::DEEDS;
use crate::minutes::wording::Choices;
use crate::minutes::words::Word;

use ResolutionKind::{
    Appointment, Approved, Exclusion, Noted, Other, Recommendation, Referral, Request,
};

/// The kind that a verb makes of a decision, in any of its forms.
pub(super) fn family(word: &str) -> Option<ResolutionKind> {
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
        "re-elect" | "reelect" | "re-appoint" | "reappoint" | "elect" | "elects" | "elected"
        | "appoint" | "appoints" | "appointed" | "re-elected" | "reelected" | "conferred"
        | "re-appointed" | "reappointed" | "nominate" | "nominates" | "nominated" | "co-opt"
        | "co-opted" | "coopted" => Appointment,
        "refer" | "refers" | "referred" | "remit" | "remits" | "remitted" | "defer" | "defers"
        | "deferred" | "adjourn" | "adjourned" | "continued" | "postponed" | "postpone" => Referral,
        "exclude" | "excludes" | "excluded" => Exclusion,
        "refuse" | "refuses" | "refused" | "remove" | "removes" | "removed" | "retain"
        | "retains" | "retained" | "suspend" | "suspends" | "suspended" | "thank" | "thanks"
        | "thanked" | "congratulate" | "congratulated" | "commend" | "commends" | "commended"
        | "delete" | "deleted" | "transfer" | "transferred" | "rejected" | "reject"
        | "dismissed" | "withdrawn" | "extended" | "waived" | "lost" | "kept" | "remain"
        | "remains" | "concluded" | "closed" | "expressed" | "amended" | "upheld"
        | "discharged" | "disapplied" | "lifted" | "modified" | "varied" | "revoked"
        | "satisfied" | "attach" | "impose" | "object" | "objects" | "decline" | "declines"
        | "declined" => Other,
        _ => return None,
    })
}

/// The verbs with which what is decided begins, as an order does: `Note the report`.
pub(in crate::minutes) static ORDERS: &Choices = word!(
    "\
    note|agree|approve|endorse|adopt|request|ask|appoint|authorise|delegate|recommend|instruct|receive|confirm|accept|\
    support|refer|thank|invite|ratify|defer|recognise|acknowledge|welcome"
);

pub(super) static ADVERBS: &Choices = word!(
    "\
    normally|usually|ordinarily|also|formally|unanimously|hereby|duly|again|further|therefore|now|not|otherwise|strongly|respectfully|either|\
    likewise|merely|simply|fully|broadly|accordingly|initially|then|both|jointly|thereafter|first|still|always|immediately|urgently|only"
);

/// Verbs that look like participles or nouns where a subject's verb is looked for.
pub(super) static NO_VERBS: &Choices = word!(
    "\
    of|in|at|on|for|from|with|by|under|and|or|as|who|which|that|whose|to|is|are|was|were|be|been|has|have|had|not|\
    regarding|concerning|including|where|when|if|than|but|present|only|into|via|per|about|within|during|following|\
    it|whether|set|made"
);

/// Money that is given.
pub(super) static PAYMENTS: &Choices = word!(
    "\
    payment|payments|donation|donations|grant|grants|contribution|award|loan"
);

/// What may be given without a task for anybody.
pub(super) static PERMISSIONS: &Choices = word!(
    "\
    permission|consent|approval|leave|dispensation|authority"
);

/// What a decision lays down by itself, without a task for anybody.
pub(super) static POLICIES: &Choices = word!(
    "\
    established|constituted|reconstituted|charged|increased|reduced|frozen|applied|designated|named|allocated|funded|vired|earmarked|introduced|\
    permitted|exempted|capped|raised|chosen|selected"
);

/// Verbs in the past that do not show it by their ending.
pub(in crate::minutes) static PAST: &Choices = word!(
    "\
    took|went|left|gave|came|made|said|told|spoke|wrote|thought|felt|found|met|held|began|brought|sent|saw|knew|kept|\
    led|rose|ran|sat|stood|won|lost|withdrew|understood|undertook|did|got|paid|sought|chose|drew|grew|fell"
);

/// Whether a word says what somebody does: `obtains`, `issues`.
pub(super) fn third_person(word: &Word<'_>) -> bool {
    word.low
        .strip_suffix('s')
        .is_some_and(|stem| DEEDS.hold_text(stem))
}

/// Whether a word has an ending that nouns have, and no verb in the form that follows a subject.
pub(super) fn noun(word: &Word<'_>) -> bool {
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

/// What becomes of a paper, at the end of a clause: `the plan be approved`.
pub(in crate::minutes) static DISPOSED: &Choices =
    word!("noted|approved|adopted|endorsed|agreed|received|supported|accepted");

/// Participles that do not show it by their ending.
pub(in crate::minutes) static IRREGULAR: &Choices = word!(
    "\
    met|brought|sent|put|made|done|held|found|sought|told|set|written|taken|given|built|laid|paid|shown|drawn|read|kept|\
    bought|cut"
);
