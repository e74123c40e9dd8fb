//! Prints the policy as a table of role, purpose and category, and compares it with `matrix.txt`. The environment
//! variable `SPIL_REFRESH` writes the file anew; the diff is then there to be reviewed.

#[path = "casebook/mod.rs"]
mod casebook;

use std::fmt::Write as _;
use std::path::Path;

use spil_consent::{Category, Decision, Directive, Ground, Item, Labels, Request, decide};

const SETTINGS: &str = include_str!("matrix.md");
const ROLES: [(&str, i64, &str); 6] = [
    ("Hospital", 10, "hospital"),
    ("Gp", 11, "gp"),
    ("Post", 12, "gp_post"),
    ("Home", 13, "vvt"),
    ("Pharmacy", 14, "pharmacy"),
    ("Clinic", 15, "mental_health"),
];
const PURPOSES: [&str; 3] = ["TREAT", "BTG", "HMARKT"];

#[test]
fn the_printed_policy_is_the_one_that_was_reviewed() {
    let mut text = String::from(
        "Item by item, of OtherHospital. o own, d directory, C consent, H handoff, E emergency, . refused.\n\
         Each cell: plain, labelled psychiatry, handed over.\n",
    );
    for case in casebook::read(SETTINGS) {
        assert!(case.questions.is_empty(), "a setting has rules only");
        let _ = writeln!(text, "\n{}\n", case.title);
        table(&mut text, &case.directives);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/matrix.txt");
    if std::env::var_os("SPIL_REFRESH").is_some() {
        std::fs::write(&path, &text).expect("matrix.txt is written");
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(reviewed == text, "the policy changed; review it with SPIL_REFRESH=1. It is now:\n{text}");
}

fn table(text: &mut String, directives: &[Directive]) {
    let _ = write!(text, "{:16}", "");
    for (role, ..) in ROLES {
        let _ = write!(text, " {role:12}");
    }
    let _ = write!(text, "\n{:16}", "");
    for _ in ROLES {
        let _ = write!(text, " {:12}", "TRT BTG MRK");
    }
    for category in Category::ALL {
        let _ = write!(text, "\n{:16}", category.code());
        for (_, organisation, kind) in ROLES {
            let cells = PURPOSES.map(|purpose| {
                let request = Request { organisation, kind, person: None, purpose, now: 0, earliest: 0 };
                cell(&request, directives, category)
            });
            let _ = write!(text, " {:12}", cells.join(" "));
        }
    }
    while text.contains(" \n") {
        *text = text.replace(" \n", "\n");
    }
    *text = format!("{}\n", text.trim_end());
}

fn cell(request: &Request, directives: &[Directive], category: Category) -> String {
    let plain = Item {
        holder: 16,
        holder_kind: "hospital",
        category,
        labels: Labels::NONE,
        class: "Basic",
        id: "1",
        period: None,
        in_handoff: false,
    };
    let variants = [plain, Item { labels: Labels::PSYCHIATRY, ..plain }, Item { in_handoff: true, ..plain }];
    variants.iter().map(|item| sign(&decide(request, directives, item))).collect()
}

fn sign(decision: &Decision) -> char {
    match decision.ground {
        Ground::Own => 'o',
        Ground::Directory => 'd',
        Ground::Consent => 'C',
        Ground::Handoff => 'H',
        Ground::Emergency => 'E',
        Ground::None => '.',
    }
}
