//! Packed answers and bodies, and callers in a browser of another origin.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use reqwest::Method;
use serde_json::json;

use super::hospital;
use crate::support::builders::condition;
use crate::support::{Server, on_both};

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("packed");
    encoder.finish().expect("packed")
}

async fn answers_are_packed_as_the_caller_accepts(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    for _ in 0..8 {
        hospital.post("Condition", &condition(&patient, "1")).await.expect(201);
    }
    let plain = hospital.get("Condition").await.expect(200);
    assert_eq!(plain.header("content-encoding"), "");
    for coding in ["gzip", "br", "zstd"] {
        let answer = hospital.with("accept-encoding", coding).get("Condition").await.expect(200);
        assert_eq!(answer.header("content-encoding"), coding);
        assert!(answer.body.len() < plain.body.len() / 2, "{coding}: {} bytes", answer.body.len());
        assert!(answer.header("vary").to_ascii_lowercase().contains("accept-encoding"), "{}", answer.header("vary"));
    }
    let answer = hospital.with("accept-encoding", "gzip").get("Condition").await;
    let mut unpacked = Vec::new();
    GzDecoder::new(&*answer.body).read_to_end(&mut unpacked).expect("gzip");
    assert_eq!(unpacked, plain.body);
    let small = hospital.with("accept-encoding", "gzip").get("Condition/absent").await.expect(404);
    assert_eq!(small.header("content-encoding"), "", "what is small is not packed");
    let page = server.nobody().with("accept-encoding", "gzip, br, zstd");
    for path in ["/", "/zorg", "/oauth/jwks", "/idp/.well-known/openid-configuration"] {
        let answer = page.get(&format!("{}{path}", server.base())).await;
        assert_eq!(answer.header("content-encoding"), "", "{path} may hold a secret");
    }
}

async fn a_body_may_be_packed_and_cannot_be_a_bomb(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    let body = condition(&patient, "1").to_string();
    let media = "application/fhir+json";
    let send = async |encoding: &str, bytes: Vec<u8>| {
        hospital.with("content-encoding", encoding).send(Method::POST, "Condition", Some((media, bytes.into()))).await
    };
    send("gzip", packed(body.as_bytes())).await.expect(201);
    send("identity", body.clone().into_bytes()).await.expect(201);
    send("br", body.clone().into_bytes()).await.expect(415);
    send("gzip", body.into_bytes()).await.expect(400);
    let bomb = packed(&vec![b' '; 64 * 1024 * 1024]);
    assert!(bomb.len() < 1024 * 1024);
    let refused = send("gzip", bomb).await.expect(413);
    assert!(refused.text().contains("10 MiB"), "{}", refused.text());
    let form = packed(b"code=1&_summary=count");
    let media = "application/x-www-form-urlencoded";
    let found = hospital
        .with("content-encoding", "gzip")
        .send(Method::POST, "Condition/_search", Some((media, form.into())))
        .await
        .expect(200);
    assert_eq!(found.json()["total"], 2);
}

async fn a_page_of_another_origin_may_call_with_a_token(server: Server) {
    let (hospital, patient) = hospital(&server).await;
    hospital.put("Condition/c1", &condition(&patient, "1")).await.expect(201);
    let origin = "https://app.example";
    let answer = hospital.with("origin", origin).get("Condition/c1").await.expect(200);
    assert_eq!(answer.header("access-control-allow-origin"), origin);
    assert_eq!(answer.header("access-control-allow-credentials"), "", "never with cookies");
    let exposed = answer.header("access-control-expose-headers").to_ascii_lowercase();
    for name in ["etag", "location", "last-modified"] {
        assert!(exposed.contains(name), "{exposed}");
    }
    let ask = |path: &str, method: &str| {
        let caller = server.nobody().with("origin", origin).with("access-control-request-method", method);
        let caller = caller.with("access-control-request-headers", "authorization,if-none-exist,prefer,content-type");
        let address = format!("{}{path}", server.base());
        async move { caller.send(Method::OPTIONS, &address, None).await }
    };
    for (path, method) in [
        ("/fhir", "POST"),
        ("/fhir/Condition/c1", "PATCH"),
        ("/fhir/.well-known/smart-configuration", "GET"),
        ("/oauth/token", "POST"),
        ("/.well-known/oauth-authorization-server", "GET"),
    ] {
        let answer = ask(path, method).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, origin), "{path}");
        let allowed = answer.header("access-control-allow-headers").to_ascii_lowercase();
        assert!(allowed.contains("authorization") && allowed.contains("if-none-exist"), "{allowed}");
        assert!(answer.header("access-control-allow-methods").contains(method), "{path}");
    }
    for path in ["/", "/oauth/authorize", "/zorg", "/oauth/introspect"] {
        let answer = ask(path, "POST").await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
        let answer = server.nobody().with("origin", origin).get(&format!("{}{path}", server.base())).await;
        assert_eq!(answer.header("access-control-allow-origin"), "", "{path}");
    }
    let refused = server.nobody().with("origin", origin).get("Condition/c1").await.expect(401);
    assert_eq!(refused.header("access-control-allow-origin"), origin, "a refusal can be read too");
    assert_eq!(refused.json()["resourceType"], json!("OperationOutcome"));
}

on_both! {
    answers_are_packed_as_the_caller_accepts,
    a_body_may_be_packed_and_cannot_be_a_bomb,
    a_page_of_another_origin_may_call_with_a_token,
}
