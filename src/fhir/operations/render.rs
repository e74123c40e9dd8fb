//! Documents as a Bundle or as a readable page.

use axum::http::StatusCode;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::response::Response;

use crate::access::Gathered;
use crate::ctx::Actor;
use crate::documents::{Author, Document, Input, Lang, Source, html};
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::Call;
use crate::http::Form;

/// The organisation in whose name documents are composed.
const HUB: &str = "Organization/spil-hub";

/// Composes a document of what was gathered and answers with it.
pub fn document(call: &Call, gathered: &Gathered, compose: impl FnOnce(&Input) -> Document) -> Result<Response, Error> {
    let patient = gathered.patient.value()?;
    let sources = gathered
        .resources
        .iter()
        .map(|stored| Ok(Source { resource: stored.value()?, organisation: stored.source_name.clone() }))
        .collect::<Result<Vec<_>, Error>>()?;
    let ctx = call.access.ctx();
    let requester = match &ctx.actor {
        Actor::Hub => "Spil".to_owned(),
        Actor::Patient(actor) => actor.name.clone(),
        Actor::Organisation(actor) => {
            let person = actor.subject.as_ref().and_then(|subject| subject.name.as_deref());
            person.map_or_else(|| actor.name.clone(), |person| format!("{person}, {}", actor.name))
        }
    };
    let base = call.app.config.fhir_base();
    let document_id = call.app.random.uuid();
    let input = Input {
        patient: &patient,
        resources: &sources,
        now_ms: ctx.now,
        document_id: &document_id,
        author: Author { reference: HUB, organisation: "Spil", requester: &requester },
        base: &base,
        incomplete: !matches!(ctx.actor, Actor::Patient(_) | Actor::Hub),
    };
    let document = compose(&input);
    match call.form {
        Form::Html => Ok(page(call, &document)),
        form => answer::resource(StatusCode::OK, &document.bundle, form),
    }
}

fn page(call: &Call, document: &Document) -> Response {
    let wanted = call.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let lang = if wanted.starts_with("en") { Lang::En } else { Lang::Nl };
    answer::bytes_answer(StatusCode::OK, html(&document.view, lang).into_bytes(), Form::Html)
}
