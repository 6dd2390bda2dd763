//! Reading, and refusing, rows of a list that is written as a whole.

use serde_json::value::RawValue;

use super::problem::{Kind, Problem};
use crate::records::{Failure, FieldError, under};

/// The most errors that one answer names.
pub(crate) const MAX_ERRORS: usize = 1000;

/// The most rows in one request.
const MAX_ROWS: usize = 1000;

/// The list of actions to be recorded.
pub(crate) const ACTIONS: &str = "/actions";

/// The lists of moves, of actions and of drafts, whose rows hold the body of a move and not its members.
pub(crate) const MOVES: &str = "/moves";
pub(crate) const DRAFTS: &str = "/drafts";

/// What the rows of a list of moves move; none of a list of records.
fn moved(list: &str) -> Option<&'static str> {
    match list {
        MOVES => Some("action"),
        DRAFTS => Some("draft"),
        _ => None,
    }
}

/// Reads every row, and tells at once what is wrong with any.
pub(crate) fn read_rows<T>(
    list: &str,
    rows: &[Box<RawValue>],
    read: impl Fn(&RawValue) -> Result<T, Problem>,
) -> Result<Vec<T>, Problem> {
    if !(1..=MAX_ROWS).contains(&rows.len()) {
        let error = FieldError::new(list, "out_of_range", format!("must be 1 to {MAX_ROWS}"));
        return Err(Failure::invalid(error).into());
    }
    let (mut read_rows, mut errors) = (Vec::with_capacity(rows.len()), Vec::new());
    for (index, row) in rows.iter().enumerate() {
        match read(row) {
            Ok(row) => read_rows.push(row),
            Err(problem) if problem.kind == Kind::Invalid => {
                errors.extend(under(&format!("{list}/{index}"), problem.errors));
            }
            Err(problem) => return Err(problem),
        }
    }
    errors.truncate(MAX_ERRORS);
    if errors.is_empty() {
        Ok(read_rows)
    } else {
        Err(Failure::Invalid(errors).into())
    }
}

/// What a refused row would have been answered by itself, with pointers into the whole body. A row that names no record in
/// sight is not valid: the address that was called is there.
fn refused_row(list: &str, index: usize, failure: Failure) -> Problem {
    let row = format!("{list}/{index}");
    let moved = moved(list);
    let member = |name: &str| {
        if moved.is_some() {
            format!("{row}/{name}")
        } else {
            row.clone()
        }
    };
    let failure = match failure {
        Failure::NotFound => {
            let what = moved.unwrap_or("action");
            let error = FieldError::unknown(&member(&format!("{what}_id")), what);
            return Problem::with_errors(Kind::Invalid, vec![error]);
        }
        Failure::Invalid(errors) => {
            // A row with a draft may hold its members and the body of a move.
            let members = match list {
                MOVES => member("body"),
                _ => row,
            };
            return Problem::with_errors(Kind::Invalid, under(&members, errors));
        }
        other => other,
    };
    let mut problem = Problem::from(failure);
    let told = std::mem::take(&mut problem.errors);
    // What a draft says, and is not taken over, is corrected in the row's `edit`.
    if list == DRAFTS && problem.kind == Kind::MoveRefused {
        let refused = FieldError::new(member("move"), problem.kind.slug(), problem.detail.clone());
        problem.errors = vec![refused];
        problem.errors.extend(under(&member("edit"), told));
        return problem;
    }
    let (pointer, needs) = match (problem.kind, told.as_slice()) {
        (Kind::Stale, _) => (member("version"), String::new()),
        // A draft that is decided on is refused a correction.
        (Kind::StateConflict, []) if list == DRAFTS => (member("edit"), String::new()),
        // Which draft it follows is a correction's to say.
        (Kind::Taken, [told, ..]) if list == DRAFTS => {
            (format!("{}{}", member("edit"), told.pointer), String::new())
        }
        // The member that a conflict names is one of the row's own, but for what a move needs of the action.
        (_, [told, ..]) if moved.is_none() => (format!("{row}{}", told.pointer), String::new()),
        (kind, [told, ..]) if kind != Kind::MoveRefused => {
            (format!("{}{}", member("body"), told.pointer), String::new())
        }
        (_, told) => {
            let needs = told.iter().map(|e| format!(" {} {}", e.pointer, e.detail));
            (member("move"), needs.collect())
        }
    };
    let detail = format!("{}{needs}", problem.detail);
    problem.errors = vec![FieldError::new(pointer, problem.kind.slug(), detail)];
    problem
}

/// The problem of a list of which some rows are refused: of the kind of the first of them, with the errors of all.
pub(crate) fn refused(list: &str, failures: Vec<(usize, Failure)>) -> Problem {
    let all = failures.len();
    let mut rows = failures
        .into_iter()
        .map(|(index, failure)| refused_row(list, index, failure));
    let Some(first) = rows.next() else {
        return Problem::plain(Kind::Internal);
    };
    let detail = match (all, first.errors.first()) {
        (1, Some(error)) => format!("{}: {}", error.pointer, error.detail),
        _ => format!("{all} rows are refused, and so nothing was written."),
    };
    let mut errors = first.errors;
    errors.extend(rows.flat_map(|row| row.errors));
    errors.truncate(MAX_ERRORS);
    Problem {
        errors,
        // Whose it is already is told of the one row that there is to tell it of.
        existing: first.existing.filter(|_| all == 1),
        ..Problem::new(first.kind, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::draft::DraftOrigin;
    use crate::domain::life::{Move, Need, Refusal, State};
    use crate::records::Conflict;

    fn pointers(problem: &Problem) -> Vec<(&str, &str)> {
        let errors = problem.errors.iter();
        errors.map(|e| (e.pointer.as_str(), e.code)).collect()
    }

    fn circle(pointer: &'static str) -> Conflict {
        Conflict::LinkCircle {
            pointer,
            references: Vec::new(),
        }
    }

    #[test]
    fn each_row_is_told_with_its_own_code_and_the_first_decides_the_kind() {
        let lacks = Conflict::Move {
            asked: Move::Open,
            state: State::Draft,
            refusal: Refusal::Lacks(vec![Need::Owner]),
        };
        let failures = vec![
            (0, Failure::Stale),
            (2, Failure::NotFound),
            (3, lacks.into()),
            (
                5,
                Failure::invalid(FieldError::unknown("/decision_id", "resolution")),
            ),
            (7, Failure::Forbidden("Not yours.".to_owned())),
            (8, circle("/successor_id").into()),
        ];
        let problem = refused(MOVES, failures);
        assert_eq!(problem.kind, Kind::Stale);
        let expected = [
            ("/moves/0/version", "stale"),
            ("/moves/2/action_id", "not_found"),
            ("/moves/3/move", "move-refused"),
            ("/moves/5/body/decision_id", "not_found"),
            ("/moves/7/move", "forbidden"),
            ("/moves/8/body/successor_id", "link-circle"),
        ];
        assert_eq!(pointers(&problem), expected);
        assert!(problem.errors[2].detail.contains("/owner_post_id"));
    }

    #[test]
    fn what_a_draft_says_and_is_not_taken_over_is_told_member_by_member() {
        let member = |pointer: &str| FieldError::new(pointer, "not_taken_over", "stays");
        let gone_on = Conflict::ActionGoneOn {
            reference: "CFS/13-14/001".to_owned(),
            state: State::Open,
            origin: DraftOrigin::Decision,
            members: vec![member("/due"), member("/owner_post_id")],
        };
        let problem = refused(DRAFTS, vec![(3, gone_on.into())]);
        let expected = [
            ("/drafts/3/move", "move-refused"),
            ("/drafts/3/edit/due", "not_taken_over"),
            ("/drafts/3/edit/owner_post_id", "not_taken_over"),
        ];
        assert_eq!(pointers(&problem), expected);
        assert_eq!(problem.kind, Kind::MoveRefused);
        assert!(problem.detail.contains("CFS/13-14/001"));
    }

    #[test]
    fn a_row_of_a_list_of_records_is_told_by_its_members() {
        let taken = Conflict::NaturalKey { existing: None };
        let failures = vec![(1, taken.into()), (4, circle("/to_action_id").into())];
        let problem = refused("/actions", failures);
        assert_eq!(problem.kind, Kind::NaturalKeyConflict);
        let expected = [
            ("/actions/1", "natural-key-conflict"),
            ("/actions/4/to_action_id", "link-circle"),
        ];
        assert_eq!(pointers(&problem), expected);
    }
}
