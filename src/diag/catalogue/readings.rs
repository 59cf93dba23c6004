//! Lints: what reads like something else than it says.

use super::Words;

pub const DASHED_INTERVAL: Words = Words {
    text: r#"A dash between two numbers subtracts, so `0.5-2` is -1.5. Somebody who writes a smaller number, a dash and a larger one nearly
always means all that lies between them, which is written with `to`. So does who takes percents from a plain number: `10-25%` is 9.75."#,
    before: r#"[beliefs]
pressure = { is = "0.5-2", why = "a judgement" }

[stage.talks]
next = [{ p = { base = "30%", odds = { pressure = 2 } }, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[beliefs]
pressure = { is = "0.5 to 2", why = "a judgement" }

[stage.talks]
next = [{ p = { base = "30%", odds = { pressure = 2 } }, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const ODDS_IN_PERCENT: Words = Words {
    text: r#"What stands under `odds` multiplies the odds: 1 leaves them as they are, 2 doubles them, 0.5 halves them. A percentage does so too:
`50%` halves the odds, and `10%` leaves a tenth of them. Write `1.1` for a tenth more, and a plain number such as `0.5` where it
should be less."#,
    before: r#"[levers]
mediator = ["none", "invited"]

[stage.talks]
next = [{ p = { base = "30%", odds = { "mediator == invited" = "10%" } }, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[levers]
mediator = ["none", "invited"]

[stage.talks]
next = [{ p = { base = "30%", odds = { "mediator == invited" = 1.1 } }, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const LIKE_ANOTHER: Words = Words {
    text: r#"Parties are declared by being paid: each name under a `payoff` is one. This one gets something in few outcomes, and a party with nearly
the same name in others, so the two may be one, and both have a mean that lacks something. Where they are two, no harm is done."#,
    before: r#"[stage.talks]
next = [{ p = 0.3, to = "deal" }, { p = 0.3, to = "truce" }, { to = "no_deal" }]

[outcome.deal]
payoff = { government = 60 }
[outcome.truce]
payoff = { government = 40 }
[outcome.no_deal]
payoff = { goverment = 10 }
"#,
    after: r#"[stage.talks]
next = [{ p = 0.3, to = "deal" }, { p = 0.3, to = "truce" }, { to = "no_deal" }]

[outcome.deal]
payoff = { government = 60 }
[outcome.truce]
payoff = { government = 40 }
[outcome.no_deal]
payoff = { government = 10 }
"#,
};

pub const NOT_A_HUNDRED: Words = Words {
    text: r#"Weights are divided by their sum, whatever it is, so 70% and 60% stand for 53.8% and 46.2%. Somebody who writes percentages means what they
say: most often one of them is wrong or missing. Where only proportions are meant, write plain numbers."#,
    before: r#"[stage.talks]
next = [{ weight = "70%", to = "deal" }, { weight = "60%", to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[stage.talks]
next = [{ weight = "70%", to = "deal" }, { weight = "30%", to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const TIMELESS_RATE: Words = Words {
    text: r#"A hazard is how often something happens in some time. A bare number is read as per day, so `5%` is every twentieth day, though
who writes a percentage mostly thinks of a month or a year. Write the time with it. So it is with what an account gathers: `rate = 1.2` is 1.2 a day."#,
    before: r#"horizon = "1 year"
at_horizon = "no_deal"

[stage.talks]
hazard = "5%"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"horizon = "1 year"
at_horizon = "no_deal"

[stage.talks]
hazard = "5% per month"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const CHANCE_AS_RATE: Words = Words {
    text: r#"A hazard is a rate: how often something would come in a time if it could come again and again. What comes at a rate of 0.5 per month comes
within a month in 39% of cases, since 1 - e^-0.5 = 0.39. Who writes `50% per month` mostly means a chance of 50% within a month, for
which the rate is -ln(1 - 0.5) = 0.69 per month. Write the one that is meant, as a plain number."#,
    before: r#"horizon = "1 year"
at_horizon = "no_deal"

[stage.talks]
hazard = "50% per month"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"horizon = "1 year"
at_horizon = "no_deal"

[stage.talks]
hazard = "0.6931 per month"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const DATE_AS_DELAY: Words = Words {
    text: r#"A delay begins when its stage is entered. A date is read as the time from the start of the scenario to that day, so a delay that is a date ends
on that date in a stage where the scenario begins, and as much later as the stage is entered elsewhere. What happens on a date is written
with `at`."#,
    before: r#"start = 2026-01-05
horizon = "1 year"
at_horizon = "no_deal"

[stage.call]
takes = "10 days"
to = "summit"

[stage.summit]
takes = "2026-03-01"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"start = 2026-01-05
horizon = "1 year"
at_horizon = "no_deal"

[stage.call]
takes = "10 days"
to = "summit"

[stage.summit]
at = 2026-03-01
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const POINTED_THOUSANDS: Words = Words {
    text: r#"A point is that of decimals here: `1.500` is one and a half. Where thousands are meant, write them without a sign, or with `_`; where decimals
are, leave the last 0 out."#,
    before: r#"horizon = "1 year"
at_horizon = "no_deal"

[stage.talks]
takes = "1.500 hours"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"horizon = "1 year"
at_horizon = "no_deal"

[stage.talks]
takes = "1_500 hours"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const UNPAID: Words = Words {
    text: r#"A measure without `value`, `rate` or `first` is an account that effects pay into. No effect pays into this one, so it is 0 on every path.
Say how it comes about, or pay into it."#,
    before: r#"horizon = "1 year"
at_horizon = "no_deal"

[stage.talks]
takes = "30 days"
to = "deal"

[outcome.deal]
[outcome.no_deal]

[measures]
days = { title = "Days of talks" }
"#,
    after: r#"horizon = "1 year"
at_horizon = "no_deal"

[stage.talks]
takes = "30 days"
to = "deal"

[outcome.deal]
[outcome.no_deal]

[measures]
days = { title = "Days of talks", rate = "stage == talks" }
"#,
};

pub const STARTS_ANEW: Words = Words {
    text: r#"A branch with `to` leaves its stage, even where it leads back into the same: all clocks there are dropped and start anew. A deadline beside
rounds that follow each other so begins with each round, and is hardly ever reached. `on_return = "resume"` lets it go on with what was
left, as one time for all rounds; a branch without `to` stays, and leaves other clocks alone. Where each round has a time of its own, write
`on_return = "redraw"`."#,
    before: r#"horizon = "1 year"
at_horizon = "no_deal"

[[stage.talks.race]]
clock = "round"
takes = "1 week to 3 weeks"
next = [{ p = "5%", to = "deal" }, { to = "talks" }]

[[stage.talks.race]]
clock = "ultimatum"
takes = "90 days"
to = "war"

[outcome.deal]
[outcome.war]
[outcome.no_deal]
"#,
    after: r#"horizon = "1 year"
at_horizon = "no_deal"

[[stage.talks.race]]
clock = "round"
takes = "1 week to 3 weeks"
next = [{ p = "5%", to = "deal" }, { to = "talks" }]

[[stage.talks.race]]
clock = "ultimatum"
takes = "90 days"
on_return = "resume"
to = "war"

[outcome.deal]
[outcome.war]
[outcome.no_deal]
"#,
};

pub const FROM_BEFORE: Words = Words {
    text: r#"When a clock rings, a branch is chosen first, and then all values are assigned at once: conditions and right-hand sides see what was there
before. A condition that is meant to see the change comes one step late. Compare what the value becomes, or assign it where the stage is entered."#,
    before: r#"horizon = "1 year"
at_horizon = "no_deal"

[state]
freed = 0

[stage.batches]
takes = "1 week"
set = { freed = "freed + 25" }
next = [{ when = "freed >= 100", to = "deal" }, { to = "batches" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"horizon = "1 year"
at_horizon = "no_deal"

[state]
freed = 0

[stage.batches]
takes = "1 week"
set = { freed = "freed + 25" }
next = [{ when = "freed + 25 >= 100", to = "deal" }, { to = "batches" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const OTHER_TIME: Words = Words {
    text: r#"Durations are reported in days and rates per day; `unit` is a name for readers and converts nothing. With `unit = "months"` a path of half a
year would be "182.6 months". Divide by the unit (`"day / 1 month"`), or name the one that it has."#,
    before: r#"horizon = "1 year"
at_horizon = "no_deal"

[stage.talks]
takes = "30 days"
to = "deal"

[outcome.deal]
[outcome.no_deal]

[measures]
length = { value = "day", unit = "months" }
"#,
    after: r#"horizon = "1 year"
at_horizon = "no_deal"

[stage.talks]
takes = "30 days"
to = "deal"

[outcome.deal]
[outcome.no_deal]

[measures]
length = { value = "day / 1 month", unit = "months" }
"#,
};

pub const OVER_AS_A_RULE: Words = Words {
    text: r#"Time behind `at` counts from the start of the scenario, not from the entry of the stage. This one is over in most histories before the
stage is entered, and then the clock never rings. To wait from each entry on, write `takes`.

How late the stage is entered is judged by the middle of each delay on the shortest way to it."#,
    before: r#"horizon = "1 year"
at_horizon = "no_deal"

[stage.talks]
takes = "20 to 60 days"
to = "signing"

[stage.signing]
at = "7 days"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"horizon = "1 year"
at_horizon = "no_deal"

[stage.talks]
takes = "20 to 60 days"
to = "signing"

[stage.signing]
takes = "7 days"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const BY_ELAPSED: Words = Words {
    text: r#"In an expression `day` is the time since the start of the path. A number divided by it is no rate of so much a day, but one that falls as
time goes on and is endless at the start. A rate is written with `per`."#,
    before: r#"horizon = "1 year"
at_horizon = "no_deal"

[stage.talks]
hazard = "0.02/day"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"horizon = "1 year"
at_horizon = "no_deal"

[stage.talks]
hazard = "0.02 per day"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const TAKEN_AWAY: Words = Words {
    text: r#"`set` assigns: a variable that is set to "-1" is -1 from then on, whatever it was. To take one away, say from what. A value below 0 that is
meant so stands without quotation marks, as in `support = -1`."#,
    before: r#"[state]
support = 3

[stage.vote]
takes = "30 days"
next = [
  { p = "40%", set = { support = "-1" }, to = "count" },
  { to = "passed" },
]

[stage.count]
next = [{ when = "support <= 0", to = "fallen" }, { to = "vote" }]

[outcome.passed]
[outcome.fallen]
"#,
    after: r#"[state]
support = 3

[stage.vote]
takes = "30 days"
next = [
  { p = "40%", set = { support = "support - 1" }, to = "count" },
  { to = "passed" },
]

[stage.count]
next = [{ when = "support <= 0", to = "fallen" }, { to = "vote" }]

[outcome.passed]
[outcome.fallen]
"#,
};
