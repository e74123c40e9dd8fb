//! Questions about definitions: open to everybody who signed in, each one pass. And the codes that a search stands for.

use serde_json::Value;
use spil_consent::Ground;

use crate::error::Error;
use crate::search::Query;
use crate::terminology::{Expand, Lookup, Subsumes, Translate, Validate};

use super::{Access, Pass, Released, Verb};

/// A question that terminology answers.
#[derive(Debug, Clone)]
pub enum Question {
    /// `ValueSet/$expand`.
    Expand(Expand),
    /// `ValueSet/$validate-code`.
    InValueSet(Validate),
    /// `CodeSystem/$validate-code`.
    InCodeSystem(Validate),
    /// `CodeSystem/$lookup`.
    Lookup(Lookup),
    /// `CodeSystem/$subsumes`.
    Subsumes(Subsumes),
    /// `ConceptMap/$translate`.
    Translate(Translate),
}

impl Question {
    /// The type that it is asked of, and the operation.
    pub fn name(&self) -> (&'static str, &'static str) {
        match self {
            Self::Expand(_) => ("ValueSet", "$expand"),
            Self::InValueSet(_) => ("ValueSet", "$validate-code"),
            Self::InCodeSystem(_) => ("CodeSystem", "$validate-code"),
            Self::Lookup(_) => ("CodeSystem", "$lookup"),
            Self::Subsumes(_) => ("CodeSystem", "$subsumes"),
            Self::Translate(_) => ("ConceptMap", "$translate"),
        }
    }
}

impl Access {
    /// Answers a question from what is loaded.
    ///
    /// # Errors
    /// 403 when the token does not allow reading that type; otherwise as the operation.
    pub async fn terminology(&self, question: &Question) -> Result<Released<Value>, Error> {
        let (rtype, operation) = question.name();
        let mut pass = Pass::new(Verb::Operation, None);
        pass.query = Some(format!("{rtype}/{operation}"));
        self.require(rtype, 'r', &pass).await?;
        let known = &self.app.conformance;
        let done = match question {
            Question::Expand(ask) => known.expand(ask).await,
            Question::InValueSet(ask) => known.validate_in_value_set(ask).await,
            Question::InCodeSystem(ask) => known.validate_in_code_system(ask).await,
            Question::Lookup(ask) => known.lookup(ask).await,
            Question::Subsumes(ask) => known.subsumes(ask).await,
            Question::Translate(ask) => known.translate(ask).await,
        };
        match done {
            Ok(answer) => {
                pass.ground = Ground::Directory;
                self.record(&pass).await?;
                Ok(Released(answer))
            }
            Err(error) => {
                self.record(&pass.refuse(&format!("refused with {}", error.status))).await?;
                Err(error)
            }
        }
    }

    /// Puts codes in the place of what stands for them in a query.
    pub(super) async fn settle(&self, query: &mut Query) -> Result<(), Error> {
        let terms = query.terms();
        if terms.is_empty() {
            return Ok(());
        }
        let mut codes = Vec::with_capacity(terms.len());
        for one in &terms {
            codes.push(self.app.conformance.tokens(one).await?);
        }
        query.settle(codes);
        Ok(())
    }
}
