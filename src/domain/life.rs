//! The life of an action: its states, the moves between them, who may make each and what each needs.
//!
//! [`decide`] is the whole table as one pure function. Everything that it does not allow is refused, with the moves that
//! are allowed from where the action stands.

use chrono::NaiveDate;

use super::ids::{ActionId, DelegationId, EvidenceId, PostId, ResolutionId};
use super::vocabulary::vocabulary;

vocabulary! {
    /// Where an action stands.
    State {
        /// Recorded and not yet agreed.
        Draft = "draft",
        /// Agreed: it has an owner and a due term.
        Open = "open",
        /// Its owner has begun.
        InProgress = "in_progress",
        /// Suspended, with a day on which to look again.
        OnHold = "on_hold",
        /// Its owner says that it is done.
        CompletionClaimed = "completion_claimed",
        /// Finished, one way or another; see its outcome.
        Closed = "closed",
        /// A draft never agreed.
        Void = "void",
    }
}

impl State {
    /// Whether an action in this state is outstanding: neither closed nor void.
    #[must_use]
    pub const fn outstanding(self) -> bool {
        !matches!(self, Self::Closed | Self::Void)
    }

    /// The moves that the table knows from this state, in its order.
    #[must_use]
    pub const fn moves(self) -> &'static [Move] {
        use Move::{
            AcceptCompletion, ClaimCompletion, Close, Hold, Open, RefuseCompletion, Reopen, Resume,
            Start, Void, WithdrawClaim,
        };
        match self {
            Self::Draft => &[Open, Void],
            Self::Open => &[Start, Hold, ClaimCompletion, Close],
            Self::InProgress => &[Hold, ClaimCompletion, Close],
            Self::OnHold => &[Resume, Close],
            Self::CompletionClaimed => &[RefuseCompletion, WithdrawClaim, AcceptCompletion],
            Self::Closed => &[Reopen],
            Self::Void => &[],
        }
    }
}

vocabulary! {
    /// How a closed action ended.
    Outcome {
        /// Done as asked.
        Implemented = "implemented",
        /// Done in part, and accepted so.
        PartlyImplemented = "partly_implemented",
        /// Another action takes its place.
        Superseded = "superseded",
        /// Made one with another action.
        Merged = "merged",
        /// Handed to another committee's action.
        Transferred = "transferred",
        /// Overtaken by time.
        Lapsed = "lapsed",
        /// Not done, and the risk accepted.
        RiskAccepted = "risk_accepted",
        /// Not agreed to.
        Rejected = "rejected",
    }
}

impl Outcome {
    /// Whether it is reached by accepting a completion claim.
    #[must_use]
    pub const fn by_acceptance(self) -> bool {
        matches!(self, Self::Implemented | Self::PartlyImplemented)
    }

    /// Whether it points to the action that goes on.
    #[must_use]
    pub const fn needs_successor(self) -> bool {
        matches!(self, Self::Superseded | Self::Merged | Self::Transferred)
    }
}

vocabulary! {
    /// A move from one state to another.
    Move {
        /// Draft to open.
        Open = "open",
        /// Draft to void.
        Void = "void",
        /// Open to in progress.
        Start = "start",
        /// Open or in progress to on hold.
        Hold = "hold",
        /// On hold to in progress.
        Resume = "resume",
        /// Open or in progress to completion claimed.
        ClaimCompletion = "claim_completion",
        /// Completion claimed back to in progress, by the owner.
        WithdrawClaim = "withdraw_claim",
        /// Completion claimed back to in progress, by the accepter.
        RefuseCompletion = "refuse_completion",
        /// Completion claimed to closed.
        AcceptCompletion = "accept_completion",
        /// Open, in progress or on hold to closed, without a claim.
        Close = "close",
        /// Closed to in progress.
        Reopen = "reopen",
    }
}

/// A move asked for, with what the table wants to hear of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Agree a draft.
    Open,
    /// Drop a draft.
    Void {
        /// Why.
        reason: String,
    },
    /// Begin.
    Start {
        /// The first progress update.
        narrative: String,
    },
    /// Suspend.
    Hold {
        /// Why.
        reason: String,
        /// When to look again (Europe/London).
        review_on: NaiveDate,
    },
    /// Go on.
    Resume {
        /// What there is to say of it, if anything.
        narrative: Option<String>,
    },
    /// Say that it is done.
    ClaimCompletion {
        /// What was done.
        narrative: String,
        /// What shows it.
        evidence: Vec<EvidenceNote>,
        /// What shows it and was recorded before.
        evidence_ids: Vec<EvidenceId>,
        /// Why there is nothing to show.
        no_evidence_reason: Option<String>,
    },
    /// Take the claim back.
    WithdrawClaim {
        /// Why.
        reason: String,
    },
    /// Refuse the claim.
    RefuseCompletion {
        /// Why.
        reason: String,
    },
    /// Accept the claim.
    AcceptCompletion {
        /// Implemented or partly implemented.
        outcome: Outcome,
        /// What the acceptance rests on.
        authority: Authority,
    },
    /// Close without a claim, pointing to the action that goes on.
    CloseInto {
        /// Superseded, merged or transferred.
        outcome: Outcome,
        /// The action that goes on; without it, the only one to which there is a link that says so.
        successor_id: Option<ActionId>,
        /// Why, where there is more to say.
        reason: Option<String>,
    },
    /// Close without a claim, for good.
    CloseFor {
        /// Lapsed, risk accepted or rejected.
        outcome: Outcome,
        /// Why.
        reason: String,
        /// The committee's decision.
        decision_id: ResolutionId,
    },
    /// Take up again.
    Reopen {
        /// Why.
        reason: String,
    },
}

impl Asked {
    /// Which move it is.
    #[must_use]
    pub const fn name(&self) -> Move {
        match self {
            Self::Open => Move::Open,
            Self::Void { .. } => Move::Void,
            Self::Start { .. } => Move::Start,
            Self::Hold { .. } => Move::Hold,
            Self::Resume { .. } => Move::Resume,
            Self::ClaimCompletion { .. } => Move::ClaimCompletion,
            Self::WithdrawClaim { .. } => Move::WithdrawClaim,
            Self::RefuseCompletion { .. } => Move::RefuseCompletion,
            Self::AcceptCompletion { .. } => Move::AcceptCompletion,
            Self::CloseInto { .. } | Self::CloseFor { .. } => Move::Close,
            Self::Reopen { .. } => Move::Reopen,
        }
    }
}

impl Move {
    /// Whether it is an owner's to make, or a clerk's for them.
    #[must_use]
    pub const fn by_owner(self) -> bool {
        matches!(
            self,
            Self::Start | Self::Resume | Self::ClaimCompletion | Self::WithdrawClaim
        )
    }
}

/// What shows that an action was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceNote {
    /// What it is.
    pub title: String,
    /// Where it is, if it is anywhere on the web.
    pub url: Option<String>,
}

/// What an acceptance rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authority {
    /// The committee's own decision.
    Decision(ResolutionId),
    /// A recorded delegation.
    Delegation(DelegationId),
}

/// Who asks, as far as the table cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mover<'a> {
    /// The subject of the caller's token.
    pub subject: &'a str,
    /// Acts for democratic services.
    pub clerk: bool,
    /// Audits.
    pub auditor: bool,
    /// Holds today the owning post or a supporting one.
    pub owner: bool,
}

/// An action as the table sees it.
#[expect(clippy::struct_excessive_bools, reason = "each is looked at by itself")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing<'a> {
    /// Its state.
    pub state: State,
    /// The post that owns it.
    pub owner: Option<PostId>,
    /// Whether a due term was given, be it `none`.
    pub has_due_term: bool,
    /// Whether that term resolves to a day today.
    pub has_due_day: bool,
    /// Whether a review day was given.
    pub has_review_day: bool,
    /// The subject who claimed completion, while a claim stands.
    pub claimant: Option<&'a str>,
    /// Whether it demands a satisfied verification that the claim which stands does not have.
    pub unverified: bool,
    /// Whether the claim which stands gave evidence of which nothing stands any more.
    pub unshown: bool,
}

/// What an allowed move does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// The state it leads to.
    pub to: State,
    /// The outcome, where it leads to `closed`.
    pub outcome: Option<Outcome>,
}

vocabulary! {
    /// Something that a move needs and the action lacks.
    Need {
        /// An owning post.
        Owner = "owner_post_id",
        /// A due term.
        DueTerm = "due",
        /// A review day, because the due term resolves to no day.
        ReviewDay = "review_on",
        /// An auditor's satisfied verification of the claim that stands.
        Verification = "verification",
        /// Some of the evidence that the claim gave.
        Evidence = "evidence",
    }
}

/// Why a move is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The table knows no such move from this state.
    NotFromHere,
    /// The move is somebody else's to make.
    NotYours {
        /// Who may make it, in words.
        who_may: &'static str,
    },
    /// Whoever claimed completion cannot accept it.
    OwnClaim,
    /// The outcome is not reached by this move.
    WrongOutcome,
    /// The action lacks what the move needs.
    Lacks(Vec<Need>),
}

/// Decides a move: the whole table. The state is looked at first, then whose claim it is, then who asks, then what is needed:
/// that somebody would accept their own claim is told whatever their role.
pub fn decide(
    standing: Standing<'_>,
    mover: Mover<'_>,
    asked: &Asked,
) -> Result<Transition, Refusal> {
    if !standing.state.moves().contains(&asked.name()) {
        return Err(Refusal::NotFromHere);
    }
    if asked.name() == Move::AcceptCompletion && standing.claimant == Some(mover.subject) {
        return Err(Refusal::OwnClaim);
    }
    allow(mover, asked.name())?;
    let to = |state| {
        Ok(Transition {
            to: state,
            outcome: None,
        })
    };
    match asked {
        Asked::Open => {
            let lacking = lacking_to_open(standing);
            if lacking.is_empty() {
                to(State::Open)
            } else {
                Err(Refusal::Lacks(lacking))
            }
        }
        Asked::Void { .. } => to(State::Void),
        Asked::Hold { .. } => to(State::OnHold),
        Asked::ClaimCompletion { .. } => to(State::CompletionClaimed),
        Asked::Start { .. }
        | Asked::Resume { .. }
        | Asked::WithdrawClaim { .. }
        | Asked::RefuseCompletion { .. }
        | Asked::Reopen { .. } => to(State::InProgress),
        Asked::AcceptCompletion { outcome, .. } => {
            let lacking = lacking_to_accept(standing);
            if lacking.is_empty() {
                close(*outcome, outcome.by_acceptance())
            } else {
                Err(Refusal::Lacks(lacking))
            }
        }
        Asked::CloseInto { outcome, .. } => close(*outcome, outcome.needs_successor()),
        Asked::CloseFor { outcome, .. } => close(
            *outcome,
            !outcome.by_acceptance() && !outcome.needs_successor(),
        ),
    }
}

/// What a draft lacks before it can be opened.
#[must_use]
pub fn lacking_to_open(standing: Standing<'_>) -> Vec<Need> {
    let mut lacking = Vec::new();
    if standing.owner.is_none() {
        lacking.push(Need::Owner);
    }
    if !standing.has_due_term {
        lacking.push(Need::DueTerm);
    } else if !standing.has_due_day && !standing.has_review_day {
        lacking.push(Need::ReviewDay);
    }
    lacking
}

/// What the claim that stands lacks before it can be accepted.
fn lacking_to_accept(standing: Standing<'_>) -> Vec<Need> {
    let lacking = [
        (standing.unverified, Need::Verification),
        (standing.unshown, Need::Evidence),
    ];
    lacking
        .into_iter()
        .filter_map(|(lacks, need)| lacks.then_some(need))
        .collect()
}

fn close(outcome: Outcome, reached: bool) -> Result<Transition, Refusal> {
    if reached {
        Ok(Transition {
            to: State::Closed,
            outcome: Some(outcome),
        })
    } else {
        Err(Refusal::WrongOutcome)
    }
}

/// Who makes an owner's moves, in words.
pub const OWNER_OR_CLERK: &str =
    "an officer who holds today the owning post or a supporting one, or a clerk for them";

/// Who may make a move. A clerk may also record an owner's move for the owner, and then counts as its maker.
fn allow(mover: Mover<'_>, asked: Move) -> Result<(), Refusal> {
    let (allowed, who_may) = match asked {
        Move::Open | Move::Void | Move::Hold | Move::Close => (mover.clerk, "a clerk"),
        Move::Start | Move::Resume | Move::ClaimCompletion | Move::WithdrawClaim => {
            (mover.owner || mover.clerk, OWNER_OR_CLERK)
        }
        Move::RefuseCompletion | Move::AcceptCompletion => {
            (mover.clerk, "a clerk, recording the committee's decision")
        }
        Move::Reopen => (mover.clerk || mover.auditor, "a clerk or an auditor"),
    };
    if allowed {
        Ok(())
    } else {
        Err(Refusal::NotYours { who_may })
    }
}

#[cfg(test)]
mod tests;
