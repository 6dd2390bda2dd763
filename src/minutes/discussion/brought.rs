//! What would be brought, sent or done by nobody in particular: `a full update would come to the Board meeting`.

use std::ops::Range;

use super::asked::agent;
use super::deeds::PHRASED;
use super::named::is_mended;
use super::speakers::{Before, is_person, subject, subject_start};
use super::{BRINGING, Found, PAPERS, Strength, skip};
use crate::minutes::actors::{BODIES, actors};
use crate::minutes::due::says_which;
use crate::minutes::wording::{Choices, any, at};
use crate::minutes::words::Word;

/// Verbs with which somebody says that something would be done.
static SAYS: &Choices = word!(
    "announced|said|confirmed|advised|replied|responded|added|reported|explained|told|saying|stated|informed"
);

/// `a full update would come to the Board meeting`, `figures will be circulated`.
pub(super) fn brought(w: &[Word<'_>], j: usize, before: &Before<'_>) -> Found {
    let would = Would::at(w, j)?;
    // "Questions must be put in writing, and ten minutes will be given to them" is a rule.
    if w[..j].iter().any(|w| w.low == "must")
        || any(&w[..j], phrases!["recommend|recommends|recommended to|that"])
        // "announced that a Budget Seminar would be held".
        || at(w, j + 1, phrase!("be held")) && w[..j].iter().any(|w| w.is(word!("said|announced")))
    {
        return None;
    }
    let handled = would.handled() || would.given() || would.available() || would.tabled();
    let checked = would.checked();
    let arranged = would.made() || would.sought() || would.added();
    let told = handled
        || checked
        || arranged
        || would.of_paper()
        || would.promised()
        || would.invited()
        || would.sent()
        || would.comes()
        || would.paper_comes()
        || would.there()
        || would.reaches()
        || would.passed();
    if !told {
        return None;
    }
    let done = arranged
        || would.participle().is_some_and(|v| {
            v.is(BRINGING) || v.is(DONE) || v.is(word!("asked|told|informed|notified|reminded"))
        });
    let owners = if handled || checked || done {
        would.owners(before)
    } else if would.nobody_acts() {
        Vec::new()
    } else {
        return None;
    };
    Some((owners, Strength::Undertaken, "would_be_brought", 65))
}

/// A sentence in which something would be done.
struct Would<'w, 't> {
    w: &'w [Word<'t>],
    /// Where `would` stands.
    place: usize,
    /// Where the clause begins.
    from: usize,
    /// What it would be done to.
    thing: &'w [Word<'t>],
    /// The thing stands before an `and`: `This bulletin was tabled, and would be circulated to all members`.
    bare: bool,
    /// Where the verb stands.
    verb: usize,
    /// Where what stands behind `be` does.
    behind: usize,
    /// Somebody says so: `advised that the latest uptake would be circulated to members by Friday`.
    says: bool,
}

impl<'w, 't> Would<'w, 't> {
    fn at(w: &'w [Word<'t>], place: usize) -> Option<Self> {
        let verb = skip(w, place + 1);
        w.get(verb)?;
        let begins = |end: usize| {
            w[..end]
                .iter()
                .rposition(|w| {
                    w.ends_phrase()
                        || w.raw.is_empty()
                        || w.is(word!("that|and|said|confirmed|advised|replied"))
                })
                .map_or(0, |k| k + 1)
        };
        // "A table was being put together and would be finished in May".
        let from = match begins(place) {
            from if from == place && place > 1 => begins(place - 1),
            from => from,
        };
        let bare = from >= place && w[place - 1].low == "and";
        let thing = if bare {
            let end = w
                .iter()
                .take(8)
                .position(|w| w.is(word!("was|were|is|are|had|has")));
            &w[..end.unwrap_or(0)]
        } else {
            &w[from..place]
        };
        Some(Self {
            w,
            place,
            from,
            thing,
            bare,
            verb,
            behind: skip(w, place + 2),
            says: w[..from].iter().any(|w| w.is(SAYS)),
        })
    }

    fn is_be(&self) -> bool {
        self.w[self.verb].low == "be"
    }

    /// The word behind `would be`.
    fn participle(&self) -> Option<&Word<'t>> {
        self.w.get(self.behind).filter(|_| self.is_be())
    }

    /// The word behind that.
    fn next(&self) -> Option<&Word<'t>> {
        self.w.get(self.behind + 1)
    }

    fn holds(&self, words: &Choices) -> bool {
        self.thing.iter().any(|w| w.is(words))
    }

    fn begins(&self, words: &Choices) -> bool {
        self.thing.first().is_some_and(|w| w.is(words))
    }

    /// `this would be sent to the Committee after the meeting`.
    fn it(&self) -> bool {
        self.thing.len() == 1 && self.begins(word!("this|these|it|they"))
    }

    /// Whether something would be sent to somebody.
    fn done_to(&self) -> bool {
        self.participle().is_some_and(|v| {
            v.is(word!(
                "circulated|emailed|e-mailed|forwarded|shared|sent|brought|provided|reported"
            ))
        })
    }

    /// `This bulletin was tabled, and would be circulated to all members`.
    fn tabled(&self) -> bool {
        self.bare
            && (self.holds(PAPERS) || self.holds(word!("bulletin|document|plan|minutes|policy")))
            && self.done_to()
    }

    /// `a full update would come to the Board meeting`.
    fn of_paper(&self) -> bool {
        self.holds(PAPERS) && !self.begins(word!("the|this|these"))
    }

    /// `the Leader said that this would be picked up`.
    fn promised(&self) -> bool {
        self.begins(word!("this|these|it|they|that|a|an|another|more|further"))
            && (self.says
                || self.w[..self.from]
                    .iter()
                    .any(|w| w.is(word!("assured|agreed|undertook"))))
    }

    /// `the points would be taken up with the caterers`, `the words would be put right`.
    fn handled(&self) -> bool {
        self.says
            && self.participle().is_some_and(|v| {
                v.is(word!(
                    "taken|put|corrected|amended|picked|followed|fed|added|included|looked|checked|brought|provided|\
                    raised|arranged|investigated|rectified|filled|written|contacted|told|informed|placed|posted|chased"
                ))
            })
            && !at(self.w, self.behind, phrase!("taken in"))
            && self.next().is_some_and(|n| {
                n.is(word!("up|right|back|forward|into|on|away|to|in|with|at|for|by"))
            })
    }

    /// `The paper would come to the next meeting of the Committee`.
    fn paper_comes(&self) -> bool {
        self.w[self.verb].is(word!("come|go"))
            && self.holds(PAPERS)
            && at(self.w, self.verb + 1, phrase!("to the|a|this|its|our"))
            && self.w.get(self.verb + 3).is_some_and(|which| {
                says_which(which) || which.is(word!("committee|board|council|panel|forum|meeting"))
            })
    }

    /// `there would be a Housing report at the next meeting`.
    fn there(&self) -> bool {
        let behind = &self.w[(self.verb + 1).min(self.w.len())..];
        self.thing.len() == 1
            && self.begins(word!("there"))
            && self.is_be()
            && behind
                .first()
                .is_some_and(|w| w.is(word!("a|an|another|further")))
            && behind.iter().take(5).any(|w| w.is(PAPERS))
            && (1..behind.len().min(14)).any(|j| {
                at(behind, j, phrase!("at|to the|a")) && behind.get(j + 2).is_some_and(says_which)
            })
    }

    /// `The review will be finished shortly and reported to the next meeting`.
    fn reaches(&self) -> bool {
        let behind = &self.w[self.behind.min(self.w.len())..];
        let meeting = || {
            behind
                .iter()
                .take(14)
                .any(|w| w.is(BODIES) || w.is(word!("meeting|meetings")))
        };
        self.is_be()
            && meeting()
            && (0..behind.len().min(8)).any(|j| {
                behind[j].is(word!(
                    "reported|brought|presented|submitted|given|discussed|considered"
                )) && at(behind, j + 1, phrase!("to|at the|its|our|a next|future"))
            })
    }

    /// `The new members will be given a copy`.
    fn given(&self) -> bool {
        let given = |v: &Word<'_>| v.is(word!("given|sent|provided|supplied|issued|shown"));
        self.participle().is_some_and(given)
            && at(
                self.w,
                self.behind + 1,
                phrase!("a|an|with|the|more|further"),
            )
            && self.w[self.behind + 1..]
                .iter()
                .take(4)
                .any(|w| w.is(PAPERS))
    }

    /// `the map would be sent round`, `it would be provided by the Clerk`.
    fn sent(&self) -> bool {
        let sent = |v: &Word<'_>| v.is(word!("circulated|emailed|e-mailed|forwarded|shared|sent"));
        (self.says && self.participle().is_some_and(sent) || self.it() && self.done_to())
            && self
                .next()
                .is_some_and(|n| n.is(word!("to|round|out|with|by|after|before|once|in|on|again")))
    }

    /// `The annual report would be added to the work programme`.
    fn added(&self) -> bool {
        self.is_be()
            && at(
                self.w,
                self.behind,
                phrase!("added|put to|on|in the|its|our"),
            )
            && self.w[self.behind..].iter().take(8).any(|w| {
                w.is(word!(
                    "agenda|programme|workplan|plan|list|tracker|schedule"
                ))
            })
    }

    /// `confirmation of this would be sought`.
    fn sought(&self) -> bool {
        self.begins(word!(
            "confirmation|clarification|advice|quotes|prices|quotations|views"
        )) && self
            .participle()
            .is_some_and(|v| v.is(word!("sought|obtained|requested")))
    }

    /// `said that a survey of residents would be carried out`, `replied that contact would be made with officers`.
    fn made(&self) -> bool {
        let out = || at(self.w, self.behind, phrase!("carried|put out|round"));
        let made = || {
            self.participle()
                .is_some_and(|v| v.is(word!("made|undertaken|done")))
                && (self.begins(word!("contact|enquiries|inquiries|arrangements"))
                    || self.holds(word!("count|check|visit|inspection|survey|search|test")))
        };
        let told = self.from > 2
            && self.w[self.from - 1].low == "that"
            && self.w[self.from - 2].is(word!("said|confirmed|replied|told|advised"))
            && !self.w[..self.from - 2].iter().any(|w| w.low == "had");
        told && self.begins(word!(
            "a|an|another|further|contact|copies|enquiries|inquiries|arrangements|more"
        )) && (out() || made())
    }

    /// `The Commander confirmed this would be ready within the fortnight`.
    fn available(&self) -> bool {
        self.says
            && (self.it() || self.of_paper())
            && at(self.w, self.verb, phrase!("be ready|available|complete"))
    }

    /// `The remark would be passed to the Manager`.
    fn passed(&self) -> bool {
        self.is_be()
            && at(
                self.w,
                self.behind,
                phrase!(
                    "passed|forwarded|fed|circulated|emailed|relayed|sent|issued|provided|given|reported to|back|on"
                ),
            )
    }

    /// `This will be checked and put right`.
    fn checked(&self) -> bool {
        self.it()
            && self.from == 0
            && self.participle().is_some_and(|v| {
                (is_mended(v) || v.is(word!("counted|filed|measured|tested|sorted|dealt")))
                    && v.low != "paid"
            })
    }

    /// `the architect will be invited to the next meeting`; not `residents will be invited to speak`.
    fn invited(&self) -> bool {
        let welcome = phrase!(
            "to make|confirm|declare|speak|note|consider|ask|put|say|keep|agree|leave|approve"
        );
        let to_meeting = at(
            self.w,
            self.behind,
            phrase!("asked|invited to a|the|our|its meeting|next"),
        );
        // "it was confirmed that the substitutes would be invited to the training".
        let to_meeting = to_meeting
            || self.says && at(self.w, self.behind, phrase!("invited to the|a|an|their"));
        let guests = self.holds(word!("public|residents|parents|everyone|members"));
        (self.w[self.place].low == "will" || to_meeting && !guests)
            && self.w.get(self.behind).is_some_and(|v| {
                v.is(word!(
                    "invited|contacted|asked|written|told|informed|notified|reminded"
                ))
            })
            && !at(self.w, self.behind + 1, welcome)
            && !at(
                self.w,
                self.behind + 1,
                phrase!("how|that|what|of|about|when"),
            )
    }

    /// `explained that the matter would come back to the Committee`.
    fn comes(&self) -> bool {
        self.says && self.w[self.verb].low == "come" && self.thing.len() > 1
    }

    /// Whether it comes by itself, so that nobody is named: `a report would follow`, `this would feature in the next bulletin`.
    fn nobody_acts(&self) -> bool {
        let verb = &self.w[self.verb];
        let back = || self.comes() && PHRASED.at(self.w, self.verb).is_some();
        self.there()
            || self.reaches()
            || verb.is(word!("come|go|follow")) && (self.of_paper() || self.paper_comes() || back())
            || verb.is(word!("feature|appear")) && self.promised()
    }

    /// Who is to do it: who undertook it, who is named behind `by`, or who says so: `The Clerk confirmed that it would be advertised`.
    fn owners(&self, before: &Before<'_>) -> Vec<Range<usize>> {
        let w = self.w;
        if let Some(verb) = (0..self.from).find(|k| w[*k].low == "undertook") {
            return subject(w, verb, before);
        }
        let by = agent(w, self.place);
        if !by.is_empty() || self.from < 3 || self.made() {
            return by;
        }
        let said = self.from - 2;
        let says = w[said].is(word!("confirmed|said|advised|replied")) && w[said + 1].low == "that";
        subject_start(w, said)
            .filter(|start| says && is_person(w, *start..said))
            .and_then(|start| actors(w, start))
            .map(|(owners, _)| owners)
            .unwrap_or_default()
    }
}

/// What would be done, where somebody says that it would.
pub(super) static DONE: &Choices = word!(
    "\
    published|picked|raised|followed|fed|passed|redrawn|updated|distributed|corrected|amended|included|featured|\
    e-mailed|fixed|organised|convened|finished|completed|held|altered|changed|extended"
);
