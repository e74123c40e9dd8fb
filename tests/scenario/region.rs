//! The demo region as a newcomer starts it: the real program, reached only over HTTP, known only from `demo.json`.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// A running demo; it stops when dropped.
pub struct Region {
    /// `demo.json`.
    pub demo: Value,
    /// HTTP without redirects.
    pub http: reqwest::Client,
    process: Child,
    folder: PathBuf,
}

impl Region {
    /// Starts `spil demo` in an empty folder, on SQLite or on the given database.
    pub async fn start(name: &str, database: Option<&str>) -> Self {
        let folder = std::env::temp_dir().join(format!("spil-scenario-{name}-{}", std::process::id()));
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir_all(&folder).expect("folder");
        let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
        let mut command = Command::new(env!("CARGO_BIN_EXE_spil"));
        command.args(["demo", "--listen", &address.to_string(), "--data"]).arg(&folder);
        if let Some(url) = database {
            command.args(["--database", url]);
        }
        let process = command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().expect("spil starts");
        let http =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("an HTTP client");
        let mut region = Self { demo: Value::Null, http, process, folder };
        region.wait(&format!("http://{address}/health/ready")).await;
        let text = std::fs::read_to_string(region.folder.join("demo.json")).expect("demo.json");
        region.demo = serde_json::from_str(&text).expect("demo.json is JSON");
        region
    }

    async fn wait(&mut self, ready: &str) {
        for _ in 0..1200 {
            if let Ok(answer) = self.http.get(ready).send().await
                && answer.status() == 200
                && self.folder.join("demo.json").exists()
            {
                return;
            }
            if let Ok(Some(status)) = self.process.try_wait() {
                panic!("spil demo ended with {status}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("spil demo did not become ready in two minutes");
    }

    /// An organisation of `demo.json` by its kind.
    pub fn organisation(&self, kind: &str) -> &Value {
        self.find("organisations", |organisation| organisation["kind"] == kind)
    }

    /// A patient of `demo.json` by user name.
    pub fn patient(&self, username: &str) -> &Value {
        self.find("patients", |patient| patient["username"] == username)
    }

    /// A professional of an organisation.
    pub fn professional(&self, ura: &Value) -> &Value {
        self.find("professionals", |professional| professional["organisation"] == *ura)
    }

    fn find(&self, list: &str, wanted: impl Fn(&Value) -> bool) -> &Value {
        let found = self.demo[list].as_array().into_iter().flatten().find(|one| wanted(one));
        found.unwrap_or_else(|| panic!("demo.json has no such entry in {list}"))
    }

    /// The server's address.
    pub fn base(&self) -> &str {
        self.demo["base"].as_str().expect("base")
    }

    /// The FHIR address.
    pub fn fhir(&self) -> &str {
        self.demo["fhir"].as_str().expect("fhir")
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}
