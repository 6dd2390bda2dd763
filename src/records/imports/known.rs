//! Which rows were brought in before.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Import;
use super::cells::Row;
use super::places::Placed;
use super::report::shortened;
use crate::db::actions::{self, Action};
use crate::db::imports::{self as rows, ImportedRow};
use crate::domain::ids::ActionId;
use crate::domain::imported::TrackerField;
use crate::records::{Failure, Writing};

/// A row that was brought in before, as it is now.
pub(super) struct Known {
    pub(super) row: ImportedRow,
    pub(super) said: BTreeMap<TrackerField, String>,
    pub(super) action: Action,
}

/// A row that can be written.
pub(super) struct Ready {
    pub(super) row: Row,
    pub(super) placed: Placed,
    pub(super) said: BTreeMap<TrackerField, String>,
    /// Its natural key, of which the action has the same.
    pub(super) reference: String,
    pub(super) identity: String,
    pub(super) known: Option<Known>,
}

/// Gives every row its natural key, and finds those that were brought in before. A row with a reference of its own that no
/// other row of the file has is known by that; otherwise by its committee, meeting and words.
pub(super) fn match_known(
    w: &mut Writing<'_>,
    import: &Import,
    placed: Vec<(Row, Option<Placed>)>,
) -> Result<Vec<Result<Box<Ready>, Row>>, Failure> {
    let keyed = keyed(placed);
    let keys = || keyed.iter().filter_map(|(_, _, keys)| keys.as_ref());
    let references: Vec<_> = keys().filter_map(|keys| keys.0.as_deref()).collect();
    let identities: Vec<_> = keys().map(|keys| keys.1.as_str()).collect();
    let system = &import.options.system;
    let found = rows::find_known(w.tx, system, &references, &identities)?;
    let ids: Vec<ActionId> = found.iter().map(|row| row.action_id).collect();
    actions::lock_many(w.tx, &ids)?;
    let mut actions: HashMap<_, _> = actions::find_many(w.tx, &ids)?
        .into_iter()
        .filter(|action| action.visible(&w.sight))
        .map(|action| (action.id, action))
        .collect();
    let by_reference: HashMap<_, _> = found
        .iter()
        .map(|row| (row.reference.as_str(), row))
        .collect();
    let mut by_identity: HashMap<&str, Vec<&ImportedRow>> = HashMap::new();
    for row in &found {
        by_identity.entry(&row.identity).or_default().push(row);
    }
    // By their own references first, so that no row is known as another that has its words.
    let mut claimed: HashSet<&str> = HashSet::new();
    for reference in &references {
        claimed.extend(
            by_reference
                .get(reference)
                .map(|row| row.reference.as_str()),
        );
    }
    let mut ready = Vec::with_capacity(keyed.len());
    for (mut row, placed, keys) in keyed.clone() {
        let (Some(placed), Some((own, identity)), true) = (placed, keys, row.errors.is_empty())
        else {
            ready.push(Err(row));
            continue;
        };
        let by_own = own
            .as_deref()
            .and_then(|own| by_reference.get(own).copied());
        let known = by_own.or_else(|| {
            let alike = by_identity.get(identity.as_str())?;
            let free = alike
                .iter()
                .find(|row| !claimed.contains(row.reference.as_str()))?;
            claimed.insert(&free.reference);
            Some(free)
        });
        let known = known.and_then(|known| {
            Some(Known {
                said: serde_json::from_str(&known.said).unwrap_or_default(),
                action: actions.remove(&known.action_id)?,
                row: known.clone(),
            })
        });
        let said = row.said(&placed.code);
        let reference = own.unwrap_or_else(|| {
            let digest: String = identity.chars().take(32).collect();
            format!("{} sha256:{digest}", placed.code)
        });
        if let Some(known) = &known
            && is_another(&known.said, &said)
        {
            let detail = format!(
                "The reference \u{201c}{}\u{201d} is that of a row of another meeting, with other words, which is {}. Give the \
                 row another reference, or the tracker another name here.",
                shortened(row.reference.as_deref().unwrap_or_default(), 100),
                known.action.reference
            );
            row.refuse(TrackerField::Reference, "reference_reused", detail);
            ready.push(Err(row));
            continue;
        }
        ready.push(Ok(Box::new(Ready {
            row,
            placed,
            said,
            reference,
            identity,
            known,
        })));
    }
    Ok(ready)
}

/// A row with what it may be known by: its own reference, where no other row has it, and what makes it the one it is.
type Keyed = (Row, Option<Placed>, Option<(Option<String>, String)>);

fn keyed(placed: Vec<(Row, Option<Placed>)>) -> Vec<Keyed> {
    let own = |row: &Row, placed: &Placed| {
        let reference = row.reference.as_ref()?;
        Some(format!("{} {reference}", placed.code))
    };
    let mut uses: HashMap<String, usize> = HashMap::new();
    let mut alike: HashMap<String, usize> = HashMap::new();
    for (row, placed) in &placed {
        if let Some(reference) = placed.as_ref().and_then(|placed| own(row, placed)) {
            *uses.entry(reference).or_default() += 1;
        }
    }
    let keyed = placed.into_iter().map(|(row, placed)| {
        let keys = placed.as_ref().map(|placed| {
            let nth = alike.entry(row.identity(&placed.code, 0)).or_default();
            let identity = row.identity(&placed.code, *nth);
            *nth += 1;
            let unique = own(&row, placed).filter(|own| uses.get(own) == Some(&1));
            (unique, identity)
        });
        (row, placed, keys)
    });
    keyed.collect()
}

/// Whether a row that has the reference of another is not that one: trackers begin to count anew.
fn is_another(
    before: &BTreeMap<TrackerField, String>,
    now: &BTreeMap<TrackerField, String>,
) -> bool {
    let differs = |field| before.get(field) != now.get(field);
    let words = [TrackerField::Resolution, TrackerField::Action];
    differs(&TrackerField::Meeting) && words.iter().any(differs)
}
