//! Lints: what runs, and was hardly meant so.

use super::Words;

pub const UNCHANGED: Words = Words {
    text: r#"A state decides something, and no effect ever changes it: it has on every path the value with which it begins. Most often a `set` was
forgotten. A state that stays as it is, since it is chosen, is a lever."#,
    before: r#"[state]
insulted = false

[stage.talks]
takes = "10 days"
next = [{ p = 0.3, to = "break" }, { to = "deal" }]

[stage.break]
takes = "20 days"
next = [{ when = "insulted", to = "no_deal" }, { to = "talks" }]

[outcome.deal]
[outcome.no_deal]
"#,
    after: r#"[state]
insulted = false

[stage.talks]
takes = "10 days"
next = [{ p = 0.3, set = { insulted = true }, to = "break" }, { to = "deal" }]

[stage.break]
takes = "20 days"
next = [{ when = "insulted", to = "no_deal" }, { to = "talks" }]

[outcome.deal]
[outcome.no_deal]
"#,
};

pub const ONE_END: Words = Words {
    text: r#"`to` is read after all sums and products: `20 days to 90 days / pace` goes from 20 days to the quotient, and its low end is not divided. Calculate
with both ends, or put the one that is meant between parentheses."#,
    before: r#"[levers]
pace = [1, 2]

[stage.talks]
takes = "20 days to 90 days / pace"
to = "deal"

[outcome.deal]
"#,
    after: r#"[levers]
pace = [1, 2]

[stage.talks]
takes = "20 days / pace to 90 days / pace"
to = "deal"

[outcome.deal]
"#,
};

pub const AT_ONCE: Words = Words {
    text: r#"`when` of an outcome ends a path as soon as it holds, wherever that is. Here it holds when paths begin, so nothing else ever happens. What
an outcome needs beside the event that leads to it stands as `when` at that branch."#,
    before: r#"[state]
trust = 0.6

[stage.talks]
takes = "30 days"
next = [{ p = 0.4, to = "deal" }, { set = { trust = "trust - 0.2" }, to = "talks" }]

[outcome.deal]
when = "trust >= 0.5"

[outcome.no_deal]
when = "trust <= 0"
"#,
    after: r#"[state]
trust = 0.6

[stage.talks]
takes = "30 days"
next = [
  { when = "trust >= 0.5", p = 0.4, to = "deal" },
  { set = { trust = "trust - 0.2" }, to = "talks" },
]

[outcome.deal]
[outcome.no_deal]
when = "trust <= 0"
"#,
};

pub const EQUALS_SUM: Words = Words {
    text: r#"A number that is added up is seldom exactly another one: three times 0.1 is 0.30000000000000004. Compare with `>=` or `<=`, or count in whole numbers,
which are exact."#,
    before: r#"[state]
trust = 0.0

[stage.talks]
takes = "30 days"
enter = { set = { trust = "trust + 0.1" } }
next = [{ when = "trust == 0.3", to = "deal" }, { to = "talks" }]

[outcome.deal]
"#,
    after: r#"[state]
trust = 0

[stage.talks]
takes = "30 days"
enter = { set = { trust = "trust + 1" } }
next = [{ when = "trust == 3", to = "deal" }, { to = "talks" }]

[outcome.deal]
"#,
};

pub const STOPS_THE_RUN: Words = Words {
    text: r#"The scenario was tried on paths that take again and again the same branch, however unlikely, and wait as long or as short as may be. One of them came to a
number that means nothing: a probability above 1, a delay below 0, a division by zero. However seldom that is, a path that does so stops a run, since no honest number could be told without
it. Keep what is computed within its bounds."#,
    before: r#"[state]
trust = 0.2

[stage.talks]
takes = "30 days"
next = [
  { p = "trust", to = "deal" },
  { set = { trust = "trust + 0.15" }, to = "talks" },
]

[outcome.deal]
"#,
    after: r#"[state]
trust = 0.2

[stage.talks]
takes = "30 days"
next = [
  { p = "trust", to = "deal" },
  { set = { trust = "min(1, trust + 0.15)" }, to = "talks" },
]

[outcome.deal]
"#,
};
