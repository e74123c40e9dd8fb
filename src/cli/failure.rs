//! Why a command failed, in one line.

use std::error::Error as StdError;
use std::process::ExitCode;

use super::say;

/// A failed command.
#[derive(Debug)]
pub struct Failure {
    text: String,
    code: u8,
}

impl Failure {
    /// What failed, and the cause with its own causes.
    pub fn new(what: impl Into<String>, cause: impl StdError) -> Self {
        let mut text = what.into();
        let mut next: Option<&dyn StdError> = Some(&cause);
        while let Some(error) = next {
            let line = error.to_string();
            if !text.contains(&line) {
                text.push_str(": ");
                text.push_str(&line);
            }
            next = error.source();
        }
        Self { text, code: 1 }
    }

    /// A failure that has no cause underneath.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: 1 }
    }

    /// The same failure as one of how the command was used: exit code 2.
    #[must_use]
    pub fn usage(mut self) -> Self {
        self.code = 2;
        self
    }

    /// Tells it on standard error.
    pub fn tell(&self) -> ExitCode {
        let line: Vec<&str> = self.text.split_whitespace().collect();
        say::error(&format!("spil: {}", line.join(" ")));
        ExitCode::from(self.code)
    }
}

/// For `?` on errors of the server, with the operation that failed.
pub trait Because<T> {
    /// Names the operation.
    fn because(self, what: impl Into<String>) -> Result<T, Failure>;
}

impl<T, E: StdError> Because<T> for Result<T, E> {
    fn because(self, what: impl Into<String>) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(what, error))
    }
}
