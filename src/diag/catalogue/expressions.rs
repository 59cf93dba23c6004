//! Codes about expressions.

use super::Words;

pub const SYNTAX: Words = Words {
    text: r#"A string holds an expression, and it stops making sense at the marked place: a sign is missing, or means something else in
another language (`=` for `==`, `&&` for `and`, a decimal comma for a point). Where the slip is a common one, the message
shows the words to write instead. The whole grammar is in docs/grammar.md."#,
    before: r#"[stage.talks]
next = [{ p = "0,3", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[stage.talks]
next = [{ p = "0.3", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const UNKNOWN_NAME: Words = Words {
    text: r#"An expression or an assignment names something that is not declared. Levers, beliefs, states, formulas and tracks are known
by name in expressions; an option is known beside something that has it (`venue == serbia`); an outcome only after
`outcome ==`. Correct the spelling, or declare the name."#,
    before: r#"[beliefs]
goodwill = { is = "20% to 60%", why = "a judgement" }

[stage.talks]
next = [{ p = "godwill", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[beliefs]
goodwill = { is = "20% to 60%", why = "a judgement" }

[stage.talks]
next = [{ p = "goodwill", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const UNKNOWN_STAGE: Words = Words {
    text: r#"A branch leads `to` a stage that its track does not have, or an outcome is named that is not declared. Each track moves only
among its own stages; to move another track, assign it: `set = { arms = "delivered" }`. Outcomes are declared as
`[outcome.NAME]`, so that a misspelt one does not quietly become a new one."#,
    before: r#"[stage.talks]
next = [{ p = 0.3, to = "deal" }, { to = "walk_awya" }]

[stage.walk_away]
takes = "30 days"
to = "talks"

[outcome.deal]
"#,
    after: r#"[stage.talks]
next = [{ p = 0.3, to = "deal" }, { to = "walk_away" }]

[stage.walk_away]
takes = "30 days"
to = "talks"

[outcome.deal]
"#,
};

pub const UNKNOWN_FUNCTION: Words = Words {
    text: r#"Something is called that is neither a function, nor a distribution, nor a table of the scenario. The message has the name that
was probably meant, or lists what can be called."#,
    before: r#"[stage.talks]
takes = "gama(shape = 2, mean = 14 days)"
to = "deal"

[outcome.deal]
"#,
    after: r#"[stage.talks]
takes = "gamma(shape = 2, mean = 14 days)"
to = "deal"

[outcome.deal]
"#,
};

pub const WRONG_ARGUMENTS: Words = Words {
    text: r#"A function or a distribution is called with arguments that it does not know, or with too few or too many. A distribution can
be written in several ways (mean and sd, median and sigma, shape and scale), which cannot be mixed. The message lists them."#,
    before: r#"[stage.talks]
takes = "gamma(shape = 2, meen = 14 days)"
to = "deal"

[outcome.deal]
"#,
    after: r#"[stage.talks]
takes = "gamma(shape = 2, mean = 14 days)"
to = "deal"

[outcome.deal]
"#,
};

pub const TYPE_MISMATCH: Words = Words {
    text: r#"Values have kinds: true or false, a plain number or percentage, a duration, a rate, one of a list of options. Kinds are not
mixed by accident: a percentage is no delay, a duration no probability, and `rapport + 5 days` has no meaning. Write the unit
(`14 days`, `2 per year`), or divide by one to get a plain number (`day / 1 year`)."#,
    before: r#"[stage.talks]
takes = "15%"
to = "deal"

[outcome.deal]
"#,
    after: r#"[stage.talks]
takes = "15 days"
to = "deal"

[outcome.deal]
"#,
};

pub const NOT_HERE: Words = Words {
    text: r#"The name exists, but has no value in this place, or may not be changed there. Beliefs are drawn before a path begins, so they
cannot read what changes on it; initial values read only what is declared above them; `rest` belongs in the `p` of a branch,
`since` in the expressions of a stage, `outcome` in `given` and `value` of a measure. A track's own stage is changed by `to`;
levers, beliefs and formulas cannot be assigned at all."#,
    before: r#"[state]
mood = { draw = "uniform(0, 0.5)" }

[beliefs]
goodwill = { is = "0.1 + mood", why = "a judgement" }

[stage.talks]
next = [{ p = "goodwill", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[state]
mood = { draw = "uniform(0, 0.5)" }

[formulas]
goodwill = "0.1 + mood"

[stage.talks]
next = [{ p = "goodwill", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const BAD_LAW: Words = Words {
    text: r#"The distribution is well written, but there is none with these numbers: a range whose ends are the wrong way round, a spread
of 0, quantiles that do not rise or that no smooth density goes through. The message says which number is at fault."#,
    before: r#"[stage.talks]
takes = "triangular(9 days, 5 days, 20 days)"
to = "deal"

[outcome.deal]
"#,
    after: r#"[stage.talks]
takes = "triangular(5 days, 9 days, 20 days)"
to = "deal"

[outcome.deal]
"#,
};

pub const BAD_DATE: Words = Words {
    text: r#"A date that is in no calendar, has a time zone, lies before the start or after the horizon, or cannot be counted because the
scenario has no `start`. Dates are written year-month-day, as 2025-04-30."#,
    before: r#"[stage.talks]
at = 2025-04-30
to = "deal"

[outcome.deal]
"#,
    after: r#"start = 2025-01-20

[stage.talks]
at = 2025-04-30
to = "deal"

[outcome.deal]
"#,
};
