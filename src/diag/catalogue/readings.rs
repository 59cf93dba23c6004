//! Lints: what reads like something else than it says.

use super::Words;

pub const DASHED_INTERVAL: Words = Words {
    text: r#"A dash between two numbers subtracts, so `0.5-2` is -1.5. Somebody who writes a smaller number, a dash and a larger one nearly
always means all that lies between them, which is written with `to`."#,
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
