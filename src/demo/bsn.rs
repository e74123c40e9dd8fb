//! Test citizen service numbers: valid by the 11-proof, from the range 9999xxxxx that is given to nobody.

use super::random::Random;

/// Weights of the 11-proof, first digit to last.
const WEIGHTS: [i64; 9] = [9, 8, 7, 6, 5, 4, 3, 2, -1];

/// Whether the text is nine digits, not all zero, that pass the 11-proof.
pub fn is_valid(text: &str) -> bool {
    let digits: Vec<i64> = text.chars().filter_map(|c| c.to_digit(10)).map(i64::from).collect();
    if text.len() != 9 || digits.len() != 9 {
        return false;
    }
    let sum: i64 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    sum % 11 == 0 && digits.iter().any(|digit| *digit != 0)
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proof_knows_good_and_bad_numbers() {
        for good in ["999998298", "999911120", "999900006", "111222333"] {
            assert!(is_valid(good), "{good}");
        }
        for bad in ["123456789", "999900450", "000000000", "99990000", "99990000x"] {
            assert!(!is_valid(bad), "{bad}");
        }
    }
}
