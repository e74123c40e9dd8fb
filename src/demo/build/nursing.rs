//! Nursing observations: what somebody can do alone and where help is needed.

use serde_json::json;

use super::code::{Code, sct};
use super::source::Source;

/// How somebody does in daily life; each answer is a code of the Dutch value sets.
#[derive(Debug)]
pub struct Functioning {
    /// Days ago.
    pub days: i64,
    /// Washing.
    pub washing: Code,
    /// Dressing.
    pub dressing: Code,
    /// Eating.
    pub eating: Code,
    /// Going to the toilet.
    pub toilet: Code,
    /// Walking.
    pub walking: Code,
    /// Transfer.
    pub transfer: Code,
    /// Climbing stairs.
    pub stairs: Code,
    /// A word about mobility.
    pub note: &'static str,
}

/// Washing with help.
pub const WASH_HELP: Code = sct("16621000146103", "Hulp nodig bij zich wassen");
/// Dressing with help.
pub const DRESS_HELP: Code = sct("129039006", "Hulp nodig bij aankleden");
/// Eating alone.
pub const EAT_ALONE: Code = sct("165224005", "Eet zelfstandig");
/// Toilet alone.
pub const TOILET_ALONE: Code = sct("129062008", "Gaat zelfstandig naar het toilet");
/// Toilet with help.
pub const TOILET_HELP: Code = sct("129045003", "Hulp nodig bij toiletgang");
/// Walking alone.
pub const WALK_ALONE: Code = sct("165245003", "Loopt zelfstandig");
/// Walking with help.
pub const WALK_HELP: Code = sct("16581000146103", "Hulp nodig bij lopen");
/// Transfer alone.
pub const TRANSFER_ALONE: Code = sct("714915006", "Maakt transfers zelfstandig");
/// Transfer with help.
pub const TRANSFER_HELP: Code = sct("719024002", "Hulp nodig bij transfer");
/// Stairs with help.
pub const STAIRS_HELP: Code = sct("165248001", "Hulp nodig bij traplopen");

/// The observations of daily life that a handoff refers to.
#[derive(Debug)]
pub struct Functions {
    /// Self-care.
    pub self_care: Vec<String>,
    /// Mobility, the parts first.
    pub mobility: Vec<String>,
}

impl Source<'_> {
    /// Writes how somebody does in daily life.
    pub fn functioning(&mut self, how: &Functioning) -> Functions {
        let days = how.days;
        let toilet = self.toilet(how);
        let self_care = vec![
            self.finding("AbilityToWashOneself", &sct("284785009", "Zich wassen"), &how.washing, days),
            self.finding("AbilityToDressOneself", &sct("165235000", "Zich kleden"), &how.dressing, days),
            self.finding("AbilityToEat", &sct("288883002", "Eten"), &how.eating, days),
            toilet,
        ];
        let mut mobility = vec![
            self.finding("Mobility.Walking", &sct("282097004", "Lopen"), &how.walking, days),
            self.finding("Mobility.Transfer", &sct("364666007", "Transfer"), &how.transfer, days),
            self.finding("Mobility.ClimbingStairs", &sct("301587001", "Traplopen"), &how.stairs, days),
        ];
        let members: Vec<_> = mobility.iter().map(|url| json!({"reference": url, "type": "Observation"})).collect();
        let mut whole = self.bare_observation("Mobility", &sct("301438001", "Mobiliteit"), days);
        whole["hasMember"] = json!(members);
        whole["note"] = json!([{"text": how.note}]);
        mobility.push(self.add(whole));
        Functions { self_care, mobility }
    }

    fn toilet(&mut self, how: &Functioning) -> String {
        let what = sct("284779002", "Persoonlijke hygiëne op het toilet");
        let mut built = self.bare_observation("AbilityToUseToilet", &what, how.days);
        built["component"] = json!([{
            "code": sct("284899001", "Toiletgang").concept(),
            "valueCodeableConcept": how.toilet.concept(),
        }]);
        self.add(built)
    }

    /// A pain score from 0 to 10.
    pub fn pain(&mut self, score: i64, note: &str, days: i64) -> String {
        let url = self.score("PainScore", &sct("225908003", "Pijnscore (NRS)"), score, note, days);
        let method = json!({"text": "NRS, 0 tot 10"});
        self.amend(&url, |built| built["method"] = method);
        url
    }

    /// A score for malnutrition.
    pub fn snaq(&mut self, score: i64, note: &str, days: i64) -> String {
        self.score("SNAQScore", &sct("8881000146104", "SNAQ-score ondervoeding"), score, note, days)
    }

    /// Where and with whom somebody lives.
    pub fn living_situation(&mut self, text: &str, days: i64) -> String {
        self.remark("LivingSituation", &sct("365508006", "Woonsituatie"), text, days)
    }
}
