//! Codes about the file itself.

use super::Words;

pub const UNREADABLE: Words = Words {
    text: r#"The file, or one that it names with `extends`, is not there, is a folder, may not be read, or is not a text in UTF-8.
Check the path: paths inside a scenario start from the folder of the file that names them. A text from another program
may have to be saved as UTF-8 first."#,
    before: "",
    after: "",
};

pub const TOO_LARGE: Words = Words {
    text: r#"A scenario is a text of some kilobytes. A file of more than 4 MiB was most likely named by mistake: a results table, an
archive. Long columns of numbers belong in a CSV file beside the scenario, read by `[tables.NAME]` with `file = "..."`."#,
    before: "",
    after: "",
};

pub const NOT_TOML: Words = Words {
    text: r#"A scenario file is written in TOML, and this text breaks its rules, so that the rest cannot be understood with certainty.
Most often a quotation mark or a bracket is missing, a name stands where a string belongs, or a table is declared twice.
Names and expressions stand between quotes; numbers, dates, `true` and `false` need none."#,
    before: r#"[stage.talks]
takes = "10 days"
to = deal

[outcome.deal]
"#,
    after: r#"[stage.talks]
takes = "10 days"
to = "deal"

[outcome.deal]
"#,
};

pub const EXTENDS_CYCLE: Words = Words {
    text: r#"A file says `extends = "..."` and, by way of the files named there, comes back to itself, so that there is no first one
to begin with (or there are more than 16 files in a row). Let all of them extend one base file, which itself extends
nothing."#,
    before: "",
    after: "",
};

pub const UNKNOWN_KEY: Words = Words {
    text: r#"Each part of a scenario knows certain keys, and this is none of them. It is an error rather than ignored, since a misspelt
key would otherwise leave the scenario silently different from what you wrote. A near one is suggested; otherwise the keys
known in this place are listed. `detente schema` has all of them."#,
    before: r#"[stage.talks]
tkaes = "10 days"
to = "deal"

[outcome.deal]
"#,
    after: r#"[stage.talks]
takes = "10 days"
to = "deal"

[outcome.deal]
"#,
};

pub const WRONG_TYPE: Words = Words {
    text: r#"The key is known, but its value has a form that does not belong here: a number where a list is expected, a duration without
its unit, a word that is not one of the few that are allowed. The message says what is expected."#,
    before: r#"horizon = 90
at_horizon = "no_deal"

[stage.talks]
takes = "10 days"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"horizon = "90 days"
at_horizon = "no_deal"

[stage.talks]
takes = "10 days"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const MISSING_KEY: Words = Words {
    text: r#"Something that this part of the scenario cannot do without is not said: what a clock rings by, how a belief is distributed,
which beliefs are correlated. The message names it."#,
    before: r#"[stage.talks]
race = [
  { clock = "session", takes = "10 days", to = "deal" },
  { clock = "patience", to = "no_deal" },
]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[stage.talks]
race = [
  { clock = "session", takes = "10 days", to = "deal" },
  { clock = "patience", takes = "20 days to 90 days", to = "no_deal" },
]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const CONFLICT: Words = Words {
    text: r#"Two keys say two things of which only one can be so, and nothing says which: a clock that waits for a delay and for a date,
a branch with `p` and `weight`, a belief that is stated twice. Keep one. Several clocks of a stage belong in its `race`."#,
    before: r#"[stage.talks]
takes = "10 days"
hazard = "2 per year"
to = "deal"

[outcome.deal]
"#,
    after: r#"[stage.talks]
race = [
  { clock = "session", takes = "10 days", to = "deal" },
  { clock = "incident", hazard = "2 per year", to = "no_deal" },
]

[outcome.deal]
[outcome.no_deal]
"#,
};
