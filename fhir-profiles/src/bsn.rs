//! The citizen service number (burgerservicenummer).

/// The identifier system of the citizen service number.
pub const SYSTEM: &str = "http://fhir.nl/fhir/NamingSystem/bsn";

/// Is this a citizen service number: nine digits, not all zero, that pass the eleven test?
///
/// The eleven test: the first eight digits weigh 9 down to 2, the last one -1, and the sum divides by 11.
pub fn is_valid(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 9 || !bytes.iter().all(u8::is_ascii_digit) || bytes.iter().all(|byte| *byte == b'0') {
        return false;
    }
    let weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    let sum: i32 = bytes.iter().zip(weights).map(|(byte, weight)| i32::from(byte - b'0') * weight).sum();
    sum % 11 == 0
}

/// The first number in a text: nine digits, also with dots or spaces between them, that neither begin nor end within a
/// longer row of digits.
pub fn find(text: &str) -> Option<String> {
    text.split(|letter: char| !letter.is_ascii_digit() && !is_gap(letter)).find_map(|part| {
        let rows: Vec<&str> = part.split(is_gap).filter(|row| !row.is_empty()).collect();
        (0..rows.len()).find_map(|first| {
            let mut joined = String::new();
            for row in &rows[first..] {
                joined.push_str(row);
                if joined.len() >= 9 {
                    break;
                }
            }
            is_valid(&joined).then_some(joined)
        })
    })
}

fn is_gap(letter: char) -> bool {
    matches!(letter, ' ' | '.' | '\u{a0}')
}

#[cfg(test)]
mod tests {
    use super::{find, is_valid};

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for (text, expected) in [
            ("BSN 999900006", true),
            ("9999.00.006, vrouw", true),
            ("(9999 00 006)", true),
            ("<b>999900006</b>", true),
            ("kamer 4 999900006", true),
            ("9999 00006 2 x per dag", true),
            ("1999900006", false),
            ("telefoon 0612345678", false),
            ("78 jaar, 2711", false),
            ("2026-11-21T10:00:00Z", false),
        ] {
            assert_eq!(find(text).is_some(), expected, "{text}");
            assert!(find(text).is_none_or(|found| found == "999900006"), "{text}");
        }
    }

    #[test]
    fn only_nine_digits_that_pass_the_eleven_test_are_a_number() {
        for (text, expected) in [
            ("999900006", true),
            ("999911120", true),
            ("111222333", true),
            ("123456782", true),
            ("123456789", false),
            ("999900007", false),
            ("000000000", false),
            ("12345678", false),
            ("1234567820", false),
            ("12345678a", false),
            (" 23456782", false),
            ("١٢٣٤٥٦٧٨٢", false),
            ("", false),
        ] {
            assert_eq!(is_valid(text), expected, "{text}");
        }
    }
}
