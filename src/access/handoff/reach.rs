//! Whether what is handed over can be read by whom it goes to, for the sender who waits for that.

use crate::error::Error;
use crate::store::Record;

use super::super::{Access, types};
use super::{is_handoff, owner};

impl Access {
    /// Whether the organisation that a handoff of the caller goes to may read what it names, as the patient permits now. It tells
    /// no more than the answer of that organisation would.
    ///
    /// # Errors
    /// 404 when it is absent, or no handoff of the caller.
    pub async fn reaches(&self, task: &str) -> Result<bool, Error> {
        let record = self.app.store.current(types::number("Task")?, task, self.asker()).await?;
        let record = record.filter(|record| !record.deleted && self.owns(record)).ok_or_else(Error::not_found)?;
        let body = serde_json::from_slice(&record.body).map_err(Error::internal)?;
        let directory = self.directory().await?;
        let org = owner(&body, &directory).filter(|_| is_handoff(&body)).and_then(|org| directory.get(org));
        let org = org.ok_or_else(Error::not_found)?;
        if record.person <= 0 {
            return Ok(record.person == 0);
        }
        self.open_to(org, &Record { in_handoff: true, ..record }).await
    }
}
