//! Who decides about a record: the patient, or somebody who acts for the patient. The ages are those of the Dutch law on
//! treatment (<https://wetten.overheid.nl/BWBR0005290#Boek7_Titeldeel7_Afdeling5>, articles 447, 450 and 465).

/// From this age a child decides together with its parents.
pub const TOGETHER_FROM: u8 = 12;
/// From this age a child decides alone, and its parents do not act for it any more.
pub const ALONE_FROM: u8 = 16;

/// What somebody who uses a record can bring into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Say {
    /// Permissions and objections.
    Alone,
    /// Objections; permissions only together: what the child or a parent proposes, the other confirms.
    Together,
    /// Nothing: a child that is too young.
    Nothing,
}

/// On what ground somebody acts for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capacity {
    /// Parent with authority, or guardian of a minor.
    Parent,
    /// Curator or mentor, appointed by a court.
    Appointed,
    /// Authorised in writing, until a date.
    Mandate,
}

/// The ground, as far as it is known here.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// On what ground.
    pub capacity: Capacity,
    /// Until when, ms; not any more at that moment.
    pub until: Option<i64>,
    /// Whether the child agreed, at twelve or later.
    pub agreed: bool,
}

/// Who the record is about.
#[derive(Debug, Clone, Copy)]
pub struct Represented {
    /// Age in years; none when it is not known.
    pub age: Option<u8>,
    /// Whether the person died.
    pub died: bool,
}

impl Capacity {
    /// The ground that a registered relation stands for: `parent` and `guardian`, `curator` and `mentor`; every other relation
    /// (`partner`, `daughter`, `neighbour`) is a written mandate.
    pub fn of(relation: &str) -> Self {
        match relation {
            "parent" | "guardian" => Self::Parent,
            "curator" | "mentor" => Self::Appointed,
            _ => Self::Mandate,
        }
    }

    /// Whether the law makes it, so that nobody ends it with a button.
    pub fn is_legal(self) -> bool {
        self != Self::Mandate
    }
}

/// What a person brings into force about the own record; none after death.
pub fn own(person: Represented) -> Option<Say> {
    if person.died {
        return None;
    }
    Some(match person.age {
        Some(age) if age < TOGETHER_FROM => Say::Nothing,
        Some(age) if age < ALONE_FROM => Say::Together,
        _ => Say::Alone,
    })
}

/// What somebody brings into force who acts for another; none when this person does not act (any more).
pub fn acting(standing: Standing, person: Represented, now: i64) -> Option<Say> {
    if person.died || standing.until.is_some_and(|until| until <= now) {
        return None;
    }
    let age = person.age;
    match standing.capacity {
        Capacity::Parent if age? < TOGETHER_FROM => Some(Say::Alone),
        Capacity::Parent if age? < ALONE_FROM && standing.agreed => Some(Say::Together),
        Capacity::Parent => None,
        Capacity::Appointed => (age? >= ALONE_FROM).then_some(Say::Alone),
        // A child authorises nobody, and a mandate without an end is none.
        Capacity::Mandate => {
            (standing.until.is_some() && age.is_none_or(|age| age >= ALONE_FROM)).then_some(Say::Alone)
        }
    }
}
