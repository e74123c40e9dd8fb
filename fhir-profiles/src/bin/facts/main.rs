//! Makes the fact tables of `r4/` from the published definitions of FHIR R4 4.0.1; the README tells where they are.
//!
//! `cargo run -p spil-fhir-profiles --bin facts -- DEFINITIONS SEARCH_PARAMETERS fhir-profiles/r4`

mod compartments;
mod elements;
mod invariants;
mod parameters;

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(definitions), Some(parameters), Some(out)) = (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err(
            "usage: facts <folder with the definitions> <folder with search-parameters.json> <folder for the tables>"
                .into(),
        );
    };
    std::fs::create_dir_all(&out)?;
    elements::write(&definitions, &out)?;
    invariants::write(&definitions, &out)?;
    compartments::write(&definitions, &out)?;
    parameters::write(&parameters, &out)
}
