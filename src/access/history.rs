//! Instance history.

use crate::error::Error;
use crate::store::Record;

use super::{Access, Pass, Released, Stored, Verb, types};

/// One version in a history.
#[derive(Debug, Clone)]
pub struct Version {
    /// The version; its body is empty for a deletion.
    pub stored: Stored,
    /// The HTTP method that made it.
    pub method: &'static str,
}

impl Access {
    /// All versions that the caller may see, newest first. Each is judged as the resource is now and as it was then.
    ///
    /// # Errors
    /// 404 when the resource is absent or hidden.
    pub async fn history(&self, rtype: &str, id: &str) -> Result<Released<Vec<Version>>, Error> {
        let mut pass = Pass::new(Verb::History, Some(format!("{rtype}/{id}")));
        let number = types::number(rtype)?;
        self.require(rtype, 'r', &pass).await?;
        let Some(current) = self.app.store.current(number, id, self.org()).await? else {
            self.record(&pass.refuse("absent")).await?;
            return Err(Error::not_found());
        };
        pass.persons = vec![current.person];
        let verdict = self.judge(&current).await?;
        if !verdict.permit {
            self.record(&pass.refuse("no permission")).await?;
            return Err(Error::not_found());
        }
        let directory = self.directory().await?;
        let mut versions = Vec::new();
        for (record, method) in self.app.store.versions(current.rid, None).await? {
            let record = Record { in_handoff: current.in_handoff, ..record };
            if self.judge(&record).await?.permit {
                let method = match method {
                    0 => "POST",
                    2 => "DELETE",
                    3 => "PATCH",
                    _ => "PUT",
                };
                versions.push(Version { stored: Stored::new(record, &directory), method });
            }
        }
        pass.count = versions.len();
        pass.categories = vec![current.category];
        pass.ground = verdict.ground;
        pass.consent = verdict.consent;
        self.record(&pass).await?;
        Ok(Released(versions))
    }
}
