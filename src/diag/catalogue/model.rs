//! Codes about the model.

use super::Words;

pub const NAME_TAKEN: Words = Words {
    text: r#"Levers, beliefs, states, formulas and tracks share one namespace, so that a name in an expression means one thing. A stage may
not be called like an outcome, since `to` could mean either, and two clocks of one race need two names. Rename one of them."#,
    before: r#"[levers]
venue = ["open", "serbia"]

[state]
venue = ["none", "chosen"]

[stage.talks]
next = [{ p = "if venue == serbia then 0.4 else 0.3", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[levers]
venue = ["open", "serbia"]

[stage.talks]
next = [{ p = "if venue == serbia then 0.4 else 0.3", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const NAME_RESERVED: Words = Words {
    text: r#"Names are read inside expressions. They consist of letters, digits and underscores, do not begin with a digit, and are none of
the words that the language uses itself (`day`, `since`, `rest`, `outcome`, `if`, `and`, `to` and so on). Nor are they names that
tables give to rows of their own: no outcome is called `never` or `still_open`, no stage `ended`, no milestone `horizon` or `end`, and
no variant `base` (the scenario itself) or anything with `=`, as in `venue=serbia`, which is a combination of levers."#,
    before: r#"[levers]
third-party = ["none", "present"]

[stage.talks]
next = [{ p = 0.3, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[levers]
third_party = ["none", "present"]

[stage.talks]
next = [{ p = "if third_party == present then 0.4 else 0.3", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const SUM_OVER_ONE: Words = Words {
    text: r#"Each `p` is a probability of the whole, and the branches of one list exclude each other, so together they cannot be more than
100%. If the second number was meant as a share of what the first left over, say so: `p = "15% of rest"`. If the numbers are
only meant in proportion to each other, write `weight` instead, in all branches."#,
    before: r#"[stage.talks]
next = [{ p = 0.7, to = "deal" }, { p = 0.5, to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[stage.talks]
next = [{ p = 0.7, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const REST_UNTAKEN: Words = Words {
    text: r#"The probabilities of a list of branches sum to less than 100%, and no branch takes what is left, so that some paths would have
no way on. Add a last branch without `p`: it takes the rest. `{}` stays where it is."#,
    before: r#"[stage.talks]
next = [{ p = 0.3, to = "deal" }, { p = 0.5, to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[stage.talks]
next = [{ p = 0.3, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const OUT_OF_RANGE: Words = Words {
    text: r#"A number lies outside what is possible in its place, whatever happens: a probability above 1 or below 0, a negative weight or
hazard, a value that is infinite or not a number. 30% is written `"30%"` or 0.3, not 30."#,
    before: r#"[stage.talks]
next = [{ p = 30, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[stage.talks]
next = [{ p = "30%", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const ENDLESS_INSTANT: Words = Words {
    text: r#"A stage without a clock branches on the spot, in no time. Here such stages lead only to each other (or a clock without a delay
starts itself again and again), so time would stand still for ever. Let one of the stages wait (`takes = "1 day"`), or give
one of them a way out."#,
    before: r#"[stage.offer]
to = "counter_offer"

[stage.counter_offer]
to = "offer"
"#,
    after: r#"[stage.offer]
takes = "2 days to 9 days"
to = "counter_offer"

[stage.counter_offer]
next = [{ p = 0.3, to = "deal" }, { to = "offer" }]

[outcome.deal]
"#,
};

pub const DAY_IN_GUARD: Words = Words {
    text: r#"Between two events only time changes, so Detente calculates beforehand when a condition that reads `day` or `since` will turn.
It can do so where time is compared with something that is constant between events: `day >= 30 days`, `since > patience`,
`2 * day < deadline`. A curve of time inside a condition is refused; a `hazard` may read `day` in any way."#,
    before: r#"[stage.talks]
when = "exp(day / 1 year) > 2"
to = "deal"

[outcome.deal]
"#,
    after: r#"[stage.talks]
when = "day > 253 days"
to = "deal"

[outcome.deal]
"#,
};

pub const ASSIGNED_TWICE: Words = Words {
    text: r#"All assignments of a branch happen at once and see the values from before, so a variable can get only one of them. Keep either
`set` or `draw`; what a clock assigns beside its `next` is assigned whatever the branch, and cannot be assigned there again."#,
    before: r#"[state]
mood = 0.0

[stage.talks]
takes = "10 days"
set = { mood = "mood + 1" }
draw = { mood = "normal(0, 1)" }
next = [{ p = "logistic(mood)", to = "deal" }, {}]

[outcome.deal]
"#,
    after: r#"[state]
mood = 0.0

[stage.talks]
takes = "10 days"
draw = { mood = "normal(mood + 1, 1)" }
next = [{ p = "logistic(mood)", to = "deal" }, {}]

[outcome.deal]
"#,
};

pub const NO_STAGES: Words = Words {
    text: r#"A scenario without a stage and without a state, or a track without a stage, has nothing that could happen. Write at least one
stage as `[stage.NAME]`; `detente new` writes a whole scenario to start from."#,
    before: r#"title = "Talks"
"#,
    after: r#"title = "Talks"

[stage.talks]
next = [{ p = 0.3, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const NO_HORIZON: Words = Words {
    text: r#"A horizon is the last instant that counts. Paths still going then need an outcome, so `horizon` and `at_horizon` belong
together. Leave out both where every path ends by itself: a path that can no longer reach an outcome then ends as `never`."#,
    before: r#"horizon = "365 days"

[stage.talks]
takes = "30 days to 400 days"
to = "deal"

[outcome.deal]
"#,
    after: r#"horizon = "365 days"
at_horizon = "no_deal"

[stage.talks]
takes = "30 days to 400 days"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const BAD_TABLE: Words = Words {
    text: r#"A table is read as a function of one number: its first column must rise from row to row, every column has the same number of
values, and all values of a column have one unit. A CSV file needs a row of column names first."#,
    before: r#"[tables.risk]
age = [60, 80, 70]
risk = [0.1, 0.2, 0.4]

[stage.talks]
next = [{ p = "risk(65)", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[tables.risk]
age = [60, 70, 80]
risk = [0.1, 0.2, 0.4]

[stage.talks]
next = [{ p = "risk(65)", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const BAD_CORRELATION: Words = Words {
    text: r#"Rank correlations lie between -1 and 1, join two beliefs that are numbers, and must be possible together: if trust goes with
will, and will with calm, then trust cannot go strongly against calm. Two beliefs that are not mentioned together count as
independent of each other. Weaken one of the correlations, or leave it out."#,
    before: r#"correlate = [
  { between = ["trust", "will"], rank = 0.9 },
  { between = ["will", "calm"], rank = 0.9 },
  { between = ["trust", "calm"], rank = -0.9 },
]

[beliefs]
trust = { is = "20% to 60%", why = "a judgement" }
will = { is = "20% to 60%", why = "a judgement" }
calm = { is = "20% to 60%", why = "a judgement" }

[stage.talks]
next = [{ p = "trust * will * calm", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"correlate = [
  { between = ["trust", "will"], rank = 0.5 },
  { between = ["will", "calm"], rank = 0.5 },
]

[beliefs]
trust = { is = "20% to 60%", why = "a judgement" }
will = { is = "20% to 60%", why = "a judgement" }
calm = { is = "20% to 60%", why = "a judgement" }

[stage.talks]
next = [{ p = "trust * will * calm", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const BAD_SETTING: Words = Words {
    text: r#"A variant, or `--set` on the command line, gives a lever an option that it does not have, or changes something that is no lever,
belief or state. What else differs between two versions of a scenario belongs in a second file that says `extends`."#,
    before: r#"[levers]
venue = ["open", "switzerland", "serbia"]

[stage.talks]
next = [{ p = "if venue == serbia then 0.4 else 0.3", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]

[variants]
belgrade = { venue = "belgrade" }
"#,
    after: r#"[levers]
venue = ["open", "switzerland", "serbia"]

[stage.talks]
next = [{ p = "if venue == serbia then 0.4 else 0.3", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]

[variants]
belgrade = { venue = "serbia" }
"#,
};
