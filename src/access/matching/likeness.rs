//! How much two sets of personal details look alike. Whole numbers only: weights in points, likeness in hundredths.

use super::identity::Identity;

/// How sure a match is, as the codes of <http://terminology.hl7.org/CodeSystem/match-grade>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Could be.
    Possible,
    /// Most likely.
    Probable,
    /// No reasonable doubt.
    Certain,
}

impl Grade {
    /// The code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Probable => "probable",
            Self::Certain => "certain",
        }
    }
}

/// Points of name, given name and birth date together with gender: without as much to compare, a score stays low.
const ENOUGH: i32 = 85;

/// The likeness in hundredths and what it comes down to; none if it is somebody else.
pub fn compare(asked: &Identity, found: &Identity) -> Option<(u32, Grade)> {
    let (family, given, birth) = (family(asked, found), given(asked, found), birth(asked, found));
    if !asked.bsns.is_empty() && !found.bsns.is_empty() {
        if !asked.bsns.iter().any(|bsn| found.bsns.contains(bsn)) {
            return None;
        }
        let doubts =
            usize::from(family.is_some_and(|like| like < 50)) + usize::from(birth.is_some_and(|like| like < 40));
        return Some(match doubts {
            0 => (100, Grade::Certain),
            1 => (85, Grade::Probable),
            _ => (60, Grade::Possible),
        });
    }
    let same_number = asked.numbers.iter().any(|number| found.numbers.contains(number));
    let home = home(asked, found);
    let mut parts: Vec<(i32, i32)> = Vec::new();
    parts.extend(family.map(|like| (30, like)));
    parts.extend(given.map(|like| (20, like)));
    parts.extend(birth.map(|like| (30, like)));
    parts.extend(gender(asked, found).map(|like| (5, like)));
    parts.extend(home.map(|like| if like == 0 { (5, 0) } else { (15, like) }));
    parts.extend(asked.contacts.iter().any(|one| found.contacts.contains(one)).then_some((10, 100)));
    parts.extend(same_number.then_some((40, 100)));
    let weight: i32 = parts.iter().map(|(weight, _)| weight).sum();
    let points: i32 = parts.iter().map(|(weight, like)| weight * like).sum();
    let score = points / weight.max(ENOUGH);
    let equal = [family, given, birth].iter().all(|like| *like == Some(100));
    // Two people can share a name and a birthday: that alone is not certain.
    let certain = equal && (same_number || home == Some(100));
    let score = if certain { score } else { score.min(94) };
    let grade = match score {
        95.. if certain => Grade::Certain,
        80.. => Grade::Probable,
        60.. => Grade::Possible,
        _ => return None,
    };
    Some((u32::try_from(score).unwrap_or_default().min(99), grade))
}

/// The best of all pairs; none if a side has nothing.
fn best(left: &[String], right: &[String], like: fn(&str, &str) -> i32) -> Option<i32> {
    left.iter().flat_map(|one| right.iter().map(move |other| like(one, other))).max()
}

fn family(asked: &Identity, found: &Identity) -> Option<i32> {
    best(&asked.families, &found.families, |left, right| match () {
        () if left == right => 100,
        () if is_close(left, right) => 80,
        // A name changes at a marriage.
        () => -20,
    })
}

fn given(asked: &Identity, found: &Identity) -> Option<i32> {
    let names = best(&asked.given, &found.given, |left, right| match () {
        () if left == right => 100,
        () if is_close(left, right) => 80,
        () if left.chars().next() == right.chars().next() => 30,
        () => -50,
    });
    let initials = |identity: &Identity| identity.initials.iter().collect::<String>();
    let (left, right) = (initials(asked), initials(found));
    let by_initials = (!left.is_empty() && !right.is_empty()).then(|| {
        let whole = left == right && left.chars().count() > 1;
        match () {
            () if whole => 70,
            () if left.chars().next() == right.chars().next() => 60,
            () => -50,
        }
    });
    names.or(by_initials)
}

/// Equal, less exact, day and month the wrong way round, or one part wrong.
fn birth(asked: &Identity, found: &Identity) -> Option<i32> {
    let (left, right) = (asked.birth.as_deref()?, found.birth.as_deref()?);
    if left == right {
        return Some(if left.len() == 10 { 100 } else { 70 });
    }
    if left.starts_with(right) || right.starts_with(left) {
        return Some(60);
    }
    let (left, right): (Vec<&str>, Vec<&str>) = (left.split('-').collect(), right.split('-').collect());
    let ([year, month, day], [other_year, other_month, other_day]) = (left.as_slice(), right.as_slice()) else {
        return Some(-50);
    };
    if year == other_year && month == other_day && day == other_month {
        return Some(70);
    }
    let same = [year == other_year, month == other_month, day == other_day];
    Some(if same.iter().filter(|same| **same).count() == 2 { 40 } else { -50 })
}

fn gender(asked: &Identity, found: &Identity) -> Option<i32> {
    let told = |gender: &&str| matches!(*gender, "male" | "female");
    let left = asked.gender.as_deref().filter(told)?;
    let right = found.gender.as_deref().filter(told)?;
    Some(if left == right { 100 } else { -100 })
}

/// Postal code and house number, or the code alone.
fn home(asked: &Identity, found: &Identity) -> Option<i32> {
    let pairs = asked.homes.iter().flat_map(|one| found.homes.iter().map(move |other| (one, other)));
    pairs
        .map(|((code, number), (other_code, other_number))| match () {
            () if code != other_code => 0,
            () if number.is_some() && number == other_number => 100,
            () if number.is_none() || other_number.is_none() => 50,
            () => 30,
        })
        .max()
}

/// One letter wrong, missing, too many or swapped with its neighbour, in a word that is long enough; two in a long one.
fn is_close(left: &str, right: &str) -> bool {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let shortest = left.len().min(right.len());
    let allowed = match shortest {
        0..4 => return false,
        4..8 => 1,
        _ => 2,
    };
    left.len().abs_diff(right.len()) <= allowed && distance(&left, &right) <= allowed
}

/// The number of edits, a swap of neighbours being one.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (at, letter) in left.iter().enumerate() {
        let mut row = vec![at + 1];
        for (to, other) in right.iter().enumerate() {
            let cost = usize::from(letter != other);
            let mut edits = (last[to + 1] + 1).min(row[to] + 1).min(last[to] + cost);
            if at > 0 && to > 0 && *letter == right[to - 1] && left[at - 1] == *other {
                edits = edits.min(before[to - 1] + 1);
            }
            row.push(edits);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[right.len()]
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn like(asked: &Value, found: &Value) -> Option<Grade> {
        compare(&Identity::of(asked), &Identity::of(found)).map(|(_, grade)| grade)
    }

    fn somebody(family: &str, given: &str, birth: &str, postal: &str) -> Value {
        json!({
            "name": [{"family": family, "given": [given]}], "birthDate": birth, "gender": "female",
            "address": [{"line": ["Dorpsstraat 12"], "postalCode": postal}],
        })
    }

    #[test]
    fn the_grade_says_how_much_agrees() {
        let anna = somebody("de Vries", "Anna", "1950-03-04", "1234 AB");
        for (found, grade) in [
            (somebody("de Vries", "Anna", "1950-03-04", "1234AB"), Some(Grade::Certain)),
            (somebody("Vries", "Anna", "1950-03-04", "1234AB"), Some(Grade::Certain)),
            (somebody("Jansen - de Vriés", "ANNA", "1950-03-04", "1234ab"), Some(Grade::Certain)),
            (somebody("de Vries", "A.", "1950-03-04", "1234AB"), Some(Grade::Probable)),
            (somebody("de Vries", "Anna", "1950-03-04", "9876ZZ"), Some(Grade::Probable)),
            (somebody("de Vrise", "Anna", "1950-03-04", "9876ZZ"), Some(Grade::Probable)),
            (somebody("de Vries", "Anna", "1950-04-03", "9876ZZ"), Some(Grade::Probable)),
            (somebody("Bakker", "Anna", "1950-03-04", "1234AB"), Some(Grade::Possible)),
            (somebody("de Vries", "Pieternel", "1950-03-04", "1234AB"), Some(Grade::Possible)),
            (somebody("de Vries", "Anna", "1981-11-30", "9876ZZ"), None),
            (somebody("Bakker", "Pieternel", "1950-03-04", "9876ZZ"), None),
        ] {
            assert_eq!(like(&anna, &found), grade, "{found}");
        }
        let brief = json!({"birthDate": "1950-03-04"});
        assert_eq!(like(&brief, &anna), None, "a birthday alone is nobody");
    }

    #[test]
    fn the_number_decides_unless_everything_else_speaks_against_it() {
        let number = |value: &str| json!([{"system": "http://fhir.nl/fhir/NamingSystem/bsn", "value": value}]);
        let with = |mut body: Value, value: &str| {
            body["identifier"] = number(value);
            body
        };
        let anna = with(somebody("de Vries", "Anna", "1950-03-04", "1234 AB"), "1");
        for (found, grade) in [
            (with(json!({}), "1"), Some(Grade::Certain)),
            (with(somebody("de Vries", "Anna", "1950-03-04", "9999ZZ"), "1"), Some(Grade::Certain)),
            (with(somebody("Bakker", "Anna", "1950-03-04", "9999ZZ"), "1"), Some(Grade::Probable)),
            (with(somebody("Bakker", "Piet", "1981-11-30", "9999ZZ"), "1"), Some(Grade::Possible)),
            (with(somebody("de Vries", "Anna", "1950-03-04", "1234AB"), "2"), None),
        ] {
            assert_eq!(like(&anna, &found), grade, "{found}");
        }
    }

    #[test]
    fn letters_that_are_swapped_or_missing_are_close() {
        for (left, right, close) in [
            ("jansen", "janssen", true),
            ("jansen", "jasnen", true),
            ("jansen", "bakker", false),
            ("bos", "box", false),
            ("vandenberg", "vandenbergh", true),
        ] {
            assert_eq!(is_close(left, right), close, "{left} {right}");
        }
    }
}
