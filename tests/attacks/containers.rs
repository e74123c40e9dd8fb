//! Files and narrative: what lies in a `Binary`, in an attachment, in a text.

use serde_json::json;

use super::probe::{tells, told};
use crate::support::builders::{coded, condition, labelled, permit_categories, prescription};
use crate::support::on_both;
use crate::support::world::{CODE, PATIENT, World};

async fn attack_28_binaries(world: World) {
    let hospital = world.server.hospital();
    let page = "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==";
    let binary = |context: Option<&str>| {
        let mut body = json!({"resourceType": "Binary", "contentType": "text/html", "data": page});
        if let Some(reference) = context {
            body["securityContext"] = json!({"reference": reference});
        }
        body
    };
    let mut file = json!({
        "resourceType": "DocumentReference", "status": "current", "subject": {"reference": PATIENT},
        "content": [{"attachment": {"contentType": "text/html", "url": "Binary/f1"}}],
    });
    file["type"] = coded("http://loinc.org", "28627-8");
    hospital.put("DocumentReference/r1", &file).await.expect(201);
    hospital.put("Binary/f1", &binary(Some("DocumentReference/r1"))).await.expect(201);
    hospital.put("Binary/f2", &binary(None)).await.expect(201);
    hospital.put("Binary/f3", &binary(Some(PATIENT))).await.expect(201);
    hospital.put("Binary/f4", &labelled(binary(Some(PATIENT)), "PSY")).await.expect(201);
    let (gp, vvt) = (world.server.gp(), world.server.vvt());
    // Of what a file is that names no patient nobody can tell: it is its source's.
    for path in ["Binary/f1", "Binary/f2", "Binary/f4"] {
        for caller in [&gp, &vvt, &world.server.pharmacy()] {
            for form in ["application/fhir+json", "text/html", "*/*", "application/octet-stream"] {
                let status = caller.with("accept", form).get(path).await.status;
                assert!([404, 406].contains(&status), "{path} {form}: {status}");
            }
            caller.get(path).await.expect(404);
            caller.head(path).await.expect(404);
            caller.with("range", "bytes=0-3").get(path).await.expect(404);
        }
        hospital.get(path).await.expect(200);
        world.server.nobody().get(path).await.expect(401);
    }
    tells(&gp, &vvt, page, &["Binary/f3", "Binary?_id=f3", "Binary/f3/_history/1"]).await;
    // Whatever it says that it is, it goes out as FHIR and is never a page, in whole or in part.
    for form in ["application/fhir+json", "text/html", "*/*"] {
        let shown = gp.with("accept", form).with("range", "bytes=0-9").get("Binary/f3").await;
        assert!([200, 406].contains(&shown.status), "{form}: {}", shown.status);
        assert!(shown.header("content-type").starts_with("application/fhir+"), "{}", shown.header("content-type"));
        assert_eq!(shown.header("x-content-type-options"), "nosniff");
        assert!(shown.header("content-security-policy").contains("default-src 'none'"));
        assert_eq!(shown.header("cache-control"), "no-store");
        assert!(!shown.text().contains("<script"), "{}", shown.text());
    }
    // An address that was good for one is not good for the other, and a query does not sign it.
    for path in ["Binary/f3?access_token=x", "Binary/f3?_format=text/html"] {
        world.server.nobody().get(path).await.expect(401);
        assert!(!told(&vvt.get(path).await).contains(page));
    }
}

/// What a text tells cannot be read by a machine: the label closes the whole, and what the server writes itself is made of
/// what the reader may see.
async fn attack_34_text_that_tells(world: World) {
    let hospital = world.server.hospital();
    let mut telling = prescription(PATIENT, "N02BE01");
    telling["note"] = json!([{"text": "sinds de opname bij Parnassia"}]);
    telling["text"] = json!({
        "status": "additional",
        "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">sinds de opname bij Parnassia</div>",
    });
    hospital.put("MedicationRequest/m1", &labelled(telling, "PSY")).await.expect(201);
    let mut hidden = condition(PATIENT, "35489007");
    hidden["code"]["text"] = json!("Depressie van Parnassia");
    hospital.put("Condition/s1", &hidden).await.expect(201);
    let letter = json!({
        "resourceType": "Composition", "status": "final", "type": coded("http://loinc.org", "11503-0"),
        "subject": {"reference": PATIENT}, "date": "2026-02-01", "author": [{"display": "Arts"}], "title": "Brief",
        "section": [{"title": "Alles", "entry": [
            {"reference": "MedicationRequest/m1"}, {"reference": "Condition/s1"}, {"reference": "Condition/c1"},
        ]}],
    });
    hospital.put("Composition/l1", &letter).await.expect(201);
    world.consents(permit_categories("org-pharmacy", &["medication", "documents", "problems"])).await;
    world.consents(permit_categories("org-vvt", &["medication", "documents", "problems", "mental-health"])).await;
    let (less, more) = (world.server.pharmacy(), world.server.vvt());
    tells(
        &more,
        &less,
        "Parnassia",
        &[
            "MedicationRequest/m1",
            "MedicationRequest?_text=Parnassia",
            "MedicationRequest?_content=Parnassia",
            "Condition?_content=Parnassia",
            "Condition/s1",
            "Condition?code:text=Parnassia",
            "?_type=Condition,MedicationRequest&_content=Parnassia",
        ],
    )
    .await;
    for path in
        ["Composition/l1/$document", "Patient/h1/$medication-overview", "Patient/h1/$everything", "Composition/l1"]
    {
        for form in ["application/fhir+json", "text/html", "application/fhir+xml"] {
            let shown = less.with("accept", form).get(path).await;
            assert!(!shown.text().contains("Parnassia"), "{path} as {form}: {}", shown.text());
        }
        less.get(path).await.expect(200);
    }
    let document = told(&more.get("Composition/l1/$document").await.expect(200));
    assert!(document.contains("Parnassia") && document.contains(CODE), "{document}");
    let own = told(&less.get("Composition/l1/$document").await.expect(200));
    assert!(own.contains(CODE), "what it may see is there: {own}");
}

on_both! {
    attack_28_binaries,
    attack_34_text_that_tells,
}
