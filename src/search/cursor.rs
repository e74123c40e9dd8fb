//! Where a page ends: the sort keys and the number of its last row. The text form may hold data of a person (a name that
//! was sorted by): it is for the server, and leaves it only sealed.

use spil_fhir_profiles::parameters::ParamKind;

use super::{SortBy, SortKey};

/// The place of a row in the order of a search.
#[derive(Debug, Clone, PartialEq)]
pub struct Cursor {
    /// One value per sort key.
    pub keys: Vec<CursorValue>,
    /// Number of the row, the last key of every order.
    pub rid: i64,
}

/// One sort key of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum CursorValue {
    /// The row has no value.
    Null,
    /// A whole number.
    Int(i64),
    /// A number.
    Real(f64),
    /// Text.
    Text(String),
}

impl Cursor {
    /// The compact text form.
    pub fn encode(&self) -> String {
        let mut parts = vec![format!("{:x}", self.rid)];
        parts.extend(self.keys.iter().map(|key| match key {
            CursorValue::Null => "n".to_owned(),
            CursorValue::Int(value) => format!("i{value}"),
            CursorValue::Real(value) => format!("r{:x}", value.to_bits()),
            CursorValue::Text(value) => format!("t{}", value.replace('~', "~0").replace('.', "~1")),
        }));
        parts.join(".")
    }

    /// Reads what [`Cursor::encode`] wrote.
    pub fn decode(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let rid = i64::from_str_radix(parts.next()?, 16).ok()?;
        let keys = parts.map(CursorValue::decode).collect::<Option<Vec<_>>>()?;
        Some(Self { keys, rid })
    }

    /// True if it was made in this order.
    pub fn fits(&self, sort: &[SortKey]) -> bool {
        self.keys.len() == sort.len() && self.keys.iter().zip(sort).all(|(value, key)| value.fits(key.by))
    }
}

impl CursorValue {
    fn decode(part: &str) -> Option<Self> {
        let (kind, rest) = part.split_at_checked(1)?;
        Some(match kind {
            "n" if rest.is_empty() => Self::Null,
            "i" => Self::Int(rest.parse().ok()?),
            "r" => Self::Real(f64::from_bits(u64::from_str_radix(rest, 16).ok()?)),
            "t" => Self::Text(rest.replace("~1", ".").replace("~0", "~")),
            _ => return None,
        })
    }

    fn fits(&self, by: SortBy) -> bool {
        let kind = match by {
            SortBy::Id => return matches!(self, Self::Text(_)),
            SortBy::Updated => return matches!(self, Self::Int(_)),
            SortBy::Param { kind, .. } => kind,
        };
        match self {
            Self::Null => true,
            Self::Int(_) => kind == ParamKind::Date,
            Self::Real(_) => matches!(kind, ParamKind::Number | ParamKind::Quantity),
            Self::Text(_) => {
                matches!(kind, ParamKind::Token | ParamKind::String | ParamKind::Reference | ParamKind::Uri)
            }
        }
    }
}
