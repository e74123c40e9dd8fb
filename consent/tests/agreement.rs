//! `decide` and `scope` agree on every item.

#[path = "oracle/generate.rs"]
mod generate;

use generate::{Choices, World, world};
use proptest::prelude::*;
use spil_consent::{Ground, decide, permits, scope};

/// Bytes as choices; when they are used up every choice is the first, which is the simplest.
struct Bytes<'a>(std::slice::Iter<'a, u8>);

impl Choices for Bytes<'_> {
    fn below(&mut self, bound: u64) -> u64 {
        self.0.next().map_or(0, |byte| u64::from(*byte) % bound)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_item_is_in_the_scope_exactly_if_it_is_permitted(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let World { request, directives, items } = world(&mut Bytes(bytes.iter()));
        let scope = scope(&request, &directives);
        for item in items {
            let decision = decide(&request, &directives, &item);
            prop_assert_eq!(decision.permit, scope.admits(&item), "{:#?}\n{:#?}\n{:#?}\n{:#?}", request, item, directives, scope);
            prop_assert_eq!(decision.permit, permits(&request, &directives, &item));
            prop_assert_eq!(decision.permit, decision.ground != Ground::None);
            prop_assert!(!decision.reasons.is_empty());
            for reason in decision.reasons {
                prop_assert!(!reason.dutch().is_empty() && !reason.english().is_empty());
            }
        }
    }
}
