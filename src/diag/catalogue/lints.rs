//! Lints: what runs, but is probably not what was meant.

use super::Words;

pub const UNREACHABLE_STAGE: Words = Words {
    text: r#"No branch leads to this stage, no other track moves it there, and the track does not begin there, so no path is ever in it.
Most often a branch names the wrong stage; otherwise the stage is left over and can go."#,
    before: r#"[stage.talks]
next = [{ p = 0.3, to = "deal" }, { to = "no_deal" }]

[stage.signing]
takes = "10 days"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[stage.talks]
next = [{ p = 0.3, to = "signing" }, { to = "no_deal" }]

[stage.signing]
takes = "10 days"
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const DEAD_END: Words = Words {
    text: r#"A path that comes into this stage stays there for good: it waits for nothing, or leads only back to itself. If that is the end
of the story, lead to an outcome instead; then it is counted under its own name."#,
    before: r#"[stage.talks]
next = [{ p = 0.3, to = "deal" }, { to = "stalemate" }]

[stage.stalemate]

[outcome.deal]
"#,
    after: r#"[stage.talks]
next = [{ p = 0.3, to = "deal" }, { to = "stalemate" }]

[outcome.deal]
[outcome.stalemate]
"#,
};

pub const MAY_EXCEED_ONE: Words = Words {
    text: r#"The probabilities of these branches are not fixed numbers, and for some values of what they read they sum to more than 100%. A
path on which they do stops the whole run. Write the later ones as a share of what is left (`"walkout of rest"`). A base with odds
never leaves 0 to 1 by itself, but the sum of several may."#,
    before: r#"[beliefs]
goodwill = { is = "20% to 60%", why = "a judgement" }
walkout = { is = "30% to 70%", why = "a judgement" }

[stage.talks]
next = [{ p = "goodwill", to = "deal" }, { p = "walkout", to = "no_deal" }, { to = "stalemate" }]

[outcome.deal]
[outcome.no_deal]
[outcome.stalemate]
"#,
    after: r#"[beliefs]
goodwill = { is = "20% to 60%", why = "a judgement" }
walkout = { is = "30% to 70%", why = "a judgement" }

[stage.talks]
next = [{ p = "goodwill", to = "deal" }, { p = "walkout of rest", to = "no_deal" }, { to = "stalemate" }]

[outcome.deal]
[outcome.no_deal]
[outcome.stalemate]
"#,
};

pub const MAY_NOT_END: Words = Words {
    text: r#"Stages without clocks branch in no time, and every way out of this circle has a condition that nothing on the way changes. On
a path where none of them holds, time would stand still, and the run stops there with an error. Let a stage of the circle
wait, or give it a way out without a condition."#,
    before: r#"[levers]
open = [true, false]

[stage.offer]
next = [{ when = "open", to = "deal" }, { to = "counter_offer" }]

[stage.counter_offer]
to = "offer"

[outcome.deal]
"#,
    after: r#"[levers]
open = [true, false]

[stage.offer]
next = [{ when = "open", to = "deal" }, { to = "counter_offer" }]

[stage.counter_offer]
next = [{ p = 0.2, to = "no_deal" }, { to = "offer" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const UNREACHABLE_BRANCH: Words = Words {
    text: r#"Branches are read in order, and the first one without `p` takes all the rest, so nothing below it can happen; nor can a branch
whose condition never holds, or one for which the others leave nothing. Put the branch that takes the rest last."#,
    before: r#"[stage.talks]
next = [{ to = "no_deal" }, { p = 0.3, to = "deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[stage.talks]
next = [{ p = 0.3, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const SILENT_CHANGE: Words = Words {
    text: r#"A delay is drawn when its clock starts. This one reads something that may change while the clock runs, and by default the
delay stays as drawn. Say which is meant: `on_change = "keep"` (as drawn), `"redraw"` (a fresh delay from then on), or
`"rescale"` (the same luck under the new law, so that the time already waited counts)."#,
    before: r#"[state]
pressure = false

[track.talks.stage.round]
takes = "if pressure then 10 days else 40 days"
to = "deal"

[track.arms.stage.idle]
takes = "5 days to 50 days"
set = { pressure = true }
to = "delivered"

[track.arms.stage.delivered]

[outcome.deal]
"#,
    after: r#"[state]
pressure = false

[track.talks.stage.round]
takes = "if pressure then 10 days else 40 days"
on_change = "rescale"
to = "deal"

[track.arms.stage.idle]
takes = "5 days to 50 days"
set = { pressure = true }
to = "delivered"

[track.arms.stage.delivered]

[outcome.deal]
"#,
};

pub const UNREAD: Words = Words {
    text: r#"Something is declared and no expression reads it, so it changes nothing. Most often another name was written where this one was
meant. A state that is only reported belongs in a measure or in `split`."#,
    before: r#"[levers]
venue = ["open", "serbia"]

[stage.talks]
next = [{ p = 0.3, to = "deal" }, { to = "no_deal" }]

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

pub const SAME_AS_BASE: Words = Words {
    text: r#"A variant changes nothing, or the same as another one, so that the tables would have one row twice. The first option of a lever
is its default: a variant that chooses it is the scenario itself, which is always run as `base`."#,
    before: r#"[levers]
venue = ["open", "serbia"]

[stage.talks]
next = [{ p = "if venue == serbia then 0.4 else 0.3", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]

[variants]
belgrade = { venue = "open" }
"#,
    after: r#"[levers]
venue = ["open", "serbia"]

[stage.talks]
next = [{ p = "if venue == serbia then 0.4 else 0.3", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]

[variants]
belgrade = { venue = "serbia" }
"#,
};

pub const NO_WHY: Words = Words {
    text: r#"A belief is a number that nobody knows. Readers of the results ask first where it comes from: `why` says it in a sentence, and
`source` names an entry of `[sources]`. That it is a judgement is a reason too. The register of assumptions prints it."#,
    before: r#"[beliefs]
goodwill = "20% to 60%"

[stage.talks]
next = [{ p = "goodwill", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[beliefs]
goodwill = { is = "20% to 60%", why = "a judgement, after four rounds of which two came so far" }

[stage.talks]
next = [{ p = "goodwill", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const CERTAIN: Words = Words {
    text: r#"A probability of exactly 0 or 1 says that nobody could be surprised. If a branch is always taken, leave out its `p`; if never,
leave out the branch. If it is only very unlikely, 1% says so, and the results then show what it would mean."#,
    before: r#"[stage.talks]
next = [{ p = 0, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[stage.talks]
next = [{ p = 0.01, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const UNREACHABLE_OUTCOME: Words = Words {
    text: r#"An outcome is declared, but no branch leads to it, it has no condition of its own (`when`), and it is not the outcome at the
horizon. It would be a row of zeros in every table. Most often a branch names another outcome by mistake."#,
    before: r#"[stage.talks]
next = [{ p = 0.3, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
[outcome.war]
"#,
    after: r#"[stage.talks]
next = [{ p = 0.3, to = "deal" }, { p = 0.1, to = "war" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
[outcome.war]
"#,
};

pub const NEVER_TRUE: Words = Words {
    text: r#"By what is known of the values that it reads, this condition holds always or never. Then it decides nothing, and something else
was probably meant: another name, another sign, a percentage in place of a number."#,
    before: r#"[beliefs]
goodwill = { is = "20% to 60%", why = "a judgement" }

[stage.talks]
takes = "10 days"
next = [{ p = "goodwill", to = "deal" }, {}]

[outcome.deal]

[outcome.war]
when = "goodwill > 1"
"#,
    after: r#"[beliefs]
goodwill = { is = "20% to 60%", why = "a judgement" }

[stage.talks]
takes = "10 days"
next = [{ p = "goodwill", to = "deal" }, {}]

[outcome.deal]

[outcome.war]
when = "goodwill < 0.3"
"#,
};

pub const REST_MAY_BE_UNTAKEN: Words = Words {
    text: r#"For some options of the levers that these branches read, they sum to less than 100% and no branch takes what is left. A path
on which that happens stops the whole run. Add a last branch without `p`: it takes the rest whatever it is."#,
    before: r#"[levers]
venue = ["open", "serbia"]

[stage.talks]
next = [{ p = 0.3, to = "deal" }, { when = "venue == open", to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[levers]
venue = ["open", "serbia"]

[stage.talks]
next = [{ p = 0.3, to = "deal" }, { when = "venue == open", to = "no_deal" }, { to = "stalemate" }]

[outcome.deal]
[outcome.no_deal]
[outcome.stalemate]
"#,
};

pub const MAY_BE_NEGATIVE: Words = Words {
    text: r#"Some values of this delay lie below 0, and a path on which one is drawn stops the whole run. A normal distribution reaches there unless
its mean is many standard deviations above 0. Take a distribution that begins at 0 (gamma, log-normal, Weibull, PERT, or an interval
`"5 days to 15 days"`), or cut it off: `truncate(normal(10 days, 5 days), 0 days, 40 days)`."#,
    before: r#"[stage.talks]
takes = "normal(10 days, 5 days)"
next = [{ p = 0.3, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[stage.talks]
takes = "truncate(normal(10 days, 5 days), 0 days, 40 days)"
next = [{ p = 0.3, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const MAY_BE_OUTSIDE: Words = Words {
    text: r#"This probability is not a fixed number, and for some values of what it reads it is above 1 or below 0. A path on which it is stops the
whole run. Write the factor on odds (`{ base = "agree", odds = { "venue == serbia" = 2 } }`), which never leaves 0 to 1, or hold it
within: `"clamp(2 * agree, 0, 1)"`. Numbers that begin where the scenario does are taken as they begin: what a counter comes to on
the way is not foreseen."#,
    before: r#"[levers]
venue = ["geneva", "serbia"]

[beliefs]
agree = { is = "20% to 60%", why = "a judgement" }

[stage.talks]
next = [{ p = "if venue == serbia then 2 * agree else agree", to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[levers]
venue = ["geneva", "serbia"]

[beliefs]
agree = { is = "20% to 60%", why = "a judgement" }

[stage.talks]
next = [{ p = { base = "agree", odds = { "venue == serbia" = 2 } }, to = "deal" }, { to = "no_deal" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const NEVER_COMES: Words = Words {
    text: r#"This clock waits for a time before the start of the scenario, before its stage can be entered, or after the horizon, so it never rings.
Most often the year is that of last time, or the horizon is too near. Days behind `at` count from the start of the scenario; where they count from each entry of the stage, write
`takes`.

A year is 365.25 days and a month is 30.4375, so five delays of a year end a quarter of a day after a horizon five calendar years away."#,
    before: r#"start = 2026-03-01
horizon = "90 days"
at_horizon = "no_deal"

[stage.talks]
at = 2025-03-15
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"start = 2026-03-01
horizon = "90 days"
at_horizon = "no_deal"

[stage.talks]
at = 2026-03-15
to = "deal"

[outcome.deal]
[outcome.no_deal]
"#,
};
