//! The problems that operations document, in sets (R5, R6).

#![expect(dead_code, reason = "these types are only ever documented, never made")]

use utoipa::IntoResponses;

use super::ProblemBody;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident { $($status:literal $variant:ident $about:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(IntoResponses)]
        pub(crate) enum $name {
            $(
                #[response(status = $status, description = $about, content_type = "application/problem+json")]
                $variant(ProblemBody),
            )+
        }
    )+};
}

problems! {
    /// Of operations that anybody may use.
    PublicProblems {
        429 TooManyRequests "The allowance is used up.",
        500 Internal "The service failed.",
    }
    /// Of reading one resource.
    ReadProblems {
        400 BadRequest "A query parameter is unknown.",
        401 Unauthenticated "No token, or one that is refused.",
        403 Forbidden "The caller's role does not allow this.",
        404 NotFound "No such record, or none that the caller may see.",
        406 NotAcceptable "The answer is JSON.",
        429 TooManyRequests "The allowance is used up.",
        500 Internal "The service failed.",
        503 Unavailable "Not right now.",
    }
    /// Of reading a list.
    ListProblems {
        400 BadRequest "A parameter is unknown, repeated or has a value it cannot have; or the cursor is not good here.",
        401 Unauthenticated "No token, or one that is refused.",
        403 Forbidden "The caller's role does not allow this.",
        404 NotFound "No such record, or none that the caller may see.",
        406 NotAcceptable "The answer is JSON.",
        429 TooManyRequests "The allowance is used up.",
        500 Internal "The service failed.",
        503 Unavailable "Not right now.",
    }
    /// Of making a record.
    CreateProblems {
        400 BadRequest "The JSON or a header is malformed.",
        401 Unauthenticated "No token, or one that is refused.",
        403 Forbidden "The caller's role does not allow this.",
        404 NotFound "No such record, or none that the caller may see.",
        406 NotAcceptable "The answer is JSON.",
        408 RequestTimeout "The body did not arrive in time.",
        409 Conflict "What is stored does not allow it.",
        413 PayloadTooLarge "The body is too large.",
        415 UnsupportedMediaType "The body is no JSON.",
        422 Invalid "The body asks for what cannot be.",
        429 TooManyRequests "The allowance is used up.",
        500 Internal "The service failed.",
        503 Unavailable "Not right now.",
        507 StorageFull "The disk is full.",
    }
    /// Of changing a record.
    ChangeProblems {
        400 BadRequest "The JSON or a header is malformed.",
        401 Unauthenticated "No token, or one that is refused.",
        403 Forbidden "The caller's role does not allow this.",
        404 NotFound "No such record, or none that the caller may see.",
        406 NotAcceptable "The answer is JSON.",
        408 RequestTimeout "The body did not arrive in time.",
        409 Conflict "What is stored does not allow it.",
        412 Stale "The record has changed since it was read.",
        413 PayloadTooLarge "The body is too large.",
        415 UnsupportedMediaType "The body is no JSON.",
        422 Invalid "The body asks for what cannot be.",
        428 PreconditionRequired "If-Match is needed.",
        429 TooManyRequests "The allowance is used up.",
        500 Internal "The service failed.",
        503 Unavailable "Not right now.",
        507 StorageFull "The disk is full.",
    }
}
