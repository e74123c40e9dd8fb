//! The modifiers `:in`, `:not-in`, `:above` and `:below` of a search (<https://hl7.org/fhir/R4/search.html#modifiers>): which
//! codes they stand for.

use crate::error::Error;
use crate::search::{SystemTest, Terms, TermsHow, TokenTest};
use crate::store::Which;

use super::{Conformance, Membership, Target, filter, incomplete, not_loaded};

/// Most codes that a modifier may stand for.
const MOST: usize = 5_000;

impl Conformance {
    /// The codes that a value with one of the modifiers stands for.
    ///
    /// # Errors
    /// 400 with what is not known, or when there are too many.
    pub async fn tokens(&self, terms: &Terms) -> Result<Vec<TokenTest>, Error> {
        let mut tests = Vec::new();
        for value in &terms.values {
            let found = match terms.how {
                TermsHow::In => self.in_set(&value.code.clone().unwrap_or_default()).await,
                TermsHow::Above | TermsHow::Below => self.around(value, terms.how).await,
            };
            let found = found
                .map_err(|error| Error { status: if error.status < 500 { 400 } else { error.status }, ..error })?;
            tests.extend(found);
            if tests.len() > MOST {
                let text = format!("the value stands for more than {MOST} codes");
                return Err(Error::bad_request("too-costly", text));
            }
        }
        if terms.is_bare {
            // An element of type code has no system of its own.
            let bare: Vec<TokenTest> =
                tests.iter().map(|test| TokenTest { system: SystemTest::None, code: test.code.clone() }).collect();
            tests.extend(bare);
        }
        Ok(tests)
    }

    async fn in_set(&self, value: &str) -> Result<Vec<TokenTest>, Error> {
        let target = match value.strip_prefix("ValueSet/") {
            Some(id) => Target::Id(id.to_owned()),
            None if value.contains(':') => Target::Url(value.to_owned()),
            None => Target::Id(value.to_owned()),
        };
        let (body, key) = self.target("ValueSet", &target).await.map_err(|error| match target {
            Target::Id(_) if error.status == 404 => super::unknown_value_set(value),
            _ => error,
        })?;
        let held = self.expansion(&body, key).await?;
        Ok(held.entries.iter().map(|entry| is(&entry.system, &entry.code)).collect())
    }

    async fn around(&self, value: &TokenTest, how: TermsHow) -> Result<Vec<TokenTest>, Error> {
        let (SystemTest::Is(url), Some(code)) = (&value.system, &value.code) else {
            return Err(Error::bad_request("value", "`:above` and `:below` need `system|code`"));
        };
        let Some(system) = self.system(url, None).await? else { return Err(not_loaded(url, None)) };
        filter::is_hierarchy(&system)?;
        match self.in_system(url, None, code).await? {
            Membership::Yes(_) => {}
            Membership::No => {
                let text = format!("the code system `{url}` has no code `{code}`");
                return Err(Error::bad_request("code-invalid", text));
            }
            Membership::Unknown(_) => return Err(incomplete(&system)),
        }
        let own = self.concept(&system, code).await?.map_or_else(|| code.clone(), |concept| concept.code);
        let which = match how {
            TermsHow::Above => Which::Over(own),
            _ => Which::Under { code: own, itself: true },
        };
        let found = self.concepts(&system, &[which], MOST + 1).await?;
        Ok(found.iter().map(|concept| is(&system.url, &concept.code)).collect())
    }
}

fn is(system: &str, code: &str) -> TokenTest {
    TokenTest { system: SystemTest::Is(system.to_owned()), code: Some(code.to_owned()) }
}
