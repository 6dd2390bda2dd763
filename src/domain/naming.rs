//! Names as printed in minutes and spreadsheets, and the posts, people and bodies that they may mean.
//!
//! A name is taken for another only where both are the same but for case, accents, punctuation and articles. What is merely
//! alike is offered to a person, never taken.

use std::collections::HashMap;

use super::search::words;

/// The most candidates that are offered for one printed name.
pub const MAX_CANDIDATES: usize = 5;

/// How alike two names must be for one to be offered for the other, from 0 to 1.
const ALIKE: f64 = 0.75;

/// The longest printed name, in characters, that is compared with names like it: the comparison takes time with its square.
const MAX_COMPARED: usize = 200;

/// What a printed name was found to mean.
#[derive(Debug, Clone, PartialEq)]
pub enum NameMatch<K> {
    /// One known name is the same.
    Exact(K),
    /// Several known names are the same, or some are like it; the likeliest first.
    Close(Vec<Candidate<K>>),
    /// No known name is like it.
    None,
}

/// A known name that a printed one may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate<K> {
    /// Whose name it is.
    pub key: K,
    /// The name as it is known.
    pub name: String,
    /// How alike both are, from 0 to 1.
    pub likeness: f64,
}

/// The names that are known, to look printed ones up in.
#[derive(Debug, Clone)]
pub struct KnownNames<K> {
    known: Vec<Known<K>>,
    by_folded: HashMap<String, Vec<usize>>,
}

#[derive(Debug, Clone)]
struct Known<K> {
    key: K,
    name: String,
    form: Form,
}

/// A folded name, ready to be compared.
#[derive(Debug, Clone)]
struct Form {
    folded: String,
    /// Its words in the order of the alphabet.
    sorted: String,
    /// In characters.
    length: usize,
}

impl Form {
    fn of(folded: String) -> Self {
        let mut words: Vec<&str> = folded.split(' ').collect();
        words.sort_unstable();
        Self {
            sorted: words.join(" "),
            length: folded.chars().count(),
            folded,
        }
    }
}

impl<K: Clone> KnownNames<K> {
    /// Takes names and whose they are. One key may have several names.
    pub fn new(names: impl IntoIterator<Item = (K, String)>) -> Self {
        let mut known = Vec::new();
        let mut by_folded: HashMap<String, Vec<usize>> = HashMap::new();
        for (key, name) in names {
            let folded = fold(&name);
            by_folded
                .entry(folded.clone())
                .or_default()
                .push(known.len());
            known.push(Known {
                key,
                name,
                form: Form::of(folded),
            });
        }
        Self { known, by_folded }
    }

    /// Whose name is the same as a printed one, if one is and no other: what [`Self::find`] takes, without looking for names like it.
    #[must_use]
    pub fn exactly(&self, printed: &str) -> Option<K> {
        match self.by_folded.get(&fold(printed)).map(Vec::as_slice) {
            Some([only]) => self.known.get(*only).map(|known| known.key.clone()),
            _ => None,
        }
    }

    /// What a printed name means. Several known names that are the same as the printed one are candidates, because it does not
    /// say which is meant.
    #[must_use]
    pub fn find(&self, printed: &str) -> NameMatch<K> {
        let folded = fold(printed);
        match self.by_folded.get(&folded).map(Vec::as_slice) {
            Some([only]) => return NameMatch::Exact(self.known[*only].key.clone()),
            Some(several) => {
                let several = several.iter().take(MAX_CANDIDATES);
                return NameMatch::Close(
                    several
                        .map(|place| self.known[*place].candidate(1.0))
                        .collect(),
                );
            }
            None if folded.is_empty() || folded.chars().count() > MAX_COMPARED => {
                return NameMatch::None;
            }
            None => {}
        }
        let printed = Form::of(folded);
        let mut close: Vec<_> = self
            .known
            .iter()
            .map(|known| known.candidate(likeness(&printed, &known.form)))
            .filter(|candidate| candidate.likeness >= ALIKE)
            .collect();
        close.sort_by(|one, other| {
            let more = other.likeness.total_cmp(&one.likeness);
            more.then_with(|| one.name.cmp(&other.name))
        });
        close.truncate(MAX_CANDIDATES);
        if close.is_empty() {
            NameMatch::None
        } else {
            NameMatch::Close(close)
        }
    }
}

impl<K: Clone> Known<K> {
    fn candidate(&self, likeness: f64) -> Candidate<K> {
        Candidate {
            key: self.key.clone(),
            name: self.name.clone(),
            likeness,
        }
    }
}

/// A name in the form in which names are compared: folded words, without articles, with what is often cut short in full.
#[must_use]
pub fn fold(name: &str) -> String {
    let name = name.replace('&', " and ");
    let words: Vec<String> = words(&name)
        .map(|word| match word.as_str() {
            "cllr" | "clr" => "councillor".to_owned(),
            "cllrs" => "councillors".to_owned(),
            "dept" => "department".to_owned(),
            "asst" => "assistant".to_owned(),
            _ => word,
        })
        .filter(|word| word != "the")
        .collect();
    words.join(" ")
}

/// How alike two folded names are: letter by letter, or in the words they share whatever their order.
fn likeness(one: &Form, other: &Form) -> f64 {
    let (shorter, longer) = (one.length.min(other.length), one.length.max(other.length));
    // Names whose lengths differ so much are not alike by any of these.
    if shorter * 10 < longer * 6 {
        return 0.0;
    }
    let words = strsim::sorensen_dice(&one.sorted, &other.sorted);
    let spelt = strsim::jaro_winkler(&one.folded, &other.folded);
    // The distance costs most, and can only lower what the letters say.
    if spelt < ALIKE || spelt <= words {
        return words;
    }
    let distance = strsim::normalized_damerau_levenshtein(&one.folded, &other.folded);
    words.max(spelt.min(distance + 0.1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn posts() -> KnownNames<u32> {
        KnownNames::new([
            (1, "Director of Children and Family Services".to_owned()),
            (2, "Head of Law".to_owned()),
            (3, "Head of Finance & Audit".to_owned()),
            (4, "Democratic Services Officer".to_owned()),
            (5, "Clerk".to_owned()),
            (6, "Clerk".to_owned()),
        ])
    }

    #[test]
    fn the_same_name_is_found_whatever_its_layout() {
        for printed in [
            "the Director of Children and Family Services",
            "DIRECTOR OF CHILDREN & FAMILY SERVICES",
            "Director of Children and\u{a0}Family Services",
        ] {
            assert_eq!(posts().find(printed), NameMatch::Exact(1), "{printed}");
            assert_eq!(posts().exactly(printed), Some(1), "{printed}");
        }
        assert_eq!(
            posts().find("Head of Finance and Audit"),
            NameMatch::Exact(3)
        );
    }

    #[test]
    fn a_name_like_another_is_offered_and_not_taken() {
        let offered = |printed: &str| match posts().find(printed) {
            NameMatch::Close(candidates) => candidates.iter().map(|one| one.key).collect(),
            NameMatch::Exact(key) => panic!("{printed} was taken for {key}"),
            NameMatch::None => Vec::new(),
        };
        assert_eq!(offered("Director for Children and Family Services"), [1]);
        assert_eq!(offered("Directr of Childrens and Family Services"), [1]);
        assert_eq!(offered("Children and Family Services Director"), [1]);
        assert_eq!(offered("Head of Laws")[0], 2);
        assert_eq!(offered("the Fire Service"), [0; 0]);
        assert_eq!(offered(""), [0; 0]);
    }

    #[test]
    fn a_name_of_two_is_not_taken_for_either() {
        let NameMatch::Close(both) = posts().find("the clerk") else {
            panic!("the Clerk of which council?");
        };
        assert_eq!(posts().exactly("the clerk"), None);
        assert_eq!(both.iter().map(|one| one.key).collect::<Vec<_>>(), [5, 6]);
    }

    proptest! {
        #[test]
        fn only_the_same_words_are_the_same(printed in "\\PC{0,40}") {
            let exactly = posts().exactly(&printed);
            prop_assert_eq!(exactly.is_some(), matches!(posts().find(&printed), NameMatch::Exact(_)));
            if let NameMatch::Exact(key) = posts().find(&printed) {
                prop_assert_eq!(exactly, Some(key));
                prop_assert!(posts().known.iter().any(|one| one.key == key && one.form.folded == fold(&printed)));
            }
        }
    }
}
