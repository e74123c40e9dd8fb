//! `Patient/{id}/$consent-check?organisation=…&category=…&purpose=…`: what would be answered, with the reasons.

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

use crate::definitions::operations::CONSENT_CHECK;
use crate::fhir::answer;
use crate::fhir::call::Call;

use super::input::Input;

/// Answers with Parameters: `permit`, `ground`, and a `reason` per reason with `nl` and `en`.
pub async fn get(call: Call, Path(id): Path<String>, request: Request) -> Response {
    let done = async {
        let input = Input::read(&call, request, &CONSENT_CHECK.known()).await?;
        let (organisation, category) = (input.required("organisation")?, input.required("category")?);
        let purpose = input.text("purpose")?.unwrap_or_else(|| "TREAT".to_owned());
        let released = call.access.consent_check(&id, &organisation, &category, &purpose).await?;
        let checked = released.get();
        let mut parameters = vec![
            json!({"name": "permit", "valueBoolean": checked.permit}),
            json!({"name": "ground", "valueCode": checked.ground}),
        ];
        for (dutch, english) in checked.dutch.iter().zip(&checked.english) {
            parameters.push(json!({"name": "reason", "part": [
                {"name": "nl", "valueString": dutch},
                {"name": "en", "valueString": english},
            ]}));
        }
        let answer: Value = json!({"resourceType": "Parameters", "parameter": parameters});
        answer::resource(StatusCode::OK, &answer, call.form)
    };
    answer::render(call.form, done.await)
}
