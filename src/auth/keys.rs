//! Keys that verify signatures, and the kinds of keys that are good enough (RFC 7517, RFC 7518, RFC 8037).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

use super::error::InvalidToken;

/// Smallest and largest RSA modulus, in bits: RFC 7518 section 3.3, and what the cryptography verifies at all.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// The algorithms that exist here. Each kind of key has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alg {
    Rs256,
    Es256,
    EdDsa,
    Hs256,
}

impl Alg {
    /// The algorithm that a JOSE header calls `name`. Ed25519 has two names: RFC 8037's and RFC 9864's.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            "HS256" => Some(Self::Hs256),
            _ => None,
        }
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
            Self::Hs256 => "HS256",
        }
    }

    pub(super) const fn jose(self) -> Algorithm {
        match self {
            Self::Rs256 => Algorithm::RS256,
            Self::Es256 => Algorithm::ES256,
            Self::EdDsa => Algorithm::EdDSA,
            Self::Hs256 => Algorithm::HS256,
        }
    }
}

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither RSA, EC P-256 nor Ed25519, or meant for something other than RS256, ES256 and `EdDSA` signatures.
    #[error("the key is not an RSA, EC P-256 or Ed25519 key for signatures")]
    Unsupported,
    /// An RSA key below 2048 bits, or beyond 8192.
    #[error("the RSA key must have between 2048 and 8192 bits")]
    RsaSize,
    /// The key's encoding is broken.
    #[error("the key is malformed")]
    Malformed,
    /// A private key where a public one belongs.
    #[error("this is a private key; the service wants the public one and must not hold the other")]
    Private,
}

/// A key that verifies signatures of one algorithm.
pub(super) struct VerifyingKey {
    kid: Option<String>,
    alg: Alg,
    decoding: DecodingKey,
    /// The public key's own bytes, to tell whether a fetched key is one that we have. Empty for a shared secret.
    material: Vec<u8>,
    /// Set when the key leaves the provider's set, so that tokens it verified stop being accepted at once.
    retired: AtomicBool,
}

impl VerifyingKey {
    /// A shared secret for HS256.
    pub(super) fn from_secret(secret: &[u8]) -> Self {
        Self::new(
            None,
            Alg::Hs256,
            DecodingKey::from_secret(secret),
            Vec::new(),
        )
    }

    /// One public key in PEM; the algorithm follows from the key.
    pub(super) fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem.contains("PRIVATE KEY-----") {
            return Err(KeyError::Private);
        }
        // As a JWK, so that a key from a file meets the same demands as one from the provider.
        let jwk = serde_json::to_value(jwk_of_pem(pem)?).map_err(|_| KeyError::Malformed)?;
        Self::from_jwk(&jwk)
    }

    /// A public key from a JWK Set. Keys for encryption, symmetric keys and private keys are refused.
    pub(super) fn from_jwk(jwk: &Value) -> Result<Self, KeyError> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if text("use").is_some_and(|usage| usage != "sig") {
            return Err(KeyError::Unsupported);
        }
        if let Some(operations) = jwk.get("key_ops").and_then(Value::as_array)
            && !operations.iter().any(|operation| operation == "verify")
        {
            return Err(KeyError::Unsupported);
        }
        if jwk.get("d").is_some() {
            return Err(KeyError::Private);
        }
        let number = |name: &str| {
            text(name)
                .and_then(|value| URL_SAFE_NO_PAD.decode(value).ok())
                .ok_or(KeyError::Malformed)
        };
        let (alg, decoding, material) = match (text("kty"), text("crv")) {
            (Some("RSA"), _) => rsa(&number("n")?, &number("e")?)?,
            (Some("EC"), Some("P-256")) => p256(&number("x")?, &number("y")?)?,
            (Some("OKP"), Some("Ed25519")) => ed25519(number("x")?)?,
            _ => return Err(KeyError::Unsupported),
        };
        if text("alg").is_some_and(|name| Alg::from_name(name) != Some(alg)) {
            return Err(KeyError::Unsupported);
        }
        Ok(Self::new(
            text("kid").map(str::to_owned),
            alg,
            decoding,
            material,
        ))
    }

    fn new(kid: Option<String>, alg: Alg, decoding: DecodingKey, material: Vec<u8>) -> Self {
        Self {
            kid,
            alg,
            decoding,
            material,
            retired: AtomicBool::new(false),
        }
    }

    /// Whether `signature` (base64url) is this key's over `signed`.
    pub(super) fn verifies(&self, signed: &str, signature: &str) -> bool {
        jsonwebtoken::crypto::verify(
            signature,
            signed.as_bytes(),
            &self.decoding,
            self.alg.jose(),
        )
        .unwrap_or(false)
    }

    /// Whether the key has left the provider's set.
    pub(super) fn is_retired(&self) -> bool {
        self.retired.load(Ordering::Acquire)
    }

    fn is_same(&self, other: &Self) -> bool {
        self.kid == other.kid && self.alg == other.alg && self.material == other.material
    }
}

/// The JWK of one public key in PEM.
pub(super) fn jwk_of_pem(pem: &str) -> Result<Jwk, KeyError> {
    let bytes = pem.as_bytes();
    let key = DecodingKey::from_ec_pem(bytes)
        .or_else(|_| DecodingKey::from_ed_pem(bytes))
        .or_else(|_| DecodingKey::from_rsa_pem(bytes))
        .map_err(|_| KeyError::Unsupported)?;
    Jwk::from_decoding_key(&key, None).map_err(|_| KeyError::Malformed)
}

type Material = (Alg, DecodingKey, Vec<u8>);

fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Material, KeyError> {
    let modulus = without_leading_zeros(modulus);
    let exponent = without_leading_zeros(exponent);
    let (Some(first), Some(last)) = (modulus.first(), exponent.last()) else {
        return Err(KeyError::Malformed);
    };
    let spare = usize::try_from(first.leading_zeros()).unwrap_or_default();
    if !RSA_BITS.contains(&(modulus.len() * 8 - spare)) {
        return Err(KeyError::RsaSize);
    }
    // An even exponent or 1 makes signatures that anyone can forge or nobody can verify.
    if last % 2 == 0 || exponent == [1] || exponent.len() > 8 {
        return Err(KeyError::Malformed);
    }
    Ok((
        Alg::Rs256,
        DecodingKey::from_rsa_raw_components(modulus, exponent),
        [modulus, exponent].concat(),
    ))
}

fn p256(x: &[u8], y: &[u8]) -> Result<Material, KeyError> {
    if x.len() != 32 || y.len() != 32 {
        return Err(KeyError::Malformed);
    }
    let point = [&[4], x, y].concat();
    // Refuses points that are not on the curve.
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &point).map_err(|_| KeyError::Malformed)?;
    Ok((Alg::Es256, DecodingKey::from_ec_der(&point), point))
}

fn ed25519(x: Vec<u8>) -> Result<Material, KeyError> {
    if x.len() != 32 {
        return Err(KeyError::Malformed);
    }
    ParsedPublicKey::new(&ED25519, &x).map_err(|_| KeyError::Malformed)?;
    Ok((Alg::EdDsa, DecodingKey::from_ed_der(&x), x))
}

fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    let start = bytes
        .iter()
        .position(|byte| *byte != 0)
        .unwrap_or(bytes.len());
    &bytes[start..]
}

/// The keys that may verify a token.
#[derive(Default)]
pub(super) struct KeySet(Vec<Arc<VerifyingKey>>);

impl KeySet {
    /// A set of one key that was configured by hand. It has no `kid`, so a token's `kid` does not matter.
    pub(super) fn of(key: VerifyingKey) -> Self {
        Self(vec![Arc::new(key)])
    }

    /// The usable keys of a JWK Set. Others are passed over: providers publish keys for other purposes too.
    pub(super) fn from_jwks(keys: &[Value]) -> Self {
        let usable = keys.iter().filter_map(|jwk| {
            VerifyingKey::from_jwk(jwk)
                .map_err(|reason| tracing::debug!(%reason, "a key of the provider is passed over"))
                .ok()
        });
        Self(usable.map(Arc::new).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The key for a token that names `kid` and `alg`. A token may leave `kid` out only where there is one key.
    pub(super) fn find(
        &self,
        kid: Option<&str>,
        alg: Alg,
    ) -> Result<Arc<VerifyingKey>, InvalidToken> {
        let sole = self.0.len() == 1;
        let named = |key: &&Arc<VerifyingKey>| match (kid, key.kid.as_deref()) {
            (Some(wanted), Some(own)) => wanted == own,
            (Some(_) | None, None) | (None, Some(_)) => sole,
        };
        let mut candidates = self.0.iter().filter(named).peekable();
        if candidates.peek().is_none() {
            return Err(InvalidToken::KeyUnknown);
        }
        candidates
            .find(|key| key.alg == alg)
            .cloned()
            .ok_or(InvalidToken::KeyMismatch)
    }

    /// Makes this the successor of `previous`: keys that are in both stay the same objects, and the keys that are
    /// only in `previous` are retired.
    pub(super) fn succeed(mut self, previous: &Self) -> Self {
        for key in &mut self.0 {
            if let Some(known) = previous.0.iter().find(|known| known.is_same(key)) {
                *key = Arc::clone(known);
            }
        }
        for key in &previous.0 {
            if !self.0.iter().any(|kept| Arc::ptr_eq(kept, key)) {
                key.retired.store(true, Ordering::Release);
            }
        }
        self
    }
}
