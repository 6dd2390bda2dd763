//! Making tokens: for the `token` subcommand, the demo and tests. The service itself only verifies.

use std::fmt;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use jsonwebtoken::jwk::ThumbprintHash;
use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Map, Value, json};

use crate::clock::Clock;
use crate::config::{AuthConfig, Secret};

use super::caller::{Role, Roles};
use super::keys::{Alg, KeyError, VerifyingKey, jwk_of_pem};

/// Why no token was made.
#[derive(Debug, thiserror::Error)]
pub enum MintError {
    /// The signing key cannot be used.
    #[error("the signing key cannot be used: {0}")]
    Key(String),
    /// A shared secret below 32 bytes.
    #[error("the shared secret must be at least 32 bytes long")]
    ShortSecret,
    /// A place for a claim that is no JSON pointer, or that lies inside another claim.
    #[error("{0} is no place where a claim can stand")]
    ClaimPlace(String),
    /// The token could not be signed.
    #[error("the token could not be signed")]
    Signing,
}

impl From<KeyError> for MintError {
    fn from(error: KeyError) -> Self {
        Self::Key(error.to_string())
    }
}

/// A key that signs tokens. Its `kid` is its RFC 7638 thumbprint.
pub struct SigningKey {
    alg: Alg,
    encoding: EncodingKey,
    kid: Option<String>,
    /// The public half; a shared secret has none.
    public: Option<(String, Value)>,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("alg", &self.alg)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

impl SigningKey {
    /// A fresh Ed25519 key that exists only here.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn generate() -> Result<Self, MintError> {
        let document = Ed25519KeyPair::generate()
            .and_then(|pair| pair.to_pkcs8())
            .map_err(|_| MintError::Key("no key could be generated".to_owned()))?;
        Self::asymmetric(Alg::EdDsa, EncodingKey::from_ed_der(document.as_ref()))
    }

    /// A private key in PEM: PKCS#8 for Ed25519 and EC P-256, PKCS#8 or PKCS#1 for RSA.
    ///
    /// # Errors
    /// The key is of another kind, too weak or malformed.
    pub fn from_pem(pem: &str) -> Result<Self, MintError> {
        if pem.contains("BEGIN EC PRIVATE KEY") {
            return Err(MintError::Key(
                "convert it to PKCS#8 first: openssl pkcs8 -topk8 -nocrypt".to_owned(),
            ));
        }
        let bytes = pem.as_bytes();
        let (alg, key) = EncodingKey::from_ed_pem(bytes)
            .map(|key| (Alg::EdDsa, key))
            .or_else(|_| EncodingKey::from_ec_pem(bytes).map(|key| (Alg::Es256, key)))
            .or_else(|_| EncodingKey::from_rsa_pem(bytes).map(|key| (Alg::Rs256, key)))
            .map_err(|_| MintError::from(KeyError::Unsupported))?;
        Self::asymmetric(alg, key)
    }

    /// A secret shared with the service, for HS256.
    ///
    /// # Errors
    /// The secret is shorter than 32 bytes.
    pub fn from_hs256_secret(secret: &Secret) -> Result<Self, MintError> {
        if secret.expose().len() < 32 {
            return Err(MintError::ShortSecret);
        }
        Ok(Self {
            alg: Alg::Hs256,
            encoding: EncodingKey::from_secret(secret.expose().as_bytes()),
            kid: None,
            public: None,
        })
    }

    fn asymmetric(alg: Alg, encoding: EncodingKey) -> Result<Self, MintError> {
        let malformed = || MintError::from(KeyError::Malformed);
        let der = public_der(alg, encoding.as_bytes()).ok_or_else(malformed)?;
        let pem = to_pem(&der);
        let jwk = jwk_of_pem(&pem)?;
        let kid = jwk
            .thumbprint(ThumbprintHash::SHA256)
            .map_err(|_| malformed())?;
        let mut public = serde_json::to_value(jwk).map_err(|_| malformed())?;
        public["kid"] = json!(kid);
        public["use"] = json!("sig");
        public["alg"] = json!(alg.name());
        // A key that the service would not accept must not sign either.
        VerifyingKey::from_jwk(&public)?;
        Ok(Self {
            alg,
            encoding,
            kid: Some(kid),
            public: Some((pem, public)),
        })
    }

    /// The key's id, as it stands in the tokens it signs; a shared secret has none.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The public key in PEM, for `auth.public_key_file` or `AuthConfig::public_key_pem`; a shared secret has none.
    #[must_use]
    pub fn public_key_pem(&self) -> Option<&str> {
        self.public.as_ref().map(|(pem, _)| pem.as_str())
    }

    /// The public key as a JWK (RFC 7517) with `kid`, `alg` and `use`; a shared secret has none.
    #[must_use]
    pub fn public_jwk(&self) -> Option<&Value> {
        self.public.as_ref().map(|(_, jwk)| jwk)
    }

    /// Signs a token for `request`, issued now by `clock`.
    ///
    /// # Errors
    /// [`MintError::ClaimPlace`] or [`MintError::Signing`].
    pub fn mint(&self, request: &TokenRequest, clock: &dyn Clock) -> Result<String, MintError> {
        let header = Header {
            typ: Some(request.token_type.clone()),
            kid: self.kid.clone(),
            ..Header::new(self.alg.jose())
        };
        let claims = request.claims(clock.now())?;
        jsonwebtoken::encode(&header, &claims, &self.encoding).map_err(|_| MintError::Signing)
    }

    /// Signs whatever header and payload a test makes up.
    #[cfg(test)]
    pub(super) fn sign_raw(&self, header: &str, payload: &str) -> String {
        use base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let signed = [header, payload]
            .map(|part| URL_SAFE_NO_PAD.encode(part))
            .join(".");
        let signature =
            jsonwebtoken::crypto::sign(signed.as_bytes(), &self.encoding, self.alg.jose()).unwrap();
        format!("{signed}.{signature}")
    }
}

/// What a token is to say. The service believes whatever is signed, so this checks nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// `sub`: whom the token speaks for.
    pub subject: String,
    /// `name`, for people to read.
    pub name: Option<String>,
    /// The values of the roles claim, as the service is configured to read them.
    pub roles: Vec<String>,
    /// JSON pointer to the roles claim.
    pub roles_claim: String,
    /// The codes of the committees that the token is limited to; `None` leaves the claim out.
    pub committees: Option<Vec<String>>,
    /// JSON pointer to the committees claim.
    pub committees_claim: String,
    /// `iss`.
    pub issuer: String,
    /// `aud`.
    pub audience: String,
    /// Seconds from now until the token expires.
    pub lifetime_seconds: u32,
    /// The `typ` header.
    pub token_type: String,
    /// `nbf`, where the token is not to be used at once.
    pub not_before: Option<DateTime<Utc>>,
}

impl TokenRequest {
    /// A request for an hour's token that a service with `config` accepts: its issuer, audience, type, claim places
    /// and names of roles. No name and no limit to committees; set those afterwards.
    #[must_use]
    pub fn for_service(config: &AuthConfig, subject: impl Into<String>, roles: Roles) -> Self {
        let names = &config.role_names;
        let name_of = |role| {
            let configured = match role {
                Role::Reader => &names.reader,
                Role::Officer => &names.officer,
                Role::Clerk => &names.clerk,
                Role::Auditor => &names.auditor,
                Role::Admin => &names.admin,
            };
            configured.first().cloned()
        };
        Self {
            subject: subject.into(),
            name: None,
            roles: roles.iter().filter_map(name_of).collect(),
            roles_claim: config.roles_claim.clone(),
            committees: None,
            committees_claim: config.committees_claim.clone(),
            issuer: config.issuer.clone().unwrap_or_default(),
            audience: config.audience.clone().unwrap_or_default(),
            lifetime_seconds: 3600,
            token_type: config.token_types.first().cloned().unwrap_or_default(),
            not_before: None,
        }
    }

    fn claims(&self, now: DateTime<Utc>) -> Result<Value, MintError> {
        let issued = now.timestamp();
        let mut claims = json!({
            "iss": self.issuer,
            "aud": self.audience,
            "sub": self.subject,
            "iat": issued,
            "exp": issued + i64::from(self.lifetime_seconds),
            "jti": format!("{:032x}", rand::random::<u128>()),
        });
        if let Some(name) = &self.name {
            claims["name"] = json!(name);
        }
        if let Some(instant) = self.not_before {
            claims["nbf"] = json!(instant.timestamp());
        }
        place(&mut claims, &self.roles_claim, json!(self.roles))?;
        if let Some(committees) = &self.committees {
            place(&mut claims, &self.committees_claim, json!(committees))?;
        }
        Ok(claims)
    }
}

/// Puts `value` where `pointer` points (RFC 6901), making the objects on the way.
fn place(claims: &mut Value, pointer: &str, value: Value) -> Result<(), MintError> {
    let refused = || MintError::ClaimPlace(pointer.to_owned());
    let path = pointer.strip_prefix('/').ok_or_else(refused)?;
    let mut target = claims;
    for step in path.split('/') {
        let name = step.replace("~1", "/").replace("~0", "~");
        target = target
            .as_object_mut()
            .ok_or_else(refused)?
            .entry(name)
            .or_insert_with(|| Value::Object(Map::new()));
    }
    *target = value;
    Ok(())
}

/// The public half of a private key, as a `SubjectPublicKeyInfo`.
fn public_der(alg: Alg, private: &[u8]) -> Option<PublicKeyX509Der<'static>> {
    match alg {
        Alg::Rs256 => RsaKeyPair::from_der(private)
            .ok()?
            .public_key()
            .as_der()
            .ok(),
        Alg::Es256 => EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private)
            .ok()?
            .public_key()
            .as_der()
            .ok(),
        Alg::EdDsa => Ed25519KeyPair::from_pkcs8(private)
            .ok()?
            .public_key()
            .as_der()
            .ok(),
        Alg::Hs256 => None,
    }
}

fn to_pem(der: &PublicKeyX509Der<'_>) -> String {
    let body = STANDARD.encode(der.as_ref());
    let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
    for (index, char) in body.chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            pem.push('\n');
        }
        pem.push(char);
    }
    pem.push_str("\n-----END PUBLIC KEY-----\n");
    pem
}
