//! A scope has no constants inside and says nothing twice, so that what a store makes of it stays short.

use spil_consent::{Scope, Test};

fn of(holder: i64) -> Scope {
    Scope::Test(Test::HolderIs(holder))
}

#[test]
fn a_union_is_folded() {
    assert_eq!(Scope::any([]), Scope::Nothing);
    assert_eq!(Scope::any([Scope::Nothing]), Scope::Nothing);
    assert_eq!(Scope::any([of(10), Scope::Nothing]), of(10));
    assert_eq!(Scope::any([of(10), of(10)]), of(10));
    assert_eq!(Scope::any([of(10), Scope::Everything]), Scope::Everything);
    let two = Scope::Any(vec![of(10), of(11)]);
    assert_eq!(Scope::any([of(10), of(11)]), two);
    assert_eq!(Scope::any([two.clone(), of(11)]), two);
}

#[test]
fn an_intersection_is_folded() {
    assert_eq!(Scope::every([]), Scope::Everything);
    assert_eq!(Scope::every([Scope::Everything]), Scope::Everything);
    assert_eq!(Scope::every([of(10), Scope::Everything]), of(10));
    assert_eq!(Scope::every([of(10), of(10)]), of(10));
    assert_eq!(Scope::every([of(10), Scope::Nothing]), Scope::Nothing);
    let two = Scope::Every(vec![of(10), of(11)]);
    assert_eq!(Scope::every([of(10), of(11)]), two);
    assert_eq!(Scope::every([two.clone(), of(11)]), two);
}

#[test]
fn a_complement_is_folded() {
    assert_eq!(Scope::Everything.negate(), Scope::Nothing);
    assert_eq!(Scope::Nothing.negate(), Scope::Everything);
    assert_eq!(of(10).negate(), Scope::Not(Box::new(of(10))));
    assert_eq!(of(10).negate().negate(), of(10));
}
