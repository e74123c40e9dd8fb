//! What was done and what is planned: procedures, visits, vaccinations, care plans, goals, food.

use super::super::text::Text;
use super::super::value::{concept, first_text, list, literal, text};
use super::words;
use super::{Names, Presented, named_all, period, said, said_all, same, when};
use serde_json::Value;

/// `Procedure` or `ServiceRequest`.
pub(super) fn procedure(procedure: &Value, names: &Names<'_>) -> Presented {
    let title = said(&procedure["code"])
        .or_else(|| said(&procedure["category"]))
        .or_else(|| said_all(list(procedure, "category")))
        .unwrap_or_else(|| ("Behandeling", "Treatment").into());
    let performers = list(procedure, "performer");
    let by = named_all(procedure, performers, "actor", names).or_else(|| named_all(procedure, performers, "", names));
    Presented::titled(title)
        .with(
            ("Periode", "Period"),
            period(&procedure["performedPeriod"]).or_else(|| period(&procedure["occurrencePeriod"])),
        )
        .with(("Reden", "Reason"), said_all(list(procedure, "reasonCode")))
        .with(("Betreft", "About"), named_all(procedure, list(procedure, "reasonReference"), "", names))
        .with(("Plaats op het lichaam", "Body site"), said_all(list(procedure, "bodySite")))
        .with(("Uitgevoerd door", "Performed by"), by)
        .with(("Waar", "Where"), names(procedure, &procedure["location"]).map(Text::same))
        .with(("Uitkomst", "Outcome"), said(&procedure["outcome"]))
        .noted(procedure)
        .dated(
            procedure,
            &[
                "performedDateTime",
                "performedPeriod.start",
                "performedString",
                "occurrenceDateTime",
                "occurrencePeriod.start",
                "authoredOn",
            ],
        )
        .standing(words::status(text(procedure, "status")))
}

/// `Encounter` or `EpisodeOfCare`.
pub(super) fn encounter(encounter: &Value, names: &Names<'_>) -> Presented {
    let title = text(encounter, "class.code")
        .and_then(words::encounter_class)
        .or_else(|| said_all(list(encounter, "type")))
        .unwrap_or_else(|| ("Contact met de zorg", "Care contact").into());
    // A start alone is the date of the line; it is a period only while it lasts.
    let lasting =
        text(encounter, "period.end").is_some() || matches!(text(encounter, "status"), Some("in-progress" | "active"));
    let kind = said_all(list(encounter, "type")).filter(|kind| *kind != title);
    Presented::titled(title)
        .with(("Soort", "Kind"), kind)
        .with(("Periode", "Period"), period(&encounter["period"]).filter(|_| lasting))
        .with(("Reden", "Reason"), said_all(list(encounter, "reasonCode")))
        .with(("Met", "With"), named_all(encounter, list(encounter, "participant"), "individual", names))
        .with(("Waar", "Where"), names(encounter, &encounter["serviceProvider"]).map(Text::same))
        .dated(encounter, &["period.start"])
        .standing(words::status(text(encounter, "status")))
}

/// `Immunization`.
pub(super) fn immunization(immunization: &Value, names: &Names<'_>) -> Presented {
    let title = said(&immunization["vaccineCode"]).unwrap_or_else(|| ("Vaccinatie", "Vaccination").into());
    let against: Vec<Text> =
        list(immunization, "protocolApplied").iter().filter_map(|item| said_all(list(item, "targetDisease"))).collect();
    let turn = list(immunization, "protocolApplied")
        .iter()
        .find_map(|item| literal(&item["doseNumberPositiveInt"]).or_else(|| literal(&item["doseNumberString"])));
    Presented::titled(title)
        .with(("Tegen", "Against"), Some(Text::join(&against, ", ")))
        .with(("Prik nummer", "Dose number"), turn.map(Text::same))
        .with(("Door", "By"), named_all(immunization, list(immunization, "performer"), "actor", names))
        .with(("Waar", "Where"), names(immunization, &immunization["location"]).map(Text::same))
        .with(("Partij", "Batch"), same(text(immunization, "lotNumber")))
        .noted(immunization)
        .dated(immunization, &["occurrenceDateTime", "occurrenceString"])
        .standing(words::status(text(immunization, "status")))
}

/// `ImmunizationRecommendation`.
pub(super) fn advised_immunization(advice: &Value) -> Presented {
    let first = list(advice, "recommendation").first().unwrap_or(&Value::Null);
    let title = said_all(list(first, "vaccineCode")).unwrap_or_else(|| ("Vaccinatie", "Vaccination").into());
    Presented::titled(title)
        .with(("Advies", "Advice"), said(&first["forecastStatus"]))
        .with(("Wanneer", "When"), when(first_text(first, &["dateCriterion.value"])))
        .dated(advice, &["date"])
        .standing(Some(("Gepland", "Planned").into()))
}

/// `CarePlan`: care, help from others, nursing interventions.
pub(super) fn plan(plan: &Value, names: &Names<'_>) -> Presented {
    let title = same(text(plan, "title"))
        .or_else(|| said_all(list(plan, "category")))
        .unwrap_or_else(|| ("Zorgplan", "Care plan").into());
    let mut out = Presented::titled(title).with(("", ""), same(text(plan, "description")));
    for activity in list(plan, "activity") {
        let detail = &activity["detail"];
        let what = said(&detail["code"]);
        // The code is often its own description.
        let described =
            same(text(detail, "description")).filter(|words| what.as_ref().is_none_or(|what| what.nl != words.nl));
        let parts: Vec<Text> = [
            what,
            described,
            same(text(detail, "scheduledString")),
            named_all(plan, list(detail, "performer"), "", names),
        ]
        .into_iter()
        .flatten()
        .collect();
        out = out.with(("Afspraak", "Activity"), Some(Text::join(&parts, ", ")));
    }
    out.with(("Voor", "For"), named_all(plan, list(plan, "addresses"), "", names))
        .with(("Doel", "Goal"), named_all(plan, list(plan, "goal"), "", names))
        .with(("Door", "By"), named_all(plan, list(plan, "contributor"), "", names))
        .with(("Periode", "Period"), period(&plan["period"]))
        .noted(plan)
        .dated(plan, &["period.start", "created"])
        .standing(words::status(text(plan, "status")))
}

/// `Goal`.
pub(super) fn goal(goal: &Value) -> Presented {
    let title = said(&goal["description"]).unwrap_or_else(|| ("Doel", "Goal").into());
    let explained = same(concept(&goal["description"])).filter(|words| *words != title);
    let target = list(goal, "target").iter().find_map(|item| {
        said(&item["detailCodeableConcept"])
            .or_else(|| super::super::value::quantity(&item["detailQuantity"]).map(Text::same))
    });
    Presented::titled(title)
        .with(("Toelichting", "Explanation"), explained)
        .with(("Streven", "Target"), target)
        .with(("Klaar op", "Due"), list(goal, "target").iter().find_map(|item| when(text(item, "dueDate"))))
        .noted(goal)
        .dated(goal, &["statusDate", "startDate"])
        .standing(words::status(text(goal, "lifecycleStatus")))
}

/// `NutritionOrder`.
pub(super) fn nutrition(order: &Value) -> Presented {
    let diet = &order["oralDiet"];
    let textures: Vec<Text> = list(diet, "texture").iter().filter_map(|item| said(&item["modifier"])).collect();
    let tube = said(&order["enteralFormula"]["baseFormulaType"]);
    Presented::titled(("Voedingsadvies", "Advice on food").into())
        .with(("Soort", "Kind"), said_all(list(diet, "type")))
        .with(("Dikte of vorm", "Texture"), Some(Text::join(&textures, ", ")))
        .with(("Sondevoeding", "Tube feeding"), tube)
        .with(("", ""), same(text(diet, "instruction")))
        .noted(order)
        .dated(order, &["dateTime"])
        .standing(words::status(text(order, "status")))
}
