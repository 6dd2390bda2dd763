//! What leads in to a list of decisions: `that the Director be asked to:`, `that the payments below be authorised:`.

use std::ops::Range;

use super::said::beyond_that;
use super::{Level, Mode, Walk};
use crate::domain::resolution::ResolutionKind;
use crate::minutes::actors;
use crate::minutes::blocks::{Block, Counting, Marker};
use crate::minutes::judge::{Judged, judge};
use crate::minutes::words::words;

impl Walk<'_> {
    /// The words that lead in to what stands below: `that the Director be asked to:`, `the payments below be authorised:`.
    pub(super) fn lead_in(
        &mut self,
        blocks: &[Block],
        place: usize,
        rest: Range<usize>,
        marked: bool,
    ) {
        let next = blocks.get(place + 1);
        let lead = judge(&words(self.clean, &rest), None);
        // "that the report be noted and: -": the decision is followed by others.
        let low = self.clean.lower[rest.clone()].trim_end_matches([':', '-', '–', ' ', ',', ';']);
        if lead.decisive && low.ends_with(" and") && low.len() > 20 {
            let end = rest.start + low.len() - " and".len();
            self.push(None, rest.start..end, lead, 95);
            self.mode = Mode::Opened;
            return;
        }
        if lead.kind == ResolutionKind::Exclusion && next.is_some_and(|next| next.cells.len() > 1) {
            // The table tells which items; the decision is the sentence before it.
            self.push(None, rest, lead, 95);
            self.mode = Mode::Talk;
            return;
        }
        let told = self.heading.as_ref().is_some_and(|heading| {
            matches!(
                heading.kind,
                ResolutionKind::Noted | ResolutionKind::Approved
            )
        });
        let listed = next.is_some_and(|next| next.marker.is_some());
        let itself = told && !marked || self.decides_itself(&rest, &lead, listed);
        if itself && next.is_some() {
            let heading = self.heading.take();
            self.push(None, rest, heading.filter(|_| told).unwrap_or(lead), 95);
            self.passes_by();
            return;
        }
        let lead = self.named_lead(&rest).unwrap_or(lead);
        let leads = lead.decisive && tasks(&lead) || lead.kind == ResolutionKind::Noted;
        self.stack.push(Level {
            marker: no_marker(),
            label: String::new(),
            lead: leads.then_some(lead),
            swallows: false,
        });
        self.mode = Mode::Opened;
    }

    /// Whether a lead-in is the decision, and its details stand below: `the application be deferred for the following reason:`.
    fn decides_itself(&self, rest: &Range<usize>, lead: &Judged, listed: bool) -> bool {
        if !lead.decisive || tasks(lead) {
            return false;
        }
        let w = words(self.clean, rest);
        let details = w.iter().rev().take(3).any(|w| {
            w.is(word!(
                "additions|amendments|changes|corrections|conditions|reasons|exceptions|alterations"
            ))
        });
        (details || !listed) && w.len() > 5
    }

    /// What stands below in a list says more of what was decided: no item of it is a decision.
    pub(super) fn passes_by(&mut self) {
        self.stack.push(Level {
            marker: no_marker(),
            label: String::new(),
            lead: None,
            swallows: true,
        });
        self.mode = Mode::List;
    }

    /// Whether nothing but somebody's name stands there, behind `that`.
    pub(super) fn is_named(&self, lead: &Range<usize>) -> bool {
        let w = words(self.clean, lead);
        actors::actors(&w, beyond_that(&w)).is_some_and(|(_, end)| end == w.len())
    }

    /// Whether a lead-in ends with the body to which something is recommended: `that the Panel recommend to Cabinet`.
    pub(super) fn recommends_to(&self, lead: &Range<usize>) -> bool {
        let w = words(self.clean, lead);
        let to = (1..w.len())
            .find(|j| w[*j].low == "to" && w[j - 1].is(word!("recommend|recommends|recommended")));
        to.and_then(|to| actors::actors(&w, to + 1))
            .is_some_and(|(_, end)| end == w.len())
    }

    /// A lead-in that is a name: `That officers:`, `THAT the Cabinet:` below `RECOMMENDED`.
    pub(super) fn named_lead(&self, lead: &Range<usize>) -> Option<Judged> {
        let w = words(self.clean, lead);
        let from = beyond_that(&w);
        let (owners, end) = actors::actors(&w, from)?;
        let recommended = self
            .heading
            .as_ref()
            .is_some_and(|heading| heading.kind == ResolutionKind::Recommendation);
        let body = w[from..end].iter().any(|w| w.is(actors::BODIES));
        (end == w.len() && (recommended || !body)).then(|| Judged {
            kind: if recommended {
                ResolutionKind::Recommendation
            } else {
                ResolutionKind::Request
            },
            is_action: true,
            owners,
            rules: vec!["lead_in"],
            decisive: true,
        })
    }
}

/// Whether a lead-in gives tasks: `the Director be asked to`, `it be recommended that`.
pub(super) fn tasks(lead: &Judged) -> bool {
    matches!(
        lead.kind,
        ResolutionKind::Request | ResolutionKind::Recommendation
    )
}

/// The marker of what has none.
fn no_marker() -> Marker {
    Marker {
        span: 0..0,
        counting: Counting::Bullets,
        closing: b'#',
        ordinal: 0,
    }
}
