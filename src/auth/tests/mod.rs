//! Tokens of every kind against an authenticator, with keys made for the occasion and a clock that stands still.

mod hostile;
mod hostile_claims;
mod jwks;
mod mapping;
mod provider;

use std::sync::{Arc, OnceLock};

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::clock::{Clock as _, ManualClock};
use crate::config::{AuthConfig, Secret};

use super::mint::{SigningKey, TokenRequest};
use super::*;

const ISSUER: &str = "https://idp.example.org";
const AUDIENCE: &str = "matters-arising";
const SHARED_SECRET: &str = "a secret of more than thirty-two bytes";

fn start() -> DateTime<Utc> {
    "2014-03-03T14:00:00Z".parse().unwrap()
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(start()))
}

fn private_pem(der: &[u8]) -> String {
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(der)
    )
}

/// One RSA key for all tests, because making one takes long.
fn rsa_key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().unwrap();
        SigningKey::from_pem(&private_pem(der.as_ref())).unwrap()
    })
}

fn ec_key() -> SigningKey {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    SigningKey::from_pem(&private_pem(pair.to_pkcs8v1().unwrap().as_ref())).unwrap()
}

fn config() -> AuthConfig {
    AuthConfig {
        issuer: Some(ISSUER.to_owned()),
        audience: Some(AUDIENCE.to_owned()),
        ..AuthConfig::default()
    }
}

fn pem_config(key: &SigningKey) -> AuthConfig {
    AuthConfig {
        public_key_pem: key.public_key_pem().map(Secret::new),
        ..config()
    }
}

fn request(subject: &str) -> TokenRequest {
    TokenRequest::for_service(&config(), subject, Roles::of(&[Role::Clerk]))
}

/// A service with one key, and the token that it accepts until a test changes something.
struct Service {
    key: SigningKey,
    clock: Arc<ManualClock>,
    authenticator: Authenticator,
    header: Value,
    claims: Value,
}

impl Service {
    fn with(key: SigningKey, alg: &str, config: &AuthConfig) -> Self {
        let clock = clock();
        let now = clock.now().timestamp();
        Self {
            header: json!({"alg": alg, "typ": "at+jwt"}),
            claims: json!({
                "iss": ISSUER, "aud": AUDIENCE, "sub": "clerk@example.org", "name": "A. Clerk",
                "iat": now, "nbf": now, "exp": now + 600, "roles": ["clerk"],
            }),
            authenticator: Authenticator::new(config, clock.clone()).unwrap(),
            clock,
            key,
        }
    }

    fn ed25519() -> Self {
        let key = SigningKey::generate().unwrap();
        let config = pem_config(&key);
        Self::with(key, "EdDSA", &config)
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        self.key.sign_raw(&header.to_string(), &claims.to_string())
    }

    /// A good token with one header changed; `Null` removes it.
    fn with_header(&self, name: &str, value: Value) -> String {
        self.sign(&changed(&self.header, name, value), &self.claims)
    }

    /// A good token with one claim changed; `None` removes it.
    fn with_claim(&self, name: &str, value: Option<Value>) -> String {
        let mut claims = self.claims.clone();
        match value {
            Some(value) => claims[name] = value,
            None => drop(claims.as_object_mut().unwrap().remove(name)),
        }
        self.sign(&self.header, &claims)
    }

    fn good(&self) -> String {
        self.sign(&self.header, &self.claims)
    }

    async fn outcome(&self, token: &str) -> Result<Arc<Caller>, AuthError> {
        let outcome = self.authenticator.authenticate(token).await;
        assert_eq!(
            outcome.as_ref().ok(),
            self.authenticator.authenticate_cached(token).as_ref(),
            "what is remembered is what was decided"
        );
        outcome
    }

    async fn refuses(&self, token: &str, reason: InvalidToken) {
        assert_eq!(
            self.outcome(token).await,
            Err(AuthError::Invalid(reason)),
            "{token}"
        );
    }
}

fn changed(object: &Value, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    if value.is_null() {
        object.as_object_mut().unwrap().remove(name);
    } else {
        object[name] = value;
    }
    object
}

#[tokio::test]
async fn a_minted_token_is_accepted_for_every_kind_of_key() {
    let shared = SigningKey::from_hs256_secret(&Secret::new(SHARED_SECRET)).unwrap();
    let rsa = rsa_key();
    let (ec, ed) = (ec_key(), SigningKey::generate().unwrap());
    let shared_config = AuthConfig {
        hs256_secret: Some(Secret::new(SHARED_SECRET)),
        ..config()
    };
    for (key, config) in [
        (&shared, shared_config),
        (rsa, pem_config(rsa)),
        (&ec, pem_config(&ec)),
        (&ed, pem_config(&ed)),
    ] {
        let clock = clock();
        let authenticator = Authenticator::new(&config, clock.clone()).unwrap();
        assert!(authenticator.ready().await);
        let mut request = request("clerk@example.org");
        request.name = Some("A. Clerk".to_owned());
        request.committees = Some(vec!["CFS".to_owned()]);
        let token = key.mint(&request, &*clock).unwrap();
        assert_eq!(authenticator.authenticate_cached(&token), None);
        let caller = authenticator.authenticate(&token).await.unwrap();
        assert_eq!(caller.subject, "clerk@example.org");
        assert_eq!(caller.name.as_deref(), Some("A. Clerk"));
        assert_eq!(caller.roles, Roles::of(&[Role::Clerk]));
        assert!(caller.may_see_committee("CFS") && !caller.may_see_committee("HOSC"));
        assert_eq!(authenticator.authenticate_cached(&token), Some(caller));
    }
}

#[tokio::test]
async fn a_remembered_token_expires_by_the_clock() {
    let service = Service::ed25519();
    let token = service.good();
    service.outcome(&token).await.unwrap();
    service.clock.advance(TimeDelta::seconds(629));
    service.outcome(&token).await.unwrap();
    service.clock.advance(TimeDelta::seconds(1));
    service.refuses(&token, InvalidToken::Expired).await;
    service.clock.set(start() - TimeDelta::seconds(31));
    service.refuses(&token, InvalidToken::NotYetValid).await;
}

#[tokio::test]
async fn a_token_minted_for_later_is_not_good_yet() {
    let service = Service::ed25519();
    let mut request = request("clerk@example.org");
    request.not_before = Some(start() + TimeDelta::seconds(60));
    let token = service.key.mint(&request, &*service.clock).unwrap();
    service.refuses(&token, InvalidToken::NotYetValid).await;
    service.clock.advance(TimeDelta::seconds(30));
    service.outcome(&token).await.unwrap();
}

#[test]
fn an_authenticator_is_bound_to_issuer_audience_and_one_key() {
    let key = SigningKey::generate().unwrap();
    let setup = |config: AuthConfig| Authenticator::new(&config, clock()).err().unwrap();
    let good = pem_config(&key);
    assert!(matches!(
        setup(AuthConfig {
            issuer: None,
            ..good.clone()
        }),
        AuthSetupError::NotBound
    ));
    assert!(matches!(
        setup(AuthConfig {
            audience: None,
            ..good.clone()
        }),
        AuthSetupError::NotBound
    ));
    assert!(matches!(setup(config()), AuthSetupError::KeySource));
    assert!(matches!(
        setup(AuthConfig {
            hs256_secret: Some(Secret::new(SHARED_SECRET)),
            ..good
        }),
        AuthSetupError::KeySource
    ));
    assert!(matches!(
        setup(AuthConfig {
            hs256_secret: Some(Secret::new("short")),
            ..config()
        }),
        AuthSetupError::ShortSecret
    ));
    assert!(matches!(
        setup(AuthConfig {
            jwks_url: Some("http://idp.example.org/keys".parse().unwrap()),
            ..config()
        }),
        AuthSetupError::JwksUrl
    ));
    assert!(matches!(
        setup(AuthConfig {
            public_key_file: Some("/nonexistent.pem".into()),
            ..config()
        }),
        AuthSetupError::KeyFile { .. }
    ));
}

#[test]
fn a_public_key_that_is_none_or_too_weak_is_refused() {
    let pair =
        EcdsaKeyPair::generate(&aws_lc_rs::signature::ECDSA_P384_SHA384_FIXED_SIGNING).unwrap();
    let p384 = private_pem(pair.to_pkcs8v1().unwrap().as_ref());
    let setup = |pem: &str| {
        let config = AuthConfig {
            public_key_pem: Some(Secret::new(pem)),
            ..config()
        };
        match Authenticator::new(&config, clock()).err().unwrap() {
            AuthSetupError::Key(error) => error,
            other => panic!("{other}"),
        }
    };
    assert_eq!(setup("nonsense"), KeyError::Unsupported);
    assert_eq!(setup(&p384), KeyError::Private);
    assert_eq!(setup(RSA_1024), KeyError::RsaSize);
    assert!(SigningKey::from_pem(&p384).is_err());
    assert!(SigningKey::from_hs256_secret(&Secret::new("short")).is_err());
}

/// A throw-away RSA key of 1024 bits.
const RSA_1024: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDoxXLk7XhBHtD1BCPjOC218Pyn
z63CKerP8rKoELEwtUKc3nO6r3lepEw6MHj5/7Lmea6D2WbaAeAQXg6F6FGDVqAO
ugkvGRRmcstOEhkeAgO5Rg+3T0H55uRAsPNDeSg1v1w/bpa79mmaIdiL5X4INqMP
dyGnxidigACQeOr0mQIDAQAB
-----END PUBLIC KEY-----
";

#[test]
fn a_signing_key_does_not_show_itself() {
    let key = SigningKey::from_hs256_secret(&Secret::new(SHARED_SECRET)).unwrap();
    assert!(!format!("{key:?}").contains("thirty-two"));
    let key = SigningKey::generate().unwrap();
    assert!(!key.public_jwk().unwrap().to_string().contains("\"d\""));
    assert_eq!(key.public_jwk().unwrap()["kid"].as_str(), key.kid());
}
