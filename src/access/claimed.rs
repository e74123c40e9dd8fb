//! Does what is written conform to the profiles that it claims (<https://hl7.org/fhir/R4/profiling.html#resources>)? Asked
//! only where the settings say so.

use serde_json::Value;
use spil_fhir_profiles::profile::UNKNOWN_CLAIM;
use spil_fhir_profiles::validate::{Issue, Severity};

use crate::config::Claimed;
use crate::ctx::Actor;
use crate::error::{Error, Fault};

use super::Access;
use super::draft::Draft;

impl Access {
    /// Refuses drafts that do not keep what they claim.
    ///
    /// # Errors
    /// 422 with everything that is wrong with the first of them.
    pub(super) async fn keeps_claims(&self, drafts: &[Draft]) -> Result<(), Error> {
        let claimed = self.app.config.profiles.claimed;
        if claimed == Claimed::Accept || matches!(self.ctx.actor, Actor::Hub) {
            return Ok(());
        }
        for draft in drafts.iter().filter(|draft| draft.method.is_some()) {
            let Some(body) = draft.body.as_ref().filter(|body| claims(body)) else { continue };
            let (issues, _) = self.conforms(body, &[]).await?;
            let faults: Vec<_> = issues.into_iter().filter(|issue| refused(claimed, issue)).map(fault).collect();
            if !faults.is_empty() {
                return Err(draft.placed(Error::faults(422, faults)));
            }
        }
        Ok(())
    }
}

fn refused(claimed: Claimed, issue: &Issue) -> bool {
    issue.severity == Severity::Error || claimed == Claimed::Require && issue.code == UNKNOWN_CLAIM
}

fn fault(issue: Issue) -> Fault {
    Fault { code: issue.code, diagnostics: issue.diagnostics, expression: Some(issue.expression) }
}

/// Does the resource, or one inside it, claim a profile?
fn claims(resource: &Value) -> bool {
    let list = |name: &str| resource.get(name).and_then(Value::as_array).into_iter().flatten();
    let own = resource.get("meta").and_then(|meta| meta.get("profile")?.as_array());
    own.is_some_and(|own| !own.is_empty())
        || list("contained").any(claims)
        || list("entry").filter_map(|entry| entry.get("resource")).any(claims)
        || list("parameter").filter_map(|parameter| parameter.get("resource")).any(claims)
}
