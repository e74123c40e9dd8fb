//! What the caller of the benchmark may choose.

use std::path::PathBuf;
use std::time::Duration;

/// What can be chosen.
const HELP: &str =
    "options: --seconds N --connections 1,8,32 --resources N --data FOLDER --only read,search,create,validate,compose,…
  our own server: --engine sqlite,postgres --no-floor --consents N --timing N
  any FHIR server: --base http://HOST:PORT/PATH --token TOKEN";

/// The options.
#[derive(Debug, Clone)]
pub struct Options {
    /// Time of a cell.
    pub time: Duration,
    /// Numbers of connections.
    pub connections: Vec<usize>,
    /// Engines to run on.
    pub engines: Vec<String>,
    /// Operations to run; all when empty.
    pub only: Vec<String>,
    /// How many resources are stored in the end.
    pub resources: usize,
    /// Where the transactions that are loaded come from.
    pub data: Option<PathBuf>,
    /// Whether the floors are measured.
    pub floors: bool,
    /// How many consents are stored in the end, over all patients; without it only those that the requests need.
    pub consents: usize,
    /// How often what is hidden is read, to compare the times with those of what is absent; 0 for not at all.
    pub timing: usize,
    /// Base of another server to measure in place of ours.
    pub base: Option<String>,
    /// Token for it.
    pub token: String,
}

impl Options {
    /// Reads the command line.
    ///
    /// # Errors
    /// With a text for the caller when it cannot be understood.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            time: Duration::from_secs(2),
            connections: vec![1, 8, 32],
            engines: vec!["sqlite".to_owned(), "postgres".to_owned()],
            only: Vec::new(),
            resources: 10_000,
            data: None,
            floors: true,
            consents: 0,
            timing: 0,
            base: None,
            token: String::new(),
        };
        let list = |text: String| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match word.as_str() {
                "--seconds" => {
                    let text = value()?;
                    let seconds = text.parse().ok().filter(|seconds: &f64| (0.05..3600.0).contains(seconds));
                    options.time = Duration::from_secs_f64(seconds.ok_or(format!("`{text}` is not a time"))?);
                }
                "--connections" => {
                    let numbers = list(value()?).iter().map(|text| text.parse()).collect::<Result<_, _>>();
                    options.connections = numbers.map_err(|_| "--connections needs numbers".to_owned())?;
                }
                "--engine" => options.engines = list(value()?),
                "--only" => options.only = list(value()?),
                "--resources" => {
                    options.resources = value()?.parse().map_err(|_| "--resources needs a number".to_owned())?;
                }
                "--data" => options.data = Some(value()?.into()),
                "--base" => options.base = Some(value()?),
                "--token" => options.token = value()?,
                "--consents" => {
                    options.consents = value()?.parse().map_err(|_| "--consents needs a number".to_owned())?;
                }
                "--timing" => options.timing = value()?.parse().map_err(|_| "--timing needs a number".to_owned())?,
                "--no-floor" => options.floors = false,
                // What `cargo bench` adds of itself.
                "--bench" => {}
                _ => return Err(format!("`{word}` is not an option\n{HELP}")),
            }
        }
        Ok(options)
    }

    /// Whether an operation is to be run.
    pub fn wants(&self, operation: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| operation.starts_with(name.as_str()))
    }
}
