//! Visits near milestones.

use super::{BLOCK, Shape, StageTally};
use crate::check::check_text;
use crate::engine::{Since, Stays, Stops, Visits};
use crate::quantity::DAY;
use crate::stats::Design;

const TEXT: &str = r#"
title      = "A round of talks"
horizon    = "2 days"
at_horizon = "open"
[stage.round]
takes = "1 day"
to    = "deal"
[outcome]
deal = {}
open = {}
[milestones]
a = "1 day"
"#;

/// A stage that is entered a hair after a milestone, as sums of delays may be, is not entered by then.
#[test]
fn entries_just_after_a_milestone_are_after_it() {
    let scenario = check_text("test", TEXT).scenario.expect("a scenario");
    for (late, by) in [(0.0, 1.0), (1e-10, 0.0), (1e-3, 0.0), (1.0, 0.0)] {
        let mut tally = StageTally::new(&Shape::new(&scenario, Design::Paths));
        // As a path is that was walked by itself: it counts from the first slot on.
        let mut since = Since { time: DAY + late, ..tally.begins(0) };
        tally.open(0, 0).leave(&mut since, 1.5 * DAY);
        assert_eq!((since.time, since.slot), (1.5 * DAY, 1));
        tally.close_piece(0, 0, 1);
        let tally = tally.closed();
        assert_eq!(tally.visits(0, 0, 0, 1).mean, by, "{late} s after");
        assert_eq!(tally.visits(1, 0, 0, 1).mean, 1.0);
    }
}

/// Three blocks of paths, each twice in the stage; every third stays there, at the horizon or where nothing comes any more.
#[test]
fn visits_are_counted_alike_one_by_one_and_many_at_once() {
    const PATHS: usize = 48;
    for milestones in 0..8 {
        let horizon = 40.0 * DAY;
        let named: String = (0..milestones).map(|n| format!("m{n} = \"{} days\"\n", 5 * n + 3)).collect();
        let text = TEXT.replace("a = \"1 day\"\n", &named).replace("2 days", "40 days");
        let shape = Shape::new(&check_text("test", &text).scenario.expect("a scenario"), Design::Paths);
        let (mut one, mut many) = (StageTally::new(&shape), StageTally::new(&shape));
        one.reserve(PATHS / BLOCK as usize);
        many.reserve(PATHS / BLOCK as usize);
        let mut luck = 1_u64;
        let mut time = |from: f64, to: f64| {
            luck = luck.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            from + (to - from) * (luck >> 11) as f64 / (1_u64 << 53) as f64
        };
        let mut stays = vec![];
        let mut first = Stays { count: PATHS, ..Stays::NONE };
        let mut second = Stays::NONE;
        for path in 0..PATHS {
            // At a milestone, too.
            let middle = if path % 5 == 0 { 3.0 * DAY } else { time(0.0, 20.0 * DAY) };
            let (stands, end) = (path % 3 == 0, if path % 6 == 0 { horizon } else { time(middle, horizon) });
            stays.push((middle, end, stands));
            let begins = one.begins(path / BLOCK as usize);
            let mut since = begins;
            one.open(0, 0).leave(&mut since, middle);
            one.stops().stop((stands, end), [(0, &mut since)].into_iter());
            (first.at[path], first.to[path]) = (begins.at.into(), middle);
            if stands {
                let mut since = Since { time: middle, ..begins };
                many.stops().stop((true, end), [(0, &mut since)].into_iter());
            } else {
                let nth = second.count;
                (second.at[nth], second.from[nth], second.to[nth]) = (begins.at.into(), middle, end);
                second.count += 1;
                many.stops().over(begins.at, end);
            }
        }
        many.open(0, 0).leave_many(&first);
        many.open(0, 0).leave_many(&second);
        one.close(0..PATHS / BLOCK as usize, BLOCK);
        many.close(0..PATHS / BLOCK as usize, BLOCK);
        let paths = PATHS as u64;
        for (slot, until) in shape.slots.iter().enumerate() {
            let ticks = |time: f64| (time.min(*until) * 64.0).round();
            let spent: f64 = stays.iter().map(|(_, end, _)| ticks(*end)).sum();
            let entered = stays.iter().map(|(middle, ..)| 1 + usize::from(middle <= until)).sum::<usize>();
            let there = stays.iter().filter(|(_, end, stands)| *stands || end > until).count();
            for tally in [&one, &many] {
                let days = tally.days(slot, 0, 0, paths).mean;
                assert_eq!(days, spent / paths as f64 / (64.0 * DAY), "{milestones} milestones, {slot}");
                assert_eq!(tally.visits(slot, 0, 0, paths).mean, entered as f64 / paths as f64);
                assert_eq!(tally.stands(slot, 0, 0, paths).hits, there as u64);
                assert_eq!(tally.stands(slot, 0, 1, paths).hits, paths - there as u64);
            }
            assert_eq!(one.days(slot, 0, 0, paths), many.days(slot, 0, 0, paths));
        }
    }
}

/// Millions of years have more ticks than are worked out many at once.
#[test]
fn very_long_visits_are_counted_alike_one_by_one_and_many_at_once() {
    let shape = Shape::new(&check_text("test", TEXT).scenario.expect("a scenario"), Design::Paths);
    let (mut one, mut many) = (StageTally::new(&shape), StageTally::new(&shape));
    let mut stays = Stays { count: BLOCK as usize, ..Stays::NONE };
    for nth in 0..stays.count {
        (stays.from[nth], stays.to[nth]) = (0.75 * DAY, if nth == 3 { 1e15 } else { 1.5 * DAY });
        let mut since = Since { time: stays.from[nth], ..one.begins(0) };
        one.open(0, 0).leave(&mut since, stays.to[nth]);
    }
    many.open(0, 0).leave_many(&stays);
    for tally in [&mut one, &mut many] {
        tally.close(0..1, BLOCK);
    }
    let spent = (1e15 + 15.0 * 1.5 * DAY - 16.0 * 0.75 * DAY) / 16.0 / DAY;
    assert_eq!(one.days(1, 0, 0, BLOCK).mean, spent);
    assert_eq!(many.days(1, 0, 0, BLOCK).mean, spent);
    assert_eq!(many.days(0, 0, 0, BLOCK).mean, 0.25);
}
