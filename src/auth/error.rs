//! Why a caller is not let in, in words that tell an attacker nothing (RFC 6750 section 3).

/// Why a request could not be authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// No bearer token came with the request: 401 without an error code.
    #[error("no bearer token was presented")]
    Missing,
    /// The token was refused: 401 with `error="invalid_token"`.
    #[error("the bearer token was refused: {0}")]
    Invalid(InvalidToken),
    /// No keys have been loaded yet, so no token can be judged: 503.
    #[error("the keys that verify tokens are not available yet")]
    Unavailable,
}

impl AuthError {
    /// A short constant code for logs and problems, such as `token_expired`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "token_missing",
            Self::Invalid(reason) => reason.as_str(),
            Self::Unavailable => "keys_unavailable",
        }
    }

    /// The value of `WWW-Authenticate` that belongs to a 401 (RFC 6750 section 3); `None` where the answer is 503.
    /// `realm` must hold no quotation mark.
    #[must_use]
    pub fn www_authenticate(self, realm: &str) -> Option<String> {
        match self {
            Self::Missing => Some(format!("Bearer realm=\"{realm}\"")),
            Self::Invalid(reason) => Some(format!(
                "Bearer realm=\"{realm}\", error=\"invalid_token\", error_description=\"{reason}\""
            )),
            Self::Unavailable => None,
        }
    }
}

impl From<InvalidToken> for AuthError {
    fn from(reason: InvalidToken) -> Self {
        Self::Invalid(reason)
    }
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)+) => {
        /// Why a token was refused.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum InvalidToken {
            $($(#[$doc])* $name,)+
        }

        impl InvalidToken {
            /// The reason as a constant code of lower-case letters and underscores.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }
        }
    };
}

reasons! {
    /// The `Authorization` header is not `Bearer` and one token.
    AuthorizationMalformed = "authorization_malformed",
    /// Longer than 8 KiB.
    TooLong = "token_too_long",
    /// Not three base64url parts of which the first two are JSON objects without repeated members.
    Malformed = "token_malformed",
    /// `alg` is absent, unknown, `none`, or not one that the source of keys allows.
    AlgorithmRefused = "algorithm_refused",
    /// `typ` is absent or names another kind of token, an ID token for instance.
    TypeRefused = "token_type_refused",
    /// A header that demands something (`crit`) or brings its own key (`jwk`, `jku`, `x5u`, `x5c`).
    HeaderRefused = "header_refused",
    /// No key goes by the token's `kid`, or the token names none where there are several keys.
    KeyUnknown = "key_unknown",
    /// The key is of another kind than `alg` says.
    KeyMismatch = "key_mismatch",
    /// The signature does not belong to this header and payload.
    SignatureInvalid = "signature_invalid",
    /// `exp` is absent or no number.
    ExpiryMissing = "expiry_missing",
    /// `exp` has passed.
    Expired = "token_expired",
    /// `nbf` lies ahead.
    NotYetValid = "token_not_yet_valid",
    /// `nbf` or `iat` is no number.
    TimeMalformed = "time_malformed",
    /// `iss` is absent or another.
    IssuerMismatch = "issuer_mismatch",
    /// `aud` is absent, of the wrong type, or does not name this service.
    AudienceMismatch = "audience_mismatch",
    /// `sub` is absent, empty, too long, no text, or holds control characters.
    SubjectInvalid = "subject_invalid",
    /// `name` is too long, no text, or holds control characters.
    NameInvalid = "name_invalid",
    /// The committees claim is absent where it is required.
    CommitteesMissing = "committees_missing",
    /// The committees claim is neither a list of texts nor a text.
    CommitteesInvalid = "committees_invalid",
}

impl std::fmt::Display for InvalidToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The token in an `Authorization` header's value (RFC 6750 section 2.1). The scheme's case does not matter.
///
/// # Errors
/// [`AuthError::Missing`] for no header or another scheme, [`InvalidToken::AuthorizationMalformed`] for `Bearer`
/// without exactly one token.
pub fn bearer_token(authorization: Option<&str>) -> Result<&str, AuthError> {
    let value = authorization.ok_or(AuthError::Missing)?.trim();
    let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(AuthError::Missing);
    }
    let token = rest.trim_start_matches(' ');
    let allowed = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
    };
    if token.is_empty() || !token.bytes().all(allowed) {
        return Err(InvalidToken::AuthorizationMalformed.into());
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_taken_from_the_header() {
        assert_eq!(bearer_token(Some("Bearer a.b.c")), Ok("a.b.c"));
        assert_eq!(bearer_token(Some("bearer  a.b.c")), Ok("a.b.c"));
        assert_eq!(bearer_token(None), Err(AuthError::Missing));
        assert_eq!(bearer_token(Some("Basic YTpi")), Err(AuthError::Missing));
        for bad in [
            "Bearer",
            "Bearer ",
            "Bearer a b",
            "Bearer a,b",
            "Bearer a\"b",
            "Bearer é",
        ] {
            assert_eq!(
                bearer_token(Some(bad)),
                Err(InvalidToken::AuthorizationMalformed.into()),
                "{bad}"
            );
        }
    }

    #[test]
    fn the_challenge_follows_rfc_6750() {
        assert_eq!(
            AuthError::Missing
                .www_authenticate("matters-arising")
                .as_deref(),
            Some("Bearer realm=\"matters-arising\"")
        );
        assert_eq!(
            AuthError::from(InvalidToken::Expired)
                .www_authenticate("x")
                .as_deref(),
            Some(
                "Bearer realm=\"x\", error=\"invalid_token\", error_description=\"token_expired\""
            )
        );
        assert_eq!(AuthError::Unavailable.www_authenticate("x"), None);
    }
}
