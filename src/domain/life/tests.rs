use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const CLERK: Mover<'static> = Mover {
    subject: "clerk",
    clerk: true,
    auditor: false,
    owner: false,
};
const OWNER: Mover<'static> = Mover {
    subject: "owner",
    clerk: false,
    auditor: false,
    owner: true,
};
const AUDITOR: Mover<'static> = Mover {
    subject: "auditor",
    clerk: false,
    auditor: true,
    owner: false,
};
const NOBODY: Mover<'static> = Mover {
    subject: "nobody",
    clerk: false,
    auditor: false,
    owner: false,
};

fn standing(state: State) -> Standing<'static> {
    Standing {
        state,
        owner: Some(PostId(Uuid::nil())),
        has_due_term: true,
        has_due_day: true,
        has_review_day: false,
        claimant: (state == State::CompletionClaimed).then_some("owner"),
        unverified: false,
        unshown: false,
    }
}

fn asked(name: Move) -> Asked {
    let reason = || "because".to_owned();
    match name {
        Move::Open => Asked::Open,
        Move::Void => Asked::Void { reason: reason() },
        Move::Start => Asked::Start {
            narrative: reason(),
        },
        Move::Hold => Asked::Hold {
            reason: reason(),
            review_on: NaiveDate::default(),
        },
        Move::Resume => Asked::Resume { narrative: None },
        Move::ClaimCompletion => Asked::ClaimCompletion {
            narrative: reason(),
            evidence: Vec::new(),
            evidence_ids: Vec::new(),
            no_evidence_reason: Some(reason()),
        },
        Move::WithdrawClaim => Asked::WithdrawClaim { reason: reason() },
        Move::RefuseCompletion => Asked::RefuseCompletion { reason: reason() },
        Move::AcceptCompletion => Asked::AcceptCompletion {
            outcome: Outcome::Implemented,
            authority: Authority::Delegation(DelegationId(Uuid::nil())),
        },
        Move::Close => Asked::CloseFor {
            outcome: Outcome::Lapsed,
            reason: reason(),
            decision_id: ResolutionId(Uuid::nil()),
        },
        Move::Reopen => Asked::Reopen { reason: reason() },
    }
}

/// The table of the field's notes, written out once more by hand: from, move, to, and who may.
const TABLE: &[(State, Move, State, &[Mover<'static>])] = &[
    (State::Draft, Move::Open, State::Open, &[CLERK]),
    (State::Draft, Move::Void, State::Void, &[CLERK]),
    (State::Open, Move::Start, State::InProgress, &[OWNER, CLERK]),
    (State::Open, Move::Hold, State::OnHold, &[CLERK]),
    (
        State::Open,
        Move::ClaimCompletion,
        State::CompletionClaimed,
        &[OWNER, CLERK],
    ),
    (State::Open, Move::Close, State::Closed, &[CLERK]),
    (State::InProgress, Move::Hold, State::OnHold, &[CLERK]),
    (
        State::InProgress,
        Move::ClaimCompletion,
        State::CompletionClaimed,
        &[OWNER, CLERK],
    ),
    (State::InProgress, Move::Close, State::Closed, &[CLERK]),
    (
        State::OnHold,
        Move::Resume,
        State::InProgress,
        &[OWNER, CLERK],
    ),
    (State::OnHold, Move::Close, State::Closed, &[CLERK]),
    (
        State::CompletionClaimed,
        Move::RefuseCompletion,
        State::InProgress,
        &[CLERK],
    ),
    (
        State::CompletionClaimed,
        Move::WithdrawClaim,
        State::InProgress,
        &[OWNER, CLERK],
    ),
    (
        State::CompletionClaimed,
        Move::AcceptCompletion,
        State::Closed,
        &[CLERK],
    ),
    (
        State::Closed,
        Move::Reopen,
        State::InProgress,
        &[CLERK, AUDITOR],
    ),
];

#[test]
fn every_state_and_move_and_mover_is_as_the_table_says() {
    for &state in State::ALL {
        for &name in Move::ALL {
            for mover in [CLERK, OWNER, AUDITOR, NOBODY] {
                let own = mover == OWNER && name == Move::AcceptCompletion;
                let row = TABLE.iter().find(|row| row.0 == state && row.1 == name);
                let decision = decide(standing(state), mover, &asked(name));
                match row {
                    None => assert_eq!(decision, Err(Refusal::NotFromHere), "{state} {name}"),
                    Some((.., to, who)) if who.contains(&mover) => {
                        assert_eq!(decision.map(|t| t.to), Ok(*to), "{state} {name} {mover:?}");
                    }
                    Some(_) if own => assert_eq!(decision, Err(Refusal::OwnClaim)),
                    Some(_) => assert!(
                        matches!(decision, Err(Refusal::NotYours { .. })),
                        "{state} {name} {mover:?}"
                    ),
                }
            }
        }
    }
}

#[test]
fn a_draft_opens_only_with_an_owner_a_term_and_a_day_to_look_at_it() {
    let bare = Standing {
        owner: None,
        has_due_term: false,
        has_due_day: false,
        ..standing(State::Draft)
    };
    let open = |standing| decide(standing, CLERK, &Asked::Open).map(|t| t.to);
    assert_eq!(
        open(bare),
        Err(Refusal::Lacks(vec![Need::Owner, Need::DueTerm]))
    );
    let undated = Standing {
        has_due_day: false,
        ..standing(State::Draft)
    };
    assert_eq!(open(undated), Err(Refusal::Lacks(vec![Need::ReviewDay])));
    assert_eq!(
        open(Standing {
            has_review_day: true,
            ..undated
        }),
        Ok(State::Open)
    );
}

#[test]
fn nobody_accepts_a_claim_of_their_own() {
    let claimed_by_clerk = Standing {
        claimant: Some("clerk"),
        ..standing(State::CompletionClaimed)
    };
    let accept = asked(Move::AcceptCompletion);
    assert_eq!(
        decide(claimed_by_clerk, CLERK, &accept),
        Err(Refusal::OwnClaim)
    );
    // Nor does one who could accept none.
    let claimed_by_owner = standing(State::CompletionClaimed);
    assert_eq!(
        decide(claimed_by_owner, OWNER, &accept),
        Err(Refusal::OwnClaim)
    );
}

#[test]
fn an_unverified_claim_is_not_accepted_where_verification_is_demanded() {
    let unverified = Standing {
        unverified: true,
        ..standing(State::CompletionClaimed)
    };
    let decision = |standing, name| decide(standing, CLERK, &asked(name));
    assert_eq!(
        decision(unverified, Move::AcceptCompletion),
        Err(Refusal::Lacks(vec![Need::Verification]))
    );
    assert!(decision(unverified, Move::RefuseCompletion).is_ok());
    let unshown = Standing {
        unshown: true,
        ..unverified
    };
    assert_eq!(
        decision(unshown, Move::AcceptCompletion),
        Err(Refusal::Lacks(vec![Need::Verification, Need::Evidence]))
    );
    assert!(decision(unshown, Move::WithdrawClaim).is_ok());
    // Whose claim it is comes first: it is never theirs to accept, verified or not.
    let own = Standing {
        claimant: Some("clerk"),
        ..unverified
    };
    assert_eq!(
        decision(own, Move::AcceptCompletion),
        Err(Refusal::OwnClaim)
    );
}

#[test]
fn each_way_to_close_reaches_its_own_outcomes_only() {
    for &outcome in Outcome::ALL {
        let accepted = decide(
            standing(State::CompletionClaimed),
            CLERK,
            &Asked::AcceptCompletion {
                outcome,
                authority: Authority::Delegation(DelegationId(Uuid::nil())),
            },
        );
        let into = decide(
            standing(State::Open),
            CLERK,
            &Asked::CloseInto {
                outcome,
                successor_id: Some(ActionId(Uuid::nil())),
                reason: None,
            },
        );
        let for_good = decide(
            standing(State::Open),
            CLERK,
            &Asked::CloseFor {
                outcome,
                reason: "x".into(),
                decision_id: ResolutionId(Uuid::nil()),
            },
        );
        let ways = [accepted, into, for_good];
        assert_eq!(
            ways.iter().filter(|way| way.is_ok()).count(),
            1,
            "{outcome}"
        );
        assert!(
            ways.iter()
                .flatten()
                .all(|t| t.to == State::Closed && t.outcome == Some(outcome)),
            "{outcome}"
        );
    }
}

proptest! {
    #[test]
    fn any_walk_stays_within_the_table(
        moves in prop::collection::vec((0..Move::ALL.len(), 0usize..4), 0..40)
    ) {
        let mut state = State::Draft;
        for (name, mover) in moves {
            let name = Move::ALL[name];
            let mover = [CLERK, OWNER, AUDITOR, NOBODY][mover];
            if let Ok(step) = decide(standing(state), mover, &asked(name)) {
                prop_assert!(TABLE.iter().any(|r| r.0 == state && r.1 == name && r.2 == step.to));
                prop_assert_eq!(step.outcome.is_some(), step.to == State::Closed);
                state = step.to;
            }
        }
    }
}
