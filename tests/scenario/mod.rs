//! The main job, end to end: hospital, practice and pharmacy bring data, the patient decides, others read, the patient
//! sees who looked. Everything over HTTP, from `demo.json`.

mod portal;
mod reconciled;
mod records;
pub mod region;
mod steps;
mod system;

use region::Region;

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_on_sqlite() {
    steps::run(&Region::start("sqlite", None).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_on_postgres() {
    let database = crate::support::postgres::Postgres::shared().fresh_database();
    steps::run(&Region::start("postgres", Some(&database)).await).await;
}
