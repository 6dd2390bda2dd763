//! Tokens whose form, header or signature must not get in (RFC 8725).

use super::*;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};

fn encode(part: &str) -> String {
    URL_SAFE_NO_PAD.encode(part)
}

#[tokio::test]
async fn the_token_that_the_others_are_made_from_is_good() {
    let service = Service::ed25519();
    service.outcome(&service.good()).await.unwrap();
}

#[tokio::test]
async fn no_signature_is_no_token() {
    let service = Service::ed25519();
    let claims = service.claims.to_string();
    for alg in ["none", "None", "NONE", "nOnE"] {
        let header = json!({"alg": alg, "typ": "at+jwt"}).to_string();
        for signature in ["", "AAAA"] {
            let token = format!("{}.{}.{signature}", encode(&header), encode(&claims));
            service
                .refuses(&token, InvalidToken::AlgorithmRefused)
                .await;
        }
    }
    let good = service.good();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    service
        .refuses(&format!("{signed}."), InvalidToken::SignatureInvalid)
        .await;
    service.refuses(signed, InvalidToken::Malformed).await;
    service
        .refuses(&good[..good.len() - 2], InvalidToken::SignatureInvalid)
        .await;
    service
        .refuses(&format!("{good}AA"), InvalidToken::SignatureInvalid)
        .await;
    service
        .refuses(&format!("{good}="), InvalidToken::SignatureInvalid)
        .await;
    service
        .refuses(
            &format!("{signed}.{signature}.{signature}"),
            InvalidToken::Malformed,
        )
        .await;
}

#[tokio::test]
async fn an_altered_payload_or_header_breaks_the_signature() {
    let service = Service::ed25519();
    let good = service.good();
    let signature = good.rsplit_once('.').unwrap().1;
    let claims = changed(&service.claims, "roles", json!(["admin"])).to_string();
    let token = format!(
        "{}.{}.{signature}",
        encode(&service.header.to_string()),
        encode(&claims)
    );
    service
        .refuses(&token, InvalidToken::SignatureInvalid)
        .await;
    let header = changed(&service.header, "kid", json!("other")).to_string();
    let token = format!(
        "{}.{}.{signature}",
        encode(&header),
        encode(&service.claims.to_string())
    );
    service
        .refuses(&token, InvalidToken::SignatureInvalid)
        .await;
    let stranger = SigningKey::generate().unwrap();
    let token = stranger.sign_raw(&service.header.to_string(), &service.claims.to_string());
    service
        .refuses(&token, InvalidToken::SignatureInvalid)
        .await;
}

/// The public key is public, so HS256 with its text or its bytes must lead nowhere.
#[tokio::test]
async fn a_public_key_is_no_shared_secret() {
    let config = pem_config(rsa_key());
    let service = Service::with(SigningKey::generate().unwrap(), "RS256", &config);
    let pem = rsa_key().public_key_pem().unwrap();
    let der = STANDARD
        .decode(
            pem.lines()
                .filter(|line| !line.starts_with('-'))
                .collect::<String>(),
        )
        .unwrap();
    for secret in [pem.as_bytes(), pem.trim_end().as_bytes(), &der] {
        for (name, alg) in [
            ("HS256", Algorithm::HS256),
            ("HS384", Algorithm::HS384),
            ("HS512", Algorithm::HS512),
        ] {
            let header = json!({"alg": name, "typ": "at+jwt"}).to_string();
            let signed = format!(
                "{}.{}",
                encode(&header),
                encode(&service.claims.to_string())
            );
            let key = EncodingKey::from_secret(secret);
            let signature = jsonwebtoken::crypto::sign(signed.as_bytes(), &key, alg).unwrap();
            let reason = match alg {
                Algorithm::HS256 => InvalidToken::KeyMismatch,
                _ => InvalidToken::AlgorithmRefused,
            };
            service
                .refuses(&format!("{signed}.{signature}"), reason)
                .await;
        }
    }
}

#[tokio::test]
async fn the_algorithm_is_the_keys_own() {
    let service = Service::ed25519();
    for alg in ["RS256", "ES256", "HS256"] {
        service
            .refuses(
                &service.with_header("alg", json!(alg)),
                InvalidToken::KeyMismatch,
            )
            .await;
    }
    for alg in [
        json!("RS512"),
        json!("PS256"),
        json!("ES384"),
        json!("eddsa"),
        json!(""),
        json!(1),
        json!(["EdDSA"]),
        Value::Null,
    ] {
        service
            .refuses(
                &service.with_header("alg", alg),
                InvalidToken::AlgorithmRefused,
            )
            .await;
    }
    service
        .outcome(&service.with_header("alg", json!("Ed25519")))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_header_may_neither_demand_nor_bring_keys() {
    let service = Service::ed25519();
    let stranger = SigningKey::generate().unwrap();
    for (name, value) in [
        ("crit", json!(["b64"])),
        ("crit", json!(["exp"])),
        ("crit", json!([])),
        ("crit", json!("anything")),
        ("jwk", stranger.public_jwk().unwrap().clone()),
        ("jku", json!("https://evil.example.org/keys")),
        ("x5u", json!("https://evil.example.org/cert")),
        ("x5c", json!(["MIIB"])),
    ] {
        let token = service.with_header(name, value.clone());
        service.refuses(&token, InvalidToken::HeaderRefused).await;
        let header = changed(&service.header, name, value).to_string();
        let token = stranger.sign_raw(&header, &service.claims.to_string());
        service.refuses(&token, InvalidToken::HeaderRefused).await;
    }
}

#[tokio::test]
async fn only_access_tokens_are_access_tokens() {
    let service = Service::ed25519();
    for typ in [
        json!("JWT"),
        json!("id_token"),
        json!("dpop+jwt"),
        json!(""),
        json!(7),
        Value::Null,
    ] {
        service
            .refuses(&service.with_header("typ", typ), InvalidToken::TypeRefused)
            .await;
    }
    for typ in ["AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        service
            .outcome(&service.with_header("typ", json!(typ)))
            .await
            .unwrap();
    }
    let key = SigningKey::generate().unwrap();
    let config = AuthConfig {
        token_types: vec!["JWT".to_owned()],
        ..pem_config(&key)
    };
    let entra = Service::with(key, "EdDSA", &config);
    entra
        .outcome(&entra.with_header("typ", json!("jwt")))
        .await
        .unwrap();
    entra
        .refuses(
            &entra.with_header("typ", json!("at+jwt")),
            InvalidToken::TypeRefused,
        )
        .await;
}

#[tokio::test]
async fn a_kid_is_a_name_and_nothing_more() {
    let service = Service::ed25519();
    for kid in [
        "../../../../dev/null",
        "' OR 1=1 --",
        "unknown",
        "\u{0}",
        "http://evil.example.org",
    ] {
        // The one configured key has no name, so the token's signature decides.
        let token = service.with_header("kid", json!(kid));
        service.outcome(&token).await.unwrap();
    }
    let token = service.with_header("kid", json!("k".repeat(4096)));
    service.refuses(&token, InvalidToken::KeyUnknown).await;
    for kid in [json!(1), json!(["a"]), json!({})] {
        service
            .refuses(&service.with_header("kid", kid), InvalidToken::Malformed)
            .await;
    }
}

#[tokio::test]
async fn what_is_not_a_token_is_refused_without_being_looked_at() {
    let service = Service::ed25519();
    assert_eq!(service.outcome("").await, Err(AuthError::Missing));
    service
        .refuses(&"a".repeat(8193), InvalidToken::TooLong)
        .await;
    let long = service.with_claim("filler", Some(json!("x".repeat(8000))));
    service.refuses(&long, InvalidToken::TooLong).await;
    for token in [
        "a",
        "a.b",
        "a.b.c",
        "..",
        "a.b.c.d.e",
        "é.é.é",
        "e30.e30.e30=",
        "W10.W10.AAAA",
    ] {
        assert!(service.outcome(token).await.is_err(), "{token}");
    }
}

#[tokio::test]
async fn repeated_members_are_refused() {
    let service = Service::ed25519();
    let claims = service.claims.to_string();
    let header = r#"{"alg":"none","typ":"at+jwt","alg":"EdDSA"}"#;
    service
        .refuses(
            &service.key.sign_raw(header, &claims),
            InvalidToken::Malformed,
        )
        .await;
    let twice = claims.replacen('{', r#"{"sub":"admin@example.org","#, 1);
    let token = service.key.sign_raw(&service.header.to_string(), &twice);
    service.refuses(&token, InvalidToken::Malformed).await;
    let surrogate = claims.replace("clerk@example.org", r"\ud800");
    let token = service
        .key
        .sign_raw(&service.header.to_string(), &surrogate);
    service.refuses(&token, InvalidToken::Malformed).await;
    let token = service.key.sign_raw(&service.header.to_string(), "[]");
    service.refuses(&token, InvalidToken::Malformed).await;
}

/// An ECDSA signature in DER, all zeros, or with its halves exchanged is not the one that JOSE means.
#[tokio::test]
async fn ecdsa_signatures_have_one_form() {
    let key = ec_key();
    let config = pem_config(&key);
    let service = Service::with(key, "ES256", &config);
    let good = service.good();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let raw = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let (r, s) = raw.split_at(32);
    for forged in [
        vec![0; 64],
        [s, r].concat(),
        [&[0x30, 0x44, 2, 32], r, &[2, 32], s].concat(),
    ] {
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(forged));
        service
            .refuses(&token, InvalidToken::SignatureInvalid)
            .await;
    }
    service.outcome(&good).await.unwrap();
}

#[tokio::test]
async fn a_shared_secret_accepts_hs256_only() {
    let shared = SigningKey::from_hs256_secret(&Secret::new(SHARED_SECRET)).unwrap();
    let config = AuthConfig {
        hs256_secret: Some(Secret::new(SHARED_SECRET)),
        ..config()
    };
    let service = Service::with(shared, "HS256", &config);
    service.outcome(&service.good()).await.unwrap();
    let stranger = SigningKey::generate().unwrap();
    let header = changed(&service.header, "alg", json!("EdDSA")).to_string();
    let token = stranger.sign_raw(&header, &service.claims.to_string());
    service.refuses(&token, InvalidToken::KeyMismatch).await;
}
