//! What the claims of common identity providers make of a caller.

use std::collections::BTreeSet;

use super::*;
use crate::config::RoleNames;

fn service(adjust: impl FnOnce(&mut AuthConfig)) -> Service {
    let key = SigningKey::generate().unwrap();
    let mut config = pem_config(&key);
    adjust(&mut config);
    Service::with(key, "EdDSA", &config)
}

async fn roles(service: &Service, name: &str, value: Value) -> Roles {
    let token = service.with_claim(name, Some(value));
    service.outcome(&token).await.unwrap().roles
}

#[tokio::test]
async fn entra_id_app_roles() {
    let service = service(|config| {
        config.token_types = vec!["at+jwt".to_owned(), "JWT".to_owned()];
        config.role_names = RoleNames {
            clerk: vec!["MattersArising.Clerk".to_owned()],
            auditor: vec![
                "MattersArising.Auditor".to_owned(),
                "Internal.Audit".to_owned(),
            ],
            ..RoleNames::default()
        };
    });
    let claim = json!([
        "MattersArising.Clerk",
        "Internal.Audit",
        "Payroll.Reader",
        "clerk"
    ]);
    assert_eq!(
        roles(&service, "roles", claim).await,
        Roles::of(&[Role::Clerk, Role::Auditor])
    );
    assert_eq!(
        roles(&service, "roles", json!(["clerk"])).await,
        Roles::NONE
    );
}

#[tokio::test]
async fn keycloak_realm_roles() {
    let service = service(|config| config.roles_claim = "/realm_access/roles".to_owned());
    let claim = json!({"roles": ["offline_access", "uma_authorization", "officer", "reader"]});
    assert_eq!(
        roles(&service, "realm_access", claim).await,
        Roles::of(&[Role::Reader, Role::Officer])
    );
}

#[tokio::test]
async fn roles_in_one_text_and_in_a_claim_named_by_a_url() {
    let service = service(|config| config.roles_claim = "/https:~1~1example.org~1roles".to_owned());
    let name = "https://example.org/roles";
    assert_eq!(
        roles(&service, name, json!("reader  admin other")).await,
        Roles::of(&[Role::Reader, Role::Admin])
    );
    let mut request = request("someone");
    request.roles_claim = "/https:~1~1example.org~1roles".to_owned();
    let token = service.key.mint(&request, &*service.clock).unwrap();
    assert_eq!(
        service.outcome(&token).await.unwrap().roles,
        Roles::of(&[Role::Clerk])
    );
}

#[tokio::test]
async fn no_known_role_is_a_caller_who_may_do_nothing() {
    let service = service(|_| ());
    for claim in [
        json!([]),
        json!("Clerk"),
        json!(7),
        json!({"clerk": true}),
        json!([["clerk"], 1]),
        json!(null),
    ] {
        assert_eq!(roles(&service, "roles", claim).await, Roles::NONE);
    }
    let caller = service
        .outcome(&service.with_claim("roles", None))
        .await
        .unwrap();
    assert!(caller.roles.is_empty());
}

#[tokio::test]
async fn committees_limit_the_caller_when_they_are_named() {
    let service = service(|_| ());
    let codes = |codes: &[&str]| {
        Some(
            codes
                .iter()
                .map(|code| (*code).to_owned())
                .collect::<BTreeSet<_>>(),
        )
    };
    for (claim, expected) in [
        (None, None),
        (Some(json!(["CFS", "HOSC"])), codes(&["CFS", "HOSC"])),
        (Some(json!("CFS HOSC")), codes(&["CFS", "HOSC"])),
        (Some(json!([])), codes(&[])),
        (Some(json!("")), codes(&[])),
    ] {
        let caller = service
            .outcome(&service.with_claim("committees", claim))
            .await
            .unwrap();
        assert_eq!(caller.committees, expected);
    }
    for claim in [
        json!(null),
        json!(1),
        json!(["CFS", 1]),
        json!({"CFS": true}),
    ] {
        let token = service.with_claim("committees", Some(claim));
        service
            .refuses(&token, InvalidToken::CommitteesInvalid)
            .await;
    }
}

#[tokio::test]
async fn a_required_limit_must_be_there() {
    let service = service(|config| config.committees_required = true);
    service
        .refuses(&service.good(), InvalidToken::CommitteesMissing)
        .await;
    let token = service.with_claim("committees", Some(json!(["CFS"])));
    assert!(
        service
            .outcome(&token)
            .await
            .unwrap()
            .may_see_committee("CFS")
    );
}

#[test]
fn a_claim_cannot_be_minted_inside_another() {
    let mut request = request("someone");
    request.roles_claim = "/sub/roles".to_owned();
    let key = SigningKey::generate().unwrap();
    assert!(key.mint(&request, &*clock()).is_err());
    request.roles_claim = "roles".to_owned();
    assert!(key.mint(&request, &*clock()).is_err());
}
