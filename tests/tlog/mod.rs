//! Trees and proofs, compared with the definitions of RFC 6962 as they are written there.

use proptest::prelude::{any, prop_assert, prop_assert_eq};
use spil::tlog::{
    Checkpoint, Consistency, Frontier, Hash, Inclusion, Signer, consistency_ranges, inclusion_ranges, is_consistent,
    leaf_hash, range_roots, root_of_path,
};

/// `MTH`, `PATH` and `PROOF` of section 2.1.
mod naive {
    use aws_lc_rs::digest::{SHA256, digest};
    use spil::tlog::Hash;

    fn sha256(bytes: &[u8]) -> Hash {
        digest(&SHA256, bytes).as_ref().try_into().expect("32 bytes")
    }

    /// The largest power of two below `count`.
    fn split(count: usize) -> usize {
        let mut power = 1;
        while power * 2 < count {
            power *= 2;
        }
        power
    }

    pub fn root(entries: &[Vec<u8>]) -> Hash {
        match entries {
            [] => sha256(&[]),
            [one] => sha256(&[&[0], one.as_slice()].concat()),
            _ => {
                let (left, right) = entries.split_at(split(entries.len()));
                sha256(&[&[1][..], &root(left), &root(right)].concat())
            }
        }
    }

    pub fn path(at: usize, entries: &[Vec<u8>]) -> Vec<Hash> {
        if entries.len() < 2 {
            return Vec::new();
        }
        let k = split(entries.len());
        let (left, right) = entries.split_at(k);
        let (mut path, other) = if at < k { (path(at, left), root(right)) } else { (path(at - k, right), root(left)) };
        path.push(other);
        path
    }

    pub fn proof(old: usize, entries: &[Vec<u8>]) -> Vec<Hash> {
        subproof(old, entries, true)
    }

    fn subproof(old: usize, entries: &[Vec<u8>], known: bool) -> Vec<Hash> {
        if old == entries.len() {
            return if known { Vec::new() } else { vec![root(entries)] };
        }
        let k = split(entries.len());
        let (left, right) = entries.split_at(k);
        let (mut proof, other) = if old <= k {
            (subproof(old, left, known), root(right))
        } else {
            (subproof(old - k, right, false), root(left))
        };
        proof.push(other);
        proof
    }
}

fn entries(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|at| at.to_be_bytes()[8 - at % 8..].to_vec()).collect()
}

fn tree(entries: &[Vec<u8>]) -> Frontier {
    let mut tree = Frontier::default();
    for entry in entries {
        tree.push(leaf_hash(entry));
    }
    tree
}

fn roots(ranges: &[std::ops::Range<u64>], entries: &[Vec<u8>]) -> Vec<Hash> {
    let mut roots = range_roots(ranges);
    for entry in entries {
        roots.push(leaf_hash(entry));
    }
    roots.roots()
}

fn number(value: usize) -> u64 {
    value.try_into().expect("a size")
}

/// The leaves with which logs of Certificate Transparency are tested, and the root of all eight.
#[test]
fn the_root_is_that_of_other_programs() {
    let leaves: [&[u8]; 8] = [
        &[],
        &[0x00],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];
    let mut tree = Frontier::default();
    for leaf in leaves {
        tree.push(leaf_hash(leaf));
    }
    let hex = tree.root().map(|byte| format!("{byte:02x}")).concat();
    assert_eq!(hex, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    let hex = Frontier::default().root().map(|byte| format!("{byte:02x}")).concat();
    assert_eq!(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

#[test]
fn every_small_tree_and_every_proof_in_it_is_the_naive_one() {
    let all = entries(70);
    for size in 0..=all.len() {
        let entries = &all[..size];
        let grown = tree(entries);
        let root = naive::root(entries);
        assert_eq!((grown.root(), grown.size()), (root, number(size)));
        let kept = Frontier::of(grown.size(), &grown.peaks()).expect("it fits");
        assert_eq!(kept, grown);
        assert!(Frontier::of(grown.size() + 1, &grown.peaks()).is_none_or(|other| other.root() == root));
        for at in 0..size {
            let path = roots(&inclusion_ranges(number(at), number(size)), entries);
            assert_eq!(path, naive::path(at, entries), "{at} in {size}");
            let leaf = leaf_hash(&entries[at]);
            assert_eq!(root_of_path(leaf, number(at), number(size), &path), Some(root));
        }
        for old in 1..=size {
            let proof = roots(&consistency_ranges(number(old), number(size)), entries);
            assert_eq!(proof, naive::proof(old, entries), "{old} of {size}");
            let before = (number(old), naive::root(&entries[..old]));
            assert!(is_consistent(before, (number(size), root), &proof), "{old} of {size}");
        }
    }
}

proptest::proptest! {
    /// A proof with anything changed proves nothing.
    #[test]
    fn a_proof_holds_and_nothing_near_it(
        size in 2usize..2_000, at in any::<usize>(), old in any::<usize>(),
        spot in any::<usize>(), bit in 0u8..8, turn in 1usize..50,
    ) {
        let entries = entries(size);
        let (at, old) = (at % size, 1 + old % size);
        let root = naive::root(&entries);
        let path = roots(&inclusion_ranges(number(at), number(size)), &entries);
        prop_assert_eq!(&path, &naive::path(at, &entries));
        let leaf = leaf_hash(&entries[at]);
        let holds = |leaf, at, path: &[Hash]| root_of_path(leaf, number(at), number(size), path) == Some(root);
        prop_assert!(holds(leaf, at, &path));
        prop_assert!(!holds(leaf_hash(b"another"), at, &path));
        prop_assert!(!holds(leaf, (at + turn % size.max(2)) % size, &path) || turn % size == 0);
        let mut bent = path.clone();
        let place = spot % bent.len();
        bent[place][spot % 32] ^= 1 << bit;
        prop_assert!(!holds(leaf, at, &bent));
        prop_assert!(!holds(leaf, at, &path[1..]) && !holds(leaf, at, &[path.clone(), vec![root]].concat()));

        let proof = roots(&consistency_ranges(number(old), number(size)), &entries);
        prop_assert_eq!(&proof, &naive::proof(old, &entries));
        let (before, now) = ((number(old), naive::root(&entries[..old])), (number(size), root));
        prop_assert!(is_consistent(before, now, &proof));
        prop_assert!(!is_consistent((before.0, leaf_hash(b"another")), now, &proof));
        prop_assert!(!is_consistent(before, (now.0, leaf_hash(b"another")), &proof));
        prop_assert!(!is_consistent(before, now, &[proof.clone(), vec![root]].concat()));
        if !proof.is_empty() {
            let mut bent = proof.clone();
            let place = spot % bent.len();
            bent[place][spot % 32] ^= 1 << bit;
            prop_assert!(!is_consistent(before, now, &bent));
            prop_assert!(!is_consistent(before, now, &proof[1..]));
        }
    }

    #[test]
    fn a_proof_reads_back_as_it_was_written(size in 1usize..300, at in any::<usize>(), old in any::<usize>()) {
        let signer = Signer::new("example.org/audit", [7; 32]).expect("a key");
        let entries = entries(size);
        let at = at % size;
        let note = Checkpoint::of(&tree(&entries)).signed(&signer);
        let path = roots(&inclusion_ranges(number(at), number(size)), &entries);
        let proof = Inclusion { extra: b"{}".to_vec(), index: number(at), path, note: note.clone() };
        let read = Inclusion::read(&proof.text()).expect("a proof");
        prop_assert_eq!(&read, &proof);
        let leaf = leaf_hash(&entries[at]);
        prop_assert!(read.holds(leaf, signer.verifier()).expect("signed").is_some());
        prop_assert!(read.holds(leaf_hash(b"another"), signer.verifier()).expect("signed").is_none());
        let old = 1 + old % size;
        let before = Checkpoint::of(&tree(&entries[..old]));
        let path = roots(&consistency_ranges(number(old), number(size)), &entries);
        let proof = Consistency { old: number(old), path, note };
        let read = Consistency::read(&proof.text()).expect("a proof");
        prop_assert_eq!(&read, &proof);
        prop_assert!(read.holds(before, signer.verifier()).expect("signed").is_some());
        let other = Checkpoint { root: leaf_hash(b"another"), ..before };
        prop_assert!(read.holds(other, signer.verifier()).expect("signed").is_none());
        let stranger = Signer::new("example.org/audit", [8; 32]).expect("a key");
        prop_assert!(read.holds(before, stranger.verifier()).is_err());
    }
}
