//! `spil client`: systems of organisations and apps of patients.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::auth::check_client;
use crate::store::sql::auth::Client as Registered;

use super::failure::{Because as _, Failure};
use super::place::Place;
use super::say;

/// Registers the systems of organisations and the apps of patients.
#[derive(Debug, Args)]
pub struct Client {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Registers a client, or replaces one
    Add(Add),
    /// Lists the clients
    List(List),
    /// Takes a client's access away; what it wrote stays
    Remove(Remove),
}

/// A system has an organisation and keys; an app has redirect addresses.
#[derive(Debug, Args)]
struct Add {
    /// Client id
    client_id: String,
    /// Name as people know it
    #[arg(long)]
    name: String,
    /// URA number of the organisation whose system it is
    #[arg(long, value_name = "URA", requires = "jwks")]
    organisation: Option<String>,
    /// File with the public keys (JSON Web Key Set)
    #[arg(long, value_name = "FILE", requires = "organisation")]
    jwks: Option<PathBuf>,
    /// Where an app may be returned to (may be given more than once)
    #[arg(long, value_name = "URL", conflicts_with = "organisation")]
    redirect_uri: Vec<String>,
    /// The widest scope, separated by spaces; statistics (`system/ViewDefinition.r`) must be named, `*` does not stand for
    /// them
    #[arg(long, default_value = "system/*.cruds")]
    scope: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Args)]
struct Remove {
    /// Client id
    client_id: String,
    #[command(flatten)]
    place: Place,
}

impl Client {
    /// Does what is asked.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        match self.action {
            Action::Add(add) => add.run().await,
            Action::List(list) => list.run().await,
            Action::Remove(remove) => remove.run().await,
        }
    }
}

impl Add {
    async fn run(self) -> Result<ExitCode, Failure> {
        let jwks = match &self.jwks {
            None => None,
            Some(file) => {
                let text = std::fs::read_to_string(file);
                Some(text.because(format!("`{}` cannot be read", file.display())).map_err(Failure::usage)?)
            }
        };
        let app = self.place.open().await?;
        let org = match &self.organisation {
            None => None,
            Some(ura) => {
                let found = app.store.organisation_of_ura(ura).await.because("the database cannot be read")?;
                let text = || Failure::plain(format!("no organisation with URA number `{ura}` is registered"));
                Some(found.ok_or_else(text)?.org)
            }
        };
        let client = Registered {
            client_id: self.client_id,
            org,
            name: self.name,
            jwks,
            redirect_uris: self.redirect_uri,
            scope: self.scope,
            active: true,
        };
        check_client(&client).because("the client cannot be registered")?;
        app.store.register_client(&client).await.because("the client cannot be registered")?;
        say::line(&format!("Client `{}` is registered.", client.client_id));
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    async fn run(self) -> Result<ExitCode, Failure> {
        let app = self.place.open().await?;
        let rows: Vec<Vec<String>> = app
            .store
            .clients()
            .await
            .because("the database cannot be read")?
            .into_iter()
            .map(|one| {
                let org = one.org.map_or_else(|| "app".to_owned(), |org| org.to_string());
                let state = if one.active { "active" } else { "removed" };
                vec![one.client_id, org, state.to_owned(), one.name, one.scope]
            })
            .collect();
        say::table(&["CLIENT", "ORGANISATION", "STATE", "NAME", "SCOPE"], &rows);
        Ok(ExitCode::SUCCESS)
    }
}

impl Remove {
    async fn run(self) -> Result<ExitCode, Failure> {
        let app = self.place.open().await?;
        let found = app.store.client(&self.client_id).await.because("the database cannot be read")?;
        let found = found.ok_or_else(|| Failure::plain(format!("no client `{}` is registered", self.client_id)))?;
        let removed = Registered { active: false, ..found };
        app.store.register_client(&removed).await.because("the client cannot be removed")?;
        say::line(&format!("Client `{}` has no access any more.", removed.client_id));
        Ok(ExitCode::SUCCESS)
    }
}
