//! The Merkle tree (<https://www.rfc-editor.org/rfc/rfc6962#section-2.1>) and its two proofs, each as the list of subtrees whose
//! roots it consists of: a tree of any size needs one pass over its leaves, and memory for a few dozen hashes.

use std::ops::Range;

use aws_lc_rs::digest::{Context, SHA256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash of a leaf.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    hash(&[&[0], entry])
}

fn node_hash(left: &Hash, right: &Hash) -> Hash {
    hash(&[&[1], left, right])
}

fn hash(parts: &[&[u8]]) -> Hash {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    let mut hash = Hash::default();
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// The right edge of a tree that grows: the root of each largest full subtree, from the left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// One that was kept; none when it is not of a tree of this size.
    pub fn of(size: u64, peaks: &[u8]) -> Option<Self> {
        let (peaks, rest) = peaks.as_chunks::<32>();
        let fits = rest.is_empty() && peaks.len() == usize::try_from(size.count_ones()).ok()?;
        fits.then(|| Self { size, peaks: peaks.to_vec() })
    }

    /// The roots, one after the other, to be kept.
    pub fn peaks(&self) -> Vec<u8> {
        self.peaks.concat()
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds the hash of a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(&left, &hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let last = peaks.next().copied().unwrap_or_else(|| hash(&[]));
        peaks.fold(last, |right, left| node_hash(left, &right))
    }
}

/// Where the left subtree of a tree of `size` ends; `size` is above 1.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The subtrees whose roots prove that leaf `index` is in a tree of `size`, from the leaf up (`PATH`).
pub fn inclusion_ranges(index: u64, size: u64) -> Vec<Range<u64>> {
    let (mut low, mut high, mut ranges) = (0, size, Vec::new());
    while high - low > 1 {
        let middle = low + split(high - low);
        if index < middle {
            ranges.push(middle..high);
            high = middle;
        } else {
            ranges.push(low..middle);
            low = middle;
        }
    }
    ranges.reverse();
    ranges
}

/// The subtrees whose roots prove that a tree of `size` begins with that of `old` leaves (`PROOF`).
pub fn consistency_ranges(old: u64, size: u64) -> Vec<Range<u64>> {
    if old == 0 || old >= size {
        return Vec::new();
    }
    let (mut low, mut high, mut ranges) = (0, size, Vec::new());
    while old < high {
        let middle = low + split(high - low);
        if old <= middle {
            ranges.push(middle..high);
            high = middle;
        } else {
            ranges.push(low..middle);
            low = middle;
        }
    }
    if low > 0 {
        ranges.push(low..high);
    }
    ranges.reverse();
    ranges
}

/// The roots of subtrees that do not overlap, from the hashes of all leaves in their order.
pub fn range_roots(ranges: &[Range<u64>]) -> RangeRoots<'_> {
    let mut order: Vec<usize> = (0..ranges.len()).collect();
    order.sort_by_key(|at| ranges[*at].start);
    RangeRoots { ranges, order, next: 0, index: 0, trees: vec![Frontier::default(); ranges.len()] }
}

/// Takes leaves and gives the roots of subtrees.
pub struct RangeRoots<'r> {
    ranges: &'r [Range<u64>],
    /// The subtrees from the left.
    order: Vec<usize>,
    next: usize,
    index: u64,
    trees: Vec<Frontier>,
}

impl RangeRoots<'_> {
    /// Takes the hash of the next leaf.
    pub fn push(&mut self, leaf: Hash) {
        while let Some(at) = self.order.get(self.next).copied() {
            if self.index >= self.ranges[at].end {
                self.next += 1;
                continue;
            }
            if self.ranges[at].contains(&self.index) {
                self.trees[at].push(leaf);
            }
            break;
        }
        self.index += 1;
    }

    /// The roots, in the order in which the subtrees were named.
    pub fn roots(&self) -> Vec<Hash> {
        self.trees.iter().map(Frontier::root).collect()
    }
}

/// The root that an inclusion proof comes to; none when it is not of the right length
/// (<https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3.2>).
pub fn root_of_path(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut at, mut last, mut root) = (index, size - 1, leaf);
    for hash in path {
        if last == 0 {
            return None;
        }
        if at % 2 == 1 || at == last {
            root = node_hash(hash, &root);
            // Without a sibling on the right it stands where its parent stands.
            let up = if at == 0 { 0 } else { at.trailing_zeros() };
            (at, last) = (at >> up, last >> up);
        } else {
            root = node_hash(&root, hash);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    (last == 0).then_some(root)
}

/// Whether a tree begins with an older one (<https://www.rfc-editor.org/rfc/rfc9162#section-2.1.4.2>).
pub fn is_consistent(old: (u64, Hash), new: (u64, Hash), proof: &[Hash]) -> bool {
    match old.0 {
        // Every tree begins with the empty one.
        0 => proof.is_empty() && old.1 == Frontier::default().root(),
        size if size >= new.0 => proof.is_empty() && old == new,
        _ => begins_with(old, new, proof).unwrap_or(false),
    }
}

fn begins_with(old: (u64, Hash), new: (u64, Hash), proof: &[Hash]) -> Option<bool> {
    let mut path = proof.iter();
    let first = if old.0.is_power_of_two() { old.1 } else { *path.next()? };
    let (mut at, mut last) = (old.0 - 1, new.0 - 1);
    let up = at.trailing_ones();
    (at, last) = (at >> up, last >> up);
    let (mut was, mut is) = (first, first);
    for hash in path {
        if last == 0 {
            return None;
        }
        if at % 2 == 1 || at == last {
            (was, is) = (node_hash(hash, &was), node_hash(hash, &is));
            let up = if at == 0 { 0 } else { at.trailing_zeros() };
            (at, last) = (at >> up, last >> up);
        } else {
            is = node_hash(&is, hash);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    Some(last == 0 && was == old.1 && is == new.1)
}
