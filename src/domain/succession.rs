//! Who answers for a post that has ended: its successor, or that one's successor, on the day that is asked for.
//!
//! Nothing that was recorded is rewritten when a post ends. An action keeps the post that it was given to, and the post in
//! charge of it is found by following successors, from the day after each post's last.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::ids::PostId;

/// A post, as far as its succession goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Office {
    /// Which post.
    pub id: PostId,
    /// The last day of its existence; `None` while it exists.
    pub ended_on: Option<NaiveDate>,
    /// The post that took its place.
    pub successor_id: Option<PostId>,
}

impl Office {
    /// Whether the post exists on a day; its last day is one.
    #[must_use]
    pub fn stands(&self, day: NaiveDate) -> bool {
        self.ended_on.is_none_or(|last| last >= day)
    }

    /// The post that has taken its place by that day.
    #[must_use]
    pub fn followed_by(&self, day: NaiveDate) -> Option<PostId> {
        self.successor_id.filter(|_| !self.stands(day))
    }
}

/// Posts and who took whose place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Succession(HashMap<PostId, Office>);

impl FromIterator<Office> for Succession {
    fn from_iter<T: IntoIterator<Item = Office>>(offices: T) -> Self {
        Self(
            offices
                .into_iter()
                .map(|office| (office.id, office))
                .collect(),
        )
    }
}

impl Succession {
    /// The post in charge on a day of what was given to `post`: itself while it exists or where nothing took its place.
    /// `None` where the places taken lead round in a circle, which no write allows.
    #[must_use]
    pub fn in_charge(&self, post: PostId, day: NaiveDate) -> Option<PostId> {
        let (mut at, mut seen) = (post, HashSet::new());
        while let Some(next) = self.0.get(&at).and_then(|office| office.followed_by(day)) {
            if !seen.insert(at) {
                return None;
            }
            at = next;
        }
        Some(at)
    }

    /// The posts that those of `posts` answer for on a day: themselves, and the ended ones whose place they took, however
    /// many stages back.
    #[must_use]
    pub fn answered_by(
        &self,
        posts: impl IntoIterator<Item = PostId>,
        day: NaiveDate,
    ) -> HashSet<PostId> {
        let mut before: HashMap<PostId, Vec<PostId>> = HashMap::new();
        for office in self.0.values() {
            if let Some(next) = office.followed_by(day) {
                before.entry(next).or_default().push(office.id);
            }
        }
        let mut open: Vec<PostId> = posts.into_iter().collect();
        let mut found = HashSet::new();
        while let Some(post) = open.pop() {
            if found.insert(post) {
                open.extend(before.get(&post).into_iter().flatten());
            }
        }
        found
    }

    /// The posts whose work nobody does on a day, where somebody holds those of `held`: the post in charge is held by
    /// nobody, or has ended.
    #[must_use]
    pub fn vacant(
        &self,
        held: impl IntoIterator<Item = PostId>,
        day: NaiveDate,
    ) -> HashSet<PostId> {
        let stands = |post: &PostId| self.0.get(post).is_some_and(|office| office.stands(day));
        let answered = self.answered_by(held.into_iter().filter(stands), day);
        let posts = self.0.keys().copied();
        posts.filter(|post| !answered.contains(post)).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn post(n: u8) -> PostId {
        PostId(Uuid::from_u128(n.into()))
    }

    fn day(n: u8) -> NaiveDate {
        NaiveDate::from_ymd_opt(2014, 3, 1).unwrap() + chrono::TimeDelta::days(n.into())
    }

    fn office(n: u8, ended: Option<u8>, next: Option<u8>) -> Office {
        Office {
            id: post(n),
            ended_on: ended.map(day),
            successor_id: next.map(post),
        }
    }

    #[test]
    fn a_successor_takes_over_on_the_day_after_the_last() {
        let posts: Succession = [office(1, Some(5), Some(2)), office(2, None, None)]
            .into_iter()
            .collect();
        assert_eq!(posts.in_charge(post(1), day(5)), Some(post(1)));
        assert_eq!(posts.in_charge(post(1), day(6)), Some(post(2)));
        assert_eq!(posts.answered_by([post(2)], day(5)), [post(2)].into());
        let both = [post(1), post(2)].into();
        assert_eq!(posts.answered_by([post(2)], day(6)), both);
        assert_eq!(posts.vacant([post(1)], day(5)), [post(2)].into());
        assert_eq!(posts.vacant([post(1)], day(6)), both);
    }

    #[test]
    fn a_post_that_ended_without_a_successor_is_in_charge_and_vacant() {
        let posts: Succession = [office(1, Some(5), None)].into_iter().collect();
        assert_eq!(posts.in_charge(post(1), day(9)), Some(post(1)));
        assert_eq!(posts.vacant([post(1)], day(9)), [post(1)].into());
        assert_eq!(posts.vacant([post(1)], day(5)), HashSet::new());
    }

    fn any_posts() -> impl Strategy<Value = Vec<Office>> {
        let one = (prop::option::of(0..8_u8), prop::option::of(0..8_u8));
        prop::collection::vec(one, 8).prop_map(|rows| {
            let numbered = (0..).zip(rows);
            numbered
                .map(|(n, (ended, next))| office(n, ended, next))
                .collect()
        })
    }

    /// Follows successors step by step, as often as there are posts: longer than any way that is no circle.
    fn slowly(posts: &[Office], from: PostId, day: NaiveDate) -> Option<PostId> {
        let mut at = from;
        for _ in 0..=posts.len() {
            let office = posts.iter().find(|office| office.id == at).unwrap();
            match (office.ended_on, office.successor_id) {
                (Some(last), Some(next)) if last < day => at = next,
                _ => return Some(at),
            }
        }
        None
    }

    proptest! {
        #[test]
        fn whoever_is_in_charge_answers_for_it(posts in any_posts(), today in 0..9_u8, held in prop::collection::vec(0..8_u8, 0..4)) {
            let (all, today) = (posts.iter().copied().collect::<Succession>(), day(today));
            let held: Vec<_> = held.into_iter().map(post).collect();
            let vacant = all.vacant(held.iter().copied(), today);
            for office in &posts {
                let charged = all.in_charge(office.id, today);
                prop_assert_eq!(charged, slowly(&posts, office.id, today));
                for other in &posts {
                    let answered = all.answered_by([other.id], today).contains(&office.id);
                    if charged == Some(other.id) {
                        prop_assert!(answered);
                    } else if other.stands(today) {
                        prop_assert!(!answered);
                    }
                }
                let done = charged.is_some_and(|charged| {
                    let stands = posts.iter().any(|office| office.id == charged && office.stands(today));
                    stands && held.contains(&charged)
                });
                prop_assert_eq!(vacant.contains(&office.id), !done);
            }
        }
    }
}
