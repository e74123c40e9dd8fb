//! Links to the next page: sealed, so that they carry no personal data and work only for the caller they were made for.

use serde::{Deserialize, Serialize};

use crate::ctx::{Actor, Ctx};
use crate::error::Error;

use super::Access;

/// What a link to a next page says.
#[derive(Debug, Serialize, Deserialize)]
pub struct PageLink {
    /// Resource type.
    pub rtype: String,
    /// The query as it was.
    pub pairs: Vec<(String, String)>,
    /// Where the page before ended.
    pub after: String,
    /// For whom.
    caller: String,
}

impl Access {
    /// Seals a link.
    pub(super) fn seal_page(&self, rtype: &str, pairs: Vec<(String, String)>, after: String) -> Result<String, Error> {
        let link = PageLink { rtype: rtype.to_owned(), pairs, after, caller: caller(&self.ctx) };
        let text = serde_json::to_vec(&link).map_err(Error::internal)?;
        self.app.sealer.seal(&text, self.app.random.as_ref())
    }

    /// Opens a link; refuses one that was changed or made for another.
    pub(super) fn open_page(&self, rtype: &str, sealed: &str) -> Result<PageLink, Error> {
        let refuse = || Error::bad_request("value", "this page link is not valid here").at("_page");
        let text = self.app.sealer.open(sealed).ok_or_else(refuse)?;
        let link: PageLink = serde_json::from_slice(&text).map_err(|_| refuse())?;
        if link.rtype == rtype && link.caller == caller(&self.ctx) { Ok(link) } else { Err(refuse()) }
    }
}

/// Who a link is for: the organisation or the signed-in person, and why it asks.
fn caller(ctx: &Ctx) -> String {
    match &ctx.actor {
        Actor::Hub => "hub".to_owned(),
        Actor::Patient(actor) => format!("patient {} {}", actor.person, actor.subject),
        Actor::Organisation(actor) => format!("organisation {} {} {}", actor.org, actor.client_id, ctx.purpose),
    }
}
