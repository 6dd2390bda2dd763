//! What free text may hold.

use std::fmt;

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing that can be seen where words are needed.
    #[error("must not be blank")]
    Blank,
    /// More characters than the field holds.
    #[error("must be at most {max} characters long")]
    TooLong {
        /// The most characters (Unicode scalar values) the field holds.
        max: usize,
    },
    /// A control character (U+0000 among them, which Postgres cannot store) or a bidirectional override.
    #[error("must not contain control characters or bidirectional overrides")]
    Control,
}

impl TextError {
    /// A stable code for machines.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::TooLong { .. } => "too_long",
            Self::Control => "control_character",
        }
    }
}

/// A word that its vocabulary does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownWord {
    /// The words it could have been.
    pub known: &'static [&'static str],
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "must be one of {}", self.known.join(", "))
    }
}

impl std::error::Error for UnknownWord {}

/// Characters that reorder what stands around them and so can make a text read as what it is not.
const BIDI_OVERRIDES: [char; 9] = [
    '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}', '\u{2066}', '\u{2067}', '\u{2068}',
    '\u{2069}',
];

/// Whether a character leaves nothing to be seen where it stands by itself: white space, and what Unicode has for joining,
/// breaking, hiding and filling.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2065}' | '\u{206A}'..='\u{206F}'
            | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

fn is_forbidden(c: char, lines: bool) -> bool {
    (c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'))) || BIDI_OVERRIDES.contains(&c)
}

fn check(text: &str, max: usize, lines: bool) -> Result<(), TextError> {
    if text.chars().all(is_invisible) {
        Err(TextError::Blank)
    } else if text.chars().any(|c| is_forbidden(c, lines)) {
        Err(TextError::Control)
    } else if text.len() > max && text.chars().count() > max {
        Err(TextError::TooLong { max })
    } else {
        Ok(())
    }
}

/// Checks a text of one line: not blank, at most `max` characters, no control characters.
pub fn check_line(text: &str, max: usize) -> Result<(), TextError> {
    check(text, max, false)
}

/// Checks a text of many lines: as [`check_line`], with line breaks and tabs allowed. Kept verbatim.
pub fn check_prose(text: &str, max: usize) -> Result<(), TextError> {
    check(text, max, true)
}

/// A text that was read somewhere, without the characters that no text of ours holds: they are layout, or meant to mislead.
#[must_use]
pub fn printable(text: &str) -> String {
    let kept = |c: &char| !is_forbidden(*c, true);
    if text.chars().all(|c| kept(&c)) {
        return text.to_owned();
    }
    text.chars().filter(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_refuses_blanks_controls_overrides_and_length() {
        assert_eq!(check_line(" \u{a0} ", 9), Err(TextError::Blank));
        for invisible in [
            "",
            "\u{200B}",
            "\u{FEFF}\u{2060} \u{AD}",
            "\u{3164}",
            "\u{2800}",
            "\u{E0020}",
        ] {
            assert_eq!(
                check_line(invisible, 9),
                Err(TextError::Blank),
                "{invisible:?}"
            );
            assert_eq!(
                check_prose(invisible, 9),
                Err(TextError::Blank),
                "{invisible:?}"
            );
            assert_eq!(
                check_line(&format!("a{invisible}"), 9),
                Ok(()),
                "{invisible:?}"
            );
        }
        assert_eq!(check_line("a\0b", 9), Err(TextError::Control));
        assert_eq!(check_line("a\nb", 9), Err(TextError::Control));
        assert_eq!(check_line("a\u{202E}b", 9), Err(TextError::Control));
        assert_eq!(check_line("abcd", 3), Err(TextError::TooLong { max: 3 }));
        assert_eq!(check_line("£££", 3), Ok(()));
    }

    #[test]
    fn what_is_read_loses_what_may_not_be_held() {
        assert_eq!(printable("a\u{202E}b\0c\nd"), "abc\nd");
        assert_eq!(printable("Caf\u{e9}"), "Caf\u{e9}");
    }

    #[test]
    fn prose_keeps_its_line_breaks() {
        assert_eq!(check_prose("(a)\tThat\r\nit be noted", 99), Ok(()));
        assert_eq!(check_prose("a\u{7}b", 99), Err(TextError::Control));
    }
}
