//! Text in both languages of the screens.

/// The language that a page is read in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Dutch, the first language of every screen.
    Nl,
    /// English.
    En,
}

impl Lang {
    /// The code of the language.
    pub fn code(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::En => "en",
        }
    }
}

/// One piece of text, in Dutch and in English. What comes from a record as it stands is the same in both.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Text {
    /// The Dutch text.
    pub nl: String,
    /// The English text.
    pub en: String,
}

impl Text {
    /// A text with its own wording in each language.
    pub fn new(nl: impl Into<String>, en: impl Into<String>) -> Self {
        Self { nl: nl.into(), en: en.into() }
    }

    /// A text that reads the same in both languages, such as a name.
    pub fn same(text: impl Into<String>) -> Self {
        let nl = text.into();
        Self { en: nl.clone(), nl }
    }

    /// The text in one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Nl => &self.nl,
            Lang::En => &self.en,
        }
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.nl.is_empty() && self.en.is_empty()
    }

    /// The parts that say something, with the separator between them.
    pub fn join(parts: &[Self], separator: &str) -> Self {
        let one = |lang: Lang| {
            let words: Vec<&str> = parts.iter().map(|part| part.get(lang)).filter(|part| !part.is_empty()).collect();
            words.join(separator)
        };
        Self::new(one(Lang::Nl), one(Lang::En))
    }
}

impl From<(&str, &str)> for Text {
    fn from((nl, en): (&str, &str)) -> Self {
        Self::new(nl, en)
    }
}
