//! Words to search for, and the words of a text, made alike so that both databases give the same answers.
//!
//! Neither database's own tokenizer is used: words are cut here, folded here, and handed over ready.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The longest word kept; what is longer is cut.
const MAX_WORD_CHARS: usize = 64;

/// The most phrases one search may hold.
pub const MAX_PHRASES: usize = 16;

/// Neighbouring words that must stand together, the last one perhaps only begun: `adoption cas` finds "adoption cases".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// At least one word, folded: lower case, no accents, letters and digits alone.
    pub words: Vec<String>,
}

/// What a search asks for: every phrase, in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchTerms(Vec<Phrase>);

/// A search without a word in it, or with too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must hold between 1 and {MAX_PHRASES} words or quoted phrases")]
pub struct BadSearch;

impl SearchTerms {
    /// Reads a search as people type it. Words in double quotes, and words joined by punctuation as in a reference, must
    /// stand together; the last word of each phrase also finds what begins with it.
    pub fn parse(query: &str) -> Result<Self, BadSearch> {
        let mut phrases = Vec::new();
        for (index, part) in query.split('"').enumerate() {
            if index % 2 == 1 {
                phrases.push(words(part).collect());
            } else {
                phrases.extend(part.split_whitespace().map(|chunk| words(chunk).collect()));
            }
        }
        phrases.retain(|words: &Vec<String>| !words.is_empty());
        if phrases.is_empty() || phrases.len() > MAX_PHRASES {
            return Err(BadSearch);
        }
        Ok(Self(
            phrases.into_iter().map(|words| Phrase { words }).collect(),
        ))
    }

    /// The phrases asked for; at least one.
    #[must_use]
    pub fn phrases(&self) -> &[Phrase] {
        &self.0
    }
}

/// The words of a text, folded, in order.
pub fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let mut chars = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '’'))
        .flat_map(char::to_lowercase);
    std::iter::from_fn(move || {
        let first = chars.by_ref().find(|c| c.is_alphanumeric())?;
        let mut word = String::from(first);
        let mut length = 1;
        for c in chars.by_ref().take_while(|c| c.is_alphanumeric()) {
            if length < MAX_WORD_CHARS {
                word.push(c);
                length += 1;
            }
        }
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).collect()
    }

    #[test]
    fn words_are_folded_and_cut_at_punctuation() {
        assert_eq!(
            folded("Café’s CFS/13-14/007, naïve"),
            ["cafes", "cfs", "13", "14", "007", "naive"]
        );
        assert_eq!(folded(" -- "), Vec::<String>::new());
    }

    #[test]
    fn a_search_holds_words_and_phrases() {
        let terms = SearchTerms::parse(r#"adoption "Head of Law" CFS/13-14"#).unwrap();
        let phrases: Vec<_> = terms.phrases().iter().map(|p| p.words.join(" ")).collect();
        assert_eq!(phrases, ["adoption", "head of law", "cfs 13 14"]);
        assert_eq!(SearchTerms::parse(" \"\" - "), Err(BadSearch));
        assert_eq!(SearchTerms::parse(&"a ".repeat(17)), Err(BadSearch));
    }

    proptest! {
        #[test]
        fn words_hold_letters_and_digits_only_and_folding_twice_changes_nothing(text in "\\PC*") {
            let once = folded(&text);
            prop_assert!(once.iter().all(|w| !w.is_empty() && !w.contains(['\'', '"', ' '])));
            prop_assert_eq!(folded(&once.join(" ")), once);
        }
    }
}
