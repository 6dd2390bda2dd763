//! The claims of a token whose signature has been verified: are they for us, now, and what do they say?

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::config::AuthConfig;

use super::caller::{Caller, Role, Roles};
use super::error::InvalidToken;

/// Longest subject and longest name, in characters.
const MAX_TEXT_CHARS: usize = 255;

/// What claims have to be, from the configuration.
#[derive(Debug)]
pub(super) struct Rules {
    issuer: String,
    audience: String,
    leeway_micros: i64,
    roles_claim: String,
    /// Claim values and the role that each stands for.
    role_names: Vec<(String, Role)>,
    committees_claim: String,
    committees_required: bool,
}

/// Accepted claims, and the span of time in which they may be used (microseconds since 1970 UTC, leeway included).
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) caller: Caller,
    /// First instant.
    pub(super) from: i64,
    /// First instant at which the token has expired.
    pub(super) until: i64,
}

impl Rules {
    /// The rules in `config` for tokens of `issuer` to `audience`.
    pub(super) fn new(config: &AuthConfig, issuer: &str, audience: &str) -> Self {
        let names = &config.role_names;
        let role_names = [
            (Role::Reader, &names.reader),
            (Role::Officer, &names.officer),
            (Role::Clerk, &names.clerk),
            (Role::Auditor, &names.auditor),
            (Role::Admin, &names.admin),
        ]
        .into_iter()
        .flat_map(|(role, values)| values.iter().map(move |value| (value.clone(), role)))
        .collect();
        Self {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            leeway_micros: i64::from(config.leeway_seconds) * 1_000_000,
            roles_claim: config.roles_claim.clone(),
            role_names,
            committees_claim: config.committees_claim.clone(),
            committees_required: config.committees_required,
        }
    }

    /// Judges `claims` at the instant `now`.
    pub(super) fn judge(
        &self,
        claims: &Value,
        now: DateTime<Utc>,
    ) -> Result<Accepted, InvalidToken> {
        let until = numeric_date(&claims["exp"])
            .ok_or(InvalidToken::ExpiryMissing)?
            .saturating_add(self.leeway_micros);
        let from = match claims.get("nbf") {
            None => i64::MIN,
            Some(value) => numeric_date(value)
                .ok_or(InvalidToken::TimeMalformed)?
                .saturating_sub(self.leeway_micros),
        };
        if claims
            .get("iat")
            .is_some_and(|value| numeric_date(value).is_none())
        {
            return Err(InvalidToken::TimeMalformed);
        }
        if claims["iss"].as_str() != Some(self.issuer.as_str()) {
            return Err(InvalidToken::IssuerMismatch);
        }
        if !self.is_for_us(&claims["aud"]) {
            return Err(InvalidToken::AudienceMismatch);
        }
        let now = now.timestamp_micros();
        if now >= until {
            return Err(InvalidToken::Expired);
        }
        if now < from {
            return Err(InvalidToken::NotYetValid);
        }
        let caller = Caller {
            subject: text(&claims["sub"]).ok_or(InvalidToken::SubjectInvalid)?,
            name: match claims.get("name") {
                None | Some(Value::Null) => None,
                Some(value) => Some(text(value).ok_or(InvalidToken::NameInvalid)?),
            },
            roles: self.roles(claims),
            committees: self.committees(claims)?,
        };
        Ok(Accepted {
            caller,
            from,
            until,
        })
    }

    /// RFC 7519 section 4.1.3: one text or a list of texts. A list with anything else in it is refused whole.
    fn is_for_us(&self, audience: &Value) -> bool {
        match audience {
            Value::String(only) => *only == self.audience,
            Value::Array(all) => {
                all.iter().all(Value::is_string) && all.iter().any(|one| *one == *self.audience)
            }
            _ => false,
        }
    }

    /// The roles that the claim names. Values that mean nothing here belong to other services.
    fn roles(&self, claims: &Value) -> Roles {
        let role_of = |value: &str| {
            self.role_names
                .iter()
                .filter(|(name, _)| name == value)
                .map(|(_, role)| *role)
                .collect::<Vec<_>>()
        };
        match claims.pointer(&self.roles_claim) {
            // The whole text first: a configured name may hold a space.
            Some(Value::String(text)) => std::iter::once(text.as_str())
                .chain(text.split_whitespace())
                .flat_map(role_of)
                .collect(),
            Some(Value::Array(values)) => values
                .iter()
                .filter_map(Value::as_str)
                .flat_map(role_of)
                .collect(),
            _ => Roles::NONE,
        }
    }

    /// The committees that the claim limits the caller to. A claim that cannot be read is refused, because ignoring it
    /// would lift the limit.
    fn committees(&self, claims: &Value) -> Result<Option<BTreeSet<String>>, InvalidToken> {
        match claims.pointer(&self.committees_claim) {
            None if self.committees_required => Err(InvalidToken::CommitteesMissing),
            None => Ok(None),
            Some(Value::String(text)) => {
                Ok(Some(text.split_whitespace().map(str::to_owned).collect()))
            }
            Some(Value::Array(codes)) => codes
                .iter()
                .map(|code| code.as_str().map(str::to_owned))
                .collect::<Option<BTreeSet<_>>>()
                .map(Some)
                .ok_or(InvalidToken::CommitteesInvalid),
            Some(_) => Err(InvalidToken::CommitteesInvalid),
        }
    }
}

/// A `NumericDate` (RFC 7519 section 2) in microseconds since 1970 UTC; dates beyond the range become its ends.
fn numeric_date(value: &Value) -> Option<i64> {
    if let Some(seconds) = value.as_i64() {
        return Some(seconds.saturating_mul(1_000_000));
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast goes to the nearest end of the range, as it should"
    )]
    value.as_f64().map(|seconds| (seconds * 1e6) as i64)
}

/// A text of 1–255 characters that is safe to show: no NUL, no control and no direction override.
fn text(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let length = text.chars().take(MAX_TEXT_CHARS + 1).count();
    ((1..=MAX_TEXT_CHARS).contains(&length) && !text.chars().any(is_unsafe))
        .then(|| text.to_owned())
}

/// Control characters, line and paragraph separators, and the characters that reverse the reading direction.
fn is_unsafe(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
