//! What does not fit together in the sources, said plainly.

use super::super::value::{extension, literal, text};
use super::super::{Text, dates};
use super::block::Role;
use super::treatment::{Run, State, Treatment};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::HashMap;

/// The running ones of one role, the newest first.
fn running<'r, 'a>(item: &'r Treatment<'a>, role: Role) -> impl Iterator<Item = &'r Run<'a>> {
    item.of(role).filter(|run| run.state == State::Current)
}

/// What does not fit within one treatment.
pub(super) fn within(today: Date, item: &Treatment<'_>) -> Vec<Text> {
    let mut out = Vec::new();
    let agreements: Vec<&Run<'_>> = running(item, Role::Agreement).collect();
    let has_agreement = item.of(Role::Agreement).next().is_some();
    let ended = has_agreement && item.of(Role::Agreement).all(|run| run.state == State::Stopped);
    let pharmacy = running(item, Role::Pharmacy).next();
    if ended && pharmacy.is_some() {
        out.push(Text::new(
            "De voorschrijver heeft dit gestopt, maar bij de apotheek loopt het nog. Vraag na wat geldt.",
            "The prescriber stopped this, but it still runs at the pharmacy. Check which is right.",
        ));
    }
    let stopped_by_pharmacy =
        item.of(Role::Pharmacy).next().is_some() && item.of(Role::Pharmacy).all(|run| run.state == State::Stopped);
    if stopped_by_pharmacy && !agreements.is_empty() {
        out.push(Text::new(
            "De apotheek heeft dit gestopt, maar de afspraak met de voorschrijver loopt nog. Vraag na wat geldt.",
            "The pharmacy stopped this, but the agreement with the prescriber still runs. Check which is right.",
        ));
    }
    if let [first, others @ ..] = agreements.as_slice()
        && others.iter().any(|other| differs(first, other))
    {
        out.push(Text::new(
            "Er lopen twee afspraken met een andere dosis. De nieuwste staat hier. Vraag na wat geldt.",
            "Two agreements with different doses run at the same time. The newest is shown. Check which is right.",
        ));
    }
    if let (Some(agreement), Some(supply)) = (agreements.first(), pharmacy) {
        out.extend(behind(agreement, supply));
    }
    out.extend(next(item));
    out.extend(own_use(item, ended, !agreements.is_empty()));
    out.extend(out_of_date(today, item));
    out
}

/// What was handed over may be used up, or nobody wrote anything for a long time.
fn out_of_date(today: Date, item: &Treatment<'_>) -> Option<Text> {
    if item.state != State::Current {
        return None;
    }
    if let Some(supply) = item.supplied() {
        let resource = &supply.source.resource;
        let days: i64 = literal(&resource["daysSupply"]["value"])?.split('.').next()?.parse().ok()?;
        let lasts = dates::day(&supply.made)?.checked_add(days.days()).ok()?;
        // Two weeks: people have something left, and fetch the next late.
        let late = lasts.checked_add(14.days()).ok()? < today;
        let until = dates::words(lasts);
        return late.then(|| {
            Text::new(
                format!("Wat is meegegeven, was genoeg tot {}. Vraag na of dit nog wordt gebruikt.", until.nl),
                format!("What was handed over lasted until {}. Check whether this is still used.", until.en),
            )
        });
    }
    let newest = item.parts.iter().filter_map(|part| dates::day(&part.made)).max()?;
    let day = dates::words(newest);
    let old = item.lead.until.is_none() && newest < dates::months_before(today, 12);
    old.then(|| {
        Text::new(
            format!("Sinds {} is hier niets over vastgelegd. Vraag na of dit nog klopt.", day.nl),
            format!("Nothing was recorded about this since {}. Check whether it is still right.", day.en),
        )
    })
}

fn differs(one: &Run<'_>, other: &Run<'_>) -> bool {
    let words = |run: &Run<'_>| run.part.dose.as_ref().map(|dose| dose.nl.to_lowercase());
    words(one) != words(other)
}

/// The pharmacy has not yet taken over a newer agreement.
fn behind(agreement: &Run<'_>, pharmacy: &Run<'_>) -> Option<Text> {
    let newer = dates::order(&agreement.part.made) > dates::order(&pharmacy.part.made);
    let follows = pharmacy.part.follows.contains(&agreement.part.key);
    (newer && !follows && differs(agreement, pharmacy)).then(|| {
        let at_pharmacy = pharmacy.part.dose.clone().unwrap_or_else(|| Text::new("geen dosis", "no dose"));
        Text::new(
            format!("De afspraak is nieuwer dan wat de apotheek heeft vastgelegd ({}). De apotheek heeft de wijziging misschien nog niet verwerkt.", at_pharmacy.nl),
            format!("The agreement is newer than what the pharmacy recorded ({}). The pharmacy may not have handled the change yet.", at_pharmacy.en),
        )
    })
}

/// What changes soon while it runs.
fn next(item: &Treatment<'_>) -> Option<Text> {
    if item.state != State::Current {
        return None;
    }
    let coming = item.of(Role::Agreement).find(|run| run.state == State::Soon)?;
    let from = dates::words(coming.part.start?);
    let dose = coming.part.dose.clone().unwrap_or_default();
    Some(Text::new(format!("Vanaf {}: {}", from.nl, dose.nl), format!("From {}: {}", from.en, dose.en)))
}

/// What the patient does differently.
fn own_use(item: &Treatment<'_>, ended: bool, agreed: bool) -> Vec<Text> {
    let mut out = Vec::new();
    let Some(newest) = item.of(Role::Use).next() else {
        return out;
    };
    let resource = &newest.part.source.resource;
    let as_agreed = extension(resource, "http://nictiz.nl/fhir/StructureDefinition/ext-AsAgreedIndicator")
        .and_then(|found| found["valueBoolean"].as_bool());
    let stopped = matches!(newest.state, State::Stopped | State::Paused);
    let day = dates::readable(&newest.part.made);
    let reason = newest.reason.clone().unwrap_or_else(|| Text::same(text(resource, "note.text").unwrap_or("")));
    let why = |words: &str| {
        if words.is_empty() { String::new() } else { format!(" Reden: {words}.") }
    };
    let why_en = |words: &str| {
        if words.is_empty() { String::new() } else { format!(" Reason: {words}.") }
    };
    if agreed && stopped {
        out.push(Text::new(
            format!("Volgens eigen opgave niet meer in gebruik ({}).{}", day.nl, why(&reason.nl)),
            format!("Not in use any more, as the patient says ({}).{}", day.en, why_en(&reason.en)),
        ));
    } else if as_agreed == Some(false) || (as_agreed.is_none() && otherwise(item, newest)) {
        let dose = newest.part.dose.clone().unwrap_or_else(|| Text::new("anders dan afgesproken", "not as agreed"));
        out.push(Text::new(
            format!("Gebruik wijkt af volgens eigen opgave ({}): {}.{}", day.nl, dose.nl, why(&reason.nl)),
            format!("Used differently, as the patient says ({}): {}.{}", day.en, dose.en, why_en(&reason.en)),
        ));
    }
    if ended && newest.state == State::Current && dates::order(&newest.part.made) > stopped_at(item) {
        out.push(Text::new(
            "Gestopt door de voorschrijver, maar volgens eigen opgave nog in gebruik.",
            "Stopped by the prescriber, but still in use, as the patient says.",
        ));
    }
    out
}

/// Whether the dose that the patient tells is another than that of every agreement that runs.
fn otherwise(item: &Treatment<'_>, newest: &Run<'_>) -> bool {
    let agreed = [Role::Agreement, Role::Schedule, Role::Pharmacy].into_iter().flat_map(|role| running(item, role));
    let mut doses = agreed.filter(|run| run.part.dose.is_some()).peekable();
    newest.part.dose.is_some() && doses.peek().is_some() && doses.all(|run| differs(run, newest))
}

fn stopped_at(item: &Treatment<'_>) -> i64 {
    let newest = item.parts.iter().filter(|part| matches!(part.role, Role::Agreement | Role::Schedule));
    newest.map(|part| dates::order(&part.made)).max().unwrap_or(i64::MIN)
}

/// The same medicine in more than one running treatment.
pub(super) fn across(items: &mut [Treatment<'_>]) {
    let mut count: HashMap<String, usize> = HashMap::new();
    for item in items.iter().filter(|item| item.state == State::Current) {
        *count.entry(item.lead.part.medicine.clone()).or_default() += 1;
    }
    for item in items.iter_mut().filter(|item| item.state == State::Current) {
        if count.get(&item.lead.part.medicine).is_some_and(|number| *number > 1) {
            item.remarks.push(Text::new(
                "Dit medicijn staat er meer dan één keer in.",
                "This medicine is listed more than once.",
            ));
        }
    }
}
