//! The lists of posts, and of what belongs to actions and minutes.

use serde_json::json;

use super::checks::{Checks, Want, id, position, seen, sights};
use crate::db::delegations::{self, DelegationFilter};
use crate::db::drafts::{self, DraftFilter};
use crate::db::extension_requests::{self, ExtensionFilter};
use crate::db::posts::{self, PostFilter, tenures};
use crate::db::sight::Parts;
use crate::db::{audit, claims, evidence, minutes, progress, responses, verifications};
use crate::domain::draft::DraftState;
use crate::domain::extension::ExtensionState;

pub(super) fn check_posts(checks: &mut Checks<'_>) {
    let none = PostFilter::default;
    let filters = [
        ("nothing", Want::Ordered, none()),
        (
            "directorate",
            Want::Found,
            PostFilter {
                directorate: Some("Law".into()),
                ..none()
            },
        ),
        (
            "title",
            Want::Few,
            PostFilter {
                title: Some("Head of Law".into()),
                ..none()
            },
        ),
        (
            "ended",
            Want::Found,
            PostFilter {
                ended: Some(true),
                ..none()
            },
        ),
        (
            "not ended",
            Want::Found,
            PostFilter {
                ended: Some(false),
                ..none()
            },
        ),
        (
            "vacant",
            Want::Ordered,
            PostFilter {
                vacant: Some((true, "2014-03-03".parse().unwrap())),
                ..none()
            },
        ),
        (
            "not vacant",
            Want::Ordered,
            PostFilter {
                vacant: Some((false, "2014-03-03".parse().unwrap())),
                ..none()
            },
        ),
        (
            "directorate, not ended",
            Want::Found,
            PostFilter {
                directorate: Some("Law".into()),
                ended: Some(false),
                ..none()
            },
        ),
    ];
    let place = position(json!(["Head of Law", id()]));
    for (name, want, filter) in &filters {
        checks.list("posts", name, *want, |after| {
            posts::page(filter, after.then_some(&place), 51)
        });
    }
}

pub(super) fn check_tenures(checks: &mut Checks<'_>) {
    let place = position(json!(["2014-03-03", id()]));
    for (name, day) in [
        ("nothing", None),
        ("held on", Some("2014-03-03".parse().unwrap())),
    ] {
        checks.list("tenures", name, Want::OfOne, |after| {
            tenures::page(id().into(), day, after.then_some(&place), 51)
        });
    }
}

pub(super) fn check_delegations(checks: &mut Checks<'_>) {
    let filter = |committee: bool, on: bool| DelegationFilter {
        committee_id: committee.then(|| id().into()),
        on: on.then(|| "2014-03-03".parse().unwrap()),
    };
    let filters = [
        ("nothing", Want::Ordered, filter(false, false)),
        ("committee", Want::Found, filter(true, false)),
        ("in force", Want::Ordered, filter(false, true)),
        ("committee, in force", Want::Found, filter(true, true)),
    ];
    let place = position(json!(["2014-03-03", id()]));
    for (suffix, sight) in sights() {
        for (name, want, filter) in &filters {
            let want = seen(*want, &sight);
            checks.list("delegations", &format!("{name}{suffix}"), want, |after| {
                delegations::page(&sight, filter, after.then_some(&place), 51)
            });
        }
    }
}

pub(super) fn check_extension_requests(checks: &mut Checks<'_>) {
    checks.list(
        "extension_requests",
        "of one action",
        Want::OfOne,
        |after| {
            extension_requests::page_of_action(id().into(), Parts::Public, after.then_some(7), 51)
        },
    );
    let filter = |committee: bool, state: bool| ExtensionFilter {
        committee_id: committee.then(|| id().into()),
        state: state.then_some(ExtensionState::Pending),
    };
    let filters = [
        ("nothing", Want::Ordered, filter(false, false)),
        ("committee", Want::Found, filter(true, false)),
        ("state", Want::Found, filter(false, true)),
        ("committee, state", Want::Found, filter(true, true)),
    ];
    for (suffix, sight) in sights() {
        for (name, want, filter) in &filters {
            let want = seen(*want, &sight);
            let name = format!("{name}{suffix}");
            checks.list("extension_requests", &name, want, |after| {
                extension_requests::page(&sight, filter, after.then(|| id().into()), 51)
            });
        }
    }
}

pub(super) fn check_what_was_found_and_responded(checks: &mut Checks<'_>) {
    checks.list("verifications", "of one action", Want::OfOne, |after| {
        verifications::page(id().into(), Parts::Public, after.then_some(7), 51)
    });
    checks.list("resolution_responses", "of one", Want::OfOne, |after| {
        responses::page(id().into(), after.then_some(7), 51)
    });
}

pub(super) fn check_history(checks: &mut Checks<'_>) {
    checks.list("audit_entries", "nothing", Want::OfOne, |after| {
        audit::page(
            crate::domain::ids::RecordId(id()),
            if after { 7 } else { 0 },
            51,
        )
    });
}

pub(super) fn check_what_belongs_to_an_action(checks: &mut Checks<'_>) {
    let action = || id().into();
    for descending in [false, true] {
        let name = format!("descending: {descending}");
        checks.list("progress_updates", &name, Want::OfOne, |after| {
            progress::page(action(), Parts::Public, descending, after.then_some(7), 51)
        });
    }
    for withdrawn in [None, Some(false), Some(true)] {
        let name = format!("withdrawn: {withdrawn:?}");
        checks.list("evidence", &name, Want::OfOne, |after| {
            evidence::page(action(), Parts::Public, withdrawn, after.then_some(7), 51)
        });
    }
    checks.list("completion_claims", "nothing", Want::OfOne, |after| {
        claims::page(action(), Parts::Public, after.then_some(7), 51)
    });
}

pub(super) fn check_minutes(checks: &mut Checks<'_>) {
    checks.list("minutes", "of a meeting", Want::OfOne, |after| {
        minutes::page(id().into(), after.then_some(7), 51)
    });
    for state in [None, Some(DraftState::Proposed)] {
        let filter = DraftFilter {
            state,
            ..DraftFilter::default()
        };
        let name = format!("of minutes, state: {state:?}");
        checks.list("drafts", &name, Want::OfOne, |after| {
            drafts::page(id().into(), filter, after.then_some(7), 51)
        });
    }
}

pub(super) fn check_post_history(checks: &mut Checks<'_>) {
    checks.list("audit_entries", "of a post", Want::Few, |after| {
        audit::page_of_post(id().into(), if after { 7 } else { 0 }, 51)
    });
}
