//! Well-signed tokens whose claims must not get in (RFC 7519, RFC 9068).

use super::*;

#[tokio::test]
async fn expiry_is_required_and_a_number() {
    let service = Service::ed25519();
    let now = start().timestamp();
    for exp in [
        None,
        Some(json!(null)),
        Some(json!((now + 600).to_string())),
        Some(json!([now + 600])),
        Some(json!(true)),
    ] {
        service
            .refuses(&service.with_claim("exp", exp), InvalidToken::ExpiryMissing)
            .await;
    }
    for exp in [
        json!(now - 30),
        json!(now - 30 - 86_400),
        json!(0),
        json!(-1),
        json!(-1e300),
        json!(i64::MIN),
    ] {
        service
            .refuses(&service.with_claim("exp", Some(exp)), InvalidToken::Expired)
            .await;
    }
    for exp in [
        json!(now - 29),
        json!(1_393_855_800.5),
        json!(1e300),
        json!(u64::MAX),
        json!(i64::MAX),
    ] {
        service
            .outcome(&service.with_claim("exp", Some(exp)))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn other_times_are_numbers_too() {
    let service = Service::ed25519();
    let now = start().timestamp();
    for name in ["nbf", "iat"] {
        for value in [json!(null), json!(now.to_string()), json!([]), json!(false)] {
            service
                .refuses(
                    &service.with_claim(name, Some(value)),
                    InvalidToken::TimeMalformed,
                )
                .await;
        }
        service
            .outcome(&service.with_claim(name, None))
            .await
            .unwrap();
    }
    for nbf in [json!(now + 31), json!(1e300)] {
        service
            .refuses(
                &service.with_claim("nbf", Some(nbf)),
                InvalidToken::NotYetValid,
            )
            .await;
    }
    service
        .outcome(&service.with_claim("nbf", Some(json!(now + 30))))
        .await
        .unwrap();
}

#[tokio::test]
async fn issuer_and_audience_are_required_and_ours() {
    let service = Service::ed25519();
    for iss in [
        None,
        Some(json!(null)),
        Some(json!(1)),
        Some(json!([ISSUER])),
        Some(json!("")),
        Some(json!("https://idp.example.org/")),
        Some(json!("HTTPS://IDP.EXAMPLE.ORG")),
        Some(json!("https://idp.example.org.evil")),
    ] {
        service
            .refuses(
                &service.with_claim("iss", iss),
                InvalidToken::IssuerMismatch,
            )
            .await;
    }
    for aud in [
        None,
        Some(json!(null)),
        Some(json!(1)),
        Some(json!("")),
        Some(json!("other")),
        Some(json!([])),
        Some(json!(["other"])),
        Some(json!([1, AUDIENCE])),
        Some(json!([[AUDIENCE]])),
        Some(json!({"0": AUDIENCE})),
        Some(json!("matters-arising other")),
        Some(json!("Matters-Arising")),
    ] {
        service
            .refuses(
                &service.with_claim("aud", aud),
                InvalidToken::AudienceMismatch,
            )
            .await;
    }
    service
        .outcome(&service.with_claim("aud", Some(json!(["other", AUDIENCE]))))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_subject_is_a_short_readable_text() {
    let service = Service::ed25519();
    for sub in [
        None,
        Some(json!(null)),
        Some(json!(7)),
        Some(json!("")),
        Some(json!(["x"])),
        Some(json!("x".repeat(256))),
        Some(json!("a\u{0}b")),
        Some(json!("a\nb")),
        Some(json!("a\u{1b}[31m")),
        Some(json!("a\u{202e}b")),
        Some(json!("a\u{85}b")),
    ] {
        service
            .refuses(
                &service.with_claim("sub", sub),
                InvalidToken::SubjectInvalid,
            )
            .await;
    }
    for name in [
        json!(7),
        json!("a\r\nb"),
        json!("a\u{2066}b"),
        json!("x".repeat(256)),
        json!(""),
    ] {
        service
            .refuses(
                &service.with_claim("name", Some(name)),
                InvalidToken::NameInvalid,
            )
            .await;
    }
    let caller = service
        .outcome(&service.with_claim("sub", Some(json!("é".repeat(255)))))
        .await
        .unwrap();
    assert_eq!(caller.subject.chars().count(), 255);
    let caller = service
        .outcome(&service.with_claim("name", None))
        .await
        .unwrap();
    assert_eq!(caller.name, None);
}
