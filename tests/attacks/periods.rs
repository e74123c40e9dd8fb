//! Time: periods that are odd, and clocks that jump.

use serde_json::{Value, json};
use spil_fhir_profiles::time::{format_instant, parse_range};

use crate::support::builders::{consent, deny, permit};
use crate::support::keys::Key;
use crate::support::on_both;
use crate::support::server::START;
use crate::support::world::{CODE, CONDITION, World};

/// The first millisecond of a moment.
fn at(text: &str) -> i64 {
    parse_range(text).expect("a moment").0
}

fn lasting(period: Value) -> Value {
    let mut provision = permit("org-vvt");
    provision["period"] = period;
    provision
}

/// The last moment at which a permission holds and the first at which it does not, or the other way around.
async fn attack_49_odd_periods(world: World) {
    let anna = world.server.patient(&world.anna);
    for period in [
        json!({"start": "2026-03-03", "end": "2026-03-01"}),
        json!({"start": "2026-03-02T10:00:00Z", "end": "2026-03-02T09:59:59Z"}),
        json!({"start": "2027", "end": "2026"}),
        json!({"end": "2026-02-29"}),
        json!({"end": "2026-13-01"}),
        json!({"end": "tomorrow"}),
        json!({"end": "2026-03-29T02:30:00"}),
        json!({"end": ""}),
        json!({"start": 2026}),
        json!([{"end": "2026-03-01"}]),
    ] {
        let status = anna.post("Consent", &consent(&world.anna.reference(), lasting(period.clone()))).await.status;
        assert!([400, 422].contains(&status), "{period}: {status}");
    }
    let mut ended = vec![];
    for (period, closed) in [
        (json!({"end": "2026-03-01"}), true),
        (json!({"end": "1900"}), true),
        (json!({"start": "2026-03-03"}), true),
        (json!({"start": "9999-12-30"}), true),
        (json!({"end": "9999-12-30"}), false),
        (json!({"start": "1900-01-01"}), false),
        (json!({"end": "2026-03-02"}), false),
        (json!({"start": "2026-03-02", "end": "2026-03-02"}), false),
        (json!({"start": "2026-03-02T09:00:00Z"}), false),
        (json!({"end": "2026-03-02T08:59:59Z"}), true),
        (json!({"end": "2026-03-02T10:00:00+02:00"}), true),
        (json!({"start": "2026", "end": "2026"}), false),
    ] {
        let id = world.consents(lasting(period.clone())).await;
        let seen = world.server.vvt().get(CONDITION).await.status;
        assert_eq!(seen, if closed { 404 } else { 200 }, "{period}");
        let found = world.server.vvt().get("Condition?_summary=count").await.expect(200).json();
        assert_eq!(found["total"], i32::from(!closed), "{period}");
        anna.delete(&format!("Consent/{id}")).await.expect(204);
        ended.push(id);
    }
    // A day ends at midnight in the Netherlands: in winter, in summer, when the clock changes, on 29 February.
    for (period, inside, outside) in [
        (json!({"end": "2026-03-02"}), "2026-03-02T22:59:59.999Z", "2026-03-02T23:00:00Z"),
        (json!({"end": "2026-03-28"}), "2026-03-28T22:59:59.999Z", "2026-03-28T23:00:00Z"),
        (json!({"end": "2026-03-29"}), "2026-03-29T21:59:59.999Z", "2026-03-29T22:00:00Z"),
        (json!({"end": "2026-03-29T02:30:00+01:00"}), "2026-03-29T01:30:00.999Z", "2026-03-29T01:30:01Z"),
        (json!({"end": "2026-10-25"}), "2026-10-25T22:59:59.999Z", "2026-10-25T23:00:00Z"),
        (json!({"start": "2026-10-26", "end": "2026-10-26"}), "2026-10-25T23:00:00Z", "2026-10-26T23:00:00Z"),
        (json!({"end": "2028-02"}), "2028-02-29T22:59:59.999Z", "2028-02-29T23:00:00Z"),
        (json!({"end": "2028-02-29"}), "2028-02-29T22:59:59.999Z", "2028-02-29T23:00:00Z"),
        (json!({"start": "2028-03-01", "end": "2028-03-01"}), "2028-02-29T23:00:00Z", "2028-02-29T22:59:59.999Z"),
    ] {
        world.server.set_clock(START);
        let id = world.consents(lasting(period.clone())).await;
        let mut moments = [(at(inside), 200), (at(outside), 404)];
        moments.sort_unstable();
        for (moment, status) in moments {
            world.server.set_clock(moment);
            let vvt = world.server.vvt().claim(&json!({"subject_name": format!("om {moment}")}));
            let read = vvt.get(CONDITION).await;
            assert_eq!(read.status, status, "{period} at {moment}");
            assert_eq!(vvt.get("Condition").await.expect(200).text().contains(CODE), status == 200, "{period}");
        }
        world.server.set_clock(START);
        anna.delete(&format!("Consent/{id}")).await.expect(204);
    }
}

/// After a jump forward nobody knows whether it is today or the day after tomorrow: a permission holds only if it does at both,
/// an objection if it does at either.
async fn a_clock_in_doubt_opens_nothing(world: World) {
    const DAY: i64 = 86_400_000;
    let sees = async || {
        let read = world.server.vvt().get(CONDITION).await.status == 200;
        let found = world.server.vvt().get("Condition").await.expect(200).matches().len() == 1;
        assert_eq!(read, found);
        read
    };
    let within = |mut provision: Value, name: &str, at: i64| {
        provision["period"] = json!({name: format_instant(at)});
        provision
    };
    // Each with the answers today, the day after tomorrow, and when it may be either.
    for case in 0..5 {
        let today = world.server.now();
        let tomorrow = today + DAY;
        let (provisions, expected) = match case {
            0 => (vec![permit("org-vvt")], [true, true, true]),
            1 => (vec![within(permit("org-vvt"), "start", tomorrow)], [false, true, false]),
            2 => (vec![within(permit("org-vvt"), "end", tomorrow)], [true, false, false]),
            3 => (vec![permit("org-vvt"), within(deny("org-vvt"), "start", tomorrow)], [true, false, false]),
            _ => (vec![permit("org-vvt"), within(deny("org-vvt"), "end", tomorrow)], [false, true, false]),
        };
        let mut ids = Vec::new();
        for provision in provisions {
            ids.push(world.consents(provision).await);
        }
        let mut answers = vec![sees().await];
        world.server.set_clock(today + 2 * DAY);
        answers.push(sees().await);
        world.server.doubt(today);
        answers.push(sees().await);
        assert_eq!(answers, expected, "case {case}");
        for id in ids {
            world.server.patient(&world.anna).delete(&format!("Consent/{id}")).await.expect(204);
        }
        world.server.doubt(i64::MAX);
    }
}

/// A clock that jumps lengthens nothing: neither a token, nor what was withdrawn.
async fn attack_57_clocks_that_jump(world: World) {
    let vvt = world.server.vvt();
    let token = vvt.token().await.expect("a token");
    let held = world.server.bearer(&token);
    let id = world.permit("org-vvt").await;
    held.get(CONDITION).await.expect(200);
    // Back an hour: the token is of a time that has not come; forward again: it is good; past its end: it is not.
    world.server.set_clock(START - 3_600_000);
    held.get(CONDITION).await.expect(401);
    world.server.set_clock(START + 1_000);
    held.get(CONDITION).await.expect(200);
    world.server.set_clock(START + 300_000);
    held.get(CONDITION).await.expect(401);
    world.server.set_clock(START + 299_000);
    held.get(CONDITION).await.expect(200);
    // A permission that ended does not come back by what another clock says later.
    let anna = world.server.patient(&world.anna);
    anna.delete(&format!("Consent/{id}")).await.expect(204);
    for moment in [START + 299_500, START + 1_000, START + 290_000] {
        world.server.set_clock(moment);
        let status = held.get(CONDITION).await.status;
        assert!([401, 404].contains(&status), "{moment}: {status}");
    }
    // Even signed with our own key, what is issued tomorrow is not good today.
    world.server.set_clock(START);
    let key = Key::of_server(&world.server).await;
    let (base, now) = (world.server.base(), START / 1000);
    let org = world.server.app().store.client("gp-system").await.expect("rows").expect("a client").org;
    for (issued, status) in [(now, 200), (now + 25, 200), (now + 35, 401), (now + 86_400, 401)] {
        let claims = json!({
            "iss": base, "aud": format!("{base}/fhir"), "sub": "gp-system", "client_id": "gp-system", "org": org,
            "jti": format!("j{issued}"), "iat": issued, "exp": issued + 300, "scope": "system/*.cruds",
        });
        let token = key.sign(json!({"typ": "at+jwt"}), &claims);
        world.server.bearer(&token).get(CONDITION).await.expect(status);
    }
}

on_both! {
    attack_49_odd_periods,
    a_clock_in_doubt_opens_nothing,
    attack_57_clocks_that_jump,
}
