//! Parameters of type quantity (<https://hl7.org/fhir/R4/search.html#quantity>).

use spil_fhir_profiles::unit;

use super::text::{alternatives, split, unescape};
use super::{NumberTest, Problem, QuantityTest, Test, number};

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
    let number = number::one(number)?;
    let unit = code.as_deref().filter(|_| system.as_deref() == Some(unit::SYSTEM)).and_then(unit::find);
    let canonical = unit.map(|unit| {
        let NumberTest { prefix, value, low, high } = number;
        let of = |bound| unit.convert(bound);
        let (value, low, high) = (of(value), of(low), of(high));
        (unit.base.clone(), NumberTest { prefix, value, low, high })
    });
    Ok(QuantityTest { number, system, code, canonical })
}
