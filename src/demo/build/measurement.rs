//! Measurements of the body and laboratory results.

use serde_json::{Value, json};

use super::code::{Code, code, loinc, number, quantity, sct};
use super::observation::category;
use super::source::Source;

/// A kind of measurement with its unit.
#[derive(Debug)]
pub struct Measure {
    /// Name of the zib, for the profile.
    pub zib: &'static str,
    /// What is measured.
    pub code: Code,
    /// Unit for people.
    pub unit: &'static str,
    /// Unit in UCUM.
    pub ucum: &'static str,
}

const fn measure(zib: &'static str, code: Code, unit: &'static str, ucum: &'static str) -> Measure {
    Measure { zib, code, unit, ucum }
}

/// Body weight.
pub const WEIGHT: Measure = measure("BodyWeight", loinc("29463-7", "Lichaamsgewicht"), "kg", "kg");
/// Body height.
pub const HEIGHT: Measure = measure("BodyHeight", loinc("8302-2", "Lichaamslengte"), "cm", "cm");
/// Pulse.
pub const HEART_RATE: Measure = measure("HeartRate", loinc("8867-4", "Hartfrequentie"), "slagen/min", "/min");
/// Temperature.
pub const TEMPERATURE: Measure = measure("BodyTemperature", loinc("8310-5", "Lichaamstemperatuur"), "°C", "Cel");
/// Oxygen saturation.
pub const SATURATION: Measure = measure("O2Saturation", loinc("2708-6", "Zuurstofsaturatie"), "%", "%");
/// Peak flow.
pub const PEAK_FLOW: Measure = measure("", loinc("19935-6", "Piekstroom (peakflow)"), "l/min", "L/min");
/// Respiration.
pub const RESPIRATION: Measure = measure("", loinc("9279-1", "Ademfrequentie"), "/min", "/min");
/// Forced expiratory volume in one second, as part of what is predicted.
pub const FEV1: Measure = measure("", loinc("20152-5", "FEV1, percentage van voorspeld"), "%", "%");

/// A laboratory test with its unit and reference range.
#[derive(Debug)]
pub struct Lab {
    /// The test.
    pub code: Code,
    /// Unit for people.
    pub unit: &'static str,
    /// Unit in UCUM.
    pub ucum: &'static str,
    /// Lower limit, empty when there is none.
    pub low: &'static str,
    /// Upper limit, empty when there is none.
    pub high: &'static str,
}

const fn lab(code: Code, unit: (&'static str, &'static str), range: (&'static str, &'static str)) -> Lab {
    Lab { code, unit: unit.0, ucum: unit.1, low: range.0, high: range.1 }
}

/// Kidney function.
pub const EGFR: Lab = lab(loinc("62238-1", "eGFR (CKD-EPI)"), ("ml/min/1,73 m2", "mL/min/{1.73_m2}"), ("60", ""));
/// Creatinine.
pub const CREATININE: Lab = lab(loinc("14682-9", "Kreatinine"), ("µmol/l", "umol/L"), ("49", "104"));
/// Long-term glucose.
pub const HBA1C: Lab = lab(loinc("59261-8", "HbA1c"), ("mmol/mol", "mmol/mol"), ("20", "42"));
/// Glucose.
pub const GLUCOSE: Lab = lab(loinc("14771-0", "Glucose nuchter"), ("mmol/l", "mmol/L"), ("3.5", "6.1"));
/// Haemoglobin.
pub const HB: Lab = lab(loinc("59260-0", "Hemoglobine"), ("mmol/l", "mmol/L"), ("7.5", "10.5"));
/// Potassium.
pub const POTASSIUM: Lab = lab(loinc("2823-3", "Kalium"), ("mmol/l", "mmol/L"), ("3.5", "5.0"));
/// Sodium.
pub const SODIUM: Lab = lab(loinc("2951-2", "Natrium"), ("mmol/l", "mmol/L"), ("135", "145"));
/// LDL cholesterol.
pub const LDL: Lab = lab(loinc("69419-0", "LDL-cholesterol"), ("mmol/l", "mmol/L"), ("", "3.0"));
/// Sign of heart failure.
pub const NT_PRO_BNP: Lab = lab(loinc("33762-6", "NT-proBNP"), ("pg/ml", "pg/mL"), ("", "450"));
/// Sign of inflammation.
pub const CRP: Lab = lab(loinc("1988-5", "CRP"), ("mg/l", "mg/L"), ("", "10"));
/// Thyroid.
pub const TSH: Lab = lab(loinc("3016-3", "TSH"), ("mU/l", "m[IU]/L"), ("0.4", "4.0"));
/// Lithium in blood.
pub const LITHIUM: Lab = lab(loinc("14334-7", "Lithium"), ("mmol/l", "mmol/L"), ("0.6", "0.8"));

impl Lab {
    fn interpretation(&self, value: &str) -> Code {
        let parsed = |text: &str| text.parse::<f64>().ok();
        let (low, high, found) = (parsed(self.low), parsed(self.high), parsed(value));
        let system = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
        match (low, high, found) {
            (Some(low), _, Some(found)) if found < low => code(system, "L", "Te laag"),
            (_, Some(high), Some(found)) if found > high => code(system, "H", "Te hoog"),
            _ => code(system, "N", "Normaal"),
        }
    }

    fn range(&self) -> Value {
        let mut range = json!({});
        if !self.low.is_empty() {
            range["low"] = quantity(self.low, self.unit, self.ucum);
        }
        if !self.high.is_empty() {
            range["high"] = quantity(self.high, self.unit, self.ucum);
        }
        json!([range])
    }
}

impl Source<'_> {
    /// A measurement, so many days ago.
    pub fn measured(&mut self, what: &Measure, value: &str, days: i64) -> String {
        let mut built = self.bare_observation(what.zib, &what.code, days);
        built["category"] = json!([category("vital-signs").bare()]);
        built["valueQuantity"] = quantity(value, what.unit, what.ucum);
        self.add(built)
    }

    /// A measurement that the patient made at home and that reached this organisation.
    pub fn measured_at_home(&mut self, what: &Measure, value: &str, days: i64, device: &str) -> String {
        let mut built = self.bare_observation(what.zib, &what.code, days);
        built["category"] = json!([category("vital-signs").bare()]);
        built["performer"] = json!([self.subject()]);
        built["device"] = json!({"reference": device, "type": "Device"});
        built["valueQuantity"] = quantity(value, what.unit, what.ucum);
        built["note"] = json!([{"text": "Thuis gemeten door de patiënt."}]);
        self.add(built)
    }

    /// A blood pressure.
    pub fn blood_pressure(&mut self, systolic: u32, diastolic: u32, days: i64) -> String {
        let part = |what: Code, value: u32| json!({"code": what.concept(), "valueQuantity": quantity(&value.to_string(), "mmHg", "mm[Hg]")});
        let mut built = self.bare_observation("BloodPressure", &loinc("85354-9", "Bloeddruk"), days);
        built["category"] = json!([category("vital-signs").bare()]);
        built["component"] = json!([
            part(loinc("8480-6", "Systolische bloeddruk"), systolic),
            part(loinc("8462-4", "Diastolische bloeddruk"), diastolic),
        ]);
        self.add(built)
    }

    /// A laboratory result.
    pub fn tested(&mut self, what: &Lab, value: &str, days: i64) -> String {
        let mut built = self.bare_observation("LaboratoryTestResult", &what.code, days);
        built["category"] = json!([{"coding": [
            category("laboratory").coding(),
            sct("49581000146104", "Laboratoriumuitslag").coding(),
        ]}]);
        built["valueQuantity"] = json!({
            "value": number(value), "unit": what.unit, "system": super::code::UCUM, "code": what.ucum,
        });
        built["interpretation"] = json!([what.interpretation(value).bare()]);
        built["referenceRange"] = what.range();
        self.add(built)
    }

    /// Several laboratory results of one sample.
    pub fn tested_all(&mut self, results: &[(&Lab, &str)], days: i64) -> Vec<String> {
        results.iter().map(|(what, value)| self.tested(what, value, days)).collect()
    }
}
