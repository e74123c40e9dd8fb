//! The details of a `Patient` that tell who it is, in the form in which they are compared. Dutch names: prefixes do not
//! count, own name and partner's name count each, initials stand for names
//! (<https://informatiestandaarden.nictiz.nl/wiki/MedMij>, nl-core `HumanName`).

use serde_json::Value;
use spil_fhir_profiles::bsn::SYSTEM as BSN;
use spil_fhir_profiles::index::normalize;

/// Words before a family name.
const PREFIXES: [&str; 35] = [
    "van", "von", "der", "den", "de", "het", "'t", "t", "ten", "ter", "te", "in", "op", "onder", "aan", "bij", "uit",
    "over", "voor", "la", "le", "les", "du", "des", "di", "da", "dos", "el", "al", "zu", "zum", "af", "v", "d", "vd",
];
/// Where nl-core keeps the parts of a family name.
const PARTS: [&str; 2] = [
    "http://hl7.org/fhir/StructureDefinition/humanname-own-name",
    "http://hl7.org/fhir/StructureDefinition/humanname-partner-name",
];
/// Where a house number stands on its own.
const HOUSE_NUMBER: &str = "http://hl7.org/fhir/StructureDefinition/iso21090-ADXP-houseNumber";

/// What tells who somebody is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// Citizen service numbers.
    pub bsns: Vec<String>,
    /// Other identifiers, by system and value.
    pub numbers: Vec<(String, String)>,
    /// Family names as they are compared, without prefixes, each part on its own.
    pub families: Vec<String>,
    /// Family names as they are written, folded, with and without prefixes: what the index begins with.
    pub written: Vec<String>,
    /// Given names, first ones first.
    pub given: Vec<String>,
    /// Initials of the (first) name.
    pub initials: Vec<char>,
    /// Birth date, as exact as it is known.
    pub birth: Option<String>,
    /// Administrative gender.
    pub gender: Option<String>,
    /// Postal codes without spaces, with house numbers.
    pub homes: Vec<(String, Option<String>)>,
    /// Telephone numbers (last nine digits) and e-mail addresses.
    pub contacts: Vec<String>,
}

impl Identity {
    /// Reads the details of a `Patient`.
    pub fn of(patient: &Value) -> Self {
        let list = |name: &str| patient[name].as_array().into_iter().flatten();
        let text = |value: &Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let mut identity =
            Self { birth: text(&patient["birthDate"]), gender: text(&patient["gender"]), ..Self::default() };
        for identifier in list("identifier") {
            match (text(&identifier["system"]), text(&identifier["value"])) {
                (Some(system), Some(value)) if system == BSN => identity.bsns.push(value),
                (Some(system), Some(value)) => identity.numbers.push((system, value)),
                _ => {}
            }
        }
        list("name").for_each(|name| identity.add_name(name));
        for address in list("address") {
            let Some(code) = text(&address["postalCode"]) else { continue };
            let code: String = code.to_uppercase().split_whitespace().collect();
            identity.homes.push((code, house_number(address)));
        }
        identity.contacts = list("telecom").filter_map(contact).collect();
        identity
    }

    fn add_name(&mut self, name: &Value) {
        if let Some(family) = name["family"].as_str() {
            push(&mut self.written, normalize(family));
            self.add_family(family);
        }
        for extension in name["_family"]["extension"].as_array().into_iter().flatten() {
            let is_part = PARTS.iter().any(|part| extension["url"] == *part);
            if let Some(part) = extension["valueString"].as_str().filter(|_| is_part) {
                self.add_family(part);
            }
        }
        let mut initials = Vec::new();
        for given in name["given"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if given.contains('.') || given.trim().chars().count() == 1 {
                let letters = given.split(['.', ' ']).filter_map(|part| normalize(part).chars().next());
                initials.extend(letters);
                continue;
            }
            for word in normalize(given).split([' ', '-']).filter(|word| !word.is_empty()) {
                push(&mut self.given, word.to_owned());
            }
        }
        if initials.is_empty() {
            initials = self.given.iter().filter_map(|given| given.chars().next()).collect();
        }
        if self.initials.is_empty() {
            self.initials = initials;
        }
    }

    /// Each part of a double name on its own, without what stands before it.
    fn add_family(&mut self, family: &str) {
        for part in normalize(family).split(['-', ',', '/']) {
            let is_prefix = |word: &&str| PREFIXES.contains(&word.replace('.', "").as_str());
            let words = part.split_whitespace().skip_while(is_prefix);
            let words: Vec<&str> = words.take_while(|word| !is_prefix(word)).collect();
            if !words.is_empty() {
                push(&mut self.written, words.join(" "));
            }
            let name = words.concat().replace("ij", "y").replace(['\'', '.'], "");
            if !name.is_empty() {
                push(&mut self.families, name);
            }
        }
    }
}

fn push(list: &mut Vec<String>, text: String) {
    if !list.contains(&text) {
        list.push(text);
    }
}

/// The number in its own extension, or the first one in the lines of the address.
fn house_number(address: &Value) -> Option<String> {
    let lines = address["_line"].as_array().into_iter().flatten();
    let mut parts = lines.flat_map(|line| line["extension"].as_array().into_iter().flatten());
    if let Some(part) = parts.find(|part| part["url"] == HOUSE_NUMBER) {
        return part["valueString"].as_str().map(|text| text.trim().to_owned());
    }
    let lines = address["line"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut words = lines.flat_map(str::split_whitespace);
    let word = words.find(|word| word.starts_with(|letter: char| letter.is_ascii_digit()))?;
    Some(word.chars().take_while(char::is_ascii_digit).collect())
}

fn contact(point: &Value) -> Option<String> {
    let value = point["value"].as_str()?;
    if value.contains('@') {
        return Some(value.trim().to_lowercase());
    }
    let digits: Vec<char> = value.chars().filter(char::is_ascii_digit).collect();
    (digits.len() >= 9).then(|| digits[digits.len() - 9..].iter().collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn dutch_names_are_taken_apart() {
        let name = |name: Value| Identity::of(&json!({"name": [name]}));
        for (family, parts) in [
            ("Jansen", vec!["jansen"]),
            ("van der Berg", vec!["berg"]),
            ("Van den Bergh-de Vries", vec!["bergh", "vries"]),
            ("Dijkstra", vec!["dykstra"]),
            ("in 't Veld", vec!["veld"]),
            ("Groot Koerkamp", vec!["grootkoerkamp"]),
        ] {
            assert_eq!(name(json!({"family": family})).families, parts, "{family}");
        }
        let own = json!({"family": "van Putten - Jansen", "_family": {"extension": [
            {"url": PARTS[0], "valueString": "Jansen"}, {"url": PARTS[1], "valueString": "Putten"},
        ]}, "given": ["Anna Maria", "A.M."]});
        let own = name(own);
        assert_eq!(own.families, ["putten", "jansen"]);
        assert_eq!((own.given, own.initials), (vec!["anna".to_owned(), "maria".to_owned()], vec!['a', 'm']));
    }

    #[test]
    fn addresses_and_numbers_are_compared_without_their_spelling() {
        let patient = json!({
            "address": [{"line": ["Dorpsstraat 12-b"], "postalCode": "1234 ab"}, {"postalCode": "5678CD"}],
            "telecom": [{"system": "phone", "value": "+31 (0)6 1234 5678"}, {"system": "email", "value": "A@Example.org"}],
            "identifier": [{"system": BSN, "value": "1"}, {"system": "urn:x", "value": "2"}, {"value": "3"}],
        });
        let identity = Identity::of(&patient);
        assert_eq!(identity.homes, [("1234AB".to_owned(), Some("12".to_owned())), ("5678CD".to_owned(), None)]);
        assert_eq!(identity.contacts, ["612345678", "a@example.org"]);
        assert_eq!((identity.bsns.len(), identity.numbers.len()), (1, 1));
    }
}
