//! Entity tags (RFC 9110, section 8.8.3): `"{version}.{digest}"`. The version guards changes; the digest covers the body,
//! so that what is derived from the day or from another record changes the tag too (R8).

use std::fmt::Write as _;

use actix_web::HttpRequest;
use actix_web::http::header;
use sha2::{Digest as _, Sha256};

use super::problem::{Kind, Problem};
use crate::records::Precondition;

/// The strong tag of a body that shows that version.
pub(crate) fn tag(version: i32, body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    format!("\"{version}.{}\"", hex(&digest[..8]))
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            // Writing to a String does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Whether If-None-Match names the tag (weak comparison, RFC 9110, section 13.1.2).
pub(crate) fn none_match(request: &HttpRequest, tag: &str) -> bool {
    request
        .headers()
        .get_all(header::IF_NONE_MATCH)
        .any(|value| {
            value.to_str().is_ok_and(|list| {
                list.trim() == "*"
                    || list
                        .split(',')
                        .any(|candidate| candidate.trim().trim_start_matches("W/") == tag)
            })
        })
}

/// What If-Match demands: any version, one, or, where the tag is none of ours or weak, one that there never is.
pub(crate) fn if_match(request: &HttpRequest) -> Result<Precondition, Problem> {
    let mut values = request.headers().get_all(header::IF_MATCH);
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Problem::plain(Kind::PreconditionRequired));
    };
    let value = value.to_str().unwrap_or_default().trim();
    if value == "*" {
        return Ok(Precondition::Any);
    }
    let version = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .and_then(|inner| inner.split_once('.'))
        .filter(|(_, digest)| digest.bytes().all(|b| b.is_ascii_hexdigit()))
        .and_then(|(version, _)| version.parse().ok());
    Ok(version.map_or(Precondition::Never, Precondition::Version))
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
        assert_eq!(demanded(&tag(7, b"{}")), Precondition::Version(7));
        assert_eq!(demanded("*"), Precondition::Any);
        for none in ["W/\"7.00\"", "\"x\"", "7", "\"7.1\", \"8.1\""] {
            assert_eq!(demanded(none), Precondition::Never, "{none}");
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
