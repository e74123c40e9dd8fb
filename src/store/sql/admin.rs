//! Statements of administration: what is registered, and emptying a demo database.

use super::auth::{Client, Organisation};
use crate::store::{Store, StoreError};

impl Store {
    /// Sets a setting.
    pub async fn set(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.statements(vec![(sql, vec![name.into(), value.into()])]).await.map(drop)
    }

    /// Whether nobody has used this database yet.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        let sql = "SELECT 1 WHERE EXISTS (SELECT 1 FROM resource) OR EXISTS (SELECT 1 FROM client) \
                   OR EXISTS (SELECT 1 FROM account) OR EXISTS (SELECT 1 FROM organisation WHERE org >= 10) \
                   OR EXISTS (SELECT 1 FROM audit)";
        Ok(self.rows(sql, Vec::new()).await?.is_empty())
    }

    /// Removes everything, settings and keys too.
    pub async fn empty(&self) -> Result<(), StoreError> {
        let statements = [
            "DELETE FROM person",
            "DELETE FROM organisation",
            "DELETE FROM resource",
            "DELETE FROM history",
            "DELETE FROM ix_token",
            "DELETE FROM ix_string",
            "DELETE FROM ix_reference",
            "DELETE FROM ix_date",
            "DELETE FROM ix_number",
            "DELETE FROM ix_quantity",
            "DELETE FROM ix_uri",
            "DELETE FROM policy_user",
            "DELETE FROM handoff_item",
            "DELETE FROM audit",
            "DELETE FROM audit_person",
            "DELETE FROM audit_recent",
            "DELETE FROM audit_checkpoint",
            "DELETE FROM client",
            "DELETE FROM account",
            "DELETE FROM representative",
            "DELETE FROM used_jti",
            "DELETE FROM secret",
            "DELETE FROM revoked",
            "DELETE FROM setting",
            "DELETE FROM concept",
            "DELETE FROM concept_parent",
            "DELETE FROM concept_property",
            "DELETE FROM concept_system",
            "DELETE FROM package",
            "DELETE FROM package_item",
            "DELETE FROM search_parameter",
            "DELETE FROM search_parameter_change",
        ];
        self.statements(statements.into_iter().map(|sql| (sql, Vec::new())).collect()).await.map(drop)
    }

    /// Every registered client, in the order of their ids.
    pub async fn clients(&self) -> Result<Vec<Client>, StoreError> {
        let sql = "SELECT client_id, org, name, jwks, redirect_uris, scope, active FROM client ORDER BY client_id";
        Ok(self.rows(sql, Vec::new()).await?.iter().map(super::auth::client).collect())
    }

    /// The organisation with a URA number.
    pub async fn organisation_of_ura(&self, ura: &str) -> Result<Option<Organisation>, StoreError> {
        let sql = "SELECT org, id, ura, kind, name FROM organisation WHERE ura = $1";
        let rows = self.rows(sql, vec![ura.into()]).await?;
        Ok(rows.first().map(|row| Organisation {
            org: row.int(0),
            id: row.text(1).to_owned(),
            ura: row.text(2).to_owned(),
            kind: row.text(3).to_owned(),
            name: row.text(4).to_owned(),
        }))
    }

    /// The moment of the last record of the log, ms.
    pub async fn last_audit(&self) -> Result<Option<i64>, StoreError> {
        let rows = self.rows("SELECT at FROM audit ORDER BY seq DESC LIMIT 1", Vec::new()).await?;
        Ok(rows.first().map(|row| row.int(0)))
    }
}
