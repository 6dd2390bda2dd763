//! The texts of the web service: HTML that was escaped, and often escaped again.

use std::borrow::Cow;

use quick_xml::escape::resolve_html5_entity;

/// The longest name of an entity that is looked for, `CounterClockwiseContourIntegral`.
const MAX_NAME: usize = 32;

/// A text as people read it, on one line: entities resolved, tags taken out, white space single. `once` has had its entities
/// resolved once already, by whoever read the XML.
pub(super) fn plain(once: &str) -> String {
    let twice = resolved(&without_tags(once));
    let mut plain = String::with_capacity(twice.len());
    for word in without_tags(&twice).split_whitespace() {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    plain
}

/// What an entity of HTML stands for, by its name or number, without the signs around it.
pub(super) fn named_entity(name: &str) -> Option<Cow<'static, str>> {
    let Some(number) = name.strip_prefix('#') else {
        return resolve_html5_entity(name).map(Cow::Borrowed);
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    let c = code.ok().and_then(char::from_u32)?;
    Some(Cow::Owned(c.to_string()))
}

/// A text with every entity that is known resolved, once.
fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest
            .bytes()
            .take(MAX_NAME + 2)
            .position(|byte| byte == b';');
        match end.and_then(|end| Some((end, named_entity(&rest[1..end])?))) {
            Some((end, text)) => {
                out.push_str(&text);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// A text without its tags, a space in the place of each. What only looks like the beginning of one stays: `a < b`.
fn without_tags(text: &str) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let begins = rest[1..].trim_start_matches('/');
        let tag = begins.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!');
        if !tag {
            out.push('<');
            rest = &rest[1..];
            continue;
        }
        // Where this one has no end, nothing further on is a tag either.
        let Some(end) = rest.find('>') else { break };
        out.push(' ');
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_is_read_as_people_read_it() {
        for (once, read) in [
            ("Fish &amp; Chips", "Fish & Chips"),
            ("Fish & Chips", "Fish & Chips"),
            ("<p>Fish &amp; <b>Chips</b></p>", "Fish & Chips"),
            ("&lt;p&gt;Fish&lt;/p&gt;", "Fish"),
            (
                "Children&rsquo;s&nbsp; Services",
                "Children\u{2019}s Services",
            ),
            (
                "&pound;5m &#8211; &#x2013; budget",
                "\u{a3}5m \u{2013} \u{2013} budget",
            ),
            ("A \u{a0}\n B", "A B"),
            ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
            ("<unfinished", "<unfinished"),
            ("AT&T; R&D", "AT&T; R&D"),
            ("&#xD800; &#99999999999;", "&#xD800; &#99999999999;"),
            ("<br/>", ""),
        ] {
            assert_eq!(plain(once), read, "{once}");
        }
    }

    #[test]
    fn signs_that_begin_no_tag_take_no_more_time_than_their_number() {
        let signs = "< ".repeat(400_000);
        for end in ["", "<unfinished", ">"] {
            let begun = Instant::now();
            assert_eq!(
                plain(&format!("{signs}{end}")).matches('<').count() / 400_000,
                1
            );
            assert!(begun.elapsed().as_secs() < 10, "{end}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_one_line_without_spaces_around(text in "(&|;|<|>|/|b|&amp;|&nbsp;|&lt;|é| |\n|.){0,40}") {
            let read = plain(&text);
            prop_assert_eq!(read.trim(), read.as_str());
            prop_assert!(!read.contains(['\n', '\u{a0}']) && !read.contains("  "), "{:?}", read);
        }

        #[test]
        fn what_has_neither_entities_nor_tags_stays(words in prop::collection::vec("[A-Za-z0-9,.]{1,8}", 1..6)) {
            let text = words.join(" ");
            prop_assert_eq!(plain(&text), text);
        }
    }
}
