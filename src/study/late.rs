//! Paths that come to a stage after the date that it waits for, and stay there.

use super::answer::StageRow;
use crate::model::{ClockKind, Scenario, Stage, Target};
use std::collections::BTreeMap;

/// Of each stage that a date alone ends, the share of paths that stand there in the end: had they come before the date, they would have left.
pub(super) fn late(scenario: &Scenario, rows: &[StageRow]) -> Vec<(String, f64)> {
    let end = scenario.horizon.unwrap_or(f64::INFINITY);
    let last = rows.iter().map(|row| row.when).max();
    let here = rows.iter().filter(|row| Some(row.when) == last);
    let here: BTreeMap<(&str, &str), f64> =
        here.map(|row| ((row.track.as_str(), row.stage.as_str()), row.stands.value)).collect();
    let stages =
        scenario.tracks.iter().flat_map(|track| track.stages.iter().map(move |stage| (track, stage)));
    let dated = stages.filter(|(_, stage)| ends_by_date(stage, end));
    dated
        .filter_map(|(track, stage)| {
            let share = *here.get(&(track.name.as_str(), stage.name.as_str()))?;
            let name = match scenario.tracks.len() {
                1 => stage.name.clone(),
                _ => format!("{}.{}", track.name, stage.name),
            };
            (share > 0.0).then_some((name, share))
        })
        .collect()
}

/// Whether a stage has no clocks but dates before the end, each of which leads away whatever happens.
fn ends_by_date(stage: &Stage, end: f64) -> bool {
    let clocks = stage.clocks();
    let leads_away = |clock: &crate::model::Clock| clock.next.list.iter().all(|next| next.to != Target::Stay);
    !clocks.is_empty()
        && clocks.iter().all(|clock| match &clock.kind {
            ClockKind::At(date) => {
                clock.guard.is_none() && date.as_constant().is_some_and(|at| at < end) && leads_away(clock)
            }
            _ => false,
        })
}

#[cfg(test)]
mod tests {
    use crate::study::{Plan, Settings, Watch, advice, solve_plan};
    use std::sync::atomic::AtomicBool;

    /// Who comes to the payment between day 45 and the horizon, after exponential days of mean 60, stays there.
    #[test]
    fn who_comes_after_the_date_is_counted() {
        let found = |payment: &str| {
            let text = format!(
                "horizon = '90 days'\nat_horizon = 'open'\n[stage.talks]\ntakes = 'exponential(mean = 60 days)'\nto = 'payment'\n\
                 [stage.payment]\n{payment}\n[outcome.paid]\n[outcome.open]\n"
            );
            let checked = crate::check::check_text("bond", &text);
            let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
            let watch = Watch { cancel: &AtomicBool::new(false), progress: &|_| () };
            let results =
                solve_plan(&Plan::new(vec![scenario], Settings::default()), watch).expect("it is solved");
            let told =
                advice(&results).iter().any(|one| matches!(one, crate::study::Advice::EnteredLate { .. }));
            assert_eq!(told, !results.answers[0].late.is_empty());
            results.answers[0].late.clone()
        };
        let late = found("at = '45 days'\nto = 'paid'");
        assert_eq!((late.len(), late[0].0.as_str()), (1, "payment"));
        let share = libm::exp(-0.75) - libm::exp(-1.5);
        assert!((late[0].1 - share).abs() < 1e-9, "{late:?} for {share}");
        // Who may leave otherwise, waits for the horizon itself, or stays when the date rings, is not late.
        for payment in [
            "race = [{ clock = 'a', at = '45 days', to = 'paid' }, { clock = 'b', takes = '9 days', to = 'paid' }]",
            "at = '90 days'\nto = 'paid'",
            "at = '45 days'\nnext = [{ p = 0.5, to = 'paid' }, {}]",
        ] {
            assert!(found(payment).is_empty(), "{payment}");
        }
    }
}
