use crate::support::builders::{condition, consent, patient, permit};
use crate::support::{Server, on_both};

async fn a_permitted_organisation_reads_what_another_wrote(server: Server) {
    let anna = server.person().await;
    let own = server.hospital().post("Patient", &patient(&anna.bsn)).await.expect(201).id();
    let problem = server.hospital().post("Condition", &condition(&format!("Patient/{own}"), "13645005")).await;
    let path = format!("Condition/{}", problem.expect(201).id());
    server.gp().get(&path).await.expect(404);
    server.nobody().get(&path).await.expect(401);
    server.patient(&anna).get(&path).await.expect(200);
    server.patient(&anna).post("Consent", &consent(&anna.reference(), permit("org-gp"))).await.expect(201);
    server.gp().get(&path).await.expect(200);
}

on_both! {
    a_permitted_organisation_reads_what_another_wrote,
}
