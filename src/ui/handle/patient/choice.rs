//! What a person chooses in the form, and the FHIR `Consent` that it becomes
//! (IHE PCF Intermediate, <https://profiles.ihe.net/ITI/PCF/>).

use jiff::civil::Date;
use serde_json::{Value, json};
use spil_fhir_profiles::time::format_instant;

use spil_fhir_profiles::category::SYSTEM as CATEGORY_SYSTEM;

use crate::access::Directory;
use crate::ctx::PURPOSES;

use super::super::super::patient::permission_form::Preset;
use super::super::super::shared::category::{CATEGORIES, Category};
use super::super::super::shared::form::{Errors, Hidden};
use super::super::super::shared::frame::Lang;
use super::super::form::Fields;
use super::share::{Share, kind_name};

/// Value of the field `organisation` for everybody.
pub const EVERYBODY: &str = "*";

/// The fields of the form.
#[derive(Debug, Clone, Default)]
pub struct Chosen {
    /// The `Consent` that is changed; empty for a new one.
    pub id: String,
    /// The question (`Task`) that it answers; may be empty.
    pub question: String,
    /// `Organization` id, or [`EVERYBODY`].
    pub organisation: String,
    /// What may be seen.
    pub preset: Option<Preset>,
    /// The ticked categories, in the order of the pages.
    pub ticked: Vec<&'static str>,
    /// The last day; may be empty.
    pub until: String,
}

impl Chosen {
    /// Reads the form.
    pub fn read(fields: &Fields) -> Self {
        let ticked = fields.all("category");
        Self {
            id: fields.get("id").to_owned(),
            question: fields.get("question").to_owned(),
            organisation: fields.get("organisation").to_owned(),
            preset: Preset::from_value(fields.get("choice")),
            ticked: CATEGORIES.iter().map(|one| one.code).filter(|code| ticked.contains(code)).collect(),
            until: fields.get("until").to_owned(),
        }
    }

    /// The form filled in with a choice that was made before.
    pub fn of(share: &Share) -> Self {
        let named = |preset: Preset| {
            let set = preset.categories();
            set.len() == share.codes.len() && set.iter().all(|code| share.codes.contains(code))
        };
        let preset = match share.allows {
            false => Preset::Object,
            true if share.is_everything() => Preset::All,
            true if named(Preset::Emergency) => Preset::Emergency,
            true if named(Preset::Nursing) => Preset::Nursing,
            true => Preset::Some,
        };
        let sensitive = |code: &&str| Category::by_code(code).is_some_and(|category| category.sensitive);
        let ticked = match preset {
            Preset::Some | Preset::Object => share.codes.clone(),
            _ => share.codes.iter().filter(|code| sensitive(code)).copied().collect(),
        };
        Self {
            id: share.id.clone(),
            question: String::new(),
            organisation: share.organisation_id.clone().unwrap_or_else(|| EVERYBODY.to_owned()),
            preset: Some(preset),
            ticked,
            until: share.until.as_deref().and_then(|end| end.get(..10)).unwrap_or_default().to_owned(),
        }
    }

    /// What was filled in wrongly.
    pub fn faults(&self, lang: Lang, directory: &Directory, today: Date) -> Errors {
        let mut errors = Errors::default();
        let everybody = self.organisation == EVERYBODY;
        if !everybody && directory.by_id(&self.organisation).is_none() {
            errors = errors.with("organisation", lang.t("Kies om wie het gaat.", "Choose who it is about."));
        }
        match self.preset {
            None => errors = errors.with("choice", lang.t("Kies wat zij mogen zien.", "Choose what they may see.")),
            Some(Preset::Some) if self.ticked.is_empty() => {
                let text = lang.t("Kruis aan om welke gegevens het gaat.", "Tick which data it is about.");
                errors = errors.with("category", text);
            }
            Some(preset) if everybody && preset != Preset::Object => {
                let text = lang.t(
                    "U kunt niet aan iedereen toestemming geven. Kies een organisatie, of kies 'Niets'.",
                    "You cannot give permission to everybody. Choose an organisation, or choose 'Nothing'.",
                );
                errors = errors.with("organisation", text);
            }
            Some(_) => {}
        }
        match self.until.parse::<Date>() {
            _ if self.until.is_empty() => errors,
            Ok(day) if day >= today && day.year() < 2200 => errors,
            Ok(_) => errors.with("until", lang.t("Kies een dag vanaf vandaag.", "Choose a day from today on.")),
            Err(_) => errors.with("until", lang.t("Vul een datum in.", "Fill in a date.")),
        }
    }

    /// The categories that the choice stands for; none for everything.
    pub fn codes(&self) -> Vec<&'static str> {
        let sensitive = |code: &&str| Category::by_code(code).is_some_and(|category| category.sensitive);
        let extra = self.ticked.iter().filter(|code| sensitive(code)).copied();
        match self.preset {
            Some(Preset::All) => {
                let plain = CATEGORIES.iter().filter(|category| !category.sensitive).map(|category| category.code);
                plain.chain(extra).collect()
            }
            Some(preset @ (Preset::Emergency | Preset::Nursing)) => {
                preset.categories().iter().copied().chain(extra).collect()
            }
            Some(Preset::Some | Preset::Object) | None => self.ticked.clone(),
        }
    }

    /// The choice as it will read, before it is written.
    pub fn share(&self, lang: Lang, directory: &Directory, now: i64) -> Share {
        let org = directory.by_id(&self.organisation);
        Share {
            unreadable: false,
            id: self.id.clone(),
            version: 0,
            status: "active".to_owned(),
            organisation_id: org.map(|org| org.id.clone()),
            organisation: org.map(|org| org.name.clone()),
            kind: org.map_or("", |org| kind_name(lang, &org.kind)).to_owned(),
            allows: self.allows(),
            codes: self.codes(),
            except: Vec::new(),
            remarks: Vec::new(),
            agreed: Vec::new(),
            until: Some(self.until.clone()).filter(|until| !until.is_empty()),
            since: Err(now),
        }
    }

    /// Whether it is a permission, not an objection.
    pub fn allows(&self) -> bool {
        self.preset != Some(Preset::Object)
    }

    /// The fields to send along with the confirmation.
    pub fn hidden(&self) -> Vec<Hidden> {
        let mut hidden = vec![
            Hidden::new("id", &self.id),
            Hidden::new("question", &self.question),
            Hidden::new("organisation", &self.organisation),
            Hidden::new("choice", self.preset.map_or("", Preset::value)),
            Hidden::new("until", &self.until),
        ];
        hidden.extend(self.ticked.iter().map(|code| Hidden::new("category", code)));
        hidden
    }

    /// The `Consent`. An objection names every purpose: it holds always, also in an emergency.
    pub fn consent(&self, directory: &Directory, patient_id: &str, now: i64) -> Value {
        let allows = self.allows();
        let mut provision = json!({"type": if allows { "permit" } else { "deny" }});
        if !self.until.is_empty() {
            provision["period"] = json!({"end": self.until});
        }
        if let Some(org) = directory.by_id(&self.organisation) {
            let role = coding("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP");
            let reference =
                json!({"reference": format!("Organization/{}", org.id), "type": "Organization", "display": org.name});
            provision["actor"] = json!([{"role": {"coding": [role]}, "reference": reference}]);
        }
        // An objection is as precise as a permission of this page can be, for what is more precise goes first.
        let purposes: &[&str] = if allows { &["TREAT"] } else { &PURPOSES };
        let purpose = |code: &&str| coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", code);
        provision["purpose"] = purposes.iter().map(purpose).collect();
        let codes = match self.codes() {
            none if none.is_empty() => CATEGORIES.iter().map(|category| category.code).collect(),
            some => some,
        };
        provision["code"] = codes.iter().filter_map(|code| concept(code)).collect();
        let patient = json!({"reference": format!("Patient/{patient_id}"), "type": "Patient"});
        let mut consent = json!({
            "resourceType": "Consent",
            "meta": {"profile": ["https://profiles.ihe.net/ITI/PCF/StructureDefinition/IHE.PCF.consentIntermediate"]},
            "status": "active",
            "scope": {"coding": [coding("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy")]},
            "category": [{"coding": [coding("http://loinc.org", "59284-0")]}],
            "patient": patient,
            "dateTime": format_instant(now),
            "performer": [patient],
            "organization": [{"reference": "Organization/spil-hub", "type": "Organization"}],
            "policy": [{"uri": "https://profiles.ihe.net/ITI/PCF/Policy-basic-normal"}],
            "provision": provision,
        });
        if !self.id.is_empty() {
            consent["id"] = json!(self.id);
        }
        consent
    }
}

fn coding(system: &str, code: &str) -> Value {
    json!({"system": system, "code": code})
}

fn concept(code: &str) -> Option<Value> {
    let name = Category::by_code(code)?.name(Lang::Nl);
    Some(json!({"coding": [{"system": CATEGORY_SYSTEM, "code": code, "display": name}], "text": name}))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(pairs: &[(&str, &str)]) -> Chosen {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Chosen::read(&Fields(pairs.collect()))
    }

    #[test]
    fn everything_names_all_ordinary_categories_and_only_the_ticked_sensitive_ones() {
        let codes = chosen(&[("choice", "all"), ("category", "hiv"), ("category", "medication")]).codes();
        assert_eq!(codes.len(), 14);
        assert!(codes.contains(&"hiv") && !codes.contains(&"mental-health"));
    }

    #[test]
    fn an_objection_names_every_purpose_and_everybody_is_only_for_objections() {
        let directory = Directory::default();
        let today = Date::constant(2026, 11, 21);
        let object = chosen(&[("choice", "object"), ("organisation", EVERYBODY)]);
        assert!(!object.faults(Lang::Nl, &directory, today).any());
        let consent = object.consent(&directory, "p", 0);
        let count = |name: &str| consent["provision"][name].as_array().map_or(0, Vec::len);
        assert_eq!((count("purpose"), count("code")), (PURPOSES.len(), CATEGORIES.len()));
        assert_eq!(consent["provision"]["type"], "deny");
        let permit = chosen(&[("choice", "all"), ("organisation", EVERYBODY)]);
        assert!(permit.faults(Lang::Nl, &directory, today).of("organisation").is_some());
    }

    #[test]
    fn faults_are_named_by_field() {
        let directory = Directory::default();
        let today = Date::constant(2026, 11, 21);
        let faults = chosen(&[("choice", "some"), ("until", "2026-11-20")]).faults(Lang::Nl, &directory, today);
        for field in ["organisation", "category", "until"] {
            assert!(faults.of(field).is_some(), "{field}");
        }
        assert!(chosen(&[]).faults(Lang::Nl, &directory, today).of("choice").is_some());
    }
}
