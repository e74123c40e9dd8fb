//! Every address of the server in one table.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use axum::http::{HeaderMap, Uri};
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use spil_fhir_profiles::definition::definitions;

use crate::app::App;
use crate::error::Error;
use crate::fhir::inside::Routes;
use crate::fhir::operations::{
    acp, consent_check, convert, document, eoverdracht, everything, expand, graphql, index_status, lastn, latest_stops,
    lookup, medication_overview, meta, patient_match, subscription, subsumes, summary, translate, validate,
    validate_code, view_run,
};
use crate::fhir::{
    answer, audit_event, compartment, create, delete, history, metadata, patch, read, search, transaction, update,
    vread,
};
use crate::http::{Around, Form, cors, keep_template};
use crate::{auth, ui};

/// Who may come to an address at all; what is released is decided by the door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Everybody: no health data.
    Public,
    /// A caller with an access token.
    Token,
    /// Somebody who is signed in at the portal.
    Session,
}

/// One row of the table: methods, path, access class.
pub type Row = (&'static str, &'static str, Class);

/// The FHIR addresses with their access class; the tests go through this list.
pub const FHIR: &[Row] = &[
    ("GET", "/fhir/metadata", Class::Public),
    ("GET POST", "/fhir", Class::Token),
    ("GET POST", "/fhir/", Class::Token),
    ("POST", "/fhir/_search", Class::Token),
    ("GET", "/fhir/_history", Class::Token),
    ("POST", "/fhir/$convert", Class::Token),
    ("GET", "/fhir/AuditEvent", Class::Token),
    ("GET", "/fhir/AuditEvent/{id}", Class::Token),
    ("POST", "/fhir/AuditEvent/_search", Class::Token),
    ("GET POST PUT PATCH DELETE", "/fhir/{rtype}", Class::Token),
    ("POST", "/fhir/{rtype}/_search", Class::Token),
    ("GET", "/fhir/{rtype}/_history", Class::Token),
    ("GET PUT PATCH DELETE", "/fhir/{rtype}/{id}", Class::Token),
    ("GET", "/fhir/{rtype}/{id}/_history", Class::Token),
    ("GET", "/fhir/{rtype}/{id}/_history/{version}", Class::Token),
    ("GET", "/fhir/{rtype}/{id}/{target}", Class::Token),
    ("POST", "/fhir/{rtype}/{id}/{target}/_search", Class::Token),
    ("GET", "/fhir/$meta", Class::Token),
    ("GET", "/fhir/{rtype}/$meta", Class::Token),
    ("GET", "/fhir/{rtype}/{id}/$meta", Class::Token),
    ("POST", "/fhir/{rtype}/{id}/$meta-add", Class::Token),
    ("POST", "/fhir/{rtype}/{id}/$meta-delete", Class::Token),
    ("GET", "/fhir/{rtype}/{id}/_history/{version}/$meta", Class::Token),
    ("POST", "/fhir/{rtype}/{id}/_history/{version}/$meta-add", Class::Token),
    ("POST", "/fhir/{rtype}/{id}/_history/{version}/$meta-delete", Class::Token),
    ("GET", "/fhir/Patient/{id}/$medication-overview", Class::Token),
    ("GET POST", "/fhir/$medication-overview", Class::Token),
    ("GET", "/fhir/Patient/{id}/$acp", Class::Token),
    ("GET", "/fhir/Patient/{id}/$eoverdracht", Class::Token),
    ("GET POST", "/fhir/Patient/{id}/$summary", Class::Token),
    ("GET", "/fhir/Patient/{id}/$consent-check", Class::Token),
    ("GET", "/fhir/Composition/{id}/$document", Class::Token),
    ("GET POST", "/fhir/ValueSet/$expand", Class::Token),
    ("GET POST", "/fhir/ValueSet/{id}/$expand", Class::Token),
    ("GET POST", "/fhir/ValueSet/$validate-code", Class::Token),
    ("GET POST", "/fhir/ValueSet/{id}/$validate-code", Class::Token),
    ("GET POST", "/fhir/CodeSystem/$validate-code", Class::Token),
    ("GET POST", "/fhir/CodeSystem/{id}/$validate-code", Class::Token),
    ("GET POST", "/fhir/CodeSystem/$lookup", Class::Token),
    ("GET POST", "/fhir/CodeSystem/$subsumes", Class::Token),
    ("GET POST", "/fhir/CodeSystem/{id}/$subsumes", Class::Token),
    ("GET POST", "/fhir/ConceptMap/$translate", Class::Token),
    ("GET POST", "/fhir/ConceptMap/{id}/$translate", Class::Token),
    ("GET POST", "/fhir/Patient/$everything", Class::Token),
    ("GET POST", "/fhir/Patient/{id}/$everything", Class::Token),
    ("GET POST", "/fhir/Encounter/{id}/$everything", Class::Token),
    ("GET POST", "/fhir/Observation/$lastn", Class::Token),
    ("GET POST", "/fhir/$latest-stops", Class::Token),
    ("GET POST", "/fhir/MedicationRequest/$latest-stops", Class::Token),
    ("GET POST", "/fhir/MedicationDispense/$latest-stops", Class::Token),
    ("POST", "/fhir/Patient/$match", Class::Token),
    ("POST", "/fhir/{rtype}/$validate", Class::Token),
    ("GET POST", "/fhir/$graphql", Class::Token),
    ("POST", "/fhir/ViewDefinition/$run", Class::Token),
    ("GET POST", "/fhir/{rtype}/{id}/$graphql", Class::Token),
    ("GET POST", "/fhir/{rtype}/{id}/$validate", Class::Token),
    ("GET", "/fhir/SearchParameter/{id}/$index-status", Class::Token),
    ("GET POST", "/fhir/Subscription/$status", Class::Token),
    ("GET POST", "/fhir/Subscription/{id}/$status", Class::Token),
    ("GET POST", "/fhir/Subscription/{id}/$events", Class::Token),
    ("GET", "/health/live", Class::Public),
    ("GET", "/health/ready", Class::Public),
];

/// The handlers of an address of [`FHIR`].
fn handler(path: &str) -> MethodRouter<Arc<App>> {
    match path {
        "/fhir/metadata" => get(metadata::metadata),
        "/fhir" | "/fhir/" => get(search::system).post(transaction::bundle),
        "/fhir/_search" => post(search::system_post),
        "/fhir/AuditEvent" => get(audit_event::search),
        "/fhir/AuditEvent/{id}" => get(audit_event::read),
        "/fhir/AuditEvent/_search" => post(audit_event::post),
        "/fhir/{rtype}" => get(search::get)
            .post(create::create)
            .put(update::conditional)
            .patch(patch::conditional)
            .delete(delete::conditional),
        "/fhir/{rtype}/_search" => post(search::post),
        "/fhir/{rtype}/{id}" => get(read::read).put(update::update).patch(patch::patch).delete(delete::delete),
        "/fhir/_history" => get(history::system),
        "/fhir/$convert" => post(convert::post),
        "/fhir/{rtype}/_history" => get(history::of_type),
        "/fhir/{rtype}/{id}/_history" => get(history::instance),
        "/fhir/{rtype}/{id}/{target}" => get(compartment::get),
        "/fhir/{rtype}/{id}/{target}/_search" => post(compartment::post),
        "/fhir/$meta" => get(meta::system),
        "/fhir/{rtype}/$meta" => get(meta::of_type),
        "/fhir/{rtype}/{id}/$meta" => get(meta::get),
        "/fhir/{rtype}/{id}/$meta-add" => post(meta::add),
        "/fhir/{rtype}/{id}/$meta-delete" => post(meta::delete),
        "/fhir/{rtype}/{id}/_history/{version}" => get(vread::vread),
        "/fhir/{rtype}/{id}/_history/{version}/$meta" => get(meta::of_version),
        "/fhir/{rtype}/{id}/_history/{version}/$meta-add" | "/fhir/{rtype}/{id}/_history/{version}/$meta-delete" => {
            post(meta::change_version)
        }
        "/fhir/Patient/{id}/$medication-overview" => get(medication_overview::get),
        "/fhir/$medication-overview" => get(medication_overview::system).post(medication_overview::system),
        "/fhir/Patient/{id}/$acp" => get(acp::get),
        "/fhir/Patient/{id}/$eoverdracht" => get(eoverdracht::get),
        "/fhir/Patient/{id}/$summary" => get(summary::at).post(summary::at),
        "/fhir/Patient/{id}/$consent-check" => get(consent_check::get),
        "/fhir/Composition/{id}/$document" => get(document::get),
        "/fhir/ValueSet/$expand" | "/fhir/ValueSet/{id}/$expand" => get(expand::at).post(expand::at),
        "/fhir/ValueSet/$validate-code" | "/fhir/ValueSet/{id}/$validate-code" => {
            get(validate_code::value_set).post(validate_code::value_set)
        }
        "/fhir/CodeSystem/$validate-code" | "/fhir/CodeSystem/{id}/$validate-code" => {
            get(validate_code::code_system).post(validate_code::code_system)
        }
        "/fhir/CodeSystem/$lookup" => get(lookup::on_type).post(lookup::on_type),
        "/fhir/CodeSystem/$subsumes" | "/fhir/CodeSystem/{id}/$subsumes" => get(subsumes::at).post(subsumes::at),
        "/fhir/ConceptMap/$translate" | "/fhir/ConceptMap/{id}/$translate" => get(translate::at).post(translate::at),
        "/fhir/Patient/$everything" => get(everything::own).post(everything::own),
        "/fhir/Patient/{id}/$everything" => get(everything::patient).post(everything::patient),
        "/fhir/Encounter/{id}/$everything" => get(everything::encounter).post(everything::encounter),
        "/fhir/Observation/$lastn" => get(lastn::run).post(lastn::run),
        "/fhir/$latest-stops" => get(latest_stops::system).post(latest_stops::system),
        "/fhir/MedicationRequest/$latest-stops" => get(latest_stops::requests).post(latest_stops::requests),
        "/fhir/MedicationDispense/$latest-stops" => get(latest_stops::dispenses).post(latest_stops::dispenses),
        "/fhir/Patient/$match" => post(patient_match::run),
        "/fhir/{rtype}/$validate" => post(validate::of_type),
        "/fhir/ViewDefinition/$run" => post(view_run::run),
        "/fhir/$graphql" => get(graphql::system).post(graphql::system),
        "/fhir/{rtype}/{id}/$graphql" => get(graphql::instance).post(graphql::instance),
        "/fhir/{rtype}/{id}/$validate" => get(validate::of_instance).post(validate::of_instance),
        "/fhir/SearchParameter/{id}/$index-status" => get(index_status::get),
        "/fhir/Subscription/$status" => get(subscription::of_several).post(subscription::of_several),
        "/fhir/Subscription/{id}/$status" => get(subscription::of_one).post(subscription::of_one),
        "/fhir/Subscription/{id}/$events" => get(subscription::events).post(subscription::events),
        "/health/live" => get(|| async { "live\n" }),
        "/health/ready" => get(crate::server::ready),
        _ => MethodRouter::new(),
    }
}

/// The whole server.
pub fn service(app: Arc<App>) -> Around {
    let cors = cors(&app.config.server.cors_origins);
    Around::new(router(app), cors, template)
}

fn router(app: Arc<App>) -> Router {
    let inside = Routes::new(fhir(None).fallback(no_address).with_state(Arc::clone(&app)));
    let others = auth::routes().merge(ui::routes()).layer(from_fn(keep_template));
    fhir(Some(&inside)).merge(others).fallback(no_address).with_state(app)
}

/// The addresses of [`FHIR`]; a Bundle goes through those `inside`.
fn fhir(inside: Option<&Routes>) -> Router<Arc<App>> {
    let mut router = Router::new();
    for &(_, path, _) in FHIR {
        let mut methods = handler(path);
        if path.starts_with("/fhir") {
            methods = methods.fallback(no_method);
        }
        if let (Some(inside), "/fhir" | "/fhir/") = (inside, path) {
            methods = methods.layer(Extension(inside.clone()));
        }
        router = router.route(path, methods);
    }
    router
}

/// The template of an address of the FHIR API: words of the API as they are, what callers fill in as `{}`.
fn template(uri: &Uri) -> Option<String> {
    static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
        FHIR.iter().flat_map(|(_, path, _)| path.split('/')).filter(|word| !word.contains('{')).collect()
    });
    let path = uri.path();
    if !path.starts_with("/fhir") && !path.starts_with("/health") {
        return None;
    }
    let is_known = |word: &str| WORDS.contains(word) || definitions().type_number(word).is_some();
    let words: Vec<&str> = path.split('/').map(|word| if is_known(word) { word } else { "{}" }).collect();
    Some(words.join("/"))
}

async fn no_method() -> Response {
    answer::refuse(&Error::new(405, "not-supported", "this method is not possible here"), Form::Json)
}

async fn no_address(uri: Uri, headers: HeaderMap) -> Response {
    if uri.path().starts_with("/fhir/") {
        return answer::refuse(&Error::new(404, "not-found", "no such address"), Form::Json);
    }
    ui::no_page(headers).await
}
