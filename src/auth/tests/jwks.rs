//! Keys that the identity provider publishes, renews and takes back.

use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::provider::Provider;
use super::*;

fn jwk(key: &SigningKey) -> &Value {
    key.public_jwk().unwrap()
}

/// A good token of `key`, which lasts for a day.
fn token(key: &SigningKey, clock: &ManualClock) -> String {
    let mut request = request("clerk@example.org");
    request.lifetime_seconds = 86_400;
    key.mint(&request, clock).unwrap()
}

/// Waits for a fetch that was started in the background.
async fn until_asked(provider: &Provider, times: usize, authenticator: &Authenticator) {
    while provider.asked() < times {
        tokio::task::yield_now().await;
    }
    // The fetch that was asked for is also done when nothing waits for it any more.
    while authenticator.is_fetching() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn every_kind_of_published_key_verifies() {
    let (ec, ed) = (ec_key(), SigningKey::generate().unwrap());
    let provider = Provider::publishing(&[jwk(rsa_key()), jwk(&ec), jwk(&ed)]);
    let (clock, authenticator) = provider.service();
    assert!(authenticator.ready().await);
    for key in [rsa_key(), &ec, &ed] {
        authenticator
            .authenticate(&token(key, &clock))
            .await
            .unwrap();
    }
    assert_eq!(provider.asked(), 1);
}

#[tokio::test]
async fn a_new_key_is_fetched_and_an_old_one_serves_until_it_leaves() {
    let (old, new) = (
        SigningKey::generate().unwrap(),
        SigningKey::generate().unwrap(),
    );
    let provider = Provider::publishing(&[jwk(&old)]);
    let (clock, authenticator) = provider.service();
    let (of_old, of_new) = (token(&old, &clock), token(&new, &clock));
    authenticator.authenticate(&of_old).await.unwrap();

    provider.publish(&[jwk(&old), jwk(&new)]);
    let unknown = Err(AuthError::Invalid(InvalidToken::KeyUnknown));
    assert_eq!(
        authenticator.authenticate(&of_new).await,
        unknown,
        "asked too recently"
    );
    clock.advance(TimeDelta::seconds(30));
    authenticator.authenticate(&of_new).await.unwrap();
    assert!(
        authenticator.authenticate_cached(&of_old).is_some(),
        "still published"
    );
    assert_eq!(provider.asked(), 2);

    provider.publish(&[jwk(&new)]);
    clock.advance(TimeDelta::seconds(300));
    // This one is answered from memory and starts the refresh that ends it.
    authenticator.authenticate(&of_old).await.unwrap();
    until_asked(&provider, 3, &authenticator).await;
    assert_eq!(
        authenticator.authenticate_cached(&of_old),
        None,
        "its key has left the set"
    );
    assert_eq!(authenticator.authenticate(&of_old).await, unknown);
    assert!(authenticator.authenticate_cached(&of_new).is_some());
}

#[tokio::test]
async fn a_key_replaced_under_its_old_name_no_longer_counts() {
    let (old, new) = (
        SigningKey::generate().unwrap(),
        SigningKey::generate().unwrap(),
    );
    let provider = Provider::publishing(&[jwk(&old)]);
    let (clock, authenticator) = provider.service();
    let of_old = token(&old, &clock);
    authenticator.authenticate(&of_old).await.unwrap();
    let renamed = changed(jwk(&new), "kid", json!(old.kid().unwrap()));
    provider.publish(&[&renamed]);
    clock.advance(TimeDelta::seconds(600));
    assert_eq!(
        authenticator.authenticate_cached(&of_old),
        None,
        "nothing was fetched for long"
    );
    assert_eq!(
        authenticator.authenticate(&of_old).await,
        Err(AuthError::Invalid(InvalidToken::SignatureInvalid))
    );
}

#[tokio::test]
async fn a_thousand_unknown_kids_cause_one_fetch() {
    let key = SigningKey::generate().unwrap();
    let provider = Provider::publishing(&[jwk(&key)]);
    let (clock, authenticator) = provider.service();
    assert!(authenticator.ready().await);
    clock.advance(TimeDelta::seconds(30));
    let now = clock.now().timestamp();
    let claims = json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "x", "exp": now + 600}).to_string();
    let flood: Vec<String> = (0..1000)
        .map(|n| {
            key.sign_raw(
                &json!({"alg": "EdDSA", "typ": "at+jwt", "kid": format!("k{n}")}).to_string(),
                &claims,
            )
        })
        .collect();
    let outcomes = join_all(flood.iter().map(|token| authenticator.authenticate(token))).await;
    assert!(
        outcomes
            .iter()
            .all(|outcome| *outcome == Err(AuthError::Invalid(InvalidToken::KeyUnknown)))
    );
    assert_eq!(provider.asked(), 2, "the first fetch and one more");
    for token in &flood {
        authenticator.authenticate(token).await.unwrap_err();
    }
    assert_eq!(provider.asked(), 2);
    authenticator
        .authenticate(&token(&key, &clock))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_provider_that_is_down_stops_nobody() {
    let key = SigningKey::generate().unwrap();
    let mut provider = Provider::publishing(&[jwk(&key)]);
    let (clock, authenticator) = provider.service();
    assert!(authenticator.ready().await);
    for (status, headers, body) in [
        ("500 Internal Server Error", "", "{}".to_owned()),
        ("302 Found", "Location: /elsewhere\r\n", String::new()),
        ("200 OK", "", "not JSON".to_owned()),
        ("200 OK", "", json!({"keys": {}}).to_string()),
        (
            "200 OK",
            "",
            json!({"keys": [], "filler": "x".repeat(300_000)}).to_string(),
        ),
    ] {
        provider.answer(status, headers, &body);
        let asked = provider.asked();
        clock.advance(TimeDelta::seconds(600));
        authenticator
            .authenticate(&token(&key, &clock))
            .await
            .unwrap();
        until_asked(&provider, asked + 1, &authenticator).await;
        authenticator
            .authenticate(&token(&key, &clock))
            .await
            .unwrap();
        assert_eq!(
            provider.asked(),
            asked + 1,
            "{status}: asked once, redirects not followed"
        );
        assert!(authenticator.ready().await);
    }
    provider.shut_down();
    clock.advance(TimeDelta::days(1));
    authenticator
        .authenticate(&token(&key, &clock))
        .await
        .unwrap();
    assert!(authenticator.ready().await);
}

#[tokio::test]
async fn without_keys_nothing_can_be_judged_until_the_provider_answers() {
    let key = SigningKey::generate().unwrap();
    let provider = Provider::publishing(&[]);
    provider.answer("503 Service Unavailable", "", "");
    let (clock, authenticator) = provider.service();
    let token = token(&key, &clock);
    assert!(!authenticator.ready().await);
    assert_eq!(
        authenticator.authenticate(&token).await,
        Err(AuthError::Unavailable)
    );
    provider.publish(&[jwk(&key)]);
    assert_eq!(
        authenticator.authenticate(&token).await,
        Err(AuthError::Unavailable)
    );
    assert_eq!(provider.asked(), 1, "no more often than the limit");
    clock.advance(TimeDelta::seconds(30));
    assert!(authenticator.ready().await);
    authenticator.authenticate(&token).await.unwrap();
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_not_stop_fetching() {
    let (old, new) = (
        SigningKey::generate().unwrap(),
        SigningKey::generate().unwrap(),
    );
    let provider = Provider::publishing(&[jwk(&old)]);
    let (clock, authenticator) = provider.service();
    assert!(authenticator.ready().await);
    provider.publish(&[jwk(&new)]);
    clock.advance(-TimeDelta::days(1));
    authenticator
        .authenticate(&token(&new, &clock))
        .await
        .unwrap();
}

#[tokio::test]
async fn warming_up_fetches_in_the_background() {
    let key = SigningKey::generate().unwrap();
    let provider = Provider::publishing(&[jwk(&key)]);
    let (_, authenticator) = provider.service();
    authenticator.warm_up();
    until_asked(&provider, 1, &authenticator).await;
    assert!(authenticator.ready().await);
    assert_eq!(provider.asked(), 1);
}

#[tokio::test]
async fn keys_for_other_purposes_are_passed_over() {
    let (good, other) = (
        SigningKey::generate().unwrap(),
        SigningKey::generate().unwrap(),
    );
    let weak = json!({"kty": "RSA", "kid": "weak", "e": "AQAB", "n": STANDARD.encode([0xff; 128]).replace('+', "-").replace('/', "_").trim_end_matches('=')});
    let secret =
        json!({"kty": "oct", "kid": "oct", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"});
    let encryption = changed(jwk(&other), "use", json!("enc"));
    let wrapping = changed(
        &changed(jwk(&other), "use", Value::Null),
        "key_ops",
        json!(["wrapKey"]),
    );
    let mismatched = changed(jwk(&other), "alg", json!("RS256"));
    let leaked = changed(jwk(&other), "d", json!("AAAA"));
    let off_curve = json!({"kty": "EC", "crv": "P-256", "kid": "off", "x": "A".repeat(43), "y": "A".repeat(43)});
    let broken = json!("key");
    let provider = Provider::publishing(&[
        &weak,
        &secret,
        &encryption,
        &wrapping,
        &mismatched,
        &leaked,
        &off_curve,
        &broken,
        jwk(&good),
    ]);
    let (clock, authenticator) = provider.service();
    authenticator
        .authenticate(&token(&good, &clock))
        .await
        .unwrap();
    assert_eq!(
        authenticator.authenticate(&token(&other, &clock)).await,
        Err(AuthError::Invalid(InvalidToken::KeyUnknown))
    );
    let shared =
        SigningKey::from_hs256_secret(&Secret::new("secretsecretsecretsecretsecret00")).unwrap();
    assert_eq!(
        authenticator.authenticate(&token(&shared, &clock)).await,
        Err(AuthError::Invalid(InvalidToken::AlgorithmRefused))
    );
}

#[tokio::test]
async fn a_kid_is_needed_where_there_are_several_keys() {
    let (one, two) = (
        SigningKey::generate().unwrap(),
        SigningKey::generate().unwrap(),
    );
    let provider = Provider::publishing(&[jwk(&one), jwk(&two)]);
    let (clock, authenticator) = provider.service();
    let claims =
        json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "x", "exp": clock.now().timestamp() + 600});
    let nameless = one.sign_raw(r#"{"alg":"EdDSA","typ":"at+jwt"}"#, &claims.to_string());
    assert_eq!(
        authenticator.authenticate(&nameless).await,
        Err(AuthError::Invalid(InvalidToken::KeyUnknown))
    );
    let alone = Provider::publishing(&[jwk(&one)]);
    let (_, authenticator) = alone.service();
    authenticator.authenticate(&nameless).await.unwrap();
}

#[tokio::test]
async fn a_provider_that_hangs_delays_nobody() {
    let key = SigningKey::generate().unwrap();
    let provider = Provider::publishing(&[jwk(&key)]);
    let (clock, authenticator) = provider.service();
    authenticator
        .authenticate(&token(&key, &clock))
        .await
        .unwrap();
    clock.advance(TimeDelta::seconds(300));
    let held = provider.hold();
    let known = token(&key, &clock);
    let at_once = authenticator.authenticate(&known).now_or_never();
    assert!(at_once.is_some_and(|outcome| outcome.is_ok()));
    while provider.asked() < 2 {
        tokio::task::yield_now().await;
    }
    assert!(authenticator.is_fetching());
    assert!(authenticator.authenticate_cached(&known).is_some());
    assert!(authenticator.ready().now_or_never().unwrap());
    drop(held);
    until_asked(&provider, 2, &authenticator).await;
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_end_the_fetch() {
    let key = SigningKey::generate().unwrap();
    let provider = Provider::publishing(&[jwk(&key)]);
    let (clock, authenticator) = provider.service();
    let token = token(&key, &clock);
    assert!(authenticator.authenticate(&token).now_or_never().is_none());
    until_asked(&provider, 1, &authenticator).await;
    authenticator.authenticate(&token).await.unwrap();
    assert_eq!(provider.asked(), 1);
}
