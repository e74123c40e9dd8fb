//! A scope of the consent engine as a condition. Every part is true or false, never null, so that *not* is safe.

use spil_consent::{Scope, Test};
use spil_fhir_profiles::definition::type_number;

use crate::store::Dialect;

use super::builder::{ALIAS, Builder, any, every, list};
use super::visibility::Visibility;

/// The condition, with [`ALIAS`] for the relation.
pub(super) fn condition(builder: &mut Builder, visibility: &Visibility, scope: &Scope) -> String {
    match scope {
        Scope::Everything => "1 = 1".to_owned(),
        Scope::Nothing => "1 = 0".to_owned(),
        Scope::Any(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| condition(builder, visibility, part)).collect();
            any(&parts)
        }
        Scope::Every(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| condition(builder, visibility, part)).collect();
            every(&parts)
        }
        Scope::Not(inner) => format!("NOT ({})", condition(builder, visibility, inner)),
        Scope::Test(test) => one(builder, visibility, test),
    }
}

fn one(builder: &mut Builder, visibility: &Visibility, test: &Test) -> String {
    let r = ALIAS;
    let plus = match builder.dialect {
        Dialect::Sqlite => "+",
        Dialect::Postgres => "",
    };
    match test {
        Test::HolderIs(holder) => {
            let holder = builder.arg(*holder);
            format!("{plus}{r}.source = {holder}")
        }
        Test::HolderKindIs(kind) => {
            let orgs = visibility.orgs_by_kind.get(kind).cloned().unwrap_or_default();
            if orgs.is_empty() {
                "1 = 0".to_owned()
            } else {
                builder.one_of_numbers(&format!("{plus}{r}.source"), orgs)
            }
        }
        Test::CategoryIn(set) if set.is_empty() => "1 = 0".to_owned(),
        Test::CategoryIn(set) => {
            format!("{r}.category IN ({})", list(set.iter().map(|category| i64::from(category.number()))))
        }
        Test::LabelsWithin(labels) => format!("({r}.labels & {}) = 0", !labels.0),
        Test::ClassIn(classes) => {
            let types: Vec<i64> = classes.iter().filter_map(|class| type_number(class)).map(i64::from).collect();
            if types.is_empty() { "1 = 0".to_owned() } else { format!("{plus}{r}.rtype IN ({})", list(types)) }
        }
        Test::InstanceIn(instances) => {
            let mut parts = Vec::new();
            for (class, id) in instances {
                if let Some(rtype) = type_number(class) {
                    let id = builder.arg(id.as_str());
                    parts.push(format!("({plus}{r}.rtype = {rtype} AND {r}.id = {id})"));
                }
            }
            any(&parts)
        }
        Test::PeriodWithin(start, end) => {
            let (start, end) = (builder.arg(*start), builder.arg(*end));
            format!(
                "({r}.data_from IS NOT NULL AND {r}.data_to IS NOT NULL AND {r}.data_from < {r}.data_to \
                 AND {r}.data_from >= {start} AND {r}.data_to <= {end})"
            )
        }
        Test::PeriodMayOverlap(start, end) => {
            let (start, end) = (builder.arg(*start), builder.arg(*end));
            format!(
                "({r}.data_from IS NULL OR {r}.data_to IS NULL OR {r}.data_from >= {r}.data_to \
                 OR ({r}.data_from < {end} AND {r}.data_to > {start}))"
            )
        }
        Test::InHandoff => match visibility.handoff_org {
            Some(org) => {
                let org = builder.arg(org);
                format!("EXISTS (SELECT 1 FROM handoff_item h WHERE h.org = {org} AND h.item = {r}.rid)")
            }
            None => "1 = 0".to_owned(),
        },
    }
}
