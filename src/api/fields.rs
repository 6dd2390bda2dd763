//! Checking what a body says, member by member, so that one answer names everything that is wrong.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

use crate::domain::exemption::PARAGRAPHS;
use crate::domain::text::{TextError, check_line, check_prose};
use crate::records::{Failure, FieldError};

/// The most characters of what people say of what they do: reasons, narratives, notes. Resolutions may be longer.
pub(crate) const MAX_PROSE: usize = 4000;

/// Collects what is wrong with a body.
#[derive(Debug, Default)]
pub(crate) struct Check(Vec<FieldError>);

impl Check {
    pub(crate) fn add(&mut self, pointer: &str, code: &'static str, detail: impl Into<String>) {
        self.0.push(FieldError::new(pointer, code, detail));
    }

    fn text(&mut self, pointer: &str, result: Result<(), TextError>) {
        if let Err(error) = result {
            self.add(pointer, error.code(), error.to_string());
        }
    }

    /// A text of one line.
    pub(crate) fn line(&mut self, pointer: &str, text: &str, max: usize) {
        self.text(pointer, check_line(text, max));
    }

    /// A text of one line, where there is one.
    pub(crate) fn opt_line(&mut self, pointer: &str, text: Option<&String>, max: usize) {
        if let Some(text) = text {
            self.line(pointer, text, max);
        }
    }

    /// A text of many lines.
    pub(crate) fn prose(&mut self, pointer: &str, text: &str, max: usize) {
        self.text(pointer, check_prose(text, max));
    }

    /// A text of many lines, where there is one.
    pub(crate) fn opt_prose(&mut self, pointer: &str, text: Option<&String>, max: usize) {
        if let Some(text) = text {
            self.prose(pointer, text, max);
        }
    }

    /// A day between 1900 and 2999, where there is one: what lies beyond is a slip of the pen.
    pub(crate) fn day(&mut self, pointer: &str, day: Option<NaiveDate>) {
        if day.is_some_and(|day| !(1900..=2999).contains(&day.year())) {
            self.add(pointer, "out_of_range", "must lie between 1900 and 2999");
        }
    }

    /// An instant between 1900 and 2999.
    pub(crate) fn instant(&mut self, pointer: &str, instant: DateTime<Utc>) {
        self.day(pointer, Some(instant.date_naive()));
    }

    /// What a member that must be there says.
    pub(crate) fn required<T>(&mut self, pointer: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.add(pointer, "required", "is needed");
        }
        value
    }

    /// A text that must be read as something else.
    pub(crate) fn parsed<T: FromStr>(
        &mut self,
        pointer: &str,
        code: &'static str,
        text: &str,
    ) -> Option<T>
    where
        T::Err: fmt::Display,
    {
        text.parse()
            .map_err(|error: T::Err| self.add(pointer, code, error.to_string()))
            .ok()
    }

    /// A web address.
    pub(crate) fn url(&mut self, pointer: &str, text: Option<&String>) {
        let Some(text) = text else { return };
        if !(check_line(text, 2000).is_ok() && is_web_address(text)) {
            self.add(
                pointer,
                "bad_url",
                "must be an http or https address of at most 2000 characters, without a user name or password and with \
                 all characters that no address has written as %XX",
            );
        }
    }

    /// Paragraphs of Schedule 12A, each once.
    pub(crate) fn paragraphs(&mut self, pointer: &str, paragraphs: Option<&Vec<u8>>) {
        for (index, paragraph) in paragraphs.into_iter().flatten().enumerate() {
            let pointer = format!("{pointer}/{index}");
            if !PARAGRAPHS.contains(paragraph) {
                self.add(&pointer, "out_of_range", "must be a paragraph from 1 to 7");
            } else if paragraphs.is_some_and(|all| all[..index].contains(paragraph)) {
                self.add(&pointer, "repeated", "is given twice");
            }
        }
    }

    /// All that was found, as a failure.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        self.finish_with(Some(()))
    }

    /// All that was found, as a failure; otherwise the value, which is there when nothing was found wrong.
    pub(crate) fn finish_with<T>(self, value: Option<T>) -> Result<T, Failure> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(Failure::Invalid(self.0)),
        }
    }
}

/// Whether a text is an http or https address as RFC 3986 writes it, without credentials. The parser by itself takes more, and
/// mends it.
fn is_web_address(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else {
        return false;
    };
    let Some((_, rest)) = text.split_once("://") else {
        return false;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    matches!(url.scheme(), "http" | "https")
        && !authority.is_empty()
        && !authority.contains('@')
        && is_written(authority, b"-._~!$&'()*+,;=:[]")
        && is_written(rest, b"-._~!$&'()*+,;=:@/?#")
        && rest.matches('#').count() <= 1
}

/// Whether a part of an address has only letters, digits, these signs, and others as `%XX`.
fn is_written(part: &str, signs: &[u8]) -> bool {
    let mut bytes = part.bytes();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'%' => {
                let mut hexadecimal = || bytes.next().is_some_and(|byte| byte.is_ascii_hexdigit());
                hexadecimal() && hexadecimal()
            }
            byte => byte.is_ascii_alphanumeric() || signs.contains(&byte),
        };
        if !fits {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_web_address;

    #[test]
    fn an_address_is_written_as_addresses_are() {
        for good in [
            "https://council.example",
            "HTTP://council.example:8080/a/b;c?d=e&f=(g)#h",
            "https://council.example/caf%C3%A9%20papers?at=12:30@hall",
            "https://[2001:db8::1]/",
            "https://xn--caf-dma.example/",
        ] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "",
            "council.example",
            "ftp://council.example/",
            "javascript:alert(1)",
            "https:council.example",
            "https:///council.example",
            "https://a:b@council.example/",
            "https://a@council.example/",
            "https://@council.example/",
            "https://council.example/a b",
            "https://council.example/<b>",
            "https://council.example/\"a\"",
            "https://council.example\\a",
            "https://council.example/{a}|^`",
            "https://council.example/caf\u{e9}",
            "https://council.example/100%",
            "https://council.example/%zz",
            "https://council.example/a[1]",
            "https://council.example/#a#b",
            "https://council.example:port/",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }
}
