//! Who can sign in: patients and professionals with their passwords, and who acts for whom.

use std::collections::HashMap;
use std::sync::Arc;

use spil_fhir_profiles::time::parse_range;

use crate::app::App;
use crate::auth::hash_password;
use crate::demo::Region;
use crate::store::sql::auth::{Account, Representation};

use super::super::failure::{Because as _, Failure};

/// Registers the accounts; `orgs` gives the number of an organisation by URA.
pub async fn register(app: &Arc<App>, region: &Region, orgs: &HashMap<String, i64>) -> Result<(), Failure> {
    let patients = region.patients.iter().map(|patient| {
        let account = Account {
            username: patient.username.clone(),
            display: patient.name.clone(),
            patient: Some(patient.id.clone()),
            ..Account::default()
        };
        (account, patient.password.clone())
    });
    let professionals = region.professionals.iter().map(|professional| {
        let account = Account {
            username: professional.username.clone(),
            display: professional.name.clone(),
            practitioner: Some(professional.id.clone()),
            practitioner_role: Some(professional.role_code.clone()),
            org: orgs.get(&professional.organisation_ura).copied(),
            ..Account::default()
        };
        (account, professional.password.clone())
    });
    // Hashing is slow on purpose, so every core does a part.
    let hashing: Vec<_> = patients
        .chain(professionals)
        .map(|(account, password)| {
            let app = Arc::clone(app);
            tokio::task::spawn_blocking(move || {
                let subject = format!("demo-{}", account.username);
                hash_password(&password, app.random.as_ref()).map(|password| Account { subject, password, ..account })
            })
        })
        .collect();
    for hashed in hashing {
        let account = hashed.await.because("a password cannot be hashed")?.because("a password cannot be hashed")?;
        app.store.register_account(&account).await.because("an account cannot be registered")?;
    }
    for one in &region.representatives {
        let until = one.until.as_deref().and_then(parse_range).map(|(from, _)| from);
        let agreed = one.agreed.then(|| app.clock.now());
        let to = Representation { patient: one.patient_id.clone(), relation: one.relation.clone(), until, agreed };
        let registered = app.store.register_representative(&one.representative_username, &to).await;
        registered.because("a representative cannot be registered")?;
    }
    Ok(())
}
