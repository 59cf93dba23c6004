//! Visits near milestones.

use super::{Shape, StageTally};
use crate::check::check_text;
use crate::engine::{Since, Visits};
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
