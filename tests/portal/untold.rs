//! What could not be told to the systems of an organisation, for its own professionals.

use serde_json::json;
use spil::access::Access;
use spil::ctx::Actor;

use super::people::{as_patient, as_professional, professional};
use crate::notify::{handoff, subscription, told};
use crate::support::builders::permit_categories;
use crate::support::on_both;
use crate::support::receiver::Receiver;
use crate::support::world::World;

on_both!(what_did_not_arrive_is_seen_by_the_organisation_alone);

const HOUR: i64 = 3_600_000;
const PAGE: &str = "/zorg/niet-aangekomen";

async fn what_did_not_arrive_is_seen_by_the_organisation_alone(world: World) {
    let server = &world.server;
    let receiver = Receiver::start().await;
    let (hospital, vvt) = (server.hospital(), server.vvt());
    for (name, kind) in [("wijk", "vvt"), ("huisarts", "gp")] {
        professional(server, name, kind).await;
    }
    let mut nurse = as_professional(server, "wijk").await;
    assert!(nurse.get(PAGE).await.text.contains("Alles is aangekomen"));
    world.consents(permit_categories("org-vvt", &["nursing"])).await;
    let address = format!("{}/geheim-pad", receiver.base);
    vvt.put("Subscription/s1", &subscription(&address, None)).await.expect(201);
    told(server, &receiver, 1).await;
    receiver.answers(503);
    hospital.put("Task/t1", &handoff("org-vvt")).await.expect(201);
    told(server, &receiver, 1).await;

    let page = nurse.get(PAGE).await.text;
    for part in ["127.0.0.1", "1 melding", "1 keer", "fout (503)", "Wordt weer geprobeerd"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for secret in ["geheim", "Task/t1", "Jansen", &world.anna.bsn, "PUT Subscription"] {
        assert!(!page.contains(secret), "{secret}: {page}");
    }
    for _ in 0..40 {
        server.advance(6 * HOUR);
        spil::notify::tell_due(server.app()).await.expect("told");
    }
    drop(receiver.calls());
    // The session has ended meanwhile.
    let mut nurse = as_professional(server, "wijk").await;
    let page = nurse.get(PAGE).await.text;
    assert!(page.contains("Dit blijft staan") && page.contains("PUT Subscription/s1"), "{page}");
    assert!(nurse.get("/zorg/verzonden").await.text.contains(&format!("href=\"{PAGE}\"")));

    // Another organisation sees nothing of it, and a patient is not let in.
    let other = as_professional(server, "huisarts").await.get(PAGE).await.text;
    assert!(other.contains("Alles is aangekomen") && !other.contains("127.0.0.1"), "{other}");
    assert_eq!(as_patient(server, &world.anna).await.get(PAGE).await.status, 403);
    let nobody = Access::inside(server.app(), Actor::Hub, "TREAT").untold().await;
    assert!(nobody.is_err_and(|error| error.status == 404), "it is of an organisation");
    // It begins anew as the page says.
    receiver.answers(200);
    let mut again = subscription(&address, None);
    again["id"] = json!("s1");
    vvt.put("Subscription/s1", &again).await.expect(200);
    told(server, &receiver, 1).await;
    crate::notify::is(&vvt, "s1", "active").await;
}
