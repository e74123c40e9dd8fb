//! Held reader connections. A request borrows one and gives it back; nothing is asked of the database in between.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::tx::{Engine, StoreError, Tx};

/// Readers, at most as many as were asked for, opened when first needed.
#[derive(Clone)]
pub struct Readers {
    engine: Arc<dyn Engine>,
    free: Arc<Mutex<Vec<Box<dyn Tx>>>>,
    places: Arc<Semaphore>,
}

/// A borrowed connection; goes back when dropped.
pub struct Reader {
    tx: Option<Box<dyn Tx>>,
    sound: bool,
    home: Arc<Mutex<Vec<Box<dyn Tx>>>>,
    _place: OwnedSemaphorePermit,
}

impl Readers {
    /// At most `most` readers of `engine`.
    pub fn new(engine: Arc<dyn Engine>, most: usize) -> Self {
        Self { engine, free: Arc::default(), places: Arc::new(Semaphore::new(most.max(1))) }
    }

    /// Borrows a reader, waiting for a free one.
    pub async fn get(&self) -> Result<Reader, StoreError> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| StoreError::Stopped)?;
        let held = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let tx = match held {
            Some(tx) => tx,
            None => self.engine.connect(false).await?,
        };
        Ok(Reader { tx: Some(tx), sound: true, home: Arc::clone(&self.free), _place: place })
    }
}

impl Reader {
    /// Runs a query.
    ///
    /// # Errors
    /// When the database fails; the connection is then closed and not used again.
    pub async fn rows(&mut self, sql: &str, args: Vec<super::Arg>) -> Result<Vec<super::Row>, StoreError> {
        let Some(tx) = self.tx.as_mut() else { return Err(StoreError::Stopped) };
        // Unsound until the answer is in: a request that is dropped half-way leaves the connection mid-statement.
        self.sound = false;
        let rows = tx.rows(sql, args).await?;
        self.sound = true;
        Ok(rows)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(tx) = self.tx.take()
            && self.sound
        {
            self.home.lock().unwrap_or_else(PoisonError::into_inner).push(tx);
        }
    }
}
