//! Orders, and pages that continue them.

use spil::search::Cursor;

use super::support::{engines, everything, query};

const ORDERS: &[(&str, &[&str])] = &[
    ("Observation", &["o6", "o5", "o4", "o3", "o2", "o1"]),
    ("Observation?_sort=_id", &["o1", "o2", "o3", "o4", "o5", "o6"]),
    ("Observation?_sort=-_lastUpdated", &["o6", "o5", "o4", "o3", "o2", "o1"]),
    ("Observation?_sort=_lastUpdated", &["o1", "o2", "o3", "o4", "o5", "o6"]),
    ("Observation?_sort=date", &["o4", "o1", "o2", "o5", "o3", "o6"]),
    ("Observation?_sort=-date", &["o3", "o5", "o2", "o1", "o4", "o6"]),
    ("Observation?_sort=value-quantity", &["o2", "o5", "o6", "o4", "o3", "o1"]),
    ("Observation?_sort=-value-quantity,_id", &["o5", "o2", "o1", "o3", "o4", "o6"]),
    ("Observation?_sort=status,-date", &["o5", "o2", "o1", "o4", "o6", "o3"]),
    ("Observation?_sort=code,date", &["o2", "o5", "o4", "o1", "o3", "o6"]),
    ("Observation?_sort=subject,_id", &["o6", "o1", "o2", "o3", "o4", "o5"]),
    ("Patient?_sort=family", &["p1", "p2"]),
    ("Patient?_sort=-given", &["p2", "p1"]),
    ("ValueSet?_sort=-url", &["vs2", "vs1"]),
    ("RiskAssessment?_sort=-probability", &["ra2", "ra1"]),
];

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    for mut db in engines().await {
        for (text, expected) in ORDERS {
            assert_eq!(db.ids(&query(text), &everything()).await, *expected, "{:?} {text}", db.dialect());
            for size in 1..=3 {
                let seen = db.walk(query(text), size).await;
                assert_eq!(seen, *expected, "{:?} {text} by {size}", db.dialect());
            }
        }
    }
}

#[test]
fn a_cursor_of_another_order_does_not_fit() {
    let mut asked = query("Observation?_sort=date");
    for text in ["", "zz", "1f", "1f.tabc", "1f.i5.i6", "1f.i", "1f.x"] {
        assert!(!asked.continue_after(text), "{text}");
        assert_eq!(asked.after, None);
    }
    assert!(asked.continue_after("1f.i-5"));
    assert!(asked.continue_after("1f.n"));
    let decoded = Cursor::decode("2.ta~1b~0c").expect("a cursor");
    assert_eq!(decoded.encode(), "2.ta~1b~0c");
}
