//! A real browser: one `ChromeDriver` for the whole test binary, a browser of its own for every test that asks.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

/// Runs the driver `$1` on a free port and stops it, with every browser that it started, when standard input closes: that
/// is when the test process ends, in whatever way. `$2` is the folder of the browsers' profiles.
const KEEPER: &str = r#"
trap : INT TERM
"$1" --port=0 --log-level=WARNING 2>&1 &
driver=$!
read -r _
kill "$driver"
{ wait "$driver"; } 2>/dev/null
for lock in "$2"/*/SingletonLock; do
  browser=$(readlink "$lock") && kill "${browser##*-}" 2>/dev/null
done
sleep 0.2
rm -rf "$2"
"#;

static SHARED: OnceLock<Driver> = OnceLock::new();

struct Driver {
    address: String,
    profiles: PathBuf,
    browsers: AtomicU32,
    /// Holds the keeper's standard input open.
    _keeper: Child,
}

/// A new browser with an empty profile that shows pages `width` by `height` pixels large. End it with [`Client::close`].
pub async fn browser(width: u32, height: u32) -> Client {
    start(width, height, json!({})).await
}

/// The same with JavaScript switched off.
pub async fn browser_without_scripts(width: u32, height: u32) -> Client {
    start(width, height, json!({ "profile.managed_default_content_settings.javascript": 2 })).await
}

async fn start(width: u32, height: u32, preferences: Value) -> Client {
    let driver = SHARED.get_or_init(Driver::start);
    let number = driver.browsers.fetch_add(1, Ordering::Relaxed);
    let profile = driver.profiles.join(number.to_string());
    let arguments = json!([
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        format!("--user-data-dir={}", profile.display()),
    ]);
    let screen = json!({ "width": width, "height": height, "pixelRatio": 1, "mobile": false, "touch": false });
    let options = json!({
        "args": arguments,
        "prefs": preferences,
        "mobileEmulation": { "deviceMetrics": screen },
    });
    let mut capabilities = Map::new();
    capabilities.insert("browserName".to_owned(), Value::from("chrome"));
    capabilities.insert("goog:chromeOptions".to_owned(), options);
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities).connect(&driver.address).await.expect("Chromium starts")
}

/// The pictures that show each flow, in `docs/screenshots`.
pub const FLOWS: [&str; 10] = [
    "emergency",
    "hand-over",
    "limits-nl",
    "looked",
    "medication-overview",
    "overview",
    "permissions",
    "receive",
    "wishes",
    "wishes-form",
];
/// Where they are.
pub const PICTURES: &str = "docs/screenshots";

/// Keeps what the browser shows as `target/screenshots/{name}.png`, for people to look at. With `SPIL_REFRESH` those of
/// [`FLOWS`] are made anew as well: the demo region lives by the clock of the day, so no two days' pictures are the same.
pub async fn screenshot(client: &Client, name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
    std::fs::create_dir_all(&folder).expect("a folder for screenshots");
    let picture = client.screenshot().await.expect("the browser draws the page");
    std::fs::write(folder.join(name).with_extension("png"), &picture).expect("a screenshot is written");
    if FLOWS.contains(&name) && std::env::var_os("SPIL_REFRESH").is_some() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(PICTURES);
        std::fs::write(folder.join(name).with_extension("png"), &picture).expect("a picture is written");
    }
}

impl Driver {
    fn start() -> Self {
        let profiles = std::env::temp_dir().join(format!("spil-chromium-{}", std::process::id()));
        std::fs::create_dir(&profiles).expect("a temporary folder");
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(program())
            .arg(&profiles)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sh runs");
        let mut output = BufReader::new(keeper.stdout.take().expect("standard output is piped")).lines();
        let port = output
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                line.split_once("successfully on port ").map(|(_, port)| port.trim_end_matches('.').to_owned())
            })
            .expect("ChromeDriver did not start");
        std::thread::spawn(move || output.map_while(Result::ok).for_each(drop));
        Self { address: format!("http://127.0.0.1:{port}"), profiles, browsers: AtomicU32::new(0), _keeper: keeper }
    }
}

fn program() -> PathBuf {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&on_path)
        .chain(["/usr/bin".into(), "/usr/lib/chromium".into()])
        .map(|folder| folder.join("chromedriver"))
        .find(|program| program.is_file())
        .expect("ChromeDriver is not installed: install the packages chromium and chromium-driver, or run ./tests/run")
}
