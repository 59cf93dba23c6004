//! The codes: every fault and lint has one, and it never changes its meaning.

use super::Severity;

/// What `detente explain` says of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The variant.
    pub code: Code,
    /// As printed: `E0103`, `L0007`.
    pub id: &'static str,
    /// One line: what it is.
    pub title: &'static str,
    /// Why it is one, and what to do.
    pub text: &'static str,
    /// A scenario excerpt that has it.
    pub before: &'static str,
    /// The same, mended.
    pub after: &'static str,
}

macro_rules! codes {
    ($($name:ident $id:literal $title:literal $text:literal $before:literal => $after:literal)*) => {
        /// A code, by what it means; [`Entry::text`] explains each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        /// Every code with its explanation, in order.
        pub static CODES: &[Entry] = &[
            $(Entry { code: Code::$name, id: $id, title: $title, text: $text, before: $before, after: $after },)*
        ];
    };
}

codes! {
    // the file
    Unreadable "E0001" "the file cannot be read" "" "" => ""
    TooLarge "E0002" "the file is too large to be a scenario" "" "" => ""
    NotToml "E0003" "the text is not TOML" "" "" => ""
    ExtendsCycle "E0004" "files extend each other in a circle" "" "" => ""
    UnknownKey "E0005" "a key that is not known here" "" "" => ""
    WrongType "E0006" "a value of the wrong kind" "" "" => ""
    MissingKey "E0007" "a key that must be there is missing" "" "" => ""
    Conflict "E0008" "keys that exclude each other" "" "" => ""
    // expressions
    Syntax "E0101" "an expression that cannot be read" "" "" => ""
    UnknownName "E0102" "a name that nothing has" "" "" => ""
    UnknownStage "E0103" "a stage or outcome that does not exist" "" "" => ""
    UnknownFunction "E0104" "a function or distribution that does not exist" "" "" => ""
    WrongArguments "E0105" "arguments that do not fit" "" "" => ""
    TypeMismatch "E0106" "values of kinds that do not go together" "" "" => ""
    NotHere "E0107" "a name that cannot be used in this place" "" "" => ""
    BadLaw "E0108" "a distribution that does not exist" "" "" => ""
    BadDate "E0109" "a date or duration that makes no sense" "" "" => ""
    // the model
    NameTaken "E0201" "a name that is used twice" "" "" => ""
    NameReserved "E0202" "a name that the language needs" "" "" => ""
    SumOverOne "E0203" "probabilities that sum to more than 1" "" "" => ""
    RestUntaken "E0204" "a rest that no branch takes" "" "" => ""
    OutOfRange "E0205" "a value outside its range" "" "" => ""
    EndlessInstant "E0206" "an instant that never ends" "" "" => ""
    DayInGuard "E0207" "time used in a condition other than in a comparison" "" "" => ""
    AssignedTwice "E0208" "a variable that is assigned twice at once" "" "" => ""
    NoStages "E0209" "nothing happens in this scenario" "" "" => ""
    NoHorizon "E0210" "a horizon is missing, or nothing is said of those still going at it" "" "" => ""
    BadTable "E0211" "a table that cannot be read" "" "" => ""
    BadCorrelation "E0212" "rank correlations that cannot hold together" "" "" => ""
    BadSetting "E0213" "a setting that does not fit the scenario" "" "" => ""
    // lints
    UnreachableStage "L0001" "a stage that nothing leads to" "" "" => ""
    DeadEnd "L0002" "a stage that nobody can leave" "" "" => ""
    MayExceedOne "L0003" "probabilities that may sum to more than 1" "" "" => ""
    MayNotEnd "L0004" "an instant that may never end" "" "" => ""
    UnreachableBranch "L0005" "a branch that can never be taken" "" "" => ""
    SilentChange "L0006" "a delay that reads what may change while it runs" "" "" => ""
    Unread "L0007" "a name that nothing reads" "" "" => ""
    SameAsBase "L0008" "a variant that changes nothing" "" "" => ""
    NoWhy "L0009" "a belief without its reason" "" "" => ""
    Certain "L0010" "a probability of exactly 0 or 1" "" "" => ""
    UnreachableOutcome "L0011" "an outcome that no path can reach" "" "" => ""
    NeverTrue "L0012" "a condition that is always or never true" "" "" => ""
}

impl Code {
    /// Its entry.
    pub fn entry(self) -> &'static Entry {
        &CODES[self as usize]
    }

    /// As printed.
    pub fn id(self) -> &'static str {
        self.entry().id
    }

    /// `L…` is a warning, `E…` an error.
    pub fn severity(self) -> Severity {
        if self.id().starts_with('L') { Severity::Warning } else { Severity::Error }
    }

    /// The code printed as `id`, in any case.
    pub fn parse(id: &str) -> Option<Code> {
        CODES.iter().find(|e| e.id.eq_ignore_ascii_case(id)).map(|e| e.code)
    }
}
