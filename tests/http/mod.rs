//! HTTPS as `spil serve` does it, with a certificate made for the test.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use spil::clock::{SystemClock, SystemRandom};
use spil::config::Config;
use tokio::net::TcpListener;

use crate::support::engine::{Database, Engine};

/// A folder with a certificate for localhost and its key; gone afterwards.
struct Files {
    folder: PathBuf,
    certificate: String,
}

impl Files {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("spil-tls-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let certificate = made.cert.pem();
        std::fs::write(folder.join("certificate.pem"), &certificate).expect("written");
        std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).expect("written");
        Self { folder, certificate }
    }

    fn config(&self, certificate: &str, key: &str) -> Config {
        let mut config = Config::default();
        config.server.tls_certificate = self.folder.join(certificate).display().to_string();
        config.server.tls_key = self.folder.join(key).display().to_string();
        config
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

#[tokio::test]
async fn the_server_speaks_https_with_the_certificate_it_was_given_and_nothing_else() {
    let files = Files::new("speaks");
    let database = Database::fresh(Engine::Sqlite);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let mut config = files.config("certificate.pem", "key.pem");
    config.database.url.clone_from(&database.url);
    config.server.base = format!("https://localhost:{}", address.port());
    let url = format!("{}/health/ready", config.server.base);
    let app = spil::server::start(config, Arc::new(SystemClock), Arc::new(SystemRandom)).await.expect("it starts");
    let serving = tokio::spawn(spil::server::serve(app, listener, std::future::pending()));
    // A caller that never finishes its handshake holds up nobody.
    let silent = tokio::net::TcpStream::connect(address).await.expect("connected");

    let root = reqwest::Certificate::from_pem(files.certificate.as_bytes()).expect("a certificate");
    let client =
        || reqwest::Client::builder().no_proxy().resolve("localhost", address).timeout(Duration::from_secs(20));
    let trusting = client().tls_certs_only([root]).build().expect("a client");
    let answer = trusting.get(&url).send().await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.text().await.expect("text").as_str()), (200, "ready\n"));

    let stranger = client().build().expect("a client");
    assert!(stranger.get(&url).send().await.is_err(), "an unknown certificate is not trusted");
    let plain = client().build().expect("a client").get(url.replace("https", "http")).send().await;
    assert!(plain.is_err(), "plain HTTP gets no answer on the TLS port");
    drop(silent);
    serving.abort();
}

#[test]
fn what_https_lacks_is_said_in_words() {
    let files = Files::new("lacks");
    std::fs::write(files.folder.join("empty.pem"), "").expect("written");
    assert!(spil::server::tls(&files.config("certificate.pem", "key.pem")).expect("good files").is_some());
    assert!(spil::server::tls(&Config::default()).expect("no files").is_none());
    let mut half = files.config("certificate.pem", "key.pem");
    half.server.tls_key.clear();
    let missing = files.config("absent.pem", "key.pem");
    let empty = files.config("empty.pem", "key.pem");
    let swapped = files.config("certificate.pem", "certificate.pem");
    for (config, words) in
        [(half, "needs both"), (missing, "absent.pem"), (empty, "holds no certificate"), (swapped, "certificate.pem")]
    {
        let error = spil::server::tls(&config).expect_err(words).to_string();
        assert!(error.contains(words), "{error}");
    }
}
