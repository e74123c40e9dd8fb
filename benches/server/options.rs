//! What the caller of the benchmark may choose.

use std::time::Duration;

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
    /// How often the records are loaded.
    pub copies: usize,
    /// Whether the floors are measured.
    pub floors: bool,
}

impl Options {
    /// Reads the command line.
    ///
    /// # Errors
    /// With a text for the caller when it cannot be understood.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            time: Duration::from_millis(1500),
            connections: vec![1, 8, 32],
            engines: vec!["sqlite".to_owned(), "postgres".to_owned()],
            only: Vec::new(),
            copies: 3,
            floors: true,
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
                "--copies" => options.copies = value()?.parse().map_err(|_| "--copies needs a number".to_owned())?,
                "--no-floor" => options.floors = false,
                // What `cargo bench` adds of itself.
                "--bench" => {}
                _ => {
                    let text = "options: --seconds N --connections 1,8,32 --engine sqlite,postgres \
                                --only read,create,… --copies N --no-floor";
                    return Err(format!("`{word}` is not an option; {text}"));
                }
            }
        }
        Ok(options)
    }

    /// Whether an operation is to be run.
    pub fn wants(&self, operation: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| operation.starts_with(name.as_str()))
    }
}
