//! Whoever calls the service, and what they are answered.

use std::sync::Arc;

use matters_arising::auth::mint::TokenRequest;
use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use super::{Minter, document};

/// Somebody who calls the service.
#[derive(Clone)]
pub(crate) struct Person {
    http: reqwest::Client,
    base: String,
    identity: Option<(Arc<Minter>, TokenRequest, String)>,
}

impl Person {
    pub(super) fn anonymous(http: reqwest::Client, base: &str) -> Self {
        Self {
            http,
            base: base.to_owned(),
            identity: None,
        }
    }

    pub(super) fn with_token(
        http: reqwest::Client,
        base: &str,
        minter: Arc<Minter>,
        token: TokenRequest,
    ) -> Self {
        let signed = minter.key.mint(&token, &*minter.clock).unwrap();
        Self {
            http,
            base: base.to_owned(),
            identity: Some((minter, token, signed)),
        }
    }

    /// The same person with a token for these committees only.
    pub(crate) fn limited_to(self, committees: &[&str]) -> Self {
        let (minter, mut token, _) = self.identity.unwrap();
        token.committees = Some(committees.iter().map(|&code| code.to_owned()).collect());
        Self::with_token(self.http, &self.base, minter, token)
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        let request = self.http.request(method, url);
        match &self.identity {
            Some((_, _, token)) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    pub(crate) async fn head(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::HEAD, path)).await
    }

    pub(crate) async fn options(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::OPTIONS, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(&body)).await
    }

    pub(crate) async fn post_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Answer {
        let request = headers.iter().fold(
            self.request(Method::POST, path),
            |request, (name, value)| request.header(*name, *value),
        );
        Answer::to(request.json(&body)).await
    }

    /// Posts text as it stands, as JSON.
    pub(crate) async fn post_text(&self, path: &str, text: impl Into<reqwest::Body>) -> Answer {
        Answer::to(
            self.request(Method::POST, path)
                .header("content-type", "application/json")
                .body(text),
        )
        .await
    }

    pub(crate) async fn patch(&self, path: &str, etag: &str, body: Value) -> Answer {
        let request = self
            .request(Method::PATCH, path)
            .header("if-match", etag)
            .header("content-type", "application/merge-patch+json")
            .body(body.to_string());
        Answer::to(request).await
    }

    /// Creates something and answers with its id.
    pub(crate) async fn make(&self, path: &str, body: Value) -> String {
        self.post(path, body).await.expect(201).id()
    }

    /// Asks for a move of an action as it now stands, whatever the caller last read.
    pub(crate) async fn moves(&self, action: &str, name: &str, body: Value) -> Answer {
        self.post_with(
            &format!("/v1/actions/{action}/{name}"),
            &[("if-match", "*")],
            body,
        )
        .await
    }

    /// Every item of a list, page after page.
    pub(crate) async fn all(&self, path: &str) -> Vec<Value> {
        let separator = if path.contains('?') { '&' } else { '?' };
        let mut items = Vec::new();
        let mut next = path.to_owned();
        loop {
            let page = self.get(&next).await.expect(200);
            items.extend(page.items().iter().cloned());
            match page.body["next_cursor"].as_str() {
                Some(cursor) => next = format!("{path}{separator}cursor={cursor}"),
                None => return items,
            }
        }
    }
}

/// What somebody was answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// The body, where it is JSON.
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let sent = request
            .body()
            .and_then(|body| body.as_bytes())
            .map(<[u8]>::to_vec);
        let response = client.execute(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        document::check(method.as_str(), &path, sent.as_deref(), status, &body);
        Self {
            status,
            headers,
            text,
            body,
        }
    }

    /// Goes on only with that status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Goes on only with a problem of that status and slug, in the form that every problem has.
    #[track_caller]
    pub(crate) fn problem(self, status: u16, slug: &str) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(
            self.body["type"],
            format!("/problems/{slug}"),
            "{}",
            self.text
        );
        assert_eq!(self.body["status"], status);
        assert!(
            self.body["title"].is_string() && self.body["detail"].is_string(),
            "{}",
            self.text
        );
        assert_eq!(self.body["request_id"], self.header("x-request-id"));
        for word in ["SELECT", "diesel", "src/", "panicked", ".rs"] {
            assert!(!self.text.contains(word), "{}", self.text);
        }
        self
    }

    /// What a problem points to.
    pub(crate) fn pointers(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array();
        errors
            .into_iter()
            .flatten()
            .filter_map(|error| error["pointer"].as_str())
            .collect()
    }

    /// A header's value; empty without one.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn etag(&self) -> String {
        let etag = self.header("etag");
        assert!(
            etag.starts_with('"') && etag.ends_with('"'),
            "a strong ETag: {etag:?}"
        );
        etag.to_owned()
    }

    #[track_caller]
    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().expect("an id").to_owned()
    }

    #[track_caller]
    pub(crate) fn items(&self) -> &[Value] {
        self.body["items"].as_array().expect("a list")
    }

    /// One member of each item.
    #[track_caller]
    pub(crate) fn each(&self, member: &str) -> Vec<&str> {
        self.items()
            .iter()
            .map(|item| item[member].as_str().unwrap())
            .collect()
    }
}
