//! Scenarios that the tests of this floor and the next run.

use crate::model::build::*;
use crate::model::*;
use crate::quantity::Date;

/// One stage: a call that comes after an exponential delay of mean 10 days and ends in a deal with probability 0.3, or
/// 0.35 in the variant `pushed`.
pub(crate) fn call() -> Scenario {
    let mut s = empty();
    s.name = "call".into();
    s.title = "A call".into();
    s.until(30.0);
    let deal = s.add_outcome("deal");
    let refusal = s.add_outcome("refusal");
    s.add_lever("push", vec![0.0, 1.0]);
    let chance = add(num(0.3), mul(num(0.05), lever(0)));
    let takes = takes("", exponential(days(10.0)), vec![end(deal).p(chance), end(refusal)]);
    s.variants.push(variant("pushed", vec![Change::Lever(LeverId(0), 1)]));
    s.add_track("stage", vec![("call", clocks(vec![takes]))]);
    milestone(&mut s, "week", 7.0);
    s.timeline = Some(Timeline { step: DAY, steps: 30 });
    s
}

/// Talks and arms side by side, with all that can be reported.
pub(crate) fn talks() -> Scenario {
    let mut s = empty();
    s.name = "talks".into();
    s.title = "=Talks, with \"arms\"".into();
    s.start = Date::new(2025, 1, 20);
    let open = s.until(200.0);
    let deal = s.add_outcome("deal");
    let war = s.add_outcome("war");
    for (outcome, title) in [(open, "No agreement"), (deal, "Deal"), (war, "War widens")] {
        s.outcomes[outcome.0].title = title.into();
    }
    s.add_lever("push", vec![0.0, 1.0]);
    s.add_lever("venue", vec![0.0, 1.0, 2.0]);
    let low_high = vec![num(0.1), num(0.4)];
    let mut uniform_law = law("uniform", &["low", "high"], low_high);
    uniform_law.ty = Ty::Law { time: 0 };
    let p_deal = s.add_belief("p_deal", Draw::Law(uniform_law));
    s.beliefs[p_deal].written = "0.1 to 0.4, evenly".into();
    s.beliefs[p_deal].why = "+ past rounds".into();
    let calm = s.add_belief("calm", Draw::Chance(num(0.5)));
    s.beliefs[calm].ty = Ty::Bool;
    let rapport = s.add_number("rapport", 0.0);
    let joined = s.add_state("joined", Initial::Draw(Draw::Chance(num(0.4))));
    s.states[joined.0].ty = Ty::Bool;
    let chance = add(belief(p_deal), mul(num(0.1), add(state(joined), lever(0))));
    let round = takes(
        "session",
        gamma(2.0, 14.0),
        vec![end(deal).p(chance), to(1).p(num(0.3)).set(rapport, sub(state(rapport), num(1.0))), to(0)],
    );
    let back = takes("", exponential(days(20.0)), vec![to(0).set(rapport, add(state(rapport), num(0.5)))]);
    s.add_track("talks", vec![("round", clocks(vec![round])), ("pause", clocks(vec![back]))]);
    let incident = hazard("incident", per_day(0.02), vec![end(war).p(num(0.05)), stay()]);
    let arm = takes("", uniform(days(5.0), days(40.0)), vec![to(1)]).guarded(is_at(0, 1));
    s.add_track("arms", vec![("idle", clocks(vec![arm])), ("delivered", clocks(vec![incident]))]);
    s.sets.push(OptionSet { names: vec!["round".into(), "pause".into()] });
    let value = s.add_measure("rapport", MeasureKind::Value(state(rapport)), None);
    s.measures[value.0].thresholds = vec![-2.0, 0.0];
    let at_peace = s.add_measure("rapport_at_deal", MeasureKind::Value(state(rapport)), Some(ended_as(deal)));
    s.measures[at_peace.0].thresholds = vec![0.0];
    let first = s.add_measure("first_pause", MeasureKind::First(is_at(0, 1)), None);
    s.measures[first.0].ty = Ty::DURATION;
    let rate = Some(iff(is_at(1, 1), num(1.2), num(1.0)));
    s.add_measure("war_days", MeasureKind::Account(Account { rate, discount: None }), None);
    s.payoffs.push(("us".into(), vec![num(0.0), num(60.0), num(-100.0)]));
    let mut key = state(joined);
    key.ty = Ty::Bool;
    let joined_key = SplitKey { name: "joined".into(), expr: key };
    let mut at = is_at(0, 1);
    at.ty = Ty::Bool;
    s.splits.push(Split { keys: vec![joined_key, SplitKey { name: "paused".into(), expr: at }] });
    milestone(&mut s, "month", 30.0);
    milestone(&mut s, "quarter", 91.0);
    s.timeline = Some(Timeline { step: 10.0 * DAY, steps: 20 });
    s.variants.push(variant("pushed", vec![Change::Lever(LeverId(0), 1)]));
    s.variants.push(variant("same", vec![]));
    s.variants
        .push(variant("stern", vec![Change::Belief(BeliefId(1), Draw::Chance(num(0.9)), "90%".into())]));
    s.vary = vec![LeverId(0), LeverId(1)];
    s
}

fn variant(name: &str, changes: Vec<Change>) -> Variant {
    Variant { name: name.into(), title: name.into(), about: String::new(), changes, span: Default::default() }
}

fn milestone(s: &mut Scenario, name: &str, at: f64) {
    s.milestones.push(Milestone { name: name.into(), at: at * DAY, span: Default::default() });
}
