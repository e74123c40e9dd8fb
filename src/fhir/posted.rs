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
        let bytes = bytes(request).await?;
        let turn = if bytes.len() < LONG {
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
