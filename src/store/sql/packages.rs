//! Installed packages and what each brought.

use std::collections::HashMap;

use crate::store::tx::StoreError;
use crate::store::value::Arg;
use crate::store::{Dialect, Store};

/// An installed package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// When it was installed, ms.
    pub installed: i64,
    /// How many definitions it brought.
    pub items: i64,
}

/// What is at the place of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupied {
    /// Who wrote it; 0 the hub.
    pub source: i64,
    /// Whether it is gone.
    pub deleted: bool,
    /// The digest of what the last package put there; empty for none.
    pub digest: String,
}

/// A definition of a package: number of the type, id, digest.
pub type Item = (u16, String, String);

impl Store {
    /// The installed packages, by name and version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn packages(&self) -> Result<Vec<Package>, StoreError> {
        let sql = "SELECT p.name, p.version, p.installed, \
                   (SELECT COUNT(*) FROM package_item i WHERE i.name = p.name AND i.version = p.version) \
                   FROM package p ORDER BY p.name, p.version";
        let rows = self.rows(sql, Vec::new()).await?;
        let one = |row: &crate::store::Row| Package {
            name: row.text(0).to_owned(),
            version: row.text(1).to_owned(),
            installed: row.int(2),
            items: row.int(3),
        };
        Ok(rows.iter().map(one).collect())
    }

    /// What a package brought: numbers of types, and ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn package_items(&self, name: &str, version: &str) -> Result<Vec<(u16, String)>, StoreError> {
        let sql = "SELECT rtype, id FROM package_item WHERE name = $1 AND version = $2 ORDER BY rtype, id";
        let rows = self.rows(sql, vec![name.into(), version.into()]).await?;
        Ok(rows.iter().map(|row| (u16::try_from(row.int(0)).unwrap_or(u16::MAX), row.text(1).to_owned())).collect())
    }

    /// Those of the ids that other packages brought too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shared_items(
        &self,
        name: &str,
        version: &str,
        ids: Vec<String>,
    ) -> Result<Vec<(u16, String)>, StoreError> {
        let sql = format!(
            "SELECT DISTINCT rtype, id FROM package_item WHERE NOT (name = $1 AND version = $2) AND id IN {}",
            self.dialect().texts("$3")
        );
        let rows = self.rows(&sql, vec![name.into(), version.into(), Arg::Texts(ids)]).await?;
        Ok(rows.iter().map(|row| (u16::try_from(row.int(0)).unwrap_or(u16::MAX), row.text(1).to_owned())).collect())
    }

    /// What is at the places of definitions.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn occupied(&self, ids: Vec<String>) -> Result<HashMap<(u16, String), Occupied>, StoreError> {
        let sql = format!(
            "SELECT r.rtype, r.id, r.source, r.deleted, \
             COALESCE((SELECT MAX(i.digest) FROM package_item i WHERE i.rtype = r.rtype AND i.id = r.id), ''), \
             (SELECT COUNT(DISTINCT i.digest) FROM package_item i WHERE i.rtype = r.rtype AND i.id = r.id) \
             FROM resource r WHERE r.id IN {}",
            self.dialect().texts("$1")
        );
        let rows = self.rows(&sql, vec![Arg::Texts(ids)]).await?;
        let one = |row: &crate::store::Row| {
            // Packages that brought different things: which of them is there is not known, so it is written again.
            let digest = if row.int(5) == 1 { row.text(4).to_owned() } else { String::new() };
            let place = (u16::try_from(row.int(0)).unwrap_or(u16::MAX), row.text(1).to_owned());
            (place, Occupied { source: row.int(2), deleted: row.int(3) != 0, digest })
        };
        Ok(rows.iter().map(one).collect())
    }

    /// Notes that a package is installed, and definitions that it brought.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_package(&self, name: &str, version: &str, now: i64, items: &[Item]) -> Result<(), StoreError> {
        let package = "INSERT INTO package (name, version, installed) VALUES ($1, $2, $3) \
                       ON CONFLICT (name, version) DO UPDATE SET installed = excluded.installed";
        let item = match self.dialect() {
            Dialect::Sqlite => {
                "INSERT INTO package_item (name, version, rtype, id, digest) \
                 SELECT $1, $2, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') \
                 FROM json_each($3) WHERE true \
                 ON CONFLICT (name, version, rtype, id) DO UPDATE SET digest = excluded.digest"
            }
            Dialect::Postgres => {
                "INSERT INTO package_item (name, version, rtype, id, digest) \
                 SELECT $1::text, $2::text, (e->>0)::bigint, e->>1, e->>2 FROM json_array_elements($3::text::json) e \
                 ON CONFLICT (name, version, rtype, id) DO UPDATE SET digest = excluded.digest"
            }
        };
        let rows: Vec<serde_json::Value> =
            items.iter().map(|(rtype, id, digest)| serde_json::json!([rtype, id, digest])).collect();
        let rows = serde_json::Value::Array(rows).to_string();
        let mut statements = vec![(package, vec![name.into(), version.into(), now.into()])];
        if !items.is_empty() {
            statements.push((item, vec![name.into(), version.into(), rows.into()]));
        }
        self.statements(statements).await.map(drop)
    }

    /// Forgets that a package brought a definition.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_items(&self, name: &str, version: &str, items: &[(u16, String)]) -> Result<(), StoreError> {
        let sql = "DELETE FROM package_item WHERE name = $1 AND version = $2 AND rtype = $3 AND id = $4";
        let one = |(rtype, id): &(u16, String)| {
            (sql, vec![name.into(), version.into(), i64::from(*rtype).into(), id.as_str().into()])
        };
        self.statements(items.iter().map(one).collect()).await.map(drop)
    }

    /// Forgets a package, and the concepts of code systems that are gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_package(&self, name: &str, version: &str) -> Result<(), StoreError> {
        let key = || -> Vec<Arg> { vec![name.into(), version.into()] };
        let gone = [
            "DELETE FROM concept_system WHERE rid IN (SELECT rid FROM resource WHERE deleted = 1)",
            "DELETE FROM concept WHERE rid IN (SELECT rid FROM resource WHERE deleted = 1)",
            "DELETE FROM concept_parent WHERE rid IN (SELECT rid FROM resource WHERE deleted = 1)",
            "DELETE FROM concept_property WHERE rid IN (SELECT rid FROM resource WHERE deleted = 1)",
        ];
        let mut statements = vec![
            ("DELETE FROM package_item WHERE name = $1 AND version = $2", key()),
            ("DELETE FROM package WHERE name = $1 AND version = $2", key()),
        ];
        statements.extend(gone.into_iter().map(|sql| (sql, Vec::new())));
        self.statements(statements).await.map(drop)
    }
}
