//! Search in a compartment: `GET [base]/Patient/[id]/[type]?…`, `…/*` and `POST …/_search`
//! (<https://hl7.org/fhir/R4/http.html#vsearch>).

use axum::extract::{Path, Request};
use axum::response::Response;

use crate::access::Compartment;
use crate::error::Error;

use super::answer;
use super::call::Call;
use super::search::{searched, searchset};

/// Owner's type, owner's id, and the type that is searched.
type Place = Path<(String, String, String)>;

/// Answers a search by GET.
pub async fn get(call: Call, Path((owner, id, target)): Place) -> Response {
    let done = search(&call, &Compartment { owner: &owner, id: &id, target: &target }, call.query()).await;
    answer::render(call.form, done)
}

/// Answers a search by POST; parameters of the address and of the form count together.
pub async fn post(mut call: Call, Path((owner, id, target)): Place, request: Request) -> Response {
    let done = async {
        let pairs = searched(&mut call, request).await?;
        search(&call, &Compartment { owner: &owner, id: &id, target: &target }, pairs).await
    };
    let done = done.await;
    answer::render(call.form, done)
}

async fn search(call: &Call, of: &Compartment<'_>, pairs: Vec<(String, String)>) -> Result<Response, Error> {
    if of.target.starts_with('$') {
        return Err(Error::new(404, "not-supported", "there is no such operation"));
    }
    let released = call.access.compartment(*of, &pairs, call.prefer.lenient).await?;
    searchset(&released, &of.address(), &call.app.config.fhir_base())?.answer(call.form)
}
