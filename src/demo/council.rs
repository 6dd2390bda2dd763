//! A small invented council, Thornmere: two municipal years of meetings, and actions in every state.
//!
//! First the plan: steps, each at its instant. Then the steps in their order, so that the audit trail runs as time does.
//! The same day gives the same council, to the last identifier.

mod follow_up;
mod lives;
mod offices;
mod plan;
mod sessions;
mod words;

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::SeedError;
use super::stage::caller;
use crate::auth::{Caller, Role};
use crate::clock::london_day;
use crate::db::{Db, Tx};
use crate::domain::ids::{
    ActionId, AgendaItemId, CommitteeId, DelegationId, ExtensionRequestId, MeetingId, PostId,
    ResolutionId,
};
use crate::ids::SeededIds;
use crate::records::{Failure, Writing};
use plan::Plan;

/// The seed of the council's identifiers.
const SEED: u64 = 0x7468_6f72_6e6d_6572;

/// Records the council as it stands on the day of `now`.
pub(crate) async fn seed(db: &Db, now: DateTime<Utc>) -> Result<(), SeedError> {
    let today = london_day(now);
    db.write(move |tx| {
        let plan = Plan::new(today);
        let mut steps = Steps::default();
        offices::plan(&plan, &mut steps);
        sessions::plan(&plan, &mut steps);
        lives::plan(&plan, &mut steps);
        follow_up::plan(&plan, &mut steps);
        steps.run(tx)
    })
    .await?;
    while db.seal().await? > 0 {}
    Ok(())
}

/// Who makes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Clerk,
    SecondClerk,
    Auditor,
    /// The holder of that post, or the clerk for a holder who has no token.
    Office(usize),
}

impl By {
    fn caller(self) -> Caller {
        let clerk = || caller("demo-clerk", "Wilhelmina Darnbrook", Role::Clerk);
        match self {
            Self::Clerk => clerk(),
            Self::SecondClerk => caller("second-clerk", "Osbert Linnfield", Role::Clerk),
            Self::Auditor => caller("demo-auditor", "Philippa Quarrington", Role::Auditor),
            Self::Office(post) => match words::OFFICES[post] {
                (_, _, name, Some(subject)) => caller(subject, name, Role::Officer),
                _ => clerk(),
            },
        }
    }
}

/// What has been recorded so far, by its place in the plan.
#[derive(Debug, Default)]
struct Known {
    committees: HashMap<usize, CommitteeId>,
    meetings: HashMap<usize, MeetingId>,
    posts: HashMap<usize, PostId>,
    /// Of each sitting, the resolution on the progress of its actions.
    decisions: HashMap<usize, ResolutionId>,
    actions: HashMap<usize, ActionId>,
    /// Of each body, what its chair may decide between meetings.
    delegations: HashMap<usize, DelegationId>,
    /// Of each action, the request for an extension.
    requests: HashMap<usize, ExtensionRequestId>,
    /// Of each action, what the executive was recommended under the same item.
    recommendations: HashMap<usize, ResolutionId>,
    /// Of each exempt action, the item it arose from.
    exempt_items: HashMap<usize, AgendaItemId>,
}

fn known<K: std::hash::Hash + Eq, V: Copy>(map: &HashMap<K, V>, key: &K) -> Result<V, Failure> {
    map.get(key).copied().ok_or(Failure::NotFound)
}

type Script = Box<dyn FnOnce(&mut Writing<'_>, &mut Known) -> Result<(), Failure>>;

/// The steps of the plan.
#[derive(Default)]
struct Steps(Vec<(DateTime<Utc>, By, Script)>);

impl Steps {
    fn add(
        &mut self,
        at: DateTime<Utc>,
        by: By,
        script: impl FnOnce(&mut Writing<'_>, &mut Known) -> Result<(), Failure> + 'static,
    ) {
        self.0.push((at, by, Box::new(script)));
    }

    /// Runs the steps in the order of their instants, and of their planning where those are the same.
    fn run(mut self, tx: &mut Tx) -> Result<(), SeedError> {
        let ids = SeededIds::new(SEED);
        let mut known = Known::default();
        self.0.sort_by_key(|(at, ..)| *at);
        for (at, by, script) in self.0 {
            super::stage::write(tx, &ids, &by.caller(), at, |w| script(w, &mut known))?;
        }
        Ok(())
    }
}
