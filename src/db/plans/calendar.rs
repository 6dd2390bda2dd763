//! The lists of committees, their calendars and what was decided.

use serde_json::json;

use super::checks::{Checks, Want, id, position, seen, sights};
use crate::db::agenda_items::{self, AgendaItemFilter};
use crate::db::committees::{self, CommitteeFilter};
use crate::db::meetings::{self, MeetingFilter};
use crate::db::resolutions::{self, ResolutionFilter, ResponseFilter};
use crate::domain::meeting::MeetingStatus;
use crate::domain::resolution::ResolutionKind;

pub(super) fn check_committees(checks: &mut Checks<'_>) {
    let none = CommitteeFilter::default;
    let filters = [
        ("nothing", Want::Ordered, none()),
        (
            "code",
            Want::Few,
            CommitteeFilter {
                code: Some("CFS".into()),
                ..none()
            },
        ),
        (
            "ended",
            Want::Found,
            CommitteeFilter {
                ended: Some(true),
                ..none()
            },
        ),
        (
            "not ended",
            Want::Found,
            CommitteeFilter {
                ended: Some(false),
                ..none()
            },
        ),
    ];
    for (suffix, sight) in sights() {
        for (name, want, filter) in &filters {
            // Those that a token names are found by their ids, however many there are.
            let want = match want {
                Want::Found if sight.committees.is_some() => Want::InSight,
                want => seen(*want, &sight),
            };
            checks.list("committees", &format!("{name}{suffix}"), want, |after| {
                committees::page(&sight, filter, after.then_some("CFS"), 51)
            });
        }
    }
}

pub(super) fn check_meetings(checks: &mut Checks<'_>) {
    let none = MeetingFilter::default;
    let instant = || Some("2014-03-03T14:00:00Z".parse().unwrap());
    let filters = [
        ("nothing", Want::Ordered, none()),
        (
            "committee",
            Want::Found,
            MeetingFilter {
                committee_id: Some(id().into()),
                ..none()
            },
        ),
        (
            "status",
            Want::Found,
            MeetingFilter {
                status: Some(MeetingStatus::Scheduled),
                ..none()
            },
        ),
        (
            "committee, status",
            Want::Found,
            MeetingFilter {
                committee_id: Some(id().into()),
                status: Some(MeetingStatus::Scheduled),
                ..none()
            },
        ),
        (
            "from",
            Want::Found,
            MeetingFilter {
                starts_from: instant(),
                ..none()
            },
        ),
        (
            "before",
            Want::Found,
            MeetingFilter {
                starts_before: instant(),
                ..none()
            },
        ),
        (
            "committee, from, before",
            Want::Found,
            MeetingFilter {
                committee_id: Some(id().into()),
                starts_from: instant(),
                starts_before: instant(),
                ..none()
            },
        ),
    ];
    let place = position(json!(["2014-03-03T14:00:00Z", id()]));
    for (suffix, sight) in sights() {
        for (name, want, filter) in &filters {
            for descending in [false, true] {
                let filter = MeetingFilter {
                    descending,
                    ..filter.clone()
                };
                let name = format!("{name}{suffix}, descending: {descending}");
                // The months that are asked for, of two committees, are sorted.
                let want = match want {
                    Want::Found if sight.committees.is_some() => Want::InSight,
                    want => seen(*want, &sight),
                };
                checks.list("meetings", &name, want, |after| {
                    meetings::page(&sight, &filter, after.then_some(&place), 51)
                });
            }
        }
    }
}

pub(super) fn check_agenda_items(checks: &mut Checks<'_>) {
    let filter = |committee: bool, meeting: bool| AgendaItemFilter {
        committee_id: committee.then(|| id().into()),
        meeting_id: meeting.then(|| id().into()),
    };
    let filters = [
        ("nothing", Want::Ordered, filter(false, false)),
        ("committee", Want::Found, filter(true, false)),
        ("meeting", Want::Few, filter(false, true)),
        ("committee, meeting", Want::Few, filter(true, true)),
    ];
    let place = position(json!([id(), "0000000008", id()]));
    for (suffix, sight) in sights() {
        for (name, want, filter) in &filters {
            let want = seen(*want, &sight);
            checks.list("agenda_items", &format!("{name}{suffix}"), want, |after| {
                agenda_items::page(&sight, filter, after.then_some(&place), 51)
            });
        }
    }
}

pub(super) fn check_resolutions(checks: &mut Checks<'_>) {
    let none = ResolutionFilter::default;
    let filters = [
        ("nothing", Want::Ordered, none()),
        (
            "committee",
            Want::Found,
            ResolutionFilter {
                committee_id: Some(id().into()),
                ..none()
            },
        ),
        (
            "meeting",
            Want::Found,
            ResolutionFilter {
                meeting_id: Some(id().into()),
                ..none()
            },
        ),
        (
            "agenda item",
            Want::Found,
            ResolutionFilter {
                agenda_item_id: Some(id().into()),
                ..none()
            },
        ),
        (
            "kind",
            Want::Found,
            ResolutionFilter {
                kind: Some(ResolutionKind::Request),
                ..none()
            },
        ),
        (
            "committee, kind",
            Want::Found,
            ResolutionFilter {
                committee_id: Some(id().into()),
                kind: Some(ResolutionKind::Request),
                ..none()
            },
        ),
        (
            "response outstanding",
            Want::Found,
            ResolutionFilter {
                response: Some(ResponseFilter::Outstanding),
                ..none()
            },
        ),
        (
            "response late",
            Want::Found,
            ResolutionFilter {
                response: Some(ResponseFilter::Late("2014-03-03".parse().unwrap())),
                ..none()
            },
        ),
        (
            "response given",
            Want::Found,
            ResolutionFilter {
                response: Some(ResponseFilter::Given),
                ..none()
            },
        ),
        (
            "source",
            Want::Few,
            ResolutionFilter {
                source: Some(("moderngov".into(), "1".into())),
                ..none()
            },
        ),
    ];
    for (suffix, sight) in sights() {
        for (name, want, filter) in &filters {
            // Of two committees what was not asked for is passed over, or the rows are sorted.
            let want = if filter.response.is_some() && sight.committees.is_some() {
                Want::InSight
            } else {
                seen(*want, &sight)
            };
            checks.list("resolutions", &format!("{name}{suffix}"), want, |after| {
                resolutions::page(&sight, filter, after.then(|| id().into()), 51)
            });
        }
    }
}
