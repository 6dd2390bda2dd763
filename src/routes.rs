//! The one list of routes, from which come both the server's routing and the API document.

use actix_web::http::Method;
use actix_web::http::header;
use actix_web::{HttpResponse, Resource, Route, web};
use utoipa::openapi::path::HttpMethod;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use crate::api::{Kind, Problem, examples};
#[cfg_attr(
    not(test),
    expect(
        clippy::wildcard_imports,
        reason = "handlers and their documentation come in pairs"
    )
)]
use handlers::*;

/// Every handler, and what `utoipa::path` made beside it.
mod handlers {
    pub(super) use crate::api::actions::bulk::*;
    pub(super) use crate::api::actions::claims::*;
    pub(super) use crate::api::actions::evidence::*;
    pub(super) use crate::api::actions::evidence_files::*;
    pub(super) use crate::api::actions::extensions::*;
    pub(super) use crate::api::actions::links::*;
    pub(super) use crate::api::actions::list::*;
    pub(super) use crate::api::actions::moves::*;
    pub(super) use crate::api::actions::occurrences::*;
    pub(super) use crate::api::actions::progress::*;
    pub(super) use crate::api::actions::split::*;
    pub(super) use crate::api::actions::terms::*;
    pub(super) use crate::api::actions::verifications::*;
    pub(super) use crate::api::actions::*;
    pub(super) use crate::api::agenda_items::*;
    pub(super) use crate::api::committees::*;
    pub(super) use crate::api::delegations::*;
    pub(super) use crate::api::drafts::bulk::*;
    pub(super) use crate::api::drafts::list::*;
    pub(super) use crate::api::drafts::moves::*;
    pub(super) use crate::api::drafts::*;
    pub(super) use crate::api::health::*;
    pub(super) use crate::api::history::routes::*;
    pub(super) use crate::api::imports::*;
    pub(super) use crate::api::meetings::*;
    pub(super) use crate::api::minutes::changes::*;
    pub(super) use crate::api::minutes::readings::*;
    pub(super) use crate::api::minutes::store::*;
    pub(super) use crate::api::minutes::*;
    pub(super) use crate::api::posts::holder::*;
    pub(super) use crate::api::posts::tenures::*;
    pub(super) use crate::api::posts::*;
    pub(super) use crate::api::reports::coverage::*;
    pub(super) use crate::api::resolutions::*;
    pub(super) use crate::api::responses::*;
}

/// An operation: where it is documented to be, and its handler.
struct Operation {
    path: String,
    methods: Vec<HttpMethod>,
    handle: fn(Route) -> Route,
}

/// Declares the document and the operations from one list of handlers.
macro_rules! routes {
    ($($handler:ident),+ $(,)?) => {
        #[derive(OpenApi)]
        #[openapi(
            info(
                title = "Matters Arising",
                description = "Makes sure that what a committee asked for gets done: committees, their meetings and \
                    resolutions, and the actions that arise from them, with their owners, due terms, states and history.\n\n\
                    Within v1 responses may gain members, and vocabularies words; nothing else changes. Errors are problem \
                    details (RFC 9457). Changes need If-Match; POSTs may carry an Idempotency-Key.",
                license(name = "Apache-2.0", identifier = "Apache-2.0"),
            ),
            servers((url = "/", description = "The service that serves this document.")),
            paths($($handler),+),
            modifiers(&Bearer),
            security(("bearer" = [])),
            tags(
                (name = "committees", description = "The bodies that meet, resolve and ask."),
                (name = "meetings", description = "Their calendar."),
                (name = "agenda-items", description = "What each meeting has before it."),
                (name = "resolutions", description = "What was decided, word for word."),
                (name = "minutes", description = "Minutes as they were handed in, and what was read in them."),
                (name = "posts", description = "The offices that own actions, and who holds them."),
                (name = "actions", description = "What was asked for: whose it is, when it is due, how it stands."),
                (name = "due-terms", description = "Their deadlines: how each was set and revised, and the occurrences of what recurs."),
                (name = "moves", description = "The life of an action, one operation per move."),
                (name = "progress", description = "What owners say of their actions: progress updates and claims of completion."),
                (name = "evidence", description = "What shows that actions were done, files too."),
                (name = "links", description = "What actions have to do with one another: links, and parts of a whole."),
                (name = "bulk", description = "Many actions in one request, all or none."),
                (name = "assurance", description = "Verifications, delegations and extensions: who checked, and on whose authority."),
                (name = "reports", description = "What committees and auditors ask of the records as a whole."),
                (name = "service", description = "Probes."),
            ),
        )]
        struct Document;

        fn operations() -> Vec<Operation> {
            vec![$(pastey::paste! {
                Operation {
                    path: <[<__path_ $handler>] as utoipa::Path>::path(),
                    methods: <[<__path_ $handler>] as utoipa::Path>::methods(),
                    handle: |route| route.to($handler),
                }
            }),+]
        }
    };
}

routes! {
    livez, readyz,
    list_committees, create_committee, get_committee, update_committee,
    list_meetings, create_meeting, get_meeting, update_meeting,
    list_agenda_items, create_agenda_item, get_agenda_item, update_agenda_item,
    list_resolutions, create_resolution, get_resolution, update_resolution,
    list_responses, create_response, get_response,
    create_minutes_reading, list_minutes, store_minutes, get_minutes, get_minutes_source, get_minutes_text,
    list_minutes_changes, list_minutes_history, list_drafts, get_draft, update_draft, confirm_draft, merge_draft,
    reject_draft, list_draft_history,
    list_posts, create_post, get_post, update_post, get_post_holder,
    list_tenures, create_tenure, get_tenure, update_tenure,
    list_actions, create_action, get_action, update_action, revise_due_term,
    open_action, void_action, start_action, hold_action, resume_action, claim_completion, withdraw_claim,
    refuse_completion, accept_completion, close_action, reopen_action,
    list_due_terms, list_occurrences, meet_occurrence, miss_occurrence,
    list_progress_updates, create_progress_update, get_progress_update,
    list_evidence, add_evidence, upload_evidence, get_evidence, get_evidence_file, withdraw_evidence,
    list_completion_claims, get_completion_claim,
    list_committee_history, list_meeting_history, list_agenda_item_history, list_resolution_history, list_post_history,
    list_action_history, list_delegation_history,
    list_action_links, create_action_link, get_action_link, split_action,
    bulk_create_actions, bulk_move_actions, bulk_move_drafts, import_tracker,
    report_coverage, report_coverage_by_committee,
    list_verifications, create_verification, get_verification,
    list_delegations, create_delegation, get_delegation, update_delegation,
    list_action_extension_requests, create_extension_request, get_extension_request, grant_extension_request,
    refuse_extension_request, withdraw_extension_request, list_extension_requests,
}

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "An access token (RFC 9068) of the council's identity provider.",
            ))
            .build();
        document
            .components
            .get_or_insert_default()
            .add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// The API document (OpenAPI 3.1) as it is committed and served: JSON, indented, one newline at the end.
#[must_use]
pub(crate) fn document() -> String {
    let mut json = serde_json::to_value(Document::openapi()).unwrap_or_default();
    examples::add_to(&mut json);
    serde_json::to_string_pretty(&json).map_or_else(|_| String::new(), |text| text + "\n")
}

/// Adds every route to the server. HEAD is answered where GET is, OPTIONS everywhere, and any other method with 405 (R7).
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let mut resources: Vec<(String, Resource, Vec<Method>)> = Vec::new();
    for operation in operations() {
        let index = match resources
            .iter()
            .position(|(path, ..)| *path == operation.path)
        {
            Some(index) => index,
            None => {
                resources.push((
                    operation.path.clone(),
                    web::resource(operation.path),
                    Vec::new(),
                ));
                resources.len() - 1
            }
        };
        let Some((_, resource, methods)) = resources.get_mut(index) else {
            continue;
        };
        for method in operation.methods.iter().flat_map(served_by) {
            let placeholder = web::resource("");
            *resource = std::mem::replace(resource, placeholder)
                .route((operation.handle)(web::method(method.clone())));
            methods.push(method);
        }
    }
    // A path is looked for in this order, by a regular expression each: actions are asked for most.
    resources.sort_by_key(|(path, ..)| !path.starts_with("/v1/actions"));
    for (_, resource, methods) in resources {
        config.service(with_other_methods(resource, &methods));
    }
}

/// The HTTP methods on which an operation is served.
fn served_by(method: &HttpMethod) -> Vec<Method> {
    match method {
        HttpMethod::Get => vec![Method::GET, Method::HEAD],
        HttpMethod::Post => vec![Method::POST],
        HttpMethod::Patch => vec![Method::PATCH],
        HttpMethod::Put => vec![Method::PUT],
        HttpMethod::Delete => vec![Method::DELETE],
        _ => Vec::new(),
    }
}

/// Answers OPTIONS, and refuses the methods that a resource does not have.
pub(crate) fn with_other_methods(resource: Resource, methods: &[Method]) -> Resource {
    let names: Vec<&str> = methods
        .iter()
        .map(Method::as_str)
        .chain(["OPTIONS"])
        .collect();
    let allow = names.join(", ");
    let refusal = allow.clone();
    resource
        .route(web::method(Method::OPTIONS).to(move || {
            let allow = allow.clone();
            async move {
                HttpResponse::NoContent()
                    .insert_header((header::ALLOW, allow))
                    .finish()
            }
        }))
        .default_service(web::to(move || {
            let problem = Problem::plain(Kind::MethodNotAllowed).header(header::ALLOW, &refusal);
            async move { Err::<HttpResponse, _>(problem) }
        }))
}
