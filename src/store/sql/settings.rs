//! Settings that the server made itself and keeps: keys, and what is installed.

use crate::store::{Store, StoreError};

impl Store {
    /// The value of setting `name`; `value` when there was none, which is then kept.
    pub async fn setting_once(&self, name: &str, value: &str) -> Result<String, StoreError> {
        let insert = "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.statements(vec![(insert, vec![name.into(), value.into()])]).await?;
        Ok(self.setting(name).await?.unwrap_or_else(|| value.to_owned()))
    }

    /// Sets setting `name`.
    pub async fn change_setting(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.statements(vec![(sql, vec![name.into(), value.into()])]).await?;
        Ok(())
    }

    /// The value of setting `name`.
    pub async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let rows = self.rows("SELECT value FROM setting WHERE name = $1", vec![name.into()]).await?;
        Ok(rows.first().and_then(|row| row.opt_text(0)).map(str::to_owned))
    }
}
