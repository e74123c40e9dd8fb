//! What the demo prints: where to look and how to sign in.

use std::path::Path;

use crate::config::Config;
use crate::demo::Region;

use super::super::say;
use super::file;

/// Prints it.
pub fn print(config: &Config, data: &Path, region: &Region) {
    let base = &config.server.base;
    say::line("");
    say::line("  Spil demo: a region that does not exist. Everybody and everything in it is made up.");
    say::line("");
    say::line(&format!("  Patients           {base}/"));
    say::line(&format!("  Professionals      {base}/zorg"));
    say::line(&format!("  FHIR R4            {base}/fhir/metadata"));
    say::line(&format!("  For scripts        {} (keys and passwords of every role)", file::path(data).display()));
    say::line("");
    let patients: Vec<Vec<String>> = region
        .patients
        .iter()
        .map(|one| vec![one.name.clone(), one.birth_date.clone(), one.username.clone(), one.password.clone()])
        .collect();
    say::table(&["PATIENT", "BORN", "USERNAME", "PASSWORD"], &patients);
    say::line("");
    let professionals: Vec<Vec<String>> = region
        .professionals
        .iter()
        .map(|one| {
            let organisation = region.organisations.iter().find(|other| other.ura == one.organisation_ura);
            let organisation = organisation.map(|organisation| organisation.name.clone()).unwrap_or_default();
            vec![one.name.clone(), one.role_name.clone(), organisation, one.username.clone(), one.password.clone()]
        })
        .collect();
    say::table(&["PROFESSIONAL", "ROLE", "ORGANISATION", "USERNAME", "PASSWORD"], &professionals);
    say::line("");
}
