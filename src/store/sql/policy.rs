//! What persons have laid down, and whom it could concern.

use std::collections::HashMap;

use crate::store::Store;
use crate::store::tx::StoreError;
use crate::store::value::Arg;

/// `policy_user.user_kind`: everyone.
pub const EVERYONE: i64 = 0;
/// `policy_user.user_kind`: a kind of organisation.
pub const KIND: i64 = 1;
/// `policy_user.user_kind`: an organisation, by number.
pub const ORGANISATION: i64 = 2;
/// `policy_user.user_kind`: a person, by id.
pub const PERSON: i64 = 3;

/// A privacy consent as stored.
#[derive(Debug, Clone)]
pub struct StoredConsent {
    /// Id.
    pub id: String,
    /// Version.
    pub version: i64,
    /// JSON.
    pub body: Vec<u8>,
}

/// A registered organisation.
#[derive(Debug, Clone)]
pub struct StoredOrganisation {
    /// Number.
    pub org: i64,
    /// `Organization` id.
    pub id: String,
    /// URA number.
    pub ura: String,
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
}

impl Store {
    /// All registered organisations.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn organisations(&self) -> Result<Vec<StoredOrganisation>, StoreError> {
        let rows = self.rows("SELECT org, id, ura, kind, name FROM organisation ORDER BY org", Vec::new()).await?;
        let one = |row: &crate::store::Row| StoredOrganisation {
            org: row.int(0),
            id: row.text(1).to_owned(),
            ura: row.text(2).to_owned(),
            kind: row.text(3).to_owned(),
            name: row.text(4).to_owned(),
        };
        Ok(rows.iter().map(one).collect())
    }

    /// The state of each person's permissions, and every privacy consent of that person, in one snapshot.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn consents(
        &self,
        persons: Vec<i64>,
        consent_type: u16,
        category: u8,
    ) -> Result<HashMap<i64, (i64, Vec<StoredConsent>)>, StoreError> {
        let dialect = self.dialect();
        let mut one = String::from("= $1");
        let mut first: Arg = persons.first().copied().unwrap_or_default().into();
        if persons.len() > 1 {
            one = format!("IN {}", dialect.ints("$1"));
            first = Arg::Ints(persons);
        }
        let sql = format!(
            "SELECT p.person, p.policy, r.id, r.version, r.body FROM person p LEFT JOIN resource r \
             ON r.person = p.person AND r.category = $3 AND r.rtype = $2 AND r.deleted = 0 WHERE p.person {one}"
        );
        let args = vec![first, i64::from(consent_type).into(), i64::from(category).into()];
        let mut found: HashMap<i64, (i64, Vec<StoredConsent>)> = HashMap::new();
        for row in &mut self.rows(&sql, args).await? {
            let (_, consents) = found.entry(row.int(0)).or_insert_with(|| (row.int(1), Vec::new()));
            if row.opt_text(2).is_some() {
                let body = row.take_bytes(4);
                consents.push(StoredConsent { id: row.text(2).to_owned(), version: row.int(3), body });
            }
        }
        Ok(found)
    }

    /// The state of a person's permissions.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn policy(&self, person: i64) -> Result<i64, StoreError> {
        let rows = self.rows("SELECT policy FROM person WHERE person = $1", vec![person.into()]).await?;
        Ok(rows.first().map_or(0, |row| row.int(0)))
    }

    /// Persons whose permissions could concern this user, with the state of their permissions.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn candidates(
        &self,
        org: i64,
        kind: &str,
        professional: Option<&str>,
    ) -> Result<Vec<(i64, i64)>, StoreError> {
        let sql = "SELECT DISTINCT p.person, p.policy FROM policy_user u JOIN person p ON p.person = u.person \
                   WHERE (u.user_kind = 0) OR (u.user_kind = 1 AND u.user_key = $1) \
                   OR (u.user_kind = 2 AND u.user_key = $2) OR (u.user_kind = 3 AND u.user_key = $3)";
        let args = vec![kind.into(), org.to_string().into(), professional.unwrap_or_default().into()];
        Ok(self.rows(sql, args).await?.iter().map(|row| (row.int(0), row.int(1))).collect())
    }
}
