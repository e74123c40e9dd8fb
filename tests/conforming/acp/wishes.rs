//! The profiles of what somebody wishes: all of `Observation`.

use serde_json::{Value, json};

use super::table::Says::{Count, In, Is, Only, To};
use super::table::{Profile, Rule, SCT};
use super::{point, remove, swap};

const SUBJECT: Rule = ("subject", To(&["ACP-Patient"]), |b| point(&mut b["subject"], "Group/g"));
const ENCOUNTER: Rule = ("encounter", To(&["ACP-Encounter"]), |b| point(&mut b["encounter"], "Encounter/other"));
const METHOD: Rule = ("method", Count(1, "1"), |b| remove(b, "method"));

fn code(b: &mut Value) {
    swap(&mut b["code"], "1");
}

fn method(b: &mut Value) {
    swap(&mut b["method"], "1");
}

/// The value is no longer of its type.
fn kind(b: &mut Value) {
    remove(b, "valueString");
    remove(b, "valueCodeableConcept");
    b["valueInteger"] = json!(1);
}

fn value(b: &mut Value) {
    swap(&mut b["valueCodeableConcept"], "1");
}

const fn wish(name: &'static str, rules: &'static [Rule]) -> Profile {
    Profile { name, rtype: "Observation", parent: None, slices: &[], rules }
}

pub(super) const CARE: Profile = wish(
    "ACP-SpecificCareWishes",
    &[
        SUBJECT,
        ENCOUNTER,
        ("code", Is(SCT, "153851000146100"), code),
        ("value[x]", Only("string"), kind),
        METHOD,
        ("method", Is(SCT, "370819000"), method),
    ],
);

pub(super) const PLACE: Profile = wish(
    "ACP-PreferredPlaceOfDeath",
    &[
        SUBJECT,
        ENCOUNTER,
        ("code", Is(SCT, "395091006"), code),
        ("value[x]", Only("CodeableConcept"), kind),
        ("value[x]", In("ACP-PreferredPlaceOfDeath", false), value),
    ],
);

pub(super) const EUTHANASIA: Profile = wish(
    "ACP-PositionRegardingEuthanasia",
    &[
        SUBJECT,
        ENCOUNTER,
        ("code", Is(SCT, "340171000146104"), code),
        ("value[x]", Only("CodeableConcept"), kind),
        ("value[x]", In("ACP-PositionRegardingEuthanasia", true), value),
    ],
);

pub(super) const DONOR: Profile = wish(
    "ACP-OrganDonationChoiceRegistration",
    &[
        SUBJECT,
        ENCOUNTER,
        ("code", Is(SCT, "570801000146104"), code),
        METHOD,
        ("method", Is(SCT, "1156040003"), method),
        ("value[x]", Only("CodeableConcept"), kind),
        ("value[x]", In("ACP-YesNoUnknownVS", true), value),
    ],
);

pub(super) const PURPOSE: Profile = wish(
    "ACP-SenseOfPurpose",
    &[SUBJECT, ENCOUNTER, ("code", Is(SCT, "247751003"), code), ("value[x]", Only("string"), kind)],
);
