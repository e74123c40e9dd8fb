//! The ordinary patients: their records are made from a table, with series of measurements that differ a little.

use super::SourceBundle;
use super::build::care::Visit;
use super::build::document::CLINIC_LETTER;
use super::build::measurement::{HEART_RATE, HEIGHT, WEIGHT};
use super::build::{Source, sct};
use super::clock::Clock;
use super::codes::{CHECKUP, CHRONIC_CHECKUP, COVID_SHOT, ECG, FLU_SHOT, NON_SMOKER, SMOKER, TOBACCO};
use super::ordinary::{Elsewhere, Ordinary, TABLE};
use super::people::Person;
use super::personas::Desk;
use super::random::Random;

/// The records of the ordinary patients.
pub fn records(people: &[Person], clock: &Clock, random: &Random) -> Vec<SourceBundle> {
    TABLE
        .iter()
        .filter_map(|row| people.iter().find(|person| person.spec.key == row.key).map(|person| (row, person)))
        .flat_map(|(row, person)| {
            let desk = Desk::new(person, clock, random);
            let mut bundles = vec![practice(&desk, row)];
            bundles.extend(pharmacy(&desk, row));
            bundles.extend(row.elsewhere.as_ref().map(|other| elsewhere(&desk, row, other)));
            bundles
        })
        .collect()
}

fn practice(desk: &Desk, row: &Ordinary) -> SourceBundle {
    let mut gp = desk.open("gp");
    let lead = desk_gp(&gp);
    gp.by(lead);
    for (problem, onset) in row.problems {
        gp.problem(problem, *onset);
        gp.encounter(&Visit::consult(*problem, (*onset).min(900)));
    }
    for allergy in row.allergies {
        gp.allergy(allergy, 1000);
    }
    gp.agreements(row.courses);
    gp.measured(&HEIGHT, row.body.0, 350);
    for days in [350, 180, 40] {
        series(&mut gp, row, days);
    }
    gp.finding("TobaccoUse", &TOBACCO, if row.smokes { &SMOKER } else { &NON_SMOKER }, 350);
    gp.vaccination(&COVID_SHOT, 700);
    if !row.courses.is_empty() {
        gp.vaccination(&FLU_SHOT, 37);
    }
    gp.encounter(&Visit::consult(CHECKUP, 350));
    gp.encounter(&Visit::consult(CHRONIC_CHECKUP, 40));
    if let Some(other) = &row.elsewhere {
        gp.labelled(other.label);
        gp.referral(&sct("3457005", "Verwijzing"), &other.problem, other.kind, 240);
        gp.labelled(None);
    }
    if let Some((label, problem, courses)) = &row.labelled {
        gp.labelled(Some(*label));
        gp.problem(problem, 240);
        gp.encounter(&Visit::consult(*problem, 238));
        gp.agreements(courses);
    }
    gp.close()
}

fn desk_gp(gp: &Source) -> &'static str {
    gp.person.spec.gp
}

/// Weight, pulse and blood pressure of one day, and the laboratory results that belong to it.
fn series(gp: &mut Source, row: &Ordinary, days: i64) {
    let (systolic, diastolic) = row.pressure;
    let systolic = systolic - 4 + gp.random.between(0, 9);
    let diastolic = diastolic - 3 + gp.random.between(0, 6);
    gp.blood_pressure(systolic, diastolic, days);
    let weight = format!("{}.{}", row.body.1 - 1 + gp.random.between(0, 2), gp.random.between(0, 9));
    gp.measured(&WEIGHT, &weight, days);
    let pulse = gp.random.between(62, 84).to_string();
    gp.measured(&HEART_RATE, &pulse, days);
    if days != 180 {
        gp.tested_all(row.labs, days);
    }
}

fn pharmacy(desk: &Desk, row: &Ordinary) -> Option<SourceBundle> {
    let labelled = row.labelled.as_ref().map(|(label, _, courses)| (*label, *courses));
    if row.courses.is_empty() && labelled.is_none_or(|(_, courses)| courses.is_empty()) {
        return None;
    }
    let mut pharmacy = desk.open("pharmacy");
    pharmacy.dispenses(row.courses);
    for allergy in row.allergies.iter().filter(|allergy| allergy.category == "medication") {
        pharmacy.allergy(allergy, 990);
    }
    if let Some((label, courses)) = labelled {
        pharmacy.labelled(Some(label));
        pharmacy.dispenses(courses);
    }
    Some(pharmacy.close())
}

fn elsewhere(desk: &Desk, row: &Ordinary, other: &Elsewhere) -> SourceBundle {
    let mut clinic = desk.open(other.kind);
    clinic.labelled(other.label);
    let problem = clinic.problem(&other.problem, 230);
    for allergy in row.allergies {
        clinic.allergy(allergy, 228);
    }
    for days in [228, 190, 120, 45] {
        clinic.encounter(&Visit::consult(other.problem, days));
    }
    clinic.procedure(&other.procedure, None, 190);
    if other.kind == "hospital" {
        clinic.procedure(&ECG, None, 228);
        clinic.tested_all(row.labs, 190);
        let (systolic, diastolic) = row.pressure;
        clinic.blood_pressure(systolic + 3, diastolic + 2, 120);
    }
    clinic.goal("Klachten verminderen en het gewone leven weer oppakken", Some(&problem), 190);
    clinic.letter(&CLINIC_LETTER, "Brief van de behandelaar", other.letter, 44);
    clinic.appointment(&other.problem, 50);
    clinic.close()
}
