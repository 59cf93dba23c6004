//! The codes: every fault and lint has one, and it never changes its meaning.

use super::Severity;
use super::catalogue::{expressions, file, lints, meant, model, readings};

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
    ($($name:ident $id:literal $title:literal $words:path;)*) => {
        /// A code, by what it means; [`Entry::text`] explains each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        /// Every code with its explanation, in order.
        pub static CODES: &[Entry] = &[
            $(Entry {
                code: Code::$name,
                id: $id,
                title: $title,
                text: $words.text,
                before: $words.before,
                after: $words.after,
            },)*
        ];
    };
}

codes! {
    // the file
    Unreadable "E0001" "the file cannot be read" file::UNREADABLE;
    TooLarge "E0002" "the file is too large to be a scenario" file::TOO_LARGE;
    NotToml "E0003" "the text is not TOML" file::NOT_TOML;
    ExtendsCycle "E0004" "files extend each other in a circle" file::EXTENDS_CYCLE;
    UnknownKey "E0005" "a key that is not known here" file::UNKNOWN_KEY;
    WrongType "E0006" "a value of the wrong kind" file::WRONG_TYPE;
    MissingKey "E0007" "a key that must be there is missing" file::MISSING_KEY;
    Conflict "E0008" "keys that exclude each other" file::CONFLICT;
    // expressions
    Syntax "E0101" "an expression that cannot be read" expressions::SYNTAX;
    UnknownName "E0102" "a name that nothing has" expressions::UNKNOWN_NAME;
    UnknownStage "E0103" "a stage or outcome that does not exist" expressions::UNKNOWN_STAGE;
    UnknownFunction "E0104" "a function or distribution that does not exist" expressions::UNKNOWN_FUNCTION;
    WrongArguments "E0105" "arguments that do not fit" expressions::WRONG_ARGUMENTS;
    TypeMismatch "E0106" "values of kinds that do not go together" expressions::TYPE_MISMATCH;
    NotHere "E0107" "a name that cannot be used in this place" expressions::NOT_HERE;
    BadLaw "E0108" "a distribution that does not exist" expressions::BAD_LAW;
    BadDate "E0109" "a date or duration that makes no sense" expressions::BAD_DATE;
    // the model
    NameTaken "E0201" "a name that is used twice" model::NAME_TAKEN;
    NameReserved "E0202" "a name that the language needs" model::NAME_RESERVED;
    SumOverOne "E0203" "probabilities that sum to more than 1" model::SUM_OVER_ONE;
    RestUntaken "E0204" "a rest that no branch takes" model::REST_UNTAKEN;
    OutOfRange "E0205" "a value outside its range" model::OUT_OF_RANGE;
    EndlessInstant "E0206" "an instant that never ends" model::ENDLESS_INSTANT;
    DayInGuard "E0207" "time used in a condition other than in a comparison" model::DAY_IN_GUARD;
    AssignedTwice "E0208" "a variable that is assigned twice at once" model::ASSIGNED_TWICE;
    NoStages "E0209" "nothing happens in this scenario" model::NO_STAGES;
    NoHorizon "E0210" "a horizon is missing, or nothing is said of those still going at it" model::NO_HORIZON;
    BadTable "E0211" "a table that cannot be read" model::BAD_TABLE;
    BadCorrelation "E0212" "rank correlations that cannot hold together" model::BAD_CORRELATION;
    BadSetting "E0213" "a setting that does not fit the scenario" model::BAD_SETTING;
    // lints
    UnreachableStage "L0001" "a stage that nothing leads to" lints::UNREACHABLE_STAGE;
    DeadEnd "L0002" "a stage that nobody can leave" lints::DEAD_END;
    MayExceedOne "L0003" "probabilities that may sum to more than 1" lints::MAY_EXCEED_ONE;
    MayNotEnd "L0004" "an instant that may never end" lints::MAY_NOT_END;
    UnreachableBranch "L0005" "a branch that can never be taken" lints::UNREACHABLE_BRANCH;
    SilentChange "L0006" "a delay that reads what may change while it runs" lints::SILENT_CHANGE;
    Unread "L0007" "a name that nothing reads" lints::UNREAD;
    SameAsBase "L0008" "a variant that changes nothing" lints::SAME_AS_BASE;
    NoWhy "L0009" "a belief without its reason" lints::NO_WHY;
    Certain "L0010" "a probability of exactly 0 or 1" lints::CERTAIN;
    UnreachableOutcome "L0011" "an outcome that no path can reach" lints::UNREACHABLE_OUTCOME;
    NeverTrue "L0012" "a condition that is always or never true" lints::NEVER_TRUE;
    RestMayBeUntaken "L0013" "a rest that may find no branch" lints::REST_MAY_BE_UNTAKEN;
    MayBeNegative "L0014" "a delay that may be negative" lints::MAY_BE_NEGATIVE;
    MayBeOutside "L0015" "a probability that may leave 0 to 1" lints::MAY_BE_OUTSIDE;
    NeverComes "L0016" "a date that never comes" lints::NEVER_COMES;
    LikeAnother "L0017" "a party that may be another one, misspelt" readings::LIKE_ANOTHER;
    NotAHundred "L0018" "percentages as weights that do not add up to 100%" readings::NOT_A_HUNDRED;
    DashedInterval "L0019" "a subtraction that reads like an interval" readings::DASHED_INTERVAL;
    OddsInPercent "L0020" "odds that are multiplied by a percentage" readings::ODDS_IN_PERCENT;
    TimelessRate "L0021" "a rate without its time" readings::TIMELESS_RATE;
    ChanceAsRate "L0022" "a rate that is written like a chance" readings::CHANCE_AS_RATE;
    DateAsDelay "L0023" "a date where a delay is expected" readings::DATE_AS_DELAY;
    PointedThousands "L0024" "a number that reads like thousands" readings::POINTED_THOUSANDS;
    Unpaid "L0025" "a measure that nothing pays into" readings::UNPAID;
    StartsAnew "L0026" "a clock that starts anew before it can ring" readings::STARTS_ANEW;
    FromBefore "L0027" "a value from before a change at the same instant" readings::FROM_BEFORE;
    OtherTime "L0028" "a unit that names another time" readings::OTHER_TIME;
    OverAsARule "L0029" "a date that is over as a rule when its stage is entered" readings::OVER_AS_A_RULE;
    ByElapsed "L0030" "a number divided by the time since the start" readings::BY_ELAPSED;
    TakenAway "L0031" "an assignment that reads like a change" readings::TAKEN_AWAY;
    Unchanged "L0032" "a state that decides something and that nothing changes" meant::UNCHANGED;
    OneEnd "L0033" "an interval of which one end alone is calculated" meant::ONE_END;
    AtOnce "L0034" "an outcome that comes as soon as paths begin" meant::AT_ONCE;
    EqualsSum "L0035" "a sum that is compared for equality" meant::EQUALS_SUM;
    StopsTheRun "L0036" "a path that stops the run" meant::STOPS_THE_RUN;
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

/// What a code means, for the terminal: its title, why it matters and what to do, and an example before and after.
pub fn explain(code: Code) -> String {
    let entry = code.entry();
    let kind = if code.severity() == Severity::Error { "error" } else { "warning" };
    let mut out = format!("{kind}[{}]: {}\n\n{}\n", entry.id, entry.title, entry.text);
    for (heading, example) in
        [("For example, this has it:", entry.before), ("And this is mended:", entry.after)]
    {
        if !example.is_empty() {
            out += &format!("\n{heading}\n\n");
            for line in example.lines() {
                out += &if line.is_empty() { "\n".to_string() } else { format!("    {line}\n") };
            }
        }
    }
    out
}
