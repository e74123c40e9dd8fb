//! Canonical addresses with several names: whoever searches by one finds what is stored under each. `:below` works from the
//! base that definitions share; `co`, `sw` and `ew` of `_filter` look at the text as it is stored.

use spil_fhir_profiles::canonical::others;

use super::{Filter, Query, ReferenceTest, Test, UriMatch};

impl Query {
    /// Adds the other names of the addresses that are asked, and notes those that have some.
    pub(super) fn every_name(&mut self) {
        let mut named = Vec::new();
        let also = self.also.iter_mut().flat_map(|other| &mut other.filters);
        self.filters.iter_mut().chain(also).for_each(|filter| widen(filter, &mut named));
        self.named = named;
    }
}

fn widen(filter: &mut Filter, named: &mut Vec<String>) {
    match filter {
        Filter::Value { test, .. } => widen_test(test, named),
        Filter::Chain { filter, .. } | Filter::Has { filter, .. } | Filter::Negate(filter) => widen(filter, named),
        Filter::Any(parts) | Filter::All(parts) => parts.iter_mut().for_each(|part| widen(part, named)),
        _ => {}
    }
}

fn widen_test(test: &mut Test, named: &mut Vec<String>) {
    match test {
        Test::Reference(tests) => {
            let addresses = tests.iter().filter_map(|test| match test {
                ReferenceTest::Address(address) => Some(address),
                _ => None,
            });
            let more = more(addresses, named);
            tests.extend(more.into_iter().map(ReferenceTest::Address));
        }
        Test::Uri(UriMatch::Exact | UriMatch::Above | UriMatch::Below, addresses) => {
            let more = more(addresses.iter(), named);
            addresses.extend(more);
        }
        Test::Unequal(inner) => widen_test(inner, named),
        Test::Composite(rows) => rows.iter_mut().flatten().for_each(|part| widen_test(&mut part.test, named)),
        _ => {}
    }
}

fn more<'a>(addresses: impl Iterator<Item = &'a String>, named: &mut Vec<String>) -> Vec<String> {
    let mut found = Vec::new();
    for address in addresses {
        let others = others(address);
        if !others.is_empty() {
            named.push(address.clone());
            found.extend(others);
        }
    }
    found
}
