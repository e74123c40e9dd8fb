//! How closely a rule fits: four small numbers, compared axis by axis.

/// How specific an outcome is. Larger is more specific.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Specificity {
    /// Data holder: one organisation 2, a kind 1, all 0.
    pub holder: u8,
    /// Data user: one person 3, one organisation 2, a kind 1, all 0.
    pub user: u8,
    /// Context: purpose named 1, not 0.
    pub context: u8,
    /// Resource: instance 2; category, label or class 1; all 0. A data period alone is no resource named.
    pub resource: u8,
}

const COUNT: usize = 3 * 4 * 2 * 3;

impl Specificity {
    /// More specific: at least as specific on every axis, and more on one. Two outcomes can be incomparable.
    pub const fn exceeds(self, other: Self) -> bool {
        self.covers(other) && !other.covers(self)
    }

    const fn covers(self, other: Self) -> bool {
        self.holder >= other.holder
            && self.user >= other.user
            && self.context >= other.context
            && self.resource >= other.resource
    }

    /// Names the holder, or something of the data itself: what an objection needs to reach into a handoff.
    pub(crate) const fn is_explicit(self) -> bool {
        self.resource > 0 || self.holder > 0
    }

    const fn index(self) -> usize {
        ((self.holder as usize * 4 + self.user as usize) * 2 + self.context as usize) * 3 + self.resource as usize
    }

    #[expect(clippy::cast_possible_truncation, reason = "each number is a remainder below five")]
    const fn at(index: usize) -> Self {
        Self {
            holder: (index / 24) as u8,
            user: (index / 6 % 4) as u8,
            context: (index / 3 % 2) as u8,
            resource: (index % 3) as u8,
        }
    }
}

/// For each point the set of points that exceed it.
static ABOVE: [u128; COUNT] = above();
const EXPLICIT: u128 = explicit();

const fn above() -> [u128; COUNT] {
    let mut table = [0; COUNT];
    let mut low = COUNT;
    while low > 0 {
        low -= 1;
        let mut high = COUNT;
        while high > 0 {
            high -= 1;
            if Specificity::at(high).exceeds(Specificity::at(low)) {
                table[low] |= 1 << high;
            }
        }
    }
    table
}

const fn explicit() -> u128 {
    let mut set = 0;
    let mut index = COUNT;
    while index > 0 {
        index -= 1;
        if Specificity::at(index).is_explicit() {
            set |= 1 << index;
        }
    }
    set
}

/// A set of specificities: all that matters of the outcomes of one effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Points(u128);

impl Points {
    pub(crate) fn insert(&mut self, point: Specificity) {
        self.0 |= 1 << point.index();
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Is there a point in the set that exceeds this one?
    pub(crate) fn exceed(self, point: Specificity) -> bool {
        self.0 & ABOVE[point.index()] != 0
    }

    /// Does every point of the other set have one in this set that exceeds it?
    pub(crate) fn exceed_all(self, other: Self) -> bool {
        let mut rest = other.0;
        while rest != 0 {
            if self.0 & ABOVE[rest.trailing_zeros() as usize] == 0 {
                return false;
            }
            rest &= rest - 1;
        }
        true
    }

    pub(crate) const fn has_explicit(self) -> bool {
        self.0 & EXPLICIT != 0
    }
}
