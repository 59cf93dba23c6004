//! The keys that each part of a file may have: one list for the checker, for `detente schema` and for the docs' test.

/// A key that may stand in some place.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// What it is for, in a sentence.
    pub about: &'static str,
}

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A string for readers.
    Text,
    /// An expression: a string, a number or a truth value.
    Expr,
    /// A date, or a duration as a string.
    Time,
    /// A date.
    Date,
    /// A whole number.
    Whole,
    /// A plain number.
    Number,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list.
    List(&'static Shape),
    /// A table with names of the user's choice.
    Map(&'static Shape),
    /// A table with known keys.
    Keys(Place),
    /// Any of these.
    Either(&'static [Shape]),
}

/// A place in a file that has known keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named after its key in the file")]
pub enum Place {
    Root,
    Source,
    Belief,
    State,
    Draw,
    Correlate,
    Table,
    Track,
    Stage,
    Enter,
    Clock,
    Branch,
    Odds,
    Outcome,
    Measure,
    Report,
    Variant,
    Batch,
}

const fn key(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, about }
}

use Shape::{Date, Either, Expr, Keys, List, Map, Number, Text, Time, Whole, Word};

const DRAWN: Shape = Either(&[Expr, Keys(Place::Draw), Map(&Expr)]);
const LAW: Shape = Either(&[Expr, Keys(Place::Draw)]);
const TO: Key = key("to", Text, "the next stage, or an outcome; without it the track stays");
const SET: Key = key("set", Map(&Expr), "assignments; all see the values from before");
const DRAW: Key = key("draw", Map(&DRAWN), "variables that are drawn anew");
const PAY: Key = key("pay", Map(&Expr), "lumps paid into accounts");
const ABOUT: Key = key("about", Text, "a sentence for readers");
const NEXT: Key = key("next", List(&Keys(Place::Branch)), "the ways on, read in order");
const TAKES: Key = key("takes", LAW, "a delay: a duration or a distribution");
const AT: Key = key("at", Time, "a date, or a duration from the start");
const HAZARD: Key = key("hazard", Expr, "a rate, which may change on the way; a bare number is per day");
const WHEN: Key = key("when", Expr, "only while this condition holds");
const ON_CHANGE: Key = key(
    "on_change",
    Word(&["keep", "redraw", "rescale"]),
    "what a delay does when a value that it reads changes",
);
const ON_RETURN: Key = key("on_return", Text, "redraw, resume or repeat, or a lever with these options");
const P10: Key = key("p10", Expr, "a quantile: `p` and a percentage; any two or more of them");

/// The keys of a place. In `Draw`, `Belief` and `State`, quantiles (`p10`, `p50`, `p97.5` …) are known as well.
pub fn keys_of(place: Place) -> &'static [Key] {
    match place {
        Place::Root => {
            const {
                &[
                    key("title", Text, "what the scenario is called"),
                    ABOUT,
                    key("extends", Text, "another file, of which this one changes parts"),
                    key("start", Date, "day 0"),
                    key(
                        "horizon",
                        Time,
                        "the last instant that counts; may be left out where every path ends",
                    ),
                    key("at_horizon", Text, "the outcome of a path that is still going at the horizon"),
                    key("instant_limit", Whole, "the most events that one instant may have (default 10,000)"),
                    key("sources", Map(&Keys(Place::Source)), "where facts come from"),
                    key(
                        "levers",
                        Map(&List(&Expr)),
                        "what somebody decides: options, the first is the default",
                    ),
                    key(
                        "beliefs",
                        Map(&Either(&[Expr, Keys(Place::Belief)])),
                        "numbers nobody knows, drawn once per world",
                    ),
                    key("correlate", List(&Keys(Place::Correlate)), "rank correlations between beliefs"),
                    key(
                        "state",
                        Map(&Either(&[Expr, List(&Text), Keys(Place::State)])),
                        "what a path remembers",
                    ),
                    key("formulas", Map(&Expr), "named expressions, evaluated where they are used"),
                    key("tables", Map(&Keys(Place::Table)), "columns read as functions of one number"),
                    key("track", Map(&Keys(Place::Track)), "state machines side by side"),
                    key("stage", Map(&Keys(Place::Stage)), "the stages of a scenario with one track"),
                    key("begins", Text, "the first stage of a scenario with one track"),
                    key("outcome", Map(&Keys(Place::Outcome)), "absorbing ends"),
                    key("milestones", Map(&Time), "days by which outcomes are also counted"),
                    key("measures", Map(&Keys(Place::Measure)), "numbers reported of each path"),
                    key("report", Keys(Place::Report), "what else is reported"),
                    key("variants", Map(&Keys(Place::Variant)), "the scenario with named small changes"),
                    key("batch", Keys(Place::Batch), "which combinations are run"),
                ]
            }
        }
        Place::Source => {
            const {
                &[
                    key("title", Text, "its title"),
                    key("url", Text, "where to find it"),
                    key("date", Date, "when it was published"),
                ]
            }
        }
        Place::Belief => {
            const {
                &[
                    key("is", LAW, "a number or a distribution"),
                    key("p", Expr, "for a belief that is true or false: the probability that it is true"),
                    key("draw", DRAWN, "a distribution, or options with weights"),
                    P10,
                    key("low", Expr, "with quantiles: the lower bound"),
                    key("high", Expr, "with quantiles: the upper bound"),
                    key("experts", Map(&LAW), "one distribution an expert, pooled"),
                    key("weights", Map(&Expr), "the weights of experts; equal where left out"),
                    key("why", Text, "the reason for the numbers"),
                    key("source", Either(&[Text, List(&Text)]), "keys of sources"),
                ]
            }
        }
        Place::State => {
            const {
                &[
                    key("is", Expr, "the initial value"),
                    key("options", List(&Text), "the options, where it has some"),
                    key("p", Expr, "true with this probability at the start of each path"),
                    key(
                        "draw",
                        DRAWN,
                        "drawn at the start of each path: a distribution, or options with weights",
                    ),
                    ABOUT,
                ]
            }
        }
        Place::Draw => {
            const {
                &[
                    key("is", LAW, "a distribution"),
                    key("p", Expr, "true with this probability"),
                    P10,
                    key("low", Expr, "with quantiles: the lower bound"),
                    key("high", Expr, "with quantiles: the upper bound"),
                    key("experts", Map(&LAW), "one distribution an expert, pooled"),
                    key("weights", Map(&Expr), "the weights of experts; equal where left out"),
                ]
            }
        }
        Place::Correlate => {
            const {
                &[
                    key("between", List(&Text), "two beliefs"),
                    key("rank", Number, "Spearman's rank correlation, between -1 and 1"),
                    key("why", Text, "the reason"),
                ]
            }
        }
        Place::Table => {
            const {
                &[
                    key("file", Text, "a CSV file beside the scenario, with a header row"),
                    key(
                        "read",
                        Word(&["step", "line"]),
                        "between rows: the row before (default), or a straight line",
                    ),
                    ABOUT,
                    key("source", Text, "the key of a source"),
                ]
            }
        }
        Place::Track => {
            const {
                &[
                    key("begins", Text, "the first stage; the first declared where left out"),
                    key("stage", Map(&Keys(Place::Stage)), "the stages"),
                    ABOUT,
                ]
            }
        }
        Place::Stage => {
            const {
                &[
                    ABOUT,
                    key("enter", Keys(Place::Enter), "what entering does"),
                    TAKES,
                    AT,
                    HAZARD,
                    WHEN,
                    ON_CHANGE,
                    ON_RETURN,
                    NEXT,
                    TO,
                    SET,
                    DRAW,
                    PAY,
                    key("race", List(&Keys(Place::Clock)), "several clocks; the first to ring wins"),
                ]
            }
        }
        Place::Enter => const { &[SET, DRAW, PAY] },
        Place::Clock => {
            const {
                &[
                    key("clock", Text, "its name"),
                    ABOUT,
                    TAKES,
                    AT,
                    HAZARD,
                    WHEN,
                    ON_CHANGE,
                    ON_RETURN,
                    NEXT,
                    TO,
                    SET,
                    DRAW,
                    PAY,
                ]
            }
        }
        Place::Branch => {
            const {
                &[
                    key(
                        "p",
                        Either(&[Expr, Keys(Place::Odds)]),
                        "a probability of the whole; `rest` is what is left",
                    ),
                    key("weight", Expr, "a weight among the branches that exist"),
                    WHEN,
                    TO,
                    SET,
                    DRAW,
                    PAY,
                    ABOUT,
                ]
            }
        }
        Place::Odds => {
            const {
                &[
                    key("base", Expr, "the probability before the multipliers"),
                    key("odds", Map(&Expr), "conditions, and what each multiplies the odds by"),
                ]
            }
        }
        Place::Outcome => {
            const {
                &[
                    key("title", Text, "a title for readers"),
                    ABOUT,
                    key("when", Expr, "it ends the path at the instant this holds"),
                    key("payoff", Map(&Expr), "what each party gets"),
                ]
            }
        }
        Place::Measure => {
            const {
                &[
                    key("title", Text, "a title for readers"),
                    ABOUT,
                    key("value", Expr, "a value at the end of the path"),
                    key("rate", Expr, "gathered over time; a bare number is per day"),
                    key("first", Expr, "the day on which this first held"),
                    key("discount", Text, "what comes later counts less: \"3% a year\""),
                    key("given", Expr, "paths count only where this holds at their end"),
                    key("thresholds", List(&Expr), "also report the probability of at least these"),
                    key("unit", Text, "the unit for readers"),
                ]
            }
        }
        Place::Report => {
            const {
                &[
                    key("split", List(&List(&Text)), "joint tables: outcomes by the final values of these"),
                    key("timeline", Expr, "the step of the cumulative table, a duration"),
                ]
            }
        }
        Place::Variant => const { &[key("title", Text, "a title for readers"), ABOUT] },
        Place::Batch => {
            const { &[key("vary", List(&Text), "levers: every combination of their options is run")] }
        }
    }
}
