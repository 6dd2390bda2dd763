//! Entity tags (RFC 9110, section 8.8.3): `"{version}.{digest}"`. The version guards changes; the digest covers the body,
//! so that what is derived from the day or from another record changes the tag too (R8). Only when a published source was last
//! seen to list a record is left out of it.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};
use sha2::{Digest as _, Sha256};

use super::problem::{Kind, Problem};
use crate::hex::hex;
use crate::records::Precondition;

/// The strong tag of a body that shows that version.
pub(crate) fn tag(version: i32, body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    format!("\"{version}.{}\"", hex(&digest[..8]))
}

/// Whether If-None-Match names the tag (weak comparison, RFC 9110, section 13.1.2).
pub(crate) fn none_match(request: &HttpRequest, tag: &str) -> bool {
    let Some(list) = sent(request, &header::IF_NONE_MATCH) else {
        return false;
    };
    list.trim() == "*" || tags(&list).any(|known| known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// All that a request sent under a header that is a list, whose lines are one list (RFC 9110, section 5.3).
pub(crate) fn sent(request: &HttpRequest, name: &HeaderName) -> Option<String> {
    let lines: Vec<_> = request
        .headers()
        .get_all(name)
        .map(|line| String::from_utf8_lossy(line.as_bytes()))
        .collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

/// What If-Match demands: any version, or one of those whose tags it lists (RFC 9110, section 13.1.1). Tags that are weak
/// or none of ours name no version.
pub(crate) fn if_match(request: &HttpRequest) -> Result<Precondition, Problem> {
    let list = sent(request, &header::IF_MATCH)
        .ok_or_else(|| Problem::plain(Kind::PreconditionRequired))?;
    if list.trim() == "*" {
        return Ok(Precondition::Any);
    }
    Ok(Precondition::OneOf(
        tags(&list).filter_map(version).collect(),
    ))
}

/// The members of a list of tags. What stands in quotes is no comma between two of them.
fn tags(list: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    list.split(move |c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    })
    .map(str::trim)
}

/// The version that a strong tag of ours names.
fn version(tag: &str) -> Option<i32> {
    let inner = tag.strip_prefix('"')?.strip_suffix('"')?;
    let (version, digest) = inner.split_once('.')?;
    let ours = digest.bytes().all(|b| b.is_ascii_hexdigit());
    version.parse().ok().filter(|_| ours)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn demanded(value: &str) -> Precondition {
        if_match(
            &TestRequest::default()
                .insert_header(("if-match", value))
                .to_http_request(),
        )
        .unwrap()
    }

    #[test]
    fn a_tag_is_read_back_as_its_version() {
        assert_eq!(demanded(&tag(7, b"{}")), Precondition::OneOf(vec![7]));
        assert_eq!(demanded("*"), Precondition::Any);
        for none in ["W/\"7.00\"", "\"x\"", "7", "", "\"7.1", "\"a, 7.1\""] {
            assert_eq!(demanded(none), Precondition::OneOf(vec![]), "{none}");
        }
        for list in ["\"7.1\", \"8.1\"", "\"7.1\",\"a,b\" , ,\"8.1\",W/\"9.1\""] {
            assert_eq!(demanded(list), Precondition::OneOf(vec![7, 8]), "{list}");
        }
        assert!(if_match(&TestRequest::default().to_http_request()).is_err());
    }

    #[test]
    fn if_none_match_compares_weakly_and_takes_lists() {
        let sent = |value: &str| {
            TestRequest::default()
                .insert_header(("if-none-match", value))
                .to_http_request()
        };
        assert!(none_match(&sent("\"a\", W/\"b\""), "\"b\""));
        assert!(none_match(&sent("*"), "\"b\""));
        assert!(!none_match(&sent("\"a\""), "\"b\""));
    }
}
