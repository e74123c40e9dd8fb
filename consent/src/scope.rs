//! A condition on items that a store can turn into SQL.

use crate::{CategorySet, Item, Labels, OrgNo};

/// Which items: an expression without constants inside, as the functions of this type fold them away.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All items.
    Everything,
    /// No item.
    Nothing,
    /// Items of at least one of these.
    Any(Vec<Scope>),
    /// Items of all of these.
    Every(Vec<Scope>),
    /// Items that are not of this.
    Not(Box<Scope>),
    /// Items that pass a test.
    Test(Test),
}

/// One test of one item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Test {
    /// The holder is this organisation.
    HolderIs(OrgNo),
    /// The holder is of this kind.
    HolderKindIs(String),
    /// The category is one of these.
    CategoryIn(CategorySet),
    /// The labels are a subset of these.
    LabelsWithin(Labels),
    /// The resource type is one of these.
    ClassIn(Vec<String>),
    /// Type and id are one of these.
    InstanceIn(Vec<(String, String)>),
    /// The clinical time is known and lies inside: `start <= from AND to <= end`.
    PeriodWithin(i64, i64),
    /// The clinical time is unknown or overlaps: `from IS NULL OR (from < end AND start < to)`.
    PeriodMayOverlap(i64, i64),
    /// A running handoff to the organisation that asks names it.
    InHandoff,
}

impl Scope {
    /// Is this item in the scope?
    pub fn admits(&self, item: &Item) -> bool {
        match self {
            Self::Everything => true,
            Self::Nothing => false,
            Self::Any(parts) => parts.iter().any(|part| part.admits(item)),
            Self::Every(parts) => parts.iter().all(|part| part.admits(item)),
            Self::Not(inner) => !inner.admits(item),
            Self::Test(test) => test.passes(item),
        }
    }

    /// Union, folded.
    #[must_use]
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::Everything => return Self::Everything,
                Self::Nothing => {}
                Self::Any(inner) => keep(&mut kept, inner),
                other => keep(&mut kept, [other]),
            }
        }
        match kept.len() {
            0 => Self::Nothing,
            1 => kept.remove(0),
            _ => Self::Any(kept),
        }
    }

    /// Intersection, folded.
    #[must_use]
    pub fn every(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::Nothing => return Self::Nothing,
                Self::Everything => {}
                Self::Every(inner) => keep(&mut kept, inner),
                other => keep(&mut kept, [other]),
            }
        }
        match kept.len() {
            0 => Self::Everything,
            1 => kept.remove(0),
            _ => Self::Every(kept),
        }
    }

    /// Complement, folded.
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Self::Everything => Self::Nothing,
            Self::Nothing => Self::Everything,
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// The constant that a condition known beforehand comes to.
    pub(crate) const fn constant(holds: bool) -> Self {
        if holds { Self::Everything } else { Self::Nothing }
    }
}

impl Test {
    /// Does this item pass?
    pub fn passes(&self, item: &Item) -> bool {
        match self {
            Self::HolderIs(holder) => item.holder == *holder,
            Self::HolderKindIs(kind) => item.holder_kind == kind,
            Self::CategoryIn(categories) => categories.contains(item.category),
            Self::LabelsWithin(labels) => item.labels.within(*labels),
            Self::ClassIn(classes) => classes.iter().any(|class| class == item.class),
            Self::InstanceIn(instances) => instances.iter().any(|(class, id)| class == item.class && id == item.id),
            Self::PeriodWithin(start, end) => {
                item.known_period().is_some_and(|(from, to)| *start <= from && to <= *end)
            }
            Self::PeriodMayOverlap(start, end) => {
                item.known_period().is_none_or(|(from, to)| from < *end && *start < to)
            }
            Self::InHandoff => item.in_handoff,
        }
    }
}

fn keep(kept: &mut Vec<Scope>, parts: impl IntoIterator<Item = Scope>) {
    for part in parts {
        if !kept.contains(&part) {
            kept.push(part);
        }
    }
}
