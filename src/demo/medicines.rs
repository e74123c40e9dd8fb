//! The medicines of the demo region and their courses. The codes have the form of real ones and are for demonstration.

use super::build::code::Code;

type Pair = (&'static str, &'static str);

/// A medicine.
#[derive(Debug)]
pub struct Medicine {
    /// Number of the prescribable product.
    pub prk: &'static str,
    /// Name with strength.
    pub name: &'static str,
    /// Active substance.
    pub substance: &'static str,
    /// ATC code.
    pub atc: &'static str,
    /// Pharmaceutical form.
    pub form: &'static str,
    /// Unit of a dose: code and name.
    pub unit: Pair,
    /// Route: code and name.
    pub route: Pair,
}

const PIECE: Pair = ("245", "stuk");
const DROP: Pair = ("303", "druppel");
const PUFF: Pair = ("215", "inhalatie");
const UNIT: Pair = ("219", "internationale eenheid");
const ORAL: Pair = ("9", "Oraal");
const INHALED: Pair = ("55", "Inhalatie");
const SUBCUTANEOUS: Pair = ("4", "Subcutaan");

const fn tablet(prk: &'static str, name: &'static str, substance: &'static str, atc: &'static str) -> Medicine {
    Medicine { prk, name, substance, atc, form: "Tablet", unit: PIECE, route: ORAL }
}

const fn inhaler(prk: &'static str, name: &'static str, substance: &'static str, atc: &'static str) -> Medicine {
    Medicine { prk, name, substance, atc, form: "Inhalatiepoeder", unit: PUFF, route: INHALED }
}

macro_rules! medicines {
    ($($constant:ident = $value:expr;)*) => {
        $(#[doc = "One of the medicines of the region."] pub const $constant: Medicine = $value;)*
    };
}

medicines! {
    METOPROLOL = tablet("42056", "Metoprolol tablet mga 50 mg", "metoprolol", "C07AB02");
    LISINOPRIL = tablet("31437", "Lisinopril tablet 10 mg", "lisinopril", "C09AA03");
    FUROSEMIDE = tablet("3123", "Furosemide tablet 40 mg", "furosemide", "C03CA01");
    APIXABAN = tablet("98566", "Apixaban tablet 2,5 mg", "apixaban", "B01AF02");
    APIXABAN5 = tablet("98574", "Apixaban tablet 5 mg", "apixaban", "B01AF02");
    SIMVASTATIN = tablet("26662", "Simvastatine tablet 20 mg", "simvastatine", "C10AA01");
    ATORVASTATIN = tablet("48666", "Atorvastatine tablet 40 mg", "atorvastatine", "C10AA05");
    PARACETAMOL = tablet("6718", "Paracetamol tablet 500 mg", "paracetamol", "N02BE01");
    PANTOPRAZOLE = tablet("45608", "Pantoprazol tablet msr 20 mg", "pantoprazol", "A02BC02");
    ALENDRONATE = tablet("59560", "Alendroninezuur tablet 70 mg", "alendroninezuur", "M05BA04");
    COLECALCIFEROL = Medicine { form: "Druppels", unit: DROP, ..tablet("50202", "Colecalciferol druppels 25.000 IE/ml", "colecalciferol", "A11CC05") };
    CALCIUM = tablet("66958", "Calciumcarbonaat/colecalciferol kauwtablet 500 mg/800 IE", "calcium", "A12AX");
    OXAZEPAM = tablet("4065", "Oxazepam tablet 10 mg", "oxazepam", "N05BA04");
    MACROGOL = Medicine { form: "Poeder voor drank", ..tablet("60089", "Macrogol/elektrolyten poeder voor drank", "macrogol", "A06AD65") };
    TIOTROPIUM = inhaler("71323", "Tiotropium inhalatiepoeder 18 microgram", "tiotropium", "R03BB04");
    FORMOTEROL = inhaler("75477", "Budesonide/formoterol inhalatiepoeder 400/12 microgram", "budesonide/formoterol", "R03AK07");
    SALBUTAMOL = Medicine { form: "Aerosol", ..inhaler("35327", "Salbutamol aerosol 100 microgram/dosis", "salbutamol", "R03AC02") };
    FLUTICASONE = Medicine { form: "Aerosol", ..inhaler("41467", "Fluticason aerosol 50 microgram/dosis", "fluticason", "R03BA05") };
    PREDNISOLONE = tablet("6777", "Prednisolon tablet 30 mg", "prednisolon", "H02AB06");
    LITHIUM_CARBONATE = tablet("21393", "Lithiumcarbonaat tablet 400 mg", "lithium", "N05AN01");
    QUETIAPINE = tablet("69884", "Quetiapine tablet mga 200 mg", "quetiapine", "N05AH04");
    SERTRALINE = tablet("35556", "Sertraline tablet 50 mg", "sertraline", "N06AB06");
    RIVASTIGMINE = Medicine { form: "Pleister", route: ("35", "Transdermaal"), ..tablet("88684", "Rivastigmine pleister 9,5 mg/24 uur", "rivastigmine", "N06DA03") };
    METFORMIN = tablet("20702", "Metformine tablet 500 mg", "metformine", "A10BA02");
    INSULIN_GLARGINE = Medicine { form: "Injectievloeistof", unit: UNIT, route: SUBCUTANEOUS, ..tablet("66540", "Insuline glargine injectie 100 E/ml", "insuline glargine", "A10AE04") };
    TAMSULOSIN = tablet("53805", "Tamsulosine tablet mga 0,4 mg", "tamsulosine", "G04CA02");
    ASPIRIN = tablet("20869", "Acetylsalicylzuur tablet 80 mg", "acetylsalicylzuur", "B01AC06");
    LEVOTHYROXINE = tablet("34312", "Levothyroxine tablet 50 microgram", "levothyroxine", "H03AA01");
    OXYCODONE = tablet("67970", "Oxycodon tablet mga 5 mg", "oxycodon", "N02AA05");
    NADROPARIN = Medicine { form: "Injectievloeistof", unit: UNIT, route: SUBCUTANEOUS, ..tablet("29645", "Nadroparine injectie 2850 IE", "nadroparine", "B01AB06") };
    METHYLPHENIDATE = tablet("82694", "Methylfenidaat tablet mga 18 mg", "methylfenidaat", "N06BA04");
    FOLIC_ACID = tablet("24082", "Foliumzuur tablet 0,5 mg", "foliumzuur", "B03BB01");
    EMTRICITABINE = tablet("77151", "Emtricitabine/tenofovir tablet 200/245 mg", "emtricitabine/tenofovir", "J05AR03");
    ETHINYLESTRADIOL = tablet("41750", "Ethinylestradiol/levonorgestrel tablet 30/150 microgram", "ethinylestradiol/levonorgestrel", "G03AA07");
    EPINEPHRINE = Medicine { form: "Auto-injector", route: ("10", "Intramusculair"), ..tablet("90107", "Epinefrine auto-injector 0,3 mg", "epinefrine", "C01CA24") };
}

/// A medicine that a patient takes or took.
#[derive(Debug)]
pub struct Course {
    /// The medicine.
    pub medicine: &'static Medicine,
    /// Instruction in words.
    pub text: &'static str,
    /// Times in the period.
    pub per_day: u32,
    /// `d` for a day, `wk` for a week.
    pub period_unit: &'static str,
    /// Units each time.
    pub dose: &'static str,
    /// Days ago of the beginning.
    pub since: i64,
    /// Days ago of the end, when stopped.
    pub stopped: Option<i64>,
    /// Why it was stopped.
    pub stop_reason: &'static str,
    /// Why it is taken.
    pub reason: Option<Code>,
    /// Only when needed.
    pub as_needed: bool,
}

impl Course {
    /// A course of so many times a day, that goes on.
    pub const fn daily(
        medicine: &'static Medicine,
        text: &'static str,
        per_day: u32,
        dose: &'static str,
        since: i64,
    ) -> Self {
        Self {
            medicine,
            text,
            per_day,
            period_unit: "d",
            dose,
            since,
            stopped: None,
            stop_reason: "",
            reason: None,
            as_needed: false,
        }
    }

    /// Once a week instead.
    pub const fn weekly(mut self) -> Self {
        self.period_unit = "wk";
        self
    }

    /// Only when needed.
    pub const fn when_needed(mut self) -> Self {
        self.as_needed = true;
        self
    }

    /// Taken because of this.
    pub const fn because(mut self, reason: Code) -> Self {
        self.reason = Some(reason);
        self
    }

    /// Stopped so many days ago, and why.
    pub const fn stopped(mut self, days: i64, why: &'static str) -> Self {
        self.stopped = Some(days);
        self.stop_reason = why;
        self
    }
}
