//! `spil export`: an organisation takes its own data along.

use std::fs::OpenOptions;
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use spil_fhir_profiles::definition::resource_types;

use crate::access::Access;

use super::failure::{Because as _, Failure};
use super::place::{Place, private_folder};
use super::{caller, say};

/// Writes what an organisation is itself the source of to a folder: one NDJSON file a type.
#[derive(Debug, Args)]
pub struct Export {
    /// Folder to write to; it must be new or empty
    folder: PathBuf,
    /// URA number of the organisation
    #[arg(long, value_name = "URA")]
    organisation: String,
    #[command(flatten)]
    place: Place,
}

impl Export {
    /// Writes it.
    pub async fn run(self) -> Result<ExitCode, Failure> {
        let app = self.place.open().await?;
        let actor = caller::registered(&app, &self.organisation, "spil-export").await?;
        if std::fs::read_dir(&self.folder).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(Failure::plain(format!("`{}` is not empty", self.folder.display())).usage());
        }
        private_folder(&self.folder)?;
        let mut rows = Vec::new();
        for rtype in resource_types() {
            let mut after: Option<String> = None;
            let mut file = None;
            let mut count = 0;
            loop {
                let door = Access::inside(&app, actor.clone(), "TREAT");
                let page =
                    door.own(rtype, after.as_deref()).await.because(format!("`{rtype}` cannot be read"))?.into_inner();
                for stored in &page.resources {
                    let name = self.folder.join(format!("{rtype}.ndjson"));
                    let what = || format!("`{}` cannot be written", name.display());
                    if file.is_none() {
                        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&name);
                        file = Some(BufWriter::new(made.because(what())?));
                    }
                    if let Some(file) = &mut file {
                        file.write_all(&stored.body).and_then(|()| file.write_all(b"\n")).because(what())?;
                    }
                    count += 1;
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            if let Some(mut file) = file {
                file.flush().because(format!("`{rtype}` cannot be written"))?;
                rows.push(vec![(*rtype).to_owned(), count.to_string()]);
            }
        }
        say::table(&["TYPE", "WRITTEN"], &rows);
        Ok(ExitCode::SUCCESS)
    }
}
