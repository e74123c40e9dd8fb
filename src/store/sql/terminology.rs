//! Definitions by their canonical address, and the concepts of code systems. Only what is open to everybody who signed in: of
//! nobody, and of category *general*.

use spil_fhir_profiles::category::GENERAL;

use crate::store::tx::{Dialect, StoreError};
use crate::store::value::{Arg, Row};
use crate::store::{Store, writer};

/// So many rows go into one statement.
const CHUNK: usize = 1_000;

/// Where a definition is stored, and what tells it from others with the same address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Row number.
    pub rid: i64,
    /// Id.
    pub id: String,
    /// Stored version.
    pub version: i64,
    /// When it was written, ms.
    pub updated: i64,
    /// Who wrote it; 0 the hub.
    pub source: i64,
    /// Its business version; empty for none.
    pub business: String,
}

/// One concept of a stored code system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concept {
    /// Its place in the code system.
    pub ord: i64,
    /// The code.
    pub code: String,
    /// The text beside it.
    pub display: Option<String>,
    /// 1 inactive, 2 abstract.
    pub status: i64,
    /// JSON: `definition`, `designation`, `property`.
    pub detail: String,
}

/// A concept on its way in.
#[derive(Debug, Clone)]
pub struct NewConcept {
    /// The concept.
    pub concept: Concept,
    /// What a text filter looks at.
    pub words: String,
    /// The places of its parents.
    pub parents: Vec<i64>,
    /// Names and values of its properties.
    pub properties: Vec<(String, String)>,
}

/// A condition on concepts.
#[derive(Debug, Clone, PartialEq)]
pub enum Which {
    /// One of these codes; `fold`: whatever their case.
    Codes {
        /// The codes.
        codes: Vec<String>,
        /// Whether case makes no difference.
        fold: bool,
    },
    /// None of these codes; `fold`: whatever their case.
    NotCodes {
        /// The codes.
        codes: Vec<String>,
        /// Whether case makes no difference.
        fold: bool,
    },
    /// Below a code in the hierarchy.
    Under {
        /// The code.
        code: String,
        /// Whether the code itself counts.
        itself: bool,
    },
    /// Neither a code nor below it.
    NotUnder(String),
    /// A code, or above it in the hierarchy.
    Over(String),
    /// A property has one of these values, or none of them.
    Property {
        /// The property.
        name: String,
        /// The values.
        values: Vec<String>,
        /// Whether it must have one of them.
        yes: bool,
    },
    /// A property is there, or not.
    HasProperty {
        /// The property.
        name: String,
        /// Whether it must be there.
        yes: bool,
    },
    /// There is a concept below it, or not.
    HasChild(bool),
    /// It is a parent of the concept at this place.
    IsParentOf(i64),
    /// The text beside the code is this.
    Display(String),
    /// Its words hold all of these.
    Words(Vec<String>),
}

impl Store {
    /// The definitions for which the uri parameter `param` has the value `uri`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn definitions(&self, param: u16, version_param: u16, uri: &str) -> Result<Vec<Place>, StoreError> {
        let which = "ix_uri u JOIN resource r ON r.rid = u.rid WHERE u.param = $1 AND u.uri = $2";
        self.places(which, param, version_param, uri).await
    }

    /// The definitions of which the reference parameter `param` leads to the address `url`, of whatever version.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn definitions_that_name(
        &self,
        param: u16,
        version_param: u16,
        url: &str,
    ) -> Result<Vec<Place>, StoreError> {
        let which = "ix_reference x JOIN resource r ON r.rid = x.rid WHERE x.param = $1 AND x.target_id = $2";
        let mut found = self.places(which, param, version_param, url).await?;
        found.sort_by_key(|place| place.rid);
        found.dedup_by_key(|place| place.rid);
        Ok(found)
    }

    /// The definition with an id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn definition(&self, rtype: u16, version_param: u16, id: &str) -> Result<Option<Place>, StoreError> {
        let which = "resource r WHERE r.rtype = $1 AND r.id = $2";
        Ok(self.places(which, rtype, version_param, id).await?.into_iter().next())
    }

    /// The definitions that are open to all among the rows `r` that a number and a text find.
    async fn places(&self, which: &str, number: u16, version_param: u16, text: &str) -> Result<Vec<Place>, StoreError> {
        let sql = format!(
            "SELECT r.rid, r.id, r.version, r.updated, r.source, \
             COALESCE((SELECT MAX(t.code) FROM ix_token t WHERE t.rid = r.rid AND t.param = $3), '') \
             FROM {which} AND r.deleted = 0 AND r.person = 0 AND r.category = $4"
        );
        let args =
            vec![i64::from(number).into(), text.into(), i64::from(version_param).into(), i64::from(GENERAL).into()];
        Ok(self.rows(&sql, args).await?.iter().map(place).collect())
    }

    /// The JSON of a definition, if that version is still current.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn definition_body(&self, rid: i64, version: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT r.body FROM resource r \
                   WHERE r.rid = $1 AND r.version = $2 AND r.deleted = 0 AND r.person = 0 AND r.category = $3";
        let args = vec![rid.into(), version.into(), i64::from(GENERAL).into()];
        Ok(self.rows(sql, args).await?.first_mut().map(|row| row.take_bytes(0)))
    }

    /// The head of a code system whose concepts are all there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn concept_system(&self, rid: i64, version: i64) -> Result<Option<String>, StoreError> {
        let sql = "SELECT head FROM concept_system WHERE rid = $1 AND version = $2";
        let rows = self.rows(sql, vec![rid.into(), version.into()]).await?;
        Ok(rows.first().map(|row| row.text(0).to_owned()))
    }

    /// Keeps the concepts of a code system; those of its older versions go.
    ///
    /// # Errors
    /// When the database fails; what was written until then is not used.
    pub async fn keep_concepts(
        &self,
        rid: i64,
        version: i64,
        head: &str,
        concepts: &[NewConcept],
    ) -> Result<(), StoreError> {
        let olds = [
            "DELETE FROM concept_system WHERE rid = $1 AND version < $2",
            "DELETE FROM concept WHERE rid = $1 AND version < $2",
            "DELETE FROM concept_parent WHERE rid = $1 AND version < $2",
            "DELETE FROM concept_property WHERE rid = $1 AND version <= $2",
        ];
        let key = || -> Vec<Arg> { vec![rid.into(), version.into()] };
        self.statements(olds.into_iter().map(|sql| (sql, key())).collect()).await?;
        let dialect = self.dialect();
        for chunk in concepts.chunks(CHUNK) {
            let mut statements: writer::Statements = Vec::new();
            let mut add = |sql: &'static str, rows: Vec<serde_json::Value>| {
                if !rows.is_empty() {
                    let rows = serde_json::Value::Array(rows).to_string();
                    statements.push((sql, vec![rid.into(), version.into(), rows.into()]));
                }
            };
            let [concept, parent, property] = inserts(dialect);
            add(concept, chunk.iter().map(concept_row).collect());
            let parents = chunk.iter().flat_map(|new| new.parents.iter().map(|at| (new.concept.ord, at)));
            add(parent, parents.map(|(ord, at)| serde_json::json!([ord, at])).collect());
            let properties = chunk.iter().flat_map(|new| new.properties.iter().map(|pair| (new.concept.ord, pair)));
            add(property, properties.map(|(ord, (name, value))| serde_json::json!([ord, name, value])).collect());
            self.statements(statements).await?;
        }
        let done = "INSERT INTO concept_system (rid, version, head) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        self.statements(vec![(done, vec![rid.into(), version.into(), head.into()])]).await.map(drop)
    }

    /// The concepts that pass every condition, in their order, at most `most`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn concepts(&self, rid: i64, version: i64, all: &[Which], most: i64) -> Result<Vec<Concept>, StoreError> {
        let mut args: Vec<Arg> = vec![rid.into(), version.into()];
        let mut text = String::from(
            "SELECT c.ord, c.code, c.display, c.status, c.detail FROM concept c WHERE c.rid = $1 AND c.version = $2",
        );
        for which in all {
            text.push_str(" AND ");
            text.push_str(&condition(self.dialect(), which, &mut args));
        }
        args.push(most.into());
        let text = format!("{text} ORDER BY c.ord LIMIT ${}", args.len());
        Ok(self.rows(&text, args).await?.iter().map(concept).collect())
    }
}

fn place(row: &Row) -> Place {
    Place {
        rid: row.int(0),
        id: row.text(1).to_owned(),
        version: row.int(2),
        updated: row.int(3),
        source: row.int(4),
        business: row.text(5).to_owned(),
    }
}

fn concept(row: &Row) -> Concept {
    Concept {
        ord: row.int(0),
        code: row.text(1).to_owned(),
        display: row.opt_text(2).map(str::to_owned),
        status: row.int(3),
        detail: row.text(4).to_owned(),
    }
}

fn concept_row(new: &NewConcept) -> serde_json::Value {
    let one = &new.concept;
    serde_json::json!([one.ord, one.code, one.display, new.words, one.status, one.detail])
}

/// The statements for concepts, parents and properties, from a JSON list of rows.
fn inserts(dialect: Dialect) -> [&'static str; 3] {
    match dialect {
        Dialect::Sqlite => [
            "INSERT INTO concept (rid, version, ord, code, display, words, status, detail) \
             SELECT $1, $2, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), \
             json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]') \
             FROM json_each($3) WHERE true ON CONFLICT DO NOTHING",
            "INSERT INTO concept_parent (rid, version, child, parent) \
             SELECT $1, $2, json_extract(value, '$[0]'), json_extract(value, '$[1]') \
             FROM json_each($3) WHERE true ON CONFLICT DO NOTHING",
            "INSERT INTO concept_property (rid, version, ord, name, value) \
             SELECT $1, $2, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') \
             FROM json_each($3)",
        ],
        Dialect::Postgres => [
            "INSERT INTO concept (rid, version, ord, code, display, words, status, detail) \
             SELECT $1::bigint, $2::bigint, (e->>0)::bigint, e->>1, e->>2, e->>3, (e->>4)::bigint, e->>5 \
             FROM json_array_elements($3::text::json) e ON CONFLICT DO NOTHING",
            "INSERT INTO concept_parent (rid, version, child, parent) \
             SELECT $1::bigint, $2::bigint, (e->>0)::bigint, (e->>1)::bigint \
             FROM json_array_elements($3::text::json) e ON CONFLICT DO NOTHING",
            "INSERT INTO concept_property (rid, version, ord, name, value) \
             SELECT $1::bigint, $2::bigint, (e->>0)::bigint, e->>1, e->>2 FROM json_array_elements($3::text::json) e",
        ],
    }
}

/// A condition on the relation `c`.
fn condition(dialect: Dialect, which: &Which, args: &mut Vec<Arg>) -> String {
    let mut arg = |value: Arg| {
        args.push(value);
        format!("${}", args.len())
    };
    match which {
        Which::Codes { codes, fold } | Which::NotCodes { codes, fold } => {
            let codes = if *fold { codes.iter().map(|code| code.to_lowercase()).collect() } else { codes.clone() };
            let column = if *fold { "LOWER(c.code)" } else { "c.code" };
            let not = if matches!(which, Which::NotCodes { .. }) { "NOT " } else { "" };
            let codes = arg(Arg::Texts(codes));
            format!("{column} {not}IN {}", dialect.texts(&codes))
        }
        Which::Under { code, itself } => {
            let code = arg(code.as_str().into());
            let below = below(&code);
            if *itself { format!("c.ord IN {below}") } else { format!("c.ord IN {below} AND c.code <> {code}") }
        }
        Which::NotUnder(code) => format!("c.ord NOT IN {}", below(&arg(code.as_str().into()))),
        Which::Over(code) => {
            let code = arg(code.as_str().into());
            format!(
                "c.ord IN (WITH RECURSIVE up(ord) AS (\
                 SELECT s.ord FROM concept s WHERE s.rid = $1 AND s.version = $2 AND s.code = {code} \
                 UNION SELECT p.parent FROM up JOIN concept_parent p ON p.child = up.ord \
                 WHERE p.rid = $1 AND p.version = $2) SELECT ord FROM up)"
            )
        }
        Which::Property { name, values, yes } => {
            let (name, values) = (arg(name.as_str().into()), arg(Arg::Texts(values.clone())));
            let not = if *yes { "" } else { "NOT " };
            format!(
                "{not}EXISTS (SELECT 1 FROM concept_property p WHERE p.rid = $1 AND p.version = $2 AND p.ord = c.ord \
                 AND p.name = {name} AND p.value IN {})",
                dialect.texts(&values)
            )
        }
        Which::HasProperty { name, yes } => {
            let (name, not) = (arg(name.as_str().into()), if *yes { "" } else { "NOT " });
            format!(
                "{not}EXISTS (SELECT 1 FROM concept_property p WHERE p.rid = $1 AND p.version = $2 AND p.ord = c.ord \
                 AND p.name = {name})"
            )
        }
        Which::HasChild(yes) => {
            let not = if *yes { "" } else { "NOT " };
            format!(
                "{not}EXISTS (SELECT 1 FROM concept_parent p WHERE p.rid = $1 AND p.version = $2 AND p.parent = c.ord)"
            )
        }
        Which::IsParentOf(ord) => {
            let ord = arg((*ord).into());
            format!(
                "c.ord IN (SELECT p.parent FROM concept_parent p \
                 WHERE p.rid = $1 AND p.version = $2 AND p.child = {ord})"
            )
        }
        Which::Display(text) => format!("c.display = {}", arg(text.as_str().into())),
        Which::Words(words) => {
            let each: Vec<String> = words
                .iter()
                .map(|word| {
                    let plain = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
                    format!("c.words LIKE {} ESCAPE '\\'", arg(format!("%{plain}%").into()))
                })
                .collect();
            if each.is_empty() { "1 = 1".to_owned() } else { format!("({})", each.join(" AND ")) }
        }
    }
}

/// The places of a code and of everything below it.
fn below(code: &str) -> String {
    format!(
        "(WITH RECURSIVE down(ord) AS (\
         SELECT s.ord FROM concept s WHERE s.rid = $1 AND s.version = $2 AND s.code = {code} \
         UNION SELECT p.child FROM down JOIN concept_parent p ON p.parent = down.ord \
         WHERE p.rid = $1 AND p.version = $2) SELECT ord FROM down)"
    )
}
