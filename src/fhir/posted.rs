//! What a caller posts. Long ones take turns: as resources they need many times the memory of their bytes.

use axum::extract::Request;
use axum::http::HeaderMap;
use bytes::Bytes;
use serde_json::Value;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::error::Error;
use crate::http::read;

use super::call::bytes;

/// A body of so many bytes is long: it is read beside the threads that answer requests, and waits for its turn.
const LONG: usize = 64 * 1024;
/// So many KiB of long bodies are worked on at once; a longer one is worked on alone.
const ROOM: u32 = 4 * 1024;

/// The KiB that are free.
static FREE: Semaphore = Semaphore::const_new(ROOM as usize);

/// Beside a request that is part of a Bundle, whose turn is its own too: it would wait for the end of what waits for it.
#[derive(Debug, Clone, Copy)]
pub struct HasTurn;

/// A body, with its turn. What is made of it should be gone when this is.
pub struct Posted {
    bytes: Bytes,
    _turn: Option<SemaphorePermit<'static>>,
}

impl Posted {
    /// Takes the body of a request, and waits for its turn if it is long. A slow sender holds up nobody: the turn begins
    /// when all of it is here.
    ///
    /// # Errors
    /// 413 over the limit, 415 for an encoding that is not known here.
    pub async fn take(request: Request) -> Result<Self, Error> {
        let has_turn = request.extensions().get::<HasTurn>().is_some();
        let bytes = bytes(request).await?;
        let turn = if has_turn || bytes.len() < LONG {
            None
        } else {
            let size = u32::try_from(bytes.len() / 1024).unwrap_or(ROOM).min(ROOM);
            Some(FREE.acquire_many(size).await.map_err(Error::internal)?)
        };
        Ok(Self { bytes, _turn: turn })
    }

    /// Reads it as these headers say.
    ///
    /// # Errors
    /// 4xx with the place when it cannot be read.
    pub async fn read(&self, headers: &HeaderMap) -> Result<Value, Error> {
        if self.bytes.len() < LONG {
            return self.read_here(headers);
        }
        // It takes milliseconds: others are answered meanwhile.
        let (headers, bytes) = (headers.clone(), self.bytes.clone());
        tokio::task::spawn_blocking(move || read(&headers, &bytes)).await.map_err(Error::internal)?
    }

    /// The same, at once.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_here(&self, headers: &HeaderMap) -> Result<Value, Error> {
        read(headers, &self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::body::Body;
    use tokio::time::timeout;

    use super::*;

    fn request(length: usize) -> Request {
        Request::new(Body::from(vec![b' '; length]))
    }

    #[tokio::test]
    async fn a_long_body_waits_for_room_and_others_do_not() {
        let all = FREE.acquire_many(ROOM).await.expect("it is never closed");
        let soon = Duration::from_millis(100);
        assert!(timeout(soon, Posted::take(request(LONG))).await.is_err());
        assert!(timeout(soon, Posted::take(request(LONG - 1))).await.is_ok());
        let mut inside = request(LONG);
        inside.extensions_mut().insert(HasTurn);
        assert!(timeout(soon, Posted::take(inside)).await.is_ok());
        drop(all);
        // More than there is room for is worked on alone.
        let alone = timeout(soon * 100, Posted::take(request(2 * LONG * 64))).await.expect("a turn").expect("a body");
        assert_eq!(FREE.available_permits(), 0);
        drop(alone);
        assert_eq!(FREE.available_permits(), ROOM as usize);
    }
}
