//! Receiving transactions: a prescription (MA and VV), what the pharmacy makes of it (TA and MVE), proposals and replies.

use serde_json::{Value, json};

use super::blocks::{ADMINISTRATION, AGREEMENT, BLOCKS, DISPENSE, REQUEST, block, extension, with};
use crate::support::builders::{BSN, coded, consent, patient, permit, weight};
use crate::support::{Caller, Person, Response, Server, on_both};

/// An entry of a transaction, by the number in its full URL.
fn entry(run: u8, number: u8, resource: Value) -> Value {
    let rtype = resource["resourceType"].as_str().expect("a type").to_owned();
    json!({"fullUrl": urn(run, number), "resource": resource, "request": {"method": "POST", "url": rtype}})
}

fn urn(run: u8, number: u8) -> String {
    format!("urn:uuid:00000000-0000-4000-8000-{run:06}{number:06}")
}

fn to(run: u8, number: u8) -> Value {
    json!({"reference": urn(run, number)})
}

fn product(mut block: Value, reference: Value) -> Value {
    block.as_object_mut().expect("a resource").remove("medicationCodeableConcept");
    block["medicationReference"] = reference;
    block
}

/// A prescription for a patient: agreement, request, patient, product, prescriber, weight. `run` numbers the full URLs.
fn prescription(bsn: &str, number: &str, run: u8) -> Value {
    let whom = urn(run, 1);
    let by = json!({"requester": to(run, 3), "dosageInstruction": [{"text": "1x per dag 1 tablet"}]});
    let agreement = block(AGREEMENT, &whom, number, "2026-03-01", json!({"start": "2026-03-01"}));
    let request = block(REQUEST, &whom, number, "2026-03-01", Value::Null);
    let pharmacy = json!({"identifier": {"system": "http://fhir.nl/fhir/NamingSystem/ura", "value": "90000105"}});
    let request = with(
        request,
        json!({"requester": to(run, 3), "basedOn": [to(run, 7)],
        "dispenseRequest": {"performer": pharmacy, "quantity": {"value": 30}}}),
    );
    let role = json!({"resourceType": "PractitionerRole", "practitioner": to(run, 4), "organization": to(run, 5)});
    let mut weighed = weight(&whom, "2026-03-01", "72.5");
    weighed["identifier"] = json!([{"system": BLOCKS, "value": format!("weight-{number}")}]);
    let entries = vec![
        entry(run, 7, product(with(agreement, by), to(run, 2))),
        entry(run, 8, product(request, to(run, 2))),
        entry(run, 1, patient(bsn)),
        entry(
            run,
            2,
            json!({"resourceType": "Medication", "code": coded("urn:oid:2.16.840.1.113883.2.4.4.10", "12345")}),
        ),
        entry(run, 3, role),
        entry(run, 4, json!({"resourceType": "Practitioner", "name": [{"family": "Linde"}]})),
        entry(run, 5, json!({"resourceType": "Organization", "name": "De Linde"})),
        entry(run, 6, weighed),
    ];
    json!({"resourceType": "Bundle", "type": "transaction", "entry": entries})
}

async fn send(caller: &Caller<'_>, bundle: &Value) -> Response {
    caller.with("prefer", "return=representation").post("", bundle).await
}

/// Status and place of each entry of the answer.
fn places(answer: &Response) -> Vec<(String, String)> {
    let body = answer.json();
    assert_eq!(body["type"], "transaction-response", "{body}");
    let entries = body["entry"].as_array().expect("entries").clone();
    let place = |entry: &Value| {
        let resource = &entry["resource"];
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{entry}")).to_owned();
        let status = text(&entry["response"]["status"]);
        (status[..3].to_owned(), format!("{}/{}", text(&resource["resourceType"]), text(&resource["id"])))
    };
    entries.iter().map(place).collect()
}

async fn count(caller: &Caller<'_>, rtype: &str) -> i64 {
    let found = caller.get(&format!("{rtype}?_summary=count")).await.expect(200).json();
    found["total"].as_i64().expect("a number")
}

async fn a_prescription_comes_back_as_it_was_sent(server: Server) {
    let (gp, anna) = (server.gp(), server.person().await);
    let answer = send(&gp, &prescription(&anna.bsn, "1", 1)).await.expect(200);
    let sent = places(&answer);
    assert!(sent.iter().all(|(status, _)| status == "201"), "{sent:?}");
    let request = answer.json()["entry"][1]["resource"].clone();
    assert_eq!(request["basedOn"][0]["reference"], sent[0].1);
    assert_eq!(request["medicationReference"]["reference"], sent[3].1);
    assert_eq!(request["subject"]["reference"], sent[2].1);
    let minimal = gp.post("", &prescription(&anna.bsn, "2", 2)).await.expect(200).json();
    assert!(minimal["entry"][0]["resource"].is_null(), "without Prefer there is no resource");
}

async fn a_prescription_posted_twice_makes_one(server: Server) {
    let (gp, anna) = (server.gp(), server.person().await);
    let first = places(&send(&gp, &prescription(&anna.bsn, "1", 1)).await.expect(200));
    for run in [1, 2] {
        let again = places(&send(&gp, &prescription(&anna.bsn, "1", run)).await.expect(200));
        assert!(again.iter().all(|(status, _)| status == "200"), "{again:?}");
        let names = |all: &[(String, String)]| all.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&again), names(&first), "the answer is what stands");
    }
    for (rtype, expected) in [("MedicationRequest", 2), ("Observation", 1), ("Medication", 1), ("PractitionerRole", 1)]
    {
        assert_eq!(count(&gp, rtype).await, expected, "{rtype}");
    }
    // Alone, without a Bundle.
    let stored = gp.get(&first[0].1).await.expect(200).json();
    assert_eq!(gp.post("MedicationRequest", &stored).await.expect(200).id(), stored["id"]);
    // Another prescription is another one.
    send(&gp, &prescription(&anna.bsn, "2", 3)).await.expect(200);
    assert_eq!(count(&gp, "MedicationRequest").await, 4);
    // What was sent by mistake stands no longer.
    for (_, name) in &first[..2] {
        let wrong = with(gp.get(name).await.expect(200).json(), json!({"status": "entered-in-error"}));
        gp.put(name, &wrong).await.expect(200);
    }
    let anew = places(&send(&gp, &prescription(&anna.bsn, "1", 4)).await.expect(200));
    assert_eq!((anew[0].0.as_str(), anew[0].1 != first[0].1), ("201", true));
}

async fn at_the_same_time_too(server: Server) {
    let (gp, anna) = (server.gp(), server.person().await);
    gp.token().await.expect("a token");
    let bundles: Vec<Value> = (1..=8).map(|run| prescription(&anna.bsn, "1", run)).collect();
    let answers = futures_util::future::join_all(bundles.iter().map(|bundle| send(&gp, bundle))).await;
    let mut places: Vec<_> = answers.into_iter().map(|answer| places(&answer.expect(200))).collect();
    for all in &mut places {
        all.truncate(2);
    }
    let made = places.iter().filter(|all| all[0].0 == "201").count();
    assert_eq!(made, 1, "{places:?}");
    assert!(places.iter().all(|all| all[0].1 == places[0][0].1 && all[1].1 == places[0][1].1), "{places:?}");
    assert_eq!(count(&gp, "MedicationRequest").await, 2);
}

async fn another_content_another_patient_and_another_source_are_no_repetition(server: Server) {
    let (gp, anna, bert) = (server.gp(), server.person().await, server.person().await);
    send(&gp, &prescription(&anna.bsn, "1", 1)).await.expect(200);
    let mut other = prescription(&anna.bsn, "1", 2);
    other["entry"][0]["resource"]["dosageInstruction"][0]["text"] = json!("2x per dag 1 tablet");
    let refused = send(&gp, &other).await.expect(409).json();
    assert!(
        refused["issue"][0]["diagnostics"].as_str().is_some_and(|text| text.contains("something else")),
        "{refused}"
    );
    assert!(refused["issue"][0]["expression"][0].as_str().is_some_and(|place| place.contains("entry[0]")), "{refused}");
    let mut other = prescription(&anna.bsn, "1", 3);
    other["entry"][3]["resource"]["code"] = coded("urn:oid:2.16.840.1.113883.2.4.4.10", "99999");
    send(&gp, &other).await.expect(409);
    send(&gp, &prescription(&bert.bsn, "1", 4)).await.expect(409);
    assert_eq!(count(&gp, "MedicationRequest").await, 2);
    let mut twice = prescription(&anna.bsn, "5", 5);
    let copy = twice["entry"][0].clone();
    twice["entry"].as_array_mut().expect("entries").push(with(copy, json!({"fullUrl": urn(5, 9)})));
    send(&gp, &twice).await.expect(400);
    // Another source has numbers of its own.
    let hospital = send(&server.hospital(), &prescription(&anna.bsn, "1", 6)).await.expect(200);
    assert_eq!(places(&hospital)[0].0, "201");
    // Without a number nothing tells that it is the same.
    let plain = with(block(AGREEMENT, "Patient/x", "7", "2026-03-01", Value::Null), json!({"identifier": []}));
    let mut plain = plain;
    plain.as_object_mut().expect("a resource").remove("identifier");
    plain["subject"] = json!({"identifier": {"system": BSN, "value": anna.bsn}});
    gp.post("MedicationRequest", &plain).await.expect(201);
    gp.post("MedicationRequest", &plain).await.expect(201);
}

/// GP, pharmacy and patient, with a prescription that is addressed to the pharmacy.
struct Prescribed {
    server: Server,
    anna: Person,
    request: String,
    agreement: String,
}

impl Prescribed {
    async fn new(server: Server, permitted: &[&str], change: impl Fn(&mut Value)) -> Self {
        let anna = server.person().await;
        for organisation in permitted {
            let body = consent(&anna.reference(), permit(organisation));
            server.patient(&anna).post("Consent", &body).await.expect(201);
        }
        let mut bundle = prescription(&anna.bsn, "1", 1);
        change(&mut bundle["entry"][1]["resource"]);
        let sent = places(&send(&server.gp(), &bundle).await.expect(200));
        let (agreement, request) = (sent[0].1.clone(), sent[1].1.clone());
        Self { server, anna, request, agreement }
    }

    /// What the pharmacy makes of it.
    fn processing(&self, number: &str) -> Value {
        let whom = urn(9, 1);
        let processed = block(ADMINISTRATION, &whom, number, "2026-03-02", json!({"start": "2026-03-01"}));
        let handed = block(DISPENSE, &whom, number, "2026-03-02", Value::Null);
        let on = |reference: &str| json!({"authorizingPrescription": [{"reference": reference}]});
        let entries = vec![
            entry(9, 3, product(with(processed, on(&self.agreement)), to(9, 2))),
            entry(9, 4, product(with(handed, on(&self.request)), to(9, 2))),
            entry(9, 1, patient(&self.anna.bsn)),
            entry(9, 2, json!({"resourceType": "Medication", "code": coded("urn:oid:2.16.840.1.113883.2.4.4.7", "1")})),
        ];
        json!({"resourceType": "Bundle", "type": "transaction", "entry": entries})
    }

    async fn process(&self, number: &str) -> Vec<(String, String)> {
        places(&send(&self.server.pharmacy(), &self.processing(number)).await.expect(200))
    }

    /// Status and version of the request, as its source sees it.
    async fn state(&self) -> (String, String) {
        let body = self.server.gp().get(&self.request).await.expect(200).json();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        (text(&body["status"]), text(&body["meta"]["versionId"]))
    }

    async fn is(&self, status: &str, version: &str) {
        assert_eq!(self.state().await, (status.to_owned(), version.to_owned()));
    }
}

const BOTH: [&str; 2] = ["org-gp", "org-pharmacy"];

async fn the_dispense_closes_the_request_that_it_names(server: Server) {
    let here = Prescribed::new(server, &BOTH, |_| ()).await;
    here.is("active", "1").await;
    let before = here.server.gp().get(&here.request).await.expect(200).json();
    let made = here.process("1").await;
    assert_eq!(made.len(), 4, "the answer has what was asked, and nothing beside it");
    here.is("completed", "2").await;
    let after = here.server.gp().get(&here.request).await.expect(200).json();
    assert_eq!(with(after, json!({"status": "active", "meta": before["meta"]})), before, "only the status moved");
    let anna = here.server.patient(&here.anna);
    let traces = anna.get(&format!("Provenance?target={}", here.request)).await.expect(200).json();
    let trace = &traces["entry"][0]["resource"];
    assert_eq!(trace["entity"][0]["what"]["reference"], made[1].1);
    assert_eq!(trace["agent"][0]["who"]["reference"], "Organization/org-pharmacy");
    let log = anna.get("AuditEvent?_count=100").await.expect(200).text();
    assert!(log.contains(&here.request), "the patient reads back who moved it");
    // The GP stays its source.
    let body = here.server.gp().get(&here.request).await.expect(200).json();
    here.server.pharmacy().put(&here.request, &body).await.expect(403);
    here.server.gp().put(&here.request, &with(body, json!({"note": [{"text": "x"}]}))).await.expect(200);
    // The same dispense once more is the same dispense.
    let again = here.process("1").await;
    assert_eq!(again[1], ("200".to_owned(), made[1].1.clone()));
    here.is("completed", "3").await;
}

async fn it_is_closed_by_number_as_well(server: Server) {
    let here = Prescribed::new(server, &BOTH, |_| ()).await;
    let mut bundle = here.processing("1");
    let number = json!([{"type": "MedicationRequest", "identifier": {"system": BLOCKS, "value": format!("{REQUEST}-1-2026-03-01")}}]);
    bundle["entry"][1]["resource"]["authorizingPrescription"] = number;
    send(&here.server.pharmacy(), &bundle).await.expect(200);
    here.is("completed", "2").await;
}

async fn what_the_patient_does_not_permit_moves_nothing(server: Server) {
    // The pharmacy does not see the request: for it there is none.
    let here = Prescribed::new(server, &["org-gp"], |_| ()).await;
    let made = here.process("1").await;
    here.is("active", "1").await;
    assert_eq!(made[1].0, "201");
    let anna = here.server.patient(&here.anna);
    anna.post("Consent", &consent(&here.anna.reference(), permit("org-pharmacy"))).await.expect(201);
    here.process("2").await;
    here.is("completed", "2").await;
}

async fn who_asked_learns_nothing_that_the_patient_keeps_from_them(server: Server) {
    // The GP does not see what the pharmacy hands over: the request does not tell it either.
    let here = Prescribed::new(server, &["org-pharmacy"], |_| ()).await;
    here.process("1").await;
    here.is("active", "1").await;
    assert_eq!(count(&here.server.gp(), "MedicationDispense").await, 0);
}

async fn another_dispenser_a_cancelled_request_and_a_mere_agreement_move_nothing(server: Server) {
    let here = Prescribed::new(server, &["org-gp", "org-pharmacy", "org-hospital"], |_| ()).await;
    send(&here.server.hospital(), &here.processing("1")).await.expect(200);
    here.is("active", "1").await;
    let mut only = here.processing("2");
    only["entry"].as_array_mut().expect("entries").remove(1);
    send(&here.server.pharmacy(), &only).await.expect(200);
    here.is("active", "1").await;
    let body = here.server.gp().get(&here.request).await.expect(200).json();
    here.server.gp().put(&here.request, &with(body, json!({"status": "cancelled"}))).await.expect(200);
    here.process("3").await;
    here.is("cancelled", "2").await;
}

async fn a_request_to_nobody_is_closed_by_who_dispenses(server: Server) {
    let open = |request: &mut Value| {
        request["dispenseRequest"].as_object_mut().expect("an element").remove("performer");
    };
    let here = Prescribed::new(server, &BOTH, open).await;
    here.process("1").await;
    here.is("completed", "2").await;
}

async fn repeats_are_counted(server: Server) {
    let repeated = |request: &mut Value| request["dispenseRequest"]["numberOfRepeatsAllowed"] = json!(1);
    let here = Prescribed::new(server, &BOTH, repeated).await;
    here.process("1").await;
    here.is("active", "1").await;
    here.process("2").await;
    here.is("completed", "2").await;
}

async fn what_is_taken_back_opens_the_request_again(server: Server) {
    let here = Prescribed::new(server, &BOTH, |_| ()).await;
    let pharmacy = here.server.pharmacy();
    let first = here.process("1").await[1].1.clone();
    let second = here.process("2").await[1].1.clone();
    here.is("completed", "2").await;
    let wrong = with(pharmacy.get(&first).await.expect(200).json(), json!({"status": "entered-in-error"}));
    pharmacy.put(&first, &wrong).await.expect(200);
    here.is("completed", "2").await;
    pharmacy.delete(&second).await.expect(204);
    here.is("active", "3").await;
    // What the prescriber closed stays closed.
    let third = here.process("3").await[1].1.clone();
    here.is("completed", "4").await;
    let body = here.server.gp().get(&here.request).await.expect(200).json();
    here.server.gp().put(&here.request, &with(body, json!({"status": "stopped"}))).await.expect(200);
    pharmacy.delete(&third).await.expect(204);
    here.is("stopped", "5").await;
}

/// A proposal and its reply, both as the standard sends them.
async fn proposals_and_replies_come_back_as_they_were_sent(server: Server) {
    let (pharmacy, gp, anna) = (server.pharmacy(), server.gp(), server.person().await);
    for organisation in BOTH {
        let body = consent(&anna.reference(), permit(organisation));
        server.patient(&anna).post("Consent", &body).await.expect(201);
    }
    for (category, number) in [(AGREEMENT, "p1"), (REQUEST, "p2")] {
        let proposal = block(category, &urn(1, 1), number, "2026-03-01", Value::Null);
        let actionable =
            json!({"tag": [{"system": "http://terminology.hl7.org/CodeSystem/common-tags", "code": "actionable"}]});
        let proposal = with(proposal, json!({"intent": "proposal", "meta": actionable}));
        let entries = vec![entry(1, 2, proposal), entry(1, 1, patient(&anna.bsn))];
        let bundle = json!({"resourceType": "Bundle", "type": "transaction", "entry": entries});
        let sent = send(&pharmacy, &bundle).await.expect(200);
        let asked = places(&sent)[0].1.clone();
        assert_eq!(sent.json()["entry"][0]["resource"]["meta"]["tag"], actionable["tag"]);
        let answer = extension(
            "ext-Communication.Payload.ContentCodeableConcept",
            "valueCodeableConcept",
            coded("urn:oid:2.16.840.1.113883.2.4.3.11.60.20.77.5.2.17", "5"),
        );
        let reply = json!({
            "resourceType": "Communication", "status": "completed", "meta": actionable,
            "identifier": [{"system": BLOCKS, "value": format!("reply-{number}")}],
            "basedOn": [{"reference": asked}], "subject": to(2, 1), "sent": "2026-03-02T10:00:00Z",
            "sender": {"reference": "Organization/org-gp"},
            "payload": [{"_contentString": {"extension": [answer]}}],
        });
        let reply_of = |run: u8| {
            let entries = vec![
                entry(run, 2, with(reply.clone(), json!({"subject": to(run, 1)}))),
                entry(run, 1, patient(&anna.bsn)),
            ];
            json!({"resourceType": "Bundle", "type": "transaction", "entry": entries})
        };
        let sent = send(&gp, &reply_of(2)).await.expect(200);
        assert_eq!(sent.json()["entry"][0]["resource"]["payload"], reply["payload"]);
        let name = places(&sent)[0].1.clone();
        let again = places(&send(&gp, &reply_of(3)).await.expect(200));
        assert_eq!(again[0], ("200".to_owned(), name.clone()), "a reply posted twice is one");
        assert_eq!(pharmacy.get(&name).await.expect(200).json()["basedOn"][0]["reference"], asked);
    }
    // A proposal is no medication.
    let overview = gp.get(&format!("Patient/{}/$medication-overview", anna.id)).await.expect(200).text();
    assert!(!overview.contains("C03CA01"), "{overview}");
}

on_both! {
    a_prescription_comes_back_as_it_was_sent,
    a_prescription_posted_twice_makes_one,
    a_request_to_nobody_is_closed_by_who_dispenses,
    another_content_another_patient_and_another_source_are_no_repetition,
    another_dispenser_a_cancelled_request_and_a_mere_agreement_move_nothing,
    at_the_same_time_too,
    it_is_closed_by_number_as_well,
    proposals_and_replies_come_back_as_they_were_sent,
    repeats_are_counted,
    the_dispense_closes_the_request_that_it_names,
    what_is_taken_back_opens_the_request_again,
    what_the_patient_does_not_permit_moves_nothing,
    who_asked_learns_nothing_that_the_patient_keeps_from_them,
}
