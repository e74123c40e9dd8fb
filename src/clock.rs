//! Time, randomness and ids are arguments; here are the real ones.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970-01-01T00:00:00Z. It never goes back.
    fn now(&self) -> i64;

    /// The earliest that it can be: before [`Clock::now`] after the machine's clock has jumped forward.
    fn earliest(&self) -> i64 {
        self.now()
    }
}

/// Gives unpredictable bytes.
pub trait Random: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);

    /// A random UUID (version 4), in lower case.
    fn uuid(&self) -> String {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// 256 bits as unpadded base64url, for codes, tokens and session ids.
    fn secret(&self) -> String {
        use base64::Engine as _;
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// The machine's clock.
pub struct SystemClock;

/// How far the machine's clock may be ahead of the time that passed since the start before one of them is wrong, ms.
const DOUBT: i64 = 5_000;
/// How often a jump is told, ms.
const TELL: i64 = 60_000;

/// The machine's clock, for a server: it never goes back, and knows when it jumped.
///
/// Beside the clock that can be set it counts the time that passed since the start. When the clock is set back, that count goes
/// on; when it is set forward, the truth is between the two. A permission is then in force only if it is at both
/// (`spil_consent::Request::earliest`), so a wrong clock opens nothing.
pub struct ServerClock {
    /// Tells the time that can be set.
    set: Box<dyn Fn() -> i64 + Send + Sync>,
    /// Tells the time that passed since the start, ms.
    passed: Box<dyn Fn() -> i64 + Send + Sync>,
    /// The time at the start.
    start: i64,
    told: AtomicI64,
}

impl ServerClock {
    /// The clock of this machine, started now.
    pub fn start() -> Self {
        let begun = Instant::now();
        let passed = move || i64::try_from(begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        Self::of(Box::new(|| SystemClock.now()), Box::new(passed))
    }

    fn of(set: Box<dyn Fn() -> i64 + Send + Sync>, passed: Box<dyn Fn() -> i64 + Send + Sync>) -> Self {
        let start = set();
        Self { set, passed, start, told: AtomicI64::new(i64::MIN) }
    }

    /// The time by counting, and the time that is set.
    fn both(&self) -> (i64, i64) {
        let (counted, set) = (self.start.saturating_add((self.passed)()), (self.set)());
        let told = self.told.load(Ordering::Relaxed);
        if counted.abs_diff(set) > DOUBT.unsigned_abs()
            && counted.saturating_sub(told) >= TELL
            && self.told.compare_exchange(told, counted, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            let seconds = set.saturating_sub(counted) / 1_000;
            tracing::error!(
                seconds,
                "the clock of this machine jumped: permissions that one of the two times is outside of do not hold"
            );
        }
        (counted, set)
    }
}

impl Clock for ServerClock {
    fn now(&self) -> i64 {
        let (counted, set) = self.both();
        counted.max(set)
    }

    fn earliest(&self) -> i64 {
        let (counted, set) = self.both();
        if counted.abs_diff(set) > DOUBT.unsigned_abs() { counted.min(set) } else { counted.max(set) }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the clock is read")]
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

/// The operating system's randomness.
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::expect_used, reason = "without randomness the server must not go on")]
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives randomness");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_clock_that_jumps_never_goes_back_and_says_so() {
        let (set, passed) = (Arc::new(AtomicI64::new(1_000_000)), Arc::new(AtomicI64::new(0)));
        let read = |of: &Arc<AtomicI64>| {
            let of = Arc::clone(of);
            Box::new(move || of.load(Ordering::SeqCst)) as Box<dyn Fn() -> i64 + Send + Sync>
        };
        let clock = ServerClock::of(read(&set), read(&passed));
        let at = |wall: i64, count: i64| {
            set.store(wall, Ordering::SeqCst);
            passed.store(count, Ordering::SeqCst);
            (clock.earliest(), clock.now())
        };
        assert_eq!(at(1_000_500, 500), (1_000_500, 1_000_500));
        // A correction of a moment is no jump, and time stands or goes on.
        assert_eq!(at(1_000_400, 600), (1_000_600, 1_000_600));
        assert_eq!(at(1_003_000, 700), (1_003_000, 1_003_000));
        // An hour back: the count goes on. Nobody knows which is right.
        assert_eq!(at(1_000_800 - 3_600_000, 800), (1_000_800 - 3_600_000, 1_000_800));
        // An hour forward.
        assert_eq!(at(1_000_900 + 3_600_000, 900), (1_000_900, 1_000_900 + 3_600_000));
        // Put right.
        assert_eq!(at(1_001_000, 1_000), (1_001_000, 1_001_000));
    }
}
