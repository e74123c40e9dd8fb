//! Prefixes of ordered values (<https://hl7.org/fhir/R4/search.html#prefix>).

/// How an ordered value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prefix {
    /// `eq`, or no prefix.
    Equal,
    /// `ne`.
    NotEqual,
    /// `gt`.
    Greater,
    /// `lt`.
    Less,
    /// `ge`.
    GreaterOrEqual,
    /// `le`.
    LessOrEqual,
    /// `sa`: starts after.
    StartsAfter,
    /// `eb`: ends before.
    EndsBefore,
    /// `ap`: approximately.
    Approximately,
}

impl Prefix {
    /// Takes the prefix off a value.
    pub fn split(value: &str) -> (Self, &str) {
        let Some((head, rest)) = value.split_at_checked(2) else { return (Self::Equal, value) };
        let prefix = match head {
            "eq" => Self::Equal,
            "ne" => Self::NotEqual,
            "gt" => Self::Greater,
            "lt" => Self::Less,
            "ge" => Self::GreaterOrEqual,
            "le" => Self::LessOrEqual,
            "sa" => Self::StartsAfter,
            "eb" => Self::EndsBefore,
            "ap" => Self::Approximately,
            _ => return (Self::Equal, value),
        };
        (prefix, rest)
    }
}
