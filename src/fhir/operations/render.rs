//! Documents as a Bundle, as a readable page, or as a file to keep.

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LANGUAGE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use crate::access::Gathered;
use crate::documents::{Document, Input, Lang, html, pdf, proof, released};
use crate::error::Error;
use crate::fhir::answer;
use crate::fhir::call::Call;
use crate::http::{Form, Tongue, tongue};

/// Composes a document of what was gathered and answers with it.
pub fn document(call: &Call, gathered: &Gathered, compose: impl FnOnce(Input) -> Document) -> Result<Response, Error> {
    let (base, document_id) = (call.app.config.fhir_base(), call.app.random.uuid());
    let lang = match tongue(&call.headers, &call.pairs)? {
        Tongue::Dutch => Lang::Nl,
        Tongue::English => Lang::En,
    };
    let document = released(call.access.ctx(), gathered, &base, &document_id, compose)?;
    let proof = || proof(&document, &call.app.voucher, &call.app.config.server.base);
    let mut response = match call.form {
        Form::Html => {
            let page = html(&document.view, lang, Some(&proof()));
            answer::bytes_answer(StatusCode::OK, page.into_bytes(), Form::Html)
        }
        Form::Pdf => {
            let file = pdf(&document, lang, Some(&proof())).map_err(Error::internal)?;
            let mut response = answer::bytes_answer(StatusCode::OK, file, Form::Pdf);
            let name = format!("inline; filename=\"{}\"", document.kind.file(lang));
            if let Ok(name) = HeaderValue::from_str(&name) {
                response.headers_mut().insert(CONTENT_DISPOSITION, name);
            }
            response
        }
        form => return answer::resource(StatusCode::OK, &document.bundle, form),
    };
    response.headers_mut().insert(CONTENT_LANGUAGE, HeaderValue::from_static(lang.code()));
    Ok(response)
}
