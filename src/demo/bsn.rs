//! Test citizen service numbers: valid by the 11-proof, from the range 9999xxxxx that is given to nobody.

use spil_fhir_profiles::bsn::is_valid;

use super::random::Random;

/// So many different test numbers.
pub fn generate(random: &mut Random, count: usize) -> Vec<String> {
    let mut numbers: Vec<String> = Vec::with_capacity(count);
    while numbers.len() < count {
        let candidate = format!("9999{:05}", random.below(100_000));
        if is_valid(&candidate) && !numbers.contains(&candidate) {
            numbers.push(candidate);
        }
    }
    numbers
}
