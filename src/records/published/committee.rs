//! The committee itself.

use super::{Saying, TakenChange, Taking, check_text, record, said};
use crate::db::committees::{self as committee_rows, Committee};
use crate::db::sources::{self, RecordSource};
use crate::domain::committee::CommitteeKind;
use crate::domain::ids::CommitteeId;
use crate::domain::published::{Change, PublishedKind};
use crate::moderngov as theirs;
use crate::records::committees::{self, CommitteePatch, NewCommittee};
use crate::records::{Failure, FieldError, Precondition};

impl Taking<'_, '_> {
    /// The committee, recorded or found.
    pub(super) fn committee(&mut self) -> Result<Committee, Failure> {
        let found = self.found;
        let theirs = &found.committee;
        let known = self
            .known(PublishedKind::Committee, &[&theirs.reference])?
            .remove(&theirs.reference);
        let mut changes = Vec::new();
        let (committee, change) = match &known {
            Some(source) => self.committee_again(source, &mut changes)?,
            None => self.new_committee()?,
        };
        if theirs.ended && committee.ended_on.is_none() {
            let note =
                "The source says that it is no more. Record its last day, and its successor.";
            self.note(PublishedKind::Committee, &theirs.reference, note);
        }
        let saying = Saying {
            what: PublishedKind::Committee,
            reference: &theirs.reference,
            url: found.url.as_str().into(),
            says: theirs,
            title: committee.name.clone(),
        };
        self.remember(known.as_ref(), saying, committee.id.0, change, changes)?;
        Ok(committee)
    }

    fn new_committee(&mut self) -> Result<(Committee, Change), Failure> {
        let found = self.found;
        let refused = |code, detail: String| {
            Err(Failure::invalid(FieldError::new(
                "/committee",
                code,
                detail,
            )))
        };
        let (id, name) = (&found.committee.reference, &found.committee.name);
        let known = sources::of_kind(self.tx(), &found.system, PublishedKind::Committee)?;
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            known.iter().partition(|source| found.is_of(source));
        if let Some(other) = elsewhere
            .first()
            .filter(|_| here.is_empty() && !found.site_moved)
        {
            return Err(another_site(other));
        }
        let Some(code) = &found.code else {
            return refused(
                "no_code",
                format!(
                    "\u{201c}{name}\u{201d} is not recorded yet. Say by which code references are to name it: --committee {id}=CODE"
                ),
            );
        };
        if let Some(committee) = committee_rows::find_by_code(self.tx(), code.as_str())? {
            if let Some(other) = self.linked(committee.id.0)? {
                return refused(
                    "code_taken",
                    format!("{code} is committee {} of the source.", other.reference),
                );
            }
            return Ok((committee, Change::Linked));
        }
        check_text("/committee", "name", name, 200)?;
        let new = NewCommittee {
            code: code.clone(),
            name: name.clone(),
            kind: kind_of(name),
        };
        Ok((record(committees::create(self.w, &new)?), Change::Created))
    }

    fn committee_again(
        &mut self,
        source: &RecordSource,
        changes: &mut Vec<TakenChange>,
    ) -> Result<(Committee, Change), Failure> {
        let found = self.found;
        let id = CommitteeId(source.record_id.0);
        let committee = committee_rows::find(self.tx(), id)?.ok_or(Failure::NotFound)?;
        let refused = |code, detail: String| {
            Err(Failure::invalid(FieldError::new(
                "/committee",
                code,
                detail,
            )))
        };
        if !found.is_of(source) && !found.site_moved {
            return Err(another_site(source));
        }
        if let Some(code) = found
            .code
            .as_ref()
            .filter(|code| code.as_str() != committee.code)
        {
            return refused(
                "other_code",
                format!(
                    "It is recorded as {}, not {code}: a code never changes.",
                    committee.code
                ),
            );
        }
        let before = said::<theirs::Committee>(source);
        let name = &found.committee.name;
        if before.is_none_or(|before| before.name == *name) {
            return Ok((committee, Change::Unchanged));
        }
        check_text("/committee", "name", name, 200)?;
        let patch = CommitteePatch {
            name: Some(name.clone()),
            ..CommitteePatch::default()
        };
        let before = committee.name;
        let committee = record(committees::patch(self.w, id, &Precondition::Any, &patch)?);
        changes.push(TakenChange::new("name", before, name.clone()));
        Ok((committee, Change::Updated))
    }
}

fn another_site(source: &RecordSource) -> Failure {
    let detail = format!(
        "Committee {} of {} came from {}. Another council's site needs another --system; say --site-moved if this one has a new \
         address.",
        source.reference,
        source.system,
        source.url.as_deref().unwrap_or_default(),
    );
    Failure::invalid(FieldError::new("/committee", "another_site", detail))
}

/// What sort of body it is, by its name.
fn kind_of(name: &str) -> CommitteeKind {
    let name = name.to_lowercase();
    let words: Vec<_> = name.split(|c: char| !c.is_alphanumeric()).collect();
    match name.as_str() {
        "council" | "full council" | "county council" | "city council" => CommitteeKind::Council,
        "cabinet" | "executive" | "the cabinet" => CommitteeKind::Cabinet,
        _ if words.contains(&"committee") => CommitteeKind::Committee,
        _ if words.contains(&"panel") => CommitteeKind::Panel,
        _ if words.contains(&"board") => CommitteeKind::Board,
        _ => CommitteeKind::Committee,
    }
}
