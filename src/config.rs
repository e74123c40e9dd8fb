//! The server's settings: one struct, read once from a TOML file and the environment (`SPIL_SECTION_KEY`).

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

mod notify;

pub use notify::Notify;

/// Everything that can be set.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `[server]`.
    pub server: Server,
    /// `[database]`.
    pub database: Database,
    /// `[idp]`: how patients and professionals sign in.
    pub idp: Idp,
    /// `[audit]`.
    pub audit: Audit,
    /// `[handoff]`.
    pub handoff: Handoff,
    /// `[notify]`.
    pub notify: Notify,
    /// `[profiles]`: what is asked of a resource that claims to conform.
    pub profiles: Profiles,
}

/// What a claim in `meta.profile` is worth.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profiles {
    /// What a write does with the profiles that the resource claims.
    pub claimed: Claimed,
}

/// What a write does with `meta.profile`. What the hub installs itself is taken as it was published.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Claimed {
    /// Nothing: `$validate` tells who asks.
    #[default]
    Accept,
    /// A resource that does not conform to an installed profile that it claims is refused.
    Check,
    /// The same, and a claim of a profile that is not installed, or cannot be used, is refused too.
    Require,
}

/// Where the server listens and how the outside names it.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port to listen on.
    pub listen: String,
    /// How the outside reaches the server: scheme, host and port, no slash at the end.
    pub base: String,
    /// The origins whose pages may call the API with a token; `*` for every one, empty for none.
    pub cors_origins: Vec<String>,
    /// File with the certificate chain (PEM); empty: plain HTTP, for a proxy that ends TLS.
    pub tls_certificate: String,
    /// File with its private key (PEM).
    pub tls_key: String,
}

impl Server {
    /// The files of certificate and key, or none for plain HTTP.
    ///
    /// # Errors
    /// When only one of them is named.
    pub fn tls(&self) -> Result<Option<(String, String)>, ConfigError> {
        match (self.tls_certificate.as_str(), self.tls_key.as_str()) {
            ("", "") => Ok(None),
            ("", _) | (_, "") => Err(ConfigError("TLS needs both `tls_certificate` and `tls_key`".to_owned())),
            (certificate, key) => Ok(Some((certificate.to_owned(), key.to_owned()))),
        }
    }
}

/// Where the data is.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Database {
    /// `sqlite:PATH` or `postgres://user:password@host/name`.
    pub url: String,
    /// Connections for reading.
    pub readers: usize,
}

/// The OpenID Connect provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Idp {
    /// Issuer URL; empty: the built-in demo provider at `{base}/idp`.
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
    /// Our client secret there.
    pub client_secret: String,
    /// Whether the built-in provider (demo accounts) is served.
    pub built_in: bool,
}

/// The log of every access.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Audit {
    /// A signed checkpoint is made after so many seconds, when something was written, and when the server stops.
    pub checkpoint_seconds: u64,
}

/// Handoffs (eOverdracht).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Handoff {
    /// How many days what a handoff names stays readable for the organisation that completed it; 0: not at all.
    pub days_after: i64,
}

impl Default for Audit {
    fn default() -> Self {
        Self { checkpoint_seconds: 60 }
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            base: "http://127.0.0.1:8080".to_owned(),
            cors_origins: vec!["*".to_owned()],
            tls_certificate: String::new(),
            tls_key: String::new(),
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self { url: "sqlite:spil-data/spil.db".to_owned(), readers: 8 }
    }
}

impl Default for Idp {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            client_id: "spil-portal".to_owned(),
            client_secret: String::new(),
            built_in: false,
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug)]
pub struct ConfigError(pub String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads `file` (when given) and then the environment through `lookup` (name → value).
    ///
    /// # Errors
    /// When the file cannot be read, has an unknown key, or a value is of the wrong kind.
    pub fn read(file: Option<&Path>, lookup: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut config = match file {
            None => Self::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|error| ConfigError(format!("cannot read `{}`: {error}", path.display())))?;
                toml::from_str(&text).map_err(|error| ConfigError(format!("in `{}`: {error}", path.display())))?
            }
        };
        let set = |name: &str, place: &mut String| {
            if let Some(value) = lookup(name) {
                *place = value;
            }
        };
        set("SPIL_SERVER_LISTEN", &mut config.server.listen);
        set("SPIL_SERVER_BASE", &mut config.server.base);
        set("SPIL_SERVER_TLS_CERTIFICATE", &mut config.server.tls_certificate);
        set("SPIL_SERVER_TLS_KEY", &mut config.server.tls_key);
        set("SPIL_DATABASE_URL", &mut config.database.url);
        set("SPIL_IDP_ISSUER", &mut config.idp.issuer);
        set("SPIL_IDP_CLIENT_ID", &mut config.idp.client_id);
        set("SPIL_IDP_CLIENT_SECRET", &mut config.idp.client_secret);
        if let Some(value) = lookup("SPIL_SERVER_CORS_ORIGINS") {
            let origins = value.split(',').map(str::trim).filter(|origin| !origin.is_empty());
            config.server.cors_origins = origins.map(str::to_owned).collect();
        }
        if let Some(value) = lookup("SPIL_DATABASE_READERS") {
            config.database.readers = number("SPIL_DATABASE_READERS", &value)?;
        }
        if let Some(value) = lookup("SPIL_AUDIT_CHECKPOINT_SECONDS") {
            config.audit.checkpoint_seconds = number("SPIL_AUDIT_CHECKPOINT_SECONDS", &value)?;
        }
        if let Some(value) = lookup("SPIL_HANDOFF_DAYS_AFTER") {
            config.handoff.days_after = number("SPIL_HANDOFF_DAYS_AFTER", &value)?;
        }
        if !(0..=366).contains(&config.handoff.days_after) {
            return Err(ConfigError("`handoff.days_after` is a number of days from 0 to 366".to_owned()));
        }
        set("SPIL_NOTIFY_IDENTITY", &mut config.notify.identity);
        if let Some(value) = lookup("SPIL_NOTIFY_PRIVATE") {
            config.notify.private = truth("SPIL_NOTIFY_PRIVATE", &value)?;
        }
        if let Some(value) = lookup("SPIL_PROFILES_CLAIMED") {
            config.profiles.claimed = match value.as_str() {
                "accept" => Claimed::Accept,
                "check" => Claimed::Check,
                "require" => Claimed::Require,
                _ => {
                    return Err(ConfigError(format!(
                        "SPIL_PROFILES_CLAIMED: `{value}` is not accept, check or require"
                    )));
                }
            };
        }
        if let Some(value) = lookup("SPIL_IDP_BUILT_IN") {
            config.idp.built_in = truth("SPIL_IDP_BUILT_IN", &value)?;
        }
        Ok(config)
    }

    /// The base of the FHIR API.
    pub fn fhir_base(&self) -> String {
        format!("{}/fhir", self.server.base)
    }

    /// The file of an SQLite database, or none for PostgreSQL.
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        self.database.url.strip_prefix("sqlite:").map(PathBuf::from)
    }
}

fn number<N: std::str::FromStr>(name: &str, value: &str) -> Result<N, ConfigError> {
    value.parse().map_err(|_| ConfigError(format!("{name}: `{value}` is not a whole number")))
}

fn truth(name: &str, value: &str) -> Result<bool, ConfigError> {
    value.parse().map_err(|_| ConfigError(format!("{name}: `{value}` is not true or false")))
}
