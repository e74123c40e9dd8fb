//! `_sort` (<https://hl7.org/fhir/R4/search.html#sort>).

use spil_fhir_profiles::parameters::{ParamKind, Parameters};

use super::{Limits, Problem, SortBy, SortKey};

/// Reads `[-]parameter,…`.
pub(super) fn read(parameters: &Parameters, rtype: &str, value: &str) -> Result<Vec<SortKey>, Problem> {
    let keys = value.split(',').map(|part| one(parameters, rtype, part)).collect::<Result<Vec<_>, _>>()?;
    if keys.len() > Limits::SORT_KEYS {
        return Err(Problem::too_much(format!("more than {} sort keys", Limits::SORT_KEYS)));
    }
    Ok(keys)
}

fn one(parameters: &Parameters, rtype: &str, part: &str) -> Result<SortKey, Problem> {
    let (descending, code) = part.strip_prefix('-').map_or((false, part), |code| (true, code));
    let by = match code {
        "_id" => SortBy::Id,
        "_lastUpdated" => SortBy::Updated,
        _ => {
            let param = parameters.get(rtype, code);
            let param =
                param.ok_or_else(|| Problem::unknown(format!("`{code}` is not a search parameter of {rtype}")))?;
            if matches!(param.kind, ParamKind::Composite | ParamKind::Special) {
                return Err(Problem::unsupported(format!("`{code}` cannot be sorted by")));
            }
            SortBy::Param { param: param.number, kind: param.kind }
        }
    };
    Ok(SortKey { by, descending })
}
