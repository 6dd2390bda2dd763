//! A token's outer form and its header (RFC 7515), judged before any cryptography.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::error::InvalidToken;
use super::keys::Alg;
use super::strict_json;

/// Longest token that is looked at, in bytes.
pub(super) const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Longest `kid` that may name a key, in bytes.
const MAX_KID_BYTES: usize = 255;

/// Headers that make demands or bring keys of their own. Refusing them is easier to reason about than ignoring them.
const REFUSED: [&str; 5] = ["crit", "jwk", "jku", "x5u", "x5c"];

/// A token taken apart, with what its header says.
#[derive(Debug)]
pub(super) struct Parts<'t> {
    /// The algorithm that the header claims.
    pub(super) alg: Alg,
    /// The key that the header names.
    pub(super) kid: Option<String>,
    /// What the signature covers: header and payload as they were sent.
    pub(super) signed: &'t str,
    /// The payload, still in base64url.
    payload: &'t str,
    /// The signature, still in base64url.
    pub(super) signature: &'t str,
}

impl Parts<'_> {
    /// The claims. To be called only when the signature has been verified.
    pub(super) fn claims(&self) -> Result<Value, InvalidToken> {
        object(self.payload).map(Value::Object)
    }
}

/// Takes `token` apart and judges its header. `types` are the accepted values of `typ`, as [`normal_type`] gives them.
pub(super) fn parse<'t>(token: &'t str, types: &[String]) -> Result<Parts<'t>, InvalidToken> {
    if token.len() > MAX_TOKEN_BYTES {
        return Err(InvalidToken::TooLong);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(InvalidToken::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(InvalidToken::Malformed)?;
    if payload.contains('.') {
        return Err(InvalidToken::Malformed);
    }
    let header = object(header)?;
    if REFUSED.iter().any(|name| header.contains_key(*name)) {
        return Err(InvalidToken::HeaderRefused);
    }
    let alg = header
        .get("alg")
        .and_then(Value::as_str)
        .and_then(Alg::from_name)
        .ok_or(InvalidToken::AlgorithmRefused)?;
    let typ = header
        .get("typ")
        .and_then(Value::as_str)
        .map(normal_type)
        .ok_or(InvalidToken::TypeRefused)?;
    if !types.contains(&typ) {
        return Err(InvalidToken::TypeRefused);
    }
    let kid = match header.get("kid") {
        None => None,
        Some(Value::String(kid)) if kid.len() <= MAX_KID_BYTES => Some(kid.clone()),
        Some(Value::String(_)) => return Err(InvalidToken::KeyUnknown),
        Some(_) => return Err(InvalidToken::Malformed),
    };
    Ok(Parts {
        alg,
        kid,
        signed,
        payload,
        signature,
    })
}

/// A `typ` without the `application/` that may be left out, in lower case (RFC 7515 section 4.1.9).
pub(super) fn normal_type(typ: &str) -> String {
    let lower = typ.trim().to_ascii_lowercase();
    lower
        .strip_prefix("application/")
        .map_or_else(|| lower.clone(), str::to_owned)
}

fn object(part: &str) -> Result<serde_json::Map<String, Value>, InvalidToken> {
    let bytes = URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| InvalidToken::Malformed)?;
    strict_json::object(&bytes).ok_or(InvalidToken::Malformed)
}
