//! Why a scenario is not solved exactly, in words.

use super::input::Ready;
use crate::exact::{Advice, NotExact, Why};
use crate::model::Scenario;
use crate::quantity::prose::thousands;
use crate::report::fault_sentence;

/// The message about a refusal.
pub(super) fn describe(ready: &Ready, variant: &str, refused: &NotExact) -> String {
    let mut text = format!(
        "error: the variant `{variant}` of `{}` is not solved exactly: {}\n",
        ready.scenario.name,
        sentence(&ready.scenario, refused)
    );
    if let Why::ReadsTime(span) | Why::Fault(_, span) = refused.why {
        let (file, line) = ready.texts.line(span);
        text += &format!("  --> {file}:{line}: {}\n", ready.texts.words(span).lines().next().unwrap_or(""));
    }
    text + &format!("help: {}\n", help(refused.advice()))
}

/// The clock with this number in the program, as `talks.round.session`.
fn clock(scenario: &Scenario, number: usize) -> String {
    let mut left = number;
    for track in &scenario.tracks {
        for stage in &track.stages {
            let clocks = stage.clocks();
            if let Some(clock) = clocks.get(left) {
                let own = if clock.name.is_empty() { String::new() } else { format!(".{}", clock.name) };
                return format!("{}.{}{own}", track.name, stage.name);
            }
            left -= clocks.len();
        }
    }
    "?".into()
}

/// The reason.
pub(super) fn sentence(scenario: &Scenario, refused: &NotExact) -> String {
    let named: Vec<String> = refused.clocks.iter().map(|c| format!("`{}`", clock(scenario, *c))).collect();
    let first = named.first().cloned().unwrap_or_else(|| "a clock".into());
    match &refused.why {
        Why::RunsOn => match named.get(1) {
            Some(event) => format!(
                "the clock {first} runs on when {event} rings, how long it has run matters, and the two do not go their own ways"
            ),
            None => format!("the clock {first} runs on through events, and how long it has run matters"),
        },
        Why::Remembers => format!(
            "the clock {first} goes on with what was left of its delay after a pause that began at a random time, or repeats a delay that is not fixed"
        ),
        Why::ThroughDate => {
            format!("the clock {first} runs on through a date, and how long it has run by then is not known")
        }
        Why::Swings => {
            format!("the chances of the branches of {first} move with the time while other clocks run on")
        }
        Why::ReadsTime(_) if named.is_empty() => "an expression moves with the time".into(),
        Why::ReadsTime(_) => format!("the clock {first} reads something that moves with the time"),
        Why::ContinuousDraw(state) => format!(
            "`{}` is drawn from a continuous distribution, and what it is matters",
            scenario.states.get(*state).map_or("?", |s| s.name.as_str())
        ),
        Why::TooMany { limit, state } => {
            let because = state
                .and_then(|(s, n)| scenario.states.get(s).map(|s| (s, n)))
                .map_or(String::new(), |(state, n)| {
                    format!("; `{}` alone took {} values", state.name, thousands(n as u64))
                });
            format!(
                "there are more than {} combinations of stages and values{because}",
                thousands(*limit as u64)
            )
        }
        Why::Delay => {
            format!("the delay of {first} may be negative, or is zero with a chance between 0 and 1")
        }
        Why::RunsThrough(limit) => format!(
            "the clock {first} runs on through too many combinations: more than {} pairs of one in which it starts and one that it runs on to",
            thousands(*limit as u64)
        ),
        Why::TooManyMoments(_) => "delays are too short for the time that is asked about".into(),
        Why::TooMuch => {
            "solving takes too long: there are many combinations in which clocks run on, or many short delays"
                .into()
        }
        Why::NoNumber => "a chance comes out as no number".into(),
        Why::Endless => "an instant may go on for ever".into(),
        Why::Fault(kind, _) => format!("a path can go wrong: {}", fault_sentence(scenario, kind, "")),
    }
}

fn help(advice: Advice) -> &'static str {
    match advice {
        Advice::MakeMemoryless => {
            "make its delay exponential (or a hazard), or let the event end its stage (`to` the stage itself draws it anew); \
             or run with `--method sample`"
        }
        Advice::Unpaused => {
            "make its delay exponential, or let no time pass between leaving its stage and entering it again; or run with `--method sample`"
        }
        Advice::Sample => "run with `--method sample`",
        Advice::CountInstead => {
            "let a state variable that changes at events stand for the time, or run with `--method sample`"
        }
        Advice::Discretise => "give it a few values (`discrete`), or run with `--method sample`",
        Advice::Bound => "bound the variable or round it, or run with `--method sample`",
        Advice::Positive => "make the delay positive, or run with `--method sample`",
        Advice::SeePath => "run with `--method sample`: it tells the path",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{Plan, Settings, effort};

    #[track_caller]
    fn says(text: &str, words: &str, advice: &str) {
        let checked = crate::check::check_text("model", text);
        let scenario = checked.scenario.unwrap_or_else(|| panic!("{:#?}", checked.found));
        let plan = Plan::new(vec![scenario.clone()], Settings::default());
        let (_, refused) = effort(&plan.subjects[0], 1, crate::exact::MOST_EFFORT).expect_err("not solved");
        assert_eq!(sentence(&scenario, &refused), words);
        assert!(help(refused.advice()).contains(advice), "{}", help(refused.advice()));
    }

    #[test]
    fn the_words_name_the_clocks_and_what_to_change() {
        says(
            "[state]\nn = 0\n[track.a.stage]\ngo = { takes = \"gamma(shape = 2, mean = 9 days)\", set = { n = \"min(n + 1, 4)\" }, next = [{ p = \"0.1 * n\", to = \"done\" }, {}] }\n\
             [track.b.stage]\ngo = { takes = \"gamma(shape = 3, mean = 7 days)\", set = { n = \"max(n - 1, 0)\" } }\n[outcome.done]\n",
            "the clock `b.go` runs on when `a.go` rings, how long it has run matters, and the two do not go their own ways",
            "make its delay exponential",
        );
        says(
            "horizon = \"90 days\"\nat_horizon = \"open\"\n[track.power.stage]\non = { hazard = \"1 per 3 days\", to = \"off\" }\noff = { hazard = \"1 per 2 days\", to = \"on\" }\n\
             [track.work.stage]\nbusy = { when = \"power == on\", takes = \"gamma(shape = 2, mean = 9 days)\", on_return = \"resume\", to = \"done\" }\n[outcome.done]\n[outcome.open]\n",
            "the clock `work.busy` goes on with what was left of its delay after a pause that began at a random time, or repeats a delay that is not fixed",
            "let no time pass between leaving its stage and entering it again",
        );
        says(
            "horizon = \"900 days\"\nat_horizon = \"open\"\n[state]\na = 0\nb = 0\n[stage.go]\nrace = [\n\
             { clock = \"talk\", takes = \"gamma(shape = 2, mean = 90 days)\", next = [{ when = \"a > 100 + b\", to = \"done\" }, {}] },\n\
             { clock = \"one\", hazard = \"1 per day\", set = { a = \"min(a + 1, 200)\" } },\n\
             { clock = \"two\", hazard = \"1 per day\", set = { b = \"min(b + 1, 200)\" } }]\n[outcome.done]\n[outcome.open]\n",
            "the clock `stage.go.talk` runs on through too many combinations: more than 5,000 pairs of one in which it starts and one that it runs on to",
            "bound the variable",
        );
    }
}
