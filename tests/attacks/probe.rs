//! An attacker's question on three servers: where the data is not, where it is hidden, and where it is permitted.

use std::fmt::Write as _;

use serde_json::Value;

use crate::access::hidden::{World, ask, plain, the_three};
use crate::support::{Caller, Engine, Fixture, Response};

/// The three servers. Of Anna the GP practice may see medication; her other data and all of Bert is hidden, absent, or open.
pub struct Three {
    /// Where the secrets are not.
    pub absent: World,
    /// Where they are hidden from the GP practice.
    pub hidden: World,
    /// Where it may see them.
    pub permitted: World,
}

impl Fixture for Three {
    async fn on(engine: Engine) -> Self {
        let [absent, hidden, permitted] = the_three(engine).await;
        Self { absent, hidden, permitted }
    }
}

impl Three {
    /// Asks each address on all three: what is hidden answers as what is absent, and what is permitted does not.
    pub async fn probe(&self, paths: &[&str]) {
        self.compare(paths, true).await;
    }

    /// The same for what is refused to everybody, or has nothing in it for anybody.
    pub async fn alike(&self, paths: &[&str]) {
        self.compare(paths, false).await;
    }

    async fn compare(&self, paths: &[&str], has_twin: bool) {
        let mut faults = String::new();
        for path in paths {
            let [absent, hidden, permitted] =
                [&self.absent, &self.hidden, &self.permitted].map(|world| ask_as_gp(world, path));
            let (absent, hidden, permitted) = (absent.await, hidden.await, permitted.await);
            if absent != hidden {
                writeln!(faults, "LEAK {path}\nabsent: {}\nhidden: {}", absent.join("\n"), hidden.join("\n"))
                    .expect("text");
            }
            if has_twin && hidden == permitted {
                writeln!(faults, "NO TWIN {path}: {}", hidden.join("\n")).expect("text");
            }
        }
        assert!(faults.is_empty(), "\n{faults}");
    }

    /// Does the same on all three, as the GP practice, and compares the answers likewise, one by one.
    pub async fn each<'w>(&'w self, attack: impl AsyncFn(&'w World, Caller<'w>) -> Vec<(&'static str, Response)>) {
        let mut all = Vec::new();
        for world in [&self.absent, &self.hidden, &self.permitted] {
            let answers = attack(world, world.server.gp()).await;
            all.push(answers.iter().map(|(name, answer)| (*name, plain(&world.server, answer))).collect::<Vec<_>>());
        }
        for ((absent, hidden), permitted) in all[0].iter().zip(&all[1]).zip(&all[2]) {
            assert_eq!(absent, hidden, "{}", hidden.0);
            assert_ne!(hidden, permitted, "{}: those who may get the same", hidden.0);
        }
    }
}

async fn ask_as_gp(world: &World, path: &str) -> Vec<String> {
    ask(world, &world.server.gp(), path).await
}

/// Asks each address as two callers: in the answer to the one who may stands `secret`, in that to the other it does not.
pub async fn tells(may: &Caller<'_>, may_not: &Caller<'_>, secret: &str, paths: &[&str]) {
    for path in paths {
        let (open, shut) = (may.get(path).await, may_not.get(path).await);
        assert!(
            open.status == 200 && told(&open).contains(secret),
            "{path}, permitted: {} {}",
            open.status,
            open.text()
        );
        assert!(!told(&shut).contains(secret), "{path}: {}", shut.text());
        assert!(shut.status == 404 || is_empty(&shut), "{path}: {} {}", shut.status, shut.text());
    }
}

/// What an answer tells: without the links, which say what the caller asked.
pub fn told(answer: &Response) -> String {
    let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body) else { return answer.text() };
    if let Some(members) = body.as_object_mut() {
        members.remove("link");
    }
    body.to_string()
}

/// Whether an answer is a Bundle, or data of GraphQL, that holds nothing.
pub fn is_empty(answer: &Response) -> bool {
    let body = answer.json();
    let nothing = body["entry"].is_null() && body["total"].as_i64().is_none_or(|total| total == 0);
    answer.status == 200 && (nothing && body["resourceType"] == "Bundle")
}
