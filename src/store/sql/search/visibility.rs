//! What a caller may see, as a condition on rows of `resource`.

use std::collections::HashMap;
use std::sync::Arc;

use spil_consent::{Category, PATIENT, Scope};

use crate::store::{Arg, Asker, Dialect};

use super::builder::{ALIAS, Builder, any};
use super::scope;

/// What a caller may see. The default is nothing.
#[derive(Debug, Clone, Default)]
pub struct Visibility {
    /// The organisation that asks: it sees what it wrote itself.
    pub own: Option<i64>,
    /// The patient that asks: sees everything about itself.
    pub patient: Option<i64>,
    /// The types of which nobody's general data are open to all.
    pub public_types: Vec<u16>,
    /// What persons permit.
    pub granted: Vec<(Vec<i64>, Scope)>,
    /// No limit at all; for the server's own jobs.
    pub everything: bool,
    /// The organisations of each kind.
    pub orgs_by_kind: Arc<HashMap<String, Vec<i64>>>,
    /// The organisation whose handoffs count, and when.
    pub handoff: Option<Asker>,
}

/// Whose rows a condition is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Those of anybody, and nobody's.
    Anybody,
    /// Those of one person: what is nobody's is not among them.
    Somebody,
}

impl Visibility {
    /// The condition, with [`ALIAS`] for the relation. Deleted rows pass for nobody.
    pub(super) fn predicate(&self, builder: &mut Builder, of: Of) -> String {
        if self.everything {
            return format!("{ALIAS}.deleted = 0");
        }
        // The plus keeps SQLite from walking these columns' indexes instead of those of the filters.
        let column = match builder.dialect {
            Dialect::Sqlite => format!("+{ALIAS}"),
            Dialect::Postgres => ALIAS.to_owned(),
        };
        let (general, consent) = (Category::General.number(), Category::Consent.number());
        let mut parts = Vec::new();
        if let Some(own) = self.own.filter(|own| *own > PATIENT) {
            let own = builder.arg(own);
            parts.push(format!("{column}.source = {own}"));
        }
        if of == Of::Anybody && !self.public_types.is_empty() {
            let types = builder.arg(Arg::Ints(self.public_types.iter().map(|rtype| i64::from(*rtype)).collect()));
            let types = builder.dialect.ints(&types);
            parts.push(format!("({column}.person = 0 AND {ALIAS}.category = {general} AND {column}.rtype IN {types})"));
        }
        if of == Of::Anybody && self.handoff.is_some() {
            // What a sender says of nobody by name, to whom it says it.
            let lent = scope::in_handoff(builder, self);
            parts.push(format!("({column}.person = 0 AND {lent})"));
        }
        if let Some(patient) = self.patient.filter(|patient| *patient > 0) {
            let patient = builder.arg(patient);
            parts.push(format!("{column}.person = {patient}"));
        }
        for group in scope::groups(&self.granted) {
            let persons = group.iter().flat_map(|(persons, _)| persons).copied().collect();
            let persons = builder.one_of_numbers(&format!("{column}.person"), persons);
            let admitted = scope::condition(builder, self, &group);
            parts.push(format!("({persons} AND {ALIAS}.category <> {consent} AND {admitted})"));
        }
        format!("({ALIAS}.deleted = 0 AND {})", any(&parts))
    }
}
