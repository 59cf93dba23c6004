//! The reference workload: one negotiation, five outcomes.

use super::walk;
use crate::model::build::*;
use crate::model::*;
use crate::program::Program;

/// N1 with given parameters: two intercepts, held, shipped, walk-away, and the weight of rapport.
pub fn n1(parameters: [Expr; 6]) -> Scenario {
    let [deal, back, held, shipped, walkout, pull] = parameters;
    let mut s = empty();
    let rapport = s.add_number("rapport", 0.0);
    let weapons = s.add_number("weapons", 0.0);
    let refusals = s.add_number("refusals", 0.0);
    let joined = s.add_number("joined", 0.0);
    let site = s.add_number("site", 0.0);
    let summit = s.add_number("summit", 0.0);
    s.until(365.0);
    let peace = s.add_outcome("comprehensive");
    let ceasefire = s.add_outcome("ceasefire");
    let collapsed = s.add_outcome("collapsed");
    let escalation = s.add_outcome("escalation");
    let p_deal = logistic(add(
        add(add(deal, mul(pull, state(rapport))), mul(num(0.4), state(joined))),
        mul(num(0.5), state(weapons)),
    ));
    let p_back = logistic(add(add(back, mul(num(0.6), state(weapons))), mul(num(0.2), state(rapport))));
    let p_join = logistic(sub(
        add(num(-0.4), mul(num(0.6), equal(state(site), num(1.0)))),
        mul(num(0.3), equal(state(site), num(2.0))),
    ));
    let comprehensive =
        s.add_formula("comprehensive", logistic(add(num(-1.0), mul(num(0.9), state(joined)))));
    let p_deal = s.add_formula("p_deal", p_deal);
    let (call, planning, venue, invite, round, leverage, shipping, waiting) = (0, 1, 2, 3, 4, 5, 6, 7);
    let p_plan = logistic(add(num(0.3), mul(num(0.8), state(rapport))));
    s.add_track(
        "stage",
        vec![
            (
                "call",
                clocks(vec![takes(
                    "",
                    lognormal(5.0, 0.8),
                    vec![
                        to(planning).p(held).set(rapport, add(state(rapport), num(1.0))),
                        to(planning).set(rapport, sub(state(rapport), num(0.5))),
                    ],
                )]),
            ),
            ("planning", clocks(vec![takes("", gamma(4.0, 60.0), vec![to(venue).p(p_plan), to(leverage)])])),
            (
                "venue",
                now(vec![
                    to(invite).weight(num(0.35)).set(site, num(1.0)).set(summit, num(1.0)),
                    to(invite).weight(num(0.25)).set(site, num(2.0)).set(summit, num(1.0)),
                    to(invite).weight(num(0.40)).set(site, num(3.0)).set(summit, num(1.0)),
                ]),
            ),
            (
                "invite",
                now(vec![
                    to(round).p(p_join).set(joined, num(1.0)).set(rapport, add(state(rapport), num(0.2))),
                    to(round).set(joined, num(0.0)),
                ]),
            ),
            (
                "round",
                clocks(vec![takes(
                    "",
                    gamma(2.0, 14.0),
                    vec![
                        end(peace).p(mul(formula(p_deal), formula(comprehensive))),
                        end(ceasefire).p(mul(formula(p_deal), sub(num(1.0), formula(comprehensive)))),
                        to(leverage).p(mul(walkout, rest())),
                        to(round),
                    ],
                )]),
            ),
            (
                "leverage",
                now(vec![
                    end(collapsed).when(more(state(refusals), num(3.0))),
                    to(shipping).p(shipped),
                    to(waiting),
                ]),
            ),
            (
                "shipping",
                clocks(vec![takes(
                    "",
                    lognormal(30.0, 0.5),
                    vec![
                        end(escalation)
                            .p(logistic(add(num(-3.0), mul(num(0.7), state(refusals)))))
                            .set(weapons, num(1.0)),
                        to(waiting).set(weapons, num(1.0)),
                    ],
                )]),
            ),
            (
                "waiting",
                clocks(vec![takes(
                    "",
                    gamma(2.0, 20.0),
                    vec![
                        to(round).p(mul(p_back.clone(), state(summit))),
                        to(planning).p(mul(p_back, sub(num(1.0), state(summit)))),
                        to(leverage),
                    ],
                )]),
            ),
        ],
    );
    let entering = add(state(refusals), num(1.0));
    s.entering(0, leverage, stay().set(refusals, entering));
    let key = |name: &str, id| SplitKey { name: name.into(), expr: state(id) };
    s.splits.push(Split { keys: vec![key("site", site), key("joined", joined)] });
    let _ = call;
    s
}

pub fn plain() -> Scenario {
    n1([-2.2, -0.2, 0.92, 0.6, 0.15, 0.5].map(num))
}

#[test]
fn the_reference_workload_runs() {
    let program = Program::compile(&plain());
    let log = walk(&program, 1, 0, 20_000);
    assert_eq!(log.outcomes.len(), 20_000);
    for outcome in 0..5 {
        assert!(log.outcomes.contains(&outcome), "outcome {outcome} never comes");
    }
}

struct Count([u64; 5], f64);

impl crate::engine::Observer for Count {
    fn end(&mut self, end: &crate::engine::PathEnd<'_>) {
        self.0[end.outcome] += 1;
        self.1 += end.time;
    }
}

/// `PATHS=1000000 cargo test --release --lib speed -- --ignored --nocapture`
#[test]
#[ignore = "prints paths per second"]
fn speed() {
    let paths = std::env::var("PATHS").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let program = Program::compile(&plain());
    let world = crate::engine::World::new(&program, 1, 0).unwrap();
    let mut walker = crate::engine::Walker::new(&program);
    let mut count = Count([0; 5], 0.0);
    let start = std::time::Instant::now();
    for path in 0..paths {
        walker.walk(&world, path, &mut count).unwrap();
    }
    println!("{:.0} paths a second, {:?}", paths as f64 / start.elapsed().as_secs_f64(), count.0);
}
