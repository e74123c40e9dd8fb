//! Parameters of type quantity (<https://hl7.org/fhir/R4/search.html#quantity>).

use super::text::{alternatives, split, unescape};
use super::{Problem, QuantityTest, Test, number};

/// Reads `[prefix]number[|system|code],…`.
pub(super) fn read(value: &str) -> Result<Test, Problem> {
    let tests = alternatives(value)?.into_iter().map(one).collect::<Result<_, _>>()?;
    Ok(Test::Quantity(tests))
}

fn one(part: &str) -> Result<QuantityTest, Problem> {
    let parts = split(part, '|').into_iter().map(unescape).collect::<Result<Vec<_>, _>>()?;
    let (number, system, code) = match parts.as_slice() {
        [number] => (number, None, None),
        [number, system, code] => {
            let given = |text: &String| (!text.is_empty()).then(|| text.clone());
            (number, given(system), given(code))
        }
        _ => return Err(Problem::value("a quantity is `number`, `number|system|code` or `number||code`")),
    };
    Ok(QuantityTest { number: number::one(number)?, system, code })
}
