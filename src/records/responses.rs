//! Recording what the executive responds to a resolution.

use chrono::NaiveDate;

use super::resolutions::{in_sight, save};
use super::{Conflict, Effect, Failure, FieldError, Writing};
use crate::clock::london_day;
use crate::db::resolutions::{self, Resolution};
use crate::db::responses::{self, Response};
use crate::db::{Conn, DbError, meetings};
use crate::domain::ids::ResolutionId;
use crate::domain::response::ExecutiveResponse;

/// A resolution with the response that counts, if one was given, and the day of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AnsweredResolution {
    pub(crate) resolution: Resolution,
    pub(crate) given: Option<Response>,
    /// The day of the first response that was recorded, with which the time for it stopped (Europe/London).
    pub(crate) first_on: Option<NaiveDate>,
}

impl AnsweredResolution {
    /// Looks up the response that counts, where there is one.
    pub(crate) fn of(conn: &mut Conn, resolution: Resolution) -> Result<Self, DbError> {
        Ok(Self::of_all(conn, vec![resolution])?.remove(0))
    }

    /// The same of many, in one query.
    pub(crate) fn of_all(
        conn: &mut Conn,
        resolutions: Vec<Resolution>,
    ) -> Result<Vec<Self>, DbError> {
        let answered: Vec<_> = resolutions
            .iter()
            .filter(|resolution| resolution.response_number > 0)
            .map(|resolution| resolution.id)
            .collect();
        let mut given = responses::first_and_counting(conn, &answered)?;
        Ok(resolutions
            .into_iter()
            .map(|resolution| {
                let (first_on, given) = given.remove(&resolution.id).unzip();
                Self {
                    resolution,
                    given,
                    first_on,
                }
            })
            .collect())
    }
}

/// What a write made or changed, with the response that counts.
pub(crate) fn with_response(
    w: &mut Writing<'_>,
    effect: Effect<Resolution>,
) -> Result<Effect<AnsweredResolution>, Failure> {
    Ok(match effect {
        Effect::Created(row) => Effect::Created(AnsweredResolution::of(w.tx, row)?),
        Effect::Known(row) => Effect::Known(AnsweredResolution::of(w.tx, row)?),
        Effect::Changed(row) => Effect::Changed(AnsweredResolution::of(w.tx, row)?),
    })
}

/// A response to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewResponse {
    pub(crate) response: ExecutiveResponse,
    pub(crate) responded_by: String,
    pub(crate) responded_on: NaiveDate,
    pub(crate) reasons: Option<String>,
}

/// Records a response to a resolution that needs one. It counts instead of those before it, and the first one stops the clock.
pub(crate) fn respond(
    w: &mut Writing<'_>,
    id: ResolutionId,
    new: &NewResponse,
) -> Result<Effect<Response>, Failure> {
    resolutions::lock(w.tx, id)?;
    let before = in_sight(w, id)?.ok_or(Failure::NotFound)?;
    if !before.response_needed {
        return Err(Conflict::NoResponseNeeded.into());
    }
    let held_on = meetings::find(w.tx, before.meeting_id)?.map(|m| london_day(m.starts_at.0));
    let wrong = if new.responded_on > w.today() {
        Some(("in_future", "The response must have been given already."))
    } else if held_on.is_some_and(|day| new.responded_on < day) {
        Some((
            "before_decision",
            "A response is given on the day of the meeting or after it.",
        ))
    } else {
        None
    };
    if let Some((code, detail)) = wrong {
        return Err(Failure::invalid(FieldError::new(
            "/responded_on",
            code,
            detail,
        )));
    }
    let response = Response {
        id: w.new_id(),
        resolution_id: id,
        number: before.response_number + 1,
        response: new.response,
        responded_by: new.responded_by.clone(),
        responded_on: new.responded_on,
        reasons: new.reasons.clone(),
        recorded_by: Some(w.caller.subject.clone()),
        recorded_at: w.at(),
    };
    responses::insert(w.tx, &response)?;
    let mut after = before.clone();
    after.response_number = response.number;
    let details = super::writing::members(&response)?;
    save(w, "create_response", &before, after, &details)?;
    Ok(Effect::Created(response))
}
