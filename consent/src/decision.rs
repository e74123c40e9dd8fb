//! The answer.

use crate::Reason;

/// Why data may be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ground {
    /// The organisation that asks wrote it.
    Own,
    /// It is nobody's data.
    Directory,
    /// The patient permits it.
    Consent,
    /// A running handoff names it, and the patient permits nursing data.
    Handoff,
    /// Emergency access, and the patient does not object.
    Emergency,
    /// There is none: refused.
    None,
}

impl Ground {
    /// A stable word for records and tests.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Directory => "directory",
            Self::Consent => "consent",
            Self::Handoff => "handoff",
            Self::Emergency => "emergency",
            Self::None => "none",
        }
    }
}

/// An answer with its reasons; there is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// May it be seen?
    pub permit: bool,
    /// On what ground.
    pub ground: Ground,
    /// What decided it, and what did not.
    pub reasons: Vec<Reason>,
}

impl Decision {
    pub(crate) fn permit(ground: Ground, reasons: Vec<Reason>) -> Self {
        Self { permit: true, ground, reasons }
    }

    pub(crate) fn refuse(reasons: Vec<Reason>) -> Self {
        Self { permit: false, ground: Ground::None, reasons }
    }
}
