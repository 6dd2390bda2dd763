//! The caller: whom a token speaks for, and with which roles.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// What somebody may do here. The rights that go with each are listed in the documentation's roles table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads what is public.
    Reader,
    /// Reads, with the histories and the exempt actions of posts they hold, and moves the actions of those posts.
    Officer,
    /// Reads everything; records committees, meetings, resolutions, posts and actions; corrects them; makes every move.
    Clerk,
    /// Reads everything, exempt items and histories too; verifies actions and adds evidence to them; reopens closed actions.
    Auditor,
    /// Has no right over records by this role alone.
    Admin,
}

impl Role {
    /// Every role, in the order of the roles table.
    pub const ALL: [Self; 5] = [
        Self::Reader,
        Self::Officer,
        Self::Clerk,
        Self::Auditor,
        Self::Admin,
    ];

    /// The role's name, in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Officer => "officer",
            Self::Clerk => "clerk",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that is no role's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a role; the roles are reader, officer, clerk, auditor and admin")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(UnknownRole)
    }
}

impl Serialize for Role {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A set of roles.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Roles(u8);

impl Roles {
    /// No role.
    pub const NONE: Self = Self(0);

    /// The set of `roles`.
    #[must_use]
    pub const fn of(roles: &[Role]) -> Self {
        let mut bits = 0;
        let mut index = 0;
        while index < roles.len() {
            bits |= roles[index].bit();
            index += 1;
        }
        Self(bits)
    }

    /// Whether `role` is among them.
    #[must_use]
    pub const fn contains(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether the two sets have a role in common.
    #[must_use]
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Adds `role`.
    pub const fn insert(&mut self, role: Role) {
        self.0 |= role.bit();
    }

    /// The roles, in the order of [`Role::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL
            .into_iter()
            .filter(move |role| self.contains(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        let mut set = Self::NONE;
        for role in roles {
            set.insert(role);
        }
        set
    }
}

impl fmt::Display for Roles {
    /// The names, separated by commas, such as `officer, clerk`; `none` for the empty set.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        for (index, role) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            f.write_str(role.as_str())?;
        }
        Ok(())
    }
}

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Whom a verified token speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The token's `sub`: 1–255 characters, none of them a control character.
    pub subject: String,
    /// The token's `name`, for people to read; under the same rules as `subject`.
    pub name: Option<String>,
    /// What the caller may do. Empty when the token named no role of ours: such a caller may do nothing.
    pub roles: Roles,
    /// The codes of the committees that the token is limited to, as the token wrote them; `None` is no limit, an empty
    /// set is none at all.
    pub committees: Option<BTreeSet<String>>,
}

impl Caller {
    /// Whether the caller has `role`.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(role)
    }

    /// Whether the committee with `code` exists for this caller. Codes are compared as they are written.
    #[must_use]
    pub fn may_see_committee(&self, code: &str) -> bool {
        self.committees
            .as_ref()
            .is_none_or(|codes| codes.contains(code))
    }

    /// Whether the caller sees items taken in private: clerks and auditors do.
    #[must_use]
    pub fn sees_exempt(&self) -> bool {
        self.roles
            .intersects(Roles::of(&[Role::Clerk, Role::Auditor]))
    }

    /// Whether the caller sees the subjects by which the identity provider knows people: everybody but a plain reader does.
    #[must_use]
    pub fn sees_subjects(&self) -> bool {
        self.roles.intersects(Roles::of(&[
            Role::Officer,
            Role::Clerk,
            Role::Auditor,
            Role::Admin,
        ]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_roles_keeps_what_was_put_in() {
        let roles = Roles::of(&[Role::Auditor, Role::Officer]);
        assert!(roles.contains(Role::Officer) && !roles.contains(Role::Clerk));
        assert!(roles.intersects(Roles::of(&[Role::Clerk, Role::Auditor])));
        assert!(!roles.intersects(Roles::of(&[Role::Clerk, Role::Admin])));
        assert_eq!(roles.to_string(), "officer, auditor");
        assert_eq!(Roles::NONE.to_string(), "none");
        assert_eq!(roles.iter().collect::<Roles>(), roles);
    }

    #[test]
    fn a_role_reads_its_own_name_and_nothing_else() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!("Clerk".parse::<Role>(), Err(UnknownRole));
        assert_eq!("".parse::<Role>(), Err(UnknownRole));
    }

    #[test]
    fn only_clerks_and_auditors_see_exempt_items() {
        for role in Role::ALL {
            let caller = Caller {
                subject: "someone".to_owned(),
                name: None,
                roles: Roles::of(&[role]),
                committees: Some(BTreeSet::from(["CFS".to_owned()])),
            };
            assert_eq!(
                caller.sees_exempt(),
                matches!(role, Role::Clerk | Role::Auditor),
                "{role}"
            );
            assert!(caller.may_see_committee("CFS") && !caller.may_see_committee("cfs"));
        }
    }
}
